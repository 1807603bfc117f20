"""The layout belongs to the router while it routes: scenario_routing.py runs in the application and is judged here."""

import os

import pytest

from .application import ROOT, Application

ALIVE = {"file_menu", "file_menu.close", "file_menu.close_all", "file_menu.exit", "@toolbar"}


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    return Application(tmp_path_factory.mktemp("routing"))


@pytest.fixture(scope="module")
def seen(application):
    os.makedirs(os.path.join(ROOT, "build"), exist_ok=True)
    return application.observations("scenario_routing.py", "home-routing", POSTPASS_PICTURE=os.path.join(ROOT, "build", "panel.png"))


def test_nothing_can_be_edited_while_routing(seen):
    found = seen["at rest"]
    assert set(found["enabled"]) > ALIVE and all("zoom_menu" in name or "display_state" in name for name in set(found["enabled"]) - ALIVE)
    assert found["tool"] == "box" and found["pages"] == [False, False, True]
    assert found["deeds"] == 7 and found["state"] and found["same traces"] and found["views"] == 1
    assert found["undo is exact"]


def test_zoom_and_pan_work_while_routing_and_the_canvas_is_drawn(seen):
    assert seen["at rest"]["moved"] == [True] * 5  # wheel, middle and right button, arrow key, menu
    assert seen["at rest"]["painted"]


def test_the_panel_shows_progress_and_cancel_while_routing(seen):
    assert seen["at rest"]["shown"] == [True, True, False]
    assert seen["at rest"]["buttons"] == [True, True, True, False]


def test_everything_is_given_back_afterwards(seen):
    assert seen["at rest"]["enabled again"] == [] and seen["at rest"]["place"] == "Placed 1 pad."


@pytest.mark.parametrize("how", ["cancel", "escape"])
def test_cancel_and_esc_leave_the_layout_untouched(seen, how):
    assert seen[how] == {"message": "The fan-out was cancelled; nothing was drawn.", "untouched": True, "buttons": [True, True]}


def test_closing_the_layout_cancels(seen):
    assert seen["close"] == {"message": "The layout was closed while it was routed; nothing was drawn.", "closed": 1, "gone": True, "go": [True, True]}


def test_a_closing_that_is_taken_back_lets_the_routing_go_on(seen):
    assert seen["stay"]["message"].startswith("Drew 6 traces.") and seen["stay"]["views"] == 1 and seen["stay"]["traces"]


def test_a_layout_that_was_changed_all_the_same_is_not_drawn_into(seen):
    assert seen["changed"]["message"] == "Cell TOP was changed while it was routed; nothing was drawn: press Fan out again."
    assert seen["changed"]["untouched"] and seen["changed"]["buttons"] == [True, True]


def test_another_cell_in_view_is_not_drawn_into(seen):
    assert seen["other cell"]["message"] == "Another cell is shown than the one that was routed, TOP; nothing was drawn."
    assert seen["other cell"]["untouched"]


def test_a_failure_gives_the_application_back(seen):
    found = seen["failure"]
    assert found["message"].startswith("Unexpected ZeroDivisionError: surprise.") and found["untouched"]
    assert found["enabled"] and found["guard"] and found["place"] == "Placed 1 pad." and found["buttons"] == [True, True]


def test_what_comes_outside_a_pause_is_kept_away(seen):
    found = seen["overtaken"]
    assert found["shown"] and not found["closed"] and found["message"].startswith("Drew 6 traces.") and found["changed"]


def test_ctrl_z_undoes_typing_before_enter_and_the_placement_after_it(seen):
    typed, undone, redone, placed, back, again, count, after, kept = seen["keys"]
    assert [typed, undone, redone] == [["5,6", 1], ["", 1], ["5,6", 1]]
    assert [placed, back, again] == [["5,6", 2], ["5,6", 1], ["5,6", 2]]
    assert count == 1 and after == ["5,6", 1] and kept != 1  # a number of an array, the same


def test_ending_the_application_cancels_and_nothing_complains(application):
    found = application.observations("scenario_routing.py", "home-leave", POSTPASS_DO="leave")
    assert found["leave"]["deeds"] == 1 and found["leave"]["message"] == "The layout was closed while it was routed; nothing was drawn."
    assert found["leave"]["views"] == 0
    assert found["code"] == 0 and [line for line in found["stderr"].splitlines() if "ERROR" in line or "Traceback" in line] == []


def test_nothing_complains(seen):
    assert [line for line in seen["stderr"].splitlines() if "ERROR" in line] == [] and seen["code"] == 0
