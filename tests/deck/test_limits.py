"""What the kit draws at its tightest, the deck accepts; one step tighter, it refuses.

For every rule of every kit the cases of its kind (cases.py, net_cases.py) stand in one layout, a tile each;
one run of the real deck per technology gives the markers.
"""

import json
import shutil

import pytest

from postpass import tech as technologies
from postpass.drc.kinds import Kind
from postpass.tech.kinds import KINDS
from tests.kits import KITS

from . import cases, die_cases, film_cases, limits
from .support import ROOT, draw, markers, new_layout, run_deck


def found_by_case(technology, folder):
    """Runs the deck on all cases: {(rule id, case name): [marker texts]}."""
    path, report = str(folder / "cases.gds"), str(folder / "cases.lyrdb")
    limits.layout_of(technology).write(path)
    run = run_deck(input=path, report=report, tech=technology.path)
    assert run.code == 2, run.err
    found = limits.markers_by_case(technology, report)
    return {(rule["id"], case.name, case.count): [marker.text for marker in some] for (rule, case), some in zip(limits.all_cases(technology), found)}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    known = {}

    def of(name):
        if name not in known:
            known[name] = found_by_case(technologies.load(name), tmp_path_factory.mktemp(name))
        return known[name]
    return of


def parameters():
    return [pytest.param(name, rule, case, id="%s-%s-%s" % (name, rule["id"], case.name.replace(" ", "_")))
            for name in KITS for rule, case in limits.all_cases(technologies.load(name))]


@pytest.mark.parametrize("name, rule, case", parameters())
def test_a_rule_holds_at_its_limit_and_breaks_one_step_beyond(found, name, rule, case):
    texts = found(name)[rule["id"], case.name, case.count]
    assert len(texts) == case.count, texts
    assert all(case.text in text for text in texts), texts


def test_every_kind_of_check_has_cases():
    assert set(KINDS) == set(limits.GENERATORS) | set(die_cases.GENERATORS) | set(film_cases.GENERATORS) | cases.ELSEWHERE | {"guideline"}


def test_every_kind_measures_something():
    missing = [name for name, kind in KINDS.items() if name != "guideline" and type(kind).findings is Kind.findings]
    assert missing == []


@pytest.mark.parametrize("rule_id, value", [("VIA.W.1", 0.501), ("VIA.W.2", 2.999), ("RDL.S.1", 2.001), ("VIA.E.2", 1.001), ("PAD.P.1", 25.001)])
def test_a_changed_value_changes_the_verdict(tmp_path, rule_id, value):
    """The cases of the true technology, checked with a technology whose limit is one dbu stricter, must fail."""
    folder = tmp_path / "tech"
    shutil.copytree(ROOT + "/tech/postpass", folder)
    record = json.load(open(folder / "postpass.json"))
    rule = next(rule for rule in record["rules"] if rule["id"] == rule_id)
    true_rule = dict(rule)
    rule["value_um"] = value
    (folder / "postpass.json").write_text(json.dumps(record))
    true = technologies.load("postpass")
    kept = [case for case in cases.GENERATORS[rule["check"]](true, true_rule) if case.count == 0]
    layout = new_layout(true, {})
    for number, case in enumerate(kept):
        draw(layout.top_cell(), true, case.shapes, *limits.tile_of(number))
    layout.write(str(tmp_path / "a.gds"))
    run_deck(input=tmp_path / "a.gds", report=tmp_path / "a.lyrdb", tech=folder / "postpass.json")
    assert [marker for marker in markers(str(tmp_path / "a.lyrdb")) if marker.rule == rule_id]
