"""Fan-out routing: contact points and pads in, legal traces out.

    problem = Problem.from_json(case)
    result = route(problem)
    result.to_json(), result.failures, result.gap

Pure engine: numbers in, polylines out; µm throughout; the same input gives the same traces everywhere.
"""
from .engine import route
from .levels import Level, LevelNet, LevelProblem, LevelsResult, LevelTerminal, Via, route_levels
from .problem import ALL, EACH, Net, Obstacle, Problem, ProblemError, Terminal
from .progress import Cancelled
from .result import Failure, NetResult, RouteResult

__all__ = ["ALL", "EACH", "Cancelled", "Failure", "Level", "LevelNet", "LevelProblem", "LevelTerminal", "LevelsResult", "Net", "NetResult", "Obstacle", "Problem", "ProblemError",
           "RouteResult", "Terminal", "Via", "route", "route_levels"]
