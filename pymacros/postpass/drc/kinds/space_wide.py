"""Smallest distance of wide metal."""

from __future__ import annotations

from typing import Any

from . import measuring
from .base import MINIMUM, Kind


class SpaceWide(Kind):
    """Between the wide parts of two shapes, or those of one and another shape, where they run side by side."""

    name = "space_wide"
    family = "geometry"
    keys = ("layer", "value_um", "wider_than_um", "run_longer_than_um")
    optional = ("wide",)
    sense = MINIMUM
    means = "smallest distance where both sides (with wide one: one of them or both) are wider than a width and run side by side for longer than a length"
    may_go_on_unseen = 0  # what lies between two parts of one shape is no finding

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        layers, metal = drawing.layers, drawing.layers.merged(rule["layer"])
        wide = measuring.wide_parts(metal, layers.floor_dbu(rule["wider_than_um"]))
        return measuring.places(rule, drawing, measuring.side_by_side(rule, layers, metal, wide), "space")

    def question(self, rule: dict[str, Any], ask: Any) -> str:
        """What is nearly wide counts as wide, too, so that two wide parts may be one here, with a notch between."""
        half, limit, name = max(ask.layers.floor_dbu(rule["wider_than_um"]) // 2 - 1, 0), ask.limit(rule) + 4, "wide_" + rule["id"]
        wide = ask.define(name, "%s.with_bbox_min(%d, nil, false).sized(%d, 2).sized(%d, 2).merged(false, 0)" % (ask.connected(rule["layer"]), 2 * half, -half, half))
        few, many = ask.few_of(name, wide, limit), ask.many_of(name, wide, limit)
        found = [ask.around(name, "%s.space_check(%d, false, Region.Projection)" % (few, limit)), "%s.extents(%d, %d)" % (many, limit, limit)]
        if measuring.one_side_is_enough(rule):
            few_beside, many_beside = ask.few_corners(rule["layer"], limit), ask.many_corners(rule["layer"], limit)
            found += [ask.around(name + "_beside", "%s.separation_check(%s, %d, false, Region.Projection, nil, nil, nil, false)" % (few, few_beside, limit)),
                      "%s.extents(%d, %d).interacting(%s)" % (many_beside, limit, limit, wide)]
        return " + ".join(found)
