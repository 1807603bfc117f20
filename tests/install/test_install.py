"""The package as a wheel in an empty environment: the same markers, words and exit codes as in the application."""

import os
import re
import subprocess
import sys

import pya
import pytest

from tests.deck.support import markers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
#: the newest and the oldest wheel of KLayout for this Python
WHEELS = ("klayout>=0.30,<0.31", "klayout==%s" % ("0.28.17.post1" if sys.version_info < (3, 13) else "0.29.12" if sys.version_info < (3, 14) else "0.30.3"))
API = """
import sys, postpass, pya
layout = pya.Layout()
layout.read(sys.argv[1])
by_file, by_layout, by_cell = (postpass.check(what, "postpass") for what in (sys.argv[1], layout, layout.top_cell()))
assert by_file.errors == by_layout.errors == by_cell.errors > 0
assert by_file.cell_name == layout.top_cell().name
try:
    postpass.check(layout, "nonsense")
except postpass.Refusal as refusal:
    print(by_file.errors, refusal)
"""


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    assert done.returncode == 0, done.stderr
    return folder / os.listdir(folder)[0]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """The block of sub-micron contact points, with a small via, a slanted trace and a pad too near."""
    path = str(tmp_path_factory.mktemp("layout") / "in.gds")
    assert run("klayout", "-b", "-r", os.path.join(ROOT, "layouts", "submicron.py"), "-rd", "output=" + path).returncode == 0
    layout = pya.Layout()
    layout.read(path)
    for index in layout.layer_indexes():
        place = layout.top_cell().bbox()
        layout.top_cell().shapes(index).insert(pya.Box(place.left + 1000, place.bottom + 1000, place.left + 1403, place.bottom + 1400))
        layout.top_cell().shapes(index).insert(pya.Polygon([pya.Point(0, 0), pya.Point(700, 9000), pya.Point(1500, 9001)]))
    layout.write(path)
    return path


def words(text):
    """What was printed, without seconds and paths."""
    return re.sub(r" +[0-9]+\.[0-9]+$| in [0-9.]+ s$|\(/.*/|report: .*", "", text, flags=re.MULTILINE)


def found(report):
    return sorted((marker.rule, str(marker.box), marker.text) for marker in markers(str(report)))


@pytest.mark.parametrize("klayout", WHEELS)
def test_an_installed_wheel_checks_as_the_application_does(klayout, wheel, faulty, tmp_path):
    assert run(sys.executable, "-m", "venv", tmp_path / "venv").returncode == 0
    done = run(tmp_path / "venv" / "bin" / "pip", "install", "-q", wheel, klayout)
    assert done.returncode == 0, done.stderr
    for mode in ("flat", "tiled"):
        there, here = tmp_path / "application.lyrdb", tmp_path / "wheel.lyrdb"
        expected = run("klayout", "-b", "-r", os.path.join(ROOT, "drc", "postpass.lydrc"), "-rd", "input=" + faulty, "-rd", "tech=postpass", "-rd", "report=%s" % there, "-rd", "mode=" + mode)
        done = run(tmp_path / "venv" / "bin" / "postpass", "check", faulty, "--tech", "postpass", "--report", here, "--mode", mode)
        assert (done.returncode, words(done.stdout)) == (expected.returncode, words(expected.stdout)), done.stderr
        assert done.returncode == 2 and found(here) == found(there)
    done = run(tmp_path / "venv" / "bin" / "python", "-c", API, faulty)
    assert done.returncode == 0 and "unknown technology 'nonsense'" in done.stdout, done.stderr
    with open(os.path.join(ROOT, "grain.xml"), encoding="utf-8") as grain:
        assert run(tmp_path / "venv" / "bin" / "postpass", "--version").stdout == "postpass %s\n" % re.search("<version>(.*)</version>", grain.read()).group(1)
    pip = tmp_path / "venv" / "bin" / "pip"
    assert run(pip, "install", "-q", "--force-reinstall", "--no-deps", wheel).returncode == 0  # as the next version is
    assert run(tmp_path / "venv" / "bin" / "postpass", "check", faulty, "--tech", "postpass").returncode == 2
    assert run(pip, "uninstall", "-q", "-y", "postpass").returncode == 0
    assert not list((tmp_path / "venv").rglob("*postpass*"))


@pytest.mark.parametrize("command", [[], ["check"], ["fan-out"], ["route"], ["docs"]])
def test_every_command_has_help_and_takes_no_unknown_option(command):
    start = ["env", "PYTHONPATH=" + os.path.join(ROOT, "pymacros"), sys.executable, "-m", "postpass", *command]
    assert run(*start, "--help").stdout.startswith("usage: postpass")
    wrong = run(*start, "--wrong")
    assert wrong.returncode == 1 and wrong.stderr.startswith("ERROR: ") and len(wrong.stderr.splitlines()) == 1
