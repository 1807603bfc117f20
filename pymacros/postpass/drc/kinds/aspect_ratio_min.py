"""Smallest aspect ratio of a via."""

import math

from .base import MINIMUM
from .ratio import AspectRatio, size_at


class AspectRatioMin(AspectRatio):
    name = "aspect_ratio_min"
    sense = MINIMUM
    means = "depth of the films a via cuts / via size, at least"

    def breaks(self, rule, ratio):
        return ratio < rule["value"] - 1e-9 * rule["value"]

    def wrong_rectangles(self, rule, rectangles, layers):
        return rectangles.with_bbox_min(math.floor(size_at(rule, layers) + 1e-6) + 1, None, False)
