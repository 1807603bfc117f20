"""The frame of the panel: new layouts, the technology given to a layout, pages, menu, messages."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, equal, holds
from inside import check, dock, draw, events, fan_out, key, message, mouse, new_layout, panel, place, run_cases, shapes, show_fan_out, show_pads, stack, state, undo, window

from postpass import tech

POSTPASS = tech.load("postpass")


def test_a_new_layout_has_technology_die_layers_window_and_grid():
    equal([dock.new_layout.isVisible(), window.views()], [True, 0])
    dock.die_width.text, dock.die_height.text, dock.new_cell.text = "500", "400 µm", "CHIP"
    key(dock.new_cell, "Key_Return")
    events()
    view = pya.LayoutView.current()
    cellview = view.active_cellview()
    equal([cellview.cell.name, cellview.technology, cellview.layout().dbu], ["CHIP", "postpass", POSTPASS.dbu_um])
    equal([list(shapes(view)), str(cellview.cell.bbox())], [["60/0"], "(-250000,-200000;250000,200000)"])
    equal(view.get_config("edit-grid"), "%g" % POSTPASS.grid_um)
    equal(len(state(view)["listed"]), len(POSTPASS.drawn_layers()))
    assert pya.DBox(-250, -200, 250, 200).inside(view.box()) and view.box().width() < 600, "found a window of %s" % view.box()
    equal([dock.new_layout.isVisible(), dock.apply.isVisible()], [False, False])
    equal(message(), "New layout of technology postpass, cell CHIP, with a die of 500 × 400 um.")
    equal(place("0, 0"), "Placed 1 pad.")
    undo()
    equal(sorted(shapes(view)), ["60/0"])


def test_a_new_layout_says_what_is_wrong_and_makes_none():
    for texts, words in ((("500", "", ""), "Die: write both sides in um, or none."), (("wide", "3", ""), "Die width must be a number in um, not 'wide'."),
                         (("500", "-3", ""), "Die: both sides must be more than 0 um, not 500 and -3."),
                         (("3e6", "500", ""), "The rectangle from -1.5e+06, -250 to 1.5e+06, 250 um is larger than a wafer.")):
        dock.die_width.text, dock.die_height.text, dock.new_cell.text = texts
        window.menu().action("postpass_menu.new_layout").trigger()
        equal([message(), window.views(), dock.die_width.text], [words, 0, texts[0]])
    dock.die_width.text = dock.die_height.text = ""
    window.menu().action("postpass_menu.new_layout").trigger()
    equal(message(), "New layout of technology postpass, cell TOP, without a die outline: draw it before you fan out.")
    equal(shapes(pya.LayoutView.current()), {})


def test_the_technology_is_given_to_a_layout_that_has_none():
    """As to a GDS file that was opened again: its layers get names and colours, its shapes stay."""
    path = os.path.join(os.environ["POSTPASS_FOLDER"], "plain.gds")
    layout = pya.Layout()
    layout.create_cell("TOP").shapes(layout.layer(53, 1)).insert(pya.Box(0, 0, 10000, 10000))
    layout.write(path)
    window.load_layout(path, "", 1)
    events()
    view = pya.LayoutView.current()
    view.add_missing_layers()
    view.active_cellview().technology = ""
    events()
    equal([dock.apply.isVisible(), shapes(view)], [True, {"53/1": ["box (0,0;10000,10000)"]}])
    dock.apply.click()
    events()
    begins(message(), "The layout is of technology postpass now")
    equal([view.active_cellview().technology, dock.apply.isVisible(), shapes(view)], ["postpass", False, {"53/1": ["box (0,0;10000,10000)"]}])
    listed = state(view)["listed"]
    equal([bool(colour) for name, source, colour in listed], [True] * len(POSTPASS.drawn_layers()))
    holds(" ".join(name for name, _, _ in listed), "Flip-chip pad")


def test_pages_are_in_the_order_of_the_work_and_a_message_ends_when_its_subject_changes():
    new_layout()
    titles = [dock.pages.tabText(number).replace("&", "") for number in range(dock.pages.count)]
    equal(titles, [page.title.replace("&", "") for page in panel.pages])
    equal([titles.index("Draw") < titles.index("Nets") < titles.index("Fan out") < titles.index("Check")], [True])
    place("0, 0")
    equal(message(), "Placed 1 pad.")
    show_fan_out()
    equal(message(), "")
    show_pads()
    place("0, 0")
    draw.pads.size.text = "11"
    equal(message(), "")
    place("40, 0")
    dock.technology.currentText = "wlcsp"
    equal(message(), "")


def test_the_message_area_and_the_header_stay_where_they_are():
    new_layout()
    events()

    def places():
        return [widget.mapTo(dock, pya.QPoint(0, 0)).y for widget in (dock.technology, dock.pages, dock.message_area, draw.tool)]
    before = places()
    panel.say("one line\n" * 30, "error")
    events()
    equal(places(), before)
    show_fan_out()
    events()
    equal(places()[:3], before[:3])


def test_the_menu_has_every_action():
    names = [name.split(".")[-1] for name in window.menu().items("postpass_menu")]
    for name in ("panel", "new_layout", "apply", "place_mouse", "place", "refresh_nets", "rename_nets", "unlock", "compare_net_list", "import_net_list",
                 "fan_out", "reroute", "route_selected", "rip_up", "lock", "check"):
        equal(name in names, True)
    new_layout()
    draw.place_text.text = "3, 4"
    show_fan_out()
    window.menu().action("postpass_menu.place").trigger()
    equal([dock.page is draw, message()], [True, "Placed 1 pad."])
    window.menu().action("postpass_menu.check").trigger()
    events()
    equal(dock.page is check, True)
    window.menu().action("postpass_menu.page_fan_out").trigger()
    equal(dock.page is fan_out, True)
    dock.close()
    window.menu().action("postpass_menu.page_draw").trigger()
    equal([dock.isVisible(), dock.page is draw], [True, True])
    window.set_config("key-bindings", "postpass_menu.check:'Ctrl+Shift+K'")
    equal(window.menu().action("postpass_menu.check").effective_shortcut(), "Ctrl+Shift+K")
    window.set_config("key-bindings", "")


def test_tips_name_the_rules_that_limit_a_field():
    for technology, trace_rule, film in (("postpass", "RDL.W.1: Trace width, smallest, at least 2 µm", "TECH.F.1"), ("wlcsp", "RDL.W.1: RDL trace width, smallest, at least 10 µm", "TECH.F.1")):
        dock.technology.currentText = technology
        for name, fields, size_rule in (("Pad", draw.pads, "PAD.W.1: "), ("Via", draw.vias, "W.1: ")):
            draw.object.currentText = name
            tip = fields.size.toolTip.replace("\n   ", " ")
            equal([size_rule in tip, "Source: " in tip], [True, True])
            holds(fields.shape.toolTip, "shape, ")
            holds(fields.pitch_x.toolTip, "at least ")
            holds(draw.ring.distance.toolTip.split("\n")[0], "From the sides inwards")
        holds(fan_out.width.toolTip.replace("\n   ", " "), trace_rule)
        holds(fan_out.more.necks.toolTip, "RDL.W.1")
        holds(stack.film_rows[0][1].toolTip, film)
        holds(stack.size.toolTip, "W.1: ")
    draw.object.currentText = "Pad"
    holds(draw.ring.distance.toolTip, "die edge")
    dock.technology.currentText = "postpass"
    draw.object.currentText = "Contact point"
    holds(draw.contacts.size.toolTip, "CP.W.1: ")


def help_text():
    return panel.help.browser.toPlainText() if callable(panel.help.browser.toPlainText) else panel.help.browser.plainText


def shown_line():
    """The first line of the help that is in sight."""
    cursor = panel.help.browser.cursorForPosition(pya.QPoint(10, 10))
    return cursor.block().text()


def click_help():
    for kind in ("MouseButtonPress", "MouseButtonRelease"):
        mouse(dock.help, kind, 5, 5, pya.Qt.LeftButton)
    events()


def test_help_shows_the_page_in_front():
    places = [widget.mapTo(dock, pya.QPoint(0, 0)) for widget in (dock.technology, dock.help)]
    equal([dock.technology.isVisible(), dock.help.isVisible(), abs(places[0].y - places[1].y) < 6, places[0].x + 100 < places[1].x], [True] * 4)
    for page, line in ((draw, "Draw"), (check, "Check"), (fan_out, "Fan-out: joining contact points and pads")):
        dock.turn_to(page)
        click_help()
        equal([panel.help.widget.isVisible(), page is fan_out or line in help_text(), message()], [True, True, ""])
        if page is not check or panel.help._bar().value < panel.help._bar().maximum:  # the last sections cannot be scrolled to the top
            equal(shown_line(), line)
    panel.help.close.click()
    equal(panel.help.widget.isVisible(), False)
    dock.turn_to(draw)
    window.menu().action("postpass_menu.help").trigger()
    events()
    equal([panel.help.widget.isVisible(), shown_line()], [True, "Draw"])
    panel.help.close.click()


def test_links_of_the_help_lead_on_and_back():
    dock.turn_to(draw)
    click_help()
    panel.help.follow("tour.md")
    events()
    begins(help_text(), "A tour of the panel")
    images = help_text().count("\ufffc")
    equal(images > 3, True)
    panel.help.follow("fan-out.md#several-levels-of-metal")
    events()
    equal(shown_line(), "Several levels of metal")
    panel.help.follow("#teardrops")
    equal(shown_line(), "Teardrops")
    for line in ("Several levels of metal", "A tour of the panel", "Draw"):
        panel.help.back.click()
        events()
        equal(shown_line(), line)
    equal(panel.help.back.enabled, False)
    panel.guarded(panel.help.follow, "nothing.md")
    holds(message(), "nothing.md: cannot read the page (No such file or directory).")
    equal(shown_line(), "Draw")
    panel.help.close.click()


def test_a_picture_of_the_help_is_no_wider_than_the_page():
    dock.turn_to(draw)
    click_help()
    panel.help.follow("tour.md")
    events()
    browser = panel.help.browser
    equal(browser.horizontalScrollBar.maximum, 0)
    equal(browser.document.size.height > 1500, True)  # pictures and all
    panel.help.close.click()


def dark_palette():
    palette = pya.QPalette()
    for role, colour in (("Window", "#202428"), ("WindowText", "#f0f0f0"), ("Base", "#101214"), ("Text", "#f0f0f0"), ("Button", "#303438"), ("ButtonText", "#f0f0f0")):
        palette.setColor(getattr(pya.QPalette, role), pya.QColor(colour))
    return palette


def ground(widget, x, y):
    """The colour of a pixel of a widget as it is painted, #rrggbb."""
    return "#%06x" % (widget.grab().toImage().pixel(x, y) & 0xffffff)


def grounds():
    """Colours of pages, fields, tables and pictures beside their texts."""
    found = []
    dock.turn_to(draw)
    events()
    found += [ground(draw.widget, 1, 1), ground(draw.pads.size, draw.pads.size.width - 8, 8), ground(draw.net, draw.net.width - 8, 8), ground(dock.message, 1, 1)]
    dock.turn_to(panel.nets)
    events()
    viewport = panel.nets.table.view.viewport
    found += [ground(panel.nets.widget, 1, 1), ground(viewport() if callable(viewport) else viewport, 5, 50)]
    dock.turn_to(stack)
    events()
    return [*found, ground(stack.widget, 1, 1), ground(stack.picture, 2, 2)]


def test_the_panel_follows_the_palette_of_the_application():
    new_layout()
    usual = pya.QApplication.palette
    usual = usual() if callable(usual) else usual  # a property in some builds
    usual = usual.dup() if hasattr(usual, "dup") else usual
    draw.pads.size.text = "1"  # framed, and a sentence in its colour
    light, style, sentence = grounds(), draw.pads.size.styleSheet, draw.findings.styleSheet
    try:
        pya.QApplication.setPalette(dark_palette())
        events()
        equal(grounds(), ["#202428", "#101214", "#101214", "#202428", "#202428", "#101214", "#202428", "#1c2024"])
        equal([draw.pads.size.styleSheet, draw.findings.styleSheet], [style, sentence])
    finally:
        pya.QApplication.setPalette(usual)
        events()
    equal(grounds(), light)
    equal(light[-1], "#ffffff")


run_cases(globals())
