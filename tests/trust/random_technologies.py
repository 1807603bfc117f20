"""Seeded random technologies for the rules on the technology itself, and what their definitions say of each.

Film stacks and limits lie around the values that just keep the rules; all lengths are whole nm, all ratios whole
thousandths, so that the definitions are judged in whole numbers.
"""

import numpy as np

KINDS = ("films_allowed", "films_recommended", "via_size_exists")
COUNT = 2500
CUT = "via"
LARGEST = 80_000  # nm; no drawn limit asks for so large a size


def um(nm):
    return round(int(nm) / 1000, 3)


def technology(rng, base):
    """The record of the base with other films, another grid and other limits of the cut."""
    record = dict(base, name="random", grid_um=float(rng.choice([0.005, 0.01, 0.1, 1.0])))
    record["films"] = [film(rng, one) for one in base["films"]]
    record["layers"] = base["layers"] + [{"name": "openings", "title": "cuts and contact points", "union": [CUT, "contact"]}]
    rules = [{"check": kind} for kind in KINDS[:2]] + [{"check": KINDS[2], "layer": CUT}] + limits(rng, depth_nm(record), int(1000 * record["grid_um"]))
    record["rules"] = [dict(rule, id="R%d" % number, title=rule["check"], source="test") for number, rule in enumerate(rules)]
    return record


def film(rng, one):
    """A thickness at one end of a range, a nm outside, or anywhere; perhaps no recommended range."""
    low, high = sorted(int(c) for c in rng.integers(100, 12000, 2))
    near = [low - 1, low, low + 1, high - 1, high, high + 1, int(rng.integers(1, 15000))]
    ranges = {"allowed_um": [um(low), um(high)]}
    if rng.random() < 0.7:
        inner = sorted(int(c) for c in rng.integers(low, high + 1, 2))
        ranges["recommended_um"] = [um(c) for c in inner]
        near += [inner[0] - 1, inner[0], inner[1], inner[1] + 1]
    plain = {key: value for key, value in one.items() if key != "recommended_um"}
    return dict(plain, thickness_um=um(max(1, rng.choice(near))), **ranges)


def limits(rng, depth, grid):
    """Rules on sizes and ratios that one size (a little off the grid) just keeps or just breaks; some are warnings alone."""
    size = grid * int(rng.integers(1, max(2, 20000 // grid))) + int(rng.choice([-1, 0, 0, 0, 1]))

    def nearby():
        return max(1, size + int(rng.choice([-grid, -1, 0, 0, 1, grid])))

    def ratio():
        return max(1, depth * 1000 // nearby() + int(rng.choice([0, 1]))) / 1000
    rules = []
    for check, value in (("width_min", lambda: {"value_um": um(nearby())}), ("width_max", lambda: {"value_um": um(nearby())}),
                         ("aspect_ratio_max", lambda: {"value": ratio()}), ("aspect_ratio_min", lambda: {"value": ratio()})):
        for _ in range(int(rng.choice([0, 1, 1, 2]))):
            layer = "openings" if check.startswith("width") and rng.random() < 0.2 else CUT
            rules.append(dict(value(), check=check, layer=layer, **({"severity": "warning"} if rng.random() < 0.2 else {})))
    return rules


# the definitions

def in_nm(length_um):
    return int(round(1000 * length_um))


def depth_nm(record):
    cuts = next(layer for layer in record["layers"] if layer["name"] == CUT)["cuts"]
    return sum(in_nm(one["thickness_um"]) for one in record["films"] if one["name"] in cuts)


def films_outside(record, key):
    """Names of the films that lie outside their range."""
    return [one["name"] for one in record["films"] if key in one and not in_nm(one[key][0]) <= in_nm(one["thickness_um"]) <= in_nm(one[key][1])]


def fitting_sizes(record):
    """Every size on the grid (nm) that keeps all limits of the cut that are errors, up to LARGEST."""
    depth, grid = depth_nm(record), in_nm(record["grid_um"])
    sizes = np.arange(grid, LARGEST, grid, dtype=np.int64)
    for rule in record["rules"]:
        if rule.get("severity", "error") == "error" and rule.get("layer") in (CUT, "openings"):
            keeps = {"width_min": lambda: sizes >= in_nm(rule["value_um"]), "width_max": lambda: sizes <= in_nm(rule["value_um"]),
                     "aspect_ratio_max": lambda: 1000 * depth <= round(1000 * rule["value"]) * sizes,
                     "aspect_ratio_min": lambda: 1000 * depth >= round(1000 * rule["value"]) * sizes}.get(rule["check"])
            sizes = sizes[keeps()] if keeps else sizes
    return sizes
