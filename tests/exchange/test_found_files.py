"""What public files of each format hold (their facts in small samples), and what malformed ones do."""

import math
import random
import re
import time

import pya
import pytest

from postpass.__main__ import main
from postpass.draw import pointlist
from postpass.exchange import formats, lef
from postpass.exchange.record import ExchangeError, Options

from .test_samples import BMAP, BOARD, DEF, LEF, read, short

PADS = "Die#,Pad Name,Side,Layer,Die X,Die Y,Width,Height\n1,ci_0,E,I,1.25,1.5,0.075,0.044\n2,vdd,W,O,-1.25,1.5,0.075,0.044\n"


def test_edges_of_a_die_are_no_sides_and_a_unit_is_asked_for(tmp_path):
    pads, summary = read(tmp_path, "p.csv", PADS, Options(unit="mm"))
    assert short(pads)[0] == ("ci_0", 1250, 1500, "ci_0", "", "rectangle", 75, 44) and {place.side for place in pads.places} == {""}
    assert summary.left[:3] == ["Not used: Die#, Side, Layer.", "Side does not tell top and bottom.", "Layer does not tell top and bottom."]
    assert "No unit is named: lengths are taken for um (else give --unit)." in read(tmp_path, "p.csv", PADS)[1].read
    pads, _ = read(tmp_path, "p.csv", "#padname,center_x,center_y,side\na,1,2,top\nb,3,4,left\n")
    assert [place.side for place in pads.places] == ["", ""]
    with pytest.raises(ExchangeError, match="line 3, side: 'tip' is not top or bottom"):
        read(tmp_path, "p.csv", "#padname,center_x,center_y,side\na,1,2,top\nb,3,4,tip\n")


@pytest.mark.parametrize("header, columns", [
    ("Subs#,Net Name,Subs X,Subs Y", (2, 3)), ("Die#,Subs X,Subs Y,Die X,Die Y", (3, 4)), ("Designator,Mid X,Mid Y,Ref X,Ref Y,Pad X,Pad Y", (1, 2)), ("RefDes,Center-X(mm),Center-Y(mm)", (1, 2)),
    ("Ball,X Coord (um),Y Coord (um)", (1, 2)), ("Net,XLOC,YLOC", (1, 2))])
def test_headers_in_the_wild(header, columns):
    rows = "".join("\n" + ",".join(str(10 * line + column) for column in range(len(header.split(",")))) for line in range(3))
    table = pointlist.read(header + rows)
    assert (table.roles["x"], table.roles["y"]) == columns and table.doubts == []


def test_columns_of_a_csv_by_title_or_number(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("Chip X,Chip Y,Board X,Board Y,Signal\n1,2,3,4,a\n5,6,7,8,b\n")
    assert main(["convert", "a.csv", "b.csv"]) == 1
    assert "give --column x=TITLE and --column y=TITLE" in capsys.readouterr().err
    assert main(["convert", "a.csv", "b.csv", "--column", "x=board x", "--column", "y=4", "--column", "width=1"]) == 0
    assert short(read_again(tmp_path / "b.csv"))[1] == ("", 7, 8, "b", "", "square", 5, 5)
    for wrong, words in (("x=no", "no columns are named 'no'"), ("z=1", "a column must be WHAT=TITLE"), ("x", "a column must be WHAT=TITLE")):
        assert main(["convert", "a.csv", "b.csv", "--column", wrong, "--column", "y=2"]) == 1 and words in capsys.readouterr().err


def read_again(path):
    return formats.to_read(str(path)).read(str(path))[0]


def test_lines_that_repeat_others(tmp_path):
    """A list that was drawn from a layout with bumps in several cells has most of them more than once."""
    text = "Bump_ID,Name,Center_X,Center_Y,Width\n0,VDD,1,2,80\n1,A,3,4,80\n2,VDD,1,2,80\n3,A,3,4,80\n4,A,3,4,20\n"
    pads, summary = read(tmp_path, "b.csv", text)
    assert [(place.name, place.width_um) for place in pads.places] == [("VDD", 80), ("A", 80), ("A", 20)]
    assert summary.left[:2] == ["left out, for they repeat an earlier line: 2 lines (lines 4 to 5)", "at the place of an earlier line, with another name or size: 1 line (line 6)"]
    with pytest.raises(ExchangeError, match=r"line 4: the place 1, 2 um is already in line 2, with net VDD"):
        read(tmp_path, "b.csv", text.replace("2,VDD,1", "2,VSS,1"))


@pytest.mark.parametrize("name", ["a.csv", "a.bmap", "a.pos"])
@pytest.mark.parametrize("encoding, said", [("utf-8", None), ("utf-8-sig", None), ("utf-16", "UTF-16"), ("utf-16-be", "UTF-16"), ("cp1252", "Windows-1252")])
def test_encodings(name, encoding, said, tmp_path):
    text = {"a.csv": "name;x [µm];y [µm]\r\nÄ1;1,5;2\r\n\r\nB;3;4\r\n", "a.bmap": "# µm\nÄ1 C 1.5 2 - n\n", "a.pos": "## Unit = um\nÄ1 v p 1.5 2 0 top\n"}[name]
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    (tmp_path / name).write_bytes(mark + text.encode(encoding))
    pads, summary = formats.to_read(str(tmp_path / name)).read(str(tmp_path / name))
    assert (pads.places[0].name, pads.places[0].x_um, pads.places[0].y_um) == ("Ä1", 1.5, 2)
    assert any("read as %s" % said in one for one in summary.left) == (said is not None)


def test_places_of_kicad_as_csv(tmp_path):
    text = 'Ref,Val,Package,PosX,PosY,Rot,Side\n"B1","a,b","ball",1.5,-2.25,0.0,top\n"B2","","ball",0.5,0,90,bottom\n'
    pads, summary = read(tmp_path, "k-pos.csv", text)
    assert [(place.name, place.x_um, place.y_um, place.side, place.cell) for place in pads.places] == [("B1", 1500, -2250, "top", "ball"), ("B2", 500, 0, "bottom", "ball")]
    assert summary.left[0] == "KiCad's CSV names no unit: read as mm"
    assert read(tmp_path, "k-pos.csv", text, Options(unit="inch"))[0].places[0].x_um == 38100
    pads, summary = read(tmp_path, "k.pos", "## Unit = inches, Angle = deg.\nB1   ball   1   2  0.0  top\n")
    assert pads.places[0].cell == "ball" and pads.places[0].x_um == 25400 and "one of value and package is missing" in summary.left[0]


def test_nets_of_kicad_10_and_pads_beside_their_holes(tmp_path):
    board = BOARD.replace('(net 0 "") (net 1 "GND") (net 2 "SIG \\"A\\"")', "").replace('(net 1 "GND")', '(net "5")').replace('(net 1 GND)', '(net "GND")')
    board = board.replace('(layers "F.Cu" "F.Mask")', '(layers "F.Cu" "F.Mask") (drill 0.1 (offset 0 0.5))')
    board = board.replace("smd oval", "smd roundrect").replace("(size 0.2 0.6)", "(size 0.2 0.6) (roundrect_rratio 0.5)")
    pads, _ = read(tmp_path, "k.kicad_pcb", board)
    assert short(pads)[0] == ("U1.1", 5500, 5000, "5", "", "rectangle", 200, 400)  # 0.5 down, turned anticlockwise by 90: to the right
    assert short(pads)[2] == ("J1.A1", 7000, 1500, "GND", "", "oblong", 200, 600)


PAD = '(pad "%d" smd %s (at %d 0 %s) (size 0.4 0.2) (layers "F.Cu") %s (net 1 "a"))'


def board(*pads):
    """Places that are read from pads (shape, angle, more) of one footprint, and what is said."""
    return '(kicad_pcb (net 1 "a") (footprint "x:y" (layer "F.Cu") (at 10 -10)\n%s))' % "\n".join(PAD % (count, shape, count, angle, more) for count, (shape, angle, more) in enumerate(pads))


def test_rounded_cut_and_slanted_pads_of_kicad_have_their_corners(tmp_path):
    """Corners as KiCad makes them: the chamfer is of the shorter side, rect_delta is shared by both ends of a side; y points up here."""
    all_cut = "(roundrect_rratio 0) (chamfer_ratio 0.29289322) (chamfer top_left top_right bottom_left bottom_right)"
    text = board(("roundrect", 0, "(roundrect_rratio 0.25)"), ("roundrect", 90, "(roundrect_rratio 0)"), ("roundrect", 0, "(roundrect_rratio 0.5)"), ("roundrect", 0, all_cut),
                 ("roundrect", 90, "(roundrect_rratio 0) (chamfer_ratio 0.25) (chamfer top_left)"), ("trapezoid", 0, "(rect_delta 0.1 0)"), ("trapezoid", 90, "(rect_delta 0 0.1)"))
    pads, summary = read(tmp_path, "k.kicad_pcb", text)
    rounded, bare, oval, octagon, cut, left, turned = pads.places
    assert [(place.x_um, place.y_um) for place in pads.places] == [(10000 + 1000 * count, 10000) for count in range(7)] and summary.left == []
    assert (rounded.shape, rounded.width_um, rounded.height_um, len(rounded.outline)) == ("polygon", 400, 200, 32)
    assert all(min(math.hypot(abs(x) - 150, abs(y) - 50), 51) >= 50 - 1e-6 for x, y in rounded.outline)  # arcs of radius 50, a quarter of the shorter side
    assert (bare.shape, oval.shape, octagon.shape) == ("rectangle", "oblong", "octagon")
    assert (bare.width_um, bare.height_um) == (200, 400)
    assert set(cut.outline) == {(100, 200), (-100, 200), (-100, -150), (-50, -200), (100, -200)}
    assert set(left.outline) == {(-200, 150), (-200, -150), (200, -50), (200, 50)}
    assert set(turned.outline) == {(100, 250), (100, -250), (-100, 150), (-100, -150)}  # the lower side, longer by 100, is to the right


def test_a_pad_of_kicad_by_an_odd_angle_is_where_it_is(tmp_path):
    pads, _ = read(tmp_path, "k.kicad_pcb", board(("trapezoid", 30, "(rect_delta 0.1 0)")))
    place = pads.places[0]
    turn = complex(math.cos(math.pi / 6), math.sin(math.pi / 6))
    there = sorted((10000 + (complex(x, y) * turn).real, 10000 + (complex(x, y) * turn).imag) for x, y in ((-200, 150), (-200, -150), (200, -50), (200, 50)))
    found = sorted((place.x_um + x, place.y_um + y) for x, y in place.outline)
    assert place.shape == "polygon" and all(math.hypot(x - u, y - v) < 2e-6 for (x, y), (u, v) in zip(found, there))


def test_pads_that_kicad_calls_unconnected_have_no_net(tmp_path):
    text = board(("rect", 0, "")).replace('"a"', '"unconnected-(U1-PadNC)_3"')
    pads, summary = read(tmp_path, "k.kicad_pcb", text)
    assert pads.places[0].net == "" and summary.left == ["pads on nets of KiCad's own, 'unconnected-(...', are read without a net: 1 line (line 2)"]


def test_the_unit_in_a_column_of_its_own(tmp_path):
    pads, summary = read(tmp_path, "p.csv", "id,x,y,units\nA,1.5,2,mm\nB,3,4,mm\n")
    assert [(place.x_um, place.y_um) for place in pads.places] == [(1500, 2000), (3000, 4000)]
    assert not any("No unit" in one for one in summary.read) and not any("Not used" in one for one in summary.left)
    with pytest.raises(ExchangeError, match="line 3, units: um, but mm in line 2: a list has one unit"):
        read(tmp_path, "p.csv", "id,x,y,units\nA,1.5,2,mm\nB,3,4,um\n")
    assert "Not used: units." in read(tmp_path, "p.csv", "id,x,y,units\nA,1.5,2,mm\nB,3,4,7\n")[1].left


def test_fillers_of_a_pad_ring_are_no_contact_points(tmp_path):
    lef = LEF.replace("CLASS CORE", "CLASS PAD SPACER")
    (tmp_path / "b.lef").write_text(lef)
    pads, summary = read(tmp_path, "c.def", "DESIGN c ;\nUNITS DISTANCE MICRONS 1000 ;\n\nCOMPONENTS 2 ;\n- a BUF + PLACED ( 0 0 ) N ;\n- b PAD + PLACED ( 0 0 ) N ;\nEND COMPONENTS\nEND DESIGN\n",
                         Options(lefs=(str(tmp_path / "b.lef"),)))
    assert [place.name for place in pads.places] == ["b"] and summary.left == ["components of class PAD SPACER are no bump and no pad: 1 component (line 5)"]


def test_nets_of_pins_of_all_components_and_of_core_pins(tmp_path):
    """A power net names the pin of all components, and a pad cell has pins to the core, whose nets are not those of its pad."""
    (tmp_path / "b.lef").write_text(LEF.replace("MACRO PAD\n", "MACRO PAD\n  PIN A PORT LAYER M1 ; RECT 0 0 90 90 ; END END A\n"))
    rows = "".join("- %s PAD + PLACED ( %d 0 ) N ;\n" % (name, 100000 * count) for count, name in enumerate("abcd"))
    nets = "- VDD ( * PAD ) + USE POWER ;\n- n ( b PAD ) ( PIN n ) ;\n- core ( a A ) ( b A ) ( c A ) ;\n"
    text = "DESIGN c ;\nUNITS DISTANCE MICRONS 1000 ;\nCOMPONENTS 4 ;\n%sEND COMPONENTS\nNETS 3 ;\n%sEND NETS\nEND DESIGN\n"
    options = Options(lefs=(str(tmp_path / "b.lef"),))
    pads, _ = read(tmp_path, "c.def", text % (rows, nets), options)
    assert [(place.net, place.function) for place in pads.places] == [("VDD", "power"), ("n", ""), ("VDD", "power"), ("VDD", "power")]
    pads, summary = read(tmp_path, "c.def", text % (rows, nets.replace("( * PAD )", "( * VDD )")), options)
    assert [place.net for place in pads.places] == ["", "n", "", ""] and summary.left == ["components with nets on other pins than that of the pad: 2 components (lines 4, 6)"]


def test_shapes_that_a_lef_repeats(tmp_path):
    lef = "MACRO m\n SIZE 50 BY 50 ;\n ORIGIN 5 5 ;\n FOREIGN other -5 -5 ;\n PIN p\n PORT\n LAYER m ;\n RECT ITERATE 0 0 10 20 DO 2 BY 1 STEP 30 0 ;\n END\n END p\nEND m\n"
    pads, summary = read(tmp_path, "m.lef", lef)
    assert short(pads) == [("p", 5, 10, "p", "", "rectangle", 10, 20)] and pads.die == (-5, -5, 45, 45)
    assert summary.left == ["of pins with several shapes the largest is read: 1 line (line 5)"]
    with pytest.raises(ExchangeError, match="line 8: ITERATE needs DO columns BY rows"):
        read(tmp_path, "m.lef", lef.replace("DO 2 BY", "DO 2"))


def test_metal_of_a_def_by_another_ending(tmp_path):
    text = "DESIGN c ;\nUNITS DISTANCE MICRONS 1000 ;\nDIEAREA ( 0 0 ) ( 9000 0 ) ( 9000 9000 ) ( 0 9000 ) ;\nPINS 1 ;\n- p + NET n + LAYER m ( 0 0 ) ( 10 10 ) + PLACED ( 0 0 ) N ;\nEND PINS\n" \
           "SPECIALNETS 1 ;\n- n + ROUTED m 100 + SHAPE IOWIRE ( 0 0 ) ( 0 500 ) ;\nEND SPECIALNETS\nEND DESIGN\n"
    pads, _ = read(tmp_path, "c.def.ok", text, format_name="def")
    assert [trace.points for trace in pads.traces] == [((0, 0), (0, 0.5))] and pads.die == (0, 0, 9, 9)


GOOD = {"csv": "x,y\n1,2\n", "aif": "[DATABASE]\nTYPE=AIF\nVERSION=2.0\nUNITS=UM\n[NETLIST]\na 1 - 1 2\n", "bmap": BMAP,
        "def": "DESIGN c ;\nUNITS DISTANCE MICRONS 1000 ;\nPINS 1 ;\n- p + LAYER m ( 0 0 ) ( 10 10 ) + PLACED ( 1 2 ) N ;\nEND PINS\n",
        "lef": "MACRO m\n SIZE 1 BY 2 ;\n PIN p\n PORT\n LAYER m ;\n RECT 0 0 1 2 ;\n END\n END p\nEND m\n",
        "kicad_pcb": BOARD, "pos": "## Unit = mm\na - p 1 2 0 top\n", "json": '{"die": [0, 0, 1, 1], "nets": []}'}


@pytest.mark.parametrize("ending", GOOD)
@pytest.mark.parametrize("content", [
    b"", b"\n \n", b"\x00\x01\x02" * 50, random.Random(1).randbytes(400), b"\x1f\x8b\x08\x00" + random.Random(2).randbytes(60), b"(kicad_pcb (version 1))", b"[DATABASE]\n",
    b"MACRO", b"{", b"DESIGN x ;", "x,y\n1,2"])
def test_malformed_files_are_refused_in_one_sentence(ending, content, tmp_path):
    path = tmp_path / ("a." + ending)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if ending == "csv" and content == "x,y\n1,2":
        return
    with pytest.raises(ExchangeError) as raised:
        formats.to_read(str(path)).read(str(path))
    assert str(path) in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize("ending", GOOD)
def test_numbers_out_of_bounds_and_endless_lines(ending, tmp_path):
    text = GOOD[ending]
    for number in ("1e999", "nan", "-1e7", "9" * 400):
        for old in ("1", "2"):
            path = tmp_path / ("b." + ending)
            path.write_text(text.replace(old, number))
            try:
                pads = read_again(path)
            except ExchangeError as error:
                assert "b." + ending in str(error)
            else:
                assert all(abs(place.x_um) <= 1e6 and abs(place.y_um) <= 1e6 and place.width_um < 1e6 for place in pads.places)
    for filler in ("1 " * 500000, "a" * 1000000, "( " * 500000, ", 1" * 300000):
        path.write_text(text + filler)
        try:
            read_again(path)
        except ExchangeError as error:
            assert "b." + ending in str(error) and len(str(error)) < 1000


def test_keywords_in_small_letters(tmp_path):
    """KLayout takes them, too. A name stays as it is, even where a keyword is spelled so."""
    lef_text = LEF.lower().replace("dummy_bump", "bump").replace("pin p ", "pin size ").replace("end end p", "end end size")
    path = tmp_path / "small.lef"
    path.write_text(lef_text)
    text = "design chip ;\nunits distance microns 1000 ;\ndiearea ( 0 0 ) ( 900 900 ) ;\ncomponents 1 ;\n- n bump + fixed ( 1000 2000 ) w ;\nend components\n"
    text += "nets 1 ;\n- net1 ( n size ) ( pin q ) + use power ;\nend nets\nend design\n"
    pads, summary = read(tmp_path, "small.def", text, Options(lefs=(str(path),)))
    place = pads.places[0]
    assert (place.name, place.x_um, place.y_um, place.net, place.kind, place.function, place.width_um) == ("n", 21.0, 32.0, "net1", "ball", "power", 20.0) and pads.title == "chip"
    assert summary.left == []


def test_paths_in_pins_of_a_lef_and_macros_without_a_size(tmp_path):
    text = "MACRO io\n CLASS PAD ;\n SIZE 75 BY 200 ;\n PIN a\n PORT\n LAYER m ;\n WIDTH 4 ;\n PATH 10 10 60 10 60 30 ;\n END\n PORT\n LAYER n ;\n PATH 0 0 70 0 ;\n END\n END a\nEND io\n"
    pads, summary = read(tmp_path, "p.lef", text)
    assert short(pads) == [("a", 35.0, 10.0, "a", "chip_pad", "rectangle", 54.0, 4.0)]
    assert summary.left == ["paths as wide as their layer are not read: 1 pin (line 4)", "of pins with several shapes the largest is read: 1 line (line 4)"]
    with pytest.raises(ExchangeError, match="line 1: MACRO io has no SIZE"):
        read(tmp_path, "p.lef", text.replace(" SIZE 75 BY 200 ;\n", ""))
    (tmp_path / "core.lef").write_text(text.replace(" SIZE 75 BY 200 ;", "").replace("CLASS PAD", "CLASS CORE"))
    assert set(lef.macros(str(tmp_path / "core.lef"))) == {"io"}


def test_a_polygon_of_a_die(tmp_path):
    text = "DESIGN c ;\nUNITS DISTANCE MICRONS 1000 ;\nDIEAREA ( 0 0 ) ( 0 9000 ) ( 5000 * ) ( * 4000 ) ( 9000 * ) ( * 0 ) ;\n"
    text += "PINS 1 ;\n- p + LAYER m ( 0 0 ) ( 10 10 ) + PLACED ( 1 2 ) N ;\nEND PINS\n"
    pads, summary = read(tmp_path, "d.def", text)
    assert pads.die == (0.0, 0.0, 9.0, 9.0) and summary.left == ["DIEAREA is a polygon, of which the box is read: 1 line (line 3)"]
    assert read(tmp_path, "d.def", text.replace("( 5000 * ) ( * 4000 ) ( 9000 * )", "( 9000 * )"))[1].left == []


@pytest.mark.parametrize("name, words", [
    ("a.def.gz", "is compressed: unpack it first"), ("a.3dbv", "convert those, the .bmap files"), ("a.xlsx", "save its sheet as CSV"), ("a.odd", "give --from")])
def test_files_of_other_kinds(name, words, tmp_path):
    (tmp_path / name).write_bytes(b"\x1f\x8b\x08\x00")
    with pytest.raises(ExchangeError, match=words):
        formats.to_read(str(tmp_path / name))


def test_labels_beside_arrays_of_vias(tmp_path):
    """A search through all shapes would take minutes for cells with millions of vias, which hold no label."""
    layout = pya.Layout()
    top, block, via = (layout.create_cell(name) for name in ("TOP", "BLOCK", "VIA"))
    metal = layout.layer(1, 0)
    via.shapes(metal).insert(pya.Box(0, 0, 10, 10))
    block.insert(pya.CellInstArray(via.cell_index(), pya.Trans(), pya.Vector(20, 0), pya.Vector(0, 20), 3000, 3000))
    block.shapes(metal).insert(pya.Text("A", pya.Trans(1000, 2000)))
    top.insert(pya.CellInstArray(block.cell_index(), pya.ICplxTrans(2.0, 90, True, 5000, 6000), pya.Vector(100000, 0), pya.Vector(0, 100000), 2, 2))
    layout.write(str(tmp_path / "a.oas"))
    began = time.process_time()
    pads, _ = formats.named("labels").read(str(tmp_path / "a.oas"))
    assert sorted(place[1:4] for place in pads.places) == [(9.0, 8.0, "A"), (9.0, 108.0, "A"), (109.0, 8.0, "A"), (109.0, 108.0, "A")]
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize("drawn, in_footprint, die", [
    ("(gr_circle (center 5 5) (end 8 5) (layer Edge.Cuts))", "", (2, -8, 8, -2)), ("(gr_arc (start 5 5) (end 8 5) (angle 90) (layer Edge.Cuts))", "", (5, -8, 8, -5)),
    ("(gr_arc (start 0 0) (mid 1 1) (end 2 0) (layer Edge.Cuts))", "", (0, -1, 2, 0)), ("(gr_arc (start 0 0) (mid 1 -1) (end 2 0) (layer Edge.Cuts))", "", (0, 0, 2, 1)),
    ("(gr_arc (start 0 1) (mid -1 0) (end 1 0) (layer Edge.Cuts))", "", (-1, -1, 1, 1)), ("", "(fp_line (start 0 0) (end 10 2) (layer Edge.Cuts))", (5, -5, 7, 5))])
def test_outlines_of_kicad_with_arcs_and_in_footprints(drawn, in_footprint, die, tmp_path):
    text = '(kicad_pcb (net 0 "") %s (footprint "l:x" (layer "F.Cu") (at 5 5 90) %s (pad "1" smd rect (at 0 0) (size 1 1) (layers "F.Cu"))))' % (drawn, in_footprint)
    assert read(tmp_path, "e.kicad_pcb", text)[0].die == pytest.approx(tuple(1000.0 * side for side in die), abs=1e-6)


def test_places_on_each_other_with_different_nets_are_told(tmp_path):
    text = "b1 B 1 2 - n\nb2 B 1 2 - m\nb3 B 1 3 - n\nb4 B 1 3 - n\n"
    assert read(tmp_path, "b.bmap", text)[1].left == ["at the place of another one, with another net: 1 place, one (b2) at 1, 2 um"]


def test_a_pad_of_size_0_does_not_stop_a_board(tmp_path):
    pads = '(kicad_pcb (footprint "x" (layer "F.Cu") (pad "1" smd rect (at 0 0) (size 0 0) (layers "F.Cu")) (pad "2" smd rect (at 1 0) (size 1 1) (layers "F.Cu"))))'
    found, summary = read(tmp_path, "z.kicad_pcb", pads)
    assert [place.width_um for place in found.places] == [0.0, 1000.0] and summary.left == ["pads of size 0 are read without a size: 1 line (line 1)"]


def test_units_in_full_and_pads_that_differ_by_layer(tmp_path):
    assert read(tmp_path, "u.aif", "[DATABASE]\nUNITS=Millimeters\n[NETLIST]\na 1 - 1 2\n")[0].places[0][1:3] == (1000.0, 2000.0)
    pad = '(kicad_pcb (footprint "x" (layer "F.Cu") (pad "1" thru_hole circle (at 0 0) (size 1 1) (layers "*.Cu") (padstack (mode custom)))))'
    assert read(tmp_path, "s.kicad_pcb", pad)[1].left == ["pads that differ by layer are read as on the front: 1 line (line 1)"]


@pytest.mark.parametrize("text, words", [
    ("PINS 1 ;\n- ;\nEND PINS\n", "line 4: an entry of PINS ends after '-'"), ("NETS 1 ;\n- n + USE POWER + ;\nEND NETS\n", r"line 4: an entry of NETS ends after '\+'"),
    ("COMPONENTS 1 ;\n- b ;\nEND COMPONENTS\n", "line 4: a component needs a name and a macro")])
def test_entries_of_a_def_without_words(text, words, tmp_path):
    with pytest.raises(ExchangeError, match=words):
        read(tmp_path, "d.def", "DESIGN c ;\nUNITS DISTANCE MICRONS 1000 ;\n" + text)


def test_vias_of_a_def_are_told(tmp_path):
    (tmp_path / "t.lef_").write_text("VERSION 5.8 ;\nLAYER m\n TYPE ROUTING ;\n WIDTH 2 ;\nEND m\nLAYER v\n TYPE CUT ;\nEND v\nLAYER n\n TYPE ROUTING ;\n WIDTH 2 ;\nEND n\nEND LIBRARY\n")
    text = "VERSION 5.8 ;\nDESIGN c ;\nUNITS DISTANCE MICRONS 1000 ;\nVIAS 1 ;\n- one + RECT v ( -10 -10 ) ( 10 10 ) + RECT m ( -30 -30 ) ( 30 30 ) + RECT n ( -30 -30 ) ( 30 30 ) ;\nEND VIAS\n"
    text += "PINS 1 ;\n- p + LAYER m ( 0 0 ) ( 10 10 ) + PLACED ( 1 2 ) N ;\nEND PINS\n"
    text += "SPECIALNETS 1 ;\n- a + ROUTED m 800 ( 0 0 ) ( 9000 0 ) one NEW m 800 ( 0 500 ) one ( 0 9000 ) ;\nEND SPECIALNETS\nEND DESIGN\n"
    pads, summary = read(tmp_path, "v.def", text, Options(lefs=(str(tmp_path / "t.lef_"),)))
    assert {trace.net for trace in pads.traces} == {"a"} and summary.left[-1] == "vias of the metal are not read: 2"


@pytest.mark.parametrize("ending", GOOD)
def test_files_with_random_mistakes_are_read_or_refused(ending, tmp_path):
    """A word is left out, put in or exchanged: an origin with one number, a net that is a list, an entry without a name."""
    dice = random.Random(5)
    text = {"lef": GOOD["lef"].replace(" SIZE", " CLASS PAD ;\n ORIGIN 0 0 ;\n SIZE"), "def": DEF}.get(ending, GOOD[ending])
    words = re.findall(r'\s+|[();,"=\[\]{}:+]|[^\s();,"=\[\]{}:+]+', text)
    path = tmp_path / ("m." + ending)
    for _ in range(300):
        some = list(words)
        position = dice.randrange(len(some))
        some[position:position + dice.randrange(2)] = dice.choice([[], [dice.choice(words)], [dice.choice(["", "(", ")", ";", "+", "-", "#", '"', "1e9", "nan", "x", "END", "=", "[]", "{"])]])
        path.write_text("".join(some))
        try:
            read_again(path)
        except ExchangeError as error:
            assert str(path) in str(error) and "\n" not in str(error)
