"""What a user may choose for pads and vias, and which choices cannot be drawn at all. Pure Python; lengths are um."""

import math
from collections import namedtuple

from ..messages import Refusal

#: pads of one function in an array centred at x, y; openings: also draw what lies above them (polymer opening, UBM)
PadChoices = namedtuple("PadChoices", "function shape size_um openings x_um y_um columns rows pitch_x_um pitch_y_um")
PadChoices.__new__.__defaults__ = (False, 0.0, 0.0, 1, 1, 0.0, 0.0)

#: vias of one cut layer in an array centred at x, y; contact: also draw the contact points (None: as the technology has it)
ViaChoices = namedtuple("ViaChoices", "cut shape size_um contact x_um y_um columns rows pitch_x_um pitch_y_um")
ViaChoices.__new__.__defaults__ = (None, 0.0, 0.0, 1, 1, 0.0, 0.0)

#: how to join what is drawn; width_um, space_um: of the traces, None for the technology's limits; function: pairs nameless contact
#: points and pads; entries: names from a net list (netlist.Entry); teardrops: also draw them where traces meet pads
FanOutChoices = namedtuple("FanOutChoices", "width_um space_um function entries teardrops")
FanOutChoices.__new__.__defaults__ = (None, None, "relocation", (), False)

FUNCTIONS = ("fan-out", "relocation", "addition", "reduction")
SHAPES = ("square", "octagon", "round")
MOST_IN_AN_ARRAY = 1000000
_MOST_UM = 5e5  # wider than any wafer, and within 32 bits of a 0.0005 um database unit
_SLACK_UM = 1e-9


class CommandError(Refusal):
    """A choice nothing can be drawn from; one sentence says what is wrong."""


def require_possible(tech, choices):
    """Raises CommandError for choices that cannot be drawn at all: unknown names, lengths that are no numbers, empty arrays."""
    if isinstance(choices, PadChoices):
        _require_pad(tech, choices)
    elif choices.cut not in tech.of_kind("cut"):
        raise CommandError("technology %s has no via layer '%s'" % (tech.name, choices.cut))
    if choices.shape not in SHAPES:
        raise CommandError("unknown shape '%s': known are %s" % (choices.shape, ", ".join(SHAPES)))
    _require_length("size", choices.size_um, tech.grid_um)
    for name in ("x_um", "y_um"):
        _require_length(name[0], getattr(choices, name), None)
    for name in ("columns", "rows"):
        _require_count(name, getattr(choices, name))
    if choices.columns * choices.rows > MOST_IN_AN_ARRAY:
        raise CommandError("%d x %d is more than %d in one array" % (choices.columns, choices.rows, MOST_IN_AN_ARRAY))
    for count, name in ((choices.columns, "pitch_x_um"), (choices.rows, "pitch_y_um")):
        if count > 1:
            _require_length("pitch", getattr(choices, name), tech.grid_um)
            _require_length("the width of the array", count * getattr(choices, name), None)


def _require_pad(tech, choices):
    try:
        layer = tech.pad_layer(choices.function)
    except KeyError as error:
        raise CommandError(error.args[0]) from None
    if choices.openings and not tech.pad_stack(layer):
        raise CommandError("technology %s has no openings above its pads" % tech.name)


def _require_length(name, value, smallest):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise CommandError("%s must be a number in um, not '%s'" % (name, value))
    if smallest is not None and value < smallest - _SLACK_UM:
        raise CommandError("%s must be at least one grid step (%g um), not %g" % (name, smallest, value))
    if abs(value) > _MOST_UM:
        raise CommandError("%s must be below half a metre, not %g um" % (name, value))


def _require_count(name, value):
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise CommandError("%s must be a whole number, 1 or more, not '%s'" % (name, value))
