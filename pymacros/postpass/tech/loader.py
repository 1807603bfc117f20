"""Reads a technology file strictly: every mistake is one sentence with file, record and key.

Unknown keys, missing keys, wrong types, a layer or film that is not there, two records of one name are errors.
A file may say `"based_on": "other.json"` (relative to itself) and then holds only the records that differ,
found by `name` (films, layers) or `id` (rules); a key set to null is taken away.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from .. import bounds, records
from ..messages import Refusal, named, shown
from . import derivation, kinds
from .answers import Technology
from .unions import UnionCircle, parts_of
from .values import ANY_TEXT, LAYER_TYPES, TYPES, is_multiple, longest_um

_LIST_KEYS = {"films": "name", "layers": "name", "rules": "id"}


class TechnologyError(Refusal):
    """A technology file that cannot be used; the message says what, where and what to do."""


def technology_folder() -> str:
    """The folder of this package's technologies (absolute, symbolic links resolved).

    In an installed wheel they lie inside the package, in a checkout or KLayout's salt beside `pymacros/`, as `tech/`.
    """
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    inside = os.path.join(package, "technologies")
    return inside if os.path.isdir(inside) else os.path.normpath(os.path.join(package, "..", "..", "tech"))


def installed(folder: str | None = None) -> dict[str, str]:
    """Names of the technologies below `folder` (this package's own by default) and their files: {name: path}.

    A technology is a file `tech/FOLDER/NAME.json`; its name is the file's stem.
    """
    folder = folder or technology_folder()
    found = {}
    for group in sorted(os.listdir(folder)):
        place = os.path.join(folder, group)
        for entry in sorted(os.listdir(place)) if os.path.isdir(place) else ():
            if entry.endswith(".json"):
                found[entry[:-5]] = os.path.join(place, entry)
    return found


def load(name_or_path: str) -> Technology:
    """The technology of that name, or in that file (anything with a path separator or ending in `.json`).

    Raises TechnologyError.
    """
    text = str(name_or_path)
    if os.sep in text or "/" in text or text.endswith(".json"):
        return Technology(_read(text), os.path.abspath(text))
    known = installed()
    if text not in known:
        raise TechnologyError("unknown technology '%s': known are %s, or give the path of a JSON file" % (text, ", ".join(sorted(known))))
    record = _read(known[text])
    if record["name"] != text:
        raise TechnologyError("%s: name '%s' differs from the name of the file" % (known[text], record["name"]))
    return Technology(record, known[text])


def _read(path: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    record = records.read_json(path, "technology file", TechnologyError)
    if not isinstance(record, dict):
        raise TechnologyError("%s: a technology file is one JSON object" % path)
    if "based_on" in record:
        record = _merged(record, path, seen)
    _Checker(path, record).check()
    return record


def _merged(record: dict[str, Any], path: str, seen: tuple[str, ...]) -> dict[str, Any]:
    base_path = record.pop("based_on")
    if not isinstance(base_path, str):
        raise TechnologyError("%s: based_on must be the path of a technology file" % path)
    base_path = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(path)), base_path))
    if base_path in seen:
        raise TechnologyError("%s: based_on goes round in a circle" % path)
    if len(seen) >= bounds.MOST_BASES:
        raise TechnologyError("%s: more than %d technologies, each based on the next" % (path, bounds.MOST_BASES))
    base = _read(base_path, seen + (base_path,))
    for key, value in record.items():
        if key in _LIST_KEYS:
            base[key] = _overridden(base[key], value, _LIST_KEYS[key], "%s: %s" % (path, key))
        else:
            base[key] = value
    return base


def _overridden(base: Sequence[dict[str, Any]], changes: Sequence[dict[str, Any]], by: str, where: str) -> list[dict[str, Any]]:
    if not isinstance(changes, list) or not all(isinstance(change, dict) and isinstance(change.get(by), str) for change in changes):
        raise TechnologyError("%s must be a list of records, each with a text '%s'" % (where, by))
    merged = {record[by]: dict(record) for record in base}
    for change in changes:
        if change.get("check", merged.get(change[by], {}).get("check")) != merged.get(change[by], {}).get("check"):
            merged[change[by]] = dict(change)  # another kind of check: nothing of the old record applies
        else:
            merged.setdefault(change[by], {}).update(change)
        merged[change[by]] = {key: value for key, value in merged[change[by]].items() if value is not None}
    return list(merged.values())


class _Checker:
    """Checks one complete record (after `based_on`); raises TechnologyError at the first mistake."""

    def __init__(self, path: str, record: dict[str, Any]) -> None:
        self.path, self.record = path, record

    def fail(self, where: str, problem: str) -> None:
        raise TechnologyError("%s: %s: %s" % (self.path, where, problem))

    def check(self) -> None:
        self.keys("technology", self.record, kinds.TOP_KEYS, kinds.TOP_OPTIONAL)
        for key in ("films", "connectivity"):
            self.record.setdefault(key, [])
        self.films = self.named("films", "name", lambda film: (kinds.FILM_KEYS, kinds.FILM_OPTIONAL))
        self.layers = self.named("layers", "name", self.layer_keys, LAYER_TYPES)
        for name, layer in self.layers.items():
            self.layer(name, layer)
        self.unions()
        self.derivations()
        self.keepouts()
        self.connections()
        for name, rule in self.named("rules", "id", self.rule_keys).items():
            self.rule(name, rule)
        self.units()

    def units(self) -> None:
        """The grid lies on the database unit, in which every length can be computed with."""
        grid, dbu = self.record["grid_um"], self.record["dbu_um"]
        if not is_multiple(grid, dbu, 1e-6):
            self.fail("technology", "grid_um %g is no multiple of dbu_um %g" % (grid, dbu))
        where, longest = longest_um(self.record)
        if longest / dbu > bounds.REACH_DBU:
            self.fail(where, "%g um is more than KLayout can compute with (%g um at a dbu_um of %g)" % (longest, bounds.REACH_DBU * dbu, dbu))

    def keys(self, where: str, record: dict[str, Any], required: tuple[str, ...], optional: tuple[str, ...] = (), types: Any = TYPES) -> None:
        for key in required:
            if key not in record:
                self.fail(where, "key '%s' is missing" % key)
        for key, value in record.items():
            if key not in required and key not in optional:
                self.fail(where, "unknown key '%s' (allowed: %s)" % (key, ", ".join(tuple(required) + tuple(optional))))
            test, words = types.get(key, ANY_TEXT)
            if not test(value):
                self.fail(where, "%s must be %s, not %s" % (key, words, shown(value)))

    def named(self, group: str, by: str, keys_of: Callable[..., Any], types: Any = TYPES) -> dict[str, dict[str, Any]]:
        records = {}
        for number, record in enumerate(self.record[group], 1):
            if not isinstance(record, dict) or not isinstance(record.get(by), str):
                self.fail("%s, record %d" % (group, number), "key '%s' is missing" % by)
            where = "%s '%s'" % (group[:-1], record[by])
            if record[by] in records:
                self.fail(where, "two records with the same %s" % by)
            required, optional = keys_of(record)
            self.keys(where, record, required, optional, types)
            records[record[by]] = record
        return records

    def layer_keys(self, layer: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if "union" in layer:
            return ("name", "title", "union"), ("measure",)
        kind = str(layer.get("kind"))
        required = ("for",) if kind == "keepout" else ()
        metal = ("material", "thickness_um")
        optional = {"cut": ("cuts", "fill"), "metal": metal, "pad": (*metal, "function"), "ubm": metal}.get(kind, ())
        return ("name", "derive" if "derive" in layer else "gds", "title", *required), ("kind", "measure", *optional)

    def rule_keys(self, rule: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if str(rule.get("check")) not in kinds.KINDS:
            self.fail("rule '%s'" % rule["id"], "check must be one of %s, not %s" % (", ".join(kinds.KINDS), shown(rule.get("check"))))
        kind = kinds.KINDS[rule["check"]]
        return kinds.RULE_KEYS + kind.keys, kinds.RULE_OPTIONAL + kind.optional

    def layer(self, name: str, layer: dict[str, Any]) -> None:
        where = "layer '%s'" % name
        for film in layer.get("cuts", ()):
            if film not in self.films:
                self.fail(where, "cuts: no film '%s' (films: %s)" % (film, named(self.films)))
        for part in layer.get("union", ()):
            self.known(where, "union", part)
        if layer.get("kind") == "keepout":
            self.known(where, "for", layer["for"])

    def unions(self) -> None:
        try:
            self.parts = parts_of(self.layers)
        except UnionCircle as circle:
            self.fail("layer '%s'" % circle.args[0], "union contains itself")

    def derivations(self) -> None:
        found = {}
        for name, layer in self.layers.items():
            if "derive" not in layer:
                continue
            try:
                found[name] = derivation.read(layer["derive"])
            except derivation.DerivationError as error:
                self.fail("layer '%s'" % name, "derive, column %d: %s" % (error.args[1], error.args[0]))
            for other in derivation.layers_of(found[name]):
                self.known("layer '%s'" % name, "derive", other)
        try:
            derivation.in_order(found, self.parts)
        except derivation.Circle as circle:
            self.fail("layer '%s'" % circle.args[0], "derive: the layer is derived from itself")

    def known(self, where: str, key: str, layer: str) -> None:
        if layer not in self.layers:
            self.fail(where, "%s: no layer '%s' (layers: %s)" % (key, layer, ", ".join(self.layers)))

    def keepouts(self) -> None:
        """A keep-out is for a metal, or for a union that holds one."""
        for name, layer in self.layers.items():
            if layer.get("kind") == "keepout" and not self.has_metal(layer["for"]):
                self.fail("layer '%s'" % name, "for: there is no metal in layer '%s', so no trace can be kept out of it" % layer["for"])

    def has_metal(self, name: str) -> bool:
        return any(self.layers[part].get("kind") == "metal" for part in self.parts[name])

    def connections(self) -> None:
        for number, connection in enumerate(self.record["connectivity"], 1):
            for layer in connection:
                self.known("connectivity, record %d" % number, "layer", layer)

    def rule(self, name: str, rule: dict[str, Any]) -> None:
        where = "rule '%s'" % name
        for key in ("layer", "by", "to"):
            if key in rule:
                self.known(where, key, rule[key])
        if rule["check"] in ("aspect_ratio_min", "aspect_ratio_max", "via_size_exists") and "cuts" not in self.layers[rule["layer"]]:
            self.fail(where, "layer '%s' is no cut through films, so it has no depth" % rule["layer"])
        if "within_um" in kinds.KINDS[rule["check"]].optional and ("to" in rule) == ("within_um" in rule):
            self.fail(where, "needs either 'to' (a layer) or 'within_um' (a box)")
        if rule["check"] == "current_vias" and ("per_cut_ma" in rule) == ("per_um2_ma" in rule):
            self.fail(where, "needs either 'per_cut_ma' or 'per_um2_ma'")
        if rule["check"] == "current_vias" and self.layers[rule["to"]].get("kind") != "cut":
            self.fail(where, "to: layer '%s' is no cut" % rule["to"])
        if kinds.KINDS[rule["check"]].on_conductors and self.record["connectivity"]:
            self.conducting(where, rule["layer"])
        if "window_um" in rule:
            self.window(where, rule["window_um"], rule["step_um"])

    def window(self, where: str, window: float, step: float) -> None:
        if not is_multiple(window, step, 1e-9):
            self.fail(where, "window_um must be a multiple of step_um")
        if window / step > bounds.MOST_STEPS + 0.5:
            self.fail(where, "window_um %g is more than %d times step_um %g" % (window, bounds.MOST_STEPS, step))

    def conducting(self, where: str, name: str) -> None:
        parts = set(self.parts[name])
        if not any(parts <= set(self.parts[end]) for connection in self.record["connectivity"] for end in (connection[0], connection[-1])):
            self.fail(where, "layer '%s' is no conductor of the connectivity, so it has no nets" % name)
