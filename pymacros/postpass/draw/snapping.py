"""Where the mouse means: the edit grid, and centres, corners and pitch grids of pads, vias and contact points nearby. Lengths are um."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pya

if TYPE_CHECKING:
    from ..tech.answers import Technology

MOST_SHAPES = 200  # that are looked at; among more the grid alone counts
KINDS = ("pad", "contact", "cut")
GRID, CENTRE, CORNER, PITCH = "grid", "centre", "corner", "pitch"
_AROUND = 20  # reaches, within which shapes tell their pitch
_SLACK_UM = 1e-6


class Snapped(NamedTuple):
    """A place, and what it snapped to."""

    x_um: float
    y_um: float
    to: str  # GRID, CENTRE, CORNER or PITCH

    def words(self) -> str:
        """"12.5, -3" with what it snapped to, unless that is the grid."""
        place = "%s, %s" % tuple(("%.4f" % length).rstrip("0").rstrip(".") for length in self[:2])
        return place if self.to == GRID else "%s (%s)" % (place, self.to)


def edit_grid(edit: str, common: str, tech: Technology) -> tuple[float, float]:
    """The grid in x and y: the view's own ("0.5" or "0.5,0.25"), "global" for that of the application, "none" for the technology's.

    edit, common: texts of KLayout's configuration edit-grid and grid-micron.
    """
    words = (common if edit.strip() in ("", "global") else edit).split(",")
    try:
        steps = [float(word) for word in words[:2]]
    except ValueError:  # "none"
        steps = []
    good = [step for step in steps if math.isfinite(step) and step > 0]
    return (max(good[0], tech.grid_um), max(good[-1], tech.grid_um)) if good and len(good) == len(steps) else (tech.grid_um, tech.grid_um)


def on_grid(x_um: float, y_um: float, grid: tuple[float, float], tech: Technology) -> tuple[float, float]:
    """The nearest point of the edit grid that is on the technology's grid, too (the nearest of that where the two do not fit)."""
    x, y = (tech.on_grid(round(length / step) * step) for length, step in zip((x_um, y_um), grid))
    return x + 0.0, y + 0.0


def snapped(cell: pya.Cell, tech: Technology, x_um: float, y_um: float, reach_um: float, grid: tuple[float, float], pitch_um: tuple[float, float] = (0.0, 0.0)) -> Snapped:
    """The place that is meant by x, y of the cell.

    Within the reach the nearest centre of a shape, else the nearest corner of its box, else the nearest place one pitch beyond
    neighbours: the pitch that they have among each other, or `pitch_um`. Without any the grid.
    """
    plain = Snapped(*on_grid(x_um, y_um, grid, tech), GRID)
    boxes = _nearby(cell, tech, x_um, y_um, reach_um, pitch_um)
    if not boxes:
        return plain
    dbu = cell.layout().dbu
    centres = list(dict.fromkeys((box.center().x * dbu, box.center().y * dbu) for box in boxes))
    corners = [(x * dbu, y * dbu) for box in boxes for x in (box.left, box.right) for y in (box.bottom, box.top)]
    for to, places in ((CENTRE, centres), (CORNER, corners), (PITCH, _beyond(centres, pitch_um))):
        near = [place for place in places if math.hypot(place[0] - x_um, place[1] - y_um) <= reach_um]
        if near:
            x, y = min(near, key=lambda place: math.hypot(place[0] - x_um, place[1] - y_um))
            return Snapped(tech.on_grid(x) + 0.0, tech.on_grid(y) + 0.0, to)
    return plain


def _nearby(cell: pya.Cell, tech: Technology, x_um: float, y_um: float, reach_um: float, pitch_um: tuple[float, float]) -> list[pya.Box]:
    """Boxes of the shapes around, three pitches far at least; [] where there are too many."""
    layout, found = cell.layout(), []
    layers = [tech.layers[name]["gds"] for kind in KINDS for name in tech.of_kind(kind)]
    indexes = [index for index in (layout.find_layer(*numbers) for numbers in layers) if index is not None]
    reach = int(max(reach_um + 3 * max(pitch_um), _AROUND * reach_um) / layout.dbu) + 1
    x, y = int(round(x_um / layout.dbu)), int(round(y_um / layout.dbu))
    if not indexes or max(abs(x), abs(y)) + reach >= 2 ** 31:
        return []
    shapes = pya.RecursiveShapeIterator(layout, cell, indexes, pya.Box(x - reach, y - reach, x + reach, y + reach), False)
    shapes.shape_flags = pya.Shapes.SBoxes | pya.Shapes.SPolygons
    while not shapes.at_end():
        found.append(shapes.shape().bbox().transformed(shapes.trans()))
        if len(found) > MOST_SHAPES:
            return []
        shapes.next()
    return found


def _beyond(centres: Sequence[tuple[float, float]], pitch_um: tuple[float, float]) -> list[tuple[float, float]]:
    """Free places that continue rows and columns: beyond two neighbours as far as they are apart, and one pitch beside each."""
    found = []
    for axis in (0, 1):
        lines: dict[float, list[tuple[float, float]]] = {}
        for centre in centres:
            lines.setdefault(round(centre[1 - axis] / _SLACK_UM), []).append(centre)
        for line in lines.values():
            line.sort(key=lambda centre: centre[axis])
            for one, other in zip(line, line[1:]):
                apart = other[axis] - one[axis]
                found += [_moved(one, axis, -apart), _moved(other, axis, apart)]
        if pitch_um[axis] > 0:
            found += [_moved(centre, axis, way * pitch_um[axis]) for centre in centres for way in (-1, 1)]
    return found


def _moved(place: tuple[float, float], axis: int, by: float) -> tuple[float, float]:
    return (place[0] + by, place[1]) if axis == 0 else (place[0], place[1] + by)
