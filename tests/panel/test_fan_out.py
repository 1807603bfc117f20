"""The options of the page Fan out in the real application: the cases of scenario_fan_out.py."""

import pytest

from .application import Application, cases, once


@pytest.fixture(scope="module")
def fan_out(tmp_path_factory):
    return once(tmp_path_factory, "fan_out", lambda folder: Application(folder).run("scenario_fan_out.py", "home", POSTPASS_FOLDER=str(folder)))


@pytest.mark.parametrize("case", cases("scenario_fan_out.py"))
def test_fan_out(fan_out, case):
    fan_out.judge(case)


def test_nothing_complains(fan_out):
    assert fan_out.complaints("ERROR", "destroyed") == [] and fan_out.code == 0
