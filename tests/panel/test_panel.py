"""The panel in the real application: the cases of scenario_edit.py, scenario_viewer.py and scenario_restart.py."""

import os

import pya
import pytest

from .application import ROOT, Application, cases, once, picture


@pytest.fixture(scope="module")
def edit(tmp_path_factory):
    return once(tmp_path_factory, "edit", lambda folder: Application(folder).run("scenario_edit.py", "home", POSTPASS_PICTURE=picture()))


@pytest.mark.parametrize("case", cases("scenario_edit.py"))
def test_edit(edit, case):
    edit.judge(case)


def test_nothing_complains(edit):
    assert edit.complaints("ERROR", "destroyed") == [] and edit.code == 0


def test_the_picture_for_the_readme_can_be_made(tmp_path):
    path = str(tmp_path / "readme.png")
    Application(tmp_path).start(os.path.join(ROOT, "docs", "panel_screenshot.py"), "home", "-e", "-rd", "png=" + path)
    assert os.path.getsize(path) > 20000


def view(folder):
    path = str(folder / "small.gds")
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    cell.shapes(layout.layer(53, 1)).insert(pya.Box(0, 0, 9000, 9000))
    layout.write(path)
    (folder / "home").mkdir()
    with open(folder / "home" / "klayoutrc", "w") as file:  # no tip windows
        file.write("<config><tip-window-hidden>only-top-level-shown-by-default=0,editor-mode=0</tip-window-hidden></config>")
    return Application(folder).run("scenario_viewer.py", "home", "-ne", POSTPASS_LAYOUT=path, POSTPASS_FOLDER=str(folder))


@pytest.fixture(scope="module")
def viewer(tmp_path_factory):
    return once(tmp_path_factory, "viewer", view)


@pytest.mark.parametrize("case", cases("scenario_viewer.py"))
def test_viewer(viewer, case):
    viewer.judge(case)


def restart(folder):
    application = Application(folder)
    return {case: application.run("scenario_restart.py", "home", POSTPASS_ALONE=case) for case in cases("scenario_restart.py", alone=True)}


@pytest.fixture(scope="module")
def restarts(tmp_path_factory):
    return once(tmp_path_factory, "restarts", restart)


@pytest.mark.parametrize("case", cases("scenario_restart.py", alone=True))
def test_restart(restarts, case):
    restarts[case].judge(case)
