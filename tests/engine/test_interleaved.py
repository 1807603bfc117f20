"""Nets that must cross as their terminals lie alternately along one wall: told where they do, never where there is a way."""
import itertools
import math
import random

import pytest
from checker import violations
from lattice import LatticeProblem
from planted import planted_case, planted_shapes, square, square_of
from proofs import case_of
from strange import KINDS

from postpass.routing import Problem, engine, route
from postpass.routing.interleaved import Crossings
from postpass.routing.mesh import Mesh
from postpass.routing.wires import build_board

SIZE, DEPTH = 60.0, 40.0  # of a driver


def crossing(case):
    """{net: the net that it must cross} of those for which one is known."""
    problem = Problem.from_json(case)
    board = build_board(problem)
    crossings = Crossings(board, Mesh(board, shortest=True))
    found = [crossings.of(number) for number in range(len(problem.nets))]
    return {net.name: problem.nets[one.nets[1]].name for net, one in zip(problem.nets, found) if one is not None}


def drivers(order, gap=12.0, lift=0.0, wide=SIZE):
    """{net: polygons} of drivers side by side from x = 0, the letters of the order being their nets."""
    found = {}
    for k, name in enumerate(order):
        x = k * (wide + gap)
        found.setdefault(name, []).append(square_of(x, lift, x + wide, lift + DEPTH))
    return found


def rim(order, gap=12.0, lift=0.0, obstacles=(), **rules):
    """Drivers side by side along the lower side of a die, from corner to corner, so far above it; dots are drivers of no net."""
    of_net = drivers(order, gap, lift)
    walls = of_net.pop(".", [])
    return case_of([(name, polygons, []) for name, polygons in of_net.items()], [*walls, *obstacles], (0, 0, len(order) * (SIZE + gap) - gap, 700), **rules)


def ring(order, gap=12.0, **rules):
    """Drivers all around a die, a quarter of the order on each side."""
    count = len(order) // 4
    side = count * (SIZE + gap) + gap + 2 * DEPTH
    of_net = {}
    for k, name in enumerate(order):
        quarter, along = divmod(k, count)
        low = DEPTH + gap + along * (SIZE + gap)
        box = [(low, 0, low + SIZE, DEPTH), (side - DEPTH, low, side, low + SIZE), (side - low - SIZE, side - DEPTH, side - low, side), (0, side - low - SIZE, DEPTH, side - low)][quarter]
        of_net.setdefault(name, []).append(square_of(*box))
    walls = of_net.pop(".", [])
    return case_of([(name, polygons, []) for name, polygons in of_net.items()], walls, (0, 0, side, side), **rules)


def alternate(order, one, other):
    """Whether letters lie alternately around a circle."""
    letters = [letter for letter in order if letter in (one, other)]
    return sum(a != b for a, b in zip(letters, letters[1:] + letters[:1])) >= 4


# ---- what must cross ----

@pytest.mark.parametrize("allow45", [True, False])
def test_a_swapped_pair_along_a_rim_of_drivers(allow45):
    assert crossing(rim("abab", allow45=allow45)) == {"a": "b", "b": "a"}
    assert crossing(rim("abba", allow45=allow45)) == crossing(rim("aabb", allow45=allow45)) == {}
    assert crossing(rim("ac.bc.ab", allow45=allow45)) == {"a": "b", "c": "b", "b": "a"}


def test_the_failure_says_what_crosses_where_and_what_to_do():
    result = route(Problem.from_json(rim("abab")))
    failure, = result.failures
    other = {"a": "b", "b": "a"}[failure.net]
    assert failure.kind == "crossing" and failure.place == (138.0, 20.0) and failure.terminals == (f"{failure.net}.c0", f"{failure.net}.c1")
    assert failure.reason == (f"net '{failure.net}': it must cross net '{other}', as the two lie alternately along one wall (contact 'a.c0' at (30.000, 20.000), contact 'b.c0' at "
                              "(102.000, 20.000), contact 'a.c1' at (174.000, 20.000), contact 'b.c1' at (246.000, 20.000)): exchange two of these, or lead one net on another level")


def test_no_further_attempt_is_made_where_nets_must_cross(monkeypatch):
    made = []
    begin = engine.Attempt.__init__
    monkeypatch.setattr(engine.Attempt, "__init__", lambda self, *rest: made.append(self) or begin(self, *rest))
    assert not route(Problem.from_json(rim("ab.ab"))).complete
    assert len(made) == 1 and made[0].hopeless()


@pytest.mark.parametrize("order, least", [("abcdeaedcb", 1), ("bcadfcabefed", 3), ("decaeaffbdcb", 3)])
def test_as_few_as_must_are_left_open_of_nets_that_cross_several(order, least):
    case = rim(order)
    result = route(Problem.from_json(case))
    left = {failure.net for failure in result.failures}
    assert {failure.kind for failure in result.failures} == {"crossing"} and len(left) == least
    assert set(violations(case, result.to_json()["routes"])) == {f"{net}: 1 open" for net in left}


def test_fewer_are_open_only_where_an_exchange_of_nets_allows_it():
    def fewer(order, left):
        problem = Problem.from_json(rim(order))
        board = build_board(problem)
        return Crossings(board, Mesh(board, shortest=True)).fewer({number for number, net in enumerate(problem.nets) if net.name in left})
    assert fewer("abab", "ab") and not fewer("abab", "a")
    assert fewer("abccab", "ab") and not fewer("acbacb", "ab")  # in the last every two cross
    assert fewer("abcacb", "bc") and not fewer("abcacb", "a")
    assert not fewer("aabb", "a")


@pytest.mark.parametrize("seed", range(40))
def test_around_a_die_of_drivers_exactly_those_that_alternate(seed):
    rng = random.Random(seed)
    terminals = [name for name in "abcd"[:rng.randint(2, 4)] for _ in range(rng.randint(2, 3))]
    order = terminals + ["."] * (-len(terminals) % 4)
    rng.shuffle(order)
    known = crossing(ring(order, gap=rng.choice([2.0, 12.0, 29.0]), allow45=bool(seed % 2)))
    names = sorted(set(terminals))
    must = {name for name in names if any(alternate(order, name, other) for other in names if other != name)}
    assert set(known) == must and all(alternate(order, *pair) for pair in known.items())


def test_islands_of_obstacles_in_front_of_the_wall_do_not_matter():
    walls = [square_of(60 + 100 * k, 300, 90 + 100 * k, 330) for k in range(3)]
    assert crossing(rim("ab.ab", obstacles=walls)) == {"a": "b", "b": "a"}


# ---- what has a way ----

def test_room_behind_the_drivers():
    assert set(crossing(rim("abab", lift=19.0))) == {"a", "b"}
    case = rim("abab", lift=20.0)
    assert crossing(case) == {} and route(Problem.from_json(case)).complete


@pytest.mark.parametrize("gap, known", [(29.9, {"a", "b"}), (30.0, set())])
def test_one_gap_for_one_trace(gap, known):
    # a wall of drivers across the die: b.c0 and b.c1 see both sides of it only where a trace gets through
    def case(gap):
        of_net = drivers("ababx.", 12.0, 200.0)
        wide = 4 * (SIZE + 12.0) - 12.0 + gap
        walls = [square_of(0, 100, wide - gap, 190), square_of(wide, 100, wide + 200, 240)]
        return case_of([("a", of_net["a"], []), ("b", [*of_net["b"]], [square(100, 50, 20)])], walls, (0, 0, wide + 200, 700))
    found = case(gap)
    assert set(crossing(found)) == known
    assert not known or not route(Problem.from_json(found)).complete


def test_a_gap_that_holds_the_thinner_of_two_traces():
    def case(thin):
        found = rim("abab", lift=15.0, gap=15.0)
        for net in found["nets"]:
            net.update({"width": 4.0, "spacing": 4.0} if net["name"] in thin else {})
        return found
    assert set(crossing(case(""))) == {"a", "b"}
    assert crossing(case("a")) == crossing(case("b")) == crossing(case("ab")) == {}
    assert all(route(Problem.from_json(case(thin))).complete for thin in ("a", "b"))


def test_terminals_that_see_both_sides_of_a_wall():
    of_net = drivers("abab", 12.0, 300.0)
    case = case_of([(name, polygons, []) for name, polygons in of_net.items()], [], (0, 0, 4 * (SIZE + 12.0) - 12.0, 700))
    assert crossing(case) == {} and route(Problem.from_json(case)).complete


def test_a_terminal_around_another():
    # a.c0 lies on both sides of b.c0: it is one piece of metal, and its right side sees a.c1
    case = rim("ababx"[:4] + ".")
    case["nets"][0]["contacts"][0]["shape"] = [square_of(0, 0, 40, 40)]
    plain = crossing(case)
    for net in case["nets"]:
        for contact in net["contacts"]:
            contact["shape"] = [[[x + 0.0, y + 60.0] for x, y in polygon] for polygon in contact["shape"]]
    case["obstacles"] = [{"net": None, "shape": [[x, y + 60.0] for x, y in o["shape"]]} for o in case["obstacles"]]
    assert set(plain) == {"a", "b"}
    wide = case["die"][2]
    bottom = [square_of(150, 0, wide, 55)]  # no way below the others
    case["obstacles"] += [{"net": None, "shape": polygon} for polygon in bottom]
    case["nets"][0]["contacts"][0]["shape"] = [[[0, 60], [40, 60], [40, 100], [0, 100]], [[0, 20], [140, 20], [140, 60], [0, 60]]]
    case["nets"][1]["contacts"][0]["shape"] = [square_of(52, 72, 118, 100)]
    case["nets"][0]["contacts"][0]["shape"].append([[128, 20], [140, 20], [140, 100], [128, 100]])
    case["nets"][0]["contacts"][1]["shape"] = [square_of(155, 60, 204, 100)]
    assert crossing(case) == {} and route(Problem.from_json(case)).complete


def test_slim_terminals_that_reach_through_a_wall():
    # bars whose middles lie below a wall of posts and whose tips lie above it: one net has its way above, one below
    bars = {}
    for k, name in enumerate("abab"):
        bars.setdefault(name, []).append(square_of(7 + 18 * k, 300, 11 + 18 * k, 380))
    posts = [square_of(max(18 * k - 4, 0), 352, min(18 * k + 4, 72), 358) for k in range(5)]
    case = case_of([(name, polygons, []) for name, polygons in bars.items()], posts, (0, 0, 72, 700))
    assert crossing(case) == {} and route(Problem.from_json(case)).complete


def test_terminals_in_the_open():
    for k, j in itertools.combinations(range(4), 2):
        case = rim("abab")
        for place, number in enumerate((k, j)):
            case["nets"][number % 2]["contacts"][number // 2]["shape"] = [square(100 + 80 * place, 400, 20)]
        assert crossing(case) == {}


def test_metal_that_is_no_terminal_may_be_a_bridge():
    case = rim("abab")
    assert set(crossing(case)) == {"a", "b"}
    case["obstacles"].append({"net": "a", "shape": square_of(30, 20, 200, 100)})
    case["nets"][1]["contacts"][0]["shape"] = [square_of(90, 0, 120, 10)]
    assert crossing(case) == {}


def test_pairs_that_are_chosen_are_left_aside():
    case = rim("abab")
    for net in case["nets"]:
        net["mode"], net["pads"] = "each_pad_to_own_contact", [net["contacts"].pop()]
    assert set(crossing(case)) == {"a", "b"}
    case["nets"][0]["contacts"].append({"name": "spare", "shape": [square(200, 400, 20)]})
    assert crossing(case) == {}


# ---- random problems ----

def on_the_border(seed):
    """A lattice whose border is full of metal but for a few points, with two to three nets, mostly from border to border, none from a
    corner, where it would be walled in, and the nets in the order of their ends around the border: None where an end is no point of it."""
    rng = random.Random(seed)
    columns, rows = rng.randint(4, 6), rng.randint(4, 6)
    points = list(itertools.product(range(columns), range(rows)))
    around = [p for p in points if p[0] in (0, columns - 1) or p[1] in (0, rows - 1)]
    around.sort(key=lambda p: math.atan2(p[1] - (rows - 1) / 2, p[0] - (columns - 1) / 2))
    inner, corners = [p for p in points if p not in around], set(itertools.product((0, columns - 1), (0, rows - 1)))
    free = rng.sample([p for p in around if p not in corners], len(around) - len(corners))
    ends = [free.pop() if rng.random() < 0.9 else inner.pop(rng.randrange(len(inner))) for _ in range(2 * rng.randint(2, 3))]
    order = [ends.index(p) // 2 for p in around if p in ends]
    return LatticeProblem(columns, rows, list(zip(ends[::2], ends[1::2])), [*corners, *free[rng.choice([0, 0, 0, 1, 2]):]], bool(seed % 2)), order if len(order) == len(ends) else None


def test_on_small_lattices_no_crossing_is_told_where_a_search_of_all_ways_finds_one():
    told = routable = unroutable = 0
    for seed in range(300):
        problem, order = on_the_border(seed)
        length, known = problem.shortest(), crossing(problem.case())
        assert not known or length in (None, math.inf), seed
        if order:
            must = {f"n{one}" for one, other in itertools.permutations(set(order), 2) if alternate(order, one, other)}
            assert set(known) == must, seed
        routable, unroutable, told = routable + (length not in (None, math.inf)), unroutable + (length == math.inf), told + bool(known)
    assert routable > 50 and told > 50, (routable, unroutable, told)


@pytest.mark.parametrize("seed", range(30))
def test_no_crossing_is_told_where_the_router_finds_a_way(seed):
    # rims with some drivers left out, some of them narrow, away from the outline, or in two rows
    rng = random.Random(1000 + seed)
    order = list("aabbcc"[:rng.choice([4, 6])]) + ["."] * rng.randint(0, 2)
    rng.shuffle(order)
    case = rim(order, gap=rng.choice([12.0, 29.0, 30.0, 31.0]), lift=rng.choice([0.0, 5.0, 19.0, 20.0, 25.0]), allow45=bool(seed % 2))
    for net in case["nets"]:
        for contact in net["contacts"]:
            if rng.random() < 0.3:
                x, y = contact["shape"][0][0]
                contact["shape"] = [square_of(x, y, x + rng.choice([20.0, 60.0]), y + rng.choice([10.0, 90.0, 200.0]))]
    result = route(Problem.from_json(case))
    assert not result.complete or violations(case, result.to_json()["routes"]) == []
    assert not (result.complete and crossing(case))


@pytest.mark.parametrize("seed", range(16))
def test_no_crossing_is_told_of_planted_problems(seed):
    assert crossing(planted_case(30, seed, fill=0.95, allow45=bool(seed % 2), width=8.0, spacing=11.0)[0]) == {}
    assert crossing(planted_shapes(20, seed)[0]) == {}


@pytest.mark.parametrize("kind", ["edge4", "edge4_90", "near_pitch", "classes", "chains", "scatter", "scatter_walls", "scatter_classes"])
def test_no_crossing_is_told_of_planted_floorplans(kind):
    assert crossing(KINDS[kind](6)[0]) == {}
