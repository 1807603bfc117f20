"""A run from a cell to its results."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import pya

from .. import layout_file, strings
from ..geometry.derived import layers_of
from ..geometry.layers import Layers, boxes_of_areas
from ..layout_file import Lines
from . import plan as plans
from . import search
from .candidates import Questions, touching_key
from .catalogue import Catalogue
from .drawing import Drawing
from .findings import CannotCheck, Finding
from .inspection import inspect
from .kinds import KINDS, MINIMUM
from .kinds.base import Rule
from .places import findings_at, whole_shapes_at
from .plan import Plan, Wishes


class Result(NamedTuple):
    """One rule that ran: its record, its findings in the order of their places, and the seconds it took."""

    rule: Rule
    findings: list[Finding]
    seconds: float

    @property
    def is_error(self) -> bool:
        return self.rule.get("severity", "error") == "error"


class LayoutWarning(NamedTuple):
    """A sentence on the layout itself, and the box (dbu) that it is about."""

    text: str
    place: pya.Box
    is_error: bool = False


class Checked(NamedTuple):
    """What a run found. `search_seconds`: of the search for places to measure, for all rules; `warnings`: on the layout itself."""

    layers: Layers
    plan: Plan
    drawing: Drawing
    results: list[Result]
    search_seconds: float
    warnings: list[LayoutWarning]


def check_cell(cell: pya.Cell, technology: Any, wishes: Wishes = Wishes(), progress: Any = None) -> Checked:
    """Runs the rules of a technology on a cell and all that it places. Raises CannotCheck.

    progress: where somebody waits: `tick(stage, done, total)` is called before each rule, `beat()` in between; what they raise
    ends the run.
    """
    run = prepared(cell, technology, wishes, progress.beat if progress else None)
    results = []
    for number, rule in enumerate(run.rules):
        if progress:
            progress.tick(rule["id"], number, len(run.rules))
        results.append(run.result(rule))
    return Checked(run.layers, run.plan, run.drawing, results, run.search_seconds, run.on_layout())


def prepared(cell: pya.Cell, technology: Any, wishes: Wishes, beat: "Callable[[], None] | None" = None) -> Run:
    """A run that has not begun: the layout is inspected, the mode chosen. Raises CannotCheck. `beat`: see Layers."""
    layers, left_out = layers_to_check(cell, technology, beat)
    plan = plans.choose(layers, wishes)
    layers.threads, layers.by_cell = plan.threads, plan.mode == "deep"
    return Run(layers, plan, rules_for(layers, wishes.families, wishes.rules), left_out)


def layers_to_check(cell: pya.Cell, technology: Any, beat: "Callable[[], None] | None" = None) -> tuple[Layers, list[Lines]]:
    """The layers of a cell, and the shapes that cover nothing and are left out. Raises CannotCheck, files.FileError."""
    inspect(Layers(cell.layout(), cell, technology))
    left_out = layout_file.lines(cell, technology)
    return layers_of(cell, technology, left_out, beat), left_out


def rules_for(layers: Layers, families: tuple[str, ...], ids: "frozenset[str] | None" = None) -> list[Rule]:
    """The rules of these families, of these ids alone where some are given, that the layout is checked by."""
    chosen = [rule for rule in layers.technology.rules if ids is None or rule["id"] in ids]
    return [rule for rule in chosen if rule["check"] != "guideline" and _kind(rule).family in families and not waits(rule, layers)]


def lenient(rule: Rule) -> Rule:
    """The rule as it is measured: a length may miss its limit by the tolerance."""
    if "value_um" not in rule or "tolerance_um" not in rule:
        return rule
    sign = -1 if KINDS[rule["check"]].sense == MINIMUM else 1
    return {**rule, "value_um": max(rule["value_um"] + sign * rule["tolerance_um"], 0.0)}


def waits(rule: Rule, layers: Layers) -> bool:
    """Is it a rule for layouts with a layer ("when") that has no shape?"""
    return "when" in rule and layers.is_empty(rule["when"])


def doubled_cells(layers: Layers) -> list[LayoutWarning]:
    return [LayoutWarning("cell %s lies twice or more at one place, at %s, %s um: it counts once" % (
        strings.cell_name(cell), layers.um(place.disp.x), layers.um(place.disp.y)), place * cell.bbox()) for cell, place in layers.hierarchy.coincident()]


def _kind(rule: Rule) -> Any:
    if rule["check"] not in KINDS:
        raise CannotCheck("rule %s: this deck has no check of kind %s" % (rule["id"], rule["check"]))
    return KINDS[rule["check"]]


class Run:
    """Runs rules as the plan says: where a search knows the places, they are measured there alone."""

    def __init__(self, layers: Layers, plan: Plan, rules: list[Rule], left_out: Sequence[Lines] = ()) -> None:
        self.layers, self.plan, self.rules, self._left_out = layers, plan, rules, left_out
        self.drawing, self.search_seconds = Drawing(layers, plan.window, touching=plan.touching), 0.0

    def in_window(self, window: pya.Box) -> Run:
        """The same run in a window; what was found in the hierarchy of the whole layout is shared."""
        run = Run(self.layers, self.plan._replace(window=window), self.rules)
        if self.plan.mode == "deep":
            run.__dict__.update(_searched=self._searched, _catalogue=self._catalogue)
        return run

    def on_layout(self) -> list[LayoutWarning]:
        """What is wrong or doubtful about the layout itself."""
        lines = [LayoutWarning("layer %s: %d %s without area in cell %s, the first at %s, %s um: left out" % (
            one.layer, one.number, "shape" if one.number == 1 else "shapes", strings.cell_name(self.layers.layout.cell(one.cell_index)),
            self.layers.um(one.place.center().x), self.layers.um(one.place.center().y)), one.place.enlarged(1, 1), True) for one in self._left_out]
        return lines + doubled_cells(self.layers)

    def result(self, rule: Rule) -> Result:
        start, before = time.monotonic(), self.search_seconds
        findings = sorted(self._owned(self._findings(lenient(rule))), key=place_and_text)
        return Result(rule, findings, time.monotonic() - start - (self.search_seconds - before))

    def _findings(self, rule: Rule) -> list[Finding]:
        kind = KINDS[rule["check"]]
        if (self.plan.mode == "flat" and not self.plan.window) or not kind.measured_at_places(rule, self.layers):
            return kind.findings(rule, self.drawing)
        return findings_at(self.layers, rule, self._places(rule), lambda near: kind.findings(rule, Drawing(near)))

    def _owned(self, findings: list[Finding]) -> Iterable[Finding]:
        """A finding belongs to one window, so that windows side by side report it once; where those that touch it are wanted, to each of these."""
        return (finding for finding in findings if self.drawing.wants(finding.shapes))

    def _places(self, rule: Rule) -> list[pya.Box]:
        """Boxes where the rule may be broken."""
        kind, found = KINDS[rule["check"]], []
        known = kind.known_places(rule, self.layers)
        if known is not None:
            return [box & self._scope for box in known if box.touches(self._scope)] if self.plan.window else known
        if self.plan.mode == "flat":
            return [self._scope]
        keys = [rule["id"]]
        if kind.judged_by_outline(rule, self.layers.technology):
            found += self._catalogue.places(rule)
            keys.append(touching_key(rule["layer"]))
        for key in keys:
            if key in self._searched:
                found += boxes_of_areas(self._searched[key], self.layers.dbu)
        return [box for box in found if box.touches(self._scope)] if self.plan.window else found

    @cached_property
    def _scope(self) -> pya.Box:
        """The box to search: as far from the window as a finding that belongs to it may reach."""
        layers, whole = self.layers, self.plan.window
        for layer in dict.fromkeys(rule["layer"] for rule in self.rules if "layer" in rule):
            if layers.technology.closed_shapes(layer):
                whole = whole + whole_shapes_at(layers, layer, self.plan.window)
        far = max((KINDS[rule["check"]].reach_dbu(rule, layers) for rule in self.rules), default=0)
        return whole.enlarged(far, far)

    @cached_property
    def _searched(self) -> dict[str, pya.Region]:
        start, area = time.monotonic(), self.layers.cell.bbox()
        if self.plan.window:
            area = area & self._scope
        found = {}
        for apart in (False, True):
            rules = [lenient(rule) for rule in self.rules if KINDS[rule["check"]].searched_apart(rule, self.layers.technology) == apart]
            found.update(search.places(self.layers, Questions(self.layers, rules), self.plan, area))
        self.search_seconds = time.monotonic() - start
        return found

    @cached_property
    def _catalogue(self) -> Catalogue:
        if self.plan.window and self.plan.mode != "deep":
            return Catalogue(self.layers, None, self._scope)
        return Catalogue(self.layers, None if self.layers.hierarchy.odd_placement else self.layers.hierarchy)


def place_and_text(finding: Finding) -> tuple:
    """By place: the same order in every mode, whatever the order in which findings were made."""
    boxes = sorted((shape.bbox().left, shape.bbox().bottom, shape.bbox().right, shape.bbox().top) for shape in finding.shapes)
    return boxes, finding.text
