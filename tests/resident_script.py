"""Runs batch scripts in one KLayout, each in a child process of its own, until its standard input ends.

`klayout -b -r tests/resident_script.py -rd package=FOLDER -rd answers=FD`

A line of standard input is a job: {"script": path, "variables": {...}, "folder": working folder, "environment": {...}, "said": path} and
perhaps "cpu_seconds", "bytes". The child's output and errors go to SAID.out and SAID.err. A line written to the file descriptor
`answers` says how it ended: [exit code or null, signal or null, CPU time in s]. A first line says that it is ready.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import time

import pya

WALL_SECONDS = 240
sys.path.insert(0, os.path.join(package, "pymacros"))  # noqa: F821 (package, answers: of the command line)
import numpy  # noqa: E402, F401 (once, before the children)

import postpass.drc.batch  # noqa: E402
import postpass.fanout.command  # noqa: E402, F401


def child(job):
    """Runs the script as `klayout -b -r SCRIPT -rd NAME=VALUE` does, and ends."""
    if "cpu_seconds" in job:
        resource.setrlimit(resource.RLIMIT_CPU, (job["cpu_seconds"], job["cpu_seconds"] + 2))
    if "bytes" in job:
        resource.setrlimit(resource.RLIMIT_AS, (job["bytes"], job["bytes"]))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, end in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(job["said"] + end, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    code = 97
    try:
        os.environ.clear()
        os.environ.update(job["environment"])
        os.chdir(job["folder"])
        vars(sys.modules["__main__"]).update(job["variables"])
        code = pya.Macro(job["script"]).run()
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
    """Runs a child to its end: the answer to its job."""
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
    return None if killed else os.WEXITSTATUS(status), killed, round(usage.ru_utime + usage.ru_stime, 2)


with os.fdopen(0, encoding="utf-8", closefd=False) as lines, os.fdopen(int(answers), "w", encoding="utf-8") as told:  # noqa: F821
    print("ready", file=told, flush=True)
    for line in lines:
        print(json.dumps(finished(json.loads(line))), file=told, flush=True)
