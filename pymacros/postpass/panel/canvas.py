"""The drawing area of the view in front: where the focus goes after Enter in a field of the panel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pya

NAME = "canvas"  # object name of KLayout's drawing areas


def focus() -> None:
    """Gives the keys to the drawing area that is shown, where there is one."""
    for widget in _below(pya.MainWindow.instance()):
        if widget.objectName == NAME and widget.isVisible():
            widget.setFocus()
            return


def _below(thing: Any) -> Iterator[Any]:
    """The visible widgets below a widget."""
    for child in thing.children():
        if child.isWidgetType() and child.isVisible():
            yield child
            yield from _below(child)
