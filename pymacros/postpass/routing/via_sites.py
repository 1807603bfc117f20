"""Where the vias between levels may stand: inside a terminal, or as near beside it as the rules of both levels allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import shapes
from .metal import convex_pieces, covered, fitted, holds, pieces_of, tolerance
from .progress import silent
from .tolerance import SAME

if TYPE_CHECKING:
    from .levels import LevelProblem, Via

RINGS = 24  # rings of places around a terminal that are tried, half a track apart
NEAR = 1.3  # a step away from the terminal counts this much more than one towards the target: stubs are short


@dataclass
class Placed:
    """A via of the result: hop `via` joins level `via` and the next; a square opening centred at x, y (µm)."""
    net: str
    via: int
    x: float
    y: float


class Metal:
    """The fixed metal of each level as octagons with an owner (net name or None), and the vias placed so far."""

    def __init__(self, problem: LevelProblem) -> None:
        self.problem = problem
        self.rows = [[] for _ in problem.levels]
        self.convex = [{} for _ in problem.levels]  # {owner: [convex polygon]}: what a capture pad may lie inside
        self.spacing = [{net.name: net.rules[number][1] if net.rules else level.spacing for net in problem.nets} for number, level in enumerate(problem.levels)]
        self.keep = [self._kept(hop) for hop in problem.vias]
        self.placed = []
        self._arrays = {}
        for number, level in enumerate(problem.levels):
            found = [(piece, o.net) for o in level.obstacles for piece in convex_pieces(o.shape)]
            found += [(piece, net.name) for net in problem.nets for terminal in net.terminals for piece in pieces_of(terminal.shapes.get(number, ()))]
            self._add(number, found)

    def _kept(self, hop: Via) -> list[tuple[np.ndarray, float]]:
        """[(octagon, distance)] of the openings a via keeps away from."""
        return [(row, distance) for polygon, distance in hop.keep
                for pieces in (convex_pieces(polygon),) for piece in pieces for row in fitted(piece, tolerance(pieces, distance, self.problem.unit))]

    def _add(self, number: int, found: Sequence[tuple[np.ndarray, str | None]]) -> None:
        """More metal on a level: [(convex polygon, owner)]."""
        level = self.problem.levels[number]
        closely = tolerance([piece for piece, _ in found], level.width + level.spacing, self.problem.unit)
        for piece, owner in found:
            self.rows[number] += [(row, owner) for row in fitted(piece, closely)]
            if owner is not None:
                self.convex[number].setdefault(owner, []).append(piece)
        self._arrays = {}

    def place(self, via: Placed) -> None:
        """Takes over a placed via with its capture pads."""
        self.placed.append(via)
        for level, polygon in pads(self.problem, via):
            self._add(level, [(polygon, via.net)])

    def _array(self, level: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(octagons, owners, spacing that each asks for) of a level."""
        if level not in self._arrays:
            rows = self.rows[level]
            self._arrays[level] = (np.array([row for row, _ in rows]).reshape(-1, 8), np.array([owner or "" for _, owner in rows], dtype=object),
                                   np.array([self.spacing[level].get(owner, 0.0) for _, owner in rows], float))
        return self._arrays[level]

    def legal(self, via: Placed, extra: float) -> bool:
        """True when the via keeps its own distances, and its capture pads lie in the die, inside the net's own metal or
        away from everything by the spacing of either net (`extra` more from other nets)."""
        if not self._cuts_apart(via):
            return False
        for level, polygon in pads(self.problem, via):
            x1, y1, x2, y2 = self.problem.levels[level].die
            low, high = polygon.min(axis=0), polygon.max(axis=0)
            if low[0] < x1 - SAME or low[1] < y1 - SAME or high[0] > x2 + SAME or high[1] > y2 + SAME:
                return False
            rows, owners, spacings = self._array(level)
            spacing = self.spacing[level][via.net]
            foreign = owners != via.net
            box = shapes.octagon(polygon)
            if shapes.overlapping(shapes.grow(rows[foreign], np.maximum(spacings[foreign], spacing) + extra), box, SAME).any():
                return False
            own = shapes.overlapping(shapes.grow(rows[~foreign], spacing), box, SAME).any()
            if own and not covered(polygon, _near(self.convex[level].get(via.net, ()), polygon)):
                return False
        return True

    def _cuts_apart(self, via: Placed) -> bool:
        hop = self.problem.vias[via.via]
        box = shapes.octagon(square(via.x, via.y, hop.size))
        keep = self.keep[via.via] + [(shapes.octagon(square(other.x, other.y, self.problem.vias[other.via].size)), hop.apart[other.via])
                 for other in self.placed if other.via in hop.apart]
        if not keep:
            return True
        grown = shapes.grow(np.array([row for row, _ in keep]), np.array([distance for _, distance in keep]))
        return not shapes.overlapping(grown, box, SAME).any()


def square(x: float, y: float, size: float) -> np.ndarray:
    """A square around a point, as an array of shape (4, 2)."""
    half = size / 2
    return np.array([(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)])


def pads(problem: LevelProblem, via: Placed) -> list[tuple[int, np.ndarray]]:
    """[(level, square)] of a via's two capture pads."""
    hop = problem.vias[via.via]
    return [(via.via, square(via.x, via.y, hop.lower)), (via.via + 1, square(via.x, via.y, hop.upper))]


def covers(polygons: Sequence[np.ndarray], square_: np.ndarray) -> bool:
    """True when a square lies inside the polygons."""
    return covered(square_, _near(pieces_of(polygons), square_))


def _near(pieces: Sequence[np.ndarray], polygon: np.ndarray) -> list[Any]:
    """The convex pieces whose boxes meet that of a polygon."""
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    return [piece for piece in pieces if (piece.min(axis=0) <= high).all() and (piece.max(axis=0) >= low).all()]


def find(metal: Metal, net: str, hop: int, start: Sequence[np.ndarray], target: np.ndarray, width: float, spacing: float, barred: tuple[Any, ...] = (),
         beat: Callable[..., Any] = silent) -> Placed | None:
    """The best legal place of a via of `hop` for polygons `start` (of one level) on the way to `target` (x, y).

    Inside `start` first, where it needs no stub and takes no room; else beside it, at first with room for one more trace between the
    via and other nets.
    barred: places that were tried before.  Returns a Placed or None.
    """
    step = (width + spacing) / 2
    half = max(metal.problem.vias[hop].lower, metal.problem.vias[hop].upper) / 2
    x1, y1, x2, y2 = _room(metal.problem, hop)
    if x1 > x2 or y1 > y2:
        return None  # and no search: rings around a capture pad wider than the die have no end
    places = [(x, y) for x, y in _around(pieces_of(start), half + spacing, step, np.asarray(target, float), metal.problem.unit)
              if x1 <= x <= x2 and y1 <= y <= y2]
    low, high = np.vstack(start).min(axis=0), np.vstack(start).max(axis=0)
    inside = [(x, y) for x, y in places if low[0] <= x <= high[0] and low[1] <= y <= high[1] and covers(start, square(x, y, 2 * half))]
    for extra, among in ((0.0, inside), (width + spacing, places), (0.0, places)):
        for x, y in among:
            beat()
            via = Placed(net, hop, x, y)
            if (x, y) not in barred and metal.legal(via, extra):
                return via
    return None


def _room(problem: LevelProblem, hop: int) -> tuple[float, float, float, float]:
    """(x1, y1, x2, y2) that holds the middles of all vias whose capture pads lie in the dies of their levels."""
    pads_ = [(problem.levels[hop].die, problem.vias[hop].lower / 2), (problem.levels[hop + 1].die, problem.vias[hop].upper / 2)]
    edges = [(die[0] + half, die[1] + half, die[2] - half, die[3] - half) for die, half in pads_]
    (a1, b1, a2, b2), (c1, d1, c2, d2) = edges
    return max(a1, c1) - SAME, max(b1, d1) - SAME, min(a2, c2) + SAME, min(b2, d2) + SAME


def _around(pieces: list[np.ndarray], clear: float, step: float, target: np.ndarray, unit: float) -> list[tuple[float, float]]:
    """Places on the grid: the middle of the pieces' box and the middles of the pieces inside them, then rings around the
    box, the cheapest way to the target first."""
    points = np.vstack(pieces)
    low, high = points.min(axis=0), points.max(axis=0)
    found = [(low + high) / 2] + [(piece.min(axis=0) + piece.max(axis=0)) / 2 for piece in pieces if len(pieces) > 1]
    inside = len(found)
    for ring in range(RINGS):
        x1, y1 = low - clear - ring * step
        x2, y2 = high + clear + ring * step
        across, up = (np.linspace(a, b, max(2, int((b - a) / step) + 1)) for a, b in ((x1, x2), (y1, y2)))
        found += [(x, y) for x in across for y in (y1, y2)] + [(x, y) for y in up[1:-1] for x in (x1, x2)]
    found = np.round(np.array(found) / unit) * unit
    beyond = np.maximum(np.maximum(low - found, found - high), 0.0)
    cost = NEAR * _octile(beyond) + _octile(np.abs(found - target))
    # In metal there may be no need of a stub at all; the middle before others.
    held = np.array([any(holds(piece, [place], unit)[0] for piece in pieces) for place in found[:inside]])
    cost[:inside] = np.where(held, -1.0 / (2 + cost[:inside]), cost[:inside])
    cost[0] = -1.0 if held[0] else cost[0]
    order = np.lexsort((found[:, 1], found[:, 0], np.round(cost, 6)))
    return [(round(float(x), 9), round(float(y), 9)) for x, y in found[order]]


def _octile(distance: np.ndarray) -> np.ndarray:
    return distance.max(axis=1) + shapes.TAN * distance.min(axis=1)
