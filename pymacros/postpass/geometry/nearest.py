"""Which points are nearest to each other, among a million."""

from __future__ import annotations

import numpy as np

from .box_pairs import BoxIndex, together

CROWD = 64     # points near one that are looked at without second thoughts
ALIKE = 1e-6   # distances that differ by no more are equal
FEW = 1 << 12   # distances that are faster computed than searched
AT_ONCE = 1 << 14  # places looked at together: bounds the memory


class NearestPoints:
    """points: shape (n, 2), whole or halved numbers."""

    def __init__(self, points: np.ndarray) -> None:
        self.points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        self._index = BoxIndex(_twice(self.points))
        width, height = np.ptp(self.points, axis=0) if len(self.points) else (0.0, 0.0)
        #: about how far neighbours are apart
        self.step = max(np.sqrt(max(width * height, 1.0) * 2.0 / max(len(self.points), 1)), max(width, height) * 2.0 / max(len(self.points), 1), 1.0)

    def pairs(self, numbers: "np.ndarray | None" = None) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
        """(number, number of the nearest other point, distance): several where they are equally near. numbers: of the points asked for, all by default."""
        numbers = np.arange(len(self.points)) if numbers is None else numbers
        if len(self.points) < 2:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
        asked, others, distances = self._nearest(self.points[numbers], numbers)
        return numbers[asked], others, distances

    def nearest_pair(self, places: np.ndarray) -> "tuple[int, int]":
        """(number of a place, number of a point) of two that are nearest to each other."""
        if len(places) * len(self.points) <= FEW:
            apart = np.hypot(*(places[:, None, :] - self.points[None, :, :]).transpose(2, 0, 1))
            there, here = np.unravel_index(np.argmin(apart), apart.shape)
            return int(there), int(here)
        asked, others, distances = self.nearest(places)
        smallest = int(np.argmin(distances))
        return int(asked[smallest]), int(others[smallest])

    def nearest(self, places: np.ndarray) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
        """(number of a place, number of the nearest point, distance) for each place: several where they are equally near."""
        return self._nearest(places, np.full(len(places), -1))

    def distances_from(self, places: np.ndarray) -> np.ndarray:
        """How far the nearest point is from each place."""
        asked, _, distances = self.nearest(places)
        found = np.zeros(len(places))
        found[asked] = distances
        return found

    def within(self, places: np.ndarray, radii: np.ndarray) -> np.ndarray:
        """Numbers of the points that lie at most so far from one of the places."""
        which, others, distances = self._around(places, radii)
        return np.unique(others[distances <= radii[which]])

    def _around(self, places: np.ndarray, radii: np.ndarray) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
        """(number of the place, number of the point, distance) of all in squares of these half sides, and of few more."""
        which, others = together(self._index.pairs(_twice(places), np.ceil(2 * radii).astype(np.int64)))
        offsets = self.points[others] - places[which]
        return which, others, np.hypot(offsets[:, 0], offsets[:, 1])

    def _nearest(self, places: np.ndarray, without: np.ndarray) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
        """Squares around each place grow until they hold a point within half their side; where many points lie they begin small."""
        waiting, radii = np.arange(len(places)), np.full(len(places), self.step)
        grown = np.zeros(len(places), dtype=bool)
        found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        while len(waiting):
            left, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            boxes = _twice(places[left])
            boxes += np.ceil(2 * radii[left]).astype(np.int64)[:, None] * np.array([-1, -1, 1, 1])
            crowded = (self._index.counts(boxes) > CROWD) & ~grown[left] & (radii[left] > 1)
            radii[left[crowded]] /= 4
            now = left[~crowded]
            which, others, distances = self._around(places[now], radii[now])
            keep = others != without[now[which]]
            which, others, distances = which[keep], others[keep], distances[keep]
            smallest = np.full(len(now), np.inf)
            np.minimum.at(smallest, which, distances)
            done = smallest <= radii[now]
            keep = done[which] & (distances <= smallest[which] + ALIKE)
            found.append((now[which[keep]], others[keep], distances[keep]))
            radii[now[~done]] *= 2
            grown[now] = True
            waiting = np.concatenate([waiting, left[crowded], now[~done]])
        parts = [np.concatenate(column) for column in zip(*found)] if found else [np.zeros(0, dtype=np.int64)] * 2 + [np.zeros(0)]
        return parts[0], parts[1], parts[2]


def _twice(points: np.ndarray) -> np.ndarray:
    """Points as boxes without size, in halves: all whole numbers."""
    doubled = np.rint(2 * points).astype(np.int64)
    return np.concatenate([doubled, doubled], axis=1)
