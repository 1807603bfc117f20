"""Derived layers become layers of a copy of the layout, which every check, mode and window then reads like drawn ones.

So they are derived once, of whole shapes, and in one way: no window or tile sees a part of a shape. The layout of the caller
is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pya

from ..layout_file import Lines, erase
from ..tech.derivation import Derivation, Layer, Step
from .layers import Layers
from .regions import rounded
from .tiles import threads_of_engine

_SHARP = 2  # mode of sizing: corners up to 90 degrees stay corners
_MANY = 2**31 - 1


def _wider(metal: pya.Region, width: int) -> pya.Region:
    half = max((width - 1) // 2, 0)  # a dbu less than half, so that what is just as wide stays
    return metal.sized(-half, _SHARP).sized(half, _SHARP) & metal


_DONE: "dict[str, Callable[..., pya.Region]]" = {
    "and": lambda one, other: one & other, "or": lambda one, other: one + other, "not": lambda one, other: one - other, "xor": lambda one, other: one ^ other,
    "sized": lambda one, by: one.sized(by, _SHARP), "wider": _wider, "holes": lambda one: one.holes(), "hulls": lambda one: one.hulls(),
    "touching": lambda one, other: one.interacting(other), "not_touching": lambda one, other: one.not_interacting(other),
    "interacting": lambda one, other, least, most=_MANY: one.interacting(other, least, most),
    "inside": lambda one, other=None: one if other is None else one.inside(other), "not_inside": lambda one, other: one.not_inside(other),
    "outside": lambda one, other: one.outside(other), "not_outside": lambda one, other: one.not_outside(other),
    # KLayout's own `covering` misses a shape when what it covers lies against the edge of its notch
    "covering": lambda one, other: one.interacting(other.inside(one)), "not_covering": lambda one, other: one.not_interacting(other.inside(one)),
    "extents": lambda one, least, most=_MANY - 1: one.with_bbox_min(least, None, False).with_bbox_max(None, most + 1, False)}


def layers_of(cell: pya.Cell, technology: Any, without: "Sequence[Lines]" = ()) -> Layers:
    """The layers of a cell, derived ones included, without shapes that cover nothing."""
    derivations = technology.derivations()
    if not derivations and not without:
        return Layers(cell.layout(), cell, technology)
    layout = cell.layout().dup()
    erase(layout, without)
    layers = Layers(layout, layout.cell(cell.cell_index()), technology)
    deriving = _Deriving(layers)
    for name, derivation in derivations:
        layers.derived[name] = layout.insert_layer(pya.LayerInfo())
        deriving.layer(name, derivation).insert_into(layout, layers.cell.cell_index(), layers.derived[name])
    return Layers(layout, layers.cell, technology, layers.derived)


class _Deriving:
    """On the cells of the hierarchy where metal is placed often: the result is the same, and stays small."""

    def __init__(self, layers: Layers) -> None:
        self.layers, self.technology = layers, layers.technology
        self._store = pya.DeepShapeStore() if any(layers.repeated(layer["name"]) for layer in self.technology.drawn_layers()) else None
        if self._store:
            self._store.threads = threads_of_engine(layers.threads)
            self._store.max_area_ratio, self._store.max_vertex_count = 0, 0  # cut at places of their own, slanted edges would move
        self._known: dict[str, pya.Region] = {}

    def layer(self, name: str, derivation: Derivation) -> pya.Region:
        """The connected shapes of a derived layer."""
        self._known[name] = self._region(derivation).merged(False, 0)
        return self._known[name]

    def _region(self, derivation: Derivation) -> pya.Region:
        if isinstance(derivation, Layer):
            return self._named(derivation.name)
        return self._done(derivation)

    def _named(self, name: str) -> pya.Region:
        """The connected shapes of a layer."""
        if name not in self._known:
            parts = self.technology.parts(name)
            if parts == [name]:
                together = self._drawn(name)
            else:
                together = pya.Region()
                for part in parts:
                    together = together + self._named(part)
            self._known[name] = together.merged(False, 0)
        return self._known[name]

    def _drawn(self, name: str) -> pya.Region:
        if self._store is None:
            return self.layers.raw(name)
        return self.layers.deep(name, self._store)

    def _done(self, step: Step) -> pya.Region:
        arguments: list[Any] = []
        for argument in step.arguments:
            if isinstance(argument, float):
                arguments.append(rounded(self.layers.dbu_of(argument)))
            else:
                arguments.append(argument if isinstance(argument, int) else self._region(argument))
        return _DONE[step.does](*arguments)
