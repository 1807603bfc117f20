"""What the two limits of the aspect ratio share."""

from __future__ import annotations

from typing import Any

from . import measuring
from .base import MAXIMUM, MINIMUM, Kind


class AspectRatio(Kind):
    family = "geometry"
    keys = ("layer", "value")
    optional = ("nominal",)

    def breaks(self, rule: dict[str, Any], ratio: float) -> bool:
        raise NotImplementedError

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        depth = drawing.technology.depth_um(rule["layer"])

        def wrong(form: Any) -> Any:
            size = measuring.size(rule, form, MINIMUM if self.sense == MAXIMUM else MAXIMUM, form.size[0])  # the larger, the smaller is the ratio
            length = round(size.length * drawing.layers.dbu, 9)
            return "depth %g um, %s %g um, ratio %.3f" % (depth, size.name, round(length, 6), depth / length) if self.breaks(rule, depth / length) else None
        return measuring.wrong_forms(rule, drawing, wrong)

    def judged_by_outline(self, rule: dict[str, Any], technology: Any) -> bool:
        return technology.closed_shapes(rule["layer"])


def size_at(rule: dict[str, Any], layers: Any) -> float:
    """The size (dbu) at which a via has the ratio of the rule."""
    return layers.dbu_of(layers.technology.depth_um(rule["layer"]) / rule["value"])
