"""The page Fan out: how contact points and pads are paired, the traces, the button that routes. Qt widgets, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tech.functions import FUNCTIONS
from . import defaults, form
from .fields import Fields
from .kept import of_kind

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .panel import Panel

_FIRST = "relocation"


class FanOutPage(Fields):
    """Fields of defaults.FanOutValues, the lock button, and the button that routes."""

    title = "&Fan out"

    def __init__(self, panel: Panel) -> None:
        super().__init__("fan_out", panel.handler(self._edited))
        self.panel, self.widget = panel, self.page
        self.sentence("Joins contact points and pads by traces: those of one label become one net, nameless ones are paired.")
        self.function = self.combo("Pairin&g", "function")
        self.meaning = self.note()
        self.function.addItems(list(FUNCTIONS))
        self.width = self.edit("width")
        self.width.setPlaceholderText("smallest legal")
        self.row("Trace &width", self.width, defaults.UM)
        self.teardrops = self.check("Teard&rops at the pads", "teardrops")
        self.anew = self.check("Draw all traces &anew", "anew")
        self.anew.setToolTip("Otherwise traces of earlier fan-outs stay where they are still right; those drawn by hand stay in any case")
        self.lock = self.button("&Lock selected", "lock", panel.handler(self.lock_clicked),
                                "Give the selected contact points and pads one net name, so that they are joined whatever would be paired")
        self.go = self.button("&Route", "go", panel.handler(self.fan_out_clicked), "Route all nets of the shown cell together; what cannot be routed is named and marked")
        self.actions = [("lock", "Lock selected", self.lock_clicked), ("fan_out", "Fan out", self.fan_out_clicked)]
        self.filling = False

    # the frame

    def show_technology(self, tech: Technology) -> None:
        """Shows what was chosen for another technology."""
        values = of_kind(self.panel.kept.of(tech.name, self.name), defaults.FanOutValues(_FIRST, "", False, False))
        self.filling = True
        try:
            self.function.currentText = values.function if values.function in FUNCTIONS else _FIRST
            self.width.text, self.teardrops.checked, self.anew.checked = values.width, values.teardrops, values.anew
        finally:
            self.filling = False
        self._show_meaning()

    def follow(self) -> None:
        """The page came to the front, or another layout."""

    def rest(self, on: bool) -> None:
        """Whether nothing can be used."""
        self.widget.enabled = not on

    # fields

    def _edited(self) -> None:
        self.panel.say("")
        self.panel.kept.put(self.panel.tech.name, self.name, self.values()._asdict())
        self._show_meaning()

    def _show_meaning(self) -> None:
        """What the chosen function does with nameless contact points and pads."""
        self.meaning.setText(form.FUNCTION_WORDS[self.function.currentText])

    def values(self) -> defaults.FanOutValues:
        """What the fields hold."""
        return defaults.FanOutValues(self.function.currentText, self.width.text, self.teardrops.checked, self.anew.checked)

    # actions

    def fan_out_clicked(self) -> None:
        """Routes what is drawn and draws the traces; nothing but Cancel can be used meanwhile."""
        choices = form.fan_out_choices(self.panel.tech, self.values())
        with self.panel.working("Routing …") as shown:
            report = self.panel.session.fan_out(self.panel.tech, choices, shown)
        self.panel.report(report._replace(messages=form.shortened(report.messages)))

    def lock_clicked(self) -> None:
        """Gives what is selected one net name."""
        self.panel.report(self.panel.session.lock(self.panel.tech))
