"""For scenarios that run inside the application: the panel, the mouse, the exact state of a view, observations.

A scenario calls `run(function)`: the dictionary it fills goes to the JSON file named by the environment variable
POSTPASS_SEEN, with "trouble" holding the traceback when it failed.
"""

import gc
import json
import os
import sys
import traceback

import pya

from postpass import panel as package
from postpass.panel import tool

window = pya.MainWindow.instance()
panel = package.start()
dock = panel.dock


def run(scenario):
    """Runs the scenario with a shown window, writes what it saw, and ends the application as a user would."""
    seen = {"trouble": None}
    try:
        window.show()
        window.resize(1300, 900)
        events()
        scenario(seen)
    except Exception:
        seen["trouble"] = traceback.format_exc()
    with open(os.environ["POSTPASS_SEEN"], "w") as file:
        json.dump(seen, file, indent=1)
    sys.stdout.flush()
    while window.views():
        window.close_current_view()
    window.exit()


def events():
    for _ in range(20):
        pya.QApplication.processEvents()


def message():
    return dock.message.text


def menu_entry():
    return window.menu().action("tools_menu.postpass_panel")


def new_layout(cell="TOP", technology="", dbu_um=0.001):
    """A new layout in a view of its own, showing 60 x 60 um around the origin; returns the view."""
    window.create_layout(technology, 1)
    view = pya.LayoutView.current()
    cellview = view.active_cellview()
    cellview.layout().dbu = dbu_um
    if cell:
        cellview.cell = cellview.layout().create_cell(cell)
        view.zoom_box(pya.DBox(-30, -30, 30, 30))
    events()
    return view


def pixel(view, x_um, y_um):
    point = view.viewport_trans() * pya.DPoint(x_um, y_um)
    return pya.Point(int(round(point.x)), int(round(view.viewport_height() - 1 - point.y)))


def move(view, x_um, y_um):
    view.send_mouse_move_event(pixel(view, x_um, y_um), 0)


def click(view, x_um, y_um):
    move(view, x_um, y_um)
    view.send_mouse_press_event(pixel(view, x_um, y_um), pya.ButtonState.LeftButton)
    view.send_mouse_release_event(pixel(view, x_um, y_um), pya.ButtonState.LeftButton)


def escape(view):
    view.send_key_press_event(pya.KeyCode.Escape, 0)


def place(text):
    dock.place_text.text = text
    dock.place.click()
    return message()


def undo():
    window.cm_undo()
    events()


def redo():
    window.cm_redo()
    events()


def shapes(view):
    """{"layer/datatype": [shape]} of the shown cell; layers without shapes do not count."""
    cellview, found = view.active_cellview(), {}
    layout = cellview.layout()
    for index in layout.layer_indexes():
        key = "%d/%d" % (layout.get_info(index).layer, layout.get_info(index).datatype)
        found.setdefault(key, []).extend(shape.to_s() for shape in cellview.cell.shapes(index).each())
    return {key: sorted(texts) for key, texts in found.items() if texts}


def centres(view, layer):
    """Centres of the boxes around the shapes of a layer, um."""
    cellview = view.active_cellview()
    index = cellview.layout().find_layer(*layer)
    return [[shape.dbbox().center().x, shape.dbbox().center().y] for shape in cellview.cell.shapes(index).each()]


def listed(view):
    """The entries of the layer list: [name, source, colour]."""
    entries, entry = [], view.begin_layers()
    while not entry.at_end():
        entries.append([entry.current().name, entry.current().source, entry.current().fill_color])
        entry.next()
    return entries


def state(view):
    """Everything an undo must bring back."""
    cells = [cell.name for cell in view.active_cellview().layout().each_cell()]
    return {"shapes": shapes(view), "listed": listed(view), "cells": cells}


def ghosts(view):
    """Boxes around the ghost outlines now shown, um: [[left, bottom, right, top]]."""
    tools = [thing for thing in gc.get_objects() if isinstance(thing, tool.Tool) and not thing._destroyed()]
    outlines = [outline.transformed(shift).bbox() for one in tools if one.drawn for outlines, shift in [one.drawn] for outline in outlines]
    assert sum(len(one.markers) for one in tools) == len(outlines)
    return [[round(value, 6) for value in (box.left, box.bottom, box.right, box.top)] for box in outlines]


def ruby(name):
    return pya.Interpreter.ruby_interpreter().eval_expr(name)


def close_browsers():
    """Closes the marker browsers."""
    for other in pya.QApplication.topLevelWidgets():
        if "Marker" in other.windowTitle:
            other.close()
