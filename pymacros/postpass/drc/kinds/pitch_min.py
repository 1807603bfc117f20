"""Smallest distance of centres."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

from ... import geometry
from ..findings import Finding
from .base import MINIMUM, Kind


class PitchMin(Kind):
    name = "pitch_min"
    family = "geometry"
    keys = ("layer", "value_um")
    sense = MINIMUM
    means = "smallest centre-to-centre distance"

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Any]:
        layers = drawing.layers
        centres = [geometry.outlines.centre(polygon) for polygon in layers.merged(rule["layer"]).each()]
        return [Finding([geometry.regions.edge(one, other)], "pitch %s um" % layers.um(math.dist(one, other)))
                for one, other in _close_pairs(centres, layers.dbu_of(rule["value_um"]))]

    def question(self, rule: dict[str, Any], ask: Any) -> str:
        """Boxes as wide as the limit around the centres overlap where two are too near. A centre may lie between two dbu."""
        half, drawn = math.ceil(ask.limit(rule) / 2) + 1, ask.drawn(rule["layer"])
        boxes = ask.unmerged("around_" + rule["id"], "%s.extent_refs(0.5, 0.5, 0.5, 0.5, %d, %d)" % (drawn, half, half))
        return "%s.merged(false, 2) + %s.sized(%d, 2)" % (boxes, ask.touching_shapes(rule["layer"]), half)

    def far_dbu(self, rule: dict[str, Any], layers: Any) -> float:
        return layers.dbu_of(rule["value_um"]) / 2


def _close_pairs(points: Any, limit: Any) -> Iterator[Any]:
    """Pairs of points closer than the limit, each once, by a grid of cells as wide as the limit."""
    cells: dict = {}
    for point in points:
        cells.setdefault((math.floor(point[0] / limit), math.floor(point[1] / limit)), []).append(point)
    for (column, row), members in cells.items():
        around = [point for dx, dy in ((1, -1), (1, 0), (1, 1), (0, 1)) for point in cells.get((column + dx, row + dy), ())]
        for one, other in (*combinations(members, 2), *product(members, around)):
            if math.dist(one, other) < limit - 1e-6:
                yield min(one, other), max(one, other)
