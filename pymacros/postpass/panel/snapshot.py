"""What is drawn in a cell at a moment, to see whether it has changed since. No Qt; exact, whatever the order of the shapes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pya

    from ..tech.answers import Technology


def taken(cell: pya.Cell, tech: Technology) -> dict[str | tuple[int, str], Any]:
    """The shapes on the technology's layers, and the instances, of a cell and of all cells below it; equal when nothing changed."""
    layout = cell.layout()
    numbers = {tuple(layer["gds"]): name for name, layer in tech.layers.items() if "gds" in layer}
    layers = [(index, numbers.get((info.layer, info.datatype))) for index, info in zip(layout.layer_indexes(), layout.layer_infos())]
    found: dict = {"dbu": layout.dbu}
    for number in [cell.cell_index()] + list(cell.called_cells()):
        one = layout.cell(number)
        found[number, "instances"] = Counter(instance.cell_inst for instance in one.each_inst())
        for index, name in layers:
            if name and not one.shapes(index).is_empty():
                shapes = Counter(_content(shape) for shape in one.shapes(index).each())
                found[number, name] = found.get((number, name), Counter()) + shapes  # a layout may have two layers of the same numbers
    return found


def _content(shape: pya.Shape) -> pya.Polygon | pya.Text:
    """A text, or any other shape as its polygon (dbu)."""
    return shape.text if shape.is_text() else shape.polygon
