"""How many shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from ..marks import together
from .base import Kind, Rule

if TYPE_CHECKING:
    from ..drawing import Drawing


class Count(Kind):
    """Of whole connected shapes: counted in the whole layout."""

    name = "count"
    family = "geometry"
    keys = ("layer",)
    optional = ("to", "least", "most")
    means = "how many shapes are drawn (most: 0 forbids the layer), or touch each shape of another layer (to), a die for instance"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        layers, name = drawing.layers, rule["layer"]
        counted = layers.index(name)
        if "to" not in rule:
            words = _wrong(rule, len(counted.polygons))
            return [Finding(together(counted.polygons) or [layers.cell.bbox()], words)] if words else []
        found = []
        for around in layers.merged(rule["to"]).each():
            words = _wrong(rule, sum(counted.polygons[number].touches(around) for number in counted.touching(around.bbox())))
            if words:
                found.append(Finding([around], words))
        return found


def _wrong(rule: Rule, count: int) -> "str | None":
    if count < rule.get("least", 0):
        return "%d %s, at least %d" % (count, rule["layer"], rule["least"])
    if count > rule.get("most", count):
        return "%d %s, at most %d" % (count, rule["layer"], rule["most"])
    return None
