"""Fields in forms: what a pad is, what a via is. Qt widgets, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pya

from . import defaults, form, rule_tips
from .appearance import dress

if TYPE_CHECKING:
    from ..tech.answers import Technology

_UM = defaults.UM
MARGINS = 2, 4, 2, 4  # of a page: left, top, right, bottom


class UndoKeys(pya.QObject):
    """Leaves Ctrl-Z and Ctrl-Y to the drawing, also while the focus is in a field (a line edit or spin box)."""

    def __init__(self, field: Any) -> None:
        super().__init__(field)
        field.installEventFilter(self)

    def eventFilter(self, field: Any, event: Any) -> bool:
        if event.type() not in (pya.QEvent.ShortcutOverride, pya.QEvent.KeyPress):
            return False
        ours = event.matches(pya.QKeySequence.Undo) or event.matches(pya.QKeySequence.Redo)
        if ours:
            event.ignore()  # so that Qt looks for a shortcut
        return ours


class Fields:
    """Fields in a form; `changed()` is called after each edit. The widget is `page`.

    Named fields keep texts: nothing here rewrites what the user typed.
    """

    def __init__(self, name: Any, changed: Any) -> None:
        self.name, self.changed = name, changed
        self.page = pya.QWidget()
        self.rows = pya.QFormLayout(self.page)
        self.rows.setContentsMargins(*MARGINS)
        self.rows.setFieldGrowthPolicy(pya.QFormLayout.AllNonFixedFieldsGrow)
        self.rows.setLabelAlignment(pya.Qt.AlignLeft)
        self.filling = True  # until the first values are shown
        self.own_tips: dict[str, str] = {}  # of the fields that rules limit

    def explain(self, limited: rule_tips.Limited) -> None:
        """Tips of fields, by their names here: what they say of themselves, and the rules that limit them."""
        for name in {*limited, *self.own_tips}:
            widget = getattr(self, name)
            widget.setToolTip(rule_tips.tip(self.own_tips.setdefault(name, widget.toolTip), limited.get(name, [])))

    def recolour(self) -> None:
        """The application has another palette: what is painted with colours of its own."""

    def edited(self) -> None:
        if not self.filling:
            self.changed()

    def combo(self, label: str, key: Any) -> Any:
        combo = self._named(pya.QComboBox(self.page), key)
        combo.currentTextChanged = lambda: self.edited()
        self.rows.addRow(label, combo)
        return combo

    def edit(self, key: Any) -> Any:
        edit = self._named(pya.QLineEdit(self.page), key)
        edit.textChanged = lambda: self.edited()
        UndoKeys(edit)
        return edit

    def check(self, label: str, key: Any) -> Any:
        check = self.check_box(label, key)
        self.rows.addRow("", check)
        return check

    def check_box(self, label: str, key: Any) -> Any:
        """A check box that has no place yet."""
        check = self._named(pya.QCheckBox(label, self.page), key)
        check.toggled = lambda: self.edited()
        return check

    def spin(self, key: Any) -> Any:
        spin = self._named(pya.QSpinBox(self.page), key)
        spin.setRange(1, 1000)
        spin.valueChanged = lambda: self.edited()
        UndoKeys(spin)
        return spin

    def note(self) -> Any:
        """A line of small text under a field."""
        label = pya.QLabel("", self.page)
        label.setWordWrap(True)
        self.rows.addRow("", label)
        return label

    def sentence(self, text: str) -> Any:
        """A text across the page."""
        label = pya.QLabel(text, self.page)
        label.setWordWrap(True)
        self.rows.addRow(label)
        return label

    def row(self, label: str, *parts: Any) -> list[Any]:
        """Several widgets in one row; texts become labels of one width, so that rows align. Returns the widgets that hide the row."""
        box = pya.QWidget(self.page)
        row = pya.QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        for part in parts:
            if isinstance(part, str):
                text = pya.QLabel(part, box)
                text.setMinimumWidth(text_width(text, _UM))
                row.addWidget(text, 0)
            else:
                row.addWidget(part, 1)
        title = pya.QLabel(label, self.page)
        title.setBuddy(next(part for part in parts if not isinstance(part, str)))
        self.rows.addRow(title, box)
        return [title, box]

    def button(self, text: str, key: Any, clicked: Any, tip: str) -> Any:
        """A button, for a row of `buttons`."""
        button = self._named(pya.QPushButton(text, self.page), key)
        button.setToolTip(tip)
        button.clicked = clicked
        return button

    def buttons(self, *buttons: Any) -> None:
        """Buttons side by side across the page."""
        box = pya.QWidget(self.page)
        row = pya.QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        for button in buttons:
            row.addWidget(button, 1)
        self.rows.addRow(box)

    def size_row(self) -> None:
        self.size = self.edit("size")
        self.row("&Size", self.size, _UM)
        self.limits = self.note()

    def array_rows(self) -> None:
        self.columns, self.row_count = self.spin("columns"), self.spin("rows")
        self.array = self.row("Arra&y", self.columns, "×", self.row_count, "")
        self.pitch_x, self.pitch_y = self.edit("pitch_x"), self.edit("pitch_y")
        self.array += self.row("Pitc&h", self.pitch_x, "×", self.pitch_y, _UM)

    def show_array(self, on: bool) -> None:
        """Shows the fields of an array, where the pattern is one."""
        for widget in self.array:
            widget.setVisible(on)

    def show_hints(self, hints: form.Hints) -> None:
        """Limits and findings, coloured by severity."""
        self.limits.setText(hints.size.replace(" " + _UM, "\u00a0" + _UM))  # number and unit in one line
        paint(self.size, hints.severity)
        self.details_shown(hints)

    def fill(self, tech: Technology, values: defaults.PadValues | defaults.ViaValues) -> None:
        """Shows a technology's choices and the values, without calling `changed`."""
        self.filling = True
        try:
            self.fill_fields(tech, values)
            self.fill_array(values)
        finally:
            self.filling = False

    def fill_fields(self, tech: Technology, values: Any) -> None:
        """Each page's own part of `fill`."""
        raise NotImplementedError

    def details_shown(self, hints: form.Hints) -> None:
        """Each page's own part of `show_hints`."""
        raise NotImplementedError

    def fill_array(self, values: defaults.PadValues | defaults.ViaValues) -> None:
        self.columns.value, self.row_count.value = int(values.columns), int(values.rows)
        self.pitch_x.text, self.pitch_y.text = values.pitch_x, values.pitch_y

    def array_values(self) -> tuple[str, str, str, str]:
        return str(self.columns.value), str(self.row_count.value), self.pitch_x.text, self.pitch_y.text

    def _named(self, widget: Any, key: Any) -> Any:
        widget.setObjectName("postpass_%s_%s" % (self.name, key))
        return widget


class PadFields(Fields):
    """Fields of defaults.PadValues."""

    def __init__(self, changed: Any) -> None:
        super().__init__("pad", changed)
        self.function = self.combo("F&unction", "function")
        self.shape = self.combo("Shap&e", "shape")
        self.shape.addItems(list(defaults.SHAPES))
        self.size_row()
        self.openings = self.check("With openings a&bove", "openings")
        self.array_rows()

    def fill_fields(self, tech: Technology, values: defaults.PadValues) -> None:
        self.function.clear()
        self.function.addItems(defaults.functions(tech))
        self.function.currentText, self.shape.currentText = values.function, values.shape
        self.size.text = values.size
        self.openings.checked = values.openings
        self.openings.setVisible(defaults.has_openings(tech))

    def values(self) -> defaults.PadValues:
        return defaults.PadValues(self.function.currentText, self.shape.currentText, self.size.text, self.openings.checked,
                                  *self.array_values())

    def details_shown(self, hints: form.Hints) -> None:
        pass


class ViaFields(Fields):
    """Fields of defaults.ViaValues, with the live depth and aspect ratio."""

    def __init__(self, changed: Any) -> None:
        super().__init__("via", changed)
        self.title = self.sentence("")
        self.shape = self.combo("Shap&e", "shape")
        self.shape.addItems(list(defaults.SHAPES))
        self.size_row()
        self.details = self.note()
        self.details.setObjectName("postpass_via_details")
        self.contact = self.check("With what it lands on", "contact")
        self.array_rows()

    def fill_fields(self, tech: Technology, values: defaults.ViaValues) -> None:
        self.title.setText(defaults.via_title(tech))
        self.page.setToolTip(defaults.advice(tech))
        self.shape.currentText = values.shape
        self.size.text = values.size
        self.contact.text, self.contact.checked = defaults.contact_title(tech), values.contact
        self.contact.setVisible(defaults.contact_title(tech) != "")

    def values(self) -> defaults.ViaValues:
        return defaults.ViaValues(self.shape.currentText, self.size.text, self.contact.checked, *self.array_values())

    def details_shown(self, hints: form.Hints) -> None:
        self.details.setText(hints.details)
        colour_text(self.details, hints.severity)


def text_width(widget: Any, text: Any) -> Any:
    """Width of a text in the widget's font, pixels."""
    return pixels(widget.fontMetrics().boundingRect(text).width)  # QFontMetrics has no width in Qt 6, no horizontalAdvance before Qt 5.11


def pixels(length: Any) -> Any:
    """A length that Qt's binding gives as a property in some classes and builds, as a method in others."""
    return length() if callable(length) else length


def paint(edit: pya.QLineEdit, severity: str | None) -> None:
    """Frames a field in the colour of the severity; None gives its usual look back."""
    dress(edit, "" if severity is None else "border: 1px solid %s; padding: 2px;" % form.COLOURS[severity])


def colour_text(label: pya.QLabel, severity: str | None) -> None:
    """Writes a label in the colour of the severity."""
    dress(label, "color: %s;" % form.COLOURS[severity])
