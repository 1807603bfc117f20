"""Films in their recommended range."""

from __future__ import annotations

from typing import Any

from ..findings import Finding
from .base import Kind


class FilmsRecommended(Kind):
    name = "films_recommended"
    family = "technology"
    means = "the technology's film thicknesses lie in their recommended range"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        return [Finding([], sentence) for sentence in drawing.technology.film_findings("recommended_um")]
