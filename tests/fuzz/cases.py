"""Seeded routing cases in the neutral form: terminals of many shapes, obstacles, and now and then odd numbers."""

import math
import random

from .records import changed, text_of


def box(x, y, w, h=None):
    h = w if h is None else h
    return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]


def star(x, y, r, count, turn):
    return [[round(x + q * math.cos(turn + math.pi * k / count), 3), round(y + q * math.sin(turn + math.pi * k / count), 3)]
            for k in range(2 * count) for q in ((r, 0.4 * r)[k % 2],)]


def terminal(rng, x, y, size):
    """Polygons of a terminal around a place."""
    s, t = size, size / 4
    turn = rng.uniform(0, 6)
    slanted = [[round(x + a * math.cos(turn) - b * math.sin(turn), 3), round(y + a * math.sin(turn) + b * math.cos(turn), 3)]
               for a, b in ((-s, -t / 2), (s, -t / 2), (s, t / 2), (-s, t / 2))]
    return rng.choice([
        [box(x - s / 2, y - s / 2, s)], [box(x - s / 2, y - s / 2, s)],
        [[[x - s, y - s], [x + s, y - s], [x + s, y - s + t], [x - s + t, y - s + t], [x - s + t, y + s], [x - s, y + s]]],
        [[[x - s, y - s], [x + s, y - s], [x + s, y + s], [x + s - t, y + s], [x + s - t, y - s + t], [x - s + t, y - s + t], [x - s + t, y + s], [x - s, y + s]]],
        [box(x - s, y - s, 2 * s, t), box(x - s, y + s - t, 2 * s, t), box(x - s, y - s, t, 2 * s), box(x + s - t, y - s, t, 2 * s)],
        [star(x, y, s, rng.choice([3, 4, 5, 8]), turn)], [slanted], [star(x, y, s / 2, 16, turn)]])


def case(seed):
    """A routing case as a record, without odd numbers."""
    rng = random.Random("case %s" % seed)
    count, size = rng.randint(1, 6), rng.choice([10, 20, 30])
    width, spacing = rng.choice([(5, 5), (10, 10), (2, 3), (7.3, 4.1)])
    step = 6 * size
    slots = [(step * (column + 1), step * (row + 1)) for column in range(4) for row in range(4)]
    rng.shuffle(slots)

    def place(kind):
        x, y = slots.pop()
        return {"name": "%s%d" % (kind, len(slots)), "shape": terminal(rng, x + rng.randint(-5, 5), y + rng.randint(-5, 5), size * rng.choice([1, 1, 0.5, 1.5]))}
    nets = []
    for number in range(count):
        many = rng.random() < 0.2 and len(slots) > 6
        net = {"name": "n%d" % number, "contacts": [place("c")], "pads": [place("p") for _ in range(2 if many else 1)],
               "mode": "connect_all" if many or rng.random() < 0.3 else "each_pad_to_own_contact"}
        if rng.random() < 0.2:
            net.update(width=width * 2, spacing=spacing)
        nets.append(net)
    obstacles = [{"net": rng.choice([None, None, "n0", "other"]), "shape": terminal(rng, *slots.pop(), size)[0]} for _ in range(rng.choice([0, 0, 1, 2])) if slots]
    return {"name": "fuzz", "die": [0, 0, 5 * step, 5 * step], "dbu": rng.choice([0.001, 0.001, 0.005, 0.01]), "rules": {"width": width, "spacing": spacing, "allow45": rng.random() < 0.8},
            "nets": nets, "obstacles": obstacles}


def routing_case(seed):
    """(text of a case file, whether it is as a tool would write it)."""
    rng = random.Random("odd case %s" % seed)
    record = case(seed)
    if rng.random() < 0.6:
        return text_of(record), True
    return text_of(changed(rng, record, rng.choice([1, 1, 2]))), False
