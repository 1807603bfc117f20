"""Viewer mode: nothing can be drawn, the panel says how to change that; checking works."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from inside import dock, events, message, place, run, window


def scenario(seen):
    seen["editable"] = pya.Application.instance().is_editable()
    window.load_layout(os.environ["POSTPASS_LAYOUT"], 1)
    events()
    seen["place"] = place("0, 0")
    dock.tool.click()
    seen["tool"] = [message(), dock.tool.checked]
    dock.fan_out.go.click()
    seen["fan out"] = message()
    dock.fan_out.lock.click()
    seen["lock"] = message()
    dock.vias.size.text = "0.7"
    seen["hints"] = dock.vias.details.text
    dock.check.click()
    seen["check"] = message()


run(scenario)
