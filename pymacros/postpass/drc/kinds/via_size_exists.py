"""Is there a via to draw?"""

from __future__ import annotations

from typing import Any

from ..findings import Finding
from .base import Kind


class ViaSizeExists(Kind):
    name = "via_size_exists"
    family = "technology"
    keys = ("layer",)
    means = "some via size on the grid keeps every error-level limit for this film stack"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        technology, layer = drawing.technology, rule["layer"]
        if technology.via_sizes(layer) is not None:
            return []
        limits = [technology.limit(check, layer) for check in ("width_min", "width_max", "aspect_ratio_min", "aspect_ratio_max")]
        return [Finding([], "no size of %s keeps every limit: depth %g um, width %s to %s, aspect ratio %s to %s" % (
            layer, technology.depth_um(layer), *limits))]
