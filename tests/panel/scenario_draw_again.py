"""What the page Draw finds of the start before. Each case is a start of its own, in this order."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from expect import equal
from inside import alone, dock, draw, events, run_cases


@alone
def test_the_first_start():
    draw.pattern.currentText = "Ring"
    draw.ring.around.currentText, draw.ring.number.text, draw.net.text = "a rectangle", "60", "io[#]"
    draw.object.currentText = "Die outline"
    draw.dies.how.currentText, draw.dies.margin.text = "around all shapes", "25"
    events()


@alone
def test_choices_of_each_technology_survive_a_restart():
    equal([draw.object.currentText, draw.dies.how.currentText, draw.dies.margin.text], ["Die outline", "around all shapes", "25"])
    dock.technology.currentText = "wlcsp"
    equal([draw.object.currentText, draw.pattern.currentText, draw.dies.margin.text, draw.net.text, draw.ring.number.text], ["Pad", "Array", "", "", ""])
    dock.technology.currentText = "postpass"
    draw.object.currentText = "Pad"
    equal([draw.pattern.currentText, draw.ring.around.currentText, draw.ring.number.text, draw.net.text], ["Ring", "a rectangle", "60", "io[#]"])


run_cases(globals())
