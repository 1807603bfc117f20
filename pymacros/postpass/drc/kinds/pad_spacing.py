"""Pads after fan-out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..findings import Finding
from .base import MINIMUM, Kind, Rule

if TYPE_CHECKING:
    from ...conductors.figures import Columns, Figures
    from ...conductors.nets import Net, Nets
    from ..drawing import Drawing


class PadSpacing(Kind):
    """Pads of different nets: edge to edge, and where the rule says so centre to centre; one marker for each pair."""

    name = "pad_spacing"
    family = "nets"
    keys = ("layer", "value_um")
    optional = ("pitch_um",)
    sense = MINIMUM
    means = "pads of different nets after fan-out: edge to edge, and with pitch_um centre to centre; the marker compares their contact points"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        nets, layer, um = drawing.nets, rule["layer"], drawing.layers.um
        if not nets.is_conducting(layer):
            return []  # a technology without connectivity has no nets
        space, pitch = drawing.layers.dbu_of(rule["value_um"]), drawing.layers.dbu_of(rule.get("pitch_um", 0))
        pads, of_net, found = nets.figures(layer), nets.nets_of(layer), []
        for one, other in near_pads(nets, layer, space, pitch):
            one, other = sorted((one, other), key=lambda number: int(of_net[number]))  # numbers depend on the mode
            both = [nets.net(of_net[number]) for number in (one, other)]
            contacts = nearest_contacts(nets, *both)
            theirs = "contact points %s um (centres %s)" % (um(contacts[0]), um(contacts[1])) if contacts else "no contact points to compare"
            found.append(Finding([pads.polygon(one), pads.polygon(other)], "pads %s um apart (centres %s), %s, nets %s and %s" % (
                um(pads.distance(one, other)), um(_centres(pads, one, other)), theirs, both[0].title, both[1].title)))
        return found


def near_pads(nets: Nets, layer: str, space: float, pitch: float) -> list[tuple[int, int]]:
    """Pairs of pads of different nets that are too near to each other."""
    import numpy as np
    pads, of_net = nets.figures(layer), nets.nets_of(layer)
    numbers = _in_question(nets, layer, space, pitch)
    boxes = pads.boxes(numbers)
    which, others = pads.near(boxes + _reach(boxes, space, pitch)[:, None] * np.array([-1, -1, 1, 1]))
    ones = numbers[which]
    keep = (ones < others) & (of_net[ones] != of_net[others])
    ones, others = ones[keep], others[keep]
    mine, theirs = pads.boxes(ones), pads.boxes(others)
    centres = 0.5 * np.hypot(*(mine[:, :2] + mine[:, 2:] - theirs[:, :2] - theirs[:, 2:]).T)
    # what lies between the boxes is the least that can lie between the pads
    gaps = np.maximum(np.maximum(mine[:, :2] - theirs[:, 2:], theirs[:, :2] - mine[:, 2:]), 0)
    suspect = ((centres < pitch - 1e-6) | (np.hypot(gaps[:, 0], gaps[:, 1]) < space)).nonzero()[0]
    return [(one, other) for one, other, apart in zip(ones[suspect].tolist(), others[suspect].tolist(), centres[suspect].tolist())
            if apart < pitch - 1e-6 or pads.distance(one, other) < space - 1e-6]


def _in_question(nets: Nets, layer: str, space: float, pitch: float) -> Any:
    """All pads, but of those inside of repeated cells at each place those alone that are too near in the cell, or near its edge."""
    import numpy as np
    pads = nets.figures(layer)
    chosen = [np.arange(pads.loose)]
    for placed, there in zip(pads.placed, nets.placed):
        boxes, frame = placed.inside.boxes, placed.block.box
        reach = _reach(boxes, space, pitch)
        outer = (boxes[:, :2] - reach[:, None] < frame[:2]).any(axis=1) | (boxes[:, 2:] + reach[:, None] > frame[2:]).any(axis=1)
        inner = [number for pair in near_pads(there.inside, layer, space, pitch) for number in pair]
        outer[inner] = True
        chosen.append(placed.everywhere(outer.nonzero()[0]))
    return np.sort(np.concatenate(chosen))


def _reach(boxes: Any, space: float, pitch: float) -> Any:
    """How far from the box of a pad the next may lie and be too near: half of a pad lies between its middle and all that is beside it."""
    import numpy as np
    return np.ceil(np.maximum(space, pitch - 0.5 * (boxes[:, 2:] - boxes[:, :2]).min(axis=1, initial=2**31))).astype(np.int64)


def _centres(pads: Figures, one: int, other: int) -> float:
    a, b = pads.box(one), pads.box(other)
    return 0.5 * math.hypot(a.left + a.right - b.left - b.right, a.bottom + a.top - b.bottom - b.top)


def nearest_contacts(nets: Nets, one: Net, other: Net) -> tuple[float, float] | None:
    """Smallest distance (edges, centres) between a contact point of one net and one of the other."""
    import numpy as np

    from ...conductors.distances import distance
    from ...geometry.nearest import NearestPoints
    if not one.contacts or not other.contacts:
        return None
    mine, theirs = nets.columns(np.array(one.contacts)), nets.columns(np.array(other.contacts))
    if len(mine) > len(theirs):
        mine, theirs = theirs, mine
    there, here = NearestPoints(_middles(mine)).nearest_pair(_middles(theirs))
    best = (distance(mine, here, theirs, there), _middles_apart(mine.boxes[here], theirs.boxes[there]))
    for gap, there, here in _by_gap(mine, theirs, best[0]):  # boxes farther apart than the nearest known cannot be nearer
        if gap > best[0]:
            break
        best = min(best, (distance(mine, here, theirs, there), _middles_apart(mine.boxes[here], theirs.boxes[there])))
    return best


def _by_gap(mine: Columns, theirs: Columns, most: float) -> list[tuple[float, int, int]]:
    """(distance of the boxes, number in theirs, number in mine) of those at most so far apart, the nearest first."""
    import numpy as np
    found = []
    for there, here in mine.index.pairs(theirs.boxes, math.ceil(most)):
        one, other = mine.boxes[here], theirs.boxes[there]
        gaps = np.hypot(*np.maximum(np.maximum(one[:, :2] - other[:, 2:], other[:, :2] - one[:, 2:]), 0).T)
        near = gaps <= most
        found += zip(gaps[near].tolist(), there[near].tolist(), here[near].tolist())
    return sorted(found)


def _middles(columns: Columns) -> Any:
    return 0.5 * (columns.boxes[:, :2] + columns.boxes[:, 2:])


def _middles_apart(one: Any, other: Any) -> float:
    return 0.5 * math.hypot(*(one[:2] + one[2:] - other[:2] - other[2:]).tolist())
