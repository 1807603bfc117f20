"""For every kind of check: drawings that keep a rule at its limit and drawings that break it by one dbu.

A case generator takes (technology, rule) and yields Case records; `test_limits.py` places each in a tile of its own and
runs the deck once per technology. A kind without a generator fails a test there.
"""

import math
from collections import namedtuple

import pya

from postpass.tech.kinds import KINDS, MAXIMUM

from .support import UM, octagon, round_shape, square

#: name: what is drawn; shapes: {layer: [...]}; count: how many markers of the rule it must give; text: a part of each
Case = namedtuple("Case", "name shapes count text")

#: kinds that no shipped technology has; tests/nets/test_net_kinds.py and test_shape_kinds.py have them
ELSEWHERE = {"space_different_net", "space_same_net", "current_vias", "current_width", "area_min", "area_max", "no_holes", "distance_max", "count", "ring", "edge_length_min",
             "trace_length_max", "space_table", "overlap_min", "extension"}


def keep(name, shapes):
    return Case(name + ", at the limit", shapes, 0, "")


def broken(name, shapes, text="", count=1):
    return Case(name + ", one step beyond", shapes, count, text)


def limit(rule):
    """What a drawing must keep (dbu): the value of the rule, or what its tolerance leaves of it."""
    beyond = rule.get("tolerance_um", 0) * (1 if KINDS[rule["check"]].sense == MAXIMUM else -1)
    return int(round((rule["value_um"] + beyond) * UM))


def um(length):
    """A length (dbu) in um, as the deck writes it."""
    return ("%.4f" % (length / UM)).rstrip("0").rstrip(".") + " um"


def is_closed(tech, layer):
    return tech.closed_shapes(layer)


# sizes

def sized(size):
    """The closed shapes a kit draws, all of exactly that size; round ones have even sizes."""
    shapes = {"square": square(size), "octagon": octagon(size)}
    if size % 2 == 0:
        shapes["round"] = round_shape(size)
    turned = int(math.floor(size / math.sqrt(2))) if size % 2 else int(math.ceil(size / math.sqrt(2)))
    shapes["turned square"] = diamond(turned)
    return shapes


def diamond(half):
    return pya.Polygon([pya.Point(-half, 0), pya.Point(0, half), pya.Point(half, 0), pya.Point(0, -half)])


def width_min(tech, rule):
    v, layer = limit(rule), rule["layer"]
    if not is_closed(tech, layer):
        yield keep("bar", {layer: [pya.Box(0, 0, 10 * v, v)]})
        yield broken("bar", {layer: [pya.Box(0, 0, 10 * v, v - 1)]}, um(v - 1))
        yield keep("45 degree trace", {layer: [bent_trace(v, 5)]})
        yield broken("45 degree trace", {layer: [bent_trace(v - 20, 5)]})
        yield broken("neck", {layer: [pya.Box(0, 0, 4 * v, 4 * v), pya.Box(4 * v, v, 6 * v, 2 * v - 1), pya.Box(6 * v, 0, 9 * v, 4 * v)]}, um(v - 1))
        return
    for name, shape in sized(v).items():
        yield keep(name, {layer: [shape]})
    yield broken("square", {layer: [square(v - 1)]}, "size " + um(v - 1))
    yield broken("octagon", {layer: [octagon(v - 1)]}, "size " + um(v - 1))
    yield broken("round", {layer: [round_shape(v - 2)]}, "size " + um(v - 2))
    yield broken("turned square", {layer: [diamond(int(v / math.sqrt(2)) - 3)]})
    yield broken("narrow side", {layer: [pya.Box(0, 0, v - 1, 3 * v)]}, "size " + um(v - 1))


def bent_trace(width, grid):
    """A trace with a 45 degree part whose corners are on a grid (dbu) and whose width is nowhere below `width`."""
    half = width // 2
    inset = int(math.ceil(half * math.tan(math.pi / 8) / grid) * grid)
    x, far = 10 * width, 15 * width
    up = far - x
    return pya.Polygon([pya.Point(px, py) for px, py in (
        (0, -half), (0, half), (x - inset, half), (far - inset, up + half), (far + 5 * width, up + half),
        (far + 5 * width, up - half), (far + inset, up - half), (x + inset, -half))])


def width_max(tech, rule):
    v, layer = limit(rule), rule["layer"]
    yield keep("square", {layer: [square(v)]})
    yield broken("square", {layer: [square(v + 1)]}, um(v + 1))
    if is_closed(tech, layer):
        yield keep("round", {layer: [round_shape(v)]})
        yield broken("round", {layer: [round_shape(v + 2)]}, um(v + 2))
        yield keep("octagon", {layer: [octagon(v)]})
        yield broken("octagon", {layer: [octagon(v + 1)]}, um(v + 1))
        yield broken("long side", {layer: [pya.Box(0, 0, v - 100, v + 1)]}, um(v + 1))
    else:
        yield keep("turned square", {layer: [diamond(int(v / math.sqrt(2)))]})
        yield broken("turned square", {layer: [diamond(int(v / math.sqrt(2)) + 4)]})  # corners on whole dbu leave two of them open
        yield keep("long trace", {layer: [pya.Box(0, 0, 5 * v, v)]})
        yield broken("wide part", {layer: [pya.Box(0, 0, 5 * v, v - 100), pya.Box(v, 0, 3 * v, v + 1)]}, um(v + 1))


def aspect_ratio_max(tech, rule):
    depth = tech.depth_um(rule["layer"]) * UM
    smallest = int(math.ceil(depth / rule["value"] - 1e-6))
    yield keep("square", {rule["layer"]: [square(smallest)]})
    yield keep("round", {rule["layer"]: [round_shape(smallest + smallest % 2)]})
    yield keep("octagon", {rule["layer"]: [octagon(smallest)]})
    yield broken("octagon", {rule["layer"]: [octagon(smallest - 1)]}, "ratio")
    yield broken("square", {rule["layer"]: [square(smallest - 1)]}, "depth %g um, size %g um, ratio %.3f" % (
        depth / UM, (smallest - 1) / UM, depth / (smallest - 1)))
    yield broken("round", {rule["layer"]: [round_shape(smallest - 2 + smallest % 2)]}, "ratio")


def aspect_ratio_min(tech, rule):
    depth = tech.depth_um(rule["layer"]) * UM
    largest = int(math.floor(depth / rule["value"] + 1e-6))
    yield keep("square", {rule["layer"]: [square(largest)]})
    yield broken("square", {rule["layer"]: [square(largest + 1)]}, "size %g um" % ((largest + 1) / UM))
    yield keep("round", {rule["layer"]: [round_shape(largest - largest % 2)]})
    yield broken("round", {rule["layer"]: [round_shape(largest + 2 - largest % 2)]}, "ratio")
    yield keep("octagon", {rule["layer"]: [octagon(largest)]})
    yield broken("octagon", {rule["layer"]: [octagon(largest + 1)]}, "ratio")


def shape(tech, rule):
    layer, tolerance = rule["layer"], int(round(rule["tolerance_um"] * UM))
    size = max(2 * UM, int(2 * UM * round(tech.limit("width_min", layer) or 1.0)))
    drawn = {"square": square(size), "octagon": octagon(size), "round": round_shape(size), "rectangle": pya.Box(0, 0, size, 2 * size)}
    for name, figure in drawn.items():
        if name in rule["shapes"] or (name == "square" and "rectangle" in rule["shapes"]):
            yield keep(name, {layer: [figure]})
        else:
            yield broken(name, {layer: [figure]}, "shape " + name)
    yield keep("round with a corner moved inwards by the tolerance", {layer: [round_with_dent(size, tolerance - 2)]})
    yield broken("round with a corner moved inwards", {layer: [round_with_dent(size, tolerance + 2)]}, "shape other")
    yield keep("octagon with its corner off by the tolerance", {layer: [octagon(size, int(size / (2 + math.sqrt(2))) - tolerance + 1)]})
    yield broken("octagon with its corner off", {layer: [octagon(size, int(size / (2 + math.sqrt(2))) - tolerance - 2)]}, "shape other")
    yield broken("L", {layer: [pya.Box(0, 0, size, size), pya.Box(0, 0, 2 * size, size // 2)]}, "shape other")
    yield broken("triangle", {layer: [pya.Polygon([pya.Point(0, 0), pya.Point(0, size), pya.Point(size, 0)])]}, "shape other")


def round_with_dent(size, depth):
    points = list(round_shape(size).each_point_hull())
    shrink = 1 - 2.0 * depth / size
    points[3] = pya.Point(int(round(points[3].x * shrink)), int(round(points[3].y * shrink)))  # not on an axis: the extents stay
    return pya.Polygon(points)


# distances

def space(tech, rule):
    v, layer = limit(rule), rule["layer"]
    size = max(3 * v, 10 * UM)
    yield keep("facing", {layer: [square(size), square(size, size + v)]})
    yield broken("facing", {layer: [square(size), square(size, size + v - 1)]}, "space " + um(v - 1))
    three, four = 3 * v // 5, int(math.ceil(4 * v / 5.0))
    yield keep("corner to corner", {layer: [square(size), square(size, size + three + 1, size + four)]})
    yield broken("corner to corner", {layer: [square(size), square(size, size + three - 2, size + four - 2)]})
    yield keep("45 degree edges", {layer: diamonds(size, v)})
    yield broken("45 degree edges", {layer: diamonds(size, v - 20)})
    yield broken("notch", {layer: [pya.Box(0, 0, 3 * size, size), pya.Box(0, 0, size, 2 * size), pya.Box(size + v - 1, 0, 3 * size, 2 * size)]}, um(v - 1))
    near = int(math.ceil(v / math.sqrt(2) / 5) * 5)
    yield keep("a corner and a 45 degree edge of one shape", {layer: corner_at_a_slant(size, near)})
    yield broken("a corner and a 45 degree edge of one shape", {layer: corner_at_a_slant(size, near - 15)}, "space ")
    degrees = min(rule.get("notch_deg", 90), rule.get("angle_deg", 90))
    yield keep("wedge", {layer: [wedge(size, degrees)]})
    yield broken("wedge", {layer: [wedge(size, degrees - 1)]}, "space 0 um")
    yield broken("wedge of 60 degrees", {layer: [wedge(size, 60)]}, "space 0 um") if degrees > 60 else keep("wedge of 60 degrees", {layer: [wedge(size, 60)]})
    yield keep("turned right angles", {layer: [wedge(size, 90, 23.7)]})
    yield keep("round", {layer: [round_shape(size), round_shape(size).moved(size + v, 0)]})
    yield broken("round", {layer: [round_shape(size), round_shape(size).moved(size + v - 1, 0)]}, "space " + um(v - 1))
    yield broken("two pairs", {layer: [square(size), square(size, size + v - 1), square(size, 2 * size + 2 * v - 2)]}, count=2)


def wedge(depth, degrees, turned=0.0):
    """A block that opens to the right in a wedge, the whole turned by degrees."""
    half, around, angle = depth * math.tan(math.radians(degrees / 2)), 2 * depth, math.radians(turned)
    corners = [(0, 0), (depth, half), (depth, half + around), (-around, half + around), (-around, -half - around), (depth, -half - around), (depth, -half)]
    return pya.Polygon([pya.Point(*(int(round(c)) for c in (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)))) for x, y in corners])


def corner_at_a_slant(size, step):
    """A corner that points at a 45 degree bar, step * sqrt(2) away, that a post and a bar below join to it."""
    x = y = size + step
    bar = [(x - size, y + size), (x + size, y - size), (x + size, -3 * size), (x + 2 * size, -3 * size), (x + 2 * size, y), (x, y + 2 * size)]
    return [pya.Box(0, -3 * size, size, size), pya.Box(0, -4 * size, 6 * size, -2 * size), pya.Polygon([pya.Point(*corner) for corner in bar])]


def diamonds(half, distance):
    """Two squares on their corners with parallel 45 degree edges at least `distance` apart, corners on a grid of 5."""
    along = int(math.ceil(distance / math.sqrt(2) / 5) * 5)
    half -= half % 5
    return [diamond(half), diamond(half).moved(half + along, half + along)]


def space_wide(tech, rule):
    v, layer = limit(rule), rule["layer"]
    width, run = int(round(rule["wider_than_um"] * UM)), int(round(rule["run_longer_than_um"] * UM))
    bars = lambda one, other, length, space: {layer: [pya.Box(0, 0, length, one), pya.Box(0, one + space, length, one + space + other)]}  # noqa: E731
    yield keep("two wide bars", bars(2 * width, 2 * width, 3 * run, v))
    yield broken("two wide bars", bars(2 * width, 2 * width, 3 * run, v - 1), "space " + um(v - 1))
    yield broken("just wide and long enough", bars(width + 1, width + 1, run + 1, v - 1), "space " + um(v - 1))
    apart = int(math.ceil(v / math.sqrt(2) / 5) * 5)
    yield keep("wide bars turned by 45 degrees", {layer: slanted_bars(2 * width, 3 * run, apart)})
    yield broken("wide bars turned by 45 degrees", {layer: slanted_bars(2 * width, 3 * run, apart - 15)}, "space ")
    one_is_enough = rule.get("wide") == "one"
    for name, narrow in (("a bar that is not wide", width), ("a narrow trace beside a wide one", width // 3)):
        yield keep(name + ", apart", bars(narrow, 2 * width, 3 * run, v))
        yield broken(name, bars(narrow, 2 * width, 3 * run, v - 1), "space " + um(v - 1)) if one_is_enough else keep(name, bars(narrow, 2 * width, 3 * run, v - 1))
    yield keep("no bar that is wide", bars(width, width, 3 * run, v - 1))
    yield keep("a run that is not long", bars(2 * width, 2 * width, run, v - 1))


def slanted_bars(width, length, step):
    """Two bars at 45 degrees, step * sqrt(2) apart; their sizes are larger than `width` and `length` by sqrt(2)."""
    bar = pya.Polygon([pya.Point(0, 0), pya.Point(-width, width), pya.Point(length - width, length + width), pya.Point(length, length)])
    return [bar, bar.moved(-width - step, width + step)]


def separation(tech, rule):
    v, one, other = limit(rule), rule["layer"], rule["to"]
    size = max(3 * v, 10 * UM)
    yield keep("facing", {one: [square(size)], other: [square(size, size + v)]})
    yield broken("facing", {one: [square(size)], other: [square(size, size + v - 1)]}, "separation " + um(v - 1))
    three, four = 3 * v // 5, int(math.ceil(4 * v / 5.0))
    yield keep("corner to corner", {one: [square(size)], other: [square(size, size + three + 1, size + four)]})
    yield broken("corner to corner", {one: [square(size)], other: [square(size, size + three - 2, size + four - 2)]}, "separation ")
    for apart, case in ((v, keep), (v - 20, broken)):
        turned = diamonds(size, apart)
        yield case("45 degree edges", {one: turned[:1], other: turned[1:]})
    wide = 2 * size  # no facets nearer to each other than a trace is wide: each pair of them would be a marker to gather
    yield keep("round", {one: [round_shape(wide)], other: [round_shape(wide).moved(wide + v, 0)]})
    yield broken("round", {one: [round_shape(wide)], other: [round_shape(wide).moved(wide + v - 1, 0)]}, "separation " + um(v - 1))
    yield broken("touching", {one: [square(size)], other: [square(size, size)]}, "separation 0 um")
    yield broken("overlapping", {one: [square(size)], other: [square(size, size - 5)]}, "overlap")
    yield broken("inside", {one: [square(size)], other: [square(size // 2, size // 4, size // 4)]}, "overlap")


def enclosure(tech, rule):
    v, inner, outer = limit(rule), rule["layer"], rule["by"]
    size = int(round((tech.limit("width_min", inner) or 1.0) * UM))
    inside = square(size)
    yield keep("centred", {inner: [inside], outer: [inside.enlarged(v, v)]})
    yield broken("one side", {inner: [inside], outer: [pya.Box(-v, -v, size + v, size + v - 1)]}, "enclosure " + um(v - 1) if v else "sticks out")
    yield broken("all sides, one marker", {inner: [inside], outer: [inside.enlarged(v - 1, v - 1)]})
    yield broken("sticking out", {inner: [inside], outer: [pya.Box(-v, -v, size - 5, size + v)]}, "sticks out of " + outer)
    yield broken("nothing around", {inner: [inside]}, "no %s at all" % outer)
    for name, figure in (("octagon", octagon), ("round", round_shape)):
        outer_size = size + 2 * v
        if size % 2 == 0 and v:
            middle = pya.Vector(v, v) if name == "octagon" else pya.Vector(0, 0)
            yield keep(name, {inner: [figure(size).moved(middle.x, middle.y)], outer: [figure(outer_size)]})
            yield broken(name, {inner: [figure(size).moved(middle.x + 8, middle.y)], outer: [figure(outer_size)]})
            if name == "round":
                near = 2 * math.ceil((20 - tech.grid_um * UM) / math.sqrt(2))
                yield keep("round, as near along 45 degrees as the grid can draw", {inner: [figure(size).moved(10, 10)], outer: [figure(outer_size + near)]})
                yield broken("round, along 45 degrees", {inner: [figure(size).moved(20, 20)], outer: [figure(outer_size + 42)]})
    if v == 0:
        near = [diamond(6 * size // 10), diamond(7 * size // 10).moved(9 * size // 10, 9 * size // 10)]  # their extents overlap
        for number, name in enumerate(("second", "first")):
            yield broken("two neighbours, the %s on nothing" % name, {inner: near, outer: [near[number]]}, "no %s at all" % outer)
    yield broken("two in one pad, one of them off", {inner: [inside, square(size, 2 * size)], outer: [pya.Box(-v, -v, 3 * size + v - 1, size + v)]})


def pitch_min(tech, rule):
    v, layer = limit(rule), rule["layer"]
    size = 2 * (v // 5)
    yield keep("side by side", {layer: [square(size), square(size, v)]})
    yield broken("side by side", {layer: [square(size), square(size, v - 1)]}, "pitch " + um(v - 1))
    yield broken("different sizes", {layer: [square(size), square(size + 10, v - 6)]}, "pitch " + um(v - 1))
    for name, figure in (("round", round_shape(size)), ("octagon", octagon(size)), ("turned square", diamond(size // 2))):
        yield keep(name, {layer: [figure, figure.moved(0, v)]})
        yield broken(name, {layer: [figure, figure.moved(0, v - 1)]}, "pitch " + um(v - 1))
    three, four = 3 * v // 5, 4 * v // 5
    yield keep("slanted", {layer: [square(size), square(size, three, four)]})
    yield broken("slanted", {layer: [square(size), square(size, three - 2, four)]})
    yield broken("row of three", {layer: [square(size), square(size, v - 1), square(size, 2 * v - 2)]}, count=2)


# drawing

def grid(tech, rule):
    step, layer = int(round(tech.grid_um * UM)), rule["layer"]
    for part in tech.parts(layer):
        yield keep(part, {part: [pya.Box(0, 0, 100 * step, 100 * step)]})
        yield broken(part, {part: [pya.Box(0, 0, 100 * step, 100 * step + 1)]}, "vertex at", 2)
    yield broken("placed off grid", {layer: [pya.Box(1, 0, 100 * step + 1, 100 * step)]}, "vertex at", 4)


def angle(tech, rule):
    layer = rule["layer"]
    width = 4 * int(round((tech.limit("width_min", layer) or 1.0) * UM))
    yield keep("45 degrees", {layer: [bent_trace(width, 5)]})
    yield keep("path of odd width", {layer: [pya.Path([pya.Point(0, 0), pya.Point(10 * width, 10 * width)], width + 2)]})
    yield keep("round capture pad on a trace", {layer: [round_shape(width), pya.Box(0, -width // 4, 5 * width, width // 4)]})
    yield broken("slope of 10 in 100", {layer: [pya.Polygon([pya.Point(x * width, y * width) for x, y in ((0, 0), (0, 2), (10, 3), (10, 0))])]}, "angle 5.71 degrees")
    yield broken("45 degrees off by 5 nm", {layer: [pya.Polygon([pya.Point(0, 0), pya.Point(4 * width, 4 * width + 5), pya.Point(4 * width, 0)])]}, "angle 45.0")


def corner_min(tech, rule):
    layer = rule["layer"]
    width = 4 * int(round((tech.limit("width_min", layer) or 1.0) * UM))
    yield keep("square corners", {layer: [square(width)]})
    yield keep("bends of 45 degrees", {layer: [bent_trace(width, 5)]})
    yield broken("one acute corner", {layer: [pya.Polygon([pya.Point(0, 0), pya.Point(0, width), pya.Point(3 * width, width), pya.Point(2 * width, 0)])]})
    yield broken("trace folded back", {layer: [pya.Path([pya.Point(0, 0), pya.Point(8 * width, 0), pya.Point(0, 8 * width)], width)]})


GENERATORS = {generator.__name__: generator for generator in (
    width_min, width_max, aspect_ratio_max, aspect_ratio_min, shape, space, space_wide, separation, enclosure, pitch_min, grid, angle, corner_min)}
