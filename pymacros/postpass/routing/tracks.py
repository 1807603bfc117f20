"""Gridless search: the best trace among fixed shapes, for length and bends together, that runs on certain lines.

A shortest octilinear path can be bent so that each of its segments lies on a line that touches an obstacle's keep-away
octagon or passes a corner of a terminal; one that is to have few bends, too, often can.  These lines (the *tracks*: families
H, V and, where 45° is allowed, P: x + y = c and Q: x - y = c) and their crossings form the search graph.  They are rounded
to the layout grid, and thinned where a family has more than MOST_TRACKS, so a shorter trace between them is not found.  As in
`sweep`, a round extends every straight run on every track at once with running minima; a round adds one bend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from . import shapes
from .progress import silent
from .tolerance import INSIDE, ON_GRID, ROUNDING, SAME

H, V, P, Q = range(4)
MOST_TRACKS = 100  # per family; bounds the time of one search to a fraction of a second
FEWER_TRACKS = 80  # of searches whose outcome is searched anew once it is known who must move
_KEEP = 1000000
WALL = 1e7
_FAR = 1e12
_MIDDLE = 0.001  # what ending a µm off the middle of an end's region costs, in µm
_STRIDE = 1e6
# Whether travelling "+" on the first family may follow "+" (1), "-" (-1) or either (0) on the second: turns of more
# than 90 degrees are never made.
_TURN = {(H, V): 0, (V, H): 0, (P, Q): 0, (Q, P): 0, (H, P): 1, (P, H): 1, (H, Q): 1, (Q, H): 1,
         (V, Q): 1, (Q, V): 1, (V, P): -1, (P, V): -1}
_METRIC = (1.0, 1.0, shapes.ROOT2, shapes.ROOT2)


def track_lines(octagons: np.ndarray, ends: np.ndarray, box: np.ndarray, unit: float, octilinear: bool, most: int,
                beat: Callable[..., Any] = silent) -> list[np.ndarray]:
    """Constants of the tracks of each family: tangents of obstacles, and corners and middles of terminal regions.

    Tangents are rounded to the layout grid away from their obstacle, so that all crossings lie on the grid.
    """
    corner = shapes.tighten(box)
    lines = []
    for family in range(4 if octilinear else 2):
        beat()
        # H needs y bounds (columns 2, 3), V needs x bounds (0, 1), P and Q the bounds of s and d.
        column = (2, 0, 4, 6)[family]
        step = unit if family in (H, V) else 2 * unit
        low = np.floor(octagons[:, column] / step + ON_GRID)
        high = np.ceil(octagons[:, column + 1] / step - ON_GRID)
        inner = np.concatenate([np.round(ends[:, column:column + 2] / step).ravel(),
                                np.round(ends[:, column:column + 2].mean(axis=1) / step)])
        values, count = np.unique(np.concatenate([low, high, inner]), return_counts=True)
        count = np.where(np.isin(values, inner), _KEEP, count)
        values = values * step
        keep = (values >= corner[column] - ROUNDING) & (values <= corner[column + 1] + ROUNDING)
        lines.append(_thinned(values[keep], count[keep], step, most, beat))
    return lines


def _thinned(values: np.ndarray, count: np.ndarray, step: float, most: int, beat: Callable[..., Any] = silent) -> np.ndarray:
    """About so many of the sorted values: of close neighbours the one that touches most shapes stays, and those
    of the terminals (count `_KEEP`) always."""
    apart = step
    fewest = max(most, int((count >= _KEEP).sum()) + 20)
    values, count = values.tolist(), count.tolist()
    while len(values) > fewest:
        beat()
        apart = max(1.5 * apart, (values[-1] - values[0]) / (8 * most))
        kept, weight = values[:1], count[:1]
        for value, times in zip(values[1:], count[1:]):
            if value - kept[-1] >= apart or min(times, weight[-1]) >= _KEEP:
                kept.append(value)
                weight.append(times)
            elif times > weight[-1]:
                kept[-1], weight[-1] = value, times
        values, count = kept, weight
    return np.array(values)


def _crossing(f: int, c: np.ndarray, g: int, a: np.ndarray) -> np.ndarray:
    """Position t along track c of family f where track a of family g crosses (t is y on V, x on the others)."""
    c = c[:, None]
    a = a[None, :]
    if f == H:
        return a + 0 * c if g == V else (a - c if g == P else a + c)
    if f == V:
        return a + 0 * c if g == H else (a - c if g == P else c - a)
    if g == V:
        return a + 0 * c
    if g == H:
        return c - a if f == P else c + a
    return (c + a) / 2


def spans(family: int, c: np.ndarray, o: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Open intervals (a, b) in which tracks c (n) run through octagons o (m); empty ones have b <= a."""
    c = c[:, None]
    x0, x1, y0, y1, s0, s1, d0, d1 = o.T[:, None, :]
    if family == H:
        low, high, lo, hi = np.maximum(np.maximum(x0, s0 - c), d0 + c), np.minimum(np.minimum(x1, s1 - c), d1 + c), y0, y1
    elif family == V:
        low, high, lo, hi = np.maximum(np.maximum(y0, s0 - c), c - d1), np.minimum(np.minimum(y1, s1 - c), c - d0), x0, x1
    elif family == P:
        low, high = np.maximum(np.maximum(x0, c - y1), (c + d0) / 2), np.minimum(np.minimum(x1, c - y0), (c + d1) / 2)
        lo, hi = s0, s1
    else:
        low, high = np.maximum(np.maximum(x0, y0 + c), (s0 + c) / 2), np.minimum(np.minimum(x1, y1 + c), (s1 + c) / 2)
        lo, hi = d0, d1
    return low, np.where((c > lo + INSIDE) & (c < hi - INSIDE), high, low)


class Tracks:
    """The search graph for one wire.

    octagons: keep-away zones, already grown for this wire, shape (m, 8); toll: per zone the price per µm of running
    through it (inf: never); ends: (source octagons, target octagons); box: octagon that holds the centre line; walls:
    octagons never to be run through along which no track is laid; most: tracks of a family, about.
    """

    def __init__(self, octagons: np.ndarray, toll: np.ndarray, ends: tuple[np.ndarray, np.ndarray], box: np.ndarray, unit: float, octilinear: bool, bend: float,
                 beat: Callable[..., Any] = silent, walls: np.ndarray | None = None, most: int = MOST_TRACKS) -> None:
        self.ends, self.bend, self.box, self.beat = ends, bend, box, beat
        self.effort = 0  # states looked at by `search`, times rounds
        self.lines = track_lines(octagons, np.vstack(ends), box, unit, octilinear, most, beat)
        self.unit = unit
        self._nodes()
        hard = np.isinf(toll)
        closed = octagons[hard] if walls is None else np.vstack([octagons[hard], walls])
        self.cost = [self._prices(f, closed, octagons[~hard], toll[~hard]) for f in range(len(self.lines))]
        self._places()

    def _nodes(self) -> None:
        """Crossings of all tracks: per family sorted along each track, with the index of the same crossing seen from
        the other family."""
        count = [len(c) for c in self.lines]
        families = range(len(count))
        self.size = [(count[f], sum(count) - count[f]) for f in families]
        self.start = np.concatenate([[0], np.cumsum([a * b for a, b in self.size])]).astype(int)
        self.at, order, rank, turn = [], [], [], []
        for f in families:
            others = [g for g in families if g != f]
            self.beat()
            t = np.concatenate([_crossing(f, self.lines[f], g, self.lines[g]) for g in others], axis=1)
            o = np.argsort(t, axis=1, kind="stable")
            r = np.empty_like(o)
            np.put_along_axis(r, o, np.arange(o.shape[1])[None, :], axis=1)
            order.append(o)
            rank.append(r + self.start[f] + np.arange(count[f])[:, None] * self.size[f][1])
            self.at.append(np.take_along_axis(t, o, axis=1))
            turn.append(np.repeat([_TURN[f, g] for g in others], [count[g] for g in others]))
        self._partners(families, count, order, rank, turn)

    def _partners(self, families: Iterable[int], count: list[int], order: Sequence[np.ndarray], rank: Sequence[np.ndarray], turn: Sequence[np.ndarray]) -> None:
        """Which states a "+" and a "-" run may start from, as indices into [plus, minus, either]."""
        total = int(self.start[-1])
        plus, minus = [], []
        for f in families:
            blocks = []
            for g in families:
                if g != f:
                    seen = sum(count[k] for k in families if k != g and k < f)
                    blocks.append(rank[g][:, seen:seen + count[f]].T)
            partner = np.take_along_axis(np.concatenate(blocks, axis=1), order[f], axis=1)
            kind = turn[f][order[f]]
            plus.append((partner + np.where(kind == 0, 2 * total, np.where(kind == 1, 0, total))).ravel())
            minus.append((partner + np.where(kind == 0, 2 * total, np.where(kind == 1, total, 0))).ravel())
        self.from_plus, self.from_minus = np.concatenate(plus), np.concatenate(minus)

    def _prices(self, family: int, hard: np.ndarray, soft: np.ndarray, toll: np.ndarray) -> np.ndarray:
        """Cumulative cost along every track of a family."""
        t = self.at[family]
        n, m = t.shape
        self.beat()
        if m == 0:
            return t
        step = np.diff(t, axis=1) * _METRIC[family]
        if len(soft):
            step = step * (1.0 + self._load(family, soft, toll))
        if len(hard):
            step = step + np.where(self._load(family, hard, np.ones(len(hard))) > 0.5, WALL, 0.0)
        return np.concatenate([np.zeros((n, 1)), np.cumsum(step, axis=1)], axis=1)

    def _load(self, family: int, octagons: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Sum of the weights of the octagons each stretch between neighbouring crossings runs through."""
        t = self.at[family]
        n, m = t.shape
        low, high = spans(family, self.lines[family], octagons)
        row, which = np.nonzero(high - low > 2 * INSIDE)
        keys = (t + (np.arange(n) * _STRIDE)[:, None]).ravel()
        a = np.searchsorted(keys, low[row, which] + INSIDE + row * _STRIDE, side="right") - 1 - row * m
        b = np.searchsorted(keys, high[row, which] - INSIDE + row * _STRIDE, side="left") - 1 - row * m
        a, b = np.maximum(a, 0), np.minimum(b, m - 2)
        keep = b >= a
        row, a, b, w = row[keep], a[keep], b[keep], weight[which[keep]]
        change = np.bincount(row * m + a, w, n * m) - np.bincount(row * m + b + 1, w, n * m)
        return np.cumsum(change.reshape(n, m), axis=1)[:, :-1]

    def _places(self) -> None:
        """Coordinates of all states; which of them lie in the ends; where a bend is not allowed."""
        xs, ys = [], []
        for f, t in enumerate(self.at):
            c = self.lines[f][:, None] + 0 * t
            xs.append((c if f == V else t).ravel())
            ys.append((c if f == H else t if f == V else c - t if f == P else t - c).ravel())
        self.x, self.y = np.concatenate(xs), np.concatenate(ys)
        inside = shapes.contains(self.box, self.x, self.y, ROUNDING)
        self.turn_cost = np.where(inside, self.bend, _FAR)
        self.base, self.goal = (self._end(group, inside) for group in self.ends)

    def _end(self, group: np.ndarray, inside: np.ndarray) -> np.ndarray:
        """Cost of starting (or ending) at each state: small inside an end's region, least at its middle."""
        cost = np.full(len(self.x), _FAR)
        for o in group:
            for f, lines in enumerate(self.lines):
                # Only the tracks that pass through the region are looked at.
                column, reach = (2, 0, 4, 6)[f], 4 * self.unit
                rows = np.searchsorted(lines, (o[column] - reach, o[column + 1] + reach), side="left")
                part = slice(*(self.start[f] + rows * self.size[f][1]))
                x, y = self.x[part], self.y[part]
                mask = shapes.meets(o, x, y, 2 * self.unit) & inside[part]
                off = np.abs(x[mask] - (o[0] + o[1]) / 2) + np.abs(y[mask] - (o[2] + o[3]) / 2)
                cost[part][mask] = np.minimum(cost[part][mask], _MIDDLE * off)
        return cost

    def _ahead(self) -> np.ndarray:
        """What the length from each state to the goals cannot go below: the octilinear (or rectilinear) distance to the box around them."""
        o = np.vstack(self.ends[1])
        dx = np.maximum(np.maximum(o[:, 0].min() - self.x, self.x - o[:, 1].max()), 0.0)
        dy = np.maximum(np.maximum(o[:, 2].min() - self.y, self.y - o[:, 3].max()), 0.0)
        if len(self.lines) == 2:
            return dx + dy
        return np.maximum(dx, dy) + shapes.TAN * np.minimum(dx, dy)

    def _extend(self, start: np.ndarray, arrive: np.ndarray) -> None:
        """Extend straight runs: cheapest arrival at each state in either direction of travel ("+", "-")."""
        for f, (n, m) in enumerate(self.size):
            part = slice(self.start[f], self.start[f + 1])
            cost = self.cost[f]
            out = arrive[0, part].reshape(n, m)
            np.subtract(start[0, part].reshape(n, m), cost, out=out)
            np.minimum.accumulate(out, axis=1, out=out)
            out += cost
            out = arrive[1, part].reshape(n, m)
            np.add(start[1, part].reshape(n, m), cost, out=out)
            np.minimum.accumulate(out[:, ::-1], axis=1, out=out[:, ::-1])
            out -= cost

    def search(self, limit: float = np.inf, most_bends: int = 24) -> tuple[float, list[tuple[float, float]] | None]:
        """Cheapest path on the tracks: (cost, [(x, y), ...]) or (inf, None).  Paths that cost more than the limit are not found."""
        if not (self.goal < WALL).any() or not (self.base < WALL).any():
            return np.inf, None
        ahead = self._ahead()
        goals = np.nonzero(self.goal < WALL)[0]
        start, arrive = np.stack([self.base, self.base]), np.empty((3, len(self.x)))
        self._extend(start, arrive)
        following, useful = np.empty_like(start), np.empty_like(start)
        partners = np.stack([self.from_plus, self.from_minus])
        for _ in range(most_bends):
            self.beat()
            self.effort += len(self.x)
            best = min(limit, (np.minimum(arrive[0, goals], arrive[1, goals]) + self.goal[goals]).min())
            np.minimum(arrive[0], arrive[1], out=arrive[2])
            np.take(arrive, partners, out=following, mode="clip")
            following += self.turn_cost
            np.minimum(following, self.base, out=following)
            # A state that became cheaper matters only where the goal can be reached from it at less than the best.
            np.subtract(start, SAME, out=useful)
            np.minimum(useful, best - ahead, out=useful)
            if not (following < useful).any():
                break
            start, following = following, start
            self._extend(start, arrive)
        reached = np.minimum(arrive[0, goals], arrive[1, goals]) + self.goal[goals]
        k = int(np.argmin(reached))
        if not reached[k] < min(WALL, limit):
            return np.inf, None
        return float(reached[k]), self._trace(arrive, start, int(goals[k]))

    def _trace(self, arrive: np.ndarray, start: np.ndarray, node: int) -> list[tuple[float, float]] | None:
        """Follow the cheapest arrivals back to the source."""
        total = int(self.start[-1])
        forward = bool(arrive[0][node] <= arrive[1][node])
        path = [(float(self.x[node]), float(self.y[node]))]
        for _ in range(200):
            node = self._origin(start[0] if forward else start[1], node, forward)
            path.append((float(self.x[node]), float(self.y[node])))
            if self.base[node] <= (start[0] if forward else start[1])[node]:
                return path[::-1]
            source = int((self.from_plus if forward else self.from_minus)[node])
            kind, node = divmod(source, total)
            forward = kind == 0 if kind < 2 else bool(arrive[0][node] <= arrive[1][node])
        return None

    def _origin(self, start: np.ndarray, node: int, forward: bool) -> int:
        """The state on the same track where the cheapest run to a state began."""
        f = int(np.searchsorted(self.start, node, side="right")) - 1
        row, k = divmod(node - int(self.start[f]), self.size[f][1])
        first = int(self.start[f]) + row * self.size[f][1]
        line, cost = start[first:first + self.size[f][1]], self.cost[f][row]
        if forward:
            return first + k - int(np.argmin((line[:k + 1] - cost[:k + 1])[::-1]))
        return first + k + int(np.argmin(line[k:] + cost[k:]))
