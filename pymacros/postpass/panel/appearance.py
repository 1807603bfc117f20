"""Style sheets and colours of the panel's own, which follow the application's palette and style when these change.

Qt leaves a widget with a style sheet, and all below it, as they were; a tab widget counts as one when its tabs have a style sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pya

_dressed: dict[int, tuple[Any, str]] = {}  # widgets with style sheets


def dress(widget: Any, style: str) -> None:
    """Gives a widget a style sheet of its own; "" for none."""
    known = _dressed.get(id(widget))
    if (known is not None and known[0] is widget and known[1] == style) or (known is None and not style):
        return
    _dressed[id(widget)] = (widget, style)
    widget.setStyleSheet(style)


def dress_again() -> None:
    """Style sheets are taken away and set again, so that what they leave open is as in the palette now."""
    for key, (widget, style) in list(_dressed.items()):
        if widget._destroyed():
            del _dressed[key]
        elif style:
            widget.setStyleSheet("")
            widget.setStyleSheet(style)


def is_dark(widget: Any) -> bool:
    """Whether a widget has light text on a dark ground."""
    return text_colour(widget).lightness() > ground_colour(widget).lightness()


def ground_colour(widget: Any) -> pya.QColor:
    """What texts and pictures stand on."""
    return _palette(widget).color(pya.QPalette.Base)


def text_colour(widget: Any) -> pya.QColor:
    """The colour of texts."""
    return _palette(widget).color(pya.QPalette.Text)


def _palette(widget: Any) -> Any:
    return widget.palette() if callable(widget.palette) else widget.palette  # a property in some builds


class Heard(pya.QObject):
    """Calls a function when a widget gets an event of one of these kinds."""

    def __init__(self, widget: Any, kinds: Iterable[Any], function: Callable[[], Any]) -> None:
        super().__init__(widget)
        self.kinds, self.function = {kind.to_i() for kind in kinds}, function
        widget.installEventFilter(self)

    def eventFilter(self, widget: Any, event: Any) -> bool:
        if event.type().to_i() in self.kinds:
            self.function()
        return False


class Follower:
    """Calls a function once all widgets have the new palette or style, when those of a widget change."""

    def __init__(self, widget: Any, function: Callable[[], Any]) -> None:
        self.timer = pya.QTimer(widget)  # Qt is in the middle of its widgets when it tells one of them
        self.timer.setSingleShot(True)
        self.timer.timeout = function
        self.heard = Heard(widget, (pya.QEvent.PaletteChange, pya.QEvent.StyleChange), lambda: self.timer.start(0))
