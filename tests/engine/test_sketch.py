"""The topological phase: mesh, sketch, and the drawing of a sketch."""
import json
import os
import random

import pytest
from checker import violations
from fabricated import FILE, fabricated_case
from planted import planted_case, planted_shapes
from strange import KINDS

from postpass.routing import Problem, route
from postpass.routing.embed import Embedding
from postpass.routing.engine import bend_price
from postpass.routing.joins import Joins
from postpass.routing.mesh import OUTLINE, Mesh
from postpass.routing.polish import Polish
from postpass.routing.progress import Progress
from postpass.routing.sketch import Sketch, Sketching, sketched
from postpass.routing.space import Space
from postpass.routing.wires import build_board


def square(x, y, size):
    h = size / 2
    return [[x - h, y - h], [x + h, y - h], [x + h, y + h], [x - h, y + h]]


def case_of(nets, die, width=10, spacing=10, obstacles=(), allow45=True):
    return {"name": "small", "units": "um", "dbu": 0.001, "die": list(die), "nets": nets, "reference": {},
            "obstacles": [{"net": None, "shape": shape} for shape in obstacles],
            "rules": {"width": width, "spacing": spacing, "allow45": allow45}}


def net(name, contacts, pads):
    return {"name": name, "mode": "connect_all", "contacts": [{"name": f"{name}.c{k}", "shape": [s]} for k, s in enumerate(contacts)],
            "pads": [{"name": f"{name}.p{k}", "shape": [s]} for k, s in enumerate(pads)]}


def channel(count, room, allow45=True):
    """`count` nets that must pass a gap of `room` µm in a wall across the die."""
    nets = [net(f"n{k}", [square(100 + 60 * k, 60, 20)], [square(100 + 60 * k, 740, 20)]) for k in range(count)]
    half = (60 * (count - 1) + 200 - room) / 2
    side = 60 * (count - 1) + 200
    walls = [[[0, 380], [half, 380], [half, 420], [0, 420]], [[side - half, 380], [side, 380], [side, 420], [side - half, 420]]]
    return case_of(nets, (0, 0, side, 800), obstacles=walls, allow45=allow45)


CASES = {"planted": lambda: planted_case(60, 5)[0], "shapes": lambda: planted_shapes(30, 2)[0],
         "chains": lambda: KINDS["chains"](1)[0], "classes": lambda: KINDS["classes"](2)[0], "each": lambda: KINDS["each"](1)[0]}


def made(case, seed=0):
    board = build_board(Problem.from_json(case))
    sketch = Sketch(board, Progress())
    left = Sketching(sketch, Progress(), seed).run()
    return board, sketch, left


def planar(sketch):
    """True when the traces within each triangle are nested as brackets are: none crosses another."""
    for t, corner in enumerate(sketch.triangles):
        around = []
        for k in range(3):
            block = sketch.corner_block.get((t, k))
            around += [block] if block is not None else []
            e = sketch.edge_of[t][k]
            tokens = sketch.crossings[e] if sketch.ends[e][0] == corner[k] else sketch.crossings[e][::-1]
            around += [token.blocks[t] for token in tokens]
        count = {id(block): around.count(block) for block in around}
        opened = []
        for block in around:
            if count[id(block)] == around.count(block) and id(block) not in opened:
                opened.append(id(block))
            elif opened[-1] != id(block):
                return False
            count[id(block)] -= 1
            if not count[id(block)]:
                opened.pop()
        if opened:
            return False
    return True


def joined(sketch, job):
    """True when a job's blocks join all its sites."""
    leader = {}

    def find(x):
        while leader.setdefault(x, x) != x:
            x = leader[x]
        return x
    for token in job.tokens:
        for block in token.blocks.values():
            leader[find(id(token))] = find(id(block))
    for (t, k), block in sketch.corner_block.items():
        owner = sketch.owner[sketch.triangles[t][k]]
        if owner in job.sites:
            leader[find(("site", owner))] = find(id(block))
    return len({find(("site", site)) for site in job.sites}) == 1


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_sketch_joins_all_nets_crosses_none_and_fills_no_cut_beyond_its_room(name, seed):
    _, sketch, left = made(CASES[name](), seed)
    assert not left and all(job.placed for job in sketch.jobs)
    assert planar(sketch)
    assert all(joined(sketch, job) for job in sketch.jobs)
    assert sum(len(tokens) for tokens in sketch.crossings) > len(sketch.jobs) / 2
    for e, tokens in enumerate(sketch.crossings):
        assert sum(token.job.demand for token in tokens) <= sketch.room[e] + 1e-6 or not tokens


def test_what_is_taken_off_a_sketch_leaves_nothing_behind():
    _, sketch, _ = made(CASES["chains"]())
    order = list(sketch.jobs)
    random.Random(1).shuffle(order)
    for job in order:
        sketch.remove(job)
        assert planar(sketch)
    assert not any(sketch.crossings) and not sketch.corner_block
    assert all(len(sketch.faces(t).members) == 1 for t in range(len(sketch.triangles)))


@pytest.mark.parametrize("allow45", [True, False])
def test_a_cut_holds_what_fits_and_no_more(allow45):
    """Five traces of 10 at space 10 need 110 between two walls: 5 x 20 + 10."""
    _, sketch, left = made(channel(5, 110.002, allow45))
    assert not left
    _, sketch, left = made(channel(6, 110.002, allow45))
    assert len(left) == 1 and planar(sketch)
    _, sketch, left = made(channel(5, 109.9, allow45))
    assert len(left) == 1


def test_rooms_of_the_mesh_are_distances_less_the_spaces():
    board = build_board(Problem.from_json(case_of([net("a", [square(100, 100, 20)], [square(300, 300, 40)])], (0, 0, 400, 400))))
    mesh = Mesh(board)
    a, b = (int((mesh.owner == k).argmax()) for k in (0, 1))
    e = next(k for k, pair in enumerate(mesh.ends.tolist()) if set(pair) == {a, b})
    assert mesh.gap[e] == pytest.approx((400 - 30 * 2) / 2 ** 0.5)  # between the corners of two squares, along the diagonal
    assert mesh.room[e] == pytest.approx(mesh.gap[e] - 10)
    walls = [k for k, (u, v) in enumerate(mesh.ends.tolist()) if mesh.owner[u] == OUTLINE and mesh.owner[v] == OUTLINE and len(mesh.sides[k]) < 2]
    assert walls and all(mesh.room[k] == 0 for k in walls)


def test_from_one_side_of_an_empty_die_to_another_traces_need_no_space_at_the_ends():
    mesh = Mesh(build_board(Problem.from_json(case_of([], (0, 0, 300, 400)))))
    inner = [k for k in range(len(mesh.ends)) if len(mesh.sides[k]) == 2]
    assert len(inner) == 1 and mesh.gap[inner[0]] == pytest.approx(700 / 2 ** 0.5) and mesh.room[inner[0]] == pytest.approx(mesh.gap[inner[0]] + 10)
    assert all(mesh.room[k] == 0 for k in range(len(mesh.ends)) if len(mesh.sides[k]) == 1)


def test_sites_with_the_same_middle_all_have_a_vertex():
    """A contact point under the middle of its own pad, both of a net with a further pad."""
    case = case_of([net("a", [square(200, 200, 20)], [square(200, 200, 60), square(600, 200, 60)])], (0, 0, 800, 400))
    mesh = Mesh(build_board(Problem.from_json(case)))
    assert {0, 1, 2} <= set(mesh.owner.tolist())
    _, sketch, left = made(case)
    assert not left and planar(sketch)


def drawn(case, seed=0):
    board = build_board(Problem.from_json(case))
    progress = Progress()
    sketch = sketched(board, progress, range(seed, seed + 2))
    space = Space(board)
    embedding = Embedding(board, sketch, space, Polish(board, space, Joins(board), progress, bend_price(board)), progress)
    return board, sketch, embedding, embedding.settle(embedding.first())


@pytest.mark.parametrize("name", CASES)
def test_a_sketch_is_drawn_as_it_is_and_legal(name):
    """Of these cases nothing is left over; every trace crosses the edges of its sketch and no others."""
    board, sketch, embedding, left = drawn(CASES[name]())
    assert not left
    assert not any(wire.path and embedding.space.trespassed(wire) for wire in board.wires)
    for job in sketch.jobs:
        if len(job.sites) == 2:
            assert embedding._crossed(job.wires[0].path, job.ways[0]) == embedding._meant(job.ways[0])


def test_a_trace_leaves_room_for_those_that_pass_between_it_and_metal():
    """The first of three nested traces around a block is drawn alone, as if the others were there."""
    nets = [net(f"n{k}", [square(200 - 40 * k, 60, 20)], [square(600 + 40 * k, 60, 20)]) for k in range(3)]
    block = [[300, 0], [500, 0], [500, 300], [300, 300]]
    board, sketch, embedding, left = drawn(case_of(nets, (0, 0, 800, 800), obstacles=[block]))
    assert not left
    outer = max(sketch.jobs, key=lambda job: job.bound)
    for job in sketch.jobs:
        embedding.polish.replace(job.wires[0], None)
    assert embedding.draw(outer, 0.0)
    top = max(y for _, y in outer.wires[0].path)
    assert top >= 300 + 10 + 2 * 20 + 5 - 0.01  # space, two traces with their spaces, half its own width
    assert not embedding.settle([])
    assert not any(embedding.space.trespassed(job.wires[0]) for job in sketch.jobs)


def test_a_large_tree_that_cuts_others_off_is_looked_at_again():
    """A supply joined along the rim encloses a contact point that must get out: whoever comes first, both find their way."""
    nets = [net("supply", [square(100, 60, 20), square(500, 60, 20)], [square(300, 900, 60)]),
            net("a", [square(200, 60, 20)], [square(200, 500, 60)]), net("b", [square(300, 60, 20)], [square(300, 500, 60)]),
            net("c", [square(400, 60, 20)], [square(400, 500, 60)])]
    for seed in range(6):
        _, sketch, left = made(case_of(nets, (0, 40, 600, 1000)), seed)
        assert not left and planar(sketch)


def test_a_fabricated_chip_with_traces_40_wide_at_space_30_is_complete(shared):
    """By the grid alone two nets stay open: a supply of four balls and four chip pads takes the ways of others."""
    path = os.path.join(os.path.dirname(os.path.dirname(shared)), FILE)
    if not os.path.exists(path):
        pytest.skip(f"no fabricated chip at {path}")
    pytest.importorskip("klayout.db", reason="the fabricated chip is a GDS file")
    case = fabricated_case(path)
    assert len(case["nets"]) == 57 and sum(len(n["contacts"]) for n in case["nets"]) == 63
    result = route(Problem.from_json(json.loads(json.dumps(case))))
    assert result.complete and result.gap <= 0.11
    assert not violations(case, result.to_json()["routes"])
