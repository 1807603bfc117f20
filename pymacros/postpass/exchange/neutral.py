"""The router's neutral JSON: die, nets with their contact points and pads, rules. Needs numpy. Lengths are um."""

from __future__ import annotations

import json
from typing import Any

from .. import records, steps
from .. import tech as technologies
from ..files import write_text
from ..messages import counted
from . import outlines
from .record import CONTACT, NO_OPTIONS, PAD, ExchangeError, Options, PadList, Place, Summary, extents, require_places, require_sizes, summary_of

TITLE = "neutral JSON"
HOLDS = frozenset(("name", "net", "kind", "shape", "size", "die", "title", "outline"))


def read(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The contact points and pads of a case. Raises ExchangeError, ProblemError."""
    from ..routing.problem import ProblemError, corners_of, name_of, optional, value_of
    data = records.read_json(path, "case", ExchangeError)
    places: list[Place] = []

    def add(items: list[dict[str, Any]], net: str, kind: str, where: str) -> int:
        torn = 0
        for number, item in enumerate(steps.each(items)):
            here = "%s %d of %s" % (kind, number, where)
            shape = value_of(item, "shape", list, here)
            if not shape:
                raise ProblemError("%s has an empty shape" % here)
            corners = [corners_of(part, here) for part in shape]
            places.append(outlines.shaped(Place(name_of(item, here), 0.0, 0.0, net, kind), outlines.largest(corners)))
            torn += len(shape) > 1
        return torn
    left = []
    try:
        torn = 0
        for number, net in enumerate(steps.each(value_of(data, "nets", list, "the case"))):
            name = value_of(net, "name", str, "net %d" % number)
            torn += add(optional(net, "contacts", "net '%s'" % name), name, CONTACT, "net '%s'" % name) + add(optional(net, "pads", "net '%s'" % name), name, PAD, "net '%s'" % name)
        torn += add(optional(data, "contacts"), "", CONTACT, "the case") + add(optional(data, "pads"), "", PAD, "the case")
        die = value_of(data, "die", list, "the case")
        title = name_of(data, "the case")
        obstacles = len(optional(data, "obstacles"))
    except ProblemError as error:
        raise ExchangeError("%s: %s" % (path, error)) from None
    if len(die) != 4 or not all(isinstance(value, (int, float)) for value in die):
        raise ExchangeError("%s: the die is not a box x1, y1, x2, y2" % path)
    left += ["terminals of several shapes, of which the largest is read: %d" % torn] if torn else []
    left += ["obstacles are not read: %d" % obstacles] if obstacles else []
    left += ["rules of single nets are not read: %d nets" % special] if (special := sum(bool(set(net) - {"name", "contacts", "pads", "mode"}) for net in data["nets"])) else []
    require_places(path, places)
    pads = PadList(tuple(places), (float(die[0]), float(die[1]), float(die[2]), float(die[3])), title)
    return pads, summary_of(pads, TITLE, left)


def _lines(case: dict[str, Any]) -> str:
    """A case as JSON: a line for each net, contact point and pad. (With an indent json takes its slow encoder.)"""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    parts = ["%s: %s" % (encode(key), "[\n%s\n]" % ",\n".join(map(encode, steps.each(value))) if key in ("nets", "contacts", "pads") and value else encode(value)) for key, value in case.items()]
    return "{%s}\n" % ",\n".join(parts)


def write(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Writes a case for `postpass route`, with the rules of a technology. Returns notes."""
    if options.tech is None:
        raise ExchangeError("a case for the router needs rules: give --tech NAME")
    require_sizes(pads, TITLE)
    tech = technologies.load(options.tech)
    trace = tech.trace_layer()
    width, space = tech.limit("width_min", trace), tech.limit("space", trace)
    if not width or not space:
        raise ExchangeError("technology %s has no least width and space of traces" % tech.name)
    nets: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for place in steps.each(pads.places):
        nets.setdefault(place.net, {"contacts": [], "pads": []})["contacts" if place.kind == CONTACT else "pads"].append(
            {"name": place.name, "shape": [outlines.corners_there(place)]})
    free = nets.pop("", {"contacts": [], "pads": []})
    mode = {True: "each_pad_to_own_contact", False: "connect_all"}
    case = {"name": pads.title, "die": list(extents(pads)), "dbu": tech.dbu_um, "rules": {"width": width, "spacing": space, "allow45": True},
            "nets": [{"name": name, **kinds, "mode": mode[len(kinds["contacts"]) == len(kinds["pads"])]} for name, kinds in nets.items()], "obstacles": [], **free}
    write_text(path, _lines(case))
    bare = sum(not place.kind for place in pads.places)
    return (["%s of no kind, written as pads" % counted(bare, "place")] if bare else []) + ([] if pads.die else ["the list has no die: its size is that of the places"])
