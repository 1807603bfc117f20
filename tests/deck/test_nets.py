"""Nets and the four functions, on layouts small enough to see: contact point, via, trace, pad."""

import json

import pya
import pytest

from postpass import tech as technologies

from .support import UM, check, new_layout, square

POSTPASS = technologies.load("postpass")
NET_RULES = ("NET.O.1", "NET.S.1", "NET.P.1", "NET.L.1", "NET.V.1", "FN.1", "FN.D.1")


class Drawing:
    """Collects shapes by layer; lengths are um."""

    def __init__(self):
        self.shapes = {}

    def add(self, layer, shape):
        self.shapes.setdefault(layer, []).append(shape)

    def contact(self, x, y):
        """A contact point with via and capture pad."""
        for layer, size in (("contact", 2), ("via", 2), ("rdl", 4)):
            self.add(layer, square(size * UM, int((x - size / 2) * UM), int((y - size / 2) * UM)))

    def pad(self, x, y, function="pad_signal", size=20):
        self.add(function, square(size * UM, int((x - size / 2) * UM), int((y - size / 2) * UM)))

    def trace(self, *points):
        self.add("rdl", pya.Path([pya.Point(int(x * UM), int(y * UM)) for x, y in points], 4 * UM, 2 * UM, 2 * UM).polygon())

    def net(self, *points, name=None):
        """One contact point at the first place, one pad at the last, a trace between."""
        self.contact(*points[0])
        self.trace(*points)
        self.pad(*points[-1])
        if name:
            self.label(name, *points[-1])

    def label(self, text, x, y):
        self.add("label", pya.Text(text, pya.Trans(int(x * UM), int(y * UM))))

    def declare(self, function, left, bottom, right, top):
        self.add("function", pya.Box(left * UM, bottom * UM, right * UM, top * UM))
        if function:
            self.add("function", pya.Text(function, pya.Trans((left + 1) * UM, (bottom + 1) * UM)))


def found(drawing, folder, technology="postpass"):
    """{rule: [marker texts]} of the rules on nets, and the net table {name: record}."""
    _, markers, summary = check(new_layout(POSTPASS, drawing.shapes), technology, folder)
    texts = {}
    for marker in markers:
        if marker.rule in NET_RULES:
            texts.setdefault(marker.rule, []).append(marker.text)
    return {rule: sorted(some) for rule, some in texts.items()}, {net["net"]: net for net in summary["nets"]}


@pytest.fixture
def drawing():
    return Drawing()


# opens, shorts, splits, labels

def test_a_connected_net_is_clean(drawing, tmp_path):
    drawing.net((0, 0), (100, 0), name="a")
    texts, nets = found(drawing, tmp_path)
    assert texts == {}
    assert nets["a"] == {"net": "a", "contact_points": 1, "vias": 1, "pads": {"signal": 1}, "function": "one to one",
                         "metal_area_um2": 4 * 92 + 400, "trace_length_um": pytest.approx(104, abs=0.1)}


def test_opens_are_named(drawing, tmp_path):
    drawing.contact(0, 0)
    drawing.label("lost", 0, 0)
    drawing.pad(100, 0)
    drawing.trace((200, 0), (250, 0))
    assert found(drawing, tmp_path)[0] == {"NET.O.1": [
        "contact point reaches no pad, net lost", "pad has no contact point, net #2", "trace belongs to nothing, net #3"]}


def test_a_gap_in_a_trace_opens_contact_and_pad(drawing, tmp_path):
    drawing.contact(0, 0)
    drawing.trace((0, 0), (50, 0))
    drawing.trace((60, 0), (100, 0))
    drawing.pad(100, 0)
    assert len(found(drawing, tmp_path)[0]["NET.O.1"]) == 2


def test_shapes_that_touch_are_connected(drawing, tmp_path):
    drawing.contact(0, 0)
    drawing.add("rdl", pya.Box(2 * UM, -2 * UM, 30 * UM, 2 * UM))
    drawing.add("pad_signal", square(20 * UM, 30 * UM, -10 * UM))
    assert found(drawing, tmp_path)[0] == {}


def test_two_names_on_one_net_are_a_short(drawing, tmp_path):
    drawing.net((0, 0), (100, 0), name="a")
    drawing.net((0, 100), (100, 100), name="b")
    drawing.trace((50, 0), (50, 100))
    assert found(drawing, tmp_path)[0]["NET.S.1"] == ["short between a, b"]


def test_one_name_on_two_nets_is_a_split(drawing, tmp_path):
    drawing.net((0, 0), (100, 0), name="a")
    drawing.net((0, 100), (100, 200), name="a")
    assert found(drawing, tmp_path)[0] == {"NET.P.1": ["net a is in 2 unconnected parts"]}


def test_a_label_beside_its_metal(drawing, tmp_path):
    drawing.net((0, 0), (100, 0))
    drawing.label("a", 50, 3)
    assert found(drawing, tmp_path)[0] == {"NET.L.1": ["label a lies on no metal"]}


def test_a_via_on_no_contact_counts_as_contact_point(drawing, tmp_path):
    drawing.net((0, 0), (100, 0))
    del drawing.shapes["contact"]
    assert found(drawing, tmp_path)[0] == {}


def test_labels_in_cells_are_read_where_they_are_placed(tmp_path):
    drawing = Drawing()
    drawing.net((0, 0), (100, 0), name="a")
    layout = new_layout(POSTPASS, drawing.shapes)
    top = layout.create_cell("ABOVE")
    top.insert(pya.CellInstArray(layout.cell("TOP").cell_index(), pya.Trans(1, False, 300 * UM, 300 * UM)))
    _, markers, summary = check(layout, "postpass", tmp_path)
    assert [net["net"] for net in summary["nets"]] == ["a"]
    assert not [marker for marker in markers if marker.rule in NET_RULES]


def test_a_second_level_of_metal_is_one_more_record(drawing, tmp_path):
    """The trace ends at a via to a second metal, which reaches the pad of another trace."""
    path = tmp_path / "two.json"
    path.write_text(json.dumps({
        "schema": 1, "based_on": POSTPASS.path, "name": "two", "title": "two levels",
        "layers": [{"name": "via2", "gds": [55, 0], "title": "Via to the second metal", "kind": "cut", "cuts": ["polymer"]},
                   {"name": "rdl2", "gds": [56, 0], "title": "Second metal", "kind": "metal"}],
        "connectivity": [["contact", "via", "metal"], ["metal", "via2", "rdl2"]]}))
    two = technologies.load(str(path))
    drawing.contact(0, 0)
    drawing.trace((0, 0), (50, 0))
    drawing.trace((150, 0), (200, 0))
    drawing.pad(200, 0)
    drawing.label("a", 0, 0)
    for x in (50, 150):
        drawing.add("via2", square(2 * UM, (x - 1) * UM, -1 * UM))
    bridge = pya.Box(48 * UM, -2 * UM, 152 * UM, 2 * UM)
    for shapes, opens in ((dict(drawing.shapes), 2), (dict(drawing.shapes, rdl2=[bridge]), 0)):
        _, markers, summary = check(new_layout(two, shapes), str(path), tmp_path)
        assert len([marker for marker in markers if marker.rule == "NET.O.1"]) == opens
    assert {net["net"]: net["function"] for net in summary["nets"]} == {"a": "one to one"}


# counts

def test_functions_are_told_from_the_counts(drawing, tmp_path):
    drawing.net((0, 0), (100, 0), name="addition")
    drawing.net((100, 0), (200, 0))
    for shapes in (drawing.shapes["contact"], drawing.shapes["via"]):
        shapes.pop()
    drawing.net((0, 100), (100, 100), name="reduction")
    drawing.contact(50, 100)
    nets = found(drawing, tmp_path)[1]
    assert {name: (net["contact_points"], net["pads"]["signal"], net["function"]) for name, net in nets.items()} == {
        "addition": (1, 2, "addition"), "reduction": (2, 1, "reduction")}


def test_power_pads_want_two_vias(drawing, tmp_path):
    drawing.contact(0, 0)
    drawing.pad(0, 0, "pad_power")
    drawing.label("vdd", 0, 0)
    assert found(drawing, tmp_path)[0] == {"NET.V.1": ["1 vias for 1 pads, net vdd"]}
    drawing.contact(5, 0)
    assert found(drawing, tmp_path)[0] == {}


def test_every_landing_pad_has_one_ubm(tmp_path):
    wlcsp = technologies.load("wlcsp")
    pads = [square(270 * UM, x * UM) for x in (0, 500, 1000)]
    balls = [square(250 * UM, 10 * UM, 10 * UM), square(100 * UM, 1010 * UM, 10 * UM), square(100 * UM, 1150 * UM, 10 * UM), square(100 * UM, 3000 * UM)]
    _, markers, _ = check(new_layout(wlcsp, {"pad_signal": pads, "ubm": balls}), "wlcsp", tmp_path)
    assert sorted(marker.text for marker in markers if marker.rule == "NET.U.1") == ["pad with 0 ubm", "pad with 2 ubm", "ubm with 0 pad"]


def test_a_ubm_on_its_pad_is_no_second_pad(tmp_path):
    wlcsp = technologies.load("wlcsp")
    shapes = {"contact": [square(60 * UM)], "pi1": [square(35 * UM, 10 * UM, 10 * UM)], "pad_signal": [square(270 * UM)],
              "pi2": [square(220 * UM, 25 * UM, 25 * UM)], "ubm": [square(250 * UM, 10 * UM, 10 * UM)]}
    nets = check(new_layout(wlcsp, shapes), "wlcsp", tmp_path)[2]["nets"]
    assert [(net["contact_points"], net["pads"], net["function"]) for net in nets] == [(1, {"signal": 1}, "one to one")]


# fan-out and relocation

def row(drawing, pads, contact_pitch=10):
    """Contact points in a row from x = 0, each with its pad at pads[i], reached by a way up (or down) and across."""
    for number, (x, y) in enumerate(pads):
        drawing.net((number * contact_pitch, 0), (number * contact_pitch, y), (x, y), name="n%d" % number)


FANNED = [(-50, 60), (0, 100), (60, 60)]


def test_a_row_that_fans_out(drawing, tmp_path):
    row(drawing, FANNED)
    drawing.declare("fan-out", -5, -5, 25, 5)
    assert found(drawing, tmp_path)[0] == {}


def test_a_row_whose_pads_change_places(drawing, tmp_path):
    row(drawing, [(0, 60), (150, -60), (100, 60)])
    drawing.declare("fan-out", -5, -5, 25, 5)
    assert found(drawing, tmp_path)[0] == {"FN.1": [
        "order: pads of n0 and n1 are no neighbours, their contact points are", "order: pads of n1 and n2 are no neighbours, their contact points are"]}


def test_relocation_may_change_places(drawing, tmp_path):
    row(drawing, [(0, 60), (150, -60), (100, 60)])
    drawing.declare("relocation", -5, -5, 25, 5)
    assert found(drawing, tmp_path)[0] == {}


def ring(drawing):
    for number, (x, y) in enumerate(((1, 0), (0, 1), (-1, 0), (0, -1))):
        drawing.net((20 * x, 20 * y), (100 * x, 100 * y), name="n%d" % number)


def test_a_ring_that_fans_out(drawing, tmp_path):
    ring(drawing)
    drawing.declare("fan-out", -30, -30, 30, 30)
    assert found(drawing, tmp_path)[0] == {}


def test_a_ring_with_one_net_led_around(drawing, tmp_path):
    for number, (x, y) in enumerate(((0, 1), (-1, 0), (0, -1)), 1):
        drawing.net((20 * x, 20 * y), (100 * x, 100 * y), name="n%d" % number)
    drawing.net((20, 0), (200, 0), (200, 200), (-200, 200), (-200, 60), name="n0")
    drawing.declare("fan-out", -30, -30, 30, 30)
    assert found(drawing, tmp_path)[0] == {"FN.1": [
        "order: pads of n%d and n%d are no neighbours, their contact points are" % pair for pair in ((0, 1), (1, 2), (3, 0))]}


def test_a_net_outside_the_declared_area_is_not_part_of_it(drawing, tmp_path):
    row(drawing, FANNED)
    drawing.declare("fan-out", -5, -5, 25, 5)
    drawing.net((300, 0), (400, 0))
    drawing.contact(350, 0)
    assert found(drawing, tmp_path)[0] == {}


@pytest.mark.parametrize("function, expected", [
    ("fan-out", ["declared fan-out, but net a joins 2 contact points and 1 pads"]), ("relocation", ["declared relocation, but net a joins 2 contact points and 1 pads"]),
    ("addition", ["declared addition, but net a joins 2 contact points and 1 pads"]), ("reduction", []),
    ("fanout", ["unknown function fanout: known are fan-out, relocation, addition, reduction"]),
    (None, ["a declared function needs one text: fan-out, relocation, addition, reduction"])])
def test_what_is_declared_must_be_so(drawing, tmp_path, function, expected):
    drawing.net((0, 0), (100, 0), name="a")
    drawing.contact(20, 0)
    drawing.declare(function, -5, -5, 25, 5)
    assert found(drawing, tmp_path)[0].get("FN.1", []) == expected


@pytest.mark.parametrize("function", ["addition", "reduction"])
def test_two_contact_points_on_two_pads_are_neither_addition_nor_reduction(drawing, tmp_path, function):
    drawing.net((0, 0), (100, 0), name="a")
    drawing.contact(20, 0)
    drawing.pad(60, 0)
    drawing.declare(function, -5, -5, 25, 5)
    assert found(drawing, tmp_path)[0]["FN.1"] == ["declared %s, but net a joins 2 contact points and 2 pads" % function]


def test_two_declarations_in_one_area(drawing, tmp_path):
    drawing.net((0, 0), (100, 0), name="a")
    drawing.declare("fan-out", -5, -5, 25, 5)
    drawing.add("function", pya.Text("addition", pya.Trans(5 * UM, 3 * UM)))
    assert found(drawing, tmp_path)[0]["FN.1"] == ["two functions declared: addition, fan-out"]


def test_addition_feeds_several_pads(drawing, tmp_path):
    drawing.net((0, 0), (100, 0), name="a")
    drawing.pad(50, 0)
    drawing.declare("addition", -5, -5, 5, 5)
    assert found(drawing, tmp_path)[0] == {}


# distance

def two_nets(drawing, contact_distance, pad_distance_dbu):
    """Two straight nets; contact points (2 um) and pads (2 um, so that both distances are equal) at these distances."""
    for number, y in enumerate((0, contact_distance)):
        drawing.contact(0, y)
        pad_y = pad_distance_dbu * number
        drawing.add("rdl", pya.Path([pya.Point(0, int(y * UM)), pya.Point(50 * UM, int(y * UM)), pya.Point(50 * UM, pad_y), pya.Point(100 * UM, pad_y)], 2 * UM).polygon())
        drawing.add("pad_signal", pya.Box(100 * UM, pad_y - UM, 102 * UM, pad_y + UM))


@pytest.mark.parametrize("pad_distance_dbu, expected", [
    (31 * UM, None), (31 * UM - 1, ["pads 28.999 um apart (centres 30.999), contact points 28 um (centres 30), nets #1 and #2"])])
@pytest.mark.parametrize("declared", ["fan-out", "relocation", None])
def test_pads_are_farther_apart_than_contact_points_by_the_amount(drawing, tmp_path, pad_distance_dbu, expected, declared):
    two_nets(drawing, 30, pad_distance_dbu)
    if declared:
        drawing.declare(declared, -5, -5, 5, 35)
    assert found(drawing, tmp_path)[0].get("FN.D.1") == expected


def test_the_edges_must_be_farther_apart_too(drawing, tmp_path):
    """Centres 40 apart where contact points are 30, but wide pads leave less space than the contact points had."""
    for number, y in enumerate((0, 30)):
        drawing.contact(0, y)
        drawing.trace((0, y), (50, y), (50, 40 * number), (100, 40 * number))
        drawing.pad(100, 40 * number, size=30)
    assert found(drawing, tmp_path)[0]["FN.D.1"] == ["pads 10 um apart (centres 40), contact points 28 um (centres 30), nets #1 and #2"]


@pytest.mark.parametrize("short", [0, 1])
def test_the_edges_are_farther_apart_by_the_amount_to_one_dbu(drawing, tmp_path, short):
    """Contact points are 28 um apart (centres 30), pads 29 um or one dbu less, with centres 59 um apart."""
    for number, y in enumerate((0, 30)):
        drawing.contact(0, y)
        drawing.trace((0, y), (50 - 20 * number, y), (50 - 20 * number, 59 * number), (100, 59 * number))
        drawing.add("pad_signal", square(30 * UM, 100 * UM, (59 * UM - short) * number - 15 * UM))
    assert ("FN.D.1" in found(drawing, tmp_path)[0]) == bool(short)


def test_only_neighbours_are_compared(drawing, tmp_path):
    """The outer contact points of three are farther apart than their pads; each is farther from the middle one."""
    drawing.net((0, 0), (0, 50), name="left")
    drawing.net((40, 0), (40, -100), name="middle")
    drawing.net((80, 0), (80, 50), (60, 50), name="right")
    assert "FN.D.1" not in found(drawing, tmp_path)[0]


def test_a_declared_row_compares_all_its_neighbours(drawing, tmp_path):
    """Undeclared, the third contact point's nearest is the second; declared, the ring closes and the third meets the first."""
    row(drawing, [(-50, 60), (0, 100), (60, 60)], contact_pitch=10)
    drawing.declare("relocation", -5, -5, 25, 5)
    assert found(drawing, tmp_path)[0] == {}


def test_without_connectivity_there_are_no_nets(drawing, tmp_path):
    path = tmp_path / "bare.json"
    path.write_text(json.dumps({"schema": 1, "based_on": POSTPASS.path, "name": "bare", "title": "bare", "connectivity": []}))
    drawing.net((0, 0), (100, 0))
    run, markers, summary = check(new_layout(POSTPASS, drawing.shapes), str(path), tmp_path)
    assert summary["nets"] == [] and not [marker for marker in markers if marker.rule in NET_RULES]
