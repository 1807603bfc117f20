"""Joins the panel's parts: the frame, its pages, the session; which technology is used, and what is said."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pya

from .. import klayout_technologies, steps, tech
from ..draw import pcells
from ..messages import Refusal, sentence
from ..tech import TechnologyError, places, read_once
from . import form, manual, technology_list, tool
from .appearance import dress_again
from .check_page import CheckPage
from .dock import Dock
from .dock_place import DockPlace
from .draw_page import DrawPage
from .drawn_nets import QUICK_S
from .fan_out_page import FanOutPage
from .help_window import HelpWindow
from .kept import Kept
from .menu import Menu
from .nets_page import NetsPage
from .session import Session
from .stack_page import StackPage
from .tech_folders import TechFolders
from .technologies_window import TechnologiesWindow

if TYPE_CHECKING:
    from ..draw.commands import Report

_TECHNOLOGY = "postpass-technology"
_NEW, _FRAME = "new layout", "frame"


class Panel:
    """The panel of one main window."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.session = Session()
        self.kept = Kept(window)
        self.tech_folders = TechFolders(window)
        self.tech: tech.Technology | None = None
        self.followed: str | None = None
        self.help: HelpWindow | None = None
        self.technologies: TechnologiesWindow | None = None
        self.is_quiet = True  # until everything is built
        self.draw, self.nets, self.fan_out, self.check, self.stack = DrawPage(self), NetsPage(self), FanOutPage(self), CheckPage(self), StackPage(self)
        self.pages: list[Any] = [self.draw, self.nets, self.fan_out, self.check, self.stack]
        # the tool before the dock: registering one hides docks that were not shown yet
        self.factory = tool.Factory(self.draw)
        self.dock = Dock(window, self)
        self.menu = Menu(window, self)
        self.dock_place = DockPlace(window, self.dock, self.menu.action("panel"), self.guarded)
        self.is_quiet = False
        self._first_technology()
        self._last_page()
        self.dock_place.restore()
        self._follow_views()

    def _first_technology(self) -> None:
        self.look_for_technologies()
        wanted = self.window.get_config(_TECHNOLOGY) or ""
        for name in [wanted] * places.is_there(wanted) + [one.path for one in self.dock.offers]:
            if self.guarded(self.use_technology, name):
                break

    def look_for_technologies(self) -> None:
        """Lists the technologies that there are now; says which folders are not there, once, and whether the one in use has changed."""
        self.tech_folders.look()
        places.set_folders(klayout_technologies.base_folders(), places.KLAYOUT)
        listed = technology_list.with_used(technology_list.listed(), self.tech)
        for one in listed:
            if one.tech is not None and one.tech.is_kit():
                self.guarded(pcells.library, one.tech)  # before files are opened that show its cells
        self.dock.offer_technologies(listed, self.tech)
        if self.technologies is not None:
            self.technologies.list_technologies(listed)
        missing = places.missing_folders()
        if missing:
            self.say("\n".join(map(sentence, missing)), "warning")
        self._renew()

    def _keep(self) -> None:
        """Which one is in use, for Tools > DRC and the next session."""
        self.window.set_config(_TECHNOLOGY, places.words_for(self.tech.path))

    def _renew(self) -> None:
        """Takes the technology in use anew where its file has changed; one that can no longer be used stays as it was."""
        if self.tech is None:
            return
        self._keep()  # its name may mean another one since
        with suppress(TechnologyError):
            now, before = read_once.technology_in(self.tech.path), self.tech
            if now.record != before.record:
                self.use_technology(now.path)
                self.say("The file of technology %s has changed: rules %s were %s." % (now.called, now.checksum(), before.checksum()), "warning")

    def _last_page(self) -> None:
        titles = [page.title for page in self.pages]
        title = self.kept.of("", _FRAME).get("page")
        with self.quiet():
            self.dock.pages.currentIndex = titles.index(title) if title in titles else 0

    def visibility_changed(self) -> None:
        """The dock was shown or hidden."""
        self.dock_place.visibility_changed()

    def toggle(self) -> None:
        """Shows or hides the panel, as its menu entry says."""
        self.dock_place.toggle()

    def bring_forward(self, page: Any) -> None:
        """Shows the panel with a page in front."""
        self.dock.setVisible(True)
        self.dock.turn_to(page)

    # handlers and messages

    def handler(self, function: Callable[..., Any]) -> Callable[[], Any]:
        """What a widget calls: the function, guarded, unless the panel fills its fields by itself."""
        return lambda: None if self.is_quiet else self.guarded(function)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """No handler is called within."""
        before, self.is_quiet = self.is_quiet, True
        try:
            yield
        finally:
            self.is_quiet = before

    def guarded(self, function: Callable[..., Any], *arguments: Any) -> bool:
        """Calls a handler; what goes wrong becomes a message. Returns whether it went well."""
        try:
            function(*arguments)
            return True
        except Refusal as error:
            self.say(sentence(error), getattr(error, "severity", "error"))
        except Exception as error:  # an exception leaving a handler would open a modal dialog
            traceback.print_exc()
            self.say("Unexpected %s: %s. Edit > Undo takes back what was drawn." % (type(error).__name__, error), "error")
        return False

    def say(self, text: str, severity: str | None = None) -> None:
        """Shows a message below."""
        self.dock.show_message(text, severity)

    def report(self, report: Report) -> None:
        """Shows what a command did, and the sentence on a layout of another technology; the page in front follows the drawing."""
        doubt = self.compare()
        self.say("\n".join(report.messages + [doubt] * bool(doubt)), report.severity or ("warning" if doubt else None))
        self.dock.page.follow()

    @contextmanager
    def working(self, words: str | None, only_stage: bool = False) -> Iterator[Dock]:
        """While something takes its time: progress and Cancel below, nothing else can be used. words: what is said, None for what is said
        already; only_stage: see WorkRow. Yields what shows the progress."""
        if words is not None:
            self.say(words)
        focus = pya.QApplication.focusWidget()
        self._rest(True, only_stage)
        try:
            yield self.dock
        finally:
            self._rest(False)
            if focus is not None and not focus._destroyed():
                focus.setFocus()  # widgets that rest lose it

    @contextmanager
    def in_steps(self, words: str | None, cancelled: str, stage: str = "reading", expected: int = 0, of_cell: bool = False) -> Iterator[None]:
        """While a list is read, written or prepared (steps.py): where that takes longer than anybody waits in silence, progress and Cancel come up, nothing
        else can be used, and `words` are said. stage, expected: see Reading; of_cell: whether that needs the shown cell. Raises CommandError with the
        sentence `cancelled`."""
        start, stack = time.monotonic(), ExitStack()

        def step() -> None:
            if time.monotonic() - start > QUICK_S:
                shown = stack.enter_context(self.working(words, only_stage=expected > 0))
                stack.enter_context(self.session.steps(shown, cancelled, stage, expected, of_cell))  # whose step is called from now on
                steps.step()
        with steps.calling(step), stack:
            yield

    def _rest(self, on: bool, only_stage: bool = False) -> None:
        self.dock.show_work(on, only_stage)
        for page in self.pages:
            page.rest(on)

    def recolour(self) -> None:
        """The application has another palette or style."""
        self.dock.recolour()
        dress_again()
        for page in self.pages:
            page.recolour()

    def cancel_clicked(self) -> None:
        """Ends what takes its time."""
        self.session.cancel()

    # technology

    def use_technology(self, name: str) -> None:
        """Switches to a technology, by its name, NAME@VERSION or path; what was typed for the former one is kept for its return."""
        self.tech = tech.load(name)
        pcells.library(self.tech)  # so that what was placed can be edited
        self.dock.offer_technologies(technology_list.with_used(self.dock.offers, self.tech), self.tech)
        self.show_technology()
        self._keep()
        self.compare()

    def show_technology(self) -> None:
        """Shows the technology with what was chosen for it."""
        self.dock.show_technology(self.tech)
        for page in self.pages:
            page.show_technology(self.tech)

    def technology_chosen(self) -> None:
        """The user picked another technology."""
        former = self.tech
        try:
            self.use_technology(self.dock.chosen_technology().path)
        except TechnologyError:
            if former is not None:
                self.tech = former
                self.show_technology()
            raise
        self.say("")
        self.dock.page.follow()

    def technologies_clicked(self) -> None:
        """Shows all technologies in a window."""
        if self.technologies is None:
            self.technologies = TechnologiesWindow(self.window, self)
        self.technologies.open()

    def use_clicked(self, name: str) -> None:
        """The user takes the technology that the layout in front belongs to, or another one."""
        self.use_technology(name)
        self.say("Draws and checks by %s." % self.tech.identity(self.tech.file_name()))

    def apply_clicked(self) -> None:
        """Gives the layout in front the panel's technology, with layers, names and colours."""
        self.report(self.session.apply(self.tech))

    def compare(self) -> str:
        """Offers the technology of the layout in front where it is another one of this kit. Returns the sentence, "" where all is well."""
        signs = self.session.signs()
        doubt = form.mismatch(self.tech.name, signs)
        self.dock.show_mismatch(doubt, tech.others(self.tech.name, signs), self.session.may_apply(self.tech))
        self.dock.show_new_layout(not self.session.has_layout())
        return doubt

    # the layout in front

    def new_layout_clicked(self) -> None:
        """A new layout of the technology, with a die where its size is given."""
        fields = self.dock.die_width.text, self.dock.die_height.text, self.dock.new_cell.text
        self.kept.put(self.tech.name, _NEW, dict(zip(("width", "height", "cell"), fields)))
        self.report(self.session.new_layout(self.tech, form.new_layout(self.tech, *fields)))

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
            view.on_cellview_changed += lambda number: follow()  # another cell
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
            self.dock.page.follow()

    def _take(self, name: str) -> None:
        self.followed = name
        self.look_for_technologies()
        named = places.choices(name)
        if named and (self.tech is None or self.tech.path not in [os.path.abspath(one.path) for one in named]):
            self.use_technology(named[0].path)
            unclear = places.ambiguity(name)
            if unclear:
                self.say(sentence(unclear[0]), "warning")
        elif name and not named:
            self.say("The layout's technology, '%s', is none of this package: choose the one to draw and check by above "
                     "(now %s)." % (name, self.tech.name), "warning")

    # pages

    def help_clicked(self) -> None:
        """Shows what the documentation says of the page in front."""
        target = manual.of_page(self.dock.page.title.replace("&", ""))
        if self.help is None:
            self.help = HelpWindow(self.window, self.guarded)
        self.help.show(target)

    def page_turned(self) -> None:
        """Another page came to the front: an older message no longer concerns it."""
        page = self.dock.page
        self.kept.put("", _FRAME, {"page": page.title})
        if page is not self.draw:
            self.draw.left()
        self.say("")
        page.follow()
