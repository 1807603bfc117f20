"""The page Check: what it finds, shows, highlights and says, and what is done to a layout while it is checked."""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, equal, holds
from inside import alone, answer, check, close_browsers, dock, draw, events, in_pauses, instance_at, key, message, mouse, new_layout, panel, place, run_cases, settle, state, undo, window

from postpass import tech
from postpass.draw import drawing
from postpass.panel import guard, outcome
from postpass.panel.fields import pixels

POSTPASS = tech.load("postpass")
progress = guard.Guard.progress
GREEN, RED, ORANGE = "#2e9e4f", "#e04848", "#d08000"


def rectangle(view, layer, left, bottom, right, top):
    """Draws a box (um) on a layer of the technology."""
    cellview = view.active_cellview()
    cellview.cell.shapes(drawing.ensure_layer(cellview.layout(), POSTPASS, layer)).insert(pya.DBox(left, bottom, right, top))


def faulty(size="9"):
    """A layout with two pads that are too small (PAD.W.1), and a thin trace far from them; nothing was checked yet."""
    view = new_layout()
    draw.pads.size.text = size
    place("0, 0")
    place("100, 0")
    draw.pads.size.text = "10"
    rectangle(view, "rdl", 200, 0, 230, 1)
    view.zoom_fit()
    dock.turn_to(check)
    events()
    return view


def checked(rules=outcome.ALL_RULES, where="Whole cell"):
    check.rules.currentText, check.where.currentText = rules, where
    check.go.click()
    events()


def rows():
    """{id of the violated rule: count} as the tree shows them, in its order."""
    items = [check.tree.topLevelItem(number) for number in range(check.tree.topLevelItemCount)]
    return {item.text(0).split()[0]: int(item.text(1)) for item in items}


def item(rule):
    return next(one for one in (check.tree.topLevelItem(number) for number in range(check.tree.topLevelItemCount)) if one.text(0).startswith(rule + " "))


def point_at(one):
    """A click of the mouse in the middle of a row."""
    check.tree.scrollToItem(one)
    events()
    box = check.tree.visualItemRect(one)
    for kind in ("MouseButtonPress", "MouseButtonRelease"):
        mouse(pixels(check.tree.viewport), kind, box.center().x, box.center().y, pya.Qt.LeftButton)
    events()


def look():
    """Until the whole cell has been looked at again."""
    for _ in range(check.shown.watch.strips + 1):
        check._look()
    events()


def marked(view):
    """{id of the violated rule: count} as the view's newest markers have them."""
    return {category.name(): category.num_items() for category in view.rdb(view.num_rdbs() - 1).each_category() if category.num_items()}


def browsers():
    return [widget for widget in pya.QApplication.topLevelWidgets() if "Marker" in widget.windowTitle and widget.isVisible()]


def test_violated_rules_alone_are_listed_errors_first():
    view = faulty()
    equal([check.status.text, check.browse.enabled, rows()], ["Not checked yet.", False, {}])
    before = state(view)
    checked()
    found = rows()
    equal([found["PAD.W.1"], found["RDL.W.1"], "VIA.W.1" in found], [2, 1, False])
    first = check.shown.outcome.rows
    equal([row.is_error for row in first], sorted((row.is_error for row in first), reverse=True))
    begins(item("PAD.W.1").text(0), "PAD.W.1 error, limit\u00a010\u00a0um\nPad size")
    errors = check.shown.outcome.errors
    begins(check.summary.text, "%d errors, " % errors)
    holds(check.summary.styleSheet, RED)
    begins(message(), "Check: %d errors, " % errors)
    equal(check.status.text, "Checked at %s with postpass" % check.shown.outcome.at)
    equal(state(view), before)
    equal(browsers(), [])


def test_the_counts_are_those_of_the_deck_in_the_menu():
    view = faulty()
    checked()
    counts = marked(view)
    menu = window.menu()
    next(menu.action(name) for name in menu.items("tools_menu.drc") if menu.action(name).title == "Post-passivation DRC").trigger()
    events()
    again = marked(view)
    equal([counts, view.num_rdbs()], [again, 1])
    equal(rows(), {name: counts[name] for name in rows()})
    equal(sorted(rows()), sorted(counts))
    equal(len(browsers()), 1)  # of the menu


def test_a_rule_is_opened_and_a_marker_is_shown_from_near():
    view = faulty()
    checked()
    one = item("PAD.W.1")
    equal(one.childCount(), 0)
    one.setExpanded(True)
    events()
    equal(sorted(one.child(number).text(0) for number in range(one.childCount())), ["size 9 um\u2003at 0, 0", "size 9 um\u2003at 100, 0"])
    number = next(number for number in range(2) if "at 100" in one.child(number).text(0))
    point_at(one.child(number))
    centre = view.box().center()
    equal([round(centre.x), round(centre.y), len(check.highlight)], [100, 0, 1])
    equal(view.box().width() < 60, True)
    near = view.box()
    point_at(one)
    equal([len(check.highlight), view.box()], [2, near])
    checked()
    equal(len(check.highlight), 0)


def test_a_cell_that_cannot_be_checked_says_why():
    new_layout()
    dock.turn_to(check)
    checked()
    holds(message(), "no shape on any layer of technology postpass")
    equal([check.status.text, rows()], ["Not checked yet.", {}])
    window.close_current_view()
    checked()
    begins(message(), "No layout is open: ")


def test_many_markers_are_listed_in_part():
    view = new_layout()
    for number in range(230):
        rectangle(view, "pad_signal", 40 * number, 0, 40 * number + 9, 9)
    dock.turn_to(check)
    checked()
    one = item("PAD.W.1")
    one.setExpanded(True)
    events()
    equal([one.text(1), one.childCount(), one.child(200).text(0)], ["230", 201, "and 30 more, see the marker browser"])
    point_at(one.child(200))
    point_at(one)
    equal(len(check.highlight), 230)


def test_the_marker_browser_is_one_click_away_and_comes_no_other_way():
    faulty()
    checked()
    equal(browsers(), [])
    check.browse.click()
    events()
    equal(len(browsers()), 1)
    close_browsers()
    checked()
    equal(browsers(), [])


def test_the_re_run_button_of_the_browser_runs_the_deck_again():
    view = faulty()
    checked()
    rectangle(view, "rdl", 300, 0, 330, 1)
    pya.Recipe.make(view.rdb(0).generator, {"rdb_index": 0})
    events()
    equal([view.num_rdbs(), marked(view)["RDL.W.1"]], [1, 2])


def test_a_clean_cell_is_said_in_green():
    view = new_layout()
    cell = view.active_cellview().cell
    drawing.draw_via(cell, POSTPASS, "via", 1.2, 0.0, 0.0)
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 30.0, 0.0)
    rectangle(view, "rdl", 0, -2, 30, 2)
    rectangle(view, "die", -100, -100, 100, 100)
    dock.turn_to(check)
    checked()
    begins(check.summary.text, "No errors, ")
    holds(check.summary.styleSheet, GREEN)


def test_a_partial_check_never_looks_like_a_clean_one():
    view = faulty()
    total = len(outcome.choices(POSTPASS)[0].ids)
    checked("Layer via")
    equal(rows(), {})
    begins(check.summary.text, "Partial check: layer via alone, ")
    holds(check.summary.text, " of %d rules.\nNo errors, no warnings in this part." % total)
    holds(check.summary.styleSheet, ORANGE)
    begins(check.status.text, "Partly checked at ")
    holds(message(), "Partial check: layer via alone, ")
    holds(dock.message.styleSheet, ORANGE)
    holds(view.rdb(view.num_rdbs() - 1).description, "Partial check: layer via alone")
    checked("Layer pad")
    equal(rows()["PAD.W.1"], 2)
    checked("Nets")
    equal([name for name in rows() if not name.startswith(("NET", "FN"))], [])


def test_a_region_shows_its_markers_alone():
    view = faulty()
    view.zoom_box(pya.DBox(80, -20, 120, 20))
    events()
    checked(where="Visible region")
    equal([rows().get("PAD.W.1"), rows().get("RDL.W.1")], [1, None])
    begins(check.summary.text, "Partial check: all rules, in the region ")
    holds(check.summary.text, " for the whole cell were not checked.")
    view.zoom_box(pya.DBox(195, -20, 235, 20))
    checked(where="Visible region")
    equal([rows().get("PAD.W.1"), rows().get("RDL.W.1")], [None, 1])
    view.zoom_box(pya.DBox(-1, -1, 1, 1))  # within a pad that is a marker as a whole
    checked(where="Visible region")
    equal(rows().get("PAD.W.1"), 1)
    checked("Nets", "Visible region")
    equal(message(), "Rules of Nets ask for the whole cell and cannot be checked in a region: choose Whole cell.")
    equal(rows().get("PAD.W.1"), 1)  # what was found before stays


def test_what_was_drawn_since_is_said_until_it_is_undone_or_checked():
    view = faulty()
    checked()
    words = check.status.text
    look()
    equal(check.status.text, words)
    view.transaction("Move")
    instance_at(view, 0.0, 0.0).transform(pya.Trans(5, 0))
    view.commit()
    look()
    equal(check.status.text, words + "; changed since")
    holds(check.status.styleSheet, ORANGE)
    undo()
    look()
    equal(check.status.text, words)
    place("40, 40")
    look()
    equal(check.status.text, words + "; changed since")
    checked()
    equal("changed" in check.status.text, False)


def test_the_page_looks_by_itself():
    view = faulty()
    checked()
    rectangle(view, "rdl", 300, 0, 330, 5)
    late = time.monotonic() + 10
    while "changed since" not in check.status.text and time.monotonic() < late:
        time.sleep(0.1)
        events()
    holds(check.status.text, "; changed since")


def test_each_cell_has_its_own_result():
    view = faulty()
    checked()
    found = rows()
    cellview = view.active_cellview()
    top = cellview.cell
    cellview.cell = cellview.layout().create_cell("OTHER")
    settle()
    equal([check.status.text, rows(), check.browse.enabled, len(check.highlight)], ["Not checked yet.", {}, False, 0])
    cellview.cell = top
    events()
    equal(rows(), found)
    begins(check.status.text, "Checked at ")
    window.close_current_view()
    events()
    equal([check.status.text, rows()], ["Not checked yet.", {}])


def test_the_page_s_choice_of_rules_follows_the_technology():
    equal(check.rules.itemText(0), outcome.ALL_RULES)
    titles = [check.rules.itemText(number) for number in range(check.rules.count)]
    equal(titles[:4], ["All rules", "Films and sizes", "Geometry", "Nets"])
    holds(titles, "Layer via")
    dock.technology.currentText = "wlcsp"
    titles = [check.rules.itemText(number) for number in range(check.rules.count)]
    equal(["Layer pi1" in titles, "Layer via" in titles], [True, False])


# while it runs

def while_checking(*deeds):
    """Checks; each deed runs in a pause of its own. Returns how many ran."""
    return in_pauses(check.go, *deeds)


def test_progress_and_cancel_are_shown_and_nothing_else_can_be_used():
    view = faulty()
    before = state(view)
    seen = []

    def look_on():
        seen.append([dock.cancel.isVisible(), dock.progress.isVisible(), check.widget.enabled, window.menu().action("edit_menu.undo").enabled])
        key(next(widget for widget in pya.QApplication.allWidgets() if widget.objectName == "canvas" and widget.isVisible()), "Key_Delete")
    equal(while_checking(look_on), 1)
    equal(seen, [[True, True, False, False]])
    equal(state(view), before)
    equal([dock.cancel.isVisible(), check.widget.enabled], [False, True])
    equal(rows()["PAD.W.1"], 2)


def test_cancel_keeps_what_was_found_before():
    view = faulty()
    checked()
    found, words = rows(), check.status.text
    before, databases = state(view), view.num_rdbs()

    def press():
        for kind in ("MouseButtonPress", "MouseButtonRelease"):
            mouse(dock.cancel, kind, 10, 10, pya.Qt.LeftButton)
    equal(while_checking(press), 1)
    begins(message(), "The check was cancelled: what was found before stays.")
    equal([rows(), check.status.text, state(view), view.num_rdbs()], [found, words, before, databases])


def test_closing_the_layout_ends_the_check():
    view = faulty()

    def press():
        answer("Close Without Saving")
        window.menu().action("file_menu.close").trigger()
    while_checking(press)
    events()
    begins(message(), "The layout was closed while it was checked: there is no result.")
    equal([view._destroyed(), check.status.text, check.widget.enabled], [True, "Not checked yet.", True])


def test_a_failure_gives_the_application_back():
    view = faulty()
    before = state(view)

    def fail(self, *_):
        raise ZeroDivisionError("surprise")
    guard.Guard.progress = fail
    check.go.click()
    guard.Guard.progress = progress
    events()
    begins(message(), "Unexpected ZeroDivisionError: surprise.")
    equal([state(view), check.widget.enabled, panel.session.guard], [before, True, None])
    checked()
    equal(rows()["PAD.W.1"], 2)


def test_what_was_changed_all_the_same_is_told():
    """A macro on a timer draws while the check runs: the result is of what was read."""
    view = faulty()

    def paint():
        rectangle(view, "rdl", 300, 0, 330, 1)
    while_checking(paint)
    equal(rows()["RDL.W.1"], 1)
    look()
    holds(check.status.text, "; changed since")


@alone
def test_ending_the_application_ends_the_check():
    faulty()

    def press():
        answer("Exit Without Saving")
        window.close()
    equal(while_checking(press), 1)
    begins(message(), "The layout was closed while it was checked: there is no result.")
    equal(window.views(), 0)


def test_pictures_are_kept():
    faulty()
    checked()
    item("PAD.W.1").setExpanded(True)
    point_at(item("PAD.W.1"))
    events()
    window.grab().save(os.environ["POSTPASS_PICTURE"].replace("panel.png", "panel-check.png"))


run_cases(globals())
