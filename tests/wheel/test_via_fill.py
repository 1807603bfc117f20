"""Vias that fill pads: as many as rows hold, and none that breaks a rule, by an independent check of every pair and every edge."""

import math

import pya
import pytest

from postpass import tech
from postpass.draw import drawing, shapes, via_fill
from postpass.draw.choices import CommandError, ViaChoices
from tests.kits import KITS

SHAPES = ("square", "octagon", "round")


class Board:
    def __init__(self, name, pad, size=None, shape="square", contact=True):
        self.tech = tech.load(name)
        self.layout = pya.Layout()
        self.layout.dbu = 0.001
        self.cell = self.layout.create_cell("TOP")
        cut = self.tech.connected_cut("contact")
        self.choices = ViaChoices(cut, shape, size or self.tech.via_sizes(cut, True).smallest_um, contact)
        self.pads = pad if isinstance(pad, list) else [pad]
        for one in self.pads:
            drawing.insert(self.cell, self.tech, self.tech.pad_layer("signal"), one)

    def fill(self):
        return via_fill.fill(self.cell, self.tech, self.choices, self.pads)

    def on(self, name):
        index = self.layout.find_layer(*self.tech.layers[name]["gds"])
        if index is None:
            return []
        region = pya.Region(self.cell.begin_shapes_rec(index))  # vias are instances
        region.merged_semantics = False
        return [polygon.dup() for polygon in region.each()]

    def vias(self):
        return self.on(self.choices.cut)

    def limit(self, check, *layers):
        return (self.tech.limit(check, *layers) or 0.0) / 0.001


def corners(polygon):
    return [(point.x, point.y) for point in polygon.each_point_hull()]


def inside_by(pad, via):
    """How far a via stays from the sides of a convex pad."""
    return min((((x - edge.x1) * (edge.y2 - edge.y1) - (y - edge.y1) * (edge.x2 - edge.x1)) / math.hypot(edge.x2 - edge.x1, edge.y2 - edge.y1))
               for edge in pad.each_edge() for x, y in corners(via))


def keeps_the_rules(board):
    vias = board.vias()
    metal = "rdl"
    for via in vias:
        assert max(inside_by(pad, via) for pad in board.pads) >= board.limit("enclosure", board.choices.cut, metal) - 1e-6
        assert via.bbox().left % 5 == via.bbox().bottom % 5 == 0
    for name in [name for name in (board.choices.cut, "contact") if board.limit("space", name)]:  # chip pads that touch break no rule
        drawn = pya.Region()
        for polygon in board.on(name):
            drawn.insert(polygon)
        drawn.merged_semantics = False
        assert drawn.space_check(int(board.limit("space", name)), False, pya.Region.Euclidian, 90.0, None, None).count() == 0
        assert drawn.merged().count() == len(board.on(name))


@pytest.mark.parametrize("via_shape", SHAPES)
@pytest.mark.parametrize("pad_shape", SHAPES)
@pytest.mark.parametrize("name", KITS)
def test_every_via_keeps_the_rules(name, pad_shape, via_shape):
    technology = tech.load(name)
    board = Board(name, shapes.polygon(pad_shape, 1.1 * technology.pad_size_min_um(technology.pad_layer("signal")), 7.0, -3.0, 0.001, 0.005), shape=via_shape)
    board.fill()
    keeps_the_rules(board)


@pytest.mark.parametrize("width, height", [(3.18, 3.18), (5.355, 3.18), (5.36, 5.36), (24.0, 10.0), (60.0, 33.335)])
def test_a_rectangle_holds_as_many_as_a_lattice(width, height):
    board = Board("postpass", shapes.rectangle(width, height, 1.0, 2.0, 0.001, 0.005))
    board.fill()
    across, up = (int((length - 2 * 1.0 - 1.18) / 2.18 + 1e-6) + 1 for length in (width, height))
    assert len(board.vias()) == across * up == len(board.on("contact")) and board.on("rdl") == []
    keeps_the_rules(board)


@pytest.mark.parametrize("shape", ["octagon", "round"])
def test_no_further_via_fits_into_an_octagon(shape):
    board = Board("postpass", shapes.polygon(shape, 24.0, 0.0, 0.0, 0.001, 0.005))
    board.fill()
    middles = [(via.bbox().center().x, via.bbox().center().y) for via in board.vias()]
    for x in range(-11000, 11001, 200):
        for y in range(-11000, 11001, 200):
            if all(max(abs(x - a), abs(y - b)) >= 2180 for a, b in middles):
                assert inside_by(board.pads[0], pya.Polygon(pya.Box(x - 590, y - 590, x + 590, y + 590))) < 1000.0, (x, y)


def test_nothing_is_drawn_where_nothing_fits():
    board = Board("postpass", shapes.rectangle(3.175, 30.0, 0.0, 0.0, 0.001, 0.005))
    with pytest.raises(CommandError, match="no via of 1.18 um fits into the pad beside what is there: for one, a square pad must be at least 3.18 um wide"):
        board.fill()
    assert board.vias() == []
    with pytest.raises(CommandError, match="Select the pads"):
        via_fill.fill(board.cell, board.tech, board.choices, [])


def test_pads_without_room_are_named():
    board = Board("postpass", [shapes.rectangle(width, 10.0, x, 0.0, 0.001, 0.005) for width, x in ((10.0, 0.0), (3.0, 40.0), (10.0, 80.0))])
    report = board.fill()
    assert report.messages == ["Placed 32 vias in 2 pads.", "No via fits into 1 pad, at 40, 0 um."] and report.severity == "warning"
    keeps_the_rules_of = [via for via in board.vias() if via.bbox().left < 20000]
    assert len(keeps_the_rules_of) == 16


def test_vias_that_are_there_and_other_openings_are_kept_free():
    board = Board("postpass", shapes.rectangle(24.0, 24.0, 0.0, 0.0, 0.001, 0.005))
    drawing.draw_via(board.cell, board.tech, "via", 1.18, 0.3, 0.2, contact=False)
    board.fill()
    assert 90 < len(board.vias()) < 101
    keeps_the_rules(board)
    with pytest.raises(CommandError, match="beside what is there"):
        board.fill()
    bumped = Board("wlcsp", shapes.polygon("square", 500.0, 0.0, 0.0, 0.001, 0.005))
    drawing.insert(bumped.cell, bumped.tech, "pi2", shapes.polygon("octagon", 220.0, 0.0, 0.0, 0.001, 0.005))
    bumped.fill()
    keeps_the_rules(bumped)
    openings, far = pya.Region(bumped.on("pi2")[0]), pya.Region()
    for via in bumped.vias():
        far.insert(via)
    assert len(bumped.vias()) > 20 and far.separation_check(openings, 25000, False, pya.Region.Euclidian, 90.0, None, None).count() == 0 and (far & openings).is_empty()


@pytest.mark.parametrize("box, x, y", [((-5480, -5785, 5480, 5785), 913, 1089), ((-5945, -5500, 5945, 5500), -29, -1091), ((-5235, -5890, 5235, 5890), -726, 822)])
def test_rows_that_pass_a_via_off_the_grid_by_a_dbu(box, x, y):
    """The ends of such a row keep their distances, places between do not."""
    board = Board("postpass", pya.Polygon(pya.Box(*box)), contact=False)
    there = pya.Box(x - 590, y - 590, x + 590, y + 590)
    board.cell.shapes(drawing.ensure_layer(board.layout, board.tech, "via")).insert(there)
    board.fill()
    middles = [(via.bbox().center().x, via.bbox().center().y) for via in board.vias() if via.bbox() != there]
    assert len(middles) > 12 and all(max(abs(x - a), abs(y - b)) - 1180 >= 1000 or math.hypot(max(abs(x - a) - 1180, 0), max(abs(y - b) - 1180, 0)) >= 1000 for a, b in middles)


def test_a_pad_with_a_notch():
    pad = pya.Polygon([pya.Point(*point) for point in ((0, 0), (0, 20000), (9000, 20000), (9000, 9000), (11000, 9000), (11000, 20000), (20000, 20000), (20000, 0))])
    board = Board("postpass", pad)
    board.fill()
    allowed = pya.Region(pad).sized(-1000)
    assert len(board.vias()) > 45 and all((pya.Region(via) - allowed).is_empty() for via in board.vias())
