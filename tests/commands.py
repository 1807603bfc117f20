"""The command line behind ./run: what the README shows of a checkout. The standard library alone; runs without KLayout's wheel.

`check` and `gui` become KLayout, so that a signal to this process ends it. Exit code 1 stands for a command that cannot be
understood, as for everything that could not be done.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import signal
import subprocess
import sys
from typing import Any, NamedTuple, NoReturn

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build")
DECK = os.path.join(ROOT, "drc", "postpass.lydrc")
Given = dict[str, Any]  # values of a command's arguments by name, those that were given
sys.path[0] = os.path.join(ROOT, "pymacros")  # instead of this folder, whose packages are the tests

from postpass import __main__ as product  # noqa: E402
from postpass import console  # noqa: E402
from postpass.messages import Refusal, guarded  # noqa: E402

#: the wheel of KLayout that the tests run with, and the oldest one for each Python
NEWEST = "klayout>=0.30,<0.31"
OLDEST = (((3, 12), "klayout==0.28.17.post1"), ((3, 13), "klayout==0.29.12"), ((3, 99), "klayout==0.30.3"))
#: what ./run test --fast and --quick run; the tests of the wheel run with the oldest one, too
FAST = ("tests/test_code.py", "tests/test_run.py", "tests/deck/test_limits.py", "tests/wheel", "tests/panel/test_panel.py")
QUICK = ("tests/deck/test_exit_codes.py", "tests/deck/test_limits.py", "tests/panel", "tests/fanout", "tests/exchange", "tests/wheel", "tests/install/test_package.py",
         "tests/files/test_klayout_technology.py", "tests/test_two_teams.py")
DEMO = (("caravel", "wlcsp"), ("submicron", "postpass"))


class Bench(NamedTuple):
    """A script, what it shows, and the arguments it takes: (name, options of argparse's add_argument)."""

    script: str
    shows: str
    arguments: tuple[tuple[str, dict[str, Any]], ...] = ()


_SWITCH: dict[str, Any] = {"action": "store_true"}
BENCHES = {
    "drc": Bench("tests/bench/drc.py", "the deck beside the deck a user would write",
                 (("--full", _SWITCH), ("--threads", {"metavar": "N", "type": int}), ("--longest", {"metavar": "SECONDS", "type": float}))),
    "derived": Bench("tests/bench/derived.py", "rules on derived layers beside the same booleans and checks in KLayout's DRC language", (("--full", _SWITCH),)),
    "route": Bench("tests/bench/route.py", "the router's table: references and lower bounds beside ours",
                   (("cases", {"metavar": "CASES_FOLDER", "nargs": "?"}), ("--quick", _SWITCH), ("--planted", _SWITCH), ("--product", _SWITCH))),
    "panel": Bench("tests/bench/panel.py", "the panel's actions on large cells beside KLayout's own", (("--quick", _SWITCH),)),
    "scale": Bench("tests/bench/scale.py", "what a second worker gains",
                   (("vias", {"metavar": "VIAS", "nargs": "?", "type": int}), ("rounds", {"metavar": "ROUNDS", "nargs": "?", "type": int}))),
    "table": Bench("tests/bench/table.py", "many layouts in one call, by one and by two workers",
                   (("layouts", {"metavar": "LAYOUTS", "nargs": "?", "type": int}), ("rounds", {"metavar": "ROUNDS", "nargs": "?", "type": int}))),
    "lists": Bench("tests/bench/lists.py", "pad lists written and read in each format beside plain CSV",
                   (("places", {"metavar": "PLACES", "nargs": "?", "type": int}), ("formats", {"metavar": "FORMAT", "nargs": "*"}))),
    "worst": Bench("tests/bench/worst.py", "every kind of size and distance on awkward outlines", (("modes", {"metavar": "flat|tiled|deep", "nargs": "*"}),)),
    "faults": Bench("tests/trust/bench_faults.py", "seeded faults in clean layouts: found / injected, by kind",
                    (("faults", {"metavar": "FAULTS_PER_KIND", "nargs": "?", "type": int}),)),
    "fuzz": Bench("tests/fuzz/campaign.py", "odd layouts, technologies, lists and routing cases: what came of them",
                  (("--minutes", {"metavar": "N", "type": float}), ("--seed", {"metavar": "S", "type": int}), ("--kind", {"metavar": "KIND", "action": "append"}),
                   ("--again", {"metavar": "FOLDER"}))),
    "mutants": Bench("tests/bench/mutants.py", "changed operators and numbers of the deck: does a test fail?",
                     (("place", {"metavar": "FOLDER_OR_FILE", "nargs": "?"}), ("--minutes", {"metavar": "N", "type": float}), ("--seed", {"metavar": "S", "type": int}))),
}


def main(arguments: list[str]) -> int:
    """Runs ./run with these arguments. Returns the exit code."""
    parser = _parser()
    if arguments in ([], ["help"]):
        arguments = ["--help"]
    known, more = parser.parse_known_args(arguments)
    given = {name: value for name, value in vars(known).items() if value is not None}
    if more and "more" not in given:
        parser.error("unrecognized arguments: " + " ".join(more))
    return given.pop("run")({**given, "more": more, "words": arguments})


def _parser() -> argparse.ArgumentParser:
    parser = product.Parser(prog="./run", allow_abbrev=False, description="Postpass in a checkout. Installs what is missing on Debian and Ubuntu.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    product.command(commands, "demo", _demo, "build two layouts, check them, draw pictures of them (into build/)", "Exit code: of the checks.")
    test = product.command(commands, "test", _test, "run the tests", "All further options are pytest's, with files or folders of tests. Exit code 0: all passed.")
    test.add_argument("--fast", action="store_true", help="limits of all rules, wheels, panel, ruff and mypy: less than three minutes")
    test.add_argument("--quick", action="store_true", help="the tests that tell most in a few minutes: exit codes, limits, panel, fan-out, wheels")
    test.add_argument("--on", metavar="debian:12|debian:13", nargs="?", const="", help="demo and tests of the committed state on a bare Debian below build/ (as root)")
    test.set_defaults(more=True)
    gui = product.command(commands, "gui", _gui, "open KLayout in edit mode with the package loaded")
    gui.add_argument("file", metavar="FILE", nargs="?", help="the layout (default: the demo)")
    check = product.command(commands, "check", _check, "check a layout with the deck in KLayout", product.CHECK_CODES)
    product.add_check(check)
    product.add_route(commands)
    product.add_tech(commands)
    bench = product.command(commands, "bench", None, "run a benchmark")
    benches = bench.add_subparsers(title="benchmarks", metavar="NAME", required=True)
    for name, what in BENCHES.items():
        one = product.command(benches, name, _bench, what.shows)
        one.formatter_class, one.description = argparse.RawDescriptionHelpFormatter, _docstring(what.script)
        for argument, options in what.arguments:
            one.add_argument(argument, **options)
        one.set_defaults(name=name)
    package = product.command(commands, "package", _package, "build the archive for KLayout's package manager, and the wheel", "Exit code 0: both are built, 1: none.")
    package.add_argument("folder", metavar="FOLDER", nargs="?", help="where to (default: build/dist)")
    docs = product.add_docs(commands)
    docs.add_argument("--pictures", action="store_true", help="draw the README's pictures, too")
    docs.set_defaults(run=_docs)
    return parser


def _docstring(script: str) -> str | None:
    path = os.path.join(ROOT, script)
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return ast.get_docstring(ast.parse(file.read()))


# --- KLayout

def _become(command: list[str], **environment: str) -> NoReturn:
    """Replaces this process, with the signals that Python ignores as they were."""
    for name in ("SIGPIPE", "SIGXFSZ"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    print(end="", flush=True)
    os.execvpe(command[0], command, {**os.environ, **environment})


def _home() -> str:
    """Settings of KLayout apart from the user's."""
    return os.path.join(BUILD, "klayout-home")


def _klayout(*arguments: str) -> int:
    """Runs the application without a screen. Returns its exit code."""
    print(end="", flush=True)
    return subprocess.run(["klayout", *arguments], env={**os.environ, "KLAYOUT_HOME": _home(), "QT_QPA_PLATFORM": "offscreen"}, check=False).returncode


def _variables(values: dict[str, str]) -> list[str]:
    return [word for name, value in values.items() for word in ("-rd", "%s=%s" % (name, value))]


def _check(given: Given) -> NoReturn:
    if "table" in given or len(given["input"]) > 1 or any(name in given for name, _, _ in product.SPREAD):  # the workers are processes of Python, not of the application
        _become([_environment(".venv", NEWEST, "test", "lint"), "-m", "postpass", *given["words"]], PYTHONPATH=sys.path[0])
    wanted = {"input": given["input"][0], **{name: given[name] for name, _, _ in product.CHECK if name in given}}
    _become(["klayout", "-b", "-r", DECK] + _variables(wanted), KLAYOUT_HOME=_home())


def _gui(given: Given) -> int:
    file, technology = given.get("file"), []
    if file is None:
        file, technology = _layout("caravel"), ["-n", "wlcsp"]
        if not os.path.exists(file):
            _drawn("caravel")
    if not os.path.exists(file):
        raise Refusal("%s: no such file" % file)
    path = os.pathsep.join([_package_copy()] + [one for one in [os.environ.get("KLAYOUT_PATH")] if one])
    _become(["klayout", "-e", *technology, file], KLAYOUT_PATH=path)


def _package_copy() -> str:
    """KLayout creates empty folders wherever KLAYOUT_PATH points: it gets a folder of links, not the checkout."""
    folder = os.path.join(BUILD, "package")
    os.makedirs(folder, exist_ok=True)
    for part in ("pymacros", "drc", "tech"):
        link = os.path.join(folder, part)
        if os.path.islink(link):
            os.remove(link)
        os.symlink(os.path.join(ROOT, part), link)
    return folder


# --- demo, docs

def _layout(name: str, ending: str = ".gds") -> str:
    return os.path.join(BUILD, "layouts", name + ending)


def _drawn(name: str) -> bool:
    os.makedirs(os.path.join(BUILD, "layouts"), exist_ok=True)
    # 2: some nets stayed open, which the deck will say
    return _klayout("-b", "-r", os.path.join(ROOT, "layouts", name + ".py"), "-rd", "output=" + _layout(name)) in (0, 2)


def _demo(given: Given) -> int:
    code = 0
    for name, technology in DEMO:
        code = _demo_of(name, technology) or code
    return code


def _demo_of(name: str, technology: str) -> int:
    """Builds, checks and pictures one layout. Returns the deck's exit code."""
    print("== %s (technology %s)" % (name, technology))
    if not _drawn(name):
        return 1
    values = {"input": _layout(name), "tech": technology, "report": _layout(name, ".lyrdb"), "summary": _layout(name, ".json")}
    code = _klayout("-b", "-r", DECK, *_variables(values))
    picture = _layout(name, ".png")
    if code == 1 or _klayout("-z", "-nc", *_variables({"input": _layout(name), "tech": technology, "png": picture}), "-r", os.path.join(ROOT, "layouts", "picture.py")):
        return 1
    print("layout: %s\npicture: %s\n" % (_layout(name), picture))
    return code


def _package(given: Given) -> NoReturn:
    python = _environment(".venv", NEWEST, "test", "lint")
    _become([python, os.path.join(ROOT, "tests", "build_package.py"), *([given["folder"]] if "folder" in given else [])])


def _docs(given: Given) -> int:
    from postpass import documents
    code = documents.main(["--check"] if given["check"] else [])
    if given["pictures"] and not code:
        print(end="", flush=True)
        code = subprocess.run(["bash", os.path.join(ROOT, "docs", "pictures.sh"), ROOT, BUILD], check=False).returncode
    return code


# --- tests and benches

def _test(given: Given) -> int:
    fast, quick, more = given["fast"], given["quick"], given["more"]
    if "on" in given:
        _become(["bash", os.path.join(ROOT, "tests", "on_debian.sh"), given["on"], *["--fast"] * fast, *["--quick"] * quick, *more])
    os.chdir(ROOT)
    python = _environment(".venv", NEWEST, "test", "lint")
    if more and not (fast or quick):
        _become([python, "-m", "pytest", *more])
    code = _run([python, "-m", "pytest", *_side_by_side(), *(FAST if fast else QUICK if quick else ()), *more])
    print("the tests of the wheel and of lists once more, with the oldest one for this Python, %s" % _oldest())
    return _run([_environment(".venv-oldest", _oldest(), "test"), "-m", "pytest", "-p", "no:cacheprovider", *_side_by_side(), "tests/wheel", "tests/exchange"]) or code


def _side_by_side() -> list[str]:
    """Tests are shared out to the processors; more than four would need much memory."""
    return ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "worksteal"]


def _bench(given: Given) -> int:
    name, more = given["name"], given["words"][2:]
    if name == "route" and not (more and os.path.isdir(more[0])):
        shared = os.environ.get("POSTPASS_SHARED") or os.path.join(os.path.dirname(ROOT), "shared")
        more = [os.path.join(shared, "benchmarks", "routing")] + more
    python = _environment(".venv-mutants", NEWEST, "test", "mutants") if name == "mutants" else _environment(".venv", NEWEST, "test", "lint")
    _become([python, os.path.join(ROOT, BENCHES[name].script), *more])


def _run(command: list[str]) -> int:
    """Runs a command to its end. Returns its exit code; a signal to this process ends it, too."""
    print(end="", flush=True)
    process = subprocess.Popen(command)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    try:
        return process.wait()
    except SystemExit:
        process.terminate()
        process.wait()
        raise


def _oldest() -> str:
    return next(wheel for version, wheel in OLDEST if sys.version_info[:2] <= version)


def wanted(klayout: str, *extras: str) -> str:
    """Requirements of an environment, in words."""
    return " ".join([klayout] + [one for extra in ("dependencies", *extras) for one in _required(extra)])


def _required(extra: str) -> list[str]:
    """A list of requirements in pyproject.toml: "dependencies", or an extra. (Python has a reader of TOML since 3.11 alone.)"""
    with open(os.path.join(ROOT, "pyproject.toml"), encoding="utf-8") as file:
        found = re.search(r"^%s = (\[.*?\])$" % extra, file.read(), re.MULTILINE | re.DOTALL)
    assert found, "pyproject.toml has no list '%s'" % extra
    return ast.literal_eval(found.group(1))


def _environment(name: str, klayout: str, *extras: str) -> str:
    """The Python of a virtual environment with the requirements of these extras, made where it is missing or has others."""
    requirements = wanted(klayout, *extras)
    folder = os.path.join(ROOT, name)
    python, stamp = os.path.join(folder, "bin", "python"), os.path.join(folder, "requirements")
    if os.path.exists(stamp):
        with open(stamp, encoding="utf-8") as file:
            if file.read() == requirements:
                return python
    if os.path.islink(folder):
        os.remove(folder)
    shutil.rmtree(folder, ignore_errors=True)
    print("making %s: %s ..." % (name, requirements))
    for command in ([sys.executable, "-m", "venv", folder], [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements.split()]):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise Refusal("could not make %s: %s" % (name, (done.stdout.strip() or "no word").splitlines()[-1]))
    with open(stamp, "w", encoding="utf-8") as file:
        file.write(requirements)
    return python


if __name__ == "__main__":
    console.prepare()
    sys.exit(guarded(main, sys.argv[1:]))
