"""Runs many commands in one KLayout, each in a child process of its own with limits on time and memory.

`klayout -b -r tests/fuzz/server.py -rd jobs=FILE.json -rd results=FILE.jsonl -rd package=FOLDER`

A job: {"command": "deck" | "fan_out" | "route" | "load", "variables": {...}, "said": path}; its standard output and error go to
SAID.out and SAID.err. A line of the results: {"code": exit code or null, "signal": number or null, "seconds": CPU time}.
"""

import ctypes
import json
import os
import resource
import runpy
import signal
import sys
import time

import pya

CPU_SECONDS = {"deck": 12, "load": 5, "fan_out": 40, "route": 40}
WALL_SECONDS, BYTES = 240, 4 * 2 ** 30
sys.path.insert(0, os.path.join(package, "pymacros"))  # noqa: F821 (package, jobs, results: of the command line)
import numpy  # noqa: E402, F401 (once, before the children)
import scipy.sparse.csgraph  # noqa: E402, F401

from postpass import routing  # noqa: E402, F401
from postpass import tech as technologies  # noqa: E402
from postpass.fanout import command as fanout  # noqa: E402, F401
from postpass.messages import guarded  # noqa: E402
from postpass.routing.__main__ import main as route  # noqa: E402


def deck(variables):
    vars(sys.modules["__main__"]).update(variables)  # as -rd does
    sys.exit(pya.Macro(os.path.join(package, "drc", "postpass.lydrc")).run())  # noqa: F821


def fan_out(variables):
    runpy.run_path(os.path.join(package, "layouts", "fan_out.py"), init_globals=variables, run_name="__main__")  # noqa: F821


def run_route(variables):
    sys.exit(guarded(route, [variables["case"], variables["result"]]))


def load(variables):
    sys.exit(guarded(lambda: technologies.load(variables["tech"]).checksum() and 0))


COMMANDS = {"deck": deck, "fan_out": fan_out, "route": run_route, "load": load}


def child(job):
    most = CPU_SECONDS[job["command"]]
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 2))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    for number, end in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(job["said"] + end, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    code = 97
    try:
        COMMANDS[job["command"]](job["variables"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 98
    except BaseException as error:
        sys.stderr.write("%s: %s\n" % (type(error).__name__, error))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        ctypes.CDLL(None).fflush(None)
        os._exit(code)


def finished(job):
    """Waits for a child: its line of the results."""
    number, start = os.fork(), time.monotonic()
    if number == 0:
        child(job)
    while True:
        done, status, usage = os.wait4(number, os.WNOHANG)
        if done:
            break
        if time.monotonic() - start > WALL_SECONDS:
            os.kill(number, signal.SIGKILL)
        time.sleep(0.005)
    killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    return {"code": None if killed else os.WEXITSTATUS(status), "signal": killed, "seconds": round(usage.ru_utime + usage.ru_stime, 2)}


with open(jobs, encoding="utf-8") as file, open(results, "w", encoding="utf-8") as lines:  # noqa: F821
    for one in json.load(file):
        lines.write(json.dumps(finished(one)) + "\n")
        lines.flush()
