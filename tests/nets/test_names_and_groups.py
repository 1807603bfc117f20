"""Names, labels in unusual places, supplies that meet, and the order that a relocation makes."""

import json

import pya
import pytest

from postpass import tech as technologies
from tests.deck.support import UM, check, new_layout, square
from tests.deck.test_nets import POSTPASS, Drawing

RULES = ("NET.O.1", "NET.S.1", "NET.P.1", "NET.L.1", "NET.N.1", "FN.1")


def checked(layout, folder):
    """{rule: [texts]}, the summary and what the screen shows."""
    run, markers, summary = check(layout, "postpass", folder)
    texts = {}
    for marker in markers:
        if marker.rule in RULES:
            texts.setdefault(marker.rule, []).append(marker.text)
    return {rule: sorted(some) for rule, some in texts.items()}, summary, run.out


def found(drawing, folder):
    return checked(new_layout(POSTPASS, drawing.shapes), folder)[0]


@pytest.fixture
def drawing():
    return Drawing()


def two_nets(drawing, one, other):
    drawing.net((0, 0), (100, 0), name=one)
    drawing.net((0, 100), (100, 200), name=other)


# names

@pytest.mark.parametrize("one, other", [("vdd", "VDD"), ("a b", "ab"), ("d<1>", "d[1]"), ("d(1)", "d{1}"), ("clk", "clk:"), ("clk", "clk_"), ("rst", "Rst.")])
def test_names_that_can_be_taken_for_each_other(drawing, tmp_path, one, other):
    two_nets(drawing, one, other)
    names = ", ".join('"%s"' % name for name in sorted((one, other)))
    assert found(drawing, tmp_path) == {"NET.N.1": ["names differ in case, space, brackets or trailing characters alone: " + names]}


@pytest.mark.parametrize("one, other", [("vdd", "vss"), ("d[1]", "d[2]"), ("d1", "d11"), ("a_b", "ab"), ("n0", "n00"), ("_a", "a")])
def test_names_that_are_different_enough(drawing, tmp_path, one, other):
    two_nets(drawing, one, other)
    assert found(drawing, tmp_path) == {}


@pytest.mark.parametrize("name, text", [("vdd ", 'name with space or an invisible character: "vdd "'), (" a", 'name with space or an invisible character: " a"')])
def test_a_name_with_space(drawing, tmp_path, name, text):
    drawing.net((0, 0), (100, 0), name=name)
    assert found(drawing, tmp_path)["NET.N.1"] == [text]


def test_every_place_of_the_names_is_marked(drawing, tmp_path):
    two_nets(drawing, "a", "A")
    drawing.label("a", 50, 0)
    marker, = [marker for marker in check(new_layout(POSTPASS, drawing.shapes), "postpass", tmp_path)[1] if marker.rule == "NET.N.1"]
    assert marker.box == pya.Box(50 * UM - 10, -10, 100 * UM + 10, 200 * UM + 10)


# shorts

def test_contact_points_of_different_names_on_one_signal_pad_are_a_short(drawing, tmp_path):
    for name, y in (("a", 0), ("b", 40)):
        drawing.contact(0, y)
        drawing.label(name, 0, y)
        drawing.trace((0, y), (100, y), (100, 20))
    drawing.pad(100, 20)
    assert found(drawing, tmp_path) == {"NET.S.1": ["short between a, b"]}


def test_contact_points_of_one_name_may_share_a_pad(drawing, tmp_path):
    for y in (0, 40):
        drawing.contact(0, y)
        drawing.label("vdd", 0, y)
        drawing.trace((0, y), (100, y), (100, 20))
    drawing.pad(100, 20, "pad_power")
    assert found(drawing, tmp_path) == {}


@pytest.mark.parametrize("functions, expected", [
    (("pad_power", "pad_ground"), {"NET.S.1": ["short between power and ground pads, net #1"]}), (("pad_power", "pad_power"), {}), (("pad_power", "pad_signal"), {}),
    (("pad_ground", "pad_flip_chip"), {})])
def test_power_and_ground_pads_on_one_net(drawing, tmp_path, functions, expected):
    drawing.net((0, 0), (100, 0))
    drawing.shapes.pop("pad_signal")
    for function, x in zip(functions, (50, 100)):
        drawing.pad(x, 0, function)
    assert found(drawing, tmp_path) == expected


# labels in unusual places

def test_an_unlabelled_layout_is_checked_by_its_structure(drawing, tmp_path):
    drawing.net((0, 0), (100, 0))
    drawing.contact(0, 100)
    texts, summary, _ = checked(new_layout(POSTPASS, drawing.shapes), tmp_path)
    assert texts == {"NET.O.1": ["contact point reaches no pad, net #2"]}
    assert [net["net"] for net in summary["nets"]] == ["#1", "#2"]


def test_one_label_on_two_pads_that_touch(drawing, tmp_path):
    drawing.net((0, 0), (100, 0))
    drawing.pad(120, 0)
    drawing.label("a", 110, 0)
    assert found(drawing, tmp_path) == {}


def test_a_label_on_the_edge_of_its_metal(drawing, tmp_path):
    drawing.net((0, 0), (100, 0))
    drawing.label("a", 110, 10)
    assert found(drawing, tmp_path) == {}


def test_a_label_in_an_array_of_cells_is_a_name_on_many_nets(tmp_path):
    drawing = Drawing()
    drawing.net((0, 0), (100, 0), name="a")
    layout = new_layout(POSTPASS, drawing.shapes)
    above = layout.create_cell("ABOVE")
    above.insert(pya.CellInstArray(layout.cell("TOP").cell_index(), pya.Trans(), pya.Vector(200 * UM, 0), pya.Vector(0, 200 * UM), 3, 2))
    texts, summary, _ = checked(layout, tmp_path)
    assert texts == {"NET.P.1": ["net a is in 6 unconnected parts"]}
    assert len(summary["nets"]) == 6


def test_a_label_of_the_upper_cell_names_metal_of_the_lower_one(tmp_path):
    drawing = Drawing()
    drawing.net((0, 0), (100, 0))
    layout = new_layout(POSTPASS, drawing.shapes)
    above = layout.create_cell("ABOVE")
    above.insert(pya.CellInstArray(layout.cell("TOP").cell_index(), pya.ICplxTrans(0.5, 90, False, 7 * UM, 0)))
    above.shapes(layout.layer(52, 10)).insert(pya.Text("a", pya.Trans(7 * UM, 25 * UM)))
    texts, summary, _ = checked(layout, tmp_path)
    assert texts == {} and [net["net"] for net in summary["nets"]] == ["a"]


def test_a_label_of_a_magnified_cell(tmp_path):
    drawing = Drawing()
    drawing.net((0, 0), (100, 0), name="a")
    layout = new_layout(POSTPASS, drawing.shapes)
    above = layout.create_cell("ABOVE")
    above.insert(pya.CellInstArray(layout.cell("TOP").cell_index(), pya.ICplxTrans(2.0, 45, True, 0, 0)))
    texts, summary, _ = checked(layout, tmp_path)
    assert texts == {} and [(net["net"], net["function"]) for net in summary["nets"]] == [("a", "one to one")]


def test_the_same_label_twice_on_a_net_is_one_name(drawing, tmp_path):
    drawing.net((0, 0), (100, 0), name="a")
    drawing.label("a", 0, 0)
    assert found(drawing, tmp_path) == {}


# the order that a relocation makes

def row(drawing, pads):
    for number, (x, y) in enumerate(pads):
        drawing.net((number * 10, 0), (number * 10, y), (x, y), name="n%d" % number)


@pytest.mark.parametrize("function, pads, order, same", [
    ("relocation", [(0, 60), (150, -60), (100, 60)], ["n0", "n2", "n1"], False), ("fan-out", [(-50, 60), (0, 100), (60, 60)], ["n0", "n1", "n2"], True)])
def test_the_order_of_contact_points_and_pads_is_told(drawing, tmp_path, function, pads, order, same):
    row(drawing, pads)
    drawing.declare(function, -5, -5, 25, 5)
    texts, summary, screen = checked(new_layout(POSTPASS, drawing.shapes), tmp_path)
    assert texts == {}
    assert summary["functions"] == [{"function": function, "order": "row", "contact_points": ["n0", "n1", "n2"], "pads": order, "same_order": same}]
    assert "%s (row): contact points n0 n1 n2 -> pads %s%s\n" % (function, " ".join(order), ", in the same order" if same else "") in screen


# the net table

def test_metal_that_overlaps_counts_once(drawing, tmp_path):
    """A trace of 4 from -2 to 102 under a pad of 20 around 100, which a pad of another function overlaps by 5."""
    drawing.net((0, 0), (100, 0), name="a")
    drawing.pad(115, 0, "pad_power")
    summary = checked(new_layout(POSTPASS, drawing.shapes), tmp_path)[1]
    assert [net["metal_area_um2"] for net in summary["nets"]] == [4 * 92 + 20 * 35]
    assert summary["nets"][0]["pads"] == {"power": 1, "signal": 1}


def test_two_pads_on_one_trace_count_their_overlaps(drawing, tmp_path):
    drawing.net((0, 0), (100, 0), name="a")
    drawing.pad(50, 0)
    summary = checked(new_layout(POSTPASS, drawing.shapes), tmp_path)[1]
    assert [net["metal_area_um2"] for net in summary["nets"]] == [4 * (92 - 20) + 2 * 400]


# currents

def test_only_the_vias_of_the_named_cut_carry_the_current(tmp_path):
    """One polymer-1 opening below a power pad and one polymer-2 opening above it: two vias, of which one is asked for."""
    wlcsp = technologies.load("wlcsp")
    path = tmp_path / "currents.json"
    path.write_text(json.dumps({"schema": 1, "based_on": wlcsp.path, "name": "currents", "title": "currents", "rules": [
        {"id": "I.1", "check": "current_vias", "layer": "pad_power", "to": "pi1", "current_ma": 20, "per_cut_ma": 10, "title": "currents", "source": "test"}]}))
    shapes = {"contact": [square(60 * UM)], "pi1": [square(35 * UM, 10 * UM, 10 * UM)], "pad_power": [square(270 * UM)],
              "pi2": [square(220 * UM, 25 * UM, 25 * UM)], "ubm": [square(250 * UM, 10 * UM, 10 * UM)]}
    markers = check(new_layout(wlcsp, shapes), str(path), tmp_path)[1]
    assert [marker.text for marker in markers if marker.rule == "I.1"] == ["1 vias carry 10 mA, 1 pads need 20 mA, net #1"]
