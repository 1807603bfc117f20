"""Where everything is: fixed shapes and traces, and what a wire must keep away from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import shapes
from .problem import ALL
from .tolerance import TRESPASS

if TYPE_CHECKING:
    from .wires import Board, Wire


CORE = 0.3  # share of a zone that counts as running into the wire itself
_NONE = np.zeros((0, 8))
_NOWHERE = np.array([1.0, -1.0] * 4) * 1e12  # an octagon that overlaps nothing


class Space:
    """All metal of a board as octagons, with fast look-up of what lies near."""

    def __init__(self, board: Board) -> None:
        self.board = board
        count = len(board.rules)
        self.gap = np.array([[board.wire_gap(a, b) for b in range(count)] for a in range(count)])
        self._fixed_terminal = np.array([board.sites[k].terminal if k >= 0 else -1 for k in board.fixed_site], int)
        self.fixed_gap = [board.fixed_gap(c) for c in range(count)]
        self._zones: dict[int, np.ndarray] = {}
        self._tree = ()
        self._rows = np.full((64, 8), _NOWHERE)
        self._owner, self._rule = np.zeros(64, int), np.zeros(64, int)
        self._used = 0
        self._slots: dict[int, tuple[int, int]] = {}  # of each wire: its first row, and how many it may fill
        for wire in board.wires:
            self.update(wire)

    def update(self, wire: Wire) -> None:
        """Take over a wire's present path."""
        parts = shapes.segment_octagons(wire.path) if wire.path else _NONE
        first, size = self._slots.get(wire.number, (0, 0))
        self._rows[first:first + size] = _NOWHERE
        if len(parts) > size:
            first, size = self._used, max(4, len(parts))
            self._slots[wire.number] = first, size
            self._used += size
            while self._used > len(self._rows):
                self._rows = np.concatenate([self._rows, np.full_like(self._rows, _NOWHERE)])
                self._owner, self._rule = np.concatenate([self._owner, 0 * self._owner]), np.concatenate([self._rule, 0 * self._rule])
            self._owner[first:first + size], self._rule[first:first + size] = wire.number, wire.rule
        self._rows[first:first + len(parts)] = parts

    def segments(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Octagons of all trace segments, their wire and their rule class; rows without a segment lie nowhere."""
        return self._rows[:self._used], self._owner[:self._used], self._rule[:self._used]

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
        zones, owner = self.cores(wire, window, 1.0)
        return np.vstack([fixed[keep], zones]), np.concatenate([np.full(int(keep.sum()), -1), owner])

    def _grown_fixed(self, rule: int) -> np.ndarray:
        """What centre lines of a class keep out of around fixed shapes."""
        if rule not in self._zones:
            self._zones[rule] = shapes.grow(self.board.fixed, self.fixed_gap[rule])
        return self._zones[rule]

    def cores(self, wire: Wire, window: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
        """The middle of other wires' zones inside a window: (octagons, wire numbers)."""
        rows, owner, rule = self.segments()
        gaps = self.gap[wire.rule] * share
        near = np.flatnonzero(shapes.overlapping(rows, shapes.grow(window, gaps.max())))  # first those that may be near
        near = near[(owner[near] != wire.number) & ~self.friends(wire)[owner[near]]]
        zones = shapes.grow(rows[near], gaps[rule[near]])
        hit = shapes.overlapping(zones, window)
        return zones[hit], owner[near[hit]]

    def friends(self, wire: Wire) -> np.ndarray:
        """Mask over wires: those of the same tree, or that join the parts of the same pad, which may touch."""
        board = self.board
        if len(self._tree) != len(board.wires):
            self._tree = np.array([w.net if board.problem.nets[w.net].mode == ALL else -1 - board.sites[w.first].terminal for w in board.wires])
        return self._tree == self._tree[wire.number]

    def trespassed(self, wire: Wire, path: list[tuple[float, float]] | None = None) -> list[int]:
        """Numbers of the wires whose zone a wire's path enters (-1 for fixed shapes), sorted."""
        path = path or wire.path
        zones, owner = self.around(wire, shapes.octagon(path))
        found: set[int] = set()
        for part in shapes.segment_octagons(path):
            found.update(owner[touching(zones, part)].tolist())
        return sorted(found)


def touching(zones: np.ndarray, part: np.ndarray, tolerance: float = TRESPASS) -> np.ndarray:
    """Mask of zones (octagons) whose inside a segment's octagon meets."""
    return shapes.overlapping(zones, part, tolerance)
