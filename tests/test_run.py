"""What ./run understands: help for every command, one sentence for what it does not know, options as they come."""

import os
import shutil
import subprocess

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMANDS = [[], ["demo"], ["test"], ["gui"], ["check"], ["check", "in.gds"], ["route"], ["docs"], ["package"], ["bench"]]
COMMANDS += [["bench", name] for name in ("drc", "derived", "route", "scale", "worst", "faults", "fuzz", "mutants")]
WRONG = {"nonsense": ["nonsense"], "demo": ["demo", "--wrong"], "demo more": ["demo", "more"], "gui": ["gui", "nowhere.gds"], "gui option": ["gui", "--wrong"], "check nothing": ["check"],
         "check option": ["check", "a.gds", "--wrong"], "check no value": ["check", "a.gds", "--tech"], "route": ["route", "case.json"],
         "docs": ["docs", "--wrong"], "package": ["package", "--wrong"], "bench": ["bench"], "bench nonsense": ["bench", "nonsense"], "bench option": ["bench", "drc", "--wrong"],
         "bench value": ["bench", "fuzz", "--seed", "x"], "bench kind": ["bench", "fuzz", "--kind", "x"]}


def run(*arguments, **environment):
    return subprocess.run([os.path.join(ROOT, "run"), *arguments], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command):
    done = run(*command, "--help")
    assert done.returncode == 0 and done.stdout.startswith("usage: ./run %s" % " ".join(command[:1] if command[:1] != ["bench"] else command)) and done.stderr == ""


def test_no_command_is_the_help():
    assert run().stdout == run("help").stdout == run("--help").stdout and run().returncode == 0


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_what_is_not_understood_is_one_sentence(arguments):
    done = run(*arguments)
    assert done.returncode == 1 and done.stderr.startswith("ERROR: ") and done.stderr.count("\n") == 1 and done.stdout == "", done


def test_the_bootstrap_is_short():
    with open(os.path.join(ROOT, "run"), encoding="utf-8") as file:
        assert len(file.readlines()) < 100


def stand_in(path):
    """A program that prints what it is called with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    path.chmod(0o755)


def test_check_gives_its_options_to_the_deck(tmp_path):
    stand_in(tmp_path / "klayout")
    done = run("check", "--tech", "wlcsp", "a b.gds", "--window", "-10,-10,5,5", "--threads=2", PATH="%s:%s" % (tmp_path, os.environ["PATH"]))
    words = done.stdout.splitlines()
    given = [word for word, before in zip(words[1:], words) if before == "-rd"]
    assert words[:3] == ["-b", "-r", os.path.join(ROOT, "drc", "postpass.lydrc")]
    assert sorted(given) == ["input=a b.gds", "tech=wlcsp", "threads=2", "window=-10,-10,5,5"]


@pytest.fixture
def copy(tmp_path):
    """A copy of the checkout whose environment holds a stand-in for Python."""
    for folder in ("tests", "pymacros"):
        shutil.copytree(os.path.join(ROOT, folder), tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("run", "pyproject.toml"):
        shutil.copy(os.path.join(ROOT, file), tmp_path)
    wanted = subprocess.run(["python3", "-c", "import commands; print(commands.wanted(commands.NEWEST, 'test', 'lint'), end='')"], cwd=tmp_path / "tests", capture_output=True, text=True)
    assert wanted.stdout.startswith("klayout>=0.30,<0.31 klayout>=0.28.17 klayout<0.30.8;python_version<'3.10' numpy scipy pytest>=7 "), wanted
    stand_in(tmp_path / ".venv" / "bin" / "python")
    (tmp_path / ".venv" / "requirements").write_text(wanted.stdout)
    return tmp_path


def words_of(copy, *arguments):
    """What the stand-in of a copy is called with."""
    return subprocess.run([copy / "run", *arguments], capture_output=True, text=True, timeout=60).stdout.splitlines()


def test_options_of_pytest_pass(copy):
    options = ["tests/deck/test_nets.py", "-k", "short or not split", "-x", "--maxfail=3", "tests/wheel"]
    assert words_of(copy, "test", *options) == ["-m", "pytest", *options]


@pytest.mark.parametrize("where", [("--workers", "2"), ("--scheduler=tcp://host:8786",)], ids=" ".join)
def test_a_check_on_several_processors_is_the_package_s(copy, where):
    options = ["check", "a b.gds", "--tech", "wlcsp", *where, "--side", "500"]
    assert words_of(copy, *options) == ["-m", "postpass", *options]
