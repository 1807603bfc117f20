"""A layout in a window may hold two layers with the same numbers and different names: shapes on both are checked as on one."""

import os
from collections import Counter

import numpy as np
import pya
import pytest

from tests.deck.support import draw, installed_home, markers, new_layout, run_in_window

from . import faults, net_faults
from .random_layouts import moved
from .test_oracle import drawn

KIT = net_faults.KITS[0]
POSTPASS = KIT.tech
APART = 1200 * 1000  # dbu between the drawings
MANY = 21_000  # shapes from which the deck searches in tiles, see Plan::FEW_SHAPES


def faulty_drawings(rng):
    """Nets of every function with changes on them, and pieces with changed shapes: [({layer: [shape]}, labels, declared)]"""
    nets = [net_faults.put(rng, function, kind, KIT) for function in net_faults.FUNCTIONS
            for kind in (net_faults.merge_nets, net_faults.delete_pad, net_faults.move_label, net_faults.wrong_layer, net_faults.off_grid)]
    pieces = [faults.put_fault(rng, POSTPASS, faults.clean_piece(POSTPASS, rng), kind) for kind in (faults.shift, faults.shrink, faults.grow, faults.rotate) for _ in range(6)]
    return [tuple(drawing) for drawing in nets] + [(piece.layers, [], []) for piece in pieces if piece]


def drawn_into(cell, drawings):
    for number, (layers, labels, declared) in enumerate(drawings):
        x, y = number % 7 * APART, number // 7 * APART
        draw(cell, POSTPASS, drawn(layers), x, y)
        draw(cell, POSTPASS, {"label": [pya.Text("%d_%s" % (number, text), pya.Trans(*at)) for text, *at in labels]}, x, y)
        for function, area in declared:
            draw(cell, POSTPASS, {"function": [pya.Box(*area), pya.Text(function, pya.Trans(area[0] + 10, area[1] + 10))]}, x, y)
    box = cell.bbox()
    half = box.center().x
    draw(cell, POSTPASS, {"die": [pya.Box(box.left, box.bottom, half, box.top), pya.Box(half, box.bottom, box.right, box.top)]})


def small():
    layout = new_layout(POSTPASS, {})
    drawn_into(layout.top_cell(), faulty_drawings(np.random.default_rng(5)))
    return layout


def large():
    """So many keep-outs that the deck searches in tiles; some lie on metal."""
    layout = small()
    keepouts = [moved((0, 0, 300, 300), 1000 * (i % 300), 1000 * (i // 300)) for i in range(MANY)]
    draw(layout.top_cell(), POSTPASS, drawn({"keepout": keepouts}))
    return layout


def repeated():
    """A cell placed so often that the deck works on the hierarchy; twins hold a part of each cell."""
    layout = new_layout(POSTPASS, {})
    top, unit, rng = layout.top_cell(), layout.create_cell("UNIT"), np.random.default_rng(6)
    layers, _, _ = net_faults.put(rng, net_faults.row_of_fan_out, net_faults.merge_nets, KIT)
    piece = faults.put_fault(rng, POSTPASS, faults.clean_piece(POSTPASS, rng), faults.grow).layers
    draw(unit, POSTPASS, drawn(layers))
    draw(unit, POSTPASS, drawn(piece), 0, APART // 2)
    draw(unit, POSTPASS, drawn({"keepout": [(1000 * i, APART // 4, 1000 * i + 300, APART // 4 + 300) for i in range(200)]}))
    count = int(np.ceil((MANY / sum(unit.shapes(index).size() for index in layout.layer_indexes())) ** 0.5))
    top.insert(pya.CellInstArray(unit.cell_index(), pya.Trans(), pya.Vector(APART, 0), pya.Vector(0, APART), count, count))
    return layout


LAYOUTS = {"small": small, "large": large, "repeated": repeated}
#: rules that must be broken by the layout: some for each way of reading layers
BROKEN = {"small": {"PAD.W.1", "PAD.SH.1", "VIA.E.1", "VIA.E.2", "RDL.S.1", "RDL.A.2", "GRID.1", "RDL.D.2", "DIE.C.1", "NET.O.1", "NET.S.1", "NET.L.1", "NET.V.1", "FN.1"},
          "large": {"KO.S.1", "VIA.E.2", "RDL.S.1", "GRID.1", "NET.O.1", "RDL.D.2"}, "repeated": {"RDL.S.1", "PAD.S.1", "NET.O.1", "NET.D.1"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twins")
    paths = [str(folder / (name + ".gds")) for name in LAYOUTS]
    for path, make in zip(paths, LAYOUTS.values()):
        make().write(path)
    script = os.path.join(os.path.dirname(__file__), "twin_layers_script.py")
    run = run_in_window(script, installed_home(folder / "home"), "-e", paths=",".join(paths))
    assert run.code == 0, run.err
    return folder


@pytest.mark.parametrize("name", LAYOUTS)
def test_shapes_on_a_twin_of_their_layer_are_checked_as_on_the_layer(name, folder):
    plain, twins = (Counter((marker.rule, str(marker.box), marker.text) for marker in markers(str(folder / ("%s.gds.%s.lyrdb" % (name, kind))))) for kind in ("plain", "twins"))
    assert BROKEN[name] <= {rule for rule, _, _ in plain}
    assert list((plain - twins).elements())[:5] == [] and list((twins - plain).elements())[:5] == []
