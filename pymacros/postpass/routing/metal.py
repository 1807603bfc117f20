"""True shapes: polygons as convex pieces, and tests on these that are exact but for rounding (see `tolerance`).

The router moves among octagons (see `shapes`).  Whether metal *touches* metal is never told by octagons but here: they
may reach past a slanted or notched shape.  Where octagons stand for what a trace must keep away from, they fit closely.
µm throughout; a polygon is an array of shape (n, 2) whose sides do not cross; sides that lie on each other (the seam of a
ring) are fine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from . import shapes
from .progress import silent
from .tolerance import JOINT, NOTHING, ROUNDING, TOUCH, TOUCH_DIGITS

LOOSE = 0.06  # excess of an octagon over its shape, by the root of the area, up to which it fits: round shapes have 0.05
FIT = 0.1  # of a track: how closely octagons fit slanted metal that traces must keep away from
MOST_FITTED = 4000  # octagons for that, about; where they are not enough they fit less closely
MOST_ENDS = 16  # places of a terminal where traces may end
PLUMP, ROUND = 0.4, 1.35  # least share of its box that a piece fills, and most area of the octagon around it, to be plump


def is_convex(points: np.ndarray) -> bool:
    """True when all turns of the polygon go one way (collinear points allowed)."""
    p = np.asarray(points, float)
    a = np.roll(p, -1, axis=0) - p
    length = np.hypot(a[:, 0], a[:, 1])
    a = a[length > TOUCH] / length[length > TOUCH, None]
    b = np.roll(a, -1, axis=0)
    turn, ahead = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], (a * b).sum(axis=1)
    if ((np.abs(turn) < ROUNDING) & (ahead < 0)).any():
        return False  # a spike
    full_turns = abs(np.arctan2(turn, ahead).sum()) / (2 * math.pi)
    return bool(((turn >= -ROUNDING).all() or (turn <= ROUNDING).all()) and full_turns < 1.5)


def convex_pieces(points: np.ndarray) -> list[np.ndarray]:
    """A polygon as convex polygons that cover it and do not overlap, counter-clockwise: itself when it is convex, else
    its slices between neighbouring y, those above each other joined where the union is convex."""
    p = np.asarray(points, float)
    if is_convex(p):
        return [p if shapes.signed_area(p) > 0 else p[::-1]]
    piles = {}  # (left, right) of the upper edge: pile that may grow on
    finished = []
    for low, high, slices in _slices(p):
        below, piles = piles, {}
        for left, right, top_left, top_right in slices:
            pile = below.pop((round(left, TOUCH_DIGITS), round(right, TOUCH_DIGITS)), None)
            if pile is None or not pile.grows((top_left, high), (top_right, high)):
                finished += [pile] if pile else []
                pile = _Pile((left, low), (right, low), (top_left, high), (top_right, high))
            if top_right - top_left > TOUCH:
                piles[round(top_left, TOUCH_DIGITS), round(top_right, TOUCH_DIGITS)] = pile
            else:
                finished.append(pile)  # it ends in a point; another may end in the same one
        finished += below.values()
    found = [pile.polygon() for pile in finished + list(piles.values())]
    return [piece for piece in found if len(piece) > 2 and shapes.signed_area(piece) > TOUCH ** 2]


def _slices(p: Any) -> Iterator[tuple[float, float, list[tuple[float, float, float, float]]]]:
    """(low, high, [(left and right at low, left and right at high)]) of a polygon between neighbouring y of its corners."""
    q = np.roll(p, -1, axis=0)
    up = (p[:, 1] < q[:, 1])[:, None]
    a, b = np.where(up, p, q), np.where(up, q, p)
    keep = b[:, 1] > a[:, 1]
    a, b = a[keep], b[keep]
    slope = (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
    levels = np.unique(p[:, 1])
    for low, high in zip(levels, levels[1:]):
        if high - low < TOUCH:
            continue
        k = (a[:, 1] <= low) & (b[:, 1] >= high)
        at_low = np.where(a[k, 1] == low, a[k, 0], a[k, 0] + slope[k] * (low - a[k, 1]))
        at_high = np.where(b[k, 1] == high, b[k, 0], a[k, 0] + slope[k] * (high - a[k, 1]))
        order = np.argsort(at_low + at_high, kind="stable")
        at_low, at_high = at_low[order].tolist(), at_high[order].tolist()
        yield float(low), float(high), [
            (at_low[n], at_low[n + 1], at_high[n], at_high[n + 1]) for n in range(0, len(at_low) - 1, 2)
            if at_low[n + 1] - at_low[n] > TOUCH or at_high[n + 1] - at_high[n] > TOUCH]


class _Pile:
    """Slices on each other whose union is convex: the corners of its left and of its right side, bottom up."""

    def __init__(self, left: tuple[float, float], right: tuple[float, float], top_left: tuple[float, float], top_right: tuple[float, float]) -> None:
        self.left, self.right = [left, top_left], [right, top_right]

    def grows(self, top_left: tuple[float, float], top_right: tuple[float, float]) -> bool:
        """Takes another slice on top; False where the union would not be convex."""
        if _turn(*self.left[-2:], top_left) > ROUNDING or _turn(*self.right[-2:], top_right) < -ROUNDING:  # type: ignore[call-arg]
            return False
        for side, top in ((self.left, top_left), (self.right, top_right)):
            if abs(_turn(*side[-2:], top)) < ROUNDING:  # type: ignore[call-arg]
                side.pop()
            side.append(top)
        return True

    def polygon(self) -> np.ndarray:
        """The union, counter-clockwise and without repeated corners."""
        around = np.array(self.right + self.left[::-1])
        step = np.abs(np.roll(around, -1, axis=0) - around).sum(axis=1)
        return around[step > TOUCH]


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Sine of the turn from a-b to b-c, positive to the left."""
    u, v = (b[0] - a[0], b[1] - a[1]), (c[0] - b[0], c[1] - b[1])
    return (u[0] * v[1] - u[1] * v[0]) / (math.hypot(*u) * math.hypot(*v))


def pieces_of(polygons: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Convex pieces of a list of polygons."""
    return [piece for polygon in polygons for piece in convex_pieces(polygon)]


def planes(piece: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sides of a convex polygon (counter-clockwise) as (unit normals outwards, offsets): inside, normal · point <= offset."""
    along = np.roll(piece, -1, axis=0) - piece
    length = np.hypot(along[:, 0], along[:, 1])
    keep = length > ROUNDING
    normal = np.stack([along[keep, 1], -along[keep, 0]], axis=1) / length[keep, None]
    return normal, (normal * piece[keep]).sum(axis=1)


def holds(piece: np.ndarray, points: Sequence[np.ndarray | tuple[float, float]], tolerance: float = TOUCH) -> np.ndarray:
    """Mask of the points, an array of shape (n, 2), that lie in a convex polygon or within the tolerance of a side."""
    normal, offset = planes(piece)
    return (np.asarray(points, float) @ normal.T <= offset + tolerance).all(axis=1)


def distance(one: np.ndarray, other: np.ndarray, octilinear: bool) -> float:
    """Length of the shortest centre line between two convex polygons, edge to edge, where nothing is in the way: exact for lines off
    the layout grid.

    The largest gap over all directions, measured in the dual norm, is the distance; its direction is a corner of the
    dual ball or the normal of a side.
    """
    sides = np.vstack([planes(one)[0], planes(other)[0]])
    size = np.abs(sides).max(axis=1)
    if octilinear:
        size = np.maximum(size, np.abs(sides @ np.array([[1, 1], [1, -1]])).max(axis=1) / shapes.ROOT2)
    directions = np.vstack([shapes.dual_directions(octilinear), sides / size[:, None]])
    a, b = one @ directions.T, other @ directions.T
    return max(0.0, float(np.maximum(b.min(axis=0) - a.max(axis=0), a.min(axis=0) - b.max(axis=0)).max()))


def nearest(first: Sequence[np.ndarray], second: Sequence[np.ndarray], octilinear: bool) -> float:
    """The least `distance` between two lists of convex polygons."""
    reach = [tuple(np.array(v) for v in zip(*(shapes.supports(piece, octilinear) for piece in group))) for group in (first, second)]
    least = shapes.distances(*reach)  # what the distance cannot go below
    best = math.inf
    for k in np.argsort(least, axis=None, kind="stable"):
        i, j = divmod(int(k), len(second))
        if least[i, j] >= best:
            break
        best = min(best, distance(first[i], second[j], octilinear))
    return best


def distances(first: Sequence[list[np.ndarray]], second: Sequence[list[np.ndarray]], octilinear: bool) -> np.ndarray:
    """Least trace lengths between terminals, two lists of lists of convex polygons; shape (first, second).  What is slanted
    can be farther apart, see `nearest`."""
    sizes = [[len(pieces) for pieces in group] for group in (first, second)]
    reach = [tuple(np.array(v) for v in zip(*(shapes.supports(piece, octilinear) for pieces in group for piece in pieces))) for group in (first, second)]
    starts = [np.concatenate([[0], np.cumsum(size)[:-1]]).astype(int) for size in sizes]
    if max(sizes[0]) == max(sizes[1]) == 1:
        return shapes.distances(*reach)
    rows = []
    for start, size in zip(starts[0], sizes[0]):
        least = shapes.distances((reach[0][0][start:start + size], reach[0][1][start:start + size]), reach[1])
        rows.append(np.minimum.reduceat(least.min(axis=0), starts[1]))
    return np.array(rows)


def touching(one: np.ndarray, other: np.ndarray) -> bool:
    """True when two convex polygons overlap or share a part of a side; a shared corner is no contact."""
    normal = np.vstack([planes(one)[0], planes(other)[0]])
    a, b = one @ normal.T, other @ normal.T
    gaps = np.stack([b.min(axis=0) - a.max(axis=0), a.min(axis=0) - b.max(axis=0)])
    if gaps.max() > TOUCH:
        return False
    for side, k in zip(*np.nonzero(gaps > -TOUCH)):  # the shapes lie on either side of such a line
        faces = []
        for points, m, upper in ((one, a[:, k], side == 0), (other, b[:, k], side == 1)):
            on = points[m > m.max() - TOUCH] if upper else points[m < m.min() + TOUCH]
            faces.append(on @ np.array([-normal[k, 1], normal[k, 0]]))
        if min(f.max() for f in faces) - max(f.min() for f in faces) < JOINT:
            return False
    return True


def overlapping(one: np.ndarray, other: np.ndarray, depth: float) -> bool:
    """True when two convex polygons overlap by more than a depth."""
    normal = np.vstack([planes(one)[0], planes(other)[0]])
    a, b = one @ normal.T, other @ normal.T
    return bool(np.maximum(b.min(axis=0) - a.max(axis=0), a.min(axis=0) - b.max(axis=0)).max() < -depth)


def joined(first: Sequence[np.ndarray], second: Sequence[np.ndarray]) -> bool:
    """True when two lists of convex polygons touch (see `touching`)."""
    boxes = [np.array([[*piece.min(axis=0), *piece.max(axis=0)] for piece in group]).reshape(-1, 4) for group in (first, second)]
    a, b = boxes[0][:, None], boxes[1][None]
    near = (a[..., :2] <= b[..., 2:] + TOUCH).all(axis=2) & (a[..., 2:] >= b[..., :2] - TOUCH).all(axis=2)
    return any(touching(first[i], second[j]) for i, j in zip(*np.nonzero(near)))


def islands(polygons: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
    """A list of polygons as lists of those that touch each other."""
    groups = []
    for polygon in polygons:
        pieces = convex_pieces(polygon)
        mine = [group for group in groups if joined(group[1], pieces)]
        merged = ([p for group in mine for p in group[0]] + [polygon], [p for group in mine for p in group[1]] + pieces)
        groups = [group for group in groups if not any(group is other for other in mine)] + [merged]
    return [polygons_ for polygons_, _ in groups]


def cut(piece: np.ndarray, normal: np.ndarray, offset: float) -> np.ndarray:
    """The part of a convex polygon with normal · point <= offset; None where nothing is left."""
    side = piece @ np.asarray(normal, float) - offset
    if (side <= 0).all():
        return piece
    found = []
    for k, (p, d) in enumerate(zip(piece, side)):
        q, e = piece[(k + 1) % len(piece)], side[(k + 1) % len(piece)]
        if d <= 0:
            found.append(p)
        if (d < 0 < e) or (e < 0 < d):
            found.append(p + (q - p) * (d / (d - e)))
    found = np.array(found).reshape(-1, 2)
    return found if len(found) > 2 and abs(shapes.signed_area(found)) > NOTHING else None


def covered(piece: np.ndarray, others: Sequence[Any]) -> bool:
    """True when a convex polygon lies in the union of other convex polygons."""
    left = [piece]
    for other in others:
        rest = []
        for part in left:
            for normal, offset in zip(*planes(other)):
                outside = cut(part, -normal, -offset)
                rest += [outside] if outside is not None else []
                part = cut(part, normal, offset)
                if part is None:
                    break
        left = rest
    return sum(abs(shapes.signed_area(part)) for part in left) < TOUCH


def excess(piece: np.ndarray) -> float:
    """How far the octagon around a convex polygon reaches past its sides."""
    normal, offset = planes(piece)
    return float((shapes.corners(shapes.tighten(shapes.octagon(piece))) @ normal.T - offset).max())


def tolerance(pieces: Sequence[np.ndarray], track: float, unit: float, beat: Callable[..., Any] = silent) -> float:
    """How closely octagons are to fit these convex polygons, for `fitted`: by a share of a track (µm), where there is not
    too much slanted metal."""
    slanted = 0.0
    for piece in pieces:
        beat()
        if not _fits(piece):
            side = np.abs(np.roll(piece, -1, axis=0) - piece)
            low, high = side.min(axis=1), side.max(axis=1)
            slanted += float(np.minimum(low, (high - low) / shapes.ROOT2).sum())
    return max(FIT * track, 2 * unit, 4 * slanted / MOST_FITTED)


def _fits(piece: np.ndarray) -> bool:
    """True when one octagon fits a convex polygon well enough for its size."""
    return excess(piece) <= LOOSE * math.sqrt(abs(shapes.signed_area(piece)))


def fitted(piece: np.ndarray, tolerance: float) -> list[np.ndarray]:
    """Octagons that cover a convex polygon and nowhere reach further past it than the tolerance; one where it fits."""
    if _fits(piece) or excess(piece) <= tolerance:
        return [shapes.octagon(piece)]
    found, left = [], [piece]
    while left:
        part = left.pop()
        if excess(part) <= tolerance or np.ptp(part, axis=0).max() <= tolerance:
            found.append(shapes.octagon(part))
        else:
            left += _halves(part)
    return found


def _halves(piece: np.ndarray) -> list[np.ndarray]:
    """A convex polygon cut across the longer side of its box."""
    low, high = piece.min(axis=0), piece.max(axis=0)
    axis = int(high[1] - low[1] > high[0] - low[0])
    normal = np.eye(2)[axis]
    middle = (low[axis] + high[axis]) / 2
    return [half for half in (cut(piece, normal, middle), cut(piece, -normal, -middle)) if half is not None]


def end_regions(pieces: Sequence[np.ndarray], inset: float) -> np.ndarray:
    """Where traces may end in a terminal: octagons of points inside its pieces, `inset` from their sides where there is
    room; a few well-spread ones where there are many."""
    found = []
    for piece in pieces:
        for part in [piece] if _plump(piece) else [piece] + _strips(piece, inset):
            region = shapes.inner_octagon(part, inset)
            normal, offset = planes(part)
            found.append((float((offset - shapes.corners(region).mean(axis=0) @ normal.T).min()), region))
    enough = 0.25 * min(inset, max(room for room, _ in found))
    return _spread([region for room, region in sorted(found, key=lambda item: -item[0]) if room >= enough]
                   if len(found) > 1 else [found[0][1]])


def _plump(piece: np.ndarray) -> bool:
    """False for what a box or an octagon does not resemble: slanted bars, slivers."""
    box, area = np.ptp(piece, axis=0).prod(), abs(shapes.signed_area(piece))
    around = abs(shapes.signed_area(shapes.corners(shapes.tighten(shapes.octagon(piece)))))
    return area >= PLUMP * box and around <= ROUND * area


def _strips(piece: np.ndarray, inset: float) -> list[np.ndarray]:
    """A slanted piece cut across the longer side of its box into parts about as long as the piece is wide."""
    normal, offset = planes(piece)
    width = max(float((offset - (piece @ normal.T).min(axis=0)).min()), 2 * inset)
    low, high = piece.min(axis=0), piece.max(axis=0)
    axis = int(high[1] - low[1] > high[0] - low[0])
    at = np.linspace(low[axis], high[axis], min(MOST_ENDS, int(math.ceil((high[axis] - low[axis]) / width))) + 1)
    across, found = np.eye(2)[axis], []
    for a, b in zip(at, at[1:]):
        part = cut(piece, across, b)
        part = None if part is None else cut(part, -across, -a)
        found += [part] if part is not None else []
    return found


def _spread(regions: Sequence[np.ndarray]) -> np.ndarray:
    """At most `MOST_ENDS` of the regions: the first, then always the one farthest from those chosen."""
    if len(regions) <= MOST_ENDS:
        return np.array(regions)
    middle = np.array([shapes.corners(region).mean(axis=0) for region in regions])
    chosen = [0]
    away = np.abs(middle - middle[0]).max(axis=1)
    while len(chosen) < MOST_ENDS:
        chosen.append(int(np.argmax(away)))
        away = np.minimum(away, np.abs(middle - middle[chosen[-1]]).max(axis=1))
    return np.array([regions[k] for k in sorted(chosen)])
