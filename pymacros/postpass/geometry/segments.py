"""Measurements of many edges at once: columns x1, y1, x2, y2. Coordinates are dbu."""

from __future__ import annotations

import numpy as np

OUTSIDE, INSIDE = 1.0, -1.0  # what lies between edges, metal on their right: space or metal
EXACT = 1e-6
ROUNDING = 1.5  # dbu by which the ends of an edge may lie beside where they were meant


def in_reach(edges: np.ndarray, others: np.ndarray, limit: float) -> np.ndarray:
    """Which edges come near the box of all others."""
    if not len(others):
        return np.zeros(len(edges), bool)
    low, high = np.minimum(others[:, :2], others[:, 2:]).min(axis=0) - limit, np.maximum(others[:, :2], others[:, 2:]).max(axis=0) + limit
    return (np.maximum(edges[:, :2], edges[:, 2:]) >= low).all(axis=1) & (np.minimum(edges[:, :2], edges[:, 2:]) <= high).all(axis=1)


def lengths(edges: np.ndarray) -> np.ndarray:
    return np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1])


def cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]


def run_beside(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """For how long two edges run side by side: whole dbu, the longer of what each covers of the other."""
    longest = np.zeros(len(a))
    for one, other in ((a, b), (b, a)):
        ends = np.clip(ends_along(one, other), 0.0, 1.0)
        longest = np.maximum(longest, np.hypot(one[:, 2] - one[:, 0], one[:, 3] - one[:, 1]) * np.abs(ends[0] - ends[1]))
    return np.floor(longest + 0.5)


def ends_along(lines: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Where along a line the two ends of an edge lie: 0 is its start, 1 its end."""
    along = lines[:, 2:] - lines[:, :2]
    square = np.maximum((along * along).sum(axis=1), 1e-300)
    return np.array([((edges[:, k:k + 2] - lines[:, :2]) * along).sum(axis=1) / square for k in (0, 2)])


def distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Smallest distances of segments that do not cross."""
    smallest = np.full(len(one), np.inf)
    for edges, others in ((one, other), (other, one)):
        for k in (0, 2):
            smallest = np.minimum(smallest, to_segments(edges[:, k:k + 2], others))
    return smallest


def to_segments(points: np.ndarray, segments: np.ndarray) -> np.ndarray:
    away = away_from(points, segments)
    return np.hypot(away[:, 0], away[:, 1])


def away_from(points: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """From the nearest point of each segment to a point."""
    along = segments[:, 2:] - segments[:, :2]
    square = (along * along).sum(axis=1)
    t = np.clip(((points - segments[:, :2]) * along).sum(axis=1) / np.where(square == 0, 1.0, square), 0.0, 1.0)
    return points - segments[:, :2] - t[:, None] * along


def within(edges: np.ndarray, others: np.ndarray, limit: float) -> np.ndarray:
    """An edge's distance from another one falls and then rises along it: the two ends of the part below the limit, by halving."""
    parts = edges.copy()
    for k, end in ((0, 0.0), (2, 1.0)):
        beyond = np.flatnonzero(to_segments(edges[:, k:k + 2], others) >= limit)
        if len(beyond):
            mine, theirs = edges[beyond], others[beyond]
            along, inside, outside = mine[:, 2:] - mine[:, :2], nearest_part(mine, theirs), np.full(len(beyond), end)
            for _ in range(40):
                middle = 0.5 * (inside + outside)
                near = to_segments(mine[:, :2] + middle[:, None] * along, theirs) < limit
                inside, outside = np.where(near, middle, inside), np.where(near, outside, middle)
            parts[beyond, k:k + 2] = mine[:, :2] + inside[:, None] * along
    return parts


def nearest_part(edges: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Where along an edge its nearest point to the other lies, 0 to 1."""
    along = edges[:, 2:] - edges[:, :2]
    square = np.maximum((along * along).sum(axis=1), 1e-300)
    candidates = [np.zeros(len(edges)), np.ones(len(edges))]
    candidates += [np.clip(((others[:, k:k + 2] - edges[:, :2]) * along).sum(axis=1) / square, 0.0, 1.0) for k in (0, 2)]
    away = np.array([to_segments(edges[:, :2] + t[:, None] * along, others) for t in candidates])
    return np.choose(away.argmin(axis=0), candidates)
