"""What a check is asked for, and what it found, as the page Check shows it: rows of violated rules, markers, sentences. No Qt.

A check of a part, some rules or a region, is never told in the words or the colour of a clean full one.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from ..draw.choices import CommandError
from ..drc.kinds import FAMILIES, KINDS
from ..messages import counted, sentence

if TYPE_CHECKING:
    import pya

    from ..drc.findings import Finding
    from ..drc.report import Report
    from ..tech.answers import Technology

MOST_MARKERS = 200    # of a rule, that are listed
LETTERS_OF_A_LINE = 26  # that fit beside a count in the narrowest panel
MOST_OUTLINES = 2000  # that are highlighted at once
ALL_RULES = "All rules"
LAYOUT_ROW = "LAYOUT"  # of what is said about the layout itself
IN_A_REGION = "geometry"  # the family whose rules ask for a part of the layout alone
LEAST_SIDE_UM = 10.0  # of what is shown around a marker
_AROUND = 3.0  # what is shown, as a multiple of the marker
_FAMILY_TITLES = {"technology": "Films and sizes", "geometry": "Geometry", "nets": "Nets"}


class Choice(NamedTuple):
    """Rules that can be checked together. ids: of the rules that run; is_all: nothing is left out."""

    title: str
    ids: frozenset[str]
    is_all: bool = False


class Scope(NamedTuple):
    """What is to be checked. ids: of the rules that run; asked: how many the choice has; rules: how many the technology has;
    region_um: left, bottom, right, top, or None for the whole cell."""

    title: str
    ids: frozenset[str]
    asked: int
    rules: int
    region_um: tuple[float, float, float, float] | None = None

    @property
    def is_partial(self) -> bool:
        """Whether a rule, or a part of the cell, is left out."""
        return self.region_um is not None or len(self.ids) < self.rules

    def sentence(self) -> str:
        """Which part it is; "" for a full check."""
        if not self.is_partial:
            return ""
        words = "all rules" if self.asked == self.rules else "%s alone, %d of %s" % (self.title[:1].lower() + self.title[1:], self.asked, counted(self.rules, "rule"))
        if self.region_um is None:
            return "Partial check: %s." % words
        words = "Partial check: %s, in the region %s um." % (words, ", ".join("%g" % round(side, 3) for side in self.region_um))
        waiting = self.asked - len(self.ids)
        return words + (" %s for the whole cell %s not checked." % (counted(waiting, "rule"), "was" if waiting == 1 else "were") if waiting else "")


def choices(tech: Technology) -> list[Choice]:
    """All rules, those of each family of the deck, those of each layer."""
    rules = [rule for rule in tech.rules if rule["check"] in KINDS and rule["check"] != "guideline"]
    found = [Choice(ALL_RULES, frozenset(rule["id"] for rule in rules), True)]
    for family in FAMILIES:
        found.append(Choice(_FAMILY_TITLES[family], frozenset(rule["id"] for rule in rules if KINDS[rule["check"]].family == family)))
    for layer in dict.fromkeys(rule["layer"] for rule in rules if "layer" in rule):
        found.append(Choice("Layer %s" % layer, frozenset(rule["id"] for rule in rules if rule.get("layer") == layer)))
    return [choice for choice in found if choice.ids]


def scope(tech: Technology, choice: Choice, region_um: tuple[float, float, float, float] | None) -> Scope:
    """The Scope of chosen rules. Raises CommandError where none of them can be checked in a region."""
    total = len(choices(tech)[0].ids)
    if region_um is None:
        return Scope(choice.title, choice.ids, len(choice.ids), total)
    ids = frozenset(rule["id"] for rule in tech.rules if rule["id"] in choice.ids and KINDS[rule["check"]].family == IN_A_REGION)
    if not ids:
        raise CommandError("Rules of %s ask for the whole cell and cannot be checked in a region: choose Whole cell." % choice.title)
    return Scope(choice.title, ids, len(choice.ids), total, region_um)


class Row(NamedTuple):
    """A violated rule."""

    id: str
    title: str
    limit: str
    is_error: bool
    findings: Sequence[Finding]

    def text(self) -> str:
        """The rule in lines of the narrowest panel; its count stands beside them."""
        limit = "" if self.limit == "-" else ", limit\u00a0%s" % self.limit.replace(" um", "\u00a0um")
        return "\n".join(wrap("%s %s%s" % (self.id, self.severity, limit), LETTERS_OF_A_LINE) + wrap(self.title, LETTERS_OF_A_LINE))

    @property
    def severity(self) -> str:
        return "error" if self.is_error else "warning"


class Outcome(NamedTuple):
    """What a check found. rows: violated rules, errors first; at: the time, like 14:03; drawn: sentences on what was drawn under other values."""

    technology: str
    scope: Scope
    at: str
    rows: list[Row]
    dbu: float
    drawn: Sequence[str] = ()

    @property
    def errors(self) -> int:
        return sum(len(row.findings) for row in self.rows if row.is_error)

    @property
    def warnings(self) -> int:
        return sum(len(row.findings) for row in self.rows if not row.is_error)

    # sentences

    def status(self, changed: bool) -> str:
        """When it was checked, and whether that still holds."""
        return "%s at %s with %s%s" % ("Partly checked" if self.scope.is_partial else "Checked", self.at, self.technology, "; changed since" if changed else "")

    def summary(self) -> tuple[str, str | None]:
        """What was found, and the severity that colours it."""
        words = "%s, %s" % (_number(self.errors, "error"), _number(self.warnings, "warning"))
        if self.scope.is_partial:
            return "%s\n%s in this part." % (self.scope.sentence(), words), "error" if self.errors else "warning"
        return words + ".", "error" if self.errors else None

    def message(self, tech: Technology, doubt: str) -> tuple[str, str | None]:
        """What is said once, with the severity. doubt: on a layout of another technology."""
        words = ["Check: %s, %s." % (counted(self.errors, "error"), counted(self.warnings, "warning")), self.scope.sentence(),
                 "By %s." % tech.identity(tech.file_name()), doubt, *self.drawn]
        mild = "warning" if self.warnings or doubt or self.drawn or self.scope.is_partial else None
        return "\n".join(filter(None, words)), "error" if self.errors else mild

    # markers

    def lines(self, row: Row) -> list[str]:
        """The measured value and the place of each marker of a row, the first MOST_MARKERS."""
        return [self._line(finding) for finding in row.findings[:MOST_MARKERS]]

    def _line(self, finding: Finding) -> str:
        box = self.box_um(finding)
        return finding.text if box is None else "%s\u2003at %g, %g" % (finding.text, round(box.center().x, 3), round(box.center().y, 3))

    def more(self, row: Row) -> str:
        """How many markers are not listed; "" where all are."""
        rest = len(row.findings) - MOST_MARKERS
        return "" if rest <= 0 else "and %d more, see the marker browser" % rest

    def outlines_um(self, findings: Sequence[Finding]) -> list[pya.DPolygon | pya.DEdge | pya.DEdgePair]:
        """What is highlighted for some findings, um."""
        shapes = [shape for finding in findings for shape in finding.shapes][:MOST_OUTLINES]
        return [_plain(shape, self.dbu) for shape in shapes]

    def box_um(self, finding: Finding) -> pya.DBox | None:
        """The box around a marker, um; None where it has no place."""
        import pya
        box = pya.Box()
        for shape in finding.shapes:
            box += shape.bbox()
        return None if box.empty() else box.to_dtype(self.dbu)

    def view_um(self, finding: Finding) -> pya.DBox | None:
        """What is shown of the cell for a marker: it with its surroundings, um."""
        box = self.box_um(finding)
        if box is None:
            return None
        half = max(_AROUND * max(box.right - box.left, box.top - box.bottom), LEAST_SIDE_UM) / 2
        return box.__class__(box.center().x - half, box.center().y - half, box.center().x + half, box.center().y + half)


def outcome(report: Report, asked: Scope, at: str) -> Outcome:
    """The Outcome of a Report of the deck."""
    results = [result for result in report.results if result.findings]
    rows = [Row(result.rule["id"], result.rule["title"], report.limit(result.rule), result.is_error, result.findings) for result in results]
    rows += _on_layout(report)
    return Outcome(report.technology.name, asked, at, sorted(rows, key=lambda row: not row.is_error), report.checked.layers.dbu,
                   list(map(sentence, report.drawn_otherwise)))


def _on_layout(report: Report) -> list[Row]:
    """What is wrong or doubtful about the layout itself; no rule of the technology speaks of it."""
    from ..drc.findings import Finding
    window = report.checked.plan.window
    said = [warning for warning in report.checked.warnings if window is None or warning.place.touches(window)]
    found = []
    for is_error in (True, False):
        findings = [Finding([warning.place], warning.text) for warning in said if warning.is_error == is_error]
        if findings:
            found.append(Row(LAYOUT_ROW, "About the layout itself", "-", is_error, findings))
    return found


def _number(number: int, what: str) -> str:
    return counted(number, what) if number else "No %ss" % what if what == "error" else "no %ss" % what


def _plain(shape: Any, dbu: float) -> Any:
    import pya
    shape = shape.to_dtype(dbu)
    return pya.DPolygon(shape) if isinstance(shape, pya.DBox) else shape
