"""A square array of octagonal pads that escapes to contact points around it, laid first and then forgotten.

Between neighbouring pads there is room for exactly `tracks` traces.  Every quarter of the array runs straight out to
its side: outermost pads directly, the others through the channels beside their row; outside the array the traces fan
out to evenly spaced contact points.
"""
import math

LEAD = 40.0  # from the outer pads to the first bend outside the array


def octagon(x, y, size):
    """A regular octagon with level sides."""
    r = size / 2 / math.cos(math.pi / 8)
    return [[round(x + r * math.cos(math.pi * (2 * k + 1) / 8), 3),
             round(y + r * math.sin(math.pi * (2 * k + 1) / 8), 3)] for k in range(8)]


def quarter(side):
    """(row, column) of the pads that leave to the left; the other three quarters are this one turned."""
    return [(i, j) for i in range(side) for j in range(side) if j < i and j <= side - 1 - i]


def escapes(side, tracks, pitch, step):
    """Per pad of the left quarter its path to the array's edge: {(row, column): (start, height of its track)}."""
    used, found = [0] * side, {}
    rows = {}
    for i, j in quarter(side):
        rows.setdefault(i, []).append(j)
    low = (pitch - (tracks - 1) * step) / 2  # distance of the row's centre line to the nearest track
    for i, columns in sorted(rows.items(), key=lambda item: -len(item[1])):
        found[i, 0] = i * pitch
        count = {-1: 0, 1: 0}
        for j in sorted(columns)[1:]:
            way = min((-1, 1), key=lambda w: (used[i if w > 0 else i - 1], -w))
            found[i, j] = i * pitch + way * (low + count[way] * step)
            count[way] += 1
            used[i if way > 0 else i - 1] += 1
    assert max(used) <= tracks, "the channels are too narrow for the array"
    return found


def fan(heights, targets, step):
    """Distances from the first bend at which each trace changes over from its height to its target: upward movers
    from the top, downward movers from the bottom, so that none crosses another."""
    up = sorted((k for k in range(len(heights)) if targets[k] > heights[k]), key=lambda k: -heights[k])
    down = sorted((k for k in range(len(heights)) if targets[k] < heights[k]), key=lambda k: heights[k])
    out = [0.0] * len(heights)
    for order in (up, down):
        for n, k in enumerate(order):
            out[k] = n * step
    return out


def channel_case(side=12, tracks=4, width=10.0, spacing=10.0, pad=100.0, skip=1, spread=1.0):
    """A case in the neutral JSON form with side² - skip nets, and its planted routes.

    spread: distance of the contact points in trace pitches along each side; 0 sets them straight at the tracks' ends.
    """
    step = width + spacing
    pitch = pad + tracks * step + spacing
    left = escapes(side, tracks, pitch, step)
    keys = sorted(left, key=lambda key: left[key])
    middle = (side - 1) * pitch / 2
    heights = [left[key] for key in keys]
    targets = [middle + (k - (len(keys) - 1) / 2) * spread * step for k in range(len(keys))] if spread else heights
    shift = fan(heights, targets, step)
    edge = -pad / 2 - LEAD
    reach = edge - max(shift) - 3 * step
    nets, routes = [], []
    for turn in range(4):
        for k, (i, j) in enumerate(keys):
            if len(nets) == side * side - skip:
                break
            points = [(j * pitch, i * pitch), (j * pitch, heights[k]), (edge - shift[k], heights[k]),
                      (edge - shift[k], targets[k]), (reach, targets[k])]
            _add(nets, routes, [_turned(p, turn, middle) for p in points], turn, pad, width, spacing)
    low, high = reach - 40, 2 * middle - reach + 40
    case = {"name": f"channels_{len(nets)}_{tracks}", "units": "um", "dbu": 0.001, "die": [low, low, high, high],
            "rules": {"width": width, "spacing": spacing, "allow45": True}, "nets": nets, "obstacles": [],
            "reference": {}}
    return case, routes


def _turned(point, turns, middle):
    x, y = point[0] - middle, point[1] - middle
    for _ in range(turns):
        x, y = -y, x
    return [x + middle, y + middle]


def _add(nets, routes, points, turn, pad, width, spacing):
    """Append a net and its planted route."""
    name = f"n{len(nets)}"
    (x, y), half = points[-1], (15.0, width / 2)
    a, b = half if turn % 2 == 0 else half[::-1]
    contact = [[x - a, y - b], [x + a, y - b], [x + a, y + b], [x - a, y + b]]
    path = [p for k, p in enumerate(points) if k == 0 or math.dist(p, points[k - 1]) > 1e-9]
    nets.append({"name": name, "width": width, "spacing": spacing, "mode": "connect_all",
                 "contacts": [{"name": name + ".c", "shape": [contact]}],
                 "pads": [{"name": name + ".p", "shape": [octagon(*points[0], pad)]}]})
    routes.append({"net": name, "width": width, "path": path})
