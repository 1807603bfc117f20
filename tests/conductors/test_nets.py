"""Nets read by Python: merged metal, repeated cells, labels on corners, cells that lie twice at one place, many vias."""

import json
import time
from collections import Counter

import numpy as np
import pya
import pytest

from postpass import tech as technologies
from postpass.conductors.blocks import Blocks
from postpass.conductors.figures import Source, read_closed_shapes, read_traces
from postpass.conductors.net_table import NetTable
from postpass.conductors.nets import Nets
from postpass.conductors.outlines import Outlines
from postpass.drc.drawing import Drawing
from postpass.drc.kinds import KINDS
from postpass.geometry import merging
from postpass.geometry.layers import Layers
from tests.deck.support import draw, new_layout, square
from tests.nets import test_blocks as repeated

POSTPASS = technologies.load("postpass")


def layers_of(layout, tech=POSTPASS, by_cell=False):
    layers = Layers(layout, layout.top_cell(), tech)
    layers.by_cell = by_cell
    return layers


def texts(layout, check, by_cell=False, **keys):
    """What one kind says of a layout."""
    return sorted(finding.text for finding in KINDS[check].findings(dict(keys, check=check), Drawing(layers_of(layout, by_cell=by_cell))))


def outlined(shape):
    polygon = pya.Polygon(shape) if isinstance(shape, pya.Box) else shape
    return tuple((point.x, point.y) for point in polygon.each_point_hull())


def answers(layout, tech, by_cell):
    """(markers, rows of the net table, groups) of all rules on nets."""
    drawing = Drawing(layers_of(layout, tech, by_cell))
    markers = Counter((rule["id"], tuple(sorted(map(outlined, finding.shapes))), finding.text) for rule in tech.rules
                      for finding in KINDS[rule["check"]].findings(rule, drawing))
    return markers, [json.dumps(row) for row in NetTable(drawing.nets, layout.dbu)], drawing.nets.groups.table()


# figures

@pytest.mark.parametrize("seed", range(3))
def test_figures_are_what_klayout_merges(seed):
    rng, drawn = np.random.default_rng(seed), pya.Region()
    for _ in range(300):
        x, y, width, height = (int(number) for number in rng.integers(1, 10_000, 4))
        drawn.insert(pya.Polygon(pya.Box(x, y, x + width // 20 + 1, y + height // 20 + 1)) if rng.random() < 0.5 else
                     pya.Path([pya.Point(x, y), pya.Point(x + 300, y), pya.Point(x + 300, y + 300)], 20).polygon())
    layout = pya.Layout()
    cell, index = layout.create_cell("TOP"), layout.layer(1, 0)
    cell.shapes(index).insert(drawn)
    expected = Counter(outlined(polygon) for polygon in drawn.merged(False, 0).each())
    for read in (read_traces, read_closed_shapes):
        columns = read(Source([(cell.begin_shapes_rec(index), None)]), Outlines(), 0.001, 1)
        assert Counter(outlined(columns.polygon(number)) for number in range(len(columns))) == expected


def test_metal_merged_in_tiles_comes_once_and_whole(monkeypatch):
    rng, drawn = np.random.default_rng(5), pya.Region()
    for x, y, width, height in rng.integers(0, 30_000, (800, 4)).tolist():
        drawn.insert(pya.Box(x, y, x + width // 30 + 1, y + height // 30 + 1))
    for number in range(4):
        drawn.insert(pya.Box(0, 9_000 * number, 40_000, 9_000 * number + 50))
    drawn.merged_semantics = False
    expected = Counter(outlined(polygon) for polygon in drawn.merged(False, 0).each())
    monkeypatch.setattr(merging, "FEW", 10)
    monkeypatch.setattr(merging, "PER_TILE", 20)
    assert Counter(outlined(shape.polygon) for shape, _ in merging.connected(drawn, 0.001, 2)) == expected


# repeated cells

@pytest.mark.parametrize("make, seed", [(repeated.repeated_cells, 0), (repeated.repeated_cells, 3), (repeated.neighbours_across_cells, 1)])
def test_nets_of_repeated_cells_are_those_of_the_flat_layout(make, seed, tmp_path):
    tech = technologies.load(repeated.technology(tmp_path, repeated.RULES))
    by_cell, flat = (answers(make(seed), tech, cells) for cells in (True, False))
    assert by_cell[0] == flat[0] and by_cell[1] == flat[1] and by_cell[2] == flat[2]
    assert sum(flat[0].values()) > 200


def test_placements_that_stand_apart_are_found():
    names = ["contact", "via", "rdl", "pad_flip_chip", "pad_power", "pad_ground", "pad_signal"]
    found, layout = {}, repeated.repeated_cells(0)
    for block in Blocks(layers_of(layout, by_cell=True), names).blocks:
        places, turns = found.get(block.cell.name, (0, 0))
        found[block.cell.name] = places + len(block.places), turns + 1
    # of NETS 6 in an array and 8 turned ones, of NEAR those in the first array; PADS lies in NETS
    assert found == {"NEAR": (9, 1), "NETS": (14, 8)}


def net_cell(layout, name="NET"):
    cell = layout.create_cell(name)
    draw(cell, POSTPASS, {"contact": [square(2000)], "via": [square(2000)], "rdl": [pya.Box(-1000, -1000, 40_000, 3000)], "pad_signal": [square(16_000, 32_000, -7000)],
                          "label": [pya.Text("odd name", pya.Trans(-90_000, 0))]})
    return cell


@pytest.mark.parametrize("by_cell", [False, True])
@pytest.mark.parametrize("parent", [False, True])
def test_two_placements_of_a_cell_at_one_place_count_once(by_cell, parent):
    once, twice = pya.Layout(), pya.Layout()
    for layout, times in ((once, 1), (twice, 2)):
        top, cell = layout.create_cell("TOP"), net_cell(layout)
        if parent:
            middle = layout.create_cell("MIDDLE")
            middle.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(), pya.Vector(200_000, 0), pya.Vector(0, 200_000), 3, 2))
            cell = middle
        for _ in range(times):
            top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(), pya.Vector(900_000, 0), pya.Vector(0, 900_000), 2, 2))
    assert answers(once, POSTPASS_NETS, by_cell) == answers(twice, POSTPASS_NETS, by_cell)


POSTPASS_NETS = technologies.load("postpass")
POSTPASS_NETS.rules = [rule for rule in POSTPASS_NETS.rules if rule["id"].startswith(("NET", "FN"))]


# labels and places

CORNERS = [pya.Polygon([pya.Point(*p) for p in ((0, 0), (5000, 10_000), (10_000, 0))]), pya.Polygon([pya.Point(*p) for p in ((0, 10_000), (10_000, 10_000), (5000, 0))]),
           pya.Polygon([pya.Point(*p) for p in ((0, 5000), (5000, 10_000), (10_000, 5000), (5000, 0))])]


@pytest.mark.parametrize("shape", range(len(CORNERS)))
def test_a_label_on_a_corner_or_edge_names_its_metal(shape):
    polygon = CORNERS[shape]
    for point in list(polygon.each_point_hull()) + [edge.p1 + (edge.p2 - edge.p1) * 0.5 for edge in polygon.each_edge()]:
        layout = new_layout(POSTPASS, {"pad_signal": [polygon], "label": [pya.Text("a", pya.Trans(point.x, point.y))]})
        nets = Nets(layers_of(layout))
        assert nets.net(0).names == ["a"], point
        assert nets.figures_at(point.x, point.y) == [("pad_signal", 0, 0)]
    assert nets.figures_at(20_000, 0) == []


def test_what_lies_at_a_place_is_told_on_all_levels():
    layout = new_layout(POSTPASS, {"contact": [square(2000)], "via": [square(2000)], "rdl": [square(4000, -1000, -1000)], "pad_signal": [square(9000, 2500, 0)]})
    nets = Nets(layers_of(layout))
    assert [name for name, _, _ in nets.figures_at(1000, 1000)] == ["contact", "rdl", "via"]
    assert nets.index_at("pad", 11_500, 9000) == 0 and nets.index_at("pad", 11_501, 9000) is None and nets.size == 1


# said once

def test_many_shapes_without_any_partner_are_one_sentence():
    layout = new_layout(POSTPASS, {"contact": [square(2000, 9000 * number) for number in range(60)]})
    assert texts(layout, "count_match", layer="contact", to="via") == ["60 contact, but no via is drawn"]
    assert texts(layout, "net_open") == ["60 contact points, but no pad is drawn"]
    draw(layout.top_cell(), POSTPASS, {"pad_signal": [square(16_000, 0, 90_000)]})
    assert len(texts(layout, "net_open")) == 61
    assert texts(new_layout(POSTPASS, {"pad_signal": [square(16_000, 90_000 * number) for number in range(11)]}), "net_open") == ["11 pads, but no contact point is drawn"]


# many

def stacks(count):
    """Contact points with vias through two levels."""
    tech, layout = technologies.load("wlcsp_two_level"), pya.Layout()
    top, side = layout.create_cell("TOP"), int(count ** 0.5)
    for name, size in (("contact", 40_000), ("pi1", 35_000), ("rdl", 60_000), ("pi12", 30_000), ("rdl2", 60_000)):
        shapes = top.shapes(layout.layer(*tech.layers[name]["gds"]))
        for number in range(side * side):
            x, y = number % side * 200_000, number // side * 200_000
            shapes.insert(pya.Box(x - size // 2, y - size // 2, x + size // 2, y + size // 2))
    return layout, tech


def test_reading_nets_is_near_linear():
    seconds = []
    for count in (6400, 25_600):
        layout, tech = stacks(count)
        start = time.process_time()
        assert Nets(layers_of(layout, tech)).size == count
        seconds.append(time.process_time() - start)
    assert seconds[1] < 8 * seconds[0] + 0.5 and seconds[1] < 5, seconds


def test_vias_in_the_holes_of_a_plane_are_no_part_of_it():
    layout, holes = new_layout(POSTPASS, {}), pya.Region()
    for number in range(900):
        x, y = number % 30 * 20_000, number // 30 * 20_000
        if number % 2:
            holes.insert(pya.Polygon([pya.Point(x + dx, y + dy) for dx, dy in ((-8000, 0), (0, 8000), (8000, 0), (0, -8000))]))
        draw(layout.top_cell(), POSTPASS, {"via": [square(2000, x - 1000, y - 1000)]})
    plane = pya.Region(pya.Box(-20_000, -20_000, 620_000, 620_000)) - holes
    draw(layout.top_cell(), POSTPASS, {"rdl": list(plane.each())})
    nets = Nets(layers_of(layout))
    assert nets.size == 451 and sorted(nets.vias.counts().tolist())[-1] == 450
