"""Faults put one at a time into clean layouts drawn by the package: every one is found, and the clean layouts give no marker."""

import pytest

from postpass import tech as technologies

from . import bench_faults, faults, net_faults


@pytest.mark.parametrize("name", sorted(technologies.installed()))
def test_every_fault_is_found_and_nothing_else(name, tmp_path):
    outcome = bench_faults.run(technologies.load(name), 4, 7, str(tmp_path))
    assert outcome.clean_markers == 0
    assert not outcome.said, "\n".join(outcome.said[:3])
    assert outcome.found == outcome.faults
    assert set(outcome.injected) == {kind.__name__.replace("_", " ") for kind in faults.KINDS}
    assert sum(outcome.faults.values()) > sum(outcome.injected.values()) / 2


@pytest.mark.parametrize("kit", net_faults.KITS, ids=lambda kit: kit.tech.name)
def test_every_fault_on_the_nets_of_every_function_is_found_and_nothing_else(kit, tmp_path):
    outcome = net_faults.run(kit, 2, 3, str(tmp_path))
    assert outcome.clean_markers == []
    assert not outcome.said, "\n".join(outcome.said[:3])
    assert outcome.found == outcome.faults
    assert len(outcome.injected) == len(net_faults.FUNCTIONS) * len(net_faults.kinds_of(kit))
    assert sum(outcome.faults.values()) > sum(outcome.injected.values()) / 2
