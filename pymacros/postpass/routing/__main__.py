"""Command: python3 -m postpass.routing CASE.json RESULT.json

Exit status: 0 all nets complete; 2 some nets are missing (named with their reasons, the rest is in the result);
1 the case cannot be read or the result not written (one sentence; a result that was there stays as it is).
"""

from __future__ import annotations

import sys
from typing import Any

from .. import console, files
from ..messages import Refusal, compared, counted, guarded
from ..records import read_json
from . import level_json
from .engine import route
from .lengths import WORDS
from .levels import route_levels
from .problem import Problem, ProblemError


def main(argv: Any) -> Any:
    """Route a case file; returns the exit status. Raises Refusal."""
    if len(argv) != 2:
        raise Refusal("usage: route CASE.json RESULT.json")
    outputs = files.Outputs([files.Output("result", argv[1])], [files.Input("case", argv[0])])
    case = read_json(argv[0], "case", Refusal)
    several = isinstance(case, dict) and case.get("levels") is not None
    try:
        problem, result, write = (_several_levels if several else _one_level)(case)
    except ProblemError as error:
        raise Refusal(f"{argv[0]}: {error}") from None
    outputs.write({"result": (write, None)})
    print(f"{problem.name or argv[0]}: {'complete' if result.complete else 'INCOMPLETE'}, exposed {result.exposed:.1f} um, "
          f"{compared(result.exposed, result.bound, 0.0 if several else result.forced)}, {result.bends} bends" + (f", {counted(len(result.vias), 'via')}" if several else ""))
    for failure in result.failures:
        print(f"{WORDS.get(failure.kind, 'open')}: {failure.reason}")
    for note in result.said if several else result.notes():
        print(note)
    return 0 if result.complete else 2


def _one_level(case: Any) -> Any:
    """(Problem, RouteResult, function that writes it to a path)."""
    problem = Problem.from_json(case)
    result = route(problem)
    return problem, result, result.write


def _several_levels(case: Any) -> Any:
    """(LevelProblem, LevelsResult, function that writes it to a path)."""
    problem = level_json.level_problem(case)
    result = route_levels(problem)
    return problem, result, lambda path: level_json.write(problem, result, path)


if __name__ == "__main__":
    console.prepare()
    sys.exit(guarded(main, sys.argv[1:]))
