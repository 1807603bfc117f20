"""Cases that cannot be routed, by construction or by exhaustive search, and an independent look at proofs of that.

`faults` shares no code with the router: it walks a grid of points over the case's polygons and counts what every net must
cross, and measures the cuts against the polygons.
"""
import itertools
import math
import random

import numpy as np
from checker import inside, polygon_distance
from planted import square, square_of
from scipy.optimize import linprog
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra


def case_of(nets, obstacles, die, width=10.0, spacing=10.0, allow45=True):
    """A case of nets [(name, contact polygons, pad polygons)] and obstacle polygons."""
    return {"name": "proof", "dbu": 0.001, "die": list(die), "rules": {"width": width, "spacing": spacing, "allow45": allow45},
            "obstacles": [{"net": None, "shape": p} for p in obstacles],
            "nets": [{"name": name, "mode": "connect_all", "contacts": [{"name": f"{name}.c{k}", "shape": [p]} for k, p in enumerate(contacts)],
                      "pads": [{"name": f"{name}.p{k}", "shape": [p]} for k, p in enumerate(pads)]} for name, contacts, pads in nets]}


def across(count, high, size=8):
    """Nets from the left to the right of a die 1000 wide and so high."""
    places = [high * (k + 1) / (count + 1) for k in range(count)]
    return [(f"n{k}", [square(100, y, size)], [square(900, y, size)]) for k, y in enumerate(places)]


def gaps(holds, count, width=10.0, spacing=10.0, allow45=True, post=100.0, over=0.0):
    """`count` nets across a wall whose gaps hold so many traces; over: µm that every gap is wider than that."""
    y, wall = 0.0, []
    for hold in holds:
        wall.append(square_of(480, y, 520, y + post))
        y += post + hold * (width + spacing) + spacing + over
    top = max(y + post, (count + 2) * 3 * (width + spacing))
    return case_of(across(count, top), [*wall, square_of(480, y, 520, top)], (0, 0, 1000, top), width, spacing, allow45)


def row_of_pads(pads, hold, count, allow45=True, corners=4, width=10.0, spacing=10.0):
    """`count` nets across a column of pads that belong to a net of their own, with room for `hold` traces between any two, and
    for none at the die's outline."""
    size = 60.0
    pitch = size + hold * (width + spacing) + spacing
    top = (pads - 1) * pitch + size
    radius = size / 2 / math.cos(math.pi / corners)
    ring = [(radius * math.cos(math.pi * (2 * k + 1) / corners), radius * math.sin(math.pi * (2 * k + 1) / corners)) for k in range(corners)]
    column = [[[round(500 + a, 3), round(size / 2 + j * pitch + b, 3)] for a, b in ring] for j in range(pads)]
    nets = across(count, top)
    nets += [(f"q{j}", [square(440, size / 2 + j * pitch, 8)], [pad]) for j, pad in enumerate(column)]
    return case_of(nets, [], (0, 0, 1000, top), width, spacing, allow45)


def slanted_gap(hold, count, width=10.0, spacing=10.0, allow45=True):
    """Nets that must pass a gap in a wall from corner to corner; at 45 degrees it holds `hold` traces."""
    along, aside = np.array([1, -1]) / math.sqrt(2), np.array([1, 1]) / math.sqrt(2)
    gap = hold * (width + spacing) + spacing
    walls = []
    for sign in (1, -1):
        places = np.linspace(gap / 2, 705, 17)
        for low, high in zip(places, places[1:]):
            corners = [(low, -20), (high + 0.01, -20), (high + 0.01, 20), (low, 20)]
            walls.append([(np.array([500, 500]) + sign * (a * along + b * aside)).round(3).tolist() for a, b in corners])
    nets = [(f"n{k}", [square(100 + 40 * k, 300 - 40 * k, 8)], [square(900 - 40 * k, 700 + 40 * k, 8)]) for k in range(count)]
    return case_of(nets, walls, (0, 0, 1000, 1000), width, spacing, allow45)


# ---- tiny lattices ----

CELL = 200.0  # µm, of which the walls take 10; the slit in the middle of each wall holds one trace


class Cells:
    """side x side cells with one slit, wide enough for one trace, between neighbours; terminals in the middle of cells."""

    def __init__(self, side, pairs):
        self.side, self.pairs = side, pairs
        cells = list(itertools.product(range(side), repeat=2))
        self.slits = [(c, d) for c, d in itertools.combinations(cells, 2) if abs(c[0] - d[0]) + abs(c[1] - d[1]) == 1]
        self.number = {frozenset(s): k for k, s in enumerate(self.slits)}

    @classmethod
    def any_of(cls, seed, side, nets):
        """Random distinct cells as terminals."""
        cells = list(itertools.product(range(side), repeat=2))
        chosen = random.Random(seed).sample(cells, 2 * nets)
        return cls(side, list(zip(chosen[::2], chosen[1::2])))

    def case(self, width=10.0, spacing=10.0):
        """The case in the neutral form."""
        half, arm, walls = 5.0, (CELL - width - 2 * spacing) / 2, []
        die = self.side * CELL
        for i in range(self.side + 1):
            for j in range(self.side + 1):
                x, y = i * CELL, j * CELL
                walls += [square_of(max(x - arm, 0), max(y - half, 0), min(x + arm, die), min(y + half, die)),
                          square_of(max(x - half, 0), max(y - arm, 0), min(x + half, die), min(y + arm, die))]

        def at(cell):
            return square((cell[0] + 0.5) * CELL, (cell[1] + 0.5) * CELL, 8)
        nets = [(f"n{k}", [at(a)], [at(b)]) for k, (a, b) in enumerate(self.pairs)]
        return case_of(nets, walls, (0, 0, die, die), width, spacing)

    def paths(self, start, goal):
        """All ways between two cells that enter none twice, as sets of slits in the bits of a number, short ones first."""
        found, stack = [], [(start, {start}, 0)]
        while stack:
            cell, seen, bits = stack.pop()
            if cell == goal:
                found.append(bits)
                continue
            for step in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                after = cell[0] + step[0], cell[1] + step[1]
                slit = self.number.get(frozenset((cell, after)))
                if slit is not None and after not in seen:
                    stack.append((after, seen | {after}, bits | 1 << slit))
        return sorted(set(found), key=lambda bits: (bin(bits).count("1"), bits))

    def routable(self):
        """Whether ways exist that share no slit (they may cross inside cells); by trying all."""
        choices = sorted((self.paths(a, b) for a, b in self.pairs), key=len)

        def rest(k, taken):
            return k == len(choices) or any(rest(k + 1, taken | bits) for bits in choices[k] if not bits & taken)
        return rest(0, 0)

    def fractional(self):
        """The largest share of every net that flows at once when nets may be split among ways."""
        cells = sorted({c for s in self.slits for c in s})
        place = {c: k for k, c in enumerate(cells)}
        slits, nets = len(self.slits), len(self.pairs)
        rows, columns, values = [], [], []
        for n, (start, goal) in enumerate(self.pairs):  # what leaves a cell less what enters it
            for e, (c, d) in enumerate(self.slits):
                for direction, (a, b) in enumerate(((c, d), (d, c))):
                    column = (n * slits + e) * 2 + direction
                    rows += [n * len(cells) + place[a], n * len(cells) + place[b]]
                    columns += [column, column]
                    values += [1.0, -1.0]
            rows += [n * len(cells) + place[start], n * len(cells) + place[goal]]
            columns += [2 * nets * slits] * 2
            values += [-1.0, 1.0]
        count = 2 * nets * slits + 1
        balance = coo_matrix((values, (rows, columns)), (nets * len(cells), count))
        use = [(e, (n * slits + e) * 2 + direction) for n in range(nets) for e in range(slits) for direction in (0, 1)]
        room = coo_matrix((np.ones(len(use)), tuple(zip(*use))), (slits, count))
        goal = np.zeros(count)
        goal[-1] = -1.0
        return -linprog(goal, A_ub=room, b_ub=np.ones(slits), A_eq=balance, b_eq=np.zeros(nets * len(cells)), method="highs").fun


# ---- an independent look ----

def faults(case, proof, fineness=8):
    """Sentences, one per thing that is wrong with a proof; none when it holds.  fineness: grid lines per width and spacing;
    gaps that are too narrow for a trace by less than two of them do not keep the walk out."""
    rules = case["rules"]
    width, spacing = rules["width"], rules["spacing"]
    found = [text for cut in proof.cuts for text in _cut_faults(case, cut, width, spacing)]
    walk = _Walk(case, proof, (width + spacing) / fineness)
    demand, must = 0.0, []
    for net in case["nets"]:
        least = walk.least(net) if net["name"] in proof.nets else 0.0
        demand += least
        must += [net["name"]] if least > 1e-6 else []
    capacity = sum(cut.weight * cut.traces for cut in proof.cuts)
    if abs(capacity - proof.capacity) > 1e-6:
        found.append(f"the capacity is {capacity}, not {proof.capacity}")
    if demand < proof.demand - 1e-6 or demand <= capacity:
        found.append(f"the demand is {demand}, not {proof.demand}, for {capacity}")
    if not set(proof.nets) <= set(must):
        found.append(f"the nets {sorted(set(proof.nets) - set(must))} need not pass")
    return found


def _cut_faults(case, cut, width, spacing):
    """What is wrong with the place and the room of a cut."""
    polygons = [p for n in case["nets"] for kind in ("contacts", "pads") for t in n[kind] for p in t["shape"]] + [o["shape"] for o in case["obstacles"]]
    x1, y1, x2, y2 = case["die"]
    walls = 0
    for x, y in cut.ends:
        if any(inside((x, y), p) or polygon_distance((x, y), (x, y), p) < 0.01 for p in polygons):
            walls += 1
        elif min(abs(x - x1), abs(x - x2), abs(y - y1), abs(y - y2)) > 0.01:
            return [f"a cut ends at ({x}, {y}), on no metal"]
    dx, dy = abs(cut.ends[1][0] - cut.ends[0][0]), abs(cut.ends[1][1] - cut.ends[0][1])
    length = max(dx, dy, (dx + dy) / math.sqrt(2)) if case["rules"]["allow45"] else max(dx, dy)
    fit = max(0, math.floor((length - (walls - 1) * spacing) / (width + spacing) + 1e-6))
    return [] if cut.traces >= fit else [f"{fit} traces fit through the cut {cut.ends}, not {cut.traces}"]


class _Walk:
    """A grid over the die whose moves, up and down and left and right, cost the weight of the cuts they cross."""

    def __init__(self, case, proof, step):
        self.case, self.width, self.spacing, self.step = case, case["rules"]["width"], case["rules"]["spacing"], step
        x1, y1, x2, y2 = case["die"]
        self.xs, self.ys = np.arange(x1 + step / 2, x2, step), np.arange(y1 + step / 2, y2, step)
        self.x, self.y = np.meshgrid(self.xs, self.ys)
        self.number = np.arange(self.x.size).reshape(self.x.shape)
        self.moves = [(self.number[:, :-1].ravel(), self.number[:, 1:].ravel()), (self.number[:-1].ravel(), self.number[1:].ravel())]
        self.cost = [sum((cut.weight * self._crosses(a, b, *cut.ends) for cut in proof.cuts), np.zeros(len(a))) for a, b in self.moves]
        self.metal = [(n["name"], p) for n in case["nets"] for kind in ("contacts", "pads") for t in n[kind] for p in t["shape"]]
        self.metal += [(o["net"], o["shape"]) for o in case["obstacles"]]
        self.near = [self._away(p) < self.width / 2 + self.spacing - 1.1 * step for _, p in self.metal]
        edge = np.minimum(np.minimum(self.x - x1, x2 - self.x), np.minimum(self.y - y1, y2 - self.y))
        self.outside = edge < self.width / 2 - 1.1 * step

    def _crosses(self, a, b, start, stop):
        """Which moves a-b cross a segment."""
        (px, py), (qx, qy) = start, stop
        ax, ay, bx, by = (v.ravel()[k] for k in (a, b) for v in (self.x, self.y))

        def side(ox, oy, ex, ey, x, y):
            return (ex - ox) * (y - oy) - (ey - oy) * (x - ox)
        across_cut = (side(px, py, qx, qy, ax, ay) > 0) != (side(px, py, qx, qy, bx, by) > 0)
        across_move = (side(ax, ay, bx, by, px, py) > 0) != (side(ax, ay, bx, by, qx, qy) > 0)
        return across_cut & across_move

    def _away(self, polygon):
        """Distance of the grid points to a polygon, 0 inside."""
        best, within = np.full(self.x.shape, np.inf), np.zeros(self.x.shape, bool)
        for (ax, ay), (bx, by) in zip(polygon, polygon[1:] + polygon[:1]):
            dx, dy = bx - ax, by - ay
            t = np.clip(((self.x - ax) * dx + (self.y - ay) * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
            best = np.minimum(best, np.hypot(self.x - ax - t * dx, self.y - ay - t * dy))
            if ay != by:
                within ^= ((ay > self.y) != (by > self.y)) & (self.x < ax + (self.y - ay) * dx / dy)
        return np.where(within, 0.0, best)

    def least(self, net):
        """The least weight that joining a net crosses (a lower bound where it has more than two terminals); inf: no way."""
        blocked = self.outside.copy()
        for (name, _), near in zip(self.metal, self.near):
            if name != net["name"]:
                blocked |= near
        terminals = [self._away(t["shape"][0]).ravel() for kind in ("contacts", "pads") for t in net[kind]]
        nodes = [np.nonzero(away <= max(self.step, away.min() + 1e-9))[0] for away in terminals]
        blocked.ravel()[np.concatenate(nodes)] = False
        free = ~blocked.ravel()
        rows, columns, costs = [], [], []
        for (a, b), cost in zip(self.moves, self.cost):
            keep = free[a] & free[b]
            rows.append(a[keep])
            columns.append(b[keep])
            costs.append(cost[keep] + 1e-9)
        graph = coo_matrix((np.concatenate(costs), (np.concatenate(rows), np.concatenate(columns))), (self.x.size, self.x.size)).tocsr()
        reach = np.array([dijkstra(graph, directed=False, indices=own, min_only=True) for own in nodes])
        pairs = np.array([[there[other].min() for other in nodes] for there in reach])
        if len(nodes) <= 3 or not np.isfinite(pairs).all():
            return float(np.round(reach.sum(axis=0).min(), 3))  # three ways meet somewhere
        joined, total = {0}, 0.0
        while len(joined) < len(nodes):
            length, new = min((pairs[i, j], j) for i in joined for j in range(len(nodes)) if j not in joined)
            joined.add(new)
            total += length
        return float(np.round(max(pairs.max(), total * len(nodes) / (2 * len(nodes) - 2)), 3))
