"""Sizes and names of single polygons: what "a via of 0.5" and "round" mean. Coordinates are dbu."""

import math
from typing import NamedTuple

import pya

ROUND_CORNERS = 9  # fewer corners are an octagon or something else
CUT = 1.0  # dbu by which a corner that cuts made may miss the line it lies on


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


def contours(polygon: pya.Polygon) -> list[list[tuple[int, int]]]:
    """The corners of each contour: of the hull, then of the holes."""
    return [[(point.x, point.y) for point in points] for points in (polygon.each_point_hull(), *map(polygon.each_point_hole, range(polygon.holes())))]


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
    return abs(box.width() - box.height()) <= 2 * tolerance and off_octagon(polygon) <= tolerance + 1e-6


def off_octagon(polygon: pya.Polygon) -> float:
    """How far the corners, eight, miss those of a regular octagon with edges along the axes."""
    box = polygon.bbox()
    outer, inner = 0.5 * box.width(), 0.5 * box.width() * (math.sqrt(2) - 1)
    middle_x, middle_y = centre(polygon)
    miss = 0.0
    for x, y in corners(polygon):
        near, far = sorted((abs(x - middle_x), abs(y - middle_y)))
        miss = max(miss, abs(far - outer), abs(near - inner))
    return miss


def nearly(polygon: pya.Polygon, most: float) -> "tuple[str, float] | None":
    """What an unnamed shape nearly is, and by how much (dbu, `most` at most) its corners miss that: an octagon, or round."""
    if polygon.holes() > 0:
        return None
    name, miss = ("octagon", off_octagon(polygon)) if polygon.num_points_hull() == 8 else ("round", off_round(polygon, most))
    return None if miss is None or miss > most else (name, miss)


def is_round(polygon: pya.Polygon, tolerance: float) -> bool:
    """Corners on a circle: each within the tolerance of the mean radius, with gaps up to 40 degrees between them.

    Corners that lie on the lines between others do not count: a circle that was cut into trapezoids and merged again has some.
    """
    if polygon.num_points_hull() < ROUND_CORNERS or polygon.holes() > 0:
        return False
    miss = off_round(polygon, tolerance)
    return miss is not None and miss <= tolerance + 1e-6


def off_round(polygon: pya.Polygon, most: float) -> "float | None":
    """How far the corners miss their mean distance from the middle; None: too few corners, or too far apart, for a circle, or surely more than `most`."""
    if polygon.num_points_hull() < ROUND_CORNERS or polygon.holes() > 0:
        return None
    box, points = polygon.bbox(), corners(polygon)
    middle = 0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top)
    if _is_hollow([math.dist(point, middle) for point in points], most):
        return None
    misses = [_off_circle(some, middle) for some in (points, without_cuts(points))]
    return min((miss for miss in misses if miss is not None), default=None)


def _is_hollow(radii: list[float], most: float) -> bool:
    """Do corners at these distances from the middle reach so far in that it is no circle within `most`, whichever of them are cuts?

    A cut lies within a dbu of a chord of 40 degrees at most, whose ends lie on the circle within `most`.
    """
    outer = max(radii) - CUT - most
    chord = (outer - most)**2 - (outer * math.sin(math.pi / 9))**2
    return outer > most and chord > (min(radii) + CUT)**2


def _off_circle(points: list[tuple[int, int]], middle: tuple[float, float]) -> "float | None":
    if len(points) < ROUND_CORNERS:
        return None
    radii = [math.dist(point, middle) for point in points]
    mean = math.fsum(radii) / len(radii)
    if max(math.dist(points[i], points[i - 1]) for i in range(len(points))) > 2 * mean * math.sin(math.pi / 9):
        return None
    return max(max(radii) - mean, mean - min(radii))


def without_cuts(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The corners without those that lie within a dbu of the lines between the others."""
    farthest = max(range(len(points)), key=lambda i: math.dist(points[0], points[i]))
    ring, kept = points + points[:1], {0, farthest}
    spans = [(0, farthest), (farthest, len(points))]
    while spans:
        first, last = spans.pop()
        a, b = ring[first], ring[last]
        length = max(math.dist(a, b), 1e-9)
        off, corner = max(((abs(_cross(a, b, ring[i])) / length, i) for i in range(first + 1, last)), default=(0.0, 0))
        if off > CUT:
            kept.add(corner)
            spans += [(first, corner), (corner, last)]
    return [points[i] for i in _without_needless(ring, sorted(kept))]


def _without_needless(ring: list[tuple[int, int]], kept: list[int]) -> list[int]:
    """Numbers of corners without those that leave all others within a dbu of the lines when they go."""
    place = 1
    while place < len(kept) and len(kept) > 3:
        first, last = kept[place - 1], kept[place + 1] if place + 1 < len(kept) else len(ring) - 1
        a, b = ring[first], ring[last]
        length = max(math.dist(a, b), 1e-9)
        if all(abs(_cross(a, b, ring[i])) <= CUT * length for i in range(first + 1, last)):
            del kept[place]
        else:
            place += 1
    return kept


def looks_round(polygon: pya.Polygon) -> bool:
    """Round within a hundredth of its width."""
    return is_round(polygon, 0.01 * polygon.bbox().width())


def circle(polygon: pya.Polygon) -> "Circle | None":
    """The circle a round polygon stands for, as wide as its extents, or None for other polygons."""
    if not looks_round(polygon):
        return None
    box = polygon.bbox()
    return Circle(0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top), 0.25 * (box.width() + box.height()))


def diameters(polygon: pya.Polygon) -> "tuple[float, float] | None":
    """(smallest, largest) diameter, in dbu, of the circle that a round polygon may be drawn for; None for other polygons.

    Corners lie on the circle, or sides that face the axes touch it: then it is as wide as the extents. Corners are moved to whole dbu, or
    to a coarser grid, so that opposite ones are known to lie as far apart as two points within half a step of each.
    """
    if not looks_round(polygon):
        return None
    box, points = polygon.bbox(), corners(polygon)
    step = math.gcd(*(length for x, y in points for length in (x - box.left, y - box.bottom)))
    for some in (without_cuts(points), points):
        least, most = _apart(some, step)
        if least <= most:
            break
    else:  # no regular outline
        middle = 0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top)
        mean = 2.0 * math.fsum(math.dist(point, middle) for point in points) / len(points)
        least, most = mean - step, mean + step
    return min(math.ceil(least - 1e-6), box.width(), box.height()), max(math.floor(most + 1e-6), box.width(), box.height())


def _apart(points: list[tuple[int, int]], step: int) -> tuple[float, float]:
    """(least, most) distance that all opposite corners may have; the least is more than the most where they have none in common."""
    half, odd = divmod(len(points), 2)
    pairs = list(zip(points[:half], points[half:]))
    for middles in ([one[axis] + other[axis] for one, other in pairs] for axis in (0, 1)):
        if odd or max(middles) - min(middles) > 2 * step:
            return math.inf, 0.0
    apart = [(abs(x - other_x), abs(y - other_y)) for (x, y), (other_x, other_y) in pairs]
    return max(math.hypot(max(dx - step, 0), max(dy - step, 0)) for dx, dy in apart), min(math.hypot(dx + step, dy + step) for dx, dy in apart)


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


def holes(polygon: pya.Polygon) -> list[pya.Polygon]:
    """The holes of a polygon, as polygons."""
    return [pya.Polygon(list(polygon.each_point_hole(number)), True) for number in range(polygon.holes())]
