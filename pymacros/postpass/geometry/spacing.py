"""Which parts of a layer's shapes are nearer than a limit: KLayout finds the shapes, facing.py measures them.

KLayout's own checks are fast where shapes have few corners, and take minutes for two round shapes of some thousand: those are
measured against all that lies near them.
"""

from collections.abc import Iterable

import pya

from . import facing
from .box_index import PolygonIndex
from .regions import region_of, unmerged

MANY_CORNERS = 40
NOTCH_DEG = 45.1  # sides of a notch miss at most 45 degrees to be parallel; wider ones are corners
NARROW_DEG = 89.5  # corners of a turned shape sit on whole dbu: its right angles may be a little less

Task = tuple[int, int]


def beside(region: pya.Region, limit: int) -> list[pya.EdgePair]:
    """Edges of different connected shapes."""
    shapes = _Shapes(region)
    found = shapes.simple.isolated_check(limit, False, pya.Region.Euclidian, None, None, None)
    return facing.pairs(shapes.polygons, sorted(shapes.tasks(found.each()) | shapes.around_bent(limit)), limit, 90.0, facing.OUTSIDE)


def between(one: pya.Region, other: pya.Region, limit: int) -> list[pya.EdgePair]:
    """Edges of the connected shapes of two layers."""
    shapes, others = _Shapes(one), _Shapes(other)
    found = shapes.simple.separation_check(others.simple, limit, False, pya.Region.Euclidian, None, None, None)
    tasks = {(number, there) for pair in found.each() for number in shapes.at(pair.first) for there in others.at(pair.second)}
    tasks |= {(number, there) for number in shapes.bent for there in others.near(shapes.polygons[number], limit)}
    tasks |= {(number, there) for there in others.bent for number in shapes.near(others.polygons[there], limit)}
    polygons = shapes.polygons + others.polygons
    numbered = [(number, there + len(shapes.polygons)) for number, there in sorted(tasks)]
    return facing.pairs(polygons, numbered, limit, 90.0, facing.OUTSIDE, lambda point: shapes.hold(point) or others.hold(point))


def notches(region: pya.Region, limit: int) -> list[pya.EdgePair]:
    """Edges of one shape with space between."""
    shapes = _Shapes(region)
    found = shapes.simple.notch_check(limit, False, pya.Region.Euclidian, NOTCH_DEG, None, None)
    return facing.pairs(shapes.polygons, sorted(shapes.alone(found.each())), limit, NOTCH_DEG, facing.OUTSIDE)


def narrow(region: pya.Region, limit: int) -> list[pya.EdgePair]:
    """Edges of one shape with metal between."""
    shapes = _Shapes(region)
    found = shapes.simple.width_check(limit, False, pya.Region.Euclidian, NARROW_DEG, None, None)
    return facing.pairs(shapes.polygons, sorted(shapes.alone(found.each())), limit, NARROW_DEG, facing.INSIDE)


class _Shapes:
    """`simple`: those with few corners; `bent`: numbers of the others."""

    def __init__(self, region: pya.Region):
        self.polygons = list(region.each_merged())
        self.bent = [number for number, polygon in enumerate(self.polygons) if polygon.num_points() > MANY_CORNERS]
        self.simple = region
        if self.bent:
            bent = set(self.bent)
            self.simple = unmerged(region_of(polygon for number, polygon in enumerate(self.polygons) if number not in bent))
        self._index: "PolygonIndex | None" = None

    @property
    def index(self) -> PolygonIndex:
        if not self._index:
            self._index = PolygonIndex(self.polygons)
        return self._index

    def tasks(self, pairs: Iterable[pya.EdgePair]) -> set[Task]:
        """Whose edges these are, each two of them once."""
        return {(min(one, other), max(one, other)) for pair in pairs for one in self.at(pair.first) for other in self.at(pair.second) if one != other}

    def alone(self, pairs: Iterable[pya.EdgePair]) -> set[Task]:
        return {(number, number) for pair in pairs for number in self.at(pair.first)} | {(number, number) for number in self.bent}

    def around_bent(self, limit: int) -> set[Task]:
        return {(min(one, other), max(one, other)) for one in self.bent
                for other in self.near(self.polygons[one], limit) if one != other}

    def hold(self, point: pya.Point) -> bool:
        """Does a point lie deep in a shape?"""
        around = [point + pya.Vector(dx, dy) for dx in (-2, 2) for dy in (-2, 2)]
        return any(all(map(self.polygons[number].inside, around)) for number in self.index.touching(pya.Box(point, point)))

    def near(self, polygon: pya.Polygon, limit: int) -> list[int]:
        """Numbers of the shapes whose box is nearer to that of a polygon than the limit."""
        return self.index.touching(polygon.bbox().enlarged(limit, limit))

    def at(self, edge: pya.Edge) -> list[int]:
        """Numbers of the shapes with this edge or a part of it, whose ends may be a dbu off."""
        near = self.index.touching(edge.bbox().enlarged(1, 1))
        return [number for number in near if self.polygons[number].touches(edge)] or near
