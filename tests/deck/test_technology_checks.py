"""Checks of the technology on itself, and what a run prints."""

import json

import pytest

from postpass import tech as technologies

from .support import UM, check, new_layout, square

POSTPASS = technologies.load("postpass")


def with_films(folder, films=(), rules=()):
    path = folder / "variant.json"
    path.write_text(json.dumps({"schema": 1, "based_on": POSTPASS.path, "name": "variant", "title": "variant", "films": list(films), "rules": list(rules)}))
    return str(path)


def texts(found, rule):
    return [marker.text for marker in found if marker.rule == rule]


@pytest.fixture
def layout():
    return new_layout(POSTPASS, {"rdl": [square(20 * UM)]})


@pytest.mark.parametrize("thickness, outside_allowed, outside_recommended", [
    (1.0, [], ["film polymer is 1 um thick, recommended 2 to 30"]), (2.0, [], []), (30.0, [], ["film"][:0]),
    (0.999, ["film polymer is 0.999 um thick, allowed 1 to 30"], ["film polymer is 0.999 um thick, recommended 2 to 30"]),
    (30.001, ["film polymer is 30.001 um thick, allowed 1 to 30"], ["film polymer is 30.001 um thick, recommended 2 to 30"])])
def test_film_thicknesses(tmp_path, layout, thickness, outside_allowed, outside_recommended):
    tech = with_films(tmp_path, [{"name": "polymer", "thickness_um": thickness}])
    found = check(layout, tech, tmp_path)[1]
    assert [texts(found, "TECH.F.1"), texts(found, "TECH.F.2")] == [outside_allowed, outside_recommended]


@pytest.mark.parametrize("polymer, expected", [(29.1, []), (30.0, ["no size of via keeps every limit: depth 30.9 um, width 0.5 to 3.0, aspect ratio 1 to 10"])])
def test_a_stack_that_no_legal_via_fits_is_a_violation(tmp_path, layout, polymer, expected):
    """29.1 of polymer on 0.9 of passivation is just possible with a via of 3 at ratio 10; 30 needs 3.09."""
    found = check(layout, with_films(tmp_path, [{"name": "polymer", "thickness_um": polymer}]), tmp_path)[1]
    assert texts(found, "TECH.V.1") == expected


def test_a_via_is_as_deep_as_the_films_it_cuts(tmp_path):
    tech = with_films(tmp_path, [{"name": "polymer", "thickness_um": 9.1}, {"name": "oxide", "thickness_um": 0.25}, {"name": "nitride", "thickness_um": 0.65}])
    found = check(new_layout(POSTPASS, {"via": [square(1 * UM), square(990, 5 * UM)]}), tech, tmp_path)[1]
    assert texts(found, "VIA.AR.1") == ["depth 10 um, size 0.99 um, ratio 10.101"]
    assert sorted(texts(found, "VIA.AR.2")) == ["depth 10 um, size 0.99 um, ratio 10.101", "depth 10 um, size 1 um, ratio 10.000"]


def test_the_table_and_the_summary_hold_every_rule(tmp_path, layout):
    run, _, summary = check(layout, "postpass", tmp_path)
    for rule in POSTPASS.rules:
        line = next(line for line in run.out.splitlines() if line.startswith(rule["id"] + " "))
        assert rule["title"] in line
        assert ("guideline, not run" in line) == (rule["check"] == "guideline")
    assert [rule["id"] for rule in summary["rules"]] == [rule["id"] for rule in POSTPASS.rules if rule["check"] != "guideline"]
    assert "total: %d errors, %d warnings from %d rules" % (summary["errors"], summary["warnings"], len(summary["rules"])) in run.out


def test_warnings_alone_are_no_failure(tmp_path):
    tech = with_films(tmp_path, [{"name": "polymer", "thickness_um": 1.5}], [{"id": "DIE.C.1", "severity": "warning"}, {"id": "NET.O.1", "severity": "warning"}])
    run, _, summary = check(new_layout(POSTPASS, {"rdl": [square(20 * UM)]}), tech, tmp_path)
    assert (run.code, summary["errors"]) == (0, 0) and summary["warnings"] > 0


def test_unknown_and_absent_layers_are_listed(tmp_path, layout):
    layout.top_cell().shapes(layout.layer(99, 7)).insert(square(10))
    run, _, summary = check(layout, "postpass", tmp_path)
    assert "layers of the file that the technology does not know, not checked: 99/7" in run.out
    assert summary["unknown_layers"] == ["99/7"] and "via" in summary["absent_layers"]
