"""Largest length of the traces of a net."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..findings import Finding
from .base import MAXIMUM, Kind, Rule
from .measuring import EXACT

if TYPE_CHECKING:
    from ..drawing import Drawing

ROUNDING = 1.0  # dbu, more than the sums over all nets of a layout may be off


class TraceLengthMax(Kind):
    """Connected metal on the layer counts from end to end, what is drawn of it under pads included; of several pieces the sum.

    Exact for paths of one width, with any bends; a branch counts from the side of the trace that it leaves.
    """

    name = "trace_length_max"
    family = "nets"
    on_conductors = True
    keys = ("layer", "value_um")
    sense = MAXIMUM
    means = "the traces of a net on this layer are together no longer: each as long as a path of one width that has its area and its outline's length"

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        import numpy as np
        nets, layers = drawing.nets, drawing.layers
        on = [part for part in drawing.technology.parts(rule["layer"]) if drawing.technology.kind_of(part) == "metal"]
        sums, limit, found = nets.traces.sums(lambda outlines: outlines.trace_lengths, on), layers.dbu_of(rule["value_um"]), []
        for net in map(nets.net, (sums > limit - ROUNDING).nonzero()[0].tolist()):
            traces = [number for number in net.traces if nets.layer_of(number) in on]
            length = math.fsum(nets.outlines.trace_lengths[nets.outline_numbers(np.array(traces, dtype=np.int64))])
            if length > limit + EXACT:
                found.append(Finding(net.polygons(traces), "trace length %s um, net %s" % (layers.um(length), net.title)))
        return found
