"""The command that converts: options, summaries, refusals; whole files or none."""

import os

import pya
import pytest

from postpass.__main__ import main
from postpass.exchange import aif, formats
from postpass.exchange.commands import options_of
from postpass.exchange.record import CONTACT, ExchangeError, PadList, Place, Trace
from postpass.fanout import netlist

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CHIP = os.path.join(ROOT, "layouts", "caravel_pads.csv")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text("name,x_mm,y_mm,net,kind,width_mm,colour\nA1,1,2,a,ball,0.1,red\nA2,3,-2,b,ball,0.1,red\nB1,-1,4,,chip_pad,0.06,red\n")
    return tmp_path


def test_from_format_to_format_and_back(folder, capsys):
    for one, other, *more in (("list.csv", "a.aif"), ("a.aif", "a.def"), ("a.def", "a.kicad_pcb", "--lef", "a.bumps.lef"), ("a.kicad_pcb", "a.gds", "--tech", "wlcsp"), ("a.gds", "a.json",
        "--tech", "wlcsp"), ("a.json", "a.csv")):
        assert main(["convert", one, other, *more]) == 0, capsys.readouterr().err
    pads, _ = formats.to_read("a.csv").read("a.csv")
    assert sorted((place.x_um, place.y_um, place.net, place.kind, place.width_um) for place in pads.places) == [(-1000, 4000, "", "chip_pad", 60), (1000, 2000, "a", "ball", 100), (3000,
        -2000, "b", "ball", 100)]


def test_the_summary(folder, capsys):
    assert main(["convert", "list.csv", "list.bmap"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Read as CSV: 1 contact point, 2 pads, 2 nets.", "Without a net: 1 place.", "Not understood: Not used: colour.", "Not as in the list: kinds of 3 places cannot be written as 3Dblox bump map",
        "Not as in the list: shapes of 3 places cannot be written as 3Dblox bump map", "Not as in the list: sizes of 3 places cannot be written as 3Dblox bump map",
        "Not as in the list: 3 places without a bump cell, written with the cell BUMP", "Not as in the list: all kinds are written as bumps", "written: list.bmap"]


@pytest.mark.parametrize("options, places", [
    ([], [(1000, 2000), (3000, -2000), (-1000, 4000)]), (["--mirror", "x"], [(-1000, 2000), (-3000, -2000), (1000, 4000)]), (["--origin", "centre"], [(0, 1000), (2000, -3000), (-2000, 3000)]),
    (["--origin", "lower-left", "--mirror", "y"], [(2000, 2000), (4000, 6000), (0, 0)]), (["--unit", "mil"], [(25.4, 50.8), (76.2, -50.8), (-25.4, 101.6)])])
def test_unit_origin_and_mirror(folder, options, places):
    assert main(["convert", "list.csv", "out.csv", *options]) == 0
    assert [(place.x_um, place.y_um) for place in formats.to_read("out.csv").read("out.csv")[0].places] == places


def test_a_die_is_one_of_the_list(folder):
    """It is mirrored and moved with the places, and is what --origin counts from."""
    assert main(["convert", "list.csv", "d.aif", "--die", "-1000,-2000,5000,4000", "--mirror", "x", "--origin", "centre"]) == 0
    pads, _ = formats.to_read("d.aif").read("d.aif")
    assert pads.die == (-3000, -3000, 3000, 3000) and [(place.x_um, place.y_um) for place in pads.places] == [(1000, 1000), (-1000, -3000), (3000, 3000)]


def test_the_layer_of_labels_is_no_name_in_a_lef(folder):
    layout = pya.Layout()
    shapes = layout.create_cell("TOP").shapes(layout.layer(81, 0))
    shapes.insert(pya.Box(-4000, -4000, 4000, 4000))
    shapes.insert(pya.Text("A", pya.Trans()))
    layout.write("b.gds")
    assert main(["convert", "b.gds", "b.def", "--from", "labels", "--layer", "81/0"]) == 0
    assert "LAYER RDL ;" in open("b.bumps.lef", encoding="utf-8").read()


def test_what_a_format_cannot_hold():
    pads = PadList((Place("A", 0.0, 0.0, "n", "ball", "signal", "circle", 5.0, 5.0, "top", "C", "p"),), (0.0, 0.0, 1.0, 1.0), "chip", traces=(Trace("n", "rdl", 1.0, ((0.0, 0.0), (1.0, 0.0))),))
    assert formats.named("csv").lost(pads) == ["the die", "the name chip", "1 shape of metal"]
    assert formats.named("def").lost(pads) == []
    assert formats.named("pos").lost(pads) == ["nets of 1 place", "kinds of 1 place", "functions of 1 place", "shapes of 1 place", "sizes of 1 place", "ports of 1 place", "the die",
        "the name chip", "1 shape of metal"]


def test_options_that_a_format_has_no_use_for_are_told(folder, capsys):
    assert main(["convert", "list.csv", "a.aif", "--layer", "RDL", "--lef", "list.csv"]) == 0
    said = capsys.readouterr().out
    assert "Not understood: --lef, which CSV has no use for" in said and "Not understood: --layer, which CSV has no use for" in said
    assert main(["convert", "list.csv", "labels.gds", "--to", "labels", "--layer", "81/0"]) == 0 and "--layer" not in capsys.readouterr().out
    assert main(["convert", "a.aif", "a.def", "--layer", "RDL", "--column", "x=X"]) == 0
    said = capsys.readouterr().out
    assert "Not understood: --column, which AIF 2.0 has no use for" in said and "--layer" not in said
    assert main(["convert", "a.aif", "a.gds", "--tech", "wlcsp"]) == main(["compare", "a.aif", "a.gds", "--tech", "wlcsp", "--column", "x=X", "--topcell", "DIE"]) == 0
    said = capsys.readouterr().out
    assert "Not understood: --column, which AIF 2.0 has no use for" in said and "--topcell" not in said


def test_from_a_list_to_traces(tmp_path, monkeypatch, capsys):
    """What docs/exchange.md shows for a list that a fan-out begins with: die, vias and openings, and the net list of the same list."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text("net,x,y,kind,width\na,200,700,chip_pad,50\na,500,700,ball,300\n")
    assert main(["convert", "list.csv", "start.gds", "--tech", "wlcsp", "--die", "0,0,1400,1400", "--vias"]) == 0
    assert main(["convert", "list.csv", "nets.csv", "--to", "netlist"]) == 0
    assert main(["fan-out", "start.gds", "chip.gds", "--tech", "wlcsp", "--nets", "nets.csv"]) == 0, capsys.readouterr().err
    assert "Drew 1 trace" in capsys.readouterr().out


def test_the_help_names_every_format(capsys):
    with pytest.raises(SystemExit):
        main(["convert", "--help"])
    assert " ".join(capsys.readouterr().out.split()).endswith("Formats: %s." % ", ".join(formats.FORMATS))


def test_a_net_list_for_the_fan_out(folder, capsys):
    assert main(["convert", "list.csv", "nets.csv", "--to", "netlist"]) == 0
    assert [(one.net, one.x_um, one.y_um, one.kind, one.name) for one in netlist.read("nets.csv")] == [("a", 1000, 2000, "ball", "A1"), ("b", 3000, -2000, "ball", "A2")]
    assert "left out: 1 of 3 places, which have no net" in capsys.readouterr().out


def test_a_drawing_of_a_list(folder):
    assert main(["convert", CHIP, "chip.gds", "--tech", "wlcsp"]) == 0
    assert main(["compare", CHIP, "chip.gds", "--tech", "wlcsp"]) == 0
    assert main(["compare", CHIP, "chip.gds", "--tech", "wlcsp", "--mirror", "x"]) == 2


def test_metal_of_a_layout_in_a_def(folder):
    """What is routed comes out as KLayout reads it, the same metal of the same nets."""
    places = (Place("A", 0.0, 0.0, "n", "ball", "signal", "circle", 100.0, 100.0), Place("B", 1000.0, 400.0, "n", CONTACT, "", "square", 60.0, 60.0))
    metal = (Trace("n", "rdl", 20.0, ((0.0, 0.0), (600.0, 0.0), (1000.0, 400.0))), Trace("m", "rdl", 0.0, ((0.0, 500.0), (200.0, 500.0), (200.0, 700.0))))
    formats.named("layout").write(PadList((*places, places[0]._replace(x_um=100.0, y_um=550.0, net="m", name="C")), (-500.0, -500.0, 1500.0, 1500.0), "chip", traces=metal), "a.gds",
        options_of({"tech": "wlcsp"}))
    assert main(["convert", "a.gds", "a.def", "--tech", "wlcsp"]) == 0
    pads, summary = formats.named("def").read("a.def", options_of({}, ["a.bumps.lef"]))
    assert {trace.net for trace in pads.traces} == {"n", "m"} and summary.left == []

    def region(traces, net):
        found = pya.Region()
        for trace in traces:
            points = [pya.DPoint(*point) for point in trace.points]
            found.insert((pya.DPath(points, trace.width_um).polygon() if trace.width_um else pya.DPolygon(points)).to_itype(0.001)) if trace.net == net else None
        return found.merged()
    assert (region(pads.traces, "m") ^ region(metal, "m")).is_empty()
    assert (region(metal, "n") - region(pads.traces, "n")).area() < 300e6  # um2 of bends and slanted ends
    text = open("a.def", encoding="utf-8").read()
    assert "+ ROUTED rdl 20000 + SHAPE IOWIRE ( 0 0 ) ( 600000 0 ) ( 1000000 400000 )" in text and "+ POLYGON rdl" in text


@pytest.mark.parametrize("arguments, words", [
    (["no.csv", "a.aif"], "no.csv: no such file"), (["list.csv", "a.xyz"], "the ending tells no format (csv, netlist, aif, "), (["list.csv", "list.csv"], "output is the input file"), (["list.csv",
        "a.gds"], "give --tech NAME"),
    (["list.csv", "a.json"], "give --tech NAME"), (["list.csv", "a.aif", "--unit", "ell"], "--unit must be one of"), (["list.csv", "a.aif", "--mirror", "z"], "--mirror must be x or y"),
        (["list.csv", "a.aif", "--origin", "top"], "--origin must be"),
    (["list.csv", "a.aif", "--cell", "B"], "bump cell must be NAME="), (["list.csv", "a.aif", "--cell", "B=star:3"], "the shape must be one of"), (["list.csv", "a.aif", "--lef", "no.lef"],
        "no such LEF file"), (["list.csv", "a.aif", "--from", "xy"], "unknown format"),
    (["bare.csv", "a.def"], "1 place without a size, one at 1, 2 um: DEF needs sizes, give --cell '*'=WIDTH"), (["blank.csv", "a.aif"],
        "the net 'a b' at 1, 2 um cannot be written as AIF 2.0"), (["list.csv", "no/a.aif"], "folder no does not exist"),
    (["odd.csv", "a.gds", "--tech", "wlcsp"], "'analogue' at 1, 2 um is no function of pads"), (["list.csv", "-", "--to", "aif"], "standard output is not written to"),
    (["-", "a.aif", "--from", "csv"], "standard input is not read"), ([".", "a.aif", "--from", "aif"], "is a folder: choose a file in it"),
    (["list.csv", "a.aif", "--die", "0,0,2e9,1"], "each side must be a coordinate in um from -1000000 to 1000000")])
def test_a_refusal_writes_nothing(folder, capsys, arguments, words):
    (folder / "bare.csv").write_text("x,y,net\n1,2,a\n")
    (folder / "blank.csv").write_text("x,y,net\n1,2,a b\n")
    (folder / "odd.csv").write_text("x,y,net,function,width\n1,2,a,analogue,5\n")
    before = sorted(os.listdir("."))
    assert main(["convert", *arguments]) == 1
    error = capsys.readouterr().err
    assert error.startswith("ERROR: ") and words in error and error.count("\n") == 1
    assert sorted(os.listdir(".")) == before


def test_sizes_of_bump_cells(folder):
    (folder / "b.bmap").write_text("b1 UB 1 2 - a\nb2 C4 100 2 - b\nb3 ? 200 2 - b\n")
    assert main(["convert", "b.bmap", "b.csv", "--cell", "UB=circle:20", "--cell", "C4=30x40", "--cell", "*=7"]) == 0
    assert [(place.shape, place.width_um, place.height_um) for place in formats.to_read("b.csv").read("b.csv")[0].places] == [("circle", 20, 20), ("rectangle", 30, 40), ("square", 7, 7)]


def test_names_of_their_own_where_a_format_needs_them(folder, capsys):
    (folder / "n.csv").write_text("name,x,y,net\nA,1,2,a\nA,3,4,b\n,5,6,c\nP3,7,8,d\n")
    assert main(["convert", "n.csv", "n.bmap"]) == 0
    names = [place.name for place in formats.to_read("n.bmap").read("n.bmap")[0].places]
    assert len(set(names)) == 4 and names[0] == "A" and names[3] == "P3"
    said = capsys.readouterr().out
    assert "1 place without a name: numbered" in said and "names of several places, numbered (_2, _3, ...): A" in said


def test_more_than_the_older_list_can_number(folder):
    with pytest.raises(ExchangeError, match="10000 places are more than the 9999"):
        aif.write_old(PadList((Place("", 0.0, 0.0),) * 10000), "a.txt")


def test_labels_of_a_layout_need_no_technology(folder, capsys):
    layout = pya.Layout()
    top, below = layout.create_cell("TOP"), layout.create_cell("BUMP")
    below.shapes(layout.layer(81, 0)).insert(pya.Box(-40000, -40000, 40000, 40000))
    for column in range(3):
        top.insert(pya.DCellInstArray(below, pya.DTrans(200.0 * column, 0)))
    for text, x_um, y_um in (("VDD", 10, 5), ("A1", 200, 0), ("A1", 210, 0), ("B", 220, 0), ("far", 1000, 7)):
        top.shapes(layout.layer(82, 0)).insert(pya.Text(text, pya.Trans(x_um * 1000, y_um * 1000)))
    layout.write("bumps.gds")
    assert main(["convert", "bumps.gds", "all.csv", "--from", "labels"]) == 0
    assert read_places("all.csv") == {("VDD", 10, 5, 0), ("A1", 200, 0, 0), ("A1", 210, 0, 0), ("B", 220, 0, 0), ("far", 1000, 7, 0)}
    assert main(["convert", "bumps.gds", "pads.csv", "--from", "labels", "--layer", "81/0"]) == 0
    said = capsys.readouterr().out
    assert read_places("pads.csv") == {("VDD", 0, 0, 80), ("A1 + B", 200, 0, 80), ("", 400, 0, 80), ("far", 1000, 7, 0)}
    assert "shapes with several names, joined by +: 1" in said and "labels that lie on no shape of 81/0: 1, one at 1000, 7 um" in said
    assert main(["convert", "bumps.gds", "none.csv", "--from", "labels", "--layer", "RDL"]) == 1
    assert main(["convert", "bumps.gds", "none.csv", "--from", "labels", "--layer", "5/0"]) == 1
    assert main(["convert", "bumps.gds", "none.csv"]) == 1 and not os.path.exists("none.csv")
    said = capsys.readouterr().err
    assert "like 81/0" in said and "holds no layer 5/0 (there are 81/0, 82/0)" in said and "--from labels" in said


def read_places(path):
    return {(place.net, place.x_um, place.y_um, place.width_um) for place in formats.named("csv").read(path)[0].places}
