"""A cell that lies twice at one place counts once, in every mode, and is told of."""

from collections import Counter

import pya
import pytest

from postpass import tech
from postpass.drc.kinds import KINDS
from postpass.drc.plan import MODES, Wishes
from postpass.drc.report import Report
from postpass.drc.run import check_cell
from tests.deck.support import round_shape, square


def technology():
    found = tech.load("postpass")
    found.rules = [rule for rule in found.rules if KINDS[rule["check"]].family == "geometry"]
    return found


def layout(place):
    """Two pads too near to each other, a small via and half a die of metal in cell A, which `place` places."""
    layout = pya.Layout()
    layout.dbu = 0.001
    top, cell = layout.create_cell("TOP"), layout.create_cell("A")
    names = technology().layers
    pads, vias, metal = (cell.shapes(layout.layer(*names[name]["gds"])) for name in ("pad_signal", "via", "rdl"))
    pads.insert(square(12_000))
    pads.insert(round_shape(12_000).moved(26_000, 6_000))
    vias.insert(square(400, 2_000, 2_000))
    metal.insert(pya.Box(0, 40_000, 90_000, 90_000))
    top.shapes(layout.layer(*names["die"]["gds"])).insert(pya.Box(-100_000, -100_000, 300_000, 300_000))
    place(layout, top, cell)
    return layout


def put(into, cell, *array):
    into.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(), *array))


def once(layout, top, cell):
    put(top, cell)


def side_by_side(layout, top, cell):
    put(top, cell, pya.Vector(0, 300_000), pya.Vector(150_000, 0), 1, 2)


def twice(layout, top, cell):
    put(top, cell)
    put(top, cell)


def in_arrays(layout, top, cell):
    for count in (1, 2):
        put(top, cell, pya.Vector(0, 300_000), pya.Vector(150_000, 0), 1, count)


def through_a_parent(layout, top, cell):
    parent = layout.create_cell("PARENT")
    put(parent, cell)
    put(top, parent)
    put(top, cell)


def all_twice(layout, top, cell):
    put(top, cell)
    copy = layout.create_cell("COPY")
    put(copy, top)
    put(copy, top)


def found(some, mode):
    """(Counter of the markers, warnings)"""
    checked = check_cell(some.top_cell(), technology(), Wishes(mode=mode, threads=1))
    markers = Counter((result.rule["id"], str([shape.bbox() for shape in finding.shapes]), finding.text) for result in checked.results for finding in result.findings)
    return markers, [warning.text for warning in checked.warnings]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", [twice, in_arrays, through_a_parent, all_twice])
def test_it_counts_once(place, mode):
    expected, none = found(layout(side_by_side if place is in_arrays else once), "flat")
    assert {"PAD.P.1", "PAD.S.1", "VIA.W.1"} <= {rule for rule, _, _ in expected} and none == []
    markers, warnings = found(layout(place), mode)
    assert markers == expected
    assert warnings == ["cell %s lies twice or more at one place, at 0, 0 um: it counts once" % ("TOP" if place is all_twice else "A")]


@pytest.mark.parametrize("mode", MODES)
def test_report_and_printed_lines_warn_of_the_place(mode):
    some = layout(twice)
    report = Report(check_cell(some.top_cell(), technology(), Wishes(mode=mode, threads=1)), "some", ("geometry",))
    sentence = "cell A lies twice or more at one place, at 0, 0 um: it counts once"
    assert "WARNING: " + sentence in list(report.lines()) and report.summary()["layout_warnings"] == [sentence]
    database = report.database()
    category = next(one for one in database.each_category() if one.name() == "LAYOUT")
    values = [value for item in database.each_item_per_category(category.rdb_id()) for value in item.each_value()]
    assert [value.box() for value in values if value.is_box()] == [pya.DBox(0, 0, 90, 90)] and [value.string() for value in values if value.is_string()] == [sentence]
    assert report.errors == sum(len(result.findings) for result in report.results if result.is_error)


def test_a_layout_without_doubt_has_no_such_category():
    some = layout(once)
    report = Report(check_cell(some.top_cell(), technology(), Wishes()), "some", ("geometry",))
    assert "LAYOUT" not in [one.name() for one in report.database().each_category()] and not any(line.startswith("WARNING") for line in report.lines())


def test_cells_that_overlap_elsewhere_are_not_doubled():
    def beside(layout, top, cell):
        put(top, cell, pya.Vector(5_000, 0), pya.Vector(0, 5_000), 2, 2)
        top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(pya.Trans.R90, 0, 0)))
    assert found(layout(beside), "flat")[1] == []
