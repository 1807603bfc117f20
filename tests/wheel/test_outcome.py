"""What the page Check says of a check and lists of it."""

import pya
import pytest

from postpass import tech as technologies
from postpass.draw.choices import CommandError
from postpass.drc.findings import Finding
from postpass.drc.plan import Wishes
from postpass.drc.report import Report
from postpass.drc.run import check_cell
from postpass.panel import outcome
from postpass.panel.outcome import Outcome, Row

POSTPASS = technologies.load("postpass")
ALL = outcome.choices(POSTPASS)[0]
FULL = outcome.scope(POSTPASS, ALL, None)
REGION = (0.0, -5.25, 120.0, 40.0)
DOUBT = "This layout is of technology wlcsp; the panel draws and checks by postpass."


def choice(title):
    return next(one for one in outcome.choices(POSTPASS) if one.title == title)


def row(name="R", is_error=True, count=1, **more):
    findings = [Finding([pya.Box(1000 * number, 0, 1000 * number + 500, 100)], "width %d um" % number) for number in range(count)]
    return Row(name, "Title", "2 um", is_error, more.get("findings", findings))


def found(*rows, scope=FULL):
    return Outcome("postpass", scope, "14:03", list(rows), 0.001)


@pytest.mark.parametrize("name", sorted(technologies.installed()))
def test_each_rule_that_runs_is_offered_with_all_and_by_family(name):
    tech = technologies.load(name)
    offered = outcome.choices(tech)
    runs = {rule["id"] for rule in tech.rules if rule["check"] != "guideline"}
    assert offered[0].title == "All rules" and offered[0].is_all and offered[0].ids == runs
    assert frozenset().union(*(one.ids for one in offered if one.title in ("Films and sizes", "Geometry", "Nets"))) == runs
    assert all(one.ids and one.ids <= runs and not one.is_all for one in offered[1:])
    assert len({one.title for one in offered}) == len(offered)


def test_a_layer_s_rules_are_those_of_the_layer():
    assert choice("Layer rdl").ids == {rule["id"] for rule in POSTPASS.rules if rule.get("layer") == "rdl" and rule["check"] != "guideline"}


def test_a_region_leaves_out_what_needs_the_whole_cell():
    scope = outcome.scope(POSTPASS, ALL, REGION)
    nets = choice("Nets").ids
    assert not scope.ids & (nets | choice("Films and sizes").ids) and scope.ids == choice("Geometry").ids
    with pytest.raises(CommandError, match="Rules of Nets ask for the whole cell and cannot be checked in a region: choose Whole cell"):
        outcome.scope(POSTPASS, choice("Nets"), REGION)


@pytest.mark.parametrize("scope, words", [
    (FULL, ""), (outcome.scope(POSTPASS, choice("Layer rdl"), None), "Partial check: layer rdl alone, %d of %d rules." % (len(choice("Layer rdl").ids), len(ALL.ids))),
    (outcome.scope(POSTPASS, choice("Geometry"), REGION), "Partial check: geometry alone, %d of %d rules, in the region 0, -5.25, 120, 40 um." % (len(choice("Geometry").ids), len(ALL.ids))),
    (outcome.scope(POSTPASS, ALL, REGION), "Partial check: all rules, in the region 0, -5.25, 120, 40 um. %d rules for the whole cell were not checked." % (
        len(ALL.ids) - len(choice("Geometry").ids)))])
def test_a_part_is_named(scope, words):
    assert scope.sentence() == words and scope.is_partial == bool(words)


@pytest.mark.parametrize("rows, words, severity", [
    ([], "No errors, no warnings.", None), ([row(is_error=False)], "No errors, 1 warning.", None), ([row(count=2)], "2 errors, no warnings.", "error"),
    ([row(), row("S", False, 3)], "1 error, 3 warnings.", "error")])
def test_what_was_found_in_words(rows, words, severity):
    assert found(*rows).summary() == (words, severity)


@pytest.mark.parametrize("scope", [outcome.scope(POSTPASS, choice("Layer rdl"), None), outcome.scope(POSTPASS, ALL, REGION)])
def test_a_clean_part_is_neither_told_nor_coloured_as_a_clean_check(scope):
    text, severity = found(scope=scope).summary()
    assert text == scope.sentence() + "\nNo errors, no warnings in this part." and severity == "warning"
    assert found(row(), scope=scope).summary()[1] == "error"
    assert found(scope=scope).status(False) == "Partly checked at 14:03 with postpass"
    assert found(scope=scope).message(POSTPASS, "")[1] == "warning" and scope.sentence() in found(scope=scope).message(POSTPASS, "")[0]


def test_the_status_says_whether_it_still_holds():
    assert found().status(False) == "Checked at 14:03 with postpass"
    assert found().status(True) == "Checked at 14:03 with postpass; changed since"


@pytest.mark.parametrize("rows, doubt, text, severity", [
    ([], "", "Check: 0 errors, 0 warnings.\nBy %s.", None), ([row(), row("S", False, 2)], "", "Check: 1 error, 2 warnings.\nBy %s.", "error"),
    ([row(is_error=False)], "", "Check: 0 errors, 1 warning.\nBy %s.", "warning"), ([], DOUBT, "Check: 0 errors, 0 warnings.\nBy %s.\n" + DOUBT, "warning")])
def test_the_message(rows, doubt, text, severity):
    assert found(*rows).message(POSTPASS, doubt) == (text.replace("%s", POSTPASS.identity("postpass.json")), severity)


def test_markers_are_listed_with_value_and_place_and_their_number_is_bounded():
    many = row(count=outcome.MOST_MARKERS + 7)
    lines = found(many).lines(many)
    assert len(lines) == outcome.MOST_MARKERS and lines[3] == "width 3 um\u2003at 3.25, 0.05"
    assert found(many).more(many) == "and 7 more, see the marker browser"
    few = row(count=outcome.MOST_MARKERS)
    assert found(few).more(few) == ""
    placeless = row(findings=[Finding([], "no film")])
    assert found(placeless).lines(placeless) == ["no film"] and found(placeless).view_um(placeless.findings[0]) is None


def test_a_marker_is_shown_with_its_surroundings():
    small, large = Finding([pya.Box(0, 0, 10, 10)], ""), Finding([pya.Box(0, 0, 40000, 10000), pya.Box(80000, 0, 90000, 10000)], "")
    assert found().view_um(small).width() == outcome.LEAST_SIDE_UM
    assert found().view_um(large) == pya.DBox(-90, -130, 180, 140)
    assert [str(shape) for shape in found().outlines_um([small])] == ["(0,0;0,0.01;0.01,0.01;0.01,0)"]
    assert len(found().outlines_um([large] * outcome.MOST_OUTLINES)) == outcome.MOST_OUTLINES


def test_the_rows_are_the_violated_rules_with_errors_first_and_what_is_said_of_the_layout():
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    via, rdl = (layout.layer(*POSTPASS.layers[name]["gds"]) for name in ("via", "rdl"))
    cell.shapes(via).insert(pya.Box(0, 0, 400, 400))
    cell.shapes(rdl).insert(pya.Box(0, 0, 0, 9000))
    report = Report(check_cell(cell, POSTPASS, Wishes()), "x.gds")
    shown = outcome.outcome(report, FULL, "14:03")
    assert [row.is_error for row in shown.rows] == sorted((row.is_error for row in shown.rows), reverse=True)
    assert {row.id: len(row.findings) for row in shown.rows} == {**{result.rule["id"]: len(result.findings) for result in report.results if result.findings}, "LAYOUT": 1}
    assert (shown.errors, shown.warnings) == (report.errors, report.warnings)
    width = next(row for row in shown.rows if row.id == "VIA.W.1")
    assert width.text() == "VIA.W.1 error,\nlimit\u00a00.5\u00a0um\n" + next(rule["title"] for rule in POSTPASS.rules if rule["id"] == "VIA.W.1")
    assert all(len(line) <= outcome.LETTERS_OF_A_LINE for row in shown.rows for line in row.text().split("\n"))
