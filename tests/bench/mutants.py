"""Mutants of the deck: does a test fail when one operator, number or condition of the deck is changed?

./run bench mutants [--minutes N] [--seed S] [FOLDER OR FILE below pymacros/postpass]

Cosmic Ray makes the mutants, in a copy of the committed tree; a seeded sample of them, as many as the time allows, is tried
against limits, oracles and the extractor's tests. Prints each survivor with its change. Exit code 2 when there is one.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "build", "mutants")
TESTS = "tests/conductors tests/deck/test_limits.py tests/deck/test_die_limits.py tests/deck/test_film_limits.py tests/nets tests/trust/test_oracle.py tests/trust/test_net_oracle.py"
CONFIGURATION = """[cosmic-ray]
module-path = "%s"
timeout = 600.0
excluded-modules = []
test-command = "env POSTPASS_PART_OF_LAYOUTS=0.05 PYTHONDONTWRITEBYTECODE=1 %s -m pytest -x -q -p no:cacheprovider %s"
[cosmic-ray.distributor]
name = "local"
"""


def prepared(place):
    """A copy of the committed tree, and a session of all mutants of a place in it."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", ROOT, os.path.join(FOLDER, "tree")], check=True)
    tree = os.path.join(FOLDER, "tree")
    with open(os.path.join(tree, "mutants.toml"), "w", encoding="utf-8") as file:
        file.write(CONFIGURATION % (os.path.join("pymacros", "postpass", place), sys.executable, TESTS))
    subprocess.run([tool(), "init", "mutants.toml", "mutants.sqlite"], cwd=tree, check=True)
    return tree


def tool():
    return os.path.join(os.path.dirname(sys.executable), "cosmic-ray")


def draw(session, most, seed):
    """Leaves a sample of the mutants to be tried. Returns (sample, all)."""
    with use_db(session, WorkDB.Mode.open) as database:
        jobs = sorted(item.job_id for item in database.pending_work_items)
        chosen = set(random.Random(seed).sample(jobs, min(most, len(jobs))))
        for job in jobs:
            if job not in chosen:
                database.set_result(job, WorkResult(WorkerOutcome.SKIPPED))
        return len(chosen), len(jobs)


def tell(session):
    """Prints the survivors. Returns (killed, survived)."""
    killed = survived = 0
    with use_db(session, WorkDB.Mode.open) as database:
        for _, result in database.completed_work_items:
            if result.test_outcome == TestOutcome.SURVIVED:
                survived += 1
                print("survived:\n%s" % result.diff)
            elif result.test_outcome is not None:
                killed += 1
    return killed, survived


def main():
    parser = argparse.ArgumentParser(prog="./run bench mutants", description=__doc__.splitlines()[0])
    parser.add_argument("place", nargs="?", default="drc", help="folder or file below pymacros/postpass (default: drc)")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tree = prepared(options.place)
    session = os.path.join(tree, "mutants.sqlite")
    chosen, every = draw(session, max(1, int(options.minutes)), options.seed)  # a mutant takes up to a minute
    print("%d of %d mutants of %s, seed %d" % (chosen, every, options.place, options.seed), flush=True)
    try:
        subprocess.run([tool(), "exec", "mutants.toml", "mutants.sqlite"], cwd=tree, timeout=60 * options.minutes)
    except subprocess.TimeoutExpired:
        print("time is up: the rest was not tried")
    killed, survived = tell(session)
    print("killed %d, survived %d" % (killed, survived))
    return 2 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
