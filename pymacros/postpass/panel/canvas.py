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
    markers = _made(view, outlines, 2)
    for marker in markers if colour is not None else ():
        marker.color = int(colour[1:], 16)
    return markers


def lines(view: pya.LayoutView, ends: Sequence[pya.DEdge]) -> list[pya.Marker]:
    """The same for straight lines, thin ones."""
    markers = _made(view, ends, 1)
    for marker in markers:
        marker.vertex_size, marker.color = 0, _LINE_COLOUR
    return markers


def ghost(view: pya.LayoutView, outlines: Sequence[pya.DPolygon]) -> list[pya.Marker]:
    """The same for what would be drawn: thin and filled."""
    markers = _made(view, outlines, 1)
    for marker in markers:
        marker.dither_pattern = 1
    return markers


def _made(view: pya.LayoutView, things: Sequence[pya.DPolygon | pya.DEdge | pya.DEdgePair], line_width: int) -> list[pya.Marker]:
    markers = []
    for thing in things:
        marker = pya.Marker(view)
        marker.set(thing)
        marker.line_width, marker.dismissable = line_width, False
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
