"""Largest distance to another layer."""

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
    """Of whole connected shapes: measured in the whole layout."""

    name = "distance_max"
    family = "geometry"
    keys = ("layer", "to", "value_um")
    sense = MAXIMUM
    means = "each shape lies within this distance of a shape of another layer (to), edge to edge"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        layers = drawing.layers
        limit, others = layers.dbu_of(rule["value_um"]), layers.index(rule["to"])
        return [Finding([shape], "no %s within %s um" % (rule["to"], layers.um(limit)))
                for shape in layers.merged(rule["layer"]).each() if not _reaches(shape, others, limit + EXACT)]


def _reaches(shape: pya.Polygon, others: PolygonIndex, limit: float) -> bool:
    reach = math.ceil(limit)
    near = (others.polygons[number] for number in others.touching(shape.bbox().enlarged(reach, reach)))
    return any(_are_within(shape, other, limit) for other in near)


def _are_within(one: pya.Polygon, other: pya.Polygon, limit: float) -> bool:
    if one.is_box() and other.is_box():
        return geometry.distances.of_boxes(one.bbox(), other.bbox()) <= limit
    edges_of = geometry.facing.edges_of
    return one.touches(other) or geometry.facing.smallest(edges_of([one]), edges_of([other]), limit + EXACT) <= limit
