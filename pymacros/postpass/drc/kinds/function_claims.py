"""Do nets perform the function that is declared for them? What a function claims is in docs/functions.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from .base import Kind, Rule

if TYPE_CHECKING:
    from ...conductors.groups import Group
    from ...conductors.nets import Net
    from ..drawing import Drawing


class FunctionClaims(Kind):
    """What a polygon with a text on the marker layer declares must hold for the nets of the contact points inside it."""

    name = "function_claims"
    family = "nets"
    keys = ("layer",)
    means = "nets inside a polygon of this marker layer perform the function its text declares"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        found = []
        for group in drawing.nets.groups.on(rule["layer"]):
            if group.problem:
                found.append(Finding([group.area], group.problem))
                continue
            found += [finding for index in group.members for finding in _wrong_counts(group.nets.net(index), group.function)]
            if group.function == "fan-out":
                found += _disorder(group)
        return found


def _wrong_counts(net: Net, function: str | None) -> list[Finding]:
    contacts, pads = len(net.contacts), len(net.pads)
    right = {"addition": contacts == 1 and pads > 1, "reduction": contacts > 1 and pads == 1}.get(function, contacts == 1 and pads == 1)
    if right:
        return []
    return [Finding(net.polygons(net.metal), "declared %s, but net %s joins %d contact points and %d pads" % (function, net.title, contacts, pads))]


def _disorder(group: Group) -> list[Finding]:
    """Pads of neighbouring contact points that are not neighbours in the same order."""
    if len(group.one_to_one) < 3:
        return []
    steps = dict(zip(group.by_contact, group.steps()))
    found = []
    for pair in group.neighbours():
        if steps[pair[0]] != steps[pair[1]]:
            one, other = map(group.nets.net, pair)
            found.append(Finding([net.polygons(net.pads)[0] for net in (one, other)],
                                 "order: pads of %s and %s are no neighbours, their contact points are" % (one.title, other.title)))
    return found
