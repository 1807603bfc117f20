"""Names of nets: given to rows by a pattern, taken away, never half."""

import pya
import pytest

from postpass.draw import drawing
from postpass.draw.choices import CommandError
from postpass.fanout import naming
from postpass.fanout.net_list_of_drawing import DrawnNets

from .drawn import POSTPASS, place, ring


def label_shapes(cell):
    return cell.shapes(cell.layout().layer(*POSTPASS.layers["label"]["gds"]))


def texts(cell):
    return sorted((shape.text.string, shape.text.x, shape.text.y) for shape in label_shapes(cell).each())


def give(cell, names):
    drawn = DrawnNets(cell, POSTPASS)
    names = names(drawn) if callable(names) else names
    return naming.report(drawn, names, naming.draw(cell, POSTPASS, naming.prepared(cell, POSTPASS, drawn, names)))


@pytest.mark.parametrize("pattern, expected", [("clk", ["clk", "clk"]), (" io[#] ", ["io[3]", "io[4]"]), ("a##_#", ["a03_3", "a04_4"]), ("a#_b#", ["a3_b3", "a4_b4"])])
def test_a_pattern_counts(pattern, expected):
    assert naming.names_by(pattern, 2, 3) == expected


@pytest.mark.parametrize("pattern", ["", "   ", "a\nb", "x" * 201])
def test_what_is_no_name_is_refused(pattern):
    with pytest.raises(CommandError, match=r"name"):
        naming.names_by(pattern, 2)


def test_nameless_pads_get_names_from_left_to_right():
    layout, cell = ring(count=6, named=False)

    def names(drawn):
        pads = [row.nets[0] for row in drawn.rows if row.pads]
        return dict(zip(drawn.from_left(pads), naming.names_by("io[#]", 6)))
    report = give(cell, names)
    assert report.messages == ["Named 6 nets io[0] to io[5]."] and report.severity is None and report.counts == {"label": 6}
    found = texts(cell)
    assert [text for text, _, _ in found] == ["io[%d]" % number for number in range(6)]
    assert [x for _, x, _ in found] == sorted(x for _, x, _ in found)
    assert sorted((x, y) for _, x, y in found) == sorted(tuple(int(round(value / layout.dbu)) for value in place(number, 6, 110.0)) for number in range(6))


def test_all_labels_of_a_net_get_the_new_name_where_they_are():
    layout, cell = ring(count=3)
    before = texts(cell)
    report = give(cell, lambda drawn: dict.fromkeys(next(row for row in drawn.rows if row.name == "n1").nets, "clk"))
    assert report.messages == ["Named 1 net clk."]
    assert texts(cell) == sorted(("clk" if text == "n1" else text, x, y) for text, x, y in before)


def test_a_name_that_others_have_is_told():
    layout, cell = ring(count=3)
    report = give(cell, lambda drawn: dict.fromkeys(next(row for row in drawn.rows if row.name == "n1").nets, "n2"))
    assert report.messages[1:] == ["n2: more metal carries this name; it is one net now, to be joined by the fan-out."]
    assert {row.title: len(row.nets) for row in DrawnNets(cell, POSTPASS).rows} == {"n0": 2, "n2": 4}


def test_labels_in_cells_below_are_refused_and_nothing_is_drawn():
    layout, cell = ring(count=3)
    top = layout.create_cell("ABOVE")
    top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans()))
    drawing.draw_pad(top, POSTPASS, "signal", "octagon", 16.0, 0.0, 150.0)
    drawn = DrawnNets(top, POSTPASS)
    names = {net: "x%d" % net for net in range(drawn.nets.size)}
    with pytest.raises(CommandError, match=r"The labels n0, n1, n2 lie in cells below"):
        naming.prepared(top, POSTPASS, drawn, names)
    with pytest.raises(CommandError, match=r"The labels n0, n1, n2 lie in cells below"):
        naming.to_unlock(top, POSTPASS, drawn, set(names))
    assert texts(top) == []
    new = next(row for row in drawn.rows if row.name is None)
    give(top, {new.nets[0]: "own"})
    assert [text for text, _, _ in texts(top)] == ["own"]
    found = naming.to_unlock(top, POSTPASS, DrawnNets(top, POSTPASS), set(names))
    report = naming.unlock(top, POSTPASS, found)
    assert report.messages == ["Unlocked own: took 1 label away.", "n0, n1, n2 stay: their labels lie in cells below the shown one."] and report.severity == "warning"
    assert texts(top) == []


def test_a_name_is_taken_away_with_all_its_labels():
    layout, cell = ring(count=3)
    drawn = DrawnNets(cell, POSTPASS)
    report = naming.unlock(cell, POSTPASS, naming.to_unlock(cell, POSTPASS, drawn, set(drawn.rows[1].nets)))
    assert report.messages == ["Unlocked n1: took 2 labels away."] and {text for text, _, _ in texts(cell)} == {"n0", "n2"}
    drawn = DrawnNets(cell, POSTPASS)
    with pytest.raises(CommandError, match="Nothing to unlock"):
        naming.to_unlock(cell, POSTPASS, drawn, {net for row in drawn.rows if row.name is None for net in row.nets})
