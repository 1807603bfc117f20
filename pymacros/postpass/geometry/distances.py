"""Distances between edges, and pairs of edges gathered into places. Coordinates are dbu."""

import math
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

import pya

from .box_index import connected
from .regions import edges_of, region_of

EXACT = 1e-6
MANY_PAIRS = 60  # between two outlines, or that begin at one
AT_ONCE = 8  # areas that cross each other

Ends = tuple[pya.Edge, pya.Edge]


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
    return [Place(polygon, pairs[number].distance) for polygon, number in places_and_nearest(pairs)]


def places_and_nearest(pairs: list[Measured]) -> list[tuple[pya.Polygon, int]]:
    """The area of each place, and the number of its nearest pair; of several the first."""
    ends = [_ends(pair) for pair, _ in pairs]
    areas = {edge: _area_of(edge) for edge in dict.fromkeys(chain.from_iterable(ends))}
    index = connected(region_of(chain(areas.values(), _areas_between(pairs, ends, areas))).merged(False, 0))
    place_of = {edge: index.at(areas[edge]) for edge in dict.fromkeys(edge for edge, _ in ends)}
    nearest: dict[int, int] = {}
    for number, ((_, distance), (edge, _)) in enumerate(zip(pairs, ends)):
        place = place_of[edge]
        if distance < pairs[nearest.setdefault(place, number)].distance:
            nearest[place] = number
    return [(index.polygons[place], number) for place, number in nearest.items()]


def _areas_between(pairs: list[Measured], ends: list[Ends], areas: dict[pya.Edge, pya.Polygon]) -> list[pya.Polygon]:
    """What lies between the edges of pairs; `ends`: their edges, `areas`: these two dbu thick.

    Where very many pairs lie between the same two outlines, merging them all would take minutes: the nearest and some more show
    the place. So would merging many that begin at one outline, for each crosses all others: few are merged at once. Each outline
    is judged alone, so that it does not matter what else is measured.
    """
    if len(pairs) <= MANY_PAIRS:
        return [area for pair, _ in pairs for area in _between(pair)]
    outlines = connected(region_of(areas.values()).merged(False, 0))
    outline_of = {edge: outlines.at(area) for edge, area in areas.items()}
    groups: dict[tuple[int, int], list[int]] = {}
    in_order = sorted(range(len(pairs)), key=lambda number: _corners(pairs[number].pair))
    for number in in_order:
        one, other = (outline_of[edge] for edge in ends[number])
        groups.setdefault((min(one, other), max(one, other)), []).append(number)
    begin: Counter[int] = Counter()
    for both, numbers in groups.items():
        begin.update(dict.fromkeys(both, len(numbers)))
    shown: set[int] = set()
    for numbers in groups.values():
        shown.update(numbers[::len(numbers) // MANY_PAIRS + 1], [min(numbers, key=lambda number: pairs[number].distance)])
    between: dict[int, list[pya.Polygon]] = {}
    for number in in_order:
        if number in shown:
            busier = max((outline_of[edge] for edge in ends[number]), key=lambda outline: (begin[outline], outline))
            between.setdefault(busier, []).extend(_between(pairs[number].pair))
    return [area for outline, some in between.items() for area in (_joined(some) if begin[outline] > MANY_PAIRS else some)]


def _joined(areas: list[pya.Polygon]) -> list[pya.Polygon]:
    """The same areas merged: few at once, and then what is left of these."""
    parts = [_merged(areas[start:start + AT_ONCE]) for start in range(0, len(areas), AT_ONCE)]
    return _merged(chain.from_iterable(parts))


def _merged(areas: Iterable[pya.Polygon]) -> list[pya.Polygon]:
    return list(region_of(areas).merged(False, 0).each())


def _corners(pair: pya.EdgePair) -> list[int]:
    one, other = pair.first, pair.second
    return [one.x1, one.y1, one.x2, one.y2, other.x1, other.y1, other.x2, other.y2]


def _between(pair: pya.EdgePair) -> list[pya.Polygon]:
    """What lies between two edges; where that is so thin that merging would break it, with a line two dbu thick."""
    between, box = pair.polygon(0), pair.bbox()
    if between.area() >= 4 * max(box.width(), box.height()):
        return [between]
    return [between, _area_of(pya.Edge(pair.first.bbox().center(), pair.second.bbox().center()))]


def _ends(pair: pya.EdgePair) -> Ends:
    """The edges of a pair, none of which is a point: of two corners just nearer than a limit points are left, which cover nothing."""
    one, other = (_across(pair) if edge.is_degenerate() else edge for edge in (pair.first, pair.second))
    return one, other


def _across(pair: pya.EdgePair) -> pya.Edge:
    start, end = pair.first.p1, pair.second.p1
    return pya.Edge(start, start + pya.Vector(1, 0)) if start == end else pya.Edge(start, end)


def _area_of(edge: pya.Edge) -> pya.Polygon:
    """An edge, two dbu thick."""
    return next(edges_of([edge]).extended(1, 1, 1, 1, False).each())


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
