"""The technologies of the user in the real application: the cases of scenario_technologies.py."""

import pytest

from .application import Application, cases, once

SCENARIO = "scenario_technologies.py"


@pytest.fixture(scope="module")
def technologies(tmp_path_factory):
    return once(tmp_path_factory, "technologies", lambda folder: Application(folder).run(SCENARIO, "home", POSTPASS_FOLDER=str(folder)))


@pytest.mark.parametrize("case", cases(SCENARIO))
def test_technologies(technologies, case):
    technologies.judge(case)


def test_nothing_complains(technologies):
    assert technologies.complaints("ERROR", "destroyed") == [] and technologies.code == 0


def restart(folder):
    application = Application(folder)
    return {case: application.run(SCENARIO, "home", POSTPASS_ALONE=case, POSTPASS_FOLDER=str(folder)) for case in cases(SCENARIO, alone=True)}


@pytest.fixture(scope="module")
def restarts(tmp_path_factory):
    return once(tmp_path_factory, "technologies-kept", restart)


@pytest.mark.parametrize("case", cases(SCENARIO, alone=True))
def test_restart(restarts, case):
    restarts[case].judge(case)
