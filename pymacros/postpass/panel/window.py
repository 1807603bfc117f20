"""What the panel's windows beside the layout share: named widgets, buttons whose refusals stand in the window, a line of words. Qt widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pya

from ..messages import Refusal, sentence
from . import form
from .fields import colour_text

if TYPE_CHECKING:
    from .panel import Panel


class Window:
    """A dialog that stays open beside the layout. name: of its widgets, in front of their own."""

    def __init__(self, parent: Any, panel: Panel, name: str, title: str) -> None:
        self.panel, self.prefix = panel, "postpass_" + name
        self.widget = pya.QDialog(parent)
        self.widget.setObjectName(self.prefix)
        self.widget.windowTitle = title
        self.column = pya.QVBoxLayout(self.widget)

    def named(self, widget: Any, key: str) -> Any:
        """A widget that tests and keys find."""
        widget.setObjectName("%s_%s" % (self.prefix, key))
        return widget

    def button(self, text: str, key: str, function: Callable[[], Any], tip: str = "") -> Any:
        """A button that Enter does not press."""
        button = self.named(pya.QPushButton(text, self.widget), key)
        button.autoDefault = False
        button.setToolTip(tip)
        button.clicked = self.handler(function)
        return button

    def handler(self, function: Callable[[], Any]) -> Callable[[], Any]:
        """What a widget calls: what is refused is one sentence here, not behind this window."""
        return lambda: self.panel.guarded(self._told, function)

    def _told(self, function: Callable[[], Any]) -> None:
        try:
            function()
        except Refusal as error:
            self.say(sentence(error), "error")

    def status_line(self) -> Any:
        """The label that `say` fills."""
        self.status = self.named(pya.QLabel("", self.widget), "status")
        self.status.setWordWrap(True)
        self.status.setTextFormat(pya.Qt.PlainText)  # names may look like mark-up
        return self.status

    def say(self, text: str, severity: str | None = None) -> None:
        """Shows words in the window."""
        self.status.setText(form.breakable(text))
        colour_text(self.status, severity)

    def show(self) -> None:
        """Shows the window in front."""
        self.widget.show()
        self.widget.activateWindow()
