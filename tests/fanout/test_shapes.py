"""Pads, drawn traces and obstacles that are notched, hollow or slanted: what the fan-out calls joined is joined in the deck, too."""

import math

import pya
import pytest

from postpass.draw import drawing
from postpass.fanout import command as fanout
from postpass.fanout import confirm, solve

from .drawn import POSTPASS, errors_of, outline, ring

ELL = [(20, 20), (13, 20), (13, -13), (-20, -13), (-20, -20), (20, -20)]
CUP = [(-20, -20), (20, -20), (20, 20), (-20, 20), (-20, 13), (13, 13), (13, -13), (-20, -13)]
STAR = [((24, 9)[k % 2] * math.cos(math.pi * k / 7), (24, 9)[k % 2] * math.sin(math.pi * k / 7)) for k in range(14)]
BAR = [(-60, -4), (60, -4), (60, 4), (-60, 4)]
COMB = [(20, -20), (20, 24), (-20, 24), (-20, 16), (12, 16), (12, 8), (-20, 8), (-20, 0), (12, 0), (12, -12), (-20, -12), (-20, -20)]


def turned(points, angle):
    """Points turned about the origin (degrees), on the grid."""
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [(POSTPASS.on_grid(c * x - s * y), POSTPASS.on_grid(s * x + c * y)) for x, y in points]


def polygon(points):
    return pya.DPolygon([pya.DPoint(x, y) for x, y in points]).to_itype(POSTPASS.dbu_um)


def hollow(outer, inner):
    """A square ring around the origin."""
    boxes = [pya.Region(pya.DBox(-half, -half, half, half).to_itype(POSTPASS.dbu_um)) for half in (outer, inner)]
    return next((boxes[0] - boxes[1]).each())


def chip(vias, metal, die=150.0):
    """vias: [(x_um, y_um, name)]; metal: [(layer, polygon, place of a label, name)]."""
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    cell = layout.create_cell("TOP")
    for x_um, y_um, name in vias:
        drawing.draw_via(cell, POSTPASS, "via", 1.2, x_um, y_um)
        drawing.draw_label(cell, POSTPASS, name, x_um, y_um)
    for layer, shape, (x_um, y_um), name in metal:
        drawing.insert(cell, POSTPASS, layer, shape)
        if name:
            drawing.draw_label(cell, POSTPASS, name, x_um, y_um)
    outline(cell, POSTPASS, "die", -die, -die, die, die)
    return layout, cell


def proved(layout, cell, folder, nets=("a",), loose=0):
    """Fans out, and has the deck say that the nets are joined and none is shorted; loose: pieces of metal that belong to no
    net, which are open. Returns the Report."""
    report = fanout.fan_out(cell, POSTPASS, width_um=3.2)
    assert report.severity is None, report
    found, summary = errors_of(layout, POSTPASS, folder)
    assert [marker.rule for marker in found if marker.rule.startswith("NET") or marker.rule in ("RDL.S.1", "RDL.W.1")] == loose * ["NET.O.1"]
    assert {net["net"]: net["function"] for net in summary["nets"] if net["net"] in nets} == dict.fromkeys(nets, "one to one")
    return report


@pytest.mark.parametrize("shape, angle, via, label", [
    (ELL, 0, (0, 0), (16, 0)), (ELL, 71, (0, 0), (16, 0)), (CUP, 0, (0, 0), (16, 0)), (CUP, 30, (0, 0), (16, 0)), (COMB, 0, (-4, -6), (16, 0)),
    (STAR, 10, (22, 13), (0, 0)), (BAR, 5, (-30, 12), (0, 0)), (BAR, 26.565, (-30, 12), (0, 0)), (BAR, 67, (-30, 12), (0, 0)), (BAR, 135, (30, 12), (0, 0))])
def test_a_contact_point_beside_a_pad_of_any_shape_is_joined(tmp_path, shape, angle, via, label):
    if shape is not STAR:
        via = turned([via], angle)[0]
    layout, cell = chip([(*via, "a")], [("pad_signal", polygon(turned(shape, angle)), turned([label], angle)[0], "a")])
    assert proved(layout, cell, tmp_path).messages[0].startswith("Drew 1 trace. ")


def test_a_contact_point_in_the_hole_of_its_pad_is_joined(tmp_path):
    layout, cell = chip([(3, 2, "a")], [("pad_signal", hollow(20, 14), (17, 0), "a")])
    assert proved(layout, cell, tmp_path).messages[0].startswith("Drew 1 trace. ")


@pytest.mark.parametrize("path", [[(0, 0), (40, 0), (40, 60)], [(0, 0), (40, 0), (40, 60), (-40, 60), (-40, 20)]])
def test_a_drawn_trace_is_continued_where_it_is(tmp_path, path):
    """The pad stands inside the box of the drawn L or U, and away from its metal."""
    layout, cell = chip([(0, 0, "a")], [])
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl")).insert(pya.DPath([pya.DPoint(*point) for point in path], 4.0))
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 5, 35)
    drawing.draw_label(cell, POSTPASS, "a", 5, 35)
    assert proved(layout, cell, tmp_path).messages[0].startswith("Drew 1 trace. ")


@pytest.mark.parametrize("shape, angle", [(CUP, 0), (CUP, 200), (ELL, 71)])
def test_a_contact_point_in_the_notch_of_other_metal_is_led_out_of_it(tmp_path, shape, angle):
    x_um, y_um = turned([(-90, 0)], angle)[0]
    layout, cell = chip([(0, 0, "a")], [("rdl", polygon(turned(shape, angle)), (0, 0), None)])
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, x_um, y_um)
    drawing.draw_label(cell, POSTPASS, "a", x_um, y_um)
    proved(layout, cell, tmp_path, loose=1)


def test_contact_points_between_slanted_bars_are_led_out(tmp_path):
    """The octagon around either bar would cover both contact points."""
    bars = [("rdl", polygon([(x + shift, y - shift) for x, y in turned(BAR, 22.5)]), (0, 0), None) for shift in (-12, 12)]
    layout, cell = chip([(0, 0, "a")], bars)
    x_um, y_um = turned([(45, 0)], 22.5)[0]
    drawing.draw_via(cell, POSTPASS, "via", 1.2, -x_um, -y_um)
    drawing.draw_label(cell, POSTPASS, "b", -x_um, -y_um)
    for name, y in (("a", 120), ("b", -120)):
        drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 0, y)
        drawing.draw_label(cell, POSTPASS, name, 0, y)
    proved(layout, cell, tmp_path, ("a", "b"), 2)


# the look at what is drawn


def misled(monkeypatch, change):
    """Lets the router's result be changed, as if it were wrong."""
    honest = solve.route

    def route(*given):
        result = honest(*given)
        change(result)
        return result
    monkeypatch.setattr(solve, "route", route)


def test_a_net_whose_trace_does_not_arrive_is_found_in_the_drawing(monkeypatch):
    def shorten(result):
        (net,) = [net for net in result.nets if net.name == "n3"]
        (x, y), (x2, y2) = net.routes[0][:2]
        net.routes[:] = [[(x, y), ((x + x2) / 2, (y + y2) / 2)]]
    misled(monkeypatch, shorten)
    layout, cell = ring()
    report = fanout.fan_out(cell, POSTPASS, width_um=3.2)
    assert report.severity == "error" and report.messages[0].startswith("INCOMPLETE, 1 net open: n3. Drew 8 traces.")
    assert any(message.startswith("Net n3 is open: the metal as drawn does not join ") for message in report.messages)


def test_a_trace_that_touches_another_net_is_found_in_the_drawing(monkeypatch):
    def cross(result):
        one, other = (next(net for net in result.nets if net.name == name) for name in ("n1", "n5"))
        one.routes.append([one.routes[0][0], (one.routes[0][0][0], other.routes[0][0][1]), other.routes[0][0]])
    misled(monkeypatch, cross)
    layout, cell = ring()
    routed = fanout.route_cell(cell, POSTPASS, fanout.FanOutChoices(3.2))
    report = fanout.draw_result(cell, POSTPASS, routed)
    assert report.severity == "error" and " nets open or shorted: " in report.messages[0]
    assert {"n1", "n5"} <= {one.net for one in routed.open if one.kind == "touching"}
    assert any(message.startswith("Net n5 is shorted: its metal as drawn touches net ") for message in report.messages)


def test_a_trace_that_touches_metal_of_no_net_is_found_in_the_drawing(monkeypatch):
    def stray(result):
        result.nets[0].routes.append([result.nets[0].routes[0][0], (result.nets[0].routes[0][0][0], 140.0), (0.0, 140.0)])
    misled(monkeypatch, stray)
    layout, cell = ring(count=1)
    drawing.insert(cell, POSTPASS, "rdl", polygon([(-5, 135), (5, 135), (5, 145), (-5, 145)]))
    report = fanout.fan_out(cell, POSTPASS, width_um=3.2)
    assert report.severity == "error" and any("touches other metal" in message for message in report.messages)


def test_the_look_finds_nothing_in_a_sound_result():
    layout, cell = ring()
    routed = fanout.route_cell(cell, POSTPASS, fanout.FanOutChoices(3.2))
    assert len(confirm.faults(cell, POSTPASS, routed.places, ())) == 8  # nothing is drawn yet
    fanout.draw_result(cell, POSTPASS, routed)
    assert confirm.faults(cell, POSTPASS, routed.places, ()) == [] and routed.open == []
