"""The layers near some windows hold whole shapes, each once however many windows it touches."""

from collections import Counter

import pya

from postpass import tech
from postpass.geometry.layers import Layers, LayersNear


def drawn_and_near(windows, mirrored=False):
    """(a long slanted trace in a cell that is placed turned, the trace as it lies on top, shapes near the windows)"""
    technology = tech.load("postpass")
    layout = pya.Layout()
    layout.dbu = 0.001
    top, cell = layout.create_cell("TOP"), layout.create_cell("A")
    index = layout.layer(*technology.layers["rdl"]["gds"])
    trace = pya.Path([pya.Point(0, 0), pya.Point(300_000, 101_003)], 3_000).polygon()
    place = pya.Trans(1, mirrored, 5_000, -7_000)
    cell.shapes(index).insert(trace)
    top.insert(pya.CellInstArray(cell.cell_index(), place))
    for beside in (20_000, 900_000):
        top.shapes(index).insert(pya.Box(beside, 0, beside + 1_000, 1_000))
    near = LayersNear(Layers(layout, top, technology), windows(place * trace))
    return place * trace, Counter(near.raw("rdl").each())


def corners(trace):
    return [pya.Box(edge.p1.x - 5, edge.p1.y - 5, edge.p1.x + 5, edge.p1.y + 5) for edge in trace.each_edge()]


def test_a_shape_in_many_windows_is_read_once():
    for mirrored in (False, True):
        trace, near = drawn_and_near(corners, mirrored)
        assert near == Counter([trace])


def test_a_shape_whose_box_touches_a_window_is_near():
    trace, near = drawn_and_near(lambda trace: [pya.Box(21_000, 1_000, 21_500, 1_500)])
    assert pya.Polygon(pya.Box(20_000, 0, 21_000, 1_000)) in near and near[trace] <= 1


def test_no_window_no_shape():
    assert not drawn_and_near(lambda trace: [])[1]
