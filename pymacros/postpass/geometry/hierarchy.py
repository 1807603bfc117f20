"""The cells below a cell: what each holds itself, and where it is placed."""

from __future__ import annotations

from functools import cached_property

import pya

from ..layout_file import own_shapes

MANY_PLACES = 50_000


class Hierarchy:
    """`cells`: the top cell and what it calls, callers before what they call."""

    def __init__(self, layout: pya.Layout, top: pya.Cell) -> None:
        self.layout, self.top = layout, top
        called = set(top.called_cells()) | {top.cell_index()}
        self.cells = [layout.cell(index) for index in layout.each_cell_top_down() if index in called]
        self._placements = {top.cell_index(): [pya.ICplxTrans()]}

    def own(self, cell: pya.Cell, layer_index: int) -> pya.Region:
        """The cell's own shapes on a layer, without those of the cells it places: not merged."""
        region = pya.Region(own_shapes(cell, layer_index))
        region.merged_semantics = False
        return region

    def placements(self, cell: pya.Cell) -> list[pya.ICplxTrans]:
        """Where the cell lies in the top cell."""
        index = cell.cell_index()
        if index not in self._placements:
            self._placements[index] = [outer * inner for parent in cell.each_parent_inst() if parent.parent_cell_index() in self.counts
                                       for outer in self.placements(self.layout.cell(parent.parent_cell_index()))
                                       for inner in _places_of(parent.child_inst())]
        return self._placements[index]

    @cached_property
    def counts(self) -> dict[int, int]:
        """{cell index: how often the cell is placed}"""
        counts = {cell.cell_index(): 0 for cell in self.cells}
        counts[self.top.cell_index()] = 1
        for cell in self.cells:
            for instance in cell.each_inst():
                counts[instance.cell_index] += counts[cell.cell_index()] * _members(instance)
        return counts

    def coincident(self) -> list[tuple[pya.Cell, pya.ICplxTrans]]:
        """Cells with shapes of their own that lie twice or more at one place, and where: the first such place of each.

        Cells placed very often are looked at no closer than in the cells that place them.
        """
        found, below = [], set()
        for cell in self.cells[1:]:
            if cell.cell_index() in below:
                continue  # what a doubled cell places is doubled with it
            places = self.placements(cell) if self.counts[cell.cell_index()] <= MANY_PLACES else self._places_in_callers(cell)
            seen: set[pya.ICplxTrans] = set()
            twice = next((place for place in places if place in seen or seen.add(place)), None)  # type: ignore[func-returns-value]
            if twice:
                found.append((cell, twice))
                below.update(cell.called_cells())
        return found

    def _places_in_callers(self, cell: pya.Cell) -> list[pya.ICplxTrans]:
        """Where the cell lies in the cells that place it, moved to the first place of each."""
        parents = list(cell.each_parent_inst())
        if len(parents) == 1 and parents[0].child_inst().is_regular_array():
            return []  # the members of one array lie apart
        return [outer * inner for parent in parents for outer in self.placements(self.layout.cell(parent.parent_cell_index()))[:1]
                for inner in _places_of(parent.child_inst())]

    def own_shapes(self, layer_indexes: list[int]) -> int:
        """How many shapes these layers hold as they are drawn in the cells."""
        return sum(_own_size(cell, layer_indexes) for cell in self.cells)

    def flat_shapes(self, layer_indexes: list[int]) -> int:
        """How many shapes these layers hold once all cells are resolved."""
        return sum(_own_size(cell, layer_indexes) * self.counts[cell.cell_index()] for cell in self.cells)

    def cells_with(self, layer_indexes: list[int]) -> list[pya.Cell]:
        """Cells that hold shapes of these layers themselves."""
        return [cell for cell in self.cells if _own_size(cell, layer_indexes)]

    @cached_property
    def odd_placement(self) -> "pya.Cell | None":
        """A cell that places another one at another size, or at an angle that is no multiple of 90 degrees."""
        return next((cell for cell in self.cells if any(instance.is_complex() for instance in cell.each_inst())), None)


def _places_of(instance: pya.Instance) -> list[pya.ICplxTrans]:
    # The array must not outlive the layout that holds its places: KLayout 0.28.5 then ends with signal 11.
    return list(instance.cell_inst.each_cplx_trans())


def _members(instance: pya.Instance) -> int:
    if instance.is_regular_array():
        return max(instance.na, 1) * max(instance.nb, 1)
    return instance.cell_inst.size()


def _own_size(cell: pya.Cell, layer_indexes: list[int]) -> int:
    return sum(cell.shapes(index).size() for index in layer_indexes)
