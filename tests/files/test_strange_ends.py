"""Standard output closed, signals, names outside ASCII: report and summary whole, or one sentence; nothing half left behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pya
import pytest

from postpass import tech as technologies
from postpass.draw import drawing
from tests.deck.support import DECK, ROOT, UM, application, draw, markers, new_layout, square

from .records import boundary, gds, ring

POSTPASS = technologies.load("postpass")
RUN = os.path.join(ROOT, "run")
MANY = 250_000  # shapes whose check takes much longer than a signal


@pytest.fixture
def folder(tmp_path):
    new_layout(POSTPASS, {"via": [square(1180)], "rdl": [square(20 * UM, 50 * UM)]}).write(str(tmp_path / "in.gds"))
    return tmp_path


def names(folder):
    return sorted(os.listdir(folder))


def shell(words, folder, environment=None):
    return subprocess.run(["bash", "-c", words], cwd=str(folder), env=dict(os.environ, **(environment or {})), capture_output=True, text=True, timeout=120)


WITH_FILES = " --report r.lyrdb --summary s.json"
DIRECT = "%s -b -r %s -rd input=in.gds -rd report=r.lyrdb -rd summary=s.json" % (application(), DECK)


@pytest.mark.parametrize("command", [RUN + " check in.gds" + WITH_FILES, DIRECT], ids=["run", "klayout"])
@pytest.mark.parametrize("end", [" | head -1 >first", " | true", " >&-", " >/dev/full"])
def test_standard_output_that_nobody_reads(folder, command, end):
    done = shell("%s%s; exit ${PIPESTATUS[0]}" % (command, end), folder)
    assert done.returncode == 2 and done.stderr == "", done
    assert json.load(open(folder / "s.json"))["errors"] > 0
    assert open(folder / "r.lyrdb").read().endswith("</report-database>\n")
    assert set(names(folder)) <= {"first", "in.gds", "r.lyrdb", "s.json"}


def test_all_streams_closed(folder):
    assert shell(DIRECT + " >&- 2>&- <&-", folder).returncode == 2
    assert names(folder) == ["in.gds", "r.lyrdb", "s.json"]
    assert open(folder / "r.lyrdb").read().endswith("</report-database>\n") and json.load(open(folder / "s.json"))


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    layout = new_layout(POSTPASS, {"rdl": [pya.Polygon([pya.Point(0, 0), pya.Point(0, 4000), pya.Point(4000 + i % 7, 4000), pya.Point(4000, 0)]).moved(i % 500 * 20000, i // 500 * 20000)
                                           for i in range(MANY)]})
    layout.write(str(folder / "in.gds"))
    return folder


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_run_check_ends_klayout(large, tmp_path, number):
    for old in ("r.lyrdb", "s.json"):
        (tmp_path / old).write_text("older")
    run = subprocess.Popen([RUN, "check", str(large / "in.gds"), "--report", "r.lyrdb", "--summary", "s.json", "--mode", "flat"], cwd=str(tmp_path),
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=default_signals)
    until(lambda: (tmp_path / "r.lyrdb.old").exists() and "klayout" in command_line(run.pid), run)
    time.sleep(1.0)
    run.send_signal(number)
    began = time.monotonic()
    run.wait(timeout=60)
    assert run.returncode == -number and time.monotonic() - began < 5.0
    assert not processes_of_session(run.pid)
    assert names(tmp_path) == ["r.lyrdb.old", "s.json.old"] and (tmp_path / "r.lyrdb.old").read_text() == "older"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_run_route_ends_python(tmp_path, number):
    nets = [{"name": "n%d" % i, "contacts": [{"name": "c", "shape": [box(20 * i, 0)]}], "pads": [{"name": "p", "shape": [box(20 * (i * 37 % 199), 3000)]}]} for i in range(199)]
    case = {"name": "many", "die": [-100, -100, 4100, 3200], "nets": nets, "rules": {"width": 5, "spacing": 5, "allow45": True}}
    (tmp_path / "case.json").write_text(json.dumps(case))
    (tmp_path / "result.json").write_text("older")
    run = subprocess.Popen([RUN, "route", "case.json", "result.json"], cwd=str(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
                           preexec_fn=default_signals)
    until(lambda: "commands.py" in command_line(run.pid), run)
    time.sleep(2.0)
    assert run.poll() is None, run.communicate()
    run.send_signal(number)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == -number and errors == ""
    assert not processes_of_session(run.pid)
    assert names(tmp_path) == ["case.json", "result.json"] and (tmp_path / "result.json").read_text() == "older"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_the_deck_writes_waits_until_the_file_is_whole(folder, number):
    command = [application(), "-b", "-r", os.path.join(ROOT, "tests", "files", "writing_script.py"), "-rd", "package=" + os.path.join(ROOT, "pymacros"),
               "-rd", "summary=s.json", "-rd", "input=in.gds"]
    run = subprocess.Popen(command, cwd=str(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=default_signals)
    assert run.stdout.readline() == "writing\n"
    run.send_signal(number)
    out, _ = run.communicate("go on\n", timeout=60)
    assert run.returncode == -number and out == ""
    assert names(folder) == ["in.gds", "s.json"] and (folder / "s.json").read_text() == "whole"


def box(x, y, size=6):
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size]]


def default_signals():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def until(reached, run):
    began = time.monotonic()
    while not reached():
        assert run.poll() is None and time.monotonic() - began < 60, "ended or stuck before the signal"
        time.sleep(0.05)


def command_line(pid):
    try:
        with open("/proc/%d/cmdline" % pid) as file:
            return file.read()
    except OSError:
        return ""


def processes_of_session(session):
    """Numbers of the processes that are still there of a session, the dead that nobody waited for left out."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % entry) as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(entry))
    return found


LOCALES = pytest.mark.parametrize("locale", ["C", "C.UTF-8"])


@LOCALES
def test_names_outside_ascii(folder, locale):
    shutil.copy(folder / "in.gds", folder / "µ.gds")
    done = shell(RUN + " check µ.gds --report ö.lyrdb --summary ü.json", folder, {"LC_ALL": locale})
    assert done.returncode == 2, done.stderr
    assert names(folder) == ["in.gds", "µ.gds", "ö.lyrdb", "ü.json"]
    assert json.load(open(folder / "ü.json", encoding="utf-8"))["input"] == str(folder / "µ.gds")


@pytest.mark.parametrize("command", ["%s -b -r %s -rd input=µ.gds" % (application(), DECK), "%s -b -r %s -rd input=in.gds -rd report=µ.lyrdb" % (application(), DECK),
                                     "%s -b -r %s/layouts/fan_out.py -rd tech=postpass -rd input=µ.gds -rd output=o.gds" % (application(), ROOT)])
def test_names_that_the_locale_loses_are_one_sentence(folder, command):
    done = shell(command, folder, {"LC_ALL": "C"})
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "run with LC_ALL=C.UTF-8" in done.stderr, done.stderr
    assert names(folder) == ["in.gds"]


@LOCALES
@pytest.mark.parametrize("command", [RUN + " check in.gds" + WITH_FILES, DIRECT], ids=["run", "klayout"])
def test_a_folder_outside_ascii(folder, locale, command):
    """KLayout 0.30 itself cannot read a file in such a folder in the C locale, 0.28.5 can."""
    (folder / "µ").mkdir()
    shutil.copy(folder / "in.gds", folder / "µ")
    done = shell(command, folder / "µ", {"LC_ALL": locale})
    if done.returncode == 1 and (command, locale) == (DIRECT, "C"):
        assert done.stderr.count("\n") == 1 and "run with LC_ALL=C.UTF-8" in done.stderr and names(folder / "µ") == ["in.gds"]
        return
    assert done.returncode == 2, done.stderr
    assert json.load(open(folder / "µ" / "s.json", encoding="utf-8"))["input"] == str(folder / "µ" / "in.gds")


STRANGE = {b"10uA": b"10\xb5A", b"lineXbreakX": b"line\nbreak\xff", b"TOPX": b"TOP\xb5", b"SUBX": b"SUB\xe9"}


def strange(folder):
    """A contact point and a pad of one strange name, not joined; cells of strange names; a label on no metal."""
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    top, cell = layout.create_cell("TOPX"), layout.create_cell("SUBX")
    top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans()))
    drawing.draw_via(cell, POSTPASS, "via", 1.2, 0, 0)
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 80, 20)
    draw(cell, POSTPASS, {"die": [square(400 * UM, -200 * UM, -200 * UM)]})
    for words, x_um, y_um in (("10uA", 0, 0), ("10uA", 80, 20), ("lineXbreakX", 0, 90)):
        drawing.draw_label(cell, POSTPASS, words, x_um, y_um)
    layout.write(str(folder / "in.gds"))
    data = (folder / "in.gds").read_bytes()
    for word, other in STRANGE.items():
        assert word in data
        data = data.replace(word, other)
    (folder / "in.gds").write_bytes(data)


@LOCALES
def test_labels_and_cells_that_are_not_utf_8_are_checked(tmp_path, locale):
    strange(tmp_path)
    done = shell(DIRECT, tmp_path, {"LC_ALL": locale})
    assert done.returncode == 2 and done.stderr == "", done
    summary, texts = json.load(open(tmp_path / "s.json", encoding="utf-8")), [marker.text for marker in markers(str(tmp_path / "r.lyrdb"))]
    assert summary["topcell"] == "TOP\\xb5" and "10\\xb5A" in [net["net"] for net in summary["nets"]]
    assert "label line\\x0abreak\\xff lies on no metal" in texts and any("10\\xb5A" in text for text in texts)
    assert "<top-cell>TOP\\xb5</top-cell>" in open(tmp_path / "r.lyrdb", encoding="utf-8").read()
    assert "10\\xb5A" in done.stdout and "cell TOP\\xb5 of in.gds" in done.stdout


@LOCALES
def test_labels_and_cells_that_are_not_utf_8_are_fanned_out(tmp_path, locale):
    strange(tmp_path)
    command = "%s -b -r %s/layouts/fan_out.py -rd tech=postpass -rd input=in.gds -rd output=o.gds -rd report=r.lyrdb" % (application(), ROOT)
    done = shell(command, tmp_path, {"LC_ALL": locale})
    assert done.returncode == 0 and done.stderr == "" and "Drew 1 trace." in done.stdout, done
    written = (tmp_path / "o.gds").read_bytes()
    assert written.count(b"10\xb5A") == 2 and b"line\nbreak\xff" in written, "labels that are not touched keep their bytes"


def test_a_top_cell_by_its_shown_name(tmp_path):
    parts = [boundary(51, *ring(1200))]
    (tmp_path / "in.gds").write_bytes(gds((b"A\xb5", parts), (b"B\xff\n", parts)))
    done = shell(DIRECT, tmp_path)
    assert done.returncode == 1 and done.stderr == "ERROR: 2 top cells (A\\xb5, B\\xff\\x0a): choose one with topcell=NAME\n", done
    assert shell(DIRECT + " -rd 'topcell=A\\xb5'", tmp_path).returncode == 2
    assert json.load(open(tmp_path / "s.json"))["topcell"] == "A\\xb5"


def test_python_route_with_a_closed_standard_output(tmp_path):
    case = {"name": "one", "die": [0, 0, 300, 300], "rules": {"width": 5, "spacing": 5},
            "nets": [{"name": "n", "contacts": [{"name": "c", "shape": [box(20, 20)]}], "pads": [{"name": "p", "shape": [box(200, 200)]}]}]}
    (tmp_path / "case.json").write_text(json.dumps(case))
    for end in (" >&-", " | true", " >&- 2>&- <&-", " >/dev/full"):
        command = "PYTHONPATH=%s/pymacros %s -m postpass.routing case.json r.json" % (ROOT, sys.executable)
        done = shell(command + end + "; exit ${PIPESTATUS[0]}", tmp_path)
        assert done.returncode == 0 and done.stderr == "", (end, done)
        assert json.load(open(tmp_path / "r.json"))["complete"]
        (tmp_path / "r.json").unlink()
    assert names(tmp_path) == ["case.json"]
