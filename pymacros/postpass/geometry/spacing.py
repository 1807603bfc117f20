"""Which parts of a layer's shapes are nearer than a limit: KLayout finds the shapes, facing.py measures them.

KLayout's own checks are fast where shapes have few corners, and take minutes for two round shapes of some thousand: those are
measured against all that lies near them. Older versions (seen in 0.28) also pass over short edges at about 45 degrees: what
lies near these is measured as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import pya

from . import facing
from .box_index import PolygonIndex
from .distances import without_wedges
from .regions import region_of, unmerged
from .segments import INSIDE, OUTSIDE

MANY_CORNERS = 40
SHORT = 300  # dbu
STEEP = 30.0, 60.0  # degrees, of edges at about 45; an edge of some dbu may be far off
RIGHT_DEG = 90.0  # edges that face each other miss less than this to be parallel, as in KLayout's own checks, where a rule states nothing
SQUARE_DEG = 89.5  # corners of a turned shape sit on whole dbu: its right angles may be a little less
ABOUT_DEG = 0.1

Task = tuple[int, int]


def beside(region: pya.Region, limit: int, run: int = 0, degrees: float = RIGHT_DEG) -> list[pya.EdgePair]:
    """Edges of different connected shapes that miss less than the degrees to be parallel. run: where not 0, those alone that run side
    by side for so many dbu, measured straight across.
    """
    shapes = _Shapes(region)
    found = shapes.simple.isolated_check(limit, False, pya.Region.Euclidian, None, None, None)
    tasks = shapes.tasks(found.each()) | shapes.around_bent(limit) | shapes.around_short(limit)
    return facing.pairs(shapes.polygons, sorted(tasks), limit, surely_below(degrees), OUTSIDE, run=run)


def beside_wide(wide: pya.Region, region: pya.Region, limit: int, run: int) -> list[pya.EdgePair]:
    """Edges of wide parts of a region and of its other connected shapes, that run side by side for so many dbu, measured straight across."""
    parts, shapes = _Shapes(wide), _Shapes(region)
    own = [{there for there in shapes.near(part, 0) if _holds(shapes.polygons[there], part)} for part in parts.polygons]
    tasks = [(number, there + len(parts.polygons)) for number, part in enumerate(parts.polygons) for there in shapes.near(part, limit) if there not in own[number]]
    screens = sorted({there + len(parts.polygons) for number, _ in tasks for there in own[number]})
    return facing.pairs(parts.polygons + shapes.polygons, tasks, limit, RIGHT_DEG, facing.OUTSIDE, run=run, screens=screens)


def _holds(shape: pya.Polygon, part: pya.Polygon) -> bool:
    """Is it a part of this connected shape? Others lie apart, and slanted sides of a part are known to a dbu."""
    return not (region_of([part]).sized(-2, 2) & region_of([shape])).is_empty()


def between(one: pya.Region, other: pya.Region, limit: int, degrees: float = RIGHT_DEG) -> list[pya.EdgePair]:
    """Edges of the connected shapes of two layers that miss less than the degrees to be parallel."""
    shapes, others = _Shapes(one), _Shapes(other)
    found = shapes.simple.separation_check(others.simple, limit, False, pya.Region.Euclidian, None, None, None)
    tasks = {(number, there) for pair in found.each() for number in shapes.at(pair.first) for there in others.at(pair.second)}
    tasks |= {(number, there) for number in shapes.bent for there in others.near(shapes.polygons[number], limit)}
    tasks |= {(number, there) for there in others.bent for number in shapes.near(others.polygons[there], limit)}
    tasks |= {(number, there) for edge, number in shapes.short for there in others.near(edge, limit)}
    tasks |= {(number, there) for edge, there in others.short for number in shapes.near(edge, limit)}
    polygons = shapes.polygons + others.polygons
    numbered = [(number, there + len(shapes.polygons)) for number, there in sorted(tasks)]
    return facing.pairs(polygons, numbered, limit, surely_below(degrees), OUTSIDE, lambda point: shapes.hold(point) or others.hold(point))


def notches(region: pya.Region, limit: int, degrees: float) -> list[pya.EdgePair]:
    """Edges of one shape with space between, where its sides miss less than the degrees to be parallel.

    A right-angled corner that points at a 45 degree edge of its own shape has its sides 45 degrees apart from it: with
    `degrees` 45 they count, and those of a wedge do not.
    """
    shapes, below = _Shapes(region), below_degrees(degrees)
    found = shapes.simple.notch_check(limit, False, pya.Region.Euclidian, below, None, None)
    return without_wedges(facing.notches(shapes.polygons, sorted(shapes.alone(found.each())), limit, below), degrees - ABOUT_DEG)


def surely_below(degrees: float) -> float:
    """What edges of two shapes miss less to be parallel: corners of turned shapes sit on whole dbu, and what misses just the degrees of a rule shall not count."""
    return degrees if degrees >= RIGHT_DEG else degrees - ABOUT_DEG


def below_degrees(degrees: float) -> float:
    """What the sides of a notch to look at miss less to be parallel: a little more than a rule says, but no right angle."""
    return min(degrees + ABOUT_DEG, SQUARE_DEG)


def narrow(region: pya.Region, limit: int, run: int = 0) -> list[pya.EdgePair]:
    """Edges of one shape with metal between. run: as in `beside`, and then all of them that see each other."""
    shapes = _Shapes(region)
    found = shapes.simple.width_check(limit, False, pya.Region.Euclidian, SQUARE_DEG, None, None)
    return facing.pairs(shapes.polygons, sorted(shapes.alone(found.each())), limit, SQUARE_DEG, INSIDE, run=run, every=run > 0)


def enclosed(one: pya.Region, other: pya.Region, limit: int) -> list[pya.EdgePair]:
    """Edges of connected shapes of the first layer and, around them, edges of those of the other, whole as they are drawn."""
    shapes, others = _Shapes(one), _Shapes(other)
    found = shapes.simple.enclosed_check(others.simple, limit, False, pya.Region.Euclidian, None, None, None, False)
    tasks = {(number, there) for pair in found.each() for number in shapes.at(pair.first) for there in others.at(pair.second)}
    tasks |= {(number, there) for number in shapes.bent for there in others.near(shapes.polygons[number], 0)}
    tasks |= {(number, there) for there in others.bent for number in shapes.near(others.polygons[there], 0)}
    tasks |= {(number, there) for edge, number in shapes.short for there in others.near(edge, 0)}
    tasks |= {(number, there) for edge, there in others.short for number in shapes.near(edge, limit)}
    polygons = shapes.polygons + others.polygons
    numbered = [(number, there + len(shapes.polygons)) for number, there in sorted(tasks)]
    return facing.enclosing(polygons, numbered, limit)


def short_edges(region: pya.Region) -> pya.Edges:
    """Those that older versions' checks may pass over."""
    edges = region.edges()
    edges.merged_semantics = False
    edges = edges.with_length(0, SHORT + 1, False)
    return edges.with_angle(STEEP[0], STEEP[1], False) + edges.with_angle(-STEEP[1], -STEEP[0], False)


class _Shapes:
    """`simple`: those with few corners; `bent`: numbers of the others."""

    def __init__(self, region: pya.Region) -> None:
        self.polygons = list(region.each_merged())
        self.bent = [number for number, polygon in enumerate(self.polygons) if polygon.num_points() > MANY_CORNERS]
        self.simple = region
        if self.bent:
            bent = set(self.bent)
            self.simple = unmerged(region_of(polygon for number, polygon in enumerate(self.polygons) if number not in bent))
        self._index: "PolygonIndex | None" = None
        self._at: dict[pya.Edge, tuple[int, ...]] = {}

    @cached_property
    def short(self) -> list[tuple[pya.Edge, int]]:
        """Short edges at about 45 degrees of those with few corners, and their numbers."""
        return [(edge, number) for edge in short_edges(self.simple).each() for number in self.at(edge)]

    @property
    def index(self) -> PolygonIndex:
        if not self._index:
            self._index = PolygonIndex(self.polygons)
        return self._index

    def tasks(self, pairs: Iterable[pya.EdgePair]) -> set[Task]:
        """Whose edges these are, each two of them once."""
        both = {(self.at(pair.first), self.at(pair.second)) for pair in pairs}
        return {(min(one, other), max(one, other)) for ones, others in both for one in ones for other in others if one != other}

    def alone(self, pairs: Iterable[pya.EdgePair]) -> set[Task]:
        found = {number for pair in pairs for number in self.at(pair.first)}.union(self.bent, (number for _, number in self.short))
        return {(number, number) for number in found}

    def around_bent(self, limit: int) -> set[Task]:
        return {(min(one, other), max(one, other)) for one in self.bent
                for other in self.near(self.polygons[one], limit) if one != other}

    def around_short(self, limit: int) -> set[Task]:
        return {(min(one, other), max(one, other)) for edge, one in self.short for other in self.near(edge, limit) if one != other}

    def hold(self, point: pya.Point) -> bool:
        """Does a point lie deep in a shape?"""
        around = [point + pya.Vector(dx, dy) for dx in (-2, 2) for dy in (-2, 2)]
        return any(all(map(self.polygons[number].inside, around)) for number in self.index.touching(pya.Box(point, point)))

    def near(self, shape: "pya.Polygon | pya.Edge", limit: int) -> list[int]:
        """Numbers of the shapes whose box is nearer to that of a shape than the limit."""
        return self.index.touching(shape.bbox().enlarged(limit, limit))

    def at(self, edge: pya.Edge) -> tuple[int, ...]:
        """Numbers of the shapes with this edge or a part of it, whose ends may be a dbu off."""
        known = self._at.get(edge)  # most edges come in several pairs
        if known is None:
            near = self.index.touching(edge.bbox().enlarged(1, 1))
            known = self._at[edge] = tuple(number for number in near if self.polygons[number].touches(edge)) or tuple(near)
        return known
