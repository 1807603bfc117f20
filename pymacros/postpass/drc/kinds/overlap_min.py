"""Smallest overlap of two layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import measuring
from .base import MINIMUM, Kind, Rule

if TYPE_CHECKING:
    from ..candidates import Questions
    from ..drawing import Drawing
    from ..findings import Finding


class OverlapMin(Kind):
    """Shapes that only touch do not overlap: whether they must is a question for `enclosure`, `separation` or a derived layer."""

    name = "overlap_min"
    family = "geometry"
    keys = ("layer", "to", "value_um")
    sense = MINIMUM
    means = "where the layer overlaps another one (to), what they share is nowhere narrower"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        shared = drawing.layers.merged(rule["layer"]) & drawing.layers.merged(rule["to"])
        return measuring.narrow_places(rule, drawing, shared.merged(False, 0), "overlap")

    def question(self, rule: Rule, ask: Questions) -> str:
        name, limit = "overlap_" + rule["id"], ask.limit(rule)
        shared = ask.define(name, "(%s & %s).merged(false, 0)" % (ask.connected(rule["layer"]), ask.connected(rule["to"])))
        return measuring.question_of_narrow_places(ask, name, shared, limit)

    def needs_whole_shapes(self, rule: Rule, technology: Any) -> bool:
        return False
