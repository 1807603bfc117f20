"""Whether what is drawn in a cell has changed since it was read: a part at a time, so that nobody waits for it. No Qt.

The cell is cut into strips of some thousand shapes. Each strip is known by the sum of what its shapes hash to, which a moved,
added or missing shape changes, and their order does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pya

from ..geometry.hierarchy import Hierarchy
from ..layout_file import layer_indexes

if TYPE_CHECKING:
    from ..tech.answers import Technology

SHAPES_OF_A_STRIP = 10_000  # read in some ten milliseconds
MOST_STRIPS = 10_000
_FAR = 2**30  # dbu: the outer strips reach so far


class Watch:
    """Knows a cell as it was; `look` tells, strip by strip, whether another (or the same, later) is drawn alike.

    beat: called between the strips while the cell is read.
    """

    def __init__(self, cell: pya.Cell, tech: Technology, beat: Callable[[], None]) -> None:
        self._gds = list(dict.fromkeys(tuple(layer["gds"]) for layer in tech.drawn_layers()))
        self._dbu, self._strips = cell.layout().dbu, _strips(cell, self._indexes(cell.layout()))
        self._known: list[int] = []
        for strip in self._strips:
            beat()
            self._known.append(self._sum(cell, strip))
        self._next, self._others = 0, set()  # the strips that were seen to differ

    def look(self, cell: pya.Cell) -> bool:
        """Looks at one strip more, or again at one that was another. Returns whether any is, as far as it was seen."""
        number = min(self._others) if self._others else self._next
        self._next = (self._next + 1) % len(self._strips)
        same = cell.layout().dbu == self._dbu and self._sum(cell, self._strips[number]) == self._known[number]
        (self._others.discard if same else self._others.add)(number)
        return bool(self._others)

    @property
    def strips(self) -> int:
        """After so many looks all of a cell that is drawn alike has been seen."""
        return len(self._strips)

    def _indexes(self, layout: pya.Layout) -> list[int]:
        return [index for gds in self._gds for index in layer_indexes(layout, gds)]

    def _sum(self, cell: pya.Cell, strip: pya.Box) -> int:
        total = 0
        for gds in self._gds:
            for index in layer_indexes(cell.layout(), gds):
                here = pya.Region(cell.begin_shapes_rec_touching(index, strip))
                here.merged_semantics = False
                texts = pya.Texts(cell.begin_shapes_rec_touching(index, strip))
                total += _hashed(gds, here.each()) + _hashed(gds, texts.each())
        return total


def _hashed(gds: tuple[int, ...], shapes: Iterable[pya.Polygon | pya.Text]) -> int:
    return sum(hash((gds, hash(shape))) for shape in shapes)


def _strips(cell: pya.Cell, indexes: list[int]) -> list[pya.Box]:
    """Boxes side by side over all there is, along the longer side of the cell."""
    box, flat = cell.bbox(), Hierarchy(cell.layout(), cell).flat_shapes(indexes)
    count = min(flat // SHAPES_OF_A_STRIP + 1, MOST_STRIPS)
    across, up = box.right - box.left, box.top - box.bottom
    wide = across >= up
    start, length = (box.left, across) if wide else (box.bottom, up)
    ends = [-_FAR, *(start + length * number // count for number in range(1, count)), _FAR]
    return [pya.Box(one, -_FAR, other, _FAR) if wide else pya.Box(-_FAR, one, _FAR, other) for one, other in zip(ends, ends[1:])]
