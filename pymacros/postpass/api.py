"""The deck for Python: notebooks, generators of layouts, tests of other teams. `import postpass` gives these names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pya

from . import layout_file, strings
from . import tech as technologies
from .drc.batch import checked_report
from .drc.plan import Wishes
from .drc.report import Report
from .messages import Refusal

__all__ = ["Refusal", "Report", "check"]


def check(layout_or_cell: "pya.Layout | pya.Cell | str | os.PathLike[str]", tech: "str | os.PathLike[str] | technologies.Technology", *,
          topcell: "str | None" = None, mode: "str | None" = None, threads: "int | None" = None, tile_um: "float | None" = None,
          window_um: "Sequence[float] | None" = None, families: "Sequence[str]" = (), workers: "int | None" = None, scheduler: "str | None" = None,
          side_um: "float | None" = None) -> Report:
    """Checks a layout (or the path of its file) or a cell with all that it places.

    `tech`: the name of a technology, the path of its JSON file, or what `postpass.tech.load` returns. `topcell`: of a layout
    with several top cells. `window_um`: left, bottom, right, top. The others are those of the command line; workers, which are
    processes of their own (a script that asks for them needs `if __name__ == "__main__":`), read a file.
    Raises Refusal, one sentence, for what cannot be checked; violations raise nothing, they are in the report.
    """
    wishes = Wishes.read(mode, _text(threads), _text(tile_um), ",".join(map(str, window_um or ())), ",".join(families))
    spread = {name: str(value) for name, value in (("workers", workers), ("scheduler", scheduler), ("side", side_um)) if value is not None}
    technology = technologies.load(os.fspath(tech)) if isinstance(tech, (str, os.PathLike)) else tech
    if spread:
        return _spread(layout_or_cell, topcell, technology, wishes, spread)
    if isinstance(layout_or_cell, pya.Cell):
        return checked_report(layout_or_cell, technology, "cell " + strings.cell_name(layout_or_cell), wishes)
    if isinstance(layout_or_cell, pya.Layout):
        cell = layout_file.top_cell(layout_or_cell, topcell)
        return checked_report(cell, technology, "cell " + strings.cell_name(cell), wishes)
    path = os.fspath(layout_or_cell)
    layout = layout_file.read(path)
    report = checked_report(layout_file.top_cell(layout, topcell), technology, strings.path(path), wishes)
    report.layout = layout  # the report's cells live as long as their layout
    return report


def _spread(path: Any, topcell: "str | None", technology: Any, wishes: Wishes, spread: "dict[str, str]") -> Report:
    from .drc import cluster
    if not isinstance(path, (str, os.PathLike)):
        raise Refusal("workers and a scheduler read the layout's file: give its path")
    return cluster.checked_report(os.fspath(path), topcell, technology, wishes, cluster.Wanted.read(**spread))


def _text(value: "float | str | None") -> "str | None":
    return None if value is None else str(value)
