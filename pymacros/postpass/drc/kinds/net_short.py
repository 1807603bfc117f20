"""Shorts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from .base import Kind, Rule

if TYPE_CHECKING:
    from ..drawing import Drawing


class NetShort(Kind):
    name = "net_short"
    family = "nets"
    means = "no net carries two names, or a power and a ground pad"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        from ...conductors.net_states import SUPPLIES, shorts
        nets = drawing.nets
        both = shorts(nets)
        found = []
        for net in map(nets.net, sorted(both.named | both.supplied)):
            if net.index in both.named:
                found.append(Finding(net.polygons(net.metal), "short between " + ", ".join(net.names)))
            else:
                pads = [number for number in net.pads if nets.pad_function(number) in SUPPLIES]
                found.append(Finding(net.polygons(pads), "short between power and ground pads, net " + net.title))
        return found
