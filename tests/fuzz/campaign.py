"""The fuzz campaign: thousands of odd inputs of every kind, each a result or one sentence, and right.

`./run bench fuzz [--minutes N] [--seed S] [--kind KIND] [--again FOLDER]`

Prints what came of the inputs, by kind. A failing input is made smaller and kept in build/fuzz/kept/ with the command that
repeats it. Exit code 2 when anything failed but known faults (known.py).
"""

import os
import shutil
import sys
import tempfile
import time
from collections import Counter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [ROOT, os.path.join(ROOT, "pymacros")]

from postpass.__main__ import Parser  # noqa: E402
from tests import resident  # noqa: E402
from tests.fuzz import known, minimise, trials  # noqa: E402
from tests.fuzz.trials import FINE  # noqa: E402

KEPT = os.path.join(ROOT, "build", "fuzz", "kept")
BATCH = 12          # inputs between two words on how far it is
MOST_ALIKE = 3      # failures of one kind that are looked into
COLUMNS = ("result", "refusal", "known", "traceback", "hang", "memory", "crash", "wrong and green", "mode differs", "file left behind", "file missing", "odd words", "judge fails")


def run(some):
    """Outcomes of trials, all run in one KLayout."""
    return [trials.outcome(trial, [_ended(job) for job in trial.runs()]) for trial in some]


def _ended(job):
    try:
        return resident.run(**job)
    except RuntimeError:
        return None


class Campaign:
    """Inputs of some kinds from a seed on, what came of them, and the failures that were kept."""

    def __init__(self, seed, kinds, folder):
        self.seed, self.kinds, self.folder = seed, kinds, folder
        self.table, self.alike, self.kept, self.known = {kind: Counter() for kind in kinds}, Counter(), [], Counter()

    def batch(self, size=BATCH):
        """Runs the next inputs, as many of each kind as of any other."""
        some = []
        for _ in range(size):
            kind = self.kinds[self.seed % len(self.kinds)]
            some.append(trials.made(kind, self.seed // len(self.kinds), os.path.join(self.folder, "%d" % self.seed)))
            self.seed += 1
        for trial, found in zip(some, run(some)):
            self.take(trial, found)
            shutil.rmtree(trial.folder, ignore_errors=True)

    def take(self, trial, found):
        kind = found.kind
        if kind not in FINE:
            cause = known.known(trial, found)
            if cause:
                kind, self.known[cause] = "known", self.known[cause] + 1
            else:
                self.keep(trial, found)
        self.table[trial.kind][kind] += 1

    def keep(self, trial, found):
        self.alike[(trial.kind,) + tuple(found)] += 1
        if self.alike[(trial.kind,) + tuple(found)] > MOST_ALIKE:
            return
        small = minimise.smaller(trial, found, run, os.path.join(self.folder, "smaller")) if self.alike[(trial.kind,) + tuple(found)] == 1 else trial
        target = os.path.join(KEPT, "%s-%d" % (trial.kind.replace(" ", "-"), trial.seed))
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(small.folder, target)
        self.kept.append((target, found))
        print("FAILED: %s, seed %d: %s (%s)\n  again: ./run bench fuzz --again %s" % (trial.kind, trial.seed, found.kind, found.detail, os.path.relpath(target, ROOT)), flush=True)

    def failures(self):
        return sum(count for counts in self.table.values() for kind, count in counts.items() if kind not in FINE + ("known",))

    def show(self):
        columns = [name for name in COLUMNS if name in FINE or any(counts[name] for counts in self.table.values())]
        print("%-14s %7s" % ("input", "runs") + "".join(" %*s" % (max(8, len(name)), name) for name in columns))
        for kind, counts in self.table.items():
            print("%-14s %7d" % (kind, sum(counts.values())) + "".join(" %*d" % (max(8, len(name)), counts[name]) for name in columns))
        for cause, count in self.known.items():
            print("known, %d inputs: %s: %s" % (count, cause.name, cause.reason))
        print("%d inputs failed; the next seed is %d" % (self.failures(), self.seed))


def again(folder):
    trial = trials.Trial.saved(os.path.abspath(folder))
    for _, _, variables in trial.jobs:
        for key in ("output", "summary", "report", "result"):
            if key in variables and os.path.exists(trial.path(variables[key])):
                os.remove(trial.path(variables[key]))
    found = run([trial])[0]
    print("%s: %s (%s)" % (folder, found.kind, found.detail))
    return 0 if found.kind in FINE else 2


def main(argv):
    parser = Parser(prog="./run bench fuzz")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=list(trials.KINDS), action="append")
    parser.add_argument("--again", metavar="FOLDER")
    options = parser.parse_args(argv)
    if options.again:
        return again(options.again)
    end = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KLAYOUT_HOME"] = os.path.join(folder, "home")
        campaign = Campaign(options.seed, options.kind or list(trials.KINDS), folder)
        try:
            while time.monotonic() < end:
                campaign.batch()
                print("%d inputs, %d failed, %d minutes left" % (campaign.seed - options.seed, campaign.failures(), max(0, end - time.monotonic()) / 60), file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
    campaign.show()
    return 2 if campaign.failures() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
