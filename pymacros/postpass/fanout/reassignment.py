"""Assigns anew what the router could not embed, or embedded by a long way round, and routes again.

The distance of two terminals says nothing of what lies between them.  Routing does: a pair that stayed open, or whose trace
makes a detour, becomes dearer by that much, and the least assignment under these prices is routed next.  Prices of pairs
not tried yet stay at their distance, the least they can be; so the search is drawn to what may be better, keeps the order
of a fan-out and the locks, and ends when the assignment repeats.  Same input, same result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..routing import route
from ..routing.tolerance import SAME
from .assignment import assign

if TYPE_CHECKING:
    from ..routing.problem import Problem, Terminal
    from ..routing.result import Failure, RouteResult
    from .assignment import Assignment

REVISIONS = 3  # assignments tried after the first, at most
DETOUR, DETOUR_PITCHES = 0.25, 4.0  # share of the bound, and pitches, beyond which a detour asks for another assignment


@dataclass
class Attempt:
    """One assignment routed: what the router returned, the number of open nets, the exposed length in µm, and by how many
    µm each pair has proved dearer than its distance, shape (contacts, pads)."""
    result: Any
    open: int
    length: float
    dearer: np.ndarray

    def rank(self) -> tuple[int, float]:
        """Less is better."""
        return self.open, self.length


def route_free(problem: Problem, assignment: Assignment, reporter: Any = None) -> tuple[Assignment, RouteResult]:
    """Route a problem's nets and the pairs of an Assignment, which may be revised: (Assignment, RouteResult).

    Raises what `route` raises.
    """
    def attempt(chosen: Assignment) -> Attempt:
        result = route(problem, chosen, reporter)
        detours = {net.name: (net.exposed - net.bound, net.bound) for net in result.nets}
        return Attempt(result, len({f.net for f in result.failures}), result.exposed,
                       dearer(problem, chosen.groups(problem), result.failures, detours))
    chosen, best = best_of(problem, assignment, attempt, reporter)
    return chosen, best.result


def best_of(problem: Problem, assignment: Assignment, attempt: Callable[..., Any], reporter: Any = None, revisions: int = REVISIONS) -> tuple[Assignment, Attempt]:
    """(Assignment, Attempt) with the fewest open nets, then the least length, of the first and its revisions.

    problem: the one `assignment` was made for; attempt: function from an Assignment to an Attempt.
    """
    penalty = np.zeros((len(problem.contacts), len(problem.pads)))
    tried, latest = {frozenset(assignment.pairs)}, attempt(assignment)
    best = assignment, latest
    for number in range(revisions):
        penalty = np.maximum(penalty, latest.dearer)
        if not latest.dearer.any():
            break
        revised = assign(problem, assignment.function, assignment.locks, penalty, reporter)
        if frozenset(revised.pairs) in tried:
            break
        changed = len(set(revised.pairs) - set(best[0].pairs))
        _note(reporter, f"{latest.open} nets open: assignment {number + 2}, {changed} other pairs")
        tried.add(frozenset(revised.pairs))
        latest = attempt(revised)
        if latest.rank() < best[1].rank():
            best = revised, latest
        elif not best[1].open:
            break  # complete already, and not shortened
    return best


def _note(reporter: Any, text: str) -> None:
    note = getattr(reporter, "note", None)
    if note:
        note(text)


def dearer(problem: Problem, groups: Sequence[tuple[str, list[tuple[int, int]]]], failures: Sequence[Failure], detours: dict[str, tuple[float, float]]) -> np.ndarray:
    """What routing shows of the pairs, see `Attempt`.

    groups: [(net name, pairs)]; failures: of the router; detours: {net name: (detour, bound)} in µm of the nets routed.
    Of a terminal that fixed metal walls in, the other pairs are likely to stay open, too: they become half as dear.
    """
    found = np.zeros((len(problem.contacts), len(problem.pads)))
    x1, y1, x2, y2 = problem.die
    far, pitch = (x2 - x1) + (y2 - y1), problem.width + problem.spacing
    failed = {f.net: f for f in failures if f.kind != "terminals"}
    for name, pairs in groups:
        detour, bound = detours.get(name, (0.0, 0.0))
        for c, p in pairs:
            if name not in failed:
                found[c, p] += detour / len(pairs) if detour > DETOUR * bound + DETOUR_PITCHES * pitch else 0.0
                continue
            if failed[name].kind == "walled in":
                found[c, :] += far / 2 * _at(problem.contacts[c], failed[name])
                found[:, p] += far / 2 * _at(problem.pads[p], failed[name])
            found[c, p] += far
    return found


def _at(terminal: Terminal, failure: Failure) -> bool:
    """True when a failure is about this terminal."""
    return failure.place is not None and bool(np.allclose(terminal.centre(), failure.place, atol=SAME))
