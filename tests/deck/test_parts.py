"""A check of a part: a region, some rules, or one that ends halfway, finds what the full check finds there."""

import random
from collections import Counter

import pya
import pytest

from postpass import tech as technologies
from postpass.drc.ownership import touches
from postpass.drc.plan import Wishes
from postpass.drc.run import check_cell
from tests.bench import layouts

UM = 1000
GEOMETRY = ("geometry",)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Some hundred contact points and pads, many with a fault, on a die of which a part is empty."""
    path = str(tmp_path_factory.mktemp("parts") / "faulty.gds")
    layouts.build(path, 700, "flat", 3, 0.1)
    layout = pya.Layout()
    layout.read(path)
    die = layout.find_layer(*layouts.LAYERS["die"])
    layout.top_cell().shapes(die).insert(pya.Box(0, 0, 2500 * UM, 1000 * UM))
    return layout


@pytest.fixture(scope="module")
def technology():
    return technologies.load("postpass")


def found(layout, technology, wishes, progress=None):
    """{(rule, text, shapes): count}"""
    checked = check_cell(layout.top_cell(), technology, wishes, progress)
    return Counter((result.rule["id"], one.text, tuple(sorted(map(str, one.shapes)))) for result in checked.results for one in result.findings)


def test_a_region_shows_the_markers_of_the_full_check_that_lie_in_it_or_touch_it(faulty, technology):
    chance, box, seen = random.Random(1), faulty.top_cell().bbox(), Counter()
    whole = check_cell(faulty.top_cell(), technology, Wishes(families=GEOMETRY))
    for number in range(25):
        side = (3, 40, 150, 500, 1200)[number % 5] * UM
        left, bottom = chance.randrange(box.left - side, box.right), chance.randrange(box.bottom - side, box.top)
        window = pya.Box(left, bottom, left + side, bottom + side)
        region_um = tuple(length / UM for length in (window.left, window.bottom, window.right, window.top))
        wishes = Wishes(mode="tiled", window_um=region_um, families=GEOMETRY, touching=True)
        there = Counter((result.rule["id"], one.text, tuple(sorted(map(str, one.shapes)))) for result in whole.results for one in result.findings
                        if touches(window, one.shapes))
        assert found(faulty, technology, wishes) == there, window
        seen += Counter(rule for rule, _, _ in there.elements())
    assert len(seen) > 7 and seen["RDL.D.2"] > 5, seen


def test_a_marker_that_reaches_into_a_region_from_outside_is_shown(faulty, technology):
    """Its lower left corner lies outside: as a part of a spread check it would be told by another window."""
    wishes = Wishes(mode="tiled", window_um=(2110.0, 510.0, 2115.0, 515.0), families=GEOMETRY, rules=frozenset(["RDL.D.2"]))
    assert not found(faulty, technology, wishes)
    assert found(faulty, technology, wishes._replace(touching=True))


def test_some_rules_find_what_they_find_among_all(faulty, technology):
    some = frozenset(rule["id"] for rule in technology.rules if rule.get("layer") == "rdl")
    every, theirs = found(faulty, technology, Wishes()), found(faulty, technology, Wishes(rules=some))
    assert theirs == Counter({key: count for key, count in every.items() if key[0] in some}) and theirs
    assert {result.rule["id"] for result in check_cell(faulty.top_cell(), technology, Wishes(rules=some)).results} <= some


class Watching:
    """Notes what it is told; ends the check at a beat."""

    def __init__(self, last=None):
        self.ticks, self.beats, self.last = [], 0, last

    def tick(self, stage, done, total):
        self.ticks.append((stage, done, total))
        self.beat()

    def beat(self):
        self.beats += 1
        if self.beats == self.last:
            raise KeyboardInterrupt


def test_who_waits_is_told_of_each_rule_and_changes_nothing(faulty, technology):
    told = Watching()
    assert found(faulty, technology, Wishes(few_shapes=0), told) == found(faulty, technology, Wishes(mode="flat"))
    rules = [rule["id"] for rule in technology.rules if rule["check"] != "guideline"]
    assert [stage for stage, _, _ in told.ticks] == [name for name in rules if name in {stage for stage, _, _ in told.ticks}]
    assert [done for _, done, _ in told.ticks] == list(range(len(told.ticks))) and {total for _, _, total in told.ticks} == {len(told.ticks)}
    assert told.beats > 2 * len(told.ticks)


def test_tiles_are_worked_off_a_few_at_a_time_where_somebody_waits(faulty, technology):
    wishes = Wishes(mode="tiled", tile_um=100, threads=1, families=GEOMETRY)
    told = Watching()
    assert found(faulty, technology, wishes, told) == found(faulty, technology, wishes)
    assert told.beats > 300  # of 26 by 11 tiles


@pytest.mark.parametrize("last", [1, 10, 60])
def test_a_beat_can_end_the_check_and_the_layout_stays_as_it_is(faulty, technology, last):
    before = [str(shape) for index in faulty.layer_indexes() for shape in faulty.top_cell().shapes(index).each()]
    with pytest.raises(KeyboardInterrupt):
        found(faulty, technology, Wishes(few_shapes=0), Watching(last))
    assert [str(shape) for index in faulty.layer_indexes() for shape in faulty.top_cell().shapes(index).each()] == before
