"""Runs in KLayout's application: shows a stack by Tools > 2.5d View, and says OK in Tools > Manage Technologies. Variables come from the environment."""

import json
import os
import sys

import pya


def under(widget):
    for child in widget.children():
        yield child
        yield from under(child)


def materials():
    """What the 2.5D view lists."""
    views = [widget for widget in pya.QApplication.topLevelWidgets() if widget.objectName == "d25_view"]
    lists = [child for view in views for child in under(view) if child.objectName == "material_list"]
    return [one.item(number).text for one in lists for number in range(one.count)]


def triggered(main_window, path, title):
    found = [main_window.menu().action(item) for item in main_window.menu().items(path)]
    found = [action for action in found if action.title == title]
    assert len(found) == 1, "%s is there %d times" % (title, len(found))
    found[0].trigger()


def say_ok(main_window, told):
    """Accepts every dialog that opens, KLayout's tips included."""
    timer = pya.QTimer(main_window)

    def accept():
        dialog = pya.QApplication.activeModalWidget()
        if dialog is not None:
            told["dialogs"].append(dialog.objectName)
            dialog.accept()
    timer.timeout = accept
    timer.start(200)
    return timer, accept


def main():
    application = pya.Application.instance()
    window, told = application.main_window(), {"dialogs": []}
    kept = say_ok(window, told)
    window.load_layout(os.environ["LAYOUT"], "wlcsp", 1)
    window.current_view().zoom_fit()
    for _ in range(5):  # the menu entries of the technology's macros come with the next events
        application.process_events()
    triggered(window, "tools_menu.d25", "Stack of wlcsp")
    told["materials"] = materials()
    pya.Technology.technology_by_name("wlcsp400").description = "Changed by its user"
    triggered(window, "tools_menu", "Manage Technologies")
    told["items"] = [window.menu().action(item).title for item in window.menu().items("tools_menu.d25")]
    kept[0].stop()
    with open(os.environ["TOLD"], "w", encoding="utf-8") as file:
        json.dump(told, file)


try:
    main()
    code = 0
except BaseException:
    sys.excepthook(*sys.exc_info())
    code = 1
sys.stderr.flush()

sys.exit(code)
