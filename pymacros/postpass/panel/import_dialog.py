"""The dialog before a technology is imported: what the archive would write, and where. Qt widgets, no arithmetic."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pya

from ..archive import unpacking
from ..messages import Refusal, sentence
from ..tech.answers import Technology
from . import ask, technology_list
from .window import Window

if TYPE_CHECKING:
    from .panel import Panel

_SIZE = 560, 420  # pixels
_TITLE = "Import technology"


class ImportDialog(Window):
    """`done(technology, folder)` is called when a technology was imported into a folder of its own in a folder."""

    def __init__(self, parent: Any, panel: Panel, done: Callable[[Technology, str], Any]) -> None:
        super().__init__(parent, panel, "import", _TITLE)
        self.done = done
        self.package: technology_list.Package | None = None
        self.widget.resize(*_SIZE)
        self.words = self.named(pya.QPlainTextEdit(self.widget), "words")
        self.words.readOnly = True
        self.column.addWidget(self.words, 1)
        rows = pya.QFormLayout()
        rows.setFieldGrowthPolicy(pya.QFormLayout.AllNonFixedFieldsGrow)
        box = self._folder_row()
        label = pya.QLabel("In&to", self.widget)
        label.setBuddy(self.folder)
        rows.addRow(label, box)
        self.name = self.named(pya.QLineEdit(self.widget), "name")
        self.name.textChanged = self.handler(self._show_target)
        rows.addRow("&Folder of its own", self.name)
        self.column.addLayout(rows)
        self.column.addWidget(self.status_line(), 0)
        row = pya.QHBoxLayout()
        row.addStretch(1)
        for button in (self.button("&Import", "go", self.import_clicked), self.button("Cancel", "cancel", self.widget.close)):
            row.addWidget(button, 0)
        self.column.addLayout(row)

    def _folder_row(self) -> Any:
        self.folder = self.named(pya.QComboBox(self.widget), "folder")
        self.folder.sizeAdjustPolicy = pya.QComboBox.AdjustToMinimumContentsLengthWithIcon
        self.folder.currentTextChanged = self.handler(self._show_target)
        box = pya.QWidget(self.widget)
        row = pya.QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.folder, 1)
        row.addWidget(self.button("&Another …", "another", self.another_clicked), 0)
        return box

    def open(self, package: technology_list.Package, folders: Sequence[str]) -> None:
        """Shows what an archive would write into one of these folders, or into another one."""
        self.package = package
        self.words.setPlainText("%s\n%s" % (package.path, package.words))
        self.folder.clear()
        self.folder.addItems(list(folders))
        self.name.text = package.folder
        self._show_target()
        self.show()

    def _target(self) -> str:
        return technology_list.target(self.folder.currentText, self.name.text)

    def _show_target(self) -> None:
        """Where it would go, and what stands in the way."""
        try:
            self.say("It would be %s." % self._target())
        except Refusal as error:
            self.say(sentence(error), "warning")

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
            self.say("Nothing was imported: %s stays as it is." % path)
            return
        tech = unpacking.imported(package.path, package.held, path, replace)
        self.widget.close()
        self.done(tech, self.folder.currentText)
