"""The pages of docs/ as HTML that Qt's text browser shows fast, and what their links lead to. No Qt.

The Markdown is that of docs/ and README.md: headings, paragraphs, lists, tables, code, quotes, pictures, links, emphasis. (Qt's own
reader of Markdown is of 5.14, knows no places in a page, and takes 40 s for docs/rules.md.)
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from ..draw.choices import CommandError

#: what is shown for each page of the panel, by its title
PAGES = {"Draw": "panel.md#draw", "Nets": "panel.md#nets", "Fan out": "fan-out.md", "Check": "panel.md#check", "Stack": "panel.md#stack"}
FIRST = "panel.md"
_FOLDER = os.path.join(os.path.dirname(os.path.realpath(__file__)), os.pardir, os.pardir, os.pardir, "docs")

_HEADING = re.compile(r"(#{1,6}) +(.*?)#*$")
_ITEM = re.compile(r"(\s*)([-*]|\d+\.) +(.*)$")
_RULE_OF_TABLE = re.compile(r"\|(\s*:?-+:?\s*\|)+\s*$")
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_WORDS = ((re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"), (re.compile(r"(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])"), r"<i>\1</i>"))
_TABLE = '<table border="1" cellspacing="0" cellpadding="3">'


class Target(NamedTuple):
    """Where a link leads: a file and a place in it, or an address of the web."""

    path: str
    place: str = ""
    address: str = ""


def folder() -> str:
    """The folder docs/ of the package. Raises CommandError where it was not installed."""
    path = os.path.normpath(_FOLDER)
    if not os.path.isfile(os.path.join(path, FIRST)):
        raise CommandError("The documentation is not there: it belongs into %s, beside pymacros" % path)
    return path


def of_page(title: str) -> Target:
    """What is shown for a page of the panel."""
    return target(os.path.join(folder(), FIRST), PAGES.get(title, FIRST))


def target(path: str, link: str) -> Target:
    """Where a link in the file at a path leads."""
    if re.match(r"[a-z]+:", link) and not link.startswith("file:"):
        return Target("", "", link)
    name, _, place = link.partition("#")
    return Target(os.path.normpath(os.path.join(os.path.dirname(path), unquote(name))) if name else path, place)


def place_of(heading: str) -> str:
    """The name of a heading in links, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", _LINK.sub(r"\1", heading).strip().lower()).replace(" ", "-")


def as_html(text: str, picture_width: int) -> str:
    """A page. picture_width: of all pictures, pixels."""
    return "<html><body>%s</body></html>" % "\n".join(_Page(text.replace("\r\n", "\n").split("\n"), picture_width).blocks())


class _Page:
    def __init__(self, lines: list[str], picture_width: int) -> None:
        self.lines, self.at, self.picture_width = lines, 0, picture_width

    def _line(self) -> str:
        return self.lines[self.at]

    def _there(self) -> bool:
        return self.at < len(self.lines)

    def blocks(self) -> Iterator[str]:
        """Block after block as HTML."""
        while self._there():
            line = self._line()
            if not line.strip():
                self.at += 1
            elif line.startswith("```"):
                yield self._code()
            elif _HEADING.match(line):
                yield self._heading()
            elif line.startswith("|"):
                yield self._table()
            elif _ITEM.match(line):
                yield self._list()
            elif line.startswith(">"):
                yield "<blockquote>%s</blockquote>" % self._inline(" ".join(one.lstrip("> ") for one in self._run(lambda one: one.startswith(">"))))
            else:
                yield "<p>%s</p>" % self._inline(" ".join(one.strip() for one in self._run(lambda one: bool(one.strip()) and not self._begins_block(one))))

    def _begins_block(self, line: str) -> bool:
        return bool(line.startswith(("```", "|", ">")) or _HEADING.match(line) or _ITEM.match(line))

    def _run(self, belongs: Callable[[str], bool]) -> list[str]:
        """The lines from here on that belong together, one at least."""
        first, self.at = self.at, self.at + 1
        while self._there() and belongs(self._line()):
            self.at += 1
        return self.lines[first:self.at]

    def _code(self) -> str:
        lines = self._run(lambda one: not one.startswith("```"))[1:]
        self.at += 1  # the closing fence
        return '<pre style="white-space: pre-wrap">%s</pre>' % html.escape("\n".join(lines))

    def _heading(self) -> str:
        match = _HEADING.match(self._line())
        self.at += 1
        level, words = len(match.group(1)), match.group(2)
        return '<h%d><a name="%s"></a>%s</h%d>' % (level, place_of(words), self._inline(words), level)

    def _table(self) -> str:
        rows = [_cells(line) for line in self._run(lambda one: one.startswith("|")) if not _RULE_OF_TABLE.match(line)]
        parts = ["<tr>%s</tr>" % "".join("<%s>%s</%s>" % (tag, self._inline(cell), tag) for cell in row) for tag, row in zip(["th"] + ["td"] * len(rows), rows)]
        return _TABLE + "".join(parts) + "</table><p></p>"

    def _list(self) -> str:
        ordered = _ITEM.match(self._line()).group(2)[0].isdigit()
        items: list[str] = []
        while self._there():
            match = _ITEM.match(self._line())
            if match:
                items.append(match.group(3))
            elif self._line().startswith(" ") and self._line().strip():
                items[-1] += " " + self._line().strip()
            else:
                break
            self.at += 1
        return "<%s>%s</%s>" % ("ol" if ordered else "ul", "".join("<li>%s</li>" % self._inline(item) for item in items), "ol" if ordered else "ul")

    def _inline(self, text: str) -> str:
        """Words of a line: code stays as it is, all else gets its marks."""
        parts = re.split(r"(`[^`]+`)", text)
        kept: list[str] = []
        for number, part in enumerate(parts):
            if number % 2:
                kept.append("<code>%s</code>" % html.escape(part[1:-1]))
                parts[number] = "\0%d\0" % (len(kept) - 1)
        words = html.escape("".join(parts), quote=False)
        words = _IMAGE.sub(lambda match: '<img src="%s" width="%d" alt="%s">' % (match.group(2), self.picture_width, html.escape(match.group(1))), words)
        words = _LINK.sub(lambda match: '<a href="%s">%s</a>' % (match.group(2), match.group(1)), words)
        for pattern, becomes in _WORDS:
            words = pattern.sub(becomes, words)
        return re.sub("\0(\\d+)\0", lambda match: kept[int(match.group(1))], words)


def _cells(line: str) -> list[str]:
    """The cells of a row; a bar in code or behind a backslash is none between them."""
    found = re.split(r"(?<!\\)\|(?=(?:[^`]*`[^`]*`)*[^`]*$)", line.strip().strip("|"))
    return [cell.strip().replace("\\|", "|") for cell in found]
