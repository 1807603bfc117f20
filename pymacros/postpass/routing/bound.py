"""How much longer than the sum of their bounds the traces of a board must be, whoever lays them.

The bound of a wire (see `wires`) knows nothing of other metal.  Here two things are added that hold for every legal solution
which joins the same pairs of terminals:

* A trace that must cross a line passes it where fixed metal leaves room.
* Let the straight lines a-b and c-d of two wires cross.  Draw a ray from c and one from d, away from the line a-b, and one
  from a and one from b, away from c-d.  Of traces that do not meet, extended within their metal to these points, the first
  one crosses a ray of c or d, or the second one a ray of a or b: otherwise each could be drawn straight without passing over an
  end of the other, and straight they cross.

Through a point p of a line or ray a trace is at least as long as the distances from its terminals to p.  That is convex along
the line, so its least value outside the fixed metal and its spaces is found for certain.  In each pair of wires that cross one
or the other pays; the least sum of such detours is a small integer program.

µm throughout.  Every simplification errs on the short side: terminals count as the hull of their metal, obstacles that are not
looked at lengthen traces only.  Wires of trees and of terminals in parts are left out, as they may end elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from . import metal, shapes
from .problem import ALL
from .progress import silent
from .tolerance import GAIN, MORE, NOTHING, SAME, TOUCH

if TYPE_CHECKING:
    from .wires import Board, Wire

MOST_CROSSINGS = 2000  # pairs of wires that are looked at
NODES = 200  # of the integer program, after which what is proved by then counts
TURNS = np.radians([-67.5, -45.0, -22.5, 0.0, 22.5, 45.0, 67.5])  # of the rays that are tried, from straight away from the other wire's line
_SHORT = 1 - MORE  # what is left of a detour after errors of rounding, and of what the integer program leaves open
_FINEST = 0.001  # of the board's size: the least size of the fields that shapes are looked up in
_ROUNDS = 12  # shapes behind each other that a place on a line is moved past
_BATCH = 2048  # lines looked at between two beats


def detours(board: Board, beat: Callable[..., Any] = silent) -> float:
    """By how much at least the exposed lengths of all wires of a board together exceed the sum of their bounds, in any legal solution
    with these pairs.  beat: see `Progress`."""
    pairs = _Pairs(board, beat)
    if not len(pairs.wires):
        return 0.0
    space = _Fixed(board, pairs, beat)
    alone = _alone(pairs, space, beat)
    first, second, one, other = _crossings(pairs, space, beat)
    return _least_sum(alone, first, second, one, other)


class _Pairs:
    """The wires whose two terminals are one piece each and must be joined.

    start, end: points within the terminals (n, 2); reach: how far the terminals extend in each of `directions`, (n, k) per side.
    """

    def __init__(self, board: Board, beat: Callable[..., Any]) -> None:
        self.board, self.beat = board, beat
        self.directions = np.vstack([side * shapes.dual_directions(board.problem.allow45) for side in (1, -1)])
        count = np.bincount([site.net for site in board.sites], minlength=len(board.problem.nets)) if board.sites else []
        self.wires = [wire for wire in board.wires if wire.bound > 0 and wire.first >= 0 and self._alone(wire, count)]
        sides = [[board.sites[k] for k in group] for group in zip(*((w.first, w.second) for w in self.wires))] or [[], []]
        self.start, self.end = (np.array([self._inside(site.pieces) for site in group]).reshape(-1, 2) for group in sides)
        self.reach = [np.array([self._reach(site.pieces) for site in group]).reshape(-1, len(self.directions)) for group in sides]
        self.net = np.array([w.net for w in self.wires], int)
        self.bound = np.array([w.bound for w in self.wires])

    def _alone(self, wire: Wire, count: Sequence[int]) -> bool:
        board = self.board
        self.beat()
        if board.problem.nets[wire.net].mode == ALL and count[wire.net] != 2:
            return False
        return all(len(board.parts[board.sites[k].terminal]) == 1 and self._in_one(board.sites[k].pieces) for k in (wire.first, wire.second))

    def _inside(self, pieces: Sequence[np.ndarray]) -> np.ndarray:
        """A point of the metal near its middle."""
        self.beat()
        points = np.vstack(pieces)
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        if any(metal.holds(piece, [middle], 0.0)[0] for piece in pieces):
            return middle
        return min((shapes.centroid(piece) for piece in pieces), key=lambda point: float(np.abs(point - middle).sum()))

    def _reach(self, pieces: Sequence[np.ndarray]) -> np.ndarray:
        """How far metal extends in each direction."""
        self.beat()
        return (np.vstack(pieces) @ self.directions.T).max(axis=0)

    def _in_one(self, pieces: Sequence[np.ndarray]) -> bool:
        """True when convex pieces hang together."""
        left, edge = list(pieces[1:]), [pieces[0]]
        while edge and left:
            piece = edge.pop()
            apart = []
            for other in left:
                self.beat()
                (edge if metal.joined([piece], [other]) else apart).append(other)
            left = apart
        return not left


class _Fixed:
    """All fixed metal, to be asked what keeps a trace off a point of a line.

    Pieces are convex polygons: their corners and the outward normals of the sides after them follow each other, from `first` of
    each piece on.  A hash of square cells tells which pieces are near a point.
    """

    def __init__(self, board: Board, pairs: _Pairs, beat: Callable[..., Any]) -> None:
        self.board, self.pairs, self.beat = board, pairs, beat
        nets = board.problem.nets
        self.number = {net.name: k for k, net in enumerate(nets)}
        pieces = [(piece, site.net) for site in board.sites for piece in site.pieces]
        for shape, owner in [(o.shape, self.number.get(o.net, -1)) for o in board.problem.obstacles] + [
                (p, -1) for t in board.problem.contacts + board.problem.pads for p in t.shape]:
            beat()
            pieces += [(piece, owner) for piece in metal.convex_pieces(shape)]
        spacing = np.array([net.spacing for net in nets] + [0.0])
        self.owner = np.array([owner for _, owner in pieces], int)
        self.spacing = spacing[self.owner]
        slack = 2 * board.problem.unit  # ends and spaces are legal within some grid steps
        self.half = np.array([nets[k].width for k in pairs.net]) / 2 - slack
        self.mine = spacing[pairs.net]
        self.count = np.array([len(piece) for piece, _ in pieces])
        self.first = np.concatenate([[0], np.cumsum(self.count)[:-1]])
        self.corner = np.vstack([piece for piece, _ in pieces])
        following = np.arange(len(self.corner)) + 1
        following[self.first + self.count - 1] = self.first
        self.after = self.corner[following]
        along = self.after - self.corner
        self.normal = np.stack([along[:, 1], -along[:, 0]], axis=1) / np.maximum(np.hypot(*along.T), NOTHING)[:, None]
        self._hash()
        x1, y1, x2, y2 = board.problem.die
        self.die = np.array([[x1, y1], [x2, y2]])

    def _hash(self) -> None:
        widest = float(self.half.max() + max(self.mine.max(), self.spacing.max()))
        low, high = np.minimum.reduceat(self.corner, self.first) - widest, np.maximum.reduceat(self.corner, self.first) + widest
        self.cell = max(float(np.median(high - low)), _FINEST * float((high.max(axis=0) - low.min(axis=0)).max()))
        self.corner_of_cells = low.min(axis=0)
        a, b = (((side - self.corner_of_cells) / self.cell).astype(int) for side in (low, high))
        self.rows = int(b[:, 1].max()) + 1
        size = b - a + 1
        owner = np.repeat(np.arange(len(size)), size.prod(axis=1))
        step = np.arange(len(owner)) - np.repeat(np.cumsum(size.prod(axis=1)) - size.prod(axis=1), size.prod(axis=1))
        key = (a[owner, 0] + step // size[owner, 1]) * self.rows + a[owner, 1] + step % size[owner, 1]
        order = np.argsort(key, kind="stable")
        self.keys, self.members = key[order], owner[order]

    def near(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(index of a point, piece) for all pieces that may keep a trace off a point, in the order of the points."""
        cell = np.floor((points - self.corner_of_cells) / self.cell).astype(int)
        key = np.where((cell[:, 1] >= 0) & (cell[:, 1] < self.rows), cell[:, 0] * self.rows + cell[:, 1], -1)
        low, high = np.searchsorted(self.keys, key, "left"), np.searchsorted(self.keys, key, "right")
        which, place = _expanded(low, high - low)
        return which, self.members[place]

    def blocked(self, lines: _Lines, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(low, high) of the stretches of lines, around the places `at`, where fixed metal keeps their wires off: at itself where
        nothing does."""
        row, piece = self.near(lines.places(at))
        foreign = self.owner[piece] != self.pairs.net[lines.wire[row]]
        row, piece = row[foreign], piece[foreign]
        wire = lines.wire[row]
        distance = self.half[wire] + np.maximum(self.mine[wire], self.spacing[piece])
        low, high = at.copy(), at.copy()
        if len(row):
            a, b = self._within(lines, row, piece, distance)
            hit = (a < at[row] - TOUCH) & (b > at[row] + TOUCH)
            np.minimum.at(low, row[hit], a[hit])
            np.maximum.at(high, row[hit], b[hit])
        return low, high

    def _within(self, lines: _Lines, row: np.ndarray, piece: np.ndarray, distance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where lines are nearer to pieces than a distance: (from, to) of each, from > to where they are not."""
        which, side = _expanded(self.first[piece], self.count[piece])
        reach, way = distance[which], lines.way[row[which]]
        t, h = _along_and_aside(self.corner[side] - lines.origin[row[which]], way)
        half = np.sqrt(np.maximum(reach ** 2 - h ** 2, 0.0))
        near = np.abs(h) < reach
        low, high = np.where(near, t - half, np.inf), np.where(near, t + half, -np.inf)
        shift = self.normal[side] * reach[:, None] - lines.origin[row[which]]
        (t1, h1), (t2, h2) = (_along_and_aside(points[side] + shift, way) for points in (self.corner, self.after))
        across = (h1 * h2 <= 0) & (np.abs(h1 - h2) > NOTHING)
        cut = t1 + (t2 - t1) * h1 / np.where(across, h1 - h2, 1.0)
        start = np.cumsum(self.count[piece]) - self.count[piece]
        return (np.minimum.reduceat(np.minimum(low, np.where(across, cut, np.inf)), start),
                np.maximum.reduceat(np.maximum(high, np.where(across, cut, -np.inf)), start))


def _expanded(first: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row, number) of all numbers of each row: from its first one on, so many."""
    row = np.repeat(np.arange(len(first)), count)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + first[row]


def _along_and_aside(points: np.ndarray, way: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Components of vectors along unit vectors and to the left of them."""
    return (points * way).sum(axis=1), way[:, 0] * points[:, 1] - way[:, 1] * points[:, 0]


class _Lines:
    """Stretches of straight lines that wires must cross: origin (m, 2), way (m, 2) of length 1, the wires, and whether both
    directions count (else it is a ray)."""

    def __init__(self, space: _Fixed, wire: np.ndarray, origin: np.ndarray, way: np.ndarray, both: bool) -> None:
        self.space, self.wire, self.origin, self.way = space, wire, origin, way
        pairs = space.pairs
        self.rate = way @ pairs.directions.T
        at = origin @ pairs.directions.T
        self.beyond = [at - reach[wire] for reach in pairs.reach]
        self.both = both
        low, self.high = self._in_die()
        self.low = low if both else np.maximum(low, 0.0)

    def places(self, at: np.ndarray) -> np.ndarray:
        """Points of the lines."""
        return self.origin + self.way * at[:, None]

    def _in_die(self) -> tuple[np.ndarray, np.ndarray]:
        """From where to where the centre lines of their wires have room in the die."""
        half = self.space.half[self.wire][:, None]
        low, high = self.space.die[0] + half - self.origin, self.space.die[1] - half - self.origin
        with np.errstate(divide="ignore", invalid="ignore"):
            a, b = low / self.way, high / self.way
        flat = np.abs(self.way) < NOTHING
        return (np.where(flat, -np.inf, np.minimum(a, b)).max(axis=1), np.where(flat, np.inf, np.maximum(a, b)).min(axis=1))

    def through_own(self) -> np.ndarray:
        """Mask of the lines that may meet a terminal of their own wire."""
        found = np.zeros(len(self.wire), bool)
        for beyond in self.beyond:
            with np.errstate(divide="ignore", invalid="ignore"):
                root = -beyond / self.rate
            low = np.where(self.rate < -NOTHING, root, np.where((np.abs(self.rate) <= NOTHING) & (beyond > 0), np.inf, -np.inf)).max(axis=1)
            high = np.where(self.rate > NOTHING, root, np.inf).min(axis=1)
            found |= (low if self.both else np.maximum(low, 0.0)) <= high + TOUCH
        return found

    def lengths(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(least length of the wires through places of the lines, how it changes along the line)."""
        total, slope, rows = np.zeros(len(at)), np.zeros(len(at)), np.arange(len(at))
        for beyond in self.beyond:
            value = beyond + self.rate * at[:, None]
            k = value.argmax(axis=1)
            outside = value[rows, k] > 0
            total += np.where(outside, value[rows, k], 0.0)
            slope += np.where(outside, self.rate[rows, k], 0.0)
        return total, slope

    def best(self) -> np.ndarray:
        """Where on the lines the wires would be shortest: at each place the length is least but for errors of rounding."""
        low, high = self.low.copy(), np.maximum(self.high, self.low)
        (f, rise), (g, fall) = self.lengths(low), self.lengths(high)
        at = np.where(rise >= 0, low, high)
        open_ = (rise < 0) & (fall > 0)
        for _ in range(40):  # every round leaves out one of at most 32 different slopes
            if not open_.any():
                break
            self.space.beat()
            middle = np.clip((g - f + rise * low - fall * high) / np.where(open_, rise - fall, 1.0), low, high)
            value, slope = self.lengths(middle)
            at = np.where(open_, middle, at)
            open_ &= value > f + rise * (middle - low) + TOUCH
            left = open_ & (slope < 0)
            right = open_ & ~left
            low, f, rise = np.where(left, middle, low), np.where(left, value, f), np.where(left, slope, rise)
            high, g, fall = np.where(right, middle, high), np.where(right, value, g), np.where(right, slope, fall)
        return at

    def excess(self) -> np.ndarray:
        """By how much wires that cross these lines must exceed their bounds; inf where they cannot."""
        at = self.best()
        found = np.full(len(at), np.inf)
        for side in (0, 1):
            place = at.copy()
            for _ in range(_ROUNDS):
                self.space.beat()
                moved = self.space.blocked(self, place)[side]
                if (np.abs(moved - place) <= TOUCH).all():
                    break
                place = moved
            inside = (place >= self.low - TOUCH) & (place <= self.high + TOUCH)
            found = np.minimum(found, np.where(inside, self.lengths(place)[0], np.inf))
        found = np.where(self.high < self.low, np.inf, found - self.space.pairs.bound[self.wire] - 4 * TOUCH)
        return np.where(self.through_own(), 0.0, np.maximum(found, 0.0))


# ---- what wires must cross ----

def _alone(pairs: _Pairs, space: _Fixed, beat: Callable[..., Any]) -> np.ndarray:
    """By how much each wire must exceed its bound among fixed metal: it crosses every line between its terminals."""
    way = pairs.end - pairs.start
    length = np.hypot(*way.T)
    step = min(w + s for w, s in pairs.board.rules)
    found = np.zeros(len(length))
    wire, number = _expanded(np.zeros(len(length), int), np.minimum(length / step, 400).astype(int))
    share = (number + 0.5) / np.maximum(length / step, 1.0)[wire]
    for k in range(0, len(wire), _BATCH):
        beat()
        part, at = wire[k:k + _BATCH], share[k:k + _BATCH]
        unit = way[part] / length[part][:, None]
        lines = _Lines(space, part, pairs.start[part] + way[part] * at[:, None], np.stack([-unit[:, 1], unit[:, 0]], axis=1), True)
        low, high = space.blocked(lines, np.zeros(len(part)))
        hit = high > low
        lines = _Lines(space, part[hit], lines.origin[hit], lines.way[hit], True)
        excess = lines.excess()
        np.maximum.at(found, lines.wire, np.where(np.isfinite(excess), excess, 0.0))
    return found


def _crossings(pairs: _Pairs, space: _Fixed, beat: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of wires of which one or the other must make a detour: (first, second, detour of the first, detour of the second)."""
    first, second = _crossing(pairs, beat)
    if len(first) > MOST_CROSSINGS:
        keep = np.linspace(0, len(first) - 1, MOST_CROSSINGS).astype(int)
        first, second = first[keep], second[keep]
    one, other = _around(pairs, space, first, second), _around(pairs, space, second, first)
    keep = (one > GAIN) & (other > GAIN) & (np.isfinite(one) | np.isfinite(other))
    return first[keep], second[keep], one[keep], other[keep]


def _crossing(pairs: _Pairs, beat: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of wires of different nets whose straight lines cross."""
    a, b, net = pairs.start, pairs.end, pairs.net
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.argsort(low[:, 0], kind="stable")
    after = np.searchsorted(low[order, 0], high[order, 0], side="right")
    found = []
    for k in range(0, len(order), 256):
        beat()
        rows = np.arange(k, min(k + 256, len(order)))
        which, place = _expanded(rows + 1, np.maximum(after[rows] - rows - 1, 0))
        i, j = order[rows[which]], order[place]
        near = (net[i] != net[j]) & (low[i, 1] <= high[j, 1]) & (low[j, 1] <= high[i, 1])
        i, j = i[near], j[near]
        cross = (_side(a[i], b[i], a[j]) * _side(a[i], b[i], b[j]) < 0) & (_side(a[j], b[j], a[i]) * _side(a[j], b[j], b[i]) < 0)
        found.append(np.sort(np.stack([i[cross], j[cross]], axis=1), axis=1))
    both = np.vstack(found)
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    return both[:, 0], both[:, 1]


def _side(a: np.ndarray, b: np.ndarray, p: np.ndarray) -> np.ndarray:
    """1 for points p left of the lines a-b, -1 right of them, 0 on or nearly on them."""
    u, v = b - a, p - a
    turn = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    return np.where(np.abs(turn) <= SAME * np.hypot(*u.T), 0.0, np.sign(turn))


def _around(pairs: _Pairs, space: _Fixed, wire: np.ndarray, other: np.ndarray) -> np.ndarray:
    """By how much wires must exceed their bounds to go around an end of others, whose straight lines cross theirs.

    A ray from an end may have any direction away from the wire's straight line: the one that costs most counts.
    """
    best = np.full(len(wire), np.inf)
    way = pairs.end - pairs.start
    unit = way / np.hypot(*way.T)[:, None]
    for ends in (pairs.start, pairs.end):
        dearest = np.zeros(len(wire))
        away = np.stack([-unit[wire, 1], unit[wire, 0]], axis=1) * _side(pairs.start[wire], pairs.end[wire], ends[other])[:, None]
        for turn in TURNS:
            c, s = np.cos(turn), np.sin(turn)
            direction = away @ np.array([[c, s], [-s, c]])
            for k in range(0, len(wire), _BATCH):
                part = slice(k, k + _BATCH)
                lines = _Lines(space, wire[part], ends[other[part]], direction[part], False)
                dearest[part] = np.maximum(dearest[part], lines.excess())
        best = np.minimum(best, dearest)
    return best


def _least_sum(alone: np.ndarray, first: np.ndarray, second: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
    """The least sum of detours: at least `alone` each, and of each pair the first wire's at least `one` or the second's at least
    `other`."""
    open_ = (alone[first] < one) & (alone[second] < other)
    first, second, one, other = first[open_], second[open_], one[open_], other[open_]
    count, wires = len(first), len(alone)
    if not count:
        return _SHORT * float(alone.sum())
    # A detour that cannot be made at all costs more than all others together: it is never chosen.
    never = 1.0 + float(np.where(np.isfinite(one), one, 0.0).sum() + np.where(np.isfinite(other), other, 0.0).sum())
    one, other = np.minimum(one, never), np.minimum(other, never)
    # Whether the first one pays is a variable of 0 or 1 beyond those of the wires.
    row = np.arange(count)
    value = np.concatenate([np.ones(count), alone[first] - one, np.ones(count), other - alone[second]])
    where = np.concatenate([row, row, row + count, row + count]), np.concatenate([first, wires + row, second, wires + row])
    least = np.concatenate([alone[first], other])
    found = milp(np.append(np.ones(wires), np.zeros(count)), integrality=np.append(np.zeros(wires), np.ones(count)),
                 constraints=LinearConstraint(coo_matrix((value, where), (2 * count, wires + count)).tocsr(), least, np.inf),
                 bounds=Bounds(np.append(alone, np.zeros(count)), np.append(np.full(wires, np.inf), np.ones(count))), options={"node_limit": NODES})
    proved = found.mip_dual_bound
    return _SHORT * max(float(alone.sum()), proved if proved is not None and np.isfinite(proved) else 0.0)
