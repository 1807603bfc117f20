"""Pad lists: the chip pads and balls of a chip with their nets, one per line of a CSV file.

Pure Python. The columns are net, kind, name, x_um, y_um, size_um; lines that begin with # are comments.
"""

import csv
from collections import namedtuple

KINDS = ("chip_pad", "ball")
COLUMNS = ("net", "kind", "name", "x_um", "y_um", "size_um")

#: kind: "chip_pad" (a contact point of the chip) or "ball"; x_um, y_um: its centre; size_um: its width
Pad = namedtuple("Pad", COLUMNS)


class PadListError(ValueError):
    """A pad list that cannot be used; the message names file, line and what is wrong."""


def read(path):
    """[Pad] in the order of the file. Raises PadListError."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = [(number, line) for number, line in enumerate(file, 1) if line.strip() and not line.startswith("#")]
    except OSError as error:
        raise PadListError("%s: cannot read the pad list (%s)" % (path, error.strerror)) from None
    rows = list(zip((number for number, _ in lines), csv.reader(line for _, line in lines)))
    if not rows or tuple(rows[0][1]) != COLUMNS:
        raise PadListError("%s: the first line must name the columns %s" % (path, ",".join(COLUMNS)))
    pads = [_pad(path, number, row) for number, row in rows[1:]]
    _no_twins(path, pads)
    return pads


def _pad(path, number, row):
    where = "%s, line %d" % (path, number)
    if len(row) != len(COLUMNS):
        raise PadListError("%s: %d values instead of %d" % (where, len(row), len(COLUMNS)))
    if row[1] not in KINDS:
        raise PadListError("%s: kind must be %s, not '%s'" % (where, " or ".join(KINDS), row[1]))
    try:
        x_um, y_um, size_um = (float(value) for value in row[3:])
    except ValueError:
        raise PadListError("%s: x_um, y_um and size_um must be numbers" % where) from None
    if not (abs(x_um) < 1e6 and abs(y_um) < 1e6 and 0 < size_um < 1e6):
        raise PadListError("%s: x_um and y_um must be below 1 m, size_um above 0" % where)
    return Pad(row[0], row[1], row[2], x_um, y_um, size_um)


def _no_twins(path, pads):
    seen = set()
    for pad in pads:
        if (pad.kind, pad.name) in seen:
            raise PadListError("%s: two entries %s %s" % (path, pad.kind, pad.name))
        seen.add((pad.kind, pad.name))


def function_of(net):
    """Function of a ball by the usual names of nets: vss... and gnd... ground, vdd... and vcc... power, others signal."""
    name = net.lower()
    if name.startswith(("vss", "gnd")):
        return "ground"
    return "power" if name.startswith(("vdd", "vcc")) else "signal"
