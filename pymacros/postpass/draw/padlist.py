"""Pad lists: the chip pads and balls of a chip with their nets, one per line of a CSV file.

Pure Python. The columns are net, kind, name, x_um, y_um, size_um; lines that begin with # are comments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .. import records
from ..bounds import COORDINATE, LENGTH, keeps, words
from ..messages import Refusal, counted

KINDS = ("chip_pad", "ball")


class Pad(NamedTuple):
    """A line of a pad list."""

    net: str
    kind: str  # "chip_pad" (a contact point of the chip) or "ball"
    name: str
    x_um: float  # its centre
    y_um: float
    size_um: float  # its width


COLUMNS = Pad._fields


class PadListError(Refusal):
    """A pad list that cannot be used; the message names file, line and what is wrong."""


def read(path: str) -> list[Pad]:
    """[Pad] in the order of the file. Raises PadListError."""
    rows = records.read_csv(path, "pad list", PadListError)
    if not rows or tuple(rows[0][1]) != COLUMNS:
        raise PadListError("%s: the first line must name the columns %s" % (path, ",".join(COLUMNS)))
    pads = [_pad(path, number, row) for number, row in rows[1:]]
    _no_twins(path, pads)
    return pads


def _pad(path: str, number: int, row: Sequence[str]) -> Pad:
    where = "%s, line %d" % (path, number)
    if len(row) != len(COLUMNS):
        raise PadListError("%s: %s instead of %d" % (where, counted(len(row), "value"), len(COLUMNS)))
    if row[1] not in KINDS:
        raise PadListError("%s: kind must be %s, not '%s'" % (where, " or ".join(KINDS), row[1]))
    try:
        x_um, y_um, size_um = (float(value) for value in row[3:])
    except ValueError:
        raise PadListError("%s: x_um, y_um and size_um must be numbers" % where) from None
    if not (keeps(COORDINATE, x_um) and keeps(COORDINATE, y_um) and keeps(LENGTH, size_um)):
        raise PadListError("%s: x_um and y_um must each be %s, size_um %s" % (where, words(COORDINATE), words(LENGTH)))
    return Pad(row[0], row[1], row[2], x_um, y_um, size_um)


def _no_twins(path: str, pads: Sequence[Pad]) -> None:
    seen = set()
    for pad in pads:
        if (pad.kind, pad.name) in seen:
            raise PadListError("%s: two entries %s %s" % (path, pad.kind, pad.name))
        seen.add((pad.kind, pad.name))


def function_of(net: str) -> str:
    """Function of a ball by the usual names of nets: vss... and gnd... ground, vdd... and vcc... power, others signal."""
    name = net.lower()
    if name.startswith(("vss", "gnd")):
        return "ground"
    return "power" if name.startswith(("vdd", "vcc")) else "signal"
