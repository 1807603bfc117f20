"""What a user, or a macro, does to a layout while it is routed.

A deed runs inside the router's pause for events, from a timer, as what a user does would: everything is sent through the
application, where the guard's filter sits.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, differs, equal
from inside import (
    alone,
    answer,
    check,
    dock,
    draw,
    events,
    fan_out,
    in_pauses,
    key,
    message,
    mouse,
    new_layout,
    panel,
    place,
    run_cases,
    settle,
    shapes,
    show_fan_out,
    show_pads,
    state,
    undo,
    wheel,
    window,
)

from postpass import tech
from postpass.draw import drawing
from postpass.panel import guard

POSTPASS = tech.load("postpass")
NETS = 6
progress = guard.Guard.progress
ALIVE = {"file_menu", "file_menu.close", "file_menu.close_all", "file_menu.exit", "@toolbar"}


def ring():
    """A layout with contact points and pads enough for some seconds of routing, shown in a view, with one action to undo."""
    view = new_layout()
    cellview = view.active_cellview()
    for number in range(NETS):
        drawing.draw_via(cellview.cell, POSTPASS, "via", 1.2, 0.0, 20.0 * number)
        drawing.draw_pad(cellview.cell, POSTPASS, "signal", "octagon", 16.0, 300.0 + 30.0 * (number % 2), 30.0 * number)
    cellview.cell.shapes(drawing.ensure_layer(cellview.layout(), POSTPASS, "die")).insert(pya.Box(-100000, -100000, 500000, 1000000))
    view.add_missing_layers()
    view.zoom_fit()
    place("-50, -50")
    show_fan_out()
    events()
    return view


def routed(*deeds):
    """Fans out; each deed runs in a pause of its own. Returns how many ran."""
    return in_pauses(fan_out.go, *deeds)


def canvas():
    return next(widget for widget in pya.QApplication.allWidgets() if widget.objectName == "canvas" and widget.isVisible())


def enabled():
    """The names of all menu items that are enabled."""
    settle()
    return [name for name in guard._items(window.menu(), "") if window.menu().action(name).enabled]


class Paints(pya.QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, widget, event):
        self.count += event.type() == pya.QEvent.Paint
        return False


def disturbed(*deeds):
    """Fans out with deeds that try to change something, which they may not: the result is that of an undisturbed run."""
    view = ring()
    alive = enabled()
    fan_out.go.click()
    undisturbed = shapes(view)
    window.close_current_view()
    view = ring()
    window.menu().action("edit_menu.mode_menu.box").trigger()
    before = state(view)
    left = []
    equal(routed(*deeds, lambda: left.append(state(view))), len(deeds) + 1)
    equal(left, [before])
    equal(shapes(view), undisturbed)
    equal(window.views(), 1)
    equal(sorted((set(alive) ^ set(enabled())) - {"zoom_menu.prev_display_state", "@toolbar.prev_display_state"}), [])
    undo()
    equal(state(view), before)
    window.menu().action("edit_menu.mode_menu.select").trigger()


def test_nothing_can_be_edited_while_routing():
    """Everything that could change something is tried. An exception in a deed is raised by `routed`."""
    def commands():
        names = set(enabled())  # KLayout's own timer had time to enable Undo again
        assert names > ALIVE, "found\n  %r\nexpected more than\n  %r" % (sorted(names), sorted(ALIVE))
        equal([name for name in sorted(names - ALIVE) if "zoom_menu" not in name and "display_state" not in name], [])

    def drawing_tools():
        mouse(canvas(), "MouseButtonPress", 100, 100, pya.Qt.LeftButton)
        mouse(canvas(), "MouseMove", 200, 200, pya.Qt.LeftButton)
        mouse(canvas(), "MouseButtonRelease", 200, 200, pya.Qt.LeftButton)
        mouse(canvas(), "MouseButtonDblClick", 200, 200, pya.Qt.LeftButton)
        equal(pya.LayoutView.current().mode_name(), "box")

    def keys():
        for widget in (canvas(), draw.place_text, fan_out.width):
            for name in ("Key_Delete", "Key_Backspace", "Key_1", "Key_Return", "Key_Space"):
                key(widget, name)

    def clicks():
        for widget in [check.go, fan_out.lock, fan_out.go, dock.technology] + others():
            for kind in ("MouseButtonPress", "MouseButtonRelease", "MouseButtonDblClick"):
                mouse(widget, kind, 10, 10, pya.Qt.LeftButton)

    def buttons():
        for widget in (check.go, fan_out.lock, fan_out.go, draw.tool, draw.place):
            widget.click()
        equal([dock.pages.isTabEnabled(number) for number, page in enumerate(panel.pages)], [page is fan_out for page in panel.pages])
    disturbed(commands, drawing_tools, keys, clicks, buttons)


def test_zoom_and_pan_work_while_routing_and_the_canvas_is_drawn():
    paints = []

    def zoom():
        view = pya.LayoutView.current()
        paints.append(Paints(canvas()))
        boxes = [view.box()]
        wheel(canvas(), 120)
        boxes.append(view.box())
        for kind, x in (("MouseButtonPress", 100), ("MouseMove", 150), ("MouseButtonRelease", 150)):
            mouse(canvas(), kind, x, x, pya.Qt.MiddleButton)
        boxes.append(view.box())
        for kind, x in (("MouseButtonPress", 100), ("MouseMove", 300), ("MouseButtonRelease", 300)):
            mouse(canvas(), kind, x, x, pya.Qt.RightButton)
        boxes.append(view.box())
        key(canvas(), "Key_Left")
        boxes.append(view.box())
        window.menu().action("zoom_menu.zoom_fit").trigger()
        boxes.append(view.box())
        equal([one != other for one, other in zip(boxes, boxes[1:])], [True] * 5)  # wheel, middle and right button, arrow key, menu

    def later():
        equal(paints[0].count > 0, True)
    disturbed(zoom, later)


def test_the_panel_shows_progress_and_cancel_while_routing():
    def look():
        equal([dock.cancel.isVisible(), dock.progress.isVisible(), fan_out.go.enabled], [True, True, False])
        events()
        window.grab().save(os.environ["POSTPASS_PICTURE"].replace("panel.png", "panel-routing.png"))
    disturbed(look)
    equal([fan_out.go.isVisible(), fan_out.go.enabled, check.widget.enabled, dock.cancel.isVisible()], [True, True, True, False])


def test_everything_is_given_back_afterwards():
    disturbed()
    show_pads()
    equal(place("-50, -80"), "Placed 1 pad.")


def others():
    """Widgets of KLayout that are shown: lists, tabs and buttons of its own panels."""
    mine = {dock.cancel.objectName}
    return [widget for widget in pya.QApplication.allWidgets() if widget.isVisible() and widget.objectName not in mine
            and any(widget.inherits(name) for name in ("QTreeView", "QListView", "QTabBar", "QToolButton", "QSpinBox", "QAbstractButton"))]


def not_drawn(view, left, words):
    """The layout is as it was left, and the message says why; the button is back."""
    events()
    equal(message(), words)
    equal(state(view), left)
    equal([fan_out.go.isVisible(), fan_out.go.enabled], [True, True])


def test_cancel_leaves_the_layout_untouched():
    """The button in the panel, pressed by mouse."""
    view = ring()
    before = state(view)

    def press():
        for kind in ("MouseButtonPress", "MouseButtonRelease"):
            mouse(dock.cancel, kind, 10, 10, pya.Qt.LeftButton)
    routed(press)
    not_drawn(view, before, "The fan-out was cancelled; nothing was drawn.")


def test_esc_leaves_the_layout_untouched():
    view = ring()
    before = state(view)
    routed(lambda: key(canvas(), "Key_Escape"))
    not_drawn(view, before, "The fan-out was cancelled; nothing was drawn.")


def test_closing_the_layout_cancels():
    """File > Close while routing; the layout has changes, so that the application asks."""
    view = ring()
    views = window.views()

    def press():
        answer("Close Without Saving")
        window.menu().action("file_menu.close").trigger()
    routed(press)
    events()
    equal(message(), "The layout was closed while it was routed; nothing was drawn.")
    equal(views - window.views(), 1)
    equal(view._destroyed(), True)
    equal([fan_out.go.isVisible(), fan_out.go.enabled], [True, True])


def test_a_closing_that_is_taken_back_lets_the_routing_go_on():
    view = ring()

    def press():
        answer("Cancel")
        window.menu().action("file_menu.close").trigger()
    routed(press)
    begins(message(), "Drew 6 traces.")
    equal(window.views(), 1)
    traces = len(shapes(view)["52/0"])
    assert traces > NETS, "found %d shapes of traces, expected more than %d" % (traces, NETS)


def test_a_layout_that_was_changed_all_the_same_is_not_drawn_into():
    """Something that nobody can keep from it, such as a macro on a timer, erases a pad."""
    view = ring()
    left = {}

    def erase():
        cellview = view.active_cellview()
        pads = cellview.cell.shapes(cellview.layout().find_layer(53, 4))
        pads.erase(next(pads.each()))
        left.update(state(view))
    routed(erase)
    not_drawn(view, left, "Cell TOP was changed while it was routed; nothing was drawn: press Fan out again.")


def test_another_cell_in_view_is_not_drawn_into():
    view = ring()
    left = {}

    def show():
        cellview = view.active_cellview()
        cellview.cell = cellview.layout().create_cell("OTHER")
        left.update(state(view))
    routed(show)
    not_drawn(view, left, "Another cell is shown than the one that was routed, TOP; nothing was drawn.")


def test_a_failure_gives_the_application_back():
    """The router fails."""
    view = ring()
    before, alive = state(view), enabled()

    def fail(self, *_):
        raise ZeroDivisionError("surprise")
    guard.Guard.progress = fail
    fan_out.go.click()
    guard.Guard.progress = progress
    events()
    begins(message(), "Unexpected ZeroDivisionError: surprise.")
    equal(state(view), before)
    equal([fan_out.go.isVisible(), fan_out.go.enabled], [True, True])
    equal(enabled(), alive)
    equal(panel.session.guard, None)
    equal(place("-50, -80"), "Placed 1 pad.")


def test_what_comes_outside_a_pause_is_kept_away():
    """What is pressed after the last pause does not come afterwards: everything outside a pause is kept away, closing as well."""
    view = ring()
    before = state(view)
    kept = []

    def watching(self, *arguments):
        if not kept:
            kept.append([mouse(canvas(), "MouseButtonPress", 10, 10, pya.Qt.RightButton), key(canvas(), "Key_Escape"), window.close()])
        progress(self, *arguments)
    guard.Guard.progress = watching
    fan_out.go.click()
    guard.Guard.progress = progress
    equal([window.isVisible(), kept[0][2]], [True, False])
    begins(message(), "Drew 6 traces.")
    differs(state(view), before)


def test_ctrl_z_undoes_the_drawing_wherever_the_focus_is():
    view = new_layout()
    field, columns = draw.place_text, draw.pads.columns
    place("0, 20")

    def look():
        return [field.text, len(shapes(view).get("53/1", []))]
    field.clear()
    field.setFocus()
    events()
    for text in "5,6":
        key(field, {",": "Key_Comma"}.get(text, "Key_" + text), text)
    equal(look(), ["5,6", 1])
    for widget in (field, columns, canvas(), draw.object, draw.place):
        ready("edit_menu.undo")
        key(widget, "Key_Z", "", True)
        equal(look(), ["5,6", 0])
        ready("edit_menu.redo")
        key(widget, "Key_Y", "", True)
        equal(look(), ["5,6", 1])
    equal(columns.value, 1)


def ready(action):
    """Waits until the application has enabled an action, which it does by a timer."""
    for _ in range(20):
        if window.menu().action(action).enabled:
            return
        settle()
    raise AssertionError("%s stays disabled" % action)


def test_enter_acts_and_gives_the_keys_to_the_canvas():
    view = new_layout()
    window.activateWindow()
    draw.place_text.setFocus()
    events()
    draw.place_text.text = "5, 6"
    key(draw.place_text, "Key_Return")
    events()
    equal([len(shapes(view)["53/1"]), pya.QApplication.focusWidget().objectName], [1, "canvas"])


@alone
def test_ending_the_application_cancels():
    """The window is closed while routing."""
    ring()

    def press():
        answer("Exit Without Saving")
        window.close()
    equal(routed(press), 1)
    equal(message(), "The layout was closed while it was routed; nothing was drawn.")
    equal(window.views(), 0)


run_cases(globals())
