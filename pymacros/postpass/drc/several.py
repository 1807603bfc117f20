"""Checks several layouts one after the other, in few words for each: what a hook before a commit needs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .. import console, layout_file, strings
from .. import tech as technologies
from ..messages import Refusal, guarded, printable
from ..tech import places
from .batch import checked_report, require_numpy


def main(paths: Sequence[str], named: str) -> int:
    """Checks these layouts by a technology. Returns the exit code: 1 where one could not be checked, else 2 where one has violations."""
    console.prepare()
    return guarded(_check, paths, named)


def _check(paths: Sequence[str], named: str) -> int:
    require_numpy()
    places.tell_remarks(named)
    technology = technologies.load(named)
    return min((code for code in [_code_of(path, technology) for path in paths] if code), default=0)


def _code_of(path: str, technology: technologies.Technology) -> int:
    try:
        layout = layout_file.read(path)  # its cell lives as long as it does
        report = checked_report(layout_file.top_cell(layout, None), technology, strings.path(path))
        print(report)
    except Refusal as refusal:
        words = str(refusal)
        print("ERROR: " + (words if words.startswith(path) else "%s: %s" % (printable(path), words)), file=sys.stderr)
        return 1
    return 2 if report.errors else 0
