"""Runs the new deck on all jobs of a folder, in the application or with the wheel: markers into new.json.

klayout -b -r tests/port/new_deck.py -rd folder=F  |  python tests/port/new_deck.py F
"""

import json
import os
import sys
import time

import pya

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "pymacros"))

from postpass import tech  # noqa: E402
from postpass.drc.findings import CannotCheck  # noqa: E402
from postpass.drc.kinds import KINDS  # noqa: E402
from postpass.drc.plan import Wishes  # noqa: E402
from postpass.drc.run import check_cell  # noqa: E402


def key_of(shape):
    """A shape in numbers, as a list."""
    if isinstance(shape, pya.Edge):
        return ["edge", shape.x1, shape.y1, shape.x2, shape.y2]
    if isinstance(shape, pya.Box):
        shape = pya.Polygon(shape)
    contours = [shape.each_point_hull()] + [shape.each_point_hole(number) for number in range(shape.holes())]
    return ["polygon"] + [[[p.x, p.y] for p in contour] for contour in contours]


def run(job):
    layout = pya.Layout()
    layout.read(job["path"])
    technology = tech.load(job["tech"])
    technology.rules = [rule for rule in technology.rules if rule["check"] in KINDS]
    options = job["variables"]
    wishes = Wishes.read(options.get("mode"), "2", options.get("tile"), options.get("window"), None if options.get("window") else options.get("family"))
    cell = layout.cell(options["topcell"]) if "topcell" in options else layout.top_cell()
    start, cpu = time.monotonic(), time.process_time()
    try:
        checked = check_cell(cell, technology, wishes)
    except CannotCheck as error:
        return {"error": str(error), "seconds": 0, "cpu": 0}
    markers = [[result.rule["id"], sorted(map(key_of, finding.shapes)), finding.text] for result in checked.results for finding in result.findings]
    return {"mode": checked.plan.mode, "markers": markers, "seconds": time.monotonic() - start, "cpu": time.process_time() - cpu}


def main(folder, only=""):
    found = {}
    for job in json.load(open(os.path.join(folder, "jobs.json"))):
        if only in job["name"]:
            found[job["name"]] = run(job)
    json.dump(found, open(os.path.join(folder, "new.json"), "w"))


if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
    main(*sys.argv[1:])
else:
    main(folder, globals().get("only", ""))  # noqa: F821 (variables of the command line)
