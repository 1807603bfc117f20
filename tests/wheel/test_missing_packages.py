"""Without numpy and scipy the router says how to get them: for KLayout's own Python, and on a Debian by its packages."""

import json
import os
import shutil
import subprocess
import sys

import pya
import pytest

import postpass
from postpass.draw.choices import CommandError
from postpass.fanout import command as fanout


@pytest.mark.parametrize("debian, apt, ending", [
    (False, None, "."), (True, None, ", or on this Debian with apt install python3-numpy python3-scipy."),
    (False, "/usr/bin/apt-get", ", or on this Debian with apt install python3-numpy python3-scipy.")])
def test_the_sentence_names_pip_first_and_debian_s_packages_on_a_debian_alone(monkeypatch, debian, apt, ending):
    monkeypatch.setitem(sys.modules, "postpass.fanout.solve", None)  # how Python marks a module that cannot be imported
    monkeypatch.delattr(postpass.fanout, "solve", raising=False)
    monkeypatch.setattr(pya, "Application", object, raising=False)  # as in the application
    exists = os.path.exists
    monkeypatch.setattr(os.path, "exists", lambda path: debian if path == "/etc/debian_version" else exists(path))
    monkeypatch.setattr(shutil, "which", lambda name: apt if name == "apt-get" else None)
    with pytest.raises(CommandError) as raised:
        fanout._router()
    said = str(raised.value)
    assert said.startswith("The router needs numpy and scipy (")
    assert said.endswith("): install them with pip into KLayout's own Python, %d.%d%s" % (sys.version_info[0], sys.version_info[1], ending))


def test_with_the_wheel_it_is_pip_alone(monkeypatch):
    monkeypatch.setitem(sys.modules, "postpass.fanout.solve", None)
    monkeypatch.delattr(postpass.fanout, "solve", raising=False)
    with pytest.raises(CommandError, match=r"^The router needs numpy and scipy \(.*\): pip install numpy scipy\.$"):
        fanout._router()


def test_a_case_is_read_without_scipy(tmp_path):
    """The neutral JSON is a format of lists, too, which a package without the extra `route` converts."""
    case = {"die": [0, 0, 100, 100], "rules": {}, "nets": [{"name": "a", "contacts": [{"shape": [[[1, 1], [3, 1], [3, 3], [1, 3]]]}], "pads": []}]}
    (tmp_path / "c.json").write_text(json.dumps(case))
    program = "import sys; sys.modules['scipy'] = None; sys.path.insert(0, sys.argv[1]); from postpass.__main__ import main; sys.exit(main(sys.argv[2:]))"
    package = os.path.dirname(os.path.dirname(postpass.__file__))
    run = subprocess.run([sys.executable, "-c", program, package, "convert", str(tmp_path / "c.json"), str(tmp_path / "c.csv")], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "") and ",2,2,a,chip_pad," in (tmp_path / "c.csv").read_text()
