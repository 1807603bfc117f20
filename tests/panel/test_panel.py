"""The panel in the real application: the cases of scenario_edit.py, scenario_viewer.py and scenario_restart.py."""

import os

import pya
import pytest

from .application import ROOT, Application, cases, picture


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    return Application(tmp_path_factory.mktemp("application"))


@pytest.fixture(scope="module")
def edit(application):
    return application.run("scenario_edit.py", "home-edit", POSTPASS_PICTURE=picture())


@pytest.mark.parametrize("case", cases("scenario_edit.py"))
def test_edit(edit, case):
    edit.judge(case)


def test_nothing_complains(edit):
    assert edit.complaints("ERROR", "destroyed") == [] and edit.code == 0


def test_the_picture_for_the_readme_can_be_made(application, tmp_path):
    path = str(tmp_path / "readme.png")
    application.start(os.path.join(ROOT, "docs", "panel_screenshot.py"), "home-picture", "-e", "-rd", "png=" + path)
    assert os.path.getsize(path) > 20000


@pytest.fixture(scope="module")
def viewer(application):
    path = os.path.join(application.folder, "small.gds")
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    cell.shapes(layout.layer(53, 1)).insert(pya.Box(0, 0, 9000, 9000))
    layout.write(path)
    os.makedirs(os.path.join(application.folder, "home-viewer"))
    with open(os.path.join(application.folder, "home-viewer", "klayoutrc"), "w") as file:  # no tip windows
        file.write("<config><tip-window-hidden>only-top-level-shown-by-default=0,editor-mode=0</tip-window-hidden></config>")
    return application.run("scenario_viewer.py", "home-viewer", "-ne", POSTPASS_LAYOUT=path)


@pytest.mark.parametrize("case", cases("scenario_viewer.py"))
def test_viewer(viewer, case):
    viewer.judge(case)


@pytest.fixture(scope="module")
def restarts(application):
    return {case: application.run("scenario_restart.py", "home-restart", POSTPASS_ALONE=case) for case in cases("scenario_restart.py", alone=True)}


@pytest.mark.parametrize("case", cases("scenario_restart.py", alone=True))
def test_restart(restarts, case):
    restarts[case].judge(case)
