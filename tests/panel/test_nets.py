"""The page Nets in the real application: the cases of scenario_nets.py."""

import pytest

from .application import Application, cases, once


@pytest.fixture(scope="module")
def nets(tmp_path_factory):
    return once(tmp_path_factory, "nets", lambda folder: Application(folder).run("scenario_nets.py", "home", POSTPASS_FOLDER=str(folder)))


@pytest.mark.parametrize("case", cases("scenario_nets.py"))
def test_nets(nets, case):
    nets.judge(case)


def test_nothing_complains(nets):
    assert nets.complaints("ERROR", "destroyed") == [] and nets.code == 0
