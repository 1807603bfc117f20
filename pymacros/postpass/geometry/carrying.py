"""Lets boxes, edges and polygons pass from one process to another: importing this module teaches pickle how."""

from __future__ import annotations

import copyreg
from typing import Any

import pya

from .outlines import contours


def _contours(polygon: pya.Polygon) -> "tuple[Any, tuple[list[list[tuple[int, int]]]]]":
    return _polygon, (contours(polygon),)


def _polygon(contours: "list[list[tuple[int, int]]]") -> pya.Polygon:
    polygon = pya.Polygon([pya.Point(x, y) for x, y in contours[0]], True)
    for hole in contours[1:]:
        polygon.insert_hole([pya.Point(x, y) for x, y in hole], True)
    return polygon


copyreg.pickle(pya.Box, lambda box: (pya.Box, (box.left, box.bottom, box.right, box.top)))
copyreg.pickle(pya.Edge, lambda edge: (pya.Edge, (edge.x1, edge.y1, edge.x2, edge.y2)))
for _kind in ("EdgePair", "EdgePairWithProperties"):  # with properties since KLayout 0.30; these stay behind
    if hasattr(pya, _kind):
        copyreg.pickle(getattr(pya, _kind), lambda pair: (pya.EdgePair, (pair.first, pair.second, pair.symmetric)))
for _kind in ("Polygon", "PolygonWithProperties"):
    if hasattr(pya, _kind):
        copyreg.pickle(getattr(pya, _kind), _contours)
