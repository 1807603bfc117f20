"""Smallest distance on one layer."""

from __future__ import annotations

from typing import Any

from ... import geometry
from . import measuring
from .base import MINIMUM, Kind


class Space(Kind):
    """Between shapes, and in the notches and wedges of one shape."""

    name = "space"
    family = "geometry"
    keys = ("layer", "value_um")
    optional = ("angle_deg", "notch_deg")
    sense = MINIMUM
    means = ("smallest distance of edges on one layer that miss less than angle_deg to be parallel, notches and wedges included whose sides miss less than notch_deg "
             "(both 90 where not stated)")
    may_go_on_unseen = 1  # a notch has another limit of its angle than what lies between two shapes

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        layers = drawing.layers
        return measuring.places(rule, drawing, measuring.beside_or_notched(rule, layers, layers.merged(rule["layer"])), "space")

    def question(self, rule: dict[str, Any], ask: Any) -> str:
        """Boxes that reach half the limit farther overlap where two are too near."""
        limit = ask.limit(rule)
        if ask.technology.closed_shapes(rule["layer"]):
            return ask.overlapping(rule["layer"], half_of(limit))
        few, many = ask.few_corners(rule["layer"], limit), ask.many_corners(rule["layer"], limit)
        beside = ask.around(rule["id"] + "_beside", "%s.isolated_check(%d, false, Region.Euclidian, nil, nil, nil, false)" % (few, limit))
        notched = ask.around(rule["id"] + "_notch", "%s.notch_check(%d, false, Region.Euclidian, %r, nil, nil, false)" % (
            few, limit, geometry.spacing.below_degrees(measuring.notch_degrees(rule))))
        return " + ".join((beside, notched, many + ".extents(%d, %d)" % (limit // 2 + 2, limit // 2 + 2), ask.short_edges(rule["layer"]) + ".extents(1, 1)"))

    def judged_by_outline(self, rule: dict[str, Any], technology: Any) -> bool:
        """Notches are; what lies beside a shape is a question."""
        return technology.closed_shapes(rule["layer"])


def half_of(limit: int) -> int:
    return (limit + 1) // 2
