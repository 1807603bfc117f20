"""Runs inside the application for panel.py: times the panel's actions on a large cell."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), "panel"))
import pya
from inside import draw, events, fan_out, panel, pixel, shapes, show_fan_out, show_pads, show_vias, undo, window

from postpass import tech
from postpass.draw import drawing

OBJECTS, FOLDER = int(os.environ["POSTPASS_OBJECTS"]), os.environ["POSTPASS_FOLDER"]
TECH = tech.load("postpass")
PITCH_UM, PAD_UM = 40.0, 16.0
rows = []


class Silence(pya.QObject):
    """The longest time between two looks of the application at its events: a timer of it, as fast as it can be."""

    def __init__(self):
        super().__init__(window)
        self.last = self.longest = 0.0
        self.timer = pya.QTimer(window)
        self.timer.timeout = self.beat
        self.timer.start(0)

    def begin(self):
        self.last, self.longest = time.perf_counter(), 0.0

    def beat(self):
        now = time.perf_counter()
        self.longest, self.last = max(self.longest, now - self.last), now


silence = Silence()


def timed(action, work, has_progress=False):
    """Times work() and notes it."""
    events()
    silence.begin()
    begin = time.perf_counter()
    work()
    seconds = time.perf_counter() - begin
    silence.beat()
    rows.append((action, seconds, silence.longest, has_progress))
    events()


def write(path):
    """Pads in a square with a label each, around three contact points and three pads without a trace, in a die."""
    layout = pya.Layout()
    layout.dbu = TECH.dbu_um
    cell = layout.create_cell("TOP")
    side = int((OBJECTS / 2) ** 0.5) + 1
    places = [(column * PITCH_UM, 200.0 + row * PITCH_UM) for row in range(side) for column in range(side)][:OBJECTS // 2]
    drawing.repeat(cell, TECH, places, lambda element: drawing.draw_pad(element, TECH, "signal", "octagon", PAD_UM, 0.0, 0.0))
    for number, place in enumerate(places):
        drawing.draw_label(cell, TECH, "p%d" % number, *place)
    for number in range(3):
        drawing.draw_via(cell, TECH, "via", 1.2, 40.0 * number, 0.0)
        drawing.draw_pad(cell, TECH, "power", "octagon", PAD_UM, 40.0 * number, 100.0)
        for y_um in (0.0, 100.0):
            drawing.draw_label(cell, TECH, "vdd%d" % number, 40.0 * number, y_um)
    box = cell.bbox().enlarged(int(100 / layout.dbu), int(100 / layout.dbu))
    cell.shapes(drawing.ensure_layer(layout, TECH, "die")).insert(box)
    layout.write(path)


def main():
    window.show()
    window.resize(1300, 900)
    events()
    path = os.path.join(FOLDER, "large.gds")
    write(path)
    timed("KLayout: opening the file", lambda: (window.load_layout(path, 1), events()))
    view = pya.LayoutView.current()
    view.max_hier()
    panel.use_technology("postpass")
    timed("KLayout: a shape as an undo step", lambda: bare(view))
    timed("panel: apply the technology", panel.apply_clicked)
    show_pads()
    draw.place_text.text = "20, -60"
    timed("panel: place a pad", draw.place.click)
    timed("panel: undo", undo)
    draw.pads.columns.value, draw.pads.row_count.value = 10, 10
    draw.place_text.text = "20, -400"
    timed("panel: place 100 pads", draw.place.click)
    undo()
    show_vias()
    timed("panel: type a size", lambda: setattr(draw.vias.size, "text", "0.9"))
    draw.tool.click()
    timed("panel: move the ghost", lambda: view.send_mouse_move_event(pixel(view, 500.0, 100.0), 0))
    view.send_key_press_event(pya.KeyCode.Escape, 0)
    for page in panel.pages:
        timed("panel: page %s" % page.title.replace("&", ""), lambda page=page: panel.dock.turn_to(page))
    timed("panel: another technology", lambda: panel.use_technology("wlcsp"))
    panel.use_technology("postpass")
    show_fan_out()
    timed("panel: fan out 3 nets", fan_out.go.click, True)
    drawn = len(shapes(view).get("52/0", ()))
    timed("panel: undo", undo)
    assert drawn > len(shapes(view).get("52/0", ())), "the fan-out drew nothing: %s" % panel.dock.message.text
    timed("panel: check", panel.check.check_clicked, True)
    with open(os.environ["POSTPASS_TOLD"], "w", encoding="utf-8") as file:
        json.dump(rows, file)


def bare(view):
    cellview = view.active_cellview()
    view.transaction("bare")
    cellview.cell.shapes(cellview.layout().layer(52, 0)).insert(pya.Box(0, -90000, 1000, -89000))
    view.commit()


try:
    main()
finally:
    sys.stdout.flush()
    os._exit(0)
