"""Lists of places as CSV, by the reader of the panel (draw/pointlist.py): any header, separator, decimal comma, units. Pure Python.

Columns beside those of pointlist are known by their titles: width, height, size, shape, side, cell, port. What is written names all of them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from .. import steps
from ..bounds import LENGTH, keeps, words
from ..draw import coordinates, pointlist
from ..files import write_text
from ..messages import counted, named
from . import outlines
from .record import MOST_PLACES, NO_OPTIONS, SIDES, ExchangeError, Lost, Options, PadList, Place, Summary, number, summary_of, texts_of

TITLE, NET_LIST_TITLE = "CSV", "net list"
HOLDS = frozenset(("name", "net", "kind", "function", "shape", "size", "side", "cell", "port", "outline"))
NET_LIST_HOLDS = frozenset(("name", "net", "kind", "size"))
COLUMNS = ("name", "x_um", "y_um", "net", "kind", "function", "shape", "width_um", "height_um", "side", "cell", "port", "outline_um")
MORE_ROLES = ("width", "height", "shape", "side", "cell", "port")
NET_LIST_COLUMNS = ("net", "x_um", "y_um", "kind", "name", "size_um")
#: words of a title, without its unit -> what the column is
_MORE = {"width": "width", "w": "width", "size": "width", "diameter": "width", "dia": "width", "sizex": "width", "xsize": "width", "xlen": "width",
         "sizey": "height", "ysize": "height", "ylen": "height", "height": "height", "h": "height", "shape": "shape", "padshape": "shape", "side": "side", "layer": "side",
         "cell": "cell", "bumpcell": "cell", "celltype": "cell", "type": "cell", "padtype": "cell", "footprint": "cell", "package": "cell", "port": "port", "portname": "port", "outline": "outline"}
_UNITS = ("unit", "units")  # titles of a column that holds nothing but the unit
_SIDES = {"top": "top", "t": "top", "front": "top", "f.cu": "top", "bottom": "bottom", "b": "bottom", "back": "bottom", "b.cu": "bottom", "bot": "bottom",
          "toplayer": "top", "bottomlayer": "bottom", "": "", "-": ""}
_EDGES = {"left", "right", "l", "r", "n", "e", "s", "w", "north", "east", "south", "west"}  # of a die: top and bottom among these are edges, too
_SHAPES = {"round": "circle", "circular": "circle", "obround": "oblong", "oval": "oblong", "rect": "rectangle", "rectangular": "rectangle", "sq": "square", "octagonal": "octagon"}
_ROUND = {"diameter", "dia"}
_BESIDE = {"pad", "ball", "bump"}  # words of a title that say nothing of its column
_TWO_SIZES = re.compile(r"\s*[xX\u00d7*]\s*(?=[\d.,])")  # 20x30


def read(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The list of a file. Raises pointlist.PointListError, ExchangeError."""
    lost = Lost()
    table = _with_columns(pointlist.read(lost.text_of(path, "list"), path, most=MOST_PLACES), options)
    if not {"x", "y"} <= set(table.roles):
        raise ExchangeError("%s: %s: %s" % (path, "; ".join(table.doubts), options.wording.columns))
    units = _column_of_units(table)
    if units is not None and options.unit is None:
        options = options._replace(unit=_unit_of_column(path, table, units))
    more, notes = _more_columns(path, table, options)
    reading = pointlist.Reading(options.unit, also=(*more.values(), *([units] if units is not None else []), *([table.roles["name"]] if "name" in table.roles else [])), twins=False)
    found = pointlist.points(table, reading)
    rows = dict(table.rows)
    places = _without_repeats(path, [_place(path, table, more, point, rows[point.line], options, lost) for point in steps.each(found.points)], lost)
    if "name" in table.roles and "net" not in table.roles:
        notes.append("There is no column of nets: the names are taken for nets, too.")
    unit = options.unit or table.units.get(table.roles["x"])
    pads = PadList(tuple(places), unit=unit or "um")
    summary = summary_of(pads, TITLE, [*lost.sentences(), *found.notes, *notes])
    if unit is None and coordinates.written(rows[found.points[0].line][table.roles["x"]]).unit is None:
        summary.read.append("No unit is named: lengths are taken for um (else %s)." % options.wording.unit)
    return pads, summary


def _column_of_units(table: pointlist.Table) -> int | None:
    """The column, titled so, in which each line names its unit."""
    return next((column for column, title in enumerate(table.titles) if title.lower() in _UNITS and all(coordinates.unit_of(_value(values, column)) for _, values in table.rows)), None)


def _unit_of_column(path: str, table: pointlist.Table, column: int) -> str | None:
    """The unit of all lines. Raises ExchangeError where they name several."""
    first: dict[str | None, int] = {}
    for line, values in table.rows:
        first.setdefault(coordinates.unit_of(_value(values, column)), line)
    if len(first) > 1:
        (one, there), (other, line) = list(first.items())[:2]
        raise ExchangeError("%s, line %d, %s: %s, but %s in line %d: a list has one unit, convert its parts one by one" % (path, line, table.title(column), other, one, there))
    return next(iter(first))


def _value(values: Sequence[str], column: int) -> str:
    return values[column] if column < len(values) else ""


def _with_columns(table: pointlist.Table, options: Options) -> pointlist.Table:
    """The table with the columns that the options choose. Raises ExchangeError."""
    chosen = {role: _column(table, text) for role, text in options.columns.items()}
    guessed = {role: column for role, column in table.roles.items() if column not in chosen.values()}
    if "function" not in {*guessed, *chosen}:
        types = [column for column, title in enumerate(table.titles) if column not in chosen.values() and _tells_functions(table, column, title)]
        guessed.update({"function": types[0]} if types else {})
    return table._replace(roles={**guessed, **{role: column for role, column in chosen.items() if role in pointlist.ROLES}})


def _tells_functions(table: pointlist.Table, column: int, title: str) -> bool:
    """Does a column of types hold power, ground, signal and nothing else?"""
    values = {_value(values, column).lower() for _, values in table.rows} - set(pointlist.NONE)
    return "type" in pointlist.words_of(title) and bool(values) and all(map(pointlist.means_function, values))


def _column(table: pointlist.Table, text: str) -> int:
    """The column of a title or number."""
    same = [column for column, title in enumerate(table.titles) if title.lower() == text.lower()]
    if not same and text.isdecimal() and 1 <= int(text) <= table.columns():
        return int(text) - 1
    if len(same) != 1:
        raise ExchangeError("%s: %s columns are named '%s' (%s)" % (table.name, len(same) or "no", text, ", ".join(table.titles) if table.titles else "it has %d columns" % table.columns()))
    return same[0]


def _without_repeats(path: str, places: Sequence[Place], lost: Lost) -> list[Place]:
    """The places without those that say what an earlier line says. Raises ExchangeError for two nets at one place."""
    seen: set[object] = set()
    first: dict[object, Place] = {}
    left = []
    for place in places:
        other = first.setdefault((place.x_um, place.y_um, place.kind, place.side), place)
        if other is not place and place[:-1] in seen:
            lost.add("left out, for they repeat an earlier line", place.line)
            continue
        if other is not place and place.net != other.net:
            raise ExchangeError("%s, line %d: the place %g, %g um is already in line %d, with %s" % (
                path, place.line, place.x_um, place.y_um, other.line, "net %s" % other.net if other.net else "no net"))
        if other is not place:
            lost.add("at the place of an earlier line, with another name or size", place.line)
        seen.add(place[:-1])
        left.append(place)
    return left


def _more_columns(path: str, table: pointlist.Table, options: Options) -> tuple[dict[str, int], list[str]]:
    """({what: column} of those that pointlist does not read, notes)."""
    found = {what: _column(table, text) for what, text in options.columns.items() if what in MORE_ROLES}
    notes: list[str] = []
    taken = {*table.roles.values(), *found.values()}
    for column, title in enumerate(table.titles):
        said = pointlist.words_without_unit(title)
        what = _MORE.get("".join(said)) or _MORE.get("".join(word for word in said if word not in _BESIDE))
        if what is None or what in found or column in taken:
            continue
        if what == "side" and not _tells_sides(path, table, column):
            notes.append("%s does not tell top and bottom." % title)
        else:
            found[what] = column
    return found, notes


def _tells_sides(path: str, table: pointlist.Table, column: int) -> bool:
    """Are the values of a column top and bottom? Not the edges of a die, nor names of layers. Raises ExchangeError where one alone is neither."""
    lines = {(values[column] if column < len(values) else "").lower(): line for line, values in reversed(table.rows)}
    strange = {value: line for value, line in lines.items() if value not in _SIDES}
    if strange and set(lines) - set(strange) - {"", "-"} and not _EDGES.intersection(strange):
        value, line = min(strange.items(), key=lambda one: one[1])
        raise ExchangeError("%s, line %d, %s: '%s' is not %s" % (path, line, table.title(column), value, " or ".join(SIDES)))
    return not strange


@lru_cache(maxsize=1000)
def _two_sizes(text: str) -> tuple[str, str]:
    """Width and height as one value may tell both, 20x30; "" for a height that it does not tell."""
    width, *height = _TWO_SIZES.split(text, maxsplit=1)
    return width, "".join(height)


_length_um = lru_cache(maxsize=1000)(coordinates.length_um)  # sizes of one list are alike


def _place(path: str, table: pointlist.Table, more: dict[str, int], point: pointlist.Point, values: Sequence[str], options: Options, lost: Lost) -> Place:
    said = {what: values[column] for what, column in more.items() if column < len(values) and values[column] != "-"}

    def where(what: str) -> str:
        return "%s, line %d, %s" % (path, point.line, table.title(more[what]))

    def size(what: str, text: str) -> float:
        if not text:
            return 0.0
        try:
            value = _length_um(text, options.unit or table.units.get(more[what], "um"))
        except coordinates.Problem as problem:
            raise ExchangeError("%s: must be a number, not %s" % (where(what), problem)) from None
        if value and not keeps(LENGTH, value):
            raise ExchangeError("%s: must be %s, not %s" % (where(what), words(LENGTH), text))
        return value
    if said.get("height"):
        width, height = size("width", said.get("width", "")), size("height", said["height"])
    else:
        width, height = (size("width", text) for text in _two_sizes(said.get("width", "")))
    height = height or width
    shape = _SHAPES.get(said.get("shape", "").lower(), said.get("shape", "").lower())
    if shape not in ("", *outlines.SHAPES):
        lost.add("the unknown shape '%s' is read as a rectangle (known are %s)" % (said["shape"], ", ".join(outlines.SHAPES)), point.line)
        shape = ""
    elif not shape and width and width == height and "width" in said and _ROUND.intersection(pointlist.words_of(table.title(more["width"]))):
        shape = "circle"
    side = said.get("side", "").lower()
    if side not in _SIDES:
        raise ExchangeError("%s: '%s' is not %s" % (where("side"), said["side"], " or ".join(SIDES)))
    name = values[table.roles["name"]] if "name" in table.roles else ""
    return Place("" if name == "-" else name, point.x_um, point.y_um, point.net, point.kind, point.function, shape or (outlines.shape_of_size(width, height) if width else ""), width, height,
                 _SIDES[side], said.get("cell", ""), said.get("port", ""), _outline(said.get("outline", ""), where) if shape == "polygon" else (), point.line)


def _outline(text: str, where: Callable[[str], str]) -> tuple[tuple[float, float], ...]:
    numbers = text.split()
    if len(numbers) < 6 or len(numbers) % 2 or not all(re.fullmatch(r"[-+]?[\d.]+", one) for one in numbers):
        raise ExchangeError("%s: a polygon needs its corners, x y x y ..., not '%s'" % (where("outline"), text[:60]))
    return tuple((float(x), float(y)) for x, y in zip(numbers[::2], numbers[1::2]))


def write(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Writes a list with all columns. Returns notes."""
    write_text(path, _text(COLUMNS, (_values(place) for place in steps.each(pads.places))))
    return _read_as_none(pads)


def _values(place: Place) -> list[str]:
    sizes = [number(one) if one else "" for one in (place.width_um, place.height_um)]
    return [place.name, number(place.x_um), number(place.y_um), place.net, place.kind, place.function, place.shape, *sizes, place.side, place.cell, place.port,
            " ".join(number(value) for corner in place.outline for value in corner)]


def _text(columns: Sequence[str], rows: object) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)  # type: ignore[arg-type]
    written = text.getvalue()
    return re.sub(r"^(#[^,\n]*)", r'"\1"', written, flags=re.MULTILINE) if "\n#" in written else written  # a line that begins with # is a comment


def _read_as_none(pads: PadList) -> list[str]:
    """A sentence on texts that are placeholders in a CSV."""
    found = {text for text in texts_of(pads) if text and text.lower() in pointlist.NONE}
    return ["a reader takes these texts for none: %s" % named(sorted(found))] if found else []


def write_net_list(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Writes the strict list that `postpass fan-out --nets` reads. Returns notes."""
    members = [place for place in pads.places if place.net]
    if not members:
        raise ExchangeError("no place has a net: there is no net list to write")
    rows = ([place.net, number(place.x_um), number(place.y_um), place.kind, place.name, number(place.width_um) if place.width_um else ""] for place in steps.each(members))
    write_text(path, _text(NET_LIST_COLUMNS, rows))
    bare = len(pads.places) - len(members)
    oblong = sum(place.width_um != place.height_um for place in members)
    notes = ["left out: %d of %d places, which have no net" % (bare, len(pads.places))] if bare else []
    return notes + (["the size is the width alone: %s of another height" % counted(oblong, "place")] if oblong else []) + _read_as_none(pads)
