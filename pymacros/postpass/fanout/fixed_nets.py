"""Fixes which contact points and pads are joined: they get one name, which the fan-out, the deck and the user see alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..draw import placed
from ..draw.choices import CommandError
from ..draw.commands import Report, require_layout
from ..messages import counted, how_to_install

if TYPE_CHECKING:
    import pya

    from ..conductors.nets import Nets
    from ..tech.answers import Technology
    from .connected_metal import ConnectedMetal


class FixedNet(NamedTuple):
    """A net that joins what is selected."""

    name: str
    places: list[tuple[float, float]]  # (x_um, y_um) that are to be labelled
    words: str  # what gets the name


def prepared(cell: pya.Cell, tech: Technology, places_um: Sequence[tuple[float, float]], nets: Nets | None = None,
             step: Callable[[], None] = lambda: None) -> Any:
    """The FixedNet of the contact points and pads at the places [(x_um, y_um)]; nothing is drawn. nets: those of the cell, where they are
    there already; step: called between the parts of the work.

    The name is the one that some of them carry, else the first free of net1, net2, ... Raises CommandError when there is
    no contact point or no pad among them, something else at a place, or two names.
    """
    require_layout(cell.layout(), tech)
    metal = _drawn_metal(cell, tech, nets, step)
    step()
    here = [set(some) - {None} for some in zip(*(metal.nets_at(level, places_um) for level in range(len(metal.levels))))]
    found = {piece.net: piece for piece in metal.pieces(among=set().union(*here))}
    by_net: dict[int, tuple[ConnectedMetal, tuple[float, float]]] = {}
    for place, some in zip(places_um, here):
        piece = _terminal([found[net] for net in some], *place)
        by_net.setdefault(piece.net, (piece, place))
    chosen = list(by_net.values())
    if not any(piece.has_contact for piece, _ in chosen) or not any(piece.has_pad for piece, _ in chosen):
        raise CommandError("Select at least one contact point and one pad to lock: %d and %d are selected." % (
            sum(piece.has_contact for piece, _ in chosen), sum(piece.has_pad for piece, _ in chosen)))
    names = sorted({piece.name for piece, _ in chosen if piece.name})
    if len(names) > 1:
        raise CommandError("The selected contact points and pads carry different names, %s: they cannot become one net." % " and ".join(names))
    name = names[0] if names else _free_name(metal.names())
    return FixedNet(name, [place for piece, place in chosen if not piece.name], _counted(chosen))


def draw(cell: pya.Cell, tech: Technology, fixed: Any) -> Report:
    """Draws the labels of a FixedNet. Returns a Report."""
    placed.name_at(cell, tech, [(fixed.name, x_um, y_um) for x_um, y_um in fixed.places])
    return Report(["Locked %s as net %s." % (fixed.words, fixed.name)], {tech.of_kind("label")[0]: len(fixed.places)}, None)


def _drawn_metal(cell: pya.Cell, tech: Technology, nets: Nets | None, step: Callable[[], None]) -> Any:
    try:
        from .connected_metal import DrawnMetal
    except ImportError as error:
        raise CommandError("Reading nets needs numpy (%s): %s." % (error, how_to_install("numpy"))) from None
    return DrawnMetal(cell, tech, nets, step)


def _terminal(pieces: Sequence[ConnectedMetal], x_um: float, y_um: float) -> ConnectedMetal:
    """The one of some pieces at a place that is a contact point or pad."""
    here = [piece for piece in pieces if piece.has_contact or piece.has_pad]
    if len(here) != 1:
        raise CommandError("At %g, %g um there %s: lock it with a label." % (
            x_um, y_um, "are several, one above the other" if here else "is neither a contact point with a via nor a pad"))
    return here[0]


def _free_name(taken: set[str]) -> str:
    number = 1
    while "net%d" % number in taken:
        number += 1
    return "net%d" % number


def _counted(chosen: Sequence[tuple[ConnectedMetal, tuple[float, float]]]) -> str:
    contacts, pads = sum(piece.has_contact for piece, _ in chosen), sum(piece.has_pad for piece, _ in chosen)
    return "%s and %s" % (counted(contacts, "contact point"), counted(pads, "pad"))
