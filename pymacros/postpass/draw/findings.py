"""What the rules say of a choice of pads or vias before anything is drawn.

Pure Python: the panel shows these findings while the user types, the commands report them. Lengths are um.
They are hints from the numbers alone; only the deck knows the neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import tech as technology
from ..tech import vias

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .choices import PadChoices, ViaChoices


class Finding(NamedTuple):
    """A rule that a size breaks."""

    severity: str  # "error" or "warning"
    rule: str  # its id
    sentence: str  # id, title, measured value and limit


_SLACK_UM = 1e-9  # a length that is the limit up to rounding of binary fractions keeps it


def pad_findings(tech: Technology, choices: PadChoices) -> list[Finding]:
    """Findings on possible PadChoices: size, shape, distances in the array, room for the openings."""
    layer = tech.pad_layer(choices.function)
    found = _size_findings(tech, layer, choices) + _array_findings(tech, layer, choices.size_um, choices)
    if choices.openings:
        for upper, size_um in tech.pad_stack(layer):
            room = (choices.size_um - size_um) / 2
            found += _broken(tech, "enclosure", upper, room, layer)
            found += _array_findings(tech, upper, size_um, choices)
    return _unique(found)


def via_findings(tech: Technology, choices: ViaChoices) -> list[Finding]:
    """Findings on possible ViaChoices: size, aspect ratio, shape, distances in the array, its capture pads and contact points."""
    size = choices.size_um
    found = _size_findings(tech, choices.cut, choices) + _array_findings(tech, choices.cut, size, choices)
    ratio = tech.depth_um(choices.cut) / size
    for check in ("aspect_ratio_max", "aspect_ratio_min"):
        found += _broken(tech, check, choices.cut, ratio)
    metal = vias.metal_above(tech, choices.cut)
    found += _array_findings(tech, metal, tech.capture_pad_um(choices.cut, size, metal), choices, may_touch=True)
    contact = vias.contact_below(tech, choices.cut)
    if vias.draws_contact(tech, choices.cut, choices.contact):
        contact_um = vias.contact_size_um(tech, choices.cut, size)
        for check in ("width_min", "width_max"):
            found += _broken(tech, check, contact, contact_um)
        found += _array_findings(tech, contact, contact_um, choices)
    return _unique(found)


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


def _size_findings(tech: Technology, layer: str, choices: PadChoices | ViaChoices) -> list[Finding]:
    found = _broken(tech, "width_min", layer, choices.size_um) + _broken(tech, "width_max", layer, choices.size_um)
    for rule in _rules(tech, "shape", layer):
        if choices.shape not in rule["shapes"]:
            found.append(_finding(rule, "%s, not %s" % (" or ".join(rule["shapes"]), choices.shape)))
    return found


def _array_findings(tech: Technology, layer: str, size_um: float, choices: PadChoices | ViaChoices, may_touch: bool = False) -> list[Finding]:
    """Pitch and space between neighbours of an array. `may_touch`: touching shapes are one conductor, not a violation."""
    found = []
    for count, pitch in ((choices.columns, choices.pitch_x_um), (choices.rows, choices.pitch_y_um)):
        if count > 1:
            space = max(pitch - size_um, 0.0)
            found += _broken(tech, "pitch_min", layer, pitch)
            if space > _SLACK_UM or not may_touch:
                found += _broken(tech, "space", layer, space)
    return found


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
