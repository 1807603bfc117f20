"""For every kind of check on nets: drawings that keep a rule at its limit and drawings that break it by one dbu or one part.

A case generator takes (technology, rule) and yields Case records, as in cases.py; `limits.py` draws them beside those. Sizes come
from the technology's own limits. In names of nets an @ stands for what is different in each case, so that no two cases share a name.
"""

import math

import pya

from .cases import Case, broken, diamond, keep, limit, um
from .support import UM, octagon, round_shape, square


def named(case, tag):
    """The case with its names of nets made its own."""
    shapes = {layer: [labelled(shape.string.replace("@", tag), shape.x, shape.y) if isinstance(shape, pya.Text) else shape for shape in some]
              for layer, some in case.shapes.items()}
    return Case(case.name, shapes, case.count, case.text.replace("@", tag))


def labelled(text, x, y):
    return pya.Text(text, pya.Trans(int(x), int(y)))


class Drawing:
    """Collects shapes by layer; lengths are dbu.

    Contact points reach up to the level of the pads, whatever levels the technology has; traces are drawn there.
    """

    def __init__(self, tech):
        self.tech, self.shapes = tech, {}
        self.joints = [joint for joint in tech.record["connectivity"] if len(joint) == 3]
        self.contact_layer, self.cut, low = next(joint for joint in self.joints if tech.layers[joint[0]]["kind"] == "contact")
        self.low = self.trace_layer(low)
        self.ups = [(cut, self.trace_layer(upper)) for _, cut, upper in self.joints if upper != low and self.trace_layer(upper)]
        self.high = self.ups[-1][1] if self.ups else self.low
        self.via = even(max(2 * UM, limit_of(tech, "width_min", self.cut)))
        self.trace_width = even(2 * limit_of(tech, "width_min", self.low))
        self.pad_size = even(limit_of(tech, "width_min", "pad"))
        self.landing = self.via + self.trace_width
        self.pitch = 10 * UM * math.ceil(0.7 * self.pad_size / (10 * UM))  # of contact points: a pad finds room between two traces

    def trace_layer(self, conductor):
        return next((part for part in self.tech.parts(conductor) if self.tech.layers[part]["kind"] == "metal"), None)

    def add(self, layer, *shapes):
        self.shapes.setdefault(layer, []).extend(shapes)
        return self

    def label(self, text, x, y):
        return self.add("label", labelled(text, x, y))

    def up(self, x, y):
        """From the lowest level of traces to the level of the pads."""
        self.add(self.low, centred(self.landing, x, y))
        for cut, upper in self.ups:
            self.add(cut, centred(self.via, x, y))
            self.add(upper, centred(self.landing, x, y))
        return self

    def contact(self, x, y):
        self.add(self.contact_layer, centred(self.via, x, y))
        self.add(self.cut, centred(self.via, x, y))
        return self.up(x, y)

    def pad(self, x, y, function="pad_signal", size=None):
        return self.add(function, centred(size or self.pad_size, x, y))

    def trace(self, *points):
        half = self.trace_width // 2
        return self.add(self.high, pya.Path([pya.Point(int(x), int(y)) for x, y in points], 2 * half, half, half).polygon())

    def net(self, *points, size=None):
        """One contact point at the first place, one pad at the last, a trace between."""
        return self.contact(*points[0]).trace(*points).pad(*points[-1], size=size)

    def declare(self, function, area, *places):
        """The area, and the text at each of the places; by default at its middle."""
        middle = area.bbox().center()
        self.add("function", area)
        for x, y in places or [(middle.x, middle.y)]:
            self.add("function", labelled(function, x, y))
        return self


def limit_of(tech, check, layer):
    return int(round((tech.limit(check, layer) or 1.0) * UM))


def even(length):
    return length + length % 2


def centred(size, x=0, y=0):
    return square(size, int(x) - size // 2, int(y) - size // 2)


def meeting(size):
    """{name: (one, other, by which step the other leaves the one)} of shapes around (0, 0) that just touch."""
    half = size // 2
    eight = octagon(size).moved(-half, -half)
    return {"sides": (centred(size), centred(size, size), (1, 0)), "a part of a side": (centred(size), centred(size, size, size - 2), (1, 0)),
            "corners": (centred(size), centred(size, size, size), (1, 0)), "45 degree edges": (diamond(half), diamond(half).moved(half, half), (1, 0)),
            "a corner and a 45 degree edge": (diamond(half), centred(half, half // 2 + half // 2, half // 2 + half // 2), (0, 1)),
            "octagons": (eight, eight.moved(size, 0), (1, 0)), "octagons, slanted sides": (eight, eight.moved(size - cut_of(eight), size - cut_of(eight)), (1, 0)),
            "rounds": (round_shape(size), round_shape(size).moved(size, 0), (1, 0)), "a round and a side": (round_shape(size), centred(size, 0, size), (0, 1))}


def cut_of(eight):
    """What the octagon's slanted side takes off its corner."""
    box = eight.bbox()
    return min(point.x for point in eight.each_point_hull() if point.y == box.bottom) - box.left


def pairs(size):
    """[(name, one, other, do they touch?)]"""
    for name, (one, other, (dx, dy)) in meeting(size).items():
        yield name, one, other, True
        yield name, one, other.moved(dx, dy), False


def middle(shape):
    centre = shape.bbox().center()
    return centre.x, centre.y


# opens, shorts, splits

def net_open(tech, rule):
    """Connected is what touches; one dbu between two shapes opens both."""
    new = lambda: Drawing(tech)  # noqa: E731
    size = 2 * new().pad_size
    for name, one, other, touch in pairs(size):
        drawing = new().add(new().high, one).add("pad_signal", other).contact(*middle(one))
        yield keep(name, drawing.shapes) if touch else broken(name, drawing.shapes, "has no contact point" if touch else "no", 2)
    yield from opens_at_a_via(tech)
    first, sides = new(), ("a contact point", "a pad", "a trace")
    alone = [new().contact(0, 0), new().pad(0, 0), new().trace((0, 0), (size, 0))]
    for name, drawing, text in zip(sides, alone, ("contact point reaches no pad", "pad has no contact point", "trace belongs to nothing")):
        yield broken(name + " alone", drawing.shapes, text)
    yield keep("contact point and pad", new().contact(0, 0).pad(0, 0).shapes)
    yield broken("two pads without contact point", new().pad(0, 0).pad(2 * size, 0).trace((0, 0), (2 * size, 0)).shapes, "pad has no contact point", 2)
    if first.ups:
        yield from opens_between_levels(tech, size)
    if "ubm" in tech.layers:
        yield from opens_at_a_ubm(tech, size)


def opens_at_a_via(tech):
    """The via just touches what is below and above it, or misses it by one dbu."""
    for off in (0, 1):
        drawing = Drawing(tech)
        far, via = 2 * drawing.pad_size, drawing.via
        at = off + via  # lower left corner of the trace, beside the via
        for layer in (drawing.contact_layer, drawing.cut):
            drawing.add(layer, square(via))
        drawing.add(drawing.low, pya.Box(at, 0, at + far, via)).up(at + far, via // 2).pad(at + far, via // 2)
        yield broken("via and trace", drawing.shapes, "no", 2) if off else keep("via and trace", drawing.shapes)
        beside = Drawing(tech).add(drawing.contact_layer, square(via, -via - off)).add(drawing.cut, square(via)).up(via // 2, via // 2).pad(via // 2, via // 2)
        yield broken("contact point and via", beside.shapes, "contact point reaches no pad") if off else keep("contact point and via", beside.shapes)


def opens_between_levels(tech, size):
    for off in (0, 1):
        drawing = Drawing(tech).contact(-2 * size, 0).pad(0, 0)
        cut, upper = drawing.ups[-1]
        drawing.add(drawing.low, pya.Box(-2 * size, -size, -size - off, size)).add(cut, square(drawing.via, -size)).add(upper, pya.Box(-size, 0, 0, size // 2))
        yield broken("opening between levels", drawing.shapes, "no", 2) if off else keep("opening between levels", drawing.shapes)


def opens_at_a_ubm(tech, size):
    """A UBM that stands on no pad is one."""
    opening, ubm = next((cut, upper) for _, cut, upper in Drawing(tech).joints if upper == "ubm")
    for off in (0, 1):
        drawing = Drawing(tech).contact(0, 0)
        drawing.add(drawing.high, centred(2 * size)).add(opening, round_shape(size)).add(ubm, round_shape(size).moved(size + off, 0))
        yield broken("opening and UBM", drawing.shapes, "no", 2) if off else keep("opening and UBM", drawing.shapes)


def net_short(tech, rule):
    """Two names on one net; without names, power and ground pads on one."""
    new = lambda: Drawing(tech)  # noqa: E731
    size, high = 2 * new().pad_size, new().high
    for name, one, other, touch in pairs(size):
        labelled_two = new().add(high, one, other).label("@a", *middle(one)).label("@b", *middle(other))
        yield broken(name, labelled_two.shapes, "short between @a, @b") if touch else keep(name, labelled_two.shapes)
        supplies = new().add("pad_power", one).add("pad_ground", other)
        text = "short between power and ground pads"
        yield broken("power and ground, " + name, supplies.shapes, text) if touch else keep("power and ground, " + name, supplies.shapes)
    yield keep("one name twice", new().trace((0, 0), (size, 0)).label("@a", 0, 0).label("@a", size, 0).shapes)
    yield keep("two power pads", new().pad(0, 0, "pad_power").pad(size, 0, "pad_power").trace((0, 0), (size, 0)).shapes)
    two = new().net((0, 0), (size, 0)).net((0, size), (size, size), (size, 0)).label("@a", 0, 0)
    yield broken("two contact points of different names on one pad", dict(two.shapes, label=two.shapes["label"] + [labelled("@b", 0, size)]), "short between @a, @b")
    yield keep("two contact points of one name on one pad", dict(two.shapes, label=two.shapes["label"] + [labelled("@a", 0, size)]))
    if new().ups:
        yield from shorts_between_levels(tech, size)


def shorts_between_levels(tech, size):
    """Traces of two levels cross; an opening over the lower one's end joins them."""
    for off in (0, 1):
        drawing = Drawing(tech)
        cut, upper = drawing.ups[-1]
        drawing.add(drawing.low, pya.Box(-size, 0, 0, drawing.via)).add(upper, pya.Box(-size, -size, size, size)).add(cut, square(drawing.via, off))
        drawing.label("@b", size, size).add(drawing.contact_layer, centred(drawing.via, -2 * size)).add(drawing.cut, centred(drawing.via, -2 * size))
        drawing.add(drawing.low, pya.Box(-2 * size, 0, -size, drawing.via)).label("@a", -2 * size, 0)
        yield keep("an opening between levels", drawing.shapes) if off else broken("an opening between levels", drawing.shapes, "short between @a, @b")


def net_split(tech, rule):
    size, high = 2 * Drawing(tech).pad_size, Drawing(tech).high
    for name, one, other, touch in pairs(size):
        drawing = Drawing(tech).add(high, one).add("pad_signal", other).label("@a", *middle(one)).label("@a", *middle(other))
        yield keep(name, drawing.shapes) if touch else broken(name, drawing.shapes, "net @a is in 2 unconnected parts")
    third = Drawing(tech).add(high, *(centred(size, number * (size + 1)) for number in range(3)))
    for number in range(3):
        third.label("@a", number * (size + 1), 0)
    yield broken("three parts", third.shapes, "net @a is in 3 unconnected parts")
    yield keep("three parts of two names", dict(third.shapes, label=[labelled(text, number * (size + 1), 0) for number, text in enumerate(("@a", "@b", "@c"))]))


# labels

def label_on_metal(tech, rule):
    """A label on the edge of metal lies on it, one dbu outside it does not."""
    drawing = Drawing(tech)
    size = drawing.pad_size - drawing.pad_size % 4
    half = size // 2
    eight = octagon(size).moved(-half, -half)
    cut = cut_of(eight)
    edges = [("square, side", centred(size), (half, 7), (1, 0)), ("square, corner", centred(size), (half, half), (0, 1)), ("turned square", diamond(half), (half // 2, half // 2), (1, 0)),
             ("turned square, corner", diamond(half), (half, 0), (1, 0)), ("octagon", eight, (half - cut + cut // 2, half - cut // 2 - cut % 2), (1, 1)),
             ("round, corner", round_shape(size), (half, 0), (1, 0))]
    layers = [drawing.contact_layer, drawing.low, drawing.high, "pad_signal"] + [name for name in ("ubm",) if name in tech.layers]
    for layer in dict.fromkeys(layers):
        for name, shape, (x, y), (dx, dy) in edges:
            yield keep("%s on %s" % (name, layer), {layer: [shape], "label": [labelled("@a", x, y)]})
            yield broken("%s on %s" % (name, layer), {layer: [shape], "label": [labelled("@a", x + dx, y + dy)]}, "label @a lies on no metal")
    yield broken("label on a via alone", {drawing.cut: [centred(size)], "label": [labelled("@a", 0, 0)]}, "label @a lies on no metal")


def net_names(tech, rule):
    """Names that differ in one character that counts are kept; one that does not count makes a trap."""
    at = 4 * Drawing(tech).pad_size

    def two(one, other):
        return {"label": [labelled(one, 0, 0), labelled(other, at, 0)]}
    words = "names differ in case, space, brackets or trailing characters alone: "
    for name, right, wrong in (("a character at the end", "1", ":"), ("two characters at the end", "_1", "_:"), ("a point", ".1", "."), ("a minus", "-1", "-"), ("a comma", ",x", ","),
                               ("an exclamation mark", "!x", "!"), ("a semicolon", ";x", ";")):
        yield keep(name, two("@clk", "@clk" + right))
        yield broken(name, two("@clk", "@clk" + wrong), words)
    yield keep("case", two("@clk", "@clc"))
    yield broken("case", two("@clk", "@clK"), words)
    for brackets in ("<1>", "(1)", "{1}"):
        yield keep("brackets " + brackets, two("@d[2]", "@d" + brackets))
        yield broken("brackets " + brackets, two("@d[1]", "@d" + brackets), words)
    yield keep("underscore", {"label": [labelled("@a_b", 0, 0)]})
    yield broken("space", {"label": [labelled("@a b", 0, 0)]}, "name with space or an invisible character: ")
    yield broken("space beside the same name without", two("@ab", "@a b"), words)
    yield keep("one name twice", two("@clk", "@clk"))
    yield broken("three names alike", {"label": two("@clk", "@CLK")["label"] + [labelled("@Clk.", 0, at)]}, words)


# counts

def count_match(tech, rule):
    """Each pad touches one UBM and the other way round."""
    one_layer, other_layer = tech.parts(rule["layer"])[-1], rule["to"]
    size = even(max(limit_of(tech, "width_min", layer) for layer in (rule["layer"], rule["to"])))
    for name, one, other, touch in pairs(size):
        shapes = {one_layer: [one], other_layer: [other]}
        yield keep(name, shapes) if touch else broken(name, shapes, "with 0 ", 2)
        second = {one_layer: [one], other_layer: [centred(size // 4, -size // 4), other]}
        if touch:
            yield broken("a second one, " + name, second, "%s with 2 %s" % (rule["layer"], other_layer))
        else:
            yield broken("a second one apart, " + name, second, "%s with 0 %s" % (other_layer, rule["layer"]))
    yield broken("a bridge", {one_layer: [centred(size), centred(size, 2 * size)], other_layer: [pya.Box(0, 0, 2 * size, size // 2)]}, "%s with 2 %s" % (other_layer, rule["layer"]))


def vias_min(tech, rule):
    """As many vias on the net as the rule asks for each pad, or one fewer; a via one dbu beside the metal is none."""
    layer, needed = tech.parts(rule["layer"])[0], int(rule["value"])
    for pads in (1, 2, 3):
        for count in (needed * pads, needed * pads - 1):
            drawing = power_net(tech, layer, pads, count)
            sentence = "%d vias for %d pads" % (count, pads)
            yield keep("%d pads" % pads, drawing.shapes) if count == needed * pads else broken("%d pads" % pads, drawing.shapes, sentence)
    for off in (0, 1):
        drawing = power_net(tech, layer, 1, needed - 1)
        drawing.add(drawing.cut, square(drawing.via, 0, drawing.pad_size // 2 + off))
        yield broken("a via beside the pad", drawing.shapes, "%d vias for 1 pads" % (needed - 1)) if off else keep("a via beside the pad", drawing.shapes)
    yield keep("a pad of another function", power_net(tech, "pad_signal", 1, needed - 1).shapes)


def power_net(tech, layer, pads, vias):
    drawing = Drawing(tech)
    step = 2 * drawing.pad_size
    for number in range(pads):
        drawing.pad(number * step, 0, layer)
    drawing.trace((0, 0), (max(pads, vias) * step, 0))
    for number in range(vias):
        drawing.contact(number * step, 0)
    return drawing


# functions

def function_claims(tech, rule):
    yield from claims_of_counts(tech)
    yield from claims_of_order(tech)
    yield from claims_of_areas(tech)


def joined(tech, contacts, pads):
    """That many contact points and pads in a row on one net; the contact points are left of x = 0."""
    drawing = Drawing(tech)
    step = 2 * drawing.pad_size
    for number in range(contacts):
        drawing.contact(-number * step, 0)
    for number in range(1, pads + 1):
        drawing.pad(number * step, 0)
    return drawing.trace((-contacts * step, 0), (pads * step, 0))


def claims_of_counts(tech):
    around = pya.Box(*[side * 5 * Drawing(tech).pad_size for side in (-1, -1, 0, 1)]).enlarged(Drawing(tech).via, 0)
    for function, right, wrong in (("addition", (1, 2), (1, 1)), ("addition", (1, 3), (2, 2)), ("reduction", (2, 1), (1, 1)), ("reduction", (3, 1), (2, 2)),
                                   ("relocation", (1, 1), (1, 2)), ("relocation", (1, 1), (2, 1)), ("fan-out", (1, 1), (1, 2)), ("fan-out", (1, 1), (2, 1))):
        name = "%s, %d to %d and %d to %d" % (function, *right, *wrong)
        yield keep(name, joined(tech, *right).declare(function, around).shapes)
        yield broken(name, joined(tech, *wrong).declare(function, around).shapes, "joins %d contact points and %d pads" % wrong)


def claims_of_order(tech):
    p = Drawing(tech).pitch
    fanned, changed = [(-2 * p, 4 * p), (p, 5 * p), (4 * p, 4 * p)], [(0, 4 * p), (6 * p, -4 * p), (4 * p, 4 * p)]
    row = [(0, 0), (p, 0), (2 * p, 0)]
    yield keep("a row that fans out", led(tech, row, fanned, "fan-out").shapes)
    yield broken("a row whose pads change places", led(tech, row, changed, "fan-out").shapes, "are no neighbours, their contact points are", 2)
    yield keep("pads that change places in a relocation", led(tech, row, changed, "relocation").shapes)
    sunk = [(-2 * p, 4 * p), (p, 3 * p), (4 * p, 4 * p)]
    tenth = 2 * p // 10
    yield keep("a row a tenth as wide as it is long", led(tech, [(0, 0), (p, tenth), (2 * p, 0)], sunk, "fan-out").shapes)
    yield broken("a row, wider: pads turn the other way", led(tech, [(0, 0), (p, tenth + 1), (2 * p, 0)], sunk, "fan-out").shapes, "are no neighbours", 3)
    yield keep("a ring whose pads turn the same way", led(tech, [(0, 0), (p, tenth + 1), (2 * p, 0)], fanned, "fan-out").shapes)


def led(tech, contacts, pads, function):
    drawing = Drawing(tech)
    for (x, y), (to_x, to_y) in zip(contacts, pads):
        drawing.net((x, y), (x, to_y), (to_x, to_y))
    xs, ys = zip(*contacts)
    return drawing.declare(function, pya.Box(min(xs), min(ys), max(xs), max(ys)).enlarged(drawing.via, drawing.via))


def claims_of_areas(tech):
    """The declared area holds what lies on its edge: middles of contact points, and its text."""
    p = 2 * Drawing(tech).pad_size
    areas = [("square area", centred(2 * p), (p, 0), (1, 0)), ("turned area", diamond(p), (p // 2, p // 2), (1, 0)), ("round area", round_shape(2 * p), (p, 0), (1, 0))]
    for name, area, (x, y), (dx, dy) in areas:
        net = lambda by: Drawing(tech).net((x + by * dx, y + by * dy), (x + p, y)).declare("reduction", area, (0, 0))  # noqa: E731
        yield broken("a contact point in a " + name, net(0).shapes, "declared reduction, but net")
        yield Case("a contact point in a %s, one step outside" % name, net(1).shapes, 0, "")
        text = lambda by: Drawing(tech).net((0, 0), (p, 0)).declare("relocation", area, (x + by * dx, y + by * dy))  # noqa: E731
        yield keep("the text of a " + name, text(0).shapes)
        yield broken("the text of a " + name, text(1).shapes, "a declared function needs one text")
    one = lambda *functions: Drawing(tech).net((0, 0), (p, 0)).declare(functions[0], pya.Polygon(centred(p)), *[(0, 0)] * len(functions))  # noqa: E731
    yield broken("an unknown function", one("fanout").shapes, "unknown function fanout: known are ")
    yield broken("two functions", one("fan-out").add("function", labelled("relocation", 5, 5)).shapes, "two functions declared: fan-out, relocation")
    yield keep("one function twice", one("fan-out").add("function", labelled("fan-out", 5, 5)).shapes)


# distances

def fan_out_distance(tech, rule):
    """Pads are farther apart than contact points by the amount: centres, edges, or both at their limit."""
    v, first = limit(rule), Drawing(tech)
    via, apart = first.via, 3 * first.pad_size
    wide, narrow = first.pad_size, via // 4 * 2
    for declared in (None, "fan-out", "relocation"):
        kind = declared or "undeclared"
        for name, size, by in (("centres and edges", via, v), ("edges", wide, v + wide - via), ("centres", narrow, v)):
            for step in (0, 1):
                drawing = two_nets(tech, (0, apart), (0, apart + by - step), size, declared)
                words = "pads %s apart (centres %s), contact points %s (centres %s)" % (um(apart + by - 1 - size), um(apart + by - 1)[:-3], um(apart - via), um(apart)[:-3])
                yield broken("%s, %s" % (kind, name), drawing.shapes, words) if step else keep("%s, %s" % (kind, name), drawing.shapes)
    yield from slanted_fan_out(tech, v, apart, narrow)
    yield from round_fan_out(tech, v, apart, wide, via)


def two_nets(tech, contact, pad, size, declared=None, shape=centred):
    """Two nets from left to right; the second's contact point lies at `contact` from the first, its pad at `pad` from the first."""
    drawing = Drawing(tech)
    far = 4 * drawing.pad_size
    for (x, y), (to_x, to_y) in (((0, 0), (0, 0)), (contact, pad)):
        drawing.contact(x, y).trace((x, y), (far // 2 + x, y), (far // 2 + x, to_y), (far + to_x, to_y))
        drawing.add("pad_signal", shape(size).moved(far + to_x, to_y))
    if declared:
        drawing.declare(declared, pya.Box(0, 0, *contact).enlarged(drawing.via, drawing.via))
    return drawing


def slanted_fan_out(tech, v, apart, size):
    """Centres along the long side of a triangle of sides 3, 4 and 5."""
    fifth = apart // 5
    contact = (0, 5 * fifth - v)
    yield keep("slanted", two_nets(tech, contact, (3 * fifth, 4 * fifth), size).shapes)
    yield broken("slanted", two_nets(tech, contact, (3 * fifth, 4 * fifth - 1), size).shapes, "pads ")


def round_fan_out(tech, v, apart, wide, via):
    by = apart + v + wide - via
    shapes = {"round pads": round_shape, "octagons": lambda size: octagon(size).moved(-size // 2, -size // 2)}
    for name, shape in shapes.items():
        yield keep(name, two_nets(tech, (0, apart), (0, by), wide, shape=shape).shapes)
        yield broken(name, two_nets(tech, (0, apart), (0, by - 1), wide, shape=shape).shapes, "pads %s apart" % um(by - 1 - wide))
    turned_by = 2 * (wide // 2) + apart - via + v  # from corner to corner of squares on their corners
    corner = lambda size: diamond(size // 2)  # noqa: E731
    yield keep("turned pads", two_nets(tech, (0, apart), (0, turned_by), wide, shape=corner).shapes)
    yield broken("turned pads", two_nets(tech, (0, apart), (0, turned_by - 1), wide, shape=corner).shapes, "pads %s apart" % um(turned_by - 1 - wide))


def pad_spacing(tech, rule):
    d, pitch = limit(rule), int(round(rule.get("pitch_um", 0) * UM))
    size = max(Drawing(tech).pad_size, 2 * (pitch - d))  # so large that the space alone decides
    eight = octagon(size)
    yield keep("squares", fed(tech, square(size), square(size, size + d)))
    yield broken("squares", fed(tech, square(size), square(size, size + d - 1)), "pads %s apart (centres %s), contact points " % (um(d - 1), um(size + d - 1)[:-3]))
    yield keep("rounds", fed(tech, round_shape(size), round_shape(size).moved(size + d, 0)))
    yield broken("rounds", fed(tech, round_shape(size), round_shape(size).moved(size + d - 1, 0)), "pads %s apart" % um(d - 1))
    yield keep("octagons", fed(tech, eight, eight.moved(size + d, 0)))
    yield broken("octagons", fed(tech, eight, eight.moved(size + d - 1, 0)), "pads %s apart" % um(d - 1))
    yield keep("corner to corner", fed(tech, square(size), square(size, size + 3 * d // 5, size + 4 * d // 5)))
    yield broken("corner to corner", fed(tech, square(size), square(size, size + 3 * d // 5, size + 4 * d // 5 - 1)), "pads ")
    along = math.ceil(d / math.sqrt(2))
    short = next(step for step in (1, 2) if (2 * along - step) / math.sqrt(2) < d)
    one = diamond(size)
    yield keep("45 degree edges", fed(tech, one, one.moved(size + along, size + along)))
    yield broken("45 degree edges", fed(tech, one, one.moved(size + along - short, size + along)), "pads ")
    yield keep("two pads of one net", Drawing(tech).add("pad_signal", square(size), square(size, size + d - 1)).trace((0, 0), (size + d, 0)).shapes)
    yield broken("no contact points", {"pad_signal": [square(size), square(size, size + d - 1)]}, "no contact points to compare")
    yield broken("power beside ground", {"pad_power": [square(size)], "pad_ground": [square(size, size + d - 1)]}, "pads %s apart" % um(d - 1))
    yield broken("three in a row", fed(tech, *(square(size, number * (size + d - 1)) for number in range(3))), "pads %s apart" % um(d - 1), 2)
    if pitch:
        yield from pad_pitch(tech, pitch, d)


def pad_pitch(tech, pitch, d):
    size = even(pitch - d) - 2 * UM  # farther apart than the space, so that the pitch alone decides
    for name, shape in (("squares", square(size)), ("rounds", round_shape(size)), ("octagons", octagon(size)), ("turned squares", diamond(size // 2))):
        yield keep("pitch of " + name, fed(tech, shape, shape.moved(pitch, 0)))
        yield broken("pitch of " + name, fed(tech, shape, shape.moved(pitch - 1, 0)), "(centres %s)" % um(pitch - 1)[:-3])
    small = square(size // 3).moved(size // 3, size // 3)
    yield keep("pitch of different sizes", fed(tech, square(size // 3 * 3), small.moved(pitch, 0)))
    yield broken("pitch of different sizes", fed(tech, square(size // 3 * 3), small.moved(pitch - 1, 0)), "(centres %s)" % um(pitch - 1)[:-3])
    three, four = 3 * pitch // 5, 4 * pitch // 5
    yield keep("pitch of slanted pairs", fed(tech, round_shape(size // 4 * 2), round_shape(size // 4 * 2).moved(three, four)))
    yield broken("pitch of slanted pairs", fed(tech, round_shape(size // 4 * 2), round_shape(size // 4 * 2).moved(three, four - 1)), "(centres ")


def fed(tech, *pads):
    """Each pad with a contact point below its middle."""
    drawing = Drawing(tech).add("pad_signal", *pads)
    for pad in pads:
        drawing.contact(*middle(pad))
    return drawing.shapes


def teardrop(tech, rule):
    """At the pad the trace is as wide as the rule asks, or one step narrower; two dbu are left to corners between whole dbu."""
    reach, trace, size = int(round(rule["length_um"] * UM)), Drawing(tech).trace_width, Drawing(tech).pad_size
    wide = int(math.ceil(rule["value"] * trace))
    drawn = lambda at_pad, turn=0, **more: turned_drop(tech, rule, trace, at_pad, reach, turn, **more)  # noqa: E731
    for turn in (0, 90, 45):
        name = "wedge" + (", turned by %d" % turn if turn else "")
        yield keep(name, drawn(wide, turn))
        yield broken(name, drawn(wide - (8 if turn == 45 else 3), turn), "trace is ")
        yield broken("plain trace" + name[5:], drawn(trace, turn), "at the pad")
    yield keep("wedge, less by what corners may miss", drawn(wide - 2))
    yield broken("round pad", drawn(trace, pad=round_shape(size)), "trace is ")
    yield keep("round pad with a drop", drawn(2 * wide, pad=round_shape(size), deeper=size // 8))
    yield broken("octagon", drawn(wide - 3, pad=octagon(size).moved(-size // 2, -size // 2)), "at the pad")
    yield keep("octagon", drawn(wide, pad=octagon(size).moved(-size // 2, -size // 2)))
    two = drawn(trace)
    two[rule["layer"]].append(pya.Box(size // 2 - 1, -trace // 2, size + 2 * reach, trace // 2))
    yield broken("two plain traces", two, "at the pad", 2)
    yield keep("a trace that ends before the line", {"pad_signal": [centred(size)], rule["layer"]: [pya.Box(-size // 2 - reach + 1, 0, 0, trace)]})
    yield broken("a trace that ends on the line", {"pad_signal": [centred(size)], rule["layer"]: [pya.Box(-size // 2 - reach - 1, 0, 0, trace)]}, "at the pad")


def turned_drop(tech, rule, trace, at_pad, reach, turn, pad=None, deeper=0):
    """A pad around (0, 0), a trace from the left that widens to `at_pad` at the pad's edge, turned by an angle (degrees)."""
    half = Drawing(tech).pad_size // 2
    low, high = at_pad // 2, at_pad - at_pad // 2
    wedge = [(-half - reach, -trace // 2), (-half - reach, trace // 2), (-half + deeper, high), (-half + deeper, -low)]
    shapes = {"pad_signal": [pad or centred(2 * half)],
              rule["layer"]: [pya.Polygon(pya.Box(-2 * half - 2 * reach, -trace // 2, -half + 1, trace // 2)), pya.Polygon([pya.Point(*corner) for corner in wedge])]}
    turned = pya.ICplxTrans(1, turn, False, 0, 0)
    return {layer: [pya.Polygon(shape).transformed(turned) for shape in some] for layer, some in shapes.items()}


GENERATORS = {generator.__name__: generator for generator in (
    net_open, net_short, net_split, label_on_metal, net_names, count_match, vias_min, function_claims, fan_out_distance, pad_spacing, teardrop)}
