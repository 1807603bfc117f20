"""Connected metal from the shapes that are drawn, merged in tiles on several threads."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pya

from . import tiles

FEW = 20_000  # shapes that are merged in one go
PER_TILE = 1000
POLYGONS = pya.Shapes.SPolygons | pya.Shapes.SBoxes | pya.Shapes.SPaths


def connected(drawn: pya.Region, dbu: float, threads: int) -> Iterator[tuple[pya.Shape, pya.Box]]:
    """Each connected piece of metal once and whole, with its box. `drawn`: unmerged shapes; it is emptied."""
    count, box = drawn.count(), drawn.bbox()
    if count <= FEW:
        yield from _shapes_of(drawn.merged(False, 0))
        return
    tile = max(math.ceil(math.sqrt(float(box.area()) * PER_TILE / count)), 1000)
    found = _merged_by_tile(drawn, box, tile, dbu, threads)
    drawn.clear()
    yield from _whole(found, box, tile)


def _whole(found: pya.Region, area: pya.Box, tile: int) -> Iterator[tuple[pya.Shape, pya.Box]]:
    """A polygon strictly inside a tile is complete, for a tile is given every shape that reaches into it; no other tile finds it.

    What reaches over the edge of its tile is merged once more. One dbu of room: the edges of tiles are lengths in um, rounded.
    """
    crossing, left, bottom = pya.Region(), area.left, area.bottom
    for shape, box in _shapes_of(found):
        if (box.left - left - 2) // tile == (box.right - left + 2) // tile and (box.bottom - bottom - 2) // tile == (box.top - bottom + 2) // tile:
            yield shape, box
        else:
            crossing.insert(shape.polygon)
    yield from _shapes_of(crossing.merged(False, 0))


def _shapes_of(region: pya.Region) -> Iterator[tuple[pya.Shape, pya.Box]]:
    """The polygons of a region, which is emptied. A container of shapes is read in half the time, and gives plain polygons."""
    shapes = pya.Shapes()
    shapes.insert(region)
    region.clear()
    for shape in shapes.each(POLYGONS):
        yield shape, shape.bbox()


def _merged_by_tile(drawn: pya.Region, box: pya.Box, tile: int, dbu: float, threads: int) -> pya.Region:
    found = pya.Region()
    found.merged_semantics = False
    processor = tiles.processor(box, dbu, tile * dbu, threads)
    processor.input("drawn", drawn)
    processor.output("found", found)
    processor.queue("_output(found, drawn.merged(false, 0), false)")
    processor.execute("Merging metal")
    return found
