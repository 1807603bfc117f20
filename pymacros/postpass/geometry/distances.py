"""Distances between edges, and pairs of edges gathered into places. Coordinates are dbu."""

import math
from collections.abc import Collection, Iterable
from typing import NamedTuple

import pya

from .box_index import connected
from .regions import region_of

EXACT = 1e-6
MANY_PAIRS = 60  # between two outlines


class Measured(NamedTuple):
    """Two edges and how far they are apart."""

    pair: pya.EdgePair
    distance: float


class Place(NamedTuple):
    """An area, and the smallest distance found in it."""

    polygon: pya.Polygon
    distance: float


def between(edge: pya.Edge, other: pya.Edge) -> float:
    """Smallest distance of two edges. (`intersects` is its name from KLayout 0.29 on alone.)"""
    return 0.0 if edge.intersect(other) else math.hypot(*shortest(edge, other))


def measured(pairs: Iterable[pya.EdgePair]) -> list[Measured]:
    return [Measured(pair, between(pair.first, pair.second)) for pair in pairs]


def shortest(edge: pya.Edge, other: pya.Edge) -> tuple[float, float]:
    """(dx, dy) of the shortest line between two edges that do not meet."""
    a, b = (edge.x1, edge.y1, edge.x2, edge.y2), (other.x1, other.y1, other.x2, other.y2)
    lines = (_to_segment(a[0], a[1], b), _to_segment(a[2], a[3], b), _to_segment(b[0], b[1], a), _to_segment(b[2], b[3], a))
    return min(lines, key=lambda line: line[0] * line[0] + line[1] * line[1])


def to_edge(point: pya.Point, edge: pya.Edge) -> tuple[float, float]:
    """(dx, dy) of the shortest line between a point and an edge."""
    return _to_segment(point.x, point.y, (edge.x1, edge.y1, edge.x2, edge.y2))


def _to_segment(x: int, y: int, segment: tuple[int, int, int, int]) -> tuple[float, float]:
    x1, y1, x2, y2 = segment
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    along = 0.0 if square == 0 else ((x - x1) * dx + (y - y1) * dy) / square
    along = min(max(along, 0.0), 1.0)
    return x - x1 - along * dx, y - y1 - along * dy


def of_boxes(one: pya.Box, other: pya.Box) -> float:
    """Smallest distance of two boxes; 0 where they touch or overlap."""
    return math.hypot(max(one.left - other.right, other.left - one.right, 0), max(one.bottom - other.top, other.bottom - one.top, 0))


def is_diagonal(edge: pya.Edge, other: pya.Edge) -> bool:
    """Is the shortest line between two edges one at 45 degrees, straight across an edge at 45 degrees?"""
    if not _is_diagonal_edge(edge) and not _is_diagonal_edge(other):
        return False
    dx, dy = shortest(edge, other)
    return abs(abs(dx) - abs(dy)) <= 3


def is_whole(edge: pya.Edge, other: pya.Edge) -> bool:
    """Does the shortest line between two edges that do not meet begin and end on whole dbu?"""
    return all(abs(length - round(length)) < EXACT for length in shortest(edge, other))


def _is_diagonal_edge(edge: pya.Edge) -> bool:
    dx, dy = edge.dx(), edge.dy()
    off = 2 if edge.length() > 100 else 1  # ends on whole dbu; a short part of a facet must not pass for a diagonal
    return abs(abs(dx) - abs(dy)) <= off and dx != 0 and dy != 0


def places(pairs: list[Measured]) -> list[Place]:
    """Pairs that touch each other become one place."""
    edges = [list(_edges_of(pair).each()) for pair, _ in pairs]
    filled = _filled(pairs, edges)
    areas = region_of(polygon for number, some in enumerate(edges) for polygon in (some + _between(pairs[number].pair) if number in filled else some))
    index = connected(areas.merged(False, 0))
    smallest: dict[int, float] = {}
    for (_, distance), some in zip(pairs, edges):
        place = index.at(some[0])
        smallest[place] = min(smallest.get(place, math.inf), distance)
    return [Place(index.polygons[place], distance) for place, distance in smallest.items()]


def _filled(pairs: list[Measured], edges: list[list[pya.Polygon]]) -> Collection[int]:
    """Numbers of the pairs that are drawn with what lies between them; `edges`: areas of their edges.

    Where very many pairs lie between the same two outlines, merging them all would take minutes: the nearest and some more show
    the place. Each two outlines are judged alone, so that it does not matter what else is measured.
    """
    if len(pairs) <= MANY_PAIRS:
        return range(len(pairs))
    outlines = connected(region_of(polygon for some in edges for polygon in some).merged(False, 0))
    between: dict[tuple[int, int], list[int]] = {}
    for number, some in enumerate(edges):
        one, other = outlines.at(some[0]), outlines.at(some[-1])
        between.setdefault((min(one, other), max(one, other)), []).append(number)
    filled: set[int] = set()
    for numbers in between.values():
        numbers.sort(key=lambda number: _corners(pairs[number].pair))
        filled.update(numbers[::len(numbers) // MANY_PAIRS + 1])
        filled.add(min(numbers, key=lambda number: pairs[number].distance))
    return filled


def _corners(pair: pya.EdgePair) -> list[int]:
    one, other = pair.first, pair.second
    return [one.x1, one.y1, one.x2, one.y2, other.x1, other.y1, other.x2, other.y2]


def _between(pair: pya.EdgePair) -> list[pya.Polygon]:
    """What lies between two edges; where that is so thin that merging would break it, with a line two dbu thick."""
    between, box = pair.polygon(0), pair.bbox()
    if between.area() >= 4 * max(box.width(), box.height()):
        return [between]
    lines = pya.Edges()
    lines.insert(pya.Edge(pair.first.bbox().center(), pair.second.bbox().center()))
    return [between, *lines.extended(1, 1, 1, 1, False).each()]


def _edges_of(pair: pya.EdgePair) -> pya.Region:
    """Both edges, two dbu thick."""
    edges = pya.Edges()
    for edge in (pair.first, pair.second):
        edges.insert(_across(pair) if edge.is_degenerate() else edge)
    return edges.extended(1, 1, 1, 1, False)


def _across(pair: pya.EdgePair) -> pya.Edge:
    """Two corners just nearer than a limit: what is left of their edges are points, which cover nothing."""
    start, end = pair.first.p1, pair.second.p1
    return pya.Edge(start, start + pya.Vector(1, 0)) if start == end else pya.Edge(start, end)


def without_wedges(pairs: list[tuple[pya.EdgePair, float]], degrees: float) -> list[pya.EdgePair]:
    """Of edges of one shape, with the degrees they miss to be parallel, those of notches.

    A wedge whose sides miss more degrees is a corner, not a notch; where a corner points at an edge, both its sides may.
    """
    return [pair for pair, apart in pairs if apart <= degrees] + _pointing([pair for pair, apart in pairs if apart > degrees])


def _pointing(pairs: list[pya.EdgePair]) -> list[pya.EdgePair]:
    """Those pairs where a corner points at an edge: both edges of the corner lead away from it."""
    corners: dict[tuple[int, int], list[tuple[pya.EdgePair, tuple[int, int]]]] = {}
    for pair in pairs:
        point, edge = _nearest_end(pair)
        corners.setdefault((point.x, point.y), []).append((pair, (_sign(edge.dx()), _sign(edge.dy()))))
    return [pair for some in corners.values() if len({direction for _, direction in some}) > 1 for pair, _ in some]


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _nearest_end(pair: pya.EdgePair) -> tuple[pya.Point, pya.Edge]:
    """The end of one edge that is nearest to the other, and that edge."""
    one, other = pair.first, pair.second
    ends = ((one.p1, one, other), (one.p2, one, other), (other.p1, other, one), (other.p2, other, one))
    return min(ends, key=lambda end: math.hypot(*to_edge(end[0], end[2])))[:2]
