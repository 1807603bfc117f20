"""From a Task (router_task.py) to routes: nameless terminals are assigned, one level or several are routed. Needs numpy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pya

from ..messages import counted
from ..routing import ALL, EACH, LevelNet, LevelProblem, Net, Obstacle, Problem, Terminal, route, route_levels
from ..routing.bound import detours
from ..routing.result import left_alone
from ..routing.wires import build_board
from ..tech.functions import ORDERED
from . import reassignment
from .assignment import assign
from .result import Open, Routed

if TYPE_CHECKING:
    from ..routing.levels import LevelTerminal
    from ..routing.result import RouteResult
    from .assignment import Assignment
    from .command import PrintedStages
    from .confirm import Place
    from .router_task import Task


#: the part of a die that is routed alone reaches so many tracks, and so many sides of the box around the nets, beyond them; it is no larger than that part of the die
NEAR_TRACKS, NEAR_SIDES, SMALL_PART = 20, 0.5, 0.25


class Outcome(NamedTuple):
    """What the router made of the nets."""

    routes: list[dict[str, Any]]
    vias: list[Any]
    failures: list[Any]  # as in Routed, with moved and figures
    moved: dict[str, int]
    figures: tuple[float, float, int, float]  # exposed, bound (um), bends, detours (um) that are forced
    detours: dict[str, tuple[float, float]]  # {net: (detour, bound)} in um, of traces on one level
    said: list[str]  # sentences on lengths


def routed(task: Task, function: str, grid_um: float, reporter: Any) -> Routed:
    """Assigns the nameless terminals by the function, routes all nets and returns a result.Routed.

    Pairs of nameless ones that stay open or make long detours are assigned anew (see reassignment.py). Raises ProblemError and Cancelled.
    """
    named = [(LevelNet(name, items, task.rules.get(name), *task.lengths.get(name, (None, None)), task.pairs.get(name)), ALL) for name, items in task.named.items()]
    if not (task.contacts and task.pads):
        return _told(task, named, _outcome(task, named, grid_um, reporter), [])
    free = Free(task, function)

    def attempt(assignment: Assignment) -> reassignment.Attempt:
        nets = named + free.nets(assignment)
        outcome = _outcome(task, nets, grid_um, reporter)
        dearer = reassignment.dearer(free.whole, free.groups(assignment), outcome.failures, outcome.detours)
        return reassignment.Attempt((nets, outcome), len({failure.net for failure in outcome.failures}), outcome.figures[0], dearer)
    assignment, best = reassignment.best_of(free.whole, assign(free.whole, function, free.locks, reporter=reporter), attempt, reporter)
    nets, outcome = best.result
    if function in ORDERED:  # the bound of any assignment, not of the one that the router needed
        exposed, bound, bends, forced = outcome.figures
        more = assignment.length - assignment.bound
        outcome = outcome._replace(figures=(exposed, bound - more, bends, forced + more))
    return _told(task, nets, outcome, [assignment.sentence()])


class Free:
    """The nameless terminals of a task as a problem to assign; behind them the pairs that names have fixed.

    whole: the Problem with both, locks: the fixed pairs in it; a fan-out's order counts them, too. count: nameless contact points.
    """

    def __init__(self, task: Task, function: str) -> None:
        self.task, level = task, task.levels[0]
        fixed = [(items[0], items[1]) for items in task.named.values() if is_lock(items, function)]
        self.count = len(task.contacts)
        self.locks = [(self.count + number, len(task.pads) + number) for number in range(len(fixed))]
        self.whole = Problem(die=level.die, nets=[Net(name, [], [], 1.0, 1.0, ALL) for name in task.named], width=level.width, spacing=level.spacing,
                             contacts=[flat(terminal) for terminal in task.contacts + [contact for contact, _ in fixed]],
                             pads=[flat(terminal) for terminal in task.pads + [pad for _, pad in fixed]])

    def groups(self, assignment: Assignment) -> list[tuple[str, list[tuple[int, int]]]]:
        """[(net name, pairs)] of the nameless terminals."""
        return replace(assignment, pairs=[pair for pair in assignment.pairs if pair[0] < self.count]).groups(self.whole)

    def nets(self, assignment: Assignment) -> list[tuple[LevelNet, str]]:
        """[(LevelNet, mode)] of the nameless terminals."""
        found = []
        for name, pairs in self.groups(assignment):
            contacts, pads = sorted({contact for contact, _ in pairs}), sorted({pad for _, pad in pairs})
            items = [self.task.contacts[number] for number in contacts] + [self.task.pads[number] for number in pads]
            found.append((LevelNet(name, items), EACH if len(pairs) == 1 else ALL))
        return found


def is_lock(terminals: Sequence[LevelTerminal], function: str) -> bool:
    """Does a named net fix a pair that counts in the order of a function?"""
    return function == "fan-out" and [terminal.kind for terminal in terminals] == ["contact", "pad"]


def flat(terminal: LevelTerminal) -> Terminal:
    """A LevelTerminal as a Terminal without levels."""
    return Terminal(terminal.name, [polygon for polygons in terminal.shapes.values() for polygon in polygons], True)


def _outcome(task: Task, joined: Sequence[tuple[LevelNet, str]], grid_um: float, reporter: Any) -> Outcome:
    """Routes the nets [(LevelNet, mode)] on one level or several."""
    spare = _spare(task, joined)
    return _several_levels(task, joined, spare, grid_um, reporter) if task.only_level is None else _one_level(task, task.only_level, joined, spare, grid_um, reporter)


def _told(task: Task, joined: list[tuple[LevelNet, str]], outcome: Outcome, notes: list[str]) -> Routed:
    """The Routed of an Outcome."""
    polygons = {net.name: _polygons(net.terminals) for net, _ in joined}
    found = [Open(failure.net, failure.kind, failure.reason, failure.place, polygons.get(failure.net, [])) for failure in outcome.failures]
    found += [Open(name, "terminals", reason, None, []) for name, reason in sorted(task.one_sided.items())]
    return Routed(outcome.routes, outcome.vias, found, *outcome.figures, outcome.moved,
                  notes + outcome.said + _left(_spare(task, joined)) + [left_alone(*one) for one in task.left.items()], _places(task, joined))


def _places(task: Task, joined: Sequence[tuple[LevelNet, str]]) -> list[Place]:
    """[confirm.Place] on all metal, with the nets it belongs to now."""
    net_of = {id(terminal): net.name for net, _ in joined for terminal in net.terminals}
    return [place if place.left else place._replace(net=net_of.get(key)) for key, places in task.places.items() for place in places]


def _spare(task: Task, joined: Sequence[tuple[LevelNet, str]]) -> list[LevelTerminal]:
    """Nameless terminals that no net took: obstacles."""
    used = {id(terminal) for net, _ in joined for terminal in net.terminals}
    return [terminal for terminal in task.contacts + task.pads if id(terminal) not in used]


def _left(spare: Sequence[LevelTerminal]) -> list[str]:
    """Sentences on nameless terminals that no net took."""
    said = []
    for kind, what in (("contact", "contact point"), ("pad", "pad")):
        number = sum(terminal.kind == kind for terminal in spare)
        if number:
            said.append("%s without name stay%s unconnected." % (counted(number, what), "" if number > 1 else "s"))
    return said


def _one_level(task: Task, number: int, joined: Sequence[tuple[LevelNet, str]], spare: Sequence[LevelTerminal], grid_um: float, reporter: Any) -> Outcome:
    """Routes on one level; number: which one it is."""
    level, nets_ = task.levels[number], []

    def there(terminal: LevelTerminal) -> Terminal:
        return Terminal(terminal.name, terminal.shapes[number], True)
    for net, mode in joined:
        width, spacing = net.rules[number] if net.rules else (level.width, level.spacing)
        contacts = [there(terminal) for terminal in net.terminals if terminal.kind == "contact"]
        pads = [there(terminal) for terminal in net.terminals if terminal.kind != "contact"]
        nets_.append(Net(net.name, contacts, pads, width, spacing, mode, [], net.max_length, net.match, net.pair))
    problem = Problem(die=level.die, nets=nets_, obstacles=level.obstacles, width=level.width, spacing=level.spacing, unit=grid_um,
                      contacts=[there(terminal) for terminal in spare], neck=level.neck, tolerance=task.tolerance)
    result = _routed_near(problem, reporter)
    routes = [dict(one, level=number) for one in result.to_json()["routes"]]
    longer = {net.name: (net.exposed - net.bound, net.bound) for net in result.nets}
    return Outcome(routes, [], result.failures, {}, (result.exposed, result.bound, result.bends, result.detours), longer, result.said)


def _routed_near(problem: Problem, reporter: Any) -> RouteResult:
    """Routes in the part of the die around the nets, where that is small: of the metal all around, none matters then. Nets that stay open there are routed in all of it."""
    if not problem.nets:
        return route(problem, None, reporter)
    boxes = np.array([[*np.min(polygon, axis=0), *np.max(polygon, axis=0)] for net in problem.nets for terminal in net.contacts + net.pads for polygon in terminal.shape])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    reach = NEAR_TRACKS * max(net.width + net.spacing for net in problem.nets) + NEAR_SIDES * float((high - low).max())
    left, bottom = np.maximum(low - reach, problem.die[:2]).tolist()
    right, top = np.minimum(high + reach, problem.die[2:]).tolist()
    die = problem.die
    if (right - left) * (top - bottom) > SMALL_PART * (die[2] - die[0]) * (die[3] - die[1]):
        return route(problem, None, reporter)

    def near(polygons: Iterable[np.ndarray]) -> bool:
        return any((np.min(p, axis=0) <= (right + reach, top + reach)).all() and (np.max(p, axis=0) >= (left - reach, bottom - reach)).all() for p in polygons)
    part = replace(problem, die=(left, bottom, right, top), obstacles=[one for one in problem.obstacles if near([one.shape])], contacts=[one for one in problem.contacts if near(one.shape)])
    result = route(part, None, reporter)
    if result.failures:
        return route(problem, None, reporter)
    result.detours = detours(build_board(replace(part, die=die)))  # the sides of the part keep nobody from going around
    return result


def _several_levels(task: Task, joined: Sequence[tuple[LevelNet, str]], spare: list[Any], grid_um: float, reporter: PrintedStages | None) -> Outcome:
    levels = [replace(level, obstacles=level.obstacles + [Obstacle(polygon) for terminal in spare for polygon in terminal.shapes.get(number, ())])
              for number, level in enumerate(task.levels)]
    result = route_levels(LevelProblem(levels, task.vias, [net for net, _ in joined], unit=grid_um, tolerance=task.tolerance, via_cost=task.via_cost), reporter)
    routes = [{"net": net, "level": number, "width": width, "path": [list(point) for point in path], **more}
              for some, more in ((result.routes, {}), (result.necks, {"neck": True})) for net, number, width, path in some]
    moved = {net: number for net, number in result.home.items() if number > 0}
    vias = [(via.via, via.x, via.y, task.vias[via.via].lower, task.vias[via.via].upper, via.net) for via in result.vias]
    figures = result.exposed, result.bound, result.bends, 0.0  # where the vias are is the router's choice
    return Outcome(routes, vias, result.failures, moved, figures, {}, result.said)


def _polygons(terminals: Sequence[LevelTerminal]) -> list[pya.DPolygon]:
    return [pya.DPolygon([pya.DPoint(float(x), float(y)) for x, y in polygon]) for terminal in terminals
            for polygons in terminal.shapes.values() for polygon in polygons]
