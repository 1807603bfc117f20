"""How many vias feed a pad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from .base import MINIMUM, Kind, Rule

if TYPE_CHECKING:
    from ..drawing import Drawing


class ViasMin(Kind):
    name = "vias_min"
    family = "nets"
    keys = ("layer", "value")
    sense = MINIMUM
    means = "vias on the net for each of its pads on this layer, at least"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        nets, parts = drawing.nets, drawing.technology.parts(rule["layer"])
        conducting = [part for part in parts if part in nets.slot_of]
        vias, pads = nets.vias.counts(), nets.pads.counts(conducting)
        found = []
        for index in ((pads > 0) & (vias < rule["value"] * pads)).nonzero()[0].tolist():
            net = nets.net(index)
            on_layer = [number for number in net.pads if nets.layer_of(number) in parts]
            found.append(Finding(net.polygons(on_layer), "%d vias for %d pads, net %s" % (vias[index], len(on_layer), net.title)))
        return found
