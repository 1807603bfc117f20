"""Which nets are open, short or split: the deck's rules on nets and the panel's table both tell by this."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .nets import OPEN as _OPEN

if TYPE_CHECKING:
    from .nets import Nets

SUPPLIES = ("power", "ground")


class Shorts(NamedTuple):
    """Indexes of nets with two names or more, and of those with a power and a ground pad."""

    named: set[int]
    supplied: set[int]


def opens(nets: Nets) -> np.ndarray:
    """Which nets lack a contact point, or a pad."""
    return nets.functions() == _OPEN


def splits(nets: Nets) -> dict[str, list[int]]:
    """{name: indexes of the nets that carry it}, of names that several unconnected nets carry."""
    return {name: indexes for name, indexes in nets.by_name().items() if len(indexes) > 1}


def shorts(nets: Nets) -> Shorts:
    """The Shorts of all nets."""
    supplied = [nets.pads.counts([layer for layer in nets.drawn if nets.function_of_layer(layer) == function]) > 0 for function in SUPPLIES]
    return Shorts({index for index in nets.named() if len(nets.names_of(index)) > 1}, set((supplied[0] & supplied[1]).nonzero()[0].tolist()))
