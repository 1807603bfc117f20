"""Reads a technology file strictly: every mistake is one sentence with file, record and key.

Unknown keys, missing keys, wrong types, a layer or film that is not there, two records of one name are errors.
A file may say `"based_on": "other.json"` (relative to itself) and then holds only the records that differ,
found by `name` (films, layers) or `id` (rules); a key set to null is taken away.
"""

import json
import os

from . import kinds
from .answers import Technology

_LIST_KEYS = {"films": "name", "layers": "name", "rules": "id"}


class TechnologyError(ValueError):
    """A technology file that cannot be used; the message says what, where and what to do."""


def technology_folder():
    """The folder `tech/` of this package (absolute, symbolic links resolved)."""
    here = os.path.dirname(os.path.realpath(__file__))
    return os.path.normpath(os.path.join(here, "..", "..", "..", "tech"))


def installed(folder=None):
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


def load(name_or_path):
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


def _read(path, seen=()):
    record = _json(path)
    if "based_on" in record:
        record = _merged(record, path, seen)
    _Checker(path, record).check()
    return record


def _json(path):
    try:
        with open(path, encoding="utf-8") as file:
            record = json.load(file, object_pairs_hook=lambda pairs: _no_twins(pairs, path))
    except OSError as error:
        raise TechnologyError("%s: cannot read the technology file (%s)" % (path, error.strerror)) from None
    except UnicodeDecodeError:
        raise TechnologyError("%s: not a text file in UTF-8" % path) from None
    except json.JSONDecodeError as error:
        raise TechnologyError("%s: not valid JSON, line %d: %s" % (path, error.lineno, error.msg)) from None
    if not isinstance(record, dict):
        raise TechnologyError("%s: a technology file is one JSON object" % path)
    return record


def _no_twins(pairs, path):
    record = dict(pairs)
    if len(record) != len(pairs):
        keys = [key for key, _ in pairs]
        twin = next(key for key in keys if keys.count(key) > 1)
        raise TechnologyError("%s: key '%s' appears twice in one record" % (path, twin))
    return record


def _merged(record, path, seen):
    base_path = record.pop("based_on")
    if not isinstance(base_path, str):
        raise TechnologyError("%s: based_on must be the path of a technology file" % path)
    base_path = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(path)), base_path))
    if base_path in seen:
        raise TechnologyError("%s: based_on goes round in a circle" % path)
    base = _read(base_path, seen + (base_path,))
    for key, value in record.items():
        if key in _LIST_KEYS:
            base[key] = _overridden(base[key], value, _LIST_KEYS[key], "%s: %s" % (path, key))
        else:
            base[key] = value
    return base


def _overridden(base, changes, by, where):
    if not isinstance(changes, list) or not all(isinstance(change, dict) and by in change for change in changes):
        raise TechnologyError("%s must be a list of records with a '%s'" % (where, by))
    merged = {record[by]: dict(record) for record in base}
    for change in changes:
        if change.get("check", merged.get(change[by], {}).get("check")) != merged.get(change[by], {}).get("check"):
            merged[change[by]] = dict(change)  # another kind of check: nothing of the old record applies
        else:
            merged.setdefault(change[by], {}).update(change)
        merged[change[by]] = {key: value for key, value in merged[change[by]].items() if value is not None}
    return list(merged.values())


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value and abs(value) < 1e9


def _is_interval(value):
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]


#: what a key must hold, wherever it appears: (test, words for the message)
_TYPES = {
    "value_um": (lambda v: _is_number(v) and v >= 0, "a length in um, 0 or more"),
    "value": (lambda v: _is_number(v) and v > 0, "a number above 0"),
    "value_deg": (lambda v: _is_number(v) and 0 < v <= 90, "an angle above 0 and up to 90 degrees"),
    "thickness_um": (lambda v: _is_number(v) and v > 0, "a length in um above 0"),
    "tolerance_um": (lambda v: _is_number(v) and v >= 0, "a length in um, 0 or more"),
    "wider_than_um": (lambda v: _is_number(v) and v >= 0, "a length in um, 0 or more"),
    "run_longer_than_um": (lambda v: _is_number(v) and v >= 0, "a length in um, 0 or more"),
    "window_um": (lambda v: _is_number(v) and v > 0, "a length in um above 0"),
    "pitch_um": (lambda v: _is_number(v) and v > 0, "a length in um above 0"),
    "length_um": (lambda v: _is_number(v) and v > 0, "a length in um above 0"),
    "current_ma": (lambda v: _is_number(v) and v > 0, "a current in mA above 0"),
    "per_cut_ma": (lambda v: _is_number(v) and v > 0, "a current in mA above 0"),
    "per_um2_ma": (lambda v: _is_number(v) and v > 0, "a current in mA per square um above 0"),
    "per_um_ma": (lambda v: _is_number(v) and v > 0, "a current in mA per um above 0"),
    "step_um": (lambda v: _is_number(v) and v > 0, "a length in um above 0"),
    "dbu_um": (lambda v: _is_number(v) and v > 0, "a length in um above 0"),
    "grid_um": (lambda v: _is_number(v) and v > 0, "a length in um above 0"),
    "eps_r": (lambda v: _is_number(v) and v >= 1, "a number, 1 or more"),
    "allowed_um": (_is_interval, "two lengths in um, [lowest, highest]"),
    "recommended_um": (_is_interval, "two lengths in um, [lowest, highest]"),
    "within_um": (lambda v: isinstance(v, list) and len(v) == 4 and all(map(_is_number, v)) and v[0] < v[2] and v[1] < v[3],
                  "a box in um, [left, bottom, right, top]"),
    "gds": (lambda v: isinstance(v, list) and len(v) == 2 and all(isinstance(n, int) and 0 <= n <= 65535 for n in v), "[layer, datatype]"),
    "shapes": (lambda v: isinstance(v, list) and v and all(s in kinds.SHAPES for s in v), "a list of " + ", ".join(kinds.SHAPES)),
    "severity": (lambda v: v in kinds.SEVERITIES, " or ".join(kinds.SEVERITIES)),
    "measure": (lambda v: v in kinds.MEASURES, " or ".join(kinds.MEASURES)),
    "kind": (lambda v: v in kinds.LAYER_KINDS, "one of " + ", ".join(kinds.LAYER_KINDS)),
    "function": (lambda v: v in kinds.PAD_FUNCTIONS, "one of " + ", ".join(kinds.PAD_FUNCTIONS)),
    "schema": (lambda v: v == 1, "1"),
    "cuts": (lambda v: isinstance(v, list) and v and all(isinstance(n, str) for n in v), "a list of names of films"),
    "union": (lambda v: isinstance(v, list) and v and all(isinstance(n, str) for n in v), "a list of names of layers"),
    "connectivity": (lambda v: isinstance(v, list) and all(isinstance(c, list) and len(c) in (2, 3) for c in v),
                     "a list of [layer, via, layer] or [layer, layer]"),
    "films": (lambda v: isinstance(v, list), "a list"),
    "layers": (lambda v: isinstance(v, list), "a list"),
    "rules": (lambda v: isinstance(v, list), "a list"),
}


class _Checker:
    """Checks one complete record (after `based_on`); raises TechnologyError at the first mistake."""

    def __init__(self, path, record):
        self.path, self.record = path, record

    def fail(self, where, problem):
        raise TechnologyError("%s: %s: %s" % (self.path, where, problem))

    def check(self):
        self.keys("technology", self.record, kinds.TOP_KEYS)
        self.films = self.named("films", "name", lambda film: (kinds.FILM_KEYS, kinds.FILM_OPTIONAL))
        self.layers = self.named("layers", "name", self.layer_keys)
        for name, layer in self.layers.items():
            self.layer(name, layer)
        self.gds_twins()
        self.keepouts()
        self.connections()
        for name, rule in self.named("rules", "id", self.rule_keys).items():
            self.rule(name, rule)
        if abs(self.record["grid_um"] / self.record["dbu_um"] - round(self.record["grid_um"] / self.record["dbu_um"])) > 1e-6:
            self.fail("technology", "grid_um %g is no multiple of dbu_um %g" % (self.record["grid_um"], self.record["dbu_um"]))

    def keys(self, where, record, required, optional=()):
        for key in required:
            if key not in record:
                self.fail(where, "key '%s' is missing" % key)
        for key, value in record.items():
            if key not in required and key not in optional:
                self.fail(where, "unknown key '%s' (allowed: %s)" % (key, ", ".join(tuple(required) + tuple(optional))))
            test, words = _TYPES.get(key, (lambda v: isinstance(v, str) and v != "", "a text"))
            if not test(value):
                self.fail(where, "%s must be %s, not %s" % (key, words, json.dumps(value)))

    def named(self, group, by, keys_of):
        records = {}
        for number, record in enumerate(self.record[group], 1):
            if not isinstance(record, dict) or not isinstance(record.get(by), str):
                self.fail("%s, record %d" % (group, number), "key '%s' is missing" % by)
            where = "%s '%s'" % (group[:-1], record[by])
            if record[by] in records:
                self.fail(where, "two records with the same %s" % by)
            self.keys(where, record, *keys_of(record))
            records[record[by]] = record
        return records

    def layer_keys(self, layer):
        if "union" in layer:
            return ("name", "title", "union"), ()
        extra = {"cut": ("cuts",), "pad": ("function",), "keepout": ("for",)}.get(layer.get("kind"), ())
        optional = {"cut": ("fill",), "metal": ("material", "thickness_um"), "pad": ("material", "thickness_um"),
                    "ubm": ("material", "thickness_um")}.get(layer.get("kind"), ())
        return ("name", "gds", "title", "kind") + extra, optional

    def rule_keys(self, rule):
        if rule.get("check") not in kinds.KINDS:
            self.fail("rule '%s'" % rule["id"], "check must be one of %s, not %s" % (", ".join(kinds.KINDS), json.dumps(rule.get("check"))))
        kind = kinds.KINDS[rule["check"]]
        return kinds.RULE_KEYS + kind.keys, kinds.RULE_OPTIONAL + kind.optional

    def layer(self, name, layer):
        where = "layer '%s'" % name
        for film in layer.get("cuts", ()):
            if film not in self.films:
                self.fail(where, "cuts: no film '%s' (films: %s)" % (film, ", ".join(self.films)))
        for part in layer.get("union", ()):
            self.known(where, "union", part)
        if layer.get("kind") == "keepout":
            self.known(where, "for", layer["for"])
        self.no_circle(where, name, ())

    def no_circle(self, where, name, above):
        if name in above:
            self.fail(where, "union contains itself")
        for part in self.layers[name].get("union", ()):
            if part in self.layers:
                self.no_circle(where, part, above + (name,))

    def gds_twins(self):
        seen = {}
        for name, layer in self.layers.items():
            number = tuple(layer.get("gds", ())) or None
            if number and number in seen:
                self.fail("layer '%s'" % name, "gds %d/%d is already layer '%s'" % (number + (seen[number],)))
            seen[number] = name

    def known(self, where, key, layer):
        if layer not in self.layers:
            self.fail(where, "%s: no layer '%s' (layers: %s)" % (key, layer, ", ".join(self.layers)))

    def keepouts(self):
        """A keep-out is for a metal, or for a union that holds one."""
        for name, layer in self.layers.items():
            if layer.get("kind") == "keepout" and not self.has_metal(layer["for"]):
                self.fail("layer '%s'" % name, "for: there is no metal in layer '%s', so no trace can be kept out of it" % layer["for"])

    def has_metal(self, name):
        return self.layers[name].get("kind") == "metal" or any(map(self.has_metal, self.layers[name].get("union", ())))

    def connections(self):
        for number, connection in enumerate(self.record["connectivity"], 1):
            for layer in connection:
                self.known("connectivity, record %d" % number, "layer", layer)

    def rule(self, name, rule):
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
        if rule["check"] in kinds.ON_CONDUCTORS and self.record["connectivity"]:
            self.conducting(where, rule["layer"])
        if "window_um" in rule and abs(rule["window_um"] / rule["step_um"] - round(rule["window_um"] / rule["step_um"])) > 1e-9:
            self.fail(where, "window_um must be a multiple of step_um")

    def conducting(self, where, name):
        parts = set(self.parts(name))
        if not any(parts <= set(self.parts(end)) for connection in self.record["connectivity"] for end in (connection[0], connection[-1])):
            self.fail(where, "layer '%s' is no conductor of the connectivity, so it has no nets" % name)

    def parts(self, name):
        layer = self.layers[name]
        return [leaf for part in layer["union"] for leaf in self.parts(part)] if "union" in layer else [name]
