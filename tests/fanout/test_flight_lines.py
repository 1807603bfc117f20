"""Flight lines: what a fan-out would join now, with length, bound and crossings."""

import math

import pya
import pytest

from postpass.draw import drawing
from postpass.fanout import command as fanout
from postpass.fanout import flight_lines

from .drawn import POSTPASS, ring
from .test_net_list_of_drawing import pair, trace


def empty():
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    return layout, layout.create_cell("TOP")


def lines_of(found):
    return sorted((round(line.x1, 3), round(line.y1, 3), round(line.x2, 3), round(line.y2, 3)) for line in found.lines)


def test_named_ones_are_joined_whatever_is_nearer():
    layout, cell = empty()
    for x_um, pad_um, name in ((0.0, 100.0, "a"), (100.0, 0.0, "b")):
        drawing.draw_via(cell, POSTPASS, "via", 1.2, x_um, 0.0)
        drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, pad_um, 60.0)
        drawing.draw_label(cell, POSTPASS, name, x_um, 0.0)
        drawing.draw_label(cell, POSTPASS, name, pad_um, 60.0)
    found = flight_lines.flight_lines(cell, POSTPASS, "relocation")
    assert lines_of(found) == [(0.0, 0.0, 100.0, 60.0), (100.0, 0.0, 0.0, 60.0)]
    assert found.crossings == 1 and found.length == found.bound and found.said == ""
    straight = 2 * (60.0 * math.sqrt(2) + 40.0)
    assert straight - 45.0 < found.length < straight


@pytest.mark.parametrize("function", ["relocation", "fan-out"])
def test_nameless_ones_are_paired_as_the_fan_out_pairs_them(function):
    layout, cell = ring(count=8, named=False)
    found = flight_lines.flight_lines(cell, POSTPASS, function)
    assert len(found.lines) == 8 and found.crossings == 0 and found.length >= found.bound > 8 * 60
    report = fanout.fan_out(cell, POSTPASS, function=function)
    note = next(message for message in report.messages if message.startswith("Assigned"))
    assert "%.1f um apart in sum, at least %.1f um" % (found.length, found.bound) in note
    after = flight_lines.flight_lines(cell, POSTPASS, function)
    assert after.lines == [] and flight_lines.sentence(after) == "Nothing to join. "


def test_names_count_once_in_a_fan_out_that_keeps_the_order():
    layout, cell = empty()
    for number in range(4):
        pair(cell, 60.0 * number, "n%d" % number if number in (1, 2) else None)
    sums = [flight_lines.flight_lines(cell, POSTPASS, function) for function in ("fan-out", "relocation")]
    assert [len(one.lines) for one in sums] == [4, 4]
    assert sums[0].length == pytest.approx(sums[1].length) and sums[0].bound == pytest.approx(sums[1].bound)


def test_a_net_of_several_pieces_is_a_tree_and_metal_that_is_there_is_no_line():
    layout, cell = empty()
    for x_um in (0.0, 60.0, 120.0):
        pair(cell, x_um, "vdd", joined=x_um == 0.0)
    found = flight_lines.flight_lines(cell, POSTPASS, "relocation")
    assert len(found.lines) == 4 and found.bound < found.length
    trace(cell, [(60.0, 0.0), (60.0, 40.0)])
    assert len(flight_lines.flight_lines(cell, POSTPASS, "relocation").lines) == 3


def test_what_has_no_partner_is_told():
    layout, cell = empty()
    pair(cell, 0.0, "a")
    drawing.draw_via(cell, POSTPASS, "via", 1.2, 60.0, 0.0)
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 120.0, 60.0)
    drawing.draw_label(cell, POSTPASS, "b", 120.0, 60.0)
    found = flight_lines.flight_lines(cell, POSTPASS, "relocation")
    assert len(found.lines) == 1 and found.said == "1 contact point without name has no partner. 1 name lacks a contact point or a pad."
    drawing.draw_via(cell, POSTPASS, "via", 1.2, 90.0, 0.0)
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 180.0, 60.0)
    found = flight_lines.flight_lines(cell, POSTPASS, "relocation")
    assert len(found.lines) == 1 and "2 contact points, 1 pad" in found.said


def test_lines_that_share_an_end_or_touch_do_not_cross():
    def crossing(*ends):
        return flight_lines.crossings([pya.DEdge(*end) for end in ends], 0.001)
    assert crossing((0, 0, 10, 10), (0, 10, 10, 0)) == 1
    assert crossing((0, 0, 10, 10), (0, 0, 10, 0)) == 0
    assert crossing((0, 0, 10, 0), (5, 0, 5, 5)) == 0
    assert crossing((0, 0, 10, 0), (2, 0, 8, 0)) == 0
    assert crossing((0, 0, 10, 10), (0, 10, 10, 0), (0, 4, 10, 4)) == 3
    assert crossing() == 0
