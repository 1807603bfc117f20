"""Scenarios: what a user asks of the router, one test per question."""
import math

import pytest
from checker import violations
from planted import square

from postpass.fanout.assignment import assign
from postpass.routing import Cancelled, Problem, ProblemError, route


def case_of(nets, die=(0, 0, 1000, 1000), width=10.0, spacing=10.0, allow45=True, obstacles=(), **free):
    """A case in the neutral form."""
    return {"name": "scenario", "dbu": 0.001, "die": list(die), "nets": nets, "obstacles": list(obstacles),
            "rules": {"width": width, "spacing": spacing, "allow45": allow45}, **free}


def net(name, contacts, pads, mode="connect_all", **rules):
    """A net; contacts and pads are polygons."""
    return {"name": name, "mode": mode, **rules,
            "contacts": [{"name": f"{name}.c{k}", "shape": [p]} for k, p in enumerate(contacts)],
            "pads": [{"name": f"{name}.p{k}", "shape": [p]} for k, p in enumerate(pads)]}


def octagon(x, y, size, corners=8):
    """A regular polygon with `corners` corners around a circle of diameter `size`."""
    r = size / 2
    return [[round(x + r * math.cos(2 * math.pi * (k + 0.5) / corners), 3),
             round(y + r * math.sin(2 * math.pi * (k + 0.5) / corners), 3)] for k in range(corners)]


def free(kind, points, size):
    """Free terminals at points."""
    return [{"name": f"{kind}{k}", "shape": [square(x, y, size)]} for k, (x, y) in enumerate(points)]


def routed(case, assignment=None, problem=None):
    """The result of a case, checked for legality."""
    problem = problem or Problem.from_json(case)
    result = route(problem, assignment)
    return result, result.to_json()["routes"]


def legal(case):
    """Route a case and require a complete, legal result."""
    result, routes = routed(case)
    assert result.failures == []
    assert violations(case, routes) == []
    return result


def ring(count, radius, centre=(500, 500), turn=0.0):
    """Points on a circle."""
    return [(centre[0] + radius * math.cos(2 * math.pi * k / count + turn),
             centre[1] + radius * math.sin(2 * math.pi * k / count + turn)) for k in range(count)]


def with_free(contacts, pads, function, locks=(), **kw):
    """Assign free terminals and route them: (assignment, result, case with the assigned nets)."""
    case = case_of([], contacts=free("c", contacts, 14), pads=free("p", pads, 40), **kw)
    problem = Problem.from_json(case)
    assignment = assign(problem, function, locks)
    result = route(problem, assignment)
    assigned, _ = assignment.apply(problem)
    nets = [{"name": n.name, "width": n.width, "spacing": n.spacing, "mode": n.mode,
             **{kind: [{"name": t.name, "shape": [p.tolist() for p in t.shape]} for t in getattr(n, kind)]
                for kind in ("contacts", "pads")}} for n in assigned.nets]
    return assignment, result, dict(case, nets=nets)


def test_fan_out_of_a_ring_keeps_the_order():
    assignment, result, case = with_free(ring(16, 150), ring(16, 420, turn=0.1), "fan-out")
    assert assignment.order_kept and result.complete
    assert violations(case, result.to_json()["routes"]) == []
    assert result.gap < 0.05


def test_fan_out_with_spare_pads_is_no_longer_than_needed():
    assignment, result, case = with_free(ring(12, 150), ring(18, 420), "fan-out")
    assert assignment.order_kept and assignment.length >= assignment.bound - 1e-6
    assert violations(case, result.to_json()["routes"]) == []


def test_relocation_with_crossings_goes_around():
    nets = [net(f"n{k}", [square(200 + 80 * k, 200, 14)], [square(200 + 80 * (3 - k), 800, 40)]) for k in range(4)]
    result = legal(case_of(nets))
    assert result.exposed > result.bound


def test_relocation_assigns_the_shortest_pairs():
    assignment, result, case = with_free([(100, 100), (900, 100)], [(880, 300), (120, 300)], "relocation")
    assert assignment.pairs == [(0, 1), (1, 0)]
    assert violations(case, result.to_json()["routes"]) == []


def test_addition_feeds_several_pads_from_one_contact_point():
    assignment, result, case = with_free([(300, 500), (700, 500)],
                                         [(100, 300), (100, 500), (100, 700), (900, 300), (900, 700)], "addition")
    assert len(assignment.pairs) == 5 and {c for c, _ in assignment.pairs} == {0, 1}
    assert violations(case, result.to_json()["routes"]) == []


def test_reduction_joins_contact_points_on_one_pad():
    assignment, result, case = with_free([(200, 200), (200, 300), (800, 200), (800, 300)], [(300, 800), (700, 800)],
                                         "reduction")
    assert sorted(p for _, p in assignment.pairs) == [0, 0, 1, 1]
    assert violations(case, result.to_json()["routes"]) == []


def test_locked_pairs_stay_and_others_give_way():
    contacts, pads = [(100, 100), (300, 100)], [(100, 500), (300, 500)]
    assignment, result, case = with_free(contacts, pads, "relocation", locks=[(0, 1)])
    assert assignment.pairs == [(0, 1), (1, 0)]
    assert assignment.gap == pytest.approx(0.0)
    assert violations(case, result.to_json()["routes"]) == []


def test_locks_that_break_the_order_of_a_fan_out_are_refused():
    case = case_of([], contacts=free("c", ring(6, 100), 14), pads=free("p", ring(6, 300), 40))
    with pytest.raises(ProblemError, match="order"):
        assign(Problem.from_json(case), "fan-out", locks=[(0, 0), (1, 3), (2, 1), (3, 2)])


def test_obstacle_maze_is_walked():
    walls = [{"net": None, "shape": [[100, 200], [1000, 200], [1000, 240], [100, 240]]},
             {"net": None, "shape": [[0, 500], [900, 500], [900, 540], [0, 540]]},
             {"net": None, "shape": [[100, 760], [1000, 760], [1000, 800], [100, 800]]}]
    result = legal(case_of([net("a", [square(500, 100, 14)], [square(500, 900, 40)])], obstacles=walls))
    assert result.exposed > 2000


def test_infeasible_cut_is_named_with_capacity_and_demand():
    walls = [{"net": None, "shape": [[0, 480], [470, 480], [470, 520], [0, 520]]},
             {"net": None, "shape": [[530, 480], [1000, 480], [1000, 520], [530, 520]]}]
    nets = [net(f"n{k}", [square(300 + 100 * k, 200, 14)], [square(300 + 100 * k, 800, 40)]) for k in range(4)]
    result, routes = routed(case_of(nets, obstacles=walls))
    assert not result.complete and len(routes) == 2
    failure = result.failures[0]
    assert (failure.kind, failure.capacity, failure.demand) == ("cut", 2, 4)
    assert failure.place[1] == pytest.approx(500) and "2 traces" in failure.reason and "4 must pass" in failure.reason


def test_walled_in_terminal_is_named():
    walls = [{"net": None, "shape": p} for p in ([[400, 400], [600, 400], [600, 420], [400, 420]],
                                                 [[400, 580], [600, 580], [600, 600], [400, 600]],
                                                 [[400, 400], [420, 400], [420, 600], [400, 600]],
                                                 [[580, 400], [600, 400], [600, 600], [580, 600]])]
    case = case_of([net("a", [square(500, 500, 14)], [square(100, 100, 40)]),
                    net("b", [square(100, 800, 14)], [square(900, 800, 40)])], obstacles=walls)
    result, routes = routed(case)
    assert [f.kind for f in result.failures] == ["walled in"] and "a.c0" in result.failures[0].reason
    assert [r["net"] for r in routes] == ["b"]


def test_more_pads_than_contact_points_is_named():
    case = case_of([net("a", [square(100, 100, 14)], [square(500, 100, 40), square(800, 100, 40)],
                        "each_pad_to_own_contact")])
    result, _ = routed(case)
    assert [f.kind for f in result.failures] == ["terminals"]


def test_mixed_widths_share_the_room():
    nets = [net(f"n{k}", [square(100, 150 + 110 * k, 30)], [square(900, 150 + 110 * ((k + 1) % 7), 60)],
                width=(4.0, 10.0, 24.0)[k % 3], spacing=10.0) for k in range(7)]
    legal(case_of(nets))


def test_two_rule_classes_keep_the_larger_spacing_between_them():
    nets = [net(f"n{k}", [square(100 + 60 * k, 100, 14)], [square(100 + 60 * k, 900, 14)], width=6.0,
                spacing=(6.0, 30.0)[k % 2]) for k in range(8)]
    nets.append(net("cross", [square(40, 500, 14)], [square(700, 500, 14)], width=6.0, spacing=6.0))
    result, routes = routed(case_of(nets, die=(0, 0, 1000, 1100)))
    done = {f.net for f in result.failures}
    legal_part = dict(case_of([n for n in nets if n["name"] not in done], die=(0, 0, 1000, 1100)))
    assert violations(legal_part, [r for r in routes if r["net"] not in done]) == []


@pytest.mark.parametrize("corners", [8, 36])
def test_round_and_octagonal_pads(corners):
    nets = [net(f"n{k}", [square(60, 100 + 90 * k, 14)],
                [octagon(300 + 200 * (k % 4), 250 + 300 * (k // 4), 120, corners)]) for k in range(8)]
    legal(case_of(nets))


def test_chain_of_pads_is_one_tree():
    result = legal(case_of([net("a", [square(100, 500, 14)], [square(x, 500, 40) for x in (300, 500, 700, 900)])]))
    assert result.exposed == pytest.approx(result.bound, rel=0.01)


def test_manhattan_uses_no_diagonals():
    legal(case_of([net("a", [square(100, 100, 14)], [square(800, 700, 40)])], allow45=False))


def test_same_input_same_traces():
    nets = [net(f"n{k}", [square(200 + 80 * k, 200, 14)], [square(200 + 80 * (3 - k), 800, 40)]) for k in range(4)]
    assert routed(case_of(nets))[1] == routed(case_of(nets))[1]


def test_cancel_leaves_nothing_behind():
    class Stop:
        def cancelled(self):
            return True
    with pytest.raises(Cancelled):
        route(Problem.from_json(case_of([net("a", [square(100, 100, 14)], [square(800, 700, 40)])])), reporter=Stop())


@pytest.mark.parametrize("change, words", [
    ({"die": [0, 0, 0, 10]}, "die"), ({"rules": {"width": 1}}, "spacing"), ({"nets": [{"name": "a"}]}, "contacts"),
    ({"nets": [net("a", [[[0, 0], [1, 1]]], [])]}, "three points"),
    ({"nets": [net("a", [], []), net("a", [], [])]}, "twice"), ({"rules": {"width": "x", "spacing": 1}}, "number")])
def test_bad_cases_are_refused_in_one_sentence(change, words):
    with pytest.raises(ProblemError, match=words):
        Problem.from_json({**case_of([]), **change})


def test_a_pad_that_is_left_gets_no_trace_but_others_keep_away_from_it():
    pads = [square(900, 500, 40), square(500, 500, 80)]  # the second lies on the straight way of the other net
    case = case_of([net("vdd", [square(100, 900, 14)], [square(900, 900, 40), pads[1]]), net("a", [square(100, 500, 14)], [pads[0]])], spacing=10)
    case["nets"][0].update(spacing=60)
    case["nets"][0]["pads"][1]["route"] = False
    result, routes = routed(case)
    assert result.complete and len(routes) == 2 and result.notes() == ["1 pad of net vdd is left to a power grid."]
    assert result.to_json()["nets"][0]["left"] == ["vdd.p1"] and "left" not in result.to_json()["nets"][1]
    assert [fault for fault in violations(case, routes) if fault != "vdd: 1 open"] == []
    alone = dict(case, nets=[dict(case["nets"][0], contacts=[dict(case["nets"][0]["contacts"][0], route=False)],
                                  pads=[dict(pad, route=False) for pad in case["nets"][0]["pads"]]), case["nets"][1]])
    result, routes = routed(alone)
    assert result.complete and [one["net"] for one in routes] == ["a"] and result.notes() == ["2 pads and 1 contact point of net vdd are left to a power grid."]
    assert [fault for fault in violations(alone, routes) if fault != "vdd: 2 open"] == []


def test_a_pad_whose_contact_point_is_left_is_open():
    case = case_of([net("vdd", [square(100, 900, 14)], [square(900, 900, 40)], "each_pad_to_own_contact")])
    case["nets"][0]["contacts"][0]["route"] = False
    result, _ = routed(case)
    assert [failure.kind for failure in result.failures] == ["terminals"]
    case["nets"][0]["contacts"][0]["route"] = "no"
    with pytest.raises(ProblemError, match="'route' of contact 0 of net 'vdd' is \"no\", not true or false"):
        Problem.from_json(case)


def row_with_a_wide_net(wide=24.0, pitch=22.0, neck=6.0):
    """Contact points of 12 in a row, too near for the trace of the middle one to end at it."""
    nets = [net(f"n{k}", [square(400 + pitch * k, 500, 12)], [square(400 + 90 * (k - 2), 800 if k % 2 else 200, 40)], width=6.0, spacing=8.0) for k in range(5)]
    nets[2].update(width=wide)
    case = case_of(nets, width=6.0, spacing=8.0)
    case["rules"]["neck"] = neck
    return case


def test_a_wide_trace_leaves_a_narrow_row_by_a_neck():
    case = row_with_a_wide_net()
    without = dict(case, rules=dict(case["rules"], neck=None))
    assert {failure.net for failure in routed(without)[0].failures} == {"n2"}
    result = legal(case)
    necks = [one for one in result.to_json()["routes"] if one.get("neck")]
    assert [(one["net"], one["width"]) for one in necks] == [("n2", 12.0), ("n2", 24.0)]
    assert result.notes() == ["1 trace end of net n2 is a neck: 12 um wide for 24 um."]
    bare = [one for one in result.to_json()["routes"] if not one.get("neck")]
    assert "n2: 1 open" in violations(case, bare)  # it is the neck that joins it
    assert result.nets[2].exposed >= result.nets[2].bound


@pytest.mark.parametrize("changes", [{"pitch": 40.0}, {"wide": 12.0}])
def test_there_is_no_neck_where_the_trace_has_room(changes):
    result = legal(row_with_a_wide_net(**changes))
    assert not any("neck" in one for one in result.to_json()["routes"])


def test_a_neck_is_no_narrower_than_is_asked():
    case = row_with_a_wide_net(neck=16.0)
    assert {one["width"] for one in legal(case).to_json()["routes"] if one.get("neck")} == {16.0, 24.0}
    case["rules"]["neck"] = -1
    with pytest.raises(ProblemError, match="the least width of a neck must be"):
        Problem.from_json(case)
