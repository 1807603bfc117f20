"""Why a wire could not be routed: a terminal walled in by fixed metal, or cuts with less room than traces.

A cut is a straight line across the die, or a box around part of it; its capacity is the number of traces that fit
through the gaps between fixed shapes on it, its demand the number of traces, or trees of them, that must pass it.
Where none of these is too small, two nets may have to cross (see `interleaved`), or any set of cuts between pieces of metal may
be too small (see `proof`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from .grid import Grid
from .interleaved import Crossings
from .mesh import Mesh
from .problem import ALL
from .progress import Progress, silent
from .proof import Proof, find, jobs_of
from .result import Failure
from .tolerance import CUT, SAME, WHOLE
from .tracks import H, V, spans

if TYPE_CHECKING:
    from .wires import Board, Wire

MOST_PROOFS = 8  # searched for on one board
MOST_LEFT = 20  # proofs after each of which nets are left open


class Reasons:
    """Why wires of a board are open.  What is looked up once holds as long as the pairs of its nets do, whatever is drawn: grid,
    cuts and proofs tell of fixed metal and of terminals alone."""

    def __init__(self, board: Board, progress: Progress | None = None) -> None:
        self.board, self.progress = board, progress or Progress()
        self._grid: Grid | None = None
        self._cuts: list[Cut] | None = None
        self._crossings: Crossings | None = None
        self._proofs: _Proofs | None = None
        self._known: dict[tuple[int, int, int], Failure] = {}

    def explain(self, open_wires: Sequence[Wire]) -> list[Failure]:
        """One Failure per wire that is open and per pad without a contact point."""
        board, failures = self.board, []
        for net, site in board.unmatched:
            name = board.problem.nets[net].name
            where = tuple(float(v) for v in board.sites[site].centre)
            failures.append(Failure(name, "terminals", f"net '{name}' has more pads than contact points: pad "
                                    f"'{board.sites[site].name}' has no contact point of its own", where,
                                    terminals=(board.sites[site].name,)))
        for k, wire in enumerate(open_wires):
            self.progress.tick("looking for reasons", k, len(open_wires))
            key = wire.net, wire.first, wire.second
            if key not in self._known:
                self._known[key] = self._reason(wire, open_wires)
            failures.append(self._known[key])
        return failures

    def might_be_fewer(self, open_wires: Sequence[Wire]) -> bool:
        """Whether other nets that must cross, left open instead of these, might be fewer."""
        return self._crossings is not None and self._crossings.fewer({wire.net for wire in open_wires})

    def surplus(self, nets: Collection[int]) -> set[int]:
        """Nets (numbers) to leave open so that nothing is proved against the others: as few as the proofs found ask for, and
        first those given, which have trouble, then long ones; none that joins more than two terminals."""
        self._proofs = self._proofs or _Proofs(self.board, self.progress.beat)
        bound: dict[str, float] = {}
        wires: dict[str, int] = {}
        for wire in self.board.wires:
            name = self.board.problem.nets[wire.net].name
            bound[name] = bound.get(name, 0.0) + wire.bound
            wires[name] = wires.get(name, 0) + 1
        number = {net.name: k for k, net in enumerate(self.board.problem.nets)}
        out: set[int] = set()
        for _ in range(MOST_LEFT):
            proof = self._proofs.without(out)
            if proof is None:
                break
            even = proof.unit == "tracks" and all(cut.weight == 1 for cut in proof.cuts)
            count = max(1, math.ceil(proof.demand - proof.capacity - SAME)) if even else 1
            single = [name for name in proof.nets if wires[name] == 1]  # of a tree, most may have a place
            if len(single) < count:
                break
            worst = sorted(single, key=lambda name: (number[name] not in nets, -bound[name], number[name]))
            out.update(number[name] for name in worst[:count])
        return out

    def _reason(self, wire: Wire, open_wires: Sequence[Wire]) -> Failure:
        board, beat = self.board, self.progress.beat
        self._grid = self._grid or Grid(board, 2.0, beat)
        failure = _walled_in(board, self._grid, wire, beat)
        if failure is None:
            self._cuts = tight_cuts(board, beat=beat) if self._cuts is None else self._cuts
            failure = _cut(board, wire, self._cuts)
        if failure is None:
            self._proofs = self._proofs or _Proofs(board, beat)
            self._crossings = self._crossings or Crossings(board, self._proofs.mesh(0), beat)
            failure = _crossing(board, wire, self._crossings)
        if failure is None:
            failure = _proved(board, wire, self._proofs.of({one.net for one in open_wires}))
        return failure


def _names(board: Board, wire: Wire) -> tuple[str, str]:
    return tuple(board.sites[k].name for k in (wire.first, wire.second) if k >= 0)


def _walled_in(board: Board, grid: Grid, wire: Wire, beat: Callable[..., Any]) -> Failure | None:
    """Failure when fixed metal alone keeps a wire's terminals apart, else None."""
    free = grid.blocked[wire.rule].copy()
    tree = board.problem.nets[wire.net].mode == ALL
    sites = [site for end in (wire.first, wire.second) if end >= 0 for site in board.parts[board.sites[end].terminal]]
    for k in range(len(board.fixed)):
        beat()
        own = board.fixed_site[k] in sites or (
            board.fixed_net[k] == wire.net and (tree or board.fixed_site[k] < 0))
        if own:
            free.ravel()[grid.zone(wire.rule, k)] -= 1
    room, _ = ndimage.label(free <= 0)
    reached, sizes = [], np.bincount(room.ravel())
    ends = [k for k in (wire.first, wire.second) if k >= 0]
    for site in ends:
        nodes = np.concatenate([grid.nodes_inside(o, SAME) for o in board.sites[site].inner])
        reached.append({int(r) for r in room.ravel()[nodes]} - {0})
    if len(reached) == 2 and all(reached) and reached[0] & reached[1]:
        return None
    worst = min(range(len(ends)), key=lambda k: max((int(sizes[r]) for r in reached[k]), default=0))
    site, net = board.sites[ends[worst]], board.problem.nets[wire.net].name
    x, y = (float(v) for v in site.centre)
    return Failure(net, "walled in", f"net '{net}': {site.kind} '{site.name}' at ({x:.3f}, {y:.3f}) is walled in by "
                   f"fixed metal", (x, y), terminals=_names(board, wire))


def _cut(board: Board, wire: Wire, cuts: Sequence[Cut]) -> Failure | None:
    """Failure for the worst cut that separates a wire's terminals, or None when no cut that does is too small."""
    net = board.problem.nets[wire.net].name
    ends = [board.sites[k].centre for k in (wire.first, wire.second) if k >= 0]
    for cut in cuts:
        if wire.net in cut.nets and len(ends) == 2 and cut.inside(ends[0]) != cut.inside(ends[1]):
            return Failure(net, "cut", f"net '{net}': the cut {cut.text} has room for {cut.capacity} traces, but "
                           f"{cut.demand} must pass", cut.place, cut.capacity, cut.demand, _names(board, wire))
    return None


def _crossing(board: Board, wire: Wire, crossings: Crossings) -> Failure | None:
    """Failure for a net that a wire's net must cross, or None when none is known."""
    found, net = crossings.of(wire.net), board.problem.nets[wire.net].name
    return None if found is None else Failure(net, "crossing", f"net '{net}': {found.text}", found.place, terminals=_names(board, wire))


class _Proofs:
    """Proofs that nets cannot all be routed; nets of one are left out of the search for the next."""

    def __init__(self, board: Board, beat: Callable[..., Any]) -> None:
        self.board, self.beat = board, beat
        self.found: list[Proof] = []
        self._aside: set[int] = set()
        self._more = True
        self._meshes: dict[int, Mesh] = {}
        self._number = {net.name: k for k, net in enumerate(board.problem.nets)}

    def of(self, nets: Collection[int]) -> list[Proof]:
        """Proofs, as many as can be found while some of these nets (numbers) have none, MOST_PROOFS in all."""
        while self._more and not self._aside.issuperset(nets) and len(self.found) < MOST_PROOFS:
            proof = self.without(self._aside)
            self._more = proof is not None
            if proof is not None:
                self.found.append(proof)
                self._aside |= {self._number[name] for name in proof.nets}
        return self.found

    def without(self, aside: Collection[int]) -> Proof | None:
        """A proof for the board without some nets (numbers), or None."""
        for k in range(2):
            proof = find(self.board, self.mesh(k), self.beat, aside)
            if proof is not None:
                return proof
        return None

    def mesh(self, number: int) -> Mesh:
        """The mesh with the shortest gaps (0), or the one that traces are laid on (1)."""
        if number not in self._meshes:
            self._meshes[number] = Mesh(self.board, self.beat, shortest=number == 0)
        return self._meshes[number]


def _proved(board: Board, wire: Wire, proofs: Sequence[Proof]) -> Failure:
    """Failure by the proof that a wire's net takes part in, or "crowded" when there is none."""
    net = board.problem.nets[wire.net].name
    for proof in proofs:
        if net in proof.nets:
            kind = "cut" if proof.capacity > 0 or len(proof.nets) > 1 else "walled in"
            traces = (math.floor(proof.capacity + WHOLE), math.ceil(proof.demand - WHOLE)) if proof.unit == "tracks" else (None, None)
            return Failure(net, kind, f"net '{net}': {proof.text}", proof.place, *traces, _names(board, wire))
    x, y = (float(v) for v in np.mean([board.sites[k].centre for k in (wire.first, wire.second) if k >= 0], axis=0))
    return Failure(net, "crowded", f"net '{net}': no path was found near ({x:.3f}, {y:.3f}) that leaves the other nets "
                   f"complete; no set of cuts was found that is too small", (x, y), terminals=_names(board, wire))


class Cut:
    """A line (axis and position) or a box, with capacity and demand in traces; nets: numbers of those that must pass it."""

    def __init__(self, board: Board, crowd: _Crowd, axis: int | None = None, at: float | None = None, box: tuple[float, float, float, float] | None = None) -> None:
        self.axis, self.at, self.box = axis, at, box
        self.board = board
        self.capacity = sum(self._room(*side) for side in self._sides())
        passing = crowd.passing(self._met(crowd.rows), self.inside(crowd.middle.T))
        self.demand, self.nets = len(passing), set(passing)
        if box is None:
            self.text = f"{'xy'[axis]} = {at:.3f}"
            x1, y1, x2, y2 = board.problem.die
            self.place = (at, (y1 + y2) / 2) if axis == 0 else ((x1 + x2) / 2, at)
        else:
            self.text = "around the box ({:.3f}, {:.3f}; {:.3f}, {:.3f})".format(*box)
            self.place = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)

    def inside(self, point: np.ndarray) -> Any:
        """Which side of the cut a point (x, y), or each of points of shape (2, n), is on."""
        x, y = point
        if self.box is None:
            return (x, y)[self.axis] < self.at
        x1, y1, x2, y2 = self.box
        return (x1 < x) & (x < x2) & (y1 < y) & (y < y2)

    def _sides(self) -> list[tuple[int, float, float, float]]:
        """(axis, position, from, to) of the straight pieces."""
        x1, y1, x2, y2 = self.box or self.board.problem.die
        if self.box is None:
            return [(self.axis, self.at, *((y1, y2) if self.axis == 0 else (x1, x2)))]
        return [(0, x1, y1, y2), (0, x2, y1, y2), (1, y1, x1, x2), (1, y2, x1, x2)]

    def _room(self, axis: int, at: float, low: float, high: float) -> int:
        """Traces that fit through the gaps between fixed shapes on a straight piece."""
        width = min(w for w, _ in self.board.rules)
        space = min(s for _, s in self.board.rules)
        first, last = (side[0].tolist() for side in spans((V, H)[axis], np.array([at]), self.board.fixed))
        walls_at = sorted((a, b) for a, b in zip(first, last) if a < b and b > low and a < high)
        edge, count, left_wall = low, 0, False
        for a, b in walls_at + [(high, np.inf)]:
            walls = int(left_wall) + int(a < high)
            count += max(0, int((a - edge - (walls - 1) * space) / (width + space) + CUT))
            edge, left_wall = max(edge, b), True
        return count

    def _met(self, o: np.ndarray) -> np.ndarray:
        """Mask of the octagons that lie on the cut."""
        return np.logical_or.reduce([(o[:, 2 * axis] <= at) & (o[:, 2 * axis + 1] >= at) & (o[:, 3 - 2 * axis] >= low) & (o[:, 2 - 2 * axis] <= high)
                                     for axis, at, low, high in self._sides()])


class _Crowd:
    """What must be joined, and the metal that its traces may pass through: octagons (rows), their middles, the job and the piece of
    each (an obstacle of the net is a piece of its own), and the job that needs each piece (for an obstacle none: one past the last)."""

    def __init__(self, board: Board, beat: Callable[..., Any]) -> None:
        self.jobs = jobs_of(board, beat=beat)
        rows, job, piece, needed = [np.zeros(0, int)], [], [], []
        for number, one in enumerate(self.jobs):
            beat()
            terminals = [np.flatnonzero(np.isin(board.fixed_site, group)) for group in one.groups]
            obstacles = np.flatnonzero((board.fixed_net == one.net) & (board.fixed_site < 0))
            for part, needs in [(part, number) for part in terminals] + [(obstacles[k:k + 1], len(self.jobs)) for k in range(len(obstacles))]:
                rows.append(part)
                job += [number] * len(part)
                piece += [len(needed)] * len(part)
                needed.append(needs)
        self.rows = board.fixed[np.concatenate(rows)]
        self.middle = np.stack([self.rows[:, 0] + self.rows[:, 1], self.rows[:, 2] + self.rows[:, 3]], axis=1) / 2
        self.job, self.piece, self.needed = np.array(job, int), np.array(piece, int), np.array(needed, int)

    def passing(self, met: np.ndarray, inside: np.ndarray) -> list[int]:
        """Nets of the jobs that must pass a cut, one trace each: with pieces on both sides, and no metal on the cut or on both.

        met, inside: masks of the octagons.
        """
        within, without = (np.bincount(self.piece[mask], minlength=len(self.needed)) > 0 for mask in (inside, ~inside))
        count = len(self.jobs) + 1
        needed = [np.bincount(self.needed[side], minlength=count) for side in (within, without)]
        free = np.bincount(self.job[met], minlength=count) + np.bincount(self.needed[within & without], minlength=count)
        return [job.net for job, must in zip(self.jobs, (needed[0] > 0) & (needed[1] > 0) & (free == 0)) if must]


def tight_cuts(board: Board, most: int = 400, beat: Callable[..., Any] = silent) -> list[Cut]:
    """Cuts with less capacity than demand, worst first: lines through the middles of fixed shapes, and boxes made of
    the outermost, second outermost, ... of these lines."""
    die = board.problem.die
    lines = []
    for axis in (0, 1):
        values, counts = np.unique(np.round((board.fixed[:, 2 * axis] + board.fixed[:, 2 * axis + 1]) / 2, 6),
                                   return_counts=True)
        order = np.lexsort((values, -counts))[:most]
        lines.append(sorted(float(v) for v in values[order] if die[axis] < v < die[axis + 2]))
    cuts, crowd = [], _Crowd(board, beat)
    for axis, at in [(0, at) for at in lines[0]] + [(1, at) for at in lines[1]]:
        beat()
        cuts.append(Cut(board, crowd, axis, at))
    for k in range(min(len(lines[0]), len(lines[1])) // 2):
        beat()
        cuts.append(Cut(board, crowd, box=(lines[0][k], lines[1][k], lines[0][-1 - k], lines[1][-1 - k])))
    return sorted((c for c in cuts if c.demand > c.capacity), key=lambda c: c.capacity - c.demand)
