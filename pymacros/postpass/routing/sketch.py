"""The topological phase: which trace passes between which metal, and in which order, before any of it has a shape.

A sketch knows of every mesh edge (see `mesh`) which traces cross it, in order.  A try is a search over the gaps between
them and costs milliseconds.  No two traces cross, and no edge carries more than fits: who has no place takes the
cheapest way, those in the way lose theirs and queue up for another, and become dearer to push aside.
"""

from __future__ import annotations

import collections
import heapq
import math
import random
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .mesh import Mesh
from .problem import ALL
from .shapes import TAN
from .tolerance import ROUNDING, SAME

if TYPE_CHECKING:
    from .progress import Progress
    from .wires import Board, Wire

PUSHES = 2.0, 1.0, 4.0  # pitches that pushing a trace aside costs at first, by turns
STUBBORN = 1.0  # what every loss adds to that, as a share
WEAR = 1.0  # pitches that an edge becomes dearer for all each time somebody is pushed off it
_FEW_GOALS = 12  # targets up to which the way to the nearest one is looked up
_CORNER, _JOINT, _ARRIVED = -2, -3, -1  # instead of the edge of a state
_EFFORT = 2000  # what one state counts, see `Progress.spend`: it takes as long as so many nodes of a grid
PATIENCE, PATIENCE_PER_JOB = 100, 8  # tries without a new best state
_FEW, _UNEVEN = 4, 0.01  # sketches that are made in any case; by what share they may differ in length if no further ones are
_PULLS = 6
HOPELESS = 3  # times that a job finds no way at all after which it is left out


class Job:
    """What is sketched together: one trace, or all of a tree."""

    __slots__ = ("bound", "demand", "direct", "net", "number", "placed", "sites", "tokens", "ways", "weight", "wires")

    def __init__(self, number: int, wires: Sequence[Wire], sites: list[int], demand: float) -> None:
        self.number, self.wires, self.sites, self.demand = number, list(wires), sites, demand
        self.net = wires[0].net
        self.bound = sum(w.bound for w in wires)
        self.tokens: list[Token] = []
        self.ways: list[Way] = []  # in the order in which they were found
        self.direct: list[Block] = []  # blocks that join corners without crossing any edge
        self.placed = False
        self.weight = float(len(wires))  # what pushing it aside costs, as a multiple of the price


class Token:
    """One crossing of a job's trace over an edge, and the block it belongs to in the triangle at either side."""

    __slots__ = ("blocks", "edge", "job")

    def __init__(self, job: Job, edge: int) -> None:
        self.job, self.edge = job, edge
        self.blocks: dict[int, Block] = {}


class Block:
    """What hangs together of one net within a triangle: crossings of its edges, and perhaps corners."""

    __slots__ = ("demand", "ends", "job", "net")

    def __init__(self, job: Job) -> None:
        self.job, self.net, self.demand = job, job.net, job.demand
        self.ends: list[Any] = []

    def owners(self) -> set[Job]:
        """The jobs whose traces it is made of."""
        return {end.job for end in self.ends if not isinstance(end, tuple)} or {self.job}


class Faces:
    """The faces of a triangle between the traces in it.

    gaps: face of every gap of each of the three edges, in the order of the walk around; members: per face its (side,
    gap) pairs; corners: per corner the faces it touches; beside: per face the blocks it touches; across: per block the faces beside it.
    """

    __slots__ = ("across", "beside", "corners", "gaps", "members")

    def __init__(self, gaps: list[list[int]], members: list[list[tuple[int, int]]], corners: list[list[int]], beside: list[list[Block]]) -> None:
        self.gaps, self.members, self.corners, self.beside = gaps, members, corners, beside
        self.across: dict[int, list[int]] = {}
        for face, blocks in enumerate(beside):
            for block in blocks:
                self.across.setdefault(id(block), []).append(face)


class Sketch:
    """Crossings of all jobs of a board over the edges of its mesh."""

    def __init__(self, board: Board, progress: Progress, mesh: Mesh | None = None, aside: Collection[int] = ()) -> None:
        self.board, self.progress, self._aside = board, progress, aside
        self.mesh = mesh = mesh or Mesh(board, progress.beat)
        self.crossings: list[list[Token]] = [[] for _ in mesh.ends]
        self.corner_block: dict[tuple[int, int], Block] = {}
        self._faces: dict[int, Faces] = {}
        self.wear = [0.0] * len(mesh.ends)
        self.room = mesh.room.tolist()
        self.start, self.way = mesh.start.tolist(), (mesh.stop - mesh.start).tolist()
        self.length = np.hypot(*(mesh.stop - mesh.start).T).tolist()
        self.triangles, self.edge_of, self.sides = mesh.triangles.tolist(), mesh.edge_of, mesh.sides
        self.ends = mesh.ends.tolist()
        self.points, self.owner = mesh.points.tolist(), mesh.owner.tolist()
        self.around = mesh.around
        self.vertices: dict[int, list[int]] = {}
        for v, owner in enumerate(self.owner):
            self.vertices.setdefault(owner, []).append(v)
        self.push = PUSHES[0] * mesh.pitch
        self.jobs = self._jobs()
        self.octilinear = board.problem.allow45

    def _jobs(self) -> list[Job]:
        board, trees, found = self.board, {}, []
        for wire in board.wires:
            if wire.net in self._aside:
                continue
            if board.problem.nets[wire.net].mode == ALL:
                trees.setdefault(wire.net, []).append(wire)
            elif not wire.touching:
                found.append([wire])
        found += [wires for wires in trees.values() if not all(w.touching for w in wires)]
        jobs = []
        for wires in sorted(found, key=lambda ws: (sum(w.bound for w in ws), ws[0].number)):
            sites = sorted({k for w in wires for k in (w.first, w.second)})
            width, spacing = board.rules[wires[0].rule]
            jobs.append(Job(len(jobs), wires, sites, width + spacing))
        return jobs

    # ---- state ----

    def faces(self, t: int) -> Faces:
        """The faces of a triangle at present."""
        found = self._faces.get(t)
        if found is None:
            found = self._faces[t] = self._parse(t)
        return found

    def beside(self, t: int, block: Block) -> list[int]:
        """The faces of a triangle that a block of it touches."""
        return self.faces(t).across.get(id(block), [])

    def vertex(self, corner: tuple[int, int]) -> int:
        """The vertex of a (triangle, corner)."""
        return self.triangles[corner[0]][corner[1]]

    def _walk(self, t: int) -> Iterator[tuple[int, int, Block | None]]:
        """Corners and crossings around a triangle: (side, gap after it, block)."""
        corner = self.triangles[t]
        for k in range(3):
            yield k, 0, self.corner_block.get((t, k))
            e = self.edge_of[t][k]
            tokens = self.crossings[e]
            if self.ends[e][0] != corner[k]:
                tokens = tokens[::-1]
            for g, token in enumerate(tokens):
                yield k, g + 1, token.blocks[t]

    def _parse(self, t: int) -> Faces:
        gaps: list[list[int]] = [[], [], []]
        members: list[list[tuple[int, int]]] = [[]]
        corners: list[list[int]] = [[], [], []]
        beside: list[list[Block]] = [[]]
        left: dict[int, int] = {}
        stack: list[int] = []
        now = 0
        for side, gap, block in self._walk(t):
            before = now
            if block is not None:
                key = id(block)
                rest = left.get(key)
                if rest is None:
                    if len(block.ends) > 1:
                        left[key] = len(block.ends) - 1
                        stack.append(now)
                        beside[now].append(block)
                        now = len(members)
                        members.append([])
                        beside.append([block])
                elif rest > 1:
                    left[key] = rest - 1
                    now = len(members)
                    members.append([])
                    beside.append([block])
                else:
                    left[key] = 0
                    now = stack.pop()
            if gap == 0:
                corners[side] = [before] if before == now else [before, now]
            gaps[side].append(now)
            members[now].append((side, gap))
        # the walk ends where it began; the first corner's first face is the last one
        return Faces(gaps, members, corners, beside)

    def position(self, e: int, gap: int, demand: float) -> tuple[float, float]:
        """Where a trace of a demand in a gap of an edge would cross it, as a share of the free stretch: (lowest, highest)."""
        tokens = self.crossings[e]
        before = after = 0.5 * demand
        for token in tokens[:gap]:
            before += token.job.demand
        for token in tokens[gap:]:
            after += token.job.demand
        length = max(self.length[e], ROUNDING)
        low, high = before / length, 1.0 - after / length
        if low > high:
            low = high = before / max(before + after, ROUNDING)
        return low, high

    def at(self, e: int, share: float) -> tuple[float, float]:
        """The place at a share of the free stretch of an edge."""
        (x, y), (dx, dy) = self.start[e], self.way[e]
        return x + share * dx, y + share * dy

    def met(self, e: int, a: Any, b: Any) -> float | None:
        """Where the line through two places meets an edge, as a share of its free stretch; None where they are parallel."""
        (x, y), (dx, dy) = self.start[e], self.way[e]
        px, py = b[0] - a[0], b[1] - a[1]
        det = dx * py - dy * px
        return None if abs(det) < ROUNDING else ((a[0] - x) * py - (a[1] - y) * px) / det

    def norm(self, a: Any, b: Any) -> float:
        """The length of a trace between two places, in µm."""
        dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
        return max(dx, dy) + TAN * min(dx, dy) if self.octilinear else dx + dy

    def total(self) -> float:
        """About how long all traces are, each pulled tight between its neighbours, in µm."""
        total = 0.0
        for job in self.jobs:
            self.progress.beat()
            total += sum(_pulled_tight(self, way) for way in job.ways)
        return total

    def between(self, t: int, faces: Sequence[int], net: int) -> list[float]:
        """Per corner of a triangle, what the traces of other nets between it and the nearest of some faces need, in µm."""
        known = self.faces(t)
        away = dict.fromkeys(faces, 0.0)
        todo = list(faces)
        while todo:
            face = todo.pop()
            for block in known.beside[face]:
                width = 0.0 if block.net == net else block.demand
                for other in known.across[id(block)]:
                    if other != face and away[face] + width < away.get(other, math.inf):
                        away[other] = away[face] + width
                        todo.append(other)
        return [min((away.get(face, 0.0) for face in known.corners[k]), default=0.0) for k in range(3)]

    # ---- changes ----

    def remove(self, job: Job) -> None:
        """Take a job off the sketch."""
        for token in job.tokens:
            self.crossings[token.edge].remove(token)
            for t, block in token.blocks.items():
                block.ends.remove(token)
                self._faces.pop(t, None)
                self._dissolve(block)
        for block in job.direct:
            self._dissolve(block)
        job.tokens, job.ways, job.direct, job.placed = [], [], [], False

    def _dissolve(self, block: Block) -> None:
        """Forget a block that no trace crosses an edge from."""
        if all(isinstance(end, tuple) for end in block.ends):
            for end in block.ends:
                self.corner_block.pop(end, None)
                self._faces.pop(end[0], None)
            block.ends.clear()

    def add(self, job: Job, way: Way) -> None:
        """Put a way on the sketch; whoever is in its way must be gone."""
        tokens = []
        for e, left in way.steps:
            token = Token(job, e)
            present = self.crossings[e]
            present.insert(present.index(left) + 1 if left is not None else 0, token)
            tokens.append(token)
            for t in self.sides[e]:
                self._faces.pop(t, None)
        job.tokens += tokens
        way.tokens = tokens
        job.ways.append(way)
        job.placed = True
        for k, t in enumerate(way.triangles):
            ends: list[Any] = ([way.begin] if k == 0 else [tokens[k - 1]]) + ([way.end] if k == len(tokens) else [tokens[k]])
            self._join(job, t, ends)

    def _join(self, job: Job, t: int, ends: list[Any]) -> None:
        """Make ends (crossings, corners (triangle, corner), blocks) one block of a triangle."""
        blocks = []
        for end in ends:
            known = end if isinstance(end, Block) else self.corner_block.get(end) if isinstance(end, tuple) else None
            if known is not None and known not in blocks:
                blocks.append(known)
        block = blocks[0] if blocks else Block(job)
        for other in blocks[1:]:
            for end in other.ends:
                self._own(end, t, block)
        for end in ends:
            if not isinstance(end, Block) and end not in block.ends:
                self._own(end, t, block)
        if all(isinstance(end, tuple) for end in block.ends):
            job.direct.append(block)
        self._faces.pop(t, None)

    def _own(self, end: Any, t: int, block: Block) -> None:
        block.ends.append(end)
        if isinstance(end, tuple):
            self.corner_block[end] = block
        else:
            end.blocks[t] = block

    def without(self, way: Way, gone: set[Job]) -> Way:
        """A way whose crossings to the left are ones that stay when some jobs go."""
        steps = []
        for e, left in way.steps:
            tokens = self.crossings[e]
            k = tokens.index(left) if left is not None else -1
            while k >= 0 and tokens[k].job in gone:
                k -= 1
            steps.append((e, tokens[k] if k >= 0 else None))
        way.steps = steps
        return way

    # ---- search ----

    def search(self, job: Job, joined: set[int], targets: set[int], price: float) -> Way | None:
        """The cheapest way of a job from the sites joined (and the job's own crossings) to one of the targets."""
        return _Search(self, job, joined, targets, price).run()


class Way:
    """A way through the sketch: steps are (edge, the crossing left of it); triangles one more than steps; begin and end are
    (triangle, corner) or a block; pushed: numbers of the jobs in the way."""

    __slots__ = ("begin", "end", "pushed", "site", "steps", "tokens", "triangles", "worn")

    def __init__(self, steps: list[tuple[int, Token | None]], triangles: list[int], begin: Any, end: Any, pushed: set[int], worn: list[int], site: int) -> None:
        self.steps, self.triangles, self.begin, self.end = steps, triangles, begin, end
        self.pushed, self.worn, self.site = pushed, worn, site
        self.tokens: list[Token] = []


class _Search:
    """One search.  States are (edge, gap, triangle to enter); a node is (state, jobs pushed on the way to it from the one before, that one)."""

    def __init__(self, sketch: Sketch, job: Job, joined: set[int], targets: set[int], price: float) -> None:
        self.s, self.job, self.price = sketch, job, price
        self.joined, self.targets = joined, targets
        self.goal = [sketch.points[v] for target in targets for v in sketch.vertices.get(target, ())]
        self.simple = len(self.goal) <= _FEW_GOALS
        self.heap: list[Any] = []
        self.known: dict[tuple[int, int, int], float] = {}
        self.count = 0
        self._toll: dict[int, tuple[float, tuple[int, ...]]] = {}

    def run(self) -> Way | None:
        """The cheapest way, or None."""
        s = self.s
        self._begin()
        done = set()
        while self.heap:
            _, _, cost, key, point, node = heapq.heappop(self.heap)
            if key in done:
                continue
            if key[0] == _ARRIVED:
                return self._way(node, key)
            done.add(key)
            s.progress.beat()
            e, gap, t = key
            s.progress.spend(_EFFORT)
            side = s.edge_of[t].index(e)
            g = gap if s.ends[e][0] == s.triangles[t][side] else len(s.crossings[e]) - gap
            self._spread(t, s.faces(t).gaps[side][g], cost, point, node, {side})
        return None

    def _begin(self) -> None:
        """Leave from the corners of the sites that are joined, and from the job's own traces."""
        s = self.s
        for site in self.joined:
            for v in s.vertices.get(site, ()):
                for t, k in s.around[v]:
                    corner = s.triangles[t]
                    # the edges at the corner lead around it only, unless all of them do
                    beside = {side for side in (k, (k + 2) % 3) if s.owner[corner[(k + 1) % 3]] != site and s.owner[corner[(k + 2) % 3]] != site}
                    for face in dict.fromkeys(s.faces(t).corners[k]):
                        self._spread(t, face, 0.0, s.points[v], ((_CORNER, (t, k), face), (), None), beside)
        seen = set()
        for token in self.job.tokens:
            for t, block in token.blocks.items():
                if id(block) in seen:
                    continue
                seen.add(id(block))
                low, high = s.position(token.edge, s.crossings[token.edge].index(token), 0.0)
                point = self.s.at(token.edge, 0.5 * (low + high))
                for face in s.beside(t, block):
                    self._spread(t, face, 0.0, point, ((_JOINT, block, face), (), None), set())

    def _spread(self, t: int, face: int, cost: float, point: Any, node: Any, barred: set[int]) -> None:
        """Go on from a face of a triangle: to corners that are targets and over its edges, also from the faces behind traces that
        must give way then.  barred: sides not to be crossed."""
        s = self.s
        faces = s.faces(t)
        corner = s.triangles[t]
        for there, (toll, pushed) in (self._behind(faces, face) if len(faces.members) > 1 else {face: (0.0, ())}).items():
            for k in range(3):
                if there in faces.corners[k] and s.owner[corner[k]] in self.targets:
                    total = cost + toll + self.s.norm(point, s.points[corner[k]])
                    self._push(total, total, (_ARRIVED, t, k), None, ((_ARRIVED, t, k), pushed, node))
            for side, h in faces.members[there]:
                if side not in barred or there != face:
                    self._step(t, side, h, cost + toll, point, pushed, node)

    def _behind(self, faces: Faces, face: int) -> dict[int, tuple[float, tuple[int, ...]]]:
        """Faces of a triangle with the price of getting there through traces, and whose they are."""
        found: dict[int, tuple[float, tuple[int, ...]]] = {face: (0.0, ())}
        todo = [face]
        while todo:
            now = todo.pop()
            toll, pushed = found[now]
            for block in faces.beside[now]:
                owners = block.owners()
                if self.job in owners:
                    continue
                more = toll + self.price * sum(job.weight for job in owners)
                for other in faces.across[id(block)]:
                    if other != now and more < found.get(other, (math.inf,))[0]:
                        found[other] = more, pushed + tuple(job.number for job in owners)
                        todo.append(other)
        return found

    def _step(self, t: int, side: int, h: int, cost: float, point: Any, pushed: tuple[int, ...], node: Any) -> None:
        """Cross a gap of an edge of a triangle into the next one."""
        s = self.s
        e = s.edge_of[t][side]
        if s.room[e] <= 0.0 or len(s.sides[e]) < 2:
            return
        toll = self.toll(e)
        if toll == math.inf:
            return
        gap = h if s.ends[e][0] == s.triangles[t][side] else len(s.crossings[e]) - h
        one, other = s.sides[e]
        key = (e, gap, other if one == t else one)
        place = self.s.at(e, self._share(e, gap, point))
        total = cost + self.s.norm(point, place) + toll
        if total < self.known.get(key, math.inf):
            self.known[key] = total
            self._push(total, total + self._ahead(place), key, place, (key, pushed, node))

    def _push(self, cost: float, estimate: float, key: Any, point: Any, node: Any) -> None:
        self.count += 1
        heapq.heappush(self.heap, (estimate, self.count, cost, key, point, node))

    def toll(self, e: int) -> float:
        """What crossing an edge costs beyond its length: the price of those who must leave it."""
        known = self._toll.get(e)
        if known is None:
            known = self._toll[e] = self._evicted(e)
        return known[0] + self.s.wear[e]

    def _evicted(self, e: int) -> tuple[float, tuple[int, ...]]:
        s = self.s
        tokens = s.crossings[e]
        over = sum(token.job.demand for token in tokens) + self.job.demand - s.room[e] - SAME
        if over <= 0.0:
            return 0.0, ()
        if self.job.demand > s.room[e] + SAME:
            return math.inf, ()
        out, price = [], 0.0
        for token in sorted(tokens, key=lambda token: (token.job.weight, token.job.number)):
            if over <= 0.0:
                break
            if token.job is self.job:
                continue
            over -= token.job.demand
            out.append(token.job.number)
            price += token.job.weight
        if over > 0.0:
            return math.inf, ()
        return self.price * price, tuple(out)

    def _share(self, e: int, gap: int, point: Any) -> float:
        """Where to cross a gap: nearest to the straight way on to the goal."""
        s = self.s
        low, high = s.position(e, gap, self.job.demand)
        if not self.simple or not self.goal:
            return 0.5 * (low + high)
        gx, gy = min(self.goal, key=lambda g: abs(g[0] - point[0]) + abs(g[1] - point[1])) if len(self.goal) > 1 else self.goal[0]
        share = s.met(e, point, (gx, gy))
        return 0.5 * (low + high) if share is None else min(max(share, low), high)

    def _ahead(self, point: Any) -> float:
        if not self.simple or not self.goal:
            return 0.0
        return min([self.s.norm(point, g) for g in self.goal])

    def _way(self, node: Any, last: tuple[int, int, int]) -> Way:
        """The way that ends at a target's corner."""
        s = self.s
        end = (last[1], last[2])
        steps: list[tuple[int, Token | None]] = []
        triangles = [last[1]]
        _, pushed, node = node
        gone, worn = set(pushed), []
        while node[2] is not None:
            (e, gap, t), pushed, before = node
            gone.update(pushed)
            steps.append((e, s.crossings[e][gap - 1] if gap > 0 else None))
            if self._toll[e][1]:
                worn.append(e)
                gone.update(self._toll[e][1])
            one, other = s.sides[e]
            triangles.append(one if other == t else other)
            node = before
        return Way(steps[::-1], triangles[::-1], node[0][1], end, gone, worn, s.owner[s.vertex(end)])


def _pulled_tight(sketch: Sketch, way: Way) -> float:
    """About how long a way is, pulled tight between its neighbours, in µm."""
    places, spans = [], []
    if isinstance(way.begin, tuple):
        places.append(sketch.points[sketch.vertex(way.begin)])
    shift = len(places)
    for token in way.tokens:
        e = token.edge
        low, high = sketch.position(e, sketch.crossings[e].index(token), 0.0)
        spans.append((e, low, high))
        places.append(sketch.at(e, 0.5 * (low + high)))
    places.append(sketch.points[sketch.vertex(way.end)])
    for _ in range(_PULLS):
        for k, (e, low, high) in enumerate(spans, shift):
            if k:
                share = sketch.met(e, places[k - 1], places[k + 1])
                if share is not None:
                    places[k] = sketch.at(e, min(max(share, low), high))
    return sum(sketch.norm(a, b) for a, b in zip(places, places[1:]))


class Sketching:
    """Brings all jobs onto a sketch."""

    def __init__(self, sketch: Sketch, progress: Progress, seed: int = 0) -> None:
        self.sketch, self.progress = sketch, progress
        self.chance = random.Random(seed)
        self.tries = 0
        self.order = list(sketch.jobs)
        if seed:
            self.order.sort(key=lambda job: job.bound * self.chance.uniform(0.5, 2.0))
        sketch.push = PUSHES[seed % len(PUSHES)] * sketch.mesh.pitch

    def run(self) -> list[Job]:
        """Sketch all jobs; returns those that have no place in the end."""
        s = self.sketch
        queue, chance, failed = list(self.order), self.chance, collections.Counter()
        fresh = len(queue)  # after the first round in any order: the same one would go in circles
        most = PATIENCE + PATIENCE_PER_JOB * len(s.jobs)
        best, since = len(queue) + 1, 0
        while queue and since < most and not self.progress.exhausted():
            self.progress.tick("sketching", len(s.jobs) - len(queue), len(s.jobs))
            job = queue.pop(0 if fresh else chance.randrange(len(queue)))
            fresh = max(fresh - 1, 0)
            queue += self.place(job)
            if not job.placed:
                failed[job] += 1
                queue += [job] if failed[job] < HOPELESS else []
            since += 1
            if len(queue) < best:
                best, since = len(queue), 0
        return [job for job in s.jobs if not job.placed]

    def place(self, job: Job) -> list[Job]:
        """Sketch a job, unless there is no way at all; returns those that lost their place to it."""
        s = self.sketch
        self.tries += 1
        s.remove(job)
        joined, left = {job.sites[0]}, set(job.sites[1:])
        lost: list[Job] = []
        while left:
            way = s.search(job, joined, left, s.push)
            if way is None:
                s.remove(job)
                return lost
            for number in sorted(way.pushed):
                other = s.jobs[number]
                lost.append(other)
                other.weight += STUBBORN
            for e in way.worn:
                s.wear[e] += WEAR * s.mesh.pitch
            way = s.without(way, {s.jobs[n] for n in way.pushed})
            for number in sorted(way.pushed):
                s.remove(s.jobs[number])
            s.add(job, way)
            joined.add(way.site)
            left.discard(way.site)
        return lost


def sketched(board: Board, progress: Progress, seeds: Sequence[int], aside: Collection[int] = ()) -> Sketch:
    """The best of several sketches of a board: fewest jobs without a place, then least length.

    aside: numbers of nets that are left out.  The first `_FEW` seeds are tried in any case, the others while the sketches that place all are of uneven length.
    """
    mesh, best, lengths = Mesh(board, progress.beat), None, []
    for seed in seeds:
        if best is not None and (progress.exhausted() or (len(lengths) >= _FEW and max(lengths) < (1 + _UNEVEN) * min(lengths))):
            break
        sketch = Sketch(board, progress, mesh, aside)
        sketching = Sketching(sketch, progress, seed)
        left = sketching.run()
        rank = len(left), sketch.total()
        lengths += [rank[1]] if not left else []
        progress.note(f"sketch {seed}: {len(left)} of {len(sketch.jobs)} without a place, about {rank[1]:.0f} um, {sketching.tries} tries")
        if best is None or rank < best[0]:
            best = rank, sketch
    return best[1]
