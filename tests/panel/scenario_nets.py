"""The page Nets: the table follows the drawing, rows are marked, named, locked and unlocked, a net list is compared and imported."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, differs, equal, holds
from inside import dock, events, fan_out, in_pauses, key, message, mouse, nets, new_layout, place, run_cases, settle, shapes, show_fan_out, show_pads, state, undo, window

from postpass import tech
from postpass.draw import drawing
from postpass.panel import drawn_nets, session

POSTPASS = tech.load("postpass")
FOLDER = os.environ["POSTPASS_FOLDER"]
LABELS = "%d/%d" % tuple(POSTPASS.layers["label"]["gds"])


def drawn(count=6, named=()):
    """Contact points in a row and pads above them, 50 um apart; shown in a view with the page in front."""
    view = new_layout()
    cellview = view.active_cellview()
    for number in range(count):
        x_um = 50.0 * number
        drawing.draw_via(cellview.cell, POSTPASS, "via", 1.2, x_um, 0.0)
        drawing.draw_pad(cellview.cell, POSTPASS, "signal", "octagon", 16.0, x_um, 60.0)
        if number in named:
            for y_um in (0.0, 60.0):
                drawing.draw_label(cellview.cell, POSTPASS, "n%d" % number, x_um, y_um)
    cellview.cell.shapes(drawing.ensure_layer(cellview.layout(), POSTPASS, "die")).insert(pya.Box(-100000, -100000, 400000, 200000))
    view.add_missing_layers()
    view.max_hier()
    view.zoom_fit()
    nets.flight.checked = False
    nets.filter.text = nets.pattern.text = nets.path.text = ""
    nets.first.value, nets.table.column, nets.table.falling = 0, 0, False
    dock.turn_to(nets)
    events()
    return view


def rows():
    return [row.texts() for row in nets.table.model.rows]


def titles():
    return [texts[0] for texts in rows()]


def click_row(number, shift=False, control=False):
    """Clicks on a row with the mouse."""
    view = nets.table.view
    index = nets.table.model.index(number, 0, pya.QModelIndex())
    view.scrollTo(index, pya.QAbstractItemView.EnsureVisible)
    middle = view.visualRect(index).center()
    modifier = pya.Qt.ShiftModifier if shift else pya.Qt.ControlModifier if control else pya.Qt.NoModifier
    for kind in ("MouseButtonPress", "MouseButtonRelease"):
        buttons = pya.Qt_QFlags_MouseButton(pya.Qt.LeftButton if kind == "MouseButtonPress" else pya.Qt.NoButton)
        event = pya.QMouseEvent(getattr(pya.QEvent, kind), pya.QPointF(middle.x, middle.y), pya.Qt.LeftButton, buttons, pya.Qt_QFlags_KeyboardModifier(modifier))
        pya.QApplication.sendEvent(view.viewport, event)
    events()


def click_header(column):
    header = nets.table.header
    x = sum(header.sectionSize(number) for number in range(column)) + 8
    for kind in ("MouseButtonPress", "MouseButtonRelease"):
        mouse(header.viewport, kind, x, 8, pya.Qt.LeftButton)
    events()


def type_into(edit, text):
    """Types a text with the keyboard."""
    edit.text = ""
    edit.setFocus()
    for letter in text:
        key(edit, "Key_A", letter)


def labels(view):
    return shapes(view).get(LABELS, [])


def names(view):
    return sorted(text.split("'")[1] for text in labels(view))


def select(view, *places):
    """Selects the shapes at places of the canvas, as clicks with Shift do."""
    view.clear_object_selection()
    for x_um, y_um in places:
        view.select_from(pya.DPoint(x_um, y_um), pya.LayoutViewBase.SelectionMode.Add)
    events()


def test_the_table_shows_what_is_drawn_and_follows_it():
    drawn(2, named=[1])
    equal(rows(), [("n1", "1", "1 signal", "open", rows()[0][4]), ("[#1]", "0", "1 signal", "open", "0.0"), ("[#2]", "1", "0", "open", rows()[2][4])])
    equal(nets.summary.text, "3 nets, 3 open")
    show_pads()
    place("300, 100")
    dock.turn_to(nets)
    events()
    equal([len(rows()), nets.summary.text], [4, "4 nets, 4 open"])
    window.cm_undo()
    settle()
    equal([len(rows()), nets.summary.text], [3, "3 nets, 3 open"])
    show_fan_out()
    fan_out.fan_out_clicked()
    dock.turn_to(nets)
    events()
    equal([(texts[0], texts[3]) for texts in rows()], [("n1", "joined"), ("[#1]", "joined")])
    while window.views():
        window.close_current_view()
    events()
    equal([rows(), nets.summary.text], [[], "Open a layout to see its nets."])
    nets.refresh.click()
    begins(message(), "No layout is open")


def test_rows_are_sorted_by_the_header_and_filtered_by_typing():
    drawn(3, named=[0, 2])
    equal(titles(), ["n0", "n2", "[#3]", "[#4]"])
    click_header(0)
    equal(titles(), ["[#4]", "[#3]", "n2", "n0"])
    click_header(2)
    equal(titles(), ["[#4]", "n0", "n2", "[#3]"])
    type_into(nets.filter, "N")
    equal(titles(), ["n0", "n2"])
    type_into(nets.filter, "joined")
    equal(titles(), [])
    nets.filter.text = ""
    click_header(0)
    equal(titles(), ["n0", "n2", "[#3]", "[#4]"])


def test_a_click_on_a_row_marks_its_metal_and_shows_it():
    view = drawn(3, named=[0, 2])
    before = view.box()
    click_row(1)
    equal(len(nets.markers), 4)  # via, contact point, capture pad, pad
    assert pya.DBox(100, 0, 100, 60).inside(view.box()) and view.box().width() < before.width(), "found a window of %s" % view.box()
    click_row(2, control=True)
    equal(len(nets.table.selected()), 2)
    differs(len(nets.markers), 4)
    show_pads()
    settle()
    equal(nets.markers, [])


def chosen_on(view):
    """Boxes of what is selected on the canvas, um."""
    dbu = view.active_cellview().layout().dbu
    return sorted(str((path.trans() * path.shape.bbox()).to_dtype(dbu)) for path in view.object_selection)


def test_a_click_on_a_row_selects_its_shapes_for_the_other_tools():
    view = drawn(3, named=[0, 2])
    before = state(view)
    click_row(titles().index("n2"))
    boxes = chosen_on(view)
    equal([len(boxes), boxes[0]], [4, "(92,52;108,68)"])
    click_row(titles().index("n0"), control=True)
    equal(len(chosen_on(view)), 8)
    key(window, "Key_Delete")
    settle()
    equal([titles(), chosen_on(view)], [["[#1]", "[#2]"], []])
    undo()
    settle()
    equal([state(view), titles()[:2]], [before, ["n0", "n2"]])


def test_a_click_on_a_row_selects_the_instance_that_holds_its_metal():
    """Of a pad two cells below the shown one, and of one that occurs in an array; labels lie in the shown cell."""
    view = drawn(1, named=[0])
    cellview = view.active_cellview()
    layout = cellview.layout()
    inner, outer, repeated = (layout.create_cell(name) for name in ("INNER", "OUTER", "REPEATED"))
    for cell in (inner, repeated):
        drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 0.0, 0.0)
    drawing.draw_pad(outer, POSTPASS, "signal", "octagon", 16.0, 30.0, 0.0)
    outer.insert(pya.CellInstArray(inner.cell_index(), pya.Trans()))
    held = cellview.cell.insert(pya.CellInstArray(outer.cell_index(), pya.Trans(100000, 60000)))
    array = cellview.cell.insert(pya.CellInstArray(repeated.cell_index(), pya.Trans(200000, 60000), pya.Vector(40000, 0), pya.Vector(), 2, 1))
    drawing.draw_label(cellview.cell, POSTPASS, "below", 100.0, 60.0)
    nets.refresh.click()
    click_row(titles().index("below"))
    path, = view.object_selection
    equal([path.is_cell_inst(), path.path_length(), path.inst() == held], [True, 1, True])
    equal([row.title for row in nets.table.selected()], ["below"])
    others = [number for number, texts in enumerate(rows()) if texts[0] != "n0" and texts[2] == "1 signal"]
    equal(len(others), 4)
    for number in others[1:]:
        click_row(number, control=True)
    equal(sorted(str(path.trans() * path.inst().cell.bbox()) for path in view.object_selection), sorted(["(92000,52000;138000,68000)", "(192000,52000;208000,68000)"]))
    equal(sum(path.inst() == array for path in view.object_selection), 1)
    key(window, "Key_Delete")
    settle()
    equal([[cell.name for cell in (instance.cell for instance in cellview.cell.each_inst())], titles()[0]], [[], "n0"])
    undo()
    equal(cellview.cell.child_instances(), 2)


def test_what_is_selected_on_the_canvas_is_selected_in_the_table_and_takes_the_place_of_rows():
    view = drawn(3, named=[0])
    click_row(0)
    view.zoom_fit()
    window_before = view.box()
    select(view, (50, 60), (100, 0))
    equal(sorted(row.texts()[1:3] for row in nets.table.selected()), [("0", "1 signal"), ("1", "0")])
    equal([view.box(), nets.markers], [window_before, []])
    type_into(nets.pattern, "clk")
    nets.rename.click()
    equal([names(view), titles()[0]], [["clk", "clk", "n0", "n0"], "clk"])
    undo()
    settle()
    view.clear_object_selection()
    events()
    equal(nets.table.selected(), [])
    nets.rename.click()
    begins(message(), "No net is selected")
    type_into(nets.filter, "nothing like that")
    select(view, (50, 60))
    nets.rename.click()
    equal([message(), names(view)], ["Named 1 net clk.", ["clk", "n0", "n0"]])


def test_the_net_of_a_bent_trace_is_told():
    """The middle of its box is no metal."""
    view = drawn(2)
    cell = view.active_cellview().cell
    cell.shapes(drawing.ensure_layer(cell.layout(), POSTPASS, "rdl")).insert(pya.Path([pya.Point(0, 60000), pya.Point(0, 120000), pya.Point(90000, 120000)], 4000).polygon())
    nets.refresh.click()
    select(view, (60, 120))
    equal([row.texts()[2] for row in nets.table.selected()], ["1 signal"])
    nets.pattern.text = "bent"
    nets.rename.click()
    equal(message(), "Named 1 net bent.")


def test_six_nets_are_named_in_few_steps_and_one_undo():
    view = drawn(6)
    before = state(view)
    for column, pads in ((2, False), (2, True)):  # contact points first, then pads
        click_header(column)
        wanted = [number for number, texts in enumerate(rows()) if (texts[2] != "0") == pads and texts[0].startswith("[")]
        click_row(wanted[0])
        click_row(wanted[-1], shift=True)
        equal(len(nets.table.selected()), 6)
        type_into(nets.pattern, "io[#]")
        key(nets.pattern, "Key_Return")
        events()
        equal(message(), "Named 6 nets io[0] to io[5]." + "\nio[0], io[1], io[2], io[3], io[4], io[5]: more metal carries these names; it is one net now, to be joined by the fan-out." * pads)
        equal(len(nets.table.selected()), 6)
    equal(names(view), sorted(["io[%d]" % number for number in range(6)] * 2))
    click_header(0)
    equal([texts[:4] for texts in rows()], [("io[%d]" % number, "1", "1 signal", "open") for number in range(6)])
    undo()
    settle()
    equal(len(names(view)), 6)
    undo()
    settle()
    equal([state(view), len(rows())], [before, 12])


def test_what_is_selected_on_the_canvas_is_named_from_left_to_right():
    view = drawn(3)
    nets.table.view.clearSelection()
    select(view, (100, 60), (0, 60), (50, 60))
    nets.pattern.text, nets.first.value = "bus#", 4
    nets.rename.click()
    equal(message(), "Named 3 nets bus4, bus5, bus6.")
    equal(labels(view), ["text ('bus4',r0 0,60000)", "text ('bus5',r0 50000,60000)", "text ('bus6',r0 100000,60000)"])


def test_what_cannot_be_named_is_told_and_keeps_what_was_typed():
    view = drawn(2)
    before = state(view)
    nets.pattern.text = "clk"
    view.clear_object_selection()
    nets.rename.click()
    equal(message(), "No net is selected: choose some in the table, or contact points, pads or traces on the canvas.")
    click_row(0)
    nets.pattern.text = " "
    nets.rename.click()
    begins(message(), "Write a name for the nets")
    equal([nets.pattern.text, state(view)], [" ", before])


def test_nets_are_locked_and_unlocked():
    view = drawn(3)
    before = state(view)
    contact = next(number for number, texts in enumerate(rows()) if texts[1] == "1")
    pad = next(number for number, texts in enumerate(rows()) if texts[1] == "0")
    click_row(contact)
    click_row(pad, control=True)
    nets.lock.click()
    equal(message(), "Locked 1 contact point and 1 pad as net net1.")
    equal([texts[:4] for texts in rows()][0], ("net1", "1", "1 signal", "open"))
    nets.table.view.clearSelection()
    click_row(0)
    nets.unlock.click()
    equal(message(), "Unlocked net1: took 2 labels away.")
    equal(names(view), [])
    undo()
    settle()
    equal([names(view), titles()[0]], [["net1", "net1"], "net1"])
    undo()
    settle()
    equal([state(view), names(view)], [before, []])
    select(view, (0, 60))
    nets.table.view.clearSelection()
    nets.unlock.click()
    equal(message(), "Nothing to unlock: what is selected carries no label.")


def test_a_net_list_is_compared_and_imported():
    view = drawn(2)
    before = state(view)
    path = os.path.join(FOLDER, "nets.csv")
    with open(path, "w") as file:
        file.write("net,x_um,y_um\na,0,0\na,0,60\nb,50,60\ngone,200,200\n")
    nets.path.text = path
    nets.compare.click()
    equal(message(), "Compared: 4 missing.")
    equal([nets.listed.item(number).text.replace("\u200b", "") for number in range(nets.listed.count)],
          ["Missing: a at 0, 0 um, the contact point there has no name", "Missing: a at 0, 60 um, the pad there has no name", "Missing: b at 50, 60 um, the pad there has no name",
           "Missing: gone at 200, 200 um there is no metal"])
    nets.listed.setCurrentRow(3)
    events()
    assert view.box().contains(pya.DPoint(200, 200)) and view.box().width() < 200, "found a window of %s" % view.box()
    equal(len(nets.markers), 1)
    nets.take.click()
    holds(message(), "Imported: 3 labels written.")
    holds(message(), "gone got no label")
    equal([names(view), titles()[:2]], [["a", "a", "b"], ["a", "b"]])
    undo()
    settle()
    equal([state(view), names(view)], [before, []])
    nets.path.text = path + ".none"
    nets.take.click()
    holds(message(), ".none")
    equal(nets.path.text, path + ".none")


def large():
    """3,600 shapes of 1,800 contact points and pads, read with progress; the page is in front."""
    view = new_layout()
    cell = view.active_cellview().cell
    for x_um, y_um in drawing.positions(0.0, 0.0, 30, 30, 40.0, 40.0):
        drawing.draw_via(cell, POSTPASS, "via", 1.2, x_um - 12.0, y_um)
        drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, x_um + 8.0, y_um)
    view.add_missing_layers()
    view.max_hier()
    view.zoom_box(pya.DBox(-640, -640, -480, -480))
    nets.known.forget()
    nets.pattern.text, nets.filter.text = "io[#]", ""
    dock.turn_to(nets)
    return view


class Slow:
    """A cell counts as slow within, however fast the machine is; each report of progress is made."""

    wanted = {(drawn_nets, "QUICK_S"): -1.0, (drawn_nets, "LONG_S"): -1.0, (session, "_PAUSE_S"): 0.0}

    def __enter__(self):
        self.usual = {(module, name): getattr(module, name) for module, name in self.wanted}
        self.put(self.wanted)

    def __exit__(self, *_):
        self.put(self.usual)

    @staticmethod
    def put(values):
        for (module, name), value in values.items():
            setattr(module, name, value)


def test_a_large_cell_is_read_and_named_with_progress_and_keeps_what_is_selected():
    with Slow():
        view = large()
        equal(nets.summary.text, "Reading …")
        events()
        equal(nets.summary.text, "1800 nets, 1800 open")
        select(view, (-572.0, -580.0))
        equal([len(view.object_selection), len(nets.table.selected())], [1, 1])
        done = in_pauses(nets.rename, lambda: equal([nets.widget.enabled, dock.work.isVisible(), names(view)], [False, True, []]))
        equal([done, message(), names(view)], [1, "Named 1 net io[0].", ["io[0]"]])
        events()
        equal([titles()[0], len(view.object_selection), nets.widget.enabled], ["io[0]", 1, True])
        undo()
        settle()
        equal([names(view), nets.summary.text], [[], "The drawing was changed: press Refresh."])
        nets.refresh.click()
        equal(nets.summary.text, "1800 nets, 1800 open")


def test_cancel_ends_the_reading_and_the_naming_and_nothing_is_drawn():
    with Slow():
        view = large()
        events()
        before = state(view)
        nets.table.view.selectAll()
        events()
        in_pauses(nets.rename, dock.cancel.click)
        equal([message(), state(view), nets.widget.enabled], ["Cancelled; nothing was drawn.", before, True])
        in_pauses(nets.refresh, dock.cancel.click)
        begins(nets.summary.text, "The nets were not read")
        equal(rows(), [])
        nets.rename.click()
        begins(message(), "No net is selected")
        equal(len(rows()), 1800)


def test_more_shapes_than_are_drawn_quickly_are_marked_and_not_selected():
    with Slow():
        view = large()
        events()
        nets.table.view.selectAll()
        events()
        begins(message(), "3600 shapes are marked on the canvas, and not selected there")
        equal([len(view.object_selection), len(nets.markers)], [0, 500])
        click_row(0)
        equal([message(), len(view.object_selection) > 0], ["", True])


def test_flight_lines_are_on_the_canvas_alone_and_follow_the_drawing():
    view = drawn(4, named=[0])
    before = state(view)
    nets.flight.click()
    events()
    equal(len(nets.lines), 4)
    begins(nets.flight_figures.text, "4 lines, ")
    holds(nets.flight_figures.text, "Lower bound")
    holds(nets.flight_figures.text, "0 crossings")
    equal(state(view), before)
    nets.table.view.clearSelection()
    select(view, (150, 0), (50, 60))
    nets.lock.click()
    equal(len(nets.lines), 4)
    holds(nets.flight_figures.text, "2 crossings")
    undo()
    settle()
    holds(nets.flight_figures.text, "0 crossings")
    show_fan_out()
    settle()
    equal(nets.lines, [])
    fan_out.fan_out_clicked()
    dock.turn_to(nets)
    events()
    begins(nets.flight_figures.text, "Nothing to join.")
    undo()
    settle()
    equal(len(nets.lines), 4)
    nets.flight.click()
    equal([nets.lines, nets.flight_figures.text], [[], ""])


def test_many_nets_are_paired_with_progress_and_a_changed_drawing_takes_the_lines_away():
    view = new_layout()
    cellview = view.active_cellview()
    for x_um, y_um in drawing.positions(0.0, 0.0, 17, 17, 40.0, 40.0):
        drawing.draw_via(cellview.cell, POSTPASS, "via", 1.2, x_um - 12.0, y_um)
        drawing.draw_pad(cellview.cell, POSTPASS, "signal", "octagon", 16.0, x_um + 8.0, y_um)
    dock.turn_to(nets)
    events()
    equal(nets.summary.text, "578 nets, 578 open")
    nets.flight.click()
    equal([len(nets.lines), message(), nets.widget.enabled], [289, "", True])
    place("1000, 1000")
    nets.follow()
    events()
    equal([nets.flight.checked, nets.lines], [False, []])
    begins(nets.flight_figures.text, "The flight lines were of an older drawing")


run_cases(globals())
