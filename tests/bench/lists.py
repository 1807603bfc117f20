"""Pad lists of other tools: `./run bench lists [PLACES] [FORMAT ...]`, each format written and read once.

Prints seconds of processor time to write and to read a list of so many places (100000), half of them round, and how many times as long both take
together as Python's csv takes for the same values in the same run; then the same of comparing the list with the layout that was drawn of it.
"""

import csv
import gc
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "pymacros"))

from postpass.exchange import formats  # noqa: E402
from postpass.exchange.matching import compared  # noqa: E402
from postpass.exchange.record import CONTACT, PAD, Options, PadList, Place  # noqa: E402

FOLDER = os.path.join(ROOT, "build", "bench", "lists")
TECH = "wlcsp"
ACROSS = 400  # places in a row
PITCH, STEP = 120.0, 0.01  # um, STEP: of what places lie beside their grid
SHAPES = (("circle", 80.0), ("square", 60.0), ("circle", 100.0), ("octagon", 90.0))
FILES = {"csv": "list.csv", "aif": "list.aif", "bmap": "list.bmap", "def": "list.def", "lef": "list.lef", "kicad": "list.kicad_pcb", "pos": "list.pos", "layout": "list.gds",
         "json": "list.json"}


def build(count):
    """A list of so many places, with two to a net."""
    places = []
    for number in range(count):
        shape, size = SHAPES[number % len(SHAPES)]
        x_um, y_um = (round(PITCH * way + STEP * (number * many % 1000), 6) for way, many in ((number % ACROSS, 7919), (number // ACROSS, 4733)))
        kind, function = ((CONTACT, ""), (PAD, "signal"))[number % 2]
        places.append(Place("P%d" % (number + 1), x_um, y_um, "n%d" % (number // 2), kind, function, shape, size, size, "top", "%s%d" % (shape, size)))
    return PadList(tuple(places), (-100.0, -100.0, PITCH * ACROSS, PITCH * (count // ACROSS + 1)), "CHIP")


def timed(action):
    """(seconds of processor time, what it returns)"""
    gc.collect()
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def plain(pads):
    """Seconds that Python's csv takes to write and read the values of a list, numbers as numbers."""
    path = os.path.join(FOLDER, "plain.csv")

    def write():
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(place[:-2] for place in pads.places)

    def read():
        with open(path, encoding="utf-8", newline="") as file:
            return [(name, float(x), float(y), net, kind, function, shape, float(width), float(height), *more) for name, x, y, net, kind, function, shape, width, height, *more in csv.reader(file)]
    return timed(write)[0], timed(read)[0]


def row(name, write, read, whole):
    print("%-8s: write %5.2f s, read %5.2f s, %5.1f times plain CSV" % (name, write, read, (write + read) / whole), flush=True)


def main():
    numbers = [int(word) for word in sys.argv[1:2]]
    count, chosen = (numbers or [100000])[0], sys.argv[2:] or list(FILES)
    os.makedirs(FOLDER, exist_ok=True)
    pads = build(count)
    write, read = plain(pads)
    print("%d places; seconds of processor time" % count)
    row("plain", write, read, whole := write + read)
    for name in chosen:
        format_, path, options = formats.named(name), os.path.join(FOLDER, FILES[name]), Options(tech=TECH if name in ("layout", "json") else None)
        more = {"lef_path": os.path.join(FOLDER, "list.bumps.lef")} if name == "def" else {}
        write, _ = timed(lambda: format_.write(pads, path, options, **more))
        read, (back, _) = timed(lambda: format_.read(path, options._replace(lefs=tuple(more.values()))))
        assert len(back.places) == count, "%s: %d places came back" % (name, len(back.places))
        row(name, write, read, whole)
        if name == "layout":
            functions = ("power", "ground", "signal")
            seconds, found = timed(lambda: compared(pads, back, 1.0, functions))
            assert not found.differences
            print("compare : %5.2f s, of which reading the layout %.2f s, %.1f times plain CSV" % (read + seconds, read, (read + seconds) / whole), flush=True)


if __name__ == "__main__":
    main()
