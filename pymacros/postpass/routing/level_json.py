"""Cases and results of several levels in the neutral JSON form (see docs/fan-out.md, "Without a layout")."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .. import bounds, files
from ..messages import shown
from .levels import Level, LevelNet, LevelProblem, LevelTerminal, Via
from .problem import (
    ALL,
    TOLERANCE,
    Net,
    Obstacle,
    Problem,
    ProblemError,
    Terminal,
    check_groups,
    checked_metal,
    coordinate,
    is_routed,
    name_of,
    number_of,
    obstacle,
    optional,
    perhaps,
    polygon,
    value_of,
)

if TYPE_CHECKING:
    from .levels import LevelsResult

KINDS = {"contacts": "contact", "pads": "pad"}


def level_problem(case: dict[str, Any]) -> LevelProblem:
    """The LevelProblem of a case that states levels.  Raises ProblemError."""
    where = "the case"
    for key in ("obstacles", "contacts", "pads"):
        if optional(case, key):
            raise ProblemError(f"'{key}' of the case belong to one of its levels: " + ("give them there" if key == "obstacles" else "name them in a net"))
    allow45 = value_of(case, "rules", dict, where).get("allow45")
    if not isinstance(allow45, (bool, type(None))):
        raise ProblemError(f"'allow45' of rules is {shown(allow45)}, not true or false")
    levels = [_level(item, k, case) for k, item in enumerate(value_of(case, "levels", list, where))]
    numbers = _numbers([level.name for level in levels], "level")
    items = optional(case, "vias")
    kinds = _numbers([value_of(item, "name", str, f"kind of via {k}") for k, item in enumerate(items)], "kind of via")
    problem = LevelProblem(levels, [_via(item, kinds) for item in items], [_net(item, k, levels, numbers) for k, item in enumerate(value_of(case, "nets", list, where))],
                           bool(allow45), coordinate(case.get("dbu", 0.001), "dbu"), name_of(case, where), perhaps(case["rules"], "match_tolerance", "rules", TOLERANCE),
                           None if case.get("via_cost") is None else _length(case, "via_cost", where, bounds.LIMIT))
    _check(problem)
    return problem


def written(problem: LevelProblem, result: LevelsResult) -> dict[str, Any]:
    """A result in the neutral JSON form."""
    failed = {failure.net for failure in result.failures}
    return {
        "routes": [{"net": net, "level": problem.levels[level].name, "width": width, "path": [[x, y] for x, y in path]} for net, level, width, path in result.routes] + [
            {"net": net, "level": problem.levels[level].name, "width": width, "path": [[x, y] for x, y in path], "neck": True} for net, level, width, path in result.necks],
        "vias": [{"net": via.net, "via": problem.vias[via.via].name, "x": via.x, "y": via.y} for via in result.vias],
        "complete": result.complete,
        "figures": {"exposed_um": round(result.exposed, 4), "lower_bound_um": round(result.bound, 4), "gap": round(result.gap, 6), "bends": result.bends,
                    "vias": len(result.vias), "via_cost_um": round(problem.price_of_a_via(), 4)},
        "nets": [{"net": net.name, "level": problem.levels[result.home[net.name]].name, "complete": net.name not in failed} for net in problem.nets],
        "failures": [{k: v for k, v in vars(failure).items() if v not in (None, ())} for failure in result.failures],
    }


def write(problem: LevelProblem, result: LevelsResult, path: str) -> None:
    """Write a result to a file (of `files.Outputs`, which makes it whole or none)."""
    files.write_text(path, json.dumps(written(problem, result)) + "\n")


def _numbers(names: list[str], what: str) -> dict[str, int]:
    """{name: number}; a name twice is refused."""
    found = {name: k for k, name in enumerate(names)}
    for k, name in enumerate(names):
        if found[name] != k:
            raise ProblemError(f"{what} '{name}' occurs twice")
    return found


def _length(item: dict[str, Any], key: str, where: str, bound: bounds.Bound = bounds.LENGTH) -> float:
    value = number_of(item, key, where)
    if not bounds.keeps(bound, value):
        raise ProblemError(f"'{key}' of {where} must be {bounds.words(bound)}, not {value:g}")
    return value


def _level(item: Any, k: int, case: dict[str, Any]) -> Level:
    name = value_of(item, "name", str, f"level {k}")
    where = f"level '{name}'"
    rules = value_of(item, "rules", dict, where)
    die = value_of(item if item.get("die") is not None else case, "die", list, where)
    traces = item.get("traces", True)
    if not isinstance(traces, bool):
        raise ProblemError(f"'traces' of {where} is {shown(traces)}, not true or false")
    return Level(name, tuple(coordinate(c, f"the die of {where}") for c in die), _length(rules, "width", f"rules of {where}"), _length(rules, "spacing", f"rules of {where}", bounds.LIMIT),
                 [obstacle(one, f"obstacle {i} of {where}") for i, one in enumerate(optional(item, "obstacles", where))], perhaps(rules, "neck", f"rules of {where}", None), traces)


def _via(item: Any, kinds: dict[str, int]) -> Via:
    where = f"kind of via '{item['name']}'"
    size, lower, upper = (_length(item, key, where) for key in ("size", "lower", "upper"))
    if min(lower, upper) < size:
        raise ProblemError(f"{where} has an opening of {size:g} that its capture pads, {lower:g} and {upper:g}, do not hold")
    apart = item.get("apart") or {}
    if not isinstance(apart, dict) or not set(apart) <= set(kinds):
        raise ProblemError(f"'apart' of {where} is {shown(apart)}, not a distance for each of some kinds of vias: {', '.join(kinds)}")
    keep = [(polygon(value_of(one, "shape", list, f"keep {i} of {where}"), f"keep {i} of {where}"), _length(one, "distance", f"keep {i} of {where}", bounds.LIMIT))
            for i, one in enumerate(optional(item, "keep", where))]
    return Via(item["name"], size, lower, upper, keep, {kinds[other]: _length(apart, other, f"'apart' of {where}", bounds.LIMIT) for other in apart})


def _net(item: Any, k: int, levels: list[Level], numbers: dict[str, int]) -> LevelNet:
    name = value_of(item, "name", str, f"net {k}")
    where = f"net '{name}'"
    terminals = []
    for key, kind in KINDS.items():
        for i, one in enumerate(value_of(item, key, list, where)):
            terminal = _terminal(one, kind, f"{kind} {i} of {where}", numbers)
            if is_routed(one, f"{kind} {i} of {where}"):
                terminals.append(terminal)
            else:
                for number, polygons in terminal.shapes.items():
                    levels[number].obstacles.extend(Obstacle(shape, name, terminal.name) for shape in polygons)
    if not terminals and not (item["contacts"] or item["pads"]):
        raise ProblemError(f"{where} has neither contacts nor pads")
    if item.get("mode") != ALL and not (item.get("mode") in (None, "each_pad_to_own_contact") and len(item["contacts"]) == len(item["pads"]) == 1):
        raise ProblemError(f"{where} has the mode {shown(item.get('mode'))}: on several levels a net of more than a contact and a pad is one tree, {ALL}")
    if item.get("pair") is not None:
        raise ProblemError(f"{where} is in pair {shown(item['pair'])}: pairs side by side are kept on one level only, leave it out or state one level")
    if not isinstance(item.get("match"), (str, type(None))):
        raise ProblemError(f"'match' of {where} is {shown(item['match'])}, neither a name nor null")
    own = {key: _length(item, key, where, bound) for key, bound in (("width", bounds.LENGTH), ("spacing", bounds.LIMIT)) if item.get(key) is not None}
    return LevelNet(name, terminals, [(own.get("width", level.width), own.get("spacing", level.spacing)) for level in levels] if own else None,
                    None if item.get("max_length") is None else _length(item, "max_length", where), item.get("match") or None)


def _terminal(item: Any, kind: str, where: str, numbers: dict[str, int]) -> LevelTerminal:
    """A terminal with `shape` on one `level`, or with `shapes`, those on each of its levels."""
    if isinstance(item, dict) and item.get("shapes") is not None:
        if item.get("shape") is not None or item.get("level") is not None:
            raise ProblemError(f"{where} has 'shapes' and 'shape' or 'level': give either")
        given = value_of(item, "shapes", dict, where)
    else:
        given = {value_of(item, "level", str, where): value_of(item, "shape", list, where)}
    shapes = {}
    for level, polygons in given.items():
        if level not in numbers:
            raise ProblemError(f"{where} is on level {shown(level)}; known: {', '.join(numbers)}")
        if not isinstance(polygons, list) or not polygons:
            raise ProblemError(f"{where} has an empty shape on level '{level}'")
        shapes[numbers[level]] = [polygon(one, where) for one in polygons]
    if not shapes:
        raise ProblemError(f"{where} has an empty shape")
    return LevelTerminal(name_of(item, where), kind, shapes)


def _check(problem: LevelProblem) -> None:
    """Refuse what a case of one level is refused for, on each level, and names twice."""
    _numbers([net.name for net in problem.nets], "net")
    check_groups([Net(net.name, net.terminals, [], 0.0, 0.0, ALL, match=net.match) for net in problem.nets])
    for number, level in enumerate(problem.levels):
        nets = []
        for net in problem.nets:
            here = {kind: [Terminal(t.name, t.shapes[number], True) for t in net.terminals if t.kind == kind and number in t.shapes] for kind in KINDS.values()}
            if any(here.values()):
                width, spacing = net.rules[number] if net.rules else (level.width, level.spacing)
                nets.append(Net(net.name, here["contact"], here["pad"], width, spacing, ALL))
        try:
            checked_metal(Problem(level.die, nets, level.obstacles, problem.allow45, level.width, level.spacing, problem.unit))
        except ProblemError as error:
            raise ProblemError(f"level '{level.name}': {error}") from None
