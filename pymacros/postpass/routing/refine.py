"""Refinement: exchange moves that one wire alone cannot make.

A wire with a detour takes its cheapest path through others, which then move; a tree is taken out as a whole and grown
anew from each of its terminals.  What does not make the sum of all traces cheaper is put back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import shapes
from .polish import trace_cost

if TYPE_CHECKING:
    from .joins import Joins
    from .polish import Polish
    from .progress import Progress
    from .repair import Repair
    from .trees import Tidy
    from .wires import Board, Wire

_SCALES = (0.5, 0.1)  # prices of running through others: the careful one first
_LEAST = 0.5  # µm a move must gain
_PATIENCE = 16  # traces in a row that gain nothing, after which the rest is not looked at


class Refine:
    """Improvement of a legal board by compound moves, each of which is kept or put back as a whole."""

    def __init__(self, board: Board, joins: Joins, polish: Polish, repair: Repair, tidy: Tidy, reporter: Progress) -> None:
        self.board, self.joins, self.polish, self.repair = board, joins, polish, repair
        self.tidy, self.reporter = tidy, reporter
        self._distances: dict[int, float] = {}
        self.favour: dict[int, float] = {}  # of nets: what a µm counts, where it is not 1
        self.effort = 1  # how far a way may lead round (see `Repair.path`)

    def run(self, wires: int, trees: int) -> float:
        """One pass over wires and trees within a number of searches each; returns the gain in µm."""
        self.repair.worth = max(self.favour.values(), default=1.0)
        gain = self.wires(wires) + (self.trees(trees) if trees else 0.0)
        self.repair.scale = self.repair.worth = 1.0
        self.repair.turn = 0
        return gain

    def wires(self, budget: int) -> float:
        """Shorten wires that make a detour by letting them push others."""
        repair = self.repair
        repair.grant(budget)
        repair.weight.clear()
        gain, idle = 0.0, 0
        for k, wire in enumerate(sorted(self.board.wires, key=lambda w: (-self.detour(w) * self.favour.get(w.net, 1.0), w.number))):
            self.reporter.tick("refining", k, len(self.board.wires))
            before = gain
            for repair.scale in _SCALES:
                if not wire.path or self._spent() or self.detour(wire) < 4 * self.polish.bend:
                    break
                gain += self._rebuild([wire], trace_cost(wire.path, self.polish.bend))
            idle = idle + 1 if gain == before else 0
            if idle > _PATIENCE:
                break
        self.tidy.run()
        self.reporter.note(f"refined wires: gain {gain:.1f}, {budget - repair.budget} searches")
        return gain

    def trees(self, budget: int) -> float:
        """Grow trees anew, from another terminal each time."""
        repair, gain = self.repair, 0.0
        repair.grant(budget)
        repair.weight.clear()
        for net in sorted(self.joins.trees, key=lambda n: (-self._excess(n), n)):
            self.reporter.beat()
            count = len(self.joins.sites[net])
            for repair.turn in range(count if count > 2 else 0):
                for repair.scale in _SCALES:
                    if self._spent() or self._excess(net) < 4 * self.polish.bend:
                        break
                    gain += self._rebuild([w for w in self.joins.trees[net] if w.path])
                    self.tidy.run()
        self.reporter.note(f"refined trees: gain {gain:.1f}, {budget - repair.budget} searches")
        return gain

    def detour(self, wire: Wire) -> float:
        """How much longer a wire is than it would be alone: than its bound, or the way between where it may end inside its terminals."""
        return shapes.path_length(wire.path) - self._alone(wire) if wire.path else 0.0

    def _alone(self, wire: Wire) -> float:
        if self.joins.is_tree(wire) and len(self.joins.sites[wire.net]) > 2:
            return wire.bound  # it may end on other traces of the tree
        if wire.number not in self._distances:
            self.reporter.beat()
            ends = self.joins.ends(wire)
            self._distances[wire.number] = max(wire.bound, self.polish.distance(*ends) if ends else 0.0)
        return self._distances[wire.number]

    def _excess(self, net: int) -> float:
        """How much longer a tree is than its bound."""
        return sum(self.detour(w) for w in self.joins.trees[net])

    def _spent(self) -> bool:
        return self.repair.budget <= 0 or self.reporter.exhausted()

    def _total(self, paths: Iterator[Any]) -> float:
        """What paths [(wire number, path)] cost."""
        return sum(trace_cost(p, self.polish.bend) * self.favour.get(self.board.wires[number].net, 1.0) for number, p in paths if p)

    def _rebuild(self, wires: Sequence[Wire], limit: float = np.inf) -> float:
        """Take wires out, route them through others and the others around them, if that pays; returns the gain."""
        repair, out = self.repair, []
        before = [w.path for w in self.board.wires]
        for wire in wires:
            repair.take_out(wire, out)
        trees = {w.net for w in wires if self.joins.is_tree(w)}
        done = all(repair.insert(w, frozenset(), 3, self.effort, limit) for w in wires) and all(
            w.path or repair.insert(w, frozenset(), 3, self.effort) for w in out) and all(
            len(self.joins.parts(net)) == 1 for net in sorted(trees))
        after = [w.path for w in self.board.wires]
        changed = [(number, a, b) for number, (a, b) in enumerate(zip(after, before)) if a is not b]
        gain = self._total((number, b) for number, _, b in changed) - self._total((number, a) for number, a, _ in changed)
        if done and gain > _LEAST:
            return gain
        repair.put_back(before)
        return 0.0
