"""The page Stack: the section of the technology, other films and via sizes, a variant that is saved."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, differs, equal, holds
from inside import dock, draw, events, key, message, panel, place, run_cases, shapes, stack, window

from postpass import tech

FOLDER = os.environ["POSTPASS_FOLDER"]
COLOURS = {"error": "#e04848", "warning": "#d08000", None: ""}


def show(technology="postpass"):
    dock.technology.currentText = technology
    dock.turn_to(stack)
    events()


def edit(film):
    return stack.film_rows[stack.films.index(film)][1]


def typed(field, text):
    """Types into a field as a user does, over what was there."""
    field.setFocus()
    field.selectAll()
    key(field, "Key_Delete")
    field.clear()
    for letter in text:
        pya.QApplication.sendEvent(field, pya.QKeyEvent(pya.QEvent.KeyPress, 0, pya.Qt_QFlags_KeyboardModifier(pya.Qt.NoModifier), letter))
    events()


def painted():
    """Colours of the painted picture, each with the number of its pixels; {} while there is none."""
    image = stack.picture.grab().toImage()
    found = {}
    for x in range(0, image.width(), 1):
        for y in range(0, image.height(), 1):
            colour = image.pixel(x, y) & 0xffffff
            found[colour] = found.get(colour, 0) + 1
    return found


def saved_as(path):
    """Presses the button and answers the question for a file: types the name, presses Save."""
    timer, asked = pya.QTimer(window), []

    def answer():
        modal = pya.QApplication.activeModalWidget()
        if modal is None:
            return
        fields = [one for one in below(modal) if one.inherits("QLineEdit")]
        buttons = [one for one in below(modal) if one.inherits("QPushButton")]
        timer.stop()
        asked.append(modal.windowTitle)
        if path is None or not fields:
            modal.reject()
            return
        fields[0].setText(path)
        next(one for one in buttons if one.text.replace("&", "") == "Save").click()
    timer.timeout = answer
    timer.start(50)
    button("save").click()
    timer.stop()
    events()
    return asked


def below(thing):
    return [thing] + [lower for child in thing.children() for lower in below(child)]


def button(name):
    return next(one for one in below(stack.page) if one.objectName == "postpass_stack_" + name)


def test_the_page_shows_the_section_to_scale_with_figures():
    show()
    equal(stack.films, ["polymer", "nitride", "oxide"])
    equal([edit(film).placeholderText for film in stack.films] + [stack.size.placeholderText], ["5", "0.7", "0.2", "1.18"])
    holds(stack.figures.text, "via: depth 5.9 µm, aspect ratio 5.00")
    holds(stack.figures.text, "Legal 0.59 to 3 µm\nRecommended 1.18 to 3 µm")
    colours = painted()
    for colour in (0xF2E3B0, 0xCFE3F2, 0xD5ECD2, 0xC9763A, 0xD9823F):  # three films, via, pad
        assert colours.get(colour, 0) > 20, "found %d pixels of %06x" % (colours.get(colour, 0), colour)
    assert colours[0xD5ECD2] > 4 * colours[0xCFE3F2] > 8 * colours[0xF2E3B0] / 2, "found the films %s" % colours
    equal(stack.picture.width <= stack.page.width, True)


def test_the_sizes_are_those_of_the_page_draw():
    show()
    holds(stack.figures.text, "Size 1.18 µm, capture pad 3.18 µm")
    draw.vias.size.text, draw.pads.size.text = "2", "24"
    dock.turn_to(draw)
    dock.turn_to(stack)
    events()
    holds(stack.figures.text, "Size 2 µm, capture pad 4 µm")
    equal([box.width_um for box in stack.look.section.of_role("pad", "via")], [2.0, 24.0])
    draw.vias.size.text = "wide"
    dock.turn_to(draw)
    dock.turn_to(stack)
    holds(stack.findings.text, "Page Draw: Via size must be a number in um, not 'wide'. The smallest is drawn here.")


def test_another_thickness_is_live_and_one_outside_its_range_is_said():
    show()
    before = painted()
    typed(edit("polymer"), "14")
    holds(stack.figures.text, "via: depth 14.9 µm")
    holds(stack.figures.text, "Legal 1.49 to 3 µm\nRecommended 2.98 to 3 µm")
    differs(painted(), before)
    equal([edit("polymer").styleSheet, stack.findings.text.count("VIA.AR.1"), stack.findings.text.count("VIA.AR.2")], ["", 1, 1])
    holds(stack.findings.styleSheet, COLOURS["error"])
    typed(edit("polymer"), "1.5")
    equal(stack.findings.text.split("\n")[0], "Film polymer is 1.5 um thick, recommended 2 to 30.")
    holds(edit("polymer").styleSheet, COLOURS["warning"])
    typed(edit("polymer"), "40")
    holds(stack.findings.text, "Film polymer is 40 um thick, allowed 1 to 30.")
    holds(edit("polymer").styleSheet, COLOURS["error"])
    equal(edit("polymer").text, "40")
    holds(stack.figures.text, "depth 40.9 µm")
    holds(stack.figures.text, "No size keeps every limit for this film stack")


def test_a_via_size_is_judged_and_what_is_no_number_is_said():
    show()
    typed(stack.size, "0.4")
    holds(stack.figures.text, "aspect ratio 14.75")
    holds(stack.size.styleSheet, COLOURS["error"])
    holds(stack.findings.text, "VIA.W.1")
    typed(stack.size, "1 um")
    holds(stack.size.styleSheet, COLOURS["warning"])
    typed(stack.size, "1.2")
    equal([stack.size.styleSheet, stack.findings.isVisible()], ["", False])
    typed(edit("oxide"), "thin")
    equal([stack.findings.text, edit("oxide").text], ["Film oxide must be a number in um, not 'thin'.", "thin"])
    holds(edit("oxide").styleSheet, COLOURS["error"])
    holds(stack.figures.text, "depth 5.9 µm")
    typed(edit("oxide"), "-1")
    begins(stack.findings.text, "Film oxide: thickness must be a length")


def test_what_was_typed_is_kept_by_technology_and_taken_back_by_a_button():
    show()
    typed(edit("polymer"), "7")
    typed(stack.size, "2")
    show("wlcsp")
    equal([stack.films, edit("polymer_2").text, stack.size.text], [["polymer_2", "polymer_1"], "", ""])
    equal([row[1].isVisible() for row in stack.film_rows], [True, True, False])
    holds(stack.figures.text, "pi2: depth 7.5 µm, aspect ratio 0.03\nSize 220 µm, UBM 250 µm")
    show()
    equal([edit("polymer").text, stack.size.text], ["7", "2"])
    button("reset").click()
    equal([edit("polymer").text, stack.size.text], ["", ""])
    holds(stack.figures.text, "depth 5.9 µm")
    show("wlcsp")
    show()
    equal(edit("polymer").text, "")


def test_technologies_without_films_or_pads_are_shown_and_say_what_is_not_stated():
    for name in sorted(tech.installed()):
        show(name)
        equal([dock.technology.currentText, stack.look.section is not None, message()], [name, True, ""])
    show("skywater_amkor500")
    equal([stack.films, stack.figures.isVisible()], [[], False])
    holds(stack.look.section.notes[0], "Not stated, drawn as 1 µm: thickness of pad, rdl")


def test_changed_films_are_saved_as_a_technology_that_loads():
    show()
    path = os.path.join(FOLDER, "thick.json")
    typed(edit("polymer"), "10")
    equal(saved_as(path), ["Save as technology"])
    begins(message().replace("\u200b", ""), "Technology saved as %s, based on postpass.json." % path)
    found = tech.load(path)
    equal([found.name, found.films["polymer"]["thickness_um"], found.depth_um("via")], ["thick", 10.0, 10.9])
    with open(path, encoding="utf-8") as file:
        own = json.load(file)
    equal([own["based_on"], [film["name"] for film in own["films"]]], [tech.load("postpass").path, ["polymer"]])
    equal([panel.tech.name, panel.tech.films["polymer"]["thickness_um"], edit("polymer").text], ["postpass", 5.0, "10"])


def test_nothing_is_saved_where_nothing_is_changed_or_nobody_names_a_file():
    show()
    before = sorted(os.listdir(FOLDER))
    equal(saved_as(os.path.join(FOLDER, "none.json")), [])
    equal(message(), "No film is changed: type other thicknesses first.")
    typed(edit("polymer"), "many")
    equal(saved_as(os.path.join(FOLDER, "none.json")), [])
    equal(message(), "Film polymer must be a number in um, not 'many'.")
    typed(edit("polymer"), "10")
    equal([saved_as(None), message()], [["Save as technology"], ""])
    equal(saved_as(os.path.join(FOLDER, "wlcsp.json")), ["Save as technology"])
    equal(message(), "Technology wlcsp is installed: give the variant another name.")
    equal([sorted(os.listdir(FOLDER)), edit("polymer").text], [before, "10"])


def test_undo_in_a_field_undoes_the_drawing():
    window.create_layout("postpass", 1)
    view = pya.LayoutView.current()
    view.active_cellview().cell = view.active_cellview().layout().create_cell("TOP")
    place("0, 0")
    show()
    typed(edit("polymer"), "7")
    equal(list(shapes(view)), ["53/1"])
    window.cm_undo()
    equal([shapes(view), edit("polymer").text], [{}, "7"])


run_cases(globals())
