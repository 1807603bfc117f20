"""The page Check: runs the deck on what is drawn. Qt widgets, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pya

from . import form

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .panel import Panel


class CheckPage:
    """The button that checks."""

    title = "&Check"

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.widget = pya.QWidget()
        column = pya.QVBoxLayout(self.widget)
        self.go = pya.QPushButton("Chec&k", self.widget)
        self.go.setObjectName("postpass_check")
        self.go.setToolTip("Run the design rule check on the current layout and show its markers")
        self.go.clicked = panel.handler(self.check_clicked)
        self.actions = [("check", "Check", self.check_clicked)]
        column.addWidget(self.go, 0)
        column.addStretch(1)

    def show_technology(self, tech: Technology) -> None:
        """Another technology is used."""

    def follow(self) -> None:
        """The page came to the front, or another layout."""

    def rest(self, on: bool) -> None:
        """Whether nothing can be used."""
        self.widget.enabled = not on

    def check_clicked(self) -> None:
        """Runs the deck and says what it found."""
        self.panel.say("Checking …")
        pya.QApplication.processEvents()
        result = self.panel.session.check(self.panel.tech)
        self.panel.say(*form.check_sentence(self.panel.tech, result, self.panel.compare()))
