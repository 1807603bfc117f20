"""The rule manual: every rule once with a figure, sound HTML without anything from outside, a figure for each kind of check."""

import os
import re
import shutil
import xml.etree.ElementTree as xml

import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.archive import contents
from postpass.tech import figures, manual
from postpass.tech.answers import Technology
from postpass.tech.figure_kit import HEIGHT, LETTERS, WIDTH, Figure
from postpass.tech.kinds import KINDS
from postpass.tech.markup import text_width

NAMES = sorted(technologies.installed())
HTML, SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"
HOSTILE = "<b>\"'&amp;</script><script src='http://x'>javascript:a \x01 onload = 1 \u4e2d]]>"


def page(tech):
    text = manual.html(tech)
    assert text.startswith("<!DOCTYPE html>\n") and text.endswith("</html>\n")
    return text, xml.fromstring(text)


def rules_of(root):
    """[(place, element)] of the rules of a page."""
    return [(one.get("id"), one) for one in root.iter(HTML + "div") if one.get("class") == "rule"]


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_is_there_once_with_its_words_and_a_figure(name):
    tech = technologies.load(name)
    _, root = page(tech)
    found = {one.find(".//%sh3" % HTML).text: one for _, one in rules_of(root)}
    assert sorted(one.find(".//%sh3" % HTML).text for _, one in rules_of(root)) == sorted(rule["id"] for rule in tech.rules)
    for rule in tech.rules:
        said = " ".join(found[rule["id"]].itertext())
        assert rule["title"] in said and rule["source"] in said and KINDS[rule["check"]].name in said
        assert (rule.get("severity", "error") if rule["check"] != "guideline" else "not checked") in said
        drawings = found[rule["id"]].findall(SVG + "svg")
        assert len(drawings) == 1 and [one for one in drawings[0].iter() if one.tag in (SVG + "polygon", SVG + "polyline", SVG + "rect")]
        for key in ("value_um", "value_deg"):
            if key in rule and rule["check"] != "fan_out_distance":
                assert "%g" % rule[key] in " ".join(drawings[0].itertext()), rule["id"]


@pytest.mark.parametrize("name", NAMES)
def test_films_layers_and_links_are_there(name):
    tech = technologies.load(name)
    text, root = page(tech)
    said = " ".join(root.itertext())
    for film in tech.films.values():
        assert film["name"] in said and film["material"] in said
    cells = {tuple(cell.text for cell in row.findall(HTML + "td")[1:3]) for row in root.iter(HTML + "tr") if len(row.findall(HTML + "td")) == 7}
    assert {(layer["name"], "%d/%d" % tuple(layer["gds"])) for layer in tech.drawn_layers()} <= cells
    assert tech.full_checksum() in said and tech.version in said and str(tech.record["issued"]) in said
    places = [one.get("id") for one in root.iter() if one.get("id")]
    links = [one.get("href") for one in root.iter(HTML + "a")]
    assert len(set(places)) == len(places) and {link[1:] for link in links} <= set(places) and len(links) == len(tech.rules) + 2 + len({KINDS[rule["check"]].family for rule in tech.rules})
    assert "@page" in text and "break-inside: avoid" in text


@pytest.mark.parametrize("name", NAMES)
def test_nothing_comes_from_outside_and_the_bytes_depend_on_the_technology_alone(name, tmp_path):
    tech = technologies.load(name)
    text, root = page(tech)
    assert not re.search(r"<(script|link|img|iframe|object|embed)\b|\bsrc=|url\(|@import", text)
    assert all(value.startswith("#") for one in root.iter() for key, value in one.attrib.items() if key.endswith("href"))
    assert tech.path not in text and os.path.dirname(tech.path) not in text
    contents.require_data({"manual.html": text.encode("utf-8")})
    shutil.copy(tech.path, tmp_path / "there.json")
    assert manual.html(Technology(tech.record, str(tmp_path / "there.json"))) == text


def test_every_kind_has_a_figure_of_its_own_layers_and_limit():
    """A new kind without a figure is missing here."""
    assert sorted(figures.FIGURES) == sorted(KINDS)
    tech = technologies.load("wlcsp_two_level")
    for check, kind in KINDS.items():
        for optional in ((), kind.optional):
            inside(check, xml.fromstring(figures.figure(tech, sample(check, optional))))


VALUES = {"layer": "pi1", "to": "rdl", "by": "metal", "value_um": 12.5, "value_um2": 1200, "value_deg": 45, "value": 0.4, "round": "arcs", "of": "holes", "nominal": True, "least": 1, "most": 3,
          "within_um": [0, 0, 5000, 5000], "window_um": 1000, "step_um": 500, "measure": "centre", "angles_deg": [0, 45], "other_sides_um": 4, "tolerance_um": 0.01, "angle_deg": 60, "notch_deg": 45,
          "shapes": ["square", "rectangle", "octagon", "round"],
          "limits": [{"wider_than_um": 0, "run_longer_than_um": 0, "value_um": 10}, {"wider_than_um": 30, "run_longer_than_um": 60, "value_um": 15}],
          "wide": "one", "wider_than_um": 30, "run_longer_than_um": 60, "current_ma": 200, "per_cut_ma": 10, "per_um2_ma": 0.5, "per_um_ma": 2.5, "pitch_um": 250, "length_um": 30}


def sample(check, optional=()):
    return {"id": "A.1", "check": check, "title": "A rule", **{key: VALUES[key] for key in (*KINDS[check].keys, *optional)}}


def inside(check, root):
    """All shapes and words of a figure lie on it, and no two lines of words on each other."""
    width, height = float(root.get("width")), float(root.get("height"))
    assert width == WIDTH and height > HEIGHT
    for one in root.iter():
        for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", one.get("points", "")):
            assert 0 <= float(x) <= width and 0 <= float(y) <= HEIGHT + 200, (check, x, y)
    words = [(float(one.get("x")), float(one.get("y")), text_width(one.text, LETTERS), one.text) for one in root.iter(SVG + "text")]
    assert all(x >= 0 and x + wide <= width + 3 and 0 < y <= height for x, y, wide, _ in words), (check, words)
    for number, (x, y, wide, text) in enumerate(words):
        for other_x, other_y, other_wide, other in words[:number]:
            assert abs(y - other_y) >= 0.8 * LETTERS or x >= other_x + other_wide or other_x >= x + wide, (check, text, other)


def test_layers_of_one_figure_are_told_apart_without_colours():
    tech = technologies.load("wlcsp")
    drawn = Figure(tech)
    for name in ("metal", "rdl", "pad", "pad_flip_chip", "drawn", "die"):
        drawn.box(name, 0, 0, 10, 10)
    assert len(set(drawn._looks.values())) == 6


def renamed(value, names):
    """A record with other names of layers and films, wherever they stand but as a kind."""
    if isinstance(value, dict):
        return {key: part if key == "kind" else renamed(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [renamed(part, names) for part in value]
    return names.get(value, value) if isinstance(value, str) else value


def test_names_that_are_markup_stay_words():
    record = technologies.load("wlcsp_two_level").record
    rules = [{**sample(check, kind.optional), "id": "%s %s" % (HOSTILE, check), "title": HOSTILE, "source": HOSTILE, "note": HOSTILE} for check, kind in KINDS.items()]
    names = {one["name"]: HOSTILE + one["name"] for one in record["layers"] + record["films"]}
    tech = Technology(renamed({**record, "title": HOSTILE, "owner": HOSTILE, "rules": rules}, names), "hostile.json")
    text, root = page(tech)
    assert len(rules_of(root)) == len(KINDS) == len({place for place, _ in rules_of(root)})
    known = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "a", "ul", "li", "div", "span", "code", "table", "thead",
             "tbody", "tr", "th", "td", "br", "svg", "g", "rect", "line", "polyline", "polygon", "path", "circle", "text"}
    assert {one.tag.split("}")[1] for one in root.iter()} <= known
    contents.require_data({"manual.html": text.encode("utf-8")})
    assert HOSTILE.replace("\x01", "\ufffd") in " ".join(root.itertext())


def test_a_technology_of_next_to_nothing_has_a_manual():
    tech = Technology({"schema": 1, "name": "none", "title": "None", "dbu_um": 0.001, "grid_um": 0.005, "films": [], "layers": [], "connectivity": [], "rules": []}, "none.json")
    said = " ".join(page(tech)[1].itertext())
    assert "no films" in said and "no connectivity" in said and "not stated" in said


def test_a_net_rule_without_layers_is_drawn_all_the_same():
    tech = Technology({"schema": 1, "name": "none", "title": "None", "dbu_um": 0.001, "grid_um": 0.005, "films": [], "layers": [], "connectivity": [],
                       "rules": [sample(check) for check in KINDS if not KINDS[check].keys]}, "none.json")
    assert len(rules_of(page(tech)[1])) == len(tech.rules) > 5


# the command

def test_the_command_writes_the_page(tmp_path, capsys):
    path = tmp_path / "wlcsp.html"
    assert main(["tech", "manual", "wlcsp", "--html", str(path)]) == 0
    tech = technologies.load("wlcsp")
    assert capsys.readouterr().out == "written: %s: technology wlcsp 1.0, rules %s, 44 rules\n" % (path, tech.checksum())
    assert path.read_text(encoding="utf-8") == manual.html(tech) and os.listdir(tmp_path) == ["wlcsp.html"]


@pytest.mark.parametrize("arguments, words", [(["nowhere", "--html", "a.html"], "unknown technology 'nowhere'"), (["wlcsp", "--html", "gone/a.html"], "folder gone does not exist"),
                                              (["mine.json", "--html", "mine.json"], "give another name")])
def test_the_command_refuses_in_one_sentence(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copy(technologies.load("wlcsp").path, tmp_path / "mine.json")
    before = (tmp_path / "mine.json").read_bytes()
    assert main(["tech", "manual", *arguments]) == 1
    said = capsys.readouterr()
    assert said.out == "" and re.fullmatch("ERROR: .*\n", said.err) and words in said.err
    assert os.listdir(tmp_path) == ["mine.json"] and (tmp_path / "mine.json").read_bytes() == before


def test_the_manual_goes_along_with_an_archive(tmp_path, capsys):
    assert main(["tech", "export", "wlcsp", str(tmp_path / "a.zip")]) == 0 and main(["tech", "import", str(tmp_path / "a.zip"), str(tmp_path / "new")]) == 0
    assert (tmp_path / "new" / "wlcsp.html").read_text(encoding="utf-8") == manual.html(technologies.load("wlcsp"))
