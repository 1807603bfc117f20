"""Kinds of rules that ask for nets, each kept at its limit and broken by one dbu; a tile for each case, one deck run for all."""

import json

import pya
import pytest

from postpass import tech as technologies
from postpass.drc.plan import MODES, Wishes
from postpass.drc.run import check_cell
from tests.deck import limits
from tests.deck.cases import broken, corner_at_a_slant, diamonds, keep, um, wedge
from tests.deck.support import UM, new_layout, octagon, round_shape, square

POSTPASS = technologies.load("postpass")
TILE = 1000 * UM
V, WIDE, RUN = 3 * UM, 8 * UM, 20 * UM

RULES = [
    {"id": "DIFFERENT", "check": "space_different_net", "layer": "metal", "value_um": 3.0},
    {"id": "SAME", "check": "space_same_net", "layer": "metal", "value_um": 3.0},
    {"id": "SAME.45", "check": "space_same_net", "layer": "metal", "value_um": 3.0, "notch_deg": 45},
    {"id": "DIFFERENT.WIDE", "check": "space_different_net", "layer": "metal", "value_um": 3.0, "wider_than_um": 8.0, "run_longer_than_um": 20.0},
    {"id": "SAME.WIDE", "check": "space_same_net", "layer": "metal", "value_um": 3.0, "wider_than_um": 8.0, "run_longer_than_um": 20.0},
    {"id": "PADS", "check": "pad_spacing", "layer": "pad", "value_um": 10.0, "pitch_um": 26.0},
    {"id": "PER.CUT", "check": "current_vias", "layer": "pad_power", "to": "via", "current_ma": 20.0, "per_cut_ma": 10.0},
    {"id": "PER.AREA", "check": "current_vias", "layer": "pad_power", "to": "via", "current_ma": 20.0, "per_um2_ma": 5.0},
    {"id": "WIDTH", "check": "current_width", "layer": "pad_power", "current_ma": 48.0, "per_um_ma": 16.0},
    {"id": "TEARDROP", "check": "teardrop", "layer": "rdl", "to": "pad", "value": 1.5, "length_um": 10.0},
    {"id": "LENGTH", "check": "trace_length_max", "layer": "metal", "value_um": 300.0},
    {"id": "SLOTS", "check": "width_max", "layer": "rdl", "value_um": 30.0},
]


def joined_below(*shapes):
    """The metal shapes on one net: a bar of the contact layer under all, with a via in each (8 dbu off its lower left corner)."""
    boxes = [shape.bbox() for shape in shapes]
    feet = [square(500, box.left + 8, box.bottom + 8) for box in boxes]
    around = feet[0] + feet[-1]
    return {"rdl": list(shapes), "via": feet, "contact": [around.enlarged(100, 100)]}


def bars(one, other, space, length):
    return [pya.Box(0, 0, length, one), pya.Box(0, one + space, length, one + space + other)]


def space_by_net(same):
    """What breaks a rule on one kind of pair keeps the rule on the other kind."""
    size = 10 * UM

    def at(distance):
        return [square(size), square(size, size + distance)]
    alone, together = (lambda shapes: {"rdl": list(shapes)}), (lambda shapes: joined_below(*shapes))
    mine, others = (together, alone) if same else (alone, together)
    yield keep("facing", mine(at(V)))
    yield broken("facing", mine(at(V - 1)), "space " + um(V - 1))
    yield keep("facing on the other kind of pair", others(at(V - 1)))
    yield keep("45 degree edges", mine_with_bar(diamonds(size, V)) if same else alone(diamonds(size, V)))
    yield keep("45 degree edges, as near as the grid can draw them", mine_with_bar(diamonds(size, V - 5)) if same else alone(diamonds(size, V - 5)))
    yield broken("45 degree edges", {"rdl": diamonds(size, V - 20)} if not same else mine_with_bar(diamonds(size, V - 20)))
    notch = {"rdl": [pya.Box(0, 0, 3 * size, size), pya.Box(0, 0, size, 2 * size), pya.Box(size + V - 1, 0, 3 * size, 2 * size)]}
    yield broken("notch", notch, "space " + um(V - 1)) if same else keep("notch", notch)
    slant = {"rdl": corner_at_a_slant(size, 1500)}
    yield broken("a corner and a 45 degree edge of one shape", slant, "space 2.1213") if same else keep("a corner and a 45 degree edge of one shape", slant)
    yield keep("round", mine([round_shape(size), round_shape(size).moved(size + V, 0)]))
    yield broken("round", mine_with_bar([round_shape(size), round_shape(size).moved(size + V - 1, 0)]) if same else
                 {"rdl": [round_shape(size), round_shape(size).moved(size + V - 1, 0)]}, um(V - 1))


def wedges_by_net(degrees):
    yield keep("wedge", {"rdl": [wedge(10 * UM, degrees)]})
    yield broken("wedge", {"rdl": [wedge(10 * UM, degrees - 1)]}, "space 0 um")
    yield broken("wedge of 60 degrees", {"rdl": [wedge(10 * UM, 60)]}, "space 0 um") if degrees > 60 else keep("wedge of 60 degrees", {"rdl": [wedge(10 * UM, 60)]})


def mine_with_bar(shapes):
    """Round or turned shapes on one net: vias in their middles."""
    feet = [square(500, shape.bbox().center().x - 250, shape.bbox().center().y - 250) for shape in shapes]
    return {"rdl": shapes, "via": feet, "contact": [(feet[0] + feet[1]).enlarged(100, 100)]}


def wide_by_net(same):
    net = (lambda shapes: joined_below(*shapes)) if same else (lambda shapes: {"rdl": shapes})
    other = (lambda shapes: {"rdl": shapes}) if same else (lambda shapes: joined_below(*shapes))
    yield keep("two wide bars", net(bars(2 * WIDE, 2 * WIDE, V, 3 * RUN)))
    yield broken("two wide bars", net(bars(2 * WIDE, 2 * WIDE, V - 1, 3 * RUN)), "space " + um(V - 1))
    yield broken("just wide and long enough", net(bars(WIDE + 1, WIDE + 1, V - 1, RUN + 1)), "space " + um(V - 1))
    yield keep("a bar that is not wide", net(bars(WIDE, 2 * WIDE, V - 1, 3 * RUN)))
    yield keep("a run that is not long", net(bars(2 * WIDE, 2 * WIDE, V - 1, RUN)))
    yield keep("two wide bars of the other kind of pair", other(bars(2 * WIDE, 2 * WIDE, V - 1, 3 * RUN)))


def fanned(pads):
    """Two nets: contact points of 2 um, 2 um apart, below two pads; the traces leave to the left and to the right."""
    between = (pads[0].bbox().center().x + pads[1].bbox().center().x) // 2
    shapes = {"contact": [], "via": [], "rdl": [], "pad_signal": list(pads)}
    for pad, x in zip(pads, (between - 3 * UM, between + UM)):
        foot, middle, up = square(2 * UM, x, -100 * UM), pad.bbox().center().x - UM, pad.bbox().center().y
        shapes["contact"].append(foot)
        shapes["via"].append(foot)
        shapes["rdl"] += [pya.Box(min(x, middle), -100 * UM, max(x, middle) + 2 * UM, -98 * UM), pya.Box(middle, -100 * UM, middle + 2 * UM, up)]
    return shapes


def pad_spacing():
    d, size = 10 * UM, 20 * UM
    contact_words = "contact points 2 um (centres 4)"
    yield keep("squares", fanned([square(size), square(size, size + d)]))
    yield broken("squares", fanned([square(size), square(size, size + d - 1)]), "pads 9.999 um apart (centres 29.999), " + contact_words)
    yield keep("rounds", fanned([round_shape(size), round_shape(size).moved(size + d, 0)]))
    yield broken("rounds", fanned([round_shape(size), round_shape(size).moved(size + d - 1, 0)]), "pads 9.999 um apart")
    yield keep("octagons", fanned([octagon(size), octagon(size).moved(size + d, 0)]))
    yield broken("octagons", fanned([octagon(size), octagon(size).moved(size + d - 1, 0)]), "pads 9.999 um apart")
    yield keep("corner to corner", fanned([square(size), square(size, size + 6 * UM, size + 8 * UM)]))
    yield broken("corner to corner", fanned([square(size), square(size, size + 6 * UM, size + 8 * UM - 1)]), "pads 9.9992 um apart")
    slanted = pya.Polygon([pya.Point(x, y) for x, y in ((0, 0), (16_000, 12_000), (28_000, -4_000), (12_000, -16_000))])  # 20 by 20 um, turned
    yield keep("slanted edges", fanned([slanted, slanted.moved(12_000 + 6_000, -16_000 - 8_000)]))
    yield broken("slanted edges", fanned([slanted, slanted.moved(12_000 + 5_999, -16_000 - 8_000)]), "pads 9.9994 um apart")
    yield keep("pitch", fanned([square(15 * UM), square(15 * UM, 26 * UM)]))
    yield broken("pitch", fanned([square(15 * UM), square(15 * UM, 26 * UM - 1)]), "pads 10.999 um apart (centres 25.999)")
    sizes = [square(20 * UM), square(6 * UM, 7 * UM + 26 * UM, 7 * UM)]
    yield keep("pitch of different sizes", fanned(sizes))
    yield broken("pitch of different sizes", fanned([sizes[0], sizes[1].moved(-1, 0)]), "(centres 25.999)")
    more = fanned([square(size), square(size, size + d - 1)])
    for layer in ("contact", "via"):
        more[layer].append(more[layer][0].moved(-5 * UM, 0))
    yield broken("the nearest contact points", more, contact_words)
    two = [square(size), square(size, size + d - 1)]
    yield keep("two pads of one net", {"pad_signal": two, "rdl": [pya.Box(0, 0, 2 * size, 2 * UM)]})
    yield broken("no contact points", {"pad_signal": two}, "no contact points to compare")
    yield broken("power beside ground", {"pad_power": two[:1], "pad_ground": two[1:]}, "pads 9.999 um apart")


def power_pad(vias, size, pads=1):
    feet = [square(size, 2 * UM + 3 * UM * number, 2 * UM) for number in range(vias)]
    return {"contact": feet, "via": feet, "pad_power": [square(20 * UM, 20 * UM * number) for number in range(2 * pads)[::2]], "rdl": [pya.Box(0, 0, 40 * UM * pads, 3 * UM)]}


def current_per_cut():
    yield keep("two vias for a pad", power_pad(2, 2 * UM))
    yield broken("one via for a pad", power_pad(1, 2 * UM), "1 vias carry 10 mA, 1 pads need 20 mA")
    yield keep("four vias for two pads", power_pad(4, 2 * UM, 2))
    yield broken("three vias for two pads", power_pad(3, 2 * UM, 2), "3 vias carry 30 mA, 2 pads need 40 mA")
    yield keep("a signal pad", {"pad_signal" if name == "pad_power" else name: shapes for name, shapes in power_pad(1, 2 * UM).items()})


def current_per_area():
    yield keep("one via of 4 square um", power_pad(1, 2 * UM))
    yield broken("one via", power_pad(1, 2 * UM - 1), "1 vias carry 19.98 mA, 1 pads need 20 mA")
    yield keep("four vias of 1 square um", power_pad(4, UM))
    yield broken("four vias", power_pad(4, UM - 1), "carry 19.96 mA")


def feeding_trace(width, function="pad_power", turned=False):
    """A contact point, a trace of that width (no capture pad), and a pad."""
    trace = pya.Box(0, 0, 60 * UM, width)
    shapes = {"contact": [square(2 * UM, 500, 500)], "via": [square(2 * UM, 500, 500)], "rdl": [trace], function: [square(20 * UM, 60 * UM, -5 * UM)]}
    return {name: [shape.transformed(pya.Trans(pya.Trans.R90)) for shape in some] for name, some in shapes.items()} if turned else shapes


def current_width():
    yield keep("trace", feeding_trace(3 * UM))
    yield broken("trace", feeding_trace(3 * UM - 1), "width 2.999 um carries 47.98 mA of 48 mA, net #")
    yield broken("turned trace", feeding_trace(3 * UM - 1, turned=True), "width 2.999 um")
    yield keep("signal trace", feeding_trace(3 * UM - 1, "pad_signal"))
    two = feeding_trace(3 * UM - 1)
    for layer in ("contact", "via"):
        two[layer] = two[layer] + [square(2 * UM, 10 * UM, 500)]
    yield keep("a trace that other contact points feed too", two)


def drop(trace_width, at_pad, length=10 * UM, pad=None):
    """A trace to the left of a pad that widens over a length to a width at the pad's edge."""
    pad = pad or square(20 * UM, 0, -10 * UM)
    wedge = pya.Polygon([pya.Point(-length, -trace_width // 2), pya.Point(-length, trace_width // 2), pya.Point(0, at_pad // 2), pya.Point(0, -at_pad // 2)])
    return {"pad_signal": [pad], "rdl": [pya.Box(-50 * UM, -trace_width // 2, UM, trace_width // 2), wedge]}


def turned(shapes, angle):
    return {name: [shape.transformed(pya.Trans(angle)) for shape in some] for name, some in shapes.items()}


def teardrop():
    yield keep("wedge", drop(4 * UM, 6 * UM))
    yield broken("wedge", drop(4 * UM, 6 * UM - 4), "trace is 4 um wide, 5.996 um at the pad, net #")
    yield broken("plain trace", drop(4 * UM, 4 * UM), "trace is 4 um wide, 4 um at the pad")
    yield keep("turned wedge", turned(drop(4 * UM, 6 * UM), pya.Trans.R90))
    yield broken("turned wedge", turned(drop(4 * UM, 6 * UM - 4), pya.Trans.R90))
    yield broken("round pad", {"pad_signal": [round_shape(20 * UM)], "rdl": [pya.Box(-50 * UM, -2 * UM, 0, 2 * UM)]}, "trace is 4.0")
    tangents = pya.Polygon([pya.Point(-40 * UM, -2 * UM), pya.Point(-40 * UM, 2 * UM), pya.Point(-20 * UM, 2 * UM), pya.Point(-5 * UM, 9 * UM),
                            pya.Point(-5 * UM, -9 * UM), pya.Point(-20 * UM, -2 * UM)])
    yield keep("round pad with a drop", {"pad_signal": [round_shape(20 * UM)], "rdl": [tangents]})
    two = drop(4 * UM, 4 * UM)
    two["rdl"].append(pya.Box(19 * UM, -2 * UM, 70 * UM, 2 * UM))
    yield broken("two plain traces", two, "at the pad", 2)
    yield keep("a capture pad beside", {"pad_signal": [square(20 * UM)], "rdl": [pya.Box(-5 * UM, 8 * UM, UM, 12 * UM)]})
    yield keep("a trace that passes by", {"pad_signal": [square(20 * UM)], "rdl": [pya.Box(-50 * UM, 25 * UM, 50 * UM, 29 * UM)]})
    yield keep("a via field under the pad", {"pad_signal": [square(20 * UM)], "rdl": [square(4 * UM, 8 * UM, 8 * UM)]})


def slotted(strip, slots=3):
    """A plane of strips of that width between slots of 4 um, closed by bars as wide at both ends."""
    height = 100 * UM
    plane = pya.Region(pya.Box(0, 0, slots * (strip + 4 * UM) + strip, height + 2 * strip))
    for number in range(slots):
        left = strip + number * (strip + 4 * UM)
        plane -= pya.Region(pya.Box(left, strip, left + 4 * UM, strip + height))
    return {"rdl": list(plane.each())}


def slots():
    v = 30 * UM
    yield broken("plane without slots", {"rdl": [square(4 * v)]}, "width 120 um")
    yield keep("plane with slots", slotted(v))
    yield broken("plane with slots too far apart", slotted(v + 1), "wider than 30 um")
    yield keep("plane with odd slots", slotted(v - 1))


def trace_lengths():
    for more, case in ((0, keep), (1, broken)):
        words = "trace length %s, net #" % um(300 * UM + more)
        yield case("straight trace", {"rdl": [pya.Box(0, 0, 300 * UM + more, 3 * UM)]}, *[words][:more])
        yield case("two bends", {"rdl": [pya.Box(0, 0, 200 * UM, 4 * UM), pya.Box(196 * UM, 0, 200 * UM, 54 * UM), pya.Box(196 * UM, 50 * UM, 250 * UM + more, 54 * UM)]}, *[words][:more])
        yield case("branch", {"rdl": [pya.Box(0, 0, 200 * UM, 4 * UM), pya.Box(50 * UM, 4 * UM, 54 * UM, 104 * UM + more)]}, *[words][:more])
        both = [pya.Box(0, 0, 150 * UM, 4 * UM), pya.Box(0, 20 * UM, 150 * UM + more, 24 * UM)]
        yield case("two traces of one net", joined_below(*both), *[words][:more])
        yield keep("two traces of two nets", {"rdl": [shape.enlarged(70 * UM, 0) for shape in both]})
        pad = {"pad_signal": [square(50 * UM, 300 * UM + more, -20 * UM)]}
        yield case("as far as a pad", {"rdl": [pya.Box(0, 0, 300 * UM + more, 3 * UM)], **pad}, *[words][:more])
        along = [pya.Point(0, 0), pya.Point(100 * UM, 0), pya.Point(200 * UM, 100 * UM), pya.Point(258_576 + 4 * more, 100 * UM)]
        yield case("two bends of 45 degrees", {"rdl": [pya.Path(along, 4 * UM).polygon()]}, *["trace length 300.00"][:more])


CASES = {"DIFFERENT": list(space_by_net(False)), "SAME": list(space_by_net(True)) + list(wedges_by_net(90)), "SAME.45": list(wedges_by_net(45)),
         "DIFFERENT.WIDE": list(wide_by_net(False)), "SAME.WIDE": list(wide_by_net(True)),
         "PADS": list(pad_spacing()), "PER.CUT": list(current_per_cut()), "PER.AREA": list(current_per_area()), "WIDTH": list(current_width()),
         "TEARDROP": list(teardrop()), "SLOTS": list(slots()), "LENGTH": list(trace_lengths())}
NUMBERED = [(rule, case) for rule, some in CASES.items() for case in some]


def technology(folder):
    path = folder / "kinds.json"
    record = json.load(open(POSTPASS.path))
    record["rules"] = [dict(rule, title=rule["check"], source="test") for rule in RULES]
    path.write_text(json.dumps(dict(record, name="kinds")))
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    return limits.texts_of_numbered(NUMBERED, technologies.load(str(technology(folder))), folder, TILE)


@pytest.mark.parametrize("number", range(len(NUMBERED)), ids=limits.named_by_number(NUMBERED))
def test_a_kind_holds_at_its_limit_and_breaks_one_step_beyond(found, number):
    limits.require_as_expected(NUMBERED[number][1], found.get(number, []))


@pytest.mark.parametrize("narrow, wide", [("rdl", "rdl2"), ("rdl2", "rdl")])
def test_the_trace_of_each_level_carries_the_current(narrow, wide):
    """A narrow trace below or above a wide one of its net."""
    technology = technologies.load("wlcsp_two_level")
    technology.rules = [dict(next(rule for rule in RULES if rule["id"] == "WIDTH"), title="", source="")]
    below = [pya.Box(0, 0, 60 * UM, 3 * UM - 1)]
    shapes = {"contact": [square(2 * UM)], "pi1": [square(2 * UM)], "pi12": [square(2 * UM, 50 * UM)], narrow: below, wide: [pya.Box(-UM, -UM, 61 * UM, 8 * UM)]}
    layout = new_layout(technology, dict(shapes, pad_power=[square(20 * UM, -10 * UM, -15 * UM)]))
    for mode in MODES:
        findings = check_cell(layout.top_cell(), technology, Wishes(mode=mode, threads=1)).results[0].findings
        assert [(finding.text, finding.shapes[0].bbox()) for finding in findings] == [("width 2.999 um carries 47.98 mA of 48 mA, net #1", below[0].enlarged(1, 1))], mode
