"""Which technology the panel shows, says and uses: for layouts of another one, with one click to change; markers of a second run."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, ends, equal, holds
from inside import check, close_browsers, dock, events, fan_out, message, new_layout, panel, place, run_cases, shapes, show_fan_out, show_pads, show_vias, window

from postpass import tech
from postpass.draw import drawing

UNLIKE = "This layout is of technology %s; the panel draws and checks by %s."
DISAGREE = "KLayout has this layout as technology %s, but its shapes are on layers of %s; the panel draws and checks by %s."


def named(name):
    """How messages name a technology."""
    technology = tech.load(name)
    return "technology %s 1.0, %s (%s.json, rules %s)" % (name, technology.title, name, technology.checksum())


def test_the_panel_shows_title_file_and_checksum():
    new_layout(technology="wlcsp400")
    technology = tech.load("wlcsp400")
    equal(dock.technology_title.text, "%s\nwlcsp400.json, rules\u00a0%s" % (technology.title, technology.checksum()))
    ends(dock.technology_title.toolTip, "/tech/wlcsp/wlcsp400.json")


def in_narrow_panel(name):
    """The panel as narrow as the window lets it be, for one technology; with a layout of another one in front."""
    dock.setFloating(True)
    view = new_layout(technology="wlcsp")
    view.active_cellview().technology = "postpass" if name != "postpass" else "wlcsp"
    events()
    dock.technology.currentText = name
    found = as_narrow_as_can_be(name)
    dock.setFloating(False)
    equal(found, {"cut": [], "picture": True, "width": 300})


def test_nothing_of_postpass_is_cut_off_in_a_narrow_panel():
    in_narrow_panel("postpass")


def test_nothing_of_wlcsp_is_cut_off_in_a_narrow_panel():
    in_narrow_panel("wlcsp")


def test_nothing_of_wlcsp400_is_cut_off_in_a_narrow_panel():
    in_narrow_panel("wlcsp400")


def test_nothing_of_wlcsp_two_level_is_cut_off_in_a_narrow_panel():
    in_narrow_panel("wlcsp_two_level")


def test_nothing_of_skywater_deca400_is_cut_off_in_a_narrow_panel():
    in_narrow_panel("skywater_deca400")


def test_nothing_of_gf180mcu_ball_bond_is_cut_off_in_a_narrow_panel():
    in_narrow_panel("gf180mcu_ball_bond")


def test_no_kit_is_left_out_in_a_narrow_panel():
    equal([name for name in sorted(tech.installed()) if tech.load(name).of_kind("pad")], ["postpass", "wlcsp", "wlcsp400", "wlcsp_two_level"])


def test_nothing_of_long_names_is_cut_off_in_a_narrow_panel_and_a_message_is_in_sight():
    dock.setFloating(True)
    new_layout(technology="wlcsp")
    panel.say("%s: cannot read the technology file" % long_technology().path, "error")
    dock.show_technology(long_technology())
    found, in_sight = as_narrow_as_can_be("long"), in_sight_after("one line\n" * 8)
    panel.say("")
    dock.show_technology(panel.tech)
    dock.setFloating(False)
    equal(found, {"cut": [], "picture": True, "width": 300})
    equal(in_sight, True)


def in_sight_after(text):
    """Whether the beginning of a message can be seen in a panel that is too low for its pages, and its end by scrolling."""
    dock.resize(300, 300)
    events()
    bar = dock.message_area.verticalScrollBar
    bar.value = bar.maximum
    panel.say(text)
    events()
    corner = dock.message.mapTo(dock, pya.QPoint(0, 0))
    seen = bar.value == 0 and 0 <= corner.y <= dock.height - 20
    bar.value = bar.maximum
    return seen and bar.maximum > 0 and dock.message.height - bar.value <= dock.message_area.viewport.height


def as_narrow_as_can_be(name):
    """{"width": of the panel, "cut": what is cut off on its pages, "picture": whether one could be taken of each}"""
    found = {"cut": [], "picture": True}
    for page, show in [("vias", show_vias), ("pads", show_pads)] + [(page.title.replace("&", ""), lambda page=page: dock.turn_to(page)) for page in panel.pages[1:]]:
        show()
        dock.resize(300, 700)
        events()
        found["picture"] &= dock.grab().save(os.environ["POSTPASS_PICTURE"] % ("%s-%s" % (name, page)))
        found["cut"] += cut_off(dock, dock.width)
    show_pads()
    return dict(found, width=dock.width)


def long_technology():
    """A technology whose name and folder are long."""
    folder = os.path.join(os.environ["POSTPASS_FOLDER"], "a_folder_of_a_customer", "technologies_of_the_second_line")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "bumping_line_7_with_thick_polymer_and_two_levels_of_traces.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"based_on": tech.load("wlcsp").path, "name": "line_7", "title": "Bumping line 7 with thick polymer"}, file)
    return tech.load(path)


def cut_off(widget, right):
    """Names of visible labels and buttons that reach beyond what is seen of the panel, or have less room than their text; right: where that ends."""
    found = []
    if widget.objectName == "qt_scrollarea_viewport":
        right = widget.mapTo(dock, pya.QPoint(widget.width, 0)).x
    for child in widget.children():
        if any(kind in type(child).__name__ for kind in ("QLabel", "QPushButton")) and child.isVisible():
            left = child.mapTo(dock, pya.QPoint(0, 0)).x
            hint = child.minimumSizeHint
            hint = hint() if callable(hint) else hint
            high = child.heightForWidth(child.width) if child.hasHeightForWidth() else hint.height
            if left < 0 or left + child.width > right or child.width < hint.width or child.height < high:
                found.append([child.objectName, child.text, child.width, hint.width, child.height, high])
        found += cut_off(child, right)
    return found


def offer():
    """What is offered now: [the sentence, texts of the buttons]."""
    return [dock.mismatch.text if dock.mismatch.isVisible() else "", [button.text for button in dock.change if button.isVisible()]]


def test_a_layout_of_another_technology_is_said_and_offered():
    """The layout names one of our technologies; the user chooses another one."""
    new_layout(technology="wlcsp")
    equal(offer(), ["", []])  # the panel followed the layout
    dock.technology.currentText = "postpass"
    events()
    equal(offer(), [UNLIKE % ("wlcsp", "postpass"), ["Use wlcsp"]])


def test_drawing_and_checking_say_it_too():
    view = new_layout(technology="wlcsp")
    dock.technology.currentText = "postpass"
    events()
    words = DISAGREE % ("wlcsp", "postpass", "postpass")
    equal(place("0, 0"), "Placed 1 pad.\n" + words)
    equal(sorted(shapes(view)), ["53/1"])  # it is drawn all the same
    check.go.click()
    ends(message(), "\nBy %s.\n%s" % (named("postpass"), words))
    close_browsers()
    place("20, 0")
    holds(dock.message.styleSheet, "#d08000")


def test_one_click_uses_the_technology_of_the_layout():
    new_layout(technology="wlcsp")
    dock.technology.currentText = "postpass"
    events()
    place("0, 0")
    panel._rest(True)
    enabled = dock.change[0].enabled
    panel._rest(False)
    equal(enabled, False)
    dock.change[0].click()
    events()
    equal([dock.technology.currentText, message()], ["wlcsp", "Draws and checks by %s." % named("wlcsp")])
    window.close_current_view()
    equal(offer(), ["", []])


def test_the_layers_tell_where_the_layout_has_no_technology():
    """A file, opened as a user opens it."""
    dock.technology.currentText = "wlcsp"
    path = os.path.join(os.environ["POSTPASS_FOLDER"], "vias.gds")
    layout = pya.Layout()
    layout.create_cell("TOP").shapes(layout.layer(51, 0)).insert(pya.Box(0, 0, 1000, 1000))
    layout.write(path)
    window.load_layout(path, 1)
    events()
    words = UNLIKE % ("postpass", "wlcsp")
    equal(offer(), [words, ["Use postpass"]])
    check.go.click()
    begins(message(), "Cell TOP has no shape on any layer of technology wlcsp")
    ends(message(), words)
    dock.change[0].click()
    equal([dock.technology.currentText, offer()], ["postpass", ["", []]])
    check.go.click()
    begins(message(), "Check: ")
    ends(message(), "\nBy %s." % named("postpass"))


def test_each_technology_that_shares_the_layers_is_offered():
    """No offer while the one in use is among them, else a button for each."""
    view = new_layout()
    view.active_cellview().cell.shapes(view.active_cellview().layout().layer(76, 0)).insert(pya.Box(0, 0, 250000, 250000))
    others = ["wlcsp", "wlcsp400", "wlcsp_two_level"]
    for name, expected in (("wlcsp400", ["", []]),
                           ("postpass", [UNLIKE % (" or ".join(others), "postpass"), ["Use " + other for other in others]]),
                           ("wlcsp_two_level", ["", []])):
        dock.technology.currentText = name
        events()
        equal([name, offer()], [name, expected])


def databases(view):
    return [[view.rdb(number).name(), view.rdb(number).num_items() > 0] for number in range(view.num_rdbs())]


def test_a_second_check_replaces_its_markers_alone():
    view = new_layout(technology="wlcsp400")
    place("0, 0")
    view.create_rdb("Fan-out, open nets")
    view.create_rdb("Other deck")
    for name in ("wlcsp400", "wlcsp"):
        dock.technology.currentText = name
        check.go.click()
        equal(databases(view), [["Fan-out, open nets", False], ["Other deck", False], ["Post-passivation DRC", True]])
        holds(view.rdb(view.num_rdbs() - 1).description, name + ".json")
    holds(message(), UNLIKE % ("wlcsp400", "wlcsp") + "\nCell pad was drawn under technology wlcsp400 1.0, rules %s, not under wlcsp 1.0, " % tech.load("wlcsp400").checksum())
    holds(view.rdb(view.num_rdbs() - 1).description, "; cell pad was drawn under technology wlcsp400 1.0, ")


def test_a_second_fan_out_replaces_its_markers_alone():
    """A contact point without a pad: two fan-outs, then a complete one, beside markers of others; one more in another cell."""
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
    show_fan_out()
    others = [["Post-passivation DRC", False], ["Other deck", False]]
    for _ in range(2):
        fan_out.go.click()
        equal(databases(view), others + [["Fan-out, open nets", True]])
        begins(message(), "INCOMPLETE")
        events()
    markers = view.rdb(view.num_rdbs() - 1)
    equal(markers.top_cell_name, "TOP")
    holds(markers.description, "technology postpass 1.0, ")
    holds(markers.description, "rules %s)" % technology.checksum())
    cellview.cell = cellview.layout().create_cell("COPY")
    cellview.cell.copy_shapes(cellview.layout().cell("TOP"))
    fan_out.go.click()
    equal(databases(view), others + [["Fan-out, open nets", True], ["Fan-out, open nets[1]", True]])
    cellview.cell = cellview.layout().cell("TOP")
    for shape in [shape for shape in rdl.each() if shape.bbox() == wall.bbox()]:
        shape.delete()
    drawing.draw_pad(cellview.cell, technology, "signal", "octagon", 16.0, 0.0, 60.0)
    drawing.draw_label(cellview.cell, technology, "a", 0.0, 60.0)
    fan_out.go.click()
    equal(databases(view), others + [["Fan-out, open nets[1]", True]])


def test_the_technology_shown_is_stored_for_the_menu():
    """Tools > DRC asks the configuration for what the panel shows, also when the panel followed a layout."""
    new_layout(technology="wlcsp_two_level")
    equal([dock.technology.currentText, window.get_config("postpass-technology")], ["wlcsp_two_level", "wlcsp_two_level"])


run_cases(globals())
