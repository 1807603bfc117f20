"""Polygons and boxes by place: which of them touch a box."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pya

from .outlines import holds
from .regions import region_of

MANY_CORNERS = 60


class PolygonIndex:
    """Finds polygons by their boxes. Numbers are those of the list `polygons`."""

    def __init__(self, polygons: Iterable[pya.Polygon]) -> None:
        self.polygons = list(polygons)
        self._shapes = pya.Shapes()
        self._parts: dict[int, PolygonIndex] = {}
        for number, polygon in enumerate(self.polygons):
            self._shapes.insert_polygon_with_properties(polygon, number + 1)

    def touching(self, box: pya.Box) -> list[int]:
        """Numbers of the polygons whose box touches the box, ascending."""
        return sorted(shape.prop_id - 1 for shape in self._shapes.each_touching(box))

    def region_at(self, box: pya.Box) -> pya.Region:
        """The polygons whose box touches the box."""
        return region_of(self.polygons[number] for number in self.touching(box))

    def holding(self, point: pya.Point) -> list[int]:
        """Numbers of the polygons that the point lies in, or on the outline of, ascending."""
        return [number for number in self.touching(pya.Box(point, point)) if holds(self.polygons[number], point)]

    def at(self, piece: pya.Polygon) -> int:
        """Number of the polygon that this piece was cut from; corners of the piece may have moved by a dbu."""
        near = self.touching(piece.bbox().enlarged(1, 1))
        return near[0] if len(near) == 1 else self._touched(near, piece, near[0])

    def owner(self, edge: pya.Edge) -> "int | None":
        """Number of the polygon that this edge is part of."""
        return self._touched(self.touching(edge.bbox()), edge, None)

    def _touched(self, near: list[int], shape: "pya.Polygon | pya.Edge", otherwise: "int | None") -> Any:
        """The first of these polygons that the shape touches.

        KLayout looks at every corner of a polygon: large ones are cut once, and looked at as a whole only where no part of any
        touches, for corners of the parts lie on whole dbu.
        """
        for touches in (self._touches, self._touches_whole):
            for number in near:
                if touches(number, shape):
                    return number
        return otherwise

    def _touches(self, number: int, shape: "pya.Polygon | pya.Edge") -> bool:
        polygon = self.polygons[number]
        if polygon.num_points() <= MANY_CORNERS:
            return polygon.touches(shape)
        if number not in self._parts:
            self._parts[number] = PolygonIndex(polygon.decompose_trapezoids())
        parts = self._parts[number]
        return any(parts.polygons[part].touches(shape) for part in parts.touching(shape.bbox()))

    def _touches_whole(self, number: int, shape: "pya.Polygon | pya.Edge") -> bool:
        return self.polygons[number].touches(shape)


def connected(region: pya.Region) -> PolygonIndex:
    """An index of a region's connected shapes."""
    return PolygonIndex(region.each_merged())


class BoxSet:
    """The area that some boxes cover together."""

    def __init__(self, boxes: Iterable[pya.Box]) -> None:
        self._shapes = pya.Shapes()
        for polygon in region_of(boxes).merged().each():
            self._shapes.insert(polygon)

    def touches(self, box: pya.Box) -> bool:
        return any(shape.is_box() or shape.polygon.touches(box) for shape in self._shapes.each_touching(box))

    def covers(self, box: pya.Box) -> bool:
        """Do the boxes together cover this one?"""
        near = list(self._shapes.each_touching(box))
        if any(shape.is_box() and box.inside(shape.bbox()) for shape in near):
            return True
        box = box.enlarged(1, 1)  # an edge is no area
        return bool(near) and (pya.Region(box) - region_of(shape.polygon for shape in near)).is_empty()
