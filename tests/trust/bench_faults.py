"""Puts faults into clean layouts, runs the deck, and prints what it found: python tests/trust/bench_faults.py [FAULTS PER KIND]

For every kit: the clean pieces must give no marker; of the changed ones, every change that the definition calls a
fault must be marked by the rule it breaks, at its place, and a change that is none must not be marked. Then the same for
kinds of rules that no technology has (kind_faults.py), and for changes to the nets of every function (net_faults.py).
"""

import json
import os
import sys
import tempfile
from collections import Counter, namedtuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [path for path in (ROOT, os.path.join(ROOT, "pymacros")) if path not in sys.path]

import numpy as np  # noqa: E402
import pya  # noqa: E402

from postpass import tech as technologies  # noqa: E402
from tests.deck.support import draw, markers, new_layout, run_deck  # noqa: E402
from tests.kits import KITS  # noqa: E402
from tests.trust import faults, kind_faults, net_faults  # noqa: E402
from tests.trust.random_layouts import moved  # noqa: E402
from tests.trust.test_oracle import GEOMETRY, drawn, missed_and_false  # noqa: E402

COLUMNS = 20
#: counts by kind of change: injected, faults by the definition, found; said: sentences on what was missed or wrongly marked
Outcome = namedtuple("Outcome", "injected faults found said clean_markers")


def rules_of(tech):
    """The geometry rules of single places; densities depend on the whole die, and beside wide metal the oracle judges boxes alone."""
    return [rule for rule in tech.rules if rule["check"] in GEOMETRY and rule["check"] not in ("density_min", "density_max", "space_wide")]


def geometry_technology(tech, folder):
    path = os.path.join(folder, "rules.json")
    with open(path, "w") as file:
        json.dump(dict(tech.record, name="rules", rules=rules_of(tech)), file)
    return path


def boxes_by_piece(tech, pieces, folder):
    """One deck run with a tile for each piece on one die: [{rule id: [box]}]"""
    layout, path = new_layout(tech, {}), os.path.join(folder, "faults.gds")
    for number, layers in enumerate(pieces):
        draw(layout.top_cell(), tech, drawn(layers), *origin(number))
    draw(layout.top_cell(), tech, {"die": [pya.Box(*die_of(pieces))]})
    layout.write(path)
    report = os.path.join(folder, "faults.lyrdb")
    run = run_deck(input=path, report=report, tech=geometry_technology(tech, folder))
    assert run.code in (0, 2), run.err
    found = [{} for _ in pieces]
    for marker in markers(report):
        number = nearest_piece(marker.box, len(pieces))
        x, y = origin(number)
        found[number].setdefault(marker.rule, []).append((marker.box.left - x, marker.box.bottom - y, marker.box.right - x, marker.box.top - y))
    return found


def origin(number):
    return number % COLUMNS * faults.TILE, number // COLUMNS * faults.TILE


def die_of(pieces):
    rows = (len(pieces) - 1) // COLUMNS + 1
    return faults.DIE_EDGE, -faults.TILE, COLUMNS * faults.TILE, rows * faults.TILE


def nearest_piece(box, count):
    column = max(0, int((box.center().x + faults.TILE / 2) // faults.TILE))
    row = int((box.center().y + faults.TILE / 2) // faults.TILE)
    return row * COLUMNS + column


def in_first_column(number):
    return number % COLUMNS == 0


def changed_pieces(tech, rng, per_kind):
    """[(kind, piece)], each a clean piece with one change; those that leave the die stand in the first column."""
    changed = [draw_fault(tech, rng, kind) for kind in faults.KINDS if kind is not faults.out_of_the_die for _ in range(per_kind)]
    edge = [draw_fault(tech, rng, faults.out_of_the_die) for _ in range(per_kind)]
    arranged = []
    while changed or edge:
        arranged.append(edge.pop() if edge and in_first_column(len(arranged)) else (changed.pop() if changed else None))
    return [("none", clean_or(fault, tech, rng)) if fault is None else (fault.kind, fault.layers) for fault in arranged]


def clean_or(fault, tech, rng):
    return fault or faults.clean_piece(tech, rng)


def draw_fault(tech, rng, kind):
    for _ in range(2000):  # two square pads side by side are rare
        fault = faults.put_fault(rng, tech, faults.clean_piece(tech, rng), kind)
        if fault:
            return fault
    raise AssertionError("no %s fits a piece of technology %s" % (kind.__name__, tech.name))


def run(tech, per_kind, seed, folder):
    """Outcome for one technology."""
    rng = np.random.default_rng(seed)
    clean = [faults.clean_piece(tech, rng) for _ in range(max(20, per_kind))]
    clean_markers = sum(len(boxes) for found in boxes_by_piece(tech, clean, folder) for boxes in found.values())
    pieces = changed_pieces(tech, rng, per_kind)
    found = boxes_by_piece(tech, [layers for _, layers in pieces], folder)
    injected, faulty, hits, said = Counter(), Counter(), Counter(), []
    for number, (kind, layers) in enumerate(pieces):
        if kind == "none":
            continue
        guilty, wrong = compared(tech, layers, found[number], local_die(number, len(pieces)))
        injected[kind] += 1
        faulty[kind] += guilty
        hits[kind] += guilty and not wrong
        said += ["%s, seed %d, piece %d (%s): %s\n  %s" % (tech.name, seed, number, kind, sentence, layers) for sentence in wrong]
    return Outcome(injected, faulty, hits, said, clean_markers)


def local_die(number, count):
    x, y = origin(number)
    return moved(die_of([None] * count), -x, -y)


def compared(tech, layers, found, die):
    """(is it a fault?, sentences on rules whose markers are not what the definition says)"""
    guilty, wrong = False, []
    for rule in rules_of(tech):
        verdicts = faults.verdicts(tech, rule, layers, die)
        missed, false = missed_and_false(verdicts, found.get(rule["id"], []), False)
        guilty = guilty or bool(verdicts.guilty)
        if missed or false:
            wrong.append("%s: missed %s, wrongly marked %s" % (rule["id"], missed, false))
    return guilty, wrong


def main(per_kind):
    missed = 0
    print("%-12s %-16s %9s %7s %7s" % ("technology", "change", "injected", "faults", "found"))
    for seed, name in enumerate(KITS):
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(technologies.load(name), per_kind, seed, folder)
        for kind in outcome.injected:
            print("%-12s %-16s %9d %7d %7d" % (name, kind, outcome.injected[kind], outcome.faults[kind], outcome.found[kind]))
        print("%-12s %-16s %9d %7s %7d markers" % (name, "clean", max(20, per_kind), "-", outcome.clean_markers), flush=True)
        print("\n".join(outcome.said[:10]))
        missed += len(outcome.said) + outcome.clean_markers
    with tempfile.TemporaryDirectory() as folder:
        kinds = kind_faults.run(per_kind, 0, folder)
    for change in kinds.injected:
        print("%-12s %-16s %9d %7d %7d" % ("kinds", change.replace("_", " "), kinds.injected[change], kinds.faults[change], kinds.found[change]))
    print("%-12s %-16s %9d %7s %7d markers" % ("kinds", "clean", max(20, per_kind), "-", len(kinds.clean_markers)), flush=True)
    print("\n".join((kinds.clean_markers + kinds.said)[:10]))
    missed += len(kinds.said) + len(kinds.clean_markers)
    print("every fault found, no false marker" if not missed else "%d rules disagree with the definition" % missed)
    return 1 if net_faults.main(max(1, per_kind // 4)) or missed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
