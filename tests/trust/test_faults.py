"""Faults put one at a time into clean layouts drawn by the package: every one is found, and the clean layouts give no marker."""

import pytest

from postpass import tech as technologies
from tests.kits import KITS

from . import bench_faults, faults, kind_faults, net_faults

#: what must be put into layouts of every function, and the kinds that do
ASKED_FOR = {"shift": "shift", "shrink": "shrink", "grow": "grow", "delete": "delete via", "swap two pads": "swap pads", "merge two nets": "merge nets",
             "wrong layer": "wrong layer", "off grid": "off grid"}


@pytest.mark.parametrize("name", KITS)
def test_every_fault_is_found_and_nothing_else(name, tmp_path):
    outcome = bench_faults.run(technologies.load(name), 4, 7, str(tmp_path))
    assert outcome.clean_markers == 0
    assert not outcome.said, "\n".join(outcome.said[:3])
    assert outcome.found == outcome.faults
    assert set(outcome.injected) == {kind.__name__.replace("_", " ") for kind in faults.KINDS}
    assert sum(outcome.faults.values()) > sum(outcome.injected.values()) / 2


def test_every_fault_against_kinds_that_no_technology_here_has_is_found_and_nothing_else(tmp_path):
    outcome = kind_faults.run(60, 2, str(tmp_path))
    assert outcome.clean_markers == []
    assert not outcome.said, "\n".join(outcome.said[:3])
    assert outcome.found == outcome.faults
    assert set(outcome.faults) == {change.__name__ for change in kind_faults.CHANGES} and min(outcome.faults.values()) > 0
    assert set(outcome.broken) == set(kind_faults.RULES)


@pytest.mark.parametrize("kit, per_kind", list(zip(net_faults.KITS, (2, 1))), ids=[kit.tech.name for kit in net_faults.KITS])
def test_every_fault_on_the_nets_of_every_function_is_found_and_nothing_else(kit, per_kind, tmp_path):
    outcome = net_faults.run(kit, per_kind, 3, str(tmp_path))
    assert outcome.clean_markers == []
    assert not outcome.said, "\n".join(outcome.said[:3])
    assert outcome.found == outcome.faults
    assert len(outcome.injected) == len(net_faults.FUNCTIONS) * len(net_faults.kinds_of(kit))
    assert sum(outcome.faults.values()) > sum(outcome.injected.values()) / 2
    for function in map(net_faults.in_words, net_faults.FUNCTIONS):
        assert [asked for asked, kind in ASKED_FOR.items() if not outcome.injected["%s: %s" % (function, kind)]] == []
        assert outcome.found["%s: off grid" % function] == outcome.injected["%s: off grid" % function]
    for kind in ASKED_FOR.values():
        assert any(outcome.found["%s: %s" % (function, kind)] for function in map(net_faults.in_words, net_faults.FUNCTIONS))
