"""Public rule sets as technologies: every row of their tables is a rule or a guideline, and every rule holds at its limit and breaks one dbu beyond."""

import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from tests.kits import PUBLIC

from . import limits, public_cases

CASES = {name: [(rule["id"], case) for rule, case in public_cases.all_cases(technologies.load(name))] for name in PUBLIC}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    known = {}

    def of(name):
        if name not in known:
            known[name] = limits.texts_of_numbered(CASES[name], technologies.load(name), tmp_path_factory.mktemp(name), public_cases.FAR)
        return known[name]
    return of


_PAD = ("PAD.1 PAD.2 PAD.4 PAD.5 PAD.6 PAD.7 PAD.8 PAD.9 PAD.10 PAD.11 PAD.12 PAD.13 PAD.14 PAD.15 PAD.16 PAD.17 PAD.18 PAD.19a PAD.19b PAD.20 PAD.21")
#: ids of the public tables, by technology
ROWS = {
    "skywater_amkor400": "pi1.1 pi1.2 pi1.3 rdl.1 rdl.2 rdl.3 pi2.1 pi2.3 ubm.1 ubm.3 ubm.4 ubm.5 ubm.6 bump.1 bump.2 bump.2a bump.3 bump.4 bump.5",
    "skywater_amkor500": "pi1.1 pi1.2 pi1.3 rdl.1 rdl.2 rdl.3 pi2.1 pi2.3 ubm.1 ubm.3 ubm.4 ubm.5 ubm.6 bump.1 bump.2 bump.2a bump.3 bump.4 bump.5",
    "skywater_deca400": "cpbo.wlcsp.1 cpbo.wlcsp.2 cpbo.wlcsp.3 rdl.x.1 rdl.x.2 rdl.x.3 rdl.wlcsp.1 rdl.wlcsp.2 rdl.wlcsp.3 cpmm2.x.1 cpmm2.wlcsp.1 cpmm2.wlcsp.2"
                        " cpmm2.wlcsp.3 cpmm2.wlcsp.4 cpmm2.wlcsp.5 cpmm2.wlcsp.6 ubm.1 ubm.2 ubm.3 bump.1 bump.2",
    "gf180mcu_wedge_bond": _PAD + " CUP.1a",
    "gf180mcu_ball_bond": _PAD + " CUP.1 CUP.1a CUP.2 CUP.3 CUP.4 CUP.5 CUP.6 CUP.7a CUP.7b CUP.7c CUP.7d CUP.7e CUP.7f CUP.8 CUP.8a CUP.9",
    "gf180mcu_gold_bump": _PAD + " CUP.1 CUP.1a CUP.4",
    "gf180mcu_solder_bump": "9.4.2 TM.1 TM.1a TM.2 TM.2a TM.3 TM.3a TM.3b TM.4 TM.5 TM.6 TM.7 TM.8 TM.9 TM.10 9.4.4 PM.1 PM.2 PM.3 PM.4 PM.5 CUP.1 CUP.4 GR.11",
}
#: how many of them a deck cannot check
GUIDELINES = {"skywater_amkor400": 1, "skywater_amkor500": 1, "skywater_deca400": 4, "gf180mcu_wedge_bond": 1, "gf180mcu_ball_bond": 11, "gf180mcu_gold_bump": 16, "gf180mcu_solder_bump": 5}


def parameters():
    return [pytest.param(name, number, id="%s-%s" % (name, words)) for name in PUBLIC for number, words in enumerate(limits.named_by_number(CASES[name]))]


@pytest.mark.parametrize("name, number", parameters())
def test_a_rule_holds_at_its_limit_and_breaks_one_step_beyond(found, name, number):
    limits.require_as_expected(CASES[name][number][1], found(name).get(number, []))


@pytest.mark.parametrize("name", PUBLIC)
def test_every_rule_is_kept_and_broken(name):
    assert public_cases.ids_without_cases(technologies.load(name)) == ([], [])


@pytest.mark.parametrize("name", PUBLIC)
def test_every_row_of_the_public_tables_is_there(name, tmp_path, capsys):
    (tmp_path / "rows.csv").write_text("id\n%s\n" % ROWS[name].replace(" ", "\n"))
    code = main(["tech", "coverage", str(tmp_path / "rows.csv"), name])
    rows, guidelines = len(ROWS[name].split()), GUIDELINES[name]
    assert "%d rules: %d checked, %d guideline, 0 missing;" % (rows, rows - guidelines, guidelines) in capsys.readouterr().out and code == 0


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_no_row_of_its_own_belongs_to_one(name):
    """A row that takes several checks has further records, "row.word"."""
    rows = set(ROWS[name].split())
    assert [rule["id"] for rule in technologies.load(name).rules if rule["id"] not in rows and rule["id"].rpartition(".")[0] not in rows] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_a_guideline_says_why_it_is_not_checked(name):
    assert [rule["id"] for rule in technologies.load(name).rules if rule["check"] == "guideline" and not rule.get("note")] == []


def test_a_rule_without_a_case_is_named():
    technology = technologies.load("skywater_deca400")
    technology.rules.append({"id": "NEW.1", "check": "ring", "layer": "rdl", "to": "bump"})
    assert public_cases.ids_without_cases(technology) == (["NEW.1"], ["NEW.1"])


def test_no_case_is_for_a_rule_that_is_gone():
    assert public_cases.unused() == []
