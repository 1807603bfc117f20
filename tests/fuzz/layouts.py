"""Seeded layouts that look like a chip with its pads, with a few oddities each. Coordinates are nm."""

import math

import pya

PITCH = 60000
#: oddities of metal on a layer of the technology, drawn near a place: functions (rng, x, y) -> [shape]
SHAPES = {}


def shape(function):
    SHAPES[function.__name__] = function
    return function


def points(*pairs):
    return [pya.Point(int(round(x)), int(round(y))) for x, y in pairs]


@shape
def off_grid(rng, x, y):
    return [pya.Box(x + 1, y + 3, x + rng.randrange(2000, 9000) + 2, y + 4001)]


@shape
def ring(rng, x, y):
    polygon = pya.Polygon(points((x, y), (x, y + 20000), (x + 20000, y + 20000), (x + 20000, y)))
    polygon.insert_hole(points((x + 4000, y + 4000), (x + 4000, y + 15000), (x + 15000, y + 15000), (x + 15000, y + 4000)))
    return [polygon]


@shape
def open_ring(rng, x, y):
    """A ring in four bars, with a gap at one corner."""
    gap = rng.choice([0, 5, 1000, 2000, 2005])
    return [pya.Box(x, y, x + 20000, y + 4000), pya.Box(x, y, x + 4000, y + 20000), pya.Box(x, y + 16000, x + 20000, y + 20000),
            pya.Box(x + 16000, y + 4000 + gap, x + 20000, y + 20000)]


@shape
def slanted(rng, x, y):
    dx, dy = rng.randrange(5000, 30000), rng.randrange(3000, 25000)
    return [pya.Path(points((x, y), (x + dx, y + dy)), 5000)]


@shape
def star(rng, x, y):
    count, turn = rng.choice([5, 6, 9]), rng.random()
    corner = [(r * math.cos(turn + math.pi * k / count), r * math.sin(turn + math.pi * k / count)) for k in range(2 * count) for r in ((12000, 5000)[k % 2],)]
    return [pya.Polygon(points(*((x + cx, y + cy) for cx, cy in corner)))]


@shape
def bent(rng, x, y):
    """An L or a U of one polygon."""
    arm = rng.randrange(6000, 24000)
    corner = [(0, 0), (arm, 0), (arm, 4000), (4000, 4000), (4000, arm), (0, arm)]
    corner = rng.choice([corner, [(0, 0), (20000, 0), (20000, arm), (16000, arm), (16000, 4000), (4000, 4000), (4000, arm), (0, arm)]])
    return [pya.Polygon(points(*((x + cx, y + cy) for cx, cy in corner)))]


@shape
def crossing_itself(rng, x, y):
    return [pya.Polygon(points((x, y), (x + 20000, y + 20000), (x + 20000, y), (x, y + 12000)), True)]


@shape
def touching_corners(rng, x, y):
    return [pya.Box(x, y, x + 8000, y + 8000), pya.Box(x + 8000, y + 8000, x + 16000, y + 16000)]


@shape
def line(rng, x, y):
    return [rng.choice([pya.Box(x, y, x + 9000, y), pya.Path(points((x, y), (x + 9000, y)), 0)])]


@shape
def dot(rng, x, y):
    return [pya.Box(x, y, x + 1, y + 1)]


@shape
def round_path(rng, x, y):
    return [pya.Path(points((x, y), (x + 15000, y), (x + 15000, y + rng.randrange(1, 15000))), 4001, 2000, 2000, True)]


@shape
def circle(rng, x, y):
    count, r = rng.choice([8, 16, 32, 64]), rng.choice([1500, 8000])
    return [pya.Polygon(points(*((x + r * math.cos(2 * math.pi * (k + .5) / count), y + r * math.sin(2 * math.pi * (k + .5) / count)) for k in range(count))))]


@shape
def comb(rng, x, y):
    return [pya.Box(x, y, x + 30000, y + 4000)] + [pya.Box(x + k * 4000, y + 4000, x + k * 4000 + 2000, y + 16000) for k in range(7)]


@shape
def far(rng, x, y):
    return [pya.Box(10 ** 9 * rng.choice([-1, 1]), y, 10 ** 9 + 5000, y + 5000) & pya.Box(-2 ** 30, -2 ** 30, 2 ** 30, 2 ** 30)]


TEXTS = ["", " ", "VDD", "vdd", "a", "a[1]", "a<1>", "a\nb", "µ", "\U0001f600", "x" * 3000, "a b", "'\"\\", "%s%n", "<b>&", "\u202egnd", "$1", "TRUE", "1e400"]


class Drawing:
    """A layout under way. tech: the Technology whose layers are drawn on; places: (x, y) of units, in nm."""

    def __init__(self, rng, tech):
        self.rng, self.tech, self.layout = rng, tech, pya.Layout()
        self.layout.dbu = 0.001
        self.top = self.layout.create_cell("TOP")
        self.columns, self.rows = rng.randint(1, 4), rng.randint(1, 3)
        self.scale = max(1, int(round((tech.limit("width_min", tech.trace_layer()) or 2) / 2)))  # rules of tens of um ask for more room
        self.metals, self.cut = tech.of_kind("metal") + tech.of_kind("pad"), tech.connected_cut("contact")

    def on(self, name):
        return self.layout.layer(*self.tech.layers[name]["gds"])

    def put(self, cell, name, shapes):
        for one in shapes:
            cell.shapes(self.on(name)).insert(one if self.scale == 1 else one.transformed(pya.ICplxTrans(float(self.scale))))

    def square(self, x, y, size):
        return pya.Box(x - size // 2, y - size // 2, x + size // 2, y + size // 2)

    def chip(self):
        width, height = self.columns * PITCH, self.rows * 2 * PITCH
        if self.rng.random() < 0.95:
            self.put(self.top, "die", [pya.Box(-PITCH, -PITCH, width + PITCH, height + PITCH)])
        named = self.rng.random() < 0.7
        for column in range(self.columns):
            for row in range(self.rows):
                self.unit(column * PITCH + self.rng.randrange(-8, 9) * 1000, row * 2 * PITCH, "n%d_%d" % (column, row) if named or self.rng.random() < 0.3 else None)

    def unit(self, x, y, name):
        """A contact point with its capture pad, and a pad a pitch above; now and then joined already, or of another shape."""
        rng, size = self.rng, self.rng.choice([1200, 1200, 2000, 400])
        self.put(self.top, "contact", [self.square(x, y, size + 400)])
        self.put(self.top, self.cut, [self.square(x, y, size)])
        self.put(self.top, "rdl", [self.square(x, y, 6000)])
        pad = rng.choice(self.tech.of_kind("pad"))
        form = rng.choice(["square", "square", "bent", "star", "ring", "slanted", "open_ring", "circle"])
        self.put(self.top, pad, [self.square(x, y + PITCH, 24000)] if form == "square" else SHAPES[form](rng, x - 8000, y + PITCH - 8000))
        if rng.random() < 0.2:
            self.put(self.top, "rdl", [pya.Path(points((x, y), (x, y + PITCH * rng.choice([1, 0.5]))), 4000)])
        if name:
            self.text(x, y, name)
            self.text(x, y + PITCH if form in ("square", "circle", "star") else y + PITCH - 7000, name)

    def text(self, x, y, words):
        label = self.tech.of_kind("label")[0]
        self.top.shapes(self.on(label)).insert(pya.Text(words, pya.Trans(x * self.scale, y * self.scale)))

    def place(self):
        return self.rng.randrange(-30000, self.columns * PITCH), self.rng.randrange(-30000, self.rows * 2 * PITCH)

    def child(self, shapes=2):
        cell = self.layout.create_cell("CHILD")
        for _ in range(shapes):
            self.put(cell, self.rng.choice(self.metals), SHAPES[self.rng.choice(["off_grid", "bent", "ring", "comb"])](self.rng, self.rng.randrange(-9000, 9000), 0))
        return cell
