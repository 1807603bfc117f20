"""Which boxes touch, among millions of them and of any mixture of sizes.

Boxes are arrays of shape (n, 4): left, bottom, right, top in whole numbers, each within 2^32 of the others.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

CHUNK = 1 << 15  # candidates compared at once: they stay in the processor's cache, and memory stays small
_LEFT_BITS = 34  # of a key that a row stands before


class BoxIndex:
    """Boxes by place. Each stands once, in the row of its lower side, rows in order from left to right.

    Boxes of about the same width and height share rows, so that a few large ones do not widen the search for small ones.
    """

    def __init__(self, boxes: np.ndarray) -> None:
        self.boxes = np.asarray(boxes, dtype=np.int64).reshape(-1, 4)
        self._classes = _classes(self.boxes)

    def __len__(self) -> int:
        return len(self.boxes)

    def pairs(self, queries: np.ndarray, reach: "np.ndarray | int" = 0) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Numbers (of queries, of boxes) of those that touch, in several parts; each pair comes once.

        `reach`: by how much the queries are larger on every side, one length or one for each.
        """
        queries = np.asarray(queries, dtype=np.int64).reshape(-1, 4)
        reach = np.broadcast_to(np.asarray(reach, dtype=np.int64), len(queries))
        grown = queries + reach[:, None] * np.array([-1, -1, 1, 1])
        for some in self._classes:
            yield from some.pairs(grown)

    def touching(self, queries: np.ndarray, reach: "np.ndarray | int" = 0) -> tuple[np.ndarray, np.ndarray]:
        """All pairs at once, in order of the queries, then of the boxes."""
        ones, others = together(self.pairs(queries, reach))
        order = np.lexsort((others, ones))
        return ones[order], others[order]

    def counts(self, queries: np.ndarray) -> np.ndarray:
        """About how many boxes touch each query: never less, at most those of a few rows too many."""
        queries = np.asarray(queries, dtype=np.int64).reshape(-1, 4)
        return sum((some.counts(queries) for some in self._classes), np.zeros(len(queries), dtype=np.int64))


def together(parts: Iterator[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Parts of a list of pairs as one."""
    ones, others = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for one, other in parts:
        ones.append(one)
        others.append(other)
    return np.concatenate(ones), np.concatenate(others)


def pairs_of(one: BoxIndex, other: BoxIndex) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Numbers (of one, of the other) of boxes that touch: the smaller set is looked for in the larger one."""
    if len(one) <= len(other):
        yield from other.pairs(one.boxes)
    else:
        for numbers, found in one.pairs(other.boxes):
            yield found, numbers


def pairs_within(index: BoxIndex) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Numbers of different boxes of one set that touch, the smaller number first."""
    for ones, others in index.pairs(index.boxes):
        keep = ones < others
        yield ones[keep], others[keep]


def spread(starts: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For ranges of numbers: (range number, number) of all that they hold."""
    ranges = np.repeat(np.arange(len(counts)), counts)
    firsts = np.cumsum(counts) - counts
    return ranges, np.arange(len(ranges)) - np.repeat(firsts - starts, counts)


def chunks(counts: np.ndarray, most: int = CHUNK) -> Iterator[slice]:
    """Slices of a row of things, each with at most about that much to do."""
    if len(counts) == 0:
        return
    sums = np.cumsum(counts)
    start = 0
    while start < len(counts):
        done = sums[start - 1] if start else 0
        end = max(int(np.searchsorted(sums, done + most, side="right")), start + 1)
        yield slice(start, end)
        start = end


def _levels(lengths: np.ndarray) -> np.ndarray:
    """Whole numbers that grow by one where a length grows fourfold."""
    return np.ceil(np.log2(np.maximum(lengths, 1) + 1) / 2).astype(np.int64)


def _classes(boxes: np.ndarray) -> list[_Class]:
    if len(boxes) == 0:
        return []
    sizes = _levels(boxes[:, 2] - boxes[:, 0]) * 64 + _levels(boxes[:, 3] - boxes[:, 1])
    first = sizes[0]
    if (sizes == first).all():
        return [_Class(boxes, None)]
    return [_Class(boxes, np.flatnonzero(sizes == size)) for size in np.unique(sizes)]


class _Class:
    """Boxes of about the same width and height. numbers: which ones of all, None for all."""

    def __init__(self, boxes: np.ndarray, numbers: "np.ndarray | None") -> None:
        own = boxes if numbers is None else boxes[numbers]
        self.all, self.numbers = boxes, numbers
        self.left, self.bottom = int(own[:, 0].min()), int(own[:, 1].min())
        self.right, self.top = int(own[:, 2].max()), int(own[:, 3].max())
        self.width, self.height = int((own[:, 2] - own[:, 0]).max()), int((own[:, 3] - own[:, 1]).max())
        self.least_row = max(self.height, 1).bit_length()  # rows are 2^n high, so that a box reaches into the next row at most
        self._rows: dict[int, _Rows] = {}

    def __len__(self) -> int:
        return len(self.all) if self.numbers is None else len(self.numbers)

    def pairs(self, queries: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for row, near in self._by_height(queries):
            for some in chunks(np.ones(len(near)), CHUNK // 4):
                yield from self._of_rows(row).pairs(queries, near[some])

    def counts(self, queries: np.ndarray) -> np.ndarray:
        found = np.zeros(len(queries), dtype=np.int64)
        for row, near in self._by_height(queries):
            owner, starts, ends = self._of_rows(row).ranges(queries, near)
            np.add.at(found, owner, ends - starts)
        return found

    def _by_height(self, queries: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """(height of rows as a power of two, numbers of the queries to look for in them); those that reach no box are left out."""
        near = np.flatnonzero((queries[:, 0] <= self.right) & (queries[:, 2] >= self.left) & (queries[:, 1] <= self.top) & (queries[:, 3] >= self.bottom))
        if len(near) == 0:
            return
        heights = np.minimum(queries[near, 3], self.top) - np.maximum(queries[near, 1], self.bottom)
        rows = np.maximum(2 * _levels(heights) - 2, self.least_row)
        for row in np.unique(rows).tolist():
            members = near[rows == row]
            # a few tall queries in low rows cost less than one more order of all boxes
            lookups = len(members) << (row - self.least_row)
            yield (self.least_row if lookups < len(self) and row not in self._rows else row), members

    def _of_rows(self, row: int) -> _Rows:
        if row not in self._rows:
            self._rows[row] = _Rows(self, row)
        return self._rows[row]


class _Rows:
    """The boxes of a class in rows of 2^row dbu, sorted."""

    def __init__(self, some: _Class, row: int) -> None:
        own = some.all if some.numbers is None else some.all[some.numbers]
        keys = (((own[:, 1] - some.bottom) >> row) << _LEFT_BITS) + (own[:, 0] - some.left)
        order = np.argsort(keys, kind="stable")
        self.keys = keys[order]
        self.numbers = order if some.numbers is None else some.numbers[order]
        self.some, self.row, self.last = some, row, int(self.keys[-1] >> _LEFT_BITS)

    def ranges(self, queries: np.ndarray, near: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(number of the query, start, end) of ranges of sorted boxes that may touch it."""
        some = self.some
        first = np.clip((queries[near, 1] - some.height - some.bottom) >> self.row, 0, self.last)
        last = np.clip((queries[near, 3] - some.bottom) >> self.row, 0, self.last)
        which, rows = spread(first, last - first + 1)
        lefts = np.maximum(queries[near, 0] - some.width - some.left, 0)[which]
        rights = np.minimum(queries[near, 2] - some.left, (1 << _LEFT_BITS) - 1)[which]
        low = (rows << _LEFT_BITS) + lefts
        order = np.argsort(low)  # neighbours are found faster one after the other
        low, owner = low[order], near[which[order]]
        return owner, np.searchsorted(self.keys, low, "left"), np.searchsorted(self.keys, low - lefts[order] + rights[order], "right")

    def pairs(self, queries: np.ndarray, near: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        owner, starts, ends = self.ranges(queries, near)
        counts = ends - starts
        full = np.flatnonzero(counts > 0)
        owner, starts, counts = owner[full], starts[full], counts[full]
        for part in chunks(counts):
            which, places = spread(starts[part], counts[part])
            ones, others = owner[part][which], self.numbers[places]
            touch = _touch(queries, ones, self.some.all, others)
            yield ones[touch], others[touch]


def _touch(one: np.ndarray, ones: np.ndarray, other: np.ndarray, others: np.ndarray) -> np.ndarray:
    mine, theirs = one[ones], other[others]
    return (mine[:, 0] <= theirs[:, 2]) & (theirs[:, 0] <= mine[:, 2]) & (mine[:, 1] <= theirs[:, 3]) & (theirs[:, 1] <= mine[:, 3])
