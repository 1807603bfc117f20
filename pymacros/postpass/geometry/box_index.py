"""Polygons and boxes by place: which of them touch a box."""

from collections.abc import Iterable

import pya

from .regions import region_of


class PolygonIndex:
    """Finds polygons by their boxes. Numbers are those of the list `polygons`."""

    def __init__(self, polygons: Iterable[pya.Polygon]):
        self.polygons = list(polygons)
        self._shapes = pya.Shapes()
        for number, polygon in enumerate(self.polygons):
            self._shapes.insert_polygon_with_properties(polygon, number + 1)

    def touching(self, box: pya.Box) -> list[int]:
        """Numbers of the polygons whose box touches the box, ascending."""
        return sorted(shape.prop_id - 1 for shape in self._shapes.each_touching(box))

    def at(self, piece: pya.Polygon) -> int:
        """Number of the polygon that this piece was cut from; corners of the piece may have moved by a dbu."""
        near = self.touching(piece.bbox().enlarged(1, 1))
        return next((number for number in near if self.polygons[number].touches(piece)), near[0])

    def owner(self, edge: pya.Edge) -> "int | None":
        """Number of the polygon that this edge is part of."""
        return next((number for number in self.touching(edge.bbox()) if self.polygons[number].touches(edge)), None)


def connected(region: pya.Region) -> PolygonIndex:
    """An index of a region's connected shapes."""
    return PolygonIndex(region.each_merged())


class BoxSet:
    """The area that some boxes cover together."""

    def __init__(self, boxes: Iterable[pya.Box]):
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
