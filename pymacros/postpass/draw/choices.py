"""What a user may choose for pads and vias, and which choices cannot be drawn at all. Pure Python; lengths are um."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from ..bounds import COORDINATE, keeps
from ..messages import Refusal, is_one_line
from ..tech import metal_levels, vias

if TYPE_CHECKING:
    from ..tech.answers import Technology


class Place(NamedTuple):
    """One of many places, beside x, y of the choices."""

    x_um: float
    y_um: float
    net: str = ""  # its name; "" for the name of the choices
    function: str = ""  # of the pad; "" for the function of the choices


class PadChoices(NamedTuple):
    """Pads of one function in an array centred at x, y; openings: also draw what lies above them (polymer opening, UBM)."""

    function: str
    shape: str
    size_um: float
    openings: bool = False
    x_um: float = 0.0
    y_um: float = 0.0
    columns: int = 1
    rows: int = 1
    pitch_x_um: float = 0.0
    pitch_y_um: float = 0.0
    staggered: bool = False  # every other row half a pitch to the right
    net: str = ""  # the net name that each is labelled with; # counts (naming.py)
    places: Sequence[Place] = ()  # instead of the array


class ViaChoices(NamedTuple):
    """Vias of one cut layer in an array centred at x, y; contact: also draw the contact points (None: as the technology has it)."""

    cut: str
    shape: str
    size_um: float
    contact: bool | None = None
    x_um: float = 0.0
    y_um: float = 0.0
    columns: int = 1
    rows: int = 1
    pitch_x_um: float = 0.0
    pitch_y_um: float = 0.0
    staggered: bool = False  # every other row half a pitch to the right
    net: str = ""  # the net name that each is labelled with; # counts (naming.py)
    places: Sequence[Place] = ()  # instead of the array


class ContactChoices(NamedTuple):
    """Contact points without vias, on one contact layer, in an array centred at x, y."""

    layer: str
    shape: str
    size_um: float
    x_um: float = 0.0
    y_um: float = 0.0
    columns: int = 1
    rows: int = 1
    pitch_x_um: float = 0.0
    pitch_y_um: float = 0.0
    staggered: bool = False
    net: str = ""
    places: Sequence[Place] = ()


Choices = Union[PadChoices, ViaChoices, ContactChoices]


class FanOutChoices(NamedTuple):
    """How to join what is drawn."""

    width_um: float | None = None  # of the traces; None: the technology's limit
    space_um: float | None = None
    function: str = "relocation"  # pairs nameless contact points and pads
    entries: Sequence[Any] = ()  # names from a net list (netlist.Entry)
    teardrops: bool = False  # also draw them where traces meet pads
    anew: bool = False  # whether traces of earlier fan-outs that are still right are drawn anew, too
    reroute: Sequence[str] = ()  # nets whose traces are
    necks: bool = False  # whether wide traces may end in necks at narrow contact points and pads (routing/necks.py)
    match_tolerance_um: float | None = None  # by how much the lengths of a group of nets may differ; None: 1 um
    via_cost_um: float | None = None  # length that a via between levels must save; None: as the router has it
    levels: Sequence[str] = ()  # names of the trace layers of the levels of metal that nets run on; none: all
    only: Sequence[tuple[float, float]] | None = None  # places (um) on the nets that are routed, all others being left as they are; None: all nets


SHAPES = ("square", "octagon", "round")
MOST_IN_AN_ARRAY = 1000000
_MOST_UM = 5e5  # wider than any wafer, and within 32 bits of a 0.0005 um database unit
_SLACK_UM = 1e-9
LONGEST_NAME = 200


class CommandError(Refusal):
    """A choice nothing can be drawn from; one sentence says what is wrong."""

    severity: str | None = "error"  # as in a Report


class AllJoined(CommandError):
    """There is nothing to fan out, as all is joined."""

    severity = None


def number_of(choices: Choices) -> int:
    """How many are placed."""
    return len(choices.places) or choices.columns * choices.rows


def require_possible(tech: Technology, choices: Choices) -> None:
    """Raises CommandError for choices that cannot be drawn at all: unknown names, lengths that are no numbers, empty arrays."""
    if isinstance(choices, PadChoices):
        for function in {choices.function, *(place.function for place in choices.places if place.function)}:
            _require_pad(tech, function, choices.openings)
    elif isinstance(choices, ContactChoices):
        if choices.layer not in tech.of_kind("contact"):
            raise CommandError("technology %s has no contact layer '%s' to draw on" % (tech.name, choices.layer))
    elif choices.cut not in tech.of_kind("cut"):
        raise CommandError("technology %s has no via layer '%s'" % (tech.name, choices.cut))
    else:
        contact = [vias.contact_below(tech, choices.cut)] if vias.draws_contact(tech, choices.cut, choices.contact) else []
        require_drawn(tech, [vias.metal_above(tech, choices.cut), *contact])
    if choices.shape not in SHAPES:
        raise CommandError("unknown shape '%s': known are %s" % (choices.shape, ", ".join(SHAPES)))
    _require_length("size", choices.size_um, tech.grid_um)
    for name in ("x_um", "y_um"):
        _require_length(name[0], getattr(choices, name), None)
    if choices.places:
        _require_places(choices)
    else:
        _require_array(tech, choices)
    _require_names(tech, choices)


def _require_array(tech: Technology, choices: Choices) -> None:
    for name in ("columns", "rows"):
        _require_count(name, getattr(choices, name))
    if choices.columns * choices.rows > MOST_IN_AN_ARRAY:
        raise CommandError("%d x %d is more than %d in one array" % (choices.columns, choices.rows, MOST_IN_AN_ARRAY))
    for count, name in ((choices.columns, "pitch_x_um"), (choices.rows, "pitch_y_um")):
        if count > 1 or (choices.staggered and choices.rows > 1):
            _require_length("pitch", getattr(choices, name), tech.grid_um)
            _require_length("the width of the array", count * getattr(choices, name), None)


def _require_places(choices: Choices) -> None:
    if len(choices.places) > MOST_IN_AN_ARRAY:
        raise CommandError("%d places are more than %d" % (len(choices.places), MOST_IN_AN_ARRAY))
    for place in choices.places:
        if not (keeps(COORDINATE, place.x_um) and keeps(COORDINATE, place.y_um)):
            raise CommandError("the place %s, %s is farther away than a wafer reaches" % (place.x_um, place.y_um))


def _require_names(tech: Technology, choices: Choices) -> None:
    names = {choices.net, *(place.net for place in choices.places)} - {""}
    if names and not tech.of_kind("label"):
        raise CommandError("technology %s has no label layer to name nets on: leave the net name empty" % tech.name)
    for name in names:
        if not is_one_line(name) or name != name.strip() or len(name) > LONGEST_NAME:
            raise CommandError("a net name must be a text of one line without blanks at its ends, up to %d characters" % LONGEST_NAME)


def require_drawn(tech: Technology, names: Iterable[str | None]) -> None:
    """Raises CommandError where one of these layers is derived from others."""
    for name in names:
        if name is not None and "gds" not in tech.layers[name]:
            raise CommandError("technology %s: nothing can be drawn on layer '%s', which is derived from other layers" % (tech.name, name))


def require_on_a_wafer(box_um: Sequence[float]) -> None:
    """Raises CommandError for a rectangle (left, bottom, right, top) that is larger than any wafer."""
    if not all(keeps(COORDINATE, length) for length in box_um):
        raise CommandError("the rectangle from %g, %g to %g, %g um is larger than a wafer" % tuple(box_um))


def require_levels(tech: Technology, names: Iterable[str]) -> None:
    """Raises CommandError where one of these is not the trace layer of a level of metal."""
    known = [level.trace for level in metal_levels.levels(tech)]
    for name in names:
        if name not in known:
            raise CommandError("technology %s has no level of traces '%s': known are %s" % (tech.name, name, ", ".join(known)))


def _require_pad(tech: Technology, function: str, openings: bool) -> None:
    try:
        layer = tech.pad_layer(function)
    except KeyError as error:
        raise CommandError(error.args[0]) from None
    if openings and not tech.pad_stack(layer):
        raise CommandError("technology %s has no openings above its pads" % tech.name)


def _require_length(name: str, value: float, smallest: float | None) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise CommandError("%s must be a number in um, not '%s'" % (name, value))
    if smallest is not None and value < smallest - _SLACK_UM:
        raise CommandError("%s must be at least one grid step (%g um), not %g" % (name, smallest, value))
    if abs(value) > _MOST_UM:
        raise CommandError("%s must be below half a metre, not %g um" % (name, value))


def _require_count(name: str, value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise CommandError("%s must be a whole number, 1 or more, not '%s'" % (name, value))
