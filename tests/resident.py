"""One real KLayout for many batch runs: a start takes some two seconds of processor time, a child of a started one a tenth of that.

What hangs on the start itself (the command line, locale, signals, settings of KLayout, an installed package) is tested with starts.
"""

import atexit
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


class Ended(NamedTuple):
    """How a run ended: its exit code, or the number of the signal that ended it; CPU time (s), output and errors."""

    code: int | None
    signal: int | None
    seconds: float
    out: str
    err: str


def application():
    """Path of the KLayout application; a missing one fails the test, because nothing else can prove the deck."""
    path = shutil.which("klayout")
    assert path, "the KLayout application is not installed: run ./run test, which installs it"
    return path


class Resident:
    """A started KLayout that runs scripts, each in a child process of its own. It ends with `close`, or with this process."""

    def __init__(self, **environment):
        self.folder = tempfile.mkdtemp(prefix="resident-")
        answers, told = os.pipe()
        with open(os.path.join(self.folder, "errors"), "wb") as errors:
            command = [application(), "-b", "-r", os.path.join(HERE, "resident_script.py"), "-rd", "package=" + ROOT, "-rd", "answers=%d" % told]
            self.process = subprocess.Popen(command, env={**os.environ, **environment}, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, pass_fds=[told], text=True)
        os.close(told)
        self.answers = os.fdopen(answers, encoding="utf-8")
        self._answer()

    def _answer(self):
        line = self.answers.readline()
        if not line:
            with open(os.path.join(self.folder, "errors"), errors="replace") as file:
                raise RuntimeError("KLayout ended with code %s: %s" % (self.process.wait(), file.read()[-500:]))
        return line

    def run(self, script, variables, folder=None, environment=None, said=None, **limits):
        """Runs a script as `klayout -b -r SCRIPT -rd NAME=VALUE` does: Ended. `limits`: cpu_seconds, bytes. `said`: path without ending
        of the two files with its output. Raises RuntimeError when KLayout itself ended."""
        said = said or os.path.join(self.folder, "said")
        job = {"script": str(script), "variables": {name: str(value) for name, value in variables.items()}, "folder": str(folder or os.getcwd()),
               "environment": dict(os.environ if environment is None else environment), "said": said, **limits}
        with contextlib.suppress(BrokenPipeError):  # there will be no answer, which says why
            print(json.dumps(job), file=self.process.stdin, flush=True)
        return Ended(*json.loads(self._answer()), *(_text(said + end) for end in (".out", ".err")))

    def close(self):
        """Ends KLayout."""
        self.process.stdin.close()
        self.process.wait()
        self.answers.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


_RESIDENTS: dict[int, Resident] = {}  # by process


def run(script, variables, **options):
    """Runs a script in this process's one KLayout, which is started at the first call: see Resident.run."""
    if os.getpid() not in _RESIDENTS:
        _RESIDENTS[os.getpid()] = Resident()
        atexit.register(_RESIDENTS[os.getpid()].close)
    try:
        return _RESIDENTS[os.getpid()].run(script, variables, **options)
    except RuntimeError:
        _RESIDENTS.pop(os.getpid()).close()
        raise
