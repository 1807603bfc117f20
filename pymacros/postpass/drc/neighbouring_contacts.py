"""Which nets are neighbours by their contact points, and which of these have pads that are not farther apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..conductors.figures import turned_boxes
from ..conductors.nets import Nets
from ..geometry.nearest import NearestPoints
from ..tech.functions import ORDERED

MOST_PLACES = 10_000  # on the edge of a repeated cell


class NearPair(NamedTuple):
    """Indexes of two nets, and how far their pads and their contact points are apart (dbu)."""

    one: int
    other: int
    pads: float
    pad_centres: float
    contacts: float
    contact_centres: float


def neighbouring_contacts(nets: Nets, amount: float) -> "tuple[np.ndarray, np.ndarray]":
    """Pairs of one-to-one nets whose contact points are neighbours, in order: indexes of both, the smaller first.

    Next in the order of a declared group, or, undeclared, each with the nearest contact point of another net, or with all that
    are equally near. Of those inside of repeated cells only what is not right by this amount in the cell.
    """
    groups = [group for group in nets.groups.all() if group.function in ORDERED]
    taken = np.unique(np.concatenate([np.zeros(0, dtype=np.int64)] + [group.one_to_one for group in groups]))
    if len(taken) == 0 and nets.placed:
        ones, others = _in_question(nets, amount)
    else:
        free = np.setdiff1d(nets.one_to_one(), taken)
        numbers, near, _ = NearestPoints(nets.middles(nets.contact_ids[free])).pairs()
        ones, others = free[numbers], free[near]
    declared = np.array([pair for group in groups for pair in group.neighbours()], dtype=np.int64).reshape(-1, 2)
    ones, others = np.concatenate([declared[:, 0], ones]), np.concatenate([declared[:, 1], others])
    keys = np.unique(np.minimum(ones, others).astype(np.int64) * nets.size + np.maximum(ones, others))
    return keys // max(nets.size, 1), keys % max(nets.size, 1)


def too_near(nets: Nets, ones: np.ndarray, others: np.ndarray, amount: float) -> "Iterator[NearPair]":
    """Those pairs of one-to-one nets whose pads are not farther apart than their contact points by that amount."""
    contacts, pads = ((nets.boxes(ids[ones]), nets.boxes(ids[others])) for ids in (nets.contact_ids, nets.pad_ids))
    near, far = _centres(*contacts), _centres(*pads)
    apart = far >= near + amount - 1e-6
    # the boxes of the pads alone may tell that they are far enough apart
    clear = apart & (_gaps(*pads) >= near + amount)
    for number in np.flatnonzero(~clear).tolist():
        one, other = int(ones[number]), int(others[number])
        edges = [nets.distance(int(ids[one]), int(ids[other])) for ids in (nets.contact_ids, nets.pad_ids)]
        if not (apart[number] and edges[1] >= edges[0] + amount - 1e-6):
            yield NearPair(one, other, edges[1], float(far[number]), edges[0], float(near[number]))


def _centres(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    offsets = 0.5 * (one[:, :2] + one[:, 2:]) - 0.5 * (other[:, :2] + other[:, 2:])
    return np.hypot(offsets[:, 0], offsets[:, 1])


def _gaps(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    gaps = np.maximum(np.maximum(one[:, :2] - other[:, 2:], other[:, :2] - one[:, 2:]), 0)
    return np.hypot(gaps[:, 0], gaps[:, 1])


def _in_question(nets: Nets, amount: float) -> "tuple[np.ndarray, np.ndarray]":
    """Pairs that lie inside of a cell are judged there. The others are looked for among those alone that can be one of them."""
    insides = [_Inside(nets, number) for number in range(len(nets.placed))]
    wrong = [inside.wrong(amount) for inside in insides]
    loose = nets.one_to_one()
    loose = loose[nets.is_loose(loose)]
    among = np.concatenate([loose] + [inside.everywhere(inside.open) for inside in insides])
    points = np.concatenate([nets.middles(nets.contact_ids[loose])] + [inside.open_points() for inside in insides])
    unsure = np.concatenate([np.ones(len(loose), dtype=bool)] + [inside.unsure_points() for inside in insides])
    numbers, near, _ = NearestPoints(points).pairs(np.flatnonzero(unsure))
    return np.concatenate([among[numbers]] + [pairs[0] for pairs in wrong]), np.concatenate([among[near]] + [pairs[1] for pairs in wrong])


class _Inside:
    """The one-to-one nets of a block's cell whose contact points are nearest to each other.

    settled: pairs of nets that are nearest at every place, for they are nearer to each other than to the edge of the block;
    open: indexes, in the cell, of all nets that may be one of another pair, whatever stands around the block.
    """

    def __init__(self, nets: Nets, number: int) -> None:
        self._nets, self._placed = nets, nets.placed[number]
        self._block, inside = self._placed.block, self._placed.inside
        self._group = inside.one_to_one()
        boxes = turned_boxes(inside.boxes(inside.contact_ids[self._group]), self._block.turn)
        self._points = 0.5 * (boxes[:, :2] + boxes[:, 2:])
        self.settled, self._unsure, self._numbers = self._divided()
        self.open = self._group[self._numbers]

    def wrong(self, amount: float) -> "tuple[np.ndarray, np.ndarray]":
        """Settled pairs that are too near, at every place."""
        pairs = list(too_near(self._placed.inside, *self.settled, amount))
        return self.everywhere(np.array([pair.one for pair in pairs], dtype=np.int64)), self.everywhere(np.array([pair.other for pair in pairs], dtype=np.int64))

    def everywhere(self, insides: np.ndarray) -> np.ndarray:
        """Indexes, at every place, of some nets of the cell."""
        return self._nets.index_there(self._placed, np.arange(len(self._block.places))[:, None], insides[None, :]).reshape(-1)

    def open_points(self) -> np.ndarray:
        """Contact points of the open nets at every place."""
        return (self._block.places[:, None, :] + self._points[self._numbers][None, :, :]).reshape(-1, 2)

    def unsure_points(self) -> np.ndarray:
        """Which of these points are not nearest to one of the settled pairs."""
        return np.tile(self._unsure[self._numbers], len(self._block.places))

    def _divided(self) -> "tuple[tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray]":
        """(settled pairs as indexes in the cell, which points are unsure, numbers of the open ones)"""
        count = len(self._group)
        if count < 2:
            none = np.zeros(0, dtype=np.int64)
            return (none, none), np.ones(count, dtype=bool), np.arange(count)
        finder = NearestPoints(self._points)
        numbers, near, distances = finder.pairs()
        to_edge = np.concatenate([self._points - self._block.box[:2], self._block.box[2:] - self._points], axis=1).min(axis=1)
        inside = distances + 1e-6 < to_edge[numbers]
        unsure, is_open = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        unsure[numbers[~inside]] = True
        is_open[near[~inside]] = True
        is_open[self._seen_from_outside(finder)] = True
        return (self._group[numbers[inside]], self._group[near[inside]]), unsure, np.flatnonzero(unsure | is_open)

    def _seen_from_outside(self, finder: NearestPoints) -> np.ndarray:
        """Points that are the nearest for some place outside: then they are so for a place on the edge, where that line crosses it.

        Between two places on the edge that are a step apart, the nearest point is at most a step farther than for one of them.
        """
        left, bottom, right, top = self._block.box.astype(float).tolist()
        step = max(finder.step, 2 * (right - left + top - bottom) / MOST_PLACES)
        xs, ys = np.append(np.arange(left, right, step), right), np.append(np.arange(bottom, top, step), top)
        sides = [np.stack(np.broadcast_arrays(x, y), axis=1) for x, y in ((xs, bottom), (xs, top), (left, ys), (right, ys))]
        places = np.concatenate(sides)
        return finder.within(places, finder.distances_from(places) + step + 1e-6)
