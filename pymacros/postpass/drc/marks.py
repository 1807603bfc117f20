"""How single points are shown, and what is said once of many shapes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pya

HALF = 10    # dbu
FEW = 10     # so many shapes with one reason are findings of their own
MANY = 1000  # shapes of one finding


def mark(point: pya.Point) -> pya.Box:
    """A small box around a point."""
    from pya import Box
    return Box(point.x - HALF, point.y - HALF, point.x + HALF, point.y + HALF)


def together(polygons: Iterable[pya.Polygon | pya.Edge]) -> list[pya.Polygon | pya.Edge | pya.Box]:
    """Shapes of one finding; where they are very many the box around them."""
    from pya import Box
    shown, around = [], Box()
    for polygon in polygons:
        around += polygon.bbox()
        if len(shown) <= MANY:
            shown.append(polygon)
    return shown if len(shown) <= MANY else [around]
