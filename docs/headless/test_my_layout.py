"""pytest test_my_layout.py: a test of a layout that a program draws."""

import pya

import postpass

PAD_UM = 20.0  # PAD.W.1 of technology postpass: at least 10
DIE, CONTACT, VIA, PAD = (60, 0), (50, 0), (51, 0), (53, 4)


def draw():
    """The program under test: one pad over its via and contact point, on a die."""
    layout = pya.Layout()
    cell = layout.create_cell("CHIP")
    for (layer, datatype), size_um in ((DIE, 60.0), (CONTACT, 2.0), (VIA, 2.0), (PAD, PAD_UM)):
        cell.shapes(layout.layer(layer, datatype)).insert(pya.DBox(size_um, size_um))
    return layout


def test_the_layout_is_legal():
    assert postpass.check(draw(), "postpass").errors == 0


def test_the_layout_is_legal_and_says_where_not():
    report = postpass.check(draw(), "postpass")
    assert report.errors == 0, str(report)
