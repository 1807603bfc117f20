"""The dockable panel. The only part of the package that knows Qt, views and the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pya

if TYPE_CHECKING:
    from .panel import Panel

_panel = None  # the reference that keeps widgets, tool and handlers alive


def start() -> Panel:
    """Adds the panel to the main window, once, however often it is called. Returns it (None without a main window)."""
    global _panel
    window = pya.MainWindow.instance()
    if _panel is None and window is not None:
        from .panel import Panel  # here, because its widgets need the application; form.py does not
        _panel = Panel(window)
    return _panel
