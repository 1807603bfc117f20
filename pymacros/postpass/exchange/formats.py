"""The formats: which file is which, by its ending and contents, who reads and writes it, and what it holds."""

from __future__ import annotations

import codecs
import contextlib
import gc
import importlib
import os
import re
from collections.abc import Iterator
from operator import attrgetter
from typing import Any, NamedTuple

from .. import steps
from ..draw import pointlist
from ..messages import counted
from .record import NO_OPTIONS, ExchangeError, Options, PadList, Summary, Wording, without_blanks_around


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's collector of circles, which would go through hundreds of thousands of places again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


#: what a format may hold of places, in words, and the fields of a Place that are called otherwise
_WORDS = {"name": "names", "net": "nets", "kind": "kinds", "function": "functions", "shape": "shapes", "size": "sizes", "side": "sides", "cell": "cells", "port": "ports"}
_FIELDS = {"size": "width_um"}


class Format(NamedTuple):
    """A format. reader, writer: names in its module, None where there is none; takes: what of the Options its reader asks for.

    called: its files, in a file dialog; written: endings that these get; endings: all that are told by themselves.
    """

    name: str
    called: str
    written: tuple[str, ...]
    endings: tuple[str, ...]
    module: str
    takes: tuple[str, ...] = ()
    reader: str | None = "read"
    writer: str | None = "write"
    holds: str = "HOLDS"
    title: str = "TITLE"

    def of_module(self, name: str) -> Any:
        return getattr(importlib.import_module("." + self.module, __package__), name)

    def read(self, path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
        """The list of a file and what is said of it. Raises ExchangeError."""
        if self.reader is None:
            raise ExchangeError("%s: %s is written only" % (path, self.name))
        try:
            with _uncollected():
                return self.of_module(self.reader)(path, options)
        except pointlist.PointListError as error:
            raise ExchangeError(str(error) if str(error).startswith(path) else "%s: %s" % (path, error)) from None

    def write(self, pads: PadList, path: str, options: Options = NO_OPTIONS, **more: str) -> list[str]:
        """Writes a list; returns sentences on what the file does not tell as the list does. Raises ExchangeError."""
        if self.writer is None:
            raise ExchangeError("%s: %s is read only" % (path, self.name))
        with _uncollected():
            pads, notes = without_blanks_around(pads)
            return notes + self.of_module(self.writer)(pads, path, options, **more)

    def lost(self, pads: PadList) -> list[str]:
        """What of a list this format cannot hold: sentences with counts."""
        holds = self.of_module(self.holds)
        has = {what: sum(map(bool, map(attrgetter(_FIELDS.get(what, what)), steps.each(pads.places)))) for what in _WORDS if what not in holds}
        lost = ["%s of %s" % (_WORDS[what], counted(many, "place")) for what, many in has.items() if many]
        lost += ["the die"] * (pads.die is not None and "die" not in holds) + ["the name %s" % pads.title] * (bool(pads.title) and "title" not in holds)
        return lost + ["%s of metal" % counted(len(pads.traces), "shape")] * (bool(pads.traces) and "traces" not in holds)


FORMATS = {one.name: one for one in (
    Format("csv", "Table", (".csv",), (".csv", ".tsv", ".txt", ".dat", ".list"), "csv_list", ("unit", "columns")),
    Format("netlist", "Net list for a fan-out", (".csv",), (), "csv_list", (), None, "write_net_list", "NET_LIST_HOLDS", "NET_LIST_TITLE"),
    Format("aif", "AIF", (".aif",), (".aif",), "aif"),
    Format("amkor", "Amkor die list", (".txt",), (), "aif", ("unit",), "read_old", "write_old", "OLD_HOLDS", "OLD_TITLE"),
    Format("bmap", "3Dblox bump map", (".bmap",), (".bmap",), "bmap", ("unit", "lefs")),
    Format("def", "DEF, with the LEF of its bumps", (".def",), (".def",), "def_file", ("lefs",)),
    Format("lef", "LEF macro", (".lef",), (".lef",), "lef", ("topcell",)),
    Format("kicad", "KiCad board", (".kicad_pcb",), (".kicad_pcb", ".kicad_mod"), "kicad"),
    Format("pos", "KiCad places", (".pos",), (".pos",), "kicad", ("unit",), "read_pos", "write_pos", "POS_HOLDS", "POS_TITLE"),
    Format("layout", "Layout by the technology", (".gds", ".oas"), (".gds", ".gds2", ".gdsii", ".oas", ".oasis", ".gds.gz", ".oas.gz"), "drawing", ("tech", "topcell")),
    Format("labels", "Layout of outlines and labels", (".gds", ".oas"), (), "labels", ("topcell", "layer")),
    Format("json", "Case of the router", (".json",), (".json",), "neutral"))}
#: what the beginning of a text says, the surest sign first
_SIGNS = ((r"^\s*\[DATABASE\]", "aif"), (r"^\s*DIE_(?:NAME|UNITS|X|Y|PAD_SIZE)\s*=", "amkor"), (r"\A\s*\((?:kicad_pcb|footprint|module)\b", "kicad"),
          (r"^### (?:Module|Footprint) positions|\A\s*Ref,Val,Package,PosX,PosY,Rot,Side", "pos"),
          (r"^\s*(?:DESIGN\s+\S+\s*;|COMPONENTS\s+\d+\s*;)", "def"), (r"^\s*MACRO\s+\S+\s*$", "lef"), (r"\A\s*\{", "json"))
#: what to do with files that are none of these
_INSTEAD = {".gz": "is compressed: unpack it first", ".zip": "is an archive: unpack it first", ".3dbv": "names bump maps: convert those, the .bmap files",
            ".3dbx": "names bump maps by way of .3dbv files: convert those, the .bmap files", **dict.fromkeys((".xlsx", ".xls", ".ods"), "is a workbook: save its sheet as CSV"),
            ".brd": "is of another program or an old KiCad: save it as .kicad_pcb by KiCad", ".mod": "is of an old KiCad: save it as .kicad_mod by KiCad"}
_SURE = ("bmap", "def", "lef", "kicad", "pos", "layout", "json")  # whose endings nothing else has


def named(name: str) -> Format:
    """The format of a name. Raises ExchangeError."""
    if name not in FORMATS:
        raise ExchangeError("unknown format '%s' (known are %s)" % (name, ", ".join(FORMATS)))
    return FORMATS[name]


def to_write(path: str, name: str | None = None) -> Format:
    """The format of a file that is to be written. Raises ExchangeError."""
    if path == "-":
        raise ExchangeError("-: standard output is not written to: give the name of a file (./- for one of that name)")
    found = named(name) if name else _by_ending(path)
    if found is None:
        raise ExchangeError("%s: the ending tells no format (%s): give --to" % (path, ", ".join(one.name for one in FORMATS.values() if one.writer)))
    return found


def to_read(path: str, name: str | None = None, wording: Wording = NO_OPTIONS.wording) -> Format:
    """The format of a file that is there: what its contents say, then its ending. Raises ExchangeError."""
    require_file(path)
    if name:
        return named(name)
    ending = _by_ending(path)
    if ending is not None and ending.name in _SURE:
        return ending
    try:
        with open(path, "rb") as file:
            data = file.read(20000)
    except OSError as error:
        raise ExchangeError("%s: cannot be read (%s)" % (path, error.strerror)) from None
    text = data.decode("utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig", "replace")
    for sign, format_name in _SIGNS:
        if re.search(sign, text, re.MULTILINE | re.IGNORECASE):
            return FORMATS[format_name]
    if ending is None:
        usual = "neither ending nor contents tell which format it is (%s): %s" % (", ".join(one.name for one in FORMATS.values() if one.reader), wording.format)
        raise ExchangeError("%s: %s" % (path, next((words for end, words in _INSTEAD.items() if path.lower().endswith(end)), usual)))
    return ending


def require_file(path: str) -> None:
    """Raises ExchangeError unless there is a file of that name."""
    if path == "-" and not os.path.exists(path):
        raise ExchangeError("-: standard input is not read: give the name of a file")
    if not os.path.isfile(path):
        raise ExchangeError("%s: %s" % (path, "is a folder: choose a file in it" if os.path.isdir(path) else "is no file" if os.path.exists(path) else "no such file"))


def _by_ending(path: str) -> Format | None:
    lower = os.path.basename(path).lower()
    return next((one for one in FORMATS.values() if lower.endswith(one.endings)), None)
