"""What hangs together: connected components of a graph of numbered things."""

from __future__ import annotations

import numpy as np


def components(count: int, ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """For each of `count` things the smallest number of those it is joined with, directly or through others.

    `ones`, `others`: the two ends of each joint. In every round each component joins the smallest one beside it.
    """
    labels = np.arange(count, dtype=np.int64)
    while len(ones):
        ones, others = labels[ones], labels[others]
        apart = ones != others
        ones, others = ones[apart], others[apart]
        high, low = np.maximum(ones, others), np.minimum(ones, others)
        order = np.argsort(-low, kind="stable")  # of several joints of one component the smallest is written last
        labels[high[order]] = low[order]
        _shorten(labels)
    return labels


def _shorten(labels: np.ndarray) -> None:
    """Lets every thing point at the end of its chain."""
    while True:
        further = labels[labels]
        if np.array_equal(further, labels):
            return
        labels[:] = further
