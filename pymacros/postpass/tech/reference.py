"""Every key of a technology file in words: what docs/technology.md prints. Pure Python."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from . import kinds
from .answers import Technology
from .values import ANY_TEXT, LAYER_TYPES, TYPES, Type

#: what a key means, by where it stands: "technology", "films", "layers", "rules"
MEANS: "dict[str, dict[str, str]]" = {
    "technology": {
        "schema": "the form of the file", "name": "name of the technology, and of its file", "title": "the technology in words",
        "version": "this state of the rules; `NAME@VERSION` asks for it", "issued": "when this version was issued", "owner": "who answers for the rules",
        "dbu_um": "database unit of layouts that are made by it",
        "grid_um": "manufacturing grid, a multiple of the database unit", "films": "what vias cut through", "layers": "what is drawn and derived",
        "connectivity": "what conducts to what: layers that touch, or that a via joins", "rules": "what is checked", "labels": "in which cells labels name nets",
        "based_on": "path of the technology that this file changes", "$schema": "path of technology.schema.json, for editors"},
    "films": {
        "name": "by which layers name it", "material": "what it is made of", "thickness_um": "the depth of vias is the sum of the films they cut",
        "allowed_um": "range of the thickness, checked by `films_allowed`",
        "recommended_um": "the same for `films_recommended`", "eps_r": "relative permittivity", "source": "where the values come from"},
    "layers": {
        "name": "by which rules, connectivity and other layers name it", "gds": "number of a drawn layer; several names may share one",
        "derive": "the line that derives it", "union": "the layers it consists of",
        "title": "the layer in words", "kind": "what it is to nets, fan-out and panel; plain layers have none",
        "measure": "are sizes extents, or distances of edges?", "for": "the metal that a keep-out is for",
        "cuts": "the films that a cut goes through", "fill": "what fills a cut", "material": "what it is made of", "thickness_um": "thickness of the metal", "function": "function of the pads on it"},
    "rules": {
        "id": "unique; shown with every marker", "check": "its kind", "title": "the rule in words",
        "source": "where the limit comes from; recommended", "severity": "an error (the default) fails a check, a warning does not",
        "when": "run only where this layer is drawn", "note": "words shown with its markers",
        "layer": "what is checked", "by": "what it must lie in", "to": "the other layer",
        "value": "the limit, where it is no length", "value_um": "the limit", "value_um2": "the limit of an area",
        "of": "areas of shapes (the default) or of holes", "least": "the fewest", "most": "how many at most",
        "angles_deg": "only edges whose direction lies between", "value_deg": "the limit", "shapes": "the shapes allowed",
        "tolerance_um": "by how much a length may miss the limit, or a corner the shape", "wider_than_um": "only parts wider than this",
        "run_longer_than_um": "only where both run side by side for longer", "notch_deg": "what the sides of a notch miss less to be parallel",
        "angle_deg": "what edges that face each other miss less to be parallel; touching counts at any angle",
        "other_sides_um": "what is enough on the other sides of a box that keeps the limit on two opposite ones",
        "within_um": "the die as a box", "window_um": "side of the window that is stepped over the die; the whole die where it is left out",
        "step_um": "by how much it is stepped", "measure": "distance of the edge or of the centre",
        "pitch_um": "centre to centre, too", "length_um": "at which distance from the pad the trace is measured",
        "nominal": "round shapes count as their circle, through their corners or as wide as their extents, whichever keeps the limit: facets break none",
        "round": "facets that are no findings: of round shapes as they are drawn (the default), of arcs in other shapes, too, or none",
        "current_ma": "of each pad", "per_cut_ma": "what one via carries", "per_um2_ma": "what an area of vias carries",
        "limits": "rows of limits: the least distance of what is wider and runs side by side for longer",
        "wide": "must both sides be wide (the default), or is one enough?",
        "per_um_ma": "what a width carries"}}
#: values for keys that no technology here has
EXAMPLES: "dict[str, dict[str, Any]]" = {
    "technology": {"labels": "top", "based_on": "wlcsp.json", "$schema": "../technology.schema.json"}, "layers": {"derive": "metal - touching(metal, ubm)", "measure": "extent"},
    "rules": {"limits": [{"wider_than_um": 30, "run_longer_than_um": 60, "value_um": 15}], "wide": "one", "angle_deg": 60, "within_um": [0, 0, 5000, 5000], "measure": "centre", "pitch_um": 500,
        "per_um2_ma": 0.5,
        "per_cut_ma": 10, "per_um_ma": 2.5, "current_ma": 200, "length_um": 30, "by": "metal", "value_um2": 1200,
        "other_sides_um": 0.4, "round": "arcs", "nominal": True, "of": "holes", "when": "ubm", "note": "waived for test chips", "least": 1, "most": 0, "angles_deg": [0, 45]}}


def keys_of(group: str) -> "list[str]":
    """All keys of a place, those that must be there first."""
    if group == "technology":
        return [*kinds.TOP_KEYS, *kinds.TOP_OPTIONAL, "based_on", "$schema"]
    if group == "films":
        return [*kinds.FILM_KEYS, *kinds.FILM_OPTIONAL]
    if group == "layers":
        return list(kinds.ALL_LAYER_KEYS)
    every = [key for kind in kinds.KINDS.values() for keys in kinds.rule_keys(kind) for key in keys]
    return list(dict.fromkeys([*kinds.RULE_KEYS, *kinds.RULE_OPTIONAL, *every]))


def table(group: str, techs: "Sequence[Technology]") -> str:
    """Markdown table of the keys of a place."""
    types = LAYER_TYPES if group == "layers" else TYPES
    rows = ["| `%s` | %s | %s | `%s` |" % (key, MEANS[group][key], _holds(types.get(key, ANY_TEXT)), json.dumps(example(group, key, techs), ensure_ascii=False)) for key in keys_of(group)]
    return "\n".join(["| Key | Meaning | Holds | Example |", "|---|---|---|---|", *rows])


def _holds(what: Type) -> str:
    return what.words.replace("|", "\\|")


def example(group: str, key: str, techs: "Iterable[Technology]") -> Any:
    """A value of a key, as the first technology has it that has one."""
    records = [record for tech in techs for record in ([tech.record] if group == "technology" else tech.record[group])]
    value = next((record[key] for record in records if key in record), EXAMPLES.get(group, {}).get(key))
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [value[0], "..."] if len(json.dumps(value[0])) < 60 else ["..."]
    return value
