"""Opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from .base import Kind, Rule

if TYPE_CHECKING:
    from ...conductors.nets import Net
    from ..drawing import Drawing


class NetOpen(Kind):
    name = "net_open"
    family = "nets"
    means = "every contact point reaches a pad, every pad has a contact point, no trace belongs to nothing"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        nets = drawing.nets
        lacking = (nets.contacts.counts() == 0) | (nets.pads.counts() == 0)
        return [finding for index in lacking.nonzero()[0].tolist() for finding in _open(nets.net(index))]


def _open(net: Net) -> list[Finding]:
    found = _on_each(net, net.contacts, "contact point reaches no pad") + _on_each(net, net.pads, "pad has no contact point")
    return found or _on_each(net, net.traces, "trace belongs to nothing")


def _on_each(net: Net, ids: list[int], text: str) -> list[Finding]:
    return [Finding(net.polygons([number]), "%s, net %s" % (text, net.title)) for number in ids]
