"""Checks a rule at some places of a large layout: with all that lies near them, and with nothing else."""

from collections.abc import Callable

import pya

from ..geometry.box_index import BoxSet
from ..geometry.layers import Layers, LayersNear
from .findings import Finding
from .kinds import KINDS
from .kinds.base import Rule

DENSE = 4, 5000  # a place for every so many shapes, of at least so many: all of them are measured in less time than what lies near the places
MARGIN = 10  # dbu by which findings may reach beyond the place that led to them
ROUNDS = 20


class Unbounded(Exception):
    """A shape goes on and on: only the whole layout shows it."""


def findings_at(layers: Layers, rule: Rule, places: list[pya.Box], check: Callable[[Layers], list[Finding]]) -> list[Finding]:
    """The findings at these places (boxes, dbu), the same as in the whole layout; `check` checks the layers it is given."""
    if not places:
        return []
    if len(places) * DENSE[0] > layers.hierarchy.flat_shapes(layers.indexes_of(rule["layer"])) > DENSE[1]:
        return check(layers)
    places, windows, of_all = list(places), [], None
    try:
        for _ in range(ROUNDS):
            layers.pause()
            sought, near = _sought_and_near(layers, rule, places, windows)
            found = check(near) if of_all is None else of_all
            of_all = found if _is_all(near) else None
            known, right, cut = BoxSet(sought), [], []
            for finding in found:
                if all(known.covers(shape.bbox()) for shape in finding.shapes):
                    right.append(finding)
                else:
                    cut += [shape.bbox() for shape in finding.shapes if known.touches(shape.bbox())]
            more = [] if cut else _windows_that_tell_apart(layers, rule, near, right)
            if not cut and not more:
                return right
            places += cut  # What goes on beyond the known is looked at once more, with what lies around it.
            windows += more
    except Unbounded:
        pass
    return check(layers)


def _is_all(near: LayersNear) -> bool:
    """Does all of the layout lie near?"""
    return BoxSet(near.windows).covers(near.cell.bbox())


def _windows_that_tell_apart(layers: Layers, rule: Rule, near: LayersNear, findings: list[Finding]) -> list[pya.Box]:
    """Where to look, too, to know which of the shapes at the findings are one that is connected elsewhere."""
    unseen = KINDS[rule["check"]].may_go_on_unseen
    if unseen is None:
        return []
    boxes, more = [shape.bbox() for finding in findings for shape in finding.shapes], []
    for _ in range(ROUNDS):
        unknown = _going_on(near, rule["layer"], boxes, unseen)
        if not unknown:
            return more
        more += unknown
        near = LayersNear(layers, near.windows + unknown)
    raise Unbounded


def _going_on(near: LayersNear, layer: str, boxes: list[pya.Box], unseen: int) -> list[pya.Box]:
    """Boxes of the connected shapes at each box that go on beyond what is near, but for the largest that may."""
    known, index, found = BoxSet(near.windows), near.index(layer), {}
    for box in boxes:
        there = {number: index.polygons[number].bbox() for number in index.touching(box) if index.polygons[number].touches(box)}
        beyond = sorted((number for number in there if not known.covers(there[number])), key=lambda number: there[number].area())
        found.update((number, there[number]) for number in beyond[:max(len(beyond) - unseen, 0)])
    return _enlarged(list(found.values()), MARGIN)


def whole_shapes_at(layers: Layers, layer: str, box: pya.Box) -> pya.Box:
    """The box of the connected shapes of a layer that touch a box, and of that box: those across its sides make it larger."""
    try:
        for shape in _connected_at(layers, layer, _sides(box)):
            box = box + shape
        return box
    except Unbounded:
        return layers.cell.bbox()


def _sides(box: pya.Box) -> list[pya.Box]:
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    lines = (left, bottom, right, bottom), (left, top, right, top), (left, bottom, left, top), (right, bottom, right, top)
    return _enlarged([pya.Box(*line) for line in lines], 1)  # regions know no box without area


def _sought_and_near(layers: Layers, rule: Rule, places: list[pya.Box], windows: list[pya.Box]) -> tuple[list[pya.Box], LayersNear]:
    """Boxes within which every finding is right, and the layers with all that matters there, and in the windows."""
    kind = KINDS[rule["check"]]
    reach, sought = kind.reach_dbu(rule, layers), _enlarged(places, MARGIN)
    if not kind.needs_whole_shapes(rule, layers.technology):
        return sought, LayersNear(layers, _enlarged(sought, reach) + windows, reach)
    sought += _enlarged(_connected_at(layers, rule["layer"], sought), MARGIN)
    return sought, LayersNear(layers, _whole_windows(layers, rule["layer"], _enlarged(sought, reach) + windows), reach)


def _enlarged(boxes: list[pya.Box], by: int) -> list[pya.Box]:
    return [box.enlarged(by, by) for box in boxes]


def _connected_at(layers: Layers, layer: str, boxes: list[pya.Box]) -> list[pya.Box]:
    """Boxes of the connected shapes that touch these boxes."""
    known = BoxSet(boxes)
    near = LayersNear(layers, _whole_windows(layers, layer, boxes)).merged(layer)
    return [polygon.bbox() for polygon in near.each() if known.touches(polygon.bbox())]


def _whole_windows(layers: Layers, layer: str, windows: list[pya.Box]) -> list[pya.Box]:
    """The windows, larger by the shapes that touch them until all of these are whole."""
    count = None
    for _ in range(ROUNDS):
        near = LayersNear(layers, windows)
        if near.raw(layer).count() == count:
            return windows
        count, known = near.raw(layer).count(), BoxSet(windows)
        boxes = (polygon.bbox() for polygon in near.merged(layer).each())
        windows = windows + [box for box in boxes if not known.covers(box)]
    raise Unbounded
