"""Which technology the panel shows, says and uses: for layouts of another one, with one click to change; markers of a second run."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from inside import close_browsers, dock, events, message, new_layout, panel, place, run, shapes, window

from postpass import tech
from postpass.draw import drawing


def scenario(seen):
    for part in (title, narrow, of_another_by_name, of_another_by_layers, of_several, checked_twice, fanned_out_twice, stored):
        part(seen)


def title(seen):
    new_layout(technology="wlcsp400")
    seen["title"] = [dock.technology_title.text, dock.technology_title.toolTip]
    window.close_current_view()


def narrow(seen):
    """The panel as narrow as the window lets it be, for every technology; with a layout of another one in front."""
    found = seen["narrow"] = {}
    dock.setFloating(True)
    view = new_layout(technology="wlcsp")
    for name in sorted(tech.installed()):
        view.active_cellview().technology = "postpass" if name != "postpass" else "wlcsp"
        events()
        dock.technology.currentText = name
        found[name] = as_narrow_as_can_be(name)
    panel.say("%s: cannot read the technology file" % long_technology().path, "error")
    dock.show_technology(long_technology(), *panel.kept["wlcsp"])
    found["long"] = as_narrow_as_can_be("long")
    found["in sight"] = in_sight_after("one line\n" * 8)
    panel.say("")
    dock.show_technology(panel.tech, *panel.kept[panel.tech.name])
    dock.setFloating(False)
    window.close_current_view()


def in_sight_after(text):
    """Whether the end of a message can be seen in a panel that is too low for it."""
    dock.resize(300, 300)
    events()
    panel.say(text)
    events()
    time.sleep(0.1)
    events()
    return dock.message.mapTo(dock.scroll.viewport, pya.QPoint(0, dock.message.height)).y <= dock.scroll.viewport.height


def as_narrow_as_can_be(name):
    """{"width": of the panel, "cut": what is cut off on its three pages, "picture": whether one could be taken of each}"""
    found = {"cut": [], "picture": True}
    for number, page in enumerate(("pads", "vias", "fan-out")):
        dock.pages.currentIndex = number
        dock.resize(300, 700)
        events()
        found["picture"] &= dock.grab().save(os.environ["POSTPASS_PICTURE"] % ("%s-%s" % (name, page)))
        found["cut"] += cut_off(dock)
    dock.pages.currentIndex = 0
    return dict(found, width=dock.width)


def long_technology():
    """A technology whose name and folder are long."""
    folder = os.path.join(os.environ["POSTPASS_FOLDER"], "a_folder_of_a_customer", "technologies_of_the_second_line")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "bumping_line_7_with_thick_polymer_and_two_levels_of_traces.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"based_on": tech.load("wlcsp").path, "name": "line_7", "title": "Bumping line 7 with thick polymer"}, file)
    return tech.load(path)


def cut_off(widget):
    """Names of visible labels and buttons that reach beyond what is seen of the panel, or have less room than their text."""
    found = []
    seen_width = dock.scroll.viewport.width
    for child in widget.children():
        if any(kind in type(child).__name__ for kind in ("QLabel", "QPushButton")) and child.isVisible():
            corner = child.mapTo(dock.scroll.viewport, pya.QPoint(0, 0))
            hint = child.minimumSizeHint
            hint = hint() if callable(hint) else hint
            high = child.heightForWidth(child.width) if child.hasHeightForWidth() else hint.height
            if corner.x < 0 or corner.x + child.width > seen_width or child.width < hint.width or child.height < high:
                found.append([child.objectName, child.text, child.width, hint.width, child.height, high])
        found += cut_off(child)
    return found


def offer():
    """What is offered now: [the sentence, texts of the buttons]."""
    return [dock.mismatch.text if dock.mismatch.isVisible() else "", [button.text for button in dock.change if button.isVisible()]]


def of_another_by_name(seen):
    """The layout names one of our technologies; the user chooses another one."""
    found = seen["by name"] = {}
    view = new_layout(technology="wlcsp")
    found["at first"] = offer()
    dock.technology.currentText = "postpass"
    events()
    found["offer"], found["placed"] = offer(), place("0, 0")
    found["drawn"] = sorted(shapes(view))
    dock.check.click()
    found["checked"] = message()
    close_browsers()
    place("20, 0")
    found["colour"] = dock.message.styleSheet
    dock.show_routing(True)
    found["while routing"] = dock.change[0].enabled
    dock.show_routing(False)
    dock.change[0].click()
    events()
    found["after the click"] = [dock.technology.currentText, offer(), message()]
    window.close_current_view()
    found["without layout"] = offer()


def of_another_by_layers(seen):
    """A file without technology, opened as a user opens it: its layers tell."""
    found = seen["by layers"] = {}
    dock.technology.currentText = "wlcsp"
    path = os.path.join(os.environ["POSTPASS_FOLDER"], "vias.gds")
    layout = pya.Layout()
    layout.create_cell("TOP").shapes(layout.layer(51, 0)).insert(pya.Box(0, 0, 1000, 1000))
    layout.write(path)
    window.load_layout(path, 1)
    events()
    found["offer"] = offer()
    dock.check.click()
    found["checked"] = message()
    dock.change[0].click()
    found["after the click"] = [dock.technology.currentText, offer()]
    dock.check.click()
    found["checked again"] = message()
    close_browsers()
    window.close_current_view()


def of_several(seen):
    """Numbers that technologies share: no offer while the one in use is among them, else a button for each."""
    found = seen["of several"] = {}
    view = new_layout()
    view.active_cellview().cell.shapes(view.active_cellview().layout().layer(76, 0)).insert(pya.Box(0, 0, 250000, 250000))
    for name in ("wlcsp400", "postpass", "wlcsp_two_level"):
        dock.technology.currentText = name
        events()
        found[name] = offer()
    window.close_current_view()


def databases(view):
    return [[view.rdb(number).name(), view.rdb(number).num_items() > 0] for number in range(view.num_rdbs())]


def checked_twice(seen):
    found = seen["checked twice"] = {}
    view = new_layout(technology="wlcsp400")
    place("0, 0")
    view.create_rdb("Fan-out, open nets")
    view.create_rdb("Other deck")
    for name in ("wlcsp400", "wlcsp"):
        dock.technology.currentText = name
        dock.check.click()
        found[name] = [databases(view), view.rdb(view.num_rdbs() - 1).description, message()]
    close_browsers()
    window.close_current_view()


def fanned_out_twice(seen):
    """A contact point without a pad: two fan-outs, then a complete one, beside markers of others; one more in another cell."""
    found = seen["fanned out twice"] = {}
    view = new_layout(technology="postpass")
    cellview = view.active_cellview()
    technology = tech.load("postpass")
    cellview.cell.shapes(cellview.layout().layer(*technology.layers["die"]["gds"])).insert(pya.Box(-60000, -80000, 140000, 140000))
    drawing.draw_via(cellview.cell, technology, "via", 1.2, 0.0, 0.0)
    drawing.draw_label(cellview.cell, technology, "a", 0.0, 0.0)
    for x_um in (40.0, 80.0):
        drawing.draw_via(cellview.cell, technology, "via", 1.2, x_um, 0.0)
        drawing.draw_label(cellview.cell, technology, "b%g" % x_um, x_um, 0.0)
        drawing.draw_pad(cellview.cell, technology, "signal", "octagon", 16.0, x_um, 60.0)
        drawing.draw_label(cellview.cell, technology, "b%g" % x_um, x_um, 60.0)
    wall = pya.Region(pya.Box(25000, 45000, 55000, 75000)) - pya.Region(pya.Box(28000, 48000, 52000, 72000))
    rdl = cellview.cell.shapes(cellview.layout().layer(*technology.layers["rdl"]["gds"]))
    rdl.insert(wall)
    view.create_rdb("Post-passivation DRC")
    view.create_rdb("Other deck")
    dock.pages.currentIndex = 2
    for key in ("first", "second"):
        dock.fan_out.go.click()
        found[key] = [databases(view), message()]
        events()
    found["description"] = [view.rdb(view.num_rdbs() - 1).description, view.rdb(view.num_rdbs() - 1).top_cell_name]
    cellview.cell = cellview.layout().create_cell("COPY")
    cellview.cell.copy_shapes(cellview.layout().cell("TOP"))
    dock.fan_out.go.click()
    found["other cell"] = databases(view)
    cellview.cell = cellview.layout().cell("TOP")
    for shape in [shape for shape in rdl.each() if shape.bbox() == wall.bbox()]:
        shape.delete()
    drawing.draw_pad(cellview.cell, technology, "signal", "octagon", 16.0, 0.0, 60.0)
    drawing.draw_label(cellview.cell, technology, "a", 0.0, 60.0)
    dock.fan_out.go.click()
    found["mended"] = databases(view)
    dock.pages.currentIndex = 0
    close_browsers()
    window.close_current_view()


def stored(seen):
    """Tools > DRC asks the configuration for what the panel shows, also when the panel followed a layout."""
    new_layout(technology="wlcsp_two_level")
    seen["stored"] = [dock.technology.currentText, window.get_config("postpass-technology")]
    window.close_current_view()


run(scenario)
