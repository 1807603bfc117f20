"""Whether a cell has changed: every kind of change is seen, another order of the same shapes is none."""

import pya
import pytest

from postpass import tech
from postpass.draw import drawing
from postpass.panel import snapshot

POSTPASS = tech.load("postpass")


def drawn(reverse=False):
    """A layout with a cell in a cell, vias, a label and a layer that is none of the technology."""
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    cell, child = layout.create_cell("TOP"), layout.create_cell("CHILD")
    for number in (2, 1, 0) if reverse else (0, 1, 2):
        drawing.draw_via(child, POSTPASS, "via", 1.2, 0.0, 20.0 * number)
    drawing.draw_label(cell, POSTPASS, "n1", 0.0, 0.0)
    cell.insert(pya.CellInstArray(child.cell_index(), pya.Trans(100, 0), pya.Vector(0, 1000), pya.Vector(1000, 0), 2, 3))
    cell.shapes(layout.layer(7, 0)).insert(pya.Box(0, 0, 10, 10))
    return layout


def index(layout, name):
    return drawing.ensure_layer(layout, POSTPASS, name)


def nothing(layout):
    layout.cell("TOP").shapes(layout.layer(8, 0)).insert(pya.Box(0, 0, 10, 10))  # none of the technology's


def moved(layout):
    next(layout.cell("CHILD").shapes(index(layout, "via")).each()).transform(pya.Trans(5, 0))


def doubled(layout):
    drawing.draw_via(layout.cell("CHILD"), POSTPASS, "via", 1.2, 0.0, 0.0)


def renamed(layout):
    next(layout.cell("TOP").shapes(index(layout, "label")).each()).text_string = "n2"


def path(layout):
    layout.cell("TOP").shapes(index(layout, "rdl")).insert(pya.Path([pya.Point(0, 0), pya.Point(0, 900)], 40))


def elsewhere(layout):
    next(layout.cell("TOP").each_inst()).transform(pya.Trans(5, 0))


def fewer(layout):
    next(layout.cell("TOP").each_inst()).na = 1


def erased(layout):
    layout.cell("CHILD").shapes(index(layout, "contact")).clear()


def unit(layout):
    layout.dbu = 0.002


@pytest.mark.parametrize("change", [nothing, moved, doubled, renamed, path, elsewhere, fewer, erased, unit])
def test_every_change_of_what_counts_is_seen(change):
    layout = drawn()
    before = snapshot.taken(layout.cell("TOP"), POSTPASS)
    change(layout)
    assert (snapshot.taken(layout.cell("TOP"), POSTPASS) == before) == (change is nothing)


def test_the_order_of_shapes_does_not_count():
    one, other = drawn(), drawn(True)
    assert snapshot.taken(one.cell("TOP"), POSTPASS) == snapshot.taken(other.cell("TOP"), POSTPASS)
