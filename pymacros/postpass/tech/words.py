"""Lengths and intervals as a user reads and writes them. Pure Python."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .kinds import KINDS, MAXIMUM, MINIMUM, limit_key, limits_in_words

if TYPE_CHECKING:
    from .answers import SizeInterval, Technology

_UNITS = {"value_um": " µm", "value_um2": " µm²", "value_deg": "°", "value": ""}
_SENSES = {MINIMUM: "at least ", MAXIMUM: "at most ", None: ""}


def as_text(length_um: float) -> str:
    """A length as a user writes it: no trailing zeros."""
    return ("%.6f" % length_um).rstrip("0").rstrip(".")


def limit_in_words(rule: dict[str, Any]) -> str:
    """'at least 10 µm'; "" where a rule has no limit."""
    if "shapes" in rule:
        return ", ".join(rule["shapes"])
    if "limits" in rule:
        return "at least " + limits_in_words(rule).replace(" um", " µm")
    key = limit_key(rule)
    return "" if key is None else _SENSES[KINDS[rule["check"]].sense] + value_in_words(rule)


def value_in_words(rule: dict[str, Any]) -> str:
    """'10 µm': the limit with its unit; "" where a rule has none."""
    key = limit_key(rule)
    return "" if key is None else as_text(rule[key]) + _UNITS[key]


def via_intervals(tech: Technology, cut: str) -> str:
    """The legal and the recommended sizes of a cut for this film stack, two lines."""
    legal, recommended = tech.via_sizes(cut), tech.via_sizes(cut, True)
    if legal is None:
        return "No size keeps every limit for this film stack"
    return "Legal %s\nRecommended %s" % (_interval(legal), _interval(recommended) if recommended else "none for this film stack")


def _interval(sizes: SizeInterval) -> str:
    if math.isinf(sizes.largest_um):
        return "%s µm and more" % as_text(sizes.smallest_um)
    return "%s to %s µm" % (as_text(sizes.smallest_um), as_text(sizes.largest_um))
