"""The mesh of a board: triangles between the pieces of its fixed metal, and how much trace fits through each edge.

Every vertex is a piece of metal that is about as wide as high, or a point of the die's outline; every edge is a *cut*
between two of them.  Traces cross edges; n traces between two pieces at distance d need n (width + spacing) + spacing
<= d, in the norm whose unit ball is the octagon (or the square) that octilinear (or rectilinear) centre lines run around.
That is the condition of Leiserson and Maley for one cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial import Delaunay

from . import shapes
from .progress import silent
from .tolerance import GAIN, NOTHING, ROUNDING

if TYPE_CHECKING:
    from .wires import Board

OUTLINE = -1  # owner of a vertex on the die's outline
_SLIM = 2.0  # a piece that is so much longer than wide is cut
_MOST_CUTS = 40


class Mesh:
    """Triangulation of a board.

    points: (n, 2) middles of the pieces; piece: (n, 8) their octagons; owner: per vertex the site (>= 0), OUTLINE, or
    below that an obstacle; triangles: (m, 3) counter-clockwise; edge_of: per triangle the edges between its corners
    (0, 1), (1, 2), (2, 0); ends: (k, 2) vertices of each edge; sides: per edge its one or two triangles; room: per edge
    the length in µm that traces and the spaces beside them may fill, 0 where nothing passes; around: per vertex its (triangle,
    corner) pairs.  shortest: exchange diagonals for shorter gaps, which finds narrow cuts; proofs ask for it.
    """

    def __init__(self, board: Board, beat: Callable[..., Any] = silent, shortest: bool = False) -> None:
        self.board, self.beat = board, beat
        self.space = min(s for _, s in board.rules)
        self.pitch = min(w + s for w, s in board.rules)
        self._vertices()
        self._triangulate()
        if shortest:
            self._flip()
        self._edges()
        self.around = self._around()

    def _vertices(self) -> None:
        board = self.board
        rows, owner = [], []
        for k, octagon in enumerate(board.fixed):
            self.beat()
            site = int(board.fixed_site[k])
            name = site if site >= 0 else -2 - k
            for part in _round_parts(octagon, 4 * self.pitch):
                rows.append(part)
                owner.append(name)
        self.piece = np.array(rows).reshape(-1, 8)
        self.owner = np.array(owner, int)
        middle = np.stack([self.piece[:, 0] + self.piece[:, 1], self.piece[:, 2] + self.piece[:, 3]], axis=1) / 2
        _, first = np.unique(np.column_stack([np.round(middle / board.problem.unit), self.owner]), axis=0, return_index=True)
        first.sort()
        self.piece, self.owner, middle = self.piece[first], self.owner[first], middle[first]
        outline = self._outline(middle)
        self.points = np.vstack([middle, outline])
        self.piece = np.vstack([self.piece, [shapes.octagon(p[None]) for p in outline]])
        self.owner = np.concatenate([self.owner, np.full(len(outline), OUTLINE)])

    def _outline(self, middle: np.ndarray) -> np.ndarray:
        """Points on the die's outline: its corners, and the feet of the pieces that see a side."""
        x1, y1, x2, y2 = self.board.problem.die
        found = [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]
        apart = 2 * self.pitch
        for axis, at in ((0, x1), (0, x2), (1, y1), (1, y2)):
            along, away = middle[:, 1 - axis], np.abs(middle[:, axis] - at)
            low, high = (y1, y2) if axis == 0 else (x1, x2)
            taken = [low, high]
            for k in np.argsort(away):
                self.beat()
                if len(taken) > 400 or (len(taken) > 2 and away[k] > 0.25 * (x2 - x1 + y2 - y1)):
                    break
                near = min(abs(along[k] - t) for t in taken)
                if near > max(apart, 0.7 * away[k]) and low < along[k] < high:
                    taken.append(float(along[k]))
            found += [(at, t) if axis == 0 else (t, at) for t in taken[2:]]
        return np.array(found)

    def _triangulate(self) -> None:
        # a hair of disorder, the same for the same board, breaks ties of points in rows
        shift = np.random.default_rng(1).uniform(-1, 1, self.points.shape) * 0.02 * self.pitch
        shift[self.owner == OUTLINE] = 0.0
        self.points = self.points + shift
        triangles = Delaunay(self.points).simplices.astype(int)
        a, b, c = (self.points[triangles[:, k]] for k in range(3))
        area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        triangles[area < 0] = triangles[area < 0][:, ::-1]
        self.triangles = triangles[np.abs(area) > ROUNDING]

    def _flip(self) -> None:
        """Exchange the diagonals of two triangles as long as that shortens a gap: a gap between large pieces may be a diagonal that
        the middles of small ones nearby would not allow."""
        corners, octilinear = self.triangles.tolist(), self.board.problem.allow45
        beside: dict[frozenset[int], set[int]] = {}
        for t, corner in enumerate(corners):
            self.beat()
            for k in range(3):
                beside.setdefault(frozenset((corner[k], corner[k - 1])), set()).add(t)
        todo = list(beside)
        while todo:
            self.beat()
            edge = todo.pop()
            if len(beside.get(edge, ())) < 2:
                continue
            one, other = sorted(beside[edge])
            a, b = sorted(edge)
            c, d = (next(v for v in corners[t] if v not in edge) for t in (one, other))
            if _side(self.points, a, b, c) < 0:
                a, b = b, a
            if _side(self.points, c, d, b) <= 0 or _side(self.points, d, c, a) <= 0:
                continue  # not convex: the other diagonal leaves the two triangles
            now, then = _gaps(self.piece[[a, c]], self.piece[[b, d]], octilinear)
            if then >= now - GAIN:
                continue
            del beside[edge]
            for side in (frozenset(pair) for pair in ((a, c), (c, b), (b, d), (d, a))):
                beside[side] -= {one, other}
            for t, corner in ((one, [a, d, c]), (other, [b, c, d])):
                corners[t] = corner
                for k in range(3):
                    side = frozenset((corner[k], corner[k - 1]))
                    beside.setdefault(side, set()).add(t)
                    todo.append(side)
        self.triangles = np.array(corners)

    def _edges(self) -> None:
        number, ends, sides, edge_of = {}, [], [], []
        for t, corner in enumerate(self.triangles.tolist()):
            self.beat()
            mine = []
            for k in range(3):
                u, v = corner[k], corner[(k + 1) % 3]
                key = (u, v) if u < v else (v, u)
                e = number.setdefault(key, len(ends))
                if e == len(ends):
                    ends.append(key)
                    sides.append([])
                sides[e].append(t)
                mine.append(e)
            edge_of.append(mine)
        self.ends, self.sides, self.edge_of = np.array(ends), sides, edge_of
        u, v = self.ends.T
        self.beat()
        self.gap = _gaps(self.piece[u], self.piece[v], self.board.problem.allow45)
        walls = (self.owner[u] != OUTLINE).astype(float) + (self.owner[v] != OUTLINE)
        self.room = self.gap - (walls - 1) * self.space
        self.room[(self.gap <= 0.0) | np.array([len(s) < 2 for s in sides])] = 0.0  # metal that touches, and the die's sides
        self.room = np.maximum(self.room, 0.0)
        self.start, self.stop = _free_stretch(self.points, self.piece, self.ends)

    def _around(self) -> list[list[tuple[int, int]]]:
        """Per vertex its (triangle, corner) pairs."""
        found = [[] for _ in self.points]
        for t, corner in enumerate(self.triangles.tolist()):
            self.beat()
            for k in range(3):
                found[corner[k]].append((t, k))
        return found


def _round_parts(octagon: np.ndarray, small: float) -> list[np.ndarray]:
    """An octagon, or, when it is large and slim, or large, pieces of it along its length."""
    x0, x1, y0, y1 = octagon[:4]
    wide, high = x1 - x0, y1 - y0
    longer, shorter = max(wide, high), min(wide, high)
    if longer <= small or longer <= _SLIM * max(shorter, small):
        return [octagon]
    count = min(int(np.ceil(longer / max(shorter, small))), _MOST_CUTS)
    parts = []
    for k in range(count):
        part = octagon.copy()
        axis = 0 if wide >= high else 2
        low, high_ = octagon[axis], octagon[axis + 1]
        part[axis], part[axis + 1] = low + (high_ - low) * k / count, low + (high_ - low) * (k + 1) / count
        part = shapes.tighten(part)
        if part[0] <= part[1] and part[2] <= part[3]:
            parts.append(part)
    return parts


def _side(points: np.ndarray, a: int, b: int, c: int) -> float:
    """Twice the area of a triangle of three points; above 0 where they run counter-clockwise."""
    (ax, ay), (bx, by), (cx, cy) = points[a], points[b], points[c]
    return float((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))


def _gaps(one: np.ndarray, other: np.ndarray, octilinear: bool) -> np.ndarray:
    """Distances between octagons, row by row, in the norm of the traces (see the module)."""
    scale = [1.0, 1.0, shapes.ROOT2, shapes.ROOT2] if octilinear else [1.0, 1.0, 2.0, 2.0]
    best = np.zeros(len(one))
    for k, size in enumerate(scale):
        apart = np.maximum(one[:, 2 * k] - other[:, 2 * k + 1], other[:, 2 * k] - one[:, 2 * k + 1]) / size
        np.maximum(best, apart, out=best)
    return best


def _free_stretch(points: np.ndarray, piece: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where an edge leaves the piece at its start and enters the one at its end, as points (k, 2)."""
    u, v = ends.T
    way = points[v] - points[u]
    return points[u] + way * _leaves(piece[u], points[u], way)[:, None], points[v] - way * _leaves(piece[v], points[v], -way)[:, None]


def _leaves(piece: np.ndarray, start: np.ndarray, way: np.ndarray) -> np.ndarray:
    """Share of a way after which it leaves an octagon it starts in."""
    best = np.ones(len(piece))
    for k, side in enumerate(((1, 0), (0, 1), (1, 1), (1, -1))):
        at, rate = start @ np.array(side, float), way @ np.array(side, float)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(rate > NOTHING, (piece[:, 2 * k + 1] - at) / rate, np.where(rate < -NOTHING, (piece[:, 2 * k] - at) / rate, np.inf))
        best = np.minimum(best, np.maximum(reach, 0.0))
    return np.minimum(best, 0.5)
