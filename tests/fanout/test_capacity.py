"""Traces as they are drawn keep the space that the router reckons with, and give no room away."""

import numpy as np
import pya
import pytest

from postpass import tech as technologies
from postpass.draw import drawing, traces
from postpass.fanout import command as fanout
from postpass.fanout.router_task import NEARER_STEPS
from postpass.routing import shapes

from .drawn import errors_of, outline

GRID, WIDTH, SPACE = 0.005, 10.0, 10.0
WLCSP = technologies.load("wlcsp")


def random_path(rng):
    """Parts of 6 to 40 um, bends by 45 or 90 degrees; corners on the grid."""
    heading, points = int(rng.integers(8)), [(0.0, 0.0)]
    for _ in range(int(rng.integers(2, 6))):
        dx, dy = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)][heading]
        length = GRID * int(rng.integers(1200, 8000))
        points.append((points[-1][0] + dx * length, points[-1][1] + dy * length))
        heading = (heading + int(rng.choice([-2, -1, 1, 2]))) % 8
    return points


def moved(path, dx, dy):
    return [(round(x + dx, 6), round(y + dy, 6)) for x, y in path]


def as_near_as_the_router_allows(one, other, rng, gap):
    """The other path, moved in some direction as near to the first one as the router puts it, up to a grid step."""
    zones, angle = shapes.grow(shapes.segment_octagons(one), gap), 2 * np.pi * rng.random()

    def at(step):
        return moved(other, GRID * round(step * np.cos(angle)), GRID * round(step * np.sin(angle)))

    def is_free(step):
        return not any(shapes.overlapping(zones, part, 1e-9).any() for part in shapes.segment_octagons(at(step)))
    near, far = 0, 200_000
    while far - near > 1:
        middle = (near + far) // 2
        near, far = (near, middle) if is_free(middle) else (middle, far)
    return at(far)


def crossings_of_space(spacing, seed):
    """How many of 300 pairs of traces are nearer than the space where the router kept `spacing`."""
    rng, found = np.random.default_rng(seed), 0
    for _ in range(300):
        one, other = random_path(rng), random_path(rng)
        other = as_near_as_the_router_allows(one, other, rng, WIDTH + spacing)
        first, second = (pya.Region(traces.outline(path, WIDTH, 0.001, GRID)).merged() for path in (one, other))
        found += first.separation_check(second, int(SPACE * 1000), False, pya.Region.Euclidian, None, None, None).count() > 0 or not (first & second).is_empty()
    return found


def test_drawn_traces_keep_the_space_that_the_router_keeps():
    assert crossings_of_space(SPACE + NEARER_STEPS * GRID, 1) == 0


def test_with_less_they_do_not():
    assert crossings_of_space(SPACE - 0.05, 2) > 50


@pytest.mark.parametrize("turns", [0, 1])
def test_a_channel_holds_as_many_traces_as_fit(tmp_path, turns):
    """Between two walls there is room for just five traces, straight or by way of two bends."""
    width, space = WLCSP.limit("width_min", "rdl"), WLCSP.limit("space", "rdl")
    count, layout = 5, pya.Layout()
    layout.dbu = WLCSP.dbu_um
    cell = layout.create_cell("TOP")
    room = count * width + (count + 1) * (space + NEARER_STEPS * WLCSP.grid_um)
    for number in range(count):
        y_um = 500.0 * number - 1000.0
        drawing.draw_via(cell, WLCSP, WLCSP.connected_cut("contact"), 40.0, -1200.0, y_um, contact=True)
        drawing.draw_pad(cell, WLCSP, "signal", "octagon", 250.0, 1200.0 + 100 * turns, y_um + 400 * turns)
        for place in ((-1200.0, y_um), (1200.0 + 100 * turns, y_um + 400 * turns)):
            drawing.draw_label(cell, WLCSP, "n%d" % number, *place)
    outline(cell, WLCSP, "die", -1600, -1700, 1900, 2100)
    outline(cell, WLCSP, "keepout", -100, -1700, 100, -room / 2)
    outline(cell, WLCSP, "keepout", -100, room / 2, 100, 2100)
    report = fanout.fan_out(cell, WLCSP, width_um=width)
    assert report.severity is None and report.messages[0].startswith("Drew 5 traces."), report
    assert [marker for marker in errors_of(layout, WLCSP, tmp_path)[0] if marker.rule.startswith("RDL")] == []
