"""Density in windows stepped over the die from its lower left corner and cut at its edge.

Windows overlap; they are made of square fields as wide as a step, so that the metal of each field is measured once.
Areas are square dbu.
"""

from __future__ import annotations

import math
from array import array
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pya

from . import tiles
from .box_pairs import BoxIndex, pairs_within, together
from .fields import Grid, bounds, covered, in_windows
from .hierarchy import Hierarchy
from .layers import Layers, LayersNear
from .regions import region_of, unmerged

UNSURE = 1e-6  # relative; how near to the limit a field is measured exactly

SHAPES_OF_A_STRIP = 100_000  # bounds the memory
FIELDS_OF_A_RUN = 100  # that take as long to pass over as a run over other ones takes to start
MANY_FIELDS = 1_000_000  # some minutes
MANY_SUMS = 100_000_000  # of a field into a window; some minutes

Field = tuple[int, int]  # column, row


class TooManyWindows(ValueError):
    """Windows a few dbu wide, or a die of metres: they would never end."""


class Window(NamedTuple):
    box: pya.Box
    density: float


def of_die(layers: Layers, layer: str, die: pya.Polygon) -> float:
    """The covered part of a whole die.

    Its metal is summed up in strips, which bound the memory, and are the same whatever the mode of the run.
    """
    ground, box, metal = pya.Region(die), die.bbox(), 0
    for strip in _strips(layers, layer, box):
        on_die = ground & pya.Region(strip)
        metal += (LayersNear(layers, [strip]).raw(layer) & on_die).area()
    return float(metal) / float(ground.area())


def _strips(layers: Layers, layer: str, box: pya.Box) -> list[pya.Box]:
    count = min(layers.hierarchy.flat_shapes(layers.indexes_of(layer)) // SHAPES_OF_A_STRIP + 1, box.height())
    ends = [box.bottom + box.height() * number // count for number in range(count + 1)]
    return [pya.Box(box.left, low, box.right, high) for low, high in zip(ends, ends[1:])]


class Density:
    """`die`: a region; `owner`: the box that must hold the windows' lower left corners, or None. Raises TooManyWindows."""

    def __init__(self, layers: Layers, layer: str, step_um: float, window_um: float, die: pya.Region, owner: "pya.Box | None") -> None:
        self.layers, self.layer, self.die, self.owner = layers, layer, die, owner
        self.step, self.window = (round(layers.dbu_of(length)) for length in (step_um, window_um))
        self.box = die.bbox()
        self._areas: dict[Field, tuple[float, float]] = {}
        self._require_few_windows()

    def _require_few_windows(self) -> None:
        box = self._measured
        if box.empty():
            return
        fields = (box.width() / self.step + 1) * (box.height() / self.step + 1) if self.step > 0 else math.inf
        if fields > MANY_FIELDS or fields * (self.window // self.step) ** 2 > MANY_SUMS:
            raise TooManyWindows("windows of %g um in steps of %g um are too many on %g by %g um: give a larger step" % tuple(
                length * self.layers.dbu for length in (self.window, self.step, box.width(), box.height())))

    def windows(self, lowest: float, highest: float) -> list[Window]:
        """The windows with a density outside the limits, perhaps others."""
        found = []
        for start in self._doubtful(lowest + UNSURE, highest - UNSURE):
            areas = [self._exact_areas((start[0] + dx, start[1] + dy)) for dx in range(self._wide) for dy in range(self._wide)]
            metal, ground = (sum(column) for column in zip(*areas))
            if ground > 0:
                found.append(Window(self._field_box(start, self.window) & self.box, metal / ground))
        return found

    def _doubtful(self, lowest: float, highest: float) -> list[Field]:
        """Lower left fields of the windows that may have a density outside the limits; they hold a field that has."""
        if self._measured.empty():  # a window apart from the die
            return []
        grid, ground = self._grid, self._ground()
        least, most = self._bounds(ground)
        wrong = (least < lowest * ground) | (most > highest * ground)
        least, most, ground = (in_windows(areas, self._wide) for areas in (least, most, ground))
        doubtful = self._begins() & ((least < lowest * ground) | (most > highest * ground))
        wrong &= in_windows(doubtful[::-1, ::-1], self._wide)[::-1, ::-1] > 0
        doubtful &= in_windows(self._wrong_in_tiles(wrong, lowest, highest), self._wide) > 0
        first = (grid.left - self.box.left) // self.step, (grid.bottom - self.box.bottom) // self.step
        return sorted((first[0] + column, first[1] + row) for row, column in zip(*(numbers.tolist() for numbers in doubtful.nonzero())))

    @cached_property
    def _wide(self) -> int:
        return self.window // self.step

    @cached_property
    def _measured(self) -> pya.Box:
        """The box to measure: the die, or the fields of it that windows with their corner in the owner's box reach."""
        if not self.owner:
            return self.box
        sides = (self.owner.left, self.owner.bottom, self.owner.right + self.window, self.owner.top + self.window)
        return _aligned(pya.Box(*sides), self.box.p1, self.step) & self.box

    @cached_property
    def _grid(self) -> Grid:
        return _grid_over(self._measured, self.step)

    def _begins(self) -> np.ndarray:
        """In which fields do windows begin? Those of the owner's, and none that another one holds as a whole."""
        masks = []
        for start, count, low, length, owned in (
                (self._grid.left, self._grid.columns, self.box.left, self.box.width(), self.owner and (self.owner.left, self.owner.right)),
                (self._grid.bottom, self._grid.rows, self.box.bottom, self.box.height(), self.owner and (self.owner.bottom, self.owner.top))):
            corners = start + self.step * np.arange(count)
            mask = corners <= low + max(0, math.ceil((length - self.window) / self.step)) * self.step
            masks.append(mask & (corners >= owned[0]) & (corners < owned[1]) if owned else mask)
        return masks[1][:, None] & masks[0][None, :]

    def _ground(self) -> np.ndarray:
        """The area of each field; some of it may lie outside a die that is no box."""
        grid = self._grid
        sides = [np.minimum(self.step, end - start - self.step * np.arange(count)).astype(float) for start, end, count in (
            (grid.left, self._measured.right, grid.columns), (grid.bottom, self._measured.top, grid.rows))]
        return sides[1][:, None] * sides[0][None, :]

    def _bounds(self, ground: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(least, most) metal in each field."""
        cells = _FieldsOfCells(self.layers, self.layer, self._grid) if self.layers.repeated(self.layer) else None
        if cells and cells.pays():
            least = cells.areas()
            most, unknown = least.copy(), ground < float(self.step) ** 2
        else:
            least, most, unknown = self._bounds_of_shapes()
            most = np.minimum(most, ground)
        if not self.die.is_box():
            outside = (pya.Region(self.box) - self.die).decompose_trapezoids_to_region()
            unknown |= _touched(self._grid, _columns(outside)[0])
        least[unknown], most[unknown] = 0.0, 2.0 * self.window**2
        return least, most

    def _bounds_of_shapes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(least, most, which are unknown): by what is drawn, not merged, for merging takes longest.

        Shapes cover at most the sum of their areas; vias and pads that lie apart cover at least theirs.
        """
        grid = self._grid
        least, most, unknown = grid.nothing(), grid.nothing(), grid.nothing().astype(bool)
        indexes = self.layers.indexes_of(self.layer)
        strips = min(max(self.layers.hierarchy.flat_shapes(indexes) // SHAPES_OF_A_STRIP, 1), grid.rows)
        for rows in (slice(grid.rows * number // strips, grid.rows * (number + 1) // strips) for number in range(strips)):
            strip = grid._replace(bottom=grid.bottom + rows.start * grid.step, rows=rows.stop - rows.start)
            least[rows], most[rows], unknown[rows] = self._bounds_in(strip)
        return least, most, unknown

    def _bounds_in(self, strip: Grid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        room = self._measured & pya.Box(strip.left, strip.bottom, self._measured.right, strip.bottom + strip.rows * strip.step)
        sides = np.array([room.left, room.bottom, room.right, room.top])
        most, crossed, closed = strip.nothing(), strip.nothing().astype(bool), []
        for part in self.layers.technology.parts(self.layer):
            for index in self.layers.indexes_of(part):
                drawn = self.layers.drawn(index, room)
                shapes = _columns(drawn)
                most += bounds(strip, *shapes, sides)[1]
                crossed |= _touched(strip, _crossing(drawn, shapes[0]))
                if self.layers.technology.closed_shapes(part):
                    closed.append(shapes)
        if not closed:
            return strip.nothing(), most, crossed
        boxes, areas = (np.concatenate(columns) for columns in zip(*closed))
        apart = np.ones(len(boxes), dtype=bool)
        for ones, others in pairs_within(BoxIndex(boxes - np.array([0, 0, 1, 1]))):  # what only touches shares no area
            apart[ones] = apart[others] = False
        return bounds(strip, boxes[apart], areas[apart], sides)[0], most, crossed

    def _wrong_in_tiles(self, asked: np.ndarray, lowest: float, highest: float) -> np.ndarray:
        """Which of these fields have a density outside the limits, by merging what lies in them."""
        wrong = np.zeros_like(asked)
        if not asked.any():
            return wrong
        fields = [self._grid.box_of(column, row) for row, column in zip(*(numbers.tolist() for numbers in asked.nonzero()))]
        found, middles = unmerged(pya.Region()), unmerged(region_of(pya.Box(field.center(), field.center() + pya.Vector(1, 1)) for field in fields))
        for area in self._areas_around(fields):
            self._judge(area, middles, lowest, highest, found)
        for field in found.each():
            middle = field.bbox().center()
            wrong[(middle.y - self._grid.bottom) // self.step, (middle.x - self._grid.left) // self.step] = True
        return wrong

    def _areas_around(self, fields: list[pya.Box]) -> list[pya.Box]:
        """Boxes of fields that hold these: one around all, or where it would hold many others, as with fields along two sides of a die, several."""
        region = region_of(fields)
        around, parts = region.bbox(), [part.bbox() for part in region.merged(False, 0).decompose_trapezoids_to_region().each()]
        others = around.area() / self.step**2 - len(fields)
        return parts if others > FIELDS_OF_A_RUN * len(parts) else [around]

    def _judge(self, area: pya.Box, middles: pya.Region, lowest: float, highest: float, found: pya.Region) -> None:
        """Adds to `found` the fields in an area, of those with these middles, that have a density outside the limits."""
        area += area.p2 + pya.Vector(self.step, 0)  # a tile alone would be given the whole layout
        processor = tiles.processor(area, self.layers.dbu, self.step * self.layers.dbu, self.layers.threads)
        metal = []
        for index in self.layers.indexes_of(self.layer):
            metal.append("metal%d" % len(metal))
            processor.input(metal[-1], self.layers.layout, self.layers.cell.cell_index(), index)
        processor.input("die", self.die)
        processor.input("asked", middles)
        processor.output("found", found)
        processor.queue(_judged(metal, lowest, highest))
        processor.execute("Post-passivation DRC: density")

    def _field_box(self, field: Field, side: int) -> pya.Box:
        return pya.Box(0, 0, side, side).moved(self.box.left + field[0] * self.step, self.box.bottom + field[1] * self.step)

    def _exact_areas(self, field: Field) -> tuple[float, float]:
        """(metal, die) in one field."""
        if field not in self._areas:
            on_die = self.die & pya.Region(self._field_box(field, self.step))
            metal = 0 if on_die.is_empty() else (LayersNear(self.layers, [on_die.bbox()]).raw(self.layer) & on_die).area()
            self._areas[field] = float(metal), float(on_die.area())
        return self._areas[field]


def _judged(metal: list[str], lowest: float, highest: float) -> str:
    return "; ".join((
        "var on_die = asked.is_empty ? Region.new : die & _tile",
        "var ground = on_die.area",
        "var metal = %s" % (" + ".join(metal) or "Region.new"),
        "metal.merged_semantics = false",
        "var area = asked.is_empty ? 0 : (metal & on_die).area",
        "_output(found, area < %r * ground || area > %r * ground ? _tile : Region.new)" % (lowest, highest)))


def _columns(drawn: pya.Region) -> tuple[np.ndarray, np.ndarray]:
    """(boxes, areas) of shapes that are not merged. A container of shapes is read in half the time."""
    shapes, sides, areas = pya.Shapes(), array("q"), array("d")
    shapes.insert(drawn)
    for shape in shapes.each():
        box = shape.bbox()
        sides.extend((box.left, box.bottom, box.right, box.top))
        areas.append(shape.area())
    return np.frombuffer(sides, dtype=np.int64).reshape(-1, 4), np.frombuffer(areas)


def _crossing(drawn: pya.Region, boxes: np.ndarray) -> np.ndarray:
    """Boxes of the shapes, and perhaps of others beside them, that cross themselves: their area is not what they cover."""
    crossing, _ = _columns(drawn.non_rectangles().strange_polygon_check())
    return boxes[np.unique(together(BoxIndex(crossing).pairs(boxes))[0])]


def _touched(grid: Grid, boxes: np.ndarray) -> np.ndarray:
    """The fields that boxes reach into."""
    return bounds(grid, boxes, np.full(len(boxes), np.inf), grid.box())[1] > 0


def _grid_over(box: pya.Box, step: int) -> Grid:
    return Grid(box.left, box.bottom, step, math.ceil(box.width() / step), math.ceil(box.height() / step))


def _aligned(box: pya.Box, origin: pya.Point, step: int) -> pya.Box:
    """The box, larger, so that it begins and ends with a field."""
    left, bottom = origin.x + (box.left - origin.x) // step * step, origin.y + (box.bottom - origin.y) // step * step
    return pya.Box(left, bottom, origin.x - (origin.x - box.right) // step * step, origin.y - (origin.y - box.top) // step * step)


class _Alike(NamedTuple):
    """Placements of a cell that lie alike on the grid; places: by how many fields they are off the first."""

    cell: pya.Cell
    first: pya.ICplxTrans
    places: list[Field]


class _FieldsOfCells:
    """Metal in each field of a grid, from cells that are placed often.

    All placements of a cell that lie alike on the grid hold the same metal in the same fields.
    """

    def __init__(self, layers: Layers, name: str, grid: Grid) -> None:
        self.grid, self.layout = grid, pya.Layout()
        self.layout.dbu = layers.dbu
        top, self.layer = self.layout.create_cell("density"), self.layout.layer(1, 0)
        layers.merged_by_cell(name).insert_into(self.layout, top.cell_index(), self.layer)
        self.hierarchy = Hierarchy(self.layout, top)
        self._edges: dict[int, np.ndarray] = {}
        self.groups = [group for cell in self.hierarchy.cells if not cell.shapes(self.layer).is_empty() for group in self._groups_of(cell)]

    def pays(self) -> bool:
        """Are fewer shapes cut into fields this way? Not where a cell lies twice at one place: its metal would count twice."""
        if any(len(set(group.places)) < len(group.places) for group in self.groups):
            return False
        return 2 * sum(group.cell.shapes(self.layer).size() for group in self.groups) < self.hierarchy.flat_shapes([self.layer])

    def areas(self) -> np.ndarray:
        areas = self.grid.nothing()
        for group in self.groups:
            home, pattern = self._pattern_of(group)
            for dx, dy in group.places:
                _add(areas, pattern, home[0] + dx, home[1] + dy)
        return areas

    def _groups_of(self, cell: pya.Cell) -> list[_Alike]:
        groups: dict[tuple, _Alike] = {}
        homes: dict[tuple, Field] = {}
        for place in self.hierarchy.placements(cell):
            column, across = divmod(place.disp.x - self.grid.left, self.grid.step)
            row, up = divmod(place.disp.y - self.grid.bottom, self.grid.step)
            key = place.angle, place.is_mirror(), across, up
            home = homes.setdefault(key, (column, row))
            groups.setdefault(key, _Alike(cell, place, [])).places.append((column - home[0], row - home[1]))
        return list(groups.values())

    def _pattern_of(self, group: _Alike) -> tuple[Field, np.ndarray]:
        """(column and row of its first field, metal) of the first placement of the group."""
        edges = _placed(self._edges_of(group.cell), group.first)
        corners = edges.reshape(-1, 2)
        box = pya.Box(*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist())
        grid = _grid_over(_aligned(box, pya.Point(self.grid.left, self.grid.bottom), self.grid.step), self.grid.step)
        home = (grid.left - self.grid.left) // grid.step, (grid.bottom - self.grid.bottom) // grid.step
        return home, covered(grid, edges)

    def _edges_of(self, cell: pya.Cell) -> np.ndarray:
        """x1, y1, x2, y2 of the edges of the cell's own metal."""
        if cell.cell_index() not in self._edges:
            ends = array("q")
            for edge in self.hierarchy.own(cell, self.layer).edges().each():
                ends.extend((edge.x1, edge.y1, edge.x2, edge.y2))
            self._edges[cell.cell_index()] = np.frombuffer(ends, dtype=np.int64).reshape(-1, 4)
        return self._edges[cell.cell_index()]


def _placed(edges: np.ndarray, place: pya.ICplxTrans) -> np.ndarray:
    """Edges where a placement puts them; it turns by right angles and keeps sizes."""
    ends = [place * pya.Point(x, y) for x, y in ((0, 0), (1, 0), (0, 1))]
    origin, right, up = (np.array([point.x, point.y]) for point in ends)
    return (edges.reshape(-1, 2) @ np.array([right - origin, up - origin]) + origin).reshape(-1, 4)


def _add(areas: np.ndarray, pattern: np.ndarray, column: int, row: int) -> None:
    """Adds a pattern at a place, as far as the areas go."""
    left, bottom = max(-column, 0), max(-row, 0)
    into = areas[row + bottom:max(row + len(pattern), 0), column + left:max(column + pattern.shape[1], 0)]
    into += pattern[bottom:bottom + into.shape[0], left:left + into.shape[1]]
