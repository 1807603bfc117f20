"""The shortest traces of small problems on a lattice, by exhaustive search: they are legal, so no bound may be above them."""
import heapq
import math

PITCH, WIDTH, SPACE, METAL = 8.0, 4.0, 4.0, 4.0  # traces on neighbouring lattice lines, and metal of this size on lattice points, are just legal

MOST = 20000  # steps of a search


class LatticeProblem:
    """Nets of two terminals on the points of a lattice of columns by rows; ends: [((i, j), (i, j))]; walls: lattice points of fixed metal."""

    def __init__(self, columns, rows, ends, walls=(), allow45=False):
        self.columns, self.rows, self.ends, self.walls, self.allow45 = columns, rows, ends, set(walls), allow45
        self.steps = [(1, 0), (0, 1), (-1, 0), (0, -1)] + ([(1, 1), (-1, 1), (-1, -1), (1, -1)] if allow45 else [])
        self.inside = METAL * (math.sqrt(2) if allow45 else 1.0)  # the most that the metal of both ends covers of a trace
        self.best, self.tried = math.inf, 0

    def case(self):
        """The neutral JSON form; in the die the outermost lattice lines are the outermost traces."""
        def terminal(name, point):
            x, y, half = (point[0] + 1) * PITCH, (point[1] + 1) * PITCH, METAL / 2
            return {"name": name, "shape": [[[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]]}
        nets = [{"name": f"n{k}", "width": WIDTH, "spacing": SPACE, "mode": "connect_all", "contacts": [terminal(f"c{k}", a)], "pads": [terminal(f"p{k}", b)]}
                for k, (a, b) in enumerate(self.ends)]
        die = [PITCH - WIDTH / 2, PITCH - WIDTH / 2, self.columns * PITCH + WIDTH / 2, self.rows * PITCH + WIDTH / 2]
        return {"name": "lattice", "units": "um", "dbu": 0.001, "die": die, "rules": {"width": WIDTH, "spacing": SPACE, "allow45": self.allow45}, "nets": nets,
                "obstacles": [{"net": None, "shape": terminal("", wall)["shape"][0]} for wall in sorted(self.walls)], "reference": {}}

    def shortest(self):
        """Least exposed length of all nets, inf when they cannot be routed on the lattice; None where that takes too long to find out."""
        self.best, self.tried = math.inf, 0
        points = {p for pair in self.ends for p in pair} | self.walls
        self._next(0, points, 0.0)
        return self.best if self.tried < MOST else None

    def length(self, steps):
        """Exposed length of a way given by its steps: what lies in the metal of its ends does not count."""
        inside = sum(math.hypot(*step) * METAL / 2 for step in (steps[0], steps[-1]))
        return sum(PITCH * math.hypot(*step) for step in steps) - inside

    def _next(self, k, taken, sofar):
        if k == len(self.ends):
            self.best = min(self.best, sofar)
            return
        rest = sum(self._away(j, taken)[1] for j in range(k + 1, len(self.ends)))
        away, least = self._away(k, taken)
        if sofar + least + rest < self.best - 1e-9:
            self._walk(k, taken, sofar, rest, away, [self.ends[k][0]], [], set())

    def _walk(self, k, taken, sofar, rest, away, way, steps, beside):
        """All ways of a net, the most direct first; beside: points that its diagonals keep others off."""
        at, goal = way[-1], self.ends[k][1]
        self.tried += 1
        if self.tried >= MOST:
            return
        if at == goal:
            self._next(k + 1, taken | set(way) | beside, sofar + self.length(steps))
            return
        run = sum(PITCH * math.hypot(*step) for step in steps)
        for step in sorted(self.steps, key=lambda s: PITCH * math.hypot(*s) + away.get((at[0] + s[0], at[1] + s[1]), math.inf)):
            to = at[0] + step[0], at[1] + step[1]
            if to in away and to not in way and sofar + run + PITCH * math.hypot(*step) + away[to] - self.inside + rest < self.best - 1e-9 and self._free(k, at, to, taken):
                corners = {(at[0], to[1]), (to[0], at[1])} if step[0] and step[1] else set()
                self._walk(k, taken, sofar, rest, away, way + [to], steps + [step], beside | corners)

    def _free(self, k, at, to, taken):
        if not (0 <= to[0] < self.columns and 0 <= to[1] < self.rows):
            return False
        own = self.ends[k]
        if to in taken and to not in own:
            return False
        return at[0] == to[0] or at[1] == to[1] or not any(c in taken and c not in own for c in ((at[0], to[1]), (to[0], at[1])))

    def _away(self, k, taken):
        """({point: way left to the second end of a net}, its least exposed length) among what is taken."""
        start, goal = self.ends[k]
        away, heap = {}, [(0.0, goal)]
        while heap:
            far, at = heapq.heappop(heap)
            if at in away:
                continue
            away[at] = far
            for step in self.steps:
                to = at[0] + step[0], at[1] + step[1]
                if to not in away and self._free(k, at, to, taken):
                    heapq.heappush(heap, (far + PITCH * math.hypot(*step), to))
        return away, away.get(start, math.inf) - self.inside
