"""Edit mode: everything a user does with the panel, in one start of the application."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, differs, equal, holds, near
from inside import (
    centres,
    check,
    click,
    dock,
    draw,
    escape,
    events,
    fan_out,
    ghosts,
    listed,
    menu_entry,
    message,
    move,
    new_layout,
    panel,
    pixel,
    place,
    redo,
    run_cases,
    shapes,
    show_fan_out,
    show_pads,
    show_vias,
    state,
    undo,
    window,
)

from postpass import layout_file, tech
from postpass import panel as package
from postpass.draw import drawing


def test_the_dock_is_there_at_the_first_start_and_the_menu_entry_toggles_it():
    def shown():
        return [dock.isVisible(), menu_entry().checked]
    equal(shown(), [True, True])
    equal(menu_entry().title, "Post-passivation panel")
    equal(str(window.dockWidgetArea(dock)), "RightDockWidgetArea")
    equal(dock.technology.currentText, "postpass")
    equal([dock.technology.itemText(i) for i in range(dock.technology.count)], sorted(tech.installed(), key=lambda name: (not tech.load(name).of_kind("pad"), name)))
    menu_entry().trigger()
    equal(shown(), [False, False])
    menu_entry().trigger()
    equal(shown(), [True, True])
    dock.close()
    equal(shown(), [False, False])
    menu_entry().trigger()


def test_without_a_layout_or_cell_the_panel_says_what_to_do():
    words = "No layout is open: create one with File > New Layout, or open one."
    equal([place("1, 2"), draw.place_text.text], [words, "1, 2"])
    draw.tool.click()
    equal([message(), draw.tool.checked], [words, False])
    panel.say("")
    check.go.click()
    equal(message(), words)
    new_layout(cell=None)
    begins(place("1, 2"), "No cell is shown: choose one in the cell list, or create one")


def test_placing_by_field_is_one_undo_step_with_its_layers():
    view = new_layout()
    before = state(view)
    equal([before["shapes"], before["listed"]], [{}, []])
    equal(place("10, -5.0012"), "Placed 1 pad.")
    drawn = shapes(view)
    equal([(layer, len(texts)) for layer, texts in drawn.items()], [("53/1", 1)])
    holds(drawn["53/1"][0], "5000,-7070;5000,-2930;")  # the octagon's corner: 10 - 5 and -5 - 2.07
    [[name, source, colour]] = listed(view)
    holds(name, "Flip-chip pad")
    equal(source, "pad_flip_chip 53/1@1")
    differs(colour, 0)
    show_vias()
    one = state(view)
    equal(place("-10 5"), "Placed 1 via.")
    equal(sorted(shapes(view)), ["50/0", "51/0", "52/0", "53/1"])
    undo()
    equal(state(view), one)
    undo()
    equal(state(view), before)


def test_the_mouse_tool_places_on_the_grid_under_its_ghost():
    view = new_layout()
    before = state(view)
    draw.tool.click()
    events()
    equal([view.mode_name(), draw.tool.checked], ["postpass_place", True])
    move(view, 5.0, 5.0)
    [[left, bottom, right, top]] = ghosts(view)
    near(right - left, 10)
    near(top - bottom, 10)
    near((left + right) / 2, 5, within=0.2)
    near((bottom + top) / 2, 5, within=0.2)
    click(view, -10.0, 10.0)
    equal(message(), "Placed 1 pad.")
    [[x, y]] = centres(view, (53, 1))
    near(x, -10, within=0.2)
    near(y, 10, within=0.2)
    for value in (x, y, left, bottom):
        near(value / 0.005, round(value / 0.005))
    click(view, 10.0, 10.0)
    equal(len(centres(view, (53, 1))), 2)
    escape(view)
    undo()
    undo()
    equal(state(view), before)


def test_escape_leaves_the_tool():
    view = new_layout()
    draw.tool.click()
    events()
    move(view, 5.0, 5.0)
    click(view, -10.0, 10.0)
    click(view, 10.0, 10.0)
    escape(view)
    equal([view.mode_name(), draw.tool.checked, ghosts(view)], ["select", False, []])
    click(view, 0.0, -15.0)
    equal(len(centres(view, (53, 1))), 2)
    draw.tool.click()
    window.menu().action("edit_menu.cancel").trigger()  # what the Esc shortcut triggers
    equal([view.mode_name(), draw.tool.checked], ["select", False])
    draw.tool.click()
    draw.tool.click()
    equal([view.mode_name(), draw.tool.checked], ["select", False])


def test_the_ghost_follows_the_fields_and_vanishes_with_a_wrong_one():
    view = new_layout()
    draw.pads.size.text = "9"
    draw.tool.click()
    move(view, 0.0, 0.0)
    [[left, _, right, _]] = ghosts(view)
    near(right - left, 9)
    draw.pads.size.text = "nine"
    move(view, 1.0, 0.0)
    words = "Size must be a number in um, not 'nine'."
    equal([message(), draw.pads.size.text, ghosts(view), draw.findings.text], [words, "nine", [], words])
    escape(view)


def test_an_array_is_one_undo_step_and_one_ghost():
    view = new_layout()
    show_vias()
    draw.vias.columns.value, draw.vias.row_count.value = 4, 3
    before = state(view)
    equal([place("0, 0"), len(shapes(view)["51/0"])], ["Placed 12 vias.", 12])
    draw.tool.click()
    move(view, 0.0, 10.0)
    [[left, bottom, right, top]] = ghosts(view)
    near(right - left, 3 * 2.18 + 3.18)
    near(top - bottom, 2 * 2.18 + 3.18)
    escape(view)
    undo()
    equal(state(view), before)


def test_depth_and_ratio_are_live_and_coloured_by_severity():
    new_layout()
    show_vias()
    draw.vias.size.text = "0.7"
    equal(draw.vias.details.text, "Depth 5.9 µm\nAspect ratio 8.43\nCapture pad 2.7 µm")
    equal(draw.vias.limits.text, "Legal 0.59 to 3\u00a0µm\nRecommended 1.18 to 3\u00a0µm")
    begins(draw.findings.text, "VIA.AR.2 ")
    colours = [draw.vias.details.styleSheet]
    draw.vias.size.text = "0.4"
    colours.append(draw.vias.details.styleSheet)
    differs(draw.vias.size.styleSheet, "")
    holds(draw.findings.text, "VIA.W.1")
    draw.vias.size.text = "1.18"
    colours.append(draw.vias.details.styleSheet)
    equal([draw.vias.size.styleSheet, draw.findings.text], ["", ""])
    assert len(set(colours)) == 3, "found three colours of which some are the same: %r" % colours


def test_wrong_texts_stay_in_their_fields_and_change_nothing():
    view = new_layout()
    before = state(view)
    for text in ("", "1"):
        equal([place(text), draw.place_text.text], ["Place at: write two numbers in um, like 120, -35.", text])
    equal([place("a, b"), draw.place_text.text], ["X must be a number in um, not 'a'.", "a, b"])
    draw.pads.size.text = "wide"
    equal([place("0, 0"), draw.pads.size.text], ["Size must be a number in um, not 'wide'.", "wide"])
    draw.pads.size.text = "10"
    equal(state(view), before)
    place("0, 0")
    undo()
    equal(state(view), before)  # no undo step was left


def test_a_cell_shown_in_its_context_gets_the_shape_under_the_cursor():
    """The click lands under the cursor, in the cell's own coordinates."""
    view = new_layout()
    cellview = view.active_cellview()
    child = cellview.layout().create_cell("CHILD")
    cellview.cell.insert(pya.CellInstArray(child.cell_index(), pya.Trans(pya.Trans.R90, pya.Point(10000, 0))))
    cellview.context_path = [pya.InstElement(next(cellview.cell.each_inst()))]
    draw.tool.click()
    click(view, 12.0, 5.0)
    escape(view)
    equal(cellview.cell.name, "CHILD")
    pixel_um = 1.0 / view.viewport_trans().mag
    [[x, y]] = centres(view, (53, 1))  # (12, 5) seen from a cell at (10, 0) turned by 90 degrees
    near(x, 5, within=pixel_um)
    near(y, -2, within=pixel_um)


def test_the_technology_follows_the_layout_and_keeps_what_was_typed():
    draw.pads.size.text = "11"
    new_layout(technology="wlcsp400")
    equal([dock.technology.currentText, draw.pads.size.text], ["wlcsp400", "235"])
    dock.technology.currentText = "postpass"
    equal(draw.pads.size.text, "11")
    pya.LayoutView.current().active_cellview().technology = "wlcsp"
    events()
    equal(dock.technology.currentText, "wlcsp")


def test_a_foreign_technology_is_named_and_does_not_hinder():
    new_layout(technology="wlcsp")
    pya.Technology.create_technology("elsewhere")
    new_layout(technology="elsewhere")
    equal(dock.technology.currentText, "wlcsp")
    holds(message(), "'elsewhere'")
    holds(message(), "wlcsp")
    dock.technology.currentText = "postpass"
    equal(place("0, 0"), "Placed 1 pad.")


def test_a_pad_brings_its_openings_where_the_technology_has_them():
    view = new_layout(technology="wlcsp")
    equal([draw.pads.openings.isVisible(), draw.pads.openings.checked], [True, True])
    draw.pads.function.currentText = "ground"
    before = state(view)
    equal(place("0, 0"), "Placed 1 pad.")
    equal(sorted(shapes(view)), ["74/3", "75/0", "76/0"])
    undo()
    equal(state(view), before)
    show_vias()
    events()
    equal(draw.vias.title.text, "Polymer-1 opening")
    begins(draw.vias.limits.text, "Legal 35\u00a0µm and more")
    equal(place("0, 0"), "Placed 1 via.")
    show_pads()
    dock.technology.currentText = "postpass"
    events()
    equal(draw.pads.openings.isVisible(), False)


def test_a_database_unit_that_does_not_fit_is_said_and_the_panel_stays_usable():
    view = new_layout(dbu_um=0.002)
    before, words = state(view), "database unit, 0.002 um, does not fit the grid of technology postpass"
    holds(place("0, 0"), words)
    panel.say("")
    draw.tool.click()
    holds(message(), words)
    equal(draw.tool.checked, False)
    equal(state(view), before)
    window.close_current_view()
    new_layout()
    equal(place("0, 0"), "Placed 1 pad.")


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
    show_fan_out()
    return view, technology


def draw_die(cellview, technology):
    outline = cellview.layout().layer(*technology.layers["die"]["gds"])
    cellview.cell.shapes(outline).insert(pya.Box(-60000, -80000, 140000, 140000))


def test_fan_out_joins_what_is_drawn_in_one_undo_step():
    """Three labelled contact points and pads in a die, joined by the button; one undo takes the traces away."""
    view, technology = three(die=False)
    before, page = state(view), fan_out
    equal([draw.tool.isVisible(), draw.place.isVisible(), page.go.isVisible()], [False, False, True])
    page.go.click()
    begins(message(), "The die outline is missing")
    equal(state(view), before)
    draw_die(view.active_cellview(), technology)
    before = state(view)
    page.width.text = "wide"
    page.go.click()
    equal([message(), page.width.text], ["Trace width must be a number in um, not 'wide'.", "wide"])
    page.width.text = "3.2"
    page.teardrops.checked = True
    page.go.click()
    after = state(view)
    begins(message(), "Drew 3 traces.")
    holds(message(), "Teardrops on rdl at ")
    differs(after, before)
    undo()
    equal(state(view), before)
    redo()
    equal(state(view), after)
    equal(page.go.enabled, True)


def test_a_second_fan_out_keeps_what_is_right_and_is_one_undo_step():
    """A pad is moved: its trace is drawn anew, the others stay; so they do not with "Draw all traces anew"."""
    view, technology = three()
    page, cellview = fan_out, view.active_cellview()
    page.width.text = "3.2"
    page.go.click()
    drawn = shapes(view)["52/0"]
    layout, box = cellview.layout(), pya.Box(70000, -30000, 90000, -10000)
    for name in ("pad_signal", "label"):
        for shape in list(cellview.cell.shapes(layout.layer(*technology.layers[name]["gds"])).each_touching(box)):
            shape.transform(pya.Trans(pya.Vector(9000, -6000)))
    before = state(view)
    page.go.click()
    begins(message(), "Drew 1 trace.")
    holds(message(), "Of earlier fan-outs: 2 stay, 1 replaced.")
    after = state(view)
    equal(len(shapes(view)["52/0"]), len(drawn))
    undo()
    equal(state(view), before)
    redo()
    equal(state(view), after)
    page.go.click()
    begins(message(), "Nothing to fan out")
    page.anew.checked = True
    page.go.click()
    begins(message(), "Drew 3 traces.")
    undo()
    equal(state(view), after)


def test_a_copy_of_the_layout_that_goes_in_the_middle_of_a_step_does_not_end_it():
    """Copies are made to read derived layers, and while a fan-out sorts what it drew before."""
    view, _ = three()
    cellview = view.active_cellview()
    before = state(view)
    copy = layout_file.copy_of(cellview.layout())
    equal([copy.cell(cellview.cell_index).name, copy.dbu], [cellview.cell.name, cellview.layout().dbu])
    view.transaction("Step")
    cellview.cell.shapes(cellview.layout().layer(52, 0)).insert(pya.Box(0, 0, 9000, 9000))
    copy._destroy()
    cellview.cell.shapes(cellview.layout().layer(52, 0)).insert(pya.Box(0, 0, 9000, 5000))
    view.commit()
    differs(state(view), before)
    undo()
    equal(state(view), before)


def test_every_function_can_be_chosen():
    """Nameless contact points and pads by each function."""
    page, meanings = fan_out, set()
    for name, pads, drawn in (("fan-out", 3, 3), ("relocation", 3, 3), ("addition", 4, 4), ("reduction", 1, 3)):
        three(labels=False, pads=pads)
        page.function.currentText = name
        page.go.click()
        equal([name, message().split(" Length")[0]], [name, "Drew %d traces." % drawn])
        meanings.add(page.meaning.text)
        window.close_current_view()
    equal(len(meanings), 4)


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


def test_locked_pairs_get_a_name_and_are_joined():
    """The first contact point is locked to the last pad: the shortest pairs of the others give way."""
    view, _ = three(labels=False)
    view.add_missing_layers()
    page = fan_out
    page.lock.click()
    equal(message(), "Select at least one contact point and one pad to lock: 0 and 0 are selected.")
    select(view, [(52, 0), (53, 4)], (0.0, 0.0), (80.0, 60.0))
    before = state(view)
    equal(len(list(view.each_object_selected())), 2)
    page.lock.click()
    equal(message(), "Locked 1 contact point and 1 pad as net net1.")
    labels = shapes(view)["52/10"]
    equal(len(labels), 2)
    for label in labels:
        holds(label, "'net1'")
    locked = state(view)
    page.go.click()
    begins(message(), "Drew 3 traces.")
    undo()
    equal(state(view), locked)
    undo()
    equal(state(view), before)


def test_a_selection_in_a_context_is_locked_in_the_shown_cell():
    """The cell is turned by 90 degrees."""
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
    show_fan_out()
    fan_out.lock.click()
    equal([cellview.cell.name, message()], ["CHILD", "Locked 1 contact point and 1 pad as net net1."])
    equal(shapes(view)["52/10"], ["text ('net1',r0 0,0)", "text ('net1',r0 40000,10000)"])


def test_an_incomplete_fan_out_is_named_and_marked():
    """A wall around a pad: the rest is drawn, the open net is named and marked; the markers of an earlier try go."""
    view, technology = three()
    cellview = view.active_cellview()
    rdl = cellview.layout().layer(*technology.layers["rdl"]["gds"])
    wall = pya.Region(pya.Box(65000, -35000, 95000, -5000)) - pya.Region(pya.Box(68000, -32000, 92000, -8000))
    cellview.cell.shapes(rdl).insert(wall)
    before = state(view)
    fan_out.go.click()
    begins(message(), "INCOMPLETE, 1 net open: n0. Drew 2 traces.")
    holds(message(), "Net n0 is open: ")
    events()
    equal(any("Marker" in other.windowTitle and other.isVisible() for other in pya.QApplication.topLevelWidgets()), False)  # the canvas stays in sight
    begins(fan_out.figures.text, "Length ")
    holds(fan_out.figures.text, "1 net open")
    equal([fan_out.open_list.count, fan_out.open_list.isVisible()], [1, True])
    begins(fan_out.open_list.item(0).text, "n0: ")
    view.zoom_box(pya.DBox(-1000, -1000, 1000, 1000))
    fan_out.open_list.setCurrentRow(0)
    events()
    assert view.box().height() < 400 and view.box().touches(pya.DBox(79, -21, 81, -19)), "found %s, expected the pad in it, near" % view.box()
    equal(len(fan_out.markers) > 1, True)
    window.grab().save(os.environ["POSTPASS_PICTURE"].replace("panel.png", "panel-incomplete.png"))
    undo()
    equal(state(view), before)
    fan_out.go.click()
    databases = [view.rdb(number) for number in range(view.num_rdbs())]
    equal([[database.name(), database.num_items()] for database in databases], [["Fan-out, open nets", 1]])


def test_only_the_selected_nets_are_routed_and_ripped_up():
    view, _ = three()
    view.add_missing_layers()
    for button, words in ((fan_out.selected, "Nothing is selected"), (fan_out.rip_up, "Nothing is selected")):
        button.click()
        begins(message(), words)
    before = state(view)
    select(view, [(53, 4)], (80.0, -20.0), (80.0, 20.0))
    fan_out.selected.click()
    begins(message(), "Drew 2 traces.")
    two = state(view)
    select(view, [(53, 4)], (80.0, -20.0), (80.0, 20.0))
    fan_out.selected.click()
    begins(message(), "Nothing to fan out: all is joined already, 2 nets")
    holds(dock.message.styleSheet, "#2e9e4f")  # that is well
    fan_out.changed_only.click()
    begins(message(), "Drew 1 trace.")
    three_drawn = state(view)
    select(view, [(53, 4)], (80.0, 20.0))
    fan_out.rip_up.click()
    equal(message(), "Ripped up 1 shape of earlier fan-outs.")
    equal(len(shapes(view)["52/0"]) + 1, len(three_drawn["shapes"]["52/0"]))
    for left in (three_drawn, two, before):
        undo()
        equal(state(view)["shapes"], left["shapes"])


def test_a_moved_pad_is_routed_again_in_two_steps():
    """Move it, press the button: the old trace is no part of the new one, all others stay."""
    view, technology = three()
    fan_out.go.click()
    drawn = shapes(view)["52/0"]
    layout, box = view.active_cellview().layout(), pya.Box(70000, -30000, 90000, -10000)
    for name in ("pad_signal", "label"):
        for shape in list(view.active_cellview().cell.shapes(layout.layer(*technology.layers[name]["gds"])).each_touching(box)):
            shape.transform(pya.Trans(pya.Vector(9000, -6000)))
    fan_out.anew.checked = True  # what is asked for is what changed
    fan_out.changed_only.click()
    holds(message(), "Of earlier fan-outs: 2 stay, 1 replaced.")
    equal(len(set(drawn) & set(shapes(view)["52/0"])) >= len(drawn) - 2, True)


def test_width_and_space_say_what_is_legal():
    new_layout()
    show_fan_out()
    begins(fan_out.limits.text, "Width ")
    fan_out.width.text = "0.5"
    holds(fan_out.limits.text, "at least")
    differs(fan_out.width.styleSheet, "")
    fan_out.width.text = ""
    equal(fan_out.width.styleSheet, "")
    fan_out.space.text = "wide"
    holds(fan_out.limits.text, "Space must be a number in um, not 'wide'.")
    fan_out.go.click()
    equal([message(), fan_out.space.text], ["Space must be a number in um, not 'wide'.", "wide"])


def test_the_mouse_tool_ends_where_nothing_can_be_placed():
    new_layout()
    draw.tool.click()
    events()
    equal(draw.tool.checked, True)
    show_fan_out()
    events()
    equal([draw.tool.checked, draw.tool.isVisible()], [False, False])
    show_pads()
    events()
    equal(draw.tool.isVisible(), True)


def test_an_unforeseen_exception_is_a_message():
    """And the panel works on."""
    def fail(*arguments):
        raise ZeroDivisionError("surprise")
    def broken(name):
        raise tech.TechnologyError("%s: line 3: not valid" % os.path.basename(name))
    new_layout()
    panel.session.place = fail
    words = place("0, 0")
    del panel.session.place
    begins(words, "Unexpected ZeroDivisionError: surprise.")
    draw.pads.size.text = "12.5"
    tech.load, load = broken, tech.load
    dock.technology.currentText = "wlcsp"
    tech.load = load
    equal([message(), dock.technology.currentText, draw.pads.size.text], ["Wlcsp.json: line 3: not valid.", "postpass", "12.5"])
    draw.pads.size.text = "10"
    equal(place("0, 0"), "Placed 1 pad.")
    assert package.start() is panel, "a second start made another panel"
    equal(window.menu().items("postpass_menu").count("postpass_menu.panel"), 1)


def test_a_picture_is_kept():
    view = new_layout()
    for text in ("-15, 15", "15, 15"):
        place(text)
    show_vias()
    draw.vias.columns.value, draw.vias.row_count.value = 3, 2
    draw.vias.size.text = "0.7"
    place("0, -10")
    draw.tool.click()
    move(view, 12.0, -12.0)
    events()
    equal(window.grab().save(os.environ["POSTPASS_PICTURE"]), True)
    escape(view)
    size = os.path.getsize(os.environ["POSTPASS_PICTURE"])
    assert size > 10000, "found a picture of %d bytes, expected more than 10000" % size


run_cases(globals())
