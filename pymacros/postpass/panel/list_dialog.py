"""The dialog of a list of places: where it comes from, how it is read, its first lines and its points. Qt widgets, no arithmetic.

It stays open beside the layout; nothing is drawn by it. Use takes the places that it shows.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pya

from .. import records, strings
from ..draw import coordinates, pointlist
from ..draw.choices import CommandError
from ..messages import Refusal, counted, sentence, shortened
from . import ask
from .point_picture import PointPicture
from .window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from .panel import Panel

_LINES = 10  # of the table
_LONGEST_NAME = 40  # letters of a file's name on a button
_COLUMN = "column "  # before the roles of columns, among what is kept
_AUTO, _NO_COLUMN = "automatic", "–"
_WORDS = {"x": "x", "y": "y", "net": "Net", "name": "Name", "function": "Function", "kind": "Kind"}


class ListDialog(Window):
    """`used(points, words)` gets the pointlist.Points that are used, and where they come from.

    `kept`: answers of() and put(values), what was chosen before and what is chosen now; see `_chosen`.
    """

    def __init__(self, parent: Any, panel: Panel, used: Callable[..., Any], kept: Any) -> None:
        super().__init__(parent, panel, "list", "List of places")
        self.used, self.kept = used, kept
        self.text, self.source, self.path, self.filling = "", "", "", True
        self.found: pointlist.Points | None = None
        self.table: pointlist.Table | None = None
        self._sources()
        self._reading()
        self._preview()
        self._ends()
        self.filling = False
        self._show()

    def _sources(self) -> None:
        row = pya.QHBoxLayout()
        self.paste = self.button("From the &clipboard", "paste", self.paste_clicked)
        self.file = self.button("From a &file …", "file", self.file_clicked)
        for button in (self.paste, self.file):
            row.addWidget(button, 1)
        self.column.addLayout(row)
        self.again = self.button("", "again", self.again_clicked)
        self.column.addWidget(self.again, 0)
        self.again.setVisible(False)

    def _combo(self, key: str, texts: Any) -> Any:
        combo = self.named(pya.QComboBox(self.widget), key)
        combo.addItems(list(texts))
        combo.currentTextChanged = self.handler(self._show_chosen)
        return combo

    def _reading(self) -> None:
        self.separator = self._combo("separator", [_AUTO, *pointlist.SEPARATORS])
        self.unit = self._combo("unit", [_AUTO, *coordinates.UNITS])
        self.origin = self._combo("origin", pointlist.ORIGINS)
        self.mirror = self._combo("mirror", pointlist.MIRRORS)
        self.roles = {role: self._combo("column_" + role, [_NO_COLUMN]) for role in pointlist.ROLES}
        grid = pya.QGridLayout()
        fields = [("&Separator", self.separator), ("&Unit", self.unit), ("&Origin", self.origin), ("&Mirrored", self.mirror), *((_WORDS[role], combo) for role, combo in self.roles.items())]
        for number, (title, combo) in enumerate(fields):
            label = pya.QLabel(title, self.widget)
            label.setBuddy(combo)
            grid.addWidget(label, number // 2, number % 2 * 2)
            grid.addWidget(combo, number // 2, number % 2 * 2 + 1)
        self.column.addLayout(grid)

    def _preview(self) -> None:
        self.lines = self.named(pya.QTableWidget(self.widget), "lines")
        self.lines.setEditTriggers(pya.QAbstractItemView.NoEditTriggers)
        self.lines.setMinimumHeight(160)
        self.picture = PointPicture(self.widget)
        self.named(self.picture.label, "picture")
        self.status_line()
        self.column.addWidget(self.lines, 1)
        row = pya.QHBoxLayout()
        row.addWidget(self.picture.label, 0)
        row.addWidget(self.status, 1)
        self.column.addLayout(row)

    def _ends(self) -> None:
        row = pya.QHBoxLayout()
        self.use = self.button("&Use", "use", self.use_clicked)
        self.close = self.button("Close", "close", self.close_clicked)
        row.addStretch(1)
        for button in (self.use, self.close):
            row.addWidget(button, 0)
        self.column.addLayout(row)

    # what the buttons do

    def open(self) -> None:
        """Shows the dialog, with what was chosen before for the technology."""
        self._recall()
        self.show()

    def _recall(self) -> None:
        """Shows the choices that were kept, and offers the file that was used where it is still there."""
        chosen = {key: text for key, text in self.kept.of().items() if isinstance(text, str)}
        path = chosen.get("path", "")
        if chosen != self._chosen():
            self.filling = True
            try:
                for key, combo in self._kept_combos().items():
                    combo.currentIndex = max(combo.findText(chosen.get(key, "")), 0)
            finally:
                self.filling = False
            self.table = None
            self._show()
        self.again.text = "Again: %s" % shortened(strings.shown(os.path.basename(path)), _LONGEST_NAME)
        self.again.setToolTip(path)
        self.again.setVisible(bool(path) and path != self.path and os.path.isfile(path))

    def _kept_combos(self) -> dict[str, Any]:
        return {"separator": self.separator, "unit": self.unit, "origin": self.origin, "mirror": self.mirror}

    def _chosen(self) -> dict[str, str]:
        """What is kept: the choices, which columns are what in a list with these titles, and the path of its file."""
        columns = {_COLUMN + role: combo.currentText for role, combo in self.roles.items()} if self.table else {}
        return {**{key: combo.currentText for key, combo in self._kept_combos().items()}, **columns, "titles": _titles(self.table), "path": self.path}

    def again_clicked(self) -> None:
        """Reads the file that was used before."""
        self.read_file(self.kept.of().get("path", ""))

    def paste_clicked(self) -> None:
        """Reads the text of the clipboard."""
        text = pya.QApplication.clipboard().text
        self.read(text() if callable(text) else text, "the clipboard")

    def file_clicked(self) -> None:
        """Reads a file that the user chooses."""
        path = ask.open_file("List of places", "Lists (*.csv *.txt *.tsv *.bmap)")
        if path:
            self.read_file(path)

    def read_file(self, path: str) -> None:
        """Reads a file."""
        try:
            self.read(records.read_text(path, "list", pointlist.PointListError), strings.shown(os.path.basename(path)), path)
        except Refusal as error:
            raise CommandError(str(error)) from None

    def read(self, text: str, source: str, path: str = "") -> None:
        """Takes a text (of the file at the path); its columns are found anew, all other choices stay."""
        self.text, self.source, self.path, self.table = text, source, path, None
        self._fill(pointlist.ROLES)
        self._show()
        self.again.setVisible(False)

    def close_clicked(self) -> None:
        """Closes the dialog; the places that were used before stay."""
        self.widget.close()

    def use_clicked(self) -> None:
        """Takes the places that are shown."""
        if self.found is not None:
            self.kept.put(self._chosen())
            self.used(self.found, self.source)
            self.widget.close()

    # what is shown

    def _fill(self, roles: Any, table: pointlist.Table | None = None) -> None:
        """Offers the columns of a table for the roles, those that were guessed first; the choices stay where the columns do."""
        self.filling = True
        try:
            for role in roles:
                combo = self.roles[role]
                combo.clear()
                combo.addItems([_NO_COLUMN] + [table.title(column) for column in range(table.columns())] if table else [_NO_COLUMN])
                combo.currentIndex = table.roles.get(role, -1) + 1 if table else 0
                self._fill_as_kept(role, combo, table)
        finally:
            self.filling = False

    def _fill_as_kept(self, role: str, combo: Any, table: pointlist.Table | None) -> None:
        """The column that had the role in a list with the same titles."""
        kept = self.kept.of()
        if table is not None and kept.get("titles") == _titles(table):
            number = combo.findText(str(kept.get(_COLUMN + role, "")))
            combo.currentIndex = number if number >= 0 else combo.currentIndex

    def _show_chosen(self) -> None:
        if not self.filling:
            self._show()

    def _show(self) -> None:
        """Reads the text as chosen, and shows its lines, its points and what is to be said."""
        self.found = None
        if not self.text.strip():
            self.say("Copy a table in a spreadsheet or an editor and press From the clipboard, or open a file.")
            self._show_lines(None)
        else:
            try:
                self._read()
            except Refusal as error:
                self.say(sentence(error), "error")
        self.use.enabled = self.found is not None
        self._draw_points()

    def _read(self) -> None:
        before = self.table
        self.table = None
        separator = None if self.separator.currentText == _AUTO else self.separator.currentText
        self.table = table = pointlist.read(self.text, self.source, separator)
        if before is None or (before.titles, before.columns(), before.separator, before.rows[0]) != (table.titles, table.columns(), table.separator, table.rows[0]):
            self._fill(pointlist.ROLES, table)
        self._show_lines(table)
        roles = {role: combo.currentIndex - 1 for role, combo in self.roles.items() if combo.currentIndex > 0}
        unit = None if self.unit.currentText == _AUTO else self.unit.currentText
        reading = pointlist.Reading(unit, self.origin.currentText, self.mirror.currentText, roles if roles != table.roles else None)
        self.found = pointlist.points(table, reading)
        xs, ys = ([getattr(point, name) for point in self.found.points] for name in ("x_um", "y_um"))
        words = "%s, from %g, %g to %g, %g µm." % (counted(len(self.found.points), "place"), min(xs), min(ys), max(xs), max(ys))
        self.say(" ".join([words, *self.found.notes]), "warning" if self.found.notes else None)

    def _show_lines(self, table: pointlist.Table | None) -> None:
        rows = table.rows[:_LINES] if table else []
        self.lines.setColumnCount(table.columns() if table else 0)
        self.lines.setRowCount(len(rows))
        if table:
            self.lines.setHorizontalHeaderLabels([table.title(column) for column in range(table.columns())])
            self.lines.setVerticalHeaderLabels([str(line) for line, _ in rows])
        for number, (_, values) in enumerate(rows):
            for column, value in enumerate(values):
                self.lines.setItem(number, column, pya.QTableWidgetItem(value))

    def recolour(self) -> None:
        """The application has another palette."""
        self.picture.recolour()

    def _draw_points(self) -> None:
        self.picture.show([] if self.found is None else [(point.x_um, point.y_um) for point in self.found.points])


def _titles(table: pointlist.Table | None) -> str:
    """By what a list with the same columns is known."""
    return "\t".join(table.title(column) for column in range(table.columns())) if table else ""
