"""`postpass tech validate`: all mistakes of a file at once, with line and advice."""

import json

import pytest

from postpass import tech as technologies
from postpass.tech import TechnologyError
from postpass.tech.validate import validate

POSTPASS = technologies.load("postpass")


def found(tmp_path, text, name="t.json"):
    """[(line, severity, sentence)]"""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [(finding.line, finding.severity, finding.sentence) for finding in validate(str(path)) if finding.path == str(path)]


TWENTY = """{
  "schema": 2, "name": "t", "titel": "T",
  "dbu_um": 0.001, "grid_um": 0.0015,
  "films": [
    {"name": "polymer", "material": "polyimide", "thickness_um": -5, "allowed_um": [1, 30]},
    {"name": "polymer", "material": "polyimide", "thickness_um": 5, "allowed_um": [1, 30]}
  ],
  "layers": [
    {"name": "via", "gds": [51], "title": "Via", "kind": "cut"},
    {"name": "pad", "gds": [52, 0], "title": "Pad", "kind": "pda"},
    {"name": "rdl", "gds": [53, 0], "title": "Trace", "kind": "metal", "colour": "red"},
    {"gds": [54, 0], "title": "nameless"},
    {"name": "metal", "title": "Metal", "union": ["rdl", "pads"]},
    {"name": "odd", "title": "Odd", "derive": "rdl & (pad"},
    {"name": "keepout", "gds": [55, 0], "title": "Keep-out", "kind": "keepout", "for": "via"}
  ],
  "connectivity": [["rdl", "via", "metal"],
                   ["rdl", "vai", "metal"]],
  "rules": [
    {"id": "A", "check": "width_min", "layer": "rdl",
     "vaule_um": 3, "title": "A"},
    {"id": "B", "check": "widht_min", "layer": "rdl", "value_um": 3, "title": "B"},
    {"id": "C", "check": "space", "layer": "rdll", "value_um": 3, "title": "C"},
    {"id": "D", "check": "space", "layer": "rdl", "value_um": "3", "title": "D"},
    {"id": "E", "check": "aspect_ratio_max", "layer": "metal", "value": 3, "title": "E"},
    {"id": "F", "check": "space", "layer": "rdl", "value_um": 3, "title": "F", "severity": "fatal"},
    {"id": "F", "check": "space", "layer": "rdl", "value_um": 4, "title": "F"},
    {"id": "G", "check": "density_max", "layer": "rdl", "value": 0.5, "window_um": 100, "step_um": 33, "title": "G"}
  ]
}
"""
MISTAKES = [
    (1, "technology: key 'title' is missing: a text"), (2, "technology: schema must be 1, not 2"), (2, "technology: unknown key 'titel': did you mean 'title'? (allowed: schema, name, title"),
    (3, "technology: grid_um 0.0015 is no multiple of dbu_um 0.001"),
    (5, "film 'polymer': thickness_um must be a length in um from 0.0001 to 100000, not -5"), (6, "film 'polymer': two records with the same name"),
    (9, "layer 'via': gds must be [layer, datatype], not [51]"), (10, "layer 'pad': kind must be one of outline"),
    (11, "layer 'rdl': unknown key 'colour' (allowed: name, gds, title, kind"), (12, "layers, record 4: key 'name' is missing: a text"),
    (13, "layer 'metal': union: no layer 'pads': did you mean 'pad'?"), (14, "layer 'odd': derive, column 7: not understood"),
    (15, "layer 'keepout': for: there is no metal in layer 'via'"), (18, "connectivity, record 2: layer: no layer 'vai': did you mean 'via'?"),
    (20, "rule 'A': key 'value_um' is missing: a length in um, 0 or from 0.0001 to 100000"), (21, "rule 'A': unknown key 'vaule_um': did you mean 'value_um'? (allowed: id, check"),
    (22, "rule 'B': check must be one of"), (23, "rule 'C': layer: no layer 'rdll': did you mean 'rdl'?"), (24, "rule 'D': value_um must be a length"),
    (25, "rule 'E': layer 'metal' is no cut through films"), (26, "rule 'F': severity must be error or warning"), (27, "rule 'F': two records with the same id"),
    (28, "rule 'G': needs either 'to'"), (28, "rule 'G': window_um must be a multiple of step_um")]


def test_a_file_of_many_mistakes_lists_all_of_them_by_line(tmp_path):
    said = found(tmp_path, TWENTY)
    assert [line for line, _, _ in said] == sorted(line for line, _, _ in said)
    left = list(said)
    for line, sentence in MISTAKES:
        match = [one for one in left if one[0] == line and one[1] == "error" and one[2].startswith(sentence)]
        assert len(match) == 1, (line, sentence, said)
        left.remove(match[0])
    assert left == [], "%d mistakes more than there are" % len(left)
    with pytest.raises(TechnologyError, match=r"\(the first of %d mistakes: postpass tech validate lists all\)" % len(MISTAKES)):
        technologies.load(str(tmp_path / "t.json"))


def test_a_sound_file_has_no_findings(tmp_path):
    for name in technologies.installed():
        assert validate(technologies.installed()[name]) == []


def test_what_no_line_has_is_a_warning(tmp_path):
    record = json.loads(json.dumps(POSTPASS.record))
    record["rules"][3].update(value_um=2000)
    record["rules"][4].update(value_um=0.0002)
    for rule in record["rules"][6:13]:
        rule.pop("source")
    said = found(tmp_path, json.dumps(record, indent=1))
    assert [severity for _, severity, _ in said] == ["warning"] * 3
    assert said[0][2] == "rule 'CP.W.1': value_um 2000: no line has such a limit; lengths are in um" and "0.0002" in said[1][2]
    assert said[2][2].endswith("no 'source' says where the limit comes from (VIA.W.1, VIA.W.2, VIA.AR.1, VIA.AR.2, VIA.AR.3, and 2 more)")
    lines = json.dumps(record, indent=1).split("\n")
    assert '"value_um": 2000' in lines[said[0][0] - 1] and '"value_um": 0.0002' in lines[said[1][0] - 1]


def test_dies_are_larger_than_other_limits(tmp_path):
    record = json.loads(json.dumps(POSTPASS.record))
    record["rules"].append({"id": "DIE.W", "check": "width_max", "layer": "die", "value_um": 2000, "title": "Die size", "source": "test"})
    assert found(tmp_path, json.dumps(record, indent=1)) == []


def test_a_record_that_is_not_in_the_base_must_be_complete(tmp_path):
    rules = ['{"id": "VIA.W.3", "value_um": 1}', '{"id": "VIA.W.1", "vaule_um": 1}', '{"id": "N", "check": "space", "layer": "rdl", "title": "N"}']
    said = found(tmp_path, '{"based_on": %s, "name": "v", "title": "v",\n "rules": [\n%s]}' % (json.dumps(POSTPASS.path), ",\n".join(rules)))
    assert said == [(3, "error", "rule 'VIA.W.3': no rule 'VIA.W.3' in the base: did you mean 'VIA.W.2', and it is no complete rule: keys check, title are missing"),
                    (4, "error", "rule 'VIA.W.1': unknown key 'vaule_um': did you mean 'value_um'? (allowed: id, check, title, layer, value_um, severity, source, when, note, nominal, tolerance_um)"),
                    (5, "error", "rule 'N': no rule 'N' in the base, and it is no complete rule: key 'value_um' is missing")]


def test_mistakes_are_shown_in_the_file_that_makes_them(tmp_path):
    base = json.loads(json.dumps(POSTPASS.record))
    (tmp_path / "base.json").write_text(json.dumps(base, indent=1))
    variant = {"based_on": "base.json", "name": "v", "title": "v", "films": [{"name": "glass", "thickness_um": 3}], "layers": [{"name": "via", "cuts": ["gals"]}]}
    said = found(tmp_path, json.dumps(variant, indent=1), "v.json")
    assert [sentence for _, _, sentence in said] == [
        "film 'glass': no film 'glass' in the base, and it is no complete film: keys material, allowed_um are missing", "layer 'via': cuts: no film 'gals' (films: oxide, nitride, polymer, glass)"]
    base["rules"][3].update(layer="nowhere")
    (tmp_path / "base.json").write_text(json.dumps(base, indent=1))
    both = validate(str(tmp_path / "v.json"))
    assert [(finding.path, finding.severity) for finding in both] == [(str(tmp_path / "base.json"), "error")] and "no layer 'nowhere'" in both[0].sentence


def test_files_without_a_record_are_one_sentence(tmp_path):
    for text, sentence in (("[]", "one JSON object"), ("{", "not valid JSON, line 1"), ('{"a": 1, "a": 1}', "appears twice")):
        with pytest.raises(TechnologyError, match=sentence):
            found(tmp_path, text)
