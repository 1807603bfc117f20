"""The deck in batch: a layout file in, a report and an exit code out.

The variables of `klayout -b -r drc/postpass.lydrc -rd NAME=TEXT` are those of `check`: input, tech, report, summary, sarif, junit,
clean, topcell, mode, threads, tile, window, family. Exit code 0: no error-level violation, 2: violations, 1: could not check.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import console, files, klayout_technologies, layout_file, strings
from .. import tech as technologies
from ..messages import guarded, how_to_install
from ..tech import places
from ..tech.sources import sources
from .findings import CannotCheck
from .plan import Wishes

if TYPE_CHECKING:
    import pya

    from ..tech.answers import Technology
    from .report import Report

DEFAULT = "postpass"
_RESULTS = ("report", "summary", "sarif", "junit")  # files with what was found
_WISHES = ("mode", "threads", "tile", "window", "family")


def main(variables: Mapping[str, object], spread: "Mapping[str, str] | None" = None) -> int:
    """Checks as the variables say (texts; others are no variables of the command line). Returns the exit code.

    `spread`: workers, scheduler and side, for a check in windows by several processes (cluster.py).
    """
    console.prepare()
    return guarded(_check, {name: value for name, value in variables.items() if isinstance(value, str)}, spread or {})


def _check(texts: dict[str, str], spread: "Mapping[str, str]") -> int:
    named = texts.get("tech") or DEFAULT
    look_for_technologies(named)
    outputs = _announced(texts, named)
    with outputs.older_aside():
        require_numpy()
        wishes = Wishes.read(**{name: texts[name] for name in _WISHES if name in texts})
        technology = technologies.load(named)
        if spread:
            from . import cluster
            report = cluster.checked_report(texts.get("input", ""), texts.get("topcell"), technology, wishes, cluster.Wanted.read(**spread))
        else:
            layout = layout_file.read(texts.get("input", ""))
            report = checked_report(layout_file.top_cell(layout, texts.get("topcell")), technology, strings.path(texts["input"]), wishes)
        print("Post-passivation DRC of cell %s of %s" % (report.cell_name, strings.shown(texts["input"])))
        print("by %s%s" % (technology.identity(), "" if texts.get("tech") else " (the default; choose with tech=NAME)"))
        for line in report.lines():
            print(line)
        outputs.write(_writers(report, texts))
    for role in ("report", "sarif", "junit", "clean"):
        if role in texts:
            print("%s: %s" % (role, strings.path(texts[role])))
    return 2 if report.errors else 0


def look_for_technologies(*named: str) -> None:
    """Looks in the folders of KLayout's technologies, too, and notes on standard error what is to be known of the named ones."""
    places.set_folders(klayout_technologies.base_folders(), places.KLAYOUT)
    places.tell_remarks(*named)


def checked_report(cell: pya.Cell, technology: Technology, source: str, wishes: Wishes = Wishes()) -> Report:
    """Checks a pya.Cell: a Report. `source`: its layout's file or name. Raises Refusal."""
    from .report import Report
    from .run import check_cell
    return Report(check_cell(cell, technology, wishes), source, wishes.families)


def _announced(texts: dict[str, str], named: str) -> files.Outputs:
    outputs = [files.Output(role, os.path.expanduser(texts[role]), True) for role in _RESULTS if role in texts]
    outputs += [files.Output("clean layout", os.path.expanduser(texts["clean"]))] if "clean" in texts else []
    inputs = [files.Input("input file", texts["input"])] if texts.get("input") else []
    return files.Outputs(outputs, inputs + [files.Input("technology file", path) for path in sources(named)])


def _writers(report: Report, texts: dict[str, str]) -> dict[str, Any]:
    writers = {}
    if "report" in texts:
        writers["report"] = (report.database().save, files.require_ending(b"</report-database>"))
    if "summary" in texts:
        writers["summary"] = (lambda path: files.write_text(path, report.summary_text()), None)
    if "sarif" in texts:
        from .exported import sarif
        writers["sarif"] = (lambda path: files.write_text(path, sarif(report, texts["input"])), None)
    if "junit" in texts:
        from .exported import junit
        writers["junit"] = (lambda path: files.write_text(path, junit(report)), None)
    if "clean" in texts:
        import pya
        writers["clean layout"] = (lambda path: _cleaned(report.technology, texts).write(path), pya.Layout().read)
    return writers


def _cleaned(technology: Technology, texts: dict[str, str]) -> pya.Layout:
    """The layout without shapes that cover nothing."""
    layout = layout_file.read(texts["input"])
    layout_file.erase(layout, layout_file.lines(layout_file.top_cell(layout, texts.get("topcell")), technology))
    return layout


def require_numpy() -> None:
    """Raises CannotCheck where numpy is missing."""
    try:
        import numpy  # noqa: F401
    except ImportError:
        raise CannotCheck("the check needs numpy: %s" % how_to_install("numpy")) from None
