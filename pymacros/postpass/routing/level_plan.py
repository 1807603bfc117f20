"""Where the vias of a plan stand, which says on what level each net runs, and what is left to route on each level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import via_sites
from .problem import ALL, Net, Obstacle, Problem, Terminal
from .progress import silent
from .result import Failure

if TYPE_CHECKING:
    from .levels import LevelNet, LevelProblem, LevelTerminal

ViaKey = tuple[str, int, int]


class Plan:
    """Which level each net runs on and where its vias stand, with what follows: the single-level problem of each level.

    home: {net: level}; barred: {via key: places that failed}; former: {via key: (x, y)} kept where still needed.
    A via key is (net, terminal name, number of the kind of via).
    """

    def __init__(self, problem: LevelProblem, home: dict[str, int], barred: dict[Any, Any], former: dict[ViaKey, tuple[float, float]], beat: Callable[..., Any] = silent) -> None:
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

    def _keys(self, net: LevelNet) -> Iterator[ViaKey]:
        home = self.home[net.name]
        for number, terminal in enumerate(net.terminals):
            low, high = sorted((start(terminal, home), home))
            for hop in range(low, high):
                yield net.name, number, hop

    def _place(self, key: ViaKey, via: via_sites.Placed) -> None:
        self.sites[key] = via
        self.metal.place(via)

    def _lift(self, net: LevelNet, number: int, terminal: LevelTerminal, barred: dict[Any, Any]) -> None:
        """Via after via from the terminal's level to the net's."""
        home, at = self.home[net.name], start(terminal, self.home[net.name])
        here, target = Terminal(terminal.name, terminal.shapes[at], True), middle([t for t in net.terminals if t is not terminal] or [terminal])
        while at != home:
            hop = at if at < home else at - 1
            key = (net.name, number, hop)
            if key not in self.sites:
                via = via_sites.find(self.metal, net.name, hop, here.shape, target, *rules(self.problem, net, at), barred.get(key, ()), self.beat)
                if via is None:
                    self._no_place(net.name, terminal, hop, here)
                    return
                self._place(key, via)
            capture = dict(via_sites.pads(self.problem, self.sites[key]))
            if via_sites.covers(here.shape, capture[at]):
                self.passing.setdefault(at, []).extend(Obstacle(polygon, net.name, "", rules(self.problem, net, at)[1]) for polygon in here.shape)
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

    def single(self, number: int) -> tuple[Problem, dict[str, str], dict[str, ViaKey]]:
        """(Problem of one level, {name in it: net name}, {name in it: via key}): traces, and stubs from terminals to vias."""
        level, nets, owner, stub_of = self.problem.levels[number], [], {}, {}
        by_name = {net.name: net for net in self.problem.nets}
        for name, items in self.attached.items():
            if self.home[name] == number and len(items) == len(by_name[name].terminals) > 1:
                nets.append(Net(name, items[:1], items[1:], *rules(self.problem, by_name[name], number), ALL, [], by_name[name].max_length, by_name[name].match))
                owner[name] = name
        for key, here, capture in self.stubs.get(number, ()):
            name = f"{key[0]}, stub {key[1]}.{key[2]}"
            nets.append(Net(name, [here], [capture], *rules(self.problem, by_name[key[0]], number), ALL))
            owner[name], stub_of[name] = key[0], key
        used = {id(polygon) for net in nets for terminal in net.contacts + net.pads for polygon in terminal.shape}
        idle = [Obstacle(np.asarray(polygon, float), net.name, "", rules(self.problem, net, number)[1]) for net in self.problem.nets for terminal in net.terminals
                for polygon in terminal.shapes.get(number, ()) if id(polygon) not in used]
        return Problem(die=level.die, nets=nets, obstacles=level.obstacles + idle + self.passing.get(number, []), allow45=self.problem.allow45,
                       width=level.width, spacing=level.spacing, unit=self.problem.unit, name=level.name, neck=level.neck, tolerance=self.problem.tolerance), owner, stub_of


def start(terminal: LevelTerminal, home: int) -> int:
    """The level a terminal's vias begin on: the nearest to the net's level that it is on."""
    return min(terminal.shapes, key=lambda level: (abs(level - home), level))


def rules(problem: LevelProblem, net: LevelNet, level: int) -> tuple[float, float]:
    """(width, spacing) of a net on a level."""
    usual = problem.levels[level]
    return tuple(net.rules[level]) if net.rules else (usual.width, usual.spacing)


def hops(net: LevelNet, home: int) -> int:
    """The number of vias a net has that runs on a level."""
    return sum(abs(start(terminal, home) - home) for terminal in net.terminals)


def middle(terminals: Sequence[LevelTerminal]) -> np.ndarray:
    """The middle of the terminals' middles."""
    return np.mean([Terminal(t.name, [p for polygons in t.shapes.values() for p in polygons]).centre() for t in terminals], axis=0)
