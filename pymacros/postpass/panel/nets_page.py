"""The page Nets: the nets as they are drawn, their names, a net list beside them. Qt widgets, no arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import pya

from ..draw.choices import CommandError
from ..messages import sentence
from . import canvas, drawn_nets, form
from .appearance import dress
from .drawn_nets import NetsOfCell, part
from .fields import Fields, UndoKeys, colour_text, pixels
from .net_table import NetTable

if TYPE_CHECKING:
    from ..fanout.net_list_compared import Difference
    from ..fanout.net_list_of_drawing import Row
    from ..tech.answers import Technology
    from .dock import Dock
    from .panel import Panel

_TABLE_LINES, _LIST_LINES, _LINE = 9, 4, 20  # pixels a line
_LOOKS_MS = 200  # between two looks for what was drawn or undone
_MOST_MARKED = 500  # shapes; boxes around the nets where there are more
_MOST_SELECTED = 3000  # shapes that are selected on the canvas with their rows, and the other way round: KLayout draws more of them slowly
_MANY_NETS = 500  # that take longer to pair
_MARGIN, _LEAST_UM = 0.2, 20.0  # what is shown around nets: a share of their size, at least so much


class NetsPage(Fields):
    """The table, the fields and buttons that name nets, and the net list."""

    title = "&Nets"

    def __init__(self, panel: Panel) -> None:
        super().__init__("nets", lambda: None)
        self.panel, self.widget = panel, self.page
        self.known = NetsOfCell(panel.session)
        self.markers: list[Any] = []
        self.lines: list[Any] = []
        self.lines_of: tuple[Any, ...] = ()  # what the lines are of
        self.differences: list[Difference] = []
        self.resting = False
        self.watched: list[Any] = []  # views whose selection is followed
        self.selection: list[pya.ObjectInstPath] = []  # on the canvas, as far as the rows follow it or it them
        self.wanted: list[int] = []  # pieces of metal of the selected rows
        self.by_canvas = False  # whether the rows were selected by what is on the canvas
        self.seen: tuple[Any, ...] = ()
        self._table()
        self._naming()
        self._list()
        self.timer = pya.QTimer(self.widget)
        self.timer.timeout = lambda: None if self.resting else self.panel.guarded(self._look)
        self.timer.start(_LOOKS_MS)
        self.soon = self._later(self._read_soon)
        self.selecting = self._later(self._show_wanted)
        self.filling = False
        self.actions = [("refresh_nets", "Refresh nets", self.refresh_clicked), ("rename_nets", "Rename selected nets", self.rename_clicked),
                        ("unlock", "Unlock selected", self.unlock_clicked), ("compare_net_list", "Compare net list", self.compare_clicked),
                        ("import_net_list", "Import net list", self.import_clicked)]

    def _later(self, function: Any) -> pya.QTimer:
        """A timer that calls a function once the application has dealt with what called for it, whose events a guard is not to keep back."""
        def call() -> None:
            if self.resting or pya.QApplication.activeModalWidget() is not None:
                timer.start(_LOOKS_MS)
            elif not self.widget._destroyed() and self.widget.isVisible():  # the page is followed when it comes back
                self.panel.guarded(function)
        timer = pya.QTimer(self.widget)
        timer.setSingleShot(True)
        timer.timeout = call
        return timer

    def _button(self, text: str, key: str, function: Any, tip: str) -> pya.QPushButton:
        return self.button(text, key, self.panel.handler(function), tip)

    @staticmethod
    def _narrow(button: pya.QPushButton) -> None:
        """No wider than it wants to be, beside a field."""
        button.setMaximumWidth(pixels(pixels(button.sizeHint).width))

    def _table(self) -> None:
        self.filter = self.edit("filter")
        self.filter.setPlaceholderText("name or state")
        self.filter.textChanged = self.panel.handler(self._show)
        self.refresh = self._button("Re&fresh", "refresh", self.refresh_clicked, "Read the nets of the shown cell again")
        self._narrow(self.refresh)
        self.row("Fi&lter", self.filter, self.refresh)
        self.table = NetTable(self.page, self.panel.handler(self.rows_chosen), self.panel.handler(self._show))
        self._named(self.table.view, "table")
        self.table.view.setMinimumHeight(_TABLE_LINES * _LINE)
        self.rows.addRow(self.table.view)
        self.summary = self._named(self.sentence(""), "summary")

    def _naming(self) -> None:
        self.pattern = self._named(pya.QLineEdit(self.page), "pattern")
        self.pattern.setPlaceholderText("io[#], # counts")
        self.pattern.setToolTip("The name for what is selected. Each # is a number, which counts from net to net; %s" % form.NUMBERED)
        self.pattern.returnPressed = self.panel.handler(self.rename_clicked)
        UndoKeys(self.pattern)
        self.first = self.spin("first")
        self.first.setRange(0, 9999)
        self.first.setToolTip("The number that # begins with")
        self.rename = self._button("Rena&me", "rename", self.rename_clicked,
                                   "Name the nets that are selected in the table, in its order, or else those on the canvas, from left to right")
        self.row("N&ame", self.pattern)
        self.row("&# from", self.first, self.rename)
        self.lock = self._button("Loc&k", "lock", self.lock_clicked, "Give the selected contact points and pads one net name, so that they are joined whatever would be paired")
        self.unlock = self._button("&Unlock", "unlock", self.unlock_clicked, "Take the names of the selected contact points and pads away, so that they are paired freely")
        self.buttons(self.lock, self.unlock)
        self.flight = self._named(pya.QCheckBox("Fli&ght lines", self.page), "flight")
        self.flight.setToolTip("Lines on the canvas for what a fan-out would join now, by the pairing that is chosen on its page; nothing is drawn in the layout")
        self.flight.toggled = self.panel.handler(self.flight_clicked)
        self.rows.addRow(self.flight)
        self.flight_figures = self._named(self.sentence(""), "flight_figures")
        self._no_lines()

    def _list(self) -> None:
        self.path = self._named(pya.QLineEdit(self.page), "list")
        self.path.setPlaceholderText("net,x_um,y_um as CSV")
        UndoKeys(self.path)
        self.browse = self._button("…", "browse", self.browse_clicked, "Choose the file of the net list")
        self._narrow(self.browse)
        self.row("Net l&ist", self.path, self.browse)
        self.compare = self._button("Com&pare", "compare", self.compare_clicked, "Show where the names in the drawing and in the net list differ")
        self.take = self._button("&Import", "import", self.import_clicked, "Write the names of the net list as labels on the contact points and pads at its places")
        self.buttons(self.compare, self.take)
        self.listed = self._named(pya.QListWidget(self.page), "differences")
        self.listed.setWordWrap(True)
        self.listed.setMinimumHeight(_LIST_LINES * _LINE)
        self.listed.setToolTip("Where drawing and net list differ: a click shows the place")
        self.listed.itemSelectionChanged = self.panel.handler(self.difference_chosen)
        self.rows.addRow(self.listed)
        self._show_differences([])

    # the frame

    def show_technology(self, tech: Technology) -> None:
        """Another technology has other nets; they are read when the page is followed."""
        self._show_none("")

    def follow(self) -> None:
        """The page came to the front, another layout did, or something was drawn: the table shows what is there now."""
        self.seen = self.known.sign()
        self._watch()
        if not self.known.has_cell():
            self._show_none("Open a layout to see its nets.")
        elif self.known.is_quick(self.panel.tech):
            self._read_changed()
        else:
            if not self.known.is_shown(self.panel.tech):
                self._show_none("Reading …")
            self.soon.start(0)

    def _read_soon(self) -> None:
        """Reads a large cell where something was drawn since, after the message of what drew it."""
        if self.known.has_cell():
            self._read_changed()

    def _read_changed(self, patiently: bool = True) -> None:
        if not self.known.is_current(self.panel.tech):
            self._read(patiently)
        if self.known.drawn is not None:
            self._follow_lines()

    @contextmanager
    def _patiently(self, words: str | None) -> Iterator[Dock | None]:
        """Shows progress where the cell is large; words: what is said meanwhile. Yields what shows it, or None."""
        if self.known.is_quick(self.panel.tech):
            yield None
        else:
            with self.panel.working(words) as shown:
                yield shown

    def rest(self, on: bool) -> None:
        """Whether nothing can be used."""
        self.resting = on
        self.widget.enabled = not on

    def _look(self) -> None:
        """Follows what is drawn or undone by other ways than the panel's, where that is quick; marks nothing while another page is in front."""
        if self.widget._destroyed() or not self.widget.isVisible():
            canvas.clear(self.markers)
            canvas.clear(self.lines)
            self.lines_of = ()  # shown again with the page
            return
        sign = self.known.sign()
        if sign == self.seen:
            return
        self.seen = sign
        if not self.known.is_shown(self.panel.tech):
            self.follow()
        elif self.known.seconds <= drawn_nets.LONG_S:
            self._read_changed(False)  # progress would end what the user begins to draw
        elif not self.known.is_current(self.panel.tech):
            self._say("The drawing was changed: press Refresh.", "warning")

    # the table

    def refresh_clicked(self) -> None:
        """Reads the nets again."""
        self.panel.say("")
        self._require_cell()
        self._read()
        if self.known.drawn is not None:
            self._follow_lines()

    def _read(self, patiently: bool = True) -> None:
        kept = self._places()
        canvas.clear(self.markers)
        try:
            with self._patiently(None) if patiently else nullcontext() as shown:
                self.known.read(self.panel.tech, shown)
        except CommandError as error:
            self._show_none(sentence(error), "error")
            return
        drawn = self.known.drawn
        self.table.show(drawn, self.filter.text, drawn.rows_at(kept))
        self._say(drawn.summary())

    def _show(self) -> None:
        self.table.show(self.known.drawn, self.filter.text, self.table.selected())

    def _show_none(self, words: str, severity: str | None = None) -> None:
        self.known.forget()
        canvas.clear(self.markers)
        self._no_lines()
        self._show_differences([])
        self.table.show(None, "", [])
        self._say(words, severity)

    def _say(self, words: str, severity: str | None = None) -> None:
        self.summary.setText(form.breakable(words))
        self._fit(self.summary)
        dress(self.summary, "")
        if severity:
            colour_text(self.summary, severity)

    def _places(self) -> list[tuple[float, float]]:
        """Places of the selected rows, by which they are found again."""
        drawn = self.known.drawn
        return drawn.somewhere(net for row in self.table.selected() for net in row.nets) if drawn is not None else []

    def rows_chosen(self) -> None:
        """Marks the metal of the selected rows, selects its shapes on the canvas, and shows it."""
        canvas.clear(self.markers)
        rows = self.table.selected()
        ours = bool(self.selection) and not self.by_canvas
        if not self.known.is_shown(self.panel.tech) or not (rows or ours):
            return
        self.by_canvas = False
        self.wanted = [net for row in rows for net in row.nets]
        self._show_wanted() if len(rows) <= _MOST_MARKED else self.selecting.start(0)

    def _show_wanted(self) -> None:
        """Does so; those of many rows once the table has shown that they are selected."""
        view, nets = self.panel.session.view(), self.wanted
        if self.by_canvas or view is None or not self.known.is_shown(self.panel.tech):
            return
        drawn, to_view = self.known.drawn, self.panel.session.to_view(view)
        number = sum(len(drawn.ids(net)) for net in nets)
        self.panel.say("" if number <= _MOST_SELECTED else "%d shapes are marked on the canvas, and not selected there, as they are more than %d." % (number, _MOST_SELECTED))
        with self.panel.quiet():
            self.selection = self.known.select(nets if number <= _MOST_SELECTED else [])
        if nets:
            outlines = drawn.polygons(nets) if number <= _MOST_MARKED else [pya.DPolygon(box) for box in drawn.each_box(nets[:_MOST_MARKED])]
            self.markers = canvas.marked(view, [outline.transformed(to_view) for outline in outlines])
            self._zoom(view, to_view * drawn.box(nets))

    def _watch(self) -> None:
        """From now on the table follows what is selected on the canvas in front."""
        view = self.panel.session.view()
        self.watched = [one for one in self.watched if not one._destroyed()]
        if view is not None and view not in self.watched:
            self.watched.append(view)
            view.on_selection_changed += self.panel.handler(self._canvas_chosen)

    def _canvas_chosen(self) -> None:
        """The selection on the canvas is another one: the table shows its rows. Where it is the one of the rows, nothing is done."""
        view = self.panel.session.view()
        if self.widget._destroyed() or not self.widget.isVisible() or self.resting or view is None or not self.known.is_shown(self.panel.tech):
            return
        paths = view.object_selection
        if paths == self.selection:
            return
        self.selection, self.by_canvas = paths, bool(paths)
        canvas.clear(self.markers)
        rows: list[Row] = []
        if 0 < len(paths) <= _MOST_SELECTED:
            try:
                rows = self.known.selected_rows(self.panel.tech)
            except CommandError:  # what is selected is no metal, or of another layout; an action says so
                rows = []
        self.table.show(self.known.drawn, self.filter.text, rows)

    @staticmethod
    def _zoom(view: Any, box: pya.DBox) -> None:
        by = max(_MARGIN * canvas.size_um(box), _LEAST_UM - canvas.size_um(box) / 2, 0.0)
        view.zoom_box(box.enlarged(by, by))

    # flight lines

    def flight_clicked(self) -> None:
        """Shows the lines, or takes them away."""
        self._no_lines()
        if self.flight.checked:
            try:
                self._require_nets()
                self._show_lines()
            except CommandError:
                self._uncheck("")
                raise

    def _follow_lines(self) -> None:
        """Shows the lines of what is drawn now; where that takes long only when the user asks for it."""
        if not self.flight.checked or self.lines_of == self._of_lines():
            return
        self._no_lines()
        if len(self.known.drawn.rows) > _MANY_NETS:
            self._uncheck("The flight lines were of an older drawing: switch them on again.")
            return
        try:
            self._show_lines()
        except CommandError as error:
            self._uncheck(sentence(error))

    def _of_lines(self) -> tuple[Any, ...]:
        return self.known.drawn, self.panel.fan_out.function.currentText, self.panel.session.view()

    def _show_lines(self) -> None:
        view, function = self.panel.session.view(), self.panel.fan_out.function.currentText
        if len(self.known.drawn.rows) > _MANY_NETS:
            with self.panel.working("Pairing …") as shown:
                found = self.known.flight_lines_with_progress(function, shown)
            self.panel.say("")
        else:
            found = self.known.flight_lines(function)
        to_view = self.panel.session.to_view(view)
        self.lines = canvas.lines(view, [line.transformed(to_view) for line in found.lines])
        self.lines_of = self._of_lines()
        self._figures(part("fanout.flight_lines").sentence(found))

    def _no_lines(self) -> None:
        canvas.clear(self.lines)
        self.lines_of = ()
        self._figures("")

    def _figures(self, words: str) -> None:
        self.flight_figures.setText(form.breakable(words))
        self._fit(self.flight_figures)
        self.flight_figures.setVisible(bool(words))

    def _fit(self, label: pya.QLabel) -> None:
        """As high as its text wants: a form that scrolls may give a label of several lines less."""
        label.setMinimumHeight(max(label.heightForWidth(self.table.view.width), 0))

    def _uncheck(self, words: str) -> None:
        self._no_lines()
        with self.panel.quiet():
            self.flight.checked = False
        self._figures(words)

    # actions

    def _require_cell(self) -> None:
        if not self.known.has_cell():
            self._show_none("Open a layout to see its nets.")
        self.panel.session.cellview()

    def _require_nets(self) -> None:
        """Reads the nets where something was drawn since. Raises CommandError where that cannot be done."""
        self._require_cell()
        if not self.known.is_current(self.panel.tech):
            self._read()
        if self.known.drawn is None:
            raise CommandError(self.summary.text)

    def _chosen_rows(self) -> list[Row]:
        """The rows that were selected in the table, or those of what was selected on the canvas since."""
        rows = [] if self.by_canvas else self.table.selected()
        if rows:
            return rows
        drawn = self.known.drawn
        return list({row.nets: row for row in map(drawn.row_of, self._on_canvas())}.values())

    def _chosen_nets(self) -> list[int]:
        """The same as pieces of metal."""
        rows = [] if self.by_canvas else self.table.selected()
        return [net for row in rows for net in row.nets] if rows else self._on_canvas()

    def _on_canvas(self) -> list[int]:
        try:
            return self.known.selected(self.panel.tech)
        except CommandError as error:
            if "Nothing is selected" not in str(error):
                raise
            raise CommandError("No net is selected: choose some in the table, or contact points, pads or traces on the canvas.") from None

    def rename_clicked(self) -> None:
        """Names what is selected by the pattern."""
        self._require_nets()
        rows, pattern, first = self._chosen_rows(), self.pattern.text, int(self.first.value)
        with self._patiently("Naming …") as shown:
            report = self.known.rename(self.panel.tech, rows, pattern, first, shown)
        self.panel.report(report)

    def lock_clicked(self) -> None:
        """Gives what is selected one net name."""
        self._require_nets()
        nets = self._chosen_nets()
        with self._patiently("Locking …") as shown:
            report = self.known.lock(self.panel.tech, nets, shown)
        self.panel.report(report)

    def unlock_clicked(self) -> None:
        """Takes the names of what is selected away."""
        self._require_nets()
        nets = self._chosen_nets()
        with self._patiently("Unlocking …") as shown:
            report = self.known.unlock(self.panel.tech, nets, shown)
        self.panel.report(report)

    # the net list

    def browse_clicked(self) -> None:
        """Asks for the file."""
        path = pya.FileDialog.ask_open_file_name("Net list", self.path.text or ".", "Net lists (*.csv);;All files (*)")
        if path:
            self.path.text = path

    def compare_clicked(self) -> None:
        """Shows where drawing and net list differ."""
        self._show_differences([])
        self._require_nets()
        with self._patiently("Comparing …") as shown:
            found, words = self.known.compare(self.panel.tech, self.path.text, shown)
        self.panel.say(words, "warning" if found else None)
        self._show_differences(found)

    def import_clicked(self) -> None:
        """Writes the names of the net list as labels."""
        self._show_differences([])
        self._require_nets()
        with self._patiently("Importing …") as shown:
            report = self.known.import_list(self.panel.tech, self.path.text, shown)
        self.panel.report(report._replace(messages=form.shortened(report.messages)))

    def _show_differences(self, found: Sequence[Difference]) -> None:
        self.differences = list(found)
        with self.panel.quiet():
            self.listed.clear()
            self.listed.addItems([form.breakable(one.sentence) for one in found])
        self.listed.setVisible(bool(found))

    def difference_chosen(self) -> None:
        """Shows the place of a difference."""
        canvas.clear(self.markers)
        number, view = self.listed.currentRow, self.panel.session.view()
        if not 0 <= number < len(self.differences) or view is None or not self.known.is_shown(self.panel.tech):
            return
        one, to_view = self.differences[number], self.panel.session.to_view(view)
        outlines = self.known.drawn.polygons(one.nets) or [pya.DPolygon(one.box)]
        self.markers = canvas.marked(view, [outline.transformed(to_view) for outline in outlines[:_MOST_MARKED]])
        self._zoom(view, to_view * one.box)
