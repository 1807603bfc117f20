"""What the page Draw finds of the start before. Each case is a start of its own, in this order."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from expect import begins, equal, holds
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


def list_file(name="pads.csv"):
    return os.path.join(os.environ["POSTPASS_FOLDER"], name)


@alone
def test_a_list_is_read_in_a_way_of_its_own():
    with open(list_file(), "w", encoding="utf-8") as file:
        file.write("x;y;right;up\n1;2;30;40\n3;4;50;60\n")
    draw.list_clicked()
    equal(draw.dialog.again.isVisible(), False)
    draw.dialog.read_file(list_file())
    draw.dialog.roles["x"].currentText, draw.dialog.roles["y"].currentText = "right", "up"
    draw.dialog.unit.currentText, draw.dialog.mirror.currentText = "mm", "left-right"
    status = draw.dialog.status.text
    draw.dialog.use.click()
    draw.list_clicked()
    equal([draw.dialog.status.text, draw.dialog.again.isVisible(), draw.dialog.unit.currentText], [status, False, "mm"])
    draw.dialog.read_file(list_file())  # the same once more
    equal([draw.dialog.status.text, draw.dialog.use.enabled], [status, True])
    draw.dialog.close.click()


@alone
def test_how_a_list_is_read_survives_a_restart_and_its_file_is_offered():
    draw.list_clicked()
    dialog = draw.dialog
    equal([dialog.unit.currentText, dialog.mirror.currentText, dialog.again.isVisible(), dialog.again.text, dialog.use.enabled], ["mm", "left-right", True, "Again: pads.csv", False])
    dialog.again.click()
    equal([dialog.roles["x"].currentText, dialog.roles["y"].currentText, dialog.again.isVisible()], ["right", "up", False])
    begins(dialog.status.text, "2 places, from ")
    dialog.close.click()
    dock.technology.currentText = "wlcsp"
    draw.list_clicked()
    equal([dialog.unit.currentText, dialog.mirror.currentText, dialog.again.isVisible()], ["automatic", "no", False])
    dialog.close.click()
    dock.technology.currentText = "postpass"
    os.remove(list_file())


@alone
def test_a_file_that_is_gone_is_not_offered():
    draw.list_clicked()
    equal([draw.dialog.unit.currentText, draw.dialog.again.isVisible()], ["mm", False])
    holds(draw.dialog.status.text, "Copy a table")
    draw.dialog.close.click()


run_cases(globals())
