"""Every file a command writes against every file it reads and every other file it writes, by every kind of name: the run is
refused with exit code 1 and one sentence, and every file is as it was. And a run that fails leaves older files.

The commands of KLayout run in the real application, all in one process (table_script.py).
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

from postpass import tech as technologies
from tests.deck.support import DECK, FAN_OUT, ROOT, UM, application, new_layout, square

POSTPASS = technologies.load("postpass")
PICTURE = os.path.join(ROOT, "layouts", "picture.py")

#: {command: (script, {variable: file it reads}, {role in the sentence: file it reads}, {variable: file it writes})}
COMMANDS = {
    "deck": (DECK, {"input": "in.gds", "tech": "./variant.json"}, {"input file": ["in.gds"], "technology file": ["variant.json", "base.json"]},
             {"report": "r.lyrdb", "summary": "s.json"}),
    "fan-out": (FAN_OUT, {"input": "in.gds", "tech": "./variant.json", "nets": "nets.csv"},
                {"input file": ["in.gds"], "technology file": ["variant.json", "base.json"], "net list": ["nets.csv"]}, {"output": "o.gds", "report": "r.lyrdb"}),
}
WAYS = ("same path", "relative spelling", "absolute path", "hard link", "symbolic link", "link to the folder")


def filled(folder):
    """A folder with every file that a command reads."""
    (folder / "sub").mkdir(parents=True)
    new_layout(POSTPASS, {"via": [square(1180)], "rdl": [square(20 * UM)]}).write(str(folder / "in.gds"))
    shutil.copy(POSTPASS.path, folder / "base.json")
    (folder / "variant.json").write_text('{"based_on": "base.json", "name": "variant"}')
    (folder / "nets.csv").write_text("net,x_um,y_um\na,0,0\n")
    return folder


def named(folder, path, way):
    """Another name of the file, made where it takes a link."""
    folder_part, base = os.path.split(path)
    if way == "same path":
        return path
    if way == "relative spelling":
        return os.path.join("sub", "..", path)
    if way == "absolute path":
        return str(folder / path)
    if way == "link to the folder":
        os.symlink(folder_part or ".", folder / "link")
        return os.path.join("link", base)
    link = "alias" + os.path.splitext(base)[1]
    (os.link if way == "hard link" else os.symlink)(folder / path, folder / link)
    return link


def snapshot(folder):
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder)] = (open(path, "rb").read(), os.path.islink(path), os.stat(path).st_nlink)
    return found


def pairs():
    """(command, variable that names the output, file it must not be, its role): every output with every input and every other output."""
    for command, (_, _, read, written) in COMMANDS.items():
        for number, variable in enumerate(written):
            for role, paths in read.items():
                for path in paths:
                    yield command, variable, path, role
            for other in list(written)[:number]:
                yield command, variable, written[other], other


def rows_of(folder):
    rows = []
    for number, (command, variable, path, role) in enumerate(pairs()):
        for way in WAYS:
            for there in (True, False):
                script, read, _, written = COMMANDS[command]
                if path in written.values() and there == (way not in ("hard link", "symbolic link")):
                    continue  # an output that is not there yet has no links; one that is there is tried with them
                place = filled(folder / ("%d-%s-%s" % (number, way.replace(" ", "-"), there)))
                if path in written.values() and there:
                    (place / path).write_text("older")
                elif not there and path not in written.values():
                    continue
                rows.append({"script": script, "folder": str(place), "variables": dict(read, **dict(written, **{variable: named(place, path, way)})),
                             "expected": (command, variable, way, role)})
    return rows


def run_table(folder, rows):
    (folder / "rows.json").write_text(json.dumps(rows))
    command = [application(), "-b", "-r", os.path.join(ROOT, "tests", "files", "table_script.py"), "-rd", "rows=%s" % (folder / "rows.json"),
               "-rd", "results=%s" % (folder / "results.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (folder / "results.json").exists(), done.stderr  # KLayout 0.30 ends with the exit code of the last macro
    return json.loads((folder / "results.json").read_text())


def test_no_output_is_an_input_or_another_output(tmp_path):
    rows = rows_of(tmp_path)
    assert len(rows) == len(WAYS) * sum(1 for _ in pairs())
    before = [snapshot(row["folder"]) for row in rows]
    for row, (code, said), files in zip(rows, run_table(tmp_path, rows), before):
        _, variable, _, role = row["expected"]
        assert code == 1 and said.startswith("ERROR: ") and said.count("\n") == 1, (row["expected"], code, said)
        assert (": give another name for the %s" % variable) in said and (" is the %s, " % role in said or "same file as another" in said), (row["expected"], said)
        assert snapshot(row["folder"]) == files, row["expected"]


OLDER = {"r.lyrdb": "older report", "s.json": "older summary", "o.gds": "older layout", "r.lyrdb.old": "kept by hand"}
FAILING = [("deck", {"input": "bad.gds"}), ("deck", {"tech": "nope"}), ("deck", {"mode": "odd"}), ("deck", {"topcell": "NOPE"}), ("deck", {"input": "none.gds"}),
           ("fan-out", {}), ("fan-out", {"input": "bad.gds"}), ("fan-out", {"nets": "none.csv"}), ("fan-out", {"tech": "nope"})]


def test_a_run_that_fails_leaves_older_files(tmp_path):
    rows = []
    for number, (command, changes) in enumerate(FAILING):
        place = filled(tmp_path / str(number))
        (place / "bad.gds").write_text("no layout")
        for name, words in OLDER.items():
            (place / name).write_text(words)
        script, read, _, written = COMMANDS[command]
        rows.append({"script": script, "folder": str(place), "variables": dict(read, **dict(written, **changes)), "expected": (command, changes)})
    before = [snapshot(row["folder"]) for row in rows]
    for row, (code, said), files in zip(rows, run_table(tmp_path, rows), before):
        assert code == 1 and said.count("\n") == 1, (row["expected"], code, said)
        results = [name for name in ("r.lyrdb", "s.json") if name in row["variables"].values()]
        aside = {"r.lyrdb": "r.lyrdb.old2", "s.json": "s.json.old"}
        expected = {aside[name] if name in results else name: content for name, content in files.items()}
        assert snapshot(row["folder"]) == expected, row["expected"]


def test_older_results_go_when_a_run_succeeds(tmp_path):
    place = filled(tmp_path / "here")
    for name in ("r.lyrdb", "s.json", "r.lyrdb.old"):
        (place / name).write_text("older")
    script, read, _, written = COMMANDS["deck"]
    [[code, said]] = run_table(tmp_path, [{"script": script, "folder": str(place), "variables": dict(read, **written)}])
    assert code in (0, 2) and said == ""
    assert (place / "r.lyrdb.old").read_text() == "older" and "s.json.old" not in os.listdir(place)
    assert json.loads((place / "s.json").read_text())["technology"] == "variant" and (place / "r.lyrdb").read_text().endswith("</report-database>\n")


@pytest.mark.parametrize("way", WAYS)
def test_route_does_not_write_over_its_case(tmp_path, way):
    (tmp_path / "sub").mkdir()
    (tmp_path / "case.json").write_text("{}")
    path = named(tmp_path, "case.json", way)
    before = snapshot(tmp_path)
    done = subprocess.run([os.path.join(ROOT, "run"), "route", "case.json", path], cwd=str(tmp_path), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and " is the case, case.json: give another name for the result" in done.stderr and done.stderr.count("\n") == 1, done
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("case", ["", "{}", None])
def test_route_leaves_an_older_result_when_it_fails(tmp_path, case):
    if case is not None:
        (tmp_path / "case.json").write_text(case)
    (tmp_path / "result.json").write_text("older")
    before = snapshot(tmp_path)
    done = subprocess.run([os.path.join(ROOT, "run"), "route", "case.json", "result.json"], cwd=str(tmp_path), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and snapshot(tmp_path) == before


@pytest.mark.parametrize("link", [os.link, os.symlink])
@pytest.mark.parametrize("written", ["tech/postpass/postpass.lyt", "tech/wlcsp/wlcsp.lyp", "docs/rules.md"])
def test_docs_do_not_write_over_a_technology(tmp_path, link, written):
    for part in ("pymacros", "tech"):
        shutil.copytree(os.path.join(ROOT, part), tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(os.path.join(ROOT, "docs", "pictures"), tmp_path / "docs" / "pictures")
    for name in ("README.md", "grain.xml"):
        shutil.copy(os.path.join(ROOT, name), tmp_path)
    shutil.copy(os.path.join(ROOT, "docs", "technology.md"), tmp_path / "docs")
    (tmp_path / written).unlink() if (tmp_path / written).exists() else None
    link(tmp_path / "tech" / "postpass" / "postpass.json", tmp_path / written)
    before = snapshot(tmp_path)
    done = subprocess.run([sys.executable, "-B", "-m", "postpass.documents"], env=dict(os.environ, PYTHONPATH=str(tmp_path / "pymacros")), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and " is the technology file, " in done.stderr and done.stderr.count("\n") == 1, done
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("script, variables, role", [
    ("caravel.py", {"output": os.path.join("link", "layouts", "caravel_pads.csv")}, "list"), ("submicron.py", {"output": "link/tech/postpass/postpass.json"}, "technology file"),
    ("two_levels.py", {"output": "link/tech/wlcsp/wlcsp.json"}, "technology file"), ("picture.py", {"input": "in.gds", "tech": "postpass", "png": "alias.gds"}, "input file")])
def test_recipes_and_pictures(tmp_path, script, variables, role):
    package = tmp_path / "package"
    for part in ("pymacros", "tech", "layouts"):
        shutil.copytree(os.path.join(ROOT, part), package / part, ignore=shutil.ignore_patterns("__pycache__"))
    filled(tmp_path / "here")
    os.symlink(package, tmp_path / "here" / "link")
    os.link(tmp_path / "here" / "in.gds", tmp_path / "here" / "alias.gds")
    before = snapshot(tmp_path)
    command = [application(), *(["-z", "-nc"] if script == "picture.py" else ["-b"]), "-r", str(package / "layouts" / script)]
    for name, value in variables.items():
        command += ["-rd", "%s=%s" % (name, value)]
    env = dict(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONDONTWRITEBYTECODE="1", KLAYOUT_HOME=os.environ.get("KLAYOUT_HOME", str(tmp_path.parent / "home")))
    done = subprocess.run(command, cwd=str(tmp_path / "here"), env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and " is the %s, " % role in done.stderr and done.stderr.count("\n") == 1, done
    after = {name: content for name, content in snapshot(tmp_path).items() if "__pycache__" not in name}
    assert after == before


@pytest.mark.parametrize("variables, sentence", [((), "give -rd input=FILE -rd tech=NAME -rd png=FILE"), (("input=no.gds", "tech=postpass", "png=p.png"), "no.gds: no such file")])
def test_a_picture_that_cannot_be_drawn_is_one_sentence(variables, sentence, tmp_path):
    words = [word for one in variables for word in ("-rd", one)]
    env = dict(os.environ, QT_QPA_PLATFORM="offscreen", KLAYOUT_HOME=os.environ.get("KLAYOUT_HOME", str(tmp_path.parent / "home")))
    done = subprocess.run([application(), "-z", "-nc", *words, "-r", PICTURE], cwd=str(tmp_path), env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and done.stderr == "ERROR: %s\n" % sentence and not os.listdir(tmp_path), done
