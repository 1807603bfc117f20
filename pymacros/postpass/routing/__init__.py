"""Fan-out routing: contact points and pads in, legal traces out.

    problem = Problem.from_json(case)
    result = route(problem)
    result.to_json(), result.failures, result.gap

Pure engine: numbers in, polylines out; µm throughout; the same input gives the same traces everywhere.
"""
from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .problem import ALL, EACH, Net, Obstacle, Problem, ProblemError, Terminal
from .progress import Cancelled

if TYPE_CHECKING:
    from .engine import route
    from .levels import Level, LevelNet, LevelProblem, LevelsResult, LevelTerminal, Via, route_levels
    from .result import Failure, NetResult, RouteResult

__all__ = ["ALL", "EACH", "Cancelled", "Failure", "Level", "LevelNet", "LevelProblem", "LevelTerminal", "LevelsResult", "Net", "NetResult", "Obstacle", "Problem", "ProblemError",
           "RouteResult", "Terminal", "Via", "route", "route_levels"]
#: where the others are, which need scipy: cases are read without it, and a second faster
_WHERE = {"route": "engine", "Failure": "result", "NetResult": "result", "RouteResult": "result",
          **dict.fromkeys(("Level", "LevelNet", "LevelProblem", "LevelsResult", "LevelTerminal", "Via", "route_levels"), "levels")}


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(importlib.import_module("." + _WHERE[name], __name__), name)
    raise AttributeError("module %r has no attribute %r" % (__name__, name))
