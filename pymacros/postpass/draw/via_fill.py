"""As many vias as the rules allow inside a pad: rows at the smallest pitch, each as full as its part of the pad lets it be.

A via keeps the enclosure by the metal from the pad's edge, its space and pitch from other vias, old ones too, and the separations
from other openings. No capture pads are drawn: the pad is the metal. Coordinates inside are dbu.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pya

from ..geometry import distances
from ..geometry.regions import edges_of, region_of
from ..messages import counted
from ..tech import vias
from . import findings, placed, shapes
from .choices import CommandError, require_possible
from .commands import Report, require_layout

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .choices import ViaChoices

MOST_VIAS = 200000  # in one pad
_SHIFTS = 8  # of the rows, and of the places in a row, that are tried in one pitch
_CIRCLE = 32  # corners of what stands for a circle
_DOUBT = 2  # dbu: a via that is nearer to its limit than this is measured

Row = list[tuple[int, int]]  # the intervals that the middle of a via may lie in


class Wall(NamedTuple):
    """What a via keeps away from."""

    region: pya.Region
    distance: float


def fill(cell: pya.Cell, tech: Technology, choices: ViaChoices, pads: Sequence[pya.Polygon]) -> Report:
    """Fills each of the pads (polygons of the cell, dbu) with vias of the choices' cut, shape and size. Returns a Report.

    Raises CommandError when there is no pad, or no room for a via in any.
    """
    require_layout(cell.layout(), tech)
    choices = choices._replace(columns=1, rows=1, places=(), size_um=tech.on_grid(choices.size_um))
    require_possible(tech, choices)
    if not pads:
        raise CommandError("Select the pads to fill with vias first")
    counts: Counter[str] = Counter()
    full, empty, known = [], [], {}
    for pad in region_of(pads).merged().each():
        places = _places(cell, tech, choices, pad, known)
        (full if places else empty).append(pad)
        if places:
            counts += placed.insert_cuts(cell, tech, choices, places)
    if not full:
        raise CommandError("no via of %g um fits into %s beside what is there: for one, a square pad must be at least %g um wide" % (
            choices.size_um, "the pad" if len(empty) == 1 else "any of the pads", choices.size_um + 2 * _enclosure_um(tech, choices)))
    found = findings.via_findings(tech, choices)
    notes = ["No via fits into %s, at %s um." % (counted(len(empty), "pad"), "; ".join("%g, %g" % _middle_um(pad, cell) for pad in empty[:5]))] if empty else []
    first = "Placed %s in %s." % (counted(counts[choices.cut], "via"), counted(len(full), "pad"))
    return Report([first, *notes, *(finding.sentence for finding in found)], dict(counts), findings.worst(found) or ("warning" if empty else None))


def _middle_um(pad: pya.Polygon, cell: pya.Cell) -> tuple[float, float]:
    return pad.bbox().center().x * cell.layout().dbu, pad.bbox().center().y * cell.layout().dbu


def _enclosure_um(tech: Technology, choices: ViaChoices) -> float:
    return tech.limit("enclosure", choices.cut, vias.metal_above(tech, choices.cut)) or 0.0


def _places(cell: pya.Cell, tech: Technology, choices: ViaChoices, pad: pya.Polygon, known: dict[Any, list[tuple[int, int]]]) -> list[tuple[float, float]]:
    """[(x_um, y_um)] of the vias in one pad. known: those in pads of one outline with nothing else near, from the lower left corner."""
    dbu, box = cell.layout().dbu, pad.bbox()
    grid = int(round(tech.grid_um / dbu))
    drawn = [one for one in findings.elements(tech, choices) if not one.may_touch]
    pitch = max(math.ceil(findings.closest_pitch_um(tech, one.layer, one.size_um) / tech.grid_um - 1e-6) for one in drawn) * grid
    if (box.width() / pitch + 1) * (box.height() / pitch + 1) > MOST_VIAS:
        raise CommandError("more than %d vias would come into one pad: take larger vias, or place an array" % MOST_VIAS)
    walls = _walls(cell, tech, choices, pad, drawn)
    key = (len(walls), box.left % grid, box.bottom % grid, *((point.x - box.left, point.y - box.bottom) for point in pad.each_point_hull()))
    if key not in known or len(walls) > 1 or pad.holes():
        outline = shapes.polygon(choices.shape, choices.size_um, 0.0, 0.0, dbu, tech.grid_um)
        room = _Room(outline, walls, box, grid)
        known[key] = [(x - box.left, y - box.bottom) for x, y in _best(room, pitch)]
    return [((x + box.left) * dbu, (y + box.bottom) * dbu) for x, y in known[key]]


def _walls(cell: pya.Cell, tech: Technology, choices: ViaChoices, pad: pya.Polygon, drawn: Sequence[findings.Element]) -> list[Wall]:
    """What lies outside of the pad, vias and contact points that are there, and openings of other layers."""
    dbu, size = cell.layout().dbu, choices.size_um
    around = pad.bbox().enlarged(int(size / dbu), int(size / dbu))
    walls = [Wall(pya.Region(around) - pya.Region(pad), _enclosure_um(tech, choices) / dbu)]
    for one in drawn:
        space, wider = tech.limit("space", one.layer) or 0.0, (one.size_um - size) / 2
        pitch = tech.limit("pitch_min", one.layer) or 0.0
        walls.append(_there(cell, tech, one.layer, around, (max(space, pitch - one.size_um) + wider) / dbu))
    for name in tech.layers:
        apart = tech.limit("separation", choices.cut, name)
        if apart and "gds" in tech.layers[name]:
            walls.append(_there(cell, tech, name, around, apart / dbu))
    return [wall for wall in walls if not wall.region.is_empty()]


def _there(cell: pya.Cell, tech: Technology, name: str, around: pya.Box, distance: float) -> Wall:
    index = cell.layout().find_layer(*tech.layers[name]["gds"])
    if index is None:
        return Wall(pya.Region(), distance)
    box = around.enlarged(int(distance), int(distance))
    return Wall(pya.Region(pya.RecursiveShapeIterator(cell.layout(), cell, index, box, True)).merged(), distance)


class _Room:
    """Where the middle of a via may lie."""

    def __init__(self, outline: pya.Polygon, walls: Sequence[Wall], box: pya.Box, grid: int) -> None:
        self.outline, self.walls, self.box, self.grid = outline, walls, box, grid
        self.sure, self.likely = self._allowed(_DOUBT), self._allowed(-_DOUBT)
        self.edges = [([edge for polygon in wall.region.each() for edge in polygon.each_edge()], wall.distance) for wall in walls]

    def _allowed(self, more: int) -> pya.Region:
        turned = self.outline.transformed(pya.Trans(pya.Trans.R180))
        blocked = pya.Region()
        for wall in self.walls:
            reach = max(int(math.ceil(wall.distance)) + more, 0)
            if more > 0:
                reach = int(math.ceil(reach / math.cos(math.pi / _CIRCLE)))  # the circle outside of its corners' one
            near = wall.region.minkowski_sum(pya.Polygon.ellipse(pya.Box(-reach, -reach, reach, reach), _CIRCLE)) if reach else wall.region
            blocked += near.minkowski_sum(turned)
        return pya.Region(self.box) - blocked.merged()

    def rows(self, low: int, pitch: int) -> dict[int, Row]:
        """{y: the intervals of x, both ends on the grid} of the rows from a y upwards."""
        levels = range(low, self.box.top + 1, pitch)
        lines = edges_of(pya.Edge(self.box.left - 1, y, self.box.right + 1, y) for y in levels)
        likely, sure = _intervals(lines & self.likely), _intervals(lines & self.sure)
        found = {}
        for y in levels:
            row = [self._exact(interval, y, sure.get(y, [])) for interval in likely.get(y, [])]
            if any(row):
                found[y] = [interval for interval in row if interval]
        return found

    def _exact(self, interval: tuple[int, int], y: int, sure: Row) -> tuple[int, int] | None:
        """The interval with ends on the grid where a via does keep its distances; None where it does nowhere."""
        low, high = -(-interval[0] // self.grid) * self.grid, interval[1] // self.grid * self.grid
        while low <= high and not self.fits(low, y, sure):
            low += self.grid
        while high > low and not self.fits(high, y, sure):
            high -= self.grid
        return (low, high) if low <= high else None

    def fits(self, x: int, y: int, sure: Row) -> bool:
        """Whether a via at x, y keeps its distances."""
        number = bisect_right(sure, (x, math.inf)) - 1
        if number >= 0 and sure[number][0] <= x <= sure[number][1]:
            return True
        via = self.outline.moved(x, y)
        mine = list(via.each_edge())
        for edges, distance in self.edges:
            near = via.bbox().enlarged(int(distance) + 1, int(distance) + 1)
            if any(distances.between(edge, other) < distance - 1e-6 for other in edges if other.bbox().touches(near) for edge in mine):
                return False
        return not any(wall.distance == 0 and not (wall.region & pya.Region(via)).is_empty() for wall in self.walls)

    def kept(self, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Those of the places where a via keeps its distances: the ends of an interval do, what lies between is nearly always sure."""
        lines = edges_of(pya.Edge(self.box.left - 1, y, self.box.right + 1, y) for y in {y for _, y in places})
        sure = _intervals(lines & self.sure)
        return [(x, y) for x, y in places if self.fits(x, y, sure.get(y, []))]


def _intervals(lines: pya.Edges) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for edge in lines.merged().each():
        found.setdefault(edge.y1, []).append((min(edge.x1, edge.x2), max(edge.x1, edge.x2)))
    return {y: sorted(row) for y, row in found.items()}


def _best(room: _Room, pitch: int) -> list[tuple[int, int]]:
    """The fullest arrangement that is found: on one lattice where that holds as many as rows that are shifted one by one."""
    best: list[tuple[int, int]] = []
    middle = room.box.center()
    for low in _begins(room.box.bottom, room.box.top, middle.y, pitch, room.grid):
        rows = room.rows(low, pitch)
        for tried in [*(_on_lattice(rows, begin, pitch) for begin in _begins(room.box.left, room.box.right, middle.x, pitch, room.grid)), _one_by_one(rows, pitch, room.grid)]:
            if len(tried) > len(best):
                best = max(best, room.kept(tried), key=len)
    return best


def _begins(low: int, high: int, middle: int, pitch: int, grid: int) -> Iterable[int]:
    """Where a lattice may begin, from `low` on: around the middle first, then other shifts of one pitch, all on the grid."""
    shifts = [middle, middle - pitch / 2] + [middle + number * pitch / _SHIFTS for number in range(1, _SHIFTS)]
    return dict.fromkeys(low + (int(round(shift / grid)) * grid - low) % pitch for shift in shifts)


def _on_lattice(rows: dict[int, Row], begin: int, pitch: int) -> list[tuple[int, int]]:
    return [(x, y) for y, row in rows.items() for low, high in row for x in range(begin + -((begin - low) // pitch) * pitch, high + 1, pitch)]


def _one_by_one(rows: dict[int, Row], pitch: int, grid: int) -> list[tuple[int, int]]:
    """Every interval filled from its middle; neighbouring intervals of a row stay a pitch apart."""
    found = []
    for y, row in rows.items():
        last = -math.inf
        for low, high in row:
            start = max(low, last + pitch)
            if start <= high:
                number = int((high - start) // pitch) + 1
                spare = int((high - start - (number - 1) * pitch) // (2 * grid)) * grid
                found += [(int(start) + spare + index * pitch, y) for index in range(number)]
                last = found[-1][0]
    return found
