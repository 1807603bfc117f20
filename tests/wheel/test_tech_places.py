"""Where technologies are found: the path of the environment, folders that are set, KLayout's; which of several a name means."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.tech import places
from postpass.tech.sources import sources

WLCSP = technologies.load("wlcsp")
PYMACROS = os.path.join(os.path.dirname(technologies.technology_folder()), "pymacros")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    monkeypatch.delenv(places.VARIABLE, raising=False)
    monkeypatch.setattr(places, "_told", set())
    yield
    for origin in (places.SETTING, places.KLAYOUT):
        places.set_folders([], origin)


def put(folder, name="line", version="1.0", file=None, **more):
    """Writes a variant of wlcsp into a folder. Returns its path."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(str(folder), (file or name) + ".json")
    record = {"schema": 1, "based_on": WLCSP.path, "name": name, "title": name, **({"version": version} if version else {}), **more}
    with open(path, "w", encoding="utf-8") as there:
        json.dump(record, there)
    return path


def run(capsys, *arguments):
    code = main(["tech", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_path_holds_technology_folders_and_is_one(tmp_path, monkeypatch):
    inside, direct = put(tmp_path / "a" / "group", "inside"), put(tmp_path / "b", "direct")
    monkeypatch.setenv(places.VARIABLE, os.pathsep.join([str(tmp_path / "a"), "", str(tmp_path / "b")]))
    assert (technologies.load("inside").path, technologies.load("direct").path) == (inside, direct)
    assert technologies.installed()["inside"] == inside and technologies.installed()["wlcsp"] == WLCSP.path
    assert sources("inside") == [inside, WLCSP.path]


def test_a_technology_is_found_and_lost_without_a_restart(tmp_path):
    places.set_folders([str(tmp_path)])
    assert "line" not in technologies.installed()
    path = put(tmp_path, "line")
    assert technologies.load("line").path == path
    put(tmp_path, "other", file="line")  # the same file with another name
    assert "line" not in technologies.installed() and technologies.load("other").path == path
    os.remove(path)
    assert "other" not in technologies.installed()
    places.set_folders([])
    put(tmp_path, "line")
    with pytest.raises(technologies.TechnologyError, match="unknown technology 'line'"):
        technologies.load("line")


def test_two_of_one_name_are_told_apart(tmp_path, monkeypatch, capsys):
    old, new = put(tmp_path / "v", "line", "1.9", "line_1_9"), put(tmp_path / "v", "line", "1.10", "line_1_10")
    elsewhere = put(tmp_path / "w", "line", "2.0")
    monkeypatch.setenv(places.VARIABLE, str(tmp_path / "v"))
    places.set_folders([str(tmp_path / "w")])
    assert [technologies.load(name).path for name in ("line", "line@1.9", "line@1.10", "line@2.0")] == [new, old, new, elsewhere]
    code, _, err = run(capsys, "validate", "line")
    assert code == 0 and err == ("NOTE: 3 technologies are called line: taken is line@1.10 of POSTPASS_TECH_PATH, %s; the others are line@1.9, %s, line@2.0, %s\n" % (new, old, elsewhere))
    assert run(capsys, "diff", "line", "line")[2].count("NOTE: ") == 1
    assert run(capsys, "validate", "line@1.9") == (0, "%s: no mistakes, no warnings\n" % old, "")
    code, out, err = run(capsys, "section", "line@3", "--svg", tmp_path / "s.svg")
    assert (code, out) == (1, "") and "unknown technology 'line@3': known are line@1.10, line@1.9, line@2.0" in err


def test_the_user_s_comes_before_the_package_s(tmp_path, capsys):
    mine = put(tmp_path, "wlcsp", "7")
    places.set_folders([str(tmp_path)])
    assert technologies.load("wlcsp").path == mine and technologies.load("wlcsp@1.0").path == WLCSP.path
    code, out, _ = run(capsys, "list")
    lines = [line for line in out.splitlines() if line.startswith("wlcsp ")]
    assert code == 0 and lines[0].split()[:4] == ["wlcsp", "7", WLCSP.checksum(), mine + ","] and lines[1].endswith("%s, of this package (wlcsp names another one)" % WLCSP.path)


@pytest.mark.parametrize("newer, older", [("1.10", "1.9"), ("1.0", "1.0-rc1"), ("1.0", None), ("1.0.1", "1.0"), ("2024.b", "2024.a")])
def test_the_newest_version_of_a_folder_is_taken(newer, older, tmp_path):
    for number, version in enumerate((older, newer)):
        put(tmp_path, "line", version, "file_%d" % number)
    put(tmp_path, "line", older, "file_9")
    places.set_folders([str(tmp_path)])
    assert technologies.load("line").version == newer


def test_a_missing_folder_is_reported_once_and_stops_nothing(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(places.VARIABLE, os.pathsep.join([str(tmp_path / "nowhere"), str(tmp_path / "file")]))
    code, _, err = run(capsys, "list")
    assert code == 0 and err.splitlines() == ["NOTE: %s of POSTPASS_TECH_PATH is no folder: no technologies are found there" % (tmp_path / name) for name in ("nowhere", "file")]
    assert run(capsys, "list")[2] == ""


def test_files_of_other_tools_are_no_technologies_and_broken_ones_are_listed(tmp_path, capsys):
    put(tmp_path, "line")
    for name, text in (("manifest", '{"name": "line"}'), ("list", "[]"), ("schema", '{"properties": {}}'), (".hidden", '{"layers": [], "rules": []}')):
        (tmp_path / (name + ".json")).write_text(text)
    (tmp_path / "broken.json").write_text("{")
    put(tmp_path, "wrong", grid_um=-1)
    places.set_folders([str(tmp_path)])
    assert [place.name for place in places.known() if place.origin == places.SETTING] == ["line", "wrong", "broken"]
    code, out, _ = run(capsys, "list")
    assert code == 2 and "cannot be used: %s: not valid JSON, line 1" % (tmp_path / "broken.json") in out and "grid_um must be a length" in out
    places.set_folders([])
    places.set_folders([str(tmp_path)], places.KLAYOUT)  # where broken files are those of other tools
    assert [place.name for place in places.known() if place.origin == places.KLAYOUT] == ["line", "wrong"]


@pytest.mark.skipif(os.name == "nt", reason="pipes")
def test_a_pipe_is_not_waited_for_and_a_folder_of_any_name_is_one(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    put(tmp_path / "team.json", "line")
    places.set_folders([str(tmp_path)])
    code = "from postpass.tech import places; places.set_folders([%r]); print([one.name for one in places.known() if one.origin == places.SETTING])" % str(tmp_path)
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": PYMACROS}, capture_output=True, text=True, timeout=20)
    assert done.stdout == "['line']\n", done


def test_folders_of_klayout_do_not_claim_what_is_the_package_s():
    places.set_folders([os.path.dirname(WLCSP.path)], places.KLAYOUT)
    assert {place.origin for place in places.known()} == {places.PACKAGE}
    with pytest.raises(ValueError, match="folders are set for"):
        places.set_folders([], places.PACKAGE)


def test_one_file_by_two_ways_counts_once(tmp_path, monkeypatch):
    put(tmp_path / "a", "line")
    os.symlink(tmp_path / "a", tmp_path / "b")
    monkeypatch.setenv(places.VARIABLE, os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")]))
    assert len(places.choices("line")) == 1


def test_a_read_only_folder_is_read_and_nothing_is_written(tmp_path):
    shutil.copytree(os.path.dirname(WLCSP.path), tmp_path / "ro")
    before = sorted(os.listdir(tmp_path / "ro"))
    os.chmod(tmp_path / "ro", 0o555)
    try:
        places.set_folders([str(tmp_path / "ro")])
        assert technologies.load("wlcsp400").path == str(tmp_path / "ro" / "wlcsp400.json")
        assert sorted(os.listdir(tmp_path / "ro")) == before
    finally:
        os.chmod(tmp_path / "ro", 0o755)


def test_a_variant_does_not_take_version_and_owner_from_its_base(tmp_path):
    path = put(tmp_path, "line", None)
    found = technologies.load(path)
    assert (found.version, found.called, "owner" in found.record, "issued" in found.record) == (None, "line", False, False)
    assert technologies.load(put(tmp_path, "line", "3-b")).called == "line 3-b"
