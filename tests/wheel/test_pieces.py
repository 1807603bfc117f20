"""What the fan-out takes for one piece of metal."""

import pya

from postpass import tech
from postpass.draw import drawing
from postpass.fanout import connected_metal

POSTPASS = tech.load("postpass")


def test_shapes_that_differ_in_their_properties_alone_are_one_piece():
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    drawing.draw_via(cell, POSTPASS, "via", 1.0, 0, 0)
    drawing.draw_pad(cell, POSTPASS, "signal", "square", 20.0, 40.0, 0)
    trace = cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl"))
    for number, box in enumerate([pya.Box(-1000, -1000, 15000, 1000), pya.Box(14000, -1000, 40000, 1000)]):
        trace.insert(box).prop_id = layout.properties_id([[1, "half %d" % number]])
    found = connected_metal.read(cell, POSTPASS)
    assert [(piece.has_contact, piece.has_pad) for piece in found] == [(True, True)]
