"""`postpass tech list | validate | new | coverage`. Pure Python."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as xml
from typing import Any, NamedTuple

from .. import files, records
from ..messages import Refusal, counted, printable
from .kinds import ISSUE
from .loader import TechnologyError, load, path_of
from .places import is_path, known
from .validate import ERROR, validate

EMPTY = "empty"
_EMPTY = {"schema": 1, "name": "", "title": "", "dbu_um": 0.001, "grid_um": 0.005, "films": [], "layers": [], "connectivity": [], "rules": []}


# list

def tell_known() -> int:
    """Prints every technology that is known: name, version, checksum, file. Returns 0, or 2 where some cannot be used."""
    rows, taken, faults = [("name", "version", "rules", "file")], set(), 0
    for place in known():
        try:
            checksum, problem = load(place.path).checksum(), ""
        except TechnologyError as error:
            checksum, problem = "-", "; cannot be used: %s" % error
        faults += bool(problem)
        shadowed = " (%s names another one)" % place.name if place.name in taken else ""
        taken.add(place.name)
        rows.append((place.name, place.version or "-", checksum, "%s, of %s%s%s" % (place.path, place.origin, shadowed, problem)))
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print(printable("  ".join([*(value.ljust(width) for value, width in zip(row, wide)), row[3]])))
    return 2 if faults else 0


# validate

def tell_mistakes(name_or_path: str) -> int:
    """Prints the findings of a technology's file. Returns 0 where it can be used, 2 where it holds mistakes."""
    path = name_or_path if is_path(name_or_path) or os.path.exists(name_or_path) else path_of(name_or_path)
    findings = validate(path)
    for finding in findings:
        print(printable(str(finding)))
    mistakes = sum(finding.severity == ERROR for finding in findings)
    print("%s: %s, %s" % (path, _counted(mistakes, "mistake"), _counted(len(findings) - mistakes, "warning")))
    return 2 if mistakes else 0


def _counted(count: int, what: str) -> str:
    return counted(count, what) if count else "no %ss" % what


# new

class Named(NamedTuple):
    """A layer of another tool's file."""

    name: str
    gds: "tuple[int, int] | None"
    title: str
    kind: "str | None" = None


def write_new(name: str, base: str, layers_path: "str | None") -> int:
    """Writes NAME.json: a complete technology that begins as a copy of an installed one, or empty. Returns 0. Raises Refusal."""
    path = name if name.endswith(".json") else name + ".json"
    stem = os.path.basename(path)[:-len(".json")]
    if os.path.lexists(path):
        raise files.FileError("%s: is there already: choose another name, or delete it first" % path)
    record: dict[str, Any] = {key: value for key, value in (_EMPTY if base == EMPTY else load(base).record).items() if key not in ISSUE}
    record.update(name=stem, title=stem if base == EMPTY else "%s, from %s" % (stem, record["title"]))
    notes = _take_layers(record, layers_path) if layers_path else []
    inputs = [files.Input("layer file", layers_path)] if layers_path else []
    files.Outputs([files.Output("technology", path)], inputs).write({"technology": (lambda part: files.write_text(part, text_of(record)), None)})
    for note in notes:
        print(note)
    print("written: %s; next: postpass tech validate %s" % (path, path))
    return 0


def text_of(record: "dict[str, Any]") -> str:
    """A technology as JSON text, one record a line."""
    parts = []
    for key, value in record.items():
        if isinstance(value, list) and value:
            value = "[\n    %s\n  ]" % ",\n    ".join(json.dumps(one, ensure_ascii=False) for one in value)
        else:
            value = json.dumps(value, ensure_ascii=False)
        parts.append("  %s: %s" % (json.dumps(key), value))
    return "{\n%s\n}\n" % ",\n".join(parts)


def _take_layers(record: "dict[str, Any]", path: str) -> "list[str]":
    """Gives the layers of a .lyp or .lef file to a record: numbers to those of the same name, the others as plain ones. Returns notes."""
    if path.lower().endswith(".lyp"):
        found = layers_of_lyp(path)
    elif path.lower().endswith(".lef"):
        found = layers_of_lef(path)
    else:
        raise Refusal("%s: layers are read from a .lyp or a .lef file" % path)
    if not found:
        raise Refusal("%s: holds no layer" % path)
    layers = [dict(layer) for layer in record["layers"]]
    known = {layer["name"].lower(): layer for layer in layers}
    free = 1 + max((layer["gds"][0] for layer in layers if "gds" in layer), default=0)
    numberless = []
    for layer in found:
        mine = known.get(layer.name.lower())
        if mine is None:
            mine = known[layer.name.lower()] = {"name": layer.name, "title": layer.title, **({"kind": layer.kind} if layer.kind else {})}
            layers.append(mine)
        if layer.gds:
            mine["gds"] = list(layer.gds)
        elif "gds" not in mine:
            mine["gds"], free = [free, 0], free + 1
            numberless.append(layer.name)
    record["layers"] = layers
    return ["%s holds no GDS numbers: put in yours for %s" % (path, ", ".join(numberless))] if numberless else []


def layers_of_lyp(path: str) -> "list[Named]":
    """The layers of KLayout's layer properties that have one name and number each. Raises Refusal."""
    text = records.read_text(path, "layer properties", Refusal)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refusal("%s: not a layer properties file of KLayout" % path)
    try:
        root = xml.fromstring(text)
    except xml.ParseError as error:
        raise Refusal("%s: not a layer properties file of KLayout (line %d)" % (path, error.position[0])) from None
    found: dict[str, Named] = {}
    for one in (*root.iter("properties"), *root.iter("group-members")):
        source = re.match(r"\s*(?:(\S+)\s+)?(\d+)/(\d+)", one.findtext("source") or "")
        title = (one.findtext("name") or "").strip()
        if source:
            gds = int(source.group(2)), int(source.group(3))
            name = (title.split() or [source.group(1) or "layer_%d_%d" % gds])[0]
            found.setdefault(name, Named(name, gds, title or name))
    return list(found.values())


def layers_of_lef(path: str) -> "list[Named]":
    """The routing, cut and other layers of a technology LEF. Raises Refusal."""
    text = re.sub(r"#.*", "", records.read_text(path, "LEF file", Refusal))
    found = []
    for name, body in re.findall(r"^\s*LAYER\s+(\S+)\s*\n(.*?)^\s*END\s+\1\s*$", text, re.MULTILINE | re.DOTALL):
        kind = re.search(r"^\s*TYPE\s+(\S+)\s*;", body, re.MULTILINE)
        known = {"ROUTING": "metal", "CUT": "cut"}.get(kind.group(1).upper()) if kind else None
        found.append(Named(name, None, name, known))
    return found


# coverage

def tell_coverage(list_path: str, name_or_path: str) -> int:
    """Prints for each rule of a list (CSV: its id, perhaps words) whether a technology checks it. Returns 0, or 2 where some are missing."""
    rows = [values for _, values in records.read_csv(list_path, "list of rules", Refusal)]
    if rows and rows[0][0].lower() in ("id", "rule", "name"):
        rows = rows[1:]
    if not rows:
        raise Refusal("%s: holds no rule" % list_path)
    checks = {rule["id"]: rule["check"] for rule in load(name_or_path).rules}
    counts = {"checked": 0, "guideline": 0, "missing": 0}
    for values in rows:
        state = "missing" if values[0] not in checks else "guideline" if checks[values[0]] == "guideline" else "checked"
        counts[state] += 1
        print(printable("%-10s %s" % (state, "  ".join(value for value in values if value))))
    listed = {values[0] for values in rows}
    print("%s: %s; not in the list: %s of the technology" % (
        counted(len(rows), "rule"), ", ".join("%d %s" % (count, state) for state, count in counts.items()), counted(sum(name not in listed for name in checks), "rule")))
    return 2 if counts["missing"] else 0
