"""Seeded random problems that are known to be routable: the traces are laid first, on a lattice, then forgotten."""
import math
import random
from collections import deque

PITCH = 22.0  # lattice; pads of up to 14 keep 8 from each other and 9 from a trace of 4 on the next line


def square(x, y, size):
    """A square as a polygon."""
    h = size / 2
    return [[x - h, y - h], [x + h, y - h], [x + h, y + h], [x - h, y + h]]


def planted_case(nets, seed, fill=0.4, span=9, allow45=True, width=4.0, spacing=4.0):
    """A case in the neutral JSON form with `nets` two-terminal nets, and the planted routes."""
    rng = random.Random(seed)
    side = int((nets * span / fill) ** 0.5) + 3
    free = {(i, j) for i in range(side) for j in range(side)}
    found, routes = [], []
    for _ in range(40 * nets):
        if len(found) == nets:
            break
        path = _walk(rng, free, side, span)
        if path:
            free -= set(path)
            name = f"n{len(found)}"
            points = [[(i + 1) * PITCH, (j + 1) * PITCH] for i, j in path]
            found.append({"name": name, "width": width, "spacing": spacing, "mode": "connect_all",
                          "contacts": [{"name": name + ".c", "shape": [square(*points[0], 8)]}],
                          "pads": [{"name": name + ".p", "shape": [square(*points[-1], 14)]}]})
            routes.append({"net": name, "width": width, "path": points})
    size = (side + 1) * PITCH
    case = {"name": f"planted_{nets}_{seed}", "units": "um", "dbu": 0.001, "die": [0, 0, size, size],
            "rules": {"width": width, "spacing": spacing, "allow45": allow45}, "nets": found, "obstacles": [],
            "reference": {}}
    return case, routes


def crossing_case(nets, seed, through=False, fill=0.4, span=9, width=4.0, spacing=4.0):
    """A case of two levels in the neutral JSON form, and its planted result: two planted solutions, one above the other, so that traces of
    one cross those of the other, without regard to which terminals belong to which.

    All terminals are on the lower level and hold a via each; through: they are on both levels, and no via is needed.
    """
    rng = random.Random(seed)
    side = int((nets / 2 * span / fill) ** 0.5) + 3
    free = [{(i, j) for i in range(side) for j in range(side)} for _ in range(2)]
    found, result = [], {"routes": [], "vias": []}
    for _ in range(80 * nets):
        level = len(found) % 2
        path = _walk(rng, free[level], side, span) if len(found) < nets else None
        ends = {path[0], path[-1]} if path else set()
        if not path or not ends <= free[0] or (through and not ends <= free[1]):
            continue
        for k in range(2) if through else range(1):
            free[k] -= ends
        free[level] -= set(path)
        name, points = f"n{len(found)}", [[(i + 1) * PITCH, (j + 1) * PITCH] for i, j in path]
        metal = [{"shapes": {at: [square(*point, size)] for at in ("m0", "m1")}} if through else {"level": "m0", "shape": [square(*point, size)]}
                 for point, size in ((points[0], 8), (points[-1], 14))]
        found.append({"name": name, "mode": "connect_all", "contacts": [{"name": name + ".c", **metal[0]}], "pads": [{"name": name + ".p", **metal[1]}]})
        result["routes"].append({"net": name, "level": f"m{level}", "width": width, "path": points})
        result["vias"] += [{"net": name, "via": "v", "x": x, "y": y} for x, y in (points[0], points[-1]) if level and not through]
    size = (side + 1) * PITCH
    rules = {"width": width, "spacing": spacing}
    return {"name": f"crossing_{nets}_{seed}{'_through' * through}", "units": "um", "dbu": 0.001, "die": [0, 0, size, size], "rules": {"allow45": True},
            "levels": [{"name": name, "rules": rules, "obstacles": []} for name in ("m0", "m1")],
            "vias": [{"name": "v", "size": 4, "lower": 8, "upper": 8, "apart": {"v": 4}}], "nets": found, "reference": {}}, result


def _walk(rng, free, side, span):
    """A path between two free lattice points some way apart, around what is taken; None when there is none."""
    start = (rng.randrange(side), rng.randrange(side))
    reach = rng.randint(span // 2, span)
    goal = (start[0] + rng.randint(-reach, reach), start[1] + rng.randint(-reach, reach))
    if start not in free or goal not in free or abs(start[0] - goal[0]) + abs(start[1] - goal[1]) < 3:
        return None
    before, queue = {start: None}, deque([start])
    while queue and goal not in before:
        i, j = queue.popleft()
        steps = [(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)]
        rng.shuffle(steps)
        for step in steps:
            if step in free and step not in before:
                before[step] = (i, j)
                queue.append(step)
    if goal not in before:
        return None
    path = [goal]
    while before[path[-1]]:
        path.append(before[path[-1]])
    return path if len(path) <= 3 * span else None


# Terminals that are not convex, slanted ones, and contact points in the notch of a pad or of an obstacle.

ROOM = 60.0  # lattice of the shaped terminals, which lie within 40 around its points


def turned(points, angle, x=0.0, y=0.0):
    """Points turned about the origin (degrees), then moved."""
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [[round(x + c * a - s * b, 3), round(y + s * a + c * b, 3)] for a, b in points]


def ell():
    """An L whose limbs lie right and below; the origin is in its notch."""
    return [[[20, 20], [13, 20], [13, -13], [-20, -13], [-20, -20], [20, -20]]]


def cup(thick=7):
    """A U that is open to the left; the origin is in it."""
    return [[[-20, -20], [20, -20], [20, 20], [-20, 20], [-20, 20 - thick], [20 - thick, 20 - thick], [20 - thick, thick - 20], [-20, thick - 20]]]


def frame(corners=4, outer=18.0, inner=12.0):
    """A ring around the origin as one polygon with a seam."""
    around = [[math.cos(2 * math.pi * (k + 0.5) / corners), math.sin(2 * math.pi * (k + 0.5) / corners)] for k in range(corners)]
    ring = [[outer * a, outer * b] for a, b in around + around[:1]]
    return [ring + [[inner * a, inner * b] for a, b in around[:1] + around[::-1]]]


def bars():
    """A ring of four bars that overlap."""
    return [square_of(-18, -18, 18, -12), square_of(-18, 12, 18, 18), square_of(-18, -16, -12, 16), square_of(12, -16, 18, 16)]


def square_of(x1, y1, x2, y2):
    """A rectangle by its corners."""
    return [[x1, y1], [x2, y1], [x2, y2], [x1, y2]]


def star(points=7, outer=20.0, inner=8.0):
    """A star around the origin."""
    return [[[(outer, inner)[k % 2] * math.cos(math.pi * k / points), (outer, inner)[k % 2] * math.sin(math.pi * k / points)] for k in range(2 * points)]]


def comb():
    """A comb with its back to the right and teeth to the left; the origin is between two of them."""
    outline = [[20, -20], [20, 20], [-20, 20], [-20, 14], [14, 14]]
    for y in (10, -4):
        outline += [[14, y], [-20, y], [-20, y - 6], [14, y - 6]]
    return [outline + [[14, -20]]]


def bar(length=38.0, thick=8.0):
    """A bar through the origin."""
    return [square_of(-length / 2, -thick / 2, length / 2, thick / 2)]


# Each: polygons around the origin, and whether they may be turned by any angle (else a trace must leave to the right).
SHAPES = {"L": (ell, False), "U": (cup, False), "ring": (frame, True), "round ring": (lambda: frame(24), True), "bars": (bars, False),
          "star": (star, True), "comb": (comb, False), "slanted": (bar, True), "square": (lambda: [square(0, 0, 14)], False)}
NOTCHED = ("L", "U", "ring", "round ring", "bars", "comb")


def planted_shapes(nets, seed, kinds=tuple(SHAPES), width=4.0, spacing=4.0):
    """A case with `nets` nets whose pads, and some contact points, are of these kinds, and the planted routes.

    Of every five nets one has its contact point in the notch or hole of its own pad, and one in that of an obstacle.
    """
    rng, found, routes, obstacles = random.Random(seed), [], [], []
    span, side = 7, int((nets * 7 / 0.35) ** 0.5) + 3
    free = {(i, j) for i in range(side) for j in range(side)}
    for _ in range(60 * nets):
        if len(found) == nets:
            break
        name, kind = f"n{len(found)}", kinds[len(found) % len(kinds)]
        path = _walk(rng, free, side, span)
        if not path:
            continue
        points = [[(i + 1) * ROOM, (j + 1) * ROOM] for i, j in path]
        contact, pad = [square(*points[0], 6)], _placed(kind, points[-1], points[-2], rng)
        if len(found) % 5 == 4:
            obstacles.append({"net": None, "shape": _placed("U", points[0], points[0], rng, _heading(points[1], points[0]))[0]})
        elif len(found) % 5 == 3 and kind in NOTCHED:
            path, points, contact = path[-1:], [points[-1], [a + (b - a) / 4 for a, b in zip(points[-1], points[-2])]], [square(*points[-1], 6)]
        elif len(found) % 5 == 2:
            contact = _placed(rng.choice(sorted(kinds)), points[0], points[1], rng)
        free -= set(path)
        found.append({"name": name, "width": width, "spacing": spacing, "mode": ("connect_all", "each_pad_to_own_contact")[len(found) % 2],
                      "contacts": [{"name": name + ".c", "shape": contact}], "pads": [{"name": name + ".p", "shape": pad}]})
        routes.append({"net": name, "width": width, "path": points})
    size = (side + 1) * ROOM
    return {"name": f"shapes_{nets}_{seed}", "units": "um", "dbu": 0.001, "die": [0, 0, size, size], "nets": found, "obstacles": obstacles,
            "rules": {"width": width, "spacing": spacing, "allow45": True}, "reference": {}}, routes


def _heading(start, end):
    """Angle from one lattice point to the next."""
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def _placed(kind, at, towards, rng, angle=None):
    """The polygons of a kind at a point; turned so that a trace that leaves towards another point meets its metal."""
    make, any_angle = SHAPES[kind]
    if angle is None:
        angle = rng.uniform(0, 360) if any_angle else _heading(at, towards)
    return [turned(polygon, angle, *at) for polygon in make()]


def scattered_shapes(seed, gap=40.0):
    """A case of a few nets of two or three terminals of any shape, size and direction, anywhere but at least `gap` apart."""
    rng, places = random.Random(seed), []
    count = rng.randint(1, 5)
    while len(places) < count * 2 + rng.randint(0, count):
        shape, x, y = _random_terminal(rng), rng.uniform(70, 530), rng.uniform(70, 530)
        reach = max(math.hypot(a, b) for polygon in shape for a, b in polygon)
        if all(math.hypot(x - a, y - b) > reach + r + gap for a, b, r, _ in places):
            places.append((x, y, reach, [[[round(x + a, 3), round(y + b, 3)] for a, b in polygon] for polygon in shape]))
        elif rng.random() < 0.02:
            break
    nets = []
    for k in range(count):
        mine = [{"name": f"n{k}.{i}", "shape": shape} for i, (_, _, _, shape) in enumerate(places[k::count])]
        if len(mine) > 1:
            nets.append({"name": f"n{k}", "mode": "connect_all" if len(mine) > 2 or k % 2 else "each_pad_to_own_contact", "contacts": mine[:1], "pads": mine[1:]})
    return {"name": f"scattered_{seed}", "units": "um", "dbu": 0.001, "die": [0, 0, 600, 600], "nets": nets, "obstacles": [], "reference": {},
            "rules": {"width": rng.choice([2, 4, 6]), "spacing": rng.choice([2, 4, 6]), "allow45": rng.random() < 0.7}}


def _random_terminal(rng):
    """Polygons around the origin: a known kind, a sliver, or two squares apart from each other."""
    kind = rng.choice(sorted(SHAPES) + ["sliver", "two"])
    if kind == "sliver":
        polygons = [[[rng.uniform(-20, 20), rng.uniform(-20, 20)] for _ in range(3)]]
    else:
        polygons = [square_of(-20, -5, -12, 5), square_of(12, -5, 20, 5)] if kind == "two" else SHAPES[kind][0]()
    scale, angle = rng.uniform(0.4, 2.5), rng.choice([0, 45, rng.uniform(0, 360)])
    return [turned([[scale * a, scale * b] for a, b in polygon], angle) for polygon in polygons]
