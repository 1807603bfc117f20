"""Seeded random small layouts for each kind of rule, with values scattered around the limit by a few dbu.

A Trial is one deck run: a rule, hundreds of layouts (a tile each, or around one shared die), and the oracle's question
for each layout. Shapes are those of outlines.py: boxes (left, bottom, right, top) and rings [(x, y), ...], in dbu.
"""

import math
from collections import namedtuple
from functools import cached_property

import numpy as np

from . import oracle
from .outlines import is_box, ring_edges, ring_of, segments_touch, touch

#: name; rule: record of the technology without id and title; draw(rng) -> {layer: [shape]}; judge(layers) -> Verdicts;
#: exact: markers must be the places themselves, not only touch them; count: number of layouts
Trial = namedtuple("Trial", "name rule draw judge exact count")

UM = 1000
GRID = 5


# single shapes

def square(size, x=0, y=0):
    return x, y, x + size, y + size


def octagon(size, cut=None):
    cut = int(round(size / (2 + math.sqrt(2)))) if cut is None else cut
    return [(cut, 0), (size - cut, 0), (size, cut), (size, size - cut), (size - cut, size), (cut, size), (0, size - cut), (0, cut)]


def round_ring(size, corners=32, flat=False):
    """A circle as wide as `size` (even): a corner on each axis, or a flat side there."""
    turn = 0.5 if flat else 0.0
    radius = 0.5 * size / (math.cos(math.pi / corners) if flat else 1.0)
    angles = [2 * math.pi * (i + turn) / corners for i in range(corners)]
    return [(int(round(radius * math.cos(a))), int(round(radius * math.sin(a)))) for a in angles]


def diamond(half):
    return [(half, 0), (0, half), (-half, 0), (0, -half)]


def turned_rectangle(long_fifth, short_fifth):
    """5 long_fifth by 5 short_fifth, turned by the angle of the 3-4-5 triangle: every corner is exact."""
    k, m = long_fifth, short_fifth
    return [(0, 0), (4 * k, 3 * k), (4 * k - 3 * m, 3 * k + 4 * m), (-3 * m, 4 * m)]


def moved(shape, dx, dy):
    if is_box(shape):
        return shape[0] + dx, shape[1] + dy, shape[2] + dx, shape[3] + dy
    return [(x + dx, y + dy) for x, y in shape]


def near(rng, limit):
    return limit + int(rng.choice([-5, -2, -1, -1, 0, 0, 0, 1, 1, 2, 5]))


def even(size):
    return size + size % 2


def any_shape(rng, size):
    """A closed shape of about that size."""
    kind = rng.integers(7)
    if kind == 0:
        return square(size)
    if kind == 1:
        return (0, 0, size, size + int(rng.integers(0, size)))
    if kind == 2:
        return octagon(size)
    if kind in (3, 4):
        return round_ring(even(size), int(rng.choice([16, 32, 64])), kind == 4)
    if kind == 5:
        return diamond(int(round(size / math.sqrt(2))) + int(rng.integers(-2, 3)))
    return turned_rectangle(size // 5 + int(rng.integers(0, size // 5)), size // 5 + int(rng.integers(-1, 2)))


# several boxes

def scattered_boxes(rng, limit, most=5):
    """Boxes whose sizes and distances lie around the limit: some overlap, some touch, some are just too near."""
    steps = [limit, limit, 2 * limit, 3 * limit, 3 * limit // 5, 4 * limit // 5]

    def coordinate():
        return int(rng.integers(0, 5)) * limit + int(rng.choice([0, 0, 3 * limit // 5, 4 * limit // 5])) + int(rng.integers(-2, 3))
    boxes = []
    for _ in range(int(rng.integers(2, most + 1))):
        x, y = coordinate(), coordinate()
        boxes.append((x, y, x + int(rng.choice(steps)) + int(rng.integers(-1, 2)), y + int(rng.choice(steps)) + int(rng.integers(-1, 2))))
    return boxes


def split(rng, shapes, layers):
    """The shapes dealt out to some layers."""
    dealt = {}
    for shape in shapes:
        dealt.setdefault(str(rng.choice(layers)), []).append(shape)
    return dealt


def ring_distance(a, b):
    """Distance of two rings that do not overlap."""
    return min(points_to_edges(a, b), points_to_edges(b, a))


def points_to_edges(points, ring):
    points, start = np.array(points, dtype=float), np.array(ring, dtype=float)
    along = np.roll(start, -1, axis=0) - start
    to = points[:, None, :] - start[None, :, :]
    part = np.clip((to * along).sum(axis=2) / (along ** 2).sum(axis=1), 0, 1)
    return float(np.hypot(*np.moveaxis(to - part[:, :, None] * along, 2, 0)).min())


def as_ring(shape):
    return ring_of(shape) if is_box(shape) else shape


def pair_at(rng, one, other, limit):
    """The other shape moved so that it stands at about the limit from the first, in one of eight directions or a random one."""
    angle = math.pi / 4 * rng.integers(8) if rng.random() < 0.8 else rng.random() * 2 * math.pi
    reach = 4 * max(abs(c) for p in as_ring(one) + as_ring(other) for c in p) + 4 * limit
    wanted = limit + int(rng.integers(-7, 4))
    low, high = 0.0, float(reach)
    start = centred(other, one)
    for _ in range(24):
        middle = (low + high) / 2
        there = moved(start, int(round(middle * math.cos(angle))), int(round(middle * math.sin(angle))))
        apart = 0 if touch(one, there) else ring_distance(as_ring(one), as_ring(there))
        low, high = (middle, high) if apart < wanted else (low, middle)
    return moved(start, int(round(high * math.cos(angle))), int(round(high * math.sin(angle))))


def centred(shape, on):
    a, b = oracle.box_of(shape), oracle.box_of(on)
    return moved(shape, (b[0] + b[2] - a[0] - a[2]) // 2, (b[1] + b[3] - a[1] - a[3]) // 2)


# traces joined to pads

def pad_shape(rng, size):
    """A pad around (0, 0), as wide as `size` (even)."""
    kind = rng.integers(5)
    if kind < 2:
        return centred(octagon(size), (0, 0, 0, 0))
    return (-size // 2, -size // 2, size // 2, size // 2) if kind == 4 else round_ring(size, int(rng.choice([16, 32, 64])), kind == 3)


def trace_from(rng, reach, width, length):
    """A trace whose middle line starts within `reach` of (0, 0): along an axis, or at 45 degrees, or with a bend; a list of shapes."""
    off, turns = int(rng.integers(-reach, reach + 1)), int(rng.integers(4))
    low = off - width // 2
    straight = (0, low, length, low + width)
    kind = rng.random()
    if kind < 0.6:
        shapes = [straight]
    elif kind < 0.8:
        shapes = [straight, (length - width, low, length, low + length // 2)]
    else:
        across = int(round(width / math.sqrt(2)))
        shapes = [[(0, low), (length, low + length), (length - across, low + length + across), (-across, low + across)]]
    return [turned(shape, turns) for shape in shapes]


def turned(shape, quarters):
    """About (0, 0) by quarters of a turn."""
    for _ in range(quarters):
        shape = (-shape[3], shape[0], -shape[1], shape[2]) if is_box(shape) else [(-y, x) for x, y in shape]
    return shape


def pad_with_traces(rng, size, width):
    """A pad and one or two traces that leave it, as a list of shapes; width: of the traces, a function."""
    shapes = [pad_shape(rng, size)]
    for _ in range(int(rng.integers(1, 3))):
        shapes += trace_from(rng, int(rng.choice([0, size // 6, size // 2])), width(), int(rng.integers(size, 3 * size)))
    return shapes


def draw_joined(limit, layers, size=4, width=1):
    """Pads with traces, two times out of three a second one beside the first at about the limit; sizes in limits."""
    def draw(rng):
        def one():
            return pad_with_traces(rng, even(size * limit + int(rng.integers(0, limit))), lambda: near(rng, width * limit))
        shapes = one()
        if rng.random() < 0.67:
            others = one()
            beside = pair_at(rng, shapes[int(rng.integers(len(shapes)))], others[0], limit)
            there, here = oracle.box_of(beside), oracle.box_of(others[0])
            others = [moved(shape, there[0] - here[0], there[1] - here[1]) for shape in others]
            shapes += [shape for shape in others if not any(touch(shape, other) for other in shapes)]
        return split(rng, shapes, layers)
    return draw


def draw_two_joined(limit, one, other):
    """A pad with traces on each of two layers, at about the limit."""
    def draw(rng):
        layers = [pad_with_traces(rng, even(4 * limit + int(rng.integers(0, limit))), lambda: limit) for _ in range(2)]
        first, second = (some[int(rng.integers(len(some)))] for some in layers)
        beside, start = oracle.box_of(pair_at(rng, first, second, limit)), oracle.box_of(second)
        return {one: layers[0], other: [moved(shape, beside[0] - start[0], beside[1] - start[1]) for shape in layers[1]]}
    return draw


def draw_joined_slanted(width):
    """Pads with traces; some traces miss their angle by a few dbu at their end."""
    def draw(rng):
        shapes = pad_with_traces(rng, even(4 * width), lambda: near(rng, width))
        for number in range(1, len(shapes)):
            if rng.random() < 0.5:
                ring = list(as_ring(shapes[number]))
                corner = int(rng.integers(4))
                ring[corner] = (ring[corner][0] + int(rng.choice([-5, -1, 0, 1, 5])), ring[corner][1] + int(rng.choice([-5, 0, 5])))
                shapes[number] = ring
        return {"rdl": shapes}
    return draw


def draw_joined_enclosure(limit, size):
    """A via in a pad that a trace leaves; the pad alone is about as large as it must be, or too small on the side of the trace."""
    def draw(rng):
        inner = centred([square(size), octagon(size), round_ring(size, 32), diamond(size // 2)][rng.integers(4)], (0, 0, 0, 0))
        shapes = pad_with_traces(rng, even(size + 2 * limit + 2 * int(rng.integers(-3, 6))), lambda: int(rng.choice([size, size + 2 * limit, size // 2])) + int(rng.integers(-2, 3)))
        step = int(rng.choice([0, 0, limit // 2, limit]))
        dx, dy = [(step, 0), (-step, 0), (0, step), (0, -step), (0, 0)][rng.integers(5)]
        return dict(split(rng, shapes, ["rdl", "pad_signal"]), via=[moved(inner, dx + int(rng.integers(-3, 4)), dy + int(rng.integers(-3, 4)))])
    return draw


def draw_joined_wide(limit):
    """A pad of about the limit; its narrow traces leave it from the middle."""
    def draw(rng):
        shapes = [pad_shape(rng, even(limit + int(rng.choice([-300, -20, -6, -4, -2, 0, 2, 4, 6, 20, 300]))))]
        for _ in range(int(rng.integers(1, 4))):
            shapes += trace_from(rng, 0, int(rng.choice([limit // 5, limit // 3])), 2 * limit)
        return {"rdl": shapes}
    return draw


# sizes

def draw_size(limit):
    def draw(rng):
        if rng.random() < 0.75:
            return {"via": [any_shape(rng, near(rng, limit))]}
        return {"via": scattered_boxes(rng, limit, 3)}
    return draw


def draw_long_size(limit):
    return lambda rng: {"via": [any_shape(rng, near(rng, limit))]}


def draw_traces(limit):
    def draw(rng):
        if rng.random() < 0.8:
            return {"rdl": scattered_boxes(rng, limit)}
        return {"rdl": [slanted_trace(rng, limit)]}
    return draw


def slanted_trace(rng, limit):
    """A bar at 45 degrees whose width is about the limit."""
    across = int(round(limit / math.sqrt(2))) + int(rng.integers(-6, 4))
    length = across * 3 + int(rng.integers(0, limit))
    return [(0, 0), (length, length), (length - across, length + across), (-across, across)]


def diagonal(points):
    """Points (along, across) of a bar at 45 degrees, dbu, turned into corners on whole dbu."""
    return [(int(round((along - across) / math.sqrt(2))), int(round((along + across) / math.sqrt(2)))) for along, across in points]


def dent(rng, height, to):
    """Corners along a side from the left: a slot or nose some dbu wide that reaches `to`, or a jog there; none where it is as high."""
    if to == height:
        return [(0, height), (35000, height)]
    start, wide = int(rng.integers(13000, 18000)), int(rng.choice([10, 14, 28, 70, 141, 280]))
    slope = int(rng.choice([0, 0, 0, wide // 3]))
    side = [(0, height), (start, height), (start + slope, to), (start + wide - slope, to)]
    return side + ([(start + wide, height), (35000, height)] if rng.random() < 0.7 else [(35000, to)])


def about(rng, limit):
    """(depth of a dent, what it leaves of metal or space)"""
    return int(rng.choice([10, 30, 60, 100, 200])), limit + int(rng.choice([-140, -60, -30, -20, -12, -8, -5, 5, 10, 70]))


def draw_dented(limit):
    """Bars at 45 degrees that keep the limit but for a dent, which leaves about the limit."""
    def draw(rng):
        deep, left = about(rng, limit)
        ring = diagonal([(0, 0), *dent(rng, left + deep, left), (35000, 0)])
        return {"rdl": [[(-x, y) for x, y in ring] if rng.random() < 0.5 else ring]}
    return draw


def draw_nosed(limit, layers=("rdl", "rdl")):
    """Two bars at 45 degrees, one with a nose that reaches about the limit near to the other."""
    def draw(rng):
        deep, left = about(rng, limit)
        if rng.random() < 0.3:
            deep, left = 0, left + 300
        ring = diagonal([(0, -left - 17000), *((along, -across) for along, across in dent(rng, left + deep, left)), (35000, -left - 17000)])
        bar = diagonal([(-3000, 0), (-3000, 17000), (38000, 17000), (38000, 0)])
        drawn = {}
        for layer, shape in zip(layers, (bar, ring)):
            drawn.setdefault(layer, []).append(shape)
        return drawn
    return draw


def circle_ring(diameter, corners, tenths):
    """Corners on a circle, the first so many tenths of a facet from the axis."""
    angles = [2 * math.pi * (number + tenths / 10) / corners for number in range(corners)]
    return [(int(round(diameter / 2 * math.cos(angle))), int(round(diameter / 2 * math.sin(angle)))) for angle in angles]


def draw_circle(limit):
    """Circles of about the limit, through corners or touched by sides, and other shapes now and then."""
    def draw(rng):
        kind, corners = rng.random(), int(rng.choice([16, 32, 64, 128]))
        if kind < 0.2:
            return {"via": [any_shape(rng, near(rng, limit))]}
        if kind < 0.4:
            return {"via": [round_ring(even(near(rng, limit)), corners, True)]}
        return {"via": [circle_ring(near(rng, limit) + int(rng.choice([0, -20, 20])), corners, int(rng.choice([0, 0, 0, 5, 2, 7])))]}
    return draw


def draw_wide(limit):
    return lambda rng: {"rdl": scattered_boxes(rng, limit, 4)}


def draw_via_of_ratio(size):
    return lambda rng: {"via": [any_shape(rng, near(rng, size))]}


def four_sided(rng, size, off):
    """A trapezium with legs of one length, or a rhombus; it may differ from a rectangle by about a tolerance, and lie on its side."""
    shift = int(rng.choice([abs(off), size // 4]))
    if rng.random() < 0.5:
        height = size * int(rng.integers(1, 3))
        ring = [(0, 0), (size, 0), (size - shift, height), (shift, height)]
    else:
        k = size // 5
        ring = [(0, 0), (5 * k, 0), (8 * k, 4 * k), (3 * k, 4 * k)] if shift > size // 8 else [(0, 0), (size, shift), (size + shift, size + shift), (shift, size)]
    return [(y, x) for x, y in ring] if rng.random() < 0.5 else ring


def draw_named(tolerance):
    """Shapes with one corner or one side moved by about the tolerance."""
    def draw(rng):
        size = even(int(rng.integers(1500, 2500)))
        off = tolerance + int(rng.integers(-4, 5))
        ring = [lambda: as_ring((0, 0, size, size)), lambda: as_ring((0, 0, size, size + 2 * off)), lambda: octagon(size),
                lambda: octagon(size, int(size / (2 + math.sqrt(2))) + int(rng.choice([-1, 1])) * off),
                lambda: round_ring(size, int(rng.choice([12, 16, 32]))), lambda: round_ring(size, 32, True),
                lambda: turned_rectangle(size // 5, size // 5), lambda: diamond(size // 2), lambda: as_ring((0, 0, size, 2 * size)),
                lambda: octagon(size, size // 8), lambda: [(0, 0), (size, 0), (0, size)], lambda: four_sided(rng, size, off),
                lambda: [corner for corner in round_ring(size) if min(corner) <= 0]][rng.integers(13)]()  # the last: a quarter cut off straight
        ring = list(ring)
        if rng.random() < 0.6:
            corner = int(rng.integers(len(ring)))
            ring[corner] = (ring[corner][0] + off * int(rng.integers(-1, 2)), ring[corner][1] + off * int(rng.integers(-1, 2)))
        return {"via": [ring]}
    return draw


# distances

def draw_space(limit):
    def draw(rng):
        if rng.random() < 0.6:
            return split(rng, scattered_boxes(rng, limit), ["rdl", "pad_signal", "pad_power"])
        one, other = (any_shape(rng, 2 * limit + int(rng.integers(0, limit))) for _ in range(2))
        return split(rng, [one, pair_at(rng, one, other, limit)], ["rdl", "pad_signal"])
    return draw


def bars_beside(rng, limit, wider, run, narrow=None):
    """Two or three bars one above the other at about the limit, about as wide and as far side by side as a rule asks; some are joined, some narrow."""
    boxes, y, left = [], 0, 0
    for _ in range(int(rng.integers(2, 4))):
        wide = int(rng.choice([wider, wider + 1, wider + 1, wider + 1, 2 * wider, 2 * wider, 2 * wider]))
        if narrow and rng.random() < 0.5:
            wide = narrow
        length = int(rng.choice([run, run + 1, 2 * run, 3 * run]))
        x = left + int(rng.choice([0, 0, length - run, length - run - 1, -limit]))
        boxes.append((x, y, x + length, y + wide))
        left, y = x, y + wide + limit + int(rng.choice([-limit // 2, -2, -1, -1, -1, 0, 0]))
    if rng.random() < 0.3:
        boxes.append((boxes[0][0], boxes[0][1], boxes[0][0] + limit // 2, boxes[1][3]))
    return boxes if rng.random() < 0.5 else [(bottom, left, top, right) for left, bottom, right, top in boxes]


def draw_beside(limit, wider, run, narrow=None):
    return lambda rng: split(rng, bars_beside(rng, limit, wider, run, narrow), ["rdl", "pad_signal", "pad_power"])


def draw_separation(limit):
    def draw(rng):
        if rng.random() < 0.6:
            return split(rng, scattered_boxes(rng, limit), ["pad_power", "pad_ground"])
        one, other = (any_shape(rng, 2 * limit + int(rng.integers(0, limit))) for _ in range(2))
        return {"pad_power": [one], "pad_ground": [pair_at(rng, one, other, limit)]}
    return draw


def draw_enclosure(limit, size):
    def draw(rng):
        makers = [lambda: square(size), lambda: octagon(size), lambda: round_ring(size, 32), lambda: round_ring(size, 32, True), lambda: diamond(size // 2)]
        inner = makers[rng.integers(len(makers))]()
        choice = rng.random()
        if choice < 0.35:
            return dict(split(rng, box_around(rng, oracle.box_of(inner), limit), ["rdl", "pad_signal"]), via=[inner])
        if choice < 0.8:
            outer_size = size + 2 * limit + 2 * int(rng.integers(-3, 6))
            outers = [lambda: octagon(outer_size), lambda: round_ring(outer_size, 32), lambda: round_ring(outer_size, 64, True)]
            outer = moved(centred(outers[rng.integers(3)](), inner), int(rng.integers(-4, 5)), int(rng.integers(-4, 5)))
            return {"via": [inner], "rdl": [outer]}
        others = scattered_boxes(rng, max(2 * limit, size))
        return dict(split(rng, others, ["rdl", "pad_signal"]), via=[moved(inner, 3 * limit, 3 * limit)])
    return draw


def box_around(rng, box, limit):
    """One to four boxes that surround a box by about the limit; four leave a seam or a hole between them sometimes."""
    left, bottom, right, top = (box[0] - near(rng, limit), box[1] - near(rng, limit), box[2] + near(rng, limit), box[3] + near(rng, limit))
    if rng.random() < 0.6:
        return [(left, bottom, right, top)]
    x, y = (left + right) // 2 + int(rng.integers(-2, 3)), (bottom + top) // 2
    seam = int(rng.integers(-1, 2))
    return [(left, bottom, x, top), (x + seam, bottom, right, y), (x, y, right, top)]


def draw_enclosure_by_sides(limit, less, size):
    """A box in metal that reaches about the limit or about less beyond each side, of one piece or of more; or what `draw_enclosure` draws."""
    def draw(rng):
        if rng.random() < 0.2:
            return draw_enclosure(limit, size)(rng)
        height = size + int(rng.choice([0, size // 2]))
        reach = [near(rng, int(rng.choice([limit, less]))) for _ in range(2)] * 2 if rng.random() < 0.7 else [near(rng, int(rng.choice([limit, less]))) for _ in range(4)]
        left, bottom, right, top = -reach[0], -reach[1], size + reach[2], height + reach[3]
        pieces = [(left, bottom, right, top)]
        if rng.random() < 0.3:  # a corner cut out
            pieces = [(left, bottom, right, top - less // 2), (left, bottom, right - less // 2, top)]
        return dict(split(rng, pieces, ["rdl", "pad_signal"]), via=[(0, 0, size, height)])
    return draw


def draw_pitch(limit):
    def draw(rng):
        shapes, apart = [], [(limit, 0), (0, limit), (3 * limit // 5, 4 * limit // 5), (-4 * limit // 5, 3 * limit // 5)]
        x = y = 0
        for _ in range(int(rng.integers(2, 5))):
            shapes.append(moved(centred(any_shape(rng, limit // 4 + int(rng.integers(0, limit // 8))), (0, 0, 0, 0)), x, y))
            dx, dy = apart[rng.integers(4)]
            x, y = x + dx + int(rng.integers(-2, 3)), y + dy + int(rng.integers(-2, 3))
        clear = [s for i, s in enumerate(shapes) if not any(touch(s, other) for other in shapes[:i])]
        return split(rng, clear, ["pad_signal", "pad_power"])
    return draw


# drawing

def draw_off_grid(step):
    def on(rng):
        return step * int(rng.integers(-400, 400)) + (int(rng.integers(-step, step + 1)) if rng.random() < 0.15 else 0)

    def draw(rng):
        shapes = []
        for _ in range(int(rng.integers(1, 4))):
            x, y = on(rng), on(rng)
            box = (x, y, on(rng), on(rng))
            box = (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]) + step, max(box[1], box[3]) + step)
            shapes.append(box if rng.random() < 0.7 else [(box[0], box[1]), (box[2], box[1]), (on(rng), box[3])])
        return split(rng, shapes, ["via", "rdl", "pad_ground", "contact"])
    return draw


def draw_slanted(step):
    """Triangles and bars whose edges miss a multiple of the angle by a few dbu at their ends, and round pads."""
    def draw(rng):
        if rng.random() < 0.1:
            return {"rdl": [round_ring(4000)]}
        length, wide = int(rng.integers(2000, 40000)), int(rng.integers(1000, 4000))
        angle = math.radians(min(step, 45) * int(rng.integers(0, 4)))
        ux, uy = math.cos(angle), math.sin(angle)
        corners = [(0, 0), (length * ux, length * uy), (length * ux - wide * uy, length * uy + wide * ux), (-wide * uy, wide * ux)]
        ring = [(int(round(x)) + int(rng.integers(-2, 3)) * (rng.random() < 0.2), int(round(y)) + int(rng.integers(-2, 3)) * (rng.random() < 0.2)) for x, y in corners]
        return {"rdl": [[(int(x), int(y)) for x, y in ring]]}
    return draw


def arc(radius, corners, first, last, middle=(0.0, 0.0)):
    """Points on a circle, a facet apart, from one corner of it to another."""
    angles = [2 * math.pi * number / corners for number in (range(first, last + 1) if first <= last else range(first, last - 1, -1))]
    return [(middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)) for angle in angles]


def pad_of_a_trace(rng, corners):
    """A round pad and its trace in one ring."""
    radius, open_ = float(rng.integers(3000, 9000)), int(rng.integers(1, corners // 6))
    points = arc(radius, corners, open_, corners - open_)
    length = 3 * radius
    return [*points, (length, points[-1][1] + float(rng.choice([0, 0, 0.1])) * length), (length, points[0][1] + float(rng.choice([0, 0, 0.1])) * length)]


def rounded_box(rng, corners):
    """A box with quarters of circles at its corners."""
    quarter, radius, reach = corners // 4, float(rng.integers(1500, 4000)), float(rng.integers(0, 8000))
    return [point for turn_ in range(4) for point in arc(radius, corners, turn_ * quarter, (turn_ + 1) * quarter,
                                                        ([1, -1, -1, 1][turn_] * reach + radius, [1, 1, -1, -1][turn_] * (reach + 50)))]


def curved_trace(rng, corners):
    """A part of a ring."""
    last, radius, width = int(rng.integers(2, 3 * corners // 4)), float(rng.integers(6000, 20000)), float(rng.integers(1000, 4000))
    return arc(radius + width, corners, 0, last) + arc(radius, corners, last, 0)


def bent_line(rng, corners):
    """A line that bends at random, and comes back beside itself."""
    points, direction = [(0.0, 0.0)], 0.0
    for _ in range(int(rng.integers(3, 8))):
        direction += float(rng.choice([-45, -30, -20, -10, 10, 20, 30, 45]))
        length = float(rng.integers(2000, 9000))
        points.append((points[-1][0] + length * math.cos(math.radians(direction / 2)), points[-1][1] + length * math.sin(math.radians(direction / 2))))
    return points + [(x, y - 3000) for x, y in points[::-1]]


def draw_curved(rng):
    """Single rings of curves and straight parts, turned by any angle or none; none meets itself."""
    if rng.random() < 0.1:
        return {"rdl": [octagon(5 * int(rng.integers(800, 2000)))]}
    makers = [pad_of_a_trace, rounded_box, curved_trace, bent_line]
    points, angle = makers[rng.integers(4)](rng, int(rng.choice([12, 16, 24, 32, 64]))), float(rng.choice([0, 0, math.pi / 4, 2 * math.pi * rng.random()]))
    ring = [(int(round(x * math.cos(angle) - y * math.sin(angle))), int(round(x * math.sin(angle) + y * math.cos(angle)))) for x, y in points]
    edges = [a + b for a, b in ring_edges(ring)]
    meets = any(segments_touch(e, f) for i, e in enumerate(edges) for f in edges[i + 2:len(edges) - (i == 0)])
    return draw_curved(rng) if meets else {"rdl": [ring]}


def draw_corner(limit):
    """Arrows and notches with a corner of about the limit, inside or outside the metal."""
    def draw(rng):
        angle = math.radians(limit - 0.5 + float(rng.choice([-3, -0.2, -0.05, 0.05, 0.2, 0.5, 3])))
        turned, length = rng.random() * 2 * math.pi, int(rng.integers(4000, 20000))

        def at(radius, direction):
            return int(round(radius * math.cos(turned + direction))), int(round(radius * math.sin(turned + direction)))
        x, y, thick = length * math.cos(angle / 2), length * math.sin(angle / 2), length / 2
        if rng.random() < 0.5:
            corners = [(0, 0), (x, -y), (x + thick, -y), (x + thick, y), (x, y)]
        else:
            corners = [(0, 0), (x, y), (x, y + thick), (-thick, y + thick), (-thick, -y - thick), (x, -y - thick), (x, -y)]
        return {"rdl": [[at(math.hypot(a, b), math.atan2(b, a)) for a, b in corners]]}
    return draw


def draw_notch(limit, degrees):
    """A block with a notch or wedge whose sides miss about the degrees to be parallel, or with a tip that points at its own side, turned."""
    def draw(rng):
        angle = min(max(degrees + float(rng.choice([-30, -10, -3, -0.5, -0.05, 0, 0.05, 0.5, 3, 10, 30])), 20), 150)
        gap = limit + int(rng.choice([-limit // 2, -20, -5, 5, 20, limit // 2]))
        if rng.random() < 0.4:
            ring = ring_with_tip(min(angle, 80), gap)
        else:
            ring = ring_with_notch(angle, 0 if rng.random() < 0.5 else gap, int(rng.integers(4000, 10000)))
        turned = math.radians(float(rng.choice([0, 45, 90, 360 * rng.random()])))
        return {"rdl": [[(int(round(x * math.cos(turned) - y * math.sin(turned))), int(round(x * math.sin(turned) + y * math.cos(turned)))) for x, y in ring]]}
    return draw


def ring_with_notch(angle, bottom, depth):
    """The notch opens upwards; with bottom 0 it is a wedge."""
    top = bottom / 2 + depth * math.tan(math.radians(angle / 2))
    outer = top + 4000
    middle = [(bottom / 2, 0), (-bottom / 2, 0)] if bottom else [(0, 0)]
    return [(-outer, -4000), (outer, -4000), (outer, depth), (top, depth), *middle, (-top, depth), (-outer, depth)]


def ring_with_tip(angle, gap):
    """A C whose upper limb has a tip that points down, so that its sides miss the angle to be parallel to the lower limb."""
    half, high = 8000 / math.tan(math.radians(angle)), gap + 8000
    outer = half + 9000
    return [(-outer, -4000), (outer, -4000), (outer, 0), (4000 - outer, 0), (4000 - outer, high), (-half, high), (0, gap), (half, high),
            (outer, high), (outer, high + 4000), (-outer, high + 4000)]


def draw_slanted_near(limit, degrees, names):
    """A corner that points at a straight side of a block, both its sides missing about the degrees to be parallel to it; more boxes beside, all turned."""
    def draw(rng):
        gap = limit + int(rng.choice([-limit // 2, -20, -5, 5, 20, limit // 2]))
        left, right = (min(max(degrees + float(rng.choice([-25, -10, -3, -0.5, -0.05, 0, 0.05, 0.5, 3, 10, 25])), 4), 84) for _ in range(2))
        high = int(rng.integers(3000, 8000))
        tip = [(0, gap), (high / math.tan(math.radians(right)), gap + high), (-high / math.tan(math.radians(left)), gap + high)]
        wide = int(rng.integers(3000, 20000))
        block = [(-wide, -4000), (wide, -4000), (wide, 0), (-wide, 0)]
        far = wide + limit + int(rng.choice([-30, -10, -4, 4, 10, 30]))
        beside = [(far, -3000), (far + 3000, -3000), (far + 3000, -1000), (far, -1000)]
        angle = math.radians(float(rng.choice([0, 45, 90, 360 * rng.random()])))
        rings = [[(int(round(x * math.cos(angle) - y * math.sin(angle))), int(round(x * math.sin(angle) + y * math.cos(angle)))) for x, y in ring] for ring in (block, tip, beside)]
        return {names[0]: rings[:1], names[1]: rings[1:2] if rng.random() < 0.5 else rings[1:]}
    return draw


# trials

def rule(check, layer, **keys):
    return dict(check=check, layer=layer, **keys)


def size_trials():
    depth = 5900
    yield Trial("width_min of vias", rule("width_min", "via", value_um=0.5), draw_size(500), lambda s: oracle.width_min_closed(s, "via", 500, GRID), False, 1200)
    yield Trial("width_min of vias, odd", rule("width_min", "via", value_um=0.503), draw_size(503), lambda s: oracle.width_min_closed(s, "via", 503, GRID), False, 800)
    yield Trial("width_min of traces", rule("width_min", "rdl", value_um=2.0), draw_traces(2000), lambda s: oracle.width_min_traces(s, "rdl", 2000, GRID), False, 1400)
    yield Trial("width_min of traces joined to pads", rule("width_min", "rdl", value_um=2.0), draw_joined(2000, ["rdl"]),
                lambda s: oracle.width_min_traces(s, "rdl", 2000, GRID), False, 600)
    yield Trial("width_min of dented traces", rule("width_min", "rdl", value_um=10.0), draw_dented(10000),
                lambda s: oracle.dents(s["rdl"][0][1:-1], (*s["rdl"][0][0], *s["rdl"][0][-1]), 10000, GRID), False, 300)
    yield Trial("width_max of vias", rule("width_max", "via", value_um=3.0), draw_long_size(3000), lambda s: oracle.width_max_closed(s, "via", 3000, GRID), True, 2000)
    yield Trial("width_max of traces", rule("width_max", "rdl", value_um=3.0), draw_wide(3000), lambda s: oracle.width_max_traces(s, "rdl", 3000, GRID), False, 1000)
    yield Trial("width_max of traces, odd", rule("width_max", "rdl", value_um=3.001), draw_wide(3001), lambda s: oracle.width_max_traces(s, "rdl", 3001, GRID), False, 600)
    yield Trial("width_max of pads with traces", rule("width_max", "rdl", value_um=30.0), draw_joined_wide(30000), lambda s: oracle.width_max_pads(s, "rdl", 30000, GRID), False, 400)
    yield Trial("aspect_ratio_max", rule("aspect_ratio_max", "via", value=4), draw_via_of_ratio(1475), lambda s: oracle.aspect_ratio_max(s, "via", 4, depth), True, 2000)
    yield Trial("aspect_ratio_min", rule("aspect_ratio_min", "via", value=2), draw_via_of_ratio(2950), lambda s: oracle.aspect_ratio_min(s, "via", 2, depth), True, 2000)
    yield Trial("width_min of circles", rule("width_min", "via", value_um=5.0, nominal=True), draw_circle(5000),
                lambda s: oracle.nominal(s, "via", 5000, 1, lambda s: oracle.width_min_closed(s, "via", 5000, GRID)), False, 600)
    yield Trial("width_max of circles", rule("width_max", "via", value_um=5.0, nominal=True), draw_circle(5000),
                lambda s: oracle.nominal(s, "via", 5000, -1, lambda s: oracle.width_max_closed(s, "via", 5000, GRID)), True, 600)
    yield Trial("aspect_ratio_max of circles", rule("aspect_ratio_max", "via", value=1, nominal=True), draw_circle(depth),
                lambda s: oracle.nominal(s, "via", depth, 1, lambda s: oracle.aspect_ratio_max(s, "via", 1, depth)), True, 600)
    yield Trial("aspect_ratio_min of round vias, circles", rule("aspect_ratio_min", "via", value=1, nominal=True), draw_circle(depth),
                lambda s: oracle.nominal(s, "via", depth, -1, lambda s: oracle.aspect_ratio_min(s, "via", 1, depth)), True, 600)
    for names in (["square", "octagon", "round"], ["octagon", "round"], ["rectangle"]):
        yield Trial("shape " + ", ".join(names), rule("shape", "via", shapes=names, tolerance_um=0.005), draw_named(5),
                    lambda s, names=names: oracle.shape(s, "via", names, 5), True, 700)


def distance_trials():
    union = ("rdl", "pad_signal", "pad_power")

    def joined(layers):
        return dict(layers, metal=[shape for name in union for shape in layers.get(name, [])])
    yield Trial("space", rule("space", "metal", value_um=2.0), draw_space(2000), lambda s: oracle.space(joined(s), "metal", 2000, GRID), False, 1400)
    yield Trial("space of traces joined to pads", rule("space", "metal", value_um=2.0, notch_deg=45), draw_joined(2000, ["rdl", "pad_signal"]),
                lambda s: oracle.space(joined(s), "metal", 2000, GRID, 45), False, 600)
    for stated in ({}, {"notch_deg": 60}, {"notch_deg": 45}):
        degrees = stated.get("notch_deg", 90)
        yield Trial("space in notches below %d" % degrees, rule("space", "metal", value_um=2.0, **stated), draw_notch(2000, degrees),
                    lambda s, degrees=degrees: oracle.space(joined(s), "metal", 2000, GRID, degrees), False, 400)
    yield Trial("space of traces with noses", rule("space", "metal", value_um=10.0), draw_nosed(10000),
                lambda s: oracle.dents(s["rdl"][1], (*s["rdl"][0][0], *s["rdl"][0][3]), 10000, GRID), False, 300)
    yield Trial("separation of traces with noses", rule("separation", "rdl", to="pad_ground", value_um=10.0), draw_nosed(10000, ("rdl", "pad_ground")),
                lambda s: oracle.dents(s["pad_ground"][0], (*s["rdl"][0][0], *s["rdl"][0][3]), 10000, GRID), False, 300)
    yield Trial("space_wide", rule("space_wide", "metal", value_um=2.0, wider_than_um=3.0, run_longer_than_um=6.0), draw_beside(2000, 3000, 6000),
                lambda s: oracle.space_wide(joined(s), "metal", 2000, 3000, 6000), False, 1400)
    yield Trial("space_wide, odd", rule("space_wide", "metal", value_um=2.0, wider_than_um=3.001, run_longer_than_um=6.0), draw_beside(2000, 3001, 6000),
                lambda s: oracle.space_wide(joined(s), "metal", 2000, 3001, 6000), False, 600)
    yield Trial("space_wide on one side", rule("space_wide", "metal", value_um=2.0, wider_than_um=3.0, run_longer_than_um=6.0, wide="one"), draw_beside(2000, 3000, 6000, 1000),
                lambda s: oracle.space_wide_on_one_side(joined(s), "metal", 2000, 3000, 6000), False, 1000)
    rows = [(3000, 6000, 2000), (5000, 6000, 2001), (3000, 11000, 2002)]
    yield Trial("space_table", rule("space_table", "metal", limits=[{"wider_than_um": w / UM, "run_longer_than_um": r / UM, "value_um": v / UM} for w, r, v in rows]), draw_beside(2000, 3000, 6000),
                lambda s: oracle.space_table(joined(s), "metal", rows), False, 2000)
    yield Trial("overlap_min", rule("overlap_min", "rdl", to="pad_ground", value_um=2.0), lambda rng: split(rng, scattered_boxes(rng, 2000, 7), ["rdl", "pad_ground"]),
                lambda s: oracle.overlap_min(s, "rdl", "pad_ground", 2000, GRID), False, 2000)
    yield Trial("extension", rule("extension", "rdl", to="pad_ground", value_um=2.0), lambda rng: split(rng, scattered_boxes(rng, 2000, 6), ["rdl", "pad_ground"]),
                lambda s: oracle.extension(s, "rdl", "pad_ground", 2000), False, 2000)
    yield Trial("separation", rule("separation", "pad_power", to="pad_ground", value_um=2.0), draw_separation(2000),
                lambda s: oracle.separation(s, "pad_power", "pad_ground", 2000, GRID), False, 1400)
    for degrees in (60, 30):
        yield Trial("space below %d degrees" % degrees, rule("space", "metal", value_um=2.0, angle_deg=degrees), draw_slanted_near(2000, degrees, ("pad_signal", "pad_power")),
                    lambda s, degrees=degrees: oracle.space(joined(s), "metal", 2000, GRID, degrees, degrees), False, 1000)
        yield Trial("separation below %d degrees" % degrees, rule("separation", "pad_power", to="pad_ground", value_um=2.0, angle_deg=degrees),
                    draw_slanted_near(2000, degrees, ("pad_power", "pad_ground")), lambda s, degrees=degrees: oracle.separation(s, "pad_power", "pad_ground", 2000, GRID, degrees), False, 1000)
    yield Trial("separation of traces joined to pads", rule("separation", "pad_power", to="pad_ground", value_um=2.0), draw_two_joined(2000, "pad_power", "pad_ground"),
                lambda s: oracle.separation(s, "pad_power", "pad_ground", 2000, GRID), False, 600)
    yield Trial("enclosure", rule("enclosure", "via", by="metal", value_um=1.0), draw_enclosure(1000, 1000),
                lambda s: oracle.enclosure(joined(s), "via", "metal", 1000, GRID), True, 1400)
    yield Trial("enclosure in pads with traces", rule("enclosure", "via", by="metal", value_um=1.0), draw_joined_enclosure(1000, 1000),
                lambda s: oracle.enclosure(joined(s), "via", "metal", 1000, GRID), True, 600)
    yield Trial("enclosure 0", rule("enclosure", "via", by="metal", value_um=0), draw_enclosure(0, 1000),
                lambda s: oracle.enclosure(joined(s), "via", "metal", 0, GRID), True, 400)
    yield Trial("enclosure by two sides", rule("enclosure", "via", by="metal", value_um=1.0, other_sides_um=0.4), draw_enclosure_by_sides(1000, 400, 1000),
                lambda s: oracle.enclosure_by_sides(joined(s), "via", "metal", 1000, 400, GRID), True, 1400)
    yield Trial("pitch_min", rule("pitch_min", "pad", value_um=5.0), draw_pitch(5000), lambda s: oracle.pitch_min(joined(s), "metal", 5000), True, 2000)
    yield Trial("distance_max of centres in one layer", dict(rule("distance_max", "pad", to="pad", value_um=5.0), measure="centre"), draw_pitch(5000),
                lambda s: oracle.distance_max_of_centres(joined(s), "metal", "metal", 5000), True, 2000)
    yield Trial("distance_max of centres", dict(rule("distance_max", "pad_signal", to="pad_power", value_um=5.0), measure="centre"), draw_pitch(5000),
                lambda s: oracle.distance_max_of_centres(s, "pad_signal", "pad_power", 5000), True, 2000)


def drawing_trials():
    names = ("via", "rdl", "pad_ground", "contact")
    yield Trial("grid", rule("grid", "drawn"), draw_off_grid(GRID), lambda s: oracle.grid(s, names, GRID), True, 2000)
    for step in (45, 90, 30):
        yield Trial("angle %d" % step, rule("angle", "rdl", value_deg=step), draw_slanted(step), lambda s, step=step: oracle.angle(s, "rdl", step), True, 550)
    yield Trial("angle 45 of traces joined to pads", rule("angle", "rdl", value_deg=45), draw_joined_slanted(2000), lambda s: oracle.angle(s, "rdl", 45), False, 500)
    yield Trial("angle 45 of curves", rule("angle", "rdl", value_deg=45, round="none"), draw_curved, lambda s: oracle.curves(s, "rdl", 45), True, 400)
    yield Trial("angle 45 but for arcs", rule("angle", "rdl", value_deg=45, round="arcs"), draw_curved, lambda s: oracle.angle_but_for_arcs(s, "rdl", 45), False, 400)
    for limit in (90, 60, 45):
        yield Trial("corner_min %d" % limit, rule("corner_min", "rdl", value_deg=limit), draw_corner(limit),
                    lambda s, limit=limit: oracle.corner_min(s, "rdl", limit), False, 550)
    yield Trial("corner_min 90 of traces joined to pads", rule("corner_min", "rdl", value_deg=90), draw_joined(2000, ["rdl"]), lambda s: oracle.corner_min(s, "rdl", 90), False, 500)


def tiled_trials():
    return searched_trials() + list(whole_shape_trials())


def searched_trials():
    """Of kinds that large layouts are searched for; the others look at whole layouts in every mode (tests/deck/test_shape_kinds.py)."""
    return list(size_trials()) + list(distance_trials()) + list(drawing_trials())


# whole shapes

def frame(rng, size, width):
    """Four bars around a hole; some frames are open by a dbu or more, some bars touch at a corner alone, some frames hold an island."""
    gap = int(rng.choice([0, 0, 0, 1, width])) - width
    left, right = (0, 0, width, size), (size - width, 0, size, size)
    bottom, top = (width + gap, 0, size - width, width), (width, size - width, size - width, size)
    corner = rng.random() < 0.2
    shapes = [left, right, (width, -width, size - width, 0) if corner else bottom, top]
    if rng.random() < 0.3:
        middle = size // 2
        shapes.append((middle - width, middle - width, middle + width, middle + width))
    return [moved(shape, int(rng.integers(0, 100)), 0) for shape in [*shapes][:4 if rng.random() < 0.9 else 3] + shapes[4:]] if rng.random() < 0.5 else shapes


def draw_holes(limit):
    def draw(rng):
        if rng.random() < 0.3:
            return {"rdl": scattered_boxes(rng, limit, 9)}
        width = limit // 5
        return {"rdl": frame(rng, 2 * width + near(rng, limit), width)}
    return draw


def draw_pair_of_layers(limit):
    """Vias of a few sizes at about the limit from a pad, and sometimes a pad near one of two vias alone."""
    def draw(rng):
        one, other = any_shape(rng, 500), any_shape(rng, 2000)
        pads = [pair_at(rng, one, other, limit)]
        vias = [one] + ([moved(one, 3 * limit + 5000, 0)] if rng.random() < 0.3 else [])
        return {"via": vias, "pad_signal": pads if rng.random() < 0.95 else []}
    return draw


def draw_counted(rng):
    """Pads with none to four vias that lie in them, at their edge or a dbu beside it."""
    pad = any_shape(rng, 6000)
    left, bottom, right, top = oracle.box_of(pad)
    vias = [square(500, int(rng.choice([left + 2000, right, right + 1, left - 500])), bottom + 700 * number) for number in range(int(rng.integers(0, 5)))]
    return {"pad_signal": [pad] + ([moved(pad, 20_000, 0)] if rng.random() < 0.3 else []), "via": vias} if vias else {"pad_signal": [pad]}


def draw_ringed(rng):
    """A box in a frame or two, at its edge or across it; frames may be open."""
    size, width = 6000, 500
    inner, gap = int(rng.choice([2000, 4000, 5000, 5001])), int(rng.choice([0, 0, 0, 1]))
    shapes = [(0, 0, width, size), (size - width, 0, size, size), (width, 0, size - width - gap, width), (width, size - width, size - width, size)]
    if rng.random() < 0.3:
        shapes += [(-2000, -2000, -1000, 8000), (7000, -2000, 8000, 8000), (-1000, -2000, 7000 - int(rng.choice([0, 0, 1])), -1000), (-1000, 7000, 7000, 8000)]
    at = (size - inner) // 2 + int(rng.choice([0, 0, 0, 1, -1, 600]))
    return {"rdl": shapes, "pad_signal": [square(inner, at, (size - inner) // 2)]}


def draw_filled_die(part):
    """A die, a box or an L, that metal fills to that part, to a few square dbu more or less, or by far; some metal lies beside it, some is round."""
    def draw(rng):
        width, height, cut = (int(rng.integers(20_000, 40_000)) for _ in range(3))
        die = [(0, 0, width, height)] if rng.random() < 0.6 else [(0, 0, width, height), (0, 0, width + cut, height // 2)]
        low = height // 4
        metal = [(x, y, x + int(rng.integers(100, 9000)), y + int(rng.integers(50, low))) for x, y in rng.integers(-5000, [width, 1], (6, 2)).tolist()]
        metal = [(left, bottom, right, min(top, low)) for left, bottom, right, top in metal if bottom < low]
        if rng.random() < 0.2:
            metal.append(moved(round_ring(even(low)), width // 2, low // 2))
        rest = int(round(part * oracle.covered_area(die, oracle.around(die)))) - int(round(oracle.common_area_of(metal, die, oracle.around(die))))
        rest += int(rng.choice([-20_000_000, -1000, -1, -1, 0, 0, 0, 1, 1, 1000, 20_000_000]))
        rows = rest // width
        if 0 < rows < height - low:
            metal += [(0, low, width, low + rows), (0, low + rows, max(rest - rows * width, 1), low + rows + 1)]
        return {"die": die, "rdl": metal}
    return draw


def whole_shape_trials():
    for check, judge in (("density_min", oracle.density_min), ("density_max", oracle.density_max)):
        yield Trial(check + " of whole dies", rule(check, "rdl", to="die", value=0.5), draw_filled_die(0.5), lambda s, judge=judge: judge(s, "rdl", s["die"], 0.5, 10**9, 10**9), True, 600)
    for check, guilty in (("area_min", lambda found, limit: found < limit - 1e-3), ("area_max", lambda found, limit: found > limit + 1e-3)):
        yield Trial(check, rule(check, "via", value_um2=0.25), draw_size(500), lambda s, guilty=guilty: oracle.area(s, "via", lambda found: guilty(found, 250_000)), False, 1200)
        yield Trial(check + " of holes", dict(rule(check, "rdl", value_um2=4.0), of="holes"), draw_holes(2000),
                    lambda s, guilty=guilty: oracle.hole_areas(s, "rdl", lambda found: guilty(found, 4_000_000)), True, 900)
    yield Trial("no_holes", rule("no_holes", "rdl"), draw_holes(2000), lambda s: oracle.no_holes(s, "rdl"), True, 2000)
    yield Trial("count", rule("count", "via", to="pad_signal", least=1, most=2), draw_counted, lambda s: oracle.count(s, "via", "pad_signal", 1, 2), True, 2000)
    yield Trial("ring", rule("ring", "rdl", to="pad_signal"), draw_ringed, lambda s: oracle.ring(s, "rdl", "pad_signal"), True, 2000)
    yield Trial("edge_length_min", rule("edge_length_min", "rdl", value_um=2.0), draw_traces(2000), lambda s: oracle.edge_length_min(s, "rdl", 2000), False, 1400)
    yield Trial("edge_length_min by angle", dict(rule("edge_length_min", "rdl", value_um=2.0), angles_deg=[80, 100]), draw_traces(2000),
                lambda s: oracle.edge_length_min(s, "rdl", 2000, 80, 100), False, 1000)
    yield Trial("distance_max", rule("distance_max", "via", to="pad_signal", value_um=5.0), draw_pair_of_layers(5000), lambda s: oracle.distance_max(s, "via", "pad_signal", 5000), True, 2000)


# one die for all layouts


class DieTrial(namedtuple("DieTrial", "name rule draw judge count")):
    """name; rule; draw() -> {layer: [shape]} with the die; judge(layers) -> Verdicts; count: number of layouts in it"""

    @cached_property
    def shapes(self):
        return self.draw()


MM = 1000 * UM
DIES = {
    "box": [(0, 0, 10 * MM, 8 * MM)],
    "L": [(0, 0, 10 * MM, 4 * MM), (0, 0, 6 * MM, 8 * MM)],
    "two": [(0, 0, 5 * MM, 8 * MM), (7 * MM, 0, 10 * MM, 8 * MM)],
    "cut corners": [[(1 * MM, 0), (9 * MM, 0), (10 * MM, 1 * MM), (10 * MM, 7 * MM), (9 * MM, 8 * MM), (1 * MM, 8 * MM), (0, 7 * MM), (0, 1 * MM)]],
}


def along_the_edge(rng, die, limit, count, size):
    """Single shapes beside the edges of the die, 100 um apart, about the limit inside or across the edge."""
    placed = []
    slots = [(edge, number) for ring in map(as_ring, die) for edge in zip(ring, ring[1:] + ring[:1])
             for number in range(2, int(math.dist(*edge)) // (100 * UM) - 1)]
    for index in rng.permutation(len(slots))[:count]:
        (a, b), number = slots[index]
        length = math.dist(a, b)
        ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
        shapes = [centred(any_shape(rng, size), (0, 0, 0, 0))] if rng.random() < 0.7 else pad_with_traces(rng, even(size), lambda: size // 2)
        reach = max(-uy * x + ux * y for shape in shapes for x, y in as_ring(shape))
        inwards = reach + (near(rng, limit) if rng.random() < 0.9 else -int(rng.integers(0, 3 * size)))
        along = number * 100 * UM
        there = [moved(shape, int(round(a[0] + along * ux - inwards * uy)), int(round(a[1] + along * uy + inwards * ux))) for shape in shapes]
        if not any(touch(shape, other) for shape in there for other in placed):  # edges of joined boxes share places
            placed += there
    return placed


def clearance_trials():
    for number, (name, die) in enumerate(sorted(DIES.items())):
        for measure, limit in (("edge", 10 * UM), ("centre", 20 * UM)):
            shapes = along_the_edge(np.random.default_rng(number), die, limit, 260, 3000)
            yield DieTrial("die_clearance %s, %s" % (measure, name), rule("die_clearance", "rdl", to="die", value_um=limit / UM, measure=measure),
                           lambda shapes=shapes, die=die: {"rdl": shapes, "die": die},
                           lambda s, die=die, limit=limit, measure=measure: oracle.die_clearance(s, "rdl", die, limit, measure), len(shapes))
    within = dict(rule("die_clearance", "rdl", value_um=10.0), within_um=[0, 0, 10000, 8000])
    shapes = along_the_edge(np.random.default_rng(9), DIES["box"], 10 * UM, 260, 3000)
    yield DieTrial("die_clearance, box of the technology", within, lambda: {"rdl": shapes}, lambda s: oracle.die_clearance(s, "rdl", DIES["box"], 10 * UM), len(shapes))


def metal_in_windows(rng, width, height, window, part):
    """Metal that fills about that part of each window: one box, or two that overlap, and nothing or everything now and then."""
    boxes = []
    for x in range(0, width, window):
        for y in range(0, height, window):
            fill = int(window * part) + int(rng.integers(-2, 3)) if rng.random() < 0.9 else int(rng.choice([0, window]))
            if fill and rng.random() < 0.5:
                boxes += [(x, y, x + window, y + fill)]
            elif fill:
                middle = x + int(rng.integers(1, window))
                boxes += [(x, y, middle, y + fill), (max(x, middle - 100), y, x + window, y + fill)]
    return boxes


def density_trials():
    dies = {"box": [(0, 0, 800 * UM, 600 * UM)], "cut": [(0, 0, 790 * UM, 615 * UM)], "L": [(0, 0, 800 * UM, 300 * UM), (0, 0, 410 * UM, 600 * UM)]}
    for number, (name, die) in enumerate(sorted(dies.items())):
        for check, limit, judge in (("density_min", 0.25, oracle.density_min), ("density_max", 0.5, oracle.density_max)):
            for window, step in ((40 * UM, 20 * UM),) if name != "cut" else ((20 * UM, 20 * UM),):
                def draw(number=number, die=die, limit=limit):
                    return {"die": die, "rdl": metal_in_windows(np.random.default_rng(number), 800 * UM, 620 * UM, 20 * UM, limit)}
                yield DieTrial("%s, %s, %d by %d" % (check, name, window // UM, step // UM),
                               rule(check, "rdl", to="die", value=limit, window_um=window / UM, step_um=step / UM), draw,
                               lambda s, judge=judge, die=die, limit=limit, window=window, step=step: judge(s, "rdl", die, limit, window, step),
                               len(oracle.window_places(die, window, step)))


# densities of pads with traces

def slanted_bar(rng, width, length):
    """A bar that starts at (0, 0) in any direction."""
    angle = 2 * math.pi * rng.random()
    ux, uy = math.cos(angle), math.sin(angle)
    corners = [(0, -width / 2), (length, -width / 2), (length, width / 2), (0, width / 2)]
    return [(int(round(x * ux - y * uy)), int(round(x * uy + y * ux))) for x, y in corners]


def pads_over(rng, width, height, apart):
    """Pads about that far apart, with traces along the axes, at 45 degrees or in any direction, over a box and a little beyond."""
    placed = []
    for _ in range(width * height // apart ** 2):
        shapes = pad_with_traces(rng, even(int(rng.integers(apart // 5, apart // 2))), lambda: int(rng.integers(2 * UM, 5 * UM)))
        if rng.random() < 0.5:
            shapes.append(slanted_bar(rng, int(rng.integers(2 * UM, 5 * UM)), int(rng.integers(apart // 2, 2 * apart))))
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        placed += [moved(shape, x, y) for shape in shapes]
    return placed


def filled_up(rng, shapes, die, window, part):
    """[box]: one in each window that still has room, as high as it needs to fill about that part of what lies on the die, or none."""
    boxes, sizes = [], np.array([oracle.box_of(shape) for shape in shapes])
    for place in oracle.window_places(die, window, window):
        near = (sizes[:, :2] <= place[2:]).all(axis=1) & (sizes[:, 2:] >= place[:2]).all(axis=1)
        levels, covered = oracle.covered_lengths([[shapes[number] for number in np.flatnonzero(near)]], place)
        added = np.concatenate([[0], np.cumsum(np.diff(levels) * (place[2] - place[0] - covered))])
        wanted = part + float(rng.choice([-1e-4, -4e-5, 4e-5, 1e-4, 1e-3, -1e-3, 0.05, -0.05]))
        room = wanted * (place[2] - place[0]) * (place[3] - place[1]) - float(np.diff(levels) @ covered)
        height = int(round(np.interp(room, added, levels))) - place[1]
        if room > 0 and height > 0 and rng.random() < 0.9:
            boxes.append((place[0], place[1], place[2], place[1] + height))
    return boxes


def metal_of_pads(seed, die, window, part):
    """Drawn when called: {layer: [shape]}."""
    def draw():
        rng = np.random.default_rng(seed)
        left, bottom, right, top = oracle.around([oracle.box_of(shape) for shape in die])
        shapes = pads_over(rng, right - left, top - bottom, window)
        return dict(split(rng, shapes + filled_up(rng, shapes, die, window, part), ["rdl", "pad_signal"]), die=die)
    return draw


def joined_density_trials():
    cut_corners = [(100 * UM, 0), (700 * UM, 0), (800 * UM, 100 * UM), (800 * UM, 500 * UM), (650 * UM, 615 * UM), (0, 615 * UM), (0, 60 * UM)]
    dies = {"box": [(0, 0, 1600 * UM, 1410 * UM)], "cut corners": [cut_corners], "L": [(0, 0, 800 * UM, 300 * UM), (0, 0, 410 * UM, 600 * UM)]}
    for number, (name, die) in enumerate(sorted(dies.items())):
        step = 40 * UM if name == "box" else 20 * UM
        for check, limit, judge in (("density_min", 0.3, oracle.density_min), ("density_max", 0.5, oracle.density_max)):
            yield DieTrial("%s of pads with traces, %s, 40 by %d" % (check, name, step // UM),
                           rule(check, "metal", to="die", value=limit, window_um=40.0, step_um=step / UM), metal_of_pads(number, die, 40 * UM, limit),
                           lambda s, judge=judge, die=die, limit=limit, step=step: judge({"metal": s["rdl"] + s["pad_signal"]}, "metal", die, limit, 40 * UM, step),
                           len(oracle.window_places(die, 40 * UM, step)))


def die_trials():
    return list(clearance_trials()) + list(density_trials()) + list(joined_density_trials())
