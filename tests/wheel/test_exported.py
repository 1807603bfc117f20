"""SARIF and JUnit: every rule and every finding is in them, in the forms that other programs read."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from urllib.parse import unquote

import jsonschema
import pya
import pytest

import postpass
from postpass import tech as technologies
from postpass.drc import exported

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
POSTPASS = technologies.load("postpass")
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
#: what the schema of SARIF 2.1.0 says of the parts that are used, nothing else allowed
SARIF = {
    "type": "object", "required": ["version", "runs"], "additionalProperties": False,
    "properties": {"$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": {
        "type": "object", "required": ["tool"], "additionalProperties": False, "properties": {
            "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]}, "properties": {"type": "object"},
            "automationDetails": {"type": "object", "additionalProperties": False, "properties": {"id": {"type": "string"}}},
            "tool": {"type": "object", "required": ["driver"], "additionalProperties": False, "properties": {"driver": {
                "type": "object", "required": ["name"], "additionalProperties": False, "properties": {"name": {"type": "string"}, "rules": {
                    "type": "array", "uniqueItems": True, "items": {"type": "object", "required": ["id"], "additionalProperties": False, "properties": {
                        "id": {"type": "string"}, "shortDescription": TEXT, "properties": {"type": "object"},
                        "defaultConfiguration": {"type": "object", "additionalProperties": False, "properties": {"level": LEVEL}}}}}}}}},
            "results": {"type": "array", "items": {"type": "object", "required": ["message"], "additionalProperties": False, "properties": {
                "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": -1}, "level": LEVEL, "message": TEXT,
                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                "locations": {"type": "array", "uniqueItems": True, "items": {"type": "object", "additionalProperties": False, "properties": {
                    "properties": {"type": "object"},
                    "physicalLocation": {"type": "object", "required": ["artifactLocation"], "additionalProperties": False, "properties": {
                        "artifactLocation": {"type": "object", "additionalProperties": False, "properties": {"uri": {"type": "string", "format": "uri-reference"}}}}},
                    "logicalLocations": {"type": "array", "uniqueItems": True, "items": {"type": "object", "additionalProperties": False, "properties": {
                        "name": {"type": "string"}, "fullyQualifiedName": {"type": "string"}, "kind": {"type": "string"}}}}}}}}}}}}}}}


def drawn(name="TOP"):
    """Two pads that are too small, and a label beside its metal (a warning)."""
    layout = pya.Layout()
    cell = layout.create_cell(name)
    pads = cell.shapes(layout.layer(*POSTPASS.layers["pad_signal"]["gds"]))
    pads.insert(pya.Box(0, 0, 9000, 9000))
    pads.insert(pya.Box(100000, 0, 108000, 9000))
    cell.shapes(layout.layer(*POSTPASS.layers["label"]["gds"])).insert(pya.Text("a<&b", pya.Trans(50000, 50000)))
    return layout


@pytest.fixture(scope="module")
def report():
    return postpass.check(drawn(), "postpass")


def sarif_of(report, *path):
    record = json.loads(exported.sarif(report, *path))
    jsonschema.validate(record, SARIF)
    return record["runs"][0]


def test_sarif_has_every_rule_and_every_finding(report):
    run = sarif_of(report, "in.gds")
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [result.rule["id"] for result in report.results]
    assert [(one["ruleId"], one["message"]["text"]) for one in run["results"]] == [(r.rule["id"], f.text) for r in report.results for f in r.findings]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert sum(one["level"] == "error" for one in run["results"]) == report.errors and sum(one["level"] == "warning" for one in run["results"]) == report.warnings > 0
    small = [one for one in run["results"] if one["ruleId"] == "PAD.W.1"]
    assert [one["locations"][0]["properties"]["box_um"] for one in small] == [[0, 0, 9, 9], [100, 0, 108, 9]]
    assert small[0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "TOP"
    assert run["properties"]["technology_checksum"] == POSTPASS.checksum()


def test_runs_of_other_layouts_cells_and_technologies_have_ids_of_their_own(report):
    """GitHub refuses an upload of two runs with one id."""
    others = [sarif_of(report, "in.gds"), sarif_of(report, "b/in.gds"), sarif_of(report), sarif_of(postpass.check(drawn("OTHER"), "postpass"), "in.gds")]
    ids = [run["automationDetails"]["id"] for run in others]
    assert len(set(ids)) == len(ids) and ids[0] == sarif_of(postpass.check(drawn(), "postpass"), "in.gds")["automationDetails"]["id"] == "Postpass/postpass/in.gds/TOP/"


def test_findings_are_told_apart_and_known_again(report):
    """By cell and place; two at one place by their number."""
    def prints(layout):
        found = sarif_of(postpass.check(layout, "postpass"), "in.gds")["results"]
        return sorted((result["ruleId"], result["partialFingerprints"]["primaryLocationLineHash"]) for result in found)
    first = prints(drawn())
    assert len(set(first)) == len(first) > 2 and prints(drawn()) == first
    more = drawn()
    more.top_cell().shapes(more.layer(*POSTPASS.layers["pad_signal"]["gds"])).insert(pya.Box(200000, 0, 209000, 9000))
    assert {one for one in first if one[0].startswith("PAD.")} < set(prints(more))  # others are about all of the layout, whose box is larger now
    assert not set(first) & set(prints(drawn("OTHER")))
    twice = drawn()
    for text in ("c", "d"):
        twice.top_cell().shapes(twice.layer(*POSTPASS.layers["label"]["gds"])).insert(pya.Text(text, pya.Trans(50000, 50000)))
    assert len(set(prints(twice))) == len(prints(twice)) > len(first)


def test_the_file_of_sarif_is_told_from_the_current_folder(report, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def uri(path):
        return sarif_of(report, path)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri("sub/a b\u00b5.gds")) == "sub/a b\u00b5.gds" and " " not in uri("sub/a b\u00b5.gds")
    assert uri(str(tmp_path.parent / "x.gds")) == (tmp_path.parent / "x.gds").as_uri()
    assert "physicalLocation" not in sarif_of(report)["results"][0]["locations"][0]


def test_what_is_wrong_about_the_layout_itself_is_in_both():
    layout = drawn()
    twice = layout.create_cell("TWICE")
    twice.shapes(layout.layer(*POSTPASS.layers["pad_signal"]["gds"])).insert(pya.Box(0, 0, 20000, 20000))
    for _ in range(2):
        layout.cell("TOP").insert(pya.CellInstArray(twice.cell_index(), pya.Trans(300000, 300000)))
    report = postpass.check(layout, "postpass")
    assert report.checked.warnings
    run = sarif_of(report)
    about = [one for one in run["results"] if one["ruleId"] == "LAYOUT"]
    assert [one["message"]["text"] for one in about] == [warning.text for warning in report.checked.warnings]
    assert run["tool"]["driver"]["rules"][about[0]["ruleIndex"]]["id"] == "LAYOUT"
    assert ElementTree.fromstring(exported.junit(report))[0][-1].get("name").startswith("LAYOUT ")


def test_junit_has_a_case_for_each_rule(report):
    root = ElementTree.fromstring(exported.junit(report))
    suite, cases = root[0], root[0].findall("testcase")
    assert root.tag == "testsuites" and suite.tag == "testsuite"
    assert [case.get("name").split()[0] for case in cases] == [rule["id"] for rule in POSTPASS.rules] and len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    failed = {case.get("name").split()[0] for case in cases if case.find("failure") is not None}
    assert failed == {result.rule["id"] for result in report.results if result.is_error and result.findings}
    assert suite.get("tests") == str(len(cases)) and suite.get("failures") == str(len(failed)) and suite.get("errors") == "0"
    failure = next(case for case in cases if case.get("name").startswith("PAD.W.1 ")).find("failure")
    assert failure.get("message") == "2 violations, limit 10 um" and failure.text.splitlines()[1].endswith(" at 100, 0, 108, 9 um")
    warned = [case.get("name").split()[0] for case in cases if case.find("system-out") is not None]
    assert warned == [result.rule["id"] for result in report.results if not result.is_error and result.findings]
    skipped = [case.get("name").split()[0] for case in cases if case.find("skipped") is not None]
    assert skipped == ["CP.G.1"] and suite.get("skipped") == "1"


#: what junit-10.xsd of Jenkins' xUnit plugin allows: {element: (attributes, elements in it)}
JUNIT = {"testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
         "testsuite": ({"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
                       {"properties", "testcase", "system-out", "system-err"}),
         "testcase": ({"name", "time", "classname", "group"}, {"skipped", "error", "failure", "system-out", "system-err"}), "properties": (set(), {"property"}), "property": ({"name", "value"}, set()),
         **{name: ({"type", "message"}, set()) for name in ("failure", "error", "skipped")}, "system-out": (set(), set())}


def test_junit_keeps_to_the_schema_of_jenkins(report):
    for element in ElementTree.fromstring(exported.junit(report)).iter():
        attributes, inner = JUNIT[element.tag]
        assert set(element.keys()) <= attributes and {one.tag for one in element} <= inner, element.tag


def test_rules_that_were_not_asked_for_are_skipped():
    report = postpass.check(drawn(), "postpass", families=["nets"])
    cases = ElementTree.fromstring(exported.junit(report))[0].findall("testcase")
    assert len(cases) == len(POSTPASS.rules) and sum(case.find("skipped") is None for case in cases) == len(report.results)
    assert cases[3].find("skipped").get("message") == "not run: the rules of family geometry were not asked for"


def test_very_many_findings_of_a_rule_are_told_in_part(report, monkeypatch):
    monkeypatch.setattr(exported, "LINES_OF_A_RULE", 1)
    case = next(case for case in ElementTree.fromstring(exported.junit(report))[0].findall("testcase") if case.get("name").startswith("PAD.W.1 "))
    assert case.find("failure").text.splitlines()[1:] == ["... and 1 more: all are in the report"]


def test_the_command_writes_both_or_none(tmp_path):
    drawn().write(str(tmp_path / "in.gds"))
    command = [sys.executable, "-m", "postpass", "check", "in.gds", "--sarif", "out.sarif", "--junit", "out.xml"]

    def run(*more):
        return subprocess.run([*command, *more], cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "pymacros")}, capture_output=True, text=True)
    done = run("--tech", "postpass")
    assert done.returncode == 2 and "sarif: %s\n" % (tmp_path / "out.sarif") in done.stdout, done
    record = json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))
    jsonschema.validate(record, SARIF)
    assert record["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "in.gds"
    assert ElementTree.parse(tmp_path / "out.xml").getroot().get("failures") != "0"
    assert run("--tech", "nonsense").returncode == 1
    assert sorted(os.listdir(tmp_path)) == ["in.gds", "out.sarif.old", "out.xml.old"]  # no older result may pass for that of a failed run


def test_a_report_tells_its_violated_rules(report):
    assert repr(report).startswith("<TOP by postpass: %d errors, %d warnings: " % (report.errors, report.warnings)) and "\n" not in repr(report)
    assert "PAD.W.1 (2)" in repr(report) and "NET.L.1 (warning, 1)" in repr(report) and repr(report).index("PAD.W.1") < repr(report).index("NET.L.1")
    lines = str(report).splitlines()
    assert len(lines) == 1 + sum(bool(result.findings) for result in report.results)
    first = next(result for result in report.results if result.rule["id"] == "PAD.W.1").findings[0]
    assert "error PAD.W.1, Pad size, smallest (limit 10 um): %s and 1 more" % first.text in lines
