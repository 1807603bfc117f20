"""Outlines of joined shapes, and the shortest lines across them. Plain Python and numpy; coordinates are dbu.

A layer is a list of shapes: a box (left, bottom, right, top) or a ring [(x, y), ...]. Shapes may overlap and touch. Boxes
alone are joined on a grid of all their coordinates. Where rings take part, edges are cut where they meet, and the parts
without metal on their right are the boundary; such corners need not be whole dbu.
"""

import math
from collections import namedtuple

import numpy as np

#: a locally shortest line across metal or across a gap: its length, its two ends, and the edges that meet there
Crossing = namedtuple("Crossing", "length a b edges_a edges_b")
#: one connected shape: ring of its outer contour when that is known, boxes it consists of, and its box; where boxes and
#: rings are joined, ring and boxes are None; parts: the shapes it consists of
Shape = namedtuple("Shape", "ring boxes box parts")


class Outline:
    """The boundary of the joined shapes of a layer: edges with the metal on their left, and the corners between them."""

    def __init__(self, layer):
        self.boxes = [shape for shape in layer if is_box(shape)]
        self.rings = [counter_clockwise(shape) for shape in layer if not is_box(shape)]
        self.joined = any_ring_is_joined(layer)
        if self.joined:
            edges = joined_edges([counter_clockwise(ring_of(shape)) for shape in layer])
        else:
            edges = box_edges(self.boxes) + [pair for ring in self.rings for pair in ring_edges(ring)]
        self.edges = np.array([a + b for a, b in edges], dtype=float).reshape(-1, 4)

    def corners(self):
        """[(point, number of the edge that ends there, number of the edge that starts there)]"""
        starts = {}
        for number, edge in enumerate(self.edges):
            starts.setdefault((edge[0], edge[1]), []).append(number)
        return [((edge[2], edge[3]), number, self.next_edge(number, starts[edge[2], edge[3]])) for number, edge in enumerate(self.edges)]

    def next_edge(self, number, candidates):
        """Where two corners touch, the contour turns left: metal that only kisses is not joined there."""
        return max(candidates, key=lambda other: turn(self.edges[number], self.edges[other]))

    def inside(self, x, y):
        """Even-odd rule; the point must not lie on an edge."""
        x1, y1, x2, y2 = self.edges.T
        crossing = (y1 > y) != (y2 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = x1 + (y - y1) * (x2 - x1) / (y2 - y1)
        return bool(np.count_nonzero(crossing & (at > x)) % 2)


def is_box(shape):
    return isinstance(shape[0], (int, np.integer))


def box_of(shape):
    if is_box(shape):
        return tuple(shape)
    xs, ys = zip(*shape)
    return min(xs), min(ys), max(xs), max(ys)


def counter_clockwise(ring):
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1]))
    return list(ring) if area > 0 else list(ring)[::-1]


def ring_of(shape):
    """The corners of a shape."""
    if not is_box(shape):
        return shape
    left, bottom, right, top = shape
    return [(left, bottom), (right, bottom), (right, top), (left, top)]


def ring_edges(ring):
    return list(zip(ring, ring[1:] + ring[:1]))


# boxes and rings joined

def any_ring_is_joined(layer):
    """Does a ring's box touch that of another shape?"""
    boxes = [box_of(shape) for shape in layer]
    return any(not is_box(shape) and any(i != j and boxes_touch(boxes[i], box) for j, box in enumerate(boxes)) for i, shape in enumerate(layer))


def joined_edges(rings):
    """Longest edges of joined rings (counter-clockwise), metal on the left: [((x, y), (x, y)), ...]"""
    edges = np.array([a + b for ring in rings for a, b in ring_edges(ring)], dtype=float)
    owner = np.array([number for number, ring in enumerate(rings) for _ in ring])
    points = {}
    parts, owners = [], []
    for number, places in enumerate(places_of_cuts(edges)):
        x1, y1, x2, y2 = edges[number]
        at = [same_point(points, x1 + t * (x2 - x1), y1 + t * (y2 - y1)) for t in places]
        stretches = [(a, b) for a, b in zip(at, at[1:]) if a != b]
        parts += stretches
        owners += [owner[number]] * len(stretches)
    kept = [part for part, own in zip(parts, owners) if is_boundary(part, own, edges, owner)]
    return longest(list(dict.fromkeys(kept)))


def same_point(points, x, y):
    """The point known at that place (within about 1e-6 dbu), or this one."""
    keys = [(column, row) for column in (math.floor(x * 1e6), math.ceil(x * 1e6)) for row in (math.floor(y * 1e6), math.ceil(y * 1e6))]
    point = next((points[key] for key in keys if key in points), (x, y))
    for key in keys:
        points.setdefault(key, point)
    return point


def places_of_cuts(edges):
    """For each edge, where (0 to 1 along it) another one meets it: ascending, with both ends."""
    x, y, dx, dy = edges[:, 0], edges[:, 1], edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]
    length = np.hypot(dx, dy)
    found = [{0.0, 1.0} for _ in edges]
    across = dx[:, None] * dy[None, :] - dy[:, None] * dx[None, :]
    to_x, to_y = x[None, :] - x[:, None], y[None, :] - y[:, None]
    parallel = np.abs(across) <= 1e-9 * length[:, None] * length[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (to_x * dy[None, :] - to_y * dx[None, :]) / across
        s = (to_x * dy[:, None] - to_y * dx[:, None]) / across
    slack = 1e-9
    for i, j in np.argwhere(~parallel & (t > slack) & (t < 1 - slack) & (s > -slack) & (s < 1 + slack)):
        found[i].add(float(t[i, j]))
    # ends of an edge that lie on another one along the same line
    off = np.abs(to_x * dy[:, None] - to_y * dx[:, None]) / length[:, None]
    for i, j in np.argwhere(parallel & (off < 1e-6)):
        for px, py in (edges[j, :2], edges[j, 2:]):
            along = ((px - x[i]) * dx[i] + (py - y[i]) * dy[i]) / length[i] ** 2
            if slack < along < 1 - slack:
                found[i].add(float(along))
    return [sorted(places) for places in found]


def is_boundary(part, own, edges, owner):
    """Has a part of an edge of ring `own` no metal of any ring on its right? Of equal parts of two rings the first counts."""
    (ax, ay), (bx, by) = part
    x, y = (ax + bx) / 2, (ay + by) / 2
    x1, y1, x2, y2 = edges.T
    dx, dy = x2 - x1, y2 - y1
    off = np.abs((x - x1) * dy - (y - y1) * dx) / np.hypot(dx, dy)
    along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)
    on = (off < 1e-6) & (along > 0) & (along < 1) & (owner != own)
    if np.any(on & ((bx - ax) * dx + (by - ay) * dy < 0)):
        return False
    beside = set(owner[on]) | {own}
    crossing = (y1 > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        right = crossing & (x1 + (y - y1) * dx / dy > x)
    counts = np.bincount(owner[right], minlength=owner.max() + 1)
    return not any(counts[number] % 2 for number in set(owner) - beside)


def longest(parts):
    """Parts that go on straight, joined."""
    starts, ends = {}, {}
    for part in parts:
        starts.setdefault(part[0], []).append(part)
        ends.setdefault(part[1], []).append(part)

    def goes_on(point):
        """Is the point no corner?"""
        if len(starts.get(point, ())) != 1 or len(ends.get(point, ())) != 1:
            return False
        (ax, ay), (bx, by), (cx, cy) = ends[point][0][0], point, starts[point][0][1]
        size = math.hypot(bx - ax, by - ay) * math.hypot(cx - bx, cy - by)
        return abs((bx - ax) * (cy - by) - (by - ay) * (cx - bx)) < 1e-7 * size and (bx - ax) * (cx - bx) + (by - ay) * (cy - by) > 0
    found = []
    for a, b in parts:
        if goes_on(a):
            continue
        while goes_on(b):
            b = starts[b][0][1]
        found.append((a, b))
    return found


def turn(edge, other):
    """Angle by which a contour turns from one edge into another, -pi to pi, left is positive."""
    one = math.atan2(edge[3] - edge[1], edge[2] - edge[0])
    two = math.atan2(other[3] - other[1], other[2] - other[0])
    return (two - one + math.pi) % (2 * math.pi) - math.pi


def filled_grid(boxes):
    """(x coordinates, y coordinates, filled[column, row]): the cells between all coordinates of the boxes."""
    xs = sorted({x for box in boxes for x in (box[0], box[2])})
    ys = sorted({y for box in boxes for y in (box[1], box[3])})
    filled = np.zeros((len(xs) - 1, len(ys) - 1), dtype=bool)
    for left, bottom, right, top in boxes:
        filled[xs.index(left):xs.index(right), ys.index(bottom):ys.index(top)] = True
    return xs, ys, filled


def box_edges(boxes):
    """Longest edges of joined boxes, metal on the left: [((x, y), (x, y)), ...]"""
    if not boxes:
        return []
    xs, ys, filled = filled_grid(boxes)
    padded = np.pad(filled, 1)
    edges = []
    for row in range(len(ys)):  # horizontal edges on ys[row], between the cells below and above
        below, above = padded[1:-1, row], padded[1:-1, row + 1]
        edges += [((xs[i], ys[row]), (xs[j], ys[row])) for i, j in runs(above & ~below)]
        edges += [((xs[j], ys[row]), (xs[i], ys[row])) for i, j in runs(below & ~above)]
    for column in range(len(xs)):
        left, right = padded[column, 1:-1], padded[column + 1, 1:-1]
        edges += [((xs[column], ys[i]), (xs[column], ys[j])) for i, j in runs(left & ~right)]
        edges += [((xs[column], ys[j]), (xs[column], ys[i])) for i, j in runs(right & ~left)]
    return edges


def runs(wanted):
    """[(start, end)] of the stretches of True."""
    marks = np.flatnonzero(np.diff(np.concatenate(([0], wanted.astype(int), [0]))))
    return list(zip(marks[::2], marks[1::2]))


def shapes_of(layer):
    """The connected shapes of a layer. Shapes that share more than nothing, even one corner, are connected."""
    groups = []
    for one in sorted(layer, key=is_box, reverse=True):
        joined = [group for group in groups if any(touch(one, other) for other in group)]
        groups = [group for group in groups if not any(group is other for other in joined)] + [[shape for group in joined for shape in group] + [one]]
    return [one_shape(group) for group in groups]


def one_shape(group):
    box = around([box_of(part) for part in group])
    if all(map(is_box, group)):
        return simple_box(group, box)
    return Shape(counter_clockwise(group[0]) if len(group) == 1 else None, None, box, group)


def simple_box(boxes, box):
    """Boxes that fill their common box are that box."""
    boxes = [box] if filled_grid(boxes)[2].all() else boxes
    return Shape(None, boxes, box, boxes)


def touch(a, b):
    """Do two shapes touch or overlap?"""
    if not boxes_touch(box_of(a), box_of(b)):
        return False
    if is_box(a) and is_box(b):
        return True
    a, b = Outline([a]), Outline([b])
    if any_segments_touch(a.edges, b.edges):
        return True
    return a.inside(*b.edges[0][:2]) or b.inside(*a.edges[0][:2])


def any_segments_touch(edges, others):
    """segments_touch for any of all pairs."""
    e, f = edges.T[:, :, None], others.T[:, None, :]
    apart = ((np.maximum(e[0], e[2]) < np.minimum(f[0], f[2])) | (np.maximum(f[0], f[2]) < np.minimum(e[0], e[2]))
             | (np.maximum(e[1], e[3]) < np.minimum(f[1], f[3])) | (np.maximum(f[1], f[3]) < np.minimum(e[1], e[3])))
    ends = [cross(e[:2], e[2:], f[:2]), cross(e[:2], e[2:], f[2:]), cross(f[:2], f[2:], e[:2]), cross(f[:2], f[2:], e[2:])]
    return bool(np.any(~apart & (ends[0] * ends[1] <= 0) & (ends[2] * ends[3] <= 0)))


def segments_touch(e, f):
    ends = [cross(e[:2], e[2:], f[:2]), cross(e[:2], e[2:], f[2:]), cross(f[:2], f[2:], e[:2]), cross(f[:2], f[2:], e[2:])]
    apart = max(e[0], e[2]) < min(f[0], f[2]) or max(f[0], f[2]) < min(e[0], e[2]) or max(e[1], e[3]) < min(f[1], f[3]) or max(f[1], f[3]) < min(e[1], e[3])
    return not apart and ends[0] * ends[1] <= 0 and ends[2] * ends[3] <= 0


def cross(a, b, c):
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def boxes_touch(a, b):
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def around(places):
    return (min(p[0] for p in places), min(p[1] for p in places), max(p[2] for p in places), max(p[3] for p in places))


# crossings

def crossings(one, other, limit, across_metal):
    """Locally shortest lines shorter than the limit from outline `one` to outline `other` (may be the same).

    They run through metal of `one` (across_metal) or through no metal of either, and meet no boundary on their way.
    """
    outlines = [one] if one is other else [one, other]
    found = facing_edges(one, other, limit) + between_corners(one, other, limit) + corners_to_edges(one, other, limit)
    if one is not other:
        found += [Crossing(c.length, c.b, c.a, c.edges_b, c.edges_a) for c in corners_to_edges(other, one, limit)]
    return [c for c in found if c.length < limit and is_clear(c, outlines, across_metal)]


def is_clear(crossing, outlines, across_metal):
    (ax, ay), (bx, by) = crossing.a, crossing.b
    if any(outline.inside((ax + bx) / 2, (ay + by) / 2) != across_metal for outline in outlines):
        return False  # a line along an edge may count as either
    # ends are a little inside the line, so that the edges it starts and ends on do not count
    fx, fy = (bx - ax) * 1e-4, (by - ay) * 1e-4
    return not any(meets_any(outline.edges, ax + fx, ay + fy, bx - fx, by - fy) for outline in outlines)


def meets_any(edges, ax, ay, bx, by):
    """Does the line from a to b meet any of the edges?"""
    x1, y1, x2, y2 = edges.T
    side_1 = (bx - ax) * (y1 - ay) - (by - ay) * (x1 - ax)
    side_2 = (bx - ax) * (y2 - ay) - (by - ay) * (x2 - ax)
    side_a = (x2 - x1) * (ay - y1) - (y2 - y1) * (ax - x1)
    side_b = (x2 - x1) * (by - y1) - (y2 - y1) * (bx - x1)
    slack = 1e-6
    return bool(np.any((np.minimum(side_1, side_2) < slack) & (np.maximum(side_1, side_2) > -slack) & (side_a * side_b < 0)))


def facing_edges(one, other, limit):
    """Parallel edges that see each other: one crossing in the middle of each stretch between two corners."""
    ux, uy, length = directions(one.edges)
    vx, vy, _ = directions(other.edges)
    opposite = np.abs(np.outer(ux, vy) - np.outer(uy, vx)) < 2e-3
    corner_points = np.vstack([one.edges[:, :2], other.edges[:, :2]])
    found = []
    for i, j in np.argwhere(opposite & (np.outer(ux, vx) + np.outer(uy, vy) < 0)):
        x, y = one.edges[i, 0], one.edges[i, 1]
        away = ux[i] * (other.edges[j, 1] - y) - uy[i] * (other.edges[j, 0] - x)
        if abs(away) >= limit + 2e-3 * length[i] or abs(away) < 1e-6:
            continue
        ends = sorted(ux[i] * (px - x) + uy[i] * (py - y) for px, py in (other.edges[j, :2], other.edges[j, 2:]))
        low, high = max(0.0, ends[0]), min(length[i], ends[1])
        if high - low < 1e-6:
            continue
        cuts = np.unique(np.clip(ux[i] * (corner_points[:, 0] - x) + uy[i] * (corner_points[:, 1] - y), low, high))
        for along in (cuts[1:] + cuts[:-1])[np.diff(cuts) > 1e-6] / 2:
            a = (x + along * ux[i], y + along * uy[i])
            b = foot(a, other.edges[j])  # whole corners: edges turned alike are not quite parallel
            found.append(Crossing(math.dist(a, b), a, b, [one.edges[i]], [other.edges[j]]))
    return found


def foot(point, edge):
    """The point of an edge nearest to a point."""
    dx, dy = edge[2] - edge[0], edge[3] - edge[1]
    along = ((point[0] - edge[0]) * dx + (point[1] - edge[1]) * dy) / (dx * dx + dy * dy)
    along = min(max(along, 0.0), 1.0)
    return edge[0] + along * dx, edge[1] + along * dy


def directions(edges):
    dx, dy = edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]
    length = np.hypot(dx, dy)
    return dx / length, dy / length, length


def between_corners(one, other, limit):
    """Crossings from corner to corner, where neither end gets nearer by sliding along an edge."""
    found = []
    corners, others = one.corners(), other.corners()
    for number, (a, before_a, after_a) in enumerate(corners):
        for b, before_b, after_b in others if one is not other else others[number + 1:]:
            distance = math.hypot(b[0] - a[0], b[1] - a[1])
            if 0 < distance < limit and stays(a, b, one, before_a, after_a) and stays(b, a, other, before_b, after_b):
                found.append(Crossing(distance, a, b, [one.edges[before_a], one.edges[after_a]], [other.edges[before_b], other.edges[after_b]]))
    return found


def stays(corner, target, outline, before, after):
    """Is the corner the nearest of its two edges to the target?"""
    tx, ty = target[0] - corner[0], target[1] - corner[1]
    ends = (outline.edges[before][:2], outline.edges[after][2:])
    return all((x - corner[0]) * tx + (y - corner[1]) * ty <= 1e-6 for x, y in ends)


def corners_to_edges(one, other, limit):
    """Crossings from a corner of `one` straight onto the inner part of an edge of `other`."""
    found = []
    ux, uy, length = directions(other.edges)
    for corner, before, after in one.corners():
        px, py = corner[0] - other.edges[:, 0], corner[1] - other.edges[:, 1]
        along, away = px * ux + py * uy, np.abs(px * uy - py * ux)
        for j in np.flatnonzero((along > 1e-6) & (along < length - 1e-6) & (away < limit) & (away > 1e-6)):
            foot = (other.edges[j, 0] + along[j] * ux[j], other.edges[j, 1] + along[j] * uy[j])
            if stays(corner, foot, one, before, after):
                found.append(Crossing(float(away[j]), corner, foot, [one.edges[before], one.edges[after]], [other.edges[j]]))
    return found


def kisses(outline):
    """Points where two corners of the metal touch."""
    points = [corner for corner, _, _ in outline.corners()]
    return sorted({point for point in points if points.count(point) > 1})
