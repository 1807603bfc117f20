"""How far two figures are apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .figures import Columns

AT_ONCE = 1 << 18  # pairs of edges


def distance(one: Columns, number: int, other: Columns, number_there: int) -> float:
    """Smallest distance of two figures (dbu); 0 where they touch or overlap."""
    outlines = one.outlines
    mine, theirs = int(one.numbers[number]), int(other.numbers[number_there])
    box, box_there = one.boxes[number].tolist(), other.boxes[number_there].tolist()
    gap = of_boxes(box, box_there)
    if outlines.is_box[mine] and outlines.is_box[theirs]:
        return gap
    dx, dy = box_there[0] - box[0], box_there[1] - box[1]
    if gap == 0 and outlines.polygon(mine).touches(outlines.polygon(theirs).moved(dx, dy)):
        return 0.0
    middle = np.array([dx + 0.5 * (box_there[2] - box_there[0] - box[2] + box[0]), dy + 0.5 * (box_there[3] - box_there[1] - box[3] + box[1])])
    return _of_outlines(outlines.edges_of(mine).astype(float), outlines.edges_of(theirs) + np.array([dx, dy, dx, dy], dtype=float), middle)


def of_boxes(one: "list[int]", other: "list[int]") -> float:
    return math.hypot(max(other[0] - one[2], one[0] - other[2], 0), max(other[1] - one[3], one[1] - other[3], 0))


def _of_outlines(one: np.ndarray, other: np.ndarray, along: np.ndarray) -> float:
    """Of two outlines that do not touch; `along`: from the middle of one to that of the other.

    Only the edges that the distance of two corners leaves in question are compared: projected on the line between the
    middles, an edge is at least as far from the other outline as from that outline's nearest corner.
    """
    length = math.hypot(*along)
    along = along / length if length else np.array([1.0, 0.0])
    mine, theirs = one[:, :2] @ along, other[:, :2] @ along
    corner, corner_there = int(np.argmax(mine)), int(np.argmin(theirs))
    reach = math.hypot(*(other[corner_there, :2] - one[corner, :2])) + 1e-6
    one = one[np.maximum(mine, one[:, 2:] @ along) >= theirs[corner_there] - reach]
    other = other[np.minimum(theirs, other[:, 2:] @ along) <= mine[corner] + reach]
    step = max(AT_ONCE // len(other), 1)
    return min([reach] + [_of_edges(one[start:start + step], other) for start in range(0, len(one), step)])


def _of_edges(one: np.ndarray, other: np.ndarray) -> float:
    """Of edges that do not cross: an end of one is nearest."""
    return min(_from_ends(one, other), _from_ends(other, one))


def _from_ends(one: np.ndarray, other: np.ndarray) -> float:
    nearest = math.inf
    start, line = other[:, :2], other[:, 2:] - other[:, :2]
    square = np.maximum((line * line).sum(axis=1), 1e-300)
    for ends in (one[:, None, :2], one[:, None, 2:]):
        offset = ends - start
        part = np.clip((offset * line).sum(axis=2) / square, 0.0, 1.0)
        rest = offset - part[:, :, None] * line
        nearest = min(nearest, float(np.sqrt((rest * rest).sum(axis=2).min())))
    return nearest
