"""Measurements that several kinds share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from ... import geometry
from ..findings import Finding
from .base import MINIMUM

if TYPE_CHECKING:
    import pya

    from ...geometry.distances import Measured
    from ...geometry.layers import Form, Layers
    from ..candidates import Questions
    from ..drawing import Drawing
    from .base import Rule

EXACT = 1e-6  # dbu; what is shorter than that is rounding of binary fractions

SLANTED = 1.0  # dbu to which a distance is known that does not end on whole dbu


def wrong_forms(rule: Rule, drawing: Drawing, wrong: Callable[[Form], str | None]) -> list[Finding]:
    """`wrong` tells what is wrong with a form, or None; every connected shape of that form is a finding."""
    found = []
    for form in drawing.layers.forms(rule["layer"]):
        text = wrong(form)
        if text:
            found += [Finding([polygon], text) for polygon in form.members]
    return found


class Size(NamedTuple):
    """What a limit is compared with: a size in dbu, and what it is called."""

    length: float
    name: str

    def words(self, layers: Layers) -> str:
        return "%s %s um" % (self.name, layers.um(self.length))


def size(rule: Rule, form: Form, sense: str, measured: float) -> Size:
    """The size of a shape as it is measured; of a round one, where the rule says so, the diameter of the circle that it stands for:
    as large as it may be where the limit is the least size (sense MINIMUM), as small as it may be where it is the greatest.
    """
    if rule.get("nominal") and form.diameters:
        return Size(form.diameters[1 if sense == MINIMUM else 0], "diameter")
    return Size(measured, "size")


def size_slack(polygon: pya.Polygon) -> float:
    """Corners of a turned shape sit on whole dbu, so its size is known to one dbu."""
    return SLANTED if polygon.num_points() == 4 and not polygon.is_box() else EXACT


def narrow_places(rule: Rule, drawing: Drawing, region: pya.Region, word: str = "width") -> list[Finding]:
    """Where a merged region is narrower than the limit."""
    return places(rule, drawing, geometry.spacing.narrow(region, drawing.layers.limit_dbu(rule["value_um"])), word)


def question_of_narrow_places(ask: Questions, name: str, shapes: str, limit: int) -> str:
    """Where these shapes, merged, may be narrower than the limit (dbu); the name tells them from others."""
    few, many = ask.few_of(name, shapes, limit), ask.many_of(name, shapes, limit)
    narrow = ask.around("narrow_%s_%d" % (name, limit), "%s.width_check(%d, false, Region.Euclidian, nil, nil, nil, false)" % (few, limit))
    return " + ".join((narrow, many + ".extents(1, 1)", ask.short_edges_of(name, shapes) + ".extents(1, 1)"))


def places(rule: Rule, drawing: Drawing, pairs: Iterable[pya.EdgePair], word: str) -> list[Finding]:
    """The pairs of edges nearer than the limit, gathered into places, with the smallest distance of each."""
    near = too_near(rule["value_um"], drawing, pairs)
    return [Finding([place.polygon], "%s %s um" % (word, drawing.layers.um(place.distance))) for place in geometry.distances.places(near)]


def too_near(limit_um: float, drawing: Drawing, pairs: Iterable[pya.EdgePair]) -> list[Measured]:
    limit, diagonal = drawing.layers.dbu_of(limit_um), grid_diagonal(drawing.layers)
    return [one for one in geometry.distances.measured(pairs) if not keeps(limit, one, diagonal)]


def keeps(limit: float, measured: Measured, diagonal: float) -> bool:
    """Straight across a diagonal edge a distance comes in steps of grid / sqrt(2): short by less is the tightest the grid can draw.

    Across an edge in any other direction it is known to one dbu, for corners sit on whole dbu, and KLayout's checks round it.
    """
    pair, distance = measured
    if distance >= limit - EXACT or (distance >= limit - diagonal and geometry.distances.is_diagonal(pair.first, pair.second)):
        return True
    return distance >= limit - SLANTED and not geometry.distances.is_whole(pair.first, pair.second)


def grid_diagonal(layers: Layers) -> float:
    return layers.dbu_of(layers.technology.grid_um) / math.sqrt(2) + EXACT


def wide_parts(region: pya.Region, limit: int) -> pya.Region:
    """The parts of a region that are wider than a whole number of dbu."""
    return doubled_cores(region, limit).sized(limit, 2).transformed(_scale(0.5)).merged()


def doubled_cores(region: pya.Region, limit: int) -> pya.Region:
    """What half the limit off every side leaves, at twice the size: half of an odd limit is whole there."""
    large = region.with_bbox_min(limit + 1, None, False)  # nothing smaller holds a part that is wider
    return large.transformed(_scale(2.0)).sized(-limit, 2)


def halved(box: pya.Box) -> pya.Box:
    return _scale(0.5) * box


def _scale(factor: float) -> pya.ICplxTrans:
    import pya
    return pya.ICplxTrans(factor)


def side_by_side(rule: Rule, layers: Layers, metal: pya.Region, wide: pya.Region) -> Iterable[pya.EdgePair]:
    """Edges that run side by side, nearer than the limit: of two wide parts of the metal, or of a wide part and another shape."""
    limit, run = layers.limit_dbu(rule["value_um"]), layers.floor_dbu(rule.get("run_longer_than_um", 0)) + 1
    both = geometry.spacing.beside(wide, limit, run)
    return both + geometry.spacing.beside_wide(wide, metal, limit, run) if one_side_is_enough(rule) else both


def one_side_is_enough(rule: Rule) -> bool:
    """Is a distance of wide metal one to any metal?"""
    return rule.get("wide") == "one"


def beside_or_notched(rule: Rule, layers: Layers, metal: pya.Region) -> list[pya.EdgePair]:
    """Edges nearer than the limit, of different shapes and in the notches of one."""
    limit = layers.limit_dbu(rule["value_um"])
    return geometry.spacing.beside(metal, limit, degrees=facing_degrees(rule)) + geometry.spacing.notches(metal, limit, notch_degrees(rule))


def notch_degrees(rule: Rule) -> float:
    """What the sides of a notch miss less to be parallel."""
    return min(float(rule.get("notch_deg", geometry.spacing.RIGHT_DEG)), facing_degrees(rule))


def facing_degrees(rule: Rule) -> float:
    """What edges that face each other miss less to be parallel."""
    return float(rule.get("angle_deg", geometry.spacing.RIGHT_DEG))
