"""Smallest area."""

from .areas import Area
from .base import MINIMUM
from .measuring import EXACT


class AreaMin(Area):
    name = "area_min"
    sense = MINIMUM
    means = "smallest area of a shape, or with of: holes of a hole"

    def breaks(self, limit: float, area: float) -> bool:
        return area < limit * (1 - EXACT)
