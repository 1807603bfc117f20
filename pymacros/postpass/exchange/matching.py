"""Which place of a list is which place of a drawing, and what differs. Needs numpy; lengths are um.

1. What lies within the tolerance is the same place, the nearest first, of the same kind, those of one net before others.
2. Where most nets with one place moved by one vector, what is left moved by it, too.
3. Of what is left, a place of the list is the nearest one of the drawing with its net and kind: it moved.
4. A place whose net nothing else has is the nearest one that is left, but no farther than half the least pitch of the list: moved, and of another net.
5. What is left is missing in the drawing, or extra there. Kinds that the list does not have are not compared.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from .. import steps
from ..draw import pointlist
from ..geometry.nearest import NearestPoints
from ..messages import counted
from .record import CONTACT, KINDS, PAD, PadList, Place, number, of_kind

MISSING, EXTRA, MOVED, OTHER_NET, OTHER_FUNCTION = STATES = ("missing", "extra", "moved", "other net", "other function")
_FEW = 1 << 16  # distances that are faster computed than searched
_FINE = 1000.0  # in a um, of what is searched: whole numbers alone


class Difference(NamedTuple):
    """Where list and drawing differ."""

    state: str
    listed: Place | None
    drawn: Place | None
    sentence: str

    @property
    def place(self) -> Place:
        return self.drawn or self.listed


class Comparison(NamedTuple):
    """What differs, and what is the same."""

    differences: list[Difference]
    same: list[Place]  # of the drawing
    notes: list[str]

    def summary(self) -> str:
        """"12 places are the same; 1 missing, 2 moved."."""
        counts = Counter(one.state for one in self.differences)
        words = ", ".join("%d %s" % (counts[state], state) for state in STATES if counts[state])
        return "%s the same%s." % (counted(len(self.same), "place") + (" is" if len(self.same) == 1 else " are"), "; " + words if words else "")


def compared(listed: PadList, drawn: PadList, tolerance_um: float, functions: Sequence[str]) -> Comparison:
    """What differs. functions: of the pads of the technology, for the words of the list."""
    kinds = {place.kind for place in listed.places}
    ones = list(listed.places)
    others = [place for place in drawn.places if "" in kinds or place.kind in kinds]
    pairs = _pairs(ones, others, tolerance_um)
    taken = set(pairs.values())
    differences, same = [], []
    for position, one in enumerate(steps.each(ones)):
        if position not in pairs:
            differences.append(Difference(MISSING, one, None, "%s: nothing is drawn there" % _words(one)))
            continue
        found = _differences(one, others[pairs[position]], tolerance_um, functions)
        differences += found
        same += [] if found else [others[pairs[position]]]
    differences += [Difference(EXTRA, None, other, "%s: the list has none there" % _words(other)) for position, other in enumerate(others) if position not in taken]
    notes = ["Not compared: %s of the drawing, of which the list has none." % of_kind(sum(place.kind == kind for place in drawn.places), kind)
             for kind in KINDS if "" not in kinds and kind not in kinds and any(place.kind == kind for place in drawn.places)]
    return Comparison(sorted(differences, key=lambda one: STATES.index(one.state)), same, notes + _shift(differences))


def _words(place: Place) -> str:
    name = " ".join(part for part in ({CONTACT: "contact point", PAD: "pad"}.get(place.kind, "place"), place.name, "of net %s" % place.net if place.net else "") if part)
    return "%s at %s, %s um" % (name, number(place.x_um), number(place.y_um))


def _differences(one: Place, other: Place, tolerance_um: float, functions: Sequence[str]) -> list[Difference]:
    found = []
    dx, dy = other.x_um - one.x_um, other.y_um - one.y_um
    if math.hypot(dx, dy) > tolerance_um:
        found.append(Difference(MOVED, one, other, "%s: drawn at %s, %s um, %s um away (%s, %s)" % (_words(one), *map(number, (other.x_um, other.y_um, math.hypot(dx, dy), dx, dy)))))
    if one.net and one.net != other.net:
        found.append(Difference(OTHER_NET, one, other, "%s: %s" % (_words(one), "the drawing has net %s there" % other.net if other.net else "the metal there has no name")))
    meant = pointlist.function_of_word(one.function, functions) or one.function
    if meant and other.kind == PAD and meant != other.function:
        found.append(Difference(OTHER_FUNCTION, one, other, "%s: the list says %s, the drawing %s" % (_words(one), one.function, other.function or "none")))
    return found


def _shift(differences: Iterable[Difference]) -> list[str]:
    """A hint where most of what moved did so by one vector: origins differ."""
    by = _common_shift([(one.listed, one.drawn) for one in differences if one.state == MOVED and one.drawn and one.listed])
    return ["Most of them moved by the same %s, %s um: do list and layout have one origin?" % (number(by[0]), number(by[1]))] if by is not None else []


# pairs


def _pairs(ones: Sequence[Place], others: Sequence[Place], tolerance_um: float) -> dict[int, int]:
    """{position in the list: position in the drawing}."""
    pairs = _together(ones, others, tolerance_um)
    groups = _by_net(ones, others, pairs)
    by = _common_shift([(ones[mine[0]], others[theirs[0]]) for mine, theirs in groups.values() if len(mine) == len(theirs) == 1])
    if by is not None:
        taken = set(pairs.values())
        left = [position for position in range(len(ones)) if position not in pairs], [position for position in range(len(others)) if position not in taken]
        moved = [ones[position]._replace(x_um=ones[position].x_um + by[0], y_um=ones[position].y_um + by[1]) for position in left[0]]
        pairs.update({left[0][one]: left[1][other] for one, other in _together(moved, [others[position] for position in left[1]], tolerance_um).items()})
        groups = _by_net(ones, others, pairs)
    for mine, theirs in steps.each(groups.values()):
        pairs.update(_nearest(ones, others, mine, theirs, math.inf))
    taken = set(pairs.values())
    left = [position for position in range(len(ones)) if position not in pairs], [position for position in range(len(others)) if position not in taken]
    if all(left):
        pairs.update(_nearest(ones, others, *left, _half_pitch(ones)))
    return pairs


def _by_net(ones: Sequence[Place], others: Sequence[Place], pairs: dict[int, int]) -> dict[str, tuple[list[int], list[int]]]:
    """{net: positions in list and drawing of what has no partner}."""
    groups: dict[str, tuple[list[int], list[int]]] = {}
    for side, (places, done) in enumerate(((ones, set(pairs)), (others, set(pairs.values())))):
        for position, place in enumerate(places):
            if position not in done and place.net:
                groups.setdefault(place.net, ([], []))[side].append(position)
    return groups


def _common_shift(some: Sequence[tuple[Place, Place]]) -> tuple[float, float] | None:
    """The vector by which more than half of these pairs, and three or more, moved."""
    moves = Counter((round(other.x_um - one.x_um, 3), round(other.y_um - one.y_um, 3)) for one, other in some)
    by, many = moves.most_common(1)[0] if moves else ((0.0, 0.0), 0)
    return by if many > 2 and 2 * many > len(some) else None


def _fits(one: Place, other: Place) -> bool:
    return one.kind in ("", other.kind)


def _together(ones: Sequence[Place], others: Sequence[Place], tolerance_um: float) -> dict[int, int]:
    """Pairs within the tolerance; those of one net and the nearest come first."""
    side = max(tolerance_um, 1e-3)
    squares: dict[tuple[int, int], list[int]] = {}
    for position, other in enumerate(others):
        squares.setdefault((math.floor(other.x_um / side), math.floor(other.y_um / side)), []).append(position)
    found = []
    for position, one in enumerate(steps.each(ones)):
        column, row = math.floor(one.x_um / side), math.floor(one.y_um / side)
        for square in ((column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1)):
            for there in squares.get(square, ()):
                other = others[there]
                away = math.hypot(one.x_um - other.x_um, one.y_um - other.y_um)
                if away <= tolerance_um + 1e-6 and _fits(one, other):
                    found.append((one.net != other.net, away, position, there))
    return _greedy(found)


def _greedy(found: list[tuple[bool, float, int, int]]) -> dict[int, int]:
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, position, there in sorted(found):
        if position not in pairs and there not in taken:
            pairs[position] = there
            taken.add(there)
    return pairs


def _nearest(ones: Sequence[Place], others: Sequence[Place], mine: Sequence[int], theirs: Sequence[int], limit: float) -> dict[int, int]:
    """For each the nearest that fits and is free, in rounds: the nearest of all are given first. At most `limit` away."""
    pairs: dict[int, int] = {}
    while mine and theirs:
        found = []
        for kind in {ones[position].kind for position in mine}:
            asking = [position for position in mine if ones[position].kind == kind]
            fitting = [there for there in theirs if kind in ("", others[there].kind)]
            places, where = (np.array([(place.x_um, place.y_um) for place in some]) for some in ([ones[position] for position in asking], [others[there] for there in fitting]))
            for position, (far, column) in zip(asking, _nearest_of(places, where) if fitting else ()):
                found += [(False, far, position, fitting[column])] if far <= limit else []
        new = _greedy(found)
        pairs.update(new)
        gone = set(new.values())
        mine, theirs = [position for _, _, position, _ in found if position not in new], [there for there in theirs if there not in gone]
    return pairs


def _nearest_of(places: np.ndarray, where: np.ndarray) -> list[tuple[float, int]]:
    """(how far, number) of the point of `where` that is nearest to each place, the first of those that are equally near."""
    if len(places) * len(where) <= _FEW:
        away = np.hypot(places[:, None, 0] - where[None, :, 0], places[:, None, 1] - where[None, :, 1])
        best = away.argmin(axis=1)
        return list(zip(away[np.arange(len(places)), best].tolist(), best.tolist()))
    asked, numbers, _ = NearestPoints(_FINE * where).nearest(_FINE * places)
    away = np.hypot(places[asked, 0] - where[numbers, 0], places[asked, 1] - where[numbers, 1])
    order = np.lexsort((numbers, away, asked))
    first = order[np.searchsorted(asked[order], np.arange(len(places)))]
    return list(zip(away[first].tolist(), numbers[first].tolist()))


def _half_pitch(places: Sequence[Place]) -> float:
    """Half the least distance of two places of one kind, 0 where there are fewer than two."""
    least = min([_least(sorted({(place.x_um, place.y_um) for place in places if place.kind == kind})) for kind in {place.kind for place in places}])
    return least / 2 if least < math.inf else 0.0


def _least(points: Sequence[tuple[float, float]]) -> float:
    """The least distance of two points. In squares of twice the mean pitch the two stand side by side."""
    if len(points) < 2:
        return math.inf
    wide, high = points[-1][0] - points[0][0], max(y for _, y in points) - min(y for _, y in points)
    side = 2 * max(math.sqrt(wide * high / len(points)), max(wide, high) / len(points))
    squares: dict[tuple[int, int], list[tuple[float, float]]] = {}
    least = math.inf
    for x, y in points:
        column, row = math.floor(x / side), math.floor(y / side)
        for square in ((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
            for other in squares.get(square, ()):
                least = min(least, math.hypot(x - other[0], y - other[1]))
        squares.setdefault((column, row), []).append((x, y))
    return least
