"""A brute-force checker of small layouts, written from the definitions of the rule kinds (`means` in tech/kinds.py).

Plain Python and numpy; it knows nothing of the deck or of KLayout. Coordinates are dbu; layers = {name: [shape, ...]}
with shapes as in outlines.py. Every check returns Verdicts. Corners sit on whole dbu, so a distance across an edge
that is not parallel to the axes is known to about one dbu: a place that near to a limit is "open": both answers fit.
"""

import math
from collections import namedtuple
from itertools import combinations, product

import numpy as np
from scipy import ndimage

from .outlines import (
    Crossing,
    Outline,
    around,
    box_of,
    boxes_touch,
    counter_clockwise,
    cross,
    crossings,
    directions,
    filled_grid,
    foot,
    is_box,
    is_clear,
    kisses,
    places_of_cuts,
    ring_edges,
    ring_of,
    runs,
    segments_touch,
    shapes_of,
    touch,
    turn,
)

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
    exact = (is_whole(crossing.a) and is_whole(crossing.b)) or all(map(is_axis, crossing.edges_a + crossing.edges_b)) or is_straight(crossing)
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


def is_straight(crossing):
    """Along an axis, from one whole coordinate to another: corners of joined shapes may be off whole dbu across it."""
    (ax, ay), (bx, by) = crossing.a, crossing.b
    return any(abs(p - q) < 1e-9 and is_whole((r, s)) for p, q, r, s in ((ax, bx, ay, by), (ay, by, ax, bx)))


def is_diagonal_line(crossing):
    dx, dy = abs(crossing.b[0] - crossing.a[0]), abs(crossing.b[1] - crossing.a[1])
    return abs(dx - dy) <= 4


def nearly_diagonal(edge):
    return abs(math.degrees(math.atan2(abs(edge[3] - edge[1]), abs(edge[2] - edge[0]))) - 45) < 6


def faces(e, f):
    return apart(e, f) < 89.5


def apart(e, f):
    """Degrees by which two edges miss to be parallel and face each other."""
    return 180 - abs(math.degrees(turn(e, f)))


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
    judged = [(crossing, None if guilty is False and crossing.length < limit and at_a_corner(crossing) else guilty) for crossing, guilty in judged]
    return [(place_of(crossing) if guilty is not None else whole_place_of(crossing), guilty) for crossing, guilty in judged]


def at_a_corner(crossing):
    """Does it start at a corner? The other edge there is as near, but not quite straight across."""
    return len(crossing.edges_a + crossing.edges_b) > 2


def whole_place_of(crossing):
    """Where an edge is about as near as the limit all along, every part of it may be marked."""
    edges = crossing.edges_a + crossing.edges_b
    return around([(min(e[0], e[2]), min(e[1], e[3]), max(e[0], e[2]), max(e[1], e[3])) for e in edges])


# sizes

def size_of(shape):
    """(smallest, largest, unsure): extents of boxes, octagons and round shapes; else as narrow as between two calipers."""
    width, height = shape.box[2] - shape.box[0], shape.box[3] - shape.box[1]
    corners = corners_of(shape)
    plain = len(shape.boxes) == 1 if shape.boxes else len(shape.parts) == 1 and (
        is_octagon(corners, shape.box) or is_round(corners, shape.box, 0.01 * min(width, height)))
    if plain:
        return min(width, height), max(width, height), 0.0
    hull = convex_hull(corners)
    widths = calipers(hull)
    return min(widths), max(widths), 1.0 if len(hull) == 4 and not shape.boxes else 0.0


def calipers(hull):
    """Widths of a convex ring, seen from each of its edges."""
    return [max(abs(cross(a, b, c)) for c in hull) / math.dist(a, b) for a, b in ring_edges(hull)]


def corners_of(shape):
    if shape.ring:
        return shape.ring
    return [corner for part in shape.parts for corner in ring_of(part)]


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
    """Neighbours in the list are neighbours around the middle: seen from there all steps go the same way."""
    middle = tuple((min(values) + max(values)) / 2 for values in zip(*points))
    steps = [cross(middle, points[i - 1], points[i]) for i in range(len(points))]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


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
        if is_dented(shape):
            judged += necks([shape.ring], limit, grid)
    return verdicts(judged)


def is_dented(shape):
    """Is it one concave ring, by more than whole dbu make of a round one?"""
    if not shape.ring or shape.boxes or len(convex_hull(shape.ring)) == len(shape.ring):
        return False
    return not is_round(shape.ring, shape.box, 0.01 * min(shape.box[2] - shape.box[0], shape.box[3] - shape.box[1]))


# round shapes as the circles that they are drawn for

def drawn_for(ring, diameter):
    """Are these the corners of a regular polygon on a circle of that diameter, each moved to the nearest dbu? Turned by a multiple of a tenth of a facet."""
    box, corners = box_of(ring), len(ring)
    here = sorted((x - box[0], y - box[1]) for x, y in ring)
    for tenths in range(10):
        angles = [2 * math.pi * (number + tenths / 10) / corners for number in range(corners)]
        there = [(int(round(diameter / 2 * math.cos(angle))), int(round(diameter / 2 * math.sin(angle)))) for angle in angles]
        low_x, low_y = min(x for x, _ in there), min(y for _, y in there)
        if here == sorted((x - low_x, y - low_y) for x, y in there):
            return True
    return False


def nominal(layers, layer, limit, sense, otherwise):
    """Sizes of round shapes are those of their circles: sense 1 where the limit is the least diameter, -1 where it is the greatest.

    A regular polygon for a circle that keeps the limit is right; where its circle is known to break it by more than corners on
    whole dbu leave open, it is not, unless its extents keep it: its sides may touch a circle. otherwise: judges other shapes.
    """
    judged = []
    for one in shapes_of(layers.get(layer, [])):
        if not (one.ring and round_shape(one.ring)):
            verdict = otherwise({layer: one.parts})
            judged += [(place, True) for place in verdict.guilty] + [(place, None) for place in verdict.open]
            continue
        extents = [one.box[2] - one.box[0], one.box[3] - one.box[1]]
        mean = 2 * circle_fit(one.ring, one.box)[0]
        kept = any(sense * (diameter - limit) >= 0 and drawn_for(one.ring, diameter) for diameter in range(round(mean) - 2, round(mean) + 3))
        kept = kept or max(sense * (extent - limit) for extent in extents) >= 0
        judged.append((one.box, False if kept else (True if sense * (mean - limit) < -1.5 else None)))
    return verdicts(judged)


def necks(layer, limit, grid):
    outline = Outline(layer)
    kissing = [((x, y, x, y), True) for x, y in kisses(outline)]
    found = [crossing for crossing in crossings(outline, outline, limit, True) if any_faces(crossing)]
    return kissing + seen_along_edges(outline, limit) + judged_crossings(found, limit, grid)


def seen_along_edges(outline, limit):
    """Edges up to 45 degrees apart whose ends see each other through metal only along an edge, as where a trace ends a little beside a pad: open."""
    ux, uy, _ = directions(outline.edges)
    cosine = np.outer(ux, ux) + np.outer(uy, uy)
    facing = (cosine < -math.cos(math.radians(45.5))) & (cosine > -1 + 1e-9) & may_be_nearer(outline.edges, outline.edges, limit)
    judged = []
    for i, j in np.argwhere(np.triu(facing)):
        e, f = outline.edges[i], outline.edges[j]
        for (ax, ay), (bx, by) in product((e[:2], e[2:]), (f[:2], f[2:])):
            length = math.dist((ax, ay), (bx, by))
            if 1 < length < limit:
                off_x, off_y = 0.01 * (by - ay) / length, 0.01 * (ax - bx) / length
                beside = [Crossing(length, (ax + side * off_x, ay + side * off_y), (bx + side * off_x, by + side * off_y), [e], [f]) for side in (1, -1)]
                clear = [is_clear(crossing, [outline], True) for crossing in beside]
                judged += [(whole_place_of(beside[0]), None)] if clear[0] != clear[1] else []
    return judged


def any_faces(crossing):
    """Do edges of its two ends face each other across metal? Those at right angles do not."""
    (ax, ay), (bx, by) = crossing.a, crossing.b
    ahead = [e for e in crossing.edges_a if (e[2] - e[0]) * (by - ay) - (e[3] - e[1]) * (bx - ax) > 0]
    back = [f for f in crossing.edges_b if (f[2] - f[0]) * (by - ay) - (f[3] - f[1]) * (bx - ax) < 0]
    return any(faces(e, f) for e in ahead for f in back)


def width_min_traces(layers, layer, limit, grid):
    """Wherever two edges of the metal face each other."""
    return verdicts(necks(layers[layer], limit, grid)) if layers.get(layer) else Verdicts([], [])


def dents(ring, side, limit, grid):
    """Corners of a ring that lie nearer than the limit to a straight side across a bar or a gap at 45 degrees."""
    judged = []
    for corner in ring:
        x, y = foot(corner, side)
        apart = math.dist(corner, (x, y))
        place = min(corner[0], x), min(corner[1], y), max(corner[0], x), max(corner[1], y)
        if corner not in (tuple(side[:2]), tuple(side[2:])) and apart < limit + UNSURE:
            judged.append((place, True if apart < limit - grid / math.sqrt(2) - UNSURE else None))
    return verdicts(judged)


def overlap_min(layers, layer, to, limit, grid):
    """Of boxes: what two of them share is a box."""
    pairs = [(max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])) for a in layers.get(layer, []) for b in layers.get(to, [])]
    shared = [box for box in pairs if box[0] < box[2] and box[1] < box[3]]
    return verdicts(necks(shared, limit, grid)) if shared else Verdicts([], [])


def extension(layers, layer, past, limit):
    """Of boxes: from each side of a field of the other layer that the layer crosses, row by row, to where the layer ends. Open in slits of two dbu, which nothing can be seen in."""
    metal, others = (layers.get(name, []) for name in (layer, past))
    xs, ys = (sorted({box[k] for box in metal + others for k in (axis, axis + 2)}) for axis in (0, 1))
    middles = [[(a + b) / 2 for a, b in zip(line, line[1:])] for line in (xs, ys)]

    def fields(boxes):
        return np.array([[any(b[0] < x < b[2] and b[1] < y < b[3] for b in boxes) for x in middles[0]] for y in middles[1]], dtype=bool).reshape(len(middles[1]), len(middles[0]))
    judged = []
    for across in (True, False):
        on, there = (fields(boxes) if across else fields(boxes).T for boxes in (metal, others))
        along, beside = (xs, ys) if across else (ys, xs)
        for row in range(len(on)):
            for step in (1, -1):
                line, other = on[row][::step], there[row][::step]
                ends = along[::step]
                for k in range(1, len(line)):
                    if line[k - 1] and other[k - 1] and line[k] and not other[k]:
                        last = next((n for n in range(k, len(line)) if not line[n] or other[n]), len(line))
                        if (last == len(line) or not other[last] or not line[last]) and abs(ends[last] - ends[k]) < limit:
                            low, high = sorted((ends[k], ends[last]))
                            place = (low, beside[row], high, beside[row + 1])
                            judged.append((place if across else (place[1], place[0], place[3], place[2]), True if beside[row + 1] - beside[row] > 2 else None))
    return verdicts(judged)


def width_max_closed(layers, layer, limit, grid):
    judged = []
    for shape in shapes_of(layers.get(layer, [])):
        _, largest, unsure = size_of(shape)
        judged.append((shape.box, None if unsure and abs(largest - limit - unsure) < 1e-6 else largest > limit + max(unsure, 1e-6)))
    return verdicts(judged)


def width_max_traces(layers, layer, limit, grid):
    """Metal that survives shrinking by half the limit: boxes where a square of more than the limit fits, and wide convex shapes."""
    boxes = [shape for shape in layers.get(layer, []) if is_box(shape)]
    convex = [shape for shape in layers.get(layer, []) if not is_box(shape) and len(convex_hull(shape)) == len(shape)]
    pads = width_max_pads({layer: convex}, layer, limit, grid) if convex else Verdicts([], [])
    squares = largest_rectangles(boxes) if boxes else []
    return Verdicts([square for square in squares if min(square[2] - square[0], square[3] - square[1]) > limit] + list(pads.guilty), list(pads.open))


def width_max_pads(layers, layer, limit, grid):
    """The same for pads and narrow traces that leave them from the middle: only a pad can hold what survives."""
    judged = []
    for one in layers.get(layer, []):
        widths = calipers(convex_hull(ring_of(one)))
        unsure = 0 if all(map(is_box, layers[layer])) else 8  # a core of a few dbu may be lost where slanted edges are moved inwards
        judged.append((box_of(one), True if min(widths) > limit + unsure else (None if min(widths) > limit - unsure and unsure else False)))
    return verdicts(judged)


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
    points = corners_of(one) if len(one.parts) == 1 else outer_contour(one)
    if name in ("square", "rectangle"):
        return len(points) == 4 and four_sided(name, points, tolerance)
    if name == "octagon":
        width, height = one.box[2] - one.box[0], one.box[3] - one.box[1]
        return len(points) == 8 and abs(width - height) <= 2 * tolerance and octagon_error(points, one.box) <= tolerance + 1e-6
    if len(points) < ROUND_CORNERS or not is_round(points, one.box, one.box[2] - one.box[0]):
        return False
    _, error, spread = circle_fit(points, one.box)
    return True if error <= tolerance + 1e-6 else (None if spread <= tolerance + 1e-6 else False)


def outer_contour(one):
    """The corners of joined shapes without a hole, all on whole dbu, as a ring; [] of others."""
    after = {edge[:2]: edge[2:] for edge in map(tuple, Outline(one.parts).edges)}
    ring = [next(iter(after))]
    while after.get(ring[-1]) and after[ring[-1]] != ring[0] and len(ring) <= len(after):
        ring.append(after[ring[-1]])
    return [(round(x), round(y)) for x, y in ring] if len(ring) == len(after) and all(map(is_whole, ring)) else []


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

def space(layers, layer, limit, grid, notch_deg=90, angle_deg=90):
    """Edges less than angle_deg apart on one layer, notches of less than notch_deg included; corners that touch are 0 apart."""
    if not layers.get(layer):
        return Verdicts([], [])
    outline = Outline(layers[layer])
    touching = [((x, y, x, y), True) for x, y in kisses(outline)] + wedges(outline, notch_deg) + sides(outline, limit, notch_deg)
    found, wide = in_notches(layers[layer], crossings(outline, outline, limit, False) + bottoms(outline, limit, notch_deg), notch_deg)
    found, at_an_angle = below_angle(found, angle_deg)
    return verdicts(touching + wide + at_an_angle + seen_beside(outline, outline, found, limit, angle_deg) + judged_crossings(found, limit, grid))


def below_angle(found, angle_deg):
    """(crossings between edges less than angle_deg apart, [(place, None)] where that is open)"""
    if angle_deg >= 90:
        return found, []
    degrees = [min(apart(e, f) for e in crossing.edges_a for f in crossing.edges_b) for crossing in found]
    kept = [crossing for crossing, between in zip(found, degrees) if between < angle_deg - 0.11]
    return kept, [(whole_place_of(crossing), None) for crossing, between in zip(found, degrees) if angle_deg - 0.11 <= between < angle_deg + 0.11]


def seen_beside(one, other, found, limit, angle_deg):
    """Edges less than angle_deg apart that see each other, though others between them at larger angles are nearer: open."""
    if angle_deg >= 90:
        return []
    known = [{tuple(crossing.a), tuple(crossing.b)} for crossing in found]
    ux, uy, _ = directions(one.edges)
    vx, vy, _ = directions(other.edges)
    facing = np.outer(ux, vx) + np.outer(uy, vy) < -math.cos(math.radians(angle_deg + 0.11))
    judged = []
    for i, j in np.argwhere(np.triu(facing) if one is other else facing):
        a, b = shortest_line(one.edges[i], other.edges[j])
        if 1e-6 < math.dist(a, b) < limit and {tuple(a), tuple(b)} not in known and is_clear(Crossing(0, a, b, [], []), [one, other], False):
            judged.append((around([tuple(a) * 2, tuple(b) * 2]), None))
    return judged


def surely_below(notch_deg):
    """Degrees: what is less apart faces each other. From there to notch_deg is open: corners of turned shapes sit on whole dbu."""
    return min(notch_deg - 0.11, 89.4)


def in_notches(layer, found, notch_deg):
    """(crossings without those of one shape whose sides are notch_deg or more apart, [(place, None)] where that is open)"""
    shapes, kept, unsure = None, [], []
    for crossing in found:
        degrees = min(apart(e, f) for e in crossing.edges_a for f in crossing.edges_b)
        if degrees >= surely_below(notch_deg):
            shapes = shapes or [Outline(shape.parts).edges for shape in shapes_of(layer)]
            if any(all(min(distance_to(end, edge) for edge in edges) < 1 for end in (crossing.a, crossing.b)) for edges in shapes):
                unsure += [(whole_place_of(crossing), None)] if degrees < notch_deg + 0.11 else []
                continue
        kept.append(crossing)
    return kept, unsure


def bottoms(outline, limit, notch_deg):
    """Notches that open outwards, with sides less than notch_deg apart, are narrowest at their bottom."""
    starts = {tuple(edge[:2]): number for number, edge in enumerate(outline.edges)}
    found = []
    for _, before, bottom in outline.corners():
        after = starts.get(tuple(outline.edges[bottom][2:]))
        if after is None or turn(outline.edges[before], outline.edges[bottom]) >= 0 or turn(outline.edges[bottom], outline.edges[after]) >= 0:
            continue
        sides = outline.edges[before], outline.edges[after]
        a, b = shortest_line(*sides)
        if 1e-6 < apart(*sides) < notch_deg and 0 < math.dist(a, b) < limit:
            found.append(Crossing(math.dist(a, b), a, b, [sides[0]], [sides[1]]))
    return found


def sides(outline, limit, notch_deg):
    """Less than notch_deg apart and too near at ends that see each other, though the metal between them is nearer: open."""
    judged = []
    ux, uy, _ = directions(outline.edges)
    facing = np.outer(ux, ux) + np.outer(uy, uy) < -math.cos(math.radians(notch_deg)) if outline.joined else np.zeros((0, 0))
    for i, j in np.argwhere(np.triu(facing)):
        a, b = shortest_line(outline.edges[i], outline.edges[j])
        if 1e-6 < math.dist(a, b) < limit and is_clear(Crossing(0, a, b, [], []), [outline], False):
            judged.append((around([tuple(a) * 2, tuple(b) * 2]), None))
    return judged


def space_wide(layers, layer, limit, wider, run):
    """Between parts of two shapes that are both wider, where they run side by side for longer. Boxes alone."""
    return verdicts([(place, guilty) for place, guilty, _, _ in wide_pairs(layers.get(layer, []), limit, wider, run)])


def space_wide_on_one_side(layers, layer, limit, wider, run):
    """The same, and between parts that are wider and any other shape; open where metal may lie between. Boxes alone."""
    boxes = layers.get(layer, [])
    judged = [(place, guilty) for place, guilty, _, _ in wide_pairs(boxes, limit, wider, run)]
    parts = shapes_of([box for box in largest_rectangles(boxes) if min(box[2] - box[0], box[3] - box[1]) > wider]) if boxes else []
    for part, other in product(parts, shapes_of(boxes)):
        if any(touch(one, box) for one in part.parts for box in other.parts):
            continue
        for e, f in product(Outline(part.parts).edges, Outline(other.parts).edges):
            place = run_beside(e, f)
            if place and width_beside(e, place) < limit and length_beside(e, place) > run:
                judged.append((place, None if any(common_area(place, box) for box in boxes) else True))
    return verdicts(judged)


def space_table(layers, layer, rows):
    """Rows (wider, run, limit), each as in space_wide."""
    found = [space_wide(layers, layer, limit, wider, run) for wider, run, limit in rows]
    return Verdicts([place for one in found for place in one.guilty], [place for one in found for place in one.open])


def wide_pairs(boxes, limit, wider, run):
    """[(place between two wide parts, is it guilty?, one part, the other)]; open where another wide part may lie between."""
    if not boxes:
        return []
    parts = shapes_of([box for box in largest_rectangles(boxes) if min(box[2] - box[0], box[3] - box[1]) > wider])
    found = []
    for one, other in combinations(parts, 2):
        for e in Outline(one.parts).edges:
            for f in Outline(other.parts).edges:
                place = run_beside(e, f)
                if place and width_beside(e, place) < limit and length_beside(e, place) > run:
                    between = any(common_area(place, box) for part in parts for box in part.parts)
                    found.append((place, None if between else True, one, other))
    return found


def run_beside(e, f):
    """What lies between two edges along an axis that face each other across a gap, or None."""
    ex, ey = e[2] - e[0], e[3] - e[1]
    fx, fy = f[2] - f[0], f[3] - f[1]
    if ex * fx + ey * fy >= 0 or (ex == 0) != (fx == 0):
        return None
    away = (f[0] - e[0]) * ey - (f[1] - e[1]) * ex  # positive: on the right of e, where its metal is not
    axis = 1 if ex == 0 else 0
    low, high = max(min(e[axis], e[axis + 2]), min(f[axis], f[axis + 2])), min(max(e[axis], e[axis + 2]), max(f[axis], f[axis + 2]))
    if away <= 0 or low >= high:
        return None
    across = sorted((float(e[1 - axis]), float(f[1 - axis])))
    place = (low, across[0], high, across[1]) if axis == 0 else (across[0], low, across[1], high)
    return tuple(int(c) for c in place)


def length_beside(e, place):
    return place[2] - place[0] if e[1] == e[3] else place[3] - place[1]


def width_beside(e, place):
    return place[3] - place[1] if e[1] == e[3] else place[2] - place[0]


def common_area(a, b):
    left, bottom, right, top = common(a, b)
    return left < right and bottom < top


def wedges(outline, notch_deg):
    """Inside corners of less than notch_deg are notches: their sides meet, and are 0 apart. [(place, guilty)]"""
    judged = []
    for (x, y), before, after in outline.corners():
        degrees, unsure = angle_between(outline.edges[before], outline.edges[after])
        if turn(outline.edges[before], outline.edges[after]) < 0 and degrees < notch_deg + unsure:
            sure = degrees < surely_below(notch_deg) - unsure and not nearly_square(degrees, outline.edges[before], outline.edges[after])
            judged.append(((x, y, x, y), True if sure else (False if degrees > notch_deg - 1e-6 and unsure < 1e-3 else None)))
    return judged


def nearly_square(degrees, *edges):
    """Is it a right angle but for whole dbu, of edges that short?"""
    return abs(degrees - 90) < math.degrees(math.asin(min(1, 2 / min(math.dist(edge[:2], edge[2:]) for edge in edges))))


def separation(layers, layer, to, limit, grid, angle_deg=90):
    """Edges less than angle_deg apart of two layers; overlap and touch count as 0."""
    if not layers.get(layer) or not layers.get(to):
        return Verdicts([], [])
    one, other = Outline(layers[layer]), Outline(layers[to])
    meeting = [(common(a, b), True) for a in layers[layer] for b in layers[to] if touch(a, b)]
    found, at_an_angle = below_angle(crossings(one, other, limit, False), angle_deg)
    return verdicts(meeting + at_an_angle + seen_beside(one, other, found, limit, angle_deg) + judged_crossings(found, limit, grid))


def common(a, b):
    a, b = box_of(a), box_of(b)
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def enclosure(layers, layer, by, limit, grid):
    """Each shape lies inside the other layer by this much."""
    judged = []
    outers = shapes_of(layers.get(by, []))
    outline_of = {}
    for one in shapes_of(layers.get(layer, [])):
        beside = tuple(number for number, outer in enumerate(outers) if boxes_touch(one.box, grown(outer.box, 2)))
        near = [part for number in beside for part in outers[number].parts]
        if beside not in outline_of:
            outline_of[beside] = Outline(near)
        inner, outer = Outline(one.parts), outline_of[beside]
        if not near or sticks_out(inner, outer):
            judged.append((one.box, None if near and slanted(inner) and sticks_out_little(inner, outer) else True))
            continue
        if in_a_circle(one, near, limit):
            judged.append((one.box, False))
            continue
        answers = [judge_enclosure(crossing, one, near, limit, grid) for crossing in nearest(inner, outer, limit)]
        judged.append((one.box, True if True in answers else (None if None in answers else False)))
    return verdicts(judged)


def enclosure_by_sides(layers, layer, by, limit, less, grid):
    """The same, but for boxes that lie inside by the limit on two opposite sides, and by less on the others."""
    found, outers, kept, unsure = enclosure(layers, layer, by, limit, grid), shapes_of(layers.get(by, [])), [], []
    for one in shapes_of(layers.get(layer, [])):
        if len(one.parts) > 1 or not is_box(one.parts[0]):
            continue
        left, bottom, right, top = one.box
        for dx, dy in ((limit, less), (less, limit)):
            larger = left - dx, bottom - dy, right + dx, top + dy
            near = [part for outer in outers if boxes_touch(larger, outer.box) for part in outer.parts]
            if near and not sticks_out(Outline([larger]), Outline(near)):
                kept.append(one.box)
            elif near and slanted(Outline(near)) and sticks_out_little(Outline([larger]), Outline(near)):
                unsure.append(one.box)
    guilty = [place for place in found.guilty if place not in kept]
    return Verdicts([place for place in guilty if place not in unsure],
                    [place for place in found.open if place not in kept] + [place for place in guilty if place in unsure])


def grown(box, by):
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


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
    """distance_to(point, edge) < 1e-6 for any edge"""
    x1, y1, x2, y2 = outline.edges.T
    dx, dy, to_x, to_y = x2 - x1, y2 - y1, point[0] - x1, point[1] - y1
    along = np.clip((to_x * dx + to_y * dy) / (dx * dx + dy * dy), 0, 1)
    return bool(np.any(np.hypot(to_x - along * dx, to_y - along * dy) < 1e-6))


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
    for i, j in np.argwhere(may_be_nearer(inner.edges, outer.edges, limit)):
        e, f = inner.edges[i], outer.edges[j]
        if (e[2] - e[0]) * (f[2] - f[0]) + (e[3] - e[1]) * (f[3] - f[1]) > 0:  # both have their metal on the same side
            a, b = shortest_line(e, f)
            if math.dist(a, b) < limit - 1e-6:
                found.append(Crossing(math.dist(a, b), a, b, [e], [f]))
    return found


def may_be_nearer(edges, others, limit):
    """Are the boxes of two edges nearer than the limit along both axes? [edge, other]"""
    near = True
    for axis in (0, 1):
        (low, high), (other_low, other_high) = ([np.minimum(e[:, axis], e[:, axis + 2]), np.maximum(e[:, axis], e[:, axis + 2])] for e in (edges, others))
        near = near & (low[:, None] - other_high[None, :] < limit) & (other_low[None, :] - high[:, None] < limit)
    return near


def shortest_line(e, f):
    """Two points, one on each edge."""
    if segments_touch(e, f):
        return (0, 0), (0, 0)
    lines = [(tuple(p), foot(p, f)) for p in (e[:2], e[2:])] + [(tuple(p), foot(p, e)) for p in (f[:2], f[2:])]
    return min(lines, key=lambda line: math.dist(*line))


def judge_enclosure(crossing, one, outer_layer, limit, grid):
    """Facets excuse a distance when both shapes are round and their circles keep the limit."""
    answer = judge(crossing, limit, grid)
    between = circles_between(one, crossing, outer_layer)
    if answer is False or between is None:
        return answer
    if is_axis(crossing.edges_a[0]) and is_axis(crossing.edges_b[0]):
        return answer
    return None if between >= limit - grid / math.sqrt(2) - UNSURE else answer


def circles_between(one, crossing, outer_layer):
    """Distance between the circles, as wide as the extents, of a round shape and the round shape where the crossing ends, or None."""
    if not one.ring or not round_shape(one.ring):
        return None
    end = [*crossing.b, *crossing.b]
    return next((between(one.box, box_of(ring)) for ring in outer_layer if round_shape(ring) and is_facet(end, ring)), None)


def in_a_circle(one, outer_layer, limit):
    """Does a round shape lie that far inside a round shape, both taken for circles? What else joins that one does not matter."""
    return bool(one.ring) and round_shape(one.ring) and any(round_shape(ring) and between(one.box, box_of(ring)) >= limit - 1e-6 for ring in outer_layer)


def round_shape(shape):
    return not is_box(shape) and is_round(shape, box_of(shape), 0.01 * (box_of(shape)[2] - box_of(shape)[0]))


def between(inner, outer):
    """How far the circle in one box lies inside the circle in another."""
    apart = math.hypot((outer[0] + outer[2] - inner[0] - inner[2]) / 2, (outer[1] + outer[3] - inner[1] - inner[3]) / 2)
    return radius(outer) - apart - radius(inner)


def is_facet(edge, ring):
    """Is the edge one of the ring, or a part of one?"""
    return any(all(distance_to(end, a + b) < 1e-6 for end in (edge[:2], edge[2:])) for a, b in ring_edges(ring))


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
    """Every edge at a multiple of the angle, up to one dbu at its end; facets of round shapes are no edges of traces.

    Of an edge that goes on under other metal less is seen: where it misses the angle by more than a dbu as a whole alone,
    or its end was moved to a whole dbu, both answers fit.
    """
    judged = []
    rounds = [ring for ring in layers.get(layer, []) if round_shape(ring)]
    for one in shapes_of(layers.get(layer, [])):
        for edge in Outline(one.parts).edges:
            if is_axis(edge) or any(is_facet(edge, ring) for ring in rounds):
                continue
            drawn = [a + b for part in one.parts for a, b in ring_edges(ring_of(part))]
            whole = next((line for line in drawn if all(distance_to(end, line) < 1e-6 for end in (edge[:2], edge[2:]))), edge)
            misses = miss_of(edge, step), miss_of(whole, step)
            unsure = 0 if is_whole(edge[:2]) and is_whole(edge[2:]) else 1
            answers = {miss > 1.001 + slack for miss in misses for slack in (-unsure, unsure)}
            judged.append((around([tuple(edge[:2]) * 2, tuple(edge[2:]) * 2]), answers.pop() if len(answers) == 1 else None))
    return verdicts(judged)


def curves(layers, layer, step):
    """Single rings: edges at no multiple of the angle, one place for those that follow each other within 40 degrees, perhaps with a facet between them.

    An edge at a multiple of the angle belongs to a curve between two others, when it is no longer than one and a half of each.
    """
    judged = []
    for ring in layers.get(layer, []):
        edges = [a + b for a, b in ring_edges(ring)]
        count, lengths = len(edges), [math.dist(edge[:2], edge[2:]) for edge in edges]
        small = [abs(math.degrees(turn(edge, edges[(number + 1) % count]))) <= 40 for number, edge in enumerate(edges)]
        off = {number for number, edge in enumerate(edges) if miss_of(edge, step) > 1.001}
        held = off | {n for n in range(count) if {n - 1 if n else count - 1, (n + 1) % count} <= off and small[n - 1] and small[n]
                      and lengths[n] <= 1.5 * min(lengths[n - 1], lengths[(n + 1) % count])}
        together = [{number} for number in held]
        for number in held:
            after = (number + 1) % count
            if small[number] and after in held:
                joined = [group for group in together if group & {number, after}]
                together = [group for group in together if not group & {number, after}] + [set().union(*joined)]
        judged += [(around([box_of([edges[number][:2], edges[number][2:]]) for number in group]), True) for group in together]
    return verdicts(judged)


def angle_but_for_arcs(layers, layer, step):
    """Single rings: the same without facets of arcs: five edges or more of one length that turn alike to one side. Edges beside these may be facets that are cut,
    fewer may be an arc, and the last one may be too long for a facet."""
    judged = []
    for ring in (ring for ring in layers.get(layer, []) if not round_shape(ring)):
        edges = [a + b for a, b in ring_edges(ring)]
        count, lengths = len(edges), [math.dist(edge[:2], edge[2:]) for edge in edges]
        turns = [math.degrees(turn(edge, edges[(number + 1) % count])) for number, edge in enumerate(edges)]

        def is_facet(start, turns=turns, lengths=lengths, count=count):
            some = [(start + step) % count for step in range(5)]
            alike = [turns[number] for number in some[:-1]]
            return min(map(abs, alike)) > 1 and max(map(abs, alike)) <= 40 and max(alike) - min(alike) < 2 and max(lengths[n] for n in some) - min(lengths[n] for n in some) < 8
        starts = [start for start in range(count) if is_facet(start)]
        facets = {(start + step) % count for start in starts for step in range(5)}
        ends = {number for start in starts for number in (start, (start + 4) % count) if not {(number - 1) % count, (number + 1) % count} <= facets}
        longer = {number for number in ends if lengths[number] > max(lengths[(number + step) % count] for step in range(-4, 5) if step and (number + step) % count in facets) + 2}
        steady = {number for number in range(count) if abs(turns[number]) <= 40 and
                  abs(turns[number] - turns[number - 1]) <= 0.35 * max(abs(turns[number]), abs(turns[number - 1])) + 3}
        for number, edge in enumerate(edges):
            if miss_of(edge, step) > 1.001 and number in longer:
                judged.append((box_of([edge[:2], edge[2:]]), None))
            elif miss_of(edge, step) > 1.001 and number not in facets:
                beside = {(number - 1) % count, (number + 1) % count} & (facets | steady)
                cut = any(lengths[number] <= 1.15 * lengths[n] + 8 for n in beside)
                judged.append((box_of([edge[:2], edge[2:]]), None if cut or number in steady else True))
    return verdicts(judged)


def miss_of(edge, step):
    """How far (dbu) the end of an edge lies beside a line at a multiple of the angle."""
    off = math.degrees(math.atan2(edge[3] - edge[1], edge[2] - edge[0])) % step
    return math.dist(edge[:2], edge[2:]) * math.sin(math.radians(min(off, step - off)))


def corner_min(layers, layer, limit):
    """No corner sharper than the limit, inside or outside the metal; half a degree of slack for whole corners."""
    if not layers.get(layer):
        return Verdicts([], [])
    outline = Outline(layers[layer])
    judged = []
    for (x, y), before, after in outline.corners():
        degrees, unsure = angle_between(outline.edges[before], outline.edges[after])
        judged.append(((x, y, x, y), None if abs(degrees - limit + 0.5) < unsure else degrees < limit - 0.5))
    return verdicts(judged)


def angle_between(before, after):
    """(degrees between two edges that follow each other, degrees that this is known to: where ends are off whole dbu)"""
    moved = [edge for edge in (before, after) if not (is_whole(edge[:2]) and is_whole(edge[2:]))]
    return 180 - abs(math.degrees(turn(before, after))), 1e-6 + sum(math.degrees(math.atan(1 / max(1e-6, math.dist(edge[:2], edge[2:]) - 1))) for edge in moved)


# whole shapes

def area(layers, layer, guilty):
    """Area of each connected shape; where slanted parts cross, corners move to whole dbu."""
    judged = []
    for one in shapes_of(layers.get(layer, [])):
        found = covered_area(one.parts, one.box)
        exact = len(one.parts) == 1 or all(map(is_box, one.parts))
        unsure = 0 if exact else sum(math.dist(edge[:2], edge[2:]) for part in one.parts for edge in [a + b for a, b in ring_edges(ring_of(part) if is_box(part) else part)])
        answers = {guilty(found - unsure), guilty(found + unsure)}
        judged.append((one.box, answers.pop() if len(answers) == 1 else None))
    return verdicts(judged)


def holes(layers, layer):
    """[(place, area)] of the holes of joined boxes; what lies inside a hole counts as part of it. Metal that touches at a corner is closed there."""
    if not layers.get(layer):
        return []
    xs, ys, filled = filled_grid(layers[layer])
    marks, count = ndimage.label(np.pad(~filled, 1, constant_values=True))
    found = []
    for number in range(1, count + 1):
        hole = (marks == number)[1:-1, 1:-1]
        if number == marks[0, 0]:
            continue
        (left, *_, right), (bottom, *_, top) = ([*places, places[-1]] for places in map(sorted, np.nonzero(hole)))
        whole = ndimage.binary_fill_holes(hole)
        found.append(((xs[left], ys[bottom], xs[right + 1], ys[top + 1]), float(np.diff(xs) @ whole @ np.diff(ys))))
    return found


def hole_areas(layers, layer, guilty):
    return verdicts([(place, guilty(size)) for place, size in holes(layers, layer)])


def no_holes(layers, layer):
    return verdicts([(place, True) for place, _ in holes(layers, layer)])


def count(layers, layer, to, least, most):
    """How many shapes touch each shape of the other layer."""
    shapes = shapes_of(layers.get(layer, []))
    judged = []
    for around_it in shapes_of(layers.get(to, [])):
        number = sum(any(touch(part, other) for part in one.parts for other in around_it.parts) for one in shapes)
        judged.append((around_it.box, not least <= number <= most))
    return verdicts(judged)


def ring(layers, layer, to):
    """Boxes: each shape of the other layer lies in the hole of one shape."""
    rings = [enclosed_by(one.parts) for one in shapes_of(layers.get(layer, []))]
    judged = []
    for inner in shapes_of(layers.get(to, [])):
        judged.append((inner.box, sum(holds(inner) for holds in rings) != 1))
    return verdicts(judged)


def enclosed_by(boxes):
    """function(shape of boxes) -> does it lie in a hole of these joined boxes?"""
    xs, ys, filled = filled_grid(boxes)
    marks, _ = ndimage.label(np.pad(~filled, 1, constant_values=True))
    closed = [ndimage.binary_fill_holes((marks == number)[1:-1, 1:-1]) for number in range(1, marks.max() + 1) if number != marks[0, 0]]

    def holds(inner):
        return any(all(covers(hole, box) for box in inner.parts) for hole in closed)

    def covers(hole, box):
        left, right = (int(np.searchsorted(xs, edge, side)) for edge, side in ((box[0], "right"), (box[2], "left")))
        bottom, top = (int(np.searchsorted(ys, edge, side)) for edge, side in ((box[1], "right"), (box[3], "left")))
        return left > 0 and bottom > 0 and right < len(xs) and top < len(ys) and hole[left - 1:right, bottom - 1:top].all()
    return holds


def edge_length_min(layers, layer, limit, lowest=0, highest=180):
    """Each edge of the outline; its ends are known to a dbu where slanted parts cross."""
    judged = []
    for one in shapes_of(layers.get(layer, [])):
        for edge in Outline(one.parts).edges:
            degrees = math.degrees(math.atan2(edge[3] - edge[1], edge[2] - edge[0])) % 180
            exact = is_whole(edge[:2]) and is_whole(edge[2:])
            length, off = math.dist(edge[:2], edge[2:]), 1e-6 if exact else UNSURE
            inside = lowest <= degrees <= highest
            short = length < limit - off if inside or exact else None
            open_ = not exact and (abs(length - limit) <= off or length < 3 or min(abs(degrees - lowest), abs(degrees - highest)) < 3)
            judged.append((around([tuple(edge[:2]) * 2, tuple(edge[2:]) * 2]), None if open_ else bool(short and inside)))
    return verdicts(judged)


def distance_max(layers, layer, to, limit):
    """Each shape within the limit of a shape of the other layer; of boxes and single rings distances are exact."""
    others = layers.get(to, [])
    judged = []
    for one in shapes_of(layers.get(layer, [])):
        distances = [0.0 if touch(part, other) else ring_apart(part, other) for part in one.parts for other in others]
        judged.append((one.box, min(distances, default=math.inf) > limit + 1e-6))
    return verdicts(judged)


def distance_max_of_centres(layers, layer, to, limit):
    """The same between the middles of boxes of shapes. In one layer a shape is no neighbour of itself."""
    (ours, shapes), (theirs, others) = ((name, shapes_of(layers.get(name, []))) for name in (layer, to))
    judged = []
    for number, one in enumerate(shapes):
        doubled = [math.dist((one.box[0] + one.box[2], one.box[1] + one.box[3]), (other.box[0] + other.box[2], other.box[1] + other.box[3]))
                   for there, other in enumerate(others) if ours != theirs or there != number]
        judged.append((one.box, min(doubled, default=math.inf) > 2 * limit + 1e-6))
    return verdicts(judged)


def ring_apart(one, other):
    edges = [[a + b for a, b in ring_edges(ring_of(shape) if is_box(shape) else shape)] for shape in (one, other)]
    return min(math.dist(*shortest_line(e, f)) for e in edges[0] for f in edges[1])


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
            inner = Outline(one.parts)
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


def covered_area(shapes, place):
    """Area of joined shapes inside a place."""
    if all(map(is_box, shapes)):
        return covered_area_of_boxes(shapes, place)
    levels, lengths = covered_lengths([shapes], place)
    return float(np.diff(levels) @ lengths)


def covered_lengths(sets, place):
    """Levels (y) of a place between which no edges cross, and the length of the level line in the middle of each two that lies
    in every set of joined shapes: between two levels that length changes evenly."""
    left, bottom, right, top = place
    rings = [(number, counter_clockwise(ring_of(shape))) for number, shapes in enumerate(sets) for shape in shapes if boxes_touch(box_of(shape), place)]
    edges = np.array([a + b for _, ring in rings + [(None, ring_of(place))] for a, b in ring_edges(ring)], dtype=float)
    cuts = [edge[1] + t * (edge[3] - edge[1]) for edge, ts in zip(edges, places_of_cuts(edges)) for t in ts]
    levels = np.unique([y for y in cuts if bottom <= y <= top])
    middles = ((levels[1:] + levels[:-1]) / 2)[:, None]
    owner = np.array([number for number, ring in rings for _ in ring], dtype=int)
    x1, y1, x2, y2 = edges[:len(owner)].T
    meets = (y1 > middles) != (y2 > middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = np.where(meets, np.clip(x1 + (middles - y1) * (x2 - x1) / (y2 - y1), left, right), right)
    order = np.argsort(at, axis=1, kind="stable")
    at, enters = np.take_along_axis(at, order, 1), np.take_along_axis(meets * np.sign(y1 - y2), order, 1)
    inside = np.ones(at.shape, dtype=bool)
    for number in range(len(sets)):
        inside &= np.cumsum(enters * (owner[order] == number), axis=1) > 0
    return levels, (np.diff(at, axis=1, append=right) * inside).sum(axis=1)


def covered_area_of_boxes(boxes, place):
    """The same for boxes, exact."""
    cut = [common(box, place) for box in boxes if boxes_touch(box, place)]
    cut = [box for box in cut if box[0] < box[2] and box[1] < box[3]]
    if not cut:
        return 0
    xs, ys, filled = filled_grid(cut)
    wide, high = [b - a for a, b in zip(xs, xs[1:])], [b - a for a, b in zip(ys, ys[1:])]
    return sum(wide[i] * high[j] for i in range(len(wide)) for j in range(len(high)) if filled[i, j])


def density(layers, layer, die, window, step, guilty):
    """Covered part of each window of the die; what lies outside the die does not count.

    Corners of joined shapes move to whole dbu, so that areas beside a ring are known to a hundred thousandth.
    """
    judged = []
    metal = layers.get(layer, [])
    rings = not all(map(is_box, metal + die))
    metal = metal if rings else [common(box, part) for box in metal for part in die if boxes_touch(box, part)]
    boxes = np.array([box_of(shape) for shape in metal]).reshape(-1, 4)
    for place in window_places(die, window, step):
        ground = covered_area(die, place)
        if ground:
            near = (boxes[:, :2] <= place[2:]).all(axis=1) & (boxes[:, 2:] >= place[:2]).all(axis=1)
            there = [metal[number] for number in np.flatnonzero(near)]
            part = (common_area_of(there, die, place) if rings else covered_area(there, place)) / ground
            answers = {guilty(part + slack) for slack in ((-1e-5, 1e-5) if rings else (0,))}
            judged.append((place, answers.pop() if len(answers) == 1 else None))
    return verdicts(judged)


def common_area_of(shapes, others, place):
    """Area inside a place that both sets of joined shapes cover."""
    levels, lengths = covered_lengths([shapes, others], place)
    return float(np.diff(levels) @ lengths)


def density_min(layers, layer, die, limit, window, step):
    return density(layers, layer, die, window, step, lambda part: part < limit - 1e-9)


def density_max(layers, layer, die, limit, window, step):
    return density(layers, layer, die, window, step, lambda part: part > limit + 1e-9)
