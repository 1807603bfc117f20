"""From the sketch to traces: each takes the cheapest path of its sketch that leaves all others the room they need.

Where other traces pass between a trace and some metal, that metal is as good as larger by what they need (Leiserson and
Maley call the outcome the ideal routes).  So a trace can be drawn before its neighbours are, and in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import shapes
from .mesh import OUTLINE
from .space import CORE
from .tolerance import NOTHING

_CORE_PRICE = 100.0  # how much dearer it is to run into a trace itself than into its zone
_CORRECTIONS = 6  # searches after which a trace that will not follow its sketch is given up

if TYPE_CHECKING:
    from .polish import Polish
    from .progress import Progress
    from .sketch import Job, Sketch, Way
    from .space import Space
    from .wires import Board, Wire


class Embedding:
    """Draws the traces of a sketch."""

    def __init__(self, board: Board, sketch: Sketch, space: Space, polish: Polish, progress: Progress) -> None:
        self.board, self.sketch, self.space, self.polish, self.progress = board, sketch, space, polish, progress
        self.weight: dict[int, float] = {}
        ends = sketch.mesh.points[sketch.mesh.ends]
        self._low, self._high = ends.min(axis=1), ends.max(axis=1)
        self.job_of = {wire.number: job.number for job in sketch.jobs for wire in job.wires}

    def first(self) -> list[Job]:
        """Draw all jobs that can be drawn without running into others; returns the rest, with those that have no place in the sketch."""
        hard = []
        for k, job in enumerate(self.sketch.jobs):
            self.progress.tick("drawing", k, len(self.sketch.jobs))
            if not job.placed or not self.draw(job, 0.0):
                hard.append(job)
        self.progress.note(f"drawn: {len(self.sketch.jobs) - len(hard)} of {len(self.sketch.jobs)}")
        return hard

    def settle(self, hard: list[Job], rounds: int = 16, patience: int = 4) -> list[Wire]:
        """Draw what `first` left, through others, then jobs in conflict anew, each along its sketch, others in the way at a price
        that rises for those who stay so; returns the wires in conflict, or without a path, that are left."""
        for job in hard:
            if job.placed:
                self.draw(job, 1.0)
        contested = self._contested()
        best, since, price = len(contested), 0, 1.0
        for turn in range(rounds):
            if not contested or since > patience or self.progress.exhausted():
                break
            self.progress.note(f"drawing, round {turn + 1}: {len(contested)} in conflict")
            for k, job in enumerate(contested):
                self.progress.tick("drawing", k, len(contested))
                self.weight[job.number] = self.weight.get(job.number, 1.0) * 1.2
                self.draw(job, price)
            price *= 1.15
            contested = self._contested()
            since = 0 if len(contested) < best else since + 1
            best = min(best, len(contested))
        return [wire for job in contested for wire in job.wires]

    def _contested(self) -> list[Job]:
        """Jobs with a trace that is in conflict or missing."""
        found = []
        for job in self.sketch.jobs:
            self.progress.beat()
            if job.placed and any(not wire.path or self.space.trespassed(wire) for wire, _ in zip(job.wires, job.ways)):
                found.append(job)
        return found

    def draw(self, job: Job, price: float) -> bool:
        """Draw the traces of a job in the order of its sketch, through others at a price per µm or, at 0, not at all; False when one
        found no path."""
        before = [w.path for w in job.wires]
        for wire in job.wires:
            if wire.path:
                self.polish.replace(wire, None)
        for wire, way in zip(job.wires, job.ways):
            start = self._start(job, way)
            path = None if start is None else self.path(wire, job, way, (start, self.board.sites[way.site].inner), price)
            if path is None:
                for other, old in zip(job.wires, before):
                    if price and other.path is not old:
                        self.polish.replace(other, old)
                    elif not price and other.path:
                        self.polish.replace(other, None)
                return False
            if len(job.sites) > 2:
                wire.second = way.site
            self.polish.replace(wire, path)
        return True

    def _start(self, job: Job, way: Way) -> np.ndarray | None:
        """Where a way may begin: in its first site, or on the traces of its tree that are drawn."""
        if isinstance(way.begin, tuple):
            return self.board.sites[self.sketch.owner[self.sketch.vertex(way.begin)]].inner
        rows = [shapes.segment_octagons(w.path) for w in job.wires if w.path]
        return np.vstack(rows) if rows else None

    def path(self, wire: Wire, job: Job, way: Way, ends: tuple[np.ndarray, np.ndarray], price: float) -> list[tuple[float, float]] | None:
        """The cheapest path of a way that leaves the others their room; what is drawn may be run through at a price, unless that is 0."""
        window = self.window(wire, way)
        zones, owner = self.space.around(wire, window)
        kept = self.reserved(job, way)
        kept = kept[shapes.overlapping(kept, window)]
        if price:
            cores, core_owner = self.space.cores(wire, window, CORE)
            weight = np.array([price * self.weight.get(self.job_of.get(n, -1), 1.0) for n in range(len(self.board.wires))] + [np.inf])
            both = np.vstack([zones, kept, cores])
            toll = np.concatenate([weight[owner], np.full(len(kept), 0.5 * price), _CORE_PRICE * weight[core_owner]])
        else:
            both = np.vstack([zones, kept])
            toll = np.full(len(both), np.inf)
        closed: set[int] = set()
        meant = self._meant(way)
        for _ in range(_CORRECTIONS):
            walls = np.vstack([self._wall(e) for e in sorted(closed)]) if closed else None
            path = self.polish.search(both, toll, ends, window, 1e6, walls)
            if path is None:
                return None
            crossed = self._crossed(path, way)
            if crossed == meant or (not isinstance(way.begin, tuple) and _same_end(crossed, meant)):
                return path
            wrong = set(crossed) - {token.edge for token in way.tokens} - closed
            if not wrong:
                return None
            closed |= wrong
        return None

    def _own(self, way: Way) -> set[int]:
        """Vertices of the sites at the ends of a way."""
        s = self.sketch
        return {v for end in (way.begin, way.end) if isinstance(end, tuple) for v in s.vertices[s.owner[s.vertex(end)]]}

    def _meant(self, way: Way) -> list[int]:
        """Edges a way crosses beyond the metal at its ends."""
        own, edges = self._own(way), [token.edge for token in way.tokens]
        return _reduced(edges, {e for e in edges if own & set(self.sketch.ends[e])})

    def _crossed(self, path: list[tuple[float, float]], way: Way) -> list[int]:
        """Edges a path crosses beyond the metal at its ends."""
        mesh, own = self.sketch.mesh, self._own(way)
        p = np.array(path)
        low, high = p.min(axis=0), p.max(axis=0)
        near = np.flatnonzero(((self._low <= high) & (self._high >= low)).all(axis=1))
        a, b = p[:-1, None], p[1:, None]
        c, d = mesh.points[mesh.ends[near, 0]][None], mesh.points[mesh.ends[near, 1]][None]
        r, s = b - a, d - c
        det = r[..., 0] * s[..., 1] - r[..., 1] * s[..., 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = ((c - a)[..., 0] * s[..., 1] - (c - a)[..., 1] * s[..., 0]) / det
            u = ((c - a)[..., 0] * r[..., 1] - (c - a)[..., 1] * r[..., 0]) / det
        hit = (t >= 0) & (t < 1) & (u >= 0) & (u <= 1) & (np.abs(det) > NOTHING)
        leg, edge = np.nonzero(hit)
        order = np.lexsort((t[leg, edge], leg))
        edges = near[edge[order]].tolist()
        return _reduced(edges, {e for e in edges if own & set(self.sketch.ends[e])})

    def _wall(self, e: int) -> np.ndarray:
        """Thin octagons along the free stretch of an edge."""
        self.progress.beat()
        mesh = self.sketch.mesh
        a, b = mesh.start[e], mesh.stop[e]
        count = max(1, int(np.ceil(np.hypot(*(b - a)) / mesh.pitch)))
        places = a + (b - a) * np.linspace(0, 1, count + 1)[:, None]
        return shapes.grow(shapes.segment_octagons(places), 2 * self.board.problem.unit)

    def window(self, wire: Wire, way: Way) -> np.ndarray:
        """Octagon around all places of a way."""
        s = self.sketch
        places = [s.points[s.vertex(end)] for end in (way.begin, way.end) if isinstance(end, tuple)]
        joint = way.begin.ends if not isinstance(way.begin, tuple) else []
        places += [s.points[s.vertex(end)] for end in joint if isinstance(end, tuple)]
        for token in way.tokens + [end for end in joint if not isinstance(end, tuple)]:
            for share in s.position(token.edge, s.crossings[token.edge].index(token), 0.0):
                (x, y), (dx, dy) = s.start[token.edge], s.way[token.edge]
                places.append((x + share * dx, y + share * dy))
        hull = shapes.octagon(np.array(places))
        return self.polish.clip(wire, shapes.grow(hull, 4 * s.mesh.pitch))

    def reserved(self, job: Job, way: Way) -> np.ndarray:
        """Octagons of metal that other traces pass between it and the way, grown by what they need."""
        s, mesh = self.sketch, self.sketch.mesh
        least: dict[int, float] = {}
        for k, t in enumerate(way.triangles):
            self.progress.beat()
            block = (way.tokens[k - 1] if k else way.tokens[0]).blocks[t] if way.tokens else s.corner_block[way.end]
            for v, room in zip(s.triangles[t], s.between(t, s.beside(t, block), job.net)):
                least[v] = min(room, least.get(v, np.inf))
        width, spacing = self.board.rules[job.wires[0].rule]
        found = [(v, width / 2 + (0.0 if s.owner[v] == OUTLINE else spacing) + room)
                 for v, room in sorted(least.items()) if room > 0.0 and s.owner[v] not in job.sites]
        if not found:
            return np.zeros((0, 8))
        return shapes.grow(mesh.piece[[v for v, _ in found]], np.array([d for _, d in found]))


def _reduced(edges: list[int], ends: set[int]) -> list[int]:
    """Edges in the order in which they are crossed, without going to and fro, and without those around the ends."""
    out: list[int] = []
    for e in edges:
        if out and out[-1] == e:
            out.pop()
        else:
            out.append(e)
    while out and out[0] in ends:
        del out[0]
    while out and out[-1] in ends:
        out.pop()
    return out


def _same_end(one: list[int], other: list[int]) -> bool:
    """True when the shorter of two lists is the end of the longer one."""
    count = min(len(one), len(other))
    return one[len(one) - count:] == other[len(other) - count:]
