"""From nets to wires: which two terminals each trace joins, and the fixed shapes around them.

The router works on wires.  A wire joins two terminals of one net; a net with n pads of their own contact points has n
wires, a tree over n terminals has n - 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from . import metal, shapes
from .problem import EACH
from .progress import silent
from .tolerance import TOUCH

if TYPE_CHECKING:
    from .problem import Net, Problem

@dataclass
class Site:
    """A terminal as the router sees it, or what of it hangs together: convex pieces, their octagons (which may reach past
    them), the octagons where its net's traces may end (which lie inside), and the number of the terminal."""
    net: int
    kind: str
    name: str
    terminal: int
    pieces: list
    octagons: np.ndarray
    inner: np.ndarray
    centre: np.ndarray

    def holds(self, point: tuple[float, float], tolerance: float) -> bool:
        """True when a point (x, y) lies in the metal itself."""
        near = [shapes.contains(o, point[0], point[1], tolerance) for o in self.octagons]
        return any(metal.holds(self.pieces[k], [point], tolerance)[0] for k, hit in enumerate(near) if hit)


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
    parts: sites of each terminal, by its number;
    fixed: octagons of everything that does not move, shape (n, 8); fixed_net: owner net of each (-1: nobody);
    fixed_site: the site each belongs to (-1: obstacle); fixed_spacing: spacing its net asks for.
    """
    problem: Any
    rules: list
    net_rule: list
    sites: list
    wires: list
    parts: list
    fixed: np.ndarray
    fixed_net: np.ndarray
    fixed_site: np.ndarray
    fixed_spacing: np.ndarray
    unmatched: list = field(default_factory=list)

    def wire_gap(self, one: int, two: int) -> float:
        """Centre-line distance two rule classes need."""
        (w1, s1), (w2, s2) = self.rules[one], self.rules[two]
        return (w1 + w2) / 2 + max(s1, s2)

    def fixed_gap(self, rule: int) -> np.ndarray:
        """Distance of a class's centre line to each fixed shape."""
        width, spacing = self.rules[rule]
        return width / 2 + np.maximum(spacing, self.fixed_spacing)


def build_board(problem: Problem, pairs: Any = None, beat: Callable[..., Any] = silent) -> Board:
    """Board of a problem.  `pairs`: {net name: [(contact index, pad index), ...]} fixes who is joined to whom; beat: see `Progress`."""
    rules = rules_of(problem)
    net_rule = [rules.index(_rule(n, problem)) for n in problem.nets]
    sites, parts, of_net = [], [], []
    for number, net in enumerate(problem.nets):
        of_net.append([[], []])
        for side, kind in enumerate(("contact", "pad")):
            for terminal in (net.contacts, net.pads)[side]:
                beat()
                of_net[number][side].append(len(parts))
                parts.append([])
                for polygons in [terminal.shape] if terminal.whole or len(terminal.shape) == 1 else metal.islands(terminal.shape):
                    parts[-1].append(len(sites))
                    sites.append(_site(number, net, kind, terminal.name, len(parts) - 1, polygons))
    board = Board(problem, rules, net_rule, sites, [], parts, *_fixed(problem, sites, beat))
    for number, net in enumerate(problem.nets):
        beat()
        given = (pairs or {}).get(net.name)
        for a, b in _joined(board, number, net, of_net[number], given):
            one, other = sites[a].pieces, sites[b].pieces
            length = metal.nearest(one, other, problem.allow45)
            touching = length <= TOUCH and metal.joined(one, other)
            board.wires.append(Wire(len(board.wires), number, a, b, net_rule[number], length, None, touching))
    return board


def rules_of(problem: Problem) -> list[tuple[float, float]]:
    """(width, spacing) of each rule class of a problem, sorted."""
    return sorted({_rule(n, problem) for n in problem.nets} or {_rule(problem, problem)})


def _rule(net: Net | Problem, problem: Problem) -> tuple[float, float]:
    return net.width, max(net.spacing, 2 * problem.unit)  # without any space nets would touch


def _site(number: int, net: Net, kind: str, name: str, terminal: int, polygons: Sequence[np.ndarray]) -> Site:
    pieces = metal.pieces_of(polygons)
    hull = np.vstack(pieces)
    return Site(number, kind, name, terminal, pieces, np.array([shapes.octagon(q) for q in pieces]),
                metal.end_regions(pieces, net.width / 2), (hull.min(axis=0) + hull.max(axis=0)) / 2)


def _fixed(problem: Problem, sites: Sequence[Site], beat: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Octagons, owner, site and spacing of everything that does not move."""
    number = {net.name: k for k, net in enumerate(problem.nets)}
    metal_of = [(site.pieces, site.net, k, 0.0) for k, site in enumerate(sites)]
    loose = [(o.shape, number.get(o.net, -1), o.spacing) for o in problem.obstacles]
    loose += [(p, -1, 0.0) for t in problem.contacts + problem.pads for p in t.shape]
    for polygon, owner, asked in loose:
        beat()
        metal_of.append((metal.convex_pieces(polygon), owner, -1, asked))
    track = min([n.width + n.spacing for n in problem.nets] or [problem.width + problem.spacing])
    tolerance = metal.tolerance([piece for pieces, _, _, _ in metal_of for piece in pieces], track, problem.unit, beat)
    rows = []
    for pieces, owner, site, asked in metal_of:
        beat()
        spacing = max(asked, problem.nets[owner].spacing if owner >= 0 else 0.0)
        rows += [(o, owner, site, spacing) for piece in pieces for o in metal.fitted(piece, tolerance)]
    if not rows:
        return np.zeros((0, 8)), np.zeros(0, int), np.zeros(0, int), np.zeros(0)
    return (np.array([r[0] for r in rows]), np.array([r[1] for r in rows]), np.array([r[2] for r in rows]),
            np.array([r[3] for r in rows], float))


def site_distances(board: Board, first: Sequence[list[int]], second: Sequence[list[int]]) -> np.ndarray:
    """Edge-to-edge trace lengths between two lists of terminals (lists of sites), shape (first, second); of slanted
    shapes they may be too small, see `metal.nearest`."""
    return metal.distances([[p for k in group for p in board.sites[k].pieces] for group in first],
                           [[p for k in group for p in board.sites[k].pieces] for group in second], board.problem.allow45)


def _joined(board: Board, number: int, net: Net, sides: Sequence[list[int]], given: Any) -> list[tuple[int, int]]:
    """(first site, second site) of each wire of a net."""
    contacts, pads = sides
    if net.mode == EACH:
        if not contacts or not pads:
            board.unmatched += [(number, board.parts[p][0]) for p in pads]
            return []
        return _matched(board, number, contacts, pads, given) + [pair for p in pads for pair in _tree(board, board.parts[p])]
    return _tree(board, [site for terminal in contacts + pads for site in board.parts[terminal]])


def _matched(board: Board, number: int, contacts: Sequence[int], pads: list[int], given: Any) -> list[tuple[int, int]]:
    ours, theirs = ([board.parts[k] for k in group] for group in (contacts, pads))
    cost = site_distances(board, ours, theirs)
    if given is None:
        # The straight-line term breaks ties in favour of pairs that do not cross.
        middle = [np.array([np.mean([board.sites[k].centre for k in part], axis=0) for part in group]) for group in (ours, theirs)]
        straight = np.hypot(*(middle[0][:, None, :] - middle[1][None, :, :]).transpose(2, 0, 1))
        given = list(zip(*linear_sum_assignment(cost + 0.01 * straight)))
    taken = {p for _, p in given}
    board.unmatched += [(number, theirs[p][0]) for p in range(len(theirs)) if p not in taken]
    return [_nearest_sites(board, theirs[p], ours[c]) for c, p in given]


def _nearest_sites(board: Board, first: Sequence[int], second: Sequence[int]) -> tuple[int, int]:
    """Of the sites of two terminals those that are nearest to each other."""
    cost = site_distances(board, [[k] for k in first], [[k] for k in second])
    i, j = divmod(int(np.argmin(cost)), len(second))
    return first[i], second[j]


def _tree(board: Board, members: Sequence[int]) -> list[tuple[int, int]]:
    """Minimum spanning tree over sites."""
    if len(members) < 2:
        return []
    cost = site_distances(board, [[k] for k in members], [[k] for k in members])
    joined, wires = [0], []
    left = list(range(1, len(members)))
    while left:
        part = cost[np.ix_(joined, left)]
        i, j = divmod(int(np.argmin(part)), len(left))
        wires.append((members[joined[i]], members[left[j]]))
        joined.append(left.pop(j))
    return wires
