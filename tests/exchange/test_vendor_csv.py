"""Pad lists as spreadsheets of vendors save them: lines around the table, units of their own line, merged cells, Excel's ways of writing; and what a CSV cannot hold."""

import pytest

from postpass.__main__ import main
from postpass.exchange import formats
from postpass.exchange.record import ExchangeError, Options, PadList, Place

from .test_samples import read

ROWS = "A1,VDD,1,2\nA2,VSS,3,4\n"
WHERE = [("A1", "VDD", 1.0, 2.0), ("A2", "VSS", 3.0, 4.0)]


def places(pads):
    return [(place.name, place.net, place.x_um, place.y_um) for place in pads.places]


@pytest.mark.parametrize("text, told", [
    ("Ball Name,Net,X,Y\n,,um,(um)\n" + ROWS, []),
    ("Device rev 2\nof a day, by hand\nBall Name,Net,X (um),Y (um)\n" + ROWS, ["Not read, beside the table: lines 1, 2."]),
    ("Die,1000,2000,\nBall,Net,X (um),Y (um)\n" + ROWS, ["Not read, beside the table: line 1."]),
    (",,Place,,\nBall,Net,X (um),Y (um)\n" + ROWS, ["Not read, beside the table: line 1."]),
    ("Ball,Net,Place,\n,,X (um),Y (um)\n" + ROWS, ["Not read, beside the table: line 1."]),
    ("// by a tool\nBall,Net,X (um),Y (um)\n" + ROWS + "Total: 2 balls\n", ["Not read, beside the table: lines 1, 5."]),
    ("Ball,Net,X (um),Y (um)\n" + ROWS + "Total,2,,\n", ["Without a place: line 4."]),
    ("sep=;\r\nBall;Net;X (um);Y (um)\r\n" + ROWS.replace(",", ";").replace("\n", "\r\n"), []),
    ('Ball,Net,X (um),Y (um)\n="A1","=""VDD""","=""1""",2\nA2,VSS,3,4\n', []),
    ('"Ball\nName",Net,"X\n(um)","Y\n(um)"\n' + ROWS, []),
    ('Ball,Net,X (um),Y (um),Remark\nA1,VDD,1,2,"two\nlines, or\nthree"\nA2,VSS,3,4,\n', ["Not used: Remark."]),
    ("BALL NAME  NET NAME  X (um)  Y (um)\n-----------------------------\n" + ROWS.replace(",", "  "), ["Not read, beside the table: line 2."]),
    ("| Ball | Net | X (um) | Y (um) |\n|---|---|---|---|\n| A1 | VDD | 1 | 2 |\n| A2 | VSS | 3 | 4 |\n", ["Not used: column 1, column 6.", "Not read, beside the table: line 2."])])
def test_what_stands_around_and_in_the_cells_of_a_table(text, told, tmp_path):
    pads, summary = read(tmp_path, "v.csv", text)
    assert places(pads) == WHERE and summary.left == told and not any("No unit" in sentence for sentence in summary.read)


def test_a_line_of_units_counts_for_sizes_too_and_places_may_be_missing_first(tmp_path):
    pads, _ = read(tmp_path, "v.csv", "Ball;X;Y;Pad Size\n;[mm];[mm];[um]\nA1;1,5;2;20x30\n")
    assert [place[1:3] + place[7:9] for place in pads.places] == [(1500.0, 2000.0, 20.0, 30.0)]
    assert read(tmp_path, "v.csv", "Ball,X,Y,Size\nA1,1,2,20X30\n")[0].places[0][7:9] == (20.0, 30.0)
    for sizes in ("20x30,40", "40,20x30"):  # two heights, or two widths
        with pytest.raises(ExchangeError, match="must be a number, not '20x30'"):
            read(tmp_path, "v.csv", "Ball,X,Y,Width,Height\nA1,1,2,%s\n" % sizes)
    pads, summary = read(tmp_path, "v.csv", "Ball,Net,X,Y\nN1,NC,,\n" + ROWS)
    assert places(pads) == WHERE and summary.left == ["Without a place: line 2."]
    with pytest.raises(ExchangeError, match="line 3: 1 value instead of 3"):  # a number is no text beside the table
        read(tmp_path, "v.csv", "Ball,X,Y\nA1,1,2\n7\n")


def test_commas_that_may_part_thousands_are_told(tmp_path):
    def doubts(text):
        return [sentence for sentence in read(tmp_path, "v.csv", text)[1].left if "Commas" in sentence]
    assert doubts('x,y\n"1,234",850\n"2,500",7\n') == ["Commas are read as decimal commas: '1,234' in line 2 is 1.234; leave out commas that part thousands."]
    assert doubts("x;y\n1,234;0,5\n") == doubts("x;y\n1,234;0,500\n") == doubts("x,y\n1.234,2\n") == []
    with pytest.raises(ExchangeError, match="leave out thousands separators"):
        read(tmp_path, "v.csv", 'x,y\n"1,234.5","2,000.0"\n')


@pytest.mark.parametrize("header, row, found", [
    ("Pin #,Pin Name,X,Y", "7,VDD,1,2", ("VDD", 1, 2)), ("Pin Number,X,Y", "A7,1,2", ("A7", 1, 2)), ("Pad,Xc,Yc", "VDD,1,2", ("VDD", 1, 2)),
    ("Name,Pin X Location (um),Pin Y Location (um),Pad Opening X,Pad Opening Y", "a,1,2,50,60", ("a", 1, 2))])
def test_titles_of_vendors(header, row, found, tmp_path):
    place = read(tmp_path, "v.csv", "%s\n%s\n%s\n" % (header, row, row.replace("1", "11")))[0].places[0]
    assert (place.name, place.x_um, place.y_um) == found


def test_corners_are_not_taken_for_centres(tmp_path):
    with pytest.raises(ExchangeError, match="several columns can be x: X1, X2; several columns can be y: Y1, Y2"):
        read(tmp_path, "v.csv", "Name,X1,Y1,X2,Y2\na,1,2,11,12\nb,30,4,43,14\n")


def test_shapes_sizes_and_sides_of_vendors(tmp_path):
    pads, summary = read(tmp_path, "v.csv", "Name,X,Y,Shape,Size X,Size Y,Layer\na,1,2,Circular,20,20,TopLayer\nb,3,4,Rounded,20,30,BottomLayer\n")
    assert [place[6:10] for place in pads.places] == [("circle", 20.0, 20.0, "top"), ("rectangle", 20.0, 30.0, "bottom")]
    assert summary.left[0].startswith("the unknown shape 'Rounded' is read as a rectangle (known are ") and summary.left[0].endswith("1 line (line 3)")
    assert read(tmp_path, "v.csv", "Name,X,Y,Ball Diameter (um)\na,1,2,80\n")[0].places[0][6:9] == ("circle", 80.0, 80.0)


def test_names_that_begin_like_a_comment_stay(tmp_path, capsys):
    """The first column of a net list is the net, and a line that begins with # is a comment."""
    pads = PadList((Place("#1", 1.0, 2.0, "#RESET", "ball"), Place("a,#b", 3.0, 4.0, "VDD", "ball")))
    for name, first in (("csv", '"#1",'), ("netlist", '"#RESET",')):
        path = str(tmp_path / (name + ".csv"))
        assert formats.named(name).write(pads, path) == [] and "\n" + first in (tmp_path / (name + ".csv")).read_text()
        assert places(formats.named("csv").read(path)[0]) == [("#1", "#RESET", 1.0, 2.0), ("a,#b", "VDD", 3.0, 4.0)]
    from postpass.fanout import netlist
    assert [entry.net for entry in netlist.read(path)] == ["#RESET", "VDD"]


def test_a_comment_that_reads_like_a_place_is_told(tmp_path):
    pads, summary = read(tmp_path, "v.csv", "# x, y\nBall,Net,X (um),Y (um)\n#A0,RST,0,0\n# further ones\n" + ROWS)
    assert places(pads) == WHERE and summary.left == ["Not read, beside the table: line 3."]
    assert "Not read, beside the table: line 2." in read(tmp_path, "v.csv", "A,1,2\n#B,3,4\n# C\nD,5,6\n")[1].left  # without a header, too


def test_a_comment_takes_no_line_of_the_table_with_it(tmp_path):
    pads, summary = read(tmp_path, "v.csv", '#, "draft of a day\n"Ball",Net,X (um),Y (um)\n' + ROWS)
    assert places(pads) == WHERE and summary.left == []


def test_what_a_csv_cannot_hold_is_said(tmp_path):
    pads = PadList((Place("-", 1.0, 2.0, " A "), Place("b", 3.0, 4.0, "None", width_um=20.0, height_um=30.0)))
    path = str(tmp_path / "a.csv")
    assert formats.named("csv").write(pads, path) == ["blanks around texts are left out: 'A'", "a reader takes these texts for none: -, None"]
    assert "the size is the width alone: 1 place of another height" in formats.named("netlist").write(pads, path)
    with pytest.raises(ExchangeError, match=r'the text "a\\tb" holds a line break or a control character'):
        formats.named("csv").write(PadList((Place("a\tb", 1.0, 2.0),)), path)


def test_a_column_by_its_title_where_a_line_of_units_follows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "v.csv").write_text("Ball,X,Y,Subs X\n,mm,mm,um\nA1,1,2,7\n")
    assert read(tmp_path, "w.csv", (tmp_path / "v.csv").read_text(), Options(columns={"x": "Subs X"}))[0].places[0][1:3] == (7.0, 2000.0)
    assert main(["convert", "v.csv", "o.csv"]) == 0 and "No unit" not in capsys.readouterr().out


def test_a_list_of_one_die_of_several(tmp_path):
    """Facts of a die above the table, titles with the number of the die, types that are functions; other types are cells."""
    text = "DIE2_NAME : ram,,,,,,\nDIE2_LOC : 750,514,,,,,\n,,,,,,\nD2_NUM,D2_PAD_NAME,X,Y,X_LEN,Y_LEN,TYPE\n"
    text += "D2.1,VSSQ,45.5,4,54,64,power\nD2.2,DQS,45.5,70,54,64,Signal\nD2.3,NC,45.5,140,54,64,\n"
    pads, summary = read(tmp_path, "d.csv", text)
    assert [(place.net, place.function, place.width_um, place.height_um, place.cell) for place in pads.places] == [
        ("VSSQ", "power", 54, 64, ""), ("DQS", "Signal", 54, 64, ""), ("NC", "", 54, 64, "")]
    assert summary.left[:2] == ["Not used: D2_NUM.", "Not read, beside the table: lines 1, 2."]
    pads, _ = read(tmp_path, "d.csv", text.replace("power", "C4"))
    assert [(place.function, place.cell) for place in pads.places] == [("", "C4"), ("", "Signal"), ("", "")]
