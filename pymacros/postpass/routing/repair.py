"""Repair: bring in the wires that have no legal path yet, by pushing others out of the way.

Conflicts of the first solution are settled, or cleared, first; from then on the state stays legal.  A missing wire takes the cheapest path that may run through other wires at a price;
those must then find another place, if need be in the same way, a few levels deep.  When they do not, all is put back,
and the wires that found no place become dearer for the next attempt.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .polish import trace_cost
from .space import CORE
from .tracks import FEWER_TRACKS

if TYPE_CHECKING:
    from .joins import Joins
    from .polish import Polish
    from .progress import Progress
    from .space import Space
    from .trees import Tidy
    from .wires import Board, Wire


class Repair:
    """Rip-up and reroute in gridless space."""

    def __init__(self, board: Board, space: Space, joins: Joins, polish: Polish, tidy: Tidy, reporter: Progress) -> None:
        self.board, self.space, self.joins, self.polish, self.reporter = board, space, joins, polish, reporter
        self.tidy = tidy
        self.weight = {}
        self.budget = self.granted = 0
        self.scale, self.turn = 1.0, 0
        self.worth = 1.0  # of a µm that is saved, in µm that others may go farther

    def grant(self, budget: int) -> None:
        """Allow a number of searches."""
        self.budget = self.granted = budget

    def missing(self) -> list[Wire]:
        """Wires that need a path and have none."""
        found = []
        for wire in self.board.wires:
            self.reporter.beat()
            if not wire.touching and not wire.path and self.joins.ends(wire) is not None:
                found.append(wire)
        return found

    def settle(self, rounds: int = 40, patience: int = 12) -> None:
        """Negotiate among the wires in conflict, without the grid: each takes its cheapest path, others' zones at a
        price that rises for those that stay contested.  Leaves the state with the fewest contested wires."""
        contested = self._contested()
        best, kept, since = len(contested), [w.path for w in self.board.wires], 0
        for turn in range(rounds):
            if not contested or since > patience or self.reporter.exhausted():
                break
            self.reporter.note(f"settling, round {turn + 1}: {len(contested)} in conflict")
            for k, wire in enumerate(contested):
                self.reporter.tick("settling conflicts", k, len(contested))
                ends = self.joins.ends(wire)
                path = self.path(wire, ends, (), 1 + turn / 8) if ends is not None else None
                if path is not None:
                    self.polish.replace(wire, path)
                self.weight[wire.number] = self.weight.get(wire.number, 0.5) * 1.15
            contested = self._contested()
            since += 1
            if len(contested) <= best:
                since = 0 if len(contested) < best else since
                best, kept = len(contested), [w.path for w in self.board.wires]
        self.put_back(kept)
        self.weight.clear()

    def _against(self, wire: Wire) -> list[int]:
        """Whose zones a wire trespasses."""
        self.reporter.beat()
        return self.space.trespassed(wire)

    def _contested(self) -> list[Wire]:
        return [w for w in self.board.wires if w.path and self._against(w)]

    def clear_conflicts(self) -> bool:
        """Take out as few wires as possible so that the rest is legal; True when any was."""
        before = sum(1 for w in self.board.wires if w.path)
        against = {w.number: set(self._against(w)) for w in self.board.wires if w.path}
        for number in [n for n in sorted(against) if -1 in against[n]]:
            self.take_out(self.board.wires[number], [])
            against.pop(number)
        for number in sorted(against):
            against[number] &= set(against)
            for other in against[number]:
                against[other].add(number)
        while True:
            self.reporter.beat()
            number = max(against, key=lambda n: (len(against[n]), -self.board.wires[n].bound, -n), default=None)
            if number is None or not against[number]:
                break
            for others in against.values():
                others.discard(number)
            against[number] = set()
            self.take_out(self.board.wires[number], [])
        self.weight.clear()
        return sum(1 for w in self.board.wires if w.path) < before

    def run(self, budget: int, aside: Collection[int], depth: int = 4) -> None:
        """Route what is missing within a number of searches.  aside: numbers of nets that stay open."""
        self.grant(budget)
        open_wires = self._missing_but(aside)
        for attempt in range(1, 13):
            for wire in open_wires:
                if not wire.path and self.budget > 0:
                    self.insert(wire, frozenset(), min(depth, attempt), attempt)
            still = self._missing_but(aside)
            self.tidy.run()
            self.reporter.note(f"attempt {attempt}: {len(open_wires)} open, now {len(still)}")
            open_wires = still
            if not open_wires or self.budget <= 0 or self.reporter.exhausted():
                break

    def _missing_but(self, aside: Collection[int]) -> list[Wire]:
        return [wire for wire in self.missing() if wire.net not in aside]

    def insert(self, wire: Wire, locked: frozenset[int], depth: int, effort: int, limit: float = np.inf) -> bool:
        """Route one wire, moving others but not the locked ones; True when all have a place, else nothing changes.

        limit: what its path may cost (length and bends, µm); each of the others may become dearer by what it costs less, times `worth`.
        """
        ends = self.joins.ends(wire, self.turn)
        if ends is None or self.budget <= 0 or self.reporter.exhausted():
            return ends is None
        self.budget -= 1
        self.reporter.tick("resolving conflicts", self.granted - self.budget, self.granted)
        path = self.path(wire, ends, locked, effort, limit)
        if path is None:
            return False
        victims = [self.board.wires[n] for n in self.space.trespassed(wire, path) if n >= 0]
        if victims and depth == 0:
            self.blame(victims)
            return False
        before = [w.path for w in self.board.wires]
        out = []
        for victim in victims:
            self.take_out(victim, out)
        self.polish.replace(wire, path)
        spare = (limit - trace_cost(path, self.polish.bend)) * self.worth
        for victim in sorted(out, key=lambda w: (w.bound, w.number)):
            most = trace_cost(before[victim.number], self.polish.bend) + spare
            if not victim.path and not self.insert(victim, locked | {wire.number}, depth - 1, effort, most):
                self.blame([victim])
                self.put_back(before)
                return False
        return True

    def blame(self, wires: Sequence[Wire]) -> None:
        """Make wires dearer to push."""
        for wire in wires:
            self.weight[wire.number] = self.weight.get(wire.number, 1.0) * 1.5

    def put_back(self, before: list[list[tuple[float, float]] | None]) -> None:
        """Restore all paths."""
        for wire, path in zip(self.board.wires, before + [None] * (len(self.board.wires) - len(before))):
            if wire.path is not path:
                self.polish.replace(wire, path)

    def take_out(self, victim: Wire, out: list[Wire]) -> None:
        """Remove a wire and those that end on it."""
        if not victim.path:
            return
        below = self.joins.dependents(victim)
        self.polish.replace(victim, None)
        out.append(victim)
        for wire in below:
            self.take_out(wire, out)

    def path(self, wire: Wire, ends: tuple[np.ndarray, np.ndarray], locked: frozenset[int] | tuple[Any, ...], effort: float, limit: float = np.inf) -> list[tuple[float, float]] | None:
        """Cheapest path on the tracks through free room and, at a price, through wires that are not locked; within a window that is no
        larger than paths up to the limit need."""
        distance = self.polish.distance(*ends)
        pitch = self.space.gap[wire.rule][wire.rule]
        slack = min(0.2 * distance + 6 * pitch * effort, limit - distance)
        window = self.polish.window(wire, ends, slack)
        zones, owner = self.space.around(wire, window)
        cores, core_owner = self.space.cores(wire, window, CORE)
        weight = np.array([np.inf if n in locked else self.weight.get(n, 1.0) for n in range(len(self.board.wires))]
                          + [np.inf])
        toll = self.scale * np.concatenate([weight[owner], 10 * weight[core_owner]])
        return self.polish.search(np.vstack([zones, cores]), toll, ends, window, 1e6, most=FEWER_TRACKS)
