"""Command: python3 -m postpass.routing CASE.json RESULT.json

Exit status: 0 all nets complete; 2 some nets are missing (named with their reasons, the rest is in the result);
1 the case cannot be read (one sentence, no result file).
"""
import json
import sys

from .engine import route
from .problem import Problem, ProblemError


def main(argv):
    """Route a case file; returns the exit status."""
    if len(argv) != 2:
        print("usage: route CASE.json RESULT.json", file=sys.stderr)
        return 1
    try:
        with open(argv[0], encoding="utf-8") as stream:
            problem = Problem.from_json(json.load(stream))
        result = route(problem)
        result.write(argv[1])
    except OSError as error:
        print(f"{error.filename or argv[0]}: {error.strerror}", file=sys.stderr)
        return 1
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        print(f"{argv[0]} is not a JSON file: {error}", file=sys.stderr)
        return 1
    except ProblemError as error:
        print(f"{argv[0]}: {error}", file=sys.stderr)
        return 1
    print(f"{problem.name or argv[0]}: {'complete' if result.complete else 'INCOMPLETE'}, exposed {result.exposed:.1f} µm, "
          f"lower bound {result.bound:.1f} µm, gap {100 * result.gap:.2f} %, {result.bends} bends")
    for failure in result.failures:
        print(f"open: {failure.reason}")
    return 0 if result.complete else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
