"""KiCad: the pads of the footprints of a board (.kicad_pcb), and the places of its parts (.pos). Pure Python.

A board counts in mm with y down; here y points up. A footprint is turned anticlockwise; pads of one on the back side are stored as seen from the front.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from .. import records, steps
from ..bounds import LENGTH, keeps
from ..draw.coordinates import UNITS, unit_of
from ..files import write_text
from ..messages import counted
from . import outlines
from .record import (
    BOTTOM,
    KINDS,
    NO_OPTIONS,
    TOP,
    ExchangeError,
    Lost,
    Options,
    PadList,
    Place,
    Summary,
    centre_and_sizes_fit,
    centre_fits,
    coordinate,
    length,
    number,
    off_grid,
    quick,
    require_places,
    require_sizes,
    rounded,
    summary_of,
    with_names,
)

TITLE, POS_TITLE = "KiCad board", "KiCad places"
HOLDS = frozenset(("name", "net", "kind", "shape", "size", "side", "die", "outline"))
POS_HOLDS = frozenset(("name", "cell", "side"))
_POS_HEADER = "Ref,Val,Package,PosX,PosY,Rot,Side"
_OWN = "postpass:"  # library of the footprints that are written here: its names are the kinds
_SHAPES = {"circle": "circle", "rect": "", "roundrect": "", "oval": "oblong", "trapezoid": "", "custom": "polygon"}
_CHAMFERS = ("top_right", "top_left", "bottom_left", "bottom_right")  # anticlockwise
_UNCONNECTED = "unconnected-("  # how KiCad names the nets of pads without one
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+|"')
_MOST_DEEP = 200
_MM = UNITS["mm"]
_STEP_UM = 0.001  # of numbers in mm
#: what of a board is no pad, and no news either
_QUIET = {"version", "generator", "generator_version", "general", "paper", "layers", "setup", "net", "title_block", "property", "page", "host", "embedded_fonts"}


Point = tuple[float, float]
Corners = Sequence[Point]  # of a pad around its centre, y down


class Form(list[Any]):
    """A list in parentheses: words (str) and Forms; its line in the file."""

    __slots__ = ("line",)

    line: int

    @property
    def name(self) -> str:
        return self[0] if self and isinstance(self[0], str) else ""

    def all(self, *names: str) -> Iterator[Form]:
        """The forms in it of these names."""
        return (one for one in self if isinstance(one, Form) and one and one[0] in names)

    def first(self, name: str) -> Form | None:
        for one in self:
            if isinstance(one, Form) and one and one[0] == name:
                return one
        return None

    def by_name(self) -> dict[str, Form]:
        """{name: the first form in it of that name}, to look up many."""
        return {one[0]: one for one in reversed(self) if isinstance(one, Form) and one and isinstance(one[0], str)}

    def words(self) -> list[str]:
        """Its words behind the name."""
        return [one for one in self[1:] if isinstance(one, str)]


def parsed(path: str, text: str) -> Form:
    """The form of an S-expression. Raises ExchangeError."""
    root = top = Form()
    above: list[Form] = []
    for line, raw in enumerate(steps.each(records.lines_of(text)), 1):
        for token in _TOKEN.findall(raw):
            if token == "(":
                form = Form()
                form.line = line
                top.append(form)
                above.append(top)
                top = form
                if len(above) > _MOST_DEEP:
                    raise ExchangeError("%s, line %d: lists are nested too deep" % (path, line))
            elif token == ")":
                if not above:
                    raise ExchangeError("%s, line %d: a ) too many" % (path, line))
                top = above.pop()
            elif token[0] != '"' or len(token) < 2:
                top.append(token)
            else:
                top.append(token[1:-1] if "\\" not in token else re.sub(r"\\(.)", r"\1", token[1:-1]))
    if above:
        raise ExchangeError("%s, line %d: this ( has no )" % (path, top.line))
    if not root or not isinstance(root[0], Form):
        raise ExchangeError("%s: holds no list in parentheses" % path)
    return root[0]


def read(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The pads of all footprints of a board. Raises ExchangeError."""
    lost = Lost()
    board = parsed(path, lost.text_of(path, "board"))
    if board.name not in ("kicad_pcb", "footprint", "module"):
        raise ExchangeError("%s, line %d: a list of '%s', not a board of KiCad" % (path, board.line, board.name))
    nets = {words[0]: words[1] for form in board.all("net") if len(words := form.words()) > 1}
    footprints = list(board.all("footprint", "module")) if board.name == "kicad_pcb" else [board]
    several = sum(not _is_own(footprint) for footprint in footprints) > 1
    places = [place for footprint in footprints for place in _pads(path, footprint, nets, several, lost)]
    for form in board if board.name == "kicad_pcb" else ():
        if isinstance(form, Form) and form.name not in _QUIET | {"footprint", "module"} and not _edge(form):
            lost.add("%s is not read" % form.name, form.line)
    require_places(path, places, lost.sentences())
    pads = PadList(tuple(places), _die(path, board), "", "mm")
    return pads, summary_of(pads, TITLE, lost.sentences())


def _is_own(footprint: Form) -> bool:
    return len(footprint) > 1 and str(footprint[1]).startswith(_OWN)


def _at(path: str, form: Form | None) -> tuple[float, float, float]:
    """(x, y down, angle) of (at x y angle), um and degrees."""
    if form is None:
        return 0.0, 0.0, 0.0
    words = [word for word in form.words() if word not in ("unlocked", "locked")]
    if len(words) < 2:
        raise ExchangeError("%s, line %d: (at ...) needs x and y" % (path, form.line))
    x, y = quick(words[0], _MM), quick(words[1], _MM)
    if x is None or y is None:
        x, y = (coordinate(word, "%s, line %d" % (path, form.line), "xy"[axis], _MM) for axis, word in enumerate(words[:2]))
    angle = coordinate(words[2], "%s, line %d" % (path, form.line), "the angle") if len(words) > 2 else 0.0
    return x, y, angle


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    """A point (y down) turned anticlockwise as seen."""
    if not angle:
        return x, y
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return x * cos + y * sin, y * cos - x * sin


def _reference(footprint: Form) -> str:
    for form in footprint.all("property", "fp_text"):
        words = form.words()
        if len(words) > 1 and words[0].lower() == "reference":
            return words[1]
    return ""


def _pads(path: str, footprint: Form, nets: dict[str, str], several: bool, lost: Lost) -> Iterator[Place]:
    x, y, angle = _at(path, footprint.first("at"))
    layer = footprint.first("layer")
    side = BOTTOM if layer is not None and layer.words()[:1] == ["B.Cu"] else TOP
    cell = footprint.words()[0] if footprint.words() else ""
    kind = cell[len(_OWN):] if cell.startswith(_OWN) and cell[len(_OWN):] in KINDS else ""
    prefix = _reference(footprint) + "." if several and not _is_own(footprint) else ""
    for pad in steps.each(footprint.all("pad")):
        words, said = pad.words(), pad.by_name()
        if len(words) < 3:
            raise ExchangeError("%s, line %d: a pad needs number, type and shape" % (path, pad.line))
        name, type_, shape = words[:3]
        has_copper, own_side = _layers(tuple(said["layers"].words())) if "layers" in said else (False, "")
        if type_ == "np_thru_hole" or not has_copper:
            lost.add("pads without copper are not read", pad.line)
            continue
        own_x, own_y, own_angle = _at(path, said.get("at"))
        turned_x, turned_y = _turned(own_x, own_y, angle)
        offset = said["drill"].first("offset") if "drill" in said else None
        if offset is not None:  # of the metal from the hole
            by_x, by_y = _turned(*_at(path, offset)[:2], own_angle)
            turned_x, turned_y = turned_x + by_x, turned_y + by_y
        place = Place(prefix + name, rounded(x + turned_x), rounded(-(y + turned_y)), _net_of(said.get("net"), nets), kind, side=own_side or side, cell="" if kind else cell, line=pad.line)
        if place.net.startswith(_UNCONNECTED):
            lost.add("pads on nets of KiCad's own, '%s...', are read without a net" % _UNCONNECTED, pad.line)
            place = place._replace(net="")
        yield _shaped(path, place, said, shape, own_angle, lost)


@lru_cache(maxsize=1000)
def _layers(names: tuple[str, ...]) -> tuple[bool, str]:
    """(whether there is copper among them, the side that they tell)."""
    side = BOTTOM if all(name.startswith("B.") for name in names) else TOP if any(name.startswith("F.") for name in names) else ""
    return any("Cu" in name for name in names), side


@lru_cache(maxsize=1000)
def _usual_length(word: str) -> float | None:
    """A size in um: those of one board are alike. None for what `length` looks at closely."""
    value = quick(word, _MM)
    return value if value is not None and keeps(LENGTH, value) else None


def _net_of(net: Form | None, nets: dict[str, str]) -> str:
    """The net of a pad: (net number name), or one of them."""
    said = net.words() if net is not None else []
    return "" if not said else said[-1] if len(said) > 1 else nets.get(said[0], said[0] if not nets else "")  # KiCad 10 has names alone


def _shaped(path: str, place: Place, said: dict[str, Form], shape: str, angle: float, lost: Lost) -> Place:
    """The place with the shape and sizes of a pad. said: the forms of the pad."""
    where = "%s, line %d" % (path, place.line)
    sizes = said["size"].words() if "size" in said else []
    if len(sizes) != 2:
        raise ExchangeError("%s: a pad needs (size WIDTH HEIGHT)" % where)
    usual = [_usual_length(word) for word in sizes]
    if None in usual and 0.0 in map(quick, sizes):
        lost.add("pads of size 0 are read without a size", place.line)
        return place
    width, height = (value or length(word, where, "size", _MM) for value, word in zip(usual, sizes))
    if shape not in _SHAPES:
        lost.add("pads of the unknown shape '%s' are read as rectangles" % shape, place.line)
    known = _SHAPES.get(shape, "") or outlines.shape_of_size(width, height)
    if "padstack" in said:
        lost.add("pads that differ by layer are read as on the front", place.line)
    if known == "circle" and width != height:
        lost.add("circles of two sizes are read as wide as their first", place.line)
        height = width
    if known == "oblong" and width == height:
        known = "circle"
    own = _CORNERS[shape](where, said, width, height) if shape in _CORNERS else None
    if known == "polygon" and own is None:
        lost.add("custom pads that are not one polygon are read as their anchor", place.line)
        known = outlines.shape_of_size(width, height)
    if own is None and (known == "circle" or angle % 180 == 0):
        return place._replace(shape=known, width_um=width, height_um=height)
    if own is None and angle % 90 == 0:
        return place._replace(shape=known, width_um=height, height_um=width)
    around = own or [(x, -y) for x, y in outlines.corners(place._replace(shape=known, width_um=width, height_um=height))]
    turned = [_turned(x, y, angle) for x, y in around] if angle else around
    return outlines.shaped(place, [(rounded(place.x_um + x), rounded(place.y_um - y)) for x, y in turned])


def _value(where: str, said: dict[str, Form], name: str) -> float:
    """The number of a form of a pad, 0 without one."""
    words = said[name].words() if name in said else []
    return coordinate(words[0], where, name) if words else 0.0


def _roundrect(where: str, said: dict[str, Form], width: float, height: float) -> Corners | None:
    """Corners of a rectangle that is rounded, or cut (chamfered) at some corners; None where it is neither."""
    short = min(width, height)
    radius, cut = (min(max(_value(where, said, name), 0.0), 0.5) * short for name in ("roundrect_rratio", "chamfer_ratio"))
    cuts = set(said["chamfer"].words()) if "chamfer" in said and cut else set()
    if not radius and not cuts:
        return None
    return [(x, -y) for x, y in outlines.rounded_rectangle(width, height, radius, cut, [name in cuts for name in _CHAMFERS])]


def _trapezoid(where: str, said: dict[str, Form], width: float, height: float) -> Corners:
    """(rect_delta a b): the left side is longer by a and the right one shorter, the lower one is longer by b and the upper one shorter."""
    words = said["rect_delta"].words() if "rect_delta" in said else []
    a, b = (coordinate(word, where, "rect_delta", _MM) / 2 for word in (words if len(words) == 2 else ("0", "0")))
    x, y = width / 2, height / 2
    return [(-x - b, y + a), (x + b, y - a), (x - b, -y + a), (-x + b, -y - a)]


def _custom(where: str, said: dict[str, Form], width: float, height: float) -> Corners | None:
    """Corners of the one polygon that a custom pad is made of, None for others."""
    primitives = said.get("primitives")
    polygons = list(primitives.all("gr_poly")) if primitives is not None else []
    if primitives is None or len(polygons) != 1 or len(primitives) != 2:
        return None
    points = polygons[0].first("pts")
    if points is None:
        return None
    corners = list(points.all("xy"))
    words = [corner.words() for corner in corners]
    usual = _usual_corners(tuple(chain.from_iterable(words))) if {2}.issuperset(map(len, words)) else None
    return usual or [_at(where.rpartition(", line ")[0], corner)[:2] for corner in corners]


@lru_cache(maxsize=1000)
def _usual_corners(words: tuple[str, ...]) -> Corners | None:
    """The points of x y x y ...: the corners of one board's pads are alike. None for what `_at` looks at closely."""
    values = [value for word in words if (value := quick(word, _MM)) is not None]
    return list(zip(values[::2], values[1::2])) if len(values) == len(words) else None


#: shapes whose corners are made here
_CORNERS: dict[str, Callable[[str, dict[str, Form], float, float], Corners | None]] = {"roundrect": _roundrect, "trapezoid": _trapezoid, "custom": _custom}


def _edge(form: Form) -> bool:
    layer = form.first("layer")
    return layer is not None and layer.words()[:1] == ["Edge.Cuts"]


def _die(path: str, board: Form) -> tuple[float, float, float, float] | None:
    """The box (um, y up) of what is drawn on Edge.Cuts, in the board and in its footprints."""
    points = _outermost(path, board)
    for footprint in board.all("footprint", "module"):
        own = _outermost(path, footprint)
        if own:
            x, y, angle = _at(path, footprint.first("at"))
            turned = [_turned(*point, angle) for point in own]
            points += [(rounded(x + u), rounded(y + v)) for u, v in turned]
    if len(points) < 2:
        return None
    xs, ys = [x for x, _ in points], [-y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _outermost(path: str, drawing: Form) -> list[Point]:
    """Points (um, y down) whose box is that of the lines, rectangles, polygons, arcs and circles on Edge.Cuts in a board or footprint."""
    return [point for form in drawing if isinstance(form, Form) and form.name != "pad" and _edge(form) for point in _outermost_of(path, form)]


def _outermost_of(path: str, form: Form) -> list[Point]:
    said = form.by_name()
    at = {name: _at(path, said[name])[:2] for name in ("start", "mid", "end", "center") if name in said}
    if form.name.endswith("_circle") and {"center", "end"} <= set(at):
        return _on_arc(at["center"], at["end"], 2 * math.pi)
    if form.name.endswith("_arc") and "angle" in said and {"start", "end"} <= set(at):  # KiCad 5: start is the centre, end where it begins
        return _on_arc(at["start"], at["end"], math.radians(coordinate((said["angle"].words() or [""])[0], "%s, line %d" % (path, form.line), "the angle")))
    if form.name.endswith("_arc") and {"start", "mid", "end"} <= set(at):
        return _through(at["start"], at["mid"], at["end"])
    return [*at.values(), *(_at(path, corner)[:2] for pts in form.all("pts") for corner in pts.all("xy"))]


def _through(start: Point, middle: Point, end: Point) -> list[Point]:
    """The outermost points of the arc through three."""
    points = (x1, y1), (x2, y2), (x3, y3) = start, middle, end
    twice = 2 * (x1 * (y2 - y3) + x2 * (y3 - y1) + x3 * (y1 - y2))
    if not twice:  # on a line
        return list(points)
    squares = [x * x + y * y for x, y in points]
    centre = (sum(s * d for s, d in zip(squares, (y2 - y3, y3 - y1, y1 - y2))) / twice, sum(s * d for s, d in zip(squares, (x3 - x2, x1 - x3, x2 - x1))) / twice)
    first, between, last = (math.atan2(y - centre[1], x - centre[0]) for x, y in points)
    sweep = (last - first) % (2 * math.pi)
    return _on_arc(centre, start, sweep if (between - first) % (2 * math.pi) <= sweep else sweep - 2 * math.pi)


def _on_arc(centre: Point, begin: Point, sweep: float) -> list[Point]:
    """The ends of an arc, and what of it lies farthest left, right, up and down. sweep: radians, y down."""
    first, reach = math.atan2(begin[1] - centre[1], begin[0] - centre[0]), math.dist(centre, begin)
    low, high = sorted((first, first + sweep))
    quarters = [k * math.pi / 2 for k in range(math.ceil(low / (math.pi / 2)), math.floor(high / (math.pi / 2)) + 1)]
    return [(rounded(centre[0] + reach * math.cos(angle)), rounded(centre[1] + reach * math.sin(angle))) for angle in (low, high, *quarters)]


def _quoted(text: str) -> str:
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def _mm(length_um: float) -> str:
    return number(rounded(length_um) / _MM) if abs(length_um) >= 1e-3 or not length_um else "%.9f" % (length_um / _MM)


def write(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Writes a board with a footprint for each kind and side. Returns notes."""
    require_sizes(pads, TITLE)
    nets = {net: count for count, net in enumerate(dict.fromkeys(place.net for place in pads.places if place.net), 1)}
    lines = ['(kicad_pcb (version 20221018) (generator "postpass")', "  (general (thickness 1.6))", '  (paper "A4")',
             '  (layers (0 "F.Cu" signal) (31 "B.Cu" signal) (44 "Edge.Cuts" user))', '  (net 0 "")']
    lines += ["  (net %d %s)" % (count, _quoted(net)) for net, count in nets.items()]
    if pads.die:
        left, bottom, right, top = pads.die
        lines.append('  (gr_rect (start %s %s) (end %s %s) (stroke (width 0.01) (type solid)) (fill none) (layer "Edge.Cuts"))' % (_mm(left), _mm(-top), _mm(right), _mm(-bottom)))
    groups = dict.fromkeys((place.kind, place.side or TOP) for place in pads.places)
    for count, (kind, side) in enumerate(groups, 1):
        layer = "B.Cu" if side == BOTTOM else "F.Cu"
        lines += ["  (footprint %s (layer \"%s\") (at 0 0)" % (_quoted(_OWN + (kind or "place")), layer),
                  '    (property "Reference" "U%d" (at 0 0) (layer "%s"))' % (count, layer.replace("Cu", "SilkS"))]
        lines += [_pad_line(place, layer, nets) for place in steps.each(pads.places) if (place.kind, place.side or TOP) == (kind, side)]
        lines.append("  )")
    write_text(path, "\n".join([*lines, ")", ""]))
    return [*off_grid(pads, _STEP_UM, "steps", centre_and_sizes_fit), *_without_side(pads)]


def _without_side(pads: PadList) -> list[str]:
    bare = sum(not place.side for place in pads.places)
    return ["%s without a side, written on the front" % counted(bare, "place")] if bare else []


def _pad_line(place: Place, layer: str, nets: dict[str, int]) -> str:
    shape = {"circle": "circle", "oblong": "oval", "octagon": "custom", "polygon": "custom"}.get(place.shape, "rect")
    size = "%s %s" % (_mm(place.width_um), _mm(place.height_um))
    extra = ""
    if shape == "custom":
        anchor = _mm(max(min(place.width_um, place.height_um) / 10, 0.001))
        size = "%s %s" % (anchor, anchor)
        extra = " (options (clearance outline) (anchor circle)) (primitives (gr_poly (pts %s) (width 0) (fill yes)))" % " ".join("(xy %s %s)" % (_mm(x), _mm(-y)) for x, y in outlines.corners(place))
    net = " (net %d %s)" % (nets[place.net], _quoted(place.net)) if place.net else ""
    return "    (pad %s smd %s (at %s %s) (size %s) (layers \"%s\")%s%s)" % (_quoted(place.name), shape, _mm(place.x_um), _mm(-place.y_um), size, layer, net, extra)


# places of parts


def read_pos(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The parts of a .pos file, or of the CSV that KiCad writes instead. Raises ExchangeError."""
    unit, lost, places = options.unit, Lost(), []
    text = lost.text_of(path, "list of places")
    is_csv = text.lstrip().startswith(_POS_HEADER)
    if is_csv and unit is None:
        unit = "mm"
        lost.say("KiCad's CSV names no unit: read as mm")
    rows = records.rows_of(text, path, ExchangeError) if is_csv else [(line, raw.split()) for line, raw in enumerate(records.lines_of(text), 1)]
    for line, words in steps.each(rows):
        if not words or words == _POS_HEADER.split(","):
            continue
        if words[0].startswith("#"):
            said = re.search(r"Unit\s*=\s*(\w+)", " ".join(words))
            unit = (options.unit or unit_of(said.group(1))) if said else unit
            continue
        where = "%s, line %d" % (path, line)
        if len(words) < 6:
            raise ExchangeError("%s: %s instead of 7 (Ref, Val, Package, PosX, PosY, Rot, Side)" % (where, counted(len(words), "value")))
        if unit is None:
            raise ExchangeError("%s: no line '## Unit = mm' stands above: %s" % (where, options.wording.unit))
        places.append(_part(where, line, words, UNITS[unit], lost))
    require_places(path, places)
    pads = PadList(tuple(places), unit=unit or "mm")
    return pads, summary_of(pads, POS_TITLE, lost.sentences())


def _part(where: str, line: int, words: Sequence[str], scale: float, lost: Lost) -> Place:
    """The place of a line; a value with blanks is many words, and one that is empty is none."""
    side = {"top": TOP, "front": TOP, "f.cu": TOP, "bottom": BOTTOM, "back": BOTTOM, "b.cu": BOTTOM}.get(words[-1].lower())
    if side is None:
        raise ExchangeError("%s, column %d: '%s' is no side (top or bottom)" % (where, len(words), words[-1]))
    x_um, y_um = (coordinate(words[column], "%s, column %d" % (where, len(words) + column + 1), "PosX" if column == -4 else "PosY", scale) for column in (-4, -3))
    if coordinate(words[-2], "%s, column %d" % (where, len(words) - 1), "Rot") != 0:
        lost.add("turned parts: the angle is not read", line)
    if len(words) < 7:
        lost.add("one of value and package is missing: the other is taken for the package", line)
    elif words[1] not in ("-", ""):
        lost.add("values of parts are not read", line)
    return Place(words[0], x_um, y_um, side=side, cell="" if words[-5] == "-" else words[-5], line=line)


def write_pos(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Writes a part for each place. Returns notes."""
    for place in pads.places:
        if len(place.name.split()) > 1 or len(place.cell.split()) > 1 or place.name.startswith("#"):
            raise ExchangeError("the name '%s' at %s, %s um cannot be written as %s, whose names hold no blanks: rename it" % (place.name, number(place.x_um), number(place.y_um), POS_TITLE))
    pads, notes = with_names(pads)
    lines = ["### Footprint positions - created by postpass ###", "## Unit = mm, Angle = deg.", "## Side : All", "# Ref Val Package PosX PosY Rot Side"]
    lines += ["%s - %s %s %s 0.0 %s" % (place.name, place.cell or "-", _mm(place.x_um), _mm(place.y_um), place.side or TOP) for place in steps.each(pads.places)]
    write_text(path, "\n".join([*lines, "## End", ""]))
    return [*notes, *off_grid(pads, _STEP_UM, "steps", centre_fits), *_without_side(pads)]
