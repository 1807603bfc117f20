"""Net lists: which contact point or pad carries which net, one per line of a CSV file. Pure Python.

Columns, in any order: net, x_um, y_um (a point on the contact point or pad); optional: kind (chip_pad or ball), name (for
messages), width_um and space_um (of the net's traces), route (yes, or no for what gets its name but no trace),
max_length_um (the most the net's traces may have), match (a group of nets of equal length), pair (two nets side by side), size_um (of pad lists; not needed here). Lines that
begin with # are comments. A pad list (draw/padlist.py) is a net list, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import records
from ..bounds import COORDINATE, LENGTH, keeps, words
from ..draw import padlist
from ..messages import Refusal, counted

if TYPE_CHECKING:
    from ..bounds import Bound

REQUIRED = ("net", "x_um", "y_um")
OPTIONAL = ("kind", "name", "width_um", "space_um", "route", "max_length_um", "match", "pair", "size_um")
A_NET = ("width_um", "space_um", "max_length_um", "match", "pair")  # what holds for a net
ROUTE = {"": True, "yes": True, "no": False}


class Entry(NamedTuple):
    """A line of a net list."""

    net: str
    x_um: float
    y_um: float
    kind: str | None  # None where the list does not say
    name: str | None
    width_um: float | None  # None for the technology's
    space_um: float | None
    where: str  # "FILE, line N"
    route: bool = True  # whether traces lead to it
    max_length_um: float | None = None
    match: str | None = None  # a group of nets
    pair: str | None = None  # of nets


class NetListError(Refusal):
    """A net list that cannot be used; the message names file, line and what is wrong."""


def read(path: str) -> list[Entry]:
    """[Entry] in the order of the file. Raises NetListError."""
    rows = records.read_csv(path, "net list", NetListError)
    columns = _columns(path, rows)
    entries = [_entry("%s, line %d" % (path, number), columns, row) for number, row in rows[1:]]
    if not entries:
        raise NetListError("%s: the list has no entry" % path)
    _no_twins(entries)
    _one_rule_a_net(entries)
    for group, nets in groups_of(entries).items():
        if len(nets) == 1:
            raise NetListError("%s: group %s has one net, %s: give it a second one, or none" % (path, group, nets[0]))
    for pair, nets in pairs_of(entries).items():
        if len(nets) != 2:
            raise NetListError("%s: pair %s has %d net%s, %s: a pair has two" % (path, pair, len(nets), "" if len(nets) == 1 else "s", ", ".join(nets)))
        for net in nets:
            if lengths_of(entries).get(net, (None, None))[1] is not None:
                raise NetListError("%s: net %s is in pair %s and in a group: the lengths of a pair are matched already, leave out one of the two" % (path, net, pair))
    return entries


def _columns(path: str, rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    columns = rows[0][1] if rows else []
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise NetListError("%s: the first line must name the columns; missing: %s" % (path, ", ".join(missing)))
    for name in columns:
        if name not in REQUIRED + OPTIONAL:
            raise NetListError("%s: unknown column '%s' (known: %s)" % (path, name, ", ".join(REQUIRED + OPTIONAL)))
        if columns.count(name) > 1:
            raise NetListError("%s: two columns '%s'" % (path, name))
    return columns


def _entry(where: str, columns: Sequence[str], row: Sequence[str]) -> Entry:
    if len(row) != len(columns):
        raise NetListError("%s: %s instead of %d" % (where, counted(len(row), "value"), len(columns)))
    values = dict(zip(columns, row))
    if not values["net"]:
        raise NetListError("%s: the net has no name" % where)
    kind = values.get("kind") or None
    if kind is not None and kind not in padlist.KINDS:
        raise NetListError("%s: kind must be %s, not '%s'" % (where, " or ".join(padlist.KINDS), kind))
    if values.get("route", "") not in ROUTE:
        raise NetListError("%s: route must be yes or no, not '%s'" % (where, values["route"]))
    return Entry(values["net"], _number(where, values, "x_um"), _number(where, values, "y_um"), kind, values.get("name") or None,
                 _rule(where, values, "width_um"), _rule(where, values, "space_um"), where,
                 ROUTE[values.get("route", "")], _rule(where, values, "max_length_um"), values.get("match") or None, values.get("pair") or None)


def _number(where: str, values: dict[str, str], name: str, bound: Bound = COORDINATE) -> float:
    try:
        number = float(values[name])
    except ValueError:
        raise NetListError("%s: %s must be a number, not '%s'" % (where, name, values[name])) from None
    if not keeps(bound, number):
        raise NetListError("%s: %s must be %s, not %g" % (where, name, words(bound), number))
    return number


def _rule(where: str, values: dict[str, str], name: str) -> float | None:
    return _number(where, values, name, LENGTH) if values.get(name) else None


def _no_twins(entries: Sequence[Entry]) -> None:
    seen = {}
    for entry in entries:
        place = (entry.x_um, entry.y_um, entry.kind)
        if place in seen:
            raise NetListError("%s: the place %g, %g is already in %s" % (entry.where, entry.x_um, entry.y_um, seen[place]))
        seen[place] = entry.where


def _one_rule_a_net(entries: Sequence[Entry]) -> None:
    said = {}
    for entry in entries:
        for key in A_NET:
            value = getattr(entry, key)
            other, where = said.setdefault((entry.net, key), (value, entry.where)) if value is not None else (None, "")
            if value != other:
                shown = [one if isinstance(one, str) else "%g" % one for one in (value, other)]
                raise NetListError("%s: %s of net %s is %s here and %s in %s" % (entry.where, key, entry.net, *shown, where))


def rules_of(entries: Sequence[Entry]) -> dict[str, Any]:
    """{net: (width_um or None, space_um or None)} of the nets in the list."""
    found = {}
    for entry in entries:
        width_um, space_um = found.get(entry.net, (None, None))
        found[entry.net] = (entry.width_um or width_um, entry.space_um or space_um)
    return found


def lengths_of(entries: Sequence[Entry]) -> dict[str, tuple[float | None, str | None]]:
    """{net: (most um or None, group or None)} of the nets whose length the list says something of."""
    found: dict[str, tuple[float | None, str | None]] = {}
    for entry in entries:
        most, group = found.get(entry.net, (None, None))
        if entry.max_length_um or entry.match or entry.net in found:
            found[entry.net] = (entry.max_length_um or most, entry.match or group)
    return found


def groups_of(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """{group: its nets}."""
    found: dict[str, list[str]] = {}
    for net, (_, group) in lengths_of(entries).items():
        if group is not None:
            found.setdefault(group, []).append(net)
    return found


def pair_of(entries: Sequence[Entry]) -> dict[str, str]:
    """{net: its pair} of the nets that the list puts side by side."""
    return {entry.net: entry.pair for entry in entries if entry.pair is not None}


def pairs_of(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """{pair: its nets}."""
    found: dict[str, list[str]] = {}
    for net, pair in pair_of(entries).items():
        found.setdefault(pair, []).append(net)
    return found


def together(names: Iterable[str], entries: Sequence[Entry]) -> set[str]:
    """These nets, and those that are in a pair or group with one of them."""
    found = set(names)
    for nets in (*groups_of(entries).values(), *pairs_of(entries).values()):
        found |= set(nets) if found.intersection(nets) else set()
    return found


def in_words(entries: Sequence[Entry]) -> str:
    """What a list holds, in short: nets and places, groups, pairs, and nets with a width, space or length of their own."""
    rules, lengths = rules_of(entries), lengths_of(entries)
    own = sum(rule != (None, None) for rule in rules.values())
    said = ["%s at %s" % (counted(len(rules), "net"), counted(len(entries), "place"))]
    said += ["%s with width or space" % counted(own, "net")] * bool(own)
    most = sum(length is not None for length, _ in lengths.values())
    said += ["%s with a longest length" % counted(most, "net")] * bool(most)
    said += ["group %s of %s" % (group, counted(len(nets), "net")) for group, nets in groups_of(entries).items()]
    said += ["pair %s" % pair for pair in pairs_of(entries)]
    left = sum(not entry.route for entry in entries)
    return ", ".join(said + ["%s left to a power grid" % counted(left, "place")] * bool(left))
