"""What a check may look at: the layers of a cell, whole or near some places, and its nets."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

import pya

from ..geometry.layers import Layers
from .ownership import owns, place_of, touches


class Drawing:
    """`window`: the box (dbu) that findings must belong to, or None for all of the cell; `touching`: those that touch it are wanted, too.

    Where windows have told what conducts: `stitched`: that; `spread`: does what `measured` asks for, on other processors.
    """

    def __init__(self, layers: Layers, window: "pya.Box | None" = None, stitched: Any = None, spread: "Callable[..., list[Any]] | None" = None,
                 touching: bool = False) -> None:
        self.layers, self.technology, self.window, self._stitched, self._spread = layers, layers.technology, window, stitched, spread
        self.touching = touching
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once: rules that ask for the same thing share it."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def measured(self, work: Callable[[Any, Any], list[Any]], own: Any, near: Any, reach: int) -> list[Any]:
        """All that `work(own, near)` gives, which measures each figure of `own` among those of `near` within reach (dbu): perhaps in parts.

        own, near: conductors.figures.Figures; work: a function of a module, or functools.partial of one.
        """
        return self._spread(work, own, near, reach) if self._spread else work(own, near)

    def wants(self, shapes: list[Any]) -> bool:
        """Does a finding of these shapes belong to the window?"""
        if not self.window:
            return True
        return touches(self.window, shapes) if self.touching else owns(self.window, *place_of(shapes))

    @cached_property
    def nets(self) -> Any:
        """The nets of the cell."""
        from ..conductors.nets import Nets
        return Nets(self.layers, None, self._stitched)
