"""Smallest length of edges."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..findings import Finding
from .base import MINIMUM, Kind, Rule
from .measuring import EXACT

if TYPE_CHECKING:
    import pya

    from ..drawing import Drawing


class EdgeLengthMin(Kind):
    """Of whole edges of connected shapes: measured in the whole layout."""

    name = "edge_length_min"
    family = "geometry"
    keys = ("layer", "value_um")
    optional = ("angles_deg",)
    sense = MINIMUM
    means = "smallest length of an edge, perhaps only of edges whose direction lies between two angles (0 along x, 90 along y)"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        layers = drawing.layers
        limit, angles = layers.dbu_of(rule["value_um"]) - EXACT, rule.get("angles_deg", (0.0, 180.0))
        edges = layers.merged(rule["layer"]).edges().with_length(0, math.ceil(limit) + 1, False)
        found = [(edge, math.hypot(edge.dx(), edge.dy())) for edge in edges.each()]  # KLayout's own length is a whole number
        return [Finding([edge], "edge %s um" % layers.um(length)) for edge, length in found if length < limit and angles[0] <= _degrees(edge) <= angles[1]]


def _degrees(edge: pya.Edge) -> float:
    """Of the line it lies on, 0 to 180."""
    return math.degrees(math.atan2(edge.dy(), edge.dx())) % 180.0
