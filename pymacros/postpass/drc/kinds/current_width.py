"""Is a trace wide enough for the current of its pad?"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ... import geometry
from ..findings import Finding
from . import measuring
from .base import Kind, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pya

    from ...conductors.nets import Nets
    from ..drawing import Drawing


class CurrentWidth(Kind):
    """The trace of a one-to-one net carries the whole current of its pad: it is nowhere narrower than that current asks for."""

    name = "current_width"
    family = "nets"
    on_conductors = True
    keys = ("layer", "current_ma", "per_um_ma")
    means = "the trace of a one-to-one net with its pad on this layer is nowhere narrower than current_ma / per_um_ma"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        nets, layers = drawing.nets, drawing.layers
        width_um, found = rule["current_ma"] / rule["per_um_ma"], []
        for on, traces in _traces(nets, drawing.technology.parts(rule["layer"])):
            narrow = measuring.too_near(width_um, drawing, geometry.spacing.narrow(traces, layers.limit_dbu(width_um)))
            places = geometry.distances.places(narrow)
            found += [Finding([place.polygon], "width %s um carries %.4g mA of %.4g mA, %s" % (
                layers.um(place.distance), place.distance * layers.dbu * rule["per_um_ma"], rule["current_ma"], title))
                for place, title in zip(places, nets.titles_at(on, [place.polygon for place in places]))]
        return found


def _traces(nets: Nets, pads: list[str]) -> Iterable[tuple[list[str], pya.Region]]:
    """(layers, the traces on them of one-to-one nets with a pad on the layers `pads`) for each conductor: where two levels lie over each other each has a width."""
    count = nets.pads.counts([pad for pad in pads if pad in nets.slot_of])
    by_layer: dict[str, list[pya.Polygon]] = {}
    for index in nets.one_to_one().tolist():
        for number in nets.traces.of(index) if count[index] else ():
            by_layer.setdefault(nets.layer_of(number), []).append(nets.polygon(number))
    for conductor in nets.conductors:
        on = [part for part in nets.technology.parts(conductor) if part in by_layer]
        yield on, geometry.regions.region_of(chain.from_iterable(by_layer.pop(part) for part in on))
