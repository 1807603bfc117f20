"""Do the vias of a net carry the current that its pads are declared for?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from .base import Kind, Rule

if TYPE_CHECKING:
    from ..drawing import Drawing


class CurrentVias(Kind):
    """Vias of the net in one cut layer, each alike or by its area, against the current of its pads on the layer."""

    name = "current_vias"
    family = "nets"
    keys = ("layer", "to", "current_ma")
    optional = ("per_cut_ma", "per_um2_ma")
    means = "the vias (to) of a net, per_cut_ma each or per_um2_ma of their area, carry current_ma for each of its pads on this layer"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        nets, parts = drawing.nets, drawing.technology.parts(rule["layer"])
        pads = nets.pads.counts([part for part in parts if part in nets.slot_of])
        vias = nets.vias.counts([rule["to"]])
        if "per_cut_ma" in rule:
            carried = vias * rule["per_cut_ma"]
        else:
            carried = nets.vias.sums(lambda outlines: outlines.areas, [rule["to"]]) * (rule["per_um2_ma"] * drawing.layers.dbu**2)
        needed = pads * rule["current_ma"]
        found = []
        for index in (carried < needed - 1e-9 * needed).nonzero()[0].tolist():
            net = nets.net(index)
            on_layer = [number for number in net.pads if nets.layer_of(number) in parts]
            found.append(Finding(net.polygons(on_layer), "%d vias carry %.4g mA, %d pads need %.4g mA, net %s" %
                                 (vias[index], carried[index], len(on_layer), needed[index], net.title)))
        return found
