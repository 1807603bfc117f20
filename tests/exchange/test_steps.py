"""What takes its time with a list is done in steps, each of which may end it: nothing is left behind then."""

import os
from contextlib import contextmanager

import pya
import pytest

from postpass import layout_file, records, steps
from postpass import tech as technologies
from postpass.draw import drawing, pcells, placed
from postpass.exchange import commands, drawn_list, formats
from postpass.exchange import drawing as exchange_drawing
from postpass.exchange.record import CONTACT, PAD, ExchangeError, Options, PadList, Place
from postpass.fanout.net_list_of_drawing import nets_of

NUMBER = 60
PADS = PadList(tuple(Place("P%d" % number, 600.0 * number, 0.0, "net%d" % (number // 2), (PAD, CONTACT)[number % 2], "flip-chip" if number % 2 == 0 else "",
                           "circle" if number % 2 == 0 else "square", 280.0 if number % 2 == 0 else 70.0, 280.0 if number % 2 == 0 else 70.0)
                     for number in range(NUMBER)), (-400.0, -400.0, 36000.0, 400.0), "chip")
WLCSP = technologies.load("wlcsp")


class Ended(Exception):
    pass


@contextmanager
def counted(most=None):
    """Yields the list of the steps within; the one after `most` raises."""
    done = []

    def step():
        done.append(None)
        if len(done) == most:
            raise Ended
    with steps.calling(step):
        yield done


@pytest.mark.parametrize("name", [one.name for one in formats.FORMATS.values() if one.reader and one.writer])
def test_each_place_is_a_step_of_reading_and_of_writing(tmp_path, name):
    path = str(tmp_path / ("list" + (formats.FORMATS[name].endings or (".gds",))[0]))
    options = Options("wlcsp")
    with counted() as written:
        outputs = commands.announced(path, formats.FORMATS[name], [])
        commands.write_announced(PADS, formats.FORMATS[name], outputs, options)
    lefs = (commands.bumps_path(path),) if name == "def" else ()
    with counted() as read:
        found, _ = formats.FORMATS[name].read(path, options._replace(lefs=lefs))
    assert len(found.places) == NUMBER and min(len(written), len(read)) >= NUMBER


@pytest.mark.parametrize("name", ["json", "layout", "csv"])
def test_a_writing_that_is_ended_at_any_step_leaves_no_file(tmp_path, name):
    path, writer = str(tmp_path / ("list" + formats.FORMATS[name].endings[0])), formats.FORMATS[name]
    with counted() as done:
        commands.write_announced(PADS, writer, commands.announced(path, writer, []), Options("wlcsp"))
    os.remove(path)
    for most in range(1, len(done) + 1, max(len(done) // 20, 1)):
        with pytest.raises(Ended), counted(most):
            commands.write_announced(PADS, writer, commands.announced(path, writer, []), Options("wlcsp"))
        assert os.listdir(tmp_path) == []


def test_each_record_of_a_json_file_is_a_step_while_it_is_parsed_and_while_it_is_looked_through(tmp_path):
    (tmp_path / "case.json").write_text('{"nets": [%s]}' % ", ".join('{"name": "n%d"}' % number for number in range(NUMBER)))
    with counted() as done:
        records.read_json(str(tmp_path / "case.json"), "case", ExchangeError)
    assert len(done) == 2 * (NUMBER + 1)


def test_each_instance_is_a_step_when_a_layout_is_looked_through():
    layout = pya.Layout()
    cell, below = layout.create_cell("TOP"), layout.create_cell("PAD")
    below.shapes(layout.layer(1, 0)).insert(pya.Box(0, 0, 10, 10))
    for number in range(NUMBER):
        cell.insert(pya.CellInstArray(below.cell_index(), pya.Trans(20 * number, 0)))
    with counted() as done:
        layout_file.require_sound(cell, WLCSP)
    assert len(done) >= NUMBER


def drawn(layout):
    return [(cell.name, cell.child_instances(), [cell.shapes(index).size() for index in layout.layer_indexes()]) for cell in layout.each_cell()]


@pytest.mark.parametrize("as_instances", [False, True])
def test_a_list_that_is_ended_at_any_step_changes_neither_layout_nor_library(as_instances):
    layout, library = pya.Layout(), pcells.library(WLCSP).layout()
    cell = layout.create_cell("TOP")
    layout.dbu = WLCSP.dbu_um
    before = drawn(layout), len(list(library.each_cell()))
    with counted() as done:
        ready = drawn_list.prepared(cell, WLCSP, PADS, True, as_instances)
    prepared = len(list(library.each_cell()))
    assert drawn(layout) == before[0] and layout.layers() == 0 and len(done) > 5 * NUMBER and (prepared > before[1]) == as_instances
    drawn_list.insert(cell, WLCSP, ready)
    assert cell.child_instances() == (NUMBER * 3 // 2 if as_instances else 0)
    other = PADS._replace(places=tuple(place._replace(net="other" + place.net) for place in PADS.places))
    empty = layout.create_cell("EMPTY")
    now = drawn(layout), len(list(library.each_cell()))
    for most in range(1, len(done), len(done) // 20):
        with pytest.raises(Ended), counted(most):
            drawn_list.prepared(empty, WLCSP, other, True, as_instances)
        assert (drawn(layout), len(list(library.each_cell()))) == now


def test_a_list_of_too_many_places_becomes_shapes_which_is_said(monkeypatch):
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    layout.dbu = WLCSP.dbu_um
    for most, live in ((NUMBER * 3 // 2, True), (NUMBER * 3 // 2 - 1, False)):  # a via on each contact point
        monkeypatch.setattr(placed, "MOST_SINGLE", most)
        ready = drawn_list.prepared(cell, WLCSP, PADS, True, True)
        assert (bool(ready.instances), any(note.startswith("drawn as shapes, not as live") for note in ready.notes)) == (live, not live)


def test_labels_and_metal_of_a_drawing_are_read_in_steps():
    layout = pya.Layout()
    layout.dbu = WLCSP.dbu_um
    cell = layout.create_cell("TOP")
    for layer in ("label", "rdl"):
        drawing.ensure_layer(layout, WLCSP, layer)

    def steps_of_nets():
        done = []
        nets_of(cell, WLCSP, lambda: done.append(None))
        return len(done)
    before = steps_of_nets()
    for number in range(5000):
        cell.shapes(layout.find_layer(*WLCSP.layers["label"]["gds"])).insert(pya.Text("n", pya.Trans(number, 0)))
    assert steps_of_nets() >= before + 5
    for number in range(NUMBER):
        cell.shapes(layout.find_layer(*WLCSP.layers["rdl"]["gds"])).insert(pya.Box(100000 * number, 0, 100000 * number + 20000, 20000))
    with counted() as done:
        exchange_drawing.pads_of(cell, WLCSP)
    assert len(done) >= 2 * NUMBER
