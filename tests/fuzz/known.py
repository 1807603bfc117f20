"""What fails and is no fault of the package."""

import os
import subprocess
import tempfile
from collections import namedtuple

Known = namedtuple("Known", "name reason")

READS = Known("KLayout's own reader", "KLayout 0.28.5 crashes while it reads this broken file, with and without Postpass")
_READ = "import pya\ntry:\n    pya.Layout().read(input)\nexcept RuntimeError:\n    pass\n"


def known(trial, failure):
    """The Known that a failure is, or None."""
    path = trial.path("in.gds")
    return READS if failure.kind == "crash" and os.path.exists(path) and crashes_when_read(path) else None


def crashes_when_read(path):
    """Does a KLayout that does nothing but read the file end in a signal, in one of five tries?"""
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, "read.py")
        with open(script, "w", encoding="utf-8") as file:
            file.write(_READ)
        command = ["klayout", "-b", "-r", script, "-rd", "input=" + path]
        environment = dict(os.environ, KLAYOUT_HOME=folder, MALLOC_PERTURB_="165")
        return any(subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False).returncode not in (0, 1) for _ in range(5))
