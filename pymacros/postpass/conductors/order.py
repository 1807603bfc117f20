"""The order of contact points and pads that a function keeps (docs/functions.md): the deck proves it, the fan-out makes it.

Contact points that form a row (at most a tenth as wide as long) are ordered along it, and pads along the same axis; others
cyclically, by angle around their mean, and pads by angle around the mean of the pads. Pure numpy, in any unit of length.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

ROW = 0.1  # width of a row over its length, at most


class Orders(NamedTuple):
    """Numbers of contact points and of pads in their order, and whether it closes to a cycle."""

    contacts: np.ndarray
    pads: np.ndarray
    cyclic: bool

    def steps(self) -> np.ndarray:
        """Of as many pads as contact points, each pad of the contact point with its number: how many places it lies behind it, in the
        order of the contact points. All the same where the order is kept."""
        places = np.empty(len(self.pads), dtype=np.int64)
        places[self.pads] = np.arange(len(self.pads))
        steps = places[self.contacts] - np.arange(len(self.contacts))
        return steps % len(steps) if self.cyclic else steps


def orders(contacts: np.ndarray, pads: np.ndarray) -> Orders:
    """Of points, shape (n, 2) and (m, 2); those at one angle or place count by their distance."""
    if len(contacts) == 0:
        return Orders(np.zeros(0, dtype=np.int64), np.arange(len(pads)), False)
    axis = _main_axis(contacts)
    across = np.array([-axis[1], axis[0]])
    length = np.ptp(contacts @ axis)
    cyclic = bool(np.ptp(contacts @ across) > ROW * length + 1e-9 * max(length, 1.0))
    keys = [_around(points - points.mean(axis=0)) if cyclic else (points @ across, np.round(points @ axis, 6)) for points in (contacts, pads)]
    return Orders(np.lexsort(keys[0]), np.lexsort(keys[1]), cyclic)


def _main_axis(points: np.ndarray) -> np.ndarray:
    """Unit vector of the direction in which points spread most."""
    x, y = (points - points.mean(axis=0)).T
    angle = 0.5 * np.arctan2(2 * (x @ y), x @ x - y @ y)
    return np.array([np.cos(angle), np.sin(angle)])


def _around(offsets: np.ndarray) -> "tuple[np.ndarray, np.ndarray]":
    return np.hypot(*offsets.T), np.round(np.arctan2(offsets[:, 1], offsets[:, 0]), 9)
