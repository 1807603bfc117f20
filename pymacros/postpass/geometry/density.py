"""Density in windows stepped over the die from its lower left corner and cut at its edge.

Windows overlap; they are made of square fields as wide as a step, so that the metal of each field is measured once.
Areas are square dbu.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

import pya

from . import tiles
from .hierarchy import Hierarchy
from .layers import Layers, LayersNear

UNSURE = 1e-6  # relative; how near to the limit a field is measured exactly

MANY_FIELDS = 1_000_000  # some minutes
MANY_SUMS = 100_000_000  # of a field into a window; some minutes

Field = tuple[int, int]  # column, row


class TooManyWindows(ValueError):
    """Windows a few dbu wide, or a die of metres: they would never end."""


class Window(NamedTuple):
    box: pya.Box
    density: float


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
        for start in self._starts_around(self._doubtful_fields(lowest + UNSURE, highest - UNSURE)):
            areas = [self._exact_areas((start[0] + dx, start[1] + dy)) for dx in range(self.window // self.step) for dy in range(self.window // self.step)]
            metal, ground = (sum(column) for column in zip(*areas))
            if ground > 0:
                found.append(Window(self._field_box(start, self.window) & self.box, metal / ground))
        return found

    def _doubtful_fields(self, lowest: float, highest: float) -> list[Field]:
        """Fields whose own density is outside the limits; a window without any keeps them."""
        measured = self._measured
        if measured.empty():  # a window apart from the die
            return []
        cells = _FieldsOfCells(self.layers, self.layer, self.box.p1, self.step) if self.layers.repeated(self.layer) else None
        if not cells or not cells.pays():
            return self._doubtful_in_tiles(measured, lowest, highest)
        areas, whole = cells.areas(), float(self.step) * self.step
        return [field for field in self._every_field() if not (lowest <= areas.get(field, 0.0) / whole <= highest and self._is_whole(field))]

    def _is_whole(self, field: Field) -> bool:
        """Does the field lie on the die as a whole?"""
        box = self._field_box(field, self.step)
        return box.inside(self.box) if self.die.is_box() else (pya.Region(box) - self.die).is_empty()

    def _every_field(self) -> Iterator[Field]:
        columns, rows = (math.ceil(length / self.step) for length in (self.box.width(), self.box.height()))
        return ((column, row) for column in range(columns) for row in range(rows))

    def _doubtful_in_tiles(self, measured: pya.Box, lowest: float, highest: float) -> list[Field]:
        found = pya.Region()
        processor = tiles.processor(measured, self.layers.dbu, self.step * self.layers.dbu, self.layers.threads)
        metal, closed = [], []
        for part in self.layers.technology.parts(self.layer):
            for index in self.layers.indexes_of(part):
                name = "metal%d" % len(metal)
                processor.input(name, self.layers.layout, self.layers.cell.cell_index(), index)
                metal.append(name)
                if self.layers.technology.closed_shapes(part):
                    closed.append(name)
        processor.input("die", self.die)
        processor.output("found", found)
        processor.queue(_doubt(metal, closed, lowest, highest))
        processor.execute("Post-passivation DRC: density")
        found.merged_semantics = False
        return [((field.bbox().left - self.box.left) // self.step, (field.bbox().bottom - self.box.bottom) // self.step) for field in found.each()]

    @cached_property
    def _measured(self) -> pya.Box:
        """The box to measure: the die, or the fields of it that windows with their corner in the owner's box reach."""
        if not self.owner:
            return self.box
        sides = (self.owner.left, self.owner.bottom, self.owner.right + self.window, self.owner.top + self.window)
        return _aligned(pya.Box(*sides), self.box.p1, self.step) & self.box

    def _starts_around(self, fields: Iterable[Field]) -> list[Field]:
        """The windows that hold one of these fields: their lower left fields."""
        most = [max(0, math.ceil((length - self.window) / self.step)) for length in (self.box.width(), self.box.height())]
        wide = self.window // self.step
        starts = {(column, row) for field in fields
                  for column in range(max(field[0] - wide + 1, 0), min(field[0], most[0]) + 1)
                  for row in range(max(field[1] - wide + 1, 0), min(field[1], most[1]) + 1)}
        return sorted(start for start in starts if self._is_owned(start))

    def _is_owned(self, start: Field) -> bool:
        corner = self._field_box(start, self.window)
        return not self.owner or (self.owner.left <= corner.left < self.owner.right and self.owner.bottom <= corner.bottom < self.owner.top)

    def _field_box(self, field: Field, side: int) -> pya.Box:
        return pya.Box(0, 0, side, side).moved(self.box.left + field[0] * self.step, self.box.bottom + field[1] * self.step)

    def _exact_areas(self, field: Field) -> tuple[float, float]:
        """(metal, die) in one field."""
        if field not in self._areas:
            on_die = self.die & pya.Region(self._field_box(field, self.step))
            metal = 0 if on_die.is_empty() else (LayersNear(self.layers, [on_die.bbox()]).raw(self.layer) & on_die).area()
            self._areas[field] = float(metal), float(on_die.area())
        return self._areas[field]


def _doubt(metal: list[str], closed: list[str], lowest: float, highest: float) -> str:
    """Merging takes longest. Without it, what is drawn covers at most the sum of its areas, and vias and pads that lie apart
    cover at least theirs; where these sums decide, nothing is merged. One tile alone is all the layout and has no _tile.
    """
    return "; ".join((
        "var field = is_nil(_tile) ? Region.new(die.bbox) : _tile",
        "var on_die = die & field",
        "var ground = on_die.area",
        "var low = %r * ground" % lowest,
        "var high = %r * ground" % highest,
        "var metal = %s" % _sum(metal),
        "metal.merged_semantics = false",
        "var closed = %s" % _sum(closed),
        "closed.merged_semantics = false",
        "var apart = closed & on_die",
        "apart.merged_semantics = false",
        "var sure = metal.area <= high && apart.area >= low && closed.extents(1, 1).merged(false, 2).is_empty",
        "var area = sure ? 0 : (metal & on_die).area",
        "_output(found, !sure && (area < low || area > high) ? field : Region.new)"))


def _sum(names: list[str]) -> str:
    return "(%s)" % " + ".join(names) if names else "Region.new"


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
    """Metal in each field of a regular grid, from cells that are placed often.

    All placements of a cell that lie alike on the grid hold the same metal in the same fields.
    """

    def __init__(self, layers: Layers, name: str, origin: pya.Point, step: int) -> None:
        self.layers, self.origin, self.step = layers, origin, step
        self.layout = pya.Layout()
        self.layout.dbu = layers.dbu
        top, self.layer = self.layout.create_cell("density"), self.layout.layer(1, 0)
        layers.merged_by_cell(name).insert_into(self.layout, top.cell_index(), self.layer)
        self.hierarchy = Hierarchy(self.layout, top)
        self.groups = [group for cell in self.hierarchy.cells if not cell.shapes(self.layer).is_empty() for group in self._groups_of(cell)]

    def pays(self) -> bool:
        """Are fewer shapes cut into fields this way? Not where a cell lies twice at one place: its metal would count twice."""
        if any(len(set(group.places)) < len(group.places) for group in self.groups):
            return False
        return 2 * sum(group.cell.shapes(self.layer).size() for group in self.groups) < self.hierarchy.flat_shapes([self.layer])

    def areas(self) -> dict[Field, float]:
        areas: dict[Field, float] = {}
        for group in self.groups:
            pattern = self._pattern_of(group)
            for dx, dy in group.places:
                for (column, row), area in pattern.items():
                    areas[column + dx, row + dy] = areas.get((column + dx, row + dy), 0.0) + area
        return areas

    def _groups_of(self, cell: pya.Cell) -> list[_Alike]:
        groups: dict[tuple, _Alike] = {}
        homes: dict[tuple, Field] = {}
        for place in self.hierarchy.placements(cell):
            column, across = divmod(place.disp.x - self.origin.x, self.step)
            row, up = divmod(place.disp.y - self.origin.y, self.step)
            key = place.angle, place.is_mirror(), across, up
            home = homes.setdefault(key, (column, row))
            groups.setdefault(key, _Alike(cell, place, [])).places.append((column - home[0], row - home[1]))
        return list(groups.values())

    def _pattern_of(self, group: _Alike) -> dict[Field, float]:
        """Metal of the first placement of the group."""
        metal = self.hierarchy.own(group.cell, self.layer).transformed(group.first)
        box = _aligned(metal.bbox(), self.origin, self.step)
        receiver = _Areas((box.left - self.origin.x) // self.step, (box.bottom - self.origin.y) // self.step)
        processor = tiles.processor(box, self.layers.dbu, self.step * self.layers.dbu, 0)  # the receiver is Python, which runs in one thread
        processor.input("metal", metal)
        processor.output("area", receiver)
        processor.queue("_output(area, (is_nil(_tile) ? metal.merged : metal & _tile).area)")
        processor.execute("Post-passivation DRC: density")
        return receiver.areas


class _Areas(pya.TileOutputReceiver):
    """Areas above 0 by field; column, row: field of the first tile."""

    def __init__(self, column: int, row: int) -> None:
        super().__init__()
        self.column, self.row = column, row
        self.areas: dict[Field, float] = {}

    def put(self, column: int, row: int, _tile: pya.Box, area: float, _dbu: float, _clip: bool) -> None:
        if area > 0:
            self.areas[self.column + column, self.row + row] = area
