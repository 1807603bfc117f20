"""What the keys of a technology file must hold: one table of tests, with the words for messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import bounds
from ..bounds import ANGLE, COORDINATE, CURRENT, GRID, LENGTH, LIMIT, PERMITTIVITY, RATIO, is_number, keeps
from . import kinds


def _is_interval(value: Sequence[float]) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(keeps(LIMIT, one) for one in value) and value[0] <= value[1]


def _is_box(value: Sequence[int]) -> bool:
    return isinstance(value, list) and len(value) == 4 and all(keeps(COORDINATE, one) for one in value) and value[0] < value[2] and value[1] < value[3]


def _is_gds(value: Sequence[int]) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= 65535 for n in value)


def _is_list_of(known: tuple[str, str, str, str] | None) -> Callable[..., Any]:
    return lambda value: isinstance(value, list) and value != [] and all(isinstance(one, str) and (known is None or one in known) for one in value)


def _is_connectivity(value: Sequence[list[str]]) -> bool:
    return isinstance(value, list) and all(isinstance(one, list) and len(one) in (2, 3) and all(isinstance(name, str) for name in one) for one in value)


def _is_records(value: Sequence[dict[str, Any]]) -> bool:
    return isinstance(value, list) and len(value) <= bounds.MOST_RECORDS


def _is_text(value: str) -> bool:
    return isinstance(value, str) and value != ""


def _is_choice_of_cells(value: Any) -> bool:
    return value in (kinds.ALL_CELLS, kinds.TOP_CELL) if isinstance(value, str) else isinstance(value, list) and value != [] and all(map(_is_text, value))


def _number(bound: bounds.Bound) -> tuple[Callable[..., Any], str]:
    return (lambda value: keeps(bound, value)), bounds.words(bound)


def _one_of(known: tuple[str, ...]) -> tuple[Callable[..., Any], str]:
    return (lambda value: value in known), ("one of " if len(known) > 2 else "") + (", " if len(known) > 2 else " or ").join(known)


_INTERVAL = (_is_interval, "two lengths in um, [lowest, highest]")
_RECORDS = (_is_records, "a list of at most %d records" % bounds.MOST_RECORDS)

#: what a key must hold, wherever it appears: (test, words for the message)
TYPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "value_um": _number(LIMIT), "tolerance_um": _number(LIMIT), "wider_than_um": _number(LIMIT), "run_longer_than_um": _number(LIMIT),
    "thickness_um": _number(LENGTH), "window_um": _number(LENGTH), "step_um": _number(LENGTH), "pitch_um": _number(LENGTH), "length_um": _number(LENGTH),
    "dbu_um": _number(GRID), "grid_um": _number(GRID),
    "value": _number(RATIO), "value_deg": _number(ANGLE), "notch_deg": _number(ANGLE), "eps_r": _number(PERMITTIVITY),
    "current_ma": _number(CURRENT), "per_cut_ma": _number(CURRENT), "per_um2_ma": _number(CURRENT), "per_um_ma": _number(CURRENT),
    "allowed_um": _INTERVAL, "recommended_um": _INTERVAL,
    "within_um": (_is_box, "a box in um, [left, bottom, right, top], each %s" % bounds.words(COORDINATE)),
    "gds": (_is_gds, "[layer, datatype]"),
    "shapes": (_is_list_of(kinds.SHAPES), "a list of " + ", ".join(kinds.SHAPES)),
    "severity": _one_of(kinds.SEVERITIES), "measure": _one_of(kinds.MEASURES), "kind": _one_of(kinds.LAYER_KINDS), "function": _one_of(kinds.PAD_FUNCTIONS),
    "schema": (lambda v: is_number(v) and v == 1, "1"),
    "cuts": (_is_list_of(None), "a list of names of films"),
    "union": (_is_list_of(None), "a list of names of layers"),
    "connectivity": (_is_connectivity, "a list of [layer, via, layer] or [layer, layer]"),
    "labels": (_is_choice_of_cells, "%s, %s, or a list of patterns of cell names" % (kinds.ALL_CELLS, kinds.TOP_CELL)),
    "films": _RECORDS, "layers": _RECORDS, "rules": _RECORDS,
}
#: the same for layers
LAYER_TYPES = {**TYPES, "measure": _one_of(kinds.LAYER_MEASURES)}
#: any other key
ANY_TEXT: tuple[Callable[[Any], bool], str] = (_is_text, "a text")


def is_multiple(length: float, step: float, slack: float) -> bool:
    return abs(length / step - round(length / step)) <= slack and round(length / step) >= 1


def longest_um(record: dict[str, Any]) -> tuple[str, float]:
    """(where, um) of the largest length that the rules of a technology ask KLayout to compute with."""
    lengths = [("technology", record["grid_um"])]
    for rule in record["rules"]:
        values = [value for key, value in rule.items() if key.endswith("_um") and key != "within_um"] + [abs(value) for value in rule.get("within_um", ())]
        lengths += [("rule '%s'" % rule["id"], value) for value in values]
    return max(lengths, key=lambda one: one[1])
