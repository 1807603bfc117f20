"""The limit cases of every rule of every technology, across cells and at the borders of tiles: each gives its own markers, as it does flat.

test_hierarchy.py has more ways of placing, for the geometry rules of postpass.
"""

import pya
import pytest

from postpass import tech as technologies
from tests.deck import die_cases, limits
from tests.deck.support import draw, run_deck
from tests.deck.test_die_limits import texts_by_case
from tests.kits import KITS

SIDE = limits.TILE // 1000  # um, side of the tiles: one for each case
GRID = 10  # dbu; a multiple of every technology's grid


def in_a_turned_cell(layout, top, technology, shapes, x, y):
    cell = layout.create_cell("CASE")
    draw(cell, technology, shapes)
    top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(pya.Trans.R90, x, y)))


def shape_by_shape(layout, top, technology, shapes, x, y):
    """Every shape comes from a cell of its own, so that all distances run between instances."""
    for name, some in shapes.items():
        for shape in some:
            alone = layout.create_cell("ALONE")
            draw(alone, technology, {name: [shape]})
            top.insert(pya.CellInstArray(alone.cell_index(), pya.Trans(x, y)))


def middles(technology):
    """Of each case (dbu): where a border of tiles cuts through it."""
    boxes = [sum((shape.bbox() for some in case.shapes.values() for shape in some), pya.Box()) for _, case in limits.all_cases(technology)]
    return [tuple(c // GRID * GRID for c in (box.center().x, box.center().y)) for box in boxes]


def checked(layout, technology, folder, **variables):
    """Runs the deck; path of the report."""
    path, report = str(folder / "cells.gds"), str(folder / "cells.lyrdb")
    layout.write(path)
    run = run_deck(input=path, report=report, tech=technology.path, topcell="TOP", **variables)
    assert run.code == 2 and "mode: %s" % variables["mode"] in run.out, run.err
    return report


def wrong_counts(technology, report):
    """[(rule, case, texts)] of cases with another number of markers than they ask for, or other texts; the angle of an edge turns with it."""
    found = [[marker.text for marker in some] for some in limits.markers_by_case(technology, report)]
    return [(rule["id"], case.name, texts) for (rule, case), texts in zip(limits.all_cases(technology), found)
            if len(texts) != case.count or (rule["check"] != "angle" and not all(case.text in text for text in texts))]


@pytest.mark.parametrize("name", KITS)
def test_limits_hold_in_turned_cells(name, tmp_path):
    technology = technologies.load(name)
    report = checked(limits.layout_of(technology, in_a_turned_cell), technology, tmp_path, mode="deep")
    assert wrong_counts(technology, report) == []


@pytest.mark.parametrize("name", KITS)
def test_limits_hold_between_cells_and_at_borders_of_tiles(name, tmp_path):
    """Four tiles meet in the middle of each case, whose shapes come from cells of their own."""
    technology = technologies.load(name)
    layout = limits.layout_of(technology, shape_by_shape, middles(technology))
    frame = pya.Box(*[-limits.TILE] * 2, *[limits.COLUMNS * limits.TILE] * 2)  # where the tiles begin
    layout.cell("TOP").shapes(layout.layer(999, 0)).insert(frame)
    report = checked(layout, technology, tmp_path, mode="tiled", tile=SIDE)
    assert wrong_counts(technology, report) == []


def die_layout(technology, sheet, place):
    layout = pya.Layout()
    layout.dbu = 0.001
    place(layout, layout.create_cell("TOP"), technology, sheet.shapes, 0, 0)
    return layout


@pytest.mark.parametrize("name", KITS)
@pytest.mark.parametrize("die", die_cases.LAYOUTS)
@pytest.mark.parametrize("place, variables", [(in_a_turned_cell, {"mode": "deep"}), (shape_by_shape, {"mode": "tiled"})], ids=["turned", "tiled"])
def test_limits_on_the_die_hold_in_cells_and_tiles(name, die, place, variables, tmp_path):
    technology = technologies.load(name)
    sheet = die_cases.LAYOUTS[die](technology)
    if variables["mode"] == "tiled":
        variables = dict(variables, tile=1.3 * max(rule["step_um"] for rule in technology.rules if "step_um" in rule))  # cuts through the die at odd places
    report = checked(die_layout(technology, sheet, place), technology, tmp_path, family="geometry", **variables)
    turn = pya.Trans(pya.Trans.R90, 0, 0) if place is in_a_turned_cell else pya.Trans()
    placed = [one._replace(box=one.box.transformed(turn)) for one in sheet.placed]
    texts = texts_by_case(placed, report)
    assert [(one.rule["id"], one.case.name, one.where, some) for one, some in zip(placed, texts)
            if len(some) != one.case.count or not all(one.case.text in text for text in some)] == []
