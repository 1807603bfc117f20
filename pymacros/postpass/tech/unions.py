"""What unions of layers consist of. Unions may hold unions; each is resolved once, however often it is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

CLOSED = ("contact", "cut", "pad", "ubm")  # kinds of layers whose shapes have a size; traces have a width wherever two edges face each other


class UnionCircle(ValueError):
    """A union that contains itself; args[0]: its name."""


def parts_of(layers: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """{name: [names of the drawn layers it consists of, in order]} of {name: layer record}. Raises UnionCircle."""
    found = {}
    for name in layers:
        under_way = {} if name in found else {name: _members(layers, name)}
        while under_way:
            last = next(reversed(under_way))
            member = next((member for member in under_way[last] if member not in found), None)
            if member is None:
                found[last] = _leaves(layers, last, found)
                del under_way[last]
            elif member in under_way:
                raise UnionCircle(member)
            else:
                under_way[member] = _members(layers, member)
    return found


def are_closed(layers: dict[str, dict[str, Any]], name: str, parts: list[str]) -> bool:
    """Are the sizes of a layer, which consists of these parts, extents? What the layer says of itself ("measure") comes first."""
    if "measure" in layers[name]:
        return bool(layers[name]["measure"] == "extent")
    if "union" in layers[name]:
        return all(are_closed(layers, part, [part]) for part in parts)
    return layers[name].get("kind") in CLOSED


def _members(layers: dict[str, dict[str, Any]], name: str) -> Iterator[Any]:
    return iter(layers[name].get("union", ()))


def _leaves(layers: dict[str, dict[str, Any]], name: str, found: dict[str, list[str]]) -> list[str]:
    if "union" not in layers[name]:
        return [name]
    leaves = {}  # a dict keeps the order of its first entries
    for member in layers[name]["union"]:
        leaves.update(dict.fromkeys(found[member]))
    return list(leaves)
