"""Whether a cell has changed since it was read."""

import pya
import pytest

from postpass import tech as technologies
from postpass.panel import watch

POSTPASS = technologies.load("postpass")


def beat():
    """Nobody waits."""


@pytest.fixture
def cell(monkeypatch):
    """A cell of 200 pads, an instance of another one among them, read in several strips."""
    monkeypatch.setattr(watch, "SHAPES_OF_A_STRIP", 20)
    layout = pya.Layout()
    top, below = layout.create_cell("TOP"), layout.create_cell("BELOW")
    pad = layout.layer(*POSTPASS.layers["pad_signal"]["gds"])
    for number in range(199):
        top.shapes(pad).insert(pya.Box(20000 * number, 0, 20000 * number + 10000, 10000))
    below.shapes(pad).insert(pya.Box(0, 0, 10000, 10000))
    top.insert(pya.CellInstArray(below.cell_index(), pya.Trans(0, 50000)))
    yield top
    layout._destroy()  # kept until now: a cell goes with its layout


def shapes(cell, layer="pad_signal"):
    return cell.shapes(cell.layout().layer(*POSTPASS.layers[layer]["gds"]))


def label(cell):
    layer = POSTPASS.of_kind("label")[0]
    shapes(cell, layer).insert(pya.Text("a", pya.Trans(0, 0)))


CHANGES = {
    "a move within the cell": lambda cell: next(iter(shapes(cell).each())).transform(pya.Trans(0, 5)),
    "two that change places but for 5 dbu": lambda cell: [shape.transform(pya.Trans(5 if number else -5, 0)) for number, shape in enumerate(list(shapes(cell).each())[7:9])],
    "one more, far away": lambda cell: shapes(cell).insert(pya.Box(-9000000, 0, -8990000, 10000)),
    "one more on an empty layer": lambda cell: shapes(cell, "rdl").insert(pya.Box(0, 0, 10000, 10000)),
    "the same shape on another layer": lambda cell: (shapes(cell, "rdl").insert(next(iter(shapes(cell).each())).box), next(iter(shapes(cell).each())).delete()),
    "one more at the same place": lambda cell: shapes(cell).insert(next(iter(shapes(cell).each())).box),
    "one less": lambda cell: next(iter(shapes(cell).each())).delete(),
    "a shape of a cell below": lambda cell: shapes(cell.layout().cell("BELOW")).insert(pya.Box(0, 0, 5000, 5000)),
    "a placement": lambda cell: next(cell.each_inst()).transform(pya.Trans(0, 5)),
    "a label": label,
    "the database unit": lambda cell: setattr(cell.layout(), "dbu", 0.005)}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_in_one_round(cell, change):
    seen = watch.Watch(cell, POSTPASS, beat)
    assert seen.strips > 5
    assert not any(seen.look(cell) for _ in range(2 * seen.strips))
    CHANGES[change](cell)
    assert any(seen.look(cell) for _ in range(seen.strips))
    assert seen.look(cell)


def test_what_is_undone_is_no_change(cell):
    seen = watch.Watch(cell, POSTPASS, beat)
    shape = next(iter(shapes(cell).each()))
    shape.transform(pya.Trans(0, 5))
    assert [seen.look(cell) for _ in range(seen.strips)][-1]
    shape.transform(pya.Trans(0, -5))
    assert not [seen.look(cell) for _ in range(seen.strips)][-1]


def test_the_order_of_shapes_and_what_no_layer_of_the_technology_holds_are_no_change(cell):
    seen = watch.Watch(cell, POSTPASS, beat)
    boxes = [shape.box for shape in shapes(cell).each()]
    shapes(cell).clear()
    for box in reversed(boxes):
        shapes(cell).insert(box)
    cell.shapes(cell.layout().layer(999, 0)).insert(pya.Box(0, 0, 10, 10))
    assert not any(seen.look(cell) for _ in range(seen.strips))


def test_a_copy_stands_for_the_cell(cell):
    copy = pya.Layout()
    copy.assign(cell.layout())
    seen = watch.Watch(copy.cell(cell.cell_index()), POSTPASS, beat)
    assert not any(seen.look(cell) for _ in range(seen.strips))


def test_reading_lets_others_wait_no_longer_than_for_a_strip(cell):
    beats = []
    assert watch.Watch(cell, POSTPASS, lambda: beats.append(1)).strips == len(beats)
