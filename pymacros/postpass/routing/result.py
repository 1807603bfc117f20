"""What the router hands back: traces, figures per net, and why something is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .. import files
from ..messages import counted
from . import shapes, verify
from .necks import sentence
from .progress import silent

if TYPE_CHECKING:
    from .problem import Problem
    from .wires import Board


@dataclass
class Failure:
    """A net that is not complete: kind "walled in", "cut", "crossing", "crowded" or "terminals", or, found by the look at the finished
    traces (see `verify`), "apart" or "touching", or that is not as long as asked (see `lengths`), "long" or "short", or not side
    by side (see `pairs`), "alone"; the reason in one sentence;
    place (x, y) in µm; for a cut also its capacity and demand in traces."""
    net: str
    kind: str
    reason: str
    place: tuple = None
    capacity: int = None
    demand: int = None
    terminals: tuple = ()


@dataclass
class NetResult:
    """Traces of one net: routes are lists of (x, y) of one width; lengths in µm (exposed: outside the net's own
    contact points and pads; bound: what the exposed length cannot go below with this assignment); left: (kind, name) of
    its contact points and pads that get no trace; necks: [necks.Neck] at the ends of its traces."""
    name: str
    width: float
    routes: list
    length: float
    exposed: float
    bound: float
    bends: int
    pairs: list
    complete: bool = True
    left: list = field(default_factory=list)
    necks: list = field(default_factory=list)

    def necking(self) -> list[tuple[float, list[tuple[float, float]]]]:
        """[(width, path)] of the necks and of the first piece of the trace at each."""
        return [one for neck in self.necks for one in ((neck.width, neck.path), (self.width, neck.stub))]

    def to_json(self) -> dict[str, Any]:
        """Its figures in the neutral JSON form."""
        found = {"net": self.name, "complete": self.complete, "length_um": round(self.length, 4), "exposed_um": round(self.exposed, 4),
                 "lower_bound_um": round(self.bound, 4), "bends": self.bends, "pairs": [list(p) for p in self.pairs]}
        if self.left:
            found["left"] = [name for _, name in self.left]
        return found


@dataclass
class RouteResult:
    """All nets, the failures, and sentences on groups of nets; detours: µm by which the exposed length is above the bound in any
    complete result with these pairs, as nets are in each other's way (see `bound`); 0 where that is not known; apart: {pair of nets: why it is not side
    by side}."""
    nets: list
    failures: list = field(default_factory=list)
    said: list = field(default_factory=list)
    detours: float = 0.0
    apart: dict = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """True when every net is joined as asked."""
        return not self.failures

    @property
    def length(self) -> float:
        """Centre-line length of all traces."""
        return sum(n.length for n in self.nets)

    @property
    def exposed(self) -> float:
        """Length outside the nets' own metal."""
        return sum(n.exposed for n in self.nets)

    @property
    def bound(self) -> float:
        """Lower bound of the exposed length."""
        return sum(n.bound for n in self.nets)

    @property
    def forced(self) -> float:
        """Lower bound of the exposed length that takes the detours into account."""
        return self.bound + self.detours

    @property
    def bends(self) -> int:
        """Number of bends of all traces."""
        return sum(n.bends for n in self.nets)

    @property
    def gap(self) -> float:
        """How far the exposed length is above the bound, as a fraction."""
        return gap(self.exposed, self.bound)

    def to_json(self) -> dict[str, Any]:
        """The result in the neutral JSON form."""
        return {
            "routes": [{"net": n.name, "width": n.width, "path": [[x, y] for x, y in path]}
                       for n in self.nets for path in n.routes] + [
                {"net": n.name, "width": width, "path": [[x, y] for x, y in path], "neck": True} for n in self.nets for width, path in n.necking()],
            "complete": self.complete,
            "figures": {"length_um": round(self.length, 4), "exposed_um": round(self.exposed, 4),
                        "lower_bound_um": round(self.bound, 4), "gap": round(self.gap, 6),
                        "forced_bound_um": round(self.forced, 4), "forced_gap": round(gap(self.exposed, self.forced), 6), "bends": self.bends},
            "nets": [n.to_json() for n in self.nets],
            "failures": [{k: v for k, v in vars(f).items() if v not in (None, ())} for f in self.failures],
        }

    def notes(self) -> list[str]:
        """Sentences on what was not asked of the router."""
        return [left_alone(n.name, [kind for kind, _ in n.left]) for n in self.nets if n.left] + [
            sentence(n.name, len(n.necks), min(neck.width for neck in n.necks), n.width) for n in self.nets if n.necks] + self.said

    def write(self, path: str) -> None:
        """Write the JSON form to a file (of `files.Outputs`, which makes it whole or none)."""
        files.write_text(path, json.dumps(self.to_json()) + "\n")


def gap(length: float, bound: float) -> float:
    """How far a length is above a bound, as a fraction."""
    return length / bound - 1.0 if bound > 0 else 0.0


def collect(board: Board, failures: list[Failure], beat: Callable[..., Any] = silent) -> RouteResult:
    """RouteResult of a board's present state; coordinates lie exactly on the layout grid.  beat: see `Progress`."""
    nets = []
    failed = {f.net for f in failures}
    for number, net in enumerate(board.problem.nets):
        beat()
        wires = [w for w in board.wires if w.net == number]
        routes = [_on_grid(w.path, board.problem.unit) for w in wires if w.path]
        metal = [p for s in board.sites if s.net == number for p in s.pieces]
        nets.append(NetResult(
            net.name, net.width, routes, sum(map(shapes.path_length, routes)),
            sum(shapes.exposed_length(p, metal) for p in routes), sum(w.bound for w in wires),
            sum(map(shapes.bend_count, routes)),
            [(two.name, one.name) for one, two in ((board.sites[w.first], board.sites[w.second]) for w in wires if w.first >= 0)
             if one.terminal != two.terminal],
            net.name not in failed, net.left))
    return RouteResult(nets, failures)


def left_alone(net: str, kinds: Sequence[str]) -> str:
    """A sentence on contact points and pads (kinds "contact" and "pad") of a net that get no trace."""
    words = [counted(number, what) for number, what in ((kinds.count("pad"), "pad"), (kinds.count("contact"), "contact point")) if number]
    return f"{' and '.join(words)} of net {net} {'is' if len(kinds) == 1 else 'are'} left to a power grid."


def confirmed(problem: Problem, result: RouteResult, beat: Callable[..., Any] = silent) -> RouteResult:
    """The result after an independent look at it: nets that are not joined, or touch others, are failures now; a trace that
    touches what is not its own is left out."""
    drawn = [(n.name, width, path) for n in result.nets for width, path in [(n.width, path) for path in n.routes] + n.necking()]
    faults = verify.faults(problem, drawn, beat)
    found = failures_of(faults, result.failures)
    failed, dropped = {f.net for f in found}, {fault.net for fault in faults if fault.by_trace}
    nets = [replace(n, complete=n.complete and n.name not in failed,
                    **({"routes": [], "necks": [], "length": 0.0, "exposed": 0.0, "bends": 0} if n.name in dropped else {})) for n in result.nets]
    return replace(result, nets=nets, failures=result.failures + found)


def failures_of(faults: Sequence[verify.Fault], known: Sequence[Failure]) -> list[Any]:
    """Failures for the faults of nets that are not among the known failures; one for each net."""
    found, named = [], {failure.net for failure in known}
    for fault in faults:
        if fault.net not in named:
            named.add(fault.net)
            found.append(Failure(fault.net, fault.kind, fault.reason, fault.place, terminals=fault.terminals))
    return found


def _on_grid(path: Sequence[tuple[float, float]], unit: float) -> list[tuple[float, float]]:
    """Path with its coordinates as clean multiples of the unit."""
    digits = 9
    return [(round(round(x / unit) * unit, digits), round(round(y / unit) * unit, digits)) for x, y in path]
