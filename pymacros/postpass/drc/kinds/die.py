"""What kinds share that look at the die: a layer (`to`) or a box (`within_um`)."""

from ... import geometry
from ..findings import Finding


def die_of(rule, layers):
    """The die as a region."""
    if "to" in rule:
        return layers.merged(rule["to"])
    return geometry.regions.region_of([geometry.regions.box(*[geometry.regions.rounded(layers.dbu_of(length)) for length in rule["within_um"]])])


def is_drawn(rule, layers):
    return not die_of(rule, layers).is_empty()


def no_die(rule, layers):
    return Finding([layers.cell.bbox()], "layer %s has no shape: the edge of the die is unknown" % rule.get("to", ""))
