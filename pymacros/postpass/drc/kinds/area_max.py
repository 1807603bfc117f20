"""Largest area."""

from .areas import Area
from .base import MAXIMUM
from .measuring import EXACT


class AreaMax(Area):
    name = "area_max"
    sense = MAXIMUM
    means = "largest area of a shape, or with of: holes of a hole"

    def breaks(self, limit: float, area: float) -> bool:
        return area > limit * (1 + EXACT)
