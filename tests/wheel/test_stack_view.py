"""The macro of the 2.5D view: heights of the section, drawn layers alone, and words that stay words."""

import os
import re
import xml.etree.ElementTree as xml

import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.tech import section, stack_view
from postpass.tech.answers import Technology

NAMES = sorted(technologies.installed())
CALL = re.compile(r"z\((extent|input\(\d+, \d+\))((?: - input\(\d+, \d+\))*), zstart: (-?[\d.]+), zstop: (-?[\d.]+), (color|frame): 0x[0-9a-f]{6}, name: '((?:[^'\\]|\\.)*)'\)")


def calls(tech):
    root = xml.fromstring(stack_view.macro(tech).encode("utf-8"))
    assert (root.findtext("dsl-interpreter-name"), root.findtext("category"), root.findtext("autorun")) == ("d25-dsl-xml", "d25", "false")
    lines = [line for line in root.findtext("text").splitlines() if line and not re.match(r"# [TN]", line)]
    return [CALL.fullmatch(line).groups() for line in lines]


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_of_the_stack_is_shown_at_its_height(name):
    tech = technologies.load(name)
    found, drawn = calls(tech), section.drawn(tech)
    conductors = [part for link in section.chain(tech) for part in tech.parts(link.conductor)]
    cuts = [link.cut for link in section.chain(tech) if link.cut]
    assert sorted(one[5] for one in found) == sorted([*conductors, *cuts, *section.films_of(tech)])
    heights = {(box.name, box.bottom_um, box.top_um) for box in drawn.boxes}
    for layer, _, low, high, style, called in found:
        assert float(low) < float(high) and (style == "frame") == (layer == "extent") == (called in tech.films)
        if called in {box.name for box in drawn.boxes if box.role != section.FILL} - {"chip"}:
            assert (called, float(low), float(high)) in heights
        if called not in tech.films and "gds" in tech.layers[called]:
            assert layer == "input(%d, %d)" % tuple(tech.layers[called]["gds"])
    assert [float(one[2]) for one in found] == sorted(float(one[2]) for one in found)


def test_pads_lie_where_their_metal_lies_and_films_have_the_holes_of_their_cuts():
    found = {one[5]: one for one in calls(technologies.load("wlcsp"))}
    assert {found[name][2:4] for name in ("rdl", "pad_flip_chip", "pad_power", "pad_ground", "pad_signal")} == {("5.25", "8.25")}
    assert found["polymer_2"][:4] == ("extent", " - input(75, 0)", "8.25", "15.75") and found["ubm"][2:4] == ("15.75", "23.75")


def test_names_stay_words():
    record = technologies.load("wlcsp").record
    evil = "'; `touch x`; '\\'\n# %include /evil.rb\n#{1}]]></text>"
    names = {"polymer_1": evil + "f", "ubm": evil}
    layers = [{**layer, "name": names.get(layer["name"], layer["name"]), **({"cuts": [names.get(film, film) for film in layer["cuts"]]} if "cuts" in layer else {}),
               **({"union": [names.get(part, part) for part in layer["union"]]} if "union" in layer else {})} for layer in record["layers"]]
    films = [{**film, "name": names.get(film["name"], film["name"])} for film in record["films"]]
    connectivity = [[names.get(part, part) for part in one] for one in record["connectivity"]]
    tech = Technology({**record, "name": "%include /evil.rb\nexit", "version": "1\nexit", "layers": layers, "films": films, "connectivity": connectivity, "rules": []}, "evil.json")
    said = [one[5].replace("\\'", "'").replace("\\\\", "\\") for one in calls(tech)]
    assert evil.replace("\n", "\ufffd") in said and (evil + "f").replace("\n", "\ufffd") in said
    assert not [line for line in xml.fromstring(stack_view.macro(tech).encode("utf-8")).findtext("text").splitlines() if re.match(r"\s*#\s*%", line)]


def test_a_derived_layer_is_shown_as_what_it_is_derived_from():
    record = technologies.load("wlcsp").record
    layers = [{"name": "ubm", "derive": "sized(pi2, 10)", "title": "UBM", "kind": "ubm"} if layer["name"] == "ubm" else layer for layer in record["layers"]]
    tech = Technology({**record, "layers": layers, "rules": []}, "derived.json")
    assert {one[5]: one[0] for one in calls(tech)}["ubm"] == "input(75, 0)" and "# Note: ubm is derived, and shown as" in stack_view.macro(tech)


def test_the_command_writes_the_macro_of_the_technology_folder(tmp_path, capsys):
    path = tmp_path / "wlcsp.lyd25"
    assert main(["tech", "stack", "wlcsp", "--lyd25", str(path)]) == 0 and capsys.readouterr().out == "written: %s\n" % path
    beside = os.path.join(os.path.dirname(technologies.installed()["wlcsp"]), "d25", "wlcsp.lyd25")
    with open(beside, encoding="utf-8") as file:
        assert path.read_text(encoding="utf-8") == file.read() == stack_view.macro(technologies.load("wlcsp"))
    assert main(["tech", "stack", "nowhere", "--lyd25", str(path)]) == 1 and "unknown technology" in capsys.readouterr().err


def test_an_import_makes_the_macro_anew(tmp_path):
    assert main(["tech", "export", "wlcsp", str(tmp_path / "a.zip")]) == 0 and main(["tech", "import", str(tmp_path / "a.zip"), str(tmp_path / "new")]) == 0
    assert (tmp_path / "new" / "d25" / "wlcsp.lyd25").read_text(encoding="utf-8") == stack_view.macro(technologies.load("wlcsp"))


def test_a_technology_without_connectivity_has_no_stack(tmp_path, capsys):
    (tmp_path / "none.json").write_text('{"schema": 1, "name": "none", "title": "None", "dbu_um": 0.001, "grid_um": 0.005, "layers": [{"name": "a", "gds": [1, 0], "title": "A"}], "rules": []}')
    assert main(["tech", "stack", str(tmp_path / "none.json"), "--lyd25", str(tmp_path / "a.lyd25")]) == 1 and "no connectivity" in capsys.readouterr().err
    assert main(["tech", "export", str(tmp_path / "none.json"), str(tmp_path / "a.zip")]) == 0 and main(["tech", "import", str(tmp_path / "a.zip"), str(tmp_path / "new")]) == 0
    assert not (tmp_path / "new" / "d25").exists() and not (tmp_path / "a.lyd25").exists()
