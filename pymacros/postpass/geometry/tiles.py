"""Expressions of KLayout run on square tiles over a box, and how many threads run them."""

import math

import pya


def processor(box: pya.Box, dbu: float, tile_um: float, threads: int) -> pya.TilingProcessor:
    """A processor of tiles from the lower left corner of the box on, which cover it all.

    KLayout rounds the side of a tile to whole dbu: rounded down, a hundred tiles would leave a strip of up to 50 dbu at the
    right and upper edge of the box without a tile.
    """
    tile_um = math.ceil(tile_um / dbu - 1e-6) * dbu
    tiles = pya.TilingProcessor()
    tiles.dbu = dbu
    tiles.scale_to_dbu = False
    tiles.threads = threads_of_engine(threads)
    tiles.tile_size(tile_um, tile_um)
    tiles.tile_origin(box.left * dbu, box.bottom * dbu)
    tiles.tiles(*[max(math.ceil(length * dbu / tile_um - 1e-9), 1) for length in (box.width(), box.height())])
    return tiles


def threads_of_engine(threads: int) -> int:
    """One thread besides its own is waited for some ms at each operation of KLayout's engine, and does no more than its own: 0 is that alone."""
    return threads if threads > 1 else 0
