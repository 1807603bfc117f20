"""The technologies as the panel lists them: labels, what cannot be used, comparisons, what an archive would write; the folders of the setting."""

import json
import os
import re

import pytest

from postpass import tech as technologies
from postpass.archive import packing
from postpass.draw.choices import CommandError
from postpass.messages import Refusal
from postpass.panel import tech_folders, technology_list
from postpass.tech import places, read_once

from .test_tech_places import WLCSP, put


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    monkeypatch.delenv(places.VARIABLE, raising=False)
    monkeypatch.setattr(places, "_told", set())
    yield
    for origin in (places.SETTING, places.KLAYOUT):
        places.set_folders([], origin)


class Configuration:
    def __init__(self):
        self.kept = {}

    def get_config(self, name):
        return self.kept.get(name)

    def set_config(self, name, text):
        self.kept[name] = text


def place(name, version, path):
    return places.Place(name, version, path, "", "")


def found(start):
    return [one for one in technology_list.listed() if one.label.startswith(start)]


@pytest.mark.parametrize("known, expected", [
    ([("a", "1.0", "/x/a.json"), ("b", None, "/x/b.json")], ["a", "b"]),
    ([("a", "2.0", "/x/a.json"), ("a", "1.0", "/x/b.json"), ("a", None, "/y/a.json")], ["a@2.0", "a@1.0", "a"]),
    ([("a", "1.0", "/x/a.json"), ("a", "1.0", "/y/a.json")], ["a@1.0 (x)", "a@1.0 (y)"]),
    ([("a", "1.0", "/x/same/a.json"), ("a", "1.0", "/y/same/a.json")], ["a@1.0 (x/same)", "a@1.0 (y/same)"]),
    ([("a", "1.0", "/x/a.json"), ("a", "1.0", "/x/b.json")], ["a@1.0 (/x/a.json)", "a@1.0 (/x/b.json)"]),
    ([("a", "1.0", "/x/a.json"), ("a", "2.0", "/x/b.json"), ("a@1.0", None, "/x/c.json")], ["a@1.0 (/x/a.json)", "a@2.0", "a@1.0"]),
])
@pytest.mark.skipif(os.sep != "/", reason="paths of the cases")
def test_each_technology_has_a_text_of_its_own(known, expected):
    assert technology_list.labels([place(*one) for one in known]) == expected


def test_technologies_are_listed_with_their_place_and_what_cannot_be_used_says_why(tmp_path):
    old = put(tmp_path, version="1.0", file="line_1", owner="Fab", issued="2024-05-01")
    new = put(tmp_path, version="1.10", file="line_2")
    (tmp_path / "broken.json").write_text('{"based_on": ')
    (tmp_path / "wrong.json").write_text('{"based_on": "none.json", "name": "wrong"}')
    places.set_folders([str(tmp_path)])
    newest, older = found("line")
    assert [newest.path, older.path, older.text] == [new, old, "line@1.0"]
    assert older.cells() == ["line@1.0", "1.0", "Fab", "2024-05-01", WLCSP.checksum(), old] and newest.cells()[2:4] == ["–", "–"]
    assert older.tip() == "%s\nfound in %s, the folders of the setting" % (old, tmp_path)
    for name, words in (("broken", "broken.json: "), ("wrong", "none.json")):
        one, = found(name)
        assert one.text == "%s: cannot be used" % name and words in one.tip() and one.cells()[4] == "cannot be used"
    names = [one.place.name for one in technology_list.listed()]
    assert names.index("wlcsp") < names.index("broken") and names.index("wlcsp") < names.index("skywater_amkor400")  # those to draw by come first


def test_the_technology_in_use_is_listed_wherever_its_file_is(tmp_path):
    path = put(tmp_path, "alone")
    alone, every = technologies.load(path), technology_list.listed()
    assert [one.label for one in technology_list.with_used(every, alone)[len(every):]] == ["alone@1.0"]
    assert technology_list.with_used(every, technologies.load("wlcsp")) == every == technology_list.with_used(every, None)


def test_a_technology_is_read_anew_when_it_or_its_base_has_changed(tmp_path):
    base = put(tmp_path, "base")
    path = put(tmp_path, "line", based_on="base.json")
    first = read_once.technology_in(path)
    assert read_once.technology_in(path) is first
    put(tmp_path, "base", rules=[{"id": "RDL.S.1", "value_um": 8}])
    assert read_once.technology_in(path).checksum() != first.checksum()
    os.remove(base)
    with pytest.raises(technologies.TechnologyError):
        read_once.technology_in(path)


def test_a_comparison_goes_from_the_older_to_the_newer_version(tmp_path):
    put(tmp_path, version="1.9", file="old")
    put(tmp_path, version="1.10", file="new", rules=[{"id": "RDL.S.1", "value_um": 8}])
    places.set_folders([str(tmp_path)])
    one, other = found("line")
    words = technology_list.comparison(one, other)
    assert words == technology_list.comparison(other, one)
    assert words.splitlines()[2:] == ["version 1.9 -> 1.10", "RDL.S.1 space 10 -> 8 um", "2 differences, 1 of them in values"]


def test_words_for_a_file_find_it_again(tmp_path):
    old, new = put(tmp_path / "a", version="1.0", file="x"), put(tmp_path / "a", version="2.0", file="y")
    again, outside = put(tmp_path / "b", version="1.0", file="z"), put(tmp_path / "c", "other")
    places.set_folders([str(tmp_path / "a"), str(tmp_path / "b")])
    words = [places.words_for(path) for path in (new, old, again, outside, WLCSP.path)]
    assert words == [new, old, again, outside, "wlcsp"]
    assert [places.is_there(text) for text in (*words, "line", "line@1.0", "", "line@3", str(tmp_path / "none.json"))] == [True] * 7 + [False] * 3
    put(tmp_path / "a", "wlcsp")  # another one of that name
    assert places.words_for(WLCSP.path) == WLCSP.path


def test_what_an_archive_would_write_is_told_before(tmp_path):
    put(tmp_path, version="1.2", title="x")
    places.set_folders([str(tmp_path)])
    packing.exported("line", str(tmp_path / "line.zip"))
    package = technology_list.package(str(tmp_path / "line.zip"))
    lines = package.words.splitlines()
    assert lines[0].startswith("Technology line 1.2, rules %s, exported by Postpass " % WLCSP.checksum())
    assert lines[1] == "Known already, with the same rules: %s" % (tmp_path / "line.json")
    assert [line.split(",")[0] for line in lines[4:-2]] == sorted(package.held) and "bases/wlcsp.json" in package.held
    assert re.fullmatch("6 files would be written, [0-9]+ bytes:", lines[3]) and package.folder == "line-1.2"
    put(tmp_path, version="1.2", rules=[{"id": "RDL.S.1", "value_um": 8}])
    assert "Known already, with other rules: " in technology_list.package(package.path).words
    (tmp_path / "none.zip").write_text("nothing")
    with pytest.raises(Refusal, match=r"none\.zip: not imported: is no sound zip archive"):
        technology_list.package(str(tmp_path / "none.zip"))


def test_a_folder_is_named_so_that_every_system_takes_it_and_technologies_are_found_in_it():
    assert [technology_list.folder_name(*one) for one in (("line", "1.2"), ("a/b c", None), ("..", None))] == ["line-1.2", "a_b_c", "technology"]
    assert technology_list.target("/fab", " line ") == os.path.join("/fab", "line")
    for folder, name in (("", "line"), ("/fab", ""), ("/fab", "../x"), ("/fab", ".x"), ("/fab", "bases"), ("/fab", "a\\b")):
        with pytest.raises(CommandError):
            technology_list.target(folder, name)


def test_folders_of_the_setting_are_kept_and_searched(tmp_path):
    configuration = Configuration()
    folders = tech_folders.TechFolders(configuration)
    folders.look()
    assert folders.folders() == [] and "line" not in technologies.installed()
    path = put(tmp_path / "a", "line")
    assert folders.add(str(tmp_path / "a") + os.sep) == str(tmp_path / "a")
    folders.add(str(tmp_path))
    folders.add(str(tmp_path / "a"))
    assert configuration.kept == {"postpass-tech-folders": os.pathsep.join([str(tmp_path / "a"), str(tmp_path)])}
    assert technologies.load("line").path == path
    places.set_folders([])
    tech_folders.TechFolders(configuration).look()  # as the next session does
    assert technologies.load("line").path == path
    for folder in (tmp_path / "a", tmp_path):
        folders.remove(str(folder))
    assert folders.folders() == [] and "line" not in technologies.installed()


def test_folders_that_cannot_be_searched_or_kept_are_refused(tmp_path):
    folders = tech_folders.TechFolders(Configuration())
    strange = tmp_path / ("a%sb" % os.pathsep)
    strange.mkdir()
    for folder, words in ((tmp_path / "none", "is no folder"), (strange, "which stands between folders")):
        with pytest.raises(CommandError, match=words):
            folders.add(str(folder))
    assert folders.folders() == []


def test_layers_of_every_version_tell_a_layout_s_technology(tmp_path):
    put(tmp_path, version="2.0", file="new")
    old = put(tmp_path, version="1.0", file="old", layers=[{"name": "rdl", "gds": [931, 7]}])
    assert json.load(open(old, encoding="utf-8"))["layers"]
    places.set_folders([str(tmp_path)])
    assert technologies.signs("", [(931, 7)]).fitting == ["line"]
