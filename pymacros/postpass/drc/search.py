"""Asks the questions, all in one pass: in tiles on several processors, or on the cells of the hierarchy."""

import math

import pya

from ..geometry import tiles
from ..geometry.layers import Layers
from .candidates import Questions
from .plan import Plan

FEW_TILES = 2000  # less than a second
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
    processor = tiles.processor(area, layers.dbu, _tile_um(layers, asked, plan, area), plan.threads)
    processor.tile_border(asked.border * layers.dbu, asked.border * layers.dbu)
    inputs = [_give(processor, name, layers, indexes) for name, indexes in asked.inputs.items()]
    for number, region in enumerate(found.values()):
        processor.output("found_%d" % number, region)
    processor.queue(_program(asked, "_output(found_%d, %s)"))
    processor.execute("Post-passivation DRC: search")
    inputs.clear()  # not before


def _give(processor: pya.TilingProcessor, name: str, layers: Layers, indexes: list[int]) -> pya.Region | None:
    """Returns what must live until the processor has run: it holds no reference, and a freed region ends the application."""
    if len(indexes) == 1:
        processor.input(name, layers.layout, layers.cell.cell_index(), indexes[0])
        return None
    together = pya.Region()
    for index in indexes:
        together.insert(pya.Region(layers.cell.begin_shapes_rec(index)))
    processor.input(name, together)
    return together


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
