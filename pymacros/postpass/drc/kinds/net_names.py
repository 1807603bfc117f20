"""Names that a netlist reader may take for each other, and names that cannot be told from the screen."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

from ..findings import Finding
from ..marks import mark
from .base import Kind, Rule

if TYPE_CHECKING:
    import pya

    from ..drawing import Drawing

_BRACKETS = str.maketrans("<>(){}", "[][][]")


class NetNames(Kind):
    name = "net_names"
    family = "nets"
    means = "no two names differ in case, space, kind of brackets or trailing characters alone; no name is empty or holds an invisible character"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        places: dict[str, list[pya.Point]] = {}
        for label in dict.fromkeys(drawing.layers.labels):  # a cell may lie twice at one place
            places.setdefault(label.text, []).append(label.point)
        alike: dict[str, list[str]] = {}
        for name in places:
            alike.setdefault(_plain(name), []).append(name)
        found, told = [], set()
        for names in alike.values():
            if len(names) > 1:
                told.update(names)
                found.append(Finding([mark(point) for name in names for point in places[name]],
                                     "names differ in case, space, brackets or trailing characters alone: " + ", ".join(map(_quoted, sorted(names)))))
        return found + [Finding([mark(point) for point in places[name]], "name with space or an invisible character: " + _quoted(name) if name else "empty name")
                        for name in places if name not in told and not (name and all(map(_is_visible, name)))]


def _plain(name: str) -> str:
    """Without case and space, with one kind of brackets, without trailing punctuation."""
    solid = "".join(c for c in name.lower() if not c.isspace() and unicodedata.category(c) != "Cc")
    return re.sub(r"[:;.,!_-]+\Z", "", solid.translate(_BRACKETS))


def _is_visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in ("Cc", "Cn", "Cs")


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
