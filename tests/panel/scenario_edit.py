"""Edit mode: everything a user does with the panel, in one start of the application."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from inside import (centres, click, dock, escape, events, ghosts, listed, menu_entry, message, move, new_layout, panel, place, ruby, run,
                    shapes, state, undo, window)
from postpass import drawing, tech


def scenario(seen):
    for part in (start, no_layout, no_cell, by_field, by_mouse, array, refused_texts, context, technologies, wafer_level,
                 misfits, fan_out, check, surprises, picture):
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


def fan_out(seen):
    """Three labelled contact points and pads in a die, joined by the button; one undo takes the traces away."""
    view = new_layout()
    cellview = view.active_cellview()
    dock.technology.currentText = "postpass"
    technology = tech.load("postpass")
    for number in range(3):
        drawing.draw_via(cellview.cell, technology, "via", 1.2, 0.0, 20.0 * number)
        drawing.draw_pad(cellview.cell, technology, "signal", "octagon", 16.0, 80.0, 40.0 * number - 20.0)
        for x_um, y_um in ((0.0, 20.0 * number), (80.0, 40.0 * number - 20.0)):
            drawing.draw_label(cellview.cell, technology, "n%d" % number, x_um, y_um)
    before = state(view)
    found = seen["fan out"] = {}
    dock.fan_out.click()
    found["without die"], found["untouched"] = message(), state(view) == before
    outline = cellview.layout().layer(*technology.layers["die"]["gds"])
    cellview.cell.shapes(outline).insert(pya.Box(-60000, -80000, 140000, 120000))
    before = state(view)
    dock.trace_width.text = "wide"
    dock.fan_out.click()
    found["refused"] = [message(), dock.trace_width.text]
    dock.trace_width.text = "3.2"
    dock.fan_out.click()
    found["message"], found["changed"] = message(), state(view) != before
    undo()
    found["undo is exact"] = state(view) == before
    found["button"] = dock.fan_out.enabled
    dock.trace_width.text = ""


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
    found["globals"] = [ruby(name) for name in ("$tech", "$postpass_from_panel", "$postpass_result")]
    undo()
    found["undo takes the pad away"] = shapes(view)
    dock.pads.size.text = "10"
    panel.session.deck_path, path = "/nowhere/postpass.lydrc", panel.session.deck_path
    dock.check.click()
    found["no deck"] = message()
    panel.session.deck_path = path
    for window_ in pya.QApplication.topLevelWidgets():
        if "Marker" in window_.windowTitle:
            window_.close()


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
