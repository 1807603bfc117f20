"""Angles of edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import Finding
from .base import Kind

if TYPE_CHECKING:
    import pya


class Angle(Kind):
    name = "angle"
    family = "geometry"
    keys = ("layer", "value_deg")
    means = "every edge at a multiple of this angle"
    new_outlines_by_touching = False  # edges of merged metal lie on drawn edges

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        edges = drawing.layers.merged(rule["layer"]).edges()
        if rule["value_deg"] in (45, 90):
            edges = edges.with_angle(edges.OrthoEdges if rule["value_deg"] == 90 else edges.OrthoDiagonalEdges, True)
        off = [edge for edge in edges.each() if _miss(edge, rule["value_deg"]) > 1.001]
        return [Finding([edge], "angle %.2f degrees" % (_degrees(edge) % 180.0)) for edge in _without_round_shapes(drawing.layers, rule["layer"], off)]

    def judged_by_outline(self, rule: dict[str, Any], technology: Any) -> bool:
        return True

    def outline_is_suspect(self, rule: dict[str, Any], outline: pya.Polygon) -> bool:
        """Where drawn edges are cut, corners move by less than a dbu."""
        return not geometry.outlines.looks_round(outline) and any(_miss(edge, rule["value_deg"]) > 0.25 for edge in outline.each_edge())


def _degrees(edge: pya.Edge) -> float:
    return math.atan2(edge.dy(), edge.dx()) * 180.0 / math.pi


def _miss(edge: pya.Edge, step: int) -> float:
    """How far (dbu) the end of an edge misses the nearest multiple of an angle; between whole dbu it may miss it by one."""
    off = _degrees(edge) % step
    return edge.length() * math.sin(math.radians(min(off, step - off)))


def _without_round_shapes(layers: Any, name: str, edges: Sequence[Any]) -> Sequence[Any]:
    """Capture pads on the trace layer may be round: their facets are no trace edges."""
    if not edges:
        return edges
    round_shapes = geometry.regions.region_of(polygon for polygon in layers.raw(name).each() if geometry.outlines.looks_round(polygon))
    if round_shapes.is_empty():
        return edges
    return [edge for edge in geometry.regions.edges_of(edges).outside_part(round_shapes.sized(2)).each() if edge.length() > 2]
