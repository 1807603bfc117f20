"""The dockable widget: a header that does not move, the pages in the order of the work, a message area below. Qt widgets, no arithmetic.

What the buttons do is up to the Panel it is given; the pages are files of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pya

from . import form
from .appearance import Follower, Heard, dress
from .fields import UndoKeys, colour_text, pixels, text_width
from .work_row import WorkRow

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .panel import Panel
    from .technology_list import Listed

_LEAST_NAME = 8  # letters of a technology in sight; longer names do not make the panel wider
_BESIDE_NAME = 40  # pixels: margins and scroll bar of the open list
_TAB_MARGIN = 5  # pixels beside the title of a page
_MESSAGE_LINES = 6  # of the message area; longer messages scroll in it


class Dock(pya.QDockWidget):
    """The panel's widgets."""

    def __init__(self, window: Any, panel: Panel) -> None:
        super().__init__("Post-passivation", window)
        self.setObjectName("postpass_panel")  # by this name the application remembers its place
        self.panel = panel
        self.visibilityChanged = panel.handler(panel.visibility_changed)
        body = pya.QWidget(self)
        self.column = pya.QVBoxLayout(body)
        self.column.setContentsMargins(4, 4, 4, 4)
        self._technology_row()
        self._new_layout_rows()
        self._pages()
        self._work_row()
        self._message_area()
        self.setWidget(body)
        self.follower = Follower(self, lambda: panel.guarded(panel.recolour))

    def _named(self, widget: Any, name: str) -> Any:
        widget.setObjectName("postpass_" + name)
        return widget

    def _button(self, text: str, name: str, function: Any, tip: str = "") -> pya.QPushButton:
        button = self._named(pya.QPushButton(text, self), name)
        button.setToolTip(tip)
        button.clicked = self.panel.handler(function)
        return button

    # header

    def _technology_row(self) -> None:
        row = pya.QFormLayout()
        row.setFieldGrowthPolicy(pya.QFormLayout.AllNonFixedFieldsGrow)
        self.technology = self._named(pya.QComboBox(self), "technology")
        self.technology.sizeAdjustPolicy = pya.QComboBox.AdjustToMinimumContentsLengthWithIcon
        self.technology.minimumContentsLength = _LEAST_NAME
        self.technology.currentTextChanged = self.panel.handler(self.panel.technology_chosen)
        self.offers: list[Listed] = []
        before_it_opens = (pya.QEvent.FocusIn, pya.QEvent.MouseButtonPress, pya.QEvent.KeyPress)
        self.asked = Heard(self.technology, before_it_opens, self.panel.handler(self.panel.look_for_technologies))
        self.more = self._named(pya.QToolButton(self), "technologies")
        self.more.text = "…"
        self.more.setToolTip("All technologies: their folders, what differs, import, export, rule manual")
        self.more.clicked = self.panel.handler(self.panel.technologies_clicked)
        self.help = self._named(pya.QToolButton(self), "help")
        self.help.text = "?"
        self.help.setToolTip("Show what the documentation says of the page in front")
        self.help.clicked = self.panel.handler(self.panel.help_clicked)
        both = pya.QWidget(self)
        line = pya.QHBoxLayout(both)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.technology, 1)
        line.addWidget(self.more, 0)
        line.addWidget(self.help, 0)
        label = pya.QLabel("&Technology", self)
        label.setBuddy(self.technology)
        row.addRow(label, both)
        self.technology_title = self._label("technology_title")
        self.column.addLayout(row)
        self.column.addWidget(self.technology_title, 0)
        self.mismatch = self._label("mismatch")
        colour_text(self.mismatch, "warning")
        self.column.addWidget(self.mismatch, 0)
        self.apply = self._button("&Apply to layout", "apply", self.panel.apply_clicked,
                                  "Give the layout this technology, and its layer list the technology's layers, names and colours")
        self.column.addWidget(self.apply, 0)
        self.changes = pya.QVBoxLayout()  # a button for each technology that the layout may be of
        self.column.addLayout(self.changes)
        self.change, self.offered = [], []
        self.show_mismatch("", [], False)

    def _label(self, name: str) -> pya.QLabel:
        label = self._named(pya.QLabel("", self), name)
        label.setWordWrap(True)
        label.setTextFormat(pya.Qt.PlainText)  # names may look like mark-up
        return label

    def _new_layout_rows(self) -> None:
        """What a new layout is to be; shown while no layout is open."""
        self.new_layout = pya.QWidget(self)
        rows = pya.QFormLayout(self.new_layout)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setFieldGrowthPolicy(pya.QFormLayout.AllNonFixedFieldsGrow)
        self.die_width, self.die_height = (self._edit(name, "none", self.panel.new_layout_clicked) for name in ("new_die_width", "new_die_height"))
        self.new_cell = self._edit("new_cell", "TOP", self.panel.new_layout_clicked)
        size = pya.QWidget(self.new_layout)
        line = pya.QHBoxLayout(size)
        line.setContentsMargins(0, 0, 0, 0)
        for part in (self.die_width, pya.QLabel("×", size), self.die_height, pya.QLabel("µm", size)):
            line.addWidget(part, 0)
        label = pya.QLabel("Die", self.new_layout)
        label.setBuddy(self.die_width)
        rows.addRow(label, size)
        rows.addRow("Top cell", self.new_cell)
        rows.addRow(self._button("New layout", "new_layout", self.panel.new_layout_clicked, "A layout of this technology with a die outline, its window and its edit grid"))
        self.column.addWidget(self.new_layout, 0)

    def _edit(self, name: str, hint: str, function: Any) -> pya.QLineEdit:
        edit = self._named(pya.QLineEdit(self), name)
        edit.setPlaceholderText(hint)
        edit.returnPressed = self.panel.handler(function)
        UndoKeys(edit)
        return edit

    # pages

    def _pages(self) -> None:
        self.pages = self._named(pya.QTabWidget(self), "pages")
        self.pages.setDocumentMode(True)
        dress(pixels(self.pages.tabBar), "QTabBar::tab { padding: 4px %dpx; }" % _TAB_MARGIN)  # so that all five are in sight
        self.areas = []
        for page in self.panel.pages:
            area = pya.QScrollArea(self)
            area.setWidgetResizable(True)
            area.setFrameShape(pya.QFrame.NoFrame)
            area.setHorizontalScrollBarPolicy(pya.Qt.ScrollBarAlwaysOff)
            area.setWidget(page.widget)
            area.setMinimumWidth(_width(page.widget.minimumSizeHint) + _width(area.verticalScrollBar.sizeHint))  # only the height scrolls
            self.pages.addTab(area, page.title)
            self.areas.append(area)
        self.pages.currentChanged = self.panel.handler(self.panel.page_turned)
        self.column.addWidget(self.pages, 1)

    @property
    def page(self) -> Any:
        """The page in front."""
        return self.panel.pages[self.pages.currentIndex]

    def turn_to(self, page: Any) -> None:
        """Brings a page to the front."""
        self.pages.currentIndex = self.panel.pages.index(page)

    # below

    def _work_row(self) -> None:
        row = WorkRow(self, self.panel.handler(self.panel.cancel_clicked))
        self.work, self.progress, self.cancel = row.widget, row.progress, row.cancel
        self.work_rows = [row]  # those of the windows, too
        self.column.addWidget(self.work, 0)

    def _message_area(self) -> None:
        self.message_area = pya.QScrollArea(self)
        self.message_area.setWidgetResizable(True)
        self.message_area.setHorizontalScrollBarPolicy(pya.Qt.ScrollBarAlwaysOff)
        self.message = self._label("message")
        self.message.setContentsMargins(3, 3, 3, 3)
        self.message.setAlignment(pya.Qt.AlignTop)
        self.message.setTextInteractionFlags(pya.Qt.TextSelectableByMouse)
        self.message_area.setWidget(self.message)
        self.message_area.setFixedHeight(_MESSAGE_LINES * pixels(self.fontMetrics().lineSpacing) + 8)
        self.column.addWidget(self.message_area, 0)

    # what is shown

    def offer_technologies(self, offers: Sequence[Listed], tech: Technology | None) -> None:
        """Fills the technology list, with the one that is used in front; nothing is called."""
        if [(one.text, one.tip()) for one in offers] == [(one.text, one.tip()) for one in self.offers]:
            self.offers = list(offers)
            return
        self.offers = list(offers)
        with self.panel.quiet():
            self.technology.clear()
            for number, one in enumerate(offers):
                self.technology.addItem(one.text)
                self.technology.setItemData(number, one.tip(), pya.Qt.ToolTipRole.to_i())
                if one.problem:
                    self.technology.setItemData(number, pya.QColor(form.COLOURS["error"]), pya.Qt.ForegroundRole.to_i())
            widest = max((text_width(self.technology, one.text) for one in offers), default=0)
            pixels(self.technology.view).setMinimumWidth(widest + _BESIDE_NAME)  # of the open list, which may be wider than the panel
            self._show_current(tech)

    def chosen_technology(self) -> Listed:
        """The one that is chosen in the list."""
        return self.offers[self.technology.currentIndex]

    def _show_current(self, tech: Technology | None) -> None:
        if tech is not None:
            paths = [one.path for one in self.offers]
            self.technology.currentIndex = paths.index(tech.path) if tech.path in paths else -1
            self.technology.setToolTip(tech.path)

    def show_technology(self, tech: Technology) -> None:
        """Shows a technology; nothing is called."""
        with self.panel.quiet():
            self._show_current(tech)
            self.technology_title.setText(form.breakable(form.identity(tech)))
            self.technology_title.setToolTip(tech.path)

    def show_mismatch(self, text: str, names: Sequence[str], may_apply: bool) -> None:
        """What is said of a layout of another technology, with a button to use it for each of the names; none hides both. may_apply:
        whether the layout can be given the panel's technology."""
        self.mismatch.setText(form.breakable(text))
        self.mismatch.setVisible(bool(names))
        self.apply.setVisible(may_apply)
        self.offered = list(names)
        while len(self.change) < len(names):
            self.change.append(self._change_button(len(self.change)))
        for number, button in enumerate(self.change):
            button.text = "Use %s" % names[number] if number < len(names) else ""
            button.setVisible(number < len(names))

    def _change_button(self, number: int) -> pya.QPushButton:
        button = self._button("", "use_%d" % number, lambda: self.panel.use_clicked(self.offered[number]), "Draw and check by this technology from now on")
        self.changes.addWidget(button, 0)
        return button

    def show_new_layout(self, on: bool) -> None:
        """Offers a new layout, where none is open."""
        self.new_layout.setVisible(on)

    def show_work(self, on: bool, only_stage: bool = False) -> None:
        """Progress and Cancel, while nothing else of the frame can be used, or everything as before. only_stage: see WorkRow."""
        for widget in (self.technology, self.more, self.apply, self.new_layout, *self.change):
            widget.enabled = not on
        for number in range(len(self.areas)):
            self.pages.setTabEnabled(number, not on or number == self.pages.currentIndex)
        for row in self.work_rows:
            row.show(on, only_stage)

    def show_progress(self, stage: str, done: float, total: float) -> None:
        """How far the work is."""
        for row in self.work_rows:
            row.show_progress(stage, done, total)

    def show_message(self, text: str, severity: str | None) -> None:
        """The message, from its beginning."""
        self.message.setText(form.breakable(text))
        colour_text(self.message, severity)
        self.message_area.verticalScrollBar.value = 0

    def recolour(self) -> None:
        """The application has another palette: the pages take it, too, although their tabs have a style sheet."""
        self.pages.setPalette(pya.QPalette())

    def narrowest(self) -> int:
        """The width in pixels below which something would be cut off."""
        return max(self.minimumWidth, _width(self.minimumSizeHint))


def _width(size_hint: Any) -> int:
    # a property of some widget classes and a method of others, whichever the class overrides
    return pixels(pixels(size_hint).width)
