"""Films in their recommended range."""

from ..findings import Finding
from .base import Kind


class FilmsRecommended(Kind):
    name = "films_recommended"
    family = "technology"
    means = "the technology's film thicknesses lie in their recommended range"

    def findings(self, rule, drawing):
        return [Finding([], sentence) for sentence in drawing.technology.film_findings("recommended_um")]
