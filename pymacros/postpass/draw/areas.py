"""The die outline and keep-outs: rectangles on the grid. Lengths are um; commands like those in commands.py."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import pya

from .. import layout_file, strings
from ..messages import counted
from . import drawing
from .choices import CommandError, require_on_a_wafer
from .commands import Report, require_layout

if TYPE_CHECKING:
    from ..tech.answers import Technology

Box = tuple[float, float, float, float]  # left, bottom, right, top, um
_SLACK = 1e-6  # grid steps


class AreaChoices(NamedTuple):
    """A rectangle on the layer of a die outline or a keep-out."""

    layer: str
    box_um: Box
    replace: bool = False  # a die outline that is there already


def of_size(tech: Technology, width_um: float, height_um: float, x_um: float, y_um: float) -> Box:
    """The box of a size around x, y with all sides on the grid: the size to the nearest grid step, the middle to half a step at most."""
    for name, length in (("width", width_um), ("height", height_um)):
        if not (math.isfinite(length) and tech.on_grid(length) >= tech.grid_um):
            raise CommandError("the %s must be at least one grid step (%g um), not %g" % (name, tech.grid_um, length))
    width, height = tech.on_grid(width_um), tech.on_grid(height_um)
    left, bottom = (math.floor((middle - length / 2) / tech.grid_um + 0.5 + _SLACK) * tech.grid_um for middle, length in ((x_um, width), (y_um, height)))
    return _box(left, bottom, left + width, bottom + height)


def of_corners(tech: Technology, one: tuple[float, float], other: tuple[float, float]) -> Box:
    """The box between two opposite corners, each moved to the grid."""
    sides = [sorted(tech.on_grid(corner[axis]) for corner in (one, other)) for axis in (0, 1)]
    if any(low == high for low, high in sides):
        raise CommandError("the corners %g, %g and %g, %g um are on one line: give two opposite corners" % (*one, *other))
    return _box(sides[0][0], sides[1][0], sides[0][1], sides[1][1])


def around(cell: pya.Cell, tech: Technology, margin_um: float) -> Box:
    """The box around all shapes of the technology in the cell and below, but for die outlines and names, with a margin; outwards to the grid."""
    layout, found = cell.layout(), pya.Box()
    for name in tech.layers:
        if "gds" in tech.layers[name] and tech.kind_of(name) not in ("outline", "label"):
            index = layout.find_layer(*tech.layers[name]["gds"])
            found += cell.bbox_per_layer(index) if index is not None else pya.Box()
    if found.empty():
        raise CommandError("nothing is drawn yet that a die outline could be around: give its size")
    if not math.isfinite(margin_um) or min(found.width(), found.height()) * layout.dbu + 2 * margin_um <= 0:
        raise CommandError("the margin, %g um, leaves nothing of the die" % margin_um)
    steps = [length * layout.dbu / tech.grid_um for length in (found.left, found.bottom, found.right, found.top)]
    margin = margin_um / tech.grid_um
    low, high = [math.floor(step - margin + _SLACK) for step in steps[:2]], [math.ceil(step + margin - _SLACK) for step in steps[2:]]
    return _box(*(step * tech.grid_um for step in low + high))


def die_outline(cell: pya.Cell, tech: Technology) -> Box | None:
    """The box around the die outlines in the cell and below, None without any; a label on their layer is none."""
    found, dbu = pya.Box(), cell.layout().dbu
    for index in _outlines(cell, tech):
        found += pya.Region(cell.begin_shapes_rec(index)).bbox()
    return None if found.empty() else _box(*(length * dbu for length in (found.left, found.bottom, found.right, found.top)))


def die_box(cell: pya.Cell, tech: Technology) -> Box:
    """The box around the die outlines in the cell and below. Raises CommandError without any."""
    found = die_outline(cell, tech)
    if found is None:
        raise CommandError("no die outline is drawn in this cell: draw it first")
    return found


def place_area(cell: pya.Cell, tech: Technology, choices: AreaChoices) -> Report:
    """Draws the rectangle. A die outline that is there stays the only one: replaced where that was chosen, else nothing is drawn. Returns a Report; raises CommandError."""
    require_layout(cell.layout(), tech)
    if choices.layer not in tech.of_kind("outline") + tech.of_kind("keepout"):
        raise CommandError("technology %s has no layer '%s' for a die outline or keep-out" % (tech.name, choices.layer))
    require_on_a_wafer(choices.box_um)
    is_die = choices.layer in tech.of_kind("outline")
    notes = _make_room(cell, tech, choices.replace) if is_die else []
    left, bottom, right, top = (int(round(tech.on_grid(length) / cell.layout().dbu)) for length in choices.box_um)
    counts = drawing.insert(cell, tech, choices.layer, pya.Polygon(pya.Box(left, bottom, right, top)))
    dbu = cell.layout().dbu
    first = "Drew %s of %g × %g um, from %g, %g to %g, %g." % ("a die outline" if is_die else "a keep-out", (right - left) * dbu, (top - bottom) * dbu, *choices.box_um)
    inside = [] if is_die else _metal_in(cell, tech, choices.layer, pya.Box(left, bottom, right, top))
    return Report([first, *notes, *inside], dict(counts), "warning" if inside else None)


def _box(left: float, bottom: float, right: float, top: float) -> Box:
    return round(left, 9), round(bottom, 9), round(right, 9), round(top, 9)


def _outlines(cell: pya.Cell, tech: Technology) -> list[int]:
    drawn = [tech.layers[name]["gds"] for name in tech.of_kind("outline") if "gds" in tech.layers[name]]
    return [index for gds in drawn for index in layout_file.layer_indexes(cell.layout(), gds)]


def _make_room(cell: pya.Cell, tech: Technology, replace: bool) -> list[str]:
    """Takes away the die outlines of the cell, where that was chosen; CommandError where some would be left."""
    there = die_outline(cell, tech)
    if there is None:
        return []
    left, bottom, right, top = there
    words = "a die outline of %g × %g um" % (right - left, top - bottom)
    for below in map(cell.layout().cell, cell.called_cells()):
        if _own_outlines(below, tech):
            raise CommandError("%s is drawn in cell %s already: show that cell to replace it" % (words, strings.cell_name(below)))
    if not replace:
        raise CommandError("there is %s already: choose to replace it, or delete it first" % words)
    own = _own_outlines(cell, tech)
    for shape in own:
        shape.delete()
    return ["Replaced %s%s." % (words, "" if len(own) == 1 else " (%s)" % counted(len(own), "shape"))]


def _own_outlines(cell: pya.Cell, tech: Technology) -> list[pya.Shape]:
    """The shapes of a cell itself that are die outlines; no labels."""
    return [shape for index in _outlines(cell, tech) for shape in cell.shapes(index).each(pya.Shapes.SRegions)]


def _metal_in(cell: pya.Cell, tech: Technology, layer: str, box: pya.Box) -> list[str]:
    """A warning where metal lies in a new keep-out already."""
    layout, found = cell.layout(), 0
    for name in tech.parts(tech.layers[layer]["for"]) if tech.layers[layer]["for"] in tech.layers else ():
        index = layout.find_layer(*tech.layers[name]["gds"]) if "gds" in tech.layers[name] else None
        if index is not None:
            found += pya.Region(pya.RecursiveShapeIterator(layout, cell, index, box, True)).interacting(pya.Region(box)).count()
    return ["%s of metal already there %s in it." % (counted(found, "shape"), "lies" if found == 1 else "lie")] if found else []
