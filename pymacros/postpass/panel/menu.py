"""The menu Post-passivation: every action of the panel, so that KLayout's own dialog can give it a shortcut."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pya

if TYPE_CHECKING:
    from .panel import Panel

MENU = "postpass_menu"
_BEFORE = "help_menu"


class Menu:
    """The menu's entries. They act whatever page is in front; what they say stands in the panel."""

    def __init__(self, window: Any, panel: Panel) -> None:
        self.window, self.panel, self.actions = window, panel, {}
        menu = window.menu()
        if not menu.is_menu(MENU):
            menu.insert_menu(_BEFORE, MENU, "Post-&passivation")
        self._entry("panel", "Post-passivation panel", panel.toggle)
        self.actions["panel"].checkable = True
        self._entry("help", "Help on this page", panel.help_clicked)
        menu.insert_separator(MENU + ".end", "postpass_pages")
        self._entry("new_layout", "New layout", lambda: self._on(None, panel.new_layout_clicked))
        self._entry("apply", "Apply technology to layout", lambda: self._on(None, panel.apply_clicked))
        self._entry("technologies", "Technologies …", panel.technologies_clicked)
        for page in panel.pages:
            self._page(page)
        menu.insert_separator(MENU + ".end", "postpass_actions")
        for page in panel.pages:
            for name, title, function in page.actions:
                self._action(page, name, title, function)

    def _page(self, page: Any) -> None:
        title = page.title.replace("&", "")
        self._entry("page_" + title.replace(" ", "_").lower(), "Page %s" % title, lambda: self.panel.bring_forward(page))

    def _action(self, page: Any, name: str, title: str, function: Callable[[], Any]) -> None:
        self._entry(name, title, lambda: self._on(page, function))

    def _entry(self, name: str, title: str, function: Callable[[], Any]) -> None:
        action = pya.Action()
        action.title = title
        action.on_triggered = lambda: self.panel.guarded(function)
        self.window.menu().insert_item(MENU + ".end", name, action)
        self.actions[name] = action

    def action(self, name: str) -> pya.Action:
        """The action of an entry."""
        return self.actions[name]

    def _on(self, page: Any, function: Callable[[], Any]) -> None:
        """Acts with the panel shown, where the message is."""
        if page is None:
            self.panel.dock.setVisible(True)
        else:
            self.panel.bring_forward(page)
        function()
