"""Flat, in tiles, on the cells of the hierarchy, window by window: the deck finds the same guilty shapes in every mode."""

from collections import Counter

import numpy as np
import pya
import pytest

from postpass import tech as technologies
from postpass.drc.plan import Wishes
from postpass.drc.run import check_cell
from tests.bench import layouts as bench_layouts
from tests.deck.support import draw, markers, new_layout, run_deck
from tests.fuzz import judges

from . import random_layouts, test_hierarchy
from .test_oracle import POSTPASS, drawn, origin, seed_of, technology_with

COUNT = 60  # layouts of each trial
SLANTED = 120
SMALL_TILE = 130  # um: cuts through most of the layouts, which stand 200 um apart


def found(path, technology, report, **variables):
    """Counter of (rule, box, text)"""
    run = run_deck(input=path, report=report, tech=technology, **variables)
    assert run.code in (0, 2), run.err
    return Counter((marker.rule, str(marker.box), marker.text) for marker in markers(str(report))), run.out


def differences(one, other):
    return "only in the first: %s\nonly in the second: %s" % (list((one - other).items())[:5], list((other - one).items())[:5])


def same_in_all_modes(layout, technology, folder, tile=SMALL_TILE, to_the_shape=False, **variables):
    """Checks the layout flat, in small tiles (um) and by cells; returns what is found. `to_the_shape`: compares the outlines of the markers, too."""
    path, report = folder / "layout.gds", folder / "report.lyrdb"
    layout.write(str(path))
    flat, _ = found(path, technology, report, mode="flat", **variables)
    drawn_flat = judges.markers(str(report))
    for mode in ({"mode": "tiled", "tile": tile}, {"mode": "deep"}):
        other, _ = found(path, technology, report, **mode, **variables)
        assert flat == other, "%s\n%s" % (mode, differences(flat, other))
        assert not to_the_shape or drawn_flat == judges.markers(str(report)), "%s: markers of other shapes" % mode
    return flat


def random_layout(trial):
    rng = np.random.default_rng(seed_of(trial.name))
    layout = new_layout(POSTPASS, {})
    for number in range(COUNT):
        draw(layout.top_cell(), POSTPASS, drawn(trial.draw(rng)), *origin(number))
    return layout


@pytest.mark.parametrize("trial", random_layouts.searched_trials(), ids=lambda trial: trial.name.replace(" ", "_"))
def test_random_layouts(trial, tmp_path):
    assert sum(same_in_all_modes(random_layout(trial), technology_with([trial.rule], tmp_path), tmp_path).values()) > 5


@pytest.mark.parametrize("trial", random_layouts.die_trials(), ids=lambda trial: trial.name.replace(" ", "_"))
def test_layouts_with_a_die(trial, tmp_path):
    assert sum(same_in_all_modes(new_layout(POSTPASS, drawn(trial.shapes)), technology_with([trial.rule], tmp_path), tmp_path).values()) > 5


def slanted_metal(rng):
    """{layer: [shape]}: bars in any direction, each on from the last, with blocks and stars between them. What comes near to each
    other is one shape or not, as bars far away have it."""
    def points(count):
        return [pya.Point(*map(int, rng.integers(0, 150_000, 2))) for _ in range(count)]

    def star(middle):
        count = int(rng.integers(5, 20))
        angles, radii = np.sort(rng.random(count)) * 2 * np.pi, 15_000 * (0.4 + 0.6 * rng.random(count))
        return pya.Polygon([pya.Point(int(middle.x + r * np.cos(a)), int(middle.y + r * np.sin(a))) for a, r in zip(angles, radii)])
    corners = points(int(rng.integers(4, 9)))
    bars = [pya.Path(list(ends), 4_000 + 2 * int(rng.integers(4_000))).polygon() for ends in zip(corners, corners[1:])]
    blocks = [pya.Box(middle.x - 6_000, middle.y - 3_000, middle.x + 6_000, middle.y + 3_000) for middle in points(3)]
    return {"rdl": bars + blocks, "pad_signal": [star(middle) for middle in points(4)]}


def in_one_cell(top, layers, x, y):
    draw(top, POSTPASS, layers, x, y)


def from_cell_to_cell(top, layers, x, y):
    """A third of the shapes in each of three cells: one is placed as it is, one turned, one mirrored."""
    for number, place in enumerate((pya.Trans(x, y), pya.Trans(pya.Trans.R90, x, y), pya.Trans(pya.Trans.M0, x, y))):
        cell = top.layout().create_cell("part")
        draw(cell, POSTPASS, {name: [shape.transformed(place.inverted() * pya.Trans(x, y)) for shape in some[number::3]] for name, some in layers.items()})
        top.insert(pya.CellInstArray(cell.cell_index(), place))


@pytest.mark.parametrize("place", [in_one_cell, from_cell_to_cell])
def test_slanted_metal(place, tmp_path):
    rng, layout = np.random.default_rng(15), new_layout(POSTPASS, {})
    for number in range(SLANTED):
        place(layout.top_cell(), slanted_metal(rng), *origin(number))
    rules = [{"check": "space", "layer": "rdl", "value_um": 5, "notch_deg": 45}, {"check": "space", "layer": "rdl", "value_um": 5},
             {"check": "space_wide", "layer": "rdl", "value_um": 9, "wider_than_um": 5, "run_longer_than_um": 2},
             {"check": "space_wide", "layer": "rdl", "value_um": 9, "wider_than_um": 8, "run_longer_than_um": 2, "wide": "one"}, {"check": "width_min", "layer": "rdl", "value_um": 6},
             {"check": "space", "layer": "pad_signal", "value_um": 30}, {"check": "separation", "layer": "rdl", "to": "pad_signal", "value_um": 5}]
    markers_of = Counter(rule for rule, _, _ in same_in_all_modes(layout, technology_with(rules, tmp_path), tmp_path, to_the_shape=True).elements())
    assert all(markers_of["R%d" % number] > 10 for number in range(len(rules))), markers_of


def in_slabs(rng):
    """A curved shape in slabs some um wide, side by side: (layout, its box)."""
    shape = drawn(random_layouts.draw_curved(rng))["rdl"][0]
    box, width, layout = shape.bbox(), int(rng.integers(3_000, 7_000)), new_layout(POSTPASS, {})
    for left in range(box.left, box.right, width):
        slab = pya.Region(shape) & pya.Region(pya.Box(left, box.bottom - 1, left + width, box.top + 1))
        draw(layout.top_cell(), POSTPASS, {"rdl": [part.dup() for part in slab.each()]})
    return layout, box


@pytest.mark.parametrize("waived", ["shapes", "arcs", "none"])
def test_curves_in_two_windows_are_those_of_the_whole_layout(waived):
    """An arc that goes on in the other window may be none."""
    technology = technologies.load("postpass")
    technology.rules = [{"id": "R", "check": "angle", "layer": "rdl", "value_deg": 45, "round": waived, "title": ""}]
    for seed in range(70):
        layout, box = in_slabs(np.random.default_rng(seed))
        middle, ends = (box.left + box.right) // 2 / 1000, (box.left / 1000 - 1, box.right / 1000 + 1)

        def findings(*windows, layout=layout):
            checked = [check_cell(layout.top_cell(), technology, Wishes(mode="flat", threads=1, window_um=window, families=("geometry",))) for window in windows]
            return Counter((one.text, *map(str, one.shapes)) for part in checked for one in part.results[0].findings)
        assert findings((ends[0], -1000.0, middle, 1000.0), (middle, -1000.0, ends[1], 1000.0)) == findings(None), seed


def um(*boxes):
    return [pya.Box(*(1000 * side for side in box)) for box in boxes]


def turned(boxes, degrees):
    return [(pya.DCplxTrans(1, degrees, False, 0, 0) * pya.DPolygon(pya.DBox(box))).to_itype(1.0) for box in boxes]


#: one shape each, whose parts come near to each other far from where they are joined
JOINED_FAR_AWAY = {
    "a wedge, not a notch": ({"check": "space", "value_um": 10, "notch_deg": 45}, turned(um((-20, -15, 210, -5)), 17) + um(
        (-200, 0, 0, 10), (180, 45, 190, 150), (-200, 140, 190, 150), (-200, 0, -190, 150)), ["space 5.0004 um"]),
    "wide legs of one shape": ({"check": "space_wide", "value_um": 9, "wider_than_um": 5, "run_longer_than_um": 2}, um(
        (0, 0, 20, 400), (25, 0, 45, 100), (45, 0, 445, 20), (425, 0, 445, 400), (0, 380, 445, 400)), []),
    "sides that rounding alone brings nearer": ({"check": "space", "value_um": 10, "notch_deg": 45}, turned(um((0, 0, 10, 80), (20, 0, 30, 80), (40, 0, 50, 80), (0, -10, 50, 0)), 30) + um(
        (-5, -300, 5, 0), (9, -300, 20, -200), (-5, -310, 20, -300)), ["space 4 um"])}


@pytest.mark.parametrize("name", JOINED_FAR_AWAY)
def test_parts_of_a_shape_that_is_joined_far_away(name, tmp_path):
    rule, shapes, texts = JOINED_FAR_AWAY[name]
    assert pya.Region(shapes).merged().count() == 1
    everywhere = same_in_all_modes(new_layout(POSTPASS, {"rdl": shapes}), technology_with([dict(rule, layer="rdl")], tmp_path), tmp_path, to_the_shape=True)
    assert [text for _, _, text in everywhere] == texts


@pytest.mark.parametrize("place", [test_hierarchy.turned, test_hierarchy.through_another, test_hierarchy.shape_by_shape, test_hierarchy.half_size,
                                   test_hierarchy.at_45_degrees, test_hierarchy.double_size_mirrored, test_hierarchy.overlapping_array])
def test_cells(place, tmp_path):
    layout = test_hierarchy.layout_of(place, keep_paths=False)
    assert sum(same_in_all_modes(layout, technology_with(test_hierarchy.geometry_rules(), tmp_path), tmp_path, 2500, topcell="TOP").values()) > 100


@pytest.mark.parametrize("kind", ["flat", "array"])
def test_layouts_of_the_benchmark(kind, tmp_path):
    path = str(tmp_path / "bench.gds")
    bench_layouts.build(path, 12000, kind, seed=5, faults=0.02)
    layout = pya.Layout()
    layout.read(path)
    assert sum(same_in_all_modes(layout, "postpass", tmp_path, family="geometry").values()) > 20


@pytest.mark.parametrize("turn", [pya.Trans.R0, pya.Trans.R90], ids=["right", "upper"])
def test_the_last_dbu_of_a_wide_layout_are_checked(turn, tmp_path):
    """At 60000.04 um a hundred tiles as wide as whole dbu may leave 40 dbu without a tile, where a via sticks out of its metal by 5."""
    far = 60_000_040
    shapes = {"via": [pya.Box(0, 0, 500, 500), pya.Box(far - 500, 0, far, 500)], "rdl": [pya.Box(-1000, -1000, 1500, 1500), pya.Box(far - 1500, -1000, far - 5, 1500)]}
    layout = new_layout(POSTPASS, {name: [shape.transformed(pya.Trans(turn)) for shape in some] for name, some in shapes.items()})
    everywhere = same_in_all_modes(layout, "postpass", tmp_path, 4000, family="geometry")
    assert [text for rule, _, text in everywhere if rule == "VIA.E.2"] == ["sticks out of metal"]


def test_wide_metal_drawn_in_slices_is_found(tmp_path):
    """A circle a little wider than the limit: the boxes of its slices hold no square as wide."""
    slices = pya.Polygon.ellipse(pya.Box(0, 0, 101_000, 101_000), 64).decompose_trapezoids()
    everywhere = same_in_all_modes(new_layout(POSTPASS, {"rdl": slices}), "postpass", tmp_path, family="geometry")
    assert [text for rule, _, text in everywhere if rule == "RDL.W.2"] == ["width 100.879 um"]


def test_a_spike_without_width_is_no_vertex(tmp_path):
    """A point off the grid that no merged shape has, beside one that merging hides in another shape but a mask may show."""
    spiked = pya.Polygon([pya.Point(*corner) for corner in ((-65_288, 0), (-5_000, 0), (-5_000, 3_000), (0, 3_000), (0, 0))], True)
    hidden = [pya.Box(20_000, 0, 30_001, 9_000), pya.Box(25_000, -5_000, 40_000, 20_000)]
    layout = new_layout(POSTPASS, {"rdl": [spiked, *hidden]})
    everywhere = same_in_all_modes(layout, technology_with([{"check": "grid", "layer": "rdl"}], tmp_path), tmp_path)
    assert sorted(text for _, _, text in everywhere) == ["vertex at 30.001, 0 um", "vertex at 30.001, 9 um"]


@pytest.mark.parametrize("apart", [0, 900, 1500], ids=["touching", "too near", "far apart"])
def test_what_two_vias_make_together_is_found(apart, tmp_path):
    """Touching shapes are looked for only where boxes overlap that are as much larger as the rule of space asks for."""
    vias = [pya.Box(0, 0, 2000, 2000), pya.Box(2000 + apart, 0, 4000 + apart, 2000)]
    metal = [pya.Box(-2000, -2000, 8000, 4000)]
    everywhere = same_in_all_modes(new_layout(POSTPASS, {"contact": vias, "via": vias, "rdl": metal}), "postpass", tmp_path, 40, family="geometry")
    broken = {rule for rule, _, _ in everywhere if rule.startswith("VIA")}
    assert broken == {0: {"VIA.W.2", "VIA.SH.1"}, 900: {"VIA.S.1"}, 1500: set()}[apart]


def test_the_deck_chooses_the_mode(tmp_path):
    chosen = {}
    for kind, vias in (("flat", 100), ("flat", 12000), ("array", 12000)):
        path = str(tmp_path / ("%s%d.gds" % (kind, vias)))
        bench_layouts.build(path, vias, kind)
        _, said = found(path, "postpass", tmp_path / "report.lyrdb", family="geometry")
        chosen[kind, vias] = said.split("mode: ")[1].split(",")[0]
    assert chosen == {("flat", 100): "flat", ("flat", 12000): "tiled", ("array", 12000): "deep"}


def test_cells_at_another_size_are_not_checked_by_cell(tmp_path):
    path = tmp_path / "magnified.gds"
    test_hierarchy.layout_of(test_hierarchy.half_size, keep_paths=False).write(str(path))
    _, said = found(path, "postpass", tmp_path / "report.lyrdb", family="geometry", mode="deep", topcell="TOP")
    assert "mode: tiled" in said and "mode=deep would miss what lies in cells placed at other sizes or angles" in said


@pytest.mark.parametrize("variables, sentence", [
    ({"mode": "fast"}, "mode=fast: known are flat, tiled, deep"),
    ({"threads": "many"}, "threads=many: give a whole number from 1 to 1024"),
    ({"threads": "9999"}, "threads=9999: give a whole number from 1 to 1024"),
    ({"tile": "0.001", "mode": "tiled"}, "tile=0.001: makes more than 1000000 tiles"),
    ({"window": "0,0,10,10,"}, "window=0,0,10,10,: give left,bottom,right,top in um"),
    ({"tile": "-5"}, "tile=-5: give the side of a tile in um, from 0.0001 to 1000000"),
    ({"family": "all"}, "family=all: known are technology, geometry, nets"),
    ({"window": "0,0,10"}, "window=0,0,10: give left,bottom,right,top in um"),
    ({"window": "0,0,10,10", "family": "nets"}, "only geometry can be checked in a window"),
])
def test_wrong_choices_are_one_sentence(variables, sentence, tmp_path):
    path = str(tmp_path / "small.gds")
    bench_layouts.build(path, 10, "flat")
    run = run_deck(input=path, **variables)
    assert run.code == 1 and sentence in run.err and len(run.err.strip().splitlines()) == 1


@pytest.mark.parametrize("window", ["-1e9,-1e9,1e9,1e9", "-1e300,-1e300,1e300,1e300"])
def test_a_window_wider_than_any_layout_holds_it_all(window, tmp_path):
    path, report = str(tmp_path / "small.gds"), tmp_path / "report.lyrdb"
    bench_layouts.build(path, 100, "flat", faults=0.1)
    whole, _ = found(path, "postpass", report, family="geometry")
    assert sum(whole.values()) > 5 and found(path, "postpass", report, window=window)[0] == whole


@pytest.mark.parametrize("mode", ["flat", "tiled"])
def test_a_violation_that_goes_on_from_bar_to_bar_through_two_windows_is_one(mode, tmp_path):
    """Two rows of bars, set off by half a bar and too near to each other: each gap touches the next."""
    path, report = tmp_path / "bars.gds", tmp_path / "report.lyrdb"
    bars = [pya.Box(x, y, x + 100_000, y + 4_000) for row, y in enumerate((0, 5_000)) for x in range(row * 55_000, 3_000_000, 101_000)]
    new_layout(POSTPASS, {"rdl": bars}).write(str(path))
    whole, _ = found(path, "postpass", report, family="geometry", mode="flat")
    parts = [found(path, "postpass", report, window=window, mode=mode)[0] for window in ("-10,-10,1500,100", "1500,-10,4000,100")]
    assert whole == parts[0] and not parts[1]
    assert [pya.Box.from_s(box).width() > 2_900_000 for rule, box, _ in whole if rule == "RDL.S.1"] == [True]


@pytest.mark.parametrize("mode", ["flat", "tiled"])
def test_a_violation_far_from_the_corner_of_its_box_belongs_to_one_window(mode, tmp_path):
    """Slanted bars in two rows, set off by half a bar: their gaps are one violation, from the upper left to the lower right."""
    path, report = tmp_path / "bars.gds", tmp_path / "report.lyrdb"
    turn = pya.DCplxTrans(1, -45, False, 0, 0)
    bars = [(turn * pya.DPolygon(pya.DBox(x, y, x + 100_000, y + 4_000))).to_itype(1.0) for row, y in enumerate((0, 5_000)) for x in range(row * 55_000, 2_000_000, 101_000)]
    new_layout(POSTPASS, {"rdl": bars}).write(str(path))

    def spaces(**variables):
        return Counter({key: count for key, count in found(path, "postpass", report, mode=mode, **variables)[0].items() if key[0] == "RDL.S.1"})
    windows = ["%d,%d,%d,%d" % (x, y, x + 500, y + 500) for x in range(-500, 2000, 500) for y in range(-2000, 500, 500)]
    whole, parts = spaces(family="geometry"), [spaces(window=window) for window in windows]
    assert len(whole) == 1 and pya.Box.from_s(next(iter(whole))[1]).width() > 1_300_000
    assert sum(parts, Counter()) == whole


def test_windows_smaller_than_the_shapes_find_each_violation_once(tmp_path):
    """Pads too near centre to centre or edge to edge, a via beside its metal, a large pad: windows of 9 um cut through all of them."""
    path, report = tmp_path / "pads.gds", tmp_path / "report.lyrdb"
    pads = [pya.Box(0, 0, 13_000, 13_000), pya.Box(24_000, 0, 37_000, 13_000), pya.Box(44_990, 0, 58_000, 13_000)]
    vias = [pya.Box(6_000, 6_000, 7_000, 7_000), pya.Box(17_900, 6_000, 18_900, 7_000), pya.Box(27_000, 12_500, 28_000, 13_500)]
    new_layout(POSTPASS, {"pad_signal": pads, "via": vias, "contact": vias, "rdl": [pya.Box(0, 18_000, 58_000, 19_000)]}).write(str(path))
    whole, _ = found(path, "postpass", report, family="geometry", mode="flat")
    parts = [found(path, "postpass", report, window="%d,%d,%d,%d" % (x, y, x + 9, y + 9), mode="tiled")[0] for x in range(-4, 68, 9) for y in range(-4, 23, 9)]
    whole = Counter({key: count for key, count in whole.items() if not key[2].startswith("layer die")})
    found_in_parts = Counter({key: count for key, count in sum(parts, Counter()).items() if not key[2].startswith("layer die")})
    assert {"PAD.P.1", "PAD.S.1", "VIA.E.2", "RDL.W.1"} <= {rule for rule, _, _ in whole}
    assert found_in_parts == whole, differences(found_in_parts, whole)


@pytest.mark.parametrize("window", ["9000,9000,9100,9100", "900000,900000,900100,900100"])
def test_a_window_apart_from_the_layout_holds_nothing(window, tmp_path):
    path, report = str(tmp_path / "small.gds"), tmp_path / "report.lyrdb"
    bench_layouts.build(path, 100, "flat", faults=0.1)
    assert not found(path, "postpass", report, window=window)[0]
