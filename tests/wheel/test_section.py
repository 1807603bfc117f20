"""Cross-sections of technologies: rectangles, figures, SVG, the command; variants with other films."""

import json
import os
import re
import xml.etree.ElementTree as xml

import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.messages import Refusal
from postpass.tech import section, section_picture, section_svg, variants

NAMES = sorted(technologies.installed())
SVG = "{http://www.w3.org/2000/svg}"


def overlap(one, other):
    """The area that two boxes share, um2; what touches shares none."""
    return max(0.0, min(one.right_um, other.right_um) - max(one.left_um, other.left_um)) * max(0.0, min(one.top_um, other.top_um) - max(one.bottom_um, other.bottom_um))


@pytest.mark.parametrize("name", NAMES)
def test_films_are_stacked_without_gaps_and_conductors_share_nothing(name):
    tech = technologies.load(name)
    drawn = section.drawn(tech)
    left, _, right, top = drawn.bounds()
    layers = sorted(drawn.of_role(section.FILM, section.FILL), key=lambda box: box.bottom_um)
    assert all((box.left_um, box.right_um) == (left, right) for box in layers)
    assert all(lower.top_um == upper.bottom_um for lower, upper in zip(layers, layers[1:]))
    assert not layers or layers[0].bottom_um == 0.0
    solid = [box for box in drawn.of_role(section.VIA, *section.CONDUCTORS) if box.width_um is None or box.width_um > 0]
    assert [(one.name, other.name) for n, one in enumerate(solid) for other in solid[:n] if overlap(one, other) > 1e-9] == []
    for box in solid:  # nothing hangs in the air: below it is the chip, a film, or metal
        below = [other for other in drawn.boxes if other is not box and other.top_um == box.bottom_um and other.left_um < box.right_um and other.right_um > box.left_um]
        assert below or box.role == section.CONTACT
    assert all(left <= box.left_um < box.right_um <= right and box.top_um <= top for box in drawn.boxes)


@pytest.mark.parametrize("name", NAMES)
def test_each_via_goes_through_its_films_and_joins_what_the_connectivity_says(name):
    tech = technologies.load(name)
    drawn = section.drawn(tech)
    thickness = {box.name: box.height_um() for box in drawn.of_role(section.FILM)}
    assert {film: um for film, um in thickness.items() if film in tech.films} == {film: tech.films[film]["thickness_um"] for film in section.films_of(tech)}
    for via in drawn.of_role(section.VIA):
        films = tech.layers[via.name].get("cuts") or ["around %s" % via.name]
        assert via.height_um() == pytest.approx(sum(thickness[film] for film in films))
        assert not via.stated or via.height_um() == tech.depth_um(via.name)
        lower, upper = next((one[0], one[2]) for one in tech.record["connectivity"] if len(one) == 3 and one[1] == via.name)
        inside = [[box.name for box in drawn.of_role(*section.CONDUCTORS) if at(box) and box.left_um <= via.left_um and via.right_um <= box.right_um]
                  for at in (lambda box: box.top_um == via.bottom_um, lambda box: box.bottom_um == via.top_um)]
        assert set(inside[0]) & set(tech.parts(lower)) and set(inside[1]) & set(tech.parts(upper))


@pytest.mark.parametrize("name", NAMES)
def test_the_svg_is_sound_and_names_everything(name):
    tech = technologies.load(name)
    drawn = section.drawn(tech)
    text = section_svg.svg(tech, drawn)
    root = xml.fromstring(text)
    said = " ".join(one.text for one in root.iter(SVG + "text"))
    for film in section.films_of(tech):
        assert "%s %g µm" % (film, tech.films[film]["thickness_um"]) in said and tech.films[film]["material"] in said
    assert all(box.name in said for box in drawn.of_role(*section.CONDUCTORS) if box.width_um)
    assert "href" not in text and root.find(SVG + "rect").get("fill") == section_picture.BACKGROUND
    width, height = float(root.get("width")), float(root.get("height"))
    shapes = [tuple(float(one.get(key)) for key in ("x", "y", "width", "height")) for one in root.iter(SVG + "rect") if one.get("x")]
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in shapes)
    texts = [(float(one.get("x")), float(one.get("y")), one.text) for one in root.iter(SVG + "text")]
    assert all(x >= 0 and x + section_svg._width(words) <= width + 1 and 0 < y <= height for x, y, words in texts)
    assert ("thickness of" in said) == any(not box.stated for box in drawn.boxes)


@pytest.mark.parametrize("name", ["postpass", "wlcsp", "wlcsp_two_level"])
@pytest.mark.parametrize("width", [240.0, 760.0])
def test_the_picture_is_to_scale(name, width):
    drawn = section.drawn(technologies.load(name))
    shown = section_picture.picture(drawn, width, 10.0, lambda text: 6.0 * len(text))
    rectangles = [one for one in shown.rectangles if one.name != "mark"]
    assert [one.name for one in rectangles] == ["%s %s" % (box.role, box.name) for box in drawn.boxes]
    across = {round(one.width / (box.right_um - box.left_um), 6) for one, box in zip(rectangles, drawn.boxes)}
    up = {round(one.height / box.height_um(), 6) for one, box in zip(rectangles, drawn.boxes)}
    assert len(across) == len(up) == 1 and up.pop() == pytest.approx(across.pop() * shown.factor, rel=1e-4)
    words = next(one.text for one in shown.texts if "heights" in one.text)
    assert ("× %d" % shown.factor in words) if shown.factor > 1 else words.endswith("to the same scale")
    bar_um = float(words.split(" ")[0])
    bar = max((line for line in shown.lines if line.width == 2.0), key=lambda line: line.to_x)
    assert (bar.to_x - bar.x) / bar_um == pytest.approx(rectangles[0].width / (drawn.boxes[0].right_um - drawn.boxes[0].left_um))


def test_sizes_are_those_chosen():
    tech = technologies.load("wlcsp")
    drawn = section.drawn(tech, section.Sizes(42.0, "pad_ground", 300.0))
    assert [(box.role, box.name, box.width_um) for box in drawn.of_role(section.PAD)] == [("pad", "pad_ground", 300.0)]
    assert [box.width_um for box in drawn.of_role(section.VIA)] == [42.0, 220.0]
    assert drawn.vias[0].size_um == 42.0 and drawn.vias[0].verdict == tech.via_verdict("pi1", 42.0)
    assert [box.width_um for box in drawn.of_role(section.CAPTURE)] == [tech.capture_pad_um("pi1", 42.0)]


def test_a_technology_without_connectivity_is_one_sentence(tmp_path):
    (tmp_path / "none.json").write_text(json.dumps({"schema": 1, "name": "none", "title": "None", "dbu_um": 0.001, "grid_um": 0.005, "layers": [], "rules": []}))
    with pytest.raises(Refusal, match="no connectivity"):
        section.drawn(technologies.load(str(tmp_path / "none.json")))


# the command

def test_the_command_writes_the_picture_and_says_the_figures(tmp_path, capsys):
    path = tmp_path / "wlcsp.svg"
    assert main(["tech", "section", "wlcsp", "--svg", str(path)]) == 0
    out = capsys.readouterr().out
    assert "pi1: size 35 µm, depth 5.25 µm, aspect ratio 0.15; legal 35 µm and more; recommended 35 µm and more\n" in out
    assert out.endswith("written: %s\n" % path)
    assert xml.fromstring(path.read_text(encoding="utf-8")).tag == SVG + "svg" and os.listdir(tmp_path) == ["wlcsp.svg"]


@pytest.mark.parametrize("arguments, words", [
    (["nowhere", "--svg", "a.svg"], "unknown technology 'nowhere'"), (["wlcsp", "--svg", "gone/a.svg"], "folder gone does not exist"),
    (["mine.json", "--svg", "mine.json"], "mine.json: give another name"), (["mine.json", "--svg", "base.json"], "give another name")])
def test_the_command_refuses_in_one_sentence_and_writes_nothing(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    record = technologies.load("wlcsp").record
    (tmp_path / "base.json").write_text(json.dumps({**record, "name": "base"}))
    (tmp_path / "mine.json").write_text(json.dumps({"schema": 1, "based_on": "base.json", "name": "mine", "title": "Mine"}))
    before = {name: (tmp_path / name).read_text() for name in os.listdir(tmp_path)}
    assert main(["tech", "section", *arguments]) == 1
    said = capsys.readouterr()
    assert said.out == "" and re.fullmatch("ERROR: .*\n", said.err) and words in said.err
    assert {name: (tmp_path / name).read_text() for name in os.listdir(tmp_path)} == before


# variants

def test_a_variant_holds_the_changed_films_alone_and_loads(tmp_path):
    base = technologies.load("postpass")
    path = variants.write(base, {"oxide": 0.2, "polymer": 10.0}, str(tmp_path / "thick"))
    assert path == str(tmp_path / "thick.json") and os.listdir(tmp_path) == ["thick.json"]
    own = json.loads((tmp_path / "thick.json").read_text())
    assert own["based_on"] == base.path and list(own) == ["schema", "based_on", "name", "title", "films"]
    assert [(film["name"], film["thickness_um"]) for film in own["films"]] == [("polymer", 10.0)] and "was 5" in own["films"][0]["source"]
    found = technologies.load(path)
    assert (found.name, found.films["polymer"]["thickness_um"], found.depth_um("via")) == ("thick", 10.0, 10.9)
    assert {**found.films["polymer"], "thickness_um": 5.0, "source": base.films["polymer"]["source"]} == base.films["polymer"]
    assert found.rules == base.rules
    assert variants.with_films(base, {"polymer": 10.0}).via_sizes("via") == found.via_sizes("via") and base.depth_um("via") == 5.9
    # a variant of the variant lies beside it
    path = variants.write(found, {"nitride": 1.0}, str(tmp_path / "both.json"))
    assert json.loads((tmp_path / "both.json").read_text())["based_on"] == "thick.json"
    assert technologies.load(path).depth_um("via") == 11.2


def test_a_variant_in_a_known_folder_is_written_anew_but_none_of_another_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("POSTPASS_TECH_PATH", str(tmp_path))
    base, path = technologies.load("postpass"), str(tmp_path / "thick.json")
    for um in (9.0, 10.0):
        variants.write(base, {"polymer": um}, path)
    assert technologies.load("thick").depth_um("via") == 10.9
    (tmp_path / "sub").mkdir()
    with pytest.raises(Refusal, match="Technology thick is installed"):
        variants.write(base, {"polymer": 9.0}, str(tmp_path / "sub" / "thick.json"))


@pytest.mark.parametrize("films, name, words", [
    ({"polymer": 5.0}, "a.json", "No film is changed"), ({"polymer": 0.0}, "a.json", "film polymer: thickness must be a length"),
    ({"polymer": float("nan")}, "a.json", "film polymer"), ({"polymer": 9.0}, "wlcsp.json", "Technology wlcsp is installed"),
    ({"polymer": 9.0}, "gone/a.json", "does not exist"), ({"polymer": 9.0}, ".json", "give the technology a name"),
    ({"polymer": 9.0}, "base.json", "give another name")])
def test_a_variant_that_cannot_be_is_one_sentence_and_no_file(films, name, words, tmp_path):
    (tmp_path / "base.json").write_text(json.dumps({**technologies.load("postpass").record, "name": "base"}))
    before = (tmp_path / "base.json").read_text()
    with pytest.raises(Refusal, match=words) as error:
        variants.write(technologies.load(str(tmp_path / "base.json")), films, str(tmp_path / name))
    assert "\n" not in str(error.value)
    assert os.listdir(tmp_path) == ["base.json"] and (tmp_path / "base.json").read_text() == before


def test_a_picture_for_dark_surroundings_has_the_same_shapes_and_letters_that_are_seen():
    def light(colour):
        return sum(int(colour[at:at + 2], 16) for at in (1, 3, 5)) / 765
    shown = section_picture.picture(section.drawn(technologies.load("postpass")), 300.0, 10.0, lambda text: 6.0 * len(text))
    dark = section_picture.in_the_dark(shown)
    assert light(shown.background) == 1 and light(dark.background) < 0.2
    assert [one[:4] for one in dark.rectangles] == [one[:4] for one in shown.rectangles] and [one.text for one in dark.texts] == [one.text for one in shown.texts]
    assert all(light(one.colour) - light(dark.background) > 0.4 for one in dark.texts)
    assert all(light(one.colour) < 0.6 for one in dark.rectangles if one.name != "mark")
