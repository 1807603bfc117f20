"""The deck beside the deck a KLayout user would naturally write, and beside the floor: read the file, merge each layer once.

`./run bench drc [--full] [--longest=SECONDS]`: seeded layouts of 10^4 and 10^5 vias (10^6 with --full), flat-random and as arrays of cells. Both
decks check the same geometry rules of technology postpass, each run a process of its own, one after the other; the last
line says whether both find the same places (markers within 20 um of each other). The natural deck's `space` marks an inside
right angle of 45 degree edges that meet between two dbu, and were rounded to a little less than 90 degrees; ours does not. Then, on the same layout: all geometry
rules of the technology, and its rules on nets and functions. A run that needs more than 1500 seconds (--longest) or 16 GB of
memory is ended and shown with ">".
"""

import json
import math
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, ROOT)
sys.path.insert(0, os.path.join(ROOT, "pymacros"))

from postpass import tech  # noqa: E402
from tests.bench import layouts  # noqa: E402
from tests.deck.support import DECK, application, markers  # noqa: E402

FOLDER = os.path.join(ROOT, "build", "bench")
LONGEST = [1500]  # seconds; set by the command line
MOST = 16 * 2**30
#: rules the natural deck has no obvious function for
OURS_ALONE = ("CP.SH.1", "VIA.SH.1", "PAD.SH.1", "RDL.A.1", "PAD.P.1", "RDL.D.1", "RDL.D.2")

#: seconds and MB of a run; ended: it was too long or too large, so that the figures are those at its end
Figures = namedtuple("Figures", "seconds memory ended")


def same_rules():
    """Path of a variant of postpass with the rules of the natural deck alone."""
    base = tech.load("postpass")
    rules = [{"id": rule["id"], "check": "guideline", "title": rule["title"], "source": rule["source"]}
             for rule in base.rules if rule["id"].startswith(("NET", "FN")) or rule["id"] in OURS_ALONE]
    path = os.path.join(FOLDER, "same_rules.json")
    with open(path, "w") as file:
        json.dump({"schema": 1, "based_on": base.path, "name": "same_rules", "title": "same rules", "rules": rules}, file)
    return path


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))


def timed(deck, **variables):
    """Figures of one run of the application; a run that fails for another reason than its size is an error."""
    command = [application(), "-b", "-r", deck]
    for name, value in variables.items():
        command += ["-rd", "%s=%s" % (name, value)]
    start = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, preexec_fn=bounded)
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.alarm(LONGEST[0])
        _, status, usage = os.wait4(process.pid, 0)
        signal.alarm(0)
        process.returncode = os.waitstatus_to_exitcode(status)
        figures = Figures(time.monotonic() - start, usage.ru_maxrss / 1024.0, process.returncode not in (0, 2))
        said.seek(0)
        words = said.read().decode(errors="replace")
    if figures.ended and figures.seconds < LONGEST[0] and figures.memory < 0.7 * MOST / 2**20:
        raise RuntimeError(words[-1000:])
    return figures


def places(report):
    """{rule: [(x, y), ...]} of the middles of the markers, in dbu."""
    found = {}
    for marker in markers(report):
        if marker.rule not in OURS_ALONE:
            found.setdefault(marker.rule, []).append((marker.box.center().x, marker.box.center().y))
    return found


def unmatched(one, other, reach=20000):
    """{rule: number of places of `one` without a place of `other` within 20 um}, rules without any left out."""
    missing = {}
    for rule, spots in one.items():
        near = {}
        for x, y in other.get(rule, ()):
            near.setdefault((x // reach, y // reach), []).append((x, y))
        alone = sum(not any(math.hypot(x - a, y - b) <= reach for column in (-1, 0, 1) for row in (-1, 0, 1)
                            for a, b in near.get((x // reach + column, y // reach + row), ())) for x, y in spots)
        if alone:
            missing[rule] = alone
    return missing


def compare(kind, vias):
    path = os.path.join(FOLDER, "%s_%d.gds" % (kind, vias))
    true_vias = layouts.build(path, vias, kind)
    natural, mine, theirs = os.path.join(HERE, "natural.drc"), os.path.join(FOLDER, "ours.lyrdb"), os.path.join(FOLDER, "natural.lyrdb")
    runs = {"ours": timed(DECK, input=path, tech=same_rules(), report=mine, family="geometry"),
            "natural flat": timed(natural, input=path, report=theirs)}
    equal = None if runs["natural flat"].ended else (unmatched(places(mine), places(theirs)), unmatched(places(theirs), places(mine)))
    runs["natural deep"] = timed(natural, input=path, report=os.path.join(FOLDER, "deep.lyrdb"), deep=1)
    runs["floor"] = timed(os.path.join(HERE, "floor.drc"), input=path)
    runs["all geometry"] = timed(DECK, input=path, report=mine, family="geometry")
    runs["nets and functions"] = timed(DECK, input=path, report=mine, family="nets")
    show(kind, true_vias, runs, equal)
    return runs["ours"].seconds


def show(kind, vias, runs, equal):
    ours = runs["ours"].seconds
    print("%s, %d vias" % (kind, vias))
    for name, run in runs.items():
        ratio = "" if name == "ours" else "%s%8.2f x ours" % (">" if run.ended else " ", run.seconds / ours)
        print("  %-20s %s%8.1f s %6.0f MB  %s" % (name, ">" if run.ended else " ", run.seconds, run.memory, ratio))
    words = "not known" if equal is None else "yes" if equal == ({}, {}) else "NO, found by ours alone: %s; by the natural deck alone: %s" % equal
    print("  same places as the natural deck: %s" % words, flush=True)


def main(arguments):
    os.makedirs(FOLDER, exist_ok=True)
    LONGEST[:] = [int(word.split("=")[1]) for word in arguments if word.startswith("--longest=")] or LONGEST
    sizes = [10000, 100000] + ([1000000] if "--full" in arguments else [])
    for kind in ("flat", "array"):
        seconds = [compare(kind, vias) for vias in sizes]
        print("%s: our seconds grow like n^%.2f from %d to %d vias\n" % (kind, math.log10(seconds[-1] / seconds[-2]), sizes[-2], sizes[-1]))


if __name__ == "__main__":
    main(sys.argv[1:])
