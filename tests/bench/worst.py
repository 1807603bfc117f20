"""`python tests/bench/worst.py [flat] [tiled] [deep]`: every kind of distance and size on outlines that are awkward to measure, in every mode.

Two or four shapes each: n-gons, staircases, combs, spirals, rings; limits from a tenth of the size to
ten times it. Prints CPU seconds and markers of the slowest; run with the klayout wheel or in the application.
"""

import math
import os
import resource
import sys
import time

import pya

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [ROOT, os.path.join(ROOT, "pymacros")]

from postpass import tech  # noqa: E402
from postpass.drc.plan import MODES, Wishes  # noqa: E402
from postpass.drc.run import check_cell  # noqa: E402

SIZE = 40_000
SHOWN = 15


def polygon(points):
    return pya.Polygon([pya.Point(int(round(x)), int(round(y))) for x, y in points], True)


def ngon(corners, size=SIZE):
    return polygon([(size / 2 * math.cos(2 * math.pi * i / corners), size / 2 * math.sin(2 * math.pi * i / corners)) for i in range(corners)])


def staircase(steps, size=SIZE):
    """A quarter of a disc, its arc in steps."""
    points, side = [(0, 0), (0, size)], size / steps
    for number in range(steps):
        points += [((number + 1) * side, size - number * side), ((number + 1) * side, size - (number + 1) * side)]
    return polygon(points)


def comb(fingers, size=SIZE):
    pitch = size / fingers
    points = [(0, 0), (0, pitch)]
    for number in range(fingers):
        x = number * pitch
        points += [(x, pitch), (x, size), (x + pitch / 2, size), (x + pitch / 2, pitch)]
    return polygon(points + [(size, pitch), (size, 0)])


def spiral(turns, size=SIZE):
    outer, inner, pitch, radius = [], [], size / (2 * turns + 2), size / 2
    for number in range(32 * turns):
        angle, away = 2 * math.pi * number / 32, radius - pitch * number / 32
        outer.append((away * math.cos(angle), away * math.sin(angle)))
        inner.append(((away - pitch / 2) * math.cos(angle), (away - pitch / 2) * math.sin(angle)))
    return polygon(outer + inner[::-1])


def ring(corners, size=SIZE):
    return (pya.Region(ngon(corners, size)) - pya.Region(ngon(corners, size // 2)))[0]


OUTLINES = {"%d-gon" % n: ngon(n) for n in (8, 16, 36, 64, 128, 256)}
OUTLINES.update({"staircase of %d" % n: staircase(n) for n in (8, 60, 250)}, **{"comb of %d" % n: comb(n) for n in (10, 200)},
                **{"spiral of %d" % n: spiral(n) for n in (3, 30)}, **{"ring of %d" % n: ring(n) for n in (32, 128)}, **{"2000-gon": ngon(2000)})
RULES = {
    "space": {"check": "space", "layer": "pad"}, "trace space": {"check": "space", "layer": "rdl"}, "width_min": {"check": "width_min", "layer": "pad"},
    "trace width_min": {"check": "width_min", "layer": "rdl"}, "width_max": {"check": "width_max", "layer": "rdl"}, "pitch_min": {"check": "pitch_min", "layer": "pad"},
    "separation": {"check": "separation", "layer": "pad_power", "to": "pad_ground"}, "enclosure": {"check": "enclosure", "layer": "via", "by": "metal"},
    "space_wide": {"check": "space_wide", "layer": "rdl", "wider_than_um": 2.0, "run_longer_than_um": 1.0}, "corner_min": {"check": "corner_min", "layer": "rdl", "value_deg": 90},
    "shape": {"check": "shape", "layer": "pad", "shapes": ["square"], "tolerance_um": 0.005}}
DRAWN = {"trace space": ["rdl", "rdl"], "trace width_min": ["rdl", "rdl"], "width_max": ["rdl", "rdl"], "space_wide": ["rdl", "rdl"], "corner_min": ["rdl", "rdl"],
         "separation": ["pad_power", "pad_ground"], "enclosure": ["via", "pad_signal"]}


def layout_of(technology, outline, layers, apart):
    layout = pya.Layout()
    layout.dbu = 0.001
    top = layout.create_cell("TOP")
    for number, layer in enumerate(layers):
        top.shapes(layout.layer(*technology.layers[layer]["gds"])).insert(outline.moved(number * (outline.bbox().width() + apart), 0))
    return layout


def trial(kind, name, part, mode):
    """(CPU seconds, markers)"""
    technology = tech.load("postpass")
    technology.rules = [dict(RULES[kind], id="R", title="", source="", **({} if "value_deg" in RULES[kind] or kind == "shape" else {"value_um": part * SIZE / 1000}))]
    layers, outline = DRAWN.get(kind, ["pad_signal", "pad_signal"]), OUTLINES[name]
    if kind == "enclosure":
        layout = layout_of(technology, outline, layers, -outline.bbox().width())
    else:
        layout = layout_of(technology, outline, layers, max(int(part * SIZE / 3), 5) // 5 * 5)
    start = time.process_time()
    checked = check_cell(layout.top_cell(), technology, Wishes(mode=mode, threads=1))
    return time.process_time() - start, len(checked.results[0].findings)


def main(modes):
    found = []
    for kind in RULES:
        for name in OUTLINES:
            for part in (0.1, 1.0, 10.0) if "value_deg" not in RULES[kind] and kind != "shape" else (1.0,):
                for mode in modes or MODES:
                    found.append((*trial(kind, name, part, mode), kind, name, part, mode))
                    if found[-1][0] > 2:
                        print("%8.3f s %4d markers  %-16s %-16s limit %4.1f x size, %s" % found[-1], flush=True)
    found.sort(reverse=True)
    for one in found[:SHOWN]:
        print("%8.3f s %4d markers  %-16s %-16s limit %4.1f x size, %s" % one)
    print("%d trials, %.1f s, over 0.04 s: %d, peak memory %.0f MB" % (
        len(found), sum(one[0] for one in found), sum(one[0] > 0.04 for one in found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


if __name__ == "__main__":
    main(sys.argv[1:])
