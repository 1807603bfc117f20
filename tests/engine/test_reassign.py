"""Free pairs that the router cannot embed, or only by a long way round, are assigned anew."""
import random

import numpy as np
import pytest
from checker import violations
from test_scenarios import case_of, free, ring

from postpass.fanout import reassignment
from postpass.fanout.assignment import assign
from postpass.routing import Problem, route


def routed(contacts, pads, function="relocation", locks=(), **kw):
    """(first assignment, its result, final assignment, final result), the final one checked for legality."""
    case = case_of([], contacts=free("c", contacts, 14), pads=free("p", pads, 40), **kw)
    problem = Problem.from_json(case)
    first = assign(problem, function, locks)
    final, result = reassignment.route_free(problem, first)
    assigned, _ = final.apply(problem)
    case["nets"] = [{"name": n.name, "width": n.width, "spacing": n.spacing, "mode": n.mode,
                     **{kind: [{"name": t.name, "shape": [p.tolist() for p in t.shape]} for t in getattr(n, kind)]
                        for kind in ("contacts", "pads")}} for n in assigned.nets]
    open_nets = {f.net for f in result.failures}
    case["nets"] = [n for n in case["nets"] if n["name"] not in open_nets]
    assert violations(case, [r for r in result.to_json()["routes"] if r["net"] not in open_nets]) == []
    return first, route(problem, first), final, result


def box(left, bottom, right, top):
    return {"net": None, "shape": [[left, bottom], [right, bottom], [right, top], [left, top]]}


POCKET = [box(400, 400, 600, 420), box(400, 580, 600, 600), box(400, 400, 420, 600), box(580, 400, 600, 600)]
GATE = [box(480, 0, 520, 485), box(480, 515, 520, 1000)]  # room for one trace of 10 at spacing 10


def test_a_spare_pad_takes_the_place_of_a_walled_in_one():
    first, before, final, after = routed([(100, 100), (900, 500)], [(500, 500), (100, 700), (900, 900)], obstacles=POCKET)
    assert first.pairs == [(0, 0), (1, 2)] and [f.kind for f in before.failures] == ["walled in"]
    assert final.pairs == [(0, 1), (1, 2)] and after.complete
    assert final.bound == pytest.approx(first.bound) and final.gap > 0.0


def test_a_fan_out_keeps_its_order_when_it_is_revised():
    contacts, pads = ring(6, 80, (300, 500), 0.1), [(500, 500)] + ring(6, 260, (300, 500), 0.5)
    first, before, final, after = routed(contacts, pads, "fan-out", obstacles=POCKET)
    assert not before.complete and after.complete
    assert final.order_kept and final.pairs != first.pairs


def test_pads_this_side_of_a_narrow_gate_are_taken():
    contacts, pads = [(440, 300), (440, 500), (440, 700)], [(560, 300), (560, 500), (560, 700), (100, 300), (100, 700)]
    first, before, final, after = routed(contacts, pads, obstacles=GATE)
    assert len(before.failures) == 2
    assert after.complete and final.pairs == [(0, 3), (1, 1), (2, 4)]


def test_a_long_way_round_is_exchanged_for_a_shorter_one():
    """The pad behind the wall is nearer; the other one is reached at once."""
    wall = [box(0, 480, 900, 520)]
    first, before, final, after = routed([(100, 400)], [(100, 600), (600, 300)], obstacles=wall)
    assert before.complete and after.complete
    assert (first.pairs, final.pairs) == ([(0, 0)], [(0, 1)]) and after.exposed < before.exposed / 2


def test_locked_pairs_stay_even_when_open():
    first, before, final, after = routed([(100, 100), (900, 500)], [(500, 500), (100, 700), (900, 900)], locks=[(0, 0)], obstacles=POCKET)
    assert final.pairs == first.pairs == [(0, 0), (1, 2)]
    assert [f.net for f in after.failures] == [f.net for f in before.failures] == ["c0"]


@pytest.mark.parametrize("function", ["relocation", "fan-out"])
def test_what_routes_well_is_left_alone(function, monkeypatch):
    calls = []
    monkeypatch.setattr(reassignment, "route", lambda *given: calls.append(given) or route(*given))
    problem = Problem.from_json(case_of([], contacts=free("c", ring(8, 150), 14), pads=free("p", ring(8, 400, turn=0.1), 40)))
    first = assign(problem, function)
    final, result = reassignment.route_free(problem, first)
    assert len(calls) == 1 and final is first and result.complete


def test_a_walled_in_terminal_without_a_spare_one_is_tried_once_more(monkeypatch):
    calls = []
    monkeypatch.setattr(reassignment, "route", lambda *given: calls.append(given) or route(*given))
    problem = Problem.from_json(case_of([], contacts=free("c", [(100, 100), (900, 500)], 14),
                                        pads=free("p", [(500, 500), (900, 900)], 40), obstacles=POCKET))
    _, result = reassignment.route_free(problem, assign(problem))
    assert len(calls) == 2 and not result.complete


def test_ties_of_plain_distance_are_embedded_at_their_bound():
    """Manhattan: all 24 ways to pair these are equally long, and all but one cross."""
    contacts, pads = [(100 + 60 * k, 200) for k in range(4)], [(600 + 80 * k, 800) for k in (3, 1, 0, 2)]
    first, before, final, after = routed(contacts, pads, allow45=False)
    assert final.pairs == first.pairs == [(0, 2), (1, 1), (2, 3), (3, 0)]
    assert after.complete and after.gap < 0.02
    _, crossed, _, _ = routed(contacts, pads, allow45=False, locks=[(0, 0), (1, 3), (2, 1), (3, 2)])
    assert crossed.bound == pytest.approx(after.bound)
    assert crossed.exposed > after.exposed + 100 or not crossed.complete


@pytest.mark.parametrize("function, count", [("relocation", 7), ("relocation", 5), ("fan-out", 7), ("addition", 7), ("reduction", 3)])
def test_revisions_are_bounded_keep_locks_and_take_the_best(function, count):
    """Routing that finds arbitrary faults: every assignment tried is new and holds the locks, the best of all is returned."""
    for seed in range(10):
        rng = random.Random(seed)
        groups = [[(rng.uniform(50, 950), rng.uniform(50, 950)) for _ in range(n)] for n in (5, count)]
        problem = Problem.from_json(case_of([], contacts=free("c", groups[0], 14), pads=free("p", groups[1], 40)))
        locks = [(1, 2)]
        tried = []

        def attempt(assignment):
            prices = np.zeros((5, count))
            for pair in assignment.pairs:
                prices[pair] = rng.choice([0, 0, 300, 2000])
            tried.append((assignment, reassignment.Attempt(None, rng.randrange(3), rng.uniform(1, 2), prices)))
            return tried[-1][1]
        chosen, best = reassignment.best_of(problem, assign(problem, function, locks), attempt)
        assert 1 <= len(tried) <= 1 + reassignment.REVISIONS
        assert len({tuple(one.pairs) for one, _ in tried}) == len(tried)
        assert all((1, 2) in one.pairs for one, _ in tried)
        assert (chosen, best) == min(tried, key=lambda one: one[1].rank())


def test_a_revision_is_the_same_every_time():
    def once():
        _, _, final, result = routed([(440, 300), (440, 500), (440, 700)], [(560, 300), (560, 500), (560, 700), (100, 300), (100, 700)], obstacles=GATE)
        return final.pairs, result.to_json()["routes"]
    assert once() == once()


def test_nets_join_the_terminals_of_their_pairs():
    _, _, final, after = routed([(100, 100), (900, 100)], [(880, 300), (120, 300)])
    assert {n.name: n.pairs for n in after.nets} == {f"c{c}": [(f"c{c}", f"p{p}")] for c, p in final.pairs}
