"""Draws a PNG picture of a layout in its technology's colours.

`QT_QPA_PLATFORM=offscreen klayout -z -nc -r layouts/picture.py -rd input=FILE -rd tech=NAME -rd png=FILE [-rd box=x1,y1,x2,y2]`
"""

import os
import sys

import pya

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "pymacros"))

from postpass import files  # noqa: E402

application = pya.Application.instance()


def draw(layout, tech, box):
    """A view of the layout in the colours of the technology; (view, width, height) of the picture in pixels."""
    view = pya.LayoutView()
    view.load_layout(layout, True)
    folder = next(name for name in os.listdir(os.path.join(HERE, "..", "tech")) if os.path.exists(os.path.join(HERE, "..", "tech", name, tech + ".lyp")))
    view.load_layer_props(os.path.join(HERE, "..", "tech", folder, tech + ".lyp"))
    view.max_hier()
    for name, value in (("background-color", "#ffffff"), ("grid-visible", "false"), ("text-visible", "false")):
        view.set_config(name, value)
    frame = pya.DBox(*[float(value) for value in box.split(",")]) if box else view.cellview(0).cell.dbbox()
    view.zoom_box(frame.enlarged(0.02 * frame.width(), 0.02 * frame.height()))
    height = 1000
    return view, int(max(400, min(1600, height * frame.width() / frame.height()))), height


try:
    outputs = files.Outputs([files.Output("png", png)], [files.Input("input file", input)])  # noqa: F821 (variables of the command line)
    view, width, height = draw(input, tech, globals().get("box"))  # noqa: F821
    outputs.write({"png": (lambda part: view.save_image(part, width, height), None)})
except files.FileError as error:
    print("ERROR: %s" % error, file=sys.stderr)
    application.exit(1)
application.exit(0)
