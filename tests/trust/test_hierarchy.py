"""The limit cases of every geometry rule give the same guilty shapes across cells as in a flat layout.

Each case is a cell of its own, placed turned, mirrored, through another cell, magnified, at 45 degrees, or as an array
whose instances overlap; one deck run per kind of placement.
"""

from collections import Counter

import pya
import pytest

from postpass import tech as technologies
from tests.deck import cases
from tests.deck.support import draw, markers, run_deck

from .test_oracle import GEOMETRY, technology_with

POSTPASS = technologies.load("postpass")
TILE = 4000 * 1000
COLUMNS = 40


def geometry_rules():
    return [rule for rule in POSTPASS.rules if rule["check"] in GEOMETRY and rule["check"] in cases.GENERATORS]


def all_cases():
    """[(number of its rule, Case)]"""
    return [(number, case) for number, rule in enumerate(geometry_rules()) for case in cases.GENERATORS[rule["check"]](POSTPASS, rule)]


def placed(layout, top, cell, x, y):
    top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(x, y)))


def turned(layout, top, cell, x, y):
    top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(pya.Trans.R90, x, y)))


def mirrored(layout, top, cell, x, y):
    top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(pya.Trans.M45, x, y)))


def through_another(layout, top, cell, x, y):
    between = layout.create_cell("BETWEEN")
    between.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(pya.Trans.M90, 0, 0)))
    top.insert(pya.CellInstArray(between.cell_index(), pya.Trans(pya.Trans.R180, x, y)))


def shape_by_shape(layout, top, cell, x, y):
    """Every shape comes from a cell of its own, so that all distances run between instances."""
    for layer in layout.layer_indexes():
        for shape in cell.shapes(layer).each():
            alone = layout.create_cell("ALONE")
            alone.shapes(layer).insert(shape)
            top.insert(pya.CellInstArray(alone.cell_index(), pya.Trans(x, y)))


def half_size(layout, top, cell, x, y):
    top.insert(pya.CellInstArray(cell.cell_index(), pya.ICplxTrans(0.5, 0, False, x, y)))


def at_45_degrees(layout, top, cell, x, y):
    top.insert(pya.CellInstArray(cell.cell_index(), pya.ICplxTrans(1, 45, False, x, y)))


def double_size_mirrored(layout, top, cell, x, y):
    top.insert(pya.CellInstArray(cell.cell_index(), pya.ICplxTrans(2, 90, True, x, y)))


def overlapping_array(layout, top, cell, x, y):
    box = cell.bbox()
    facets = max(shape.polygon.num_points() for layer in layout.layer_indexes() for shape in cell.shapes(layer).each())
    across = box.width() * 2 // 3 if facets <= 8 else box.width() + 1500  # overlapping circles take long and add nothing
    steps = pya.Vector(across, 0), pya.Vector(0, box.height())
    top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(x, y), *steps, 2, 1))


def without_paths(shapes):
    """Paths as polygons: a path that is magnified or turned by 45 degrees is not the same path any more."""
    return {name: [shape.polygon() if isinstance(shape, pya.Path) else shape for shape in some] for name, some in shapes.items()}


def layout_of(place, keep_paths=True):
    layout = pya.Layout()
    layout.dbu = 0.001
    top = layout.create_cell("TOP")
    for number, (_, case) in enumerate(all_cases()):
        cell = layout.create_cell("CASE%d" % number)
        draw(cell, POSTPASS, case.shapes if keep_paths else without_paths(case.shapes))
        place(layout, top, cell, number % COLUMNS * TILE, number // COLUMNS * TILE)
    return layout


def found_in(layout, folder):
    """Counter of (rule, box, text)"""
    layout.write(str(folder / "cells.gds"))
    rules = technology_with(geometry_rules(), folder)
    run = run_deck(input=folder / "cells.gds", report=folder / "cells.lyrdb", tech=rules, topcell="TOP")
    assert run.code == 2, run.err
    return Counter((marker.rule, str(marker.box), marker.text) for marker in markers(str(folder / "cells.lyrdb")))


def markers_by_case(found):
    """{number of the case: [(rule, text)]}"""
    by_case = {}
    for (rule, box, text), count in found.items():
        centre = pya.Box.from_s(box).center()
        number = round(centre.x / TILE) + COLUMNS * round(centre.y / TILE)
        by_case.setdefault(number, []).extend([(rule, text)] * count)
    return by_case


@pytest.mark.parametrize("place", [placed, turned, mirrored, through_another, shape_by_shape])
def test_limits_hold_across_cells(place, tmp_path):
    """Turning by right angles changes no length: each case gives its own number of markers."""
    by_case = markers_by_case(found_in(layout_of(place), tmp_path))
    for number, (rule, case) in enumerate(all_cases()):
        texts = [text for name, text in by_case.get(number, []) if name == "R%d" % rule]
        assert len(texts) == case.count, (geometry_rules()[rule]["id"], case.name, texts)


@pytest.mark.parametrize("place", [half_size, at_45_degrees, double_size_mirrored, overlapping_array])
def test_cells_and_the_flattened_layout_give_the_same_markers(place, tmp_path):
    layout = layout_of(place, keep_paths=False)
    in_cells = found_in(layout, tmp_path)
    layout.flatten(layout.cell("TOP").cell_index(), -1, True)
    assert layout.cell("TOP").is_leaf()
    flat = found_in(layout, tmp_path)
    assert sum(flat.values()) > 100
    assert in_cells == flat, (list((in_cells - flat).items())[:5], list((flat - in_cells).items())[:5])
