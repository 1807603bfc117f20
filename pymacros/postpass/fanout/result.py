"""What a fan-out found. Lengths are um."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pya


class Open(NamedTuple):
    """An open net."""

    net: str
    kind: str  # as the router says
    reason: str
    place: tuple[float, float] | None  # x, y in um
    polygons: list[pya.DPolygon]  # of its terminals


class Routed(NamedTuple):
    """What a fan-out found. Lengths are um."""

    routes: list[dict[str, Any]]  # {"net", "level", "width", "path"}; with "neck": true a part of the end of a trace, no trace of its own
    vias: list[Any]  # (number of the lower level, x, y, sizes of both capture pads, net)
    open: list[Open]
    exposed: float  # of the traces
    bound: float
    bends: int
    detours: float  # by which the traces of these pairs must exceed their distances, as they are in each other's way; 0 where that is not known
    moved: dict[str, int]  # {net: level} of nets above the first level
    notes: list[str]  # sentences on the assignment and on what is left
    places: list[Any]  # confirm.Place on all metal that is there
    gone: Sequence[Any] = ()  # own_traces.Own of earlier fan-outs that are taken away
    kept: int = 0  # shapes of earlier fan-outs that stay
