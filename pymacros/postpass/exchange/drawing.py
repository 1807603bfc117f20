"""Layouts (GDS, OASIS): the contact points and pads that a technology finds in a drawing, with its nets, and lists drawn as shapes and labels. Needs numpy.

Nets and names are those of the deck. Lengths are um.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pya

from .. import layout_file, strings
from .. import tech as technologies
from ..draw import drawing as draw
from ..draw import padlist, pointlist, shapes
from ..draw.choices import SHAPES
from ..fanout.net_list_of_drawing import DrawnNets
from ..tech.metal_levels import cut_size_um
from . import outlines
from .record import CONTACT, NO_OPTIONS, PAD, ExchangeError, Options, PadList, Place, Summary, Trace, require_places, require_sizes, rounded, summary_of

if TYPE_CHECKING:
    from ..tech.answers import Technology

TITLE = "layout"
HOLDS = frozenset(("net", "kind", "function", "shape", "size", "die", "title", "traces", "outline"))


def technology_of(options: Options) -> Technology:
    """The technology of the options. Raises ExchangeError."""
    if options.tech is None:
        raise ExchangeError("a layout is read and drawn by a technology: give --tech NAME, or --from labels, --to labels for its labels alone")
    return technologies.load(options.tech)


def read(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The list of a layout. Raises ExchangeError, FileError."""
    tech = technology_of(options)
    layout = layout_file.read(path)
    pads = pads_of(layout_file.top_cell(layout, options.topcell), tech)
    require_places(path, pads.places, ["by %s" % tech.identity(tech.file_name())])
    several = sum(" + " in place.net for place in pads.places)
    return pads, summary_of(pads, TITLE, ["metal with several names, joined by +: %d places" % several] if several else [])


def pads_of(cell: pya.Cell, tech: Technology) -> PadList:
    """The list of what is drawn below a cell. Raises CommandError."""
    drawn = DrawnNets(cell, tech)
    places = tuple(_one_each(_places(drawn, tech)))
    outline = pya.DBox()
    for layer in tech.of_kind("outline"):
        for index in layout_file.layer_indexes(cell.layout(), tech.layers[layer]["gds"]) if "gds" in tech.layers[layer] else ():
            outline += pya.Region(cell.begin_shapes_rec(index)).bbox().to_dtype(drawn.dbu)
    die = None if outline.empty() else (rounded(outline.left), rounded(outline.bottom), rounded(outline.right), rounded(outline.top))
    return PadList(places, die, strings.cell_name(cell), "%g um" % drawn.dbu, tuple(_traces(cell, drawn, tech)))


def _places(drawn: DrawnNets, tech: Technology) -> Iterator[Place]:
    nets = drawn.nets
    for net in map(nets.net, range(nets.size)):
        name = " + ".join(net.names)
        for kind, ids in ((CONTACT, net.contacts), (PAD, net.pads)):
            for id_ in ids:
                layer = nets.layer_of(id_)
                points = [(point.x * drawn.dbu, point.y * drawn.dbu) for point in nets.polygon(id_).each_point_hull()]
                function = nets.function_of_layer(layer) if kind == PAD and tech.kind_of(layer) == "pad" else ""
                yield outlines.shaped(Place("", 0.0, 0.0, name, kind, function), points)


def _one_each(places: Iterator[Place]) -> list[Place]:
    """Without the UBM of a pad, which lies in its middle."""
    found: dict[tuple[str, float, float], Place] = {}
    for place in places:
        key = (place.kind, place.x_um, place.y_um)
        if key not in found or (place.function and not found[key].function):
            found[key] = place
    return sorted(found.values(), key=lambda place: (place.kind, place.net, place.x_um, place.y_um))


def _traces(cell: pya.Cell, drawn: DrawnNets, tech: Technology) -> Iterator[Trace]:
    """What is drawn on the layers of traces, with its net."""
    dbu = drawn.dbu
    for layer in tech.of_kind("metal"):
        if "gds" not in tech.layers[layer] or layer not in drawn.nets.drawn:
            continue
        found: list[tuple[tuple[int, int], float, list[pya.Point]]] = []
        for index in layout_file.layer_indexes(cell.layout(), tech.layers[layer]["gds"]):
            iterator = cell.begin_shapes_rec(index)
            while not iterator.at_end():
                shape, there = iterator.shape(), iterator.itrans()
                if shape.is_path() and not shape.round_path and shape.path_bgnext == shape.path_endext == 0 and there.mag == 1.0:
                    points = [there * point for point in shape.path.each_point()]
                    found.append(((points[0].x, points[0].y), shape.path_width * dbu, points))
                elif shape.is_path() or shape.is_polygon() or shape.is_box():
                    points = list(shape.polygon.resolved_holes().transformed(there).each_point_hull())
                    found.append(((points[0].x, points[0].y), 0.0, points))
                iterator.next()
        indexes = drawn.nets.indexes_at(layer, np.array([place for place, _, _ in found], dtype=np.int64).reshape(-1, 2)).tolist()
        for net, (_, width, points) in zip(indexes, found):
            name = " + ".join(drawn.nets.names_of(net)) if net >= 0 else ""
            yield Trace(name, layer, rounded(width), tuple((rounded(point.x * dbu), rounded(point.y * dbu)) for point in points))


def write(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Draws a list: outlines of contact points and pads, labels, die, traces; vias and openings where the options say so. Returns notes."""
    tech = technology_of(options)
    require_sizes(pads, TITLE)
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell(pads.title or "TOP")
    notes = _draw_places(cell, pads, tech, options.vias)
    if options.vias:
        notes += _draw_vias(cell, pads, tech)
    if pads.die and tech.of_kind("outline"):
        _insert(cell, tech, tech.of_kind("outline")[0], pya.DBox(*pads.die))
    elif pads.die:
        notes.append("the technology has no layer for the die")
    for trace in pads.traces:
        layer = trace.layer if trace.layer in tech.layers and "gds" in tech.layers[trace.layer] else tech.trace_layer()
        points = [pya.DPoint(x, y) for x, y in trace.points]
        _insert(cell, tech, layer, pya.DPath(points, trace.width_um) if trace.width_um else pya.DPolygon(points))
    draw.draw_labels(cell, tech, [(strings.raw(place.net), place.x_um, place.y_um) for place in pads.places if place.net])
    layout.write(path)
    return notes


def _draw_places(cell: pya.Cell, pads: PadList, tech: Technology, openings: bool) -> list[str]:
    """Draws the outlines of contact points and pads, what is alike at once. Returns notes."""
    functions = [tech.function_of(layer) for layer in tech.of_kind("pad")]
    alike: dict[_Look, list[Place]] = {}
    for place in pads.places:
        alike.setdefault(_look(place, tech, functions), []).append(place)
    for look, places in alike.items():
        _draw_alike(cell, tech, look, places, openings)
    guessed = sum(place.kind == PAD and not place.function for place in pads.places)
    moved = sum(place.shape in ("square", "rectangle") and not _fits(place, tech.dbu_um) for place in pads.places)
    notes = ["%d pads have no function in the list: they are drawn by the names of their nets" % guessed] if guessed else []
    return notes + (["%d places are rounded to the database unit of %g um" % (moved, tech.dbu_um)] if moved else [])


class _Look(NamedTuple):
    """How places are drawn. shape: one of the drawing commands, or "" where the corners are drawn as they are in the list."""

    layer: str
    function: str  # of pads
    shape: str
    size_um: float
    above: str  # the shape of openings


def _look(place: Place, tech: Technology, functions: Sequence[str]) -> _Look:
    """Raises ExchangeError where the technology has no layer for a place."""
    layer, function = _layer_of(place, tech, functions)
    round_ends = place.shape in ("circle", "oblong")
    shape = "round" if place.shape == "circle" else place.shape
    if shape in SHAPES and place.width_um == place.height_um and all(_multiple(length, tech.grid_um) for length in (place.x_um, place.y_um, place.width_um / 2)):
        return _Look(layer, function, shape, place.width_um, shape)
    return _Look(layer, function, "", 0.0, "round" if round_ends else "octagon")


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
    chosen = function or (usual if usual in functions else functions[0])
    return tech.pad_layer(chosen), chosen


def _draw_alike(cell: pya.Cell, tech: Technology, look: _Look, places: Sequence[Place], openings: bool) -> None:
    at = [(place.x_um, place.y_um) for place in places]
    if look.shape and look.function:
        draw.repeat(cell, tech, at, lambda element: draw.draw_pad(element, tech, look.function, look.shape, look.size_um, 0.0, 0.0, openings))
        return
    if look.shape:
        outline = shapes.polygon(look.shape, look.size_um, 0.0, 0.0, tech.dbu_um, tech.grid_um)
        draw.repeat(cell, tech, at, lambda element: draw.insert(element, tech, look.layer, outline))
        return
    for place in places:
        _insert(cell, tech, look.layer, pya.DPolygon([pya.DPoint(place.x_um + x, place.y_um + y) for x, y in outlines.corners(place)]))
    if openings and look.function:
        draw.repeat(cell, tech, at, lambda element: sum((draw.insert(element, tech, *above) for above in draw.outlines_above(element, tech, look.layer, look.above, 0.0, 0.0)), Counter()))


def _fits(place: Place, step_um: float) -> bool:
    """Do the sides of the box of a place lie on a grid?"""
    return all(_multiple(middle + half, step_um) for middle, size in ((place.x_um, place.width_um), (place.y_um, place.height_um)) for half in (size / 2, -size / 2))


def _multiple(length_um: float, step_um: float) -> bool:
    return abs(length_um / step_um - round(length_um / step_um)) <= 1e-3


def _draw_vias(cell: pya.Cell, pads: PadList, tech: Technology) -> list[str]:
    """Draws what a fan-out starts from: a via of the smallest recommended size with its capture pad on each contact point. Returns notes."""
    cut = tech.connected_cut("contact")
    contacts = [place for place in pads.places if place.kind == CONTACT]
    if contacts and cut is None:
        raise ExchangeError("technology %s has no via from a contact point: leave --vias out" % tech.name)
    if not contacts:
        return ["no contact points, so no vias are drawn"]
    size_um = cut_size_um(tech, cut)
    draw.repeat(cell, tech, [(place.x_um, place.y_um) for place in contacts], lambda element: draw.draw_via(element, tech, cut, size_um, 0.0, 0.0, contact=False))
    return ["%d vias of %g um are drawn on contact points" % (len(contacts), size_um)]


def _insert(cell: pya.Cell, tech: Technology, layer: str, shape: pya.DPolygon | pya.DPath | pya.DBox) -> None:
    cell.shapes(draw.ensure_layer(cell.layout(), tech, layer)).insert(shape.to_itype(cell.layout().dbu))
