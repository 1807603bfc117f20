"""A layout cut into windows, and what one window tells: pure work, wherever it is done (cluster.py)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pya

from .findings import CannotCheck, Finding
from .kinds import KINDS
from .run import Run

SHAPES_OF_A_WINDOW = 30_000  # smaller ones spend more on what lies around them
LEAST_SHAPES = 1000
PER_WORKER = 4               # windows, so that none waits long for the last
MOST_WINDOWS = 100_000
OUTSIDE = 1 << 20            # dbu by which the outer windows reach beyond all shapes, where findings may lie
SIDE_UM = (1e-3, 1e6)


def side_um(text: "str | None") -> "float | None":
    """The side of windows from the text of a command line; None and "" choose nothing. Raises CannotCheck."""
    try:
        side = float(text) if text else None
    except ValueError:
        side = 0.0
    if side is not None and not SIDE_UM[0] <= side <= SIDE_UM[1]:
        raise CannotCheck("side=%s: give the side of a window in um, from %g to %.0f" % (text, *SIDE_UM))
    return side


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
    """One rule in one window. findings: (shapes as _plain gives them, text)."""

    findings: "list[tuple[list[tuple], str]]"
    seconds: float


def geometry(run: Run, window: pya.Box) -> "tuple[list[Measured], float]":
    """What the run's rules on geometry find in a window, rule by rule, and the seconds of the search."""
    here = run.in_window(window)
    results = [here.result(rule) for rule in here.rules]
    return [Measured([([_plain(shape) for shape in finding.shapes], finding.text) for finding in result.findings], result.seconds) for result in results], here.search_seconds


def findings(some: Measured) -> "list[Finding]":
    return [Finding([_shape(*plain) for plain in shapes], text) for shapes, text in some.findings]


def _plain(shape: Any) -> "tuple[str, list]":
    """Kind and coordinates of a box, an edge or a polygon; KLayout's own objects stay in their process."""
    if isinstance(shape, pya.Box):
        return "box", [shape.left, shape.bottom, shape.right, shape.top]
    if isinstance(shape, pya.Edge):
        return "edge", [shape.x1, shape.y1, shape.x2, shape.y2]
    contours = [shape.each_point_hull(), *map(shape.each_point_hole, range(shape.holes()))]
    return "polygon", [[(point.x, point.y) for point in contour] for contour in contours]


def _shape(kind: str, values: list) -> Any:
    if kind != "polygon":
        return (pya.Box if kind == "box" else pya.Edge)(*values)
    contours = [[pya.Point(x, y) for x, y in contour] for contour in values]
    polygon = pya.Polygon(contours[0], True)
    for hole in contours[1:]:
        polygon.insert_hole(hole, True)
    return polygon


# nets

def layers_of_nets(rules: "list[dict[str, Any]]") -> "list[str]":
    """Layers that rules on nets look at, beside what conducts."""
    asked = [rule[key] for rule in rules if KINDS[rule["check"]].family == "nets" for key in ("layer", "to") if key in rule]
    return list(dict.fromkeys(asked))
