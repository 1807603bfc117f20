"""Outlines of traces: octilinear centre lines become polygons whose corners are all on the grid.

A horizontal or vertical part is exactly as wide as asked for. A diagonal part between grid points cannot be: it is as
wide or up to 1.4 grid steps per side wider, never narrower, and its edges run at exactly 45 degrees.

Corners are as the router reckons with (routing/shapes.py): what lies within half the width of the centre line, measured by the
octagon around a circle. Two such outlines of traces are as far apart as the centre lines are, less both halves, and so are
their metal and any other. The mitre of a bend by 45 degrees is a corner of that octagon; that of 90 degrees would reach
beyond it and is cut at 45 degrees to both parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pya


class TraceError(ValueError):
    """A centre line that is no trace; the message says why."""


def outline(points_um: Sequence[tuple[float, float]], width_um: float, dbu_um: float, grid_um: float) -> pya.Polygon:
    """Polygon (pya.Polygon, dbu) around the centre line [(x_um, y_um), ...] with flat ends; the outside of a bend by 90 degrees is bevelled.

    Points and half the width are rounded to the grid. Raises TraceError for fewer than two different points, a part
    that is neither horizontal, vertical nor at 45 degrees, or a turn by more than 90 degrees.
    """
    points = _simplified([(int(round(x / grid_um)), int(round(y / grid_um))) for x, y in points_um])
    half = int(round(width_um / 2 / grid_um))
    if half < 1:
        raise TraceError("trace width %g um is less than two grid steps" % width_um)
    directions = [_direction(a, b, grid_um) for a, b in zip(points, points[1:])]
    for before, after in zip(directions, directions[1:]):
        if before[0] * after[0] + before[1] * after[1] < 0:
            raise TraceError("the trace turns by more than 90 degrees")
    left = _side(points, directions, half, 1)
    right = _side(points, directions, half, -1)
    scale = grid_um / dbu_um
    return pya.Polygon([pya.Point(int(round(x * scale)), int(round(y * scale))) for x, y in left + right[::-1]])


def lengthened(points_um: Sequence[list[float]], width_um: float, least_um: float, grid_um: float, inside: Callable[..., Any]) -> list[tuple[float, float]]:
    """The centre line with its first and last part at least `least_um` and half the width long.

    A bend just before the end would leave metal that is narrower than a trace may be, or folded. A short part is made
    longer where its flat end stays in the metal it ends in, or left out where the bend before it is in that metal.
    inside(x_um, y_um): whether a point lies in that metal. The points come back on the grid.
    """
    points = _simplified([(int(round(x / grid_um)), int(round(y / grid_um))) for x, y in points_um])
    least, half = max(least_um, width_um / 2) / grid_um, width_um / grid_um / 2
    for _ in range(2):  # the last part, then, turned round, the first
        points = _longer(points, half, least, lambda x, y: inside(x * grid_um, y * grid_um))[::-1]
    return [(round(x * grid_um, 9), round(y * grid_um, 9)) for x, y in points]


def _longer(points: list[tuple[int, int]], half: float, least: float, inside: Callable[..., Any]) -> list[tuple[int, int]]:
    """Points (grid steps) whose last part is `least` long, where that can be done inside the metal at the end."""
    if len(points) < 3:
        return points
    along = _direction(points[-2], points[-1], 1.0)
    length = math.sqrt(2) if 0 not in along else 1.0
    missing = int(math.ceil(least / length - 1e-9)) - max(abs(points[-1][k] - points[-2][k]) for k in (0, 1))
    end = (points[-1][0] + missing * along[0], points[-1][1] + missing * along[1])
    across = (-along[1] * half / length, along[0] * half / length)
    fits = all(inside(end[0] + side * across[0], end[1] + side * across[1]) for side in (-1, 1))
    if missing > 0 and fits:
        return points[:-1] + [end]
    if missing > 0 and inside(*points[-2]):
        return _longer(points[:-1], half, least, inside)
    return points


def _simplified(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without repeated points and points inside a straight part."""
    kept = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and _cross(kept[-2], kept[-1], point) == 0 and _dot(kept[-2], kept[-1], point) > 0:
            kept.pop()
        kept.append(point)
    if len(kept) < 2:
        raise TraceError("a trace needs two different points")
    return kept


def _cross(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _dot(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1])


def _direction(a: tuple[int, int], b: tuple[int, int], grid_um: float) -> tuple[int, int]:
    dx, dy = b[0] - a[0], b[1] - a[1]
    if dx and dy and abs(dx) != abs(dy):
        raise TraceError("the part from (%g, %g) to (%g, %g) um is at no multiple of 45 degrees" % tuple(v * grid_um for v in a + b))
    return (dx > 0) - (dx < 0), (dy > 0) - (dy < 0)


def _side(points: list[tuple[int, int]], directions: list[tuple[int, int]], half: int, sign: int) -> list[tuple[float, float]]:
    """Corners of one side: where the offset lines of neighbouring parts meet (grid steps)."""
    normals = [(-direction[1] * sign, direction[0] * sign) for direction in directions]
    lines = [_line_beside(point, normal, half) for point, normal in zip(points, normals)]
    corners = [_meet(lines[0], _end_line(points[0], directions[0]))]
    for number, (one, other) in enumerate(zip(lines, lines[1:])):
        between = _bevel(points[number:number + 3], directions[number], normals[number], normals[number + 1], half)
        corners += [_meet(one, between), _meet(between, other)] if between else [_meet(one, other)]
    return corners + [_meet(lines[-1], _end_line(points[-1], directions[-1]))]


def _bevel(points: Sequence[tuple[int, int]], direction: tuple[int, int], before: tuple[int, int], after: tuple[int, int], half: int) -> tuple[int, int, int] | None:
    """The line that cuts the corner outside a bend by 90 degrees, None at others, inside, and between parts too short for it. before, after: normals of both parts."""
    is_square = before[0] * after[0] + before[1] * after[1] == 0
    is_outside = direction[0] * after[0] + direction[1] * after[1] > 0
    if not is_square or not is_outside or any(math.dist(a, b) < half for a, b in zip(points, points[1:])):
        return None
    normal = before[0] + after[0], before[1] + after[1]
    return _line_beside(points[1], (normal[0] // max(map(abs, normal)), normal[1] // max(map(abs, normal))), half)


def _line_beside(point: tuple[int, int], normal: tuple[int, int], half: int) -> tuple[int, int, int]:
    """(a, b, c) of a x + b y = c, half the width from a point in the direction of the normal; diagonal lines lie on grid points, never too near."""
    away = half if 0 in normal else 2 * int(math.ceil(half / math.sqrt(2) - 1e-9))  # even: flat ends have corners on the grid
    return normal + (normal[0] * point[0] + normal[1] * point[1] + away,)


def _end_line(point: tuple[int, int], direction: tuple[int, int]) -> tuple[int, int, int]:
    return direction + (direction[0] * point[0] + direction[1] * point[1],)


def _meet(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[float, float]:
    (a, b, c), (d, e, f) = one, other
    determinant = a * e - b * d
    return (c * e - b * f) / determinant, (a * f - c * d) / determinant


def wedge_fills(region: pya.Region, size_um: float, dbu_um: float) -> list[Any]:
    """Triangles [pya.Polygon] that fill the acute wedges between octilinear edges of a region's merged shapes.

    Each is right-angled and at most `size_um` long along the horizontal or vertical side of its wedge, so that all its
    edges are octilinear and it comes no nearer to its neighbours than 0.3 sizes.
    """
    size = int(round(size_um / dbu_um))
    fills = []
    for polygon in region.merged().each():
        contours = [list(polygon.each_point_hull())] + [list(polygon.each_point_hole(hole)) for hole in range(polygon.holes())]
        for points in contours:
            corners = zip(points[-1:] + points[:-1], points, points[1:] + points[:1])
            fills += [fill for fill in (_wedge_fill(*corner, size) for corner in corners) if fill is not None]
    return fills


def _wedge_fill(before: pya.Point, corner: pya.Point, after: pya.Point, size: int) -> Any:
    """The triangle in the wedge at a corner that turns left (metal is on the right) by more than 90 degrees, or None."""
    one = before.x - corner.x, before.y - corner.y
    other = after.x - corner.x, after.y - corner.y
    outside_left = one[0] * other[1] - one[1] * other[0] < 0
    if not outside_left or one[0] * other[0] + one[1] * other[1] <= 0:
        return None
    straight, slanted = (one, other) if 0 in one else (other, one)
    if 0 not in straight or abs(slanted[0]) != abs(slanted[1]):
        return None  # not a wedge of 45 degrees
    reach = min(size, max(abs(straight[0]), abs(straight[1])), abs(slanted[0]))
    foot = pya.Point(corner.x + reach * _sign(straight[0]), corner.y + reach * _sign(straight[1]))
    tip = pya.Point(corner.x + reach * _sign(slanted[0]), corner.y + reach * _sign(slanted[1]))
    return pya.Polygon([corner, foot, tip])


def _sign(value: Any) -> Any:
    return (value > 0) - (value < 0)
