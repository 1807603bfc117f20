"""Pad lists in the panel: read, placed, exported, compared. Each click is one of the mouse or of the button's own."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, differs, ends, equal, holds
from inside import check, close_browsers, dock, draw, events, fan_out, message, new_layout, panel, redo, run_cases, select, shapes, undo, window

from postpass.draw import drawing, placed
from postpass.panel import ask

FOLDER = os.environ["POSTPASS_FOLDER"]
LIST = "name,x_um,y_um,net,kind,shape,width\n" + "".join("A%d,%d,400,n%d,ball,circle,280\n" % (column, 600 * column, column) for column in range(3)) + "".join(
    "B%d,%d,-900,n%d,chip_pad,square,70\n" % (column, 300 * column, column) for column in range(3))


def here(name, text=None):
    path = os.path.join(FOLDER, name)
    if text is not None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return path


def answered(name, path):
    """The next question for a file is answered with a path; returns where its arguments are noted."""
    usual, questions = getattr(ask, name), []

    def instead(*arguments):
        questions.append(arguments)
        setattr(ask, name, usual)
        return path
    setattr(ask, name, instead)
    return questions


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
    answered("open_file", path)
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


def exported(name):
    answered("save_file", here(name))
    draw.lists.export_clicked()
    events()
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
            answered("open_file", here("out.bumps.lef"))
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
    answered("save_file", here("page.html"))
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
    answered("save_file", here(os.path.join("nowhere", "out.csv")))
    panel.guarded(draw.lists.export_clicked)
    holds(message().replace("\u200b", ""), "nowhere")
    answered("save_file", here("out.xyz"))
    panel.guarded(draw.lists.export_clicked)
    begins(message(), "Out.xyz: the ending tells no format: choose one of .csv")
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


run_cases(globals())
