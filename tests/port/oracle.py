"""The new deck against the brute-force oracle: python tests/port/oracle.py COUNT PART_OF_THE_NAMES"""

import json
import os
import pathlib
import sys
import tempfile

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [ROOT, os.path.join(ROOT, "pymacros")]

from postpass import tech  # noqa: E402
from postpass.drc.plan import Wishes  # noqa: E402
from postpass.drc.run import check_cell  # noqa: E402
from tests.deck.support import draw, new_layout  # noqa: E402
from tests.trust import random_layouts  # noqa: E402
from tests.trust.test_oracle import COLUMNS, POSTPASS, TILE, disagreements, drawn, missed_and_false, origin, seed_of, technology_with  # noqa: E402


def boxes(layout, rule, folder):
    technology = tech.load(technology_with([rule], folder))
    checked = check_cell(layout.top_cell(), technology, Wishes(mode="flat"))
    found = []
    for finding in checked.results[0].findings:
        box = finding.shapes[0].bbox()
        for shape in finding.shapes[1:]:
            box = box + shape.bbox()
        found.append(box)
    return found


def tiled(trial, count, folder):
    rng = np.random.default_rng(seed_of(trial.name))
    layouts = [trial.draw(rng) for _ in range(min(count, trial.count))]
    layout = new_layout(POSTPASS, {})
    for number, layers in enumerate(layouts):
        draw(layout.top_cell(), POSTPASS, drawn(layers), *origin(number))
    answers = [[] for _ in layouts]
    for box in boxes(layout, trial.rule, folder):
        number = round(box.center().x / TILE) + COLUMNS * round(box.center().y / TILE)
        x, y = origin(number)
        answers[number].append((box.left - x, box.bottom - y, box.right - x, box.top - y))
    said, guilty, clean, unsure = disagreements(trial.name, layouts, trial.judge, answers, trial.exact)
    print("%s: %d layouts, %d guilty, %d clean, %d open, %d disagreements" % (trial.name, len(layouts), guilty, clean, unsure, len(said)), flush=True)
    for sentence in said[:2]:
        print(sentence[:1500])


def main(count, only=""):
    folder = pathlib.Path(tempfile.mkdtemp())
    for trial in random_layouts.tiled_trials():
        if only in trial.name:
            tiled(trial, int(count), folder)
    for trial in random_layouts.die_trials():
        if only in trial.name:
            found = [(box.left, box.bottom, box.right, box.top) for box in boxes(new_layout(POSTPASS, drawn(trial.shapes)), trial.rule, folder)]
            missed, false = missed_and_false(trial.judge(trial.shapes), found, True)
            print("%s: %d layouts, missed %s, false %s" % (trial.name, trial.count, missed[:3], false[:3]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
