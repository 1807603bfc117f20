"""Lengths that are asked for: the most a net may have, and the same for all nets of a group.

What is too short for its group gets a serpentine in free room beside its trace.  A serpentine is made of bumps: square ones, side by
side to the left and to the right in turn, and one with flanks at 45° for what is less than a square one adds.  µm throughout; the
length of a net is that of its traces outside its own contact points and pads.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import shapes
from .progress import silent
from .result import Failure
from .tolerance import SAME, TRESPASS, WHOLE

if TYPE_CHECKING:
    from .polish import Polish
    from .problem import Net, Problem
    from .result import RouteResult
    from .space import Space
    from .wires import Board, Wire

LONG, SHORT, ALONE = "long", "short", "alone"  # kinds of failures of nets that are joined
WORDS = {LONG: "too long", SHORT: "too short", ALONE: "alone"}
USUAL = 3.0  # tracks that a bump reaches out, unless that is not enough

Path = list[tuple[float, float]]


class Asked(NamedTuple):
    """What is asked of a net's length: the most (or None), a group (or None)."""
    net: str
    most: float | None
    group: str | None


def asked(nets: Sequence[Net]) -> list[Asked]:
    """What is asked of the lengths of nets."""
    return [Asked(net.name, net.max_length, group_of(net)) for net in nets if net.max_length is not None or group_of(net) is not None]


def group_of(net: Net) -> str | None:
    """The group of a net, of a pair its own."""
    return net.match if net.pair is None else f"pair {net.pair}"


def groups(wanted: Sequence[Asked]) -> dict[str, list[str]]:
    """{group: names of its nets}, sorted."""
    found: dict[str, list[str]] = {}
    for one in wanted:
        if one.group is not None:
            found.setdefault(one.group, []).append(one.net)
    return {name: sorted(nets) for name, nets in sorted(found.items())}


def failures(wanted: Sequence[Asked], lengths: Mapping[str, tuple[float, float]], tolerance: float, levels: Mapping[str, int] | None = None) -> list[Failure]:
    """Failures of lengths {net: (length, bound)}, of the nets that are joined.  levels: number of the level that each net is on."""
    found = []
    for name, most, _ in wanted:
        if most is not None and name in lengths and lengths[name][0] > most + SAME:
            length, bound = lengths[name]
            least = f"; from terminal to terminal it is {bound:.1f} um the straight way" if bound > most else ""
            found.append(Failure(name, LONG, f"net '{name}': {length:.1f} um long, {most:g} um are allowed{least}"))
    for group, nets in groups(wanted).items():
        joined = [net for net in nets if net in lengths]
        longest = max(joined, key=lambda net: lengths[net][0], default=None)
        for net in joined:
            missing = lengths[longest][0] - lengths[net][0]
            if missing > tolerance and not any(one.net == net for one in found):
                found.append(Failure(net, SHORT, f"net '{net}': {lengths[net][0]:.1f} um long, {lengths[longest][0]:.1f} um as net '{longest}' of its group '{group}' "
                                     f"are asked for; {missing:.1f} um are missing, {_why(levels or {}, net, longest)}"))
    return found


def _why(levels: Mapping[str, int], *nets: str) -> str:
    if any(levels.get(net) for net in nets):
        return "as lengths of nets with vias are not matched"
    return "for which there is no room beside its trace"


def notes(wanted: Sequence[Asked], lengths: Mapping[str, tuple[float, float]]) -> list[str]:
    """A sentence on the lengths of each group."""
    said = []
    for group, nets in groups(wanted).items():
        some = [lengths[net][0] for net in nets if net in lengths]
        if len(some) > 1:
            said.append(f"Lengths in group {group}: {min(some):.1f} to {max(some):.1f} um ({len(some)} nets).")
    return said


def judged(problem: Problem, result: RouteResult) -> RouteResult:
    """The result with failures of the nets whose lengths are not as asked."""
    wanted = asked(problem.nets)
    if not wanted:
        return result
    lengths = {net.name: (net.exposed, net.bound) for net in result.nets if net.complete}
    found = failures(wanted, lengths, problem.tolerance)
    wrong = {failure.net for failure in found}
    return replace(result, nets=[replace(net, complete=net.complete and net.name not in wrong) for net in result.nets],
                   failures=result.failures + found, said=notes(asked([net for net in problem.nets if net.pair is None]), lengths))


class Lengths:
    """The lengths of the nets on a board."""

    def __init__(self, board: Board, space: Space, polish: Polish, beat: Callable[..., Any] = silent) -> None:
        self.board, self.space, self.polish, self.beat = board, space, polish, beat
        self.wanted = asked(board.problem.nets)
        self.number = {net.name: k for k, net in enumerate(board.problem.nets)}

    def length(self, net: int) -> float:
        """The present length of a net."""
        pieces = [p for site in self.board.sites if site.net == net for p in site.pieces]
        inner = sum(terminal.neck for terminal in self.board.problem.nets[net].contacts + self.board.problem.nets[net].pads)
        return inner + sum(shapes.exposed_length(wire.path, pieces) for wire in self._wires(net) if wire.path)

    def too_long(self) -> list[int]:
        """Numbers of the nets that are longer than they may be, and need not be."""
        found = []
        for name, most, _ in self.wanted:
            self.beat()
            if most is not None and self.length(self.number[name]) > most >= sum(wire.bound for wire in self._wires(self.number[name])):
                found.append(self.number[name])
        return found

    def match(self) -> None:
        """Give nets that are shorter than the longest of their group a serpentine, as far as there is room."""
        most = {name: limit for name, limit, _ in self.wanted}
        for nets in groups(self.wanted).values():
            lengths = {name: self.length(self.number[name]) for name in nets if all(w.path for w in self._wires(self.number[name]) if not w.touching)}
            target = max(lengths.values(), default=0.0)
            for name in sorted(lengths, key=lambda one: (lengths[one], one)):
                self.beat()
                wires = [wire for wire in self._wires(self.number[name]) if wire.path]
                missing = min(target, most[name] or target) - lengths[name]
                if len(wires) == 1 and missing > self.board.problem.tolerance:
                    self._lengthen(wires[0], missing)

    def _wires(self, net: int) -> list[Wire]:
        return [wire for wire in self.board.wires if wire.net == net]

    def _lengthen(self, wire: Wire, missing: float) -> None:
        before, tries = wire.path, []
        gap = float(self.space.gap[wire.rule][wire.rule])
        for most in (USUAL * gap, math.inf):
            tries.append(_Serpentine(self, wire, gap, most).path(missing))
            if tries[-1][0] <= self.board.problem.tolerance / 2:
                break
        path = min(tries, key=lambda one: one[0])[1]
        self.polish.replace(wire, path)
        if self.space.trespassed(wire):
            self.polish.replace(wire, before)


@dataclass
class _Stretch:
    """A straight part of a path, in grid steps along it: start (x, y), direction (x, y), number of steps, µm of a step, and what a bump
    beside it keeps out of (octagons)."""
    start: np.ndarray
    along: np.ndarray
    steps: int
    size: float
    zones: np.ndarray
    window: np.ndarray

    def point(self, t: int, out: int, side: int) -> tuple[float, float]:
        """The point so many steps along and out to a side (1 or -1), in grid steps."""
        x, y = self.start + t * self.along + out * side * np.array([-self.along[1], self.along[0]])
        return float(x), float(y)


class _Serpentine:
    """Bumps in the path of one wire."""

    def __init__(self, lengths: Lengths, wire: Wire, gap: float, most: float) -> None:
        self.lengths, self.wire, self.gap, self.most = lengths, wire, gap, most
        self.unit = lengths.board.problem.unit
        self.width = lengths.board.rules[wire.rule][0]

    def path(self, missing: float) -> tuple[float, Path]:
        """(what is still missing, the path with bumps)."""
        path = list(self.wire.path)
        path, missing = self._with_squares(path, missing)
        if missing > self.lengths.board.problem.tolerance / 2 and self.lengths.board.problem.allow45:
            path, missing = self._with_a_slanted_one(path, missing)
        return missing, path

    def _with_squares(self, path: Path, missing: float) -> tuple[Path, float]:
        parts = [[a, b] for a, b in zip(path, path[1:])]
        for number in sorted(range(len(parts)), key=lambda k: (-math.dist(*parts[k]), k)):
            others = [part for k, part in enumerate(parts) if k != number]
            stretch = self._stretch(parts[number][0], parts[number][1], others)
            if stretch is not None and missing > self.unit:
                parts[number], missing = self._squares(stretch, missing)
        return shapes.simplify([point for part in parts for point in part]), missing

    def _squares(self, stretch: _Stretch, missing: float) -> tuple[Path, float]:
        """A straight part with square bumps, and what is still missing."""
        size, pitch = stretch.size, self._steps(self.gap, stretch)
        least = self._steps(max(self.width / 2, 2 * self.unit), stretch)
        points, last = [stretch.point(0, 0, 1)], 0
        for t in range(pitch, stretch.steps - 2 * pitch + 1, pitch):
            half = missing / 2 / size
            if half < least:
                break
            most = int(min(half + 0.5, self.most / size))
            out, side = max((self._room(stretch, t, t + pitch, most, side), side) for side in (1, -1) if side != last)
            if out < half - 0.5 and half - out < least:  # so much stays for one more
                out = int(half) - least
            if out < least:
                last = 0
                continue
            points += [stretch.point(t, 0, side), stretch.point(t, out, side), stretch.point(t + pitch, out, side), stretch.point(t + pitch, 0, side)]
            missing, last = missing - 2 * out * size, side
        points.append(stretch.point(stretch.steps, 0, 1))
        return [(x * self.unit, y * self.unit) for x, y in points], missing

    def _with_a_slanted_one(self, path: Path, missing: float) -> tuple[Path, float]:
        """The path with one more bump, whose flanks are slanted, and what is still missing."""
        for number in sorted(range(len(path) - 1), key=lambda k: (-math.dist(path[k], path[k + 1]), k)):
            stretch = self._stretch(path[number], path[number + 1], [[a, b] for k, (a, b) in enumerate(zip(path, path[1:])) if k != number])
            if stretch is None:
                continue
            out = int(round(missing / 2 / shapes.TAN / stretch.size))
            pitch = self._steps(self.gap, stretch)
            for t in range(pitch, stretch.steps - 2 * pitch - 2 * out + 1, max(1, pitch // 2)):
                end = t + 2 * out + pitch
                side = next((side for side in (1, -1) if self._room(stretch, t, end, out, side) >= out), 0)
                if side:
                    bump = [stretch.point(t, 0, side), stretch.point(t + out, out, side), stretch.point(end - out, out, side), stretch.point(end, 0, side)]
                    more = [(x * self.unit, y * self.unit) for x, y in bump]
                    return shapes.simplify(path[:number + 1] + more + path[number + 1:]), missing - 2 * out * shapes.TAN * stretch.size
        return path, missing

    def _steps(self, length: float, stretch: _Stretch) -> int:
        return math.ceil(length / stretch.size - WHOLE)

    def _stretch(self, a: tuple[float, float], b: tuple[float, float], others: Sequence[Path]) -> _Stretch | None:
        """A straight part with what is around it, None where it has no room for a bump."""
        start, end = (np.round(np.array(point) / self.unit) for point in (a, b))
        steps = int(np.abs(end - start).max())
        along = (end - start) / max(steps, 1)
        if steps == 0 or not np.isin(along, (-1.0, 0.0, 1.0)).all():
            return None
        size = self.unit * float(np.hypot(*along))
        if steps * size < 3 * self.gap:
            return None
        board, space, wire = self.lengths.board, self.lengths.space, self.wire
        reach = min(self.most, 20 * USUAL * self.gap)
        window = self.lengths.polish.clip(wire, shapes.grow(shapes.octagon([a, b]), reach + self.gap))
        friends = space.friend_fixed(wire)
        own = [shapes.grow(shapes.segment_octagons(part), self.gap) for part in others]
        zones = np.vstack([space.around(wire, window)[0], shapes.grow(board.fixed[friends], board.fixed_gap(wire.rule)[friends]), *own])
        return _Stretch(start, along, steps, size, zones[shapes.overlapping(zones, window)], window)

    def _room(self, stretch: _Stretch, t: int, end: int, most: int, side: int) -> int:
        """How many steps a bump between two places can reach out, at most so many."""
        low, high = 0, most + 1
        while high - low > 1:
            self.lengths.beat()
            out = (low + high) // 2
            low, high = (out, high) if self._is_free(stretch, t, end, out, side) else (low, out)
        return low

    def _is_free(self, stretch: _Stretch, t: int, end: int, out: int, side: int) -> bool:
        box = shapes.octagon(np.array([stretch.point(at, far, side) for at in (t, end) for far in (0, out)]) * self.unit)
        inside = (box[::2] >= stretch.window[::2] - TRESPASS).all() and (box[1::2] <= stretch.window[1::2] + TRESPASS).all()
        return bool(inside) and not shapes.overlapping(stretch.zones, box, TRESPASS).any()
