"""The technology in the panel, layouts of another one, markers of a second run: the cases of scenario_technology.py."""

import pytest

from .application import Application, cases, once, picture


def start(folder):
    # small letters: fields and buttons then fit into 300 pixels, as they do on most screens
    return Application(folder).run("scenario_technology.py", "home", QT_FONT_DPI="72", POSTPASS_FOLDER=str(folder),
                                   POSTPASS_PICTURE=picture().replace("panel.png", "panel-%s.png"))


@pytest.fixture(scope="module")
def technology(tmp_path_factory):
    return once(tmp_path_factory, "technology", start)


@pytest.mark.parametrize("case", cases("scenario_technology.py"))
def test_technology(technology, case):
    technology.judge(case)
