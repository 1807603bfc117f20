"""Runs the deck for the panel: on a copy of the layout, so that whatever becomes of the layout meanwhile, nothing of it is held or changed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

import pya

from .. import layout_file, strings
from .. import tech as technologies
from ..drc.batch import require_numpy
from ..drc.findings import CannotCheck
from ..drc.plan import Wishes
from . import deck
from .outcome import IN_A_REGION, Outcome, Scope, outcome
from .watch import Watch

if TYPE_CHECKING:
    from ..drc.report import Report
    from ..tech.answers import Technology
    from .guard import Guard

CLOSED = "The layout was closed while it was checked: there is no result."
CANCELLED = "The check was cancelled: what was found before stays."


class Ran(NamedTuple):
    """A check that ran to its end: what it found in which cell of the window, and what tells whether that is still drawn."""

    outcome: Outcome
    cell: pya.Cell
    watch: Watch

    def is_of(self, cell: pya.Cell | None) -> bool:
        """Whether it was a check of this cell, which is still there."""
        if cell is None or self.cell._destroyed() or cell._destroyed():
            return False
        return self.cell.cell_index() == cell.cell_index() and self.cell.layout() == cell.layout()


def run(guard: Guard, cellview: pya.CellView, tech: Technology, asked: Scope) -> Ran:
    """Checks the guard's cell, shown in a cellview, and puts the markers into the guard's view, not to the front. Raises Refusal."""
    require_numpy()
    from ..routing.progress import Cancelled, Progress  # numpy comes with it
    tech, source, doubts = technologies.load(tech.path), strings.shown(cellview.name), deck.doubts(cellview, tech)
    progress, at = Progress(guard), time.strftime("%H:%M")
    try:
        copy = layout_file.copy_of(guard.cell.layout())
        cell = copy.cell(guard.cell.cell_index())
        progress.tick("preparing", 0, 1)
        report = _checked(cell, tech, source, asked, progress)
        watch = Watch(cell, tech, progress.beat)
        progress.beat()
    except Cancelled:
        raise CannotCheck(CANCELLED if guard.is_there() else CLOSED) from None
    note = "; ".join(["chosen in the panel", *filter(None, [asked.sentence().rstrip(".")]), *doubts])
    deck.show(guard.view, report, deck.generator(), None, note)
    return Ran(outcome(report, asked, at), guard.cell, watch)


def _checked(cell: pya.Cell, tech: Technology, source: str, asked: Scope, progress: Any) -> Report:
    from ..drc.report import Report
    from ..drc.run import check_cell
    wishes = Wishes(rules=asked.ids, few_shapes=0)  # a search ends sooner than the measuring of everything, and stops at each step
    if asked.region_um is not None:
        wishes = wishes._replace(mode="tiled", window_um=asked.region_um, touching=True, families=(IN_A_REGION,))
    return Report(check_cell(cell, tech, wishes, progress), source, wishes.families)
