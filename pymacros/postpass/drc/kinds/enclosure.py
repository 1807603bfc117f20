"""How far shapes lie inside another layer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import Finding
from . import measuring
from .base import MINIMUM, Kind

if TYPE_CHECKING:
    import pya


class Enclosure(Kind):
    """With other_sides_um a box is right, too, where the box that is larger by the limit to two opposite sides, and by other_sides_um to
    the others, lies in the other layer."""

    name = "enclosure"
    family = "geometry"
    keys = ("layer", "by", "value_um")
    optional = ("other_sides_um",)
    sense = MINIMUM
    means = ("each shape lies inside the other layer by this much, boxes on two opposite sides alone where other_sides_um says what is enough on the others; "
             "sticking out and no metal at all are reported")

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        polygons = drawing.layers.index(rule["layer"]).polygons
        words = _smallest(rule, drawing)
        if "other_sides_um" in rule:
            words = {number: told for number in words if (told := _by_sides(rule, drawing.layers, polygons[number], words[number]))}
        words.update(_stick_outs(rule, drawing))
        return [Finding([polygons[number]], words[number]) for number in sorted(words)]

    def question(self, rule: dict[str, Any], ask: Any) -> str:
        """Most shapes are told by little: those that occur in the outer layer too, and those whose box, the limit larger,
        lies in rectangles of the outer layer.
        """
        inner, limit = ask.drawn(rule["layer"]), ask.limit(rule)
        simple = "%s.not_members_of(%s)" % (inner, ask.drawn(rule["by"])) if limit == 0 else "%s.interacting(%s)" % (inner, _box_sticks_out(rule, ask))
        left = ask.unmerged("left_by_" + rule["id"], simple)
        near, around = max(limit, 1), "around_" + rule["id"]
        outer = ask.unmerged(around, "%s.interacting(%s.extents(%d, %d))" % (ask.connected(rule["by"]), left, near, near))
        few, many = ask.few_of("left_by_" + rule["id"], left, near), ask.many_of("left_by_" + rule["id"], left, near)
        found = [many, "%s.interacting(%s.enclosed_check(%s, %d, true, Region.Euclidian, nil, nil, nil, false).first_edges)" % (
            few, few, ask.few_of(around, outer, near), near),
                 "%s.interacting(%s + %s.extents(%d, %d))" % (left, ask.many_of(around, outer, near), ask.short_edges_of(around, outer), near, near),
                 "%s.not_inside(%s)" % (left, outer)]
        return "(%s.is_empty ? %s : (%s))" % (left, left, " + ".join(found))


def _box_sticks_out(rule: dict[str, Any], ask: Any) -> str:
    """What of the boxes, the limit larger, lies outside the rectangles of the outer layer; grown to reach the shapes inside.

    A derived layer has few rectangles, and its shapes are merged already: the boxes that do not lie inside one.
    """
    limit = ask.limit(rule)
    if rule["by"] in ask.layers.derived:
        return "%s.extents(%d, %d).not_inside(%s)" % (ask.drawn(rule["layer"]), limit, limit, ask.connected(rule["by"]))
    rectangles = " + ".join(part + ".rectangles" for part in ask.drawn_parts(rule["by"]))
    return "(%s.extents(%d, %d) - (%s)).extents(%d, %d)" % (ask.drawn(rule["layer"]), limit, limit, rectangles, limit, limit)


def _smallest(rule: dict[str, Any], drawing: Any) -> dict[Any, Any]:
    """{number of an inner shape: its smallest enclosure in words} of those that are too little enclosed."""
    layers, inner, smallest = drawing.layers, drawing.layers.index(rule["layer"]), {}
    suspects = geometry.regions.region_of(polygon for polygon in inner.polygons if not _in_a_circle(rule, layers, polygon))
    pairs = geometry.spacing.enclosed(suspects, layers.merged(rule["by"]), layers.limit_dbu(rule["value_um"]))
    limit, diagonal = layers.dbu_of(rule["value_um"]), measuring.grid_diagonal(layers)
    for one in geometry.distances.measured(pairs):
        number = inner.owner(one.pair.first)
        if measuring.keeps(limit, one, diagonal) or _circles_keep(rule, layers, inner.polygons[number], one.pair):
            continue
        smallest[number] = min(smallest.get(number, math.inf), one.distance)
    return {number: "enclosure %s um" % layers.um(distance) for number, distance in smallest.items()}


def _by_sides(rule: dict[str, Any], layers: Any, polygon: pya.Polygon, words: str) -> str | None:
    """What is wrong with a shape that is too little enclosed by `words`, and may be right on two opposite sides."""
    if not polygon.is_box():
        return words
    box, limit, less = polygon.bbox(), layers.limit_dbu(rule["value_um"]), layers.limit_dbu(rule["other_sides_um"])
    near = layers.index(rule["by"]).region_at(box.enlarged(limit, limit))
    if any((geometry.regions.region_of([box.enlarged(*by)]) - near).is_empty() for by in ((limit, less), (less, limit))):
        return None
    reached = [_reached(box, across, limit, near) for across in (True, False)]
    corner = ", less at a corner" if max(reached) >= limit and min(reached) >= less else ""
    return words + ", %s um left and right, %s um below and above" % tuple(map(layers.um, reached)) + corner


def _reached(box: pya.Box, across: bool, limit: int, near: pya.Region) -> int:
    """How far a box can grow to its left and right, or else up and down, until it leaves a region or reaches a limit (dbu)."""
    grown = box.enlarged(limit, 0) if across else box.enlarged(0, limit)
    rest = geometry.regions.region_of([grown]) - near
    gaps = [max(box.left - part.right, part.left - box.right, 0) if across else max(box.bottom - part.top, part.bottom - box.top, 0)
            for part in (polygon.bbox() for polygon in rest.each_merged())]
    return min(gaps, default=limit)


def _in_a_circle(rule: dict[str, Any], layers: Any, polygon: pya.Polygon) -> bool:
    """Round shapes stand for circles: one that lies far enough inside a round shape of the outer layer is right, facets or not."""
    circle = layers.circle_of(polygon)
    if not circle:
        return False
    limit = layers.dbu_of(rule["value_um"]) - measuring.EXACT
    return any(_around(outer, circle) >= limit for outer in layers.circles_at(rule["by"], polygon.bbox()))


def _circles_keep(rule: dict[str, Any], layers: Any, polygon: pya.Polygon, pair: Any) -> Any:
    """Do the circles keep the limit that a round inner shape and the round outer shape with this facet stand for?

    Between facets along the axes the distance is that of the extents, and exact.
    """
    inner = layers.circle_of(polygon)
    outer = inner and layers.circle_with(rule["by"], pair.second)
    if not outer:
        return False
    exact = all(edge.dx() == 0 or edge.dy() == 0 for edge in (pair.first, pair.second))
    return _around(outer, inner) >= layers.dbu_of(rule["value_um"]) - (measuring.EXACT if exact else measuring.grid_diagonal(layers))


def _around(outer: Any, inner: Any) -> Any:
    """How far the inner circle lies inside the outer one (dbu)."""
    return outer.radius - inner.radius - math.hypot(outer.x - inner.x, outer.y - inner.y)


def _stick_outs(rule: dict[str, Any], drawing: Any) -> dict[Any, Any]:
    """{number of an inner shape: what is wrong} of those that the outer layer does not cover."""
    layers, inner = drawing.layers, drawing.layers.index(rule["layer"])
    rest = _outside(layers, layers.merged(rule["layer"]), layers.merged(rule["by"]))
    numbers = {inner.at(piece) for piece in rest.each_merged()}
    return {number: ("sticks out of %s" if _is_covered(layers, inner.polygons[number], rule["by"]) else "no %s at all") % rule["by"] for number in numbers}


def _outside(layers: Any, one: pya.Region, other: pya.Region) -> pya.Region:
    """`one` without `other`; in tiles, because this boolean takes longer than anything else in one go."""
    rest, box = geometry.regions.region_of([]), one.bbox()
    if box.empty():
        return rest
    tile_um = max(500.0, box.width() * layers.dbu / 100, box.height() * layers.dbu / 100)
    processor = geometry.tiles.processor(box, layers.dbu, tile_um, layers.threads)
    processor.input("one", one)
    processor.input("other", other)
    processor.output("rest", rest)
    processor.queue("_output(rest, is_nil(_tile) ? one - other : (one - other) & _tile)")
    processor.execute("Post-passivation DRC")
    return rest


def _is_covered(layers: Any, polygon: pya.Polygon, name: Any) -> Any:
    """Does the layer cover any of the polygon?"""
    return not (geometry.regions.region_of([polygon]) & layers.index(name).region_at(polygon.bbox())).is_empty()
