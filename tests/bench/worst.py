"""`./run bench worst [flat] [tiled] [deep]`: every kind that measures, on outlines that are awkward to measure.

Two shapes each: n-gons, staircases, combs, spirals, rings; limits from a tenth of the size to ten times it; and layouts that
took minutes once. Prints CPU seconds, markers, ms for each guilty pair or shape, growth where corners double, and peak
memory. Bars: MS_OF_100 ms for each marker and each 100 corners of the layout; growth by GROWTH; a searching mode EXTRA
seconds longer than flat; MOST_MB. Exit code 2 when one is missed.
"""

import math
import os
import resource
import sys
import time
from typing import Any, NamedTuple

import pya

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [ROOT, os.path.join(ROOT, "pymacros")]

from postpass import tech  # noqa: E402
from postpass.drc.plan import MODES, Wishes  # noqa: E402
from postpass.drc.run import check_cell  # noqa: E402

SIZE = 40_000
SHOWN = 15
MS_OF_100 = 20  # for each marker; a layout of fewer corners has as much
GROWTH = 3.0    # when corners double: linear, and room for noise
NOISE = 0.1     # seconds that prove nothing
CORNERS = 256, 512, 1024, 2048
EXTRA = 1.0
MOST_MB = 1000


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
    left = pya.Region(ngon(corners, size)) - pya.Region(ngon(corners, size // 2))  # alive while its polygon is copied
    return left[0].dup()


OUTLINES = {"%d-gon" % n: ngon(n) for n in (8, 16, 36, 64, 128, 256)}
OUTLINES.update({"staircase of %d" % n: staircase(n) for n in (8, 60, 250)}, **{"comb of %d" % n: comb(n) for n in (10, 200)},
                **{"spiral of %d" % n: spiral(n) for n in (3, 30)}, **{"ring of %d" % n: ring(n) for n in (32, 128)}, **{"2000-gon": ngon(2000)})


# what is drawn: [(layer, polygon)] of an outline and the space between two

def beside(one, other=None):
    return lambda outline, apart: [(one, outline), (other or one, outline.moved(outline.bbox().width() + apart, 0))]


def upon(inner, outer):
    return lambda outline, apart: [(inner, outline), (outer, outline)]


def in_a_die(layer):
    """Half as large inside a die of that outline."""
    return lambda outline, apart: [(layer, outline.transformed(pya.ICplxTrans(0.5))), ("die", outline)]


def on_a_pad(outline, apart):
    """Two pads, and on each a trace that leaves it."""
    width = outline.bbox().width()
    return [(layer, outline.moved(x, 0)) for at in (0, 2 * width + apart) for layer, x in (("pad_signal", at), ("rdl", at + width // 2))]


def fed(outline, apart):
    """Two traces, each with a contact point at one corner and a pad at another."""
    corners, drawn = list(outline.each_point_hull()), []
    for number in range(2):
        moved = pya.Trans(number * (outline.bbox().width() + apart), 0)
        around = [pya.Polygon(pya.Box(at.x - 50, at.y - 50, at.x + 50, at.y + 50)).transformed(moved) for at in (corners[0], corners[len(corners) // 2])]
        drawn += [("rdl", outline.transformed(moved)), ("contact", around[0]), ("via", around[0]), ("pad_power", around[1])]
    return drawn


def stacks(outline, apart):
    """Two contact points with a via and a pad on each."""
    return [shape for layer in ("contact", "via", "pad_signal") for shape in beside(layer)(outline, apart)]


class Trial(NamedTuple):
    """`limit`: the key of the rule that is a tenth of the size, the size, and ten times the size (um); None: it has none."""

    rule: dict
    drawn: Any
    limit: "str | None" = "value_um"


def of(check, drawn, limit="value_um", **keys):
    return Trial(dict(keys, check=check, id="R", title="", source=""), drawn, limit)


PADS, TRACES = beside("pad_signal"), beside("rdl")
WIDE = {"wider_than_um": 2.0, "run_longer_than_um": 0.05}
TRIALS = {
    "space": of("space", PADS, layer="pad"), "trace space": of("space", TRACES, layer="rdl"), "width_min": of("width_min", PADS, layer="pad"),
    "trace width_min": of("width_min", TRACES, layer="rdl"), "width_max": of("width_max", PADS, layer="pad"), "trace width_max": of("width_max", TRACES, layer="rdl"),
    "width_min of circles": of("width_min", PADS, layer="pad", nominal=True), "width_max of circles": of("width_max", PADS, layer="pad", nominal=True),
    "aspect_ratio_max of circles": of("aspect_ratio_max", beside("via"), None, layer="via", value=0.01, nominal=True),
    "pitch_min": of("pitch_min", PADS, layer="pad"), "separation": of("separation", beside("pad_power", "pad_ground"), layer="pad_power", to="pad_ground"),
    "trace separation": of("separation", beside("rdl", "pad_ground"), layer="rdl", to="pad_ground"), "enclosure": of("enclosure", upon("via", "pad_signal"), layer="via", by="metal"),
    "space_wide": of("space_wide", TRACES, layer="rdl", **WIDE), "corner_min": of("corner_min", TRACES, None, layer="rdl", value_deg=90),
    "space_table": of("space_table", TRACES, None, layer="rdl", limits=[{**WIDE, "value_um": 4.0}, {"wider_than_um": 4.0, "run_longer_than_um": 4.0, "value_um": 40.0}]),
    "space_wide on one side": of("space_wide", TRACES, layer="rdl", wide="one", **WIDE),
    "angle": of("angle", TRACES, None, layer="rdl", value_deg=45), "angle but for arcs": of("angle", TRACES, None, layer="rdl", value_deg=45, round="arcs"),
    "grid": of("grid", TRACES, None, layer="rdl", value_um=0.005),
    "shape": of("shape", PADS, None, layer="pad", shapes=["square"], tolerance_um=0.005),
    "aspect_ratio_max": of("aspect_ratio_max", beside("via"), None, layer="via", value=0.01), "aspect_ratio_min": of("aspect_ratio_min", beside("via"), None, layer="via", value=10),
    "die_clearance": of("die_clearance", in_a_die("rdl"), layer="rdl", to="die"), "die_clearance of centres": of("die_clearance", in_a_die("pad_signal"), layer="pad", to="die", measure="centre"),
    "density_max": of("density_max", in_a_die("rdl"), "window_um", layer="rdl", to="die", value=0.1, step_um=10.0),
    "density_min": of("density_min", in_a_die("rdl"), "window_um", layer="rdl", to="die", value=0.9, step_um=10.0),
    "density_max of a die": of("density_max", in_a_die("rdl"), None, layer="rdl", to="die", value=0.1),
    "space_same_net": of("space_same_net", TRACES, layer="rdl"), "space_different_net": of("space_different_net", TRACES, layer="rdl"),
    "space_different_net, wide": of("space_different_net", TRACES, layer="rdl", **WIDE), "space_same_net, wide": of("space_same_net", TRACES, layer="rdl", **WIDE),
    "pad_spacing": of("pad_spacing", PADS, layer="pad"), "pad pitch": of("pad_spacing", PADS, "pitch_um", layer="pad", value_um=1.0),
    "fan_out_distance": of("fan_out_distance", stacks), "teardrop": of("teardrop", on_a_pad, "length_um", layer="rdl", to="pad_signal", value=1.5),
    "area_min": of("area_min", TRACES, None, layer="rdl", value_um2=1e6), "area_max": of("area_max", TRACES, None, layer="rdl", value_um2=1.0),
    "area_min of holes": of("area_min", TRACES, None, layer="rdl", value_um2=1e6, of="holes"), "no_holes": of("no_holes", TRACES, None, layer="rdl"),
    "edge_length_min": of("edge_length_min", TRACES, layer="rdl"), "overlap_min": of("overlap_min", upon("rdl", "pad_ground"), layer="rdl", to="pad_ground"),
    "extension": of("extension", beside("rdl", "pad_ground"), layer="rdl", to="pad_ground"),
    "distance_max": of("distance_max", beside("rdl", "pad_ground"), layer="rdl", to="pad_ground"),
    "ring": of("ring", beside("rdl", "pad_ground"), None, layer="rdl", to="pad_ground"),
    "count": of("count", beside("rdl", "pad_ground"), None, layer="rdl", to="pad_ground", least=1), "current_width": of("current_width", fed, "current_ma", layer="pad_power", per_um_ma=1.0),
    "trace_length_max": of("trace_length_max", fed, layer="rdl"), "current_vias": of("current_vias", stacks, None, layer="pad_signal", to="via", current_ma=1e6, per_um2_ma=1.0)}
#: kinds that measure nothing: films, names, counts and what touches what
WITHOUT_SIZE = {"films_allowed", "films_recommended", "guideline", "via_size_exists", "count_match", "function_claims", "label_on_metal", "net_names", "net_open",
                "net_short", "net_split", "vias_min"}


def layout_of(technology, drawn):
    """drawn: [(layer, polygon)]"""
    layout = pya.Layout()
    layout.dbu = 0.001
    top = layout.create_cell("TOP")
    for layer, shape in drawn:
        top.shapes(layout.layer(*technology.layers[layer]["gds"])).insert(shape)
    return layout


def drawn_of(kind, outline, part):
    """Two shapes a third of the limit apart, or as the kind asks."""
    return TRIALS[kind].drawn(outline, max(int(part * SIZE / 3), 5) // 5 * 5)


def rule_of(kind, limit_um):
    return dict(TRIALS[kind].rule, **({TRIALS[kind].limit: limit_um} if TRIALS[kind].limit else {}))


def found(rule, drawn, mode):
    technology = tech.load("postpass")
    technology.rules = [rule]
    layout = layout_of(technology, drawn)  # must outlive its cell
    return check_cell(layout.top_cell(), technology, Wishes(mode=mode, threads=1)).results[0].findings


def timed(rule, drawn, mode):
    """(CPU seconds, markers), the technology and the layout read and made included"""
    start = time.process_time()
    markers = len(found(rule, drawn, mode))
    return time.process_time() - start, markers


def trial(kind, name, part, mode):
    """(CPU seconds, markers)"""
    return timed(rule_of(kind, part * SIZE / 1000), drawn_of(kind, OUTLINES[name], part), mode)


def circles(count):
    return [("pad_signal", ngon(128, 35_000).moved(55_000 * (number % 2), 55_000 * (number // 2))) for number in range(count)]


def balls():
    return [("pad_signal", ngon(36, 20_000).moved(60_000 * (number % 10), 60_000 * (number // 10))) for number in range(60)]


STEPS = [("pad_signal", staircase(60, 300_000))]
NAMED = {  # what took minutes once: (rule, shapes)
    "two circles of 128 corners": (rule_of("space", 40.0), circles(2)), "four circles of 128 corners": (rule_of("space", 40.0), circles(4)),
    "comb of 200 fingers, space": (rule_of("space", 2.0), [("pad_signal", comb(200))]), "comb of 200 fingers, width": (rule_of("width_min", 2.0), [("pad_signal", comb(200))]),
    "pad in 5 um steps, space": (rule_of("space", 10.0), STEPS), "pad in 5 um steps, width": (rule_of("width_min", 10.0), STEPS),
    "60 balls of 36 corners, pitch": (rule_of("pitch_min", 50.0), balls()), "60 balls of 36 corners, space": (rule_of("space", 45.0), balls())}


class Row(NamedTuple):
    seconds: float
    markers: int
    what: str
    mode: str
    corners: int

    @property
    def ms(self):
        return 1000 * self.seconds / max(self.markers, 1)

    @property
    def is_slow(self):
        return self.seconds > NOISE and self.ms > MS_OF_100 * max(self.corners / 100, 1)


def corners_of(drawn):
    return sum(shape.num_points() for _, shape in drawn)


def all_rows(modes):
    """Every trial; those of more than two seconds are shown at once."""
    for what, (rule, drawn) in NAMED.items():
        for mode in modes:
            yield Row(*timed(rule, drawn, mode), what, mode, corners_of(drawn))
    for kind in TRIALS:
        for name in OUTLINES:
            for part in (0.1, 1.0, 10.0) if TRIALS[kind].limit else (1.0,):
                for mode in modes:
                    yield Row(*trial(kind, name, part, mode), "%s, %s, limit %g x size" % (kind, name, part), mode, corners_of(drawn_of(kind, OUTLINES[name], part)))


def growths(modes):
    """(kind and mode, CPU seconds of each number of corners, how much longer the last takes than half as many)"""
    for kind in TRIALS:
        for mode in modes:
            seconds = [timed(rule_of(kind, SIZE / 1000), drawn_of(kind, ngon(corners), 1.0), mode)[0] for corners in CORNERS]
            yield "%s, n-gon, %s" % (kind, mode), seconds, seconds[-1] / max(seconds[-2], NOISE)


def longer_than_flat(rows):
    """Rows of other modes that took EXTRA seconds longer than flat."""
    flat = {row.what: row.seconds for row in rows if row.mode == "flat"}
    return [row for row in rows if row.what in flat and row.seconds > flat[row.what] + EXTRA]


def shown(row):
    return "%8.3f %8d %9.1f %8d  %s, %s" % (row.seconds, row.markers, row.ms, row.corners, row.what, row.mode)


def main(modes):
    modes, rows = modes or MODES, []
    for row in all_rows(modes):
        rows.append(row)
        if len(rows) == len(NAMED) * len(modes):
            print("    CPU s  markers ms/marker  corners  what once took minutes\n" + "\n".join(map(shown, rows)), flush=True)
        elif row.seconds > 2:
            print(shown(row), flush=True)
    print("    CPU s  markers ms/marker  corners  the slowest")
    for row in sorted(rows, reverse=True)[:SHOWN]:
        print(shown(row))
    missed = ["slow:     " + shown(row) for row in rows if row.is_slow] + ["longer than flat: " + shown(row) for row in longer_than_flat(rows)]
    print("CPU s of two n-gons of %s corners, growth" % ", ".join(map(str, CORNERS)))
    for what, seconds, growth in growths(modes):
        print("%s  x %.1f  %s" % (" ".join("%8.3f" % one for one in seconds), growth, what))
        missed += ["growth x %.1f: %s" % (growth, what)] if growth > GROWTH else []
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    missed += ["peak memory"] if memory > MOST_MB else []
    print("%d trials, %.1f s, peak memory %.0f MB (at most %d); bars missed: %d" % (len(rows), sum(row.seconds for row in rows), memory, MOST_MB, len(missed)))
    for line in missed:
        print(line)
    return 2 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
