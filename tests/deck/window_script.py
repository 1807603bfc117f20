"""Runs inside the application: checks the unsaved layout of the window from the menu, then once more as the re-run button does."""

import json
import sys

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


def run():
    pya.Application.instance().process_events()  # macros enter the menu when the event loop first turns
    results["menu entry"] = deck_action() is not None
    view, layout, cell = draw("postpass", (51, 0), 400)
    results["postpass"] = checked(view)
    results["top cell"] = view.rdb(0).top_cell_name
    cell.shapes(layout.layer(51, 0)).insert(pya.Box(5000, 0, 5400, 400))
    pya.Recipe.make(view.rdb(0).generator, {"rdb_index": 0})
    results["databases after the re-run"] = view.num_rdbs()
    results["re-run"] = counts(view.rdb(0))
    view, layout, cell = draw("wlcsp", (76, 0), 200000)
    results["wlcsp"] = checked(view)
    view, layout, cell = draw("", (51, 0), 400)
    results["no technology"] = checked(view)
    pya.Technology.create_technology("elsewhere")
    view, layout, cell = draw("elsewhere", (51, 0), 400)
    try:
        pya.Macro(deck).run()  # noqa: F821 (from the menu, the message would wait in a dialog)
    except RuntimeError as error:
        results["foreign technology"] = [str(error).splitlines()[0], view.num_rdbs()]


try:
    run()
except Exception as error:  # the test reads what happened from the file
    results["exception"] = repr(error)
with open(result, "w") as file:  # noqa: F821 (a variable of the command line)
    json.dump(results, file)
pya.Application.instance().exit(0)
