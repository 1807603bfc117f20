"""What the two limits of an area share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import geometry
from ..findings import Finding
from .base import Kind, Rule

if TYPE_CHECKING:
    import pya

    from ..drawing import Drawing

HOLES = "holes"


class Area(Kind):
    """Of whole connected shapes, or of their holes: measured in the whole layout, for a tile may show a part of a shape."""

    family = "geometry"
    keys = ("layer", "value_um2")
    optional = ("of",)

    def breaks(self, limit: float, area: float) -> bool:
        """Areas in square dbu."""
        raise NotImplementedError

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        layers = drawing.layers
        limit, found = rule["value_um2"] / layers.dbu**2, []
        for polygon in layers.merged(rule["layer"]).each():
            for shape in geometry.outlines.holes(polygon) if rule.get("of") == HOLES else [polygon]:
                if self.breaks(limit, shape.area2() / 2):
                    found.append(Finding([shape], "area %s um2" % area_text(shape, layers.dbu)))
        return found


def area_text(polygon: pya.Polygon, dbu: float) -> str:
    """In square um, without superfluous digits."""
    return ("%.6f" % (polygon.area2() / 2 * dbu * dbu)).rstrip("0").rstrip(".")
