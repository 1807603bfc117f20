"""A brute-force reader of nets in small layouts, written from docs/functions.md; it knows nothing of the deck or of KLayout.

Layouts are {layer: [shape]} with the shapes of outlines.py, in dbu, and labels [(text, x, y)]. Every check returns
expectations [(box of the guilty shapes together, a part of the marker's text)].
"""

import math
from collections import namedtuple
from itertools import combinations

import numpy as np

from . import oracle
from .outlines import Outline, around, box_of, boxes_touch, counter_clockwise, is_box, places_of_cuts, ring_of, same_point, touch
from .random_layouts import ring_distance

PADS = ("pad_flip_chip", "pad_power", "pad_ground", "pad_signal")

#: which layers make one conductor, and what joins conductors: [(conductor, cut or None, conductor)]
Stack = namedtuple("Stack", "conductors joints")

POSTPASS = Stack({"contact": ("contact",), "metal": ("rdl",) + PADS}, [("contact", "via", "metal")])

WLCSP = Stack({"contact": ("contact",), "metal": ("rdl",) + PADS, "ubm": ("ubm",)}, [("contact", "pi1", "metal"), ("metal", "pi2", "ubm")])

#: a connected group of shapes of one layer
Piece = namedtuple("Piece", "layer shapes")


class Net:
    """contacts, vias, traces, pads: pieces; names: sorted."""

    def __init__(self, pieces):
        self.pieces, self.names = pieces, []
        self.contacts, self.vias, self.traces, self.pads = [], [], [], []

    @property
    def metal(self):
        """What a marker of the whole net shows."""
        return around_pieces(self.traces + self.pads or self.contacts)

    @property
    def one_to_one(self):
        return len(self.contacts) == 1 and len(self.pads) == 1

    def corner(self):
        return min(box_of(shape)[:2] for shape in self.pieces)


def around_pieces(pieces):
    return around([box_of(shape) for piece in pieces for shape in piece.shapes])


def groups(things, together):
    """Connected groups of things; together(a, b) tells whether two belong together."""
    found = []
    for thing in things:
        mine = [group for group in found if any(together(thing, other) for other in group)]
        found = [group for group in found if group not in mine] + [[thing] + [other for group in mine for other in group]]
    return found


def pieces_of(layers, name):
    return [Piece(name, group) for group in groups(layers.get(name, []), touch)]


def meeting(a, b):
    return any(touch(one, other) for one in a.shapes for other in b.shapes)


def read_nets(layers, labels=(), stack=POSTPASS):
    """([Net], labels on nothing). A label belongs to metal before contact points."""
    whole = {name: [Piece(name, group) for group in groups([s for part in parts for s in layers.get(part, [])], touch)]
             for name, parts in stack.conductors.items()}
    cuts = {cut: pieces_of(layers, cut) for _, cut, _ in stack.joints if cut}
    everything = [piece for some in list(whole.values()) + list(cuts.values()) for piece in some]
    joined = {frozenset(pair) for lower, cut, upper in stack.joints for pair in ([(lower, cut), (cut, upper)] if cut else [(lower, upper)])}
    nets = []
    for group in groups(everything, lambda a, b: frozenset((a.layer, b.layer)) in joined and meeting(a, b)):
        net = Net([shape for piece in group for shape in piece.shapes])
        net.vias = [piece for piece in group if piece.layer in cuts]
        net.contacts = [piece for piece in group if piece.layer == "contact"] + [
            via for via in net.vias if any(cut == via.layer and lower == "contact" for lower, cut, _ in stack.joints) and not any(meeting(via, c) for c in whole["contact"])]
        metal = {name for name, parts in stack.conductors.items() if name != "contact"}
        mine = [shape for piece in group if piece.layer in metal for shape in piece.shapes]
        for part in [part for name in metal for part in stack.conductors[name]]:
            own = {part: [shape for shape in layers.get(part, []) if any(shape is other for other in mine)]}
            if part == "ubm":  # one that stands on no pad is taken for a pad
                net.pads += [piece for piece in pieces_of(own, part) if not any(meeting(piece, pad) for layer in PADS for pad in pieces_of(layers, layer))]
            else:
                (net.pads if part in PADS else net.traces).extend(pieces_of(own, part))
        nets.append(net)
    nets.sort(key=Net.corner)
    return nets, name_nets(nets, labels, whole)


def name_nets(nets, labels, whole):
    loose = []
    owner = {id(shape): net for net in nets for shape in net.pieces}
    ordered = [shape for name in sorted(whole, key=lambda name: name == "contact") for piece in whole[name] for shape in piece.shapes]
    for text, x, y in dict.fromkeys(map(tuple, labels)):  # the same label twice at one place is one
        under = next((shape for shape in ordered if holds(shape, x, y)), None)
        if under is None:
            loose.append((text, x, y))
        elif text not in owner[id(under)].names:
            owner[id(under)].names.append(text)
    for net in nets:
        net.names.sort()
    return loose


def holds(shape, x, y):
    """Is a point inside a shape or on its edge?"""
    if is_box(shape):
        return shape[0] <= x <= shape[2] and shape[1] <= y <= shape[3]
    return oracle.covered((x, y), oracle.Outline([shape]))


# checks

def net_open(nets):
    found = []
    for net in nets:
        if net.contacts and net.pads:
            continue
        found += [(around_pieces([piece]), "contact point reaches no pad") for piece in net.contacts]
        found += [(around_pieces([piece]), "pad has no contact point") for piece in net.pads]
        if not net.contacts and not net.pads:
            found += [(around_pieces([piece]), "trace belongs to nothing") for piece in net.traces]
    return found


def net_short(nets):
    found = [(net.metal, "short between " + ", ".join(net.names)) for net in nets if len(net.names) > 1]
    for net in nets:
        supplies = [pad for pad in net.pads if pad.layer in ("pad_power", "pad_ground")]
        if len(net.names) < 2 and len({pad.layer for pad in supplies}) == 2:
            found.append((around_pieces(supplies), "short between power and ground pads"))
    return found


def net_split(nets):
    found = []
    for name in {name for net in nets for name in net.names}:
        mine = [net for net in nets if name in net.names]
        if len(mine) > 1:
            found.append((around([net.metal for net in mine]), "net %s is in %d unconnected parts" % (name, len(mine))))
    return found


def label_on_metal(loose):
    return [((x - 10, y - 10, x + 10, y + 10), "label %s lies on no metal" % text) for text, x, y in loose]


def net_names(labels):
    """Only the traps that the random layouts hold: case, a trailing colon, the kind of brackets."""
    plain = {}
    for text, x, y in labels:
        plain.setdefault(text.lower().rstrip(":").replace("<", "[").replace(">", "]"), []).append((text, x, y))
    return [(around([(x - 10, y - 10, x + 10, y + 10) for _, x, y in some]), "names differ") for some in plain.values() if len({text for text, _, _ in some}) > 1]


def count_match(layers, one, other):
    found = []
    for mine, theirs in ((one, other), (other, one)):
        others = pieces_of(layers, theirs)
        for piece in pieces_of(layers, mine):
            count = sum(meeting(piece, partner) for partner in others)
            if count != 1:
                found.append((around_pieces([piece]), "%s with %d %s" % (mine, count, theirs)))
    return found


def feeding(nets, layer):
    for net in nets:
        pads = [pad for pad in net.pads if pad.layer == layer]
        if pads:
            yield net, pads


def vias_min(nets, layer, least):
    return [(around_pieces(pads), "%d vias for %d pads" % (len(net.vias), len(pads))) for net, pads in feeding(nets, layer) if len(net.vias) < least * len(pads)]


def current_vias(nets, layer, needed, per_um2):
    found = []
    for net, pads in feeding(nets, layer):
        carried = sum(per_um2 * oracle.covered_area([box_of(s) for s in via.shapes], around_pieces([via])) / 1e6 for via in net.vias)
        if carried < needed * len(pads) * (1 - 1e-9):
            found.append((around_pieces(pads), "%d vias carry" % len(net.vias)))
    return found


def current_cuts(nets, layer, needed, per_cut):
    return [(around_pieces(pads), "%d vias carry" % len(net.vias)) for net, pads in feeding(nets, layer) if len(net.vias) * per_cut < needed * len(pads) * (1 - 1e-9)]


def trace_length_max(nets, limit):
    """Each trace is as long as a path of one width that has its area and its outline's length. Boxes alone."""
    found = []
    for net in nets:
        if sum(map(path_length, net.traces)) > limit + 1e-3:
            found.append((around_pieces(net.traces), "trace length "))
    return found


def path_length(piece):
    """The longer side of the rectangle with the piece's area and perimeter."""
    area = oracle.covered_area([box_of(shape) for shape in piece.shapes], around_pieces([piece]))
    half = sum(math.dist(edge[:2], edge[2:]) for edge in Outline(piece.shapes).edges) / 2
    return (half + math.sqrt(max(half * half - 4 * area, 0))) / 2


def current_width(nets, layer, narrowest, grid):
    """Verdicts: where traces of one-to-one nets with such a pad are too narrow. Boxes alone."""
    judged = [place for net, _ in feeding(nets, layer) if net.one_to_one and net.traces
              for place in oracle.necks([shape for trace in net.traces for shape in trace.shapes], narrowest, grid)]
    return oracle.verdicts(judged)


def distance(a, b):
    """Edge to edge between two pieces of one shape each (or of boxes)."""
    return min(shape_distance(one, other) for one in a.shapes for other in b.shapes)


def shape_distance(one, other):
    if touch(one, other):
        return 0.0
    if is_box(one) and is_box(other):
        return math.hypot(max(one[0] - other[2], other[0] - one[2], 0), max(one[1] - other[3], other[1] - one[3], 0))
    return ring_distance(ring_of(one), ring_of(other))


def middle(piece):
    left, bottom, right, top = around_pieces([piece])
    return (left + right) / 2, (bottom + top) / 2


def pad_spacing(layers, nets, space, pitch):
    """One expectation for each pair of pads of different nets; the pads of all functions that touch are one."""
    pads = [(Piece("pad", group), net) for net in nets for group in groups([s for pad in net.pads if pad.layer in PADS for s in pad.shapes], touch)]
    reach = max(space, pitch)
    return [(around_pieces([a, b]), "pads ") for (a, one), (b, other) in combinations(pads, 2)
            if one is not other and boxes_touch(oracle.grown(around_pieces([a]), reach), around_pieces([b]))
            and (distance(a, b) < space - 1e-6 or math.dist(middle(a), middle(b)) < pitch - 1e-6)]


def space_by_net(layers, parts, nets, limit, grid, same):
    """Verdicts of space for pairs of edges on the same net, or on different nets."""
    shapes = [shape for part in parts for shape in layers.get(part, [])]
    if not shapes:
        return oracle.Verdicts([], [])
    outline = oracle.Outline(shapes)
    owner = {id(shape): net for net in nets for shape in net.pieces}

    def net_at(x, y):
        near = [shape for shape in shapes if boxes_touch(box_of(shape), (x - 1.5, y - 1.5, x + 1.5, y + 1.5))]
        return owner[id(min(near, key=lambda shape: shape_distance_to_point(shape, x, y)))]
    judged = [((x, y, x, y), True) for x, y in oracle.kisses(outline)] if same else []
    crossings = [crossing for crossing in oracle.crossings(outline, outline, limit, False) if (net_at(*crossing.a) is net_at(*crossing.b)) == same]
    return oracle.verdicts(judged + oracle.judged_crossings(crossings, limit, grid))


def wide_space_by_net(layers, parts, nets, limit, wider, run, same):
    """Verdicts of space_wide for wide parts on the same net, or on different nets. Boxes alone."""
    shapes = [shape for part in parts for shape in layers.get(part, [])]
    owner = {id(shape): net for net in nets for shape in net.pieces}

    def net_of(part):
        return owner[id(next(shape for shape in shapes if boxes_touch(shape, part.box)))]
    return oracle.verdicts([(place, guilty) for place, guilty, one, other in oracle.wide_pairs(shapes, limit, wider, run) if (net_of(one) is net_of(other)) == same])


def shape_distance_to_point(shape, x, y):
    if holds(shape, x, y):
        return 0.0
    return min(oracle.distance_to((x, y), edge) for edge in oracle.Outline([shape]).edges)


# functions

def main_axis(points):
    """Direction in which the points spread most: of 3,600 tried, then refined."""
    middle_x, middle_y = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    centred = [(x - middle_x, y - middle_y) for x, y in points]
    xx, yy, xy = sum(x * x for x, _ in centred), sum(y * y for _, y in centred), sum(x * y for x, y in centred)
    # spread along an angle: xx cos^2 + yy sin^2 + 2 xy sin cos, largest where its derivative is 0
    angles = [0.5 * math.atan2(2 * xy, xx - yy) + turn for turn in (0, math.pi / 2)]
    return max(((math.cos(a), math.sin(a)) for a in angles), key=lambda d: sum((x * d[0] + y * d[1]) ** 2 for x, y in centred))


def group_order(nets):
    """(is it a row?, nets in the order of contact points, nets in the order of pads)"""
    contacts, pads = [middle(net.contacts[0]) for net in nets], [middle(net.pads[0]) for net in nets]
    if len(nets) < 2:
        return True, nets, nets
    ux, uy = main_axis(contacts)
    along, across = [x * ux + y * uy for x, y in contacts], [y * ux - x * uy for x, y in contacts]
    row = max(across) - min(across) <= 0.1 * (max(along) - min(along))

    def ordered(points):
        if row:
            keys = [x * ux + y * uy for x, y in points]
        else:
            mean = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
            keys = [math.atan2(y - mean[1], x - mean[0]) for x, y in points]
        return [nets[i] for i in sorted(range(len(nets)), key=lambda i: keys[i])]
    return row, ordered(contacts), ordered(pads)


def neighbours(nets):
    row, contacts, _ = group_order(nets)
    if len(nets) < 2:
        return []
    pairs = list(zip(contacts, contacts[1:]))
    return pairs if row or len(nets) < 3 else pairs + [(contacts[-1], contacts[0])]


def inside(area, net):
    return [contact for contact in net.contacts if holds(area, *(math.floor(c) for c in middle(contact)))]


RIGHT_COUNTS = {"fan-out": lambda c, p: c == p == 1, "relocation": lambda c, p: c == p == 1, "addition": lambda c, p: c == 1 and p > 1, "reduction": lambda c, p: c > 1 and p == 1}


def function_claims(nets, declared):
    """declared: [(function, area)]"""
    found = []
    for function, area in declared:
        members = [net for net in nets if inside(area, net)]
        found += [(net.metal, "declared %s, but" % function) for net in members if not RIGHT_COUNTS[function](len(net.contacts), len(net.pads))]
        group = [net for net in members if net.one_to_one]
        if function == "fan-out" and len(group) > 2:
            row, _, pads = group_order(group)
            for one, other in neighbours(group):
                step = pads.index(other) - pads.index(one)
                if (step if row else step % len(group)) != 1:
                    found.append((around_pieces([one.pads[0], other.pads[0]]), "order: pads of"))
    return found


def fan_out_distance(nets, declared, amount):
    """Neighbours in declared groups; the others each with all that are nearest."""
    grouped = [[net for net in nets if net.one_to_one and inside(area, net)] for function, area in declared if function in ("fan-out", "relocation")]
    pairs = [pair for group in grouped for pair in neighbours(group)]
    rest = [net for net in nets if net.one_to_one and not any(net is other for group in grouped for other in group)]
    for net in rest:
        far = {id(other): math.dist(middle(net.contacts[0]), middle(other.contacts[0])) for other in rest if other is not net}
        pairs += [(net, other) for other in rest if other is not net and far[id(other)] <= min(far.values()) + 1e-6] if far else []
    found = []
    for one, other in {frozenset((id(a), id(b))): (a, b) for a, b in pairs}.values():
        contacts, pads = (one.contacts[0], other.contacts[0]), (one.pads[0], other.pads[0])
        if math.dist(*map(middle, pads)) < math.dist(*map(middle, contacts)) + amount - 1e-6 or distance(*pads) < distance(*contacts) + amount - 1e-6:
            found.append((around_pieces(pads), "contact points %s" % um(distance(*contacts))))
    return found


def um(length):
    return ("%.4f" % (length / 1000)).rstrip("0").rstrip(".") + " um"


# teardrops

def teardrop(layers, traces, pads, times, reach):
    """Verdicts on the ways out of single pads. Beside slanted edges lengths are known to some dbu."""
    judged = []
    metal = [shape for part in traces for shape in layers.get(part, [])]
    for pad in [shape for part in pads for shape in layers.get(part, [])]:
        unsure = 0 if all(map(is_box, metal + [pad])) else 8
        for place, at_pad, away in ways_out(metal, counter_clockwise(ring_of(pad)), reach) if metal else []:
            missing = times * away - 2 - at_pad
            judged.append((place, None if abs(missing) < unsure else bool(at_pad and away and missing > 0)))
    return oracle.verdicts(judged)


def ways_out(metal, pad, reach):
    """[(box, length of the pad's edge under it, length of the outer line under it)] of the connected metal between pad and outer line."""
    metal, outer = oracle.Outline(metal), moved_outwards(pad, reach)
    lines = [oracle.Outline([ring]) for ring in (pad, outer)]
    edges = np.vstack([metal.edges, lines[0].edges, lines[1].edges])
    points, pieces = {}, []
    for number, places in enumerate(places_of_cuts(edges)):
        x1, y1, x2, y2 = edges[number]
        source = 0 if number < len(metal.edges) else (1 if number < len(metal.edges) + len(pad) else 2)
        ends = [same_point(points, x1 + t * (x2 - x1), y1 + t * (y2 - y1)) for t in places]
        pieces += [(source, a, b) for a, b in zip(ends, ends[1:]) if a != b and bounds_a_way(source, a, b, metal, *lines)]
    return [(around([(*a, *b) for _, a, b in way] + [(*b, *a) for _, a, b in way]), *[sum(math.dist(a, b) for source, a, b in way if source == wanted) for wanted in (1, 2)])
            for way in groups(pieces, lambda one, other: bool(set(one[1:]) & set(other[1:])))]


def moved_outwards(ring, reach):
    """The ring (counter-clockwise) with every edge moved outwards, up to where its neighbours meet it."""
    moved = []
    for a, b, c in zip(ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1]):
        (ux, uy), (vx, vy) = [((q[0] - p[0]) / math.dist(p, q), (q[1] - p[1]) / math.dist(p, q)) for p, q in ((a, b), (b, c))]
        part = reach / (1 + ux * vx + uy * vy)
        moved.append((b[0] + part * (uy + vy), b[1] - part * (ux + vx)))
    return moved


def bounds_a_way(source, a, b, metal, pad, outer):
    """Is a piece of an edge of metal (0), pad (1) or outer line (2) a bound of metal between pad and outer line?"""
    x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    out_x, out_y = 0.01 * (b[1] - a[1]) / math.dist(a, b), 0.01 * (a[0] - b[0]) / math.dist(a, b)
    if source:
        side = 1 if source == 1 else -1
        return metal.inside(x + side * out_x, y + side * out_y)
    return not any(oracle.on_edge((x, y), line) for line in (pad, outer)) and outer.inside(x, y) and not pad.inside(x, y)
