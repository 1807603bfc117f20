"""Bump maps of 3Dblox (.bmap): lines of bump, bump cell, x, y, port, net; "-" is none, # begins a comment. Pure Python.

x and y are the centre of the bump, um. Its size is that of the bump cell: in LEF files, or told by --cell.
"""

from __future__ import annotations

from .. import records, steps
from ..draw.coordinates import UNITS
from ..files import write_text
from ..messages import counted
from . import lef
from .record import NO_OPTIONS, PAD, ExchangeError, Lost, Options, PadList, Place, Summary, coordinate, number, require_places, require_words, summary_of, with_names

TITLE = "3Dblox bump map"
HOLDS = frozenset(("name", "net", "cell", "port"))
_COLUMNS = ("bump", "bump cell", "x", "y", "port", "net")


def read(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The list of a file. Raises ExchangeError."""
    scale = UNITS[options.unit or "um"]
    lost = Lost()
    macros = lef.read_all(options.lefs, lost)
    places: list[Place] = []
    seen: dict[str, int] = {}
    for line, raw in enumerate(steps.each(records.lines_of(lost.text_of(path, "bump map"))), 1):
        words = raw.split("#", 1)[0].split()
        if not words:
            continue
        where = "%s, line %d" % (path, line)
        if len(words) != len(_COLUMNS):
            raise ExchangeError("%s: %s instead of 6 (%s)" % (where, counted(len(words), "value"), ", ".join(_COLUMNS)))
        x_um, y_um = (coordinate(words[column], "%s, column %d" % (where, column + 1), "xy"[column - 2], scale) for column in (2, 3))
        name, cell, port, net = ("" if words[column] == "-" else words[column] for column in (0, 1, 4, 5))
        if name and seen.setdefault(name, line) != line:
            raise ExchangeError("%s: bump %s is already in line %d" % (where, name, seen[name]))
        place = Place(name, x_um, y_um, net, PAD, cell=cell, port=port, line=line)
        if cell in macros:
            place = macros[cell].sized(place)
        elif options.lefs and cell not in options.cells:
            lost.add("bump cell %s is not in the LEF files" % (cell or "-"), line)
        places.append(place)
    require_places(path, places)
    pads = PadList(tuple(places), unit=options.unit or "um")
    return pads, summary_of(pads, TITLE, lost.sentences())


def write(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Writes a bump map in um. Returns notes."""
    require_words(pads, "#", TITLE)
    pads, notes = with_names(pads)
    bare = sum(not place.cell for place in pads.places)
    rows = ["%s %s %s %s %s %s" % (place.name, place.cell or "BUMP", number(place.x_um), number(place.y_um), place.port or "-", place.net or "-") for place in steps.each(pads.places)]
    write_text(path, "\n".join(["# bump cell x_um y_um port net", *rows]) + "\n")
    notes += ["%s without a bump cell, written with the cell BUMP" % counted(bare, "place")] if bare else []
    return notes + (["all kinds are written as bumps"] if any(place.kind != PAD for place in pads.places) else [])
