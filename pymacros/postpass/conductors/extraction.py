"""What conducts in a window, for nets that are put together from many windows (stitching.py). Coordinates are dbu.

A window is given every drawn shape that reaches into it, whole. A figure strictly inside is complete, and no other window
has it. One that touches the edge may go on: of such a fragment the window tells the drawn shapes. Two shapes
that touch do so at a place in some window, which has both; so fragments that share a shape are parts of one figure, and
every touch of two figures is seen by a window.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pya

from ..geometry.box_pairs import together
from ..geometry.layers import Layers
from ..geometry.regions import unmerged
from .figures import Columns, Source, read_drawn
from .nets import Wanted, read_figures
from .outlines import Outlines
from .packing import Packed, PackedOutlines, packed


class Piece(NamedTuple):
    """Figures of one layer in a window. Numbers count the complete ones first, then the fragments.

    shapes: those that the fragments are drawn with; fragments: the number, from 0, of the one that each belongs to.
    """

    complete: Packed
    count: int  # type: ignore[assignment]  # hides tuple.count
    shapes: Packed
    fragments: np.ndarray


class Extract(NamedTuple):
    """What one window has. pieces: by layer; touching: by two layers, (numbers here, numbers there) of figures that touch."""

    outlines: PackedOutlines
    pieces: "dict[str, Piece]"
    touching: "dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]"


def extract(layers: Layers, window: pya.Box, wanted: Wanted) -> Extract:
    outlines = Outlines()
    figures, pieces = {}, {}
    for name in wanted.layers:
        figures[name], pieces[name] = _piece(layers, window, name, outlines)
    touching = {pair: _small(together(figures[pair[0]].touching(figures[pair[1]]))) for pair in wanted.pairs}
    return Extract(packed(outlines), pieces, touching)


def _small(pairs: "tuple[np.ndarray, np.ndarray]") -> "tuple[np.ndarray, np.ndarray]":
    return pairs[0].astype(np.int32), pairs[1].astype(np.int32)


def _piece(layers: Layers, window: pya.Box, name: str, outlines: Outlines) -> "tuple[Columns, Piece]":
    source = Source([(layers.cell.begin_shapes_rec_touching(index, window), None) for index in layers.indexes_of(name)])
    all_here = read_figures(layers, name, source, outlines)
    boxes = all_here.boxes
    inside = (boxes[:, 0] > window.left) & (boxes[:, 1] > window.bottom) & (boxes[:, 2] < window.right) & (boxes[:, 3] < window.top)
    complete, crossing = all_here.some(np.flatnonzero(inside)), all_here.some(np.flatnonzero(~inside))
    shapes, fragments = _drawn_with(source, crossing)
    return complete.joined_with(crossing), Piece(_packed(complete), len(crossing), _packed(shapes), fragments)


def _packed(columns: Columns) -> Packed:
    return Packed(columns.boxes, columns.numbers)


def _drawn_with(source: Source, crossing: Columns) -> "tuple[Columns, np.ndarray]":
    """The drawn shapes of some figures, and the number of the figure of each."""
    drawn, metal = unmerged(pya.Region()), unmerged(pya.Region())
    if len(crossing):
        source.insert_into(drawn)
        for number in range(len(crossing)):
            metal.insert(crossing.polygon(number))
    shapes = read_drawn(drawn.interacting(metal) if len(crossing) else drawn, crossing.outlines)
    which, figures = together(shapes.touching(crossing))
    of_shape = np.zeros(len(shapes), dtype=np.int32)
    of_shape[which] = figures
    return shapes, of_shape
