"""An independent legality check of routing results, by plain distances between segments and polygons.

It shares no code with the router: nets, widths, angles, bends, die, spacing (true distance) and completeness.
"""
import math

TOL = 0.002


def _cross(o, a, b):
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def _point_segment(p, a, b):
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    t = 0.0 if length2 == 0 else max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2))
    return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def segment_distance(a, b, c, d):
    """Distance of two segments, 0 when they cross."""
    if _cross(a, b, c) * _cross(a, b, d) < 0 and _cross(c, d, a) * _cross(c, d, b) < 0:
        return 0.0
    return min(_point_segment(a, c, d), _point_segment(b, c, d), _point_segment(c, a, b), _point_segment(d, a, b))


def inside(p, polygon):
    """True for a point inside a polygon (even-odd)."""
    hit = False
    for (x1, y1), (x2, y2) in zip(polygon, polygon[1:] + polygon[:1]):
        if (y1 > p[1]) != (y2 > p[1]) and p[0] < x1 + (p[1] - y1) * (x2 - x1) / (y2 - y1):
            hit = not hit
    return hit


def polygon_distance(a, b, polygon):
    """Distance of a segment to a polygon, 0 when it reaches inside."""
    if inside(a, polygon) or inside(b, polygon):
        return 0.0
    return min(segment_distance(a, b, c, d) for c, d in zip(polygon, polygon[1:] + polygon[:1]))


def polygons_touch(one, other):
    """True when two polygons have a point in common."""
    return inside(one[0], other) or any(polygon_distance(a, b, other) <= 0 for a, b in zip(one, one[1:] + one[:1]))


def _box(points, grow=0.0):
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs) - grow, min(ys) - grow, max(xs) + grow, max(ys) + grow


def _apart(one, two):
    return one[0] > two[2] or two[0] > one[2] or one[1] > two[3] or two[1] > one[3]


def violations(case, routes):
    """List of sentences, one per violation; empty for a legal and complete result."""
    nets = {n["name"]: n for n in case["nets"]}
    found = []
    for route in routes:
        if route["net"] not in nets:
            found.append(f"unknown net {route['net']}")
            continue
        found += _shape_faults(case, nets[route["net"]], route)
    if not found:
        found += _space_faults(case, nets, routes)
        found += _open(case, routes)
        found += _folds(nets, case["rules"], routes)
        found += _lengths(case, routes)
    return found


def _shape_faults(case, net, route):
    rules, path, name = case["rules"], route["path"], route["net"]
    out = []
    wide, long = net.get("width", rules["width"]), sum(math.dist(a, b) for a, b in zip(path, path[1:]))
    if route["width"] < (rules["neck"] if route.get("neck") else wide) - 1e-6:
        out.append(f"{name}: too narrow")
    if route.get("neck") and long > 3 * wide + net.get("spacing", rules["spacing"]) + max(
            max(q[k] for q in poly) - min(q[k] for q in poly) for kind in ("contacts", "pads") for t in net[kind] for poly in t["shape"] for k in (0, 1)):
        out.append(f"{name}: a neck of {long:g}")
    x1, y1, x2, y2 = case["die"]
    half = route["width"] / 2 - TOL
    vectors = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(path, path[1:])]
    for dx, dy in vectors:
        off = min(abs(dx), abs(dy))
        if off > TOL and (not rules.get("allow45") or abs(abs(dx) - abs(dy)) > TOL):
            out.append(f"{name}: angle")
    for (ax, ay), (bx, by) in zip(vectors, vectors[1:]):
        if ax * bx + ay * by < -1e-6:
            out.append(f"{name}: acute bend")
    for a, b in zip(path, path[1:]):
        low, high = _box([a, b])[:2], _box([a, b])[2:]
        flat = abs(a[0] - b[0]) < TOL, abs(a[1] - b[1]) < TOL
        if (low[0] - half * (not flat[1]) * 1 < x1 - half * flat[1] or high[0] + half * (not flat[1]) > x2 + half * flat[1]
                or low[1] - half * (not flat[0]) < y1 - half * flat[0]
                or high[1] + half * (not flat[0]) > y2 + half * flat[0]):
            out.append(f"{name}: outside the die")
    return out


def _space_faults(case, nets, routes):
    rules, out = case["rules"], []
    parts = [(r["net"], r["width"], tuple(a), tuple(b), _box([a, b], r["width"] / 2))
             for r in routes for a, b in zip(r["path"], r["path"][1:])]
    fixed = [(n["name"], [tuple(p) for p in poly]) for n in case["nets"] for kind in ("contacts", "pads")
             for t in n[kind] for poly in t["shape"]]
    fixed += [(o.get("net"), [tuple(p) for p in o["shape"]]) for o in case["obstacles"]]
    fixed = [(name, poly, _box(poly)) for name, poly in fixed]

    def space(name):
        return nets[name].get("spacing", rules["spacing"]) if name in nets else 0.0

    for i, (name, width, a, b, box) in enumerate(parts):
        reach = max(space(n) for n in nets)
        wide = box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach
        for other, w2, c, d, box2 in parts[i + 1:]:
            need = (width + w2) / 2 + max(space(name), space(other)) - TOL
            if other != name and not _apart(wide, box2) and segment_distance(a, b, c, d) < need:
                out.append(f"{name} too close to {other} near {a}")
        for other, poly, box2 in fixed:
            need = width / 2 + max(space(name), space(other)) - TOL
            if other != name and not _apart(wide, box2) and polygon_distance(a, b, poly) < need:
                out.append(f"{name} too close to fixed metal of {other} near {a}")
    return out


def _open(case, routes):
    out = []
    for net in case["nets"]:
        terminals = [(kind, [[tuple(p) for p in poly] for poly in t["shape"]]) for kind in ("contacts", "pads")
                     for t in net[kind]]
        wires = [r for r in routes if r["net"] == net["name"]]
        leader = list(range(len(terminals) + len(wires)))

        def find(k):
            while leader[k] != k:
                k = leader[k]
            return k

        for k, (_, shape) in enumerate(terminals):
            for j, (_, other) in enumerate(terminals[:k]):
                if any(polygons_touch(a, b) for a in shape for b in other if not _apart(_box(a), _box(b))):
                    leader[find(k)] = find(j)
        for i, wire in enumerate(wires):
            segments = [(tuple(a), tuple(b)) for a, b in zip(wire["path"], wire["path"][1:])]
            for k, (_, shape) in enumerate(terminals):
                if any(polygon_distance(a, b, poly) <= 0 for a, b in segments for poly in shape):
                    leader[find(len(terminals) + i)] = find(k)
            for j, other in enumerate(wires[:i]):
                if any(segment_distance(a, b, tuple(c), tuple(d)) < (wire["width"] + other["width"]) / 2 - TOL
                       for a, b in segments for c, d in zip(other["path"], other["path"][1:])):
                    leader[find(len(terminals) + i)] = find(len(terminals) + j)
        groups = {}
        for k, (kind, _) in enumerate(terminals):
            groups.setdefault(find(k), []).append(kind)
        if net.get("mode") == "connect_all":
            missing = len(terminals) - max(map(len, groups.values()), default=0)
        else:
            missing = sum(max(0, g.count("pads") - g.count("contacts")) for g in groups.values())
        if missing:
            out.append(f"{net['name']}: {missing} open")
    return out


def _folds(nets, rules, routes):
    """Traces of nets with a length to keep that come too near to themselves."""
    out = []
    for route in routes:
        net, path = nets[route["net"]], route["path"]
        if "match" not in net:
            continue
        need = route["width"] + net.get("spacing", rules["spacing"])
        parts = [(tuple(a), tuple(b)) for a, b in zip(path, path[1:])]
        for i, (a, b) in enumerate(parts):
            along = 0.0
            for (before, _), (c, d) in zip(parts[i + 1:], parts[i + 2:]):
                along += math.dist(before, c)
                if along > need and segment_distance(a, b, c, d) < need - TOL:
                    out.append(f"{route['net']}: folded too tightly near {a}")
    return out


def _lengths(case, routes):
    """Nets that are longer than they may be, or shorter than others of their group; of those that have traces."""
    out, groups = [], {}
    for net in case["nets"]:
        paths = [route["path"] for route in routes if route["net"] == net["name"]]
        if not paths or any(route.get("neck") for route in routes if route["net"] == net["name"]):
            continue  # necks and their traces overlap
        length = sum(_outside(case, net, tuple(a), tuple(b)) for path in paths for a, b in zip(path, path[1:]))
        if net.get("max_length") and length > net["max_length"] + TOL:
            out.append(f"{net['name']}: too long")
        if net.get("match"):
            groups.setdefault(net["match"], []).append((length, net["name"]))
    for some in groups.values():
        out += [f"{name}: too short" for length, name in some if length < max(some)[0] - case["rules"].get("match_tolerance", 1.0) - TOL]
    return out


def _outside(case, net, a, b):
    """Length of a segment outside the terminals of its net."""
    polygons = [[tuple(p) for p in poly] for kind in ("contacts", "pads") for t in net[kind] for poly in t["shape"]]
    cuts = {0.0, 1.0}
    for polygon in polygons:
        for c, d in zip(polygon, polygon[1:] + polygon[:1]):
            across = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])
            if across:
                t = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / across
                cuts |= {t} if 0 < t < 1 else set()
    at = sorted(cuts)
    middle = [(a[0] + (b[0] - a[0]) * (s + t) / 2, a[1] + (b[1] - a[1]) * (s + t) / 2) for s, t in zip(at, at[1:])]
    return math.dist(a, b) * sum(t - s for (s, t), p in zip(zip(at, at[1:]), middle) if not any(inside(p, polygon) for polygon in polygons))
