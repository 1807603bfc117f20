"""The row of the page Draw for lists of whole chips: import, compare and export. Qt widgets, no arithmetic."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pya

from .. import files, strings
from ..exchange.commands import announced, bumps_path, write_announced
from ..exchange.record import Options, several_names
from ..messages import counted, sentence
from ..tech.sources import sources
from . import ask, pad_list
from .pad_list_window import PadListWindow
from .technology_list import folder_name

if TYPE_CHECKING:
    from .draw_page import DrawPage

_EXPORT, _CANCELLED = "Export pad list", "Nothing was exported, as that was cancelled."
_IMPORT_TIP = "Read a pad list, bump map, net list, board or layout of another tool, to place it or to compare it with the drawing"
_EXPORT_TIP = "Write the contact points and pads of the shown cell, with their nets, as CSV, AIF, bump map, DEF, LEF, KiCad or layout"


class PadListRow:
    """`widget`: the row."""

    def __init__(self, page: DrawPage) -> None:
        self.panel = page.panel
        self.window: PadListWindow | None = None
        self.last = ""  # the file that was named last
        self.widget = pya.QWidget(page.widget)
        row = pya.QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        for text, name, function, tip in (("&Import list …", "import_list", self.import_clicked, _IMPORT_TIP), ("E&xport list …", "export_list", self.export_clicked, _EXPORT_TIP)):
            button = pya.QPushButton(text, self.widget)
            button.setObjectName("postpass_" + name)
            button.setToolTip(tip)
            button.clicked = self.panel.handler(function)
            row.addWidget(button, 1)
        self.actions = [("import_list", "Import pad list", self.import_clicked), ("compare_list", "Compare with pad list", self.import_clicked), ("export_list", _EXPORT, self.export_clicked)]

    def import_clicked(self) -> None:
        """Shows the window of pad lists."""
        if self.window is None:
            self.window = PadListWindow(self.panel.window, self.panel)
        self.window.open()

    def export_clicked(self) -> None:
        """Writes the list of the shown cell to a file that the user names."""
        tech = self.panel.tech
        with self.panel.working("Reading the drawing …") as work, self.panel.session.steps(work, _CANCELLED):
            pads = self.panel.session.list_of_cell(tech)
        self.panel.say("")
        typed, kind = ask.save_list(_EXPORT, pad_list.kinds_to_write(), self.last or self._suggested(pads.title))
        if not typed:
            return
        path, writer = pad_list.to_write(typed, kind)
        if path != typed and not ask.may_be_written(_EXPORT, path):  # the dialog asked for another name
            return
        if writer.name == "def" and not ask.may_be_written(_EXPORT, bumps_path(path), "the macros of the bumps"):
            return
        shown = self.panel.session.layout_path()
        outputs = announced(path, writer, [files.Input("technology file", source) for source in sources(tech.path)] + [files.Input("layout in front", shown)] * bool(shown))
        options = Options(tech.path, vias=self.panel.session.has_vias(tech))
        with self.panel.in_steps("Writing …", _CANCELLED, "writing", pad_list.steps_of(pads, writer, options)):
            otherwise = write_announced(pads, writer, outputs, options)
        self.last = path
        words = ["Written: %s to %s." % (counted(len(pads.places), "place"), ", ".join(strings.path(one.path) for one in outputs.outputs.values()))]
        doubts = several_names(pads)
        words += [*map(sentence, doubts), *("Not as drawn: %s." % one for one in otherwise[:pad_list.MOST_SENTENCES])]
        self.panel.say("\n".join(words), "warning" if doubts or otherwise else None)

    def _suggested(self, title: str) -> str:
        """A name beside the layout's file."""
        return os.path.join(os.path.dirname(self.panel.session.layout_path()), folder_name(title, None) + ".csv")

    def show_technology(self) -> None:
        """The panel has another technology."""
        if self.window is not None:
            self.window.show_technology()

    def recolour(self) -> None:
        """The application has another palette."""
        if self.window is not None:
            self.window.recolour()
