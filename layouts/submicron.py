"""Recipe: a block of sub-micron contact points under the four pad functions, in technology postpass.

Run it with `klayout -b -r layouts/submicron.py -rd output=FILE`. Eight contact points at a pitch of 6 um fan out to
signal pads at a pitch of 30; a power, a ground and a flip-chip pad each stand on a field of vias (pad reduction).
"""

import os
import sys

import pya

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "pymacros"))

from postpass import tech  # noqa: E402
from postpass.draw import drawing, recipes, shapes, traces  # noqa: E402

VIA_UM = 1.2  # aspect ratio 4.9 through 5.9 um of films
TRACE_UM = 3.2
outputs = recipes.begin(globals().get("output"), "postpass")  # output: a variable of the command line
technology = tech.load("postpass")
layout = pya.Layout()
layout.dbu = technology.dbu_um
cell = layout.create_cell("submicron")


def fan_out(number, nets=8, contact_pitch_um=6.0, pad_pitch_um=30.0, contact_y_um=-60.0, pad_y_um=80.0):
    """One contact point, its trace and its pad; the outer nets leave first, so that no traces cross."""
    offset = number - (nets - 1) / 2
    contact_x, pad_x = offset * contact_pitch_um, offset * pad_pitch_um
    bend = pad_y_um - 30.0 - abs(pad_x - contact_x)
    drawing.draw_via(cell, technology, "via", VIA_UM, contact_x, contact_y_um)
    drawing.draw_pad(cell, technology, "signal", "octagon", 16.0, pad_x, pad_y_um)
    line = [(contact_x, contact_y_um), (contact_x, bend), (pad_x, pad_y_um - 30.0), (pad_x, pad_y_um)]
    drawing.insert(cell, technology, "rdl", traces.outline(line, TRACE_UM, layout.dbu, technology.grid_um))
    drawing.draw_label(cell, technology, "io%d" % number, pad_x, pad_y_um)


def reduction(function, shape, x_um, name):
    """A field of vias under one pad: many contact points, one pad."""
    for via_x, via_y in drawing.positions(x_um, -20.0, 4, 4, 6.0, 6.0):
        drawing.draw_via(cell, technology, "via", VIA_UM, via_x, via_y)
    drawing.draw_pad(cell, technology, function, shape, 40.0, x_um, -20.0)
    drawing.draw_label(cell, technology, name, x_um, -20.0)


for net in range(8):
    fan_out(net)
reduction("power", "square", -100.0, "vdd")
reduction("ground", "square", 100.0, "vss")
drawing.draw_pad(cell, technology, "flip-chip", "round", 60.0, 0.0, -110.0)
for via_x, via_y in drawing.positions(0.0, -110.0, 4, 4, 6.0, 6.0):
    drawing.draw_via(cell, technology, "via", VIA_UM, via_x, via_y)
drawing.draw_label(cell, technology, "bump", 0.0, -110.0)
drawing.insert(cell, technology, "die", shapes.rectangle(320, 320, 0, -20, layout.dbu, technology.grid_um))
recipes.write(outputs, layout)
print("Drew 56 contact points, 8 fan-out traces and 11 pads of four functions.")
