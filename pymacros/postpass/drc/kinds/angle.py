"""Angles of edges."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import Finding
from ..marks import together
from .base import Kind, Rule

if TYPE_CHECKING:
    import pya

    from ...geometry.box_index import PolygonIndex
    from ...geometry.layers import Layers
    from ..drawing import Drawing

MISS = 1.001  # dbu; between whole dbu the end of an edge may miss its angle by one
ARCS, NONE = "arcs", "none"  # whose facets are no findings; round shapes by default


class Angle(Kind):
    """A curve, edges that follow each other and turn little, is one finding."""

    name = "angle"
    family = "geometry"
    keys = ("layer", "value_deg")
    optional = ("round",)
    means = "every edge at a multiple of this angle; not the facets of round shapes, unless round says none, nor with round: arcs those of arcs; a curve is one marker"
    new_outlines_by_touching = False  # edges of merged metal lie on drawn edges

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        metal = drawing.layers.merged(rule["layer"])
        off = _off_angle(metal, rule["value_deg"])
        if off.is_empty():
            return []
        rounds = _rounds(rule, drawing.layers)
        return [finding for shape in _shapes_at(metal, off, rounds.polygons) for finding in _on_shape(rule, shape, rounds)]

    def judged_by_outline(self, rule: Rule, technology: Any) -> bool:
        return True

    def outline_is_suspect(self, rule: Rule, outline: pya.Polygon) -> bool:
        """Where drawn edges are cut, corners move by less than a dbu."""
        if rule.get("round") != NONE and geometry.outlines.looks_round(outline):
            return False
        return any(_miss(edge, rule["value_deg"]) > 0.25 for edge in outline.each_edge())

    def needs_whole_shapes(self, rule: Rule, technology: Any) -> bool:
        """What goes on beyond a place belongs to the same curve, and an arc may be none."""
        return True

    def wrong_rectangles(self, rule: Rule, rectangles: pya.Region, layers: Layers) -> pya.Region | None:
        return rectangles if 90.0 % rule["value_deg"] else None


def _miss(edge: pya.Edge, step: float) -> float:
    """How far (dbu) the end of an edge misses the nearest multiple of an angle."""
    off = math.degrees(math.atan2(edge.dy(), edge.dx())) % step
    return math.hypot(edge.dx(), edge.dy()) * math.sin(math.radians(min(off, step - off)))


def _off_angle(metal: pya.Region, step: float) -> pya.Edges:
    edges = metal.edges()
    if step in (45, 90):
        edges = edges.with_angle(edges.OrthoEdges if step == 90 else edges.OrthoDiagonalEdges, True)
    return geometry.regions.edges_of(edge for edge in edges.each() if _miss(edge, step) > MISS)


def _rounds(rule: Rule, layers: Layers) -> PolygonIndex:
    """Round shapes whose facets are no findings, larger by what merging may move a facet: capture pads, for instance, drawn on the layer of the traces."""
    shapes = [] if rule.get("round") == NONE else layers.raw(rule["layer"]).each()
    return geometry.box_index.PolygonIndex(shape.sized(2, 2) for shape in shapes if layers.circle_of(shape))


def _shapes_at(metal: pya.Region, off: pya.Edges, rounds: list[pya.Polygon]) -> Iterator[pya.Polygon]:
    """Connected shapes with such edges outside of the round shapes."""
    if rounds:
        off = off.outside_part(geometry.regions.region_of(rounds))
    return geometry.regions.unmerged(metal.dup()).interacting(off.extents(2)).each()


def _on_shape(rule: Rule, shape: pya.Polygon, rounds: PolygonIndex) -> Iterator[Finding]:
    for contour in geometry.curves.contours(shape):
        off = contour.off_degrees(rule["value_deg"])
        meant = contour.misses(off) > MISS
        for number in meant.nonzero()[0].tolist():
            meant[number] = not _is_facet(contour.edge(number), rounds)
        if rule.get("round") == ARCS and meant.any():
            meant &= ~contour.arcs()
        for curve in contour.curves(meant):
            slanted = [(-round(float(off[number]), 2), round(float(contour.degrees[number]) % 180.0, 2)) for number in curve[meant[curve]].tolist()]
            yield Finding(together(map(contour.edge, curve.tolist())), _words(rule, len(slanted), min(slanted)[1]))


def _is_facet(edge: pya.Edge, rounds: PolygonIndex) -> bool:
    return any(rounds.polygons[number].inside(edge.p1) and rounds.polygons[number].inside(edge.p2) for number in rounds.touching(edge.bbox()))


def _words(rule: Rule, count: int, worst: float) -> str:
    if count == 1:
        return "angle %.2f degrees" % worst
    return "curve of %d edges off multiples of %g degrees, the worst at %.2f degrees" % (count, rule["value_deg"], worst)
