"""Limit cases around a die: distances to its edge, and densities of windows on it.

A generator takes (technology, rule) and yields Case records, as in cases.py. Cases of die_clearance are drawn beside an edge of
the die: the line x = 0, or x + y = 0 for a slanted edge, with the die on the right. Cases of density fill a window from (0, 0).
`layouts` draws all cases of a technology on three dies; lengths are dbu.
"""

import math
from collections import namedtuple

import pya

from .cases import broken, diamond, keep, limit, um
from .net_cases import centred, even, limit_of
from .support import UM, octagon, round_shape

#: where: name of the place; box: markers with their middle in it belong to the case
Placed = namedtuple("Placed", "rule case where box")


def measured_at_centre(rule):
    return rule.get("measure") == "centre"


def size_of(tech, rule):
    return even(max(limit_of(tech, "width_min", rule["layer"]), 20 * UM))


def forms(size):
    """{name: shape with its middle at (0, 0)}"""
    return {"square": pya.Polygon(centred(size)), "turned square": diamond(size // 2), "round": round_shape(size), "octagon": octagon(size).moved(-size // 2, -size // 2)}


def die_clearance(tech, rule):
    """The line x = 0 is an edge of the die."""
    v, size = limit(rule), size_of(tech, rule)
    at = 0 if measured_at_centre(rule) else size // 2
    for name, form in forms(size).items():
        yield keep(name, {rule["layer"]: [form.moved(at + v, 0)]})
        yield broken(name, {rule["layer"]: [form.moved(at + v - 1, 0)]}, um(v - 1) + " to the die edge")
    square = forms(size)["square"]
    on_edge = "" if measured_at_centre(rule) else "0 um to the die edge"  # a middle on the edge of a die that is no box counts as outside
    yield broken("on the edge", {rule["layer"]: [square.moved(at, 0)]}, on_edge)
    yield broken("across the edge", {rule["layer"]: [square.moved(at - 1, 0)]}, "reaches outside the die")


def slanted_clearance(tech, rule):
    """The line x + y = 0 is an edge of the die."""
    v, size = limit(rule), size_of(tech, rule)
    least = int(math.ceil(v * math.sqrt(2)))  # x + y of what keeps the limit
    for name, form in forms(size).items():
        nearest = 0 if measured_at_centre(rule) else min(point.x + point.y for point in form.each_point_hull())
        x = (least - nearest) // 2
        y = least - nearest - x
        yield keep(name + " at a slanted edge", {rule["layer"]: [form.moved(x, y)]})
        yield broken(name + " at a slanted edge", {rule["layer"]: [form.moved(x - 1, y)]}, "um to the die edge")


def density(tech, rule, columns=None):
    """Windows filled to the limit, and with one edge moved by a dbu; columns: of fields, where the die's edge cuts the window."""
    high, window = rule["check"] == "density_max", int(round(rule["window_um"] * UM))
    width = int(window if columns is None else columns * rule["step_um"] * UM)
    name, beyond, layer, text = "" if columns is None else "cut window, ", 1 if high else -1, rule["layer"], "density 0."
    bar = int(round(rule["value"] * window))
    whole = lambda step: pya.Box(0, 0, width, bar + step)  # noqa: E731
    yield keep(name + "bar", {layer: [whole(0)]})
    yield broken(name + "bar", {layer: [whole(beyond)]}, text)
    if columns is not None:
        return
    yield keep("bars that overlap", {layer: [whole(0), whole(0), whole(-bar // 2)]})
    yield broken("bars that overlap", {layer: [whole(beyond), whole(beyond), whole(-bar // 2)]}, text)
    for form_name, form in forms(even(window // 10)).items():
        yield keep(form_name, {layer: filled(form, rule, width, window, 0)})
        yield broken(form_name, {layer: filled(form, rule, width, window, beyond)}, text)


def filled(form, rule, width, height, step):
    """A form and boxes that make up the rule's density to the last square dbu; then one box is higher by a step."""
    base = height * 7 // 10 if rule["value"] > 0.5 else 0
    left, rest_width = form.bbox().width() * 3 // 2, width - form.bbox().width() * 3 // 2
    form = form.moved(form.bbox().width() * 3 // 4, base + form.bbox().height() * 3 // 4)
    rest = int(round(rule["value"] * width * height)) - form.area() - base * width
    assert rest > rest_width and form.area2() % 2 == 0
    rows = rest // rest_width
    shapes = [form, pya.Box(left, base, width, base + rows + step), pya.Box(left, base + rows + step, left + rest % rest_width, base + rows + step + 1)]
    return shapes + ([pya.Box(0, 0, width, base)] if base else [])


def density_max(tech, rule):
    return density(tech, rule)


def density_min(tech, rule):
    return density(tech, rule)


GENERATORS = {generator.__name__: generator for generator in (die_clearance, density_min, density_max)}


# the dies

def of_kinds(tech, *checks):
    return [rule for rule in tech.rules if rule["check"] in checks]


def all_cases(tech):
    """[(rule, Case)]; those of slanted edges and cut windows are more of the same."""
    return [(rule, case) for rule in of_kinds(tech, *GENERATORS) for case in GENERATORS[rule["check"]](tech, rule)]


class Sheet:
    """The shapes of a layout by layer, and the cases in it."""

    def __init__(self, die):
        self.shapes, self.placed = {"die": [die]}, []

    def place(self, rule, case, where, turn, x, y, box):
        there = pya.Trans(turn, False, int(x), int(y))
        for layer, shapes in case.shapes.items():
            self.shapes.setdefault(layer, []).extend(shape.transformed(there) for shape in shapes)
        self.placed.append(Placed(rule, case, where, box))

    def beside(self, rule, case, where, turn, x, y, room):
        """At a place on the die's edge; around it there is room for this case alone."""
        self.place(rule, case, "%s side, %d" % (where, len(self.placed)), turn, x, y, pya.Box(-room // 2, -room // 2, room // 2, room // 2).moved(int(x), int(y)))


SIDES = ("left", "lower", "right", "upper")


def room_of(tech):
    return even(max(max(2 * limit(rule) + (2 if measured_at_centre(rule) else size_of(tech, rule)), size_of(tech, rule) * 3 // 2) for rule in of_kinds(tech, "die_clearance")))


def edge_cases(tech, generator):
    return [(rule, case) for rule in of_kinds(tech, "die_clearance") for case in generator(tech, rule)]


def place_on(side, along, length):
    """Point of a square die's edge, `along` from where that side begins."""
    return [(0, along), (along, 0), (length, along), (along, length)][side]


def box_die(tech):
    """A rectangle with every case at each of its sides."""
    room, cases = room_of(tech), edge_cases(tech, die_clearance)
    length = room * (len(cases) + 3)
    sheet = Sheet(pya.Box(0, 0, length, length))
    for number, (rule, case) in enumerate(cases):
        for side, name in enumerate(SIDES):
            sheet.beside(rule, case, name, side, *place_on(side, room * (number + 2), length), room)
    return sheet


def bent_die(tech):
    """A square with its corners cut at 45 degrees; the cases take turns at its eight sides."""
    room, straight, slanted = room_of(tech), edge_cases(tech, die_clearance), edge_cases(tech, slanted_clearance)
    cut = room * (len(slanted) // 4 + 4)
    length = 2 * cut + room * (len(straight) // 4 + 4)
    sheet = Sheet(octagon(length, cut))
    for number, (rule, case) in enumerate(straight):
        side = number // 2 % 4
        sheet.beside(rule, case, SIDES[side], side, *place_on(side, cut + room * (number // 8 * 2 + number % 2 + 2), length), room)
    for number, (rule, case) in enumerate(slanted):
        side, along = number // 2 % 4, room * (number // 8 * 2 + number % 2 + 2)
        corner = [(cut - along, along), (length - cut + along, along), (length - cut + along, length - along), (cut - along, length - along)][side]
        sheet.beside(rule, case, "slanted " + SIDES[side], side, *corner, room)
    return sheet


BLOCKS = 6  # windows beside each other, each with a window's width to the next


def windows(tech):
    """A die of fields, each with a density that every rule allows, and among them the windows of the cases."""
    rules = of_kinds(tech, "density_min", "density_max")
    (step, window), = {(int(round(rule["step_um"] * UM)), int(round(rule["window_um"] * UM))) for rule in rules}
    wide = window // step
    whole = [(rule, case) for rule in rules for case in density(tech, rule)]
    cut = [(rule, case) for rule in rules for case in density(tech, rule, wide - 0.5)]
    rows = max(-(-len(whole) // BLOCKS), len(cut))
    places = [(number % BLOCKS, number // BLOCKS) for number in range(len(whole))] + [(BLOCKS, number) for number in range(len(cut))]
    width = (2 * BLOCKS + 1) * window - step // 2
    sheet, taken = Sheet(pya.Box(0, 0, width, 2 * rows * window)), {}
    for (rule, case), (column, row) in zip(whole + cut, places):
        x, y = 2 * column * window, 2 * row * window
        sheet.place(rule, case, "window %d, %d" % (column, row), 0, x, y, pya.Box(x, y, x + window, y + window))
        taken.setdefault(rule["layer"], set()).update((x // step + dx, y // step + dy) for dx in range(wide) for dy in range(wide))
    for layer, fields in taken.items():
        share = middle_density(rules, layer)
        sheet.shapes[layer] += [pya.Box(x * step, y * step, min((x + 1) * step, width), y * step + int(share * step))
                                for x in range(-(-width // step)) for y in range(2 * rows * wide) if (x, y) not in fields]
    return sheet


def middle_density(rules, layer):
    limits = {rule["check"]: rule["value"] for rule in rules if rule["layer"] == layer}
    return (limits.get("density_min", 0.0) + limits.get("density_max", 1.0)) / 2


LAYOUTS = {"box die": box_die, "bent die": bent_die, "windows": windows}
