"""PCells in the real application: the cases of scenario_pcells.py."""

import pytest

from .application import Application, cases, once


@pytest.fixture(scope="module")
def elements(tmp_path_factory):
    return once(tmp_path_factory, "pcells", lambda folder: Application(folder).run("scenario_pcells.py", "home", POSTPASS_FOLDER=str(folder)))


@pytest.mark.parametrize("case", cases("scenario_pcells.py"))
def test_pcells(elements, case):
    elements.judge(case)


def test_nothing_complains(elements):
    assert elements.complaints("ERROR", "destroyed") == [] and elements.code == 0
