"""What a run found, for other programs: SARIF 2.1.0 (code scanning) and JUnit's XML (what shows tests in continuous integration)."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import urllib.parse
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pya

from ..messages import counted
from .findings import Finding
from .kinds import KINDS
from .kinds.base import Rule
from .report import LAYOUT_WARNINGS, Report, severity
from .run import waits

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LINES_OF_A_RULE = 100  # violations of one rule that JUnit's text names
_ABOUT_LAYOUT = "About the layout itself"


def sarif(report: Report, path: "str | None" = None) -> str:
    """The findings as the text of a SARIF 2.1.0 log. `path`: the layout's file, or None where there is none.

    Levels are the severities of the rules. A place is the cell, by its name, and the box around the finding, `box_um`: left, bottom, right, top.
    """
    rules = [_sarif_rule(result.rule["id"], result.rule["title"], severity(result.rule), {"check": result.rule["check"], "limit": report.limit(result.rule)})
             for result in report.results]
    results = [_sarif_result(report, path, number, result.rule["id"], severity(result.rule), finding.text, box_um(report, finding))
               for number, result in enumerate(report.results) for finding in result.findings]
    for warning in report.checked.warnings:
        if len(rules) == len(report.results):
            rules.append(_sarif_rule(LAYOUT_WARNINGS, _ABOUT_LAYOUT, "error", {}))
        results.append(_sarif_result(report, path, len(report.results), LAYOUT_WARNINGS, "error" if warning.is_error else "warning", warning.text, _um(report, warning.place)))
    _add_fingerprints(results)
    technology = report.technology
    run = {"tool": {"driver": {"name": "Postpass", "rules": rules}}, "automationDetails": {"id": _sarif_id(report, path)}, "results": results, "columnKind": "unicodeCodePoints",
           "properties": {"technology": technology.name, "technology_version": technology.version, "technology_checksum": technology.checksum(), "topcell": report.cell_name}}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _sarif_id(report: Report, path: "str | None") -> str:
    """What tells this run from those of other layouts, and is the same when it is run again: GitHub refuses two runs of one id in an upload."""
    parts = ["Postpass", urllib.parse.quote(report.technology.name, ""), *([_uri(path)] if path is not None else []), urllib.parse.quote(report.cell_name, "")]
    return "/".join(parts) + "/"


def _sarif_rule(name: str, title: str, level: str, properties: dict[str, str]) -> dict[str, Any]:
    return {"id": name, "shortDescription": {"text": title}, "defaultConfiguration": {"level": level}, "properties": properties}


def _sarif_result(report: Report, path: "str | None", number: int, name: str, level: str, text: str, box: "list[float] | None") -> dict[str, Any]:
    place: dict[str, Any] = {"logicalLocations": [{"name": report.cell_name, "fullyQualifiedName": report.cell_name, "kind": "module"}]}
    if path is not None:
        place["physicalLocation"] = {"artifactLocation": {"uri": _uri(path)}}
    if box is not None:
        place["properties"] = {"box_um": box}
    return {"ruleId": name, "ruleIndex": number, "level": level, "message": {"text": text}, "locations": [place]}


def _add_fingerprints(results: list[dict[str, Any]]) -> None:
    """Tells findings of one rule and file apart, the same in each run, by cell and place: code scanning takes others for one, as a layout has no lines."""
    seen: Counter[tuple[str, str]] = Counter()
    for result in results:
        place = json.dumps([result["locations"][0]["logicalLocations"][0]["name"], result["locations"][0].get("properties")])
        seen[result["ruleId"], place] += 1
        digits = hashlib.sha256(place.encode()).hexdigest()[:16]
        result["partialFingerprints"] = {"primaryLocationLineHash": "%s:%d" % (digits, seen[result["ruleId"], place])}


def _uri(path: str) -> str:
    """Relative to the current folder, as code scanning wants it, where the file lies below it."""
    path = os.path.abspath(os.path.expanduser(path))
    here = os.getcwd()
    if os.path.splitdrive(path)[0] == os.path.splitdrive(here)[0] and os.path.commonpath([path, here]) == here:
        return urllib.parse.quote(os.path.relpath(path, here).replace(os.sep, "/").encode("utf-8", "surrogateescape"))
    return pathlib.Path(path).as_uri()


def junit(report: Report) -> str:
    """The findings as the text of a JUnit file: one test case for each rule. Rules of severity warning do not fail; what did not run is skipped."""
    cases = list(_cases(report))
    suite = {"name": "%s by %s" % (report.cell_name, report.technology.name), "tests": str(len(cases)),
             "failures": str(sum(case.find("failure") is not None for case in cases)), "errors": "0",
             "skipped": str(sum(case.find("skipped") is not None for case in cases)), "time": "%.3f" % sum(float(case.get("time", "0")) for case in cases)}
    root = ElementTree.Element("testsuites", {"name": "Postpass", **{key: suite[key] for key in ("tests", "failures", "errors", "time")}})  # Jenkins knows no skipped there
    inner = ElementTree.SubElement(root, "testsuite", suite)
    properties = ElementTree.SubElement(inner, "properties")
    for name, value in (("technology", report.technology.identity()), ("layout", report.source)):
        ElementTree.SubElement(properties, "property", {"name": name, "value": value})
    inner.extend(cases)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _cases(report: Report) -> "Iterator[ElementTree.Element]":
    ran = {result.rule["id"]: result for result in report.results}
    for rule in report.technology.rules:
        if rule["id"] not in ran:
            case = _case(report, rule, 0.0)
            ElementTree.SubElement(case, "skipped", {"message": _why_not(report, rule)})
            yield case
            continue
        result = ran[rule["id"]]
        case = _case(report, rule, result.seconds)
        if result.findings:
            words = "%s, limit %s" % (counted(len(result.findings), "violation"), report.limit(rule))
            _tell(case, result.is_error, words, [_line(finding.text, box_um(report, finding)) for finding in islice(result.findings, LINES_OF_A_RULE)], len(result.findings))
        yield case
    about = report.checked.warnings
    if about:
        case = ElementTree.Element("testcase", {"classname": "postpass.layout", "name": "%s %s" % (LAYOUT_WARNINGS, _ABOUT_LAYOUT), "time": "0.000"})
        _tell(case, any(one.is_error for one in about), counted(len(about), "remark"), [_line(one.text, _um(report, one.place)) for one in about[:LINES_OF_A_RULE]], len(about))
        yield case


def _case(report: Report, rule: Rule, seconds: float) -> "ElementTree.Element":
    return ElementTree.Element("testcase", {"classname": "postpass.%s.%s" % (report.technology.name, KINDS[rule["check"]].family),
                                            "name": "%s %s" % (rule["id"], rule["title"]), "time": "%.3f" % seconds})


def _why_not(report: Report, rule: Rule) -> str:
    if rule["check"] == "guideline":
        return "a guideline, not run"
    if waits(rule, report.checked.layers):
        return "not run, for layer %s has no shape" % rule["when"]
    return "not run: the rules of family %s were not asked for" % KINDS[rule["check"]].family


def _tell(case: "ElementTree.Element", fails: bool, words: str, lines: list[str], number: int) -> None:
    if number > len(lines):
        lines = [*lines, "... and %d more: all are in the report" % (number - len(lines))]
    if fails:
        ElementTree.SubElement(case, "failure", {"message": words, "type": "error"}).text = "\n".join(lines)
    else:
        ElementTree.SubElement(case, "system-out").text = "\n".join(["warning: " + words, *lines])


def _line(text: str, box: "list[float] | None") -> str:
    return text if box is None else "%s at %s um" % (text, ", ".join("%.6g" % side for side in box))


def box_um(report: Report, finding: Finding) -> "list[float] | None":
    """[left, bottom, right, top] of what a finding marks, um; None where it marks nothing."""
    box = pya.Box()
    for shape in finding.shapes:
        box += shape.bbox()
    return None if box.empty() else _um(report, box)


def _um(report: Report, box: pya.Box) -> list[float]:
    dbu = report.checked.layers.dbu
    return [round(side * dbu, 6) for side in (box.left, box.bottom, box.right, box.top)]
