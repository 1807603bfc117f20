"""Many layouts checked by one technology: a line for each, and what changed since the last table (docs/scale.md).

A layout that cannot be checked is a line, too, and not the end. With workers, each checks whole layouts, one after the other, so that many small
ones keep all of them busy; one large layout is better checked alone, window by window (cluster.py).
"""

from __future__ import annotations

import contextlib
import csv
import glob
import io
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import console, files, layout_file, strings
from .. import tech as technologies
from ..messages import Refusal, counted, guarded, unforeseen
from ..tech.differences import in_one_sentence, values_that_differ
from ..tech.loader import with_checksum
from ..tech.sources import sources
from .batch import DEFAULT, checked_report, look_for_technologies, require_numpy
from .plan import Wishes

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .cluster import Wanted

_VIOLATIONS = re.compile("(.+?)=([0-9]+)(?:; |\\Z)")  # an id may hold any letters
COLUMNS = ("layout", "cell", "technology", "version", "rules", "errors", "warnings", "violations", "drawn_under", "problem")


class Row(NamedTuple):
    """A layout. rules: checksum; violations: {rule, or LAYOUT: number}, errors and warnings alike; drawn_under: {technology: what differs in it}; problem: why it could not be checked, or ""."""

    layout: str
    cell: str
    technology: str
    version: str
    rules: str
    errors: int
    warnings: int
    violations: dict[str, int]
    drawn_under: dict[str, str]
    problem: str
    seconds: float = 0.0  # not written: it differs from run to run

    @property
    def code(self) -> int:
        """The exit code of a check of this layout alone."""
        return 1 if self.problem else 2 if self.errors else 0


def paths_of(given: Sequence[str]) -> list[str]:
    """The paths that are given, with patterns that the shell left as they are (Windows) put in their place."""
    return [path for one in given for path in ([one] if os.path.exists(one) or not glob.has_magic(one) else sorted(glob.glob(one)) or [one])]


def main(paths: Sequence[str], texts: Mapping[str, str], spread: Mapping[str, str]) -> int:
    """Checks the layouts. texts: tech, and table, a CSV file that is compared with what was there, and written anew. spread: as in batch.py.
    Returns the exit code: the worst of all, where 1 (not checked) is worse than 2 (violations)."""
    console.prepare()
    return guarded(_check, paths, texts, spread)


def _check(paths: Sequence[str], texts: Mapping[str, str], spread: Mapping[str, str]) -> int:
    others = sorted({*texts} - {"tech", "table"})
    if others:
        raise Refusal("%s= is for one layout: leave it out, or check the layouts one by one" % others[0])
    named = texts.get("tech") or DEFAULT
    look_for_technologies(named)
    path = texts.get("table")
    inputs = [files.Input("input file", one) for one in paths] + [files.Input("technology file", one) for one in sources(named)]
    outputs = files.Outputs([files.Output("table", os.path.expanduser(path))] if path else [], inputs)
    require_numpy()
    workers = _workers(len(paths), spread)
    technology, before = technologies.load(named), _read(os.path.expanduser(path)) if path else {}
    print("Post-passivation DRC of %s by %s" % (counted(len(paths), "layout"), technology.identity()))
    for remark in _changed_rules(technology, before.values()):
        print(remark)
    rows, width = [], max(len(strings.shown(one)) for one in paths)
    for row in _rows(paths, technology, workers):
        rows.append(row)
        print("%-*s  %s" % (width, row.layout, _told(row, before)), flush=True)
    now = {_key(row.layout) for row in rows}
    for one, old in before.items():
        if one not in now:
            print("%-*s  of the last table was not checked" % (width, old.layout))
    for remark in _drawn_otherwise(rows):
        print(remark)
    if path:
        outputs.write({"table": (lambda part: files.write_text(part, as_csv(rows)), None)})
        print("table: %s" % strings.path(path))
    codes = [row.code for row in rows]
    print("total: %s, %d with errors, %d not checked" % (counted(len(rows), "layout"), codes.count(2), codes.count(1)))
    return 1 if 1 in codes else max(codes)


def row_of(path: str, technology: Technology, wishes: Wishes = Wishes()) -> Row:
    """The row of one layout; what is wrong with it, or with this program, is told in the row."""
    start = time.monotonic()
    from .report import LAYOUT_WARNINGS
    try:
        with contextlib.redirect_stdout(sys.stderr):
            layout = layout_file.read(path)
            report = checked_report(layout_file.top_cell(layout, choose="check it on its own, with --topcell NAME"), technology, strings.path(path), wishes)
            found = {result.rule["id"]: len(result.findings) for result in report.results if result.findings}
            if report.checked.warnings:
                found[LAYOUT_WARNINGS] = len(report.checked.warnings)
            return _unchecked(path, technology, "")._replace(cell=report.cell_name, errors=report.errors, warnings=report.warnings, violations=found,
                                                             drawn_under={other.under: other.what_differs for other in report.drawn_otherwise}, seconds=time.monotonic() - start)
    except Refusal as refusal:
        return _unchecked(path, technology, str(refusal))
    except Exception as error:
        return _unchecked(path, technology, unforeseen(error))


def _unchecked(path: str, technology: Technology, problem: str) -> Row:
    """The row of a layout of which nothing is known but why."""
    return Row(strings.shown(path), "", technology.name, technology.version or "", technology.checksum(), 0, 0, {}, {}, problem)


def _workers(layouts: int, spread: Mapping[str, str]) -> Wanted | None:
    """Where layouts are checked, None for one run here. No more processes than layouts: each takes a second of the processor to start."""
    if not spread:
        return None
    from . import cluster
    if spread.get("side"):
        raise Refusal("side= is the side of windows: of several layouts each is checked whole")
    wanted = cluster.Wanted.read(**spread)
    return wanted._replace(workers=min(wanted.workers, layouts)) if wanted.workers else wanted


def _rows(paths: Sequence[str], technology: Technology, wanted: Wanted | None) -> Iterator[Row]:
    """In the order of the paths, each as soon as those before it are there."""
    if not wanted:
        yield from (row_of(path, technology) for path in paths)
        return
    from . import cluster
    seen = [path if wanted.workers else os.path.abspath(path) for path in paths]  # processes of this machine work in this folder
    with cluster.client(wanted) as client:
        held = [cluster.content(path) if wanted.scheduler and os.path.isfile(path) else "" for path in paths]  # of files that other machines see, perhaps
        futures = client.map(_on_worker, seen, held, [technology] * len(paths), [cluster.code()] * len(paths), pure=False, retries=0)
        for path, future in zip(paths, futures):
            try:
                yield cluster.result_of(client, future)._replace(layout=strings.shown(path))
            except cluster.Lost as loss:
                yield _unchecked(path, technology, "%s: %s" % (strings.shown(path), loss))


def _on_worker(path: str, content: str, technology: Technology, code: str) -> Row:
    from . import cluster
    cluster.require_same(code)
    try:
        if content:
            cluster.require_same_file(path, content)
    except Refusal as refusal:
        return _unchecked(path, technology, str(refusal))
    return row_of(path, technology, Wishes(threads=1))


# what changed


def _changed_rules(technology: Technology, before: Any) -> Iterator[str]:
    """Sentences on the technologies of the last table that have other rules."""
    for name, version, rules in sorted({(row.technology, row.version, row.rules) for row in before if row.rules != technology.checksum()}):
        other = with_checksum(name, rules, technology.path)
        words = in_one_sentence(values_that_differ(other, technology) if other else None)
        yield "The last table was made by %s, rules %s: %s" % (" ".join(part for part in (name, version) if part), rules, words)


def _drawn_otherwise(rows: Sequence[Row]) -> Iterator[str]:
    """A sentence on each technology that layouts were drawn under, and what differs in it."""
    under = {technology: differs for row in rows for technology, differs in row.drawn_under.items()}
    for technology, differs in sorted(under.items()):
        yield "%s drawn under %s: %s" % (counted(sum(technology in row.drawn_under for row in rows), "layout"), technology, differs)


def _told(row: Row, before: Mapping[str, Row]) -> str:
    """A row in words."""
    old = before.get(_key(row.layout))
    if row.problem:
        return "NOT CHECKED: %s%s" % (row.problem, "; it was checked before" if old and not old.problem else "")
    words = ["%s, %s" % (counted(row.errors, "error"), counted(row.warnings, "warning")), "%.2f s" % row.seconds]
    words += [" ".join("%s %d" % item for item in sorted(row.violations.items()))] if row.violations else []
    words += ["drawn under " + under for under in row.drawn_under]
    changed = _changes(row, old) if old else "new in the table" if before else ""
    return "; ".join(words + [changed] * bool(changed))


def _key(layout: str) -> str:
    """What is the same for the same file, however its path is written."""
    return os.path.normpath(layout)


def _changes(row: Row, old: Row) -> str:
    """What is new and gone, rule by rule; "" for the same."""
    if old.problem:
        return "could not be checked before"
    more = {rule: row.violations.get(rule, 0) - old.violations.get(rule, 0) for rule in sorted({*row.violations, *old.violations})}
    words = [("new: ", ["%d of %s" % (by, rule) for rule, by in more.items() if by > 0]), ("gone: ", ["%d of %s" % (-by, rule) for rule, by in more.items() if by < 0])]
    return "; ".join(begin + ", ".join(some) for begin, some in words if some)


# the file


def as_csv(rows: Sequence[Row]) -> str:
    """The rows as CSV with a header, the same for the same results."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([*row[:7], "; ".join("%s=%d" % item for item in sorted(row.violations.items())), " | ".join("%s: %s" % under for under in row.drawn_under.items()), row.problem])
    return text.getvalue()


def _read(path: str) -> dict[str, Row]:
    """{layout: row} of a table that is there; {} where none is. Raises Refusal for a file that is no table."""
    if not os.path.exists(path):
        return {}
    files.require_readable(path)
    found = {}
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            if tuple(next(lines, ())) != COLUMNS:
                raise ValueError("its first line has other columns")
            for line in lines:
                if len(line) != len(COLUMNS):
                    raise ValueError("line %d has %s, not %d" % (lines.line_num, counted(len(line), "value"), len(COLUMNS)))
                violations = {rule: int(number) for rule, number in _VIOLATIONS.findall(line[7])}
                found[_key(line[0])] = Row(line[0], line[1], line[2], line[3], line[4], int(line[5]), int(line[6]), violations, {}, line[9])
    except (ValueError, csv.Error) as error:
        raise Refusal("%s is no table of an earlier check (%s): name another file for the table" % (strings.path(path), error)) from None
    return found
