"""Whatever cannot be checked ends with exit code 1, one clear sentence, and no report."""

import json
import os
import re
from functools import partial

import pya
import pytest

from postpass import tech as technologies
from postpass.drawn_under import note_technology

from .support import DECK, UM, draw, new_layout, run_deck, square, start_script

POSTPASS = technologies.load("postpass")


@pytest.fixture
def clean(tmp_path):
    """A file without any violation."""
    shapes = clean_shapes()
    new_layout(POSTPASS, shapes).write(str(tmp_path / "clean.gds"))
    return str(tmp_path / "clean.gds")


def clean_shapes():
    """A pad on a via on its contact point, in the middle of a small die."""
    via = square(2 * UM, 49 * UM, 49 * UM)
    return {"die": [pya.Box(0, 0, 100 * UM, 100 * UM)], "pad_signal": [square(40 * UM, 30 * UM, 30 * UM)], "via": [via], "contact": [via]}


def written(folder, layout, name="in.gds"):
    layout.write(str(folder / name))
    return str(folder / name)


def expect_refusal(sentence, folder, **variables):
    """The run ends with 1, says the sentence, and leaves no report and no summary."""
    run = run_deck(report=folder / "r.lyrdb", summary=folder / "s.json", **variables)
    assert run.code == 1, run.out
    errors = [line for line in run.err.splitlines() if line.startswith("ERROR: ")]
    assert len(errors) == 1 and sentence in errors[0], run.err
    assert not (folder / "r.lyrdb").exists() and not (folder / "s.json").exists()
    assert "total:" not in run.out


@pytest.mark.parametrize("shapes, code", [(clean_shapes(), 0), ({"via": [square(400)]}, 2), ({}, 1)])
def test_a_start_of_its_own_says_and_ends_as_the_tests_one_klayout_does(tmp_path, shapes, code):
    path = written(tmp_path, new_layout(POSTPASS, shapes))
    one, other = (how(folder=tmp_path, input=path, report="r.lyrdb") for how in (run_deck, partial(start_script, DECK)))
    assert one.code == other.code == code and one.err == other.err and without_seconds(one.out) == without_seconds(other.out)


def without_seconds(text):
    return re.sub(r"\d+\.\d\d( s)?$", "", text, flags=re.MULTILINE)


def test_a_clean_layout_ends_with_0(clean, tmp_path):
    run = run_deck(input=clean, report=tmp_path / "r.lyrdb")
    assert run.code == 0 and "total: 0 errors, 0 warnings" in run.out, run.out
    assert (tmp_path / "r.lyrdb").exists()


def test_message_report_and_summary_name_title_file_and_checksum_of_the_technology(clean, tmp_path):
    run = run_deck(input=clean, report=tmp_path / "r.lyrdb", summary=tmp_path / "s.json", tech="postpass")
    tech = POSTPASS
    assert "by technology postpass 1.0, %s (%s, rules %s)" % (tech.title, tech.path, tech.checksum()) in run.out.splitlines()
    database = pya.ReportDatabase("")
    database.load(str(tmp_path / "r.lyrdb"))
    assert database.description == "technology postpass 1.0, %s (%s, rules %s) on %s" % (tech.title, tech.path, tech.checksum(), clean)
    summary = json.load(open(tmp_path / "s.json", encoding="utf-8"))
    assert [summary["technology" + key] for key in ("", "_version", "_title", "_file", "_checksum")] == ["postpass", "1.0", tech.title, tech.path, tech.checksum()]


def test_a_technology_of_the_user_s_own_is_named_by_its_path(clean, tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"based_on": POSTPASS.path, "title": "My line", "rules": [{"id": "VIA.W.1", "value_um": 0.6}]}), encoding="utf-8")
    mine = technologies.load(str(path))
    assert mine.checksum() != POSTPASS.checksum()
    assert "by technology postpass, My line (%s, rules %s)" % (path, mine.checksum()) in run_deck(input=clean, tech=path).out.splitlines()


def test_the_default_technology_is_said_to_be_the_default(clean):
    assert "rules %s) (the default; choose with tech=NAME)\n" % POSTPASS.checksum() in run_deck(input=clean).out


def test_a_violation_ends_with_2(tmp_path):
    assert run_deck(input=written(tmp_path, new_layout(POSTPASS, {"via": [square(400)]}))).code == 2


def test_no_input():
    run = run_deck()
    assert run.code == 1 and "no input: give the layout file with -rd input=FILE" in run.err


def test_missing_input(tmp_path):
    expect_refusal("nowhere.gds: no such file", tmp_path, input=tmp_path / "nowhere.gds")


def test_a_folder_as_input(tmp_path):
    expect_refusal("is a folder, not a layout file", tmp_path, input=tmp_path)


@pytest.mark.parametrize("content", [b"", b"this is no layout", b"\x00\x06\x00\x02\x02\x58"])
def test_corrupt_input(tmp_path, content):
    (tmp_path / "bad.gds").write_bytes(content)
    expect_refusal("bad.gds: cannot be read (", tmp_path, input=tmp_path / "bad.gds")


@pytest.mark.parametrize("suffix", ["gds", "oas"])
def test_truncated_input(tmp_path, clean, suffix):
    layout = new_layout(POSTPASS, {"via": [square(1000, i * 5000) for i in range(500)]})
    path = tmp_path / ("cut." + suffix)
    layout.write(str(path))
    path.write_bytes(path.read_bytes()[:-200])
    expect_refusal("cannot be read (", tmp_path, input=path)


def test_no_cell(tmp_path):
    expect_refusal("the layout holds no cell", tmp_path, input=written(tmp_path, pya.Layout()))


def two_tops():
    layout = new_layout(POSTPASS, {"via": [square(400)]})
    draw(layout.create_cell("OTHER"), POSTPASS, clean_shapes())
    return layout


def test_two_top_cells(tmp_path):
    path = written(tmp_path, two_tops())
    expect_refusal("2 top cells (OTHER, TOP): choose one with topcell=NAME", tmp_path, input=path)
    assert run_deck(input=path, topcell="OTHER").code == 0
    assert run_deck(input=path, topcell="TOP").code == 2


def test_a_cell_that_is_not_there(tmp_path, clean):
    expect_refusal("no cell named NOPE; top cells are TOP", tmp_path, input=clean, topcell="NOPE")


def test_a_referenced_cell_that_is_missing(tmp_path):
    layout = new_layout(POSTPASS, {"via": [square(1000)]})
    child = layout.create_cell("CHILD")
    child.shapes(layout.layer(51, 0)).insert(square(400))
    layout.cell("TOP").insert(pya.CellInstArray(child.cell_index(), pya.Trans(0, 0)))
    options = pya.SaveLayoutOptions()
    options.add_this_cell(layout.cell("TOP").cell_index())
    options.keep_instances = True
    layout.write(str(tmp_path / "ghost.gds"), options)
    expect_refusal("cell CHILD is placed but not in the file", tmp_path, input=tmp_path / "ghost.gds")


def test_an_unknown_technology(tmp_path, clean):
    expect_refusal("unknown technology 'postpas': known are %s, or give the path of a JSON file" % ", ".join(sorted(technologies.installed())), tmp_path, input=clean, tech="postpas")


def test_a_technology_file_with_a_typo(tmp_path, clean):
    record = json.load(open(POSTPASS.path))
    record["rules"][3]["valu_um"] = record["rules"][3].pop("value_um")
    (tmp_path / "typo.json").write_text(json.dumps(record))
    expect_refusal("typo.json: rule 'CP.W.1': unknown key 'valu_um': did you mean 'value_um'?", tmp_path, input=clean, tech=tmp_path / "typo.json")


def test_a_technology_file_that_is_not_there(tmp_path, clean):
    expect_refusal("nope.json: cannot read the technology file", tmp_path, input=clean, tech=tmp_path / "nope.json")


def test_a_wrong_layer_map(tmp_path):
    layout = pya.Layout()
    layout.create_cell("TOP").shapes(layout.layer(1, 0)).insert(square(1000))
    expect_refusal("cell TOP has no shape on any layer of technology postpass", tmp_path, input=written(tmp_path, layout))


def test_a_layout_of_another_technology(tmp_path):
    layout = new_layout(technologies.load("wlcsp"), {"rdl": [square(20 * UM)]})
    expect_refusal("choose another technology (wlcsp, wlcsp400, wlcsp_two_level would find shapes)", tmp_path, input=written(tmp_path, layout))


@pytest.mark.parametrize("dbu, fits", [(0.001, True), (0.0001, True), (0.005, True), (0.002, False), (0.01, False)])
def test_the_grid_must_be_a_multiple_of_the_database_unit(tmp_path, dbu, fits):
    path = written(tmp_path, new_layout(POSTPASS, {"via": [square(1000)]}, dbu))
    if fits:
        assert run_deck(input=path).code == 2
    else:
        expect_refusal("the layout's database unit is %g um, but the grid of technology postpass, 0.005 um, is no multiple of it" % dbu, tmp_path, input=path)


def test_a_report_in_a_folder_that_is_not_there(tmp_path, clean):
    run = run_deck(input=clean, report=tmp_path / "no" / "where" / "r.lyrdb")
    assert run.code == 1 and "no/where does not exist" in run.err
    assert not (tmp_path / "no").exists()


def test_a_report_that_is_a_folder(tmp_path, clean):
    run = run_deck(input=clean, report=tmp_path)
    assert run.code == 1 and "it is a folder" in run.err


def test_a_report_that_cannot_be_written(clean):
    run = run_deck(input=clean, report="/proc/r.lyrdb")
    assert run.code == 1 and "cannot write /proc/r.lyrdb" in run.err


def test_a_relative_report_means_the_folder_of_the_caller(tmp_path, clean):
    caller = tmp_path / "caller"
    caller.mkdir()
    assert run_deck(folder=caller, input=clean, report="r.lyrdb", summary="s.json").code == 0
    assert sorted(os.listdir(caller)) == ["r.lyrdb", "s.json"]


def test_a_failed_run_removes_the_report_of_an_earlier_one(tmp_path, clean):
    assert run_deck(input=clean, report=tmp_path / "r.lyrdb").code == 0
    expect_refusal("no such file", tmp_path, input=tmp_path / "nowhere.gds")


def test_a_run_from_the_outside_of_the_package(tmp_path, clean):
    assert run_deck(folder=tmp_path, input="clean.gds").code == 0


def test_technologies_of_klayout_s_path_and_of_the_environment_are_known(tmp_path, monkeypatch):
    """A folder that KLayout knows as that of a technology holds ours, too; what it holds of other tools is none."""
    folder = tmp_path / "tech" / "fab"
    folder.mkdir(parents=True)
    (folder / "fab.json").write_text(json.dumps({"based_on": POSTPASS.path, "name": "fab", "version": "2", "rules": [{"id": "RDL.S.1", "value_um": 3}]}))
    (folder / "fab.lyt").write_text("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<technology><name>fab</name></technology>\n")
    (folder / "other.json").write_text("{")
    layout = new_layout(POSTPASS, {"rdl": [square(20 * UM)]})
    note_technology(layout.top_cell(), POSTPASS)
    layout.write(str(tmp_path / "in.gds"))
    monkeypatch.setenv("KLAYOUT_PATH", str(tmp_path))
    run = start_script(DECK, input=tmp_path / "in.gds", tech="fab@2", summary=tmp_path / "s.json")
    assert run.code in (0, 2) and "by technology fab 2, " in run.out, run.err
    assert "WARNING: cell TOP was drawn under technology postpass 1.0, rules %s, not under fab 2, " % POSTPASS.checksum() in run.out and "by which it is checked: RDL.S.1 space 2 -> 3 um\n" in run.out
    assert json.loads((tmp_path / "s.json").read_text())["drawn_under"][0]["rules_that_differ"] == ["RDL.S.1 space 2 -> 3 um"]
    monkeypatch.delenv("KLAYOUT_PATH")
    monkeypatch.setenv("POSTPASS_TECH_PATH", os.pathsep.join([str(tmp_path / "tech"), str(tmp_path / "nowhere")]))
    run = start_script(DECK, input=tmp_path / "in.gds", tech="fab")
    assert "by technology fab 2, " in run.out and "NOTE: %s of POSTPASS_TECH_PATH is no folder" % (tmp_path / "nowhere") in run.err
