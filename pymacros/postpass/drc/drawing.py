"""What a check may look at: the layers of a cell, whole or near some places, and its nets."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

import pya

from ..geometry.layers import Layers


class Drawing:
    """`window`: the box (dbu) that findings must belong to, or None for all of the cell; `stitched`: what conducts, where windows have told it."""

    def __init__(self, layers: Layers, window: "pya.Box | None" = None, stitched: Any = None) -> None:
        self.layers, self.technology, self.window, self._stitched = layers, layers.technology, window, stitched
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once: rules that ask for the same thing share it."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    @cached_property
    def nets(self) -> Any:
        """The nets of the cell."""
        from ..conductors.nets import Nets
        return Nets(self.layers, None, self._stitched)
