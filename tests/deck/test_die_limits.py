"""Every rule on the die keeps its limit and breaks one dbu beyond: on a rectangle, on a die with slanted sides, in windows over a die."""

import pytest

from postpass import tech as technologies
from tests.kits import KITS

from . import die_cases
from .support import markers, new_layout, run_deck


def texts_by_case(placed, report):
    """For each case the texts of the markers of its rule at its place: [[text]]."""
    found = [[] for _ in placed]
    for marker in markers(report):
        for number, one in enumerate(placed):
            if one.rule["id"] == marker.rule and one.box.contains(marker.box.center()):
                found[number].append(marker.text)
    return found


def found_on(technology, sheet, folder):
    """(texts by case, number of markers of their rules anywhere)"""
    path, report = str(folder / "die.gds"), str(folder / "die.lyrdb")
    new_layout(technology, sheet.shapes).write(path)
    run = run_deck(input=path, report=report, tech=technology.path, family="geometry")
    assert run.code in (0, 2), run.err
    mine = {one.rule["id"] for one in sheet.placed}
    return texts_by_case(sheet.placed, report), sum(marker.rule in mine for marker in markers(report))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    known = {}

    def of(name, layout):
        if (name, layout) not in known:
            technology = technologies.load(name)
            known[name, layout] = found_on(technology, die_cases.LAYOUTS[layout](technology), tmp_path_factory.mktemp("die"))
        return known[name, layout]
    return of


def parameters():
    return [pytest.param(name, layout, number, one, id="-".join((name, layout, one.rule["id"], one.case.name, one.where)).replace(" ", "_"))
            for name in KITS for layout, build in die_cases.LAYOUTS.items() for number, one in enumerate(build(technologies.load(name)).placed)]


@pytest.mark.parametrize("name, layout, number, one", parameters())
def test_a_rule_on_the_die_holds_at_its_limit_and_breaks_one_step_beyond(found, name, layout, number, one):
    texts = found(name, layout)[0][number]
    assert len(texts) == one.case.count, texts
    assert all(one.case.text in text for text in texts), texts


@pytest.mark.parametrize("name", KITS)
@pytest.mark.parametrize("layout", die_cases.LAYOUTS)
def test_nothing_else_on_the_die_breaks_these_rules(found, name, layout):
    texts, everywhere = found(name, layout)
    assert everywhere == sum(len(some) for some in texts)
