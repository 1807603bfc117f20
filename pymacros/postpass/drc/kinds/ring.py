"""Rings around shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import geometry
from ..findings import Finding
from .base import Kind, Rule

if TYPE_CHECKING:
    import pya

    from ..drawing import Drawing


class Ring(Kind):
    """Rings are whole connected shapes: looked at in the whole layout."""

    name = "ring"
    family = "geometry"
    keys = ("layer", "to")
    means = "each shape of another layer (to) lies in the hole of just one shape of the layer: one unbroken ring around it"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        layers, found = drawing.layers, []
        holes = geometry.box_index.PolygonIndex(hole for ring in layers.merged(rule["layer"]).each() for hole in geometry.outlines.holes(ring))
        for inner in layers.merged(rule["to"]).each():
            count = sum(_lies_in(inner, holes.polygons[number]) for number in holes.touching(inner.bbox()))
            if count != 1:
                found.append(Finding([inner], "%s around it" % ("%d unbroken %s" % (count, rule["layer"]) if count else "no unbroken " + rule["layer"])))
        return found


def _lies_in(inner: pya.Polygon, hole: pya.Polygon) -> bool:
    region = geometry.regions.region_of
    return inner.bbox().inside(hole.bbox()) and (region([inner]) - region([hole])).is_empty()
