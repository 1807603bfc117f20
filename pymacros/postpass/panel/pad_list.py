"""What the window of pad lists asks for, and what it found in a file: no Qt. Lengths are um."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from ..draw.choices import CommandError
from ..draw.coordinates import UNITS
from ..exchange import drawn_list, formats
from ..exchange.commands import options_of, placed_as
from ..exchange.record import NO_OPTIONS, Options, PadList, Summary, Wording, number, sized
from ..messages import counted, printable

if TYPE_CHECKING:
    from ..tech.answers import Technology

BY_FILE = "told by the file"
UNIT_CHOICES = (BY_FILE, *UNITS)
ORIGINS = {"as in the list": "list", "centre of the die": "centre", "lower left corner": "lower-left"}
MIRRORS = {"not mirrored": None, "x changes sign": "x", "y changes sign": "y"}
MOST_SENTENCES = 12  # of what was not understood, of what differs
_WORDING = Wording("choose it under Unit", "write x=TITLE, y=TITLE or the numbers of these columns under Columns", "add its LEF file, or write %s=WIDTH under Sizes",
                   "write the name of one under Cell", "choose it under Format")


class Asked(NamedTuple):
    """What is chosen: texts as they stand in the window."""

    path: str
    format: str = BY_FILE
    unit: str = BY_FILE
    origin: str = next(iter(ORIGINS))
    mirror: str = next(iter(MIRRORS))
    sizes: str = ""  # of bump cells: BUMP=circle:80, *=60
    columns: str = ""  # of a CSV: net=Signal, x=3
    cell: str = ""
    layer: str = ""
    lefs: tuple[str, ...] = ()


class Found(NamedTuple):
    """A list that was read. bare: places without a size, which cannot be drawn."""

    pads: PadList
    summary: Summary
    format: formats.Format

    @property
    def bare(self) -> int:
        return sum(not place.width_um for place in self.pads.places)

    def sentences(self) -> list[str]:
        """What is said of it, what was not understood last."""
        left, more = self.summary.left[:MOST_SENTENCES], len(self.summary.left) - MOST_SENTENCES
        words = [*self.summary.read, *("Not understood: %s." % printable(one) for one in left)] + (["And %d more of the kind." % more] if more > 0 else [])
        if self.bare:
            words.append("Without a size: %s. Give it under Sizes, BUMP=circle:80 for a bump cell, *=60 for all." % counted(self.bare, "place"))
        return words


def readable() -> list[str]:
    """The names of the formats that can be read."""
    return [one.name for one in formats.FORMATS.values() if one.reader]


def filters() -> str:
    """The kinds of files, for a file dialog."""
    endings = [ending for one in formats.FORMATS.values() if one.reader for ending in one.endings]
    return "Lists, bump maps and layouts (%s)" % " ".join("*" + ending for ending in dict.fromkeys(endings))


def takes(asked: Asked) -> tuple[str, ...]:
    """What of the Options the format asks for, () as long as it is not known."""
    try:
        return _format_of(asked).takes
    except formats.ExchangeError:
        return ()


def _format_of(asked: Asked) -> formats.Format:
    return formats.to_read(asked.path, None if asked.format == BY_FILE else asked.format, _WORDING)


class Reader:
    """Reads a list anew only where the file or what its reader asks for is another one."""

    def __init__(self) -> None:
        self.key: object = None
        self.read_before: tuple[PadList, Summary] | None = None

    def read(self, asked: Asked, tech: Technology) -> Found:
        """Raises Refusal."""
        options, format_ = options_for(asked, tech), _format_of(asked)
        key = self._key_of(asked, tech, options, format_)
        if key != self.key or self.read_before is None:
            self.key, self.read_before = None, None
            self.read_before = format_.read(asked.path, options)
            self.key = key
        pads, summary = self.read_before
        return Found(placed_as(sized(pads, options), {"origin": ORIGINS[asked.origin], "mirror": MIRRORS[asked.mirror]}), summary, format_)

    def knows(self, asked: Asked, tech: Technology) -> bool:
        """Whether the list that was read last is what would be read now. Raises Refusal."""
        return self.read_before is not None and self.key == self._key_of(asked, tech, options_for(asked, tech), _format_of(asked))

    @staticmethod
    def _key_of(asked: Asked, tech: Technology, options: Options, format_: formats.Format) -> object:
        """What the list hangs on: it is read anew when this is another. Raises Refusal."""
        formats.require_file(asked.path)
        files_now = tuple((found.st_mtime_ns, found.st_size) for found in map(os.stat, (asked.path, *asked.lefs)))
        return (asked.path, files_now, format_.name, options._replace(cells=NO_OPTIONS.cells, tech=None), tuple(options.cells.items()) if "lefs" in format_.takes else (),
                (tech.path, tech.checksum()) if "tech" in format_.takes else ())


def options_for(asked: Asked, tech: Technology) -> Options:
    """The Options of the exchange. Raises ExchangeError."""
    texts = {"tech": tech.path, "unit": "" if asked.unit == BY_FILE else asked.unit, "topcell": asked.cell.strip(), "layer": asked.layer.strip()}
    given = {key: text for key, text in texts.items() if text}
    options = options_of(given, asked.lefs, [one for one in re.split(r"[\s,;]+", asked.sizes) if one], [one.strip() for one in re.split("[,;]", asked.columns) if one.strip()])
    return options._replace(wording=_WORDING)


def kinds_to_write() -> list[str]:
    """The kinds of files, for a file dialog that writes."""
    return ["%s (%s)" % (one.called, " ".join("*" + ending for ending in one.written)) for one in _writable()]


def _writable() -> list[formats.Format]:
    return [one for one in formats.FORMATS.values() if one.writer]


def to_write(path: str, kind: str) -> tuple[str, formats.Format]:
    """(the path with an ending, its format): what the chosen kind of file is where the ending fits, else what the ending says. Raises CommandError."""
    chosen = next((one for one, words in zip(_writable(), kinds_to_write()) if words == kind), _writable()[0])
    if not os.path.splitext(path)[1]:
        return path + chosen.written[0], chosen
    if path.lower().endswith((*chosen.written, *chosen.endings)):
        return path, chosen
    try:
        return path, formats.to_write(path)
    except formats.ExchangeError:
        raise CommandError("%s: the ending tells no format: choose one of %s." % (os.path.basename(path), ", ".join(
            dict.fromkeys(ending for one in _writable() for ending in one.written)))) from None


def steps_of(pads: PadList, writer: formats.Format, options: Options) -> int:
    """About how many steps it takes to write a list."""
    return drawn_list.steps_of(pads, options.vias) if writer.name == "layout" else 3 * len(pads.places)


def placed_words(pads: PadList, name: str, die: bool) -> str:
    """What is said of a list that was drawn, with its die or without."""
    return "Placed %s of %s%s." % (counted(len(pads.places), "place"), name, ", die %s × %s um" % (
        number(pads.die[2] - pads.die[0]), number(pads.die[3] - pads.die[1])) if pads.die and die else "")
