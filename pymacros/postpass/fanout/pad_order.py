"""The cheapest pairs that keep the order of a fan-out (conductors/order.py), and why there may be none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..conductors.order import orders
from ..routing.progress import silent


def is_kept(contacts: np.ndarray, pads: np.ndarray, pairs: Sequence[tuple[int, int]]) -> bool:
    """True when the pads of the pairs follow each other as their contact points do."""
    pairs = list(pairs)
    found = orders(contacts[[c for c, _ in pairs]], pads[[p for _, p in pairs]])
    return len(np.unique(found.steps())) <= 1


def cheapest(cost: np.ndarray, cyclic: bool, beat: Callable[..., Any] = silent) -> list[int] | None:
    """Column of each row, in increasing (or, once around, cyclic) order, at the least sum; None when every sum is infinite.

    cost: shape (n, m), n <= m, rows and columns in order; beat: see `routing.progress`.  A shortest path over rows, for all first columns at once.
    """
    n, m = cost.shape
    starts, skipped = np.arange(m if cyclic else 1), np.arange(m - n + 1)
    column = starts[:, None] + skipped[None, :]
    table = np.zeros(column.shape)  # least sum of the rows so far with at most so many columns skipped
    for i in range(n):
        beat()
        table = np.minimum.accumulate(table + cost[i, (column + i) % m], axis=1)
    first = int(np.argmin(table[:, -1]))
    if not np.isfinite(table[first, -1]):
        return None
    tables = [np.zeros(m - n + 1)]
    for i in range(n):
        tables.append(np.minimum.accumulate(tables[-1] + cost[i, (first + i + skipped) % m]))
    chosen, left = [], m - n
    for i in range(n - 1, -1, -1):
        left = int(np.argmax(tables[i + 1] <= tables[i + 1][left]))  # the fewest skipped that reach the same sum
        chosen.append((first + i + left) % m)
    return chosen[::-1]


def contradiction(found: tuple[np.ndarray, np.ndarray, bool], locks: Sequence[tuple[int, int]], contact_names: Sequence[str], pad_names: Sequence[str]) -> str:
    """Why no pairs in order keep the locks: one clause that names the locks in the way.  found: Orders."""
    around_c, around_p, cyclic = found
    place_c, place_p = np.argsort(around_c), np.argsort(around_p)
    locks = sorted(locks, key=lambda lock: place_c[lock[0]])
    after = locks[1:] + locks[:1] if cyclic else locks[1:]
    if sum(place_p[one[1]] > place_p[two[1]] for one, two in zip(locks, after)) > int(cyclic):
        shown = ", ".join(f"{contact_names[c]} to {pad_names[p]}" for c, p in locks)
        return f"of the locks {shown} the pads follow in another order than the contact points"
    for (c, p), (c2, p2) in zip(locks, after):
        between = (place_c[c2] - place_c[c] - 1) % len(around_c), (place_p[p2] - place_p[p] - 1) % len(around_p)
        if between[0] > between[1]:
            return _too_few(between, "between", f"{contact_names[c]} and {contact_names[c2]}", f"{pad_names[p]} and {pad_names[p2]}")
    (c, p), (c2, p2) = locks[0], locks[-1]
    if place_c[c] > place_p[p]:
        return _too_few((place_c[c], place_p[p]), "before", contact_names[c], pad_names[p])
    behind = len(around_c) - 1 - place_c[c2], len(around_p) - 1 - place_p[p2]
    return _too_few(behind, "behind", contact_names[c2], pad_names[p2])


def _too_few(numbers: tuple[int, int], where: str, contacts: str, pads: str) -> str:
    return f"contact points {where} {contacts}: {numbers[0]}, but pads {where} {pads}: {numbers[1]}"
