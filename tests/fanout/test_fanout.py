"""From a drawn cell to traces that the real deck accepts."""

import math
import random

import pya
import pytest

from postpass.draw import drawing, shapes, traces
from postpass.draw.commands import CommandError
from postpass.fanout import command as fanout

from .drawn import POSTPASS, errors_of, outline, ring


@pytest.mark.parametrize("named, function", [(True, "relocation"), (False, "fan-out"), (False, "relocation")])
def test_a_ring_is_fanned_out_and_the_deck_accepts_it(tmp_path, named, function):
    layout, cell = ring(named=named)
    report = fanout.fan_out(cell, POSTPASS, width_um=3.2, function=function)
    assert report.severity is None and report.messages[0].startswith("Drew 8 traces."), report
    errors, summary = errors_of(layout, POSTPASS, tmp_path)
    assert errors == []
    assert [net["function"] for net in summary["nets"]] == ["one to one"] * 8


def test_one_contact_point_feeds_several_pads(tmp_path):
    layout, cell = ring(count=3)
    for index in layout.layer_indexes():
        if layout.get_info(index).name == "label":
            cell.shapes(index).clear()
    for number in range(3):
        angle = 2 * math.pi * (number + 0.3) / 3
        drawing.draw_label(cell, POSTPASS, "vdd", POSTPASS.on_grid(110 * math.cos(angle)), POSTPASS.on_grid(110 * math.sin(angle)))
    angle = 2 * math.pi * 0.3 / 3
    drawing.draw_label(cell, POSTPASS, "vdd", POSTPASS.on_grid(30 * math.cos(angle)), POSTPASS.on_grid(30 * math.sin(angle)))
    assert fanout.fan_out(cell, POSTPASS, width_um=3.2).severity is None
    _, summary = errors_of(layout, POSTPASS, tmp_path)
    assert {net["net"]: net["function"] for net in summary["nets"] if net["net"] == "vdd"} == {"vdd": "addition"}


def test_a_walled_in_pad_is_named_and_the_rest_is_drawn(tmp_path):
    layout, cell = ring()
    angle = 2 * math.pi * 0.3 / 8
    x_um, y_um = POSTPASS.on_grid(110 * math.cos(angle)), POSTPASS.on_grid(110 * math.sin(angle))
    outer = shapes.rectangle(36, 36, x_um, y_um, layout.dbu, POSTPASS.grid_um)
    wall = pya.Region(outer) - pya.Region(shapes.rectangle(30, 30, x_um, y_um, layout.dbu, POSTPASS.grid_um))
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl")).insert(wall)
    report = fanout.fan_out(cell, POSTPASS, width_um=3.2)
    assert report.severity == "error" and report.messages[0].startswith("INCOMPLETE, 1 net open: n0. Drew 7 traces.")
    assert [message for message in report.messages if message.startswith("Net n0 is open: ")]


def test_what_is_joined_already_stays(tmp_path):
    layout, cell = ring()
    fanout.fan_out(cell, POSTPASS, width_um=3.2)
    with pytest.raises(CommandError, match="Nothing to fan out"):
        fanout.fan_out(cell, POSTPASS, width_um=3.2)


def expect_refusal(change, sentence):
    layout, cell = ring()
    change(layout, cell)
    before = [(str(layout.get_info(index)), cell.shapes(index).size()) for index in layout.layer_indexes()]
    with pytest.raises(CommandError, match=sentence):
        fanout.fan_out(cell, POSTPASS, width_um=3.2)
    assert [(str(layout.get_info(index)), cell.shapes(index).size()) for index in layout.layer_indexes()][:len(before)] == before


def clear(layer):
    return lambda layout, cell: cell.shapes(layout.layer(*POSTPASS.layers[layer]["gds"])).clear()


@pytest.mark.parametrize("layer, sentence", [
    ("die", "The die outline is missing: draw it on layer die"), ("rdl", "8 vias have no capture pad"), ("pad_signal", "Nothing to fan out"),
    ("via", "Nothing to fan out")])
def test_what_is_missing_is_said_and_nothing_is_drawn(layer, sentence):
    expect_refusal(clear(layer), sentence)


def test_two_names_on_one_piece_are_refused():
    expect_refusal(lambda layout, cell: drawing.draw_label(cell, POSTPASS, "other", *[POSTPASS.on_grid(110 * f(2 * math.pi * 0.3 / 8)) for f in (math.cos, math.sin)]),
            "One piece of metal carries two names, n0 and other")


def test_wedges_are_filled_with_octilinear_triangles():
    """A branch at 45 degrees to the left of a horizontal trace: one acute wedge, none after filling."""
    cross = pya.Region([traces.outline(points, 4.0, 0.001, 0.005) for points in ([(0, 0), (40, 0)], [(20, 0), (40, 20)])])
    fills = traces.wedge_fills(cross, 1.0, 0.001)
    assert len(fills) == 1 and all(edge.dx() == 0 or edge.dy() == 0 or abs(edge.dx()) == abs(edge.dy()) for edge in fills[0].each_edge())
    before, after = cross.merged(), (cross + pya.Region(fills)).merged()
    assert [region.corners(90.1, 180.0).count() + region.corners(-180.0, -90.1).count() for region in (before, after)] == [1, 0]


@pytest.mark.parametrize("seed", range(6))
def test_random_rings_pass_the_deck(tmp_path, seed):
    """Vias, pads and traces of all sizes, wider and narrower than what they meet."""
    rng = random.Random(seed)
    count = rng.randrange(4, 9)
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    cell = layout.create_cell("TOP")
    turn, radius = rng.uniform(0, 6), 120.0 + 10 * count
    for number in range(count):
        angle = 2 * math.pi * (number + rng.uniform(-0.2, 0.2)) / count
        drawing.draw_via(cell, POSTPASS, "via", rng.choice([1.2, 2.0, 3.0]), POSTPASS.on_grid(28 * math.cos(angle)), POSTPASS.on_grid(28 * math.sin(angle)))
        angle = 2 * math.pi * number / count + turn
        drawing.draw_pad(cell, POSTPASS, rng.choice(["signal", "flip-chip"]), rng.choice(["octagon", "round", "square"]), rng.choice([10, 14, 20, 30]),
                         POSTPASS.on_grid(radius * math.cos(angle)), POSTPASS.on_grid(radius * math.sin(angle)))
    outline(cell, POSTPASS, "die", -radius - 60, -radius - 60, radius + 60, radius + 60)
    report = fanout.fan_out(cell, POSTPASS, rng.choice([2, 2.5, 3.2, 5]), function=rng.choice(["fan-out", "relocation"]), teardrops=seed % 2 == 0)
    assert report.severity is None, report
    errors, _ = errors_of(layout, POSTPASS, tmp_path)
    assert errors == []


@pytest.mark.parametrize("path, longer", [
    ([(0, 0), (0, 30), (1, 31)], [(0, 0), (0, 30), (4, 34)]),  # the end reaches further into the metal
    ([(0, 0), (0, 20), (2, 22), (18, 22)], [(0, 0), (0, 20), (2, 22), (18, 22)]),  # long enough
    ([(10, 0), (10, 36), (11, 37)], [(10, 0), (10, 36)]),  # no room: the bend is in the metal, the rest is left out
    ([(30, 0), (30, 30), (31, 31)], [(30, 0), (30, 30), (31, 31)])])  # the bend is not in the metal
def test_short_ends_become_as_long_as_half_the_width(path, longer):
    inside = lambda x, y: -20 <= x <= 20 and 25 <= y <= 38  # noqa: E731
    found = traces.lengthened(path, 10.0, 4.0, 1.0, inside)
    assert found == longer
