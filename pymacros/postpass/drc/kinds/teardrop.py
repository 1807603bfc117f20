"""A teardrop widens a trace where it meets a pad. The definition is in docs/functions.md."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..findings import Finding
from .base import Kind, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pya

    from ...conductors.figures import Figures
    from ..drawing import Drawing

MANY_CORNERS = 300  # of a pad


class Teardrop(Kind):
    """Each trace that leaves a pad is cut twice: along the edge of the pad, and at a distance from it."""

    name = "teardrop"
    family = "nets"
    keys = ("layer", "to", "value", "length_um")
    means = "a trace (layer) is at least this many times as wide at the edge of a pad (to) as at a distance from it"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        layers, nets = drawing.layers, drawing.nets
        reach = int(layers.dbu_of(rule["length_um"]) + 0.5)
        found = drawing.measured(partial(_short_ways, reach, rule["value"]), nets.figures(rule["to"]), nets.figures(rule["layer"]), reach)
        titles = nets.titles_at([rule["to"]], [way for way, _, _ in found])
        return [Finding([way], "trace is %s um wide, %s um at the pad, %s" % (layers.um(away), layers.um(at_pad), title))
                for (way, at_pad, away), title in zip(found, titles)]


def _short_ways(reach: int, times: float, pads: Figures, traces: Figures) -> list[tuple[pya.Polygon, int, int]]:
    """(way out of a pad, its width at the pad, its width away from it) where the first is not so many times the second."""
    found = []
    for pad, near in _pads_and_traces(pads, traces, reach):
        around = _around(pad, reach)
        bounds = [_edges_by_place(outline) for outline in (pad, next(iter(around.each())))]
        for way in _ways_out(pad, around, near):
            at_pad, away = (_length_along(way, edges) for edges in bounds)
            if 0 < at_pad < times * away - 2:
                found.append((way, at_pad, away))
    return found


def _pads_and_traces(pads: Figures, traces: Figures, reach: int) -> Iterable[tuple[pya.Polygon, list[pya.Polygon]]]:
    """(pad, traces whose box comes near enough)"""
    import numpy as np
    which, numbers = traces.near(pads.boxes() + np.array([-reach, -reach, reach, reach]))
    ends = np.flatnonzero(np.diff(which, append=-1)) + 1
    for start, end in zip(np.concatenate([[0], ends[:-1]]).tolist(), ends.tolist()):
        yield pads.polygon(int(which[start])), [traces.polygon(number) for number in numbers[start:end].tolist()]


def _around(pad: pya.Polygon, reach: int) -> pya.Region:
    """The pad and all that is so near to it. An outline of very many corners takes minutes in one step, but little in small ones, for its gaps close."""
    import pya
    around, grown, box = pya.Region(pad), 0, pad.bbox()
    step = reach if pad.num_points() <= MANY_CORNERS else (box.width() + box.height()) // pad.num_points() + 1
    while grown < reach:
        step = min(step, reach - grown)
        around, grown, step = around.sized(step, 2).merged(False, 0), grown + step, 2 * step
    return around


def _ways_out(pad: pya.Polygon, around: pya.Region, traces: list[pya.Polygon]) -> list[pya.Polygon]:
    """The metal of traces between the edge of a pad and a line around it: one polygon for each way out."""
    import pya

    from ...geometry.regions import region_of
    return list((region_of(traces) & (around - pya.Region(pad))).merged(False, 0).each())


def _edges_by_place(outline: pya.Polygon) -> pya.Shapes:
    import pya
    edges = pya.Shapes()
    for edge in outline.each_edge():
        edges.insert(edge)
    return edges


def _length_along(way: pya.Polygon, bounds: pya.Shapes) -> int:
    """How much of the way's outline lies along these edges."""
    return sum(edge.length() for edge in way.each_edge() if any(_is_along(edge, bound.edge) for bound in bounds.each_touching(edge.bbox().enlarged(2, 2))))


def _is_along(edge: pya.Edge, line: pya.Edge) -> bool:
    """Corners of cut shapes lie on whole dbu: beside a slanted line up to one of them beside it."""
    slack = 0.5 if all(one.dx() == 0 or one.dy() == 0 for one in (edge, line)) else 1.5
    return all(line.distance_abs(point) <= slack and line.bbox().enlarged(2, 2).contains(point) for point in (edge.p1, edge.p2))
