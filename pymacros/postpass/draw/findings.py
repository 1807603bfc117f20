"""What the rules say of a choice of pads or vias before anything is drawn.

Pure Python: the panel shows these findings while the user types, the commands report them. Lengths are um.
They are hints from the numbers alone; only the deck knows the neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import tech as technology
from ..tech import vias
from . import patterns
from .choices import ContactChoices, PadChoices

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .choices import Choices, ViaChoices


class Finding(NamedTuple):
    """A rule that a size breaks."""

    severity: str  # "error" or "warning"
    rule: str  # its id
    sentence: str  # id, title, measured value and limit


_SNAPPED_STEPS = 2  # by which slanted edges on the grid may come closer than the figures say
_SLACK_UM = 1e-9  # a length that is the limit up to rounding of binary fractions keeps it


class Element(NamedTuple):
    """One of the shapes that are drawn at a place."""

    layer: str
    shape: str
    size_um: float
    may_touch: bool = False  # where neighbours touch they are one conductor, not a violation


def elements(tech: Technology, choices: Choices) -> list[Element]:
    """What possible choices draw at a place, the chosen shape first; for pads of several functions that of each."""
    if isinstance(choices, PadChoices):
        layers = dict.fromkeys(map(tech.pad_layer, dict.fromkeys([choices.function] + [place.function for place in choices.places if place.function])))
        above = [part for layer in layers for part in tech.pad_stack(layer)] if choices.openings else []
        return [Element(name, choices.shape, size_um) for name, size_um in [*((layer, choices.size_um) for layer in layers), *dict.fromkeys(above)]]
    if isinstance(choices, ContactChoices):
        return [Element(choices.layer, choices.shape, choices.size_um)]
    metal, contact = vias.metal_above(tech, choices.cut), vias.contact_below(tech, choices.cut)
    found = [Element(choices.cut, choices.shape, choices.size_um), Element(metal, "square", tech.capture_pad_um(choices.cut, choices.size_um, metal), may_touch=True)]
    if vias.draws_contact(tech, choices.cut, choices.contact):
        found.append(Element(contact, choices.shape, vias.contact_size_um(tech, choices.cut, choices.size_um)))
    return found


def pad_findings(tech: Technology, choices: PadChoices) -> list[Finding]:
    """Findings on possible PadChoices: size, shape, distances of neighbours, room for the openings."""
    found = []
    for one in elements(tech, choices):
        if tech.kind_of(one.layer) == "pad":
            found += _size_findings(tech, one.layer, choices)
            for upper, size_um in tech.pad_stack(one.layer) if choices.openings else ():
                found += _broken(tech, "enclosure", upper, (choices.size_um - size_um) / 2, one.layer)
    return _unique(found + _distances(tech, choices))


def via_findings(tech: Technology, choices: ViaChoices) -> list[Finding]:
    """Findings on possible ViaChoices: size, aspect ratio, shape, distances of neighbours, of their capture pads and contact points."""
    found = _size_findings(tech, choices.cut, choices)
    ratio = tech.depth_um(choices.cut) / choices.size_um
    for check in ("aspect_ratio_max", "aspect_ratio_min"):
        found += _broken(tech, check, choices.cut, ratio)
    for one in elements(tech, choices):
        if tech.kind_of(one.layer) == "contact":
            found += _broken(tech, "width_min", one.layer, one.size_um) + _broken(tech, "width_max", one.layer, one.size_um)
    return _unique(found + _distances(tech, choices))


def contact_findings(tech: Technology, choices: ContactChoices) -> list[Finding]:
    """Findings on possible ContactChoices: size, shape, distances of neighbours."""
    return _unique(_size_findings(tech, choices.layer, choices) + _distances(tech, choices))


def closest_pitch_um(tech: Technology, layer: str, size_um: float) -> float:
    """The smallest pitch of shapes of a size in a row."""
    return max(tech.limit("pitch_min", layer) or 0.0, size_um + (tech.limit("space", layer) or 0.0))


def ring_room(tech: Technology, choices: Choices) -> patterns.Room:
    """What a ring of these choices needs so that all that is drawn keeps its distances."""
    drawn = elements(tech, choices)
    corner = 0.0
    for one in drawn:
        space, pitch = tech.limit("space", one.layer) or 0.0, tech.limit("pitch_min", one.layer) or 0.0
        # neighbours around a corner are as far apart along x as along y
        apart = one.size_um + space / math.sqrt(2.0) if one.shape == "square" else (one.size_um + space) / math.sqrt(2.0) + _SNAPPED_STEPS * tech.grid_um
        corner = max(corner, apart, pitch / math.sqrt(2.0))
    return patterns.Room(max(one.size_um for one in drawn), max(closest_pitch_um(tech, one.layer, one.size_um) for one in drawn), corner)


def die_distance_um(tech: Technology, choices: Choices) -> float:
    """The smallest distance from the die outline to the widest shape at a place that keeps every distance to the die edge."""
    drawn = elements(tech, choices)
    widest, distance = max(one.size_um for one in drawn) / 2, 0.0
    for one in drawn:
        for rule in _rules(tech, "die_clearance", one.layer):
            inner = 0.0 if rule.get("measure") == "centre" else one.size_um / 2
            distance = max(distance, rule["value_um"] + inner - widest)
    return tech.grid_up(distance)


def offsets(choices: Choices) -> list[tuple[float, float]]:
    """(dx, dy) of the closest neighbours among what is placed."""
    if choices.places:
        return patterns.closest([place[:2] for place in choices.places])
    shift = choices.pitch_x_um / 2 if choices.staggered else 0.0
    found = [(choices.pitch_x_um, 0.0)] * (choices.columns > 1) + [(shift, choices.pitch_y_um)] * (choices.rows > 1)
    return found + [(0.0, 2 * choices.pitch_y_um)] * (choices.rows > 2 and shift > 0)


def trace_findings(tech: Technology, layers: Sequence[str], width_um: float | None, space_um: float | None) -> list[Finding]:
    """Findings on the width and space of traces on these layers; None keeps every limit."""
    found = []
    for layer in layers:
        for check, length_um in (("width_min", width_um), ("width_max", width_um), ("space", space_um)):
            found += [] if length_um is None else _broken(tech, check, layer, length_um)
    return _unique(found)


def worst(findings: Sequence[Finding]) -> str | None:
    """The worst severity of findings: "error", "warning" or None."""
    severities = [finding.severity for finding in findings]
    return "error" if "error" in severities else ("warning" if severities else None)


def _size_findings(tech: Technology, layer: str, choices: Choices) -> list[Finding]:
    found = _broken(tech, "width_min", layer, choices.size_um) + _broken(tech, "width_max", layer, choices.size_um)
    for rule in _rules(tech, "shape", layer):
        if choices.shape not in rule["shapes"]:
            found.append(_finding(rule, "%s, not %s" % (" or ".join(rule["shapes"]), choices.shape)))
    return found


def _distances(tech: Technology, choices: Choices) -> list[Finding]:
    """Pitch and space between neighbours."""
    found, neighbours = [], offsets(choices)
    for one in elements(tech, choices):
        for offset in neighbours:
            space = space_um(one.shape, one.size_um, *offset)
            found += _broken(tech, "pitch_min", one.layer, math.hypot(*offset))
            if space > _SLACK_UM or not one.may_touch:
                found += _broken(tech, "space", one.layer, space)
    return found


def space_um(shape: str, size_um: float, dx_um: float, dy_um: float) -> float:
    """The space between two shapes of a size whose centres are (dx, dy) apart; 0 where they touch."""
    if shape == "square":
        return math.hypot(max(dx_um - size_um, 0.0), max(dy_um - size_um, 0.0))
    centres = math.hypot(dx_um, dy_um) if shape == "round" else max(dx_um, dy_um, (dx_um + dy_um) / math.sqrt(2.0))
    return max(centres - size_um, 0.0)


def _rules(tech: Technology, check: str, layer: str, other: Any = None) -> list[dict[str, Any]]:
    """Rules of that kind on the layer or a union that holds it (and, for two layers, `other` likewise)."""
    holders = tech.holders(layer)
    others = None if other is None else tech.holders(other)
    return [rule for rule in tech.rules
            if rule["check"] == check and rule["layer"] in holders and (others is None or rule["by"] in others)]


def _broken(tech: Technology, check: str, layer: str, measured: float, other: Any = None) -> list[Finding]:
    at_least = technology.KINDS[check].sense == technology.MINIMUM
    found = []
    for rule in _rules(tech, check, layer, other):
        limit = rule["value_um"] if "value_um" in rule else rule["value"]
        if (measured < limit - _SLACK_UM) if at_least else (measured > limit + _SLACK_UM):
            found.append(_finding(rule, "%s, %s %s" % (_short(measured), "at least" if at_least else "at most", _short(limit))))
    return found


def _finding(rule: dict[str, Any], values: str) -> Finding:
    return Finding(rule.get("severity", "error"), rule["id"], "%s %s: %s" % (rule["id"], rule["title"], values))


def _unique(findings: Sequence[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))


def _short(number: float) -> str:
    return "%g" % round(number, 3)
