"""What a record of a technology file may say: the kinds of rules and layers, and the keys of each.

One table serves the strict loader, the README and the tests that look for a missing check or a missing case.
"""

from collections import namedtuple

PAD_FUNCTIONS = ("flip-chip", "power", "ground", "signal")
LAYER_KINDS = ("outline", "contact", "cut", "metal", "pad", "ubm", "label", "marker", "keepout")
SEVERITIES = ("error", "warning")
SHAPES = ("square", "rectangle", "octagon", "round")
MEASURES = ("edge", "centre")

#: One kind of check. `keys`: required keys of its record, `optional`: allowed ones, `sense`: which limit is
#: the stricter ("max": the larger, "min": the smaller, None: not a limit), `means`: the sentence in the README.
Kind = namedtuple("Kind", "keys optional sense means")


def _kind(keys, means, sense=None, optional=""):
    return Kind(tuple(keys.split()), tuple(optional.split()), sense, means)


KINDS = {
    "width_min": _kind("layer value_um", "smallest width: vias and pads by their extents, traces by facing edges", "max"),
    "width_max": _kind("layer value_um", "largest width: vias and pads by their extents, traces by what survives shrinking", "min"),
    "aspect_ratio_min": _kind("layer value", "depth of the films a via cuts / via size, at least", "max"),
    "aspect_ratio_max": _kind("layer value", "depth of the films a via cuts / via size, at most", "min"),
    "shape": _kind("layer shapes tolerance_um", "only these shapes, each vertex within the tolerance"),
    "space": _kind("layer value_um", "smallest edge-to-edge distance on one layer, notches included (sides up to 45 degrees apart)", "max"),
    "space_wide": _kind("layer value_um wider_than_um run_longer_than_um",
                        "smallest distance where both sides are wider than a width and run side by side for longer than a length", "max"),
    "separation": _kind("layer to value_um", "smallest edge-to-edge distance between two layers; overlap counts as 0", "max"),
    "enclosure": _kind("layer by value_um", "each shape lies inside the other layer by this much; sticking out and no metal at all are reported", "max"),
    "pitch_min": _kind("layer value_um", "smallest centre-to-centre distance", "max"),
    "grid": _kind("layer", "every vertex on the manufacturing grid"),
    "angle": _kind("layer value_deg", "every edge at a multiple of this angle"),
    "corner_min": _kind("layer value_deg", "no corner sharper than this, inside or outside the metal", "max"),
    "die_clearance": _kind("layer value_um", "distance to the edge of the die: a layer (`to`) or a box (`within_um`)", "max",
                           "to within_um measure"),
    "density_min": _kind("layer value window_um step_um", "covered part of each window stepped over the die (layer `to` or box `within_um`), at least", "max",
                         "to within_um"),
    "density_max": _kind("layer value window_um step_um", "covered part of each window stepped over the die (layer `to` or box `within_um`), at most", "min",
                         "to within_um"),
    "net_open": _kind("", "every contact point reaches a pad, every pad has a contact point, no trace belongs to nothing"),
    "net_short": _kind("", "no net carries two names"),
    "net_split": _kind("", "no name stands on two unconnected nets"),
    "label_on_metal": _kind("", "every label lies on a conductor"),
    "count_match": _kind("layer to", "each shape touches exactly one shape of the other layer, and the other way round"),
    "vias_min": _kind("layer value", "vias on the net for each of its pads on this layer, at least", "max"),
    "fan_out_distance": _kind("value_um", "pads of neighbouring contact points are farther apart than these, by at least this much, centre to centre and edge to edge", "max"),
    "function_claims": _kind("layer", "nets inside a polygon of this marker layer perform the function its text declares"),
    "films_allowed": _kind("", "the technology's film thicknesses lie in their allowed range"),
    "films_recommended": _kind("", "the technology's film thicknesses lie in their recommended range"),
    "via_size_exists": _kind("layer", "some via size on the grid keeps every error-level limit for this film stack"),
    "guideline": _kind("", "printed, not run", None, "layer value_um"),
}

RULE_KEYS = ("id", "check", "title", "source")
RULE_OPTIONAL = ("severity",)
FILM_KEYS = ("name", "material", "thickness_um", "allowed_um", "source")
FILM_OPTIONAL = ("recommended_um", "eps_r")
TOP_KEYS = ("schema", "name", "title", "dbu_um", "grid_um", "films", "layers", "connectivity", "rules")
