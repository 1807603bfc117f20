"""Layouts (GDS, OASIS): the contact points and pads that a technology finds in a drawing, with its nets; lists are drawn by drawn_list.py. Needs numpy.

Nets and names are those of the deck. Lengths are um.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pya

from .. import layout_file, steps, strings
from .. import tech as technologies
from ..draw import areas
from ..fanout.net_list_of_drawing import nets_of
from . import drawn_list, outlines
from .record import CONTACT, NO_OPTIONS, NOT_OF_CELLS, PAD, ExchangeError, Options, PadList, Place, Summary, Trace, require_places, require_sizes, rounded, several_names, summary_of, title_word

if TYPE_CHECKING:
    from ..conductors.nets import Nets
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
    pads = pads_of(layout_file.top_cell(layout, options.topcell, options.wording.topcell), tech)
    require_places(path, pads.places, ["by %s" % tech.identity(tech.file_name())])
    return pads, summary_of(pads, TITLE, several_names(pads))


def pads_of(cell: pya.Cell, tech: Technology) -> PadList:
    """The list of what is drawn below a cell, read in steps (steps.py). Raises CommandError."""
    nets, dbu = nets_of(cell, tech, steps.step), cell.layout().dbu
    places = tuple(_one_each(steps.each(_places(nets, tech, dbu))))
    return PadList(places, areas.die_outline(cell, tech), strings.cell_name(cell), "%g um" % dbu, tuple(steps.each(_traces(cell, nets, tech))))


def _places(nets: Nets, tech: Technology, dbu: float) -> Iterator[Place]:
    found: list[tuple[str, str]] = []  # kind, net
    ids: list[int] = []
    for index in range(nets.size):
        name = " + ".join(nets.names_of(index))
        for kind, members in ((CONTACT, nets.contacts.of(index)), (PAD, nets.pads.of(index))):
            found += [(kind, name)] * len(members)
            ids += members
    numbers = np.array(ids, dtype=np.int64)
    functions = [nets.function_of_layer(layer) if tech.kind_of(layer) == "pad" else "" for layer in nets.drawn]
    shaped: dict[int, Place] = {}  # by the number of the outline: figures of one shape have one
    for (kind, name), id_, slot, outline, (left, bottom, right, top) in zip(found, ids, nets.slots_of(numbers).tolist(), nets.outline_numbers(numbers).tolist(), nets.boxes(numbers).tolist()):
        if outline not in shaped:
            shaped[outline] = outlines.shaped(Place("", 0.0, 0.0), [(point.x * dbu, point.y * dbu) for point in nets.polygon(id_).each_point_hull()])
        x_um, y_um = rounded((left + right) / 2 * dbu), rounded((bottom + top) / 2 * dbu)
        yield shaped[outline]._replace(x_um=x_um, y_um=y_um, net=name, kind=kind, function=functions[slot] if kind == PAD else "")


def _one_each(places: Iterable[Place]) -> list[Place]:
    """Without the UBM of a pad, which lies in its middle."""
    found: dict[tuple[str, float, float], Place] = {}
    for place in places:
        key = (place.kind, place.x_um, place.y_um)
        if key not in found or (place.function and not found[key].function):
            found[key] = place
    return sorted(found.values(), key=lambda place: (place.kind, place.net, place.x_um, place.y_um))


def _traces(cell: pya.Cell, nets: Nets, tech: Technology) -> Iterator[Trace]:
    """What is drawn on the layers of traces, with its net."""
    dbu = cell.layout().dbu
    for layer in tech.of_kind("metal"):
        if "gds" not in tech.layers[layer] or layer not in nets.drawn:
            continue
        found: list[tuple[tuple[int, int], float, list[pya.Point]]] = []
        for index in layout_file.layer_indexes(cell.layout(), tech.layers[layer]["gds"]):
            iterator = cell.begin_shapes_rec(index)
            while not iterator.at_end():
                steps.step()
                shape, there = iterator.shape(), iterator.itrans()
                if shape.is_path() and not shape.round_path and shape.path_bgnext == shape.path_endext == 0 and there.mag == 1.0:
                    points = [there * point for point in shape.path.each_point()]
                    found.append(((points[0].x, points[0].y), shape.path_width * dbu, points))
                elif shape.is_path() or shape.is_polygon() or shape.is_box():
                    points = list(shape.polygon.resolved_holes().transformed(there).each_point_hull())
                    found.append(((points[0].x, points[0].y), 0.0, points))
                iterator.next()
        indexes = nets.indexes_at(layer, np.array([place for place, _, _ in found], dtype=np.int64).reshape(-1, 2)).tolist()
        for net, (_, width, points) in zip(indexes, found):
            name = " + ".join(nets.names_of(net)) if net >= 0 else ""
            yield Trace(name, layer, rounded(width), tuple((rounded(point.x * dbu), rounded(point.y * dbu)) for point in points))


def write(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Draws a list as shapes: see drawn_list. Returns notes."""
    tech = technology_of(options)
    require_sizes(pads, TITLE)
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    name, notes = title_word(pads.title, NOT_OF_CELLS, "TOP")
    notes += drawn_list.draw(layout.create_cell(name), tech, pads, options.vias).messages
    layout.write(path)
    return notes
