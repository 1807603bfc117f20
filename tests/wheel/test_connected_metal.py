"""What the fan-out takes for one piece of metal: what the deck takes for one net."""

import time

import pya
import pytest

from postpass import tech
from postpass.conductors.nets import Nets
from postpass.draw import drawing
from postpass.fanout import connected_metal
from postpass.geometry.layers import Layers

POSTPASS, WLCSP, TWO_LEVEL = (tech.load(name) for name in ("postpass", "wlcsp", "wlcsp_two_level"))


def test_shapes_that_differ_in_their_properties_alone_are_one_piece():
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    drawing.draw_via(cell, POSTPASS, "via", 1.0, 0, 0)
    drawing.draw_pad(cell, POSTPASS, "signal", "square", 20.0, 40.0, 0)
    trace = cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl"))
    for number, box in enumerate([pya.Box(-1000, -1000, 15000, 1000), pya.Box(14000, -1000, 40000, 1000)]):
        trace.insert(box).prop_id = layout.properties_id([[1, "half %d" % number]])
    found = connected_metal.read(cell, POSTPASS)
    assert [(piece.has_contact, piece.has_pad) for piece in found] == [(True, True)]


def box(layout, cell, tech, layer, left, bottom, right, top):
    cell.shapes(drawing.ensure_layer(layout, tech, layer)).insert(pya.Box(left, bottom, right, top))


@pytest.mark.parametrize("corner", range(4))
def test_a_label_on_any_corner_names_the_metal_that_it_names_for_the_deck(corner):
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    diamond = pya.Polygon([pya.Point(0, -20000), pya.Point(-20000, 0), pya.Point(0, 20000), pya.Point(20000, 0)])
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "pad_signal")).insert(diamond)
    place = list(diamond.each_point_hull())[corner]
    drawing.draw_label(cell, POSTPASS, "a", place.x * layout.dbu, place.y * layout.dbu)
    assert [piece.name for piece in connected_metal.read(cell, POSTPASS)] == ["a"]
    assert [net.title for net in Nets(Layers(layout, cell, POSTPASS))] == ["a"]


def test_capture_pads_on_one_contact_point_are_one_piece():
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    for x in (0, 100_000):
        box(layout, cell, WLCSP, "pi1", x - 20_000, -20_000, x + 20_000, 20_000)
        box(layout, cell, WLCSP, "rdl", x - 30_000, -30_000, x + 30_000, 30_000)
    assert [len(piece.shapes[0]) for piece in connected_metal.read(cell, WLCSP)] == [1, 1]
    box(layout, cell, WLCSP, "contact", -30_000, -30_000, 130_000, 30_000)
    assert [len(piece.shapes[0]) for piece in connected_metal.read(cell, WLCSP)] == [2]


def test_ten_thousand_via_stacks_over_two_levels_are_read_in_seconds():
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    for number in range(10_000):
        x, y = number % 100 * 200_000, number // 100 * 200_000
        for layer, half in (("contact", 25_000), ("pi1", 18_000), ("rdl", 30_000), ("pi12", 10_000), ("rdl2", 30_000)):
            box(layout, cell, TWO_LEVEL, layer, x - half, y - half, x + half, y + half)
    began = time.process_time()
    found = connected_metal.read(cell, TWO_LEVEL)
    assert len(found) == 10_000 and all(sorted(piece.shapes) == [0, 1] and piece.has_contact for piece in found)
    assert time.process_time() - began < 5  # joining every pair in turn took minutes
