"""A list beside a drawing: what is missing, extra, moved, of another net or function; markers, page and exit codes."""

import re

import pya
import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.draw import drawing
from postpass.exchange import csv_list, matching
from postpass.exchange.compare_report import MOST_ROWS, page
from postpass.exchange.matching import EXTRA, MISSING, MOVED, OTHER_FUNCTION, OTHER_NET, compared
from postpass.exchange.record import CONTACT, PAD, PadList, Place

FUNCTIONS = ("flip-chip", "power", "ground", "signal")


def pad(name, x_um, y_um, net="", function="", kind=PAD):
    return Place(name, float(x_um), float(y_um), net, kind, function, "square", 40.0, 40.0)


def states(listed, drawn, tolerance_um=1.0):
    found = compared(PadList(tuple(listed)), PadList(tuple(drawn)), tolerance_um, FUNCTIONS)
    return [(one.state, (one.listed or one.drawn).net) for one in found.differences], found


LISTED = [pad("A1", 0, 0, "a", "signal"), pad("A2", 200, 0, "b", "signal"), pad("A3", 400, 0, "VSS", "ground"), pad("A4", 600, 0, "VSS", "ground")]


def test_the_same():
    listed = [*LISTED[:3], LISTED[3]._replace(function="GND")]  # a word of the list for the technology's
    found, comparison = states(listed, [place._replace(name="", x_um=place.x_um + 0.5) for place in reversed(LISTED)])
    assert found == [] and comparison.summary() == "4 places are the same."


def test_what_differs():
    drawn = [pad("", 0, 0, "a", "power"), pad("", 230, 40, "b", "signal"), pad("", 400, 0, "VDD", "ground"), pad("", 900, 0, "c", "signal")]
    found, comparison = states(LISTED, drawn)
    assert found == [(MISSING, "VSS"), (EXTRA, "c"), (MOVED, "b"), (OTHER_NET, "VSS"), (OTHER_FUNCTION, "a")]
    assert [one.sentence for one in comparison.differences] == [
        "pad A4 of net VSS at 600, 0 um: nothing is drawn there", "pad of net c at 900, 0 um: the list has none there", "pad A2 of net b at 200, 0 um: drawn at 230, 40 um, 50 um away (30, 40)",
        "pad A3 of net VSS at 400, 0 um: the drawing has net VDD there", "pad A1 of net a at 0, 0 um: the list says signal, the drawing power"]


def test_what_moved_is_found_by_its_net_and_without_one_near_by():
    assert states(LISTED, [*LISTED[:1], *LISTED[2:], pad("", 5000, 0, "b", "signal")])[0] == [(MOVED, "b")]
    assert states(LISTED, [*LISTED[:1], *LISTED[2:], pad("", 290, 0, "", "signal")])[0] == [(MOVED, "b"), (OTHER_NET, "b")]  # nearer than half the pitch of 200
    assert states(LISTED, [*LISTED[:1], *LISTED[2:], pad("", 310, 0, "", "signal")])[0] == [(MISSING, "b"), (EXTRA, "")]
    assert states(LISTED, [*LISTED[:1], *LISTED[2:], pad("", 210, 0, "b", "signal", CONTACT)])[0] == [(MISSING, "b")]  # another kind is no such place


def test_of_several_of_a_net_the_nearest_are_the_same():
    drawn = [pad("", 0, 0, "a", "signal"), pad("", 200, 0, "b", "signal"), pad("", 590, 0, "VSS", "ground"), pad("", 380, 0, "VSS", "ground")]
    found = states(LISTED, drawn)[1].differences
    assert [(one.listed.name, one.drawn.x_um) for one in found] == [("A3", 380), ("A4", 590)]


def test_the_tolerance_counts_to_its_end():
    drawn = [LISTED[0]._replace(x_um=3.0, y_um=4.0), *LISTED[1:]]
    assert states(LISTED, drawn, 5.0)[0] == [] and states(LISTED, drawn, 4.999)[0] == [(MOVED, "a")]


def test_of_two_places_within_the_tolerance_the_one_of_the_same_net_counts():
    assert states([pad("A", 0, 0, "a"), pad("B", 3, 0, "b")], [pad("", 2, 0, "a"), pad("", 1, 0, "b")], 5.0)[0] == []


def test_a_common_shift_is_told():
    assert states(LISTED, [place._replace(x_um=place.x_um + 10) for place in LISTED])[1].notes == ["Most of them moved by the same 10, 0 um: do list and layout have one origin?"]


def test_pads_of_one_net_that_moved_together_keep_their_partners():
    row = [pad("V%d" % count, 200 * count, 300, "VSS", "ground") for count in range(5)]
    nets = [pad("N%d" % count, 200 * count, 0, "n%d" % count, "signal") for count in range(5)]
    differences = states([*row, *nets], [place._replace(x_um=place.x_um + 150) for place in (*row, *nets)], 1.0)[1].differences
    assert len(differences) == 10 and all(one.listed.name == one.drawn.name for one in differences)


def test_kinds_that_the_list_has_not_are_not_compared():
    found, comparison = states(LISTED, [*LISTED, pad("", 50, 50, "a", kind=CONTACT)])
    assert found == [] and comparison.notes == ["Not compared: 1 contact point of the drawing, of which the list has none."]
    assert states([one._replace(kind="") for one in LISTED], [*LISTED, pad("", 50, 50, "a", kind=CONTACT)])[0] == [(EXTRA, "a")]


def test_half_the_least_pitch():
    places = [pad("", 100 * column, 90 * row) for column in range(30) for row in range(20)]
    assert matching._half_pitch(places) == 45.0 and matching._half_pitch(places[:1]) == 0.0
    assert matching._half_pitch([*places, pad("", 1003.0, 904.0)]) == 2.5


def test_the_page_is_bounded_and_says_what_it_leaves_out():
    listed = PadList(tuple(pad("A%d" % count, 100 * count, 0, "<n%d>" % count) for count in range(7000)))
    found = compared(listed, PadList(tuple(place._replace(name="") for place in listed.places[1000:])), 1.0, FUNCTIONS)
    text = page(found, "title", [])
    assert text.count("<tr>") == MOST_ROWS + 1 and "Left out of the table: 500 more differences." in text and "Left out of the picture: 1000 places that are the same." in text
    assert "&lt;n0&gt;" in text and "<n0>" not in text and not re.search(r"(src|href)=", text)


@pytest.fixture
def drawn(tmp_path):
    """A layout with two pads and their list."""
    tech = technologies.load("wlcsp")
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("CHIP")
    for x_um, function, net in ((0.0, "signal", "a"), (500.0, "ground", "VSS")):
        drawing.draw_pad(cell, tech, function, "octagon", 250.0, x_um, 0.0, openings=True)
        drawing.draw_label(cell, tech, net, x_um, 0.0)
    layout.write(str(tmp_path / "chip.gds"))
    csv_list.write(PadList((pad("A1", 0, 0, "a", "signal"), pad("A2", 500, 0, "VSS", "ground"))), str(tmp_path / "list.csv"))
    return tmp_path


def test_the_command(drawn, capsys):
    arguments = ["compare", str(drawn / "list.csv"), str(drawn / "chip.gds"), "--tech", "wlcsp", "--report", str(drawn / "r.lyrdb"), "--html", str(drawn / "r.html")]
    assert main(arguments) == 0 and "2 places are the same." in capsys.readouterr().out
    (drawn / "list.csv").write_text("name,x_um,y_um,net,kind,function\nA1,20,0,a,ball,signal\nA2,500,0,VDD,ball,power\nA3,900,0,c,ball,\n")
    assert main(arguments) == 2
    said = capsys.readouterr().out
    assert "missing: pad A3 of net c at 900, 0 um: nothing is drawn there\nmoved: pad A1 of net a at 20, 0 um" in said
    assert "0 places are the same; 1 missing, 1 moved, 1 other net, 1 other function." in said
    database = pya.ReportDatabase("read")
    database.load(str(drawn / "r.lyrdb"))
    assert sorted(database.category_by_id(item.category_id()).name() for item in database.each_item()) == ["missing", "moved", "other function", "other net"]
    boxes = [value.box() for item in database.each_item() for value in item.each_value() if value.is_box()]
    assert pya.DBox(375, -125, 625, 125) in boxes and database.top_cell_name == "CHIP"
    html = (drawn / "r.html").read_text(encoding="utf-8")
    assert "<svg" in html and "A3" in html and html.endswith("</html>\n")
    assert main([*arguments, "--tolerance-um", "25", "--from", "csv"]) == 2 and "moved" not in capsys.readouterr().out


@pytest.mark.parametrize("more, words", [(["--tolerance-um", "-1"], "the tolerance must be"), (["--tech", "nowhere"], "nowhere"), (["--from", "xyz"], "unknown format 'xyz'"), (["--topcell",
    "NO"], "no cell named NO"),
                                         (["--origin", "middle"], "--origin must be"), (["--lef", "no.lef"], "no such LEF file")])
def test_what_cannot_be_compared_is_refused(drawn, capsys, more, words):
    (drawn / "r.html").write_text("before")
    assert main(["compare", str(drawn / "list.csv"), str(drawn / "chip.gds"), "--tech", "wlcsp", "--html", str(drawn / "r.html"), *more]) == 1
    error = capsys.readouterr().err
    assert error.startswith("ERROR: ") and words in error and error.count("\n") == 1
    assert not (drawn / "r.html").exists() or (drawn / "r.html").read_text() == "before"
