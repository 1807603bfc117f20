"""What a fan-out drew before. Its shapes carry a property, so that a later one keeps what is still right to the dbu and draws the
rest of the nets anew: a trace whose pad was moved is never patched.

A net that was drawn by hand carries no such property, and stays. Needs numpy.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pya

from ..draw import drawing
from ..draw.choices import CommandError
from ..drc.drawing import Drawing
from ..drc.kinds import KINDS
from ..geometry.box_index import PolygonIndex
from ..geometry.layers import Layers
from ..geometry.regions import region_of, unmerged
from ..layout_file import copy_of, layer_indexes
from ..tech import metal_levels
from .connected_metal import DrawnMetal
from .netlist import together

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .connected_metal import ConnectedMetal
    from .netlist import Entry

PROPERTY = 6005  # its name: GDS has numbers alone
MARK = "postpass fan-out, %d terminals"
_MARK = re.compile(r"postpass fan-out, (\d+) terminals\Z")
#: kinds of rules that a trace must not break to stay
RULES = ("width_min", "space")


class Own(NamedTuple):
    """A shape that a fan-out drew."""

    layer: str  # of the technology
    layer_index: int  # in the layout
    polygon: pya.Polygon
    terminals: int  # how many the net joined then


class Split(NamedTuple):
    """What a fan-out starts from. layout: perhaps a copy, without the shapes that go; a cell does not keep its layout alive."""

    layout: pya.Layout
    cell: pya.Cell
    gone: list[Own]
    kept: list[Own]


def insert(cell: pya.Cell, tech: Technology, layer: str, outline: pya.Polygon, terminals: int) -> dict[str, int]:
    """Draws a shape of a fan-out (dbu) of a net that joins so many terminals. Returns a Counter by layer."""
    shapes = cell.shapes(drawing.ensure_layer(cell.layout(), tech, layer))
    shapes.insert_polygon_with_properties(outline, cell.layout().properties_id([[PROPERTY, MARK % terminals]]))
    return drawing.counted(layer)


def drawn(cell: pya.Cell, tech: Technology) -> list[Own]:
    """The shapes that fan-outs drew into a cell."""
    found = []
    for level in metal_levels.levels(tech):
        for layer in filter(None, (level.trace, level.cut)):
            for index in layer_indexes(cell.layout(), tech.layers[layer]["gds"]):
                for shape in cell.shapes(index).each(pya.Shapes.SPolygons | pya.Shapes.SBoxes | pya.Shapes.SProperties):
                    terminals = _terminals(shape)
                    if terminals is not None:
                        found.append(Own(layer, index, shape.polygon, terminals))
    return found


def _terminals(shape: pya.Shape) -> int | None:
    said = shape.property(PROPERTY) if shape.has_prop_id() else None
    match = _MARK.match(said) if isinstance(said, str) else None
    return int(match.group(1)) if match else None


def is_own(shape: pya.Shape) -> bool:
    """Did a fan-out draw it?"""
    return _terminals(shape) is not None


def erase(cell: pya.Cell, gone: Iterable[Own]) -> None:
    """Takes shapes of fan-outs out of a cell."""
    by_layer: dict[int, set[pya.Polygon]] = {}
    for own in gone:
        by_layer.setdefault(own.layer_index, set()).add(own.polygon)
    for index, polygons in by_layer.items():
        shapes = cell.shapes(index)
        for shape in [shape for shape in shapes.each(pya.Shapes.SPolygons | pya.Shapes.SBoxes | pya.Shapes.SProperties) if is_own(shape) and shape.polygon in polygons]:
            shapes.erase(shape)


class Chosen(NamedTuple):
    """The nets at some places. own: what fan-outs drew of them; corners: [(level, x_um, y_um)], one on each piece of their other metal."""

    own: list[Own]
    corners: list[tuple[int, float, float]]


class Reading:
    """What is drawn in a cell, each part read when it is asked for, and once: own: what fan-outs drew; whole: all metal; bare: the metal without
    their shapes. The last two raise CommandError for a via without metal."""

    def __init__(self, cell: pya.Cell, tech: Technology) -> None:
        self.cell, self.tech = cell, tech

    @cached_property
    def own(self) -> list[Own]:
        return drawn(self.cell, self.tech)

    @cached_property
    def whole(self) -> DrawnMetal:
        return DrawnMetal(self.cell, self.tech)

    @cached_property
    def bare(self) -> DrawnMetal:
        return DrawnMetal(self._copy.cell(self.cell.cell_index()), self.tech)

    @cached_property
    def _copy(self) -> pya.Layout:  # a cell does not keep its layout alive
        return without(self.cell, self.own)


def chosen(reading: Reading, places_um: Sequence[tuple[float, float]], entries: Sequence[Entry] = ()) -> Chosen:
    """What belongs to the nets at the places, to nets of the same names, and to those that a net list puts in a pair or group with them.
    Raises CommandError where there is no metal."""
    nets, pieces, dbu = _chosen_nets(reading.whole, places_um, entries), reading.bare.pieces(), reading.whole.layers.dbu
    corners = [(level, at.x * dbu, at.y * dbu) for piece, net in zip(pieces, _nets_of_pieces(reading.whole, pieces)) if net in nets for level, at in [_corner(piece)]]
    return Chosen(_of_nets(reading, nets), corners)


def drawn_at(cell: pya.Cell, tech: Technology, places_um: Sequence[tuple[float, float]]) -> list[Own]:
    """What fan-outs drew of the nets at the places, and of nets of the same names. Raises CommandError where there is no metal."""
    reading = Reading(cell, tech)
    return _of_nets(reading, _chosen_nets(reading.whole, places_um))


def _of_nets(reading: Reading, nets: set[int | None]) -> list[Own]:
    return [one for one, net in zip(reading.own, _nets_of(reading.whole, reading.tech, reading.own)) if net in nets]


def _chosen_nets(whole: DrawnMetal, places_um: Sequence[tuple[float, float]], entries: Sequence[Entry] = ()) -> set[int | None]:
    """The nets at the places, those of the same names, and those in a pair or group with them."""
    nets: set[int | None] = set()
    for x_um, y_um in places_um:
        here = {net for level in range(len(whole.levels)) for net in whole.nets_at(level, [(x_um, y_um)])} - {None}
        if not here:
            raise CommandError("There is no metal of a net at %g, %g um: select contact points, pads or traces." % (x_um, y_um))
        nets |= here
    found = whole.pieces(entries)
    names = together({piece.name for piece in found if piece.net in nets and piece.name}, entries)
    return nets | {piece.net for piece in found if piece.name in names}


def _corner(piece: ConnectedMetal) -> tuple[int, pya.Point]:
    level = min(piece.shapes)
    return level, next(piece.shapes[level][0].each_point_hull())


def split(reading: Reading, entries: Sequence[Any] = (), nets: Collection[str] = (), anew: bool = False, among: Sequence[Own] | None = None) -> Split:
    """What stays of earlier fan-outs, and what is drawn anew: what joins less than it did or too much, is too narrow or too near to
    other metal, in a keep-out or outside the die; the nets named; with `anew` all; of these what is `among` some. Raises CommandError.
    """
    cell, own = reading.cell, reading.own
    _require_names(cell, reading.tech, entries, nets)
    if not own:
        return Split(cell.layout(), cell, [], [])
    gone = list(own) if anew else _wrong(reading, entries, nets)
    if among is not None:
        allowed = {(one.layer_index, one.polygon) for one in among}
        gone = [one for one in gone if (one.layer_index, one.polygon) in allowed]
    if not gone:
        return Split(cell.layout(), cell, [], own)
    gone_ids = {id(one) for one in gone}
    copy = without(cell, gone)
    return Split(copy, copy.cell(cell.cell_index()), gone, [one for one in own if id(one) not in gone_ids])


def _require_names(cell: pya.Cell, tech: Technology, entries: Sequence[Any], nets: Collection[str]) -> None:
    known = {label.text for label in Layers(cell.layout(), cell, tech).labels} | {entry.net for entry in entries}
    unknown = sorted(set(nets) - known)
    if unknown:
        raise CommandError("Cannot fan out anew: no net is named %s." % ", ".join(unknown))


def without(cell: pya.Cell, gone: Iterable[Own]) -> pya.Layout:
    """A copy of the cell's layout, without these shapes."""
    copy = copy_of(cell.layout())
    erase(copy.cell(cell.cell_index()), gone)
    return copy


def _wrong(reading: Reading, entries: Sequence[Any], nets: Collection[str]) -> list[Own]:
    tech, own = reading.tech, reading.own
    try:
        whole = reading.whole
    except CommandError:  # a via that lost its metal
        return own
    pieces = reading.bare.pieces(entries)
    net_of_own, net_of_piece = _nets_of(whole, tech, own), _nets_of_pieces(whole, pieces)
    joined: dict[int | None, list[ConnectedMetal]] = {}
    for piece, net in zip(pieces, net_of_piece):
        joined.setdefault(net, []).append(piece)
    at: dict[str, set[int | None]] = {}
    for piece, net in zip(pieces, net_of_piece):
        if piece.name and not piece.left:
            at.setdefault(piece.name, set()).add(net)
    expected: dict[int | None, int] = {}
    for one, net in zip(own, net_of_own):
        expected[net] = max(expected.get(net, 0), one.terminals)
    wrong = {net for net, terminals in expected.items() if net is None or _is_wrong(joined.get(net, []), terminals, at, nets)}
    broken = _broken(whole, tech, own)
    wrong |= {net for number, net in enumerate(net_of_own) if number in broken}
    return [one for one, net in zip(own, net_of_own) if net in wrong]


def _is_wrong(pieces: Sequence[ConnectedMetal], terminals: int, at: dict[str, set[int | None]], nets: Collection[str]) -> bool:
    """Is it no whole net any more? pieces: what it joins; at: where the pieces of each name are."""
    names = {piece.name for piece in pieces if piece.name}
    wanted = [piece for piece in pieces if not piece.left]
    has_both = any(piece.has_contact for piece in wanted) and any(piece.has_pad for piece in wanted)
    return not has_both or len(wanted) < terminals or len(names) > 1 or any(name in nets or len(at.get(name, ())) > 1 for name in names)


def _nets_of(whole: DrawnMetal, tech: Technology, own: Sequence[Own]) -> list[int | None]:
    """The net that each shape belongs to."""
    level_of = {layer: number for number, level in enumerate(metal_levels.levels(tech)) for layer in (level.trace, level.cut)}
    return _nets_at(whole, [(level_of[one.layer], next(one.polygon.each_point_hull())) for one in own])


def _nets_of_pieces(whole: DrawnMetal, pieces: Sequence[ConnectedMetal]) -> list[int | None]:
    return _nets_at(whole, [_corner(piece) for piece in pieces])


def _nets_at(whole: DrawnMetal, places: Sequence[tuple[int, pya.Point]]) -> list[int | None]:
    """The nets of the metal at places (level, point in dbu)."""
    dbu = whole.layers.dbu
    found: list[int | None] = [None] * len(places)
    for number in {level for level, _ in places}:
        here = [k for k, (level, _) in enumerate(places) if level == number]
        for k, net in zip(here, whole.nets_at(number, [(places[k][1].x * dbu, places[k][1].y * dbu) for k in here])):
            found[k] = net
    return found


def _broken(whole: DrawnMetal, tech: Technology, own: Sequence[Own]) -> set[int]:
    """Numbers of the shapes where a rule is broken that traces keep, that lie in a keep-out, or outside the die."""
    layers, levels = whole.layers, metal_levels.levels(tech)
    index, places = PolygonIndex(one.polygon for one in own), []
    traces = {holder for level in levels for holder in tech.holders(level.trace)}
    drawing_ = Drawing(layers)
    for rule in tech.rules:
        if rule["check"] in RULES and rule.get("severity", "error") == "error" and rule["layer"] in traces:
            places += [shape for finding in KINDS[rule["check"]].findings(rule, drawing_) for shape in finding.shapes]
    broken = {number for place in places for number in index.touching(place.bbox()) if own[number].polygon.touches(place)}
    die = layers.together(tech.of_kind("outline")).merged()
    for level in levels:
        mine = [number for number, one in enumerate(own) if one.layer == level.trace]
        shapes = unmerged(region_of(own[number].polygon for number in mine))
        keepouts = layers.together(metal_levels.keepouts_of(tech, level)).merged()
        outside = [*(shapes & keepouts).each(), *(shapes - die).each()]
        broken |= {number for polygon in outside for number in index.touching(polygon.bbox()) if own[number].polygon.touches(polygon)}
    return broken
