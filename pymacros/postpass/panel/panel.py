"""Joins the panel's parts: fields to choices, buttons to the session, the tool to what the fields describe."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pya

from .. import tech
from ..draw import commands
from ..draw.choices import CommandError
from ..tech import TechnologyError
from . import defaults, form, tool
from .dock import Dock
from .dock_place import DockPlace
from .session import Session

if TYPE_CHECKING:
    from ..draw.choices import PadChoices, ViaChoices

_TECHNOLOGY = "postpass-technology"


class Panel:
    """The panel of one main window. `deck_path`: see Session."""

    def __init__(self, window: Any, deck_path: Any = None) -> None:
        self.window = window
        self.session = Session(deck_path)
        self.kept = {}  # what the user typed, by technology
        self.outlines: tuple[Any, list[pya.DPolygon]] = (None, [])  # of the choices
        self.tech: tech.Technology | None = None
        self.followed: str | None = None
        # the tool first: registering one hides docks that were not shown yet
        self.factory = tool.Factory(self)
        self.dock = Dock(window, self)
        self.dock_place = DockPlace(window, self.dock, self.guarded)
        self._first_technology()
        self.dock_place.restore()
        self._follow_views()

    def _first_technology(self) -> None:
        names = sorted(tech.installed(), key=lambda name: (not _is_kit(name), name))  # what is drawn by comes before public rules
        self.dock.offer_technologies(names)
        wanted = self.window.get_config(_TECHNOLOGY)
        for name in [wanted] * (wanted in names) + names:
            if self.guarded(self.use_technology, name):
                break

    def visibility_changed(self) -> None:
        """The dock was shown or hidden."""
        self.dock_place.visibility_changed()

    # messages

    def guarded(self, function: Callable[..., Any], *arguments: Any) -> bool:
        """Calls a handler; what goes wrong becomes a message. Returns whether it went well."""
        try:
            function(*arguments)
            return True
        except (CommandError, TechnologyError) as error:
            self.say(form.sentence(error), "error")
        except Exception as error:  # an exception leaving a handler would open a modal dialog
            traceback.print_exc()
            self.say("Unexpected %s: %s. Edit > Undo takes back what was drawn." % (type(error).__name__, error), "error")
        return False

    def say(self, text: str, severity: str | None = None) -> None:
        """Shows a message in the panel."""
        self.dock.show_message(text, severity)

    # technology

    def use_technology(self, name: str) -> None:
        """Switches to a technology; what was typed for the former one is kept for its return."""
        self._keep()
        chosen = tech.load(name)
        self.tech = chosen
        if name not in self.kept:
            self.kept[name] = (defaults.pad_defaults(chosen), defaults.via_defaults(chosen))
        self.dock.show_technology(chosen, *self.kept[name])
        self.window.set_config(_TECHNOLOGY, name)  # Tools > DRC asks for it, and the next session
        self.compare()
        self._show_hints()

    def _keep(self) -> None:
        if self.tech is not None:
            self.kept[self.tech.name] = (self.dock.pads.values(), self.dock.vias.values())

    def technology_chosen(self) -> None:
        """The user picked another technology."""
        former = self.tech
        try:
            self.use_technology(self.dock.technology.currentText)
        except TechnologyError:
            if former is not None:
                self.dock.show_technology(former, *self.kept[former.name])
            raise

    def use_clicked(self, name: str) -> None:
        """The user takes the technology that the layout in front belongs to."""
        self.use_technology(name)
        self.say("Draws and checks by %s." % self.tech.identity(self.tech.file_name()))

    def compare(self) -> str:
        """Offers the technology of the layout in front where it is another one of this kit. Returns the sentence, "" where all is well."""
        signs = self.session.signs()
        doubt = form.mismatch(self.tech.name, signs)
        self.dock.show_mismatch(doubt, tech.others(self.tech.name, signs))
        return doubt

    def _follow_views(self) -> None:
        """Watches which layout is in front and which technology it has."""
        def follow() -> None:
            if not self.dock._destroyed():
                self.guarded(self.follow_layout)

        def watch(number: int) -> None:
            self.guarded(watch_view, self.window.view(number))

        def watch_view(view: Any) -> None:
            view.on_active_cellview_changed += follow
            view.on_cellviews_changed += follow
            view.on_apply_technology += follow

        self.window.on_current_view_changed += follow
        self.window.on_view_created += watch
        for number in range(self.window.views()):
            watch(number)

    def follow_layout(self) -> None:
        """Takes the technology of the layout that came to the front when it is one of ours, else says that it is not."""
        name = self.session.layout_technology()
        if name != self.followed:
            self._take(name)
        if self.tech is not None:
            self.compare()

    def _take(self, name: str) -> None:
        self.followed = name
        if name in tech.installed():
            if self.tech is None or name != self.tech.name:
                self.use_technology(name)
        elif name:
            self.say("The layout's technology, '%s', is none of this package: choose the one to draw and check by above "
                     "(now %s)." % (name, self.tech.name), "warning")

    # fields

    def edited(self) -> None:
        """The user changed a field or page: an older message no longer concerns it."""
        self.say("")
        self._show_hints()

    def page_turned(self) -> None:
        """Another page came to the front: where nothing can be placed, the mouse tool ends."""
        if self.dock.shows_fan_out() and self.dock.tool.checked:
            tool.leave()
        self.dock.show_placing()
        self.edited()

    def _show_hints(self) -> None:
        self.outlines = (None, [])
        self.dock.show_hints(form.pad_hints(self.tech, self.dock.pads.values()),
                             form.via_hints(self.tech, self.dock.vias.values()))

    def choices(self, x_um: float = 0.0, y_um: float = 0.0) -> PadChoices | ViaChoices:
        """The choices of the page in front, at x, y. Raises CommandError."""
        if self.dock.shows_vias():
            return form.via_choices(self.tech, self.dock.vias.values(), x_um, y_um)
        return form.pad_choices(self.tech, self.dock.pads.values(), x_um, y_um)

    # placing

    def place_clicked(self) -> None:
        """Places at the coordinates in the field."""
        x_um, y_um = form.place_um(self.dock.place_text.text)
        self._report(self.session.place(self.tech, self.choices(x_um, y_um)))
        self.dock.place_keys.done()

    def place_at(self, view: Any, point: pya.DPoint) -> None:
        """Places at a point of a view."""
        point = self.session.to_cell_um(view, point)
        self._report(self.session.place(self.tech, self.choices(self.tech.on_grid(point.x), self.tech.on_grid(point.y)), view))

    def _report(self, report: commands.Report) -> None:
        seen = self.dock.findings.text.split("\n")  # what stands above the buttons already
        self._say_all([message for message in report.messages if form.breakable(message) not in seen], report.severity)

    def _say_all(self, messages: list[str], severity: str | None) -> None:
        """Shows sentences, and the one on a layout of another technology."""
        doubt = self.compare()
        self.say("\n".join(messages + [doubt] * bool(doubt)), severity or ("warning" if doubt else None))

    def ghost(self, view: Any, point: pya.DPoint) -> tuple[list[pya.DPolygon], pya.DCplxTrans]:
        """([pya.DPolygon], transformation to the view): the outlines under the cursor, on the grid of the shown cell."""
        choices = self.choices()
        if self.outlines[0] != choices:
            self.outlines = (choices, commands.preview(self.tech, choices))
        point = self.session.to_cell_um(view, point)
        shift = pya.DCplxTrans(1.0, 0.0, False, pya.DVector(self.tech.on_grid(point.x), self.tech.on_grid(point.y)))
        return self.outlines[1], self.session.to_view(view) * shift

    def tool_clicked(self) -> None:
        """The mouse button: on when there is something to draw into, off again at the second click."""
        if not self.dock.tool.checked:
            tool.leave()
            return
        try:
            self.session.target(self.tech)
            self.choices()
            tool.enter()
        except CommandError:
            self.dock.show_tool(False)
            raise

    def tool_is_on(self, on: bool) -> None:
        """The tool came or went, by whatever way."""
        self.dock.show_tool(on)
        if on:
            self.dock.setVisible(True)
            self.say("Click in the layout to place; Esc ends it.")

    # fanning out

    def fan_out_clicked(self) -> None:
        """Routes what is drawn and draws the traces; nothing but Cancel can be used meanwhile."""
        choices = form.fan_out_choices(self.tech, self.dock.fan_out.values())
        self.say("Routing …")
        self.dock.show_routing(True)
        try:
            report = self.session.fan_out(self.tech, choices, self.dock.fan_out)
        finally:
            self.dock.show_routing(False)
        self._say_all(form.shortened(report.messages), report.severity)

    def cancel_clicked(self) -> None:
        """Ends the routing."""
        self.session.cancel()

    def lock_clicked(self) -> None:
        """Gives what is selected one net name."""
        report = self.session.lock(self.tech)
        self._say_all(report.messages, report.severity)

    # checking

    def check_clicked(self) -> None:
        """Runs the deck and says what it found."""
        self.say("Checking …")
        pya.QApplication.processEvents()
        result = self.session.check(self.tech)
        self.say(*form.check_sentence(self.tech, result, self.compare()))


def _is_kit(name: str) -> bool:
    """Is the installed technology one to draw by? One with a mistake is none."""
    try:
        return tech.load(name).is_kit()
    except TechnologyError:
        return False
