"""Names of any bytes in a window: neither Check nor the panel fails on them. The case is in scenario_strange.py."""

import pytest

from tests.files.test_strange_ends import strange
from tests.panel.application import Application, cases, once


def start(folder):
    strange(folder)
    return Application(folder).run("scenario_strange.py", "home", POSTPASS_LAYOUT=str(folder / "in.gds"))


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    return once(tmp_path_factory, "strange", start)


@pytest.mark.parametrize("case", cases("scenario_strange.py"))
def test_window(window, case):
    window.judge(case)


def test_nothing_complains(window):
    assert window.stderr == ""
