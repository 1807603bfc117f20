"""Recipe: the bumps of a real chip, fanned out. Run it with `klayout -b -r layouts/caravel.py -rd output=FILE`.

Pad list: 63 chip pads and 60 balls of Caravel on sky130 (layouts/caravel_pads.csv; efabless/caravel, Apache-2.0).
Polymer-1 openings, capture pads, landing pads, polymer-2 openings and UBM follow from the rules of technology wlcsp;
the router joins them, which takes the better part of a minute.
"""

import os
import sys

import pya

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "pymacros"))

from postpass import tech  # noqa: E402
from postpass.draw import bumping, padlist, recipes  # noqa: E402
from postpass.draw.commands import CommandError  # noqa: E402
from postpass.fanout import command as fanout  # noqa: E402

PAD_LIST = os.path.join(HERE, "caravel_pads.csv")


def fanned_out():
    """The Report of the fan-out; the run ends where it is impossible."""
    sentence = None
    try:
        return fanout.fan_out(cell, technology, width_um=20.0, reporter=fanout.PrintedStages())
    except CommandError as error:
        sentence = str(error)
    recipes.end(sentence)


layout = pya.Layout()
outputs = recipes.begin(globals().get("output"), "wlcsp", PAD_LIST)  # output: a variable of the command line
technology = tech.load("wlcsp")
layout.dbu = technology.dbu_um
cell = layout.create_cell("caravel")
bumps = bumping.draw_pad_list(cell, technology, padlist.read(PAD_LIST), die_um=(0, 0, 3588, 5188))
print(" ".join(bumps.messages), flush=True)
traces = fanned_out()
recipes.write(outputs, layout)
print("\n".join(traces.messages))
sys.exit(2 if traces.severity else 0)
