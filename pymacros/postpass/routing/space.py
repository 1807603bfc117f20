"""Where everything is: fixed shapes and traces, and what a wire must keep away from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import shapes
from .problem import ALL

if TYPE_CHECKING:
    from .wires import Board, Wire


class Space:
    """All metal of a board as octagons, with fast look-up of what lies near."""

    def __init__(self, board: Board) -> None:
        self.board = board
        count = len(board.rules)
        self.gap = np.array([[board.wire_gap(a, b) for b in range(count)] for a in range(count)])
        self._fixed_terminal = np.array([board.sites[k].terminal if k >= 0 else -1 for k in board.fixed_site], int)
        self.fixed_gap = [board.fixed_gap(c) for c in range(count)]
        self._parts = {}
        self._zones: dict[int, np.ndarray] = {}
        self._tree = ()
        self._stale = True
        self._rows = np.zeros((0, 8))
        self._owner = self._rule = np.zeros(0, int)
        for wire in board.wires:
            self.update(wire)

    def update(self, wire: Wire) -> None:
        """Take over a wire's present path."""
        if wire.path:
            self._parts[wire.number] = shapes.segment_octagons(wire.path)
        else:
            self._parts.pop(wire.number, None)
        self._stale = True

    def segments(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Octagons of all trace segments, their wire and their rule class."""
        if self._stale:
            numbers = sorted(self._parts)
            rows = [self._parts[n] for n in numbers]
            self._rows = np.vstack(rows) if rows else np.zeros((0, 8))
            self._owner = np.repeat(np.array(numbers, int), [len(r) for r in rows]) if rows else np.zeros(0, int)
            rules = np.array([w.rule for w in self.board.wires], int)
            self._rule = rules[self._owner]
            self._stale = False
        return self._rows, self._owner, self._rule

    def friend_fixed(self, wire: Wire) -> np.ndarray:
        """Mask of the fixed shapes a wire may touch: its own terminals and its net's obstacles."""
        b = self.board
        if b.problem.nets[wire.net].mode == ALL:
            return b.fixed_net == wire.net
        first, second = b.sites[wire.first].terminal, b.sites[wire.second].terminal
        return ((self._fixed_terminal == first) | (self._fixed_terminal == second)
                | ((b.fixed_site < 0) & (b.fixed_net == wire.net)))

    def around(self, wire: Wire, window: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Keep-away zones of a wire inside a window octagon: (octagons, wire number of each or -1 for fixed)."""
        fixed = self._grown_fixed(wire.rule)
        keep = shapes.overlapping(fixed, window) & ~self.friend_fixed(wire)
        rows, owner, rule = self.segments()
        zones = shapes.grow(rows, self.gap[wire.rule][rule])
        near = shapes.overlapping(zones, window) & (owner != wire.number) & ~self.friends(wire)[owner]
        return np.vstack([fixed[keep], zones[near]]), np.concatenate([np.full(int(keep.sum()), -1), owner[near]])

    def _grown_fixed(self, rule: int) -> np.ndarray:
        """What centre lines of a class keep out of around fixed shapes."""
        if rule not in self._zones:
            self._zones[rule] = shapes.grow(self.board.fixed, self.fixed_gap[rule])
        return self._zones[rule]

    def cores(self, wire: Wire, window: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
        """The middle of other wires' zones inside a window: (octagons, wire numbers)."""
        rows, owner, rule = self.segments()
        zones = shapes.grow(rows, self.gap[wire.rule][rule] * share)
        near = shapes.overlapping(zones, window) & (owner != wire.number) & ~self.friends(wire)[owner]
        return zones[near], owner[near]

    def friends(self, wire: Wire) -> np.ndarray:
        """Mask over wires: those of the same tree, or that join the parts of the same pad, which may touch."""
        board = self.board
        if len(self._tree) != len(board.wires):
            self._tree = np.array([w.net if board.problem.nets[w.net].mode == ALL else -1 - board.sites[w.first].terminal for w in board.wires])
        return self._tree == self._tree[wire.number]

    def trespassed(self, wire: Wire, path: list[tuple[float, float]] | None = None) -> list[int]:
        """Numbers of the wires whose zone a wire's path enters (-1 for fixed shapes), sorted."""
        path = path or wire.path
        parts = shapes.segment_octagons(path)
        found = set()
        for part in parts:
            zones, owner = self.around(wire, part)
            hit = touching(zones, part)
            found.update(int(n) for n in owner[hit])
        return sorted(found)


def touching(zones: np.ndarray, part: np.ndarray, tolerance: float = 1e-4) -> np.ndarray:
    """Mask of zones (octagons) whose inside a segment's octagon meets."""
    return shapes.overlapping(zones, part, tolerance)
