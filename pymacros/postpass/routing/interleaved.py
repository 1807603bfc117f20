"""Proofs that two nets must cross on one level: their terminals lie alternately along one wall, however much room is in front of it.

Edges of the mesh without room for a trace are closed (see `proof.Cuts`), and so is the die's outline.  Triangles that hang together
over open edges are a region, and around a region lead closed walks of closed edges, its walls.  Whatever joins terminals that touch a
region at one wall only divides it, as a chord divides a disc: two nets of which each must join what lies on both sides of the other
cross.  A trace that squeezes past metal of its own net, where others find no room, is joined to it, and counts as one that begins there.

What cannot be told for sure is left aside: nets with metal that is no terminal, nets whose pairs are chosen, terminals that touch a
region at several walls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from . import shapes
from .pieces import Pieces
from .problem import ALL
from .progress import silent
from .proof import Cuts, Job, jobs_of, meetings
from .tolerance import CUT, NOTHING, SAME

if TYPE_CHECKING:
    from .mesh import Mesh
    from .wires import Board

_HAIR = 0.03  # of a track: vertices of the mesh lie no farther beside the middle of their metal


@dataclass
class Crossing:
    """Why two nets (numbers) cross: four sites in the order around a wall, the first and third of one net; the reason without the
    net's name; place: (x, y) in their middle."""
    nets: tuple[int, int]
    sites: list[int]
    text: str
    place: tuple[float, float]


@dataclass
class _Touch:
    """Where metal of a net touches a region: at a place along one of its walls; group: see `proof.Job`."""
    region: int
    wall: int
    place: float
    group: int
    site: int


class Crossings:
    """Which nets of a board must cross another one.  It tells of fixed metal and terminals alone, whatever is drawn."""

    def __init__(self, board: Board, mesh: Mesh, beat: Callable[..., Any] = silent) -> None:
        self.board, self.beat = board, beat
        self.jobs = {job.net: job for job in jobs_of(board, beat=beat) if _is_plain(board, job.net)}
        self.walls: list[tuple[dict[int, list[_Along]], dict[int, list[_Along]]]] = []
        if len(self.jobs) < 2 or not len(mesh.triangles):
            return
        cuts, metal = Cuts(mesh, beat), _Metal(board, mesh, self.jobs)
        for demand in sorted({job.demand for job in self.jobs.values()}):
            closed = (cuts.room < demand * (1.0 - CUT)) | np.array([len(sides) < 2 for sides in mesh.sides])
            touches = metal.touches(_Regions(mesh, closed, beat), cuts, closed, beat)
            self.walls.append(_along_walls([job for job in self.jobs.values() if job.demand >= demand], touches, beat))

    def of(self, net: int) -> Crossing | None:
        """The first net that a net (number) must cross, or None where none is known."""
        return next((self._crossing(net, other, sites) for other, sites in self._met(net)), None)

    def fewer(self, left: set[int]) -> bool:
        """Whether fewer nets than these (numbers) might be left open: one of them crosses only others of them, or two of them cross
        but one net that is complete, and not each other."""
        met = {net: {other for other, _ in self._met(net)} for net in sorted(left)}
        alone: dict[int, list[int]] = {}  # by the one complete net that they cross
        for net, others in met.items():
            self.beat()
            complete = others - left
            if others and not complete:
                return True
            if len(complete) == 1:
                alone.setdefault(complete.pop(), []).append(net)
        return any(other not in met[net] for nets in alone.values() for net, other in combinations(nets, 2))

    def _met(self, net: int) -> Iterator[tuple[int, list[int]]]:
        """Nets that a net must cross, each with four sites that alternate; one may come several times."""
        for of_net, at_wall in self.walls:
            for own in of_net.get(net, ()):
                for other in _astride(own, at_wall[own.wall], self.beat):
                    sites = _alternate(own, other)
                    if sites is not None:
                        yield other.net, sites

    def _crossing(self, net: int, other: int, numbers: list[int]) -> Crossing:
        sites = [self.board.sites[k] for k in numbers]
        listed = ", ".join("{} '{}' at ({:.3f}, {:.3f})".format(site.kind, site.name, *site.centre) for site in sites)
        x, y = (float(v) for v in np.mean([site.centre for site in sites], axis=0))
        return Crossing((net, other), numbers, f"it must cross net '{self.board.problem.nets[other].name}', as the two lie alternately along one wall ({listed}): "
                        "exchange two of these, or lead one net on another level", (x, y))


def _is_plain(board: Board, net: int) -> bool:
    """Whether it is clear what of a net is joined to what, and by traces alone."""
    terminals = {site.terminal for site in board.sites if site.net == net}
    own = board.fixed_net == net
    if any(shapes.overlapping(board.fixed[~own], row, SAME).any() for row in board.fixed[own]):  # metal of others reaches into its own: octagons may reach past slanted metal
        return False
    return (board.problem.nets[net].mode == ALL or len(terminals) == 2) and not ((board.fixed_net == net) & (board.fixed_site < 0)).any()


# ---- regions and their walls ----

class _Regions:
    """Regions of a mesh with closed edges, and the walks around them with the region on the left.

    region: per triangle; steps: per step of a walk its half edge (three times the triangle, and the corner that it begins at), which are
    numbered in the order of the walks; wall: per step the number of its walk.
    """

    def __init__(self, mesh: Mesh, closed: np.ndarray, beat: Callable[..., Any]) -> None:
        edge = np.array(mesh.edge_of).ravel()
        inner = np.array([sides for e, sides in enumerate(mesh.sides) if not closed[e]], int).reshape(-1, 2)
        count = len(mesh.triangles)
        _, self.region = connected_components(coo_matrix((np.ones(len(inner)), (inner[:, 0], inner[:, 1])), (count, count)), directed=False)
        twin = _twins(edge).tolist()
        barred, seen = closed[edge].tolist(), set()
        self.steps, self.wall = [], []
        for first in np.flatnonzero(closed[edge]).tolist():
            half, wall = first, len(self.steps)
            while half not in seen:
                beat()
                seen.add(half)
                self.steps.append(half)
                self.wall.append(wall)
                half = _after(half)
                while not barred[half]:  # through open edges around the vertex
                    half = _after(twin[half])

    def region_of(self, half: int) -> int:
        """The region on the left of a half edge."""
        return int(self.region[half // 3])


def _after(half: int) -> int:
    """The next half edge around the same triangle."""
    return half - 2 if half % 3 == 2 else half + 1


def _twins(edge: np.ndarray) -> np.ndarray:
    """Per half edge the other one of its edge; -1 where there is none."""
    order = np.argsort(edge, kind="stable")
    pair = np.flatnonzero(edge[order][1:] == edge[order][:-1])
    twin = np.full(len(edge), -1)
    twin[order[pair]], twin[order[pair + 1]] = order[pair + 1], order[pair]
    return twin


# ---- who touches them ----

class _Metal:
    """Metal of the terminals of some jobs, by net."""

    def __init__(self, board: Board, mesh: Mesh, jobs: dict[int, Job]) -> None:
        self.board, self.mesh = board, mesh
        self.member = {site: (net, group) for net, job in jobs.items() for group, sites in enumerate(job.groups) for site in sites}
        self.rows = np.flatnonzero(np.isin(board.fixed_site, list(self.member)))
        self.octagons = board.fixed[self.rows]
        self.octagons = shapes.grow(self.octagons, _HAIR * mesh.pitch)  # where its vertex is, too

    def touches(self, regions: _Regions, cuts: Cuts, closed: np.ndarray, beat: Callable[..., Any]) -> dict[int, list[_Touch]]:
        """Per net all places where its metal touches a region: at its vertices, at closed edges that it lies on, and inside."""
        mesh, found, unknown = self.mesh, {net: [] for net, _ in self.member.values()}, set()
        corners, on_edge = mesh.triangles.ravel(), self._on_edges(cuts, closed, beat)
        at_wall = np.zeros(len(mesh.points), bool)
        for number, half in enumerate(regions.steps):
            beat()
            edge, end = mesh.edge_of[half // 3][half % 3], int(corners[_after(half)])
            at_wall[end] = True
            along = int(corners[half]) == int(mesh.ends[edge, 0])
            for share, site in [(1.0, int(mesh.owner[end]))] + [(share if along else 1.0 - share, site) for share, site in on_edge.get(edge, ())]:
                if site in self.member:
                    net, group = self.member[site]
                    found[net].append(_Touch(regions.region_of(half), regions.wall[number], number + share, group, site))
        for v, owner in enumerate(mesh.owner.tolist()):
            if owner in self.member and not at_wall[v]:
                net, group = self.member[owner]
                if mesh.around[v]:
                    found[net].append(_Touch(int(regions.region[mesh.around[v][0][0]]), -1 - v, 0.0, group, owner))
                else:  # no triangle knows it
                    unknown.add(net)
        return {net: touches for net, touches in found.items() if net not in unknown}

    def _on_edges(self, cuts: Cuts, closed: np.ndarray, beat: Callable[..., Any]) -> dict[int, list[tuple[float, int]]]:
        """Per closed edge the metal that lies on its cut, as (share of the way, site); that of its ends, too, as it may bend around others."""
        found: dict[int, list[tuple[float, int]]] = {}
        edges = np.flatnonzero(closed)
        row, column = meetings(np.stack([cuts.start[edges], cuts.stop[edges]], axis=1), self.octagons, -SAME, beat)
        shares = _shares(cuts.start[edges[row]], cuts.stop[edges[row]], self.octagons[column])
        for e, share, site in zip(edges[row].tolist(), shares.tolist(), self.board.fixed_site[self.rows[column]].tolist()):
            beat()
            found.setdefault(e, []).append((share, site))
        return found


def _shares(start: np.ndarray, stop: np.ndarray, octagons: np.ndarray) -> np.ndarray:
    """At which share of a way the middle of what an octagon has in common with it lies, row by row, more than 0 and less than 1."""
    first, last, way = np.zeros(len(start)), np.ones(len(start)), stop - start
    for k, side in enumerate(((1, 0), (0, 1), (1, 1), (1, -1))):
        at, rate = start @ np.array(side, float), way @ np.array(side, float)
        slow = np.abs(rate) <= NOTHING
        rate = np.where(slow, 1.0, rate)
        one, other = (octagons[:, 2 * k] - at) / rate, (octagons[:, 2 * k + 1] - at) / rate
        first, last = np.maximum(first, np.where(slow, 0.0, np.minimum(one, other))), np.minimum(last, np.where(slow, 1.0, np.maximum(one, other)))
    return np.clip((first + last) / 2, SAME, 1.0 - SAME)


# ---- who is in whose way ----

@dataclass
class _Along:
    """Where a net touches a wall, in the order of its walk: places, and of each its class and site.  Groups that may be joined elsewhere
    are of one class; classes can be joined in the region alone, where the net touches no other wall."""
    net: int
    wall: int
    places: list[float]
    classes: list[int]
    sites: list[int]


def _along_walls(jobs: list[Job], touches: dict[int, list[_Touch]], beat: Callable[..., Any]) -> tuple[dict[int, list[_Along]], dict[int, list[_Along]]]:
    """What must be joined along one wall: by net, and by wall."""
    of_net, at_wall = {}, {}
    for job in jobs:
        beat()
        for one in _must_join(job, touches.get(job.net, [])):
            of_net.setdefault(job.net, []).append(one)
            at_wall.setdefault(one.wall, []).append(one)
    return of_net, at_wall


def _must_join(job: Job, touches: list[_Touch]) -> Iterator[_Along]:
    by_region: dict[int, list[_Touch]] = {}
    for touch in touches:
        by_region.setdefault(touch.region, []).append(touch)
    for region, own in by_region.items():
        if len({touch.wall for touch in own}) > 1:
            continue
        elsewhere = [(theirs[0].group, touch.group) for other, theirs in by_region.items() if other != region for touch in theirs]
        pieces = Pieces(len(job.groups), elsewhere)
        own = sorted(own, key=lambda touch: touch.place)
        classes = [pieces.of(touch.group) for touch in own]
        if len(set(classes)) > 1:
            yield _Along(job.net, own[0].wall, [touch.place for touch in own], classes, [touch.site for touch in own])


def _astride(own: _Along, others: list[_Along], beat: Callable[..., Any]) -> Iterator[_Along]:
    """Of the nets at a wall those that do not lie between two neighbouring places of one net, which they cannot alternate with."""
    beat()
    first = np.cumsum([0] + [len(other.places) for other in others[:-1]])
    between = np.searchsorted(own.places, np.concatenate([other.places for other in others])) % len(own.places)
    for k in np.flatnonzero(np.minimum.reduceat(between, first) < np.maximum.reduceat(between, first)).tolist():
        beat()
        if others[k].net != own.net:
            yield others[k]


def _alternate(own: _Along, other: _Along) -> list[int] | None:
    """Sites of two nets that alternate along a wall, in this order; None where they need not cross: where a class of one net lies on both
    sides of the other, or all of it on one side."""
    around = sorted((place, one is other, kind, site) for one in (own, other) for place, kind, site in zip(one.places, one.classes, one.sites))
    runs = [list(run) for _, run in groupby(around, key=lambda touch: touch[1])]
    if len(runs) > 1 and runs[0][0][1] == runs[-1][0][1]:
        runs[0] = runs.pop() + runs[0]
    kinds = [key for run in runs for key in {(touch[1], touch[2]) for touch in run}]
    if len(runs) < 4 or len(kinds) > len(set(kinds)):
        return None
    return [run[0][3] for run in runs[:4]]
