"""What the panel's fields mean: texts to choices, limits and findings to sentences. No Qt, no KLayout.

Values are what the user typed or picked, as texts, and stay as they are whatever happens. Lengths are um.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import bounds
from .. import tech as technology
from ..draw import coordinates, findings
from ..draw.choices import CommandError, FanOutChoices, PadChoices, ViaChoices, require_on_a_wafer, require_possible
from ..messages import compared, counted, sentence
from ..tech import metal_levels, vias
from ..tech.words import as_text, via_intervals
from .defaults import functions, has_openings, via_cut, via_title

if TYPE_CHECKING:
    from ..fanout.result import Routed
    from ..tech.answers import Technology
    from ..tech.belonging import Signs
    from .defaults import FanOutValues, PadValues, ViaValues


class Hints(NamedTuple):
    """Live texts beside the fields."""

    size: str
    details: str
    messages: list[str]
    severity: str | None  # colours size and details
    ready: bool  # the choices can be drawn


#: readable on light and dark backgrounds
COLOURS = {None: "#2e9e4f", "warning": "#d08000", "error": "#e04848"}
NUMBERED = "## has two digits at least: a#_b## gives a1_b01"  # what tooltips say of names
MOST_MESSAGES = 4
MOST_REPORTED = 10
LONGEST_WORD = 28  # letters in a line of the narrowest panel
_PIECE = re.compile(r".{1,%d}[-_.,\\]|.{1,%d}" % (LONGEST_WORD - 1, LONGEST_WORD))
#: what each function does with nameless contact points and pads
FUNCTION_WORDS = {"fan-out": "One pad each, neighbours stay neighbours in the same order", "relocation": "One pad each, the shortest pairs in any order",
                  "addition": "One contact point feeds several pads", "reduction": "Several contact points share one pad"}


# texts to choices


def length_um(name: str, text: str) -> float:
    """The length in a field, um; a unit after it and a decimal comma are accepted. Raises CommandError naming the field."""
    try:
        number = coordinates.named(name, text)
    except coordinates.Problem as problem:
        raise CommandError(str(problem)) from None
    return coordinates.in_um(number.value, number.unit or "um")


def place_um(text: str) -> tuple[float, float]:
    """The two coordinates in "x, y", in any sensible writing (draw/coordinates.py), um. Raises CommandError."""
    try:
        return coordinates.pair_um(text)
    except coordinates.Problem as problem:
        words = str(problem)
        raise CommandError("Place at: %s" % words if words.startswith("write") else words) from None


class NewLayout(NamedTuple):
    """What a new layout is to be; die_um: width and height, or None."""

    cell: str
    die_um: tuple[float, float] | None


def new_layout(tech: Technology, width: str, height: str, cell: str) -> NewLayout:
    """The NewLayout of these fields: a die has both sides or none, no name means TOP. Raises CommandError."""
    sides = [text.strip() for text in (width, height)]
    if not any(sides):
        return NewLayout(cell.strip() or "TOP", None)
    if not all(sides):
        raise CommandError("Die: write both sides in um, or none")
    if not tech.of_kind("outline"):
        raise CommandError("Technology %s has no layer for a die outline: leave the sides of the die empty" % tech.name)
    die_um = (tech.even_up(length_um("die width", sides[0])), tech.even_up(length_um("die height", sides[1])))
    if min(die_um) <= 0:
        raise CommandError("Die: both sides must be more than 0 um, not %s and %s" % (sides[0], sides[1]))
    require_on_a_wafer((-die_um[0] / 2, -die_um[1] / 2, die_um[0] / 2, die_um[1] / 2))
    return NewLayout(cell.strip() or "TOP", die_um)


def fan_out_choices(tech: Technology, values: FanOutValues) -> FanOutChoices:
    """FanOutChoices of these FanOutValues. Raises CommandError."""
    every, used = [level.trace for level in levels(tech)], used_levels(tech, values)
    if every and not used:
        raise CommandError("Choose at least one level of metal for the traces")
    return FanOutChoices(_trace_um(tech, "trace width", values.width), _trace_um(tech, "space", values.space), values.function, (), values.teardrops, values.anew, (),
                         values.necks, _bounded_um("match ±", values.tolerance, bounds.LENGTH), _bounded_um("via cost", values.via_cost, bounds.LIMIT) if len(every) > 1 else None,
                         [] if used == every else used)


def levels(tech: Technology) -> list[metal_levels.Level]:
    """The levels of metal that traces can be drawn on."""
    return metal_levels.levels(tech)


def used_levels(tech: Technology, values: FanOutValues) -> list[str]:
    """The trace layers of the levels that nets may run on, by these FanOutValues."""
    without = values.without.split(",")
    return [level.trace for level in levels(tech) if level.trace not in without]


def via_cost_um(tech: Technology) -> float:
    """The cost of a via between two levels where none is typed: a pitch of the smallest legal traces of the widest level."""
    return max([(tech.limit("width_min", level.trace) or 0.0) + (tech.limit("space", level.trace) or 0.0) for level in levels(tech)], default=0.0)


def _bounded_um(name: str, text: str, bound: bounds.Bound) -> float | None:
    """The length that was typed, None for an empty field. Raises CommandError."""
    if not text.strip():
        return None
    length = length_um(name, text)
    if not bounds.keeps(bound, length):
        raise CommandError("%s must be %s, not %g" % (name.capitalize(), bounds.words(bound), length))
    return length


def _trace_um(tech: Technology, name: str, text: str) -> float | None:
    """The width or space that was typed, None for an empty field. Raises CommandError."""
    if not text.strip():
        return None
    length = length_um(name, text)
    if length < 2 * tech.grid_um:
        raise CommandError("%s must be at least two grid steps (%g um), not %g." % (name.capitalize(), 2 * tech.grid_um, length))
    return length


def trace_hints(tech: Technology, values: FanOutValues) -> Hints:
    """Hints on FanOutValues: the legal width and space on each level, and what the rules say."""
    every = levels(tech)
    if not every:
        return Hints("", "", ["This technology has no metal to draw traces on."], "error", False)
    legal, used = [], [level for level in every if level.trace in used_levels(tech, values)]
    for level in used:
        least, most = (as_text(value) if value is not None else "" for value in (tech.limit("width_min", level.trace), tech.limit("width_max", level.trace)))
        width = "%s to %s" % (least, most) if least and most else "at most " + most if most else "at least " + (least or "two grid steps")
        where = "%s: width" % level.trace if len(every) > 1 else "Width"
        legal.append("%s %s, space at least %s µm" % (where, width, as_text(tech.limit("space", level.trace) or 0.0)))
    try:
        choices = fan_out_choices(tech, values)
    except CommandError as error:
        return Hints("\n".join(legal), "", [sentence(error)], "error", False)
    found = findings.trace_findings(tech, [level.trace for level in used], choices.width_um, choices.space_um)
    return Hints("\n".join(legal), "", _messages(found), findings.worst(found), True)


def field_severities(tech: Technology, values: FanOutValues) -> dict[str, str | None]:
    """What colours each field of FanOutValues that holds a length: what the rules say of it alone."""
    names = ("width", "space", "tolerance", "via_cost")
    values = values if used_levels(tech, values) else values._replace(without="")
    bare = values._replace(width="", space="", tolerance="", via_cost="")
    alone: dict[str, Any] = {name: {name: getattr(values, name)} for name in names}
    return {name: trace_hints(tech, bare._replace(**alone[name])).severity if alone[name][name].strip() else None for name in names}


def pitch_um(tech: Technology) -> float:
    """The finest pitch of traces on the first level, by the rules."""
    level = metal_levels.levels(tech)[0].trace
    return max((tech.limit("width_min", level) or 0.0) + (tech.limit("space", level) or 0.0), 2 * tech.grid_um)


def fan_out_figures(routed: Routed) -> str:
    """The figures of a fan-out, a line each."""
    return "Length %.1f µm%s\n%s" % (routed.exposed, " of what is drawn" if routed.open else ", " + compared(routed.exposed, routed.bound, routed.bound + routed.detours).replace("um", "µm"),
                                     counted(routed.bends, "bend") + (", %s open" % counted(len({one.net for one in routed.open}), "net") if routed.open else ""))


def reason(net: str, words: str) -> str:
    """Why a net is open, without its name."""
    return words.replace("net '%s': " % net, "", 1)


def count(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise CommandError("%s must be a whole number, 1 or more, not '%s'" % (name, text.strip())) from None


def array(values: Any) -> tuple[int, int, float, float]:
    """Columns, rows and pitches of an array; a pitch of one column or row alone may be empty. Raises CommandError."""
    columns, rows = count("columns", values.columns), count("rows", values.rows)
    # a pitch nobody needs may be empty
    return (columns, rows, length_um("pitch x", values.pitch_x) if columns > 1 else 0.0,
            length_um("pitch y", values.pitch_y) if rows > 1 else 0.0)


def pad_choices(tech: Technology, values: PadValues, x_um: float = 0.0, y_um: float = 0.0) -> PadChoices:
    """PadChoices of these PadValues, at x, y. Raises CommandError."""
    choices = PadChoices(values.function, values.shape, length_um("size", values.size), values.openings and has_openings(tech),
                         x_um, y_um, *array(values))
    require_possible(tech, choices)
    return choices


def via_choices(tech: Technology, values: ViaValues, x_um: float = 0.0, y_um: float = 0.0) -> ViaChoices:
    """ViaChoices of these ViaValues, at x, y. Raises CommandError."""
    if via_cut(tech) is None:
        raise CommandError(via_title(tech))
    choices = ViaChoices(via_cut(tech), values.shape, length_um("size", values.size), values.contact, x_um, y_um, *array(values))
    require_possible(tech, choices)
    return choices


# live texts


def hints(legal: str, choices: Callable[[], Any], found_by: Callable[[Any], list[findings.Finding]]) -> Hints:
    """Hints on what choices() gives: the legal sizes, what the rules say of it, or why it is not possible."""
    try:
        found = found_by(choices())
    except CommandError as error:
        return Hints(legal, "", [sentence(error)], "error", False)
    return Hints(legal, "", _messages(found), findings.worst(found), True)


def pad_hints(tech: Technology, values: PadValues, choices: Callable[[], PadChoices] | None = None) -> Hints:
    """Hints on PadValues, or on choices() of them in a pattern: the legal minimum of the size, and what the rules say."""
    if not functions(tech):
        return Hints("", "", ["This technology has no pads."], "error", False)
    legal = "at least %s µm" % as_text(tech.pad_size_min_um(tech.pad_layer(values.function)))
    return hints(legal, choices or (lambda: pad_choices(tech, values)), lambda found: findings.pad_findings(tech, found))


def via_hints(tech: Technology, values: ViaValues, choices: Callable[[], ViaChoices] | None = None) -> Hints:
    """Hints on ViaValues, or on choices() of them in a pattern: depth, aspect ratio, capture pad, the legal and recommended interval, and what the rules say."""
    cut = via_cut(tech)
    if cut is None:
        return Hints("", "", [sentence(via_title(tech))], "error", False)
    legal = via_intervals(tech, cut)
    try:
        chosen = choices() if choices else via_choices(tech, values)
        found = findings.via_findings(tech, chosen)
    except CommandError as error:
        return Hints(legal, "Depth %s µm" % as_text(tech.depth_um(cut)), [sentence(error)], "error", False)
    depth = tech.depth_um(cut)
    details = "Depth %s µm\nAspect ratio %.2f\nCapture pad %s µm" % (
        as_text(depth), depth / chosen.size_um, as_text(tech.capture_pad_um(cut, chosen.size_um, vias.metal_above(tech, cut))))
    return Hints(legal, details, _messages(found), findings.worst(found), True)


def _messages(found: Sequence[findings.Finding]) -> list[str]:
    sentences = [finding.sentence for finding in sorted(found, key=lambda finding: finding.severity)]
    rest = len(sentences) - MOST_MESSAGES
    return sentences if rest <= 0 else sentences[:MOST_MESSAGES] + ["and %d more" % rest]


def shortened(messages: list[str]) -> list[str]:
    """The first messages, and how many more there are."""
    rest = len(messages) - MOST_REPORTED
    return list(messages) if rest <= 0 else list(messages[:MOST_REPORTED]) + ["and %d more, see the markers" % rest]


def identity(tech: Technology) -> str:
    """Title, file and checksum of a technology, in two lines."""
    return "%s\n%s, rules\u00a0%s" % (tech.title, tech.file_name(), tech.checksum())


def shortened_name(name: str, most: int) -> str:
    """The name of a file, its middle left out where it is long."""
    return name if len(name) <= most else "%s…%s" % (name[:most // 2], name[-(most // 2 - 1):])


def breakable(text: str) -> str:
    """The text with invisible places to break its longest words at (file names, net names), which would make the panel too wide."""
    return re.sub(r"[^\s/]{%d,}" % (LONGEST_WORD + 1), lambda word: "\u200b".join(_PIECE.findall(word.group())), text)


def mismatch(used: str, signs: Signs) -> str:
    """The sentence on a layout whose tech.Signs speak for other technologies than the one that is used; "" when they do not."""
    if not technology.others(used, signs):
        return ""
    fitting = " or ".join(signs.fitting)
    words = "This layout is of technology %s" % fitting
    if signs.named not in [""] + signs.fitting:
        words = "KLayout has this layout as technology %s, but its shapes are on layers of %s" % (signs.named, fitting)
    return "%s; the panel draws and checks by %s." % (words, used)
