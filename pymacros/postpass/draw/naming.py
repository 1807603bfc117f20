"""Net names by a pattern: "vdd" for all, "io[#]" counts, and each run of # in it is the same number: a#_b# gives a1_b1.

Where names are given while placing, the count goes on after the highest that is there already.
"""

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


def numbered(name: str, number: int) -> str:
    """A name with a number in place of each run of #, with as many digits at least (io## gives io01)."""
    return _COUNT.sub(lambda run: str(number).zfill(len(run.group())), name)


def names(wanted: Sequence[str], taken: Iterable[str]) -> list[str]:
    """The name of each of several places from what is wanted there ("" stays ""). taken: names that are in the layout.

    Each pattern counts on its own.
    """
    numbers: dict[str, int] = {}
    found = []
    for name in wanted:
        if counts(name):
            if name not in numbers:
                numbers[name] = _highest(name, taken)
            numbers[name] += 1
            found.append(numbered(name, numbers[name]))
        else:
            found.append(name)
    return found


def _highest(pattern: str, taken: Iterable[str]) -> int:
    form = re.compile("([0-9]{1,18})".join(map(re.escape, _COUNT.split(pattern))))
    numbers = [set(map(int, match.groups())) for match in map(form.fullmatch, taken) if match]
    return max((min(some) for some in numbers if len(some) == 1), default=0)


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
