"""The layout belongs to the router while it routes: the cases of scenario_routing.py."""

import pytest

from .application import Application, cases, picture


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    return Application(tmp_path_factory.mktemp("routing"))


@pytest.fixture(scope="module")
def routing(application):
    return application.run("scenario_routing.py", "home-routing", POSTPASS_PICTURE=picture())


@pytest.mark.parametrize("case", cases("scenario_routing.py"))
def test_routing(routing, case):
    routing.judge(case)


def test_nothing_complains(routing):
    assert routing.complaints("ERROR") == [] and routing.code == 0


@pytest.mark.parametrize("case", cases("scenario_routing.py", alone=True))
def test_leaving(application, case):
    left = application.run("scenario_routing.py", "home-leave", POSTPASS_ALONE=case)
    left.judge(case)
    assert left.code == 0 and left.complaints("ERROR", "Traceback") == []
