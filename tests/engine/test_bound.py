"""The bound of the traces where they get in each other's way: never above what is possible, and as high as it can be told by hand."""
import math
import random

import numpy as np
import pytest
from lattice import LatticeProblem
from planted import planted_case, planted_shapes, scattered_shapes, square
from test_progress import Recorder

from postpass.routing import Cancelled, Problem, bound, progress, route
from postpass.routing.wires import build_board

UM = 0.05  # what the slack of some grid steps makes of a detour


def detours(case):
    """(bound of the wires alone, least sum of their detours) of a case."""
    board = build_board(Problem.from_json(case))
    return sum(w.bound for w in board.wires), bound.detours(board)


def crossing(allow45, size=7):
    """One net across a lattice, and one that runs down all of its middle."""
    middle = size // 2
    return LatticeProblem(size, size, [((1, middle), (size - 2, middle)), ((middle, 0), (middle, size - 1))], (), allow45)


def two_nets(*ends, size=300, obstacles=(), allow45=True, **more):
    """A case of nets of two squares of 10: ends ((x, y), (x, y))."""
    nets = [{"name": f"n{k}", "width": 4, "spacing": 4, "mode": "connect_all", "contacts": [{"name": f"c{k}", "shape": [square(*a, 10)]}],
             "pads": [{"name": f"p{k}", "shape": [square(*b, 10)]}], **more} for k, (a, b) in enumerate(ends)]
    return {"name": "two", "units": "um", "dbu": 0.001, "die": [0, 0, size, size], "rules": {"width": 4, "spacing": 4, "allow45": allow45}, "nets": nets,
            "obstacles": [{"net": None, "shape": shape} for shape in obstacles]}


ACROSS, DOWN = ((50, 150), (250, 150)), ((150, 100), (150, 240))


# ---- by hand ----

def test_the_nearer_end_is_gone_around():
    # 50 to the middle of the lower end, 5 of it, half a trace and a space: 61 below the middles of 10 high metal, there and back
    assert detours(two_nets(ACROSS, DOWN, allow45=False))[1] == pytest.approx(2 * (50 + 5 + 2 + 4 - 5), abs=UM)


def test_at_45_degrees_the_way_around_is_the_norm_s():
    # the trace goes down by 56 within 190 / 2 along: only what tan(22.5 deg) of each µm down costs is a detour
    assert detours(two_nets(ACROSS, DOWN))[1] == pytest.approx(2 * 56 * (math.sqrt(2) - 1), abs=UM)


@pytest.mark.parametrize("allow45", [False, True])
def test_no_detour_without_a_crossing(allow45):
    assert detours(two_nets(ACROSS, ((150, 180), (150, 240)), allow45=allow45))[1] == 0.0
    assert detours(two_nets(ACROSS, allow45=allow45))[1] == 0.0


def test_a_wall_behind_an_end_lengthens_the_way_around_it():
    # 20 more below the end than its metal and space
    wall = [[140, 60], [160, 60], [160, 90], [140, 90]]
    assert detours(two_nets(ACROSS, DOWN, allow45=False, obstacles=[wall]))[1] == pytest.approx(2 * (90 + 2 + 4 - 5), abs=UM)


def test_where_both_ends_leave_no_room_the_other_net_goes_around():
    down = (150, 8), (150, 292)  # 3 to the die's sides; the trace needs 4 and 4
    assert detours(two_nets(ACROSS, down, allow45=False))[1] == pytest.approx(2 * (100 + 5 + 2 + 4 - 5), abs=UM)


def test_a_ray_through_own_metal_forces_nothing():
    """The first net goes straight down to its long pad, past the right end of the second one: rays from there meet the pad."""
    case = two_nets(((400, 250), (225, 40)), ((60, 150), (330, 150)), size=500)
    case["nets"][0]["pads"][0]["shape"] = [[[0, 35], [450, 35], [450, 45], [0, 45]]]
    assert detours(case) == (pytest.approx(200 + 270 - 10), 0.0)


def test_fixed_metal_across_the_way_is_gone_around():
    wall = [[140, 110], [160, 110], [160, 180], [140, 180]]
    assert detours(two_nets(ACROSS, allow45=False, obstacles=[wall]))[1] == pytest.approx(2 * (30 + 2 + 4 - 5), abs=UM)


def test_several_crossings_are_paid_once_by_the_net_that_all_cross():
    """One net crosses three; its way around all is shorter than theirs together, but one of the three has to be gone around twice as far."""
    many = [((110 + 40 * k, 130), (110 + 40 * k, 250)) for k in range(3)]
    one = detours(two_nets(ACROSS, many[0], allow45=False))[1]
    assert detours(two_nets(ACROSS, *many, allow45=False))[1] == pytest.approx(one, abs=UM)


def test_only_terminals_that_must_be_joined_count():
    def third(case):
        case["nets"][0]["pads"].append({"name": "more", "shape": [square(30, 30, 10)]})
        return case
    assert detours(two_nets(ACROSS, DOWN))[1] > 40
    assert detours(third(two_nets(ACROSS, DOWN)))[1] == 0.0  # a tree may be joined elsewhere
    parts = two_nets(ACROSS, DOWN)
    parts["nets"][0]["contacts"][0]["shape"].append(square(50, 250, 10))
    assert detours(parts)[1] == 0.0
    problem = Problem.from_json(parts)
    problem.nets[0].contacts[0].whole = True  # joined elsewhere: the trace may begin at either part
    assert bound.detours(build_board(problem)) == 0.0
    same = two_nets(ACROSS, DOWN, mode="each_pad_to_own_contact")
    same["nets"] = [dict(same["nets"][0], contacts=[n["contacts"][0] for n in same["nets"]], pads=[n["pads"][0] for n in same["nets"]])]
    board = build_board(Problem.from_json(same), {"n0": [(0, 0), (1, 1)]})
    assert sum(w.bound for w in board.wires) == pytest.approx(190 + 130) and bound.detours(board) == 0.0


def test_both_ways_closed_is_no_bound():
    """Where nothing can be routed there is no detour to tell of."""
    ends = ((8, 150), (292, 150)), ((150, 8), (150, 292))
    assert detours(two_nets(*ends))[1] == 0.0


# ---- exhaustive search ----

@pytest.mark.parametrize("allow45", [False, True])
def test_the_bound_is_near_the_best_of_all_ways(allow45):
    problem = crossing(allow45)
    alone, forced = detours(problem.case())
    least = problem.shortest()
    assert alone + forced <= least + 1e-6
    assert least - alone <= (1.4 if allow45 else 1.2) * forced  # the lattice lets traces leave metal at its middle only


def test_the_bound_is_never_above_the_best_of_all_ways():
    forced, decided = 0, 0
    for seed in range(240):
        rng = random.Random(seed)
        columns, rows, nets = rng.randint(3, 6), rng.randint(3, 6), rng.randint(2, 4)
        points = [(i, j) for i in range(columns) for j in range(rows)]
        rng.shuffle(points)
        ends, walls = list(zip(points[:nets], points[nets:2 * nets])), points[2 * nets:2 * nets + rng.randint(0, 5)]
        problem = LatticeProblem(columns, rows, ends, walls, bool(seed % 2))
        least = problem.shortest()
        if least is not None and math.isfinite(least):
            alone, more = detours(problem.case())
            assert alone + more <= least + 1e-6, seed
            decided += 1
            forced += more > 1.0
    assert decided >= 75 and forced >= 25


# ---- against the router ----

def scattered_squares(seed):
    """A case of two to six nets anywhere, of which some cross."""
    rng, points = random.Random(seed), []
    count, size = rng.randint(2, 5), rng.choice([120, 150, 250])
    while len(points) < 2 * count:
        x, y, side = rng.uniform(10, size - 10), rng.uniform(10, size - 10), rng.choice([4, 6, 10, 20])
        if all(max(abs(x - a), abs(y - b)) > (side + s) / 2 + 14 for a, b, s in points):
            points.append((x, y, side))
        elif rng.random() < 0.01:
            break
    case = two_nets(size=size, allow45=bool(seed % 2))
    for k, (one, other) in enumerate(zip(points[::2], points[1::2])):
        case["nets"].append({"name": f"n{k}", "width": 4, "spacing": 4, "mode": "connect_all", "contacts": [{"name": f"c{k}", "shape": [square(*one)]}],
                             "pads": [{"name": f"p{k}", "shape": [square(*other)]}]})
    return case


def compared(cases):
    """[(what the router needs beyond the bound of the wires alone, the detours that are forced)] of the cases that it completes."""
    found = []
    for case in cases:
        result = route(Problem.from_json(case))
        if result.complete:
            found.append((result.exposed - result.bound, detours(case)[1]))
    return found


def test_the_bound_is_never_above_what_the_router_needs():
    found = compared(scattered_squares(seed) for seed in range(200))
    assert all(more >= forced - 1e-3 for more, forced in found)
    near = [more / forced for more, forced in found if forced > 5.0]
    assert len(found) > 150 and len(near) > 50 and min(near) < 1.08  # a detour measured a tenth too large would be found out


def test_the_bound_holds_for_terminals_of_any_shape():
    def pairs_only(case):
        case["nets"] = [net for net in case["nets"] if len(net["contacts"]) == len(net["pads"]) == 1]
        return case
    found = compared(pairs_only(scattered_shapes(seed)) for seed in range(25)) + compared(planted_shapes(6, seed)[0] for seed in range(5))
    assert all(more >= forced - 1e-3 for more, forced in found)
    assert sum(forced > 5.0 for _, forced in found) >= 4


# ---- told ----

def test_the_result_tells_both_bounds():
    result = route(Problem.from_json(two_nets(ACROSS, DOWN)))
    figures = result.to_json()["figures"]
    assert figures["lower_bound_um"] == pytest.approx(190 + 130)
    assert figures["forced_bound_um"] == pytest.approx(320 + 2 * 56 * (math.sqrt(2) - 1), abs=UM) and figures["forced_bound_um"] <= figures["exposed_um"]
    assert figures["forced_gap"] == pytest.approx(figures["exposed_um"] / figures["forced_bound_um"] - 1, abs=1e-5) and figures["forced_gap"] < figures["gap"]


def test_an_incomplete_result_forces_nothing():
    result = route(Problem.from_json(two_nets(((8, 150), (292, 150)), ((150, 8), (150, 292)))))
    assert not result.complete and result.forced == result.bound


def test_the_second_bound_is_told_where_it_matters():
    from postpass.messages import compared as said
    assert said(946.0, 900.0, 934.8) == "lower bound 900.0 um (gap 5.1 %; 1.2 % above what these pairs force)"
    assert said(946.0, 900.0, 900.4) == said(946.0, 900.0, 900.0) == said(946.0, 900.0) == "lower bound 900.0 um (gap 5.1 %)"


# ---- parts of it ----

def test_blocked_stretches_are_those_of_true_distance():
    """Points of random lines past random convex metal, at rest and near: blocked where they are too near, free elsewhere."""
    rng = np.random.default_rng(3)
    angle = np.sort(rng.uniform(0, 2 * math.pi, 7))
    hull = np.stack([150 + 30 * np.cos(angle), 220 + 20 * np.sin(angle)], axis=1)
    case = two_nets(ACROSS, obstacles=[hull.tolist()])
    board = build_board(Problem.from_json(case))
    pairs = bound._Pairs(board, progress.silent)
    space = bound._Fixed(board, pairs, progress.silent)
    turn = rng.uniform(0, 2 * math.pi, 400)
    way = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    origin = np.array([150, 220]) + rng.uniform(-60, 60, (400, 2))
    lines = bound._Lines(space, np.zeros(400, int), origin, way, True)
    low, high = space.blocked(lines, np.zeros(400))
    from checker import polygon_distance
    away = lambda points: np.array([polygon_distance(tuple(p), tuple(p), hull.tolist()) for p in points])  # noqa: E731
    near, hit = away(origin) < 6 - 0.002, high > low
    assert (near == hit).all() and 50 < hit.sum() < 350
    for at in (low, high):
        assert away(lines.places(at))[hit] == pytest.approx(6 - 0.002, abs=1e-6)


def test_it_can_be_cancelled():
    board = build_board(Problem.from_json(planted_case(60, 3)[0]))
    recorder = Recorder()
    bound.detours(board, progress.Progress(recorder, pause=0.0).beat)
    assert len(recorder.stages) > 20
    with pytest.raises(Cancelled):
        bound.detours(board, progress.Progress(Recorder(stop_at=10), pause=0.0).beat)
