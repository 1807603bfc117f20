"""Rip-up on the track grid: the way out where negotiation does not end.

What has a place stays legal: who has none takes the cheapest path on the grid, and all wires in the way lose theirs and
queue up for another.  A wire that lost its place becomes dearer to cross, and nodes that change hands become dearer for all; so the
search does not go in circles, and in the end those wires move that have somewhere to go, however long the row of
neighbours that must shift with them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .negotiate import Negotiation
    from .progress import Progress
    from .wires import Wire

PRICE = 0.5  # per µm inside the zone of a wire that has its place
STUBBORN, HISTORY, WIDEN = 1.0, 1.0, 0.02  # what a lost place adds: see `negotiate.Terms`
PATIENCE, PATIENCE_PER_JOB = 200, 20  # searches without a new best state, at most


class Ejection:
    """Rip-up and reroute of a negotiation's jobs."""

    def __init__(self, negotiation: Negotiation, reporter: Progress) -> None:
        self.negotiation, self.reporter = negotiation, reporter
        self.grid = negotiation.grid
        self.mark = np.zeros(self.grid.core.size, bool)

    def run(self) -> int:
        """Route until nothing is left over or the effort is spent; leaves the best state on the board and returns how
        many jobs have no place in it."""
        queue = deque(self._legalise())
        best, kept, since = len(queue), self._state(), 0
        most = PATIENCE + PATIENCE_PER_JOB * len(self.negotiation.jobs)
        while queue and since < most and not self.reporter.exhausted():
            self.reporter.tick("making room", len(self.negotiation.jobs) - len(queue), len(self.negotiation.jobs))
            queue.extend(self._place(queue.popleft()))
            since += 1
            if len(queue) < best:
                best, kept, since = len(queue), self._state(), 0
                self.reporter.note(f"making room: {best} without a place")
        self._put_back(kept)
        return best

    def _state(self) -> list[tuple[list[tuple[float, float]] | None, int, int, list[np.ndarray] | None, np.ndarray | None]]:
        """What `_put_back` needs of every wire."""
        n = self.negotiation
        return [(w.path, w.first, w.second, n.zones.get(w.number), n.nodes.get(w.number)) for w in n.board.wires]

    def _put_back(self, kept: Sequence[tuple[list[tuple[float, float]] | None, int, int, list[np.ndarray] | None, np.ndarray | None]]) -> None:
        """Restore a state; jobs without a place get a path through others, for `Repair.settle` to sort out."""
        negotiation = self.negotiation
        for wire, (path, first, second, zones, nodes) in zip(negotiation.board.wires, kept):
            if negotiation.zones.get(wire.number) is not zones:
                negotiation.remove(wire)
                if zones is not None:
                    negotiation.put(wire, zones, nodes)
            wire.path, wire.first, wire.second = path, first, second
        for job in negotiation.jobs:
            if not self._placed(job):
                negotiation.route(job, PRICE)

    def _place(self, job: list[Wire]) -> list[list[Wire]]:
        """Route a job; returns the jobs that have to be routed anew."""
        negotiation = self.negotiation
        negotiation.route(job, PRICE)
        if not self._placed(job):
            self._take_off(job)
            self._widen(job, 1.0)
            return [job]
        victims = self.in_the_way(job, HISTORY)
        for victim in victims:
            for wire in victim:
                negotiation.weight[wire.number] = negotiation.weight.get(wire.number, 1.0) + STUBBORN
            self._take_off(victim)
            self._widen(victim, WIDEN)
        return victims

    def _placed(self, job: list[Wire]) -> bool:
        return all(w.number in self.negotiation.nodes for w in job)

    def _take_off(self, job: list[Wire]) -> None:
        for wire in job:
            self.negotiation.remove(wire)

    def _widen(self, job: list[Wire], amount: float) -> None:
        margin = self.negotiation.margin
        margin[job[0].number] = margin.get(job[0].number, 0) + amount

    def in_the_way(self, job: list[Wire], history: float = 0.0) -> list[list[Wire]]:
        """Jobs whose zones a job's wires enter; the nodes where they do become dearer."""
        negotiation, rule = self.negotiation, job[0].rule
        nodes = np.concatenate([negotiation.nodes[w.number] for w in job])
        taken = self.grid.taken[rule].ravel()[nodes]
        for wire in job:
            taken = taken - np.isin(nodes, negotiation.zones[wire.number][rule])
        nodes = nodes[taken > 0]
        if not len(nodes):
            return []
        self.grid.history[rule].ravel()[nodes] += history
        self.mark[nodes] = True
        found = [other for other in negotiation.jobs if other is not job and any(
            w.number in negotiation.zones and self.mark[negotiation.zones[w.number][rule]].any() for w in other)]
        self.mark[nodes] = False
        return found

    def _legalise(self) -> list[list[Wire]]:
        """Take off as few jobs as possible so that the rest is legal; returns them and those without a path."""
        jobs = self.negotiation.jobs
        off = [k for k, job in enumerate(jobs) if not self._placed(job)]
        number = {job[0].number: k for k, job in enumerate(jobs)}
        against = {k: set() for k in range(len(jobs)) if k not in set(off)}
        for k in sorted(against):
            self.reporter.tick("making room", 0, len(jobs))
            for other in self.in_the_way(jobs[k]):
                if number[other[0].number] in against:
                    against[k].add(number[other[0].number])
                    against[number[other[0].number]].add(k)
        while True:
            k = max(against, key=lambda k: (len(against[k]), -k), default=None)
            if k is None or not against[k]:
                break
            for other in against.pop(k):
                against[other].discard(k)
            off.append(k)
        for k in off:
            self._take_off(jobs[k])
        return [jobs[k] for k in off]
