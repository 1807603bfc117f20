"""Curves in the outlines of polygons: edges that follow each other and turn little, and the arcs of circles among them. Lengths are dbu."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pya

from . import outlines

TURN_DEG = 40.0  # the most that an edge of a curve turns from the one before: no more than between the facets of a round shape
CROOKED = 2.0    # edges up to that length have no direction
LONGER = 1.5     # times as long as its neighbours: no facet of the same curve
UNLIKE = 0.1     # of the length of a facet, by which those of one arc differ
UNSTEADY = 0.3   # of the turn at a corner, by which the next one differs
ARC_CORNERS = 4  # fewer lie on some circle whatever they are
OFF_CIRCLE = 0.003  # of the extent of an arc, by which its corners may miss the circle
ROUNDING = 4.0   # dbu by which whole dbu or a grid of some dbu may move them


class Contour:
    """One closed line of an outline. Arrays of its edges, but for crooked ones: starts, ends, lengths, degrees (of the direction)."""

    def __init__(self, points: "list[tuple[int, int]]") -> None:
        starts = np.array(points, dtype=np.int64)
        ends = np.roll(starts, -1, axis=0)
        lengths = np.hypot(*(ends - starts).T)
        known = lengths > CROOKED
        self.starts, self.ends, self.lengths = starts[known], ends[known], lengths[known]
        steps = self.ends - self.starts
        self.degrees = np.degrees(np.arctan2(steps[:, 1], steps[:, 0]))

    def edge(self, number: int) -> pya.Edge:
        return pya.Edge(*self.starts[number].tolist(), *self.ends[number].tolist())

    def off_degrees(self, step: float) -> np.ndarray:
        """How far each edge is turned from the nearest multiple of an angle."""
        off = self.degrees % step
        return np.minimum(off, step - off)

    def misses(self, off_degrees: np.ndarray) -> np.ndarray:
        """How far the end of each edge lies beside a line that it is turned from by so much."""
        return self.lengths * np.sin(np.radians(off_degrees))

    def turns(self) -> np.ndarray:
        """Degrees from each edge to the next one, positive to the left."""
        return (np.roll(self.degrees, -1) - self.degrees + 180.0) % 360.0 - 180.0

    def curves(self, meant: np.ndarray) -> "list[np.ndarray]":
        """Numbers of the edges of each curve that holds one of those meant (a mask): they follow each other, perhaps with a facet between two that is not much longer than either."""
        small = np.abs(self.turns()) <= TURN_DEG
        shorter = np.minimum(np.roll(self.lengths, 1), np.roll(self.lengths, -1))
        between = np.roll(meant & small, 1) & small & np.roll(meant, -1) & (self.lengths <= LONGER * shorter)
        held = meant | between
        return [chain for chain in _chains(small & held & np.roll(held, -1)) if held[chain].any()]

    def arcs(self) -> np.ndarray:
        """Which edges are facets of an arc: corners on one circle, turns and lengths of facets about the same; those at its ends may be cut."""
        turns, found = self.turns(), np.zeros(len(self.lengths), dtype=bool)
        bends = (np.abs(turns) <= TURN_DEG) & (turns != 0)
        alike = _alike(self.lengths, np.roll(self.lengths, 1)) | _alike(self.lengths, np.roll(self.lengths, -1))
        following = np.roll(turns, -1)
        rounded = np.degrees(2 * CROOKED / np.roll(self.lengths, -1))
        steady = (np.sign(turns) == np.sign(following)) & (np.abs(turns - following) <= UNSTEADY * np.abs(turns) + rounded)  # beside a tangent they are half as large
        joined = bends & np.roll(bends & alike, -1) & steady
        for steady_corners in _chains(joined):  # a corner has the number of the edge that ends there
            first, last = int(steady_corners[0]), int(steady_corners[-1])
            before, after = (first - 1) % len(turns), (last + 1) % len(turns)
            begins = bool(alike[first] and 0 < turns[before] * turns[first] < turns[first] ** 2)  # along a tangent: there it turns less
            ends = bool(alike[after] and 0 < turns[after] * turns[last] < turns[last] ** 2)
            corners = np.array([before] * begins + steady_corners.tolist() + [after] * ends)
            inner, cut = corners[1:], np.array([first] * (not begins) + [after] * (not ends), dtype=np.int64)
            if len(corners) >= ARC_CORNERS and _alike(self.lengths[inner], np.median(self.lengths[inner])).all() and _on_a_circle(self.ends[corners]):
                found[inner] = True
                found[cut[self.lengths[cut] <= self.lengths[inner].max() + 2 * CROOKED]] = True
        return found


def contours(polygon: pya.Polygon) -> "Iterator[Contour]":
    """Of the hull and of the holes."""
    for points in outlines.contours(polygon):
        contour = Contour(points)
        if len(contour.lengths):
            yield contour


def _chains(joined: np.ndarray) -> "list[np.ndarray]":
    """Numbers of what follows each other around a ring; joined: each to the next one."""
    count, gaps = len(joined), np.flatnonzero(~joined)
    if not len(gaps):
        return [np.arange(count)]
    return [np.arange(first + 1, last + 1) % count for first, last in zip(gaps, [*gaps[1:], gaps[0] + count])]


def _alike(lengths: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.abs(lengths - others) <= UNLIKE * others + 2 * CROOKED


def _on_a_circle(points: np.ndarray) -> bool:
    """Do corners lie on the circle that fits them best?"""
    origin, extent = points.mean(axis=0), float(np.ptp(points, axis=0).max())
    x, y = ((points - origin) / max(extent, 1.0)).T
    (a, b, c), *_ = np.linalg.lstsq(np.stack([x, y, np.ones(len(x))], axis=1), x**2 + y**2, rcond=None)
    radius = np.sqrt(max(c + 0.25 * (a * a + b * b), 0.0))
    off = np.abs(np.hypot(x - 0.5 * a, y - 0.5 * b) - radius).max() * max(extent, 1.0)
    return bool(off <= OFF_CIRCLE * extent + ROUNDING)
