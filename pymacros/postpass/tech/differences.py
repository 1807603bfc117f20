"""What differs between two technologies, record by record, in words: `postpass tech diff`. Pure Python."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..messages import counted, printable
from . import kinds
from .answers import Technology
from .loader import load
from .words import as_text

RULES = "rules"
ADDED, REMOVED, CHANGED, RENAMED, MOVED = "added", "removed", "changed", "renamed", "moved"
_WORDS = {"dbu_um": "database unit", "grid_um": "grid", "thickness_um": "thickness", "gds": "number", "eps_r": "relative permittivity"}
_DEFAULTS = {"severity": "error"}  # what a record means that does not say it
_MOST_TOLD = 3  # differences in one sentence
_UNITS = (("_um2", "um2"), ("_um", "um"), ("_deg", "deg"), ("_ma", "mA"))


class Difference(NamedTuple):
    """One difference. `group`: "technology", "films", "layers", "connectivity" or "rules"; `was` and `now`: values of the key, or whole records."""

    group: str
    name: str
    key: "str | None"
    what: str
    was: Any
    now: Any
    words: str

    @property
    def is_of_values(self) -> bool:
        """Does it change what is drawn or checked, and so the checksum?"""
        words = kinds.WORDS_OF_TECHNOLOGY if self.group == "technology" else kinds.WORDS_OF_RECORDS
        if self.what == CHANGED:
            return self.key not in words
        return self.what != MOVED or self.group not in kinds.UNORDERED


def differences(one: Technology, other: Technology) -> "list[Difference]":
    """What the other technology says otherwise, in the order of the records: the technology itself, films, layers, connectivity, rules."""
    found = list(_changed("technology", "", _itself(one), _itself(other), ""))
    for group, by in kinds.GROUPS.items():
        if group == RULES:
            found += _connections(one, other)
        found += _records(group, {record[by]: record for record in one.record[group]}, {record[by]: record for record in other.record[group]})
    return found


def values_that_differ(one: Technology, other: Technology) -> "list[Difference]":
    """What differs in values, and so in the checksum: rules first, then grid, films, layers and connectivity, which rules are told from."""
    return sorted((difference for difference in differences(one, other) if difference.is_of_values), key=lambda difference: difference.group != RULES)


def in_one_sentence(some: "list[Difference] | None") -> str:
    """The first differences in words, and how many more there are. None: between a technology and one that is not known."""
    if some is None:
        return "which rules differ cannot be told, for those are in no known technology"
    more = len(some) - _MOST_TOLD
    return "; ".join(difference.words for difference in some[:_MOST_TOLD]) + ("; and %s more" % counted(more, "difference") if more > 0 else "")


def _itself(tech: Technology) -> "dict[str, Any]":
    return {key: value for key, value in tech.record.items() if key not in (*kinds.GROUPS, "connectivity", "schema")}


def _records(group: str, was: "dict[str, Any]", now: "dict[str, Any]") -> "Iterator[Difference]":
    renamed = _renamed(was, now) if group == "layers" else {}
    for name, record in was.items():
        other = now.get(renamed.get(name, name))
        if name in renamed:
            yield Difference(group, name, "name", RENAMED, name, renamed[name], "layer %s is called %s" % (name, renamed[name]))
        if other is None:
            yield Difference(group, name, None, REMOVED, record, None, "%s removed%s" % (_called(group, name, record), _holding(record)))
        else:
            yield from _changed(group, name, {**record, kinds.GROUPS[group]: 0}, {**other, kinds.GROUPS[group]: 0}, _called(group, name, record) + " ")
    for name, record in now.items():
        if name not in was and name not in renamed.values():
            yield Difference(group, name, None, ADDED, None, record, "%s added%s" % (_called(group, name, record), _holding(record)))
    if list(was) != list(now) and sorted(was) == sorted(now):
        yield Difference(group, "", None, MOVED, list(was), list(now), "%s in another order" % group)


def _renamed(was: "dict[str, Any]", now: "dict[str, Any]") -> "dict[str, str]":
    """{old name: new name} of drawn layers that are gone and there again by their number, which no other layer has."""
    def alone(some: "dict[str, Any]", others: "dict[str, Any]") -> "dict[tuple[int, ...], str]":
        numbers = [tuple(layer["gds"]) for layer in some.values() if "gds" in layer]
        return {tuple(layer["gds"]): name for name, layer in some.items() if name not in others and "gds" in layer and numbers.count(tuple(layer["gds"])) == 1}
    gone, new = alone(was, now), alone(now, was)
    return {name: new[gds] for gds, name in gone.items() if gds in new}


def _connections(one: Technology, other: Technology) -> "Iterator[Difference]":
    was, now = ([tuple(some) for some in tech.record["connectivity"]] for tech in (one, other))
    for some, others, what in ((was, now, REMOVED), (now, was, ADDED)):
        for connection in dict.fromkeys(some):
            if some.count(connection) > others.count(connection):
                there = list(connection)
                yield Difference("connectivity", " - ".join(connection), None, what, there if what == REMOVED else None, there if what == ADDED else None,
                                 "connection %s %s" % (" - ".join(connection), what))
    if was != now and sorted(was) == sorted(now):
        yield Difference("connectivity", "", None, MOVED, [list(some) for some in was], [list(some) for some in now], "connectivity in another order")


def _changed(group: str, name: str, was: "dict[str, Any]", now: "dict[str, Any]", before: str) -> "Iterator[Difference]":
    for key in [*was, *(key for key in now if key not in was)]:
        if _other(was.get(key), now.get(key)):
            label = "" if key in kinds.LIMIT_KEYS and key in was and key in now else _label(key) + " "  # the rule's own limit needs no name
            yield Difference(group, name, key, CHANGED, was.get(key), now.get(key), "%s%s%s" % (before, label, _step(key, was.get(key), now.get(key))))


def _label(key: str) -> str:
    """What a key is called in words."""
    ending = next((ending for ending, _ in _UNITS if key.endswith(ending)), "")
    return _WORDS.get(key, key[:len(key) - len(ending)].replace("_", " "))


def _holding(record: "dict[str, Any]") -> str:
    """": layer pi12, value 20 um" of a record that is there on one side alone, without its words and its name."""
    said = ["%s %s%s" % (_label(key), _value(value, key), _unit(key)) for key, value in record.items() if key not in ("name", "id", "check", *kinds.WORDS_OF_RECORDS)]
    return ": " + ", ".join(said) if said else ""


def _other(was: Any, now: Any) -> bool:
    return (type(was) is bool) != (type(now) is bool) or was != now


def _step(key: str, was: Any, now: Any) -> str:
    """"10 -> 8 um", "none -> 8 um", "8 um -> none"."""
    if _DEFAULTS.get(key) not in (was, now):
        was, now = (_DEFAULTS.get(key) if value is None else value for value in (was, now))
    old, new = _value(was, key), _value(now, key)
    if old == new:  # less apart than is shown
        old, new = json.dumps(was), json.dumps(now)
    return "%s -> %s" % (old + _unit(key), new) if now is None else "%s -> %s%s" % (old, new, _unit(key))


def _unit(key: str) -> str:
    return next((" " + unit for ending, unit in _UNITS if key.endswith(ending)), "")


def _value(value: Any, key: str = "") -> str:
    if value is None:
        return "none"
    if key == "gds":
        return "%d/%d" % tuple(value)
    if isinstance(value, dict):  # a row of limits
        return "(%s)" % ", ".join("%s %s%s" % (_label(one), _value(part), _unit(one)) for one, part in value.items())
    if isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False) if isinstance(value, bool) or " " in value or not value else value
    if isinstance(value, (int, float)):
        return as_text(value) if abs(value) >= 1e-6 or not value else "%g" % value
    return "[%s]" % ", ".join(_value(one) for one in value)


def _called(group: str, name: str, record: "dict[str, Any]") -> str:
    """"RDL.S.1 space", "layer rdl 73/0", "film polymer"."""
    if group == RULES:
        return "%s %s" % (name, record["check"])
    return "%s %s" % (group[:-1], name)


# the command

def tell_differences(one_name: str, other_name: str, as_json: bool = False) -> int:
    """Prints what differs between two technologies. Returns 0 where nothing does, 2 where something does. Raises Refusal."""
    one, other = load(one_name), load(other_name)
    found = differences(one, other)
    if as_json:
        print(json.dumps({"from": _identity(one), "to": _identity(other), "differences": [
            {key: value for key, value in difference._asdict().items() if not (key == "key" and value is None)} for difference in found]}, indent=2))
    else:
        for line in lines(one, other, found):
            print(printable(line))
    return 2 if found else 0


def _identity(tech: Technology) -> "dict[str, Any]":
    return {"name": tech.name, "version": tech.version, "file": tech.path, "checksum": tech.full_checksum()}


def lines(one: Technology, other: Technology, found: "list[Difference]") -> "Iterator[str]":
    """The differences in words, below which technologies they are of; at the end how many."""
    for sign, tech in (("from", one), ("to  ", other)):
        yield "%s %s (%s, rules %s)" % (sign, tech.called, tech.path, tech.checksum())
    for difference in found:
        yield difference.words
    values = sum(difference.is_of_values for difference in found)
    if not found:
        yield "no differences"
    elif one.full_checksum() == other.full_checksum():
        yield "%s, all in words alone: the same values" % counted(len(found), "difference")
    else:
        yield "%s, %d of them in values" % (counted(len(found), "difference"), values)
