"""The panel in the real application, without a screen: scenarios run inside it, their observations are judged here."""

import json
import os
import shutil
import subprocess

import pya
import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Application:
    """Starts KLayout with a copy of the package (it adds empty folders to the folders it is pointed at)."""

    def __init__(self, folder):
        self.folder = str(folder)
        for part in ("pymacros", "drc", "tech"):
            shutil.copytree(os.path.join(ROOT, part), os.path.join(self.folder, "package", part),
                            ignore=shutil.ignore_patterns("__pycache__"))

    def start(self, script, home, mode, *options, **variables):
        """Runs a script in the application; KLAYOUT_HOME is the named folder, fresh at its first use."""
        path = shutil.which("klayout")
        assert path, "the KLayout application is not installed: run ./run test, which installs it"
        environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        environment.update(variables, QT_QPA_PLATFORM="offscreen", PYTHONDONTWRITEBYTECODE="1",
                           KLAYOUT_HOME=os.path.join(self.folder, home), KLAYOUT_PATH=os.path.join(self.folder, "package"))
        return subprocess.run([path, "-z", mode, "-r", script] + list(options), env=environment,
                              capture_output=True, text=True, timeout=300)

    def run(self, scenario, home, mode="-e", **variables):
        """The observations of one scenario."""
        seen = os.path.join(self.folder, "seen.json")
        if os.path.exists(seen):
            os.remove(seen)
        done = self.start(os.path.join(HERE, scenario), home, mode, POSTPASS_SEEN=seen, **variables)
        assert os.path.exists(seen), "the scenario wrote nothing:\n" + done.stdout + done.stderr
        found = json.load(open(seen))
        assert found["trouble"] is None, found["trouble"] + done.stderr
        found["code"], found["stderr"] = done.returncode, done.stderr
        return found


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    return Application(tmp_path_factory.mktemp("application"))


@pytest.fixture(scope="module")
def picture():
    os.makedirs(os.path.join(ROOT, "build"), exist_ok=True)
    return os.path.join(ROOT, "build", "panel.png")


@pytest.fixture(scope="module")
def seen(application, picture):
    return application.run("scenario_edit.py", "home-edit", POSTPASS_PICTURE=picture)


def test_the_dock_is_there_at_the_first_start_and_the_menu_entry_toggles_it(seen):
    start = seen["start"]
    assert start["visible"] and start["checked"] and start["menu"] == "Post-passivation panel"
    assert start["area"] == "RightDockWidgetArea"
    assert start["technology"] == "postpass" and start["technologies"] == ["postpass", "wlcsp", "wlcsp400", "wlcsp_two_level"]
    assert start["after one trigger"] == [False, False]
    assert start["after two triggers"] == [True, True]
    assert start["after closing"] == [False, False]


def test_without_a_layout_or_cell_the_panel_says_what_to_do(seen):
    words = "No layout is open: create one with File > New Layout, or open one."
    assert seen["no layout"] == {"place": words, "text kept": "1, 2", "tool": [words, False], "check": words}
    assert seen["no cell"].startswith("No cell is shown: choose one in the cell list, or create one")


def test_placing_by_field_is_one_undo_step_with_its_layers(seen):
    field = seen["field"]
    assert field["message"] == "Placed 1 pad."
    assert list(field["shapes"]) == ["53/1"] and len(field["shapes"]["53/1"]) == 1
    assert "5000,-7070;5000,-2930;" in field["shapes"]["53/1"][0]  # the octagon's corner: 10 - 5 and -5 - 2.07
    [[name, source, colour]] = field["listed"]
    assert "Flip-chip pad" in name and source == "pad_flip_chip 53/1@1" and colour != 0
    assert field["via message"] == "Placed 1 via."
    assert sorted(field["via shapes"]) == ["50/0", "51/0", "52/0", "53/1"]
    assert field["first undo is exact"] and field["second undo is exact"]
    assert field["state before"]["shapes"] == {} and field["state before"]["listed"] == []


def test_the_mouse_tool_places_on_the_grid_under_its_ghost(seen):
    mouse = seen["mouse"]
    assert mouse["mode"] == "postpass_place" and mouse["button"]
    [[left, bottom, right, top]] = mouse["ghost"]
    assert (right - left, top - bottom) == (pytest.approx(10), pytest.approx(10))
    assert abs((left + right) / 2 - 5) < 0.2 and abs((bottom + top) / 2 - 5) < 0.2
    assert mouse["message"] == "Placed 1 pad." and mouse["pads"] == 2
    [[x, y]] = mouse["centres"]
    assert abs(x + 10) < 0.2 and abs(y - 10) < 0.2
    assert all(abs(value / 0.005 - round(value / 0.005)) < 1e-6 for value in (x, y, left, bottom))
    assert mouse["undo is exact"]


def test_escape_leaves_the_tool(seen):
    mouse = seen["mouse"]
    assert mouse["after Esc"] == ["select", False, []]
    assert mouse["pads after Esc"] == 2
    assert mouse["after cancel"] == ["select", False]
    assert mouse["after second click"] == ["select", False]


def test_the_ghost_follows_the_fields_and_vanishes_with_a_wrong_one(seen):
    [[left, _, right, _]] = seen["mouse"]["smaller ghost"]
    assert right - left == pytest.approx(9)
    words, text, ghosts, findings = seen["mouse"]["bad size"]
    assert words == findings == "Size must be a number in um, not 'nine'."
    assert text == "nine" and ghosts == []


def test_an_array_is_one_undo_step_and_one_ghost(seen):
    array = seen["array"]
    assert array["message"] == "Placed 12 vias." and array["vias"] == 12
    [[left, bottom, right, top]] = array["ghost"]
    assert (right - left, top - bottom) == (pytest.approx(3 * 2.18 + 3.18), pytest.approx(2 * 2.18 + 3.18))
    assert array["undo is exact"]


def test_depth_and_ratio_are_live_and_coloured_by_severity(seen):
    details, colour, findings, limits = seen["array"]["hints"]
    assert details == "Depth 5.9 µm\nAspect ratio 8.43\nCapture pad 2.7 µm"
    assert limits == "Legal 0.59 to 3\u00a0µm\nRecommended 1.18 to 3\u00a0µm"
    assert findings.startswith("VIA.AR.2 ")
    colours = {colour, seen["array"]["error hints"][0], seen["array"]["good hints"][0]}
    assert len(colours) == 3
    assert seen["array"]["error hints"][1] != "" and "VIA.W.1" in seen["array"]["error hints"][2]
    assert seen["array"]["good hints"][1:] == ["", ""]


def test_wrong_texts_stay_in_their_fields_and_change_nothing(seen):
    refused = seen["refused"]
    for text in ("", "1"):
        assert refused[text] == ["Place at: write two numbers in um, like 120, -35.", text]
    assert refused["a, b"] == ["X must be a number in um, not 'a'.", "a, b"]
    assert refused["size"] == ["Size must be a number in um, not 'wide'.", "wide"]
    assert seen["refused changes nothing"] and seen["refused leaves no undo step"]


def test_a_cell_shown_in_its_context_gets_the_shape_under_the_cursor(seen):
    context = seen["context"]
    assert context["cell"] == "CHILD"
    [[x, y]] = context["centres"]  # (12, 5) seen from a cell at (10, 0) turned by 90 degrees
    assert abs(x - 5) <= context["pixel_um"] and abs(y + 2) <= context["pixel_um"]


def test_the_technology_follows_the_layout_and_keeps_what_was_typed(seen):
    found = seen["technologies"]
    assert found["follows"] == "wlcsp400" and found["pad size"] == "235"
    assert found["kept"] == "11"
    assert found["follows a change"] == "wlcsp"


def test_a_foreign_technology_is_named_and_does_not_hinder(seen):
    found = seen["technologies"]
    assert found["foreign keeps"] == "wlcsp"
    assert "'elsewhere'" in found["foreign message"] and "wlcsp" in found["foreign message"]
    assert found["foreign places"] == "Placed 1 pad."


def test_a_pad_brings_its_openings_where_the_technology_has_them(seen):
    found = seen["wafer level"]
    assert found["openings"] == [True, True] and not found["openings of postpass"]
    assert found["message"] == "Placed 1 pad." and found["shapes"] == ["74/3", "75/0", "76/0"]
    assert found["undo is exact"]
    assert found["via title"] == "Polymer-1 opening" and found["via limits"].startswith("Legal 35\u00a0µm and more")
    assert found["via message"] == "Placed 1 via."


def test_a_database_unit_that_does_not_fit_is_said_and_the_panel_stays_usable(seen):
    found = seen["misfits"]
    words = "database unit, 0.002 um, does not fit the grid of technology postpass"
    assert words in found["dbu"] and words in found["dbu tool"][0] and not found["dbu tool"][1]
    assert found["nothing drawn"] and found["usable afterwards"] == "Placed 1 pad."


def test_check_runs_the_deck_on_the_unsaved_layout_and_shows_its_markers(seen):
    check = seen["check"]
    assert "no shape on any layer of technology postpass" in check["empty"]
    assert check["message"].startswith("Check: ") and "0 errors" not in check["message"]
    assert check["new databases"] == 1 and "PAD.W.1" in check["rules"]
    assert any("Marker" in title for title in check["browser"])
    assert check["globals"] == [None, None, None]
    assert check["undo takes the pad away"] == {}
    assert check["no deck"].startswith("The deck is missing: ")


def test_an_unforeseen_exception_is_a_message(seen):
    found = seen["surprises"]
    assert found["message"].startswith("Unexpected ZeroDivisionError: surprise.")
    assert found["afterwards"] == "Placed 1 pad."
    assert found["broken technology"] == ["Wlcsp.json: line 3: not valid.", "postpass", "12.5"]
    assert found["second start is the same panel"] and found["one menu entry"] == ["tools_menu.postpass_panel"]


def test_a_picture_is_kept(seen, picture):
    assert seen["picture"] and os.path.getsize(picture) > 10000


def test_nothing_complains(seen):
    complaints = [line for line in seen["stderr"].splitlines() if "ERROR" in line or "destroyed" in line]
    assert complaints == [] and seen["code"] == 0


def test_the_picture_for_the_readme_can_be_made(application, tmp_path):
    path = str(tmp_path / "readme.png")
    application.start(os.path.join(ROOT, "docs", "panel_screenshot.py"), "home-picture", "-e", "-rd", "png=" + path)
    assert os.path.getsize(path) > 20000


def test_viewer_mode_says_how_to_draw_and_checks(application, tmp_path):
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    cell.shapes(layout.layer(53, 1)).insert(pya.Box(0, 0, 9000, 9000))
    layout.write(str(tmp_path / "small.gds"))
    os.makedirs(os.path.join(application.folder, "home-viewer"))
    with open(os.path.join(application.folder, "home-viewer", "klayoutrc"), "w") as file:  # no tip windows
        file.write("<config><tip-window-hidden>only-top-level-shown-by-default=0,editor-mode=0</tip-window-hidden></config>")
    seen = application.run("scenario_viewer.py", "home-viewer", "-ne", POSTPASS_LAYOUT=str(tmp_path / "small.gds"))
    assert not seen["editable"]
    assert seen["place"].startswith("KLayout runs in viewer mode and cannot draw: start it with klayout -e")
    assert seen["tool"] == [seen["place"], False] and seen["fan out"] == seen["lock"] == seen["place"]
    assert "Aspect ratio 8.43" in seen["hints"]
    assert seen["check"].startswith("Check: ") and "0 errors" not in seen["check"]


def test_place_and_choices_survive_a_restart(application):
    def start(steps):
        return application.run("scenario_restart.py", "home-restart", POSTPASS_DO=steps)["found"]
    assert start("left wlcsp400") == {"visible": True, "checked": True, "area": "RightDockWidgetArea", "technology": "postpass"}
    assert start("toggle") == {"visible": True, "checked": True, "area": "LeftDockWidgetArea", "technology": "wlcsp400"}
    assert start("toggle") == {"visible": False, "checked": False, "area": "LeftDockWidgetArea", "technology": "wlcsp400"}
    assert start("") == {"visible": True, "checked": True, "area": "LeftDockWidgetArea", "technology": "wlcsp400"}


def test_fan_out_joins_what_is_drawn_in_one_undo_step(seen):
    found = seen["fan out"]
    assert found["placing hidden"] == [False, False, True]
    assert found["without die"].startswith("The die outline is missing") and found["untouched"]
    assert found["refused"] == ["Trace width must be a number in um, not 'wide'.", "wide"]
    assert found["message"].startswith("Drew 3 traces.") and "Teardrops on rdl at " in found["message"] and found["changed"]
    assert found["undo is exact"] and found["redo is exact"] and found["button"]


def test_every_function_can_be_chosen(seen):
    drawn = {name: words[0].split(" Length")[0] for name, words in seen["functions"].items()}
    assert drawn == {"fan-out": "Drew 3 traces.", "relocation": "Drew 3 traces.", "addition": "Drew 4 traces.", "reduction": "Drew 3 traces."}
    assert len({words[1] for words in seen["functions"].values()}) == 4


def test_locked_pairs_get_a_name_and_are_joined(seen):
    found = seen["lock"]
    assert found["nothing selected"] == "Select at least one contact point and one pad to lock: 0 and 0 are selected."
    assert found["selected"] == 2 and found["message"] == "Locked 1 contact point and 1 pad as net net1."
    assert len(found["labels"]) == 2 and all("'net1'" in label for label in found["labels"])
    assert found["fan out"].startswith("Drew 3 traces.")
    assert found["first undo is exact"] and found["second undo is exact"]


def test_a_selection_in_a_context_is_locked_in_the_shown_cell(seen):
    cell, words, labels = seen["lock in context"]
    assert cell == "CHILD" and words == "Locked 1 contact point and 1 pad as net net1."
    assert labels == ["text ('net1',r0 0,0)", "text ('net1',r0 40000,10000)"]


def test_an_incomplete_fan_out_is_named_and_marked(seen):
    found = seen["incomplete"]
    assert found["message"].startswith("INCOMPLETE, 1 net open: n0. Drew 2 traces.") and "Net n0 is open: " in found["message"]
    assert found["browser"] and found["undo is exact"]
    assert found["databases"] == [["Fan-out, open nets", 1]]


def test_the_mouse_tool_ends_where_nothing_can_be_placed(seen):
    assert seen["tool and page"] == [True, False, False, True]
