"""Is a trace wide enough for the current of its pad?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..findings import Finding
from .base import Kind, Rule

if TYPE_CHECKING:
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
        import pya

        from ...geometry import distances
        nets, layers = drawing.nets, drawing.layers
        width_um = rule["current_ma"] / rule["per_um_ma"]
        pairs = _traces(nets, drawing.technology.parts(rule["layer"])).width_check(layers.limit_dbu(width_um), False, pya.Region.Euclidian, None, None, None)
        limit, step = layers.dbu_of(width_um), layers.dbu_of(drawing.technology.grid_um) / 2**0.5 + 1e-6
        narrow = [one for one in distances.measured(pairs.each())
                  if one.distance < limit - (step if distances.is_diagonal(one.pair.first, one.pair.second) else 1e-6)]
        places = distances.places(narrow)
        on = [layer["name"] for layer in drawing.technology.single_layers() if layer.get("kind") == "metal" and nets.is_conducting(layer["name"])]
        titles = nets.titles_at(on, [place.polygon for place in places])
        return [Finding([place.polygon], "width %s um carries %.4g mA of %.4g mA, %s" % (
            layers.um(place.distance), place.distance * layers.dbu * rule["per_um_ma"], rule["current_ma"], title)) for place, title in zip(places, titles)]


def _traces(nets: Nets, parts: list[str]) -> pya.Region:
    """Traces of the one-to-one nets with a pad on these layers."""
    from ...geometry.regions import region_of
    pads = nets.pads.counts([part for part in parts if part in nets.slot_of])
    return region_of(nets.polygon(number) for index in nets.one_to_one().tolist() if pads[index] for number in nets.traces.of(index))
