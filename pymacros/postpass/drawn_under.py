"""A note in a drawn cell on the technology that it was drawn under: a property of one of its shapes.

Properties of shapes come through GDS and OASIS in every KLayout from 0.28 on; those of cells and layouts are lost in GDS, and a GDS file with
meta information of KLayout cannot be read by 0.28.5 at all. The note moves nothing, is no shape, and is undone with the step that wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pya

from . import strings
from .layout_file import layer_indexes

PROPERTY = 6006  # its name: GDS has numbers alone; 6005 marks the shapes of a fan-out
_NOTE = re.compile(r"postpass technology (?P<name>.+?)(?: version (?P<version>\S+))?, rules (?P<checksum>[0-9a-f]{12})\Z")
_WITH_PROPERTIES = pya.Shapes.SPolygons | pya.Shapes.SBoxes | pya.Shapes.SPaths | pya.Shapes.SProperties
_ALL = pya.Shapes.SPolygons | pya.Shapes.SBoxes | pya.Shapes.SPaths


class DrawnUnder(NamedTuple):
    """A technology (its name, its version or None, the digits of its rules) under which something was drawn in a cell (its name as shown)."""

    name: str
    version: "str | None"
    checksum: str
    cell: str

    @property
    def called(self) -> str:
        """Name and version, as `Technology.called`."""
        return self.name if self.version is None else "%s %s" % (self.name, self.version)


def note_technology(cell: pya.Cell, tech: Any) -> bool:
    """Notes in a cell, where something is drawn, that it was drawn under a technology; nothing where it is noted already. Returns whether it was written.

    A layout that is not editable takes no note.
    """
    layout = cell.layout()
    text = note(tech)
    if not layout.is_editable():
        return False
    layers = [index for layer in tech.drawn_layers() for index in layer_indexes(layout, layer["gds"])]
    if any(_says(shape) == text for index in layers for shape in cell.shapes(index).each(_WITH_PROPERTIES)):
        return False
    holder = _holder(cell, layers)
    if holder is None:
        return False
    holder.set_property(PROPERTY, text)
    return True


def drawn_under(layout_or_cell: "pya.Layout | pya.Cell") -> "list[DrawnUnder]":
    """What is noted in the cells of a layout, or in a cell and all that it places, by cell; each technology of a cell once."""
    if isinstance(layout_or_cell, pya.Cell):
        layout, wanted = layout_or_cell.layout(), {layout_or_cell.cell_index(), *layout_or_cell.called_cells()}
    else:
        layout, wanted = layout_or_cell, {cell.cell_index() for cell in layout_or_cell.each_cell()}
    layers, notes = layout.layer_indexes(), _Notes()
    found: "dict[DrawnUnder, None]" = {}
    for index in layout.each_cell_top_down():
        if index in wanted:
            cell = layout.cell(index)
            found.update(dict.fromkeys(DrawnUnder(*note, strings.cell_name(cell)) for note in notes.of(cell, layers)))
    return list(found)


def note(tech: Any) -> str:
    """What is noted of a technology."""
    return "postpass technology %s%s, rules %s" % (tech.name, "" if tech.version is None else " version " + tech.version, tech.checksum())


def _holder(cell: pya.Cell, layers: "list[int]") -> "pya.Shape | None":
    """The shape for the note: rather one without properties, which no later fan-out takes away."""
    marked = None
    for index in layers:
        for shape in cell.shapes(index).each(_ALL):
            if not shape.has_prop_id():
                return shape
            if marked is None and shape.property(PROPERTY) is None:
                marked = shape
    return marked


class _Notes:
    """Reads notes; shapes of equal properties have one id, which is looked at once."""

    def __init__(self) -> None:
        self._known: "dict[int, tuple[str, str | None, str] | None]" = {}

    def of(self, cell: pya.Cell, layers: "list[int]") -> "Iterator[tuple[str, str | None, str]]":
        for index in layers:
            for shape in cell.shapes(index).each(_WITH_PROPERTIES):
                number = shape.prop_id
                if number not in self._known:
                    self._known[number] = _read(_says(shape))
                note = self._known[number]
                if note is not None:
                    yield note


def _says(shape: pya.Shape) -> "str | None":
    try:
        said = shape.property(PROPERTY)
    except (RuntimeError, UnicodeError):  # bytes that are no text are no note of ours
        return None
    return said if isinstance(said, str) else None


def _read(text: "str | None") -> "tuple[str, str | None, str] | None":
    found = _NOTE.match(text) if text else None
    return (found.group("name"), found.group("version"), found.group("checksum")) if found else None
