"""What kinds share that look at the die: a layer (`to`) or a box (`within_um`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import Finding

if TYPE_CHECKING:
    import pya


def die_of(rule: dict[str, Any], layers: Any) -> pya.Region:
    """The die as a region."""
    if "to" in rule:
        return layers.merged(rule["to"])
    return geometry.regions.region_of([geometry.regions.box(*[geometry.regions.rounded(layers.dbu_of(length)) for length in rule["within_um"]])])


def is_drawn(rule: dict[str, Any], layers: Any) -> bool:
    return not die_of(rule, layers).is_empty()


def no_die(rule: dict[str, Any], layers: Any) -> Finding:
    return Finding([layers.cell.bbox()], "layer %s has no shape: the edge of the die is unknown" % rule.get("to", ""))
