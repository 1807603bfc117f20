"""One list in many spellings gives the same points; every mistake is told with line and column, and nothing is skipped in silence."""

import os

import pytest

from postpass.draw import padlist, pointlist
from postpass.draw.pointlist import PointListError, Reading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAME = {
    "csv": "x,y,net\n1.5,2.5,a\n3.5,-4,b\n",
    "csv with blanks, quotes and empty lines": 'x , y , "net"\n\n1.5 , 2.5 , "a"\n 3.5, -4 , b\n\n',
    "semicolons, decimal commas, millimetres": "X (mm);Y (mm);Net Name\n0,0015;0,0025;a\n0,0035;-0,004;b\n",
    "spreadsheet": "net\tCenter_X\tCenter_Y\r\na\t1,5\t2,5\r\nb\t3,5\t-4\r\n",
    "comment as header": "# made by a tool\n#netname,center_x,center_y,side\na,1.5,2.5,N\nb,3.5,-4,S\n",
    "byte order mark and blanks": "\ufeffPosX PosY Signal\n1.5 2.5 a\n3.5   -4 b",
    "no header, decimal commas between blanks": "1,5 2,5 a\n3,5 -4 b",
    "quoted decimal commas": '"1,5","2,5","a"\r"3,5","-4","b"\r',
    "bump table": "Bump_ID,Net,Center_X,Center_Y,Width,Height,Area,Text_Distance\n1,a,1.5,2.5,10,10,100,0\n2,b,3.5,-4,10,10,100,0",
    "net list of a package": "NETNAME PAD# PADTYPE PAD_X PAD_Y\na 1 BP 1.5 2.5\nb 2 BP 3.5 -4\nc - - - -",
    "bump map": "# inst cell x y port net\nb1 c 1.5 2.5 p a\nb2 c 3.5 -4 p b",
    "bars, the name first": "a|1.5|2.5\nb|3.5|-4",
    "nanometres": "x_nm,y_nm,netName\n1500,2500,a\n3500,-4000,b",
    "units behind the numbers": "name,x,y\na,1.5um,0.0025 mm\nb,3.5um,-4 µm",
    "mil": "X[mil];Y[mil];net\n0,059055118;0,098425197;a\n0,137795276;-0,157480315;b",
    "empty cells at the end": "x,y,net,,\n1.5,2.5,a,,\n3.5,-4,b,,\n,,,,\n"}


@pytest.mark.parametrize("spelling", SAME)
def test_the_same_points(spelling):
    found = pointlist.points(pointlist.read(SAME[spelling])).points
    assert [(round(point.x_um, 5), round(point.y_um, 5), point.net) for point in found] == [(1.5, 2.5, "a"), (3.5, -4.0, "b")]


def test_the_strict_lists_of_this_package_are_read_alike():
    with open(os.path.join(ROOT, "layouts", "caravel_pads.csv"), encoding="utf-8") as file:
        found = pointlist.points(pointlist.read(file.read()))
    strict = padlist.read(os.path.join(ROOT, "layouts", "caravel_pads.csv"))
    assert [(point.net, point.kind, point.x_um, point.y_um) for point in found.points] == [(pad.net, pad.kind, pad.x_um, pad.y_um) for pad in strict]
    balls, notes = pointlist.places(found, "ball")
    assert len(balls) == 60 and notes == ["Not used: name, size_um.", "Left out: 63 places of the other kind."]


def test_what_is_not_used_is_said():
    found = pointlist.points(pointlist.read("# comment\nnet x y colour\na 1 2 red\nb - - blue\n"))
    assert found.notes == ["Not used: colour.", "Without a place: line 4."] and len(found.points) == 1


@pytest.mark.parametrize("text, words", [
    ("", "The list is empty"), ("hello", "line 1: no two columns of numbers"), ("x,y\n1,5,2,5\n3,4", "line 2: 4 values instead of 2: write decimal commas in quotes"),
    ("x,y\na,2\n3,4\n1,zz", "line 2, x: x must be a number, not 'a'; line 4, y: y must be a number, not 'zz'"),
    ("x;y\n1.234,5;2\n1;2", "line 2, x: x must be a number, not '1.234,5': leave out the thousands separators"),
    ("x;y\n1,234;2\n1;2.5", "line 3, y: a decimal point in '2.5', but a decimal comma in line 2"),
    ("x,y\n1,2\n\n1,2", "line 4: the place 1, 2 um is already in line 2"), ("1,2,3\n4,5,6", "it has no header, and 3 columns of numbers: choose the columns of x and y"),
    ("[NETLIST]\na 1 2", "has sections like [NETLIST]"), ("x,y\n1,2\n3\n", "line 3: 1 value instead of 2"), ("x,y\n1e9,2", "x must be a coordinate in um from -1000000 to 1000000, not 1e9"),
    ("pad_x ball_x y\n1 2 3", "several columns can be x: pad_x, ball_x"), ("x,y,kind\n1,2,bump", "line 2, kind: 'bump' is not chip_pad or ball"),
    ("x,y,net\n1,2,'a\n3,\"4,b", "line 3: not valid CSV"), ("a,b\n1,2", "no column is named x; no column is named y"), ("x,y\n1,2\n-,2", "line 3, x: x must be a number, not '-'")])
def test_a_mistake_is_told_with_its_place(text, words):
    with pytest.raises(PointListError) as raised:
        pointlist.points(pointlist.read(text))
    assert words in str(raised.value)


def test_columns_chosen_by_hand():
    table = pointlist.read("1,2,3,p\n4,5,6,q\n")
    assert (table.roles, table.columns(), table.title(3)) == ({}, 4, "column 4")
    found = pointlist.points(table, Reading(roles={"x": 2, "y": 0, "net": 3}))
    assert [point[:3] for point in found.points] == [(3.0, 1.0, "p"), (6.0, 4.0, "q")] and found.notes == ["Not used: column 2."]
    with pytest.raises(PointListError, match="column 1 is chosen for x and y"):
        pointlist.points(table, Reading(roles={"x": 0, "y": 0}))


def test_unit_origin_and_mirror():
    table = pointlist.read("x,y\n1,2\n3,8\n")

    def read(**chosen):
        return [point[:2] for point in pointlist.points(table, Reading(**chosen)).points]
    assert read(unit="mm") == [(1000.0, 2000.0), (3000.0, 8000.0)] and read(unit="mil") == [(25.4, 50.8), (76.2, 203.2)]
    assert read(origin="centre") == [(-1.0, -3.0), (1.0, 3.0)] and read(origin="lower left") == [(0.0, 0.0), (2.0, 6.0)]
    assert read(mirror="left-right") == [(-1.0, 2.0), (-3.0, 8.0)] and read(mirror="up-down", origin="lower left") == [(0.0, 6.0), (2.0, 0.0)]
    titled = pointlist.read("x_um,y_um\n1,2\n")
    assert pointlist.points(titled, Reading(unit="mm")).notes == ["The header says um, but mm was chosen."]


def test_functions_of_pads():
    found = pointlist.points(pointlist.read("x,y,function\n1,2,Power\n3,4,GND\n5,6,\n7,8,sig\n"))
    places, notes = pointlist.places(found, "ball", ["flip-chip", "power", "ground", "signal"])
    assert [place.function for place in places] == ["power", "ground", "", "signal"] and notes == []
    assert pointlist.places(found, "chip_pad")[1] == ["Functions are not used: they are for pads."]
    with pytest.raises(PointListError, match="line 3: 'GND' is no function of pads here"):
        pointlist.places(found, "ball", ["power", "signal"])
