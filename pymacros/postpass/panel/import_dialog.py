"""The dialog before a technology is imported: what the archive would write, and where. Qt widgets, no arithmetic."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import pya

from ..archive import unpacking
from ..messages import Refusal
from ..tech.answers import Technology
from . import ask, form, technology_list
from .fields import colour_text

_SIZE = 560, 420  # pixels
_TITLE = "Import technology"


class ImportDialog:
    """`done(technology, folder)` is called when a technology was imported into a folder of its own in a folder. `guarded`: see Panel."""

    def __init__(self, window: Any, done: Callable[[Technology, str], Any], guarded: Callable[..., bool]) -> None:
        self.done, self.guarded = done, guarded
        self.package: technology_list.Package | None = None
        self.widget = pya.QDialog(window)
        self.widget.setObjectName("postpass_import")
        self.widget.windowTitle = _TITLE
        self.widget.resize(*_SIZE)
        column = pya.QVBoxLayout(self.widget)
        self.words = self._named(pya.QPlainTextEdit(self.widget), "words")
        self.words.readOnly = True
        column.addWidget(self.words, 1)
        rows = pya.QFormLayout()
        rows.setFieldGrowthPolicy(pya.QFormLayout.AllNonFixedFieldsGrow)
        box = self._folder_row()
        label = pya.QLabel("In&to", self.widget)
        label.setBuddy(self.folder)
        rows.addRow(label, box)
        self.name = self._named(pya.QLineEdit(self.widget), "name")
        self.name.textChanged = lambda: self.guarded(self._show_target)
        rows.addRow("&Folder of its own", self.name)
        column.addLayout(rows)
        self.status = self._named(pya.QLabel("", self.widget), "status")
        self.status.setWordWrap(True)
        column.addWidget(self.status, 0)
        row = pya.QHBoxLayout()
        row.addStretch(1)
        for button in (self._button("&Import", "go", self.import_clicked), self._button("Cancel", "cancel", self.widget.close)):
            row.addWidget(button, 0)
        column.addLayout(row)

    def _named(self, widget: Any, key: str) -> Any:
        widget.setObjectName("postpass_import_" + key)
        return widget

    def _button(self, text: str, key: str, function: Callable[[], Any]) -> Any:
        button = self._named(pya.QPushButton(text, self.widget), key)
        button.autoDefault = False
        button.clicked = lambda: self.guarded(self._told, function)
        return button

    def _told(self, function: Callable[[], Any]) -> None:
        """What is refused is one sentence here, not behind this window."""
        try:
            function()
        except Refusal as error:
            self._say(form.sentence(error), "error")

    def _folder_row(self) -> Any:
        self.folder = self._named(pya.QComboBox(self.widget), "folder")
        self.folder.sizeAdjustPolicy = pya.QComboBox.AdjustToMinimumContentsLengthWithIcon
        self.folder.currentTextChanged = lambda: self.guarded(self._show_target)
        box = pya.QWidget(self.widget)
        row = pya.QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.folder, 1)
        row.addWidget(self._button("&Another …", "another", self.another_clicked), 0)
        return box

    def open(self, package: technology_list.Package, folders: Sequence[str]) -> None:
        """Shows what an archive would write into one of these folders, or into another one."""
        self.package = package
        self.words.setPlainText("%s\n%s" % (package.path, package.words))
        self.folder.clear()
        self.folder.addItems(list(folders))
        self.name.text = package.folder
        self._show_target()
        self.widget.show()
        self.widget.activateWindow()

    def _target(self) -> str:
        return technology_list.target(self.folder.currentText, self.name.text)

    def _show_target(self) -> None:
        """Where it would go, and what stands in the way."""
        try:
            self._say("It would be %s." % form.breakable(self._target()), None)
        except Refusal as error:
            self._say(form.sentence(error), "warning")

    def _say(self, text: str, severity: str | None) -> None:
        self.status.setText(text)
        colour_text(self.status, severity)

    def another_clicked(self) -> None:
        """Asks for a folder, which becomes one of the setting when the technology is there."""
        folder = ask.folder("Folder of technologies", self.folder.currentText)
        if folder:
            folder = os.path.abspath(folder)
            if self.folder.findText(folder) < 0:
                self.folder.addItem(folder)
            self.folder.currentText = folder

    def import_clicked(self) -> None:
        """Writes the folder; one that an earlier import made is replaced where the user says so. Raises Refusal."""
        package, path = self.package, self._target()
        replace = unpacking.may_be_replaced(path)
        if replace and not ask.yes(_TITLE, "%s is there already, made by an earlier import. Replace it with all that is in it?" % path):
            self._say("Nothing was imported: %s stays as it is." % form.breakable(path), None)
            return
        tech = unpacking.imported(package.path, package.held, path, replace)
        self.widget.close()
        self.done(tech, self.folder.currentText)
