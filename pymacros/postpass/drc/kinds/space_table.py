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
        layers, metal = drawing.layers, drawing.layers.merged(rule["layer"])
        rows = sorted(_rows(rule), key=lambda row: -row["value_um"])  # of rows that one pair of edges breaks the strictest is told
        wide = {width: measuring.wide_parts(metal, layers.floor_dbu(width)) for width in {row["wider_than_um"] for row in rows}}
        near = [(row, one) for row in rows for one in measuring.too_near(
            row["value_um"], drawing, measuring.side_by_side(row, layers, metal, wide[row["wider_than_um"]]))]
        places = geometry.distances.places_and_nearest([one for _, one in near])
        return [Finding([polygon], "space %s um, %s" % (layers.um(near[number][1].distance), _in_words(near[number][0]))) for polygon, number in places]

    def question(self, rule: Rule, ask: Questions) -> str:
        return " + ".join(SpaceWide().question(row, ask) for row in _rows(rule))

    def far_dbu(self, rule: Rule, layers: Layers) -> float:
        return max(super(SpaceTable, self).far_dbu(row, layers) for row in _rows(rule))

    def reach_dbu(self, rule: Rule, layers: Layers) -> int:
        return max(super(SpaceTable, self).reach_dbu(row, layers) for row in _rows(rule))


def _in_words(row: Rule) -> str:
    return "at least %g um where wider than %g um and side by side for more than %g um" % (row["value_um"], row["wider_than_um"], row["run_longer_than_um"])


def _rows(rule: Rule) -> Iterator[Rule]:
    """The rows as rules of space_wide."""
    return ({**rule, **row, "id": "%s_%d" % (rule["id"], number)} for number, row in enumerate(rule["limits"]))
