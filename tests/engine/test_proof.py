"""Proofs that a problem cannot be routed: none for what can, one for what is made not to, and each looked at by other means."""
import math
import random

import pytest
from checker import violations
from planted import planted_case, planted_shapes, scattered_shapes, square, square_of
from proofs import Cells, case_of, faults, gaps, row_of_pads, slanted_gap
from strange import KINDS
from test_sketch import channel

from postpass.routing import Problem, diagnosis, route
from postpass.routing.mesh import Mesh
from postpass.routing.proof import filled, find
from postpass.routing.wires import build_board


def proof_of(case, shortest=False):
    """The proof of a case, or None; shortest: on a mesh with short gaps."""
    board = build_board(Problem.from_json(case))
    return find(board, Mesh(board, shortest=shortest))


def any_proof(case):
    """The proof of a case on either mesh, or None."""
    return proof_of(case) or proof_of(case, True)


def proved(case, fineness=8):
    """The proof that a case must have, looked at independently; fineness: see `faults`."""
    proof = proof_of(case)
    assert proof is not None
    assert faults(case, proof, fineness) == []
    return proof


# ---- what can be routed ----

@pytest.mark.parametrize("seed", range(12))
def test_no_proof_against_a_planted_solution(seed):
    # the tightest rules of the lattice, nearly full: a trace beside a pad has not a hair's breadth to spare
    case, routes = planted_case(40, seed, fill=0.95, allow45=bool(seed % 2), width=8.0, spacing=11.0)
    assert violations(case, routes) == []
    assert any_proof(case) is None


@pytest.mark.parametrize("seed", range(8))
def test_no_proof_against_planted_shapes(seed):
    case, _ = planted_shapes(20, seed)
    assert any_proof(case) is None


@pytest.mark.parametrize("seed", range(4))
def test_no_proof_against_scattered_shapes(seed):
    assert any_proof(scattered_shapes(seed)) is None


@pytest.mark.parametrize("kind", ["edge4_90", "near_pitch", "classes", "chains", "scatter", "scatter_walls", "scatter_classes", "scatter_90"])
def test_no_proof_against_a_planted_floorplan(kind):
    case, _ = KINDS[kind](5)
    assert any_proof(case) is None


def test_no_proof_where_corners_face_each_other():
    # a trace with a bend between the corners of two obstacles: its outer side has just the space to the one, its inner side to
    # the other; the gap, in the norm of the traces, lacks 8 % of the space
    width, spacing, tilt = 10.0, 10.0, math.radians(22.5)
    x, y = 500.0, 500.0
    outer, inner = width / 2 / math.cos(tilt) + spacing, (width / 2 + spacing) / math.cos(tilt)
    right, up = x + outer * math.cos(tilt), y + outer * math.sin(tilt)
    left, down = x - inner * math.cos(tilt), y - inner * math.sin(tilt)
    walls = [square_of(right, up, 1000, up + 300), square_of(0, down - 300, left, down)]
    path = [[x, 100], [x, y], [x - 300, y + 300], [x - 300, 950]]
    case = case_of([("a", [square(x, 100, 10)], [square(x - 300, 950, 10)])], walls, (0, 0, 1000, 1000), width, spacing)
    assert violations(case, [{"net": "a", "width": width, "path": path}]) == []
    assert proof_of(case) is None


def test_no_proof_where_the_short_way_between_metal_is_not_the_way_out():
    # two bars touch at a corner, but a trace leaves the notch between them across the line from middle to middle
    walls = [square_of(300, 300, 302, 380), square_of(300, 300, 380, 302), square_of(294, 294, 302, 302)]
    case = case_of([("a", [square(317, 317, 4)], [square(900, 900, 8)])], walls, (0, 0, 1000, 1000))
    assert violations(case, [{"net": "a", "width": 10.0, "path": [[317, 317], [900, 900]]}]) == []
    assert proof_of(case) is None


def test_a_contact_point_is_joined_by_any_of_its_parts():
    case = case_of([("a", [square(100, 500, 8)], [square(200, 500, 8)])], [square_of(480, 0, 520, 1000)], (0, 0, 1000, 1000))
    net = case["nets"][0]
    net["mode"] = "each_pad_to_own_contact"
    net["contacts"][0]["shape"].append(square(900, 500, 8))
    assert proof_of(case) is None
    net["mode"] = "connect_all"
    assert proof_of(case).capacity == 0


def test_no_proof_against_terminals_that_touch():
    walls = [square_of(480, 0, 520, 480), square_of(480, 520, 520, 1000)]
    bridge = [square_of(450, 485, 550, 515), square_of(540, 485, 700, 515)]
    nets = [("a", [square(100, 500, 8), bridge[0]], [bridge[1], square(900, 500, 8)])]
    assert proof_of(case_of(nets, walls, (0, 0, 1000, 1000))) is None
    assert proof_of(case_of([("b", *nets[0][1:]), ("a", [square(100, 200, 8)], [square(900, 200, 8)])], walls, (0, 0, 1000, 1000))).nets == ["a"]


# ---- what cannot ----

RULES = [(10.0, 10.0), (4.0, 6.0), (20.0, 5.0)]


@pytest.mark.parametrize("allow45", [True, False])
@pytest.mark.parametrize("width, spacing", RULES)
@pytest.mark.parametrize("hold", [1, 4])
def test_one_gap_that_is_too_small(width, spacing, hold, allow45):
    proof = proved(gaps([hold], hold + 1, width, spacing, allow45))
    assert (proof.demand, proof.capacity, proof.unit, len(proof.cuts)) == (hold + 1, hold, "tracks", 1)
    cut = proof.cuts[0]
    assert cut.room == pytest.approx(hold * (width + spacing), abs=1e-6) and (cut.traces, cut.weight) == (hold, 1)
    assert sorted(proof.nets) == [f"n{k}" for k in range(hold + 1)]
    assert proof.place[0] == pytest.approx(500, abs=20) and 100 < proof.place[1] < 100 + hold * (width + spacing) + spacing
    assert proof.text.startswith(f"{hold + 1} traces must pass the cut from an obstacle to an obstacle") and proof.text.endswith(f"room for {hold}")
    assert proof_of(gaps([hold], hold, width, spacing, allow45)) is None


@pytest.mark.parametrize("over, found", [(-0.5, True), (0.0, False), (19.0, False), (-19.0, True)])
def test_a_gap_counts_by_whole_traces(over, found):
    assert (proof_of(gaps([3], 3, over=over)) is not None) == found
    assert proof_of(gaps([3], 4, over=19.0)).capacity == 3


@pytest.mark.parametrize("allow45", [True, False])
@pytest.mark.parametrize("holds", [(3, 1), (2, 3, 1), (1, 1, 1, 1)])
def test_several_gaps_that_are_too_small_together(holds, allow45):
    total = sum(holds)
    proof = proved(gaps(holds, total + 1, allow45=allow45))
    assert (proof.demand, proof.capacity) == (total + 1, total)
    assert sorted(cut.traces for cut in proof.cuts) == sorted(holds) and {cut.weight for cut in proof.cuts} == {1}
    assert f"need {total + 1} tracks through {len(holds)} cuts with room for {total}:" in proof.text
    assert proof_of(gaps(holds, total, allow45=allow45)) is None


@pytest.mark.parametrize("allow45", [True, False])
@pytest.mark.parametrize("corners", [4, 8])
def test_a_row_of_pads_across_the_die(corners, allow45):
    proof = proved(row_of_pads(5, 1, 5, allow45, corners))
    assert (proof.demand, proof.capacity, len(proof.cuts)) == (5, 4, 4)
    assert not [name for name in proof.nets if name.startswith("q")]
    assert proof.cuts[0].between.startswith("pad 'q")
    assert proof_of(row_of_pads(5, 1, 4, allow45, corners)) is None


def test_a_slanted_gap():
    proof = proved(slanted_gap(3, 4))
    assert (proof.demand, proof.capacity) == (4, 3)
    assert proof_of(slanted_gap(3, 3)) is None
    # at right angles the traces that fit through it are fewer: they take its width by root 2
    assert proved(slanted_gap(3, 3, allow45=False)).capacity == 2


def test_a_terminal_that_is_walled_in():
    walls = [square_of(400, 400, 600, 420), square_of(400, 580, 600, 600), square_of(400, 400, 420, 600), square_of(580, 400, 600, 560)]
    proof = proved(case_of([("a", [square(500, 500, 14)], [square(100, 100, 40)]), ("b", [square(100, 800, 14)], [square(900, 800, 40)])], walls, (0, 0, 1000, 1000)))
    assert (proof.nets, proof.demand, proof.capacity) == (["a"], 1, 0)
    assert all(390 < x < 610 and 390 < y < 610 for cut in proof.cuts for x, y in cut.ends)
    walls[-1] = square_of(580, 400, 600, 550)  # a gap of 30 lets one trace out
    assert proof_of(case_of([("a", [square(500, 500, 14)], [square(100, 100, 40)])], walls, (0, 0, 1000, 1000))) is None


def test_trees_cross_a_gap_once():
    def trees(count):
        case = gaps([2], count)
        for k, net in enumerate(case["nets"]):
            y = net["pads"][0]["shape"][0][0][1] + 4
            net["pads"] += [{"name": f"{k}.{x}", "shape": [square(x, y, 8)]} for x in (200, 300, 800)]
        return case
    proof = proved(trees(3))
    assert (proof.demand, proof.capacity) == (3, 2)
    assert proof_of(trees(2)) is None


def test_trees_of_three_need_more_than_their_pairs():
    # terminals in three of four cells around a point: of two trees only one can take the two slits between them, and every
    # other tree takes three, one of these two among them; no pair of terminals alone proves it
    def case(count):
        cells = Cells(2, []).case()
        places = [(100, 100), (300, 100), (100, 300)]
        cells["nets"] = case_of([(f"t{k}", [square(x + 20 * k, y + 20 * k, 8) for x, y in places], []) for k in range(count)], [], (0, 0, 400, 400))["nets"]
        return cells
    assert proof_of(case(1)) is None
    proof = proved(case(2))
    assert (proof.demand, proof.capacity) == (4, 3) and [cut.weight for cut in proof.cuts] == [1, 1, 1]


def test_own_metal_is_no_wall_and_no_cut():
    def bridged(owner):
        case = gaps([1], 2)
        high = case["die"][3]
        case["obstacles"] = [o for o in case["obstacles"] if o["shape"][0][1] < 100] + [
            {"net": None, "shape": square_of(480, 130, 520, 300)}, {"net": None, "shape": square_of(480, 340, 520, high)},
            {"net": owner, "shape": square_of(440, 310, 560, 330)}]
        return case
    assert proof_of(bridged("n1")) is None
    assert proof_of(bridged(None)).capacity == 1


def test_a_pad_whose_parts_count_as_one_joins_both_sides():
    case = gaps([1], 2)
    case["nets"][1]["pads"][0]["shape"].append(square(200, case["die"][3] - 30, 8))
    board = build_board(Problem.from_json(case))
    assert find(board).capacity == 1
    problem = Problem.from_json(case)
    problem.nets[1].pads[0].whole = True
    assert find(build_board(problem)) is None


def test_nets_of_different_width():
    def case(*widths):
        found = gaps([3], len(widths))  # a gap of 70 µm
        for net, width in zip(found["nets"], widths):
            net["width"], net["spacing"] = width, 10.0
        return found
    assert proof_of(case(10.0, 30.0)) is None
    proof = proof_of(case(10.0, 20.0, 20.0))
    assert (proof.demand, proof.capacity, proof.unit) == (80, 60, "µm") and "room for 60 µm" in proof.text
    proof = proof_of(case(30.0, 30.0))  # alone in the proof, they count by their own tracks
    assert (proof.demand, proof.capacity, proof.unit) == (2, 1, "tracks")


def test_room_is_filled_by_whole_traces():
    assert filled(59.9, [20.0]) == 40 and filled(60.0, [20.0]) == 60 and filled(19.0, [20.0]) == 0
    assert filled(75.0, [20.0, 50.0]) == 70 and filled(99.0, [20.0, 30.0, 50.0]) == 90


def test_nets_left_aside_prove_nothing():
    board = build_board(Problem.from_json(gaps([2], 3)))
    assert find(board) is not None and find(board, without={1}) is None


@pytest.mark.parametrize("seed", [1, 4])
def test_pairs_at_random(seed):
    # pads that no longer stand at the end of their trace; every gap is clearly too narrow for a trace or clearly not
    case, _ = planted_case(35, seed, fill=0.95, width=8.0, spacing=7.0, allow45=bool(seed % 2))
    pads = [net["pads"] for net in case["nets"]]
    random.Random(seed).shuffle(pads)
    for net, own in zip(case["nets"], pads):
        net["pads"] = own
    proof = proved(case, fineness=16)
    assert proof.demand > proof.capacity and 0 < len(proof.nets) < 35
    assert all(cut.weight == round(cut.weight) for cut in proof.cuts) and len(proof.cuts) < 25
    # the nets that it names prove it alone
    board = build_board(Problem.from_json(case))
    aside = {k for k, net in enumerate(board.problem.nets) if net.name not in proof.nets}
    assert find(board, without=aside) is not None


def test_a_wide_gap_with_metal_before_it():
    """Pads nearer to the middle of a wide gap than the wall's ends are: Delaunay's triangles have no edge across the gap."""
    case = channel(30, 609.0)
    assert proof_of(case) is None
    proof = proof_of(case, True)
    assert (proof.demand, proof.capacity) == (30, 29) and len(proof.cuts) == 1
    assert faults(case, proof) == []


@pytest.mark.parametrize("seed", range(6))
def test_flipped_triangles_cover_the_die_and_have_no_longer_gaps(seed):
    board = build_board(Problem.from_json(KINDS["scatter_walls"](seed)[0] if seed % 2 else planted_shapes(20, seed)[0]))
    plain, flipped = Mesh(board), Mesh(board, shortest=True)
    for mesh in (plain, flipped):
        a, b, c = (mesh.points[mesh.triangles[:, k]] for k in range(3))
        area = ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2
        x1, y1, x2, y2 = board.problem.die
        assert (area > 0).all() and area.sum() == pytest.approx((x2 - x1) * (y2 - y1), rel=1e-6)
        assert sum(map(len, mesh.sides)) == 3 * len(mesh.triangles) and max(map(len, mesh.sides)) == 2
    assert flipped.gap.sum() < plain.gap.sum() and len(flipped.gap) == len(plain.gap)


# ---- against exhaustive search ----

@pytest.mark.parametrize("side, nets", [(2, 2), (3, 4), (4, 6), (4, 8)])
def test_lattices_have_a_proof_just_when_no_flow_exists(side, nets):
    told = {"routable": 0, "proved": 0, "open": 0}  # open: some flow of parts of nets exists, but no way for whole ones
    for seed in range(12):
        cells = Cells.any_of(seed, side, nets)
        case, share, routable = cells.case(), cells.fractional(), cells.routable()
        proof = proof_of(case)
        assert not (routable and any_proof(case)), seed
        assert (proof is not None) == (share < 1 - 1e-6), (seed, share)
        told["routable" if routable else "proved" if proof else "open"] += 1
        if proof and seed < 4:
            assert faults(case, proof) == []
    print(side, nets, told)


# ---- in the words of the router ----

def test_failures_carry_the_proof():
    # seven pairs on a lattice, where every straight cut has room
    board = build_board(Problem.from_json(Cells.any_of(5, 4, 7).case()))
    assert diagnosis.tight_cuts(board) == []
    failures = {f.net: f for f in diagnosis.Reasons(board).explain(board.wires)}
    assert failures.pop("n4").kind == "crowded"
    assert {(f.kind, f.capacity, f.demand) for f in failures.values()} == {("cut", 5, 6)} and len(failures) == 6
    assert all(f"net '{f.net}': nets 'n0', 'n1'" in f.reason and "need 6 tracks through" in f.reason and f.place for f in failures.values())


@pytest.mark.parametrize("count, room, too_many", [(6, 110.002, 1), (12, 211.0, 2)])
def test_as_few_nets_stay_open_as_the_cut_asks_for(count, room, too_many):
    result = route(Problem.from_json(channel(count, room)))
    assert len(result.failures) == too_many
    assert all(f.kind == "cut" and (f.capacity, f.demand) == (count - too_many, count) for f in result.failures)


def test_nets_that_must_cross_have_no_proof_but_a_reason():
    # on one level they cannot, but no cut is too small: the mouths of both hold two traces
    walls = [square_of(0, 0, 270, 270), square_of(330, 0, 600, 270), square_of(0, 330, 270, 600), square_of(330, 330, 600, 600)]
    nets = [("a", [square(300, 20, 14)], [square(300, 580, 14)]), ("b", [square(20, 300, 14)], [square(580, 300, 14)])]
    case = case_of(nets, walls, (0, 0, 600, 600))
    assert proof_of(case) is None
    failure, = route(Problem.from_json(case)).failures
    assert failure.kind == "crossing" and "as the two lie alternately along one wall" in failure.reason


# ---- straight cuts ----

GATE = [square_of(480, 0, 520, 480), square_of(480, 530, 520, 1000)]  # a wall whose gap holds two traces


def tree(name, contact, *pads):
    """A net of one contact point and several pads."""
    return name, [square(*contact, 8)], [square(*pad, 8) for pad in pads]


def cuts_of(nets, walls=(), mode=None):
    """(capacity, demand) of the cuts that are too small, worst first, all nets in one mode if it is given."""
    case = case_of(nets, [*GATE, *walls], (0, 0, 1000, 1000))
    for net in case["nets"] if mode else ():
        net["mode"] = mode
    return [(cut.capacity, cut.demand) for cut in diagnosis.tight_cuts(build_board(Problem.from_json(case)))]


def test_a_tree_passes_a_cut_once():
    # both pads are nearest to the contact point at the other side, but one trace through the gap is enough
    trees = [tree("a", (450, 517), (800, 530), (540, 800)), tree("b", (450, 493), (800, 480), (540, 200))]
    assert cuts_of(trees) == []
    assert route(Problem.from_json(case_of(trees, GATE, (0, 0, 1000, 1000)))).complete
    assert cuts_of([*trees, tree("c", (100, 500), (900, 500))])[0] == (2, 3)


def test_pads_that_need_contact_points_of_their_own_pass_a_cut_each():
    nets = [("a", [square(100, 200 * k, 8) for k in (1, 2, 3)], [square(900, 200 * k, 8) for k in (1, 2, 3)])]
    assert cuts_of(nets, mode="each_pad_to_own_contact")[0] == (2, 3)
    assert cuts_of(nets) == []


def test_a_net_with_metal_on_a_cut_need_not_pass_it():
    nets = [tree(name, (100, y), (900, y)) for name, y in (("a", 200), ("b", 500), ("c", 800))]
    assert cuts_of(nets)[0] == (2, 3)
    bridged = [("a", [square(100, 200, 8), square_of(470, 495, 530, 515)], [square(900, 200, 8)]), *nets[1:]]
    assert (2, 3) not in cuts_of(bridged) and (0, 2) in cuts_of(bridged)
    case = case_of(nets, GATE, (0, 0, 1000, 1000))
    case["obstacles"].append({"net": "a", "shape": square_of(470, 495, 530, 515)})
    found = {(cut.capacity, cut.demand): cut for cut in diagnosis.tight_cuts(build_board(Problem.from_json(case)))}
    assert (2, 3) not in found and {case["nets"][k]["name"] for k in found[0, 2].nets} == {"b", "c"}


def test_a_contact_point_of_two_parts_is_at_both_sides():
    nets = [tree("a", (440, 200), (560, 200)), tree("b", (100, 500), (900, 500)), tree("c", (100, 800), (900, 800))]
    case = case_of(nets, GATE, (0, 0, 1000, 1000))
    for net in case["nets"]:
        net["mode"] = "each_pad_to_own_contact"
    case["nets"][0]["contacts"][0]["shape"].append(square(900, 200, 8))  # farther from the pad than the other part, but on its side
    assert diagnosis.tight_cuts(build_board(Problem.from_json(case))) == []


def test_a_cut_beside_the_middle_of_a_round_shape_has_the_room_that_is_there():
    # a bar behind the gap between two diamonds: on the line through its middle the diamonds are half as high as their boxes
    diamonds = [[[500, y - 220], [720, y], [500, y + 220], [280, y]] for y in (230, 770)]
    walls = [*diamonds, square_of(590, 470, 610, 530)]
    nets = [tree(f"n{k}", (100, 200 * k), (900, 200 * k)) for k in (1, 2, 3, 4)]
    case = case_of(nets, walls, (0, 0, 1000, 1000))
    assert diagnosis.tight_cuts(build_board(Problem.from_json(case))) == [] and route(Problem.from_json(case)).complete
    case = case_of([*nets, tree("n5", (100, 500), (900, 500))], walls, (0, 0, 1000, 1000))
    assert [(cut.text, cut.capacity, cut.demand) for cut in diagnosis.tight_cuts(build_board(Problem.from_json(case)))] == [("x = 500.000", 4, 5)]


def test_a_terminal_that_a_joint_leaves_out_has_its_reason():
    # three traces that meet in a joint join three terminals; the wire of the fourth, which is walled in, has lost its ends
    x, y, r, t = 500, 520, 40, 8
    walls = [square_of(x - r - t, y - r - t, x + r + t, y - r), square_of(x - r - t, y + r, x + r + t, y + r + t),
             square_of(x - r - t, y - r, x - r, y + r), square_of(x + r, y - r, x + r + t, y + r)]
    case = case_of([tree("a", (500, 200), (200, 500), (800, 500), (x, y))], walls, (0, 0, 1000, 1000))
    failure, = route(Problem.from_json(case)).failures
    assert failure.kind == "walled in" and "'a.p2' at (500.000, 520.000)" in failure.reason


def test_what_reasons_need_is_looked_up_once(monkeypatch):
    # four nets through a gap for two: the reasons that end the search for a solution are those of the result
    grids, looked = [], []
    real = diagnosis.Grid, diagnosis.tight_cuts
    monkeypatch.setattr(diagnosis, "Grid", lambda *given: grids.append(1) or real[0](*given))
    monkeypatch.setattr(diagnosis, "tight_cuts", lambda *given, **named: looked.append(1) or real[1](*given, **named))
    nets = [tree(f"n{k}", (100, 200 * k), (900, 200 * k)) for k in (1, 2, 3, 4)]
    failures = route(Problem.from_json(case_of(nets, GATE, (0, 0, 1000, 1000)))).failures
    assert {(f.kind, f.capacity, f.demand) for f in failures} == {("cut", 2, 4)} and len(failures) == 2
    assert len(grids) == len(looked) == 1
