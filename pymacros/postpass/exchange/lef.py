"""LEF: the macros of bumps and pads, read and written. Pure Python; lengths are um.

KLayout reads LEF, too, but tells no class of a macro and no use of a pin. Of all sections MACRO alone is looked at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .. import records, steps
from ..files import write_text
from ..messages import counted
from . import outlines
from .record import (
    CONTACT,
    NO_OPTIONS,
    PAD,
    USUAL_LAYER,
    ExchangeError,
    Lost,
    Options,
    PadList,
    Place,
    Summary,
    coordinate,
    extents,
    number,
    numbers,
    quick_all,
    require_places,
    require_words,
    rounded,
    summary_of,
    title_word,
    with_names,
)

TITLE = "LEF macro"
HOLDS = frozenset(("name", "net", "function", "shape", "size", "die", "title", "outline"))
_TOKEN = re.compile(r'"[^"]*"|[();]|[^\s();"]+')
BUMP_NAME = re.compile(r"bump|ball|pillar", re.IGNORECASE)
_USES = {"POWER": "power", "GROUND": "ground", "SIGNAL": "signal", "CLOCK": "signal", "ANALOG": "signal", "RESET": "signal", "SCAN": "signal", "TIEOFF": "signal"}
NOT_OF_WORDS = ';()"#'  # letters that words of LEF and DEF cannot hold, beside blanks
RESERVED = ("+", "*", "-")  # signs of LEF and DEF
_MOST_REPEATED = 100000
_ENDS = ("PORT", "END")  # of a statement in a pin, beside ;
_BLOCKS = ("PORT", "OBS", "DENSITY")  # that end with END alone
#: of LEF and DEF, as far as they are read here
_KEYWORDS = {
    "MACRO", "CLASS", "ORIGIN", "SIZE", "BY", "PIN", "END", "PORT", "OBS", "DENSITY", "USE", "LAYER", "RECT", "POLYGON", "MASK", "ITERATE", "DO", "STEP", "PATH", "WIDTH", "STRING", "INTEGER", "REAL",
    "BEGINEXT", "ENDEXT", "VERSION", "DIVIDERCHAR", "BUSBITCHARS", "DESIGN", "TECHNOLOGY", "UNITS", "DIEAREA", "NAMESCASESENSITIVE", "COMPONENTS", "PINS", "NETS", "SPECIALNETS",
    "PROPERTYDEFINITIONS", "VIAS", "STYLES", "NONDEFAULTRULES", "REGIONS", "PINPROPERTIES", "BLOCKAGES", "SLOTS", "FILLS", "SCANCHAINS", "GROUPS", "COMPONENTMASKSHIFT", "NET", "PROPERTY",
    "ROUTED", "PLACED", "FIXED", "COVER", "N", "S", "E", "W", "FN", "FS", "FE", "FW"}
_BEFORE_NAMES = frozenset(("MACRO", "PIN", "LAYER", "NET", "DESIGN", "FOREIGN", "-"))
Token = tuple[int, str]  # line, text
Points = tuple[tuple[float, float], ...]


class Pin(NamedTuple):
    """A pin of a macro. shapes: corners, as written: from the macro's own 0, 0."""

    name: str
    use: str  # "" or as LEF has it
    is_bump: bool  # a port of class BUMP
    shapes: list[Points]
    line: int
    has_bare_path: bool  # one without a width of its own: that of its layer is not known here


class Macro(NamedTuple):
    """A macro."""

    name: str
    class_: str  # "COVER BUMP"
    width_um: float
    height_um: float
    pins: list[Pin]
    origin: tuple[float, float] = (0.0, 0.0)  # where the macro's own 0, 0 lies from its lower left corner

    @property
    def kind(self) -> str:
        """Contact point, pad or "": COVER BUMP is a pad, and so is a COVER or PAD whose name has bump, ball or pillar; other PADs but spacers are contact points."""
        first = self.class_.split()[:1]
        if self.class_.startswith("COVER BUMP") or (first in (["COVER"], ["PAD"]) and BUMP_NAME.search(self.name)):
            return PAD
        return CONTACT if first == ["PAD"] and self.class_ != "PAD SPACER" else ""

    def pad(self) -> tuple[str, Points, bool] | None:
        """(the pin, the shape from the lower left corner, whether that is more than a guess) that a bump lands on or a trace ends at.

        That of the pin with a port of class BUMP, of the one named PAD, BUMP or BALL, or of the one with the largest shape."""
        pins = [pin for pin in self.pins if pin.shapes]
        told = [pin for pin in pins if pin.is_bump] or [pin for pin in pins if pin.name.upper() in ("PAD", "BUMP", "BALL")]
        chosen = told or pins
        if not chosen:
            return None
        pin = max(chosen, key=lambda one: outlines.box_area(outlines.largest(one.shapes)))
        return pin.name, tuple((rounded(x + self.origin[0]), rounded(y + self.origin[1])) for x, y in outlines.largest(pin.shapes)), bool(told)

    def sized(self, place: Place) -> Place:
        """A place, the middle of the bump, with its shape and sizes."""
        pad = self.pad()
        points: Points = pad[1] if pad else ((0.0, 0.0), (self.width_um, 0.0), (self.width_um, self.height_um), (0.0, self.height_um))
        shaped = outlines.shaped(place, points)
        return shaped._replace(x_um=place.x_um, y_um=place.y_um)


def use_of(function: str) -> str:
    """The USE of a net of this function."""
    return {"power": "POWER", "ground": "GROUND"}.get(function, "SIGNAL")


def function_of(use: str) -> str:
    """The function of pads of a net of this USE."""
    return _USES.get(use.upper(), "")


def tokens(text: str, sign: str) -> tuple[list[str], list[int]]:
    """The words of LEF or DEF without comments, keywords in capitals, and the line of each. sign: a keyword that every such file has."""
    words: list[str] = []
    lines: list[int] = []
    for line, raw in enumerate(steps.each(records.lines_of(text)), 1):
        if "#" in raw:
            raw = re.sub(r'(^|\s)#.*', "", raw) if '"' not in raw else re.sub(r'("[^"]*")|(?:(?<=\s)|^)#.*', lambda found: found.group(1) or "", raw)
        found = _TOKEN.findall(raw) if '"' in raw else raw.replace("(", " ( ").replace(")", " ) ").replace(";", " ; ").split()  # four times as fast
        words += found
        lines += [line] * len(found)
    return words if sign in words else _capitals(words), lines


def _capitals(words: list[str]) -> list[str]:
    """The words of a file whose keywords are small. What stands behind a word that a name follows is none."""
    before = ["", *(word.upper() for word in words)]
    names = {word for word, one in zip(words, before) if one in ("MACRO", "PIN")}

    def is_name(word: str, one: str) -> bool:
        return one in _BEFORE_NAMES or (one == "END" and word in names) or (one == "(" and word.upper() != "PIN")
    return [word.upper() if word.upper() in _KEYWORDS and not is_name(word, one) else word for word, one in zip(words, before)]


def read_all(paths: Iterable[str], lost: Lost) -> dict[str, Macro]:
    """{name: Macro} of some files; of those that differ the last file's, which is told. Raises ExchangeError."""
    found: dict[str, Macro] = {}
    for path in paths:
        read = macros(path)
        for name in sorted(found.keys() & read.keys()):
            if _bare(found[name]) != _bare(read[name]):
                lost.say("macro %s is another one in several LEF files: that of %s is taken" % (name, path))
        found.update(read)
    return found


def _bare(macro: Macro) -> Macro:
    """A macro wherever it stands in its file."""
    return macro._replace(pins=[pin._replace(line=0) for pin in macro.pins])


def macros(path: str) -> dict[str, Macro]:
    """{name: Macro} of a file. Raises ExchangeError."""
    words, lines = tokens(records.read_foreign_text(path, "LEF file", ExchangeError)[0], "MACRO")
    found: dict[str, Macro] = {}
    position = find(words, "MACRO", 0)
    while position + 2 < len(words):
        line, name = lines[position], words[position + 1]
        if words[position + 2] not in ("STRING", "INTEGER", "REAL"):
            end = _end(path, words, position + 2, name, line)
            found[name] = _macro(path, name, words[position + 2:end], lines[position + 2:end], line)
            position = end
        position = find(words, "MACRO", position + 2)
    return found


def find(words: list[str], word: str, start: int) -> int:
    """Where a word stands first, from a position; behind all where it does not."""
    try:
        return words.index(word, start)
    except ValueError:
        return len(words)


def _end(path: str, words: list[str], start: int, name: str, line: int) -> int:
    """Where END NAME of a macro stands; a pin may have its name."""
    position = start
    while position < len(words) - 1:
        word = words[position]
        if word == "END":
            if words[position + 1] == name:
                return position
            break
        position = _pin_end(words, position) + 2 if word == "PIN" else find(words, "END" if word in _BLOCKS else ";", position) + 1
    raise ExchangeError("%s, line %d: MACRO %s has no END" % (path, line, name))


def _pin_end(words: list[str], start: int) -> int:
    """Where END of the pin that begins at `start` stands."""
    position = start + 2
    while position < len(words) and words[position] != "END":
        position = find(words, "END" if words[position] in _BLOCKS else ";", position) + 1
    return position


def _macro(path: str, name: str, words: list[str], lines: Sequence[int], line: int) -> Macro:
    """lines: those of the words; line: of the macro."""
    class_, origin = "", (0.0, 0.0)
    size: tuple[float, float] | None = None
    pins: list[Pin] = []
    position = 0
    while position < len(words):
        first = words[position]
        if first == "PIN":
            end = _pin_end(words, position)
            pins.append(_pin(path, words[position + 1] if position + 1 < len(words) else "", words[position + 2:end], lines[position + 2:end], lines[position]))
            position = end + 2
            continue
        if first in _BLOCKS:
            position = find(words, "END", position) + 1
            continue
        where = "%s, line %d" % (path, lines[position])
        texts = words[position:max(find(words, ";", position), position + 1)]
        if first == "CLASS":
            class_ = " ".join(texts[1:]).upper()
        elif first == "ORIGIN" and len(texts) >= 3:
            pair = [word for word in texts[1:] if word not in "()"]
            if len(pair) != 2:
                raise ExchangeError("%s: ORIGIN must be X Y" % where)
            origin = coordinate(pair[0], where, "ORIGIN"), coordinate(pair[1], where, "ORIGIN")
        elif first == "SIZE":
            pair = [word for word in texts[1:] if word.upper() != "BY"]
            if len(pair) != 2:
                raise ExchangeError("%s: SIZE must be WIDTH BY HEIGHT" % where)
            size = coordinate(pair[0], where, "SIZE"), coordinate(pair[1], where, "SIZE")
        position += len(texts) + 1
    width_um, height_um = size or (0.0, 0.0)
    macro = Macro(name, class_, width_um, height_um, pins, origin)
    if size is None and macro.kind:
        raise ExchangeError("%s, line %d: MACRO %s has no SIZE" % (path, line, name))
    return macro


def _pin(path: str, name: str, words: list[str], lines: Sequence[int], line: int) -> Pin:
    """lines: those of the words, which are what stands between name and END; line: of the pin."""
    use, bump, shapes = "", False, []
    has_bare_path, width_um, position = False, 0.0, 0  # width: of paths
    while position < len(words):
        steps.step()
        texts = _statement(words, position)
        if texts[:1] == ["USE"] and len(texts) > 1:
            use = texts[1].upper()
        elif texts[:1] == ["CLASS"] and "".join(texts[1:2]).upper() == "BUMP":
            bump = True
        elif texts[:1] in (["RECT"], ["POLYGON"], ["PATH"]):
            where = "%s, line %d" % (path, lines[position])
            points = _shape(where, texts)
            has_bare_path |= texts[0] == "PATH" and not width_um
            for shape in _strokes(points, width_um) if texts[0] == "PATH" else [points]:
                shapes += _repeated(where, shape, texts)
        elif texts[:1] == ["LAYER"]:
            width_um = 0.0
        elif texts[:1] == ["WIDTH"] and len(texts) > 1:
            width_um = coordinate(texts[1], "%s, line %d" % (path, lines[position]), "WIDTH")
        position += len(texts) + 1
    return Pin(name, use, bump, shapes, line, has_bare_path)


def _statement(words: list[str], start: int) -> list[str]:
    """The words from a position up to what ends a statement of a pin."""
    texts = words[start:find(words, ";", start)]
    for word in _ENDS:
        if word in texts:
            texts = texts[:texts.index(word)]
    return texts


def _shape(where: str, texts: Sequence[str]) -> Points:
    words = list(texts[1:])
    if "(" in words or "ITERATE" in words:
        words = [word for word in words if word not in ("(", ")", "ITERATE")]
    words = words[2:] if words[:1] == ["MASK"] else words
    words = words[:words.index("DO")] if "DO" in words else words
    words = words[:4] if texts[0] == "RECT" else words
    values = quick_all(words) or [coordinate(word, where, "a corner") for word in words]
    if len(values) % 2 or len(values) < {"RECT": 4, "PATH": 2}.get(texts[0], 6):
        raise ExchangeError("%s: %s has %d numbers" % (where, texts[0], len(values)))
    if texts[0] == "RECT":
        x1, y1, x2, y2 = values
        return ((x1, y1), (x2, y1), (x2, y2), (x1, y2))
    return tuple(zip(values[::2], values[1::2]))


def _strokes(points: Points, width_um: float) -> list[Points]:
    """The rectangles of a path, each as far as half its width beyond its points; none of a path without a width."""
    half = width_um / 2
    found: list[Points] = []
    for (x1, y1), (x2, y2) in zip(points, points[1:] or points) if width_um else ():
        reach = math.hypot(x2 - x1, y2 - y1)
        x, y = ((x2 - x1) / reach * half, (y2 - y1) / reach * half) if reach else (half, 0.0)
        corners = ((x1 - x + y, y1 - y - x), (x2 + x + y, y2 + y - x), (x2 + x - y, y2 + y + x), (x1 - x - y, y1 - y + x))
        found.append(tuple((rounded(one), rounded(other)) for one, other in corners))
    return found


def _repeated(where: str, shape: Points, texts: Sequence[str]) -> list[Points]:
    """The shapes of ITERATE ... DO columns BY rows STEP x y."""
    if "ITERATE" not in texts:
        return [shape]
    said = re.search(r" DO (\d{1,4}) BY (\d{1,4}) STEP (\S+) (\S+)$", " ".join(texts))
    if said is None or int(said.group(1)) * int(said.group(2)) > _MOST_REPEATED:
        raise ExchangeError("%s: ITERATE needs DO columns BY rows STEP x y, of at most %d shapes" % (where, _MOST_REPEATED))
    by_x, by_y = (coordinate(said.group(number), where, "STEP") for number in (3, 4))
    return [tuple((rounded(x + column * by_x), rounded(y + row * by_y)) for x, y in shape) for column in range(int(said.group(1))) for row in range(int(said.group(2)))]


# a macro as a list


def read(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The pins of a macro as a list: the abstract of a chip. Raises ExchangeError."""
    found = macros(path)
    if options.topcell and options.topcell not in found:
        raise ExchangeError("%s: holds no MACRO %s" % (path, options.topcell))
    if not found:
        raise ExchangeError("%s: holds no MACRO: not a LEF file, or one of layers alone" % path)
    if not options.topcell and len(found) != 1:
        raise ExchangeError("%s: holds %d macros: %s" % (path, len(found), options.wording.topcell))
    macro = found[options.topcell or next(iter(found))]
    lost = Lost()
    places = []
    (left, bottom), kind = macro.origin, macro.kind
    for pin in steps.each(macro.pins):
        if pin.has_bare_path:
            lost.add("paths as wide as their layer are not read", pin.line, "pin")
        if not pin.shapes:
            lost.add("pins without a shape", pin.line)
            continue
        places.append(outlines.shaped(Place(pin.name, 0.0, 0.0, pin.name, kind, function_of(pin.use), line=pin.line), outlines.largest(pin.shapes)))
        if len(pin.shapes) > 1:
            lost.add("of pins with several shapes the largest is read", pin.line)
    require_places(path, places, lost.sentences())
    pads = PadList(tuple(places), (rounded(-left), rounded(-bottom), rounded(macro.width_um - left), rounded(macro.height_um - bottom)), macro.name)
    return pads, summary_of(pads, TITLE, lost.sentences())


def write(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Writes the chip as one macro, with a pin for each place, of its name or else its net. Returns notes."""
    pads, notes = with_names(pads._replace(places=tuple(place if place.name else place._replace(name=place.net) for place in pads.places)))
    require_words(pads, NOT_OF_WORDS, TITLE, RESERVED)
    left, bottom, right, top = extents(pads)
    name, of_title = title_word(pads.title, r"\s" + NOT_OF_WORDS, "CHIP")
    lines = ["VERSION 5.8 ;", "", "MACRO %s" % name, "  CLASS BLOCK ;", "  ORIGIN %s %s ;" % (number(-left), number(-bottom)), "  SIZE %s BY %s ;" % (number(right - left), number(top - bottom))]
    for place in steps.each(pads.places):
        lines += ["  PIN %s" % place.name, "    DIRECTION INOUT ;", "    USE %s ;" % use_of(place.function), "    PORT", "      LAYER %s ;" % (options.layer or USUAL_LAYER),
                  "      " + shape_words(place, place.x_um, place.y_um), "    END",
                  "  END %s" % place.name]
    lines += ["END %s" % name, "", "END LIBRARY", ""]
    write_text(path, "\n".join(lines))
    other = sum(place.net != place.name for place in pads.places)
    otherwise = sum(function_of(use_of(place.function)) != place.function for place in pads.places)
    notes += [*of_title, *(["%s of another function than power, ground and signal, or of none, written as USE SIGNAL" % counted(otherwise, "place")] if otherwise else [])]
    return notes + (["the pins are named by the places, %d of which have another net" % other] if other else [])


def shape_words(place: Place, x_um: float, y_um: float) -> str:
    """RECT or POLYGON of a place's shape around a point."""
    if place.shape in ("square", "rectangle"):
        return "RECT %s ;" % numbers((x_um - place.width_um / 2, y_um - place.height_um / 2, x_um + place.width_um / 2, y_um + place.height_um / 2))
    return "POLYGON %s ;" % numbers([value for x, y in outlines.corners(place) for value in (x_um + x, y_um + y)])


def bump_macro(name: str, place: Place, layer: str) -> list[str]:
    """Lines of the macro of a bump or pad with the shape of a place."""
    class_ = "COVER BUMP" if place.kind != CONTACT else "PAD AREAIO"
    return ["MACRO %s" % name, "  CLASS %s ;" % class_, "  ORIGIN 0 0 ;", "  SIZE %s BY %s ;" % (number(place.width_um), number(place.height_um)), "  SYMMETRY X Y R90 ;",
            "  PIN PAD", "    DIRECTION INOUT ;", "    USE SIGNAL ;", "    PORT", *(["      CLASS BUMP ;"] if place.kind == CONTACT else []), "      LAYER %s ;" % layer,
            "      " + shape_words(place, place.width_um / 2, place.height_um / 2), "    END", "  END PAD", "END %s" % name, ""]
