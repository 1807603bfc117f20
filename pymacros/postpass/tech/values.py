"""What the keys of a technology file must hold: one table of tests, with the words for messages and the form for JSON Schema."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from .. import bounds
from ..bounds import ANGLE, AREA, COORDINATE, CURRENT, DIRECTION, GRID, LENGTH, LIMIT, PERMITTIVITY, RATIO, keeps
from . import kinds


class Type(NamedTuple):
    """What a key must hold: the test of a value, words for it, and its JSON Schema."""

    test: Callable[[Any], bool]
    words: str
    schema: "dict[str, Any]"


def _number(bound: bounds.Bound) -> Type:
    limits: dict[str, Any] = {"type": "number", "minimum": bound.smallest, "maximum": bound.largest}
    schema = {"anyOf": [{"const": 0}, limits]} if bound.or_zero else limits
    return Type(lambda value: keeps(bound, value), bounds.words(bound), schema)


def _one_of(known: "tuple[str, ...]") -> Type:
    words = ("one of " if len(known) > 2 else "") + (", " if len(known) > 2 else " or ").join(known)
    return Type(lambda value: isinstance(value, str) and value in known, words, {"enum": list(known)})


def _numbers(count: int, bound: bounds.Bound, words: str, is_right: Callable[[Any], bool]) -> Type:
    def test(value: Any) -> bool:
        return isinstance(value, list) and len(value) == count and all(keeps(bound, one) for one in value) and is_right(value)
    return Type(test, words, {"type": "array", "items": _number(bound).schema, "minItems": count, "maxItems": count})


def _texts(words: str, known: "tuple[str, ...] | None" = None) -> Type:
    def test(value: Any) -> bool:
        return isinstance(value, list) and value != [] and all(isinstance(one, str) and (known is None or one in known) for one in value)
    return Type(test, words, {"type": "array", "items": {"enum": list(known)} if known else {"type": "string"}, "minItems": 1})


def _is_gds(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= _MOST_GDS for n in value)


def _is_connectivity(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, list) and len(one) in (2, 3) and all(isinstance(name, str) for name in one) for one in value)


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= bounds.MOST_RECORDS


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_choice_of_cells(value: Any) -> bool:
    return value in (kinds.ALL_CELLS, kinds.TOP_CELL) if isinstance(value, str) else isinstance(value, list) and value != [] and all(map(_is_text, value))


def _is_limits(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= _MOST_ROWS and all(
        isinstance(row, dict) and set(row) == set(kinds.ROW_KEYS) and all(keeps(LIMIT, one) for one in row.values()) for row in value)


def _is_version(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(_VERSION, value) is not None


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or re.fullmatch(_DATE, value) is None:
        return False
    try:
        return bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


_VERSION = "[0-9A-Za-z][0-9A-Za-z._+-]{0,39}"  # as it stands in NAME@VERSION
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOST_ROWS = 20
_MOST_GDS = 65535
_MOST_COUNTED = 1_000_000_000
_COUNT = Type(lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_COUNTED, "a whole number",
              {"type": "integer", "minimum": 0, "maximum": _MOST_COUNTED})
_NAMES = {"type": "array", "items": {"type": "string"}}
_INTERVAL = _numbers(2, LIMIT, "two lengths in um, [lowest, highest]", lambda value: value[0] <= value[1])
_BOX = _numbers(4, COORDINATE, "a box in um, [left, bottom, right, top], each %s" % bounds.words(COORDINATE), lambda value: value[0] < value[2] and value[1] < value[3])
_RECORDS = Type(_is_records, "a list of at most %d records" % bounds.MOST_RECORDS, {"type": "array", "maxItems": bounds.MOST_RECORDS})
_CELLS = Type(_is_choice_of_cells, "%s, %s, or a list of patterns of cell names" % (kinds.ALL_CELLS, kinds.TOP_CELL),
              {"anyOf": [{"enum": [kinds.ALL_CELLS, kinds.TOP_CELL]}, {**_NAMES, "minItems": 1}]})

#: what a key must hold, wherever it appears
TYPES: "dict[str, Type]" = {
    **dict.fromkeys(("value_um", "tolerance_um", "wider_than_um", "run_longer_than_um", "other_sides_um"), _number(LIMIT)),
    **dict.fromkeys(("thickness_um", "window_um", "step_um", "pitch_um", "length_um"), _number(LENGTH)),
    **dict.fromkeys(("dbu_um", "grid_um"), _number(GRID)),
    "least": _COUNT, "most": _COUNT, "angles_deg": _numbers(2, DIRECTION, "two angles in degrees, [lowest, highest], from 0 to 180", lambda value: value[0] <= value[1]),
    "value_um2": _number(AREA), "of": _one_of(kinds.AREAS_OF), "value": _number(RATIO), "value_deg": _number(ANGLE), "notch_deg": _number(ANGLE),
    "angle_deg": _number(ANGLE), "eps_r": _number(PERMITTIVITY),
    "round": _one_of(kinds.ROUND),
    "nominal": Type(lambda value: isinstance(value, bool), "true or false", {"type": "boolean"}),
    **dict.fromkeys(("current_ma", "per_cut_ma", "per_um2_ma", "per_um_ma"), _number(CURRENT)),
    "allowed_um": _INTERVAL, "recommended_um": _INTERVAL, "within_um": _BOX,
    "gds": Type(_is_gds, "[layer, datatype]", {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": _MOST_GDS}, "minItems": 2, "maxItems": 2}),
    "shapes": _texts("a list of " + ", ".join(kinds.SHAPES), kinds.SHAPES),
    "severity": _one_of(kinds.SEVERITIES), "measure": _one_of(kinds.MEASURES), "kind": _one_of(kinds.LAYER_KINDS), "function": _one_of(kinds.PAD_FUNCTIONS),
    "schema": Type(lambda value: bounds.is_number(value) and value == 1, "1", {"const": 1}),
    "limits": Type(_is_limits, "a list of 1 to %d records of %s, each %s" % (_MOST_ROWS, ", ".join(kinds.ROW_KEYS), bounds.words(LIMIT)), {
        "type": "array", "minItems": 1, "maxItems": _MOST_ROWS, "items": {
            "type": "object", "required": list(kinds.ROW_KEYS), "properties": {key: _number(LIMIT).schema for key in kinds.ROW_KEYS}, "additionalProperties": False}}),
    "wide": _one_of(kinds.WIDE),
    "cuts": _texts("a list of names of films"), "union": _texts("a list of names of layers"),
    "connectivity": Type(_is_connectivity, "a list of [layer, via, layer] or [layer, layer]", {"type": "array", "items": {**_NAMES, "minItems": 2, "maxItems": 3}}),
    "version": Type(_is_version, "a text of at most 40 letters, digits and . _ + -", {"type": "string", "pattern": "^%s$" % _VERSION}),
    "issued": Type(_is_date, "a date as in 2026-01-31", {"type": "string", "format": "date", "pattern": "^%s$" % _DATE}),
    "labels": _CELLS, "films": _RECORDS, "layers": _RECORDS, "rules": _RECORDS,
}
#: the same for layers
LAYER_TYPES = {**TYPES, "measure": _one_of(kinds.LAYER_MEASURES)}
#: any other key
ANY_TEXT = Type(_is_text, "a text", {"type": "string", "minLength": 1})


def is_multiple(length: float, step: float, slack: float) -> bool:
    return abs(length / step - round(length / step)) <= slack and round(length / step) >= 1


def longest_um(record: "dict[str, Any]") -> "tuple[str | None, float]":
    """(id of the rule, or None for the grid; um) of the largest length that a technology asks KLayout to compute with."""
    lengths: list[tuple[str | None, float]] = [(None, record["grid_um"])]
    for rule in record["rules"]:
        values = [value for key, value in rule.items() if key.endswith("_um") and key != "within_um"] + [abs(value) for value in rule.get("within_um", ())]
        values += [value for row in rule.get("limits", ()) for value in row.values()]
        lengths += [(rule["id"], value) for value in values]
    return max(lengths, key=lambda one: one[1])
