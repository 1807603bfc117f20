"""AIF 2.0, the die and package file of wire bond and flip-chip tools, and the older list of Amkor's of the same name. Pure Python.

A file of AIF 2.0 has sections: [DATABASE] (units), [DIE] (size, centre), [PADS] (shapes by name), [NETLIST]: net, die pad, its shape, x, y, then ball,
its shape, x, y; "-" stands for nothing. A die pad is a contact point, a ball a pad. The older list has lines KEY=VALUE and rows of number, x, y, net, ball.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .. import records, steps
from ..draw.coordinates import UNITS, unit_of
from ..files import write_text
from ..messages import counted, named
from . import outlines
from .record import CONTACT, NO_OPTIONS, PAD, ExchangeError, Lost, Options, PadList, Place, Summary, coordinate, extents, length, number, require_places, require_words, summary_of, title_word

TITLE, OLD_TITLE = "AIF 2.0", "Amkor die list"
HOLDS = frozenset(("name", "net", "kind", "shape", "size", "cell", "die", "title", "outline"))
OLD_HOLDS = frozenset(("name", "net", "die", "title"))
_SHAPES = {"SQUARE": "square", "SQ": "square", "RECTANGLE": "rectangle", "RECT": "rectangle", "OBLONG": "oblong", "OBROUND": "oblong", "CIRCLE": "circle",
           "ROUND": "circle", "POLY": "polygon", "POLYGON": "polygon"}
_NAMES = {"square": "SQUARE", "rectangle": "RECTANGLE", "oblong": "OBLONG", "circle": "CIRCLE", "octagon": "POLY", "polygon": "POLY"}
_KNOWN = ("DATABASE", "DIE", "PADS", "NETLIST", "BGA")
MOST_NUMBERED = 9999  # of the older list
Lines = list[tuple[int, str]]


def read(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The list of a file of AIF 2.0. Raises ExchangeError."""
    lost = Lost()
    sections = _sections(path, lost.text_of(path, "AIF file"), lost)
    for needed in ("DATABASE", "NETLIST"):
        if needed not in sections:
            raise ExchangeError("%s: has no section [%s]" % (path, needed))
    unit = _unit(path, sections["DATABASE"], lost)
    scale = UNITS[unit]
    shapes = _shapes(path, sections.get("PADS", []), scale, lost)
    ball = _ball_of(path, sections.get("BGA", []), scale, lost)
    places: list[Place] = []
    for line, text in sections["NETLIST"]:
        places += _row(path, line, text, scale, shapes, ball, lost)
    require_places(path, places, lost.sentences())
    title, die = _die(path, sections.get("DIE", []), scale, places, lost)
    pads = PadList(tuple(places), die, title, unit)
    return pads, summary_of(pads, TITLE, lost.sentences())


def _sections(path: str, text: str, lost: Lost) -> dict[str, Lines]:
    """{name: its lines}, without comments; lines before the first section and of unknown ones are counted."""
    sections: dict[str, Lines] = {}
    name = None
    for line, raw in enumerate(steps.each(records.lines_of(text)), 1):
        bare = raw.split(";", 1)[0].strip()
        header = re.fullmatch(r"\[\s*([^\]]+?)\s*\]", bare)
        if header:
            name = header.group(1).upper()
            if name in sections and name in _KNOWN:
                raise ExchangeError("%s, line %d: a second section [%s]" % (path, line, name))
            sections[name] = []
        elif bare and name is None:
            lost.add("text before the first section", line)
        elif bare:
            sections[name].append((line, bare))
        if (header or bare) and name is not None and name not in _KNOWN:
            lost.add("section [%s] is not read" % name, line)
    return sections


def _key(path: str, line: int, text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ExchangeError("%s, line %d: '%s' is no KEY=VALUE" % (path, line, text[:60]))
    return key.strip(), value.strip()


def _unit(path: str, lines: Lines, lost: Lost) -> str:
    unit = None
    for line, text in lines:
        key, value = _key(path, line, text)
        if key.upper() == "UNITS":
            unit = unit_of(value)
            if unit is None:
                raise ExchangeError("%s, line %d: unknown unit '%s' (known are %s)" % (path, line, value, ", ".join(UNITS)))
        elif key.upper() == "TYPE" and value.upper() != "AIF":
            raise ExchangeError("%s, line %d: a file of type '%s', not AIF" % (path, line, value))
        elif key.upper() == "VERSION" and not value.startswith("2"):
            lost.add("version %s of AIF is read as 2.0" % value, line)
        elif key.upper() not in ("TYPE", "VERSION"):
            lost.add("%s of [DATABASE] is not read" % key, line)
    if unit is None:
        raise ExchangeError("%s: [DATABASE] names no UNITS" % path)
    return unit


def _die(path: str, lines: Lines, scale: float, places: list[Place], lost: Lost) -> tuple[str, tuple[float, float, float, float] | None]:
    title, width, height, centre = "", 0.0, 0.0, None
    for line, text in lines:
        key, value = _key(path, line, text)
        where = "%s, line %d" % (path, line)
        if key.upper() == "NAME":
            title = value
        elif key.upper() in ("WIDTH", "HEIGHT"):
            size = _die_size(value, where, key, scale)
            width, height = (size, height) if key.upper() == "WIDTH" else (width, size)
        elif key.upper() == "CENTER":
            parts = re.split(r"[\s,]+", value)
            if len(parts) != 2:
                raise ExchangeError("%s: CENTER must be two numbers, not '%s'" % (where, value))
            centre = coordinate(parts[0], where, "CENTER", scale), coordinate(parts[1], where, "CENTER", scale)
        else:
            lost.add("%s of [DIE] is not read" % key, line)
    if not (width and height):
        lost.add("no WIDTH and HEIGHT of the die", lines[0][0] if lines else 1)
        return title, None
    if centre is None:  # as the format says: that of the die pads
        own = [place for place in places if place.kind == CONTACT] or places
        xs, ys = [place.x_um for place in own], [place.y_um for place in own]
        centre = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return title, (centre[0] - width / 2, centre[1] - height / 2, centre[0] + width / 2, centre[1] + height / 2)


def _die_size(value: str, where: str, key: str, scale: float) -> float:
    """A width or height of a die, which may be as large as a board."""
    size = coordinate(value, where, key, scale)
    if size <= 0:
        raise ExchangeError("%s: %s must be more than 0, not %s" % (where, key, value))
    return size


def _shapes(path: str, lines: Lines, scale: float, lost: Lost) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for line, text in lines:
        name, value = _key(path, line, text)
        if name in found:
            raise ExchangeError("%s, line %d: a second pad %s" % (path, line, name))
        found[name] = _shape("%s, line %d" % (path, line), line, name, value, scale, lost)
    return found


def _shape(where: str, line: int, name: str, value: str, scale: float, lost: Lost) -> Place:
    """A Place at 0, 0 with the shape that a line of [PADS] tells; without one where it cannot be told."""
    words = re.split(r"[\s,]+", value)
    shape = _SHAPES.get(words[0].upper())
    bare = Place("", 0.0, 0.0, cell=name)
    if shape is None:
        lost.add("unknown shape '%s' of [PADS]" % words[0], line)
        return bare
    if shape == "polygon":
        numbers = [coordinate(word, where, "a corner of %s" % name, scale) for word in words[1:]]
        if len(numbers) < 6 or len(numbers) % 2:
            raise ExchangeError("%s: the polygon of %s needs three corners or more, x,y each" % (where, name))
        points = list(zip(numbers[::2], numbers[1::2]))
        shaped = outlines.shaped(bare, points[:-1] if points[0] == points[-1] and len(points) > 3 else points)
        return shaped  # x_um, y_um: where the middle of its box is
    wanted = 1 if shape in ("square", "circle") else 2
    sizes = [length(word, where, "the size of %s" % name, scale) for word in words[1:1 + wanted]]
    if len(sizes) < wanted:
        raise ExchangeError("%s: %s of %s needs %d size%s" % (where, words[0], name, wanted, "" if wanted == 1 else "s"))
    if len(words) > 1 + wanted:
        lost.add("fillets and chamfers of [PADS] are not read", line)
    return bare._replace(shape=shape, width_um=sizes[0], height_um=sizes[-1])


def _ball_of(path: str, lines: Lines, scale: float, lost: Lost) -> Place | None:
    """The shape of the package's balls."""
    ball = None
    for line, text in lines:
        key, _, value = text.partition("=")
        if key.strip().upper() == "BALL" and value.strip():
            ball = _shape("%s, line %d" % (path, line), line, "", value.strip(), scale, lost)
        else:
            lost.add("[BGA] is read for BALL alone", line)
    return ball


def _row(path: str, line: int, text: str, scale: float, shapes: dict[str, Place], ball: Place | None, lost: Lost) -> list[Place]:
    words = text.split()
    if line and words[0].upper() in ("NETNAME", "NET") and any(word.upper().startswith(("PAD_X", "DP-X", "PADX")) for word in words):
        return []  # a header that is no comment
    if len(words) < 5:
        raise ExchangeError("%s, line %d: %s instead of 5 or more (net, pad, shape, x, y)" % (path, line, counted(len(words), "value")))
    net = "" if words[0] == "-" else words[0]
    found = [_at(path, line, 4, words[1:5], net, CONTACT, scale, shapes, None, lost)]
    if len(words) >= 9:
        found.append(_at(path, line, 8, words[5:9], net, PAD, scale, shapes, ball, lost))
    elif len(words) > 5 and any(word != "-" for word in words[5:]):
        lost.add("balls without a place", line)
    if len(words) > 9 and any(word != "-" for word in words[9:]):
        lost.add("fingers and rings of [NETLIST] are not read", line)
    places = [place for place in found if place is not None]
    if not places and len(words) < 6:
        lost.add("nets without a place", line)
    return places


def _at(path: str, line: int, column: int, words: list[str], net: str, kind: str, scale: float, shapes: dict[str, Place], otherwise: Place | None, lost: Lost) -> Place | None:
    """The place of four words (name, shape, x, y), None where they are placeholders."""
    name, shape, x, y = words
    if x == "-" and y == "-":
        if name != "-":
            lost.add("%s without a place" % ("pads" if kind == CONTACT else "balls"), line)
        return None
    x_um = coordinate(x, "%s, line %d, column %d" % (path, line, column), "x", scale)
    y_um = coordinate(y, "%s, line %d, column %d" % (path, line, column + 1), "y", scale)
    known = shapes.get(shape)
    if known is None and shape != "-":
        if otherwise is None:
            lost.add("shape %s is not in [PADS]" % shape, line)
        known = otherwise
    elif known is None:
        known = otherwise
    cell = "" if shape == "-" else shape
    bare = Place("" if name == "-" else name, x_um, y_um, net, kind, cell=cell, line=line)
    if known is None:
        return bare
    return known._replace(name=bare.name, x_um=x_um + known.x_um, y_um=y_um + known.y_um, net=net, kind=kind, cell=cell, line=line)


def write(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Writes AIF 2.0 in um: a line for each place. Returns notes. Raises ExchangeError for names with blanks."""
    require_words(pads, ";", TITLE)
    require_words(PadList(tuple(place._replace(name="", net="", port="") for place in pads.places)), "=[]", TITLE)
    names, lines, renamed = _named_shapes(pads)
    title, notes = title_word(pads.title, r"\s;", "DIE")
    left, bottom, right, top = extents(pads)
    text = ["; die pads and balls, lengths in um", "[DATABASE]", "TYPE=AIF", "VERSION=2.0", "UNITS=UM", "", "[DIE]", "NAME=%s" % title,
            "WIDTH=%s" % number(right - left), "HEIGHT=%s" % number(top - bottom), "CENTER=%s %s" % (number((left + right) / 2), number((bottom + top) / 2)), "", "[PADS]", *lines, "", "[NETLIST]",
            "; NET PAD# TYPE PAD_X PAD_Y BALL# TYPE BALL_X BALL_Y"]
    for place in steps.each(pads.places):
        words = "%s %s %s %s" % (place.name or "-", names.get(_shape_key(place), place.cell or "-"), number(place.x_um), number(place.y_um))
        text.append("%s %s" % (place.net or "-", words if place.kind != PAD else "- - - - " + words))
    write_text(path, "\n".join(text) + "\n")
    bare = sum(not place.kind for place in pads.places)
    notes += ["%s of no kind, written as die pads" % counted(bare, "place")] if bare else []
    notes += ["places of one cell have different shapes: further lines of [PADS] for %s" % named(renamed)] if renamed else []
    return notes + ([] if pads.die else ["the list has no die: its size is that of the places"])


def _shape_key(place: Place) -> tuple[object, ...] | None:
    return (place.cell, place.shape, place.width_um, place.height_um, place.outline) if place.width_um else None


def _named_shapes(pads: PadList) -> tuple[dict[object, str], list[str], list[str]]:
    """({shape: its name}, lines of [PADS], cells that got further names)."""
    names: dict[object, str] = {}
    lines = []
    taken = {place.cell for place in pads.places}
    sizeless = {place.cell for place in pads.places if not place.width_um}  # which would get a size by the name
    renamed = dict[str, None]()
    for place in steps.each(pads.places):
        key = _shape_key(place)
        if key is None or key in names:
            continue
        first = place.cell and place.cell not in sizeless and place.cell not in names.values()
        name = place.cell if first else _free(place.cell or "PAD", taken)
        if place.cell and not first:
            renamed[place.cell] = None
        names[key] = name
        taken.add(name)
        shape = _NAMES[place.shape or "rectangle"]
        sizes = [place.width_um] if shape in ("SQUARE", "CIRCLE") else [place.width_um, place.height_um]
        corners = outlines.corners(place)
        words = " ".join(map(number, sizes)) if shape != "POLY" else " ".join("%s,%s" % (number(x), number(y)) for x, y in [*corners, corners[0]])
        lines.append("%s=%s %s" % (name, shape, words))
    return names, lines, list(renamed)


def _free(stem: str, taken: set[str]) -> str:
    return next(name for name in ("%s%d" % (stem, count) for count in range(1, len(taken) + 2)) if name not in taken)


# the older list


def read_old(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The list of a file of the older kind. Raises ExchangeError."""
    lost = Lost()
    head: dict[str, tuple[int, str]] = {}
    rows: list[tuple[int, list[str]]] = []
    for line, raw in enumerate(records.lines_of(lost.text_of(path, "die list")), 1):
        bare = raw.split(";", 1)[0].split("#", 1)[0].strip()
        if "=" in bare:
            key, _, value = bare.partition("=")
            head[key.strip().upper()] = line, value.strip()
        elif bare:
            rows.append((line, bare.split()))
    unit = options.unit or (unit_of(head["DIE_UNITS"][1]) if "DIE_UNITS" in head else None)
    if unit is None:
        raise ExchangeError("%s: DIE_UNITS is missing or unknown: %s" % (path, options.wording.unit))
    scale = UNITS[unit]
    for key, (line, _) in head.items():
        if key not in ("DIE_NAME", "DIE_UNITS", "DIE_X", "DIE_Y", "DIE_PAD_SIZE"):
            lost.add("%s is not read" % key, line)

    def size(key: str, read_um: Callable[[str, str, str, float], float]) -> float:
        return read_um(head[key][1], "%s, line %d" % (path, head[key][0]), key, scale) if key in head else 0.0
    pad_size = size("DIE_PAD_SIZE", length)
    places = [_old_row(path, line, words, scale, pad_size, lost) for line, words in steps.each(rows)]
    require_places(path, places, lost.sentences())
    width, height = size("DIE_X", _die_size), size("DIE_Y", _die_size)
    pads = PadList(tuple(places), (-width / 2, -height / 2, width / 2, height / 2) if width and height else None, head.get("DIE_NAME", (0, ""))[1], unit)
    return pads, summary_of(pads, OLD_TITLE, lost.sentences())


def _old_row(path: str, line: int, words: list[str], scale: float, size: float, lost: Lost) -> Place:
    where = "%s, line %d" % (path, line)
    if len(words) not in (4, 5):
        raise ExchangeError("%s: %s instead of 4 or 5 (number, x, y, net, ball)" % (where, counted(len(words), "value")))
    if len(words) == 5 and words[4] != "-":
        lost.add("balls without a place", line)
    x_um, y_um = (coordinate(words[column], "%s, column %d" % (where, column + 1), "xy"[column - 1], scale) for column in (1, 2))
    return Place(words[0], x_um, y_um, "" if words[3] == "-" else words[3], CONTACT, shape="square" if size else "", width_um=size, height_um=size, line=line)


def write_old(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Writes the older list in um. Returns notes."""
    require_words(pads, ";#=", OLD_TITLE)
    if len(pads.places) > MOST_NUMBERED:
        raise ExchangeError("%d places are more than the %d of a %s: write AIF 2.0" % (len(pads.places), MOST_NUMBERED, OLD_TITLE))
    names = [place.name for place in pads.places]
    own = all(name.isascii() and name.isdigit() and 1 <= int(name) <= MOST_NUMBERED for name in names) and len(set(names)) == len(names)
    left, bottom, right, top = extents(pads)
    by_x, by_y = (left + right) / 2, (bottom + top) / 2
    sizes = {place.width_um for place in pads.places}
    title, notes = title_word(pads.title, ";#", "DIE")
    text = ["DIE_NAME=%s" % title, "DIE_UNITS=um", "DIE_X=%s" % number(right - left), "DIE_Y=%s" % number(top - bottom)]
    text += ["DIE_PAD_SIZE=%s" % number(min(sizes - {0.0}))] if sizes - {0.0} else []
    text += ["%s %s %s %s -" % (place.name if own else count, number(place.x_um - by_x), number(place.y_um - by_y), place.net or "-") for count, place in enumerate(steps.each(pads.places), 1)]
    write_text(path, "\n".join(text) + "\n")
    notes += [] if own else ["the places are numbered from 1: their names are not the numbers 1 to %d" % MOST_NUMBERED]
    notes += ["all kinds are written as die pads"] if any(place.kind != CONTACT for place in pads.places) else []
    notes += ["the centre of the die is at 0, 0"] if (by_x, by_y) != (0.0, 0.0) else []
    return notes + (["%d sizes: the smallest is written" % len(sizes)] if len(sizes) > 1 else []) + ([] if pads.die else ["the list has no die: its size is that of the places"])
