"""The catalogue: each outline that occurs on a layer once, however often it is drawn.

What is wrong with an outline is wrong at all its places, so that a million equal vias are judged by looking at one.
"""

from __future__ import annotations

import math
from array import array
from typing import NamedTuple

import pya

from ..geometry.hierarchy import Hierarchy
from ..geometry.layers import Layers
from ..geometry.regions import unmerged
from .drawing import Drawing
from .findings import CannotCheck
from .kinds import KINDS
from .kinds.base import Rule


class _Source(NamedTuple):
    """Shapes of a cell; cell: None where they are those of the top cell, all flat."""

    cell: "pya.Cell | None"
    shapes: pya.Region


class _Spots(NamedTuple):
    """Where the lower left corners of an outline lie in a cell (as of a source): x, y, x, y ... as numbers, for there may be a million."""

    cell: "pya.Cell | None"
    corners: array


class Catalogue:
    """`hierarchy`: where cells are placed, or None where shapes change with their placement; `scope`: the box whose shapes count, or None for all."""

    def __init__(self, layers: Layers, hierarchy: "Hierarchy | None", scope: "pya.Box | None" = None) -> None:
        self.layers, self.technology, self.hierarchy, self._scope = layers, layers.technology, hierarchy, scope
        self._outlines: dict[str, dict[pya.Polygon, list[_Spots]]] = {}
        self._rectangles: dict[str, list[_Source]] = {}

    def places(self, rule: Rule) -> list[pya.Box]:
        """Boxes (dbu, in the top cell) of the shapes whose outline breaks the rule; may hold a few too many."""
        known, kind = self._outlines_on(rule["layer"]), KINDS[rule["check"]]
        verdicts = [(outline, kind.outline_is_suspect(rule, outline)) for outline in known]
        suspects = [outline for outline, verdict in verdicts if verdict] + self._judged(rule, [outline for outline, verdict in verdicts if verdict is None])
        boxes = []
        for outline in suspects:
            for cell, corners in known[outline]:
                for left, bottom in zip(corners[::2], corners[1::2]):
                    boxes += self._in_top(cell, outline.bbox().moved(left, bottom))
        return boxes + self._wrong_rectangles(rule)

    def _sources(self, layer: str) -> list[_Source]:
        indexes = self.layers.indexes_of(layer)
        if not self.hierarchy:
            return [_Source(None, self.layers.drawn(index, self._scope)) for index in indexes]
        return [_Source(cell, self.hierarchy.own(cell, index)) for index in indexes for cell in self.hierarchy.cells if not cell.shapes(index).is_empty()]

    def _outlines_on(self, layer: str) -> dict[pya.Polygon, list[_Spots]]:
        """{outline with its lower left corner at 0: its spots}, without rectangles."""
        if layer not in self._outlines:
            found: dict[pya.Polygon, list[_Spots]] = {}
            for cell, shapes in self._sources(layer):
                for outline, corners in _by_outline(shapes.non_rectangles()).items():
                    found.setdefault(outline, []).append(_Spots(cell, corners))
            self._outlines[layer] = found
        return self._outlines[layer]

    def _wrong_rectangles(self, rule: Rule) -> list[pya.Box]:
        """Rectangles are told from their boxes."""
        if rule["layer"] not in self._rectangles:
            self._rectangles[rule["layer"]] = [_Source(cell, unmerged(shapes.rectangles())) for cell, shapes in self._sources(rule["layer"])]
        boxes = []
        for cell, rectangles in self._rectangles[rule["layer"]]:
            wrong = KINDS[rule["check"]].wrong_rectangles(rule, rectangles, self.layers)
            for polygon in wrong.each() if wrong else ():
                boxes += self._in_top(cell, polygon.bbox())
        return boxes

    def _judged(self, rule: Rule, suspects: list[pya.Polygon]) -> list[pya.Polygon]:
        """The outlines in which the rule's own check finds something, laid out side by side."""
        if not suspects:
            return []
        layout, shelf = pya.Layout(), _Shelf(suspects, KINDS[rule["check"]].reach_dbu(rule, self.layers))
        layout.dbu = self.layers.dbu
        cell = layout.create_cell("catalogue")
        part = self.technology.parts(rule["layer"])[0]
        derived = {name: layout.insert_layer(pya.LayerInfo()) for name in self.layers.derived}
        shapes = cell.shapes(derived[part] if part in derived else layout.layer(*self.technology.layers[part]["gds"]))
        for number, outline in enumerate(suspects):
            shapes.insert(outline.moved(*shelf.place(number)))
        found = KINDS[rule["check"]].findings(rule, Drawing(Layers(layout, cell, self.technology, derived)))
        return [suspects[number] for number in sorted({shelf.number_at(finding.shapes[0].bbox().center()) for finding in found})]

    def _in_top(self, cell: "pya.Cell | None", box: pya.Box) -> list[pya.Box]:
        return [placement * box for placement in self.hierarchy.placements(cell)] if cell else [box]


def _by_outline(polygons: pya.Region) -> dict[pya.Polygon, array]:
    """{outline with its lower left corner at 0: these corners, x, y, x, y ...}"""
    found: dict[pya.Polygon, array] = {}
    for polygon in polygons.each():
        box = polygon.bbox()
        left, bottom = box.left, box.bottom
        outline = polygon.moved(-left, -bottom)
        corners = found.get(outline)
        if corners is None:
            corners = found[outline] = array("q")
        corners.append(left)
        corners.append(bottom)
    return found


class _Shelf:
    """Places for outlines side by side, far enough apart to know nothing of each other."""

    def __init__(self, suspects: list[pya.Polygon], gap: int) -> None:
        self.pitch = max(max(outline.bbox().width(), outline.bbox().height()) for outline in suspects) + gap
        self.columns = math.isqrt(len(suspects) - 1) + 1
        if self.pitch * self.columns > 2**30:
            raise CannotCheck("too many different shapes to compare side by side: check with mode=flat")

    def place(self, number: int) -> tuple[int, int]:
        """(dx, dy) for an outline whose lower left corner lies at 0."""
        return number % self.columns * self.pitch, number // self.columns * self.pitch

    def number_at(self, point: pya.Point) -> int:
        return point.y // self.pitch * self.columns + point.x // self.pitch
