"""Distances between and within shapes: against brute force, and on outlines that made KLayout's own checks take minutes."""

import time

import numpy as np
import pya
import pytest

from postpass.drc.kinds import KINDS
from postpass.geometry import distances, facing, outlines, regions, segments, spacing
from tests.bench import worst

SECONDS = 5  # of a processor; the slowest takes about one


def star(rng, size, x, y):
    """A polygon of 5 to 30 corners around (x, y), each of another distance from it."""
    count = int(rng.integers(5, 31))
    angles, radii = np.sort(rng.random(count)) * 2 * np.pi, size * (0.4 + 0.6 * rng.random(count))
    return pya.Polygon([pya.Point(int(x + r * np.cos(a)), int(y + r * np.sin(a))) for a, r in zip(angles, radii)])


def region(*polygons):
    together = pya.Region()
    for polygon in polygons:
        together.insert(polygon)
    return together.merged(False, 0)


def sampled(polygon, step=15):
    """Points along the outline."""
    points = []
    for edge in polygon.each_edge():
        count = max(2, int(edge.length() / step))
        points += [(edge.x1 + t * edge.dx(), edge.y1 + t * edge.dy()) for t in np.linspace(0, 1, count)]
    return np.array(points)


def smallest(one, other):
    a, b = sampled(one), sampled(other)
    return min(np.hypot(*(b - point).T).min() for point in a)


def test_the_smallest_distance_of_two_shapes_is_found():
    rng = np.random.default_rng(14)
    for number in range(25):
        shapes = star(rng, 3000, 0, 0), star(rng, 3000, int(rng.integers(4000, 8000)), int(rng.integers(0, 3000)))
        merged = region(*shapes)
        if merged.count() < 2:
            continue
        found = distances.measured(spacing.beside(merged, 4000))
        true = smallest(*list(merged.each())[:2])
        if true < 3980:
            assert abs(min(one.distance for one in found) - true) < 8, number
        elif true > 4010:
            assert not found, number


def test_it_does_not_matter_which_of_two_shapes_comes_first():
    rng, compared = np.random.default_rng(93), 0
    for _ in range(60):
        shapes = [star(rng, 3000, 0, 0), star(rng, 3000, int(rng.integers(4000, 7000)), int(rng.integers(0, 3000)))]
        found, turned = (sorted(map(str, facing.pairs(some, [(0, 1)], 4000, 90.0, segments.OUTSIDE))) for some in (shapes, shapes[::-1]))
        assert found == turned
        compared += len(found)
    assert compared > 300
    wall = pya.Polygon(pya.Box(0, 0, 400, 400))
    step = pointed((500, 0), (500, 500), (550, 500), (550, 650), (900, 650), (900, 0))  # hides the lower end of its upper wall
    assert len(facing.pairs([wall, step], [(0, 1)], 250, 90.0, segments.OUTSIDE)) == len(facing.pairs([step, wall], [(0, 1)], 250, 90.0, segments.OUTSIDE)) == 2


def pointed(*points):
    return pya.Polygon([pya.Point(*point) for point in points])


PINCHED = {"a corner on a corner": (pya.Box(0, 0, 1000, 1000), pointed((1000, 1000), (1500, 1500), (2000, 1000), (1500, 500))),
           "a corner on a side": (pya.Box(0, 0, 1000, 1000), pointed((1000, 500), (1500, 1000), (2000, 500), (1500, 0)))}


@pytest.mark.parametrize("shapes", PINCHED.values(), ids=PINCHED)
@pytest.mark.parametrize("turn", [pya.Trans.R0, pya.Trans.M45])
def test_the_width_of_one_part_is_not_measured_through_the_point_where_it_meets_another(shapes, turn):
    """An edge of one part sees the far side of the other through that point, from outside the metal."""
    shapes = [pya.Polygon(shape).transformed(pya.Trans(turn)) for shape in shapes]
    merged = region(*shapes)
    assert merged.count() == 1
    found = spacing.narrow(merged, 1600)
    ends = [[end for edge in (pair.first, pair.second) for end in (edge.p1, edge.p2)] for pair in found]
    assert found and all(any(all(map(shape.sized(2, 2).inside, some)) for shape in shapes) for some in ends)


def test_pairs_are_one_place_or_several_whatever_their_order():
    circles = [worst.ngon(36, 20_000).moved(60_000 * (number % 3), 60_000 * (number // 3)) for number in range(9)]
    pairs = distances.measured(spacing.beside(region(*circles), 45_000))
    places = distances.places(pairs)
    assert len(pairs) > 2 * distances.MANY_PAIRS and len(places) == 1
    assert places == distances.places(pairs[::-1]) == distances.places(pairs[1::2] + pairs[::2])


def test_what_else_is_measured_does_not_change_a_place():
    """What lies between two circles, beside the same some way off: their boxes overlap."""
    def diagonal(dx):
        return region(*(worst.ngon(256, 40_000).moved(dx + away, away) for away in (0, 60_000)))
    one, other = (distances.measured(spacing.beside(diagonal(dx), 45_100)) for dx in (0, 20_000))
    assert distances.MANY_PAIRS // 2 < len(one) <= distances.MANY_PAIRS
    assert distances.places(one + other) == distances.places(one) + distances.places(other)


def test_each_side_of_a_bar_is_a_place_of_its_own():
    """The outer bars are nearer to each other than the limit, too, but the middle one lies between them."""
    merged = region(pya.Box(0, 0, 1000, 9000), pya.Box(1500, 0, 2000, 9000), pya.Box(2400, 0, 3400, 9000))
    found = distances.places(distances.measured(spacing.beside(merged, 2000)))
    assert sorted(place.distance for place in found) == [400, 500]


def test_a_far_spot_counts_beside_a_near_one():
    """Two long bars that come near to each other at either end: a nearer spot does not hide the other."""
    hook = pya.Polygon([pya.Point(x, y) for x, y in ((0, 3000), (0, 5000), (40000, 5000), (40000, 1500), (39000, 1500), (39000, 3000), (1000, 3000), (1000, 1800), (500, 1800), (500, 3000))])
    merged = region(pya.Box(0, 0, 40000, 1000), hook)
    found = distances.places(distances.measured(spacing.beside(merged, 1000)))
    assert sorted(place.distance for place in found) == [500, 800]


def turned_bars(rng):
    """Two to four bars beside each other, turned by one angle, or nearly."""
    turn, x, bars = float(rng.choice([0, 45, 90 * rng.random()])), 0, []
    for _ in range(int(rng.integers(2, 5))):
        width, length, y = int(rng.integers(3000, 8000)), int(rng.integers(4000, 20000)), int(rng.integers(-8000, 8000))
        bars.append(pya.Polygon(pya.DPolygon(pya.DBox(x, y, x + width, y + length)).transformed(pya.DCplxTrans(1, turn + float(rng.choice([0, 5, -5, 20])), False, 0, 0))))
        x += width + int(rng.integers(500, 3000))
    return region(*bars)


def place_and_distance(pairs):
    """[left, bottom, right, top, smallest distance] of each place, in order"""
    found = ((place.polygon.bbox(), place.distance) for place in distances.places(distances.measured(pairs)))
    return sorted([box.left, box.bottom, box.right, box.top, distance] for box, distance in found)


def test_edges_that_run_side_by_side_are_those_of_klayouts_own_check():
    """Ends of the parts of slanted edges lie on whole dbu, which moves a place and its distance by a dbu or two."""
    rng, guilty = np.random.default_rng(15), 0
    for number in range(200):
        bars, run = turned_bars(rng), int(rng.integers(1, 12000))
        found = place_and_distance(spacing.beside(bars, 2000, run))
        own = place_and_distance(bars.isolated_check(2000, False, pya.Region.Projection, None, run, None).each())
        assert len(found) == len(own) and np.allclose(found, own, atol=4), number
        guilty += bool(own)
    assert 50 < guilty < 150


def test_short_edges_that_are_nearer_do_not_hide_a_longer_run():
    """Two combs of many corners: the ends of their teeth are nearer to all than their backs are to each other."""
    teeth = [corner for number in range(60) for corner in ((1000 * number, 10), (1000 * number, 4000), (1000 * number + 20, 4000), (1000 * number + 20, 10))]
    comb = pya.Polygon([pya.Point(*corner) for corner in [(0, -5000), *teeth, (60_000, 10), (60_000, -5000)]])
    merged = region(comb, comb.transformed(pya.Trans(0, True, 0, 8020)))
    for run, nearest in ((500, 8000), (1, 20)):
        assert min(one.distance for one in distances.measured(spacing.beside(merged, 20_000, run))) == nearest


def test_pairs_grow_like_corners():
    counts = []
    for corners in (64, 128, 256):
        circle = worst.ngon(corners)
        merged = region(circle, circle.moved(worst.SIZE + 20000, 0))
        counts.append(len(spacing.beside(merged, 60000)))
    assert counts[2] < 3 * counts[1] < 9 * counts[0] and counts[2] < 512


@pytest.mark.parametrize("kind, name", [("space", "256-gon"), ("space", "comb of 200"), ("space", "spiral of 30"), ("space", "2000-gon"), ("width_min", "staircase of 250"),
                                        ("width_min", "comb of 200"), ("separation", "256-gon"), ("enclosure", "256-gon"), ("space_wide", "256-gon"),
                                        ("space_wide", "2000-gon"), ("grid", "spiral of 30"), ("die_clearance", "2000-gon"), ("die_clearance", "spiral of 30")])
@pytest.mark.parametrize("mode", ["flat", "tiled", "deep"])
def test_no_shape_takes_minutes(kind, name, mode):
    start = time.process_time()
    _, markers = worst.trial(kind, name, 1.0, mode)
    assert time.process_time() - start < SECONDS and markers > 0


@pytest.mark.parametrize("measure", ["edge", "centre"])
def test_the_edge_of_a_die_of_many_corners_is_as_near_as_its_nearest_edge(measure):
    rng, die = np.random.default_rng(16), worst.ngon(100, 400_000)
    pads = [star(rng, int(rng.integers(500, 4000)), *rng.integers(-190_000, 190_000, 2).tolist()) for _ in range(150)]
    inside = [pad for pad in region(*pads).each() if (pya.Region(pad) - pya.Region(die)).is_empty()]
    drawn = [("die", die)] + [("rdl", pad.dup()) for pad in inside]
    expected = []
    for pad in inside:
        centre = pya.Point(*map(regions.rounded, outlines.centre(pad)))
        edges = list(pad.each_edge()) if measure == "edge" else [pya.Edge(centre, centre)]
        expected.append(min(distances.between(edge, border) for edge in edges for border in die.each_edge()))
    near = sorted(distance / 1000 for distance in expected if distance < 30_000)
    assert 20 < len(near) < 130
    rule = dict(worst.rule_of("die_clearance", 30.0), measure=measure)
    for mode in worst.MODES:
        found = sorted(float(finding.text.split()[0]) for finding in worst.found(rule, drawn, mode))
        assert len(found) == len(near) and np.allclose(found, near, atol=0.0001), mode


def test_a_long_edge_is_near_to_what_is_far_from_its_middle():
    edges, others = np.array([[-100_000, 0, 100_000, 0], [0, -5000, 10, -5000]]), np.array([[90_000, 500, 90_000, 510], [0, -6000, 10, -6000]])
    assert facing.smallest(edges, others, 2000) == 500 and facing.smallest(edges, others, 500) == np.inf


def test_every_kind_that_measures_is_tried_on_awkward_outlines():
    assert {trial.rule["check"] for trial in worst.TRIALS.values()} | worst.WITHOUT_SIZE == set(KINDS)


def test_no_pad_with_a_teardrop_takes_minutes():
    start = time.process_time()
    _, markers = worst.trial("teardrop", "spiral of 30", 0.1, "flat")
    assert time.process_time() - start < SECONDS and markers > 50


def test_no_trace_takes_minutes():
    test_no_shape_takes_minutes("trace width_min", "2000-gon", "flat")
