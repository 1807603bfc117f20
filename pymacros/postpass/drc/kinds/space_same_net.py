"""Distances between shapes of one net."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from .base import MINIMUM, Kind, Rule

if TYPE_CHECKING:
    from ..drawing import Drawing


class SpaceSameNet(Kind):
    """Notches of one shape are distances of a net to itself."""

    name = "space_same_net"
    family = "nets"
    on_conductors = True
    keys = ("layer", "value_um")
    optional = ("wider_than_um", "run_longer_than_um", "notch_deg")
    sense = MINIMUM
    means = "smallest edge-to-edge distance of shapes on the same net, notches and wedges included as in space; with wider_than_um, of their wide parts alone"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        from ..net_space import space_between
        return space_between(rule, drawing, lambda one, other: one == other)
