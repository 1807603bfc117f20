"""What a second processor gains when one layout is checked in windows: `./run bench scale`.

The same windows and the same run for the nets, by drc/parts.mk, one job after the other and two jobs side by side; and the
deck in one run, with one thread and with two. Efficiency is the gain over one job, divided by two.
"""

import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, ROOT)

from tests.bench import layouts  # noqa: E402
from tests.deck.support import DECK, application  # noqa: E402

FOLDER = os.path.join(ROOT, "build", "bench")
VIAS = 100000


def seconds_of(command):
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 2), done.stderr[-1000:]
    return time.monotonic() - start


def in_windows(path, jobs):
    out = os.path.join(FOLDER, "parts%d" % jobs)
    shutil.rmtree(out, ignore_errors=True)
    return seconds_of(["make", "-f", os.path.join(ROOT, "drc", "parts.mk"), "-j%d" % jobs, "INPUT=%s" % path, "SIDE=4000", "OUT=%s" % out])


def in_one_run(path, threads):
    return seconds_of([application(), "-b", "-r", DECK, "-rd", "input=%s" % path, "-rd", "threads=%d" % threads,
                       "-rd", "report=%s" % os.path.join(FOLDER, "one_run.lyrdb")])


def show(what, one, two):
    print("%-34s one %7.1f s, two %7.1f s, gain %.2f, efficiency %3.0f %%" % (what, one, two, one / two, 50 * one / two), flush=True)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    path = os.path.join(FOLDER, "flat_%d.gds" % VIAS)
    layouts.build(path, VIAS, "flat")
    show("windows of 4 mm by make, jobs:", in_windows(path, 1), in_windows(path, 2))
    show("one run of the deck, threads:", in_one_run(path, 1), in_one_run(path, 2))


if __name__ == "__main__":
    main()
