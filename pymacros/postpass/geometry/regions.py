"""Regions and edges from single shapes. From KLayout 0.30 on, arrays that mix polygons with and without properties are refused."""

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
