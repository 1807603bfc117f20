"""What the mouse snaps to."""

import pya
import pytest

from postpass import tech
from postpass.draw import commands, snapping
from postpass.draw.commands import PadChoices

TECH = tech.load("postpass")
PLAIN = (0.005, 0.005)
LAYOUTS = []  # cells do not keep them


def board(*pads):
    layout = pya.Layout()
    LAYOUTS.append(layout)
    layout.dbu = 0.001
    cell = layout.create_cell("TOP")
    for x, y in pads:
        commands.place_pads(cell, TECH, PadChoices("signal", "square", 10.0, x_um=x, y_um=y))
    return cell


def at(cell, x, y, reach=1.0, grid=PLAIN, pitch=(0.0, 0.0)):
    return tuple(snapping.snapped(cell, TECH, x, y, reach, grid, pitch))


@pytest.mark.parametrize("edit, common, grid", [
    ("global", "0.5", (0.5, 0.5)), ("", "0.5", (0.5, 0.5)), ("none", "0.5", PLAIN), ("0.25", "0.5", (0.25, 0.25)), ("0.25,2", "", (0.25, 2.0)), ("global", "0.001", PLAIN),
    ("global", "", PLAIN), ("0", "1", PLAIN), ("nonsense", "1", PLAIN), ("-1", "1", PLAIN), ("nan", "1", PLAIN)])
def test_the_edit_grid(edit, common, grid):
    assert snapping.edit_grid(edit, common, TECH) == grid


def test_without_anything_near_the_grid_counts():
    assert at(board(), 1.0024, -0.001) == (1.0, 0.0, "grid")
    assert at(board(), 1.3, 2.6, grid=(0.5, 1.0)) == (1.5, 3.0, "grid")
    assert at(board(), 0.5, 0.0, grid=(0.333, 0.333)) == (0.665, 0.0, "grid")  # on the technology's grid in any case


def test_centres_corners_and_what_continues_a_row():
    cell = board((0.0, 0.0), (25.0, 0.0), (0.0, 30.0))
    assert at(cell, 24.4, 0.6) == (25.0, 0.0, "centre")
    assert at(cell, 20.5, 4.7) == (20.0, 5.0, "corner")
    assert at(cell, 49.6, 0.5, reach=9.0) == (50.0, 0.0, "pitch")
    assert at(cell, 50.4, 0.6, pitch=(25.0, 25.0)) == (50.0, 0.0, "pitch") and at(cell, 25.5, 24.6, pitch=(25.0, 25.0)) == (25.0, 25.0, "pitch")
    assert at(cell, 0.5, 60.2, pitch=(25.0, 25.0)) == (0.0, 60.0, "pitch")  # the pitch of the column, not of the fields
    assert at(cell, 22.0, 0.5) == (22.0, 0.5, "grid")


def test_shapes_of_cells_below_count_where_they_lie():
    cell = board()
    below = board((0.0, 0.0))
    child = cell.layout().create_cell("BELOW")
    child.copy_tree(below)
    cell.insert(pya.CellInstArray(child.cell_index(), pya.Trans(pya.Trans.R90, pya.Point(100000, 7000))))
    assert at(cell, 100.3, 6.7) == (100.0, 7.0, "centre")


def test_among_very_many_shapes_the_grid_counts():
    cell = board()
    commands.place_pads(cell, TECH, PadChoices("signal", "square", 10.0, columns=30, rows=30, pitch_x_um=0.1, pitch_y_um=0.1))
    assert at(cell, 0.03, 0.04)[2] == "grid"


def test_words():
    assert [snapping.Snapped(1.5, -0.005, to).words() for to in ("grid", "centre")] == ["1.5, -0.005", "1.5, -0.005 (centre)"]
