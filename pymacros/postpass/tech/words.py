"""Lengths and intervals as a user reads and writes them. Pure Python."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .answers import SizeInterval, Technology


def as_text(length_um: float) -> str:
    """A length as a user writes it: no trailing zeros."""
    return ("%.6f" % length_um).rstrip("0").rstrip(".")


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
