"""The levels of metal of a technology, bottom up, and the cuts between them. Pure Python; lengths are um.

Everything follows from the technology's connectivity; nothing counts levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from . import vias

if TYPE_CHECKING:
    from .answers import Technology


class Level(NamedTuple):
    """A level of metal."""

    conductor: str  # the layer the connectivity names (a union, where pads are drawn on this level)
    trace: str  # the drawn layer of traces
    cut: str | None  # up to the next level, None on the topmost


def levels(tech: Technology) -> list[Level]:
    """[Level] from the metal above the contact points upwards."""
    found, conductor = [], _first(tech)
    while conductor is not None and conductor not in [level.conductor for level in found]:
        cut, above = _next(tech, conductor)
        found.append(Level(conductor, _trace(tech, conductor), cut))
        conductor = above
    return found


def chosen(tech: Technology, names: Sequence[str]) -> list[bool]:
    """Whether each level is one of these, named by their trace layers; no names stand for all."""
    return [not names or level.trace in names for level in levels(tech)]


def _first(tech: Technology) -> str | None:
    """The conductor above the contact points; without contacts the one that holds the trace layer."""
    cut = tech.connected_cut("contact")
    above = vias.connection_of(tech, cut)[1] if cut else None
    if above and _trace(tech, above):
        return above
    conductors = [layer for connection in tech.record["connectivity"] for layer in (connection[0], connection[-1])]
    return next((layer for layer in conductors if tech.trace_layer() in tech.parts(layer)), None)


def _trace(tech: Technology, conductor: str) -> str:
    return next((part for part in tech.parts(conductor) if tech.kind_of(part) == "metal"), None)


def _next(tech: Technology, conductor: str) -> tuple[str | None, str | None]:
    """(cut, conductor above) of the next level of metal, or (None, None)."""
    for connection in tech.record["connectivity"]:
        if len(connection) == 3 and connection[0] == conductor and _trace(tech, connection[2]):
            return connection[1], connection[2]
    return None, None


def pads_of(tech: Technology, level: Level) -> list[str]:
    """The drawn pad layers of a level."""
    return [part for part in tech.parts(level.conductor) if tech.kind_of(part) == "pad"]


def keepouts_of(tech: Technology, level: Level) -> list[str]:
    """The drawn layers that keep traces out of a level."""
    return [name for name in tech.of_kind("keepout") if set(tech.parts(tech.layers[name]["for"])) & set(tech.parts(level.conductor))]


def cut_size_um(tech: Technology, cut: str) -> float:
    """The size to draw a via with, where none is asked for: the smallest one that keeps limits and recommendations."""
    sizes = tech.via_sizes(cut, True) or tech.via_sizes(cut)
    return tech.even_up(sizes.smallest_um if sizes else tech.limit("width_min", cut) or 2 * tech.grid_um)


def cut_distances_um(tech: Technology, cut: str) -> Any:
    """{cut layer: the least edge-to-edge distance of a via of `cut` to a via of that layer}, where a rule asks for one."""
    found = {other: tech.limit("separation", cut, other) for other in tech.of_kind("cut") if other != cut}
    found[cut] = tech.limit("space", cut)
    return {other: distance for other, distance in found.items() if distance is not None}
