"""What a run found, as a marker database, as lines for the screen, and as a summary in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pya

from .. import strings
from ..messages import counted
from ..tech.kinds import limit_key, limits_in_words
from .drawn_otherwise import drawn_otherwise
from .kinds import FAMILIES
from .kinds.base import Rule
from .run import Checked, Result, waits

DATABASE = "Post-passivation DRC"
LAYOUT_WARNINGS = "LAYOUT"  # the category of warnings on the layout itself
NETS_ON_SCREEN = 80
_LIMITS = {"value_um": "%g um", "value_um2": "%g um2", "value_deg": "%g deg", "value": "%g"}
_LEAST_ID = 9  # letters of the column of rule ids


class Report:
    """`checked`: of `run.check_cell`; `source`: the layout's file or name; `families`: of the rules that ran."""

    def __init__(self, checked: Checked, source: str, families: tuple[str, ...] = FAMILIES) -> None:
        self.checked, self.source, self.families = checked, source, families
        self.layout: Any = None  # of a file that was read for it: the cells live as long as their layout
        self.technology, self.results = checked.layers.technology, checked.results
        self._dbu, self._cell = checked.layers.dbu, checked.layers.cell
        self.drawn_otherwise = drawn_otherwise(self._cell, self.technology)
        self._nets = _net_table(checked) if "nets" in families else None

    @property
    def errors(self) -> int:
        """Violations of rules of severity error, and what is wrong about the layout itself."""
        return sum(len(result.findings) for result in self.results if result.is_error) + sum(warning.is_error for warning in self.checked.warnings)

    @property
    def warnings(self) -> int:
        return sum(len(result.findings) for result in self.results if not result.is_error)

    def __repr__(self) -> str:
        """One short line, errors first: pytest shows it, shortened, where an assertion on a report fails."""
        found = sorted(((not result.is_error, result.rule["id"], len(result.findings)) for result in self.results if result.findings), key=lambda row: row[0])
        rules = ", ".join("%s (%s%d)" % (name, "warning, " if is_warning else "", count) for is_warning, name, count in found)
        return "<%s by %s: %s, %s%s>" % (self.cell_name, self.technology.name, counted(self.errors, "error"), counted(self.warnings, "warning"), rules and ": " + rules)

    def __str__(self) -> str:
        """A line for each violated rule, with what was measured at its first place, and for what is wrong about the layout itself."""
        lines = ["%s of %s by %s: %s, %s" % (self.cell_name, self.source, self.technology.name, counted(self.errors, "error"), counted(self.warnings, "warning"))]
        lines += ["%s: %s" % ("error" if warning.is_error else "warning", warning.text) for warning in self.checked.warnings]
        for result in sorted(self.results, key=lambda one: not one.is_error):
            if result.findings:
                rule, count = result.rule, len(result.findings)
                lines.append("%s %s, %s (limit %s): %s%s" % (severity(rule), rule["id"], rule["title"], self.limit(rule), result.findings[0].text, " and %d more" % (count - 1) if count > 1 else ""))
        return "\n".join(lines)

    @property
    def cell_name(self) -> str:
        return strings.cell_name(self._cell)

    # markers

    def database(self, generator: str = "drc: postpass", note: "str | None" = None) -> pya.ReportDatabase:
        """The markers. `generator`: how KLayout repeats the run; `note`: more words on the technology, such as who chose it."""
        database = pya.ReportDatabase(DATABASE)
        self.fill(database, self.cell_name, generator, note)
        return database

    def fill(self, database: pya.ReportDatabase, top_cell: str, generator: str, note: "str | None" = None) -> None:
        """Writes the markers into an empty database. `top_cell`: as KLayout is to look for it in the layout."""
        database.description = "; ".join(word for word in (self.technology.identity(), note, *map(str, self.drawn_otherwise)) if word) + _on(self.source)
        database.generator = generator
        database.top_cell_name = top_cell
        cell = database.create_cell(top_cell)
        for result in self.results:
            self._fill(database, cell.rdb_id(), result)
        self._fill_warnings(database, cell.rdb_id())

    def same_place(self, database: pya.ReportDatabase) -> bool:
        """Whether a database holds markers of a check of the same cell of the same layout.

        KLayout adds [1], [2] to the name of a second one in a view.
        """
        return is_of(database, self.cell_name, self.source)

    def _fill(self, database: pya.ReportDatabase, cell: int, result: Result) -> None:
        category = database.create_category(result.rule["id"])
        note = "; " + result.rule["note"] if "note" in result.rule else ""
        category.description = "%s (%s, limit %s)%s" % (result.rule["title"], severity(result.rule), self.limit(result.rule), note)
        number = category.rdb_id()
        for finding in result.findings:
            item = database.create_item(cell, number)
            for shape in finding.shapes:
                item.add_value(self._in_um(shape))
            item.add_value(finding.text)

    def _fill_warnings(self, database: pya.ReportDatabase, cell: int) -> None:
        """What is doubtful about the layout itself, under a category of its own: no rule of the technology speaks of it."""
        if not self.checked.warnings:
            return
        category = database.create_category(LAYOUT_WARNINGS)
        category.description = "about the layout itself (%s)" % ("error" if any(warning.is_error for warning in self.checked.warnings) else "warning")
        for warning in self.checked.warnings:
            item = database.create_item(cell, category.rdb_id())
            item.add_value(pya.DBox(warning.place.to_dtype(self._dbu)))
            item.add_value(warning.text)

    def _in_um(self, shape: Any) -> Any:
        in_um = shape.to_dtype(self._dbu)  # a plain shape: KLayout 0.30.0 adds none with properties to a report
        return pya.DPolygon(in_um) if isinstance(in_um, pya.DBox) else in_um

    # summary

    def summary(self) -> dict[str, Any]:
        """What the run found, for JSON; nets row by row, for there may be a million."""
        technology, plan, layers = self.technology, self.checked.plan, self.checked.layers
        return {"technology": technology.name, "technology_version": technology.version, "technology_title": technology.title, "technology_file": technology.path,
                "technology_checksum": technology.checksum(), "input": self.source, "topcell": self.cell_name,
                "mode": plan.mode, "threads": plan.threads, "window_um": self._window_um, "families": list(self.families),
                "search_seconds": round(self.checked.search_seconds, 3), "errors": self.errors, "warnings": self.warnings,
                "layout_errors": [warning.text for warning in self.checked.warnings if warning.is_error],
                "layout_warnings": [warning.text for warning in self.checked.warnings if not warning.is_error],
                "drawn_under": [other.record() for other in self.drawn_otherwise],
                "absent_layers": layers.absent(), "unknown_layers": ["%d/%d" % (info.layer, info.datatype) for info in layers.unknown()],
                "rules": [self._summary_of(result) for result in self.results], "nets": list(self._nets or ()),
                "functions": self.checked.drawing.nets.groups.table() if "nets" in self.families else []}

    def summary_text(self) -> str:
        """The summary as JSON text, one line for each net."""
        summary = self.summary()
        nets = ",\n".join("    " + json.dumps(net) for net in summary["nets"])
        summary["nets"] = []
        text = json.dumps(summary, indent=2) + "\n"
        return text.replace('"nets": []', '"nets": [\n%s\n  ]' % nets, 1) if nets else text

    def _summary_of(self, result: Result) -> dict[str, Any]:
        rule = result.rule
        return {"id": rule["id"], "check": rule["check"], "title": rule["title"], "severity": severity(rule), "limit": self.limit(rule),
                "count": len(result.findings), "seconds": round(result.seconds, 3)}

    @property
    def _window_um(self) -> "list[float] | None":
        window = self.checked.plan.window
        return [round(side * self._dbu, 6) for side in (window.left, window.bottom, window.right, window.top)] if window else None

    def limit(self, rule: Rule) -> str:
        """The limit of a rule with its unit."""
        key = limit_key(rule)
        if key:
            return _LIMITS[key] % rule[key]
        if "limits" in rule:
            return limits_in_words(rule)
        return "%g um" % self.technology.grid_um if rule["check"] == "grid" else "-"

    # screen

    def lines(self) -> Iterator[str]:
        """What a batch run prints."""
        yield from self._plan_lines()
        yield from self.layer_lines()
        yield from self._net_lines()
        yield from self.table_lines()

    def _plan_lines(self) -> Iterator[str]:
        yield str(self.checked.plan)
        window = self._window_um
        if window:
            yield "window: %s um; a finding is listed when the lowest of its leftmost corners lies inside" % ", ".join("%s" % side for side in window)
        left_out = ",".join(family for family in FAMILIES if family not in self.families)
        if left_out:
            yield "not run: the rules of family %s%s" % (left_out, ", which need the whole layout: run them once with family=%s" % left_out if window else "")

    def layer_lines(self) -> Iterator[str]:
        """Layers that are not checked, layers without a shape, and what is doubtful about the layout itself."""
        unknown, absent = self.checked.layers.unknown(), self.checked.layers.absent()
        if unknown:
            yield "layers of the file that the technology does not know, not checked: %s" % ", ".join(str(info) for info in unknown)
        if absent:
            yield "layers of the technology without a shape: %s" % ", ".join(absent)
        for other in self.drawn_otherwise:
            yield "WARNING: " + str(other)
        for warning in self.checked.warnings:
            yield ("ERROR: " if warning.is_error else "WARNING: ") + warning.text

    def _net_lines(self) -> Iterator[str]:
        if not self._nets:
            return
        yield "%-24s %8s %6s %-32s %14s %14s  %s" % ("net", "contacts", "vias", "pads", "metal um2", "trace um", "performs")
        for net in islice(self._nets, NETS_ON_SCREEN):
            pads = ", ".join("%d %s" % (count, function) for function, count in net["pads"].items())
            yield "%-24s %8d %6d %-32s %14.1f %14.1f  %s" % (
                net["net"], net["contact_points"], net["vias"], pads, net["metal_area_um2"], net["trace_length_um"], net["function"])
        if len(self._nets) > NETS_ON_SCREEN:
            yield "... and %d nets more: all are in the summary" % (len(self._nets) - NETS_ON_SCREEN)
        yield from self.checked.drawing.nets.groups.lines()

    def table_lines(self) -> Iterator[str]:
        """One line for each rule, and the total."""
        wide = max([_LEAST_ID, *(len(rule["id"]) for rule in self.technology.rules)])
        yield "%-*s %-8s %-58s %9s %7s %8s" % (wide, "rule", "severity", "title", "limit", "count", "seconds")
        for result in self.results:
            rule = result.rule
            yield "%-*s %-8s %-58s %9s %7d %8.2f" % (wide, rule["id"], severity(rule), rule["title"], self.limit(rule), len(result.findings), result.seconds)
        for rule in self.technology.rules:
            if rule["check"] == "guideline":
                yield "%-*s guideline, not run: %s" % (wide, rule["id"], "; ".join(rule[key] for key in ("title", "note") if key in rule))
            elif waits(rule, self.checked.layers):
                yield "%-*s not run, for layer %s has no shape: %s" % (wide, rule["id"], rule["when"], rule["title"])
        if self.checked.search_seconds > 0:
            yield "search for the places to measure, for all rules".ljust(wide + 68) + "%25.2f" % self.checked.search_seconds
        yield "total: %d errors, %d warnings from %d rules in %.2f s" % (
            self.errors, self.warnings, len(self.results), sum(result.seconds for result in self.results) + self.checked.search_seconds)


def is_of(database: pya.ReportDatabase, cell: str, source: str) -> bool:
    """Whether a database holds markers of a check of a cell (its name as shown) of a layout (its file or name)."""
    return database.name().split("[")[0] == DATABASE and database.top_cell_name == cell and database.description.endswith(_on(source))


def _on(source: str) -> str:
    return " on %s" % source


def severity(rule: Rule) -> str:
    return rule.get("severity", "error")


def _net_table(checked: Checked) -> Any:
    """The nets, where the technology has a rule that looks at them."""
    from ..conductors.net_table import NetTable
    from .kinds import KINDS
    if not any(KINDS[result.rule["check"]].family == "nets" for result in checked.results):
        return ()
    return NetTable(checked.drawing.nets, checked.layers.dbu)
