"""The fan-out in batch, in the real application: layout in, layout out, exit codes, whole files or none."""

import json
import os

import pya
import pytest

from postpass import tech as technologies
from postpass.draw import drawing

from .drawn import FAN_OUT, POSTPASS, ROOT, markers, outline, place, ring, run_deck, run_script, start_script


def usual(folder, with_=run_script, **changes):
    """A run on in.gds in the tests' one KLayout, or with a start of its own."""
    return with_(FAN_OUT, folder=folder, **dict({"input": "in.gds", "output": "out.gds", "tech": "postpass", "width": "3.2"}, **changes))


def errors(folder):
    """Ids of error rules that the deck finds broken in out.gds."""
    run = run_deck(input=folder / "out.gds", report=folder / "r.lyrdb", summary=folder / "s.json")
    assert run.code in (0, 2), run.err
    severe = {rule["id"] for rule in json.load(open(folder / "s.json"))["rules"] if rule["severity"] == "error"}
    return [marker.rule for marker in markers(str(folder / "r.lyrdb")) if marker.rule in severe]


def files(folder):
    return sorted(os.listdir(folder))


def test_layout_in_layout_out(tmp_path):
    layout, _ = ring()
    layout.write(str(tmp_path / "in.gds"))
    run = usual(tmp_path, start_script, teardrops="1", report="open.lyrdb")
    assert run.code == 0, run.err
    assert "Drew 8 traces." in run.out and "routing: " in run.out and "Teardrops on rdl at " in run.out
    assert errors(tmp_path) == [] and len(json.load(open(tmp_path / "s.json"))["nets"]) == 8
    assert files(tmp_path) == ["in.gds", "open.lyrdb", "out.gds", "r.lyrdb", "s.json"]


def test_nets_from_a_list_and_the_same_layout_compressed(tmp_path):
    layout, _ = ring(count=4, named=False)
    layout.write(str(tmp_path / "in.gds"))
    turned = ["net,x_um,y_um,width_um"]  # every contact point to the pad of its right neighbour
    for number in range(4):
        for at in (place(number, 4, 30.0), place((number + 1) % 4, 4, 110.0)):
            turned.append("a%d,%g,%g,%s" % ((number,) + at + ("5" if number == 0 else "",)))
    (tmp_path / "nets.csv").write_text("\n".join(turned))
    run = usual(tmp_path, nets="nets.csv", output="out.gds.gz")
    assert run.code == 0, run.err
    read = pya.Layout()
    read.read(str(tmp_path / "out.gds.gz"))
    assert open(tmp_path / "out.gds.gz", "rb").read(2) == b"\x1f\x8b"
    read.write(str(tmp_path / "out.gds"))
    assert errors(tmp_path) == []
    nets = json.load(open(tmp_path / "s.json"))["nets"]
    assert [net["function"] for net in nets] == ["one to one"] * 4


def test_open_nets_are_exit_code_2_with_markers(tmp_path):
    layout, cell = ring()
    x_um, y_um = place(0, 8, 110.0)
    wall = pya.Region(pya.DBox(x_um - 18, y_um - 18, x_um + 18, y_um + 18).to_itype(0.001)) - pya.Region(pya.DBox(x_um - 15, y_um - 15, x_um + 15, y_um + 15).to_itype(0.001))
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl")).insert(wall)
    layout.write(str(tmp_path / "in.gds"))
    run = usual(tmp_path, report="open.lyrdb")
    assert run.code == 2 and "INCOMPLETE, 1 net open: n0. Drew 7 traces." in run.out and "Net n0 is open: " in run.out
    database = pya.ReportDatabase("open")
    database.load(str(tmp_path / "open.lyrdb"))
    named = POSTPASS.identity()
    assert run.out.endswith("By %s.\n" % named)
    assert database.description == "Nets that the fan-out left open by %s on %s" % (named, tmp_path / "in.gds") and database.top_cell_name != ""
    [item] = list(database.each_item())
    values = list(item.each_value())
    assert "net n0: " in values[0].string()
    boxes = [value.polygon().bbox() for value in values if value.is_polygon()]
    assert len(boxes) == 2 and any(box.contains(pya.DPoint(x_um, y_um)) for box in boxes)


def test_nets_that_must_cross_are_told_as_such_with_markers(tmp_path):
    # contact points and pads in slots of one plate, open upwards, a b a b from left to right
    layout, cell = ring(count=0)
    plate = pya.Region(pya.DBox(-160, -160, 160, 10).to_itype(0.001))
    for number, x_um in enumerate((-45.0, -15.0, 15.0, 45.0)):
        half_um = 8.0 if number > 1 else 0.6
        if number > 1:
            drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 2 * half_um, x_um, 0.0)
        else:
            drawing.draw_via(cell, POSTPASS, "via", 2 * half_um, x_um, 0.0)
        drawing.draw_label(cell, POSTPASS, "ab"[number % 2], x_um, 0.0)
        plate -= pya.Region(pya.DBox(x_um - half_um - 4, -half_um - 4, x_um + half_um + 4, 10).to_itype(0.001))
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl")).insert(plate)
    layout.write(str(tmp_path / "in.gds"))
    run = usual(tmp_path, report="open.lyrdb")
    assert run.code == 2 and "INCOMPLETE, 1 net open: " in run.out and "Drew 1 trace." in run.out and ": it must cross net '" in run.out, run.out + run.err
    database = pya.ReportDatabase("open")
    database.load(str(tmp_path / "open.lyrdb"))
    [category], [item] = list(database.each_category()), list(database.each_item())
    assert (category.name(), category.description) == ("Open net: crossing", "two nets must cross")
    values = list(item.each_value())
    assert "as the two lie alternately along one wall (" in values[0].string() and any(value.is_box() and value.box().contains(pya.DPoint(0, 0)) for value in values)


REFUSED = [
    ({"input": "nowhere.gds"}, "nowhere.gds: no such file"), ({"tech": "nope"}, "unknown technology 'nope'"),
    ({"width": "wide"}, "width must be a length in um from 0.0001 to 100000, not 'wide'"), ({"width": "-3"}, "width must be a length in um from 0.0001 to 100000, not '-3'"),
    ({"topcell": "NOPE"}, "no cell named NOPE"), ({"output": "no/where.gds"}, "cannot write no/where.gds: folder no does not exist"),
    ({"output": "folder"}, "cannot write folder: it is a folder"), ({"input": ""}, "give -rd input=FILE"),
    ({"output": "in.gds"}, "output is the input file, in.gds"), ({"function": "magic"}, "unknown function 'magic': known are fan-out"),
    ({"tech": "wlcsp"}, "no shape on any layer of technology wlcsp: choose another technology (postpass would find shapes)"),
    ({"teardrops": "some"}, "teardrops must be 1 or 0, not 'some'"), ({"input": "empty.gds"}, "empty.gds: cannot be read"),
    ({"nets": "none.csv"}, "none.csv: cannot read the net list"), ({"report": "no/r.lyrdb"}, "cannot write no/r.lyrdb: folder no does not exist"),
    ({"input": "two.gds"}, "2 top cells (OTHER, TOP): choose one with topcell=NAME"),
    ({"input": "coarse.gds"}, "database unit, 0.002 um, does not fit the grid")]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    layout, _ = ring(count=3)
    layout.write(str(folder / "in.gds"))
    layout.create_cell("OTHER")
    layout.write(str(folder / "two.gds"))
    layout, _ = ring(count=3)
    layout.dbu = 0.002
    layout.write(str(folder / "coarse.gds"))
    (folder / "empty.gds").write_text("")
    (folder / "folder").mkdir()
    return folder


@pytest.mark.parametrize("changes, sentence", REFUSED, ids=[sentence[:40] for _, sentence in REFUSED])
def test_a_refusal_is_one_sentence_and_leaves_no_file(inputs, changes, sentence):
    before = files(inputs)
    content = open(inputs / "in.gds", "rb").read()
    run = usual(inputs, **changes)
    assert run.code == 1 and run.err.startswith("ERROR: ") and sentence in run.err and run.err.count("\n") == 1, run.err
    assert files(inputs) == before and open(inputs / "in.gds", "rb").read() == content


def test_a_named_top_cell_is_routed_and_the_other_stays(inputs, tmp_path):
    run = usual(inputs, input="two.gds", topcell="TOP", output=str(tmp_path / "out.gds"))
    assert run.code == 0, run.err
    read = pya.Layout()
    read.read(str(tmp_path / "out.gds"))
    assert sorted(cell.name for cell in read.top_cells()) == ["OTHER", "TOP"]


def test_a_coarser_database_unit_that_fits_the_grid(tmp_path):
    layout = pya.Layout()
    layout.dbu = 0.005
    cell = layout.create_cell("TOP")
    for number in range(3):
        drawing.draw_via(cell, POSTPASS, "via", 1.2, 0, 20.0 * number)
        drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 80, 40.0 * number - 20)
    outline(cell, POSTPASS, "die", -60, -80, 140, 120)
    layout.write(str(tmp_path / "in.gds"))
    run = usual(tmp_path, function="fan-out")
    assert run.code == 0, run.err
    assert errors(tmp_path) == []


def test_without_numpy_the_sentence_says_what_to_install(inputs, tmp_path):
    (tmp_path / "no_numpy.py").write_text("import sys\nsys.modules['numpy'] = None  # what looks for it finds nothing, wherever KLayout takes its path from\n")
    run = start_script(FAN_OUT, "-rm", tmp_path / "no_numpy.py", folder=inputs, input="in.gds", output="out.gds", tech="postpass")
    assert run.code == 1 and "install them with pip into KLayout's own Python" in run.err, run.err
    assert "out.gds" not in files(inputs)


def test_an_old_output_stays_when_nothing_can_be_done(inputs, tmp_path):
    (tmp_path / "out.gds").write_text("precious")
    run = usual(inputs, output=str(tmp_path / "out.gds"), nets="none.csv")
    assert run.code == 1 and (tmp_path / "out.gds").read_text() == "precious"


def test_a_write_that_fails_half_way_leaves_nothing(inputs, tmp_path):
    """The report goes to a device that is always full: neither file is left, the old output stays."""
    (tmp_path / "out.gds").write_text("precious")
    script = open(FAN_OUT).read()
    fault = ("from postpass.fanout import open_markers\nfill = open_markers.fill\n"
             "open_markers.fill = lambda *given: type('Full', (), {'save': lambda self, part, database=fill(*given): database.save('/dev/full')})()\n")
    broken = script.replace("sys.exit(", fault + "sys.exit(").replace("os.path.dirname(os.path.abspath(__file__))", repr(os.path.join(ROOT, "layouts")))
    assert fault in broken
    (tmp_path / "broken.py").write_text(broken)
    run = start_script(tmp_path / "broken.py", input=inputs / "in.gds", output=tmp_path / "out.gds", tech="postpass", width="3.2", report=tmp_path / "r.lyrdb")
    assert run.code == 1 and "cannot write" in run.err, run.err
    assert (tmp_path / "out.gds").read_text() == "precious" and files(tmp_path) == ["broken.py", "out.gds"]


def test_two_levels_in_batch(tmp_path):
    tech = technologies.load("wlcsp_two_level")
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("TOP")
    drawing.draw_via(cell, tech, "pi1", 35, 0, 300, contact=True)
    drawing.draw_pad(cell, tech, "signal", "octagon", 270, 600, 300, openings=True)
    outline(cell, tech, "die", -100, 0, 900, 600)
    layout.write(str(tmp_path / "in.gds"))
    run = usual(tmp_path, tech="wlcsp_two_level", width="20")
    assert run.code == 0 and "traces and 1 via between levels" in run.out, run.out + run.err
