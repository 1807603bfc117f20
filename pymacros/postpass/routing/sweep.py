"""Cheapest rectilinear paths on a grid, by whole-array sweeps.

Instead of visiting nodes one by one, each round extends all straight runs at once: the cheapest way to arrive at a node
along its row is a running minimum over the row.  A round adds two bends to all paths; what no further round makes cheaper is
exact on the grid, and a handful of rounds is enough for most.  After
the first one, only lines that a path turns into at a better cost are looked at, and of these only where the goal may still be
reached at less than the best path known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .progress import silent
from .tolerance import SAME

WALL = 1e7


def _along(start: np.ndarray, cost: np.ndarray, tail: np.ndarray) -> np.ndarray:
    """Cheapest arrival along the last axis: from any earlier or later element plus the cost of what lies between."""
    ahead = np.minimum.accumulate(start - cost, axis=1)
    ahead += cost
    behind = np.minimum.accumulate((start + tail)[:, ::-1], axis=1)[:, ::-1]
    behind -= tail
    return np.minimum(ahead, behind)


def _extend(along: np.ndarray, lines: np.ndarray, base: np.ndarray, across: np.ndarray, cost: np.ndarray, tail: np.ndarray, bend: float) -> None:
    """Extends the runs along some lines from where they are entered or turned into."""
    if len(lines):
        start = np.minimum(base[lines], across[:, lines].T + bend)
        along[lines] = np.minimum(along[lines], _along(start, cost[lines], tail[lines]))


class Sweep:
    """One search: costs of a window of the grid, then `run` from source nodes to target nodes.

    xs, ys: coordinates; toll: cost per µm of every node beyond length, shape (ny, nx); fee: cost of entering each
    node; walls: nodes not to enter.
    """

    def __init__(self, xs: np.ndarray, ys: np.ndarray, hx: np.ndarray, hy: np.ndarray, toll: np.ndarray, fee: np.ndarray, walls: np.ndarray, bend: float, beat: Callable[..., Any] = silent) -> None:
        self.bend, self.beat, self.xs, self.ys = bend, beat, xs, ys
        self.effort = 0  # nodes looked at by `run`, times rounds
        extra = fee + walls * WALL
        pay_x, pay_y = toll * hx[None, :] + extra, (toll * hy[:, None] + extra).T
        self.row = np.cumsum(pay_x, axis=1) + xs[None, :]
        self.row_tail = self.row - pay_x
        self.column = np.cumsum(pay_y, axis=1) + ys[None, :]
        self.column_tail = self.column - pay_y

    def run(self, source: np.ndarray, target: np.ndarray, most_bends: int = 40) -> tuple[float, list[tuple[int, int]] | None]:
        """Cheapest path from a source node to a target node: (cost, [(iy, ix), ...]), or (inf, None).

        source, target: boolean masks.
        """
        base = np.where(source, 0.0, 10 * WALL * 1000)
        flat = np.ascontiguousarray(base.T)
        across = _along(base, self.row, self.row_tail)
        upright = _along(flat, self.column, self.column_tail)
        ahead = self._ahead(target)
        ahead_too = np.ascontiguousarray(ahead.T)
        turned, every_row = np.arange(len(flat)), np.arange(len(base))  # turned: columns with a node that became cheaper
        for turn in range(most_bends):
            self.beat()
            best = min(across[target].min(), upright.T[target].min())
            rows = self._cheaper(upright[turned].T, across[:, turned], ahead[:, turned], best)
            _extend(across, rows, base, upright, self.row, self.row_tail, self.bend)
            changed = rows if turn else every_row
            turned = self._cheaper(across[changed].T, upright[:, changed], ahead_too[:, changed], best)
            _extend(upright, turned, flat, across, self.column, self.column_tail, self.bend)
            self.effort += (len(rows) * len(flat) + len(turned) * len(base)) // 2  # a round over all lines counts each node once
            if not len(turned):
                break
        best = min(across[target].min(), upright.T[target].min())
        if not best < WALL:
            return np.inf, None
        return float(best), self._trace(base, flat, across, upright, target)

    def _ahead(self, target: np.ndarray) -> np.ndarray:
        """What the length from each node to the targets cannot go below: that to the box around them."""
        iy, ix = np.nonzero(target)
        x, y = self.xs, self.ys
        right = np.maximum(np.maximum(x[ix].min() - x, x - x[ix].max()), 0.0)
        up = np.maximum(np.maximum(y[iy].min() - y, y - y[iy].max()), 0.0)
        return up[:, None] + right[None, :]

    def _cheaper(self, arrived: np.ndarray, there: np.ndarray, ahead: np.ndarray, best: float) -> np.ndarray:
        """Lines where turning into them makes a node cheaper from which a target can be reached at less than the best.

        arrived: costs of arriving across the lines, there: along them, both of shape (lines, nodes).
        """
        turning = arrived + self.bend
        return np.flatnonzero(((turning < there - SAME) & (turning + ahead < best)).any(axis=1))

    def _trace(self, base: np.ndarray, flat: np.ndarray, across: np.ndarray, upright: np.ndarray, target: np.ndarray) -> list[tuple[int, int]]:
        """Follow the cheapest arrivals back from the target."""
        iy, ix = np.nonzero(target)
        ends_a, ends_u = across[iy, ix], upright[ix, iy]
        k = int(np.argmin(np.minimum(ends_a, ends_u)))
        y, x = int(iy[k]), int(ix[k])
        level = bool(ends_a[k] <= ends_u[k])
        path = [(y, x)]
        for _ in range(4 * (len(base) + len(flat))):
            if level:
                start = np.minimum(base[y], upright[:, y] + self.bend)
                x = _origin(start, self.row[y], self.row_tail[y], x)
                done = base[y, x] <= start[x]
            else:
                start = np.minimum(flat[x], across[:, x] + self.bend)
                y = _origin(start, self.column[x], self.column_tail[x], y)
                done = flat[x, y] <= start[y]
            path.append((y, x))
            if done:
                break
            level = not level
        return path[::-1]


def _origin(start: np.ndarray, cost: np.ndarray, tail: np.ndarray, at: int) -> int:
    """Where on its line the cheapest arrival at an element began."""
    ahead = start[:at + 1] - cost[:at + 1] + cost[at]
    behind = start[at:] + tail[at:] - tail[at]
    i, j = int(np.argmin(ahead[::-1])), int(np.argmin(behind))
    return at - i if ahead[at - i] <= behind[j] else at + j
