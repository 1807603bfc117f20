"""Runs inside the application for panel.py: times the panel's actions on a large cell."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), "panel"))
import pya
from inside import draw, events, fan_out, nets, panel, pixel, shapes, show_fan_out, show_pads, show_vias, undo, window

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
    nets_page()
    with open(os.environ["POSTPASS_TOLD"], "w", encoding="utf-8") as file:
        json.dump(rows, file)


def write_nets(path):
    """Of ten objects five are a joined net, three a contact point and a pad without a trace, two are pads on one large piece of metal."""
    layout = pya.Layout()
    layout.dbu = TECH.dbu_um
    cell = layout.create_cell("TOP")
    joined, open_ = OBJECTS // 10, OBJECTS * 3 // 40
    rdl = cell.shapes(drawing.ensure_layer(layout, TECH, "rdl"))
    side = int((joined + open_) ** 0.5) + 1
    for number in range(joined + open_):
        x_um, y_um = 60.0 * (number % side), 60.0 * (number // side)
        drawing.draw_via(cell, TECH, "via", 1.2, x_um, y_um)
        drawing.draw_pad(cell, TECH, "signal", "octagon", PAD_UM, x_um, y_um + 25.0)
        if number < joined:
            rdl.insert(pya.DBox(x_um - 1.0, y_um, x_um + 1.0, y_um + 25.0).to_itype(layout.dbu))
    side = int((OBJECTS // 5) ** 0.5) + 1
    for number in range(OBJECTS // 5):
        drawing.draw_pad(cell, TECH, "ground", "octagon", PAD_UM, -1000.0 - 40.0 * (number % side), 40.0 * (number // side))
    rdl.insert(pya.DBox(-1040.0 - 40.0 * side, -40.0, -960.0, 40.0 * side).to_itype(layout.dbu))
    layout.write(path)


def choose(wanted):
    """Selects the rows for which wanted(row) holds, at once, as a click with Shift does."""
    nets.table.view.clearSelection()
    found, root, last = pya.QItemSelection(), pya.QModelIndex(), len(nets.table.model.rows[0].texts()) - 1
    for number, row in enumerate(nets.table.model.rows):
        if wanted(row):
            found.select(nets.table.model.index(number, 0, root), nets.table.model.index(number, last, root))
    nets.table.selection.select(found, pya.QItemSelectionModel.Select | pya.QItemSelectionModel.Rows)


def nets_timed(action, work, prepare=None, said=""):
    """Times work() of the page Nets with what it does a moment later, after prepare(), which is not timed; what the panel says then begins
    with `said`. All of it is held to the bar: what takes long looks at the user's input meanwhile."""
    if prepare is not None:
        prepare()
        rest()
    timed("panel: " + action, lambda: (work(), rest()))
    assert panel.dock.message.text.startswith(said), panel.dock.message.text


def rest():
    """Until the page Nets has nothing to do any more."""
    events()
    while nets.soon.isActive() or nets.selecting.isActive():
        events()


def middle_of(drawn, net):
    """The middle (um) of a contact point or pad of a piece of metal."""
    one = drawn.nets.net(net)
    middle = drawn.nets.polygon((one.pads + one.contacts)[0]).bbox().center().to_dtype(drawn.dbu)
    return middle.x, middle.y


def nets_page():
    """The page Nets on a cell of its own."""
    path, list_path = os.path.join(FOLDER, "nets.gds"), os.path.join(FOLDER, "nets.csv")
    write_nets(path)
    panel.dock.turn_to(draw)
    window.load_layout(path, 1)
    panel.use_technology("postpass")
    events()
    nets_timed("read the nets", lambda: panel.dock.turn_to(nets))
    assert len(nets.table.model.rows) == OBJECTS // 4 + 1, len(nets.table.model.rows)
    nets_timed("read the nets again", nets.refresh.click)
    nothing, every, count = nets.table.view.clearSelection, nets.table.view.selectAll, OBJECTS // 4 + 1
    nets_timed("filter the nets", lambda: setattr(nets.filter, "text", "joined"))
    nets.filter.text = ""
    nets_timed("sort the nets", lambda: nets.table._order_by(4))
    nets.table._order_by(0)
    nets_timed("select a net of five shapes", lambda: choose(lambda row: row.nets == nets.table.model.rows[7].nets), nothing)
    nets_timed("select a net of %d shapes" % (OBJECTS // 5 + 1), lambda: choose(lambda row: "ground" in row.pads), nothing)
    nets_timed("select all nets", every, nothing)
    nets_timed("unselect them", nothing)
    contact, pad = (next(row.nets for row in nets.table.model.rows if row.state == "open" and bool(row.pads) == has_pad) for has_pad in (False, True))
    nets_timed("lock a contact point and a pad", nets.lock.click, lambda: choose(lambda row: row.nets in (contact, pad)), "Locked")
    nets_timed("undo, and the nets again", lambda: (undo(), nets.follow()))
    nets.pattern.text = "io[#]"
    nets_timed("rename %d nets" % count, nets.rename.click, every, "Named")
    nets_timed("rename them again", nets.rename.click, None, "Named")
    places = [middle_of(nets.known.drawn, row.nets[0]) for row in nets.table.model.rows]
    with open(list_path, "w") as file:
        file.write("net,x_um,y_um\n" + "".join("n%d,%g,%g\n" % (number, *place) for number, place in enumerate(places)))
    nets.path.text = list_path
    nets_timed("compare with a net list", nets.compare.click, nothing, "Compared")
    nets_timed("import it", nets.take.click, None, "Imported")
    nets_timed("unlock all nets", nets.unlock.click, every, "Unlocked")
    nothing()
    timed("panel: flight lines", nets.flight.click, True)
    nets.flight.checked = False


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
