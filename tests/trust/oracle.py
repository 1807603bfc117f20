"""A brute-force checker of small layouts, written from the definitions of the rule kinds (`means` in tech/kinds.py).

Plain Python and numpy; it knows nothing of the deck or of KLayout. Coordinates are dbu; layers = {name: [shape, ...]}
with shapes as in outlines.py. Every check returns Verdicts. Corners sit on whole dbu, so a distance across an edge
that is not parallel to the axes is known to about one dbu: a place that near to a limit is "open": both answers fit.
"""

import math
from collections import namedtuple

from .outlines import (Crossing, Outline, around, box_of, boxes_touch, counter_clockwise, crossings, filled_grid, foot, is_box, kisses, runs,
                       shapes_of)

#: guilty and open: lists of places (left, bottom, right, top)
Verdicts = namedtuple("Verdicts", "guilty open")

UNSURE = 1.5  # dbu: what whole corners leave unknown about a slanted distance
ROUND_CORNERS = 9


def verdicts(judged):
    """Verdicts of [(place, True, False or None for open)]."""
    return Verdicts([place for place, guilty in judged if guilty], [place for place, guilty in judged if guilty is None])


# lengths

def judge(crossing, limit, grid):
    """Is a crossing too short? Straight across a 45 degree edge it may miss the limit by grid / sqrt(2).

    An edge that is nearly at 45 degrees may be taken for one. Between two corners, and from a corner to an edge along
    an axis, a distance is exact.
    """
    pairs = [(e, f) for e in crossing.edges_a for f in crossing.edges_b if faces(e, f)] or [(e, f) for e in crossing.edges_a for f in crossing.edges_b]
    exact = is_whole(crossing.a) and is_whole(crossing.b) or all(map(is_axis, crossing.edges_a + crossing.edges_b))
    unsure = 0.0 if exact else UNSURE
    short = crossing.length < limit - max(unsure, 1e-6)
    if not is_diagonal_line(crossing) or not all(nearly_diagonal(e) or nearly_diagonal(f) for e, f in pairs):
        return True if short else (None if crossing.length < limit + unsure - 1e-6 else False)
    if crossing.length < limit - grid / math.sqrt(2) - UNSURE:
        return True
    certain = all(is_diagonal(e) or is_diagonal(f) for e, f in pairs) and crossing.length > limit - grid / math.sqrt(2) + UNSURE
    return False if certain or crossing.length >= limit else None


def is_whole(point):
    return all(abs(c - round(c)) < 1e-9 for c in point)


def is_diagonal_line(crossing):
    dx, dy = abs(crossing.b[0] - crossing.a[0]), abs(crossing.b[1] - crossing.a[1])
    return abs(dx - dy) <= 4


def nearly_diagonal(edge):
    return abs(math.degrees(math.atan2(abs(edge[3] - edge[1]), abs(edge[2] - edge[0]))) - 45) < 6


def faces(e, f):
    return (e[2] - e[0]) * (f[2] - f[0]) + (e[3] - e[1]) * (f[3] - f[1]) < 0


def is_axis(edge):
    return edge[0] == edge[2] or edge[1] == edge[3]


def is_diagonal(edge):
    dx, dy = abs(edge[2] - edge[0]), abs(edge[3] - edge[1])
    return abs(dx - dy) <= 2 and dx > 2


def place_of(crossing):
    (ax, ay), (bx, by) = crossing.a, crossing.b
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def judged_crossings(found, limit, grid):
    judged = [(crossing, judge(crossing, limit, grid)) for crossing in found]
    return [(place_of(crossing) if guilty is not None else whole_place_of(crossing), guilty) for crossing, guilty in judged]


def whole_place_of(crossing):
    """Where an edge is about as near as the limit all along, every part of it may be marked."""
    edges = crossing.edges_a + crossing.edges_b
    return around([(min(e[0], e[2]), min(e[1], e[3]), max(e[0], e[2]), max(e[1], e[3])) for e in edges])


# sizes

def size_of(shape):
    """(smallest, largest, unsure): extents of boxes, octagons and round shapes; else as narrow as between two calipers."""
    width, height = shape.box[2] - shape.box[0], shape.box[3] - shape.box[1]
    corners = corners_of(shape)
    plain = len(shape.boxes) == 1 if shape.boxes else is_octagon(corners, shape.box) or is_round(corners, shape.box, 0.01 * min(width, height))
    if plain:
        return min(width, height), max(width, height), 0.0
    hull = convex_hull(corners)
    widths = [max(abs(cross(a, b, c)) for c in hull) / math.dist(a, b) for a, b in zip(hull, hull[1:] + hull[:1])]
    return min(widths), max(widths), 1.0 if len(hull) == 4 and not shape.boxes else 0.0


def corners_of(shape):
    if shape.ring:
        return shape.ring
    return [(x, y) for left, bottom, right, top in shape.boxes for x in (left, right) for y in (bottom, top)]


def cross(a, b, c):
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def convex_hull(points):
    """Corners of the hull, by gift wrapping."""
    points = sorted(set(points))
    hull, at = [], points[0]
    while not hull or at != hull[0]:
        hull.append(at)
        ahead = points[0] if points[0] != at else points[1]
        for point in points:
            side = cross(at, ahead, point)
            if point != at and (side < 0 or (side == 0 and math.dist(at, point) > math.dist(at, ahead))):
                ahead = point
        at = ahead
    return hull


def is_octagon(points, box, slack=None):
    """Eight corners near those of the regular octagon in that box."""
    width, height = box[2] - box[0], box[3] - box[1]
    slack = max(0.02 * width, 10) if slack is None else slack
    if len(points) != 8 or abs(width - height) > 2 * slack:
        return False
    return octagon_error(points, box) <= slack + 1e-6


def octagon_error(points, box):
    """Largest distance (along an axis) of a corner from its ideal place."""
    outer, inner = (box[2] - box[0]) / 2, (box[2] - box[0]) / 2 * math.tan(math.pi / 8)
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    offsets = [sorted((abs(x - middle[0]), abs(y - middle[1]))) for x, y in points]
    return max(max(abs(small - inner), abs(large - outer)) for small, large in offsets)


def is_round(points, box, tolerance):
    """Nine corners or more on one circle, within the tolerance, none of the facets wider than 40 degrees."""
    if len(points) < ROUND_CORNERS or not is_simple_ring(points):
        return False
    mean, error, _ = circle_fit(points, box)
    longest = max(math.dist(a, b) for a, b in zip(points, points[1:] + points[:1]))
    return error <= tolerance + 1e-6 and longest <= 2 * mean * math.sin(math.radians(20))


def is_simple_ring(points):
    """Neighbours in the list are neighbours around the middle."""
    turns = [cross(points[i - 2], points[i - 1], points[i]) for i in range(len(points))]
    return max(sum(side > 0 for side in turns), sum(side < 0 for side in turns)) > len(turns) / 2


def circle_fit(points, box):
    """(mean radius, largest miss of the mean, half of the spread: no circle around that middle misses by less)."""
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    radii = [math.dist(middle, point) for point in points]
    mean = sum(radii) / len(radii)
    return mean, max(abs(radius - mean) for radius in radii), (max(radii) - min(radii)) / 2


def around_limit(value, limit, unsure):
    """Is a value below the limit? None when it is not known."""
    if unsure and abs(value - (limit - unsure)) < 1e-6:
        return None
    return value < limit - max(unsure, 1e-6)


def width_min_closed(layers, layer, limit, grid):
    """Vias and pads by their extents; where the shape is concave, also wherever two edges face each other."""
    judged = []
    for shape in shapes_of(layers.get(layer, [])):
        smallest, _, unsure = size_of(shape)
        judged.append((shape.box, around_limit(smallest, limit, unsure)))
        if shape.boxes and len(shape.boxes) > 1:
            judged += necks(shape.boxes, limit, grid)
    return verdicts(judged)


def necks(layer, limit, grid):
    outline = Outline(layer)
    kissing = [((x, y, x, y), True) for x, y in kisses(outline)]
    return kissing + judged_crossings(crossings(outline, outline, limit, True), limit, grid)


def width_min_traces(layers, layer, limit, grid):
    """Wherever two edges of the metal face each other."""
    return verdicts(necks(layers[layer], limit, grid)) if layers.get(layer) else Verdicts([], [])


def width_max_closed(layers, layer, limit, grid):
    judged = []
    for shape in shapes_of(layers.get(layer, [])):
        _, largest, unsure = size_of(shape)
        judged.append((shape.box, None if unsure and abs(largest - limit - unsure) < 1e-6 else largest > limit + max(unsure, 1e-6)))
    return verdicts(judged)


def width_max_traces(layers, layer, limit, grid):
    """Metal that survives shrinking by half the limit: where a square of more than the limit fits."""
    boxes = [shape for shape in layers.get(layer, []) if is_box(shape)]
    if not boxes:
        return Verdicts([], [])
    return Verdicts([square for square in largest_rectangles(boxes) if min(square[2] - square[0], square[3] - square[1]) > limit], [])


def largest_rectangles(boxes):
    """Every rectangle of metal between grid lines that is full."""
    xs, ys, filled = filled_grid(boxes)
    found = []
    for i in range(len(xs) - 1):
        for k in range(i + 1, len(xs)):
            full = filled[i:k].all(axis=0)
            found += [(xs[i], ys[low], xs[k], ys[high]) for low, high in runs(full)]
    return found


def ratios(layers, layer, depth, guilty):
    """Depth of the films a via cuts / via size."""
    return verdicts([(shape.box, guilty(depth / size_of(shape)[0])) for shape in shapes_of(layers.get(layer, []))])


def aspect_ratio_min(layers, layer, limit, depth):
    return ratios(layers, layer, depth, lambda ratio: ratio < limit - 1e-9 * limit)


def aspect_ratio_max(layers, layer, limit, depth):
    return ratios(layers, layer, depth, lambda ratio: ratio > limit + 1e-9 * limit)


# shapes

def shape(layers, layer, allowed, tolerance):
    """Only these shapes, each vertex within the tolerance; None where two readings of "within" differ."""
    allowed = set(allowed) | ({"square"} if "rectangle" in allowed else set())
    judged = []
    for one in shapes_of(layers.get(layer, [])):
        fits = [fit_of(name, one, tolerance) for name in allowed]
        judged.append((one.box, False if True in fits else (None if None in fits else True)))
    return verdicts(judged)


def fit_of(name, one, tolerance):
    """Has the shape that name? True, False, or None when it depends on where the ideal shape is put."""
    points = corners_of(one) if one.ring or len(one.boxes) == 1 else []
    if name in ("square", "rectangle"):
        return len(points) == 4 and four_sided(name, points if one.ring else ring_of(one.box), tolerance)
    if name == "octagon":
        width, height = one.box[2] - one.box[0], one.box[3] - one.box[1]
        return len(points) == 8 and abs(width - height) <= 2 * tolerance and octagon_error(points, one.box) <= tolerance + 1e-6
    if len(points) < ROUND_CORNERS or not is_round(points, one.box, one.box[2] - one.box[0]):
        return False
    _, error, spread = circle_fit(points, one.box)
    return True if error <= tolerance + 1e-6 else (None if spread <= tolerance + 1e-6 else False)


def ring_of(box):
    return [(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])]


def four_sided(name, points, tolerance):
    """A rectangle has right angles: its corners are where half turns about the middle put them, diagonals are equal."""
    a, b, c, d = points
    upright = all(p[0] == q[0] or p[1] == q[1] for p, q in zip(points, points[1:] + points[:1]))
    sides = [math.dist(a, b), math.dist(b, c), math.dist(c, d), math.dist(d, a)]
    skew = max(abs(math.dist(a, c) - math.dist(b, d)), abs(sides[0] - sides[2]), abs(sides[1] - sides[3]))
    slack = 2 * tolerance
    longer = max(sides) - min(sides)
    exact, loose = (0, 0) if upright else (0, 3)
    if skew > slack + loose or (name == "square" and longer > slack + loose):
        return False
    return True if skew <= slack + exact and (name == "rectangle" or longer <= slack + exact) else None


# distances

def space(layers, layer, limit, grid):
    """Edge to edge on one layer, notches included; corners that touch are 0 apart."""
    if not layers.get(layer):
        return Verdicts([], [])
    outline = Outline(layers[layer])
    touching = [((x, y, x, y), True) for x, y in kisses(outline)]
    return verdicts(touching + judged_crossings(crossings(outline, outline, limit, False), limit, grid))


def separation(layers, layer, to, limit, grid):
    """Edge to edge between two layers; overlap and touch count as 0."""
    if not layers.get(layer) or not layers.get(to):
        return Verdicts([], [])
    one, other = Outline(layers[layer]), Outline(layers[to])
    meeting = [(common(a, b), True) for a in layers[layer] for b in layers[to] if meet(a, b)]
    return verdicts(meeting + judged_crossings(crossings(one, other, limit, False), limit, grid))


def common(a, b):
    a, b = box_of(a), box_of(b)
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def meet(a, b):
    """Do two shapes touch or overlap?"""
    if not boxes_touch(box_of(a), box_of(b)):
        return False
    if is_box(a) and is_box(b):
        return True
    a, b = Outline([a]), Outline([b])
    if any(segments_touch(e, f) for e in a.edges for f in b.edges):
        return True
    return a.inside(*b.edges[0][:2]) or b.inside(*a.edges[0][:2])


def segments_touch(e, f):
    ends = [cross(e[:2], e[2:], f[:2]), cross(e[:2], e[2:], f[2:]), cross(f[:2], f[2:], e[:2]), cross(f[:2], f[2:], e[2:])]
    apart = max(e[0], e[2]) < min(f[0], f[2]) or max(f[0], f[2]) < min(e[0], e[2]) or max(e[1], e[3]) < min(f[1], f[3]) or max(f[1], f[3]) < min(e[1], e[3])
    return not apart and ends[0] * ends[1] <= 0 and ends[2] * ends[3] <= 0


def enclosure(layers, layer, by, limit, grid):
    """Each shape lies inside the other layer by this much."""
    judged = []
    outer_layer = layers.get(by, [])
    outer = Outline(outer_layer)
    for one in shapes_of(layers.get(layer, [])):
        inner = Outline([one.ring] if one.ring else one.boxes)
        if not outer_layer or sticks_out(inner, outer):
            judged.append((one.box, None if outer_layer and slanted(inner) and sticks_out_little(inner, outer) else True))
            continue
        answers = [judge_enclosure(crossing, one, outer_layer, limit, grid) for crossing in nearest(inner, outer, limit)]
        judged.append((one.box, True if True in answers else (None if None in answers else False)))
    return verdicts(judged)


def sticks_out(inner, outer):
    """Any of the inner outline outside the other: a corner, or where the two outlines cross, or a hole inside it."""
    points = [tuple(corner) for corner, _, _ in inner.corners()]
    if any(not covered(point, outer) for point in points):
        return True
    for edge in inner.edges:
        cuts = sorted({0.0, 1.0} | {t for other in outer.edges for t in cut_places(edge, other)})
        middles = [(a + b) / 2 for a, b in zip(cuts, cuts[1:]) if b - a > 1e-9]
        if any(not covered((edge[0] + t * (edge[2] - edge[0]), edge[1] + t * (edge[3] - edge[1])), outer) for t in middles):
            return True
    return any(strictly_inside(inner, (e[0] + e[2]) / 2 + dx, (e[1] + e[3]) / 2 + dy) and not outer.inside((e[0] + e[2]) / 2 + dx, (e[1] + e[3]) / 2 + dy)
               for e in outer.edges for dx, dy in [right_of(e)])


def slanted(outline):
    return any(not is_axis(edge) for edge in outline.edges)


def sticks_out_little(inner, outer):
    """Does every corner lie within what whole corners leave unknown?"""
    return all(covered(point, outer) or min(distance_to(point, edge) for edge in outer.edges) < UNSURE for point, _, _ in inner.corners())


def right_of(edge):
    """A tiny step from the middle of an edge out of its metal."""
    length = math.hypot(edge[2] - edge[0], edge[3] - edge[1])
    return 0.01 * (edge[3] - edge[1]) / length, -0.01 * (edge[2] - edge[0]) / length


def strictly_inside(outline, x, y):
    return not on_edge((x, y), outline) and outline.inside(x, y)


def covered(point, outline):
    return on_edge(point, outline) or outline.inside(*point)


def on_edge(point, outline):
    return any(distance_to(point, edge) < 1e-6 for edge in outline.edges)


def distance_to(point, edge):
    return math.dist(point, foot(point, edge))


def cut_places(edge, other):
    """Where (0 to 1 along it) an edge meets another one, and where that one's ends lie on it."""
    dx, dy = edge[2] - edge[0], edge[3] - edge[1]
    ex, ey = other[2] - other[0], other[3] - other[1]
    determinant = dx * ey - dy * ex
    if determinant == 0:
        ends = [((x - edge[0]) * dx + (y - edge[1]) * dy) / (dx * dx + dy * dy) for x, y in (other[:2], other[2:]) if cross(edge[:2], edge[2:], (x, y)) == 0]
        return [t for t in ends if 0 < t < 1]
    t = ((other[0] - edge[0]) * ey - (other[1] - edge[1]) * ex) / determinant
    s = ((other[0] - edge[0]) * dy - (other[1] - edge[1]) * dx) / determinant
    return [t] if 0 < t < 1 and 0 <= s <= 1 else []


def nearest(inner, outer, limit):
    """For each pair of an inner and an outer edge nearer than the limit: Crossing with these edges alone."""
    found = []
    for e in inner.edges:
        for f in outer.edges:
            if (e[2] - e[0]) * (f[2] - f[0]) + (e[3] - e[1]) * (f[3] - f[1]) > 0:  # both have their metal on the same side
                a, b = shortest_line(e, f)
                if math.dist(a, b) < limit - 1e-6:
                    found.append(Crossing(math.dist(a, b), a, b, [e], [f]))
    return found


def shortest_line(e, f):
    """Two points, one on each edge."""
    if segments_touch(e, f):
        return (0, 0), (0, 0)
    lines = [(tuple(p), foot(p, f)) for p in (e[:2], e[2:])] + [(tuple(p), foot(p, e)) for p in (f[:2], f[2:])]
    return min(lines, key=lambda line: math.dist(*line))


def judge_enclosure(crossing, one, outer_layer, limit, grid):
    """Facets excuse a distance when both shapes are round and their circles keep the limit."""
    answer = judge(crossing, limit, grid)
    between = circles_between(one, crossing.edges_b[0], outer_layer)
    if answer is False or between is None:
        return answer
    if between >= limit - 1e-6:
        return False
    if is_axis(crossing.edges_a[0]) and is_axis(crossing.edges_b[0]):
        return answer
    return None if between >= limit - grid / math.sqrt(2) - UNSURE else answer


def circles_between(one, facet, outer_layer):
    """Distance between the circles, as wide as the extents, of a round shape and the round shape with this facet, or None."""
    if not one.ring or not is_round(one.ring, one.box, 0.01 * (one.box[2] - one.box[0])):
        return None
    for ring in (ring for ring in outer_layer if not is_box(ring)):
        box = box_of(ring)
        if any(tuple(facet[:2]) == tuple(map(float, corner)) for corner in ring) and is_round(ring, box, 0.01 * (box[2] - box[0])):
            apart = math.hypot((box[0] + box[2] - one.box[0] - one.box[2]) / 2, (box[1] + box[3] - one.box[1] - one.box[3]) / 2)
            return radius(box) - apart - radius(one.box)
    return None


def radius(box):
    return (box[2] - box[0] + box[3] - box[1]) / 4


def pitch_min(layers, layer, limit):
    """Centre to centre; the centre of a shape is that of its box."""
    centres = [((one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2) for one in shapes_of(layers.get(layer, []))]
    pairs = [(a, b) for i, a in enumerate(centres) for b in centres[i + 1:]]
    return verdicts([(around([a + a, b + b]), math.dist(a, b) < limit - 1e-6) for a, b in pairs])


# drawing

def grid(layers, names, step):
    """Every vertex on the grid."""
    corners = {corner for name in names for one in layers.get(name, []) for corner in (ring_of(one) if is_box(one) else one)}
    return verdicts([((x - step, y - step, x + step, y + step), bool(x % step or y % step)) for x, y in corners])


def angle(layers, layer, step):
    """Every edge at a multiple of the angle, up to one dbu at its end; facets of round shapes are no edges of traces."""
    judged = []
    for one in shapes_of(layers.get(layer, [])):
        if one.boxes or is_round(one.ring, one.box, 0.01 * (one.box[2] - one.box[0])):
            continue
        for a, b in zip(one.ring, one.ring[1:] + one.ring[:1]):
            off = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0])) % step
            miss = math.dist(a, b) * math.sin(math.radians(min(off, step - off)))
            judged.append((around([a + a, b + b]), miss > 1.001))
    return verdicts(judged)


def corner_min(layers, layer, limit):
    """No corner sharper than the limit, inside or outside the metal; half a degree of slack for whole corners."""
    judged = []
    for ring in (shape for shape in layers.get(layer, []) if not is_box(shape)):
        ring = counter_clockwise(ring)
        for i, (x, y) in enumerate(ring):
            ax, ay, bx, by = ring[i - 1][0] - x, ring[i - 1][1] - y, ring[(i + 1) % len(ring)][0] - x, ring[(i + 1) % len(ring)][1] - y
            between = math.degrees(abs(math.atan2(ax * by - ay * bx, ax * bx + ay * by)))
            judged.append(((x, y, x, y), None if abs(between - limit + 0.5) < 1e-6 else between < limit - 0.5))
    return verdicts(judged)


# the die

def die_clearance(layers, layer, die, limit, measure="edge"):
    """Distance to the edge of the die; outside is guilty. die: shapes, boxes joined."""
    outline = Outline(die)
    judged = []
    for one in shapes_of(layers.get(layer, [])):
        if measure == "centre":
            x, y = (one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2
            outside, near = not covered((x, y), outline), min(distance_to((x, y), edge) for edge in outline.edges)
            unsure = UNSURE if slanted(outline) or x % 1 or y % 1 else 0
        else:
            inner = Outline([one.ring] if one.ring else one.boxes)
            outside, unsure = sticks_out(inner, outline), 0
            near = min(math.dist(*shortest_line(e, f)) for e in inner.edges for f in outline.edges)
        judged.append((one.box, True if outside else (None if unsure and abs(near - limit) < unsure else near < limit - 1e-6)))
    return verdicts(judged)


def window_places(die, window, step):
    """Windows stepped over the box of the die from its lower left corner, cut at its edge: [(left, bottom, right, top)]."""
    left, bottom, right, top = around([box_of(shape) for shape in die])
    xs = range(left, max(left, right - window + step - 1) + 1, step) if right - left > window else [left]
    ys = range(bottom, max(bottom, top - window + step - 1) + 1, step) if top - bottom > window else [bottom]
    return [(x, y, min(x + window, right), min(y + window, top)) for x in xs for y in ys]


def covered_area(boxes, place):
    """Area of joined boxes inside a place."""
    cut = [common(box, place) for box in boxes if boxes_touch(box, place)]
    cut = [box for box in cut if box[0] < box[2] and box[1] < box[3]]
    if not cut:
        return 0
    xs, ys, filled = filled_grid(cut)
    wide, high = [b - a for a, b in zip(xs, xs[1:])], [b - a for a, b in zip(ys, ys[1:])]
    return sum(wide[i] * high[j] for i in range(len(wide)) for j in range(len(high)) if filled[i, j])


def density(layers, layer, die, window, step, guilty):
    """Covered part of each window of the die; what lies outside the die does not count. Boxes only."""
    judged = []
    metal = [common(box, part) for box in layers.get(layer, []) for part in die if boxes_touch(box, part)]
    for place in window_places(die, window, step):
        ground = covered_area(die, place)
        if ground:
            judged.append((place, guilty(covered_area(metal, place) / ground)))
    return verdicts(judged)


def density_min(layers, layer, die, limit, window, step):
    return density(layers, layer, die, window, step, lambda part: part < limit - 1e-9)


def density_max(layers, layer, die, limit, window, step):
    return density(layers, layer, die, window, step, lambda part: part > limit + 1e-9)
