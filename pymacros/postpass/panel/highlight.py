"""Outlines that stand out in a view until others take their place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import canvas

if TYPE_CHECKING:
    import pya


class Highlight:
    """The outlines that are shown; `len` tells how many."""

    def __init__(self) -> None:
        self._markers: list[pya.Marker] = []

    def show(self, view: pya.LayoutView, to_view: pya.DCplxTrans, outlines: Iterable[Any], colour: str) -> None:
        """Shows outlines of a cell (um) in a view, in place of earlier ones. colour: #rrggbb."""
        self.clear()
        self._markers = canvas.marked(view, [outline.transformed(to_view) for outline in outlines], colour)

    def clear(self) -> None:
        """Shows none; the view may have gone, and its markers with it."""
        canvas.clear(self._markers)

    def __len__(self) -> int:
        return sum(not marker._destroyed() for marker in self._markers)
