"""Text for HTML and SVG: nothing in it is taken for markup. Pure Python."""

from __future__ import annotations

import re
import unicodedata
from xml.sax.saxutils import escape

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LETTER_WIDTH = 0.56  # of usual letters, in their height; fonts differ


def clean(text: str) -> str:
    """The text, with a replacement for what no XML file can hold."""
    return _NO_XML.sub("\ufffd", text)


def escaped(text: str) -> str:
    """As the content of an element."""
    return escape(clean(text))


def text_width(text: str, letters: float) -> float:
    """About how wide a text is with letters of that height; letters of East Asia are twice as wide."""
    return letters * _LETTER_WIDTH * sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
