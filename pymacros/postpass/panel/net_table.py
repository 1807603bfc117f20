"""The table of nets: only what is in sight is asked for, so that ten thousand nets are shown, sorted and filtered at once. Qt widgets."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import pya

from .fields import text_width

if TYPE_CHECKING:
    from ..fanout.net_list_of_drawing import DrawnNets, Row

COLUMNS = (("Net", "Name, or a number in brackets"), ("CPs", "Contact points"), ("Pads", "Pads by function"),
           ("State", "Open: contact points and pads are not joined yet, or one of them is missing\nJoined: one piece of metal with contact points and pads\n"
                     "Short: one piece of metal carries several names, or power and ground pads\nSplit: a part is joined, but more metal carries the name"),
           ("µm", "Length of the traces"))
_WIDEST = ("io[10]", "CPs", "1 signal", "joined", "µm")  # texts that columns have room for at first
_RIGHT = (1, 4)  # columns of numbers
_DISPLAY, _TIP, _ALIGNMENT = 0, 3, 7  # roles, as Qt numbers them
_TO_THE_RIGHT = 0x82  # and in the middle of the height
_ROOM = 8  # pixels beside a text


class _Model(pya.QAbstractTableModel):
    """Hands the rows to Qt."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def rowCount(self, parent: Any) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Any) -> int:
        return len(COLUMNS)

    def data(self, index: Any, role: int) -> Any:
        row, column = index.row(), index.column()
        if role in (_DISPLAY, _TIP) and row < len(self.rows):
            return self.rows[row].texts()[column]
        return _TO_THE_RIGHT if role == _ALIGNMENT and column in _RIGHT else None

    def headerData(self, section: int, orientation: Any, role: int) -> Any:
        return COLUMNS[section][role == _TIP] if role in (_DISPLAY, _TIP) and 0 <= section < len(COLUMNS) else None


class NetTable:
    """`changed()` is called when the user selects other rows. The widget is `view`."""

    def __init__(self, parent: Any, changed: Callable[[], Any], ordered: Callable[[], Any]) -> None:
        """ordered(): called when the user clicks on the header."""
        self.view = pya.QTreeView(parent)
        self.model = _Model(self.view)
        self.view.setModel(self.model)
        self.view.setRootIsDecorated(False)
        self.view.setIndentation(0)
        self.view.setUniformRowHeights(True)
        self.view.setAllColumnsShowFocus(True)
        self.view.setSelectionMode(pya.QAbstractItemView.ExtendedSelection)
        self.selection = self.view.selectionModel
        self.filling = False
        self.selection.selectionChanged = lambda: None if self.filling else changed()
        self.column, self.falling = 0, False
        self.header, self.ordered = self.view.header, ordered
        self.header.setSelectionModel(pya.QItemSelectionModel(self.model, self.view))  # a header asks the model about each row that is selected
        self.header.setSectionsClickable(True)
        self.header.setSortIndicatorShown(True)
        self.header.setStretchLastSection(True)
        self.header.setMinimumSectionSize(text_width(self.view, "0") + _ROOM)

        def clicked(column: int) -> None:  # a bound method would be held weakly
            self._order_by(column)
        self.header.sectionClicked = clicked
        for column, ((title, _), text) in enumerate(zip(COLUMNS, _WIDEST)):
            self.view.setColumnWidth(column, max(text_width(self.view, words) for words in (title, text)) + _ROOM)
        self._show_order()

    def _order_by(self, column: int) -> None:
        self.falling = not self.falling if column == self.column else False
        self.column = column
        self._show_order()
        self.ordered()

    def _show_order(self) -> None:
        self.header.setSortIndicator(self.column, pya.Qt.DescendingOrder if self.falling else pya.Qt.AscendingOrder)

    def show(self, drawn: DrawnNets | None, text: str, selected: Collection[Row]) -> None:
        """Shows the nets with a text in their name or state, with some selected; `changed` is not called."""
        self.filling = True
        try:
            self.model.beginResetModel()
            self.model.rows = drawn.chosen(text, self.column, self.falling) if drawn is not None else []
            self.model.endResetModel()
            self._select({row.nets for row in selected})
        finally:
            self.filling = False

    def _select(self, nets: Collection[tuple[int, ...]]) -> None:
        flags, root = pya.QItemSelectionModel.Select | pya.QItemSelectionModel.Rows, pya.QModelIndex()
        numbers = [number for number, row in enumerate(self.model.rows) if row.nets in nets]
        for first, last in _runs(numbers):
            self.selection.select(pya.QItemSelection(self.model.index(first, 0, root), self.model.index(last, len(COLUMNS) - 1, root)), flags)
        if numbers:
            self.view.scrollTo(self.model.index(numbers[0], 0, root), pya.QAbstractItemView.EnsureVisible)

    def selected(self) -> list[Row]:
        """The selected rows in the order of the table."""
        is_selected, index = self.selection.isSelected, self.model.createIndex  # selectedRows asks the model in Python several times for each row
        return [row for number, row in enumerate(self.model.rows) if is_selected(index(number, 0))]


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Rising numbers as runs (first, last) without gaps."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
