"""What both decks are run on: jobs of a layout, a technology and options, written to a folder."""

import glob
import json
import os
import pathlib
import sys
from collections import namedtuple

import numpy as np
import pya

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [ROOT, os.path.join(ROOT, "pymacros")]

from tests.bench import layouts as bench_layouts  # noqa: E402
from tests.deck import die_cases, limits  # noqa: E402
from tests.deck.support import draw, new_layout  # noqa: E402
from tests.deck.test_die_limits import NAMES  # noqa: E402
from tests.trust import random_layouts, test_hierarchy, test_limits_across_cells  # noqa: E402
from tests.trust.test_oracle import POSTPASS, drawn, origin, technology_with  # noqa: E402
from postpass import tech as technologies  # noqa: E402

#: variables: of the deck's command line; layouts: how many small ones the file holds
Job = namedtuple("Job", "name path tech variables layouts")

SMALL_TILE = {"mode": "tiled", "tile": "130"}


class Writer:
    """Writes layouts once and collects jobs on them."""

    def __init__(self, folder):
        self.folder, self.jobs = pathlib.Path(folder), []
        self.folder.mkdir(parents=True, exist_ok=True)

    def rules(self, name, rules):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return technology_with(rules, folder)

    def add(self, name, layout, tech, variables, layouts=1):
        """layout: a pya.Layout or the path of a file; variables: a list, a job each."""
        path = layout
        if not isinstance(layout, str):
            path = str(self.folder / (name + ".gds"))
            layout.write(path)
        for number, some in enumerate(variables):
            self.jobs.append(Job("%s-%d" % (name, number), path, tech, dict({"family": "geometry"}, **some), layouts))


def windows_over(box_um, columns, rows):
    left, bottom, right, top = box_um
    width, height = (right - left) / columns, (top - bottom) / rows
    return ["%.3f,%.3f,%.3f,%.3f" % (left + c * width, bottom + r * height, left + (c + 1) * width, bottom + (r + 1) * height)
            for c in range(columns) for r in range(rows)]


def plain(name):
    return "".join(c if c.isalnum() else "_" for c in name)


def random_trials(writer, flat, others, seed):
    for trial in random_layouts.tiled_trials():
        tech = writer.rules(plain(trial.name), [trial.rule])
        for count, variables in ((flat, [{"mode": "flat"}]), (others, [SMALL_TILE, {"mode": "deep"}, {"mode": "tiled", "window": "300,-50,1900,450"}, {"mode": "flat", "window": "300,150,1900,350"}])):
            rng = np.random.default_rng([seed, len(trial.name), count])
            layout = new_layout(POSTPASS, {})
            for number in range(count):
                draw(layout.top_cell(), POSTPASS, drawn(trial.draw(rng)), *origin(number))
            writer.add("%s_%d" % (plain(trial.name), count), layout, tech, variables, count)


def die_trials(writer):
    for trial in random_layouts.die_trials():
        name = "die_" + plain(trial.name)
        writer.add(name, new_layout(POSTPASS, drawn(trial.shapes)), writer.rules(name, [trial.rule]),
                   [{"mode": "flat"}, SMALL_TILE, {"mode": "deep"}, {"mode": "flat", "window": "100,100,600,700"}, {"mode": "tiled", "window": "100,100,600,700"}], trial.count)


def cells(writer):
    for place in (test_hierarchy.placed, test_hierarchy.turned, test_hierarchy.mirrored, test_hierarchy.through_another, test_hierarchy.shape_by_shape,
                  test_hierarchy.half_size, test_hierarchy.at_45_degrees, test_hierarchy.double_size_mirrored, test_hierarchy.overlapping_array):
        name = "cells_" + place.__name__
        writer.add(name, test_hierarchy.layout_of(place, keep_paths=False), writer.rules(name, test_hierarchy.geometry_rules()),
                   [{"mode": mode, "tile": "2500", "topcell": "TOP"} for mode in ("flat", "tiled", "deep")], len(test_hierarchy.all_cases()))


def limit_cases(writer):
    for name in NAMES:
        technology = technologies.load(name)
        count, every = len(limits.all_cases(technology)), [{"mode": mode, "topcell": "TOP", "family": "technology,geometry"} for mode in ("flat", "tiled", "deep")]
        writer.add("limits_" + name, limits.layout_of(technology), name, every, count)
        writer.add("limits_turned_" + name, limits.layout_of(technology, test_limits_across_cells.in_a_turned_cell), name, every, count)
        writer.add("limits_shapes_" + name, limits.layout_of(technology, test_limits_across_cells.shape_by_shape, test_limits_across_cells.middles(technology)), name, every, count)
        for die in die_cases.LAYOUTS:
            sheet = die_cases.LAYOUTS[die](technology)
            layout = test_limits_across_cells.die_layout(technology, sheet, test_limits_across_cells.in_a_turned_cell)
            writer.add("limits_%s_%s" % (plain(str(die)), name), layout, name, every, len(sheet.placed))


def benches(writer, vias):
    for kind in ("flat", "array"):
        for seed, faults in ((5, 0.02), (6, 0.3)):
            path = str(writer.folder / ("bench_%s_%d.gds" % (kind, seed)))
            bench_layouts.build(path, vias, kind, seed, faults)
            far = vias**0.5 * 40
            variables = [{"mode": mode} for mode in ("flat", "tiled", "deep")]
            variables += [{"window": window, "mode": mode} for mode in ("flat", "tiled") for window in windows_over((-100, -100, far + 100, far + 100), 2, 2)]
            writer.add("bench_%s_%d" % (kind, seed), path, "postpass", variables, 1)


def real(writer, folder):
    for path in sorted(glob.glob(os.path.join(folder, "*.gds*"))):
        name = os.path.basename(path)
        beside = os.path.join(folder, "gf180.json")
        technology = beside if "gf180" in name else "wlcsp400" if "caravel" in name else "wlcsp_two_level" if "two_level" in name else "postpass"
        writer.add("real_" + plain(name), path, technology, [{"mode": mode, "family": "technology,geometry"} for mode in ("flat", "tiled", "deep")])


def main(folder, flat, others, vias, seed, *reals):
    writer = Writer(folder)
    if int(flat):
        random_trials(writer, int(flat), int(others), int(seed))
        die_trials(writer)
        cells(writer)
        limit_cases(writer)
    if int(vias):
        benches(writer, int(vias))
    for place in reals:
        real(writer, place)
    with open(writer.folder / "jobs.json", "w") as file:
        json.dump([job._asdict() for job in writer.jobs], file, indent=0)
    print("%d jobs on %d layouts" % (len(writer.jobs), sum(job.layouts for job in writer.jobs)))


if __name__ == "__main__":
    main(*sys.argv[1:])
