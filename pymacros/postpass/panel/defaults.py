"""What the panel offers at first for a technology: names, and values that keep every limit. No Qt, no KLayout.

Values are what the user typed or picked, as texts, and stay as they are whatever happens. Lengths are um.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..draw.findings import closest_pitch_um
from ..tech import vias
from ..tech.metal_levels import cut_size_um
from ..tech.words import as_text

if TYPE_CHECKING:
    from ..tech.answers import Technology


class PadValues(NamedTuple):
    """Texts and choices of the page of pads."""

    function: str
    shape: str
    size: str
    openings: bool
    columns: str
    rows: str
    pitch_x: str
    pitch_y: str


class ViaValues(NamedTuple):
    """Texts and choices of the page of vias."""

    shape: str
    size: str
    contact: bool
    columns: str
    rows: str
    pitch_x: str
    pitch_y: str


class FanOutValues(NamedTuple):
    """Texts and choices of the page of the fan-out."""

    function: str
    width: str
    space: str
    teardrops: bool
    anew: bool
    without: str  # trace layers of the levels that no net runs on, commas between
    necks: bool
    tolerance: str  # of matched lengths
    via_cost: str


MATCH_UM = 1.0  # by how much matched lengths differ, where nothing else is said
UM = "µm"
SHAPES = ("octagon", "round", "square")


def functions(tech: Technology) -> list[str]:
    """The pad functions of the technology."""
    return [tech.function_of(name) for name in tech.of_kind("pad")]


def has_openings(tech: Technology) -> bool:
    """Whether something can be drawn above the pads."""
    return any(tech.pad_stack(layer) for layer in tech.of_kind("pad"))


def via_cut(tech: Technology) -> str:
    """The cut the panel's vias are drawn on: from the contact points to the metal. None when there is none."""
    return tech.connected_cut("contact")


def via_title(tech: Technology) -> str:
    """The title of that cut's layer."""
    cut = via_cut(tech)
    return tech.layers[cut]["title"] if cut else "This technology has no via from a contact point"


def contact_title(tech: Technology) -> str:
    """The words of the choice to draw what a via lands on; "" when nothing can be drawn there."""
    contact = vias.contact_below(tech, via_cut(tech)) if via_cut(tech) else None
    title = tech.layers[contact]["title"] if contact else ""
    return "With " + title[:1].lower() + title[1:] if title else ""


def advice(tech: Technology) -> str:
    """The technology's guidelines, one a line: rules that are printed, not run."""
    return "\n".join(rule["title"] for rule in tech.rules if rule["check"] == "guideline")


def pad_defaults(tech: Technology) -> PadValues:
    """PadValues that keep every limit of the technology: smallest legal size and pitch."""
    if not functions(tech):
        return PadValues("", SHAPES[0], "", False, "1", "1", "", "")
    function = functions(tech)[0]
    layer = tech.pad_layer(function)
    size = tech.pad_size_min_um(layer)
    pitches = [closest_pitch_um(tech, layer, size)] + [closest_pitch_um(tech, name, um) for name, um in tech.pad_stack(layer)]
    shape = next(name for name in SHAPES if _allowed(tech, layer, name))
    pitch = as_text(tech.grid_up(max(pitches)))
    return PadValues(function, shape, as_text(size), has_openings(tech), "1", "1", pitch, pitch)


def via_defaults(tech: Technology) -> ViaValues:
    """ViaValues that keep every limit and recommendation where some size does."""
    cut = via_cut(tech)
    if cut is None:
        return ViaValues(SHAPES[0], "", False, "1", "1", "", "")
    size = cut_size_um(tech, cut)
    metal = vias.metal_above(tech, cut)
    capture, space = tech.capture_pad_um(cut, size, metal), tech.limit("space", metal) or 0.0
    pitch = closest_pitch_um(tech, cut, size)
    if capture < pitch < capture + space:
        pitch = capture + space
    shape = next(name for name in ("square",) + SHAPES if _allowed(tech, cut, name))
    text = as_text(tech.grid_up(pitch))
    return ViaValues(shape, as_text(size), vias.draws_contact(tech, cut), "1", "1", text, text)


def _allowed(tech: Technology, layer: str, shape: str) -> bool:
    return all(shape in rule["shapes"] for rule in tech.rules if rule["check"] == "shape" and rule["layer"] in tech.holders(layer))
