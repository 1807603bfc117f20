"""Fixes which contact points and pads are joined: they get one name, which the fan-out, the deck and the user see alike."""

import pya

from . import drawing, pieces, strings
from .choices import CommandError
from .commands import Report, require_layout


def lock(cell, tech, places_um):
    """Gives the contact points and pads at the places [(x_um, y_um)] one net name, as labels. Returns a Report.

    The name is the one that some of them carry, else the first free of net1, net2, ... Raises CommandError when there is
    no contact point or no pad among them, something else at a place, or two names.
    """
    require_layout(cell.layout(), tech)
    found = pieces.read(cell, tech)
    dbu = cell.layout().dbu
    chosen = []
    for x_um, y_um in places_um:
        piece = _terminal(found, x_um, y_um, dbu)
        if not any(piece is other for other, _ in chosen):
            chosen.append((piece, (x_um, y_um)))
    if not any(piece.has_contact for piece, _ in chosen) or not any(piece.has_pad for piece, _ in chosen):
        raise CommandError("Select at least one contact point and one pad to lock: %d and %d are selected." % (
            sum(piece.has_contact for piece, _ in chosen), sum(piece.has_pad for piece, _ in chosen)))
    names = sorted({piece.name for piece, _ in chosen if piece.name})
    if len(names) > 1:
        raise CommandError("The selected contact points and pads carry different names, %s: they cannot become one net." % " and ".join(names))
    name = names[0] if names else _free_name({piece.name for piece in found})
    for piece, (x_um, y_um) in chosen:
        if not piece.name:
            drawing.draw_label(cell, tech, strings.raw(name), x_um, y_um)
    return Report(["Locked %s as net %s." % (_counted(chosen), name)], {tech.of_kind("label")[0]: sum(not piece.name for piece, _ in chosen)}, None)


def _terminal(found, x_um, y_um, dbu):
    point = pya.Point(int(round(x_um / dbu)), int(round(y_um / dbu)))
    here = [piece for piece in found if (piece.has_contact or piece.has_pad)
            and any(polygon.bbox().contains(point) and polygon.inside(point) for polygons in piece.shapes.values() for polygon in polygons)]
    if len(here) != 1:
        raise CommandError("At %g, %g um there %s: lock it with a label." % (
            x_um, y_um, "are several, one above the other" if here else "is neither a contact point with a via nor a pad"))
    return here[0]


def _free_name(taken):
    number = 1
    while "net%d" % number in taken:
        number += 1
    return "net%d" % number


def _counted(chosen):
    contacts, pads = sum(piece.has_contact for piece, _ in chosen), sum(piece.has_pad for piece, _ in chosen)
    return "%d contact point%s and %d pad%s" % (contacts, "" if contacts == 1 else "s", pads, "" if pads == 1 else "s")
