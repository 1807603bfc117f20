"""What `./run test --on` says when it cannot begin. (What it does when it can is seen by running it, as .ci/run does.)"""

import os
import shutil
import subprocess

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: stand-ins for what only root may do
COMMANDS = {"id": "echo 0", "unshare": 'while [ "${1#--}" != "$1" ]; do shift; done; exec "$@"', "debootstrap": "echo building; echo E: no route to host; exit 1"}


@pytest.fixture
def on(tmp_path):
    """A function that runs `./run test --on ARGUMENTS` in a copy, with other stand-ins given by name."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "bin").mkdir()
    for file in ("run", "tests/on_debian.sh", "tests/commands.py"):
        shutil.copy(os.path.join(ROOT, file), tmp_path / file)
    shutil.copytree(os.path.join(ROOT, "pymacros"), tmp_path / "pymacros", ignore=shutil.ignore_patterns("__pycache__"))

    def run(*arguments, **others):
        for name, script in dict(COMMANDS, **others).items():
            (tmp_path / "bin" / name).write_text("#!/bin/sh\n%s\n" % script)
            (tmp_path / "bin" / name).chmod(0o755)
        environment = dict(os.environ, PATH="%s:%s" % (tmp_path / "bin", os.environ["PATH"]))
        return subprocess.run([str(tmp_path / "run"), "test", "--on", *arguments], env=environment, capture_output=True, text=True, timeout=60)
    return run


def said(run, code, words):
    return run.returncode == code and run.stderr.startswith("ERROR: ") and words in run.stderr and run.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("debian:11",), ("ubuntu",)])
def test_an_unknown_system(on, arguments):
    run = on(*arguments)
    assert said(run, 1, "./run test --on debian:12 or --on debian:13"), run


def test_without_root(on):
    run = on("debian:13", id="echo 1000")
    assert said(run, 1, "root alone may: sudo ./run test --on debian:13"), run


def test_where_namespaces_are_not_allowed(on):
    run = on("debian:13", unshare="echo unshare failed >&2; exit 1")
    assert said(run, 1, "does not let root make namespaces"), run


def test_a_debian_that_cannot_be_fetched_has_an_exit_code_of_its_own(on, tmp_path):
    run = on("debian:12")
    assert said(run, 75, "debootstrap could not build Debian 12: E: no route to host"), run
    assert not (tmp_path / "build" / ".debian-12" / "complete").exists()
