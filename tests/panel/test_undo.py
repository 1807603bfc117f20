"""Undo and Redo between the panel's actions, and KLayout's layers: the cases of scenario_undo.py."""

import pytest

from .application import Application, cases, once


@pytest.fixture(scope="module")
def undo(tmp_path_factory):
    return once(tmp_path_factory, "undo", lambda folder: Application(folder).run("scenario_undo.py", "home", POSTPASS_FOLDER=str(folder)))


@pytest.mark.parametrize("case", cases("scenario_undo.py"))
def test_undo(undo, case):
    undo.judge(case)


def test_nothing_complains(undo):
    assert undo.complaints("ERROR") == [] and undo.code == 0
