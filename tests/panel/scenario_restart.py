"""What a start finds of the one before: dock place, open or closed, technology. Each case is a start of its own, in this order."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import equal
from inside import alone, dock, events, menu_entry, run_cases, window


def found():
    return {"visible": dock.isVisible(), "checked": menu_entry().checked, "area": str(window.dockWidgetArea(dock)), "technology": dock.technology.currentText}


@alone
def test_the_first_start():
    equal(found(), {"visible": True, "checked": True, "area": "RightDockWidgetArea", "technology": "postpass"})
    window.addDockWidget(pya.Qt.LeftDockWidgetArea, dock)
    events()
    dock.technology.currentText = "wlcsp400"
    events()


@alone
def test_place_and_technology_survive_a_restart():
    equal(found(), {"visible": True, "checked": True, "area": "LeftDockWidgetArea", "technology": "wlcsp400"})
    menu_entry().trigger()
    events()


@alone
def test_a_closed_dock_survives_a_restart():
    equal(found(), {"visible": False, "checked": False, "area": "LeftDockWidgetArea", "technology": "wlcsp400"})
    menu_entry().trigger()
    events()


@alone
def test_an_opened_dock_survives_a_restart():
    equal(found(), {"visible": True, "checked": True, "area": "LeftDockWidgetArea", "technology": "wlcsp400"})


run_cases(globals())
