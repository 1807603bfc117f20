"""Edges that face each other nearer than a limit, told so that the number of pairs grows with the number of edges.

KLayout's own checks give every pair of edges: thousands for two round shapes under a large limit, and their time grows
faster than the number of pairs. What a marker needs of two outlines is which parts are too near, and the smallest distance: of
short edges each is told with the nearest edge of the other outline alone. Coordinates are dbu.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pya

from .near_edges import AT_ONCE, Sought, candidates
from .outlines import contours
from .segments import EXACT, OUTSIDE, ROUNDING, cross, distances, ends_along, in_reach, lengths, run_beside, to_segments, within
from .sight import Covered, in_sight

RIVALS = 8  # nearest edges that may be nearer at a place


def pairs(polygons: Sequence[pya.Polygon], tasks: Iterable[tuple[int, int]], limit: float, degrees: float, side: float,
          is_covered: "Covered | None" = None, run: int = 0, screens: Iterable[int] = (), every: bool = False) -> list[pya.EdgePair]:
    """Edges of two polygons each (numbers; twice the same: of one with itself) that face each other nearer than the limit.

    degrees: edges that miss this much or more to be parallel do not face each other; side: OUTSIDE or INSIDE. No other
    edge of these polygons lies between them, and where polygons may overlap nothing that `is_covered` tells. run: where
    not 0, distances are measured straight across edges that run side by side for this many dbu at least. screens: numbers
    of more polygons whose edges may lie between. every: all that see each other, not only those of which no nearer ones tell.
    """
    tasks = list(tasks)
    edges, starts = _edges_of(polygons, [*tasks, *((number, number) for number in screens)])
    _, _, _, part, other_part = _found(edges, starts, tasks, limit, degrees, side, is_covered, run, every)
    return _edge_pairs(part, other_part)


def notches(polygons: Sequence[pya.Polygon], tasks: Iterable[tuple[int, int]], limit: float, degrees: float) -> list[tuple[pya.EdgePair, float]]:
    """The same for edges of one polygon each with space between, and by how many degrees the edges miss to be parallel: their short parts, on whole dbu, do not tell."""
    tasks = list(tasks)
    edges, starts = _edges_of(polygons, tasks)
    _, one, other, part, other_part = _found(edges, starts, tasks, limit, degrees, OUTSIDE, None)
    u, v = (edges[some, 2:] - edges[some, :2] for some in (one, other))
    apart = np.degrees(np.arctan2(np.abs(cross(u, v)), -(u * v).sum(axis=1)))
    return list(zip(_edge_pairs(part, other_part), apart.tolist()))


def _edge_pairs(part: np.ndarray, other_part: np.ndarray) -> list[pya.EdgePair]:
    whole, whole_other = (np.rint(some).astype(int).tolist() for some in (part, other_part))
    return [pya.EdgePair(pya.Edge(*min(a, b)), pya.Edge(*max(a, b)), False) for a, b in zip(whole, whole_other)]


def enclosing(polygons: Sequence[pya.Polygon], tasks: Iterable[tuple[int, int]], limit: float) -> list[pya.EdgePair]:
    """The same for edges of an inner and an outer polygon each, with space between that lies in the outer one: whole edges, the inner one first."""
    tasks = list(tasks)
    edges, starts = _edges_of(polygons, tasks, turned={outer for _, outer in tasks})
    _, one, other, _, _ = _found(edges, starts, tasks, limit, 90.0, OUTSIDE, None)
    drawn = edges.astype(int).tolist()
    return [pya.EdgePair(pya.Edge(*drawn[a]), pya.Edge(*drawn[b]), False) for a, b in zip(one.tolist(), other.tolist())]


def smallest(edges: np.ndarray, others: np.ndarray, limit: float) -> float:
    """Smallest distance of edges (columns x1, y1, x2, y2) and other ones that none of them crosses; infinite where it is not below the limit."""
    edges, others, best = edges[in_reach(edges, others, limit)], others[in_reach(others, edges, limit)], limit
    step = max(1, AT_ONCE // max(len(others), 1))
    for some in (edges[start:start + step] for start in range(0, len(edges), step)):
        centres, halves = zip(*((0.5 * (a[:, :2] + a[:, 2:]), 0.5 * np.hypot(a[:, 2] - a[:, 0], a[:, 3] - a[:, 1])) for a in (some, others)))
        apart = np.hypot(*(centres[0][:, None] - centres[1]).transpose(2, 0, 1))
        rows, columns = np.nonzero(apart - halves[0][:, None] - halves[1] < min(best, (apart + halves[0][:, None] + halves[1]).min(initial=best)))
        best = min(best, distances(some[rows], others[columns]).min(initial=best))
    return best if best < limit else math.inf


def _found(edges: np.ndarray, starts: dict[int, tuple[int, int]], tasks: Sequence[tuple[int, int]], limit: float, degrees: float, side: float,
           is_covered: Covered | None, run: int = 0, every: bool = False) -> Any:
    """Columns (number of the task, edge, edge, the parts of both that are nearer than the limit)."""
    alone = np.array([one == other for one, other in tasks], bool)  # one polygon: each pair of its edges once
    combined = _combined(edges, starts, tasks, Sought(limit, degrees, side, run, every))
    found = [_facing(edges, alone, *some, limit, degrees, side, run) for some in combined]
    if not found:
        return *(np.empty(0, int) for _ in range(3)), np.empty((0, 4)), np.empty((0, 4))
    task, one, other, part, other_part, distance = (np.concatenate(column) for column in zip(*found))
    keep = slice(None) if every else _near_enough(edges, task, one, other, part, other_part, distance, limit)
    task, one, other = task[keep], one[keep], other[keep]
    part, other_part = part[keep], other_part[keep]
    if not run:
        part, other_part = within(part, other_part, limit), within(other_part, part, limit)
    seen = in_sight((one, part), (other, other_part), edges, is_covered, side, bool(alone.all()))
    return task[seen], one[seen], other[seen], part[seen], other_part[seen]


def _edges_of(polygons: Sequence[pya.Polygon], tasks: Sequence[tuple[int, int]], turned: Any = ()) -> tuple[np.ndarray, dict[int, tuple[int, int]]]:
    """Columns x1, y1, x2, y2 of all edges of the polygons that tasks name, metal on their right; {number: (first, after the last)}.

    turned: numbers of the polygons whose outside counts as metal.
    """
    parts, starts, count = [np.empty((0, 4))], {}, 0
    for number in dict.fromkeys(chain.from_iterable(tasks)):
        part = edges_of([polygons[number]])
        parts.append(part[:, [2, 3, 0, 1]] if number in turned else part)
        starts[number] = count, count + len(part)
        count += len(part)
    return np.vstack(parts), starts


def edges_of(polygons: Iterable[pya.Polygon]) -> np.ndarray:
    """Columns x1, y1, x2, y2 of all edges, metal on their right."""
    parts = [np.empty((0, 4))]
    for polygon in polygons:
        for contour in contours(polygon):
            points = np.array(contour, dtype=float)
            parts.append(np.hstack((points, np.roll(points, -1, axis=0))))
    return np.vstack(parts)


def _combined(edges: np.ndarray, starts: dict[int, tuple[int, int]], tasks: Sequence[tuple[int, int]],
              sought: Sought) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Columns (number of the task, edge, edge) of the pairs to look at, some at once."""
    columns, waiting = [], 0
    for number, (one, other) in enumerate(tasks):
        for some, others in candidates(edges, np.arange(*starts[one]), np.arange(*starts[other]), sought):
            columns.append((np.full(len(some), number), some, others))
            waiting += len(some)
            if waiting >= AT_ONCE:
                yield tuple(np.concatenate(column) for column in zip(*columns))
                columns, waiting = [], 0
    if columns:
        yield tuple(np.concatenate(column) for column in zip(*columns))


def _facing(edges: np.ndarray, alone: np.ndarray, task: np.ndarray, one: np.ndarray, other: np.ndarray, limit: float, degrees: float, side: float, run: int) -> tuple[np.ndarray, ...]:
    """Of these pairs those that face each other nearer than the limit: (task, edge, edge, the parts that see each other, distance)."""
    a, b = edges[one], edges[other]
    u, v = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
    keep = (np.abs(cross(u, v)) < np.tan(np.radians(degrees)) * -(u * v).sum(axis=1)) if degrees < 90 else (u * v).sum(axis=1) < 0
    for axis in (0, 1):
        keep &= np.minimum(a[:, axis], a[:, axis + 2]) - limit <= np.maximum(b[:, axis], b[:, axis + 2])
        keep &= np.minimum(b[:, axis], b[:, axis + 2]) - limit <= np.maximum(a[:, axis], a[:, axis + 2])
    keep &= (one < other) | ~alone[task]
    if run:
        keep &= run_beside(a, b) >= run
    task, one, other, a, b = task[keep], one[keep], other[keep], a[keep], b[keep]
    part, seen = _seen_from(b, a, side)
    other_part, seen_too = _seen_from(a, b, side)
    if run:
        (part, across), (other_part, across_too) = _straight_across(part, b, limit), _straight_across(other_part, a, limit)
        seen, seen_too = np.where(across, seen, -1), np.where(across_too, seen_too, -1)
    distance = distances(part, other_part)
    keep = np.minimum(seen, seen_too) > np.where(distance == 0.0, -1, 0)  # of shapes that touch at a corner no edge sees the other
    keep &= distance < limit - EXACT
    keep &= (distance > 0) | ~alone[task] | ~_nearly_square(a, b)
    return task[keep], one[keep], other[keep], part[keep], other_part[keep], distance[keep]


def _nearly_square(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Do edges that share a corner miss a right angle by no more than whole dbu make of it? Of short edges that is some degrees."""
    u, v = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
    return np.abs((u * v).sum(axis=1)) < ROUNDING * np.maximum(np.hypot(*u.T), np.hypot(*v.T))


def _seen_from(lines: np.ndarray, edges: np.ndarray, side: float) -> tuple[np.ndarray, np.ndarray]:
    """(The part of each edge on the side of a line; 1: there is one, 0: it lies on the line, -1: there is none). Metal lies on the right of a line, space on its left."""
    along = lines[:, 2:] - lines[:, :2]
    start, end = (side * cross(along, edges[:, k:k + 2] - lines[:, :2]) for k in (0, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        cut = np.where(start == end, 0.0, start / (start - end))
    point = edges[:, :2] + cut[:, None] * (edges[:, 2:] - edges[:, :2])
    part = edges.copy()
    part[start < 0, :2], part[end < 0, 2:] = point[start < 0], point[end < 0]
    return part, np.where((start == 0) & (end == 0), 0, np.where(np.maximum(start, end) > 0, 1, -1))


def _straight_across(edges: np.ndarray, lines: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """(The part of each edge from which it is less than the limit straight across to a line, is there one?)"""
    along = lines[:, 2:] - lines[:, :2]
    length = np.maximum(np.hypot(*along.T), 1e-300)
    away = np.array([np.abs(cross(along, edges[:, k:k + 2] - lines[:, :2])) / length for k in (0, 2)])
    low, high = np.zeros(len(edges)), np.ones(len(edges))
    with np.errstate(divide="ignore", invalid="ignore"):
        for start, end in (ends_along(lines, edges), 1.0 - ends_along(lines, edges), limit - away):
            cut = start / (start - end)
            low = np.where(start < 0, np.where(end < 0, np.inf, np.maximum(low, cut)), low)
            high = np.where(end < 0, np.minimum(high, cut), high)
    step = edges[:, 2:] - edges[:, :2]
    there = low < high
    low, high = np.where(there, low, 0.0), np.where(there, high, 0.0)
    return np.hstack((edges[:, :2] + low[:, None] * step, edges[:, :2] + high[:, None] * step)), there


def _near_enough(edges: np.ndarray, task: np.ndarray, one: np.ndarray, other: np.ndarray, part: np.ndarray, other_part: np.ndarray, distance: np.ndarray, limit: float) -> np.ndarray:
    """Which pairs to keep. Of two edges shorter than the limit those where one is the nearest of the other in this task; of
    longer ones those where no other edge is nearer at some place along them.
    """
    count, pair = len(one), np.tile(np.arange(len(one)), 2)
    key = np.concatenate((one, other)) + len(edges) * task[pair]
    order = np.lexsort((pair, distance[pair], key))
    if not count:
        return np.empty(0, bool)
    first = np.r_[True, key[order][1:] != key[order][:-1]]
    start = np.flatnonzero(first)[np.cumsum(first) - 1]  # for each place in the order, where its edge begins
    keep = np.zeros(count, bool)
    keep[pair[order[distance[pair[order]] <= distance[pair[order[start]]] + EXACT]]] = True  # edges that share a corner are equally near
    length = lengths(edges)
    long = np.flatnonzero(~keep & ((length[one] >= limit) | (length[other] >= limit)))
    where = np.empty(2 * count, int)
    where[order] = np.arange(2 * count)
    for role, (mine, theirs) in enumerate(((part, other_part), (other_part, part))):
        long = long[~keep[long]]
        mine, theirs = mine[long], theirs[long]
        below = within(mine, theirs, limit)
        for t in (0.5, 0.125, 0.875, 0.3125, 0.6875):
            points = below[:, :2] + t * (below[:, 2:] - below[:, :2])
            nearer = _another_is_nearer(points, to_segments(points, theirs), start[where[long + role * count]], order, key, part, other_part)
            keep[long[~nearer]] = True
    return keep


def _another_is_nearer(points: np.ndarray, distances: np.ndarray, starts: np.ndarray, order: np.ndarray, key: np.ndarray, part: np.ndarray, other_part: np.ndarray) -> np.ndarray:
    """Is one of the edges nearest to an edge, whose pairs begin at a place of the order, nearer to a point of it than the distance?"""
    count, nearer = len(part), np.zeros(len(points), bool)
    for step in range(RIVALS):
        at = np.minimum(starts + step, len(order) - 1)
        same = key[order[at]] == key[order[starts]]
        rival = order[at]
        segments = np.where((rival < count)[:, None], other_part[rival % count], part[rival % count])
        nearer |= same & (to_segments(points, segments) < distances - EXACT)
    return nearer


