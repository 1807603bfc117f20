"""A layout with labels and cells that are not UTF-8: checked from the panel and from the menu, locked, fanned out, checked again."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, equal, holds
from inside import check, dock, events, fan_out, message, run_cases, window


def test_a_window_with_names_that_are_not_utf_8():
    window.load_layout(os.environ["POSTPASS_LAYOUT"], 1)
    events()
    dock.technology.currentText = "postpass"
    events()
    view = pya.LayoutView.current()
    view.max_hier()
    check.go.click()
    begins(message(), "Check: ")
    equal(message().startswith("Check: 0 errors"), False)
    found = markers(view)
    holds(found, "label line\\x0abreak\\xff lies on no metal")
    holds(" ".join(found), "10\\xb5A")
    fan_out.go.click()
    events()
    holds(message(), "Drew 1 trace.")
    check.go.click()
    begins(message(), "Check: 0 errors")
    menu = window.menu()
    action = next(menu.action(item) for item in menu.items("tools_menu.drc") if menu.action(item).title == "Post-passivation DRC")
    action.trigger()
    assert view.num_rdbs() >= 1, "found no marker database"


def markers(view):
    database = view.rdb(view.num_rdbs() - 1)
    return [value.string() for item in database.each_item() for value in item.each_value() if value.is_string()]


run_cases(globals())
