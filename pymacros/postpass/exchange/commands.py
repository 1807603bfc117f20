"""`postpass convert`: a list from one format to another, with a summary of what was read, not understood, and cannot be written."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from .. import bounds, files
from ..bounds import LENGTH, keeps
from ..draw import pointlist
from ..draw.coordinates import UNITS, Problem, length_um, unit_of
from ..messages import printable
from ..tech.sources import sources
from . import formats, outlines
from .csv_list import MORE_ROLES
from .record import ORIGINS, ExchangeError, Options, PadList, placed, sized

Texts = Mapping[str, str]
MOST_TOLD = 40  # lines of each part of the summary
TOLERANCE_UM = 1.0  # of compare


def options_of(texts: Texts, lefs: Sequence[str] = (), cells: Sequence[str] = (), columns: Sequence[str] = ()) -> Options:
    """The Options of a command line. Raises ExchangeError."""
    unit = unit_of(texts["unit"]) if texts.get("unit") else None
    if texts.get("unit") and unit is None:
        raise ExchangeError("--unit must be one of %s, not '%s'" % (", ".join(UNITS), texts["unit"]))
    for name in lefs:
        if not os.path.isfile(name):
            raise ExchangeError("%s: no such LEF file" % name)
    return Options(texts.get("tech"), unit, dict(map(_cell, cells)), tuple(lefs), texts.get("topcell"), texts.get("layer"), bool(texts.get("vias")), dict(map(_column, columns)))


def _column(text: str) -> tuple[str, str]:
    """(what, title or number) of WHAT=COLUMN."""
    what, _, column = text.partition("=")
    if what not in (*pointlist.ROLES, *MORE_ROLES) or not column.strip():
        raise ExchangeError("a column must be WHAT=TITLE or WHAT=NUMBER, WHAT one of %s, not '%s'" % (", ".join((*pointlist.ROLES, *MORE_ROLES)), text))
    return what, column.strip()


def _cell(text: str) -> tuple[str, tuple[str, float, float]]:
    """(bump cell, (shape, width, height)) of NAME=[SHAPE:]WIDTH[xHEIGHT]."""
    found = re.fullmatch(r"([^=]+)=(?:(\w+):)?([^x]+)(?:x(.+))?", text)
    try:
        if found is None:
            raise Problem("")
        width = length_um(found.group(3))
        height = length_um(found.group(4)) if found.group(4) else width
    except Problem:
        raise ExchangeError("the size of a bump cell must be NAME=[SHAPE:]WIDTH[xHEIGHT] in um, like BUMP=circle:80, not '%s'" % text) from None
    shape = found.group(2) or outlines.shape_of_size(width, height)
    if shape not in outlines.SHAPES[:-1] or not (keeps(LENGTH, width) and keeps(LENGTH, height)):
        raise ExchangeError("the bump cell %s: the shape must be one of %s, sizes more than 0 um" % (text, ", ".join(outlines.SHAPES[:-1])))
    return found.group(1), (shape, width, height)


def bumps_path(path: str) -> str:
    """Where the macros of a DEF that is written go."""
    return re.sub(r"\.def$", "", path, flags=re.IGNORECASE) + ".bumps.lef"


def placed_as(pads: PadList, texts: Texts) -> PadList:
    """The list with the origin and mirrored as the texts say. Raises ExchangeError."""
    origin = {"center": "centre", "lower-left": "lower left", "corner": "lower left"}.get(texts.get("origin", "list"), texts.get("origin", "list"))
    if origin not in ORIGINS:
        raise ExchangeError("--origin must be list, centre or lower-left, not '%s'" % origin)
    if texts.get("mirror") not in (None, "x", "y"):
        raise ExchangeError("--mirror must be x or y, not '%s'" % texts["mirror"])
    return placed(pads, origin, texts.get("mirror"))


def tolerance_um(text: str) -> float:
    """The tolerance that a text says, um. Raises ExchangeError."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not keeps(bounds.LIMIT, value):
        raise ExchangeError("the tolerance must be %s, not '%s'" % (bounds.words(bounds.LIMIT), text))
    return value


def with_die(pads: PadList, texts: Texts) -> PadList:
    """The list with the die of the texts, "left,bottom,right,top" in um, where it is given. Raises ExchangeError."""
    if not texts.get("die"):
        return pads
    try:
        left, bottom, right, top = map(length_um, texts["die"].split(","))
    except (Problem, ValueError):
        raise ExchangeError("--die must be LEFT,BOTTOM,RIGHT,TOP in um, not '%s'" % texts["die"]) from None
    if not all(keeps(bounds.COORDINATE, side) for side in (left, bottom, right, top)):
        raise ExchangeError("--die %s: each side must be %s" % (texts["die"], bounds.words(bounds.COORDINATE)))
    if not (left < right and bottom < top):
        raise ExchangeError("--die %s: the right and upper sides must lie right of and above the left and lower ones" % texts["die"])
    return pads._replace(die=(left, bottom, right, top))


def convert(texts: Texts, lefs: Sequence[str] = (), cells: Sequence[str] = (), columns: Sequence[str] = ()) -> int:
    """Converts as the texts say (input, output, tech, from, to, unit, origin, mirror, topcell, layer, vias, die). Returns 0. Raises Refusal."""
    options = options_of(texts, lefs, cells, columns)
    reader, writer = formats.to_read(texts["input"], texts.get("from")), formats.to_write(texts["output"], texts.get("to"))
    if options.vias and writer.name != "layout":
        raise ExchangeError("--vias draws vias and openings into a layout: %s is none" % texts["output"])
    inputs = [files.Input("input file", texts["input"]), *(files.Input("LEF file", name) for name in lefs)]
    outputs = announced(texts["output"], writer, inputs + ([files.Input("technology file", path) for path in sources(options.tech)] if options.tech else []))
    pads, summary = reader.read(texts["input"], options)
    pads = placed_as(with_die(sized(pads, options), texts), texts)
    if reader.name == "labels" and writer.name in ("def", "lef"):
        options = options._replace(layer=None)  # LAYER/DATATYPE of what is read, no name of a layer
    otherwise = write_announced(pads, writer, outputs, options)
    _tell(summary.read, "")
    _tell(summary.left + unused(reader, texts, lefs, columns, writer), "Not understood: ")
    _tell(otherwise, "Not as in the list: ")
    print("written: %s%s" % (texts["output"], ", with its bumps in %s" % bumps_path(texts["output"]) if writer.name == "def" else ""))
    return 0


def unused(reader: formats.Format, texts: Texts, lefs: Sequence[str] = (), columns: Sequence[str] = (), writer: formats.Format | None = None) -> list[str]:
    """Sentences on what is given and a format does not ask for."""
    layer = texts.get("layer") if writer is None or writer.name not in ("def", "lef", "labels") else None  # whose pads are written on it
    given = [("--unit", "unit", texts.get("unit")), ("--lef", "lefs", lefs), ("--topcell", "topcell", texts.get("topcell")), ("--column", "columns", columns), ("--layer", "layer", layer)]
    return ["%s, which %s has no use for" % (option, reader.of_module(reader.title)) for option, what, value in given if value and what not in reader.takes]


def announced(path: str, writer: formats.Format, inputs: Sequence[files.Input]) -> files.Outputs:
    """The files that a list is written to: beside a DEF its bumps."""
    return files.Outputs([files.Output("output", path)] + ([files.Output("LEF", bumps_path(path))] if writer.name == "def" else []), inputs)


def write_announced(pads: PadList, writer: formats.Format, outputs: files.Outputs, options: Options) -> list[str]:
    """Writes a list to the files of `announced`, all or none. Returns sentences on what they do not tell as the list does. Raises Refusal."""
    lost = writer.lost(pads)  # in steps, which may be ended before the files are there
    notes: list[str] = []
    more = {"lef_path": outputs.part("LEF")} if writer.name == "def" else {}
    try:
        outputs.write({"output": (lambda path: notes.extend(writer.write(pads, path, options, **more)), None)})
    finally:
        outputs.remove_partial()
    return ["%s cannot be written as %s" % (what, writer.of_module(writer.title)) for what in lost] + notes


def _tell(sentences: Sequence[str], before: str) -> None:
    for sentence in sentences[:MOST_TOLD]:
        print(printable(before + sentence))
    if len(sentences) > MOST_TOLD:
        print("%sand %d more of the kind" % (before, len(sentences) - MOST_TOLD))
