"""Polygons of vias, pads and openings, exactly as large as asked for and with every vertex on the grid.

Lengths at the door are um; inside, everything is counted in grid steps.

A shape of an even number of grid steps is centred exactly on the grid point nearest to (x, y). One of an odd number
cannot be: its centre lies half a grid step to the right of and above that point, so that its size stays exact.
Every shape has flat sides towards the four axes. (A round one, too: with corners there, two nested rounds would be
closer along the slanted edges than their radii tell, and an enclosure drawn at its limit would fail.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pya

from .choices import SHAPES

_MOST_SWELL_STEPS = 4.0


def polygon(shape: str, size_um: float, x_um: float, y_um: float, dbu_um: float, grid_um: float) -> pya.Polygon:
    """A pya.Polygon in database units: `shape` is one of SHAPES, its extents are exactly `size_um` on both axes.

    octagon: edges at exact multiples of 45 degrees, regular within one grid step. round: 64 corners (32 when small,
    16 below 100 grid steps) at equal angles, each on the nearest grid point.
    The size is rounded to the grid. Raises ValueError for an unknown shape, a size below one grid step, or a grid
    that is no multiple of the database unit.
    """
    return _placed(_outline(shape, _steps(size_um, grid_um), 0.0), x_um, y_um, dbu_um, grid_um)


def polygon_around(needs: Sequence[tuple[pya.Polygon, float]], shape: str, size_um: float, x_um: float, y_um: float, dbu_um: float, grid_um: float) -> pya.Polygon:
    """Like `polygon`, but keeping its enclosures after snapping as well: needs = [(convex pya.Polygon inside, enclosure_um)].

    Snapping moves corners by a fraction of a grid step, so that an enclosure at its limit may come out too small on
    the slanted edges. Their corners are then moved outwards, by up to 4 grid steps; the extents stay.
    A size too small for the enclosures gives the plain polygon.
    """
    size_steps = _steps(size_um, grid_um)
    for half_steps in range(int(2 * _MOST_SWELL_STEPS) + 1):
        outer = _placed(_outline(shape, size_steps, half_steps / 2.0), x_um, y_um, dbu_um, grid_um)
        if all(enclosure_dbu(outer, inner) >= enclosure_um / dbu_um - 1e-6 for inner, enclosure_um in needs):
            return outer
    return polygon(shape, size_um, x_um, y_um, dbu_um, grid_um)


def rectangle(width_um: float, height_um: float, x_um: float, y_um: float, dbu_um: float, grid_um: float) -> pya.Polygon:
    """A rectangle as a pya.Polygon, placed and rounded like `polygon`."""
    half_width, half_height = _steps(width_um, grid_um) / 2.0, _steps(height_um, grid_um) / 2.0
    return _placed(_mirrored([(half_width, half_height)]), x_um, y_um, dbu_um, grid_um)


def enclosure_dbu(outer: pya.Polygon, inner: pya.Polygon) -> float:
    """Smallest distance from the edges of convex polygon `outer` to `inner` inside it (negative: it sticks out), in dbu."""
    corners = [(point.x, point.y) for point in inner.each_point_hull()]
    smallest = math.inf
    for edge in outer.each_edge():  # clockwise hull: the inside is on the right
        across_x, across_y = edge.y2 - edge.y1, edge.x1 - edge.x2
        length = math.hypot(across_x, across_y)
        nearest = min(across_x * (x - edge.x1) + across_y * (y - edge.y1) for x, y in corners)
        smallest = min(smallest, nearest / length)
    return smallest


def _steps(length_um: float, grid_um: float) -> int:
    steps = int(round(length_um / grid_um))
    if steps < 1:
        raise ValueError("size %g um is smaller than one grid step (%g um)" % (length_um, grid_um))
    return steps


def _outline(shape: str, size: int, swell: float) -> list[tuple[float, float]]:
    """Corners around the centre, in grid steps, clockwise from the top. `swell`: see polygon_around."""
    half = size / 2.0
    if shape == "square":
        return _mirrored([(half, half)])
    if shape == "octagon":
        leg = int(round(size / (2.0 + math.sqrt(2.0)) - swell * math.sqrt(2.0)))
        leg = max(0, min(leg, (size - 1) // 2))
        return _mirrored([(half - leg, half), (half, half - leg)])
    if shape == "round":
        return _mirrored(_round_quadrant(size, swell))
    raise ValueError("unknown shape '%s': known are %s" % (shape, ", ".join(SHAPES)))


def _round_quadrant(size: int, swell: float) -> list[tuple[float, float]]:
    corners = 64 if size >= 420 else (32 if size >= 100 else 16)
    half, step = size / 2.0, 2.0 * math.pi / corners
    radius = half / math.cos(step / 2) + swell
    octant = []
    for number in range(corners // 8):
        angle = (number + 0.5) * step
        across = half if number == 0 else _snapped(radius * math.sin(math.pi / 2 - angle), size)
        octant.append((_snapped(radius * math.sin(angle), size), across))
    return octant + [(y, x) for x, y in reversed(octant)]


def _snapped(steps: float, size: int) -> float:
    """The nearest place a corner may have: a whole number of steps from the centre, or for odd sizes a half more."""
    offset = (size % 2) / 2.0
    return math.floor(steps - offset + 0.5) + offset


def _mirrored(quadrant: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """All four quadrants of a symmetric shape from its corners between 12 and 3 o'clock, clockwise."""
    right = quadrant + [(x, -y) for x, y in reversed(quadrant)]
    return right + [(-x, y) for x, y in reversed(right)]


def grid_point(x_um: float, y_um: float, dbu_um: float, grid_um: float) -> pya.Point:
    """The grid point nearest to (x, y), as a pya.Point in database units. ValueError as in `polygon`."""
    dbu_per_step = grid_um / dbu_um
    if abs(dbu_per_step - round(dbu_per_step)) > 1e-6 or round(dbu_per_step) < 1:
        raise ValueError("the grid, %g um, is no multiple of the layout's database unit, %g um" % (grid_um, dbu_um))
    # the small addition makes ties round up whatever binary fractions did to the coordinate
    steps = (math.floor(length_um / grid_um + 0.5 + 1e-6) for length_um in (x_um, y_um))
    return pya.Point(*(int(step) * int(round(dbu_per_step)) for step in steps))


def _placed(outline: Sequence[tuple[float, float]], x_um: float, y_um: float, dbu_um: float, grid_um: float) -> pya.Polygon:
    centre = grid_point(x_um, y_um, dbu_um, grid_um)
    dbu_per_step = int(round(grid_um / dbu_um))
    # corners of an odd size lie half steps away from the centre: floor(-h + 0.5) and floor(h + 0.5) move both up
    return pya.Polygon([pya.Point(centre.x + int(math.floor(x + 0.5)) * dbu_per_step,
                                  centre.y + int(math.floor(y + 0.5)) * dbu_per_step) for x, y in outline])
