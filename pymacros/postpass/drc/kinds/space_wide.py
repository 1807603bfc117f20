"""Smallest distance of wide metal."""

from __future__ import annotations

from typing import Any

from . import measuring
from .base import MINIMUM, Kind


class SpaceWide(Kind):
    """Between the parts of two shapes that are both wide, where they run side by side."""

    name = "space_wide"
    family = "geometry"
    keys = ("layer", "value_um", "wider_than_um", "run_longer_than_um")
    sense = MINIMUM
    means = "smallest distance where both sides are wider than a width and run side by side for longer than a length"
    may_go_on_unseen = 0  # what lies between two parts of one shape is no finding

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        layers = drawing.layers
        return measuring.places(rule, drawing, measuring.side_by_side(rule, layers, layers.merged(rule["layer"])), "space")

    def question(self, rule: dict[str, Any], ask: Any) -> str:
        half = max(ask.layers.floor_dbu(rule["wider_than_um"]) // 2 - 1, 0)
        wide = "%s.with_bbox_min(%d, nil, false).sized(%d, 2).sized(%d, 2)" % (ask.connected(rule["layer"]), 2 * half, -half, half)
        return "(%s).space_check(%d, false, Region.Projection).extents(1)" % (wide, ask.limit(rule) + 4)
