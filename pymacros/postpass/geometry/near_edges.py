"""Which edges of two outlines may face each other nearer than a limit, found without a look at every pair where edges are many.

Columns of edges: x1, y1, x2, y2, metal on their right. Coordinates are dbu.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .segments import EXACT, cross, in_reach, lengths, run_beside

AT_ONCE = 200_000  # pairs of edges
MANY = 200_000  # pairs of edges of which blocks are looked at
FEW = 1000  # pairs of edges that are all looked at
BLOCK = 32  # edges; of very many edges more, so that pairs of blocks stay about as many as edges
DIRECTIONS = 16  # into which edges of a block are divided
NEAREST = 4  # blocks, of one, that are looked at first

Columns = tuple[np.ndarray, np.ndarray]


class Sought(NamedTuple):
    """Edges that face each other nearer than the limit; degrees, side and run: as in facing.pairs."""

    limit: float
    degrees: float
    side: float
    run: int
    every: bool = False


def candidates(edges: np.ndarray, near: np.ndarray, near_other: np.ndarray, sought: Sought) -> Iterator[Columns]:
    """Pairs of edges (numbers) of two outlines: all, or of many those that may be near, some at once."""
    if len(near) * len(near_other) <= FEW:
        yield np.repeat(near, len(near_other)), np.tile(near_other, len(near))
        return
    is_alone = near[0] == near_other[0]
    numbers = near if is_alone else np.concatenate((near, near_other))
    own = edges[numbers]  # what is noted of each edge must not grow with the layout
    mine, theirs = np.arange(len(near)), np.arange(len(numbers) - len(near_other), len(numbers))
    for one, other in _of_many(own, mine[in_reach(edges[near], edges[near_other], sought.limit)], theirs[in_reach(edges[near_other], edges[near], sought.limit)], is_alone, sought):
        yield numbers[one], numbers[other]


def _of_many(edges: np.ndarray, near: np.ndarray, near_other: np.ndarray, is_alone: bool, sought: Sought) -> Iterator[Columns]:
    """`is_alone`: each pair of edges would come twice."""
    is_long = lengths(edges) >= sought.limit
    if len(near) * len(near_other) > MANY and not sought.run and not is_long[near].any() and not is_long[near_other].any():
        yield _of_blocks(edges, _Blocks(edges, near), _Blocks(edges, near_other), is_alone, sought)
        return
    stay = is_long.copy()
    if not sought.run:
        for _, others in _sieved_in_parts(edges, near[is_long[near]], near_other, sought):
            stay[others] = True
    for one, other in _sieved_in_parts(edges, near, near_other, sought):
        if is_alone:
            one, other = one[one < other], other[one < other]
        keep = slice(None) if sought.run else _may_be_nearest(edges, one, other, stay, sought)
        yield one[keep], other[keep]


def _sieved_in_parts(edges: np.ndarray, near: np.ndarray, near_other: np.ndarray, sought: Sought) -> Iterator[Columns]:
    step = max(1, AT_ONCE // max(len(near_other), 1))
    for some in (near[start:start + step] for start in range(0, len(near), step)):
        others = near_other[in_reach(edges[near_other], edges[some], sought.limit)]
        rows, columns = _sieved(edges[some], edges[others], sought)
        yield some[rows], others[columns]


def _sieved(a: np.ndarray, b: np.ndarray, sought: Sought) -> Columns:
    """Which of all pairs face each other and may be nearer than the limit, and of short edges as near as any: (rows, columns)."""
    rows, columns, apart, halves = _facing(a, b, sought)
    if sought.run:
        beside = run_beside(a[rows], b[columns]) >= sought.run
        rows, columns, apart, halves = rows[beside], columns[beside], apart[beside], halves[beside]
    possible = np.full(len(rows), -np.inf)
    for numbers, count in ((rows, len(a)), (columns, len(b))):
        best = np.full(count, np.inf)
        np.minimum.at(best, numbers, apart + halves)
        possible = np.maximum(possible, best[numbers])
    keep = sought.every | (apart - halves <= possible) | (lengths(a)[rows] >= sought.limit) | (lengths(b)[columns] >= sought.limit)
    return rows[keep], columns[keep]


def _facing(a: np.ndarray, b: np.ndarray, sought: Sought) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Which of all pairs face each other and may be nearer than the limit: (rows, columns, how far their middles are apart, half of both lengths)."""
    (ax, ay, au, av), (bx, by, bu, bv) = ((edges[:, 0], edges[:, 1], edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]) for edges in (a, b))
    apart = np.hypot((ax + 0.5 * au)[:, None] - (bx + 0.5 * bu), (ay + 0.5 * av)[:, None] - (by + 0.5 * bv))
    halves = (0.5 * lengths(a))[:, None] + 0.5 * lengths(b)
    rows, columns = np.nonzero(_may_face(au, av, bu, bv, sought.degrees) & (apart - halves < sought.limit))
    dx, dy = ax[rows] - bx[columns], ay[rows] - by[columns]
    turn = sought.side * (au[rows] * bv[columns] - av[rows] * bu[columns])
    from_a, from_b = -sought.side * (au[rows] * dy - av[rows] * dx), sought.side * (bu[columns] * dy - bv[columns] * dx)
    facing = (np.maximum(from_a, from_a + turn) >= 0) & (np.maximum(from_b, from_b - turn) >= 0)
    rows, columns = rows[facing], columns[facing]
    return rows, columns, apart[rows, columns], halves[rows, columns]


def _may_face(au: np.ndarray, av: np.ndarray, bu: np.ndarray, bv: np.ndarray, degrees: float) -> np.ndarray:
    along = -(au[:, None] * bu + av[:, None] * bv)
    if degrees >= 90:
        return along > 0
    return np.abs(au[:, None] * bv - av[:, None] * bu) < np.tan(np.radians(degrees)) * along


def _may_be_nearest(edges: np.ndarray, one: np.ndarray, other: np.ndarray, stay: np.ndarray, sought: Sought) -> np.ndarray:
    """Which pairs of edges may be the nearest of either.

    `stay`: edges as long as the limit, and those of the second outline that face one. All pairs of these stay, and of what faces a
    long one here: they tell where along the long edge another is nearer.
    """
    least, most = _bounds(edges[one], edges[other], sought)
    best = np.full(len(edges), np.inf)
    np.minimum.at(best, one, most)
    np.minimum.at(best, other, most)
    is_long, stay = lengths(edges) >= sought.limit, stay.copy()
    faces_long = is_long[one] | is_long[other]
    stay[one[faces_long]] = stay[other[faces_long]] = True
    return (least <= np.maximum(best[one], best[other])) | stay[one] | stay[other]


def _bounds(a: np.ndarray, b: np.ndarray, sought: Sought) -> Columns:
    """How far edges that face each other are apart at least, and at most; infinite where they may see no part of each other below the limit."""
    u, v, between = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2], b[:, :2] - a[:, :2]
    length, length_other = np.hypot(*u.T), np.hypot(*v.T)
    ahead = np.minimum(*(sought.side * cross(u, some) / length for some in (between, between + v)))
    ahead_other = np.minimum(*(sought.side * cross(v, some) / length_other for some in (-between, u - between)))
    apart = np.hypot(*(between + 0.5 * (v - u)).T)
    most = np.min([apart, *(np.hypot(*(b[:, i:i + 2] - a[:, k:k + 2]).T) for i in (0, 2) for k in (0, 2))], axis=0)
    most[(ahead <= 0) | (ahead_other <= 0) | (most >= sought.limit - EXACT)] = np.inf
    return np.maximum(np.maximum(ahead, ahead_other), apart - 0.5 * (length + length_other)) - 2 * EXACT, most


class _Blocks:
    """Edges of about one direction that follow each other along an outline. `numbers`: those of each block."""

    def __init__(self, edges: np.ndarray, numbers: np.ndarray) -> None:
        directions = np.arctan2(edges[numbers, 3] - edges[numbers, 1], edges[numbers, 2] - edges[numbers, 0])
        sectors = np.floor(directions * DIRECTIONS / (2 * np.pi)).astype(int) % DIRECTIONS
        order = np.argsort(sectors, kind="stable")
        self.all, sectors = numbers[order], sectors[order]
        first = np.flatnonzero(np.r_[True, sectors[1:] != sectors[:-1]])
        place = np.arange(len(sectors)) - np.repeat(first, np.diff(np.r_[first, len(sectors)]))
        self.starts = np.flatnonzero(place % max(BLOCK, int(np.sqrt(len(numbers)) / 2)) == 0)
        self.numbers = np.split(self.all, self.starts[1:])
        self.directions = (sectors[self.starts] + 0.5) * 2 * np.pi / DIRECTIONS
        ends = edges[self.all]
        self.low = np.minimum.reduceat(np.minimum(ends[:, :2], ends[:, 2:]), self.starts)
        self.high = np.maximum.reduceat(np.maximum(ends[:, :2], ends[:, 2:]), self.starts)

    def largest(self, lengths_of_edges: np.ndarray) -> np.ndarray:
        """Of each block."""
        return np.maximum.reduceat(lengths_of_edges[self.all], self.starts)


def _of_blocks(edges: np.ndarray, some: _Blocks, others: _Blocks, is_alone: bool, sought: Sought) -> Columns:
    """Pairs of edges shorter than the limit that may be the nearest of either.

    The nearest blocks are looked at first: they tell how far the nearest edge is at most, and what lies farther is not looked at.
    """
    apart = _blocks_apart(some, others, sought)
    is_first = (apart <= _few_nearest(apart, 1)) | (apart <= _few_nearest(apart, 0))
    waiting = apart < sought.limit
    if is_alone:
        waiting = np.triu(waiting)  # each pair of blocks comes twice
    best, found = np.full(len(edges), np.inf), [(np.empty(0, int), np.empty(0, int), np.empty(0))]
    for turn in (waiting & is_first, waiting & ~is_first):
        for number in np.flatnonzero(turn.any(axis=1)).tolist():
            mine = some.numbers[number]
            there = np.flatnonzero(turn[number] & (apart[number] <= np.maximum(others.largest(best), best[mine].max())))
            if len(there):
                theirs = np.concatenate([others.numbers[block] for block in there.tolist()])
                rows, columns, _, _ = _facing(edges[mine], edges[theirs], sought)
                one, other = mine[rows], theirs[columns]
                least, most = _bounds(edges[one], edges[other], sought)
                np.minimum.at(best, one, most)
                np.minimum.at(best, other, most)
                keep = least <= np.maximum(best[one], best[other])
                found.append((one[keep], other[keep], least[keep]))
    one, other, least = (np.concatenate(column) for column in zip(*found))
    keep = np.flatnonzero(least <= np.maximum(best[one], best[other]))
    one, other = (np.minimum(one, other), np.maximum(one, other)) if is_alone else (one, other)
    keep = keep[np.lexsort((other[keep], one[keep]))]
    return one[keep], other[keep]


def _blocks_apart(some: _Blocks, others: _Blocks, sought: Sought) -> np.ndarray:
    """How far blocks are apart at least; infinite where no edge of one can face an edge of the other."""
    spread = np.pi / DIRECTIONS  # by which an edge may miss the direction of its block
    turn = np.abs((some.directions[:, None] - others.directions) % (2 * np.pi) - np.pi)
    can_face = turn <= np.radians(sought.degrees) + 2 * spread + EXACT
    between = 0.5 * (others.low + others.high - (some.low + some.high)[:, None])
    reach = 0.5 * (np.hypot(*(some.high - some.low).T)[:, None] + np.hypot(*(others.high - others.low).T))
    away = np.hypot(between[..., 0], between[..., 1])
    for sign, directions in ((1.0, some.directions[:, None]), (-1.0, others.directions)):
        ahead = directions + sought.side * 0.5 * np.pi
        off = np.arccos(np.clip(sign * (between[..., 0] * np.cos(ahead) + between[..., 1] * np.sin(ahead)) / np.maximum(away, EXACT), -1.0, 1.0))
        can_face &= away * np.cos(np.maximum(off - spread, 0.0)) + reach >= -EXACT
    gaps = np.maximum(np.maximum(others.low - some.high[:, None], some.low[:, None] - others.high), 0.0)
    return np.where(can_face, np.hypot(gaps[..., 0], gaps[..., 1]) - 2 * EXACT, np.inf)


def _few_nearest(apart: np.ndarray, axis: int) -> np.ndarray:
    """How far the last of the nearest few is."""
    few = min(NEAREST, apart.shape[axis]) - 1
    return np.take(np.partition(apart, few, axis=axis), [few], axis=axis)
