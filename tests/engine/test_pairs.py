"""Pairs: two nets side by side, equally long; one test per question."""
import math

import pytest
from checker import violations
from planted import square
from test_scenarios import case_of, legal, net, routed

from postpass.routing import Problem, ProblemError
from postpass.routing.pairs import offset

WIDTH, SPACE, UNIT = 6.0, 8.0, 0.001


def case(contacts, pads, obstacles=(), more=(), **rules):
    """A pair between two contact points and two pads, among other nets."""
    nets = [net(name, [square(*one, 14)], [square(*two, 30)], pair="p") for name, one, two in zip("ab", contacts, pads)]
    found = case_of(nets + list(more), width=WIDTH, spacing=SPACE, obstacles=obstacles)
    found["rules"].update(rules)
    return found


def beside(case, routes, gap):
    """The share of the length of the two nets where the other one is exactly that gap away (but for 6 grid steps), by points along them."""
    one, other = ([[tuple(p) for p in route["path"]] for route in routes if route["net"] == name] for name in "ab")
    need, hits, count = WIDTH + gap, 0, 0
    for mine, theirs in ((one, other), (other, one)):
        for a, b in ((a, b) for path in mine for a, b in zip(path, path[1:])):
            size = math.dist(a, b)
            for k in range(int(size)):
                at = [a[i] + (b[i] - a[i]) * (k + 0.5) / int(size) for i in (0, 1)]
                far = min(_distance(at, c, d) for path in theirs for c, d in zip(path, path[1:]))
                count, hits = count + 1, hits + (need - UNIT / 10 <= far <= need + 6 * UNIT)
    return hits / count


def _distance(p, a, b):
    length2 = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
    t = max(0.0, min(1.0, ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length2))
    return math.hypot(p[0] - a[0] - t * (b[0] - a[0]), p[1] - a[1] - t * (b[1] - a[1]))


WALL = {"net": None, "shape": [[400, 100], [420, 100], [420, 900], [400, 900]]}
OTHERS = [net(f"n{k}", [square(100, y, 14)], [square(800, z, 30)]) for k, (y, z) in enumerate(((380, 700), (420, 750), (260, 400), (220, 350)))]
ROW, TURNED = [(100, 300), (100, 340)], [(100, 300), (140, 300)]
CASES = {"straight": case(ROW, [(800, 500), (800, 600)]), "rectilinear": case(ROW, [(800, 500), (800, 600)], allow45=False),
         "around a corner": case(TURNED, [(800, 800), (900, 800)]), "around a wall": case(ROW, [(800, 500), (800, 600)], [WALL]),
         "rectilinear around a wall": case(ROW, [(800, 500), (800, 600)], [WALL], allow45=False), "among others": case(ROW, [(800, 500), (800, 600)], [WALL], OTHERS),
         "slanted": case(ROW, [(700, 900), (740, 860)])}


@pytest.mark.parametrize("name", CASES)
def test_a_pair_is_side_by_side_and_equally_long(name):
    result = legal(CASES[name])
    share = beside(CASES[name], result.to_json()["routes"], SPACE)
    one, other = result.nets[:2]
    assert share > 0.8 and abs(one.exposed - other.exposed) <= 1.0
    told = next(note for note in result.notes() if note.startswith("Pair 'p': side by side over "))
    assert abs(float(told.split("over ")[1].split(" %")[0]) / 100 - share) < 0.03
    assert told.endswith(f"lengths {one.exposed:.1f} and {other.exposed:.1f} um.")


def test_the_order_of_the_terminals_tells_which_trace_is_on_which_side():
    """Where the orders at both ends disagree, one of them goes around its terminal."""
    result = legal(case(ROW, [(800, 600), (800, 500)]))
    assert 0.7 < beside(None, result.to_json()["routes"], SPACE) < 0.85 and abs(result.nets[0].exposed - result.nets[1].exposed) <= 1.0


def test_the_gap_is_the_larger_spacing():
    wide = case(ROW, [(800, 500), (800, 600)])
    wide["nets"][1]["spacing"] = 11.0
    routes = legal(wide).to_json()["routes"]
    assert beside(None, routes, 11.0) > 0.85 and beside(None, routes, SPACE) == 0.0


def test_several_pairs_and_a_net_from_pad_to_contact():
    """Of the second pair one net is told the other way around."""
    more = case([(100, 600), (100, 640)], [(800, 700), (800, 760)])["nets"]
    for one, name in zip(more, "cd"):
        one.update(name=name, pair="q")
    more[1]["contacts"], more[1]["pads"] = more[1]["pads"], more[1]["contacts"]
    result = legal(case(ROW, [(800, 400), (800, 460)], more=more))
    assert [note.split(":")[0] for note in result.notes()] == ["Pair 'p'", "Pair 'q'"]


def test_where_there_is_no_way_for_two_they_are_routed_singly():
    """Two gaps that are wide enough for one trace each."""
    walls = [{"net": None, "shape": [[400, y], [420, y], [420, z], [400, z]]} for y, z in ((0, 300), (325, 600), (625, 1000))]
    tight = case([(100, 440), (100, 480)], [(800, 440), (800, 500)], walls)
    result, routes = routed(tight)
    assert violations(tight, routes) == [] and [failure.kind for failure in result.failures] == ["alone"] and not result.complete
    assert result.failures[0].reason.startswith("pair 'p' is not side by side: the two find no way together: ") and result.notes() == []
    assert all(one.routes and not one.complete for one in result.nets) and abs(result.nets[0].exposed - result.nets[1].exposed) <= 1.0


def test_where_a_terminal_cannot_be_reached_they_are_routed_singly():
    """A contact point behind the other one, in a corridor that it can leave on the far side only."""
    corridor = [{"net": None, "shape": [[100, y], [480, y], [480, y + 4], [100, y + 4]]} for y in (271, 325)]
    tight = case([(400, 300), (440, 300)], [(800, 270), (800, 330)], corridor)
    result, routes = routed(tight)
    alone = [failure.reason for failure in result.failures if failure.kind == "alone"]
    assert len(alone) == 1 and "finds no way to contact 'a.c0' at (400.0, 300.0)" in alone[0] and {failure.kind for failure in result.failures} <= {"alone", "short"}
    assert [one for one in violations(tight, routes) if not one.endswith("too short")] == []


def test_nets_without_room_for_a_pair_between_their_terminals_are_routed_singly():
    near = case([(100, 300), (100, 350)], [(150, 300), (150, 350)])
    result, routes = routed(near)
    assert [failure.reason for failure in result.failures] == ["pair 'p' is not side by side: its contact points are too near to its pads"]
    assert violations(near, routes) == []


def _wrong(change):
    found = case(ROW, [(800, 500), (800, 600)], more=[net("c", [square(100, 700, 14)], [square(800, 800, 30)])])
    change(found["nets"])
    return found


@pytest.mark.parametrize("change, sentence", [
    (lambda nets: nets[1].pop("pair"), "pair 'p' has 1 net, a: a pair has two"),
    (lambda nets: nets[2].update(pair="p"), "pair 'p' has 3 nets, a, b, c: a pair has two"),
    (lambda nets: nets[1].update(width=7.0), r"the nets of pair 'p' have different widths, 6 \(a\) and 7 \(b\): give them the same"),
    (lambda nets: nets[1]["pads"].append(dict(nets[2]["pads"].pop(), name="more")), "net 'b' of pair 'p' joins 3 contact points and pads: nets are kept side by side that join two"),
    (lambda nets: nets[0].update(match="g"), "net 'a' is in pair 'p' and in group 'g': the lengths of a pair are matched already"),
    (lambda nets: nets[0].update(pair=3), "'pair' of net 'a' is 3, neither a name nor null")])
def test_a_pair_that_means_nothing_is_refused(change, sentence):
    with pytest.raises(ProblemError, match=sentence):
        Problem.from_json(_wrong(change))


def test_an_offset_has_its_corners_on_the_grid():
    """To both sides of bends by 45 and 90 degrees; what lies between two bends may vanish on the inner side, but not turn back."""
    path = [(0.0, 0.0), (40.0, 0.0), (60.0, 20.0), (60.0, 60.0), (100.0, 60.0), (140.0, 20.0)]
    left, right = (offset(path, sign * 7, sign * 10, 1.0) for sign in (1, -1))
    assert left == [(0.0, 7.0), (37.0, 7.0), (53.0, 23.0), (53.0, 63.0), (57.0, 67.0), (103.0, 67.0), (145.0, 25.0)]
    assert right == [(0.0, -7.0), (43.0, -7.0), (67.0, 17.0), (67.0, 53.0), (97.0, 53.0), (135.0, 15.0)]
    assert offset([(0.0, 0.0), (40.0, 0.0), (42.0, 2.0), (42.0, 40.0)], 7, 10, 1.0) == [(0.0, 7.0), (35.0, 7.0), (35.0, 40.0)]
    assert offset([(0.0, 0.0), (40.0, 0.0), (40.0, 2.0), (0.0, 2.0)], 7, 10, 1.0) is None
