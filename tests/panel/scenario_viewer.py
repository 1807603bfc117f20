"""Viewer mode: nothing can be drawn, the panel says how to change that; checking works."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, equal, holds
from inside import check, draw, events, fan_out, message, panel, place, run_cases, window


def test_viewer_mode_says_how_to_draw_and_checks():
    equal(pya.Application.instance().is_editable(), False)
    window.load_layout(os.environ["POSTPASS_LAYOUT"], 1)
    events()
    words = place("0, 0")
    begins(words, "KLayout runs in viewer mode and cannot draw: start it with klayout -e")
    for button in (draw.tool, fan_out.go, fan_out.lock):
        panel.say("")
        button.click()
        equal(message(), words)
    equal(draw.tool.checked, False)
    list_of_places = os.path.join(os.environ["POSTPASS_FOLDER"], "list.csv")
    with open(list_of_places, "w", encoding="utf-8") as file:
        file.write("x_um,y_um,net,kind,width\n0,0,a,ball,30\n")
    draw.lists.import_clicked()
    lists = draw.lists.window
    lists.path = list_of_places
    lists.changed()
    lists.place.click()
    events()
    equal(lists.status.text.replace("\u200b", ""), words.replace("\u200b", ""))
    lists.widget.close()
    draw.vias.size.text = "0.7"
    holds(draw.vias.details.text, "Aspect ratio 8.43")
    check.go.click()
    begins(message(), "Check: ")
    equal("0 errors" in message(), False)


run_cases(globals())
