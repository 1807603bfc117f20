"""Fields of the page Draw beside those of pads and vias: contact points, rings, lists, rectangles. Qt widgets, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pya

from . import defaults, draw_form
from .fields import Fields

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from . import form


class ContactFields(Fields):
    """Fields of draw_form.ContactValues."""

    def __init__(self, changed: Any) -> None:
        super().__init__("contact", changed)
        self.shape = self.combo("Shap&e", "shape")
        self.shape.addItems(list(defaults.SHAPES))
        self.size_row()
        self.array_rows()

    def fill_fields(self, tech: Technology, values: draw_form.ContactValues) -> None:
        self.shape.currentText, self.size.text = values.shape, values.size

    def values(self) -> draw_form.ContactValues:
        return draw_form.ContactValues(self.shape.currentText, self.size.text, *self.array_values())

    def details_shown(self, hints: form.Hints) -> None:
        pass


class RingFields(Fields):
    """Fields of draw_form.RingValues."""

    def __init__(self, changed: Any) -> None:
        super().__init__("ring", changed)
        self.around = self.combo("Around", "around")
        self.around.addItems([draw_form.AROUND_DIE, draw_form.AROUND_RECTANGLE])
        self.width, self.height = self.edit("width"), self.edit("height")
        self.rectangle = self.row("Rectangle", self.width, "×", self.height, defaults.UM)
        self.number, self.pitch = self.edit("number"), self.edit("pitch")
        self.number.setPlaceholderText("as many as fit")
        self.pitch.setPlaceholderText("even")
        self.row("Number", self.number)
        self.row("Pitc&h", self.pitch, defaults.UM)
        self.distance = self.edit("distance")
        self.distance.setToolTip("From the sides inwards to the shapes; negative: the shapes lie outside")
        self.row("Edge distance", self.distance, defaults.UM)

    def put(self, values: draw_form.RingValues) -> None:
        """Shows the values, without calling `changed`."""
        self.filling = True
        try:
            self.around.currentText = values.around
            for name in ("width", "height", "number", "pitch", "distance"):
                getattr(self, name).text = getattr(values, name)
        finally:
            self.filling = False

    def values(self) -> draw_form.RingValues:
        return draw_form.RingValues(self.around.currentText, self.width.text, self.height.text, self.number.text, self.pitch.text, self.distance.text)

    def show_distance(self, distance: str) -> None:
        """What an empty distance means, and the fields of a rectangle where it is around one."""
        self.distance.setPlaceholderText(distance)
        for widget in self.rectangle:
            widget.setVisible(self.around.currentText == draw_form.AROUND_RECTANGLE)

    def fill_fields(self, tech: Technology, values: Any) -> None:
        """Nothing depends on the technology."""

    def details_shown(self, hints: form.Hints) -> None:
        pass


class ListFields(Fields):
    """The list of places: the button that says what there is of it, and opens its dialog."""

    def __init__(self, opened: Any) -> None:
        super().__init__("list", lambda: None)
        self.open = self._named(pya.QPushButton("", self.page), "open")
        self.open.setToolTip("Places from the clipboard or a file: any table with columns x and y")
        self.open.clicked = opened
        self.row("List", self.open)

    def show_list(self, words: str) -> None:
        """What is chosen, "" for nothing yet."""
        self.open.text = (words or "Choose") + " …"


class AreaFields(Fields):
    """Fields of draw_form.AreaValues: a die outline (name "die") or a keep-out."""

    def __init__(self, name: str, changed: Any) -> None:
        super().__init__(name, changed)
        self.is_die = name == "die"
        self.layer = self.combo("La&yer", "layer")
        self.how = self.combo("&How", "how")
        self.how.addItems([draw_form.BY_SIZE, draw_form.BY_CORNERS] + [draw_form.BY_SHAPES] * self.is_die)
        self.width, self.height, self.margin = self.edit("width"), self.edit("height"), self.edit("margin")
        self.corner, self.opposite = self.edit("corner"), self.edit("opposite")
        for edit in (self.corner, self.opposite):
            edit.setPlaceholderText("x, y in µm, or click")
        self.by = {draw_form.BY_SIZE: self.row("&Size", self.width, "×", self.height, defaults.UM), draw_form.BY_SHAPES: self.row("&Margin", self.margin, defaults.UM),
                   draw_form.BY_CORNERS: self.row("Corn&er", self.corner) + self.row("Oppo&site", self.opposite)}
        self.replace = self.check("&Replace the old one", "replace")
        self.replace.setVisible(self.is_die)

    def fill(self, tech: Technology, values: Any) -> None:
        self.filling = True
        try:
            layers = tech.of_kind("keepout")
            self.titles = dict(zip(layers, (tech.layers[name]["title"] for name in layers)))
            self.layer.clear()
            self.layer.addItems(list(self.titles.values()))
            self.layer.currentText = self.titles.get(values.layer, self.layer.currentText)
            for widget in (self.layer, self.rows.labelForField(self.layer)):
                widget.setVisible(not self.is_die and len(layers) > 1)
            self.how.currentText, self.replace.checked = values.how, values.replace
            for name in ("width", "height", "margin", "corner", "opposite"):
                getattr(self, name).text = getattr(values, name)
            self.margin.setPlaceholderText(defaults.as_text(draw_form.die_margin_um(tech)))
        finally:
            self.filling = False
        self.show_how()

    def values(self) -> draw_form.AreaValues:
        layer = next((name for name, title in self.titles.items() if title == self.layer.currentText), "")
        return draw_form.AreaValues(self.how.currentText, self.width.text, self.height.text, self.margin.text, self.corner.text, self.opposite.text, layer, self.replace.checked)

    def show_how(self) -> None:
        """The fields of the chosen way alone."""
        for how, widgets in self.by.items():
            for widget in widgets:
                widget.setVisible(how == self.how.currentText)

    def edited(self) -> None:
        if not self.filling:
            self.show_how()
        super().edited()

    def fill_fields(self, tech: Technology, values: Any) -> None:
        """See fill."""

    def details_shown(self, hints: form.Hints) -> None:
        pass
