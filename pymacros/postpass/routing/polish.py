"""Improvement: take one trace away, put back the best one that fits among the others, until nothing gains
or the effort is spent.

The best one is the cheapest, length plus bends, on the lines of `tracks` within a window, so this both straightens what the grid bent and moves
traces into the places others have left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from . import shapes
from .tolerance import GAIN, ROUNDING
from .tracks import MOST_TRACKS, Tracks

if TYPE_CHECKING:
    from .joins import Joins
    from .progress import Progress
    from .space import Space
    from .trees import Tidy
    from .wires import Board, Wire

_SETUP = 6  # building the search graph costs as much as so many rounds
_REACH = 2 * shapes.TAN  # length an octilinear detour costs per µm sideways, at least


def trace_cost(path: list[tuple[float, float]], bend: float) -> float:
    """Length plus bends, in µm."""
    return shapes.path_length(path) + bend * shapes.bend_count(path)


def is_smooth(path: Sequence[tuple[float, float]]) -> bool:
    """True when no bend is sharper than 90 degrees."""
    p = np.asarray(path)
    v = p[1:] - p[:-1]
    return bool(((v[:-1] * v[1:]).sum(axis=1) > -ROUNDING).all())


class Polish:
    """Sweeps of single-wire improvement over a legal (or nearly legal) state."""

    def __init__(self, board: Board, space: Space, joins: Joins, reporter: Progress, bend: float) -> None:
        self.board, self.space, self.reporter, self.bend = board, space, reporter, bend
        self.joins = joins
        self.octilinear = board.problem.allow45
        self._changed, self._when = np.zeros((0, 2, 8)), np.zeros(0)  # of each wire: octagons around its paths before and after, the time of the change
        self.tried = {}
        self.clock = 0
        self._gone = np.zeros((0, 8))

    def run(self, tidy: Tidy, sweeps: int = 12) -> float:
        """Improve all wires until nothing changes, tidying trees in between; returns the gain in µm."""
        total = 0.0
        for turn in range(sweeps):
            gain = self.sweep(turn)
            total += gain
            tidy.run()
            self.reporter.note(f"sweep {turn + 1}: gain {gain:.1f}")
            if gain < 0.5:
                break
        return total

    def sweep(self, turn: int) -> float:
        """Try every wire with something to gain whose surroundings changed since it was last tried."""
        gain = 0.0
        order = [w for w in self.board.wires if w.path]
        order.sort(key=lambda w: (w.bound, w.number))
        for k, wire in enumerate(order):
            self.reporter.tick("improving", k, len(order))
            if self.reporter.exhausted():
                break
            gain += self.improve(wire)
        return gain

    def improve(self, wire: Wire) -> float:
        """Replace a wire's path when a cheaper legal one exists; returns the gain."""
        ends = self.joins.ends(wire)
        if ends is None:
            return 0.0
        old, alone = trace_cost(wire.path, self.bend), self.distance(*ends)
        if old < alone + self.bend + GAIN:  # as short as can be, with one bend at most
            return 0.0
        window = self.window(wire, ends, old - alone)
        if not self._worth(wire, window):
            return 0.0
        self.clock += 1
        self.tried[wire.number] = self.clock
        path = self.best(wire, ends, window, old)
        if path is None or trace_cost(path, self.bend) > old - GAIN:
            return 0.0
        self.replace(wire, path)
        return old - trace_cost(path, self.bend)

    def leave(self, wires: Sequence[Wire], gone: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Leave wires as they are until something near them changes; gone: paths that were there before and are no more."""
        self.tried.update(dict.fromkeys([wire.number for wire in wires], 0))
        self._gone = np.array([shapes.octagon(np.asarray(path)) for path in gone]).reshape(-1, 8)

    def replace(self, wire: Wire, path: list[tuple[float, float]] | None) -> None:
        """Give a wire another path (or None) and remember where something changed."""
        self.clock += 1
        boxes = [shapes.octagon(p) for p in (wire.path, path) if p]
        if boxes:
            missing = len(self.board.wires) - len(self._when)
            if missing > 0:
                self._changed, self._when = np.concatenate([self._changed, np.zeros((missing, 2, 8))]), np.concatenate([self._when, np.zeros(missing)])
            self._changed[wire.number], self._when[wire.number] = (boxes[0], boxes[-1]), self.clock
        wire.path = path
        self.space.update(wire)

    def _worth(self, wire: Wire, window: np.ndarray) -> bool:
        """False when nothing near has changed since the last try."""
        last = self.tried.get(wire.number)
        if last is None:
            return True
        since = self._when > last
        since[wire.number:wire.number + 1] = False
        if last == 0 and shapes.overlapping(self._gone, window).any():
            return True
        return bool(shapes.overlapping(self._changed[since].reshape(-1, 8), window).any())

    def distance(self, first: np.ndarray, second: np.ndarray) -> float:
        """Length of the straight connection of two groups of end regions."""
        reach = [np.array([shapes.supports(shapes.corners(o), self.octilinear) for o in group]).transpose(1, 0, 2)
                 for group in (first, second)]
        return float(shapes.distances(reach[0], reach[1]).min())

    def window(self, wire: Wire, ends: tuple[np.ndarray, np.ndarray], slack: float) -> np.ndarray:
        """Octagon that holds every path of at most the straight length plus the slack."""
        both = np.vstack(ends)
        hull = np.array([f(both[:, k]) for k, f in enumerate([np.min, np.max] * 4)])
        reach = max(slack, 0.0) / (_REACH if self.octilinear else 2.0) + 1.0
        hull = shapes.grow(hull, reach)
        if not self.octilinear:
            hull[4:] = -1e9, 1e9, -1e9, 1e9
        return self.clip(wire, hull)

    def clip(self, wire: Wire, hull: np.ndarray) -> np.ndarray:
        """The part of an octagon in which the centre line of a wire keeps its metal in the die."""
        width = self.board.rules[wire.rule][0] / 2
        x1, y1, x2, y2 = self.board.problem.die
        die = np.array([x1 + width, x2 - width, y1 + width, y2 - width, -1e9, 1e9, -1e9, 1e9])
        return np.where(np.arange(8) % 2 == 0, np.maximum(hull, die), np.minimum(hull, die))

    def best(self, wire: Wire, ends: tuple[np.ndarray, np.ndarray], window: np.ndarray, limit: float) -> list[tuple[float, float]] | None:
        """Cheapest legal path of a wire on the tracks of a window, or None."""
        zones, _ = self.space.around(wire, window)
        return self.search(zones, np.full(len(zones), np.inf), ends, window, limit)

    def search(self, zones: np.ndarray, toll: np.ndarray, ends: tuple[np.ndarray, np.ndarray], window: np.ndarray, limit: float, walls: np.ndarray | None = None,
               most: int = MOST_TRACKS) -> list[tuple[float, float]] | None:
        """Cheapest path on the tracks among zones with their tolls, or None; None, too, where that path has a bend sharper than 90 degrees."""
        tracks = Tracks(zones, toll, ends, window, self.board.problem.unit, self.octilinear, self.bend, self.reporter.beat, walls, most)
        _, found = tracks.search(limit + 1.0)
        self.reporter.spend(_SETUP * len(tracks.x) + tracks.effort)
        if not found:
            return None
        path = shapes.simplify(found)
        return path if len(path) > 1 and is_smooth(path) else None
