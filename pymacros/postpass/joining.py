"""From a Task (terminals.py) to routes: nameless terminals are assigned, one level or several are routed. Needs numpy."""

from dataclasses import replace

import pya

from .assignment import assign
from .routing import ALL, LevelNet, LevelProblem, Net, Obstacle, Problem, Terminal, route, route_levels


def nets(task, function):
    """[(LevelNet, mode)] of the task: the named ones, and pairs of nameless ones by the function. Raises ProblemError."""
    found = [(LevelNet(name, items, task.rules.get(name)), ALL) for name, items in task.named.items()]
    if not (task.contacts and task.pads):
        return found
    flat = {id(terminal): _flat(terminal) for terminal in task.contacts + task.pads}
    original = {id(flat[id(terminal)]): terminal for terminal in task.contacts + task.pads}
    problem = Problem(die=task.levels[0].die, nets=[Net(name, [], [], 1.0, 1.0, ALL) for name in task.named],
                      contacts=[flat[id(t)] for t in task.contacts], pads=[flat[id(t)] for t in task.pads],
                      width=task.levels[0].width, spacing=task.levels[0].spacing)
    assigned, _ = _assigned(problem, task, function).apply(problem)
    for net in assigned.nets[len(task.named):]:
        found.append((LevelNet(net.name, [original[id(t)] for t in net.contacts + net.pads]), net.mode))
    return found


def _flat(terminal):
    """A LevelTerminal as a Terminal without levels."""
    return Terminal(terminal.name, [polygon for polygons in terminal.shapes.values() for polygon in polygons])


def _assigned(problem, task, function):
    """The Assignment of the nameless terminals; a fan-out's order counts the pairs that names have fixed, too."""
    fixed = [(items[0], items[1]) for items in task.named.values()
             if len(items) == 2 and (items[0].kind, items[1].kind) == ("contact", "pad")] if function == "fan-out" else []
    contacts, pads = len(problem.contacts), len(problem.pads)
    whole = replace(problem, contacts=problem.contacts + [_flat(contact) for contact, _ in fixed], pads=problem.pads + [_flat(pad) for _, pad in fixed])
    assignment = assign(whole, function, [(contacts + number, pads + number) for number in range(len(fixed))])
    return replace(assignment, pairs=[(contact, pad) for contact, pad in assignment.pairs if contact < contacts])


def routed(task, joined, grid_um, reporter, Routed, Open):
    """Routes the nets [(LevelNet, mode)] and returns a Routed (see fanout.py). Raises ProblemError and Cancelled."""
    spare = _spare(task, joined)
    if len(task.levels) == 1:
        result = _one_level(task, joined, spare, grid_um, reporter)
    else:
        result = _several_levels(task, joined, spare, grid_um, reporter)
    routes, vias, failures, moved, figures = result
    polygons = {net.name: _polygons(net.terminals) for net, _ in joined}
    found = [Open(failure.net, failure.kind, failure.reason, failure.place, polygons.get(failure.net, [])) for failure in failures]
    found += [Open(name, "terminals", reason, None, []) for name, reason in sorted(task.one_sided.items())]
    return Routed(routes, vias, found, figures[0], figures[1], figures[2], moved, _left(spare))


def _spare(task, joined):
    """Nameless terminals that no net took: obstacles."""
    used = {id(terminal) for net, _ in joined for terminal in net.terminals}
    return [terminal for terminal in task.contacts + task.pads if id(terminal) not in used]


def _left(spare):
    """Sentences on nameless terminals that no net took."""
    said = []
    for kind, words in (("contact", "contact points"), ("pad", "pads")):
        number = sum(terminal.kind == kind for terminal in spare)
        if number:
            said.append("%d %s without name stay%s unconnected." % (number, words if number > 1 else words[:-1], "" if number > 1 else "s"))
    return said


def _one_level(task, joined, spare, grid_um, reporter):
    level, nets_ = task.levels[0], []
    for net, mode in joined:
        width, spacing = net.rules[0] if net.rules else (level.width, level.spacing)
        contacts = [_flat(terminal) for terminal in net.terminals if terminal.kind == "contact"]
        pads = [_flat(terminal) for terminal in net.terminals if terminal.kind != "contact"]
        nets_.append(Net(net.name, contacts, pads, width, spacing, mode))
    problem = Problem(die=level.die, nets=nets_, obstacles=level.obstacles, width=level.width, spacing=level.spacing, unit=grid_um,
                      contacts=[_flat(terminal) for terminal in spare])
    result = route(problem, None, reporter)
    routes = [dict(one, level=0) for one in result.to_json()["routes"]]
    return routes, [], result.failures, {}, (result.exposed, result.bound, result.bends)


def _several_levels(task, joined, spare, grid_um, reporter):
    levels = [replace(level, obstacles=level.obstacles + [Obstacle(polygon) for terminal in spare for polygon in terminal.shapes.get(number, ())])
              for number, level in enumerate(task.levels)]
    result = route_levels(LevelProblem(levels, task.vias, [net for net, _ in joined], unit=grid_um), reporter)
    routes = [{"net": net, "level": number, "width": width, "path": [list(point) for point in path]} for net, number, width, path in result.routes]
    moved = {net: number for net, number in result.home.items() if number > 0}
    return routes, [(via.via, via.x, via.y, task.vias[via.via].lower, task.vias[via.via].upper) for via in result.vias], result.failures, moved, (result.exposed, result.bound, result.bends)


def _polygons(terminals):
    return [pya.DPolygon([pya.DPoint(float(x), float(y)) for x, y in polygon]) for terminal in terminals
            for polygons in terminal.shapes.values() for polygon in polygons]
