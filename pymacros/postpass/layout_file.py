"""Reads a layout for a check or a fan-out, with one set of refusals: what KLayout leaves out or cannot compute with.

A layout of which a part is missing would be checked, and routed through, as if the part were not there. Every refusal is a
files.FileError, one sentence. Works with KLayout 0.28 to 0.30.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import pya

from . import files, steps, strings
from .bounds import REACH_DBU
from .console import said_on_stdout

#: KLayout's word, on its standard output alone, on shapes with too few points; lost properties lose no shape
_LEFT_OUT = re.compile(r"Warning: (?!.*prop).*ignored", re.IGNORECASE)


def read(path: str) -> pya.Layout:
    """The pya.Layout in a file, every cell and shape of it. Raises FileError."""
    files.require_readable(path)
    layout = pya.Layout()
    try:
        said = said_on_stdout(lambda: layout.read(path))[1].splitlines()
    except (RuntimeError, UnicodeError) as error:
        reason = "a cell contains itself" if "topological_sort" in str(error) else files.reason(error)
        raise files.FileError("%s: cannot be read (%s)%s" % (path, strings.shown(reason), files.lost(path))) from None
    except OSError as error:
        raise files.FileError("cannot write a temporary file: %s" % files.reason(error)) from None
    left_out = [line for line in said if _LEFT_OUT.match(line)]
    if left_out:
        more = ", and %d more" % (len(left_out) - 1) if len(left_out) > 1 else ""
        raise files.FileError("%s: cannot be read as drawn (%s%s): mend or delete these shapes" % (path, left_out[0].replace("Warning: ", ""), more))
    print("".join(line + "\n" for line in said), end="")
    _require_cells(path + ": ", layout.each_cell())
    return layout


def top_cell(layout: pya.Layout, name: str | None = None, choose: str = "choose one with topcell=NAME") -> pya.Cell:
    """The cell of that (shown) name, or the only top cell. choose: what is to be done where there are several. Raises FileError."""
    tops = sorted(strings.cell_name(cell) for cell in layout.top_cells())
    if not tops:
        raise files.FileError("the layout holds no cell")
    if name:
        cell = strings.cell_of_name(layout, name)
        if cell is None:
            raise files.FileError("no cell named %s; top cells are %s" % (name, ", ".join(tops)))
        return cell
    if len(tops) > 1:
        raise files.FileError("%d top cells (%s): %s" % (len(tops), ", ".join(tops), choose))
    return layout.top_cell()


class Lines(NamedTuple):
    """Shapes of a cell that cover nothing, lines and points. `place`: of the first, in the top cell."""

    layer: str
    cell_index: int
    layer_index: int
    number: int
    place: pya.Box
    sentence: str


def require_sound(cell: pya.Cell, tech: Any) -> None:
    """Refuses a layout below a cell that cannot be computed with: missing cells, places out of reach, shapes without area
    on layers of the technology. Raises FileError."""
    require_reach(cell)
    found = lines(cell, tech)
    if found:
        raise files.FileError(found[0].sentence)


def require_reach(cell: pya.Cell) -> None:
    """Refuses a layout below a cell with missing cells, or places out of reach. Raises FileError."""
    cells = _below(cell)
    _require_cells("", cells)
    _require_reach(cells)


def lines(cell: pya.Cell, tech: Any) -> list[Lines]:
    """Shapes without area on layers of the technology, by layer and cell. Raises FileError where some cover a part of what they look like."""
    found = [_lines(cell, one, layer["name"], index) for layer in tech.drawn_layers() for index in layer_indexes(cell.layout(), layer["gds"]) for one in steps.each(_below(cell))]
    return [one for one in found if one]


def erase(layout: pya.Layout, found: Sequence[Lines]) -> None:
    """Takes these shapes out of their layout, or out of a copy of it."""
    for one in found:
        shapes = layout.cell(one.cell_index).shapes(one.layer_index)
        for shape in [shape for shape in shapes.each() if not shape.is_text() and _covers_nothing(shape.polygon)]:
            shapes.erase(shape)


def copy_of(layout: pya.Layout) -> pya.Layout:
    """A layout with the same content and the same indexes of cells and layers.

    Not `layout.dup()`: that copy has the undo list of the window, and where it goes while a step is open, KLayout ends the step.
    """
    copy = pya.Layout(layout.is_editable())
    copy.assign(layout)
    return copy


def _below(cell: pya.Cell) -> list[pya.Cell]:
    """The cell and those it places, callers first."""
    layout, below = cell.layout(), set(cell.called_cells()) | {cell.cell_index()}
    return [layout.cell(index) for index in layout.each_cell_top_down() if index in below]


def layer_indexes(layout: pya.Layout, gds: Sequence[int]) -> list[int]:
    """Indexes of the layers with these numbers: two layers of a layout may have the same numbers and different names."""
    infos = [(index, layout.get_info(index)) for index in layout.layer_indexes()]
    return [index for index, info in infos if (info.layer, info.datatype) == tuple(gds)]


def _require_cells(where: str, cells: list[pya.Cell] | pya._Iterator) -> None:
    missing = [strings.cell_name(cell) for cell in cells if cell.is_ghost_cell()]
    if missing:
        raise files.FileError("%scell %s is placed but not in the file" % (where, ", ".join(missing)))


def _require_reach(cells: Sequence[pya.Cell]) -> None:
    """The box of the top cell is summed up as DBox of dbu: KLayout's own wraps around at 32 bits."""
    dbu, boxes = cells[0].layout().dbu, {}
    for cell in reversed(cells):
        boxes[cell.cell_index()] = _box(cell, boxes)
    box = boxes[cells[0].cell_index()]
    farthest = 0 if box.empty() else max(abs(value) for value in (box.left, box.bottom, box.right, box.top))
    if farthest > REACH_DBU:
        raise files.FileError("the layout reaches %g um from the origin, too far to compute with (%g um at its database unit of %g um): "
                              "check its units or move it" % (farthest * dbu, REACH_DBU * dbu, dbu))


def _box(cell: pya.Cell, boxes: dict[int, pya.DBox]) -> pya.DBox:
    layout, box = cell.layout(), pya.DBox()
    if cell.child_instances() == 0:
        return _in_floats(cell.bbox())
    for index in layout.layer_indexes():
        for kind in (pya.Region, pya.Texts):
            box += _in_floats(kind(own_shapes(cell, index)).bbox())
    for instance in steps.each(list(cell.each_inst())):  # the iterator keeps the layout under construction, in which events must not come
        if not boxes[instance.cell_index].empty():
            box += _box_of_instance(instance, boxes[instance.cell_index])
    return box


def _box_of_instance(instance: pya.Instance, box: pya.DBox) -> pya.DBox:
    if not instance.is_regular_array():
        array, total = instance.cell_inst, pya.DBox()
        for place in array.each_cplx_trans():
            total += box.transformed(pya.DCplxTrans(place))
        return total
    first, total = box.transformed(pya.DCplxTrans(instance.cplx_trans)), pya.DBox()
    for column in {0, max(instance.na - 1, 0)}:
        for row in {0, max(instance.nb - 1, 0)}:
            total += first.moved(pya.DVector(column * instance.a.x + row * instance.b.x, column * instance.a.y + row * instance.b.y))
    return total


def _in_floats(box: pya.Box) -> pya.DBox:
    return pya.DBox() if box.empty() else pya.DBox(box.left, box.bottom, box.right, box.top)


def own_shapes(cell: pya.Cell, layer_index: int) -> pya.RecursiveShapeIterator:
    """The cell's own shapes on a layer, without those of the cells it places."""
    shapes = cell.begin_shapes_rec(layer_index)
    shapes.max_depth = 0
    return shapes


def _lines(top: pya.Cell, cell: pya.Cell, layer_name: str, layer_index: int) -> "Lines | None":
    """Those of a cell. Loops that cancel each other are refused: a part of them would vanish when shapes are merged, and nobody would see it."""
    if cell.shapes(layer_index).is_empty():
        return None
    shapes = pya.Region(own_shapes(cell, layer_index))
    shapes.merged_semantics = False
    flat = shapes.with_area(0, 1, False)
    if flat.is_empty():
        return None
    dbu, center, place = top.layout().dbu, flat.bbox().center(), _placement(top, cell)
    at = (place * center) * dbu
    sentence = "layer %s holds a shape without area at %g, %g um (%d in cell %s): a line, or a polygon that crosses itself" % (
        layer_name, at.x, at.y, flat.count(), strings.cell_name(cell))
    if not all(map(_covers_nothing, flat.each())):
        raise files.FileError(sentence)
    return Lines(layer_name, cell.cell_index(), layer_index, flat.count(), place * flat[0].bbox(), sentence)


def _covers_nothing(polygon: pya.Polygon) -> bool:
    if polygon.area() != 0:
        return False
    merged = pya.EdgeProcessor().simple_merge_p2p([polygon], False, False)  # a region takes a single polygon for merged
    return all(one.area() == 0 for one in merged)


def _placement(top: pya.Cell, cell: pya.Cell) -> pya.ICplxTrans:
    """Where the cell lies in the top cell, one of its places: pya.ICplxTrans."""
    inside, place = set(top.called_cells()) | {top.cell_index()}, pya.ICplxTrans()
    while cell.cell_index() != top.cell_index():
        parent = next(parent for parent in cell.each_parent_inst() if parent.parent_cell_index() in inside)
        place = parent.child_inst().cplx_trans * place
        cell = top.layout().cell(parent.parent_cell_index())
    return place
