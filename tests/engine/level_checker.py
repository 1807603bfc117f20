"""An independent check of results on several levels, by plain distances as in checker.py; it shares no code with the router.

On each level nets, widths, angles, bends, die and spacing, capture pads being metal of their net; between vias their distances; and
whether traces, terminals and vias join every net.
"""
import math

from checker import TOL, _apart, _box, _shape_faults, _space_faults, inside, polygon_distance, segment_distance


def square(x, y, size):
    """A square as a list of corners."""
    h = size / 2
    return [(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)]


def level_violations(case, result):
    """List of sentences, one per violation; empty for a legal and complete result."""
    nets = {net["name"]: net for net in case["nets"]}
    kinds = {kind["name"]: (k, kind) for k, kind in enumerate(case.get("vias", []))}
    names = [level["name"] for level in case["levels"]]
    found = [f"unknown: {one}" for one in result["routes"] + result["vias"] if one["net"] not in nets]
    for number, level in enumerate(case["levels"]):
        captures = [(via["net"], square(via["x"], via["y"], kinds[via["via"]][1][side]))
                    for via in result["vias"] for side, at in (("lower", kinds[via["via"]][0]), ("upper", kinds[via["via"]][0] + 1)) if at == number]
        found += [f"{level['name']}: {fault}" for fault in _level_faults(case, level, captures, [r for r in result["routes"] if r["level"] == level["name"]])]
    found += _via_faults(case, result["vias"], kinds)
    return found or [f"{net['name']}: {left} open" for net in case["nets"] for left in [_parts(net, result, kinds, names) - 1] if left]


def _terminals(net):
    """[{level name: [polygon]}] of a net."""
    return [{level: [[tuple(p) for p in polygon] for polygon in polygons] for level, polygons in (t.get("shapes") or {t["level"]: t["shape"]}).items()}
            for kind in ("contacts", "pads") for t in net[kind]]


def _level_faults(case, level, captures, routes):
    """Of one level, as a case of one level in which capture pads are pads."""
    nets = []
    for net in case["nets"]:
        metal = [polygon for terminal in _terminals(net) for polygon in terminal.get(level["name"], [])]
        metal += [polygon for owner, polygon in captures if owner == net["name"]]
        nets.append({**{key: net[key] for key in ("name", "width", "spacing") if key in net}, "contacts": [], "pads": [{"shape": [polygon]} for polygon in metal]})
    one = {"die": level.get("die", case.get("die")), "rules": {**case["rules"], **level["rules"]}, "nets": nets, "obstacles": level.get("obstacles", [])}
    by_name = {net["name"]: net for net in nets}
    out = [fault for route in routes for fault in _shape_faults(one, by_name[route["net"]], route)] + _space_faults(one, by_name, routes)
    x1, y1, x2, y2 = one["die"]
    fixed = [(net["name"], pad["shape"][0]) for net in nets for pad in net["pads"]] + [(o.get("net"), [tuple(p) for p in o["shape"]]) for o in one["obstacles"]]
    for name, polygon in captures:
        low_x, low_y, high_x, high_y = _box(polygon)
        if low_x < x1 - TOL or low_y < y1 - TOL or high_x > x2 + TOL or high_y > y2 + TOL:
            out.append(f"a capture pad of {name} outside the die")
        for other, metal in fixed:
            need = max(by_name[n].get("spacing", one["rules"]["spacing"]) for n in (name, other) if n in by_name) - TOL
            if other != name and not _apart(_box(polygon, need), _box(metal)) and _between(polygon, metal) < need:
                out.append(f"a capture pad of {name} too close to {other} near {polygon[0]}")
    return out


def _between(one, other):
    """Distance of two polygons, 0 when they meet."""
    return 0.0 if inside(one[0], other) or inside(other[0], one) else min(polygon_distance(a, b, other) for a, b in zip(one, one[1:] + one[:1]))


def _via_faults(case, vias, kinds):
    """Openings too near to each other or to what they keep away from."""
    out, cuts = [], [(via, *kinds[via["via"]]) for via in vias]
    for k, (via, _, kind) in enumerate(cuts):
        opening = square(via["x"], via["y"], kind["size"])
        for other, _, its in cuts[:k]:
            need = max(kind.get("apart", {}).get(other["via"], 0), its.get("apart", {}).get(via["via"], 0))
            if need and _between(opening, square(other["x"], other["y"], its["size"])) < need - TOL:
                out.append(f"vias of {via['net']} and {other['net']} too close near ({via['x']}, {via['y']})")
        for keep in kind.get("keep", []):
            if _between(opening, [tuple(p) for p in keep["shape"]]) < keep["distance"] - TOL:
                out.append(f"a via of {via['net']} too close to an opening near ({via['x']}, {via['y']})")
    return out


def _parts(net, result, kinds, names):
    """The number of parts that the terminals of a net are in."""
    nodes = [[(level, polygon, None) for level, polygons in terminal.items() for polygon in polygons] for terminal in _terminals(net)]
    count = len(nodes)
    for via in result["vias"]:
        if via["net"] == net["name"]:
            number, kind = kinds[via["via"]]
            nodes.append([(names[number], square(via["x"], via["y"], kind["lower"]), None), (names[number + 1], square(via["x"], via["y"], kind["upper"]), None)])
    for route in result["routes"]:
        if route["net"] == net["name"]:
            nodes.append([(route["level"], (tuple(a), tuple(b)), route["width"]) for a, b in zip(route["path"], route["path"][1:])])
    leader = list(range(len(nodes)))

    def find(k):
        while leader[k] != k:
            k = leader[k]
        return k
    for i, one in enumerate(nodes):
        for j, other in enumerate(nodes[:i]):
            if any(a[0] == b[0] and _meet(a, b) for a in one for b in other):
                leader[find(i)] = find(j)
    return len({find(k) for k in range(count)})


def _meet(one, other):
    """True where two of: polygon (width None), centre line of a trace (its width), have metal in common; a trace meets a polygon by its centre line."""
    (_, a, width), (_, b, its) = one, other
    if width is None and its is None:
        return _between(a, b) <= 0
    if width is None or its is None:
        line, polygon = (a, b) if its is None else (b, a)
        return polygon_distance(*line, polygon) <= 0
    return segment_distance(*a, *b) < (width + its) / 2 - TOL


def straight(case):
    """The sum of the shortest lengths between the two terminals of each net, whatever their levels: no vias, no other net (µm). Of nets of two square terminals."""
    total = 0.0
    for net in case["nets"]:
        one, other = (_box([p for polygons in terminal.values() for polygon in polygons for p in polygon]) for terminal in _terminals(net))
        across, up = (max(one[k] - other[k + 2], other[k] - one[k + 2], 0.0) for k in (0, 1))
        total += max(across, up) + (math.sqrt(2) - 1) * min(across, up)
    return total
