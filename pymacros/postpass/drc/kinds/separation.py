"""Smallest distance between two layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import Finding
from . import measuring
from .base import MINIMUM, Kind

if TYPE_CHECKING:
    import pya


class Separation(Kind):
    name = "separation"
    family = "geometry"
    keys = ("layer", "to", "value_um")
    optional = ("angle_deg",)
    sense = MINIMUM
    means = "smallest distance between two layers of edges that miss less than angle_deg to be parallel (90 where not stated); overlap counts as 0"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        layers = drawing.layers
        one, other = layers.merged(rule["layer"]), layers.merged(rule["to"])
        pairs = geometry.spacing.between(one, other, layers.limit_dbu(rule["value_um"]), measuring.facing_degrees(rule))
        apart = [pair for pair in pairs if geometry.distances.between(pair.first, pair.second) > 0.0]
        return _contacts(one, other) + measuring.places(rule, drawing, apart, "separation")

    def question(self, rule: dict[str, Any], ask: Any) -> str:
        half = (ask.limit(rule) + 1) // 2 + 1
        if ask.technology.closed_shapes(rule["layer"]) and ask.technology.closed_shapes(rule["to"]):
            return " & ".join("%s.extents(%d, %d)" % (ask.drawn(layer), half, half) for layer in (rule["layer"], rule["to"]))
        limit = ask.limit(rule)
        one = _near(ask, rule["id"] + "_one", ask.connected(rule["layer"]), ask.connected(rule["to"]), limit)
        other = _near(ask, rule["id"] + "_other", ask.connected(rule["to"]), one, limit)
        few = [ask.few_of(shapes, shapes, limit) for shapes in (one, other)]
        found = [ask.around(rule["id"] + "_apart", "%s.separation_check(%s, %d, false, Region.Euclidian, nil, nil, nil, false)" % (*few, limit))]
        for shapes, others in ((one, other), (other, one)):
            found.append("%s.extents(%d, %d).interacting(%s)" % (ask.many_of(shapes, shapes, limit), limit, limit, others))
            found.append("%s.extents(%d, %d).interacting(%s)" % (ask.short_edges_of(shapes, shapes), limit, limit, others))
        found.append("(%s.sized(1, 2) & %s).sized(1, 2)" % (one, other))
        return "%s.is_empty ? %s : (%s)" % (other, other, " + ".join(found))


def _near(ask: Any, name: str, shapes: str, others: str, limit: int) -> str:
    """The shapes whose boxes come near those of others: few may, and checks of all take longer than boxes."""
    boxes = "%s.extents(%d, %d).interacting(%s.extents(1, 1))" % (shapes, limit, limit, others)
    return ask.unmerged(name, "%s.interacting(%s)" % (shapes, boxes))


def _contacts(one: pya.Region, other: pya.Region) -> list[Any]:
    """Where the two layers touch or overlap."""
    common, found = geometry.box_index.connected(one & other), []
    for polygon in (one.sized(1, 2) & other).each_merged():
        meets = "touch" if (geometry.regions.region_of([polygon]) & common.region_at(polygon.bbox())).is_empty() else "overlap"
        found.append(Finding([polygon], "separation 0 um, the layers " + meets))
    return found
