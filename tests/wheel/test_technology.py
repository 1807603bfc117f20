"""The technology file: strict reading, and what a technology answers."""

import copy
import hashlib
import json
import math
import os
import re

import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.tech import TechnologyError, places

POSTPASS = technologies.load("postpass")
WLCSP = technologies.load("wlcsp")
WLCSP400 = technologies.load("wlcsp400")


def load_record(folder, record, name="t.json"):
    (folder / name).write_text(json.dumps(record))
    return technologies.load(str(folder / name))


def changed(change):
    """A copy of the postpass record with `change(record)` applied."""
    record = copy.deepcopy(POSTPASS.record)
    change(record)
    return record


def rule(record, name):
    return next(rule for rule in record["rules"] if rule["id"] == name)


def currents(**keys):
    return dict({"id": "I.1", "check": "current_vias", "layer": "pad_power", "current_ma": 1, "title": "currents", "source": "test"}, **keys)


MISTAKES = {
    "a missing top key": (lambda r: r.pop("grid_um"), "technology: key 'grid_um' is missing"),
    "an unknown top key": (lambda r: r.update(grids=1), "technology: unknown key 'grids'"),
    "another schema": (lambda r: r.update(schema=2), "technology: schema must be 1, not 2"),
    "a version with a blank": (lambda r: r.update(version="1 0"), "technology: version must be a text of at most 40 letters, digits and . _ + -, not \"1 0\""),
    "a version as number": (lambda r: r.update(version=1.0), "technology: version must be a text of at most 40 letters"),
    "a date in another order": (lambda r: r.update(issued="28.11.2026"), "technology: issued must be a date as in 2026-01-31, not \"28.11.2026\""),
    "a day that no calendar has": (lambda r: r.update(issued="2026-02-30"), "technology: issued must be a date as in 2026-01-31, not \"2026-02-30\""),
    "an owner without a name": (lambda r: r.update(owner=""), "technology: owner must be a text, not \"\""),
    "a grid off the database unit": (lambda r: r.update(grid_um=0.0015), "grid_um 0.0015 is no multiple of dbu_um 0.001"),
    "a film without thickness": (lambda r: r["films"][0].pop("thickness_um"), "film 'oxide': key 'thickness_um' is missing"),
    "a film of negative thickness": (lambda r: r["films"][0].update(thickness_um=-1), "film 'oxide': thickness_um must be a length in um from 0.0001 to 100000, not -1"),
    "a range the wrong way round": (lambda r: r["films"][0].update(allowed_um=[2, 1]), "film 'oxide': allowed_um must be two lengths in um"),
    "two films of one name": (lambda r: r["films"].append(dict(r["films"][0])), "film 'oxide': two records with the same name"),
    "a layer without name": (lambda r: r["layers"][1].pop("name"), "layers, record 2: key 'name' is missing"),
    "a layer of no kind": (lambda r: r["layers"][1].update(kind="vi"), "layer 'contact': kind must be one of outline, contact"),
    "a layer number as text": (lambda r: r["layers"][1].update(gds="50/0"), "layer 'contact': gds must be [layer, datatype], not \"50/0\""),
    "a cut through no film": (lambda r: r["layers"][2].update(cuts=["polymer", "glass"]), "layer 'via': cuts: no film 'glass' (films: oxide, nitride, polymer)"),
    "a cut without films": (lambda r: r["layers"][2].pop("cuts"), "rule 'TECH.V.1': layer 'via' is no cut through films, so it has no depth"),
    "a union of nothing known": (lambda r: r["layers"][-1].update(union=["rdl", "rld"]), "layer 'drawn': union: no layer 'rld'"),
    "a union of itself": (lambda r: r["layers"][-1].update(union=["drawn"]), "layer 'drawn': union contains itself"),
    "connectivity to nowhere": (lambda r: r["connectivity"].append(["rdl", "vai", "pad"]), "connectivity, record 2: layer: no layer 'vai'"),
    "a rule without id": (lambda r: r["rules"][3].pop("id"), "rules, record 4: key 'id' is missing"),
    "two rules of one id": (lambda r: r["rules"].append(dict(r["rules"][3])), "rule 'CP.W.1': two records with the same id"),
    "an unknown check": (lambda r: rule(r, "VIA.W.1").update(check="width"), "rule 'VIA.W.1': check must be one of "),
    "a rule on no layer": (lambda r: rule(r, "VIA.W.1").update(layer="vias"), "rule 'VIA.W.1': layer: no layer 'vias'"),
    "a value in the wrong unit": (lambda r: rule(r, "VIA.AR.1").update(value_um=10), "rule 'VIA.AR.1': unknown key 'value_um'"),
    "a value as text": (lambda r: rule(r, "VIA.W.1").update(value_um="0.5"), "rule 'VIA.W.1': value_um must be a length in um, 0 or from 0.0001 to 100000, not \"0.5\""),
    "edges at more than a right angle": (lambda r: rule(r, "RDL.S.1").update(angle_deg=91), "rule 'RDL.S.1': angle_deg must be an angle in degrees from 0.001 to 90, not 91"),
    "a notch of no angle": (lambda r: rule(r, "RDL.S.1").update(notch_deg=0), "rule 'RDL.S.1': notch_deg must be an angle in degrees from 0.001 to 90, not 0"),
    "a notch wider than a right angle": (lambda r: rule(r, "RDL.S.1").update(notch_deg=90.5), "rule 'RDL.S.1': notch_deg must be an angle in degrees from 0.001 to 90, not 90.5"),
    "a value that is no number": (lambda r: rule(r, "VIA.W.1").update(value_um=True), "rule 'VIA.W.1': value_um must be a length"),
    "a misspelt severity": (lambda r: rule(r, "VIA.AR.2").update(severity="warn"), "rule 'VIA.AR.2': severity must be error or warning, not \"warn\""),
    "an unknown shape": (lambda r: rule(r, "VIA.SH.1").update(shapes=["circle"]), "rule 'VIA.SH.1': shapes must be a list of square"),
    "a ratio of a layer without depth": (lambda r: rule(r, "VIA.AR.1").update(layer="rdl"), "rule 'VIA.AR.1': layer 'rdl' is no cut through films"),
    "a die of two kinds": (lambda r: rule(r, "DIE.C.1").update(within_um=[0, 0, 1, 1]), "rule 'DIE.C.1': needs either 'to' (a layer) or 'within_um' (a box)"),
    "a layer without nets": (lambda r: rule(r, "NET.D.1").update(layer="die"), "rule 'NET.D.1': layer 'die' is no conductor of the connectivity, so it has no nets"),
    "a current of two kinds": (lambda r: r["rules"].append(currents(to="via", per_cut_ma=1, per_um2_ma=1)), "rule 'I.1': needs either 'per_cut_ma' or 'per_um2_ma'"),
    "a current through no cut": (lambda r: r["rules"].append(currents(to="rdl", per_cut_ma=1)), "rule 'I.1': to: layer 'rdl' is no cut"),
    "circles among traces": (lambda r: r["rules"].append({"id": "W", "check": "width_min", "layer": "rdl", "value_um": 1, "nominal": True, "title": "t"}),
                             "rule 'W': nominal: sizes in layer 'rdl' are distances of edges, not diameters: give the layer \"measure\": \"extent\", or leave nominal out"),
    "a circle in words": (lambda r: rule(r, "VIA.W.1").update(nominal="yes"), "rule 'VIA.W.1': nominal must be true or false, not \"yes\""),
    "a trace length of pads": (lambda r: r["rules"].append({"id": "L", "check": "trace_length_max", "layer": "pad", "value_um": 1, "title": "t"}),
                               "rule 'L': layer 'pad' holds no layer of kind metal, so it has no traces"),
    "a window without steps": (lambda r: rule(r, "RDL.D.1").pop("step_um"), "rule 'RDL.D.1': needs both 'window_um' and 'step_um', or neither for the whole die"),
    "other sides that ask for more": (lambda r: rule(r, "VIA.E.2").update(other_sides_um=2), "rule 'VIA.E.2': other_sides_um 2 is more than value_um 1: value_um is the larger one"),
    "limits without a value": (lambda r: r["rules"].append({"id": "W.1", "check": "space_table", "title": "t", "layer": "rdl", "limits": [{"wider_than_um": 5, "run_longer_than_um": 9}]}),
                               "rule 'W.1': limits must be a list of 1 to 20 records of wider_than_um, run_longer_than_um, value_um, each a length in um"),
    "sides that are wide": (lambda r: r["rules"].append({"id": "W.1", "check": "space_wide", "title": "t", "layer": "rdl", "value_um": 5, "wider_than_um": 10, "run_longer_than_um": 20,
                                                         "wide": "two"}), "rule 'W.1': wide must be both or one, not \"two\""),
    "a window between steps": (lambda r: rule(r, "RDL.D.1").update(step_um=150.0), "rule 'RDL.D.1': window_um must be a multiple of step_um"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_names_file_record_and_key(tmp_path, name):
    change, sentence = MISTAKES[name]
    with pytest.raises(TechnologyError) as raised:
        load_record(tmp_path, changed(change))
    assert str(raised.value).startswith(str(tmp_path / "t.json") + ": ")
    assert sentence in str(raised.value)


@pytest.mark.parametrize("text, sentence", [
    ("{", "not valid JSON, line 1"), ("[]", "a technology file is one JSON object"), ('{"a": 1, "a": 2}', "key 'a' appears twice in one record")])
def test_what_is_no_record(tmp_path, text, sentence):
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(TechnologyError, match=sentence):
        technologies.load(str(tmp_path / "t.json"))


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "t.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(TechnologyError, match="not a text file in UTF-8"):
        technologies.load(str(tmp_path / "t.json"))


def test_unknown_names_and_missing_files():
    with pytest.raises(TechnologyError, match="unknown technology 'nope': known are %s" % ", ".join(sorted(technologies.installed()))):
        technologies.load("nope")
    with pytest.raises(TechnologyError, match="/nowhere/t.json: cannot read the technology file"):
        technologies.load("/nowhere/t.json")


def test_a_variant_holds_only_what_differs(tmp_path):
    base = os.path.relpath(POSTPASS.path, tmp_path)
    variant = load_record(tmp_path, {"schema": 1, "based_on": base, "name": "thick", "title": "thick", "films": [{"name": "polymer", "thickness_um": 10.0}],
                                     "rules": [{"id": "DIE.C.1", "to": None, "within_um": [0, 0, 9, 9]},
                                               {"id": "NEW.1", "check": "guideline", "title": "new", "source": "test"}]})
    assert variant.depth_um("via") == 10.9 and POSTPASS.depth_um("via") == 5.9
    assert variant.rules[-1]["id"] == "NEW.1" and len(variant.rules) == len(POSTPASS.rules) + 1


def test_a_variant_of_itself_is_refused(tmp_path):
    with pytest.raises(TechnologyError, match="based_on goes round in a circle"):
        load_record(tmp_path, {"based_on": "t.json"})


def test_a_base_that_nobody_knows_is_one_sentence(tmp_path, monkeypatch):
    """Nor does the file itself count as the known one: a copy of it would miss its base as well."""
    monkeypatch.setenv(places.VARIABLE, str(tmp_path))
    with pytest.raises(TechnologyError, match="t.json: based_on names .*line.json, which is not there: give the path of another file$"):
        load_record(tmp_path, {"based_on": "line.json", "name": "line"})


def test_a_mistake_in_a_variant_is_found(tmp_path):
    with pytest.raises(TechnologyError, match="rule 'VIA.W.1': unknown key 'valeu_um'"):
        load_record(tmp_path, {"based_on": POSTPASS.path, "rules": [{"id": "VIA.W.1", "valeu_um": 1}]})


def test_the_name_of_an_installed_technology_is_its_file():
    assert all(technologies.load(name).name == name for name in technologies.installed())


# answers

def test_depth_is_the_sum_of_the_films_a_via_cuts():
    assert POSTPASS.depth_um("via") == 0.2 + 0.7 + 5.0
    assert (WLCSP.depth_um("pi1"), WLCSP.depth_um("pi2")) == (5.25, 7.5)


def test_legal_via_sizes_follow_from_size_and_ratio():
    assert POSTPASS.via_sizes("via") == (0.59, 3.0)  # 5.9 / 10; the size limit of 0.5 is the weaker
    assert POSTPASS.via_sizes("via", recommended=True) == (1.18, 3.0)  # 5.9 / 5
    assert WLCSP.via_sizes("pi1") == (35.0, math.inf)


@pytest.mark.parametrize("polymer_um, sizes, recommended", [
    (14.1, (1.5, 3.0), (3.0, 3.0)), (14.2, (1.51, 3.0), None), (29.1, (3.0, 3.0), None), (30.0, None, None), (2.0, (0.5, 2.9), (0.58, 2.9))])
def test_legal_via_sizes_for_other_polymers(tmp_path, polymer_um, sizes, recommended):
    """The figures of a stack with 0.9 um of passivation: ratio 5 holds up to 14.1 um of polymer, ratio 10 up to 29.1."""
    thick = load_record(tmp_path, {"based_on": POSTPASS.path, "films": [{"name": "polymer", "thickness_um": polymer_um}]})
    assert (thick.via_sizes("via"), thick.via_sizes("via", recommended=True)) == (sizes, recommended)


@pytest.mark.parametrize("size_um, severity, rules", [
    (0.585, "error", ["VIA.AR.1", "VIA.AR.2"]), (0.59, "warning", ["VIA.AR.2"]), (1.175, "warning", ["VIA.AR.2"]), (1.18, None, []),
    (3.0, None, []), (3.005, "error", ["VIA.W.2"]), (0.495, "error", ["VIA.W.1", "VIA.AR.1", "VIA.AR.2"]), (6.0, "error", ["VIA.W.2", "VIA.AR.3"])])
def test_verdict_on_a_via_size(size_um, severity, rules):
    verdict = POSTPASS.via_verdict("via", size_um)
    assert (verdict.severity, [reason.split(":")[0] for reason in verdict.reasons]) == (severity, rules)
    assert verdict.ratio == pytest.approx(5.9 / size_um)


def test_limits_of_a_union_hold_for_its_parts():
    assert POSTPASS.limit("space", "rdl") == 2.0  # of "metal"
    assert POSTPASS.limit("space", "pad_power") == 10.0  # the stricter of "metal" and "pad"
    assert POSTPASS.limit("space", "contact") is None


def test_limits_between_layers():
    assert POSTPASS.limit("enclosure", "via", "rdl") == 1.0 and POSTPASS.limit("enclosure", "via", "contact") == 0.0
    assert POSTPASS.limit("separation", "pad_ground", "pad_power") == POSTPASS.limit("separation", "pad_power", "pad_ground") == 15.0
    assert POSTPASS.limit("aspect_ratio_max", "via") == 10 and POSTPASS.limit("aspect_ratio_max", "via", severity=None) == 5


def test_capture_pads_and_landing_pads():
    assert POSTPASS.capture_pad_um("via", 0.6) == 2.6 and POSTPASS.capture_pad_um("via", 0.595) == 2.6
    assert (WLCSP.capture_pad_um("pi1", 35.0), WLCSP.pad_size_min_um("pad_signal"), WLCSP400.pad_size_min_um("pad_signal")) == (55.0, 270.0, 235.0)
    assert WLCSP.pad_stack("pad_power") == [("pi2", 220.0), ("ubm", 250.0)] and WLCSP400.pad_stack("pad_power") == [("pi2", 170.0), ("ubm", 215.0)]
    assert POSTPASS.pad_stack("pad_signal") == []


def test_layers_by_meaning():
    assert (POSTPASS.trace_layer(), POSTPASS.connected_cut("contact"), WLCSP.connected_cut("contact")) == ("rdl", "via", "pi1")
    assert POSTPASS.pad_layer("flip-chip") == "pad_flip_chip"
    assert POSTPASS.parts("metal") == ["rdl", "pad_flip_chip", "pad_power", "pad_ground", "pad_signal"]
    with pytest.raises(KeyError, match="no layer for thermal pads"):
        POSTPASS.pad_layer("thermal")


@pytest.mark.parametrize("length_um, up, down, even", [(1.18, 1.18, 1.18, 1.18), (1.181, 1.185, 1.18, 1.19), (1.185, 1.185, 1.185, 1.19)])
def test_the_grid(length_um, up, down, even):
    assert (POSTPASS.grid_up(length_um), POSTPASS.grid_down(length_um), POSTPASS.even_up(length_um)) == (up, down, even)


def test_the_readme_s_example_of_a_variant_can_be_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    readme = open(os.path.join(os.path.dirname(technologies.technology_folder()), "README.md"), encoding="utf-8").read()
    example = readme[readme.index('{"schema": 1, "based_on"'):]
    record = json.loads(example[:example.index("```")])
    with pytest.raises(TechnologyError) as refused:
        load_record(tmp_path, record)
    command = "postpass tech new wlcsp --from wlcsp"
    assert "t.json: based_on names %s, which is not there: %s, in its folder" % (tmp_path / "wlcsp.json", command) in str(refused.value) and "`%s`" % command in readme
    assert main(command.split()[1:]) == 0
    variant = load_record(tmp_path, record)
    assert variant.layers["rdl"]["gds"] == [10, 0] and variant.limit("width_min", "rdl") == 8.0


# who is who: the checksum, and the technology of a layout


def test_the_checksum_of_a_known_record(tmp_path):
    """The canonical form is an agreement: values alone, keys sorted, no blanks, ASCII, every number a float."""
    record = {"schema": 1, "name": "small", "title": "S\u00e9rie \u00b5", "dbu_um": 0.001, "grid_um": 1, "films": [], "connectivity": [], "version": "1.0",
              "layers": [{"name": "rdl", "gds": [1, 0], "title": "trace", "kind": "metal", "material": "\u00b5"}],
              "rules": [{"id": "B", "check": "width_min", "layer": "rdl", "value_um": 2, "title": "b"}, {"id": "A", "check": "grid", "layer": "rdl", "title": "a", "source": "s", "note": "n"}]}
    canonical = ('{"connectivity":[],"dbu_um":0.001,"films":[],"grid_um":1.0,"layers":[{"gds":[1.0,0.0],"kind":"metal","material":"\\u00b5","name":"rdl"}],'
                 '"rules":[{"check":"grid","id":"A","layer":"rdl"},{"check":"width_min","id":"B","layer":"rdl","value_um":2.0}]}')
    found = load_record(tmp_path, record)
    assert found.full_checksum() == hashlib.sha256(canonical.encode("ascii")).hexdigest() and found.checksum() == found.full_checksum()[:12]


def test_the_checksum_does_not_depend_on_the_place_or_the_form_of_the_file(tmp_path):
    other_form = json.dumps(dict(reversed(list(POSTPASS.record.items()))), indent=3, ensure_ascii=False).replace(" 10,", " 10.0,").replace(" 2.0,", " 2,")
    (tmp_path / "elsewhere.json").write_text(other_form, encoding="utf-8")
    assert technologies.load(str(tmp_path / "elsewhere.json")).checksum() == POSTPASS.checksum()


@pytest.mark.parametrize("change", [
    lambda r: r["rules"].reverse(), lambda r: r["films"].reverse(), lambda r: r.update(name="other", title="other", version="7", owner="other"),
    lambda r: rule(r, "VIA.W.1").update(title="other", source="other", note="other"), lambda r: r["layers"][0].update(title="other"), lambda r: r.pop("issued")])
def test_words_and_the_order_of_rules_do_not_change_the_checksum(tmp_path, change):
    assert load_record(tmp_path, changed(change)).full_checksum() == POSTPASS.full_checksum()


@pytest.mark.parametrize("change", [
    lambda r: rule(r, "VIA.W.1").update(value_um=0.505), lambda r: rule(r, "VIA.W.1").update(severity="warning"), lambda r: r["rules"].pop(),
    lambda r: r["films"][0].update(thickness_um=0.21), lambda r: r["layers"][1].update(gds=[50, 1]), lambda r: r.update(grid_um=0.001),
    lambda r: r["layers"].reverse(), lambda r: r["connectivity"].reverse() or r["connectivity"].append(["rdl", "pad"]), lambda r: r.update(labels="top")])
def test_every_change_of_what_is_checked_changes_the_checksum(tmp_path, change):
    assert load_record(tmp_path, changed(change)).checksum() != POSTPASS.checksum()


def test_a_changed_base_changes_the_checksum_of_its_variants(tmp_path):
    (tmp_path / "base.json").write_text(json.dumps(changed(lambda r: None)))
    variant = {"schema": 1, "based_on": "base.json", "name": "variant", "title": "variant"}
    before = load_record(tmp_path, variant).checksum()
    (tmp_path / "base.json").write_text(json.dumps(changed(lambda r: rule(r, "VIA.S.1").update(value_um=1.5))))
    assert load_record(tmp_path, variant).checksum() != before


def test_a_technology_is_named_by_title_file_and_checksum():
    assert WLCSP.identity() == "technology wlcsp 1.0, %s (%s, rules %s)" % (WLCSP.record["title"], WLCSP.path, WLCSP.checksum())
    assert WLCSP.identity("a.json") == "technology wlcsp 1.0, %s (a.json, rules %s)" % (WLCSP.record["title"], WLCSP.checksum())
    assert technologies.Technology({key: value for key, value in WLCSP.record.items() if key != "version"}, "").identity("a.json").startswith("technology wlcsp, Wafer")


TWO_LEVELS = [tuple(layer["gds"]) for layer in technologies.load("wlcsp_two_level").drawn_layers()]
WLCSPS = ["wlcsp", "wlcsp400", "wlcsp_two_level"]


@pytest.mark.parametrize("named, numbers, signs", [
    ("", [], ("", [])), ("elsewhere", [], ("", [])), ("", [(1, 0), (2, 0)], ("", [])),
    ("wlcsp", [], ("wlcsp", ["wlcsp"])), ("wlcsp", [(1, 0)], ("wlcsp", ["wlcsp"])),
    ("wlcsp400", [(76, 0)], ("wlcsp400", ["wlcsp400"])),  # its name and one of its layers settle it
    ("wlcsp", [(76, 0), (50, 0), (51, 0), (52, 0)], ("wlcsp", ["wlcsp"])),
    ("", [(51, 0)], ("", ["postpass"])), ("elsewhere", [(51, 0), (99, 0)], ("", ["postpass"])),
    ("", [(76, 0)], ("", WLCSPS)), ("", TWO_LEVELS, ("", ["wlcsp_two_level"])),
    ("", [(76, 0), (75, 0), (51, 0)], ("", WLCSPS)),  # most of the layers
    ("postpass", [(76, 0)], ("postpass", WLCSPS))])  # name and layers disagree
def test_the_technology_of_a_layout(named, numbers, signs):
    assert technologies.signs(named, numbers) == technologies.Signs(*signs)


@pytest.mark.parametrize("used, signs, others", [
    ("wlcsp", ("", []), []), ("wlcsp", ("", WLCSPS), []), ("postpass", ("", WLCSPS), WLCSPS), ("wlcsp", ("wlcsp400", ["wlcsp400"]), ["wlcsp400"]),
    ("wlcsp", ("wlcsp", ["wlcsp"]), []), ("postpass", ("postpass", WLCSPS), WLCSPS), ("wlcsp", ("postpass", WLCSPS), ["postpass"]),
    ("wlcsp", ("postpass", ["wlcsp_two_level"]), ["postpass", "wlcsp_two_level"])])
def test_what_speaks_for_another_technology(used, signs, others):
    assert technologies.others(used, technologies.Signs(*signs)) == others


def test_a_broken_technology_does_not_hide_the_others(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "broken.json").write_text("{")
    (tmp_path / "mine" / "whole.json").write_text(json.dumps(dict(POSTPASS.record, name="whole")))
    assert technologies.signs("", [(51, 0)], str(tmp_path)) == technologies.Signs("", ["whole"])


def test_a_technology_whose_base_has_changed_is_read_again(tmp_path):
    (tmp_path / "mine").mkdir()
    base, variant = tmp_path / "base.json", tmp_path / "mine" / "variant.json"
    base.write_text(json.dumps(dict(POSTPASS.record, name="base")))
    variant.write_text(json.dumps({"based_on": "../base.json", "name": "variant"}))
    found = [technologies.signs("", [(151, 0)], str(tmp_path)).fitting]
    layers = [dict(layer, gds=[151, 0]) if layer.get("gds") == [51, 0] else layer for layer in POSTPASS.record["layers"]]
    base.write_text(json.dumps(dict(POSTPASS.record, name="base", layers=layers)))
    found.append(technologies.signs("", [(151, 0)], str(tmp_path)).fitting)
    base.write_text("{")
    found.append(technologies.signs("", [(151, 0)], str(tmp_path)).fitting)
    assert found == [[], ["variant"], []]


@pytest.mark.parametrize("page, least", [("checking.md", 1), ("technology.md", 2)])
def test_the_documentation_s_examples_of_a_checksum_are_that_of_wlcsp(page, least):
    text = open(os.path.join(os.path.dirname(technologies.technology_folder()), "docs", page), encoding="utf-8").read()
    examples = re.findall(r"rules ([0-9a-f]{12})\b(?!, by which)", text)
    assert len(examples) >= least and set(examples) == {WLCSP.checksum()}
