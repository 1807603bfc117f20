"""A net list beside the names in a drawing: what differs, and the names of the list written as labels. Needs numpy. Lengths are um."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import pya

from ..draw.choices import CommandError
from ..draw.commands import Report
from ..messages import counted, named
from . import naming
from .connected_metal import DrawnMetal, no_terminal

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .net_list_of_drawing import DrawnNets
    from .netlist import Entry

MISSING, EXTRA, OTHER = "Missing", "Extra", "Other name"
_NEAR_UM = 10.0  # shown around a place without metal


class Difference(NamedTuple):
    """Where drawing and list differ."""

    kind: str  # MISSING, EXTRA or OTHER
    name: str
    sentence: str
    box: pya.DBox
    nets: tuple[int, ...]  # the pieces of metal there


class _Meant(NamedTuple):
    """The piece of metal that an entry means, or what is wrong."""

    entry: Entry
    net: int | None
    wrong: str | None


def _meant(cell: pya.Cell, tech: Technology, drawn: DrawnNets, entries: Sequence[Entry], step: Callable[[], None]) -> list[_Meant]:
    found = []
    for entry, nets in zip(entries, DrawnMetal(cell, tech, drawn.nets, step).terminals_at(entries)):
        wrong = no_terminal(entry, nets)
        found.append(_Meant(entry, None if wrong or not nets else next(iter(nets)), wrong))
    return found


def without_terminal(cell: pya.Cell, tech: Technology, drawn: DrawnNets, entries: Sequence[Entry], step: Callable[[], None] = lambda: None) -> list[str]:
    """Sentence parts on the names of the list that belong to nothing: no contact point or pad, or none of the kind, is at their places."""
    return ["%s at %g, %g um: %s" % (one.entry.net, one.entry.x_um, one.entry.y_um, one.wrong) for one in _meant(cell, tech, drawn, entries, step) if one.wrong]


def compared(cell: pya.Cell, tech: Technology, drawn: DrawnNets, entries: Sequence[Entry], step: Callable[[], None] = lambda: None) -> list[Difference]:
    """What differs: names of the list that the drawing has not at their places, other names there, and names that the list has not.
    step: called between the parts of the work."""
    meant = _meant(cell, tech, drawn, entries, step)
    step()
    nets = list({one.net for one in meant if one.net is not None} | set(drawn.nets.named()))
    boxes = dict(zip(nets, drawn.each_box(nets)))
    unique: dict[object, Difference] = {}
    for one in chain(*(_at_entry(drawn, boxes, one) for one in meant), _extra(drawn, boxes, meant)):  # a joined net is listed at both ends
        unique.setdefault((one.kind, one.name, one.nets or str(one.box)), one)
        step()
    return list(unique.values())


def _at_entry(drawn: DrawnNets, boxes: Mapping[int, pya.DBox], one: _Meant) -> Iterator[Difference]:
    entry, place = one.entry, "at %g, %g um" % (one.entry.x_um, one.entry.y_um)
    if one.net is None:
        yield Difference(MISSING, entry.net, "%s: %s %s %s" % (MISSING, entry.net, place, one.wrong),
                         pya.DBox(2 * _NEAR_UM, 2 * _NEAR_UM).moved(pya.DVector(entry.x_um, entry.y_um)), ())
        return
    names = drawn.nets.names_of(one.net)
    if not names:
        yield Difference(MISSING, entry.net, "%s: %s %s, the %s there has no name" % (MISSING, entry.net, place, _what(drawn, one.net)), boxes[one.net], (one.net,))
    elif names != [entry.net]:
        yield Difference(OTHER, entry.net, "%s: %s %s, the list says %s" % (OTHER, " + ".join(names), place, entry.net), boxes[one.net], (one.net,))


def _extra(drawn: DrawnNets, boxes: Mapping[int, pya.DBox], meant: Sequence[_Meant]) -> Iterator[Difference]:
    """Names that the list has not, and names on contact points or pads that it has not, where it has some of the kind."""
    hit, listed = {one.net for one in meant}, {one.entry.net for one in meant}
    contacts, pads = drawn.nets.contacts.counts() > 0, drawn.nets.pads.counts() > 0
    kinds = [(flags, any(one.net is not None and one.entry.kind in (None, kind) and flags[one.net] for one in meant)) for kind, flags in (("chip_pad", contacts), ("ball", pads))]
    for net in drawn.nets.named():
        known = set(drawn.nets.names_of(net)) <= listed
        if net not in hit and (not known or any(covered and flags[net] for flags, covered in kinds)):
            center = boxes[net].center()
            words = "the list has no such net" if not known else "the list has no %s here" % _what(drawn, net)
            name = " + ".join(drawn.nets.names_of(net))
            yield Difference(EXTRA, name, "%s: %s at %g, %g um, %s" % (EXTRA, name, center.x, center.y, words), boxes[net], (net,))


def _what(drawn: DrawnNets, net: int) -> str:
    one = drawn.nets.net(net)
    return "net" if one.contacts and one.pads else "contact point" if one.contacts else "pad" if one.pads else "metal"


def summary(differences: Sequence[Difference], entries: Sequence[Entry]) -> str:
    """How many of each kind."""
    if not differences:
        return "The drawing has the names of the list, %s." % counted(len(entries), "line")
    kinds = [one.kind for one in differences]
    return "Compared: %s." % ", ".join("%d %s" % (kinds.count(kind), kind.lower()) for kind in (MISSING, EXTRA, OTHER) if kind in kinds)


class Import(NamedTuple):
    """Names that are to be written, and what cannot be."""

    naming: naming.Naming
    left: list[str]  # sentences


def to_import(cell: pya.Cell, tech: Technology, drawn: DrawnNets, entries: Sequence[Entry], step: Callable[[], None] = lambda: None) -> Import:
    """How the names of the list get onto the contact points and pads at their places; other names there are replaced. step: called between
    the parts of the work.

    Raises CommandError where nothing is to be written.
    """
    names: dict[int, str] = {}
    places: dict[int, tuple[float, float]] = {}
    left = []
    meant = _meant(cell, tech, drawn, entries, step)
    step()
    for entry, net, wrong in meant:
        if net is None:
            left.append("%s: net %s got no label: at %g, %g um %s." % (entry.where, entry.net, entry.x_um, entry.y_um, wrong))
        elif names.setdefault(net, entry.net) != entry.net:
            left.append("%s: net %s got no label: the metal at %g, %g um is net %s by another line." % (entry.where, entry.net, entry.x_um, entry.y_um, names[net]))
        else:
            places.setdefault(net, (entry.x_um, entry.y_um))
    names = {net: name for net, name in names.items() if drawn.nets.names_of(net) != [name]}
    if not names:
        raise CommandError("Nothing to import: " + (left[0] if left else "the drawing has the names of the list already."))
    return Import(naming.prepared(cell, tech, drawn, names, places, step), left)


def draw(cell: pya.Cell, tech: Technology, wanted: Import) -> Report:
    """Draws the labels of an Import."""
    counts = naming.draw(cell, tech, wanted.naming)
    words = "Imported: %s written" % counted(len(wanted.naming.added), "label")
    if wanted.naming.changed:
        words += ", %s replaced (%s)" % (counted(len(wanted.naming.changed), "label"), named(sorted({label.text for label, _ in wanted.naming.changed})))
    return Report([words + ".", *wanted.left], counts, "warning" if wanted.left else None)
