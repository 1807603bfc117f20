"""JSON Schema of technology files, for completion and red underlines in editors; from the tables that the loader uses. Pure Python."""

from __future__ import annotations

import json
from typing import Any

from . import kinds
from .kinds import GROUPS
from .values import ANY_TEXT, LAYER_TYPES, TYPES, Type

_Schema = dict[str, Any]


def schema() -> _Schema:
    """A file is complete, or a variant: it names its base and holds what differs."""
    top = {**_properties(("schema", "name", "title", *kinds.ISSUE, "dbu_um", "grid_um", "connectivity", "labels"), TYPES), "$schema": ANY_TEXT.schema, "based_on": ANY_TEXT.schema}
    complete = {"films": _film(), "layers": _layer(), "rules": _rule()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Technology of Postpass", "type": "object",
        "properties": {**top, **{group: TYPES[group].schema for group in GROUPS}}, "additionalProperties": False,
        "if": {"required": ["based_on"]},
        "then": {"properties": {group: {"items": {"$ref": "#/$defs/changed %s" % group}} for group in GROUPS}},
        "else": {"required": list(kinds.TOP_KEYS), "properties": {group: {"items": {"$ref": "#/$defs/" + group}} for group in GROUPS}},
        "$defs": {**complete, **{"changed " + group: _changed(group) for group in GROUPS}}}


def text() -> str:
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _properties(keys: "tuple[str, ...]", types: "dict[str, Type]") -> _Schema:
    return {key: types.get(key, ANY_TEXT).schema for key in keys}


def _record(required: "tuple[str, ...]", optional: "tuple[str, ...]", types: "dict[str, Type]" = TYPES) -> _Schema:
    return {"type": "object", "required": list(required), "properties": _properties((*required, *optional), types), "additionalProperties": False}


def _film() -> _Schema:
    return _record(kinds.FILM_KEYS, kinds.FILM_OPTIONAL)


def _layer() -> _Schema:
    """By what it is: a union, or of a kind."""
    choices: list[tuple[_Schema, _Schema]] = [({"required": ["union"]}, {"union": []})]
    choices += [({"properties": {"kind": {"const": kind}}, "required": ["kind"]}, {"kind": kind}) for kind in kinds.LAYER_KINDS]
    forms: Any = {"anyOf": [_record(*kinds.layer_keys({"derive": ""}), LAYER_TYPES), _record(*kinds.layer_keys({}), LAYER_TYPES)]}
    for condition, layer in reversed(choices):
        then: Any = _record(*kinds.layer_keys(layer), LAYER_TYPES)
        if "kind" in layer:
            then = {"if": {"required": ["derive"]}, "then": _record(*kinds.layer_keys({**layer, "derive": ""}), LAYER_TYPES), "else": then}
        forms = {"if": condition, "then": then, "else": forms}
    return {"type": "object", **forms}


def _rule() -> _Schema:
    """By its check."""
    forms = []
    for name, kind in kinds.KINDS.items():
        keys = _record(*kinds.rule_keys(kind))
        forms.append({"if": {"properties": {"check": {"const": name}}, "required": ["check"]}, "then": {**keys, "description": kind.means}})
    return {"type": "object", "required": list(kinds.RULE_KEYS), "properties": {"check": {"enum": list(kinds.KINDS)}}, "allOf": forms}


def _changed(group: str) -> _Schema:
    """A record of a variant: any key, null takes it away."""
    keys: dict[str, tuple[str, ...]] = {
        "films": kinds.FILM_KEYS + kinds.FILM_OPTIONAL, "layers": kinds.ALL_LAYER_KEYS,
        "rules": tuple(dict.fromkeys(key for kind in kinds.KINDS.values() for keys in kinds.rule_keys(kind) for key in keys))}
    types = LAYER_TYPES if group == "layers" else TYPES
    properties = {key: {"anyOf": [{"type": "null"}, one]} for key, one in _properties(keys[group], types).items()}
    if group == "rules":
        properties["check"] = {"enum": list(kinds.KINDS)}
    return {"type": "object", "required": [GROUPS[group]], "properties": {**properties, GROUPS[group]: ANY_TEXT.schema}, "additionalProperties": False}
