"""The routing problem: what must be joined, under which rules, around what.

Units are µm throughout.  A polygon is a list of (x, y) pairs (or an array of shape (n, 2)) without a repeated last
point; a terminal's shape is a list of polygons.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import add, mul, ne, sub
from typing import Any

import numpy as np

from .. import bounds
from ..messages import Refusal, shown
from . import metal, shapes
from .tolerance import ROUNDING

EACH = "each_pad_to_own_contact"
ALL = "connect_all"
MODES = (EACH, ALL)
LARGEST = bounds.COORDINATE.largest  # µm; coordinates beyond a metre are a mistake
MOST_CORNERS = 10000  # of one polygon
_PAIRS = {list, tuple}
TOLERANCE = 1.0  # µm that the lengths of a group may differ by, unless the problem says otherwise


class ProblemError(Refusal):
    """The case cannot be understood; the message is one sentence that says why and where."""


@dataclass
class Terminal:
    """A contact point or pad: a name and its metal as a list of polygons.

    whole: polygons that do not touch are joined outside this problem, on another level; else the router joins them, too.
    neck: length of the trace that its metal holds as a neck (see `necks`).
    """
    name: str
    shape: list
    whole: bool = False
    neck: float = 0.0

    def centre(self) -> np.ndarray:
        """Middle of the bounding box."""
        points = np.vstack(self.shape)
        return (points.min(axis=0) + points.max(axis=0)) / 2


@dataclass
class Net:
    """Contact points and pads of one net, its trace width and its spacing to everything else.

    mode "each_pad_to_own_contact": every pad gets a trace to a contact point of its own;
    mode "connect_all": one tree holds all contact points and pads.
    left: (kind, name) of its contact points and pads that get no trace; their metal is among the obstacles.
    max_length: the most its traces may have outside its contact points and pads; match: a group of nets of equal length (see `lengths`);
    pair: name of a pair of nets side by side (see `pairs`).
    """
    name: str
    contacts: list
    pads: list
    width: float
    spacing: float
    mode: str = EACH
    left: list = field(default_factory=list)
    max_length: float = None
    match: str = None
    pair: str = None


@dataclass
class Obstacle:
    """Fixed metal or a keep-out: one polygon, with the net it belongs to (None keeps everything away), and the spacing it asks
    for beside those of its net and of what comes near."""
    shape: np.ndarray
    net: str = None
    name: str = ""
    spacing: float = 0.0


@dataclass
class Problem:
    """A routing problem.

    die: (x1, y1, x2, y2) that holds all trace metal; nets: list of Net; obstacles: list of Obstacle;
    allow45: traces may run at 45° (else horizontal and vertical only); unit: the layout's grid, bends lie on it.
    contacts, pads: terminals without a net, for `assign`; they count as obstacles until assigned.
    neck: least width of a trace where it leaves a terminal that is narrower (see `necks`); None: as wide as everywhere.
    tolerance: by how much the lengths of a group may differ.
    """
    die: tuple
    nets: list
    obstacles: list = field(default_factory=list)
    allow45: bool = True
    width: float = 10.0
    spacing: float = 10.0
    unit: float = 0.001
    name: str = ""
    contacts: list = field(default_factory=list)
    pads: list = field(default_factory=list)
    neck: float = None
    tolerance: float = TOLERANCE

    def __post_init__(self) -> None:
        _check(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Problem:
        """A Problem from a case in the neutral JSON form (see the user guide).  Raises ProblemError."""
        if not isinstance(data, dict):
            raise ProblemError("the case is not a JSON object")
        rules = value_of(data, "rules", dict, "the case")
        width = number_of(rules, "width", "rules")
        spacing = number_of(rules, "spacing", "rules")
        nets, obstacles = [], [obstacle(o, f"obstacle {k}") for k, o in enumerate(optional(data, "obstacles"))]
        for k, item in enumerate(value_of(data, "nets", list, "the case")):
            net, left = _net(item, k, width, spacing)
            nets.append(net)
            obstacles += [Obstacle(polygon, net.name, terminal.name) for terminal in left for polygon in terminal.shape]
        free = {kind: [_terminal(t, f"free {kind[:-1]} {k}") for k, t in enumerate(optional(data, kind))]
                for kind in ("contacts", "pads")}
        die = tuple(coordinate(c, "the die") for c in value_of(data, "die", list, "the case"))
        unit = coordinate(data.get("dbu", 0.001), "dbu")
        if not isinstance(rules.get("allow45", False), (bool, type(None))):
            raise ProblemError(f"'allow45' of rules is {shown(rules['allow45'])}, not true or false")
        problem = cls(die=die, nets=nets, obstacles=obstacles, allow45=bool(rules.get("allow45")), width=width,
                      spacing=spacing, unit=unit, name=name_of(data, "the case"), neck=perhaps(rules, "neck", "rules", None),
                      tolerance=perhaps(rules, "match_tolerance", "rules", TOLERANCE), **free)
        checked_metal(problem)
        _check_pairs(nets)
        check_groups(nets)
        return problem


def _check(problem: Problem) -> None:
    """Refuse what cannot be routed at all, in one sentence."""
    if len(problem.die) != 4 or problem.die[0] >= problem.die[2] or problem.die[1] >= problem.die[3]:
        raise ProblemError(f"the die {shown(list(problem.die))} is not a box x1 < x2, y1 < y2")
    if not bounds.keeps(bounds.GRID, problem.unit):
        raise ProblemError(f"the grid unit must be {bounds.words(bounds.GRID)}, not {problem.unit:g}")
    if problem.neck is not None and not bounds.keeps(bounds.LENGTH, problem.neck):
        raise ProblemError(f"the least width of a neck must be {bounds.words(bounds.LENGTH)}, not {problem.neck:g}")
    if not problem.tolerance > 0:
        raise ProblemError(f"the lengths of a group may differ by more than nothing, not by {problem.tolerance:g}")
    seen = set()
    for net in problem.nets:
        if net.name in seen:
            raise ProblemError(f"net '{net.name}' occurs twice")
        seen.add(net.name)
        for what, value, bound in (("width", net.width, bounds.LENGTH), ("spacing", net.spacing, bounds.LIMIT)):
            if not bounds.keeps(bound, value):
                raise ProblemError(f"the {what} of net '{net.name}' must be {bounds.words(bound)}, not {value:g}")
        if net.max_length is not None and not net.max_length > 0:
            raise ProblemError(f"the largest length of net '{net.name}' must be more than nothing, not {net.max_length:g}")
        if net.mode not in MODES:
            raise ProblemError(f"net '{net.name}' has the unknown mode {shown(net.mode)}; known: {', '.join(MODES)}")


def checked_metal(problem: Problem) -> None:
    """Refuse what contradicts itself: nets of nothing, metal that no trace in the die can reach, shorts."""
    finest = min([n.width for n in problem.nets] or [problem.unit])
    if problem.unit > finest:
        raise ProblemError(f"the grid unit {problem.unit:g} is larger than the trace width {finest:g}")
    x1, y1, x2, y2 = problem.die
    pieces, owners = [], []
    for net in problem.nets:
        if not net.contacts and not net.pads and not net.left:
            raise ProblemError(f"net '{net.name}' has neither contacts nor pads")
        for kind, terminal in [("contact", t) for t in net.contacts] + [("pad", t) for t in net.pads]:
            points = np.vstack(terminal.shape)
            (low_x, low_y), (high_x, high_y) = points.min(axis=0), points.max(axis=0)
            if high_x <= x1 or low_x >= x2 or high_y <= y1 or low_y >= y2:
                raise ProblemError(f"{kind} '{terminal.name}' of net '{net.name}' at ({low_x:g}, {low_y:g}) lies outside "
                                   f"the die {list(problem.die)}")
            pieces += metal.pieces_of(terminal.shape)
            owners += [(net.name, f"{kind} '{terminal.name}' of net '{net.name}'")] * (len(pieces) - len(owners))
    _check_shorts(problem, pieces, owners)


def check_groups(nets: Sequence[Net]) -> None:
    """Refuse groups of one net, and of nets whose length is no single number."""
    members: dict[str, list[str]] = {}
    for net in nets:
        if net.match is not None:
            members.setdefault(net.match, []).append(net.name)
            if len(net.contacts) + len(net.pads) != 2:
                raise ProblemError(of_two(net.name, net.match, len(net.contacts) + len(net.pads)))
    for group, names in members.items():
        if len(names) == 1:
            raise ProblemError(of_one(group, names[0]))


def _check_pairs(nets: Sequence[Net]) -> None:
    """Refuse pairs that are not two nets of one width, each from one terminal to one other, in no group."""
    members: dict[str, list[Net]] = {}
    for net in nets:
        if net.pair is not None:
            members.setdefault(net.pair, []).append(net)
            if net.match is not None:
                raise ProblemError(f"net '{net.name}' is in pair '{net.pair}' and in group '{net.match}': the lengths of a pair are matched already, leave out one of the two")
            if len(net.contacts) + len(net.pads) != 2:
                raise ProblemError(of_a_pair(net.name, net.pair, len(net.contacts) + len(net.pads)))
    for pair, some in members.items():
        if len(some) != 2:
            raise ProblemError(not_two(pair, [net.name for net in some]))
        if some[0].width != some[1].width:
            raise ProblemError(of_widths(pair, [(net.name, net.width) for net in some]))


def of_a_pair(net: str, pair: str, terminals: int) -> str:
    """What is wrong with a net of a pair that does not join two terminals."""
    return f"net '{net}' of pair '{pair}' joins {terminals} contact points and pads: nets are kept side by side that join two"


def of_widths(pair: str, widths: Sequence[tuple[str, float]]) -> str:
    """What is wrong with a pair of nets (name, width) of different widths."""
    return f"the nets of pair '{pair}' have different widths, {' and '.join(f'{width:g} ({net})' for net, width in widths)}: give them the same"


def not_two(pair: str, nets: Sequence[str]) -> str:
    """What is wrong with a pair of other than two nets."""
    return f"pair '{pair}' has {len(nets)} net{'' if len(nets) == 1 else 's'}, {', '.join(nets)}: a pair has two"


def of_one(group: str, net: str) -> str:
    """What is wrong with a group of one net."""
    return f"group '{group}' has one net, '{net}': give it a second one, or none"


def of_two(net: str, group: str, terminals: int) -> str:
    """What is wrong with a net of a group that does not join two terminals."""
    return f"net '{net}' of group '{group}' joins {terminals} contact points and pads: lengths are matched among nets that join two"


def _check_shorts(problem: Problem, pieces: Sequence[np.ndarray], owners: Sequence[tuple[str, str]]) -> None:
    """Refuse terminals that overlap the metal of another net."""
    name = np.array([owner[0] for owner in owners], dtype=object)
    others = [(name[k], piece, owners[k][1]) for k, piece in enumerate(pieces)]
    known = {net.name for net in problem.nets}
    others += [(o.net, piece, f"an obstacle of net '{o.net}'") for o in problem.obstacles if o.net in known
               for piece in metal.convex_pieces(o.shape)]
    rows = np.array([shapes.octagon(piece) for piece in pieces]).reshape(-1, 8)
    for owner, piece, text in others:
        near = shapes.overlapping(rows, shapes.octagon(piece), 2 * problem.unit) & (name != owner)
        for k in np.nonzero(near)[0]:
            if metal.overlapping(pieces[k], piece, 2 * problem.unit):
                x, y = piece.min(axis=0)
                raise ProblemError(f"{owners[k][1]} overlaps {text} near ({x:g}, {y:g})")


def optional(data: dict[str, Any], key: str, where: str = "the case") -> list[dict[str, Any]]:
    """A list that may be missing or null."""
    value = data.get(key)
    if value is not None and not isinstance(value, list):
        raise ProblemError(f"'{key}' of {where} is not a list")
    return value or []


def obstacle(item: dict[str, Any], where: str) -> Obstacle:
    shape = polygon(value_of(item, "shape", list, where), where)
    net = item.get("net")
    if net is not None and not isinstance(net, str):
        raise ProblemError(f"'net' of {where} is {shown(net)}, neither a name nor null")
    return Obstacle(shape, net, name_of(item, where))


def name_of(item: dict[str, Any], where: str) -> str:
    """The name of a record, which may lack one."""
    name = item.get("name", "")
    if not isinstance(name, str):
        raise ProblemError(f"'name' of {where} is {shown(name)}, not a text")
    return name


def value_of(item: dict[str, Any], key: str, kind: type, where: str) -> Any:
    """A value of the given type, or a ProblemError that says what is missing where."""
    if not isinstance(item, dict):
        raise ProblemError(f"{where} is not a JSON object")
    value = item.get(key)
    if not isinstance(value, kind):
        raise ProblemError(f"{where} has no '{key}' of type {kind.__name__}")
    return value


def coordinate(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ProblemError(f"{where} holds {shown(value)} where a number is expected")
    if not bounds.keeps(bounds.COORDINATE, value):
        raise ProblemError(f"{where} holds {shown(value)} where a number of at most {LARGEST:g} µm is expected"
                           if bounds.is_number(value) and abs(value) < 1e30 else f"{where} holds a number that is not finite or too large")
    return float(value)


def number_of(item: dict[str, Any], key: str, where: str) -> float:
    if key not in item:
        raise ProblemError(f"{where} has no '{key}'")
    return coordinate(item[key], f"'{key}' of {where}")


def perhaps(item: dict[str, Any], key: str, where: str, otherwise: float | None) -> float | None:
    """A number that may be missing or null."""
    return number_of(item, key, where) if item.get(key) is not None else otherwise


def polygon(points: Any, where: str) -> np.ndarray:
    return np.array(corners_of(points, where))


def corners_of(points: Any, where: str) -> list[tuple[float, float]]:
    """The corners of a polygon of a case, which does not cross itself and has an area."""
    if not isinstance(points, list) or len(points) < 3:
        raise ProblemError(f"{where} has a polygon with fewer than three points")
    if len(points) > MOST_CORNERS:
        raise ProblemError(f"{where} has a polygon with {len(points)} points, more than {MOST_CORNERS}: cut it in pieces")
    corners = list(map(tuple, points)) if _are_usual(points) else [_corner(point, where) for point in points]
    xs, ys = zip(*corners)
    if not _is_convex(xs, ys) and _crosses_itself(np.array(corners)):
        raise ProblemError(f"{where} has a polygon that crosses itself near ({corners[0][0]:g}, {corners[0][1]:g})")
    if abs(sum(map(mul, map(sub, xs, _before(xs)), map(add, ys, _before(ys))))) < 2 * ROUNDING:
        raise ProblemError(f"{where} has a polygon without area at ({corners[0][0]:g}, {corners[0][1]:g})")
    return corners


def _are_usual(points: Sequence[Any]) -> bool:
    """Are these pairs of floats that are coordinates? Large cases have millions of them: they are looked at together."""
    if not (_PAIRS.issuperset(map(type, points)) and {2}.issuperset(map(len, points))):
        return False
    values = list(chain.from_iterable(points))
    return {float}.issuperset(map(type, values)) and math.isfinite(sum(values)) and min(values) >= -LARGEST and max(values) <= LARGEST


def _corner(point: Any, where: str) -> tuple[float, float]:
    if not isinstance(point, (list, tuple)) or len(point) != 2:
        raise ProblemError(f"{where} has a polygon point {shown(point)} that is not a pair of numbers")
    return coordinate(point[0], where), coordinate(point[1], where)


def _before(values: Sequence[float]) -> Sequence[float]:
    """For each of some values around a polygon the one before it."""
    return [*values[-1:], *values[:-1]]


def _is_convex(xs: Sequence[float], ys: Sequence[float]) -> bool:
    """True when a polygon turns one way alone, once around: its sides cannot cross. Much faster than to look at every two of them."""
    right, up = list(map(sub, xs, _before(xs))), list(map(sub, ys, _before(ys)))
    turns = list(map(sub, map(mul, _before(right), up), map(mul, _before(up), right)))
    rightwards = [step > 0 for step in right if step]
    return (min(turns) > 0 or max(turns) < 0) and sum(map(ne, rightwards, rightwards[1:] + rightwards[:1])) == 2


def _crosses_itself(points: np.ndarray) -> bool:
    """True when two sides of a polygon properly cross."""
    a, b = points, np.roll(points, -1, axis=0)

    def side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> np.ndarray:  # of which side of p-q is r, for all pairs
        u, v = (q - p)[:, None], r[None] - p[:, None]
        return np.sign(np.round(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0], 9))

    for k in range(0, len(a), 256):  # so many sides against all at a time, as memory allows
        p, q = a[k:k + 256], b[k:k + 256]
        if ((side(p, q, a) * side(p, q, b) < 0) & (side(a, b, p) * side(a, b, q) < 0).T).any():
            return True
    return False


def _terminal(item: dict[str, Any], where: str) -> Terminal:
    shape = value_of(item, "shape", list, where)
    if not shape:
        raise ProblemError(f"{where} has an empty shape")
    return Terminal(name_of(item, where), [polygon(p, where) for p in shape])


def _net(item: dict[str, Any], k: int, width: float, spacing: float) -> tuple[Net, list[Terminal]]:
    """(a net, its terminals that get no trace)."""
    name = value_of(item, "name", str, f"net {k}")
    where = f"net '{name}'"
    kinds: dict[str, list[Terminal]] = {}
    left = []
    for kind in ("contacts", "pads"):
        kinds[kind] = []
        for i, one in enumerate(value_of(item, kind, list, where)):
            terminal = _terminal(one, f"{kind[:-1]} {i} of {where}")
            if is_routed(one, f"{kind[:-1]} {i} of {where}"):
                kinds[kind].append(terminal)
            else:
                left.append((kind[:-1], terminal))
    for key in ("match", "pair"):
        if not isinstance(item.get(key), (str, type(None))):
            raise ProblemError(f"'{key}' of {where} is {shown(item[key])}, neither a name nor null")
    net = Net(name=name, width=perhaps(item, "width", where, width), spacing=perhaps(item, "spacing", where, spacing),
              max_length=perhaps(item, "max_length", where, None), match=item.get("match") or None, pair=item.get("pair") or None,
              mode=EACH if item.get("mode") is None else item["mode"], left=[(kind, terminal.name) for kind, terminal in left], **kinds)
    return net, [terminal for _, terminal in left]


def is_routed(item: dict[str, Any], where: str) -> bool:
    value = item.get("route", True)
    if not isinstance(value, bool):
        raise ProblemError(f"'route' of {where} is {shown(value)}, not true or false")
    return value
