"""Do two figures touch? Exactly, for many pairs at once: only what neither boxes nor edges decide is asked of KLayout."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..geometry.box_pairs import chunks, spread

if TYPE_CHECKING:
    from .figures import Columns
    from .outlines import Outlines

MANY = 1 << 16  # edges times places of one figure: from here on its edges are looked up by place


def touch(one: Columns, ones: np.ndarray, other: Columns, others: np.ndarray) -> np.ndarray:
    """For pairs of figures (numbers in one, numbers in the other) whose boxes touch: do the figures?"""
    outlines = one.outlines
    mine, theirs = one.numbers[ones], other.numbers[others]
    result = outlines.is_box[mine] & outlines.is_box[theirs]
    asked = np.flatnonzero(~result)
    if len(asked) == 0:
        return result
    mine, theirs = mine[asked], theirs[asked]
    # the edges of one figure against the box of the other: of two that are no boxes against that of the smaller one
    size = outlines.widths + outlines.heights
    swap = outlines.is_box[theirs] | (~outlines.is_box[mine] & (size[mine] > size[theirs]))
    boxes, places = one.boxes[ones[asked]], other.boxes[others[asked]]
    framed, bent = np.where(swap[:, None], places, boxes), np.where(swap[:, None], boxes, places)
    framed_outline, bent_outline = np.where(swap, theirs, mine), np.where(swap, mine, theirs)
    met = _edges_and_boxes(outlines, bent_outline, bent, framed)
    answer = np.where(met.by_edge, outlines.is_box[framed_outline] | (met.middle_inside & outlines.middle_inside[framed_outline]), met.middle_inside)
    for number in np.flatnonzero(met.by_edge & ~answer).tolist():
        dx, dy = (framed[number, :2] - bent[number, :2]).tolist()
        answer[number] = outlines.polygon(int(bent_outline[number])).touches(outlines.polygon(int(framed_outline[number])).moved(dx, dy))
    result[asked] = answer
    return result


class Met(NamedTuple):
    """For each pair of an outline and a box: does an edge touch the box, and does the outline hold the middle of the box?"""

    by_edge: np.ndarray
    middle_inside: np.ndarray


def _edges_and_boxes(outlines: Outlines, numbers: np.ndarray, places: np.ndarray, boxes: np.ndarray) -> Met:
    """places: boxes of the outlines where they lie."""
    boxes = boxes - np.concatenate([places[:, :2], places[:, :2]], axis=1)
    met = Met(np.zeros(len(numbers), dtype=bool), np.zeros(len(numbers), dtype=bool))
    done = np.zeros(len(numbers), dtype=bool)
    large = np.flatnonzero(outlines.edge_counts[numbers] > 64)
    if len(large):
        for number in np.unique(numbers[large]).tolist():
            some = np.flatnonzero(numbers == number)
            if len(some) * outlines.edge_counts[number] > MANY:
                met.by_edge[some], met.middle_inside[some] = _of_one(outlines, number, boxes[some])
                done[some] = True
    rest = np.flatnonzero(~done)
    different, which = np.unique(numbers[rest], return_inverse=True)
    if len(rest):
        edges = outlines.edges(different)
        for part in chunks(edges.counts[which]):
            some = rest[part]
            met.by_edge[some], met.middle_inside[some] = _of_few(edges.rows, edges.starts[which[part]], edges.counts[which[part]], boxes[some])
    return met


def _of_few(rows: np.ndarray, starts: np.ndarray, counts: np.ndarray, boxes: np.ndarray) -> Met:
    """All edges of each outline against its box."""
    which, places = spread(starts, counts)
    edges, boxes = rows[places], boxes[which]
    firsts = np.cumsum(counts) - counts
    inside = np.bitwise_xor.reduceat(_right_of_middle(edges, boxes), firsts)
    return Met(np.logical_or.reduceat(_meets(edges, boxes), firsts), inside)


def _of_one(outlines: Outlines, number: int, boxes: np.ndarray) -> Met:
    """An outline of many edges against many boxes."""
    index, edges = outlines.edge_index(number), outlines.edges_of(number)
    met = Met(np.zeros(len(boxes), dtype=bool), np.zeros(len(boxes), dtype=bool))
    for some, near in index.pairs(boxes):
        met.by_edge[some[_meets(edges[near], boxes[some])]] = True
    x, y = _middles(boxes)
    rays = np.stack([x, y, np.full(len(x), int(outlines.widths[number])), y], axis=1)
    crossings = np.zeros(len(boxes), dtype=np.int64)
    for some, near in index.pairs(rays):
        crossings += np.bincount(some[_right_of_middle(edges[near], boxes[some])], minlength=len(boxes))
    met.middle_inside[:] = crossings % 2 == 1
    return met


def _middles(boxes: np.ndarray) -> "tuple[np.ndarray, np.ndarray]":
    return boxes[:, 0] + (boxes[:, 2] - boxes[:, 0]) // 2, boxes[:, 1] + (boxes[:, 3] - boxes[:, 1]) // 2


def _meets(edges: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Does the edge share a point with the box?"""
    (x1, y1, x2, y2), (left, bottom, right, top) = edges.T, boxes.T
    near = (np.minimum(x1, x2) <= right) & (np.maximum(x1, x2) >= left) & (np.minimum(y1, y2) <= top) & (np.maximum(y1, y2) >= bottom)
    some = np.flatnonzero(near)
    slanted = some[(x1[some] != x2[some]) & (y1[some] != y2[some])]
    if len(slanted):
        x1, y1, left, bottom, right, top = (column[slanted] for column in (x1, y1, left, bottom, right, top))
        dx, dy = x2[slanted] - x1, y2[slanted] - y1
        # on which side of the line do the corners lie that are farthest to its sides?
        most = dx * (np.where(dx > 0, top, bottom) - y1) - dy * (np.where(dy > 0, left, right) - x1)
        least = dx * (np.where(dx > 0, bottom, top) - y1) - dy * (np.where(dy > 0, right, left) - x1)
        near[slanted] = (least <= 0) & (most >= 0)
    return near


def _right_of_middle(edges: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Does a line from the middle of the box to the right cross the edge? An odd number of edges: the middle lies inside."""
    x1, y1, x2, y2 = edges.T
    x, y = _middles(boxes)
    crosses = (y1 > y) != (y2 > y)
    some = np.flatnonzero(crosses)
    x1, y1, x2, y2, x, y = (column[some] for column in (x1, y1, x2, y2, x, y))
    side = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
    crosses[some] = (side > 0) == (y2 > y1)
    return crosses
