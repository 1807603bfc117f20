"""The window of pad lists: a list of any format is read, shown, placed in the shown cell, or compared with it. Qt widgets, no arithmetic."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pya

from .. import files, strings
from ..draw.choices import CommandError
from ..exchange.commands import TOLERANCE_UM, tolerance_um
from ..messages import Refusal, counted, sentence, shortened
from . import ask, pad_list
from .fields import UndoKeys
from .pad_list import BY_FILE
from .point_picture import PointPicture
from .window import Window
from .work_row import WorkRow

if TYPE_CHECKING:
    from ..exchange.compare import Compared
    from .panel import Panel

_SIZE, _WORDS_HEIGHT = (620, 490), 150  # pixels: so that progress has its place, too
_LONGEST_NAME = 48  # letters of a file's name
_LEF_TIP = "Macros of the bumps and pads of a DEF or a bump map"
_CANCELLED = "The list was not read, as that was cancelled: choose the file again."
_NOT_PLACED = "Nothing was placed, as that was cancelled."
_KEPT = "pad list"  # under which the choices are kept


class PadListWindow(Window):
    """Nothing is drawn or compared but by its buttons; what is refused keeps the window and what was typed."""

    def __init__(self, parent: Any, panel: Panel) -> None:
        super().__init__(parent, panel, "pad_list", "Pad list")
        self.path, self.lefs = "", tuple[str, ...]()
        self.reader = pad_list.Reader()
        self.found: pad_list.Found | None = None
        self.compared: Compared | None = None
        self.seen: object = None  # what the fields said when the list was read
        self.filling = True
        outer, body = self.column, pya.QWidget(self.widget)
        self.work = WorkRow(self.widget, panel.handler(panel.cancel_clicked), body)
        panel.dock.work_rows.append(self.work)
        outer.addWidget(body, 1)
        outer.addWidget(self.work.widget, 0)
        self.column = pya.QVBoxLayout(body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self._files()
        self._reading()
        self._preview()
        self._deeds()
        self.filling = False
        self.widget.resize(*_SIZE)

    # the widgets

    def _files(self) -> None:
        row = pya.QHBoxLayout()
        self.file = self.button("&File …", "file", self.file_clicked, "A pad list, bump map, net list, board or layout of another tool")
        self.name_label = self.named(pya.QLabel("no file chosen", self.widget), "name")
        self.name_label.setTextFormat(pya.Qt.PlainText)
        row.addWidget(self.file, 0)
        row.addWidget(self.name_label, 1)
        self.column.addLayout(row)

    def _combo(self, key: str, texts: Sequence[str]) -> Any:
        combo = self.named(pya.QComboBox(self.widget), key)
        combo.addItems(list(texts))
        combo.currentTextChanged = self.handler(self.edited)
        return combo

    def _edit(self, key: str, hint: str, tip: str) -> Any:
        edit = self.named(pya.QLineEdit(self.widget), key)
        edit.setPlaceholderText(hint)
        edit.setToolTip(tip)
        edit.editingFinished = self.handler(self.edited)
        UndoKeys(edit)
        return edit

    def _reading(self) -> None:
        self.format = self._combo("format", [BY_FILE, *pad_list.readable()])
        self.unit = self._combo("unit", pad_list.UNIT_CHOICES)
        self.origin = self._combo("origin", list(pad_list.ORIGINS))
        self.mirror = self._combo("mirror", list(pad_list.MIRRORS))
        self.sizes = self._edit("sizes", "BUMP=circle:80, *=60", "Shape and size, um, of the pads of a bump cell, or of all places that have none")
        self.lef = self.button("&LEF files …", "lef", self.lef_clicked, _LEF_TIP)
        self.columns = self._edit("columns", "net=Signal, x=3", "Of a CSV: which column is what, by its title or number, where that is not told by the titles")
        self.cell = self._edit("cell", "the only one", "The cell of a layout, or the macro of a LEF file")
        self.layer = self._edit("layer", "none", "Of labels: the layer of the outlines that they lie on, like 81/0")
        grid = pya.QGridLayout()
        fields = (("Forma&t", self.format), ("&Unit", self.unit), ("&Origin", self.origin), ("Mi&rrored", self.mirror), ("&Sizes", self.sizes), ("", self.lef),
                  ("Colu&mns", self.columns), ("", None), ("C&ell", self.cell), ("La&yer", self.layer))
        for number, (title, widget) in enumerate(fields):
            if title:
                label = pya.QLabel(title, self.widget)
                label.setBuddy(widget)
                grid.addWidget(label, number // 2, number % 2 * 2)
            if widget is not None:
                grid.addWidget(widget, number // 2, number % 2 * 2 + 1, 1, 3 if widget is self.columns else 1)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        self.column.addLayout(grid)

    def _preview(self) -> None:
        self.picture = PointPicture(self.widget)
        self.area = pya.QScrollArea(self.widget)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(pya.QFrame.NoFrame)
        self.area.setHorizontalScrollBarPolicy(pya.Qt.ScrollBarAlwaysOff)
        self.area.setMinimumHeight(_WORDS_HEIGHT)
        status = self.status_line()
        status.setAlignment(pya.Qt.AlignTop)
        status.setTextInteractionFlags(pya.Qt.TextSelectableByMouse)
        self.area.setWidget(status)
        row = pya.QHBoxLayout()
        row.addWidget(self.picture.label, 0, pya.Qt.AlignTop)
        row.addWidget(self.area, 1)
        self.column.addLayout(row, 1)

    def _deeds(self) -> None:
        self.vias = self.named(pya.QCheckBox("&With vias on contact points and openings above pads", self.widget), "vias")
        self.vias.setToolTip("What a fan-out starts from: vias with capture pads, polymer openings and UBM, by the technology")
        self.column.addWidget(self.vias, 0)
        self.place = self.button("&Place", "place", self.place_clicked, "Draw all of the list into the shown cell, as one step that Ctrl-Z undoes")
        self.compare = self.button("&Compare", "compare", self.compare_clicked, "Tell what differs between the list and the shown cell, with markers")
        self.within = self._edit("within", "", "What lies so near is the same place, um")
        self.within.text = "%g" % TOLERANCE_UM
        self.within.setFixedWidth(48)
        self.page = self.button("Sa&ve page …", "save", self.save_clicked, "Write what the comparison found as a page with a picture, to be read or signed")
        row = pya.QHBoxLayout()
        for widget in (self.place, self.compare, pya.QLabel("within", self.widget), self.within, pya.QLabel("µm", self.widget), self.page):
            row.addWidget(widget, 0)
        row.addStretch(1)
        row.addWidget(self.button("Close", "close", self.widget.close), 0)
        self.column.addLayout(row)

    # what is chosen

    def open(self) -> None:
        """Shows the window; a list that was read before is read again where its file has changed."""
        self._recall()
        self.handler(self.changed)()
        self.show()

    def _kept(self) -> dict[str, Any]:
        return {"unit": self.unit, "origin": self.origin, "mirror": self.mirror}

    def _recall(self) -> None:
        chosen = self.panel.kept.of(self.panel.tech.name, _KEPT)
        self.filling = True
        try:
            for key, combo in self._kept().items():
                combo.currentIndex = max(combo.findText(str(chosen.get(key, combo.currentText))), 0)
            self.sizes.text = str(chosen.get("sizes", self.sizes.text))
            self.vias.checked = chosen.get("vias", True) is not False
        finally:
            self.filling = False

    def _keep(self) -> None:
        values = {**{key: combo.currentText for key, combo in self._kept().items()}, "sizes": self.sizes.text, "vias": self.vias.checked}
        self.panel.kept.put(self.panel.tech.name, _KEPT, values)

    def asked(self) -> pad_list.Asked:
        """What the fields say."""
        return pad_list.Asked(self.path, self.format.currentText, self.unit.currentText, self.origin.currentText, self.mirror.currentText, self.sizes.text,
                              self.columns.text, self.cell.text, self.layer.text, self.lefs)

    def file_clicked(self) -> None:
        """Reads a file that the user chooses."""
        path = ask.open_file("Pad list", pad_list.filters(), os.path.dirname(self.path))
        if path:
            self.take(path)

    def take(self, path: str) -> None:
        """Reads a file."""
        if path != self.path:  # of another file another cell
            self.filling = True
            self.cell.text, self.format.currentIndex, self.lefs = "", 0, ()
            self.filling = False
        self.path = path
        self._show_names()
        self.changed()

    def lef_clicked(self) -> None:
        """Adds LEF files."""
        path = ask.open_file("LEF file with macros of bumps and pads", "LEF files (*.lef)", os.path.dirname(self.path))
        if path and path not in self.lefs:
            self.lefs = (*self.lefs, path)
            self._show_names()
            self.changed()

    def _show_names(self) -> None:
        self.name_label.setText(shortened(strings.shown(os.path.basename(self.path)), _LONGEST_NAME))
        self.name_label.setToolTip(strings.shown(self.path))
        self.lef.text = "&LEF files …" if not self.lefs else "&LEF: %s …" % counted(len(self.lefs), "file")
        self.lef.setToolTip("\n".join(map(strings.shown, self.lefs)) or _LEF_TIP)

    def show_technology(self) -> None:
        """The panel has another technology: what was chosen for it, and what it makes of the list."""
        if self.widget.isVisible():
            self._recall()
            self.handler(self.changed)()

    def edited(self) -> None:
        """A field was edited, or left as it was."""
        if not self.filling and self.asked() != self.seen:
            self.changed()

    def changed(self) -> None:
        """Reads the list as it is chosen now, and shows it, or what is wrong with it."""
        self._told(self._read_and_show)

    def _read_and_show(self) -> None:
        """Raises Refusal."""
        try:
            self._read()
        finally:
            self._show_found()

    def _read(self) -> None:
        """Reads the list where it is not known as it is chosen now, and tells of it. Raises Refusal."""
        self.found, self.compared, self.seen = None, None, self.asked()
        takes = pad_list.takes(self.asked()) if self.path else ()
        for what, widget in (("unit", self.unit), ("lefs", self.lef), ("columns", self.columns), ("topcell", self.cell), ("layer", self.layer)):
            widget.enabled = what in takes
        if not self.path:
            self.say("Choose a file: CSV, AIF, bump map (.bmap), DEF, LEF, KiCad, GDS or OASIS, or the router's JSON.")
            return
        self._say_now("Reading %s …" % shortened(strings.shown(os.path.basename(self.path)), _LONGEST_NAME))
        with self.panel.in_steps(None, _CANCELLED):
            found = self.reader.read(self.asked(), self.panel.tech)
            self.picture.show([(place.x_um, place.y_um) for place in found.pads.places])
        self.found = found
        self.say("\n".join(self.found.sentences()), "warning" if self.found.bare or self.found.summary.left else None)

    def _say_now(self, words: str) -> None:
        """Before something that takes its time."""
        self.say(words)
        self.status.repaint()

    def _show_found(self) -> None:
        if self.found is None:
            self.picture.show([])
        self.place.enabled = self.found is not None and not self.found.bare
        self.compare.enabled = self.within.enabled = self.found is not None
        self.page.enabled = self.compared is not None

    # what the buttons do

    def place_clicked(self) -> None:
        """Draws the list into the shown cell."""
        found = self._up_to_date()
        self._say_now("Placing %s …" % counted(len(found.pads.places), "place"))
        report = self.panel.session.place_list(self.panel.tech, found.pads, self.vias.checked,
                                               lambda expected: self.panel.in_steps(None, _NOT_PLACED, "placing", expected, of_cell=True))
        self._keep()
        die = any(report.counts.get(layer) for layer in self.panel.tech.of_kind("outline"))
        words = pad_list.placed_words(found.pads, strings.shown(os.path.basename(self.path)), die)
        self.panel.report(report._replace(messages=[words, *map(sentence, report.messages)]))
        self.widget.close()

    def _up_to_date(self) -> pad_list.Found:
        """The list, read again where its file has changed. Raises Refusal."""
        if self.found is None or self.asked() != self.seen or not self._is_known():
            self._read_and_show()
        if self.found is None:
            raise CommandError("Choose a file first")
        return self.found

    def _is_known(self) -> bool:
        with suppress(Refusal):  # which reading says
            return self.reader.knows(self.asked(), self.panel.tech)
        return False

    def compare_clicked(self) -> None:
        """Tells what differs between the list and the shown cell, with markers."""
        found = self._up_to_date()
        within = tolerance_um(self.within.text)
        self._say_now("Comparing …")
        session, cancelled = self.panel.session, "Nothing was compared, as that was cancelled."
        with self.panel.working(None) as work, session.steps(work, cancelled):
            compared = session.compare_list(self.panel.tech, found.pads, found.summary, strings.shown(self.path), within)
            database = compared.database()
        self.panel.session.show_compared(compared, database)
        self._keep()
        self.compared = compared
        self._say_compared()
        self.panel.say(compared.found.summary(), _severity(compared))
        self.page.enabled = True

    def _say_compared(self, *more: str) -> None:
        if self.compared is not None:
            self.say("\n".join([*more, *self.compared.in_short(pad_list.MOST_SENTENCES)]), _severity(self.compared))
            self.area.verticalScrollBar.value = 0

    def save_clicked(self) -> None:
        """Writes what the comparison found as a page."""
        if self.compared is None:
            raise CommandError("Compare first")
        path = ask.save_file("Save comparison", "Pages (*.html)", ".html", os.path.splitext(self.path)[0] + ".html")
        if path:
            self.compared.save_page(path, [files.Input("list", self.path), *(files.Input("LEF file", name) for name in self.lefs)])
            self._say_compared("Written: %s." % strings.path(path))

    def recolour(self) -> None:
        """The application has another palette."""
        self.picture.recolour()


def _severity(compared: Compared) -> str | None:
    return "error" if compared.found.differences else None
