"""Runs inside a KLayout with the package installed: what a user finds, as JSON in the file `found`; then does `then`.

`klayout -z -e -r inside_installed.py -rd found=FILE [-rd then=choose|remove]`
"""

import json
import sys

import pya

ENTRY = "Post-passivation DRC"
window = pya.MainWindow.instance()
window.show()


def events():
    for _ in range(20):
        pya.QApplication.processEvents()


def entries(menu):
    return [window.menu().action(path) for path in window.menu().items(menu)]


def below(thing):
    return [thing] + [lower for child in thing.children() for lower in below(child)]


def docked():
    return [one.windowTitle for one in below(window) if one.inherits("QDockWidget") and one.windowTitle.startswith("Post") and one.isVisible()]


def markers_of_the_menu_entry():
    """{rule: count} that Tools > DRC finds in a layout with a pad that is too small."""
    window.create_layout("postpass", 1)
    view = pya.LayoutView.current()
    layout = view.active_cellview().layout()
    layout.dbu = 0.001
    cell = view.active_cellview().cell = layout.create_cell("TOP")
    from postpass import tech
    cell.shapes(layout.layer(*tech.load("postpass").layers["pad_signal"]["gds"])).insert(pya.Box(0, 0, 9000, 9000))
    next(one for one in entries("tools_menu.drc") if one.title == ENTRY).trigger()
    events()
    if not view.num_rdbs():
        return None
    return {category.name(): category.num_items() for category in view.rdb(0).each_category() if category.num_items()}


def libraries():
    """{technology that can be drawn by: whether its cells are in a library}."""
    from postpass import tech
    from postpass.draw import pcells
    kits = [name for name in tech.installed() if tech.load(name).is_kit()]
    return {name: pcells.library_name(tech.load(name)) in pya.Library.library_names() for name in kits}


def remove():
    """Tools > Manage Packages > Current Packages > Remove Package, as a user clicks it. Returns what was asked, or what went wrong."""
    said, wanted, timers = [], ["list", "button", "close"], []

    def soon():  # a timer of its own for each step: one does not fire while its handler waits for a dialog
        timer = pya.QTimer(window)
        timer.setSingleShot(True)
        timer.timeout = step
        timer.start(300)
        timers.append(timer)

    def step():
        modal = pya.QApplication.activeModalWidget()
        if modal is None or len(timers) > 50:
            return None
        soon()
        try:
            if modal.inherits("QMessageBox"):
                said.append(str(modal.property("text")))
                buttons = {str(one.property("text")).replace("&", ""): one for one in below(modal) if one.inherits("QPushButton")}
                return click(buttons["Yes" if "Yes" in buttons else "OK"])
            doing = wanted.pop(0)
            named = {str(one.objectName): one for one in below(modal) if one.inherits("QWidget")}
            if doing == "list":
                tabs, shown = named["mode_tab"], named["salt_view"]
                tabs.setCurrentIndex(next(number for number in range(tabs.count) if shown in below(tabs.widget(number))))
                shown.setCurrentIndex(shown.model.index(0, 0))
            elif doing == "button":
                click(named["delete_button"])
            else:
                modal.close()
        except Exception as error:  # leaving a handler it would open another dialog
            said.append(repr(error))
            modal.close()
    soon()
    window.menu().action("tools_menu.packages").trigger()
    return said


def click(button):
    at, none = pya.QPointF(5, 5), pya.Qt_QFlags_KeyboardModifier(pya.Qt.NoModifier)
    buttons = pya.Qt_QFlags_MouseButton(pya.Qt.LeftButton)
    for kind in (pya.QEvent.MouseButtonPress, pya.QEvent.MouseButtonRelease):
        pya.QApplication.sendEvent(button, pya.QMouseEvent(kind, at, pya.Qt.LeftButton, buttons, none))


def choose():
    """What a user leaves in the panel; the application's settings keep it."""
    from postpass import panel
    shown = panel.start()
    shown.dock.technology.currentText = "wlcsp"
    shown.draw.pads.size.text = "250"
    events()


def chosen():
    from postpass import panel, tech
    shown = panel.start()
    technologies = sorted(one for one in tech.installed() if one.startswith("my_"))
    return [shown.dock.technology.currentText, shown.draw.pads.size.text, technologies]


then = globals().get("then", "")
events()
told = {"docks": docked(), "drc": [one.title for one in entries("tools_menu.drc")], "menu": window.menu().is_menu("postpass_menu"),
        "technologies": sorted(pya.Technology.technology_names()), "libraries": libraries() if docked() else {}, "path": [one for one in sys.path if "postpass" in one]}
if docked():
    told["chosen"] = chosen()
    told["markers"] = markers_of_the_menu_entry()
while window.views():
    window.close_current_view()
if then == "choose":  # after the layout, whose technology the panel follows
    choose()
if then == "remove":
    told["said"] = remove()
with open(found, "w", encoding="utf-8") as file:  # noqa: F821 (a variable of the command line)
    json.dump(told, file)
window.exit()
