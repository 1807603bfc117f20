"""Assignments against all possible ones: length, lower bound and gap of each function, locks, unequal counts, crossings."""
import itertools
import math
import random

import numpy as np
import pytest
from planted import square

from postpass.fanout.assignment import FUNCTIONS, assign
from postpass.routing import Problem, ProblemError


def problem_of(contacts, pads, sizes=(14, 40), allow45=True):
    """Free square contact points and pads at points; sizes: of all contact points and pads, or a list for each."""
    groups = {}
    for kind, points, size in (("contacts", contacts, sizes[0]), ("pads", pads, sizes[1])):
        each = size if isinstance(size, list) else [size] * len(points)
        groups[kind] = [{"name": f"{kind[0]}{k}", "shape": [square(x, y, s)]} for k, ((x, y), s) in enumerate(zip(points, each))]
    return Problem.from_json({"name": "free", "dbu": 0.001, "die": [-2000, -2000, 2000, 2000], "nets": [], "obstacles": [],
                              "rules": {"width": 4, "spacing": 4, "allow45": allow45}, **groups})


def distance(contact, pad, reach=27.0, allow45=True):
    """Length of the shortest trace between the edges of two squares whose half sizes add up to the reach."""
    x, y = (max(0.0, abs(a - b) - reach) for a, b in zip(contact, pad))
    return max(x, y) + (math.sqrt(2) - 1) * min(x, y) if allow45 else x + y


def scattered(rng, count, radius):
    return [(rng.uniform(-radius, radius), rng.uniform(-radius, radius)) for _ in range(count)]


def sequence_of(points, like, row):
    """Numbers of points in the order of the deck: along the direction in which `like` spreads, or by angle around the mean."""
    if row:
        spread = np.cov(np.array(like).T, bias=True)
        axis = np.linalg.eigh(spread)[1][:, -1]
        axis = axis if axis[0] > 0 else -axis
        keys = [float(np.dot(axis, p)) for p in points]
    else:
        mx, my = (sum(p[k] for p in points) / len(points) for k in (0, 1))
        keys = [math.atan2(y - my, x - mx) for x, y in points]
    return sorted(range(len(points)), key=keys.__getitem__)


def in_order(pads_in_order, rank, row):
    """True when the ranks rise, with one fall when they go around."""
    ranks = [rank[p] for p in pads_in_order]
    falls = sum(a > b for a, b in zip(ranks, ranks[1:] + ([] if row else ranks[:1])))
    return falls == 0 if row else falls <= 1


def every(function, contacts, pads, row=False):
    """All assignments of a function, as lists of pairs."""
    n, m = len(contacts), len(pads)
    if function in ("fan-out", "relocation"):
        around = sequence_of(contacts, contacts, row)
        rank = {p: k for k, p in enumerate(sequence_of(pads, contacts, row))}
        for chosen in itertools.permutations(range(m), n):
            if function == "relocation" or in_order([chosen[c] for c in around], rank, row):
                yield list(enumerate(chosen))
    elif function == "addition":
        for chosen in itertools.product(range(n), repeat=m):
            if len(set(chosen)) == n:
                yield [(c, p) for p, c in enumerate(chosen)]
    else:
        for chosen in itertools.product(range(m), repeat=n):
            if len(set(chosen)) == m:
                yield list(enumerate(chosen))


def least(function, contacts, pads, locks=(), row=False, allow45=True):
    """Least length of all assignments that keep the locks, or None."""
    sums = [sum(distance(contacts[c], pads[p], allow45=allow45) for c, p in pairs)
            for pairs in every(function, contacts, pads, row) if set(locks) <= set(pairs)]
    return min(sums, default=None)


COUNTS = {"fan-out": [(4, 4), (6, 6), (4, 7), (1, 3), (3, 3)], "relocation": [(5, 5), (7, 7), (3, 6), (1, 4)],
          "addition": [(3, 6), (1, 4), (4, 4)], "reduction": [(6, 3), (4, 1), (4, 4)]}


@pytest.mark.parametrize("function, counts", [(f, c) for f in FUNCTIONS for c in COUNTS[f]])
@pytest.mark.parametrize("locked", [0, 1, 2])
def test_no_assignment_is_shorter(function, counts, locked):
    for seed in range(4):
        rng = random.Random(f"{function} {counts} {seed}")
        contacts, pads = scattered(rng, counts[0], 200), scattered(rng, counts[1], 900)
        row = function == "fan-out" and counts[0] < 3
        locks = rng.sample(rng.choice(list(every(function, contacts, pads, row))), min(locked, counts[0], counts[1]))
        allow45 = seed % 2 == 0
        found = assign(problem_of(contacts, pads, allow45=allow45), function, locks)
        best = least(function, contacts, pads, locks, row, allow45)
        assert set(locks) <= set(found.pairs) and sorted(found.pairs) in [sorted(p) for p in every(function, contacts, pads, row)]
        assert found.bound == pytest.approx(best) and found.bound <= found.length
        assert found.length == pytest.approx(sum(distance(contacts[c], pads[p], allow45=allow45) for c, p in found.pairs))
        if function == "fan-out":
            assert found.length == pytest.approx(best, rel=1e-5)
            assert found.any_order == pytest.approx(least("relocation", contacts, pads, locks, allow45=allow45))


def test_uncrossing_squares_costs_next_to_nothing():
    """Equal squares: a crossing can be cheaper by their sizes only, and seldom is."""
    for seed in range(30):
        rng = random.Random(seed)
        contacts, pads = scattered(rng, 6, 900), scattered(rng, 6, 900)
        assert assign(problem_of(contacts, pads)).gap < 0.02


@pytest.mark.parametrize("turn", [0.0, 0.6, math.pi / 2])
@pytest.mark.parametrize("count", [5, 7])
def test_a_row_keeps_its_direction(turn, count):
    rng = random.Random(count)
    cos, sin = math.cos(turn), math.sin(turn)
    contacts = [(cos * 60 * k - sin * rng.uniform(-5, 5), sin * 60 * k + cos * rng.uniform(-5, 5)) for k in range(4)]
    pads = scattered(rng, count, 800)
    found = assign(problem_of(contacts, pads), "fan-out")
    assert found.length == pytest.approx(found.bound) == pytest.approx(least("fan-out", contacts, pads, row=True))
    assert found.order_kept and found.bound >= found.any_order


def test_the_order_of_a_row_can_cost_length():
    found = assign(problem_of([(0, 0), (60, 0)], [(200, 300), (150, 0)]), "fan-out")
    assert found.pairs == [(0, 1), (1, 0)] and found.gap == 0.0 and found.bound > found.any_order
    assert assign(problem_of([(0, 0), (60, 0)], [(200, 300), (150, 0)]), "relocation").pairs == [(0, 0), (1, 1)]


def ring(count, radius, turn=0.0):
    return [(radius * math.cos(2 * math.pi * k / count + turn), radius * math.sin(2 * math.pi * k / count + turn))
            for k in range(count)]


def test_what_the_order_costs_is_told():
    contacts = ring(6, 100, 0.1)
    pads = [(x, y + 700) for x, y in ring(6, 300, 0.4)]  # all on one side: crossings would be shorter
    found = assign(problem_of(contacts, pads), "fan-out")
    assert found.order_kept and found.gap == pytest.approx(0.0, abs=1e-6)
    assert f"{found.length:.1f} um apart in sum, at least {found.bound:.1f} um (gap 0.0 %)" in found.sentence()
    assert (f"in any order {found.any_order:.1f} um" in found.sentence()) == (found.any_order < found.bound * (1 - 1e-6))


@pytest.mark.parametrize("contacts, pads, locks, words", [
    (ring(6, 100, 0.1), ring(6, 300, 0.1), [(0, 0), (1, 3), (2, 1)],
     "the locks contradict the order a fan-out must keep: of the locks .*'c0' to 'p0', 'c1' to 'p3', 'c2' to 'p1'.* the pads follow in another order"),
    (ring(6, 100, 0.1), ring(6, 300, 0.1), [(0, 0), (3, 1)], "contact points between 'c0' and 'c3': 2, but pads between 'p0' and 'p1': 0"),
    ([(60 * k, 0) for k in range(4)], [(60 * k, 300) for k in range(5)], [(1, 0)], "contact points before 'c1': 1, but pads before 'p0': 0"),
    ([(60 * k, 0) for k in range(4)], [(60 * k, 300) for k in range(5)], [(1, 4)], "contact points behind 'c1': 2, but pads behind 'p4': 0"),
    ([(60 * k, 0) for k in range(4)], [(60 * k, 300) for k in range(5)], [(1, 3), (2, 2)], "'c1' to 'p3', 'c2' to 'p2' the pads follow in another order")])
def test_locks_that_break_the_order_are_named(contacts, pads, locks, words):
    with pytest.raises(ProblemError, match=words):
        assign(problem_of(contacts, pads), "fan-out", locks)


@pytest.mark.parametrize("function, counts, locks, words", [
    ("relocation", (3, 2), [], "relocation needs a pad per contact point: 3 contact points, 2 pads"),
    ("fan-out", (3, 2), [], "fan-out needs a pad per contact point: 3 contact points, 2 pads"),
    ("relocation", (2, 2), [(0, 0), (0, 1)], "two locks use the same contact point"),
    ("relocation", (2, 2), [(0, 0), (1, 0)], "two locks use the same pad"),
    ("relocation", (2, 2), [(0, 2)], r"the lock \(0, 2\) names a contact point or pad that does not exist"),
    ("addition", (3, 4), [(0, 0), (0, 1)], None),
    ("addition", (3, 4), [(0, 0), (0, 1), (0, 2)], "the locks leave 1 pad for 2 contact points that have none"),
    ("addition", (2, 2), [(0, 0), (0, 1)], "the locks leave 0 pads for 1 contact point that has none"),
    ("reduction", (3, 2), [(0, 0), (1, 0), (2, 0)], "the locks leave 0 contact points for 1 pad that has none"),
    ("addition", (2, 3), [(0, 1), (1, 1)], "two locks use the same pad"),
    ("reduction", (3, 2), [(0, 1), (0, 0)], "two locks use the same contact point")])
def test_impossible_locks_and_counts_are_refused_in_one_sentence(function, counts, locks, words):
    problem = problem_of(ring(counts[0], 100, 0.1), ring(counts[1], 400, 0.3))
    if words is None:
        assert set(locks) <= set(assign(problem, function, locks).pairs)
        return
    with pytest.raises(ProblemError, match=words):
        assign(problem, function, locks)


def crossing_lines(pairs, contacts, pads):
    """Pairs of pairs whose connecting lines properly cross."""
    def left(a, b, p):
        return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    return [(one, two) for one, two in itertools.combinations(pairs, 2)
            if left(contacts[one[0]], pads[one[1]], contacts[two[0]]) * left(contacts[one[0]], pads[one[1]], pads[two[1]]) < 0
            and left(contacts[two[0]], pads[two[1]], contacts[one[0]]) * left(contacts[two[0]], pads[two[1]], pads[one[1]]) < 0]


def test_ties_of_plain_distance_do_not_cross():
    """Manhattan: both pairings are equally long, one of them crosses."""
    contacts, pads = [(0, 0), (100, 0)], [(100, 300), (200, 300)]
    for order in ([0, 1], [1, 0]):
        turned = [pads[k] for k in order]
        assert not crossing_lines(assign(problem_of(contacts, turned, allow45=False)).pairs, contacts, turned)


@pytest.mark.parametrize("function, counts", [("relocation", (40, 40)), ("relocation", (20, 40)), ("addition", (15, 40)), ("reduction", (40, 15))])
def test_no_two_lines_cross_even_with_unlike_shapes(function, counts):
    for seed in range(5):
        rng = random.Random(seed)
        contacts, pads = scattered(rng, counts[0], 1900), scattered(rng, counts[1], 1900)
        sizes = [10] * counts[0], [rng.choice([20, 80, 240]) for _ in pads]
        found = assign(problem_of(contacts, pads, sizes), function)
        assert not crossing_lines(found.pairs, contacts, pads)
        assert found.gap < 0.05


def test_locked_pairs_may_cross():
    contacts, pads = [(0, 0), (100, 0)], [(0, 300), (100, 300)]
    found = assign(problem_of(contacts, pads), "relocation", [(0, 1), (1, 0)])
    assert crossing_lines(found.pairs, contacts, pads) and found.gap == 0.0
