"""The mouse tool: a ghost of what the panel describes follows the cursor, a click places it, Esc leaves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

import pya

from . import canvas

if TYPE_CHECKING:
    from .draw_page import DrawPage

MODE = "postpass_place"
_ICON = os.path.join(os.path.dirname(os.path.realpath(__file__)), "place.png")
_MODE_ACTION = "edit_menu.mode_menu." + MODE


class Ghost(NamedTuple):
    """What is shown under the cursor."""

    outlines: list[pya.DPolygon]
    shift: pya.DCplxTrans  # of the outlines to the view
    words: str  # the place that is meant
    at: pya.DPoint  # where the words stand, in the view


class Factory(pya.PluginFactory):
    """Registers the tool once and makes one for each view. `page`: answers guarded(), ghost(), place_at() and tool_is_on()."""

    def __init__(self, page: DrawPage) -> None:
        super().__init__()
        self.page = page
        # shown last among the modes, as text <icon> {tooltip}
        self.register(100000, MODE, "Pads, vias<%s>{Place what the post-passivation panel describes}" % _ICON)

    def create_plugin(self, manager: pya.Manager, root: pya.Dispatcher, view: pya.LayoutView) -> Tool:
        """Called by KLayout for each new view."""
        return Tool(self.page, view)


class Tool(pya.Plugin):
    """The tool of one view."""

    def __init__(self, page: DrawPage, view: pya.LayoutView) -> None:
        super().__init__()
        self.page, self.view = page, view
        self.markers: list[pya.Marker] = []
        self.words: pya.Marker | None = None
        self.said: tuple[str, Any] | None = None
        self.drawn: tuple[Any, Any] | None = None  # ghost and shift

    def activated(self) -> None:
        self.page.guarded(self.page.tool_is_on, True)

    def deactivated(self) -> None:
        self._clear()
        self.page.guarded(self.page.tool_is_on, False)

    def mouse_moved_event(self, point: pya.DPoint, buttons: int, prio: bool) -> bool:
        if prio and not self.page.guarded(self._show, point):
            self._clear()
        return False

    def mouse_click_event(self, point: pya.DPoint, buttons: int, prio: bool) -> bool:
        if not prio or not buttons & pya.ButtonState.LeftButton:
            return False
        self.page.guarded(self.page.place_at, self.view, point)
        return True

    def leave_event(self, prio: bool) -> Any:
        self._clear()
        return False

    def key_event(self, key: int, buttons: int) -> bool:
        if key != pya.KeyCode.Escape:
            return False
        self._clear()
        leave()
        return True

    def _show(self, point: pya.DPoint) -> None:
        """The ghost where the cursor snaps to, and that place in words; drawn anew only when it changes."""
        ghost, shift, words, at = self.page.ghost(self.view, point)
        if (ghost, shift) == self.drawn and self.said == (words, at):
            return
        self._clear()
        self.drawn, self.said = (ghost, shift), (words, at)
        self.words = pya.Marker(self.view)
        self.words.set(pya.DText("  " + words, pya.DTrans(pya.DVector(at.x, at.y))))
        self.words.dismissable = False
        self.markers = canvas.ghost(self.view, [outline.transformed(shift) for outline in ghost])

    def _clear(self) -> None:
        for marker in self.markers + [self.words] * (self.words is not None):
            marker._destroy()
        self.markers, self.drawn, self.words, self.said = [], None, None, None


def enter() -> None:
    """Switches the application to the tool."""
    pya.MainWindow.instance().menu().action(_MODE_ACTION).trigger()


def leave() -> None:
    """Back to the application's select mode."""
    pya.MainWindow.instance().menu().action("edit_menu.mode_menu.select").trigger()
