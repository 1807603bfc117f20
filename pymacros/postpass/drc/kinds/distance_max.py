"""Largest distance to another layer, or to the next shape of the same one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ... import geometry
from ..findings import Finding
from .base import MAXIMUM, Kind, Rule
from .measuring import EXACT

if TYPE_CHECKING:
    import pya

    from ...geometry.box_index import PolygonIndex
    from ..drawing import Drawing


class DistanceMax(Kind):
    """Of whole connected shapes: measured in the whole layout. Where a layer is measured to itself, no shape is its own neighbour."""

    name = "distance_max"
    family = "geometry"
    keys = ("layer", "to", "value_um")
    optional = ("measure",)
    sense = MAXIMUM
    means = "each shape lies within this distance of a shape of another layer (to), or of another one of its own, edge to edge or (with measure centre) centre to centre"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        layers = drawing.layers
        limit, shapes, others = layers.dbu_of(rule["value_um"]), layers.index(rule["layer"]).polygons, layers.index(rule["to"])
        of_centres, of_its_own = rule.get("measure") == "centre", rule["to"] == rule["layer"]
        are_within = _centres_are_within if of_centres else _edges_are_within
        words = "no %s%s within %s um%s" % ("other " if of_its_own else "", rule["to"], layers.um(limit), ", centre to centre" if of_centres else "")
        return [Finding([shape], words) for number, shape in enumerate(shapes)
                if not any(are_within(shape, others.polygons[there], limit + EXACT) for there in _near(shape, others, limit) if not (of_its_own and there == number))]


def _near(shape: pya.Polygon, others: PolygonIndex, limit: float) -> list[int]:
    """Numbers of the others that may lie within the limit, edge to edge or centre to centre."""
    reach = math.ceil(limit)
    return others.touching(shape.bbox().enlarged(reach, reach))


def _centres_are_within(one: pya.Polygon, other: pya.Polygon, limit: float) -> bool:
    return math.dist(geometry.outlines.centre(one), geometry.outlines.centre(other)) <= limit


def _edges_are_within(one: pya.Polygon, other: pya.Polygon, limit: float) -> bool:
    if one.is_box() and other.is_box():
        return geometry.distances.of_boxes(one.bbox(), other.bbox()) <= limit
    edges_of = geometry.facing.edges_of
    return one.touches(other) or geometry.facing.smallest(edges_of([one]), edges_of([other]), limit + EXACT) <= limit
