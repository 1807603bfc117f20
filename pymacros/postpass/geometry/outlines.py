"""Sizes and names of single polygons: what "a via of 0.5" and "round" mean. Coordinates are dbu."""

import math
from typing import NamedTuple

import pya

ROUND_CORNERS = 9  # fewer corners are an octagon or something else


class Circle(NamedTuple):
    """The circle a round polygon stands for."""

    x: float
    y: float
    radius: float


def at_origin(polygon: pya.Polygon) -> pya.Polygon:
    """The polygon with the lower left corner of its box at 0. Congruent ones are equal and share their hash."""
    box = polygon.bbox()
    return polygon.moved(-box.left, -box.bottom)


def corners(polygon: pya.Polygon) -> list[tuple[int, int]]:
    """The corners of the hull."""
    return [(point.x, point.y) for point in polygon.each_point_hull()]


def centre(polygon: pya.Polygon) -> tuple[float, float]:
    """The middle of its box."""
    box = polygon.bbox()
    return 0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top)


def holds(polygon: pya.Polygon, point: pya.Point) -> bool:
    """Does the point lie in the polygon or on its outline? KLayout's `inside` says no at a corner that points straight up."""
    return polygon.inside(point) or any(edge.contains(point) for edge in polygon.each_edge())


def size(polygon: pya.Polygon) -> tuple[float, float]:
    """Smallest and largest size of a via, pad or UBM; exact for axis-parallel and round shapes.

    A round polygon with its corners on the circle is as wide as its extents: its facets are an artefact of drawing.
    Other convex shapes are as narrow as a caliper turned around them finds.
    """
    box = polygon.bbox()
    extents = sorted((float(box.width()), float(box.height())))
    if polygon.is_box() or is_octagon(polygon, max(0.02 * box.width(), 10)) or is_round(polygon, 0.01 * extents[0]):
        return extents[0], extents[1]
    widths = _calipers(_convex_hull(polygon))
    return min(widths), max(widths)


def is_convex(polygon: pya.Polygon) -> bool:
    return polygon.holes() == 0 and _turns_one_way(corners(polygon))


def is_octagon(polygon: pya.Polygon, tolerance: float) -> bool:
    """A regular octagon with edges along the axes: each corner within the tolerance of its ideal place."""
    if polygon.num_points_hull() != 8 or polygon.holes() > 0:
        return False
    box = polygon.bbox()
    if abs(box.width() - box.height()) > 2 * tolerance:
        return False
    outer, inner = 0.5 * box.width(), 0.5 * box.width() * (math.sqrt(2) - 1)
    middle_x, middle_y = 0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top)
    for x, y in corners(polygon):
        near, far = sorted((abs(x - middle_x), abs(y - middle_y)))
        if abs(far - outer) > tolerance + 1e-6 or abs(near - inner) > tolerance + 1e-6:
            return False
    return True


def is_round(polygon: pya.Polygon, tolerance: float) -> bool:
    """Corners on a circle: each within the tolerance of the mean radius, with gaps up to 40 degrees between them."""
    if polygon.num_points_hull() < ROUND_CORNERS or polygon.holes() > 0:
        return False
    box, points = polygon.bbox(), corners(polygon)
    middle_x, middle_y = 0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top)
    radii = [math.hypot(x - middle_x, y - middle_y) for x, y in points]
    mean = math.fsum(radii) / len(radii)
    if any(abs(radius - mean) > tolerance + 1e-6 for radius in radii):
        return False
    return max(math.dist(points[i], points[i - 1]) for i in range(len(points))) <= 2 * mean * math.sin(math.pi / 9)


def looks_round(polygon: pya.Polygon) -> bool:
    """Round within a hundredth of its width."""
    return is_round(polygon, 0.01 * polygon.bbox().width())


def circle(polygon: pya.Polygon) -> "Circle | None":
    """The circle a round polygon stands for, as wide as its extents, or None for other polygons."""
    if not looks_round(polygon):
        return None
    box = polygon.bbox()
    return Circle(0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top), 0.25 * (box.width() + box.height()))


def name(polygon: pya.Polygon, tolerance: float) -> str:
    """The name of the shape within the tolerance: square, rectangle, octagon, round or other."""
    if polygon.holes() > 0:
        return "other"
    points = corners(polygon)
    if len(points) == 4:
        return _name_of_four(points, tolerance)
    if is_octagon(polygon, tolerance):
        return "octagon"
    return "round" if is_round(polygon, tolerance) else "other"


def _name_of_four(points: list[tuple[int, int]], tolerance: float) -> str:
    sides = [math.dist(points[i], points[i - 1]) for i in range(4)]
    diagonals = [math.dist(points[i + 2], points[i]) for i in (0, 1)]
    unlike = max(abs(one - other) for one, other in (diagonals, (sides[0], sides[2]), (sides[1], sides[3])))
    if unlike > 2 * tolerance + 1:
        return "other"
    upright = points[0][0] == points[1][0] or points[0][1] == points[1][1]
    return "square" if max(sides) - min(sides) <= 2 * tolerance + (0 if upright else 2) else "rectangle"


def _calipers(points: list[tuple[int, int]]) -> list[float]:
    """Widths seen from each edge of a convex polygon."""
    widths = []
    for i, b in enumerate(points):
        a = points[i - 1]
        length = math.dist(a, b)
        widths.append(max(abs(_cross(a, b, point)) / length for point in points))
    return widths


def _convex_hull(polygon: pya.Polygon) -> list[tuple[int, int]]:
    points = corners(polygon)
    if polygon.holes() == 0 and _turns_one_way(points):
        return points
    points.sort()
    return _half_hull(points) + _half_hull(points[::-1])


def _half_hull(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    hull: list[tuple[int, int]] = []
    for point in points:
        while len(hull) > 1 and _cross(hull[-2], hull[-1], point) <= 0:
            hull.pop()
        hull.append(point)
    return hull[:-1]


def _turns_one_way(points: list[tuple[int, int]]) -> bool:
    turns = [_cross(points[i - 2], points[i - 1], points[i]) for i in range(len(points))]
    return min(turns) >= 0 or max(turns) <= 0


def _cross(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
