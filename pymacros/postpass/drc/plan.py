"""How a layout is checked: flat as a whole, in tiles, or on the cells of its hierarchy; with how many threads; where."""

import os
from typing import NamedTuple

import pya

from .. import strings
from ..geometry.layers import Layers
from .findings import CannotCheck
from .kinds import FAMILIES

MODES = ("flat", "tiled", "deep")
FEW_SHAPES = 20_000  # so few are checked faster without a search
MANY_TILES = 1_000_000
MANY_THREADS = 1024
MOST_SIDE_UM = 1_000_000
REPEATED = 4  # how often a cell's shapes must be placed for its hierarchy to pay


class Wishes(NamedTuple):
    """What the caller asked for; None where the deck may choose. `window_um`: left, bottom, right, top; `touching`: findings that touch
    the window are wanted, not those alone that begin in it; `rules`: ids of those of the families that are to run, None: all;
    `few_shapes`: so few are not searched."""

    mode: "str | None" = None
    threads: "int | None" = None
    tile_um: "float | None" = None
    window_um: "tuple[float, float, float, float] | None" = None
    families: tuple[str, ...] = FAMILIES
    touching: bool = False
    rules: "frozenset[str] | None" = None
    few_shapes: int = FEW_SHAPES

    @classmethod
    def read(cls, mode: "str | None" = None, threads: "str | None" = None, tile: "str | None" = None,
             window: "str | None" = None, family: "str | None" = None) -> "Wishes":
        """From the texts of a command line; None and "" choose nothing. Raises CannotCheck."""
        families = tuple(family.split(",")) if family else FAMILIES
        _one_of("mode", mode, MODES)
        for name in families:
            _one_of("family", name, FAMILIES)
        if family and families != ("geometry",) and window:
            raise CannotCheck("family=%s with window=: only geometry can be checked in a window; the rest needs one run without a window" % family)
        return cls(mode or None, whole_number("threads", threads, MANY_THREADS), side_um("tile", "a tile", tile, 0.0001),
                   _window(window) if window else None, ("geometry",) if window else families)


def whole_number(name: str, text: "str | None", most: int) -> "int | None":
    """A number of threads or workers; None and "" choose nothing. Raises CannotCheck."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
        return int(text)
    raise CannotCheck("%s=%s: give a whole number from 1 to %d" % (name, text, most))


def side_um(name: str, what: str, text: "str | None", least: float) -> "float | None":
    """The side of tiles or windows (um); None and "" choose nothing. Raises CannotCheck."""
    if not text:
        return None
    side = _number(text)
    if side is None or not least <= side <= MOST_SIDE_UM:
        raise CannotCheck("%s=%s: give the side of %s in um, from %g to %d" % (name, text, what, least, MOST_SIDE_UM))
    return side


def _one_of(name: str, value: "str | None", known: tuple[str, ...]) -> None:
    if value and value not in known:
        raise CannotCheck("%s=%s: known are %s" % (name, value, ", ".join(known)))


def _number(text: str) -> "float | None":
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number else None


def _window(text: str) -> tuple[float, float, float, float]:
    numbers = [_number(part) for part in text.split(",")]
    if len(numbers) == 4 and None not in numbers and numbers[0] < numbers[2] and numbers[1] < numbers[3]:
        return numbers[0], numbers[1], numbers[2], numbers[3]
    raise CannotCheck("window=%s: give left,bottom,right,top in um, with left < right and bottom < top" % text)


class Plan(NamedTuple):
    """`threads`: of KLayout's engine; `window`: box in dbu or None for all; `tile_um`: side of the tiles or None;
    `reason`: why this mode; `flat_shapes`: shapes that a flat layout would hold; `touching`: as of the wishes.
    """

    mode: str
    threads: int
    window: "pya.Box | None"
    tile_um: "float | None"
    reason: str
    flat_shapes: int
    touching: bool = False

    def __str__(self) -> str:
        return "mode: %s, %d thread%s (%s)" % (self.mode, self.threads, "s" if self.threads > 1 else "", self.reason)


def choose(layers: Layers, wishes: Wishes) -> Plan:
    """Raises CannotCheck where the wishes make more tiles than can be worked off."""
    used = [index for layer in layers.technology.drawn_layers() for index in layers.indexes_of(layer["name"])]
    flat, own = layers.hierarchy.flat_shapes(used), layers.hierarchy.own_shapes(used)
    mode, reason = _mode(layers, wishes, flat, own)
    _few_tiles(layers, wishes.tile_um)
    return Plan(mode, wishes.threads or _processors(), _window_of(layers, wishes.window_um), wishes.tile_um, reason, flat, wishes.touching)


def _mode(layers: Layers, wishes: Wishes, flat: int, own: int) -> tuple[str, str]:
    wish, odd = wishes.mode, layers.hierarchy.odd_placement
    if wish == "deep" and odd:
        return "tiled", "mode=deep would miss what lies in cells placed at other sizes or angles, as in cell %s" % strings.cell_name(odd)
    if wish:
        return wish, "as asked for"
    if flat < wishes.few_shapes:
        return "flat", "%d shapes" % flat
    if not odd and flat >= REPEATED * own:
        return "deep", "%d shapes, of which the cells hold %d" % (flat, own)
    return "tiled", "%d shapes" % flat


def _few_tiles(layers: Layers, tile_um: "float | None") -> None:
    """A tile of a few dbu would never end."""
    width, height = (length * layers.dbu for length in (layers.cell.bbox().width(), layers.cell.bbox().height()))
    if tile_um and (width / tile_um + 1) * (height / tile_um + 1) > MANY_TILES:
        raise CannotCheck("tile=%g: makes more than %d tiles of a layout %g by %g um large: give a larger side" % (tile_um, MANY_TILES, width, height))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _window_of(layers: Layers, window_um: "tuple[float, float, float, float] | None") -> "pya.Box | None":
    """What lies far from all shapes is cut off: KLayout cannot compute with boxes of nearly 32 bits."""
    if not window_um:
        return None
    sides = [round(min(max(layers.dbu_of(length), -2.0**30), 2.0**30)) for length in window_um]
    return pya.Box(*sides) & layers.cell.bbox().enlarged(2**28, 2**28)
