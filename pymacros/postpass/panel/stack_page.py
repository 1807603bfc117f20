"""The page Stack: a cross-section to scale, and what other films would make of it. Qt widgets, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pya

from ..messages import Refusal
from ..tech import section, section_picture, variants
from . import defaults, form, rule_tips, stack_look
from .appearance import Heard, is_dark
from .fields import Fields, colour_text, paint, pixels
from .kept import of_kind

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .panel import Panel

_BAR = 30  # pixels, wider than a scroll bar
_FILM = "film "  # before the names of films, among what is kept
_LETTERS, _LEAST_LETTERS = 0.55, 8  # height of the picture's letters: in lines of the panel's text, and at least, pixels


class StackPage(Fields):
    """The picture, fields of stack_look.StackValues, figures and findings, the buttons that begin anew and save."""

    title = "Stack"

    def __init__(self, panel: Panel) -> None:
        super().__init__("stack", panel.handler(self._edited))
        self.panel, self.widget = panel, self.page
        self.look: stack_look.Look | None = None
        self.picture = self._named(pya.QLabel(self.page), "picture")
        self.picture.setSizePolicy(pya.QSizePolicy.Ignored, pya.QSizePolicy.Fixed)
        self.rows.addRow(self.picture)
        self.drawn_width = 0  # pixels
        self.resized = Heard(self.picture, [pya.QEvent.Resize], lambda: panel.guarded(self._fit))
        self._grid()
        self.figures = self._named(self.sentence(""), "figures")
        self.findings = self._named(self.sentence(""), "findings")
        reset = self.button("R&eset", "reset", panel.handler(self.reset_clicked), "Empty the fields: films as the technology has them, the via as on the page Draw")
        save = self.button("Sa&ve as technology …", "save", panel.handler(self.save_clicked), "Save the changed films as a technology file that is based on this one")
        self.buttons(reset, save)
        self.actions = [("save_technology", "Save changed films as technology", self.save_clicked)]
        self.filling = False

    def _grid(self) -> None:
        """The size of the via, and a row for each film, which are made as technologies need them."""
        box = pya.QWidget(self.page)
        self.grid = pya.QGridLayout(box)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.rows.addRow(box)
        self.box = box
        self.film_rows: list[tuple[pya.QLabel, pya.QLineEdit, pya.QLabel]] = []
        self.films: list[str] = []  # of the technology, as the rows show them: the topmost first
        self.size_label, self.size, _ = self._grid_row("size", "Via si&ze", defaults.UM)

    def _grid_row(self, key: str, title: str, after: str) -> tuple[pya.QLabel, pya.QLineEdit, pya.QLabel]:
        label, edit, unit = pya.QLabel(title, self.box), self.edit(key), pya.QLabel(after, self.box)
        label.setBuddy(edit)
        row = self.grid.rowCount()
        for column, widget in enumerate((label, edit, unit)):
            self.grid.addWidget(widget, row, column)
        self.grid.setColumnStretch(1, 1)
        return label, edit, unit

    # the frame

    def show_technology(self, tech: Technology) -> None:
        """Shows the films of another technology, with what was typed for them."""
        kept = {key: text for key, text in self.panel.kept.of(tech.name, self.name).items() if isinstance(text, str)}
        self.filling = True
        try:
            self.films = _films(tech)
            while len(self.film_rows) < len(self.films):
                self.film_rows.append(self._grid_row("film_%d" % len(self.film_rows), "", ""))
            for number, row in enumerate(self.film_rows):
                self._show_row(tech, row, self.films[number] if number < len(self.films) else None, kept)
            self.size.text = kept.get("size", "")
            self.explain({name: rules for name, rules in rule_tips.stack(tech).items() if name == "size"})
        finally:
            self.filling = False
        self._show()

    def _show_row(self, tech: Technology, row: tuple[pya.QLabel, pya.QLineEdit, pya.QLabel], film: str | None, kept: dict[str, str]) -> None:
        label, edit, unit = row
        for widget in row:
            widget.setVisible(film is not None)
        if film is not None:
            label.setText(form.breakable(film))
            unit.setText("%s, %s" % (defaults.UM, stack_look.ranges(tech, film)) if stack_look.ranges(tech, film) else defaults.UM)
            edit.setPlaceholderText(defaults.as_text(tech.films[film]["thickness_um"]))
            edit.text = kept.get(_FILM + film, "")
            for widget in row:
                widget.setToolTip(rule_tips.tip(stack_look.advice(tech, film), rule_tips.stack(tech).get(film, [])))

    def follow(self) -> None:
        """The page came to the front: sizes on the page Draw may be others."""
        self._show()

    def rest(self, on: bool) -> None:
        """Whether nothing can be used."""
        self.widget.enabled = not on

    # fields

    def _edited(self) -> None:
        self.panel.say("")
        values = self.values()
        typed = {_FILM + name: text for name, text in values.films.items()}
        self.panel.kept.put(self.panel.tech.name, self.name, {**typed, "size": values.size})
        self._show()

    def values(self) -> stack_look.StackValues:
        """What the fields hold."""
        return stack_look.StackValues({film: row[1].text for film, row in zip(self.films, self.film_rows)}, self.size.text)

    def reset_clicked(self) -> None:
        """The technology as it is."""
        self.panel.kept.put(self.panel.tech.name, self.name, {})
        self.panel.say("")
        self.show_technology(self.panel.tech)

    # what is shown

    def _show(self) -> None:
        """Picture, figures and findings of what the fields hold."""
        tech, kept = self.panel.tech, self.panel.kept
        pads, vias = of_kind(kept.of(tech.name, "pads"), defaults.pad_defaults(tech)), of_kind(kept.of(tech.name, "vias"), defaults.via_defaults(tech))
        self.look = stack_look.look(tech, self.values(), pads, vias)
        self.size.setPlaceholderText("" if self.look.size_um is None else defaults.as_text(self.look.size_um))
        for film, row in zip(self.films, self.film_rows):
            paint(row[1], self.look.films.get(film))
        paint(self.size, self.look.size)
        self.figures.setText(form.breakable(self.look.figures))
        self.figures.setVisible(bool(self.look.figures))
        self.findings.setText(form.breakable("\n".join(form.shortened(self.look.messages))))
        self.findings.setVisible(bool(self.look.messages))
        colour_text(self.findings, self.look.severity)
        colour_text(self.figures, self.look.severity)
        self._draw()

    def recolour(self) -> None:
        """The application has another palette."""
        self._draw()

    def _fit(self) -> None:
        """Draws anew for another width; a picture that is narrower by a scroll bar stays, as its height could take the bar away and bring it back."""
        width = pixels(self.picture.width)
        if width < self.drawn_width or width > self.drawn_width + _BAR:
            self.drawn_width = width
            self._draw()

    def _draw(self) -> None:
        """Paints the section as wide as there is room."""
        width, font = self.drawn_width, pya.QFont(self.picture.font)
        letters = max(_LEAST_LETTERS, int(_LETTERS * pixels(self.picture.fontMetrics().height)))
        if self.look is None or self.look.section is None or width < letters:
            self.picture.clear()
            return
        font.setPixelSize(letters)
        metrics = pya.QFontMetrics(font)

        def measure(text: str) -> float:
            return float(pixels(metrics.boundingRect(text).width))
        shown = section_picture.picture(self.look.section, float(width), float(letters), measure, (), self.look.section.notes, True)
        if is_dark(self.page):
            shown = section_picture.in_the_dark(shown)
        self.picture.setPixmap(_painted(shown, font, pixels(getattr(self.picture, "devicePixelRatioF", 1.0))))
        self.picture.setFixedHeight(int(shown.height))

    # saving

    def save_clicked(self) -> None:
        """Asks for a file and writes the changed films into it."""
        tech = self.panel.tech
        films = stack_look.to_save(tech, self.values())
        path = pya.FileDialog.ask_save_file_name("Save as technology", "", "Technology files (*.json)")
        if not path:
            return
        written = variants.write(tech, films, path)
        findings = [] if self.look is None else self.look.messages
        self.panel.say("\n".join(["Technology saved as %s, based on %s." % (written, tech.file_name())] + findings), self.look.severity if findings else None)


def _films(tech: Technology) -> list[str]:
    """The films of the section, the topmost first; none where there is no section."""
    try:
        return section.films_of(tech)[::-1]
    except Refusal:
        return []


def _painted(shown: section_picture.Picture, font: Any, sharpness: float) -> pya.QPixmap:
    """A picture as a pixmap. sharpness: dots of the screen for a pixel."""
    pixmap = pya.QPixmap(int(shown.width * sharpness), int(shown.height * sharpness))
    pixmap.setDevicePixelRatio(sharpness)
    pixmap.fill(pya.QColor(shown.background))
    painter = pya.QPainter(pixmap)
    try:
        painter.setFont(font)
        for one in shown.rectangles:
            painter.setPen(_pen(one.outline, 0.6, one.dashed) if one.outline else pya.QPen(pya.Qt.NoPen))
            painter.setBrush(pya.QBrush(pya.QColor(one.colour)))
            painter.drawRect(pya.QRectF(one.left, one.top, one.width, one.height))
        for line in shown.lines:
            painter.setPen(_pen(line.colour, line.width))
            painter.drawLine(pya.QPointF(line.x, line.y), pya.QPointF(line.to_x, line.to_y))
        for text in shown.texts:
            painter.setPen(_pen(text.colour, 1.0))
            painter.drawText(pya.QPointF(text.x, text.y), text.text)
    finally:
        painter.end()
    return pixmap


def _pen(colour: str, width: float, dashed: bool = False) -> pya.QPen:
    pen = pya.QPen(pya.QColor(colour))
    pen.setWidthF(width)
    if dashed:
        pen.setStyle(pya.Qt.DashLine)
    return pen
