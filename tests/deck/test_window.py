"""The deck in the application's window: from the menu, on an unsaved layout, with the layout's own technology."""

import json
import os

import pytest

from postpass import tech as technologies

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
    assert results["boxes"] == []  # but the one of a foreign technology


def test_the_menu_has_the_deck(results):
    assert results["menu entry"]


def test_an_unsaved_layout_is_checked_with_its_technology(results):
    assert results["postpass"]["VIA.W.1"] == 1 and results["top cell"] == "TOP"
    assert results["wlcsp"]["UBM.W.1"] == 1 and "VIA.W.1" not in results["wlcsp"]


def by(name):
    """How a technology is named in a database."""
    tech = technologies.load(name)
    return "technology %s 1.0, %s (" % (name, tech.title), "/tech/%s/%s.json, rules %s); " % (os.path.basename(os.path.dirname(tech.path)), name, tech.checksum())


def expect_by(description, name, reason):
    begin, end = by(name)
    assert description.startswith(begin) and end + reason in description, description


def test_the_database_names_title_file_and_checksum_of_the_technology_and_who_chose_it(results):
    expect_by(results["said"], "postpass", "the layout's own on ")


def test_a_layout_without_technology_is_checked_by_that_of_the_panel(results):
    for name, broken in (("wlcsp400", False), ("wlcsp", True)):
        found, description = results["panel: " + name]
        assert found == broken
        expect_by(description, name, "the panel's, for the layout has none on ")


def test_a_panel_that_never_ran_leaves_the_default(results):
    assert results["no panel: "][0] == results["no panel: gone"][0] == results["postpass"]
    expect_by(results["no panel: "][1], "postpass", "the default, for the layout has none and the panel chose none on ")
    expect_by(results["no panel: gone"][1], "postpass", "the default, for the layout has none and the panel's, gone, is not installed on ")


def test_layers_of_another_technology_are_named(results):
    expect_by(results["rather another"], "wlcsp", "the panel's, for the layout has none; but the layout is of technology wlcsp_two_level on ")


def test_a_foreign_technology_is_refused_in_a_box_that_fits_the_screen_and_leaves_no_markers(results):
    (sentence, width), databases = results["foreign technology"]
    assert "the layout's technology is elsewhere, not one of %s: choose one of these" % ", ".join(sorted(technologies.installed())) in " ".join(sentence.split())
    assert max(map(len, sentence.splitlines())) <= 80 + len("RuntimeError: ") and width <= 1000  # newer KLayouts add the class of the error
    assert databases == 0


def test_a_second_check_replaces_its_markers_and_no_others(results):
    names = [name for name, _ in results["again"]]
    assert names[:3] == ["Other deck", "Fan-out, open nets", "Post-passivation DRC"] and len(names) == 4
    assert [items for _, items in results["again"]][:3] == [0, 0, 0] and results["again"][3][1] > 0
    expect_by(results["again by"], "wlcsp", "the layout's own on ")


def test_markers_of_another_cell_stay(results):
    assert results["other cell"] == ["TOP", "OTHER"]


def test_markers_of_another_layout_in_the_same_view_stay(results):
    assert len(results["other layout"]) == 3 and len(set(results["other layout"])) == 2


def test_the_re_run_replaces_the_markers(results):
    assert results["databases after the re-run"] == 1
    assert results["re-run"]["VIA.W.1"] == 2
