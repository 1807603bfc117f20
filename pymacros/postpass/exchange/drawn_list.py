"""A list drawn into a cell by a technology: contact points, pads, vias, die, metal and net names; as shapes, or as PCells for the panel. Lengths are um."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pya

from .. import strings
from ..draw import choices as chosen
from ..draw import drawing, padlist, placed, pointlist, shapes
from ..draw.commands import Report, note_technology, require_layout
from ..messages import counted
from ..tech.metal_levels import cut_size_um
from . import outlines
from .record import CONTACT, PAD, ExchangeError, PadList, Place

if TYPE_CHECKING:
    from ..tech.answers import Technology


class _Look(NamedTuple):
    """How places are drawn. shape: one of the drawing commands, or "" where the corners are drawn as they are in the list."""

    layer: str
    function: str  # of pads
    shape: str
    size_um: float
    above: str  # the shape of openings


def draw(cell: pya.Cell, tech: Technology, pads: PadList, vias: bool = False, as_instances: bool = False) -> Report:
    """Draws a list whose places have sizes. vias: also vias with capture pads on contact points, and openings above pads.

    as_instances: what the PCells can show becomes instances of them, with its net name in it. Returns the Report, whose messages are notes.
    Raises ExchangeError, CommandError; then nothing is drawn.
    """
    require_layout(cell.layout(), tech)
    sorted_out = _alike(pads, tech)
    cut = _cut(pads, tech) if vias else None
    if any(place.net for place in pads.places) and not tech.of_kind("label"):
        raise ExchangeError("technology %s has no label layer to name nets on" % tech.name)
    inside = as_instances and len({place.net for place in pads.places}) <= placed.MOST_NAMED
    counts, beside = Counter[str](), list[Place]()  # those whose names are labels in the cell
    for look, places in sorted_out.items():
        if as_instances and look.shape:
            names = [place.net if inside else "" for place in places]
            counts += placed.insert(cell, tech, _choices(look, vias), [chosen.Place(place.x_um, place.y_um) for place in places], names)
            beside += [] if inside else places
        else:
            counts += _draw_alike(cell, tech, look, places, vias)
            beside += places
    if cut is not None:
        counts += _draw_vias(cell, tech, cut, [(place.x_um, place.y_um) for place in pads.places if place.kind == CONTACT], as_instances)
    counts += _draw_die(cell, tech, pads) + _draw_traces(cell, tech, pads)
    counts += drawing.draw_labels(cell, tech, [(strings.raw(place.net), place.x_um, place.y_um) for place in beside if place.net])
    note_technology(cell, tech)
    return Report(_notes(pads, tech, vias, cut), dict(counts), None)


def _alike(pads: PadList, tech: Technology) -> dict[_Look, list[Place]]:
    """Places by how they are drawn."""
    functions = [tech.function_of(layer) for layer in tech.of_kind("pad")]
    found: dict[_Look, list[Place]] = {}
    for place in pads.places:
        found.setdefault(_look(place, tech, functions), []).append(place)
    return found


def _look(place: Place, tech: Technology, functions: Sequence[str]) -> _Look:
    """Raises ExchangeError where the technology has no layer for a place."""
    layer, function = _layer_of(place, tech, functions)
    shape = "round" if place.shape == "circle" else place.shape
    if shape in chosen.SHAPES and place.width_um == place.height_um and all(_multiple(length, tech.grid_um) for length in (place.x_um, place.y_um, place.width_um / 2)):
        return _Look(layer, function, shape, place.width_um, shape)
    return _Look(layer, function, "", 0.0, "round" if place.shape in ("circle", "oblong") else "octagon")


def _layer_of(place: Place, tech: Technology, functions: Sequence[str]) -> tuple[str, str]:
    """(layer, function of a pad) of a place."""
    if place.kind == CONTACT:
        contacts = tech.of_kind("contact")
        if not contacts:
            raise ExchangeError("technology %s has no layer for contact points" % tech.name)
        return contacts[0], ""
    if not functions:
        raise ExchangeError("technology %s has no layer for pads" % tech.name)
    function = pointlist.function_of_word(place.function, functions) if place.function else None
    if place.function and function is None:
        raise ExchangeError("'%s' at %g, %g um is no function of pads of technology %s (known are %s)" % (place.function, place.x_um, place.y_um, tech.name, ", ".join(functions)))
    usual = padlist.function_of(place.net)
    of_pad = function or (usual if usual in functions else functions[0])
    return tech.pad_layer(of_pad), of_pad


def _choices(look: _Look, openings: bool) -> chosen.Choices:
    if look.function:
        return chosen.PadChoices(look.function, look.shape, look.size_um, openings)
    return chosen.ContactChoices(look.layer, look.shape, look.size_um)


def _draw_alike(cell: pya.Cell, tech: Technology, look: _Look, places: Sequence[Place], openings: bool) -> Counter[str]:
    """Places of one look as shapes."""
    at = [(place.x_um, place.y_um) for place in places]
    if look.shape and look.function:
        return drawing.repeat(cell, tech, at, lambda element: drawing.draw_pad(element, tech, look.function, look.shape, look.size_um, 0.0, 0.0, openings))
    if look.shape:
        outline = shapes.polygon(look.shape, look.size_um, 0.0, 0.0, tech.dbu_um, tech.grid_um)
        return drawing.repeat(cell, tech, at, lambda element: drawing.insert(element, tech, look.layer, outline))
    target, dbu = cell.shapes(drawing.ensure_layer(cell.layout(), tech, look.layer)), cell.layout().dbu
    around: dict[tuple[object, ...], pya.DPolygon] = {}  # outlines at 0, 0
    for place in places:
        shape = place.shape, place.width_um, place.height_um, place.outline
        if shape not in around:
            around[shape] = pya.DPolygon([pya.DPoint(x, y) for x, y in outlines.corners(place)])
        target.insert(around[shape].moved(place.x_um, place.y_um).to_itype(dbu))
    def above(element: pya.Cell) -> Counter[str]:
        found = drawing.outlines_above(element, tech, look.layer, look.above, 0.0, 0.0)
        return sum((drawing.insert(element, tech, *one) for one in found), Counter())
    return Counter({look.layer: len(places)}) + (drawing.repeat(cell, tech, at, above) if openings and look.function else Counter())


def _cut(pads: PadList, tech: Technology) -> str | None:
    """The layer of the vias on contact points; None without contact points. Raises ExchangeError where the technology has none."""
    if not any(place.kind == CONTACT for place in pads.places):
        return None
    cut = tech.connected_cut("contact")
    if cut is None:
        raise ExchangeError("technology %s has no via from a contact point: draw the list without vias" % tech.name)
    return cut


def _draw_vias(cell: pya.Cell, tech: Technology, cut: str, at: Sequence[tuple[float, float]], as_instances: bool) -> Counter[str]:
    """What a fan-out starts from: a via of the smallest recommended size with its capture pad on each contact point."""
    size_um = cut_size_um(tech, cut)
    if as_instances:
        choices = chosen.ViaChoices(cut, "square", size_um, contact=False)
        return placed.insert(cell, tech, choices, [chosen.Place(x_um, y_um) for x_um, y_um in at], [""] * len(at))
    return drawing.repeat(cell, tech, at, lambda element: drawing.draw_via(element, tech, cut, size_um, 0.0, 0.0, contact=False))


def _draw_die(cell: pya.Cell, tech: Technology, pads: PadList) -> Counter[str]:
    if not (pads.die and tech.of_kind("outline")):
        return Counter()
    return drawing.insert(cell, tech, tech.of_kind("outline")[0], pya.Polygon(pya.DBox(*pads.die).to_itype(cell.layout().dbu)))


def _draw_traces(cell: pya.Cell, tech: Technology, pads: PadList) -> Counter[str]:
    counts = Counter[str]()
    for trace in pads.traces:
        layer = trace.layer if trace.layer in tech.layers and "gds" in tech.layers[trace.layer] else tech.trace_layer()
        points = [pya.DPoint(x, y) for x, y in trace.points]
        shape = pya.DPath(points, trace.width_um) if trace.width_um else pya.DPolygon(points)
        cell.shapes(drawing.ensure_layer(cell.layout(), tech, layer)).insert(shape.to_itype(cell.layout().dbu))
        counts[layer] += 1
    return counts


def _notes(pads: PadList, tech: Technology, vias: bool, cut: str | None) -> list[str]:
    """What is drawn otherwise than the list says it."""
    guessed = sum(place.kind == PAD and not place.function for place in pads.places)
    moved = sum(place.shape in ("square", "rectangle") and not _fits(place, tech.dbu_um) for place in pads.places)
    contacts = sum(place.kind == CONTACT for place in pads.places)
    notes = ["%s without a function in the list, drawn by the names of their nets" % counted(guessed, "pad")] if guessed else []
    notes += ["%s rounded to the database unit of %g um" % (counted(moved, "place"), tech.dbu_um)] if moved else []
    if cut is not None:
        notes.append("%s of %g um drawn on contact points" % (counted(contacts, "via"), cut_size_um(tech, cut)))
    elif vias:
        notes.append("no contact points, so no vias are drawn")
    return notes + (["the technology has no layer for the die"] if pads.die and not tech.of_kind("outline") else [])


def _fits(place: Place, step_um: float) -> bool:
    """Do the sides of the box of a place lie on a grid?"""
    return all(_multiple(middle + half, step_um) for middle, size in ((place.x_um, place.width_um), (place.y_um, place.height_um)) for half in (size / 2, -size / 2))


def _multiple(length_um: float, step_um: float) -> bool:
    return abs(length_um / step_um - round(length_um / step_um)) <= 1e-3
