"""Shapes without holes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import geometry
from ..findings import Finding
from .areas import area_text
from .base import Kind, Rule

if TYPE_CHECKING:
    from ..drawing import Drawing


class NoHoles(Kind):
    name = "no_holes"
    family = "geometry"
    keys = ("layer",)
    means = "no shape has a hole"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        layers = drawing.layers
        return [Finding([hole], "hole, area %s um2" % area_text(hole, layers.dbu))
                for polygon in layers.merged(rule["layer"]).each() for hole in geometry.outlines.holes(polygon)]
