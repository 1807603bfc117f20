"""`postpass tech new | coverage | validate`: files to begin with, lists of rules, exit codes."""

import json
import os

import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.tech.validate import validate

LYP = """<?xml version="1.0" encoding="utf-8"?>
<layer-properties>
 <properties><name>RDL - traces (10/0)</name><source>10/0@1</source></properties>
 <properties><name>group</name><source>*/*@*</source>
  <group-members><name>bump</name><source>bump 20/5@1</source></group-members>
  <group-members><name></name><source>30/1@1</source></group-members>
 </properties>
</layer-properties>
"""
LEF = """VERSION 5.8 ;
# LAYER none
LAYER RDL
  TYPE ROUTING ;
  WIDTH 10 ;
END RDL
LAYER pi2
  TYPE CUT ;
END pi2
LAYER OVERLAP
  TYPE OVERLAP ;
END OVERLAP
"""


def run(capsys, *arguments):
    """(exit code, standard output, standard error)"""
    code = main(["tech", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("base", [*technologies.installed(), "empty"])
def test_a_new_technology_is_complete_and_without_mistakes(base, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "new", "line", "--from", base)
    assert (code, out, err) == (0, "written: line.json; next: postpass tech validate line.json\n", "")
    found = technologies.load("line.json") if base != "empty" else technologies.load(str(tmp_path / "line.json"))
    assert found.name == "line" and "based_on" not in json.loads((tmp_path / "line.json").read_text())
    if base != "empty":
        own = dict.fromkeys(("name", "title", "version", "issued", "owner"))
        assert {**found.record, **own} == {**technologies.load(base).record, **own}
        assert found.version is None  # the version is that of the copied file
    assert run(capsys, "validate", "line.json") == (0, "line.json: no mistakes, no warnings\n", "")
    records = [line for line in (tmp_path / "line.json").read_text().split("\n") if line.startswith("    {")]
    assert len(records) == sum(len(found.record[group]) for group in ("films", "layers", "rules"))


def test_nothing_is_written_over(tmp_path, capsys):
    (tmp_path / "line.json").write_text("mine")
    for name in (tmp_path / "line", tmp_path / "line.json"):
        code, out, err = run(capsys, "new", name, "--from", "wlcsp")
        assert code == 1 and out == "" and err.startswith("ERROR: ") and "is there already" in err and err.count("\n") == 1
    assert (tmp_path / "line.json").read_text() == "mine"


def test_layers_of_a_lyp_give_names_and_numbers(tmp_path, capsys):
    (tmp_path / "their.lyp").write_text(LYP)
    assert run(capsys, "new", tmp_path / "a", "--from", "empty", "--layers", tmp_path / "their.lyp")[0] == 0
    assert technologies.load(str(tmp_path / "a.json")).record["layers"] == [
        {"name": "RDL", "title": "RDL - traces (10/0)", "gds": [10, 0]}, {"name": "bump", "title": "bump", "gds": [20, 5]}, {"name": "layer_30_1", "title": "layer_30_1", "gds": [30, 1]}]
    assert run(capsys, "new", tmp_path / "b", "--from", "wlcsp", "--layers", tmp_path / "their.lyp")[0] == 0
    layers = technologies.load(str(tmp_path / "b.json")).layers
    assert layers["rdl"]["gds"] == [10, 0] and layers["bump"]["gds"] == [20, 5] and layers["pi1"] == technologies.load("wlcsp").layers["pi1"]


def test_layers_of_a_lef_have_no_numbers(tmp_path, capsys):
    (tmp_path / "their.lef").write_text(LEF)
    code, out, _ = run(capsys, "new", tmp_path / "a", "--from", "empty", "--layers", tmp_path / "their.lef")
    assert code == 0 and "their.lef holds no GDS numbers: put in yours for RDL, pi2, OVERLAP\n" in out
    assert [(layer["name"], layer["gds"], layer.get("kind")) for layer in technologies.load(str(tmp_path / "a.json")).record["layers"]] == [
        ("RDL", [1, 0], "metal"), ("pi2", [2, 0], "cut"), ("OVERLAP", [3, 0], None)]


@pytest.mark.parametrize("name, text, sentence", [
    ("a.lyp", "no xml", "not a layer properties file of KLayout (line 1)"), ("a.lyp", "<a/>", "holds no layer"), ("a.lyp", '<!DOCTYPE a [<!ENTITY x "x">]><a>&x;</a>', "not a layer properties file"),
    ("a.lef", "", "holds no layer"), ("a.gds", "", "layers are read from a .lyp or a .lef file"), (None, None, "cannot read the layer properties")])
def test_layer_files_without_layers_are_one_sentence(name, text, sentence, tmp_path, capsys):
    path = tmp_path / (name or "nowhere.lyp")
    if name:
        path.write_text(text)
    code, out, err = run(capsys, "new", tmp_path / "line", "--from", "empty", "--layers", path)
    assert code == 1 and out == "" and sentence in err and err.count("\n") == 1
    assert not os.path.exists(tmp_path / "line.json")


def test_a_list_of_rules_is_compared(tmp_path, capsys):
    (tmp_path / "r.csv").write_text("id,words\nRDL.W.1,width\nRDL.G.2\n# later\nX.1,\n")
    code, out, _ = run(capsys, "coverage", tmp_path / "r.csv", "wlcsp")
    more = len(technologies.load("wlcsp").rules) - 2
    assert code == 2 and out == "checked    RDL.W.1  width\nguideline  RDL.G.2\nmissing    X.1\n3 rules: 1 checked, 1 guideline, 1 missing; not in the list: %d rules of the technology\n" % more
    (tmp_path / "r.csv").write_text("RDL.W.1\n")
    assert run(capsys, "coverage", tmp_path / "r.csv", "wlcsp")[0] == 0
    (tmp_path / "r.csv").write_text("\n")
    assert run(capsys, "coverage", tmp_path / "r.csv", "wlcsp")[0] == 1
    assert run(capsys, "coverage", tmp_path / "r.csv", "nowhere.json")[0] == 1


def test_mistakes_are_printed_by_line(tmp_path, capsys):
    path = tmp_path / "t.json"
    path.write_text('{"schema": 1, "name": "t", "title": "t", "dbu_um": 0.001, "grid_um": 0.005, "layers": [],\n"rules": [{"id": "A", "check": "space", "title": "A", "layer": "m"}]}')
    code, out, err = run(capsys, "validate", path)
    assert code == 2 and err == "" and out.splitlines() == [
        "%s:2: error: rule 'A': key 'value_um' is missing: a length in um, 0 or from 0.0001 to 100000" % path, "%s: 1 mistake, no warnings" % path]
    assert len(validate(str(path))) == 1
    for bad, sentence in ((tmp_path / "nowhere.json", "cannot read"), (tmp_path, "cannot read")):
        code, out, err = run(capsys, "validate", bad)
        assert code == 1 and out == "" and sentence in err and err.count("\n") == 1
