"""The row that shows how far some work is, with Cancel: in the panel, and in the windows beside the layout that begin it. Qt widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pya

from . import guard

_SHARE = 0.3  # of what is left, for one of several stages


class WorkRow:
    """`widget`: the row, in sight while there is work."""

    def __init__(self, parent: Any, cancel_clicked: Callable[[], Any], rests: Any = None) -> None:
        """rests: a widget that cannot be used meanwhile."""
        self.rests = rests
        self.widget = pya.QWidget(parent)
        line = pya.QHBoxLayout(self.widget)
        line.setContentsMargins(0, 0, 0, 0)
        self.progress = pya.QProgressBar(self.widget)
        self.progress.setObjectName("postpass_progress")
        self.cancel = pya.QPushButton("Cancel", self.widget)
        self.cancel.setObjectName(guard.CANCEL)
        self.cancel.setToolTip("End the work; nothing is drawn. Esc does the same")
        self.cancel.autoDefault = False
        self.cancel.clicked = cancel_clicked
        line.addWidget(self.progress, 1)
        line.addWidget(self.cancel, 0)
        self.show(False)

    def show(self, on: bool, only_stage: bool = False) -> None:
        """Shows or hides the row. only_stage: the work has one stage, whose end is known."""
        self.share = 1.0 if only_stage else _SHARE
        self.stage, self.before, self.reached = "", 0.0, 0.0  # percent before the present stage, and now
        self.show_progress("preparing", 0, 1)
        self.widget.setVisible(on)
        if self.rests is not None:
            self.rests.enabled = not on

    def show_progress(self, stage: str, done: float, total: float) -> None:
        """How far the work is: once from 0 to 100 %, each stage taking a share of what is left, as nobody knows which will follow."""
        if stage != self.stage:
            self.stage, self.before = stage, self.reached
        part = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0
        self.reached = max(self.reached, self.before + self.share * (100.0 - self.before) * part)
        self.progress.setRange(0, 100)
        self.progress.setValue(int(self.reached))
        self.progress.setFormat("%s %%p %%" % stage.replace("%", ""))
