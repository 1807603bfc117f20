"""Several levels in the neutral form: planted crossings, when a net changes level, what a via keeps away, and what is refused."""
import copy
import json

import pytest
from level_checker import level_violations, square, straight
from planted import crossing_case
from test_command import run
from test_scenarios import row_with_a_wide_net, violations

from postpass.routing import ProblemError, level_json, level_search, levels, route_levels

THROUGH = pytest.mark.parametrize("through", [False, True])
SHORT = 1.05  # exposed length to that between the terminals


def routed(case):
    """The result of a case, in the neutral form."""
    problem = level_json.level_problem(case)
    return level_json.written(problem, route_levels(problem))


def jumper(detour, **changes):
    """A net from left to right whose way is barred, on the lower level, by a wall that reaches `detour` to either side."""
    terminals = [[{"name": "t", "level": "m0", "shape": [square(x, 500, 20)]}] for x in (100, 900)]
    case = {"name": "jumper", "die": [0, 0, 1000, 1000], "rules": {"allow45": True}, "vias": [{"name": "v", "size": 8, "lower": 16, "upper": 16, "apart": {"v": 8}}],
            "levels": [{"name": "m0", "rules": {"width": 10, "spacing": 10}, "obstacles": [{"shape": [[495, 500 - detour], [505, 500 - detour], [505, 500 + detour], [495, 500 + detour]]}]},
                       {"name": "m1", "rules": {"width": 10, "spacing": 10}}],
            "nets": [{"name": "a", "contacts": terminals[0], "pads": terminals[1]}]}
    return {**case, **changes}


@THROUGH
def test_the_planted_solution_is_legal_by_the_checker(through):
    assert level_violations(*crossing_case(30, 1, through)) == []


@THROUGH
@pytest.mark.parametrize("fault", ["level", "via gone", "via near"])
def test_the_checker_finds_what_is_wrong(through, fault):
    case, result = crossing_case(30, 1, through)
    if fault == "level":
        for route in result["routes"]:
            route["level"] = "m0"
    elif fault == "via gone":
        result["vias"], case["nets"][0]["pads"][0] = result["vias"][1:], {"level": "m1", "shape": [square(5, 5, 4)]}
    else:
        result["vias"].append({"net": "n1", "via": "v", "x": result["routes"][0]["path"][1][0], "y": result["routes"][0]["path"][1][1]})
    assert level_violations(case, result)


@THROUGH
@pytest.mark.parametrize("seed", [2, 3])
def test_planted_crossings_are_complete_and_short(seed, through):
    case, _ = crossing_case(20, seed, through)
    result = routed(case)
    assert result["complete"] and level_violations(case, result) == []
    assert result["figures"]["exposed_um"] <= SHORT * straight(case)


def test_a_net_changes_level_where_its_detour_is_dearer_than_its_vias():
    short, long = routed(jumper(100)), routed(jumper(100, via_cost=100.0))
    assert short["nets"][0]["level"] == "m1" and len(short["vias"]) == 2
    assert long["nets"][0]["level"] == "m0" and not long["vias"] and long["figures"]["exposed_um"] < short["figures"]["exposed_um"] + 200
    for result, cost in ((short, 20.0), (long, 100.0)):
        assert result["figures"]["via_cost_um"] == cost and level_violations(jumper(100), result) == []


def test_a_net_that_begins_above_comes_down_where_that_is_shorter():
    case = jumper(100)
    case["levels"][1]["obstacles"] = case["levels"][0].pop("obstacles")
    search = level_search.Search(level_json.level_problem(case), None)
    above = search._state({"a": 1}, {}, None)
    assert len(above.plan.sites) == 2 and search._shortened(above, 1e12).plan.home == {"a": 0}


def test_a_net_begins_on_the_level_of_its_terminals():
    case = jumper(100)
    for terminal in case["nets"][0]["contacts"] + case["nets"][0]["pads"]:
        terminal["level"] = "m1"
    result = routed(case)
    assert result["nets"][0]["level"] == "m1" and not result["vias"]


def test_only_what_changed_is_routed_again():
    case, _ = crossing_case(30, 1)
    search = level_search.Search(level_json.level_problem(case), None)
    before = search._state({net["name"]: 0 for net in case["nets"]}, {}, None)
    mover = max(before.lengths, key=lambda name: before.lengths[name].detour)
    after = search._state(dict(before.plan.home, **{mover: 1}), {}, before, anew=False)
    old, new = (state.levels[0].attempt.paths() for state in (before, after))
    same = [name for name in new if old.get(name) == new[name]]
    assert after.whole and mover not in new and len(same) >= 0.9 * len(new)
    assert search._state(before.plan.home, {}, before).levels[0] is before.levels[0]


def test_what_is_kept_is_pushed_where_there_is_no_other_way():
    """A gate with room for two: a trace in its middle must give way to one that comes in."""
    walls = [[[495, 0], [505, 0], [505, 477], [495, 477]], [[495, 523], [505, 523], [505, 1000], [495, 1000]]]
    case = jumper(1)
    case["levels"][0]["obstacles"] = case["levels"][1]["obstacles"] = [{"shape": wall} for wall in walls]
    case["nets"].append({"name": "b", "contacts": [{"level": "m0", "shape": [square(100, 600, 20)]}], "pads": [{"level": "m0", "shape": [square(900, 600, 20)]}]})
    case["levels"][0]["rules"] = {"width": 8, "spacing": 8}
    search = level_search.Search(level_json.level_problem(case), None)
    before = search._state({"a": 0, "b": 1}, {}, None)
    after = search._state({"a": 0, "b": 0}, {}, before, anew=False)
    assert before.whole and after.whole and after.levels[0].attempt.paths()["a"] != before.levels[0].attempt.paths()["a"]


def test_vias_cost_keep_out_on_both_levels():
    """A net of the upper level with a wide space of its own: on both levels others keep it from its capture pads and terminals."""
    case = jumper(450)
    case["nets"][0]["spacing"] = 40
    case["nets"] += [{"name": "low", "contacts": [{"level": "m0", "shape": [square(20, 475, 10)]}], "pads": [{"level": "m0", "shape": [square(400, 475, 10)]}]},
                     {"name": "up", "contacts": [{"level": "m1", "shape": [square(20, 525, 10)]}], "pads": [{"level": "m1", "shape": [square(980, 525, 10)]}]}]
    result = routed(case)
    assert next(net["level"] for net in result["nets"] if net["net"] == "a") == "m1" and len([via for via in result["vias"] if via["net"] == "a"]) == 2
    assert result["complete"] and level_violations(case, result) == []


def test_the_same_every_time():
    case, _ = crossing_case(20, 2)
    assert json.dumps(routed(case)) == json.dumps(routed(copy.deepcopy(case)))


def test_the_command_routes_levels(tmp_path):
    case, _ = crossing_case(10, 1)
    code, out, _, result = run(tmp_path, json.dumps(case))
    assert code == 0 and "complete" in out and "vias" in out and level_violations(case, result) == []
    code, out, _, result = run(tmp_path, json.dumps(jumper(400, vias=[{"name": "v", "size": 8, "lower": 2000, "upper": 2000}], die=[0, 99, 1000, 901])))
    assert code == 2 and not result["complete"] and result["failures"][0]["net"] == "a" and result["nets"][0]["complete"] is False


def as_levels(case, **changes):
    """A case of one level as the lower of two; nothing may go to the upper one."""
    rules, full = case["rules"], [[x1, y1] for x1, y1 in ((0, 0), (1, 0), (1, 1), (0, 1))]
    x1, y1, x2, y2 = case["die"]
    cover = [[x1 + x * (x2 - x1), y1 + y * (y2 - y1)] for x, y in full]
    nets = [{**net, **{kind: [{**one, "level": "m0"} for one in net[kind]] for kind in ("contacts", "pads")}} for net in case["nets"]]
    return {**case, "nets": nets, "obstacles": [], "vias": [{"name": "v", "size": 2, "lower": 4, "upper": 4}],
            "levels": [{"name": "m0", "rules": rules, "obstacles": case.get("obstacles", [])}, {"name": "m1", "rules": rules, "obstacles": [{"shape": cover}]}], **changes}


def test_a_wide_trace_leaves_a_narrow_row_by_a_neck_on_a_level():
    case = row_with_a_wide_net()
    result = routed(as_levels(case))
    assert result["complete"] and [(one["net"], one["level"], one["width"]) for one in result["routes"] if one.get("neck")] == [("n2", "m0", 12.0), ("n2", "m0", 24.0)]
    assert violations(case, result["routes"]) == []


def test_what_is_left_to_a_power_grid_is_metal_in_the_way_on_each_of_its_levels():
    case = jumper(100)
    case["nets"][0]["mode"] = "connect_all"
    case["nets"][0]["pads"].append({"name": "grid", "route": False, "shapes": {"m0": [square(500, 700, 150)], "m1": [square(500, 500, 20)]}})
    problem = level_json.level_problem(case)
    assert [len(level.obstacles) for level in problem.levels] == [2, 1] and [t.name for t in problem.nets[0].terminals] == ["t", "t"]
    assert problem.levels[1].obstacles[0].net == "a"
    assert routed(case)["complete"]


def test_lengths_of_a_group_are_matched_on_a_level():
    nets = [{"name": f"n{k}", "match": "g", "contacts": [{"level": "m0", "shape": [square(100, y, 10)]}], "pads": [{"level": "m0", "shape": [square(x, y, 10)]}]}
            for k, (x, y) in enumerate(((300, 200), (460, 400)))]
    case = jumper(0, nets=nets)
    case["levels"][0]["obstacles"] = []
    result = level_json.level_problem(case)
    lengths = route_levels(result).lengths
    assert abs(lengths["n0"][0] - lengths["n1"][0]) <= 1.0 and lengths["n0"][1] < 200
    case["nets"][0]["max_length"] = 150
    found = routed(case)
    assert [failure["kind"] for failure in found["failures"]] == ["long"] and not found["complete"]


def _net(case, **changes):
    case["nets"][0].update(changes)
    return case


def _contact(case, **changes):
    case["nets"][0]["contacts"][0].update(changes)
    return case


def _level(case, **changes):
    case["levels"][1].update(changes)
    return case


def _via(case, **changes):
    case["vias"][0].update(changes)
    return case


BAD = {
    "levels of a text": (lambda c: {**c, "levels": "two"}, "levels"),
    "one level and a via": (lambda c: {**c, "levels": c["levels"][:1]}, "1 levels need 0 kinds of vias"),
    "no vias": (lambda c: {**c, "vias": None}, "2 levels need 1 kinds of vias"),
    "a level twice": (lambda c: _level(c, name="m0"), "level 'm0' occurs twice"),
    "a level without rules": (lambda c: _level(c, rules=None), "level 'm1' has no 'rules'"),
    "a level without width": (lambda c: _level(c, rules={"width": 0, "spacing": 1}), "'width' of rules of level 'm1' must be"),
    "a die inside out": (lambda c: _level(c, die=[9, 9, 1, 1]), "level 'm1': the die"),
    "an obstacle of the case": (lambda c: {**c, "obstacles": [{"shape": square(1, 1, 1)}]}, "give them there"),
    "an obstacle of a level without shape": (lambda c: _level(c, obstacles=[{}]), "obstacle 0 of level 'm1'"),
    "no via cost": (lambda c: {**c, "via_cost": -1}, "'via_cost' of the case must be"),
    "a via larger than its pads": (lambda c: _via(c, size=50), "do not hold"),
    "a via without size": (lambda c: _via(c, size=None), "'size' of kind of via 'v'"),
    "an unknown kind of via": (lambda c: _via(c, apart={"w": 1}), "'apart' of kind of via 'v'"),
    "a keep without distance": (lambda c: _via(c, keep=[{"shape": square(1, 1, 1)}]), "has no 'distance'"),
    "an unknown level": (lambda c: _contact(c, level="m7"), "is on level \"m7\"; known: m0, m1"),
    "no level": (lambda c: _contact(c, level=None), "has no 'level'"),
    "shapes and shape": (lambda c: _contact(c, shapes={"m1": [square(100, 500, 20)]}), "give either"),
    "an empty shape": (lambda c: _contact(c, shape=[]), "empty shape"),
    "a mode per pad": (lambda c: _net(c, pads=c["nets"][0]["pads"] * 2, mode="each_pad_to_own_contact"), "is one tree"),
    "an empty net": (lambda c: _net(c, contacts=[], pads=[]), "neither contacts nor pads"),
    "a net twice": (lambda c: {**c, "nets": c["nets"] * 2}, "net 'a' occurs twice"),
    "a pair": (lambda c: _net(c, pair="p"), "on one level only"),
    "a group that is no name": (lambda c: _net(c, match=7), "'match' of net 'a' is 7"),
    "a group of one": (lambda c: _net(c, match="g"), "group 'g' has one net, 'a'"),
    "no length": (lambda c: _net(c, max_length=0), "'max_length' of net 'a' must be"),
    "neither routed nor not": (lambda c: _contact(c, route="no"), "'route' of contact 0 of net 'a'"),
    "outside the die": (lambda c: _contact(c, shape=[square(-500, -500, 14)]), "outside the die"),
    "a short": (lambda c: {**c, "nets": [*c["nets"], {**copy.deepcopy(c["nets"][0]), "name": "b"}]}, "level 'm0': contact 't' of net 'b' overlaps"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_levels_are_named_in_one_sentence(what):
    change, words = BAD[what]
    with pytest.raises(ProblemError) as error:
        level_json.level_problem(change(json.loads(json.dumps(jumper(100)))))
    assert words in str(error.value) and "\n" not in str(error.value)


def test_a_via_costs_a_pitch_unless_it_is_stated():
    problem = level_json.level_problem(jumper(100))
    assert problem.price_of_a_via() == levels.VIA_PITCHES * 20 and level_json.level_problem(jumper(100, via_cost=0)).price_of_a_via() == 0
