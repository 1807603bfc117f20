"""The connected shapes of a layer as columns of whole numbers, so that a million of them fit into memory. Coordinates are dbu.

A figure is an outline at a place. Figures have numbers: first those outside of blocks (see blocks.py), then those of each
block, place by place, without a copy for each place.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pya

from ..geometry import merging
from ..geometry.box_pairs import BoxIndex, pairs_of, pairs_within, together
from .distances import distance
from .outlines import Outlines
from .touching import touch

if TYPE_CHECKING:
    from .blocks import Block


class Columns:
    """Figures at places of their own. boxes: shape (n, 4); numbers: of their outlines."""

    def __init__(self, outlines: Outlines, boxes: np.ndarray, numbers: np.ndarray) -> None:
        self.outlines, self.boxes, self.numbers = outlines, boxes, numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @classmethod
    def of_boxes(cls, outlines: Outlines, boxes: np.ndarray) -> Columns:
        """Figures that are boxes; a point is a box without size."""
        sizes, which = np.unique(boxes[:, 2:] - boxes[:, :2], axis=0, return_inverse=True)
        numbers = np.array([outlines.of_box(width, height) for width, height in sizes.tolist()], dtype=np.int32)
        return cls(outlines, boxes, numbers[which.reshape(-1)] if len(numbers) else np.zeros(0, dtype=np.int32))

    @cached_property
    def index(self) -> BoxIndex:
        return BoxIndex(self.boxes)

    def some(self, numbers: np.ndarray) -> Columns:
        return Columns(self.outlines, self.boxes[numbers], self.numbers[numbers])

    def joined_with(self, other: Columns) -> Columns:
        return Columns(self.outlines, np.concatenate([self.boxes, other.boxes]), np.concatenate([self.numbers, other.numbers]))

    def turned(self, turn: pya.Trans) -> Columns:
        """All turned about (0, 0)."""
        if turn == pya.Trans():
            return self
        return Columns(self.outlines, turned_boxes(self.boxes, turn), self.outlines.turned(self.numbers, turn))

    def sorted(self) -> Columns:
        """From left to right, so that numbers do not depend on the way the layout was read."""
        return self.some(self.order())

    def order(self) -> np.ndarray:
        """Numbers from left to right; of figures with one lower left corner the smaller box first."""
        corners = ((self.boxes[:, 0] + 2**30) << 31) + self.boxes[:, 1] + 2**30
        order = np.argsort(corners, kind="stable")
        if (np.diff(corners[order]) == 0).any():
            return np.lexsort((self.boxes[:, 3], self.boxes[:, 2], corners))
        return order

    def touching(self, other: Columns) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(numbers here, numbers in the other) of figures that touch or overlap, in several parts."""
        for ones, others in pairs_of(self.index, other.index):
            keep = touch(self, ones, other, others)
            yield ones[keep], others[keep]

    def polygon(self, number: int) -> pya.Polygon:
        left, bottom = self.boxes[number, :2].tolist()
        return self.outlines.polygon(int(self.numbers[number])).moved(left, bottom)


def turned_boxes(boxes: np.ndarray, turn: pya.Trans) -> np.ndarray:
    """Boxes turned about (0, 0)."""
    (a, c), (b, d) = ((point.x, point.y) for point in (turn * pya.Point(1, 0), turn * pya.Point(0, 1)))
    corners = np.stack([boxes[:, [0, 2]] * a + boxes[:, [1, 3]] * b, boxes[:, [0, 2]] * c + boxes[:, [1, 3]] * d], axis=2)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


# reading

class Source:
    """Where the shapes of a layer come from: recursive iterators, each with the place it is moved to or None."""

    def __init__(self, parts: "Iterable[tuple[pya.RecursiveShapeIterator, pya.ICplxTrans | None]]") -> None:
        self.parts = list(parts)

    def insert_into(self, container: "pya.Shapes | pya.Region") -> None:
        for shapes, place in self.parts:
            if isinstance(container, pya.Region):  # the geometry alone: properties keep metal from merging
                region = pya.Region(shapes)
                container.insert(region if place is None else region.transformed(place))
            elif place is None:
                container.insert(shapes)
            else:
                container.insert(shapes, place)


class _Reader:
    """Collects figures shape by shape."""

    def __init__(self, outlines: Outlines) -> None:
        self.outlines, self.boxes, self.numbers = outlines, array("q"), array("i")

    def add_all(self, shapes: Iterable[tuple[pya.Shape, pya.Box]]) -> None:
        """(These lines run for every shape of a layout.)"""
        of_box, of_polygon, add_box, add_number = self.outlines.of_box, self.outlines.of_polygon, self.boxes.extend, self.numbers.append
        for shape, box in shapes:
            left, bottom, right, top = box.left, box.bottom, box.right, box.top
            if shape.is_box():
                if left == right or bottom == top:
                    continue  # KLayout's regions know no such boxes
                number = of_box(right - left, top - bottom)
            else:
                number = of_polygon(shape.polygon.moved(-left, -bottom))
            add_box((left, bottom, right, top))
            add_number(number)

    def columns(self) -> Columns:
        boxes = np.frombuffer(self.boxes, dtype=np.int64).reshape(-1, 4) if self.boxes else np.zeros((0, 4), dtype=np.int64)
        return Columns(self.outlines, boxes, np.array(self.numbers, dtype=np.int32))


def read_traces(source: Source, outlines: Outlines, dbu: float, threads: int) -> Columns:
    """Merged metal: all that touches is one figure."""
    drawn = pya.Region()
    drawn.merged_semantics = False
    source.insert_into(drawn)
    reader = _Reader(outlines)
    reader.add_all(merging.connected(drawn, dbu, threads))
    return reader.columns().sorted()


def read_closed_shapes(source: Source, outlines: Outlines, dbu: float, threads: int) -> Columns:
    """Vias, pads and contact points seldom touch each other: only those that may are merged."""
    return merged_shapes(read_drawn(source, outlines), dbu, threads)


def read_drawn(source: "Source | pya.Region", outlines: Outlines) -> Columns:
    """Shapes as they are drawn."""
    shapes, reader = pya.Shapes(), _Reader(outlines)
    if isinstance(source, Source):
        source.insert_into(shapes)
    else:
        shapes.insert(source)
    reader.add_all((shape, shape.bbox()) for shape in shapes.each(merging.POLYGONS))
    shapes.clear()
    return reader.columns()


def merged_shapes(drawn: Columns, dbu: float, threads: int) -> Columns:
    """Drawn shapes as figures: all that touches is one."""
    merge = _may_touch(drawn)
    if not merge.any():
        return drawn.sorted()
    joined, merged = pya.Region(), _Reader(drawn.outlines)
    joined.merged_semantics = False
    for number in np.flatnonzero(merge).tolist():
        joined.insert(drawn.polygon(number))
    merged.add_all(merging.connected(joined, dbu, threads))
    return drawn.some(np.flatnonzero(~merge)).joined_with(merged.columns()).sorted()


def _may_touch(drawn: Columns) -> np.ndarray:
    """Which shapes have a box that touches another one's, or are more than one polygon."""
    used = np.unique(drawn.numbers)
    plain = np.ones(len(drawn.outlines), dtype=bool)
    plain[used] = [drawn.outlines.is_plain(number) for number in used.tolist()]
    may = ~plain[drawn.numbers]
    for ones, others in pairs_within(drawn.index):
        may[ones] = may[others] = True
    return may


# with blocks

class PlacedColumns:
    """The figures of a block's cell, turned, at each of its places. first: number of the first figure at the first place."""

    def __init__(self, inside: Columns, block: Block, first: int) -> None:
        self.inside, self.block, self.first = inside.turned(block.turn), block, first

    @property
    def following(self) -> int:
        """The number after the last."""
        return self.first + len(self.inside) * len(self.block.places)

    def numbers(self, places: np.ndarray, insides: np.ndarray) -> np.ndarray:
        return self.first + places * len(self.inside) + insides

    def everywhere(self, insides: np.ndarray) -> np.ndarray:
        """Numbers, at every place, of some figures of the cell."""
        return (self.first + np.arange(len(self.block.places))[:, None] * len(self.inside) + insides[None, :]).reshape(-1)

    def near(self, boxes: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """(number of the box, place, number in the cell) of figures whose box touches one of these boxes."""
        if len(self.inside) == 0:
            return
        for ones, places in self.block.index.pairs(boxes):
            moved = boxes[ones] - self.block.shifts(places)
            for some, insides in self.inside.index.pairs(moved):
                yield ones[some], places[some], insides

    def touching(self, other: Columns) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(numbers here, numbers in the other) of figures that touch."""
        for ones, places, insides in self.near(other.boxes):
            moved = Columns(self.inside.outlines, other.boxes[ones] - self.block.shifts(places), other.numbers[ones])
            keep = touch(self.inside, insides, moved, np.arange(len(ones)))
            yield self.numbers(places[keep], insides[keep]), ones[keep]


class Figures:
    """All figures of one layer. columns: those outside of blocks, which come first; placed: those of blocks."""

    def __init__(self, columns: Columns) -> None:
        self.columns, self.placed = columns, []
        self.outlines = columns.outlines

    @property
    def loose(self) -> int:
        """How many figures lie outside of blocks."""
        return len(self.columns)

    def __len__(self) -> int:
        return self.placed[-1].following if self.placed else self.loose

    def append(self, inside: Columns, block: Block) -> None:
        """Adds those of a block's cell, at each of its places."""
        self.placed.append(PlacedColumns(inside, block, len(self)))

    def boxes(self, numbers: "np.ndarray | None" = None) -> np.ndarray:
        """Boxes of some figures, or of all, shape (n, 4)."""
        if numbers is None:
            return np.concatenate([self.columns.boxes] + [_everywhere(placed) for placed in self.placed]) if self.placed else self.columns.boxes
        found = np.zeros((len(numbers), 4), dtype=np.int64)
        loose = numbers < self.loose
        found[loose] = self.columns.boxes[numbers[loose]]
        for placed, some, places, insides in self._by_block(numbers):
            found[some] = placed.inside.boxes[insides] + placed.block.shifts(places)
        return found

    def outline_numbers(self, numbers: "np.ndarray | None" = None) -> np.ndarray:
        """Outlines of some figures, or of all."""
        if numbers is None:
            return np.concatenate([self.columns.numbers] + [np.tile(placed.inside.numbers, len(placed.block.places)) for placed in self.placed])
        found = np.zeros(len(numbers), dtype=np.int32)
        loose = numbers < self.loose
        found[loose] = self.columns.numbers[numbers[loose]]
        for placed, some, _, insides in self._by_block(numbers):
            found[some] = placed.inside.numbers[insides]
        return found

    def _by_block(self, numbers: np.ndarray) -> Iterator[tuple[PlacedColumns, np.ndarray, np.ndarray, np.ndarray]]:
        if not self.placed:
            return
        blocks = np.searchsorted([placed.first for placed in self.placed], numbers, side="right") - 1
        for block in np.unique(blocks[numbers >= self.loose]).tolist():
            placed, some = self.placed[block], np.flatnonzero(blocks == block)
            places, insides = np.divmod(numbers[some] - placed.first, len(placed.inside))
            yield placed, some, places, insides

    def all(self) -> Columns:
        """Every figure with a place of its own: large where cells are repeated."""
        return Columns(self.outlines, self.boxes(), self.outline_numbers()) if self.placed else self.columns

    def some(self, numbers: np.ndarray) -> Columns:
        return Columns(self.outlines, self.boxes(numbers), self.outline_numbers(numbers))

    def polygon(self, number: int) -> pya.Polygon:
        return self.some(np.array([number])).polygon(0)

    def box(self, number: int) -> pya.Box:
        return pya.Box(*self.boxes(np.array([number]))[0].tolist())

    def near(self, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(number of the box, number of the figure) of figures whose box touches one of these boxes, in order."""
        parts = list(self.columns.index.pairs(boxes))
        for placed in self.placed:
            parts += [(ones, placed.numbers(places, insides)) for ones, places, insides in placed.near(boxes)]
        ones, numbers = together(iter(parts))
        order = np.lexsort((numbers, ones))
        return ones[order], numbers[order]

    def touching(self, other: Columns) -> tuple[np.ndarray, np.ndarray]:
        """(numbers here, numbers in the other) of figures that touch or overlap."""
        parts = list(self.columns.touching(other))
        for placed in self.placed:
            parts += placed.touching(other)
        return together(iter(parts))

    def at(self, points: np.ndarray) -> np.ndarray:
        """Number of the figure at each point, -1 where there is none; its outline belongs to it. points: shape (n, 2)."""
        found = np.full(len(points), -1, dtype=np.int64)
        numbers, which = self.touching(Columns.of_boxes(self.outlines, np.concatenate([points, points], axis=1)))
        order = np.argsort(-numbers, kind="stable")  # of several the first
        found[which[order]] = numbers[order]
        return found

    def distance(self, one: int, other: int) -> float:
        """Smallest distance of two figures."""
        return distance(self.some(np.array([one])), 0, self.some(np.array([other])), 0)


def _everywhere(placed: PlacedColumns) -> np.ndarray:
    shifts = placed.block.shifts(np.arange(len(placed.block.places)))
    return (placed.inside.boxes[None, :, :] + shifts[:, None, :]).reshape(-1, 4)
