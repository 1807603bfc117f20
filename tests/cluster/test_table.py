"""Many layouts in one call: a line for each, and what changed since the last table."""

import json
import os

import pya
import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.draw import commands
from postpass.draw.choices import PadChoices

HEAD = "layout,cell,technology,version,rules,errors,warnings,violations,drawn_under,problem"


def write(path, size_um=12.0, pitch_um=40.0):
    tech = technologies.load("postpass")
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    commands.place(layout.create_cell("TOP"), tech, PadChoices("signal", "octagon", size_um, columns=3, pitch_x_um=pitch_um))
    layout.write(str(path))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(4):
        write(tmp_path / ("l%d.gds" % number))
    write(tmp_path / "small.gds", 9.0)
    (tmp_path / "bad.gds").write_text("no layout")
    return tmp_path


def rows(path):
    lines = open(path, encoding="utf-8").read().splitlines()
    assert lines[0] == HEAD
    return lines[1:]


def test_each_layout_is_a_line_and_the_worst_tells_the_exit_code(folder, capsys):
    assert main(["check", "l0.gds", "l1.gds", "--tech", "postpass"]) == 2
    assert main(["check", "l0.gds", "small.gds", "bad.gds", "--tech", "postpass", "--table", "t.csv"]) == 1
    said = capsys.readouterr().out
    assert "NOT CHECKED: bad.gds: cannot be read" in said and "PAD.W.1 3" in said and "total: 3 layouts, 2 with errors, 1 not checked" in said
    found = rows("t.csv")
    assert [line.split(",")[0] for line in found] == ["l0.gds", "small.gds", "bad.gds"]
    assert "PAD.W.1=3" in found[1] and "PAD.W.1" not in found[0]


def test_what_is_new_and_gone_since_the_last_table_is_told(folder, capsys):
    paths = ["l0.gds", "l1.gds", "small.gds"]
    assert main(["check", *paths, "--table", "t.csv"]) == 2
    first = open("t.csv", encoding="utf-8").read()
    assert main(["check", *paths, "--table", "t.csv"]) == 2
    assert open("t.csv", encoding="utf-8").read() == first and "new: " not in capsys.readouterr().out
    write(folder / "l1.gds", 9.0)
    write(folder / "small.gds")
    assert main(["check", "l1.gds", "small.gds", "l2.gds", "--table", "t.csv"]) == 2
    said = capsys.readouterr().out
    assert "new: 3 of PAD.W.1" in said and "gone: 3 of PAD.W.1" in said and "new in the table" in said and "of the last table was not checked" in said


def test_a_new_version_of_the_technology_says_which_rule_changed(folder, capsys, monkeypatch):
    monkeypatch.setenv("POSTPASS_TECH_PATH", str(folder / "techs"))
    for version, space in (("1", 10.0), ("2", 30.0)):
        (folder / "techs" / version).mkdir(parents=True)
        (folder / "techs" / version / "team.json").write_text(json.dumps(team(version, space)))
    assert main(["check", "l0.gds", "l1.gds", "--tech", "team@1", "--table", "t.csv"]) == 2
    capsys.readouterr()
    assert main(["check", "l0.gds", "l1.gds", "--tech", "team@2", "--table", "t.csv"]) == 2
    said = capsys.readouterr().out
    assert "The last table was made by team 1, rules " in said and ": PAD.S.1 space 10 -> 30 um" in said and "new: 2 of PAD.S.1" in said


def team(version, space_um):
    """postpass with another space of pads."""
    base = technologies.load("postpass")
    record = json.loads(open(base.path, encoding="utf-8").read())
    record.update(name="team", version=version)
    for rule in record["rules"]:
        if rule["id"] == "PAD.S.1":
            rule["value_um"] = space_um
    return record


def test_workers_make_the_same_table(folder):
    names = sorted(name for name in os.listdir() if name.endswith(".gds"))
    assert main(["check", *names, "--table", "one.csv"]) == main(["check", "*.gds", "--workers", "2", "--table", "two.csv"]) == 1
    assert rows("one.csv") == rows("two.csv")


@pytest.mark.parametrize("wrong, words", [(["--report", "r.lyrdb"], "report= is for one layout"), (["--table", "l0.gds"], "l0.gds"), (["--table", "no/t.csv"], "no/t.csv"),
                                          (["--tech", "nothing"], "nothing")])
def test_what_cannot_be_is_refused_and_changes_nothing(folder, capsys, wrong, words):
    before = {name: open(name, "rb").read() for name in os.listdir()}
    assert main(["check", "l0.gds", "l1.gds", *wrong]) == 1
    assert words in capsys.readouterr().err
    assert {name: open(name, "rb").read() for name in os.listdir()} == before


def test_another_file_is_not_taken_for_a_table(folder, capsys):
    (folder / "list.csv").write_text("a,b\n1,2\n")
    assert main(["check", "l0.gds", "--table", "list.csv"]) == 1
    assert "list.csv is no table of an earlier check" in capsys.readouterr().err and (folder / "list.csv").read_text() == "a,b\n1,2\n"
