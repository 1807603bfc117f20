"""What a command says to its user: one printable line, never a traceback. Pure Python.

A command's own errors are Refusals. `guarded` runs a command and turns whatever nobody foresaw into one sentence, too;
POSTPASS_TRACEBACK=1 shows where it came from.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

MOST_CHARACTERS = 700  # of a sentence; longer ones lose their middle
MOST_OF_A_VALUE = 80
WORTH_TELLING = 5e-4  # share of the bound that forced detours must add to be told of
_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")  # control characters, halves of characters, ends of lines and of paragraphs
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # would turn round the rest of the line


class Refusal(ValueError):
    """Something that cannot be done. The message is one printable sentence: what, where, what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(shortened(printable(str(sentence)), MOST_CHARACTERS))


def is_one_line(text: str) -> bool:
    """True when no character of the text would break a line or change how a terminal shows the rest."""
    return text.isprintable() or not any(unicodedata.category(one) in _UNPRINTABLE or one in _TURNING for one in text)


def printable(text: str) -> str:
    """The text with every character that does not show (a control, a mark without width) as its escape; bytes that were
    no UTF-8 (surrogateescape) as \\xNN."""
    return text if text.isprintable() else "".join(one if one.isprintable() else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return "\\x%02x" % (ord(character) - 0xDC00)
    return character.encode("unicode_escape").decode("ascii")


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and end with ... between them."""
    return text if len(text) <= most else "%s ... %s" % (text[:most // 2], text[-(most // 2):])


def shown(value: Any) -> str:
    """A value as JSON writes it, in one short line of ASCII."""
    text = ""
    try:
        for part in json.JSONEncoder().iterencode(value):
            text += part[:2 * MOST_OF_A_VALUE]
            if len(text) > MOST_OF_A_VALUE:
                return text[:MOST_OF_A_VALUE] + " ..."
    except (RecursionError, TypeError, ValueError):
        return "a value nested too deep" if not text.strip("[{") else text
    return text


def named(names: Iterable[str]) -> str:
    """Names for a message, the first of many."""
    every = list(names)
    return ", ".join(every[:40]) + (", and %d more" % (len(every) - 40) if len(every) > 40 else "")


def gap_percent(length: float, bound: float) -> float:
    """How far a length is above its bound, in percent, of both as they are printed: with one decimal (um)."""
    length, bound = round(length, 1), round(bound, 1)
    return 100 * (length / bound - 1.0) if bound > 0 else 0.0


def compared(length: float, bound: float, forced: float = 0.0) -> str:
    """A bound (um) and how far a length is above it, in words; also above what is forced, where that is noticeably more."""
    above = "; %.1f %% above what these pairs force" % gap_percent(length, forced) if forced > bound * (1 + WORTH_TELLING) else ""
    return "lower bound %.1f um (gap %.1f %%%s)" % (bound, gap_percent(length, bound), above)


def counted(number: int, what: str) -> str:
    """"1 trace", "2 traces"."""
    return "%d %s%s" % (number, what, "" if number == 1 else "s")


def sentence(problem: object) -> str:
    """An error's text, or another one, as a sentence: capital letter, full stop."""
    text = str(problem).strip()
    return (text[:1].upper() + text[1:]).rstrip(".") + "."


def how_to_install(*packages: str) -> str:
    """How to get packages for the Python that runs this: pip first, Debian's own where there is a Debian."""
    if not hasattr(sys.modules.get("pya"), "Application"):  # KLayout's wheel, or none: the application has all the modules of the wheel, too, from 0.30 on
        return "pip install %s" % " ".join(packages)
    them = "it" if len(packages) == 1 else "them"
    advice = "install %s with pip into KLayout's own Python, %d.%d" % ((them,) + sys.version_info[:2])
    if os.path.exists("/etc/debian_version") or shutil.which("apt-get") is not None:  # Debian and what descends from it
        advice += ", or on this Debian with apt install %s" % " ".join("python3-" + package for package in packages)
    return advice


def guarded(main: Callable[..., Any], *arguments: Any) -> int:
    """The exit code that main(*arguments) returns; 1, and one sentence on the standard error, when it raises."""
    try:
        return main(*arguments)
    except Refusal as error:
        sentence = str(error)
    except Exception as error:
        sentence = unforeseen(error)
    print("ERROR: %s" % sentence, file=sys.stderr)  # a program in a window may have no standard error
    return 1


def unforeseen(error: Exception) -> str:
    """A sentence on an exception that is no Refusal, while it is handled."""
    _traceback()
    if isinstance(error, MemoryError):
        return "out of memory: the input is too large for this machine"
    return "the program failed on this input (%s in %s): please report it; POSTPASS_TRACEBACK=1 shows more" % (type(error).__name__, _place(error))


def _traceback() -> None:
    if os.environ.get("POSTPASS_TRACEBACK"):
        import traceback
        traceback.print_exc()


def _place(error: Any) -> str:
    """The file and line of the innermost frame."""
    frame = error.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    return "%s, line %d" % (os.path.basename(frame.tb_frame.f_code.co_filename), frame.tb_lineno)
