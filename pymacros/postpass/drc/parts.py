"""A layout checked in parts, on several processors or machines: the windows to check, and one result from many (docs/scale.md).

The scripts drc/postpass_windows.py and drc/postpass_merge.py hand their variables to `print_windows` and `merge`.
"""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

import pya

from .. import console, files, layout_file, strings
from ..messages import guarded
from ..records import read_json
from .findings import CannotCheck
from .report import DATABASE

MOST_WINDOWS = 1_000_000
SIDE_UM = (1e-4, 1e6)
_OF_ONE_RUN = ("technology", "technology_checksum", "input", "topcell")
_SAME_IN_ALL = ("technology", "technology_title", "technology_file", "technology_checksum", "input", "topcell", "absent_layers", "unknown_layers")
_OF_A_PART = ("technology", "input", "topcell", "absent_layers", "unknown_layers", "errors", "warnings", "rules", "nets", "functions")

Summary = dict[str, Any]


# windows

def print_windows(variables: Mapping[str, object]) -> int:
    """Prints windows that cover a layout, one a line. Variables: input, side (um), topcell. Returns the exit code."""
    console.prepare()
    return guarded(_print_windows, _texts(variables))


def _print_windows(texts: dict[str, str]) -> int:
    side_um = _side(texts.get("side", ""))
    layout = layout_file.read(texts.get("input", ""))
    for window in windows(layout_file.top_cell(layout, texts.get("topcell")), side_um):
        print(",".join("%.6g" % side for side in window))
    return 0


def _side(text: str) -> float:
    try:
        side_um = float(text)
    except ValueError:
        side_um = 0.0
    if not SIDE_UM[0] <= side_um <= SIDE_UM[1]:
        raise CannotCheck("side=%s: give the side of a window in um, from %g to %.0f" % (text, *SIDE_UM))
    return side_um


def windows(cell: pya.Cell, side_um: float) -> list[tuple[float, ...]]:
    """(left, bottom, right, top) in um of windows side by side over a cell, each about `side_um` wide.

    Findings reach a little beyond the outermost shapes. Raises CannotCheck for too many.
    """
    dbu, box = cell.layout().dbu, cell.dbbox().enlarged(1.0, 1.0)
    columns, rows = (max(int(length / side_um + 0.5), 1) for length in (box.width(), box.height()))
    if columns * rows > MOST_WINDOWS:
        raise CannotCheck("side=%g: makes %d windows: give a larger side" % (side_um, columns * rows))
    xs, ys = _steps(box.left, box.width(), columns, dbu), _steps(box.bottom, box.height(), rows, dbu)
    return [(left, bottom, right, top) for bottom, top in zip(ys, ys[1:]) for left, right in zip(xs, xs[1:])]


def _steps(start: float, length: float, count: int, dbu: float) -> list[float]:
    return [round(round((start + length * number / count) / dbu) * dbu, 6) for number in range(count + 1)]


# one result

def merge(variables: Mapping[str, object]) -> int:
    """Writes one report and one summary from parts. Variables: parts (a pattern of summaries, each with its report beside it), report, summary.

    Returns the exit code: 0 no error-level violation, 2 violations, 1 the parts do not make a whole.
    """
    console.prepare()
    return guarded(_merge, _texts(variables))


def _merge(texts: dict[str, str]) -> int:
    if not texts.get("parts") or not texts.get("report"):
        raise CannotCheck("give the summaries of the parts with -rd parts='FOLDER/*.json' and the report with -rd report=F")
    summaries = sorted(glob.glob(os.path.expanduser(texts["parts"])))
    reports = [os.path.splitext(path)[0] + ".lyrdb" for path in summaries]
    outputs = files.Outputs([files.Output(role, os.path.expanduser(texts[role]), True) for role in ("report", "summary") if role in texts],
                            [files.Input("part", path) for path in summaries + reports])
    with outputs.older_aside():
        whole = merged([_summary(path) for path in summaries])
        writers = {"report": (database(reports).save, files.require_ending(b"</report-database>"))}
        if "summary" in texts:
            writers["summary"] = (lambda path: files.write_text(path, json.dumps(whole, indent=2) + "\n"), None)
        outputs.write(writers)
    _print_whole(whole)
    print("report: %s" % strings.path(texts["report"]))
    return 2 if whole["errors"] else 0


def _print_whole(whole: Summary) -> None:
    print("rules %s of technology %s, %s (%s)" % tuple(whole.get("technology" + key, "") for key in ("_checksum", "", "_title", "_file")))
    for rule in whole["rules"]:
        print("%-9s %-8s %-58s %9s %7d" % (rule["id"], rule["severity"], rule["title"], rule["limit"], rule["count"]))
    print("total: %d errors, %d warnings from %d parts" % (whole["errors"], whole["warnings"], whole["parts"]))


def _texts(variables: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if isinstance(value, str)}


def _summary(path: str) -> Summary:
    record = read_json(path, "summary of a part", CannotCheck)
    if not isinstance(record, dict) or not all(key in record for key in _OF_A_PART):
        raise CannotCheck("%s: is not the summary of a part" % path)
    return record


def merged(summaries: list[Summary]) -> Summary:
    """One summary of many: the windows', and at most one of the nets. Raises CannotCheck where a part is missing or doubled."""
    _require_one_run(summaries)
    whole = [summary for summary in summaries if summary.get("window_um") is None]
    in_windows = [summary for summary in summaries if summary.get("window_um") is not None]
    _require_side_by_side([summary["window_um"] for summary in in_windows])
    _require_once(whole, in_windows)
    found = {key: summaries[0][key] for key in _SAME_IN_ALL if key in summaries[0]}
    found.update(parts=len(summaries), errors=sum(summary["errors"] for summary in summaries), warnings=sum(summary["warnings"] for summary in summaries),
                 rules=_added(rule for summary in summaries for rule in summary["rules"]))
    found.update({key: [row for summary in whole for row in summary[key]] for key in ("nets", "functions")})
    return found


def _added(rules: Iterable[Summary]) -> list[Summary]:
    sums: dict[str, Summary] = {}
    for rule in rules:
        known = sums.setdefault(rule["id"], dict(rule, count=0, seconds=0.0))
        known["count"] += rule["count"]
        known["seconds"] = round(known["seconds"] + rule["seconds"], 3)
    return list(sums.values())


def _require_one_run(summaries: list[Summary]) -> None:
    if not summaries:
        raise CannotCheck("no part to merge")
    for key in _OF_ONE_RUN:
        values = list(dict.fromkeys(str(summary.get(key)) for summary in summaries))
        if len(values) > 1:
            raise CannotCheck("the parts are of different runs: %s is %s" % (key, " and ".join(values)))


def _require_side_by_side(some: list[list[float]]) -> None:
    """Windows must cover a box, each place once."""
    if not some:
        return
    for one, other in combinations(some, 2):
        if min(one[2], other[2]) - max(one[0], other[0]) > 1e-6 and min(one[3], other[3]) - max(one[1], other[1]) > 1e-6:
            raise CannotCheck("the windows %s and %s overlap: their findings would count twice" % tuple(",".join(map(str, window)) for window in (one, other)))
    lefts, bottoms, rights, tops = zip(*some)
    area = sum((right - left) * (top - bottom) for left, bottom, right, top in some)
    whole = (max(rights) - min(lefts)) * (max(tops) - min(bottoms))
    if area < whole * (1 - 1e-9):
        raise CannotCheck("a window is missing: the parts cover %.6g of %.6g square um" % (area, whole))


def _require_once(whole: list[Summary], in_windows: list[Summary]) -> None:
    """Rules that ran as a whole must not have run twice."""
    once = [rule["id"] for summary in whole for rule in summary["rules"]]
    pieces = {rule["id"] for summary in in_windows for rule in summary["rules"]}
    for rule in once:
        if once.count(rule) > 1 or rule in pieces:
            raise CannotCheck("rule %s ran in more than one part for the same places" % rule)


def database(reports: list[str]) -> pya.ReportDatabase:
    """All items of the reports in one database. Raises CannotCheck."""
    whole = pya.ReportDatabase(DATABASE)
    for path in reports:
        part = pya.ReportDatabase("part")
        try:
            part.load(path)
        except RuntimeError as error:
            raise CannotCheck("%s: cannot be read (%s)" % (path, files.reason(error))) from None
        _copy(part, whole)
    return whole


def _copy(part: pya.ReportDatabase, whole: pya.ReportDatabase) -> None:
    whole.generator, whole.top_cell_name, whole.description = part.generator, part.top_cell_name, part.description
    categories = {category.rdb_id(): _category(whole, category).rdb_id() for category in part.each_category()}
    cells = {}
    for cell in part.each_cell():
        known = whole.cell_by_qname(cell.qname())
        cells[cell.rdb_id()] = (known if known is not None else whole.create_cell(cell.name())).rdb_id()
    for item in part.each_item():
        added = whole.create_item(cells[item.cell_id()], categories[item.category_id()])
        for value in item.each_value():
            added.add_value(value)


def _category(whole: pya.ReportDatabase, category: pya.RdbCategory) -> pya.RdbCategory:
    known = whole.category_by_path(category.path())
    if known is None:
        known = whole.create_category(category.name())
        known.description = category.description
    return known
