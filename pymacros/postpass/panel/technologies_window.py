"""The window of all technologies that are known: their folders, what differs, and their ways in and out. Qt widgets, no arithmetic."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pya

from ..archive import packing
from ..draw.choices import CommandError
from ..tech import manual, places
from ..tech.answers import Technology
from . import ask, form, technology_list
from .fields import pixels
from .import_dialog import ImportDialog
from .window import Window

if TYPE_CHECKING:
    from .panel import Panel

_SIZE = 940, 660  # pixels
_FOLDERS_HEIGHT = 84
_WIDEST = 220  # of a column but the last


class TechnologiesWindow(Window):
    """Stays open beside the layout. What it finds, uses and keeps is the panel's."""

    def __init__(self, parent: Any, panel: Panel) -> None:
        super().__init__(parent, panel, "technologies", "Technologies")
        self.shown: list[technology_list.Listed] = []
        self.folders: list[str] = []
        self.written: str | None = None  # a page that can be opened
        self.last = ""  # folder of the file that was named last
        self.widget.resize(*_SIZE)
        self.importing = ImportDialog(parent, panel, self.imported)
        self._table()
        self._deeds()
        self._folders()
        self._below()

    def _told(self, function: Callable[[], Any]) -> None:
        """What was said of an earlier deed no longer concerns the next one."""
        self.say("")
        super()._told(function)

    def _table(self) -> None:
        self.table = self.named(pya.QTableWidget(self.widget), "table")
        self.table.setEditTriggers(pya.QAbstractItemView.NoEditTriggers)
        self.table.setSelectionBehavior(pya.QAbstractItemView.SelectRows)
        self.table.setSelectionMode(pya.QAbstractItemView.ExtendedSelection)
        self.table.setColumnCount(len(technology_list.COLUMNS))
        self.table.setHorizontalHeaderLabels(list(technology_list.COLUMNS))
        self.table.setWordWrap(False)
        self.table.setTextElideMode(pya.Qt.ElideMiddle)
        pixels(self.table.verticalHeader).hide()
        pixels(self.table.horizontalHeader).setStretchLastSection(True)
        self.table.itemSelectionChanged = lambda: self.panel.guarded(self._enable)
        self.column.addWidget(self.table, 3)

    def _deeds(self) -> None:
        self.use = self.button("&Use", "use", self.use_clicked, "Draw and check by the selected technology")
        self.compare = self.button("&Compare", "compare", self.compare_clicked, "Tell what differs between two selected technologies (Ctrl-click selects a second one)")
        self.export = self.button("&Export …", "export", self.export_clicked, "Write the selected technology with all that it needs into one archive")
        self.manual = self.button("Rule &manual …", "manual", self.manual_clicked, "Write the rules of the selected technology as a page to be read or printed")
        self.import_ = self.button("&Import …", "import", self.import_clicked, "Make a folder of an archive; what it would write is shown before")
        row = pya.QHBoxLayout()
        for button in (self.use, self.compare, self.export, self.manual):
            row.addWidget(button, 0)
        row.addStretch(1)
        row.addWidget(self.import_, 0)
        self.column.addLayout(row)

    def _folders(self) -> None:
        label = pya.QLabel("&Folders that are searched besides those of POSTPASS_TECH_PATH, of KLayout's technologies and of this package", self.widget)
        label.setWordWrap(True)
        self.column.addWidget(label, 0)
        self.folder_list = self.named(pya.QListWidget(self.widget), "folders")
        self.folder_list.setFixedHeight(_FOLDERS_HEIGHT)
        self.folder_list.currentRowChanged = lambda: self.panel.guarded(self._enable)
        label.setBuddy(self.folder_list)
        self.add = self.button("&Add …", "add", self.add_clicked, "Find the technologies of another folder, too")
        self.remove = self.button("&Remove", "remove", self.remove_clicked, "Search the selected folder no more; the folder stays")
        row, buttons = pya.QHBoxLayout(), pya.QVBoxLayout()
        row.addWidget(self.folder_list, 1)
        for button in (self.add, self.remove):
            buttons.addWidget(button, 0)
        buttons.addStretch(1)
        row.addLayout(buttons)
        self.column.addLayout(row)

    def _below(self) -> None:
        self.words = self.named(pya.QPlainTextEdit(self.widget), "words")
        self.words.readOnly = True
        self.words.setLineWrapMode(pya.QPlainTextEdit.NoWrap)
        self.words.setPlaceholderText("Select two technologies and press Compare: what differs stands here.")
        self.column.addWidget(self.words, 2)
        self.column.addWidget(self.status_line(), 0)
        self.open_page = self.button("&Open the page", "open", self.open_clicked, "Show the rule manual in the browser")
        row = pya.QHBoxLayout()
        row.addWidget(self.open_page, 0)
        row.addStretch(1)
        row.addWidget(self.button("Close", "close", self.widget.close), 0)
        self.column.addLayout(row)

    # what is shown

    def open(self) -> None:
        """Shows the window, with what is known now."""
        self.say("")
        self.panel.look_for_technologies()
        self.show()

    def list_technologies(self, listed: Sequence[technology_list.Listed]) -> None:
        """Lists the technologies and the folders; what was selected stays selected."""
        if list(listed) != self.shown:
            self._show_table(listed)
        self._show_folders()
        self._enable()

    def _show_table(self, listed: Sequence[technology_list.Listed]) -> None:
        selected = [one.path for one in self._selected()]
        self.shown = list(listed)
        self.table.setRowCount(len(self.shown))
        for row, one in enumerate(self.shown):
            for column, text in enumerate(one.cells()):
                item = pya.QTableWidgetItem(text)
                item.setToolTip(one.tip())
                if one.problem:
                    item.setForeground(pya.QBrush(pya.QColor(form.COLOURS["error"])))
                self.table.setItem(row, column, item)
        for column in range(len(technology_list.COLUMNS) - 1):
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, min(self.table.columnWidth(column), _WIDEST))
        self._select(selected)

    def _select(self, paths: Sequence[str]) -> None:
        self.table.clearSelection()
        for row, one in enumerate(self.shown):
            if one.path in paths:
                self.table.setRangeSelected(pya.QTableWidgetSelectionRange(row, 0, row, len(technology_list.COLUMNS) - 1), True)

    def _show_folders(self) -> None:
        current = self._folder()
        self.folders = self.panel.tech_folders.folders()
        self.folder_list.clear()
        for folder in self.folders:
            problem = places.problem_of(os.path.expanduser(folder))
            self.folder_list.addItem("%s: %s" % (folder, problem) if problem else folder)
        self.folder_list.setCurrentRow(self.folders.index(current) if current in self.folders else -1)

    def _folder(self) -> str | None:
        row = self.folder_list.currentRow
        return self.folders[row] if 0 <= row < len(self.folders) else None

    def _selected(self) -> list[technology_list.Listed]:
        model = pixels(self.table.selectionModel)
        rows = sorted({index.row() for index in model.selectedRows(0)}) if model is not None else []
        return [self.shown[row] for row in rows if row < len(self.shown)]

    def _enable(self) -> None:
        """Buttons can be pressed where enough is selected."""
        chosen = self._selected()
        for button in (self.use, self.export, self.manual):
            button.enabled = len(chosen) == 1
        self.compare.enabled = len(chosen) == 2
        self.remove.enabled = self._folder() is not None

    def say(self, text: str, severity: str | None = None, page: str | None = None) -> None:
        """What came of a deed; page: a file that can be opened."""
        super().say(text, severity)
        self.written = page
        self.open_page.setVisible(page is not None)

    # what the buttons do

    def _chosen(self) -> list[technology_list.Listed]:
        """The selected technologies as they are on the disk now. Raises CommandError where one is gone."""
        before = self._selected()
        self.panel.look_for_technologies()
        now = {one.path: one for one in self.shown}
        gone = [one.path for one in before if one.path not in now]
        if gone:
            raise CommandError("%s is no longer there" % gone[0])
        return [now[one.path] for one in before]

    def _one(self) -> technology_list.Listed:
        """The selected technology. Raises CommandError where it cannot be used."""
        one = self._chosen()[0]
        if one.problem:
            raise CommandError(one.problem)
        return one

    def use_clicked(self) -> None:
        """The panel draws and checks by the selected technology."""
        one = self._one()
        self.panel.use_clicked(one.path)
        self.say("The panel draws and checks by %s." % one.label)

    def compare_clicked(self) -> None:
        """Tells what differs between two."""
        one, other = self._chosen()
        self.words.setPlainText(technology_list.comparison(one, other))

    def export_clicked(self) -> None:
        """Asks for a file and writes the archive."""
        one = self._one()
        path = ask.save_file("Export technology", "Archives (*.zip)", ".zip", self._suggested(one, ".zip"))
        if path:
            self.last = os.path.dirname(path)
            self.say("Written: %s." % packing.exported(one.path, path))

    def manual_clicked(self) -> None:
        """Asks for a file and writes the rule manual."""
        one = self._one()
        path = ask.save_file("Rule manual", "Pages (*.html)", ".html", self._suggested(one, ".html"))
        if path:
            self.last = os.path.dirname(path)
            self.say("Written: %s." % manual.written(one.path, path), None, path)

    def _suggested(self, one: technology_list.Listed, ending: str) -> str:
        return os.path.join(self.last, technology_list.folder_name(one.place.name, one.place.version) + ending)

    def open_clicked(self) -> None:
        """Shows the page that was written in the browser."""
        pya.QDesktopServices.openUrl(pya.QUrl.fromLocalFile(self.written))

    def import_clicked(self) -> None:
        """Asks for an archive, and shows what it would write."""
        path = ask.open_file("Import technology", "Archives (*.zip)", self.last)
        if path:
            self.last = os.path.dirname(path)
            self.importing.open(technology_list.package(path), self.folders)

    def imported(self, tech: Technology, folder: str) -> None:
        """A technology came into a folder, which is searched from now on."""
        self.panel.tech_folders.add(folder)
        self.panel.look_for_technologies()
        self._select([os.path.abspath(tech.path)])
        self.say("Imported: %s, rules %s, %s." % (tech.called, tech.checksum(), tech.path))

    def add_clicked(self) -> None:
        """Asks for a folder to search."""
        folder = ask.folder("Folder of technologies", self.last)
        if folder:
            self.last = folder
            folder, before = self.panel.tech_folders.add(folder), {one.path for one in self.shown}
            self.panel.look_for_technologies()
            new = [one.label for one in self.shown if one.path not in before]
            self.say("Found in %s: %s." % (folder, technology_list.some(new) if new else "no technology that is not listed already"), None if new else "warning")

    def remove_clicked(self) -> None:
        """Searches a folder no more."""
        folder = self._folder()
        if folder is not None:
            self.panel.tech_folders.remove(folder)
            self.panel.look_for_technologies()
            self.say("%s is searched no more." % folder)
