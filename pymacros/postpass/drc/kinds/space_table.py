"""Smallest distances of wide metal by width and length of the run, as tables of foundries have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import geometry
from ..findings import Finding
from . import measuring
from .base import MINIMUM, Kind, Rule
from .space_wide import SpaceWide

if TYPE_CHECKING:
    from ...geometry.layers import Layers
    from ..candidates import Questions
    from ..drawing import Drawing


class SpaceTable(Kind):
    """Each row is a rule of space_wide; what several rows find at one place is one finding."""

    name = "space_table"
    family = "geometry"
    keys = ("layer", "limits")
    optional = SpaceWide.optional
    sense = MINIMUM
    means = "smallest distances by width and run, each row of limits as in space_wide; a place that breaks several rows is marked once"
    may_go_on_unseen = SpaceWide.may_go_on_unseen

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        layers = drawing.layers
        near = [one for row in _rows(rule) for one in measuring.too_near(
            row["value_um"], drawing, measuring.side_by_side(row, layers, layers.merged(rule["layer"])))]
        return [Finding([place.polygon], "space %s um" % layers.um(place.distance)) for place in geometry.distances.places(near)]

    def question(self, rule: Rule, ask: Questions) -> str:
        return " + ".join(SpaceWide().question(row, ask) for row in _rows(rule))

    def far_dbu(self, rule: Rule, layers: Layers) -> float:
        return max(super(SpaceTable, self).far_dbu(row, layers) for row in _rows(rule))

    def reach_dbu(self, rule: Rule, layers: Layers) -> int:
        return max(super(SpaceTable, self).reach_dbu(row, layers) for row in _rows(rule))


def _rows(rule: Rule) -> Iterator[Rule]:
    """The rows as rules of space_wide."""
    return ({**rule, **row, "id": "%s_%d" % (rule["id"], number)} for number, row in enumerate(rule["limits"]))
