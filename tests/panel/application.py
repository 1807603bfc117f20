"""The panel in the real application, without a screen: scenarios act and assert inside it, their cases are told to pytest here."""

import ast
import fcntl
import json
import os
import pickle
import shutil
import subprocess

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LONGEST_S = 600


def cases(scenario, alone=False):
    """The names of a scenario's cases as its source has them, or of those alone that want a start of their own."""
    with open(os.path.join(HERE, scenario), encoding="utf-8") as file:
        functions = [node for node in ast.parse(file.read()).body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return [node.name for node in functions if alone == any(isinstance(mark, ast.Name) and mark.id == "alone" for mark in node.decorator_list)]


def picture():
    """Where pictures of the panel are kept."""
    os.makedirs(os.path.join(ROOT, "build"), exist_ok=True)
    return os.path.join(ROOT, "build", "panel.png")


def once(factory, name, start):
    """What `start(folder)` returns; the first worker of pytest-xdist that wants it starts the application, the others wait for it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return start(factory.mktemp(name))
    kept = os.path.join(factory.getbasetemp().parent, "panel-%s.pickle" % name)  # a folder of all workers
    with open(kept + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(kept):
            ran = start(factory.mktemp(name))
            with open(kept, "wb") as file:
                pickle.dump(ran, file)
        with open(kept, "rb") as file:
            return pickle.load(file)


class Ran:
    """What one start of a scenario told: `traceback` of each case that ran, None when it passed; exit code and output of the application."""

    def __init__(self, told, code, stdout, stderr):
        self.code, self.stderr, self.stdout = code, stderr, stdout
        lines = open(told).read().splitlines() if os.path.exists(told) else []
        found = [json.loads(line) for line in lines]
        assert all(case["passed"] == (case["traceback"] is None) for case in found)
        self.traceback = {case["name"]: case["traceback"] for case in found}

    def judge(self, case):
        """Fails when the case failed or never ran."""
        if case not in self.traceback:
            how = "was stopped after %d s" % LONGEST_S if self.code is None else "ended with code %d" % self.code
            pytest.fail("%s did not run: the application %s after %s\n%s%s"
                        % (case, how, list(self.traceback)[-1] if self.traceback else "no case", self.stdout, self.stderr), pytrace=False)
        if self.traceback[case] is not None:
            pytest.fail(self.traceback[case] + ("\nThe application said:\n" + self.stderr if self.stderr else ""), pytrace=False)

    def complaints(self, *words):
        """The lines of the application's errors that hold one of these words."""
        return [line for line in self.stderr.splitlines() if any(word in line for word in words)]


class Application:
    """Starts KLayout with a copy of the package (it adds empty folders to the folders it is pointed at)."""

    def __init__(self, folder):
        self.folder = str(folder)
        for part in ("pymacros", "drc", "tech", "docs"):
            shutil.copytree(os.path.join(ROOT, part), os.path.join(self.folder, "package", part),
                            ignore=shutil.ignore_patterns("__pycache__"))

    def start(self, script, home, mode, *options, **variables):
        """Runs a script in the application; KLAYOUT_HOME is the named folder, fresh at its first use."""
        path = shutil.which("klayout")
        assert path, "the KLayout application is not installed: run ./run test, which installs it"
        environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        environment.update(variables, QT_QPA_PLATFORM="offscreen", PYTHONDONTWRITEBYTECODE="1",
                           KLAYOUT_HOME=os.path.join(self.folder, home), KLAYOUT_PATH=os.path.join(self.folder, "package"))
        return subprocess.run([path, "-z", mode, "-r", script] + list(options), env=environment,
                              capture_output=True, text=True, timeout=LONGEST_S)

    def run(self, scenario, home, mode="-e", **variables):
        """One start with the cases of a scenario, or with the one named by POSTPASS_ALONE."""
        told = os.path.join(self.folder, "told.jsonl")
        if os.path.exists(told):
            os.remove(told)
        try:
            done = self.start(os.path.join(HERE, scenario), home, mode, POSTPASS_TOLD=told, **variables)
        except subprocess.TimeoutExpired as late:
            said = [text.decode(errors="replace") if isinstance(text, bytes) else text or "" for text in (late.stdout, late.stderr)]
            return Ran(told, None, *said)
        return Ran(told, done.returncode, done.stdout, done.stderr)
