"""The nets of the shown cell for the page Nets: read once for a drawing, named, unlocked, compared; each drawing action is one undo step."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pya

from ..draw.choices import CommandError
from ..messages import how_to_install
from . import guard, snapshot

if TYPE_CHECKING:
    from ..draw.commands import Report
    from ..fanout.flight_lines import FlightLines
    from ..fanout.net_list_compared import Difference
    from ..fanout.net_list_of_drawing import DrawnNets, Row
    from ..tech.answers import Technology
    from .dock import Dock
    from .session import Session


def part(name: str) -> Any:
    """A module of fanout/ that reads nets; they need numpy and scipy, which the rest of the panel does without."""
    from importlib import import_module
    try:
        return import_module("postpass.fanout." + name)
    except ImportError as error:
        raise CommandError("Reading nets needs numpy and scipy (%s): %s." % (error, how_to_install("numpy", "scipy"))) from None


class NetsOfCell:
    """What the page shows. drawn: the nets as they were read, or None; seconds: how long that took."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.drawn: DrawnNets | None = None
        self.seconds = 0.0
        self._cell: pya.Cell | None = None
        self._tech: Technology | None = None
        self._before: dict[Any, Any] = {}

    # reading

    def is_shown(self, tech: Technology) -> bool:
        """Whether the nets were read of the cell that is shown, by this technology."""
        cell = self._shown()
        return (self.drawn is not None and cell is not None and tech is self._tech and self._cell is not None and not self._cell._destroyed()
                and self._cell.cell_index() == cell.cell_index() and self._cell.layout() == cell.layout())

    def is_current(self, tech: Technology) -> bool:
        """Whether, besides, nothing was drawn or taken away since."""
        return self.is_shown(tech) and snapshot.taken(self._shown(), tech) == self._before

    def has_cell(self) -> bool:
        """Whether a cell is shown at all."""
        return self._shown() is not None

    def _shown(self) -> pya.Cell | None:
        try:
            return self.session.cellview().cell
        except CommandError:
            return None

    def read(self, tech: Technology) -> None:
        """Reads the nets of the shown cell; none are known where that cannot be done. Raises CommandError."""
        self.forget()
        cell = self.session.shown_cell()
        start = time.monotonic()
        before, drawn = snapshot.taken(cell, tech), part("net_list_of_drawing").DrawnNets(cell, tech)
        self.drawn, self._cell, self._tech, self._before = drawn, cell, tech, before
        self.seconds = time.monotonic() - start

    def forget(self) -> None:
        """Knows no nets."""
        self.drawn = self._cell = self._tech = None

    def size(self) -> int:
        """How many shapes the shown cell has of its own."""
        cell = self._shown()
        return sum(cell.shapes(index).size() for index in cell.layout().layer_indexes()) if cell is not None else 0

    def sign(self) -> tuple[Any, ...]:
        """Something quickly told that nearly always differs once something was drawn, undone or redone."""
        cell, window = self._shown(), pya.MainWindow.instance()
        if cell is None or window is None:  # the application ends
            return ()
        manager = window.manager()
        return manager.transaction_for_undo(), manager.transaction_for_redo(), self.size(), str(cell.bbox())

    # what is selected

    def selected(self, tech: Technology) -> list[int]:
        """Pieces of metal that are selected on the canvas, from left to right. Raises CommandError."""
        nets = []
        places_um = self.session.selected(tech)
        for (x_um, y_um), here in zip(places_um, self.drawn.nets_at(places_um)):
            if len(here) != 1:
                raise CommandError("At %g, %g um there %s: choose nets in the table." % (x_um, y_um, "are several nets, one above the other" if here else "is no metal of a net"))
            nets += here
        return self.drawn.from_left(dict.fromkeys(nets))

    def select(self, nets: Iterable[int]) -> list[pya.ObjectInstPath]:
        """Selects the shapes of pieces of metal on the canvas, and the instances that hold those in cells below. Returns the selection."""
        return self.session.select(self.drawn.shapes(self._cell, nets))

    def selected_rows(self, tech: Technology) -> list[Row]:
        """The rows of all that is selected on the canvas and is metal of a net."""
        return self.drawn.rows_at(self.session.selected(tech))

    def flight_lines(self, function: str, reporter: Any = None) -> FlightLines:
        """What a fan-out by that function would join now."""
        return part("flight_lines").flight_lines(self._cell, self._tech, function, self.drawn.nets, reporter)

    def flight_lines_with_progress(self, function: str, shown: Dock) -> FlightLines:
        """The same of many nets; the application rests meanwhile, and Cancel raises CommandError."""
        from ..routing.progress import Cancelled
        with guard.Guard(self.session.view(), self._cell, shown) as self.session.guard:
            try:
                found = self.flight_lines(function, self.session.guard)
                if not self.session.guard.is_there():
                    raise CommandError("The layout was closed meanwhile.")
            except Cancelled:
                raise CommandError("The pairing was cancelled.") from None
            finally:
                self.session.guard = None
        return found

    # drawing

    def rename(self, tech: Technology, rows: Sequence[Row], pattern: str, first: int) -> Report:
        """Gives rows names by a pattern, in their order."""
        naming, cellview = part("naming"), self.session.target(tech)
        texts = naming.names_by(pattern, len(rows), first)
        names = {net: text for row, text in zip(rows, texts) for net in row.nets}
        wanted = naming.prepared(cellview.cell, tech, self.drawn, names)
        return self._one_step(tech, "Rename nets", lambda: naming.report(self.drawn, names, naming.draw(cellview.cell, tech, wanted)))

    def unlock(self, tech: Technology, nets: Iterable[int]) -> Report:
        """Takes the labels of pieces of metal away."""
        naming, cellview = part("naming"), self.session.target(tech)
        wanted = naming.to_unlock(cellview.cell, tech, self.drawn, set(nets))
        return self._one_step(tech, "Unlock", lambda: naming.unlock(cellview.cell, tech, wanted))

    def lock(self, tech: Technology, nets: Iterable[int]) -> Report:
        """Gives contact points and pads one name."""
        return self.session.lock(tech, self.drawn.terminal_places(nets), self.drawn.nets)

    def _one_step(self, tech: Technology, title: str, draw: Any) -> Report:
        return self.session.one_step(self.session.view(), self.session.target(tech), tech, title, draw)

    # net lists

    def compare(self, tech: Technology, path: str) -> tuple[list[Difference], str]:
        """(what differs between the drawing and a net list, in a sentence)."""
        entries, compared = self._listed(path), part("net_list_compared")
        found = compared.compared(self._cell, tech, self.drawn, entries)
        return found, compared.summary(found, entries)

    def import_list(self, tech: Technology, path: str) -> Report:
        """Writes the names of a net list as labels."""
        entries, compared, cellview = self._listed(path), part("net_list_compared"), self.session.target(tech)
        wanted = compared.to_import(cellview.cell, tech, self.drawn, entries)
        return self._one_step(tech, "Import net list", lambda: compared.draw(cellview.cell, tech, wanted))

    @staticmethod
    def _listed(path: str) -> Any:
        if not path.strip():
            raise CommandError("Choose a net list: a CSV file with the columns net, x_um and y_um.")
        from ..fanout import netlist
        try:
            return netlist.read(path.strip())
        except netlist.NetListError as error:
            raise CommandError(str(error)) from None
