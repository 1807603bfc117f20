"""Octilinear geometry on plain arrays.

Everything the router avoids or touches is described by *octagons*: rows of eight numbers
``x0 x1 y0 y1 s0 s1 d0 d1`` that bound x, y, s = x + y and d = x - y.  A horizontal, vertical or 45° trace segment is
exactly such a shape (a degenerate one), and growing it by a distance is one addition.  For centre lines that run at
multiples of 45° the octagon around a disc is as good as the disc: both have the same tangents in these directions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .tolerance import NOTHING, ROUNDING, SAME

ROOT2 = math.sqrt(2.0)
TAN = ROOT2 - 1.0  # tan 22.5°
GROW = np.array([-1, 1, -1, 1, -ROOT2, ROOT2, -ROOT2, ROOT2])
_SIDES = np.array([[1, 0], [0, 1], [1, 1], [1, -1]], float)
# Support directions whose largest gap is the distance between two octilinear convex shapes (dual unit ball).
_DUAL45 = np.array([[1, 0], [0, 1], [1, 1], [1, -1]]) / np.array([[1], [1], [ROOT2], [ROOT2]])
_DUAL45 = np.vstack([_DUAL45, [[1, TAN], [TAN, 1], [TAN, -1], [1, -TAN]]])
_DUAL90 = np.array([[1, 0], [0, 1], [1, 1], [1, -1]], float)


def octagon(points: list[tuple[float, float]] | np.ndarray) -> np.ndarray:
    """The smallest octagon that holds the points, an array of shape (n, 2)."""
    m = np.asarray(points, float) @ _SIDES.T
    return np.stack([m.min(axis=0), m.max(axis=0)], axis=1).ravel()


def segment_octagons(path: Sequence[tuple[float, float]]) -> np.ndarray:
    """One octagon per segment of a polyline: shape (n - 1, 8)."""
    m = np.asarray(path, float) @ _SIDES.T
    low, high = np.minimum(m[:-1], m[1:]), np.maximum(m[:-1], m[1:])
    return np.stack([low, high], axis=2).reshape(len(m) - 1, 8)


def grow(octagons: np.ndarray, distance: float | np.ndarray) -> np.ndarray:
    """Octagons grown by a distance (one number, or one per row)."""
    return octagons + np.multiply.outer(np.asarray(distance, float), GROW)


def tighten(oct8: np.ndarray) -> np.ndarray:
    """The same octagon with every side pulled in until it touches it (sides can be redundant after growing)."""
    x0, x1, y0, y1, s0, s1, d0, d1 = oct8
    x0, x1 = max(x0, (s0 + d0) / 2, s0 - y1, d0 + y0), min(x1, (s1 + d1) / 2, s1 - y0, d1 + y1)
    y0, y1 = max(y0, (s0 - d1) / 2, s0 - x1, x0 - d1), min(y1, (s1 - d0) / 2, s1 - x0, x1 - d0)
    s0, s1 = max(s0, x0 + y0), min(s1, x1 + y1)
    d0, d1 = max(d0, x0 - y1), min(d1, x1 - y0)
    return np.array([x0, x1, y0, y1, s0, s1, d0, d1])


def corners(oct8: np.ndarray) -> np.ndarray:
    """The eight corners of a tight octagon, counter-clockwise, shape (8, 2)."""
    x0, x1, y0, y1, s0, s1, d0, d1 = oct8
    return np.array([(x1, x1 - d1), (x1, s1 - x1), (s1 - y1, y1), (d0 + y1, y1),
                     (x0, x0 - d0), (x0, s0 - x0), (s0 - y0, y0), (d1 + y0, y0)])


def contains(oct8: np.ndarray, x: float | np.ndarray, y: float | np.ndarray, tolerance: float = SAME) -> Any:
    """Mask of the points that lie in the octagon."""
    x0, x1, y0, y1, s0, s1, d0, d1 = oct8
    e, e2 = tolerance, 2 * tolerance
    s, d = x + y, x - y
    return ((x >= x0 - e) & (x <= x1 + e) & (y >= y0 - e) & (y <= y1 + e)
            & (s >= s0 - e2) & (s <= s1 + e2) & (d >= d0 - e2) & (d <= d1 + e2))


def meets(oct8: np.ndarray, x: np.ndarray, y: np.ndarray, aside: float) -> np.ndarray:
    """Mask of the points that lie in the octagon or so near; of a centre line only beside it and not past its ends, where
    the flat ends of two traces would leave a gap."""
    found = contains(oct8, x, y, aside)
    x0, x1, y0, y1, s0, s1, d0, d1 = oct8
    for thin, value, low, high in ((y1 - y0, x, x0, x1), (x1 - x0, y, y0, y1), (s1 - s0, x - y, d0, d1), (d1 - d0, x + y, s0, s1)):
        if thin < ROUNDING and high - low > 2 * aside:  # what is shorter may lie between grid points
            return found & (value >= low - SAME) & (value <= high + SAME)
    return found


def overlapping(octagons: np.ndarray, oct8: np.ndarray, tolerance: float = 0.0) -> np.ndarray:
    """Mask of the octagons whose box and diamond both overlap those of one octagon by more than the tolerance."""
    o, t = octagons, tolerance
    return ((o[:, 0] < oct8[1] - t) & (o[:, 1] > oct8[0] + t) & (o[:, 2] < oct8[3] - t) & (o[:, 3] > oct8[2] + t)
            & (o[:, 4] < oct8[5] - t) & (o[:, 5] > oct8[4] + t) & (o[:, 6] < oct8[7] - t) & (o[:, 7] > oct8[6] + t))


def signed_area(points: np.ndarray) -> float:
    """Area of a polygon, positive when it runs counter-clockwise."""
    p = np.asarray(points, float)
    x, y = p[:, 0], p[:, 1]
    return 0.5 * float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


def inner_octagon(points: np.ndarray, inset: float) -> np.ndarray:
    """Where a trace may end in a convex polygon: an octagon of points that lie `inset` inside it, as far as it is
    large enough; a small polygon shrinks to the middle of its short side, or to its middle."""
    p = np.asarray(points, float)
    full = octagon(p)
    inner = full - GROW * inset
    for k in range(0, 8, 2):
        if inner[k] > inner[k + 1]:
            inner[k] = inner[k + 1] = 0.5 * (full[k] + full[k + 1])
    centre = np.array([inner[0] + inner[1], inner[2] + inner[3]]) / 2
    inner[4:6] = min(inner[4], centre.sum()), max(inner[5], centre.sum())
    inner[6:8] = min(inner[6], centre[0] - centre[1]), max(inner[7], centre[0] - centre[1])
    room, normal = _room(p, np.array([centre, centroid(p)]))
    if room[0].min() < min(inset, 0.5 * room[1].min()):
        return _around(centroid(p), room[1].min(), inset)  # the middle of the box lies at a side, as in a triangle
    return _shrink_into(tighten(inner), centre, room[0], normal, inset)


def centroid(points: np.ndarray) -> np.ndarray:
    """Centre of area of a polygon."""
    p = np.asarray(points, float) - points[0]
    q = np.roll(p, -1, axis=0)
    cross = p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]
    return points[0] + ((p + q) * cross[:, None]).sum(axis=0) / (3 * cross.sum())


def _room(p: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(distances of points to the sides of a convex polygon, shape (points, sides); the sides' normals outwards)."""
    if signed_area(p) < 0:
        p = p[::-1]
    along = np.roll(p, -1, axis=0) - p
    length = np.hypot(along[:, 0], along[:, 1])
    keep = length > ROUNDING
    normal = np.stack([along[keep, 1], -along[keep, 0]], axis=1) / length[keep, None]
    return ((p[keep][None] - points[:, None]) * normal).sum(axis=2), normal


def _around(point: np.ndarray, room: float, inset: float) -> np.ndarray:
    """The octagon of the points no more than room - inset from a point; the point where there is less."""
    reach = max(room - inset, 0.0) * math.cos(math.pi / 8)
    return grow(octagon(point[None]), reach)


def _shrink_into(inner: np.ndarray, centre: np.ndarray, room: np.ndarray, normal: np.ndarray, inset: float) -> np.ndarray:
    """Scale the octagon about the centre until its corners lie in the polygon, inset where there is room."""
    room = np.where(room > inset, room - inset, room)
    reach = (corners(inner) - centre) @ normal.T
    scale = min(1.0, float(np.min(np.where(reach > ROUNDING, room / np.maximum(reach, ROUNDING), 1.0))))
    return octagon(centre + (corners(inner) - centre) * max(scale, 0.0))


def dual_directions(octilinear: bool) -> np.ndarray:
    """Directions, of dual norm 1, in which the gap between two octilinear convex shapes can be their distance."""
    return _DUAL45 if octilinear else _DUAL90


def supports(points: np.ndarray, octilinear: bool) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest reach of points in the dual directions: two arrays for `distances`."""
    m = np.asarray(points, float) @ dual_directions(octilinear).T
    return m.min(axis=0), m.max(axis=0)


def distances(first: np.ndarray | tuple[np.ndarray, np.ndarray], second: np.ndarray | tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Trace lengths between convex shapes, edge to edge: exact between octilinear ones, else no more than these.

    `first`, `second`: (low, high) arrays as of `supports`, each stacked to shape (n, k).  Returns shape (n, m).
    """
    low_a, high_a = first
    low_b, high_b = second
    best = np.zeros((len(low_a), len(low_b)))
    for k in range(low_a.shape[1]):
        np.maximum(best, low_a[:, None, k] - high_b[None, :, k], out=best)
        np.maximum(best, low_b[None, :, k] - high_a[:, None, k], out=best)
    return best


def path_length(path: Sequence[tuple[float, float]]) -> float:
    """Length of a polyline."""
    p = np.asarray(path, float)
    return float(np.hypot(*(p[1:] - p[:-1]).T).sum())


def simplify(path: Sequence[tuple[float, float]], tolerance: float = SAME) -> list[tuple[float, float]]:
    """A polyline without repeated points and without points in the middle of a straight run."""
    out = []
    for x, y in path:
        if out and abs(out[-1][0] - x) < tolerance and abs(out[-1][1] - y) < tolerance:
            continue
        if len(out) > 1:
            (ax, ay), (bx, by) = out[-2], out[-1]
            cross = (bx - ax) * (y - by) - (by - ay) * (x - bx)
            along = (bx - ax) * (x - bx) + (by - ay) * (y - by)
            if along > 0 and abs(cross) <= tolerance * (abs(x - ax) + abs(y - ay)):
                out.pop()
        out.append((x, y))
    return out


def bend_count(path: Sequence[tuple[float, float]]) -> int:
    """Number of bends of a simplified polyline."""
    return max(0, len(path) - 2)


def exposed_length(path: Sequence[tuple[float, float]], pieces: Sequence[np.ndarray]) -> float:
    """Length of a polyline outside convex polygons (its net's own metal)."""
    p = np.asarray(path, float)
    total = 0.0
    for a, b in zip(p[:-1], p[1:]):
        spans = sorted(span for span in (inside_span(a, b, q) for q in pieces) if span)
        covered, reach = 0.0, 0.0
        for t0, t1 in spans:
            covered += max(0.0, t1 - max(t0, reach))
            reach = max(reach, t1)
        total += math.hypot(*(b - a)) * (1.0 - covered)
    return total


def inside_span(a: np.ndarray, b: np.ndarray, polygon: np.ndarray) -> tuple[float, float] | None:
    """The part of a segment inside a convex polygon as (t0, t1) of 0..1, or None."""
    if max(a[0], b[0]) < polygon[:, 0].min() or min(a[0], b[0]) > polygon[:, 0].max():
        return None
    if max(a[1], b[1]) < polygon[:, 1].min() or min(a[1], b[1]) > polygon[:, 1].max():
        return None
    q = polygon if signed_area(polygon) > 0 else polygon[::-1]
    along = np.roll(q, -1, axis=0) - q
    t0, t1 = 0.0, 1.0
    for (px, py), (ex, ey) in zip(q, along):
        start = ex * (a[1] - py) - ey * (a[0] - px)
        rate = ex * (b[1] - a[1]) - ey * (b[0] - a[0])
        if abs(rate) < NOTHING:
            if start < 0:
                return None
        elif rate > 0:
            t0 = max(t0, -start / rate)
        else:
            t1 = min(t1, -start / rate)
    return (t0, t1) if t1 > t0 else None
