"""The router: sketch, drawing, repair, improvement, result.

A sketch (see `sketch`) says which way around all metal and all others each trace goes; drawn (see `embed`), it is legal in most
cases.  Where it leaves something open that cannot be repaired, other sketches are drawn, then negotiation on a track grid is tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..messages import counted
from . import bound, necks, shapes
from . import pairs as side_by_side
from .diagnosis import Reasons
from .eject import Ejection
from .embed import Embedding
from .joins import Joins
from .lengths import Lengths, judged
from .negotiate import Negotiation, Terms
from .polish import Polish
from .problem import ALL, ProblemError
from .progress import Progress
from .refine import Refine
from .repair import Repair
from .result import collect, confirmed
from .sketch import sketched
from .space import Space
from .tolerance import ROUNDING
from .trees import Tidy
from .wires import Wire, build_board, rules_of

if TYPE_CHECKING:
    from .problem import Problem
    from .result import Failure, RouteResult
    from .wires import Board

SKETCHES = (range(8), range(8, 14))  # seeds of the sketches of an attempt, of which the best is drawn
# Ways to a first solution on the track grid, in the order they are tried where sketches fail, until one leaves nothing open:
# grid lines per track, terms of the negotiation, rounds without progress after which it ends, whether to rip up after it (see
# `eject`).  Ripping up moves whole nets, which suits nets of a few terminals; large trees need a patient negotiation.
RIPPING = (2.0, Terms(history=1.0), 6, True), (3.0, Terms(history=1.0), 6, True)
PATIENT = ((5.0, Terms(), 30, False),)
LARGE_TREE = 6  # terminals
EFFORT, EFFORT_PER_WIRE = 1.2e9, 4e6  # search effort of one attempt (see `Progress.spend`)
MOST_ATTEMPTS = 1.5  # efforts of one attempt after which no further one begins
KEPT_EFFORT, KEPT_EFFORT_PER_WIRE = 1e7, 4e6  # to go on from what is kept: so much, and for each wire that is missing
REFINEMENTS = 3
REFINED, REFINED_SHARE = 60, 0.125  # traces that a refinement looks at: so many, and this share of all
TREES = 40  # searches of a refinement for trees
FAVOUR = 20.0  # what a µm of a net counts that is longer than it may be
FARTHER = 4  # by so much the others may go farther round with every refinement for it
WORTH = 0.001  # share of the length that a refinement must gain for another one to follow
MOST_BYTES, BYTES_PER_NODE, BYTES_PER_RULE = 2.5e9, 100, 10  # of memory; a larger problem is refused before it begins


def route(problem: Problem, assignment: Any = None, reporter: Any = None) -> RouteResult:
    """Route all nets of a problem.

    problem: Problem (µm).  assignment: Assignment of `assign`, for nets whose pairs are fixed or were free.
    reporter: see `progress.Progress`.  Returns a RouteResult; what could not be routed is in its failures, the rest is
    legal and can be drawn.  Raises Cancelled when the reporter asks to stop, ProblemError for a bad problem.
    """
    progress = Progress(reporter)
    pairs = None
    if assignment is not None:
        problem, pairs = assignment.apply(problem)
    _refuse_too_large(problem)
    result, board = _found(problem, pairs, progress)
    wider = necks.necked(problem, {failure.net for failure in result.failures}, progress.beat)
    if wider is not None:
        result = wider.told(result, _found(wider.problem, pairs, Progress(reporter))[0])
    result = side_by_side.judged(problem, judged(problem, confirmed(problem, result, progress.beat)), progress.beat)
    if result.complete and wider is None:
        result.detours = bound.detours(board, progress.beat)
    return result


def _found(problem: Problem, pairs: Any, progress: Progress) -> tuple[RouteResult, Board]:
    """The result, before anybody else has looked at it, and its board."""
    def improved(one: Problem) -> Attempt:
        best = _best_attempt(one, pairs, progress)
        best.improve()
        return best
    if side_by_side.pairs_of(problem.nets):
        return side_by_side.kept(problem, pairs, improved, progress)
    best = improved(problem)
    best.lengths.match()
    return best.result(), best.board


def drafted(problem: Problem, progress: Progress) -> Attempt:
    """The first part of `route`: an Attempt before it is improved.  Raises as `route` does."""
    _refuse_too_large(problem)
    return _best_attempt(problem, None, progress)


def _refuse_too_large(problem: Problem) -> None:
    """A ProblemError where the die holds more tracks than can be looked at, as with wrong units."""
    x1, y1, x2, y2 = problem.die
    rules = rules_of(problem)
    pitch = min(w + s for w, s in rules)
    if (x2 - x1) * (y2 - y1) / pitch ** 2 * (BYTES_PER_NODE + BYTES_PER_RULE * len(rules)) > MOST_BYTES:
        raise ProblemError(f"a die of {x2 - x1:g} by {y2 - y1:g} µm holds {(x2 - x1) / pitch:.3g} by {(y2 - y1) / pitch:.3g} tracks of the finest pitch, "
                           f"{pitch:g} µm, too many to route at once: check the units, or route a part of it")


def _best_attempt(problem: Problem, pairs: Any, progress: Progress) -> Attempt:
    """The first attempt that leaves nothing open, or the one that leaves least within the effort."""
    large = any(net.mode == ALL and len(net.contacts) + len(net.pads) >= LARGE_TREE for net in problem.nets)
    best = None
    for way in (*SKETCHES, *(PATIENT + RIPPING if large else RIPPING + PATIENT)):
        attempt = Attempt(problem, pairs, way, progress, best.aside if best else set())
        if best is None or len(attempt.left) < len(best.left):
            best = attempt
        if not best.left or progress.spent > MOST_ATTEMPTS * best.effort or best.hopeless():
            break
    return best


@dataclass
class Kept:
    """Where an attempt goes on from: traces that stay where they are as long as they are legal and nothing near them changes.

    paths: {net: [path]} of nets of mode ALL; gone: paths that were there and are no more."""
    paths: dict
    gone: list

    def put_on(self, board: Board) -> None:
        """Gives the wires of a board their paths."""
        wires: dict[str, list[Wire]] = {}
        for wire in board.wires:
            wires.setdefault(board.problem.nets[wire.net].name, []).append(wire)
        for name, paths in self.paths.items():
            first = wires[name][0]
            while len(wires[name]) < len(paths):  # of a tree with joints
                wires[name].append(Wire(len(board.wires), first.net, -1, -1, first.rule, 0.0))
                board.wires.append(wires[name][-1])
            for wire, path in zip(wires[name], paths):
                wire.path = path


class Attempt:
    """One solution: its board, and the wires left open.  way: seeds of sketches, a way to negotiate on the track grid, or what is Kept;
    aside: numbers of nets that are left open, as they cannot all be routed."""

    def __init__(self, problem: Problem, pairs: Any, way: range | tuple[float, Terms, int, bool] | Kept, progress: Progress, aside: set[int]) -> None:
        self.board = board = build_board(problem, pairs, progress.beat)
        self.aside = aside
        self.progress, self._reasons = progress, Reasons(board, progress)
        self.effort = EFFORT + EFFORT_PER_WIRE * len(board.wires)
        progress.allow(0.4 * self.effort)
        if isinstance(way, Kept):
            way.put_on(board)
        elif not isinstance(way, range):
            _first_solution(board, way, progress)
        space, joins = Space(board), Joins(board)
        self.polish = Polish(board, space, joins, progress, bend_price(board))
        if isinstance(way, range):
            self._draw(way, space)
        self.tidy = Tidy(board, joins, space, progress.beat)
        self.repair = Repair(board, space, joins, self.polish, self.tidy, progress)
        self.refine = Refine(board, joins, self.polish, self.repair, self.tidy, progress)
        self.lengths = Lengths(board, space, self.polish, progress.beat)
        self.tidy.run()
        if isinstance(way, Kept):
            self._go_on(way)
            return
        progress.allow(0.2 * self.effort)
        self.repair.settle()
        self.repair.clear_conflicts()
        progress.allow(0.4 * self.effort)
        self.polish.run(self.tidy)
        self.repair.run(200 + 20 * len(self.repair.missing()), self.aside)
        self.left = self.repair.missing()

    def _draw(self, seeds: range, space: Space) -> None:
        """Sketch all nets and draw the sketch.  Where it cannot be drawn, and nets cannot all be routed, as few as a proof asks for
        are left out, so that the others do not fight for a place that is not there."""
        while True:
            sketch = sketched(self.board, self.progress, seeds, self.aside)
            self.progress.allow(0.4 * self.effort)
            embedding = Embedding(self.board, sketch, space, self.polish, self.progress)
            hard = embedding.first()
            surplus = self._reasons.surplus({job.net for job in hard}) if hard and not self.aside else set()
            if not surplus:
                break
            self.progress.note(f"{counted(len(surplus), 'net')} too many")
            self.aside = surplus
            for wire in self.board.wires:
                if wire.path:
                    self.polish.replace(wire, None)
        embedding.settle(hard)

    def _go_on(self, kept: Kept) -> None:
        """Route what has no legal trace, pushing others if need be, and shorten what is near a change."""
        self.repair.clear_conflicts()
        self.polish.leave([wire for wire in self.board.wires if wire.path], kept.gone)
        missing = len(self.repair.missing())
        self.progress.allow(KEPT_EFFORT + KEPT_EFFORT_PER_WIRE * missing)
        self.repair.run(20 * missing, self.aside)
        self.left = self.repair.missing()
        if not self.left:
            self.progress.allow(KEPT_EFFORT + KEPT_EFFORT_PER_WIRE * missing)
            self.polish.run(self.tidy)

    def paths(self) -> dict[str, list[Any]]:
        """{net: [path]} of the nets that have any."""
        found: dict[str, list[Any]] = {}
        for wire in self.board.wires:
            if wire.path:
                found.setdefault(self.board.problem.nets[wire.net].name, []).append(wire.path)
        return found

    def result(self) -> RouteResult:
        """The RouteResult, with the reasons why something is missing."""
        return collect(self.board, self.failures(), self.progress.beat)

    def hopeless(self) -> bool:
        """True when every open wire is walled in, must pass a cut without room for it or cross another net, and of those that must
        cross no exchange leaves fewer open."""
        return all(f.kind in ("walled in", "cut", "crossing", "terminals") for f in self.failures()) and not self._reasons.might_be_fewer(self.repair.missing())

    def failures(self) -> list[Failure]:
        """Why what is open at present is open."""
        open_wires = self.repair.missing()
        self.repair.joins.name_ends(open_wires)
        return self._reasons.explain(open_wires)

    def improve(self) -> None:
        """Shorten and straighten until nothing much changes."""
        self.progress.allow(1.5 * self.effort)
        length = sum(w.bound for w in self.board.wires)
        self.polish.run(self.tidy)
        for turn in range(REFINEMENTS):
            if self.refine.run(REFINED + int(REFINED_SHARE * len(self.board.wires)), TREES if turn == 0 else 0) < WORTH * length:
                break
            self.polish.run(self.tidy)
        self._shorten()
        if self.repair.clear_conflicts():  # nothing is left to clear; makes sure that what is drawn is legal
            self.tidy.run()
        self.left = self.repair.missing()

    def _shorten(self) -> None:
        """Shorten nets that are longer than they may be, at the cost of the others."""
        for turn in range(REFINEMENTS):
            self.refine.favour, self.refine.effort = dict.fromkeys(self.lengths.too_long(), FAVOUR), 1 + FARTHER * turn
            if not self.refine.favour:
                break
            self.progress.allow(0.4 * self.effort)
            self.refine.run(REFINED + int(REFINED_SHARE * len(self.board.wires)), 0)
            self.polish.run(self.tidy)


def bend_price(board: Board) -> float:
    """What one bend may cost in length, in µm: half the finest pitch, but no more than 0.4 % of a usual trace."""
    usual = float(np.mean([w.bound for w in board.wires])) if board.wires else 0.0
    return min(0.5 * min(w + s for w, s in board.rules), max(0.004 * usual, board.problem.unit))


def _first_solution(board: Board, way: tuple[float, Terms, int, bool], progress: Progress) -> None:
    """Traces of all wires on the track grid, a few of them perhaps in conflict."""
    fineness, terms, patience, rip_up = way
    negotiation = Negotiation(board, progress, fineness, terms=terms)
    if negotiation.run(patience=patience) and rip_up:
        Ejection(negotiation, progress).run()
    for wire in board.wires:
        if wire.path and shapes.path_length(wire.path) < ROUNDING:
            wire.path, wire.touching = None, True
