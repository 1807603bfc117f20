"""Seeded floorplans of many kinds that are known to be routable: traces are laid one by one on a fine lattice of
points at true distances, and then forgotten.  What finds no place becomes an unassigned bump, an obstacle.

Every kind of `KINDS` takes a seed and returns (case in the neutral JSON form, planted routes).
"""
import math
import random

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

ROOT2 = math.sqrt(2.0)


def polygon(x, y, size, corners):
    """A regular polygon around a circle of diameter `size`, one side level; 4 corners make a square."""
    r = size / 2 / math.cos(math.pi / corners)
    return [[round(x + r * math.cos(math.pi * (2 * k + 1) / corners), 3),
             round(y + r * math.sin(math.pi * (2 * k + 1) / corners), 3)] for k in range(corners)]


def oblong(x, y, wide, high):
    """A rectangle around a point."""
    return [[x - wide / 2, y - high / 2], [x + wide / 2, y - high / 2], [x + wide / 2, y + high / 2],
            [x - wide / 2, y + high / 2]]


class Lattice:
    """Points `step` apart inside a die of `size` x `size`, and for each class (width, spacing) which may hold a trace."""

    def __init__(self, size, step, classes, allow45, rng):
        self.size, self.step, self.classes, self.allow45 = size, step, classes, allow45
        self.count = int(size / step) - 1
        at = step * np.arange(1, self.count + 1)
        self.x, self.y = (a.ravel() for a in np.meshgrid(at, at))
        self.free = [(self.x >= w / 2) & (self.x <= size - w / 2) & (self.y >= w / 2) & (self.y <= size - w / 2)
                     for w, _ in classes]
        self.mood = np.array([rng.uniform(1.0, 1.2) for _ in range(len(self.x))])

    def node(self, x, y):
        """Number of the lattice point at a place."""
        return int(round(y / self.step) - 1) * self.count + int(round(x / self.step) - 1)

    def away(self, points, closed):
        """Distance of all lattice points to a polyline or, closed, to a convex polygon."""
        points = np.asarray(points, float)
        ends = np.roll(points, -1, axis=0) if closed else points[1:]
        best = np.full(len(self.x), np.inf)
        within = np.ones(len(self.x), bool)
        for (ax, ay), (bx, by) in zip(points if closed else points[:-1], ends):
            ex, ey = bx - ax, by - ay
            length2 = ex * ex + ey * ey
            if length2 == 0:
                continue
            t = np.clip(((self.x - ax) * ex + (self.y - ay) * ey) / length2, 0, 1)
            best = np.minimum(best, np.hypot(self.x - ax - t * ex, self.y - ay - t * ey))
            within &= ex * (self.y - ay) - ey * (self.x - ax) >= 0
        return np.where(within, 0.0, best) if closed else best

    def block(self, away, width, spacing):
        """Keep traces of all classes away from metal (half `width` around what `away` measures)."""
        for k, (w, s) in enumerate(self.classes):
            self.free[k] &= away >= width / 2 + w / 2 + max(s, spacing) - 1e-6

    def paths(self, k, start, opened):
        """Lengths and predecessors of the cheapest paths of class k from a node; `opened`: nodes allowed besides."""
        free = self.free[k].copy()
        free[opened] = True
        grid = free.reshape(self.count, self.count)
        number = np.arange(len(self.x)).reshape(self.count, self.count)
        rows, columns, cost = [], [], []
        moves = [(0, 1, 1.0), (1, 0, 1.0)] + ([(1, 1, ROOT2), (1, -1, ROOT2)] if self.allow45 else [])
        for dy, dx, length in moves:
            a = (slice(0, self.count - dy), slice(max(0, -dx), self.count - max(0, dx)))
            b = (slice(dy, self.count), slice(max(0, dx), self.count + min(0, dx)))
            both = grid[a] & grid[b]
            if dx and dy:  # a diagonal passes between two points: both must be free
                c = (slice(0, self.count - 1), slice(max(0, dx), self.count + min(0, dx)))
                d = (slice(1, self.count), slice(max(0, -dx), self.count - max(0, dx)))
                both &= grid[c] & grid[d]
            rows.append(number[a][both])
            columns.append(number[b][both])
            cost.append(length * (self.mood[rows[-1]] + self.mood[columns[-1]]))
        i, j, w = (np.concatenate(v) for v in (rows, columns, cost))
        graph = coo_matrix((w, (i, j)), shape=(len(self.x), len(self.x))).tocsr()
        return dijkstra(graph, directed=False, indices=start, return_predecessors=True)


def straight(points):
    """A polyline without points in the middle of straight runs."""
    out = []
    for p in points:
        while len(out) > 1 and abs((out[-1][0] - out[-2][0]) * (p[1] - out[-1][1])
                                   - (out[-1][1] - out[-2][1]) * (p[0] - out[-1][0])) < 1e-6:
            out.pop()
        out.append(p)
    return out


class Planting:
    """Nets laid one by one on a lattice among pads, contact points and obstacles."""

    def __init__(self, name, seed, size, step, classes=((10.0, 10.0),), allow45=True):
        self.rng = random.Random(seed)
        self.lattice = Lattice(size, step, classes, allow45, self.rng)
        self.name, self.classes, self.size = f"{name}_{seed}", classes, size
        self.metal, self.obstacles, self.nets, self.routes = [], [], [], []
        self.largest = max(s for _, s in classes)

    def add(self, kind, x, y, shape):
        """A contact point or pad at a lattice point; returns its number."""
        away = self.lattice.away(shape, True)
        self.lattice.block(away, 0.0, self.largest)
        keep = self.largest + max(w for w, _ in self.classes) / 2
        self.metal.append({"kind": kind, "at": (x, y), "shape": shape, "near": np.nonzero(away < keep)[0]})
        return len(self.metal) - 1

    def wall(self, shape):
        """Fixed metal of nobody."""
        self.lattice.block(self.lattice.away(shape, True), 0.0, self.largest)
        self.obstacles.append({"net": None, "name": "wall", "shape": shape})

    def lay(self, pad, contacts, rule=0, own=()):
        """Join a pad to the contact point (of those given) that is nearest on the lattice; returns it or None.

        own: numbers of the net's routes, which the path may meet on the net's metal."""
        lattice, near = self.lattice, set(self.metal[pad]["near"].tolist())
        opened = near.union(*(self.metal[c]["near"].tolist() for c in contacts)) if contacts else near
        opened = self._private(np.array(sorted(opened)), [pad, *contacts], rule, own)
        length, before = lattice.paths(rule, lattice.node(*self.metal[pad]["at"]), opened)
        ends = {c: lattice.node(*self.metal[c]["at"]) for c in contacts}
        best = min(contacts, key=lambda c: (length[ends[c]], c), default=None)
        if best is None or not np.isfinite(length[ends[best]]):
            return None
        nodes = [ends[best]]
        while before[nodes[-1]] >= 0:
            nodes.append(int(before[nodes[-1]]))
        path = straight([(float(lattice.x[n]), float(lattice.y[n])) for n in nodes])
        width, spacing = self.classes[rule]
        lattice.block(lattice.away(path, False), width, spacing)
        self.routes.append((rule, path))
        return best

    def _private(self, nodes, own, rule, skip):
        """Of some nodes those far enough from all metal but the given and from all traces."""
        lattice = self.lattice
        width, spacing = self.classes[rule]
        good = np.ones(len(nodes), bool)
        x, y = lattice.x[nodes], lattice.y[nodes]
        keep = _Spot(x, y)
        for k, metal in enumerate(self.metal):
            if k not in own:
                good &= keep.away(metal["shape"], True) >= width / 2 + self.largest - 1e-6
        for wall in self.obstacles:
            good &= keep.away(wall["shape"], True) >= width / 2 + self.largest - 1e-6
        for number, (other, path) in enumerate(self.routes):
            if number in skip:
                continue
            w, s = self.classes[other]
            good &= keep.away(path, False) >= (width + w) / 2 + max(spacing, s) - 1e-6
        good &= (x >= width / 2) & (x <= self.size - width / 2) & (y >= width / 2) & (y <= self.size - width / 2)
        return nodes[good]

    def net(self, contacts, pads, routes, rule, mode="connect_all"):
        """Record a net of metal numbers and route numbers."""
        self.nets.append((list(contacts), list(pads), list(routes), rule, mode))

    def finish(self, join_each=1):
        """(case, routes); join_each: so many two-terminal nets of one class become one net whose pads may choose."""
        groups, single = {}, []
        for net in self.nets:
            single.append(net) if len(net[0]) + len(net[1]) > 2 else groups.setdefault(net[3], []).append(net)
        for rule, nets in sorted(groups.items()):
            for k in range(0, len(nets), join_each):
                part = nets[k:k + join_each]
                single.append(([c for n in part for c in n[0]], [p for n in part for p in n[1]],
                               [r for n in part for r in n[2]], rule,
                               "connect_all" if len(part) == 1 else "each_pad_to_own_contact"))
        nets, routes, used = [], [], set()
        for k, (contacts, pads, traces, rule, mode) in enumerate(single):
            width, spacing = self.classes[rule]
            used |= {*contacts, *pads}
            nets.append({"name": f"n{k}", "width": width, "spacing": spacing, "mode": mode,
                         "contacts": [{"name": f"c{c}", "shape": [self.metal[c]["shape"]]} for c in contacts],
                         "pads": [{"name": f"p{p}", "shape": [self.metal[p]["shape"]]} for p in pads]})
            routes += [{"net": f"n{k}", "width": width, "path": [list(p) for p in self.routes[r][1]]} for r in traces]
        spare = [{"net": None, "name": "bump", "shape": m["shape"]} for k, m in enumerate(self.metal) if k not in used]
        width, spacing = self.classes[0]
        case = {"name": self.name, "units": "um", "dbu": 0.001, "die": [0, 0, self.size, self.size],
                "rules": {"width": width, "spacing": spacing, "allow45": self.lattice.allow45}, "nets": nets,
                "obstacles": self.obstacles + spare, "reference": {}}
        return case, routes


class _Spot(Lattice):
    """Distances for a few points only."""

    def __init__(self, x, y):
        self.x, self.y = x, y


def _edge(size, pitch, inset):
    """Places along the four sides of a square die, about `pitch` apart, and the side of each."""
    count = int((size - 2 * inset - pitch) / pitch)
    first = (size - (count - 1) * pitch) / 2
    first = round(first / 10) * 10
    along = [first + k * pitch for k in range(count)]
    return ([(a, inset, 0) for a in along] + [(size - inset, a, 1) for a in along]
            + [(a, size - inset, 2) for a in along] + [(inset, a, 3) for a in along])


def ball_array(seed, side=8, tracks=4, edge_pitch=40.0, corners=8, allow45=True, classes=((10.0, 10.0),), join_each=1,
               lost=0.0, chain=0, room=120.0, contact=20.0, step=10.0, pad=90.0, name="balls"):
    """A ball array with room for `tracks` traces between neighbouring pads; contact points along the die's edge.

    lost: share of bumps that stay unassigned; chain: so many pads are joined to a neighbour pad instead."""
    width, spacing = classes[0]
    pitch = pad + tracks * (width + spacing) + spacing
    first = 40.0 + room + pad / 2
    first = round(first / step) * step
    size = 2 * first + (side - 1) * pitch
    planting = Planting(name, seed, size, step, classes, allow45)
    rng = planting.rng
    pads = {}
    for i in range(side):
        for j in range(side):
            x, y = first + j * pitch, first + i * pitch
            pads[i, j] = planting.add("pad", x, y, polygon(x, y, pad, corners))
    contacts = [planting.add("contact", x, y, polygon(x, y, contact, 4)) for x, y, _ in _edge(size, edge_pitch, 20.0)]
    # Inner pads first: they have the fewest ways out.
    order = sorted(pads, key=lambda p: (min(p[0], p[1], side - 1 - p[0], side - 1 - p[1]) * -1, rng.random()))
    order = [p for p in order if rng.random() >= lost]
    free = set(contacts)
    for p in order:
        rule = rng.randrange(len(classes))
        found = planting.lay(pads[p], sorted(free), rule)
        if found is None:
            continue
        free.discard(found)
        planting.net([found], [pads[p]], [len(planting.routes) - 1], rule)
    _chain(planting, pads, chain)
    case, routes = planting.finish(join_each)
    # What is left of the contact points is not metal of the case.
    unused = {id(planting.metal[c]["shape"]) for c in free}
    case["obstacles"] = [o for o in case["obstacles"] if id(o["shape"]) not in unused]
    return case, routes


def _chain(planting, pads, most):
    """Append unassigned pads to nets: chains from pad to pad."""
    number = {pad: k for k, (_, own, _, _, _) in enumerate(planting.nets) for pad in own}
    for _, pad in sorted(pads.items()):
        if most and pad not in number:
            owners = sorted(number)
            near = sorted(owners, key=lambda p: (math.dist(planting.metal[p]["at"], planting.metal[pad]["at"]), p))[:4]
            for other in near:
                rule = planting.nets[number[other]][3]
                net = planting.nets[number[other]]
                if planting.lay(pad, [other], rule, net[2]) is not None:
                    net[1].append(pad)
                    net[2].append(len(planting.routes) - 1)
                    number[pad] = number[other]
                    most -= 1
                    break


def scattered(seed, nets=40, size=1400.0, classes=((10.0, 10.0),), allow45=True, walls=0, corners=8, join_each=1,
              step=10.0, name="scatter"):
    """Pads and contact points anywhere, walls of any direction between them."""
    planting = Planting(name, seed, size, step, classes, allow45)
    rng, places = planting.rng, []
    for _ in range(walls):
        x, y = (rng.randrange(10, int(size / 10) - 10) * 10.0 for _ in range(2))
        long = rng.choice([120.0, 240.0])
        planting.wall(rng.choice([oblong(x, y, long, 20.0), oblong(x, y, 20.0, long), polygon(x, y, 80.0, 8)]))
    limit = 100.0

    def place(kind, shape_size, sides):
        for _ in range(200):
            x, y = (rng.randrange(6, int(size / step) - 6) * step for _ in range(2))
            shape = polygon(x, y, shape_size, sides)
            if all(max(abs(x - a), abs(y - b)) >= limit for a, b in places) and all(
                    _Spot(np.array([x]), np.array([y])).away(w["shape"], True)[0] > limit for w in planting.obstacles):
                places.append((x, y))
                return planting.add(kind, x, y, shape)
        return None

    contacts = [c for c in (place("contact", 20.0, 4) for _ in range(nets)) if c is not None]
    pads = [p for p in (place("pad", 60.0, corners) for _ in range(nets)) if p is not None]
    free = set(contacts)
    for pad in pads:
        rule = rng.randrange(len(classes))
        choice = rng.sample(sorted(free), min(3, len(free)))
        found = planting.lay(pad, choice, rule) if choice else None
        if found is not None:
            free.discard(found)
            planting.net([found], [pad], [len(planting.routes) - 1], rule)
    return planting.finish(join_each)


TWO = ((10.0, 10.0), (20.0, 30.0))
KINDS = {
    "edge4": lambda seed: ball_array(seed, 8, 4),
    "edge4_90": lambda seed: ball_array(seed, 8, 4, allow45=False),
    "edge2": lambda seed: ball_array(seed, 8, 2, edge_pitch=60.0),
    "edge1": lambda seed: ball_array(seed, 8, 1, edge_pitch=50.0),
    "near_pitch": lambda seed: ball_array(seed, 7, 3, edge_pitch=30.0, room=60.0, contact=10.0),
    "round": lambda seed: ball_array(seed, 7, 3, corners=36),
    "classes": lambda seed: ball_array(seed, 7, 4, classes=TWO, edge_pitch=60.0, room=200.0),
    "lost": lambda seed: ball_array(seed, 8, 3, lost=0.3),
    "each": lambda seed: ball_array(seed, 8, 4, join_each=6),
    "chains": lambda seed: ball_array(seed, 7, 3, lost=0.3, chain=20),
    "scatter": scattered,
    "scatter_walls": lambda seed: scattered(seed, 30, walls=12, corners=36),
    "scatter_classes": lambda seed: scattered(seed, 30, size=1600.0, classes=TWO),
    "scatter_90": lambda seed: scattered(seed, 40, allow45=False, corners=4),
    "channels143": lambda seed: ball_array(seed, 12, 4, edge_pitch=50.0, room=150.0),
}
