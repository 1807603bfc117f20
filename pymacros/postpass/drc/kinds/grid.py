"""Vertices on the manufacturing grid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import Finding
from .base import Kind

if TYPE_CHECKING:
    import pya


class Grid(Kind):
    name = "grid"
    family = "geometry"
    keys = ("layer",)
    means = "every vertex on the manufacturing grid"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        layers = drawing.layers
        step = layers.limit_dbu(drawing.technology.grid_um)
        corners = (pair.first.p1 for pair in layers.raw(rule["layer"]).grid_check(step, step).each())
        off = dict.fromkeys((corner.x, corner.y) for corner in corners)
        tips = _tips_of_spikes(layers, rule["layer"], off)
        return [Finding([geometry.regions.box_around(x, y, step)], "vertex at %s, %s um" % (layers.um(x), layers.um(y))) for x, y in off if (x, y) not in tips]

    def question(self, rule: dict[str, Any], ask: Any) -> str:
        step = ask.layers.limit_dbu(ask.technology.grid_um)
        return " + ".join("%s.grid_check(%d, %d).polygons(1)" % (part, step, step) for part in ask.drawn_parts(rule["layer"]))


def _tips_of_spikes(layers: Any, name: str, corners: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the corners that are nothing but tips of spikes: these have no width, go when shapes are merged, and deep regions
    leave them out by themselves. (`interacting` is no way to the shapes of a corner: it misses slim ones.)"""
    shapes = {polygon for x, y in corners for polygon in layers.drawn_at(name, geometry.regions.box_around(x, y, 0))}
    kept = {corner for polygon in shapes for corner in _corners(polygon)}
    return {corner for corner in corners if corner not in kept}


def _corners(polygon: pya.Polygon) -> Iterator[tuple[int, int]]:
    """Its corners but those where it turns back on itself."""
    for points in geometry.outlines.contours(polygon):
        for (before_x, before_y), (x, y), (after_x, after_y) in zip(points[-1:] + points[:-1], points, points[1:] + points[:1]):
            (to_x, to_y), (on_x, on_y) = (x - before_x, y - before_y), (after_x - x, after_y - y)
            if to_x * on_y != to_y * on_x or to_x * on_x + to_y * on_y > 0:
                yield x, y
