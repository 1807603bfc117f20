"""The deck on the layout of the window, saved or not, and its markers in a view. The doorbell (drc/postpass.lydrc) calls `run`:
from the menu, or by the re-run button of the marker browser.
"""

from __future__ import annotations

import os
import textwrap
import traceback
from typing import TYPE_CHECKING, Any

import pya

from .. import layout_file, strings
from .. import tech as technologies
from ..drawn_under import drawn_under
from ..drc.batch import DEFAULT, checked_report
from ..drc.findings import CannotCheck
from ..drc.report import is_of
from ..messages import Refusal
from ..tech import places

if TYPE_CHECKING:
    from ..drc.report import Report
    from ..tech.answers import Technology
    from ..tech.belonging import Signs

_DECK = os.path.normpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "..", "drc", "postpass.lydrc"))
_CHOSEN = "postpass-technology"  # in KLayout's configuration: what the panel shows
_BOX_WIDTH = 80  # characters: KLayout shows an error from the menu in a box as wide as its longest line


def run(generator: str, again: Any) -> list[int | None]:
    """Checks the current view and shows the markers in it. `generator`: how KLayout repeats the run; again: index of the markers to replace, or None.

    Returns [index of the markers in the view, index of the layout in it, what to raise in the menu or None].
    """
    try:
        return [*_checked_view(generator, again), None]
    except Refusal as error:
        return [None, None, in_lines(str(error))]
    except Exception as error:  # a fault of the deck
        traceback.print_exc()
        return [None, None, in_lines("the deck failed on this layout (%s: %s): please report it" % (type(error).__name__, error))]


def in_lines(text: Any) -> Any:
    """The text in lines that fit on every screen."""
    return "\n".join(textwrap.wrap(text, _BOX_WIDTH))


def _checked_view(generator: str, again: Any) -> tuple[int, int]:
    """(index of the markers, index of the layout)"""
    view = pya.LayoutView.current()
    cellview = view.active_cellview() if view is not None else None
    if cellview is None or not cellview.is_valid():
        raise CannotCheck("no layout is open")
    name, reason = _technology(cellview)
    technology = technologies.load(name)
    cell = cellview.cell if cellview.cell is not None else layout_file.top_cell(cellview.layout())
    report = checked_report(cell, technology, strings.shown(cellview.name))
    print("by %s, %s" % (technology.identity(), reason))
    for lines in (report.layer_lines(), report.table_lines()):
        print("\n".join(lines))
    note = "; ".join([reason] + doubts(cellview, technology))
    index = show(view, report, generator, again, note)
    pya.MainWindow.instance().message("Post-passivation DRC: %d errors, %d warnings by %s, rules %s, %s" % (
        report.errors, report.warnings, technology.file_name(), technology.checksum(), "; ".join([note, *map(str, report.drawn_otherwise)])), 20000)
    return index, cellview.index()


def _technology(cellview: pya.CellView) -> tuple[str, str]:
    """(name or path, who chose it): the layout; for a layout without technology what the panel shows."""
    own, shown = cellview.technology, pya.Application.instance().get_config(_CHOSEN) or ""
    if not own:
        return _shown_in_panel(shown)
    named = [place.path for place in places.choices(own)]
    if len(named) > 1 and places.is_there(shown) and technologies.load(shown).path in map(os.path.abspath, named):
        return shown, "the layout's own, of which the panel shows this version"
    if named:
        return named[0], "the layout's own"
    raise CannotCheck("the layout's technology is %s, not one of %s: choose one of these for the layout, or check with the Post-passivation panel" % (
        own, ", ".join(sorted(technologies.installed()))))


def _shown_in_panel(name: str) -> tuple[str, str]:
    if places.is_there(name):
        return name, "the panel's, for the layout has none"
    if not name:
        return DEFAULT, "the default, for the layout has none and the panel chose none"
    return DEFAULT, "the default, for the layout has none and the panel's, %s, is not installed" % name


def signs(cellview: pya.CellView) -> Signs:
    """Signs of the technologies of this kit that the layout of a cellview can belong to."""
    layout = cellview.layout()
    tops = layout.top_cells()
    used = [layout.get_info(index) for index in layout.layer_indexes() if any(not top.bbox_per_layer(index).empty() for top in tops)]
    return technologies.signs(cellview.technology or _noted(cellview), [(info.layer, info.datatype) for info in used])


def _noted(cellview: pya.CellView) -> str:
    """The technology that the shown cell was drawn under, where a layout file has come without KLayout's name of it; "" for none or several."""
    names = {one.name for one in drawn_under(cellview.cell)} if cellview.cell is not None else set()
    return names.pop() if len(names) == 1 else ""


def doubts(cellview: pya.CellView, technology: Technology) -> list[str]:
    """[a sentence] when the layout's layers are rather those of another technology."""
    owners = technologies.others(technology.name, signs(cellview))
    return ["but the layout is of technology %s" % " or ".join(owners)] if owners else []


def generator() -> str:
    """How the re-run button of the marker browser repeats a check: by the deck, on all of the cell, in KLayout's own words."""
    return "drc: script='%s'" % _DECK.replace("\\", "\\\\").replace("'", "\\'")


def markers_of(view: pya.LayoutView, cellview: pya.CellView) -> int | None:
    """Index in the view of the markers of a check of the cellview's cell, None where there are none."""
    name, source = strings.cell_name(cellview.cell), strings.shown(cellview.name)
    return next((number for number in range(view.num_rdbs()) if is_of(view.rdb(number), name, source)), None)


def show(view: pya.LayoutView, report: Report, generator: str, again: Any, note: str) -> int:
    """Puts the markers into a view and returns their index; they do not come to the front.

    Markers of an earlier check of the same cell give way to the new ones; those of other cells and other decks stay.
    """
    database = report.database(generator, note)
    if again is None:
        again = next((number for number in range(view.num_rdbs()) if report.same_place(view.rdb(number))), None)
    return view.add_rdb(database) if again is None else view.replace_rdb(again, database)
