"""The deck beside its last Ruby revision, beside the deck a KLayout user would naturally write, and beside the floor.

`./run bench drc [--full] [--threads=N] [--longest=SECONDS]`: seeded layouts of 10^4 and 10^5 vias (10^6 with --full), flat-random and as
arrays of cells. All geometry rules of technology postpass, its rules on nets and functions, and all together: the last Ruby revision
(taken from the history of the repository) and today's deck in turns, each run a process of its own; of several runs the
median counts. Seconds are CPU seconds of the whole process, start and reading included. Then, in seconds on the clock, the geometry
rules that a user has obvious functions for: ours, the natural deck flat and deep, and the floor: read the file, merge each layer once. One
line says whether ours and the natural deck find the same places (markers within 20 um of each other). The natural deck's `space` marks an inside
right angle of 45 degree edges that meet between two dbu, and were rounded to a little less than 90 degrees; ours does not.

Bars, from 10^5 vias on: flat at most 0.85 of Ruby's seconds for geometry and 0.6 for nets and functions; arrays at most 1.0; peak
memory at most 1.0; growth at most n^1.0; the natural deck, flat, takes at least 10 times ours, and the floor more than ours. Exit
code 2 when a bar is missed. A run that needs more than 1500 seconds (--longest) or 16 GB of memory is ended and shown with ">".
"""

import json
import math
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, ROOT)
sys.path.insert(0, os.path.join(ROOT, "pymacros"))

from postpass import tech  # noqa: E402
from tests.bench import last_ruby, layouts  # noqa: E402
from tests.deck.support import DECK, application, markers  # noqa: E402

FOLDER = os.path.join(ROOT, "build", "bench")
LONGEST = [1500]  # seconds; set by the command line
THREADS = {}      # of our decks: all, or what the command line says
MOST = 16 * 2**30
#: rules the natural deck has no obvious function for
OURS_ALONE = ("CP.SH.1", "VIA.SH.1", "PAD.SH.1", "RDL.A.1", "PAD.P.1", "RDL.D.1", "RDL.D.2")

FAMILIES = {"geometry": "geometry", "nets and functions": "nets", "all": "technology,geometry,nets"}
#: layout kind and family: most of the last Ruby revision's seconds
MOST_OF_RUBY = {("flat", "geometry"): 0.85, ("flat", "nets and functions"): 0.6, ("array", "geometry"): 1.0, ("array", "nets and functions"): 1.0, ("array", "all"): 1.0}
BARS_FROM = 90000  # vias: smaller layouts measure the start of the application
RUNS = {10000: 3, 100000: 3}  # larger ones run once

#: CPU seconds, seconds on the clock and MB of a run; ended: it was too long or too large, so that the figures are those at its end
Figures = namedtuple("Figures", "cpu seconds memory ended")
missed = []


def same_rules():
    """Path of a variant of postpass with the rules of the natural deck alone."""
    base = tech.load("postpass")
    rules = [{"id": rule["id"], "check": "guideline", "title": rule["title"], "source": rule["source"]}
             for rule in base.rules if rule["id"].startswith(("NET", "FN")) or rule["id"] in OURS_ALONE]
    path = os.path.join(FOLDER, "same_rules.json")
    with open(path, "w") as file:
        json.dump({"schema": 1, "based_on": base.path, "name": "same_rules", "title": "same rules", "rules": rules}, file)
    return path


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))


def environment():
    """The same for every run: no settings of the user, and Python's compiled files kept, as in an installed package."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return dict(kept, KLAYOUT_HOME=os.path.join(FOLDER, "home"), PYTHONPYCACHEPREFIX=os.path.join(FOLDER, "pycache"))


def timed(deck, **variables):
    """Figures of one run of the application; a run that fails for another reason than its size is an error."""
    command = [application(), "-b", "-r", deck]
    for name, value in variables.items():
        command += ["-rd", "%s=%s" % (name, value)]
    start = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, preexec_fn=bounded, env=environment())
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.alarm(LONGEST[0])
        _, status, usage = os.wait4(process.pid, 0)
        signal.alarm(0)
        process.returncode = os.waitstatus_to_exitcode(status)
        figures = Figures(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024.0, process.returncode not in (0, 2))
        said.seek(0)
        words = said.read().decode(errors="replace")
    if figures.ended and figures.seconds < LONGEST[0] and figures.memory < 0.7 * MOST / 2**20:
        raise RuntimeError(words[-1000:])
    return figures


def median(runs):
    return Figures(*(statistics.median(column) for column in list(zip(*runs))[:3]), any(run.ended for run in runs))


def places(report):
    """{rule: [(x, y), ...]} of the middles of the markers, in dbu."""
    found = {}
    for marker in markers(report):
        if marker.rule not in OURS_ALONE:
            found.setdefault(marker.rule, []).append((marker.box.center().x, marker.box.center().y))
    return found


def unmatched(one, other, reach=20000):
    """{rule: number of places of `one` without a place of `other` within 20 um}, rules without any left out."""
    missing = {}
    for rule, spots in one.items():
        near = {}
        for x, y in other.get(rule, ()):
            near.setdefault((x // reach, y // reach), []).append((x, y))
        alone = sum(not any(math.hypot(x - a, y - b) <= reach for column in (-1, 0, 1) for row in (-1, 0, 1)
                            for a, b in near.get((x // reach + column, y // reach + row), ())) for x, y in spots)
        if alone:
            missing[rule] = alone
    return missing


def against_ruby(kind, path, vias, ruby):
    """{family: (Figures of the last Ruby revision or None, Figures of ours)}"""
    figures = {}
    for family, names in FAMILIES.items():
        options = dict(input=path, report=os.path.join(FOLDER, "ours.lyrdb"), family=names, **THREADS)
        runs = [(timed(ruby, **options) if ruby else None, timed(DECK, **options)) for _ in range(RUNS.get(vias, 1))]
        figures[family] = median([run[0] for run in runs]) if ruby else None, median([run[1] for run in runs])
    return figures


def against_natural(path):
    """(Figures by the name of the deck, what one of both finds alone or None)"""
    natural, mine, theirs = os.path.join(HERE, "natural.drc"), os.path.join(FOLDER, "ours.lyrdb"), os.path.join(FOLDER, "natural.lyrdb")
    runs = {"ours": timed(DECK, input=path, tech=same_rules(), report=mine, family="geometry", **THREADS),
            "natural flat": timed(natural, input=path, report=theirs)}
    alone = None if runs["natural flat"].ended else (unmatched(places(mine), places(theirs)), unmatched(places(theirs), places(mine)))
    runs["natural deep"] = timed(natural, input=path, report=os.path.join(FOLDER, "deep.lyrdb"), deep=1)
    runs["floor"] = timed(os.path.join(HERE, "floor.drc"), input=path)
    return runs, alone


def compare(kind, vias, ruby):
    """Prints the table of one layout: (its number of vias, {family: our CPU seconds})."""
    path = os.path.join(FOLDER, "%s_%d.gds" % (kind, vias))
    true_vias = layouts.build(path, vias, kind)
    print("%s, %d vias; CPU seconds and peak MB" % (kind, true_vias))
    figures = against_ruby(kind, path, vias, ruby)
    for family, (theirs, mine) in figures.items():
        show_family(kind, true_vias, family, theirs, mine)
    show_natural(true_vias, *against_natural(path))
    return true_vias, {family: mine.cpu for family, (_, mine) in figures.items()}


def judged(name, met, vias=BARS_FROM):
    """Words on a bar, which is remembered when it is missed."""
    if vias < BARS_FROM:
        return ""
    if not met:
        missed.append(name)
    return "met" if met else "MISSED"


def show_family(kind, vias, family, ruby, mine):
    row = "  %-20s ours %8.2f s %6.0f MB" % (family, mine.cpu, mine.memory)
    if ruby:
        name, most = "%s %d %s" % (kind, vias, family), MOST_OF_RUBY.get((kind, family))
        ratio, memory = mine.cpu / ruby.cpu, mine.memory / ruby.memory
        row += "   Ruby %8.2f s %6.0f MB   seconds %.2f" % (ruby.cpu, ruby.memory, ratio)
        row += " (bar %.2f %s)" % (most, judged(name + ", seconds", ratio <= most, vias)) if most and vias >= BARS_FROM else ""
        row += "   memory %.3f" % memory + (" (bar 1.0 %s)" % judged(name + ", memory", memory <= 1.0, vias) if vias >= BARS_FROM else "")
    print(row, flush=True)


def show_natural(vias, runs, alone):
    ours = runs["ours"].seconds
    print("  rules that the natural deck has, too; seconds on the clock")
    for name, run in runs.items():
        ratio, bar = run.seconds / ours, ""
        if vias >= BARS_FROM and name == "natural flat":
            bar = " (bar 10 %s)" % judged("%d natural flat" % vias, ratio >= 10)
        elif vias >= BARS_FROM and name == "floor":
            bar = " (bar 1 %s)" % judged("%d floor" % vias, ratio > 1)
        words = "" if name == "ours" else "%s%8.2f x ours%s" % (">" if run.ended else " ", ratio, bar)
        print("  %-20s %s%8.2f s %6.0f MB  %s" % (name, ">" if run.ended else " ", run.seconds, run.memory, words))
    words = "not known" if alone is None else "yes" if alone == ({}, {}) else "NO, found by ours alone: %s; by the natural deck alone: %s" % alone
    print("  same places as the natural deck: %s" % words, flush=True)


def show_growth(kind, smaller, larger):
    for family, seconds in larger[1].items():
        power = math.log(seconds / smaller[1][family]) / math.log(larger[0] / smaller[0])
        print("%s, %s: our seconds grow like n^%.2f from %d to %d vias (bar 1.00 %s)" % (
            kind, family, power, smaller[0], larger[0], judged("%s growth of %s" % (kind, family), power <= 1.0)))
    print()


def main(arguments):
    """Returns the exit code."""
    os.makedirs(FOLDER, exist_ok=True)
    LONGEST[:] = [int(word.split("=")[1]) for word in arguments if word.startswith("--longest=")] or LONGEST
    THREADS.update(("threads", word.split("=")[1]) for word in arguments if word.startswith("--threads="))
    sizes = [10000, 100000] + ([1000000] if "--full" in arguments else [])
    ruby = last_ruby.deck(ROOT, FOLDER)
    if not ruby:
        print("The history here does not hold revision %s, the last one in Ruby (a shallow clone?): its columns are left out." % last_ruby.REVISION[:8])
    for kind in ("flat", "array"):
        found = [compare(kind, vias, ruby) for vias in sizes]
        for smaller, larger in zip(found, found[1:]):
            show_growth(kind, smaller, larger)
    print("bars missed: %s" % (", ".join(missed) or "none"))
    return 2 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
