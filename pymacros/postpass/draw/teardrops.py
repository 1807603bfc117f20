"""Teardrops: where a trace leaves a pad, both of its flanks widen towards the pad at 45 degrees to the trace.

Every edge stays at a multiple of 45 degrees and no corner becomes acute, inside the pad or outside. A flank that already
meets the pad at 135 degrees or more needs none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pya

from ..geometry.derived import layers_of
from ..geometry.outlines import holds
from . import traces

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from ..tech.metal_levels import Level

#: length of a teardrop along the trace, in widths of the trace; the next where the longer one does not fit
LENGTHS = (1.0, 0.75, 0.5, 0.35, 0.25)


def drawn(cell: pya.Cell, tech: Technology, level: Level, routes: Sequence[dict[str, Any]], outlines: Sequence[pya.Polygon]) -> tuple[list[list[pya.Polygon]], int, int]:
    """Teardrops for routes about to be drawn on a level: ([[pya.Polygon] of each trace end with one], number of ends, ends left out for a rule).

    outlines: the traces' polygons (dbu). Nothing is drawn here. Ends in metal less than twice as wide as the trace do not count.
    """
    dbu, grid = cell.layout().dbu, tech.grid_um
    layers = layers_of(cell, tech)
    metal, pads = layers.merged(level.conductor), layers.index(level.conductor)
    tail = int(math.ceil((tech.limit("width_min", level.trace) or grid) / grid))
    found = []
    for route in routes:
        path = [(int(round(x / grid)), int(round(y / grid))) for x, y in route["path"]]
        half = int(round(route["width"] / 2 / grid))
        for points in (path, path[::-1]):
            pad = _under(pads, points[0], grid / dbu)
            if pad is not None and min(pad.bbox().width(), pad.bbox().height()) > 4 * half * grid / dbu:
                found.append([sides for sides in (_end(points, pad, half, tail, length, grid / dbu) for length in LENGTHS) if sides])
    kept = _spaced(tech, level, metal + pya.Region(outlines), outlines, found, dbu)
    return [sides for sides in kept if sides], len(found), sum(1 for choices, sides in zip(found, kept) if choices and not sides)


def _under(pads: Any, point: tuple[int, int], scale: float) -> pya.Polygon | None:
    found = pads.holding(pya.Point(int(round(point[0] * scale)), int(round(point[1] * scale))))
    return pads.polygons[found[0]] if found else None


def _end(points: Sequence[tuple[int, int]], pad: pya.Polygon, half: int, tail: int, length: float, scale: float) -> list[pya.Polygon]:
    """[pya.Polygon] of the flanks at the end points[0] of a centre line (grid steps) inside a pad; empty when none fits."""
    def inside(x: int, y: int) -> bool:
        return holds(pad, pya.Point(int(round(x * scale)), int(round(y * scale))))
    for start, end in zip(points, points[1:]):
        if inside(*end):
            continue
        steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
        along = ((end[0] > start[0]) - (end[0] < start[0]), (end[1] > start[1]) - (end[1] < start[1]))
        leaves = _last_inside(lambda step: inside(start[0] + step * along[0], start[1] + step * along[1]), steps)
        exit_ = (start[0] + leaves * along[0], start[1] + leaves * along[1])
        return _flanks(exit_, along, half, tail, length, steps - leaves, inside, scale)
    return []


def _last_inside(inside: Callable[..., Any], steps: int) -> int:
    low, high = 0, steps
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if inside(middle) else (low, middle)
    return low


def _flanks(exit_: tuple[int, int], along: tuple[int, int], half: int, tail: int, length: float, room: int, inside: Callable[..., Any], scale: float) -> list[pya.Polygon]:
    slanted = 0 not in along
    reach = int(round(2 * half * length / (math.sqrt(2) if slanted else 1.0)))
    if reach < 2 or reach + half > room:  # the next bend must stay beyond
        return []
    away = int(math.ceil(half / math.sqrt(2) - 1e-9)) if slanted else half
    found = []
    for side in (1, -1):
        normal = (-along[1] * side, along[0] * side)
        flank = [(normal[k] - along[k]) // (2 if slanted else 1) for k in (0, 1)]
        tip = [exit_[k] + reach * along[k] + away * normal[k] for k in (0, 1)]
        back = tail + tail % 2
        for steps in range(2, 4 * (reach + half), 2):
            base = [tip[k] + steps * flank[k] for k in (0, 1)]
            deep = [base[k] - back * along[k] for k in (0, 1)]
            if inside(*base) and inside(*deep):
                backwards = steps // 2 if slanted else steps
                foot, front = ([exit_[k] + (reach - far) * along[k] for k in (0, 1)] for far in (backwards + back, 0))
                found.append(pya.Polygon([pya.Point(int(round(x * scale)), int(round(y * scale))) for x, y in (tip, base, deep, foot, front)]))
                break
    return found


def _spaced(tech: Technology, level: Level, metal: pya.Region, outlines: Sequence[pya.Polygon], found: Sequence[list[list[pya.Polygon]]], dbu: float) -> list[list[pya.Polygon]]:
    """For each end the longest choice that adds no violation of space or width and no acute corner to the metal; [] where none does."""
    limits = [int(round((tech.limit(check, level.trace) or 0.0) / dbu)) for check in ("space", "width_min")]
    present = metal.merged()
    own = pya.Region(outlines).merged()
    kept, left = [choices[0] if choices else [] for choices in found], [list(choices[1:]) for choices in found]
    while True:
        guilty = _guilty(present, own, kept, *limits)
        if not guilty:
            return kept
        for number in guilty:
            kept[number] = left[number].pop(0) if left[number] else []


def _acute(region: pya.Region) -> pya.Region:
    """Boxes around the acute corners of a merged region."""
    return region.corners(90.1, 180.0, 1) + region.corners(-180.0, -90.1, 1)


def _guilty(present: pya.Region, own: pya.Region, kept: Sequence[list[pya.Polygon]], space: int, width: int) -> list[Any]:
    """Numbers of the ends whose teardrops break a rule in the metal with all that are kept."""
    drops = pya.Region([polygon for sides in kept for polygon in sides])
    trouble = pya.Region()
    near = (present + drops).merged()
    for pair in near.space_check(space, False, pya.Region.Euclidian, 80.0, None, None).each():
        trouble.insert(pair.polygon(1))
    alone = own + drops  # the trace layer is checked without the pads, too
    alone = (alone + pya.Region(traces.wedge_fills(alone, space // 4 + 1, 1.0))).merged()
    trouble += _acute(alone) - _acute(own)
    narrow = lambda region: pya.Region([pair.polygon(1) for pair in region.width_check(width, False, pya.Region.Euclidian, 80.0, None, None).each()])  # noqa: E731
    trouble += narrow(alone) - narrow(own)
    trouble = trouble.sized(2)
    return [number for number, sides in enumerate(kept) if sides and not (pya.Region(sides) & trouble).is_empty()]
