"""Largest aspect ratio of a via."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .base import MAXIMUM
from .ratio import AspectRatio, size_at

if TYPE_CHECKING:
    import pya


class AspectRatioMax(AspectRatio):
    name = "aspect_ratio_max"
    sense = MAXIMUM
    means = "depth of the films a via cuts / via size (of round ones, with nominal, the diameter of their circle), at most"

    def breaks(self, rule: dict[str, Any], ratio: float) -> bool:
        return ratio > rule["value"] + 1e-9 * rule["value"]

    def wrong_rectangles(self, rule: dict[str, Any], rectangles: pya.Region, layers: Any) -> pya.Region:
        return rectangles.with_bbox_min(0, math.ceil(size_at(rule, layers) - 1e-6), False)
