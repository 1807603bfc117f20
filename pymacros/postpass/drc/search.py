"""Asks the questions, all in one pass: in tiles on several processors, or on the cells of the hierarchy.

Where somebody waits, tiles are worked off a few at a time: a candidate is found whatever tile it lies in.
"""

import math

import pya

from ..geometry import tiles
from ..geometry.layers import Layers
from .candidates import Questions
from .plan import Plan

FEW_TILES = 2000  # less than a second
TILES_AT_ONCE = 1  # for each thread, where somebody waits
SHAPES_OF_A_TILE = 4000  # larger tiles merge slower, smaller ones spend more on their borders


def places(layers: Layers, asked: Questions, plan: Plan, area: pya.Box) -> dict[str, pya.Region]:
    """{key of the question: region of the places}; area: the box (dbu) to search, only places that touch it are wanted."""
    if not asked.questions or area.empty():
        return {}
    found = {key: pya.Region() for key in asked.questions}
    (_on_cells if plan.mode == "deep" else _in_tiles)(layers, asked, plan, area, found)
    return found


def _on_cells(layers: Layers, asked: Questions, plan: Plan, _area: pya.Box, found: dict[str, pya.Region]) -> None:
    store = pya.DeepShapeStore()
    store.threads = tiles.threads_of_engine(plan.threads)
    variables = {name: _deep(layers, indexes, store) for name, indexes in asked.inputs.items()}
    variables.update(("found_%d" % number, region) for number, region in enumerate(found.values()))
    pya.Expression(_program(asked, "found_%d.insert(%s)"), variables).eval()


def _deep(layers: Layers, indexes: list[int], store: pya.DeepShapeStore) -> pya.Region:
    regions = [pya.Region(layers.cell.begin_shapes_rec(index), store) for index in indexes]
    if not regions:
        return pya.Region()
    together = regions[0]
    for region in regions[1:]:
        together = together + region
    return together


def _in_tiles(layers: Layers, asked: Questions, plan: Plan, area: pya.Box, found: dict[str, pya.Region]) -> None:
    tile_um = _tile_um(layers, asked, plan, area)
    joint = {name: _together(layers, indexes) for name, indexes in asked.inputs.items() if len(indexes) != 1}  # lives until all has run
    for part in _parts(area, tile_um / layers.dbu, TILES_AT_ONCE * plan.threads) if layers.beat else [area]:
        layers.pause()
        processor = tiles.processor(part, layers.dbu, tile_um, plan.threads)
        processor.tile_border(asked.border * layers.dbu, asked.border * layers.dbu)
        for name, indexes in asked.inputs.items():
            if name in joint:
                processor.input(name, joint[name])
            else:
                processor.input(name, layers.layout, layers.cell.cell_index(), indexes[0])
        regions = [pya.Region() for _ in found]
        for number, region in enumerate(regions):
            processor.output("found_%d" % number, region)
        processor.queue(_program(asked, "_output(found_%d, %s)"))
        processor.execute("Post-passivation DRC: search")
        for whole, region in zip(found.values(), regions):
            whole.insert(region)


def _together(layers: Layers, indexes: list[int]) -> pya.Region:
    """A processor holds no reference to a region, and a freed one ends the application: the caller keeps it."""
    together = pya.Region()
    for index in indexes:
        together.insert(pya.Region(layers.cell.begin_shapes_rec(index)))
    return together


def _parts(area: pya.Box, side: float, tiles_at_once: int) -> list[pya.Box]:
    """Boxes side by side that cover an area, each of some tiles in a row (side: of a tile, dbu)."""
    columns, rows = (max(math.ceil(length / side), 1) for length in (area.width(), area.height()))
    xs, ys = _steps(area.left, area.right, math.ceil(columns / tiles_at_once)), _steps(area.bottom, area.top, rows)
    return [pya.Box(left, bottom, right, top) for bottom, top in zip(ys, ys[1:]) for left, right in zip(xs, xs[1:])]


def _steps(start: int, end: int, count: int) -> list[int]:
    return [start + (end - start) * number // count for number in range(count + 1)]


def _program(asked: Questions, words: str) -> str:
    """The statements, then the questions, each put into words with the number of its output."""
    return "; ".join(asked.statements + [words % (number, question) for number, question in enumerate(asked.questions.values())])


def _tile_um(layers: Layers, asked: Questions, plan: Plan, area: pya.Box) -> float:
    if plan.tile_um:
        return _no_more_than(max(FEW_TILES, plan.flat_shapes), plan.tile_um / layers.dbu, area) * layers.dbu
    whole = layers.cell.bbox()  # the area may be a window of it
    side = math.sqrt(float(whole.width()) * whole.height() * SHAPES_OF_A_TILE / max(plan.flat_shapes, 1))
    side = max(side, 20.0 * asked.border)
    if plan.window:  # a single tile would be given the whole layout
        side = min(side, max(0.75 * max(area.width(), area.height()), 1.0))
    return side * layers.dbu


def _no_more_than(tiles_at_most: int, side: float, area: pya.Box) -> float:
    """The side of tiles, doubled until there are few enough: most of very many tiles would be empty."""
    while (area.width() / side + 1) * (area.height() / side + 1) > tiles_at_most:
        side *= 2
    return side
