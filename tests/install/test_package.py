"""What ./run package builds: the same bytes each time, installed by KLayout's own package manager without a network, and by copying."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

import pya
import pytest

from postpass import tech as technologies
from tests.kits import KITS
from tests.resident import application

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
GRAIN = os.path.join(ROOT, "grain.xml")
VIOLATED = {"RDL.D.1": 1, "RDL.D.2": 1, "PAD.W.1": 1, "DIE.C.1": 1, "NET.O.1": 1}
SETTINGS = "klayoutrc"


def run(*command, cwd=None, **environment):
    return subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300)


def grain():
    return {element.tag: element.text or "" for element in ElementTree.parse(GRAIN).getroot()}


# what is built


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, os.path.join(ROOT, "tests", "build_package.py"), folder)
    assert done.returncode == 0, done.stderr
    assert sorted(os.listdir(folder)) == sorted("postpass-%s%s" % (grain()["version"], end) for end in ("-py3-none-any.whl", ".zip"))
    return folder


def names_of(path):
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def archive_of(folder):
    return folder / ("postpass-%s.zip" % grain()["version"])


def test_a_copy_of_other_times_and_modes_gives_the_same_bytes(built, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, symlinks=True, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns(".git", ".venv*", "build", "__pycache__", ".*cache"))
    for folder, _, names in os.walk(copy):
        for name in names:
            os.utime(os.path.join(folder, name), (1e9, 1e9))
            os.chmod(os.path.join(folder, name), 0o600)
    (copy / "pymacros" / "postpass" / "__pycache__").mkdir()
    (copy / "pymacros" / "postpass" / "__pycache__" / "a.pyc").write_bytes(b"x")
    done = run(sys.executable, copy / "tests" / "build_package.py", tmp_path / "dist")
    assert done.returncode == 0, done.stderr
    for name in os.listdir(built):
        assert (tmp_path / "dist" / name).read_bytes() == (built / name).read_bytes(), name


def test_the_wheel_has_one_builder(built):
    """Another one writes other bytes: its name, and what a newer form of the metadata holds."""
    wanted = re.search(r'requires = \["hatchling==([0-9.]+)"\]', open(os.path.join(ROOT, "pyproject.toml"), encoding="utf-8").read())
    with zipfile.ZipFile(built / ("postpass-%s-py3-none-any.whl" % grain()["version"])) as archive:
        said = archive.read("postpass-%s.dist-info/WHEEL" % grain()["version"]).decode("utf-8")
    assert wanted and "Generator: hatchling %s\n" % wanted[1] in said


@pytest.mark.parametrize("python, klayout, taken", [("3.9", "0.30.7", True), ("3.9", "0.30.12", False), ("3.13", "0.30.12", True), ("3.11", "0.28.16", False)])
def test_the_wheel_asks_for_a_klayout_that_has_a_wheel(python, klayout, taken, built):
    """Where pip finds none, it tries to build KLayout."""
    from packaging.requirements import Requirement
    with zipfile.ZipFile(built / ("postpass-%s-py3-none-any.whl" % grain()["version"])) as archive:
        lines = archive.read("postpass-%s.dist-info/METADATA" % grain()["version"]).decode("utf-8").splitlines()
    asked = [Requirement(line.split(": ", 1)[1]) for line in lines if line.startswith("Requires-Dist: klayout")]
    assert all(klayout in one.specifier for one in asked if one.marker is None or one.marker.evaluate({"python_version": python})) == taken


@pytest.mark.parametrize("variable, value, sentence", [
    ("SOURCE_DATE_EPOCH", "4354819200", "SOURCE_DATE_EPOCH=4354819200: it must be a whole number of seconds, before the year 2108"), ("SOURCE_DATE_EPOCH", "-1", "SOURCE_DATE_EPOCH=-1: it must be"),
    ("PIP_NO_INDEX", "1", "could not build the wheel: ERROR: No matching distribution found for hatchling")])
def test_what_cannot_be_built_is_one_sentence(variable, value, sentence, tmp_path):
    done = run(sys.executable, os.path.join(ROOT, "tests", "build_package.py"), tmp_path / "dist", **{variable: value})
    assert done.returncode == 1 and done.stderr.startswith("ERROR: " + sentence) and done.stderr.count("\n") == 1 and os.listdir(tmp_path / "dist") == [], done


def test_the_archive_holds_the_package_and_nothing_else(built):
    names = names_of(archive_of(built))
    top = "postpass-%s/" % grain()["version"]
    assert names[0] == top + "repository.xml" and all(name.startswith(top + "postpass/") for name in names[1:]) and names[1:] == sorted(names[1:])
    inner = [name[len(top + "postpass/"):] for name in names[1:]]
    assert {name.split("/")[0] for name in inner} == {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "docs", "drc", "grain.xml", "layouts", "pymacros", "tech"}
    assert not [name for name in inner if re.search(r"\.pyc$|__pycache__|(^|/)\.|(^|/)tests?/|^docs/[^/]*\.(py|sh)$", name)]
    tracked = run("git", "-C", ROOT, "ls-files", "pymacros", "drc", "tech", "layouts").stdout.split()
    if tracked:  # not in a copy without a repository
        assert set(tracked) <= set(inner)


def test_the_wheel_holds_the_package_and_nothing_else(built):
    names = names_of(built / ("postpass-%s-py3-none-any.whl" % grain()["version"]))
    assert {name.split("/")[0] for name in names} == {"postpass", "postpass-%s.dist-info" % grain()["version"]}
    assert not [name for name in names if re.search(r"\.pyc$|__pycache__|^postpass/panel/|(^|/)tests?/", name)]


# grain.xml


def test_the_grain_tells_everything_that_the_package_manager_shows():
    told = grain()
    assert sorted(told) == sorted(["name", "hidden", "version", "api-version", "title", "doc", "doc-url", "license", "author", "icon", "screenshot"])  # no depends: it needs no other package
    assert told["name"] == "postpass" and told["hidden"] == "false" and re.fullmatch(r"\d+\.\d+\.\d+", told["version"])
    assert told["api-version"].split("; ") == ["0.28", "python3", "ruby", "qt_binding"]
    assert told["title"].startswith("Postpass") and len(told["doc"]) > 100 and told["author"]
    assert os.path.isfile(os.path.join(ROOT, told["doc-url"]))  # relative: KLayout looks for it in the package
    with open(os.path.join(ROOT, "LICENSE"), encoding="utf-8") as file:
        assert file.read().startswith(told["license"])
    with open(os.path.join(ROOT, "CHANGELOG.md"), encoding="utf-8") as file:
        assert re.search(r"^## (\S+)", file.read(), re.MULTILINE).group(1) == told["version"]


@pytest.mark.parametrize("element, width, most", [("icon", (64, 64), 8_000), ("screenshot", (400, 700), 200_000)])
def test_pictures_in_the_grain_are_png(element, width, most):
    content = base64.b64decode(grain()[element], validate=True)
    assert content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) < most
    assert width[0] <= int.from_bytes(content[16:20], "big") <= width[1]


def test_the_wheel_has_the_version_of_the_grain(built):
    name = "postpass-%s.dist-info/METADATA" % grain()["version"]
    with zipfile.ZipFile(built / ("postpass-%s-py3-none-any.whl" % grain()["version"])) as archive:
        assert "\nVersion: %s\n" % grain()["version"] in archive.read(name).decode("utf-8")


# installed


class Home:
    """A KLayout of its own: its settings, and the package unpacked beside them."""

    def __init__(self, folder, archive):
        self.path, self.unpacked = folder / "home", folder / "unpacked"
        self.path.mkdir()
        with zipfile.ZipFile(archive) as file:
            file.extractall(self.unpacked)
        self.top = self.unpacked / os.listdir(self.unpacked)[0]
        self.package = self.path / "salt" / "postpass"

    def klayout(self, *options, **environment):
        """One start without a network: the only index of packages is that of the archive."""
        environment.update(KLAYOUT_HOME=str(self.path), KLAYOUT_SALT_MINE=str(self.top / "repository.xml"), QT_QPA_PLATFORM="offscreen", KLAYOUT_PATH="")
        return run(application(), *options, **environment)

    def by_package_manager(self):
        done = self.klayout("-b", "-y", self.top / "postpass")
        assert done.returncode == 0 and "Package 'postpass' installed" in done.stdout + done.stderr, done

    def by_copying(self):
        shutil.copytree(self.top / "postpass", self.package)

    def opened(self, then="", **environment):
        """What a user finds at a start (inside_installed.py)."""
        found = self.path.parent / "found.json"
        done = self.klayout("-z", "-e", "-r", os.path.join(HERE, "inside_installed.py"), "-rd", "found=%s" % found, "-rd", "then=" + then, **environment)
        assert done.returncode == 0 and "ERROR" not in done.stderr, done.stderr
        with open(found, encoding="utf-8") as file:
            told = json.load(file)
        found.unlink()
        return told

    def checked(self, layout):
        return self.klayout("-b", "-r", self.package / "drc" / "postpass.lydrc", "-rd", "input=%s" % layout, "-rd", "tech=postpass")

    def left(self):
        """What there is below the settings, but for the folders that KLayout makes for every user."""
        return sorted(name for folder, _, names in os.walk(self.path) for name in names)


def require_complete(told):
    assert told["docks"] == ["Post-passivation"] and told["menu"] and told["drc"].count("Post-passivation DRC") == 1
    assert set(technologies.installed(os.path.join(ROOT, "tech"))) <= set(told["technologies"])
    assert told["markers"] == VIOLATED
    assert set(KITS) <= set(told["libraries"]) and all(told["libraries"].values())


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    """A layout with a pad that is too small."""
    path, layout = tmp_path_factory.mktemp("layout") / "small.gds", pya.Layout()
    layout.create_cell("TOP").shapes(layout.layer(*technologies.load("postpass").layers["pad_signal"]["gds"])).insert(pya.Box(0, 0, 9000, 9000))
    layout.write(str(path))
    return path


@pytest.mark.parametrize("how", [Home.by_package_manager, Home.by_copying])
def test_an_installed_package_is_complete(built, layout, tmp_path, how):
    home = Home(tmp_path, archive_of(built))
    how(home)
    require_complete(home.opened())
    done = home.checked(layout)
    assert done.returncode == 2 and str(home.package) in done.stdout, done


def next_version(home):
    """The unpacked package as a later version of it."""
    path = home.top / "postpass" / "grain.xml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<version>%s<" % grain()["version"], "<version>99.1<"), encoding="utf-8")
    (home.top / "postpass" / "pymacros" / "postpass" / "of_the_next_version.py").write_text("")


def test_the_next_version_leaves_what_is_the_user_s_and_removal_leaves_nothing_else(built, tmp_path):
    home, own = Home(tmp_path, archive_of(built)), tmp_path / "own"
    home.by_package_manager()
    own.mkdir()
    made = run(sys.executable, "-B", "-m", "postpass", "tech", "new", "my_line", "--from", "wlcsp", cwd=own, PYTHONPATH=str(home.package / "pymacros"))
    assert made.returncode == 0, made.stderr
    variant = (own / "my_line.json").read_bytes()
    where = {"POSTPASS_TECH_PATH": str(own)}
    require_complete(home.opened("choose", **where))
    settings = (home.path / SETTINGS).read_text(encoding="utf-8")

    next_version(home)
    home.by_package_manager()
    assert "<version>99.1<" in (home.package / "grain.xml").read_text(encoding="utf-8") and (home.package / "pymacros" / "postpass" / "of_the_next_version.py").exists()
    assert (home.path / SETTINGS).read_text(encoding="utf-8") == settings
    told = home.opened(**where)
    require_complete(told)
    assert told["chosen"] == ["wlcsp", "250", ["my_line"]]
    assert (own / "my_line.json").read_bytes() == variant

    removed = home.opened("remove", **where)
    assert removed["said"] == ["Are you sure to delete package 'postpass'?"]
    assert home.left() == [SETTINGS] and os.listdir(home.path / "salt") == [] and (own / "my_line.json").read_bytes() == variant
    told = home.opened(**where)
    assert not told["docks"] and not told["menu"] and "Post-passivation DRC" not in told["drc"] and told["technologies"] == [""] and not told["path"]


def test_the_same_version_is_not_installed_again(built, tmp_path):
    home = Home(tmp_path, archive_of(built))
    home.by_package_manager()
    kept = (home.package / "grain.xml").read_bytes()
    done = home.klayout("-b", "-y", home.top / "postpass")
    assert done.returncode == 0 and (home.package / "grain.xml").read_bytes() == kept
