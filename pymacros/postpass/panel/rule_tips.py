"""Which rules limit each field, in words for its tip: the rule's id, what it says, its limit and where that comes from. No Qt.

The one place that knows which rules a field has to keep; the fields are those of the pages Draw, Fan out and Stack, by their names there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from ..messages import Refusal
from ..tech import section, vias
from ..tech.words import as_text, limit_in_words
from .defaults import via_cut

if TYPE_CHECKING:
    from ..tech.answers import Technology

Rule = dict[str, Any]
Limited = dict[str, list[Rule]]  # {field: the rules that limit it}

_SIZE = ("width_min", "width_max", "area_min", "area_max", "aspect_ratio_min", "aspect_ratio_max", "via_size_exists")
_SPACE = ("space", "space_wide", "space_table", "space_same_net", "space_different_net")
_PITCH = (*_SPACE, "pitch_min", "pad_spacing")
_NAMES = ("net_names", "label_on_metal")
_LETTERS = 64  # of a line


def tip(own: str, rules: Sequence[Rule]) -> str:
    """A field's own words, and a paragraph for each rule."""
    return "\n".join([own] * bool(own) + [line for rule in rules for line in wrap(in_words(rule), _LETTERS, subsequent_indent="   ")])


def in_words(rule: Rule) -> str:
    """Id, title, limit, what it is when broken if that is no error, and source of a rule."""
    limit = limit_in_words(rule)
    severity = "" if rule.get("severity", "error") == "error" else " (%s)" % rule["severity"]
    return "%s: %s%s%s. Source: %s" % (rule["id"], rule["title"], ", " + limit if limit else "", severity, rule.get("source", "not stated"))


# which rules


def pads(tech: Technology, function: str) -> Limited:
    """Of the fields of a pad with that function."""
    if function not in [tech.function_of(name) for name in tech.of_kind("pad")]:
        return {}
    pad = tech.pad_layer(function)
    above = [name for name, _ in tech.pad_stack(pad)]
    inside = [rule for name in above for rule in _on(tech, ("enclosure",), [name], pad)]
    between = [rule for name in above for other in above for rule in _on(tech, ("enclosure",), [name], other)]
    return _known({"shape": _on(tech, ("shape",), [pad]), "size": _on(tech, _SIZE, [pad]) + inside,
                   "openings": _on(tech, (*_SIZE, "shape"), above) + inside + between, **_pitches(_on(tech, _PITCH, [pad, *above]))})


def via_fields(tech: Technology) -> Limited:
    """Of the fields of a via."""
    cut = via_cut(tech)
    if cut is None:
        return {}
    contact = vias.contact_below(tech, cut)
    below = [] if contact is None else _on(tech, ("enclosure",), [cut], contact) + _on(tech, _SIZE, [contact])
    return _known({"shape": _on(tech, ("shape",), [cut]), "size": _on(tech, _SIZE, [cut]), "contact": below,
                   **_pitches(_on(tech, _PITCH, [cut, vias.metal_above(tech, cut), *([contact] if contact else [])]))})


def contacts(tech: Technology) -> Limited:
    """Of the fields of a contact point."""
    layers = tech.of_kind("contact")[:1]
    return _known({"shape": _on(tech, ("shape",), layers), "size": _on(tech, _SIZE, layers), **_pitches(_on(tech, _PITCH, layers))})


def ring(tech: Technology, of_object: Limited, layers: Iterable[str]) -> Limited:
    """Of the fields of a ring of objects with such rules, which are drawn on these layers."""
    pitch = of_object.get("pitch_x", [])
    return _known({"number": pitch, "pitch": pitch, "distance": _on(tech, ("die_clearance",), layers)})


def die(tech: Technology) -> Limited:
    """Of the fields of a die outline."""
    return _known({"margin": _on(tech, ("die_clearance",), [layer["name"] for layer in tech.drawn_layers()])})


def net(tech: Technology) -> Limited:
    """Of the net name of what is drawn."""
    return _known({"net": [rule for rule in tech.rules if rule["check"] in _NAMES]})


def fan_out(tech: Technology, used: Sequence[str]) -> Limited:
    """Of the fields of the fan-out, with traces on these layers."""
    return _known({"function": [rule for rule in tech.rules if rule["check"] == "fan_out_distance"], "width": _on(tech, ("width_min", "width_max", "current_width"), used),
                   "space": _on(tech, _SPACE, used), "teardrops": _on(tech, ("teardrop",), used), "necks": _on(tech, ("width_min",), used),
                   "choose": _on(tech, ("trace_length_max",), used)})


def stack(tech: Technology) -> Limited:
    """Of the fields of the page Stack: "size", and each film."""
    try:
        cut, films = section.first_cut(tech), section.films_of(tech)
    except Refusal:
        return {}
    found = {name: [_of_film(rule, tech.films[name]) for rule in tech.rules if _RANGES.get(rule["check"]) in tech.films[name]] for name in films}
    return _known({**found, "size": _on(tech, _SIZE, [cut] if cut else [])})


_RANGES = {"films_allowed": "allowed_um", "films_recommended": "recommended_um"}


def _of_film(rule: Rule, film: dict[str, Any]) -> Rule:
    """The rule with the range of a film as its words, and where the film's thickness comes from beside its own source."""
    low, high = film[_RANGES[rule["check"]]]
    sources = dict.fromkeys(one["source"] for one in (rule, film) if "source" in one)
    return {**rule, "title": "%s, %s to %s µm" % (rule["title"], as_text(low), as_text(high)), **({"source": "; ".join(sources)} if sources else {})}


def _pitches(rules: list[Rule]) -> Limited:
    return {"pitch_x": rules, "pitch_y": rules}


def _on(tech: Technology, checks: Sequence[str], layers: Iterable[str], other: str | None = None) -> list[Rule]:
    """The rules of these checks on the layers or unions that hold them (and on `other` likewise), in the order of the file."""
    holders = {holder for layer in layers for holder in tech.holders(layer)}
    others = None if other is None else tech.holders(other)
    return [rule for rule in tech.rules if rule["check"] in checks and rule.get("layer") in holders and (others is None or rule.get("by", rule.get("to")) in others)]


def _known(found: Limited) -> Limited:
    """The fields that rules limit, each rule once."""
    once = {name: list({(rule["id"], rule["title"]): rule for rule in rules}.values()) for name, rules in found.items()}
    return {name: rules for name, rules in once.items() if rules}
