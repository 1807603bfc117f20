"""Pad lists, traces and the bumps of a chip."""

import os

import pya
import pytest

from postpass import tech as technologies
from postpass.draw import bumping, padlist, traces
from postpass.draw.commands import CommandError

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CARAVEL = os.path.join(ROOT, "layouts", "caravel_pads.csv")
HEAD = "net,kind,name,x_um,y_um,size_um\n"
WLCSP = technologies.load("wlcsp")


def test_the_pad_list_of_a_real_chip():
    pads = padlist.read(CARAVEL)
    assert [sum(pad.kind == kind for pad in pads) for kind in padlist.KINDS] == [63, 60]
    assert len({pad.net for pad in pads}) == 57
    assert pads[0] == padlist.Pad("vccd", "chip_pad", "padL0", 64.6, 377.5, 60.0)


@pytest.mark.parametrize("text, sentence", [
    ("", "the first line must name the columns"), ("net,x\n", "the first line must name the columns"),
    (HEAD + "a,ball,b1,1,2\n", "line 2: 5 values instead of 6"), (HEAD + "a,bal,b1,1,2,3\n", "line 2: kind must be chip_pad or ball, not 'bal'"),
    ("# x\n" + HEAD + "a,ball,b1,1,2,x\n", "line 3: x_um, y_um and size_um must be numbers"),
    (HEAD + "a,ball,b1,1,nan,3\n", "line 2: x_um and y_um must each be a coordinate in um from -1000000 to 1000000"),
    (HEAD + "a,ball,b1,1,2,0\n", "size_um a length in um from 0.0001 to 100000"), (HEAD + "a,ball,b1,1,2,3\nb,ball,b1,4,5,6\n", "two entries ball b1")])
def test_a_bad_pad_list_names_file_and_line(tmp_path, text, sentence):
    (tmp_path / "pads.csv").write_text(text)
    with pytest.raises(padlist.PadListError) as raised:
        padlist.read(str(tmp_path / "pads.csv"))
    assert str(raised.value).startswith(str(tmp_path / "pads.csv")) and sentence in str(raised.value)


@pytest.mark.parametrize("net, function", [("vssio/vssa/vssd", "ground"), ("GND", "ground"), ("vdda1", "power"), ("vccd", "power"), ("gpio", "signal")])
def test_functions_by_the_names_of_nets(net, function):
    assert padlist.function_of(net) == function


def drawn(pads, tech=WLCSP, **options):
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("TOP")
    report = bumping.draw_pad_list(cell, tech, pads, **options)
    return layout, report


def count(layout, layer):
    return layout.top_cell().shapes(layout.layer(*WLCSP.layers[layer]["gds"])).size()


def test_every_pad_gets_its_openings():
    layout, report = drawn(padlist.read(CARAVEL), die_um=(0, 0, 3588, 5188))
    assert [count(layout, layer) for layer in ("contact", "pi1", "rdl", "pi2", "ubm", "label", "die")] == [63, 63, 63, 60, 60, 123, 1]
    assert sum(count(layout, layer) for layer in WLCSP.of_kind("pad")) == 60
    assert report.messages == ["Drew 63 chip pads and 60 balls."]


def test_a_technology_without_bumps_is_refused_before_drawing():
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    with pytest.raises(CommandError, match="choose one that has, such as wlcsp"):
        bumping.draw_pad_list(cell, technologies.load("postpass"), padlist.read(CARAVEL))
    assert cell.bbox().empty() and layout.layers() == 0


# traces

def corners_on_grid(polygon, grid=5):
    return all(point.x % grid == 0 and point.y % grid == 0 for point in polygon.each_point_hull())


def test_a_straight_trace_is_exactly_as_wide_as_asked_for():
    assert str(traces.outline([(0, 0), (10, 0)], 2.0, 0.001, 0.005)) == "(0,-1000;0,1000;10000,1000;10000,-1000)"


@pytest.mark.parametrize("points", [
    [(0, 0), (10, 0), (20, 10)], [(0, 0), (10, 10)], [(0, 0), (10, 0), (20, 10), (10, 20), (10, 40)], [(0, 0), (10, 0), (10, -10), (0, -20)]])
@pytest.mark.parametrize("width_um", [2.0, 1.99, 3.27])
def test_bent_traces_are_on_grid_octilinear_and_nowhere_too_narrow(points, width_um):
    outline = traces.outline(points, width_um, 0.001, 0.005)
    region, width = pya.Region(outline), 2 * int(round(width_um / 2 / 0.005)) * 5
    assert corners_on_grid(outline)
    assert all(edge.dx() == 0 or edge.dy() == 0 or abs(edge.dx()) == abs(edge.dy()) for edge in outline.each_edge())
    assert region.width_check(width).count() == 0 and region.width_check(width + 20).count() > 0


def test_a_trace_covers_its_centre_line():
    outline = traces.outline([(0, 0), (10, 0), (20, 10)], 2.0, 0.001, 0.005)
    assert all(outline.inside(pya.Point(x, y)) for x, y in ((1, 0), (10000, 0), (19990, 9990)))


@pytest.mark.parametrize("points, sentence", [
    ([(0, 0)], "two different points"), ([(0, 0), (0, 0)], "two different points"), ([(0, 0), (10, 5)], "no multiple of 45 degrees"),
    ([(0, 0), (10, 0), (0, 0)], "more than 90 degrees"), ([(0, 0), (10, 0), (5, 5)], "more than 90 degrees")])
def test_what_is_no_trace(points, sentence):
    with pytest.raises(traces.TraceError, match=sentence):
        traces.outline(points, 2.0, 0.001, 0.005)
