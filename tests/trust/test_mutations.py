"""The table of mutate_deck.py fits the deck: each text occurs once, and every geometry kind is broken somewhere."""

import pytest

from . import mutate_deck
from .test_oracle import GEOMETRY


@pytest.mark.parametrize("mutation", mutate_deck.MUTATIONS, ids=lambda mutation: "%s: %s" % (mutation.kind, mutation.replacement[:40]))
def test_the_text_of_a_mutation_occurs_once_in_the_deck(mutation):
    assert mutate_deck.source(mutation).count(mutation.text) == 1
    assert mutation.replacement != mutation.text


def test_every_geometry_kind_is_broken_somewhere():
    broken = " ".join(mutation.kind for mutation in mutate_deck.MUTATIONS)
    assert [kind for kind in GEOMETRY if kind not in broken] == []
