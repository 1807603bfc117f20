"""The search for the level of each net: first until nothing is open, then for what shortens the whole, vias counted at their cost.

Every step goes on from the traces that are there: those of nets whose terminals on a level are as they were stay, and are
only pushed by what takes a place beside them (see `engine.Kept`).  A level is drafted anew where that leaves more open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .engine import WORTH, Attempt, Kept, drafted
from .level_plan import Plan, hops, middle
from .necks import necked
from .progress import Progress
from .result import Failure, collect

if TYPE_CHECKING:
    from .level_plan import ViaKey
    from .levels import LevelNet, LevelProblem
    from .necks import Necked
    from .problem import Problem
    from .result import RouteResult

ROUNDS = 12   # times the levels are routed with other nets moved or other via places
ANEW = 4      # nets for which the level they go to is drafted anew where what is kept there leaves them no short way
MOVES = 24    # groups of nets that are tried on other levels to shorten the whole
EFFORT, LEAST_EFFORT = 1.0, 3e7  # search effort of these tries: as a multiple of that of all before, and more than that (see `Progress.spend`)
LEAST = 0.5   # µm that a try must gain


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


@dataclass
class _Found:
    """An attempt at a level; necked: terminals with necks that it has, and the result without them, or None."""
    attempt: Attempt
    necked: tuple[Necked, RouteResult] | None = None

    def told(self, result: RouteResult) -> RouteResult:
        """A result of its board, with necks."""
        return self.necked[0].told(self.necked[1], result) if self.necked else result


class Routed:
    """One level as an attempt left it.  owner, stub_of: see `Plan.single`; key: what it follows from."""

    def __init__(self, found: _Found, owner: dict[str, str], stub_of: dict[str, ViaKey], key: Any) -> None:
        self.found, self.owner, self.stub_of, self.key = found, owner, stub_of, key

    @property
    def attempt(self) -> Attempt:
        """The Attempt."""
        return self.found.attempt

    @cached_property
    def result(self) -> RouteResult:
        """The RouteResult, with reasons."""
        return self.found.told(self.attempt.result())

    @cached_property
    def figures(self) -> list[tuple[str, float, float]]:
        """[(net, exposed, bound)] of its traces and stubs, in µm."""
        nets = self.found.told(collect(self.attempt.board, [], self.attempt.progress.beat)).nets
        return [(self.owner[net.name], net.exposed, net.bound) for net in nets]

    def improved(self) -> Routed:
        """The same level, improved."""
        self.attempt.improve()
        return self._again()

    def matched(self) -> Routed:
        """The same level, with serpentines where nets of a group are too short."""
        self.attempt.lengths.match()
        return self._again()

    def _again(self) -> Routed:
        return Routed(self.found, self.owner, self.stub_of, self.key)


@dataclass
class Length:
    """Of a net, in µm: how much longer its traces are than the way between its terminals and vias, that way, exposed length and vias."""
    detour: float = 0.0
    bound: float = 0.0
    cost: float = 0.0


class State:
    """All levels routed by one plan.  levels: Routed, or None for a level without traces."""

    def __init__(self, problem: LevelProblem, plan: Plan, levels: Sequence[Routed | None]) -> None:
        self.problem, self.plan, self.levels = problem, plan, levels

    @property
    def whole(self) -> bool:
        """True when nothing is open."""
        return not self.plan.unplaced and not any(level.attempt.left for level in self.levels if level)

    @cached_property
    def failures(self) -> list[Failure]:
        """What is open, by the nets' own names."""
        found = list(self.plan.unplaced.values())
        for number, level in enumerate(self.levels):
            found += [self._by_net(failure, level.owner, self.problem.levels[number].name) for failure in level.result.failures] if level else []
        return found

    @cached_property
    def failed_stubs(self) -> list[ViaKey]:
        """Vias whose stubs could not be routed."""
        return [level.stub_of[failure.net] for level in self.levels if level for failure in level.result.failures if failure.net in level.stub_of]

    @cached_property
    def open(self) -> list[str]:
        """The names of the open nets."""
        return sorted({failure.net for failure in self.failures})

    def _by_net(self, failure: Failure, owner: dict[str, str], level: str) -> Failure:
        reason = failure.reason.replace(f"'{failure.net}'", f"'{owner[failure.net]}'")
        return Failure(owner[failure.net], failure.kind, reason + (f" (on level {level})" if len(self.problem.levels) > 1 else ""),
                       failure.place, failure.capacity, failure.demand, failure.terminals)

    @cached_property
    def cost(self) -> float:
        """Exposed length and the cost of the vias, in µm."""
        return sum(length.cost for length in self.lengths.values())

    @cached_property
    def lengths(self) -> dict[str, Length]:
        """{net: Length}."""
        found = {name: Length() for name in self.plan.home}
        for level in self.levels:
            for name, exposed, bound in level.figures if level else ():
                found[name].detour += max(exposed - bound, 0.0)
                found[name].bound += bound
                found[name].cost += exposed
        for name, _, _ in self.plan.sites:
            found[name].cost += self.problem.price_of_a_via()
        return found

    def improved(self) -> State:
        """The same, each level improved."""
        return State(self.problem, self.plan, [level and level.improved() for level in self.levels])

    def matched(self) -> State:
        """The same, with the lengths of each group made equal."""
        return State(self.problem, self.plan, [level and level.matched() for level in self.levels])

    def rank(self) -> tuple[int, float]:
        """Less is better: the number of open nets, then the cost."""
        return len(self.open), self.cost

    def prospect(self) -> tuple[int, int, int]:
        """Less is better to go on from: of as many open nets, those higher up have fewer levels left to try, but tried more."""
        return len(self.open), -sum(self.plan.home[name] for name in self.open), sum(self.plan.home.values())

    def places(self) -> dict[ViaKey, tuple[float, float]]:
        """{via key: (x, y)}."""
        return {key: (via.x, via.y) for key, via in self.plan.sites.items()}


class Search:
    """The search over homes of nets and places of vias."""

    def __init__(self, problem: LevelProblem, reporter: Any) -> None:
        self.problem, self.reporter = problem, reporter
        self.levels = problem.homes()
        self.progress = Progress(reporter)  # of what lies between the routing of levels
        self.spent = 0
        self.barred, self.known = {}, {}
        self.anew = ANEW
        self.stuck = set()  # nets without a place for a via on the way up

    def run(self) -> State:
        """The best state found."""
        best = self._completed()
        most = (1 + EFFORT) * self.spent + LEAST_EFFORT
        best = self._shortened(best, most)
        before, found = best.cost, best.improved()
        again = self._shortened(found, most) if found.cost < before - WORTH * before else found
        return (found if again is found else min(found, again.improved(), key=State.rank)).matched()

    def _completed(self) -> State:
        """A state with as little open as can be: all nets on the level that needs the fewest vias, some moved up."""
        homes = {net.name: min(self.levels, key=lambda level: hops(net, level)) for net in self.problem.nets}
        best = now = self._state(homes, {}, None)
        for _ in range(ROUNDS):
            tries = [] if now.whole else self._tries(now)
            if not tries:
                break
            stuck = len(self.stuck)
            self.stuck |= {name for state in tries for name in state.plan.unplaced if state.plan.home[name] > now.plan.home[name]}
            found, failed_stubs = min(tries, key=State.prospect), now.failed_stubs
            best = min(tries + [best], key=State.rank)
            if found.prospect() < now.prospect():
                now = found
            elif len(self.stuck) == stuck and not failed_stubs:
                break
        return best

    def _tries(self, now: State) -> list[State]:
        """States with other nets moved up or with other places for the vias whose stubs failed, until one is whole."""
        for key in now.failed_stubs:
            self.barred.setdefault(key, set()).add((now.plan.sites[key].x, now.plan.sites[key].y))
        homes = [now.plan.home] if now.failed_stubs else []
        alone = {failure.net for failure in now.failures if failure.kind in ("walled in", "via")}  # no other net is in their way
        for number, above in zip(self.levels, self.levels[1:]):
            failing = [name for name in now.open if now.plan.home[name] == number and name not in self.stuck]
            homes += [dict(now.plan.home, **dict.fromkeys(group, above))
                      for group in self._movers(now.plan.home, number, failing, alone)]
            if failing:
                break
        tries = []
        for home in homes:
            tries.append(self._state(home, now.places(), now))
            if tries[-1].whole:
                break
        return tries

    def _movers(self, home: dict[str, int], number: int, failing: Sequence[str], alone: set[Any]) -> list[list[str]]:
        """Sets of nets to move up, most promising first: the fewest nets whose crossings explain what is open, and the open nets.

        alone: open nets that must move themselves.
        """
        if not failing:
            return []
        pairs = {(one, other) for one, other in self.crossings if home[one] == home[other] == number and (one in failing or other in failing)}
        cover = {name for name in failing if name in alone}
        left = {pair for pair in pairs if not cover & set(pair)}
        while left:
            self.progress.beat()
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

    @cached_property
    def crossings(self) -> list[tuple[str, str]]:
        """Pairs of names of nets whose straight connections cross."""
        return _crossings(self.problem.nets, self.progress)

    def _shortened(self, best: State, most: float) -> State:
        """The state after tries of nets on other levels where that makes the whole cheaper; most: search effort of all so far after which none follows."""
        tried = set()
        for turn in range(MOVES if best.whole else 0):
            self.progress.tick("changing levels", turn, MOVES)
            group = self._group(best, tried)
            if not group or self.spent > most:
                break
            best = self._tried(best, group)
            tried |= set(group.items())
        return best

    def _group(self, now: State, tried: set[tuple[str, int]]) -> dict[str, int]:
        """{net: level} to try next, most promising first: nets that do not cross each other, and whose move may be worth its vias.

        A net may gain its own detour, and that of the nets that it crosses where no other does; where it comes to cross others,
        the shorter of two goes around the longer one's end.  Where none is worth it by that, one net whose own detour is.
        """
        home, price, gains, own = now.plan.home, self.problem.price_of_a_via(), [], []
        lengths, beside = now.lengths, self._beside(now.plan.home)
        for net in self.problem.nets:
            level = home[net.name]
            leaving = lengths[net.name].detour + sum(lengths[other].detour / len(beside[other, level]) for other in beside[net.name, level])
            at = self.levels.index(level)
            for target in self.levels[max(at - 1, 0):at] + self.levels[at + 1:at + 2]:
                if (net.name, target) not in tried:
                    coming = sum(min(lengths[net.name].bound, lengths[other].bound) / 2 for other in beside[net.name, target])
                    vias = price * (hops(net, target) - hops(net, level))
                    gains.append((leaving - coming - vias, net.name, target))
                    own.append((lengths[net.name].detour - vias, net.name, target))
        group = {}
        for gain, name, target in sorted(gains, key=lambda one: (-one[0], one[1:])):
            if gain > 0 and name not in group and not set(self._crossed[name]) & set(group):
                group[name] = target
        gain, name, target = max(own, key=lambda one: one[0], default=(0.0, "", 0))
        return group or ({name: target} if gain > LEAST else {})

    def _beside(self, home: dict[str, int]) -> dict[tuple[str, int], list[str]]:
        """{(net, level): names of the nets on that level that cross it}."""
        found = {(name, level): [] for name in home for level in range(len(self.problem.levels))}
        for name, others in self._crossed.items():
            for other in others:
                found[name, home[other]].append(other)
        return found

    @cached_property
    def _crossed(self) -> dict[str, list[str]]:
        """{net: names of the nets that cross it}."""
        found = {net.name: [] for net in self.problem.nets}
        for one, other in self.crossings:
            found[one].append(other)
            found[other].append(one)
        return found

    def _tried(self, now: State, group: dict[str, int]) -> State:
        """The state with the nets of a group on other levels: all, those that gained by it, or the first alone; or as it was."""
        while group:
            state = self._state(dict(now.plan.home, **group), now.places(), now, anew=False)
            if state.whole and state.cost < now.cost - LEAST:
                return state
            rest = [name for name in group if self._gain(now, state, group, name) > 0] if state.whole else []
            if len(group) == 1:
                return self._tried_anew(now, *group.items())
            group = {name: group[name] for name in (rest if len(rest) < len(group) else list(group)[:1]) or list(group)[:1]}
        return now

    def _tried_anew(self, now: State, move: tuple[str, int]) -> State:
        """The same for a net whose own detour is dearer than its vias, the level it goes to drafted from nothing: what was kept there was in its way."""
        net = next(net for net in self.problem.nets if net.name == move[0])
        vias = self.problem.price_of_a_via() * (hops(net, move[1]) - hops(net, now.plan.home[net.name]))
        if self.anew == 0 or now.lengths[net.name].detour - vias <= LEAST:
            return now
        self.anew -= 1
        state = self._state(dict(now.plan.home, **dict([move])), now.places(), now, anew=False, fresh=move[1])
        return state if state.whole and state.cost < now.cost - LEAST else now

    def _gain(self, now: State, then: State, group: dict[str, int], name: str) -> float:
        """What a net of a group gained by its move: its own length and vias, and its share in the detours of those that it crossed or crosses."""
        gain = now.lengths[name].cost - then.lengths[name].cost
        for other in self._crossed[name]:
            if other not in group:
                gain += (now.lengths[other].detour - then.lengths[other].detour) / len(set(group) & set(self._crossed[other]))
        return gain

    def _state(self, home: dict[str, int], former: dict[ViaKey, tuple[float, float]], before: State | None, anew: bool = True, fresh: int | None = None) -> State:
        """The state of a plan, going on from one before; anew: draft levels from nothing where that leaves something open; fresh: the number
        of a level that is drafted so in any case."""
        self.progress.tick("placing vias", 0, 1)
        plan = Plan(self.problem, home, self.barred, former, self.progress.beat)
        levels = [self._routed(*plan.single(number), before.levels[number] if before and number != fresh else None, anew) for number in range(len(self.problem.levels))]
        return State(self.problem, plan, levels)

    def _routed(self, single: Problem, owner: dict[str, str], stub_of: dict[str, ViaKey], before: Routed | None, anew: bool) -> Routed | None:
        """One level routed; one that is as it was before is not routed again."""
        if not single.nets:
            return None
        key = _key(single)
        if before and before.key == key:
            return before
        found = [self._found(single, lambda problem, progress: Attempt(problem, None, _kept(before, key), progress, set()))] if before else []
        if not found or (found[0].attempt.left and anew):
            if key not in self.known:
                self.known[key] = self._found(single, drafted)
            found.append(self.known[key])
        return Routed(min(found, key=lambda one: len(one.attempt.left)), owner, stub_of, key)

    def _found(self, single: Problem, work: Callable[[Problem, Progress], Attempt]) -> _Found:
        """What work(problem, progress) returns, with necks where nets are open without them."""
        attempt = self._counted(single, work)
        wider = necked(single, {single.nets[wire.net].name for wire in attempt.left}, self.progress.beat)
        if wider is None:
            return _Found(attempt)
        other = self._counted(wider.problem, work)
        return _Found(other, (wider, attempt.result())) if len(other.left) < len(attempt.left) else _Found(attempt)

    def _counted(self, single: Problem, work: Callable[[Problem, Progress], Attempt]) -> Attempt:
        """What work(problem, progress) returns; its effort is counted."""
        progress = Progress(_Stage(self.reporter, single.name) if self.reporter is not None else None)
        found = work(single, progress)
        self.spent += progress.spent
        return found


def _key(single: Problem) -> Any:
    """(level, nets with rules and terminals, obstacles) of a problem, to compare: each as a text."""
    nets = tuple((n.name, repr((n.width, n.spacing, [[np.asarray(p).tolist() for p in t.shape] for t in n.contacts + n.pads]))) for n in single.nets)
    return single.name, nets, repr([np.asarray(o.shape).tolist() for o in single.obstacles])


def _kept(before: Routed, key: Any) -> Kept:
    """What stays of a level: the traces of the nets that are as they were, but for those with necks."""
    same, necks = set(before.key[1]) & set(key[1]), before.found.necked
    names, paths = {name for name, _ in same} - {neck.net for neck in (necks[0].necks if necks else ())}, before.attempt.paths()
    return Kept({name: paths[name] for name in paths if name in names}, [path for name in paths if name not in names for path in paths[name]])


def _crossings(nets: Sequence[LevelNet], progress: Progress) -> list[tuple[str, str]]:
    """Pairs of names of nets whose straight connections cross."""
    names, starts, ends = [], [], []
    for net in nets:
        progress.beat()
        centres = [middle([terminal]) for terminal in net.terminals]
        names += [net.name] * (len(centres) - 1)
        starts += centres[:1] * (len(centres) - 1)
        ends += centres[1:]
    a, b = np.array(starts).reshape(-1, 2), np.array(ends).reshape(-1, 2)
    found = set()
    for k, name in enumerate(names):
        progress.beat()
        hit = (_side(a[k], b[k], a) * _side(a[k], b[k], b) < 0) & (_side(a, b, a[k]) * _side(a, b, b[k]) < 0)
        found.update((min(name, names[j]), max(name, names[j])) for j in np.flatnonzero(hit) if names[j] != name)
    return sorted(found)


def _side(a: np.ndarray, b: np.ndarray, p: np.ndarray) -> np.ndarray:
    """On which side of the line a-b a point lies: -1, 0 or 1; arrays of points (n, 2) or one point."""
    return np.sign((b[..., 0] - a[..., 0]) * (p[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (p[..., 0] - a[..., 0]))
