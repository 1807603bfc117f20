"""Looks at one complete record of a technology, after `based_on`: every mistake, not the first alone. Pure Python."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from .. import bounds
from ..messages import named, shown
from . import derivation, kinds
from .kinds import GROUPS
from .unions import UnionCircle, are_closed, parts_of
from .values import ANY_TEXT, LAYER_TYPES, TYPES, Type, is_multiple, longest_um

Record = dict[str, Any]


class Mistake(NamedTuple):
    """What is wrong with a record: of a group (None: the technology itself) by its name, or by its number from 1; and with which of its keys.

    `missing`: the key that it lacks.
    """

    group: "str | None"
    record: "str | int | None"
    key: "str | None"
    problem: str
    missing: "str | None" = None

    def __str__(self) -> str:
        if self.group is None:
            where = "technology"
        elif isinstance(self.record, int):
            where = "%s, record %d" % (self.group, self.record)
        else:
            where = "%s '%s'" % (self.group[:-1], self.record)
        return "%s: %s" % (where, self.problem)


def nearest(name: str, known: Iterable[str]) -> str:
    """': did you mean 'x'?', or nothing where no known name is near."""
    near = difflib.get_close_matches(name, list(known), 1)
    return ": did you mean '%s'?" % near[0] if near else ""


def mistakes_in(record: Record, base: "Record | None" = None) -> "list[Mistake]":
    """base: the record that a variant is based on. What it lacks and the variant does not complete is one mistake."""
    found, said = [], set()
    mistakes = _Checker(record).check()
    for mistake in mistakes:
        group, name = mistake.group, mistake.record
        known = [one[GROUPS[group]] for one in base[group]] if base and group in GROUPS else None
        if mistake.missing is None or group is None or known is None or name in known:
            found.append(mistake)
        elif (group, name) not in said:
            said.add((group, name))
            lacks = [other.missing for other in mistakes if (other.group, other.record) == (group, name) and other.missing]
            found.append(Mistake(group, name, None, "no %s '%s' in the base%s, and it is no complete %s: %s missing" % (
                group[:-1], name, nearest(str(name), known).rstrip("?"), group[:-1], _keys_in_words(lacks))))
    return found


def _keys_in_words(keys: "list[str]") -> str:
    return "key '%s' is" % keys[0] if len(keys) == 1 else "keys %s are" % ", ".join(keys)


class _Checker:
    def __init__(self, record: Record) -> None:
        self.record, self.mistakes = record, list[Mistake]()
        self.sound: dict[str, dict[str, Record]] = {group: {} for group in GROUPS}  # records whose keys hold what they must
        self.names: dict[str, list[str]] = {group: [] for group in GROUPS}

    def check(self) -> "list[Mistake]":
        if not self.keys(None, None, self.record, kinds.TOP_KEYS, kinds.TOP_OPTIONAL):
            self.record = {**{group: [] for group in (*GROUPS, "connectivity")}, **{key: value for key, value in self.record.items() if self.fits(key, value, TYPES)}}
        for group, keys_of, types in (("films", lambda film: (kinds.FILM_KEYS, kinds.FILM_OPTIONAL), TYPES), ("layers", kinds.layer_keys, LAYER_TYPES), ("rules", self.rule_keys, TYPES)):
            self.records(group, keys_of, types)
        for name, layer in self.sound["layers"].items():
            self.layer(name, layer)
        self.parts = self.unions()
        self.derivations()
        self.keepouts()
        self.connections()
        for name, rule in self.sound["rules"].items():
            self.rule(name, rule)
        self.units()
        return self.mistakes

    def say(self, group: "str | None", record: "str | int | None", key: "str | None", problem: str) -> None:
        self.mistakes.append(Mistake(group, record, key, problem))

    def lacks(self, group: "str | None", record: "str | int | None", key: str, words: str) -> None:
        self.mistakes.append(Mistake(group, record, None, "key '%s' is missing: %s" % (key, words), key))

    # keys and what they hold

    def keys(self, group: "str | None", name: "str | None", record: Record, required: tuple[str, ...], optional: tuple[str, ...] = (), types: "dict[str, Type]" = TYPES) -> bool:
        """Are all there, known, and of the right type?"""
        before, allowed = len(self.mistakes), (*required, *optional)
        missing = [key for key in required if key not in record]
        for key, value in record.items():
            if key not in allowed:
                self.say(group, name, key, "unknown key '%s'%s (allowed: %s)" % (key, nearest(key, missing or allowed), ", ".join(allowed)))
            elif not self.fits(key, value, types):
                self.say(group, name, key, "%s must be %s, not %s" % (key, types.get(key, ANY_TEXT).words, shown(value)))
        for key in missing:
            self.lacks(group, name, key, types.get(key, ANY_TEXT).words)
        return len(self.mistakes) == before

    @staticmethod
    def fits(key: str, value: Any, types: "dict[str, Type]") -> bool:
        return types.get(key, ANY_TEXT).test(value)

    def records(self, group: str, keys_of: "Callable[[Record], kinds.Keys | None]", types: "dict[str, Type]") -> None:
        by, seen = GROUPS[group], set()
        for number, record in enumerate(self.record.get(group, ()), 1):
            if not isinstance(record, dict) or not isinstance(record.get(by), str):
                self.lacks(group, number, by, ANY_TEXT.words)
                continue
            name = record[by]
            if name in seen:
                self.say(group, name, by, "two records with the same %s" % by)
                continue
            seen.add(name)
            self.names[group].append(name)
            keys = keys_of(record)
            if keys and self.keys(group, name, record, *keys, types):
                self.sound[group][name] = record

    def rule_keys(self, rule: Record) -> "kinds.Keys | None":
        check = rule.get("check")
        if "check" not in rule:
            self.lacks("rules", rule["id"], "check", "one of %s" % ", ".join(kinds.KINDS))
            for key in kinds.RULE_KEYS:
                if key not in rule and key != "check":
                    self.lacks("rules", rule["id"], key, ANY_TEXT.words)
        elif not isinstance(check, str) or check not in kinds.KINDS:
            near = nearest(check, kinds.KINDS) if isinstance(check, str) else ""
            self.say("rules", rule["id"], "check", "check must be one of %s, not %s%s" % (", ".join(kinds.KINDS), shown(check), near))
        else:
            return kinds.rule_keys(kinds.KINDS[check])
        return None

    # what names must mean

    def known(self, group: str, record: "str | int", key: str, layer: str, words: "str | None" = None) -> bool:
        names = self.names["layers"]
        if layer in names:
            return True
        near = nearest(layer, names)
        self.say(group, record, key, "%s: no layer '%s'%s" % (words or key, layer, near or " (layers: %s)" % ", ".join(names)))
        return False

    def layer(self, name: str, layer: Record) -> None:
        films = self.names["films"]
        for film in layer.get("cuts", ()):
            if film not in films:
                self.say("layers", name, "cuts", "cuts: no film '%s' (films: %s)" % (film, named(films)))
        for part in layer.get("union", ()):
            self.known("layers", name, "union", part)
        if layer.get("kind") == "keepout":
            self.known("layers", name, "for", layer["for"])

    def unions(self) -> "dict[str, list[str]]":
        """What each layer consists of; a union with a mistake counts as a layer of its own."""
        names = set(self.names["layers"])
        layers = {name: self.sound["layers"].get(name, {}) for name in self.names["layers"]}
        layers = {name: layer if names.issuperset(layer.get("union", ())) else {} for name, layer in layers.items()}
        while True:
            try:
                return parts_of(layers)
            except UnionCircle as circle:
                self.say("layers", circle.args[0], "union", "union contains itself")
                layers[circle.args[0]] = {}

    def derivations(self) -> None:
        found = {}
        for name, layer in self.sound["layers"].items():
            if "derive" not in layer:
                continue
            try:
                read = derivation.read(layer["derive"])
            except derivation.DerivationError as error:
                self.say("layers", name, "derive", "derive, column %d: %s" % (error.args[1], error.args[0]))
                continue
            if False not in [self.known("layers", name, "derive", other) for other in dict.fromkeys(derivation.layers_of(read))]:
                found[name] = read
        try:
            derivation.in_order(found, self.parts)
        except derivation.Circle as circle:
            self.say("layers", circle.args[0], "derive", "derive: the layer is derived from itself")

    def keepouts(self) -> None:
        """A keep-out is for a metal, or for a union that holds one."""
        for name, layer in self.sound["layers"].items():
            target = layer.get("for")
            if target in self.parts and not any(self.kind_of(part) == "metal" for part in self.parts[target]):
                self.say("layers", name, "for", "for: there is no metal in layer '%s', so no trace can be kept out of it" % target)

    def kind_of(self, layer: str) -> Any:
        return next((record.get("kind") for record in self.record["layers"] if isinstance(record, dict) and record.get("name") == layer), None)

    def connections(self) -> None:
        for number, connection in enumerate(self.record.get("connectivity", ()), 1):
            for layer in connection:
                self.known("connectivity", number, "connectivity", layer, "layer")

    # rules

    def rule(self, name: str, rule: Record) -> None:
        kind = kinds.KINDS[rule["check"]]
        if False in [self.known("rules", name, key, rule[key]) for key in ("layer", "by", "to", "when") if key in rule]:
            return
        layer = self.sound["layers"].get(rule.get("layer", ""), {})
        if rule["check"] in ("aspect_ratio_min", "aspect_ratio_max", "via_size_exists") and "cuts" not in layer:
            self.say("rules", name, "layer", "layer '%s' is no cut through films, so it has no depth: its key 'cuts' names them" % rule["layer"])
        if "within_um" in kind.optional and ("to" in rule) == ("within_um" in rule):
            self.say("rules", name, None, "needs either 'to' (a layer) or 'within_um' (a box)")
        if rule["check"] == "current_vias" and ("per_cut_ma" in rule) == ("per_um2_ma" in rule):
            self.say("rules", name, None, "needs either 'per_cut_ma' or 'per_um2_ma'")
        if rule["check"] == "current_vias" and self.kind_of(rule["to"]) != "cut":
            self.say("rules", name, "to", "to: layer '%s' is no cut" % rule["to"])
        if kind.on_conductors and self.record.get("connectivity"):
            self.conducting(name, rule["layer"])
        if rule["check"] == "trace_length_max" and not any(self.kind_of(part) == "metal" for part in self.parts[rule["layer"]]):
            self.say("rules", name, "layer", "layer '%s' holds no layer of kind metal, so it has no traces" % rule["layer"])
        if rule["check"] == "count" and "least" not in rule and "most" not in rule:
            self.say("rules", name, None, "needs 'least', 'most', or both")
        if "least" in rule and "most" in rule and rule["least"] > rule["most"]:
            self.say("rules", name, "least", "least %d is more than most %d" % (rule["least"], rule["most"]))
        if rule.get("nominal"):
            self.nominal(name, rule["layer"])
        if rule.get("other_sides_um", 0) > rule.get("value_um", math.inf):
            self.say("rules", name, "other_sides_um", "other_sides_um %g is more than value_um %g: value_um is the larger one, for two opposite sides" % (rule["other_sides_um"], rule["value_um"]))
        if ("window_um" in rule) != ("step_um" in rule):
            self.say("rules", name, None, "needs both 'window_um' and 'step_um', or neither for the whole die")
        elif "window_um" in rule:
            self.window(name, rule["window_um"], rule["step_um"])

    def nominal(self, name: str, layer: str) -> None:
        """Circles have extents; what is wrong with the layers themselves has been said."""
        parts, sound = self.parts[layer], self.sound["layers"]
        if sound.keys() >= {layer, *parts} and not are_closed(sound, layer, parts):
            self.say("rules", name, "nominal", "nominal: sizes in layer '%s' are distances of edges, not diameters: give the layer \"measure\": \"extent\", or leave nominal out" % layer)

    def window(self, name: str, window: float, step: float) -> None:
        if not is_multiple(window, step, 1e-9):
            self.say("rules", name, "window_um", "window_um must be a multiple of step_um")
        elif window / step > bounds.MOST_STEPS + 0.5:
            self.say("rules", name, "window_um", "window_um %g is more than %d times step_um %g" % (window, bounds.MOST_STEPS, step))

    def conducting(self, name: str, layer: str) -> None:
        parts = set(self.parts[layer])
        ends = [end for connection in self.record["connectivity"] for end in (connection[0], connection[-1]) if end in self.parts]
        if not any(parts <= set(self.parts[end]) for end in ends):
            self.say("rules", name, "layer", "layer '%s' is no conductor of the connectivity, so it has no nets" % layer)

    def units(self) -> None:
        """The grid lies on the database unit, in which every length can be computed with."""
        grid, dbu = self.record.get("grid_um"), self.record.get("dbu_um")
        if grid is None or dbu is None:
            return
        if not is_multiple(grid, dbu, 1e-6):
            self.say(None, None, "grid_um", "grid_um %g is no multiple of dbu_um %g" % (grid, dbu))
        rule, longest = longest_um({"grid_um": grid, "rules": list(self.sound["rules"].values())})
        if longest / dbu > bounds.REACH_DBU:
            self.say("rules" if rule else None, rule, None, "%g um is more than KLayout can compute with (%g um at a dbu_um of %g)" % (longest, bounds.REACH_DBU * dbu, dbu))
