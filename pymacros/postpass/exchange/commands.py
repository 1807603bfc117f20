"""`postpass convert`: a list from one format to another, with a summary of what was read, not understood, and cannot be written."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from .. import files
from ..bounds import LENGTH, keeps
from ..draw.coordinates import UNITS, Problem, length_um, unit_of
from ..messages import printable
from ..tech.sources import sources
from . import formats, outlines
from .record import ORIGINS, ExchangeError, Options, PadList, placed, sized

Texts = Mapping[str, str]
MOST_TOLD = 40  # lines of each part of the summary


def options_of(texts: Texts, lefs: Sequence[str] = (), cells: Sequence[str] = ()) -> Options:
    """The Options of a command line. Raises ExchangeError."""
    unit = unit_of(texts["unit"]) if texts.get("unit") else None
    if texts.get("unit") and unit is None:
        raise ExchangeError("--unit must be one of %s, not '%s'" % (", ".join(UNITS), texts["unit"]))
    for name in lefs:
        if not os.path.isfile(name):
            raise ExchangeError("%s: no such LEF file" % name)
    return Options(texts.get("tech"), unit, dict(map(_cell, cells)), tuple(lefs), texts.get("topcell"), texts.get("layer"), bool(texts.get("vias")))


def _cell(text: str) -> tuple[str, tuple[str, float, float]]:
    """(bump cell, (shape, width, height)) of NAME=[SHAPE:]WIDTH[xHEIGHT]."""
    found = re.fullmatch(r"([^=]+)=(?:(\w+):)?([^x]+)(?:x(.+))?", text)
    try:
        if found is None:
            raise Problem("")
        width = length_um(found.group(3))
        height = length_um(found.group(4)) if found.group(4) else width
    except Problem:
        raise ExchangeError("--cell must be NAME=[SHAPE:]WIDTH[xHEIGHT] in um, like BUMP=circle:80, not '%s'" % text) from None
    shape = found.group(2) or outlines.shape_of_size(width, height)
    if shape not in outlines.SHAPES[:-1] or not (keeps(LENGTH, width) and keeps(LENGTH, height)):
        raise ExchangeError("--cell %s: the shape must be one of %s, sizes more than 0 um" % (text, ", ".join(outlines.SHAPES[:-1])))
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


def with_die(pads: PadList, texts: Texts) -> PadList:
    """The list with the die of the texts, "left,bottom,right,top" in um, where it is given. Raises ExchangeError."""
    if not texts.get("die"):
        return pads
    try:
        left, bottom, right, top = map(length_um, texts["die"].split(","))
    except (Problem, ValueError):
        raise ExchangeError("--die must be LEFT,BOTTOM,RIGHT,TOP in um, not '%s'" % texts["die"]) from None
    if not (left < right and bottom < top):
        raise ExchangeError("--die %s: the right and upper sides must lie right of and above the left and lower ones" % texts["die"])
    return pads._replace(die=(left, bottom, right, top))


def convert(texts: Texts, lefs: Sequence[str] = (), cells: Sequence[str] = ()) -> int:
    """Converts as the texts say (input, output, tech, from, to, unit, origin, mirror, topcell, layer, vias, die). Returns 0. Raises Refusal."""
    options = options_of(texts, lefs, cells)
    reader, writer = formats.to_read(texts["input"], texts.get("from")), formats.to_write(texts["output"], texts.get("to"))
    if options.vias and writer.name != "layout":
        raise ExchangeError("--vias draws vias and openings into a layout: %s is none" % texts["output"])
    announced = [files.Output("output", texts["output"])] + ([files.Output("LEF", bumps_path(texts["output"]))] if writer.name == "def" else [])
    inputs = [files.Input("input file", texts["input"]), *(files.Input("LEF file", name) for name in lefs)]
    outputs = files.Outputs(announced, inputs + ([files.Input("technology file", path) for path in sources(options.tech)] if options.tech else []))
    pads, summary = reader.read(texts["input"], options)
    pads = with_die(placed_as(sized(pads, options), texts), texts)
    notes: list[str] = []
    if writer.name == "def":
        macros = outputs.part("LEF")
        try:
            outputs.write({"output": (lambda path: notes.extend(writer.write(pads, path, options, lef_path=macros)), None)})
        finally:
            outputs.remove_partial()
    else:
        outputs.write({"output": (lambda path: notes.extend(writer.write(pads, path, options)), None)})
    lost = ["%s cannot be written as %s" % (what, writer.of_module(writer.title)) for what in writer.lost(pads)]
    _tell(summary.read, "")
    _tell(summary.left, "Not understood: ")
    _tell(lost + notes, "Not as in the list: ")
    print("written: %s%s" % (texts["output"], ", with its bumps in %s" % bumps_path(texts["output"]) if writer.name == "def" else ""))
    return 0


def _tell(sentences: Sequence[str], before: str) -> None:
    for sentence in sentences[:MOST_TOLD]:
        print(printable(before + sentence))
    if len(sentences) > MOST_TOLD:
        print("%sand %d more of the kind" % (before, len(sentences) - MOST_TOLD))
