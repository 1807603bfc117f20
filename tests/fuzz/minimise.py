"""Makes the input of a failing trial smaller while it fails in the same way: shapes and instances, records, lines."""

import copy
import json
import os
import shutil

import pya

from . import records
from .trials import Trial

MOST_RUNS = 160


def _layout_parts(path):
    layout = pya.Layout()
    layout.read(path)
    found = []
    for cell in layout.each_cell():
        found += [(cell.name, "instance", number) for number in range(sum(1 for _ in cell.each_inst()))]
        for index in layout.layer_indexes():
            found += [(cell.name, index, number) for number in range(cell.shapes(index).size())]
    return found


def _layout_of(path, kept, target):
    layout = pya.Layout()
    layout.read(path)
    kept = set(kept)
    for cell in layout.each_cell():
        instances = [one.dup() for number, one in enumerate(cell.each_inst()) if (cell.name, "instance", number) not in kept]
        for one in instances:
            cell.erase(one)
        for index in layout.layer_indexes():
            shapes = cell.shapes(index)
            for one in [shape.dup() for number, shape in enumerate(shapes.each()) if (cell.name, index, number) not in kept]:
                shapes.erase(one)
    layout.write(target)


def _record_parts(path):
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    return [place for place in records.places(record) if isinstance(records.at(record, place[:-1]), list)]


def _record_of(path, kept, target):
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    kept, whole = set(kept), copy.deepcopy(record)
    for place in sorted(_record_parts(path), key=lambda one: [str(key).zfill(9) for key in one], reverse=True):
        if place not in kept and not any(place[:length] not in kept for length in range(1, len(place)) if isinstance(records.at(whole, place[:length - 1]), list)):
            del records.at(record, place[:-1])[place[-1]]
    with open(target, "w", encoding="utf-8") as file:
        json.dump(record, file)


def _line_parts(path):
    with open(path, "rb") as file:
        return list(range(len(file.read().split(b"\n"))))


def _lines_of(path, kept, target):
    with open(path, "rb") as file:
        lines = file.read().split(b"\n")
    with open(target, "wb") as file:
        file.write(b"\n".join(lines[number] for number in kept))


WAYS = {".gds": (_layout_parts, _layout_of), ".json": (_record_parts, _record_of), ".csv": (_line_parts, _lines_of)}


def smaller(trial, wanted, run, folder):
    """The smallest trial found that fails as wanted. run: function ([Trial]) -> [Outcome]."""
    parts_of, build = WAYS.get(os.path.splitext(trial.main or "")[1], (None, None))
    try:
        kept = parts_of(trial.path(trial.main)) if parts_of else []
    except (ValueError, RuntimeError):  # no JSON, no layout
        return trial
    best, runs, chunk = trial, 0, (len(kept) + 1) // 2
    while chunk and runs < MOST_RUNS:
        cuts = [kept[:start] + kept[start + chunk:] for start in range(0, len(kept), chunk)][:24]
        tried = [_variant(trial, build, cut, os.path.join(folder, "%d" % (runs + number))) for number, cut in enumerate(cuts)]
        runs += len(cuts)
        found = run(tried)
        failing = [(cut, one) for cut, one, result in zip(cuts, tried, found) if same(result, wanted)]
        if failing:
            kept, best = failing[0]
            chunk = min(chunk, max(1, len(kept) // 2))
        elif chunk == 1:
            break
        else:
            chunk //= 2
    return best


def _variant(trial, build, kept, folder):
    one = Trial(trial.kind, trial.seed, folder)
    for name in os.listdir(trial.folder):
        if name in ("in.gds", "t.json", "nets.csv", "case.json"):
            shutil.copy(trial.path(name), folder)
    one.main, one.tech, one.jobs, one.usual = trial.main, trial.tech, trial.jobs, trial.usual
    build(trial.path(trial.main), kept, one.path(trial.main))
    one.save()
    return one


def same(found, wanted):
    """The same fault: its kind, and the same place or some of the same rules."""
    if found.kind != wanted.kind:
        return False
    if wanted.kind == "mode differs":
        return bool(set(found.detail.split()) & set(wanted.detail.split()))
    return found.detail == wanted.detail
