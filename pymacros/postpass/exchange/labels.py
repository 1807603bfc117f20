"""Layouts (GDS, OASIS) of others, without a technology: their labels, and with a layer the shapes that these lie on.

Without a layer each label is a place of no kind, its text is the net. With one (`--layer 81/0`) each merged shape of it is a place, with the labels that
lie on it as its net; labels that lie on none stay places without a size. Lengths are um.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pya

from .. import layout_file, steps, strings
from ..messages import counted
from . import outlines
from .record import NO_OPTIONS, NOT_OF_CELLS, ExchangeError, Options, PadList, Place, Summary, number, off_grid, require_places, sides_fit, summary_of, title_word

TITLE = "labels of a layout"
HOLDS = frozenset(("net", "shape", "size", "outline", "title"))
_DBU_UM = 0.001
_USUAL = pya.LayerInfo(1, 0)  # of a layout that is written


def read(path: str, options: Options = NO_OPTIONS) -> tuple[PadList, Summary]:
    """The list of a layout. Raises ExchangeError, FileError."""
    wanted = _layer_of(options)
    layout = layout_file.read(path)
    cell = layout_file.top_cell(layout, options.topcell, options.wording.topcell)
    labels = list(steps.each(_labels(cell)))
    left: list[str] = []
    if wanted is None:
        places = [Place("", *where, net) for where, net in labels]
    else:
        index = layout.find_layer(wanted)
        if index is None:
            raise ExchangeError("%s: holds no layer %s (there are %s)" % (path, _name(wanted), ", ".join(sorted(_name(info) for info in layout.layer_infos()))))
        places, left = _on_shapes(cell, index, labels, _name(wanted))
    require_places(path, places, ["no label in cell %s" % strings.cell_name(cell)])
    pads = PadList(tuple(places), None, strings.cell_name(cell), "%g um" % layout.dbu)
    return pads, summary_of(pads, TITLE, left)


def _layer_of(options: Options) -> pya.LayerInfo | None:
    """The layer of the options, if any. Raises ExchangeError."""
    if options.layer is None:
        return None
    found = re.fullmatch(r"(\d{1,5})(?:/(\d{1,5}))?", options.layer)
    if not found:
        raise ExchangeError("the layer of outlines under labels must be LAYER/DATATYPE, like 81/0, not '%s'" % options.layer)
    return pya.LayerInfo(int(found.group(1)), int(found.group(2) or 0))


def _name(info: pya.LayerInfo) -> str:
    return "%d/%d" % (info.layer, info.datatype)


def _labels(cell: pya.Cell) -> Iterator[tuple[tuple[float, float], str]]:
    """((x_um, y_um), text) of each label below a cell. Cells without labels are passed over: KLayout's own search would go through arrays of vias."""
    layout, dbu = cell.layout(), cell.layout().dbu
    layers = layout.layer_indexes()
    below = {cell.cell_index(), *cell.called_cells()}
    texts = {index: [shape.text for layer in layers for shape in layout.cell(index).shapes(layer).each(pya.Shapes.STexts)] for index in steps.each(below)}
    holders = {index for index, own in texts.items() if own}
    holders.update(caller for index in list(holders) for caller in layout.cell(index).caller_cells())
    children = {index: [(inst.cell_index, list(inst.cell_inst.each_cplx_trans())) for inst in layout.cell(index).each_inst() if inst.cell_index in holders]
                for index in holders & below}
    waiting = [(cell.cell_index(), pya.ICplxTrans())]
    while waiting:
        index, there = waiting.pop()
        for text in texts[index]:
            place = there * pya.Point(text.x, text.y)
            yield (round(place.x * dbu, 6), round(place.y * dbu, 6)), strings.label(text).strip()
        waiting += [(child, there * trans) for child, placed in children.get(index, []) for trans in placed]


def _on_shapes(cell: pya.Cell, index: int, labels: list[tuple[tuple[float, float], str]], layer: str) -> tuple[list[Place], list[str]]:
    """The places of the merged shapes of a layer, then those of labels beside them. Returns (places, what is not as one would like it)."""
    dbu, shapes = cell.layout().dbu, pya.Shapes()
    for polygon in pya.Region(cell.begin_shapes_rec(index)).merged().each():
        shapes.insert(polygon)
    nets: dict[pya.Polygon, list[str]] = {shape.polygon: [] for shape in shapes.each()}
    beside = []
    for (x_um, y_um), text in steps.each(labels):
        point = pya.Point(round(x_um / dbu), round(y_um / dbu))
        under = next((shape.polygon for shape in shapes.each_touching(pya.Box(point, point)) if shape.polygon.inside(point)), None)
        if under is None:
            beside.append(Place("", x_um, y_um, text))
        elif text and text not in nets[under]:
            nets[under].append(text)
    places = [outlines.shaped(Place("", 0.0, 0.0, " + ".join(sorted(net))), [(point.x * dbu, point.y * dbu) for point in polygon.each_point_hull()])
              for polygon, net in nets.items()]
    several = sum(len(net) > 1 for net in nets.values())
    left = ["shapes with several names, joined by +: %d" % several] if several else []
    left += ["labels that lie on no shape of %s: %d, one at %s, %s um" % (layer, len(beside), number(beside[0].x_um), number(beside[0].y_um))] if beside else []
    return sorted(places, key=lambda place: (place.y_um, place.x_um)) + beside, left


def write(pads: PadList, path: str, options: Options = NO_OPTIONS) -> list[str]:
    """Writes outlines and labels on one layer (--layer; 1/0), dbu 1 nm. Returns notes."""
    layout = pya.Layout()
    layout.dbu = _DBU_UM
    name, notes = title_word(pads.title, NOT_OF_CELLS, "TOP")
    shapes = layout.create_cell(name).shapes(layout.layer(_layer_of(options) or _USUAL))
    bare = 0
    for place in steps.each(pads.places):
        if place.width_um:
            shapes.insert(pya.DPolygon([pya.DPoint(place.x_um + x, place.y_um + y) for x, y in outlines.corners(place)]))
        if place.net:
            shapes.insert(pya.Text(strings.raw(place.net), pya.Trans(round(place.x_um / _DBU_UM), round(place.y_um / _DBU_UM))))
        bare += not (place.width_um or place.net)
    layout.write(path)
    notes += off_grid(pads, _DBU_UM, "the database unit", sides_fit)
    return notes + (["%s with neither size nor net, left out" % counted(bare, "place")] if bare else [])
