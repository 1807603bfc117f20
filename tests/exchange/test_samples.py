"""Files as other tools write them: odd spacing, comments, line ends, missing values, unknown sections; and mistakes, each told with its place."""

import pya
import pytest

from postpass.exchange import formats
from postpass.exchange.record import ExchangeError, Options

AIF = """; a demo
[DATABASE]
TYPE=AIF
VERSION=2.0
UNITS = MM

[DIE]
WIDTH=2\r
NAME=demo
HEIGHT=1.5
[PADS]
DP=SQUARE 0.08
BP = ROUND 0.3
TRI=POLY 0,0 0.1,0 0,0.1 0,0
HEX=HEXAGON 1
[RINGS]
VSS R1 1 2 3
0 0
[netlist]
; NET  DP#  PAD  X  Y
NET-1\t1   DP   -0.9  0.5
VSS    2   TRI   0.5  0.5   AF3 BP 1 2   F1 1 0 0 0
NC     -   DP    0.9 -0.5
VDD - - - - B2 BP 3.5 -1
IO 7 DP 0.2 0.2 C7
IO2 8 ODD 0.3 0.3
"""

BMAP = """# bumpInst bumpCell x y port net

b1  BUMP 10.5 -20 io[0]  n0   # the first
 b2 BUMP 1e2  40.25 -  -
"""

LEF = """VERSION 5.8 ;
PROPERTYDEFINITIONS
  MACRO CatenaDesignType STRING ;
END PROPERTYDEFINITIONS
MACRO PAD
  CLASS PAD AREAIO ;
  ORIGIN 0 0 ;
  SIZE 45 BY 84 ;
  PIN PAD
    DIRECTION INOUT ;
    PORT
      CLASS BUMP ;
      LAYER RDL ;
        RECT 0 0 45 40 ;
    END
  END PAD
  OBS LAYER M1 ; RECT 0 0 1 1 ; END
END PAD
MACRO DUMMY_BUMP
  CLASS COVER BUMP ;
  SIZE 60.000 BY 30 ;
  PIN P USE SIGNAL ; PORT LAYER RDL ; RECT MASK 1 0 0 60 20 ; END END P
END DUMMY_BUMP
MACRO BUF
  CLASS CORE ;
  SIZE 1 BY 2 ;
END BUF
END LIBRARY
"""

DEF = """VERSION 5.8 ;
DIVIDERCHAR "/" ; BUSBITCHARS "[]" ;
DESIGN chip ;
UNITS DISTANCE MICRONS 2000 ;
DIEAREA ( 0 0 ) ( 2000000 1000000 ) ; # mm
ROW r0 site 0 0 N DO 1 BY 1 STEP 1 1 ;
COMPONENTS 6 ;
- B0 DUMMY_BUMP + SOURCE DIST + FIXED ( 100000 200000 ) N ;
- B1 DUMMY_BUMP + PLACED
   ( 300000 200000 ) FW ;
- U1 PAD + COVER ( 500000 200000 ) S ;
- X BUF + PLACED ( 0 0 ) N ;
- Y STRANGE + PLACED ( 0 0 ) N ;
- B3 DUMMY_BUMP + UNPLACED ;
END COMPONENTS
PINS 2 ;
- io[0] + NET n0 + DIRECTION INOUT + USE SIGNAL + LAYER RDL ( -10000 -10000 ) ( 10000 10000 ) + PLACED ( 900000 500000 ) N ;
- bare + NET n1 + DIRECTION INOUT ;
END PINS
SPECIALNETS 1 ;
- VSS ( B0 P ) + ROUTED RDL 20000 + SHAPE IOWIRE ( 130000 220000 ) ( 130000 600000 ) NEW RDL 20000 ( 130000 600000 ) ( 400000 * ) + USE GROUND ;
END SPECIALNETS
NETS 1 ;
- n0 ( U1 PAD ) ( B1 P ) ( PIN io[0] ) ;
END NETS
BLOCKAGES 1 ;
- LAYER RDL RECT ( 0 0 ) ( 1 1 ) ;
END BLOCKAGES
END DESIGN
"""

BOARD = """(kicad_pcb (version 20221018) (generator pcbnew)
  (net 0 "") (net 1 "GND") (net 2 "SIG \\"A\\"")
  (gr_line (start 0 0) (end 10 0) (layer "Edge.Cuts") (width 0.1))
  (gr_line (start 10 0) (end 10 -8) (layer "Edge.Cuts") (width 0.1))
  (segment (start 0 0) (end 1 1) (width 0.1) (layer "F.Cu") (net 1))
  (footprint "lib:chip" (layer "F.Cu")
    (at 5 -4 90)
    (property "Reference" "U1" (at 0 0))
    (pad "1" smd rect (at 1 0 90) (size 0.4 0.2) (layers "F.Cu" "F.Mask") (net 1 "GND"))
    (pad "2" smd circle (at 0 2) (size 0.3 0.3) (layers "F.Cu") (net 2 "SIG \\"A\\""))
    (pad "" np_thru_hole circle (at 0 0) (size 1 1) (drill 1) (layers "*.Mask")))
  (module lib:old (layer B.Cu) (at 8 -2)
    (fp_text reference J1 (at 0 0) (layer F.SilkS))
    (pad A1 smd oval (at -1 0.5) (size 0.2 0.6) (layers B.Cu) (net 1 GND))))
"""

POS = """### Module positions - created on a day ###
## Unit = mm, Angle = deg.
## Side : All
# Ref     Val     Package     PosX       PosY       Rot  Side
B1        bump    ball_300    1.5000    -2.2500    0.0000  top
B2        a b     ball_300    0.5        0    90.0  bottom
## End
"""

OLD = "DIE_NAME=old\nDIE_UNITS=MIL\nDIE_X=100\nDIE_Y=50\nDIE_PAD_SIZE=4\nDIE_LOT=7\n1 -10 5 VDD -\n2 10.5 5 GND B4\n"


def read(tmp_path, name, text, options=Options(), format_name=None):
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8"))
    return formats.to_read(str(path), format_name).read(str(path), options)


def short(pads):
    return [(place.name, place.x_um, place.y_um, place.net, place.kind, place.shape, place.width_um, place.height_um) for place in pads.places]


def test_aif(tmp_path):
    pads, summary = read(tmp_path, "a.aif", AIF)
    assert short(pads) == [
        ("1", -900, 500, "NET-1", "chip_pad", "square", 80, 80), ("2", 550, 550, "VSS", "chip_pad", "polygon", 100, 100), ("AF3", 1000, 2000, "VSS", "ball", "circle", 300, 300),
        ("", 900, -500, "NC", "chip_pad", "square", 80, 80), ("B2", 3500, -1000, "VDD", "ball", "circle", 300, 300), ("7", 200, 200, "IO", "chip_pad", "square", 80, 80), ("8", 300, 300,
            "IO2", "chip_pad", "", 0, 0)]
    assert pads.die == (-1000, -725, 1000, 775) and pads.title == "demo" and pads.unit == "mm"  # around the middle of the die pads
    assert summary.read[0] == "Read as AIF 2.0: 5 contact points, 2 pads, 6 nets."
    assert summary.left == ["section [RINGS] is not read: 3 lines (lines 16 to 18)", "unknown shape 'HEXAGON' of [PADS]: 1 line (line 15)",
        "fingers and rings of [NETLIST] are not read: 1 line (line 22)",
                            "balls without a place: 1 line (line 25)", "shape ODD is not in [PADS]: 1 line (line 26)"]


def test_the_older_die_list(tmp_path):
    pads, summary = read(tmp_path, "old.aif", OLD)
    assert short(pads) == [("1", -254, 127, "VDD", "chip_pad", "square", 101.6, 101.6), ("2", 266.7, 127, "GND", "chip_pad", "square", 101.6, 101.6)]
    assert pads.die == (-1270, -635, 1270, 635) and summary.left == ["DIE_LOT is not read: 1 line (line 6)", "balls without a place: 1 line (line 8)"]


def test_a_bump_map(tmp_path):
    (tmp_path / "b.lef").write_text(LEF.replace("DUMMY_BUMP", "BUMP"))
    pads, _ = read(tmp_path, "b.bmap", BMAP)
    assert [(place.name, place.cell, place.port, place.width_um) for place in pads.places] == [("b1", "BUMP", "io[0]", 0), ("b2", "BUMP", "", 0)]
    pads, _ = read(tmp_path, "b.bmap", BMAP.replace("\n", "\r\n"), Options(lefs=(str(tmp_path / "b.lef"),)))
    assert short(pads) == [("b1", 10.5, -20, "n0", "ball", "rectangle", 60, 20), ("b2", 100, 40.25, "", "ball", "rectangle", 60, 20)]


def test_a_macro_that_two_lef_files_have_otherwise_is_told(tmp_path):
    (tmp_path / "a.lef").write_text(LEF)
    (tmp_path / "b.lef").write_text(LEF.replace("SIZE 45 BY 84", "SIZE 45 BY 85"))
    (tmp_path / "c.lef").write_text(LEF.replace("MACRO PAD", "\n\nMACRO PAD"))
    lefs = tuple(str(tmp_path / name) for name in ("a.lef", "b.lef", "c.lef"))
    assert read(tmp_path, "b.bmap", BMAP, Options(lefs=lefs[:2]))[1].left[0] == "macro PAD is another one in several LEF files: that of %s is taken" % lefs[1]
    assert read(tmp_path, "b.bmap", BMAP, Options(lefs=(lefs[0], lefs[2])))[1].left == read(tmp_path, "b.bmap", BMAP, Options(lefs=lefs[:1]))[1].left


def test_def_with_lef(tmp_path):
    (tmp_path / "b.lef").write_text(LEF)
    pads, summary = read(tmp_path, "c.def", DEF, Options(lefs=(str(tmp_path / "b.lef"),)))
    assert short(pads) == [("B0", 80, 110, "VSS", "ball", "rectangle", 60, 20), ("B1", 160, 130, "n0", "ball", "rectangle", 20, 60), ("U1", 272.5, 164, "n0", "chip_pad", "rectangle", 45, 40),
                           ("io[0]", 450, 250, "n0", "", "square", 10, 10)]
    assert [place.function for place in pads.places] == ["ground", "", "", "signal"] and pads.die == (0, 0, 1000, 500)
    assert [(trace.net, trace.layer, trace.width_um, trace.points) for trace in pads.traces] == [("VSS", "RDL", 10, ((65, 110), (65, 300))), ("VSS", "RDL", 10, ((65, 300), (200, 300)))]
    assert summary.left == ["components of class CORE are no bump and no pad: 1 component (line 12)",
                            "macro STRANGE is in no LEF file (give --lef FILE, or --cell STRANGE=WIDTH): 1 component (line 13)", "components that are not placed: 1 component (line 14)",
                            "pins without a place: 1 pin (line 18)", "ROW is not read: 1 line (line 6)", "section BLOCKAGES is not read: 1 item (line 27)"]


def test_bumps_of_a_def_by_a_size_alone(tmp_path):
    pads, _ = read(tmp_path, "c.def", DEF, Options(cells={"DUMMY_BUMP": ("circle", 60.0, 60.0)}))
    assert short(pads)[:2] == [("B0", 80, 130, "VSS", "ball", "circle", 60, 60), ("B1", 180, 130, "n0", "ball", "circle", 60, 60)]


@pytest.mark.parametrize("turn", ["N", "S", "W", "E", "FN", "FS", "FW", "FE"])
def test_components_are_turned_as_klayout_turns_them(turn, tmp_path):
    (tmp_path / "b.lef").write_text(LEF.replace("RECT MASK 1 0 0 60 20", "RECT 5 0 20 10"))
    text = DEF.replace("( 100000 200000 ) N", "( 100000 200000 ) " + turn).replace("- Y STRANGE + PLACED ( 0 0 ) N ;\n", "").replace("- B3 DUMMY_BUMP + UNPLACED ;\n", "")
    pads, _ = read(tmp_path, "c.def", text, Options(lefs=(str(tmp_path / "b.lef"),)))
    loading, layout = pya.LoadLayoutOptions(), pya.Layout()
    config = loading.lefdef_config
    config.lef_files, config.read_lef_with_def, config.instance_property_name, config.pin_property_name = [str(tmp_path / "b.lef")], False, "name", "pin"
    loading.lefdef_config = config
    layout.read(str(tmp_path / "c.def"), loading)
    instance = next(one for one in layout.top_cell().each_inst() if one.property("name") == "B0")
    (box,) = [shape.dbbox() for index in layout.layer_indexes() for shape in instance.cell.shapes(index).each() if shape.property("pin") == "P"]
    there = box.transformed(instance.dcplx_trans)
    assert (pads.places[0].x_um, pads.places[0].y_um, pads.places[0].width_um, pads.places[0].height_um) == pytest.approx((there.center().x, there.center().y, there.width(), there.height()))


def test_a_board_of_kicad(tmp_path):
    pads, summary = read(tmp_path, "k.kicad_pcb", BOARD)
    assert short(pads) == [("U1.1", 5000, 5000, "GND", "", "rectangle", 200, 400), ("U1.2", 7000, 4000, 'SIG "A"', "", "circle", 300, 300), ("J1.A1", 7000, 1500, "GND", "", "oblong", 200, 600)]
    assert [place.side for place in pads.places] == ["top", "top", "bottom"] and pads.die == (0, 0, 10000, 8000)
    assert summary.left == ["pads without copper are not read: 1 line (line 11)", "segment is not read: 1 line (line 5)"]


def test_places_of_kicad(tmp_path):
    pads, summary = read(tmp_path, "k.pos", POS)
    assert [(place.name, place.x_um, place.y_um, place.side, place.cell) for place in pads.places] == [("B1", 1500, -2250, "top", "ball_300"), ("B2", 500, 0, "bottom", "ball_300")]
    assert summary.left == ["values of parts are not read: 2 lines (lines 5 to 6)", "turned parts: the angle is not read: 1 line (line 6)"]


def test_csv_with_decimal_commas_and_more_columns(tmp_path):
    pads, summary = read(tmp_path, "b.csv", "\ufeffBump_ID;Name;Center_X [mm];Center_Y [mm];Width [mm];Area;Net\r\n1;A1;1,5;-2,25;0,08;6;VDD\r\n2;A2;2,5;-2,25;0,08;6;-\r\n")
    assert short(pads) == [("A1", 1500, -2250, "VDD", "", "square", 80, 80), ("A2", 2500, -2250, "", "", "square", 80, 80)]
    assert summary.left == ["Not used: Bump_ID, Area."]


def test_a_macro_as_a_list(tmp_path):
    pads, _ = read(tmp_path, "b.lef", LEF, Options(topcell="PAD"))
    assert short(pads) == [("PAD", 22.5, 20, "PAD", "chip_pad", "rectangle", 45, 40)] and pads.die == (0, 0, 45, 84)


@pytest.mark.parametrize("name, text, words", [
    ("a.aif", AIF.replace("-0.9", "zz"), "a.aif, line 21, column 4: x must be a number, not 'zz'"), ("a.aif", AIF.replace("UNITS = MM", "UNITS=ELL"), "a.aif, line 5: unknown unit 'ELL'"),
    ("a.aif", AIF.replace("UNITS = MM", ""), "[DATABASE] names no UNITS"), ("a.aif", AIF.replace("TYPE=AIF", "TYPE=DXF"), "a file of type 'DXF'"), ("a.aif", AIF.replace("DP=SQUARE 0.08",
        "DP SQUARE"), "a.aif, line 12: 'DP SQUARE' is no KEY=VALUE"),
    ("a.aif", AIF.split("; NET")[0], "holds no contact point and no pad"), ("a.aif", AIF.replace("NC     -   DP    0.9 -0.5", "NC 3 DP 4"), "a.aif, line 23: 4 values instead of 5"),
    ("b.bmap", BMAP + "b3 BUMP 1 2\n", "b.bmap, line 5: 4 values instead of 6"), ("b.bmap", BMAP + "b1 BUMP 1 2 - -\n", "b.bmap, line 5: bump b1 is already in line 3"),
    ("b.bmap", BMAP.replace("-20", "1e9"), "b.bmap, line 3, column 4: y must be a coordinate"), ("c.def", DEF.replace("N ;\n- X", "NN ;\n- X").replace("S ;", "Q ;"),
        "c.def, line 11: COVER needs ( x y ) and one of"),
    ("c.def", DEF.replace("UNITS DISTANCE MICRONS 2000 ;", ""), "has no UNITS DISTANCE MICRONS"), ("c.def", DEF.split("END DESIGN")[0] + "NETS 2", "line 29: 'NETS' has no ; at its end"),
    ("k.kicad_pcb", BOARD[:-3], "this ( has no )"), ("k.kicad_pcb", BOARD + ")", "a ) too many"), ("k.kicad_pcb", BOARD.replace("(size 0.3 0.3)", ""),
        "k.kicad_pcb, line 10: a pad needs (size WIDTH HEIGHT)"),
    ("k.pos", POS.replace("top", "left"), "k.pos, line 5, column 7: 'left' is no side"), ("k.pos", POS.replace("## Unit", "## Unity"), "give --unit"), ("b.csv", "x,y\n1,2\n3,q\n",
        "b.csv: line 3, y: y must be a number, not 'q'"),
    ("old.txt", OLD.replace("10.5", "ten"), "old.txt, line 8, column 2: x must be a number, not 'ten'"), ("x.xyz", "hello", "neither ending nor contents tell which format it is"),
    ("j.json", '{"nets": [{"name": "a", "contacts": [{"shape": []}], "pads": []}], "die": [0, 0, 1, 1]}', "has an empty shape")])
def test_a_mistake_is_told_with_its_place(name, text, words, tmp_path):
    (tmp_path / "b.lef").write_text(LEF)
    with pytest.raises(ExchangeError) as raised:
        read(tmp_path, name, text, Options(lefs=(str(tmp_path / "b.lef"),)))
    assert words in str(raised.value) and "\n" not in str(raised.value)
