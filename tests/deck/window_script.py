"""Runs inside the application: checks the unsaved layout of the window from the menu, then once more as the re-run button does."""

import json

import pya

results = {}


def deck_action():
    """The menu entry, found by its title, as a user finds it."""
    menu = pya.Application.instance().main_window().menu()
    for item in menu.items("tools_menu.drc"):
        if menu.action(item).title == "Post-passivation DRC":
            return menu.action(item)
    return None


def counts(database):
    return {category.name(): category.num_items() for category in database.each_category() if category.num_items()}


def draw(technology, layer, size):
    window = pya.Application.instance().main_window()
    view = window.view(window.create_view())
    index = view.create_layout(technology, True, False)
    layout = view.cellview(index).layout()
    cell = layout.create_cell("TOP")
    cell.shapes(layout.layer(*layer)).insert(pya.Box(0, 0, size, size))
    view.cellview(index).cell = cell
    return view, layout, cell


def checked(view):
    """Triggers the menu entry; the findings of the newest database of the view."""
    deck_action().trigger()
    return counts(view.rdb(view.num_rdbs() - 1))


def said(view):
    """What the newest database says of itself."""
    return view.rdb(view.num_rdbs() - 1).description


def run():
    timer = pya.QTimer(pya.Application.instance().main_window())
    timer.timeout = close_box
    timer.start(300)
    pya.Application.instance().process_events()  # macros enter the menu when the event loop first turns
    results["menu entry"] = deck_action() is not None
    for part in (own_technology, again, other_cell, panels_technology, no_panel, rather_another, foreign_technology):
        part()
    results["boxes"] = boxes


def own_technology():
    view, layout, cell = draw("postpass", (51, 0), 400)
    results["postpass"] = checked(view)
    results["top cell"], results["said"] = view.rdb(0).top_cell_name, said(view)
    cell.shapes(layout.layer(51, 0)).insert(pya.Box(5000, 0, 5400, 400))
    pya.Recipe.make(view.rdb(0).generator, {"rdb_index": 0})
    results["databases after the re-run"] = view.num_rdbs()
    results["re-run"] = counts(view.rdb(0))
    view, layout, cell = draw("wlcsp", (76, 0), 200000)
    results["wlcsp"] = checked(view)


def again():
    """A second check, by another technology, beside the markers of others."""
    view, layout, cell = draw("wlcsp400", (76, 0), 200000)
    others = ["Other deck", "Fan-out, open nets", "Post-passivation DRC"]  # the last: loaded from a report of another run
    for name in others:
        view.create_rdb(name)
    deck_action().trigger()
    cell.shapes(layout.layer(76, 0)).insert(pya.Box(900000, 0, 1000000, 100000))
    view.active_cellview().technology = "wlcsp"
    deck_action().trigger()
    results["again"] = [[view.rdb(number).name(), view.rdb(number).num_items()] for number in range(view.num_rdbs())]
    results["again by"] = said(view)


def other_cell():
    view, layout, cell = draw("postpass", (51, 0), 400)
    deck_action().trigger()
    other = layout.create_cell("OTHER")
    other.shapes(layout.layer(51, 0)).insert(pya.Box(0, 0, 400, 400))
    view.active_cellview().cell = other
    deck_action().trigger()
    results["other cell"] = [view.rdb(number).top_cell_name for number in range(view.num_rdbs())]
    index = view.create_layout("postpass", True, True)
    same_name = view.cellview(index).layout().create_cell("OTHER")
    same_name.shapes(view.cellview(index).layout().layer(51, 0)).insert(pya.Box(0, 0, 400, 400))
    view.cellview(index).cell = same_name
    view.set_active_cellview_index(index)
    deck_action().trigger()
    results["other layout"] = [view.rdb(number).description.split(" on ")[-1] for number in range(view.num_rdbs())]


def panels_technology():
    """220 um of UBM: too small for wlcsp, right for wlcsp400."""
    from postpass import panel
    dock = panel.start().dock
    for name in ("wlcsp400", "wlcsp"):
        view, layout, cell = draw("", (76, 0), 220000)
        dock.technology.currentText = name
        results["panel: " + name] = ["UBM.W.1" in checked(view), said(view)]


def no_panel():
    application = pya.Application.instance()
    for name in ("", "gone"):
        view, layout, cell = draw("", (51, 0), 400)
        application.set_config("postpass-technology", name)
        results["no panel: " + name] = [checked(view), said(view)]


def rather_another():
    """Two levels of traces in a layout without technology, checked by one that knows one level."""
    from postpass import tech
    view, layout, cell = draw("", (73, 0), 20000)
    second = next(layer["gds"] for layer in tech.load("wlcsp_two_level").drawn_layers() if layer["name"] == "rdl2")
    cell.shapes(layout.layer(*second)).insert(pya.Box(0, 0, 20000, 20000))
    pya.Application.instance().set_config("postpass-technology", "wlcsp")
    checked(view)
    results["rather another"] = said(view)


def foreign_technology():
    pya.Technology.create_technology("elsewhere")
    view, layout, cell = draw("elsewhere", (51, 0), 400)
    deck_action().trigger()
    results["foreign technology"] = [boxes.pop(), view.num_rdbs()]


boxes = []  # [text, width] of message boxes


def close_box():
    """Notes a message box in front, and closes it."""
    box = pya.QApplication.activeModalWidget()
    if box is not None and "Error" in box.windowTitle:  # not the progress
        boxes.append([max(labels(box), key=len), box.width])
        box.reject()


def labels(widget):
    found = [widget.text] if "QLabel" in type(widget).__name__ else []
    for child in widget.children():
        found += labels(child)
    return found


try:
    run()
except Exception as error:  # the test reads what happened from the file
    results["exception"] = repr(error)
with open(result, "w") as file:  # noqa: F821 (a variable of the command line)
    json.dump(results, file)
pya.Application.instance().exit(0)
