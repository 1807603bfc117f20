"""Keeping the traces of a tree tidy.

Moving one trace of a tree leaves joints that are no longer joints, and loose ends.  Tidying cuts traces where others
meet them, drops what leads nowhere, and joins pieces that meet two by two, so that every trace again runs from one
terminal or joint to the next.
"""
import numpy as np

from . import shapes
from .progress import silent
from .wires import Wire


class Tidy:
    """Tidies the trees of a board."""

    def __init__(self, board, joins, space, beat=silent):
        self.board, self.joins, self.space, self.beat = board, joins, space, beat

    def run(self):
        """Tidy all trees that have a joint."""
        for net in sorted(self.joins.trees):
            self.beat()
            if len(self.joins.sites[net]) > 2:
                self._tidy(net)

    def _tidy(self, net):
        wires = self.joins.trees[net]
        paths = _cut([w.path for w in wires if w.path])
        paths = self._pruned(net, paths)
        paths = self._merged(net, paths)
        rule = wires[0].rule
        while len(wires) < max(len(paths), len(self.joins.sites[net]) - 1):
            wire = Wire(len(self.board.wires), net, -1, -1, rule, 0.0)
            self.board.wires.append(wire)
            wires.append(wire)
        for k, wire in enumerate(wires):
            path = paths[k] if k < len(paths) else None
            if wire.path != path:
                wire.path = path
                self.space.update(wire)
            if path:
                wire.first, wire.second = (self._site(net, p, -1) for p in (path[0], path[-1]))
            wire.touching = False
        idle = [w for w in wires if not w.path]
        for wire in idle[max(0, len(self.joins.parts(net)) - 1):]:
            wire.touching = True

    def _site(self, net, point, otherwise):
        """The terminal a point lies on."""
        x, y = np.array([point[0]]), np.array([point[1]])
        for k in self.joins.sites[net]:
            if any(shapes.contains(o, x, y, 0.01)[0] for o in self.board.sites[k].octagons):
                return k
        return otherwise

    def _nodes(self, net, paths):
        """Node of each path's two ends: a terminal's number, or a number below 0 per joint."""
        points, ends = [], []
        for path in paths:
            pair = []
            for p in (path[0], path[-1]):
                node = self._site(net, p, None)
                if node is None:
                    node = next((-1 - k for k, q in enumerate(points) if _same(p, q)), None)
                if node is None:
                    points.append(p)
                    node = -len(points)
                pair.append(node)
            ends.append(tuple(pair))
        return ends

    def _pruned(self, net, paths):
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

    def _merged(self, net, paths):
        """Paths that meet two by two, joined."""
        while True:
            self.beat()
            ends = self._nodes(net, paths)
            meet = {}
            for k, pair in enumerate(ends):
                for node in pair:
                    meet.setdefault(node, []).append(k)
            pair = next((ks for node, ks in sorted(meet.items()) if node < 0 and len(ks) == 2 and ks[0] != ks[1]), None)
            if pair is None:
                return paths
            joined = _joined(paths[pair[0]], paths[pair[1]])
            paths = [p for k, p in enumerate(paths) if k not in pair] + [joined]


def _same(p, q):
    return abs(p[0] - q[0]) < 1e-3 and abs(p[1] - q[1]) < 1e-3


def _joined(one, two):
    """Two polylines that share an end as one."""
    if _same(one[0], two[0]) or _same(one[0], two[-1]):
        one = one[::-1]
    if _same(one[-1], two[-1]):
        two = two[::-1]
    return shapes.simplify(list(one) + list(two[1:]))


def _cut(paths):
    """Paths cut where the ends of others lie on them."""
    tips = [p for path in paths for p in (path[0], path[-1])]
    out = []
    for path in paths:
        piece = [path[0]]
        for a, b in zip(path, path[1:]):
            on = sorted((abs(x - a[0]) + abs(y - a[1]), x, y) for x, y in tips if _between((x, y), a, b))
            for _, x, y in on:
                if not _same((x, y), piece[-1]):
                    out.append(piece + [(x, y)])
                    piece = [(x, y)]
            if not _same(b, piece[-1]):
                piece.append(b)
                if b != path[-1] and any(_same(b, t) for t in tips):
                    out.append(piece)
                    piece = [b]
        if len(piece) > 1:
            out.append(piece)
    return out


def _between(p, a, b):
    """True for a point on a segment but not at its ends."""
    if _same(p, a) or _same(p, b):
        return False
    cross = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    along = (b[0] - a[0]) * (p[0] - a[0]) + (b[1] - a[1]) * (p[1] - a[1])
    length2 = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
    return abs(cross) < 1e-2 * length2 ** 0.5 and 0 < along < length2
