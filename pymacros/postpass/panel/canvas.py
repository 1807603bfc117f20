"""The drawing area of the view in front: where the focus goes after Enter in a field of the panel, and what is marked on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pya

NAME = "canvas"  # object name of KLayout's drawing areas
_LINE_COLOUR = 0xff8000  # seen on dark and on light


def focus() -> None:
    """Gives the keys to the drawing area that is shown, where there is one."""
    for widget in _below(pya.MainWindow.instance()):
        if widget.objectName == NAME and widget.isVisible():
            widget.setFocus()
            return


def size_um(box: pya.DBox) -> float:
    """The longer side of a box."""
    return max(box.right - box.left, box.top - box.bottom)


def marked(view: pya.LayoutView, outlines: Sequence[pya.DPolygon | pya.DEdge | pya.DEdgePair], colour: str | None = None) -> list[pya.Marker]:
    """Markers on a view (um, in its coordinates); they are there until they are destroyed. colour: #rrggbb."""
    markers = []
    for outline in outlines:
        marker = pya.Marker(view)
        marker.set(outline)
        marker.line_width, marker.dismissable = 2, False
        if colour is not None:
            marker.color = int(colour[1:], 16)
        markers.append(marker)
    return markers


def lines(view: pya.LayoutView, ends: Sequence[pya.DEdge]) -> list[pya.Marker]:
    """The same for straight lines, thin ones."""
    markers = []
    for line in ends:
        marker = pya.Marker(view)
        marker.set(line)
        marker.line_width, marker.vertex_size, marker.dismissable = 1, 0, False
        marker.color = _LINE_COLOUR
        markers.append(marker)
    return markers


def clear(markers: list[pya.Marker]) -> None:
    """Takes markers away, where their view has not gone with them already."""
    for marker in markers:
        if not marker._destroyed():
            marker._destroy()
    markers.clear()


def _below(thing: Any) -> Iterator[Any]:
    """The visible widgets below a widget."""
    for child in thing.children():
        if child.isWidgetType() and child.isVisible():
            yield child
            yield from _below(child)
