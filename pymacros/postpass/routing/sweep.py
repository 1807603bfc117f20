"""Cheapest rectilinear paths on a grid, by whole-array sweeps.

Instead of visiting nodes one by one, each round extends all straight runs at once: the cheapest way to arrive at a node
along its row is a running minimum over the row.  A round adds one bend to all paths; a handful of rounds is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .progress import silent

WALL = 1e7


def _along(start: np.ndarray, cost: np.ndarray, tail: np.ndarray) -> np.ndarray:
    """Cheapest arrival along the last axis: from any earlier or later element plus the cost of what lies between."""
    ahead = np.minimum.accumulate(start - cost, axis=1)
    ahead += cost
    behind = np.minimum.accumulate((start + tail)[:, ::-1], axis=1)[:, ::-1]
    behind -= tail
    return np.minimum(ahead, behind)


class Sweep:
    """One search: costs of a window of the grid, then `run` from source nodes to target nodes.

    xs, ys: coordinates; toll: cost per µm of every node beyond length, shape (ny, nx); fee: cost of entering each
    node; walls: nodes not to enter.
    """

    def __init__(self, xs: np.ndarray, ys: np.ndarray, hx: np.ndarray, hy: np.ndarray, toll: np.ndarray, fee: np.ndarray, walls: np.ndarray, bend: float, beat: Callable[..., Any] = silent) -> None:
        self.bend, self.beat = bend, beat
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
        best = np.inf
        for _ in range(most_bends):
            self.beat()
            self.effort += base.size
            best = min(across[target].min(), upright.T[target].min())
            from_upright = np.minimum(base, upright.T + self.bend)
            from_across = np.minimum(flat, across.T + self.bend)
            new_across = _along(from_upright, self.row, self.row_tail)
            new_upright = _along(from_across, self.column, self.column_tail)
            moved = ((new_across < across - 1e-6) & (new_across < best)).any() or (
                (new_upright < upright - 1e-6) & (new_upright < best)).any()
            across, upright = new_across, new_upright
            if not moved:
                break
        best = min(across[target].min(), upright.T[target].min())
        if not best < WALL:
            return np.inf, None
        return float(best), self._trace(base, flat, across, upright, target)

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
