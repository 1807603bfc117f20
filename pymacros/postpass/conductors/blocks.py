"""Cells that are placed several times, each placement apart from all other metal: the nets inside one are those inside all."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
import pya

from ..geometry.box_pairs import BoxIndex
from ..geometry.hierarchy import Hierarchy
from ..geometry.layers import Layers
from ..geometry.regions import region_of
from .figures import Source

LEAST = 4         # placements
LEAST_SHAPES = 5  # smaller cells are vias and pads, which traces join


class Block:
    """A cell in one turn. turn: without displacement; box: of all that conducts in the turned cell; places: shape (n, 2), dx and dy in dbu."""

    def __init__(self, cell: pya.Cell, turn: pya.Trans, box: np.ndarray, places: np.ndarray) -> None:
        self.cell, self.turn, self.box, self.places = cell, turn, box, places

    def shifts(self, places: np.ndarray) -> np.ndarray:
        """What boxes in the turned cell are moved by at some of the places: shape (n, 4)."""
        return self.places[places][:, [0, 1, 0, 1]]

    @cached_property
    def index(self) -> BoxIndex:
        """The box at each place."""
        return BoxIndex(self.box + self.places[:, [0, 1, 0, 1]])


class _Placements(NamedTuple):
    """Of one cell in the top cell. codes: of the turn, as pya.Trans.rot gives it; boxes: of all that conducts."""

    cell: pya.Cell
    codes: np.ndarray
    places: np.ndarray
    boxes: np.ndarray


class Blocks:
    """`names`: of the drawn layers that conduct. blocks: [Block]."""

    def __init__(self, layers: Layers, names: list[str]) -> None:
        self._layers, self._hierarchy = layers, layers.hierarchy
        self._indexes = list(dict.fromkeys(index for name in names for index in layers.indexes_of(name)))
        cells = self._often_placed() if layers.by_cell else []
        placements = [self._placements(cell) for cell in cells]
        apart = self._apart(placements, cells)
        used = [number for number, some in enumerate(apart) if some.any()]
        self._cells = [cells[number] for number in used]
        self._among = [(placements[number], ~apart[number]) for number in used]
        self.blocks = [block for number in used for block in self._blocks(placements[number], apart[number])]

    def source(self, index: int) -> Source:
        """What a layer holds outside of the blocks."""
        parts = [(self._outside(index, self._cells), None)]
        for some, among in self._among:
            for number in np.flatnonzero(among).tolist():
                place = pya.ICplxTrans(pya.Trans(int(some.codes[number]) % 4, bool(some.codes[number] >= 4), *some.places[number].tolist()))
                parts.append((some.cell.begin_shapes_rec(index), place))
        return Source(parts)

    def _often_placed(self) -> list[pya.Cell]:
        """Not those inside of others."""
        found, inside = [], set()
        for cell in self._hierarchy.cells:
            if cell.cell_index() in inside or self._hierarchy.counts[cell.cell_index()] < LEAST:
                continue
            if Hierarchy(self._layers.layout, cell).flat_shapes(self._indexes) >= LEAST_SHAPES:
                found.append(cell)
                inside.update(cell.called_cells())
        return found

    def _placements(self, cell: pya.Cell) -> _Placements:
        box = pya.Box()
        for index in self._indexes:
            box += cell.bbox_per_layer(index)
        codes, places, boxes = [], [], []
        for place in self._hierarchy.placements(cell):
            plain = place.s_trans()
            here = box.transformed(plain)
            codes.append(plain.rot)
            places.append((plain.disp.x, plain.disp.y))
            boxes.append((here.left, here.bottom, here.right, here.top))
        return _Placements(cell, np.array(codes), np.array(places, dtype=np.int64).reshape(-1, 2), np.array(boxes, dtype=np.int64).reshape(-1, 4))

    def _apart(self, placements: list[_Placements], cells: list[pya.Cell]) -> list[np.ndarray]:
        """For each placement of each cell: does nothing else touch it?"""
        if not placements:
            return []
        boxes = np.concatenate([some.boxes for some in placements])
        index = BoxIndex(boxes)
        alone = np.zeros(len(boxes), dtype=np.int64)
        for ones, _ in index.pairs(boxes):
            alone += np.bincount(ones, minlength=len(boxes))
        apart = alone == 1
        apart[apart] = ~self._crossed(boxes[apart], cells)
        return np.split(apart, np.cumsum([len(some.codes) for some in placements])[:-1])

    def _crossed(self, boxes: np.ndarray, cells: list[pya.Cell]) -> np.ndarray:
        """Which of these boxes, which lie apart, do shapes outside of the cells touch?"""
        if len(boxes) == 0:
            return np.zeros(0, dtype=bool)
        frames, hit = region_of(pya.Box(*box) for box in boxes.tolist()), set()
        for index in self._indexes:
            crossing = frames.interacting(pya.Region(self._outside(index, cells)))
            hit.update((box.left, box.bottom) for box in (polygon.bbox() for polygon in crossing.each()))
        return np.array([(left, bottom) in hit for left, bottom in boxes[:, :2].tolist()], dtype=bool)

    def _outside(self, index: int, cells: list[pya.Cell]) -> pya.RecursiveShapeIterator:
        shapes = self._layers.cell.begin_shapes_rec(index)
        if cells:
            shapes.unselect_cells([cell.cell_index() for cell in cells])
        return shapes

    @staticmethod
    def _blocks(some: _Placements, apart: np.ndarray) -> list[Block]:
        found = []
        for code in dict.fromkeys(some.codes[apart].tolist()):
            chosen = np.flatnonzero(apart & (some.codes == code))
            turn = pya.Trans(code % 4, code >= 4, 0, 0)
            first = chosen[0]
            box = some.boxes[first] - some.places[first][[0, 1, 0, 1]]
            found.append(Block(some.cell, turn, box, some.places[chosen]))
        return found
