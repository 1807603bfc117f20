"""From a drawn cell to traces that the real deck accepts."""

import json
import math
import os
import subprocess

import pya
import pytest

from postpass import drawing, fanout, shapes, traces
from postpass import tech as technologies
from postpass.commands import CommandError

from .drawn import POSTPASS, ROOT, application, errors_of, markers, outline, place, ring, run_deck


@pytest.mark.parametrize("named, function", [(True, "relocation"), (False, "fan-out"), (False, "relocation")])
def test_a_ring_is_fanned_out_and_the_deck_accepts_it(tmp_path, named, function):
    layout, cell = ring(named=named)
    report = fanout.fan_out(cell, POSTPASS, width_um=3.2, function=function)
    assert report.severity is None and report.messages[0].startswith("Drew 8 traces."), report
    errors, summary = errors_of(layout, POSTPASS, tmp_path)
    assert errors == []
    assert [net["function"] for net in summary["nets"]] == ["one to one"] * 8


def test_one_contact_point_feeds_several_pads(tmp_path):
    layout, cell = ring(count=3)
    for index in layout.layer_indexes():
        if layout.get_info(index).name == "label":
            cell.shapes(index).clear()
    for number in range(3):
        angle = 2 * math.pi * (number + 0.3) / 3
        drawing.draw_label(cell, POSTPASS, "vdd", POSTPASS.on_grid(110 * math.cos(angle)), POSTPASS.on_grid(110 * math.sin(angle)))
    angle = 2 * math.pi * 0.3 / 3
    drawing.draw_label(cell, POSTPASS, "vdd", POSTPASS.on_grid(30 * math.cos(angle)), POSTPASS.on_grid(30 * math.sin(angle)))
    assert fanout.fan_out(cell, POSTPASS, width_um=3.2).severity is None
    _, summary = errors_of(layout, POSTPASS, tmp_path)
    assert {net["net"]: net["function"] for net in summary["nets"] if net["net"] == "vdd"} == {"vdd": "addition"}


def test_a_walled_in_pad_is_named_and_the_rest_is_drawn(tmp_path):
    layout, cell = ring()
    angle = 2 * math.pi * 0.3 / 8
    x_um, y_um = POSTPASS.on_grid(110 * math.cos(angle)), POSTPASS.on_grid(110 * math.sin(angle))
    outer = shapes.rectangle(36, 36, x_um, y_um, layout.dbu, POSTPASS.grid_um)
    wall = pya.Region(outer) - pya.Region(shapes.rectangle(30, 30, x_um, y_um, layout.dbu, POSTPASS.grid_um))
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl")).insert(wall)
    report = fanout.fan_out(cell, POSTPASS, width_um=3.2)
    assert report.severity == "error" and report.messages[0].startswith("INCOMPLETE, 1 net open: n0. Drew 7 traces.")
    assert [message for message in report.messages if message.startswith("Net n0 is open: ")]


def test_what_is_joined_already_stays(tmp_path):
    layout, cell = ring()
    fanout.fan_out(cell, POSTPASS, width_um=3.2)
    with pytest.raises(CommandError, match="Nothing to fan out"):
        fanout.fan_out(cell, POSTPASS, width_um=3.2)


def expect_refusal(change, sentence):
    layout, cell = ring()
    change(layout, cell)
    before = [(str(layout.get_info(index)), cell.shapes(index).size()) for index in layout.layer_indexes()]
    with pytest.raises(CommandError, match=sentence):
        fanout.fan_out(cell, POSTPASS, width_um=3.2)
    assert [(str(layout.get_info(index)), cell.shapes(index).size()) for index in layout.layer_indexes()][:len(before)] == before


def clear(layer):
    return lambda layout, cell: cell.shapes(layout.layer(*POSTPASS.layers[layer]["gds"])).clear()


@pytest.mark.parametrize("layer, sentence", [
    ("die", "The die outline is missing: draw it on layer die"), ("rdl", "8 vias have no capture pad"), ("pad_signal", "Nothing to fan out"),
    ("via", "Nothing to fan out")])
def test_what_is_missing_is_said_and_nothing_is_drawn(layer, sentence):
    expect_refusal(clear(layer), sentence)


def test_two_names_on_one_piece_are_refused():
    expect_refusal(lambda layout, cell: drawing.draw_label(cell, POSTPASS, "other", *[POSTPASS.on_grid(110 * f(2 * math.pi * 0.3 / 8)) for f in (math.cos, math.sin)]),
            "One piece of metal carries two names, n0 and other")


def test_wedges_are_filled_with_octilinear_triangles():
    """A branch at 45 degrees to the left of a horizontal trace: one acute wedge, none after filling."""
    cross = pya.Region([traces.outline(points, 4.0, 0.001, 0.005) for points in ([(0, 0), (40, 0)], [(20, 0), (40, 20)])])
    fills = traces.wedge_fills(cross, 1.0, 0.001)
    assert len(fills) == 1 and all(edge.dx() == 0 or edge.dy() == 0 or abs(edge.dx()) == abs(edge.dy()) for edge in fills[0].each_edge())
    before, after = cross.merged(), (cross + pya.Region(fills)).merged()
    assert [region.corners(90.1, 180.0).count() + region.corners(-180.0, -90.1).count() for region in (before, after)] == [1, 0]


def flow(folder, **variables):
    command = [application(), "-b", "-r", os.path.join(ROOT, "layouts", "fan_out.py")]
    for name, value in variables.items():
        command += ["-rd", "%s=%s" % (name, value)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300)


def test_the_batch_flow_in_the_application(tmp_path):
    layout, _ = ring()
    layout.write(str(tmp_path / "in.gds"))
    run = flow(tmp_path, input="in.gds", output="out.gds", tech="postpass", width="3.2")
    assert run.returncode == 0, run.stderr
    assert "Drew 8 traces." in run.stdout and "routing: " in run.stdout
    run_deck(input=tmp_path / "out.gds", report=tmp_path / "r.lyrdb", summary=tmp_path / "s.json")
    assert not [marker for marker in markers(str(tmp_path / "r.lyrdb")) if marker.rule.startswith(("NET", "RDL.S", "RDL.W", "RDL.A", "GRID"))]
    assert len(json.load(open(tmp_path / "s.json"))["nets"]) == 8


@pytest.mark.parametrize("changes, sentence", [
    ({"input": "nowhere.gds"}, "nowhere.gds: cannot be read"), ({"tech": "nope"}, "unknown technology 'nope'"), ({"width": "wide"}, "width must be a length in um, not 'wide'"),
    ({"topcell": "NOPE"}, "no cell named NOPE"), ({"output": "no/where.gds"}, "cannot write no/where.gds"), ({"input": ""}, "give -rd input=FILE")])
def test_the_batch_flow_refuses_with_one_sentence_and_no_file(tmp_path, changes, sentence):
    layout, _ = ring(count=3)
    layout.write(str(tmp_path / "in.gds"))
    run = flow(tmp_path, **dict({"input": "in.gds", "output": "out.gds", "tech": "postpass", "width": "3.2"}, **changes))
    assert run.returncode == 1 and "ERROR: " in run.stderr and sentence in run.stderr
    assert [name for name in os.listdir(tmp_path) if name.startswith(("out", "no"))] == []
