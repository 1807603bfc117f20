"""Teardrops where traces meet pads: octilinear, legal by the real deck, left out and counted where they would break a rule."""

import re

import pya
import pytest

from postpass import tech as technologies
from postpass.draw import drawing, teardrops, traces
from postpass.fanout import command as fanout
from postpass.tech import metal_levels

from .drawn import POSTPASS, errors_of, outline, ring


def counted(report):
    """(ends with a teardrop, ends) as the report says."""
    return tuple(int(number) for number in re.search(r"Teardrops on rdl at (\d+) of (\d+) trace ends", " ".join(report.messages)).groups())


@pytest.mark.parametrize("count, width_um", [(4, 2.5), (9, 2.0), (11, 2.0), (13, 4.0)])
def test_teardrops_pass_the_deck(tmp_path, count, width_um):
    layout, cell = ring(count=count, pad_radius=110.0 + 5 * count, die=500.0)
    report = fanout.fan_out(cell, POSTPASS, width_um=width_um, teardrops=True)
    drawn, ends = counted(report)
    assert report.severity is None and 0 < drawn <= ends == count
    errors, _ = errors_of(layout, POSTPASS, tmp_path)
    assert errors == []


def one_trace(x_um, y_um, shape="octagon"):
    """A contact point left of a landing pad of 270 um at (x, y)."""
    tech = technologies.load("wlcsp")
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("TOP")
    drawing.draw_via(cell, tech, "pi1", 35, 0, 0, contact=True)
    drawing.draw_pad(cell, tech, "signal", shape, 270, x_um, y_um, openings=True)
    outline(cell, tech, "die", -300, -800, 1200, 800)
    return tech, layout, cell


def metal(cell):
    region = pya.Region()
    for layer in ((73, 0), (74, 4)):
        region.insert(cell.begin_shapes_rec(cell.layout().layer(*layer)))
    return region.merged()


@pytest.mark.parametrize("x_um, y_um, shape", [(600, 0, "octagon"), (600, 0, "round"), (500, 500, "octagon"), (500, 500, "round"), (600, 250, "round"), (600, 0, "square")])
def test_a_teardrop_widens_both_flanks_at_45_degrees(tmp_path, x_um, y_um, shape):
    """With it the metal gains two triangles with legs as long as the trace is wide (and what a round pad leaves beside it)."""
    tech, _, plain = one_trace(x_um, y_um, shape)
    fanout.fan_out(plain, tech, width_um=30.0)
    tech, layout, cell = one_trace(x_um, y_um, shape)
    assert counted(fanout.fan_out(cell, tech, width_um=30.0, teardrops=True)) == (1, 1)  # the capture pad is not wide enough for one
    gained = metal(cell) - metal(plain)
    assert gained.count() == 2
    for triangle in gained.each():
        assert 0.6 * 450.0 < triangle.area() * 1e-6 < 1.5 * 450.0
    assert (metal(plain) - metal(cell)).is_empty()
    errors, _ = errors_of(layout, tech, tmp_path)
    assert errors == []


@pytest.mark.parametrize("gap_um, left_out", [(10.0, 1), (40.0, 0)])
def test_a_teardrop_that_would_come_too_near_is_left_out(gap_um, left_out):
    """Bars of other nets on both sides of the trace, as near as the rule allows: no flank can widen."""
    tech, layout, cell = one_trace(600, 0)
    for sign in (-1, 1):
        near, far = sorted((sign * (15 + gap_um), sign * (35 + gap_um)))
        cell.shapes(layout.layer(73, 0)).insert(pya.DBox(425, near, 455, far))
    route = {"width": 30.0, "path": [(0, 0), (500, 0)]}
    [level] = metal_levels.levels(tech)
    drops, ends, broken = teardrops.drawn(cell, tech, level, [route], [traces.outline(route["path"], 30.0, 0.001, tech.grid_um)])
    assert (len(drops), ends, broken) == (1 - left_out, 1, left_out)
