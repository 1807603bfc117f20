"""Lengths that are asked for: the most a net may have, and equal ones in a group."""
import numpy as np
import pytest
from checker import violations
from planted import planted_case, square, square_of
from test_scenarios import case_of, legal, net, routed

from postpass.routing import Level, LevelNet, LevelProblem, LevelTerminal, Obstacle, Problem, ProblemError, Via, route_levels


def bus(count=4, **rules):
    """Nets of very different lengths side by side, one group."""
    case = case_of([net(f"b{k}", [square(100, 300 + 60 * k, 14)], [square(700 - 120 * k, 300 + 60 * k, 30)], match="bus") for k in range(count)], width=6.0, spacing=8.0)
    case["rules"].update(rules)
    return case


def slanted():
    """The same, at 45 degrees."""
    return case_of([net(f"b{k}", [square(100 + 90 * k, 100, 14)], [square(100 + 90 * k + far, 100 + far, 30)], match="bus") for k, far in enumerate((500, 450, 350))],
                   width=6.0, spacing=8.0)


@pytest.mark.parametrize("case", [bus(), bus(allow45=False), bus(match_tolerance=0.05), slanted()], ids=["45", "90", "tight", "slanted"])
def test_nets_of_a_group_become_equally_long(case):
    result = legal(case)
    lengths = [one.exposed for one in result.nets]
    assert max(lengths) - min(lengths) <= case["rules"].get("match_tolerance", 1.0) and result.notes()[0].startswith("Lengths in group bus: ")


@pytest.mark.parametrize("missing", [0.5, 1.5, 4.0, 7.0, 11.0, 13.0, 25.0, 40.0])
def test_what_is_missing_is_added_to_the_grid(missing):
    """Also what is less than a square bump adds."""
    case = case_of([net("a", [square(100, 300, 14)], [square(700, 300, 30)], match="g"), net("b", [square(100, 500, 14)], [square(700 - missing, 500, 30)], match="g")],
                   width=6.0, spacing=8.0)
    result = legal(case)
    if missing < 1.0:
        assert result.bends == 0  # within the tolerance nothing is done
    else:
        assert abs(result.nets[0].exposed - result.nets[1].exposed) < 0.01


@pytest.mark.parametrize("seed", range(4))
def test_serpentines_are_legal_among_others(seed):
    case, _ = planted_case(14, seed)
    for k, one in enumerate(case["nets"]):
        one["match"] = f"g{k % 3}"
    result, routes = routed(case)
    found = violations(case, routes)
    short = {failure.net for failure in result.failures if failure.kind == "short"}
    assert {sentence.split(":")[0] for sentence in found} == short and all(sentence.endswith("too short") for sentence in found)
    assert len(short) < 7 and result.bends > 50  # there was something to do, and much of it was done


def test_the_checker_sees_tight_folds_and_wrong_lengths():
    case = bus()
    routes = legal(case).to_json()["routes"]
    path = routes[3]["path"]
    k = next(k for k in range(1, len(path) - 2) if path[k][1] == path[k + 1][1] and path[k][1] != path[0][1])  # the top of a bump
    shorter = [dict(route, path=[[x, (y + path[0][1]) / 2] for x, y in path] if route is routes[3] else route["path"]) for route in routes]
    assert violations(case, shorter) == ["b3: too short"]
    tight = [dict(route, path=path[:k + 1] + [[x - 3, y] if number == k + 1 else [x, y] for number, (x, y) in enumerate(path) if number in (k + 1,)] + path[k + 2:]
                  if route is routes[3] else route["path"]) for route in routes]
    tight[3]["path"][k + 2] = [tight[3]["path"][k + 1][0], tight[3]["path"][k + 2][1]]
    assert any("folded too tightly" in sentence for sentence in violations(case, tight))


def test_without_room_what_is_missing_is_told():
    walls = [{"net": None, "shape": [[120, y], [400, y], [400, y + 4], [120, y + 4]]} for y in (485, 511)]
    case = dict(bus(), obstacles=walls)
    case["nets"][3]["contacts"][0]["shape"], case["nets"][3]["pads"][0]["shape"] = [square(150, 500, 14)], [square(370, 500, 14)]
    case["nets"][3].update(width=6.0)
    for one in case["nets"][:3]:
        for terminal in one["contacts"] + one["pads"]:
            terminal["shape"] = [[[x, y - 100] for x, y in polygon] for polygon in terminal["shape"]]
    result, routes = routed(case)
    assert [(failure.net, failure.kind) for failure in result.failures] == [("b3", "short")] and not result.complete
    assert "as net 'b0' of its group 'bus' are asked for" in result.failures[0].reason and "um are missing" in result.failures[0].reason
    assert violations(case, routes) == ["b3: too short"]


def test_a_net_that_is_too_long_is_told_with_figures():
    case = case_of([net("a", [square(100, 500, 14)], [square(900, 500, 40)], max_length=700.0), net("b", [square(100, 300, 14)], [square(900, 300, 40)], max_length=800.0)])
    result, routes = routed(case)
    assert [failure.reason for failure in result.failures] == [
        "net 'a': 773.0 um long, 700 um are allowed; from terminal to terminal it is 773.0 um the straight way"]
    assert violations(case, routes) == ["a: too long"] and not result.nets[0].complete and result.nets[1].complete


def around(limit=None):
    """Two nets that want the same gate with room for one; the other goes round, 200 or so longer."""
    walls = [{"net": None, "shape": [[300, 0], [340, 0], [340, 485], [300, 485]]}, {"net": None, "shape": [[300, 515], [340, 515], [340, 800], [300, 800]]}]
    case = case_of([net("a", [square(200, 470, 14)], [square(500, 470, 14)]), net("b", [square(200, 530, 14)], [square(500, 530, 14)])], obstacles=walls, width=10.0, spacing=8.0)
    if limit:
        case["nets"][limit[0]]["max_length"] = limit[1]
    return case


def test_the_net_that_must_be_short_gets_the_short_way():
    lengths = [one.exposed for one in legal(around()).nets]
    long = max(range(2), key=lambda k: lengths[k])
    assert lengths[long] > 700 > 400 > lengths[1 - long]
    result = legal(around((long, 400.0)))
    assert result.nets[long].exposed < 400 < result.nets[1 - long].exposed


def test_on_several_levels_nets_of_the_first_are_matched():
    def level_net(name, start, end, **asked):
        return LevelNet(name, [LevelTerminal(f"{name}.c", "contact", {0: [square(*start, 10)]}), LevelTerminal(f"{name}.p", "pad", {0: [square(*end, 20)]})], **asked)
    below = [level_net("a", (40, 60), (360, 60), match="g"), level_net("b", (40, 100), (200, 100), match="g", max_length=400.0)]
    levels = [Level(f"m{k}", (0, 0, 600, 400), 4, 4) for k in range(2)]
    result = route_levels(LevelProblem(levels, [Via("v", 4, 8, 8)], below))
    assert result.complete and result.said == ["Lengths in group g: 305.0 to 305.0 um (2 nets)."]
    levels[0].obstacles.append(Obstacle(np.array(square_of(375, 0, 380, 400))))  # what goes beyond is on the next level
    above = [level_net("c", (40, 200), (540, 200), match="h"), level_net("d", (140, 300), (540, 300), match="h"), level_net("e", (40, 250), (540, 250), max_length=100.0)]
    result = route_levels(LevelProblem(levels, [Via("v", 4, 8, 8)], below + above))
    assert result.home == {"a": 0, "b": 0, "c": 1, "d": 1, "e": 1} and {failure.net: failure.kind for failure in result.failures}["e"] == "long"
    assert all(failure.reason.endswith("as lengths of nets with vias are not matched") for failure in result.failures if failure.kind == "short")


def _of(changes, rules=()):
    case = bus(2)
    case["nets"][0].update(changes)
    case["rules"].update(dict(rules))
    return case


@pytest.mark.parametrize("case, sentence", [
    (_of({"match": None}), "group 'bus' has one net, 'b1': give it a second one, or none"), (_of({"match": 3}), "'match' of net 'b0' is 3, neither a name nor null"),
    (_of({"max_length": 0}), "the largest length of net 'b0' must be more than nothing, not 0"), (_of({"max_length": "short"}), "'max_length' of net 'b0' holds"),
    (_of({"pads": []}), "net 'b0' of group 'bus' joins 1 contact points and pads: lengths are matched among nets that join two"),
    (_of({}, {"match_tolerance": 0}), "the lengths of a group may differ by more than nothing, not by 0")])
def test_what_means_nothing_is_refused(case, sentence):
    with pytest.raises(ProblemError) as caught:
        Problem.from_json(case)
    assert sentence in str(caught.value)
