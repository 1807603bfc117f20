"""The panel's texts and numbers: defaults that keep every limit, live limits, one sentence for each mistake."""

import json

import pytest

from postpass import tech
from postpass.draw import findings
from postpass.draw.choices import CommandError
from postpass.panel import defaults, form
from tests.kits import KITS


@pytest.fixture
def postpass_tech():
    return tech.load("postpass")


def variant(tmp_path, base, **changes):
    path = tmp_path / "variant.json"
    path.write_text(json.dumps(dict(changes, based_on=tech.load(base).path, name="variant")))
    return tech.load(str(path))


@pytest.mark.parametrize("name", KITS)
def test_default_values_keep_every_rule_in_an_array_too(name):
    technology = tech.load(name)
    pads, vias = defaults.pad_defaults(technology), defaults.via_defaults(technology)
    for columns in ("1", "3"):
        for hints in (form.pad_hints(technology, pads._replace(columns=columns, rows=columns)),
                      form.via_hints(technology, vias._replace(columns=columns, rows=columns))):
            assert (hints.messages, hints.severity, hints.ready) == ([], None, True)


@pytest.mark.parametrize("name", KITS)
def test_one_grid_step_below_the_default_size_or_pitch_is_no_longer_clean(name):
    technology = tech.load(name)
    step = technology.grid_um
    pads, vias = defaults.pad_defaults(technology), defaults.via_defaults(technology)
    assert form.pad_hints(technology, pads._replace(size=defaults.as_text(float(pads.size) - step))).severity == "error"
    assert form.via_hints(technology, vias._replace(size=defaults.as_text(float(vias.size) - step))).severity is not None
    for hints, values in ((form.pad_hints, pads), (form.via_hints, vias)):
        tighter = values._replace(columns="2", pitch_x=defaults.as_text(float(values.pitch_x) - step))
        assert hints(technology, tighter).severity == "error"


def test_defaults_of_the_source_process(postpass_tech):
    assert defaults.pad_defaults(postpass_tech) == ("flip-chip", "octagon", "10", False, "1", "1", "25", "25")
    assert defaults.via_defaults(postpass_tech) == ("square", "1.18", True, "1", "1", "2.18", "2.18")


def test_defaults_of_the_wafer_level_package():
    assert defaults.pad_defaults(tech.load("wlcsp")) == ("flip-chip", "octagon", "270", True, "1", "1", "500", "500")
    assert defaults.via_defaults(tech.load("wlcsp"))[:3] == ("square", "35", False)
    assert defaults.via_title(tech.load("wlcsp")) == "Polymer-1 opening"
    assert defaults.contact_title(tech.load("wlcsp")) == "With chip pad opening"


@pytest.mark.parametrize("size, severity, ratio", [
    ("0.585", "error", "10.09"), ("0.59", "warning", "10.00"), ("1.175", "warning", "5.02"),
    ("1.18", None, "5.00"), ("3", None, "1.97"), ("3.005", "error", "1.96")])
def test_depth_and_aspect_ratio_follow_the_size(postpass_tech, size, severity, ratio):
    hints = form.via_hints(postpass_tech, defaults.via_defaults(postpass_tech)._replace(size=size))
    assert hints.details.startswith("Depth 5.9 µm\nAspect ratio %s\nCapture pad " % ratio)
    assert (hints.severity, hints.size) == (severity, "Legal 0.59 to 3 µm\nRecommended 1.18 to 3 µm")


def test_intervals_follow_the_film_stack(tmp_path):
    thick = variant(tmp_path, "postpass", films=[{"name": "polymer", "thickness_um": 20.0}])
    assert form.via_intervals(thick, "via") == "Legal 2.09 to 3 µm\nRecommended none for this film stack"
    assert defaults.via_defaults(thick).size == "2.09"
    impossible = variant(tmp_path, "postpass", films=[{"name": "polymer", "thickness_um": 30.0}])
    assert form.via_intervals(impossible, "via") == "No size keeps every limit for this film stack"
    assert form.via_hints(impossible, defaults.via_defaults(impossible)).severity == "error"


def test_a_cut_without_a_largest_size(postpass_tech):
    assert form.via_intervals(tech.load("wlcsp"), "pi1").startswith("Legal 35 µm and more")


def test_the_smallest_pad_is_shown_whatever_was_typed(postpass_tech):
    values = defaults.pad_defaults(postpass_tech)
    for size in ("10", "9", "wide", ""):
        assert form.pad_hints(postpass_tech, values._replace(size=size)).size == "at least 10 µm"


@pytest.mark.parametrize("changes, words", [
    ({"size": "wide"}, "Size must be a number in um, not 'wide'."),
    ({"size": ""}, "Size must be a number in um, not ''."),
    ({"size": "0"}, "Size must be at least one grid step (0.005 um), not 0."),
    ({"columns": "x"}, "Columns must be a whole number, 1 or more, not 'x'."),
    ({"rows": "0"}, "Rows must be a whole number, 1 or more, not '0'."),
    ({"columns": "2", "pitch_x": "?"}, "Pitch x must be a number in um, not '?'."),
])
def test_what_cannot_be_drawn_is_said_in_one_sentence(postpass_tech, changes, words):
    for hints, values in ((form.pad_hints, defaults.pad_defaults), (form.via_hints, defaults.via_defaults)):
        found = hints(postpass_tech, values(postpass_tech)._replace(**changes))
        assert (found.messages, found.severity, found.ready) == ([words], "error", False)


def test_a_pitch_that_nobody_needs_may_be_empty(postpass_tech):
    values = defaults.pad_defaults(postpass_tech)._replace(pitch_x="", pitch_y="?")
    assert form.pad_choices(postpass_tech, values).columns == 1


def test_units_are_accepted_behind_lengths():
    assert [form.length_um("size", text) for text in ("1.5", " 1.5 ", "1.5um", "1.5 µm")] == [1.5] * 4


@pytest.mark.parametrize("text, place", [("1, 2", (1, 2)), ("-1.5,2", (-1.5, 2)), ("3 4", (3, 4)), ("5; -6", (5, -6))])
def test_places(text, place):
    assert form.place_um(text) == place


@pytest.mark.parametrize("text", ["", "1", "1, 2, 3", "a, b", "1, nan?"])
def test_what_is_no_place_is_refused(text):
    with pytest.raises(CommandError):
        form.place_um(text)


def test_many_findings_are_cut_short_errors_first(postpass_tech):
    values = defaults.via_defaults(postpass_tech)._replace(size="0.495", columns="2", rows="2", pitch_x="0.5", pitch_y="0.6")
    found = form.via_hints(postpass_tech, values)
    assert len(found.messages) == form.MOST_MESSAGES + 1 and found.messages[-1].startswith("and ")
    assert found.severity == "error"


def test_the_panel_and_the_technology_judge_a_via_alike(postpass_tech):
    for steps in range(90, 620):
        size = postpass_tech.on_grid(steps * postpass_tech.grid_um)
        values = defaults.via_defaults(postpass_tech)._replace(size=defaults.as_text(size), contact=False)
        assert form.via_hints(postpass_tech, values).severity == postpass_tech.via_verdict("via", size).severity


DOUBT = "This layout is of technology wlcsp; the panel draws and checks by postpass."


@pytest.mark.parametrize("used, signs, text", [
    ("wlcsp", tech.Signs("wlcsp", ["wlcsp"]), ""), ("wlcsp", tech.Signs("", []), ""), ("wlcsp", tech.Signs("", ["wlcsp", "wlcsp400"]), ""),
    ("postpass", tech.Signs("wlcsp", ["wlcsp"]), DOUBT),
    ("postpass", tech.Signs("", ["wlcsp", "wlcsp400"]), "This layout is of technology wlcsp or wlcsp400; the panel draws and checks by postpass."),
    ("postpass", tech.Signs("wlcsp", ["postpass"]), "KLayout has this layout as technology wlcsp, but its shapes are on layers of postpass; the panel draws and checks by postpass."),
])
def test_a_layout_of_another_technology_is_told(used, signs, text):
    assert form.mismatch(used, signs) == text


def test_long_words_can_be_broken_and_short_ones_stay():
    assert form.breakable("/a/usual/path/of/a/technology/file.json: not valid") == "/a/usual/path/of/a/technology/file.json: not valid"
    for word in ("a_very_long_name_of_a_file_that_somebody_gave.json", "x" * 100, "C:\\Users\\somebody\\KLayout\\salt\\postpass"):
        pieces = form.breakable(word).split("\u200b")
        assert "".join(pieces) == word and max(map(len, pieces)) <= form.LONGEST_WORD and len(pieces) < len(word) / 10


def test_a_technology_without_vias_still_opens_the_panel(tmp_path):
    bare = variant(tmp_path, "postpass", connectivity=[])
    assert defaults.via_defaults(bare).size == ""
    assert form.via_hints(bare, defaults.via_defaults(bare)).severity == "error"
    with pytest.raises(CommandError, match="no via from a contact point"):
        form.via_choices(bare, defaults.via_defaults(bare))
    assert form.pad_hints(bare, defaults.pad_defaults(bare)).ready


def test_a_technology_without_pads_still_opens_the_panel(tmp_path):
    bare = tech.load("postpass")
    bare.layers = {name: layer for name, layer in bare.layers.items() if layer.get("kind") != "pad" and "union" not in layer}
    assert form.pad_hints(bare, defaults.pad_defaults(bare)).messages == ["This technology has no pads."]


def test_guidelines_are_shown_as_advice(postpass_tech):
    assert defaults.advice(postpass_tech) == "Keep contact points small: a large one costs capacitance and routability"


def test_every_severity_has_a_colour():
    assert set(form.COLOURS) == {None, "warning", "error"}
    assert findings.worst([]) is None
