"""Die outlines and keep-outs: on the grid, whole or not at all, and never a second die."""

import pya
import pytest

from postpass import tech
from postpass.draw import areas, commands
from postpass.draw.areas import AreaChoices
from postpass.draw.commands import CommandError, PadChoices

TECH = tech.load("postpass")


class Board:
    def __init__(self):
        self.layout = pya.Layout()
        self.layout.dbu = 0.001
        self.cell = self.layout.create_cell("TOP")

    def on(self, name):
        index = self.layout.find_layer(*TECH.layers[name]["gds"])
        return [] if index is None else sorted(shape.polygon.bbox().to_s() for shape in self.cell.shapes(index).each())

    def die(self, box, replace=False):
        return areas.place_area(self.cell, TECH, AreaChoices("die", box, replace))


def test_by_size():
    board = Board()
    report = board.die(areas.of_size(TECH, 100.003, 60.0, 0.001, -10.0))
    assert report == (["Drew a die outline of 100.005 × 60 um, from -50, -40 to 50.005, 20."], {"die": 1}, None)
    assert board.on("die") == ["(-50000,-40000;50005,20000)"]


@pytest.mark.parametrize("corners", [((1.001, 2.0), (-3.0, 7.004)), ((-3.0, 2.0), (1.001, 7.004)), ((1.001, 7.004), (-3.0, 2.0))])
def test_by_corners(corners):
    assert areas.of_corners(TECH, *corners) == (-3.0, 2.0, 1.0, 7.005)
    with pytest.raises(CommandError, match="on one line"):
        areas.of_corners(TECH, (1.0, 2.0), (1.001, 9.0))


def test_around_what_is_drawn():
    board = Board()
    with pytest.raises(CommandError, match="nothing is drawn yet"):
        areas.around(board.cell, TECH, 10.0)
    below = board.layout.create_cell("BELOW")
    commands.place_pads(below, TECH, PadChoices("signal", "square", 10.0))
    board.cell.insert(pya.CellInstArray(below.cell_index(), pya.Trans(20001, 30003)))
    board.cell.shapes(board.layout.layer(1, 0)).insert(pya.Box(0, 0, 999000, 999000))  # of no concern
    assert areas.around(board.cell, TECH, 10.0) == (5.0, 15.0, 35.005, 45.005)  # outwards to the grid
    assert areas.around(board.cell, TECH, -1.0) == (16.0, 26.0, 24.005, 34.005)
    with pytest.raises(CommandError, match="leaves nothing"):
        areas.around(board.cell, TECH, -5.0)
    board.die(areas.around(board.cell, TECH, 10.0))
    assert areas.die_box(board.cell, TECH) == (5.0, 15.0, 35.005, 45.005) == areas.around(board.cell, TECH, 10.0)


def test_a_die_that_is_there_is_replaced_on_wish_alone():
    board = Board()
    with pytest.raises(CommandError, match="no die outline is drawn"):
        areas.die_box(board.cell, TECH)
    board.die((0.0, 0.0, 50.0, 40.0))
    with pytest.raises(CommandError, match="there is a die outline of 50 × 40 um already"):
        board.die((0.0, 0.0, 60.0, 60.0))
    assert board.on("die") == ["(0,0;50000,40000)"]
    report = board.die((0.0, 0.0, 60.0, 60.0), replace=True)
    assert report.messages[1:] == ["Replaced a die outline of 50 × 40 um."] and board.on("die") == ["(0,0;60000,60000)"]


def test_a_label_on_the_layer_of_the_die_is_no_die_and_a_second_layer_of_its_numbers_is_one():
    board = Board()
    gds = TECH.layers["die"]["gds"]
    board.cell.shapes(board.layout.layer(*gds)).insert(pya.Text("die", 90000, 90000))
    assert areas.die_outline(board.cell, TECH) is None
    below = board.layout.create_cell("BELOW")
    below.shapes(board.layout.layer(*gds)).insert(pya.Text("die", 0, 0))
    board.cell.insert(pya.CellInstArray(below.cell_index(), pya.Trans()))
    board.die((0.0, 0.0, 70.0, 40.0))
    assert board.die((0.0, 0.0, 50.0, 40.0), replace=True).messages[1:] == ["Replaced a die outline of 70 × 40 um."]
    assert [shape.is_text() for shape in board.cell.shapes(board.layout.layer(*gds)).each()].count(True) == 1  # it stays
    twin = board.layout.insert_layer(pya.LayerInfo(*gds, "twin"))
    board.cell.shapes(twin).insert(pya.Box(0, 0, 60000, 10000))
    assert areas.die_box(board.cell, TECH) == (0.0, 0.0, 60.0, 40.0)


def test_a_die_in_a_cell_below_is_not_doubled():
    board = Board()
    below = board.layout.create_cell("CHIP")
    areas.place_area(below, TECH, AreaChoices("die", (0.0, 0.0, 50.0, 40.0)))
    board.cell.insert(pya.CellInstArray(below.cell_index(), pya.Trans()))
    for replace in (False, True):
        with pytest.raises(CommandError, match="is drawn in cell CHIP already"):
            board.die((0.0, 0.0, 60.0, 60.0), replace)
    assert board.on("die") == []


def test_keep_outs():
    board = Board()
    box = areas.of_size(TECH, 30.0, 20.0, 0.0, 0.0)
    assert areas.place_area(board.cell, TECH, AreaChoices("keepout", box)).severity is None
    commands.place_pads(board.cell, TECH, PadChoices("signal", "square", 10.0, x_um=20.0))
    report = areas.place_area(board.cell, TECH, AreaChoices("keepout", areas.of_size(TECH, 31.0, 20.0, 0.0, 0.0)))
    assert (report.messages[1:], report.severity) == (["1 shape of metal already there lies in it."], "warning")
    assert board.on("keepout") == ["(-15000,-10000;15000,10000)", "(-15500,-10000;15500,10000)"]


@pytest.mark.parametrize("layer, box, words", [
    ("rdl", (0.0, 0.0, 1.0, 1.0), "no layer 'rdl' for a die outline or keep-out"), ("die", (0.0, 0.0, 1e7, 1.0), "larger than a wafer"), ("die", (0.0, 0.0, float("nan"), 1.0), "larger than a wafer")])
def test_what_cannot_be_drawn(layer, box, words):
    board = Board()
    with pytest.raises(CommandError, match=words):
        areas.place_area(board.cell, TECH, AreaChoices(layer, box))
    assert board.cell.bbox().empty()
    for size in (0.0, -5.0, float("inf"), float("nan")):
        with pytest.raises(CommandError, match="the width must be at least one grid step"):
            areas.of_size(TECH, size, 5.0, 0.0, 0.0)
