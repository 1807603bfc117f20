"""Smallest width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import Finding
from . import measuring
from .base import MINIMUM, Kind

if TYPE_CHECKING:
    import pya


class WidthMin(Kind):
    name = "width_min"
    family = "geometry"
    keys = ("layer", "value_um")
    optional = ("nominal",)
    sense = MINIMUM
    means = "smallest width: vias and pads by their extents (round ones, with nominal, by the diameter of their circle), traces by facing edges"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Finding]:
        layers = drawing.layers
        if not drawing.technology.closed_shapes(rule["layer"]):
            return measuring.narrow_places(rule, drawing, layers.merged(rule["layer"]))
        found = []
        for form in layers.forms(rule["layer"]):
            text = _small(rule, layers, form) or _dented(rule, drawing, form.outline)
            found += [Finding([polygon], text) for polygon in form.members if text]
        return found

    def question(self, rule: dict[str, Any], ask: Any) -> str | None:
        if self.judged_by_outline(rule, ask.technology):
            return None
        return measuring.question_of_narrow_places(ask, rule["layer"], ask.connected(rule["layer"]), ask.limit(rule))

    def judged_by_outline(self, rule: dict[str, Any], technology: Any) -> bool:
        return technology.closed_shapes(rule["layer"])

    def wrong_rectangles(self, rule: dict[str, Any], rectangles: pya.Region, layers: Any) -> pya.Region:
        return rectangles.with_bbox_min(0, layers.limit_dbu(rule["value_um"]), False)


def _small(rule: dict[str, Any], layers: Any, form: Any) -> str | None:
    """What is wrong with the size of a closed shape, or None."""
    size = measuring.size(rule, form, MINIMUM, form.size[0])
    return size.words(layers) if size.length < layers.dbu_of(rule["value_um"]) - measuring.size_slack(form.outline) else None


def _dented(rule: dict[str, Any], drawing: Any, outline: pya.Polygon) -> Any:
    """Concave closed shapes (merged neighbours, dents) can be narrower than their hull: what is wrong with one, or None."""
    if outline.is_box() or geometry.outlines.is_convex(outline) or geometry.outlines.looks_round(outline):
        return None
    narrow = measuring.too_near(rule["value_um"], drawing, geometry.spacing.narrow(geometry.regions.region_of([outline]), drawing.layers.limit_dbu(rule["value_um"])))
    return "width %s um" % drawing.layers.um(min(one.distance for one in narrow)) if narrow else None
