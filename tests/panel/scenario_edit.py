"""Edit mode: everything a user does with the panel, in one start of the application."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from inside import centres, click, close_browsers, dock, escape, events, ghosts, listed, menu_entry, message, move, new_layout, panel, pixel, place, run, shapes, state, undo, window

from postpass import tech
from postpass.draw import drawing
from postpass.panel import deck


def scenario(seen):
    for part in (start, no_layout, no_cell, by_field, by_mouse, array, refused_texts, context, technologies, wafer_level,
                 misfits, fan_out, functions, lock, lock_in_context, incomplete, tool_and_page, check, surprises, picture):
        part(seen)


def start(seen):
    seen["start"] = {"visible": dock.isVisible(), "menu": menu_entry().title, "checked": menu_entry().checked,
                     "area": str(window.dockWidgetArea(dock)), "technology": dock.technology.currentText,
                     "technologies": [dock.technology.itemText(i) for i in range(dock.technology.count)]}
    menu_entry().trigger()
    seen["start"]["after one trigger"] = [dock.isVisible(), menu_entry().checked]
    menu_entry().trigger()
    seen["start"]["after two triggers"] = [dock.isVisible(), menu_entry().checked]
    dock.close()
    seen["start"]["after closing"] = [dock.isVisible(), menu_entry().checked]
    menu_entry().trigger()


def no_layout(seen):
    seen["no layout"] = {"place": place("1, 2"), "text kept": dock.place_text.text}
    dock.tool.click()
    seen["no layout"]["tool"] = [message(), dock.tool.checked]
    dock.check.click()
    seen["no layout"]["check"] = message()


def no_cell(seen):
    new_layout(cell=None)
    seen["no cell"] = place("1, 2")
    window.close_current_view()


def by_field(seen):
    view = new_layout()
    before = state(view)
    found = seen["field"] = {"message": place("10, -5.0012")}
    found["shapes"], found["listed"] = shapes(view), listed(view)
    dock.pages.currentIndex = 1
    one = state(view)
    found["via message"] = place("-10 5")
    found["via shapes"] = shapes(view)
    undo()
    found["first undo is exact"] = state(view) == one
    undo()
    found["second undo is exact"] = state(view) == before
    found["state before"] = before
    dock.pages.currentIndex = 0


def by_mouse(seen):
    view = new_layout()
    before = state(view)
    found = seen["mouse"] = {}
    dock.tool.click()
    events()
    found["mode"], found["button"] = view.mode_name(), dock.tool.checked
    move(view, 5.0, 5.0)
    found["ghost"] = ghosts(view)
    click(view, -10.0, 10.0)
    found["message"], found["centres"] = message(), centres(view, (53, 1))
    click(view, 10.0, 10.0)
    found["pads"] = len(centres(view, (53, 1)))
    escape(view)
    found["after Esc"] = [view.mode_name(), dock.tool.checked, ghosts(view)]
    click(view, 0.0, -15.0)
    found["pads after Esc"] = len(centres(view, (53, 1)))
    undo()
    undo()
    found["undo is exact"] = state(view) == before
    dock.tool.click()
    window.menu().action("edit_menu.cancel").trigger()  # what the Esc shortcut triggers
    found["after cancel"] = [view.mode_name(), dock.tool.checked]
    dock.tool.click()
    dock.tool.click()
    found["after second click"] = [view.mode_name(), dock.tool.checked]
    dock.pads.size.text = "9"
    dock.tool.click()
    move(view, 0.0, 0.0)
    found["smaller ghost"] = ghosts(view)
    dock.pads.size.text = "nine"
    move(view, 1.0, 0.0)
    found["bad size"] = [message(), dock.pads.size.text, ghosts(view), dock.findings.text]
    dock.pads.size.text = "10"
    escape(view)


def array(seen):
    view = new_layout()
    dock.pages.currentIndex = 1
    dock.vias.columns.value, dock.vias.row_count.value = 4, 3
    before = state(view)
    found = seen["array"] = {"message": place("0, 0"), "vias": len(shapes(view)["51/0"])}
    dock.tool.click()
    move(view, 0.0, 10.0)
    found["ghost"] = ghosts(view)
    escape(view)
    undo()
    found["undo is exact"] = state(view) == before
    dock.vias.columns.value, dock.vias.row_count.value = 1, 1
    dock.vias.size.text = "0.7"
    found["hints"] = [dock.vias.details.text, dock.vias.details.styleSheet, dock.findings.text, dock.vias.limits.text]
    dock.vias.size.text = "0.4"
    found["error hints"] = [dock.vias.details.styleSheet, dock.vias.size.styleSheet, dock.findings.text]
    dock.vias.size.text = "1.18"
    found["good hints"] = [dock.vias.details.styleSheet, dock.vias.size.styleSheet, dock.findings.text]
    dock.pages.currentIndex = 0


def refused_texts(seen):
    view = new_layout()
    before, found = state(view), {}
    for text in ("", "1", "a, b"):
        found[text] = [place(text), dock.place_text.text]
    dock.pads.size.text = "wide"
    found["size"] = [place("0, 0"), dock.pads.size.text]
    dock.pads.size.text = "10"
    seen["refused"] = found
    seen["refused changes nothing"] = state(view) == before
    place("0, 0")
    undo()
    seen["refused leaves no undo step"] = state(view) == before


def context(seen):
    """A cell shown in its context: the click lands under the cursor, in the cell's own coordinates."""
    view = new_layout()
    cellview = view.active_cellview()
    child = cellview.layout().create_cell("CHILD")
    cellview.cell.insert(pya.CellInstArray(child.cell_index(), pya.Trans(pya.Trans.R90, pya.Point(10000, 0))))
    path = [pya.InstElement(next(cellview.cell.each_inst()))]
    cellview.context_path = path
    dock.tool.click()
    click(view, 12.0, 5.0)
    escape(view)
    seen["context"] = {"cell": cellview.cell.name, "centres": centres(view, (53, 1)),
                       "pixel_um": 1.0 / view.viewport_trans().mag}
    window.close_current_view()


def technologies(seen):
    found = seen["technologies"] = {}
    dock.pads.size.text = "11"
    new_layout(technology="wlcsp400")
    found["follows"] = dock.technology.currentText
    found["pad size"] = dock.pads.size.text
    dock.technology.currentText = "postpass"
    found["kept"] = dock.pads.size.text
    dock.pads.size.text = "10"
    pya.LayoutView.current().active_cellview().technology = "wlcsp"
    events()
    found["follows a change"] = dock.technology.currentText
    pya.Technology.create_technology("elsewhere")
    new_layout(technology="elsewhere")
    found["foreign keeps"] = dock.technology.currentText
    found["foreign message"] = message()
    dock.technology.currentText = "postpass"
    found["foreign places"] = place("0, 0")


def wafer_level(seen):
    view = new_layout(technology="wlcsp")
    dock.pages.currentIndex = 0
    found = seen["wafer level"] = {"openings": [dock.pads.openings.isVisible(), dock.pads.openings.checked]}
    dock.pads.function.currentText = "ground"
    before = state(view)
    found["message"] = place("0, 0")
    found["shapes"] = sorted(shapes(view))
    undo()
    found["undo is exact"] = state(view) == before
    dock.pages.currentIndex = 1
    events()
    found["via title"], found["via limits"] = dock.vias.title.text, dock.vias.limits.text
    found["via message"] = place("0, 0")
    dock.pages.currentIndex = 0
    dock.technology.currentText = "postpass"
    events()
    found["openings of postpass"] = dock.pads.openings.isVisible()


def misfits(seen):
    view = new_layout(dbu_um=0.002)
    before = state(view)
    found = seen["misfits"] = {"dbu": place("0, 0")}
    dock.tool.click()
    found["dbu tool"] = [message(), dock.tool.checked]
    found["nothing drawn"] = state(view) == before
    window.close_current_view()
    new_layout()
    found["usable afterwards"] = place("0, 0")


def three(pitch=20.0, labels=True, die=True, pads=3):
    """A layout in view: three contact points in a column, pads in another; returns the view and the technology."""
    view = new_layout()
    cellview = view.active_cellview()
    dock.technology.currentText = "postpass"
    technology = tech.load("postpass")
    for number in range(3):
        drawing.draw_via(cellview.cell, technology, "via", 1.2, 0.0, pitch * number)
        if labels:
            drawing.draw_label(cellview.cell, technology, "n%d" % number, 0.0, pitch * number)
    for number in range(pads):
        drawing.draw_pad(cellview.cell, technology, "signal", "octagon", 16.0, 80.0, 40.0 * number - 20.0)
        if labels:
            drawing.draw_label(cellview.cell, technology, "n%d" % number, 80.0, 40.0 * number - 20.0)
    if die:
        draw_die(cellview, technology)
    dock.pages.currentIndex = 2
    return view, technology


def draw_die(cellview, technology):
    outline = cellview.layout().layer(*technology.layers["die"]["gds"])
    cellview.cell.shapes(outline).insert(pya.Box(-60000, -80000, 140000, 140000))


def fan_out(seen):
    """Three labelled contact points and pads in a die, joined by the button; one undo takes the traces away."""
    view, technology = three(die=False)
    before = state(view)
    found = seen["fan out"] = {}
    page = dock.fan_out
    found["placing hidden"] = [dock.tool.isVisible(), dock.place.isVisible(), page.go.isVisible()]
    page.go.click()
    found["without die"], found["untouched"] = message(), state(view) == before
    draw_die(view.active_cellview(), technology)
    before = state(view)
    page.width.text = "wide"
    page.go.click()
    found["refused"] = [message(), page.width.text]
    page.width.text = "3.2"
    page.teardrops.checked = True
    page.go.click()
    after = state(view)
    found["message"], found["changed"] = message(), after != before
    undo()
    found["undo is exact"] = state(view) == before
    window.cm_redo()
    events()
    found["redo is exact"] = state(view) == after
    found["button"] = page.go.enabled
    page.teardrops.checked = False


def functions(seen):
    """Nameless contact points and pads by each function."""
    found = seen["functions"] = {}
    page = dock.fan_out
    for name, pads in (("fan-out", 3), ("relocation", 3), ("addition", 4), ("reduction", 1)):
        view, _ = three(labels=False, pads=pads)
        page.function.currentText = name
        page.go.click()
        found[name] = [message(), page.meaning.text]
        window.close_current_view()
    page.function.currentText = "relocation"


def select(view, layers, *places):
    """Selects with real clicks, Shift held after the first; only the layers are shown meanwhile, so that it is clear what is hit."""
    entries = view.begin_layers()
    while not entries.at_end():
        entries.current().visible = (entries.current().source_layer, entries.current().source_datatype) in layers
        entries.next()
    view.zoom_box(pya.DBox(-60, -80, 140, 140))
    events()
    for number, (x_um, y_um) in enumerate(places):
        buttons = pya.ButtonState.LeftButton | (pya.ButtonState.ShiftKey if number else 0)
        move(view, x_um, y_um)
        view.send_mouse_press_event(pixel(view, x_um, y_um), buttons)
        view.send_mouse_release_event(pixel(view, x_um, y_um), buttons)
    events()


def lock(seen):
    """The first contact point is locked to the last pad: the shortest pairs of the others give way."""
    view, _ = three(labels=False)
    view.add_missing_layers()
    found = seen["lock"] = {}
    page = dock.fan_out
    page.lock.click()
    found["nothing selected"] = message()
    select(view, [(52, 0), (53, 4)], (0.0, 0.0), (80.0, 60.0))
    before = state(view)
    found["selected"] = len(list(view.each_object_selected()))
    page.lock.click()
    found["message"] = message()
    found["labels"] = [entry for key, entries in shapes(view).items() if key == "52/10" for entry in entries]
    locked = state(view)
    page.go.click()
    found["fan out"] = message()
    undo()
    found["first undo is exact"] = state(view) == locked
    undo()
    found["second undo is exact"] = state(view) == before


def lock_in_context(seen):
    """The shapes are selected in a cell shown in its context, turned by 90 degrees."""
    view = new_layout()
    cellview = view.active_cellview()
    technology = tech.load("postpass")
    child = cellview.layout().create_cell("CHILD")
    drawing.draw_via(child, technology, "via", 1.2, 0.0, 0.0)
    drawing.draw_pad(child, technology, "signal", "octagon", 16.0, 40.0, 10.0)
    cellview.cell.insert(pya.CellInstArray(child.cell_index(), pya.Trans(pya.Trans.R90, pya.Point(10000, 0))))
    cellview.context_path = [pya.InstElement(next(cellview.cell.each_inst()))]
    view.max_hier()
    view.add_missing_layers()
    select(view, [(52, 0), (53, 4)], (10.0, 0.0), (0.0, 40.0))
    dock.fan_out.lock.click()
    seen["lock in context"] = [cellview.cell.name, message(), shapes(view)["52/10"]]
    window.close_current_view()


def incomplete(seen):
    """A wall around a pad: the rest is drawn, the open net is named and marked; the markers of an earlier try go."""
    view, technology = three()
    cellview = view.active_cellview()
    rdl = cellview.layout().layer(*technology.layers["rdl"]["gds"])
    wall = pya.Region(pya.Box(65000, -35000, 95000, -5000)) - pya.Region(pya.Box(68000, -32000, 92000, -8000))
    cellview.cell.shapes(rdl).insert(wall)
    before = state(view)
    found = seen["incomplete"] = {}
    dock.fan_out.go.click()
    found["message"] = message()
    events()
    found["browser"] = [str(other.windowTitle) for other in pya.QApplication.topLevelWidgets() if "Marker" in other.windowTitle and other.isVisible()]
    found["picture"] = window.grab().save(os.environ["POSTPASS_PICTURE"].replace("panel.png", "panel-incomplete.png"))
    undo()
    found["undo is exact"] = state(view) == before
    dock.fan_out.go.click()
    databases = [view.rdb(number) for number in range(view.num_rdbs())]
    found["databases"] = [[database.name(), database.num_items()] for database in databases]
    close_browsers()


def tool_and_page(seen):
    new_layout()
    dock.pages.currentIndex = 0
    dock.tool.click()
    events()
    on = dock.tool.checked
    dock.pages.currentIndex = 2
    events()
    seen["tool and page"] = [on, dock.tool.checked, dock.tool.isVisible()]
    dock.pages.currentIndex = 0
    events()
    seen["tool and page"].append(dock.tool.isVisible())


def check(seen):
    view = new_layout()
    dock.technology.currentText = "postpass"
    found = seen["check"] = {}
    dock.check.click()
    found["empty"] = message()
    dock.pads.size.text = "9"
    place("0, 0")
    databases = view.num_rdbs()
    dock.check.click()
    events()
    found["message"], found["new databases"] = message(), view.num_rdbs() - databases
    database = view.rdb(view.num_rdbs() - 1)
    found["rules"] = sorted({database.category_by_id(item.category_id()).name() for item in database.each_item()})
    found["browser"] = sorted({widget.windowTitle for widget in pya.QApplication.topLevelWidgets() if widget.visible})
    found["left for the next run"] = [deck.Panel.technology, deck.Panel.result]
    undo()
    found["undo takes the pad away"] = shapes(view)
    dock.pads.size.text = "10"
    panel.session.deck_path, path = "/nowhere/postpass.lydrc", panel.session.deck_path
    dock.check.click()
    found["no deck"] = message()
    panel.session.deck_path = path
    close_browsers()


def surprises(seen):
    """An unforeseen exception is a message, and the panel works on."""
    def fail(*arguments):
        raise ZeroDivisionError("surprise")
    def broken(name):
        raise tech.TechnologyError("%s.json: line 3: not valid" % name)
    new_layout()
    panel.session.place, found = fail, seen.setdefault("surprises", {})
    found["message"] = place("0, 0")
    del panel.session.place
    dock.pads.size.text = "12.5"
    tech.load, load = broken, tech.load
    dock.technology.currentText = "wlcsp"
    found["broken technology"] = [message(), dock.technology.currentText, dock.pads.size.text]
    tech.load = load
    dock.pads.size.text = "10"
    found["afterwards"] = place("0, 0")
    from postpass import panel as package
    found["second start is the same panel"] = package.start() is panel
    found["one menu entry"] = [name for name in window.menu().items("tools_menu") if "postpass" in name]


def picture(seen):
    view = new_layout()
    for text in ("-15, 15", "15, 15"):
        place(text)
    dock.pages.currentIndex = 1
    dock.vias.columns.value, dock.vias.row_count.value = 3, 2
    dock.vias.size.text = "0.7"
    place("0, -10")
    dock.tool.click()
    move(view, 12.0, -12.0)
    events()
    seen["picture"] = window.grab().save(os.environ["POSTPASS_PICTURE"])
    escape(view)


run(scenario)
