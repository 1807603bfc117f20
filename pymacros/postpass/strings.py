"""Names out of a layout as text that can be shown. A GDS string may hold any byte; pya refuses those that are not UTF-8.

A byte that is not UTF-8 and a control character (a line break) are shown as \\xb5, and so is a backslash that such a code
could be taken for (\\x5cxb5): no two names look the same. Works with KLayout 0.28 to 0.30.
"""

from __future__ import annotations

import os
import re

import pya

#: what is shown as codes: control characters, line separators, bytes that are not UTF-8, backslashes before a code
_STRANGE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\udc80-\udcff]|\\\\(?=x[0-9a-f]{2})")
_CODE = re.compile(rb"\\x([0-9a-f]{2})")
#: the escapes of KLayout's quoted form of a string
_QUOTED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def shown(data: bytes | str) -> str:
    """The text that stands for a string of bytes (or for a text, which may hold control characters)."""
    text = data.decode("utf-8", "surrogateescape") if isinstance(data, bytes) else data
    return _STRANGE.sub(lambda found: "".join("\\x%02x" % byte for byte in found.group().encode("utf-8", "surrogateescape")), text)


def raw(text: str) -> bytes | str:
    """What a shown text stands for, as pya takes it: a text, or bytes that are not UTF-8."""
    data = _CODE.sub(lambda found: bytes([int(found.group(1), 16)]), text.encode("utf-8"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


def path(name: str) -> str:
    """The absolute path of a file, as it can be shown: in a C locale Python takes its letters for bytes."""
    whole = os.path.abspath(os.path.expanduser(name))
    try:
        return shown(os.fsencode(whole))
    except UnicodeEncodeError:  # letters that came as letters
        return shown(whole)


def label(text: pya.Text) -> str:
    """What a pya.Text says, as it can be shown."""
    try:
        return shown(text.string)
    except (RuntimeError, UnicodeError):
        return shown(_unquoted(str(text)))


def cell_name(cell: pya.Cell) -> str:
    """The name of a pya.Cell, as it can be shown."""
    try:
        return shown(cell.name)
    except (RuntimeError, UnicodeError):  # an expression hands the name on without decoding it
        context = pya.ExpressionContext()
        context.var("cell", cell)
        return shown(_unquoted(context.eval("Text.new(cell.name, Trans.new).to_s")))


def cell_of_name(layout: pya.Layout, name: str) -> pya.Cell | None:
    """The pya.Cell whose shown name this is, or None."""
    return next((cell for cell in layout.each_cell() if cell_name(cell) == name), None)


def _unquoted(text: str) -> bytes:
    """The bytes between the first quotes of KLayout's form ('10\\265A',r0 0,0)."""
    body = re.match(r"[^']*'((?:[^'\\]|\\.)*)'", text, re.DOTALL).group(1)
    return _QUOTED.sub(lambda found: _byte(found.group(1)), body.encode("utf-8", "surrogateescape"))


def _byte(code: bytes) -> bytes:
    return bytes([int(code, 8)]) if len(code) == 3 else _LETTERS.get(code, code)
