"""The part of the page Fan out that folds away: the net list, and what is rarely changed. Qt widgets, no arithmetic."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pya

from ..draw.choices import CommandError
from ..fanout import netlist
from ..messages import Refusal, sentence
from . import defaults, form, rule_tips
from .appearance import dress
from .drawn_nets import part
from .fields import Fields, colour_text, pixels

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .panel import Panel

_LIST_TIP = "A net list for this layout (net,x_um,y_um as CSV): names, widths, spaces, lengths, pairs"
_FILE_LETTERS = 18  # on the button
_MOST_UNKNOWN = 5  # names of a list that nothing is drawn for, in the message


class NetLists:
    """The path of the net list of each layout, as long as that is open."""

    def __init__(self) -> None:
        self._known: list[tuple[pya.Layout, str]] = []

    def of(self, layout: pya.Layout | None) -> str:
        """The path; "" for none."""
        self._known = [one for one in self._known if not one[0]._destroyed()]
        return next((path for other, path in self._known if layout is not None and other == layout), "")

    def put(self, layout: pya.Layout, path: str) -> None:
        """Gives a layout another one; "" for none."""
        self._known = [one for one in self._known if not one[0]._destroyed() and one[0] != layout] + [(layout, path)] * bool(path)


class More(Fields):
    """A button that unfolds, and the fields below it."""

    def __init__(self, panel: Panel, changed: Any) -> None:
        super().__init__("fan_out", changed)
        self.panel, self.lists = panel, NetLists()
        self.known_words: tuple[Any, tuple[str, str | None]] = ((), ("", None))  # of a file as it was
        self.limited: rule_tips.Limited = {}
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.unfold = self._named(pya.QToolButton(), "more")
        self.unfold.checkable, self.unfold.autoRaise = True, True
        self.unfold.setToolButtonStyle(pya.Qt.ToolButtonTextBesideIcon)

        def unfolded(_on: bool) -> None:
            self._fold()
            self.edited()
        self.unfold.toggled = unfolded
        self._list_row()
        self.tolerance, self.via_cost = self.edit("tolerance"), self.edit("via_cost")
        self.tolerance.setToolTip("By how much the lengths of a group or pair of the net list may differ")
        self.tolerance.setPlaceholderText(defaults.as_text(defaults.MATCH_UM))
        self.row("&Match ±", self.tolerance, defaults.UM)
        self.via_row = self.row("&Via cost", self.via_cost, defaults.UM)
        self.via_cost.setToolTip("The length that a via between two levels must save to be worth it")
        self.necks = self.check("Nec&ks at narrow ends", "necks")
        self.necks.setToolTip("Traces wider than the contact point or pad they end at may end in a narrower stretch, where there is no other way")
        self._fold()

    def _list_row(self) -> None:
        self.choose = self.button("", "list", self.panel.handler(self.list_clicked), _LIST_TIP)
        self.choose.setSizePolicy(pya.QSizePolicy.Ignored, pya.QSizePolicy.Fixed)  # a long name does not make the page wider
        self.remove = self.button("×", "list_remove", self.panel.handler(self.remove_clicked), "Fan out without the net list again")
        self.remove.setMaximumWidth(pixels(self.remove.fontMetrics().height) * 2)
        self.row("Net &list", self.choose, self.remove)
        self.listed = self._named(self.note(), "listed")

    def _fold(self) -> None:
        self.page.setVisible(self.unfold.checked)
        path = "" if self.unfold.checked else self.path()
        self.unfold.text = "&More" + (": " + form.shortened_name(os.path.basename(path), _FILE_LETTERS) if path else "")
        self.unfold.setArrowType(pya.Qt.DownArrow if self.unfold.checked else pya.Qt.RightArrow)

    # the page

    def put(self, tech: Technology, values: defaults.FanOutValues, is_open: bool) -> None:
        """Shows the values, without calling `changed`."""
        self.filling = True
        try:
            self.unfold.checked = is_open
            self.tolerance.text, self.via_cost.text, self.necks.checked = values.tolerance, values.via_cost, values.necks
            self.via_cost.setPlaceholderText(defaults.as_text(form.via_cost_um(tech)))
            for widget in self.via_row:
                widget.setVisible(len(form.levels(tech)) > 1)
        finally:
            self.filling = False
        self.follow()

    def explain(self, limited: rule_tips.Limited) -> None:
        """As of all fields; the tip of the net list changes with it."""
        self.limited = limited
        super().explain(limited)

    def follow(self) -> None:
        """Shows the list of the layout in front."""
        path = self.path()
        self.choose.text = form.shortened_name(os.path.basename(path), _FILE_LETTERS) if path else "Choose …"
        self.own_tips["choose"] = path or _LIST_TIP
        self.explain(self.limited)
        self.remove.setVisible(bool(path))
        words, severity = self._words(path) if path else ("", None)
        self._fold()
        self.listed.setText(words)
        self.listed.setVisible(bool(words))
        dress(self.listed, "")
        if severity:
            colour_text(self.listed, severity)

    def _words(self, path: str) -> tuple[str, str | None]:
        """What a list holds, or what is wrong with it, and the severity; read again only where the file changed."""
        sign = (path, *_sign(path))
        if self.known_words[0] != sign:
            try:
                self.known_words = sign, (form.breakable(netlist.in_words(netlist.read(path))), None)
            except Refusal as error:
                self.known_words = sign, (form.breakable(sentence(error)), "error")
        return self.known_words[1]

    # the net list

    def path(self) -> str:
        """The net list of the layout in front; "" for none."""
        return self.lists.of(self.panel.session.layout())

    def entries(self) -> list[netlist.Entry]:
        """What it says, read again. Raises CommandError."""
        path = self.path()
        return _read(path) if path else []

    def list_clicked(self) -> None:
        """Asks for a net list and takes it."""
        self.panel.session.cellview()
        path = pya.FileDialog.ask_open_file_name("Net list", self.path() or ".", "Net lists (*.csv);;All files (*)")
        if path:
            self.use_list(path)

    def use_list(self, path: str) -> None:
        """Takes a net list for the layout in front, and says which of its names nothing is drawn for."""
        cellview, entries = self.panel.session.cellview(), _read(path)
        self.lists.put(cellview.layout(), path)
        self.follow()
        self.panel.say("Reading …")
        self.panel.dock.message.repaint()
        known = self.panel.nets.known
        if not known.is_current(self.panel.tech):
            known.read(self.panel.tech)
        lost = part("fanout.net_list_compared").without_terminal(self.panel.session.shown_cell(), self.panel.tech, known.drawn, entries)
        words = "Net list %s is used for this layout: %s." % (os.path.basename(path), netlist.in_words(entries))
        self.panel.say("\n".join([words, *_unknown(lost)]), "warning" if lost else None)

    def remove_clicked(self) -> None:
        """Uses no net list any more."""
        self.lists.put(self.panel.session.cellview().layout(), "")
        self.follow()
        self.panel.say("No net list is used any more.")


def _unknown(lost: list[str]) -> list[str]:
    """A sentence on names of a list that nothing is drawn for."""
    rest = len(lost) - _MOST_UNKNOWN
    return ["Not in the drawing, so that a fan-out is refused: %s%s." % (", ".join(lost[:_MOST_UNKNOWN]), " and %d more" % rest if rest > 0 else "")] if lost else []


def _read(path: str) -> list[netlist.Entry]:
    try:
        return netlist.read(path)
    except netlist.NetListError as error:
        raise CommandError(str(error)) from None


def _sign(path: str) -> tuple[int, int]:
    """What changes when a file does; zeros where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return 0, 0
    return found.st_mtime_ns, found.st_size
