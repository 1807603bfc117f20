"""What the kit draws at its tightest, the real deck accepts; one grid step tighter, it refuses."""

import os

import pya
import pytest

from postpass import tech
from postpass.draw import commands, drawing
from postpass.draw.commands import PadChoices, ViaChoices
from postpass.panel import defaults
from tests.deck.support import run_deck
from tests.kits import KITS

#: kinds of rules that single elements keep or break; nets come into being only between them
GEOMETRY = ("width_min", "width_max", "aspect_ratio_min", "aspect_ratio_max", "shape", "space", "separation", "enclosure",
            "pitch_min", "grid", "angle", "corner_min", "die_clearance")
SPREAD_UM = 3000.0  # from one array to the next


def pads(technology, shape, function):
    values = defaults.pad_defaults(technology)
    pitch = float(values.pitch_x)
    return PadChoices(function, shape, float(values.size), values.openings, 0.0, 0.0, 2, 2, pitch, pitch)


def vias(technology, shape, size_um=None):
    values = defaults.via_defaults(technology)
    cut, size = defaults.via_cut(technology), size_um or float(values.size)
    pitch = size + technology.limit("space", cut)
    return ViaChoices(cut, shape, size, True, 0.0, 0.0, 3, 3, pitch, pitch)


def allowed(technology, layer):
    return [shape for shape in ("square", "octagon", "round") if drawing.shape_on(technology, layer, shape) == shape]


def tightest(technology):
    """All arrays at the limits: every function and shape of pads, every shape of vias in the smallest and largest size."""
    for function in defaults.functions(technology):
        for shape in allowed(technology, technology.pad_layer(function)):
            yield pads(technology, shape, function)
    cut = defaults.via_cut(technology)
    sizes = technology.via_sizes(cut)
    for shape in allowed(technology, cut):
        yield vias(technology, shape)
        yield vias(technology, shape, sizes.smallest_um)
        yield vias(technology, shape, min(sizes.largest_um, 10 * sizes.smallest_um))


def tighter(technology):
    """(choices, a rule they break) for one step less of each length."""
    step = technology.grid_um
    first = next(tightest(technology))
    pad_layer, cut = technology.pad_layer(first.function), defaults.via_cut(technology)
    yield first._replace(size_um=first.size_um - 2 * step), rule_of(technology, "width_min", pad_layer)
    ball = technology.pad_stack(pad_layer)[-1][0] if first.openings else pad_layer
    yield first._replace(pitch_x_um=first.pitch_x_um - step), rule_of(technology, "pitch_min", ball)
    if first.openings:
        yield first._replace(size_um=first.size_um - 2 * step), rule_of(technology, "enclosure", ball)
    for shape in allowed(technology, cut):
        small = vias(technology, shape, technology.via_sizes(cut).smallest_um)
        yield small._replace(pitch_x_um=small.pitch_x_um - step), rule_of(technology, "space", cut)
        yield small._replace(size_um=small.size_um - step), None  # by size or by ratio, as the films have it


def rule_of(technology, check, layer):
    return next(rule["id"] for rule in technology.rules if rule["check"] == check and rule["layer"] in technology.holders(layer))


def check(technology, drawn, folder):
    """Draws the choices far apart on one die and runs the deck; returns its report file."""
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    for number, choices in enumerate(drawn):
        place = commands.place_pads if isinstance(choices, PadChoices) else commands.place_vias
        place(cell, technology, choices._replace(x_um=SPREAD_UM * number))
    index = drawing.ensure_layer(layout, technology, "die")
    cell.shapes(index).insert(cell.bbox().enlarged(1000000, 1000000))
    drawing_file, report = (os.path.join(str(folder), name) for name in ("drawn.gds", "report.lyrdb"))
    layout.write(drawing_file)
    done = run_deck(input=drawing_file, report=report, tech=technology.name)
    assert done.code in (0, 2), done.out + done.err
    return report


def errors(technology, report):
    """{rule id: [left edge of each marker, um]} of the report's error-level rules of geometry."""
    database = pya.ReportDatabase("")
    database.load(report)
    counted = [rule["id"] for rule in technology.rules if rule["check"] in GEOMETRY and rule.get("severity", "error") == "error"]
    found = {}
    for item in database.each_item():
        name = database.category_by_id(item.category_id()).name()
        boxes = [(value.polygon() if value.is_polygon() else value.edge()).bbox()
                 for value in item.each_value() if value.is_polygon() or value.is_edge()]
        if name in counted:
            found.setdefault(name, []).append(boxes[0].left)
    return found


@pytest.mark.parametrize("name", KITS)
def test_the_tightest_drawings_are_clean(name, tmp_path):
    technology = tech.load(name)
    assert errors(technology, check(technology, list(tightest(technology)), tmp_path)) == {}


@pytest.mark.parametrize("name", KITS)
def test_one_step_tighter_is_refused(name, tmp_path):
    technology = tech.load(name)
    drawn, rules = zip(*tighter(technology))
    found = errors(technology, check(technology, drawn, tmp_path))
    for number, rule in enumerate(rules):
        near = {name for name, lefts in found.items() for left in lefts if abs(left - SPREAD_UM * number) < 1000.0}
        assert near, (drawn[number], "nothing found")
        assert rule is None or rule in near, (drawn[number], near)
