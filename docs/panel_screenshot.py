"""Makes the picture of the panel for the README: the window with a small fan-out drawn by the kit, checked.

QT_QPA_PLATFORM=offscreen KLAYOUT_HOME=FRESH_FOLDER KLAYOUT_PATH=CHECKOUT \
    klayout -z -e -r docs/panel_screenshot.py -rd png=PICTURE.png [-rd layout=FILE] [-rd lists=PICTURE.png]

`layout`: a layout to show instead, in a technology of this kit. `lists`: also a picture of the window of pad lists.
"""

import os
import sys
import time

import pya

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), "pymacros"))
from postpass import files, panel, tech
from postpass.draw import drawing, shapes
from postpass.panel.pad_list_window import PadListWindow

CORNERS = (("flip-chip", "D0", -1, 1), ("power", "VDD", 1, 1), ("ground", "GND", -1, -1), ("signal", "OUT", 1, -1))
VIA_UM, PAD_UM, INNER_UM, OUTER_UM, TRACE_UM, DIE_UM = 1.2, 24.0, 10.0, 40.0, 4.0, 124.0


def fan_out(cell, technology):
    """Four arrays of contact points in the middle, each joined to a pad of one function farther out."""
    rectangle(cell, technology, "die", DIE_UM, DIE_UM, 0.0, 0.0)
    for function, net, right, up in CORNERS:
        x_um, y_um = right * OUTER_UM, up * OUTER_UM
        for place in drawing.positions(right * INNER_UM, up * INNER_UM, 3, 3, 2.4, 2.4):
            drawing.draw_via(cell, technology, "via", VIA_UM, *place)
        drawing.draw_pad(cell, technology, function, "octagon", PAD_UM, x_um, y_um)
        drawing.draw_label(cell, technology, net, x_um, y_um)
        length_um = OUTER_UM - INNER_UM + TRACE_UM
        rectangle(cell, technology, "rdl", length_um, TRACE_UM, right * (OUTER_UM + INNER_UM) / 2, up * INNER_UM)
        rectangle(cell, technology, "rdl", TRACE_UM, length_um, x_um, up * (OUTER_UM + INNER_UM) / 2)


def rectangle(cell, technology, layer, width_um, height_um, x_um, y_um):
    outline = shapes.rectangle(width_um, height_um, x_um, y_um, cell.layout().dbu, technology.grid_um)
    cell.shapes(drawing.ensure_layer(cell.layout(), technology, layer)).insert(outline)


def events():
    for _ in range(30):
        pya.QApplication.processEvents()


def draw_example(window):
    """A new layout of the technology `postpass` with the example; returns its view."""
    window.create_layout("postpass", 1)
    cellview = pya.LayoutView.current().active_cellview()
    cellview.cell = cellview.layout().create_cell("FAN_OUT")
    fan_out(cellview.cell, tech.load("postpass"))
    view = pya.LayoutView.current()
    view.add_missing_layers()
    return view


def take(window, path):
    """The window's picture: the page of vias filled in, the layout checked, a ghost under the cursor."""
    events()
    view = pya.LayoutView.current()
    shown = panel.start()
    draw, check = shown.draw, shown.check
    view.max_hier()
    view.zoom_fit()
    draw.object.currentText = "Via"
    draw.vias.size.text = "0.8"
    draw.vias.columns.value, draw.vias.row_count.value = 4, 2
    draw.place_text.text = "0, 30"
    draw.tool.click()
    check.go.click()
    for other in pya.QApplication.topLevelWidgets():
        if other.windowTitle.startswith("Marker"):
            other.close()
    events()
    time.sleep(0.2)  # the panel scrolls to its message
    events()
    view.send_mouse_move_event(pya.Point(view.viewport_width() // 2, view.viewport_height() // 4), 0)
    events()
    files.Outputs([files.Output("png", path)]).write({"png": (lambda part: grabbed(window, part), None)})


def take_lists(path):
    """The picture of the window of pad lists, with that of the demo."""
    shown = panel.start()
    shown.use_technology("wlcsp")
    lists = PadListWindow(shown.window, shown)
    lists.take(os.path.join(os.path.dirname(tech.technology_folder()), "layouts", "caravel_pads.csv"))
    lists.open()
    events()
    files.Outputs([files.Output("png", path)]).write({"png": (lambda part: grabbed(lists.widget, part), None)})


def grabbed(window, path):
    if not window.grab().save(path):
        raise OSError("KLayout cannot save the picture")


def main(path, layout=None, lists=None):
    window = pya.MainWindow.instance()
    panel.start()
    window.show()
    window.resize(1280, 960)
    if layout:
        window.load_layout(layout, 1)
    else:
        draw_example(window)
    take(window, path)
    if lists:
        take_lists(lists)


if "png" not in globals():
    sys.stderr.write("give the picture's file with -rd png=FILE\n")
    pya.Application.instance().exit(1)
main(globals()["png"], globals().get("layout"), globals().get("lists"))
pya.Application.instance().exit(0)
