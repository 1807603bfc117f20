"""Largest aspect ratio of a via."""

import math

from .base import MAXIMUM
from .ratio import AspectRatio, size_at


class AspectRatioMax(AspectRatio):
    name = "aspect_ratio_max"
    sense = MAXIMUM
    means = "depth of the films a via cuts / via size, at most"

    def breaks(self, rule, ratio):
        return ratio > rule["value"] + 1e-9 * rule["value"]

    def wrong_rectangles(self, rule, rectangles, layers):
        return rectangles.with_bbox_min(0, math.ceil(size_at(rule, layers) - 1e-6), False)
