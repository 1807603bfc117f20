"""Cells that were drawn under other values than those they are checked by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pya

from ..drawn_under import DrawnUnder, drawn_under
from ..tech.differences import RULES, Difference, in_one_sentence, values_that_differ
from ..tech.loader import with_checksum

if TYPE_CHECKING:
    from ..tech.answers import Technology


class DrawnOtherwise(NamedTuple):
    """A note on a cell, what it is checked by, and what differs; None where the other technology is in none of the known
    places. cells: all that have this note, which a hundred named pads, cells of their own, may be."""

    note: DrawnUnder
    by: Technology
    values: "list[Difference] | None"
    cells: "list[str]"

    def __str__(self) -> str:
        more = len(self.cells) - 1
        return "cell %s%s drawn under %s, not under %s, rules %s, by which it is checked: %s" % (
            self.note.cell, " and %d more were" % more if more else " was", self.under, self.by.called, self.by.checksum(), self.what_differs)

    @property
    def under(self) -> str:
        """The other technology, by name, version and checksum."""
        return "technology %s, rules %s" % (self.note.called, self.note.checksum)

    @property
    def what_differs(self) -> str:
        """The rules, films and layers."""
        return in_one_sentence(self.values)

    def record(self) -> "dict[str, Any]":
        """For the summary."""
        note = self.note
        return {"cells": self.cells, "technology": note.name, "version": note.version, "checksum": note.checksum,
                "rules_that_differ": self._words(True), "other_values_that_differ": self._words(False)}

    def _words(self, of_rules: bool) -> "list[str] | None":
        return None if self.values is None else [value.words for value in self.values if (value.group == RULES) == of_rules]


def drawn_otherwise(cell: pya.Cell, tech: Technology) -> "list[DrawnOtherwise]":
    """What in a cell, and in those it places, was drawn under other values than a technology's."""
    found: dict[tuple[str, str | None, str], DrawnOtherwise] = {}
    for note in drawn_under(cell):
        if note.checksum != tech.checksum():
            key = note[:3]
            if key not in found:
                other = with_checksum(note.name, note.checksum, tech.path)
                found[key] = DrawnOtherwise(note, tech, values_that_differ(other, tech) if other else None, [])
            found[key].cells.append(note.cell)
    return list(found.values())
