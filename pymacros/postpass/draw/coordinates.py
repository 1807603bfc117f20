"""Lengths and places as people write them: units, decimal commas, any separator. Pure Python; results are um.

A Problem has the words on what is wrong with a text; who asked knows the field, or the line and column, and makes the sentence.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: in um, by the letters of the unit
UNITS = {"nm": 1e-3, "um": 1.0, "mm": 1e3, "cm": 1e4, "mil": 25.4, "inch": 25400.0}
_SPELLED = {"nm": "nm", "um": "um", "u": "um", "micron": "um", "microns": "um", "micrometer": "um", "micrometre": "um", "mm": "mm", "millimeter": "mm", "millimetre": "mm",
            "cm": "cm", "centimeter": "cm", "centimetre": "cm", "mil": "mil", "mils": "mil", "thou": "mil", "in": "inch", "inch": "inch", "inches": "inch", "nanometer": "nm", "nanometre": "nm"}
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u00b5": "u", "\u03bc": "u", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\uff0c": ",", "\uff1b": ";"})
_NUMBER = re.compile(r"([-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z]*)$")
#: what stands between two coordinates, the surest sign first; a comma between two numbers without a blank comes last
_BETWEEN = [re.compile(pattern) for pattern in (r"\s*;\s*", r"\s*\t\s*", r"\s*,\s+|\s+,\s*|(?<=[A-Za-z]),", r"\s+", r",")]
_NAMED = re.compile(r"^\s*[({\[]?\s*(?:[xX]\s*[=:]\s*)?(.*?)\s*[)}\]]?\s*$", re.DOTALL)
_SECOND = re.compile(r"[yY]\s*[=:]\s*")
_BEFORE_UNIT = re.compile(r"(?<=\d)[ ]+(?=(?:%s)\b)" % "|".join(sorted(_SPELLED, key=len, reverse=True)), re.IGNORECASE)


class Problem(ValueError):
    """A text that is no length or place; without a full stop."""


class Written(NamedTuple):
    """A number as it was written."""

    value: float
    unit: str | None  # a key of UNITS, None without one
    decimal: str  # "." or "," or "" for a whole number


def unit_of(word: str) -> str | None:
    """The key of UNITS that a word means, None for other words."""
    bare = word.translate(_SIGNS).strip().lower()
    return _SPELLED.get(bare) or (_SPELLED.get(bare[:-1]) if bare.endswith(("meters", "metres")) else None)


def written(text: str) -> Written:
    """A number, with or without a unit; the comma is a decimal comma. Raises Problem."""
    found = _NUMBER.match(text.translate(_SIGNS).strip())
    if found is None:
        separated = re.fullmatch(r"[-+]?\d[\d.,]*[.,]\d+\s*[A-Za-z]*", text.translate(_SIGNS).strip())
        raise Problem("'%s'%s" % (text.strip(), ": leave out the thousands separators" if separated else ""))
    digits, word = found.groups()
    unit = unit_of(word) if word else None
    if word and unit is None:
        raise Problem("'%s' in the unknown unit %s (known are %s)" % (text.strip(), word, ", ".join(UNITS)))
    return Written(float(digits.replace(",", ".")), unit, next((sign for sign in ".," if sign in digits), ""))


def length_um(text: str, unit: str = "um") -> float:
    """The length that a text says, um; without a unit it is in `unit`. Raises Problem."""
    number = written(text)
    return in_um(number.value, number.unit or unit)


def in_um(value: float, unit: str) -> float:
    """A number of units in um, without the rounding errors of binary fractions."""
    return round(value * UNITS[unit], 9)


def two(text: str) -> tuple[str, str]:
    """The two parts of a place, of a size or of a pitch. Raises Problem when there are not two, or when it could be read in two ways."""
    bare = _BEFORE_UNIT.sub("", _NAMED.match(text.translate(_SIGNS)).group(1).strip())
    for between in _BETWEEN:
        parts = between.split(bare)
        if len(parts) == 2 and all(parts):
            return parts[0], _SECOND.sub("", parts[1])
        if len(parts) > 1:
            break
    raise Problem("'%s'" % text.strip())


def pair_um(text: str, names: tuple[str, str] = ("x", "y")) -> tuple[float, float]:
    """The two lengths of a place, size or pitch, um; a unit behind the second alone is that of both. Raises Problem."""
    try:
        parts = two(text)
    except Problem:
        raise Problem("write two numbers in um, like 120, -35") from None
    found = [named(name, part) for name, part in zip(names, parts)]
    if found[0].unit and not found[1].unit:
        raise Problem("write a unit behind both numbers, or none, not '%s'" % text.strip())
    unit = found[1].unit or "um"
    return in_um(found[0].value, found[0].unit or unit), in_um(found[1].value, unit)


def named(name: str, text: str) -> Written:
    """The number of a field of that name. Raises Problem."""
    try:
        return written(text)
    except Problem as problem:
        raise Problem("%s must be a number in um, not %s" % (name, problem)) from None
