"""One user action each: (cell, tech, choices) -> Report. No Qt, no "current view"; transactions are the caller's.

A command draws everything or, for an impossible choice, nothing: it then raises CommandError, whose message is one
sentence. Choices that break a rule are drawn (a user may want them) and reported with severity and rule ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import pya

from .. import strings
from ..drawn_under import note_technology
from ..messages import counted, sentence
from . import drawing, findings, naming, patterns, placed, shapes
from .choices import CommandError, ContactChoices, PadChoices, Place, ViaChoices, number_of, require_possible

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .choices import Choices

__all__ = ["CommandError", "ContactChoices", "PadChoices", "Place", "Report", "ViaChoices", "place", "place_contacts", "place_pads", "place_vias", "placed_at", "preview"]

#: arrays larger than this are previewed as one box
MOST_PREVIEWED = 100
_SLACK_UM = 1e-9


class Report(NamedTuple):
    """What a command did."""

    messages: list[str]  # sentences, what was drawn first
    counts: dict[str, int]  # shapes drawn on each layer
    severity: str | None  # None, "warning" or "error"


def place(cell: pya.Cell, tech: Technology, choices: Choices, as_instances: bool = False) -> Report:
    """Draws what the choices describe into the cell, as shapes or as instances of PCells. Returns a Report; raises CommandError."""
    command: Callable[..., Report] = place_pads if isinstance(choices, PadChoices) else place_vias if isinstance(choices, ViaChoices) else place_contacts
    return command(cell, tech, choices, as_instances)


def place_pads(cell: pya.Cell, tech: Technology, choices: PadChoices, as_instances: bool = False) -> Report:
    """Draws the pads that the PadChoices describe into the cell. Returns a Report; raises CommandError."""
    def pad(function: str) -> Callable[..., Any]:
        return lambda element: drawing.draw_pad(element, tech, function or choices.function, choices.shape, choices.size_um, 0.0, 0.0, choices.openings)
    choices, notes = _prepared(cell, tech, choices)
    return _placed(cell, tech, choices, pad, "pad", notes, findings.pad_findings, as_instances)


def place_vias(cell: pya.Cell, tech: Technology, choices: ViaChoices, as_instances: bool = False) -> Report:
    """Draws the vias that the ViaChoices describe, each with its capture pad. Returns a Report; raises CommandError."""
    choices, notes = _prepared(cell, tech, choices)
    return _placed(cell, tech, choices, lambda _: lambda element: drawing.draw_via(
        element, tech, choices.cut, choices.size_um, 0.0, 0.0, choices.shape, choices.contact), "via", notes, findings.via_findings, as_instances)


def place_contacts(cell: pya.Cell, tech: Technology, choices: ContactChoices, as_instances: bool = False) -> Report:
    """Draws the contact points that the ContactChoices describe. Returns a Report; raises CommandError."""
    choices, notes = _prepared(cell, tech, choices)
    return _placed(cell, tech, choices, lambda _: lambda element: drawing.insert(element, tech, choices.layer, shapes.polygon(
        choices.shape, choices.size_um, 0.0, 0.0, element.layout().dbu, tech.grid_um)), "contact point", notes, findings.contact_findings, as_instances)


def _prepared(cell: pya.Cell, tech: Technology, choices: Any) -> tuple[Any, list[str]]:
    """The choices on the grid, with a note on each length that had to be moved there."""
    require_layout(cell.layout(), tech)
    require_possible(tech, choices)
    notes = []
    for name, words in (("size_um", "size"), ("pitch_x_um", "pitch x"), ("pitch_y_um", "pitch y")):
        wanted, snapped = getattr(choices, name), tech.on_grid(getattr(choices, name))
        if abs(wanted - snapped) > _SLACK_UM:
            notes.append("%s %g um rounded to %g um (grid %g um)." % (words, wanted, snapped, tech.grid_um))
        choices = choices._replace(**{name: snapped})
    return choices, notes


def require_layout(layout: pya.Layout, tech: Technology) -> None:
    """Raises CommandError when the layout's database unit does not divide the technology's grid."""
    if not tech.fits(layout.dbu):
        raise CommandError("The layout's database unit, %g um, does not fit the grid of technology %s, %g um: "
                           "open or create a layout with a database unit of %g um."
                           % (layout.dbu, tech.name, tech.grid_um, tech.dbu_um))


def _placed(cell: pya.Cell, tech: Technology, choices: Any, element_of: Callable[[str], Callable[..., Any]], what: str, notes: list[str], findings_of: Callable[..., Any],
            as_instances: bool) -> Report:
    """Draws the places of each function at once, then the labels. element_of(function): what draws one element into a cell."""
    places = placed_at(choices)
    notes = notes + _moves(cell, tech, choices, places)
    found = findings_of(tech, choices)
    named = naming.names([place.net for place in places], naming.taken(cell, tech) if any(naming.counts(place.net) for place in places) else ())
    if as_instances and choices.places and (too_many := placed.too_many(len(places))):
        as_instances, notes = False, [*notes, sentence(too_many)]
    if as_instances:
        counts = placed.draw(cell, tech, placed.prepared(tech, cell.layout().dbu, choices, places, named))
    else:
        counts = _repeated(cell, tech, places, named, element_of)
        note_technology(cell, tech)
    first = "Placed %s%s." % (counted(len(places), what), _names_in_words(named))
    return Report([first] + notes + [finding.sentence for finding in found], dict(counts), findings.worst(found))


def _repeated(cell: pya.Cell, tech: Technology, places: list[Place], names: list[str], element_of: Callable[[str], Callable[..., Any]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for function in dict.fromkeys(place.function for place in places):
        counts += drawing.repeat(cell, tech, [place[:2] for place in places if place.function == function], element_of(function))
    return counts + drawing.draw_labels(cell, tech, [(strings.raw(name), *place[:2]) for name, place in zip(names, places) if name])


def placed_at(choices: Choices) -> list[Place]:
    """Where each one comes to lie, with its name."""
    if choices.places:
        return [place._replace(x_um=choices.x_um + place.x_um, y_um=choices.y_um + place.y_um, net=place.net or choices.net) for place in choices.places]
    return [Place(x_um, y_um, choices.net) for x_um, y_um in patterns.positions(
        choices.x_um, choices.y_um, choices.columns, choices.rows, choices.pitch_x_um, choices.pitch_y_um, choices.staggered)]


def _moves(cell: pya.Cell, tech: Technology, choices: Choices, places: list[Place]) -> list[str]:
    """A note on places of a list that are moved to the grid; CommandError where two become one."""
    if not choices.places:
        return []
    dbu, seen, moved, most = cell.layout().dbu, {}, 0, 0.0
    for number, place in enumerate(places, 1):
        point = shapes.grid_point(place.x_um, place.y_um, dbu, tech.grid_um)
        other = seen.setdefault((point.x, point.y), number)
        if other != number:
            raise CommandError("places %d and %d are the same on the grid of %g um: %g, %g um" % (other, number, tech.grid_um, point.x * dbu, point.y * dbu))
        away = max(abs(point.x * dbu - place.x_um), abs(point.y * dbu - place.y_um))
        moved, most = moved + (away > _SLACK_UM), max(most, away)
    return ["%s moved to the grid of %g um, by at most %.2g um." % (counted(moved, "place"), tech.grid_um, most)] if moved else []


def _names_in_words(names: list[str]) -> str:
    """", net vdd", ", nets io[1] to io[8]" or "" without names."""
    given = list(dict.fromkeys(name for name in names if name))
    if not given:
        return ""
    words = given[0] if len(given) == 1 else "%s to %s" % (given[0], given[-1])
    nameless = names.count("")
    return ", net%s %s%s" % ("" if len(given) == 1 else "s", words, ", %d without a name" % nameless if nameless else "")


def preview(tech: Technology, choices: Choices) -> list[pya.DPolygon]:
    """Outlines of what the choices would draw, around the place they name: [pya.DPolygon] in um, merged over all layers.

    More than 100 elements come as the one box around them. Raises CommandError like the commands.
    """
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("preview")
    places = [place[:2] for place in placed_at(choices)] if number_of(choices) > MOST_PREVIEWED else []
    nameless = choices._replace(net="", places=[one._replace(net="") for one in choices.places])
    place(cell, tech, nameless._replace(columns=1, rows=1, staggered=False, places=()) if places else nameless)
    drawn = pya.Region()
    for index in layout.layer_indexes():
        for shape in cell.shapes(index).each():
            drawn.insert(shape.polygon)  # without its note (drawn_under.py): KLayout 0.30 merges no shapes of different properties
    if places:
        one = drawn.bbox().moved(*(-int(round(length / layout.dbu)) for length in (choices.x_um, choices.y_um)))
        spread = [int(round(length / layout.dbu)) for length in (min(x for x, _ in places), min(y for _, y in places), max(x for x, _ in places), max(y for _, y in places))]
        drawn = pya.Region(pya.Box(one.left + spread[0], one.bottom + spread[1], one.right + spread[2], one.top + spread[3]))
    return [outline.to_dtype(layout.dbu) for outline in drawn.each_merged()]
