"""Rules on derived layers beside the deck that a KLayout user would write for them: `./run bench derived [--full]`.

20 rules on 16 derived layers (derived.json) on seeded layouts of 10^3, 10^4 and 10^5 vias (10^6 with --full), flat-random and as arrays of cells:
our deck, and the same booleans and checks in KLayout's DRC language (derived.drc), one after the other; deep, that deck does not end within ten
minutes on 10^3 vias. Seconds are CPU seconds, start and reading included; of three runs in turns the median counts (one from 10^5 vias on).

Bar, from 10^4 vias on: ours takes at most as long as the plain deck. Exit code 2 when it is missed. Decks may disagree about places, not about which rules
are broken: one line names those that one of them alone finds.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, ROOT)
sys.path.insert(0, os.path.join(ROOT, "pymacros"))

from tests.bench import drc, layouts  # noqa: E402
from tests.deck.support import DECK, markers  # noqa: E402

TECHNOLOGY, PLAIN = os.path.join(HERE, "derived.json"), os.path.join(HERE, "derived.drc")
BAR_FROM = 9000  # vias: smaller layouts measure the start of the application
RUNS = {1000: 3, 10000: 3}  # larger ones run once


def report(name):
    return os.path.join(drc.FOLDER, "derived_%s.lyrdb" % name)


def compare(kind, vias):
    """Prints the decks' seconds on one layout. Returns whether the bar is met."""
    path = os.path.join(drc.FOLDER, "%s_%d.gds" % (kind, vias))
    true_vias = layouts.build(path, vias, kind)
    decks = {"ours": (DECK, {"tech": TECHNOLOGY}), "plain": (PLAIN, {})}
    runs = {name: [] for name in decks}
    for _ in range(RUNS.get(vias, 1)):
        for name, (deck, options) in decks.items():
            runs[name].append(drc.timed(deck, input=path, report=report(name), **options))
    figures = {name: drc.median(some) for name, some in runs.items()}
    print("%s, %d vias" % (kind, true_vias))
    for name, run in figures.items():
        print("  %-5s %s%8.2f s %6.0f MB  ours takes %.2f of it" % (name, ">" if run.ended else " ", run.cpu, run.memory, figures["ours"].cpu / run.cpu))
    found = {name: {marker.rule for marker in markers(report(name))} for name in decks if not figures[name].ended}
    if len(found) == 2:
        print("  broken rules: %d; found by one alone: %s" % (len(found["ours"]), ", ".join(sorted(found["ours"] ^ found["plain"])) or "none"))
    met = true_vias < BAR_FROM or figures["ours"].cpu <= figures["plain"].cpu
    print("  bar 1.00 of plain: %s" % ("met" if met else "MISSED") if true_vias >= BAR_FROM else "  no bar: the application's start", flush=True)
    return met


def main(arguments):
    """Returns the exit code."""
    os.makedirs(drc.FOLDER, exist_ok=True)
    sizes = [1000, 10000, 100000] + ([1000000] if "--full" in arguments else [])
    met = [compare(kind, vias) for kind in ("flat", "array") for vias in sizes]
    return 0 if all(met) else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
