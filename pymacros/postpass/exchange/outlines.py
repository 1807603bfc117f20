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


def shape_of_size(width_um: float, height_um: float) -> str:
    return "square" if width_um == height_um else "rectangle"


def corners(place: Place) -> list[tuple[float, float]]:
    """The corners of a place around its centre, anticlockwise."""
    return list(place.outline) if place.shape == "polygon" else list(_rounded_corners(place.shape, place.width_um, place.height_um))


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
        radius = min(across, up)
        angles = [2 * math.pi * (k + 0.5) / _CORNERS for k in range(_CORNERS)]
        scale = radius / math.cos(math.pi / _CORNERS)  # flat sides towards the axes: the extents are exact
        return [(math.copysign(across - radius, math.cos(a)) + scale * math.cos(a), math.copysign(up - radius, math.sin(a)) + scale * math.sin(a)) for a in angles]
    return [(across, up), (-across, up), (-across, -up), (across, -up)]


def box_area(points: Points) -> float:
    """The area of the box around some points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def largest(shapes: Sequence[Points]) -> Points:
    """The shape with the largest box."""
    return max(shapes, key=box_area)


def shaped(place: Place, points: Points) -> Place:
    """The place with shape, sizes and centre of these corners (um, where they lie)."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x_um, y_um = rounded((min(xs) + max(xs)) / 2), rounded((min(ys) + max(ys)) / 2)
    width_um, height_um = rounded(max(xs) - min(xs)), rounded(max(ys) - min(ys))
    around = tuple([(round(x - x_um, DECIMALS) + 0.0, round(y - y_um, DECIMALS) + 0.0) for x, y in points])
    shape = _shape(width_um, height_um, around)
    return place._replace(x_um=x_um, y_um=y_um, width_um=width_um, height_um=height_um, shape=shape, outline=around if shape == "polygon" else ())


@lru_cache(maxsize=1000)
def _shape(width_um: float, height_um: float, around: tuple[tuple[float, float], ...]) -> str:
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
