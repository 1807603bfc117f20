"""Puts together what windows extracted (extraction.py): whole figures of every layer, and which of them touch. Needs no layout."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..geometry.box_pairs import together
from .components import components
from .extraction import Extract, Piece
from .figures import Columns, merged_shapes
from .outlines import Outlines
from .packing import Unpacking


class Stitched:
    """The figures of all windows. columns: by layer, from left to right; touching: by two layers."""

    def __init__(self, extracts: Iterable[Extract], dbu: float, threads: int = 1) -> None:
        self.outlines = Outlines()
        self._unpacking, self._dbu, self._threads = Unpacking(self.outlines), dbu, threads
        self._extracts = [(extract, self._unpacking.numbers(extract.outlines)) for extract in extracts]
        self._numbers: dict[str, list[np.ndarray]] = {}
        self.columns = {name: self._whole(name) for name in self._extracts[0][0].pieces}
        self.touching = {pair: self._joined(pair) for pair in self._extracts[0][0].touching}
        self._extracts = []

    def _whole(self, name: str) -> Columns:
        """Also tells, for each window, what number each of its figures has in the end."""
        pieces = [(extract.pieces[name], numbers) for extract, numbers in self._extracts]
        complete = [self._unpacking.columns(piece.complete, numbers) for piece, numbers in pieces]
        mended, of_fragment = self._mended(pieces)
        found = complete[0]
        for columns in complete[1:] + [mended]:
            found = found.joined_with(columns)
        order = found.order()
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        first_mended = len(found) - len(mended)
        starts = np.cumsum([0] + [len(columns) for columns in complete])
        self._numbers[name] = [np.concatenate([place[start:start + len(columns)], place[first_mended + fragments]])
                               for start, columns, fragments in zip(starts.tolist(), complete, of_fragment)]
        return found.some(order)

    def _mended(self, pieces: "list[tuple[Piece, np.ndarray]]") -> "tuple[Columns, list[np.ndarray]]":
        """Figures that cross the edges of windows, and for each window the figure of each fragment.

        Union-find over fragments and shapes: a shape that two windows have joins their fragments.
        """
        shapes = [self._unpacking.columns(piece.shapes, numbers) for piece, numbers in pieces]
        rows = np.concatenate([np.concatenate([columns.boxes, columns.numbers[:, None].astype(np.int64)], axis=1) for columns in shapes])
        different, which = np.unique(rows, axis=0, return_inverse=True)
        firsts = np.cumsum([0] + [piece.count for piece, _ in pieces])
        fragments = np.concatenate([piece.fragments + first for (piece, _), first in zip(pieces, firsts.tolist())])
        labels = components(int(firsts[-1]) + len(different), fragments, which.reshape(-1) + firsts[-1])
        drawn = Columns(self.outlines, np.ascontiguousarray(different[:, :4]), different[:, 4].astype(np.int32))
        mended = merged_shapes(drawn, self._dbu, self._threads)
        figure_of = np.zeros(len(labels), dtype=np.int32)
        ones, figures = together(drawn.touching(mended))
        figure_of[labels[firsts[-1] + ones]] = figures
        return mended, [figure_of[labels[first:first + piece.count]] for (piece, _), first in zip(pieces, firsts.tolist())]

    def _joined(self, pair: "tuple[str, str]") -> "tuple[np.ndarray, np.ndarray]":
        """Each touch once, though several windows may have seen it."""
        parts = [(here[extract.touching[pair][0]], there[extract.touching[pair][1]])
                 for (extract, _), here, there in zip(self._extracts, self._numbers[pair[0]], self._numbers[pair[1]])]
        count = max(len(self.columns[pair[1]]), 1)
        keys = np.unique(np.concatenate([one.astype(np.int64) * count + other for one, other in parts]))
        return keys // count, keys % count
