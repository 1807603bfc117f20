"""The deck and a brute-force checker find the same guilty places in thousands of seeded random layouts of each kind."""

import json
import os
import zlib

import numpy as np
import pya
import pytest

from postpass import tech as technologies
from tests.deck.support import draw, markers, new_layout, run_deck

from . import random_layouts
from .outlines import is_box

POSTPASS = technologies.load("postpass")
TILE = 200 * 1000
PART = float(os.environ.get("POSTPASS_PART_OF_LAYOUTS", "1"))  # less than 1: a quick look, see tests/bench/mutants.py
COLUMNS = 50
GEOMETRY = ("width_min", "width_max", "aspect_ratio_min", "aspect_ratio_max", "shape", "space", "space_wide", "space_table", "separation", "enclosure",
            "pitch_min", "grid", "angle", "corner_min", "die_clearance", "density_min", "density_max", "area_min", "area_max", "no_holes", "distance_max",
            "overlap_min", "extension", "count", "ring", "edge_length_min")
SLACK = 3  # dbu by which a marker may miss the place it marks


def technology_with(rules, folder):
    """The postpass technology with these rules alone."""
    record = json.load(open(POSTPASS.path))
    record["rules"] = [dict(rule, id="R%d" % number, title=rule["check"], source="test") for number, rule in enumerate(rules)]
    path = folder / "rules.json"
    path.write_text(json.dumps(dict(record, name="rules")))
    return str(path)


def drawn(layers):
    """{layer: [box or polygon]} of {layer: [shape]}"""
    return {name: [pya.Box(*shape) if is_box(shape) else pya.Polygon([pya.Point(*corner) for corner in shape]) for shape in shapes]
            for name, shapes in layers.items()}


def origin(number):
    return number % COLUMNS * TILE, number // COLUMNS * TILE


def deck_answers(trial, layouts, folder):
    """One deck run on all layouts: the markers' boxes of each, in its own coordinates."""
    layout = new_layout(POSTPASS, {})
    for number, layers in enumerate(layouts):
        draw(layout.top_cell(), POSTPASS, drawn(layers), *origin(number))
    found = marker_boxes(layout, trial.rule, folder)
    answers = [[] for _ in layouts]
    for box in found:
        number = round(box.center().x / TILE) + COLUMNS * round(box.center().y / TILE)
        x, y = origin(number)
        answers[number].append((box.left - x, box.bottom - y, box.right - x, box.top - y))
    return answers


def marker_boxes(layout, rule, folder):
    layout.write(str(folder / "random.gds"))
    run = run_deck(input=folder / "random.gds", report=folder / "random.lyrdb", tech=technology_with([rule], folder))
    assert run.code in (0, 2), run.err
    return [marker.box for marker in markers(str(folder / "random.lyrdb"))]


def missed_and_false(verdicts, boxes, exact):
    """(guilty places without a marker, markers without a guilty or open place)"""
    same = (lambda a, b: max(abs(p - q) for p, q in zip(a, b)) <= 1) if exact else near
    missed = [place for place in verdicts.guilty if not any(same(place, box) for box in boxes)]
    false = [box for box in boxes if not any(same(place, box) for place in verdicts.guilty + verdicts.open)]
    return missed, false


def near(a, b):
    return a[0] <= b[2] + SLACK and b[0] <= a[2] + SLACK and a[1] <= b[3] + SLACK and b[1] <= a[3] + SLACK


def seed_of(name):
    return zlib.crc32(name.encode())


def disagreements(name, layouts, judge, answers, exact):
    """(sentences, guilty layouts, clean layouts, open layouts)"""
    said, guilty, clean, unsure = [], 0, 0, 0
    for number, (layers, boxes) in enumerate(zip(layouts, answers)):
        verdicts = judge(layers)
        guilty, clean, unsure = guilty + bool(verdicts.guilty), clean + (not verdicts.guilty and not verdicts.open), unsure + bool(verdicts.open)
        missed, false = missed_and_false(verdicts, boxes, exact)
        if missed or false:
            said.append("%s: seed %d, layout %d: %s\n  oracle: guilty %s, open %s\n  deck: %s\n  missed by the deck: %s, only in the deck: %s" % (
                name, seed_of(name), number, layers, verdicts.guilty, verdicts.open, boxes, missed, false))
    return said, guilty, clean, unsure


@pytest.mark.parametrize("trial", random_layouts.die_trials(), ids=lambda trial: trial.name.replace(" ", "_"))
def test_deck_and_oracle_agree_around_a_die(trial, tmp_path):
    layout = new_layout(POSTPASS, drawn(trial.shapes))
    boxes = [(box.left, box.bottom, box.right, box.top) for box in marker_boxes(layout, trial.rule, tmp_path)]
    verdicts = trial.judge(trial.shapes)
    missed, false = missed_and_false(verdicts, boxes, True)
    print("%s: %d layouts, %d guilty, %d open" % (trial.name, trial.count, len(verdicts.guilty), len(verdicts.open)))
    assert not missed and not false, "missed by the deck: %s, only in the deck: %s" % (missed[:5], false[:5])
    assert trial.count / 20 < len(verdicts.guilty) < trial.count * 19 / 20


@pytest.mark.parametrize("trial", random_layouts.tiled_trials(), ids=lambda trial: trial.name.replace(" ", "_"))
def test_deck_and_oracle_agree(trial, tmp_path):
    rng = np.random.default_rng(seed_of(trial.name))
    layouts = [trial.draw(rng) for _ in range(int(trial.count * PART))]
    said, guilty, clean, unsure = disagreements(trial.name, layouts, trial.judge, deck_answers(trial, layouts, tmp_path), trial.exact)
    print("%s: %d layouts, %d guilty, %d clean, %d open, %d disagreements" % (trial.name, len(layouts), guilty, clean, unsure, len(said)))
    assert not said, "%d disagreements\n%s" % (len(said), "\n".join(said[:5]))
    assert guilty > len(layouts) / 20 and clean > len(layouts) / 20 and unsure < len(layouts) / 2


def test_a_trace_that_leaves_an_octagon_between_two_dbu_has_right_angles_there(tmp_path):
    """Merged on cells, where KLayout splits slanted shapes, one of them was 89.4 degrees."""
    pad = [(-1659, -4004), (1659, -4004), (4004, -1659), (4004, 1659), (1659, 4004), (-1659, 4004), (-4004, 1659), (-4004, -1659)]
    trace = [(575, 141), (-108, -542), (12109, -12759), (12792, -12076)]
    assert marker_boxes(new_layout(POSTPASS, drawn({"rdl": [pad, trace]})), {"check": "corner_min", "layer": "rdl", "value_deg": 90}, tmp_path) == []
