"""Boxes that touch, components, nearest points and distances, each against the plain definition on random numbers."""

import math

import numpy as np
import pya
import pytest

from postpass.conductors.components import components
from postpass.conductors.distances import distance
from postpass.conductors.figures import Columns
from postpass.conductors.outlines import Outlines
from postpass.conductors.touching import touch
from postpass.geometry.box_pairs import BoxIndex, pairs_of, pairs_within, together
from postpass.geometry.nearest import NearestPoints


def boxes(rng, count, reach, largest):
    """Of all sizes from a point to `largest`, some long and thin."""
    corners = rng.integers(-reach, reach, (count, 2))
    sizes = (largest ** rng.random((count, 2))).astype(int) - 1
    return np.concatenate([corners, corners + sizes], axis=1)


def all_touching(one, other):
    meet = (one[:, None, :2] <= other[None, :, 2:]).all(axis=2) & (other[None, :, :2] <= one[:, None, 2:]).all(axis=2)
    return np.argwhere(meet)


@pytest.mark.parametrize("seed", range(40))
def test_boxes_that_touch_are_found_once(seed):
    rng = np.random.default_rng(seed)
    one, other = (boxes(rng, int(rng.integers(0, 120)), 3000, 5000) for _ in range(2))
    if seed % 2 and len(other):
        other[:3] = [-9000, -9000, 9000, 9000]  # large ones
    reach = int(rng.integers(0, 60))
    expected = all_touching(one + np.array([-reach, -reach, reach, reach]), other)
    assert np.array_equal(np.stack(BoxIndex(other).touching(one, reach), axis=1), expected)
    both = np.stack(together(pairs_of(BoxIndex(one), BoxIndex(other))), axis=1)
    assert sorted(map(tuple, both)) == sorted(map(tuple, all_touching(one, other)))
    within = np.stack(together(pairs_within(BoxIndex(one))), axis=1)
    assert sorted(map(tuple, within)) == sorted((a, b) for a, b in map(tuple, all_touching(one, one)) if a < b)


def test_a_few_large_boxes_among_many_small_ones_cost_little():
    rng = np.random.default_rng(1)
    corners = rng.integers(0, 40_000_000, (200_000, 2))
    index = BoxIndex(np.concatenate([corners, corners + 1200], axis=1))
    lines = np.array([(0, 100_000 * number, 40_000_000, 100_000 * number + 2000) for number in range(400)])
    looked_at = int(index.counts(lines).sum())
    found = sum(len(ones) for ones, _ in index.pairs(lines))
    assert found > 5000 and looked_at < 4 * found


@pytest.mark.parametrize("seed", range(20))
def test_components_are_those_of_a_walk(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 200))
    ones, others = rng.integers(0, count, (2, int(rng.integers(0, 200))))
    beside = {number: {number} for number in range(count)}
    for one, other in zip(ones.tolist(), others.tolist()):
        both = beside[one] | beside[other]
        for number in both:
            beside[number] = both
    assert components(count, ones, others).tolist() == [min(beside[number]) for number in range(count)]


def test_a_star_and_a_chain_are_one_component_each():
    count = 50_000
    assert not components(count, np.full(count - 1, count - 1), np.arange(count - 1)).any()
    shuffled = np.random.default_rng(1).permutation(count)
    assert not components(count, shuffled[1:], shuffled[:-1]).any()


@pytest.mark.parametrize("seed", range(20))
def test_nearest_points_and_those_as_near(seed):
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 40, (int(rng.integers(2, 80)), 2)) * (1 if seed % 2 else 1000) / 2
    if seed % 5 == 0:
        points[: len(points) // 2] = points[: len(points) // 2] / 64 // 0.5 * 0.5 + 1_000_000  # a crowd far away
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    expected = [tuple(pair) for pair in np.argwhere(apart <= apart.min(axis=1)[:, None] + 1e-9)]
    ones, others, distances = NearestPoints(points).pairs()
    assert sorted(zip(ones.tolist(), others.tolist())) == sorted(expected)
    assert np.allclose(distances, apart[ones, others])


def test_nearest_points_of_a_crowd_and_a_hermit():
    rng = np.random.default_rng(2)
    points = np.concatenate([rng.integers(0, 2000, (20_000, 2)), [[50_000_000, 50_000_000]]]).astype(float)
    ones, others, distances = NearestPoints(points).pairs()
    assert len(set(ones.tolist())) == len(points) and distances[ones == len(points) - 1][0] > 60_000_000


# polygons

def polygon(rng, reach):
    """A box, a ring of corners, a bent path, a path with a hole."""
    x, y = rng.integers(0, reach, 2).tolist()
    kind, size = int(rng.integers(4)), int(rng.integers(3, 90))
    if kind == 0:
        return pya.Polygon(pya.Box(x, y, x + size, y + 1 + int(rng.integers(90))))
    if kind == 1:
        corners = int(rng.choice([3, 5, 8, 16, 200]))
        turn = rng.random()
        return pya.Polygon([pya.Point(x + round(size * math.cos(turn + 2 * math.pi * i / corners)), y + round(size * math.sin(turn + 2 * math.pi * i / corners))) for i in range(corners)])
    if kind == 2:
        return pya.Path([pya.Point(x, y), pya.Point(x + size, y), pya.Point(x + size, y + 2 * size), pya.Point(x + 3 * size, y + 4 * size)], 6).polygon()
    frame = pya.Polygon(pya.Box(x, y, x + 4 * size, y + 4 * size))
    frame.insert_hole(pya.Box(x + size // 2, y + size // 2, x + 3 * size, y + 3 * size))
    return frame


def columns_of(outlines, polygons):
    found = []
    for one in polygons:
        box = one.bbox()
        found.append(((box.left, box.bottom, box.right, box.top), outlines.of_polygon(one.moved(-box.left, -box.bottom))))
    return Columns(outlines, np.array([box for box, _ in found], dtype=np.int64), np.array([number for _, number in found], dtype=np.int32))


@pytest.mark.parametrize("seed", range(12))
def test_figures_touch_where_klayout_says_so(seed):
    rng, outlines = np.random.default_rng(seed), Outlines()
    one, other = ([polygon(rng, 500) for _ in range(60)] for _ in range(2))
    mine, theirs = columns_of(outlines, one), columns_of(outlines, other)
    found = {pair for ones, others in mine.touching(theirs) for pair in zip(ones.tolist(), others.tolist())}
    assert found == {(a, b) for a in range(60) for b in range(60) if one[a].touches(other[b])}


@pytest.mark.parametrize("seed", range(6))
def test_an_outline_of_many_edges_is_asked_by_place(seed):
    rng, outlines = np.random.default_rng(seed), Outlines()
    holes = pya.Region()
    for _ in range(150):
        holes.insert(polygon(rng, 3000))
    plane = max((pya.Region(pya.Box(-100, -100, 4000, 4000)) - holes).each(), key=lambda part: part.num_points())
    small = [polygon(rng, 4000) for _ in range(400)]
    mine, theirs = columns_of(outlines, [plane]), columns_of(outlines, small)
    assert plane.num_points() * len(small) > 1 << 16
    assert touch(mine, np.zeros(400, dtype=int), theirs, np.arange(400))[all_touching(mine.boxes, theirs.boxes)[:, 1]].tolist() == [
        plane.touches(small[number]) for number in all_touching(mine.boxes, theirs.boxes)[:, 1]]


@pytest.mark.parametrize("seed", range(6))
def test_distances_are_those_of_the_nearest_edges(seed):
    rng, outlines = np.random.default_rng(seed), Outlines()
    some = [polygon(rng, 2000) for _ in range(40)]
    columns = columns_of(outlines, some)
    for a, b in rng.integers(0, 40, (60, 2)).tolist():
        assert distance(columns, a, columns, b) == pytest.approx(plain_distance(some[a], some[b]), abs=1e-6)


def plain_distance(one, other):
    if one.touches(other):
        return 0.0
    edges = [[(edge.x1, edge.y1, edge.x2, edge.y2) for edge in shape.each_edge()] for shape in (one, other)]
    return min(min(from_edge(a[:2], b), from_edge(a[2:], b), from_edge(b[:2], a), from_edge(b[2:], a)) for a in edges[0] for b in edges[1])


def from_edge(point, edge):
    dx, dy = edge[2] - edge[0], edge[3] - edge[1]
    along = min(max(((point[0] - edge[0]) * dx + (point[1] - edge[1]) * dy) / (dx * dx + dy * dy), 0.0), 1.0)
    return math.hypot(point[0] - edge[0] - along * dx, point[1] - edge[1] - along * dy)
