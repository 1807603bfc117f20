"""What was drawn under which technology: the note in the drawing, through GDS and OASIS, and a check by other values."""

import json

import pya
import pytest

from postpass import Refusal, api
from postpass import tech as technologies
from postpass.draw import commands
from postpass.draw.choices import FanOutChoices, PadChoices, ViaChoices
from postpass.drawn_under import PROPERTY, drawn_under, note_technology
from postpass.fanout import command
from postpass.panel.outcome import Scope, outcome
from postpass.tech import places

WLCSP = technologies.load("wlcsp")
NOTE = ("wlcsp", "1.0", WLCSP.checksum(), "TOP")


def line(folder, version="1.2", **limits):
    """A wlcsp with other limits (id=um). Returns it as it is loaded."""
    path = folder / ("wlcsp_%s.json" % version)
    path.write_text(json.dumps({"based_on": WLCSP.path, "name": "wlcsp", "version": version, "rules": [{"id": name.replace("_", "."), "value_um": um} for name, um in limits.items()]}))
    return technologies.load(str(path))


@pytest.fixture
def layout():
    made = pya.Layout()
    die = made.insert_layer(pya.LayerInfo(*WLCSP.layers["die"]["gds"]))
    made.create_cell("TOP").shapes(die).insert(pya.Box(-3000000, -3000000, 5000000, 3000000))
    return made


def placed(layout, tech=WLCSP, x_um=0.0):
    commands.place(layout.top_cell(), tech, PadChoices("flip-chip", "octagon", 270.0, x_um=x_um, openings=True))
    commands.place(layout.top_cell(), tech, ViaChoices("pi1", "square", 35.0, x_um=x_um + 600.0, contact=True))


def fanned_out(layout, tech=WLCSP):
    cell, choices = layout.top_cell(), FanOutChoices()
    return command.draw_result(cell, tech, command.route_cell(cell, tech, choices), choices)


def notes(layout):
    return [tuple(note) for note in drawn_under(layout)]


def written(layout):
    """How many shapes carry a note."""
    return sum(shape.property(PROPERTY) is not None for cell in layout.each_cell() for index in layout.layer_indexes() for shape in cell.shapes(index).each())


def test_what_is_placed_and_fanned_out_is_noted_once(layout):
    assert notes(layout) == [] and note_technology(layout.create_cell("EMPTY"), WLCSP) is False
    layout.delete_cell(layout.cell("EMPTY").cell_index())
    placed(layout)
    assert notes(layout) == [NOTE] and written(layout) == 1
    placed(layout, x_um=2000.0)
    assert fanned_out(layout).severity is None
    assert notes(layout) == [NOTE] and written(layout) == 1


def test_a_fan_out_of_pads_in_other_cells_is_noted_on_a_trace_and_again_when_that_goes(layout):
    inner = pya.Layout()
    inner.create_cell("PADS")
    placed(inner)
    layout.top_cell().insert(pya.CellInstArray(layout.create_cell("PADS").cell_index(), pya.Trans()))
    layout.cell("PADS").copy_tree(inner.top_cell())
    fanned_out(layout)
    assert notes(layout) == [NOTE, ("wlcsp", "1.0", WLCSP.checksum(), "PADS")]
    cell, again = layout.top_cell(), FanOutChoices(anew=True)
    command.draw_result(cell, WLCSP, command.route_cell(cell, WLCSP, again), again)
    assert notes(layout)[0] == NOTE and written(layout) == 2


@pytest.mark.parametrize("ending", ["gds", "gds.gz", "oas"])
def test_the_note_comes_through_files(layout, ending, tmp_path):
    placed(layout)
    fanned_out(layout)
    layout.write(str(tmp_path / ("a." + ending)))
    again = pya.Layout()
    again.read(str(tmp_path / ("a." + ending)))
    assert notes(again) == [NOTE]


def test_the_note_is_no_shape_and_changes_none(layout):
    placed(layout)
    before = {index: pya.Region(layout.top_cell().begin_shapes_rec(index)) for index in layout.layer_indexes()}
    note_technology(layout.top_cell(), technologies.load("wlcsp400"))
    assert all((pya.Region(layout.top_cell().begin_shapes_rec(index)) ^ region).is_empty() and layout.top_cell().shapes(index).size() == region.count() for index, region in before.items())
    assert len(notes(layout)) == 2


def test_properties_of_others_are_no_notes_and_stay(layout):
    placed(layout)
    index = layout.find_layer(*WLCSP.layers["ubm"]["gds"])
    for number, text in enumerate(["postpass technology", "postpass technology a, rules 12", 7, "postpass technology a b version 1, rules %s more" % NOTE[2]]):
        layout.top_cell().shapes(index).insert(pya.Box(number, 0, number + 1, 1)).set_property(PROPERTY, text)
    assert notes(layout) == [NOTE]
    read_only = pya.Layout(False)
    read_only.create_cell("TOP")
    placed(read_only)
    assert notes(read_only) == []


def test_a_name_of_any_letters_is_read_again(layout, tmp_path):
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"based_on": WLCSP.path, "name": "Linie \u00e4 version 3, rules"}))
    placed(layout, technologies.load(str(path)))
    assert [note[:2] for note in notes(layout)] == [("Linie \u00e4 version 3, rules", None)]


def test_a_check_by_other_values_says_so_and_names_the_rules(layout, tmp_path):
    placed(layout)
    tech = line(tmp_path, RDL_S_1=8, RDL_W_1=9)
    report = api.check(layout, tech)
    sentence = ("cell TOP was drawn under technology wlcsp 1.0, rules %s, not under wlcsp 1.2, rules %s, by which it is checked: RDL.W.1 width_min 10 -> 9 um; RDL.S.1 space 10 -> 8 um"
                % (WLCSP.checksum(), tech.checksum()))
    assert "WARNING: " + sentence in list(report.layer_lines())
    assert sentence in report.database().description
    text, severity = outcome(report, Scope("All rules", frozenset(), 0, 0), "12:00").message(tech, "")
    assert sentence[0].upper() + sentence[1:] + "." in text.splitlines() and severity in ("warning", "error")
    assert json.loads(report.summary_text())["drawn_under"] == [{
        "cells": ["TOP"], "technology": "wlcsp", "version": "1.0", "checksum": WLCSP.checksum(), "rules_that_differ": ["RDL.W.1 width_min 10 -> 9 um", "RDL.S.1 space 10 -> 8 um"],
        "other_values_that_differ": []}]


def test_films_and_layers_that_differ_are_named_behind_the_rules(layout, tmp_path):
    """The aspect ratio is told from the films: its rule reads the same, and finds something else."""
    placed(layout)
    path = tmp_path / "line.json"
    films = [{"name": WLCSP.record["films"][0]["name"], "thickness_um": 6}]
    for rules, words in (([], "film polymer_1 thickness 5.25 -> 6 um"), ([{"id": "RDL.S.1", "value_um": 8}], "RDL.S.1 space 10 -> 8 um; film polymer_1 thickness 5.25 -> 6 um")):
        path.write_text(json.dumps({"based_on": WLCSP.path, "name": "wlcsp", "films": films, "rules": rules}))
        report = api.check(layout, technologies.load(str(path)))
        assert [text for text in report.layer_lines() if "drawn under" in text][0].endswith("by which it is checked: " + words)
        assert report.summary()["drawn_under"][0]["other_values_that_differ"] == ["film polymer_1 thickness 5.25 -> 6 um"]


@pytest.mark.parametrize("ending", ["gds", "oas"])
def test_copies_and_cells_of_two_technologies_are_told(layout, ending, tmp_path):
    """Shapes and cells that are pasted into another layout keep the note; a cell that was drawn under both tells the other one, whichever it is checked by."""
    placed(layout)
    layout.write(str(tmp_path / ("a." + ending)))
    read = pya.Layout()
    read.read(str(tmp_path / ("a." + ending)))
    pasted = pya.Layout()
    tree, shapes = pasted.create_cell("TREE"), pasted.create_cell("SHAPES")
    tree.copy_tree(read.top_cell())
    for index in read.layer_indexes():
        for shape in read.top_cell().shapes(index).each():
            shapes.shapes(pasted.layer(read.get_info(index))).insert(shape)
    assert notes(pasted) == [(*NOTE[:3], "TREE"), (*NOTE[:3], "SHAPES")]
    other = line(tmp_path, RDL_S_1=8)
    placed(pasted_into_one(pasted, tree), other, x_um=2000.0)
    assert [one.note.version for one in api.check(pasted, other).drawn_otherwise] == ["1.0"] and [one.note.version for one in api.check(pasted, WLCSP).drawn_otherwise] == ["1.2"]


def pasted_into_one(layout, cell):
    """A layout of one cell alone."""
    for other in [one for one in layout.each_cell() if one.cell_index() != cell.cell_index()]:
        layout.delete_cell(other.cell_index())
    return layout


def test_a_check_by_the_same_values_says_nothing(layout, tmp_path):
    placed(layout)
    for tech in (WLCSP, line(tmp_path, "7")):  # another version, the same values
        report = api.check(layout, tech)
        assert report.drawn_otherwise == [] and not [text for text in report.layer_lines() if "drawn under" in text] and report.summary()["drawn_under"] == []


def test_rules_of_an_unknown_technology_are_not_told_until_it_is_known(layout, tmp_path):
    other = line(tmp_path, "2", RDL_S_1=8, RDL_W_1=9, PAD_W_1=280, UBM_W_1=255, PI1_E_1=8)
    placed(layout, other)
    assert "cannot be told" not in str(api.check(layout, line(tmp_path, "3", RDL_S_1=9)).drawn_otherwise[0])  # its file lies beside
    [text] = [text for text in api.check(layout, WLCSP).layer_lines() if "drawn under" in text]
    assert text.endswith("which rules differ cannot be told, for those are in no known technology")
    places.set_folders([str(tmp_path)])
    try:
        [text] = [text for text in api.check(layout, WLCSP).layer_lines() if "drawn under" in text]
        assert "PI1.E.1 enclosure 8 -> 7.5 um; RDL.W.1 width_min 9 -> 10 um; RDL.S.1 space 8 -> 10 um; and 2 differences more" in text
    finally:
        places.set_folders([])


def test_a_refused_command_notes_nothing(layout):
    with pytest.raises(Refusal):
        commands.place(layout.top_cell(), WLCSP, PadChoices("flip-chip", "octagon", -1.0))
    assert notes(layout) == []


def test_named_pads_are_told_once(layout, tmp_path):
    """Each is a cell of its own."""
    commands.place(layout.top_cell(), WLCSP, PadChoices("signal", "octagon", 280.0, net="io[#]", columns=3, pitch_x_um=600.0), as_instances=True)
    others = api.check(layout, line(tmp_path, RDL_S_1=8)).drawn_otherwise
    assert len(others) == 1 and len(others[0].cells) == 3 and str(others[0]).startswith("cell pad and 2 more were drawn under technology wlcsp 1.0, ")
