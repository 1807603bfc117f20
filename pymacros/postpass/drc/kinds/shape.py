"""Which shapes are allowed."""

from ... import geometry
from . import measuring
from .base import Kind


class Shape(Kind):
    name = "shape"
    family = "geometry"
    keys = ("layer", "shapes", "tolerance_um")
    means = "only these shapes, each vertex within the tolerance"

    def findings(self, rule, drawing):
        tolerance = drawing.layers.dbu_of(rule["tolerance_um"])

        def wrong(form):
            name = geometry.outlines.name(form.outline, tolerance)
            if name in rule["shapes"] or (name == "square" and "rectangle" in rule["shapes"]):
                return None
            return "shape %s, %d corners" % (name, form.outline.num_points())
        return measuring.wrong_forms(rule, drawing, wrong)

    def judged_by_outline(self, rule, technology):
        return technology.closed_shapes(rule["layer"])

    def wrong_rectangles(self, rule, rectangles, layers):
        if "rectangle" in rule["shapes"]:
            return None
        return rectangles.non_squares() if "square" in rule["shapes"] else rectangles
