"""Draws a PNG picture of a layout in its technology's colours.

`QT_QPA_PLATFORM=offscreen klayout -z -nc -r layouts/picture.py -rd input=FILE -rd tech=NAME -rd png=FILE [-rd box=x1,y1,x2,y2]`
"""

import os
import sys

import pya

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pymacros"))

from postpass import files
from postpass import tech as technologies
from postpass.messages import Refusal

application = pya.Application.instance()


def draw(layout, tech, box):
    """A view of the layout in the colours of the technology; (view, width, height) of the picture in pixels."""
    view = pya.LayoutView()
    view.load_layout(layout, True)
    view.load_layer_props(os.path.splitext(technologies.load(tech).path)[0] + ".lyp")
    view.max_hier()
    for name, value in (("background-color", "#ffffff"), ("grid-visible", "false"), ("text-visible", "false")):
        view.set_config(name, value)
    frame = pya.DBox(*[float(value) for value in box.split(",")]) if box else view.cellview(0).cell.dbbox()
    view.zoom_box(frame.enlarged(0.02 * frame.width(), 0.02 * frame.height()))
    height = 1000
    return view, int(max(400, min(1600, height * frame.width() / frame.height()))), height


given = {name: globals().get(name, "") for name in ("input", "tech", "png", "box")}  # variables of the command line
try:
    if not (given["input"] and given["tech"] and given["png"]):
        raise Refusal("give -rd input=FILE -rd tech=NAME -rd png=FILE")
    files.require_readable(given["input"])
    outputs = files.Outputs([files.Output("png", given["png"])], [files.Input("input file", given["input"])])
    view, width, height = draw(given["input"], given["tech"], given["box"])
    outputs.write({"png": (lambda part: view.save_image(part, width, height), None)})
except (Refusal, RuntimeError) as error:  # the latter from KLayout: no layout file, no layer properties
    print("ERROR: %s" % error, file=sys.stderr)
    application.exit(1)
application.exit(0)
