"""The technology in the panel: what is shown of it, layouts of another one, markers of a second run. See scenario_technology.py."""

import os

import pytest

from postpass import tech as technologies
from tests.panel.application import ROOT, Application

UNLIKE = "This layout is of technology %s; the panel draws and checks by %s."
DISAGREE = "KLayout has this layout as technology %s, but its shapes are on layers of %s; the panel draws and checks by %s."


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("technology")
    os.makedirs(os.path.join(ROOT, "build"), exist_ok=True)
    # small letters: fields and buttons then fit into 300 pixels, as they do on most screens
    return Application(folder).observations("scenario_technology.py", "home", QT_FONT_DPI="72", POSTPASS_FOLDER=str(folder),
                                   POSTPASS_PICTURE=os.path.join(ROOT, "build", "panel-%s.png"))


def named(name):
    """How messages name a technology."""
    tech = technologies.load(name)
    return "technology %s, %s (%s.json, rules %s)" % (name, tech.title, name, tech.checksum())


def test_the_panel_shows_title_file_and_checksum(seen):
    text, path = seen["title"]
    tech = technologies.load("wlcsp400")
    assert text == "%s\nwlcsp400.json, rules\u00a0%s" % (tech.title, tech.checksum())
    assert path.endswith("/tech/wlcsp/wlcsp400.json")


@pytest.mark.parametrize("name", sorted(technologies.installed()) + ["long"])
def test_nothing_is_cut_off_in_a_narrow_panel(seen, name):
    assert seen["narrow"][name] == {"width": 300, "cut": [], "picture": True}


def test_the_end_of_a_long_message_is_scrolled_into_sight(seen):
    assert seen["narrow"]["in sight"]


def test_a_layout_of_another_technology_is_said_and_offered(seen):
    found = seen["by name"]
    assert found["at first"] == ["", []]  # the panel followed the layout
    assert found["offer"] == [UNLIKE % ("wlcsp", "postpass"), ["Use wlcsp"]]


def test_drawing_and_checking_say_it_too(seen):
    found, words = seen["by name"], DISAGREE % ("wlcsp", "postpass", "postpass")  # it is drawn all the same
    assert found["placed"] == "Placed 1 pad.\n" + words and found["drawn"] == ["53/1"]
    assert found["checked"].endswith("\nBy %s.\n%s" % (named("postpass"), words))
    assert "#d08000" in found["colour"]


def test_one_click_uses_the_technology_of_the_layout(seen):
    assert not seen["by name"]["while routing"]
    technology, _, words = seen["by name"]["after the click"]
    assert technology == "wlcsp" and words == "Draws and checks by %s." % named("wlcsp")
    assert seen["by name"]["without layout"] == ["", []]


def test_the_layers_tell_where_the_layout_has_no_technology(seen):
    found = seen["by layers"]
    assert found["offer"] == [UNLIKE % ("postpass", "wlcsp"), ["Use postpass"]]
    assert found["checked"].startswith("Cell TOP has no shape on any layer of technology wlcsp") and found["checked"].endswith(found["offer"][0])
    assert found["after the click"] == ["postpass", ["", []]]
    assert found["checked again"].startswith("Check: ") and found["checked again"].endswith("\nBy %s." % named("postpass"))


def test_each_technology_that_shares_the_layers_is_offered(seen):
    found = seen["of several"]
    assert found["postpass"] == [UNLIKE % ("wlcsp or wlcsp400 or wlcsp_two_level", "postpass"), ["Use wlcsp", "Use wlcsp400", "Use wlcsp_two_level"]]
    assert found["wlcsp400"] == found["wlcsp_two_level"] == ["", []]


def test_a_second_check_replaces_its_markers_alone(seen):
    found = seen["checked twice"]
    assert found["wlcsp400"][0] == found["wlcsp"][0] == [["Fan-out, open nets", False], ["Other deck", False], ["Post-passivation DRC", True]]
    assert "wlcsp400.json" in found["wlcsp400"][1] and "wlcsp.json" in found["wlcsp"][1]
    assert found["wlcsp"][2].endswith(UNLIKE % ("wlcsp400", "wlcsp"))


def test_a_second_fan_out_replaces_its_markers_alone(seen):
    found = seen["fanned out twice"]
    expected = [["Post-passivation DRC", False], ["Other deck", False], ["Fan-out, open nets", True]]
    assert found["first"][0] == found["second"][0] == expected and found["second"][1].startswith("INCOMPLETE")
    assert found["other cell"] == expected + [["Fan-out, open nets[1]", True]]
    assert found["mended"] == expected[:2] + [["Fan-out, open nets[1]", True]]
    description, cell = found["description"]
    assert cell == "TOP" and "technology postpass, " in description and "rules %s)" % technologies.load("postpass").checksum() in description


def test_the_technology_shown_is_stored_for_the_menu(seen):
    assert seen["stored"] == ["wlcsp_two_level", "wlcsp_two_level"]
