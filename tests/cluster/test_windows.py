"""A check spread over workers is the check of one run: the same report, byte for byte, and the same summary but for the times."""

import json

import numpy as np
import pya
import pytest

import postpass
from postpass import tech as technologies
from tests.bench import layouts as bench_layouts
from tests.deck.support import draw, new_layout
from tests.nets.test_blocks import RULES, repeated_cells
from tests.trust import random_layouts, random_nets
from tests.trust.random_layouts import scattered_boxes
from tests.trust.test_net_oracle import in_tile, technology
from tests.trust.test_oracle import POSTPASS, drawn, origin, seed_of, technology_with

COUNT = 24  # random layouts of a trial, which stand 200 um apart
SIDE_UM = 450.0


def same_result(path, tech, scheduler, side_um=SIDE_UM, **wishes):
    """The report of a spread run, which is that of one run."""
    one, spread = (postpass.check(str(path), tech, threads=1, **wishes, **more) for more in ({}, {"scheduler": scheduler, "side_um": side_um}))
    files = [path.with_suffix(ending) for ending in (".one", ".spread")]
    for file, report in zip(files, (one, spread)):
        report.database().save(str(file))
    assert files[0].read_bytes() == files[1].read_bytes(), [
        (line, other) for line, other in zip(*(file.read_text().splitlines() for file in files)) if line != other][:4]
    assert without_times(one.summary()) == without_times(spread.summary())
    assert (one.errors, one.checked.warnings) == (spread.errors, spread.checked.warnings)
    return spread


def without_times(summary):
    return {**{key: value for key, value in summary.items() if not key.endswith("seconds")}, "rules": [{**rule, "seconds": None} for rule in summary["rules"]]}


@pytest.mark.parametrize("trial", list(random_layouts.tiled_trials())[::2], ids=lambda trial: trial.name.replace(" ", "_"))
def test_random_layouts(trial, scheduler, tmp_path):
    rng, layout = np.random.default_rng(seed_of(trial.name)), new_layout(POSTPASS, {})
    for number in range(COUNT):
        draw(layout.top_cell(), POSTPASS, drawn(trial.draw(rng)), *origin(number))
    layout.write(str(tmp_path / "in.gds"))
    assert same_result(tmp_path / "in.gds", technology_with([trial.rule], tmp_path), scheduler, mode="tiled").errors > 0  # some trials break few


@pytest.mark.parametrize("trial", list(random_layouts.die_trials())[::3], ids=lambda trial: trial.name.replace(" ", "_"))
def test_layouts_with_a_die(trial, scheduler, tmp_path):
    layout = new_layout(POSTPASS, drawn(trial.shapes))
    layout.write(str(tmp_path / "in.gds"))
    box = layout.top_cell().dbbox()
    assert same_result(tmp_path / "in.gds", technology_with([trial.rule], tmp_path), scheduler, max(box.width(), box.height()) / 3, mode="tiled").errors > 5


def one_beside_the_other(draw_one, count, tile, columns=5):
    """Random nets in one cell; windows cut through all of them."""
    rng, layout = np.random.default_rng(seed_of(draw_one.__name__)), new_layout(POSTPASS, {})
    for number in range(count):
        drawing = in_tile(draw_one(rng), number % columns + number // columns * 50, tile)
        draw(layout.top_cell(), POSTPASS, drawn(drawing.layers))
        draw(layout.top_cell(), POSTPASS, {"label": [pya.Text(text, pya.Trans(int(x), int(y))) for text, x, y in drawing.labels]})
        for function, area in drawing.declared:
            draw(layout.top_cell(), POSTPASS, {"function": [pya.Box(*area), pya.Text(function, pya.Trans(area[0] + 10, area[1] + 10))]})
    return layout


def spaces(rng):
    return random_nets.draw_spaces(lambda rng: scattered_boxes(rng, 2000, 4))(rng)


def pads(rng):
    return random_nets.draw_pads(8_000, 26_000)(rng)


def drops(rng):
    return random_nets.draw_drops(1.5, 10_000)(rng)


ALL_RULES = dict(RULES, vias={"check": "current_vias", "layer": "pad_power", "to": "via", "current_ma": 20.0, "per_um2_ma": 5.0},
                 width={"check": "current_width", "layer": "pad_power", "current_ma": 48.0, "per_um_ma": 16.0},
                 wide={"check": "space_different_net", "layer": "metal", "value_um": 2.0, "wider_than_um": 3.0, "run_longer_than_um": 6.0},
                 twins={"check": "count_match", "layer": "pad", "to": "ubm"} if "ubm" in POSTPASS.layers else {"check": "count_match", "layer": "pad", "to": "die"})


@pytest.mark.parametrize("mode", ["flat", "tiled"])
@pytest.mark.parametrize("draw_one, tile", [(random_nets.draw_nets, 150_000), (random_nets.draw_feeds, 200_000), (spaces, 30_000), (pads, 120_000), (drops, 120_000)])
def test_random_nets(draw_one, tile, mode, scheduler, tmp_path):
    """Sixteen windows over twenty drawings."""
    one_beside_the_other(draw_one, 20, tile).write(str(tmp_path / "in.gds"))
    assert same_result(tmp_path / "in.gds", technology(tmp_path, ALL_RULES), scheduler, tile * 1.2e-3, mode=mode).errors > 5


@pytest.mark.parametrize("mode", ["tiled", "deep"])
def test_nets_of_repeated_cells(mode, scheduler, tmp_path):
    repeated_cells(3).write(str(tmp_path / "in.gds"))
    assert same_result(tmp_path / "in.gds", technology(tmp_path, ALL_RULES), scheduler, 1900.0, mode=mode).errors > 100


def test_a_net_through_all_windows_is_one(scheduler, tmp_path):
    """A snake of hundreds of bars, drawn shuffled: no window has more than a few of them; a second one is cut in the middle."""
    rng, bars = np.random.default_rng(5), []
    for row in range(20):
        bars += [pya.Box(x, row * 20_000, x + 11_000, row * 20_000 + 4_000) for x in range(0, 400_000, 10_000)]
        x = 400_000 if row % 2 == 0 else 0
        bars.append(pya.Box(x, row * 20_000, x + 4_000, row * 20_000 + 24_000))
    order = rng.permutation(len(bars)).tolist()
    end = [pya.Box(0, 0, 2_000, 2_000)]
    layout = new_layout(POSTPASS, {"rdl": [bars[number] for number in order], "via": end, "contact": end})
    draw(layout.top_cell(), POSTPASS, {"rdl": [bars[number] for number in order if number != 400]}, 1_000_000, 0)
    layout.write(str(tmp_path / "in.gds"))
    report = same_result(tmp_path / "in.gds", "postpass", scheduler, 250.0)
    assert len(report.summary()["nets"]) == 3


@pytest.mark.parametrize("mode", ["flat", "tiled", "deep"])
def test_a_layout_with_faults_of_every_kind(mode, scheduler, tmp_path):
    bench_layouts.build(str(tmp_path / "in.gds"), 900, "flat", seed=8, faults=0.1)
    report = same_result(tmp_path / "in.gds", "postpass", scheduler, 700.0, mode=mode)
    assert report.errors > 50 and len([result for result in report.results if result.findings]) > 8


def test_a_layout_of_several_levels_turned_cells_and_two_top_cells(scheduler, tmp_path):
    tech = technologies.load("wlcsp_two_level")
    layout, rng = new_layout(tech, {}), np.random.default_rng(9)
    child, names = layout.create_cell("CHILD"), [name for name in tech.layers if "gds" in tech.layers[name] and tech.layers[name]["kind"] in ("metal", "cut", "contact", "pad", "ubm")]
    for name in names:
        for x, y, width in rng.integers(0, 300_000, (25, 3)).tolist():
            draw(child, tech, {name: [pya.Box(x, y, x + 5_000 + width // 8, y + 20_000)]})
    for turn in range(8):
        layout.cell("TOP").insert(pya.CellInstArray(child.cell_index(), pya.Trans(turn % 4, turn >= 4, turn % 3 * 400_000, turn // 3 * 400_000)))
    layout.create_cell("OTHER")
    layout.write(str(tmp_path / "in.gds"))
    assert same_result(tmp_path / "in.gds", "wlcsp_two_level", scheduler, 300.0, topcell="TOP", mode="tiled", families=("nets",)).errors > 20


def test_the_summary_is_the_file_that_one_run_writes(scheduler, tmp_path):
    bench_layouts.build(str(tmp_path / "in.gds"), 100, "flat", seed=8, faults=0.1)
    report = same_result(tmp_path / "in.gds", "postpass", scheduler)
    assert json.loads(report.summary_text()) == report.summary()
