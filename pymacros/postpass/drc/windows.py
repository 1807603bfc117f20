"""A layout cut into windows, and what one window tells: pure work, wherever it is done (cluster.py)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pya

from ..conductors.figures import Columns, Figures
from ..conductors.outlines import Outlines
from ..conductors.packing import Packed, PackedOutlines, Unpacking, packed
from ..geometry import carrying  # noqa: F401 (findings are sent from process to process)
from .findings import CannotCheck, Finding
from .kinds import KINDS
from .run import Run

SHAPES_OF_A_WINDOW = 30_000  # smaller ones spend more on what lies around them
LEAST_SHAPES = 1000
PER_WORKER = 4               # windows, so that none waits long for the last
MOST_WINDOWS = 100_000
OUTSIDE = 1 << 20            # dbu by which the outer windows reach beyond all shapes, where findings may lie
LEAST_SIDE_UM = 0.001


def windows(cell: pya.Cell, side: "float | None", shapes: int, workers: int) -> "list[pya.Box]":
    """Boxes (dbu) side by side over a cell, about `side` um wide or as many as its shapes and the workers ask for. Raises CannotCheck."""
    box = cell.bbox()
    length = side / cell.layout().dbu if side else _side_for(box, max(shapes // SHAPES_OF_A_WINDOW + 1, min(PER_WORKER * workers, shapes // LEAST_SHAPES + 1)))
    columns, rows = (max(round(extent / length), 1) for extent in (box.width(), box.height()))
    if columns * rows > MOST_WINDOWS:
        raise CannotCheck("side=%g: makes %d windows: give a larger side" % (side or 0, columns * rows))
    xs, ys = _steps(box.left, box.right, columns), _steps(box.bottom, box.top, rows)
    return [pya.Box(left, bottom, right, top) for bottom, top in zip(ys, ys[1:]) for left, right in zip(xs, xs[1:])]


def _side_for(box: pya.Box, count: int) -> float:
    return max(math.sqrt(float(box.width()) * box.height() / count), max(box.width(), box.height()) / count, 1.0)


def _steps(start: int, end: int, count: int) -> "list[int]":
    inner = [start + (end - start) * number // count for number in range(1, count)]
    return [start - OUTSIDE, *inner, end + OUTSIDE]


# geometry

class Measured(NamedTuple):
    """One rule in one window."""

    findings: "list[Finding]"
    seconds: float


def geometry(run: Run, window: pya.Box) -> "tuple[list[Measured], float]":
    """What the run's rules on geometry find in a window, rule by rule, and the seconds of the search."""
    here = run.in_window(window)
    results = [here.result(rule) for rule in here.rules]
    return [Measured(result.findings, result.seconds) for result in results], here.search_seconds


# nets

def layers_of_nets(rules: "list[dict[str, Any]]") -> "list[str]":
    """Layers that rules on nets look at, beside what conducts."""
    asked = [rule[key] for rule in rules if KINDS[rule["check"]].family == "nets" for key in ("layer", "to") if key in rule]
    return list(dict.fromkeys(asked))


class Part(NamedTuple):
    """Figures of one window for a measurement of whole figures, and those near them."""

    outlines: PackedOutlines
    own: Packed
    near: Packed


def parts(some: "list[pya.Box]", own: Columns, near: Columns, reach: int) -> "Iterator[Part]":
    """For each window that has any, its own figures, by their lower left corners, and all within reach (dbu) of them."""
    for window in some:
        x, y = own.boxes[:, 0], own.boxes[:, 1]
        chosen = own.some(np.flatnonzero((x >= window.left) & (x < window.right) & (y >= window.bottom) & (y < window.top)))
        if len(chosen):
            _, others = near.index.touching(chosen.boxes, reach)
            around = near.some(np.unique(others))
            used, numbers = np.unique(np.concatenate([chosen.numbers, around.numbers]), return_inverse=True)
            numbers = numbers.reshape(-1).astype(np.int32)
            yield Part(packed(own.outlines, used), Packed(chosen.boxes, numbers[:len(chosen)]), Packed(around.boxes, numbers[len(chosen):]))


def measured(part: Part, work: "Callable[[Figures, Figures], list[Any]]") -> "list[Any]":
    unpacking = Unpacking(Outlines())
    numbers = unpacking.numbers(part.outlines)
    return work(Figures(unpacking.columns(part.own, numbers)), Figures(unpacking.columns(part.near, numbers)))
