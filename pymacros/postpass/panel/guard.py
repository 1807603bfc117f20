"""Keeps a layout as it is while it is routed or checked: the application shows, zooms and pans it, and changes nothing.

What a user may do meanwhile: zoom and pan with mouse, keys and menu, cancel, close the layout, end the application.
Everything else rests, in all windows, because KLayout has one undo list for all layouts. Whatever changes a layout all
the same (a macro on a timer, a file read again) is found by comparing it with what was read.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pya

from .. import strings
from ..draw.choices import CommandError
from . import canvas, snapshot

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .dock import Dock

CANCEL = "postpass_cancel"  # object name of the button that stays alive
#: actions that only move the view, or end the work
_ENDING = ["file_menu.close", "file_menu.close_all", "file_menu.exit"]
_ALIVE = _ENDING + ["@toolbar.prev_display_state", "@toolbar.next_display_state"] + [
    "zoom_menu." + name for name in ("max_hier", "max_hier_0", "max_hier_1", "inc_max_hier", "dec_max_hier", "zoom_fit", "zoom_fit_sel", "zoom_in",
                                     "zoom_out", "pan_left", "pan_right", "pan_up", "pan_down", "redraw", "prev_display_state", "next_display_state")]
_BUTTONS = ("MouseButtonPress", "MouseButtonRelease", "MouseButtonDblClick")
_KEYS = ("KeyPress", "KeyRelease", "ShortcutOverride", "InputMethod")
_OTHERS = ("Wheel", "ContextMenu", "DragEnter", "DragMove", "Drop", "TabletPress", "TabletRelease", "TouchBegin", "TouchUpdate", "TouchEnd")


class Guard:
    """The reporter of what takes its time while a layout rests (None, None where none is shown). `shown`: answers show_progress(stage, done, total).

    Enter it by `with`; leaving it gives everything back, whatever happened.
    """

    def __init__(self, view: pya.LayoutView | None, cell: pya.Cell | None, shown: Dock) -> None:
        self.window, self.view, self.cell, self.shown = pya.MainWindow.instance(), view, cell, shown
        self.pumping = self.stopped = False
        self.filter: _Filter | None = None
        self.items = [name for name in _items(self.window.menu(), "") if not any((alive + ".").startswith(name + ".") for alive in _ALIVE)]
        self.resting = set()  # those of the items that are disabled for the time

    def __enter__(self) -> Guard:
        if self.view is not None:
            self.view.cancel()  # a shape that was begun
        try:
            self.filter = _Filter(self)
            pya.Application.instance().installEventFilter(self.filter)
            self._enable_edits(False)
            self._rest()
            self.read()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: Any) -> None:
        self._pump()  # what was pressed meanwhile is not to come afterwards
        pya.Application.instance().removeEventFilter(self.filter)
        self.filter._destroy()
        for name in self.resting:
            if self.window.menu().is_valid(name):
                self.window.menu().action(name).enabled = True
        self._enable_edits(True)

    def read(self) -> None:
        """What is to be kept of the cell, once all rests."""

    # the reporter

    def progress(self, stage: str, done: int, total: int) -> None:
        self.shown.show_progress(stage, done, total)
        self._pump()

    def cancelled(self) -> bool:
        return self.stopped or not self.is_there()

    def stop(self) -> None:
        """Cancels at the next report."""
        self.stopped = True

    # whether all is as it was

    def is_there(self) -> bool:
        """Whether the layout is still open in its view; where no cell was shown, nothing can go."""
        return self.view is None or self.cell is None or (not (self.view._destroyed() or self.cell._destroyed()) and any(
            self.view.cellview(number).cell is not None and self.view.cellview(number).layout() == self.cell.layout()
            for number in range(self.view.cellviews())))

    # the application at rest

    def _enable_edits(self, on: bool) -> None:
        for number in range(self.window.views()):
            self.window.view(number).enable_edits(on)

    def _rest(self) -> None:
        """Disables what would change something, again and again: the application enables some of it by itself."""
        menu = self.window.menu()
        for name in self.items:
            if menu.is_valid(name) and menu.action(name).enabled:
                menu.action(name).enabled = False
                self.resting.add(name)
        for name in _ENDING:  # which disabled edits forbid, too
            menu.action(name).enabled = True

    def _pump(self) -> None:
        """Lets the application draw and listen, as far as the filter allows."""
        self._rest()
        self.pumping = True
        try:
            pya.QApplication.processEvents()
        finally:
            self.pumping = False

    def forbids(self, receiver: pya.QAction_Native | pya.QMenu_Native, event: pya.QActionEvent_Native | pya.QDynamicPropertyChangeEvent_Native) -> bool:
        """Whether an event that is about to reach a receiver is kept from it."""
        kind = event.type().to_i()
        if kind not in _KINDS or pya.QApplication.activeModalWidget() is not None:
            return False
        if kind == _SHORTCUT:  # of an action that is alive
            return not self.pumping
        if not receiver.isWidgetType():
            return False
        if kind == _CLOSE:
            if not self.pumping and receiver.inherits("QMainWindow"):
                event.ignore()
                return True
            return False
        if not self.pumping:
            return True
        if kind == _KEY_PRESS:
            self._key(event.key())
        if receiver.inherits("QMenu") or receiver.inherits("QMenuBar"):
            return False
        name = receiver.objectName
        if name == canvas.NAME:
            return not (kind == _WHEEL or (kind in _BUTTON_KINDS and event.button() != pya.Qt.LeftButton))
        return name != CANCEL or kind not in _BUTTON_KINDS

    def _key(self, key: int) -> None:
        if key == pya.Qt.Key_Escape.to_i():
            self.stop()
        for name, pan in _PANS.items():
            if self.view is not None and key == getattr(pya.Qt, name).to_i():
                getattr(self.view, pan)()


class Routing(Guard):
    """While a layout is routed: it must be then what it was."""

    def __init__(self, view: pya.LayoutView, cell: pya.Cell, tech: Technology, shown: Dock) -> None:
        super().__init__(view, cell, shown)
        self.tech = tech
        self.before: dict[Any, Any] | None = None

    def read(self) -> None:
        self.before = snapshot.taken(self.cell, self.tech)

    def require_unchanged(self) -> None:
        """Raises CommandError when the layout was closed, another cell is shown, or something else is drawn than was read."""
        self.require_there()
        shown = self.view.active_cellview().cell
        if shown is None or shown.cell_index() != self.cell.cell_index() or shown.layout() != self.cell.layout():
            raise CommandError("Another cell is shown than the one that was routed, %s; nothing was drawn." % strings.cell_name(self.cell))
        if snapshot.taken(self.cell, self.tech) != self.before:
            raise CommandError("Cell %s was changed while it was routed; nothing was drawn: press Fan out again." % strings.cell_name(self.cell))

    def require_there(self) -> None:
        """Raises CommandError when the layout was closed."""
        if not self.is_there():
            raise CommandError("The layout was closed while it was routed; nothing was drawn.")


class _Filter(pya.QObject):
    """Asks the guard about every event of the application."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(guard.window)
        self.guard = guard

    def eventFilter(self, receiver: pya.QAction_Native | pya.QMenu_Native, event: pya.QActionEvent_Native | pya.QDynamicPropertyChangeEvent_Native) -> bool:
        try:
            return self.guard.forbids(receiver, event)
        except Exception:  # leaving this method, it would open a modal dialog
            traceback.print_exc()
            return False


def _items(menu: pya.AbstractMenu, path: str) -> list[str]:
    """Paths of all menu items below a path, menus included."""
    return [name for item in menu.items(path) for name in [item] + _items(menu, item)]


_PANS = {"Key_Left": "pan_left", "Key_Right": "pan_right", "Key_Up": "pan_up", "Key_Down": "pan_down"}
_BUTTON_KINDS = {getattr(pya.QEvent, name).to_i() for name in _BUTTONS}
_SHORTCUT, _KEY_PRESS, _WHEEL, _CLOSE = (getattr(pya.QEvent, name).to_i() for name in ("Shortcut", "KeyPress", "Wheel", "Close"))
_KINDS = {getattr(pya.QEvent, name).to_i() for name in _BUTTONS + _KEYS + _OTHERS} | {_SHORTCUT, _CLOSE}
