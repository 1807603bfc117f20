"""Routing on several levels of metal: what one level cannot embed moves up to the next, with vias at its terminals.

    result = route_levels(LevelProblem(levels, vias, nets))

All nets begin on the lowest level.  While some stay open, few nets are moved to the next level: a net that crosses
many open ones rather than each of these.  A net that is on another level than a terminal gets a via inside the
terminal or beside it; the router joins via and terminal by a short trace.  µm throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import verify, via_sites
from .engine import route
from .lengths import WORDS, asked, failures, notes
from .problem import ALL, TOLERANCE, Net, Obstacle, Problem, ProblemError, Terminal
from .progress import Progress, silent
from .result import Failure, failures_of, gap

if TYPE_CHECKING:
    from .result import RouteResult

ROUNDS = 12   # times the levels are routed with other nets moved or other via places
RETURNS = 4   # moved nets that are tried once more on the lower level


@dataclass
class Level:
    """A level of metal: the die (x1, y1, x2, y2) its traces may use, usual width and spacing, obstacles, neck as in Problem."""
    name: str
    die: tuple
    width: float
    spacing: float
    obstacles: list = field(default_factory=list)
    neck: float = None


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
    """levels: bottom up; vias: one between each level and the next; nets; allow45, unit, name, tolerance: as in Problem."""
    levels: list
    vias: list
    nets: list
    allow45: bool = True
    unit: float = 0.001
    name: str = ""
    tolerance: float = TOLERANCE

    def __post_init__(self) -> None:
        if not self.levels or len(self.vias) != len(self.levels) - 1:
            raise ProblemError(f"{len(self.levels)} levels need {len(self.levels) - 1} kinds of vias between them, not {len(self.vias)}")
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
    work = _Work(problem, reporter)
    return _confirmed(problem, work.run().collect(), work.progress.beat)


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


class _Plan:
    """Which level each net runs on and where its vias stand, with what follows: the single-level problem of each level.

    home: {net: level}; barred: {via key: places that failed}; former: {via key: (x, y)} kept where still needed.
    A via key is (net, terminal name, number of the kind of via).
    """

    def __init__(self, problem: LevelProblem, home: dict[str, int], barred: dict[Any, Any], former: dict[tuple[str, int, int], tuple[float, float]], beat: Callable[..., Any] = silent) -> None:
        self.problem, self.home, self.beat = problem, home, beat
        self.metal = via_sites.Metal(problem)
        self.sites = {}     # via key: Placed
        self.attached = {}  # net: [Terminal] to be joined on its level
        self.stubs = {}     # level: [(via key, Terminal, Terminal)]
        self.passing = {}   # level: [Obstacle]: capture pads between two vias
        self.unplaced = {}  # net: Failure, no place for a via
        needed = {key for net in problem.nets for key in self._keys(net)}
        for key in [key for key in former if key in needed and former[key] not in barred.get(key, ())]:
            self._place(key, via_sites.Placed(key[0], key[2], *former[key]))
        for net in problem.nets:
            for number, terminal in enumerate(net.terminals):
                self._lift(net, number, terminal, barred)

    def rules(self, net: LevelNet, level: int) -> tuple[float, float]:
        """(width, spacing) of a net on a level."""
        usual = self.problem.levels[level]
        return tuple(net.rules[level]) if net.rules else (usual.width, usual.spacing)

    def _start(self, net: LevelNet, terminal: LevelTerminal) -> int:
        """The level a terminal's vias begin on: the nearest to the net's level that it is on."""
        return min(terminal.shapes, key=lambda level: (abs(level - self.home[net.name]), level))

    def _keys(self, net: LevelNet) -> Iterator[tuple[str, int, int]]:
        for number, terminal in enumerate(net.terminals):
            low, high = sorted((self._start(net, terminal), self.home[net.name]))
            for hop in range(low, high):
                yield net.name, number, hop

    def _place(self, key: tuple[str, int, int], via: via_sites.Placed) -> None:
        self.sites[key] = via
        self.metal.place(via)

    def _lift(self, net: LevelNet, number: int, terminal: LevelTerminal, barred: dict[Any, Any]) -> None:
        """Via after via from the terminal's level to the net's."""
        home, at = self.home[net.name], self._start(net, terminal)
        here, target = Terminal(terminal.name, terminal.shapes[at], True), _middle([t for t in net.terminals if t is not terminal] or [terminal])
        while at != home:
            hop = at if at < home else at - 1
            key = (net.name, number, hop)
            if key not in self.sites:
                via = via_sites.find(self.metal, net.name, hop, here.shape, target, *self.rules(net, at), barred.get(key, ()), self.beat)
                if via is None:
                    self._no_place(net.name, terminal, hop, here)
                    return
                self._place(key, via)
            capture = dict(via_sites.pads(self.problem, self.sites[key]))
            if via_sites.covers(here.shape, capture[at]):
                self.passing.setdefault(at, []).extend(Obstacle(polygon, net.name) for polygon in here.shape)
            else:
                self.stubs.setdefault(at, []).append((key, here, Terminal("via of " + terminal.name, [capture[at]])))
            at += 1 if at < home else -1
            here = Terminal("via of " + terminal.name, [capture[at]])
        self.attached.setdefault(net.name, []).append(here)

    def _no_place(self, net: str, terminal: LevelTerminal, hop: Any, here: Any) -> None:
        below, above = self.problem.levels[hop].name, self.problem.levels[hop + 1].name
        x, y = (float(value) for value in here.centre())
        self.unplaced[net] = Failure(net, "via", f"net '{net}': no legal place for a via between {below} and {above} near {terminal.kind} "
                                     f"'{terminal.name}' at ({x:.3f}, {y:.3f})", (x, y), terminals=(terminal.name,))

    def single(self, number: int) -> tuple[Problem, dict[str, str], dict[str, tuple[str, int, int]]]:
        """(Problem of one level, {name in it: net name}, {name in it: via key}): traces, and stubs from terminals to vias."""
        level, nets, owner, stub_of = self.problem.levels[number], [], {}, {}
        by_name = {net.name: net for net in self.problem.nets}
        for name, items in self.attached.items():
            if self.home[name] == number and len(items) == len(by_name[name].terminals) > 1:
                nets.append(Net(name, items[:1], items[1:], *self.rules(by_name[name], number), ALL, [], by_name[name].max_length, by_name[name].match))
                owner[name] = name
        for key, here, capture in self.stubs.get(number, ()):
            name = f"{key[0]}, stub {key[1]}.{key[2]}"
            nets.append(Net(name, [here], [capture], *self.rules(by_name[key[0]], number), ALL))
            owner[name], stub_of[name] = key[0], key
        used = {id(polygon) for net in nets for terminal in net.contacts + net.pads for polygon in terminal.shape}
        idle = [Obstacle(np.asarray(polygon, float), net.name) for net in self.problem.nets for terminal in net.terminals
                for polygon in terminal.shapes.get(number, ()) if id(polygon) not in used]
        return Problem(die=level.die, nets=nets, obstacles=level.obstacles + idle + self.passing.get(number, []), allow45=self.problem.allow45,
                       width=level.width, spacing=level.spacing, unit=self.problem.unit, name=level.name, neck=level.neck, tolerance=self.problem.tolerance), owner, stub_of


def _middle(terminals: Sequence[LevelTerminal]) -> np.ndarray:
    """The middle of the terminals' middles."""
    return np.mean([Terminal(t.name, [p for polygons in t.shapes.values() for p in polygons]).centre() for t in terminals], axis=0)


class _Stage:
    """Passes a reporter on with the name of the level in front of each stage."""

    def __init__(self, reporter: Any, level: str) -> None:
        self.reporter, self.level = reporter, level

    def progress(self, stage: str, done: int, total: int) -> None:
        report = getattr(self.reporter, "progress", None)
        if report:
            report("%s, %s" % (self.level, stage), done, total)

    def cancelled(self) -> bool:
        cancelled = getattr(self.reporter, "cancelled", None)
        return bool(cancelled and cancelled())


class _Work:
    """The search over homes of nets and places of vias."""

    def __init__(self, problem: LevelProblem, reporter: Any) -> None:
        self.problem, self.reporter = problem, reporter
        self.progress = Progress(reporter)  # of what lies between the routing of levels
        self.barred, self.known = {}, {}
        self.stuck = set()  # nets without a place for a via on the way up

    def run(self) -> _Attempt:
        """The best attempt found."""
        best = now = self._attempt({net.name: 0 for net in self.problem.nets}, {})
        for _ in range(ROUNDS):
            tries = [] if now.whole else self._tries(now)
            if not tries:
                break
            stuck = len(self.stuck)
            self.stuck |= {name for attempt in tries for name in attempt.plan.unplaced if attempt.plan.home[name] > now.plan.home[name]}
            found, failed_stubs = min(tries, key=_Attempt.prospect), now.failed_stubs
            best = min(tries + [best], key=_Attempt.rank)
            if found.prospect() < now.prospect():
                now = found
            elif len(self.stuck) == stuck and not failed_stubs:
                break
        return self._returned(best)

    def _tries(self, now: _Attempt) -> list[_Attempt]:
        """Attempts with other nets moved up or with other places for the vias whose stubs failed, until one is whole."""
        for key in now.failed_stubs:
            self.barred.setdefault(key, set()).add((now.plan.sites[key].x, now.plan.sites[key].y))
        homes = [now.plan.home] if now.failed_stubs else []
        alone = {failure.net for failure in now.failures if failure.kind in ("walled in", "via")}  # no other net is in their way
        for number in range(len(self.problem.levels) - 1):
            failing = [name for name in now.open if now.plan.home[name] == number and name not in self.stuck]
            homes += [dict(now.plan.home, **dict.fromkeys(group, number + 1))
                      for group in _movers(self.problem, now.plan.home, number, failing, alone)]
            if failing:
                break
        tries = []
        for home in homes:
            tries.append(self._attempt(home, now.places()))
            if tries[-1].whole:
                break
        return tries

    def _returned(self, best: _Attempt) -> _Attempt:
        """Brings moved nets down again, one by one, where all stays complete without their move."""
        moved = sorted(name for name, level in best.plan.home.items() if level > 0)
        for name in moved[:RETURNS] if best.whole and len(moved) > 1 else ():
            back = self._attempt(dict(best.plan.home, **{name: best.plan.home[name] - 1}), best.places())
            if back.whole:
                best = back
        return best

    def _attempt(self, home: dict[str, int], former: dict[tuple[str, int, int], tuple[float, float]]) -> _Attempt:
        self.progress.tick("placing vias", 0, 1)
        plan = _Plan(self.problem, home, self.barred, former, self.progress.beat)
        return _Attempt(self.problem, plan, [self._routed(*plan.single(number)) for number in range(len(self.problem.levels))])

    def _routed(self, single: Problem, owner: dict[str, str], stub_of: dict[str, tuple[str, int, int]]) -> tuple[RouteResult, dict[str, str], dict[str, tuple[str, int, int]]]:
        """(RouteResult or None, owner, stub_of) of one level; a level that is as it was before is not routed again."""
        if not single.nets:
            return None, owner, stub_of
        key = (single.name, repr([(n.name, n.width, n.spacing, [[np.asarray(p).tolist() for p in t.shape] for t in n.contacts + n.pads]) for n in single.nets]),
               repr([np.asarray(o.shape).tolist() for o in single.obstacles]))
        if key not in self.known:
            self.known[key] = route(single, None, _Stage(self.reporter, single.name) if self.reporter is not None else None)
        return self.known[key], owner, stub_of


class _Attempt:
    """All levels routed by one plan."""

    def __init__(self, problem: LevelProblem, plan: _Plan, levels: Sequence[tuple[RouteResult, dict[str, str], dict[str, tuple[str, int, int]]]]) -> None:
        self.problem, self.plan, self.levels = problem, plan, levels
        self.failures = list(plan.unplaced.values())
        self.failed_stubs = []
        for number, (result, owner, stub_of) in enumerate(levels):
            for failure in result.failures if result else ():
                if failure.kind in WORDS:  # lengths are judged over all levels
                    continue
                self.failures.append(self._by_net(failure, owner, problem.levels[number].name))
                self.failed_stubs += [stub_of[failure.net]] if failure.net in stub_of else []
        self.open = sorted({failure.net for failure in self.failures})

    def _by_net(self, failure: Failure, owner: dict[str, str], level: str) -> Failure:
        reason = failure.reason.replace(f"'{failure.net}'", f"'{owner[failure.net]}'")
        return Failure(owner[failure.net], failure.kind, reason + (f" (on level {level})" if len(self.problem.levels) > 1 else ""),
                       failure.place, failure.capacity, failure.demand, failure.terminals)

    @property
    def whole(self) -> bool:
        """True when nothing is open."""
        return not self.failures

    def rank(self) -> tuple[int, int]:
        """Less is better: the number of open nets, then how far nets have moved up."""
        return len(self.open), sum(self.plan.home.values())

    def prospect(self) -> tuple[int, int, int]:
        """Less is better to go on from: of as many open nets, those higher up have fewer levels left to try, but tried more."""
        return len(self.open), -sum(self.plan.home[name] for name in self.open), sum(self.plan.home.values())

    def places(self) -> dict[tuple[str, int, int], tuple[float, float]]:
        """{via key: (x, y)}."""
        return {key: (via.x, via.y) for key, via in self.plan.sites.items()}

    def collect(self) -> LevelsResult:
        """The LevelsResult.  Of a net whose terminals are not joined at all, neither vias nor stubs are drawn."""
        routes, necks, figures, lengths = [], [], [0.0, 0.0, 0], {}
        joined = {net.name for result, owner, _ in self.levels if result for net in result.nets if net.name == owner[net.name] and net.routes}
        joined |= {net.name for net in self.problem.nets} - set(self.open)
        for number, (result, owner, _) in enumerate(self.levels):
            for net in result.nets if result else ():
                if owner[net.name] in joined:
                    routes += [(owner[net.name], number, net.width, path) for path in net.routes]
                    necks += [(owner[net.name], number, width, path) for width, path in net.necking()]
                    exposed, bound = lengths.get(owner[net.name], (0.0, 0.0))
                    lengths[owner[net.name]] = exposed + net.exposed, bound + net.bound
                    figures = [figures[0] + net.exposed, figures[1] + net.bound, figures[2] + net.bends]
        vias = [via for via in self.plan.metal.placed if via.net in joined]
        return replace(LevelsResult(routes, vias, dict(self.plan.home), self.failures, *figures), necks=necks, lengths=lengths)  # type: ignore[arg-type]


def _movers(problem: LevelProblem, home: dict[str, int], number: int, failing: Sequence[str], alone: set[Any] | tuple[Any, ...] = ()) -> list[list[str]]:
    """Sets of nets to move up, most promising first: the fewest nets whose crossings explain what is open, and the open nets.

    alone: open nets that must move themselves.
    """
    if not failing:
        return []
    here = [net for net in problem.nets if home[net.name] == number]
    pairs = {(one, other) for one, other in _crossings(here) if one in failing or other in failing}
    cover = {name for name in failing if name in alone}
    left = {pair for pair in pairs if not cover & set(pair)}
    while left:
        counts = {}
        for pair in left:
            for name in pair:
                counts[name] = counts.get(name, 0) + 1
        chosen = min(counts, key=lambda name: (-counts[name], name not in failing, name))
        cover.add(chosen)
        left = {pair for pair in left if chosen not in pair}
    cover |= {name for name in failing if not any(name in pair for pair in pairs)}
    groups = [sorted(failing)]
    return [sorted(cover)] + groups if len(cover) < len(failing) else groups


def _crossings(nets: Sequence[LevelNet]) -> list[tuple[str, str]]:
    """Pairs of names of nets whose straight connections cross."""
    lines = []
    for net in nets:
        centres = [_middle([terminal]) for terminal in net.terminals]
        lines += [(net.name, centres[0], other) for other in centres[1:]]
    found = []
    for k, (name, a, b) in enumerate(lines):
        for other, c, d in lines[k + 1:]:
            if name != other and _cross(a, b, c, d):
                found.append((min(name, other), max(name, other)))
    return found


def _cross(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> bool:
    def side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> float:
        return np.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
