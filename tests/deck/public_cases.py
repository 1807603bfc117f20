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


#: {derived layer: what to draw for its shapes}
DRAWN_AS = {
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
    at = v - DIE // 2 + (0 if rule.get("measure") == "centre" else size // 2)
    for name, shape in (("square", pya.Polygon(centred(size))), ("round", round_shape(size))):
        yield keep(name, {"seal_ring": frame(DIE), layer: [shape.moved(at, 0)]})
        yield broken(name, {"seal_ring": frame(DIE), layer: [shape.moved(at - 1, 0)]}, um(v - 1) + " to the die edge")
    yield keep("in a solid ring", {"seal_ring": [centred(DIE)], layer: [centred(size, at, 0)]})
    yield broken("in the corner", {"seal_ring": frame(DIE), layer: [centred(size, at, at - 1)]}, um(v - 1) + " to the die edge")
    yield broken("outside", {"seal_ring": frame(DIE), layer: [centred(size, -DIE // 2 - size, 0)]}, "reaches outside the die")


def no_farther_apart(tech, rule):
    """Squares have the pitch to a dbu; the sides of round balls meet a little farther away."""
    pitch_rule = next(one for one in tech.rules if one["check"] == "pitch_min" and one["layer"] == rule["layer"])
    pitch, size = int(round((pitch_rule["value_um"] + pitch_rule.get("tolerance_um", 0)) * UM)), limit_of(tech, "width_min", rule["layer"])
    ball, words = centred(size), "no paired_bump within 0 um"
    yield keep("side by side", {"bump": [ball, ball.moved(pitch, 0)]})
    yield broken("side by side", {"bump": [ball, ball.moved(pitch + 1, 0)]}, words, 2)
    yield keep("one above the other", {"bump": [ball, ball.moved(0, pitch)]})
    yield broken("one above the other", {"bump": [ball, ball.moved(0, pitch + 1)]}, words, 2)
    yield broken("the third of a row", {"bump": [ball, ball.moved(pitch, 0), ball.moved(2 * pitch + 1, 0)]}, words)
    yield keep("round", {"bump": [round_shape(even(size)), round_shape(even(size)).moved(pitch, 0)]})
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


#: generators by rule id, where those of cases.py do not do; of the first technology whose name begins so
BY_RULE = {
    "skywater_amkor": {"ubm.6": to_the_edge_of_the_die, "bump.3": to_the_edge_of_the_die, "bump.2.max": no_farther_apart, "bump.4.long": long_enough},
    "skywater_deca": {"ubm.3": to_the_edge_of_the_die, "bump.2.max": no_farther_apart, "rdl.x.2": teardrop_at_a_capture_pad,
                      "rdl.wlcsp.1.under": rdl_under_openings, "cpmm2.wlcsp.4.under": rdl_under_openings, "cpmm2.wlcsp.1": openings_of_two_nets},
}


def by_rule(technology):
    return next((own for beginning, own in BY_RULE.items() if technology.name.startswith(beginning)), {})


def all_cases(technology):
    """[(rule, Case)] in a fixed order."""
    own = by_rule(technology)
    return [(rule, case) for rule in technology.rules for case in (
        own[rule["id"]](technology, rule) if rule["id"] in own else map(as_drawn, _told(technology, rule)))]


def _told(technology, rule):
    """Cases of the kind's generator. What a layer that is selected by another one cannot hold is left out: there the rule does not apply."""
    selected = rule["layer"] in technology.layers and "derive" in technology.layers[rule["layer"]] if "layer" in rule else False
    generator = cases.GENERATORS.get(rule["check"], lambda *_: ())
    return (case for case in generator(technology, rule) if not (selected and rule.get("by") and rule["by"] not in case.shapes))


def as_drawn(case):
    """The case with its derived layers made of drawn ones."""
    shapes = {}
    for layer, some in case.shapes.items():
        for drawn, more in DRAWN_AS.get(layer, lambda some, layer=layer: {layer: some})(some).items():
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
