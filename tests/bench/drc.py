"""The deck beside the deck a KLayout user would naturally write, and beside the floor: read the file, merge each layer once.

`./run bench drc [--full]`: seeded layouts of 10^4 and 10^5 vias (10^6 with --full), flat-random and as arrays of cells,
the same geometry rules of technology postpass, each run a process of its own, one after the other. The last column says
whether both decks find the same rules broken at the same number of places.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
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
    keep = lambda rule: rule["id"].startswith(("NET", "FN"))  # noqa: E731
    rules = [{"id": rule["id"], "check": "guideline", "title": rule["title"], "source": rule["source"]} for rule in base.rules if keep(rule)]
    path = os.path.join(FOLDER, "geometry.json")
    with open(path, "w") as file:
        json.dump({"schema": 1, "based_on": base.path, "name": "geometry", "title": "geometry", "connectivity": [], "rules": rules}, file)
    return path


def timed(deck, **variables):
    """(seconds, peak memory in MB) of one run of the application; a failing run is an error."""
    command = [application(), "-b", "-r", deck]
    for name, value in variables.items():
        command += ["-rd", "%s=%s" % (name, value)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    start = time.monotonic()
    done = subprocess.run(["/usr/bin/env", "time", "-f", "%M", *command] if shutil.which("time") else command, capture_output=True, text=True)
    seconds = time.monotonic() - start
    if done.returncode not in (0, 2):
        raise RuntimeError(done.stderr[-1000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    lines = done.stderr.strip().splitlines()
    peak = int(lines[-1]) if lines and lines[-1].isdigit() else max(before, after)
    return seconds, peak / 1024.0


def places(report):
    """{rule: number of separate guilty places}, markers nearer than 20 um counted as one."""
    found = {}
    for marker in markers(report):
        centre = marker.box.center()
        found.setdefault(marker.rule, set()).add((round(centre.x / 40000), round(centre.y / 40000)))
    return {rule: len(some) for rule, some in found.items() if rule not in OURS_ALONE}


def compare(kind, vias):
    path = os.path.join(FOLDER, "%s_%d.gds" % (kind, vias))
    true_vias = layouts.build(path, vias, kind)
    natural = os.path.join(HERE, "natural.drc")
    mine, theirs = os.path.join(FOLDER, "ours.lyrdb"), os.path.join(FOLDER, "natural.lyrdb")
    runs = {"ours": timed(DECK, input=path, tech=geometry_only(), report=mine), "natural flat": timed(natural, input=path, report=theirs)}
    equal = places(mine) == places(theirs)
    runs["natural deep"] = timed(natural, input=path, report=os.path.join(FOLDER, "deep.lyrdb"), deep=1)
    runs["floor"] = timed(os.path.join(HERE, "floor.drc"), input=path)
    show(kind, true_vias, runs, equal)
    if not equal:
        mine, theirs = places(mine), places(theirs)
        print("  places that differ (ours, natural): " + str({rule: (mine.get(rule, 0), theirs.get(rule, 0)) for rule in {**mine, **theirs} if mine.get(rule) != theirs.get(rule)}))
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
        print("%s: seconds grow like n^%.2f from %d to %d vias" % (kind, __import__("math").log10(seconds[-1] / seconds[-2]), sizes[-2], sizes[-1]))


if __name__ == "__main__":
    main(sys.argv[1:])
