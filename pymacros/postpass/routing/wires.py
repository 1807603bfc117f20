"""From nets to wires: which two terminals each trace joins, and the fixed shapes around them.

The router works on wires.  A wire joins two terminals of one net; a net with n pads of their own contact points has n
wires, a tree over n terminals has n - 1.
"""
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from . import shapes
from .problem import EACH
from .progress import silent


@dataclass
class Site:
    """A terminal as the router sees it: convex pieces, their octagons, and where its net's traces may end."""
    net: int
    kind: str
    name: str
    pieces: list
    octagons: np.ndarray
    inner: np.ndarray
    reach: tuple
    centre: np.ndarray


@dataclass
class Wire:
    """One trace to route: two sites, and its path (list of (x, y)) once it has one."""
    number: int
    net: int
    first: int
    second: int
    rule: int
    bound: float
    path: list = None
    touching: bool = False


@dataclass
class Board:
    """The problem in the router's terms.

    rules: list of (width, spacing), one per class; net_rule: class of each net; sites, wires: see above;
    fixed: octagons of everything that does not move, shape (n, 8); fixed_net: owner net of each (-1: nobody);
    fixed_site: the site each belongs to (-1: obstacle); fixed_spacing: spacing its net asks for.
    """
    problem: object
    rules: list
    net_rule: list
    sites: list
    wires: list
    fixed: np.ndarray
    fixed_net: np.ndarray
    fixed_site: np.ndarray
    fixed_spacing: np.ndarray
    unmatched: list = field(default_factory=list)

    def wire_gap(self, one, two):
        """Centre-line distance two rule classes need."""
        (w1, s1), (w2, s2) = self.rules[one], self.rules[two]
        return (w1 + w2) / 2 + max(s1, s2)

    def fixed_gap(self, rule):
        """Distance of a class's centre line to each fixed shape."""
        width, spacing = self.rules[rule]
        return width / 2 + np.maximum(spacing, self.fixed_spacing)


def build_board(problem, pairs=None, beat=silent):
    """Board of a problem.  `pairs`: {net name: [(contact index, pad index), ...]} fixes who is joined to whom; beat: see `Progress`."""
    rules = sorted({(n.width, n.spacing) for n in problem.nets} or {(problem.width, problem.spacing)})
    net_rule = [rules.index((n.width, n.spacing)) for n in problem.nets]
    sites, of_net = [], []
    for number, net in enumerate(problem.nets):
        of_net.append([[], []])
        for side, kind in enumerate(("contact", "pad")):
            for terminal in (net.contacts, net.pads)[side]:
                beat()
                of_net[number][side].append(len(sites))
                sites.append(_site(problem, number, net, kind, terminal))
    board = Board(problem, rules, net_rule, sites, [], *_fixed(problem, sites, beat))
    for number, net in enumerate(problem.nets):
        beat()
        given = (pairs or {}).get(net.name)
        for a, b, length in _joined(board, number, net, of_net[number], given):
            board.wires.append(Wire(len(board.wires), number, a, b, net_rule[number], length, None, length <= 1e-9))
    return board


def _site(problem, number, net, kind, terminal):
    pieces = [q for p in terminal.shape for q in shapes.convex_pieces(p)]
    inner = np.array([shapes.inner_octagon(q, net.width / 2) for q in pieces])
    hull = np.vstack(pieces)
    return Site(number, kind, terminal.name, pieces, np.array([shapes.octagon(q) for q in pieces]), inner,
                shapes.supports(hull, problem.allow45), (hull.min(axis=0) + hull.max(axis=0)) / 2)


def _fixed(problem, sites, beat):
    """Octagon, owner, site and spacing of everything that does not move."""
    rows = [(o, site.net, k, problem.nets[site.net].spacing) for k, site in enumerate(sites) for o in site.octagons]
    number = {net.name: k for k, net in enumerate(problem.nets)}
    loose = [(o.shape, number.get(o.net, -1)) for o in problem.obstacles]
    loose += [(p, -1) for t in problem.contacts + problem.pads for p in t.shape]
    for polygon, owner in loose:
        beat()
        spacing = problem.nets[owner].spacing if owner >= 0 else 0.0
        rows += [(shapes.octagon(q), owner, -1, spacing) for q in shapes.convex_pieces(polygon)]
    if not rows:
        return np.zeros((0, 8)), np.zeros(0, int), np.zeros(0, int), np.zeros(0)
    return (np.array([r[0] for r in rows]), np.array([r[1] for r in rows]), np.array([r[2] for r in rows]),
            np.array([r[3] for r in rows], float))


def site_distances(board, first, second):
    """Edge-to-edge trace lengths between two lists of sites."""
    stack = [tuple(np.array([board.sites[k].reach[side] for k in group]) for side in (0, 1)) for group in (first, second)]
    return shapes.distances(*stack)


def _joined(board, number, net, sides, given):
    """(first site, second site, bound) of each wire of a net."""
    contacts, pads = sides
    if net.mode == EACH:
        if not contacts or not pads:
            board.unmatched += [(number, p) for p in pads]
            return []
        return _matched(board, number, contacts, pads, given)
    return _tree(board, contacts + pads)


def _matched(board, number, contacts, pads, given):
    cost = site_distances(board, contacts, pads)
    if given is None:
        # The straight-line term breaks ties in favour of pairs that do not cross.
        middle = [np.array([board.sites[k].centre for k in group]) for group in (contacts, pads)]
        straight = np.hypot(*(middle[0][:, None, :] - middle[1][None, :, :]).transpose(2, 0, 1))
        given = list(zip(*linear_sum_assignment(cost + 0.01 * straight)))
    taken = {p for _, p in given}
    board.unmatched += [(number, pads[p]) for p in range(len(pads)) if p not in taken]
    return [(pads[p], contacts[c], float(cost[c, p])) for c, p in given]


def _tree(board, members):
    """Minimum spanning tree over terminals."""
    if len(members) < 2:
        return []
    cost = site_distances(board, members, members)
    joined, wires = [0], []
    left = list(range(1, len(members)))
    while left:
        part = cost[np.ix_(joined, left)]
        i, j = divmod(int(np.argmin(part)), len(left))
        wires.append((members[joined[i]], members[left[j]], float(part[i, j])))
        joined.append(left.pop(j))
    return wires
