"""Looks at a drawn fan-out once more, before it is called complete: is the metal that is drawn one piece for each net, and does
it touch nothing else?

Nothing the router believes counts here, only the nets of what is drawn (connected_metal.py). Needs numpy. Lengths are um.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .connected_metal import DrawnMetal

if TYPE_CHECKING:
    import pya

    from ..tech.answers import Technology


class Place(NamedTuple):
    """A piece of metal that was there before."""

    net: str | None  # that the router joined it to
    level: int
    x_um: float  # a corner of it
    y_um: float
    left: bool = False  # whether it is its net's without a trace to it


class Fault(NamedTuple):
    """A net that is not one piece, or touches other metal."""

    net: str
    kind: str  # "apart" or "touching"
    reason: str  # one sentence part
    place: tuple[float, float]  # (x, y) in um


def faults(cell: pya.Cell, tech: Technology, places: Sequence[Place], open_nets: set[str]) -> list[Any]:
    """[Fault] of what is drawn in a cell: of nets that are not one piece (but for the open ones), or touch other metal.

    places: a Place on every piece of metal that was there before the traces were drawn.
    """
    nets, members = {}, {}
    for place, piece in _with_nets(DrawnMetal(cell, tech), places):
        members.setdefault(piece, []).append(place)
        if place.net is not None and not place.left:
            nets.setdefault(place.net, {}).setdefault(piece, place)
    apart = [_apart(net, nets[net]) for net in sorted(nets) if net not in open_nets and (len(nets[net]) > 1 or None in nets[net])]
    touching = [fault for piece, there in members.items() if piece is not None for fault in _touching(there)]
    return apart + sorted(touching)


def _with_nets(metal: Any, places: Sequence[Place]) -> Any:
    """Each place with the index of the net that is drawn there, or None, in the order of the places."""
    found = {}
    for level in {place.level for place in places}:
        here = [number for number, place in enumerate(places) if place.level == level]
        found.update(zip(here, metal.nets_at(level, [(places[number].x_um, places[number].y_um) for number in here])))
    return [(place, found[number]) for number, place in enumerate(places)]


def _apart(net: Any, at: Any) -> Any:
    """The Fault of a net that is several pieces: {piece: Place}."""
    place = list(at.values())[-1]
    return Fault(net, "apart", "the metal as drawn does not join its contact points and pads; the one at %g, %g um is apart" % (
        place.x_um, place.y_um), (place.x_um, place.y_um))


def _touching(there: Sequence[Place]) -> list[Any]:
    """Faults of the nets that share a piece with another net, or with metal of no net."""
    found = []
    for net in sorted({place.net for place in there if place.net is not None}):
        others = [place for place in there if place.net != net]
        if others:
            what = "net %s" % others[0].net if others[0].net is not None else "other metal"
            found.append(Fault(net, "touching", "its metal as drawn touches %s, which reaches %g, %g um" % (what, others[0].x_um, others[0].y_um),
                               (others[0].x_um, others[0].y_um)))
    return found
