"""The router: negotiation on the track grid, repair, improvement, result."""
import numpy as np

from . import shapes
from .diagnosis import explain
from .joins import Joins
from .negotiate import Negotiation
from .polish import Polish
from .progress import Progress
from .repair import Repair
from .result import collect
from .space import Space
from .trees import Tidy
from .wires import build_board

FINENESS = (3.0, 5.0, 4.0)  # grid lines per track; the next when one leaves wires open
REFINEMENTS = 3
MOST_NODES = 1.5e6  # of the grid; a larger problem gets a coarser one


def route(problem, assignment=None, reporter=None):
    """Route all nets of a problem.

    problem: Problem (µm).  assignment: Assignment of `assign`, for nets whose pairs are fixed or were free.
    reporter: see `progress.Progress`.  Returns a RouteResult; what could not be routed is in its failures, the rest is
    legal and can be drawn.  Raises Cancelled when the reporter asks to stop, ProblemError for a bad problem.
    """
    progress = Progress(reporter)
    pairs = None
    if assignment is not None:
        problem, pairs = assignment.apply(problem)
    best = None
    for fineness in FINENESS:
        attempt = Attempt(problem, pairs, fineness, progress)
        if best is None or len(attempt.left) < len(best.left):
            best = attempt
        if not attempt.left:
            break
    best.improve()
    return collect(best.board, explain(best.board, best.grid, best.left))


class Attempt:
    """A solution from one grid: its board, its grid, and the wires left open."""

    def __init__(self, problem, pairs, fineness, progress):
        self.board = board = build_board(problem, pairs)
        self.grid = _first_solution(board, fineness, progress)
        space, joins = Space(board), Joins(board)
        self.polish = Polish(board, space, joins, progress, bend_price(board))
        self.tidy = Tidy(board, joins, space)
        self.repair = Repair(board, space, joins, self.polish, self.tidy, progress)
        self.tidy.run()
        self.repair.settle()
        self.repair.clear_conflicts()
        self.polish.run(self.tidy)
        self.left = self.repair.run(budget=200 + 20 * len(self.repair.missing()))

    def improve(self):
        """Shorten and straighten until nothing much changes."""
        self.polish.run(self.tidy)
        for _ in range(REFINEMENTS):
            if self.repair.refine(budget=100 + 2 * len(self.board.wires)) < 1.0:
                break
            self.polish.run(self.tidy)
        self.repair.clear_conflicts()  # nothing is left to clear; makes sure that what is drawn is legal
        self.left = self.repair.missing()
        self.repair.joins.name_ends(self.left)


def bend_price(board):
    """What one bend may cost in length, in µm: half the finest pitch, but no more than 0.4 % of a usual trace."""
    usual = float(np.mean([w.bound for w in board.wires])) if board.wires else 0.0
    return min(0.5 * min(w + s for w, s in board.rules), max(0.004 * usual, board.problem.unit))


def _first_solution(board, fineness, progress):
    """Negotiated traces of all wires; returns the grid."""
    x1, y1, x2, y2 = board.problem.die
    pitch = min(w + s for w, s in board.rules)
    nodes = (x2 - x1) * (y2 - y1) / pitch ** 2
    fineness = float(np.clip(np.sqrt(MOST_NODES / max(nodes, 1.0)), 1.0, fineness))
    negotiation = Negotiation(board, progress, fineness)
    negotiation.run()
    for wire in board.wires:
        if wire.path and shapes.path_length(wire.path) < 1e-9:
            wire.path, wire.touching = None, True
    return negotiation.grid
