"""Distances on a layer that depend on the nets of both sides."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pya

from ..geometry import distances, spacing
from ..geometry.regions import region_of, unmerged
from .findings import Finding
from .kinds.measuring import grid_diagonal, keeps, notch_degrees, wide_parts

if TYPE_CHECKING:
    from ..conductors.figures import Figures
    from .drawing import Drawing


MARGIN = 10  # dbu


def space_between(rule: "dict[str, Any]", drawing: Drawing, accepted: Callable[["int | None", "int | None"], bool]) -> "list[Finding]":
    """Pairs of edges nearer than the limit whose nets are accepted, gathered into places."""
    nets, layers, layer = drawing.nets, drawing.layers, rule["layer"]
    if not nets.is_conducting(layer):
        return []  # a technology without connectivity has no nets
    limit, diagonal = layers.dbu_of(rule["value_um"]), grid_diagonal(layers)
    pairs = drawing.once(("edge pairs by net", layer, rule["value_um"], rule.get("wider_than_um"), rule.get("run_longer_than_um"), notch_degrees(rule)),
                         lambda: _pairs_and_nets(rule, drawing))
    near = [one for one in distances.measured(pair for pair, one, other in pairs if accepted(one, other)) if not keeps(limit, one, diagonal)]
    places = distances.places(near)
    titles = nets.titles_at([layer], [place.polygon for place in places])
    return [Finding([place.polygon], "space %s um, %s" % (layers.um(place.distance), title)) for place, title in zip(places, titles)]


def _pairs_and_nets(rule: "dict[str, Any]", drawing: Drawing) -> "list[tuple[pya.EdgePair, int | None, int | None]]":
    """Pairs of edges nearer than the limit, with the nets beside both."""
    layers, figures = drawing.layers, drawing.nets.figures(rule["layer"])
    limit = layers.limit_dbu(rule["value_um"])
    wide = (layers.floor_dbu(rule["wider_than_um"]), layers.floor_dbu(rule.get("run_longer_than_um", 0)) + 1) if "wider_than_um" in rule else None
    pairs = drawing.measured(partial(_own_pairs, limit, wide, notch_degrees(rule)), figures, figures, limit + MARGIN)
    beside = _figures_beside(figures, [edge for pair in pairs for edge in (pair.first, pair.second)])
    of_net = drawing.nets.nets_of(rule["layer"])
    nets = [None if number is None else int(of_net[number]) for number in beside]
    return list(zip(pairs, nets[::2], nets[1::2]))


def _own_pairs(limit: int, wide: "tuple[int, int] | None", degrees: float, own: Figures, near: Figures) -> "list[pya.EdgePair]":
    """A pair belongs to the first of its two figures, from left to right."""
    pairs = _edge_pairs(limit, wide, degrees, unmerged(region_of(map(near.all().polygon, range(len(near))))))
    if own is near:
        return pairs
    mine = set(map(tuple, own.boxes().tolist()))
    boxes = [None if number is None else tuple(near.boxes(np.array([number]))[0].tolist())
             for number in _figures_beside(near, [edge for pair in pairs for edge in (pair.first, pair.second)])]
    return [pair for pair, one, other in zip(pairs, boxes[::2], boxes[1::2]) if min(box for box in (one, other) if box) in mine]


def _edge_pairs(limit: int, wide: "tuple[int, int] | None", degrees: float, metal: pya.Region) -> "list[pya.EdgePair]":
    """wide: only parts wider than the first, beside each other for the second at least."""
    if wide:
        return spacing.beside(wide_parts(metal, wide[0]), limit, wide[1])
    return spacing.beside(metal, limit) + spacing.notches(metal, limit, degrees)


def _figures_beside(figures: Figures, edges: "list[pya.Edge]") -> "list[int | None]":
    """Number of the figure that each edge bounds; the ends of a part of an edge may be a dbu off."""
    boxes = np.array([(min(e.x1, e.x2) - 1, min(e.y1, e.y2) - 1, max(e.x1, e.x2) + 1, max(e.y1, e.y2) + 1) for e in edges], dtype=np.int64).reshape(-1, 4)
    near: "list[list[int]]" = [[] for _ in edges]
    for which, number in zip(*(column.tolist() for column in figures.near(boxes))):
        near[which].append(number)
    return [next((number for number in numbers if len(numbers) > 1 and figures.polygon(number).touches(edge)), numbers[0] if numbers else None)
            for edge, numbers in zip(edges, near)]
