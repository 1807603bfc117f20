"""Draws pads, vias and labels into a pya.Cell, by the rules of a technology.

Lengths are um and are rounded to the technology's grid; the layout's database unit must divide that grid
(ValueError otherwise). Each function returns a collections.Counter of the shapes drawn, by layer name.
Nothing here opens a transaction: what is drawn belongs to the caller's undo step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pya

from .. import steps
from ..tech import vias
from . import shapes
from .choices import CommandError
from .patterns import positions

__all__ = ["counted", "draw_contact", "draw_cut", "draw_label", "draw_labels", "draw_pad", "draw_via", "ensure_layer", "insert", "positions", "prepare_layers", "repeat", "shape_on"]

if TYPE_CHECKING:
    from ..tech.answers import Technology


def ensure_layer(layout: pya.Layout, tech: Technology, name: str) -> int:
    """Index of the technology's layer in the layout; the layer is added, with its name, when it is not there.

    A new layer never takes an index that was in use before: KLayout up to 0.29 gives the index of a layer that was
    undone and redone a second time, and an undo may bring a deleted layer back.
    """
    number, datatype = tech.layers[name]["gds"]
    index = layout.find_layer(number, datatype)
    if index is None:
        index = layout.layers()  # one more than the highest index ever used
        layout.insert_layer_at(index, pya.LayerInfo(number, datatype, name))
    return index


def prepare_layers(layout: pya.Layout, tech: Technology) -> None:
    """Adds all layers of the technology; called outside of transactions, so that no undo takes them away again.

    Shapes that are undone and redone then find their layer whatever was added meanwhile. Adds nothing where some layer
    was deleted: undoing that brings the layer back, and a second one of its numbers would hide its shapes.
    """
    deleted = any(not layout.is_valid_layer(index) and not layout.is_special_layer(index) for index in range(layout.layers()))
    if not deleted:
        for name, layer in tech.layers.items():
            if "gds" in layer:  # a union of layers has none
                ensure_layer(layout, tech, name)


def draw_pad(cell: pya.Cell, tech: Technology, function: str, shape: str, size_um: float, x_um: float, y_um: float, openings: bool = False) -> Counter[str]:
    """One pad of that function ("flip-chip", "power", "ground", "signal") and shape.

    `openings` also draws what lies above it by the technology (polymer opening, UBM), at its smallest legal size and
    in the pad's shape where that is allowed there, and keeps every enclosure on slanted edges as well.
    Raises KeyError when the technology has no such pads.
    """
    layer = tech.pad_layer(function)
    above = outlines_above(cell, tech, layer, shape, x_um, y_um) if openings else []
    drawn = sum((insert(cell, tech, upper, outline) for upper, outline in above), Counter())
    return drawn + insert(cell, tech, layer, _around(tech, cell, layer, above, shape, size_um, x_um, y_um))


def outlines_above(cell: pya.Cell, tech: Technology, layer: str, shape: str, x_um: float, y_um: float) -> list[tuple[str, pya.Polygon]]:
    """What lies above a pad of that layer, in its shape where that is allowed, as small as legal: [(layer, outline in dbu)], bottom up."""
    above: list[tuple[str, pya.Polygon]] = []
    for upper, upper_um in tech.pad_stack(layer):
        above.append((upper, _around(tech, cell, upper, above, shape_on(tech, upper, shape), upper_um, x_um, y_um)))
    return above


def draw_via(cell: pya.Cell, tech: Technology, cut: str, size_um: float, x_um: float, y_um: float, shape: str = "square", contact: bool | None = None) -> Counter[str]:
    """One via with its capture pad on the metal above, and the contact point it lands on.

    The capture pad is the smallest legal square around it. (Square for every via shape: overlapping squares of a
    regular array are one plain rectangle, without the notches octagons would leave.)
    `contact`: True or False; None draws it where the contact point has the via's own pattern (no enclosure asked for).
    Raises ValueError when `cut` is no via layer.
    """
    if cut not in tech.of_kind("cut"):
        raise ValueError("technology %s has no via layer '%s'" % (tech.name, cut))
    metal = vias.metal_above(tech, cut)
    drawn = insert(cell, tech, metal, _polygon(cell, tech, "square", tech.capture_pad_um(cut, size_um, metal), x_um, y_um))
    return drawn + draw_cut(cell, tech, cut, size_um, x_um, y_um, shape, contact)


def draw_cut(cell: pya.Cell, tech: Technology, cut: str, size_um: float, x_um: float, y_um: float, shape: str = "square", contact: bool | None = None) -> Counter[str]:
    """One via without capture pad, as inside a pad, and the contact point it lands on: see draw_via."""
    drawn = insert(cell, tech, cut, _polygon(cell, tech, shape, size_um, x_um, y_um))
    if vias.draws_contact(tech, cut, contact):
        drawn += draw_contact(cell, tech, cut, size_um, x_um, y_um, shape)
    return drawn


def draw_contact(cell: pya.Cell, tech: Technology, cut: str, size_um: float, x_um: float, y_um: float, shape: str = "square") -> Counter[str]:
    """The contact point under a via of that size and shape: the via's own pattern, or a square that encloses it."""
    contact_um = vias.contact_size_um(tech, cut, size_um)
    contact_shape = shape if abs(contact_um - size_um) < tech.grid_um / 2 else "square"
    return insert(cell, tech, vias.contact_below(tech, cut), _polygon(cell, tech, contact_shape, contact_um, x_um, y_um))


def draw_label(cell: pya.Cell, tech: Technology, text: str | bytes, x_um: float, y_um: float) -> Counter[str]:
    """A net name on the technology's label layer (its first); it counts for a pad or trace when it lies on it. Raises CommandError."""
    return draw_labels(cell, tech, [(text, x_um, y_um)])


def draw_labels(cell: pya.Cell, tech: Technology, labels: Sequence[tuple[str | bytes, float, float]]) -> Counter[str]:
    """Net names [(text, x_um, y_um)] like `draw_label`."""
    if not labels:
        return Counter()
    if not tech.of_kind("label"):
        raise CommandError("technology %s has no label layer to name nets on" % tech.name)
    layer, dbu = tech.of_kind("label")[0], cell.layout().dbu
    target = cell.shapes(ensure_layer(cell.layout(), tech, layer))
    for text, x_um, y_um in steps.each(labels):
        place = shapes.grid_point(x_um, y_um, dbu, tech.grid_um)
        target.insert(pya.Text(text, pya.Trans(place.x, place.y)))
    return Counter({layer: len(labels)})


def repeat(cell: pya.Cell, tech: Technology, places: Sequence[tuple[float, float]], draw: Callable[..., Any]) -> Counter[str]:
    """Repeats one element at each of `places` [(x_um, y_um)]: `draw(cell)` makes it, around the origin of another cell.

    Much faster than drawing each anew. Returns the Counter of all shapes.
    """
    layout, scratch = cell.layout(), pya.Layout()
    scratch.dbu = layout.dbu
    element = scratch.create_cell("element")
    drawn = draw(element)
    moves = [shapes.grid_point(x_um, y_um, layout.dbu, tech.grid_um) for x_um, y_um in steps.each(places)]
    for name in drawn:
        target = cell.shapes(ensure_layer(layout, tech, name))
        for shape in element.shapes(ensure_layer(scratch, tech, name)).each():
            outline = shape.polygon
            for move in steps.each(moves):
                target.insert(outline.moved(move.x, move.y))
    return Counter({name: count * len(moves) for name, count in drawn.items()})


def shape_on(tech: Technology, layer: str, wanted: str) -> str:
    """The wanted shape where the technology's shape rules allow it on that layer, else the first allowed one."""
    for rule in tech.rules:
        if rule["check"] == "shape" and rule["layer"] in tech.holders(layer) and wanted not in rule["shapes"]:
            return next(shape for shape in rule["shapes"] if shape in shapes.SHAPES)
    return wanted


def _polygon(cell: pya.Cell, tech: Technology, shape: str, size_um: float, x_um: float, y_um: float) -> pya.Polygon:
    return shapes.polygon(shape, size_um, x_um, y_um, cell.layout().dbu, tech.grid_um)


def _around(tech: Technology, cell: pya.Cell, layer: str, inside: Sequence[tuple[str, pya.Polygon]], shape: str, size_um: float, x_um: float, y_um: float) -> pya.Polygon:
    """The outline of a shape on `layer` that keeps its enclosures of the outlines `inside` it: [(layer, polygon)]."""
    needs = [(outline, tech.limit("enclosure", name, layer)) for name, outline in inside]
    needs = [(outline, enclosure) for outline, enclosure in needs if enclosure is not None]
    return shapes.polygon_around(needs, shape, size_um, x_um, y_um, cell.layout().dbu, tech.grid_um)


def insert(cell: pya.Cell, tech: Technology, layer: str, outline: pya.Polygon) -> Counter[str]:
    """Any polygon (dbu) on a layer of the technology."""
    cell.shapes(ensure_layer(cell.layout(), tech, layer)).insert(outline)
    return counted(layer)


def counted(layer: str) -> Counter[str]:
    """One shape on a layer."""
    return Counter({layer: 1})
