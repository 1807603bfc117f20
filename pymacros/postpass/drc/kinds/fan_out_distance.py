"""Are pads farther apart than their contact points?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from .base import MINIMUM, Kind, Rule

if TYPE_CHECKING:
    from ..drawing import Drawing


class FanOutDistance(Kind):
    """Neighbours' pads are farther apart than their contact points, for declared groups and for every one-to-one net."""

    name = "fan_out_distance"
    family = "nets"
    keys = ("value_um",)
    sense = MINIMUM
    means = "pads of neighbouring contact points are farther apart than these, by at least this much, centre to centre and edge to edge"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        from ..neighbouring_contacts import neighbouring_contacts, too_near
        nets, um, amount = drawing.nets, drawing.layers.um, drawing.layers.dbu_of(rule["value_um"])
        found = []
        for pair in too_near(nets, *neighbouring_contacts(nets, amount), amount):
            one, other = nets.net(pair.one), nets.net(pair.other)
            pads = [int(nets.pad_ids[pair.one]), int(nets.pad_ids[pair.other])]
            found.append(Finding(one.polygons(pads), "pads %s um apart (centres %s), contact points %s um (centres %s), nets %s and %s" % (
                um(pair.pads), um(pair.pad_centres), um(pair.contacts), um(pair.contact_centres), one.title, other.title)))
        return found
