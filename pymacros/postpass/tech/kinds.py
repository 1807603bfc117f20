"""What a record of a technology file may say: the kinds of layers, and the keys of each record.

The kinds of checks with their keys are the classes in drc/kinds/; KINDS is their table, by the name in a rule's "check".
"""

from ..drc.kinds import KINDS, MAXIMUM, MINIMUM

__all__ = ["FILM_KEYS", "FILM_OPTIONAL", "KINDS", "LAYER_KINDS", "MAXIMUM", "MEASURES", "MINIMUM", "PAD_FUNCTIONS", "RULE_KEYS", "RULE_OPTIONAL", "SEVERITIES", "SHAPES", "TOP_KEYS"]

PAD_FUNCTIONS = ("flip-chip", "power", "ground", "signal")
LAYER_KINDS = ("outline", "contact", "cut", "metal", "pad", "ubm", "label", "marker", "keepout")
SEVERITIES = ("error", "warning")
SHAPES = ("square", "rectangle", "octagon", "round")
MEASURES = ("edge", "centre")

RULE_KEYS = ("id", "check", "title", "source")
RULE_OPTIONAL = ("severity",)
FILM_KEYS = ("name", "material", "thickness_um", "allowed_um", "source")
FILM_OPTIONAL = ("recommended_um", "eps_r")
TOP_KEYS = ("schema", "name", "title", "dbu_um", "grid_um", "films", "layers", "connectivity", "rules")
