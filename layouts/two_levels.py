"""Recipe: four crossing nets on two levels of traces. Run it with `klayout -b -r layouts/two_levels.py -rd output=FILE`.

Chip pads in a row, their balls in the opposite order, and a keep-out on the first level under the balls: one level of
metal cannot embed them all.
"""

import os
import sys

import pya

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pymacros"))

from postpass import tech
from postpass.draw import drawing, recipes, shapes
from postpass.fanout import command as fanout

COUNT, PITCH_UM, ROW_UM, BALLS_UM, HEIGHT_UM, FREE_UM = 4, 500.0, 60.0, 800.0, 1000.0, 560.0

layout = pya.Layout()
outputs = recipes.begin(globals().get("output"), "wlcsp_two_level")  # output: a variable of the command line
technology = tech.load("wlcsp_two_level")
layout.dbu = technology.dbu_um
cell = layout.create_cell("two_levels")
for number in range(COUNT):
    for x_um, y_um in ((PITCH_UM * number, ROW_UM), (PITCH_UM * (COUNT - 1 - number), BALLS_UM)):
        drawing.draw_label(cell, technology, "n%d" % number, x_um, y_um)
    drawing.draw_via(cell, technology, "pi1", 35.0, PITCH_UM * number, ROW_UM, contact=True)
    drawing.draw_pad(cell, technology, "signal", "octagon", 270.0, PITCH_UM * number, BALLS_UM, openings=True)
width_um = (COUNT - 1) * PITCH_UM + 500.0
for layer, bottom_um in (("die", 0.0), ("keepout", FREE_UM)):
    box = shapes.rectangle(width_um, HEIGHT_UM - bottom_um, (COUNT - 1) * PITCH_UM / 2, (HEIGHT_UM + bottom_um) / 2, layout.dbu, technology.grid_um)
    drawing.insert(cell, technology, layer, box)
report = fanout.fan_out(cell, technology, width_um=60.0, reporter=fanout.PrintedStages(), teardrops=True)
recipes.write(outputs, layout)
print("\n".join(report.messages))
sys.exit(2 if report.severity == "error" else 0)
