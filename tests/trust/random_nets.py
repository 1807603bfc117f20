"""Seeded random nets for the net oracle: contact points, vias, traces and pads that are joined, nearly joined, or wrongly joined.

A drawing is {layer: [shape]} as in outlines.py and labels [(text, x, y)], in dbu; each shape is an object of its own.
"""

import math
from collections import namedtuple

from .net_oracle import PADS
from .outlines import box_of
from .random_layouts import moved, octagon, round_ring, square, turned

Drawing = namedtuple("Drawing", "layers labels declared")

UM = 1000
WIRES = 7  # layers of the technology for groups: wires that may cross


def slip(rng):
    """Mostly nothing; or what opens or closes a joint."""
    return int(rng.choice([0, 0, 0, 0, 0, -1, 1]))


def fresh(shape):
    return tuple(int(c) for c in shape) if isinstance(shape, tuple) else [(int(x), int(y)) for x, y in shape]


class Pen:

    def __init__(self, rng):
        self.rng, self.layers, self.labels = rng, {}, []

    def add(self, layer, shape):
        self.layers.setdefault(layer, []).append(fresh(shape))

    def often(self, part=0.9):
        return self.rng.random() < part

    def contact(self, x, y):
        """A contact point of 2 um with its lower left corner at (x, y), its via and its capture pad; parts may be missing."""
        size = int(self.rng.choice([1, 2, 2])) * UM
        round_one = self.rng.random() < 0.2
        shape = moved(round_ring(size), x + size // 2, y + size // 2) if round_one else square(size, x, y)
        if self.often(0.95):
            self.add("contact", shape)
        if self.often(0.95):
            self.add("via", shape if round_one else square(size, x + slip(self.rng) * 2000, y))
        if self.often(0.95):
            self.add("rdl", square(4 * UM, x - UM, y - UM))

    def pad(self, x, y, function=None):
        """A pad with its lower left corner at (x, y); returns its size."""
        size = int(self.rng.choice([6, 10, 14])) * UM
        shapes = [square(size), square(size), octagon(size), moved(round_ring(size, 16), size // 2, size // 2)]
        self.add(function or str(self.rng.choice(PADS)), moved(shapes[self.rng.integers(4)], x, y))
        return size

    def trace(self, x, y, to_x, to_y):
        """From the capture pad at (x, y) up or down and across to the left side of a pad; joints may miss by one dbu."""
        low, high = min(y, to_y), max(y, to_y)
        self.add("rdl", (x, low, x + 2 * UM, high + 2 * UM))
        self.add("rdl", (x + slip(self.rng) + (2 * UM if self.often(0.3) else 0), to_y, to_x + slip(self.rng), to_y + 2 * UM))

    def label(self, text, x, y):
        self.labels.append((text, x, y))


def draw_nets(rng):
    """One to four nets, each in a strip of its own; some reach into the next one."""
    pen = Pen(rng)
    names = [str(name) for name in rng.permutation(["a", "b", "c", "A", "b:", "d<1>", "d[1]"])]
    for number in range(int(rng.integers(1, 5))):
        y = number * 30 * UM
        pad_y = y + int(rng.integers(-8, 9)) * UM // 2
        pen.contact(0, y)
        if pen.often(0.25):
            pen.contact(0, y + 6 * UM)
            pen.add("rdl", (0, y, 2 * UM, y + 7 * UM))
        if pen.often(0.9):
            pen.trace(0, y, 40 * UM, pad_y)
        if pen.often(0.9):
            size = pen.pad(40 * UM, pad_y - 4 * UM)
            if pen.often(0.2):
                pen.pad(40 * UM + size + slip(rng), pad_y - 4 * UM)
        if pen.often(0.15):
            pen.add("rdl", (20 * UM, y, 22 * UM, y + 30 * UM + slip(rng)))
        for _ in range(int(rng.integers(0, 3))):
            name = names[number] if pen.often(0.8) else names[int(rng.integers(len(names)))]
            at = [(UM, y + UM), (42 * UM, pad_y), (20 * UM, pad_y + UM), (30 * UM, pad_y + 2 * UM + int(rng.integers(-1, 2)))][rng.integers(4)]
            pen.label(name, *at)
    return Drawing(pen.layers, pen.labels, [])


def draw_feeds(rng):
    """Power pads on vias of about the size and number that their current needs, and traces of about the width."""
    pen = Pen(rng)
    for number in range(int(rng.integers(1, 3))):
        x = number * 80 * UM
        function = "pad_power" if pen.often(0.8) else "pad_signal"
        width = 3 * UM + int(rng.choice([-500, -1, 0, 0, 1, 500]))
        pen.add("rdl", (x, 0, x + 50 * UM, width))
        if pen.often(0.3):
            pen.add("rdl", (x + 20 * UM, int(rng.choice([-1000, 500, 3000])), x + 30 * UM, 6 * UM))
        for via in range(int(rng.integers(1, 5))):
            size = int(rng.choice([1000, 1000, 1414, 1415, 2000, 1999, 2001]))
            foot = square(size, x + 3 * UM * via, 400)
            pen.add("via", foot)
            if pen.often():
                pen.add("contact", foot)
        for pad in range(int(rng.integers(1, 3))):
            pen.add(function, square(10 * UM, x + 40 * UM + pad * int(rng.choice([5, 9, 12])) * UM, -4 * UM))
    return Drawing(pen.layers, [], [])


def draw_lengths(limit):
    """Traces of about the length, straight, bent or with branches, some with a via and a contact point that two of them share, some with pads."""
    def draw(rng):
        pen, width = Pen(rng), 2 * UM
        for number in range(int(rng.integers(1, 4))):
            y, parts = number * 100 * UM, sorted(int(part) for part in rng.integers(3 * width, limit - 3 * width, 2))
            end = limit + int(rng.choice([-5000, -1, 0, 0, 1, 1, 5000])) - (2 * width if pen.often(0.2) else 0)
            first, second = parts[0], max(parts[1] - parts[0], 3 * width)
            rise = min(second, 60 * UM)
            shape = rng.integers(4)
            if shape == 0:
                pen.add("rdl", (0, y, end, y + width))
            elif shape == 1:  # a bend up and one on
                pen.add("rdl", (0, y, first, y + width))
                pen.add("rdl", (first - width, y, first, y + rise))
                pen.add("rdl", (first - width, y + rise - width, max(end - rise + 2 * width, first + width), y + rise))
            elif shape == 2:  # a branch
                pen.add("rdl", (0, y, max(end - rise, first + width), y + width))
                pen.add("rdl", (first - width, y + width, first, y + width + rise))
            else:
                pen.add("rdl", (0, y, first, y + width))
                pen.add("rdl", (first + slip(rng), y, end, y + width))
            if pen.often(0.5):
                pen.add("via", square(500, 500, y + 500))
            if pen.often(0.3):
                pen.add("pad_signal", square(20 * UM, end, y - 10 * UM))
            if pen.often(0.2):
                pen.add("rdl", square(8 * UM, -4 * UM, y - 4 * UM))
        if pen.often(0.4):
            pen.add("contact", (0, 0, UM, 250 * UM))
        return Drawing(pen.layers, [], [])
    return draw


def draw_spaces(boxes_of):
    """Boxes of metal as in the trials of space, boxes_of(rng); some of them joined below."""
    def draw(rng):
        pen = Pen(rng)
        boxes = boxes_of(rng)
        for box in boxes:
            pen.add(str(rng.choice(["rdl", "pad_signal"])), box)
        if len(boxes) > 1 and pen.often(0.6):
            feet = [square(100, box[0] + 20, box[1] + 20) for box in boxes[:2]]
            for foot in feet:
                pen.add("via", foot)
            a, b = feet
            pen.add("contact", (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])))
        return Drawing(pen.layers, [], [])
    return draw


def draw_pads(space, pitch):
    """Pads of several nets at about the space or the pitch, some with contact points, some joined by a trace."""
    def draw(rng):
        pen = Pen(rng)
        x, placed = 0, []
        for _ in range(int(rng.integers(2, 5))):
            size = int(rng.choice([15, 16, 20])) * UM
            shapes = [square(size), octagon(size), moved(round_ring(size), size // 2, size // 2)]
            y = int(rng.choice([0, 0, 6 * UM, 12 * UM]))
            shape = moved(shapes[rng.integers(3)], x, y)
            pen.add(str(rng.choice(PADS)), shape)
            placed.append((x, y, size))
            if pen.often(0.6):
                for layer in ("contact", "via"):
                    pen.add(layer, square(2 * UM, x + int(rng.integers(4, 8)) * UM, y + 7 * UM))
            x += size + int(rng.choice([space, space, pitch - size, 6 * UM, 8 * UM])) + int(rng.integers(-2, 3))
        if pen.often(0.3):
            a, b = placed[:2]
            pen.add("rdl", (a[0] + 4 * UM, a[1] - 10 * UM, a[0] + 6 * UM, a[1] + 4 * UM))
            pen.add("rdl", (a[0] + 4 * UM, a[1] - 10 * UM, b[0] + 9 * UM, a[1] - 8 * UM))
            pen.add("rdl", (b[0] + 7 * UM, a[1] - 10 * UM, b[0] + 9 * UM, b[1] + 8 * UM))
        return Drawing(pen.layers, [], [])
    return draw


def draw_drops(times, reach):
    """Pads with traces on some sides, along the axes and at 45 degrees, that widen by about that factor."""
    def draw(rng):
        pen = Pen(rng)
        size = 20 * UM
        shapes = [(-size // 2, -size // 2, size // 2, size // 2), moved(octagon(size), -size // 2, -size // 2), round_ring(size, 32), round_ring(size, 32, True)]
        pen.add("pad_signal", shapes[rng.integers(4)])
        for turn in range(0, 8, 1 if pen.often(0.5) else 2):
            if not pen.often(0.5 if turn % 2 == 0 else 0.25):
                continue
            width = int(rng.choice([3, 4, 5])) * UM
            at_pad = int(width * times) + int(rng.choice([-width // 2, -10, -3, 0, 4, 1000]))
            parts = [(60 * UM, width)]
            if pen.often(0.8):
                parts.append((size // 2 + int(rng.choice([reach // 2, reach - (1 if turn % 2 == 0 else 5), 4 * UM])), at_pad))
            if pen.often(0.1):
                parts = [(size // 2 + reach - 1000, width)]
            off = int(rng.integers(-1, 2)) * 2 * UM
            for length, wide in parts:
                pen.add("rdl", leaving(turn, length, wide, off))
        return Drawing(pen.layers, [], [])
    return draw


def leaving(turn, length, width, off):
    """A bar from the middle line of the pad outwards, by eighths of a turn; off: of its lower side from the middle."""
    low = off - width // 2
    ring = [(0, low), (length, low), (length, low + width), (0, low + width)]
    if turn % 2:
        ring = [(round((x - y) / math.sqrt(2)), round((x + y) / math.sqrt(2))) for x, y in ring]
    ring = turned(ring, turn // 2)
    return ring if turn % 2 else box_of(ring)


# groups: every net has a wire layer of its own, so that any order of pads can be drawn

def bar(x, y, to_x, to_y):
    """A thin slanted bar from one point to the other."""
    length = math.hypot(to_x - x, to_y - y) or 1.0
    ux, uy = 200 * (to_x - x) / length, 200 * (to_y - y) / length
    return [(round(x - uy), round(y + ux)), (round(x + uy), round(y - ux)), (round(to_x + uy), round(to_y - ux)), (round(to_x - uy), round(to_y + ux))]


def contact_places(rng, count):
    """In a ring, in a row (nearly as wide as a row may be), or anywhere; 12 um apart and more."""
    kind = rng.integers(3)
    if kind == 0:
        start = rng.random() * 7
        return [(40 * UM * math.cos(start + 6.28 * i / count), 40 * UM * math.sin(start + 6.28 * i / count)) for i in range(count)]
    if kind == 1:
        turn, wide = rng.random() * 3.14, float(rng.choice([0, 1, 2, 4, 8])) * UM
        spots = [(20 * UM * i + rng.random() * 3 * UM, wide * rng.random()) for i in range(count)]
        return [(x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)) for x, y in spots]
    spots = []
    while len(spots) < count:
        spot = rng.integers(0, 100 * UM, 2)
        if all(math.dist(spot, other) > 12 * UM for other in spots):
            spots.append(tuple(spot))
    return spots


def draw_group(rng):
    """Contact points and pads of up to seven nets, most of them in a declared area; pads spread by a factor or by a step."""
    pen = Pen(rng)
    count = int(rng.integers(2, WIRES + 1))
    contacts = [(2 * round(x / 2) + 1, 2 * round(y / 2) + 1) for x, y in contact_places(rng, count)]
    spread = float(rng.choice([1.0, 2.0, 4.0, 6.0]))
    pads = [(x * spread + 1000 * UM, y * spread) for x, y in contacts]
    if count == 2:  # just as far apart as they must be, or by one dbu less
        pads = [(contacts[0][0] + 1000 * UM, contacts[0][1]), (contacts[1][0] + 1000 * UM, contacts[1][1] + 5 * UM * int(rng.integers(0, 2)) + int(rng.integers(-1, 2)))]
    order = list(range(count))
    if pen.often(0.5):
        a, b = rng.integers(0, count, 2)
        order[a], order[b] = order[b], order[a]
    elif pen.often(0.2):
        order = order[1:] + order[:1]
    for number, (x, y) in enumerate(contacts):
        pad_x, pad_y = (2 * round(c / 2) + 1 for c in pads[order[number]])
        half = 1000 if pen.often(0.9) else 2000
        pen.add("contact", (x - 1000, y - 1000, x + 1000, y + 1000))
        pen.add(str(rng.choice(PADS)), (pad_x - half, pad_y - half, pad_x + half, pad_y + half) if pen.often(0.7) else moved(round_ring(2 * half, 16), pad_x, pad_y))
        pen.add("wire%d" % number, bar(x, y, pad_x, pad_y))
    if pen.often(0.15):
        extra = int(rng.integers(count))
        pen.add("wire%d" % extra, bar(*contacts[extra], contacts[extra][0], contacts[extra][1] + 300 * UM))
        pen.add("contact" if pen.often(0.5) else "pad_power", square(2 * UM, contacts[extra][0] - UM, contacts[extra][1] + 300 * UM))
    declared = []
    if pen.often(0.8):
        box = [f(c) for f in (min, max) for c in zip(*contacts)]
        area = (box[0] - 5 * UM, box[1] - 5 * UM, box[2] + 5 * UM if pen.often(0.8) else box[2] - 5 * UM, box[3] + 5 * UM)
        declared = [(str(rng.choice(["fan-out", "fan-out", "relocation", "addition", "reduction"])), fresh(area))]
    return Drawing(pen.layers, [], declared)
