"""The page Check in the real application: the cases of scenario_check.py."""

import pytest

from .application import Application, cases, once, picture


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    return once(tmp_path_factory, "check", lambda folder: Application(folder).run("scenario_check.py", "home", POSTPASS_PICTURE=picture()))


@pytest.mark.parametrize("case", cases("scenario_check.py"))
def test_check(check, case):
    check.judge(case)


def test_nothing_complains(check):
    assert check.complaints("ERROR", "destroyed") == [] and check.code == 0


@pytest.mark.parametrize("case", cases("scenario_check.py", alone=True))
def test_leaving(tmp_path, case):
    left = Application(tmp_path).run("scenario_check.py", "home", POSTPASS_ALONE=case, POSTPASS_PICTURE=picture())
    left.judge(case)
    assert left.code == 0 and left.complaints("ERROR", "Traceback") == []
