"""What is drawn on layers of a technology, below a cell: as one region, by place, and the labels."""

import math

import pya

from .. import strings
from ..layout_file import layer_indexes


def region(cell, tech, layers):
    """Everything on those layers of the technology below a cell, as a pya.Region."""
    found = pya.Region()
    for index in indexes(cell, tech, layers):
        found.insert(pya.Region(cell.begin_shapes_rec(index)))  # without their properties: these keep metal from merging
    return found


def indexes(cell, tech, layers):
    """Indexes of those layers that the layout has; several may have the same numbers."""
    return [index for layer in layers for index in layer_indexes(cell.layout(), tech.layers[layer]["gds"])]


class Finder:
    """Polygons (dbu) by place; what lies in a band of the plane is looked up at once."""

    def __init__(self, polygons):
        self.polygons = list(polygons)
        boxes = [polygon.bbox() for polygon in self.polygons]
        self.bottom = min([box.bottom for box in boxes] or [0])
        height = max([box.top for box in boxes] or [0]) - self.bottom
        self.step = max(1, height // (1 + 2 * math.isqrt(len(boxes))))
        self.bands = {}
        for k, box in enumerate(boxes):
            entry = (k, box.left, box.bottom, box.right, box.top)
            for band in range((box.bottom - self.bottom) // self.step, (box.top - self.bottom) // self.step + 1):
                self.bands.setdefault(band, []).append(entry)

    def at(self, point):
        """Numbers of the polygons that hold a point, edges included."""
        x, y = point.x, point.y
        return [k for k, left, bottom, right, top in self.bands.get((y - self.bottom) // self.step, ())
                if left <= x <= right and bottom <= y <= top and self.polygons[k].inside(point)]


def labels(cell, tech):
    """[(text as it can be shown, point in dbu)] of the label layers."""
    found = []
    for index in indexes(cell, tech, tech.of_kind("label")):
        shapes = cell.begin_shapes_rec(index)
        while not shapes.at_end():
            if shapes.shape().is_text():
                text = shapes.shape().text
                found.append((strings.label(text), shapes.trans() * pya.Point(text.x, text.y)))
            shapes.next()
    return found
