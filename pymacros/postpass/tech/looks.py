"""How layers look, in KLayout and in figures: a colour and a pattern for each kind, pads by function. Pure Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .answers import Technology


class Look(NamedTuple):
    """Colour of fill and frame ("#rrggbb"), and KLayout's name of the fill pattern ("I2")."""

    colour: str
    pattern: str


PLAIN = Look("#7f7f7f", "I2")
#: per kind of layer, None for plain ones; pads by function
_LOOKS: "dict[str | None, Look]" = {
    None: PLAIN,
    "outline": Look("#8c8c8c", "I1"), "contact": Look("#4c72b0", "I9"), "cut": Look("#202020", "I2"), "metal": Look("#dd8452", "I3"),
    "ubm": Look("#937860", "I6"), "label": Look("#303030", "I1"), "marker": Look("#da8bc3", "I1"), "keepout": Look("#a00000", "I7"),
    "flip-chip": Look("#8172b3", "I10"), "power": Look("#c44e52", "I5"), "ground": Look("#2a7f4f", "I9"), "signal": Look("#e0b000", "I4"),
    "pad": Look("#8172b3", "I10"),
}
#: later cuts and metals get other colours, so that two openings or two levels in one stack are told apart
_COLOURS = {"cut": ("#202020", "#64b5cd", "#ccb974"), "metal": ("#dd8452", "#3c8dbc", "#55a868")}


def of_drawn(tech: Technology, name: str) -> Look:
    """The look of a drawn layer."""
    layer, kind = tech.layers[name], tech.kind_of(name)
    look = _LOOKS[layer.get("function", kind)]
    if kind in _COLOURS:
        colours = _COLOURS[kind]
        look = look._replace(colour=colours[tech.of_kind(kind).index(name) % len(colours)])
    return look


def of_layer(tech: Technology, name: str) -> Look:
    """The look of any layer: derived ones and unions look as the first drawn layer that they consist of, or are derived from."""
    drawn = [name] if "gds" in tech.layers[name] else tech.drawn_from(name)
    return of_drawn(tech, drawn[0]) if drawn else PLAIN
