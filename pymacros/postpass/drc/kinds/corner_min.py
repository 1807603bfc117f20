"""Sharp corners."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import Finding
from .base import MINIMUM, Kind

if TYPE_CHECKING:
    import pya

SLACK_DEG = 0.5  # corners of a 45 degree trace that sit on the dbu grid turn by a little more than 90


class CornerMin(Kind):
    name = "corner_min"
    family = "geometry"
    keys = ("layer", "value_deg")
    sense = MINIMUM
    means = "no corner sharper than this, inside or outside the metal"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        # Merged flat: on cells KLayout splits slanted shapes first, and the corners between the parts move to whole dbu.
        turn, merged = 180.0 - rule["value_deg"] + SLACK_DEG, drawing.layers.raw(rule["layer"]).merged(False, 0)
        return [Finding([geometry.regions.box_around(x, y, 11)], "corner sharper than %s degrees" % rule["value_deg"])
                for polygon in _suspects(merged, turn) for x, y in _sharp(polygon, turn)]

    def question(self, rule: dict[str, Any], ask: Any) -> str:
        metal, turn = ask.connected(rule["layer"]), 180.0 - rule["value_deg"] + SLACK_DEG - 0.1
        return "%s.corners(-180.0, %r, 1) + %s.corners(%r, 180.0, 1)" % (metal, -turn, metal, turn)


def _suspects(merged: pya.Region, turn: float) -> list[Any]:
    """Polygons with a corner that KLayout calls sharp: newer ones do so within a dbu of its ends, however short its edges."""
    corners = merged.corners(-180.0, -turn, 1) + merged.corners(turn, 180.0, 1)
    if corners.is_empty():
        return []
    return geometry.regions.unmerged(merged).interacting(corners).each()


def _sharp(polygon: pya.Polygon, turn: float) -> Iterator[Any]:
    for points in geometry.outlines.contours(polygon):
        for i, (x, y) in enumerate(points):
            (ax, ay), (bx, by) = points[i - 2], points[i - 1]
            across, along = (bx - ax) * (y - by) - (by - ay) * (x - bx), (bx - ax) * (x - bx) + (by - ay) * (y - by)
            if math.degrees(math.atan2(abs(across), along)) > turn:
                yield bx, by
