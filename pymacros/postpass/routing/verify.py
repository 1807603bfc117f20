"""An independent look at a result, before it is called complete: is every net joined, and do no two nets touch?

It takes the polygons of the problem and the metal of the finished traces and knows nothing else of the router: neither its
octagons and convex pieces nor what it believes to be joined.  µm throughout.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .pieces import Pieces
from .problem import EACH
from .progress import silent
from .tolerance import JOINT, NOTHING, TOUCH

if TYPE_CHECKING:
    from .levels import LevelProblem
    from .problem import Obstacle, Problem

_PAIRS = 2000000  # pairs of boxes compared at once
_SIDES = 100  # sides of a polygon compared at once with all of another one


@dataclass
class Fault:
    """A net that is not joined (kind "apart") or touches what is not its own ("touching"): a sentence, the place, the names
    of its terminals concerned; by_trace: a trace of the net touches, not a terminal."""
    net: str
    kind: str
    reason: str
    place: tuple
    terminals: tuple = ()
    by_trace: bool = False


@dataclass
class _Node:
    """Metal that is one piece by its nature: net (None: nobody's), kind ("contact", "pad", "trace", "via" or "fixed"), name, and
    (level, polygon) of its parts."""
    net: str
    kind: str
    name: str
    parts: list
    terminal: int = -1

    def words(self) -> Any:
        """What it is, for messages."""
        if self.kind == "fixed":
            return f"fixed metal of net '{self.net}'" if self.net else "an obstacle"
        return f"{self.kind} '{self.name}'" if self.name else f"a {self.kind}"

    def place(self) -> tuple[float, float]:
        """The middle of its box."""
        points = np.vstack([polygon for _, polygon in self.parts])
        x, y = (points.min(axis=0) + points.max(axis=0)) / 2
        return float(x), float(y)


def faults(problem: Problem, routes: Sequence[tuple[str, float, list[tuple[float, float]]]], beat: Callable[..., Any] = silent) -> list[Fault]:
    """Faults of a result [(net, width, path)] of a Problem; none for a result that is complete and without contacts."""
    look, each = _Look(beat), []
    for net in problem.nets:
        each += [net.name] if net.mode == EACH else []
        for kind, terminal in [("contact", t) for t in net.contacts] + [("pad", t) for t in net.pads]:
            look.terminal(net.name, kind, terminal.name, [(0, polygon) for polygon in terminal.shape], terminal.whole)
    for net, width, path in routes:
        look.trace(net, 0, width, path)
    look.obstacles(0, problem.obstacles, [net.name for net in problem.nets])
    for terminal in problem.contacts + problem.pads:
        look.fixed(0, None, terminal.shape)
    return look.faults(each)


def level_faults(problem: LevelProblem, routes: Sequence[tuple[str, int, float, list[tuple[float, float]]]],
                 vias: Sequence[tuple[str, list[tuple[int, np.ndarray]]]], beat: Callable[..., Any] = silent) -> list[Any]:
    """Faults of a result on several levels: routes [(net, level, width, path)], vias [(net, [(level, capture pad polygon)])]."""
    look = _Look(beat)
    for net in problem.nets:
        for terminal in net.terminals:
            parts = [(level, polygon) for level, polygons in sorted(terminal.shapes.items()) for polygon in polygons]
            look.terminal(net.name, terminal.kind, terminal.name, parts, True)
    for net, level, width, path in routes:
        look.trace(net, level, width, path)
    for net, pads in vias:
        look.add(net, "via", "", pads)
    for number, level in enumerate(problem.levels):
        look.obstacles(number, level.obstacles, [net.name for net in problem.nets])
    return look.faults(())


class _Look:
    """Collects metal, then compares all of it with all of it."""

    def __init__(self, beat: Callable[..., Any]) -> None:
        self.beat, self.nodes, self.terminals = beat, [], 0

    def add(self, net: str | None, kind: str, name: str, parts: Sequence[tuple[int, np.ndarray]], terminal: int = -1) -> None:
        """A node, see `_Node`."""
        self.beat()
        self.nodes.append(_Node(net, kind, name, [(level, np.asarray(polygon, float)) for level, polygon in parts], terminal))

    def terminal(self, net: str, kind: str, name: str, parts: Sequence[tuple[int, np.ndarray]], whole: bool) -> None:
        """A contact point or pad; its polygons hang together only where they touch, unless it is whole by another way."""
        for group in [parts] if whole else [[part] for part in parts]:
            self.add(net, kind, name, group, self.terminals)
        self.terminals += 1

    def trace(self, net: str, level: int, width: float, path: list[tuple[float, float]]) -> None:
        """A trace: a rectangle along each part of its centre line, with flat ends, and a disc at each bend."""
        parts = [(level, rectangle) for rectangle in map(_rectangle, path, path[1:], [width] * (len(path) - 1)) if rectangle is not None]
        parts += [(level, _disc(x, y, width)) for x, y in path[1:-1]]
        if parts:
            self.add(net, "trace", "", parts)

    def obstacles(self, level: int, obstacles: Sequence[Obstacle], nets: Sequence[str]) -> None:
        """Fixed metal and keep-outs."""
        for obstacle in obstacles:
            self.fixed(level, obstacle.net if obstacle.net in nets else None, [obstacle.shape])

    def fixed(self, level: int, net: str | None, polygons: Sequence[np.ndarray]) -> None:
        """Metal that joins nothing; that of nobody is compared with traces only."""
        for polygon in polygons:
            self.add(net, "fixed", "", [(level, polygon)])

    def faults(self, each: list[str] | tuple[Any, ...]) -> list[Fault]:
        """[Fault]; each: names of the nets in which every pad needs a contact point of its own."""
        found, joined = [], Pieces(len(self.nodes))
        for i, j in self._neighbours():
            self.beat()
            one, other = self.nodes[i], self.nodes[j]
            common = _contact(one, other, self.beat)
            if one.net != other.net:
                found += self._touching(one, other) if common is not None else []
            elif common is not None and common >= JOINT:
                joined.join(i, j)
        return sorted(found, key=lambda fault: (not fault.by_trace, fault.net)) + self._apart(each, joined)

    def _neighbours(self) -> list[tuple[int, int]]:
        """Pairs of nodes that are to be compared and whose boxes meet, in order."""
        boxes, owner = [], []
        for k, node in enumerate(self.nodes):
            self.beat()
            for level, polygon in node.parts:
                boxes.append([*polygon.min(axis=0), *polygon.max(axis=0), level])
                owner.append(k)
        boxes, owner = np.array(boxes).reshape(-1, 5), np.array(owner, int)
        order = np.argsort(boxes[:, 0], kind="stable")
        boxes, owner = boxes[order], owner[order]
        after = np.searchsorted(boxes[:, 0], boxes[:, 2] + TOUCH, side="right")
        found, start = set(), 0
        while start < len(boxes):
            self.beat()
            count = np.cumsum(after[start:] - np.arange(start, len(boxes)))
            stop = start + max(1, int(np.searchsorted(count, _PAIRS)))
            size = after[start:stop] - np.arange(start, stop)
            i = np.repeat(np.arange(start, stop), size)
            j = i + np.arange(len(i)) - np.repeat(np.cumsum(size) - size, size)
            near = ((owner[i] != owner[j]) & (boxes[i, 4] == boxes[j, 4]) & (boxes[i, 1] <= boxes[j, 3] + TOUCH) & (boxes[j, 1] <= boxes[i, 3] + TOUCH))
            found.update((min(a, b), max(a, b)) for a, b in zip(owner[i[near]].tolist(), owner[j[near]].tolist()))
            start = stop
        return [pair for pair in sorted(found) if self._matters(*pair)]

    def _matters(self, i: int, j: int) -> bool:
        """False for fixed metal among itself and with its own net, and for what is nobody's with terminals."""
        one, other = self.nodes[i], self.nodes[j]
        if one.kind != "fixed" and other.kind != "fixed":
            return True
        if one.net == other.net or one.kind == other.kind:
            return False
        return None not in (one.net, other.net) or "trace" in (one.kind, other.kind)

    def _touching(self, one: _Node, other: np.ndarray) -> Any:
        """Faults of two nodes of different nets: of the trace, if one of them is a trace, else of both nets."""
        if one.kind != "trace" and (other.kind == "trace" or one.kind == "fixed"):
            one, other = other, one
        x, y = _common_place(one, other)
        by_trace = one.kind == "trace"
        found = []
        for node, beside in [(one, other)] if by_trace or other.kind == "fixed" else [(one, other), (other, one)]:
            whose = f" of net '{beside.net}'" if beside.net and beside.kind != "fixed" else ""
            found.append(Fault(node.net, "touching", f"net '{node.net}': {'its trace' if by_trace else node.words()} touches {beside.words()}{whose} "
                               f"near ({x:.3f}, {y:.3f})" + (" and is left out" if by_trace else ""), (x, y), (node.name,) if node.name else (), by_trace))
        return found

    def _apart(self, each: list[str] | tuple[Any, ...], joined: Pieces) -> list[Fault]:
        """Faults of nets that are not joined."""
        groups = {}
        for k, node in enumerate(self.nodes):
            if node.terminal >= 0:
                groups.setdefault(node.net, {}).setdefault(joined.of(k), []).append(node)
        found = []
        for net, parts in groups.items():
            lone = self._without_contact(parts.values()) if net in each else self._outside(parts.values())
            if lone is not None:
                x, y = lone.place()
                rest = "a contact point of its own" if net in each else "the rest"
                found.append(Fault(net, "apart", f"net '{net}': {lone.kind} '{lone.name}' at ({x:.3f}, {y:.3f}) does not touch traces that join "
                                   f"it to {rest}", (x, y), (lone.name,)))
        return found

    @staticmethod
    def _outside(parts: Any) -> _Node | None:
        """A terminal outside the largest part of a net; None when there is one part."""
        parts = sorted(parts, key=len)
        return parts[0][0] if len(parts) > 1 else None

    @staticmethod
    def _without_contact(parts: Any) -> _Node | None:
        """A pad in a part of a net that has more pads than contact points; None when there is none."""
        for part in parts:
            terminals = {kind: {node.terminal for node in part if node.kind == kind} for kind in ("contact", "pad")}
            if len(terminals["pad"]) > len(terminals["contact"]):
                return next(node for node in part if node.kind == "pad")
        return None


def _rectangle(a: tuple[float, float], b: tuple[float, float], width: float) -> np.ndarray | None:
    """Metal along a straight part of a centre line; None where it has no length."""
    length = math.hypot(b[0] - a[0], b[1] - a[1])
    if length == 0:
        return None
    x, y = -(b[1] - a[1]) / length * width / 2, (b[0] - a[0]) / length * width / 2
    return np.array([(a[0] - x, a[1] - y), (b[0] - x, b[1] - y), (b[0] + x, b[1] + y), (a[0] + x, a[1] + y)])


def _disc(x: float, y: float, diameter: float, corners: int = 16) -> np.ndarray:
    turn = 2 * math.pi * (np.arange(corners) + 0.5) / corners
    return np.stack([x + diameter / 2 * np.cos(turn), y + diameter / 2 * np.sin(turn)], axis=1)


def _contact(one: _Node, other: _Node, beat: Callable[..., Any]) -> float | None:
    """The most outline two nodes have in common on a level, in µm; None when they are apart."""
    best = None
    for level, a in one.parts:
        beat()
        for at, b in other.parts:
            if level == at and (a.min(axis=0) <= b.max(axis=0) + TOUCH).all() and (b.min(axis=0) <= a.max(axis=0) + TOUCH).all():
                common = common_outline(a, b)
                best = common if best is None else max(best, common or 0.0)
    return best


def _common_place(one: _Node, other: np.ndarray) -> Any:
    """A place near which two nodes meet: the middle of what their boxes have in common."""
    for level, a in one.parts:
        for at, b in other.parts:
            low, high = np.maximum(a.min(axis=0), b.min(axis=0)), np.minimum(a.max(axis=0), b.max(axis=0))
            if level == at and (low <= high + TOUCH).all() and common_outline(a, b) is not None:
                return tuple(float(v) for v in (low + high) / 2)
    return one.place()


def common_outline(one: np.ndarray, other: np.ndarray) -> float | None:
    """How much of the outline of either polygon, whichever is more, lies in the other (sides included), in µm; None when
    they are apart.  The polygons may be of any shape."""
    found = [_outline_inside(one, other), _outline_inside(other, one)]
    if all(length is None for length in found):
        return None
    return max(length or 0.0 for length in found)


def _outline_inside(outline: np.ndarray, polygon: np.ndarray) -> float | None:
    """Length of the outline of a polygon that lies in another one; None when not even a point does."""
    a, b = _sides(outline, polygon)
    sides = _sides(polygon, outline)
    found = [_inside_length(a[k:k + _SIDES], b[k:k + _SIDES], sides, polygon) for k in range(0, len(a), _SIDES)]
    found = [length for length in found if length is not None]
    return sum(found) if found else None


def _sides(polygon: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(starts, ends) of the sides of a polygon whose boxes meet that of another polygon."""
    a, b = polygon, np.roll(polygon, -1, axis=0)
    low, high = other.min(axis=0) - TOUCH, other.max(axis=0) + TOUCH
    keep = (a != b).any(axis=1) & (np.minimum(a, b) <= high).all(axis=1) & (np.maximum(a, b) >= low).all(axis=1)
    return a[keep], b[keep]


def _inside_length(a: np.ndarray, b: np.ndarray, sides: tuple[np.ndarray, np.ndarray], polygon: np.ndarray) -> float | None:
    """Length of the straight pieces a-b that lies in a polygon, whose sides near them are given; None as above."""
    size = np.hypot(*(b - a).T)
    rows, at = _meetings(a, b, size, *sides)
    touched = len(rows) > 0
    rows = np.concatenate([rows, np.arange(len(a)), np.arange(len(a))])
    at = np.concatenate([np.clip(at, 0, 1), np.zeros(len(a)), np.ones(len(a))])
    order = np.lexsort((at, rows))
    rows, at = rows[order], at[order]
    part = (rows[1:] == rows[:-1]) & (at[1:] > at[:-1])
    row, middle, share = rows[:-1][part], (at[1:] + at[:-1])[part] / 2, (at[1:] - at[:-1])[part]
    within = _inside(a[row] + (b - a)[row] * middle[:, None], polygon)
    total = float((share * size[row])[within].sum())
    return total if touched or within.any() else None


def _meetings(a: np.ndarray, b: np.ndarray, size: np.ndarray, c: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where straight pieces a-b (of these lengths) cross or touch others, c-d: (numbers of the pieces, 0..1 along them)."""
    r, s, gap = b - a, d - c, c[None] - a[:, None]
    length = np.maximum(np.hypot(*s.T), np.finfo(float).tiny)
    bent = r[:, None, 0] * s[None, :, 1] - r[:, None, 1] * s[None, :, 0]
    slanted = np.abs(bent) > NOTHING * size[:, None] * length[None]
    safe = np.where(slanted, bent, 1.0)
    t = (gap[..., 0] * s[None, :, 1] - gap[..., 1] * s[None, :, 0]) / safe
    u = (gap[..., 0] * r[:, None, 1] - gap[..., 1] * r[:, None, 0]) / safe
    at, past = TOUCH / size[:, None], TOUCH / length[None]
    i, j = np.nonzero(slanted & (t >= -at) & (t <= 1 + at) & (u >= -past) & (u <= 1 + past))
    # Starts of the others on a piece, for those that lie on it; every corner of a polygon is one.
    along = (gap * r[:, None]).sum(axis=2) / size[:, None] ** 2
    beside = np.abs(gap[..., 0] * r[:, None, 1] - gap[..., 1] * r[:, None, 0]) / size[:, None]
    m, n = np.nonzero((beside <= TOUCH) & (along >= -at) & (along <= 1 + at))
    return np.concatenate([i, m]), np.concatenate([t[i, j], along[m, n]])


def _inside(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """Mask of the points that lie in a polygon (even-odd) or on a side."""
    x, y = points[:, 0, None], points[:, 1, None]
    (ax, ay), (bx, by) = polygon.T, np.roll(polygon, -1, axis=0).T
    spans = (ay > y) != (by > y)
    rise = np.where(by == ay, 1.0, by - ay)
    odd = (spans & (x < ax + (y - ay) * (bx - ax) / rise)).sum(axis=1) % 2 == 1
    length2 = np.maximum((bx - ax) ** 2 + (by - ay) ** 2, np.finfo(float).tiny)
    t = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length2, 0, 1)
    away = np.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)).min(axis=1)
    return odd | (away <= TOUCH)
