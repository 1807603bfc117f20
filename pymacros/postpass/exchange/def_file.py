"""DEF: bumps and pads as components, pins, their nets and routed metal. Lengths are um.

KLayout's reader tells the routed metal with its nets (routed_metal.py); which component is on which net, and the use of a net, it does not tell, so that these
sections are read here. The macros of the components come from LEF files. Pure Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .. import steps
from ..files import write_text
from ..messages import counted
from . import lef, outlines
from .lef import Macro, Points, Token
from .record import (
    CONTACT,
    NO_OPTIONS,
    PAD,
    SIDES,
    USUAL_LAYER,
    ExchangeError,
    Lost,
    Options,
    PadList,
    Place,
    Summary,
    Trace,
    coordinate,
    extents,
    quick,
    require_places,
    require_sizes,
    require_words,
    rounded,
    summary_of,
    title_word,
    with_names,
)

TITLE = "DEF"
HOLDS = frozenset(("name", "net", "kind", "function", "shape", "size", "side", "cell", "port", "die", "title", "traces", "outline"))
#: (dbu per um) that a DEF may have
_DISTANCES = (1000, 2000, 10000, 20000)
#: orientation -> (x, y) of a macro w x h as placed
_TURNS = {"N": lambda x, y, w, h: (x, y), "S": lambda x, y, w, h: (w - x, h - y), "W": lambda x, y, w, h: (h - y, x), "E": lambda x, y, w, h: (y, w - x),
          "FN": lambda x, y, w, h: (w - x, y), "FS": lambda x, y, w, h: (x, h - y), "FW": lambda x, y, w, h: (y, x), "FE": lambda x, y, w, h: (h - y, w - x)}
#: properties of components: the side, and a function that is not that of the net
_SIDE, _FUNCTION = "POSTPASS_SIDE", "POSTPASS_FUNCTION"
_SECTIONS = ("COMPONENTS", "PINS", "NETS", "SPECIALNETS")
_HEADERS = ("VERSION", "DIVIDERCHAR", "BUSBITCHARS", "DESIGN", "TECHNOLOGY", "UNITS", "DIEAREA", "NAMESCASESENSITIVE")
#: sections that say nothing of pads: their items are counted by section
_BLOCK_WORDS = ("PROPERTYDEFINITIONS", "VIAS", "STYLES", "NONDEFAULTRULES", "REGIONS", "PINPROPERTIES", "BLOCKAGES", "SLOTS", "FILLS", "SCANCHAINS", "GROUPS", "COMPONENTMASKSHIFT")


class _Read(NamedTuple):
    """The items of a DEF, each a list of tokens from behind its "-"."""

    headers: dict[str, Sequence[Token]]
    items: dict[str, list[Sequence[Token]]]


class _Net(NamedTuple):
    name: str
    use: str


def read(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The list of a file. Raises ExchangeError."""
    lost, aside = Lost(), Lost()  # aside: what is no news of pads comes last
    text = lost.text_of(path, "DEF file")
    found = _split(path, text, aside)
    per_um = _per_um(path, found)
    macros = lef.read_all(options.lefs, lost)
    nets, of_pins, uses, routed = _nets(path, found)
    places = _components(path, found.items["COMPONENTS"], per_um, macros, options, nets, lost)
    places = _with_pins(path, found.items["PINS"], per_um, of_pins, uses, places, lost)
    die = _die(path, found, per_um, lost)
    left = lost.sentences() + aside.sentences()
    require_places(path, places, left)
    traces_read: tuple[Trace, ...] = ()
    if routed:
        from . import routed_metal  # needs KLayout
        traces_read, words = routed_metal.read(path, text, options, per_um)
        left += words
    design = found.headers.get("DESIGN")
    pads = PadList(tuple(places), die, design[1][1] if design and len(design) > 1 else "", "1/%d um" % per_um, traces_read)
    return pads, summary_of(pads, TITLE, left)


def _split(path: str, text: str, lost: Lost) -> _Read:
    headers: dict[str, Sequence[Token]] = {}
    items: dict[str, list[Sequence[Token]]] = {name: [] for name in _SECTIONS}
    section = None
    for statement in _statements(path, *lef.tokens(text, "DESIGN"), lost):
        line, first = statement[0]
        if first == "END":
            section = None
        elif first in (*_SECTIONS, *_BLOCK_WORDS) and section is None:
            section = first
        elif section in _SECTIONS and first == "-":
            if len(statement) < 2 or statement[-1][1] == "+":
                raise ExchangeError("%s, line %d: an entry of %s ends after '%s'" % (path, line, section, statement[-1][1]))
            items[section].append(statement)
        elif section == "PROPERTYDEFINITIONS" and len(statement) > 1 and statement[1][1] in (_SIDE, _FUNCTION):
            continue
        elif section is not None:
            lost.add("section %s is not read" % section, line, "item")
        elif first in _HEADERS:
            headers[first] = statement
        else:
            lost.add("%s is not read" % first, line)
    if "DESIGN" not in headers and not any(items.values()):
        raise ExchangeError("%s: holds no DESIGN, no component, no pin and no net: not a DEF file" % path)
    return _Read(headers, items)


def _statements(path: str, bare: list[str], lines: list[int], lost: Lost) -> Iterator[Sequence[Token]]:
    """Up to each ";", and "END SECTION", which has none. bare: the words, lines: theirs."""
    start, words = 0, list(zip(lines, bare))
    while start < len(words):
        line, first = words[start]
        if first == "END":
            yield words[start:start + 2]
            start += 2
            continue
        if first == "BEGINEXT":
            end = lef.find(bare, "ENDEXT", start)
            lost.add("extensions are not read", line)
            start = end + 1
            continue
        end = lef.find(bare, ";", start)
        if end == len(words):
            raise ExchangeError("%s, line %d: '%s' has no ; at its end" % (path, line, first if first != "-" else "- " + (words[start + 1][1] if start + 1 < len(words) else "")))
        if end > start:
            yield words[start:end]
        start = end + 1


def _per_um(path: str, found: _Read) -> int:
    units = found.headers.get("UNITS")
    if units is None:
        raise ExchangeError("%s: has no UNITS DISTANCE MICRONS" % path)
    text = units[-1][1]
    if not (text.isascii() and text.isdigit()) or len(text) > 7 or not int(text):
        raise ExchangeError("%s, line %d: UNITS DISTANCE MICRONS must be a number from 1 to 9999999, not '%s'" % (path, units[0][0], text[:60]))
    return int(text)


def _points(path: str, words: Sequence[Token], per_um: int) -> list[tuple[float, float]]:
    """The ( x y ) of some tokens, up to the first other one."""
    points: list[tuple[float, float]] = []
    position, scale = 0, 1.0 / per_um
    while position + 2 < len(words) and words[position][1] == "(":
        pair: list[float] = []
        for axis, (line, text) in enumerate(words[position + 1:position + 3]):
            value = points[-1][axis] if text == "*" and points else quick(text, scale)
            pair.append(coordinate(text, "%s, line %d" % (path, line), "xy"[axis], scale) if value is None else value)
        points.append((pair[0], pair[1]))
        position += 3
        while position < len(words) and words[position][1] != ")":  # an extension of a wire
            position += 1
        position += 1
    return points


def _die(path: str, found: _Read, per_um: int, lost: Lost) -> tuple[float, float, float, float] | None:
    area = found.headers.get("DIEAREA")
    if area is None:
        return None
    points = _points(path, area[1:], per_um)
    if len(points) < 2:
        raise ExchangeError("%s, line %d: DIEAREA needs two points" % (path, area[0][0]))
    if len(points) > 2 and outlines.shaped(Place("", 0.0, 0.0), points).shape not in ("square", "rectangle"):
        lost.add("DIEAREA is a polygon, of which the box is read", area[0][0])
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _parts(item: Sequence[Token]) -> list[Sequence[Token]]:
    """An item cut before each +."""
    cuts = [k for k, (_, word) in enumerate(item) if word == "+"]
    return [item[start:end] for start, end in zip([0, *cuts], [*cuts, len(item)]) if end - start > 1]


def _nets(path: str, found: _Read) -> tuple[dict[tuple[str, str], _Net], dict[str, _Net], dict[str, str], bool]:
    """({(component or *, pin): its net}, {pin of the chip: its net}, {net: its use}, whether metal is routed)."""
    components: dict[tuple[str, str], _Net] = {}
    pins: dict[str, _Net] = {}
    uses: dict[str, str] = {}
    routed = False
    for section in ("NETS", "SPECIALNETS"):
        for item in found.items[section]:
            parts = _parts(item)
            name = item[1][1]
            words = [word for _, word in parts[0]]
            uses[name] = next((part[2][1].upper() for part in parts[1:] if part[1][1] == "USE" and len(part) > 2), uses.get(name, ""))
            routed = routed or any(part[1][1] in ("ROUTED", "FIXED", "COVER", "RECT", "POLYGON") for part in parts[1:] if len(part) > 1)
            net = _Net(name, uses[name])
            for k, word in enumerate(words[:-2]):
                if word == "(":
                    if words[k + 1] == "PIN":
                        pins[words[k + 2]] = net
                    else:
                        components[words[k + 1], words[k + 2]] = net
    return components, pins, uses, routed


def _components(path: str, items: list[Sequence[Token]], per_um: int, macros: dict[str, Macro], options: Options,
                nets: dict[tuple[str, str], _Net], lost: Lost) -> list[Place]:
    places: list[Place] = []
    of_component: dict[str, list[_Net]] = {}
    for (component, _), net in nets.items():
        of_component.setdefault(component, []).append(net)
    shapes: dict[tuple[str, str], Place] = {}  # of a macro turned, its lower left corner at 0, 0
    pads = {name: macro.pad() for name, macro in macros.items()}
    for item in steps.each(items):
        line = item[0][0]
        if len(item) < 3:
            raise ExchangeError("%s, line %d: a component needs a name and a macro" % (path, line))
        name, cell = item[1][1], item[2][1]
        macro = macros.get(cell)
        parts = _parts(item)[1:]
        where = next((part for part in parts if part[1][1] in ("PLACED", "FIXED", "COVER")), None)
        if macro is None and cell not in options.cells and "*" not in options.cells:
            lost.add("macro %s is in no LEF file (%s)" % (cell, options.wording.size % cell), line, "component")
            continue
        if macro is not None and not macro.kind and cell not in options.cells:
            lost.add("components of class %s are no bump and no pad" % (macro.class_ or "?"), line, "component")
            continue
        if where is None:
            lost.add("components that are not placed", line, "component")
            continue
        corner, turn = _placing(path, where, per_um)
        own = of_component.get(name, [])
        pad = pads.get(cell)
        net = nets.get((name, pad[0])) or nets.get(("*", pad[0])) if pad else None
        if net is None and own and not (pad and pad[2]) and len({one.name for one in own}) == 1:
            net = own[0]
        if net is None and own:
            lost.add("components with nets on other pins than that of the pad", line, "component")
        place = Place(name, 0.0, 0.0, net.name if net else "", macro.kind if macro else PAD if lef.BUMP_NAME.search(cell) else "", lef.function_of(net.use if net else ""), cell=cell, line=line)
        if (cell, turn) not in shapes:
            shapes[cell, turn] = _shaped(place, macro, options, (0.0, 0.0), turn)
        shape, own_words = shapes[cell, turn], _properties(parts)
        side = own_words.get(_SIDE, "")
        places.append(shape._replace(name=name, x_um=rounded(corner[0] + shape.x_um), y_um=rounded(corner[1] + shape.y_um), net=place.net, function=own_words.get(_FUNCTION, place.function),
                                     side=side if side in SIDES else "", line=line))
    return places


def _properties(parts: Sequence[Sequence[Token]]) -> dict[str, str]:
    """{name: value} of + PROPERTY name value."""
    if len(parts) < 2:
        return {}
    words = [[word for _, word in part[2:]] for part in parts if part[1][1] == "PROPERTY"]
    return {name: value.strip('"') for some in words for name, value in zip(some[::2], some[1::2])}


def _placing(path: str, words: Sequence[Token], per_um: int) -> tuple[tuple[float, float], str]:
    """(the point, the orientation) of + PLACED ( x y ) N."""
    points = _points(path, words[2:], per_um)
    turn = words[-1][1]
    if len(points) != 1 or turn not in _TURNS:
        raise ExchangeError("%s, line %d: %s needs ( x y ) and one of %s" % (path, words[0][0], words[1][1], ", ".join(_TURNS)))
    return points[0], turn


def _shaped(place: Place, macro: Macro | None, options: Options, corner: tuple[float, float], turn: str) -> Place:
    pad = macro.pad() if macro else None
    shape, width, height = options.cells.get(place.cell) or options.cells.get("*") or ("", 0.0, 0.0)
    if macro is not None:
        width, height = macro.width_um, macro.height_um
    points: Points = pad[1] if pad else tuple(outlines.corners(Place("", 0, 0, shape=shape, width_um=width, height_um=height)))
    if pad is None and macro is None:
        points = tuple((x + width / 2, y + height / 2) for x, y in points)
    elif pad is None:
        points = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    return outlines.shaped(place, [_there(point, turn, width, height, corner) for point in points])


def _there(point: tuple[float, float], turn: str, width: float, height: float, corner: tuple[float, float]) -> tuple[float, float]:
    x, y = _TURNS[turn](point[0], point[1], width, height)
    return rounded(x + corner[0]), rounded(y + corner[1])


def _with_pins(path: str, items: list[Sequence[Token]], per_um: int, of_pins: dict[str, _Net], uses: dict[str, str], places: list[Place], lost: Lost) -> list[Place]:
    """The places with the pins of the chip: one that lies on a component of its net is that component's port, others are places."""
    at = {(place.x_um, place.y_um, place.net): k for k, place in enumerate(places)}
    found = list(places)
    for item in steps.each(items):
        line, parts = item[0][0], _parts(item)
        said = {part[1][1]: part for part in parts[1:] if len(part) > 1}
        name = item[1][1]
        net = said["NET"][2][1] if "NET" in said and len(said["NET"]) > 2 else of_pins[name].name if name in of_pins else ""
        use = (said["USE"][2][1] if "USE" in said and len(said["USE"]) > 2 else "") or uses.get(net, "")
        ports = _ports(path, parts, per_um)
        if not ports:
            lost.add("pins without a place", line, "pin")
        for points in ports:
            place = outlines.shaped(Place(name, 0.0, 0.0, net, "", lef.function_of(use), port=name, line=line), points)
            known = at.get((place.x_um, place.y_um, net))
            if known is not None:
                found[known] = found[known]._replace(port=name)
            else:
                found.append(place)
    return found


def _ports(path: str, parts: Sequence[Sequence[Token]], per_um: int) -> list[list[tuple[float, float]]]:
    """The largest shape of each placed port of a pin."""
    ports: list[list[tuple[float, float]]] = []
    shapes: list[list[tuple[float, float]]] = []
    for part in parts[1:]:
        words = [word for _, word in part]
        if words[1:2] in (["LAYER"], ["POLYGON"]):
            first = next((k for k, word in enumerate(words) if word == "("), len(words))
            points = _points(path, part[first:], per_um)
            if words[1] == "LAYER" and len(points) == 2:
                (x1, y1), (x2, y2) = points
                points = [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]
            shapes += [points] if len(points) > 2 else []
        elif words[1:2] in (["PLACED"], ["FIXED"], ["COVER"]):
            corner, turn = _placing(path, part, per_um)
            if shapes:
                ports.append([_there(point, turn, 0.0, 0.0, corner) for point in outlines.largest(shapes)])
            shapes = []
    return ports


# writing


def write(pads: PadList, path: str, options: Options = NO_OPTIONS, lef_path: str | None = None) -> list[str]:
    """Writes a DEF, and the macros of its bumps into a LEF (lef_path) where one is named. Returns notes."""
    require_words(pads, lef.NOT_OF_WORDS, TITLE, (*lef.RESERVED, "PIN"))
    require_sizes(pads, TITLE)
    pads, notes = with_names(pads)
    title, of_title = title_word(pads.title, r"\s" + lef.NOT_OF_WORDS, "CHIP")
    ports = sum(bool(place.port) and not place.net for place in pads.places)
    pads = pads._replace(places=tuple(place._replace(net=place.net or place.port) for place in pads.places)) if ports else pads
    notes += [*of_title, *(["%s with a port and no net: the net is called as the port" % counted(ports, "place")] if ports else [])]
    cells, macro_lines = _macros(pads, options.layer or USUAL_LAYER)
    per_um, exact = _finest(pads)
    lines = ["VERSION 5.8 ;", 'DIVIDERCHAR "/" ;', 'BUSBITCHARS "[]" ;', "DESIGN %s ;" % title, "UNITS DISTANCE MICRONS %d ;" % per_um]
    uses = _functions(pads)
    said = [_property_words(place, uses.get(place.net, "")) for place in steps.each(pads.places)]
    if any(said):
        lines += ["PROPERTYDEFINITIONS", "COMPONENT %s STRING ;" % _SIDE, "COMPONENT %s STRING ;" % _FUNCTION, "END PROPERTYDEFINITIONS"]
    die = extents(pads)
    lines += ["DIEAREA %s %s ;" % (_at(die[:2], per_um), _at(die[2:], per_um))]
    notes += [] if pads.die else ["the list has no die: DIEAREA is the box of the places"]
    lines += ["COMPONENTS %d ;" % len(pads.places)]
    lines += ["- %s %s + FIXED %s N%s ;" % (place.name, cell, _at((place.x_um - place.width_um / 2, place.y_um - place.height_um / 2), per_um), words)
              for place, cell, words in zip(pads.places, cells, said)]
    lines += ["END COMPONENTS", *_pin_lines(pads, per_um, options.layer or USUAL_LAYER), *_net_lines(pads, per_um, uses), "END DESIGN", ""]
    write_text(path, "\n".join(lines))
    if lef_path:
        write_text(lef_path, "\n".join(["VERSION 5.8 ;", "", *macro_lines, "END LIBRARY", ""]))
    renamed = {place.cell for place, cell in zip(pads.places, cells) if place.cell and place.cell != cell}
    bare = sum(not place.kind for place in pads.places)
    netless = sum(not trace.net for trace in pads.traces)
    notes += ["left out: %d shapes of metal without a net" % netless] if netless else []
    notes += ["places of one cell have different shapes or kinds: further macros for %s" % ", ".join(sorted(renamed))] if renamed else []
    notes += ["%s of no kind, written as bumps" % counted(bare, "place")] if bare else []
    return notes + ([] if exact else ["lengths are rounded to 1/%d um" % per_um])


def _finest(pads: PadList) -> tuple[int, bool]:
    """(the coarsest unit that holds every corner, whether one does)."""
    values = [value for place in pads.places for value in (place.x_um - place.width_um / 2, place.y_um - place.height_um / 2, place.x_um, place.y_um)]
    values += [value for trace in pads.traces for point in trace.points for value in point] + [trace.width_um for trace in pads.traces] + list(pads.die or ())
    for per_um in _DISTANCES:
        if all(abs(value * per_um - round(value * per_um)) < 1e-4 for value in values):
            return per_um, True
    return _DISTANCES[-1], False


def _at(point: Sequence[float], per_um: int) -> str:
    return "( %d %d )" % tuple(round(value * per_um) for value in point)


def _macros(pads: PadList, layer: str) -> tuple[list[str], list[str]]:
    """(the macro of each place, lines of all macros)."""
    names: dict[object, str] = {}
    taken = {place.cell for place in pads.places if place.cell}
    lines: list[str] = []
    cells = []
    for place in steps.each(pads.places):
        key = (place.cell, place.kind == CONTACT, place.shape, place.width_um, place.height_um, place.outline)
        if key not in names:
            stem = place.cell or ("CONTACT" if place.kind == CONTACT else "BUMP")
            free = place.cell if place.cell and place.cell not in names.values() else next(
                name for name in ("%s_%d" % (stem, count) for count in range(1, len(taken) + len(names) + 2)) if name not in taken and name not in names.values())
            names[key] = free
            lines += lef.bump_macro(free, place, layer)
        cells.append(names[key])
    return cells, lines


def _pin_lines(pads: PadList, per_um: int, layer: str) -> list[str]:
    """A pin on each place that has a port."""
    lines = []
    for place in steps.each(pads.places):
        if place.port:
            half = place.width_um / 2, place.height_um / 2
            if place.shape in ("square", "rectangle"):
                shape = "+ LAYER %s %s %s" % (layer, _at((-half[0], -half[1]), per_um), _at(half, per_um))
            else:
                shape = "+ POLYGON %s %s" % (layer, " ".join(_at(corner, per_um) for corner in outlines.corners(place)))
            lines.append("- %s + NET %s + DIRECTION INOUT + USE %s %s + FIXED %s N ;" % (place.port, place.net, lef.use_of(place.function), shape, _at((place.x_um, place.y_um), per_um)))
    return ["PINS %d ;" % len(lines), *lines, "END PINS"] if lines else []


def _functions(pads: PadList) -> dict[str, str]:
    """{net: the function of most of its places}, where they have some."""
    found: dict[str, Counter[str]] = {}
    for place in steps.each(pads.places):
        if place.net and place.function:
            found.setdefault(place.net, Counter())[place.function] += 1
    return {net: functions.most_common(1)[0][0] for net, functions in found.items()}


def _property_words(place: Place, of_net: str) -> str:
    """What component and net do not tell of a place."""
    words = ' + PROPERTY %s "%s"' % (_SIDE, place.side) if place.side else ""
    told = lef.function_of(lef.use_of(of_net)) if of_net else ""
    return words + (' + PROPERTY %s "%s"' % (_FUNCTION, place.function.replace('"', "'")) if place.function != told else "")


def _net_lines(pads: PadList, per_um: int, uses: dict[str, str]) -> list[str]:
    """NETS, and SPECIALNETS of those with metal."""
    members: dict[str, list[str]] = {}
    metal: dict[str, list[Trace]] = {}
    for trace in pads.traces:
        metal.setdefault(trace.net, []).append(trace)
    for place in steps.each(pads.places):
        if place.net:
            members.setdefault(place.net, []).append("( %s PAD )" % place.name + (" ( PIN %s )" % place.port if place.port else ""))
    sections: dict[str, list[str]] = {"SPECIALNETS": [], "NETS": []}
    for net in [*members, *(net for net in metal if net and net not in members)]:
        use = " + USE %s" % lef.use_of(uses[net]) if net in uses else ""
        routed = _routed(metal.get(net, []), per_um)
        sections["SPECIALNETS" if routed else "NETS"].append("- %s %s%s%s ;" % (net, " ".join(members.get(net, [])), "".join("\n  " + one for one in routed), use))
    return [line for name, lines in sections.items() if lines for line in ("%s %d ;" % (name, len(lines)), *lines, "END %s" % name)]


def _all_at(trace: Trace, per_um: int) -> str:
    return " ".join(_at(point, per_um) for point in trace.points)


def _routed(metal: Sequence[Trace], per_um: int) -> list[str]:
    paths = [trace for trace in metal if trace.width_um]
    polygons = ["+ POLYGON %s %s" % (trace.layer, _all_at(trace, per_um)) for trace in metal if not trace.width_um]
    return polygons + ["%s %s %d + SHAPE IOWIRE %s" % ("NEW" if k else "+ ROUTED", trace.layer, round(trace.width_um * per_um), _all_at(trace, per_um)) for k, trace in enumerate(paths)]
