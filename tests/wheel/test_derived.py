"""Derived layers against a drawing in squares: every function, drawn flat and in cells that are placed often, and rules on them in every mode."""

import json
from collections import Counter

import numpy as np
import pya
import pytest
from scipy import ndimage

from postpass import tech
from postpass.drc.plan import MODES, Wishes
from postpass.drc.run import check_cell
from postpass.geometry.derived import layers_of
from postpass.tech.derivation import FUNCTIONS

SQUARE = 100  # dbu
SIDE = 30     # squares
NEAR = np.ones((3, 3), bool)  # shapes that touch at a corner are one


def technology(tmp_path, layers=(), rules=(), **more):
    """Two plain layers a and b, and what is derived from them."""
    drawn = [{"name": name, "gds": [number, 0], "title": name} for number, name in enumerate("ab", 1)]
    record = {"schema": 1, "name": "t", "title": "t", "dbu_um": 0.001, "grid_um": 0.001, "layers": drawn + [{"title": "t", **layer} for layer in layers],
              "rules": [{"title": "t", **rule} for rule in rules], **more}
    path = tmp_path / "t.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    return tech.load(str(path))


def random_squares(rng):
    """Boxes of one to twelve squares, some with a hole, as two layers of squares; some shapes of one lie in shapes of the other."""
    drawn = np.zeros((2, SIDE, SIDE), bool)
    for layer in drawn:
        for _ in range(int(rng.integers(2, 9))):
            (x, y), (width, height) = rng.integers(0, SIDE - 1, 2), rng.integers(1, 13, 2)
            layer[x:x + width, y:y + height] = True
            if min(width, height) > 4:
                layer[x + 2:x + width - 2, y + 2:y + height - 2] = rng.random() < 0.5
    for one, other in (drawn, drawn[::-1]):
        inner = those(one, lambda shape: rng.random() < 0.2)
        other |= grown(inner, int(rng.integers(0, 2)))
    return drawn


def region_of(squares):
    region = pya.Region()
    for x, y in np.argwhere(squares).tolist():
        region.insert(pya.Box(x * SQUARE, y * SQUARE, (x + 1) * SQUARE, (y + 1) * SQUARE))
    return region.merged()


def cell_with(layout, name, drawn):
    cell = layout.create_cell(name)
    for number, squares in enumerate(drawn, 1):
        cell.shapes(layout.layer(number, 0)).insert(region_of(squares).decompose_trapezoids_to_region())
    return cell


def shapes(squares):
    """The connected shapes, one layer of squares each."""
    marks, count = ndimage.label(squares, NEAR)
    return [marks == number for number in range(1, count + 1)]


def those(squares, keep):
    return sum((shape for shape in shapes(squares) if keep(shape)), np.zeros_like(squares))


def met(shape, other):
    """How many shapes of the other layer a shape touches or overlaps."""
    return sum((ndimage.binary_dilation(shape, NEAR) & one).any() for one in shapes(other))


def box_sides(shape):
    return [int(np.ptp(places)) + 1 for places in np.nonzero(shape)]


def grown(squares, by):
    """Every edge moved by so many squares; a margin lets shapes grow out of the drawing."""
    box = np.ones((2 * abs(by) + 1, 2 * abs(by) + 1), bool)
    return ndimage.binary_dilation(squares, box) if by >= 0 else ndimage.binary_erosion(squares, box)


CASES = {  # the line, and what it means in squares
    "a & b": lambda a, b: a & b, "a | b": lambda a, b: a | b, "a + b": lambda a, b: a | b, "a - b": lambda a, b: a & ~b, "a ^ b": lambda a, b: a ^ b,
    "(a & b) - inside(holes(b))": lambda a, b: a & b & ~those(ndimage.binary_fill_holes(b) & ~b, np.any), "a | b & a": lambda a, b: a, "a - b & b": lambda a, b: a & ~b & b,
    "sized(a, 0.1)": lambda a, b: grown(a, 1), "sized(a, -0.1)": lambda a, b: grown(a, -1), "wider(a, 0.3)": lambda a, b: ndimage.binary_opening(a, NEAR),
    "holes(a)": lambda a, b: ndimage.binary_fill_holes(a) & ~a, "hulls(a)": lambda a, b: ndimage.binary_fill_holes(a),
    "touching(a, b)": lambda a, b: those(a, lambda shape: met(shape, b)), "not_touching(a, b)": lambda a, b: those(a, lambda shape: not met(shape, b)),
    "interacting(a, b, 2)": lambda a, b: those(a, lambda shape: met(shape, b) >= 2), "interacting(a, b, 1, 1)": lambda a, b: those(a, lambda shape: met(shape, b) == 1),
    "inside(a, b)": lambda a, b: those(a, lambda shape: not (shape & ~b).any()), "not_inside(a, b)": lambda a, b: those(a, lambda shape: (shape & ~b).any()), "inside(a)": lambda a, b: a,
    "outside(a, b)": lambda a, b: those(a, lambda shape: not (shape & b).any()), "not_outside(a, b)": lambda a, b: those(a, lambda shape: (shape & b).any()),
    "covering(a, b)": lambda a, b: those(a, lambda shape: any(not (one & ~shape).any() for one in shapes(b))),
    "not_covering(a, b)": lambda a, b: those(a, lambda shape: all((one & ~shape).any() for one in shapes(b))),
    "not_touching(a ^ b, b - a)": lambda a, b: those(a ^ b, lambda shape: not met(shape, b & ~a)), "interacting(b, a - b, 2)": lambda a, b: those(b, lambda shape: met(shape, a & ~b) >= 2),
    "inside(a ^ b, a)": lambda a, b: those(a ^ b, lambda shape: not (shape & ~a).any()),
    "extents(a, 0.5)": lambda a, b: those(a, lambda shape: min(box_sides(shape)) >= 5),
    "extents(a, 0.4, 1)": lambda a, b: those(a, lambda shape: min(box_sides(shape)) >= 4 and max(box_sides(shape)) <= 10),
}


def test_every_function_has_a_case():
    assert [name for name in FUNCTIONS if not any(line.startswith(name + "(") for line in CASES)] == []


@pytest.mark.parametrize("line", CASES)
def test_a_derived_layer_is_what_the_squares_say(line, tmp_path):
    found, rng, halves, empty = technology(tmp_path, [{"name": "x", "derive": line}]), np.random.default_rng(len(line)), np.random.default_rng(1), 0
    for _ in range(60):
        drawn = np.pad(random_squares(rng), ((0, 0), (2, 2), (2, 2)))
        expected = region_of(CASES[line](*drawn))
        empty += expected.is_empty()
        layout = pya.Layout()
        top = cell_with(layout, "FLAT", drawn)
        assert (layers_of(top, found).merged("x") ^ expected).is_empty()
        repeated = layout.create_cell("TOP")
        turns = [pya.Trans(turn % 4, turn >= 4, turn * 10_000, -3_333 * turn) for turn in range(8)]
        for turn in turns:
            repeated.insert(pya.CellInstArray(top.cell_index(), turn))
        everywhere = pya.Region()
        for turn in turns:
            everywhere.insert(expected.transformed(turn))
        assert (layers_of(repeated, found).merged("x") ^ everywhere).is_empty()
        parts, half = layout.create_cell("PARTS"), halves.random(drawn.shape) < 0.5
        for name, some in (("ONE", drawn & half), ("OTHER", drawn & ~half)):  # shapes go on from cell to cell
            parts.insert(pya.CellInstArray(cell_with(layout, name, some).cell_index(), pya.Trans()))
        assert (layers_of(parts, found).merged("x") ^ expected).is_empty()
        assert {cell.name for cell in layout.each_cell()} == {"FLAT", "TOP", "PARTS", "ONE", "OTHER"} and layout.layers() <= 2
    assert (empty < 40) != (line == "a - b & b")


@pytest.mark.parametrize("line", CASES)
@pytest.mark.parametrize("empty", [0, 1])
def test_a_layer_without_a_shape_is_one_like_others(line, empty, tmp_path):
    """KLayout counts an empty region as false."""
    drawn = np.pad(random_squares(np.random.default_rng(7)), ((0, 0), (2, 2), (2, 2)))
    drawn[empty] = False
    layout = pya.Layout()
    found = layers_of(cell_with(layout, "FLAT", drawn), technology(tmp_path, [{"name": "x", "derive": line}])).merged("x")
    assert (found ^ region_of(CASES[line](*drawn))).is_empty()


def test_shapes_on_the_way_that_touch_at_a_corner_are_one(tmp_path):
    drawn = np.zeros((2, 8, 8), bool)
    drawn[0, 2:4, 2:4] = True
    drawn[1, 2, 2] = drawn[1, 3, 3] = drawn[1, 5:, 1] = True
    layout = pya.Layout()
    one, two, parts = cell_with(layout, "ONE", [drawn[0]]), cell_with(layout, "TWO", [0 * drawn[0], drawn[1]]), layout.create_cell("PARTS")
    for cell in (one, two):
        parts.insert(pya.CellInstArray(cell.cell_index(), pya.Trans()))
    found = technology(tmp_path, [{"name": "x", "derive": "extents(a - b, 0.2)"}, {"name": "y", "derive": "extents(a - b, 0.01, 0.1)"}, {"name": "z", "derive": "interacting(a, a - b, 2)"}])
    for cell in (parts, cell_with(layout, "FLAT", drawn)):
        layers = layers_of(cell, found)
        assert [layers.merged(name).count() for name in "xyz"] == [1, 0, 0]


RULES = [{"id": "W", "check": "width_min", "layer": "trace", "value_um": 0.25}, {"id": "S", "check": "space", "layer": "metal", "value_um": 0.25},
         {"id": "P", "check": "width_min", "layer": "pad", "value_um": 0.5}, {"id": "D", "check": "separation", "layer": "trace", "to": "alone", "value_um": 0.9},
         {"id": "E", "check": "enclosure", "layer": "contact", "by": "metal", "value_um": 0.1}, {"id": "G", "check": "grid", "layer": "metal"},
         {"id": "C", "check": "count_match", "layer": "pad", "to": "contact"}, {"id": "O", "check": "net_open"}, {"id": "N", "check": "net_short"},
         {"id": "F", "check": "function_claims", "layer": "area"}]
LAYERS = [{"name": "pad", "derive": "extents(touching(a, b), 0.3)", "kind": "pad", "function": "signal"}, {"name": "trace", "derive": "a - pad | sized(b & pad, 0.05) - pad", "kind": "metal"},
          {"name": "contact", "derive": "b & pad", "kind": "contact"}, {"name": "metal", "union": ["trace", "pad"]}, {"name": "alone", "derive": "not_touching(b, a)"},
          {"name": "label", "gds": [3, 0], "kind": "label"}, {"name": "drawn_area", "gds": [4, 0]}, {"name": "area", "derive": "hulls(drawn_area)", "kind": "marker"}]


def chip(rng):
    """Random squares in cells that are placed often, in turns and side by side, and some in the top cell; names and declared functions."""
    layout = pya.Layout()
    layout.dbu = 0.001
    top = layout.create_cell("TOP")
    for number in range(3):
        cell = cell_with(layout, "CELL%d" % number, random_squares(rng))
        cell.shapes(layout.layer(3, 0)).insert(pya.Text("n%d" % number, pya.Trans(1_500, 1_500)))
        step = SIDE * SQUARE + int(rng.integers(0, 3)) * SQUARE
        for turn in range(4):
            top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(turn, False, turn * 30_000, number * 30_000), pya.Vector(step, 0), pya.Vector(0, step), 3, 2))
    cell_with(layout, "LOOSE", random_squares(rng))
    top.insert(pya.CellInstArray(layout.cell("LOOSE").cell_index(), pya.Trans(1_500, 1_500)))
    area, texts = top.shapes(layout.layer(4, 0)), ("relocation", "addition", "nonsense")
    for number, text in enumerate(texts):
        area.insert(pya.Polygon([pya.Point(x, y + number * 30_000) for x, y in ((0, 0), (0, 9_000), (9_000, 9_000), (9_000, 0))]))
        area.insert(pya.Text(text, pya.Trans(100, 100 + number * 30_000)))
    return top, layout


def findings(cell, technology, **wishes):
    """Counter of (rule, boxes, text)"""
    checked = check_cell(cell, technology, Wishes(threads=1, **wishes))
    return Counter((result.rule["id"], str(sorted(str(shape.bbox()) for shape in finding.shapes)), finding.text) for result in checked.results for finding in result.findings)


@pytest.mark.parametrize("seed", range(4))
def test_rules_on_derived_layers_find_the_same_in_every_mode_and_window(seed, tmp_path):
    top, _layout = chip(np.random.default_rng(seed))
    found = technology(tmp_path, LAYERS, RULES, connectivity=[["contact", "metal"]])
    flat, *others = (findings(top, found, mode=mode, tile_um=7.0 if mode == "tiled" else None) for mode in MODES)
    assert all(other == flat for other in others) and sum(flat.values()) > 100
    assert set("WSPDECOF") <= {rule for rule, _, _ in flat}
    box = top.dbbox()
    sides = [(left, bottom, left + 31.0, bottom + 31.0) for left in np.arange(box.left - 1, box.right + 1, 31.0) for bottom in np.arange(box.bottom - 1, box.top + 1, 31.0)]
    windows = sum((findings(top, found, window_um=side, families=("geometry",)) for side in sides), Counter())
    assert windows == Counter({key: count for key, count in flat.items() if key[0] in "WSPDEG"})


def test_labels_count_where_the_technology_says(tmp_path):
    top, layout = chip(np.random.default_rng(0))
    top.shapes(layout.layer(3, 0)).insert(pya.Text("top", pya.Trans(0, 0)))
    for which, expected in (("all", {"n0", "n1", "n2", "top"}), ("top", {"top"}), (["CELL[12]", "nothing"], {"n1", "n2"})):
        layers = layers_of(top, technology(tmp_path, LAYERS, labels=which))
        assert {label.text for label in layers.labels} == expected
        assert {label.text for label in layers.of(layout.cell("CELL1")).labels} == expected & {"n1"}
        assert {label.text for label in layers.labels_on("area")} == {"relocation", "addition", "nonsense"}


def test_the_layout_stays_as_it_is(tmp_path):
    top, layout = chip(np.random.default_rng(1))
    before = [(layout.get_info(index).to_s(), pya.Region(top.begin_shapes_rec(index)).count()) for index in layout.layer_indexes()]
    findings(top, technology(tmp_path, LAYERS, RULES))
    assert before == [(layout.get_info(index).to_s(), pya.Region(top.begin_shapes_rec(index)).count()) for index in layout.layer_indexes()]
