"""The routing problem: what must be joined, under which rules, around what.

Units are µm throughout.  A polygon is a list of (x, y) pairs (or an array of shape (n, 2)) without a repeated last
point; a terminal's shape is a list of polygons.
"""
import math
from dataclasses import dataclass, field

import numpy as np

EACH = "each_pad_to_own_contact"
ALL = "connect_all"
MODES = (EACH, ALL)


class ProblemError(ValueError):
    """The case cannot be understood; the message is one sentence that says why and where."""


@dataclass
class Terminal:
    """A contact point or pad: a name and its metal as a list of polygons."""
    name: str
    shape: list

    def centre(self):
        """Middle of the bounding box."""
        points = np.vstack(self.shape)
        return (points.min(axis=0) + points.max(axis=0)) / 2


@dataclass
class Net:
    """Contact points and pads of one net, its trace width and its spacing to everything else.

    mode "each_pad_to_own_contact": every pad gets a trace to a contact point of its own;
    mode "connect_all": one tree holds all contact points and pads.
    """
    name: str
    contacts: list
    pads: list
    width: float
    spacing: float
    mode: str = EACH


@dataclass
class Obstacle:
    """Fixed metal or a keep-out: one polygon, with the net it belongs to (None keeps everything away)."""
    shape: np.ndarray
    net: str = None
    name: str = ""


@dataclass
class Problem:
    """A routing problem.

    die: (x1, y1, x2, y2) that holds all trace metal; nets: list of Net; obstacles: list of Obstacle;
    allow45: traces may run at 45° (else horizontal and vertical only); unit: the layout's grid, bends lie on it.
    contacts, pads: terminals without a net, for `assign`; they count as obstacles until assigned.
    """
    die: tuple
    nets: list
    obstacles: list = field(default_factory=list)
    allow45: bool = True
    width: float = 10.0
    spacing: float = 10.0
    unit: float = 0.001
    name: str = ""
    contacts: list = field(default_factory=list)
    pads: list = field(default_factory=list)

    def __post_init__(self):
        _check(self)

    @classmethod
    def from_json(cls, data):
        """A Problem from a case in the neutral JSON form (see the user guide).  Raises ProblemError."""
        if not isinstance(data, dict):
            raise ProblemError("the case is not a JSON object")
        rules = _get(data, "rules", dict, "the case")
        width = _number(rules, "width", "rules")
        spacing = _number(rules, "spacing", "rules")
        nets = [_net(item, k, width, spacing) for k, item in enumerate(_get(data, "nets", list, "the case"))]
        obstacles = [Obstacle(_polygon(_get(o, "shape", list, f"obstacle {k}"), f"obstacle {k}"), o.get("net"),
                              str(o.get("name", ""))) for k, o in enumerate(data.get("obstacles") or [])]
        free = {kind: [_terminal(t, f"free {kind[:-1]} {k}") for k, t in enumerate(data.get(kind) or [])]
                for kind in ("contacts", "pads")}
        die = tuple(_coordinate(c, "the die") for c in _get(data, "die", list, "the case"))
        unit = _coordinate(data.get("dbu", 0.001), "dbu")
        return cls(die=die, nets=nets, obstacles=obstacles, allow45=bool(rules.get("allow45")), width=width,
                   spacing=spacing, unit=unit, name=str(data.get("name", "")), **free)


def _check(problem):
    """Refuse what cannot be routed at all, in one sentence."""
    if len(problem.die) != 4 or problem.die[0] >= problem.die[2] or problem.die[1] >= problem.die[3]:
        raise ProblemError(f"the die {list(problem.die)} is not a box x1 < x2, y1 < y2")
    if not problem.unit > 0:
        raise ProblemError(f"the grid unit {problem.unit} is not positive")
    seen = set()
    for net in problem.nets:
        if net.name in seen:
            raise ProblemError(f"net '{net.name}' occurs twice")
        seen.add(net.name)
        if not net.width > 0 or not net.spacing >= 0:
            raise ProblemError(f"net '{net.name}' needs a width above 0 and a spacing of at least 0")
        if net.mode not in MODES:
            raise ProblemError(f"net '{net.name}' has the unknown mode '{net.mode}'; known: {', '.join(MODES)}")


def _get(item, key, kind, where):
    """A value of the given type, or a ProblemError that says what is missing where."""
    if not isinstance(item, dict):
        raise ProblemError(f"{where} is not a JSON object")
    value = item.get(key)
    if not isinstance(value, kind):
        raise ProblemError(f"{where} has no '{key}' of type {kind.__name__}")
    return value


def _coordinate(value, where):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ProblemError(f"{where} holds {value!r} where a number is expected")
    return float(value)


def _number(item, key, where):
    if key not in item:
        raise ProblemError(f"{where} has no '{key}'")
    return _coordinate(item[key], f"'{key}' of {where}")


def _polygon(points, where):
    if not isinstance(points, list) or len(points) < 3:
        raise ProblemError(f"{where} has a polygon with fewer than three points")
    for p in points:
        if not isinstance(p, (list, tuple)) or len(p) != 2:
            raise ProblemError(f"{where} has a polygon point {p!r} that is not a pair of numbers")
    return np.array([[_coordinate(c, where) for c in p] for p in points])


def _terminal(item, where):
    shape = _get(item, "shape", list, where)
    if not shape:
        raise ProblemError(f"{where} has an empty shape")
    return Terminal(str(item.get("name", "")), [_polygon(p, where) for p in shape])


def _net(item, k, width, spacing):
    name = _get(item, "name", str, f"net {k}")
    where = f"net '{name}'"
    kinds = {kind: [_terminal(t, f"{kind[:-1]} {i} of {where}") for i, t in enumerate(_get(item, kind, list, where))]
             for kind in ("contacts", "pads")}
    return Net(name=name, width=_number(item, "width", where) if item.get("width") is not None else width,
               spacing=_number(item, "spacing", where) if item.get("spacing") is not None else spacing,
               mode=item.get("mode") or EACH, **kinds)
