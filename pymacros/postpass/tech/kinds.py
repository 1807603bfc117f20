"""What a record of a technology file may say: the kinds of layers, and the keys of each record.

The kinds of checks with their keys are the classes in drc/kinds/; KINDS is their table, by the name in a rule's "check".
"""

from typing import Any

from ..drc.kinds import KINDS, MAXIMUM, MINIMUM, Kind

__all__ = ["ALL_CELLS", "ALL_LAYER_KEYS", "AREAS_OF", "FILM_KEYS", "FILM_OPTIONAL", "GROUPS", "ISSUE", "KINDS", "LAYER_KINDS", "LAYER_MEASURES", "LIMIT_KEYS", "MAXIMUM", "MEASURES", "MINIMUM",
           "PAD_FUNCTIONS", "ROUND", "ROW_KEYS", "RULE_KEYS", "RULE_OPTIONAL", "SEVERITIES", "SHAPES", "TOP_CELL", "TOP_KEYS", "TOP_OPTIONAL", "UNORDERED", "WIDE", "WORDS_OF_RECORDS",
           "WORDS_OF_TECHNOLOGY", "Keys", "layer_keys", "limit_key", "limits_in_words", "rule_keys"]

PAD_FUNCTIONS = ("flip-chip", "power", "ground", "signal")
LAYER_KINDS = ("outline", "contact", "cut", "metal", "pad", "ubm", "label", "marker", "keepout")
SEVERITIES = ("error", "warning")
SHAPES = ("square", "rectangle", "octagon", "round")
MEASURES = ("edge", "centre")
AREAS_OF = ("shapes", "holes")
ROUND = ("shapes", "arcs", "none")
LAYER_MEASURES = ("extent", "edges")
WIDE = ("both", "one")  # how many sides of a distance must be wide

ROW_KEYS = ("wider_than_um", "run_longer_than_um", "value_um")  # of "limits"
LIMIT_KEYS = ("value_um", "value_um2", "value_deg", "value")
RULE_KEYS = ("id", "check", "title")
RULE_OPTIONAL = ("severity", "source", "when", "note")
FILM_KEYS = ("name", "material", "thickness_um", "allowed_um")
FILM_OPTIONAL = ("recommended_um", "eps_r", "source")
TOP_KEYS = ("schema", "name", "title", "dbu_um", "grid_um", "layers", "rules")
TOP_OPTIONAL = ("version", "issued", "owner", "films", "connectivity", "labels")
ISSUE = ("version", "issued", "owner")  # of one file: a variant does not take them from its base
WORDS_OF_TECHNOLOGY, WORDS_OF_RECORDS = ("schema", "name", "title", *ISSUE), ("title", "source", "note")  # nothing is drawn or measured by them
GROUPS = {"films": "name", "layers": "name", "rules": "id"}  # lists of records, and the key that names a record
UNORDERED = ("films", "rules")
TOP_CELL, ALL_CELLS = "top", "all"  # whose labels count, where no patterns of cell names say it


def limit_key(rule: "dict[str, Any]") -> "str | None":
    """The key that holds a rule's limit, or None."""
    return next((key for key in LIMIT_KEYS if key in rule), None)


def limits_in_words(rule: "dict[str, Any]") -> str:
    """'10-15 um' of a rule with rows of limits."""
    values = sorted({"%g" % row["value_um"] for row in rule["limits"]}, key=float)
    return "-".join(dict.fromkeys((values[0], values[-1]))) + " um"


def rule_keys(kind: Kind) -> "Keys":
    """The keys of a kind's rules; every limit that is a length may be missed by a tolerance."""
    more = ("tolerance_um",) if "value_um" in kind.keys else ()
    return RULE_KEYS + kind.keys, RULE_OPTIONAL + kind.optional + more


Keys = tuple[tuple[str, ...], tuple[str, ...]]  # those that a record must hold, those that it may hold
_METAL = ("material", "thickness_um")
_OF_KIND = {"cut": ("cuts", "fill"), "metal": _METAL, "pad": (*_METAL, "function"), "ubm": _METAL}
ALL_LAYER_KEYS = ("name", "title", "gds", "derive", "union", "kind", "measure", "for", "cuts", "fill", *_METAL, "function")


def layer_keys(layer: "dict[str, Any]") -> Keys:
    """The keys of a layer: drawn, derived or a union, of a kind or plain."""
    if "union" in layer:
        return ("name", "title", "union"), ("measure",)
    kind = str(layer.get("kind"))
    required = ("for",) if kind == "keepout" else ()
    return ("name", "derive" if "derive" in layer else "gds", "title", *required), ("kind", "measure", *_OF_KIND.get(kind, ()))
