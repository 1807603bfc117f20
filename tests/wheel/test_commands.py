"""Commands draw everything or nothing, and say which rules a drawn choice breaks."""

import pya
import pytest

from postpass import tech
from postpass.draw import commands
from postpass.draw.commands import CommandError, ContactChoices, PadChoices, Place, ViaChoices

PAD = PadChoices("flip-chip", "octagon", 10.0)
VIA = ViaChoices("via", "square", 1.18)


class Board:
    """A layout with one cell."""

    def __init__(self, dbu_um=0.001):
        self.layout = pya.Layout()
        self.layout.dbu = dbu_um
        self.cell = self.layout.create_cell("TOP")

    def is_untouched(self):
        return self.cell.bbox().empty() and not list(self.layout.layer_indexes())


def test_one_pad():
    board = Board()
    report = commands.place_pads(board.cell, tech.load("postpass"), PAD._replace(x_um=5.0, y_um=-5.0))
    assert report == (["Placed 1 pad."], {"pad_flip_chip": 1}, None)
    assert board.cell.bbox() == pya.Box(0, -10000, 10000, 0)


def test_an_array_of_vias():
    board = Board()
    report = commands.place_vias(board.cell, tech.load("postpass"), VIA._replace(columns=3, rows=2, pitch_x_um=2.5, pitch_y_um=2.5))
    assert report == (["Placed 6 vias."], {"via": 6, "contact": 6, "rdl": 6}, None)
    assert board.cell.bbox() == pya.Box(-2500 - 1590, -1250 - 1590, 2500 + 1590, 1250 + 1590)


def test_lengths_off_the_grid_are_rounded_and_said_so():
    board = Board()
    report = commands.place_pads(board.cell, tech.load("postpass"), PAD._replace(size_um=10.003))
    assert report.messages == ["Placed 1 pad.", "size 10.003 um rounded to 10.005 um (grid 0.005 um)."]


@pytest.mark.parametrize("choices, severity, rules", [
    (VIA._replace(size_um=0.495), "error", ["VIA.W.1", "VIA.AR.1", "CP.W.1"]),
    (VIA._replace(size_um=0.5), "error", ["VIA.AR.1"]),
    (VIA._replace(size_um=0.59), "warning", ["VIA.AR.2"]),
    (VIA._replace(size_um=1.175), "warning", ["VIA.AR.2"]),
    (VIA._replace(size_um=1.18), None, []),
    (VIA._replace(size_um=3.0), None, []),
    (VIA._replace(size_um=3.005), "error", ["VIA.W.2", "CP.W.2"]),
    (VIA._replace(columns=2, pitch_x_um=2.18), None, []),
    (VIA._replace(columns=2, pitch_x_um=2.175), "error", ["VIA.S.1"]),
    (VIA._replace(columns=2, pitch_x_um=3.185), "error", ["RDL.S.1"]),  # capture pads 0.005 apart
    (VIA._replace(columns=2, pitch_x_um=5.18), None, []),
])
def test_vias_outside_the_rules_are_drawn_and_reported(choices, severity, rules):
    board = Board()
    report = commands.place_vias(board.cell, tech.load("postpass"), choices)
    assert report.severity == severity
    assert report.counts["via"] == choices.columns
    text = "\n".join(report.messages)
    assert all(rule in text for rule in rules)
    if severity is None:
        assert len(report.messages) == 1


@pytest.mark.parametrize("name, choices, severity, rules", [
    ("postpass", PAD._replace(size_um=9.995), "error", ["PAD.W.1"]),
    ("postpass", PAD._replace(columns=2, pitch_x_um=25.0), None, []),
    ("postpass", PAD._replace(rows=2, pitch_y_um=24.995), "error", ["PAD.P.1"]),
    ("postpass", PAD._replace(size_um=20.0, columns=2, pitch_x_um=29.995), "error", ["PAD.S.1"]),
    ("wlcsp", PadChoices("power", "octagon", 270.0, True, columns=2, pitch_x_um=500.0), None, []),
    ("wlcsp", PadChoices("power", "octagon", 270.0, True, columns=2, pitch_x_um=499.0), "error", ["UBM.P.1"]),
    ("wlcsp", PadChoices("power", "octagon", 269.99, True), "error", ["PAD.W.1", "UBM.E.1", "PI2.E.2"]),
    ("wlcsp400", PadChoices("power", "round", 235.0, True), None, []),
])
def test_pads_outside_the_rules_are_drawn_and_reported(name, choices, severity, rules):
    board = Board()
    report = commands.place_pads(board.cell, tech.load(name), choices)
    assert (report.severity, report.counts[tech.load(name).pad_layer(choices.function)]) == (severity, choices.columns * choices.rows)
    assert all(rule in "\n".join(report.messages) for rule in rules)
    if severity is None:
        assert len(report.messages) == 1


def test_a_shape_the_rules_do_not_know_is_reported(tmp_path):
    path = tmp_path / "strict.json"
    path.write_text('{"based_on": "%s", "name": "strict", "rules": [{"id": "VIA.SH.1", "shapes": ["square"]}]}'
                    % tech.load("postpass").path)
    board = Board()
    report = commands.place_vias(board.cell, tech.load(str(path)), VIA._replace(shape="round"))
    assert report.severity == "error" and report.messages[1] == "VIA.SH.1 Via shape: square, not round"


@pytest.mark.parametrize("choices, words", [
    (PAD._replace(size_um="wide"), "size must be a number in um, not 'wide'"),
    (PAD._replace(size_um=None), "size must be a number"),
    (PAD._replace(size_um=float("nan")), "size must be a number"),
    (PAD._replace(size_um=0.0), "size must be at least one grid step"),
    (PAD._replace(size_um=2e6), "below half a metre"),
    (PAD._replace(function="clock"), "no layer for clock pads"),
    (PAD._replace(shape="star"), "unknown shape 'star'"),
    (PAD._replace(openings=True), "has no openings above its pads"),
    (PAD._replace(columns=0), "columns must be a whole number, 1 or more, not '0'"),
    (PAD._replace(rows=1.5), "rows must be a whole number"),
    (PAD._replace(columns=2, pitch_x_um=0.0), "pitch must be at least one grid step"),
    (PAD._replace(columns=10000, rows=10000, pitch_x_um=1.0, pitch_y_um=1.0), "more than 1000000 in one array"),
    (PAD._replace(columns=1000, pitch_x_um=600.0), "the width of the array must be below half a metre"),
    (PAD._replace(x_um=float("inf")), "x must be a number"),
    (VIA._replace(cut="rdl"), "no via layer 'rdl'"),
])
def test_impossible_choices_are_refused_before_anything_is_drawn(choices, words):
    board = Board()
    place = commands.place_pads if isinstance(choices, PadChoices) else commands.place_vias
    with pytest.raises(CommandError, match=words):
        place(board.cell, tech.load("postpass"), choices)
    assert board.is_untouched()


@pytest.mark.parametrize("dbu_um", [0.002, 0.01])
def test_a_database_unit_that_does_not_fit_the_grid_is_refused(dbu_um):
    board = Board(dbu_um)
    with pytest.raises(CommandError, match="does not fit the grid of technology postpass.*unit of 0.001 um"):
        commands.place_vias(board.cell, tech.load("postpass"), VIA)
    assert board.is_untouched()


# many places, names, contact points


def labels(board):
    index = board.layout.find_layer(52, 10)
    return [] if index is None else [(shape.text.string, shape.text.x / 1000, shape.text.y / 1000) for shape in board.cell.shapes(index).each()]


def test_names_count_on_after_what_is_there():
    board, technology = Board(), tech.load("postpass")
    row = PAD._replace(columns=3, pitch_x_um=25.0, net="io[#]")
    report = commands.place_pads(board.cell, technology, row)
    assert report == (["Placed 3 pads, nets io[1] to io[3]."], {"pad_flip_chip": 3, "label": 3}, None)
    assert labels(board) == [("io[1]", -25.0, 0.0), ("io[2]", 0.0, 0.0), ("io[3]", 25.0, 0.0)]
    commands.place_vias(board.cell, technology, VIA._replace(net="vdd", y_um=50.0))
    commands.place_pads(board.cell, technology, row._replace(net="io##", y_um=100.0, columns=1))
    child = board.layout.create_cell("CHILD")
    commands.place_pads(child, technology, PAD._replace(net="io[41]"))
    board.cell.insert(pya.CellInstArray(child.cell_index(), pya.Trans(0, 200000)))
    report = commands.place_pads(board.cell, technology, row._replace(y_um=-50.0))
    assert report.messages == ["Placed 3 pads, nets io[42] to io[44]."]
    assert [name for name, _, _ in labels(board)] == ["io[1]", "io[2]", "io[3]", "vdd", "io01", "io[42]", "io[43]", "io[44]"]


def test_each_run_of_signs_in_a_name_is_the_number():
    """As on the page Nets; a name with different numbers is no earlier one of the pattern."""
    board, technology = Board(), tech.load("postpass")
    for name in ("a3_b03", "a7_b08", "a9_b"):
        commands.place_pads(board.cell, technology, PAD._replace(net=name, y_um=100.0))
    commands.place_pads(board.cell, technology, PAD._replace(columns=2, pitch_x_um=25.0, net="a#_b##"))
    assert [name for name, _, _ in labels(board)][3:] == ["a4_b04", "a5_b05"]


def test_places_of_a_list_with_names_and_functions():
    board = Board()
    places = [Place(0.0, 0.0, "a", "power"), Place(40.001, 0.0), Place(80.0, 0.0, "io#", "ground"), Place(0.0, 40.0, "io#")]
    report = commands.place(board.cell, tech.load("postpass"), PAD._replace(places=places, net="n#", x_um=100.0))
    assert report == (["Placed 4 pads, nets a to io2.", "1 place moved to the grid of 0.005 um, by at most 0.001 um."], {"pad_power": 1, "pad_flip_chip": 2, "pad_ground": 1, "label": 4}, None)
    assert labels(board) == [("a", 100.0, 0.0), ("n1", 140.0, 0.0), ("io1", 180.0, 0.0), ("io2", 100.0, 40.0)]


@pytest.mark.parametrize("choices, sentence", [
    (PAD._replace(places=[Place(0.0, 0.0), Place(0.001, 0.001)]), "places 1 and 2 are the same on the grid of 0.005 um: 0, 0 um"),
    (PAD._replace(places=[Place(0.0, 0.0, "", "analog")]), "has no layer for analog pads"), (PAD._replace(places=[Place(1e9, 0.0)]), "farther away than a wafer reaches"),
    (PAD._replace(net="a\nb"), "a net name must be a text of one line"), (PAD._replace(net=" a"), "without blanks at its ends"),
    (ContactChoices("rdl", "square", 1.0), "no contact layer 'rdl'")])
def test_impossible_places_and_names_draw_nothing(choices, sentence):
    board = Board()
    with pytest.raises(CommandError) as raised:
        commands.place(board.cell, tech.load("postpass"), choices)
    assert sentence in str(raised.value) and board.is_untouched()


def test_contact_points_alone():
    board = Board()
    report = commands.place(board.cell, tech.load("postpass"), ContactChoices("contact", "octagon", 1.18, columns=2, pitch_x_um=5.0))
    assert report == (["Placed 2 contact points."], {"contact": 2}, None)
    broken = commands.place(board.cell, tech.load("postpass"), ContactChoices("contact", "square", 3.005, x_um=50.0))
    assert broken.severity == "error" and "CP.W.2" in broken.messages[1]


def test_a_staggered_array():
    board = Board()
    commands.place_pads(board.cell, tech.load("postpass"), PAD._replace(columns=2, rows=2, pitch_x_um=40.0, pitch_y_um=30.0, staggered=True))
    index = board.layout.find_layer(53, 1)
    assert sorted((shape.bbox().center().x, shape.bbox().center().y) for shape in board.cell.shapes(index).each()) == [(-30000, -15000), (-10000, 15000), (10000, -15000), (30000, 15000)]


def test_the_preview_of_places_is_where_they_are():
    places = [Place(25.0 * number, 10.0, "n") for number in range(3)]
    boxes = sorted(outline.bbox().left for outline in commands.preview(tech.load("postpass"), PAD._replace(places=places)))
    assert boxes == [-5.0, 20.0, 45.0]
    [box] = commands.preview(tech.load("postpass"), PAD._replace(places=[Place(25.0 * number, 10.0) for number in range(101)]))
    assert box.bbox() == pya.DBox(-5.0, 5.0, 2505.0, 15.0)
