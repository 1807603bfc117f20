"""From a pad list to the layers of a bumped chip: openings over the chip pads, landing pads with UBM under the balls.

A command like those in commands.py: it draws everything or, when something is impossible, nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import drawing, padlist, shapes
from .commands import CommandError, Report, require_layout

if TYPE_CHECKING:
    import pya

    from ..tech.answers import Technology


def draw_pad_list(cell: pya.Cell, tech: Technology, pads: Sequence[padlist.Pad], die_um: tuple[int, int, int, int] | None = None, shape: str = "octagon") -> Report:
    """Draws a pad list (padlist.Pad records) into the cell by the technology's rules. Returns a Report.

    A chip pad becomes its contact (as wide as the list says), the smallest legal opening and the capture pad around it;
    a ball becomes a landing pad of its net's function, the second opening and the UBM. Each is labelled with its net.
    die_um: (left, bottom, right, top) of the die outline to draw, or None.
    Raises CommandError when the technology has no opening for vias or no layers above its pads.
    """
    require_layout(cell.layout(), tech)
    cut = tech.connected_cut("contact")
    if cut is None or not tech.pad_stack(tech.pad_layer("signal")):
        raise CommandError("technology %s has no openings and UBM for bumps: choose one that has, such as wlcsp" % tech.name)
    counts = Counter()
    for pad in pads:
        counts += _chip_pad(cell, tech, cut, pad) if pad.kind == "chip_pad" else _ball(cell, tech, pad, shape)
        counts += drawing.draw_label(cell, tech, pad.net, pad.x_um, pad.y_um)
    if die_um:
        counts += _die(cell, tech, die_um)
    return Report(["Drew %d chip pads and %d balls." % tuple(sum(pad.kind == kind for pad in pads) for kind in padlist.KINDS)], dict(counts), None)


def _chip_pad(cell: pya.Cell, tech: Technology, cut: str, pad: padlist.Pad) -> Counter[str]:
    size_um = tech.via_sizes(cut, recommended=True).smallest_um
    drawn = drawing.draw_via(cell, tech, cut, size_um, pad.x_um, pad.y_um, contact=False)
    contact = tech.of_kind("contact")[0]
    return drawn + drawing.insert(cell, tech, contact, shapes.polygon("square", pad.size_um, pad.x_um, pad.y_um, cell.layout().dbu, tech.grid_um))


def _ball(cell: pya.Cell, tech: Technology, pad: padlist.Pad, shape: str) -> Counter[str]:
    function = padlist.function_of(pad.net)
    size_um = max(pad.size_um, tech.pad_size_min_um(tech.pad_layer(function)))
    return drawing.draw_pad(cell, tech, function, shape, size_um, pad.x_um, pad.y_um, openings=True)


def _die(cell: pya.Cell, tech: Technology, die_um: tuple[int, int, int, int]) -> Counter[str]:
    left, bottom, right, top = die_um
    middle = (left + right) / 2, (bottom + top) / 2
    outline = shapes.rectangle(right - left, top - bottom, middle[0], middle[1], cell.layout().dbu, tech.grid_um)
    return drawing.insert(cell, tech, tech.of_kind("outline")[0], outline)
