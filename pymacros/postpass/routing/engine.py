"""The router: negotiation on the track grid, repair, improvement, result."""
import numpy as np

from . import shapes
from .diagnosis import explain
from .joins import Joins
from .negotiate import Negotiation, Terms
from .polish import Polish
from .progress import Progress
from .refine import Refine
from .repair import Repair
from .result import collect
from .space import Space
from .trees import Tidy
from .wires import build_board

# Grid lines per track and terms of the negotiation; the next when one leaves wires open.  Where many wires are open,
# the patient terms come before the finer grids: places that stay contested soon become dear for all.
PATIENT = (2.0, Terms(history=1.0))
USUAL, FINER = (3.0, Terms()), ((5.0, Terms()), (4.0, Terms()))
CROWDED = 0.05  # share of open wires
EFFORT, EFFORT_PER_WIRE = 1.2e9, 4e6  # search effort of one attempt (see `Progress.spend`)
MOST_ATTEMPTS = 1.5  # efforts of one attempt after which no further one begins
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
    best = _best_attempt(problem, pairs, progress)
    best.improve()
    return collect(best.board, explain(best.board, best.grid, best.left))


def _best_attempt(problem, pairs, progress):
    """The first attempt that leaves nothing open, or the one that leaves least within the effort."""
    best, todo = Attempt(problem, pairs, *USUAL, progress), list(FINER)
    if len(best.left) > CROWDED * len(best.board.wires):
        todo.insert(0, PATIENT)
    for fineness, terms in todo:
        if not best.left or progress.spent > MOST_ATTEMPTS * best.effort:
            break
        attempt = Attempt(problem, pairs, fineness, terms, progress)
        if len(attempt.left) < len(best.left):
            best = attempt
    return best


class Attempt:
    """A solution from one grid: its board, its grid, and the wires left open."""

    def __init__(self, problem, pairs, fineness, terms, progress):
        self.board = board = build_board(problem, pairs)
        self.progress = progress
        self.effort = EFFORT + EFFORT_PER_WIRE * len(board.wires)
        progress.allow(0.4 * self.effort)
        self.grid = _first_solution(board, fineness, terms, progress)
        space, joins = Space(board), Joins(board)
        self.polish = Polish(board, space, joins, progress, bend_price(board))
        self.tidy = Tidy(board, joins, space)
        self.repair = Repair(board, space, joins, self.polish, self.tidy, progress)
        self.refine = Refine(board, joins, self.polish, self.repair, self.tidy, progress)
        self.tidy.run()
        progress.allow(0.2 * self.effort)
        self.repair.settle()
        self.repair.clear_conflicts()
        progress.allow(0.4 * self.effort)
        self.polish.run(self.tidy)
        self.left = self.repair.run(budget=200 + 20 * len(self.repair.missing()))

    def improve(self):
        """Shorten and straighten until nothing much changes."""
        self.progress.allow(1.5 * self.effort)
        self.polish.run(self.tidy)
        for turn in range(REFINEMENTS):
            if self.refine.run(100 + 2 * len(self.board.wires), trees=turn == 0) < 1.0:
                break
            self.polish.run(self.tidy)
        self.repair.clear_conflicts()  # nothing is left to clear; makes sure that what is drawn is legal
        self.left = self.repair.missing()
        self.repair.joins.name_ends(self.left)


def bend_price(board):
    """What one bend may cost in length, in µm: half the finest pitch, but no more than 0.4 % of a usual trace."""
    usual = float(np.mean([w.bound for w in board.wires])) if board.wires else 0.0
    return min(0.5 * min(w + s for w, s in board.rules), max(0.004 * usual, board.problem.unit))


def _first_solution(board, fineness, terms, progress):
    """Negotiated traces of all wires; returns the grid."""
    x1, y1, x2, y2 = board.problem.die
    pitch = min(w + s for w, s in board.rules)
    nodes = (x2 - x1) * (y2 - y1) / pitch ** 2
    fineness = float(np.clip(np.sqrt(MOST_NODES / max(nodes, 1.0)), 1.0, fineness))
    negotiation = Negotiation(board, progress, fineness, terms=terms)
    negotiation.run()
    for wire in board.wires:
        if wire.path and shapes.path_length(wire.path) < 1e-9:
            wire.path, wire.touching = None, True
    return negotiation.grid
