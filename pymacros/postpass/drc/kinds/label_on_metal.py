"""Labels beside their metal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from ..marks import mark
from .base import Kind, Rule

if TYPE_CHECKING:
    from ..drawing import Drawing


class LabelOnMetal(Kind):
    name = "label_on_metal"
    family = "nets"
    means = "every label lies on a conductor"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        return [Finding([mark(label.point)], "label %s lies on no metal" % label.text) for label in drawing.nets.loose_labels]
