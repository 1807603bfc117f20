"""Which technology of this kit a layout belongs to: told by the name it has in KLayout and by its layer numbers.

Pure Python; the caller collects what the layout says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from . import places
from .loader import TechnologyError, installed
from .read_once import technology_in


class Signs(NamedTuple):
    """Signs of the technology a layout belongs to; a name that knows one of the layers settles it, else both may disagree."""

    named: str  # the technology of this kit that KLayout has for the layout, "" without one
    fitting: list[str]  # those whose layers it is drawn on, likeliest first; none where nothing tells


def signs(named: str, numbers: Sequence[tuple[int, int]], folder: str | None = None) -> Signs:
    """Signs of a layout. named: its technology in KLayout ("" without one); numbers: [(layer, datatype)] of its layers with shapes.

    Technologies share numbers: those that know most of the layers fit, the one with the fewest further layers first.
    """
    used, known = {tuple(number) for number in numbers}, _known(folder)
    hits = {name: len(used & known_numbers) for name, known_numbers in known.items()}
    most = max(hits.values(), default=0)
    named = named if named in known else ""
    if named and (hits[named] or not most):
        return Signs(named, [named])
    return Signs(named, sorted((name for name in known if most and hits[name] == most), key=lambda name: (len(known[name]), name)))


def others(used: str, found: Signs) -> list[str]:
    """Names of the technologies that Signs speak for instead of the one that is used; none where nothing speaks against it."""
    if used in found.fitting:
        return [found.named] if found.named not in ("", used) else []
    named = [found.named] if found.named not in ["", used] + found.fitting else []
    return named + found.fitting


def _known(folder: str | None) -> dict[str, set[tuple[int, int]]]:
    """{name: {(layer, datatype)}} of the installed technologies, in all their versions; those whose file has a mistake are left out."""
    known: dict[str, set[tuple[int, int]]] = {}
    for name, path in [(place.name, place.path) for place in places.known()] if folder is None else installed(folder).items():
        try:
            numbers = {tuple(layer["gds"]) for layer in technology_in(path).drawn_layers()}
        except TechnologyError:
            continue
        known.setdefault(name, set()).update(numbers)
    return known
