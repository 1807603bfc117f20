"""Assignment: which contact point goes to which pad.

Four functions: *fan-out* keeps the cyclic order of the contact points, so that the traces need not cross; *relocation*
pairs in any order for the least length; *addition* gives one contact point several pads; *reduction* joins several
contact points to one pad.  Lengths are edge-to-edge trace lengths in µm (45° or Manhattan as the problem says).
"""
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from .routing import shapes
from .routing.problem import ALL, EACH, Net, ProblemError

FUNCTIONS = ("fan-out", "relocation", "addition", "reduction")


@dataclass
class Assignment:
    """Pairs of (contact index, pad index) into problem.contacts and problem.pads.

    length: sum over the pairs; bound: least sum of any assignment that keeps the locks; order_kept: True when the
    cyclic order of the contact points is kept.
    """
    function: str
    pairs: list
    length: float
    bound: float
    order_kept: bool

    @property
    def gap(self):
        """How far the length is above the bound, as a fraction."""
        return self.length / self.bound - 1.0 if self.bound > 0 else 0.0

    def apply(self, problem):
        """(problem with a net per pair or group, pairs by net name) for `route`."""
        groups = {}
        for contact, pad in self.pairs:
            groups.setdefault(pad if self.function == "reduction" else contact, []).append((contact, pad))
        nets, taken = list(problem.nets), {n.name for n in problem.nets}
        for key in sorted(groups):
            contacts = sorted({c for c, _ in groups[key]})
            pads = sorted({p for _, p in groups[key]})
            names = [problem.pads[pads[0]].name if self.function == "reduction" else problem.contacts[contacts[0]].name]
            name = names[0] or f"net{key}"
            while name in taken:
                name += "'"
            taken.add(name)
            single = len(contacts) == len(pads) == 1
            nets.append(Net(name, [problem.contacts[c] for c in contacts], [problem.pads[p] for p in pads],
                            problem.width, problem.spacing, EACH if single else ALL))
        used = {c for c, _ in self.pairs}, {p for _, p in self.pairs}
        return replace(problem, nets=nets, contacts=[t for k, t in enumerate(problem.contacts) if k not in used[0]],
                       pads=[t for k, t in enumerate(problem.pads) if k not in used[1]]), None


def assign(problem, function="relocation", locks=()):
    """Pair the problem's free contact points and pads.

    function: one of FUNCTIONS; locks: (contact index, pad index) pairs the user has fixed.  Returns an Assignment.
    Raises ProblemError when the numbers of contact points and pads do not suit the function or locks contradict.
    """
    _check(problem, function, locks)
    cost = _costs(problem)
    if function == "fan-out":
        pairs = _in_order(problem, cost, locks)
    elif function == "relocation":
        pairs = _matching(cost, locks)
    elif function == "addition":
        pairs = _shared(cost, locks)
    else:
        pairs = [(c, p) for p, c in _shared(cost.T, [(p, c) for c, p in locks])]
    pairs = sorted(pairs)
    least = {"fan-out": _matching, "relocation": _matching, "addition": _shared}.get(function)
    bound_pairs = least(cost, locks) if least else pairs
    return Assignment(function, pairs, _total(cost, pairs), _total(cost, bound_pairs), keeps_order(problem, pairs))


def _total(cost, pairs):
    return float(sum(cost[c, p] for c, p in pairs))


def _check(problem, function, locks):
    """Refuse numbers and locks that cannot work."""
    contacts, pads = len(problem.contacts), len(problem.pads)
    if function not in FUNCTIONS:
        raise ProblemError(f"the function '{function}' is unknown; known: {', '.join(FUNCTIONS)}")
    if not contacts or not pads:
        raise ProblemError("there is nothing to assign: the problem needs free contact points and free pads")
    if function in ("fan-out", "relocation") and pads < contacts:
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


def _costs(problem):
    """Edge-to-edge lengths, shape (contacts, pads), with a trace of the straight distance to break ties."""
    reach = [[shapes.supports(np.vstack(t.shape), problem.allow45) for t in group]
             for group in (problem.contacts, problem.pads)]
    stacked = [tuple(np.array([r[k] for r in group]) for k in (0, 1)) for group in reach]
    centre = [np.array([t.centre() for t in group]) for group in (problem.contacts, problem.pads)]
    straight = np.hypot(*(centre[0][:, None, :] - centre[1][None, :, :]).transpose(2, 0, 1))
    return shapes.distances(*stacked) + 1e-6 * straight


def _matching(cost, locks):
    """Least-cost pairs of every contact point with a pad of its own."""
    left_c = [c for c in range(cost.shape[0]) if c not in {lock[0] for lock in locks}]
    left_p = [p for p in range(cost.shape[1]) if p not in {lock[1] for lock in locks}]
    rows, columns = linear_sum_assignment(cost[np.ix_(left_c, left_p)])
    return [tuple(lock) for lock in locks] + [(left_c[r], left_p[k]) for r, k in zip(rows, columns)]


def _shared(cost, locks):
    """Every column gets a row, every row at least one column, at the least cost."""
    rows, columns = cost.shape
    locked = {p: c for c, p in locks}
    free_p = [p for p in range(columns) if p not in locked]
    unserved = [c for c in range(rows) if c not in set(locked.values())]
    pairs = [(c, p) for p, c in locked.items()]
    # Rows that must be served take one column each, as a matching on the extra cost over each column's cheapest row.
    extra = cost[np.ix_(unserved, free_p)] - cost[:, free_p].min(axis=0)[None, :]
    if len(free_p) < len(unserved):
        raise ProblemError("the locks leave too few terminals for the others")
    taken = {}
    for r, k in zip(*linear_sum_assignment(extra)):
        taken[free_p[k]] = unserved[r]
    return pairs + [(taken.get(p, int(np.argmin(cost[:, p]))), p) for p in free_p]


def _angles(points, centre):
    return np.arctan2(points[:, 1] - centre[1], points[:, 0] - centre[0])


def _orders(problem):
    """Contact points and pads by angle around the middle of the contact points."""
    contacts = np.array([t.centre() for t in problem.contacts])
    pads = np.array([t.centre() for t in problem.pads])
    middle = (contacts.min(axis=0) + contacts.max(axis=0)) / 2
    return tuple(np.lexsort((np.hypot(*(group - middle).T), np.round(_angles(group, middle), 9)))
                 for group in (contacts, pads))


def _in_order(problem, cost, locks):
    """Least-cost pairing that keeps the cyclic order: every start is tried, the rest is a shortest path.

    Contact points in order take pads in order, pads may be left out.  A lock is a pair that must be part of it.
    """
    around_c, around_p = _orders(problem)
    n, m = len(around_c), len(around_p)
    ordered = cost[np.ix_(around_c, around_p)].copy()
    place_c, place_p = {int(c): k for k, c in enumerate(around_c)}, {int(p): k for k, p in enumerate(around_p)}
    for c, p in locks:
        i, j = place_c[c], place_p[p]
        keep = ordered[i, j]
        ordered[i, :] = ordered[:, j] = np.inf
        ordered[i, j] = keep
    best, pairs = np.inf, None
    for first in range(m):
        total, chosen = _shortest(np.roll(ordered, -first, axis=1), n, m)
        if total < best:
            best, pairs = total, [(int(around_c[i]), int(around_p[(j + first) % m])) for i, j in enumerate(chosen)]
    if pairs is None:
        raise ProblemError("the locks contradict the order a fan-out must keep")
    return pairs


def _shortest(cost, n, m):
    """Cheapest increasing choice of columns, one per row: (total, columns)."""
    table = np.full((n + 1, m + 1), np.inf)
    table[0, :] = 0.0
    for i in range(1, n + 1):
        table[i, i:] = np.minimum.accumulate(table[i - 1, i - 1:m] + cost[i - 1, i - 1:])
    if not np.isfinite(table[n, m]):
        return np.inf, None
    chosen, j = [], m
    for i in range(n, 0, -1):
        while j > i and table[i, j - 1] <= table[i, j]:
            j -= 1
        chosen.append(j - 1)
        j -= 1
    return float(table[n, m]), chosen[::-1]


def keeps_order(problem, pairs):
    """True when the pads follow each other around the contact points' middle as the contact points do."""
    around_c, around_p = _orders(problem)
    rank_p = {int(p): k for k, p in enumerate(around_p)}
    pad_of = dict(pairs)
    ranks = [rank_p[pad_of[int(c)]] for c in around_c if int(c) in pad_of]
    falls = sum(1 for a, b in zip(ranks, ranks[1:] + ranks[:1]) if b < a)
    return falls <= 1
