"""First solution: all wires on the track grid, by negotiation.

Every wire takes its cheapest path on the grid, within a window; crossing another wire's zone is allowed at a price that rises from round to round,
and places that stay contested become dearer for everyone, until nobody trespasses.  Trees grow terminal by terminal
from whatever of the net is joined already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import shapes
from .grid import Grid
from .problem import ALL
from .sweep import Sweep
from .tolerance import ROUNDING, SAME

if TYPE_CHECKING:
    from .progress import Progress
    from .wires import Board, Wire


@dataclass
class Terms:
    """How hard the negotiation is: price per µm inside another wire's zone, its growth per round and its cap; what a
    contested node gains in history; how much a contested wire's window widens."""
    price: float = 0.5
    growth: float = 1.15
    cap: float = 2.0
    crossing: float = 100.0
    stubborn: float = 0.5
    history: float = 0.2
    widen: float = 0.05


class Negotiation:
    """Routes of all wires on one grid."""

    def __init__(self, board: Board, reporter: Progress, fineness: float = 2.0, bend: Any = None, terms: Terms | None = None) -> None:
        self.board = board
        self.grid = Grid(board, fineness, reporter.beat)
        self.reporter = reporter
        self.terms = terms or Terms()
        self.bend = self.grid.pitch if bend is None else bend
        self.zones, self.nodes, self.margin, self.weight, self.placed = {}, {}, {}, {}, {}
        self.jobs = self._jobs()
        self.tree_sites = {job[0].net: sorted({k for w in job for k in (w.first, w.second)})
                           for job in self.jobs if len(job) > 1}
        self.net_fixed = {}
        for k, net in enumerate(board.fixed_net):
            if net >= 0 and board.fixed_site[k] < 0:
                self.net_fixed.setdefault(int(net), []).append(k)
        self.site_fixed = [[] for _ in board.sites]
        for k, site in enumerate(board.fixed_site):
            for sibling in board.parts[board.sites[site].terminal] if site >= 0 else ():
                self.site_fixed[sibling].append(k)

    def _jobs(self) -> list[list[Wire]]:
        """What is routed together: single wires, and all wires of a tree; short ones first."""
        trees, jobs = {}, []
        for wire in self.board.wires:
            if self.board.problem.nets[wire.net].mode == ALL:
                trees.setdefault(wire.net, []).append(wire)
            elif not wire.touching:
                jobs.append([wire])
        jobs += [wires for wires in trees.values() if not all(w.touching for w in wires)]
        return sorted(jobs, key=lambda job: (sum(w.bound for w in job), job[0].number))

    def run(self, rounds: int = 120, patience: int = 6) -> int:
        """Route everything, until nothing is contested or `patience` rounds have brought no progress; returns how many
        jobs are contested in the end."""
        terms = replace(self.terms)
        todo, best, since = self.jobs, len(self.jobs) + 1, 0
        for turn in range(rounds):
            for k, job in enumerate(todo):
                self.reporter.tick("first traces", k, len(todo))
                self.route(job, terms.price)
            todo = self.contested(terms)
            self.reporter.note(f"round {turn + 1}: {len(todo)} in conflict")
            since += 1
            if len(todo) <= best:
                since = 0 if len(todo) < best else since
                best = len(todo)
            if not todo or since > patience or self.reporter.exhausted():
                break
            self.uncross(todo)
            terms.price = min(terms.price * terms.growth, terms.cap)
        return len(todo)

    def route(self, job: Sequence[Wire], price: float) -> None:
        """Take a job off the grid and route it anew."""
        for wire in job:
            self.remove(wire)
        wire = job[0]
        sites = self.members(job)
        box = self.window(job, sites)
        sweep, walls = self.prices(wire, sites, box, price)
        masks = {k: self.end_mask(k, box) & ~walls for k in sites}
        if not all(mask.any() for mask in masks.values()):
            return
        joined, left = [sites[0]], sites[1:]
        source = masks[sites[0]].copy()
        for wire in job:
            target = np.logical_or.reduce([masks[k] for k in left])
            _, found = sweep.run(source, target)
            self.reporter.spend(sweep.effort)
            sweep.effort = 0
            if not found:
                return
            wire.second = next(k for k in left if masks[k][found[-1]])
            wire.first = next((k for k in joined if masks[k][found[0]]), wire.first if len(job) == 1 else -1)
            left.remove(wire.second)
            joined.append(wire.second)
            self.place(wire, found, box, source)
            source |= masks[wire.second]

    def members(self, job: Sequence[Wire]) -> list[int]:
        """Sites a job joins."""
        return self.tree_sites[job[0].net] if len(job) > 1 else [job[0].first, job[0].second]

    def remove(self, wire: Wire) -> None:
        """Take a wire off the grid."""
        zones = self.zones.pop(wire.number, None)
        if zones is not None:
            self.grid.occupy(zones, self.nodes.pop(wire.number), self.placed.pop(wire.number), -1)
        wire.path = None

    def place(self, wire: Wire, found: Sequence[tuple[int, int]], box: tuple[int, int, int, int], source: np.ndarray) -> None:
        """Put a path (node indices in a window) on the grid; its nodes become sources for the rest of its tree."""
        grid, nodes = self.grid, []
        for (ya, xa), (yb, xb) in zip(found, found[1:]):
            span = max(abs(yb - ya), abs(xb - xa)) + 1
            iy, ix = np.linspace(ya, yb, span).round().astype(int), np.linspace(xa, xb, span).round().astype(int)
            source[iy, ix] = True
            nodes.append((iy + box[0]) * len(grid.xs) + ix + box[2])
        path = shapes.simplify([(float(grid.xs[x + box[2]]), float(grid.ys[y + box[0]])) for y, x in found])
        wire.path = path if len(path) > 1 else path * 2
        self.put(wire, grid.path_zones(wire.path, wire.rule),
                 np.unique(np.concatenate(nodes)) if nodes else np.zeros(0, int))

    def put(self, wire: Wire, zones: Sequence[np.ndarray], nodes: np.ndarray) -> None:
        """Register a wire's zones and nodes on the grid."""
        self.zones[wire.number], self.nodes[wire.number] = zones, nodes
        self.placed[wire.number] = self.weight.get(wire.number, 1.0)
        self.grid.occupy(zones, nodes, self.placed[wire.number], 1)

    def contested(self, terms: Terms) -> list[list[Wire]]:
        """Jobs that trespass; makes their contested nodes dearer and their windows wider."""
        found = []
        for job in self.jobs:
            self.reporter.beat()
            if any(w.number not in self.nodes for w in job):
                widen = 1.0
            elif self._trespass(job, terms.history):
                widen = terms.widen
            else:
                continue
            for wire in job:
                self.weight[wire.number] = self.weight.get(wire.number, 1.0) + terms.stubborn
            self.margin[job[0].number] = self.margin.get(job[0].number, 0) + widen
            found.append(job)
        return found

    def _trespass(self, job: Sequence[Wire], history: float) -> bool:
        """True when a job's wires enter other wires' zones."""
        grid, rule = self.grid, job[0].rule
        hit = False
        for wire in job:
            nodes = self.nodes[wire.number]
            taken = grid.taken[rule].ravel()[nodes]
            for other in job:
                taken -= np.isin(nodes, self.zones[other.number][rule])
            shared = nodes[taken > 0]
            if len(shared):
                grid.history[rule].ravel()[shared] += history
                hit = True
        return hit

    def uncross(self, todo: Sequence[list[Wire]]) -> None:
        """Let wires of one net that cross each other swap their contact points: two paths that change over where they cross
        are together no longer than they were."""
        singles = [job[0] for job in todo if len(job) == 1 and job[0].path and self.board.sites[job[0].second].kind == "contact"
                   and self.board.problem.nets[job[0].net].mode != ALL]
        swapped = set()
        for i, one in enumerate(singles):
            self.reporter.beat()
            for two in singles[i + 1:]:
                if one.net == two.net and not swapped & {one.number, two.number} and crossings(one.path, two.path) % 2:
                    one.second, two.second = two.second, one.second
                    swapped |= {one.number, two.number}

    def window(self, job: Sequence[Wire], sites: Sequence[int]) -> tuple[int, int, int, int]:
        """Index box around a job's sites, larger after every failure."""
        hull = np.vstack([self.board.sites[k].octagons for k in sites])
        low, high = hull[:, 0:4:2].min(axis=0), hull[:, 1:4:2].max(axis=0)
        reach = (6 * self.grid.pitch + 0.25 * float((high - low).max())) * (1 + self.margin.get(job[0].number, 0))
        return self.grid.box(np.array([low[0] - reach, high[0] + reach, low[1] - reach, high[1] + reach]))

    def prices(self, wire: Wire, sites: list[int], box: tuple[int, int, int, int], price: float) -> tuple[Sweep, np.ndarray]:
        """The search of a window for a wire, and its walls."""
        grid, rule = self.grid, wire.rule
        y0, y1, x0, x1 = box
        blocked = grid.blocked[rule][y0:y1, x0:x1].copy()
        for k in dict.fromkeys([f for s in sites for f in self.site_fixed[s]] + self.net_fixed.get(wire.net, [])):
            self._mark(blocked, grid.zone(rule, k), box, -1)
        walls = blocked > 0
        taken, history = grid.taken[rule][y0:y1, x0:x1], grid.history[rule][y0:y1, x0:x1]
        toll = taken * price * (1.0 + history) + history * 0.2
        fee = grid.core[y0:y1, x0:x1] * (price * self.terms.crossing)
        sweep = Sweep(grid.xs[x0:x1], grid.ys[y0:y1], grid.hx[x0:x1], grid.hy[y0:y1], toll, fee, walls, self.bend, self.reporter.beat)
        return sweep, walls

    def end_mask(self, site: int, box: tuple[int, int, int, int]) -> np.ndarray:
        """Nodes of a window where a trace may end in a site."""
        mask = np.zeros((box[1] - box[0], box[3] - box[2]), np.int16)
        for inner in self.board.sites[site].inner:
            self._mark(mask, self.grid.nodes_inside(inner, SAME), box, 1)
        return mask > 0

    def _mark(self, window: np.ndarray, nodes: np.ndarray, box: tuple[int, int, int, int], amount: int) -> None:
        """Add to the window's elements among flat node numbers."""
        y0, y1, x0, x1 = box
        iy, ix = np.divmod(nodes, len(self.grid.xs))
        keep = (iy >= y0) & (iy < y1) & (ix >= x0) & (ix < x1)
        window[iy[keep] - y0, ix[keep] - x0] += amount


def crossings(one: Any, two: Any) -> Any:
    """How often two polylines properly cross."""
    a, b = np.asarray(one), np.asarray(two)
    p, r = a[:-1, None], (a[1:] - a[:-1])[:, None]
    q, s = b[None, :-1], (b[1:] - b[:-1])[None]
    denominator = r[..., 0] * s[..., 1] - r[..., 1] * s[..., 0]
    safe = np.where(np.abs(denominator) < ROUNDING, np.inf, denominator)
    d = q - p
    t = (d[..., 0] * s[..., 1] - d[..., 1] * s[..., 0]) / safe
    u = (d[..., 0] * r[..., 1] - d[..., 1] * r[..., 0]) / safe
    inside = (t > 0) & (t <= 1) & (u > 0) & (u <= 1) & np.isfinite(safe)
    return int(inside.sum())
