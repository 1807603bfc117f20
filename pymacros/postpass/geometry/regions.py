"""Regions and edges from single shapes. From KLayout 0.30 on, arrays that mix polygons with and without properties are refused."""

import math
from collections.abc import Iterable

import pya


def region_of(shapes: Iterable) -> pya.Region:
    """A region of polygons or boxes."""
    region = pya.Region()
    for shape in shapes:
        region.insert(shape)
    return region


def unmerged(region: pya.Region) -> pya.Region:
    """The same region, whose shapes count one by one."""
    region.merged_semantics = False
    return region


def edges_of(edges: Iterable[pya.Edge]) -> pya.Edges:
    collection = pya.Edges()
    for edge in edges:
        collection.insert(edge)
    return collection


def box(left: int, bottom: int, right: int, top: int) -> pya.Box:
    return pya.Box(left, bottom, right, top)


def box_around(x: int, y: int, half: int) -> pya.Box:
    return pya.Box(x - half, y - half, x + half, y + half)


def edge(one: tuple[float, float], other: tuple[float, float]) -> pya.Edge:
    """An edge between the nearest whole dbu."""
    return pya.Edge(*map(rounded, (*one, *other)))


def rounded(length: float) -> int:
    """The nearest whole number; of two equally near the one farther from 0."""
    return int(math.copysign(math.floor(abs(length) + 0.5), length))
