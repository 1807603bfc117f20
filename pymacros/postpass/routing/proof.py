"""Proofs that a problem cannot be routed: sets of cuts with less room than the nets that must pass them need.

Every edge of the mesh (see `mesh`) is a cut between two pieces of fixed metal.  Give each a weight: when for every net the
cheapest way between its terminals crosses cuts of weight d, then the sum of demand times d over all nets must not exceed
the sum of weight times room over all cuts, in whatever order and shape the traces are laid.  Weights that break this are a
proof.  They are found as the dual of a fractional flow of all nets: a linear program whose ways are added as they are needed.

Lengths are µm.  The demand of a net is its width and spacing; the room of a cut is what traces and the spaces beside them
may fill, rounded down to what a whole number of traces fills.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree

from . import shapes
from .joins import touching_sites
from .mesh import OUTLINE, Mesh
from .pieces import Pieces
from .problem import ALL
from .progress import silent
from .tolerance import CUT, MORE, NOTHING, PROMISE, ROUNDING, SAME, TRESPASS, WHOLE

if TYPE_CHECKING:
    from .wires import Board

MOST_ROUNDS = 60  # linear programs, after which the question stays open
MORE_ROUNDS = 12  # after the first proof, in search of a plainer one
WARM_ROUNDS = 8  # rounds in which full cuts become longer, before the first linear program
FINEST = 12  # largest whole weight that is tried
_FREE = NOTHING  # length of a step that costs nothing; a sparse matrix may lose a zero
_PAIRS = 4000000  # pairs of shapes compared at once
_NAMED = 8  # nets and cuts that a sentence names
# Corners of two traces, or of a trace and metal, that face each other may be nearer than the norm of the traces says, by
# this share of the space: once in a cut, as all other traces bend around one of the two.
_FACING = {True: 1.0 - math.cos(math.pi / 8), False: 1.0 - math.sqrt(0.5)}


@dataclass
class WeightedCut:
    """A cut of a proof: its ends [(x1, y1), (x2, y2)] on the metal (or outline) at either side, its room in µm, how many
    traces of the nets concerned fit, its weight, and in words what it runs between."""
    ends: list
    room: float
    traces: int
    weight: float
    between: str


@dataclass
class Proof:
    """Why a problem cannot be routed.

    cuts: WeightedCuts; nets: names of those that must pass them; demand, capacity: sums over the nets and over the cuts,
    each with its weights, in `unit`s: "tracks", or "µm" where the nets differ in width or spacing;
    text: one sentence; place: (x, y) in the middle of the cuts.
    """
    cuts: list
    nets: list
    demand: float
    capacity: float
    unit: str
    text: str
    place: tuple


def find(board: Board, mesh: Mesh | None = None, beat: Callable[..., Any] = silent, without: Collection[int] = ()) -> Proof | None:
    """A proof that the wires of a board cannot all be routed, or None when there is none of this kind, or none was found
    within MOST_ROUNDS.  without: numbers of nets to leave aside; beat: see `Progress`."""
    mesh = mesh or Mesh(board, beat)
    jobs = jobs_of(board, without)
    if not jobs or not len(mesh.triangles):
        return None
    return _Search(board, mesh, jobs, beat).run()


# ---- what must be joined ----

class Job:
    """Traces that may share their way: groups are the lists of sites that count as one piece and must be joined, together all
    sites that the traces may touch."""

    def __init__(self, net: int, demand: float, groups: list[list[int]]) -> None:
        self.net, self.demand, self.groups = net, demand, groups
        self.chosen = list(range(min(len(groups), 3)))  # of the groups, at most three whose joint way stands for all


def jobs_of(board: Board, without: Collection[int] = (), beat: Callable[..., Any] = silent) -> list[Job]:
    """Jobs of what is not joined by touching, whatever is drawn: one for a tree, one for a pad with its contact point."""
    nets, trees, shared = board.problem.nets, {}, {}
    for number, site in enumerate(board.sites):
        if nets[site.net].mode == ALL and site.net not in without:
            trees.setdefault(site.net, []).append(number)
    for wire in board.wires:
        if nets[wire.net].mode != ALL and wire.net not in without:
            shared.setdefault((wire.net, board.sites[wire.first].terminal), []).append(wire)
    found = []
    for net, sites in trees.items():
        beat()
        pairs = [(sites[i], sites[j]) for i, j in touching_sites(board, sites)]
        found.append((net, -1, _groups(sites, pairs)))
    for (net, pad), wires in shared.items():
        beat()
        terminals = {board.sites[k].terminal for wire in wires for k in (wire.first, wire.second)}
        own = sorted(site for terminal in terminals for site in board.parts[terminal])
        one_piece = [(wire.first, wire.second) for wire in wires if wire.touching]
        # a contact point is joined when any part of it is
        one_piece += [(board.parts[terminal][0], site) for terminal in terminals - {pad} for site in board.parts[terminal]]
        found.append((net, pad, _groups(own, one_piece)))
    return [Job(net, sum(board.rules[board.net_rule[net]]), groups) for net, _, groups in sorted(found) if len(groups) > 1]


def _groups(members: Sequence[int], pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Members that hang together by pairs."""
    place = {member: k for k, member in enumerate(members)}
    return [[members[k] for k in group] for group in Pieces(len(members), [(place[one], place[other]) for one, other in pairs]).groups()]


# ---- how much passes ----

class Cuts:
    """Of every mesh edge the shortest cut between its two pieces: start, stop (k, 2), and room (k,) that no traces exceed.

    The edge itself runs from middle to middle.  Where no other metal lies between it and the shortest line from piece to
    piece, whatever must cross the one must cross the other; elsewhere the edge's own free stretch is the cut.
    """

    def __init__(self, mesh: Mesh, beat: Callable[..., Any]) -> None:
        octilinear, rules = mesh.board.problem.allow45, mesh.board.rules
        u, v = mesh.ends.T
        one, other = mesh.piece[u], mesh.piece[v]
        tidy = 10.0 ** math.floor(math.log10(mesh.pitch / 4))  # the vertices are a hair off the middles of their metal
        start, stop, touch = _nearest_points(one, other, np.round((mesh.start + mesh.stop) / 2 / tidy) * tidy, octilinear, beat)
        length = np.where(touch, 0.0, _length(stop - start, octilinear, mesh.space))
        edge, piece = meetings(np.stack([mesh.start, mesh.stop, start, stop], axis=1), mesh.piece, TRESPASS, beat)
        bent = np.zeros(len(u), bool)
        bent[edge[(piece != u[edge]) & (piece != v[edge])]] = True
        outside = [_outside(mesh.piece[w], mesh.points[w]) for w in (u, v)]  # small metal may lie beside its vertex
        straight = _length(mesh.stop - mesh.start, octilinear, mesh.space) + outside[0] + outside[1]
        bent |= straight < length
        self.start, self.stop = np.where(bent[:, None], mesh.start, start), np.where(bent[:, None], mesh.stop, stop)
        length = np.where(bent, straight, length)
        walls = (mesh.owner[u] != OUTLINE).astype(int) + (mesh.owner[v] != OUTLINE)
        beside = np.array([-max(s for _, s in rules), 0.0, mesh.space])  # of spaces there is one more than traces between two walls
        self.room = np.maximum(np.where(length > 0, length - beside[walls], 0.0), 0.0)
        self.room[[len(sides) < 2 for sides in mesh.sides]] = 0.0


def _length(way: np.ndarray, octilinear: bool, space: float) -> np.ndarray:
    """What vectors (k, 2) count for as cuts: never more than their true length."""
    x, y = np.abs(way).T
    norm = np.maximum(x, y)
    if octilinear:
        norm = np.maximum(norm, (x + y) / shapes.ROOT2)
    return np.minimum(np.hypot(x, y), norm + _FACING[octilinear] * space)


def _outside(pieces: np.ndarray, points: np.ndarray) -> np.ndarray:
    """How far points lie outside octagons, row by row."""
    best = np.zeros(len(points))
    for k, value in enumerate((points[:, 0], points[:, 1], points.sum(axis=1), points[:, 0] - points[:, 1])):
        np.maximum(best, np.maximum(pieces[:, 2 * k] - value, value - pieces[:, 2 * k + 1]), out=best)
    return 1.1 * best


_NORMALS = np.array([[1, 0], [0, 1], [1, 1], [1, -1]], float) / np.array([[1], [1], [shapes.ROOT2], [shapes.ROOT2]])
_HIGH_SIDE, _LOW_SIDE = np.array([0, 2, 1, 7]), np.array([4, 6, 5, 3])  # first corner of the side (see `shapes.corners`) that bounds x, y, s, d


def _corners(octagons: np.ndarray, beat: Callable[..., Any]) -> np.ndarray:
    """Corners of octagons, shape (k, 8, 2)."""
    found = []
    for octagon in octagons:
        beat()
        found.append(shapes.corners(octagon))
    return np.array(found).reshape(-1, 8, 2)


def _nearest_points(one: np.ndarray, other: np.ndarray, middle: np.ndarray, octilinear: bool, beat: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points of octagons that are nearest to each other in the norm of the traces, row by row, near a middle where there is a
    choice, and which octagons touch; of these a point in both."""
    size = np.array([1.0, 1.0, shapes.ROOT2, shapes.ROOT2] if octilinear else [1.0, 1.0, 2.0, 2.0])
    apart = np.stack([other[:, ::2] - one[:, 1::2], one[:, ::2] - other[:, 1::2]], axis=2) / size[:, None]
    best = apart.reshape(len(one), -1).argmax(axis=1)
    axis, below = best // 2, best % 2 == 0  # below: the first octagon lies on the low side
    rows = np.arange(len(one))
    normal = _NORMALS[axis]
    along = np.stack([-normal[:, 1], normal[:, 0]], axis=1)
    sides = []
    for piece, high in ((one, below), (other, ~below)):
        corner = _corners(piece, beat)
        first = np.where(high, _HIGH_SIDE[axis], _LOW_SIDE[axis])
        a, b = corner[rows, first], corner[rows, (first + 1) % 8]
        ta, tb = (a * along).sum(axis=1), (b * along).sum(axis=1)
        sides.append(((a * normal).sum(axis=1), np.minimum(ta, tb), np.maximum(ta, tb)))
    (n1, low1, high1), (n2, low2, high2) = sides
    wished = (middle * along).sum(axis=1)
    common = np.clip(wished, np.maximum(low1, low2), np.minimum(high1, high2))
    overlap = np.maximum(low1, low2) <= np.minimum(high1, high2)
    t1 = np.where(overlap, common, np.where(high1 < low2, high1, low1))
    t2 = np.where(overlap, common, np.where(high1 < low2, low2, high2))
    start, stop = normal * n1[:, None] + along * t1[:, None], normal * n2[:, None] + along * t2[:, None]
    touch = apart.reshape(len(one), -1).max(axis=1) <= 0
    box = np.stack([np.maximum(one[:, [0, 2]], other[:, [0, 2]]), np.minimum(one[:, [1, 3]], other[:, [1, 3]])]).mean(axis=0)
    return np.where(touch[:, None], box, start), np.where(touch[:, None], box, stop), touch


def meetings(points: np.ndarray, octagons: np.ndarray, tolerance: float, beat: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray]:
    """(row, octagon) pairs that have more than a tolerance in common, of the convex hulls of points (k, m, 2) with octagons."""
    sides = np.stack([points[..., 0], points[..., 1], points.sum(axis=2), points[..., 0] - points[..., 1]], axis=2)
    low, high = sides.min(axis=1) + tolerance, sides.max(axis=1) - tolerance
    rows, columns, chunk = [], [], max(1, _PAIRS // max(len(octagons), 1))
    for k in range(0, len(points), chunk):
        beat()
        near = np.ones((len(low[k:k + chunk]), len(octagons)), bool)
        for a in range(4):
            near &= (octagons[None, :, 2 * a] < high[k:k + chunk, None, a]) & (octagons[None, :, 2 * a + 1] > low[k:k + chunk, None, a])
        row, column = np.nonzero(near)
        rows.append(row + k)
        columns.append(column)
    row, column = np.concatenate(rows), np.concatenate(columns)
    keep, corners = np.ones(len(row), bool), _corners(octagons, beat)
    for i in range(points.shape[1]):
        for j in range(i):
            way = points[row, i] - points[row, j]
            length = np.hypot(*way.T)
            normal = np.stack([-way[:, 1], way[:, 0]], axis=1) / np.maximum(length, NOTHING)[:, None]
            mine, theirs = (points[row] * normal[:, None]).sum(axis=2), (corners[column] * normal[:, None]).sum(axis=2)
            apart = (mine.max(axis=1) <= theirs.min(axis=1) + tolerance) | (theirs.max(axis=1) <= mine.min(axis=1) + tolerance)
            keep &= ~(apart & (length > ROUNDING))
    return row[keep], column[keep]


def filled(room: float, demands: Sequence[float]) -> float:
    """The most that whole traces of some demands fill of a room, in µm; the room itself where there are many demands."""
    if len(demands) > 3 or room > 200 * min(demands):
        return room
    largest = demands[-1]
    most = int(room / largest + WHOLE)
    if len(demands) == 1:
        return most * largest
    return max(n * largest + filled(max(room - n * largest, 0.0), demands[:-1]) for n in range(most + 1))


# ---- ways across the triangles ----

class _Ways:
    """Cheapest ways of all jobs, given what every edge costs.

    Nodes are the triangles, and a hub for every piece of metal that belongs to a job: it joins all triangles that the metal
    meets, for nothing.
    """

    def __init__(self, board: Board, mesh: Mesh, jobs: Sequence[Job], room: np.ndarray, beat: Callable[..., Any]) -> None:
        self.board, self.mesh, self.jobs, self.beat = board, mesh, jobs, beat
        self.count = len(mesh.triangles)
        inner = np.array([k for k, sides in enumerate(mesh.sides) if len(sides) == 2], int)
        sides = np.array([mesh.sides[k] for k in inner], int).reshape(-1, 2)
        self.edge, self.sides = np.concatenate([inner, inner]), np.vstack([sides, sides[:, ::-1]])
        self.between = {(int(a), int(b)): int(e) for e, (a, b) in zip(self.edge, self.sides)}
        self.room = room
        self._touched()
        self.extra = {k: self._fixed_of(job.net) for k, job in enumerate(jobs)}
        self.plain = [k for k, job in enumerate(jobs) if len(job.groups) == 2 and not self.extra[k]]
        self.special = sorted(set(range(len(jobs))) - set(self.plain))
        self.graphs: dict[Any, Any] = {}

    def _touched(self) -> None:
        """Per site, and per obstacle of a net, the triangles it meets."""
        board, mesh = self.board, self.mesh
        nets = {job.net for job in self.jobs}
        rows = np.nonzero((board.fixed_site >= 0) | np.isin(board.fixed_net, list(nets)))[0]
        triangle, column = meetings(mesh.points[mesh.triangles], board.fixed[rows], -SAME, self.beat)
        found: dict[int, set[int]] = {}
        for t, row in zip(triangle.tolist(), rows[column].tolist()):
            site = int(board.fixed_site[row])
            found.setdefault(site if site >= 0 else -2 - row, set()).add(t)
        self.touched = {name: np.array(sorted(triangles), int) for name, triangles in found.items()}

    def _fixed_of(self, net: int) -> list[int]:
        """Names (in `touched`) of the obstacles that belong to a net."""
        own = np.nonzero((self.board.fixed_net == net) & (self.board.fixed_site < 0))[0]
        return [-2 - int(k) for k in own if -2 - int(k) in self.touched]

    def _hubs(self, groups: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
        """(hub node, triangle) of every triangle that groups of metal meet."""
        none = np.zeros(0, int)
        lists = [np.unique(np.concatenate([self.touched.get(name, none) for name in group] or [none])) for group in groups]
        hubs = np.repeat(self.count + np.arange(len(lists)), [len(triangles) for triangles in lists])
        return hubs, np.concatenate(lists) if lists else none

    def _graph(self, demand: float, hubs: np.ndarray, triangles: np.ndarray, nodes: int, both: bool) -> tuple[Any, np.ndarray]:
        """(matrix, edge of each of its entries or -1)."""
        open_ = self.room[self.edge] >= demand * (1.0 - CUT)
        rows, columns = [self.sides[open_, 0], hubs], [self.sides[open_, 1], triangles]
        edges = [self.edge[open_], np.full(len(hubs), -1)]
        if both:
            rows, columns, edges = rows + [triangles], columns + [hubs], edges + [np.full(len(hubs), -1)]
        edge = np.concatenate(edges)
        matrix = coo_matrix((np.arange(1, len(edge) + 1, dtype=float), (np.concatenate(rows), np.concatenate(columns))), (nodes, nodes)).tocsr()
        return matrix, edge[matrix.data.astype(int) - 1]

    def _filled(self, key: Any, make: Callable[[], tuple[Any, np.ndarray]], cost: np.ndarray) -> Any:
        """A graph (made once) with the present costs."""
        if key not in self.graphs:
            self.graphs[key] = make()
        matrix, edge = self.graphs[key]
        matrix.data = np.where(edge >= 0, cost[edge], 0.0) + _FREE
        return matrix

    def cheapest(self, cost: np.ndarray, which: Collection[int] | None = None) -> dict[int, tuple[float, list[int]]]:
        """Per job the least cost (inf: no way) of joining its terminals, and the edges of a cheapest way (of its chosen
        groups).  cost: per edge; which: numbers of the jobs asked for."""
        wanted = set(range(len(self.jobs)) if which is None else which)
        found = {}
        for demand in sorted({self.jobs[k].demand for k in self.plain}):
            self.beat()
            members = [k for k in self.plain if self.jobs[k].demand == demand]
            found.update(self._plain(demand, members, cost, wanted))
        for k in self.special:
            if k in wanted:
                self.beat()
                found[k] = self._special(k, cost)
        return found

    def _plain(self, demand: float, members: list[int], cost: np.ndarray, wanted: Collection[int]) -> dict[int, tuple[float, list[int]]]:
        """Of jobs with two terminals: one search for all, from the first terminal of each."""
        def make() -> tuple[Any, np.ndarray]:
            hubs, triangles = self._hubs([self.jobs[k].groups[0] for k in members])
            return self._graph(demand, hubs, triangles, self.count + len(members), False)
        asked = [n for n, k in enumerate(members) if k in wanted]
        if not asked:
            return {}
        graph = self._filled(("plain", demand), make, cost)
        length, before = dijkstra(graph, indices=[self.count + n for n in asked], return_predecessors=True)
        found = {}
        for row, n in enumerate(asked):
            _, ends = self._hubs([self.jobs[members[n]].groups[1]])
            end = int(ends[length[row, ends].argmin()])
            found[members[n]] = float(length[row, end]), self._edges(before[row], end)
        return found

    def _special(self, k: int, cost: np.ndarray) -> tuple[float, list[int]]:
        """Of any job: its hubs may be passed through."""
        job = self.jobs[k]
        metal = [*job.groups, *([name] for name in self.extra[k])]

        def make() -> tuple[Any, np.ndarray]:
            hubs, triangles = self._hubs(metal)
            return self._graph(job.demand, hubs, triangles, self.count + len(metal), True)
        graph = self._filled(k, make, cost)
        count = len(job.groups)
        length, before = dijkstra(graph, indices=self.count + np.arange(count), return_predecessors=True)
        total = length[job.chosen].sum(axis=0)
        end = int(total.argmin())
        edges = sorted({e for n in job.chosen for e in self._edges(before[n], end)})
        pairs = length[:, self.count:self.count + count]
        if not np.isfinite(pairs).all():
            return math.inf, edges
        # a tree that joins all is no shorter than its longest pair, nor than the share of the spanning tree that twice around it leaves
        spanning = minimum_spanning_tree(csr_matrix(pairs + _FREE)).sum() * count / (2 * count - 2)
        return max(float(total[end]), float(pairs.max()), float(spanning)), edges

    def choose(self, cost: np.ndarray) -> None:
        """Let three terminals stand for a large tree: the two that are farthest apart, and the one farthest from both."""
        for k in self.special:
            job = self.jobs[k]
            if len(job.groups) > 3 and k in self.graphs:
                length = dijkstra(self.graphs[k][0], indices=self.count + np.arange(len(job.groups)))[:, self.count:self.count + len(job.groups)]
                one, other = divmod(int(length.argmax()), len(job.groups))
                job.chosen = sorted({one, other, int(np.minimum(length[one], length[other]).argmax())})

    def _edges(self, before: np.ndarray, end: int) -> list[int]:
        """Edges crossed on the way to a node."""
        found = []
        while before[end] >= 0:
            previous = int(before[end])
            if end < self.count and previous < self.count:
                found.append(self.between[previous, end])
            end = previous
        return found

    def sides_of(self, k: int) -> list[np.ndarray]:
        """Per terminal of a job the triangles that its traces can reach from it."""
        job = self.jobs[k]
        metal = [*job.groups, *([name] for name in self.extra[k])]
        hubs, triangles = self._hubs(metal)
        graph, _ = self._graph(job.demand, hubs, triangles, self.count + len(metal), True)
        _, part = connected_components(graph, directed=False)
        return [np.nonzero(part[:self.count] == part[self.count + n])[0] for n in range(len(job.groups))]


# ---- the search ----

class _Search:
    """Looks for weights that prove that the jobs do not fit."""

    def __init__(self, board: Board, mesh: Mesh, jobs: list[Job], beat: Callable[..., Any]) -> None:
        self.board, self.mesh, self.jobs, self.beat = board, mesh, jobs, beat
        self.cuts = Cuts(mesh, beat)
        self.demand = np.array([job.demand for job in jobs])
        slack = CUT * self.demand.min()
        demands = sorted(set(self.demand.tolist()))
        capacity = []
        for room in self.cuts.room.tolist():
            self.beat()
            capacity.append(filled(room + slack, demands))
        self.capacity = np.array(capacity)
        self.ways = _Ways(board, mesh, jobs, self.cuts.room, beat)
        self.pool: dict[tuple[int, tuple[int, ...]], None] = {}  # ways known, as (job, edges)

    def run(self) -> Proof | None:
        """A proof, or None."""
        cost = np.where(self.capacity > 0, 1.0 / np.maximum(self.capacity, ROUNDING), 0.0)
        first = self.ways.cheapest(cost)
        for k, (length, _) in first.items():
            if math.isinf(length):
                return self._walled(k)
        weights = self._warm(cost)
        weights = self._optimum() if weights is None else self._optimum(weights)
        return None if weights is None else self._proof(self._simple(weights))

    def excess(self, weights: np.ndarray, which: Collection[int] | None = None) -> tuple[float, dict[int, tuple[float, list[int]]]]:
        """(demand as a multiple of the capacity, ways) for weights of the cuts; takes note of the ways."""
        found = self.ways.cheapest(weights, which)
        for k, (_, edges) in found.items():
            self.pool[k, tuple(sorted(edges))] = None
        total = sum(self.demand[k] * max(length - 2 * self.ways.count * _FREE, 0.0) for k, (length, _) in found.items())
        return total / max(float(weights @ self.capacity), NOTHING), found

    def _warm(self, cost: np.ndarray) -> np.ndarray | None:
        """Fill the pool with ways that avoid full cuts; weights that happen to be a proof, or None."""
        load, best, weights = np.zeros(len(cost)), 1.0 + MORE, None
        for turn in range(WARM_ROUNDS):
            now = cost * np.exp(np.minimum(4.0 * load * cost / max(turn, 1), 30.0))
            now /= max(float(now @ self.capacity), NOTHING)
            ratio, found = self.excess(now)
            if ratio > best:
                best, weights = ratio, now
            for k, (_, edges) in found.items():
                load[edges] += self.demand[k]
            if turn == 0:
                self.ways.choose(now)
        return weights

    def _optimum(self, weights: np.ndarray | None = None) -> np.ndarray | None:
        """Weights with the most demand for their capacity, or None when that is no more than 1."""
        best = 1.0 + MORE if weights is None else self.excess(weights)[0]
        left = MOST_ROUNDS
        while left > 0:
            left = min(left - 1, MORE_ROUNDS if weights is not None else left)
            self.beat()
            bound, now = self._program()
            if now is None or bound <= 1.0 + MORE or (weights is not None and bound <= best * (1.0 + PROMISE)):
                break
            known = len(self.pool)
            ratio, _ = self.excess(now)
            if ratio > best:
                best, weights = ratio, now
            if len(self.pool) == known:
                break
        return weights

    def _program(self) -> tuple[float, np.ndarray | None]:
        """The linear program over the ways known: (an upper bound of the excess, weights)."""
        free = {k for k, edges in self.pool if not edges}
        rows = [(k, edges) for k, edges in self.pool if k not in free]
        if not rows:
            return 0.0, None
        used = np.unique(np.concatenate([np.array(edges, int) for _, edges in rows]))
        column = np.full(len(self.capacity), -1)
        column[used] = np.arange(len(used))
        jobs = sorted({k for k, _ in rows})
        place = {k: len(used) + n for n, k in enumerate(jobs)}
        row = np.repeat(np.arange(len(rows)), [len(edges) + 1 for _, edges in rows])
        where = np.concatenate([np.append(column[list(edges)], place[k]) for k, edges in rows])
        value = np.concatenate([np.append(np.full(len(edges), -1.0), 1.0) for _, edges in rows])
        count = len(used) + len(jobs)
        total = np.append(self.capacity[used], np.zeros(len(jobs)))
        scale = float(self.demand.max())
        result = linprog(-np.append(np.zeros(len(used)), self.demand[jobs]) / scale, A_ub=coo_matrix((value, (row, where)), (len(rows), count)).tocsr(),
                         b_ub=np.zeros(len(rows)), A_eq=total[None] / scale, b_eq=[1.0], method="highs")
        if result.status != 0:
            return math.inf, None
        weights = np.zeros(len(self.capacity))
        weights[used] = np.where(result.x[:len(used)] > ROUNDING, result.x[:len(used)], 0.0)
        return -float(result.fun), weights

    def _simple(self, weights: np.ndarray) -> np.ndarray:
        """Plainer weights that prove it as well: small whole ones where they do, and none that can be left out after
        those of more room were."""
        which = [k for k, (length, _) in self.excess(weights)[1].items() if length > ROUNDING * weights.max()]
        plain = weights / weights[weights > 0].min()
        for finest in range(1, FINEST + 1):
            tried = np.round(weights * finest / weights.max())
            if self.excess(tried, which)[0] > 1.0 + MORE:
                plain = tried
                break
        margin = self._margin(plain, which)
        for e in sorted(np.nonzero(plain)[0], key=lambda e: -plain[e] * self.capacity[e]):
            self.beat()
            tried = plain.copy()
            tried[e] = 0.0
            now = self._margin(tried, which)
            if now > 0 and now >= margin - ROUNDING:
                plain, margin = tried, now
        return plain

    def _margin(self, weights: np.ndarray, which: Collection[int]) -> float:
        """By how much demand exceeds capacity, in µm; 0 or less for no proof."""
        capacity = float(weights @ self.capacity)
        return self.excess(weights, which)[0] * max(capacity, NOTHING) - capacity * (1.0 + MORE) if weights.any() else 0.0

    def _proof(self, weights: np.ndarray) -> Proof:
        """The proof in words."""
        found = self.ways.cheapest(weights)
        must = {k: round(length, 6) for k, (length, _) in found.items() if length > WHOLE}
        demands = sorted({self.jobs[k].demand for k in must})
        edges = np.nonzero(weights)[0].tolist()
        slack = CUT * demands[0]
        cuts = [self._cut(e, float(weights[e]), int(filled(self.cuts.room[e] + slack, demands[:1]) / demands[0] + WHOLE)) for e in edges]
        nets = list(dict.fromkeys(self.board.problem.nets[self.jobs[k].net].name for k in must))
        if len(demands) == 1:
            unit, demand, capacity = "tracks", sum(must.values()), sum(cut.weight * cut.traces for cut in cuts)
            if all(cut.weight == round(cut.weight) for cut in cuts):
                demand = float(math.ceil(demand - WHOLE))  # whole traces cross whole weights
        else:
            unit, demand, capacity = "µm", sum(self.jobs[k].demand * length for k, length in must.items()), float(weights @ self.capacity)
        return _worded(cuts, nets, demand, capacity, unit)

    def _cut(self, e: int, weight: float, traces: int) -> WeightedCut:
        ends = [tuple(round(float(c), 3) for c in point) for point in (self.cuts.start[e], self.cuts.stop[e])]
        between = " to ".join(self._name(int(v)) for v in self.mesh.ends[e])
        return WeightedCut(ends, float(self.cuts.room[e]), traces, weight, between)

    def _name(self, v: int) -> str:
        owner = int(self.mesh.owner[v])
        if owner == OUTLINE:
            return "the die's outline"
        return f"{self.board.sites[owner].kind} '{self.board.sites[owner].name}'" if owner >= 0 else "an obstacle"

    def _walled(self, k: int) -> Proof:
        """The wall around the terminal of a job that reaches least."""
        inside = set(min(self.ways.sides_of(k), key=len).tolist())
        edges = [e for e, sides in enumerate(self.mesh.sides) if len(sides) == 2 and len(inside.intersection(sides)) == 1]
        cuts = [self._cut(e, 1.0, 0) for e in edges]
        net = self.board.problem.nets[self.jobs[k].net].name
        return _worded(cuts, [net], 1.0, 0.0, "tracks")


def _worded(cuts: list[WeightedCut], nets: list[str], demand: float, capacity: float, unit: str) -> Proof:
    """A proof with its sentence and place."""
    points = np.array([point for cut in cuts for point in cut.ends]).reshape(-1, 2)
    place = tuple(float(v) for v in points.mean(axis=0)) if len(points) else None
    if len(cuts) == 1:
        cut = cuts[0]
        (x1, y1), (x2, y2) = cut.ends
        need = f"{demand:g} traces" if unit == "tracks" else f"traces that need {demand:g} µm"
        room = f"{capacity:g}" if unit == "tracks" else f"{capacity:g} µm"
        text = f"{need} must pass the cut from {cut.between} (({x1:.3f}, {y1:.3f}) to ({x2:.3f}, {y2:.3f})), which has room for {room}"
    elif capacity == 0:
        text = f"net {_listed(nets)} must pass a wall of {len(cuts)} cuts, none of which has room for it: {_cut_list(cuts)}"
    else:
        weighted = any(cut.weight != 1 for cut in cuts)
        text = (f"nets {_listed(nets)} need {demand:g} {unit} through {len(cuts)} cuts with room for {capacity:g}"
                f"{', each times its weight' if weighted else ''}: {_cut_list(cuts)}")
    return Proof(cuts, nets, demand, capacity, unit, text, place)


def _listed(names: Sequence[str]) -> str:
    """Names in quotes, not too many."""
    shown = ", ".join(f"'{name}'" for name in names[:_NAMED])
    return shown + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _cut_list(cuts: Sequence[WeightedCut]) -> str:
    """Cuts in words, not too many."""
    words = []
    for cut in cuts[:_NAMED]:
        (x1, y1), (x2, y2) = cut.ends
        weight = f" (weight {cut.weight:g})" if cut.weight != 1 else ""
        words.append(f"{cut.between} (({x1:.3f}, {y1:.3f}) to ({x2:.3f}, {y2:.3f})){weight}")
    return ", ".join(words) + (f" and {len(cuts) - _NAMED} more" if len(cuts) > _NAMED else "")
