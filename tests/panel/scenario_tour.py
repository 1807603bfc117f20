"""The tour of docs/tour.md, step by step with the panel's own widgets; POSTPASS_PICTURES: a folder for pictures of each step, at the size
of POSTPASS_SIZE ("1280x800").

A step is a function step_…; its text is what docs/tour.md says.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, differs, equal, holds
from inside import check, dock, draw, events, fan_out, flat, instance_at, key, message, nets, redo, run_cases, settle, shapes, undo, window

PADS = 12
seen = {}


def view():
    return pya.LayoutView.current()


def step_1_new_layout():
    """Type the sides of the die, 600 and 500 µm, and press *New layout*."""
    dock.die_width.text, dock.die_height.text = "600", "500"
    key(dock.die_height, "Key_Return")
    begins(message(), "New layout of technology postpass, cell TOP, with a die of 600 × 500 um.")


def step_2_ring_of_pads():
    """On *Draw*, choose the function *signal* and the pattern *Ring*, type 12 pads, and press *Place along the die outline*."""
    draw.pads.function.currentText, draw.pattern.currentText, draw.ring.number.text = "signal", "Ring", str(PADS)
    draw.place.click()
    equal(message(), "Placed 12 pads.")


def step_3_contact_points():
    """Choose the object *Via* and the pattern *Array*, type 4 × 3 vias with a pitch of 40 µm, at 0, 0, and press *Place*."""
    draw.object.currentText, draw.pattern.currentText = "Via", "Array"
    draw.vias.columns.value, draw.vias.row_count.value = 4, 3
    draw.vias.pitch_x.text = draw.vias.pitch_y.text = "40"
    draw.place_text.text = "0, 0"
    draw.place.click()
    begins(message(), "Placed 12 vias.")


def step_4_flight_lines():
    """On *Nets*, tick *Flight lines*: what would be joined now, with its length and its crossings."""
    dock.turn_to(nets)
    settle()
    nets.flight.checked = True
    events()


def step_5_route():
    """On *Fan out*, choose the pairing *fan-out*, type a width of 4 µm, and press *Route*."""
    dock.turn_to(fan_out)
    fan_out.function.currentText, fan_out.width.text = "fan-out", "4"
    fan_out.go.click()
    begins(message(), "Drew 12 traces.")


def step_6_name():
    """On *Nets*, select all rows, type the name `io[#]`, and press *Rename*: each net has a name and is joined."""
    dock.turn_to(nets)
    settle()
    nets.table.view.selectAll()
    events()
    nets.pattern.text = "io[#]"
    nets.rename.click()
    events()
    equal(len(shapes(view())["52/10"]) >= PADS, True)


def step_7_a_mistake():
    """On *Draw*, choose the object *Pad* and the pattern *Array*, and place a pad of 6 µm, too small, at 0, 150: the panel warns, and draws it."""
    dock.turn_to(draw)
    draw.object.currentText, draw.pattern.currentText, draw.pads.size.text, draw.place_text.text = "Pad", "Array", "6", "0, 150"
    holds(draw.findings.text, "PAD.W.1")
    draw.place.click()
    begins(message(), "Placed 1 pad.")
    seen["mistake"] = shapes(view())


def step_8_check():
    """On *Check*, press *Check*: the violated rules are listed, and a click on one shows where."""
    dock.turn_to(check)
    check.go.click()
    events()
    begins(message(), "Check: ")
    equal("Check: 0 errors" in message(), False)


def step_9_undo():
    """Press Ctrl-Z: the pad is gone. *Redo* brings it back, Ctrl-Z takes it away again."""
    undo()
    differs(shapes(view()), seen["mistake"])
    redo()
    equal(shapes(view()), seen["mistake"])
    undo()


def step_10_move_a_pad():
    """Move a pad, which takes its name along, by KLayout's own *Move*, and press *Re-route changed* on *Fan out*: one trace is new, all others stay. Check once more, and save the layout."""
    traces = shapes(view())["52/0"]
    pad = min((shape.bbox().center() for shape in flat(view(), (53, 4)).each()), key=lambda point: (point.x, point.y))
    view().transaction("Move")
    instance_at(view(), pad.x * 0.001, pad.y * 0.001).transform(pya.Trans(pya.Vector(0, 40000)))
    view().commit()
    dock.turn_to(fan_out)
    fan_out.changed_only.click()
    begins(message(), "Drew 1 trace.")
    holds(message(), "11 stay, 1 replaced.")
    equal(len(set(traces) & set(shapes(view())["52/0"])) >= len(traces) - 2, True)
    dock.turn_to(check)
    check.go.click()
    events()
    begins(message(), "Check: 0 errors")


STEPS = [step for name, step in list(globals().items()) if name.startswith("step_")]


def test_the_tour():
    size = os.environ.get("POSTPASS_SIZE", "1280x800").split("x")
    window.resize(int(size[0]), int(size[1]))
    events()
    for number, step in enumerate(STEPS, 1):
        step()
        events()
        settle()
        if os.environ.get("POSTPASS_PICTURES"):
            equal(window.grab().save(os.path.join(os.environ["POSTPASS_PICTURES"], "tour_%d.png" % number)), True)


run_cases(globals())
