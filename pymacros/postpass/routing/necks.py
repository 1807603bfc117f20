"""Necks: the way out of narrow surroundings for a trace that is wider than the contact point or pad it ends at.

A wide trace ends in the middle of a narrow terminal, where its metal keeps its space to everything else.  Where it cannot, a neck as
wide as the terminal leads straight out, to a place where the trace may begin.  For the router the neck and the first piece of the trace
are metal of the terminal.  µm throughout.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import metal, shapes
from .problem import ALL, Terminal
from .progress import silent
from .tolerance import TRESPASS, WHOLE
from .wires import build_board

if TYPE_CHECKING:
    from .problem import Net, Problem
    from .result import RouteResult
    from .wires import Board

LONGEST = 2.0  # widths of the trace, and its spacing once: farther out a neck does not lead
STEPS = 16  # of a width: how closely its length is tried
_WAYS = ((1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass
class Neck:
    """The end of a trace: a centre line of the neck's own width from the middle of a terminal, and that of the first piece of the
    trace, which begins where the neck comes out; length: of both outside the terminal, as far as the middle of that piece."""
    net: str
    width: float
    path: list
    stub: list
    length: float
    polygons: list

    def holds(self, point: tuple[float, float]) -> bool:
        """Whether a trace that ends at a point ends in it."""
        return any(metal.holds(polygon, [point])[0] for polygon in self.polygons)


@dataclass
class Necked:
    """A problem in which terminals have necks."""
    problem: Problem
    necks: list

    def told(self, before: RouteResult, result: RouteResult) -> RouteResult:
        """A result of that problem with the necks that its traces use, or, where no fewer nets are open, the one before."""
        if len({one.net for one in result.failures}) >= len({one.net for one in before.failures}):
            return before
        bound, nets = {net.name: net.bound for net in before.nets}, []
        for net in result.nets:
            ends = [point for path in net.routes for point in (path[0], path[-1])]
            used = [neck for neck in self.necks if neck.net == net.name and any(map(neck.holds, ends))]
            more = sum(neck.length for neck in used)
            nets.append(replace(net, necks=used, length=net.length + more, exposed=net.exposed + more, bound=bound[net.name]))
        return replace(result, nets=nets)


def necked(problem: Problem, open_nets: set[str], beat: Callable[..., Any] = silent) -> Necked | None:
    """The problem with necks at those terminals of its open nets that are narrower than a trace and leave it no room to end; None
    where there are none."""
    if problem.neck is None:
        return None
    board, necks, nets = build_board(problem, None, beat), [], []
    for number, net in enumerate(problem.nets):
        beat()
        changed = {}
        for terminal in net.contacts + net.pads if net.name in open_nets else ():
            neck = _neck(board, number, terminal, necks, beat)
            if neck is not None:
                necks.append(neck)
                changed[id(terminal)] = Terminal(terminal.name, [*terminal.shape, *neck.polygons], terminal.whole, neck.length)
        nets.append(replace(net, **{kind: [changed.get(id(terminal), terminal) for terminal in getattr(net, kind)] for kind in ("contacts", "pads")}))
    return Necked(replace(problem, nets=nets), necks) if necks else None


def sentence(net: str, number: int, narrow: float, wide: float) -> str:
    """What is said of the necks of a net."""
    return f"{number} trace {'end' if number == 1 else 'ends'} of net {net} {'is a neck' if number == 1 else 'are necks'}: {narrow:g} um wide for {wide:g} um."


def _neck(board: Board, number: int, terminal: Terminal, placed: Sequence[Neck], beat: Callable[..., Any]) -> Neck | None:
    """The shortest neck of a terminal, of equally short ones that which leads towards the others of its net."""
    problem, net = board.problem, board.problem.nets[number]
    piece = max(metal.pieces_of(terminal.shape), key=lambda one: float(np.ptp(one, axis=0).min()))
    narrow = max(2 * math.floor(float(np.ptp(piece, axis=0).min()) / 2 / problem.unit + WHOLE) * problem.unit, problem.neck)
    if narrow > net.width - 2 * problem.unit:
        return None
    middle = np.floor((piece.min(axis=0) + piece.max(axis=0)) / 2 / problem.unit + WHOLE) * problem.unit
    rows, gaps = _around(board, number, terminal, placed)
    wide = shapes.grow(rows, net.width / 2 + gaps)
    if not shapes.overlapping(wide, shapes.octagon(middle[None]), TRESPASS).any():
        return None
    others = [one.centre() for one in net.contacts + net.pads if one is not terminal] or [middle]
    best = None
    for way in _WAYS:
        beat()
        for neck in _ways_out(problem, net, piece, middle, narrow, np.array(way, float)):
            far = neck.length + float(np.abs(np.array(others) - neck.stub[0]).sum(axis=1).min())
            if best is not None and far >= best[0]:
                break
            if not any(shapes.overlapping(zones, shapes.octagon(line), TRESPASS).any()
                       for zones, line in ((wide, neck.stub), (shapes.grow(rows, narrow / 2 + gaps), neck.path[1:]))):
                best = far, replace(neck, path=[neck.path[0], neck.path[-1]])
                break
    return best[1] if best else None


def _around(board: Board, number: int, terminal: Terminal, placed: Sequence[Neck]) -> tuple[np.ndarray, np.ndarray]:
    """(octagons of what a neck of a terminal keeps away from, the spacing to each)."""
    net = board.problem.nets[number]
    owner = np.array([board.sites[k].name if k >= 0 else None for k in board.fixed_site], dtype=object)
    own = (board.fixed_net == number) & (np.array([net.mode == ALL] * len(owner)) | (board.fixed_site < 0) | (owner == terminal.name))
    spacing = {one.name: one.spacing for one in board.problem.nets}
    more = [(shapes.octagon(polygon), spacing[neck.net]) for neck in placed if neck.net != net.name for polygon in neck.polygons]
    rows = np.vstack([board.fixed[~own], np.array([row for row, _ in more]).reshape(-1, 8)])
    asked = np.concatenate([board.fixed_spacing[~own], [gap for _, gap in more]])
    return rows, np.maximum(asked, max(net.spacing, 2 * board.problem.unit))


def _ways_out(problem: Problem, net: Net, piece: np.ndarray, middle: np.ndarray, narrow: float, way: np.ndarray) -> Iterator[Neck]:
    """Necks in a direction, the shortest first; their path is still three points: the middle, the edge of the terminal, the end.

    A neck that does not cover the whole side that it leaves is as long as the spacing: the trace faces the rest of that side.
    """
    unit, width = problem.unit, net.width
    edge = math.ceil(float(((piece - middle) @ way).max()) / unit - WHOLE) * unit
    across = float(np.ptp(piece @ np.array([-way[1], way[0]])))
    least = unit if across <= narrow + 1.5 * unit else net.spacing
    step = max(unit, math.floor(width / STEPS / unit + WHOLE) * unit)
    x1, y1, x2, y2 = problem.die
    half = math.ceil(width / 2 / unit - WHOLE) * unit
    for turn in range(int((LONGEST * width + net.spacing - least) / step) + 1):
        out = math.ceil((least + turn * step) / unit - WHOLE) * unit
        at = [(float(round(x / unit) * unit), float(round(y / unit) * unit)) for x, y in (middle + way * far for far in (0.0, edge, edge + out, edge + out + half, edge + out + 2 * half))]
        metal_ = [_rectangle(at[0], at[3], narrow), _rectangle(at[2], at[4], width)]
        points = np.vstack(metal_)
        if points[:, 0].min() < x1 or points[:, 1].min() < y1 or points[:, 0].max() > x2 or points[:, 1].max() > y2:
            return
        yield Neck(net.name, narrow, [at[0], at[1], at[3]], [at[2], at[4]], out + width, metal_)


def _rectangle(a: tuple[float, float], b: tuple[float, float], width: float) -> np.ndarray:
    """Metal along a horizontal or vertical line, with flat ends."""
    aside = np.array([width / 2 if a[0] == b[0] else 0.0, width / 2 if a[1] == b[1] else 0.0])
    low, high = np.minimum(a, b) - aside, np.maximum(a, b) + aside
    return np.array([low, (high[0], low[1]), high, (low[0], high[1])])
