"""Pad lists in the panel: read, placed, exported, compared. Each click is one of the mouse or of the button's own."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, differs, ends, equal, holds
from inside import (
    all_below,
    answer,
    asked,
    centres,
    check,
    close_browsers,
    dock,
    draw,
    events,
    fan_out,
    flat,
    key,
    message,
    mouse,
    new_layout,
    panel,
    redo,
    run_cases,
    select,
    shapes,
    state,
    undo,
    window,
)

from postpass.draw import drawing, pcells, placed
from postpass.exchange import commands
from postpass.panel import ask, pad_list, session
from postpass.panel import panel as module
from postpass.panel.fields import pixels

FOLDER = os.environ["POSTPASS_FOLDER"]
LIST = "name,x_um,y_um,net,kind,shape,width\n" + "".join("A%d,%d,400,n%d,ball,circle,280\n" % (column, 600 * column, column) for column in range(3)) + "".join(
    "B%d,%d,-900,n%d,chip_pad,square,70\n" % (column, 300 * column, column) for column in range(3))


def here(name, text=None):
    path = os.path.join(FOLDER, name)
    if text is not None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return path


def in_a_pause(name, answer, deed):
    """The next question for a file is answered, and something done in the first pause of what follows."""
    usual = getattr(ask, name)

    def instead(*arguments):
        setattr(ask, name, usual)
        timer = pya.QTimer(window)
        timer.setSingleShot(True)
        timer.timeout = deed
        timer.start(0)
        return answer
    setattr(ask, name, instead)


def layout(technology="wlcsp", die=False):
    dock.technology.currentText = technology
    view = new_layout()
    if die:
        drawing.insert(view.active_cellview().cell, panel.tech, "die", pya.Polygon(pya.Box(-1500000, -2000000, 2500000, 1500000)))
    view.zoom_box(pya.DBox(-1500, -1500, 2500, 1500))
    dock.turn_to(draw)
    return view


def opened(path):
    """The window, with a list."""
    window_ = shown()
    asked("open_file", path)
    window_.file.click()
    events()
    return window_


def shown():
    draw.lists.import_clicked()
    events()
    fresh = draw.lists.window
    fresh.path, fresh.lefs = "", ()
    for combo in (fresh.format, fresh.unit, fresh.origin, fresh.mirror):
        combo.currentIndex = 0
    for edit in (fresh.sizes, fresh.columns, fresh.cell, fresh.layer):
        edit.text = ""
    fresh.vias.checked = True
    return fresh


def said():
    return draw.lists.window.status.text.replace("\u200b", "")


def instances(view):
    return [element for one in view.active_cellview().cell.each_inst() for element in [placed.element_of(one)] if element is not None]


def exported(name, kind=""):
    """The message after an export to a file of this name, of a kind that is told by its beginning."""
    asked("save_list", (here(name), next(one for one in pad_list.kinds_to_write() if one.startswith(kind))))
    panel.guarded(draw.lists.export_clicked)
    events()
    return heard()


def heard():
    return message().replace("\u200b", "")


def test_a_list_is_placed_as_one_step_of_live_pads():
    view = layout()
    before = shapes(view)
    lists = opened(here("list.csv", LIST))
    equal(said(), "Read as CSV: 3 contact points, 3 pads, 3 nets.")
    equal([lists.lef.enabled, lists.cell.enabled, lists.layer.enabled, lists.unit.enabled], [False, False, False, True])
    lists.place.click()
    events()
    begins(message(), "Placed 6 places of list.csv.\n")
    holds(message(), "3 vias of 35 um drawn on contact points.")
    equal(lists.widget.isVisible(), False)
    equal(sorted(one.values["net"] for one in instances(view)), ["", "", "", "n0", "n0", "n1", "n1", "n2", "n2"])
    equal({(one.name, one.values["size"], one.values["shape"]) for one in instances(view)}, {("pad", 280.0, "round"), ("contact_point", 70.0, "square"), ("via", 35.0, "square")})
    after = shapes(view)
    undo()
    equal(shapes(view), before)
    redo()
    equal(shapes(view), after)


def test_what_was_placed_can_be_changed_and_fanned_out_and_is_right():
    view = layout(die=True)
    opened(here("list.csv", LIST)).place.click()
    events()
    select(view, -150, 250, 150, 550)
    equal(draw.selected.words.text, "Selected: 1 pad")
    draw.pads.size.text = "300"
    draw.selected.button.click()
    events()
    begins(message(), "Changed 1 pad: size 300 um")
    undo()
    view.clear_object_selection()
    dock.turn_to(fan_out)
    fan_out.go.click()
    events()
    begins(message(), "Drew 3 traces.")
    dock.turn_to(check)
    check.go.click()
    events()
    holds(message(), "Check: 0 errors")


def test_what_is_exported_compares_with_the_drawing():
    view = layout()
    opened(here("list.csv", LIST)).place.click()
    events()
    for name in ("out.csv", "out.aif", "out.def", "out.kicad_pcb", "out.json", "out.gds"):
        begins(exported(name), "Written: 6 places to %s" % here(name))
        lists = opened(here(name))
        if name == "out.def":
            asked("open_file", here("out.bumps.lef"))
            lists.lef.click()
            events()
        lists.compare.click()
        events()
        holds(said(), "6 places are the same.")
    equal(view.num_rdbs(), 0)
    draw.lists.window.widget.close()


def test_one_that_moved_is_missing_or_has_another_net_is_found():
    view = layout()
    lists = opened(here("list.csv", LIST))
    lists.place.click()
    events()
    cell = view.active_cellview().cell
    pads = {one.pcell_parameter("net"): one for one in cell.each_inst() if placed.element_of(one).name == "pad"}
    contacts = {one.pcell_parameter("net"): one for one in cell.each_inst() if placed.element_of(one).name == "contact_point"}
    view.transaction("by hand")
    pads["n0"].transform(pya.Trans(pya.Vector(5000, 0)))
    pads["n1"].delete()
    contacts["n2"].change_pcell_parameter("net", "zz")
    view.commit()
    shown()
    lists = opened(here("list.csv"))
    lists.compare.click()
    events()
    holds(said(), "3 places are the same; 1 missing, 1 moved, 1 other net.")
    holds(said(), "5 um away (5, 0)")
    equal(message(), "3 places are the same; 1 missing, 1 moved, 1 other net.")
    database = view.rdb(0)
    equal([view.num_rdbs(), sorted(category.name() for category in database.each_category())], [1, ["missing", "moved", "other net"]])
    lists.compare.click()
    events()
    equal(view.num_rdbs(), 1)
    asked("save_file", here("page.html"))
    lists.page.click()
    begins(said(), "Written: %s." % here("page.html"))
    with open(here("page.html"), encoding="utf-8") as file:
        holds(file.read(), "other net")
    close_browsers()
    lists.widget.close()


def test_a_mistake_is_named_and_nothing_is_drawn():
    view = layout()
    before = shapes(view)
    lists = opened(here("bad.csv", LIST + "C1,here,5,n1,ball,circle,280\n"))
    holds(said(), "bad.csv: line 8")
    equal([lists.place.enabled, lists.compare.enabled, lists.widget.isVisible()], [False, False, True])
    here("bad.csv", LIST)  # mended, and read again by the window that stayed open
    lists.changed()
    equal(lists.place.enabled, True)
    here("bad.csv", LIST.replace("ball", "bell"))
    lists.place.click()
    events()
    equal([lists.widget.isVisible(), shapes(view)], [True, before])
    differs(said(), "")
    lists.widget.close()


def test_a_list_without_sizes_gets_them_here():
    view = layout()
    lists = opened(here("map.bmap", "B1 BALL 0 0 - a\nB2 BALL 600 0 - b\n"))
    ends(said(), "Without a size: 2 places. Give it under Sizes, BUMP=circle:80 for a bump cell, *=60 for all.")
    equal([lists.place.enabled, lists.lef.enabled], [False, True])
    lists.sizes.text = "BALL=round:280"
    lists.changed()
    holds(said(), "shape must be one of")
    lists.sizes.text = "BALL=circle:280"
    lists.origin.currentText = "centre of the die"
    lists.changed()
    lists.place.click()
    events()
    begins(message(), "Placed 2 places of map.bmap.")
    equal(sorted(one.bbox().center().x for one in view.active_cellview().cell.each_inst()), [-300000, 300000])


def test_a_table_whose_titles_say_nothing_gets_its_columns_here():
    layout()
    lists = opened(here("odd.csv", "alpha,beta,gamma\n1,2,a\n3,4,b\n"))
    equal([lists.compare.enabled, lists.columns.enabled], [False, True])
    lists.columns.text = "x=alpha, y=2, net=gamma, kind"
    lists.changed()
    begins(said(), "A column must be WHAT=TITLE or WHAT=NUMBER")
    lists.columns.text = "x=alpha, y=2, net=gamma"
    lists.changed()
    equal(sorted((place.net, place.x_um, place.y_um) for place in lists.found.pads.places), [("a", 1.0, 2.0), ("b", 3.0, 4.0)])
    lists.widget.close()


def test_a_list_of_another_technology_and_a_layout_that_does_not_fit_are_refused():
    view = layout("gf180mcu_wedge_bond")
    lists = opened(here("list.csv", LIST))
    lists.place.click()
    events()
    equal(instances(view), [])
    differs(said(), "Read as CSV: 3 contact points, 3 pads, 3 nets.")
    dock.technology.currentText = "wlcsp"
    other = new_layout(dbu_um=0.003)
    lists.place.click()
    events()
    holds(said(), "The layout's database unit, 0.003 um, does not fit the grid of technology wlcsp")
    equal(instances(other), [])
    while window.views():
        window.close_current_view()
    lists.place.click()
    events()
    begins(said(), "No layout is open")
    lists.widget.close()


def test_export_of_nothing_and_into_a_folder_that_is_none_is_one_sentence():
    layout()
    panel.guarded(draw.lists.export_clicked)
    begins(message(), "Cell TOP holds no contact point and no pad of technology wlcsp.")
    opened(here("list.csv", LIST)).place.click()
    events()
    holds(exported(os.path.join("nowhere", "out.csv")), "nowhere does not exist")
    begins(exported(os.path.join("/proc", "out.csv")), "Cannot write /proc/out.csv: ")  # where root cannot write either
    begins(exported("out.xyz"), "Out.xyz: the ending tells no format: choose one of .csv")
    equal(os.path.exists(here("out.xyz")), False)


def test_names_of_more_than_a_thousand_are_labels_and_all_is_one_step():
    view = layout()
    rows = "".join("%d,%d,n%d,ball,circle,280\n" % (600 * (number % 40), 600 * (number // 40), number) for number in range(1200))
    opened(here("many.csv", "x_um,y_um,net,kind,shape,width\n" + rows)).place.click()
    events()
    begins(message(), "Placed 1200 places of many.csv.")
    equal([len(instances(view)), {one.values["net"] for one in instances(view)}], [1200, {""}])
    undo()
    equal(len(instances(view)), 0)


def test_what_is_drawn_already_is_said_and_the_die_stays_the_only_one():
    view = layout(die=True)
    opened(here("list.csv", LIST)).place.click()
    events()
    equal(counts_of_die(view), [1])
    begins(exported("die.json"), "Written: 6 places to ")
    lists = opened(here("die.json"))
    holds(said(), "Die: -1500, -2000 to 2500, 1500 um.")
    before = shapes(view)
    lists.place.click()
    events()
    begins(message(), "Placed 6 places of die.json.\nAt 6 places of the list something was drawn already")
    equal([*counts_of_die(view), "is not drawn" in message()], [1, False])
    undo()
    equal(shapes(view), before)
    lists = opened(here("die.json"))
    lists.origin.currentText = "centre of the die"
    lists.place.click()
    events()
    holds(message(), "The die of the list, -2000, -1750 to 2000, 1750 um, is not drawn, as the cell has a die outline, -1500, -2000 to 2500, 1500 um")
    equal(counts_of_die(view), [1])
    other = layout()
    opened(here("die.json")).place.click()
    events()
    begins(message(), "Placed 6 places of die.json, die 4000 × 3500 um.\n3 pads without")
    equal(counts_of_die(other), [1])
    undo()
    equal(shapes(other), {})


def counts_of_die(view):
    return [flat(view, tuple(panel.tech.layers["die"]["gds"])).size()]


def test_the_comparison_stays_when_a_field_is_left_as_it_was():
    layout()
    lists = opened(here("list.csv", LIST))
    lists.place.click()
    events()
    lists = opened(here("list.csv"))
    lists.within.text = "2"
    lists.compare.click()
    events()
    begins(said(), "6 places are the same.\nList ")
    for edit in (lists.within, lists.sizes, lists.columns):
        edit.setFocus()
        key(edit, "Key_Return")
    events()
    equal([lists.page.enabled, lists.widget.isVisible()], [True, True])
    begins(said(), "6 places are the same.")
    lists.mirror.currentText = "x changes sign"
    equal([lists.page.enabled, said()], [False, "Read as CSV: 3 contact points, 3 pads, 3 nets."])
    lists.widget.close()


def test_the_technology_may_change_while_the_window_is_open():
    layout()
    lists = opened(here("list.csv", LIST))
    lists.place.click()
    events()
    exported("tech.gds")
    lists = opened(here("tech.gds"))
    begins(said(), "Read as layout: 3 contact points, 3 pads, 3 nets.")
    dock.technology.currentText = "postpass"
    events()
    begins(said(), here("tech.gds") + ": holds no contact point and no pad (by technology postpass")
    equal(lists.place.enabled, False)
    dock.technology.currentText = "wlcsp"
    events()
    begins(said(), "Read as layout: 3 contact points, 3 pads, 3 nets.")
    equal(lists.place.enabled, True)
    lists.widget.close()


def test_a_file_that_goes_or_is_none_is_one_sentence():
    layout()
    path = here("gone.csv", LIST)
    lists = opened(path)
    os.remove(path)
    lists.place.click()
    equal([said(), lists.place.enabled, lists.widget.isVisible(), message()], [path + ": no such file.", False, True, ""])
    os.mkdir(path)
    lists.changed()
    equal(said(), path + ": is a folder: choose a file in it.")
    long = here("long_" * 20 + ".csv", "nothing")
    lists = opened(long)
    lists.place.enabled = True
    lists.place.click()
    equal("u200b" in draw.lists.window.status.text, False)
    lists.widget.close()


def test_messages_name_the_fields_of_the_window():
    layout()
    lists = opened(here("two.gds"))
    two = pya.Layout()
    for name in ("A", "B"):
        two.create_cell(name).shapes(two.layer(81, 0)).insert(pya.Box(0, 0, 100000, 100000))
    two.write(here("two.gds"))
    lists.changed()
    equal(said(), "2 top cells (A, B): write the name of one under Cell.")
    lists.format.currentText = "labels"
    lists.cell.text, lists.layer.text = "A", "81/0"
    lists.changed()
    begins(said(), "Read as labels of a layout: 1 place of no kind, 0 nets.")
    opened(here("odd.csv", "alpha,beta\n1,2\n"))
    equal([lists.format.currentIndex, lists.cell.text], [0, ""])  # they were those of the other file
    ends(said(), "write x=TITLE, y=TITLE or the numbers of these columns under Columns.")
    opened(here("odd"))
    opened(here("odd", "hello"))
    ends(said(), "(csv, aif, amkor, bmap, def, lef, kicad, pos, layout, labels, json): choose it under Format.")
    opened(here("x.def", "DESIGN d ;\nUNITS DISTANCE MICRONS 1000 ;\nCOMPONENTS 1 ;\n- a BUMP + PLACED ( 0 0 ) N ;\nEND COMPONENTS\nEND DESIGN\n"))
    holds(said(), "add its LEF file, or write BUMP=WIDTH under Sizes")
    equal("--" in said(), False)
    lists.widget.close()


def test_names_that_look_like_mark_up_are_shown_as_they_are():
    layout()
    lists = opened(here("<b>bold<b>.csv", "x_um,y_um,net,kind,shape,width\n0,0,<i>n</i>,ball,circle,280\n600,0,a b,ball,circle,280\n"))
    formats = [one.textFormat for one in (lists.name_label, lists.status, dock.message)]
    equal(formats, 3 * [pya.Qt.PlainText])
    equal(lists.name_label.text, "<b>bold<b>.csv")
    lists.place.click()
    events()
    begins(exported("named.csv"), "Written: 2 places")
    lists = opened(here("named.csv"))
    lists.compare.click()
    begins(said(), "2 places are the same.")
    holds(exported("named.def"), "The net 'a b' at 600, 0 um cannot be written as DEF")
    equal([os.path.exists(here(name)) for name in ("named.def", "named.bumps.lef")], [False, False])
    lists.widget.close()


def test_a_layout_of_a_coarser_unit_says_what_was_rounded():
    layout()
    view = new_layout(dbu_um=0.005)
    opened(here("fine.csv", LIST.replace("400", "400.002"))).place.click()
    events()
    holds(message(), "3 places rounded to the database unit of 0.005 um.")
    equal(sorted(round(y, 3) for _, y in centres(view, (74, 4))), 3 * [400.0])


def test_a_list_that_takes_its_time_shows_progress_and_can_be_cancelled():
    """Without a layout, too. Esc ends the reading, not the window."""
    for view in (False, True):
        if view:
            layout()
        lists = opened(here("list.csv", LIST))
        rows = "".join("%d,%d,n%d,ball,circle,280\n" % (600 * (number % 40), 600 * (number // 40), number) for number in range(4000))
        here("slow.csv", "x_um,y_um,net,kind,shape,width\n" + rows)
        quick, module.QUICK_S = module.QUICK_S, -1.0
        seen = []

        def escape(seen=seen, lists=lists):
            seen.append([dock.work.isVisible(), pya.QApplication.activeModalWidget() is None])
            key(lists.widget, "Key_Escape")
        try:
            in_a_pause("open_file", here("slow.csv"), escape)
            lists.file.click()
            events()
        finally:
            module.QUICK_S = quick
        equal([said(), seen, dock.work.isVisible(), lists.widget.isVisible(), lists.place.enabled],
              ["The list was not read, as that was cancelled: choose the file again.", [[True, True]], False, True, False])
        opened(here("slow.csv"))
        equal(said(), "Read as CSV: 4000 pads, 4000 nets.")
        lists.widget.close()


def all_of(view):
    """What a cancelled action leaves as it was."""
    layout, manager = view.active_cellview().layout(), window.manager()
    libraries = {one.name(): len(list(one.layout().each_cell())) for one in map(pya.Library.library_by_id, pya.Library.library_ids())}
    widget = draw.lists.window.widget
    window_now = [widget.isVisible(), pixels(widget.width), pixels(widget.height), *(one.enabled for one in all_below(widget) if one.isWidgetType())]
    return [state(view), layout.layer_indexes(), manager.transaction_for_undo(), manager.transaction_for_redo(), [str(one.shape) for one in view.object_selection], libraries,
            window_now, dock.work.isVisible()]


def many_nets(name):
    """A list of 900 nets that takes its time."""
    rows = "".join("%d,%d,n%d,ball,circle,280\n" % (600 * (number % 40), 600 * (number // 40), number % 900) for number in range(3000))
    return here(name, "x_um,y_um,net,kind,shape,width\n" + rows)


def in_pauses_of(button, deed):
    """Clicks a button; the deed runs in each pause of what that begins."""
    before = module.QUICK_S, session._PAUSE_S
    module.QUICK_S, session._PAUSE_S = -1.0, 0.01  # so that there are pauses on any machine
    timer = pya.QTimer(window)
    timer.timeout = deed
    timer.start(0)
    try:
        button.click()
    finally:
        timer.stop()
        module.QUICK_S, session._PAUSE_S = before
    events()


def test_a_placing_that_is_cancelled_half_way_leaves_all_as_it_was_and_then_goes_on():
    """Half way: cells of the library are made, which go again."""
    view = layout(die=True)
    cell = view.active_cellview().cell
    index = view.active_cellview().layout().find_layer(*panel.tech.layers["die"]["gds"])
    view.transaction("by hand")
    cell.shapes(index).insert(pya.Box(0, 0, 1000, 1000))
    view.commit()
    undo()
    view.object_selection = [pya.ObjectInstPath(pya.RecursiveShapeIterator(cell.layout(), cell, index), 0)]
    lists = opened(many_nets("half.csv"))
    lists.widget.show()
    before, seen = all_of(view), []
    equal([before[2:4], len(before[4])], [["", "by hand"], 1])
    library = pya.Library.library_by_name(pcells.library_name(panel.tech), "wlcsp").layout()
    cells = len(list(library.each_cell()))

    def escape():
        if len(list(library.each_cell())) > cells and not seen:
            seen.append([view.active_cellview().cell.child_instances(), *(widget.isVisible() for widget in (dock.work, lists.work.widget)), lists.place.enabled])
            key(lists.widget, "Key_Escape")
    in_pauses_of(lists.place, escape)
    equal([seen, said()], [[[0, True, True, False]], "Nothing was placed, as that was cancelled."])
    equal(all_of(view), before)
    in_pauses_of(lists.place, lambda: [mouse(lists.work.cancel, kind, 10, 10, pya.Qt.LeftButton) for kind in ("MouseButtonPress", "MouseButtonRelease")])
    equal([said(), all_of(view)], ["Nothing was placed, as that was cancelled.", before])
    shown = []
    in_pauses_of(lists.place, lambda: shown.append([[row.value, row.property("format")] for row in (dock.progress, lists.work.progress)]))
    shown = [one for number, one in enumerate(shown) if number == 0 or one != shown[number - 1]]
    equal([one == other for one, other in shown], [True] * len(shown))
    equal([one for one, _ in shown if one[0] > 0 and one[1] != "placing %p %"], [])
    equal([sorted(one[0] for one, _ in shown) == [one[0] for one, _ in shown], len(shown) > 3, shown[-1][0][0] > 50], [True] * 3)
    begins(message(), "Placed 3000 places of half.csv.")
    after = state(view)
    equal([len(instances(view)), len({one.values["net"] for one in instances(view)}), window.manager().transaction_for_undo()], [3000, 900, "Place list"])
    undo()
    equal(state(view), before[0])
    redo()
    equal(state(view), after)


def test_a_layout_that_is_closed_while_a_list_is_placed_ends_the_placing():
    other, view = layout(), layout(die=True)
    lists = opened(many_nets("closed.csv"))

    def close():
        if window.views() == 2 and not pya.QApplication.activeModalWidget():
            answer("Close Without Saving")
            window.menu().action("file_menu.close").trigger()
    in_pauses_of(lists.place, close)
    equal([view._destroyed(), said(), lists.widget.isVisible(), instances(other)], [True, "The layout was closed meanwhile.", True, []])
    in_pauses_of(lists.place, lambda: None)
    equal([len(instances(other)), lists.widget.isVisible()], [3000, False])


def test_an_export_that_takes_its_time_can_be_cancelled_and_leaves_nothing():
    layout()
    opened(here("list.csv", LIST)).place.click()
    events()
    quick, module.QUICK_S = module.QUICK_S, -1.0
    in_a_pause("save_list", (here("cancelled.def"), ""), lambda: key(dock, "Key_Escape"))
    try:
        panel.guarded(draw.lists.export_clicked)
    finally:
        module.QUICK_S = quick
    equal([heard(), [name for name in os.listdir(FOLDER) if "cancelled" in name]], ["Nothing was exported, as that was cancelled.", []])


def test_what_is_written_is_of_the_chosen_kind():
    view = layout()
    opened(here("list.csv", LIST)).place.click()
    events()
    begins(exported("plain", "Net list"), "Written: 6 places to %s." % here("plain.csv"))
    with open(here("plain.csv"), encoding="utf-8") as file:
        begins(file.readline(), "net,x_um,y_um")
    begins(exported("chosen.csv", "Table"), "Written: 6 places to %s." % here("chosen.csv"))
    begins(exported("other.aif", "Table"), "Written: 6 places to %s." % here("other.aif"))
    begins(exported("labels.gds", "Layout of outlines"), "Written: 6 places to %s." % here("labels.gds"))
    equal([info.to_s() for info in read(here("labels.gds")).layer_infos()], ["1/0"])
    for yes in ("No", "Yes"):
        here("there.csv", "old")
        answer(yes)
        exported("there", "Table")
        with open(here("there.csv"), encoding="utf-8") as file:
            equal([yes, file.read() == "old"], [yes, yes == "No"])
    here("bumps.bumps.lef", "old")
    answer("No")
    exported("bumps.def")
    with open(here("bumps.bumps.lef"), encoding="utf-8") as file:
        equal([file.read(), os.path.exists(here("bumps.def")), message()], ["old", False, ""])
    questions = asked("save_list", ("", ""))
    panel.guarded(draw.lists.export_clicked)
    equal([message(), os.path.basename(questions[0][2])], ["", "there.csv"])
    view.save_as(view.active_cellview().index(), here("shown.gds"), pya.SaveLayoutOptions())
    window.load_layout(here("shown.gds"), "wlcsp", 1)
    events()
    begins(exported("shown.gds"), "Output is the layout in front, %s: give another name" % here("shown.gds"))


def test_metal_of_several_names_is_exported_with_them_and_said():
    view = layout()
    opened(here("list.csv", LIST)).place.click()
    events()
    cell = view.active_cellview().cell
    view.transaction("by hand")
    drawing.draw_label(cell, panel.tech, "second", 600, 400)
    view.commit()
    holds(exported("several.csv"), "\nMetal with several names, joined by +: 1 place.\n")
    lists = opened(here("several.csv"))
    lists.compare.click()
    begins(said(), "6 places are the same.")
    equal([place.net for place in lists.found.pads.places if place.x_um == 600 and place.y_um == 400], ["n1 + second"])
    holds(exported("several.def"), "The net 'n1 + second' at 600, 400 um cannot be written as DEF")
    lists.widget.close()


def test_the_kind_of_a_file_is_chosen_in_the_dialog():
    """Through the dialog of Qt, the name without an ending."""
    layout()
    opened(here("list.csv", LIST)).place.click()
    events()
    timer = pya.QTimer(window)

    def save():
        modal = pya.QApplication.activeModalWidget()
        if modal is not None:
            timer.stop()
            below = all_below(modal)
            kinds = next(one for one in below if one.inherits("QComboBox") and one.objectName == "fileTypeCombo")
            key(kinds, "Key_Down")  # from the table to the net list
            next(one for one in below if one.inherits("QLineEdit")).setText(here("by_kind"))
            next(one for one in below if one.inherits("QPushButton") and one.text.replace("&", "") == "Save").click()
    timer.timeout = save
    timer.start(50)
    panel.guarded(draw.lists.export_clicked)
    begins(heard(), "Written: 6 places to %s." % here("by_kind.csv"))
    with open(here("by_kind.csv"), encoding="utf-8") as file:
        begins(file.readline(), "net,x_um,y_um")


def read(path):
    found = pya.Layout()
    found.read(path)
    return found


def test_what_was_exported_is_the_same_for_the_command_line():
    layout()
    opened(here("list.csv", LIST)).place.click()
    events()
    exported("first.csv")
    for name in ("first.gds", "first.aif", "first.json"):
        exported(name)
        commands.convert({"input": here(name), "output": here("again.csv"), "tech": panel.tech.path})
        rows = []
        for path in (here("first.csv"), here("again.csv")):
            with open(path, encoding="utf-8") as file:
                rows.append(sorted(",".join(line.split(",")[1:5]) for line in file))
        equal([name, rows[1]], [name, rows[0]])


def test_markers_are_those_of_the_layout_that_was_compared():
    first = layout()
    opened(here("list.csv", LIST)).place.click()
    events()
    lists = opened(here("moved.csv", LIST.replace("A0,0,", "A0,100,")))
    lists.compare.click()
    events()
    begins(said(), "5 places are the same; 1 moved.")
    equal([first.num_rdbs(), next(first.rdb(0).each_item()).cell_id() > 0], [1, True])
    close_browsers()
    undo()
    lists.compare.click()
    begins(said(), "Cell TOP of ")
    ends(said(), "rules %s))." % panel.tech.checksum())
    redo()
    cell = first.active_cellview().cell
    pad = next(one for one in cell.each_inst() if placed.element_of(one).name == "pad" and one.pcell_parameter("net") == "n0")
    first.transaction("by hand")
    pad.transform(pya.Trans(pya.Vector(100000, 0)))
    first.commit()
    lists.compare.click()
    events()
    equal([said().split("\n")[0], first.num_rdbs()], ["6 places are the same.", 0])
    asked("save_file", here("moved.csv"))
    lists.page.click()
    begins(said(), "Html is the list, %s: give another name" % here("moved.csv"))
    equal(lists.page.enabled, True)
    lists.widget.close()
    close_browsers()


def test_each_letter_with_alt_stands_for_one_thing():
    layout()
    for name in texts_of(draw.object):
        draw.object.currentText = name
        ways = draw.areas[name].how if name in draw.areas else draw.pattern
        for way in texts_of(ways):
            ways.currentText = way
            for around in texts_of(draw.ring.around) if way == "Ring" else [""]:
                draw.ring.around.currentText = around or draw.ring.around.currentText
                events()
                equal([name, way, around, twice(dock)], [name, way, around, []])
    lists = shown()
    equal(twice(lists.widget), [])
    lists.widget.close()
    panel.technologies_clicked()
    for one in (panel.technologies, panel.technologies.importing):
        one.widget.show()
        equal(twice(one.widget), [])
        one.widget.close()


def texts_of(combo):
    return [combo.itemText(number) for number in range(combo.count)]


def twice(root):
    """Texts that share a letter, of what is visible below a widget."""
    texts = [dock.pages.tabText(number) for number in range(dock.pages.count)] if root is dock else []
    waiting = [root]
    while waiting:
        one = waiting.pop()
        waiting += one.children()
        if one.isWidgetType() and one.isVisible() and (one.inherits("QAbstractButton") or (one.inherits("QLabel") and one.buddy is not None)):
            texts.append(str(one.property("text")))
    letters = {}
    for text in texts:
        for letter in re.findall("&([^&])", text.replace("&&", "")):
            letters.setdefault(letter.lower(), []).append(text)
    return sorted(found for found in letters.values() if len(found) > 1)


run_cases(globals())
