"""The figure of a rule: what its kind measures, with the rule's layers and limit. Drawn from the record; no figure is to scale. Pure Python.

FIGURES has one function for each kind of check; (0, 0) is the upper left corner of a figure, WIDTH x HEIGHT its size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .figure_kit import HEIGHT, WIDTH, Figure
from .kinds import KINDS, MAXIMUM, MINIMUM
from .section_picture import FILMS
from .words import as_text, value_in_words

if TYPE_CHECKING:
    from .answers import Technology

Rule = dict[str, Any]
FIGURES: "dict[str, Callable[[Figure, Rule], None]]" = {}
_SIGNS = {MINIMUM: "≥ ", MAXIMUM: "≤ ", None: ""}
_MIDDLE = WIDTH / 2


def figure(tech: Technology, rule: Rule) -> str:
    """The figure of a rule as an SVG element."""
    drawn = Figure(tech)
    FIGURES[rule["check"]](drawn, rule)
    return drawn.svg("What %s measures: %s" % (rule["id"], KINDS[rule["check"]].means))


def _of(*kinds: str) -> Callable[..., Any]:
    def register(function: Any) -> Any:
        FIGURES.update(dict.fromkeys(kinds, function))
        return function
    return register


def _limit(rule: Rule) -> str:
    """'≥ 10 µm'"""
    return _SIGNS[KINDS[rule["check"]].sense] + value_in_words(rule)


def _um(length: float) -> str:
    return as_text(length) + " µm"


def _first(tech: Technology, *kinds: str) -> str:
    """A layer of one of these kinds, else any, else none ("")."""
    found = [name for kind in kinds for name in tech.read_as(kind)]
    return next(iter([*found, *tech.layers]), "")


def _ends(tech: Technology) -> tuple[str, str, str]:
    """The layers of a contact point, a trace and a pad."""
    return _first(tech, "contact", "cut"), tech.trace_layer() or _first(tech, "metal"), _first(tech, "pad", "ubm")


# widths and areas

@_of("width_min", "width_max")
def _width(drawn: Figure, rule: Rule) -> None:
    layer, limit = rule["layer"], _limit(rule)
    if drawn.tech.closed_shapes(layer):
        drawn.box(layer, 34, 34, 104, 104)
        drawn.across(34, 104, 118, limit, of=[104])
        drawn.disc(layer, 188, 69, 35)
        drawn.across(153, 223, 118, limit, of=[69])
        return
    drawn.polygon(layer, [(14, 30), (140, 30), (190, 80), (250, 80), (250, 114), (176, 114), (126, 64), (14, 64)])
    drawn.upright(30, 64, 60, limit)
    drawn.upright(80, 114, 222, "")


@_of("area_min", "area_max")
def _area(drawn: Figure, rule: Rule) -> None:
    outline = [(60, 20), (200, 20), (200, 112), (130, 112), (130, 86), (60, 86)]
    drawn.polygon(rule["layer"], outline)
    if rule.get("of") == "holes":
        drawn.hole([(80, 34), (180, 34), (180, 74), (80, 74)], rule["layer"])
        drawn.words(130, 54, "hole " + _limit(rule))
    else:
        drawn.words(130, 56, "area " + _limit(rule))


@_of("edge_length_min")
def _edge_length(drawn: Figure, rule: Rule) -> None:
    drawn.polygon(rule["layer"], [(24, 40), (110, 40), (110, 62), (200, 62), (200, 108), (24, 108)])
    drawn.upright(40, 62, 130, _limit(rule), of=[110])
    if "angles_deg" in rule:
        drawn.note("Edges whose direction lies from %g° to %g° (0° along x)." % tuple(rule["angles_deg"]))


# distances

@_of("space")
def _space(drawn: Figure, rule: Rule) -> None:
    layer, limit = rule["layer"], _limit(rule)
    drawn.polygon(layer, [(10, 16), (112, 16), (112, 46), (52, 46), (52, 84), (112, 84), (112, 114), (10, 114)])
    drawn.box(layer, 160, 16, 216, 114)
    drawn.across(112, 160, 30, limit)
    drawn.upright(46, 84, 84, limit)
    if "angle_deg" in rule:
        drawn.note("Edges that face each other and miss less than %g° to be parallel; touching counts at any angle." % rule["angle_deg"])
    if "notch_deg" in rule:
        drawn.note("A notch counts where its sides miss less than %g° to be parallel." % rule["notch_deg"])


@_of("space_wide")
def _space_wide(drawn: Figure, rule: Rule) -> None:
    _wide_pair(drawn, rule["layer"], "> %s wide" % _um(rule["wider_than_um"]), "> %s side by side" % _um(rule["run_longer_than_um"]), _limit(rule))
    drawn.note("One wide side is enough." if rule.get("wide") == "one" else "Where both are that wide.")


@_of("space_table")
def _space_table(drawn: Figure, rule: Rule) -> None:
    _wide_pair(drawn, rule["layer"], "width", "run", "space")
    for row in rule["limits"]:
        drawn.note("width > %s, run > %s: space ≥ %s" % (_um(row["wider_than_um"]), _um(row["run_longer_than_um"]), _um(row["value_um"])))


def _wide_pair(drawn: Figure, layer: str, width: str, run: str, space: str) -> None:
    """Two shapes, one above the other."""
    drawn.box(layer, 10, 4, 170, 44)
    drawn.box(layer, 40, 72, 230, 112)
    drawn.upright(4, 44, 60, width)
    drawn.upright(44, 72, 190, space, of=[170])
    drawn.across(40, 170, 122, "", of=[112])
    drawn.words(105, 106, run)


@_of("separation")
def _separation(drawn: Figure, rule: Rule) -> None:
    drawn.box(rule["layer"], 20, 26, 96, 100)
    drawn.box(rule["to"], 168, 12, 240, 114)
    drawn.across(96, 168, 63, _limit(rule))
    if "angle_deg" in rule:
        drawn.note("Edges that miss less than %g° to be parallel; overlap counts as 0." % rule["angle_deg"])


@_of("distance_max")
def _distance(drawn: Figure, rule: Rule) -> None:
    drawn.box(rule["layer"], 24, 36, 84, 96)
    drawn.box(rule["to"], 172, 36, 232, 96)
    if rule.get("measure") == "centre":
        drawn.centre(54, 66)
        drawn.centre(202, 66)
        drawn.across(54, 202, 116, _limit(rule), of=[66])
    else:
        drawn.across(84, 172, 66, _limit(rule))


@_of("pitch_min")
def _pitch(drawn: Figure, rule: Rule) -> None:
    for x in (76, 188):
        if drawn.tech.closed_shapes(rule["layer"]):
            drawn.disc(rule["layer"], x, 52, 34)
        else:
            drawn.box(rule["layer"], x - 30, 22, x + 30, 82)
        drawn.centre(x, 52)
    drawn.across(76, 188, 116, _limit(rule), of=[52])


@_of("space_different_net", "space_same_net")
def _space_of_nets(drawn: Figure, rule: Rule) -> None:
    layer, same = rule["layer"], rule["check"] == "space_same_net"
    drawn.box(layer, 14, 34, 104, 98)
    drawn.box(layer, 160, 34, 250, 98)
    if same:
        drawn.line([(59, 34), (59, 16), (205, 16), (205, 34)], dashed=True)
        drawn.words(_MIDDLE, 16, "joined elsewhere")
    drawn.words(59, 86, "net A")
    drawn.words(205, 86, "net A" if same else "net B")
    drawn.across(104, 160, 56, _limit(rule))
    if "wider_than_um" in rule:
        drawn.note("Parts wider than %s alone%s." % (_um(rule["wider_than_um"]), ", side by side for more than " + _um(rule["run_longer_than_um"]) if "run_longer_than_um" in rule else ""))


@_of("pad_spacing")
def _pad_spacing(drawn: Figure, rule: Rule) -> None:
    contact = _ends(drawn.tech)[0]
    for x, name in ((66, "net A"), (198, "net B")):
        drawn.disc(rule["layer"], x, 58, 40)
        drawn.words(x, 80, name)
    drawn.box(contact, 108, 6, 118, 16)
    drawn.box(contact, 146, 6, 156, 16)
    drawn.across(106, 158, 58, _limit(rule))
    if "pitch_um" in rule:
        drawn.across(66, 198, 124, "≥ " + _um(rule["pitch_um"]), of=[58])


@_of("fan_out_distance")
def _fan_out_distance(drawn: Figure, rule: Rule) -> None:
    contact, trace, pad = _ends(drawn.tech)
    for x, to_x in ((104, 50), (160, 214)):
        drawn.polygon(trace, [(x - 4, 20), (x + 4, 20), (to_x + 4, 74), (to_x + 4, 96), (to_x - 4, 96), (to_x - 4, 74)])
        drawn.box(contact, x - 8, 10, x + 8, 26)
        drawn.disc(pad, to_x, 96, 24)
    drawn.across(104, 160, 40, "d", of=[18])
    drawn.across(50, 214, 126, "d + " + value_in_words(rule) + " at least", of=[96])
    drawn.note("Centre to centre as drawn, and edge to edge likewise.")


@_of("die_clearance")
def _die_clearance(drawn: Figure, rule: Rule) -> None:
    layer, limit = rule["layer"], _limit(rule)
    _die(drawn, rule, 16, 10, 248, 122)
    drawn.box(layer, 104, 40, 176, 92)
    if rule.get("measure") == "centre":
        drawn.centre(140, 66)
        drawn.across(16, 140, 106, limit, of=[66])
    else:
        drawn.across(16, 104, 66, limit)


def _die(drawn: Figure, rule: Rule, left: float, top: float, right: float, bottom: float) -> None:
    """The die of a rule: a layer, or a box of its own."""
    if "to" in rule:
        drawn.box(rule["to"], left, top, right, bottom)
    else:
        drawn.line([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
    if "within_um" in rule:
        drawn.note("Die: from (%s, %s) to (%s, %s) µm." % tuple(map(as_text, rule["within_um"])))


# one layer and another

@_of("enclosure")
def _enclosure(drawn: Figure, rule: Rule) -> None:
    limit, others = _limit(rule), rule.get("other_sides_um")
    drawn.box(rule["by"], 44, 8, 220, 124)
    drawn.box(rule["layer"], 108, 42, 156, 90)
    drawn.across(44, 108, 66, limit)
    drawn.upright(8, 42, 132, limit if others is None else "≥ " + _um(others))
    if others is not None:
        drawn.note("Two opposite sides keep %s, the others at least %s." % (value_in_words(rule), _um(others)))


@_of("extension")
def _extension(drawn: Figure, rule: Rule) -> None:
    drawn.box(rule["to"], 70, 8, 140, 124)
    drawn.box(rule["layer"], 20, 48, 214, 84)
    drawn.across(140, 214, 104, _limit(rule), of=[84])


@_of("overlap_min")
def _overlap(drawn: Figure, rule: Rule) -> None:
    drawn.box(rule["to"], 112, 12, 236, 96)
    drawn.box(rule["layer"], 24, 34, 168, 112)
    drawn.across(112, 168, 124, _limit(rule), of=[112])
    drawn.upright(34, 96, 140, _limit(rule))


@_of("ring")
def _ring(drawn: Figure, rule: Rule) -> None:
    drawn.box(rule["layer"], 60, 6, 204, 126)
    drawn.hole([(78, 24), (186, 24), (186, 108), (78, 108)], rule["layer"])
    drawn.box(rule["to"], 102, 44, 162, 88)
    drawn.words(_MIDDLE, 100, "one ring, unbroken")


@_of("count_match")
def _count_match(drawn: Figure, rule: Rule) -> None:
    for x in (44, 116):
        drawn.box(rule["layer"], x - 26, 36, x + 26, 88)
        drawn.box(rule["to"], x - 12, 50, x + 12, 74)
        drawn.right(x, 104)
    drawn.box(rule["layer"], 166, 36, 236, 88)
    drawn.box(rule["to"], 172, 50, 194, 74)
    drawn.box(rule["to"], 206, 50, 228, 74)
    drawn.wrong(201, 106)


@_of("count")
def _count(drawn: Figure, rule: Rule) -> None:
    layer, least, most = rule["layer"], rule.get("least"), rule.get("most")
    if "to" in rule:
        drawn.box(rule["to"], 20, 8, 244, 110)
    for number, x in enumerate((66, 132, 198), 1):
        drawn.box(layer, x - 20, 30, x + 20, 70)
        if most == 0:
            drawn.wrong(x, 50, 14)
        else:
            drawn.words(x, 50, str(number) if number < 3 else "…")
    words = ["at %s %d" % (word, number) for word, number in (("least", least), ("most", most)) if number is not None]
    drawn.words(_MIDDLE, 90, "none" if most == 0 else " and ".join(words) + (" on each shape" if "to" in rule else ""))


@_of("no_holes")
def _no_holes(drawn: Figure, rule: Rule) -> None:
    drawn.box(rule["layer"], 66, 12, 198, 120)
    drawn.hole([(106, 44), (158, 44), (158, 88), (106, 88)], rule["layer"])
    drawn.wrong(132, 66, 12)


# angles, grid, shapes

@_of("angle")
def _angle(drawn: Figure, rule: Rule) -> None:
    drawn.polygon(rule["layer"], [(14, 84), (108, 84), (168, 24), (250, 24), (250, 50), (180, 50), (120, 110), (14, 110)])
    drawn.line([(108, 84), (190, 84)], dashed=True)
    drawn.arc(108, 84, 44, 0, 45)
    drawn.words(206, 74, "multiple of " + value_in_words(rule))
    note = {"none": "Facets of round shapes count, too.", "arcs": "Not the facets of round shapes, nor of arcs."}.get(rule.get("round", "shapes"), "Not the facets of round shapes.")
    drawn.note(note)


@_of("corner_min")
def _corner(drawn: Figure, rule: Rule) -> None:
    drawn.polygon(rule["layer"], [(30, 112), (30, 84), (150, 84), (150, 12), (178, 12), (178, 112)])
    drawn.arc(30, 112, 24, 0, 90)
    drawn.arc(150, 84, 24, 90, 180)
    drawn.words(96, 62, "outside " + _limit(rule))
    drawn.words(96, 98, "inside " + _limit(rule))


@_of("grid")
def _grid(drawn: Figure, rule: Rule) -> None:
    step, left, top = 22, 44, 12
    corners = [(2, 1), (6, 1), (8, 3), (8, 4), (2, 4)]
    drawn.polygon(rule["layer"], [(left + x * step, top + y * step) for x, y in corners])
    for number in range(9):
        drawn.line([(left + number * step, top), (left + number * step, top + 5 * step)], "#b8bec4")
    for number in range(6):
        drawn.line([(left, top + number * step), (left + 8 * step, top + number * step)], "#b8bec4")
    for x, y in corners:
        drawn.dot(left + x * step, top + y * step)
    drawn.across(left, left + step, 106, _um(drawn.tech.grid_um))


@_of("shape")
def _shape(drawn: Figure, rule: Rule) -> None:
    layer, shapes = rule["layer"], rule["shapes"]
    for number, name in enumerate(shapes):
        x = WIDTH * (number + 0.5) / len(shapes)
        wide = 26 if name != "rectangle" else 30
        if name in ("square", "rectangle"):
            drawn.box(layer, x - wide, 54 - 26 * (name == "square") - 16 * (name == "rectangle"), x + wide, 54 + 26 * (name == "square") + 16 * (name == "rectangle"))
        else:
            drawn.disc(layer, x, 54, 26, 8 if name == "octagon" else 32)
        drawn.words(x, 98, name)
    drawn.words(_MIDDLE, 120, "each corner within ± %s" % _um(rule["tolerance_um"]))


@_of("density_min", "density_max")
def _density(drawn: Figure, rule: Rule) -> None:
    _die(drawn, rule, 10, 6, 254, 126)
    for column in range(4):
        for row in range(2):
            drawn.box(rule["layer"], 24 + 58 * column, 20 + 50 * row, 58 + 58 * column, 46 + 50 * row)
    if "window_um" not in rule:
        drawn.words(_MIDDLE, 58, "covered part of each die %s %%" % _percent(rule))
        return
    drawn.line([(40, 14), (132, 14), (132, 106), (40, 106), (40, 14)], width=1.6)
    drawn.line([(86, 14), (178, 14), (178, 106), (86, 106), (86, 14)], dashed=True, width=1.2)
    drawn.words(86, 56, "covered %s %%" % _percent(rule))
    drawn.across(40, 132, 98, _um(rule["window_um"]))
    if "step_um" in rule:
        drawn.across(132, 178, 118, "", of=[106])
        drawn.note("The window, %s wide, is stepped by %s." % (_um(rule["window_um"]), _um(rule["step_um"])))


def _percent(rule: Rule) -> str:
    return _SIGNS[KINDS[rule["check"]].sense] + as_text(100 * rule["value"])


# films

@_of("aspect_ratio_min", "aspect_ratio_max")
def _ratio(drawn: Figure, rule: Rule) -> None:
    depth = _section(drawn, rule["layer"])
    drawn.words(218, 120, "depth / size " + _limit(rule))
    if depth:
        drawn.note("Depth %s: the films that %s cuts." % (_um(depth), rule["layer"]))


@_of("via_size_exists")
def _via_size(drawn: Figure, rule: Rule) -> None:
    depth, sizes = _section(drawn, rule["layer"]), drawn.tech.via_sizes(rule["layer"])
    legal = "none" if sizes is None else "from " + _um(sizes.smallest_um)
    if sizes and sizes.largest_um != float("inf"):
        legal += " to " + _um(sizes.largest_um)
    drawn.note("Depth %s; sizes that keep every limit: %s." % (_um(depth), legal))


def _section(drawn: Figure, cut: str) -> float:
    """A via through its films; returns its depth."""
    films = drawn.tech.layers[cut].get("cuts") or ["film"]
    step = 92.0 / len(films)
    for number, name in enumerate(films):
        bottom = 104 - number * step
        drawn.film(8, bottom - step, WIDTH - 8, bottom, FILMS[number % len(FILMS)])
        drawn.words(12, bottom - step / 2, name if len(name) < 14 else name[:13] + "…", middle=False)
    drawn.box(cut, 112, 12, 152, 104)
    drawn.upright(12, 104, 176, "depth", of=[152])
    drawn.across(112, 152, 120, "size", of=[104])
    return drawn.tech.depth_um(cut)


@_of("films_allowed", "films_recommended")
def _films(drawn: Figure, rule: Rule) -> None:
    key, films = {"films_allowed": "allowed_um", "films_recommended": "recommended_um"}[rule["check"]], list(drawn.tech.films.values())
    if not films:
        drawn.words(_MIDDLE, HEIGHT / 2, "no film is stated")
        return
    step = (HEIGHT - 12) / len(films)
    for number, film in enumerate(films):
        bottom = HEIGHT - 6 - number * step
        drawn.film(8, bottom - step, 96, bottom, FILMS[number % len(FILMS)])
        drawn.words(52, bottom - step / 2, film["name"] if len(film["name"]) < 14 else film["name"][:13] + "…")
        said = "%s to %s µm" % tuple(map(as_text, film[key])) if key in film else "any"
        drawn.upright(bottom - step, bottom, 108, "%s; %s" % (_um(film["thickness_um"]), said), of=[96])


@_of("guideline")
def _guideline(drawn: Figure, rule: Rule) -> None:
    if "layer" in rule:
        drawn.box(rule["layer"], 24, 26, 104, 106)
    else:
        drawn.line([(24, 26), (104, 26), (104, 106), (24, 106), (24, 26)], dashed=True)
    drawn.words(180, 54, "to be kept by hand:")
    drawn.words(180, 74, value_in_words(rule) or "read the sentence")
    drawn.note("No check runs.")


# nets

@_of("label_on_metal")
def _label(drawn: Figure, rule: Rule) -> None:
    _, trace, _ = _ends(drawn.tech)
    drawn.box(trace, 16, 26, 160, 60)
    for x, y, right in ((60, 43, True), (210, 43, False)):
        drawn.centre(x, y)
        drawn.words(x + 22, y, "A")
        (drawn.right if right else drawn.wrong)(x + 10, 92)


@_of("net_names")
def _net_names(drawn: Figure, rule: Rule) -> None:
    pad = _ends(drawn.tech)[2]
    for x, name in ((70, "VDD[1]"), (194, "vdd 1")):
        drawn.disc(pad, x, 48, 34)
        drawn.words(x, 48, name)
    drawn.words(_MIDDLE, 48, "≠ ?")
    drawn.words(_MIDDLE, 104, "two names that can be taken for each other")


@_of("net_open")
def _net_open(drawn: Figure, rule: Rule) -> None:
    contact, trace, pad = _ends(drawn.tech)
    for y, whole in ((32, True), (92, False)):
        drawn.box(contact, 14, y - 9, 32, y + 9)
        drawn.box(trace, 10, y - 12, 180 if whole else 88, y + 12)
        if not whole:
            drawn.box(trace, 124, y - 12, 180, y + 12)
            drawn.wrong(106, y)
        drawn.disc(pad, 200, y, 24)
        if whole:
            drawn.right(246, y)


@_of("net_short")
def _net_short(drawn: Figure, rule: Rule) -> None:
    _, trace, pad = _ends(drawn.tech)
    drawn.box(trace, 60, 52, 204, 76)
    for x, name in ((52, "VDD"), (212, "GND")):
        drawn.disc(pad, x, 64, 32)
        drawn.words(x, 64, name)
    drawn.wrong(_MIDDLE, 64, 10)


@_of("net_split")
def _net_split(drawn: Figure, rule: Rule) -> None:
    _, trace, pad = _ends(drawn.tech)
    for x, to_x in ((52, 108), (212, 156)):
        drawn.box(trace, min(x, to_x), 54, max(x, to_x), 74)
        drawn.disc(pad, x, 64, 32)
        drawn.words(x, 64, "A")
    drawn.wrong(_MIDDLE, 64, 10)


@_of("function_claims")
def _claims(drawn: Figure, rule: Rule) -> None:
    contact, trace, pad = _ends(drawn.tech)
    for y in (30, 66, 102):
        drawn.box(trace, 40, y - 5, 208, y + 5)
        drawn.box(contact, 36, y - 8, 52, y + 8)
        drawn.disc(pad, 214, y, 15)
    drawn.box(rule["layer"], 16, 8, 92, 124)
    drawn.words(112, 84, "fan-out")
    drawn.note("The text in the polygon declares the function of the nets whose contact points lie inside.")


@_of("vias_min")
def _vias_min(drawn: Figure, rule: Rule) -> None:
    _vias(drawn, rule["layer"], _ends(drawn.tech)[0] if not drawn.tech.read_as("cut") else _first(drawn.tech, "cut"))
    drawn.words(196, 66, "vias for each pad " + _limit(rule))


@_of("current_vias")
def _current_vias(drawn: Figure, rule: Rule) -> None:
    _vias(drawn, rule["layer"], rule["to"])
    one = as_text(rule["per_cut_ma"]) + " mA each" if "per_cut_ma" in rule else as_text(rule.get("per_um2_ma", 0)) + " mA for a µm²"
    drawn.words(196, 46, one)
    drawn.words(196, 66, "together ≥ %s mA" % as_text(rule["current_ma"]))
    drawn.words(196, 86, "for each pad")


def _vias(drawn: Figure, pad: str, cut: str) -> None:
    drawn.disc(pad, 66, 66, 56)
    for x in (44, 66, 88):
        for y in (44, 66, 88):
            drawn.box(cut, x - 7, y - 7, x + 7, y + 7)


@_of("current_width")
def _current_width(drawn: Figure, rule: Rule) -> None:
    _pad_and_trace(drawn, rule["layer"], _ends(drawn.tech)[1])
    drawn.upright(50, 82, 160, "≥ " + _um(rule["current_ma"] / rule["per_um_ma"]))
    drawn.note("%s mA at %s mA for each µm of width." % (as_text(rule["current_ma"]), as_text(rule["per_um_ma"])))


def _pad_and_trace(drawn: Figure, pad: str, trace: str) -> None:
    drawn.box(trace, 90, 50, 254, 82)
    drawn.disc(pad, 62, 66, 48)


@_of("teardrop")
def _teardrop(drawn: Figure, rule: Rule) -> None:
    drawn.polygon(rule["layer"], [(88, 34), (180, 56), (254, 56), (254, 76), (180, 76), (88, 98)])
    drawn.disc(rule["to"], 56, 66, 48)
    drawn.upright(39, 93, 110, "", of=[])
    drawn.words(132, 34, "≥ %s × w" % as_text(rule["value"]))
    drawn.upright(56, 76, 200, "w")
    drawn.across(104, 200, 120, _um(rule["length_um"]), of=[66])


@_of("trace_length_max")
def _trace_length(drawn: Figure, rule: Rule) -> None:
    drawn.polygon(rule["layer"], [(14, 22), (128, 22), (178, 72), (250, 72), (250, 96), (168, 96), (118, 46), (14, 46)])
    drawn.line([(14, 34), (123, 34), (173, 84), (250, 84)], dashed=True, width=1.4)
    drawn.words(84, 88, "together " + _limit(rule))
