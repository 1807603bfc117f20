"""The page Check: what is to be checked, what was found, where. Qt widgets, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pya

from ..draw.choices import CommandError
from ..messages import Refusal, sentence
from . import form, outcome
from .appearance import dress
from .checker import Ran
from .fields import colour_text, pixels
from .highlight import Highlight

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .outcome import Row
    from .panel import Panel

WHOLE, VISIBLE = "Whole cell", "Visible region"
LOOK_MS = 500  # a strip of the drawing is looked at so often
_SHARE = 30    # of the time that looking may take: a thirtieth
_NOT_CHECKED = "Not checked yet."
_LEAST_WORD = 12  # letters of a choice that must fit


class CheckPage:
    """What is to be checked, Check, when that was and what it found: a tree of violated rules and their markers."""

    title = "&Check"

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.ran: list[Ran] = []  # the last check of each cell
        self.choices: list[outcome.Choice] = []
        self.shown: Ran | None = None  # whose rows the tree holds
        self.changed, self.resting = False, False
        self.highlight = Highlight()
        self.widget = pya.QWidget()
        self.column = pya.QVBoxLayout(self.widget)
        self._fields()
        self._buttons()
        self._result()
        self.timer = pya.QTimer(self.widget)
        self.timer.setInterval(LOOK_MS)
        self.timer.timeout = lambda: self.panel.guarded(self._look)
        self.actions = [("check", "Check", self.check_clicked), ("markers", "Marker browser", self.browse_clicked)]

    def _named(self, widget: Any, name: str) -> Any:
        widget.setObjectName("postpass_" + name)
        return widget

    def _fields(self) -> None:
        rows = pya.QFormLayout()
        rows.setFieldGrowthPolicy(pya.QFormLayout.AllNonFixedFieldsGrow)
        self.rules, self.where = self._combo("check_rules"), self._combo("check_where")
        self.where.addItems([WHOLE, VISIBLE])
        rows.addRow("Ru&les", self.rules)
        rows.addRow("&Where", self.where)
        self.column.addLayout(rows)

    def _combo(self, name: str) -> pya.QComboBox:
        combo = self._named(pya.QComboBox(self.widget), name)
        combo.setSizeAdjustPolicy(pya.QComboBox.AdjustToMinimumContentsLength)
        combo.setMinimumContentsLength(_LEAST_WORD)
        return combo

    def _buttons(self) -> None:
        line = pya.QHBoxLayout()
        self.go = self._button("Chec&k", "check", self.check_clicked, "Run the design rule check on the shown cell")
        self.browse = self._button("&Marker browser", "markers", self.browse_clicked, "Open KLayout's marker browser with the markers of this check")
        line.addWidget(self.go, 1)
        line.addWidget(self.browse, 1)
        self.column.addLayout(line)

    def _button(self, text: str, name: str, function: Any, tip: str) -> pya.QPushButton:
        button = self._named(pya.QPushButton(text, self.widget), name)
        button.setToolTip(tip)
        button.clicked = self.panel.handler(function)
        return button

    def _result(self) -> None:
        self.status, self.summary = (self._named(pya.QLabel("", self.widget), name) for name in ("check_status", "check_summary"))
        for label in (self.status, self.summary):
            label.setWordWrap(True)
            self.column.addWidget(label, 0)
        self.tree = self._named(pya.QTreeWidget(self.widget), "check_rows")
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setAlternatingRowColors(True)
        self.tree.setIndentation(14)
        self.tree.setHorizontalScrollBarPolicy(pya.Qt.ScrollBarAlwaysOff)
        header = pixels(self.tree.header)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, pya.QHeaderView.Stretch)
        header.setSectionResizeMode(1, pya.QHeaderView.ResizeToContents)
        self.tree.itemClicked = lambda item, column: self.panel.guarded(self._pointed_at, item)
        self.tree.itemActivated = lambda item, column: self.panel.guarded(self._pointed_at, item)
        self.tree.itemExpanded = lambda item: self.panel.guarded(self._opened, item)
        self.column.addWidget(self.tree, 1)

    # the frame

    def show_technology(self, tech: Technology) -> None:
        """Another technology is used: offers its rules."""
        self.choices = outcome.choices(tech)
        former = self.rules.currentText
        self.rules.clear()
        titles = [choice.title for choice in self.choices]
        self.rules.addItems(titles)
        self.rules.currentIndex = titles.index(former) if former in titles else 0

    def follow(self) -> None:
        """Shows the last check of the cell in front."""
        self.ran = [ran for ran in self.ran if not ran.cell._destroyed()]
        ran = next((ran for ran in self.ran if ran.is_of(self._cell())), None)
        if ran is None or ran is not self.shown:
            self._show(ran)

    def rest(self, on: bool) -> None:
        """Whether nothing can be used."""
        self.resting = on
        self.widget.enabled = not on

    # actions

    def check_clicked(self) -> None:
        """Checks the shown cell; nothing but Cancel can be used meanwhile."""
        tech, doubt = self.panel.tech, self.panel.compare()
        try:
            asked = outcome.scope(tech, self.choices[self.rules.currentIndex], self._region_um())
            with self.panel.working("Checking …") as shown:
                ran = self.panel.session.check(tech, asked, shown)
        except Refusal as error:
            self.follow()
            self.panel.say("\n".join(filter(None, (sentence(error), doubt))), "error")
            return
        self.ran = [other for other in self.ran if not other.is_of(ran.cell)] + [ran]
        self.follow()
        self.panel.say(*ran.outcome.message(tech, doubt))

    def _region_um(self) -> tuple[float, float, float, float] | None:
        return self.panel.session.region_um() if self.where.currentText == VISIBLE else None

    def browse_clicked(self) -> None:
        """Opens the marker browser."""
        self.panel.session.browse()

    # what is shown

    def _cell(self) -> pya.Cell | None:
        try:
            return self.panel.session.cellview().cell
        except CommandError:
            return None

    def _show(self, ran: Ran | None) -> None:
        self.highlight.clear()
        self.tree.clear()
        self.shown, self.changed = ran, False
        self.browse.enabled = ran is not None
        self._show_status()
        if ran is None:
            self.timer.stop()
            return
        for row in ran.outcome.rows:
            self._add(row)
        self.timer.start()

    def _show_status(self) -> None:
        if self.shown is None:
            self.status.setText(_NOT_CHECKED)
            self.summary.setText("")
            return
        self.status.setText(self.shown.outcome.status(self.changed))
        dress(self.status, "color: %s;" % form.COLOURS["warning"] if self.changed else "")
        text, severity = self.shown.outcome.summary()
        self.summary.setText(text)
        colour_text(self.summary, severity)

    def recolour(self) -> None:
        """The application has another palette; all colours here are style sheets, or seen on any ground."""

    def _add(self, row: Row) -> None:
        item = pya.QTreeWidgetItem(self.tree)
        item.setText(0, row.text())
        item.setToolTip(0, row.text())
        item.setText(1, str(len(row.findings)))
        item.setForeground(1, pya.QBrush(pya.QColor(form.COLOURS[row.severity])))
        item.setChildIndicatorPolicy(pya.QTreeWidgetItem.ShowIndicator)

    def _opened(self, item: pya.QTreeWidgetItem) -> None:
        """Lists the markers of a rule when it is opened for the first time."""
        if self.shown is None or item.parent() is not None or item.childCount():
            return
        row = self.shown.outcome.rows[self.tree.indexOfTopLevelItem(item)]
        for line in [*self.shown.outcome.lines(row), *filter(None, [self.shown.outcome.more(row)])]:
            child = pya.QTreeWidgetItem(item)
            child.setText(0, line)
            child.setToolTip(0, line)
            child.setFirstColumnSpanned(True)

    def _pointed_at(self, item: pya.QTreeWidgetItem) -> None:
        """Highlights all markers of a rule, or shows one from near."""
        if self.shown is None or self.resting:
            return
        found, rule = self.shown.outcome, item.parent()
        row = found.rows[self.tree.indexOfTopLevelItem(item if rule is None else rule)]
        if rule is None:
            self._highlight(row.findings, row.severity)
            return
        number = rule.indexOfChild(item)
        if number < len(found.lines(row)):
            self._highlight([row.findings[number]], row.severity)
            self.panel.session.zoom_to(found.view_um(row.findings[number]))

    def _highlight(self, findings: Any, severity: str) -> None:
        session = self.panel.session
        view = session.view()
        self.highlight.show(view, session.to_view(view), self.shown.outcome.outlines_um(findings), form.COLOURS[severity])

    def _look(self) -> None:
        """Looks whether the cell has changed, a part at a time, while the page is seen."""
        if self.shown is None or self.resting or not self.widget.isVisible():
            return
        cell = self._cell()
        if not self.shown.is_of(cell):
            self.follow()
            return
        watch = pya.QElapsedTimer()
        watch.start()
        changed = self.shown.watch.look(cell)
        self.timer.setInterval(max(LOOK_MS, _SHARE * watch.elapsed()))
        if changed != self.changed:
            self.changed = changed
            self._show_status()
