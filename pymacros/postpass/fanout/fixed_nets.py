"""Fixes which contact points and pads are joined: they get one name, which the fan-out, the deck and the user see alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import strings
from ..draw import drawing
from ..draw.choices import CommandError
from ..draw.commands import Report, require_layout
from ..messages import counted, how_to_install

if TYPE_CHECKING:
    import pya

    from ..tech.answers import Technology
    from .connected_metal import ConnectedMetal


class FixedNet(NamedTuple):
    """A net that joins what is selected."""

    name: str
    places: list[tuple[float, float]]  # (x_um, y_um) that are to be labelled
    words: str  # what gets the name


def prepared(cell: pya.Cell, tech: Technology, places_um: Sequence[tuple[float, float]]) -> Any:
    """The FixedNet of the contact points and pads at the places [(x_um, y_um)]; nothing is drawn.

    The name is the one that some of them carry, else the first free of net1, net2, ... Raises CommandError when there is
    no contact point or no pad among them, something else at a place, or two names.
    """
    require_layout(cell.layout(), tech)
    metal = _drawn_metal(cell, tech)
    found = metal.pieces()
    chosen = []
    for x_um, y_um in places_um:
        piece = _terminal(metal, found, x_um, y_um)
        if not any(piece is other for other, _ in chosen):
            chosen.append((piece, (x_um, y_um)))
    if not any(piece.has_contact for piece, _ in chosen) or not any(piece.has_pad for piece, _ in chosen):
        raise CommandError("Select at least one contact point and one pad to lock: %d and %d are selected." % (
            sum(piece.has_contact for piece, _ in chosen), sum(piece.has_pad for piece, _ in chosen)))
    names = sorted({piece.name for piece, _ in chosen if piece.name})
    if len(names) > 1:
        raise CommandError("The selected contact points and pads carry different names, %s: they cannot become one net." % " and ".join(names))
    name = names[0] if names else _free_name({piece.name for piece in found})
    return FixedNet(name, [place for piece, place in chosen if not piece.name], _counted(chosen))


def draw(cell: pya.Cell, tech: Technology, fixed: Any) -> Report:
    """Draws the labels of a FixedNet. Returns a Report."""
    for x_um, y_um in fixed.places:
        drawing.draw_label(cell, tech, strings.raw(fixed.name), x_um, y_um)
    return Report(["Locked %s as net %s." % (fixed.words, fixed.name)], {tech.of_kind("label")[0]: len(fixed.places)}, None)


def _drawn_metal(cell: pya.Cell, tech: Technology) -> Any:
    try:
        from .connected_metal import DrawnMetal
    except ImportError as error:
        raise CommandError("Reading nets needs numpy (%s): %s." % (error, how_to_install("numpy"))) from None
    return DrawnMetal(cell, tech)


def _terminal(metal: Any, found: Sequence[ConnectedMetal], x_um: float, y_um: float) -> ConnectedMetal:
    nets = {net for level in range(len(metal.levels)) for net in metal.nets_at(level, [(x_um, y_um)])}
    here = [piece for piece in found if (piece.has_contact or piece.has_pad) and piece.net in nets]
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
