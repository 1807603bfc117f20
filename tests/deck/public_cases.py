"""Limit cases of the public rule sets, whose layers are largely derived.

The generators of cases.py draw what a rule looks at. Where that is a derived layer, DRAWN_AS says what to draw so that the layer
comes out with just those shapes; where that is not enough, BY_RULE has a generator of the rule's own. Lengths are dbu.
"""

from itertools import chain

import pya

from . import cases
from .cases import Case, broken, keep, limit, um
from .net_cases import centred, even, limit_of
from .support import UM, round_shape, square

DIE = 4000 * UM  # side of a die
FAR = 16000 * UM  # from case to case: the largest die, and more than any rule looks beyond it


def boxes(shapes, by=0):
    """A box around each of the shapes, larger by a length on every side."""
    return [shape.bbox().enlarged(by, by) for shape in shapes]


def dots(shapes):
    """A small square in the middle of each of the shapes."""
    return [centred(2 * UM, shape.bbox().center().x, shape.bbox().center().y) for shape in shapes]


def frame(size, width=20 * UM):
    """The seal ring of a square die around (0, 0)."""
    return list((pya.Region(centred(size)) - pya.Region(centred(size - 2 * width))).each())


def beside(shapes):
    """A box on the left of each of the shapes."""
    return [pya.Box(box.left - 40 * UM, box.bottom, box.left, box.top) for box in boxes(shapes)]


def together(shapes, by=0):
    """One box around all of the shapes, larger by a length on every side."""
    return sum((shape.bbox() for shape in shapes), pya.Box()).enlarged(by, by)


def around(box):
    """A frame around a box."""
    return list((pya.Region(box.enlarged(UM, UM)) - pya.Region(box)).each())


#: {derived layer: what to draw for its shapes}
DRAWN_AS = {
    "bond_pad": lambda shapes: {"pad": shapes},
    "pad_metal": lambda shapes: {"metal_top": shapes, "pad": shapes},
    **{"via%d_at_pad" % n: lambda shapes, n=n: {"via%d" % n: shapes, "pad": beside(shapes)} for n in range(1, 6)},
    "other_top": lambda shapes: {"metal_top": shapes},
    "pad_metal5": lambda shapes: {"metal5": shapes, "pad": [together(shapes)], "via5": around(together(shapes))},
    **{"via%d_%s" % (n, what): lambda shapes, n=n: {"via%d" % n: shapes, "pad": [together(shapes, UM)]} for n in range(1, 4) for what in ("under_pad", "array")},
    "bump_pad": lambda shapes: {"pad": shapes},
    "probe_pad": lambda shapes: {"pad": shapes, "probe_mark": dots(shapes)},
    "bump_metal": lambda shapes: {"metal_top": shapes, "pad": dots(shapes)},
    "ubm_from_80": lambda shapes: {"ubm": shapes},
    "ubm_from_100": lambda shapes: {"ubm": shapes},
    **{"via5_" + where: lambda shapes: {"via5": shapes} for where in ("beside_ubm", "under_ubm", "beside_opening", "under_opening")},
    "bumped_die": lambda shapes: {"seal_ring": shapes, "bump": dots(shapes)},
    "cpbo_on_pad": lambda shapes: {"cpbo": shapes, "pad": boxes(dots(shapes))},
    "opened_pad": lambda shapes: {"pad": shapes, "cpbo": dots(shapes)},
    "small_cpbo": lambda shapes: {"cpbo": shapes},
    "cpbo_under_ball": lambda shapes: {"cpbo": shapes},
    "rdl_on_pad": lambda shapes: {"rdl": shapes, "cpbo": dots(shapes), "pad": dots(shapes)},
    "capture": lambda shapes: {"rdl": shapes, "bump": boxes(shapes, UM), "cpmm2": dots(shapes)},
}


# rules of their own

def to_the_edge_of_the_die(tech, rule):
    """A square die around (0, 0), and a shape beside its left edge."""
    v, layer, size = limit(rule), rule["layer"], even(limit_of(tech, "width_min", rule["layer"]))
    ring = "seal_ring" if "seal_ring" in tech.layers else "guard_ring"
    at = v - DIE // 2 + (0 if rule.get("measure") == "centre" else size // 2)
    for name, shape in (("square", pya.Polygon(centred(size))), ("round", round_shape(size))):
        yield keep(name, {ring: frame(DIE), layer: [shape.moved(at, 0)]})
        yield broken(name, {ring: frame(DIE), layer: [shape.moved(at - 1, 0)]}, um(v - 1) + " to the die edge")
    yield keep("in a solid ring", {ring: [centred(DIE)], layer: [centred(size, at, 0)]})
    yield broken("in the corner", {ring: frame(DIE), layer: [centred(size, at, at - 1)]}, um(v - 1) + " to the die edge")
    yield broken("outside", {ring: frame(DIE), layer: [centred(size, -DIE // 2 - size, 0)]}, "reaches outside the die")


def no_farther_apart(tech, rule):
    """Centre to centre, whatever the sizes."""
    pitch_rule = next(one for one in tech.rules if one["check"] == "pitch_min" and one["layer"] == rule["layer"])
    pitch, size = int(round((pitch_rule["value_um"] + pitch_rule.get("tolerance_um", 0)) * UM)), limit_of(tech, "width_min", rule["layer"])
    ball, words = centred(size), "no other bump within %s, centre to centre" % um(pitch)
    yield keep("side by side", {"bump": [ball, ball.moved(pitch, 0)]})
    yield broken("side by side", {"bump": [ball, ball.moved(pitch + 1, 0)]}, words, 2)
    yield keep("one above the other", {"bump": [ball, ball.moved(0, pitch)]})
    yield broken("one above the other", {"bump": [ball, ball.moved(0, pitch + 1)]}, words, 2)
    yield broken("the third of a row", {"bump": [ball, ball.moved(pitch, 0), ball.moved(2 * pitch + 1, 0)]}, words)
    for case, apart in ((keep, pitch), (broken, pitch + 1)):
        shapes = {"bump": [round_shape(even(size)), centred(even(size) + 10 * UM).moved(0, apart)]}
        yield case("round, beside a larger one", shapes) if case is keep else case("round, beside a larger one", shapes, words, 2)
    yield broken("alone", {"bump": [ball]}, words)


def long_enough(tech, rule):
    for name, turn in (("lying", pya.Trans()), ("standing", pya.Trans.R90)):
        drawn = lambda length, turn=turn: DRAWN_AS["bumped_die"]([pya.Box(0, 0, length, 750 * UM).transformed(turn)])  # noqa: E731
        yield keep(name, drawn(1000 * UM))
        yield broken(name, drawn(1000 * UM - 1), "no long_die within 0 um")


def rdl_under_openings(tech, rule):
    """What is narrower than `wider(...)` of the derived pad says is none; of an odd width, half a dbu on either side may be missing."""
    pad, least = rule["by"], {"rdl_on_pad": 39 * UM, "capture": 230 * UM}[rule["by"]]
    yield keep("square", DRAWN_AS[pad]([square(least)]))
    yield broken("square", DRAWN_AS[pad]([square(least - 2)]), "no %s at all" % pad)
    with_trace = DRAWN_AS[pad]([square(least)])
    with_trace["rdl"].append(pya.Box(0, 0, 3 * least, least // 2))
    yield keep("with a trace", with_trace)
    at_edge, opening = DRAWN_AS[pad]([square(least)]), "cpbo" if pad == "rdl_on_pad" else "cpmm2"
    at_edge[opening] = [square(2 * UM, least - UM, 0)]
    at_edge.update({"pad": at_edge[opening]} if pad == "rdl_on_pad" else {})
    yield broken("opening over the edge", at_edge, "sticks out of " + pad)


def openings_of_two_nets(tech, rule):
    """A polymer-1 opening on the left, a polymer-2 opening on the right, each on RDL of its own."""
    v, one = limit(rule), square(60 * UM)

    def drawn(other, layer="cpmm2", one_net=False):
        shapes = {"cpbo": [one], "rdl": boxes([one + other] if one_net else [one, other], UM)}
        shapes.setdefault(layer, []).append(other)
        return shapes
    beside, above, slanted = square(60 * UM, 60 * UM + v), square(60 * UM, 0, 60 * UM + v), square(60 * UM, 60 * UM + 3 * v // 5, 60 * UM + 4 * v // 5)
    yield keep("facing", drawn(beside))
    yield broken("facing", drawn(beside.moved(-1, 0)), "space " + um(v - 1))
    yield keep("facing upwards", drawn(above))
    yield broken("facing upwards", drawn(above.moved(0, -1)), "space " + um(v - 1))
    yield keep("corner to corner", drawn(slanted))
    yield broken("corner to corner", drawn(slanted.moved(-2, -2)), "space ")
    yield keep("nearer, on one net", drawn(beside.moved(-1, 0), one_net=True))
    yield keep("nearer, two polymer-1 openings", drawn(beside.moved(-1, 0), "cpbo"))


def teardrop_at_a_capture_pad(tech, rule):
    """A square pad around (0, 0) with a trace from the left that widens to where it meets the pad."""
    reach, trace, size = int(round(rule["length_um"] * UM)), 20 * UM, limit_of(tech, "width_min", "capture") + UM
    wide, half = int(round(rule["value"] * trace)), size // 2

    def drawn(at_pad):
        drop = pya.Polygon([pya.Point(*corner) for corner in ((-half - reach, -trace // 2), (-half - reach, trace // 2), (-half, at_pad - at_pad // 2), (-half, -(at_pad // 2)))])
        pad = centred(2 * half)
        return {"rdl": [pad, drop, pya.Box(-3 * half, -trace // 2, -half, trace // 2)], "bump": [pad], "cpmm2": dots([pad])}
    yield keep("drop", drawn(wide))
    yield broken("drop", drawn(wide - 3), "trace is ")
    yield broken("plain trace", drawn(trace), "at the pad")


def near_enough(tech, rule):
    v, size = limit(rule), 100 * UM
    one, words = square(size), "no %s within %s" % (rule["to"], um(limit(rule)))
    for name, x, y in (("beside", 1, 0), ("above", 0, 1)):
        yield keep(name, {rule["layer"]: [one], rule["to"]: [square(size, x * (size + v), y * (size + v))]})
        yield broken(name, {rule["layer"]: [one], rule["to"]: [square(size, x * (size + v + 1), y * (size + v + 1))]}, words)
    yield broken("one of two", {rule["layer"]: [one, one.moved(3 * size + 2 * v, 0)], rule["to"]: [square(size, size)]}, words)


def to_metals_of_no_pad(tech, rule):
    v, pad = limit(rule), square(100 * UM)
    for metal in ("metal%d" % number for number in range(1, 6)):
        yield keep(metal, {"bond_pad": [pad], metal: [square(20 * UM, 100 * UM + v)]})
        yield broken(metal, {"bond_pad": [pad], metal: [square(20 * UM, 99_999 + v)]}, "separation " + um(v - 1))
        yield keep(metal + " of the pad", {"bond_pad": [pad], metal: [square(20 * UM, 100 * UM - 1)]})


def none_under(*layers):
    """For rules that count the common area of these layers and of another one: what meets it at the edge is none."""
    def generator(tech, rule):
        size = 60 * UM
        for layer in layers:
            yield keep(layer + " beside", {rule["to"]: [square(size)], layer: [square(size, size)]})
            yield broken(layer + " over the edge", {rule["to"]: [square(size)], layer: [square(size, size - 1)]}, "1 %s, at most 0" % rule["layer"])
            yield broken(layer + ", two", {rule["to"]: [square(size)], layer: [square(UM, UM, UM), square(UM, 3 * UM, UM)]}, "2 %s, at most 0" % rule["layer"])
    return generator


def none_at_edge(tech, rule):
    size, via = 60 * UM, 2 * UM
    yield keep("inside", {"bump_pad": [square(size)], "via5": [square(via, size - via)]})
    yield keep("outside", {"bump_pad": [square(size)], "via5": [square(via, size)]})
    yield broken("across the edge, outwards", {"bump_pad": [square(size)], "via5": [square(via, size - via + 1)]}, "1 via5_at_edge, at most 0")
    yield broken("across the edge, inwards", {"bump_pad": [square(size)], "via5": [square(via, size - 1)]}, "1 via5_at_edge, at most 0")


def pitch_of_large_ubm(tech, rule):
    v, size = limit(rule), {"ubm_from_80": 80 * UM, "ubm_from_100": 100 * UM}[rule["layer"]]
    yield keep("side by side", {"ubm": [square(size), square(size, v)]})
    yield broken("side by side", {"ubm": [square(size), square(size, v - 1)]}, "pitch " + um(v - 1))
    yield broken("round", {"ubm": [round_shape(size), round_shape(size).moved(0, v - 1)]}, "pitch " + um(v - 1))
    yield keep("a smaller one beside", {"ubm": [square(size), pya.Box(0, v - 1, size - 1, v - 1 + size)]})


def arrays(tech, rule):
    """Vias of 0.26 in rows and columns."""
    layer, via = rule["layer"].replace("_array", ""), 260

    def drawn(columns, rows, space):
        vias = [square(via, column * (via + space), row * (via + space)) for column in range(columns) for row in range(rows)]
        return {layer: vias, "pad": [together(vias, UM)]}
    yield keep("3 x 3", drawn(3, 3, 300))
    yield keep("3 x 3, farthest", drawn(3, 3, 490))
    yield broken("4 x 3", drawn(4, 3, 300), "size ")
    yield broken("3 x 4, farthest", drawn(3, 4, 490), "size ")
    yield broken("larger by a dbu", {layer: [square(limit(rule) + 1)], "pad": [square(10 * UM, -UM, -UM)]}, "size ")
    yield keep("4 x 4 beside pads", {layer: drawn(4, 4, 300)[layer]})


def between_arrays(tech, rule):
    layer, v, size = rule["layer"].replace("_array", ""), limit(rule), UM
    yield keep("facing", {layer: [square(size), square(size, size + v)], "pad": [square(10 * UM, -UM, -UM)]})
    yield broken("facing", {layer: [square(size), square(size, size + v - 1)], "pad": [square(10 * UM, -UM, -UM)]}, "space " + um(v - 1))
    yield keep("one array", {layer: [square(size), square(size, size + 490)], "pad": [square(10 * UM, -UM, -UM)]})


def with_ubm(tech, rule):
    one, other = square(60 * UM), square(60 * UM, 60 * UM)
    for process in tech.parts("ubm"):
        yield keep(process, {"bump_pad": [one], process: [other]})
    yield broken("beside", {"bump_pad": [one], "ubm": [other.moved(1, 0)]}, "no ubm within 0 um")
    yield keep("probe pad", {"probe_pad": [one]})


#: generators by rule id, where those of cases.py do not do; of the first technology whose name begins so
BY_RULE = {
    "skywater_amkor": {"ubm.6": to_the_edge_of_the_die, "bump.3": to_the_edge_of_the_die, "bump.2.max": no_farther_apart, "bump.4.long": long_enough},
    "skywater_deca": {"ubm.3": to_the_edge_of_the_die, "bump.2.max": no_farther_apart, "rdl.x.2": teardrop_at_a_capture_pad,
                      "rdl.wlcsp.1.under": rdl_under_openings, "cpmm2.wlcsp.4.under": rdl_under_openings, "cpmm2.wlcsp.1": openings_of_two_nets},
    "gf180mcu": {"PAD.16": near_enough, "PAD.19a": to_metals_of_no_pad, "CUP.1a": none_under("comp", "poly2"), "CUP.5": none_under("via5"), "CUP.8": none_under("via4"),
                 **{"CUP.7c" + level: arrays for level in ("", ".via2", ".via1")}, **{"CUP.7e" + level: between_arrays for level in ("", ".via2", ".via1")},
                 "TM.4": to_the_edge_of_the_die, "TM.5.ubm80": pitch_of_large_ubm, "TM.5.ubm100": pitch_of_large_ubm,
                 "TM.6": with_ubm, "TM.9": none_at_edge, "GR.11": none_under("pad")},
}
#: cases of a generator that a derived layer leaves out: what meets the other layer belongs to another one of them
LEFT_OUT = {"probe_mark": ("two neighbours",), "other_top": ("touching", "overlapping", "inside"), "via5_beside_ubm": ("overlapping", "inside"), "via5_beside_opening": ("overlapping", "inside")}


def by_rule(technology):
    return next((own for beginning, own in BY_RULE.items() if technology.name.startswith(beginning)), {})


def all_cases(technology):
    """[(rule, Case)] in a fixed order; guidelines have none, whatever a table above says of the rule in another technology."""
    own = by_rule(technology)
    return [(rule, as_drawn(case)) for rule in technology.rules if rule["check"] != "guideline"
            for case in own.get(rule["id"], of_kind)(technology, rule)]


def of_kind(technology, rule):
    """Cases of the kind's generator, without those that a derived layer leaves out."""
    left_out = {name for layer in (rule["layer"], rule.get("to"), rule.get("by")) for name in LEFT_OUT.get(layer, ())}
    for case in cases.GENERATORS.get(rule["check"], lambda *_: ())(technology, rule):
        nothing_selected = "derive" in technology.layers[rule["layer"]] and rule.get("by", rule["layer"]) not in case.shapes
        if case.name.split(",")[0] not in left_out and not nothing_selected:
            yield case


def as_drawn(case):
    """The case with its derived layers made of drawn ones."""
    shapes = {}
    for layer, some in case.shapes.items():
        for drawn, more in (DRAWN_AS[layer](some) if layer in DRAWN_AS else {layer: some}).items():
            shapes.setdefault(drawn, []).extend(more)
    return Case(case.name, shapes, case.count, case.text)


def ids_without_cases(technology):
    """(ids of rules that no case keeps, ids that no case breaks); guidelines need none."""
    found = all_cases(technology)
    rules = {rule["id"] for rule in technology.rules if rule["check"] != "guideline"}
    return tuple(sorted(rules - {rule["id"] for rule, case in found if (case.count == 0) == kept}) for kept in (True, False))


def unused():
    """What these tables hold for nothing: rules that no technology has."""
    from postpass import tech as technologies
    from tests.kits import PUBLIC
    known = {beginning: {rule["id"] for name in PUBLIC if name.startswith(beginning) for rule in technologies.load(name).rules} for beginning in BY_RULE}
    return list(chain.from_iterable(sorted(set(own) - known[beginning]) for beginning, own in BY_RULE.items()))
