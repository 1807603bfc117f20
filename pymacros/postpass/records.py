"""Files of records and lists that users write: JSON and CSV, read with one set of refusals. Pure Python.

Refused, each in one sentence with file, record and key: what is no UTF-8, keys that repeat in one record, numbers that are
not finite or have hundreds of digits, nesting without end, texts with line breaks, control characters or halves of
characters, texts longer than any name.
"""

from __future__ import annotations

import codecs
import csv
import json
import math
import re
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from . import steps
from .messages import is_one_line, shown

MOST_BYTES = 128 * 2 ** 20
MOST_TEXT = 1000     # characters of a name, title, source, CSV value
MOST_DIGITS = 30     # of a whole number
MOST_LINE = 20000    # characters of a line of a CSV file
_MOST_JOINED = 50    # lines that one quoted value goes on in
_NUMBERS = {float, int}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab", " ": "a blank"}


def read_json(path: str, what: str, error: type) -> dict[str, Any]:
    """The value of a JSON file. what: words for the file, as in 'technology file'; error: the class to raise (a Refusal)."""
    return _value(read_text(path, what, error), path, error)


def json_of(data: bytes, name: str, error: type) -> dict[str, Any]:
    """The value of JSON bytes, with the same refusals; name: how messages call them."""
    return _value(_decoded(data, name, error), name, error)


def _value(text: str, path: str, error: type) -> dict[str, Any]:
    value = _parsed(text, path, error, None)
    if _first_fault(value):
        raise error("%s: %s" % (path, _first_fault(_parsed(text, path, error, _real))))  # which keeps the digits of what is too large
    return value


def _parsed(text: str, path: str, error: type, real: Callable[[str], Any] | None) -> dict[str, Any]:
    """real: what makes a float of its digits, None for Python's own, which is much faster."""
    try:
        value: dict[str, Any] = json.loads(text, object_pairs_hook=_record, parse_int=_integer, parse_float=real, parse_constant=_not_finite)
    except json.JSONDecodeError as problem:
        raise error("%s: not valid JSON, line %d: %s" % (path, problem.lineno, problem.msg)) from None
    except RecursionError:
        raise error("%s: lists or records are nested too deep" % path) from None
    return value


def read_text(path: str, what: str, error: type) -> str:
    """The text of a file in UTF-8, with or without a byte order mark."""
    return _decoded(_bytes_of(path, what, error), path, error)


def read_foreign_text(path: str, what: str, error: type) -> tuple[str, str]:
    """(the text, its encoding) of a file of another program: UTF-8, UTF-16 with a byte order mark, else Windows-1252. Refused is what is no text."""
    data = _bytes_of(path, what, error)
    encoding = "UTF-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "UTF-8"
    try:
        text = data.decode("utf-16" if encoding == "UTF-16" else "utf-8-sig")
    except UnicodeDecodeError:
        text, encoding = data.decode("cp1252", "replace"), "Windows-1252"
    text = text.rstrip("\x1a")  # the end of a file of old
    strange = _CONTROL.search(text)
    if strange:
        raise error("%s, line %d: no text file (it holds the control character \\x%02x)" % (path, text.count("\n", 0, strange.start()) + 1, ord(strange.group())))
    return text, encoding


def _bytes_of(path: str, what: str, error: type) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as problem:
        raise error("%s: cannot read the %s (%s)" % (path, what, problem.strerror)) from None
    except ValueError:  # a NUL
        raise error("%s: cannot read the %s (not the name of a file)" % (path, what)) from None
    if len(data) > MOST_BYTES:
        raise error("%s: the %s is larger than %d MB" % (path, what, MOST_BYTES // 2 ** 20))
    return data


def _decoded(data: bytes, path: str, error: type) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise error("%s: not a text file in UTF-8 (line %d)" % (path, data.count(b"\n", 0, problem.start) + 1)) from None


def read_csv(path: str, what: str, error: type) -> list[tuple[int, list[str]]]:
    """[(number of the line, [values without spaces around them])] of a CSV file; lines that are empty or begin with # are left out."""
    return [row for row in rows_of(read_text(path, what, error), path, error) if not is_comment(row[1])]


def is_comment(values: Sequence[str]) -> bool:
    """Is this row of `rows_of` a line that begins with #? (A quoted value may begin with it, too.)"""
    return len(values) == 1 and values[0].startswith("#")


def rows_of(text: str, name: str, error: type, separator: str = ",", joined: bool = False) -> list[tuple[int, list[str]]]:
    """[(number of the line, [values without spaces around them])] of a text in lines, those without a value left out. name: of the file, for messages.

    A line that begins with # is one value. " " as separator: any blanks, tabs too. joined: whether a quoted value may go on in the next lines.
    """
    rows = []
    lines = lines_of(text)
    for number, line in enumerate(steps.each(_joined(lines, separator) if joined else lines), 1):
        if not line.strip():
            continue
        if line.startswith("#"):
            rows.append((number, [line]))
            continue
        where = "%s, line %d" % (name, number)
        if len(line) > MOST_LINE:
            raise error("%s: longer than %d characters" % (where, MOST_LINE))
        values = _values(line, where, error, separator)
        for value in values:
            problem = _text_problem(value)
            if problem:
                raise error("%s: %s" % (where, problem))
        rows.append((number, values))
    return rows


def lines_of(text: str) -> list[str]:
    """The lines of a text, however they end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _joined(lines: list[str], separator: str) -> list[str]:
    """The lines, each with a quoted value that goes on in further ones together with these, which are empty then."""
    found = list(lines)
    for first, line in enumerate(lines):
        if found[first] and not line.startswith("#") and _is_open(line, separator):
            for last in range(first + 1, min(first + _MOST_JOINED, len(found))):
                line += " " + found[last]
                if not _is_open(line, separator):
                    found[first:last + 1] = [line, *[""] * (last - first)]
                    break
    return found


def _is_open(line: str, separator: str) -> bool:
    """Does a line end within a quoted value?"""
    if line.count('"') % 2 == 0:
        return False
    try:
        _split(line, separator)
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _split(line: str, separator: str) -> list[str]:
    return next(csv.reader([line.strip().replace("\t", " ") if separator == " " else line], delimiter=separator, skipinitialspace=True, strict=True))


def _values(line: str, where: str, error: type, separator: str) -> list[str]:
    try:
        row = [value.strip() for value in _split(line, separator)]
    except csv.Error:
        raise error("%s: not valid CSV, a quoted value must end in the same line, before %s" % (where, _SEPARATORS.get(separator, separator))) from None
    return [value[2:-1] if value.startswith('="') and value.endswith('"') else value for value in row] if '="' in line else row  # ="A1": how Excel keeps a text


class _Fault:
    """Stands where the file holds what cannot be used."""

    def __init__(self, problem: str) -> None:
        self.problem = problem


def _record(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any] | _Fault:
    steps.step()
    record: dict[str, Any] = {}
    for key, value in pairs:
        if key in record:
            return _Fault("key %s appears twice in one record" % _quoted(key))
        record[key] = value
    return record


def _quoted(text: str) -> str:
    return "'%s'" % shown(text)[1:].rstrip('"')


def _integer(digits: str) -> int | _Fault:
    return int(digits) if len(digits) <= MOST_DIGITS else _Fault("the number %s is too large (%d digits)" % (digits[:10] + "...", len(digits.lstrip("-"))))


def _real(digits: str) -> float | _Fault:
    number = float(digits)
    return number if math.isfinite(number) else _Fault("the number %s is too large" % (digits if len(digits) < 30 else digits[:20] + "..."))


def _not_finite(word: str) -> _Fault:
    return _Fault("%s is a number that is not finite" % word)


def _text_problem(text: str) -> str | None:
    if len(text) > MOST_TEXT:
        return "a text of %d characters, %s, is longer than %d" % (len(text), shown(text[:20]), MOST_TEXT)
    if not is_one_line(text):
        return "the text %s holds a line break, a control character or half a character" % shown(text)
    return None


def _first_fault(value: Any) -> str | None:
    """'PLACE: PROBLEM' of the first thing in a value that cannot be used, or None. Places are chains (place above, its value, key)."""
    stack: list[tuple[Any, Any]] = [(value, None)]
    sound: set[str] = set()  # keys
    while stack:
        value, place = stack.pop()
        if value is None or isinstance(value, (float, int)):
            problem = None if value is None or abs(value) < math.inf else "the number is too large"
        elif isinstance(value, dict):
            steps.step()
            problem = next(filter(None, map(_text_problem, value)), None) if not sound.issuperset(value) else None
            sound.update(value)
            stack.extend((value[key], (place, value, key)) for key in reversed(list(value)))
        elif isinstance(value, list):
            problem = None
            if not _holds_numbers(value):
                stack.extend((value[number], (place, value, number)) for number in range(len(value) - 1, -1, -1) if not _holds_numbers(value[number]))
        else:
            problem = value.problem if isinstance(value, _Fault) else _text_problem(value)
        if problem:
            return "%s: %s" % (_words(place), problem) if place else problem
    return None


def _holds_numbers(value: Any) -> bool:
    """A finite number, a list of nothing else, or a list of such lists: most of what large files hold."""
    if type(value) is not list:
        return type(value) in _NUMBERS and abs(value) < math.inf
    values = list(chain.from_iterable(value)) if value and {list}.issuperset(map(type, value)) else value
    return _NUMBERS.issuperset(map(type, values)) and math.isfinite(sum(values))


def _words(place: Any) -> str:
    """'rules, record 3 (RDL.S.1), value_um'"""
    words = []
    while place:
        place, holder, key = place
        inside = holder[key] if not isinstance(holder[key], _Fault) else None
        if isinstance(holder, dict):
            words.insert(0, shown(key).strip('"'))
            continue
        name = inside.get("id", inside.get("name")) if isinstance(inside, dict) else None
        words.insert(0, "%s %d%s" % ("record" if isinstance(inside, dict) else "value", key + 1, " (%s)" % shown(name).strip('"') if isinstance(name, str) else ""))
    return ", ".join(words)
