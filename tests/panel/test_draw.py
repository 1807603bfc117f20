"""The page Draw in the real application: the cases of scenario_draw.py and scenario_draw_again.py."""

import pytest

from .application import Application, cases, once


@pytest.fixture(scope="module")
def draw(tmp_path_factory):
    return once(tmp_path_factory, "draw", lambda folder: Application(folder).run("scenario_draw.py", "home", POSTPASS_FOLDER=str(folder)))


@pytest.mark.parametrize("case", cases("scenario_draw.py"))
def test_draw(draw, case):
    draw.judge(case)


def test_nothing_complains(draw):
    assert draw.complaints("ERROR", "destroyed") == [] and draw.code == 0


def again(folder):
    application = Application(folder)
    return {case: application.run("scenario_draw_again.py", "home", POSTPASS_ALONE=case, POSTPASS_FOLDER=str(folder)) for case in cases("scenario_draw_again.py", alone=True)}


@pytest.fixture(scope="module")
def restarts(tmp_path_factory):
    return once(tmp_path_factory, "draw_again", again)


@pytest.mark.parametrize("case", cases("scenario_draw_again.py", alone=True))
def test_draw_again(restarts, case):
    restarts[case].judge(case)
