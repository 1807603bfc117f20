"""What a via stands on and ends in, by the technology's connectivity. Pure Python; lengths are um."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .answers import Technology


def connection_of(tech: Technology, cut: str) -> tuple[str | None, str | None]:
    """(layer below, layer above) of a cut as the connectivity names them, or (None, None)."""
    for connection in tech.record["connectivity"]:
        if len(connection) == 3 and connection[1] == cut:
            return connection[0], connection[2]
    return None, None


def metal_above(tech: Technology, cut: str) -> str:
    """The drawn layer a via's capture pad belongs on: the first metal (or UBM) of the layer above it."""
    above = connection_of(tech, cut)[1]
    metals = [part for part in (tech.parts(above) if above else ()) if tech.kind_of(part) in ("metal", "ubm")]
    return metals[0] if metals else tech.trace_layer()


def contact_below(tech: Technology, cut: str) -> str | None:
    """The contact layer a via lands on, or None when it lands on a metal."""
    below = connection_of(tech, cut)[0]
    contacts = [part for part in (tech.parts(below) if below else ()) if tech.kind_of(part) == "contact"]
    return contacts[0] if contacts else None


def contact_size_um(tech: Technology, cut: str, size_um: float) -> float:
    """Size of the contact point drawn under a via: its own pattern when it needs no enclosure, else the smallest legal one."""
    contact = contact_below(tech, cut)
    enclosure = tech.limit("enclosure", cut, contact) or 0.0
    if enclosure == 0.0:
        return size_um
    return tech.even_up(max(size_um + 2 * enclosure, tech.limit("width_min", contact) or 0.0))


def draws_contact(tech: Technology, cut: str, chosen: bool | None = None) -> bool:
    """Whether vias of that cut get contact points: as chosen, or (None) where both are one pattern, without enclosure."""
    contact = contact_below(tech, cut)
    if contact is None:
        return False
    return (tech.limit("enclosure", cut, contact) or 0.0) == 0.0 if chosen is None else bool(chosen)
