"""Distance to the die edge, and density in windows: the die as a layer of any shape or as a box."""

import json
import random

import pya
import pytest

from postpass import tech as technologies
from postpass.geometry import density
from postpass.geometry.layers import Layers

from .support import UM, check, new_layout, square

POSTPASS = technologies.load("postpass")
WLCSP = technologies.load("wlcsp")


def texts(found, rule):
    return [marker.text for marker in found if marker.rule == rule]


def variant(folder, rules, base=POSTPASS):
    """Path of a technology based on another one with these rules changed."""
    path = folder / "variant.json"
    path.write_text(json.dumps({"schema": 1, "based_on": base.path, "name": "variant", "title": "variant", "rules": rules}))
    return str(path)


def die_with_metal(die, metal):
    return new_layout(POSTPASS, {"die": [die], "rdl": metal})


@pytest.mark.parametrize("left, expected", [(10 * UM, []), (10 * UM - 1, ["9.999 um to the die edge"]), (-5, ["reaches outside the die"])])
def test_metal_keeps_its_distance_to_a_rectangular_die(tmp_path, left, expected):
    layout = die_with_metal(pya.Box(0, 0, 100 * UM, 100 * UM), [square(20 * UM, left, 40 * UM)])
    assert texts(check(layout, "postpass", tmp_path)[1], "DIE.C.1") == expected


@pytest.mark.parametrize("left, expected", [(10 * UM, []), (10 * UM - 1, ["9.999 um to the die edge"]), (-5, ["reaches outside the die"])])
def test_metal_keeps_its_distance_to_a_die_with_a_corner_cut_out(tmp_path, left, expected):
    die = pya.Polygon([pya.Point(x * UM, y * UM) for x, y in ((0, 0), (0, 100), (60, 100), (60, 60), (100, 60), (100, 0))])
    layout = die_with_metal(die, [square(20 * UM, left, 20 * UM)])
    assert texts(check(layout, "postpass", tmp_path)[1], "DIE.C.1") == expected


def test_metal_in_the_cut_out_corner_is_outside(tmp_path):
    die = pya.Polygon([pya.Point(x * UM, y * UM) for x, y in ((0, 0), (0, 100), (60, 100), (60, 60), (100, 60), (100, 0))])
    layout = die_with_metal(die, [square(20 * UM, 70 * UM, 70 * UM)])
    assert texts(check(layout, "postpass", tmp_path)[1], "DIE.C.1") == ["reaches outside the die"]


@pytest.mark.parametrize("centre, count", [(195 * UM, 0), (195 * UM - 1, 1)])
def test_a_ball_is_measured_from_its_centre(tmp_path, centre, count):
    ubm = pya.Box(-125 * UM, -125 * UM, 125 * UM, 125 * UM).moved(centre, 500 * UM)
    found = check(new_layout(WLCSP, {"die": [pya.Box(0, 0, 1000 * UM, 1000 * UM)], "ubm": [ubm]}), "wlcsp", tmp_path)[1]
    assert len(texts(found, "DIE.C.2")) == count


@pytest.mark.parametrize("centre, count", [(195 * UM, 0), (195 * UM - 1, 1)])
def test_a_ball_is_measured_from_its_centre_to_a_die_that_is_no_box(tmp_path, centre, count):
    ubm = pya.Box(-125 * UM, -125 * UM, 125 * UM, 125 * UM).moved(centre, 500 * UM)
    die = pya.Polygon([pya.Point(x * UM, y * UM) for x, y in ((0, 0), (0, 1000), (900, 1000), (1000, 900), (1000, 0))])
    found = check(new_layout(WLCSP, {"die": [die], "ubm": [ubm]}), "wlcsp", tmp_path)[1]
    assert len(texts(found, "DIE.C.2")) == count


def test_the_die_may_be_a_box_of_the_technology(tmp_path):
    tech = variant(tmp_path, [{"id": "DIE.C.1", "to": None, "within_um": [0, 0, 100, 100]}])
    layout = new_layout(POSTPASS, {"rdl": [square(20 * UM, 10 * UM, 40 * UM), square(20 * UM, 70 * UM + 1, 40 * UM)]})
    assert texts(check(layout, tech, tmp_path)[1], "DIE.C.1") == ["9.999 um to the die edge"]


def test_a_missing_die_outline_is_a_violation(tmp_path):
    found = check(new_layout(POSTPASS, {"rdl": [square(20 * UM)]}), "postpass", tmp_path)[1]
    assert texts(found, "DIE.C.1") == ["layer die has no shape: the edge of the die is unknown"]
    assert texts(found, "RDL.D.1") == texts(found, "RDL.D.2") == ["layer die has no shape: the edge of the die is unknown"]


DENSITY = [{"id": "RDL.D.1", "value": 0.5, "window_um": 100.0, "step_um": 50.0}, {"id": "RDL.D.2", "value": 0.25, "window_um": 100.0, "step_um": 50.0}]


@pytest.mark.parametrize("height, too_full, too_empty", [
    (50 * UM, [], []), (50 * UM + 5, ["density 0.50005"], []), (25 * UM, [], []), (25 * UM - 5, [], ["density 0.24995"])])
def test_density_of_one_window_breaks_one_grid_step_beyond(tmp_path, height, too_full, too_empty):
    layout = die_with_metal(pya.Box(0, 0, 100 * UM, 100 * UM), [pya.Box(0, 0, 100 * UM, height)])
    found = check(layout, variant(tmp_path, DENSITY), tmp_path)[1]
    assert [texts(found, "RDL.D.1"), texts(found, "RDL.D.2")] == [too_full, too_empty]


def test_windows_step_over_the_die_and_are_cut_at_its_edge(tmp_path):
    """A die of 220 by 100: windows start at 0, 50, 100 and 150; the last is cut to 70. Metal fills x = 0 to 80."""
    layout = die_with_metal(pya.Box(0, 0, 220 * UM, 100 * UM), [pya.Box(0, 0, 80 * UM, 100 * UM)])
    found = check(layout, variant(tmp_path, DENSITY), tmp_path)[1]
    full = [marker for marker in found if marker.rule == "RDL.D.1"]
    empty = [marker for marker in found if marker.rule == "RDL.D.2"]
    assert [(marker.box, marker.text) for marker in full] == [(pya.Box(0, 0, 100 * UM, 100 * UM), "density 0.80000")]
    assert [(marker.box.left // UM, marker.box.right // UM, marker.text) for marker in empty] == [
        (100, 200, "density 0.00000"), (150, 220, "density 0.00000")]


def test_overlapping_metal_counts_once(tmp_path):
    layout = die_with_metal(pya.Box(0, 0, 100 * UM, 100 * UM), [pya.Box(0, 0, 100 * UM, 40 * UM)] * 2 + [pya.Box(0, 0, 50 * UM, 30 * UM)])
    found = check(layout, variant(tmp_path, DENSITY), tmp_path)[1]
    assert texts(found, "RDL.D.1") == []


def test_only_metal_on_the_die_counts(tmp_path):
    die = pya.Polygon([pya.Point(x * UM, y * UM) for x, y in ((0, 0), (0, 100), (50, 100), (50, 50), (100, 50), (100, 0))])
    layout = die_with_metal(die, [pya.Box(50 * UM, 50 * UM, 100 * UM, 100 * UM)])
    found = check(layout, variant(tmp_path, DENSITY), tmp_path)[1]
    assert texts(found, "RDL.D.2") == ["density 0.00000"]


def repeated_block(rng, turned):
    """A block of random metal placed in an array that many windows meet alike; perhaps turned in another array."""
    layout = new_layout(POSTPASS, {"die": [pya.Box(0, 0, 3011 * UM, 2777 * UM)]})
    top, block, metal = layout.top_cell(), layout.create_cell("BLOCK"), layout.layer(*POSTPASS.layers["rdl"]["gds"])
    for _ in range(60):
        x, y = rng.randrange(0, 200 * UM), rng.randrange(0, 150 * UM)
        box = pya.Box(x, y, x + rng.randrange(2 * UM, 40 * UM), y + rng.randrange(2 * UM, 40 * UM))
        block.shapes(metal).insert(pya.Polygon.ellipse(box, rng.choice([4, 8, 32])) if rng.random() < 0.4 else box)
    top.insert(pya.CellInstArray(block.cell_index(), pya.Trans(20 * UM, 20 * UM), pya.Vector(250 * UM, 0), pya.Vector(0, 225 * UM), 8, 12))
    if turned:
        top.insert(pya.CellInstArray(block.cell_index(), pya.Trans(1, True, 2110 * UM, 30 * UM), pya.Vector(225 * UM, 0), pya.Vector(0, 250 * UM), 4, 10))
    return layout


@pytest.mark.parametrize("turned", [False, True])
def test_densities_of_repeated_cells_are_those_of_the_flat_layout(turned):
    layout, lowest, highest = repeated_block(random.Random(3), turned), 0.2, 0.35

    def densities():
        layers = Layers(layout, layout.top_cell(), POSTPASS)
        found = density.Density(layers, "metal", 100.0, 200.0, layers.merged("die"), None).windows(lowest, highest)
        return {str(one.box): one.density for one in found if not lowest <= one.density <= highest}
    by_cell = densities()
    layout.flatten(layout.top_cell().cell_index(), -1, True)
    assert by_cell == pytest.approx(densities(), abs=1e-6)
    assert len(by_cell) > 50 and min(by_cell.values()) < lowest and max(by_cell.values()) > highest


DIES = {"box": pya.Polygon(pya.Box(-3 * UM, 5 * UM, 424 * UM, 311 * UM)),
        "corner cut out": pya.Polygon([pya.Point(x * UM, y * UM) for x, y in ((0, 0), (0, 307), (130, 307), (130, 111), (417, 111), (417, 0))]),
        "round": pya.Polygon.ellipse(pya.Box(0, 0, 407 * UM, 407 * UM), 48)}
EIGHT = pya.Polygon([pya.Point(x * UM, y * UM) for x, y in ((0, 0), (20, 40), (0, 40), (34, 0))])  # covers more than its area
TWICE = pya.Polygon([pya.Point(x * UM, y * UM) for x, y in ((0, 0), (0, 40), (40, 40), (40, 0), (0, 0), (0, 30), (30, 30), (30, 0))], True)  # and less


def random_metal(rng):
    """{layer: shapes} of pads, some of which overlap, traces over several windows, and polygons that cross themselves."""
    shapes = {"pad_signal": [], "pad_power": [], "rdl": []}
    for _ in range(rng.randrange(10, 220)):
        x, y, side = rng.randrange(0, 400 * UM), rng.randrange(0, 400 * UM), rng.randrange(4 * UM, 24 * UM)
        box = pya.Box(x, y, x + side, y + side)
        shapes[rng.choice(["pad_signal", "pad_power"])].append(rng.choice([pya.Polygon(box), pya.Polygon.ellipse(box, 32)]))
    for _ in range(rng.randrange(0, 8)):
        x, y = rng.randrange(0, 300 * UM), rng.randrange(0, 300 * UM)
        shapes["rdl"].append(pya.Path([pya.Point(x, y), pya.Point(x + 70 * UM, y), pya.Point(x + 140 * UM, y + 70 * UM)], rng.randrange(4 * UM, 30 * UM)).polygon())
    for _ in range(rng.randrange(0, 12)):
        shapes["pad_signal"].append(rng.choice([EIGHT, TWICE]).moved(rng.randrange(0, 380 * UM), rng.randrange(0, 380 * UM)))
    return shapes


def densities_one_by_one(shapes, die, step, window):
    """{box of the window: its density}, each from the metal that is cut to it."""
    metal, ground, box, found = pya.Region([shape for some in shapes.values() for shape in some]).merged(), pya.Region(die), die.bbox(), {}
    for x in range(box.left, box.right - window + step, step):
        for y in range(box.bottom, box.top - window + step, step):
            place = pya.Region(pya.Box(x, y, x + window, y + window)) & ground
            if not place.is_empty():
                found[str(pya.Box(x, y, x + window, y + window) & box)] = (metal & place).area() / place.area()
    return found


@pytest.mark.parametrize("die", DIES)
@pytest.mark.parametrize("strip", [20, 100_000])
def test_densities_are_those_of_each_window_alone(die, strip, monkeypatch):
    """Metal that is not merged tells within which bounds a density lies; no window may be passed over for them."""
    monkeypatch.setattr(density, "SHAPES_OF_A_STRIP", strip)
    rng, step, window, broken = random.Random(5), 40 * UM, 80 * UM, 0
    for _ in range(12):
        shapes = random_metal(rng)
        layout = new_layout(POSTPASS, {"die": [DIES[die]], **shapes})
        layers = Layers(layout, layout.top_cell(), POSTPASS)
        alone = densities_one_by_one(shapes, DIES[die], step, window)
        values = sorted(alone.values())
        lowest, highest = values[len(values) // 8], values[-len(values) // 8]
        found = density.Density(layers, "metal", 40.0, 80.0, pya.Region(DIES[die]), None).windows(lowest, highest)
        outside = {str(one.box): one.density for one in found if not lowest <= one.density <= highest}
        expected = {box: value for box, value in alone.items() if not lowest - 1e-4 <= value <= highest + 1e-4}
        assert {box: outside.get(box) for box in expected} == pytest.approx(expected, abs=1e-4)
        assert all(alone[box] < lowest + 1e-4 or alone[box] > highest - 1e-4 for box in outside)
        broken += len(expected)
    assert broken > 100


@pytest.mark.parametrize("die", DIES)
def test_the_density_of_a_whole_die_is_that_of_its_metal(die, monkeypatch):
    """In strips, too, but for what whole dbu move where slanted edges cross or are cut."""
    rng = random.Random(6)
    for _ in range(12):
        shapes = random_metal(rng)
        layout, ground = new_layout(POSTPASS, {"die": [DIES[die]], **shapes}), pya.Region(DIES[die])
        layers = Layers(layout, layout.top_cell(), POSTPASS)
        alone = (pya.Region([shape for some in shapes.values() for shape in some]).merged() & ground).area() / ground.area()
        for strip in (100_000, 20):
            monkeypatch.setattr(density, "SHAPES_OF_A_STRIP", strip)
            assert density.of_die(layers, "metal", DIES[die]) == pytest.approx(alone, abs=1e-6)


WHOLE = [{"id": "MIN", "check": "density_min", "layer": "rdl", "to": "die", "value": 0.25, "title": "Least metal"},
         {"id": "MAX", "check": "density_max", "layer": "rdl", "to": "die", "value": 0.5, "title": "Most metal"}]


@pytest.mark.parametrize("mode", ["flat", "tiled", "deep"])
@pytest.mark.parametrize("height, too_full, too_empty", [
    (50 * UM, [], []), (50 * UM + 1, ["density 0.5000100 of the whole die"], []), (25 * UM, [], []), (25 * UM - 1, [], ["density 0.2499900 of the whole die"])])
def test_the_density_of_a_whole_die_breaks_one_dbu_beyond(tmp_path, mode, height, too_full, too_empty):
    layout = die_with_metal(square(100 * UM), [pya.Box(-UM, 0, 60 * UM, height), pya.Box(40 * UM, 0, 100 * UM, height)])
    found = check(layout, variant(tmp_path, WHOLE), tmp_path, mode=mode)[1]
    assert texts(found, "MAX") == too_full and texts(found, "MIN") == too_empty
    assert all(marker.box == square(100 * UM) for marker in found if marker.rule in ("MIN", "MAX"))


def test_each_die_has_a_density_and_a_missing_one_is_told(tmp_path):
    dies, full = [square(100 * UM), square(100 * UM, 200 * UM), square(50 * UM, 400 * UM)], [square(100 * UM, 200 * UM)]
    found = check(new_layout(POSTPASS, {"die": dies, "rdl": full}), variant(tmp_path, WHOLE), tmp_path)[1]
    assert [(marker.box, marker.text) for marker in found if marker.rule == "MAX"] == [(dies[1], "density 1.0000000 of the whole die")]
    assert [marker.box for marker in found if marker.rule == "MIN"] == [dies[0], dies[2]]
    found = check(new_layout(POSTPASS, {"rdl": full}), variant(tmp_path, WHOLE), tmp_path)[1]
    assert texts(found, "MAX") == texts(found, "MIN") == ["layer die has no shape: the edge of the die is unknown"]
    boxed = [{**{key: value for key, value in rule.items() if key != "to"}, "within_um": [200, 0, 300, 100]} for rule in WHOLE]
    found = check(new_layout(POSTPASS, {"rdl": full}), variant(tmp_path, boxed), tmp_path)[1]
    assert texts(found, "MAX") == ["density 1.0000000 of the whole die"] and texts(found, "MIN") == []
