"""Routing on several levels of metal: what one level cannot embed, or not without a detour that is dearer than vias, goes to another.

    result = route_levels(LevelProblem(levels, vias, nets))

All nets begin on the level that needs the fewest vias, the lower of two.  While some stay open, few nets are moved to the
next level: a net that crosses many open ones rather than each of these.  Then nets with long detours, and those around which
they lead, are tried on other levels, up and down, and stay there where length and vias together cost less (see `level_search`).
A net that is on another level than a terminal gets a via inside the terminal or beside it; the router joins via and terminal by a
short trace.  µm throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from . import verify, via_sites
from .lengths import asked, failures, notes
from .level_search import Search, State
from .problem import TOLERANCE, ProblemError
from .result import failures_of, gap

VIA_PITCHES = 1.0  # what a via costs by default, in pitches of the traces (width and spacing) of the widest level


@dataclass
class Level:
    """A level of metal: the die (x1, y1, x2, y2) its traces may use, usual width and spacing, obstacles, neck as in Problem.

    traces: whether nets may run on it; on one without, there are vias alone, with short traces to the terminals beside them.
    """
    name: str
    die: tuple
    width: float
    spacing: float
    obstacles: list = field(default_factory=list)
    neck: float = None
    traces: bool = True


@dataclass
class Via:
    """The via between a level and the next: sizes of the square opening and of its capture pads below and above.

    keep: [(polygon, distance)] of openings that are there; apart: {number of a via kind: distance to vias of that kind}.
    """
    name: str
    size: float
    lower: float
    upper: float
    keep: list = field(default_factory=list)
    apart: dict = field(default_factory=dict)


@dataclass
class LevelTerminal:
    """A contact point ("contact") or pad ("pad"): its polygons on each level it is on, {level number: [polygon]}."""
    name: str
    kind: str
    shapes: dict


@dataclass
class LevelNet:
    """Terminals that become one piece; rules: (width, spacing) on each level, None for the levels' own; max_length, match, pair: as in Net."""
    name: str
    terminals: list
    rules: list = None
    max_length: float = None
    match: str = None
    pair: str = None


@dataclass
class LevelProblem:
    """levels: bottom up; vias: one between each level and the next; nets; allow45, unit, name, tolerance: as in Problem.

    via_cost: what a via may save in length to be worth it, in µm; None: so many pitches as `VIA_PITCHES` says.
    """
    levels: list
    vias: list
    nets: list
    allow45: bool = True
    unit: float = 0.001
    name: str = ""
    tolerance: float = TOLERANCE
    via_cost: float = None

    def homes(self) -> list[int]:
        """The numbers of the levels that nets may run on, bottom up."""
        return [number for number, level in enumerate(self.levels) if level.traces]

    def price_of_a_via(self) -> float:
        """The cost of a via in µm."""
        return VIA_PITCHES * max(level.width + level.spacing for level in self.levels) if self.via_cost is None else self.via_cost

    def __post_init__(self) -> None:
        if not self.levels or len(self.vias) != len(self.levels) - 1:
            raise ProblemError(f"{len(self.levels)} levels need {len(self.levels) - 1} kinds of vias between them, not {len(self.vias)}")
        if not self.homes():
            raise ProblemError("no level may have traces: let one have them")
        for net in self.nets:
            for terminal in net.terminals:
                if not terminal.shapes or not set(terminal.shapes) <= set(range(len(self.levels))):
                    raise ProblemError(f"net '{net.name}': terminal '{terminal.name}' is on no level of the problem")


@dataclass
class LevelsResult:
    """routes, necks: [(net, level number, width, path)]; vias: [Placed]; home: {net: number of the level its trace runs on};
    failures: as in RouteResult; lengths in µm, the bound being that of the traces between terminals and the chosen vias;
    lengths: {net: (exposed, bound)}; said: sentences on groups of nets."""
    routes: list
    vias: list
    home: dict
    failures: list
    exposed: float
    bound: float
    bends: int
    necks: list = field(default_factory=list)
    lengths: dict = field(default_factory=dict)
    said: list = field(default_factory=list)

    @property
    def complete(self) -> Any:
        """True when every net is joined."""
        return not self.failures

    @property
    def gap(self) -> Any:
        """How far the exposed length is above the bound, as a fraction."""
        return gap(self.exposed, self.bound)


def route_levels(problem: LevelProblem, reporter: Any = None) -> LevelsResult:
    """Route all nets of a LevelProblem on as low a level as possible.  Returns a LevelsResult.

    reporter: see `progress.Progress`.  Raises Cancelled when the reporter asks to stop, ProblemError for a bad problem.
    """
    search = Search(problem, reporter)
    return _confirmed(problem, _collected(search.run()), search.progress.beat)


def _collected(state: State) -> LevelsResult:
    """The LevelsResult.  Of a net whose terminals are not joined at all, neither vias nor stubs are drawn."""
    routes, necks, figures, lengths = [], [], [0.0, 0.0, 0], {}
    joined = {net.name for level in state.levels if level for net in level.result.nets if net.name == level.owner[net.name] and net.routes}
    joined |= {net.name for net in state.problem.nets} - set(state.open)
    for number, level in enumerate(state.levels):
        for net in level.result.nets if level else ():
            owner = level.owner[net.name]
            if owner in joined:
                routes += [(owner, number, net.width, path) for path in net.routes]
                necks += [(owner, number, width, path) for width, path in net.necking()]
                exposed, bound = lengths.get(owner, (0.0, 0.0))
                lengths[owner] = exposed + net.exposed, bound + net.bound
                figures = [figures[0] + net.exposed, figures[1] + net.bound, figures[2] + net.bends]
    vias = [via for via in state.plan.metal.placed if via.net in joined]
    return replace(LevelsResult(routes, vias, dict(state.plan.home), state.failures, *figures), necks=necks, lengths=lengths)  # type: ignore[arg-type]


def _confirmed(problem: LevelProblem, result: LevelsResult, beat: Callable[..., Any]) -> LevelsResult:
    """The result after an independent look at it, as in `result.confirmed`."""
    vias = [(via.net, via_sites.pads(problem, via)) for via in result.vias]
    faults = verify.level_faults(problem, result.routes + result.necks, vias, beat)
    dropped = {fault.net for fault in faults if fault.by_trace}
    result = replace(result, routes=[one for one in result.routes if one[0] not in dropped], necks=[one for one in result.necks if one[0] not in dropped],
                     failures=result.failures + failures_of(faults, result.failures))
    wanted, failed = asked(problem.nets), {failure.net for failure in result.failures}
    lengths = {net: length for net, length in result.lengths.items() if net not in failed}
    return replace(result, failures=result.failures + failures(wanted, lengths, problem.tolerance, result.home), said=notes(wanted, lengths))
