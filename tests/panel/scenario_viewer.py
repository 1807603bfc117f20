"""Viewer mode: nothing can be drawn, the panel says how to change that; checking works."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, equal, holds
from inside import dock, events, message, panel, place, run_cases, window


def test_viewer_mode_says_how_to_draw_and_checks():
    equal(pya.Application.instance().is_editable(), False)
    window.load_layout(os.environ["POSTPASS_LAYOUT"], 1)
    events()
    words = place("0, 0")
    begins(words, "KLayout runs in viewer mode and cannot draw: start it with klayout -e")
    for button in (dock.tool, dock.fan_out.go, dock.fan_out.lock):
        panel.say("")
        button.click()
        equal(message(), words)
    equal(dock.tool.checked, False)
    dock.vias.size.text = "0.7"
    holds(dock.vias.details.text, "Aspect ratio 8.43")
    dock.check.click()
    begins(message(), "Check: ")
    equal("0 errors" in message(), False)


run_cases(globals())
