"""What no deck can check."""

from __future__ import annotations

from typing import Any

from .base import Kind


class Guideline(Kind):
    name = "guideline"
    family = "technology"
    optional = ("layer", "value_um")
    means = "printed, not run"

    def findings(self, rule: dict[str, Any], drawing: Any) -> Any:
        return []
