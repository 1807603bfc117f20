"""What a wire has to join at the moment.

A single wire joins its two terminals.  A wire of a tree joins two parts of its net, wherever they are nearest: terminals
or traces of one part with those of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import metal, shapes
from .pieces import Pieces
from .problem import ALL
from .tolerance import JOIN, JOIN_STEPS, TOUCH

if TYPE_CHECKING:
    from .wires import Board, Wire


class Joins:
    """Ends of wires, kept up to date with the paths on the board."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.near = max(JOIN, JOIN_STEPS * board.problem.unit)  # a search ends within two grid steps of what it is to join
        self.trees = {}
        self.sites = {}
        for wire in board.wires:
            if self.is_tree(wire):
                self.trees.setdefault(wire.net, []).append(wire)
        for number, site in enumerate(board.sites):
            if site.net in self.trees:
                self.sites.setdefault(site.net, []).append(number)
        self.touching = {net: touching_sites(board, members) for net, members in self.sites.items()}

    def is_tree(self, wire: Wire) -> bool:
        """True for wires of a net that is one tree."""
        return self.board.problem.nets[wire.net].mode == ALL

    def ends(self, wire: Wire, turn: int = 0) -> tuple[np.ndarray, np.ndarray] | None:
        """(octagons, octagons) a wire's path may start and end in; None when it cannot move alone or is not needed.

        Of several parts the smallest is joined to the others, or, after so many turns, one of the next.
        """
        sites = self.board.sites
        if not self.is_tree(wire):
            return sites[wire.first].inner, sites[wire.second].inner
        parts = self.parts(wire.net, wire)
        if len(parts) < 2 or (wire.path and len(parts) > 2):
            return None
        parts.sort(key=lambda part: (len(part[0]), part[0]))
        shaped = [self._octagons(part) for part in parts]
        first = shaped.pop(turn % len(shaped))
        return first, np.vstack(shaped)

    def _octagons(self, part: tuple[list[int], list[Wire]]) -> np.ndarray:
        """End regions of a part of a tree: its terminals and the centre lines of its traces."""
        members, wires = part
        rows = [self.board.sites[k].inner for k in members]
        rows += [shapes.segment_octagons(w.path) for w in wires]
        return np.vstack(rows)

    def parts(self, net: int, without: Wire | None = None) -> list[tuple[list[int], list[Wire]]]:
        """Connected parts of a tree as (site numbers, wires); parts without a terminal are left out."""
        members = self.sites[net]
        wires = [w for w in self.trees[net] if w.path and w is not without]
        count = len(members)
        pieces = Pieces(count + len(wires), self.touching[net])
        for i, wire in enumerate(wires):
            for other in self._touched(wire, members, wires):
                pieces.join(count + i, other)
        return [([members[k] for k in group if k < count], [wires[k - count] for k in group if k >= count])
                for group in pieces.groups() if group[0] < count]

    def _touched(self, wire: Wire, members: list[int], wires: Sequence[Wire]) -> Iterator[int]:
        """Indices of the terminals and wires that the two ends of a wire lie on."""
        for x, y in (wire.path[0], wire.path[-1]):
            for k, site in enumerate(members):
                if self.board.sites[site].holds((x, y), self.board.problem.unit):
                    yield k
            x, y = np.array([x]), np.array([y])
            for j, other in enumerate(wires):
                if other is not wire and any(shapes.meets(o, x, y, self.near)[0]
                                             for o in shapes.segment_octagons(other.path)):
                    yield len(members) + j

    def name_ends(self, wires: Sequence[Wire]) -> None:
        """Give the open wires of trees two terminals that are not joined yet, for messages."""
        done = {}
        for wire in wires:
            if self.is_tree(wire):
                parts = sorted(self.parts(wire.net), key=lambda part: (len(part[0]), part[0]))
                k = done.get(wire.net, 0)
                done[wire.net] = k + 1
                if k + 1 < len(parts):
                    wire.first, wire.second = parts[k][0][0], parts[-1][0][0]

    def dependents(self, wire: Wire) -> list[Any]:
        """Wires of the same tree that end on a wire between its own ends."""
        if not self.is_tree(wire) or not wire.path:
            return []
        tips = wire.path[0], wire.path[-1]
        parts = shapes.segment_octagons(wire.path)
        return [w for w in self.trees[wire.net] if w is not wire and w.path and any(
            shapes.contains(o, np.array([x]), np.array([y]), self.near)[0]
            for x, y in (w.path[0], w.path[-1]) for o in parts
            if all(abs(x - tx) + abs(y - ty) > self.near for tx, ty in tips))]


def touching_sites(board: Board, members: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of indices into a list of sites whose own metal touches."""
    sites = [board.sites[k] for k in members]
    rows = np.vstack([site.octagons for site in sites])
    owner = np.repeat(np.arange(len(sites)), [len(site.octagons) for site in sites])
    found = []
    for i, site in enumerate(sites):
        near = {int(j) for o in site.octagons for j in owner[shapes.overlapping(rows, o, -TOUCH)] if j < i}
        found += [(i, j) for j in sorted(near) if metal.joined(site.pieces, sites[j].pieces)]
    return found
