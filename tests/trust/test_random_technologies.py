"""Rules on the technology itself: the deck reports the sentences that Python finds; here those agree with the definitions.

The deck asks Python for them once in a run (own_findings; tests/deck/test_technology_checks.py has such runs), so the random
comparison is made with the very JSON that the deck reads.
"""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from postpass import tech as technologies
from postpass.drc.kinds import KINDS

from . import random_technologies

POSTPASS = technologies.load("postpass").record


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """[(record, sentences by kind)]"""
    path, rng, found = str(tmp_path_factory.mktemp("random") / "random.json"), np.random.default_rng(1), []
    for _ in range(random_technologies.COUNT):
        record = random_technologies.technology(rng, POSTPASS)
        with open(path, "w") as file:
            json.dump(record, file)
        drawing = SimpleNamespace(technology=technologies.load(path))
        found.append((record, {rule["check"]: [finding.text for finding in KINDS[rule["check"]].findings(rule, drawing)] for rule in record["rules"][:3]}))
    return found


@pytest.mark.parametrize("kind", ["films_allowed", "films_recommended"])
def test_the_films_outside_their_range_are_named(kind, answers):
    expected = [random_technologies.films_outside(record, kind[6:] + "_um") for record, _ in answers]
    named = [[sentence.split(" is ")[0][5:] for sentence in findings[kind]] for _, findings in answers]
    assert [pair for pair in zip(expected, named) if pair[0] != pair[1]][:3] == []
    broken = sum(map(bool, expected))
    print("%s: %d technologies, %d broken" % (kind, len(answers), broken))
    assert len(answers) / 20 < broken < len(answers) * 19 / 20


def test_a_stack_without_a_legal_via_size_is_told(answers):
    sizes = [random_technologies.fitting_sizes(record) for record, _ in answers]
    wrong = [record for (record, findings), some in zip(answers, sizes) if bool(findings["via_size_exists"]) != (len(some) == 0)]
    assert wrong[:1] == [], "%d technologies" % len(wrong)
    broken = sum(len(some) == 0 for some in sizes)
    print("via_size_exists: %d technologies, %d broken" % (len(answers), broken))
    assert len(answers) / 20 < broken < len(answers) * 19 / 20
    assert any(len(some) == 1 for some in sizes)  # just one size is left
