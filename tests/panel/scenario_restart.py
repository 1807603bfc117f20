"""What a start finds of the one before: dock place, open or closed, technology. Each case is a start of its own, in this order."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import equal
from inside import alone, dock, draw, events, fan_out, menu_entry, run_cases, show_fan_out, window


def found():
    return {"visible": dock.isVisible(), "checked": menu_entry().checked, "area": str(window.dockWidgetArea(dock)), "technology": dock.technology.currentText}


@alone
def test_the_first_start():
    equal(found(), {"visible": True, "checked": True, "area": "RightDockWidgetArea", "technology": "postpass"})
    window.addDockWidget(pya.Qt.LeftDockWidgetArea, dock)
    events()
    dock.technology.currentText = "wlcsp400"
    draw.pads.size.text, fan_out.width.text, fan_out.teardrops.checked = "250", "30", True
    show_fan_out()
    events()


@alone
def test_place_and_technology_survive_a_restart():
    equal(found(), {"visible": True, "checked": True, "area": "LeftDockWidgetArea", "technology": "wlcsp400"})
    equal([draw.pads.size.text, fan_out.width.text, fan_out.teardrops.checked, dock.page is fan_out], ["250", "30", True, True])
    dock.technology.currentText = "wlcsp"
    equal([draw.pads.size.text != "250", fan_out.width.text, fan_out.teardrops.checked], [True, "", False])
    dock.technology.currentText = "wlcsp400"
    equal(draw.pads.size.text, "250")
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
