"""Where the dock is: its place in the window, and the menu entry that shows it.

The application keeps the state of its window, and with it place and visibility of the dock by its object name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pya

_FIRST_WIDTH = 320  # pixels, unless the font needs more


class DockPlace:
    """Place of a dock, and the menu entry that shows or hides it. `guarded(function)` calls a handler and turns exceptions into messages."""

    def __init__(self, window: Any, dock: Any, action: pya.Action, guarded: Any) -> None:
        self.window, self.dock, self.action, self.guarded = window, dock, action, guarded

    def restore(self) -> None:
        """Puts the dock where it was at the end of the last session; at the very first start, open beside the layer list."""
        if not self.window.restoreDockWidget(self.dock):
            self.window.addDockWidget(pya.Qt.RightDockWidgetArea, self.dock)
            # its place beside the layer list can be given only after the application has arranged its own docks
            self.timer = self._soon(self._first_place)
            self.dock.show()
        self.visibility_changed()

    def _soon(self, function: Callable[..., Any]) -> Any:
        timer = pya.QTimer(self.window)
        timer.setSingleShot(True)
        timer.timeout = lambda: self.guarded(function)
        timer.start(0)
        return timer

    def _first_place(self) -> None:
        """Beside the layer list, not below it (both want the full height), and no wider than needed."""
        self.window.addDockWidget(pya.Qt.RightDockWidgetArea, self.dock, pya.Qt.Horizontal)
        widest = self.dock.maximumWidth
        self.dock.setMaximumWidth(max(_FIRST_WIDTH, self.dock.narrowest()))
        self.timer = self._soon(lambda: self.dock.setMaximumWidth(widest))

    def toggle(self) -> None:
        """Shows or hides the dock, as its menu entry says."""
        self.dock.setVisible(self.action.checked)

    def visibility_changed(self) -> None:
        """Keeps the menu entry in step with the dock."""
        if not self.action._destroyed():  # it is when the application ends
            self.action.checked = not self.dock.isHidden()
