"""Shorts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from .base import Kind, Rule

if TYPE_CHECKING:
    from ..drawing import Drawing

SUPPLIES = ("power", "ground")


class NetShort(Kind):
    name = "net_short"
    family = "nets"
    means = "no net carries two names, or a power and a ground pad"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        nets = drawing.nets
        supplied = [nets.pads.counts([layer for layer in nets.drawn if nets.function_of_layer(layer) == function]) > 0 for function in SUPPLIES]
        both = set((supplied[0] & supplied[1]).nonzero()[0].tolist())
        named = {index for index in nets.named() if len(nets.names_of(index)) > 1}
        found = []
        for net in map(nets.net, sorted(both | named)):
            if net.index in named:
                found.append(Finding(net.polygons(net.metal), "short between " + ", ".join(net.names)))
            else:
                pads = [number for number in net.pads if nets.pad_function(number) in SUPPLIES]
                found.append(Finding(net.polygons(pads), "short between power and ground pads, net " + net.title))
        return found
