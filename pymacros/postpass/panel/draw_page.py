"""The page Draw: what is placed, by mouse or by coordinates. Qt widgets, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pya

from ..draw import commands
from ..draw.choices import CommandError
from . import canvas, defaults, form, tool
from .fields import MARGINS, PadFields, UndoKeys, ViaFields, colour_text
from .kept import of_kind

if TYPE_CHECKING:
    from ..draw.choices import PadChoices, ViaChoices
    from ..tech.answers import Technology
    from .panel import Panel

PAD, VIA = "Pad", "Via"


class DrawPage:
    """The page's widgets, and the mouse tool."""

    title = "&Draw"

    def __init__(self, panel: Panel) -> None:
        self.panel, self.guarded = panel, panel.guarded
        self.outlines: tuple[Any, list[pya.DPolygon]] = (None, [])  # of the choices
        self.widget = pya.QWidget()
        self.column = pya.QVBoxLayout(self.widget)
        self.column.setContentsMargins(*MARGINS)
        self._object_row()
        self._placing()
        self.column.addStretch(1)
        self.actions = [("place_mouse", "Place with mouse", self.tool.click), ("place", "Place at coordinates", self.place_clicked)]

    def _named(self, widget: Any, name: str) -> Any:
        widget.setObjectName("postpass_" + name)
        return widget

    def _object_row(self) -> None:
        row = pya.QFormLayout()
        row.setContentsMargins(2, 0, 2, 0)
        row.setFieldGrowthPolicy(pya.QFormLayout.AllNonFixedFieldsGrow)
        self.object = self._named(pya.QComboBox(self.widget), "object")
        self.object.addItems([PAD, VIA])
        self.object.currentTextChanged = self.panel.handler(self.edited)
        row.addRow("&Object", self.object)
        self.column.addLayout(row)
        self.pads, self.vias = PadFields(self.panel.handler(self.edited)), ViaFields(self.panel.handler(self.edited))
        for fields in (self.pads, self.vias):
            self.column.addWidget(fields.page, 0)
        self.findings = self._named(pya.QLabel("", self.widget), "findings")
        self.findings.setWordWrap(True)
        self.column.addWidget(self.findings, 0)

    def _placing(self) -> None:
        self.tool = self._named(pya.QPushButton("Place with &mouse", self.widget), "tool")
        self.tool.checkable = True
        self.tool.setToolTip("Click in the layout to place what is described above; Esc ends it")
        self.tool.clicked = self.panel.handler(self.tool_clicked)
        self.column.addWidget(self.tool, 0)
        row = pya.QHBoxLayout()
        self.place_text = self._named(pya.QLineEdit(self.widget), "place_text")
        self.place_text.setPlaceholderText("x, y in µm")
        self.place_text.returnPressed = self.panel.handler(self.place_entered)
        UndoKeys(self.place_text)
        self.place = self._named(pya.QPushButton("&Place", self.widget), "place")
        self.place.clicked = self.panel.handler(self.place_clicked)
        label = pya.QLabel("Place a&t", self.widget)
        label.setBuddy(self.place_text)
        for widget, stretch in ((label, 0), (self.place_text, 1), (self.place, 0)):
            row.addWidget(widget, stretch)
        self.column.addLayout(row)

    # the frame

    def show_technology(self, tech: Technology) -> None:
        """Shows the fields by another technology, with what was typed for it before."""
        with self.panel.quiet():
            self.pads.fill(tech, of_kind(self.panel.kept.of(tech.name, "pads"), defaults.pad_defaults(tech)))
            self.vias.fill(tech, of_kind(self.panel.kept.of(tech.name, "vias"), defaults.via_defaults(tech)))
        self._show_hints()

    def follow(self) -> None:
        """The page came to the front, or another layout."""

    def left(self) -> None:
        """Another page came to the front: the mouse tool ends."""
        if self.tool.checked:
            tool.leave()

    def rest(self, on: bool) -> None:
        """Whether nothing can be used."""
        self.widget.enabled = not on

    # fields

    def edited(self) -> None:
        """The user changed a field: an older message no longer concerns it."""
        self.panel.say("")
        self.panel.kept.put(self.panel.tech.name, "pads", self.pads.values()._asdict())
        self.panel.kept.put(self.panel.tech.name, "vias", self.vias.values()._asdict())
        self._show_hints()

    def _show_hints(self) -> None:
        self.outlines = (None, [])
        shows_vias = self.object.currentText == VIA
        self.pads.page.setVisible(not shows_vias)
        self.vias.page.setVisible(shows_vias)
        pads, vias = form.pad_hints(self.panel.tech, self.pads.values()), form.via_hints(self.panel.tech, self.vias.values())
        self.pads.show_hints(pads)
        self.vias.show_hints(vias)
        front = vias if shows_vias else pads
        self.findings.setText(form.breakable("\n".join(front.messages)))
        self.findings.setVisible(bool(front.messages))
        colour_text(self.findings, front.severity)

    def choices(self, x_um: float = 0.0, y_um: float = 0.0) -> PadChoices | ViaChoices:
        """What the fields say, at x, y. Raises CommandError."""
        if self.object.currentText == VIA:
            return form.via_choices(self.panel.tech, self.vias.values(), x_um, y_um)
        return form.pad_choices(self.panel.tech, self.pads.values(), x_um, y_um)

    # placing

    def place_clicked(self) -> None:
        """Places at the coordinates in the field."""
        x_um, y_um = form.place_um(self.place_text.text)
        self._report(self.panel.session.place(self.panel.tech, self.choices(x_um, y_um)))

    def place_entered(self) -> None:
        """The same by Enter; the keys go to the drawing area then."""
        self.place_clicked()
        canvas.focus()

    def place_at(self, view: Any, point: pya.DPoint) -> None:
        """Places at a point of a view."""
        point = self.panel.session.to_cell_um(view, point)
        on_grid = self.panel.tech.on_grid
        self._report(self.panel.session.place(self.panel.tech, self.choices(on_grid(point.x), on_grid(point.y)), view))

    def _report(self, report: commands.Report) -> None:
        seen = self.findings.text.split("\n")  # what stands above the buttons already
        self.panel.report(report._replace(messages=[message for message in report.messages if form.breakable(message) not in seen]))

    def ghost(self, view: Any, point: pya.DPoint) -> tuple[list[pya.DPolygon], pya.DCplxTrans]:
        """([pya.DPolygon], transformation to the view): the outlines under the cursor, on the grid of the shown cell."""
        choices = self.choices()
        if self.outlines[0] != choices:
            self.outlines = (choices, commands.preview(self.panel.tech, choices))
        point = self.panel.session.to_cell_um(view, point)
        on_grid = self.panel.tech.on_grid
        shift = pya.DCplxTrans(1.0, 0.0, False, pya.DVector(on_grid(point.x), on_grid(point.y)))
        return self.outlines[1], self.panel.session.to_view(view) * shift

    def tool_clicked(self) -> None:
        """The mouse button: on when there is something to draw into, off again at the second click."""
        if not self.tool.checked:
            tool.leave()
            return
        try:
            self.panel.session.target(self.panel.tech)
            self.choices()
            tool.enter()
        except CommandError:
            self.tool.checked = False
            raise

    def tool_is_on(self, on: bool) -> None:
        """The tool came or went, by whatever way."""
        self.tool.checked = on
        if on:
            self.panel.bring_forward(self)
            self.panel.say("Click in the layout to place; Esc ends it.")
