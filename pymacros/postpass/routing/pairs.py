"""Pairs: two nets whose traces run side by side, at the larger spacing of the two, and are equally long.

A pair is routed as one wide trace between two places, one near its contact points, one near its pads.  The centre line of that trace,
offset to both sides, makes the two traces; short ends join them to their contact points and pads.  Where that does not succeed the two
nets are routed singly.  µm throughout, but for offsets, which are counted in grid steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from . import shapes
from .joins import Joins
from .lengths import ALONE, Lengths
from .polish import Polish, is_smooth
from .problem import ALL, Net, Obstacle, Terminal
from .progress import silent
from .result import Failure, collect
from .space import Space
from .tolerance import SAME, TRESPASS, WHOLE
from .wires import build_board

if TYPE_CHECKING:
    from .engine import Attempt
    from .problem import Problem
    from .progress import Progress
    from .result import NetResult, RouteResult
    from .wires import Board, Site, Wire

REACH = 4.0  # widths of a pair: farther from the middle between its terminals it does not begin
STEPS = 4  # of its width: how closely places for its ends are tried
SLACK = 6.0  # widths of a pair that a trace may go round between its terminal and the place where it joins the other
GRID_STEPS = 6  # by which two traces may be farther apart than their spacing, as they lie on the grid
FAR = 1e6  # µm, more than a search may cost
CUTS = (0.0, 1.0)  # widths of a pair by which its ends are cut off, where the terminals cannot be reached otherwise

Path = list[tuple[float, float]]


class _Apart(Exception):
    """A pair cannot be kept side by side; the message says why."""


def pairs_of(nets: Sequence[Net]) -> dict[str, list[Net]]:
    """{name of a pair: its nets}, sorted by name."""
    found: dict[str, list[Net]] = {}
    for net in nets:
        if net.pair is not None:
            found.setdefault(net.pair, []).append(net)
    return dict(sorted(found.items()))


@dataclass
class _Couple:
    """A pair as one wide trace.  nets: the two; sites: numbers of the two sites of each, those side by side first; offset: of each from the
    middle, in grid steps, horizontally or vertically and of the sum or difference of the coordinates; places: of its two ends; net: the wide
    one; closed: what keeps others away where the two traces begin."""
    name: str
    nets: list
    sites: list
    offset: tuple
    places: list
    net: Net
    closed: list


def kept(problem: Problem, given: Any, solve: Callable[[Problem], Attempt], progress: Progress) -> tuple[RouteResult, Board]:
    """The result, before anybody else has looked at it, and its board; given: see `build_board`; solve: the best attempt at a problem, improved."""
    apart: dict[str, str] = {}
    while True:
        couples, failed = _couples(problem, apart, progress.beat), set(apart)
        attempt = solve(_merged(problem, couples))
        failures = attempt.failures()
        board, lengths = attempt.board, attempt.lengths
        open_nets = {failure.net: failure.reason.split(": ", 1)[-1] for failure in failures}
        apart.update({couple.name: f"the two find no way together: {open_nets[couple.net.name]}" for couple in couples if couple.net.name in open_nets})
        if couples and failures and len(apart) == len(failed) and _fewer_open(solve(problem), failures):
            apart.update(dict.fromkeys([couple.name for couple in couples], f"net '{failures[0].net}' would stay open"))
        if couples and len(apart) == len(failed):
            drawing = _Drawing(problem, given, attempt, couples, progress)
            apart.update(drawing.run())
            board, lengths = drawing.board, drawing.lengths
        if len(apart) == len(failed):  # else the others are routed once more, without those that failed
            lengths.match()
            return replace(collect(board, failures, progress.beat), apart=apart), board


def _fewer_open(attempt: Attempt, failures: Sequence[Failure]) -> bool:
    return len({one.net for one in attempt.failures()}) < len({one.net for one in failures})


def judged(problem: Problem, result: RouteResult, beat: Callable[..., Any] = silent) -> RouteResult:
    """The result with a sentence on each pair: how far it is side by side, or, a failure, why not."""
    found, said, wrong = [], [], set()
    nets = {net.name: net for net in result.nets}
    for name, two in pairs_of(problem.nets).items():
        why = result.apart.get(name)
        if any(failure.net == net.name and failure.kind not in ("long", "short") for failure in result.failures for net in two):
            continue  # it is open, which is told
        if why is None and len(two) == 2:
            one, other = (nets[net.name] for net in two)
            said.append(f"Pair '{name}': side by side over {100 * share(one, other, problem.unit, _gap(two, problem.unit), beat):.0f} % of its length, "
                        f"lengths {one.exposed:.1f} and {other.exposed:.1f} um.")
        else:
            found.append(Failure(two[0].name, ALONE, f"pair '{name}' is not side by side: {why or 'its other net gets no trace'}"))
            wrong.update(net.name for net in two)
    return replace(result, nets=[replace(net, complete=net.complete and net.name not in wrong) for net in result.nets], failures=result.failures + found,
                   said=result.said + said)


def share(one: NetResult, other: NetResult, unit: float, gap: float, beat: Callable[..., Any] = silent) -> float:
    """The share of the length of two nets over which they are side by side, with that gap but for the grid."""
    wanted = (one.width + other.width) / 2 + gap
    beside = 0.0
    for first, second in product(*([two for path in net.routes for two in zip(path, path[1:])] for net in (one, other))):
        beat()
        beside += _common(first, second, wanted - SAME, wanted + GRID_STEPS * unit)
    return 2 * beside / max(one.length + other.length, SAME)


def _common(one: Sequence[Any], other: Sequence[Any], least: float, most: float) -> float:
    """The length over which two straight pieces are parallel at such a distance."""
    (a, b), (c, d) = np.array(one), np.array(other)
    size = float(np.hypot(*(b - a)))
    along = (b - a) / size
    across = np.array([-along[1], along[0]])
    off = (c - a) @ across, (d - a) @ across
    if abs(off[0] - off[1]) > SAME or not least <= abs(off[0]) <= most:
        return 0.0
    low, high = sorted(((c - a) @ along, (d - a) @ along))
    return max(0.0, min(size, high) - max(0.0, low))


def _gap(nets: Sequence[Net], unit: float) -> float:
    return max([2 * unit] + [net.spacing for net in nets])


# ---- the pair as one wide trace ----


def _couples(problem: Problem, apart: dict[str, str], beat: Callable[..., Any]) -> list[_Couple]:
    """The pairs as wide traces; those that find no place go to `apart`."""
    board, found = build_board(problem, None, beat), []
    for name, nets in pairs_of(problem.nets).items():
        beat()
        if name not in apart and len(nets) == 2:
            try:
                found.append(_couple(board, name, nets, found, beat))
            except _Apart as why:
                apart[name] = str(why)
    return found


def _couple(board: Board, name: str, nets: list[Net], placed: Sequence[_Couple], beat: Callable[..., Any]) -> _Couple:
    problem, width, gap = board.problem, nets[0].width, _gap(nets, board.problem.unit)
    sites = _sites(board, nets)
    straight = math.ceil((width + gap) / 2 / problem.unit - WHOLE)
    slanted = 2 * math.ceil(straight / shapes.ROOT2 - WHOLE)  # an even number, as on the tracks of searches
    # The outer corner of a bend by 90 degrees is cut off, where traces may be slanted.
    reach = slanted * problem.unit / shapes.ROOT2 if problem.allow45 else straight * problem.unit * shapes.ROOT2
    wide = 2 * math.ceil((reach + width / 2) / problem.unit - WHOLE) * problem.unit
    middles = [np.mean([board.sites[k].centre for k in two], axis=0) for two in zip(*sites)]
    rows = [board.fixed, *(shapes.octagon(shape)[None] for couple in placed for shape in couple.closed)]
    asked = np.concatenate([board.fixed_spacing, *([couple.net.spacing] for couple in placed for _ in couple.closed)])
    zones = shapes.grow(np.vstack(rows), wide / 2 + np.maximum(asked, gap))
    places = [_place(problem, zones, wide, one, other, beat) for one, other in (middles, middles[::-1])]
    shaped = [shapes.corners(shapes.grow(shapes.octagon(place[None]), wide / 2)) for place in places]
    closed = [_hull(np.vstack([shape, *(piece for k in two for piece in board.sites[k].pieces)])) for shape, two in zip(shaped, zip(*sites))]
    ours = np.isin(board.fixed_net, [k for k, net in enumerate(problem.nets) if net in nets])
    others = shapes.grow(board.fixed[~ours], gap)
    closed = [shape for shape in closed if not shapes.overlapping(others, shapes.octagon(shape), TRESPASS).any()]
    first, second = ([Terminal(f"pair {name}", [shape])] for shape in shaped)
    net = Net(f"pair {name}", first, second, wide, gap, ALL)
    return _Couple(name, nets, sites, (straight, slanted), places, net, closed)


def _sites(board: Board, nets: Sequence[Net]) -> list[list[int]]:
    """The numbers of the two sites of each net, in such an order that the first ones are side by side, and the others."""
    found = []
    for net in nets:
        number = board.problem.nets.index(net)
        found.append([k for k, site in enumerate(board.sites) if site.net == number])
        if len(found[-1]) != 2:
            raise _Apart(f"a contact point or pad of net '{net.name}' is in several pieces")
        if any(wire.touching for wire in board.wires if wire.net == number):
            raise _Apart(f"the contact point and the pad of net '{net.name}' touch")
    (a, b), (c, d) = ([board.sites[k].centre for k in two] for two in found)
    if math.dist(a, d) + math.dist(b, c) < math.dist(a, c) + math.dist(b, d):
        found[1].reverse()
    return found


def _hull(points: np.ndarray) -> np.ndarray:
    """The octagon around points as a polygon."""
    around = shapes.corners(shapes.octagon(points))
    return around[np.abs(around - np.roll(around, 1, axis=0)).sum(axis=1) > SAME]


def _place(problem: Problem, zones: np.ndarray, wide: float, middle: np.ndarray, other: np.ndarray, beat: Callable[..., Any]) -> np.ndarray:
    """Where a pair ends near the middle between two terminals: the free place that leads to the other end by the shortest way."""
    step = 2 * problem.unit
    pitch = max(1, round(wide / STEPS / step)) * step
    number = math.ceil(REACH * wide / pitch)
    off = np.arange(-number, number + 1) * pitch
    x, y = (np.round(at / step) * step + off for at in middle)
    x1, y1, x2, y2 = problem.die
    inside = np.array([x1, y1]) + wide / 2, np.array([x2, y2]) - wide / 2
    points = np.array([(a, b) for a in x for b in y if inside[0][0] <= a <= inside[1][0] and inside[0][1] <= b <= inside[1][1]]).reshape(-1, 2)
    if len(points):
        near = zones[shapes.overlapping(zones, shapes.octagon(points))]
        free = np.ones(len(points), bool)
        for zone in near:
            beat()
            free &= ~shapes.contains(zone, points[:, 0], points[:, 1], -TRESPASS)
        points = points[free]
    if not len(points):
        raise _Apart(f"there is no place for two traces near ({middle[0]:.1f}, {middle[1]:.1f})")
    cost = 1.01 * _octile(points - middle) + _octile(points - other)
    return points[int(np.argmin(np.round(cost, 6)))]


def _octile(vectors: np.ndarray) -> np.ndarray:
    """Octilinear lengths of vectors."""
    size = np.abs(vectors)
    return size.max(axis=1) + shapes.TAN * size.min(axis=1)


def _merged(problem: Problem, couples: Sequence[_Couple]) -> Problem:
    """The problem with one wide net for each pair; the terminals of the pair are obstacles."""
    if not couples:
        return problem
    ours = {net.name: net for couple in couples for net in couple.nets}
    obstacles = [replace(one, net=None, spacing=max(one.spacing, ours[one.net].spacing)) if one.net in ours else one for one in problem.obstacles]
    obstacles += [Obstacle(polygon, None, "", net.spacing) for net in ours.values() for terminal in net.contacts + net.pads for polygon in terminal.shape]
    obstacles += [Obstacle(shape, couple.net.name) for couple in couples for shape in couple.closed]
    nets = [net for net in problem.nets if net.name not in ours] + [couple.net for couple in couples]
    return replace(problem, nets=nets, obstacles=obstacles)


# ---- the two traces ----


def offset(path: Path, straight: int, slanted: int, unit: float, octilinear: bool = True) -> Path | None:
    """A centre line moved to its left (right where the steps are negative), with corners on the grid; None where a part between two
    bends is too short for that.

    Horizontal and vertical parts move by so many grid steps, the sum or difference of the coordinates of slanted ones by so many.  The outer
    corner of a bend by 90 degrees is cut off.
    """
    at = np.round(np.array(path) / unit).astype(np.int64)
    ways = [np.sign(b - a) for a, b in zip(at, at[1:])]
    lines: list[_Line] = []
    for k, way in enumerate(ways):
        if k and octilinear and way @ ways[k - 1] == 0:
            lines.append(_Line.beside(np.sign(way + ways[k - 1]), at[k], straight, slanted))
        lines.append(_Line.beside(way, at[k], straight, slanted))
    while True:
        points = [lines[0].foot(at[0]), *(one.meeting(other) for one, other in zip(lines, lines[1:])), lines[-1].foot(at[-1])]
        ahead = [int((b - a) @ line.way) for line, a, b in zip(lines, points, points[1:])]
        worst = ahead.index(min(ahead))
        if ahead[worst] >= 0:
            return shapes.simplify([(float(x * unit), float(y * unit)) for x, y in points])
        if len(lines) == 1 or (0 < worst < len(lines) - 1 and not lines[worst - 1].may_turn_into(lines[worst + 1])):
            return None
        del lines[worst]


@dataclass
class _Line:
    """A line in grid steps: its direction (-1, 0, 1 for x and y), a normal to its left, and the normal times any of its points."""
    way: np.ndarray
    normal: np.ndarray
    constant: int

    @classmethod
    def beside(cls, way: np.ndarray, point: np.ndarray, straight: int, slanted: int) -> _Line:
        """The line in a direction to the left of a point."""
        normal = np.array([-way[1], way[0]])
        return cls(way, normal, int(normal @ point) + (slanted if way.all() else straight))

    def foot(self, point: np.ndarray) -> np.ndarray:
        """The grid point of the line nearest to a point; one of two."""
        off = self.constant - int(self.normal @ point)
        return point + self.normal * (np.array([off - off // 2, off // 2]) if self.way.all() else off)

    def meeting(self, other: _Line) -> np.ndarray:
        """Where two lines meet; a grid point also of two slanted ones, which are moved by the same number of steps."""
        (a, b), (c, d) = self.normal, other.normal
        turn = a * d - b * c
        return np.array([self.constant * d - b * other.constant, a * other.constant - self.constant * c]) // turn

    def may_turn_into(self, other: _Line) -> bool:
        """Whether they meet, in a turn by at most 90 degrees."""
        return bool(self.way[0] * other.way[1] != self.way[1] * other.way[0] and self.way @ other.way >= 0)


class _Drawing:
    """The board of the problem itself, with what an attempt at the problem of wide traces has drawn, and the traces of the pairs."""

    def __init__(self, problem: Problem, given: Any, attempt: Attempt, couples: Sequence[_Couple], progress: Progress) -> None:
        self.problem, self.couples, self.progress = problem, couples, progress
        self.board = build_board(problem, given, progress.beat)
        self.number = {net.name: k for k, net in enumerate(problem.nets)}
        self.middle = self._take_over(attempt.board)
        self.space = Space(self.board)
        self.polish = Polish(self.board, self.space, Joins(self.board), progress, attempt.polish.bend)
        self.lengths = Lengths(self.board, self.space, self.polish, progress.beat)

    def _take_over(self, drawn: Board) -> dict[str, Path]:
        """Give the other nets the paths they have; {wide net: its path}."""
        ways: dict[str, list[Wire]] = {}
        for wire in drawn.wires:
            ways.setdefault(drawn.problem.nets[wire.net].name, []).append(wire)
        for name, wires in ways.items():
            self.progress.beat()
            for wire, same in zip([one for one in self.board.wires if one.net == self.number.get(name)], wires):
                wire.path, wire.touching = same.path, same.touching
        return {couple.net.name: ways[couple.net.name][0].path for couple in self.couples}

    def run(self) -> dict[str, str]:
        """Draw all pairs; {pair: why not}."""
        apart = {}
        for couple in self.couples:
            self.progress.tick("drawing pairs", len(apart), len(self.couples))
            try:
                self._draw(couple)
            except _Apart as why:
                apart[couple.name] = str(why)
        return apart

    def _draw(self, couple: _Couple) -> None:
        wires = [next(wire for wire in self.board.wires if wire.net == self.number[net.name]) for net in couple.nets]
        middle = self.middle[couple.net.name]
        if middle is None:
            raise _Apart("its contact points are too near to its pads")
        if math.dist(middle[0], couple.places[0]) > math.dist(middle[-1], couple.places[0]):
            middle = middle[::-1]
        straight, slanted = couple.offset
        sides = [offset(middle, sign * straight, sign * slanted, self.problem.unit, self.problem.allow45) for sign in (1, -1)]
        if None in sides:
            raise _Apart("two bends of their way are too near to each other")
        best, why = None, ""
        for turned in (False, True):
            try:
                paths = self._with_ends(couple, wires, sides[::-1] if turned else sides)
            except _Apart as reason:
                why = why or str(reason)
                continue
            cost = sum(map(shapes.path_length, paths))
            if best is None or cost < best[0]:
                best = cost, paths
        for wire, path in zip(wires, best[1] if best else (None, None)):
            self.polish.replace(wire, path)
        if best is None:
            raise _Apart(why)

    def _with_ends(self, couple: _Couple, wires: Sequence[Wire], sides: Sequence[Path]) -> list[Path]:
        """The two traces from terminal to terminal; those of `sides` are cut off as little as can be."""
        why = None
        for cuts in product(CUTS, CUTS):
            parts = [_cut(path, [cut * couple.net.width for cut in cuts], self.problem.unit) for path in sides]
            for orders in product(((0, 1), (1, 0)), repeat=2) if None not in parts else ():
                try:
                    return self._joined(couple, wires, parts, orders)
                except _Apart as reason:
                    why = why or reason
        raise why or _Apart("their way is too short")

    def _led(self, couple: _Couple, wires: Sequence[Wire], end: int, order: Sequence[int]) -> None:
        """Lead two wires on to their terminals at one end."""
        for k in order:
            self.progress.beat()
            wire, site = wires[k], self.board.sites[couple.sites[k][end]]
            path = self._lead(couple, wire, site, wire.path[::-1] if end else wire.path)
            if path is None:
                raise _Apart(f"beside the other one, the trace of net '{couple.nets[k].name}' finds no way to {site.kind} '{site.name}' "
                             f"at ({site.centre[0]:.1f}, {site.centre[1]:.1f})")
            self.polish.replace(wire, path[::-1] if end else path)

    def _joined(self, couple: _Couple, wires: Sequence[Wire], parts: Sequence[Path], orders: Sequence[Sequence[int]]) -> list[Path]:
        for wire, path in zip(wires, parts):
            self.polish.replace(wire, path)
        for end, order in enumerate(orders):
            self._led(couple, wires, end, order)
        for wire, net in zip(wires, couple.nets):
            if self.space.trespassed(wire):
                raise _Apart(f"beside the other one, the trace of net '{net.name}' would come too near to others")
        return [wire.path for wire in wires]

    def _lead(self, couple: _Couple, wire: Wire, site: Site, path: Path) -> Path | None:
        """A path led on from its first point to a terminal, which it begins in then; None where there is no way."""
        ends = site.inner, shapes.octagon(path[:1])[None]
        window = self.polish.window(wire, ends, SLACK * couple.net.width)
        zones, _ = self.space.around(wire, window)
        own = _own(path, float(self.space.gap[wire.rule][wire.rule]))
        found = self.polish.search(zones, np.full(len(zones), np.inf), ends, window, FAR, own[shapes.overlapping(own, window)])
        whole = _spliced(found, path, self.problem.unit) if found else None
        return whole if whole and is_smooth(whole) else None


def _own(path: Path, gap: float) -> np.ndarray:
    """What a trace that is to go on to the first point of a path keeps out of: the path's own metal, and the way along it."""
    (ax, ay), (bx, by) = path[:2]
    size = math.dist(path[0], path[1])
    x, y = -(by - ay) / size * gap, (bx - ax) / size * gap
    rows, along = [shapes.octagon([(ax + x, ay + y), (ax - x, ay - y), (bx + x, by + y), (bx - x, by - y)])], size
    for a, b in zip(path[1:], path[2:]):
        if along >= gap:  # what is nearer may turn by 90 degrees at most
            rows.append(shapes.grow(shapes.octagon([a, b]), gap))
        along += math.dist(a, b)
    return np.array(rows)


def _spliced(lead: Path, path: Path, unit: float) -> Path | None:
    """A path that ends within two grid steps of the first point of another one, and that one, joined where their lines meet."""
    points, (c, d) = (np.round(np.array(one) / unit).astype(np.int64) for one in (lead, path[:2]))
    line = _Line.beside(np.sign(d - c), c, 0, 0)
    before = [_Line.beside(np.sign(b - a), a, 0, 0) for a, b in zip(points, points[1:])]
    while before and (before[-1].way == line.way).all():  # beside it, by a step or two
        before.pop()
    if before and not before[-1].may_turn_into(line):
        return None
    x, y = (before[-1].meeting(line) if before else line.foot(points[0])) * unit
    return shapes.simplify([*lead[:len(before)], (float(x), float(y)), *path[1:]])


def _cut(path: Path, lengths: Sequence[float], unit: float) -> Path | None:
    """A path that is so much shorter at its start and its end, on the grid; None where nothing is left."""
    for length in lengths:
        while length > SAME and len(path) > 1:
            way = np.sign(np.round((np.array(path[1]) - path[0]) / unit))
            size = float(np.hypot(*way)) * unit
            steps = math.ceil(length / size - WHOLE)
            if steps * size >= math.dist(path[0], path[1]):
                length -= math.dist(path[0], path[1])
                path = path[1:]
            else:
                x, y = path[0] + steps * way * unit
                path, length = [(float(x), float(y)), *path[1:]], 0.0
        path = path[::-1]
    return path if len(path) > 1 else None
