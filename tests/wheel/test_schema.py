"""The JSON Schema for editors: it takes what the loader takes, and refuses keys and values that the loader refuses."""

import copy
import json
import os

import jsonschema
import pytest

from postpass import tech as technologies
from postpass.tech import kinds, schema

from .test_technology import MISTAKES, POSTPASS, changed, load_record

VALIDATOR = jsonschema.Draft202012Validator(schema.schema())
#: what names mean, and how numbers go together, is beyond a schema
MEANINGS = {"a day that no calendar has",
            "a grid off the database unit", "a range the wrong way round", "two films of one name", "a cut through no film", "a cut without films", "a union of nothing known", "a union of itself",
            "connectivity to nowhere", "two rules of one id", "a rule on no layer", "a ratio of a layer without depth", "a die of two kinds", "a layer without nets", "a current of two kinds",
            "a current through no cut", "a window between steps", "a window without steps", "a trace length of pads", "circles among traces",
            "other sides that ask for more"}


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema.schema())


@pytest.mark.parametrize("path", technologies.installed().values(), ids=os.path.basename)
def test_it_takes_every_technology(path):
    with open(path, encoding="utf-8") as file:
        assert [error.message for error in VALIDATOR.iter_errors(json.load(file))] == []


@pytest.mark.parametrize("name", [name for name in MISTAKES if name not in MEANINGS])
def test_it_refuses_keys_and_values_as_the_loader_does(name):
    assert not VALIDATOR.is_valid(changed(MISTAKES[name][0]))


@pytest.mark.parametrize("check", kinds.KINDS)
def test_it_knows_the_keys_of_every_kind(check):
    record = copy.deepcopy(POSTPASS.record)
    record["rules"] = [{"id": "X", "check": check, "title": "x", "wrong": 1}]
    said = " ".join(error.message for error in VALIDATOR.iter_errors(record))
    assert "'wrong' was unexpected" in said and all("'%s' is a required property" % key in said for key in kinds.KINDS[check].keys)


def test_layers_are_drawn_derived_or_unions():
    for layer, right in (({"gds": [1, 0]}, True), ({"derive": "via"}, True), ({"union": ["via"]}, True), ({"union": ["via"], "gds": [1, 0]}, False), ({"gds": [1, 0], "derive": "via"}, False),
                         ({}, False),
                         ({"gds": [1, 0], "kind": "keepout"}, False), ({"gds": [1, 0], "kind": "keepout", "for": "metal"}, True), ({"derive": "via", "kind": "cut", "cuts": ["polymer"]}, True),
                         ({"gds": [1, 0], "kind": "cut", "function": "signal"}, False), ({"gds": [1, 0], "measure": "extent"}, True), ({"gds": [1, 0], "measure": "edge"}, False)):
        record = changed(lambda r, layer=layer: r["layers"].append({"name": "x", "title": "x", **layer}))
        assert VALIDATOR.is_valid(record) is right, layer


def test_a_variant_may_take_keys_away_and_a_file_may_name_its_schema(tmp_path):
    variant = {"$schema": "../technology.schema.json", "based_on": POSTPASS.path, "name": "v", "title": "v", "rules": [{"id": "DIE.C.1", "to": None, "within_um": [0, 0, 9, 9]}]}
    assert VALIDATOR.is_valid(variant) and not VALIDATOR.is_valid({**variant, "rules": [{"id": "DIE.C.1", "too": None}]})
    found = load_record(tmp_path, variant)
    assert "$schema" not in found.record
    assert load_record(tmp_path, {key: value for key, value in variant.items() if key != "$schema"}).checksum() == found.checksum()
