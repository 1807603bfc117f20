"""Unusual and broken input files: exit code 1 with one clear sentence and no report, or a right answer."""

import json
import os
import subprocess

import pya
import pytest

from postpass import tech as technologies
from tests.deck.support import UM, draw, markers, new_layout, run_deck, square
from tests.files.records import array_at, boundary, gds, path_element, record, reference, reference_at, ring

POSTPASS = technologies.load("postpass")


def written(folder, layout, name="in.gds"):
    layout.write(str(folder / name))
    return str(folder / name)


def expect_refusal(folder, sentence, path, **variables):
    run = run_deck(input=path, report=folder / "r.lyrdb", summary=folder / "s.json", **variables)
    assert run.code == 1, run.out
    errors = [line for line in run.err.splitlines() if line.startswith("ERROR: ")]
    assert errors and sentence in errors[-1], run.err
    assert len(errors) == 1 or errors[0].startswith("ERROR: ../../../src/"), run.err  # KLayout's own word on what it found
    assert not (folder / "r.lyrdb").exists() and not (folder / "s.json").exists()


def answer(folder, path, rule):
    """Texts of the markers of one rule."""
    run = run_deck(input=path, report=folder / "r.lyrdb")
    assert run.code in (0, 2), run.err
    return sorted(marker.text for marker in markers(str(folder / "r.lyrdb")) if marker.rule == rule)


def stored(folder, content, name="in.gds"):
    (folder / name).write_bytes(content)
    return str(folder / name)


def test_a_file_written_by_hand_is_read(tmp_path):
    path = stored(tmp_path, gds(("TOP", [boundary(51, *ring(1180)), boundary(51, *ring(499, 9000))])))
    assert answer(tmp_path, path, "VIA.W.1") == ["size 0.499 um"]


@pytest.mark.parametrize("name, content", [("in.gds", b"\x00\x06\x77\x77\x02\x58" * 20), ("in.oas", b"%SEMI-OASIS\r\n" + b"\xff" * 60),
                                           ("in.gds", b"PK\x03\x04" + b"x" * 200), ("in.gds", b"\x1f\x8b\x08\x00" + b"x" * 50)])
def test_wrong_magic(tmp_path, name, content):
    expect_refusal(tmp_path, "cannot be read (", stored(tmp_path, content, name))


def test_a_cell_that_contains_itself(tmp_path):
    path = stored(tmp_path, gds(("A", [reference("B"), boundary(51, *ring(1000))]), ("B", [reference("A")])))
    expect_refusal(tmp_path, "in.gds: cannot be read (a cell contains itself)", path)


def test_a_cell_twice_in_the_file(tmp_path):
    path = stored(tmp_path, gds(("A", [boundary(51, *ring(1180))]), ("A", [boundary(51, *ring(499))])))
    expect_refusal(tmp_path, "cannot be read (", path)


def test_shapes_without_area_are_reported(tmp_path):
    """A line instead of a box would vanish when shapes are merged, and pass every rule."""
    flat = boundary(51, (9000, 0), (9000, 2000), (9000, 0), (9000, 0))
    path = stored(tmp_path, gds(("TOP", [boundary(51, *ring(1180)), flat])))
    left_out(tmp_path, "layer via: 1 shape without area in cell TOP, the first at 9, 1 um: left out", path)


def test_a_path_without_width(tmp_path):
    path = stored(tmp_path, gds(("TOP", [boundary(51, *ring(1180)), path_element(52, 0, (0, 0), (9000, 0))])))
    left_out(tmp_path, "layer rdl: 1 shape without area in cell TOP, the first at 4.5, 0 um: left out", path)


def test_lines_in_repeated_cells_are_told_once(tmp_path):
    lines = [path_element(52, 0, (0, 0), (9000, 0)), path_element(52, 0, (0, 500), (9000, 500), (9000, 900))]
    path = stored(tmp_path, gds(("TOP", [boundary(51, *ring(1180)), array_at("B", 5, 20000)]), ("B", lines)))
    left_out(tmp_path, "layer rdl: 2 shapes without area in cell B, the first at 4.5, 0 um: left out", path)


def left_out(tmp_path, sentence, path):
    """The rest is checked: a finding with its place, an error, in every mode; what is written clean has none."""
    for mode in ("flat", "tiled", "deep"):
        run = run_deck(input=path, report=tmp_path / "r.lyrdb", summary=tmp_path / "s.json", clean=tmp_path / "clean.gds", tech="postpass", mode=mode)
        assert run.code == 2 and "ERROR: %s\n" % sentence in run.out and "total: %d errors" % json.load(open(tmp_path / "s.json"))["errors"] in run.out
        found = markers(str(tmp_path / "r.lyrdb"))
        assert [marker.text for marker in found if marker.rule == "LAYOUT"] == [sentence] == json.load(open(tmp_path / "s.json"))["layout_errors"]
        assert {marker.rule for marker in found} >= {"LAYOUT", "NET.O.1"}
        run = run_deck(input=tmp_path / "clean.gds", report=tmp_path / "c.lyrdb", tech="postpass", mode=mode)
        assert sorted(markers(str(tmp_path / "c.lyrdb"))) == sorted(marker for marker in found if marker.rule != "LAYOUT")


def test_two_loops_that_cancel_each_other(tmp_path):
    bow_tie = boundary(52, (0, 0), (20000, 20000), (20000, 0), (0, 20000), (0, 0))
    expect_refusal(tmp_path, "without area at 10, 10 um", stored(tmp_path, gds(("TOP", [bow_tie]))))


def test_a_polygon_that_crosses_itself_counts_with_both_loops(tmp_path):
    """Two triangles, the right one larger, each with two sharp corners besides the one where they meet."""
    bow_tie = boundary(52, (0, 0), (40000, 40000), (40000, 0), (0, 20000), (0, 0))
    path = stored(tmp_path, gds(("TOP", [bow_tie])))
    assert len(answer(tmp_path, path, "RDL.A.2")) == 4


def test_a_polygon_that_touches_itself_in_a_corner(tmp_path):
    """Two squares drawn as one polygon meet in one corner: no width there, and no space."""
    points = [(0, 0), (0, 9000), (9000, 9000), (9000, 18000), (18000, 18000), (18000, 9000), (9000, 9000), (9000, 0), (0, 0)]
    path = stored(tmp_path, gds(("TOP", [boundary(52, *points)])))
    assert answer(tmp_path, path, "RDL.W.1") == ["width 0 um"]
    assert answer(tmp_path, path, "RDL.S.1") == ["space 0 um"]


@pytest.mark.parametrize("width, off_grid", [(4000, 0), (4005, 4), (4010, 0)])
def test_a_path_of_odd_width_is_off_grid(tmp_path, width, off_grid):
    layout = new_layout(POSTPASS, {"rdl": [pya.Path([pya.Point(0, 0), pya.Point(20000, 0)], width)]})
    assert len(answer(tmp_path, written(tmp_path, layout), "GRID.1")) == off_grid
    assert answer(tmp_path, written(tmp_path, layout), "RDL.W.1") == []


@pytest.mark.parametrize("magnification, expected", [(1.0, []), (0.4, ["size 0.472 um"])])
def test_a_magnified_instance(tmp_path, magnification, expected):
    layout = new_layout(POSTPASS, {"rdl": [square(20 * UM, 50 * UM)]})
    child = layout.create_cell("CHILD")
    draw(child, POSTPASS, {"via": [square(1180)]})
    layout.cell("TOP").insert(pya.CellInstArray(child.cell_index(), pya.ICplxTrans(magnification, 0, False, 0, 0)))
    assert answer(tmp_path, written(tmp_path, layout), "VIA.W.1") == expected


def test_an_instance_at_45_degrees(tmp_path):
    """A square via stays a square and keeps its size; a trace stays at a multiple of 45 degrees."""
    layout = new_layout(POSTPASS, {})
    child = layout.create_cell("CHILD")
    draw(child, POSTPASS, {"via": [square(1180), square(480, 9000)], "rdl": [pya.Box(0, 20000, 20000, 24000)]})
    layout.cell("TOP").insert(pya.CellInstArray(child.cell_index(), pya.ICplxTrans(1, 45, False, 0, 0)))
    path = written(tmp_path, layout)
    assert len(answer(tmp_path, path, "VIA.W.1")) == 1
    assert answer(tmp_path, path, "RDL.A.1") == [] and answer(tmp_path, path, "VIA.SH.1") == []


@pytest.mark.parametrize("dbu", [0.0001, 0.005])
def test_another_database_unit(tmp_path, dbu):
    """A via one grid step too small, one at the limit, in units of 0.1 nm and of the grid."""
    def box(size_um, x_um):
        return pya.Box(*(int(round(c / dbu)) for c in (x_um, 0, x_um + size_um, size_um)))
    layout = new_layout(POSTPASS, {"via": [box(0.5, 0), box(0.495, 10)]}, dbu)
    path = written(tmp_path, layout)
    run = run_deck(input=path, summary=tmp_path / "s.json", report=tmp_path / "r.lyrdb")
    assert run.code == 2, run.err
    database = pya.ReportDatabase("")
    database.load(str(tmp_path / "r.lyrdb"))
    category = next(category.rdb_id() for category in database.each_category() if category.name() == "VIA.W.1")
    found = [item for item in database.each_item() if item.category_id() == category]
    assert [str(next(item.each_value()).polygon().bbox()) for item in found] == [str(pya.DBox(10, 0, 10.495, 0.495))]


def expect_too_far(run):
    assert run.code == 1 and "too far to compute with" in run.err, run.out + run.err


@pytest.mark.parametrize("corner", [2 ** 31 - 1, 2 ** 30 + 1000])
def test_coordinates_at_the_edge_of_32_bits(tmp_path, corner):
    shapes = [boundary(51, *ring(1180)), boundary(52, *ring(3000, corner - 3000, corner - 3000)), boundary(52, *ring(3000, -corner, -corner))]
    path = stored(tmp_path, gds(("TOP", shapes)))
    expect_too_far(run_deck(input=path, report=tmp_path / "r.lyrdb"))
    assert not (tmp_path / "r.lyrdb").exists()


@pytest.mark.parametrize("placed", [[reference_at("B", 2 ** 31 - 1, 0)], [reference_at("B", 0, -2 ** 31), reference_at("B", 0, 0)], [array_at("B", 2, 2 ** 30 - 1)],
                                    [reference_at("C", 2 ** 31 - 10, 0)]])
def test_cells_placed_beyond_the_edge_of_32_bits(tmp_path, placed):
    """The sum of a place and what the cell holds leaves 32 bits, so that KLayout's own box of the layout lies near the origin."""
    shape = boundary(51, *ring(1180))
    path = stored(tmp_path, gds(("TOP", placed + [shape]), ("C", [reference_at("B", 1000, 0)]), ("B", [boundary(51, *ring(5000))])))
    for mode in ("flat", "tiled", "deep"):
        expect_too_far(run_deck(input=path, report=tmp_path / "r.lyrdb", topcell="TOP", mode=mode))


@pytest.mark.parametrize("element, word", [(boundary(51, (0, 0), (9, 9)), "BOUNDARY with less than 3 points ignored"),
                                           (record(0x0900) + record(0x0D02, b"\0\x34") + record(0x0E02, b"\0\0") + record(0x0F03, b"\0\0\x0f\xa0") + record(0x1003) + record(0x1100),
                                            "PATH with less than one point ignored")])
def test_a_shape_that_klayout_leaves_out_while_reading(tmp_path, element, word):
    """KLayout warns and reads on: the layout would be checked without that shape."""
    path = stored(tmp_path, gds(("TOP", [boundary(51, *ring(1180)), element])))
    expect_refusal(tmp_path, "cannot be read as drawn (" + word, path)


def test_a_large_layout_within_the_allowed_range(tmp_path):
    far = 400 * 1000 * UM  # 400 mm, larger than any wafer
    path = written(tmp_path, new_layout(POSTPASS, {"via": [square(1180), square(499, far, far)]}))
    assert answer(tmp_path, path, "VIA.W.1") == ["size 0.499 um"]


def test_labels_without_metal(tmp_path):
    layout = new_layout(POSTPASS, {})
    layout.cell("TOP").shapes(layout.layer(52, 10)).insert(pya.Text("VDD", pya.Trans(0, 0)))
    assert answer(tmp_path, written(tmp_path, layout), "NET.L.1") == ["label VDD lies on no metal"]


@pytest.fixture
def full_disk(tmp_path):
    """A folder on a file system of 64 kB that is full but for a little."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True).returncode != 0:
        pytest.skip("a small file system can be mounted by root alone")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(tmp_path, full_disk):
    path = written(tmp_path, new_layout(POSTPASS, {"via": [square(400, i * 5000) for i in range(2000)]}))
    run = run_deck(input=path, report=full_disk / "r.lyrdb")
    assert run.code == 1 and "cannot write" in run.err, (run.code, run.err)
    assert os.listdir(full_disk) == []


def test_a_summary_that_cannot_be_written_leaves_no_report(tmp_path, full_disk):
    path = written(tmp_path, new_layout(POSTPASS, {"via": [square(400, i * 5000) for i in range(2000)]}))
    run = run_deck(input=path, report=tmp_path / "r.lyrdb", summary=full_disk / "s.json")
    assert run.code == 1 and "cannot write" in run.err, (run.code, run.err)
    assert not (tmp_path / "r.lyrdb").exists() and os.listdir(full_disk) == []


def test_a_folder_that_can_only_be_read(tmp_path, full_disk):
    path = written(tmp_path, new_layout(POSTPASS, {"via": [square(1180)]}))
    subprocess.run(["mount", "-o", "remount,ro", str(full_disk)], check=True)
    run = run_deck(input=path, report=full_disk / "r.lyrdb")
    assert run.code == 1 and "Read-only file system" in run.err and len(run.err.strip().splitlines()) == 1, run.err
