"""How a single point is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pya

HALF = 10  # dbu


def mark(point: pya.Point) -> pya.Box:
    """A small box around a point."""
    from pya import Box
    return Box(point.x - HALF, point.y - HALF, point.x + HALF, point.y + HALF)
