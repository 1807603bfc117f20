"""Net names while placing: "vdd" for all, "io[#]" counts. Where such names are there already, the count goes on after the highest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pya

from .. import strings

if TYPE_CHECKING:
    from ..tech.answers import Technology

_COUNT = re.compile(r"#+")


def counts(name: str) -> bool:
    """Whether a name has a place for a number."""
    return "#" in name


def numbered(name: str, number: int, runs: int = 0) -> str:
    """A name with a number in place of its first runs of #, each with as many digits at least; runs: of so many, 0 for all."""
    return _COUNT.sub(lambda run: str(number).zfill(len(run.group())), name, count=runs)


def names(wanted: Sequence[str], taken: Iterable[str]) -> list[str]:
    """The name of each of several places from what is wanted there ("" stays ""). taken: names that are in the layout.

    The first run of # is the number, with as many digits at least (io## gives io01); other # stay. Each pattern counts on its own.
    """
    numbers: dict[str, int] = {}
    found = []
    for name in wanted:
        if counts(name):
            if name not in numbers:
                numbers[name] = _highest(name, taken)
            numbers[name] += 1
            found.append(numbered(name, numbers[name], 1))
        else:
            found.append(name)
    return found


def _highest(pattern: str, taken: Iterable[str]) -> int:
    begin, end = (re.escape(part) for part in _COUNT.split(pattern, maxsplit=1))
    form = re.compile("%s([0-9]{1,18})%s" % (begin, end))
    return max((int(match.group(1)) for match in map(form.fullmatch, taken) if match), default=0)


def taken(cell: pya.Cell, tech: Technology) -> set[str]:
    """The net names in a cell and those below it."""
    layout, found = cell.layout(), set()
    for name in tech.of_kind("label"):
        index = layout.find_layer(*tech.layers[name]["gds"])
        if index is not None:
            texts = pya.RecursiveShapeIterator(layout, cell, index)
            texts.shape_flags = pya.Shapes.STexts
            while not texts.at_end():
                found.add(strings.label(texts.shape().text))
                texts.next()
    return found
