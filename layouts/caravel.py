"""Recipe: the bumps of a real chip. Run it with `klayout -b -r layouts/caravel.py -rd output=FILE`.

Pad list: 63 chip pads and 60 balls of Caravel on sky130 (layouts/caravel_pads.csv; efabless/caravel, Apache-2.0).
Polymer-1 openings, capture pads, landing pads, polymer-2 openings and UBM follow from the rules of technology wlcsp;
the router joins them, which takes the better part of a minute.
"""

import os
import sys

import pya

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "pymacros"))

from postpass import bumping, fanout, padlist, tech  # noqa: E402

layout = pya.Layout()
technology = tech.load("wlcsp")
layout.dbu = technology.dbu_um
cell = layout.create_cell("caravel")
pads = padlist.read(os.path.join(HERE, "caravel_pads.csv"))
report = bumping.draw_pad_list(cell, technology, pads, die_um=(0, 0, 3588, 5188))
print(" ".join(report.messages), flush=True)
report = fanout.fan_out(cell, technology, width_um=20.0)
layout.write(output)  # noqa: F821 (a variable of the command line)
print("\n".join(report.messages))
sys.exit(2 if report.severity else 0)
