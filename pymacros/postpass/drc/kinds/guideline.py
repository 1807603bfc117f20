"""What no deck can check."""

from .base import Kind


class Guideline(Kind):
    name = "guideline"
    family = "technology"
    optional = ("layer", "value_um")
    means = "printed, not run"

    def findings(self, rule, drawing):
        return []
