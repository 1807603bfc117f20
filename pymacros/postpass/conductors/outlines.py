"""The outlines that figures have, each once: layouts draw few outlines at many places. Coordinates are dbu."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pya

from ..geometry.box_pairs import BoxIndex
from ..geometry.outlines import contours


class Edges(NamedTuple):
    """Edges of several outlines in one row. rows: shape (n, 4), from x1, y1 to x2, y2; those of outline k begin at starts[k] and are counts[k]."""

    rows: np.ndarray
    starts: np.ndarray
    counts: np.ndarray


class Outlines:
    """Numbers outlines, whose boxes have their lower left corner at 0, and measures each once for all its places."""

    def __init__(self) -> None:
        self._numbers: "dict[pya.Polygon | int, int]" = {}
        self._polygons: "list[pya.Polygon | None]" = []  # None: a box, made when it is asked for
        self._widths, self._heights, self._boxes = array("q"), array("q"), array("b")
        self._columns: dict[str, np.ndarray] = {}
        self._plain: dict[int, bool] = {}
        self._edges: dict[int, np.ndarray] = {}
        self._indexes: dict[int, BoxIndex] = {}

    def __len__(self) -> int:
        return len(self._polygons)

    def of_box(self, width: int, height: int) -> int:
        """Number of the box of that size."""
        key = (width << 32) + height
        number = self._numbers.get(key)
        return self._add(key, None, width, height) if number is None else number

    def of_polygon(self, polygon: pya.Polygon) -> int:
        """Number of a polygon that lies at 0."""
        number = self._numbers.get(polygon)
        if number is not None:
            return number
        box = polygon.bbox()
        if polygon.is_box():
            self._numbers[polygon] = self.of_box(box.width(), box.height())
            return self._numbers[polygon]
        return self._add(polygon, polygon, box.width(), box.height())

    def _add(self, key: "pya.Polygon | int", polygon: "pya.Polygon | None", width: int, height: int) -> int:
        self._numbers[key] = len(self._polygons)
        self._polygons.append(polygon)
        self._widths.append(width)
        self._heights.append(height)
        self._boxes.append(polygon is None)
        return len(self._polygons) - 1

    def polygon(self, number: int) -> pya.Polygon:
        polygon = self._polygons[number]
        if polygon is None:
            polygon = self._polygons[number] = pya.Polygon(pya.Box(0, 0, self._widths[number], self._heights[number]))
        return polygon

    def is_plain(self, number: int) -> bool:
        """Merged by itself, is it one polygon and the same?"""
        if self._boxes[number]:
            return True
        if number not in self._plain:
            merged = pya.Shapes()
            merged.insert(pya.Region(self.polygon(number)).merged(False, 0))
            self._plain[number] = merged.size() == 1 and next(iter(merged.each())).polygon == self.polygon(number)
        return self._plain[number]

    # columns: one value for each outline

    def _column(self, name: str, dtype: type, value: "Callable[[int], Any]") -> np.ndarray:
        """Values for outlines that came since the last time are added."""
        known = self._columns.get(name, np.zeros(0, dtype))
        if len(known) < len(self):
            new = np.fromiter((value(number) for number in range(len(known), len(self))), dtype, len(self) - len(known))
            self._columns[name] = known = np.concatenate([known, new])
        return known

    @property
    def widths(self) -> np.ndarray:
        return self._column("widths", np.int64, self._widths.__getitem__)

    @property
    def heights(self) -> np.ndarray:
        return self._column("heights", np.int64, self._heights.__getitem__)

    @property
    def is_box(self) -> np.ndarray:
        return self._column("is_box", bool, self._boxes.__getitem__)

    @property
    def areas(self) -> np.ndarray:
        """In square dbu."""
        return self._column("areas", np.int64, lambda number: self._widths[number] * self._heights[number] if self._boxes[number] else self.polygon(number).area())

    @property
    def trace_lengths(self) -> np.ndarray:
        """Length of a path of this area a and perimeter p: l + w = p / 2, l * w = a. An estimate for branched traces."""
        halves = 0.5 * self._column("perimeters", np.float64, lambda number: 2 * (self._widths[number] + self._heights[number]) if self._boxes[number]
                                    else self.polygon(number).perimeter())
        return 0.5 * (halves + np.sqrt(np.maximum(halves * halves - 4.0 * self.areas, 0.0)))

    @property
    def middle_inside(self) -> np.ndarray:
        """Does the middle of its box lie in it?"""
        return self._column("middle_inside", bool, self._holds_middle)

    def _holds_middle(self, number: int) -> bool:
        return bool(self._boxes[number]) or self.polygon(number).inside(pya.Point(self._widths[number] // 2, self._heights[number] // 2))

    @property
    def edge_counts(self) -> np.ndarray:
        return self._column("edge_counts", np.int64, lambda number: 4 if self._boxes[number] else self.polygon(number).num_points())

    # edges

    def edges_of(self, number: int) -> np.ndarray:
        """Shape (n, 4): from x1, y1 to x2, y2."""
        if number not in self._edges:
            self._edges[number] = np.concatenate([_closed(contour) for contour in contours(self.polygon(number))])
        return self._edges[number]

    def edges(self, numbers: np.ndarray) -> Edges:
        """Edges of these outlines, one after the other."""
        rows = [self.edges_of(number) for number in numbers.tolist()]
        counts = np.array([len(row) for row in rows], dtype=np.int64)
        return Edges(np.concatenate(rows), np.cumsum(counts) - counts, counts)

    def edge_index(self, number: int) -> BoxIndex:
        """The boxes of an outline's edges."""
        if number not in self._indexes:
            x1, y1, x2, y2 = self.edges_of(number).T
            self._indexes[number] = BoxIndex(np.stack([np.minimum(x1, x2), np.minimum(y1, y2), np.maximum(x1, x2), np.maximum(y1, y2)], axis=1))
        return self._indexes[number]

    def first_corner(self, number: int) -> "tuple[int, int]":
        """A corner of the outline."""
        point = next(iter(self.polygon(number).each_point_hull()))
        return point.x, point.y

    def turned(self, numbers: np.ndarray, turn: pya.Trans) -> np.ndarray:
        """Numbers of the outlines as they are after a turn."""
        different, which = np.unique(numbers, return_inverse=True)
        turned = [self._turned(number, turn) for number in different.tolist()]
        return np.array(turned, dtype=np.int32)[which] if turned else numbers

    def _turned(self, number: int, turn: pya.Trans) -> int:
        polygon = self.polygon(number).transformed(turn)
        box = polygon.bbox()
        return self.of_polygon(polygon.moved(-box.left, -box.bottom))


def _closed(points: list[tuple[int, int]]) -> np.ndarray:
    corners = np.array(points, dtype=np.int64)
    return np.concatenate([corners, np.roll(corners, -1, axis=0)], axis=1)
