"""What the fields of the page Draw mean: object, pattern, ring, list, rectangles. No Qt.

Values are what the user typed or picked, as texts, and stay as they are whatever happens. Lengths are um.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..draw import areas, coordinates, findings, patterns
from ..draw.areas import AreaChoices
from ..draw.choices import CommandError, ContactChoices, Place, require_possible
from ..messages import Refusal, counted
from ..tech import vias
from . import defaults, form, rule_tips
from .defaults import as_text

if TYPE_CHECKING:
    from ..draw.choices import Choices
    from ..tech.answers import Technology

PAD, VIA, CONTACT, DIE, KEEPOUT = "Pad", "Via", "Contact point", "Die outline", "Keep-out"
ARRAY, STAGGERED, RING, LIST, FILL = "Array", "Staggered array", "Ring", "List", "Fill selected pads"
AROUND_DIE, AROUND_RECTANGLE = "the die outline", "a rectangle"
BY_SIZE, BY_CORNERS, BY_SHAPES = "of a size", "by two corners", "around all shapes"
FUNCTIONS = {PAD: "ball", VIA: "chip_pad", CONTACT: "chip_pad"}  # the kind of a list's places


class ContactValues(NamedTuple):
    """Texts and choices of contact points."""

    shape: str
    size: str
    columns: str
    rows: str
    pitch_x: str
    pitch_y: str


class RingValues(NamedTuple):
    """Texts and choices of a ring."""

    around: str = AROUND_DIE
    width: str = ""
    height: str = ""
    number: str = ""
    pitch: str = ""
    distance: str = ""


class AreaValues(NamedTuple):
    """Texts and choices of a die outline or keep-out."""

    how: str = BY_SIZE
    width: str = ""
    height: str = ""
    margin: str = ""
    corner: str = ""
    opposite: str = ""
    layer: str = ""  # of a keep-out; "" for the first
    replace: bool = False


def objects(tech: Technology) -> list[str]:
    """What can be drawn by a technology."""
    has = {PAD: tech.of_kind("pad"), VIA: defaults.via_cut(tech), CONTACT: tech.of_kind("contact"), DIE: tech.of_kind("outline"), KEEPOUT: tech.of_kind("keepout")}
    return [name for name, there in has.items() if there] or [PAD]


def patterns_of(name: str) -> list[str]:
    """The patterns of an object."""
    return [ARRAY, STAGGERED, RING, LIST] + [FILL] * (name == VIA)


def contact_defaults(tech: Technology) -> ContactValues:
    """ContactValues that keep every limit: as under the default vias."""
    via = defaults.via_defaults(tech)
    layers, cut = tech.of_kind("contact"), defaults.via_cut(tech)
    if not layers or not via.size:
        return ContactValues(defaults.SHAPES[0], "", "1", "1", "", "")
    size = vias.contact_size_um(tech, cut, float(via.size)) if vias.contact_below(tech, cut) else float(via.size)
    pitch = max(tech.grid_up(findings.closest_pitch_um(tech, layers[0], size)), float(via.pitch_x))
    return ContactValues("square", as_text(size), "1", "1", as_text(pitch), as_text(pitch))


def contact_choices(tech: Technology, values: ContactValues, x_um: float = 0.0, y_um: float = 0.0) -> ContactChoices:
    """ContactChoices of these ContactValues, at x, y. Raises CommandError."""
    if not tech.of_kind("contact"):
        raise CommandError("Technology %s has no contact layer to draw on" % tech.name)
    return ContactChoices(tech.of_kind("contact")[0], values.shape, form.length_um("size", values.size), x_um, y_um, *form.array(values))


def element_hints(tech: Technology, name: str, values: Any, choices: Callable[[], Any] | None = None) -> form.Hints:
    """Hints on the values of a pad, via or contact point, or on choices() of them in a pattern."""
    if name == CONTACT:
        return _contact_hints(tech, choices or (lambda: contact_choices(tech, values)))
    return form.pad_hints(tech, values, choices) if name == PAD else form.via_hints(tech, values, choices)


def _contact_hints(tech: Technology, choices: Callable[[], Any]) -> form.Hints:
    """The legal sizes, and what the rules say."""
    layer = tech.of_kind("contact")[0] if tech.of_kind("contact") else None
    low, high = (tech.limit(check, layer) if layer else None for check in ("width_min", "width_max"))
    legal = "Legal %s" % (" to ".join(as_text(um) for um in (low or tech.grid_um, high)) + " µm" if high else "%s µm and more" % as_text(low or tech.grid_um))
    return form.hints(legal, choices, lambda found: findings.contact_findings(tech, found))


def limited(tech: Technology, name: str, function: str) -> rule_tips.Limited:
    """The rules that limit the fields of an object; function: of a pad."""
    if name == PAD:
        return rule_tips.pads(tech, function)
    return {VIA: rule_tips.via_fields, CONTACT: rule_tips.contacts, DIE: rule_tips.die}.get(name, lambda tech: {})(tech)


def layers_of(tech: Technology, name: str, function: str) -> list[str]:
    """The layers that a pad of a function, a via or a contact point is drawn on."""
    if name == CONTACT:
        return tech.of_kind("contact")[:1]
    if name == VIA:
        cut = defaults.via_cut(tech)
        return [layer for layer in (cut, vias.metal_above(tech, cut), vias.contact_below(tech, cut)) if layer] if cut else []
    pads = [layer for layer in tech.of_kind("pad") if tech.function_of(layer) == function]
    return pads + [above for layer in pads for above, _ in tech.pad_stack(layer)]


# patterns


def in_pattern(tech: Technology, choices: Choices, pattern: str, net: str, places: Callable[[Choices], list[Place]]) -> Choices:
    """The choices of an array in a pattern, with net names. places(choices): those of a ring or list. Raises CommandError."""
    if pattern in (RING, LIST, FILL):
        choices = choices._replace(columns=1, rows=1)
    choices = choices._replace(staggered=pattern == STAGGERED, net=net.strip())
    if pattern in (RING, LIST):
        choices = choices._replace(places=places(choices))
    require_possible(tech, choices)
    return choices


def as_array(values: Any, pattern: str) -> Any:
    """The values of an object; for patterns that are no array, what stands in its fields does not matter."""
    return values if pattern in (ARRAY, STAGGERED) else values._replace(columns="1", rows="1")


def ring_places(tech: Technology, choices: Choices, values: RingValues, die_box: Callable[[], areas.Box]) -> list[Place]:
    """The places of a ring, from x, y of the choices on: around the die outline (whose box die_box() tells) where that lies, or around a rectangle there. Raises CommandError."""
    number = form.count("number", values.number) if values.number.strip() else None
    pitch = form.length_um("pitch", values.pitch) if values.pitch.strip() else None
    if number is not None and pitch is not None:
        raise CommandError("Ring: write a number or a pitch, and leave the other one empty")
    if values.around == AROUND_DIE:
        box, x_um, y_um = die_box(), choices.x_um, choices.y_um
    else:
        width, height = (form.length_um(name, text) for name, text in (("width of the rectangle", values.width), ("height of the rectangle", values.height)))
        box, x_um, y_um = areas.of_size(tech, width, height, 0.0, 0.0), 0.0, 0.0
    distance = form.length_um("edge distance", values.distance) if values.distance.strip() else ring_distance_um(tech, choices, values.around)
    try:
        found = patterns.ring(patterns.Ring(box, number, pitch, distance), findings.ring_room(tech, choices), tech.grid_um)
    except patterns.PatternError as error:
        raise CommandError(str(error)) from None
    return [Place(round(x - x_um, 9), round(y - y_um, 9)) for x, y in found]


def ring_distance_um(tech: Technology, choices: Choices, around: str) -> float:
    """The smallest legal distance of a ring inside the die outline; outside of a rectangle (negative), the space."""
    if around == AROUND_DIE:
        return findings.die_distance_um(tech, choices)
    return -max(tech.limit("space", one.layer) or 0.0 for one in findings.elements(tech, choices))


def places_in_words(choices: Choices) -> str:
    """How many places a ring or list has, and how close they come."""
    found = patterns.closest([place[:2] for place in choices.places])
    nearest = min((dx * dx + dy * dy) ** 0.5 for dx, dy in found) if found else 0.0
    return counted(len(choices.places), "place") + (", closest pitch %s µm" % as_text(round(nearest, 3)) if found else "")


# rectangles


def area_choices(tech: Technology, name: str, values: AreaValues, x_um: float, y_um: float, cell: Callable[[], Any], corners: Any = None) -> AreaChoices:
    """AreaChoices of a die outline or keep-out. cell(): the cell, for what is drawn around its shapes; corners: two places by mouse. Raises CommandError."""
    kind = "outline" if name == DIE else "keepout"
    layers = tech.of_kind(kind)
    if not layers:
        raise CommandError("Technology %s has no layer for it" % tech.name)
    layer = values.layer if kind == "keepout" and values.layer in layers else layers[0]
    if values.how == BY_CORNERS:
        one, other = corners or (_corner("corner", values.corner), _corner("opposite corner", values.opposite))
        box = areas.of_corners(tech, one, other)
    elif values.how == BY_SHAPES and kind == "outline":
        box = areas.around(cell(), tech, margin_um(tech, values))
    else:
        box = areas.of_size(tech, form.length_um("width", values.width), form.length_um("height", values.height), x_um, y_um)
    return AreaChoices(layer, box, values.replace and kind == "outline")


def margin_um(tech: Technology, values: AreaValues) -> float:
    """The margin of a die outline around what is drawn: as typed, else what the die edge asks for. Raises CommandError."""
    return form.length_um("margin", values.margin) if values.margin.strip() else die_margin_um(tech)


def die_margin_um(tech: Technology) -> float:
    """The largest distance to the die edge that any layer asks for."""
    limits = [tech.limit("die_clearance", layer["name"]) for layer in tech.drawn_layers()]
    return max([limit for limit in limits if limit], default=0.0)


def _corner(name: str, text: str) -> tuple[float, float]:
    try:
        return coordinates.pair_um(text)
    except coordinates.Problem as problem:
        raise CommandError("%s: %s" % (name.capitalize(), problem)) from None


def refused(function: Callable[..., Any], *arguments: Any) -> Any:
    """What the function returns; a Refusal of any kind becomes a CommandError."""
    try:
        return function(*arguments)
    except CommandError:
        raise
    except Refusal as error:
        raise CommandError(str(error)) from None


def element_choices(tech: Technology, name: str, values: Any, x_um: float, y_um: float) -> Choices:
    """The choices of a pad, via or contact point, in its array. Raises CommandError."""
    if name == CONTACT:
        return contact_choices(tech, values, x_um, y_um)
    return form.pad_choices(tech, values, x_um, y_um) if name == PAD else form.via_choices(tech, values, x_um, y_um)
