"""All mistakes of a technology file at once, each with file and line, and what is odd but allowed. Pure Python."""

from __future__ import annotations

import json
import json.decoder
import json.scanner
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..records import read_text
from .checker import Mistake
from .kinds import GROUPS
from .loader import Source, TechnologyError, read

ERROR, WARNING = "error", "warning"
UNLIKELY_UM = 0.001, 1000.0  # a limit of less, or of this much, means another unit; dies are larger


class Finding(NamedTuple):
    """A mistake (severity ERROR) or something odd (WARNING) in a line of a file."""

    path: str
    line: int
    severity: str
    sentence: str

    def __str__(self) -> str:
        return "%s:%d: %s: %s" % self


def validate(path: str) -> "list[Finding]":
    """The findings of a file and of all it is based on, by file and line. Raises TechnologyError where a file cannot be read."""
    source = read(path)
    places = [_Places(one) for one in source.chain()]
    found = []
    for number, one in enumerate(source.chain()):
        for severity, mistakes in ((ERROR, one.mistakes), (WARNING, list(_odd(one)))):
            for mistake in mistakes:
                place = next((place for place in places[number:] if place.holds(mistake)), places[number])
                found.append(Finding(place.path, place.line(mistake), severity, str(mistake)))
    return sorted(set(found), key=lambda finding: (finding.path != path, finding.path, finding.line))


def _odd(source: Source) -> "Iterator[Mistake]":
    """What a file's own rules say that is allowed and still seldom meant."""
    of_dies = _rules_on_dies(source.record)
    for rule in source.own.get("rules") or ():
        name, value = (rule.get("id"), rule.get("value_um")) if isinstance(rule, dict) else (None, None)
        if not isinstance(name, str):
            continue
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value and not UNLIKELY_UM[0] <= value < (math.inf if name in of_dies else UNLIKELY_UM[1]):
            yield Mistake("rules", name, "value_um", "value_um %g: no line has such a limit; lengths are in um" % value)
    complete = [rule for rule in source.record.get("rules", ()) if "source" not in rule]
    if complete:
        names = ", ".join(rule["id"] for rule in complete[:5]) + (", and %d more" % (len(complete) - 5) if len(complete) > 5 else "")
        yield Mistake("rules", complete[0]["id"], None, "no 'source' says where the limit comes from (%s)" % names)


def _rules_on_dies(record: "dict[str, Any]") -> "set[str]":
    """Ids of the rules on the sizes of dies."""
    outlines = {layer["name"] for layer in record.get("layers", ()) if layer.get("kind") == "outline"}
    return {rule["id"] for rule in record.get("rules", ()) if rule.get("layer") in outlines}


class _Places:
    """Where the records and keys of a file stand."""

    def __init__(self, source: Source) -> None:
        self.path, self.text = source.path, read_text(source.path, "technology file", TechnologyError)
        self._spans: dict[int, tuple[int, int]] = {}
        self.whole = self._parsed()

    def _parsed(self) -> Any:
        """The file's value; the spans of its records and lists are noted by their ids."""
        decoder = json.JSONDecoder()

        def noting(parse: Any) -> Any:
            def parsed(text_and_start: "tuple[str, int]", *more: Any) -> Any:
                value, end = parse(text_and_start, *more)
                self._spans[id(value)] = text_and_start[1] - 1, end
                return value, end
            return parsed
        decoder.parse_object = noting(json.decoder.JSONObject)  # type: ignore[attr-defined]
        decoder.parse_array = noting(json.decoder.JSONArray)  # type: ignore[attr-defined]
        decoder.scan_once = json.scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]
        return decoder.decode(self.text)

    def _record(self, mistake: Mistake) -> Any:
        """The record or list that a mistake is about, or None where another file holds it."""
        if mistake.group is None:
            return self.whole
        some = self.whole.get(mistake.group)
        some = some if isinstance(some, list) else []
        if isinstance(mistake.record, int):
            return some[mistake.record - 1] if mistake.record <= len(some) else None
        named = [one for one in some if isinstance(one, dict) and one.get(GROUPS[mistake.group]) == mistake.record]
        too_many = mistake.key == GROUPS[mistake.group]  # of two with one name the second
        return named[-1 if too_many else 0] if named else None

    def holds(self, mistake: Mistake) -> bool:
        record = self._record(mistake)
        return record is not None and (mistake.group is not None or mistake.key is None or mistake.key in record)

    def line(self, mistake: Mistake) -> int:
        record = self._record(mistake)
        start, end = self._spans.get(id(record), (0, len(self.text)))
        if mistake.key and isinstance(record, dict):
            inner = [span for span in self._spans.values() if start < span[0] and span[1] < end]
            for found in re.finditer(r'%s\s*:' % re.escape(json.dumps(mistake.key, ensure_ascii=False)), self.text[start:end]):
                if not any(a <= start + found.start() < b for a, b in inner):
                    start += found.start()
                    break
        return self.text.count("\n", 0, start) + 1
