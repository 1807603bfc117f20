"""Films in their allowed range."""

from __future__ import annotations

from typing import Any

from ..findings import Finding
from .base import Kind


class FilmsAllowed(Kind):
    name = "films_allowed"
    family = "technology"
    means = "the technology's film thicknesses lie in their allowed range"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        return [Finding([], sentence) for sentence in drawing.technology.film_findings("allowed_um")]
