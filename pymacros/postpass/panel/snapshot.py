"""What is drawn in a cell at a moment, to see whether it has changed since. No Qt; exact, whatever the order of the shapes."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pya

if TYPE_CHECKING:
    from ..tech.answers import Technology

_TEXTS = pya.Shapes.STexts
_OTHERS = pya.Shapes.SAll & ~pya.Shapes.STexts


def taken(cell: pya.Cell, tech: Technology) -> dict[str | tuple[int, str], Any]:
    """The shapes on the technology's layers, and the instances, of a cell and of all cells below it; equal when nothing changed."""
    layout = cell.layout()
    numbers = {tuple(layer["gds"]): name for name, layer in tech.layers.items() if "gds" in layer}
    layers = [(index, numbers.get((info.layer, info.datatype))) for index, info in zip(layout.layer_indexes(), layout.layer_infos())]
    found: dict = {"dbu": layout.dbu}
    for number in [cell.cell_index()] + list(cell.called_cells()):
        one = layout.cell(number)
        found[number, "instances"] = dict(Counter(instance.cell_inst for instance in one.each_inst()))
        for index, name in layers:
            if name and not one.shapes(index).is_empty():
                content = Counter(found.get((number, name), {}))  # a layout may have two layers of the same numbers
                for flags, read in ((_TEXTS, attrgetter("text")), (_OTHERS, attrgetter("polygon"))):
                    content.update(map(read, one.shapes(index).each(flags)))
                found[number, name] = dict(content)  # two dictionaries are compared in a tenth of the time that two Counters take
    return found
