"""Vertices on the manufacturing grid."""

from __future__ import annotations

from typing import Any

from ... import geometry
from ..findings import Finding
from .base import Kind


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
        return [Finding([geometry.regions.box_around(x, y, step)], "vertex at %s, %s um" % (layers.um(x), layers.um(y))) for x, y in off]

    def question(self, rule: dict[str, Any], ask: Any) -> str:
        step = ask.layers.limit_dbu(ask.technology.grid_um)
        return " + ".join("%s.grid_check(%d, %d).polygons(1)" % (part, step, step) for part in ask.drawn_parts(rule["layer"]))
