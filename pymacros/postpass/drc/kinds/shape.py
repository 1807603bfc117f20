"""Which shapes are allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import geometry
from . import measuring
from .base import Kind

if TYPE_CHECKING:
    import pya

FAR_OFF = 0.1  # of the width; what misses a shape by more is not meant to be one


class Shape(Kind):
    name = "shape"
    family = "geometry"
    keys = ("layer", "shapes", "tolerance_um")
    means = "only these shapes, each vertex within the tolerance"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        tolerance = drawing.layers.dbu_of(rule["tolerance_um"])

        def wrong(form: Any) -> Any:
            name = geometry.outlines.name(form.outline, tolerance)
            if name in rule["shapes"] or (name == "square" and "rectangle" in rule["shapes"]):
                return None
            return "shape %s, %d corners%s" % (name, form.outline.num_points(), _how_far_off(drawing.layers, name, form.outline))
        return measuring.wrong_forms(rule, drawing, wrong)

    def judged_by_outline(self, rule: dict[str, Any], technology: Any) -> bool:
        return technology.closed_shapes(rule["layer"])

    def wrong_rectangles(self, rule: dict[str, Any], rectangles: pya.Region, layers: Any) -> pya.Region | None:
        if "rectangle" in rule["shapes"]:
            return None
        return rectangles.non_squares() if "square" in rule["shapes"] else rectangles


def _how_far_off(layers: Any, name: Any, outline: Any) -> Any:
    """", octagon but for 0.041 um", where the shape is nearly one that has a name."""
    nearly = geometry.outlines.nearly(outline, FAR_OFF * outline.bbox().width()) if name == "other" else None
    return ", %s but for %s um" % (nearly[0], layers.um(nearly[1])) if nearly else ""
