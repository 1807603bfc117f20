"""Smallest density."""

from __future__ import annotations

from typing import Any

from .base import MINIMUM
from .densities import Density


class DensityMin(Density):
    name = "density_min"
    sense = MINIMUM
    means = "covered part of each window stepped over the die (layer `to` or box `within_um`), at least; without window_um and step_um, of each whole die"

    def breaks(self, rule: dict[str, Any], density: float) -> bool:
        return density < rule["value"] - 1e-9
