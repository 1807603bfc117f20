"""What the two limits of the aspect ratio share."""

from __future__ import annotations

from typing import Any

from . import measuring
from .base import Kind


class AspectRatio(Kind):
    family = "geometry"
    keys = ("layer", "value")

    def breaks(self, rule: dict[str, Any], ratio: float) -> bool:
        raise NotImplementedError

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        depth = drawing.technology.depth_um(rule["layer"])

        def wrong(form: Any) -> Any:
            size = round(form.size[0] * drawing.layers.dbu, 9)
            return "depth %g um, size %g um, ratio %.3f" % (depth, round(size, 6), depth / size) if self.breaks(rule, depth / size) else None
        return measuring.wrong_forms(rule, drawing, wrong)

    def judged_by_outline(self, rule: dict[str, Any], technology: Any) -> bool:
        return technology.closed_shapes(rule["layer"])


def size_at(rule: dict[str, Any], layers: Any) -> float:
    """The size (dbu) at which a via has the ratio of the rule."""
    return layers.dbu_of(layers.technology.depth_um(rule["layer"]) / rule["value"])
