"""Derived layers become layers of a copy of the layout, which every check, mode and window then reads like drawn ones.

So they are derived once, of whole shapes, and in one way: no window or tile sees a part of a shape. The layout of the caller
is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pya

from ..layout_file import Lines, copy_of, erase
from ..tech.derivation import Derivation, Layer, Step
from .layers import Layers
from .regions import rounded
from .tiles import threads_of_engine

_SHARP = 2  # mode of sizing: corners up to 90 degrees stay corners
_MANY = 2**31 - 1
FEW = 20  # shapes: one that all others lie in is compared with all of them at once


def _wider(metal: pya.Region, width: int) -> pya.Region:
    half = max((width - 1) // 2, 0)  # a dbu less than half, so that what is just as wide stays
    return metal.sized(-half, _SHARP).sized(half, _SHARP) & metal


def _beyond(one: pya.Region, other: pya.Region) -> "pya.Region | None":
    """What of the box around both layers lies outside the second one, where that has so few shapes that this is quickly told: each
    shape of the first layer is inside if it is outside of this. None where there are many.
    """
    if other.count() > FEW:
        return None
    return pya.Region((one.bbox() + other.bbox()).enlarged(1, 1)) - other


def _inside(one: pya.Region, other: "pya.Region | None" = None) -> pya.Region:
    if other is None:
        return one
    beyond = _beyond(one, other)
    return one.inside(other) if beyond is None else one.outside(beyond)


def _not_inside(one: pya.Region, other: pya.Region) -> pya.Region:
    beyond = _beyond(one, other)
    return one.not_inside(other) if beyond is None else one.not_outside(beyond)


_DONE: "dict[str, Callable[..., pya.Region]]" = {
    "and": lambda one, other: one & other, "or": lambda one, other: one + other, "not": lambda one, other: one - other, "xor": lambda one, other: one ^ other,
    "sized": lambda one, by: one.sized(by, _SHARP), "wider": _wider, "holes": lambda one: one.holes(), "hulls": lambda one: one.hulls(),
    "touching": lambda one, other: one.interacting(other), "not_touching": lambda one, other: one.not_interacting(other),
    "interacting": lambda one, other, least, most=_MANY: one.interacting(other, least, most),
    "inside": _inside, "not_inside": _not_inside,
    "outside": lambda one, other: one.outside(other), "not_outside": lambda one, other: one.not_outside(other),
    # KLayout's own `covering` misses a shape when what it covers lies against the edge of its notch
    "covering": lambda one, other: one.interacting(other.inside(one)), "not_covering": lambda one, other: one.not_interacting(other.inside(one)),
    "extents": lambda one, least, most=_MANY - 1: one.with_bbox_min(least, None, False).with_bbox_max(None, most + 1, False)}

_MAKE_OUTLINES = ("and", "or", "not", "xor", "sized", "wider", "holes", "hulls")  # the others choose some of the connected shapes


def layers_of(cell: pya.Cell, technology: Any, without: "Sequence[Lines]" = (), beat: "Callable[[], None] | None" = None) -> Layers:
    """The layers of a cell, derived ones included, without shapes that cover nothing. `beat`: see Layers."""
    derivations = technology.derivations()
    if not derivations and not without:
        layers = Layers(cell.layout(), cell, technology)
        layers.beat = beat
        return layers
    layout = copy_of(cell.layout())
    erase(layout, without)
    layers = Layers(layout, layout.cell(cell.cell_index()), technology)
    layers.beat = beat
    deriving = _Deriving(layers)
    for name, derivation in derivations:
        layers.pause()
        layers.derived[name] = layout.insert_layer(pya.LayerInfo())
        deriving.layer(name, derivation).insert_into(layout, layers.cell.cell_index(), layers.derived[name])
    result = Layers(layout, layers.cell, technology, layers.derived)
    result.beat = beat
    return result


class _Deriving:
    """On the cells of the hierarchy where metal is placed often: the result is the same, and stays small. So it is where each layer
    is drawn in one cell, for KLayout's engine takes less time for many groups of shapes that touch than for all of a region at once.
    """

    def __init__(self, layers: Layers) -> None:
        self.layers, self.technology = layers, layers.technology
        self._store = pya.DeepShapeStore() if self._pays_by_cell() else None
        if self._store:
            self._store.threads = threads_of_engine(layers.threads)
            self._store.max_area_ratio, self._store.max_vertex_count = 0, 0  # cut at places of their own, slanted edges would move
        self._known: dict[str, pya.Region] = {}

    def _pays_by_cell(self) -> bool:
        layers, drawn = self.layers, [layer["name"] for layer in self.technology.drawn_layers()]
        if layers.hierarchy.odd_placement:
            return False
        return any(map(layers.repeated, drawn)) or all(len(layers.hierarchy.cells_with(layers.indexes_of(name))) < 2 for name in drawn)

    def layer(self, name: str, derivation: Derivation) -> pya.Region:
        """The connected shapes of a derived layer."""
        self._known[name] = self._connected(derivation)
        return self._known[name]

    def _connected(self, derivation: Derivation) -> pya.Region:
        """Shapes that touch, at a corner too, are one."""
        region = self._region(derivation)
        return region.merged(False, 0) if isinstance(derivation, Step) and derivation.does in _MAKE_OUTLINES else region

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
        read = self._region if step.does in _MAKE_OUTLINES else self._connected
        for argument in step.arguments:
            if isinstance(argument, float):
                arguments.append(rounded(self.layers.dbu_of(argument)))
            else:
                arguments.append(argument if isinstance(argument, int) else read(argument))
        return _DONE[step.does](*arguments)

