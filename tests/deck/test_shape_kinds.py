"""Kinds of rules on whole shapes that no technology here has, each kept at its limit and broken by one dbu; a tile for each case, one deck run for all."""

import json
import math

import pya
import pytest

from postpass import tech as technologies

from . import limits
from .cases import broken, diamond, keep, slanted_bars, wedge
from .support import UM, check, new_layout, octagon, round_shape, square

POSTPASS = technologies.load("postpass")
TILE = 1000 * UM
RULES = [
    {"id": "AREA.MIN", "check": "area_min", "layer": "rdl", "value_um2": 100.0}, {"id": "AREA.MAX", "check": "area_max", "layer": "rdl", "value_um2": 100.0},
    {"id": "HOLE.MIN", "check": "area_min", "layer": "pad_signal", "value_um2": 4.0, "of": "holes"}, {"id": "HOLE.MAX", "check": "area_max", "layer": "pad_ground", "value_um2": 4.0, "of": "holes"},
    {"id": "HOLES", "check": "no_holes", "layer": "contact"}, {"id": "NEAR", "check": "distance_max", "layer": "via", "to": "pad_power", "value_um": 5.0},
    {"id": "COUNT", "check": "count", "layer": "contact", "to": "die", "least": 1, "most": 2}, {"id": "RING", "check": "ring", "layer": "die", "to": "label_area"},
    {"id": "EDGE", "check": "edge_length_min", "layer": "keepout", "value_um": 2.0}, {"id": "EDGE.45", "check": "edge_length_min", "layer": "pad_flip_chip", "value_um": 2.0, "angles_deg": [40, 50]}]
RULES += [dict(rule, layer="via", nominal=True) for rule in (
    {"id": "CIRCLE.MIN", "check": "width_min", "value_um": 100.0}, {"id": "CIRCLE.MAX", "check": "width_max", "value_um": 100.0},
    {"id": "CIRCLE.STEEP", "check": "aspect_ratio_max", "value": 0.059}, {"id": "CIRCLE.FLAT", "check": "aspect_ratio_min", "value": 0.059})]  # films of 5.9 um
RULES += [{"id": "ANGLE", "check": "angle", "layer": "rdl", "value_deg": 45}, {"id": "ANGLE.ARCS", "check": "angle", "layer": "rdl", "value_deg": 45, "round": "arcs"},
          {"id": "ANGLE.NONE", "check": "angle", "layer": "rdl", "value_deg": 45, "round": "none"}, {"id": "ANGLE.60", "check": "angle", "layer": "rdl", "value_deg": 60}]
RULES += [{"id": "WIDE.ONE", "check": "space_wide", "layer": "rdl", "value_um": 5.0, "wider_than_um": 10.0, "run_longer_than_um": 20.0, "wide": "one"},
          {"id": "TABLE", "check": "space_table", "layer": "rdl",
           "limits": [{"wider_than_um": 10, "run_longer_than_um": 20, "value_um": 5}, {"wider_than_um": 30, "run_longer_than_um": 50, "value_um": 8}]}]
RULES += [{"id": "NEXT", "check": "distance_max", "layer": "via", "to": "via", "value_um": 5.0, "measure": "centre"},
          {"id": "CENTRES", "check": "distance_max", "layer": "via", "to": "pad_power", "value_um": 5.0, "measure": "centre"}]
RULES += [{"id": "OVERLAP", "check": "overlap_min", "layer": "rdl", "to": "pad_ground", "value_um": 5.0}]
RULES += [{"id": "SIDES", "check": "enclosure", "layer": "keepout", "by": "pad_ground", "value_um": 5.0, "other_sides_um": 1.0}]
RULES += [{"id": "BEYOND", "check": "extension", "layer": "rdl", "to": "via", "value_um": 5.0}]
RULES += [{"id": "SPACE.60", "check": "space", "layer": "rdl", "value_um": 5.0, "angle_deg": 60, "notch_deg": 80},
          {"id": "APART.60", "check": "separation", "layer": "rdl", "to": "pad_power", "value_um": 5.0, "angle_deg": 60}]
LABEL_AREA = {"name": "label_area", "gds": [99, 0], "title": "What rings stand around"}


def with_hole(hole):
    """A square pad around a hole."""
    return list((pya.Region(square(30 * UM, -15 * UM, -15 * UM)) - pya.Region(hole)).each())


def area_min():
    yield keep("square", {"rdl": [square(10 * UM)]})
    yield broken("square", {"rdl": [pya.Box(0, 0, 10 * UM, 10 * UM - 1)]}, "area 99.99 um2")
    yield keep("two that touch", {"rdl": [square(5 * UM), pya.Box(5 * UM, 0, 20 * UM, 5 * UM)]})
    yield broken("two that do not", {"rdl": [pya.Box(0, 0, 5 * UM - 1, 20 * UM), pya.Box(5 * UM, 0, 20 * UM, 9 * UM)]}, "area 99.98 um2")
    yield keep("triangle of half a square", {"rdl": [pya.Polygon([pya.Point(0, 0), pya.Point(0, 20 * UM), pya.Point(10 * UM, 0)])]})
    yield broken("triangle of half a square", {"rdl": [pya.Polygon([pya.Point(0, 0), pya.Point(0, 20 * UM - 1), pya.Point(10 * UM, 0)])]}, "area 99.995 um2")


def area_max():
    yield keep("square", {"rdl": [square(10 * UM)]})
    yield broken("square", {"rdl": [pya.Box(0, 0, 10 * UM, 10 * UM + 1)]}, "area 100.01 um2")
    yield broken("two that touch at a corner", {"rdl": [square(8 * UM), square(8 * UM, 8 * UM, 8 * UM)]}, "area 128 um2")


def hole_min():
    yield keep("square", {"pad_signal": with_hole(square(2 * UM))})
    yield broken("square", {"pad_signal": with_hole(pya.Box(0, 0, 2 * UM, 2 * UM - 1))}, "area 3.998 um2")
    yield keep("no hole", {"pad_signal": [square(1 * UM)]})


def hole_max():
    yield keep("square", {"pad_ground": with_hole(square(2 * UM))})
    yield broken("square", {"pad_ground": with_hole(pya.Box(0, 0, 2 * UM, 2 * UM + 1))}, "area 4.002 um2")
    yield keep("large without a hole", {"pad_ground": [square(30 * UM)]})


def no_holes():
    yield keep("ring open by a dbu", {"contact": [pya.Box(0, 0, 900, 100), pya.Box(0, 100, 100, 900), pya.Box(800, 100, 900, 900), pya.Box(100, 800, 799, 900)]})
    yield broken("closed ring", {"contact": [pya.Box(0, 0, 900, 100), pya.Box(0, 100, 100, 900), pya.Box(800, 100, 900, 900), pya.Box(100, 800, 800, 900)]}, "hole, area 0.49 um2")


def near():
    pad = square(20 * UM)
    yield keep("facing", {"via": [square(UM, 25 * UM, 0)], "pad_power": [pad]})
    yield broken("facing", {"via": [square(UM, 25 * UM + 1, 0)], "pad_power": [pad]}, "no pad_power within 5 um")
    yield keep("corners", {"via": [square(UM, 23 * UM, 24 * UM)], "pad_power": [pad]})
    yield broken("corners", {"via": [square(UM, 23 * UM, 24 * UM + 1)], "pad_power": [pad]})
    yield keep("round", {"via": [round_shape(UM).moved(25 * UM + UM // 2, 10 * UM)], "pad_power": [pad]})
    yield broken("round", {"via": [round_shape(UM).moved(25 * UM + UM // 2 + 1, 10 * UM)], "pad_power": [pad]})
    yield keep("upon each other", {"via": [diamond(UM).moved(5 * UM, 5 * UM)], "pad_power": [octagon(20 * UM)]})
    yield broken("one of two", {"via": [square(UM), square(UM, 40 * UM, 0)], "pad_power": [pad]})


def the_next():
    """Centre to centre in one layer, where no shape is its own neighbour."""
    words = "no other via within 5 um, centre to centre"
    def row(*steps, size=UM):
        return {"via": [square(size, sum(steps[:number]), 0) for number in range(len(steps) + 1)]}
    yield keep("two", row(5 * UM))
    yield broken("two", row(5 * UM + 1), words, 2)
    yield keep("three, each with a neighbour", row(5 * UM, 5 * UM))
    yield broken("three, the last apart", row(5 * UM, 5 * UM + 1), words)
    yield keep("large ones", row(5 * UM, size=4 * UM))
    yield broken("large ones that are near each other", row(5 * UM + 1, size=4 * UM), words, 2)
    yield keep("one above the other", {"via": [square(UM), round_shape(2 * UM).moved(500, 5_500)]})
    yield broken("one above the other", {"via": [square(UM), round_shape(2 * UM).moved(500, 5_501)]}, words, 2)
    yield keep("slanted", {"via": [square(UM), square(UM, 3 * UM, 4 * UM)]})
    yield broken("slanted", {"via": [square(UM), square(UM, 3 * UM, 4 * UM + 1)]}, words, 2)
    yield broken("alone", {"via": [square(UM)]}, words)


def between_centres():
    words = "no pad_power within 5 um, centre to centre"
    yield keep("beside", {"via": [square(UM)], "pad_power": [square(8 * UM, 5 * UM - 3_500, -3_500)]})
    yield broken("beside, edges that are near", {"via": [square(UM)], "pad_power": [square(8 * UM, 5 * UM - 3_499, -3_500)]}, words)
    yield broken("vias near each other alone", {"via": [square(UM), square(UM, 2 * UM, 0)]}, words, 2)


def count():
    die = square(100 * UM)
    yield keep("two", {"die": [die], "contact": [square(UM, 5 * UM, 5 * UM), square(UM, 10 * UM, 5 * UM), square(UM, 100 * UM + 1, 0)]})
    yield broken("three, one at the edge", {"die": [die], "contact": [square(UM, 5 * UM, 5 * UM), square(UM, 10 * UM, 5 * UM), square(UM, 100 * UM, 0)]}, "3 contact, at most 2")
    yield broken("none", {"die": [die], "contact": [square(UM, 100 * UM + 1, 0)]}, "0 contact, at least 1")


def ring():
    frame = [pya.Box(0, 0, 900, 100), pya.Box(0, 100, 100, 900), pya.Box(800, 100, 900, 900)]
    contact = [square(10, 50, 50)]  # each die holds one
    yield keep("closed", {"die": [*frame, pya.Box(100, 800, 800, 900)], "label_area": [pya.Box(100, 100, 800, 800)], "contact": contact})
    yield broken("open by a dbu", {"die": [*frame, pya.Box(100, 800, 799, 900)], "label_area": [square(100, 200, 200)], "contact": contact}, "no unbroken die around it")
    yield broken("across the ring", {"die": [*frame, pya.Box(100, 800, 800, 900)], "label_area": [pya.Box(100, 100, 801, 800)], "contact": contact}, "no unbroken die")
    outer = [pya.Box(-500, -500, 1500, -400), pya.Box(-500, -400, -400, 1500), pya.Box(1400, -400, 1500, 1500), pya.Box(-400, 1400, 1400, 1500)]
    yield broken("two", {"die": [*frame, pya.Box(100, 800, 800, 900), *outer], "label_area": [square(100, 200, 200)], "contact": [*contact, square(10, -450, -450)]}, "2 unbroken die around it")


def edges():
    yield keep("square", {"keepout": [square(2 * UM)]})
    yield broken("flat box", {"keepout": [pya.Box(0, 0, 2 * UM, 2 * UM - 1)]}, "edge 1.999 um", 2)
    yield keep("45 degrees", {"keepout": [octagon(10 * UM)]})
    yield broken("jog", {"keepout": [pya.Box(0, 0, 5 * UM, 5 * UM), pya.Box(5 * UM, 0, 9 * UM, 5 * UM - 1)]}, "edge 0.001 um")


def edges_by_angle():
    yield keep("short along the axes", {"pad_flip_chip": [square(UM)]})
    cut = pya.Polygon([pya.Point(x * UM, y * UM) for x, y in ((0, 0), (0, 9), (1, 10), (10, 10), (10, 0))])
    yield broken("short at 45 degrees", {"pad_flip_chip": [cut]}, "edge 1.4142 um")
    yield keep("short at 135 degrees", {"pad_flip_chip": [cut.transformed(pya.Trans.M90)]})


def circle(diameter, corners, turned):
    """Its corners lie on the circle, the first of them `turned` facets from the axis, each on the nearest dbu."""
    angles = [2 * math.pi * (number + turned) / corners for number in range(corners)]
    return pya.Polygon([pya.Point(round(diameter / 2 * math.cos(angle)), round(diameter / 2 * math.sin(angle))) for angle in angles])


def circles(step, words):
    """step: 1 or -1 dbu beyond the limit, which all keep; two where corners on whole dbu cannot tell circles apart by one: 16 of them, or with some on the axes."""
    for corners in (16, 32, 64, 128):
        for turned in (0, 0.5, 0.25, 0.1):
            name = "%d corners, turned by %g" % (corners, turned)
            yield keep(name, {"via": [circle(100 * UM, corners, turned)]})
            beyond = 100 * UM + (step if corners > 16 and turned else 2 * step)
            if step < 0 or turned == 0:  # turned ones are not as wide: they may be smaller circles that sides touch
                yield broken(name, {"via": [circle(beyond, corners, turned)]}, words % (beyond / UM) if corners > 16 else "diameter ")
    yield keep("square", {"via": [square(100 * UM)]})
    yield broken("square", {"via": [square(100 * UM + step)]}, words.replace("diameter", "size") % (100 + step / UM))


def around_zero(points):
    return pya.Polygon(sorted(points, key=lambda point: math.atan2(point.y, point.x)))


def circles_that_sides_touch(step, words):
    yield keep("sides that face the axes", {"via": [touched(100 * UM)]})
    yield broken("sides that face the axes", {"via": [touched(100 * UM + 2 * step)]}, words % (100 + 2 * step / UM))


def touched(diameter, corners=64):
    return circle(diameter / math.cos(math.pi / corners), corners, 0.5)


def circle_min():
    yield from circles(-1, "diameter %g um")
    yield keep("odd corners, none opposite to another", {"via": [circle(100 * UM, 35, 0.1)]})
    yield broken("odd corners, none opposite to another", {"via": [circle(100 * UM - 4, 35, 0.1)]}, "diameter 99.99")
    uneven = [point for corners in (16, 32) for point in circle(100 * UM, corners, 0).each_point_hull() if (point.y < 0) == (corners == 16)]
    yield keep("finer above than below", {"via": [around_zero(uneven)]})
    points = list(circle(100 * UM, 16, 0.1).each_point_hull())
    cut = pya.Point((points[0].x + points[1].x) // 2 + 1, (points[0].y + points[1].y) // 2)
    yield keep("a facet cut in two", {"via": [pya.Polygon([points[0], cut, *points[1:]])]})


def circle_max():
    yield from circles(1, "diameter %g um")
    yield from circles_that_sides_touch(1, "diameter %g um")


def circle_steep():
    yield from circles(-1, "depth 5.9 um, diameter %g um, ratio 0.059")


def circle_flat():
    yield from circles(1, "depth 5.9 um, diameter %g um, ratio 0.059")
    yield from circles_that_sides_touch(1, "depth 5.9 um, diameter %g um, ratio 0.059")


def in_one(*shapes):
    """The shapes as one polygon."""
    return list(sum((pya.Region(shape) for shape in shapes), pya.Region()).merged().each())


def corner(length, first, count, degrees):
    """The upper side of a plane: so many facets of a length, the first at an angle, each turned by so many degrees from the last."""
    return line([length] * count, [first - degrees * number for number in range(count)])


def line(lengths, directions):
    """The upper side of a plane: edges of these lengths (dbu) and directions (degrees)."""
    points = [(0.0, 50.0 * UM)]
    for length, direction in zip(lengths, directions):
        x, y = points[-1]
        points.append((x + length * math.cos(math.radians(direction)), y + length * math.sin(math.radians(direction))))
    return pya.Polygon([pya.Point(round(x), round(y)) for x, y in [*points, (points[-1][0], -50 * UM), (0, -50 * UM)]])


PAD, TRACE = round_shape(40 * UM), pya.Box(0, -3 * UM, 60 * UM, 3 * UM)


def angles():
    yield keep("round pad on its trace", {"rdl": [PAD, TRACE]})
    yield broken("round pad in one with its trace", {"rdl": in_one(PAD, TRACE)}, "curve of 32 edges off multiples of 45 degrees, the worst at ")
    yield broken("rounded box", {"rdl": list(pya.Region(square(40 * UM)).rounded_corners(0, 10 * UM, 32).each())}, "curve of ", 4)
    for degrees, count in ((40, 1), (41, 2)):
        yield broken("two edges that turn by %d degrees" % degrees, {"rdl": [corner(20 * UM, 20, 2, degrees)]}, count=count)
    yield broken("two edges with one of a dbu between them", {"rdl": [line([20 * UM, 1, 20 * UM], [20, -90, 10])]}, "curve of 2 edges")
    yield broken("two slanted edges, and between them one along the axis half as long again", {"rdl": [bent(30_594)]}, "curve of 2 edges off multiples of 45 degrees, the worst at 11.31 degrees")
    yield broken("two slanted edges, and between them a longer one", {"rdl": [bent(30_595)]}, "angle 11.31 degrees", 2)


def bent(length):
    """Two edges of 20.396 um that rise by 11.31 degrees, and one of a length (dbu) between them."""
    return pya.Polygon([pya.Point(x, y * UM) for x, y in ((0, 0), (0, 10), (20 * UM, 14), (20 * UM + length, 14), (40 * UM + length, 18), (40 * UM + length, 0))])


def angles_but_for_arcs():
    yield keep("round pad on its trace", {"rdl": [PAD, TRACE]})
    yield keep("round pad in one with its trace", {"rdl": in_one(PAD, TRACE)})
    yield keep("rounded box", {"rdl": list(pya.Region(square(40 * UM)).rounded_corners(0, 10 * UM, 32).each())})
    yield keep("round hole", {"rdl": list((pya.Region(square(80 * UM, -40 * UM, -40 * UM)) - pya.Region(PAD)).each())})
    yield keep("five facets", {"rdl": [corner(5 * UM, 20, 5, 11)]})
    yield broken("four facets", {"rdl": [corner(5 * UM, 20, 4, 11)]}, "curve of 4 edges")
    yield broken("facets that turn more and more", {"rdl": [line([5 * UM] * 8, [80, 76, 70.8, 64.1, 55.4, 44.1, 29.4, 10.4])]}, "curve of 8 edges")
    yield broken("facets of two lengths", {"rdl": [line([5 * UM, 9 * UM] * 3, [20, 9, -2, -13, -24, -35])]}, "curve of 6 edges")
    yield broken("five facets and a longer edge", {"rdl": [line([5 * UM] * 5 + [40 * UM], [20, 9, -2, -13, -24, -35])]}, "angle 145.00 degrees")
    facet = 10 * UM * math.pi / 8
    tangents = [at + 90 * side for side in range(4) for at in (*(22.5 * number + 11.25 for number in range(4)), 90)]
    points = [(0.0, 0.0)]
    for direction in tangents:
        points.append((points[-1][0] + facet * math.cos(math.radians(direction)), points[-1][1] + facet * math.sin(math.radians(direction))))
    yield keep("rounded box with sides as long as its facets", {"rdl": [pya.Polygon([pya.Point(round(x), round(y)) for x, y in points[:-1]])]})
    yield broken("facets that turn by 41 degrees", {"rdl": [corner(5 * UM, 70, 5, 41)]}, "angle ", 5)
    slanted = pya.Polygon([pya.Point(x * UM, y * UM) for x, y in ((0, -3), (60, 7), (60, 13), (0, 3))])
    yield broken("slanted trace of a round pad", {"rdl": in_one(PAD, slanted)}, "angle 9.46 degrees", 2)


def angles_of_all():
    yield keep("octagon", {"rdl": [octagon(40 * UM)]})
    yield broken("round pad", {"rdl": [PAD]}, "curve of 32 edges off multiples of 45 degrees, the worst at 16.87 degrees")
    yield broken("round pad on its trace", {"rdl": [PAD, TRACE]}, "curve of 32 edges")
    yield broken("edge that misses by two dbu", {"rdl": [pya.Polygon([pya.Point(0, 0), pya.Point(0, 9 * UM), pya.Point(9 * UM, 9 * UM + 2), pya.Point(9 * UM, 0)])]}, "angle 0.01 degrees")
    yield keep("edge that misses by one", {"rdl": [pya.Polygon([pya.Point(0, 0), pya.Point(0, 9 * UM), pya.Point(9 * UM, 9 * UM + 1), pya.Point(9 * UM, 0)])]})


def angles_of_60():
    yield broken("box", {"rdl": [square(UM)]}, "angle 90.00 degrees", 2)
    yield keep("triangle", {"rdl": [pya.Polygon([pya.Point(0, 0), pya.Point(5 * UM, 8660), pya.Point(10 * UM, 0)])]})


def pointing(gap, left, right):
    """A bar, and a corner above it whose sides miss so many degrees to be parallel to it."""
    high = 40 * UM
    corners = [(0, gap), (-high / math.tan(math.radians(left)), gap + high), (high / math.tan(math.radians(right)), gap + high)]
    return pya.Box(-100 * UM, -20 * UM, 100 * UM, 0), pya.Polygon([pya.Point(int(round(x)), int(round(y))) for x, y in corners])


def below_60(layer, to, word):
    """What faces each other below 60 degrees, on one layer or two."""
    def shapes(one, other):
        return {layer: [one, other]} if to == layer else {layer: [one], to: [other]}
    bar, upright = pya.Box(-50 * UM, 0, 50 * UM, 20 * UM), pya.Box(-5 * UM, 25 * UM - 1, 5 * UM, 90 * UM)
    yield keep("facing", shapes(bar, upright.moved(0, 1)))
    yield broken("facing", shapes(bar, upright), "%s 4.999 um" % word)
    yield broken("corner to corner", shapes(bar, square(20 * UM, 53 * UM - 1, 24 * UM - 1)), word)
    yield keep("corner to corner", shapes(bar, square(20 * UM, 53 * UM, 24 * UM)))
    yield keep("both sides of a corner miss 61 degrees", shapes(*pointing(1 * UM, 61, 61)))
    yield broken("both sides of a corner miss 59 degrees", shapes(*pointing(5 * UM - 1, 59, 59)), "%s 4.999 um" % word)
    yield broken("one side of a corner misses 59 degrees", shapes(*pointing(5 * UM - 1, 59, 80)), "%s 4.999 um" % word)
    yield keep("one side of a corner misses 59 degrees", shapes(*pointing(5 * UM, 59, 80)))


def space_below_60():
    yield from below_60("rdl", "rdl", "space")
    yield keep("wedge of 61 degrees", {"rdl": [wedge(20 * UM, 61)]})
    yield broken("wedge of 59 degrees", {"rdl": [wedge(20 * UM, 59)]}, "space 0 um")


def separation_below_60():
    yield from below_60("rdl", "pad_power", "separation")
    yield broken("a corner that touches, at any angle", {"rdl": [square(20 * UM)], "pad_power": [diamond(20 * UM).moved(40 * UM, 10 * UM)]}, "separation 0 um, the layers touch")


def wide_on_one_side():
    def bars(wide, narrow, run, apart, *more):
        return {"rdl": [pya.Box(0, 0, 40 * UM, wide), pya.Box(0, wide + apart, run, wide + apart + narrow), *more]}
    wide, run = 10 * UM + 1, 20 * UM + 1
    yield keep("a narrow trace beside a wide one", bars(wide, 2 * UM, run, 5 * UM))
    yield broken("a narrow trace beside a wide one", bars(wide, 2 * UM, run, 5 * UM - 1), "space 4.999 um")
    yield keep("no side wide", bars(wide - 1, 2 * UM, run, 5 * UM - 1))
    yield keep("a run that is not long", bars(wide, 2 * UM, run - 1, 5 * UM - 1))
    yield broken("both wide", bars(wide, wide, run, 5 * UM - 1), "space 4.999 um")
    yield keep("a trace of the wide shape itself", bars(wide, 2 * UM, run, 5 * UM - 1, pya.Box(0, wide, UM, wide + 5 * UM)))
    roof = [pya.Box(0, wide, UM, wide + UM), pya.Box(0, wide + UM, 25 * UM, wide + 3 * UM)]
    yield keep("what a narrow part of the wide shape hides", bars(wide, 2 * UM, run, 5 * UM - 1, *roof))


def table():
    def bars(width, run, apart):
        return {"rdl": [pya.Box(0, 0, 60 * UM, width), pya.Box(0, width + apart, run, 2 * width + apart)]}
    for wider, longer, value in ((10 * UM, 20 * UM, 5 * UM), (30 * UM, 50 * UM, 8 * UM)):
        yield keep("wide and long", bars(wider + 1, longer + 1, value))
        row = "at least %g um where wider than %g um and side by side for more than %g um" % (value / UM, wider / UM, longer / UM)
        yield broken("wide and long", bars(wider + 1, longer + 1, value - 1), "space %g um, %s" % ((value - 1) / UM, row))
        yield keep("not wide", bars(wider, longer + 1, value - 1))
        yield keep("not long", bars(wider + 1, longer, value - 1))
    yield broken("both rows, one marker", bars(40 * UM, 60 * UM, 5 * UM - 1), "space 4.999 um, at least 8 um where wider than 30 um and side by side for more than 50 um")
    turned = slanted_bars(40 * UM, 90 * UM, 3 * UM)
    yield broken("both rows, at 45 degrees", {"rdl": turned}, "um, at least 8 um where wider than 30 um")


def overlap():
    def pair(x, y, *more):
        return {"rdl": [square(20 * UM), *more], "pad_ground": [square(20 * UM, 20 * UM - x, 20 * UM - y)]}
    yield keep("wide as the limit", pair(5 * UM, 5 * UM))
    yield broken("too narrow in x", pair(5 * UM - 1, 9 * UM), "overlap 4.999 um")
    yield broken("too narrow in y", pair(9 * UM, 5 * UM - 1), "overlap 4.999 um")
    yield keep("touching", pair(0, 9 * UM))
    yield keep("drawn in two parts", pair(4 * UM, 9 * UM, pya.Box(20 * UM, 0, 30 * UM, 20 * UM)))
    yield broken("a corner cut off", {"rdl": [pya.Polygon([pya.Point(0, 0), pya.Point(0, 20 * UM), pya.Point(20 * UM, 0)])], "pad_ground": [square(20 * UM, 8 * UM, 8 * UM)]}, "overlap ")


def sides():
    def inside(left, bottom, right, top, size=20 * UM, **more):
        return {"keepout": more.get("shapes", [square(size)]), "pad_ground": [pya.Box(-left, -bottom, size + right, size + top)]}
    five, one = 5 * UM, UM
    yield keep("left and right", inside(five, one, five, one))
    yield keep("below and above", inside(one, five, one, five))
    yield keep("on all sides", inside(five, five, five, five))
    yield broken("left, not right", inside(five, one, five - 1, one), "enclosure 1 um, 4.999 um left and right, 1 um below and above")
    yield broken("too little above", inside(five, one, five, one - 1), "enclosure 0.999 um, 5 um left and right, 0.999 um below and above")
    yield broken("two sides that are not opposite", inside(five, five, one, one), "enclosure 1 um, 1 um left and right, 1 um below and above")
    yield broken("beside nothing", inside(five, -1, five, five), "sticks out of pad_ground")
    cut = pya.Region(pya.Box(-five, -one, 25 * UM, 21 * UM)) - pya.Region(square(2 * UM, 23 * UM + 1, 20 * UM + 1))
    yield broken("a corner cut out", {"keepout": [square(20 * UM)], "pad_ground": list(cut.each())}, "enclosure 1 um, 5 um left and right, 1 um below and above, less at a corner")
    octagonal = [octagon(20 * UM)]
    yield keep("an octagon, on all sides", inside(five, five, five, five, shapes=octagonal))
    yield broken("an octagon, on two sides", inside(five, one, five, one, shapes=octagonal), "enclosure 1 um")


def beyond():
    def crossing(left, right, *more, past=(pya.Box(0, -10 * UM, 20 * UM, 20 * UM),)):
        return {"rdl": [pya.Box(-left, 0, 20 * UM + right, 10 * UM), *more], "via": list(past)}
    five = 5 * UM
    yield keep("on both sides", crossing(five, five))
    yield broken("too short on one side", crossing(five, five - 1), "extension 4.999 um")
    yield broken("too short on both sides", crossing(five - 1, UM), count=2)
    yield keep("up to the edge", crossing(five, 0))
    yield keep("not as far as the edge", crossing(five, -UM))
    yield broken("as far as the next shape", crossing(five, 2 * UM, past=[pya.Box(0, -10 * UM, 20 * UM, 20 * UM), pya.Box(22 * UM, -10 * UM, 50 * UM, 20 * UM)]), "extension 2 um")
    yield keep("on into the next shape", crossing(five, 2 * UM + 1, past=[pya.Box(0, -10 * UM, 20 * UM, 20 * UM), pya.Box(22 * UM, -10 * UM, 50 * UM, 20 * UM)]))
    yield keep("drawn in two parts", crossing(five, UM, pya.Box(21 * UM, 0, 25 * UM, 10 * UM)))
    yield broken("a part of its width goes on", crossing(five, UM, pya.Box(21 * UM, 0, 30 * UM, 4 * UM)), "extension 1 um")
    yield keep("narrow beyond the edge", {"rdl": [pya.Box(-five, 0, 25 * UM, UM)], "via": [pya.Box(0, -10 * UM, 20 * UM, 20 * UM)]})
    turn = pya.ICplxTrans(1.0, 45, False, 0, 0)
    yield broken("slanted", {name: [pya.Polygon(shape).transformed(turn) for shape in shapes] for name, shapes in crossing(five, 4 * UM).items()}, "extension ")


CASES = dict(zip((rule["id"] for rule in RULES), (area_min, area_max, hole_min, hole_max, no_holes, near, count, ring, edges, edges_by_angle, circle_min, circle_max, circle_steep,
                                                  circle_flat, angles, angles_but_for_arcs, angles_of_all, angles_of_60, wide_on_one_side, table, the_next, between_centres, overlap, sides, beyond,
                                                  space_below_60, separation_below_60)))
NUMBERED = [(rule, case) for rule, cases in CASES.items() for case in cases()]


def with_rules(folder, *rules):
    (folder / "v.json").write_text(json.dumps(dict(POSTPASS.record, name="v", layers=[*POSTPASS.record["layers"], LABEL_AREA], rules=list(rules))))
    return folder / "v.json"


@pytest.fixture(scope="module", params=["flat", "tiled", "deep"])
def found(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    path = with_rules(folder, *(dict(rule, title=rule["id"]) for rule in RULES))
    return limits.texts_of_numbered(NUMBERED, technologies.load(str(path)), folder, TILE, mode=request.param, tile=150)


@pytest.mark.parametrize("number", range(len(NUMBERED)), ids=limits.named_by_number(NUMBERED))
def test_a_kind_holds_at_its_limit_and_breaks_one_step_beyond(found, number):
    limits.require_as_expected(NUMBERED[number][1], found.get(number, []))


def test_shapes_of_a_layout_are_counted(tmp_path):
    rules = [{"id": "NONE", "check": "count", "layer": "keepout", "most": 0, "title": "t"}, {"id": "SOME", "check": "count", "layer": "label_area", "least": 1, "title": "t"}]
    path = with_rules(tmp_path, *rules)
    said = {}
    for name, shapes in (("clean", {"label_area": [square(UM)]}), ("wrong", {"keepout": [square(UM), square(UM, 2 * UM)]})):
        _, found, _ = check(new_layout(technologies.load(str(path)), shapes), path, tmp_path)
        said[name] = sorted((marker.rule, marker.text) for marker in found)
    assert said == {"clean": [], "wrong": [("NONE", "2 keepout, at most 0"), ("SOME", "0 label_area, at least 1")]}


def test_a_rule_may_wait_for_a_layer_and_carry_a_note(tmp_path):
    path = with_rules(tmp_path, {"id": "W", "check": "width_min", "layer": "rdl", "value_um": 5, "when": "keepout", "note": "waived for test chips", "title": "Wide"})
    run, found, summary = check(new_layout(POSTPASS, {"rdl": [square(UM)]}), path, tmp_path)
    assert run.code == 0 and found == [] and summary["rules"] == [] and "W         not run, for layer keepout has no shape: Wide\n" in run.out
    run, found, summary = check(new_layout(POSTPASS, {"rdl": [square(UM)], "keepout": [square(UM)]}), path, tmp_path)
    assert run.code == 2 and [marker.rule for marker in found] == ["W"] and [rule["id"] for rule in summary["rules"]] == ["W"] and "not run, for" not in run.out
    database = pya.ReportDatabase("")
    database.load(str(tmp_path / "out.lyrdb"))
    assert [category.description for category in database.each_category()] == ["Wide (error, limit 5 um); waived for test chips"]


@pytest.mark.parametrize("mode", ["flat", "tiled", "deep"])
def test_a_length_may_miss_its_limit_by_the_tolerance(tmp_path, mode):
    path = with_rules(tmp_path, *(dict(rule, title="t") for rule in (
        {"id": "S", "check": "space", "layer": "rdl", "value_um": 2, "tolerance_um": 0.1}, {"id": "W", "check": "width_min", "layer": "pad_signal", "value_um": 2, "tolerance_um": 0.1},
        {"id": "M", "check": "width_max", "layer": "pad_ground", "value_um": 2, "tolerance_um": 0.1},
        {"id": "D", "check": "distance_max", "layer": "via", "to": "pad_ground", "value_um": 5, "tolerance_um": 0.5})))
    for off, expected in ((0, []), (1, ["D", "M", "S", "W"])):
        drawn = {"rdl": [square(9 * UM), square(9 * UM, 10_900 - off)], "pad_signal": [square(1900 - off)], "pad_ground": [square(2100 + off)], "via": [square(UM, 2100 + 5500 + 2 * off)]}
        _, found, summary = check(new_layout(POSTPASS, drawn), path, tmp_path, mode=mode)
        assert sorted(marker.rule for marker in found) == expected
        assert [rule["limit"] for rule in summary["rules"]] == ["2 um", "2 um", "2 um", "5 um"]


def test_a_table_of_limits_is_shown_by_its_range(tmp_path):
    table = next(rule for rule in RULES if rule["id"] == "TABLE")
    rules = [dict(table, title="t"), dict(table, id="ONE", title="t", limits=table["limits"][:1])]
    _, found, summary = check(new_layout(POSTPASS, {"rdl": [square(UM)]}), with_rules(tmp_path, *rules), tmp_path)
    assert found == [] and [rule["limit"] for rule in summary["rules"]] == ["5-8 um", "5 um"]
