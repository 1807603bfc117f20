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
    "width_max": _kind("layer value_um", "largest width: vias and pads by their extents, traces by what survives shrinking: slots make wide metal narrow", "min"),
    "aspect_ratio_min": _kind("layer value", "depth of the films a via cuts / via size, at least", "max"),
    "aspect_ratio_max": _kind("layer value", "depth of the films a via cuts / via size, at most", "min"),
    "shape": _kind("layer shapes tolerance_um", "only these shapes, each vertex within the tolerance"),
    "space": _kind("layer value_um", "smallest edge-to-edge distance on one layer, notches included (sides up to 45 degrees apart)", "max"),
    "space_wide": _kind("layer value_um wider_than_um run_longer_than_um",
                        "smallest distance where both sides are wider than a width and run side by side for longer than a length", "max"),
    "space_different_net": _kind("layer value_um", "smallest edge-to-edge distance of shapes on different nets; with wider_than_um, of their wide parts alone", "max",
                                 "wider_than_um run_longer_than_um"),
    "space_same_net": _kind("layer value_um", "smallest edge-to-edge distance of shapes on the same net, notches included; with wider_than_um, of their wide parts alone", "max",
                            "wider_than_um run_longer_than_um"),
    "pad_spacing": _kind("layer value_um", "pads of different nets after fan-out: edge to edge, and with pitch_um centre to centre; the marker compares their contact points", "max", "pitch_um"),
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
    "net_short": _kind("", "no net carries two names, or a power and a ground pad"),
    "net_split": _kind("", "no name stands on two unconnected nets"),
    "label_on_metal": _kind("", "every label lies on a conductor"),
    "net_names": _kind("", "no two names differ in case, space, kind of brackets or trailing characters alone; no name is empty or holds an invisible character"),
    "count_match": _kind("layer to", "each shape touches exactly one shape of the other layer, and the other way round"),
    "vias_min": _kind("layer value", "vias on the net for each of its pads on this layer, at least", "max"),
    "current_vias": _kind("layer to current_ma", "the vias (to) of a net, per_cut_ma each or per_um2_ma of their area, carry current_ma for each of its pads on this layer", None, "per_cut_ma per_um2_ma"),
    "current_width": _kind("layer current_ma per_um_ma", "the trace of a one-to-one net with its pad on this layer is nowhere narrower than current_ma / per_um_ma"),
    "teardrop": _kind("layer to value length_um", "a trace (layer) is at least this many times as wide at the edge of a pad (to) as at a distance from it"),
    "fan_out_distance": _kind("value_um", "pads of neighbouring contact points are farther apart than these, by at least this much, centre to centre and edge to edge", "max"),
    "function_claims": _kind("layer", "nets inside a polygon of this marker layer perform the function its text declares"),
    "films_allowed": _kind("", "the technology's film thicknesses lie in their allowed range"),
    "films_recommended": _kind("", "the technology's film thicknesses lie in their recommended range"),
    "via_size_exists": _kind("layer", "some via size on the grid keeps every error-level limit for this film stack"),
    "guideline": _kind("", "printed, not run", None, "layer value_um"),
}

#: kinds that ask which net a shape of their layer belongs to
ON_CONDUCTORS = ("space_different_net", "space_same_net", "pad_spacing", "current_vias", "current_width")

RULE_KEYS = ("id", "check", "title", "source")
RULE_OPTIONAL = ("severity",)
FILM_KEYS = ("name", "material", "thickness_um", "allowed_um", "source")
FILM_OPTIONAL = ("recommended_um", "eps_r")
TOP_KEYS = ("schema", "name", "title", "dbu_um", "grid_um", "films", "layers", "connectivity", "rules")
