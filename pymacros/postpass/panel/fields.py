"""The panel's two pages of fields: what a pad is, what a via is. Qt widgets, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pya

from ..tech.functions import FUNCTIONS
from . import defaults, form, guard

if TYPE_CHECKING:
    from ..tech.answers import Technology

_UM = "µm"
_ENTER = (pya.Qt.Key_Return.to_i(), pya.Qt.Key_Enter.to_i())


class UndoKeys(pya.QObject):
    """Leaves Ctrl-Z and Ctrl-Y to the drawing while nothing was typed into a field since Enter, else to the field.

    edit: the line edit that is typed into, the field itself or the one of a spin box.
    """

    def __init__(self, field: pya.QLineEdit | pya.QSpinBox, edit: pya.QLineEdit) -> None:
        super().__init__(field)
        self.typed = False
        edit.textEdited = self.typing
        field.installEventFilter(self)

    def typing(self) -> None:
        """From now on Ctrl-Z is the field's."""
        self.typed = True

    def done(self) -> None:
        """From now on Ctrl-Z is the drawing's."""
        self.typed = False

    def eventFilter(self, field: pya.QLineEdit | pya.QSpinBox, event: Any) -> bool:
        if event.type() not in (pya.QEvent.ShortcutOverride, pya.QEvent.KeyPress):
            return False
        if event.key() in _ENTER:
            self.done()
        ours = not self.typed and (event.matches(pya.QKeySequence.Undo) or event.matches(pya.QKeySequence.Redo))
        if ours:
            event.ignore()  # so that Qt looks for a shortcut
        return ours


class Page:
    """Fields in a form; `changed()` is called after each edit. The widget is `page`.

    Named fields keep texts: nothing here rewrites what the user typed.
    """

    def __init__(self, name: Any, changed: Any) -> None:
        self.name, self.changed = name, changed
        self.page = pya.QWidget()
        self.rows = pya.QFormLayout(self.page)
        self.rows.setFieldGrowthPolicy(pya.QFormLayout.AllNonFixedFieldsGrow)
        self.rows.setLabelAlignment(pya.Qt.AlignLeft)
        self.filling = True  # until the first values are shown

    def edited(self) -> None:
        if not self.filling:
            self.changed()

    def combo(self, label: pya.QLabel, key: Any) -> Any:
        combo = self._named(pya.QComboBox(self.page), key)
        combo.currentTextChanged = lambda: self.edited()
        self.rows.addRow(label, combo)
        return combo

    def edit(self, key: Any) -> Any:
        edit = self._named(pya.QLineEdit(self.page), key)
        edit.textChanged = lambda: self.edited()
        UndoKeys(edit, edit)
        return edit

    def check(self, label: pya.QLabel, key: Any) -> Any:
        check = self._named(pya.QCheckBox(label, self.page), key)
        check.toggled = lambda: self.edited()
        self.rows.addRow("", check)
        return check

    def spin(self, key: Any) -> Any:
        spin = self._named(pya.QSpinBox(self.page), key)
        spin.setRange(1, 1000)
        spin.valueChanged = lambda: self.edited()
        UndoKeys(spin, next(child for child in spin.children() if child.inherits("QLineEdit")))
        return spin

    def note(self) -> Any:
        """A line of small text under a field."""
        label = pya.QLabel("", self.page)
        label.setWordWrap(True)
        self.rows.addRow("", label)
        return label

    def row(self, label: pya.QLabel, *parts: Any) -> None:
        """Several widgets in one row; texts become labels of one width, so that rows align."""
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
        self.rows.addRow(label, box)

    def size_row(self) -> None:
        self.size = self.edit("size")
        self.row("Size", self.size, _UM)
        self.limits = self.note()

    def array_rows(self) -> None:
        self.columns, self.row_count = self.spin("columns"), self.spin("rows")
        self.row("Array", self.columns, "×", self.row_count, "")
        self.pitch_x, self.pitch_y = self.edit("pitch_x"), self.edit("pitch_y")
        self.row("Pitch", self.pitch_x, "×", self.pitch_y, _UM)

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


class PadPage(Page):
    """Fields of defaults.PadValues."""

    def __init__(self, changed: Any) -> None:
        super().__init__("pad", changed)
        self.function = self.combo("Function", "function")
        self.shape = self.combo("Shape", "shape")
        self.shape.addItems(list(defaults.SHAPES))
        self.size_row()
        self.openings = self.check("With openings above", "openings")
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


class ViaPage(Page):
    """Fields of defaults.ViaValues, with the live depth and aspect ratio."""

    def __init__(self, changed: Any) -> None:
        super().__init__("via", changed)
        self.title = pya.QLabel("", self.page)
        self.title.setWordWrap(True)
        self.rows.addRow(self.title)
        self.shape = self.combo("Shape", "shape")
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


class FanOutPage(Page):
    """Fields of defaults.FanOutValues, the lock button, the button that routes, progress and Cancel; `actions` as for the dock."""

    def __init__(self, changed: Any, handler: Any) -> None:
        super().__init__("fan_out", changed)
        self.title = pya.QLabel("Joins contact points and pads by traces: those of one label become one net, nameless ones are paired by the function.", self.page)
        self.title.setWordWrap(True)
        self.rows.addRow(self.title)
        self.function = self.combo("Function", "function")
        self.meaning = self.note()
        self.function.addItems(list(FUNCTIONS))
        self.function.currentText = "relocation"
        self.width = self.edit("width")
        self.width.setPlaceholderText("smallest legal")
        self.row("Trace", self.width, _UM)
        self.teardrops = self.check("Teardrops at the pads", "teardrops")
        self.anew = self.check("Draw all traces anew", "anew")
        self.anew.setToolTip("Otherwise traces of earlier fan-outs stay where they are still right; those drawn by hand stay in any case")
        self.lock = self._named(pya.QPushButton("Lock selected", self.page), "lock")
        self.lock.setToolTip("Give the selected contact points and pads one net name, so that they are joined whatever the function would pair")
        self.lock.clicked = handler("lock_clicked")
        self.rows.addRow(self.lock)
        self.go = self._named(pya.QPushButton("Fan out", self.page), "go")
        self.go.setToolTip("Route all nets of the shown cell together; what cannot be routed is named and marked")
        self.go.clicked = handler("fan_out_clicked")
        self.rows.addRow(self.go)
        self._progress(handler)
        self.show_meaning()
        self.filling = False

    def _progress(self, handler: Any) -> None:
        self.progress = self._named(pya.QProgressBar(self.page), "progress")
        self.cancel = pya.QPushButton("Cancel", self.page)
        self.cancel.setObjectName(guard.CANCEL)
        self.cancel.setToolTip("End the routing; nothing is drawn. Esc does the same")
        self.cancel.clicked = handler("cancel_clicked")
        for widget in (self.progress, self.cancel):
            self.rows.addRow(widget)
            widget.setVisible(False)

    def show_routing(self, on: bool) -> None:
        """The progress and Cancel, or the fields as before."""
        for widget in (self.function, self.width, self.teardrops, self.anew, self.lock, self.go):
            widget.enabled = not on
        self.show_progress("preparing", 0, 1)
        for widget, visible in ((self.go, not on), (self.progress, on), (self.cancel, on)):
            widget.setVisible(visible)

    def show_progress(self, stage: str, done: int, total: int) -> None:
        """How far the router is in its stage."""
        self.progress.setRange(0, max(1, int(total)))
        self.progress.setValue(min(int(done), int(total)))
        self.progress.setFormat(stage)

    def edited(self) -> None:
        self.show_meaning()
        super().edited()

    def show_meaning(self) -> None:
        """What the chosen function does with nameless contact points and pads."""
        self.meaning.setText(form.FUNCTION_WORDS[self.function.currentText])

    def values(self) -> defaults.FanOutValues:
        return defaults.FanOutValues(self.function.currentText, self.width.text, self.teardrops.checked, self.anew.checked)


def text_width(widget: Any, text: Any) -> Any:
    """Width of a text in the widget's font, pixels."""
    return pixels(widget.fontMetrics().boundingRect(text).width)  # QFontMetrics has no width in Qt 6, no horizontalAdvance before Qt 5.11


def pixels(length: Any) -> Any:
    """A length that Qt's binding gives as a property in some classes and builds, as a method in others."""
    return length() if callable(length) else length


def paint(edit: pya.QLineEdit, severity: str | None) -> None:
    """Frames a field in the colour of the severity; None gives its usual look back."""
    edit.setStyleSheet("" if severity is None else "border: 1px solid %s; padding: 2px;" % form.COLOURS[severity])


def colour_text(label: pya.QLabel, severity: str | None) -> None:
    """Writes a label in the colour of the severity."""
    label.setStyleSheet("color: %s;" % form.COLOURS[severity])
