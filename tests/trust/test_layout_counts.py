"""How many seeded random layouts (or technologies) judge each kind of rule: at least 2,000."""

from collections import Counter

import pytest

from postpass.tech.kinds import KINDS

from . import random_layouts, random_technologies, test_net_oracle

LEAST = 2000


@pytest.fixture(scope="module")
def counts():
    """{kind: number}; printed as a table with `pytest -s`"""
    found = Counter()
    for trial in random_layouts.tiled_trials() + random_layouts.die_trials():
        found[trial.rule["check"]] += trial.count
    for trial in test_net_oracle.TRIALS.values():
        found.update(dict.fromkeys(trial.kinds, trial.count))
    found.update(dict.fromkeys(random_technologies.KINDS, random_technologies.COUNT))
    print("\n" + "\n".join("%-20s %6d" % (kind, found[kind]) for kind in KINDS if kind != "guideline"))
    return found


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "guideline"])
def test_every_kind_has_2000_random_layouts(kind, counts):
    assert counts[kind] >= LEAST, "%s is judged on %d random layouts alone" % (kind, counts[kind])


def test_every_counted_kind_is_one_of_the_table(counts):
    assert set(counts) <= set(KINDS)
