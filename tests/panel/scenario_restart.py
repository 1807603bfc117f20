"""What a start finds and, by POSTPASS_DO, leaves behind: dock place, open or closed, technology."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from inside import dock, events, menu_entry, run, window


def scenario(seen):
    seen["found"] = {"visible": dock.isVisible(), "checked": menu_entry().checked, "area": str(window.dockWidgetArea(dock)),
                     "technology": dock.technology.currentText}
    for step in os.environ["POSTPASS_DO"].split():
        if step == "left":
            window.addDockWidget(pya.Qt.LeftDockWidgetArea, dock)
        elif step == "toggle":
            menu_entry().trigger()
        else:
            dock.technology.currentText = step
        events()


run(scenario)
