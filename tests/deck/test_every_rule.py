"""No rule of a kit is without a drawing that keeps it at its limit and one that breaks it one step beyond; those of public rule sets: test_public_rules.py."""

import pytest

from postpass import tech as technologies
from tests.kits import KITS

from . import die_cases, film_cases, limits

SOURCES = (limits, die_cases, film_cases)  # test_limits.py, test_die_limits.py and test_film_limits.py run what these hold


def rules_with_cases(technology):
    """(ids of rules that some case keeps, ids that some case breaks)"""
    cases = [(rule["id"], case.count) for source in SOURCES for rule, case in source.all_cases(technology)]
    return {rule for rule, count in cases if count == 0}, {rule for rule, count in cases if count > 0}


@pytest.mark.parametrize("name", KITS)
def test_every_rule_is_kept_and_broken(name):
    technology = technologies.load(name)
    kept, broken = rules_with_cases(technology)
    rules = {rule["id"] for rule in technology.rules if rule["check"] != "guideline"}
    missing = ["%s of %s: no case that %s it" % (rule, name, word) for word, known in (("keeps", kept), ("breaks", broken)) for rule in sorted(rules - known)]
    assert not missing, missing


def test_a_rule_without_a_case_is_named():
    technology = technologies.load("postpass")
    technology.rules.append({"id": "NEW.1", "check": "current_vias"})
    assert "NEW.1" not in set.union(*rules_with_cases(technology))


def test_no_kind_has_cases_in_two_places():
    kinds = [kind for source in SOURCES for kind in source.GENERATORS]
    assert len(kinds) == len(set(kinds))
