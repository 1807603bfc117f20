"""Opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..findings import Finding
from ..marks import FEW, together
from .base import Kind, Rule

if TYPE_CHECKING:
    from ...conductors.nets import Net, Nets
    from ..drawing import Drawing


class NetOpen(Kind):
    """Where one of both, contact points or pads, is not drawn at all, one finding says so of all the others."""

    name = "net_open"
    family = "nets"
    means = "every contact point reaches a pad, every pad has a contact point, no trace belongs to nothing"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        from ...conductors.net_states import opens
        nets = drawing.nets
        contacts, pads = nets.contacts.counts(), nets.pads.counts()
        if not pads.any() and contacts.sum() > FEW:
            return [_of_all(nets, contacts, "%d contact points, but no pad is drawn")] + _on_nets(nets, contacts == 0)
        if not contacts.any() and pads.sum() > FEW:
            return [_of_all(nets, pads, "%d pads, but no contact point is drawn")] + _on_nets(nets, pads == 0)
        return _on_nets(nets, opens(nets))


def _of_all(nets: Nets, counts: Any, text: str) -> Finding:
    ids = (number for index in counts.nonzero()[0].tolist() for number in nets.contacts.of(index) or nets.pads.of(index))
    return Finding(together(nets.polygon(number) for number in ids), text % counts.sum())


def _on_nets(nets: Nets, some: Any) -> list[Finding]:
    return [finding for index in some.nonzero()[0].tolist() for finding in _open(nets.net(index))]


def _open(net: Net) -> list[Finding]:
    found = _on_each(net, net.contacts, "contact point reaches no pad") + _on_each(net, net.pads, "pad has no contact point")
    return found or _on_each(net, net.traces, "trace belongs to nothing")


def _on_each(net: Net, ids: list[int], text: str) -> list[Finding]:
    return [Finding(net.polygons([number]), "%s, net %s" % (text, net.title)) for number in ids]
