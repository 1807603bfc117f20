"""What a user, or a macro, does to a layout while it is routed.

A deed runs inside the router's pause for events, from a timer, as what a user does would: everything is sent through the
application, where the guard's filter sits.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from inside import answer, dock, events, key, message, mouse, new_layout, panel, place, run, settle, shapes, state, undo, wheel, window

from postpass import tech
from postpass.draw import drawing
from postpass.panel import guard
from postpass.routing.progress import Progress

POSTPASS = tech.load("postpass")
NETS = 6
progress = guard.Guard.progress
beats, usual = Progress.__init__, Progress.__init__.__defaults__


def scenario(seen):
    dock.technology.currentText = "postpass"
    if os.environ.get("POSTPASS_DO"):
        leave(seen)
        return
    for part in (at_rest, cancel, escape, close, stay, changed, other_cell, failure, overtaken, keys_in_fields):
        part(seen)


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
    dock.pages.currentIndex = 2
    events()
    return view


def routed(*deeds):
    """Fans out; each deed runs in a pause of its own. Returns how many ran."""
    waiting, done, trouble = list(deeds), [], []

    def do():
        try:  # an exception leaving a handler would open a modal dialog
            if waiting:
                done.append(waiting.pop(0)())
        except Exception as error:
            trouble.append(error)

    def pausing(self, *arguments):
        if waiting:
            timer = pya.QTimer(window)
            timer.setSingleShot(True)
            timer.timeout = do
            timer.start(0)
            progress(self, *arguments)
    guard.Guard.progress = pausing
    beats.__defaults__ = (None, 0.0)  # the router reports at every beat, however fast it is
    try:
        dock.fan_out.go.click()
    finally:
        guard.Guard.progress = progress
        beats.__defaults__ = usual
    if trouble:
        raise trouble[0]
    return len(done)


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


def at_rest(seen):
    """Everything that could change something is tried; zoom and pan work; the result is that of an undisturbed run."""
    view = ring()
    alive = enabled()
    dock.fan_out.go.click()
    undisturbed, found = shapes(view), seen.setdefault("at rest", {})
    window.close_current_view()
    view = ring()
    window.menu().action("edit_menu.mode_menu.box").trigger()
    before, paints = state(view), Paints(canvas())

    def commands():
        found["enabled"] = enabled()  # KLayout's own timer had time to enable Undo again

    def drawing_tools():
        for button in (pya.Qt.LeftButton,):
            mouse(canvas(), "MouseButtonPress", 100, 100, button)
            mouse(canvas(), "MouseMove", 200, 200, button)
            mouse(canvas(), "MouseButtonRelease", 200, 200, button)
            mouse(canvas(), "MouseButtonDblClick", 200, 200, button)
        found["tool"] = view.mode_name()

    def keys():
        for widget in (canvas(), dock.place_text, dock.fan_out.width):
            for name in ("Key_Delete", "Key_Backspace", "Key_1", "Key_Return", "Key_Space"):
                key(widget, name)

    def clicks():
        for widget in [dock.check, dock.fan_out.lock, dock.fan_out.go, dock.technology] + others():
            for kind in ("MouseButtonPress", "MouseButtonRelease", "MouseButtonDblClick"):
                mouse(widget, kind, 10, 10, pya.Qt.LeftButton)

    def buttons():
        for widget in (dock.check, dock.fan_out.lock, dock.fan_out.go, dock.tool, dock.place):
            widget.click()
        found["pages"] = [dock.pages.isTabEnabled(number) for number in range(3)]
        found["shown"] = [dock.fan_out.cancel.isVisible(), dock.fan_out.progress.isVisible(), dock.fan_out.go.isVisible()]
        if "POSTPASS_PICTURE" in os.environ:
            events()
            window.grab().save(os.environ["POSTPASS_PICTURE"].replace("panel.png", "panel-routing.png"))

    def zoom():
        boxes, paints.count = [view.box()], 0
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
        found["moved"] = [one != other for one, other in zip(boxes, boxes[1:])]

    def later():
        found["painted"] = paints.count > 0
        found["state"] = state(view) == before
    found["deeds"] = routed(commands, drawing_tools, keys, clicks, buttons, zoom, later)
    found["message"], found["same traces"] = message(), shapes(view) == undisturbed
    found["views"] = window.views()
    again = enabled()
    found["enabled again"] = sorted((set(alive) ^ set(again)) - {"zoom_menu.prev_display_state", "@toolbar.prev_display_state"})
    undo()
    found["undo is exact"] = state(view) == before
    found["buttons"] = [dock.fan_out.go.isVisible(), dock.fan_out.go.enabled, dock.check.enabled, dock.fan_out.cancel.isVisible()]
    dock.pages.currentIndex = 0
    found["place"] = place("-50, -80")
    window.menu().action("edit_menu.mode_menu.select").trigger()
    window.close_current_view()


def others():
    """Widgets of KLayout that are shown: lists, tabs and buttons of its own panels."""
    mine = {dock.fan_out.cancel.objectName}
    return [widget for widget in pya.QApplication.allWidgets() if widget.isVisible() and widget.objectName not in mine
            and any(widget.inherits(name) for name in ("QTreeView", "QListView", "QTabBar", "QToolButton", "QSpinBox", "QAbstractButton"))]


def outcome(view, before):
    events()
    return {"message": message(), "untouched": state(view) == before, "buttons": [dock.fan_out.go.isVisible(), dock.fan_out.go.enabled]}


def cancel(seen):
    """The button in the panel, pressed by mouse."""
    view = ring()
    before = state(view)

    def press():
        for kind in ("MouseButtonPress", "MouseButtonRelease"):
            mouse(dock.fan_out.cancel, kind, 10, 10, pya.Qt.LeftButton)
    routed(press)
    seen["cancel"] = outcome(view, before)
    window.close_current_view()


def escape(seen):
    view = ring()
    before = state(view)
    routed(lambda: key(canvas(), "Key_Escape"))
    seen["escape"] = outcome(view, before)
    window.close_current_view()


def close(seen):
    """File > Close while routing; the layout has changes, so that the application asks."""
    view = ring()
    views = window.views()

    def press():
        answer("Close Without Saving")
        window.menu().action("file_menu.close").trigger()
    routed(press)
    events()
    seen["close"] = {"message": message(), "closed": views - window.views(), "gone": view._destroyed(),
                     "go": [dock.fan_out.go.isVisible(), dock.fan_out.go.enabled]}


def stay(seen):
    """The same, but the user changes his mind: the routing goes on."""
    view = ring()

    def press():
        answer("Cancel")
        window.menu().action("file_menu.close").trigger()
    routed(press)
    seen["stay"] = {"message": message(), "views": window.views(), "traces": len(shapes(view)["52/0"]) > NETS}
    window.close_current_view()


def changed(seen):
    """Something that nobody can keep from it, such as a macro on a timer, erases a pad."""
    view = ring()
    left = {}

    def erase():
        cellview = view.active_cellview()
        pads = cellview.cell.shapes(cellview.layout().find_layer(53, 4))
        pads.erase(next(pads.each()))
        left.update(state(view))
    routed(erase)
    seen["changed"] = outcome(view, left)
    window.close_current_view()


def other_cell(seen):
    view = ring()
    left = {}

    def show():
        cellview = view.active_cellview()
        cellview.cell = cellview.layout().create_cell("OTHER")
        left.update(state(view))
    routed(show)
    seen["other cell"] = outcome(view, left)
    window.close_current_view()


def failure(seen):
    """The router fails: the application is given back all the same."""
    view = ring()
    before, alive = state(view), enabled()

    def fail(self, *_):
        raise ZeroDivisionError("surprise")
    guard.Guard.progress = fail
    dock.fan_out.go.click()
    guard.Guard.progress = progress
    events()
    seen["failure"] = dict(outcome(view, before), enabled=alive == enabled(), guard=panel.session.guard is None, place=place("-50, -80"))
    window.close_current_view()


def overtaken(seen):
    """What is pressed after the last pause does not come afterwards: everything outside a pause is kept away, closing as well."""
    view = ring()
    before = state(view)
    kept = []

    def watching(self, *arguments):
        if not kept:
            kept.append([mouse(canvas(), "MouseButtonPress", 10, 10, pya.Qt.RightButton), key(canvas(), "Key_Escape"), window.close()])
        progress(self, *arguments)
    guard.Guard.progress = watching
    dock.fan_out.go.click()
    guard.Guard.progress = progress
    seen["overtaken"] = {"shown": window.isVisible(), "message": message(), "changed": state(view) != before, "closed": kept[0][2]}
    window.close_current_view()


def keys_in_fields(seen):
    """Ctrl-Z belongs to a field while something is typed, and to the drawing after Enter."""
    view = new_layout()
    dock.pages.currentIndex = 0
    found, field = seen.setdefault("keys", []), dock.place_text
    place("0, 20")

    def look():
        found.append([field.text, len(shapes(view).get("53/1", []))])
    field.clear()
    field.setFocus()
    events()
    for text in "5,6":
        key(field, {",": "Key_Comma"}.get(text, "Key_" + text), text)
    look()
    key(field, "Key_Z", "", True)
    look()
    key(field, "Key_Y", "", True)
    look()
    key(field, "Key_Return")
    settle()
    look()
    key(field, "Key_Z", "", True)
    settle()
    look()
    key(field, "Key_Y", "", True)
    settle()
    look()
    columns = dock.pads.columns
    key(columns, "Key_2", "2")
    key(columns, "Key_Z", "", True)
    found.append(columns.value)
    key(columns, "Key_2", "2")
    key(columns, "Key_Return")
    key(columns, "Key_Z", "", True)
    look()
    found.append(columns.value)
    columns.value = 1
    window.close_current_view()


def leave(seen):
    """The window is closed while routing: nothing complains."""
    ring()
    found = seen.setdefault("leave", {})

    def press():
        answer("Exit Without Saving")
        window.close()
    found["deeds"] = routed(press)
    found["message"], found["views"] = message(), window.views()


run(scenario)
