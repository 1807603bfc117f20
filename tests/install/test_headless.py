"""The files of docs/headless do what they say, with the wheel that ./run package builds: on a legal layout and on one that is not."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pya
import pytest
import yaml

from tests.deck.support import installed_home

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADLESS = os.path.join(ROOT, "docs", "headless")
LAYERS = (((60, 0), 60.0), ((50, 0), 2.0), ((51, 0), 2.0))


def run(*command, cwd, **environment):
    return subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=500)


def write(path, pad_um):
    """A chip with one pad in technology postpass; PAD.W.1 wants 10 um."""
    layout = pya.Layout()
    cell = layout.create_cell("CHIP")
    for layer, size_um in (*LAYERS, ((53, 4), pad_um)):
        cell.shapes(layout.layer(*layer)).insert(pya.DBox(size_um, size_um))
    path.parent.mkdir(exist_ok=True)
    layout.write(str(path))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, os.path.join(ROOT, "tests", "build_package.py"), folder, cwd=folder)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def path(wheel, tmp_path_factory):
    """PATH with an environment that has the wheel, pytest and pre-commit in front."""
    folder = tmp_path_factory.mktemp("environment")
    for command in ((sys.executable, "-m", "venv", folder), (folder / "bin" / "pip", "install", "-q", wheel, "pytest", "pre-commit")):
        done = run(*command, cwd=folder)
        assert done.returncode == 0, done.stderr
    return "%s:%s" % (folder / "bin", os.environ["PATH"])


def test_the_page_names_every_file():
    with open(os.path.join(HEADLESS, "README.md"), encoding="utf-8") as file:
        page = file.read()
    assert all("](%s)" % name in page for name in os.listdir(HEADLESS) if name != "README.md" and not name.startswith(("__", ".")))


def test_make_checks_again_until_a_layout_is_legal(path, tmp_path):
    shutil.copy(os.path.join(HEADLESS, "Makefile"), tmp_path)
    names = ["chip.gds", "it's one of $HOME.gds"]
    for name in names:
        write(tmp_path / name, 9.0)
    (tmp_path / "mine.xml").write_text("mine")

    def make(target, technology="postpass"):
        return run("make", "-k", target, "TECH=%s" % technology, cwd=tmp_path, PATH=path)
    assert [make("check").returncode, make("check").returncode] == [2, 2]
    for name in names:
        assert (tmp_path / (name + ".lyrdb")).exists() and ElementTree.parse(tmp_path / (name + ".xml")).getroot().get("failures") == "1"
        write(tmp_path / name, 20.0)
    assert make("check").returncode == 0
    again = make("check")
    assert again.returncode == 0 and "postpass" not in again.stdout
    stricter = json.loads(pathlib.Path(ROOT, "tech", "postpass", "postpass.json").read_text())
    next(rule for rule in stricter["rules"] if rule["id"] == "PAD.W.1")["value_um"] = 25
    (tmp_path / "stricter.json").write_text(json.dumps(stricter))
    assert make("check", "stricter.json").returncode == 2 and make("check", "nonsense").returncode == 2
    make("clean")
    assert sorted(os.listdir(tmp_path)) == sorted(["Makefile", "mine.xml", "stricter.json", *names])


def steps():
    with open(os.path.join(HEADLESS, "github-workflow.yml"), encoding="utf-8") as file:
        return yaml.safe_load(file)


def test_the_workflow_does_in_its_order_what_its_lines_say(path, wheel, tmp_path):
    """What GitHub itself does (checkout, Python, upload) is there; its run lines are run as GitHub runs them."""
    workflow = steps()
    lines = [step for step in workflow["jobs"]["drc"]["steps"] if "run" in step]
    assert [step["name"] for step in lines] == ["Install", "Check"] and workflow[True] == ["push", "pull_request"]
    assert workflow["env"]["POSTPASS"].endswith(wheel.name)
    write(tmp_path / "layouts" / "good.gds", 20.0)
    environment = {**workflow["env"], "PATH": path, "TECH": "postpass", "POSTPASS": str(wheel)}

    def job():
        return [run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"], cwd=tmp_path, **environment) for step in lines]
    assert [done.returncode for done in job()] == [0, 0]
    write(tmp_path / "layouts" / "bad.gds", 9.0)
    assert [done.returncode for done in job()] == [0, 2]
    results = tmp_path / workflow["jobs"]["drc"]["steps"][-2]["with"]["sarif_file"]
    runs = {name: json.loads((results / ("%s.gds.sarif" % name)).read_text())["runs"][0] for name in ("good", "bad")}
    assert [runs[name]["automationDetails"]["id"] for name in runs] == ["Postpass/postpass/layouts/%s.gds/CHIP/" % name for name in runs]  # two of one id are refused
    found = {name: run["results"] for name, run in runs.items()}
    assert [sum(one["level"] == "error" for one in found[name]) for name in ("good", "bad")] == [0, 1]
    assert found["bad"][-1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "layouts/bad.gds"


def test_klayout_alone(tmp_path):
    home = installed_home(tmp_path / "home")
    for size, code in ((20.0, 0), (9.0, 2)):
        write(tmp_path / "chip.gds", size)
        done = run("sh", os.path.join(HEADLESS, "klayout_batch.sh"), "chip.gds", "postpass", cwd=tmp_path, KLAYOUT_HOME=home)
        assert done.returncode == code and (tmp_path / "chip.gds.lyrdb").exists() and (tmp_path / "chip.gds.xml").exists(), done
    assert run("sh", os.path.join(HEADLESS, "klayout_batch.sh"), "chip.gds", "nonsense", cwd=tmp_path, KLAYOUT_HOME=home).returncode == 1


def test_python(path, tmp_path):
    for size, code in ((20.0, 0), (9.0, 2)):
        write(tmp_path / "chip.gds", size)
        done = run("python", os.path.join(HEADLESS, "check_layout.py"), "chip.gds", "postpass", cwd=tmp_path, PATH=path)
        assert done.returncode == code and (tmp_path / "chip.gds.lyrdb").exists() and ("\nPAD.W.1 " in done.stdout) == (code == 2), done
    done = run("python", os.path.join(HEADLESS, "check_layout.py"), "nowhere.gds", "postpass", cwd=tmp_path, PATH=path)
    assert done.returncode == 1 and done.stderr == "ERROR: nowhere.gds: no such file\n"


def test_pytest(path, tmp_path):
    with open(os.path.join(HEADLESS, "test_my_layout.py"), encoding="utf-8") as file:
        text = file.read()
    (tmp_path / "test_good.py").write_text(text)
    (tmp_path / "test_bad.py").write_text(text.replace("PAD_UM = 20.0", "PAD_UM = 9.0"))
    assert run("pytest", "-q", "test_good.py", cwd=tmp_path, PATH=path).returncode == 0
    done = run("pytest", "-q", "test_bad.py", cwd=tmp_path, PATH=path)
    assert done.returncode == 1 and "2 failed" in done.stdout
    assert "where 1 = <CHIP by postpass: 1 error" in done.stdout and "PAD.W.1 (1)" in done.stdout, done.stdout
    assert "error PAD.W.1, Pad size, smallest (limit 10 um): " in done.stdout, done.stdout


# before a commit


def git(*words, cwd):
    done = run("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always", *words, cwd=cwd)
    assert done.returncode == 0, done
    return done.stdout


@pytest.fixture
def hooks(tmp_path):
    """This package as a repository of its own, as it is in the folder."""
    copy = tmp_path / "postpass"
    copy.mkdir()
    for part in ("pymacros", "tech"):
        shutil.copytree(os.path.join(ROOT, part), copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".pre-commit-hooks.yaml", "pyproject.toml", "grain.xml", "README.md", "LICENSE"):
        shutil.copy(os.path.join(ROOT, name), copy)
    git("init", "-q", cwd=copy)
    git("add", "-A", cwd=copy)
    git("commit", "-qm", "a", cwd=copy)
    git("tag", "v0.1.0", cwd=copy)
    return copy


def test_pre_commit_lets_no_illegal_layout_in(path, hooks, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    with open(os.path.join(HEADLESS, "pre-commit-config.yaml"), encoding="utf-8") as file:
        text = file.read()
    assert "URL-OF-THIS-REPOSITORY" in text and "wlcsp" in text
    (own / ".pre-commit-config.yaml").write_text(text.replace("URL-OF-THIS-REPOSITORY", str(hooks)).replace("wlcsp", "postpass"))
    git("init", "-q", cwd=own)
    assert run("pre-commit", "install", cwd=own, PATH=path).returncode == 0

    def commit():
        git("add", "-A", cwd=own)
        return run("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "a", cwd=own, PATH=path, PRE_COMMIT_HOME=str(tmp_path / "cache"))
    write(own / "chips" / "good.gds", 20.0)
    done = commit()
    assert done.returncode == 0, done
    (own / "words.txt").write_text("no layout")
    write(own / "chips" / "bad one.gds", 9.0)
    write(own / "chips" / "good too.gds", 21.0)
    done = commit()
    said = done.stdout + done.stderr
    assert done.returncode == 1 and re.search(r"bad one\.gds +1 error, .* PAD\.W\.1 1", said) and re.search(r"good too\.gds +0 errors", said), said
    assert "good.gds" not in said  # it did not change
    write(own / "chips" / "bad one.gds", 10.0)
    assert commit().returncode == 0
    write(own / "small.gds", 9.0)
    (own / "small.gds").rename(own / "SMALL.GDS")
    assert commit().returncode == 1
