"""Smallest width."""

from ... import geometry
from . import measuring
from .base import MINIMUM, Kind


class WidthMin(Kind):
    name = "width_min"
    family = "geometry"
    keys = ("layer", "value_um")
    sense = MINIMUM
    means = "smallest width: vias and pads by their extents, traces by facing edges"

    def findings(self, rule, drawing):
        if not drawing.technology.closed_shapes(rule["layer"]):
            return measuring.narrow_places(rule, drawing, drawing.layers.merged(rule["layer"]))
        limit = drawing.layers.dbu_of(rule["value_um"])

        def wrong(form):
            return "size %s um" % drawing.layers.um(form.size[0]) if form.size[0] < limit - measuring.size_slack(form.outline) else None
        return measuring.wrong_forms(rule, drawing, wrong) + _dented(rule, drawing)

    def question(self, rule, ask):
        if self.judged_by_outline(rule, ask.technology):
            return None
        return "%s.width_check(%d).polygons(1)" % (ask.connected(rule["layer"]), ask.limit(rule))

    def judged_by_outline(self, rule, technology):
        return technology.closed_shapes(rule["layer"])

    def wrong_rectangles(self, rule, rectangles, layers):
        return rectangles.with_bbox_min(0, layers.limit_dbu(rule["value_um"]), False)


def _dented(rule, drawing):
    """Concave closed shapes (merged neighbours, dents) can be narrower than their hull."""
    concave = [form for form in drawing.layers.forms(rule["layer"])
               if not (form.outline.is_box() or geometry.outlines.is_convex(form.outline) or geometry.outlines.looks_round(form.outline))]
    if not concave:
        return []
    return measuring.narrow_places(rule, drawing, geometry.regions.region_of(polygon for form in concave for polygon in form.members))
