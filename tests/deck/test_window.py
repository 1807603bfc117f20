"""The deck in the application's window: from the menu, on an unsaved layout, with the layout's own technology."""

import json
import os

import pytest

from .support import DECK, installed_home, run_in_window


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("window")
    script = os.path.join(os.path.dirname(__file__), "window_script.py")
    run = run_in_window(script, installed_home(folder / "home"), "-e", result=folder / "result.json", deck=DECK)
    assert os.path.exists(folder / "result.json"), run.err
    return json.load(open(folder / "result.json"))


def test_nothing_went_wrong(results):
    assert "exception" not in results, results


def test_the_menu_has_the_deck(results):
    assert results["menu entry"]


def test_an_unsaved_layout_is_checked_with_its_technology(results):
    assert results["postpass"]["VIA.W.1"] == 1 and results["top cell"] == "TOP"
    assert results["wlcsp"]["UBM.W.1"] == 1 and "VIA.W.1" not in results["wlcsp"]


def test_a_layout_without_technology_is_checked_with_the_default(results):
    assert results["no technology"] == results["postpass"]


def test_a_foreign_technology_is_refused_and_leaves_no_markers(results):
    sentence, databases = results["foreign technology"]
    assert "the layout's technology is elsewhere, not one of postpass, wlcsp, wlcsp400, wlcsp_two_level: choose one of these" in sentence
    assert databases == 0


def test_the_re_run_replaces_the_markers(results):
    assert results["databases after the re-run"] == 1
    assert results["re-run"]["VIA.W.1"] == 2
