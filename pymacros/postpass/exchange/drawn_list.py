"""A list drawn into a cell by a technology: contact points, pads, vias, die, metal and net names; as shapes, or as PCells for the panel. Lengths are um.

All that takes its time is prepared in steps (steps.py), and changes no layout; what is prepared is then inserted at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple

import pya

from .. import layout_file, steps, strings
from ..draw import areas, drawing, padlist, pcells, placed, pointlist, shapes
from ..draw import choices as chosen
from ..draw.commands import Report, note_technology, require_layout
from ..messages import counted
from ..tech.metal_levels import cut_size_um
from . import outlines
from .record import CONTACT, ExchangeError, PadList, Place, multiple, number, off_grid, sides_fit

if TYPE_CHECKING:
    from ..tech.answers import Technology


class _Look(NamedTuple):
    """How places are drawn. shape: one of the drawing commands, or "" where the corners are drawn as they are in the list."""

    layer: str
    function: str  # of pads
    shape: str
    size_um: float
    above: str  # the shape of openings


class Prepared(NamedTuple):
    """A list that `insert` draws. shapes: in a layout of their own; notes: the messages of the Report."""

    shapes: pya.Layout
    instances: list[placed.Prepared]
    counts: Counter[str]  # by layer
    notes: list[str]
    severity: str | None

    def cell(self) -> pya.Cell:
        """That of the shapes."""
        return self.shapes.top_cell()


def draw(cell: pya.Cell, tech: Technology, pads: PadList, vias: bool = False) -> Report:
    """Draws a list as shapes: see `prepared`, `insert`."""
    return insert(cell, tech, prepared(cell, tech, pads, vias))


def steps_of(pads: PadList, vias: bool) -> int:
    """About how many steps `prepared` takes."""
    return 9 * len(pads.places) + 5 * sum(place.kind == CONTACT for place in pads.places) * vias


def insert(cell: pya.Cell, tech: Technology, ready: Prepared) -> Report:
    """Draws what was prepared for a cell. Returns the Report, whose messages are notes."""
    layout = cell.layout()
    for instances in ready.instances:
        placed.draw(cell, tech, instances)
    for index, info in zip(ready.shapes.layer_indexes(), ready.shapes.layer_infos()):
        cell.shapes(drawing.ensure_layer(layout, tech, info.name)).insert(ready.cell().shapes(index))
    note_technology(cell, tech)
    return Report(ready.notes, dict(+ready.counts), ready.severity)


def prepared(cell: pya.Cell, tech: Technology, pads: PadList, vias: bool = False, as_instances: bool = False) -> Prepared:
    """What is to be drawn into a cell of a list whose places have sizes; the cell stays as it is. vias: also vias with capture pads on contact points,
    and openings above pads.

    as_instances: what the PCells can show becomes instances of them, with its net name in it, unless they are too many. A die outline that is there stays the only one.
    Raises ExchangeError, CommandError, and what ends the steps; then the library of the PCells is as it was.
    """
    require_layout(cell.layout(), tech)
    sorted_out = _alike(pads, tech)
    cut = _cut(pads, tech) if vias else None
    if any(place.net for place in pads.places) and not tech.of_kind("label"):
        raise ExchangeError("technology %s has no label layer to name nets on" % tech.name)
    there = areas.die_outline(cell, tech) if pads.die else None
    notes = _notes(pads, tech, cell.layout().dbu, vias, cut) + _die_notes(tech, pads, there, cell.layout().dbu)
    severity = "warning" if (doubts := _doubts(cell, tech, sorted_out, cell.layout().dbu)) else None
    with_vias = [place for place in pads.places if place.kind == CONTACT] if cut is not None else []
    if as_instances and (too_many := placed.too_many(sum(len(places) for look, places in sorted_out.items() if look.shape) + len(with_vias))):
        as_instances, notes = False, [*notes, too_many]
    alone = pya.Layout()
    alone.dbu = cell.layout().dbu
    target = alone.create_cell("list")
    ready = Prepared(alone, [], Counter(), doubts + notes, severity)
    with pcells.library(tech).unless_ended() if as_instances else nullcontext():
        labelled = _prepare_places(ready, tech, sorted_out, vias, as_instances)
        if cut is not None:
            _prepare_vias(ready, tech, cut, with_vias, as_instances)
        if pads.die and tech.of_kind("outline") and there is None:
            ready.counts.update(drawing.insert(target, tech, tech.of_kind("outline")[0], pya.Polygon(pya.DBox(*pads.die).to_itype(alone.dbu))))
        ready.counts.update(_draw_traces(target, tech, pads))
        ready.counts.update(drawing.draw_labels(target, tech, [(strings.raw(place.net), place.x_um, place.y_um) for place in labelled if place.net]))
    return ready


def _prepare_places(ready: Prepared, tech: Technology, sorted_out: Mapping[_Look, Sequence[Place]], vias: bool, as_instances: bool) -> list[Place]:
    """Prepares the places themselves. Returns those whose nets are to be named by labels beside them."""
    inside = as_instances and len({place.net for places in sorted_out.values() for place in places}) <= placed.MOST_NAMED
    labelled: list[Place] = []
    for look, places in sorted_out.items():
        if as_instances and look.shape:
            _prepare_instances(ready, tech, _choices(look, vias), places, [place.net if inside else "" for place in places])
            labelled += [] if inside else places
        else:
            ready.counts.update(_draw_alike(ready.cell(), tech, look, places, vias))
            labelled += places
    return labelled


def _prepare_vias(ready: Prepared, tech: Technology, cut: str, contacts: Sequence[Place], as_instances: bool) -> None:
    """Prepares what a fan-out starts from: a via of the smallest recommended size with its capture pad on each contact point."""
    size_um = cut_size_um(tech, cut)
    if as_instances:
        _prepare_instances(ready, tech, chosen.ViaChoices(cut, "square", size_um, contact=False), contacts, [""] * len(contacts))
    else:
        at = [(place.x_um, place.y_um) for place in contacts]
        ready.counts.update(drawing.repeat(ready.cell(), tech, at, lambda element: drawing.draw_via(element, tech, cut, size_um, 0.0, 0.0, contact=False)))


def _prepare_instances(ready: Prepared, tech: Technology, choices: chosen.Choices, places: Sequence[Place], names: Sequence[str]) -> None:
    """Prepares instances of PCells, and as shapes the labels beside them."""
    found = placed.prepared(tech, ready.shapes.dbu, choices, [chosen.Place(place.x_um, place.y_um) for place in steps.each(places)], names)
    ready.instances.append(found._replace(labels=[]))
    ready.counts.update(found.counts + drawing.draw_labels(ready.cell(), tech, found.labels))


def _alike(pads: PadList, tech: Technology) -> dict[_Look, list[Place]]:
    """Places by how they are drawn."""
    functions = [tech.function_of(layer) for layer in tech.of_kind("pad")]
    found: dict[_Look, list[Place]] = {}
    for place in steps.each(pads.places):
        found.setdefault(_look(place, tech, functions), []).append(place)
    return found


def _look(place: Place, tech: Technology, functions: Sequence[str]) -> _Look:
    """Raises ExchangeError where the technology has no layer for a place."""
    layer, function = _layer_of(place, tech, functions)
    shape = "round" if place.shape == "circle" else place.shape
    if shape in chosen.SHAPES and place.width_um == place.height_um and all(multiple(length, tech.grid_um) for length in (place.x_um, place.y_um, place.width_um / 2)):
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
    for place in steps.each(places):
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


def _die_notes(tech: Technology, pads: PadList, there: areas.Box | None, dbu: float) -> list[str]:
    """A sentence on a die of the list that is not drawn. there: the one that is drawn already."""
    if not pads.die:
        return []
    if not tech.of_kind("outline"):
        return ["the die of the list is not drawn, as technology %s has no layer for it" % tech.name]
    if there is None or all(abs(one - other) < dbu for one, other in zip(there, pads.die)):
        return []
    return ["the die of the list, %s to %s, %s um, is not drawn, as the cell has a die outline, %s to %s, %s um: delete that one to have the other" % (
        ", ".join(map(number, pads.die[:2])), *map(number, pads.die[2:]), ", ".join(map(number, there[:2])), *map(number, there[2:]))]


def _doubts(cell: pya.Cell, tech: Technology, sorted_out: Mapping[_Look, Sequence[Place]], dbu: float) -> list[str]:
    """A sentence on places where something is drawn on their layer already, as when a list is placed twice."""
    there = 0
    for layer in {look.layer for look in sorted_out}:
        drawn = pya.Region()
        for index in layout_file.layer_indexes(cell.layout(), tech.layers[layer]["gds"]):
            drawn.insert(cell.begin_shapes_rec(index))
        centres = pya.Region()
        for place in steps.each(place for look, places in sorted_out.items() if look.layer == layer for place in places):
            x, y = round(place.x_um / dbu), round(place.y_um / dbu)
            centres.insert(pya.Box(x - 1, y - 1, x + 1, y + 1))
        there += centres.interacting(drawn).count()
    return ["at %s of the list something was drawn already: where that was the list itself, Ctrl-Z takes the second one back" % counted(there, "place")] if there else []


def _draw_traces(cell: pya.Cell, tech: Technology, pads: PadList) -> Counter[str]:
    counts = Counter[str]()
    for trace in steps.each(pads.traces):
        layer = trace.layer if trace.layer in tech.layers and "gds" in tech.layers[trace.layer] else tech.trace_layer()
        points = [pya.DPoint(x, y) for x, y in trace.points]
        shape = pya.DPath(points, trace.width_um) if trace.width_um else pya.DPolygon(points)
        cell.shapes(drawing.ensure_layer(cell.layout(), tech, layer)).insert(shape.to_itype(cell.layout().dbu))
        counts[layer] += 1
    return counts


def _notes(pads: PadList, tech: Technology, dbu: float, vias: bool, cut: str | None) -> list[str]:
    """What is drawn otherwise than the list says it."""
    guessed = sum(place.kind != CONTACT and not place.function for place in pads.places)
    bare = sum(not place.kind for place in pads.places)
    of_contacts = sum(bool(place.function) for place in pads.places if place.kind == CONTACT)
    contacts = sum(place.kind == CONTACT for place in pads.places)
    notes = ["%s without a function in the list, drawn by the names of their nets" % counted(guessed, "pad")] if guessed else []
    notes += ["%s of no kind, drawn as pads" % counted(bare, "place")] if bare else []
    notes += ["functions of %s are not drawn: they are those of pads" % counted(of_contacts, "contact point")] if of_contacts else []
    notes += off_grid(pads, dbu, "the database unit", sides_fit)
    if cut is not None:
        notes.append("%s of %g um drawn on contact points" % (counted(contacts, "via"), cut_size_um(tech, cut)))
    elif vias:
        notes.append("no contact points, so no vias are drawn")
    elif contacts and pads.traces:
        notes.append("the metal of the list is not joined to its %s, and nets may lose their names there, as no vias are drawn" % counted(contacts, "contact point"))
    return notes
