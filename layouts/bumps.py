"""Draws a small chip as another team might: sixteen bumps whose pads and traces are on one layer, with five mistakes.

klayout -b -r layouts/bumps.py -rd output=bumps.gds

docs/technology.md writes a technology for it. Layers: 5/0 openings to the chip's pads, 10/0 metal, 15/0 openings above, 20/0 UBM, 30/0 seal ring.
"""

import os
import sys

import pya

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "pymacros"))

from postpass.draw import recipes, shapes  # noqa: E402

DBU, GRID, PITCH, HALF_DIE = 0.001, 0.005, 200.0, 600.0
CHIP_OPENING, METAL, OPENING, UBM, SEAL_RING = 5, 10, 15, 20, 30
NARROW, NEAR, OFF, SMALL, BARE = (0, 3), (3, 0), (2, 1), (1, 1), (3, 3)  # (column, row) of the bumps with a mistake
outputs = recipes.begin(globals().get("output"), None)  # output: a variable of the command line


def draw(cell):
    layout = cell.layout()

    def add(layer, shape):
        cell.shapes(layout.layer(layer, 0)).insert(shape)
    outer, inner = (pya.Region(shapes.rectangle(2 * half, 2 * half, 0.0, 0.0, DBU, GRID)) for half in (HALF_DIE, HALF_DIE - 20.0))
    for polygon in (outer - inner).each():
        add(SEAL_RING, polygon)
    for column in range(4):
        for row in range(4):
            bump(add, (column, row), (column - 1.5) * PITCH, (row - 1.5) * PITCH)


def bump(add, place, x, y):
    """A bump, and its trace straight up or down to an opening at the edge, beside the bumps on its way."""
    def octagon(size, dx=0.0):
        return shapes.polygon("octagon", size, x + dx, y, DBU, GRID)
    up = 1.0 if place[1] > 1 else -1.0
    end, beside = up * 540.0, 0.0 if place[1] in (0, 3) else 75.0
    width = 12.0 if place == NARROW else 20.0
    add(METAL, octagon(120.0 if place == NEAR else 100.0))
    add(OPENING, octagon(54.0 if place == SMALL else 60.0))
    if place != BARE:
        add(UBM, octagon(80.0, 5.0 if place == OFF else 0.0))
    if beside:
        add(METAL, shapes.rectangle(beside, 20.0, x + beside / 2, y, DBU, GRID))
    add(METAL, shapes.rectangle(width, abs(end - y) + 20.0, x + beside, (end + y) / 2, DBU, GRID))
    add(METAL, shapes.rectangle(30.0, 30.0, x + beside, end, DBU, GRID))
    add(CHIP_OPENING, shapes.rectangle(20.0, 20.0, x + beside, end, DBU, GRID))


layout = pya.Layout()
layout.dbu = DBU
draw(layout.create_cell("BUMPS"))
recipes.write(outputs, layout)
print("Drew 16 bumps, 5 of them with a mistake.")
