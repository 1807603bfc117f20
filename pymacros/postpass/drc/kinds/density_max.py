"""Largest density."""

from __future__ import annotations

from typing import Any

from .base import MAXIMUM
from .densities import Density


class DensityMax(Density):
    name = "density_max"
    sense = MAXIMUM
    means = "covered part of each window stepped over the die (layer `to` or box `within_um`), at most; without window_um and step_um, of each whole die"

    def breaks(self, rule: dict[str, Any], density: float) -> bool:
        return density > rule["value"] + 1e-9
