"""The dockable widget: technology, pages of fields, buttons, messages. Qt widgets, no arithmetic.

What the buttons do is up to the `actions` object it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pya

from . import form
from .fields import FanOutPage, PadPage, UndoKeys, ViaPage, colour_text, pixels

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .defaults import PadValues, ViaValues


_SETTLED_MS = 50  # Qt needs a few turns of the event loop to lay out what has changed


class Dock(pya.QDockWidget):
    """The panel's widgets. `actions` answers technology_chosen, edited, page_turned, tool_clicked, place_clicked, lock_clicked,
    fan_out_clicked, cancel_clicked, check_clicked, visibility_changed, all without arguments, use_clicked(name) and guarded(function, *arguments)."""

    def __init__(self, window: Any, actions: Any) -> None:
        super().__init__("Post-passivation", window)
        self.setObjectName("postpass_panel")  # by this name the application remembers its place
        self.actions = actions
        self.busy = True  # until everything is built
        self.visibilityChanged = self._handler("visibility_changed")
        self.scroll = scroll = pya.QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(pya.QFrame.NoFrame)
        scroll.setHorizontalScrollBarPolicy(pya.Qt.ScrollBarAlwaysOff)
        body = pya.QWidget(scroll)
        self.column = pya.QVBoxLayout(body)
        self._technology_row()
        self._pages()
        self._buttons()
        self._messages()
        scroll.setWidget(body)
        self.setWidget(scroll)
        # only the height scrolls
        scroll.setMinimumWidth(_width(body.minimumSizeHint) + _width(scroll.verticalScrollBar.sizeHint))
        self.busy = False

    def _handler(self, name: str) -> Any:
        actions = self.actions
        return lambda: None if self.busy else actions.guarded(getattr(actions, name))

    def _named(self, widget: pya.QPushButton, name: str) -> pya.QPushButton:
        widget.setObjectName("postpass_" + name)
        return widget

    def _technology_row(self) -> None:
        row = pya.QFormLayout()
        row.setFieldGrowthPolicy(pya.QFormLayout.AllNonFixedFieldsGrow)
        self.technology = self._named(pya.QComboBox(self), "technology")
        self.technology.currentTextChanged = self._handler("technology_chosen")
        row.addRow("Technology", self.technology)
        self.technology_title = self._named(pya.QLabel("", self), "technology_title")
        self.technology_title.setWordWrap(True)
        self.column.addLayout(row)
        self.column.addWidget(self.technology_title, 0)
        self.mismatch = self._named(pya.QLabel("", self), "mismatch")
        self.mismatch.setWordWrap(True)
        colour_text(self.mismatch, "warning")
        self.column.addWidget(self.mismatch, 0)
        self.changes = pya.QVBoxLayout()  # a button for each technology that the layout may be of
        self.column.addLayout(self.changes)
        self.change, self.offered = [], []
        self.show_mismatch("", [])

    def _pages(self) -> None:
        self.pads, self.vias = PadPage(self._handler("edited")), ViaPage(self._handler("edited"))
        self.pages = self._named(pya.QTabWidget(self), "pages")
        self.pages.addTab(self.pads.page, "Pads")
        self.pages.addTab(self.vias.page, "Vias")
        self.fan_out = FanOutPage(lambda: None if self.busy else self.actions.guarded(self.actions.edited), self._handler)
        self.pages.addTab(self.fan_out.page, "Fan out")
        self.pages.currentChanged = self._handler("page_turned")
        self.column.addWidget(self.pages, 0)
        self.findings = self._named(pya.QLabel("", self), "findings")
        self.findings.setWordWrap(True)
        self.column.addWidget(self.findings, 0)

    def _buttons(self) -> None:
        self.tool = self._named(pya.QPushButton("Place with mouse", self), "tool")
        self.tool.checkable = True
        self.tool.setToolTip("Click in the layout to place what is described above; Esc ends it")
        self.tool.clicked = self._handler("tool_clicked")
        self.column.addWidget(self.tool, 0)
        row = pya.QHBoxLayout()
        self.place_text = self._named(pya.QLineEdit(self), "place_text")
        self.place_text.setPlaceholderText("x, y in µm")
        self.place_text.returnPressed = self._handler("place_clicked")
        self.place_keys = UndoKeys(self.place_text, self.place_text)
        self.place = self._named(pya.QPushButton("Place", self), "place")
        self.place.clicked = self._handler("place_clicked")
        self.place_label = pya.QLabel("Place at", self)
        for widget, stretch in ((self.place_label, 0), (self.place_text, 1), (self.place, 0)):
            row.addWidget(widget, stretch)
        self.column.addLayout(row)
        self.check = self._named(pya.QPushButton("Check", self), "check")
        self.check.setToolTip("Run the design rule check on the current layout and show its markers")
        self.check.clicked = self._handler("check_clicked")
        self.column.addWidget(self.check, 0)

    def _messages(self) -> None:
        self.message = self._named(pya.QLabel("", self), "message")
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(pya.Qt.TextSelectableByMouse)
        self.column.addWidget(self.message, 0)
        self.settled = pya.QTimer(self)  # ends when the message has its height
        self.settled.setSingleShot(True)
        self.settled.timeout = lambda: self.scroll.ensureWidgetVisible(self.message)
        self.column.addStretch(1)

    # what is shown

    def offer_technologies(self, names: Sequence[str]) -> None:
        """Fills the technology list; nothing is called."""
        self.busy = True
        self.technology.clear()
        self.technology.addItems(names)
        self.busy = False

    def show_technology(self, tech: Technology, pad_values: PadValues, via_values: ViaValues) -> None:
        """Shows a technology and the values of its fields; nothing is called."""
        self.busy = True
        try:
            self.technology.currentText = tech.name
            self.technology_title.setText(form.breakable(form.identity(tech)))
            self.technology_title.setToolTip(tech.path)
            self.pads.fill(tech, pad_values)
            self.vias.fill(tech, via_values)
        finally:
            self.busy = False

    def show_mismatch(self, text: str, names: Sequence[str]) -> None:
        """What is said of a layout of another technology, with a button to use it for each of the names; none hides both."""
        self.mismatch.setText(form.breakable(text))
        self.mismatch.setVisible(bool(names))
        self.offered = list(names)
        while len(self.change) < len(names):
            self.change.append(self._change_button(len(self.change)))
        for number, button in enumerate(self.change):
            button.text = "Use %s" % names[number] if number < len(names) else ""
            button.setVisible(number < len(names))

    def _change_button(self, number: int) -> pya.QPushButton:
        button = self._named(pya.QPushButton("", self), "use_%d" % number)
        button.setToolTip("Draw and check by this technology from now on")
        button.clicked = lambda: self.actions.guarded(self.actions.use_clicked, self.offered[number])
        self.changes.addWidget(button, 0)
        return button

    def shows_vias(self) -> bool:
        """Whether the page of vias is in front."""
        return self.pages.currentIndex == 1

    def shows_fan_out(self) -> bool:
        """Whether the page of the fan-out is in front; nothing can be placed then."""
        return self.pages.currentIndex == 2

    def show_placing(self) -> None:
        """Shows what places pads and vias where a page of these is in front."""
        for widget in (self.tool, self.place_label, self.place_text, self.place):
            widget.setVisible(not self.shows_fan_out())

    def show_routing(self, on: bool) -> None:
        """Progress and Cancel in place of everything else, or everything as before."""
        for widget in (self.technology, self.pads.page, self.vias.page, self.tool, self.place_text, self.place, self.check, *self.change):
            widget.enabled = not on
        for number in (0, 1):
            self.pages.setTabEnabled(number, not on)
        self.fan_out.show_routing(on)
        if on:
            self.scroll.ensureWidgetVisible(self.fan_out.cancel)

    def show_hints(self, pad_hints: form.Hints, via_hints: form.Hints) -> None:
        """Live texts of both pages, and the findings of the one in front."""
        self.pads.show_hints(pad_hints)
        self.vias.show_hints(via_hints)
        front = via_hints if self.shows_vias() else pad_hints
        self.findings.setText(form.breakable("\n".join(front.messages)))
        self.findings.setVisible(bool(front.messages) and not self.shows_fan_out())
        colour_text(self.findings, front.severity)

    def show_tool(self, on: bool) -> None:
        """The mouse button's state; nothing is called."""
        self.tool.checked = on

    def show_message(self, text: str, severity: str | None) -> None:
        """The message line, scrolled into sight."""
        self.message.setText(form.breakable(text))
        colour_text(self.message, severity)
        self.settled.start(_SETTLED_MS)

    def narrowest(self) -> int:
        """The width in pixels below which something would be cut off."""
        return max(self.minimumWidth, _width(self.minimumSizeHint))


def _width(size_hint: Any) -> int:
    # a property of some widget classes and a method of others, whichever the class overrides
    return pixels(pixels(size_hint).width)
