"""How much of each field of a grid shapes cover: exactly from their edges, or within bounds from their boxes and areas.

Arrays of fields have the shape (rows, columns). Lengths are dbu, areas square dbu.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pya

from .box_pairs import chunks, spread

AT_ONCE = 1 << 13  # pieces of shapes: they stay in the processor's cache, and memory stays small


class Grid(NamedTuple):
    """Square fields: the lower left corner of the first, their side, and how many."""

    left: int
    bottom: int
    step: int
    columns: int
    rows: int

    def box(self) -> np.ndarray:
        return np.array([self.left, self.bottom, self.left + self.columns * self.step, self.bottom + self.rows * self.step])

    def box_of(self, column: int, row: int) -> pya.Box:
        left, bottom = self.left + column * self.step, self.bottom + row * self.step
        return pya.Box(left, bottom, left + self.step, bottom + self.step)

    def nothing(self) -> np.ndarray:
        return np.zeros((self.rows, self.columns))


def bounds(grid: Grid, boxes: np.ndarray, areas: np.ndarray, room: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(least, most) area in each field of shapes that share none; where they do, most alone holds.

    boxes: shape (n, 4), left, bottom, right, top; areas: of the shapes in them; room: the box outside of which nothing counts.
    """
    least, most = np.zeros(grid.rows * grid.columns), np.zeros(grid.rows * grid.columns)
    outside = (boxes[:, 2] - boxes[:, 0]).astype(float) * (boxes[:, 3] - boxes[:, 1]) - areas
    low, high = np.maximum(boxes[:, :2], room[:2]), np.minimum(boxes[:, 2:], room[2:])
    origin = np.array([grid.left, grid.bottom])
    first = np.maximum((low - origin) // grid.step, 0)
    count = np.maximum(np.minimum((high - 1 - origin) // grid.step, np.array([grid.columns, grid.rows]) - 1) - first + 1, 0)
    for some in chunks(count[:, 0] * count[:, 1], AT_ONCE):
        which, number = spread(np.zeros(some.stop - some.start, dtype=np.int64), count[some, 0] * count[some, 1])
        which += some.start
        place = first[which] + np.stack([number % count[which, 0], number // count[which, 0]], axis=1)
        corner = origin + place * grid.step
        sides = np.minimum(high[which], corner + grid.step) - np.maximum(low[which], corner)
        within = sides[:, 0].astype(float) * sides[:, 1]
        fields = place[:, 1] * grid.columns + place[:, 0]
        least += np.bincount(fields, np.maximum(within - outside[which], 0.0), len(least))
        most += np.bincount(fields, np.minimum(within, areas[which]), len(most))
    return least.reshape(grid.rows, -1), most.reshape(grid.rows, -1)


def covered(grid: Grid, edges: np.ndarray) -> np.ndarray:
    """The area in each field of polygons that share none and lie within the grid. edges: shape (n, 4), x1, y1, x2, y2, all the way round.

    What lies between an edge and the right side of the grid counts with the sign of the edge's direction. Each edge is cut where
    it leaves a field: a piece counts in part in its own field, and with all its height in the fields on its right.
    """
    areas, heights = np.zeros(grid.rows * grid.columns), np.zeros(grid.rows * grid.columns)
    edges = edges[edges[:, 1] != edges[:, 3]]
    for some in chunks(np.abs(edges[:, 2:] - edges[:, :2]).sum(axis=1) // grid.step + 4, AT_ONCE):
        x1, y1, x2, y2 = (edges[some].astype(float) - np.array([grid.left, grid.bottom] * 2)).T / grid.step
        which, row = _crossed(y1, y2, grid.rows)
        slope = ((x2 - x1) / (y2 - y1))[which]
        low, high = np.maximum(np.minimum(y1, y2)[which], row), np.minimum(np.maximum(y1, y2)[which], row + 1.0)
        one, other = x1[which] + (low - y1[which]) * slope, x1[which] + (high - y1[which]) * slope
        height = np.where((y2 > y1)[which], high - low, low - high)
        piece, column = _crossed(one, other, grid.columns)
        left, right = np.maximum(np.minimum(one, other)[piece], column), np.minimum(np.maximum(one, other)[piece], column + 1.0)
        width = np.abs(other - one)[piece]
        rise = height[piece] * np.where(width > 0, (right - left) / np.where(width > 0, width, 1.0), 1.0)
        fields = row[piece] * grid.columns + column
        areas += np.bincount(fields, rise * (column + 1 - 0.5 * (left + right)), len(areas))
        heights += np.bincount(fields, rise, len(heights))
    areas, heights = areas.reshape(grid.rows, -1), heights.reshape(grid.rows, -1)
    return np.abs(areas + np.cumsum(heights, axis=1) - heights) * grid.step**2


def _crossed(one: np.ndarray, other: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(number of the span, number of a strip) for all strips, as wide as 1, that spans between these ends reach into."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    first = np.clip(np.floor(low), 0, count - 1).astype(np.int64)
    last = np.clip(np.ceil(high) - 1, first, count - 1).astype(np.int64)
    return spread(first, last - first + 1)


def in_windows(fields: np.ndarray, wide: int) -> np.ndarray:
    """Sums over the square of so many fields whose lower left one each is; squares end with the grid."""
    for axis in (0, 1):
        sums = np.insert(np.cumsum(fields, axis=axis), 0, 0, axis=axis)
        ends = np.minimum(np.arange(fields.shape[axis]) + wide, fields.shape[axis])
        fields = np.take(sums, ends, axis=axis) - np.take(sums, np.arange(fields.shape[axis]), axis=axis)
    return fields
