"""A layout with labels and cells that are not UTF-8: checked from the panel and from the menu, locked, fanned out, checked again."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from inside import dock, events, message, run, window


def scenario(seen):
    window.load_layout(os.environ["POSTPASS_LAYOUT"], 1)
    events()
    dock.technology.currentText = "postpass"
    events()
    view = pya.LayoutView.current()
    view.max_hier()
    dock.check.click()
    seen["check"] = message()
    seen["markers"] = markers(view)
    dock.fan_out.go.click()
    events()
    seen["fan out"] = message()
    dock.check.click()
    seen["check again"] = message()
    menu = window.menu()
    action = next(menu.action(item) for item in menu.items("tools_menu.drc") if menu.action(item).title == "Post-passivation DRC")
    action.trigger()
    seen["databases"] = view.num_rdbs()


def markers(view):
    database = view.rdb(view.num_rdbs() - 1)
    return [value.string() for item in database.each_item() for value in item.each_value() if value.is_string()]


run(scenario)
