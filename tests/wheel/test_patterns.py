"""Rings and staggered arrays, judged by pairwise distances."""

import itertools
import math

import pytest

from postpass import tech
from postpass.draw import findings, patterns
from postpass.draw.choices import PadChoices, Place, ViaChoices
from postpass.draw.patterns import PatternError, Ring, Room

GRID = 0.005
DIE = (-500.0, -300.0, 500.0, 300.0)
ROOM = Room(10.0, 25.0, 18.0)


def nearest(places):
    return min(math.dist(one, other) for one, other in itertools.combinations(places, 2))


def sides(places, box, inset):
    near = 2 * GRID
    return [[place for place in places if abs(away(*place) - inset) < near] for away in (
        lambda x, y: x - box[0], lambda x, y: y - box[1], lambda x, y: box[2] - x, lambda x, y: box[3] - y)]


@pytest.mark.parametrize("number", [4, 7, 8, 23, 60, 61, 100])
@pytest.mark.parametrize("box", [DIE, (-500.003, -300.0, 500.0, 300.004), (0.0, 0.0, 700.0, 700.0), (10.0, 10.0, 410.0, 2010.0)])
def test_a_ring_of_a_number(number, box):
    places = patterns.ring(Ring(box, number, None, 20.0), ROOM, GRID)
    assert len(places) == number == len(set(places))
    assert nearest(places) >= ROOM.pitch_um - 1e-9
    assert all(abs(length / GRID - round(length / GRID)) < 1e-6 for place in places for length in place)
    for x, y in places:  # each lies on a side, 20 um inside with its whole width, but for less than a grid step
        inside = min(x - box[0], box[2] - x, y - box[1], box[3] - y) - 5.0
        assert 20.0 - 1e-9 <= inside < 20.0 + GRID
    found = sides(places, box, 25.0)
    assert sum(map(len, found)) == number  # none in a corner
    for side in found:
        steps = [round(math.dist(one, other), 6) for one, other in zip(side, side[1:])]
        assert len(set(steps)) <= 1
    assert abs(len(found[0]) - len(found[2])) <= 1 and abs(len(found[1]) - len(found[3])) <= 1
    for one, other in itertools.product(found[0], found[1]):
        assert min(abs(one[0] - other[0]), abs(one[1] - other[1])) >= ROOM.corner_um - 1e-9


def test_a_ring_is_counted_from_the_upper_left_counter_clockwise():
    places = patterns.ring(Ring((0.0, 0.0, 400.0, 400.0), 8, None, 15.0), ROOM, GRID)
    assert places == [(20.0, 290.0), (20.0, 110.0), (110.0, 20.0), (290.0, 20.0), (380.0, 110.0), (380.0, 290.0), (290.0, 380.0), (110.0, 380.0)]


def test_a_ring_outside_by_pitch():
    places = patterns.ring(Ring((-50.0, -50.0, 50.0, 50.0), None, 30.0, -10.0), ROOM, GRID)
    assert {max(abs(x), abs(y)) for x, y in places} == {65.0} and len(places) == 16 and nearest(places) == pytest.approx(28.284, abs=1e-3)


def test_as_many_as_fit_and_one_more():
    box = (0.0, 0.0, 400.0, 300.0)
    most = 2 * (int((370 - 36) // 25) + 1 + int((270 - 36) // 25) + 1)
    assert len(patterns.ring(Ring(box, most, None, 10.0), ROOM, GRID)) == most == len(patterns.ring(Ring(box, None, None, 10.0), ROOM, GRID))
    with pytest.raises(PatternError, match="A ring of %d does not fit: at most %d places" % (most + 1, most)):
        patterns.ring(Ring(box, most + 1, None, 10.0), ROOM, GRID)
    with pytest.raises(PatternError, match="There is no room for a ring"):
        patterns.ring(Ring((0.0, 0.0, 40.0, 400.0), 4, None, 10.0), ROOM, GRID)


@pytest.mark.parametrize("shape", ["square", "octagon", "round"])
@pytest.mark.parametrize("name", ["postpass", "wlcsp", "wlcsp400"])
def test_a_full_ring_keeps_the_rules_of_its_technology(name, shape):
    technology = tech.load(name)
    size = technology.pad_size_min_um(technology.pad_layer("signal"))
    choices = PadChoices("signal", shape, size, bool(technology.pad_stack(technology.pad_layer("signal"))))
    room = findings.ring_room(technology, choices)
    ring = patterns.ring(Ring((0.0, 0.0, 15 * room.pitch_um, 10 * room.pitch_um), None, None, 100.0), room, GRID)
    full = choices._replace(places=[Place(*place) for place in ring])
    assert [finding for finding in findings.pad_findings(technology, full) if finding.rule.split(".")[1] in ("S", "P")] == []
    assert nearest(ring) >= (technology.limit("pitch_min", technology.pad_layer("signal")) or 0.0) - 1e-6


def test_staggered_rows():
    places = patterns.positions(10.0, 20.0, 3, 3, 8.0, 5.0, staggered=True)
    rows = [places[index:index + 3] for index in (0, 3, 6)]
    assert [row[0][0] for row in rows] == [0.0, 4.0, 0.0] and [row[0][1] for row in rows] == [15.0, 20.0, 25.0]
    assert (min(x for x, _ in places) + max(x for x, _ in places)) / 2 == 10.0


def test_staggered_vias_are_judged_by_their_neighbours_aslant():
    technology = tech.load("postpass")
    vias = ViaChoices("via", "square", 1.18, True, 0.0, 0.0, 3, 3, 4.0, 2.18, True)
    # capture pads of 3.18 um: 2 um apart aslant, and to the next row but one
    assert findings.via_findings(technology, vias._replace(pitch_x_um=10.36, pitch_y_um=2.59)) == []
    for tighter in (vias._replace(pitch_x_um=10.35, pitch_y_um=2.59), vias._replace(pitch_x_um=10.36, pitch_y_um=2.585)):
        assert [one.rule for one in findings.via_findings(technology, tighter)] == ["RDL.S.1"]


@pytest.mark.parametrize("seed", range(20))
def test_the_closest_neighbours_are_those_of_all_pairs(seed):
    import random
    chance = random.Random(seed)
    places = [(chance.uniform(-50, 50), chance.uniform(-9, 9)) for _ in range(chance.randrange(2, 90))]
    pairs = [(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in itertools.combinations(places, 2)]
    found = patterns.closest(places)
    for measure in (math.hypot, max):
        assert min(measure(*pair) for pair in found) == pytest.approx(min(measure(*pair) for pair in pairs), abs=1e-8)
    assert patterns.closest(places[:1]) == [] and patterns.closest([*places, places[0]]) == [(0.0, 0.0)]
