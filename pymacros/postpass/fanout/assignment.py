"""Assignment: which contact point goes to which pad.

Four functions: *fan-out* keeps the order of the contact points (see conductors/order.py), so that the traces need not cross; *relocation*
pairs in any order for the least length; *addition* gives one contact point several pads; *reduction* joins several
contact points to one pad.  Lengths are edge-to-edge trace lengths in µm (45° or Manhattan as the problem says).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..conductors.order import orders
from ..messages import gap_percent
from ..routing import metal
from ..routing.problem import ALL, EACH, Net, ProblemError
from ..routing.progress import Progress
from ..routing.result import gap
from ..routing.tolerance import MORE, SAME
from ..tech.functions import FUNCTIONS, ORDERED
from . import pad_order

if TYPE_CHECKING:
    from ..routing.problem import Problem

STRAIGHT = 0.000001  # what a µm between the middles counts among pairs of one length: it breaks ties, and no length


@dataclass
class Assignment:
    """Pairs of (contact index, pad index) into problem.contacts and problem.pads.

    length: sum over the pairs; bound: least sum of any assignment of this function that keeps the locks (a fan-out's also
    keeps the order); any_order: least sum in any order, so bound - any_order is what the order of a fan-out costs;
    order_kept: True when the pads follow each other as the contact points do; locks: pairs that were fixed.
    """
    function: str
    pairs: list
    length: float
    bound: float
    any_order: float
    order_kept: bool
    locks: tuple = ()

    @property
    def gap(self) -> float:
        """How far the length is above the bound, as a fraction."""
        return gap(self.length, self.bound)

    def sentence(self) -> str:
        """The sum of the pairs' distances, its bound and the gap in one sentence.  No length is told: traces of a net may share their
        way, those of open nets are missing, and vias between levels take a part of it."""
        said = (f"Assigned {_counted(len(self.pairs), 'pair')} ({self.function}): {self.length:.1f} um apart in sum, "
                f"at least {self.bound:.1f} um (gap {gap_percent(self.length, self.bound):.1f} %)")
        if self.bound > self.any_order * (1 + MORE):
            said += f"; in any order {self.any_order:.1f} um"
        if self.function == "fan-out" and not self.order_kept:
            said += "; around the pads chosen the order is another than around all pads"
        return said + "."

    def groups(self, problem: Problem) -> list[tuple[str, list[tuple[int, int]]]]:
        """[(net name, pairs)] of the nets that the pairs make."""
        found, named, taken = {}, [], {n.name for n in problem.nets}
        side, terminals = (1, problem.pads) if self.function == "reduction" else (0, problem.contacts)
        for pair in self.pairs:
            found.setdefault(pair[side], []).append(pair)
        for key in sorted(found):
            name = terminals[key].name or f"net{key}"
            while name in taken:
                name += "'"
            taken.add(name)
            named.append((name, found[key]))
        return named

    def apply(self, problem: Problem) -> tuple[Problem, None]:
        """(problem with a net per pair or group, pairs by net name) for `route`."""
        nets = list(problem.nets)
        for name, pairs in self.groups(problem):
            contacts, pads = sorted({c for c, _ in pairs}), sorted({p for _, p in pairs})
            single = len(contacts) == len(pads) == 1
            nets.append(Net(name, [problem.contacts[c] for c in contacts], [problem.pads[p] for p in pads],
                            problem.width, problem.spacing, EACH if single else ALL))
        used = {c for c, _ in self.pairs}, {p for _, p in self.pairs}
        return replace(problem, nets=nets, contacts=[t for k, t in enumerate(problem.contacts) if k not in used[0]],
                       pads=[t for k, t in enumerate(problem.pads) if k not in used[1]]), None


def assign(problem: Problem, function: str = "relocation", locks: list[tuple[int, int]] | tuple[tuple[int, int], ...] = (), penalty: np.ndarray | None = None, reporter: Any = None) -> Assignment:
    """Pair the problem's free contact points and pads.

    function: one of FUNCTIONS; locks: (contact index, pad index) pairs the user has fixed; penalty: shape (contacts, pads),
    µm by which a pair is dearer than its distance, because routing has shown it to be (see `reassignment`); reporter: see `routing.progress`.
    Returns an Assignment; its figures are without penalties.  Of equally long pairs it takes the straightest, and but for
    a fan-out no two connecting lines cross where exchanging their ends makes them straighter.
    Raises ProblemError when the numbers of contact points and pads do not suit the function or locks contradict.
    """
    locks = sorted({(int(c), int(p)) for c, p in locks})
    _check(problem, function, locks)
    progress = Progress(reporter)
    progress.tick("assigning", 0, 1)
    cost, straight = _costs(problem)
    centres = _centres(problem)
    extra = np.zeros(cost.shape) if penalty is None else penalty
    pairs = _pairs(problem, function, cost + extra + STRAIGHT * straight, centres, locks, progress.beat)
    if function != "fan-out":
        pairs = _uncrossed(pairs, centres, straight + extra, locks, progress.beat)
    pairs = sorted(pairs)
    bound = _total(cost, _pairs(problem, function, cost, centres, locks, progress.beat))
    any_order = _total(cost, _matching(cost, locks)) if function == "fan-out" else bound
    return Assignment(function, pairs, _total(cost, pairs), bound, any_order, keeps_order(problem, pairs), tuple(locks))


def _pairs(problem: Problem, function: str, cost: np.ndarray, centres: Sequence[np.ndarray], locks: Sequence[tuple[int, int]], beat: Callable[..., Any]) -> list[tuple[int, int]]:
    """Pairs of least cost."""
    if function == "fan-out":
        return _in_order(problem, cost, centres, locks, beat)
    if function == "relocation":
        return _matching(cost, locks)
    if function == "addition":
        return _shared(cost, locks)
    return [(c, p) for p, c in _shared(cost.T, [(p, c) for c, p in locks], ("pad", "contact point"))]


def _total(cost: np.ndarray, pairs: Sequence[tuple[int, int]]) -> float:
    return math.fsum(cost[c, p] for c, p in pairs)  # exact: equal pairs have equal sums in any order


def _check(problem: Problem, function: str, locks: Sequence[tuple[int, int]]) -> None:
    """Refuse numbers and locks that cannot work."""
    contacts, pads = len(problem.contacts), len(problem.pads)
    if function not in FUNCTIONS:
        raise ProblemError(f"the function '{function}' is unknown; known: {', '.join(FUNCTIONS)}")
    if not contacts or not pads:
        raise ProblemError("there is nothing to assign: the problem needs free contact points and free pads")
    if function in ORDERED and pads < contacts:
        raise ProblemError(f"{function} needs a pad per contact point: {contacts} contact points, {pads} pads")
    if function == "addition" and pads < contacts:
        raise ProblemError(f"addition needs at least as many pads as contact points: {contacts} and {pads}")
    if function == "reduction" and pads > contacts:
        raise ProblemError(f"reduction needs at least as many contact points as pads: {contacts} and {pads}")
    for c, p in locks:
        if not (0 <= c < contacts and 0 <= p < pads):
            raise ProblemError(f"the lock ({c}, {p}) names a contact point or pad that does not exist")
    for side, kind, once in ((0, "contact point", function != "addition"), (1, "pad", function != "reduction")):
        values = [lock[side] for lock in locks]
        if once and len(set(values)) < len(values):
            raise ProblemError(f"two locks use the same {kind}")


def _costs(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Edge-to-edge lengths, and straight distances of the centres, which break ties; both of shape (contacts, pads)."""
    pieces = [[metal.pieces_of(t.shape) for t in group] for group in (problem.contacts, problem.pads)]
    centre = _centres(problem)
    return metal.distances(pieces[0], pieces[1], problem.allow45), np.hypot(*(centre[0][:, None, :] - centre[1][None, :, :]).transpose(2, 0, 1))


def _centres(problem: Problem) -> list[np.ndarray]:
    return [np.array([t.centre() for t in group]) for group in (problem.contacts, problem.pads)]


def _matching(cost: np.ndarray, locks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Least-cost pairs of every contact point with a pad of its own."""
    left_c = [c for c in range(cost.shape[0]) if c not in {lock[0] for lock in locks}]
    left_p = [p for p in range(cost.shape[1]) if p not in {lock[1] for lock in locks}]
    rows, columns = linear_sum_assignment(cost[np.ix_(left_c, left_p)])
    return [(lock[0], lock[1]) for lock in locks] + [(left_c[r], left_p[k]) for r, k in zip(rows, columns)]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shared(cost: np.ndarray, locks: Sequence[tuple[int, int]], sides: tuple[Any, ...] = ("contact point", "pad")) -> list[tuple[int, int]]:
    """Every column gets a row, every row at least one column, at the least cost."""
    rows, columns = cost.shape
    locked = {p: c for c, p in locks}
    free_p = [p for p in range(columns) if p not in locked]
    unserved = [c for c in range(rows) if c not in set(locked.values())]
    pairs = [(c, p) for p, c in locked.items()]
    if len(free_p) < len(unserved):
        row, column = sides
        raise ProblemError(f"the locks leave {_counted(len(free_p), column)} for {_counted(len(unserved), row)} that "
                           f"{'has' if len(unserved) == 1 else 'have'} none")
    # Rows that must be served take one column each, as a matching on the extra cost over each column's cheapest row.
    extra = cost[np.ix_(unserved, free_p)] - cost[:, free_p].min(axis=0)[None, :]
    taken = {}
    for r, k in zip(*linear_sum_assignment(extra)):
        taken[free_p[k]] = unserved[r]
    return pairs + [(taken.get(p, int(np.argmin(cost[:, p]))), p) for p in free_p]


def _in_order(problem: Problem, cost: np.ndarray, centres: Sequence[np.ndarray], locks: Sequence[tuple[int, int]], beat: Callable[..., Any]) -> list[tuple[int, int]]:
    """Least-cost pairs that keep the order (see conductors/order.py) and the locks; pads may be left out."""
    found = around_c, around_p, cyclic = orders(*centres)
    kept = cost.copy()
    for c, p in locks:
        kept[c, :] = kept[:, p] = np.inf
    for c, p in locks:
        kept[c, p] = cost[c, p]
    chosen = pad_order.cheapest(kept[np.ix_(around_c, around_p)], cyclic, beat)
    if chosen is None:
        names = [[f"'{t.name}'" for t in group] for group in (problem.contacts, problem.pads)]
        raise ProblemError("the locks contradict the order a fan-out must keep: " + pad_order.contradiction(found, locks, *names))
    return [(int(c), int(around_p[j])) for c, j in zip(around_c, chosen)]


def _uncrossed(pairs: list[tuple[int, int]], centres: Sequence[np.ndarray], straight: np.ndarray, locks: Sequence[tuple[int, int]], beat: Callable[..., Any]) -> list[tuple[int, int]]:
    """Pairs whose connecting lines do not cross: crossing ones exchange their pads as long as that makes them straighter.

    Edge-to-edge distances of unlike shapes can favour crossings by less than the size of a shape; no router can embed them so
    cheaply.  Every exchange shortens the straight lines, so this ends.
    """
    fixed = set(locks)
    free = sorted(pair for pair in pairs if pair not in fixed)
    while len(free) > 1:
        beat()
        c, p = np.array(free).T
        now, then = straight[c, p], straight[np.ix_(c, p)]
        gain = (now[:, None] + now[None, :]) - (then + then.T)
        ones, others = np.nonzero(np.triu(_crossing(centres[0][c], centres[1][p]) & (gain > SAME), 1))
        changed = set()
        for k in np.lexsort((others, ones, -gain[ones, others])):
            i, j = int(ones[k]), int(others[k])
            if not changed & {i, j}:
                free[i], free[j] = (free[i][0], free[j][1]), (free[j][0], free[i][1])
                changed |= {i, j}
        if not changed:
            break
    return [pair for pair in pairs if pair in fixed] + free


def _crossing(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Which straight lines from starts to ends properly cross, shape (n, n)."""
    along = ends - starts

    def side(points: np.ndarray) -> np.ndarray:
        offset = points[None, :, :] - starts[:, None, :]
        return np.sign(along[:, None, 0] * offset[..., 1] - along[:, None, 1] * offset[..., 0])
    apart = side(starts) * side(ends) < 0
    return apart & apart.T


def keeps_order(problem: Problem, pairs: Sequence[tuple[int, int]]) -> bool:
    """True when the pads follow each other as the contact points do, in that order; only for pairs one to one."""
    pairs = list(pairs)
    if len({c for c, _ in pairs}) < len(pairs) or len({p for _, p in pairs}) < len(pairs):
        return False
    return pad_order.is_kept(*_centres(problem), pairs)  # type: ignore[call-arg]
