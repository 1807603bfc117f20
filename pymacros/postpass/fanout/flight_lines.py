"""What a fan-out would join now, as straight lines: names first, nameless contact points and pads by a function. Needs numpy and scipy.

Lengths are um, edge to edge along octilinear ways, as the router counts them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pya

from ..geometry.box_pairs import BoxIndex, pairs_within, together
from ..messages import counted
from ..routing import Level, ProblemError, metal
from ..routing.problem import TOLERANCE
from ..routing.progress import Progress
from . import router_task, solve
from .assignment import assign
from .connected_metal import DrawnMetal

if TYPE_CHECKING:
    from ..conductors.nets import Nets
    from ..routing.levels import LevelTerminal
    from ..tech.answers import Technology
    from .connected_metal import ConnectedMetal


class FlightLines(NamedTuple):
    """lines: between middles of contact points and pads; length, bound: sums over all; crossings: pairs of lines that cross;
    said: a sentence on what has no line, or ""."""

    lines: list[pya.DEdge]
    length: float
    bound: float
    crossings: int
    said: str


class _Sum(NamedTuple):
    lines: list[pya.DEdge]
    length: float
    bound: float


def flight_lines(cell: pya.Cell, tech: Technology, function: str, nets: Nets | None = None, reporter: Any = None) -> FlightLines:
    """The FlightLines of what is drawn in a cell. nets: those of the cell, where they are there already; reporter: see routing.progress.

    Raises CommandError, and Cancelled when the reporter cancels.
    """
    beat, dbu = Progress(reporter).beat, cell.layout().dbu
    pieces = DrawnMetal(cell, tech, nets, beat).pieces()
    beat()
    named, free, _, one_sided = router_task.sorted_pieces(pieces)

    def terminals(some: Iterable[ConnectedMetal]) -> list[LevelTerminal]:
        found = []
        for piece in some:
            found.append(router_task.terminal_of(piece, dbu))
            beat()
        return found
    joined = {name: terminals(group) for name, group in named.items()}
    contacts, pads = terminals(piece for piece in free if piece.has_contact), terminals(piece for piece in free if piece.has_pad)
    found, said = [], []
    counted_there: set[str] = set()
    if contacts and pads:
        try:
            paired, counted_there = _paired(_task(cell, joined, contacts, pads), function, reporter)
            found.append(paired)
        except ProblemError as error:
            said.append("Without name: %s." % error)
    elif contacts or pads:
        said.append("%s without name %s no partner." % (counted(len(contacts or pads), "contact point" if contacts else "pad"), "has" if len(contacts or pads) == 1 else "have"))
    for name, some in joined.items():
        beat()
        tree = _tree(some)
        found.append(tree._replace(length=0.0, bound=0.0) if name in counted_there else tree)
    if one_sided:
        said.append("%s %s a contact point or a pad." % (counted(len(one_sided), "name"), "lacks" if len(one_sided) == 1 else "lack"))
    lines = [line for one in found for line in one.lines]
    return FlightLines(lines, math.fsum(one.length for one in found), math.fsum(one.bound for one in found), crossings(lines, dbu), " ".join(said))


def _task(cell: pya.Cell, named: dict[str, list[LevelTerminal]], contacts: list[LevelTerminal], pads: list[LevelTerminal]) -> router_task.Task:
    """As much of a Task as pairing asks for."""
    box = cell.bbox().enlarged(1, 1).to_dtype(cell.layout().dbu)
    level = Level("", (box.left, box.bottom, box.right, box.top), 1.0, 1.0)
    return router_task.Task(named=named, contacts=contacts, pads=pads, one_sided={}, levels=[level], vias=[], rules={}, lengths={}, pairs={},
                            tolerance=TOLERANCE, left={}, via_cost=None, places={})


def _paired(task: router_task.Task, function: str, reporter: Any) -> tuple[_Sum, set[str]]:
    """The lines of nameless ones, and the names whose lengths are in the sums, too, as they fix the order."""
    free = solve.Free(task, function)
    assignment = assign(free.whole, function, free.locks, reporter=reporter)
    lines = [_line(free.whole.contacts[contact].centre(), free.whole.pads[pad].centre()) for contact, pad in assignment.pairs if contact < free.count]
    return _Sum(lines, assignment.length, assignment.bound), {name for name, items in task.named.items() if solve.is_lock(items, function)}


def _line(one: np.ndarray, other: np.ndarray) -> pya.DEdge:
    return pya.DEdge(*(float(value) for value in (*one, *other)))


def _tree(terminals: Sequence[LevelTerminal]) -> _Sum:
    """The shortest lines that join terminals. Traces may meet elsewhere: of several lines, half is certain, and the way between the farthest two."""
    flat = [solve.flat(terminal) for terminal in terminals]
    shapes = [metal.pieces_of(terminal.shape) for terminal in flat]
    apart = metal.distances(shapes, shapes, True)
    lines, length = [], 0.0
    nearest, origin = apart[0].copy(), np.zeros(len(flat), dtype=int)
    left = set(range(1, len(flat)))
    while left:
        number = min(left, key=lambda one: (nearest[one], one))
        left.remove(number)
        lines.append(_line(flat[origin[number]].centre(), flat[number].centre()))
        length += float(nearest[number])
        closer = apart[number] < nearest
        nearest[closer], origin[closer] = apart[number][closer], number
    return _Sum(lines, length, length if len(lines) == 1 else max(length / 2, float(apart.max())))


def crossings(lines: Sequence[pya.DEdge], dbu: float) -> int:
    """How many pairs of lines cross; those that share an end, or touch, do not."""
    ends = np.array([(line.x1, line.y1, line.x2, line.y2) for line in lines]).reshape(-1, 4)
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    boxes = np.concatenate([np.floor(low / dbu), np.ceil(high / dbu)], axis=1).astype(np.int64)
    ones, others = together(pairs_within(BoxIndex(boxes)))
    return int((_parts(ends[ones], ends[others]) & _parts(ends[others], ends[ones])).sum())


def _parts(lines: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which lines have the ends of the other one on either side?"""
    along = lines[:, 2:] - lines[:, :2]
    sides = []
    for end in (others[:, :2], others[:, 2:]):
        offset = end - lines[:, :2]
        sides.append(np.sign(np.round(along[:, 0] * offset[:, 1] - along[:, 1] * offset[:, 0], 9)))
    return sides[0] * sides[1] < 0


def sentence(found: FlightLines) -> str:
    """The figures, a line each."""
    if not found.lines:
        return "Nothing to join. " + found.said
    return "\n".join(filter(None, ("%s, %.1f µm" % (counted(len(found.lines), "line"), found.length), "Lower bound %.1f µm" % found.bound, counted(found.crossings, "crossing"), found.said)))
