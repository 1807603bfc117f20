"""The pads, vias or contact points that are selected on the canvas: the page Draw shows what they are, and *Change* gives them what its fields say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pya

from ..draw import naming, pcells, placed
from ..draw.choices import CommandError
from ..tech.words import as_text
from .draw_form import CONTACT, FILL, PAD, VIA

if TYPE_CHECKING:
    from .draw_page import DrawPage

_OBJECTS = {pcells.PAD: PAD, pcells.VIA: VIA, pcells.CONTACT: CONTACT}
_FIELDS = {"function", "shape", "size", "openings", "contact"}  # of values that fields show, beside the net name


class SelectedElements:
    """The row under the buttons that place. `widget`: the row."""

    def __init__(self, page: DrawPage) -> None:
        self.page, self.panel = page, page.panel
        self.shown: dict[str, Any] | None = None  # what the fields said when the selection was shown
        self.before: tuple[Any, ...] | None = None  # what they said before
        self.watched: list[Any] = []  # views whose selection is followed
        self.widget = pya.QWidget(page.widget)
        row = pya.QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        self.words = pya.QLabel("", self.widget)
        self.words.setObjectName("postpass_selected")
        self.button = pya.QPushButton("Chan&ge", self.widget)
        self.button.setObjectName("postpass_change")
        self.button.setToolTip("Gives the selected pads, vias or contact points what the fields above say now, as far as they were edited")
        self.button.clicked = self.panel.handler(self.change_clicked)
        row.addWidget(self.words, 1)
        row.addWidget(self.button, 0)
        self._show_words("")

    def _show_words(self, words: str) -> None:
        self.words.setText("Selected: %s" % words if words else "Nothing selected to change")
        self.words.enabled = self.button.enabled = bool(words)

    def follow(self) -> None:
        """The page is in front: from now on it follows what is selected in the view in front."""
        view = self.panel.session.view()
        self.watched = [one for one in self.watched if not one._destroyed()]
        if view is not None and view not in self.watched:
            self.watched.append(view)
            view.on_selection_changed += self.panel.handler(self.show)
        self.show()

    def show(self) -> None:
        """Shows what is selected; the fields get back what they said when nothing is any more."""
        if self.page.widget._destroyed() or not self.page.widget.isVisible() or not self.page.widget.enabled or self.panel.tech is None:
            return
        found = self.panel.session.elements()
        if not found or self.page.object.findText(_OBJECTS[found[0][1].name]) < 0 or self.page.pattern.currentText == FILL:  # pads are selected to be filled
            self._leave()
            return
        if self.shown is None:
            self.before = self.page.fields_now()
        first = found[0][1]
        self._show_words(first.words(sum(placed.number(one) for one, _ in found)))
        with self.panel.quiet():
            self.page.show_element(_OBJECTS[first.name], {key: as_text(value) if isinstance(value, float) else value for key, value in first.values.items()})
        self.page.show_hints()
        self.shown = self._values()

    def _leave(self) -> None:
        self._show_words("")
        if self.shown is not None:
            self.shown = None
            with self.panel.quiet():
                self.page.put_back(self.before)
            self.page.show_hints()

    def forget(self) -> None:
        """The fields are filled anew: what they said before does not come back."""
        self.shown = self.before = None
        self._show_words("")

    def _values(self) -> dict[str, Any]:
        """What the fields say of an element. Raises CommandError."""
        choices = self.page.element_choices()
        _, values = pcells.values_of(choices, self.panel.tech)
        return {**{key: value for key, value in values.items() if key in _FIELDS}, "object": self.page.object.currentText, "net": self.page.net.text.strip()}

    def change_clicked(self) -> None:
        """Gives the selected elements what was edited."""
        if self.shown is None:
            raise CommandError("Select pads, vias or contact points of one kind that were placed by the panel, and nothing else, to change them.")
        now = self._values()
        if now["object"] != self.shown["object"]:
            raise CommandError("A %s cannot become a %s: delete it, and place the other one." % (self.shown["object"].lower(), now["object"].lower()))
        edited = {key: value for key, value in now.items() if value != self.shown[key]}
        if not edited:
            raise CommandError("Nothing to change: edit the fields above first.")
        if naming.counts(edited.get("net", "")):
            raise CommandError("Names that count are given on the page Nets: write a name without #.")
        self.panel.report(self.panel.session.change(self.panel.tech, edited))
        self.show()

    def flatten(self) -> None:
        """Turns the selected elements into plain shapes."""
        self.panel.report(self.panel.session.flatten(self.panel.tech))
