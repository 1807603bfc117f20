"""How small and how large a number in a file, or of a command line, may be. Pure Python.

The one place of these limits: what is larger or smaller is a mistake (no wafer has it), leaves KLayout's 32 bits, or cannot
be computed in sensible time.
"""

from __future__ import annotations

import math
from typing import NamedTuple

REACH_DBU = 2 ** 30        # farther from the origin, sums and differences of KLayout's coordinates leave 32 bits
MOST_STEPS = 1000          # of a density window in one direction
MOST_RECORDS = 2000        # of one list of a technology
MOST_BASES = 20            # technologies, each based on the next


class Bound(NamedTuple):
    """Which numbers are allowed."""

    smallest: float
    largest: float
    or_zero: bool  # 0 is allowed, too
    what: str  # words for messages


LIMIT = Bound(1e-4, 1e5, True, "a length in um")        # that a rule asks for
LENGTH = Bound(1e-4, 1e5, False, "a length in um")      # a width, a thickness, a window
AREA = Bound(1e-8, 1e10, False, "an area in square um")
COORDINATE = Bound(-1e6, 1e6, False, "a coordinate in um")
GRID = Bound(1e-6, 1e3, False, "a length in um")        # a database unit, a grid
RATIO = Bound(1e-6, 1e6, False, "a number")
ANGLE = Bound(1e-3, 90, False, "an angle in degrees")
DIRECTION = Bound(0, 180, True, "an angle in degrees")
CURRENT = Bound(1e-9, 1e9, False, "a current in mA")
PERMITTIVITY = Bound(1, 1e6, False, "a number")


def is_number(value: float) -> bool:
    """A finite number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -math.inf < value < math.inf


def keeps(bound: Bound, value: float) -> bool:
    """True for a number within the bound."""
    return is_number(value) and (bound.smallest <= value <= bound.largest or (bound.or_zero and value == 0))


def words(bound: Bound) -> str:
    """'a length in um, 0 or from 0.0001 to 100000'"""
    return "%s%s from %s to %s" % (bound.what, ", 0 or" if bound.or_zero else "", plain(bound.smallest), plain(bound.largest))


def plain(number: float) -> str:
    """The number without an exponent where it can be read so."""
    return "%d" % number if number == int(number) else ("%.9f" % number).rstrip("0")
