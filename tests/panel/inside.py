"""For scenarios that run inside the application: their cases, the panel, the mouse, the exact state of a view.

A scenario's cases are its functions test_…, which act and assert; its last line is `run_cases(globals())`. Assert with expect.py,
which says both sides. What came of each case is a line of JSON in the file named by the environment variable POSTPASS_TOLD.
"""

import gc
import json
import os
import sys
import time
import traceback

import pya

from postpass import panel as package
from postpass.panel import ask, guard, tool

window = pya.MainWindow.instance()
panel = package.start()
dock, draw, nets, fan_out, check, stack = panel.dock, panel.draw, panel.nets, panel.fan_out, panel.check, panel.stack


def run_cases(scenario):
    """Runs the cases of a scenario (its globals) in their order with a shown window, and ends the application as a user would."""
    one = os.environ.get("POSTPASS_ALONE")
    window.show()
    window.resize(1300, 900)
    events()
    with open(os.environ["POSTPASS_TOLD"], "w") as file:
        for name, case in list(scenario.items()):
            if not name.startswith("test_") or (name != one if one else hasattr(case, "alone")):
                continue
            failure = None
            for step in (case,) if one else (case, put_back):
                try:
                    step()
                except Exception:
                    failure = (failure or "") + traceback.format_exc()
            # written at once: a later case may end the application
            file.write(json.dumps({"name": name, "passed": failure is None, "traceback": failure}) + "\n")
            file.flush()
    leave()


def alone(case):
    """Marks a case that wants a start of the application for itself."""
    case.alone = True
    return case


def put_back():
    """Each case finds no layout, and the panel's fields as after a start, also when the one before failed."""
    close_browsers()
    window.menu().action("edit_menu.cancel").trigger()
    while window.views():
        window.close_current_view()
    dock.technology.currentText = "postpass"
    panel.kept.clear()
    panel.show_technology()
    show_pads()
    dock.setFloating(False)
    dock.show()
    panel.say("")
    events()


def leave():
    sys.stdout.flush()
    while window.views():
        window.close_current_view()
    window.exit()


def events():
    for _ in range(20):
        pya.QApplication.processEvents()


def settle():
    """Until the application has brought its menus up to date, which it does by a timer."""
    time.sleep(0.3)
    events()


def show_pads():
    dock.turn_to(draw)
    draw.object.currentText = "Pad"


def show_vias():
    dock.turn_to(draw)
    draw.object.currentText = "Via"


def show_fan_out():
    dock.turn_to(fan_out)


def message():
    return dock.message.text


def menu_entry():
    return window.menu().action("postpass_menu.panel")


def new_layout(cell="TOP", technology="", dbu_um=0.001):
    """A new layout in a view of its own, showing 60 x 60 um around the origin; returns the view."""
    window.create_layout(technology, 1)
    view = pya.LayoutView.current()
    cellview = view.active_cellview()
    cellview.layout().dbu = dbu_um
    if cell:
        cellview.cell = cellview.layout().create_cell(cell)
        view.zoom_box(pya.DBox(-30, -30, 30, 30))
    events()
    return view


def pixel(view, x_um, y_um):
    point = view.viewport_trans() * pya.DPoint(x_um, y_um)
    return pya.Point(int(round(point.x)), int(round(view.viewport_height() - 1 - point.y)))


def move(view, x_um, y_um):
    view.send_mouse_move_event(pixel(view, x_um, y_um), 0)


def click(view, x_um, y_um):
    move(view, x_um, y_um)
    view.send_mouse_press_event(pixel(view, x_um, y_um), pya.ButtonState.LeftButton)
    view.send_mouse_release_event(pixel(view, x_um, y_um), pya.ButtonState.LeftButton)


def asked(name, path):
    """The next question of `ask` for a file or folder is answered with a path, or with None; returns where its arguments are noted."""
    usual, questions = getattr(ask, name), []

    def instead(*arguments):
        questions.append(arguments)
        setattr(ask, name, usual)
        return path
    setattr(ask, name, instead)
    return questions


def escape(view):
    view.send_key_press_event(pya.KeyCode.Escape, 0)


def place(text):
    draw.place_text.text = text
    draw.place.click()
    return message()


def undo():
    window.cm_undo()
    events()


def redo():
    window.cm_redo()
    events()


def flat(view, layer, cell=None):
    """The shapes of a layer in the shown cell and in the cells of the pads, vias and contact points that were placed there, as a pya.Shapes."""
    cell, index, found = cell or view.active_cellview().cell, view.active_cellview().layout().find_layer(*layer), pya.Shapes()
    if index is None:
        return found
    found.insert(cell.shapes(index))
    shape = pya.RecursiveShapeIterator(cell.layout(), cell, index)
    shape.min_depth = 1
    while not shape.at_end():
        found.insert((shape.shape().text if shape.shape().is_text() else shape.shape().polygon).transformed(shape.trans()))
        shape.next()
    return found


def instance_at(view, x_um, y_um):
    """The placed pad, via or contact point of the shown cell at a place."""
    cellview = view.active_cellview()
    point = pya.DPoint(x_um, y_um).to_itype(cellview.layout().dbu)
    return next(cellview.cell.each_touching_inst(pya.Box(point, point)))


def select(view, left, bottom, right, top):
    """Selects what lies in a box (um), as dragging the mouse does."""
    view.send_mouse_press_event(pixel(view, left, bottom), pya.ButtonState.LeftButton)
    for x, y in ((left + (right - left) / 2, bottom + (top - bottom) / 2), (right, top)):
        view.send_mouse_move_event(pixel(view, x, y), pya.ButtonState.LeftButton)
    view.send_mouse_release_event(pixel(view, right, top), pya.ButtonState.LeftButton)
    events()


def shapes(view):
    """{"layer/datatype": [shape]} of the shown cell, as `flat`; layers without shapes do not count."""
    cellview, found = view.active_cellview(), {}
    layout = cellview.layout()
    for index in layout.layer_indexes():
        key = "%d/%d" % (layout.get_info(index).layer, layout.get_info(index).datatype)
        number = layout.get_info(index)
        found.setdefault(key, [shape.to_s() for shape in flat(view, (number.layer, number.datatype)).each()])
    return {key: sorted(texts) for key, texts in found.items() if texts}


def centres(view, layer):
    """Centres of the boxes around the shapes of a layer, um."""
    dbu = view.active_cellview().layout().dbu
    return [[shape.bbox().center().x * dbu, shape.bbox().center().y * dbu] for shape in flat(view, layer).each()]


def listed(view):
    """The entries of the layer list: [name, source, colour]."""
    entries, entry = [], view.begin_layers()
    while not entry.at_end():
        entries.append([entry.current().name, entry.current().source, entry.current().fill_color])
        entry.next()
    return entries


def state(view):
    """Everything an undo must bring back."""
    cells = [cell.name for cell in view.active_cellview().layout().each_cell()]
    return {"shapes": shapes(view), "listed": listed(view), "cells": cells}


def ghosts(view):
    """Boxes around the ghost outlines now shown, um: [[left, bottom, right, top]]."""
    tools = [thing for thing in gc.get_objects() if isinstance(thing, tool.Tool) and not thing._destroyed()]
    outlines = [outline.transformed(shift).bbox() for one in tools if one.drawn for outlines, shift in [one.drawn] for outline in outlines]
    assert sum(len(one.markers) for one in tools) == len(outlines)
    return [[round(value, 6) for value in (box.left, box.bottom, box.right, box.top)] for box in outlines]


def close_browsers():
    """Closes the marker browsers."""
    for other in pya.QApplication.topLevelWidgets():
        if "Marker" in other.windowTitle:
            other.close()


def mouse(widget, kind, x, y, button):
    """Sends a mouse event to a widget through the application, as the window system does."""
    buttons = pya.Qt_QFlags_MouseButton(button if kind != "MouseButtonRelease" else pya.Qt.NoButton)
    none, at = pya.Qt_QFlags_KeyboardModifier(pya.Qt.NoModifier), pya.QPointF(x, y)
    pressed = pya.Qt.NoButton if kind == "MouseMove" else button
    return pya.QApplication.sendEvent(widget, pya.QMouseEvent(getattr(pya.QEvent, kind), at, pressed, buttons, none))


def wheel(widget, steps):
    """Sends a turn of the mouse wheel."""
    at, none = pya.QPointF(50, 50), pya.Qt_QFlags_KeyboardModifier(pya.Qt.NoModifier)
    buttons, by = pya.Qt_QFlags_MouseButton(pya.Qt.NoButton), [pya.QPoint(0, 0), pya.QPoint(0, steps)]
    try:
        event = pya.QWheelEvent(at, at, *by, steps, pya.Qt.Vertical, buttons, none)
    except (TypeError, RuntimeError):  # bindings without the constructor of the first Qt 5
        event = pya.QWheelEvent(at, at, *by, buttons, none, pya.Qt.NoScrollPhase, False)
    return pya.QApplication.sendEvent(widget, event)


def in_pauses(button, *deeds):
    """Clicks a button that starts work; each deed runs in a pause of that of its own, as what a user does would. Returns how many ran."""
    from postpass.routing.progress import Progress  # scipy comes with it, which the panel does without at first
    waiting, done, trouble = list(deeds), [], []
    progress, usual = guard.Guard.progress, Progress.__init__.__defaults__

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
    Progress.__init__.__defaults__ = (None, 0.0)  # the work reports at every beat, however fast it is
    try:
        button.click()
    finally:
        guard.Guard.progress = progress
        Progress.__init__.__defaults__ = usual
    if trouble:
        raise trouble[0]
    return len(done)


_SHORTCUTS = {"Key_Z": "edit_menu.undo", "Key_Y": "edit_menu.redo", "Key_Delete": "edit_menu.delete", "Key_Space": "@secrets.select_next_item"}


def key(widget, name, text="", control=False):
    """Presses a key as Qt does it: the widget may claim it, else it is a shortcut, else the widget gets it."""
    code = getattr(pya.Qt, name).to_i()
    modifiers = pya.Qt_QFlags_KeyboardModifier(pya.Qt.ControlModifier if control else pya.Qt.NoModifier)
    claim = pya.QKeyEvent(pya.QEvent.ShortcutOverride, code, modifiers, text)
    claim.ignore()
    pya.QApplication.sendEvent(widget, claim)
    shortcut = _SHORTCUTS.get(name) if control or name in ("Key_Delete", "Key_Space") else None
    if not claim.isAccepted() and shortcut and window.menu().action(shortcut).enabled:
        window.menu().action(shortcut).trigger()
        return
    for kind in (pya.QEvent.KeyPress, pya.QEvent.KeyRelease):
        pya.QApplication.sendEvent(widget, pya.QKeyEvent(kind, code, modifiers, text))


def answer(*titles):
    """Presses the button of one of these titles as soon as the application asks something."""
    timer = pya.QTimer(window)

    def press():
        modal = pya.QApplication.activeModalWidget()
        if modal is None:
            return
        timer.stop()
        # what was made while an event filter looked on is but a QWidget in Python
        buttons = {str(widget.property("text")).replace("&", ""): widget for widget in all_below(modal) if widget.inherits("QPushButton")}
        found = [buttons[title] for title in titles if title in buttons]
        if not found:
            sys.stderr.write("ERROR: the application asks with %s\n" % sorted(buttons))
            modal.close()
        for kind in ("MouseButtonPress", "MouseButtonRelease") if found else ():
            mouse(found[0], kind, 5, 5, pya.Qt.LeftButton)
    timer.timeout = press
    timer.start(50)


def all_below(thing):
    return [thing] + [lower for child in thing.children() for lower in all_below(child)]
