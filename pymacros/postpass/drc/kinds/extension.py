"""How far a layer goes on beyond an edge of another one that it crosses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from ... import geometry
from . import measuring
from .base import MINIMUM, Kind, Rule

if TYPE_CHECKING:
    import pya

    from ...geometry.box_index import PolygonIndex
    from ..candidates import Questions
    from ..drawing import Drawing
    from ..findings import Finding


STEP = 2.0  # dbu from a slanted edge, which may lie a dbu beside where it was meant


class Extension(Kind):
    """What of the layer lies outside of the other one is measured between an edge that it crosses and its own edges across from there.

    What ends at an edge or before it does not cross it, and what goes on to another shape of the other layer has no end.
    """

    name = "extension"
    family = "geometry"
    keys = ("layer", "to", "value_um")
    sense = MINIMUM
    means = "where the layer crosses an edge of another one (to), it goes on beyond it by at least this much, straight across"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        layers = drawing.layers
        metal, other = layers.merged(rule["layer"]), layers.merged(rule["to"])
        beyond, shared = (metal - other).merged(False, 0), geometry.box_index.PolygonIndex((metal & other).each_merged())
        pairs = geometry.spacing.narrow(beyond, layers.limit_dbu(rule["value_um"]), run=1)
        return measuring.places(rule, drawing, [end for pair in pairs for end in _ends(pair, shared)], "extension")

    def question(self, rule: Rule, ask: Questions) -> str:
        name = "beyond_" + rule["id"]
        beyond = ask.define(name, "(%s - %s).merged(false, 0)" % (ask.connected(rule["layer"]), ask.connected(rule["to"])))
        return measuring.question_of_narrow_places(ask, name, beyond, ask.limit(rule))

    def needs_whole_shapes(self, rule: Rule, technology: Any) -> bool:
        return False


def _ends(pair: pya.EdgePair, shared: PolygonIndex) -> Iterator[pya.EdgePair]:
    """Those parts of two edges, one crossed and the other not, that lie across from each other. shared: what both layers cover."""
    (crossed, own), (others_crossed, others_own) = (_parts(edge, shared) for edge in (pair.first, pair.second))
    for one, other in (*product(crossed, others_own), *product(own, others_crossed)):
        if _faces(one, other):
            yield pair.__class__(one, other)


def _parts(edge: pya.Edge, shared: PolygonIndex) -> tuple[list[pya.Edge], list[pya.Edge]]:
    """The parts of an edge of what lies outside beyond which the layer goes on within the other one, and its other parts."""
    step = STEP / edge.length() if edge.dx() and edge.dy() else 0.0
    dx, dy = -round(step * edge.dy()), round(step * edge.dx())  # metal is on the right
    beside = geometry.regions.edges_of([edge.moved(dx, dy)])
    near = shared.region_at(edge.moved(dx, dy).bbox())
    return tuple([part.moved(-dx, -dy) for part in some.each()] for some in (beside & near, beside - near))  # type: ignore[return-value]


def _faces(edge: pya.Edge, other: pya.Edge) -> bool:
    """Does a part of the other edge lie beside this one?"""
    along, length = edge.d(), edge.sq_length()
    ends = sorted(along.sprod(point - edge.p1) for point in (other.p1, other.p2))
    return ends[1] > 0 and ends[0] < length
