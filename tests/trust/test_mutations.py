"""The table of mutate_deck.py fits the deck: each text occurs once, and every kind is broken somewhere."""

import pytest

from . import mutate_deck
from .test_oracle import GEOMETRY

NETS = ("net_open", "net_short", "net_split", "net_names", "label_on_metal", "count_match", "vias_min", "current_vias", "current_width", "teardrop",
        "space_different_net", "space_same_net", "pad_spacing", "fan_out_distance", "function_claims")


@pytest.mark.parametrize("mutation", mutate_deck.MUTATIONS, ids=lambda mutation: "%s: %s" % (mutation.kind, mutation.replacement[:40]))
def test_the_text_of_a_mutation_occurs_once_in_the_deck(mutation):
    assert mutate_deck.source(mutation).count(mutation.text) == 1
    assert mutation.replacement != mutation.text


def test_every_kind_is_broken_somewhere():
    broken = " ".join(mutation.kind for mutation in mutate_deck.MUTATIONS)
    assert [kind for kind in GEOMETRY + NETS if kind not in broken] == []
