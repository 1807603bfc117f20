"""Seeded random problems that are known to be routable: the traces are laid first, on a lattice, then forgotten."""
import random
from collections import deque

PITCH = 22.0  # lattice; pads of up to 14 keep 8 from each other and 9 from a trace of 4 on the next line


def square(x, y, size):
    """A square as a polygon."""
    h = size / 2
    return [[x - h, y - h], [x + h, y - h], [x + h, y + h], [x - h, y + h]]


def planted_case(nets, seed, fill=0.4, span=9, allow45=True, width=4.0, spacing=4.0):
    """A case in the neutral JSON form with `nets` two-terminal nets, and the planted routes."""
    rng = random.Random(seed)
    side = int((nets * span / fill) ** 0.5) + 3
    free = {(i, j) for i in range(side) for j in range(side)}
    found, routes = [], []
    for _ in range(40 * nets):
        if len(found) == nets:
            break
        path = _walk(rng, free, side, span)
        if path:
            free -= set(path)
            name = f"n{len(found)}"
            points = [[(i + 1) * PITCH, (j + 1) * PITCH] for i, j in path]
            found.append({"name": name, "width": width, "spacing": spacing, "mode": "connect_all",
                          "contacts": [{"name": name + ".c", "shape": [square(*points[0], 8)]}],
                          "pads": [{"name": name + ".p", "shape": [square(*points[-1], 14)]}]})
            routes.append({"net": name, "width": width, "path": points})
    size = (side + 1) * PITCH
    case = {"name": f"planted_{nets}_{seed}", "units": "um", "dbu": 0.001, "die": [0, 0, size, size],
            "rules": {"width": width, "spacing": spacing, "allow45": allow45}, "nets": found, "obstacles": [],
            "reference": {}}
    return case, routes


def _walk(rng, free, side, span):
    """A path between two free lattice points some way apart, around what is taken; None when there is none."""
    start = (rng.randrange(side), rng.randrange(side))
    reach = rng.randint(span // 2, span)
    goal = (start[0] + rng.randint(-reach, reach), start[1] + rng.randint(-reach, reach))
    if start not in free or goal not in free or abs(start[0] - goal[0]) + abs(start[1] - goal[1]) < 3:
        return None
    before, queue = {start: None}, deque([start])
    while queue and goal not in before:
        i, j = queue.popleft()
        steps = [(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)]
        rng.shuffle(steps)
        for step in steps:
            if step in free and step not in before:
                before[step] = (i, j)
                queue.append(step)
    if goal not in before:
        return None
    path = [goal]
    while before[path[-1]]:
        path.append(before[path[-1]])
    return path if len(path) <= 3 * span else None
