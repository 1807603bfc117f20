"""Terminals and obstacles that are notched, hollow, slanted or of several polygons: what is called joined touches."""
import json
import math
import os
import random
import subprocess
import sys

import numpy as np
import pytest
from checker import inside, polygon_distance, violations
from planted import SHAPES, bar, bars, comb, cup, ell, frame, planted_shapes, scattered_shapes, square, square_of, star, turned
from test_command import ROOT
from test_scenarios import case_of

from postpass.fanout.assignment import assign
from postpass.routing import (
    Level,
    LevelNet,
    LevelProblem,
    LevelTerminal,
    Obstacle,
    Problem,
    ProblemError,
    Via,
    engine,
    joins,
    levels,
    metal,
    route,
    route_levels,
    shapes,
    tolerance,
    trees,
    verify,
    wires,
)
from postpass.routing.space import Space


def net(name, contacts, pads, mode="connect_all", **rules):
    """A net; contacts and pads are lists of polygons."""
    return {"name": name, "mode": mode, **rules, "contacts": [{"name": f"{name}.c{k}", "shape": shape} for k, shape in enumerate(contacts)],
            "pads": [{"name": f"{name}.p{k}", "shape": shape} for k, shape in enumerate(pads)]}


def at(polygons, x, y, angle=0, scale=1.0):
    """Polygons around the origin at a place, turned and larger."""
    return [turned([[scale * a, scale * b] for a, b in polygon], angle, x, y) for polygon in polygons]


def legal(case):
    """Route a case and require a complete, legal result with metal of every net in one piece."""
    result = route(Problem.from_json(case))
    routes = result.to_json()["routes"]
    assert [failure.reason for failure in result.failures] == []
    assert violations(case, routes) == []
    return result


# shapes


def random_polygon(rng):
    """A polygon of any kind, turned by any angle."""
    kind = rng.choice([name for name in sorted(SHAPES) if name != "bars"] + ["blob", "triangle"])
    if kind == "triangle":
        polygon = [[rng.uniform(-20, 20), rng.uniform(-20, 20)] for _ in range(3)]
    elif kind == "blob":
        polygon = [[r * math.cos(2 * math.pi * k / 11), r * math.sin(2 * math.pi * k / 11)] for k, r in ((k, rng.uniform(4, 20)) for k in range(11))]
    else:
        polygon = SHAPES[kind][0]()[0]
    return np.array(at([polygon], rng.uniform(-15, 15), rng.uniform(-15, 15), rng.choice([0, 45, rng.uniform(0, 360)]))[0])


@pytest.mark.parametrize("seed", range(5))
def test_convex_pieces_cover_a_polygon_once(seed):
    rng = random.Random(seed)
    for _ in range(60):
        polygon = random_polygon(rng)
        pieces = metal.convex_pieces(polygon)
        assert all(metal.is_convex(piece) for piece in pieces)
        assert sum(shapes.signed_area(piece) for piece in pieces) == pytest.approx(abs(shapes.signed_area(polygon)), abs=1e-6)
        points = np.array([(rng.uniform(-36, 36), rng.uniform(-36, 36)) for _ in range(100)])
        held = np.any([metal.holds(piece, points) for piece in pieces], axis=0)
        assert held.tolist() == [inside(tuple(p), [tuple(q) for q in polygon.tolist()]) for p in points]


@pytest.mark.parametrize("seed", range(5))
def test_octagons_for_clearance_cover_a_polygon_and_fit(seed):
    """They hold every point of it, and none that is farther off than asked for."""
    rng = random.Random(100 + seed)
    for _ in range(15):
        polygon = random_polygon(rng)
        pieces = metal.convex_pieces(polygon)
        rows = [row for piece in pieces for row in metal.fitted(piece, 0.5)]
        sides = [tuple(p) for p in polygon.tolist()]
        limit = max([0.5] + [metal.LOOSE * math.sqrt(shapes.signed_area(piece)) for piece in pieces])
        for _ in range(150):
            x, y = rng.uniform(-36, 36), rng.uniform(-36, 36)
            held = any(shapes.contains(row, x, y) for row in rows)
            away = polygon_distance((x, y), (x, y), sides)
            assert held or away > 0
            assert not held or away <= 3 * limit + 1e-6  # at an acute tip farther than at a side


@pytest.mark.parametrize("seed", range(5))
def test_traces_end_inside_the_metal(seed):
    rng = random.Random(200 + seed)
    for _ in range(40):
        pieces = metal.convex_pieces(random_polygon(rng))
        for region in metal.end_regions(pieces, rng.choice([0.5, 2.0, 8.0])):
            for corner in shapes.corners(shapes.tighten(region)):
                assert any(metal.holds(piece, [corner], 1e-6)[0] for piece in pieces)


@pytest.mark.parametrize("seed", range(5))
def test_two_ways_to_tell_whether_polygons_touch_agree(seed):
    """Convex pieces (the router) and outlines (the look), and a third one: distances of sides."""
    rng, counts = random.Random(300 + seed), {True: 0, False: 0}
    for _ in range(120):
        one, other = random_polygon(rng), random_polygon(rng)
        other = other + np.array([rng.uniform(-30, 30), rng.uniform(-30, 30)])
        sides = [tuple(p) for p in other.tolist()]
        apart = all(polygon_distance(tuple(a), tuple(b), sides) > 0 for a, b in zip(one, np.roll(one, -1, axis=0))) and not inside(
            sides[0], [tuple(p) for p in one.tolist()])
        common = verify.common_outline(one, other)
        assert metal.joined(metal.convex_pieces(one), metal.convex_pieces(other)) == (not apart) == (common is not None and common > tolerance.JOINT)
        counts[apart] += 1
    assert min(counts.values()) > 20


@pytest.mark.parametrize("other, joined, common", [
    (square_of(10, 0, 20, 10), True, 10.0), (square_of(10, 10, 20, 20), False, 0.0), (square_of(10.001, 0, 20, 10), False, None),
    (square_of(4, 4, 6, 6), True, 8.0), (square_of(10, 9, 20, 19), True, 1.0), (square_of(9.5, 9.5, 20, 20), True, 1.0)])
def test_a_shared_side_joins_and_a_shared_corner_does_not(other, joined, common):
    one, other = np.array(square_of(0, 0, 10, 10), float), np.array(other, float)
    assert metal.touching(one, other) == metal.touching(other, one) == joined
    assert verify.common_outline(one, other) == (None if common is None else pytest.approx(common))


@pytest.mark.parametrize("polygon, convex", [
    (square(0, 0, 10), True), (star()[0], False), ([[0, 0], [10, 0], [10, 20], [10, 10], [0, 10]], False), (ell()[0], False),
    ([[0, 0], [10000, 0], [10000, 10000], [5000.1, 10000], [5000, 9999.9], [4999.9, 10000], [0, 10000]], False)])
def test_small_notches_and_spikes_are_not_convex(polygon, convex):
    assert metal.is_convex(np.array(polygon, float)) == convex


@pytest.mark.parametrize("octilinear", [True, False])
def test_the_distance_of_slanted_shapes_is_that_of_their_sides(octilinear):
    """By brute force over points of both outlines."""
    rng = random.Random(7)
    for _ in range(30):
        one, other = (np.array(at(bar(), x, rng.uniform(0, 30), rng.uniform(0, 360))[0]) for x in (0, rng.uniform(50, 80)))
        outlines = [np.vstack([a + (b - a) * np.linspace(0, 1, 60)[:, None] for a, b in zip(p, np.roll(p, -1, axis=0))]) for p in (one, other)]
        gap = np.abs(outlines[0][:, None] - outlines[1][None])
        best = (gap.max(axis=2) + shapes.TAN * gap.min(axis=2) if octilinear else gap.sum(axis=2)).min()
        assert metal.nearest(metal.convex_pieces(one), metal.convex_pieces(other), octilinear) == pytest.approx(best, abs=0.5) and best > 1


# nets


@pytest.mark.parametrize("pad, contact, longest", [
    (ell(), square(0, 0, 6), 12), (cup(), square(-3, 0, 6), 12), (frame(), square(0, 0, 6), 8), (frame(24), square(1, 1, 6), 10), (bars(), square(0, 0, 6), 10),
    (star(), square(14.5, 7, 3), 5), (comb(), square(-6, 0, 5), 9), (bar(), square(0, 12, 6), 8)])
@pytest.mark.parametrize("angle", [0, 90, 26.565, 45, 171])
@pytest.mark.parametrize("mode", ["connect_all", "each_pad_to_own_contact"])
def test_a_contact_point_beside_the_metal_of_its_pad_gets_a_short_trace(pad, contact, longest, angle, mode):
    """It stands in the notch or hole of the pad, in the box around it."""
    case = case_of([net("a", [at([contact], 200, 200, angle, 2)], [at(pad, 200, 200, angle, 2)], mode)], width=4.0, spacing=4.0, die=(0, 0, 400, 400))
    result = legal(case)
    assert len(result.nets[0].routes) == 1 and 0 < result.exposed <= 2 * longest


@pytest.mark.parametrize("angle", [3, 11.3, 22.5, 26.565, 33, 67.5, 80])
def test_the_length_to_a_slanted_bar_is_near_its_bound(angle):
    case = case_of([net("a", [at([square(-60, 30, 8)], 300, 300, angle)], [at(bar(200, 20), 300, 300, angle)])], width=6.0, spacing=6.0, die=(0, 0, 600, 600))
    result = legal(case)
    assert 10 < result.bound <= result.exposed < 1.15 * result.bound


@pytest.mark.parametrize("angle", [0, 17, 45, 200])
def test_a_contact_point_in_the_notch_of_an_obstacle_is_led_out(angle):
    walls = [{"net": None, "shape": polygon} for polygon in at(cup(4), 200, 200, angle, 2)]
    legal(case_of([net("a", [[square(200, 200, 8)]], [at([square(100, 0, 30)], 200, 200, angle)])], width=6.0, spacing=6.0, die=(0, 0, 400, 400), obstacles=walls))


def test_a_contact_point_in_the_hole_of_another_net_is_walled_in():
    case = case_of([net("a", [[square(200, 200, 8)]], [[square(40, 40, 20)]]), net("b", [at(frame(24), 200, 200, 10, 4)], [[square(350, 350, 20)]])],
                   width=6.0, spacing=6.0, die=(0, 0, 400, 400))
    result = route(Problem.from_json(case))
    assert [(failure.net, failure.kind) for failure in result.failures] == [("a", "walled in")] and not result.to_json()["complete"]


@pytest.mark.parametrize("angle", [10, 22.5, 30])
def test_room_beside_slanted_metal_is_used(angle):
    """Two slanted bars with room for a trace and its spaces between them, and little more; octagons around them would overlap."""
    walls = [{"net": None, "shape": turned(square_of(-150, low, 150, low + 12), angle, 300, 300)} for low in (-27, 15)]
    ends = [turned([[x, 0]], angle, 300, 300)[0] for x in (-90, 90)]
    legal(case_of([net("a", [[square(*ends[0], 6)]], [[square(*ends[1], 6)]])], width=4.0, spacing=4.0, die=(0, 0, 600, 600), obstacles=walls))


@pytest.mark.parametrize("mode", ["connect_all", "each_pad_to_own_contact"])
def test_polygons_of_a_terminal_that_do_not_touch_are_joined(mode):
    pad = [square(300, 300, 30), square(300, 400, 30), square(315, 400, 30)]  # the last two hang together
    result = legal(case_of([net("a", [[square(100, 300, 10)]], [pad], mode)], width=4.0, spacing=4.0, die=(0, 0, 500, 500)))
    assert len(result.nets[0].routes) == 2 and [set(pair) for pair in result.nets[0].pairs] == [{"a.p0", "a.c0"}]


def test_terminals_that_touch_need_no_trace_and_those_that_share_a_corner_do():
    case = case_of([net("a", [[square_of(100, 100, 150, 150)]], [[square_of(150, 100, 200, 150)]])])
    assert legal(case).nets[0].routes == []
    case = case_of([net("a", [[square_of(100, 100, 150, 150)]], [[square_of(150, 150, 200, 200)]])])
    assert len(legal(case).nets[0].routes) == 1


def test_notches_in_the_way_of_other_nets_stay_free():
    """A comb of one net, with the contact points of others between its teeth."""
    nets = [net("a", [at(comb(), 500, 500, 0, 8)], [[square(900, 900, 40)]])]
    nets += [net(f"b{k}", [[square(380, y, 10)]], [[square(100, y + 40, 40)]]) for k, y in enumerate((590, 500))]
    legal(case_of(nets, width=6.0, spacing=6.0))


def test_free_terminals_are_paired_by_their_true_distance():
    """Of two pads the nearer one is taken, not the one whose box holds the contact point."""
    free = {"contacts": [{"name": "c", "shape": [square(500, 500, 10)]}], "pads": [{"name": "far", "shape": at(ell(), 500, 500, 0, 10)},
                                                                                  {"name": "near", "shape": [square(440, 500, 20)]}]}
    problem = Problem.from_json(case_of([], **free))
    assignment = assign(problem, "relocation")
    assert assignment.pairs == [(0, 1)] and assignment.length == pytest.approx(45.0)


def test_metal_of_two_nets_that_overlaps_is_refused_of_any_shape():
    nets = [net("a", [at(bar(300, 20), 300, 300, 30)], [[square(600, 100, 20)]]), net("b", [at(bar(300, 20), 300, 300, 150)], [[square(100, 600, 20)]])]
    with pytest.raises(ProblemError, match="overlaps contact 'a.c0' of net 'a'|overlaps contact 'b.c0' of net 'b'"):
        Problem.from_json(case_of(nets))
    nets[1]["contacts"][0]["shape"] = at([square(0, 0, 20)], 380, 300)  # in the octagon around the bar, beside it
    Problem.from_json(case_of(nets))


@pytest.mark.parametrize("spacing", [0, 0.001])
def test_nets_without_space_between_them_do_not_touch(spacing):
    nets = [net(f"n{k}", [[square(100, 100 + 10.01 * k, 10)]], [[square(500, 100 + 10.01 * ((k * 3) % 5), 10)]]) for k in range(5)]
    result = route(Problem.from_json(case_of(nets, spacing=spacing)))
    problem = Problem.from_json(case_of(nets, spacing=spacing))
    assert verify.faults(problem, [(n.name, n.width, path) for n in result.nets for path in n.routes if n.complete]) == [
        fault for fault in verify.faults(problem, [(n.name, n.width, path) for n in result.nets for path in n.routes]) if fault.kind == "apart"]


# planted problems


@pytest.mark.parametrize("seed", range(3))
def test_planted_shapes_are_legal_by_checker_and_look(seed):
    case, routes = planted_shapes(27, seed)
    assert violations(case, routes) == []
    planted = [(r["net"], r["width"], r["path"]) for r in routes]
    assert verify.faults(Problem.from_json(case), planted) == []
    for k in range(0, len(planted), 5):  # without one of them, its net is apart
        [fault] = verify.faults(Problem.from_json(case), planted[:k] + planted[k + 1:])
        assert (fault.net, fault.kind) == (planted[k][0], "apart")


@pytest.mark.parametrize("seed", range(8))
def test_planted_shapes_are_routed_legally(seed):
    case, _ = planted_shapes(18, 40 + seed)
    result = legal(case)
    assert result.exposed < 1.15 * result.bound


@pytest.mark.parametrize("seed", [1, 3, 5, 17, 24, 25, 34, 45])
def test_scattered_shapes_are_routed_legally(seed):
    legal(scattered_shapes(seed))


def test_a_trace_that_runs_through_a_terminal_joins_it():
    """Of three terminals in a row the outer two are joined by a trace over the middle one: nothing is missing."""
    problem = Problem.from_json(case_of([net("a", [[square(100, 200, 20)]], [at(cup(), 300, 200, 180, 2), [square(500, 200, 20)]])]))
    board = wires.build_board(problem)
    board.wires[0].path = [(100.0, 200.0), (500.0, 200.0)]
    space, joins_ = Space(board), joins.Joins(board)
    assert len(joins_.parts(0)) == 2
    trees.Tidy(board, joins_, space).run()
    assert len(joins_.parts(0)) == 1 and [w.touching for w in board.wires if not w.path] == [True] * sum(1 for w in board.wires if not w.path)


def test_a_fourth_terminal_is_joined_to_three_that_meet_in_a_joint():
    """Two squares of one contact point and two slivers; another tree shares the room."""
    other = net("b", [[[[99.916, 532.684], [99.916, 519.075], [164.075, 519.075], [164.075, 454.916], [177.684, 454.916], [177.684, 532.684]]]], [
        [[[518.738, 284.711], [483.311, 309.45], [448.836, 283.402], [462.956, 242.564], [506.158, 243.373], [518.738, 284.711], [507.159, 280.707],
          [498.772, 253.149], [469.971, 252.609], [460.557, 279.834], [483.541, 297.2], [507.159, 280.707]]],
        [square_of(166.436, 270.409, 177.621, 284.391), square_of(211.179, 270.409, 222.364, 284.391)]])
    joint = net("a", [[[[409.444, 380.406], [420.674, 391.636], [406.636, 405.674], [395.406, 394.444]],
                       [[454.364, 425.326], [465.594, 436.556], [451.556, 450.594], [440.326, 439.364]]]],
                [[[[258.919, 572.952], [270.597, 567.582], [219.155, 526.703]]], [[[377.792, 225.816], [401.757, 199.797], [418.699, 191.134]]]])
    legal(case_of([other, joint], die=(0, 0, 600, 600), width=6.0, spacing=6.0, allow45=False))


def test_traces_that_meet_end_to_end_leave_no_gap():
    ring_of_five = [[479.216, 514.604], [473.601, 497.324], [488.3, 486.645], [502.999, 497.324], [497.384, 514.604], [479.216, 514.604],
                    [482.244, 510.436], [494.356, 510.436], [498.099, 498.916], [488.3, 491.796], [478.501, 498.916], [482.244, 510.436]]
    comb_ = [[93.106, 534.306], [31.294, 534.306], [31.294, 472.494], [40.566, 472.494], [40.566, 525.034], [46.747, 525.034], [46.747, 472.494],
             [56.019, 472.494], [56.019, 525.034], [68.381, 525.034], [68.381, 472.494], [77.653, 472.494], [77.653, 525.034], [93.106, 525.034]]
    cup_ = [[357.947, 171.55], [444.65, 140.147], [476.053, 226.85], [389.35, 258.253], [383.854, 243.08], [455.384, 217.173], [434.973, 160.816], [363.443, 186.723]]
    legal(case_of([net("a", [[comb_]], [[ring_of_five], [cup_]])], die=(0, 0, 600, 600), width=2.0, spacing=2.0))


def test_a_terminal_thinner_than_the_grid_of_tracks_is_reached():
    sliver = [[167.601, 277.755], [156.299, 275.537], [147.972, 275.366]]
    legal(case_of([net("a", [[sliver]], [[square(460, 350, 40)]], "each_pad_to_own_contact")], die=(0, 0, 600, 600), width=4.0, spacing=4.0))


# the look


def broken(problem, change):
    """Faults of a sound result after a change of its routes."""
    result = route(problem)
    routes = [(n.name, n.width, list(path)) for n in result.nets for path in n.routes]
    assert verify.faults(problem, routes) == []
    return verify.faults(problem, change(routes))


def two_nets():
    return Problem.from_json(case_of([net("a", [[square(100, 200, 20)]], [[square(800, 200, 40)]]), net("b", [[square(100, 500, 20)]], [[square(800, 500, 40)]])]))


@pytest.mark.parametrize("change, kinds", [
    (lambda routes: routes[1:], [("a", "apart")]),
    (lambda routes: [(n, w, path[:-1] + [(path[-1][0] - 40, path[-1][1])]) for n, w, path in routes[:1]] + routes[1:], [("a", "apart")]),
    (lambda routes: routes + [("a", 10.0, [(300, 200), (300, 500)])], [("b", "touching")]),  # of two traces one is taken
    (lambda routes: routes + [("a", 10.0, [(300, 200), (300, 495)])], [("b", "touching")]),  # end against a flank
    (lambda routes: routes + [("a", 10.0, [(300, 200), (300, 494.9)])], []),
    (lambda routes: routes + [("b", 10.0, [(800, 500), (800, 215)])], [("b", "touching")])])
def test_the_look_finds_what_is_apart_and_what_touches(change, kinds):
    assert [(fault.net, fault.kind) for fault in broken(two_nets(), change)] == kinds


def test_the_look_finds_a_trace_on_an_obstacle():
    problem = two_nets()
    problem.obstacles.append(Obstacle(np.array(square_of(400, 300, 420, 420), float)))
    assert [fault.reason for fault in broken(problem, lambda routes: routes + [("a", 10.0, [(410, 200), (410, 310)])])] == [
        "net 'a': its trace touches an obstacle near (410.000, 305.000) and is left out"]


def test_a_result_that_the_router_calls_complete_in_vain_is_not(monkeypatch):
    """Where what the router believes is wrong, the result names the net and says that it is incomplete; wrong traces are left out."""
    honest = engine.collect

    def believed(*given):
        result = honest(*given)
        result.nets[0].routes[0] = result.nets[0].routes[0][:1] + [(300.0, 200.0), (300.0, 500.0)]
        return result
    monkeypatch.setattr(engine, "collect", believed)
    result = route(two_nets())
    assert not result.complete and [(f.net, f.kind) for f in result.failures] == [("a", "touching")]
    data = result.to_json()
    assert data["complete"] is False and [n["complete"] for n in data["nets"]] == [False, True]
    assert [r["net"] for r in data["routes"]] == ["b"] and data["nets"][0]["length_um"] == 0


def test_a_router_that_takes_boxes_for_metal_is_caught(monkeypatch):
    """The look shares nothing with what decides in the router: with that broken, the result is incomplete instead of wrong."""
    monkeypatch.setattr(metal, "convex_pieces", lambda points: [np.array(square_of(*np.min(points, axis=0), *np.max(points, axis=0)), float)])
    result = route(Problem.from_json(case_of([net("a", [[square(200, 200, 12)]], [at(ell(), 200, 200, 0, 2)])])))
    assert [(f.net, f.kind) for f in result.failures] == [("a", "apart")]
    assert result.failures[0].reason.startswith("net 'a': ") and "does not touch traces that join it to the rest" in result.failures[0].reason


def test_terminals_of_two_nets_that_touch_are_named_both():
    problem = Problem(die=(0, 0, 500, 500), nets=Problem.from_json(case_of([
        net("a", [[square_of(100, 100, 150, 150)]], [[square_of(400, 100, 450, 150)]]), net("b", [[square_of(150, 100, 200, 150)]], [[square_of(100, 400, 150, 450)]])])).nets)
    result = route(problem)
    assert {f.net for f in result.failures} == {"a", "b"} and "touching" in {f.kind for f in result.failures}


def test_the_command_says_incomplete_where_the_look_finds_a_fault(tmp_path):
    case = case_of([net("a", [[square(200, 200, 12)]], [at(ell(), 200, 200, 0, 2)])])
    (tmp_path / "case.json").write_text(json.dumps(case))
    broken_ = ("import sys; from postpass.routing import metal, shapes; import numpy as np\n"
               "metal.convex_pieces = lambda p: [shapes.corners(shapes.tighten(shapes.octagon(p)))]\n"
               "from postpass.routing.__main__ import main; sys.exit(main(sys.argv[1:]))")
    done = subprocess.run([sys.executable, "-c", broken_, str(tmp_path / "case.json"), str(tmp_path / "out.json")], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "pymacros")}, check=False)
    assert done.returncode == 2 and "INCOMPLETE" in done.stdout and "open: net 'a': " in done.stdout, done.stderr
    assert json.loads((tmp_path / "out.json").read_text())["complete"] is False


# several levels


def two_levels(pad, contact, die=(0, 0, 600, 600), obstacles=()):
    """One net whose pad is on the upper level."""
    nets = [LevelNet("a", [LevelTerminal("c", "contact", {0: [np.array(p, float) for p in contact]}), LevelTerminal("p", "pad", {1: [np.array(p, float) for p in pad]})])]
    return LevelProblem([Level("m0", die, 6, 6, list(obstacles)), Level("m1", die, 6, 6)], [Via("v0", 8, 16, 16)], nets)


@pytest.mark.parametrize("pad", [ell(), cup(), frame(24), comb(), star()])
def test_vias_of_terminals_of_any_shape_join_them(pad):
    """The contact point lies below the notch of the pad; the via stands in metal, or a trace joins it."""
    problem = two_levels(at(pad, 300, 300, 15, 5), [square(300, 300, 12)])
    result = route_levels(problem)
    assert result.complete and len(result.vias) == 1
    pads = [(via.net, levels.via_sites.pads(problem, via)) for via in result.vias]
    assert verify.level_faults(problem, result.routes, pads) == []
    assert [fault.kind for fault in verify.level_faults(problem, result.routes, [])] == ["apart"]


def test_a_via_goes_into_the_limb_of_a_pad_where_it_has_room():
    """Both terminals are Ls, one above the other: the via stands in the metal of both, and no trace is needed."""
    shape = at(ell(), 300, 300, 0, 5)
    result = route_levels(two_levels(shape, shape))
    assert result.complete and result.routes == [] and len(result.vias) == 1


def test_levels_that_believe_wrongly_are_incomplete(monkeypatch):
    problem = two_levels([square(300, 300, 10)], [square(100, 300, 12)])
    monkeypatch.setattr(levels.via_sites, "covers", lambda polygons, square_: True)  # so that no trace joins via and pad
    result = route_levels(problem)
    assert not result.complete and [(f.net, f.kind) for f in result.failures] == [("a", "apart")]
