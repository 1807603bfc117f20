"""Lists of places as spreadsheets and other programs write them: any separator, decimal point or comma, units, headers of all kinds.

Pure Python. `read` splits a text into a Table and guesses which column is what; `points` reads the places by these columns, or by
those that the user chose. Nothing is skipped in silence: what is not used is in the notes, what cannot be read is refused with line and column.
(The strict files of this package are read by padlist.py and fanout/netlist.py; both are lists for this reader, too.)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from .. import records, steps
from ..bounds import COORDINATE, keeps, words
from ..messages import Refusal, counted, named
from . import coordinates, padlist
from .choices import Place

ROLES = ("x", "y", "net", "name", "function", "kind")
SEPARATORS = {"tab": "\t", "semicolon": ";", "comma": ",", "bar": "|", "blanks": " "}  # the surest first
ORIGINS = ("list", "centre", "lower left")
MIRRORS = ("no", "left-right", "up-down")
MOST_POINTS = 100000
MOST_TOLD = 5  # mistakes in one message
_SAMPLE = 200  # lines that tell the separator
_MOST_ABOVE = 20  # lines in which the header is looked for, sizes of the die and the like above it
#: words of a title that say what a column is, and words beside them that say nothing of it
_WORDS = {"x": "x", "y": "y", "net": "net", "netname": "net", "signal": "net", "signalname": "net", "name": "name", "padname": "name", "pin": "name", "pinname": "name", "ballname": "name",
          "bumpname": "name", "designator": "name", "refdes": "name", "ref": "name", "number": "name", "pinnumber": "name", "part": "name", "component": "name",
          "pinx": "x", "piny": "y", "xc": "x", "yc": "y", "cx": "x", "cy": "y",
          "label": "name", "port": "name", "instance": "name", "id": "name", "function": "function", "use": "function", "kind": "kind"}
_BESIDE = {"center", "centre", "pos", "position", "coord", "coordinate", "coordinates", "location", "loc", "pad", "ball", "bump", "mid", "middle", "ref", "abs", "axis", "die", "of", "the"}
_MIDDLE = {"center", "centre", "mid", "middle"}
_GLUED = re.compile(r"^(?:%s)+(?=[xy]$)|(?<=^[xy])(?:%s)+$" % ("|".join(_BESIDE), "|".join(_BESIDE)))
_MEANT = {"power": {"pwr", "supply", "vdd", "vcc"}, "ground": {"gnd", "vss"}, "signal": {"sig", "io", "clock", "clk", "analog"}, "flip-chip": {"flipchip", "bump", "ball"}}
NONE = ("", "-", "--", "n/a", "none")  # a placeholder
_RULE_SIGNS = frozenset("-=_+:|")
_AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}(?!\d)")  # a decimal comma, or one between thousands


class PointListError(Refusal):
    """A list that cannot be used; the message names line and column and what is wrong."""


class Table(NamedTuple):
    """A text in lines and columns."""

    name: str  # of the file, for messages
    separator: str  # a key of SEPARATORS
    titles: list[str]  # of the columns; [] without a header
    header_line: int | None
    units: dict[int, str]  # of columns: by a line of units below the header, or else by their titles
    beside: list[int]  # numbers of the lines that are neither header nor place nor comment, and of comments that read like places
    rows: list[tuple[int, list[str]]]  # (number of the line, values), without the header and comments
    roles: dict[str, int]  # which column is what, as far as it can be told
    doubts: list[str]  # why it cannot

    def columns(self) -> int:
        """How many columns there are."""
        return max([len(self.titles)] + [len(values) for _, values in self.rows])

    def title(self, column: int) -> str:
        """The title of a column, or its number: "column 3"."""
        return self.titles[column] if column < len(self.titles) and self.titles[column] else "column %d" % (column + 1)


class Reading(NamedTuple):
    """How the columns are meant."""

    unit: str | None = None  # a key of coordinates.UNITS; None: as the header says, else um
    origin: str = "list"  # one of ORIGINS: what of the list comes to lie where it is placed
    mirror: str = "no"  # one of MIRRORS
    roles: dict[str, int] | None = None  # {role: column}; None: as guessed
    also: tuple[int, ...] = ()  # columns that the caller reads himself
    twins: bool = True  # whether two entries at one place are a mistake


class Point(NamedTuple):
    """A place of a list, um."""

    x_um: float
    y_um: float
    net: str  # "" without
    function: str  # as written, "" without
    kind: str  # "chip_pad", "ball" or ""
    line: int


class Points(NamedTuple):
    """The places of a list."""

    points: list[Point]
    notes: list[str]  # sentences on what was not used


def read(text: str, name: str = "The list", separator: str | None = None, most: int = MOST_POINTS) -> Table:
    """The Table of a text. separator: a key of SEPARATORS, None to find it; most: so many lines are read. Raises PointListError."""
    text = re.sub(r'\A"?sep=.?"?[,;\t\r]*$', "", text.lstrip("\ufeff"), count=1, flags=re.IGNORECASE | re.MULTILINE)  # of Excel
    _no_other_format(text, name)
    found = separator or _separator(text, name)
    rows = [row for row in records.rows_of(text, name, PointListError, SEPARATORS[found], joined=True) if any(row[1])]
    rules = {line for line, values in rows if _is_rule(values)}
    rows = [row for row in rows if row[0] not in rules]
    header = _header(rows, text, SEPARATORS[found])
    data, beside = [], [*rules, *header.above]
    columns = len(header.titles) or next((len(values) for _, values in rows if not records.is_comment(values)), 0)
    for row in rows[header.end:]:
        if len(row[1]) > 1 or _is_number(row[1][0]):
            data.append(row)
        elif not records.is_comment(row[1]) or _reads_like_a_place(row[1][0], SEPARATORS[found], columns):
            beside.append(row[0])
    if not data:
        raise PointListError("%s has no place in it" % name)
    if len(data) > most:
        raise PointListError("%s has %d lines, more than %d" % (name, len(data), most))
    roles, doubts = _by_titles(header.titles) if header.titles else _by_values(data)
    titled = {column: unit for column, title in enumerate(header.titles) if (unit := unit_of_title(title))}
    return Table(name, found, header.titles, header.line, {**titled, **header.units}, sorted(beside), data, roles, doubts)


def _is_rule(values: Sequence[str]) -> bool:
    """Is this a line that is drawn under a header?"""
    return _RULE_SIGNS.issuperset("".join(values)) and max(map(len, values)) >= 3


def _no_other_format(text: str, name: str) -> None:
    for line in records.lines_of(text[:20000]):
        if line.strip() and not line.startswith(("#", ";")):
            if re.match(r"\s*\[[A-Za-z_]+\]\s*$", line):
                raise PointListError("%s has sections like %s: take the lines of one table, with its header" % (name, line.strip()))
            return


def _reads_like_a_place(comment: str, separator: str, columns: int) -> bool:
    """Has a comment as many values as the table has columns, with two numbers? Its name may begin with #."""
    values = _values_of(comment[1:], separator)
    return len(values) == columns and sum(map(_is_number, values)) >= 2


# the separator


def _separator(text: str, name: str) -> str:
    """The key of SEPARATORS by which most lines are numbers in equally many columns."""
    lines = [line for line in records.lines_of(text) if line.strip() and not line.startswith("#")][:_SAMPLE]
    scores = {key: _score(lines, separator) for key, separator in SEPARATORS.items()}
    best = max(scores, key=lambda key: scores[key])  # the first of equal ones
    if not lines:
        raise PointListError("%s is empty" % name)
    if scores[best] <= 0:
        line = next(number for number, one in enumerate(records.lines_of(text), 1) if one.strip() and not one.startswith("#"))
        raise PointListError("%s, line %d: no two columns of numbers can be told apart: separate x and y by a comma, a semicolon, a tab or blanks, and leave out thousands separators" % (name, line))
    return best


def _score(lines: Sequence[str], separator: str) -> float:
    """How well a separator fits: the share of lines with the usual number of columns that hold two numbers or more; 0 where it does not."""
    rows = [_values_of(line, separator) for line in lines]
    usual, often = Counter(len(values) for values in rows if values).most_common(1)[0] if any(rows) else (0, 0)
    if usual < 2:
        return 0.0
    data = [values for values in rows if sum(map(_is_number, values)) >= 2]
    glued = any(re.fullmatch(r"\S*\d\s+[-+]?\d\S*", value) for values in data for value in values)  # blanks separate, and commas are decimal
    return 0.0 if glued else (len(data) + often) / len(rows) if data else 0.0


def _values_of(line: str, separator: str) -> list[str]:
    """The values of one line; [] where it has none, or is not valid by this separator."""
    try:
        rows = records.rows_of(line, "", PointListError, separator)
    except PointListError:
        return []
    return rows[0][1] if rows else []


def _is_number(text: str) -> bool:
    try:
        coordinates.written(text)
        return True
    except coordinates.Problem:
        return False


# the columns


class _Header(NamedTuple):
    """The titles of the columns."""

    line: int | None
    titles: list[str]
    units: dict[int, str]  # those that the line below names
    above: list[int]  # numbers of the lines above it that are no comments
    end: int  # number of rows up to the first place


_NO_HEADER = _Header(None, [], {}, [], 0)


def _header(rows: Sequence[tuple[int, list[str]]], text: str, separator: str) -> _Header:
    """The line that names x and y, or else of the lines above the first with two numbers the first of several values; or a comment that names x and y."""
    first = _first_place(rows)
    above = [number for number in range(first) if not records.is_comment(rows[number][1])]
    if not above:
        return _header_of_comments(rows[:first + 1], separator)
    usual = len(rows[first][1]) if first < len(rows) else 0
    titles = {number: _titles(rows[number], text, separator, usual) for number in above}
    chosen = min(above, key=lambda number: (not _names_x_and_y(titles[number]), sum(map(bool, titles[number])) < 2))  # the first of equal ones
    higher = titles[above[above.index(chosen) - 1]] if chosen != above[0] else []  # of merged cells
    filled = [title or (higher[column] if column < len(higher) else "") for column, title in enumerate(titles[chosen])]
    units = _units_below(filled, rows[chosen + 1][1]) if chosen + 1 in titles else {}
    return _Header(rows[chosen][0], filled, units, [rows[number][0] for number in above if number < chosen], chosen + 1 + bool(units))


def _first_place(rows: Sequence[tuple[int, list[str]]]) -> int:
    """The number of the first row with two numbers that no line which names x and y follows: sizes of the die may stand above that."""
    header = next((number for number, (_, values) in enumerate(rows[:_MOST_ABOVE]) if _names_x_and_y(values) and sum(map(_is_number, values)) < 2), 0)
    return next((number for number, row in enumerate(rows) if number >= header and sum(map(_is_number, row[1])) >= 2), len(rows))


def _names_x_and_y(titles: Sequence[str]) -> bool:
    return {"x", "y"} <= set(_by_titles(titles)[0])


def _units_below(titles: Sequence[str], values: Sequence[str]) -> dict[int, str]:
    """The units of columns that the line below the titles names; none where it does not name those of x and y."""
    roles = _by_titles(titles)[0]
    units = {column: unit for column, value in enumerate(values) if len(words_of(value)) == 1 and (unit := unit_of_title(value))}
    return units if {roles.get("x"), roles.get("y")} <= set(units) else {}


def _titles(row: tuple[int, list[str]], text: str, separator: str, usual: int) -> list[str]:
    """The titles of a line; between blanks they may be of several words, where two blanks or a tab part them."""
    line, values = row
    if separator != " " or len(values) == usual:
        return values
    parted = re.split(r"\s{2,}|\t\s*", records.lines_of(text)[line - 1].strip())
    return parted if len(parted) == usual else values


def _header_of_comments(rows: Sequence[tuple[int, list[str]]], separator: str) -> _Header:
    """The last comment that names x and y. rows: up to the first place."""
    for line, values in reversed(rows[:-1]):
        titles = _values_of(values[0].lstrip("#").strip(), separator)
        if {"x", "y"} <= set(map(_role, titles)) and len(titles) == len(rows[-1][1]):
            return _Header(line, titles, {}, [], 0)
    return _NO_HEADER


def words_of(title: str) -> list[str]:
    """The words of a title: "Center-X (mm)", "CenterX[mm]", "center_x_mm" alike are center, x, mm."""
    return re.findall(r"[a-z\u00b5\u03bc]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title).lower())


def words_without_unit(title: str) -> list[str]:
    """Those that name no unit."""
    return [word for word in words_of(title) if coordinates.unit_of(word) is None]


def _role(title: str) -> str | None:
    """What a column of this title is, None for others."""
    left = [token for token in words_without_unit(title) if len(token) > 1 or token in "xy"]  # D2_PAD_NAME: of a second die
    bare = [_GLUED.sub("", token) for token in left if token not in _BESIDE] or left[-1:]
    if "".join(bare) in _WORDS:
        return _WORDS["".join(bare)]
    if bare == ["pad"] or bare == ["ball"] or bare == ["bump"]:
        return "name"
    return None


@lru_cache(maxsize=100)
def unit_of_title(title: str) -> str | None:
    """The unit (a key of coordinates.UNITS) that a title names."""
    return next((coordinates.unit_of(token) for token in words_of(title) if coordinates.unit_of(token)), None)


def _by_titles(titles: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    roles: dict[str, int] = {}
    doubts = []
    said = list(map(_role, titles))
    for role in ROLES:
        found = [column for column, what in enumerate(said) if what == role]
        surest = _surest(role, found, titles)
        if len(surest) == 1 or (surest and role not in ("x", "y")):
            roles[role] = surest[0]
        elif found:
            doubts.append("several columns can be %s: %s" % (role, named(titles[column] for column in found)))
        elif role in ("x", "y"):
            doubts.append("no column is named %s" % role)
    if not {"x", "y"} & set(roles):
        pairs = _pairs(titles)
        return ({**roles, **pairs[0]}, []) if len(pairs) == 1 else (roles, doubts)
    return roles, doubts


def _surest(role: str, columns: list[int], titles: Sequence[str]) -> list[int]:
    """Of the columns that may be of a role those whose titles say so best: a middle rather than a reference or a first pin, a name rather than a number."""
    exact = [column for column in columns if words_without_unit(titles[column]) == [role]]
    better = _MIDDLE if role in ("x", "y") else {"name"} if role == "name" else set()
    return exact or [column for column in columns if better.intersection(words_of(titles[column]))] or columns


def _pairs(titles: Sequence[str]) -> list[dict[str, int]]:
    """Columns of x and y whose titles are the same beside these words: "Subs X", "Subs Y"."""
    rest: dict[str, dict[tuple[str, ...], list[int]]] = {"x": {}, "y": {}}
    for column, title in enumerate(titles):
        for role in {"x", "y"}.intersection(words_of(title)):
            rest[role].setdefault((*(word for word in words_of(title) if word != role), *re.findall(r"\d+", title)), []).append(column)
    return [{"x": x, "y": y} for others, columns in rest["x"].items() for x, y in zip(columns, rest["y"].get(others, []))]


def _by_values(rows: Sequence[tuple[int, list[str]]]) -> tuple[dict[str, int], list[str]]:
    """The columns of a list without a header: x and y where two alone hold numbers, the net in the first of the others."""
    sample = [values for _, values in rows[:_SAMPLE]]
    width = min(map(len, sample))
    numbers = [column for column in range(width) if all(_is_number(values[column]) for values in sample)]
    if len(numbers) != 2:
        return {}, ["it has no header, and %d columns of numbers" % len(numbers)]
    roles = {"x": numbers[0], "y": numbers[1]}
    others = [column for column in range(width) if column not in numbers]
    return {**roles, **({"net": others[0]} if others else {})}, []


# the places


def points(table: Table, reading: Reading | None = None) -> Points:
    """The Points of a table. Raises PointListError that names the first mistakes, each with line and column."""
    reading = reading or Reading()
    roles = _checked_roles(table, reading)
    units = {role: reading.unit or table.units.get(roles[role], "um") for role in ("x", "y")}
    found, without, mistakes, decimals = [], [], [], {}
    for line, values in steps.each(table.rows):
        try:
            point = _point(table, roles, units, line, values, decimals)
            without += [line] if point is None else []
            found += [point] if point is not None else []
        except PointListError as error:
            mistakes.append(str(error))
    if not mistakes and reading.twins:
        mistakes = _twins(table, found)
    if mistakes:
        rest = len(mistakes) - MOST_TOLD
        raise PointListError("; ".join(mistakes[:MOST_TOLD]) + ("; and %d more" % rest if rest > 0 else ""))
    if not found:
        raise PointListError("%s has no place in it" % table.name)
    return Points(_placed(found, reading), [*_notes(table, roles, reading, without), *_doubtful_commas(table, roles, decimals)])


def _checked_roles(table: Table, reading: Reading) -> dict[str, int]:
    roles = dict(table.roles if reading.roles is None else reading.roles)
    if "x" not in roles or "y" not in roles:
        why = "; ".join(table.doubts) if reading.roles is None else "no column is chosen for %s" % ("x" if "x" not in roles else "y")
        raise PointListError("%s: %s: choose the columns of x and y" % (table.name, why))
    twice = [column for column, times in Counter(roles.values()).items() if times > 1]
    if twice:
        raise PointListError("%s: %s is chosen for %s: choose a column for each" % (table.name, table.title(twice[0]), " and ".join(role for role, column in roles.items() if column == twice[0])))
    return roles


def _point(table: Table, roles: dict[str, int], units: dict[str, str], line: int, values: Sequence[str], decimals: dict[str, int]) -> Point | None:
    """The Point of a line, None where x and y are empty or placeholders. decimals: {decimal sign: line where it was seen first}."""
    usual = len(table.titles) or len(table.rows[0][1])
    if len(values) != usual and any(values[usual:] or ["too few"]):
        hint = ": write decimal commas in quotes, or separate by something else" if table.separator == "comma" and len(values) > usual else ""
        raise PointListError("line %d: %s instead of %d%s" % (line, counted(len(values), "value"), usual, hint))
    if all(values[roles[role]].lower() in NONE for role in ("x", "y")):
        return None
    x_um, y_um = (_number(table, roles[role], role, units[role], line, values, decimals) for role in ("x", "y"))
    text = {role: values[roles[role]] if role in roles else "" for role in ("net", "name", "function", "kind")}
    kind = text["kind"].lower()
    if kind not in ("", *padlist.KINDS):
        raise PointListError("line %d, %s: '%s' is not %s" % (line, table.title(roles["kind"]), text["kind"], " or ".join(padlist.KINDS)))
    net = text["net"] if "net" in roles else text["name"]
    return Point(x_um, y_um, "" if net.lower() in NONE else net, "" if text["function"].lower() in NONE else text["function"], kind, line)


def _number(table: Table, column: int, role: str, unit: str, line: int, values: Sequence[str], decimals: dict[str, int]) -> float:
    where = "line %d, %s" % (line, table.title(column))
    try:
        number = coordinates.written(values[column])
    except coordinates.Problem as problem:
        raise PointListError("%s: %s must be a number, not %s" % (where, role, problem)) from None
    if number.decimal:
        decimals.setdefault(number.decimal, line)
        other = decimals.get("," if number.decimal == "." else ".")
        if other is not None:
            raise PointListError("%s: a decimal %s in '%s', but a decimal %s in line %d: one of them separates thousands" % (
                where, *(("comma", values[column], "point") if number.decimal == "," else ("point", values[column], "comma")), other))
    length = coordinates.in_um(number.value, number.unit or unit)
    if not keeps(COORDINATE, length):
        raise PointListError("%s: %s must be %s, not %s" % (where, role, words(COORDINATE), values[column]))
    return length


def _twins(table: Table, found: Sequence[Point]) -> list[str]:
    seen: dict[tuple[float, float, str], int] = {}
    twins = []
    for point in found:
        place = (point.x_um, point.y_um, point.kind)
        if place in seen:
            twins.append("line %d: the place %g, %g um is already in line %d" % (point.line, point.x_um, point.y_um, seen[place]))
        seen.setdefault(place, point.line)
    return twins


def _placed(found: Sequence[Point], reading: Reading) -> list[Point]:
    """The points mirrored, around their origin."""
    signs = (-1 if reading.mirror == "left-right" else 1, -1 if reading.mirror == "up-down" else 1)
    turned = [point._replace(x_um=signs[0] * point.x_um + 0.0, y_um=signs[1] * point.y_um + 0.0) for point in found]
    if reading.origin == "list":
        return turned
    sides = [(min(values), max(values)) for values in ([point.x_um for point in turned], [point.y_um for point in turned])]
    x_um, y_um = (low if reading.origin == "lower left" else (low + high) / 2 for low, high in sides)
    return [point._replace(x_um=round(point.x_um - x_um, 9), y_um=round(point.y_um - y_um, 9)) for point in turned]


def _notes(table: Table, roles: dict[str, int], reading: Reading, without: Sequence[int]) -> list[str]:
    notes = []
    used = {column for role, column in roles.items() if not (role == "name" and "net" in roles)} | set(reading.also)
    unused = [table.title(column) for column in range(table.columns()) if column not in used]
    if unused:
        notes.append("Not used: %s." % named(unused))
    if without:
        notes.append("Without a place: line%s %s." % ("" if len(without) == 1 else "s", named(map(str, without))))
    if table.beside:
        notes.append("Not read, beside the table: line%s %s." % ("" if len(table.beside) == 1 else "s", named(map(str, table.beside))))
    titled = {table.units[roles[role]] for role in ("x", "y") if roles[role] in table.units}
    if reading.unit and titled and titled != {reading.unit}:
        notes.append("The header says %s, but %s was chosen." % (" and ".join(sorted(titled)), reading.unit))
    return notes


def _doubtful_commas(table: Table, roles: dict[str, int], decimals: dict[str, int]) -> list[str]:
    """A sentence on commas that are read as decimal ones but could all part thousands."""
    if "," not in decimals:
        return []
    some = [(line, values[roles[role]]) for line, values in table.rows for role in ("x", "y") if "," in values[roles[role]]]
    if not all(_AMBIGUOUS.match(text) for _, text in some):
        return []
    return ["Commas are read as decimal commas: '%s' in line %d is %g; leave out commas that part thousands." % (some[0][1], some[0][0], coordinates.written(some[0][1]).value)]


# what is placed at them


def places(found: Points, kind: str, functions: Sequence[str] = ()) -> tuple[list[Place], list[str]]:
    """The points as places for the choices, and notes. kind: "ball" for pads, "chip_pad" for contact points and vias; a list that has
    both gives those alone. functions: of the pads of the technology; () where the functions of the list do not count. Raises PointListError.
    """
    chosen = [point for point in found.points if point.kind in ("", kind)]
    if not chosen:
        raise PointListError("the list has no place of kind %s" % kind)
    others = len(found.points) - len(chosen)
    notes = list(found.notes) + ["Left out: %s of the other kind." % counted(others, "place")] * bool(others)
    if not functions:
        unused = sum(bool(point.function) for point in chosen)
        notes += ["Functions are not used: they are for pads."] * bool(unused)
        return [Place(point.x_um, point.y_um, point.net) for point in chosen], notes
    meant = {word: function_of_word(word, functions) for word in {point.function for point in chosen if point.function}}
    mistakes = [point for point in chosen if point.function and meant[point.function] is None]
    if mistakes:
        raise PointListError("line %d: '%s' is no function of pads here (known are %s)%s" % (
            mistakes[0].line, mistakes[0].function, named(functions), "; and %d more" % (len(mistakes) - 1) if len(mistakes) > 1 else ""))
    return [Place(point.x_um, point.y_um, point.net, meant.get(point.function) or "") for point in chosen], notes


def means_function(word: str) -> bool:
    """Is this a word for power, ground or signal? (One for a bump may be the name of its cell.)"""
    return any(_function_of_word(word, (name,)) for name in _MEANT if name != "flip-chip")


def function_of_word(word: str, functions: Sequence[str]) -> str | None:
    """The function (of `functions`) that a word of a list means, None for other words."""
    return _function_of_word(word, tuple(functions))


@lru_cache(maxsize=1000)
def _function_of_word(word: str, functions: tuple[str, ...]) -> str | None:
    bare = re.sub(r"[^a-z]", "", word.lower())
    return next((name for name in functions if re.sub(r"[^a-z]", "", name.lower()) == bare or bare in _MEANT.get(name, ())), None)


def in_picture(places: Sequence[tuple[float, float]], width: int, height: int, margin: int = 8) -> list[tuple[int, int]]:
    """Pixels (from the upper left) of places (x, y) in a picture of this size, one for those that fall together."""
    xs, ys = zip(*places)
    low, high_y = min(xs), max(ys)
    wide, high = max(xs) - low, high_y - min(ys)
    scale = min((width - 2 * margin) / (wide or 1.0), (height - 2 * margin) / (high or 1.0))
    left, top = (width - scale * wide) / 2, (height - scale * high) / 2
    return list(dict.fromkeys((int(left + scale * (x - low)), int(top + scale * (high_y - y))) for x, y in steps.each(zip(xs, ys))))
