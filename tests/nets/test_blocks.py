"""Nets of cells that are placed several times, told once for all places, are the nets of the flat layout."""

import json
import os
import subprocess
from collections import Counter

import numpy as np
import pya
import pytest

from tests.deck.support import DECK, application, draw, markers, new_layout, run_deck
from tests.trust import random_nets
from tests.trust.test_net_oracle import NET_RULES, POSTPASS, drawn, in_tile, technology

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "blocks_script.rb")
STEP = 700_000  # of placements that stand apart: a cell of four drawings is less than 500 um high
RULES = dict(NET_RULES, distance={"check": "fan_out_distance", "value_um": 5.0}, claims={"check": "function_claims", "layer": "function"},
             same={"check": "space_same_net", "layer": "metal", "value_um": 2.0}, different={"check": "space_different_net", "layer": "metal", "value_um": 2.0},
             drops={"check": "teardrop", "layer": "rdl", "to": "pad", "value": 1.5, "length_um": 10.0})


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


def checked(path, folder, mode):
    """[markers as a Counter, net table as a Counter, declared groups]"""
    run = run_deck(input=path, report=folder / "report.lyrdb", summary=folder / "summary.json", tech=technology(folder, RULES), mode=mode)
    assert run.code in (0, 2), run.err
    summary = json.load(open(folder / "summary.json"))
    assert summary["mode"] == mode
    return [Counter((marker.rule, str(marker.box), marker.text) for marker in markers(str(folder / "report.lyrdb"))),
            Counter(json.dumps(net, sort_keys=True) for net in summary["nets"]), summary["functions"]]


@pytest.mark.parametrize("seed", range(4))
def test_nets_of_repeated_cells_are_those_of_the_flat_layout(seed, tmp_path):
    layout, path = repeated_cells(seed), tmp_path / "cells.gds"
    layout.write(str(path))
    by_cell, flat = checked(path, tmp_path, "deep"), checked(path, tmp_path, "flat")
    for one, other in zip(by_cell[:2], flat[:2]):
        assert not one - other and not other - one, "by cell alone: %s\nflat alone: %s" % (list((one - other).items())[:5], list((other - one).items())[:5])
    assert by_cell[2] == flat[2] and len(flat[2]) == 2
    assert len({rule for rule, _, _ in flat[0]}) >= 8 and sum(flat[0].values()) > 200


def test_placements_that_stand_apart_are_found(tmp_path):
    path = tmp_path / "cells.gds"
    repeated_cells(0).write(str(path))
    command = [application(), "-b", "-r", SCRIPT, "-rd", "input=%s" % path, "-rd", "tech=postpass", "-rd", "deck=%s" % DECK]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    # of NETS 6 in an array and 8 turned ones, of NEAR those in the first array; PADS lies in NETS
    assert done.stdout.splitlines() == ["NEAR 9 1", "NETS 14 8"], done.stdout[:2000]
