"""The panel's frame in the real application: the cases of scenario_frame.py."""

import pytest

from .application import Application, cases, once


@pytest.fixture(scope="module")
def frame(tmp_path_factory):
    return once(tmp_path_factory, "frame", lambda folder: Application(folder).run("scenario_frame.py", "home", POSTPASS_FOLDER=str(folder)))


@pytest.mark.parametrize("case", cases("scenario_frame.py"))
def test_frame(frame, case):
    frame.judge(case)


def test_nothing_complains(frame):
    assert frame.complaints("ERROR", "destroyed") == [] and frame.code == 0
