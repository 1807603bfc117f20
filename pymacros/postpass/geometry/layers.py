"""The layers of one cell: each is read and merged once and shared by all checks.

A technology is asked for `layers` (records by name), `drawn_layers()`, `parts(name)`, `closed_shapes(name)` and `grid_um`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, NamedTuple

import pya

from .. import strings
from ..layout_file import layer_indexes
from . import outlines
from .box_index import PolygonIndex
from .hierarchy import Hierarchy
from .outlines import Circle
from .regions import region_of, unmerged
from .tiles import threads_of_engine

FEW = 20_000  # shapes of a layer: merged in a second
_MANY_TEXTS = 1000  # that are read from one pause to the next
SMALL_UM = 50.0  # a bent region up to this size is not worth cutting


class Label(NamedTuple):
    text: str
    point: pya.Point


class Form:
    """A shape that occurs at several places: its outline with the lower left corner at 0, and the polygons."""

    def __init__(self, outline: pya.Polygon, members: list[pya.Polygon]) -> None:
        self.outline, self.members = outline, members

    @cached_property
    def size(self) -> tuple[float, float]:
        """Smallest and largest size in dbu."""
        return outlines.size(self.outline)

    @cached_property
    def diameters(self) -> "tuple[float, float] | None":
        """Smallest and largest diameter, in dbu, of the circle that a round shape may be drawn for; None for others."""
        return outlines.diameters(self.outline)


class Layers:
    """`derived`: {name of a derived layer: its index in the layout} (derived.py); `threads`: for what KLayout's engine does in
    parallel; `by_cell`: whether nets of repeated cells are told once; `beat`: called again and again while work goes on, may
    raise what ends it; None: nobody waits."""

    def __init__(self, layout: pya.Layout, cell: pya.Cell, technology: Any, derived: "dict[str, int] | None" = None) -> None:
        self.layout, self.cell, self.technology, self.derived = layout, cell, technology, derived or {}
        self._top = cell.cell_index()
        self.dbu, self.threads, self.by_cell = layout.dbu, 1, False
        self.beat: "Callable[[], None] | None" = None
        self._raw: dict[str, pya.Region] = {}
        self._merged: dict[str, pya.Region] = {}
        self._indexes: dict[str, PolygonIndex] = {}
        self._forms: dict[str, list[Form]] = {}
        self._drawn: dict[str, PolygonIndex] = {}
        self._circles: dict[pya.Polygon, "Circle | None"] = {}
        self._corners: dict[pya.Polygon, set[tuple[int, int]]] = {}
        self._layer_indexes: dict[tuple[int, int], list[int]] = {}

    def of(self, cell: pya.Cell) -> Layers:
        """The layers of a cell that this one places."""
        layers = Layers(self.layout, cell, self.technology, self.derived)
        layers._top, layers.beat = self._top, self.beat
        return layers

    def pause(self) -> None:
        """Between two pieces of work: whoever waits may look on, or end it."""
        if self.beat:
            self.beat()

    # shapes

    def raw(self, name: str) -> pya.Region:
        """Shapes as drawn."""
        if name not in self._raw:
            self.pause()
            self._raw[name] = unmerged(self._read(name))
        return self._raw[name]

    def _read(self, name: str) -> pya.Region:
        region = pya.Region()
        for index in self.indexes_of(name):
            region.insert(pya.Region(self.cell.begin_shapes_rec(index)))  # without their properties: these keep metal from merging
        return region

    def merged(self, name: str) -> pya.Region:
        """Connected shapes as one polygon each."""
        if name not in self._merged:
            self.pause()
            self._merged[name] = _flat_copy(self.merged_by_cell(name)) if self._pays_by_cell(name) else self.raw(name).merged(False, 0)
        return self._merged[name]

    def _pays_by_cell(self, name: str) -> bool:
        """Merging cell by cell takes a third of the time, and moves slanted edges that cross from cell to cell by another dbu."""
        indexes = self.indexes_of(name)
        return bool(self._store) and (self.hierarchy.flat_shapes(indexes) > FEW or len(self.hierarchy.cells_with(indexes)) < 2)

    def merged_by_cell(self, name: str) -> pya.Region:
        """The same, on the cells of the hierarchy."""
        self._store.threads = threads_of_engine(self.threads)
        return self.deep(name, self._store).merged(False, 0)

    def deep(self, name: str, store: pya.DeepShapeStore) -> pya.Region:
        """Shapes as drawn, on the cells of the hierarchy."""
        together = None
        for index in self.indexes_of(name):
            deep = pya.Region(self.cell.begin_shapes_rec(index), store)
            together = deep if together is None else together + deep
        return pya.Region() if together is None else together

    def together(self, names: Iterable[str]) -> pya.Region:
        """Shapes of several layers as drawn; the caller's own."""
        region = pya.Region()
        for name in names:
            region.insert(self.raw(name))
        return region

    def drawn(self, index: int, near: "pya.Box | None" = None) -> pya.Region:
        """The shapes of one layer of the layout as they are drawn, not merged; `near`: only those whose box touches it."""
        return unmerged(pya.Region(self.cell.begin_shapes_rec_touching(index, near) if near else self.cell.begin_shapes_rec(index)))

    @cached_property
    def _store(self) -> "pya.DeepShapeStore | None":
        """KLayout merges cell by cell about three times as fast as it merges flat, and arrays of cells as fast as one of them.

        Placements at other sizes or angles round differently there: such layouts are merged flat.
        """
        return None if self.hierarchy.odd_placement else pya.DeepShapeStore()

    def repeated(self, name: str) -> bool:
        """Is the same metal placed so often that it pays to look at cells? Not where placements change what they hold."""
        if self.hierarchy.odd_placement:
            return False
        indexes = self.indexes_of(name)
        return self.hierarchy.flat_shapes(indexes) >= 4 * self.hierarchy.own_shapes(indexes)

    @cached_property
    def hierarchy(self) -> Hierarchy:
        return Hierarchy(self.layout, self.cell)

    def index(self, name: str) -> PolygonIndex:
        """The connected shapes of a layer by place."""
        if name not in self._indexes:
            self.pause()
            self._indexes[name] = PolygonIndex(self.merged(name).each())
        return self._indexes[name]

    def forms(self, name: str) -> list[Form]:
        """Congruent connected shapes of a layer: few forms stand for many vias."""
        if name not in self._forms:
            self.pause()
            forms: dict[pya.Polygon, Form] = {}
            for polygon in self.merged(name).each():
                outline = outlines.at_origin(polygon)
                forms.setdefault(outline, Form(outline, [])).members.append(polygon)
            self._forms[name] = list(forms.values())
        return self._forms[name]

    # round shapes

    def circle_with(self, name: str, facet: pya.Edge) -> "Circle | None":
        """The circle of the round shape, as drawn on that layer, that has this edge or a part of it as a facet."""
        for polygon in self.drawn_at(name, facet.bbox()):
            box, outline = polygon.bbox(), outlines.at_origin(polygon)
            if outline not in self._corners:
                self._corners[outline] = set(outlines.corners(outline))
            if any((point.x - box.left, point.y - box.bottom) in self._corners[outline] for point in (facet.p1, facet.p2)):
                circle = self.circle_of(polygon)
                if circle:
                    return circle
        return None

    def circles_at(self, name: str, box: pya.Box) -> list[Circle]:
        """Circles of the round shapes, as drawn on that layer, that touch a box."""
        circles = map(self.circle_of, self.drawn_at(name, box))
        return [circle for circle in circles if circle]

    def circle_of(self, polygon: pya.Polygon) -> "Circle | None":
        """The circle that a round polygon stands for; told once for each outline."""
        if polygon.is_box():
            return None
        outline, box = outlines.at_origin(polygon), polygon.bbox()
        if outline not in self._circles:
            self._circles[outline] = outlines.circle(outline)
        circle = self._circles[outline]
        return circle and Circle(circle.x + box.left, circle.y + box.bottom, circle.radius)

    def drawn_at(self, name: str, box: pya.Box) -> list[pya.Polygon]:
        """Polygons as drawn on a layer whose boxes touch a box."""
        if name not in self._drawn:
            self._drawn[name] = PolygonIndex(self.raw(name).each())
        drawn = self._drawn[name]
        return [drawn.polygons[number] for number in drawn.touching(box)]

    # labels

    @cached_property
    def labels(self) -> list[Label]:
        """Labels of the label layers, from the cells whose labels count."""
        return [label for name in self.technology.of_kind("label") for label in self._texts(name, self._counts)]

    def _counts(self, index: int) -> bool:
        """Do the labels drawn in a cell count?"""
        return self.technology.counts_labels(strings.cell_name(self.layout.cell(index)), index == self._top)

    def labels_on(self, name: str) -> list[Label]:
        """Texts on a layer; for a derived one, on the layers that it is derived from."""
        return self._texts(name, lambda index: True)

    def _texts(self, name: str, counts: Callable[[int], bool]) -> list[Label]:
        found: list[Label] = []
        known: dict[int, bool] = {}
        for layer in [layer for part in self.technology.drawn_from(name) for layer in self.indexes_of(part)]:
            places = self.cell.begin_shapes_rec(layer)
            places.shape_flags = pya.Shapes.STexts
            for number, place in enumerate(places.each()):
                if number % _MANY_TEXTS == 0:
                    self.pause()
                index = place.cell_index()
                if index not in known:
                    known[index] = counts(index)
                if not known[index]:
                    continue
                text = place.shape().text
                found.append(Label(strings.label(text), place.trans().trans(pya.Point(text.x, text.y))))
        return found

    # layers

    def indexes_of(self, name: str) -> list[int]:
        """Indexes of the layers that hold the parts of a layer; parts without a shape may have none.

        Two layers of a layout may have the same numbers and different names.
        """
        return [index for part in self.technology.parts(name) for index in self._of_part(part)]

    def _of_part(self, part: str) -> list[int]:
        if part in self.derived:
            return [self.derived[part]]
        gds = tuple(self.technology.layers[part]["gds"])
        if gds not in self._layer_indexes:
            self._layer_indexes[gds] = layer_indexes(self.layout, gds)
        return self._layer_indexes[gds]

    def is_empty(self, name: str) -> bool:
        return all(self.cell.bbox_per_layer(index).empty() for index in self.indexes_of(name))

    def unknown(self) -> list[pya.LayerInfo]:
        """Layers of the file that no layer of the technology names."""
        known = {tuple(layer["gds"]) for layer in self.technology.drawn_layers()}
        own = self.derived.values()
        used = [self.layout.get_info(index) for index in self.layout.layer_indexes() if index not in own and not self.cell.bbox_per_layer(index).empty()]
        return [info for info in used if (info.layer, info.datatype) not in known]

    def absent(self) -> list[str]:
        """Drawn layers of the technology without a shape."""
        return [layer["name"] for layer in self.technology.drawn_layers() if self.is_empty(layer["name"])]

    # lengths

    def dbu_of(self, length_um: float) -> float:
        """Length in um -> dbu; the one place where um become dbu."""
        return length_um / self.dbu

    def point(self, x_um: float, y_um: float) -> pya.Point:
        """The nearest point on whole dbu."""
        return pya.Point(int(round(x_um / self.dbu)), int(round(y_um / self.dbu)))

    def limit_dbu(self, length_um: float) -> int:
        """The smallest whole number of dbu that keeps the limit."""
        return math.ceil(self.dbu_of(length_um) - 1e-6)

    def floor_dbu(self, length_um: float) -> int:
        """The largest whole number of dbu up to that length."""
        return math.floor(self.dbu_of(length_um) + 1e-6)

    def um(self, length: float) -> str:
        """dbu -> um as text, without superfluous digits."""
        return ("%.4f" % (length * self.dbu)).rstrip("0").rstrip(".")


class LayersNear(Layers):
    """The part of the layers that touches some windows (boxes in dbu): whole shapes, as they are drawn.

    Where slanted edges cross, merging moves the place to whole dbu, and with it the edge from there to its ends. So what crosses
    an edge matters that is measured, wherever it does. `reach`: how far (dbu) from the edge of the windows what is measured stays;
    None: it does not matter to a dbu.
    """

    def __init__(self, layers: Layers, windows: Iterable[pya.Box], reach: "int | None" = None) -> None:
        super().__init__(layers.layout, layers.cell, layers.technology, layers.derived)
        self._layer_indexes, self.beat = layers._layer_indexes, layers.beat
        self.windows, self._reach = boxes_of_areas(region_of(windows), self.dbu), reach

    def _read(self, name: str) -> pya.Region:
        if self.technology.layers[name].get("kind") == "outline":
            return super()._read(name)
        windows = region_of(self.windows)
        shapes = self._touching(name, windows)
        if self._reach is None:
            return shapes
        beyond = region_of(boxes_along(long_slanted_edges(shapes, self._reach, windows), math.ceil(SMALL_UM / self.dbu))) - windows
        return shapes if beyond.is_empty() else self._touching(name, windows + beyond)

    def _touching(self, name: str, area: pya.Region) -> pya.Region:
        region = pya.Region()
        for index in self.indexes_of(name):
            region.insert(pya.Region(pya.RecursiveShapeIterator(self.layout, self.cell, index, area, False)))
        return region

    @property
    def _store(self) -> None:
        """Few shapes are merged faster without a hierarchy."""
        return None


def long_slanted_edges(shapes: pya.Region, length: int, windows: pya.Region) -> list[pya.Edge]:
    """Edges in any direction but straight up or across, at least so long, that touch one of the windows."""
    edges = unmerged(unmerged(shapes).non_rectilinear()).edges()
    edges.merged_semantics = False
    edges = edges.with_length(length, None, False)
    edges.merged_semantics = False
    return [edge for edge in edges.interacting(windows).each() if edge.dx() and edge.dy()]


def boxes_along(edges: Iterable[pya.Edge], step: int) -> list[pya.Box]:
    """Boxes around the parts, up to a step long, of edges."""
    boxes = []
    for edge in edges:
        count = int(edge.length()) // step + 1
        corners = [edge.p1 + pya.Vector(edge.dx() * part // count, edge.dy() * part // count) for part in range(count + 1)]
        boxes += [pya.Box(one, other).enlarged(2, 2) for one, other in zip(corners, corners[1:])]
    return boxes


def boxes_of_areas(region: pya.Region, dbu: float) -> list[pya.Box]:
    """Boxes that cover a region: those of its connected parts.

    The box around a large bent part would hold much that does not matter: such a part is cut.
    """
    boxes = []
    for polygon in region.merged().each():
        box = polygon.bbox()
        if polygon.is_box() or max(box.width(), box.height()) * dbu <= SMALL_UM:
            boxes.append(box)
        else:
            boxes += [part.bbox() for part in polygon.decompose_trapezoids()]
    return boxes


def _flat_copy(deep: pya.Region) -> pya.Region:
    """Copied, not flattened in place: results of checks on the latter were seen to end the application.

    Merged on cells, two placements of one cell at one place stay two: equal boxes show that.
    """
    flat, boxes, count = pya.Region(), set(), 0
    flat.insert(deep)
    unmerged(flat)
    for polygon in flat.each():
        box, count = polygon.bbox(), count + 1
        boxes.add((box.left, box.bottom, box.right, box.top))
    return flat if len(boxes) == count else flat.merged(False, 0)
