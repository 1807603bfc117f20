"""Largest density."""

from .base import MAXIMUM
from .densities import Density


class DensityMax(Density):
    name = "density_max"
    sense = MAXIMUM
    means = "covered part of each window stepped over the die (layer `to` or box `within_um`), at most"

    def breaks(self, rule, density):
        return density > rule["value"] + 1e-9
