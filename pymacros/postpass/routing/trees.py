"""Keeping the traces of a tree tidy.

Moving one trace of a tree leaves joints that are no longer joints, and loose ends.  Tidying cuts traces where others
meet them, drops what leads nowhere, and joins pieces that meet two by two, so that every trace again runs from one
terminal or joint to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import shapes
from .progress import silent
from .tolerance import SAME
from .wires import Wire

if TYPE_CHECKING:
    from .joins import Joins
    from .space import Space
    from .wires import Board


class Tidy:
    """Tidies the trees of a board."""

    def __init__(self, board: Board, joins: Joins, space: Space, beat: Callable[..., Any] = silent) -> None:
        self.board, self.joins, self.space, self.beat = board, joins, space, beat

    def run(self) -> None:
        """Tidy all trees that have a joint."""
        for net in sorted(self.joins.trees):
            self.beat()
            if len(self.joins.sites[net]) > 2:
                self._tidy(net)

    def _tidy(self, net: int) -> None:
        wires = self.joins.trees[net]
        paths = self._cut_in_sites(net, _cut([w.path for w in wires if w.path], self.joins.near, self.board.problem.unit))
        paths = self._pruned(net, paths)
        paths = self._merged(net, paths)
        while len(wires) < max(len(paths), len(self.joins.sites[net]) - 1):
            self._another(wires)
        for k, wire in enumerate(wires):
            path = paths[k] if k < len(paths) else None
            if wire.path != path:
                wire.path = path
                self.space.update(wire)
            if path:
                wire.first, wire.second = (self._site(net, p, -1) for p in (path[0], path[-1]))
            wire.touching = False
        idle, open_ = [w for w in wires if not w.path], len(self.joins.parts(net)) - 1
        while len(idle) < open_:  # three traces that meet in a joint join three terminals: there is none left for a fourth
            idle.append(self._another(wires))
        for wire in idle[max(0, open_):]:
            wire.touching = True

    def _another(self, wires: list[Wire]) -> Wire:
        """One more wire for a tree."""
        wire = Wire(len(self.board.wires), wires[0].net, -1, -1, wires[0].rule, 0.0)
        self.board.wires.append(wire)
        wires.append(wire)
        return wire

    def _site(self, net: int, point: tuple[float, float], otherwise: int | None) -> int | None:
        """The terminal a point lies on."""
        return next((k for k in self.joins.sites[net] if self.board.sites[k].holds(point, self.board.problem.unit)), otherwise)

    def _cut_in_sites(self, net: int, paths: list[list[tuple[float, float]]]) -> list[list[tuple[float, float]]]:
        """Paths cut in terminals that they run through and on which no path ends: they are joined by them."""
        reached = {self._site(net, p, None) for path in paths for p in (path[0], path[-1])}
        reached |= {self.joins.sites[net][k] for pair in self.joins.touching[net] for k in pair}
        for number in self.joins.sites[net]:
            if number not in reached:
                paths = _cut_once(paths, self.board.sites[number], self.board.problem.unit)
        return paths

    def _nodes(self, net: int, paths: list[list[tuple[float, float]]]) -> list[tuple[int, int]]:
        """Node of each path's two ends: a terminal's number, or a number below 0 per joint."""
        points, ends = [], []
        for path in paths:
            pair = []
            for p in (path[0], path[-1]):
                node = self._site(net, p, None)
                if node is None:
                    node = next((-1 - k for k, q in enumerate(points) if _same(p, q, self.joins.near)), None)
                if node is None:
                    points.append(p)
                    node = -len(points)
                pair.append(node)
            ends.append((pair[0], pair[1]))
        return ends

    def _pruned(self, net: int, paths: list[list[tuple[float, float]]]) -> list[list[tuple[float, float]]]:
        """Paths without those that end nowhere or go round in a ring."""
        while True:
            self.beat()
            ends = self._nodes(net, paths)
            count = {}
            for pair in ends:
                for node in pair:
                    count[node] = count.get(node, 0) + 1
            keep = [k for k, (a, b) in enumerate(ends)
                    if a != b and all(node >= 0 or count[node] > 1 for node in (a, b))]
            if len(keep) == len(paths):
                return paths
            paths = [paths[k] for k in keep]

    def _merged(self, net: int, paths: list[list[tuple[float, float]]]) -> list[list[tuple[float, float]]]:
        """Paths that meet two by two, joined."""
        while True:
            self.beat()
            ends = self._nodes(net, paths)
            meet = {}
            for k, pair in enumerate(ends):
                for node in pair:
                    meet.setdefault(node, []).append(k)
            pairs = [ks for node, ks in sorted(meet.items()) if node < 0 and len(ks) == 2 and ks[0] != ks[1]]
            pair = next((ks for ks in pairs if _share_an_end(paths[ks[0]], paths[ks[1]])), None)
            if pair is None:
                return paths
            joined = _joined(paths[pair[0]], paths[pair[1]])
            paths = [p for k, p in enumerate(paths) if k not in pair] + [joined]


def _same(p: tuple[float, float], q: tuple[float, float], tolerance: float = SAME) -> bool:
    return abs(p[0] - q[0]) <= tolerance and abs(p[1] - q[1]) <= tolerance


def _share_an_end(one: Any, two: Any) -> Any:
    """False for paths that meet near each other only: joined, they would have a bend off the grid of angles."""
    return any(_same(p, q) for p in (one[0], one[-1]) for q in (two[0], two[-1]))


def _joined(one: Any, two: Any) -> Any:
    """Two polylines that share an end as one."""
    if _same(one[0], two[0]) or _same(one[0], two[-1]):
        one = one[::-1]
    if _same(one[-1], two[-1]):
        two = two[::-1]
    return shapes.simplify(list(one) + list(two[1:]))


def _cut(paths: list[list[tuple[float, float]]], near: float, unit: float) -> list[list[tuple[float, float]]]:
    """Paths cut where the ends of others lie on them, or so near; the cut itself lies on the path and on the grid."""
    tips = [p for path in paths for p in (path[0], path[-1])]
    out = []
    for path in paths:
        piece = [path[0]]
        for a, b in zip(path, path[1:]):
            on = (_foot(tip, a, b, near, unit) for tip in tips)
            for _, x, y in sorted((abs(p[0] - a[0]) + abs(p[1] - a[1]), *p) for p in on if p):
                if not _same((x, y), piece[-1]):
                    out.append(piece + [(x, y)])
                    piece = [(x, y)]
            if not _same(b, piece[-1]):
                piece.append(b)
                if b != path[-1] and any(_same(b, t, near) for t in tips):
                    out.append(piece)
                    piece = [b]
        if len(piece) > 1:
            out.append(piece)
    return out


def _cut_once(paths: list[list[tuple[float, float]]], site: Any, unit: float) -> Any:
    """Paths of which the first that runs through a terminal is cut there, on the grid."""
    for number, path in enumerate(paths):
        for k, (a, b) in enumerate(zip(path, path[1:])):
            for piece in site.pieces:
                span = shapes.inside_span(np.array(a), np.array(b), piece)
                point = _on_grid(a, b, sum(span) / 2, unit) if span else a
                if not _same(point, a) and not _same(point, b) and site.holds(point, 0.0):
                    return paths[:number] + [path[:k + 1] + [point], [point] + path[k + 1:]] + paths[number + 1:]
    return paths


def _on_grid(a: tuple[float, float], b: tuple[float, float], share: float, unit: float) -> tuple[float, float]:
    """The point of a segment at a share of its length, a whole number of grid steps from its start."""
    steps = max(abs(b[0] - a[0]), abs(b[1] - a[1])) / unit
    x, y = (p + (q - p) * round(share * steps) / steps for p, q in zip(a, b))
    return x, y


def _foot(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float], near: float, unit: float) -> tuple[float, float] | None:
    """The grid point of a segment that a point lies on, or near; None where that is at its ends or nowhere."""
    if _same(p, a, near) or _same(p, b, near):
        return None
    cross = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    along = (b[0] - a[0]) * (p[0] - a[0]) + (b[1] - a[1]) * (p[1] - a[1])
    length2 = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
    if not (abs(cross) < near * length2 ** 0.5 and 0 < along < length2):
        return None
    foot = _on_grid(a, b, along / length2, unit)
    return None if _same(foot, a) or _same(foot, b) else foot
