"""Drawings for the tests of the fan-out, and what the real deck says of them."""

import math
import os
import sys

import pya

from postpass import tech as technologies
from postpass.draw import drawing, shapes

POSTPASS = technologies.load("postpass")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, ROOT)
from tests.deck.support import FAN_OUT, check, markers, run_deck, run_script, start_script  # noqa: E402, F401


def ring(count=8, named=True, contact_radius=30.0, pad_radius=110.0, die=320.0):
    """A layout with contact points on a small circle and signal pads on a larger one."""
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    cell = layout.create_cell("TOP")
    for number in range(count):
        for radius, draw in ((contact_radius, lambda x, y: drawing.draw_via(cell, POSTPASS, "via", 1.2, x, y)),
                             (pad_radius, lambda x, y: drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, x, y))):
            x_um, y_um = place(number, count, radius)
            draw(x_um, y_um)
            if named:
                drawing.draw_label(cell, POSTPASS, "n%d" % number, x_um, y_um)
    outline(cell, POSTPASS, "die", -die / 2, -die / 2, die / 2, die / 2)
    return layout, cell


def place(number, count, radius):
    """Where `ring` puts its things."""
    angle = 2 * math.pi * (number + 0.3) / count
    return POSTPASS.on_grid(radius * math.cos(angle)), POSTPASS.on_grid(radius * math.sin(angle))


def outline(cell, tech, layer, left, bottom, right, top):
    """A rectangle on a layer of the technology."""
    box = shapes.rectangle(right - left, top - bottom, (left + right) / 2, (bottom + top) / 2, cell.layout().dbu, tech.grid_um)
    drawing.insert(cell, tech, layer, box)


def errors_of(layout, tech, folder):
    """(markers of error rules, the deck's summary)."""
    _, found, summary = check(layout, tech.path, folder)
    severe = {rule["id"] for rule in summary["rules"] if rule["severity"] == "error"}
    return [marker for marker in found if marker.rule in severe], summary
