"""The page Draw: objects, patterns, names, lists, rectangles, snapping, in one start of the application."""

import gc
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, differs, equal, holds, near
from inside import centres, click, dock, draw, escape, events, flat, ghosts, message, move, new_layout, panel, place, redo, run_cases, shapes, state, undo, window

from postpass.panel import ask, tool
from postpass.panel.dock import _width


def named(view):
    """{net name: place in um} of the labels."""
    return {shape.text.string: [shape.text.x / 1000.0, shape.text.y / 1000.0] for shape in flat(view, (52, 10)).each()}


def boxes(view, layer):
    return sorted(shape.bbox().to_s() for shape in flat(view, layer).each())


def words():
    """What stands beside the ghost."""
    return [one.said[0] for one in gc.get_objects() if isinstance(one, tool.Tool) and not one._destroyed() and one.said]


def choose(name, pattern=None):
    draw.object.currentText = name
    if pattern:
        draw.pattern.currentText = pattern
    events()


def new_die(width="800", height="600"):
    view = new_layout()
    choose("Die outline")
    draw.dies.width.text, draw.dies.height.text = width, height
    place("0, 0")
    view.zoom_fit()
    return view


# rings


def test_a_ring_of_60_named_pads_takes_a_few_steps_and_is_one_undo_step():
    view = new_die()
    choose("Pad")
    before = state(view)
    draw.pattern.currentText = "Ring"  # 1
    draw.ring.number.text = "60"       # 2
    draw.net.text = "io[#]"            # 3
    draw.place.click()                 # 4
    equal(message(), "Placed 60 pads, nets io[1] to io[60].")
    pads = centres(view, (53, 1))
    equal(len(pads), 60)
    for x, y in pads:  # 10 um from the die edge, by the rule DIE.C.1
        near(min(400 - abs(x), 300 - abs(y)), 15.0)
    equal(sorted(named(view)), sorted("io[%d]" % number for number in range(1, 61)))
    equal(sorted(named(view).values()), sorted([round(x, 6), round(y, 6)] for x, y in pads))
    equal(named(view)["io[1]"][0], -385.0)
    drawn = state(view)
    undo()
    equal(state(view), before)
    redo()
    equal(state(view), drawn)


def test_a_ring_needs_a_die_and_room_for_its_number():
    view = new_layout()
    choose("Pad", "Ring")
    draw.ring.number.text = "60"
    begins(draw.findings.text, "No die outline is drawn in this cell")
    draw.place.click()
    begins(message(), "No die outline is drawn in this cell")
    equal(shapes(view), {})
    view = new_die("100", "100")
    choose("Pad", "Ring")
    begins(draw.findings.text, "A ring of 60 does not fit: at most 8 places")
    equal(draw.pads.size.styleSheet, "")  # the size is not to blame
    before = state(view)
    draw.place.click()
    begins(message(), "A ring of 60 does not fit")
    equal([state(view), draw.ring.number.text], [before, "60"])
    draw.ring.number.text, draw.ring.pitch.text = "4", "30"
    holds(draw.findings.text, "a number or a pitch")


def test_a_ring_around_a_rectangle_follows_the_mouse():
    view = new_layout()
    choose("Pad", "Ring")
    draw.ring.around.currentText, draw.ring.width.text, draw.ring.height.text, draw.ring.pitch.text = "a rectangle", "20", "20", "25"
    draw.tool.click()
    move(view, 2.0, 3.0)
    equal(len(ghosts(view)), 4)
    click(view, 2.0, 3.0)
    escape(view)
    equal(message(), "Placed 4 pads.")
    xs, ys = ([pad[axis] for pad in centres(view, (53, 1))] for axis in (0, 1))
    near(max(xs) - min(xs), 50)
    near((max(xs) + min(xs)) / 2, 2.0, within=0.2)
    near((max(ys) + min(ys)) / 2, 3.0, within=0.2)


def test_a_ring_along_the_die_is_shown_where_it_will_be():
    view = new_die("100", "100")
    choose("Pad", "Ring")
    draw.ring.number.text = "4"
    draw.tool.click()
    move(view, 20.0, 20.0)
    shown = sorted(ghosts(view))
    click(view, 10.0, 10.0)
    escape(view)
    equal(shown, sorted([x - 5, y - 5, x + 5, y + 5] for x, y in centres(view, (53, 1))))


# die outlines and keep-outs


def test_a_die_around_what_is_drawn_is_replaced_on_wish_alone():
    view = new_layout()
    choose("Pad", "Array")
    place("3.001, 4")
    choose("Die outline")
    draw.dies.how.currentText = "around all shapes"
    draw.place.click()
    equal(message(), "Drew a die outline of 30 × 30 um, from -12, -11 to 18, 19.")
    equal(boxes(view, (60, 0)), ["(-12000,-11000;18000,19000)"])
    draw.dies.margin.text = "12"
    one = state(view)
    draw.place.click()
    begins(message(), "There is a die outline of 30 × 30 um already")
    equal(state(view), one)
    draw.dies.replace.checked = True
    draw.place.click()
    equal(boxes(view, (60, 0)), ["(-14000,-13000;20000,21000)"])
    holds(message(), "Replaced a die outline of 30 × 30 um.")
    undo()
    equal(state(view), one)


def test_rectangles_by_two_clicks():
    view = new_layout()
    before = state(view)
    for name, layer, way in (("Keep-out", (52, 20), draw.keepouts), ("Die outline", (60, 0), draw.dies)):
        choose(name)
        way.how.currentText = "by two corners"
        draw.tool.click()
        click(view, -10.0, 12.0)
        equal(message(), "Click the opposite corner; Esc ends it.")
        move(view, 5.0, -7.0)
        [[left, bottom, right, top]] = ghosts(view)
        near(right - left, 15, within=0.3)
        near(top - bottom, 19, within=0.3)
        click(view, 5.0, -7.0)
        escape(view)
        [box] = boxes(view, layer)
        sides = [number for corner in box.strip("()").split(";") for number in corner.split(",")]
        equal([int(number) % 5 for number in sides], [0, 0, 0, 0])
        for number, wanted in zip(sides, (-10, -7, 5, 12)):
            near(int(number) / 1000, wanted, within=0.2)
    undo()
    undo()
    equal(state(view), before)


def test_escape_forgets_the_first_corner():
    view = new_layout()
    choose("Keep-out")
    draw.keepouts.how.currentText = "by two corners"
    draw.tool.click()
    click(view, -10.0, 12.0)
    escape(view)
    draw.tool.click()
    click(view, 5.0, 5.0)
    equal([message(), boxes(view, (52, 20))], ["Click the opposite corner; Esc ends it.", []])
    escape(view)
    draw.keepouts.corner.text, draw.keepouts.opposite.text = "1,5; 2", "4 µm, 0.006 mm"
    draw.place.click()
    equal(boxes(view, (52, 20)), ["(1500,2000;4000,6000)"])


# lists


def open_list():
    draw.list.open.click()
    events()
    return draw.dialog


def pasted(text):
    pya.QApplication.clipboard().setText(text)
    dialog = open_list()
    dialog.paste.click()
    events()
    return dialog


def test_a_table_of_the_clipboard_is_previewed_and_placed():
    view = new_layout()
    choose("Pad", "List")
    equal(draw.list.open.text, "Choose …")
    begins(draw.findings.text, "Choose a list of places first")
    dialog = pasted("Net\tCenter X (mm)\tCenter Y (mm)\tFunction\tSide\nvdd\t0,01\t-0,005\tpower\tN\nclk\t-0,02\t0,01\t\tS\n")
    equal([dialog.lines.rowCount, dialog.lines.columnCount, dialog.use.enabled], [2, 5, True])
    equal(dialog.status.text, "2 places, from -20, -5 to 10, 10 µm. Not used: Side.")
    equal([dialog.roles[role].currentText for role in ("x", "y", "net", "function")], ["Center X (mm)", "Center Y (mm)", "Net", "Function"])
    equal(shapes(view), {})
    dialog.use.click()
    equal([draw.list.open.text, dialog.widget.isVisible()], ["2 places of the clipboard …", False])
    before = state(view)
    equal(place("1, 0"), "Placed 2 pads, nets vdd to clk.\nNot used: Side.")
    equal([centres(view, (53, 2)), centres(view, (53, 1))], [[[11.0, -5.0]], [[-19.0, 10.0]]])
    equal(named(view), {"vdd": [11.0, -5.0], "clk": [-19.0, 10.0]})
    undo()
    equal(state(view), before)


def test_a_wrong_line_is_told_and_nothing_can_be_used():
    choose("Pad", "List")
    dialog = pasted("x,y\n1,2\n3,four\n")
    equal([dialog.status.text, dialog.use.enabled], ["Line 3, y: y must be a number, not 'four'.", False])
    dialog.use.click()
    equal(dialog.widget.isVisible(), True)
    dialog.close.click()


def test_columns_unit_origin_and_mirror_by_hand():
    view = new_layout()
    choose("Contact point", "List")
    dialog = pasted("1,10,20\n2,30,40\n")
    holds(dialog.status.text, "choose the columns of x and y")
    dialog.roles["x"].currentText, dialog.roles["y"].currentText = "column 2", "column 3"
    dialog.unit.currentText, dialog.origin.currentText, dialog.mirror.currentText = "nm", "centre", "left-right"
    equal(dialog.status.text, "2 places, from -0.01, -0.01 to 0.01, 0.01 µm. Not used: column 1.")
    dialog.unit.currentText = "um"
    dialog.use.click()
    place("0, 0")
    equal(sorted(centres(view, (50, 0))), [[-10.0, 10.0], [10.0, -10.0]])


def test_a_file_of_the_kit():
    view = new_layout(technology="wlcsp")
    path = os.path.join(os.environ["POSTPASS_FOLDER"], "pads.csv")
    with open(path, "w", encoding="utf-8-sig") as file:
        file.write("# of a chip\nnet,kind,name,x_um,y_um,size_um\na,chip_pad,P1,0,0,60\na,ball,A1,500,0,270\nb,ball,A2,1000,0,270\n")
    choose("Pad", "List")
    dialog = open_list()
    dialog.origin.currentText, dialog.mirror.currentText = "list", "no"
    asked, ask.open_file = ask.open_file, lambda *arguments: path
    dialog.file.click()
    ask.open_file = asked
    dialog.use.click()
    holds(place("0, 0"), "Left out: 1 place of the other kind.")
    equal(sorted(centres(view, (74, 1))), [[500.0, 0.0], [1000.0, 0.0]])
    choose("Via", "List")
    begins(place("0, 0"), "Placed 1 via, net a.")
    panel.guarded(dialog.read_file, path + "x")
    holds(message(), "cannot read the list")


# names, snapping, hidden layers


def test_names_count_on():
    view = new_layout()
    choose("Pad", "Array")
    draw.net.text = "n#"
    draw.tool.click()
    click(view, -15.0, 0.0)
    click(view, 15.0, 0.0)
    equal(message(), "Placed 1 pad, net n2.")
    escape(view)
    undo()
    equal([sorted(named(view)), place("15, 0")], [["n1"], "Placed 1 pad, net n2."])
    draw.net.text = "vdd"
    choose("Via")
    equal(place("0, 20"), "Placed 1 via, net vdd.")
    draw.net.text = " bad\tname "
    begins(place("0, 25"), "A net name must be")
    equal(draw.net.text, " bad\tname ")


def test_the_tool_snaps_to_pads_and_says_so():
    view = new_layout()
    choose("Pad", "Array")
    place("-10.005, 3")
    choose("Via")
    draw.tool.click()
    move(view, -9.9, 3.1)
    equal(words(), ["-10.005, 3 (centre)"])
    click(view, -9.9, 3.1)
    equal(centres(view, (51, 0)), [[-10.005, 3.0]])
    move(view, 14.9, 3.1)
    differs(words(), ["15, 3 (pitch)"])
    escape(view)
    equal(words(), [])
    choose("Pad")
    draw.tool.click()
    move(view, 14.9, 3.1)
    equal(words(), ["14.995, 3 (pitch)"])
    escape(view)


def test_the_tool_keeps_the_edit_grid_of_the_view():
    view = new_layout()
    view.set_config("edit-grid", "5")
    choose("Pad", "Array")
    draw.tool.click()
    move(view, 11.0, -6.5)
    equal(words(), ["10, -5"])
    click(view, 11.0, -6.5)
    escape(view)
    equal(centres(view, (53, 1)), [[10.0, -5.0]])


def visible(view):
    entry, found = view.begin_layers(), {}
    while not entry.at_end():
        found[entry.current().source.split("@")[0].split()[-1]] = entry.current().visible
        entry.next()
    return found


def test_a_hidden_layer_is_shown_again_and_said():
    view = new_layout()
    choose("Pad", "Array")
    equal(place("0, 0"), "Placed 1 pad.")
    entry = view.begin_layers()
    while not entry.at_end():
        properties = entry.current().dup()
        properties.visible = False
        view.set_layer_properties(entry, properties)
        entry.next()
    hidden = visible(view)
    equal(hidden["53/1"], False)
    begins(place("25, 0"), "Placed 1 pad.\nShown again, as it was hidden: ")
    equal(visible(view), dict(hidden, **{"53/1": True}))
    undo()
    equal([len(centres(view, (53, 1))), visible(view)], [1, hidden])


# more


def test_pads_are_filled_with_vias():
    view = new_layout()
    choose("Pad", "Array")
    draw.pads.shape.currentText = "square"
    place("0, 0")
    choose("Via", "Fill selected pads")
    begins_with_nothing = state(view)
    draw.place.click()
    equal(message(), "No pad is selected: select the pads to fill with vias.")
    equal([state(view), draw.tool.enabled], [begins_with_nothing, False])
    click(view, 2.0, 1.0)  # selects the pad
    draw.place.click()
    equal(message(), "Placed 16 vias in 1 pad.")
    equal([len(boxes(view, layer)) for layer in ((51, 0), (50, 0), (52, 0))], [16, 16, 0])
    undo()
    equal(state(view), begins_with_nothing)


def test_contact_points_and_staggered_arrays():
    view = new_layout()
    choose("Contact point", "Staggered array")
    draw.contacts.columns.value, draw.contacts.row_count.value, draw.contacts.pitch_x.text, draw.contacts.pitch_y.text = 2, 2, "8", "5"
    equal(place("0, 0"), "Placed 4 contact points.")
    equal(sorted(centres(view, (50, 0))), [[-6.0, -2.5], [-2.0, 2.5], [2.0, -2.5], [6.0, 2.5]])
    equal(list(shapes(view)), ["50/0"])


def test_coordinates_in_any_writing():
    view = new_layout()
    choose("Pad", "Array")
    for text in ("30; 0", "30 0", "30 µm, 0 µm", "0.03mm,0mm", "30,0; 0,0", "(30, 0)"):
        place(text)
        equal(centres(view, (53, 1)), [[30.0, 0.0]])
        undo()
    for text in ("1,2,3", "1.234,5; 3", "3 furlong, 4"):
        place(text)
        differs(message(), "")
        equal([centres(view, (53, 1)), draw.place_text.text], [[], text])


def test_objects_follow_the_technology_and_layers_of_others_stay_empty():
    equal([draw.object.itemText(number) for number in range(draw.object.count)], ["Pad", "Via", "Contact point", "Die outline", "Keep-out"])
    dock.technology.currentText = "wlcsp_two_level"
    choose("Keep-out")
    equal([draw.keepouts.layer.itemText(number) for number in range(draw.keepouts.layer.count)], [panel.tech.layers[name]["title"] for name in ("keepout", "keepout2")])
    view = new_layout(technology="wlcsp_two_level")
    layout = view.active_cellview().layout()
    view.active_cellview().cell.shapes(layout.layer(1, 0)).insert(pya.Box(0, 0, 100, 100))
    draw.keepouts.layer.currentIndex = 1
    draw.keepouts.width.text, draw.keepouts.height.text = "40", "30"
    place("0, 0")
    equal(shapes(view), {"1/0": ["box (0,0;100,100)"], "79/20": ["polygon (-20000,-15000;-20000,15000;20000,15000;20000,-15000)"]})
    dock.technology.currentText = "skywater_amkor400"  # nothing of it can be drawn
    equal(draw.object.currentText, "Via" if "Via" in [draw.object.itemText(number) for number in range(draw.object.count)] else "Pad")
    place("0, 0")
    differs(message(), "")


def test_the_menu_turns_to_each_object():
    for name, title in (("draw_die_outline", "Die outline"), ("draw_keep_out", "Keep-out"), ("draw_contact_point", "Contact point"), ("draw_via", "Via"), ("draw_pad", "Pad")):
        window.menu().action("postpass_menu." + name).trigger()
        equal(draw.object.currentText, title)


def test_nothing_is_cut_off():
    choose("Pad", "Ring")
    draw.ring.around.currentText = "a rectangle"
    events()
    widest = {fields.name: _width(fields.page.minimumSizeHint) for fields in (draw.pads, draw.vias, draw.contacts, draw.ring, draw.list, draw.dies, draw.keepouts)}
    room = dock.areas[panel.pages.index(draw)].minimumWidth
    assert max(widest.values()) <= room, "found fields of these pixels: %r, in %d" % (widest, room)


run_cases(globals())
