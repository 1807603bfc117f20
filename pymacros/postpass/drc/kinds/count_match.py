"""Shapes of two layers that belong together one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..findings import Finding
from ..marks import FEW, together
from .base import Kind, Rule

if TYPE_CHECKING:
    from ...conductors.figures import Columns, Figures
    from ..drawing import Drawing


class CountMatch(Kind):
    """Where one of the layers has no shape at all, one finding says so of all shapes of the other."""

    name = "count_match"
    family = "nets"
    keys = ("layer", "to")
    means = "each shape touches exactly one shape of the other layer, and the other way round"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        found = []
        for one, other in ((rule["layer"], rule["to"]), (rule["to"], rule["layer"])):
            shapes, partners = drawing.nets.figures(one), drawing.nets.figures(other)
            if len(partners) == 0 and len(shapes) > FEW:
                found.append(Finding(together(map(shapes.polygon, range(len(shapes)))), "%d %s, but no %s is drawn" % (len(shapes), one, other)))
                continue
            found += [Finding([shapes.polygon(number)], "%s with %d %s" % (one, count, other)) for number, count in _not_one(shapes, partners)]
        return found


def _not_one(shapes: Figures, partners: Figures) -> list[tuple[int, int]]:
    """[(number, count of partners)] of shapes that touch none or several."""
    if len(shapes.placed) != len(partners.placed):  # one of the layers is no conductor: repeated cells are not told once
        return _pairs(_counts(shapes.all(), partners.all()))
    found = _pairs(_counts(shapes.columns, partners.columns))
    for placed, there in zip(shapes.placed, partners.placed):
        for inside, count in _pairs(_counts(placed.inside, there.inside)):
            found += [(placed.first + place * len(placed.inside) + inside, count) for place in range(len(placed.block.places))]
    return sorted(found)


def _counts(shapes: Columns, partners: Columns) -> Any:
    import numpy as np
    counts = np.zeros(len(shapes), dtype=np.int64)
    for numbers, _ in shapes.touching(partners):
        counts += np.bincount(numbers, minlength=len(shapes))
    return counts


def _pairs(counts: Any) -> list[tuple[int, int]]:
    return [(number, int(counts[number])) for number in (counts != 1).nonzero()[0].tolist()]
