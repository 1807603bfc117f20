"""Splits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from .base import Kind, Rule

if TYPE_CHECKING:
    from ..drawing import Drawing


class NetSplit(Kind):
    name = "net_split"
    family = "nets"
    means = "no name stands on two unconnected nets"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        from ...conductors.net_states import splits
        nets = drawing.nets
        split = [(name, [nets.net(index) for index in indexes]) for name, indexes in splits(nets).items()]
        return [Finding([polygon for net in parts for polygon in net.polygons(net.metal)], "net %s is in %d unconnected parts" % (name, len(parts)))
                for name, parts in split]
