"""Distance to the edge of the die."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import Finding
from . import die as dies
from .base import MINIMUM, Kind

if TYPE_CHECKING:
    import pya

FEW_CORNERS = 64  # of a die


class DieClearance(Kind):
    name = "die_clearance"
    family = "geometry"
    keys = ("layer", "value_um")
    optional = ("to", "within_um", "measure")
    sense = MINIMUM
    means = "distance to the edge of the die: a layer (`to`) or a box (`within_um`)"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Finding]:
        layers, found = drawing.layers, []
        die = dies.die_of(rule, layers)
        if die.is_empty():
            return [dies.no_die(rule, layers)]
        limit = layers.dbu_of(rule["value_um"])
        distance_of = _BoxDie(die.bbox(), rule) if die.is_box() else _Die(die, rule, limit)
        for polygon in layers.merged(rule["layer"]).each():
            distance = distance_of(polygon)
            if distance < limit - 1e-6:
                found.append(Finding([polygon], "reaches outside the die" if distance < 0 else "%s um to the die edge" % layers.um(distance)))
        return found

    def known_places(self, rule: dict[str, Any], layers: Any) -> list[pya.Box]:
        """Where a shape is too near to the edge of the die, or outside."""
        inside = _inner(dies.die_of(rule, layers), layers.limit_dbu(rule["value_um"]) + 1)
        all_around = geometry.regions.region_of([layers.cell.bbox().enlarged(1, 1)])
        return geometry.layers.boxes_of_areas(all_around - inside, layers.dbu)

    def measured_at_places(self, rule: dict[str, Any], layers: Any) -> bool:
        return dies.is_drawn(rule, layers)

    def needs_whole_shapes(self, rule: dict[str, Any], technology: Any) -> bool:
        return True


def _inner(die: pya.Region, far: int) -> pya.Region:
    """Parts of the die that are farther from its edge than that. Shrinking an outline of very many corners takes minutes: there it may be less."""
    edges = geometry.facing.edges_of(die.each_merged())
    if len(edges) <= FEW_CORNERS:
        return die.sized(-far, 2)
    starts = range(0, len(edges), math.ceil(len(edges) / FEW_CORNERS))
    ends = (edges[start:start + starts.step].reshape(-1, 2) for start in starts)
    return die - geometry.regions.region_of(geometry.regions.box(*some.min(axis=0).astype(int).tolist(), *some.max(axis=0).astype(int).tolist()).enlarged(far, far) for some in ends)


class _BoxDie:
    """Distance of a polygon (or its centre) to the nearest edge of a box; negative when it reaches outside."""

    def __init__(self, box: pya.Box, rule: dict[str, Any]) -> None:
        self.box, self.of_centre = box, rule.get("measure") == "centre"

    def __call__(self, polygon: pya.Polygon) -> float:
        box, die = polygon.bbox(), self.box
        left, bottom, right, top = (box.left, box.bottom, box.right, box.top)
        if self.of_centre:
            left, bottom = right, top = geometry.outlines.centre(polygon)
        return float(min(left - die.left, bottom - die.bottom, die.right - right, die.top - top))


class _Die:
    """The same for a die of any outline; -1.0 when the polygon reaches outside, infinite where the limit is kept."""

    def __init__(self, die: pya.Region, rule: dict[str, Any], limit: float) -> None:
        self.die, self.of_centre, self.limit = die, rule.get("measure") == "centre", limit
        self.edges = geometry.facing.edges_of(die.each_merged())

    def __call__(self, polygon: pya.Polygon) -> float:
        edges = geometry.facing.edges_of([polygon])
        if self.of_centre:
            x, y = map(geometry.regions.rounded, geometry.outlines.centre(polygon))
            polygon, edges = geometry.regions.box_around(x, y, 1), 0.0 * edges[:1] + (x, y, x, y)
        if not (geometry.regions.region_of([polygon]) - self.die).is_empty():
            return -1.0
        return geometry.facing.smallest(edges, self.edges, self.limit)
