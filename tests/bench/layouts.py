"""Seeded layouts for the benchmarks: units of contact point, via, capture pad, trace with a 45 degree part, and pad.

A unit is 40 um wide. Units stand in pairs: their contact points are neighbours, their pads lie on either side. "flat": every unit in one cell,
moved at random on the grid. "array": the same blocks of 32 x 32
units as an array of cells. One unit in a thousand carries a fault, unless told otherwise. Coordinates are dbu of 1 nm.
"""

import math
import random

import pya

UM, GRID, PITCH, BLOCK = 1000, 5, 40000, 32
LAYERS = {"contact": (50, 0), "via": (51, 0), "rdl": (52, 0), "pad": (53, 4), "die": (60, 0)}
VIA, CAPTURE, WIDTH, PAD = 1200, 3200, 3200, 16000
FAULTS = ("small via", "large via", "capture pad too small", "thin trace", "pads too near", "off grid", "no contact")


def rounded(size, corners):
    points = [(size / 2 * math.cos(2 * math.pi * i / corners), size / 2 * math.sin(2 * math.pi * i / corners)) for i in range(corners)]
    return pya.Polygon([pya.Point(GRID * int(round(x / GRID)), GRID * int(round(y / GRID))) for x, y in points])


def octagon(size):
    half, cut = size // 2, GRID * int(round(size / (2 + math.sqrt(2)) / GRID))
    return pya.Polygon([pya.Point(x, y) for x, y in ((-half, cut - half), (-half, half - cut), (cut - half, half), (half - cut, half),
                                                     (half, half - cut), (half, cut - half), (half - cut, -half), (cut - half, -half))])


def box(width, height=None):
    height = height or width
    return pya.Polygon(pya.Box(-width // 2, -height // 2, width // 2, height // 2))


def trace():
    """From (0, 0) right, up at 45 degrees, to (18, 16) um; every corner on the grid."""
    half, inset = WIDTH // 2, 665
    corners = [(0, -half), (0, half), (2000 - inset, half), (18000 - inset, 16000 + half), (22000, 16000 + half), (22000, 16000 - half), (18000 + inset, 16000 - half), (2000 + inset, -half)]
    return pya.Polygon([pya.Point(x, y) for x, y in corners])


SHAPES = {"square via": box(VIA), "round via": rounded(VIA, 32), "capture": box(CAPTURE), "trace": trace(),
          "pads": [box(PAD), octagon(PAD), rounded(PAD, 32)]}


def unit(chance, fault=None):
    """[(layer, polygon)] of one unit with its via at (0, 0)."""
    via = SHAPES["square via"] if chance.random() < 0.5 else SHAPES["round via"]
    shapes = {"contact": via, "via": via, "capture": SHAPES["capture"], "trace": SHAPES["trace"], "pad": chance.choice(SHAPES["pads"]).moved(18000, 16000)}
    if fault == "small via":
        shapes["via"] = shapes["contact"] = box(580)
    elif fault == "large via":
        shapes["via"] = shapes["contact"] = box(3010)
        shapes["capture"] = box(5010)
    elif fault == "capture pad too small":
        shapes["capture"] = box(3190)
        shapes["trace"] = SHAPES["trace"].moved(5, 0)
    elif fault == "thin trace":
        shapes["trace"] = SHAPES["trace"]
        return list(_flat(shapes)) + [("rdl", pya.Polygon(pya.Box(-12000, -950, -1000, 950)))]
    elif fault == "pads too near":
        return list(_flat(shapes)) + [("pad", box(10000).moved(18000, 16000 + 8000 + 9995 + 5000))]
    elif fault == "off grid":
        shapes["pad"] = box(PAD).moved(18001, 16000)
    elif fault == "no contact":
        shapes.pop("contact")
    return list(_flat(shapes))


def _flat(shapes):
    for name, polygon in shapes.items():
        yield {"capture": "rdl", "trace": "rdl"}.get(name, name), polygon


def build(path, vias, kind, seed=1, faults=0.001):
    """Writes a layout of about that many vias; kind: "flat" or "array"; faults: part of the units. Returns the true number of vias."""
    chance = random.Random(seed)
    layout = pya.Layout()
    layout.dbu = 0.001
    top = layout.create_cell("TOP")
    index = {name: layout.layer(*gds) for name, gds in LAYERS.items()}
    side = int(math.ceil(math.sqrt(vias)))
    if kind == "flat":
        _fill(top, index, chance, side, side, faults)
    else:
        block = layout.create_cell("BLOCK")
        _fill(block, index, chance, BLOCK, BLOCK, faults)
        count = max(1, int(round(side / BLOCK)))
        step = BLOCK * PITCH
        top.insert(pya.CellInstArray(block.cell_index(), pya.Trans(), pya.Vector(step, 0), pya.Vector(0, step), count, count))
        side = count * BLOCK
    top.shapes(index["die"]).insert(pya.Box(-50 * UM, -50 * UM, side * PITCH + 50 * UM, side * PITCH + 50 * UM))
    layout.write(path)
    return side * side


def _fill(cell, index, chance, columns, rows, faults):
    into = {name: cell.shapes(layer) for name, layer in index.items()}
    for number in range(columns * rows):
        fault = chance.choice(FAULTS) if chance.random() < faults else None
        column, row = number % columns, number // columns
        x = column * PITCH + (4 if column % 2 else 28) * UM + chance.randrange(0, 400) * GRID
        y = row * PITCH + chance.randrange(0, 400) * GRID
        place = pya.Trans(pya.Trans.R0 if column % 2 else pya.Trans.M90, x, y)
        for layer, polygon in unit(chance, fault):
            into[layer].insert(polygon.transformed(place))
