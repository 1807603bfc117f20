"""The deck beside the deck a KLayout user would naturally write, and beside the floor: read the file, merge each layer once.

`./run bench drc [--full]`: seeded layouts of 10^4 and 10^5 vias (10^6 with --full), flat-random and as arrays of cells,
the same geometry rules of technology postpass, each run a process of its own, one after the other. The last column says
whether both decks find the same places (markers within 20 um of each other).
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, ROOT)
sys.path.insert(0, os.path.join(ROOT, "pymacros"))

from postpass import tech  # noqa: E402
from tests.bench import layouts  # noqa: E402
from tests.deck.support import DECK, application, markers  # noqa: E402

FOLDER = os.path.join(ROOT, "build", "bench")
#: rules the natural deck has no obvious function for
OURS_ALONE = ("CP.SH.1", "VIA.SH.1", "PAD.SH.1", "RDL.A.1", "PAD.P.1", "RDL.D.1", "RDL.D.2")


def geometry_only():
    """Path of a variant of postpass without nets, so that both decks check the same."""
    base = tech.load("postpass")
    rules = [{"id": rule["id"], "check": "guideline", "title": rule["title"], "source": rule["source"]}
             for rule in base.rules if rule["id"].startswith(("NET", "FN"))]
    path = os.path.join(FOLDER, "geometry.json")
    with open(path, "w") as file:
        json.dump({"schema": 1, "based_on": base.path, "name": "geometry", "title": "geometry", "connectivity": [], "rules": rules}, file)
    return path


def timed(deck, **variables):
    """(seconds, peak memory in MB) of one run of the application; a failing run is an error."""
    command = [application(), "-b", "-r", deck]
    for name, value in variables.items():
        command += ["-rd", "%s=%s" % (name, value)]
    start = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 2):
            said.seek(0)
            raise RuntimeError(said.read().decode()[-1000:])
    return time.monotonic() - start, usage.ru_maxrss / 1024.0


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
    natural = os.path.join(HERE, "natural.drc")
    mine, theirs = os.path.join(FOLDER, "ours.lyrdb"), os.path.join(FOLDER, "natural.lyrdb")
    runs = {"ours": timed(DECK, input=path, tech=geometry_only(), report=mine), "natural flat": timed(natural, input=path, report=theirs)}
    ours_alone, theirs_alone = unmatched(places(mine), places(theirs)), unmatched(places(theirs), places(mine))
    runs["natural deep"] = timed(natural, input=path, report=os.path.join(FOLDER, "deep.lyrdb"), deep=1)
    runs["floor"] = timed(os.path.join(HERE, "floor.drc"), input=path)
    show(kind, true_vias, runs, not ours_alone and not theirs_alone)
    if ours_alone or theirs_alone:
        print("%16s  found by ours alone: %s; by the natural deck alone: %s" % ("", ours_alone, theirs_alone))
    return runs["ours"][0]


def show(kind, vias, runs, equal):
    ours = runs["ours"][0]
    print("%-6s %8d  " % (kind, vias) + "  ".join("%s %7.1f s %5.0f MB" % (name, *run) for name, run in runs.items()))
    print("%16s  ours is %.1f x faster than natural flat, %.1f x than natural deep; %.2f x the floor's time; same places: %s" % (
        "", runs["natural flat"][0] / ours, runs["natural deep"][0] / ours, ours / runs["floor"][0], "yes" if equal else "NO"), flush=True)


def main(arguments):
    os.makedirs(FOLDER, exist_ok=True)
    sizes = [10000, 100000] + ([1000000] if "--full" in arguments else [])
    for kind in ("flat", "array"):
        seconds = [compare(kind, vias) for vias in sizes]
        print("%s: seconds grow like n^%.2f from %d to %d vias" % (kind, math.log10(seconds[-1] / seconds[-2]), sizes[-2], sizes[-1]))


if __name__ == "__main__":
    main(sys.argv[1:])
