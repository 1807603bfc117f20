"""Patterns of places: arrays, staggered arrays, rings along a rectangle. Pure Python; lengths are um."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..messages import Refusal

SIDES = ("left", "bottom", "right", "top")  # the order in which a ring is counted: from the upper left, counter-clockwise
_SLACK = 1e-6  # grid steps


class PatternError(Refusal):
    """A pattern that is not possible; one sentence says why."""


class Ring(NamedTuple):
    """Places along the sides of a rectangle. A number or a pitch is given and the other one follows; with neither they are as close as they may be."""

    box_um: tuple[float, float, float, float]  # left, bottom, right, top
    number: int | None  # of all places
    pitch_um: float | None
    distance_um: float  # from the sides inwards to the shapes; negative: the shapes lie outside


class Room(NamedTuple):
    """What the places of a ring need."""

    size_um: float  # of the widest shape at a place
    pitch_um: float  # the smallest along a side
    corner_um: float  # the least distance, along either side, from the corner of the ring to the nearest places


def positions(x_um: float, y_um: float, columns: int, rows: int, pitch_x_um: float, pitch_y_um: float, staggered: bool = False) -> list[tuple[float, float]]:
    """Centres of an array around (x, y): [(x_um, y_um)], row by row from the lower left. staggered: every other row is half a pitch to the right."""
    shift_um = pitch_x_um / 2 if staggered and rows > 1 else 0.0
    left, bottom = x_um - (columns - 1) * pitch_x_um / 2 - shift_um / 2, y_um - (rows - 1) * pitch_y_um / 2
    return [(left + row % 2 * shift_um + column * pitch_x_um, bottom + row * pitch_y_um) for row in range(rows) for column in range(columns)]


def ring(wanted: Ring, room: Room, grid_um: float) -> list[tuple[float, float]]:
    """Centres of a ring on the grid: [(x_um, y_um)], from the upper left counter-clockwise.

    Every side has its places evenly around its middle; the corners are left free where neighbours around them would come too
    close. A number is shared by the lengths of the sides. Raises PatternError where they do not fit.
    """
    left, bottom, right, top = wanted.box_um
    middle, low, high = _lines(wanted, room, grid_um)
    halves = [min(high[k] - middle[k], middle[k] - low[k]) for k in (0, 1)]  # of the sides along x and y, in grid steps like all below
    least, corner = (math.ceil(length / grid_um - _SLACK) for length in (room.pitch_um, room.corner_um))
    if min(halves) * 2 < least:
        raise PatternError("There is no room for a ring: within %g x %g um opposite sides come closer than %g um" % (right - left, top - bottom, room.pitch_um))
    free = [half - corner for half in halves]
    sides = _by_number(wanted.number, halves, free, least) if wanted.number is not None else _by_pitch(wanted.pitch_um, free, least, grid_um)
    places = []
    for side in SIDES:
        along = 1 if side in ("left", "right") else 0
        number, pitch = sides[side]
        steps = [pitch * index - (pitch * (number - 1) + 1) // 2 for index in range(number)]
        across = low[1 - along] if side in ("left", "bottom") else high[1 - along]
        for step in reversed(steps) if side in ("left", "top") else steps:
            places.append((across, middle[1] + step) if along else (middle[0] + step, across))
    if not places:
        raise PatternError("There is no room for a ring: no side has a place %g um from its corners" % room.corner_um)
    return [(round(x * grid_um, 9), round(y * grid_um, 9)) for x, y in places]


def _lines(wanted: Ring, room: Room, grid_um: float) -> tuple[list[int], list[int], list[int]]:
    """The middle of a ring, and the lines of its left and bottom and of its right and top places, (along x, along y) in grid steps."""
    inside = wanted.distance_um >= 0
    inset = (wanted.distance_um + (room.size_um if inside else -room.size_um) / 2) / grid_um
    sides = [length / grid_um for length in wanted.box_um]
    middle = [math.floor((sides[k] + sides[k + 2]) / 2 + _SLACK) for k in (0, 1)]
    # never nearer to the sides than wanted
    up, down = (math.ceil, math.floor) if inside else (math.floor, math.ceil)
    low = [up(sides[k] + inset + (-_SLACK if inside else _SLACK)) for k in (0, 1)]
    high = [down(sides[k + 2] - inset + (_SLACK if inside else -_SLACK)) for k in (0, 1)]
    return middle, low, high


def _by_number(number: int, halves: Sequence[int], free: Sequence[int], least: int) -> dict[str, tuple[int, int]]:
    """{side: (places, pitch)}: shared by the lengths of the sides, as seats are by Sainte-Laguë."""
    most = [2 * steps // least + 1 if steps >= 0 else 0 for steps in free]
    if not 1 <= number <= 2 * sum(most):
        raise PatternError("A ring of %d does not fit: at most %d places keep their distances here" % (number, 2 * sum(most)))
    counts = dict.fromkeys(("left", "right", "bottom", "top"), 0)
    axis = {side: 1 if side in ("left", "right") else 0 for side in counts}
    for _ in range(number):
        open_sides = [side for side in counts if counts[side] < most[axis[side]]]
        counts[max(open_sides, key=lambda side: halves[axis[side]] / (2.0 * counts[side] + 1.0))] += 1
    return {side: (count, _even_pitch(count, halves[axis[side]], free[axis[side]])) for side, count in counts.items()}


def _even_pitch(count: int, half: int, free: int) -> int:
    """Half a pitch is left at the ends of the side, or the free corner where that is more."""
    return 0 if count < 2 else min(2 * half // count, 2 * free // (count - 1))


def _by_pitch(pitch_um: float | None, free: Sequence[int], least: int, grid_um: float) -> dict[str, tuple[int, int]]:
    pitch = least if pitch_um is None else int(round(pitch_um / grid_um))
    if pitch < 1:
        raise PatternError("The pitch of a ring must be at least one grid step (%g um)" % grid_um)
    counts = [2 * steps // pitch + 1 if steps >= 0 else 0 for steps in free]
    return {side: (counts[1 if side in ("left", "right") else 0], pitch) for side in SIDES}


# neighbours


def closest(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The offsets (dx, dy), both positive, of the pair of places that are closest in a straight line, and of the pair closest in both axes; [] for one place."""
    return list(_closest_of(tuple(places)))


@lru_cache(maxsize=4)  # asked again for the same list at each move of the mouse
def _closest_of(places: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    found = {_closest(places, measure) for measure in (math.hypot, max)} if len(places) > 1 else set()
    return sorted(found)


def _closest(places: Sequence[tuple[float, float]], measure: Callable[[float, float], float]) -> tuple[float, float]:
    order = list(places)
    random.Random(1).shuffle(order)  # then the squares are made smaller a few times only
    best = (abs(order[0][0] - order[1][0]), abs(order[0][1] - order[1][1]))
    reach, squares = measure(*best), {}
    for number, (x, y) in enumerate(order):
        if reach == 0:
            break
        column, row = int(x // reach), int(y // reach)
        near = [other for across in (-1, 0, 1) for up in (-1, 0, 1) for other in squares.get((column + across, row + up), ())]
        offsets = [(abs(x - other[0]), abs(y - other[1])) for other in near]
        nearest = min(offsets, key=lambda offset: measure(*offset)) if offsets else best
        if measure(*nearest) < reach:
            best, reach, squares = nearest, measure(*nearest), {}
            for one in order[:number + 1] if reach else ():
                squares.setdefault((int(one[0] // reach), int(one[1] // reach)), []).append(one)
        else:
            squares.setdefault((column, row), []).append((x, y))
    return round(best[0], 9), round(best[1], 9)
