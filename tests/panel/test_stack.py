"""The page Stack in the real application: the cases of scenario_stack.py."""

import pytest

from .application import Application, cases, once


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    return once(tmp_path_factory, "stack", lambda folder: Application(folder).run("scenario_stack.py", "home", POSTPASS_FOLDER=str(folder)))


@pytest.mark.parametrize("case", cases("scenario_stack.py"))
def test_stack(stack, case):
    stack.judge(case)


def test_nothing_complains(stack):
    assert stack.complaints("ERROR", "destroyed") == [] and stack.code == 0
