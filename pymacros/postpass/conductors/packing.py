"""Figures as plain arrays, to be sent from one process to another. Coordinates are dbu."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pya

from ..geometry.outlines import contours
from .figures import Columns
from .outlines import Outlines


class PackedOutlines(NamedTuple):
    """sizes: width and height of each, shape (n, 2); corners: of each as bytes (b"" for a box), contour after contour, as _corners writes them."""

    sizes: np.ndarray
    corners: "list[bytes]"


class Packed(NamedTuple):
    """Figures of one layer. boxes: shape (n, 4); numbers: of their outlines in the PackedOutlines that belong to them."""

    boxes: np.ndarray
    numbers: np.ndarray


def packed(outlines: Outlines, some: "np.ndarray | None" = None) -> PackedOutlines:
    """Of all outlines, or of those with these numbers."""
    numbers = np.arange(len(outlines)) if some is None else some
    sizes = np.stack([outlines.widths, outlines.heights], axis=1)[numbers]
    return PackedOutlines(sizes, [b"" if is_box else _corners(outlines.polygon(number)) for number, is_box in zip(numbers.tolist(), outlines.is_box[numbers].tolist())])


class Unpacking:
    """Numbers packed outlines anew in `outlines`: an outline that came before gets its number again."""

    def __init__(self, outlines: Outlines) -> None:
        self.outlines = outlines
        self._known: dict[bytes, int] = {}

    def numbers(self, some: PackedOutlines) -> np.ndarray:
        """The number of each."""
        found = np.zeros(len(some.corners), dtype=np.int32)
        for number, (corners, (width, height)) in enumerate(zip(some.corners, some.sizes.tolist())):
            found[number] = self._of_polygon(corners) if corners else self.outlines.of_box(width, height)
        return found

    def _of_polygon(self, corners: bytes) -> int:
        if corners not in self._known:
            self._known[corners] = self.outlines.of_polygon(_polygon(corners))
        return self._known[corners]

    def columns(self, some: Packed, numbers: np.ndarray) -> Columns:
        """`numbers`: of the packed outlines, as the method of that name gives them."""
        return Columns(self.outlines, some.boxes, numbers[some.numbers])


def _corners(polygon: pya.Polygon) -> bytes:
    """For each contour the number of its corners, then x and y of each; the hull first."""
    row: list[int] = []
    for points in contours(polygon):
        row.append(len(points))
        row += [coordinate for point in points for coordinate in point]
    return np.array(row, dtype=np.int32).tobytes()


def _polygon(corners: bytes) -> pya.Polygon:
    row, start, lines = np.frombuffer(corners, dtype=np.int32).tolist(), 0, []
    while start < len(row):
        end = start + 1 + 2 * row[start]
        lines.append([pya.Point(x, y) for x, y in zip(row[start + 1:end:2], row[start + 2:end:2])])
        start = end
    polygon = pya.Polygon(lines[0], True)
    for hole in lines[1:]:
        polygon.insert_hole(hole, True)
    return polygon
