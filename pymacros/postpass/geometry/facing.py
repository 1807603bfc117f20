"""Edges that face each other nearer than a limit, told so that the number of pairs grows with the number of edges.

KLayout's own checks give every pair of edges: thousands for two round shapes under a large limit, and their time grows
faster than the number of pairs. What a marker needs of two outlines is which parts are too near, and the smallest distance: of
short edges each is told with the nearest edge of the other outline alone. Coordinates are dbu.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pya

OUTSIDE, INSIDE = 1.0, -1.0  # what lies between the edges: space or metal
AT_ONCE = 200_000  # pairs of edges
FEW = 1000  # pairs of edges that are all looked at
RIVALS = 8  # nearest edges that may be nearer at a place
PIECES = 8  # of a line, at most, each with a box of its own
EXACT = 1e-6
ROUNDING = 1.5  # dbu by which the ends of an edge may lie beside where they were meant


Covered = Callable[[pya.Point], bool]
Side = tuple[np.ndarray, np.ndarray]


def pairs(polygons: Sequence[pya.Polygon], tasks: Iterable[tuple[int, int]], limit: float, degrees: float, side: float,
          is_covered: "Covered | None" = None, run: int = 0, screens: Iterable[int] = ()) -> list[pya.EdgePair]:
    """Edges of two polygons each (numbers; twice the same: of one with itself) that face each other nearer than the limit.

    degrees: edges that miss this much or more to be parallel do not face each other; side: OUTSIDE or INSIDE. No other
    edge of these polygons lies between them, and where polygons may overlap nothing that `is_covered` tells. run: where
    not 0, distances are measured straight across edges that run side by side for this many dbu at least. screens: numbers
    of more polygons whose edges may lie between.
    """
    tasks = list(tasks)
    edges, starts = _edges_of(polygons, [*tasks, *((number, number) for number in screens)])
    _, _, _, part, other_part = _found(edges, starts, tasks, limit, degrees, side, is_covered, run)
    return _edge_pairs(part, other_part)


def notches(polygons: Sequence[pya.Polygon], tasks: Iterable[tuple[int, int]], limit: float, degrees: float) -> list[tuple[pya.EdgePair, float]]:
    """The same for edges of one polygon each with space between, and by how many degrees the edges miss to be parallel: their short parts, on whole dbu, do not tell."""
    tasks = list(tasks)
    edges, starts = _edges_of(polygons, tasks)
    _, one, other, part, other_part = _found(edges, starts, tasks, limit, degrees, OUTSIDE, None)
    u, v = (edges[some, 2:] - edges[some, :2] for some in (one, other))
    apart = np.degrees(np.arctan2(np.abs(_cross(u, v)), -(u * v).sum(axis=1)))
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
    edges, others, best = edges[_in_reach(edges, others, limit)], others[_in_reach(others, edges, limit)], limit
    step = max(1, AT_ONCE // max(len(others), 1))
    for some in (edges[start:start + step] for start in range(0, len(edges), step)):
        centres, halves = zip(*((0.5 * (a[:, :2] + a[:, 2:]), 0.5 * np.hypot(a[:, 2] - a[:, 0], a[:, 3] - a[:, 1])) for a in (some, others)))
        apart = np.hypot(*(centres[0][:, None] - centres[1]).transpose(2, 0, 1))
        rows, columns = np.nonzero(apart - halves[0][:, None] - halves[1] < min(best, (apart + halves[0][:, None] + halves[1]).min(initial=best)))
        best = min(best, _distances(some[rows], others[columns]).min(initial=best))
    return best if best < limit else math.inf


def _found(edges: np.ndarray, starts: dict[int, tuple[int, int]], tasks: Sequence[tuple[int, int]], limit: float, degrees: float, side: float,
           is_covered: Covered | None, run: int = 0) -> Any:
    """Columns (number of the task, edge, edge, the parts of both that are nearer than the limit)."""
    alone = np.array([one == other for one, other in tasks], bool)  # one polygon: each pair of its edges once
    combined = _combined(edges, starts, tasks, limit, degrees, side, run)
    found = [_facing(edges, alone, *some, limit, degrees, side, run) for some in combined]
    if not found:
        return *(np.empty(0, int) for _ in range(3)), np.empty((0, 4)), np.empty((0, 4))
    task, one, other, part, other_part, distance = (np.concatenate(column) for column in zip(*found))
    keep = _near_enough(edges, task, one, other, part, other_part, distance, limit)
    task, one, other = task[keep], one[keep], other[keep]
    part, other_part = part[keep], other_part[keep]
    if not run:
        part, other_part = _within(part, other_part, limit), _within(other_part, part, limit)
    seen = _in_sight((one, part), (other, other_part), edges, is_covered, side, bool(alone.all()))
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
        for contour in (polygon.each_point_hull(), *map(polygon.each_point_hole, range(polygon.holes()))):
            points = np.array([(point.x, point.y) for point in contour], dtype=float)
            parts.append(np.hstack((points, np.roll(points, -1, axis=0))))
    return np.vstack(parts)


def _combined(edges: np.ndarray, starts: dict[int, tuple[int, int]], tasks: Sequence[tuple[int, int]],
              limit: float, degrees: float, side: float, run: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Columns (number of the task, edge, edge) of the pairs to look at, some at once."""
    columns, waiting = [], 0
    for number, (one, other) in enumerate(tasks):
        for some, others in _of_task(edges, np.arange(*starts[one]), np.arange(*starts[other]), limit, degrees, side, run):
            columns.append((np.full(len(some), number), some, others))
            waiting += len(some)
            if waiting >= AT_ONCE:
                yield tuple(np.concatenate(column) for column in zip(*columns))
                columns, waiting = [], 0
    if columns:
        yield tuple(np.concatenate(column) for column in zip(*columns))


def _of_task(edges: np.ndarray, near: np.ndarray, near_other: np.ndarray, limit: float, degrees: float, side: float,
             run: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs of edges of two outlines: all, or of many those that may be near."""
    if len(near) * len(near_other) <= FEW:
        yield np.repeat(near, len(near_other)), np.tile(near_other, len(near))
        return
    is_alone = near[0] == near_other[0]  # then each pair of edges comes twice
    near, near_other = near[_in_reach(edges[near], edges[near_other], limit)], near_other[_in_reach(edges[near_other], edges[near], limit)]
    step = max(1, AT_ONCE // max(len(near_other), 1))
    for start in range(0, len(near), step):
        rows, columns = _sieved(edges[near[start:start + step]], edges[near_other], limit, degrees, side, run)
        some, others = near[start:start + step][rows], near_other[columns]
        yield (some[some < others], others[some < others]) if is_alone else (some, others)


def _sieved(a: np.ndarray, b: np.ndarray, limit: float, degrees: float, side: float, run: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of all pairs face each other and may be nearer than the limit, and of short edges as near as any: (rows, columns)."""
    if not len(a) or not len(b):
        return np.empty(0, int), np.empty(0, int)
    (ax, ay, au, av), (bx, by, bu, bv) = ((edges[:, 0], edges[:, 1], edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]) for edges in (a, b))
    half_a, half_b = 0.5 * np.hypot(au, av), 0.5 * np.hypot(bu, bv)
    apart = np.hypot((ax + 0.5 * au)[:, None] - (bx + 0.5 * bu), (ay + 0.5 * av)[:, None] - (by + 0.5 * bv))
    halves = half_a[:, None] + half_b
    rows, columns = np.nonzero(_may_face(au, av, bu, bv, degrees) & (apart - halves < limit))
    dx, dy = ax[rows] - bx[columns], ay[rows] - by[columns]
    cross = side * (au[rows] * bv[columns] - av[rows] * bu[columns])
    from_a, from_b = -side * (au[rows] * dy - av[rows] * dx), side * (bu[columns] * dy - bv[columns] * dx)
    facing = (np.maximum(from_a, from_a + cross) >= 0) & (np.maximum(from_b, from_b - cross) >= 0)
    rows, columns = rows[facing], columns[facing]
    if run:
        beside = _run(a[rows], b[columns]) >= run
        rows, columns = rows[beside], columns[beside]
    least, most = (apart - halves)[rows, columns], (apart + halves)[rows, columns]
    possible = np.full(len(rows), -np.inf)
    for numbers, count in ((rows, len(a)), (columns, len(b))):
        best = np.full(count, np.inf)
        np.minimum.at(best, numbers, most)
        possible = np.maximum(possible, best[numbers])
    keep = (least <= possible) | (half_a[rows] * 2 >= limit) | (half_b[columns] * 2 >= limit)
    return rows[keep], columns[keep]


def _may_face(au: np.ndarray, av: np.ndarray, bu: np.ndarray, bv: np.ndarray, degrees: float) -> np.ndarray:
    along = -(au[:, None] * bu + av[:, None] * bv)
    if degrees >= 90:
        return along > 0
    return np.abs(au[:, None] * bv - av[:, None] * bu) < np.tan(np.radians(degrees)) * along


def _in_reach(edges: np.ndarray, others: np.ndarray, limit: float) -> np.ndarray:
    """Which edges come near the box of all others."""
    if not len(others):
        return np.zeros(len(edges), bool)
    low, high = np.minimum(others[:, :2], others[:, 2:]).min(axis=0) - limit, np.maximum(others[:, :2], others[:, 2:]).max(axis=0) + limit
    return (np.maximum(edges[:, :2], edges[:, 2:]) >= low).all(axis=1) & (np.minimum(edges[:, :2], edges[:, 2:]) <= high).all(axis=1)


def _facing(edges: np.ndarray, alone: np.ndarray, task: np.ndarray, one: np.ndarray, other: np.ndarray, limit: float, degrees: float, side: float, run: int) -> tuple[np.ndarray, ...]:
    """Of these pairs those that face each other nearer than the limit: (task, edge, edge, the parts that see each other, distance)."""
    a, b = edges[one], edges[other]
    u, v = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
    keep = (np.abs(_cross(u, v)) < np.tan(np.radians(degrees)) * -(u * v).sum(axis=1)) if degrees < 90 else (u * v).sum(axis=1) < 0
    for axis in (0, 1):
        keep &= np.minimum(a[:, axis], a[:, axis + 2]) - limit <= np.maximum(b[:, axis], b[:, axis + 2])
        keep &= np.minimum(b[:, axis], b[:, axis + 2]) - limit <= np.maximum(a[:, axis], a[:, axis + 2])
    keep &= (one < other) | ~alone[task]
    if run:
        keep &= _run(a, b) >= run
    task, one, other, a, b = task[keep], one[keep], other[keep], a[keep], b[keep]
    part, seen = _seen_from(b, a, side)
    other_part, seen_too = _seen_from(a, b, side)
    if run:
        (part, across), (other_part, across_too) = _straight_across(part, b, limit), _straight_across(other_part, a, limit)
        seen, seen_too = np.where(across, seen, -1), np.where(across_too, seen_too, -1)
    distance = _distances(part, other_part)
    keep = np.minimum(seen, seen_too) > np.where(distance == 0.0, -1, 0)  # of shapes that touch at a corner no edge sees the other
    keep &= distance < limit - EXACT
    keep &= (distance > 0) | ~alone[task] | ~_nearly_square(a, b)
    return task[keep], one[keep], other[keep], part[keep], other_part[keep], distance[keep]


def _nearly_square(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Do edges that share a corner miss a right angle by no more than whole dbu make of it? Of short edges that is some degrees."""
    u, v = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
    return np.abs((u * v).sum(axis=1)) < ROUNDING * np.maximum(np.hypot(*u.T), np.hypot(*v.T))


def _cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]


def _seen_from(lines: np.ndarray, edges: np.ndarray, side: float) -> tuple[np.ndarray, np.ndarray]:
    """(The part of each edge on the side of a line; 1: there is one, 0: it lies on the line, -1: there is none). Metal lies on the right of a line, space on its left."""
    along = lines[:, 2:] - lines[:, :2]
    start, end = (side * _cross(along, edges[:, k:k + 2] - lines[:, :2]) for k in (0, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        cut = np.where(start == end, 0.0, start / (start - end))
    point = edges[:, :2] + cut[:, None] * (edges[:, 2:] - edges[:, :2])
    part = edges.copy()
    part[start < 0, :2], part[end < 0, 2:] = point[start < 0], point[end < 0]
    return part, np.where((start == 0) & (end == 0), 0, np.where(np.maximum(start, end) > 0, 1, -1))


def _run(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """For how long two edges run side by side: whole dbu, the longer of what each covers of the other."""
    longest = np.zeros(len(a))
    for one, other in ((a, b), (b, a)):
        ends = np.clip(_along(one, other), 0.0, 1.0)
        longest = np.maximum(longest, np.hypot(one[:, 2] - one[:, 0], one[:, 3] - one[:, 1]) * np.abs(ends[0] - ends[1]))
    return np.floor(longest + 0.5)


def _along(lines: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Where along a line the two ends of an edge lie: 0 is its start, 1 its end."""
    along = lines[:, 2:] - lines[:, :2]
    square = np.maximum((along * along).sum(axis=1), 1e-300)
    return np.array([((edges[:, k:k + 2] - lines[:, :2]) * along).sum(axis=1) / square for k in (0, 2)])


def _straight_across(edges: np.ndarray, lines: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """(The part of each edge from which it is less than the limit straight across to a line, is there one?)"""
    along = lines[:, 2:] - lines[:, :2]
    length = np.maximum(np.hypot(*along.T), 1e-300)
    away = np.array([np.abs(_cross(along, edges[:, k:k + 2] - lines[:, :2])) / length for k in (0, 2)])
    low, high = np.zeros(len(edges)), np.ones(len(edges))
    with np.errstate(divide="ignore", invalid="ignore"):
        for start, end in (_along(lines, edges), 1.0 - _along(lines, edges), limit - away):
            cut = start / (start - end)
            low = np.where(start < 0, np.where(end < 0, np.inf, np.maximum(low, cut)), low)
            high = np.where(end < 0, np.minimum(high, cut), high)
    step = edges[:, 2:] - edges[:, :2]
    there = low < high
    low, high = np.where(there, low, 0.0), np.where(there, high, 0.0)
    return np.hstack((edges[:, :2] + low[:, None] * step, edges[:, :2] + high[:, None] * step)), there


def _distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Smallest distances of segments that do not cross."""
    smallest = np.full(len(one), np.inf)
    for edges, others in ((one, other), (other, one)):
        for k in (0, 2):
            smallest = np.minimum(smallest, _to_segments(edges[:, k:k + 2], others))
    return smallest


def _to_segments(points: np.ndarray, segments: np.ndarray) -> np.ndarray:
    away = _away(points, segments)
    return np.hypot(away[:, 0], away[:, 1])


def _away(points: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """From the nearest point of each segment to a point."""
    along = segments[:, 2:] - segments[:, :2]
    square = (along * along).sum(axis=1)
    t = np.clip(((points - segments[:, :2]) * along).sum(axis=1) / np.where(square == 0, 1.0, square), 0.0, 1.0)
    return points - segments[:, :2] - t[:, None] * along


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
    length = np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1])
    long = np.flatnonzero(~keep & ((length[one] >= limit) | (length[other] >= limit)))
    where = np.empty(2 * count, int)
    where[order] = np.arange(2 * count)
    for role, (mine, theirs) in enumerate(((part, other_part), (other_part, part))):
        long = long[~keep[long]]
        mine, theirs = mine[long], theirs[long]
        below = _within(mine, theirs, limit)
        for t in (0.5, 0.125, 0.875, 0.3125, 0.6875):
            points = below[:, :2] + t * (below[:, 2:] - below[:, :2])
            nearer = _another_is_nearer(points, _to_segments(points, theirs), start[where[long + role * count]], order, key, part, other_part)
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
        nearer |= same & (_to_segments(points, segments) < distances - EXACT)
    return nearer


def _in_sight(one: Side, other: Side, edges: np.ndarray, is_covered: Any, side: float, alone: bool) -> np.ndarray:
    """Which pairs (numbers of edges and their parts, twice) see each other along a line between them: at the nearest points, or at
    a quarter, the half or three quarters of the way.

    Both edges look: what is seen must not depend on which of the two has the lower number. Where another edge lies between,
    it is nearer to both. Of edges of one polygon (`alone`), one may lie along the line, as the bottom of a notch does, and no line
    passes through a point where parts of the polygon meet.
    """
    seen, by_place, corners = np.zeros(len(one[0]), bool), None, _Pinches(edges, side) if alone else None
    step = 1 + int(np.median(np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]))) if len(edges) else 1
    for (mine, parts), (theirs, others) in ((one, other), (other, one)):
        along = parts[:, 2:] - parts[:, :2]
        for t in (_nearest_part(parts, others), *(np.full(len(parts), part) for part in (0.25, 0.5, 0.75))):
            unseen = np.flatnonzero(~seen)
            starts = (parts[:, :2] + t[:, None] * along)[unseen]
            ends = starts - _away(starts, others[unseen])
            lines = _lines(starts, ends)
            if by_place is None and any(lines):
                by_place = _by_place(edges)
            free = np.array([line is None or _is_free(line, by_place, step, is_covered, alone and side == OUTSIDE) for line in lines], bool)
            seen[unseen] = free & corners.are_left(mine[unseen], starts, ends) & corners.are_left(theirs[unseen], ends, starts) if corners else free
    return seen


class _Pinches:
    """Points where parts of a polygon meet: more than one of its edges ends there. Points are complex numbers."""

    def __init__(self, edges: np.ndarray, side: float) -> None:
        self.starts, self.ends, self.side = _complex(edges[:, :2]), _complex(edges[:, 2:]), side
        points, count = np.unique(self.ends, return_counts=True)
        points = points[count > 1]
        begin, end = np.isin(self.starts, points), np.isin(self.ends, points)
        self.points = np.concatenate((self.starts[begin], self.ends[end]))
        self.away = np.concatenate(((self.ends - self.starts)[begin], (self.starts - self.ends)[end]))

    def are_left(self, numbers: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Which lines that start on these edges go on in what belongs to the edge, and not beyond a pinch."""
        left = np.ones(len(numbers), bool)
        if len(self.points):
            points, ahead = _complex(np.rint(starts)), _complex(ends - starts)
            at_end = (np.abs(points - _complex(starts)) < EXACT) & ((self.starts[numbers] == points) | (self.ends[numbers] == points))
            for row in np.flatnonzero(at_end & np.isin(points, self.points) & (np.abs(ahead) > EXACT)):
                left[row] = self._is_left(numbers[row], points[row], ahead[row])
        return left

    def _is_left(self, number: int, point: complex, ahead: complex) -> bool:
        """Does a line ahead from an end of an edge lie between this edge and the next one around the point?"""
        ends_here = self.ends[number] == point
        own = (self.starts[number] if ends_here else self.ends[number]) - point
        turn = -self.side if ends_here else self.side  # 1: what belongs to the edge begins counter-clockwise of it
        angles, angle = (turn * np.angle(some / own) % (2 * np.pi) for some in (self.away[self.points == point], ahead))
        return bool(angle <= angles[angles > 0].min() or angle > 2 * np.pi - EXACT)


def _complex(points: np.ndarray) -> np.ndarray:
    return points[:, 0] + 1j * points[:, 1]


def _by_place(edges: np.ndarray) -> pya.Shapes:
    shapes = pya.Shapes()
    for edge in edges.astype(int).tolist():
        shapes.insert(pya.Edge(*edge))
    return shapes


def _is_free(line: tuple[int, int, int, int], by_place: pya.Shapes, step: int, is_covered: Any, along_edges: bool) -> bool:
    edge = pya.Edge(*line)
    if is_covered and is_covered(edge.bbox().center()):
        return False
    return not any(shape.edge.intersect(edge) and not (along_edges and _lies_along(edge, shape.edge))
                   for box in _boxes_along(*line, step) for shape in by_place.each_touching(box))


def _boxes_along(x1: int, y1: int, x2: int, y2: int, step: int) -> Iterator[pya.Box]:
    """Boxes that hold a line: several for one that is slanted by more than the step, for its own box holds much that is far from it."""
    pieces = min(1 + min(abs(x2 - x1), abs(y2 - y1)) // step, PIECES)
    for piece in range(pieces):
        left, bottom, right, top = (start + (end - start) * place // pieces for place in (piece, piece + 1) for start, end in ((x1, x2), (y1, y2)))
        yield pya.Box(left, bottom, right, top).enlarged(1, 1)  # whole dbu may lie beside the line


def _lies_along(line: pya.Edge, edge: pya.Edge) -> bool:
    """But for whole dbu."""
    return edge.distance_abs(line.p1) <= 1 and edge.distance_abs(line.p2) <= 1


def _lines(starts: np.ndarray, ends: np.ndarray) -> list[tuple[int, int, int, int] | None]:
    """Lines between points, two dbu shorter at either end; None: too short to hold anything."""
    length = np.hypot(*(ends - starts).T)
    cut = 2.0 * (ends - starts) / np.maximum(length, 1.0)[:, None]
    whole = np.rint(np.hstack((starts + cut, ends - cut))).astype(int).tolist()
    return [None if short else tuple(line) for line, short in zip(whole, (length < 8.0).tolist())]


def _within(edges: np.ndarray, others: np.ndarray, limit: float) -> np.ndarray:
    """An edge's distance from another one falls and then rises along it: the two ends of the part below the limit, by halving."""
    parts = edges.copy()
    for k, end in ((0, 0.0), (2, 1.0)):
        beyond = np.flatnonzero(_to_segments(edges[:, k:k + 2], others) >= limit)
        if len(beyond):
            mine, theirs = edges[beyond], others[beyond]
            along, inside, outside = mine[:, 2:] - mine[:, :2], _nearest_part(mine, theirs), np.full(len(beyond), end)
            for _ in range(40):
                middle = 0.5 * (inside + outside)
                near = _to_segments(mine[:, :2] + middle[:, None] * along, theirs) < limit
                inside, outside = np.where(near, middle, inside), np.where(near, outside, middle)
            parts[beyond, k:k + 2] = mine[:, :2] + inside[:, None] * along
    return parts


def _nearest_part(edges: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Where along an edge its nearest point to the other lies, 0 to 1."""
    along = edges[:, 2:] - edges[:, :2]
    square = np.maximum((along * along).sum(axis=1), 1e-300)
    candidates = [np.zeros(len(edges)), np.ones(len(edges))]
    candidates += [np.clip(((others[:, k:k + 2] - edges[:, :2]) * along).sum(axis=1) / square, 0.0, 1.0) for k in (0, 2)]
    away = np.array([_to_segments(edges[:, :2] + t[:, None] * along, others) for t in candidates])
    return np.choose(away.argmin(axis=0), candidates)
