"""Outlines of many edges: what is left out, or looked at first, does not change what is found."""

import numpy as np
import pya
import pytest

from postpass.drc import places
from postpass.drc.drawing import Drawing
from postpass.drc.kinds import KINDS
from postpass.geometry import distances, facing, near_edges, regions, segments, sight, tiles
from postpass.geometry.layers import Layers
from tests.bench import worst
from tests.deck.support import new_layout
from tests.trust.test_oracle import POSTPASS

from .test_facing import star

EVERY = 10**9
OUTLINES = {"gon": worst.ngon(120, 4000), "staircase": worst.staircase(40, 4000), "comb": worst.comb(25, 4000), "spiral": worst.spiral(3, 4000), "ring": worst.ring(64, 4000)}


def found(polygons, tasks, limit, side):
    return sorted(map(str, facing.pairs(polygons, tasks, limit, 90.0 if side == segments.OUTSIDE else 89.5, side)))


@pytest.mark.parametrize("name", OUTLINES)
@pytest.mark.parametrize("limit", [4500, 12_000])
def test_blocks_hold_all_that_a_look_at_every_pair_finds(name, limit, monkeypatch):
    outline = OUTLINES[name]
    polygons = [outline, outline.transformed(pya.Trans(1, True, 5000, 700)), star(np.random.default_rng(4), 2000, 8000, 3000)]
    tasks = {segments.OUTSIDE: [(0, 1), (0, 2), (1, 2)], segments.INSIDE: [(0, 0), (1, 1), (2, 2)]}
    for side, some in tasks.items():
        monkeypatch.setattr(near_edges, "FEW", EVERY)
        every = found(polygons, some, limit, side)
        monkeypatch.setattr(near_edges, "FEW", 0)
        monkeypatch.setattr(near_edges, "MANY", EVERY)
        sieved = found(polygons, some, limit, side)
        monkeypatch.setattr(near_edges, "MANY", 0)
        assert every == sieved == found(polygons, some, limit, side) and every


def test_pairs_that_are_measured_grow_like_corners():
    """A look at all would make them four times as many where corners double."""
    counts, sought = [], near_edges.Sought(60_000, 90.0, segments.OUTSIDE, 0)
    for corners in (1000, 2000, 4000):
        edges = facing.edges_of([worst.ngon(corners), worst.ngon(corners).moved(worst.SIZE + 20_000, 0)])
        numbers = np.arange(len(edges))
        counts.append(sum(len(one) for one, _ in near_edges.candidates(edges, numbers[:len(edges) // 2], numbers[len(edges) // 2:], sought)))
    assert counts[2] < 3 * counts[1] < 9 * counts[0]


def small_edges(rng, count):
    edges = rng.integers(-9, 10, (count, 4))
    return edges[(edges[:, :2] != edges[:, 2:]).any(axis=1)]


def test_lines_meet_edges_where_klayout_says_so():
    rng = np.random.default_rng(21)
    lines, edges = (small_edges(rng, 3000)[:2800] for _ in range(2))
    both = [(pya.Edge(*line), pya.Edge(*edge)) for line, edge in zip(lines.tolist(), edges.tolist())]
    assert sight._meet(lines, edges).tolist() == [edge.intersect(line) for line, edge in both]
    assert sight._lie_along(lines, edges).tolist() == [edge.distance_abs(line.p1) <= 1 and edge.distance_abs(line.p2) <= 1 for line, edge in both]


@pytest.mark.parametrize("along", [False, True])
def test_lines_pass_the_same_edges_in_pieces_and_all_at_once(along, monkeypatch):
    rng = np.random.default_rng(22)
    obstacles = sight._Obstacles(facing.edges_of([star(rng, 300, *rng.integers(0, 9000, 2).tolist()) for _ in range(20)]), along)
    lines = rng.integers(0, 9000, (900, 4))
    lines[::3, 2:] = lines[::3, :2] + rng.integers(-900, 900, (300, 2))
    monkeypatch.setattr(sight, "FEW", EVERY)
    at_once = obstacles.pass_by(lines)
    monkeypatch.setattr(sight, "FEW", 0)
    assert at_once.tolist() == obstacles.pass_by(lines).tolist() and 100 < at_once.sum() < 800


def test_areas_that_are_merged_few_at_once_are_those_merged_together():
    """But for a dbu at corners, where slanted sides cross."""
    rng = np.random.default_rng(23)
    areas = [pya.Polygon([pya.Point(0, 40 * number), pya.Point(0, 40 * number + 30), pya.Point(9000, int(rng.integers(0, 9000))), pya.Point(9000, -50)]) for number in range(150)]
    together, joined = regions.region_of(areas).merged(False, 0), distances._joined(areas)
    assert len(joined) == together.count()
    assert ((regions.region_of(joined) ^ together).sized(-1)).is_empty()


def test_many_edges_that_face_one_are_one_place():
    """Each step of a staircase faces the same long side, which is no place of its own."""
    polygons = [worst.staircase(150), worst.staircase(150).moved(worst.SIZE + 3000, 0)]
    pairs = distances.measured(facing.pairs(polygons, [(0, 1)], 90_000, 90.0, segments.OUTSIDE))
    assert len(pairs) > 2 * distances.MANY_PAIRS
    [place] = distances.places(pairs)
    assert place.distance == 3000 and place == distances.places(pairs[::-1])[0]
    for pair, _ in pairs:
        assert (regions.region_of(distances._between(pair)) - pya.Region(place.polygon)).sized(-1).is_empty()


@pytest.mark.parametrize("third, looks", [(1600, 1), (900_000, 2)])
def test_findings_of_a_layout_that_was_looked_at_whole_are_right_at_once(third, looks):
    """A marker that goes on beyond its place is looked at once more, but not where all of the layout was near."""
    rule = dict(worst.rule_of("trace space", 1.0), id="R", title="", source="")
    layout = new_layout(POSTPASS, {"rdl": [pya.Box(0, 0, 900, 900), pya.Box(0, 1400, 900, 2300), pya.Box(0, third, 500, third + 500)]})
    layers, looked = Layers(layout, layout.top_cell(), POSTPASS), []

    def check(near):
        looked.append(near)
        return KINDS["space"].findings(rule, Drawing(near))
    assert [finding.text for finding in places.findings_at(layers, rule, [pya.Box(0, 900, 100, 1400)], check)] == ["space 0.5 um"]
    assert len(looked) == looks


def test_one_thread_is_that_of_the_caller():
    """KLayout waits for any other at each operation: a search by cells of two shapes took a tenth of a second."""
    assert [tiles.processor(pya.Box(0, 0, 9000, 9000), 0.001, 1.0, threads).threads for threads in (1, 2, 8)] == [0, 2, 8]
