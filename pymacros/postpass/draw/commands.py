"""One user action each: (cell, tech, choices) -> Report. No Qt, no "current view"; transactions are the caller's.

A command draws everything or, for an impossible choice, nothing: it then raises CommandError, whose message is one
sentence. Choices that break a rule are drawn (a user may want them) and reported with severity and rule ids.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import pya

from ..messages import counted
from . import drawing, findings
from .choices import CommandError, PadChoices, ViaChoices, require_possible

if TYPE_CHECKING:
    from ..tech.answers import Technology

__all__ = ["CommandError", "PadChoices", "Report", "ViaChoices", "place_pads", "place_vias", "preview"]

#: arrays larger than this are previewed as one box
MOST_PREVIEWED = 100


class Report(NamedTuple):
    """What a command did."""

    messages: list[str]  # sentences, what was drawn first
    counts: dict[str, int]  # shapes drawn on each layer
    severity: str | None  # None, "warning" or "error"


def place_pads(cell: pya.Cell, tech: Technology, choices: PadChoices) -> Report:
    """Draws the array of pads that the PadChoices describe into the cell. Returns a Report; raises CommandError."""
    choices, notes = _prepared(cell, tech, choices)
    counts = _drawn(cell, tech, choices, lambda element: drawing.draw_pad(
        element, tech, choices.function, choices.shape, choices.size_um, 0.0, 0.0, choices.openings))
    return _report(choices, counts, "pad", notes, findings.pad_findings(tech, choices))


def place_vias(cell: pya.Cell, tech: Technology, choices: ViaChoices) -> Report:
    """Draws the array of vias that the ViaChoices describe, each with its capture pad. Returns a Report; raises CommandError."""
    choices, notes = _prepared(cell, tech, choices)
    counts = _drawn(cell, tech, choices, lambda element: drawing.draw_via(
        element, tech, choices.cut, choices.size_um, 0.0, 0.0, choices.shape, choices.contact))
    return _report(choices, counts, "via", notes, findings.via_findings(tech, choices))


def _prepared(cell: pya.Cell, tech: Technology, choices: Any) -> tuple[Any, list[str]]:
    """The choices on the grid, with a note on each length that had to be moved there."""
    require_layout(cell.layout(), tech)
    require_possible(tech, choices)
    notes = []
    for name, words in (("size_um", "size"), ("pitch_x_um", "pitch x"), ("pitch_y_um", "pitch y")):
        wanted, snapped = getattr(choices, name), tech.on_grid(getattr(choices, name))
        if abs(wanted - snapped) > 1e-9:
            notes.append("%s %g um rounded to %g um (grid %g um)." % (words, wanted, snapped, tech.grid_um))
        choices = choices._replace(**{name: snapped})
    return choices, notes


def require_layout(layout: pya.Layout, tech: Technology) -> None:
    """Raises CommandError when the layout's database unit does not divide the technology's grid."""
    if not tech.fits(layout.dbu):
        raise CommandError("The layout's database unit, %g um, does not fit the grid of technology %s, %g um: "
                           "open or create a layout with a database unit of %g um."
                           % (layout.dbu, tech.name, tech.grid_um, tech.dbu_um))


def _drawn(cell: pya.Cell, tech: Technology, choices: PadChoices | ViaChoices, draw: Callable[..., Any]) -> dict[str, int]:
    places = drawing.positions(choices.x_um, choices.y_um, choices.columns, choices.rows, choices.pitch_x_um, choices.pitch_y_um)
    return drawing.repeat(cell, tech, places, draw)


def _report(choices: PadChoices | ViaChoices, counts: dict[str, int], what: str, notes: list[str], found: list[findings.Finding]) -> Report:
    number = choices.columns * choices.rows
    first = "Placed %s." % counted(number, what)
    return Report([first] + notes + [finding.sentence for finding in found], dict(counts), findings.worst(found))


def preview(tech: Technology, choices: PadChoices | ViaChoices) -> list[pya.DPolygon]:
    """Outlines of what the choices would draw, around the place they name: [pya.DPolygon] in um, merged over all layers.

    More than 100 elements come as the one box around them. Raises CommandError like the commands.
    """
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("preview")
    many = choices.columns * choices.rows > MOST_PREVIEWED
    place: Callable[..., Report] = place_pads if isinstance(choices, PadChoices) else place_vias
    place(cell, tech, choices._replace(columns=1, rows=1) if many else choices)
    drawn = pya.Region()
    for index in layout.layer_indexes():
        drawn.insert(cell.shapes(index))
    if many:
        wide = int(round((choices.columns - 1) * choices.pitch_x_um / layout.dbu / 2))
        high = int(round((choices.rows - 1) * choices.pitch_y_um / layout.dbu / 2))
        drawn = pya.Region(cell.bbox().enlarged(wide, high))
    return [outline.to_dtype(layout.dbu) for outline in drawn.each_merged()]
