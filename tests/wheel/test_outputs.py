"""The door for written files: whole or not at all, never over a file that is read, links included."""

import os
import signal
import subprocess
import sys

import pytest

from postpass import files
from postpass.files import FileError, Input, Output, Outputs

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "in.gds").write_text("layout")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder):
    return sorted(os.listdir(folder))


def writing(text):
    return lambda path: files.write_text(path, text)


WAYS = {
    "same path": lambda path: path,
    "relative spelling": lambda path: os.path.join(".", "sub", "..", path),
    "absolute path": os.path.abspath,
    "hard link": lambda path: os.link(path, "other") or "other",
    "symbolic link": lambda path: os.symlink(path, "other") or "other",
    "link to a link": lambda path: os.symlink(path, "middle") or os.symlink("middle", "other") or "other",
    "link to the folder": lambda path: os.symlink(".", "here") or os.path.join("here", path),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_output_that_is_an_input(folder, way):
    (folder / "sub").mkdir()
    path = WAYS[way]("in.gds")
    before = names(folder)
    with pytest.raises(FileError, match="report.* is the input file, in.gds: give another name for the report"):
        Outputs([Output("report", path, True)], [Input("input file", "in.gds")])
    assert names(folder) == before and (folder / "in.gds").read_text() == "layout"


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("way", ["same path", "relative spelling", "absolute path", "symbolic link", "link to the folder"])
def test_two_outputs_that_are_one_file(folder, way, there):
    (folder / "sub").mkdir()
    if there:
        (folder / "r").write_text("older")
    path = WAYS[way]("r")
    with pytest.raises(FileError, match="summary.* is the (report, r|same file as another)"):
        Outputs([Output("report", "r", True), Output("summary", path, True)], [Input("input file", "in.gds")])
    assert not there or (folder / "r").read_text() == "older"


def test_two_outputs_whose_names_a_file_system_takes_for_one(folder, monkeypatch):
    """The file system itself is asked: here one that knows no capitals, played by os.open."""
    truly = os.open
    monkeypatch.setattr(os, "open", lambda path, *more: truly(path.lower(), *more))
    monkeypatch.setattr(files, "partial", lambda path, partial=files.partial: partial(path).lower())
    with pytest.raises(FileError, match="summary R.JSON is the same file as another one to write"):
        Outputs([Output("report", "r.json"), Output("summary", "R.JSON")])
    assert names(folder) == ["in.gds"]


def test_long_names_that_differ_at_the_beginning_are_two_files(folder):
    outputs = Outputs([Output("report", "a" + "x" * 200), Output("summary", "b" + "x" * 200)])
    outputs.write({"report": (writing("a"), None), "summary": (writing("b"), None)})
    assert sorted(name[0] for name in names(folder)) == ["a", "b", "i"]


@pytest.mark.parametrize("path, words", [("", "report= needs the name of a file"), ("no/r", "folder no does not exist"), (".", "it is a folder"),
                                         ("in.gds/r", "folder in.gds does not exist"), ("pipe", "no file but a device, a pipe"), ("a\0b", "zero byte"),
                                         ("x" * 300, "File name too long"), ("nowhere_link", "folder .*gone does not exist")])
def test_where_no_file_can_be_written(folder, path, words):
    os.mkfifo(folder / "pipe")
    os.symlink("gone/r", folder / "nowhere_link")
    before = names(folder)
    with pytest.raises(FileError, match=words):
        Outputs([Output("report", path, True)])
    assert names(folder) == before


def test_whole_files_take_their_names_together(folder):
    (folder / "r").write_text("older")
    os.chmod(folder / "r", 0o640)
    Outputs([Output("report", "r"), Output("summary", "s")]).write({"report": (writing("new"), None), "summary": (writing("also"), None)})
    assert (folder / "r").read_text() == "new" and (folder / "s").read_text() == "also"
    assert names(folder) == ["in.gds", "r", "s"] and os.stat(folder / "r").st_mode & 0o777 == 0o640


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("Unable to write\nmore")])
def test_a_file_that_fails_leaves_all_as_they_were(folder, error):
    (folder / "r").write_text("older")

    def fail(path):
        files.write_text(path, "half")
        raise error
    with pytest.raises(FileError, match="cannot write s: (No space left|Unable to write)"):
        Outputs([Output("report", "r"), Output("summary", "s")]).write({"report": (writing("new"), None), "summary": (fail, None)})
    assert (folder / "r").read_text() == "older" and names(folder) == ["in.gds", "r"]


def test_a_file_that_cannot_be_read_again_is_not_kept(folder):
    def unreadable(path):
        raise RuntimeError("Unexpected end of file")
    with pytest.raises(FileError, match="cannot write r: Unexpected end"):
        Outputs([Output("report", "r")]).write({"report": (writing("half"), unreadable)})
    assert names(folder) == ["in.gds"]


def test_a_file_without_its_end_is_not_kept(folder):
    outputs = Outputs([Output("report", "r")])
    with pytest.raises(FileError, match="cannot write r: the end of the file is missing"):
        outputs.write({"report": (writing("<report-database>"), files.require_ending(b"</report-database>"))})
    assert names(folder) == ["in.gds"]
    outputs.write({"report": (writing("</report-database>\n"), files.require_ending(b"</report-database>"))})
    assert names(folder) == ["in.gds", "r"]


def test_an_older_result_is_set_aside_and_goes_when_its_successor_is_complete(folder):
    (folder / "r").write_text("older")
    (folder / "out.gds").write_text("precious")
    outputs = Outputs([Output("report", "r", True), Output("output", "out.gds")])
    outputs.set_aside()
    assert outputs.aside() == [("report", "r", "r.old")]
    assert names(folder) == ["in.gds", "out.gds", "r.old"] and (folder / "r.old").read_text() == "older"
    outputs.write({"report": (writing("new"), None), "output": (writing("next"), None)})
    assert names(folder) == ["in.gds", "out.gds", "r"] and (folder / "r").read_text() == "new"


def test_nothing_is_overwritten_by_setting_aside(folder):
    for name in ("r", "r.old", "r.old2"):
        (folder / name).write_text(name)
    Outputs([Output("report", "r", True)]).set_aside()
    assert {name: (folder / name).read_text() for name in names(folder)[1:]} == {"r.old": "r.old", "r.old2": "r.old2", "r.old3": "r"}


@pytest.mark.parametrize("there", [True, False])
def test_a_symbolic_link_stays_a_link(folder, there):
    (folder / "far").mkdir()
    os.symlink(os.path.join("far", "real"), "r")
    if there:
        (folder / "far" / "real").write_text("older")
    outputs = Outputs([Output("report", "r", True)])
    outputs.set_aside()
    outputs.write({"report": (writing("new"), None)})
    assert os.path.islink("r") and (folder / "far" / "real").read_text() == "new" and names(folder / "far") == ["real"]


def test_another_name_of_the_older_file_keeps_what_it_held(folder):
    (folder / "r").write_text("older")
    os.link("r", "archive")
    Outputs([Output("report", "r")]).write({"report": (writing("new"), None)})
    assert (folder / "archive").read_text() == "older" and (folder / "r").read_text() == "new"


SLOW = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from postpass import console, files
console.prepare()
def write(path):
    files.write_text(path, "half")
    print(path, flush=True)
    sys.stdin.readline()  # the signal comes here
    files.write_text(path, "whole")
files.Outputs([files.Output("report", "r")]).write({"report": (write, None)})
print("not reached")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_while_a_file_is_written_waits_until_it_is_whole(folder, number):
    run = subprocess.Popen([sys.executable, "-c", SLOW, os.path.join(ROOT, "pymacros")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout.readline().startswith(".part-")
    run.send_signal(number)
    out, _ = run.communicate("go on\n", timeout=30)
    assert run.returncode == -number and "not reached" not in out
    assert names(folder) == ["in.gds", "r"] and (folder / "r").read_text() == "whole"


@pytest.fixture
def nobody(folder):
    """The test runs as a user whom protection concerns; root is not."""
    os.chown(folder, 65534, -1) if os.geteuid() == 0 else None
    root = os.geteuid()
    yield lambda: os.seteuid(65534) if root == 0 else None
    os.seteuid(root)


def test_a_protected_file_is_not_replaced(folder, nobody):
    (folder / "r").write_text("protected")
    os.chmod("r", 0o444)
    nobody()
    with pytest.raises(FileError, match="cannot write r: Permission denied"):
        Outputs([Output("report", "r")])


def test_a_protected_folder(folder, nobody):
    os.chmod(folder, 0o555)
    nobody()
    with pytest.raises(FileError, match="cannot write r: Permission denied"):
        Outputs([Output("report", "r")])
