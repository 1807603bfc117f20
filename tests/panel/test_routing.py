"""The layout belongs to the router while it routes: the cases of scenario_routing.py."""

import pytest

from .application import Application, cases, once, picture


@pytest.fixture(scope="module")
def routing(tmp_path_factory):
    return once(tmp_path_factory, "routing", lambda folder: Application(folder).run("scenario_routing.py", "home", POSTPASS_PICTURE=picture()))


@pytest.mark.parametrize("case", cases("scenario_routing.py"))
def test_routing(routing, case):
    routing.judge(case)


def test_nothing_complains(routing):
    assert routing.complaints("ERROR") == [] and routing.code == 0


@pytest.mark.parametrize("case", cases("scenario_routing.py", alone=True))
def test_leaving(tmp_path, case):
    left = Application(tmp_path).run("scenario_routing.py", "home", POSTPASS_ALONE=case)
    left.judge(case)
    assert left.code == 0 and left.complaints("ERROR", "Traceback") == []
