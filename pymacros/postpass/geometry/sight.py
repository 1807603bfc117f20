"""Which parts of edges see each other along a line that no other edge crosses. Coordinates are dbu."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import numpy as np
import pya

from .box_pairs import BoxIndex
from .segments import EXACT, OUTSIDE, ROUNDING, away_from, cross, lengths, nearest_part

FEW = 250_000  # pairs of lines and edges that are all looked at
PIECES = 8  # of a line, at most, each with a box of its own
ENDS = 32  # parts of a line of which the first and the last are looked at before all

Covered = Callable[[pya.Point], bool]
Side = tuple[np.ndarray, np.ndarray]


def in_sight(one: Side, other: Side, edges: np.ndarray, is_covered: Covered | None, side: float, alone: bool) -> np.ndarray:
    """Which pairs (numbers of edges and their parts, twice) see each other along a line between them: at the nearest points, or at
    a quarter, the half or three quarters of the way.

    Both edges look: what is seen must not depend on which of the two has the lower number. Where another edge lies between,
    it is nearer to both. Of edges of one polygon (`alone`), one may lie along the line, as the bottom of a notch does, and no line
    passes through a point where parts of the polygon meet.
    """
    seen, obstacles, corners = np.zeros(len(one[0]), bool), _Obstacles(edges, along=alone and side == OUTSIDE), _Pinches(edges, side) if alone else None
    for (mine, parts), (theirs, others) in ((one, other), (other, one)):
        along = parts[:, 2:] - parts[:, :2]
        for t in (nearest_part(parts, others), *(np.full(len(parts), part) for part in (0.25, 0.5, 0.75))):
            unseen = np.flatnonzero(~seen)
            starts = (parts[:, :2] + t[:, None] * along)[unseen]
            ends = starts - away_from(starts, others[unseen])
            free = _are_free(starts, ends, obstacles, is_covered)
            seen[unseen] = free & corners.are_left(mine[unseen], starts, ends) & corners.are_left(theirs[unseen], ends, starts) if corners else free
    return seen


def _are_free(starts: np.ndarray, ends: np.ndarray, obstacles: _Obstacles, is_covered: Covered | None) -> np.ndarray:
    """Which lines between points cross no edge, and no area that is covered? They are looked at two dbu shorter at either end."""
    length = np.hypot(*(ends - starts).T)
    cut = 2.0 * (ends - starts) / np.maximum(length, 1.0)[:, None]
    lines = np.rint(np.hstack((starts + cut, ends - cut))).astype(np.int64)
    free = length < 8.0  # too short to hold anything
    left = np.flatnonzero(~free)
    left = left[obstacles.pass_by(lines[left])]
    free[left] = [not (is_covered and is_covered(pya.Edge(*line).bbox().center())) for line in lines[left].tolist()]
    return free


class _Obstacles:
    """Edges by place, and which lines pass them by. along: does an edge that lies along a line not hide it?"""

    def __init__(self, edges: np.ndarray, along: bool) -> None:
        self.edges, self.along = edges.astype(np.int64), along
        self.step = 1 + int(np.median(lengths(edges))) if len(edges) else 1

    @cached_property
    def index(self) -> BoxIndex:
        return BoxIndex(_boxes(self.edges))

    def pass_by(self, lines: np.ndarray) -> np.ndarray:
        """Which lines touch no edge. What hides one edge from another mostly lies close to either: the ends of lines are looked at first."""
        free = np.ones(len(lines), bool)
        for left, boxes in self._looked_at(lines, free):
            for numbers, edges in self._near(boxes):
                free[left[numbers[self._hide(self.edges[edges], lines[left[numbers]])]]] = False
        return free

    def _looked_at(self, lines: np.ndarray, free: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(Numbers of lines, a box around a part of each), of those that are still free."""
        if self._are_few(lines):
            yield np.arange(len(lines)), _boxes(lines)
            return
        pieces = np.minimum(1 + np.abs(lines[:, 2:] - lines[:, :2]).min(axis=1) // self.step, PIECES)
        for piece, of in [(0, ENDS), (ENDS - 1, ENDS)] + [(piece, pieces) for piece in range(int(pieces.max()))]:
            left = np.flatnonzero(free & (piece < of))
            yield left, _pieces_of(lines[left], piece, np.broadcast_to(of, len(lines))[left])

    def _are_few(self, lines: np.ndarray) -> bool:
        return len(lines) * len(self.edges) <= FEW

    def _near(self, boxes: np.ndarray) -> Iterable[tuple[np.ndarray, np.ndarray]]:
        """Numbers (of boxes, of edges) that touch: of few all are compared."""
        if not self._are_few(boxes):
            return self.index.pairs(boxes)
        return [np.nonzero(_touch(boxes.T[:, :, None], _boxes(self.edges).T))]

    def _hide(self, edges: np.ndarray, lines: np.ndarray) -> np.ndarray:
        hidden = _meet(lines, edges)
        if self.along and hidden.any():
            hidden[hidden] = ~_lie_along(lines[hidden], edges[hidden])
        return hidden


def _boxes(lines: np.ndarray) -> np.ndarray:
    return np.hstack((np.minimum(lines[:, :2], lines[:, 2:]), np.maximum(lines[:, :2], lines[:, 2:])))


def _touch(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which boxes touch: rows left, bottom, right, top."""
    return (boxes[0] <= others[2]) & (others[0] <= boxes[2]) & (boxes[1] <= others[3]) & (others[1] <= boxes[3])


def _pieces_of(lines: np.ndarray, piece: int, pieces: np.ndarray) -> np.ndarray:
    """A box around one of so many pieces of each line: the own box of one that is slanted holds much that is far from it."""
    start, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    ends = [start + along * place // pieces[:, None] for place in (piece, piece + 1)]
    return _boxes(np.hstack(ends)) + np.array([-1, -1, 1, 1])  # whole dbu may lie beside the line


def _meet(lines: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Which lines touch an edge or cross it, whole numbers both."""
    meet = _touch(_boxes(lines).T, _boxes(edges).T)
    for some, others in ((lines, edges), (edges, lines)):
        along = some[:, 2:] - some[:, :2]
        sides = [np.sign(cross(along, others[:, k:k + 2] - some[:, :2])) for k in (0, 2)]
        meet &= sides[0] * sides[1] <= 0
    return meet


def _lie_along(lines: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Which lines lie along an edge, but for whole dbu."""
    along = edges[:, 2:] - edges[:, :2]
    away = np.array([np.abs(cross(along, lines[:, k:k + 2] - edges[:, :2])) for k in (0, 2)]).max(axis=0)
    return away < ROUNDING * np.hypot(*along.T)


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
