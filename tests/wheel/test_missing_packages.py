"""Without numpy and scipy the router says how to get them: for KLayout's own Python, and on a Debian by its packages."""

import os
import shutil
import sys

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
    exists = os.path.exists
    monkeypatch.setattr(os.path, "exists", lambda path: debian if path == "/etc/debian_version" else exists(path))
    monkeypatch.setattr(shutil, "which", lambda name: apt if name == "apt-get" else None)
    with pytest.raises(CommandError) as raised:
        fanout._router()
    said = str(raised.value)
    assert said.startswith("The router needs numpy and scipy (")
    assert said.endswith("): install them with pip into KLayout's own Python, %d.%d%s" % (sys.version_info[0], sys.version_info[1], ending))
