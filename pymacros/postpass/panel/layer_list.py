"""Names and colours of the technology's layers in a view, taken from its .lyp file."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pya

if TYPE_CHECKING:
    from ..tech.answers import Technology


def show_layers(view: pya.LayoutView, cellview_index: int, tech: Technology, names: dict[str, int], again: bool = False) -> None:
    """Lists the named layers in the view's layer panel where they are missing, with title and colours of the technology.

    Part of the caller's transaction, so that undo takes the entries away again. Entries that are there stay untouched, but with `again`
    they get title and colours, too.
    """
    wanted = {tuple(tech.layers[name]["gds"]): tech.layers[name]["title"] for name in names}
    entries = [entry.dup() for entry in _entries(view) if entry.current().source_cellview == cellview_index]
    listed = {_source(entry) for entry in entries}
    missing = [numbers for numbers in wanted if numbers not in listed]
    looks = _looks(tech) if missing or again else {}
    for entry in entries if again else ():
        numbers = _source(entry)
        if numbers in wanted:
            view.set_layer_properties(entry, _dressed(entry.current().dup(), looks.get(numbers), wanted[numbers]))
    for numbers in missing:
        view.insert_layer(view.end_layers(), _dressed(_plain(view, cellview_index, numbers), looks.get(numbers), wanted[numbers]))


def show_again(view: pya.LayoutView, cellview_index: int, tech: Technology, names: dict[str, int]) -> list[str]:
    """Shows the named layers whose entries are all hidden; returns the names of these entries. Part of the caller's transaction."""
    wanted = [tuple(tech.layers[name]["gds"]) for name in names]
    entries: dict[tuple[int, int], list[pya.LayerPropertiesIterator]] = {}
    for entry in _entries(view):
        if entry.current().source_cellview == cellview_index and _source(entry) in wanted:
            entries.setdefault(_source(entry), []).append(entry.dup())
    shown = []
    for same in entries.values():
        if not any(entry.current().visible_(True) for entry in same):
            shown.append(same[0].current().name or same[0].current().source)
            _make_visible(view, same[0])
    return shown


def _make_visible(view: pya.LayoutView, entry: pya.LayerPropertiesIterator) -> None:
    """Shows an entry and the groups it is in."""
    while not entry.is_null():
        properties = entry.current().dup()
        properties.visible = True
        view.set_layer_properties(entry, properties)
        entry = entry.parent()


def _plain(view: pya.LayoutView, cellview_index: int, numbers: tuple[int, int]) -> pya.LayerProperties:
    """The layer properties that the application would give to a layer of the layout."""
    layout = view.cellview(cellview_index).layout()
    index = layout.find_layer(*numbers)
    properties = pya.LayerProperties()
    properties.source_cellview = cellview_index
    properties.source_layer, properties.source_datatype = numbers
    properties.source_name = layout.get_info(index).name if index is not None else ""
    view.init_layer_properties(properties)
    return properties


def _entries(view: pya.LayoutView) -> Iterator[pya.LayerPropertiesIterator]:
    """The iterators of all leaves of the layer list, one after the other."""
    entry = view.begin_layers()
    while not entry.at_end():
        if not entry.current().has_children():
            yield entry
        entry.next()


def _source(entry: pya.LayerPropertiesIterator) -> tuple[int, int]:
    return entry.current().source_layer, entry.current().source_datatype


def _looks(tech: Technology) -> dict[tuple[int, int], Any]:
    """{(layer, datatype): XML element} of the .lyp beside the technology file; empty when there is none."""
    path = os.path.splitext(tech.path)[0] + ".lyp"
    found = {}
    try:
        tree = ElementTree.parse(path)
    except (OSError, ElementTree.ParseError):
        return found
    for element in tree.iter("properties"):
        numbers = (element.findtext("source") or "").split("@")[0].split()[-1:]
        parts = numbers[0].split("/") if numbers else []
        if len(parts) == 2 and all(part.isdigit() for part in parts):
            found[(int(parts[0]), int(parts[1]))] = element
    return found


def _dressed(properties: pya.LayerProperties, look: Any, title: str) -> pya.LayerProperties:
    """The layer properties with the name, colours, pattern and widths of a .lyp entry (the title alone without one)."""
    properties.name = title
    if look is None:
        return properties
    properties.name = look.findtext("name") or title
    for key in ("frame-color", "fill-color"):
        colour = look.findtext(key) or ""
        if colour.startswith("#"):
            setattr(properties, key.replace("-", "_"), int(colour[1:], 16))
    for key in ("dither-pattern", "line-style"):
        index = look.findtext(key) or ""
        if index.startswith("I") and index[1:].isdigit():
            setattr(properties, key.replace("-", "_"), int(index[1:]))
    if (look.findtext("width") or "").isdigit():
        properties.width = int(look.findtext("width"))
    for key in ("transparent", "marked"):
        if look.findtext(key) in ("true", "false"):
            setattr(properties, key, look.findtext(key) == "true")
    return properties
