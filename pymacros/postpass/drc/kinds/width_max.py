"""Largest width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import Finding
from . import measuring
from .base import MAXIMUM, Kind

if TYPE_CHECKING:
    import pya


class WidthMax(Kind):
    name = "width_max"
    family = "geometry"
    keys = ("layer", "value_um")
    optional = ("nominal",)
    sense = MAXIMUM
    means = "largest width: vias and pads by their extents (round ones, with nominal, by the diameter of their circle), traces by what survives shrinking: slots make wide metal narrow"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        if not drawing.technology.closed_shapes(rule["layer"]):
            return _wide_places(rule, drawing)
        limit = drawing.layers.dbu_of(rule["value_um"])

        def wrong(form: Any) -> Any:
            size = measuring.size(rule, form, MAXIMUM, form.size[1])
            return size.words(drawing.layers) if size.length > limit + measuring.size_slack(form.outline) else None
        return measuring.wrong_forms(rule, drawing, wrong)

    def question(self, rule: dict[str, Any], ask: Any) -> str | None:
        if self.judged_by_outline(rule, ask.technology):
            return None
        limit, drawn = ask.layers.floor_dbu(rule["value_um"]), " + ".join(ask.drawn_parts(rule["layer"]))
        half = max(limit // 2 - 1, 0)
        wide = "(%s).merged(false, 0).with_bbox_min(%d, nil, false).sized(%d, 2)" % (drawn, limit + 1, -half)
        # a circle as wide as the limit holds a square of 0.7 times that
        boxes = ask.define("boxes_" + rule["id"], "(%s).extents.merged(false, 0).with_bbox_min(%d, nil, false).sized(%d, 2)" % (drawn, limit + 1, -int(0.7 * half)))
        return "%s.is_empty ? %s : %s" % (boxes, boxes, wide)

    def far_dbu(self, rule: dict[str, Any], layers: Any) -> float:
        return layers.dbu_of(rule["value_um"]) / 2

    def searched_apart(self, rule: dict[str, Any], technology: Any) -> bool:
        return not self.judged_by_outline(rule, technology)

    def judged_by_outline(self, rule: dict[str, Any], technology: Any) -> bool:
        return technology.closed_shapes(rule["layer"])

    def wrong_rectangles(self, rule: dict[str, Any], rectangles: pya.Region, layers: Any) -> pya.Region:
        return rectangles.with_bbox_max(layers.floor_dbu(rule["value_um"]) + 1, None, False)


def _wide_places(rule: dict[str, Any], drawing: Any) -> list[Any]:
    """What is left after taking half the limit off every side is wider than the limit."""
    limit, found = drawing.layers.floor_dbu(rule["value_um"]), []
    for core in measuring.doubled_cores(drawing.layers.merged(rule["layer"]), limit).each_merged():
        width = 0.5 * geometry.outlines.size(core)[0] + limit
        if width > limit + (measuring.EXACT if core.is_rectilinear() else 2.0):
            found.append(Finding([measuring.halved(core.bbox().enlarged(limit, limit))], _how_wide(drawing.layers, core, width, limit)))
    return found


def _how_wide(layers: Any, core: Any, width: Any, limit: Any) -> Any:
    """Around slots metal is as wide as its strips, which the extents of their cores do not tell."""
    return "width %s um" % layers.um(width) if geometry.outlines.is_convex(core) else "wider than %s um" % layers.um(limit)
