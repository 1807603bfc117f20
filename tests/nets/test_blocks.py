"""Nets of cells that are placed several times, told once for all places, are the nets of the flat layout."""

import json
from collections import Counter

import numpy as np
import pya
import pytest

from tests.deck.support import draw, markers, new_layout, run_deck
from tests.trust import random_nets
from tests.trust.test_net_oracle import NET_RULES, POSTPASS, drawn, in_tile, technology

STEP = 700_000  # of placements that stand apart: a cell of four drawings is less than 500 um high
RULES = dict(NET_RULES, near={"check": "pad_spacing", "layer": "pad", "value_um": 8.0, "pitch_um": 45.0},
             distance={"check": "fan_out_distance", "value_um": 5.0}, claims={"check": "function_claims", "layer": "function"},
             same={"check": "space_same_net", "layer": "metal", "value_um": 2.0}, different={"check": "space_different_net", "layer": "metal", "value_um": 2.0},
             lengths={"check": "trace_length_max", "layer": "metal", "value_um": 60.0}, drops={"check": "teardrop", "layer": "rdl", "to": "pad", "value": 1.5, "length_um": 10.0})


def cell_of(layout, name, drawings):
    cell = layout.create_cell(name)
    for drawing in drawings:
        draw(cell, POSTPASS, drawn(drawing.layers))
        draw(cell, POSTPASS, {"label": [pya.Text(text, pya.Trans(int(x), int(y))) for text, x, y in drawing.labels]})
    return cell


def place(into, cell, turn, x, y, columns=1, rows=1, step=STEP):
    into.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(turn % 4, turn >= 4, x, y), pya.Vector(step, 0), pya.Vector(0, step), columns, rows))


def repeated_cells(seed):
    """Arrays, all turns, cells in cells, placements that overlap, that touch, and that a trace of the top cell crosses; areas declared on top."""
    rng = np.random.default_rng(seed)
    layout = new_layout(POSTPASS, {})
    top = layout.top_cell()
    nets = cell_of(layout, "NETS", [in_tile(random_nets.draw_nets(rng), number, 120_000) for number in range(2)])
    pads = cell_of(layout, "PADS", [random_nets.draw_pads(8_000, 26_000)(rng)])
    place(nets, pads, 0, 0, 200_000)
    place(top, nets, 0, 0, 0, 3, 2)
    for turn in range(8):
        place(top, nets, turn, (turn - 4) * STEP, -2 * STEP)
    place(top, nets, 0, 0, -4 * STEP)
    place(top, nets, 0, 30_000, -4 * STEP + 30_000)                      # overlaps the one before
    place(top, nets, 0, 4 * STEP, -4 * STEP)                             # crossed below
    draw(top, POSTPASS, {"rdl": [pya.Box(4 * STEP - 50_000, -4 * STEP, 4 * STEP + 90_000, -4 * STEP + 2_000)]})
    near = cell_of(layout, "NEAR", [random_nets.draw_pads(8_000, 26_000)(rng)])
    place(top, near, 0, -5 * STEP, 0, 3, 3, max(near.bbox().width(), near.bbox().height()) + 7_000)  # less than the rule's 8 um apart
    place(top, near, 1, -5 * STEP, 2 * STEP, 2, 2, near.bbox().height())  # touching
    for number, function in enumerate(("fan-out", "relocation", "addition")):
        box = pya.Box(number * STEP - 20_000, -20_000, number * STEP + 100_000, 100_000)
        draw(top, POSTPASS, {"function": [box, pya.Text(function, pya.Trans(box.left + 10, box.bottom + 10))]})
    draw(top, POSTPASS, {"label": [pya.Text("top", pya.Trans(1_000, 1_000)), pya.Text("loose", pya.Trans(-99 * STEP, 0))]})
    return layout


def unit(rng):
    """A contact point, a pad and a trace between, anywhere in 50 um; the pad 6 to 20 um wide."""
    size = int(rng.integers(3, 11)) * 2_000
    (x, y), (u, v) = (rng.integers(low, 50_000 - low, 2).tolist() for low in (2_000, size // 2))
    foot, trace = pya.Box(x - 1_000, y - 1_000, x + 1_000, y + 1_000), pya.Path([pya.Point(*at) for at in ((x, y), (u, y), (u, v))], 4_000, 2_000, 2_000)
    return {"contact": [foot], "via": [foot], "rdl": [trace.polygon()], "pad_signal": [pya.Box(u - size // 2, v - size // 2, u + size // 2, v + size // 2)]}


def pair_of_units(rng):
    """Two contact points 6 um apart and their pads on either side, in 110 by 50 um: a pair that needs no neighbour."""
    size = int(rng.integers(3, 11)) * 2_000
    x, y = int(rng.integers(35_000, 65_000)), int(rng.integers(size // 2, 50_000 - size // 2))
    left, right = int(rng.integers(size // 2, 22_000)), int(rng.integers(85_000, 110_000 - size // 2))
    feet = [pya.Box(x - 1_000, y - 1_000, x + 1_000, y + 1_000).moved(dx, 0) for dx in (0, 6_000)]
    return {"contact": feet, "via": feet, "rdl": [pya.Box(left, y - 2_000, x + 1_500, y + 2_000), pya.Box(x + 4_500, y - 2_000, right, y + 2_000)],
            "pad_signal": [pya.Box(middle - size // 2, y - size // 2, middle + size // 2, y + size // 2) for middle in (left, right)]}


def crowd_and_ring(layout, rng):
    """A cell of many pairs and, left of them, a pair amid a ring of five: it is the nearest of each and hidden by them from outside."""
    cell = layout.create_cell("CROWD")
    for number in range(300):
        draw(cell, POSTPASS, pair_of_units(rng), 3_200_000 + number % 10 * 120_000, number // 10 * 55_000 - 800_000)
    draw(cell, POSTPASS, pair_of_units(rng))
    for angle in np.radians(np.arange(18, 378, 72)):
        draw(cell, POSTPASS, unit(rng), int(1_500_000 * np.cos(angle)), int(1_500_000 * np.sin(angle)))
    return cell


def neighbours_across_cells(seed):
    """Cells of nets as near to each other as the nets inside, so that nearest contact points and pads lie in other cells, or in none."""
    rng = np.random.default_rng(seed)
    layout = new_layout(POSTPASS, {})
    top = layout.top_cell()
    for number, count in enumerate((1, 2, 4)):
        cell = layout.create_cell("NETS%d" % count)
        if count == 1:
            draw(cell, POSTPASS, {"via": [pya.Box(-2_000, 0, -1_000, 1_000)]})  # too few shapes are no block
        for place_in_cell in range(2 * count * count if count > 1 else 1):
            drawn_unit = pair_of_units(rng) if rng.random() < 0.5 and count > 1 else unit(rng)
            draw(cell, POSTPASS, drawn_unit, place_in_cell % count * 115_000, place_in_cell // count * 55_000)
        step = count * 115_000 + int(rng.integers(0, 30_000))
        for turn in range(8) if count > 1 else (0,):
            place(top, cell, turn, (turn % 4) * 2_000_000, (number * 2 + turn // 4) * 2_000_000, 2, 2, step)
        for beside in range(6):
            draw(top, POSTPASS, unit(rng), beside * 2 * 55_000, number * 4_000_000 - 400_000 - int(rng.integers(0, 30_000)))
            draw(top, POSTPASS, unit(rng), 2 * step + int(rng.integers(0, 20_000)), number * 4_000_000 + beside * 55_000)
    place(top, crowd_and_ring(layout, rng), 0, 0, -40_000_000, 2, 2, 8_000_000)
    return layout


def checked(path, folder, mode, rules=RULES):
    """[markers as a Counter, net table as a Counter, declared groups]"""
    run = run_deck(input=path, report=folder / "report.lyrdb", summary=folder / "summary.json", tech=technology(folder, rules), mode=mode)
    assert run.code in (0, 2), run.err
    summary = json.load(open(folder / "summary.json"))
    assert summary["mode"] == mode
    return [Counter((marker.rule, str(marker.box), marker.text) for marker in markers(str(folder / "report.lyrdb"))),
            Counter(json.dumps(net, sort_keys=True) for net in summary["nets"]), summary["functions"]]


@pytest.mark.parametrize("seed", range(2))
def test_neighbours_are_found_across_the_edges_of_repeated_cells(seed, tmp_path):
    layout, path = neighbours_across_cells(seed), tmp_path / "cells.gds"
    layout.write(str(path))
    rules = {name: RULES[name] for name in ("distance", "near", "net_open")}
    by_cell, flat = (checked(path, tmp_path, mode, rules)[0] for mode in ("deep", "flat"))
    assert by_cell == flat, "by cell alone: %s\nflat alone: %s" % (list((by_cell - flat).items())[:5], list((flat - by_cell).items())[:5])
    counts = Counter(rule for rule, _, _ in flat)
    assert counts["distance"] > 300 and counts["near"] > 300, counts


@pytest.mark.parametrize("seed", range(4))
def test_nets_of_repeated_cells_are_those_of_the_flat_layout(seed, tmp_path):
    layout, path = repeated_cells(seed), tmp_path / "cells.gds"
    layout.write(str(path))
    by_cell, flat = checked(path, tmp_path, "deep"), checked(path, tmp_path, "flat")
    for one, other in zip(by_cell[:2], flat[:2]):
        assert not one - other and not other - one, "by cell alone: %s\nflat alone: %s" % (list((one - other).items())[:5], list((other - one).items())[:5])
    assert by_cell[2] == flat[2] and len(flat[2]) == 2
    assert len({rule for rule, _, _ in flat[0]}) >= 8 and sum(flat[0].values()) > 200
