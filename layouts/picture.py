"""Draws a PNG picture of a layout in its technology's colours.

`QT_QPA_PLATFORM=offscreen klayout -z -nc -r layouts/picture.py -rd input=FILE -rd tech=NAME -rd png=FILE [-rd box=x1,y1,x2,y2]`
"""

import os

import pya

HERE = os.path.dirname(os.path.abspath(__file__))
application = pya.Application.instance()
view = pya.LayoutView()
view.load_layout(input, True)  # noqa: F821 (variables of the command line)
folder = next(name for name in os.listdir(os.path.join(HERE, "..", "tech")) if os.path.exists(os.path.join(HERE, "..", "tech", name, tech + ".lyp")))  # noqa: F821
view.load_layer_props(os.path.join(HERE, "..", "tech", folder, tech + ".lyp"))  # noqa: F821
view.max_hier()
for name, value in (("background-color", "#ffffff"), ("grid-visible", "false"), ("text-visible", "false")):
    view.set_config(name, value)
frame = view.cellview(0).cell.dbbox()
if "box" in globals():
    frame = pya.DBox(*[float(value) for value in box.split(",")])  # noqa: F821
view.zoom_box(frame.enlarged(0.02 * frame.width(), 0.02 * frame.height()))
height = 1000
view.save_image(png, int(max(400, min(1600, height * frame.width() / frame.height()))), height)  # noqa: F821
application.exit(0)
