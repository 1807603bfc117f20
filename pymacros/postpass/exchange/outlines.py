"""Outlines of pads: the corners of a shape, and the shape that some corners are. Pure Python; lengths are um, around the centre of the box."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from .record import DECIMALS, Place, rounded

SHAPES = ("square", "rectangle", "circle", "oblong", "octagon", "polygon")
Points = Sequence[tuple[float, float]]
_CORNERS = 32       # of a circle, and of both ends of an oblong
_LEAST_ROUND = 12   # with so many corners on one circle it is one
_NEAR = 0.004       # um: corners on another grid
_STEPS = 10**DECIMALS  # in a um, of corners


def shape_of_size(width_um: float, height_um: float) -> str:
    return "square" if width_um == height_um else "rectangle"


def corners(place: Place) -> list[tuple[float, float]]:
    """The corners of a place around its centre, anticlockwise."""
    return list(place.outline) if place.shape == "polygon" else list(_rounded_corners(place.shape, place.width_um, place.height_um))


def corners_there(place: Place) -> list[tuple[float, float]]:
    """The corners of a place where they lie."""
    x_um, y_um = place.x_um, place.y_um
    return [(round((x_um + x) * _STEPS) / _STEPS, round((y_um + y) * _STEPS) / _STEPS) for x, y in corners(place)]  # faster than round to so many digits


@lru_cache(maxsize=1000)
def _rounded_corners(shape: str, width_um: float, height_um: float) -> Points:
    return tuple((rounded(x), rounded(y)) for x, y in _corners(shape, width_um / 2, height_um / 2))


def _corners(shape: str, across: float, up: float) -> list[tuple[float, float]]:
    if shape == "octagon":
        cut = min(across, up) * (2 - math.sqrt(2))
        quarter = [(across, up - cut), (across - cut, up)]
        right = quarter + [(-x, y) for x, y in reversed(quarter)]
        return right + [(-x, -y) for x, y in right]
    if shape in ("circle", "oblong"):
        return _rounded(across, up, min(across, up))
    return [(across, up), (-across, up), (-across, -up), (across, -up)]


def _rounded(across: float, up: float, radius: float) -> list[tuple[float, float]]:
    """Corners of a rectangle with rounded corners, from the right one above on, a quarter of them at each."""
    angles = [2 * math.pi * (k + 0.5) / _CORNERS for k in range(_CORNERS)]
    scale = radius / math.cos(math.pi / _CORNERS)  # flat sides towards the axes: the extents are exact
    return [(math.copysign(across - radius, math.cos(a)) + scale * math.cos(a), math.copysign(up - radius, math.sin(a)) + scale * math.sin(a)) for a in angles]


def rounded_rectangle(width_um: float, height_um: float, radius_um: float, cut_um: float, cuts: Sequence[bool]) -> list[tuple[float, float]]:
    """Corners around the centre, anticlockwise from the right one above on. cuts: for each of the four whether it is cut off (cut_um along both sides) instead."""
    across, up = width_um / 2, height_um / 2
    found, arcs = [], _rounded(across, up, radius_um)
    for number, ((x, y), is_cut) in enumerate(zip(((1, 1), (-1, 1), (-1, -1), (1, -1)), cuts)):
        if is_cut:
            ends = [(x * across, y * (up - cut_um)), (x * (across - cut_um), y * up)]
            found += ends if x == y else ends[::-1]
        elif radius_um:
            found += arcs[number * len(arcs) // 4:(number + 1) * len(arcs) // 4]
        else:
            found.append((x * across, y * up))
    return list(dict.fromkeys((rounded(x), rounded(y)) for x, y in found))


def box_area(points: Points) -> float:
    """The area of the box around some points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def largest(shapes: Sequence[Points]) -> Points:
    """The shape with the largest box."""
    return max(shapes, key=box_area) if len(shapes) > 1 else shapes[0]


def shaped(place: Place, points: Points) -> Place:
    """The place with shape, sizes and centre of these corners (um, where they lie)."""
    xs, ys = zip(*points)
    left, bottom, right, top = min(xs), min(ys), max(xs), max(ys)
    x_um, y_um = rounded((left + right) / 2), rounded((bottom + top) / 2)
    width_um, height_um = rounded(right - left), rounded(top - bottom)
    shape = _shape(width_um, height_um, tuple([round((x - x_um) * _STEPS) for x in xs]), tuple([round((y - y_um) * _STEPS) for y in ys]))
    around = tuple([(rounded(x - x_um), rounded(y - y_um)) for x, y in points]) if shape == "polygon" else ()
    return place._replace(x_um=x_um, y_um=y_um, width_um=width_um, height_um=height_um, shape=shape, outline=around)


@lru_cache(maxsize=1000)
def _shape(width_um: float, height_um: float, xs: tuple[int, ...], ys: tuple[int, ...]) -> str:
    """The shape that these corners (1/_STEPS um) around the centre are: whole numbers, so that those of another place are the same."""
    around = [(x / _STEPS, y / _STEPS) for x, y in zip(xs, ys)]
    flat = shape_of_size(width_um, height_um)
    for shape in (flat, "octagon", "circle" if flat == "square" else "oblong"):
        if _same(_corners(shape, width_um / 2, height_um / 2), around):
            return shape
    radii = [math.hypot(x, y) for x, y in around]
    if flat == "square" and len(around) >= _LEAST_ROUND and max(radii) - min(radii) < 0.01 * max(radii):
        return "circle"
    return "polygon"


def _same(one: Points, other: Points) -> bool:
    """Are these the same corners, wherever and whichever way round they begin?"""
    if len(one) != len(other):
        return False
    def nearest(x: float, y: float) -> float:
        return min(max(abs(x - u), abs(y - v)) for u, v in one)
    return all(nearest(x, y) <= _NEAR for x, y in other)
