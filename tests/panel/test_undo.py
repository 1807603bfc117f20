"""Undo and Redo between the panel's actions, and KLayout's layers: scenario_undo.py runs in the application and is judged here."""

import pytest

from .application import Application

NUMBERS_OF_POSTPASS = {"50/0", "51/0", "52/0", "53/1", "53/2", "53/3", "53/4"}


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    return Application(tmp_path_factory.mktemp("undo")).observations("scenario_undo.py", "home-undo")


@pytest.mark.parametrize("start, count, more", [("new layout", 7, set()), ("opened file", 9, {"7/0", "60/0", "52/10"})])
def test_undo_and_redo_between_every_pair_of_actions_change_nothing(seen, start, count, more):
    found = seen[start]
    assert found["pairs"] == count * count and set(found["layers"]) == NUMBERS_OF_POSTPASS | more
    assert found["wrong"] == []


def test_layers_made_by_the_user_meanwhile_do_not_mix_with_those_of_the_technology(seen):
    found = seen["foreign layers"]
    assert found["layers"] == {"50/0": 1, "51/0": 1, "52/0": 1, "53/1": 1} == found["redone"]
    assert found["undone"] == [{}, []]


@pytest.mark.parametrize("which", ["deleted layer", "deleted before"])
def test_a_deleted_layer_comes_back_in_sight_by_undo(seen, which):
    assert seen[which] == {"undone": True, "hidden": [], "redone": True, "undone again": True, "drawn": True, "hidden at the end": []}


def test_a_layer_of_the_same_numbers_keeps_its_name(seen):
    layers, drawn, listed = seen["other name"]
    assert layers == ["BUMP (53/1)"] and drawn == ["50/0", "51/0", "52/0", "53/1"] and "BUMP 53/1@1" in listed


def test_two_layouts_in_one_view_are_kept_apart(seen):
    found = seen["second layout"]
    assert found["second"] == 1 and found["first"] == {"contact (50/0)": 1, "via (51/0)": 1, "rdl (52/0)": 1}
    assert found["listed"].count("pad_flip_chip 53/1@2") == 1 and len(found["listed"]) == 7


def test_a_refused_action_adds_no_layer(seen):
    words, layers, clean = seen["refused"]
    assert words.startswith("The die outline is missing") and layers == [] and clean


def test_a_saved_file_holds_what_was_drawn(seen):
    found = seen["saved"]
    assert found["gds"] == ["53/1"] and found["layers in gds"] == 1
    assert found["oas"] == ["pad_flip_chip (53/1)"]


def test_nothing_complains(seen):
    assert [line for line in seen["stderr"].splitlines() if "ERROR" in line] == [] and seen["code"] == 0
