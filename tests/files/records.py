"""GDS files written record by record, as no layout tool writes them."""

import struct


def record(kind, data=b""):
    return struct.pack(">HH", 4 + len(data), kind) + data


def text(words):
    data = words if isinstance(words, bytes) else words.encode()
    return data + b"\0" * (len(data) % 2)


def gds(*cells):
    """A GDS file of 1 nm units: cells are (name, [records])."""
    units = struct.pack(">QQ", 0x3E4189374BC6A7F0, 0x3944B82FA09B5A50)
    head = record(0x0002, struct.pack(">h", 600)) + record(0x0102, b"\0" * 24) + record(0x0206, text("LIB")) + record(0x0305, units)
    body = b"".join(record(0x0502, b"\0" * 24) + record(0x0606, text(name)) + b"".join(elements) + record(0x0700) for name, elements in cells)
    return head + body + record(0x0400)


def xy(*points):
    return record(0x1003, b"".join(struct.pack(">ii", x, y) for x, y in points))


def boundary(layer, *points):
    return record(0x0800) + record(0x0D02, struct.pack(">h", layer)) + record(0x0E02, struct.pack(">h", 0)) + xy(*points) + record(0x1100)


def path_element(layer, width, *points):
    return (record(0x0900) + record(0x0D02, struct.pack(">h", layer)) + record(0x0E02, struct.pack(">h", 0))
            + record(0x0F03, struct.pack(">i", width)) + xy(*points) + record(0x1100))


def reference(name):
    return record(0x0A00) + record(0x1206, text(name)) + xy((0, 0)) + record(0x1100)


def ring(size, x=0, y=0):
    return (x, y), (x, y + size), (x + size, y + size), (x + size, y), (x, y)


def reference_at(name, x, y):
    return record(0x0A00) + record(0x1206, text(name)) + xy((x, y)) + record(0x1100)


def array_at(name, columns, step):
    return (record(0x0B00) + record(0x1206, text(name)) + record(0x1302, struct.pack(">hh", columns, 1))
            + xy((0, 0), (columns * step, 0), (0, step)) + record(0x1100))


def label(layer, datatype, words, x, y):
    return (record(0x0C00) + record(0x0D02, struct.pack(">h", layer)) + record(0x1602, struct.pack(">h", datatype))
            + xy((x, y)) + record(0x1906, text(words)) + record(0x1100))
