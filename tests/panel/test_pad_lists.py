"""Pad lists in the real application: the cases of scenario_pad_lists.py."""

import pytest

from .application import Application, cases, once


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    return once(tmp_path_factory, "pad_lists", lambda folder: Application(folder).run("scenario_pad_lists.py", "home", POSTPASS_FOLDER=str(folder)))


@pytest.mark.parametrize("case", cases("scenario_pad_lists.py"))
def test_pad_lists(lists, case):
    lists.judge(case)


def test_nothing_complains(lists):
    assert lists.complaints("ERROR", "destroyed") == [] and lists.code == 0
