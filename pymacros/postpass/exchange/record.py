"""The neutral record of all formats: a pad list, and what is said of a file that was read. Pure Python; lengths are um, y points up.

A place is a contact point ("chip_pad") or a pad ("ball"); "" is what a list does not say, 0 a size that it does not tell.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from .. import bounds, records, steps
from ..draw import padlist
from ..messages import Refusal, counted, is_one_line, named, shown

CONTACT, PAD = KINDS = padlist.KINDS
KIND_WORDS = {CONTACT: ("contact point", ""), PAD: ("pad", ""), "": ("place", " of no kind")}
TOP, BOTTOM = SIDES = ("top", "bottom")
ORIGINS = ("list", "centre", "lower left")
USUAL_LAYER = "RDL"
MOST_PLACES = 1000000
DECIMALS = 6
NOT_OF_CELLS = "^!-~"  # letters that names of cells cannot hold in GDS and OASIS (title_word)
_FAR = bounds.COORDINATE.largest
_FINE = re.compile(r"\.\d{%d}" % (DECIMALS + 1))  # a number with more decimals


class ExchangeError(Refusal):
    """A file that cannot be read or written; the message names file, line and column where there are some."""


class Place(NamedTuple):
    """A contact point or pad."""

    name: str
    x_um: float  # its centre
    y_um: float
    net: str = ""
    kind: str = ""  # one of KINDS or ""
    function: str = ""  # as the list says
    shape: str = ""  # one of outlines.SHAPES or ""
    width_um: float = 0.0
    height_um: float = 0.0
    side: str = ""  # one of SIDES or ""
    cell: str = ""  # name of its bump cell, macro, kind of pad
    port: str = ""  # of the chip's net list, where it is another name
    outline: tuple[tuple[float, float], ...] = ()  # corners around the centre, of polygons
    line: int = 0  # of the file


class Trace(NamedTuple):
    """Metal of a net on a layer: a path of a width, or a polygon (width 0)."""

    net: str
    layer: str
    width_um: float
    points: tuple[tuple[float, float], ...]


class PadList(NamedTuple):
    """A pad list."""

    places: tuple[Place, ...]
    die: tuple[float, float, float, float] | None = None  # left, bottom, right, top
    title: str = ""  # name of the chip
    unit: str = "um"  # of the file that it comes from
    traces: tuple[Trace, ...] = ()


class Summary(NamedTuple):
    """What was read, and what was not understood: sentences."""

    read: list[str]
    left: list[str]


class Wording(NamedTuple):
    """How a reader asks for what a file does not say of itself: in the words of the command line, unless somebody else asks."""

    unit: str = "give --unit"
    columns: str = "give --column x=TITLE and --column y=TITLE, or the numbers of these columns"
    size: str = "give --lef FILE, or --cell %s=WIDTH"  # of a bump cell
    topcell: str = "choose one with --topcell NAME"
    format: str = "give --from"


class Options(NamedTuple):
    """What a file does not say of itself, and how it is asked for."""

    tech: str | None = None  # name or path of a technology, for layouts and the router's rules
    unit: str | None = None  # a key of coordinates.UNITS, of files that do not say theirs
    cells: Mapping[str, tuple[str, float, float]] = MappingProxyType({})  # {bump cell or *: (shape, width_um, height_um)}
    lefs: tuple[str, ...] = ()  # paths
    topcell: str | None = None
    layer: str | None = None  # of pads in DEF and LEF (USUAL_LAYER), or LAYER/DATATYPE of outlines under labels
    vias: bool = False  # whether a layout gets vias with capture pads on its contact points, and openings above its pads
    columns: Mapping[str, str] = MappingProxyType({})  # {x, y, net, name, ...: title or number of the column} of a CSV
    wording: Wording = Wording()


NO_OPTIONS = Options()


class Lost:
    """Counts what is not understood, by words, with the numbers of the lines: nothing is skipped in silence."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], list[int]] = {}
        self._said: list[str] = []

    def text_of(self, path: str, what: str) -> str:
        """The text of a file of another program; says so where it is not in UTF-8. what: "bump map". Raises ExchangeError."""
        text, encoding = records.read_foreign_text(path, what, ExchangeError)
        if encoding != "UTF-8":
            self.say("%s is not in UTF-8: read as %s" % (path, encoding))
        return text

    def say(self, sentence: str) -> None:
        """Adds a sentence of its own."""
        self._said.append(sentence)

    def add(self, what: str, line: int, how: str = "line") -> None:
        """what: words for one of them, in front of "in line 3"."""
        self._lines.setdefault((what, how), []).append(line)

    def sentences(self) -> list[str]:
        """"section RINGS: 12 lines (lines 7 to 18)"."""
        return [*self._said, *("%s: %s (%s)" % (what, counted(len(lines), how), lines_in_words(lines)) for (what, how), lines in self._lines.items())]


def lines_in_words(lines: Sequence[int]) -> str:
    """"line 7", "lines 7 to 18" or "lines 7, 9, 12, ... and 4 more"."""
    some = sorted(set(lines))
    if len(some) == 1:
        return "line %d" % some[0]
    if some[-1] - some[0] == len(some) - 1:
        return "lines %d to %d" % (some[0], some[-1])
    return "lines %s%s" % (", ".join(map(str, some[:8])), ", and %d more" % (len(some) - 8) if len(some) > 8 else "")


def number(length_um: float) -> str:
    """A number for a file, to a millionth of its unit."""
    text = ("%.*f" % (DECIMALS, length_um)).rstrip("0").rstrip(".")
    return text if text != "-0" else "0"


def numbers(lengths_um: Sequence[float]) -> str:
    """The same of many, with blanks between them: corners of outlines are millions."""
    text = " %s " % " ".join(["%.6f"] * len(lengths_um)) % tuple(lengths_um)
    for _ in range(DECIMALS):  # one 0 at the end of each number after the other
        text = text.replace("0 ", " ")
    return text.replace(". ", " ").replace(" -0 ", " 0 ").replace(" -0 ", " 0 ")[1:-1]  # twice: neighbours share a blank


def rounded(length_um: float) -> float:
    return round(length_um, DECIMALS) + 0.0


def quick(text: str, scale: float = 1.0) -> float | None:
    """The number of a text in um; None for what `coordinate` looks at closely: for hundreds of thousands of numbers."""
    try:
        value = float(text) * scale
    except ValueError:
        return None
    return round(value, DECIMALS) + 0.0 if -_FAR < value < _FAR else None


def quick_all(texts: Sequence[str]) -> list[float] | None:
    """The numbers of some texts in um; None where `coordinate` must look closely at one of them."""
    try:
        values = [float(text) + 0.0 for text in texts]
    except ValueError:
        return None
    if not values or not math.isfinite(sum(values)) or min(values) <= -_FAR or max(values) >= _FAR:
        return None
    text = " ".join(texts)
    return [rounded(value) for value in values] if "e" in text or "E" in text or _FINE.search(text) else values


def coordinate(text: str, where: str, what: str, scale: float = 1.0) -> float:
    """The number of a text in um. where: "FILE, line 3, column 2"; what: "x". Raises ExchangeError."""
    value = quick(text, scale)
    if value is not None:
        return value
    try:
        value = float(text) * scale
    except ValueError:
        raise ExchangeError("%s: %s must be a number, not '%s'" % (where, what, text)) from None
    if not bounds.keeps(bounds.COORDINATE, value):
        raise ExchangeError("%s: %s must be %s, not %s" % (where, what, bounds.words(bounds.COORDINATE), text))
    return rounded(value)


def length(text: str, where: str, what: str, scale: float = 1.0) -> float:
    """The same of a size, which is more than 0."""
    value = coordinate(text, where, what, scale)
    if not bounds.keeps(bounds.LENGTH, value):
        raise ExchangeError("%s: %s must be %s, not %s" % (where, what, bounds.words(bounds.LENGTH), text))
    return value


def of_kind(many: int, kind: str) -> str:
    """"1 pad", "2 places of no kind"."""
    return counted(many, KIND_WORDS[kind][0]) + KIND_WORDS[kind][1]


def summary_of(pads: PadList, format_title: str, left: Iterable[str] = ()) -> Summary:
    """The Summary of a list that was read."""
    kinds = Counter(place.kind for place in pads.places)
    nets = {place.net for place in pads.places if place.net}
    words = ["Read as %s: %s, %s." % (format_title, ", ".join(of_kind(kinds[kind], kind) for kind in (*KINDS, "") if kinds[kind]), counted(len(nets), "net"))]
    bare = sum(not place.net for place in pads.places)
    if bare:
        words.append("Without a net: %s." % counted(bare, "place"))
    if pads.die:
        words.append("Die: %s, %s to %s, %s um." % tuple(map(number, pads.die)))
    if pads.traces:
        words.append("Metal: %s." % counted(len(pads.traces), "shape"))
    return Summary(words, [*left, *_other_nets_there(pads)])


def _other_nets_there(pads: PadList) -> list[str]:
    """A sentence on places of one kind and side that lie on each other with different nets."""
    keys = list(map(attrgetter("x_um", "y_um", "kind", "side"), pads.places))
    if len(set(keys)) == len(keys):
        return []
    first: dict[object, Place] = {}
    found = [place for key, place in zip(keys, pads.places) if first.setdefault(key, place).net != place.net]
    if not found:
        return []
    place = found[0]
    return ["at the place of another one, with another net: %s, one (%s) at %s, %s um" % (
        counted(len(found), "place"), place.name or place.net or "without a name", number(place.x_um), number(place.y_um))]


def require_places(path: str, places: Sequence[Place], left: Sequence[str] = ()) -> None:
    """Raises ExchangeError for a list without a place, or with too many."""
    if not places:
        raise ExchangeError("%s: holds no contact point and no pad%s" % (path, " (%s)" % "; ".join(left[:3]) if left else ""))
    if len(places) > MOST_PLACES:
        raise ExchangeError("%s: holds %d places, more than %d" % (path, len(places), MOST_PLACES))


def several_names(pads: PadList) -> list[str]:
    """A sentence on places of a drawing whose metal carries several names."""
    several = sum(" + " in place.net for place in pads.places)
    return ["metal with several names, joined by +: %s" % counted(several, "place")] if several else []


def extents(pads: PadList) -> tuple[float, float, float, float]:
    """The die, or the box around all places where there is none."""
    if pads.die:
        return pads.die
    left, bottom = (min(place.x_um - place.width_um / 2 for place in pads.places), min(place.y_um - place.height_um / 2 for place in pads.places))
    right, top = (max(place.x_um + place.width_um / 2 for place in pads.places), max(place.y_um + place.height_um / 2 for place in pads.places))
    return left, bottom, max(right, left + 1.0), max(top, bottom + 1.0)


def placed(pads: PadList, origin: str = "list", mirror: str | None = None) -> PadList:
    """The list seen from the other side (mirror x: x changes its sign, y: y does), and its origin in the centre or lower left corner of the die
    (of the places, where there is no die)."""
    if mirror:
        pads = _moved(pads, -1.0 if mirror == "x" else 1.0, -1.0 if mirror == "y" else 1.0, 0.0, 0.0)
    if origin == "list":
        return pads
    xs, ys = [place.x_um for place in pads.places], [place.y_um for place in pads.places]
    left, bottom, right, top = pads.die or (min(xs), min(ys), max(xs), max(ys))
    return _moved(pads, 1.0, 1.0, *((-left, -bottom) if origin == "lower left" else (-(left + right) / 2, -(bottom + top) / 2)))


def _moved(pads: PadList, sign_x: float, sign_y: float, by_x: float, by_y: float) -> PadList:
    def there(x: float, y: float) -> tuple[float, float]:
        return rounded(sign_x * x + by_x), rounded(sign_y * y + by_y)
    places = [place._replace(x_um=rounded(sign_x * place.x_um + by_x), y_um=rounded(sign_y * place.y_um + by_y),
                             outline=tuple((rounded(sign_x * x), rounded(sign_y * y)) for x, y in place.outline)) for place in pads.places]
    die = None
    if pads.die:
        (x1, y1), (x2, y2) = there(*pads.die[:2]), there(*pads.die[2:])
        die = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    return pads._replace(places=tuple(places), die=die, traces=tuple(trace._replace(points=tuple(there(*point) for point in trace.points)) for trace in pads.traces))


# texts


def texts_of(pads: PadList) -> set[str]:
    """The names, nets, functions, cells and ports of the places."""
    return set(chain.from_iterable(map(attrgetter("name", "net", "function", "cell", "port"), pads.places)))


def without_blanks_around(pads: PadList) -> tuple[PadList, list[str]]:
    """The list without blanks at the ends of its texts, and a sentence on those that had some. Raises ExchangeError for control characters."""
    texts = texts_of(pads) | {trace.net for trace in pads.traces}
    strange = [] if "".join(texts).isprintable() else sorted(text.strip() for text in texts if not is_one_line(text.strip()))  # a look at all is quick
    if strange:
        raise ExchangeError("the text %s holds a line break or a control character, which no list can hold: rename it" % shown(strange[0]))
    changed = sorted(text for text in texts if text != text.strip())
    if not changed:
        return pads, []
    bare = {text: text.strip() for text in texts}
    places = [place._replace(name=bare[place.name], net=bare[place.net], function=bare[place.function], cell=bare[place.cell], port=bare[place.port]) for place in pads.places]
    return pads._replace(places=tuple(places), traces=tuple(trace._replace(net=bare[trace.net]) for trace in pads.traces)), [
        "blanks around texts are left out: %s" % named("'%s'" % text.strip() for text in changed)]


def title_word(title: str, forbidden: str, usual: str) -> tuple[str, list[str]]:
    """(the name of the chip as a format can hold it, a sentence where that is another one). forbidden: letters that it cannot hold, as in a class of a regular expression."""
    word = re.sub("[%s]+" % forbidden, "_", title) or usual
    return word, ["the name %s is written as %s" % (title, word)] if title and title != word else []


def off_grid(pads: PadList, step_um: float, what: str, on_it: Callable[[Place, float], bool]) -> list[str]:
    """A sentence on places that are rounded to steps of what they are written in."""
    moved = sum(not on_it(place, step_um) for place in steps.each(pads.places))
    return ["%s rounded to %s of %s um" % (counted(moved, "place"), what, number(step_um))] if moved else []


def centre_fits(place: Place, step_um: float) -> bool:
    """Does the centre of a place lie on a grid?"""
    return multiple(place.x_um, step_um) and multiple(place.y_um, step_um)


def centre_and_sizes_fit(place: Place, step_um: float) -> bool:
    """And are its sizes multiples of the step?"""
    return centre_fits(place, step_um) and multiple(place.width_um, step_um) and multiple(place.height_um, step_um)


def sides_fit(place: Place, step_um: float) -> bool:
    """Do the sides of the box of a place lie on a grid, or, where it is round, does its centre?"""
    halves = (1, -1) if place.shape in ("square", "rectangle") else (0,)
    return all(multiple(middle + half * size / 2, step_um) for middle, size in ((place.x_um, place.width_um), (place.y_um, place.height_um)) for half in halves)


def multiple(length_um: float, step_um: float) -> bool:
    """Is a length a whole number of steps, but for a thousandth of one?"""
    return abs(length_um / step_um - round(length_um / step_um)) <= 1e-3


# names, for formats in which every place has one of its own


def with_names(pads: PadList, where_from: str = "") -> tuple[PadList, list[str]]:
    """The list with a name of its own for each place, and sentences on those that got one or another one."""
    names = Counter(place.name for place in pads.places)
    taken, places, given, changed = set(names), [], 0, dict[str, None]()
    for position, place in enumerate(steps.each(pads.places), 1):
        if not place.name:
            given += 1
            places.append(place._replace(name=_free("P%d" % position, taken)))
        elif names[place.name] > 1 and place.name in changed:
            places.append(place._replace(name=_free(place.name + "_2", taken)))
        else:
            changed.update({place.name: None} if names[place.name] > 1 else {})
            places.append(place)
    notes = ["%s without a name: numbered (P1, P2, ...)" % counted(given, "place")] if given else []
    notes += ["names of several places, numbered (_2, _3, ...): %s" % named(changed)] if changed else []
    return pads._replace(places=tuple(places)), notes


def _free(name: str, taken: set[str]) -> str:
    stem, position = (name[:-1], 2) if name.endswith("_2") else (name + "_", 2)
    while name in taken:
        position += 1
        name = "%s%d" % (stem, position)
    taken.add(name)
    return name


def require_words(pads: PadList, forbidden: str, format_title: str, reserved: Sequence[str] = ("-",)) -> None:
    """Raises ExchangeError for a name, net, cell or port that the format cannot hold: with a blank, with one of these letters, or a word that means something else."""
    strange = set(forbidden)
    for place in pads.places:
        for what, text in (("name", place.name), ("net", place.net), ("cell", place.cell), ("port", place.port)):
            if text and (text in reserved or len(text.split()) != 1 or text.strip() != text or strange & set(text)):
                raise ExchangeError("the %s '%s' at %s, %s um cannot be written as %s, whose names hold no blanks and none of %s, and are not %s: rename it" % (
                    what, text, number(place.x_um), number(place.y_um), format_title, " ".join(forbidden), " or ".join(reserved)))


def sized(pads: PadList, options: Options) -> PadList:
    """The list with the sizes of --cell for those places that have none."""
    if not options.cells:
        return pads
    return pads._replace(places=tuple(_sized(place, options) for place in pads.places))


def _sized(place: Place, options: Options) -> Place:
    known = options.cells.get(place.cell) or options.cells.get("*")
    return place if place.width_um or known is None else place._replace(shape=known[0], width_um=known[1], height_um=known[2])


def require_sizes(pads: PadList, format_title: str) -> None:
    """Raises ExchangeError for places without a size, which a format must have."""
    bare = [place for place in pads.places if not place.width_um]
    if bare:
        raise ExchangeError("%s without a size, one at %s, %s um: %s needs sizes, give --cell %s=WIDTH" % (
            counted(len(bare), "place"), number(bare[0].x_um), number(bare[0].y_um), format_title, bare[0].cell or "'*'"))
