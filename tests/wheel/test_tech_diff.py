"""`postpass tech diff`: every difference in words, in the order of the record, and whether it is one of values."""

import copy
import json

import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.tech import differences as diff
from postpass.tech.answers import Technology
from postpass.tech.checker import mistakes_in

WLCSP = technologies.load("wlcsp")


def rule(record, name):
    return next(one for one in record["rules"] if one["id"] == name)


def layer(record, name):
    return next(one for one in record["layers"] if one["name"] == name)


def renamed(record):
    text = json.dumps(record).replace('"rdl"', '"trace"')
    record.update(json.loads(text))


CASES = {
    "a limit": (lambda r: rule(r, "RDL.S.1").update(value_um=8), ["RDL.S.1 space 10 -> 8 um"], True),
    "a limit's other key": (lambda r: rule(r, "RDL.S.2").update(wider_than_um=25.5), ["RDL.S.2 space_wide wider than 30 -> 25.5 um"], True),
    "an angle": (lambda r: rule(r, "RDL.A.1").update(value_deg=30), ["RDL.A.1 angle 45 -> 30 deg"], True),
    "a severity": (lambda r: rule(r, "RDL.S.1").update(severity="warning"), ["RDL.S.1 space severity error -> warning"], True),
    "a layer of a rule": (lambda r: rule(r, "RDL.W.1").update(layer="metal"), ["RDL.W.1 width_min layer rdl -> metal"], True),
    "a rule that is gone": (lambda r: r["rules"].remove(rule(r, "RDL.S.1")), ["RDL.S.1 space removed: layer metal, value 10 um, notch 45 deg"], True),
    "a rule more": (lambda r: r["rules"].append({"id": "N", "check": "grid", "layer": "rdl", "title": "n"}), ["N grid added: layer rdl"], True),
    "a film": (lambda r: r["films"][0].update(thickness_um=8), ["film %s thickness 5.25 -> 8 um" % WLCSP.record["films"][0]["name"]], True),
    "a number": (lambda r: layer(r, "rdl").update(gds=[10, 0]), ["layer rdl number 73/0 -> 10/0"], True),
    "the grid": (lambda r: r.update(grid_um=0.01), ["grid 0.005 -> 0.01 um"], True),
    "the database unit": (lambda r: r.update(dbu_um=0.005), ["database unit 0.001 -> 0.005 um"], True),
    "the labels": (lambda r: r.update(labels="top"), ["labels none -> top"], True),
    "a connection": (lambda r: r["connectivity"].pop(), ["connection metal - pi2 - ubm removed"], True),
    "connections in another order": (lambda r: r["connectivity"].reverse(), ["connectivity in another order"], True),
    "layers in another order": (lambda r: r["layers"].reverse(), ["layers in another order"], True),
    "rules in another order": (lambda r: r["rules"].reverse(), ["rules in another order"], False),
    "a limit that is gone": (lambda r: rule(r, "RDL.S.1").pop("notch_deg"), ["RDL.S.1 space notch 45 deg -> none"], True),
    "a limit by less than is shown": (lambda r: rule(r, "RDL.S.1").update(value_um=10.00000001), ["RDL.S.1 space 10.0 -> 10.00000001 um"], True),
    "a default written out": (lambda r: rule(r, "RDL.S.1").update(severity="error"), ['RDL.S.1 space severity none -> error'], True),
    "rows of limits": (lambda r: rule(r, "RDL.S.2").update(limits=[{"wider_than_um": 30, "run_longer_than_um": 60, "value_um": 15}]),
                       ["RDL.S.2 space_wide limits none -> [(wider than 30 um, run longer than 60 um, value 15 um)]"], True),
    "a permittivity": (lambda r: r["films"][0].update(eps_r=3), ["film polymer_1 relative permittivity 2.94 -> 3"], True),
    "a connection twice": (lambda r: r["connectivity"].append(r["connectivity"][0]), ["connection contact - pi1 - metal added"], True),
    "a version": (lambda r: r.update(version="1.2"), ["version 1.0 -> 1.2"], False),
    "a title": (lambda r: rule(r, "RDL.S.1").update(title="Space"), ['RDL.S.1 space title "RDL space" -> Space'], False),
    "nothing": (lambda r: None, [], False),
}


@pytest.mark.parametrize("name", CASES)
def test_a_difference_is_one_line_and_the_checksum_agrees(name):
    change, words, is_of_values = CASES[name]
    record = copy.deepcopy(WLCSP.record)
    change(record)
    found = diff.differences(WLCSP, Technology(record, ""))
    assert [one.words for one in found] == words
    assert any(one.is_of_values for one in found) == is_of_values == (Technology(record, "").checksum() != WLCSP.checksum())


def changed(value, path=()):
    """Every (path, copy of the value with one thing in it changed, taken away, doubled or in another order)."""
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            for part in changed(value[key]):
                yield copy_with(value, key, part)
            yield copy_without(value, key)
        if isinstance(value, list) and value:
            yield [*value, value[0]]
            yield value[::-1]
    elif isinstance(value, bool):
        yield not value
    else:
        yield value + "x" if isinstance(value, str) else value * 1.5 + 1


def copy_with(value, key, part):
    made = copy.copy(value)
    made[key] = part
    return made


def copy_without(value, key):
    made = copy.copy(value)
    del made[key]
    return made


@pytest.mark.parametrize("name", sorted(technologies.installed()))
def test_no_change_of_any_leaf_is_passed_over_and_the_checksum_changes_with_values_alone(name):
    tech, tried = technologies.load(name), 0
    for record in changed(tech.record):
        if record == tech.record or not {"films", "connectivity"} <= set(record) or mistakes_in(record, None):
            continue
        other, tried = Technology(record, ""), tried + 1
        found = diff.differences(tech, other)
        assert found and all(one.words.strip() for one in found), record
        assert any(one.is_of_values for one in found) == (other.full_checksum() != tech.full_checksum()), [one.words for one in found]
    assert tried > 80


def test_a_layer_is_told_by_its_number_when_it_has_another_name():
    record = copy.deepcopy(WLCSP.record)
    renamed(record)
    words = [one.words for one in diff.differences(WLCSP, Technology(record, ""))]
    assert words[0] == "layer rdl is called trace" and "RDL.W.1 width_min layer rdl -> trace" in words and not [one for one in words if "removed" in one or "added" in one]


def test_differences_come_in_the_order_of_the_record():
    record = copy.deepcopy(WLCSP.record)
    for change in ("a film", "a limit", "a severity", "the grid", "a rule more", "a number"):
        CASES[change][0](record)
    groups = [one.group for one in diff.differences(WLCSP, Technology(record, ""))]
    assert groups == ["technology", "films", "layers", "rules", "rules", "rules"]
    words = [one.words for one in diff.values_that_differ(WLCSP, Technology(record, ""))]
    assert words == ["RDL.S.1 space 10 -> 8 um", "RDL.S.1 space severity error -> warning", "N grid added: layer rdl",
                     "grid 0.005 -> 0.01 um", "film polymer_1 thickness 5.25 -> 8 um", "layer rdl number 73/0 -> 10/0"]


def run(capsys, *arguments):
    code = main(["tech", "diff", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_variant_differs_by_what_it_holds(tmp_path, capsys):
    path = tmp_path / "line.json"
    path.write_text(json.dumps({"based_on": WLCSP.path, "name": "wlcsp", "version": "1.2", "rules": [{"id": "RDL.S.1", "value_um": 8}, {"id": "DIE.C.1", "value_um": 15}]}))
    code, out, err = run(capsys, "wlcsp", path)
    assert (code, err) == (2, "") and out.splitlines()[2:] == [
        "version 1.0 -> 1.2", "issued 2026-11-28 -> none", "owner Postpass -> none", "RDL.S.1 space 10 -> 8 um", "DIE.C.1 die_clearance 20 -> 15 um", "5 differences, 2 of them in values"]
    code, out, _ = run(capsys, path, "wlcsp", "--json")
    told = json.loads(out)
    assert code == 2 and told["to"] == {"name": "wlcsp", "version": "1.0", "file": WLCSP.path, "checksum": WLCSP.full_checksum()}
    assert told["differences"][3] == {"group": "rules", "name": "RDL.S.1", "key": "value_um", "what": "changed", "was": 8, "now": 10.0, "words": "RDL.S.1 space 8 -> 10 um"}


def test_equal_ones_end_with_0_and_unknown_ones_with_1(tmp_path, capsys):
    assert run(capsys, "wlcsp", WLCSP.path)[0] == 0 and run(capsys, "wlcsp@1.0", "wlcsp", "--json")[0] == 0
    code, out, err = run(capsys, "wlcsp", "nowhere")
    assert code == 1 and out == "" and err.startswith("ERROR: unknown technology 'nowhere'")
    path = tmp_path / "words.json"
    path.write_text(json.dumps({**WLCSP.record, "title": "other"}))
    code, out, _ = run(capsys, "wlcsp", path)
    assert code == 2 and out.endswith("1 difference, all in words alone: the same values\n")
