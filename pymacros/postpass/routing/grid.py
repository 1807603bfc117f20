"""The track grid of the first, coarse solution.

Its lines are not evenly spaced: they hug the obstacles at the distance the rules ask for and divide the room between
them into as many tracks as fit, so that a channel loses a track to the grid only where such lines are closer than a third
of a pitch, or the die so large that it gets a coarser grid.  Which nodes a wire may use is decided
by true distances, per rule class, so traces of different width share one grid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import shapes
from .progress import silent
from .tolerance import ROUNDING, TRESPASS, WHOLE

if TYPE_CHECKING:
    from .wires import Board

MOST_NODES = 1.5e6  # a larger die gets a coarser grid


def axis_lines(low: float, high: float, hugging: np.ndarray, needed: Sequence[tuple[float, float]], pitch: float, unit: float, beat: Callable[..., Any] = silent) -> np.ndarray:
    """Grid coordinates of one axis.

    hugging: coordinates that touch a keep-away zone, the more often listed the more important; needed: (low, high)
    intervals that must hold a line; pitch: distance of tracks.
    """
    values, counts = np.unique(np.round(np.asarray(hugging, float) / unit), return_counts=True)
    order = np.lexsort((values, -counts))
    chosen = np.array([low, high])
    closest = 0.3 * pitch
    for value in values[order] * unit:
        beat()
        if low < value < high and np.abs(chosen - value).min() >= closest:
            chosen = np.append(chosen, value)
    lines = _filled(np.sort(chosen), pitch, unit, beat)
    for a, b in needed:
        beat()
        if not ((lines >= a - ROUNDING) & (lines <= b + ROUNDING)).any():
            lines = np.sort(np.append(lines, np.round((a + b) / 2 / unit) * unit))
    return lines


def _filled(lines: np.ndarray, pitch: float, unit: float, beat: Callable[..., Any]) -> np.ndarray:
    """Lines with every gap divided into as many tracks of at least the pitch as fit, or one."""
    out = [lines[:1]]
    for a, b in zip(lines, lines[1:]):
        beat()
        parts = max(1, int((b - a) / pitch + WHOLE))
        out.append(np.round(np.linspace(a, b, parts + 1)[1:] / unit) * unit)
    return np.concatenate(out)


class Grid:
    """Track grid with, per rule class, what is blocked, what is taken, and how contested each node was.

    fineness: grid lines per track, fewer where the die would get more than MOST_NODES nodes.
    """

    def __init__(self, board: Board, fineness: float = 1.0, beat: Callable[..., Any] = silent) -> None:
        self.board = board
        problem = board.problem
        gaps = [board.fixed_gap(c) for c in range(len(board.rules))]
        margin = min(width for width, _ in board.rules) / 2
        finest = min(w + s for w, s in board.rules)
        x1, y1, x2, y2 = problem.die
        tracks = max((x2 - x1) * (y2 - y1) / finest ** 2, 1.0)
        pitch = finest / float(np.clip(np.sqrt(MOST_NODES / tracks), 1.0, fineness))
        axes = []
        for k, (low, high) in enumerate(((problem.die[0], problem.die[2]), (problem.die[1], problem.die[3]))):
            hugging = np.concatenate([np.concatenate([board.fixed[:, 2 * k] - g, board.fixed[:, 2 * k + 1] + g])
                                      for g in gaps])
            needed = [(o[2 * k], o[2 * k + 1]) for s in board.sites for o in s.inner]
            axes.append(axis_lines(low + margin, high - margin, hugging, needed, pitch, problem.unit, beat))
        self.xs, self.ys = axes
        self.pitch = pitch
        shape = (len(self.ys), len(self.xs))
        self.hx, self.hy = (np.gradient(a) if len(a) > 1 else np.ones(1) for a in axes)
        self.taken = [np.zeros(shape, np.int16) for _ in board.rules]
        self.core = np.zeros(shape, np.float32)
        self.history = [np.zeros(shape, np.float32) for _ in board.rules]
        self.blocked = [self._walls(c) for c in range(len(board.rules))]
        self._zones = {}
        for c in range(len(board.rules)):
            for k in range(len(board.fixed)):
                beat()
                self.blocked[c].ravel()[self.zone(c, k)] += 1

    def _walls(self, rule: int) -> np.ndarray:
        """Nodes too close to the die's edge for a class."""
        x1, y1, x2, y2 = self.board.problem.die
        half = self.board.rules[rule][0] / 2 - TRESPASS
        bad_x = (self.xs < x1 + half) | (self.xs > x2 - half)
        bad_y = (self.ys < y1 + half) | (self.ys > y2 - half)
        return (bad_y[:, None] | bad_x[None, :]).astype(np.int16)

    def zone(self, rule: int, fixed: int) -> np.ndarray:
        """Flat node numbers inside the keep-away zone of a fixed shape for a class."""
        key = rule, fixed
        if key not in self._zones:
            gap = self.board.fixed_gap(rule)[fixed]
            self._zones[key] = self.nodes_inside(shapes.grow(self.board.fixed[fixed], gap - TRESPASS))
        return self._zones[key]

    def box(self, oct8: np.ndarray) -> tuple[int, int, int, int]:
        """Index ranges (y0, y1, x0, x1) of the nodes in an octagon's bounding box."""
        x0, x1 = np.searchsorted(self.xs, (oct8[0], oct8[1]))
        y0, y1 = np.searchsorted(self.ys, (oct8[2], oct8[3]))
        if x1 < len(self.xs) and self.xs[x1] <= oct8[1]:
            x1 += 1
        if y1 < len(self.ys) and self.ys[y1] <= oct8[3]:
            y1 += 1
        return int(y0), int(y1), int(x0), int(x1)

    def nodes_inside(self, oct8: np.ndarray, tolerance: float = 0.0) -> np.ndarray:
        """Flat node numbers inside an octagon."""
        grown = shapes.grow(oct8, tolerance)
        y0, y1, x0, x1 = self.box(grown)
        if y0 >= y1 or x0 >= x1:
            return np.zeros(0, np.int64)
        inside = shapes.contains(grown, self.xs[None, x0:x1], self.ys[y0:y1, None], ROUNDING)
        iy, ix = np.nonzero(inside)
        return (iy + y0) * len(self.xs) + ix + x0

    def path_zones(self, path: Sequence[tuple[float, float]], rule: int) -> list[np.ndarray]:
        """Per class, the flat numbers of the nodes a path of a class keeps others away from."""
        octagons = shapes.segment_octagons(path)
        out = []
        for other in range(len(self.board.rules)):
            grown = shapes.grow(octagons, self.board.wire_gap(rule, other) - TRESPASS)
            out.append(np.unique(np.concatenate([self.nodes_inside(o) for o in grown])))
        return out

    def occupy(self, zones: Sequence[np.ndarray], nodes: np.ndarray, weight: float, amount: int) -> None:
        """Add (or with amount -1 remove) a wire: the zones it keeps others out of, and, with its weight, the nodes it
        runs over."""
        for taken, zone in zip(self.taken, zones):
            taken.ravel()[zone] += amount
        self.core.ravel()[nodes] += amount * weight
